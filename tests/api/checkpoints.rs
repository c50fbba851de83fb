//! Checkpoints: with them nobody can change what was sealed before them, not even who owns the database and computes anew.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::TimeDelta;
use disnaker::checkpoint::{self, Checkpoint, Signer, Verifier};
use disnaker::config;
use disnaker::db::Engine;
use disnaker::journal::{self, Mark};
use disnaker::keys::{Keys, Purpose};
use disnaker_entity::plumbing::{checkpoint as checkpoint_row, journal as row, journal_position as position};
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryOrder,
};
use serde_json::Value;

use crate::harness::{Service, engine, not_on};
use crate::journal::{entry, sealed, tamper};
use crate::program::{Program, run};

/// So many more positions.
async fn grow(service: &Service, rows: usize) {
    let mut change = service.change().await;
    (0..rows).for_each(|number| change.tell(entry(number)));
    change.commit().await.unwrap();
    sealed(service).await;
}

/// Signs the head now, where something came since the newest checkpoint.
async fn sign(service: &Service) -> bool {
    let state = service.state();
    let signer = state.signer.as_ref().unwrap();
    checkpoint::make(&state.db, signer, state.clock.now(), TimeDelta::zero()).await.unwrap()
}

/// A chain with a checkpoint every so many positions, and some positions after the last.
async fn signed_chain(every: usize, times: usize, after: usize) -> Service {
    let service = Service::start().await;
    for _ in 0..times {
        grow(&service, every).await;
        assert!(sign(&service).await);
    }
    grow(&service, after).await;
    service
}

/// Writes the checkpoints of a database into a file of its own.
async fn published(service: &Service, name: &str) -> PathBuf {
    let path = service.directory().join(name).join(checkpoint::FILE);
    checkpoint::publish(&service.state().db, &path).await.unwrap();
    path
}

// Made and given out -----------------------------------------------------------------------------

