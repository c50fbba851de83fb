//! The journal: nothing that was sealed can be changed unseen, and no reader of the feed loses or repeats a row.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, Instant};

use disnaker::db::{Db, Engine, Session};
use disnaker::journal::{self, Entry, Verdict};
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::{journal as row, journal_position as position, journal_unsealed as unsealed};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use crate::harness::{ISSUER, Service, engine, not_on};

pub fn entry(number: usize) -> Entry {
    Entry {
        event: "test.tell".to_owned(),
        office: "36.72".to_owned(),
        company: None,
        subject_kind: "test",
        subject_id: number.to_string(),
        version: 1,
        body: json!({"number": number}),
    }
}

/// Waits until everything that is committed has its position.
pub async fn sealed(service: &Service) {
    let begun = Instant::now();
    while unsealed::Entity::find().count(service.state().db.reader()).await.unwrap() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "rows wait for a position");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A chain of so many rows.
async fn chain(rows: usize) -> Service {
    let service = Service::start().await;
    for number in 1..=rows {
        let mut change = service.change().await;
        change.tell(entry(number));
        change.commit().await.unwrap();
    }
    sealed(&service).await;
    let verdict = journal::verify(&service.state().db).await.unwrap();
    assert_eq!(verdict, Verdict { checked: i64::try_from(rows).unwrap(), proven: 0, broken: None, unsealed: 0 });
    service
}

/// The row that stands at a position.
async fn seq_at(service: &Service, at: i64) -> i64 {
    position::Entity::find_by_id(at).one(service.state().db.reader()).await.unwrap().unwrap().seq
}