#[tokio::test]
async fn an_outsider_verifies_checkpoints_with_the_published_keys() {
    let service = signed_chain(3, 5, 1).await;
    let jwks = service.get("/.well-known/jwks.json").send().await.expect(200);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = service.get(format!("/v1/journal/checkpoints?limit=2{cursor}")).send().await.expect(200);
        seen.extend(page["data"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let positions: Vec<_> = seen.iter().map(|checkpoint| checkpoint["position"].as_i64().unwrap()).collect();
    assert_eq!(positions, [15, 12, 9, 6, 3], "newest first");
    for checkpoint in &seen {
        let text = |name: &str| checkpoint[name].as_str().unwrap();
        let keys = jwks["keys"].as_array().unwrap();
        let key = keys.iter().find(|key| key["kid"] == checkpoint["kid"]).unwrap();
        let key = BASE64.decode(key["x"].as_str().unwrap()).unwrap();
        let key = VerifyingKey::from_bytes(key.as_slice().try_into().unwrap()).unwrap();
        let signature = Signature::from_slice(&BASE64.decode(text("signature")).unwrap()).unwrap();
        let signed = format!("disnaker checkpoint 1\n{}\n{}\n{}\n", checkpoint["position"], text("hash"), text("time"));
        key.verify_strict(signed.as_bytes(), &signature).unwrap();
        let sealed = position::Entity::find_by_id(checkpoint["position"].as_i64().unwrap());
        let sealed = sealed.one(service.state().db.reader()).await.unwrap().unwrap();
        assert_eq!(text("hash"), BASE64.encode(sealed.hash));
    }
}

#[tokio::test]
async fn a_page_of_checkpoints_is_cacheable_and_for_anybody() {
    let service = signed_chain(1, 2, 0).await;
    let page = service.get("/v1/journal/checkpoints").send().await.expect(200);
    assert_eq!(page.header("cache-control"), "public, max-age=10");
    let again = service.get("/v1/journal/checkpoints").header("if-none-match", page.header("etag")).send().await;
    again.expect(304);
    let one = service.get("/v1/journal/checkpoints?limit=1").send().await.expect(200);
    assert!(one.header("link").contains("rel=\"next\""));
    service.get("/v1/journal/checkpoints?limit=0").send().await.problem(400, "invalid-query");
    service.get("/v1/journal/checkpoints?cursor=x").send().await.problem(400, "invalid-cursor");
}

#[tokio::test]
async fn one_is_due_when_something_came_and_five_minutes_passed() {
    let service = Service::at("2026-11-23T02:00:00Z").await;
    let (state, clock) = (service.state(), service.clock());
    let make = async || {
        checkpoint::make(&state.db, state.signer.as_ref().unwrap(), clock.now(), checkpoint::AGE).await.unwrap()
    };
    assert!(!make().await, "nothing came");
    grow(&service, 1).await;
    assert!(make().await, "the first");
    grow(&service, 1).await;
    assert!(!make().await, "the newest is of this instant");
    clock.set("2026-11-23T02:04:59Z".parse().unwrap());
    assert!(!make().await);
    clock.set("2026-11-23T02:05:00Z".parse().unwrap());
    assert!(make().await);
    clock.set("2026-11-23T03:00:00Z".parse().unwrap());
    assert!(!make().await, "nothing came");
    clock.set("2026-11-23T02:05:01Z".parse().unwrap());
    grow(&service, 999).await;
    assert!(!make().await);
    grow(&service, 1).await;
    // The service itself may be first.
    make().await;
    let newest = checkpoint::newest(state.db.reader()).await.unwrap().unwrap();
    assert_eq!(newest.position, 1002, "a thousand positions");
}

#[tokio::test]
async fn a_thousand_positions_are_signed_at_once_and_written_to_the_file() {
    let service = Service::start().await;
    grow(&service, 1000).await;
    let file = service.directory().join(checkpoint::FILE);
    let begun = std::time::Instant::now();
    while checkpoint::last(&file).unwrap().is_none() {
        assert!(begun.elapsed().as_secs() < 8, "sooner than the next round");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(checkpoint::last(&file).unwrap().unwrap().position, 1000);
}

#[tokio::test]
async fn of_many_instances_one_makes_it_and_all_give_it_out() {
    let service = Service::start().await;
    let other = service.sibling().await;
    for round in 1..=5 {
        grow(&service, 2).await;
        let tries = (0..16).map(async |number| sign(if number % 2 == 0 { &service } else { &other }).await);
        let made = futures_util::future::join_all(tries).await.into_iter().filter(|made| *made).count();
        assert_eq!(made, 1, "round {round}");
    }
    let db = service.state().db.reader();
    assert_eq!(checkpoint_row::Entity::find().count(db).await.unwrap(), 5);
    let (one, another) = (published(&service, "one").await, published(&other, "another").await);
    let lines = std::fs::read_to_string(&one).unwrap();
    assert_eq!(lines, std::fs::read_to_string(&another).unwrap());
    assert_eq!(lines.lines().count(), 5);
    let page = service.get("/v1/journal/checkpoints").send().await.expect(200);
    assert_eq!(page.text, other.get("/v1/journal/checkpoints").send().await.expect(200).text);
    let mut given: Vec<_> = page["data"].as_array().unwrap().iter().map(Value::to_string).collect();
    given.reverse();
    assert_eq!(given, lines.lines().collect::<Vec<_>>(), "a line is what the API gives out");
}

#[tokio::test]
async fn a_file_is_only_added_to_and_a_torn_line_is_written_anew() {
    let service = signed_chain(1, 2, 0).await;
    let path = published(&service, "kept").await;
    let before = std::fs::read_to_string(&path).unwrap();
    published(&service, "kept").await;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before, "nothing came");
    grow(&service, 1).await;
    sign(&service).await;
    published(&service, "kept").await;
    let whole = std::fs::read_to_string(&path).unwrap();
    assert!(whole.starts_with(&before));
    assert_eq!(whole.lines().count(), 3);
    for cut in [whole.len() - 1, whole.len() - 40, before.len() + 1] {
        std::fs::write(&path, &whole[..cut]).unwrap();
        published(&service, "kept").await;
        assert_eq!(std::fs::read_to_string(&path).unwrap(), whole, "cut at {cut}");
    }
    std::fs::write(&path, "no checkpoint\n").unwrap();
    assert!(checkpoint::publish(&service.state().db, &path).await.is_err(), "somebody else's file is left alone");
}

#[tokio::test]
async fn a_database_that_was_set_back_goes_on_in_the_same_file() {
    let service = signed_chain(2, 3, 0).await;
    let path = published(&service, "kept").await;
    let before = checkpoint::read(&path).unwrap();
    tamper(
        &service,
        &[
            "DELETE FROM checkpoint WHERE position > 2".to_owned(),
            "DELETE FROM journal_position WHERE position > 2".to_owned(),
            "UPDATE sealer SET position = 2, hash = (SELECT hash FROM journal_position WHERE position = 2)".to_owned(),
            "INSERT INTO journal_unsealed SELECT seq FROM journal WHERE NOT EXISTS \
             (SELECT 1 FROM journal_position WHERE journal_position.seq = journal.seq)"
                .to_owned(),
            "UPDATE journal SET body = '{}'".to_owned(),
        ],
    )
    .await;
    sealed(&service).await;
    assert!(sign(&service).await);
    published(&service, "kept").await;
    published(&service, "kept").await;
    let after = checkpoint::read(&path).unwrap();
    assert_eq!(after.iter().map(|checkpoint| checkpoint.position).collect::<Vec<_>>(), [2, 4, 6, 6]);
    assert_eq!(after[..3], before, "what was signed before stays");
}

// Keys -------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_new_key_signs_and_the_old_one_still_proves() {
    let service = Service::start().await;
    let state = service.state();
    let path = service.directory().join("rotated.json");
    Keys::create(&path).unwrap();
    let old = Keys::load(&path, false).unwrap();
    let mut file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let seed = serde_json::json!({"purpose": "checkpoints", "kid": "new", "seed": BASE64.encode([7; 32])});
    file["signing"].as_array_mut().unwrap().insert(0, seed);
    std::fs::write(&path, file.to_string()).unwrap();
    let new = Keys::load(&path, false).unwrap();
    for keys in [&old, &new] {
        grow(&service, 2).await;
        let signer = Signer::new(keys).unwrap();
        assert!(checkpoint::make(&state.db, &signer, state.clock.now(), TimeDelta::zero()).await.unwrap());
    }
    let audit = checkpoint::audit(state.db.reader(), &Verifier::of_keys(&new), None).await.unwrap();
    assert_eq!((audit.verdict.broken, audit.verdict.proven, audit.of_database), (None, 4, 2));
    let error = checkpoint::audit(state.db.reader(), &Verifier::of_keys(&old), None).await.err().unwrap();
    assert_eq!(
        format!("{error:#}"),
        "the database: the checkpoint at position 4 is signed by `new`, which is no key for checkpoints of these: take them anew from /.well-known/jwks.json"
    );
}

#[tokio::test]
async fn a_checkpoint_that_was_changed_proves_nothing() {
    let service = signed_chain(2, 1, 0).await;
    let verifier = Verifier::of_keys(service.keys());
    let good = checkpoint::newest(service.state().db.reader()).await.unwrap().map(Checkpoint::from).unwrap();
    verifier.mark(&good).unwrap();
    let later = good.time + TimeDelta::nanoseconds(1);
    for bad in [
        Checkpoint { position: 3, ..good.clone() },
        Checkpoint { hash: BASE64.encode([0; 32]), ..good.clone() },
        Checkpoint { time: later, ..good.clone() },
        Checkpoint { kid: "tokens".to_owned(), ..good.clone() },
        Checkpoint { signature: BASE64.encode([0; 64]), ..good.clone() },
        Checkpoint { signature: String::new(), ..good.clone() },
    ] {
        assert!(verifier.mark(&bad).is_err(), "{bad:?}");
    }
    assert!(Verifier::of_jwks(r#"{"keys": []}"#).unwrap().mark(&good).is_err());
    assert!(
        Verifier::of_jwks(r#"{"keys": [{"kid": "x", "crv": "Ed25519", "use": "checkpoint", "x": "AA"}]}"#).is_err()
    );
    // Signed by another key of the installation.
    let jwks = service.get("/.well-known/jwks.json").send().await.expect(200).text;
    let published = Verifier::of_jwks(&jwks).unwrap();
    published.mark(&good).unwrap();
    for purpose in [Purpose::Tokens, Purpose::Receipts, Purpose::Cards] {
        let (kid, key) = service.keys().signing(purpose).unwrap();
        let signature = BASE64.encode(key.sign(good.signed().as_bytes()).to_bytes());
        let forged = Checkpoint { kid: kid.to_owned(), signature, ..good.clone() };
        for verifier in [&published, &verifier] {
            let refused = verifier.mark(&forged).unwrap_err().to_string();
            assert_eq!(
                refused,
                format!(
                    "the checkpoint at position 2 is signed by `{kid}`, which is no key for checkpoints of these: take them anew from /.well-known/jwks.json"
                )
            );
        }
    }
}

// Tampering --------------------------------------------------------------------------------------

/// What somebody does who owns the database; the last five compute every hash anew and move the head.
#[derive(Clone, Copy, Debug)]
enum Trick {
    Change,
    Delete,
    DeletePosition,
    Swap,
    Insert,
    InsertBeside,
    CutTail,
    ChangeAndHash,
    ChangeAnew,
    DeleteAnew,
    SwapAnew,
    InsertAnew,
    ReplaceTail,
}

const TRICKS: [Trick; 13] = [
    Trick::Change,
    Trick::Delete,
    Trick::DeletePosition,
    Trick::Swap,
    Trick::Insert,
    Trick::InsertBeside,
    Trick::CutTail,
    Trick::ChangeAndHash,
    Trick::ChangeAnew,
    Trick::DeleteAnew,
    Trick::SwapAnew,
    Trick::InsertAnew,
    Trick::ReplaceTail,
];

/// A row of the journal with the hash of its position.
type Link = (row::Model, Vec<u8>);

fn index(position: i64) -> usize {
    usize::try_from(position - 1).unwrap()
}

fn changed(mut row: row::Model, random: &mut StdRng) -> row::Model {
    match random.gen_range(0..10) {
        0 => row.id = uuid::Builder::from_random_bytes(random.r#gen()).into_uuid(),
        1 => row.recorded_at += TimeDelta::microseconds(1),
        2 => row.event.push('x'),
        3 => row.office.push('1'),
        4 => row.company_id = Some(uuid::Builder::from_random_bytes(random.r#gen()).into_uuid()),
        5 => row.subject_kind.push('x'),
        6 => row.subject_id.push('0'),
        7 => row.version += 1,
        8 => row.actor.push('x'),
        _ => row.body.push(' '),
    }
    row
}

fn invented(seq: i64, random: &mut StdRng, like: &row::Model) -> row::Model {
    row::Model { seq, id: uuid::Builder::from_random_bytes(random.r#gen()).into_uuid(), ..like.clone() }
}

async fn insert<C: ConnectionTrait>(db: &C, row: &row::Model) {
    let row = row.clone().into_active_model().reset_all();
    row::Entity::insert(row).exec_without_returning(db).await.unwrap();
}

/// Writes another chain, and its head.
async fn write<C: ConnectionTrait>(db: &C, links: &[(i64, i64, Vec<u8>)], head: (i64, Vec<u8>)) {
    position::Entity::delete_many().exec(db).await.unwrap();
    let rows = links.iter().map(|(position, seq, hash)| position::ActiveModel {
        position: Set(*position),
        seq: Set(*seq),
        hash: Set(hash.clone()),
    });
    position::Entity::insert_many(rows).exec_without_returning(db).await.unwrap();
    let sql = "UPDATE sealer SET position = $1, hash = $2";
    let backend = db.get_database_backend();
    let update = sea_orm::Statement::from_sql_and_values(backend, sql, [head.0.into(), head.1.into()]);
    db.execute_raw(update).await.unwrap();
}

/// Writes a chain of these rows that follows from its first position to its head.
async fn write_anew<C: ConnectionTrait>(db: &C, rows: &[row::Model]) {
    let (mut links, mut hash) = (Vec::new(), vec![0; 32]);
    for (position, row) in (1..).zip(rows) {
        hash = journal::link(&hash, position, row);
        links.push((position, row.seq, hash.clone()));
    }
    write(db, &links, (i64::try_from(rows.len()).unwrap(), hash)).await;
}

/// Plays a trick whose first bad position is `at`; says at which position it must be told.
async fn play<C: ConnectionTrait>(
    db: &C,
    trick: Trick,
    at: i64,
    chain: &[Link],
    marks: &[Mark],
    random: &mut StdRng,
) -> i64 {
    let mut rows: Vec<_> = chain.iter().map(|(row, _)| row.clone()).collect();
    let mut links: Vec<_> = (1..).zip(chain).map(|(position, (row, hash))| (position, row.seq, hash.clone())).collect();
    let head = (links.last().unwrap().0, links.last().unwrap().2.clone());
    let (last, unused) = (rows.len() - 1, rows.iter().map(|row| row.seq).max().unwrap() + 1000);
    let here = index(at);
    let new = invented(unused, random, &rows[here]);
    // Another place after this one, for what is swapped with it.
    let there = random.gen_range(here + 1..=last);
    let next_mark = marks.iter().map(|mark| mark.position).find(|mark| *mark >= at).unwrap();
    match trick {
        Trick::Change => {
            changed(rows[here].clone(), random).into_active_model().reset_all().update(db).await.unwrap();
            at
        }
        Trick::Delete => {
            row::Entity::delete_by_id(rows[here].seq).exec(db).await.unwrap();
            at
        }
        Trick::DeletePosition => {
            position::Entity::delete_by_id(at).exec(db).await.unwrap();
            at
        }
        Trick::Swap => {
            (links[here].1, links[there].1) = (links[there].1, links[here].1);
            write(db, &links, head).await;
            at
        }
        Trick::Insert => {
            insert(db, &new).await;
            let mut hash = vec![0; 32];
            random.fill_bytes(&mut hash);
            links[here..].iter_mut().for_each(|link| link.0 += 1);
            links.insert(here, (at, new.seq, hash));
            write(db, &links, (head.0 + 1, head.1)).await;
            at
        }
        Trick::InsertBeside => {
            insert(db, &row::Model { seq: -random.gen_range(1..1000), ..new }).await;
            1
        }
        Trick::CutTail => {
            let before = here.checked_sub(1).map_or(vec![0; 32], |before| links[before].2.clone());
            for row in &rows[here..] {
                position::Entity::delete_many().exec(db).await.unwrap();
                row::Entity::delete_by_id(row.seq).exec(db).await.unwrap();
            }
            if here > 0 {
                write(db, &links[..here], (at - 1, before)).await;
            } else {
                db.execute_unprepared("UPDATE sealer SET position = 0").await.unwrap();
                let sql = "UPDATE sealer SET hash = $1";
                let backend = db.get_database_backend();
                db.execute_raw(sea_orm::Statement::from_sql_and_values(backend, sql, [before.into()])).await.unwrap();
            }
            at
        }
        Trick::ChangeAndHash => {
            let row = changed(rows[here].clone(), random);
            let before = here.checked_sub(1).map_or(vec![0; 32], |before| links[before].2.clone());
            links[here].2 = journal::link(&before, at, &row);
            row.into_active_model().reset_all().update(db).await.unwrap();
            write(db, &links, head).await;
            if next_mark == at { at } else { at + 1 }
        }
        Trick::ChangeAnew => {
            rows[here] = changed(rows[here].clone(), random);
            rows[here].clone().into_active_model().reset_all().update(db).await.unwrap();
            write_anew(db, &rows).await;
            next_mark
        }
        Trick::DeleteAnew => {
            let gone = rows.remove(here);
            write_anew(db, &rows).await;
            row::Entity::delete_by_id(gone.seq).exec(db).await.unwrap();
            next_mark
        }
        Trick::SwapAnew => {
            rows.swap(here, there);
            write_anew(db, &rows).await;
            next_mark
        }
        Trick::InsertAnew => {
            insert(db, &new).await;
            rows.insert(here, new);
            write_anew(db, &rows).await;
            next_mark
        }
        Trick::ReplaceTail => {
            for (seq, row) in (unused..).zip(&mut rows[here..]) {
                let old = row.seq;
                *row = invented(seq, random, row);
                insert(db, row).await;
                position::Entity::delete_many().exec(db).await.unwrap();
                row::Entity::delete_by_id(old).exec(db).await.unwrap();
            }
            write_anew(db, &rows).await;
            next_mark
        }
    }
}

/// `DISNAKER_TEST_TAMPERINGS` says how many (200), `DISNAKER_TEST_SEED` with which seed to begin.
#[tokio::test]
async fn every_tampering_before_the_newest_checkpoint_is_found_and_placed() {
    let number = |name: &str, or: u64| std::env::var(name).map_or(or, |number| number.parse().unwrap());
    let (tamperings, first_seed) = (number("DISNAKER_TEST_TAMPERINGS", 200), number("DISNAKER_TEST_SEED", 1));
    let service = signed_chain(12, 5, 5).await;
    let path = published(&service, "outside").await;
    let verifier = Verifier::of_keys(service.keys());
    let marks: Vec<_> =
        checkpoint::read(&path).unwrap().iter().map(|checkpoint| verifier.mark(checkpoint).unwrap()).collect();
    assert_eq!(marks.iter().map(|mark| mark.position).collect::<Vec<_>>(), [12, 24, 36, 48, 60]);
    tamper(&service, &[]).await;
    let db = &service.state().db;
    let mut chain: Vec<Link> = Vec::new();
    for link in position::Entity::find().order_by_asc(position::Column::Position).all(db.reader()).await.unwrap() {
        chain.push((row::Entity::find_by_id(link.seq).one(db.reader()).await.unwrap().unwrap(), link.hash));
    }
    let sound = journal::verify_against(db.reader(), &marks).await.unwrap();
    assert_eq!((sound.checked, sound.proven, sound.broken, sound.unsealed), (65, 60, None, 0));
    for seed in first_seed..first_seed + tamperings {
        let mut random = StdRng::seed_from_u64(seed);
        let trick = TRICKS[random.gen_range(0..TRICKS.len())];
        let at = if matches!(trick, Trick::InsertBeside) { 1 } else { random.gen_range(1..=60) };
        let tx = db.begin().await.unwrap();
        if engine() == Engine::Sqlite {
            tx.session().execute_unprepared("PRAGMA defer_foreign_keys = on").await.unwrap();
        }
        let told = play(tx.session(), trick, at, &chain, &marks, &mut random).await;
        let verdict = journal::verify_against(tx.session(), &marks).await.unwrap();
        tx.rollback().await.unwrap();
        let proven = marks.iter().map(|mark| mark.position).filter(|mark| *mark < at).max().unwrap_or(0);
        // A stray row is told when the whole chain has been proven sound.
        let proven = if matches!(trick, Trick::InsertBeside) { 60 } else { proven };
        let found = (verdict.broken.map(|(position, _)| position), verdict.proven);
        assert_eq!(found, (Some(told), proven), "seed {seed}: {trick:?} at {at}: {verdict:?}");
    }
    assert_eq!(journal::verify_against(db.reader(), &marks).await.unwrap(), sound, "every tampering was rolled back");
}

/// Without a checkpoint from outside, who computes everything anew is not found: that is what checkpoints are for.
#[tokio::test]
async fn what_was_computed_anew_is_found_only_by_a_checkpoint() {
    let service = signed_chain(4, 1, 2).await;
    let path = published(&service, "outside").await;
    tamper(&service, &["UPDATE journal SET actor = 'somebody else'".to_owned()]).await;
    let db = &service.state().db;
    let rows = row::Entity::find().order_by_asc(row::Column::Seq).all(db.reader()).await.unwrap();
    let tx = db.begin().await.unwrap();
    write_anew(tx.session(), &rows).await;
    tx.commit().await.unwrap();
    tamper(&service, &["DELETE FROM checkpoint".to_owned()]).await;
    assert_eq!(journal::verify(db).await.unwrap().broken, None);
    let audit = checkpoint::audit(db.reader(), &Verifier::of_keys(service.keys()), Some(path)).await.unwrap();
    assert_eq!(audit.verdict.broken, Some((4, "the chain is not what was signed")));
    let told = "the journal is broken at position 4: the chain is not what was signed\nno checkpoint proves anything before it";
    assert_eq!(audit.to_string(), told);
}

// On the command line ----------------------------------------------------------------------------

/// An auditor's command: a database, a file of checkpoints and public keys, and no secret.
async fn audit(service: &Service, file: Option<&Path>) -> Program {
    let jwks = service.get("/.well-known/jwks.json").send().await.expect(200).text;
    let keys = service.directory().join("jwks.json");
    std::fs::write(&keys, jwks).unwrap();
    let file = file.map(|file| vec!["--checkpoints", file.to_str().unwrap()]).unwrap_or_default();
    let arguments = [&["journal", "verify", "--jwks", keys.to_str().unwrap()], file.as_slice()].concat();
    run(&service.state().config.database, &arguments).await
}

#[tokio::test]
async fn an_auditor_without_a_secret_is_told_what_holds_and_what_nobody_signed() {
    let service = signed_chain(4, 3, 2).await;
    let path = published(&service, "outside").await;
    let told = audit(&service, Some(&path)).await.expect(0);
    assert_eq!(
        told.out,
        "14 positions follow from their rows\n\
         1 to 12 are proven by signed checkpoints (3 of the file, 3 of the database)\n\
         not covered: 2 positions after the newest checkpoint are chained and not signed, 0 rows wait for a position; \
         who can write into the database can add rows at the end, and they are sealed like any other\n"
    );
    let told = audit(&service, None).await.expect(0);
    assert!(told.out.contains("1 to 12 are proven by 3 signed checkpoints of the database itself"), "{told:?}");
    assert!(told.out.contains("only with a file of checkpoints kept elsewhere"), "{told:?}");
    assert!(!service.state().config.database.key_file.exists(), "no key file was made");
}

#[tokio::test]
async fn a_verification_makes_nothing_where_there_is_nothing() {
    if not_on(Engine::Postgres, "there is no file that could be made") {
        return;
    }
    let service = Service::lasting().await;
    let empty = service.directory().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let url = format!("sqlite://{}/disnaker.db", empty.display());
    let database = config::Database { url, ..service.state().config.database.clone() };
    run(&database, &["journal", "verify"]).await.expect(78);
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0, "nothing was made");
}

#[tokio::test]
async fn an_auditor_is_told_where_it_is_broken() {
    let service = signed_chain(4, 3, 2).await;
    let path = published(&service, "outside").await;
    let seq = position::Entity::find_by_id(7).one(service.state().db.reader()).await.unwrap().unwrap().seq;
    let change = |actor: &str| format!("UPDATE journal SET actor = '{actor}' WHERE seq = {seq}");
    tamper(&service, &[change("somebody else")]).await;
    let told = audit(&service, Some(&path)).await.expect(1);
    assert!(told.err.contains("broken at position 7: the row is not what was sealed"), "{told:?}");
    assert!(told.err.contains("1 to 4 are proven by a checkpoint; what is wrong begins at one of 5 to 7"), "{told:?}");
    tamper(&service, &[change("test")]).await;
    audit(&service, Some(&path)).await.expect(0);

    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"position\":8", "\"position\":9")).unwrap();
    let told = audit(&service, Some(&path)).await.expect(1);
    assert!(told.err.contains("the checkpoint at position 9 does not have the signature"), "{told:?}");
    std::fs::write(&path, format!("{text}nonsense\n")).unwrap();
    let told = audit(&service, Some(&path)).await.expect(1);
    assert!(told.err.contains("line 4 is no checkpoint"), "{told:?}");
}

#[tokio::test]
async fn an_end_that_was_cut_off_with_its_checkpoints_is_found_by_the_file() {
    let service = signed_chain(4, 3, 0).await;
    let path = published(&service, "outside").await;
    tamper(
        &service,
        &[
            "DELETE FROM checkpoint WHERE position > 8".to_owned(),
            "DELETE FROM journal WHERE seq IN (SELECT seq FROM journal_position WHERE position > 8)".to_owned(),
            "DELETE FROM journal_position WHERE position > 8".to_owned(),
            "UPDATE sealer SET position = 8, hash = (SELECT hash FROM journal_position WHERE position = 8)".to_owned(),
        ],
    )
    .await;
    audit(&service, None).await.expect(0);
    let told = audit(&service, Some(&path)).await.expect(1);
    assert!(told.err.contains("broken at position 9: the end of the chain is missing, and was signed"), "{told:?}");
    assert!(told.err.contains("positions 1 to 8 are proven by a checkpoint"), "{told:?}");
}