/// What somebody with the database's own password does.
pub async fn tamper(service: &Service, statements: &[String]) {
    let db = service.state().db.schema().await.unwrap();
    let unlock = match engine() {
        Engine::Sqlite => "PRAGMA foreign_keys = off",
        Engine::Postgres => {
            "ALTER TABLE journal_position DROP CONSTRAINT IF EXISTS journal_position_seq_fkey; \
             ALTER TABLE journal ALTER COLUMN seq DROP IDENTITY IF EXISTS"
        }
    };
    for sql in std::iter::once(unlock).chain(statements.iter().map(String::as_str)) {
        db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    db.close().await.unwrap();
}

async fn broken(service: &Service) -> Option<(i64, &'static str)> {
    journal::verify(&service.state().db).await.unwrap().broken
}

// What is written --------------------------------------------------------------------------------

#[tokio::test]
async fn every_act_over_http_is_in_the_journal_with_its_actor_and_without_a_secret() {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    let me = service.get("/v1/me").token(&admin).send().await.expect(200);
    let new = json!({"name": "Aplikasi", "role": "viewer", "office": "36.72"});
    let made = service.post("/v1/clients").token(&admin).json(&new).send().await.expect(201);
    let (id, secret) = (made.text_of("id"), made.text_of("client_secret"));
    service.post(format!("/v1/clients/{id}/rotate-secret")).token(&admin).send().await.expect(200);
    service.post(format!("/v1/clients/{id}/revoke")).token(&admin).send().await.expect(200);
    service.post(format!("/v1/clients/{id}/revoke")).token(&admin).send().await.expect(404);
    let rows = row::Entity::find().order_by_asc(row::Column::Seq).all(service.state().db.reader()).await.unwrap();
    let actor = format!("{ISSUER}|{}", me.text_of("subject"));
    let of_client: Vec<_> =
        rows.iter().filter(|row| row.subject_id == id).map(|row| (&*row.event, row.version)).collect();
    assert_eq!(of_client, [("client.create", 1), ("client.rotate_secret", 2), ("client.revoke", 3)]);
    assert!(
        rows.iter().filter(|row| row.subject_kind == "client").all(|row| row.actor == actor && row.office == "36.72")
    );
    assert!(rows.iter().all(|row| !row.body.contains(secret)));
    assert_eq!(rows.iter().filter(|row| row.event == "grant.give").count(), 2);
}

#[tokio::test]
async fn what_was_refused_is_in_no_journal() {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    let before = row::Entity::find().count(service.state().db.reader()).await.unwrap();
    let new = json!({"name": "Aplikasi", "role": "viewer", "office": "33.06"});
    service.post("/v1/clients").token(&admin).json(&new).send().await.expect(422);
    service.post("/v1/invitations/accept").token(&admin).json(&json!({"code": "x"})).send().await.expect(409);
    assert_eq!(row::Entity::find().count(service.state().db.reader()).await.unwrap(), before);
}

#[tokio::test]
async fn an_act_has_its_position_within_a_second_on_every_instance() {
    let service = Service::start().await;
    let other = service.sibling().await;
    for service in [&service, &other] {
        for number in 0..5 {
            let begun = Instant::now();
            let mut change = service.change().await;
            change.tell(entry(number));
            change.commit().await.unwrap();
            sealed(service).await;
            assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        }
    }
}

// What is found ----------------------------------------------------------------------------------

#[tokio::test]
async fn a_changed_row_is_found() {
    let service = chain(5).await;
    let (second, third) = (seq_at(&service, 2).await, seq_at(&service, 3).await);
    for column in ["event", "office", "subject_kind", "subject_id", "actor", "body"] {
        tamper(&service, &[format!("UPDATE journal SET {column} = {column} || ' ' WHERE seq = {third}")]).await;
        assert_eq!(broken(&service).await, Some((3, "the row is not what was sealed")), "{column}");
        tamper(&service, &[format!("UPDATE journal SET {column} = rtrim({column}) WHERE seq = {third}")]).await;
        assert_eq!(broken(&service).await, None, "{column}");
    }
    tamper(
        &service,
        &[
            format!("UPDATE journal SET version = 2 WHERE seq = {third}"),
            format!("UPDATE journal SET recorded_at = (SELECT MAX(recorded_at) FROM journal) WHERE seq = {second}"),
        ],
    )
    .await;
    assert_eq!(broken(&service).await, Some((2, "the row is not what was sealed")));
}

#[tokio::test]
async fn a_piece_moved_from_one_column_to_the_next_is_found() {
    let service = chain(3).await;
    let seq = seq_at(&service, 2).await;
    tamper(&service, &[format!("UPDATE journal SET event = 'test.tel', office = 'l36.72' WHERE seq = {seq}")]).await;
    assert_eq!(broken(&service).await, Some((2, "the row is not what was sealed")));
}

#[tokio::test]
async fn swapped_rows_are_found() {
    let service = chain(5).await;
    let (second, fourth) = (seq_at(&service, 2).await, seq_at(&service, 4).await);
    tamper(
        &service,
        &[
            format!("UPDATE journal_position SET seq = -1 WHERE seq = {second}"),
            format!("UPDATE journal_position SET seq = {second} WHERE seq = {fourth}"),
            format!("UPDATE journal_position SET seq = {fourth} WHERE seq = -1"),
        ],
    )
    .await;
    assert_eq!(broken(&service).await, Some((2, "the row is not what was sealed")));

    let service = chain(5).await;
    let (second, fourth) = (seq_at(&service, 2).await, seq_at(&service, 4).await);
    tamper(
        &service,
        &[
            format!("UPDATE journal SET seq = -1 WHERE seq = {second}"),
            format!("UPDATE journal SET seq = {second} WHERE seq = {fourth}"),
            format!("UPDATE journal SET seq = {fourth} WHERE seq = -1"),
        ],
    )
    .await;
    assert_eq!(broken(&service).await, Some((2, "the row is not what was sealed")));
}

#[tokio::test]
async fn a_deleted_row_is_found() {
    let service = chain(5).await;
    let seq = seq_at(&service, 4).await;
    tamper(&service, &[format!("DELETE FROM journal WHERE seq = {seq}")]).await;
    assert_eq!(broken(&service).await, Some((4, "the row is missing")));

    let service = chain(5).await;
    tamper(&service, &["DELETE FROM journal_position WHERE position = 4".to_owned()]).await;
    assert_eq!(broken(&service).await, Some((4, "the position is missing")));

    let service = chain(5).await;
    tamper(
        &service,
        &[
            "DELETE FROM journal_position WHERE position = 4".to_owned(),
            "UPDATE journal_position SET position = 4 WHERE position = 5".to_owned(),
        ],
    )
    .await;
    assert_eq!(broken(&service).await, Some((4, "the row is not what was sealed")));

    let service = chain(5).await;
    tamper(&service, &["DELETE FROM journal_position WHERE position = 1".to_owned()]).await;
    assert_eq!(broken(&service).await, Some((1, "the position is missing")));
}

/// A row that somebody writes into the past, with the mark of one that waits.
#[tokio::test]
async fn a_row_that_was_put_in_before_sealed_ones_is_found_on_sqlite() {
    let id = if engine() == Engine::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    let put_in = [
        format!(
            "INSERT INTO journal (seq, id, recorded_at, event, office, subject_kind, subject_id, version, actor, body) \
             SELECT -1, {id}, recorded_at, event, office, subject_kind, 'x', version, actor, body FROM journal LIMIT 1"
        ),
        "INSERT INTO journal_unsealed VALUES (-1)".to_owned(),
    ];
    let found = |place| if engine() == Engine::Sqlite { Some(place) } else { None };

    let mut service = chain(5).await;
    service.stop().await;
    tamper(&service, &put_in).await;
    let db = Db::open(&service.state().config.database).await.unwrap();
    let verdict = journal::verify(&db).await.unwrap();
    assert_eq!((verdict.broken, verdict.unsealed), (found((1, "a row of the journal has no position")), 1));

    let service = chain(5).await;
    tamper(&service, &put_in).await;
    sealed(&service).await;
    assert_eq!(broken(&service).await, found((6, "the row was put in after later ones were sealed")));
}

#[tokio::test]
async fn a_cut_tail_is_found() {
    let service = chain(5).await;
    let seq = seq_at(&service, 4).await;
    tamper(
        &service,
        &[
            "DELETE FROM journal_position WHERE position >= 4".to_owned(),
            format!("DELETE FROM journal WHERE seq >= {seq}"),
        ],
    )
    .await;
    assert_eq!(broken(&service).await, Some((4, "the end of the chain is missing")));

    let service = chain(5).await;
    tamper(&service, &["DELETE FROM journal_position".to_owned(), "DELETE FROM journal".to_owned()]).await;
    assert_eq!(broken(&service).await, Some((1, "the end of the chain is missing")));
}

#[tokio::test]
async fn a_head_that_does_not_fit_is_found() {
    let service = chain(3).await;
    tamper(&service, &["UPDATE sealer SET position = 2".to_owned()]).await;
    assert!(broken(&service).await.is_some(), "a head behind the chain would be sealed over");

    let service = chain(3).await;
    tamper(&service, &["UPDATE sealer SET hash = (SELECT hash FROM journal_position WHERE position = 2)".to_owned()])
        .await;
    assert_eq!(broken(&service).await, Some((3, "the head is not the last hash")));

    let service = chain(3).await;
    tamper(&service, &["DELETE FROM sealer".to_owned()]).await;
    assert!(broken(&service).await.is_some(), "without its head nobody knows where the chain ends");
}

#[tokio::test]
async fn a_verification_beside_writers_finds_nothing() {
    let service = Service::start().await;
    let write = async {
        for number in 0..150 {
            let mut change = service.change().await;
            change.tell(entry(number));
            change.commit().await.unwrap();
        }
        false
    };
    let mut write = std::pin::pin!(write);
    let mut verdicts = 0;
    let mut writing = true;
    while writing {
        tokio::select! {
            biased;
            verdict = journal::verify(&service.state().db) => {
                assert_eq!(verdict.unwrap().broken, None, "after {verdicts} verdicts");
                verdicts += 1;
            }
            still = &mut write => writing = still,
        }
    }
    sealed(&service).await;
    let verdict = journal::verify(&service.state().db).await.unwrap();
    assert_eq!((verdict.checked, verdict.broken), (150, None));
}

// The feed ---------------------------------------------------------------------------------------

/// Follows the feed by position until it has seen so many rows: their numbers, in order, and when each was seen.
async fn follow(service: &Service, rows: usize) -> Vec<(usize, Instant)> {
    let (mut at, mut seen) = (0, Vec::new());
    let begun = Instant::now();
    while seen.len() < rows {
        assert!(begun.elapsed() < Duration::from_mins(2), "the feed stands still at {at}");
        let page = position::Entity::find()
            .filter(position::Column::Position.gt(at))
            .order_by_asc(position::Column::Position)
            .limit(500)
            .all(service.state().db.reader())
            .await
            .unwrap();
        let rows = row::Entity::find().filter(row::Column::Seq.is_in(page.iter().map(|position| position.seq)));
        let rows = rows.all(service.state().db.reader()).await.unwrap();
        let rows: HashMap<_, _> = rows.into_iter().map(|row| (row.seq, row.subject_id)).collect();
        let now = Instant::now();
        for position in page {
            assert_eq!(position.position, at + 1, "a gap in the feed");
            at = position.position;
            seen.push((rows[&position.seq].parse().unwrap(), now));
        }
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    seen
}

/// `DISNAKER_TEST_SCALE` multiplies the rows.
#[tokio::test]
async fn of_sixteen_writers_no_row_is_lost_late_repeated_or_out_of_its_writer_s_order() {
    const WRITERS: usize = 16;
    const EVENTS: usize = 320;
    const TOGETHER: usize = 6;
    let scale = std::env::var("DISNAKER_TEST_SCALE").map_or(1, |scale| scale.parse().unwrap());
    let each = EVENTS * scale;
    let service = Service::start().await;
    let other = service.sibling().await;
    let committed = RefCell::new(HashMap::new());
    let write = async |writer: usize| {
        let service = if writer.is_multiple_of(2) { &service } else { &other };
        for first in (0..each).step_by(TOGETHER) {
            let mut change = service.change().await;
            for number in first..each.min(first + TOGETHER) {
                change.tell(entry(writer * each + number));
                if number % 4 == 0 {
                    tokio::task::yield_now().await;
                }
            }
            change.commit().await.unwrap();
            let now = Instant::now();
            committed
                .borrow_mut()
                .extend((first..each.min(first + TOGETHER)).map(|number| (writer * each + number, now)));
        }
    };
    let writers = futures_util::future::join_all((0..WRITERS).map(write));
    let readers = async { tokio::join!(follow(&service, WRITERS * each), follow(&other, WRITERS * each)) };
    let ((one, another), _) = tokio::join!(readers, writers);
    let seen = [one, another];
    let committed = committed.into_inner();
    let late = |(number, seen): &(usize, Instant)| seen.saturating_duration_since(committed[number]);
    let latest = seen.iter().flatten().map(late).max().unwrap();
    println!("{} events, the latest seen {latest:?} after its commit", WRITERS * each);
    assert!(latest < Duration::from_secs(1), "an event was seen {latest:?} after its commit");
    let seen = seen.map(|seen| seen.into_iter().map(|(number, _)| number).collect::<Vec<_>>());
    assert_eq!(seen[0], seen[1], "two readers see one order");
    let mut next = HashMap::new();
    for number in &seen[0] {
        let next = next.entry(number / each).or_insert(0);
        assert_eq!(number % each, *next, "writer {}", number / each);
        *next += 1;
    }
    assert!((0..WRITERS).all(|writer| next[&writer] == each));
    sealed(&service).await;
    let verdict = journal::verify(&service.state().db).await.unwrap();
    assert_eq!((verdict.checked, verdict.broken), (i64::try_from(WRITERS * each).unwrap(), None));
}

/// Why positions exist: who reads the journal by `seq` loses what commits late.
#[tokio::test]
async fn a_reader_of_insertion_order_loses_a_row_that_commits_late_and_the_feed_does_not() {
    if not_on(Engine::Sqlite, "it has one writer, so nothing commits late") {
        return;
    }
    let service = Service::start().await;
    let db = &service.state().db;
    let tell = async |tx: &Session, number| {
        let unsealed = journal::row(entry(number), service.clock().id(), service.clock().now(), "test");
        journal::write(tx, &[unsealed]).await.unwrap();
    };
    let by_seq = async |after: i64| {
        let rows = row::Entity::find().filter(row::Column::Seq.gt(after)).order_by_asc(row::Column::Seq);
        rows.all(db.reader()).await.unwrap().into_iter().map(|row| (row.seq, row.subject_id)).collect::<Vec<_>>()
    };
    let (late, early) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    tell(late.session(), 1).await;
    tell(early.session(), 2).await;
    early.commit().await.unwrap();
    sealed(&service).await;
    let first = by_seq(0).await;
    assert_eq!(first.iter().map(|(_, subject)| subject.as_str()).collect::<Vec<_>>(), ["2"]);
    late.commit().await.unwrap();
    service.state().bell.ring();
    let lost = by_seq(first[0].0).await;
    assert_eq!(lost, [], "the late row stands before the place that this reader has reached");
    let followed = follow(&service, 2).await.into_iter().map(|(number, _)| number);
    assert_eq!(followed.collect::<Vec<_>>(), [2, 1]);
}
