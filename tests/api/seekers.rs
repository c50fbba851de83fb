//! Job seekers: drafts, the register, and who learns what of whom.

use disnaker::caller::Realm;
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::{access_record, journal, movement};
use disnaker_entity::seeker;
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::harness::{Call, Reply, Service, unused};
use crate::world::{World, ids, person, school, with};

const LIST: &str = "/v1/work-lists/seeker-review";

/// The counters of two offices, where people look for work.
struct Counter {
    world: World,
    officer: String,
    elsewhere: String,
}

impl Counter {
    async fn open() -> Self {
        let world = World::new().await;
        let officer = world.service.staff(Role::CounterOfficer, "36.72").await;
        let elsewhere = world.service.staff(Role::CounterOfficer, "33.06").await;
        Self { world, officer, elsewhere }
    }

    /// A token of somebody new.
    fn someone(&self) -> String {
        self.world.service.token(&unused("warga"))
    }

    async fn draft(&self, token: &str, person: &Value) -> Reply {
        self.world.send(token, "/v1/job-seekers", person).await.expect(201)
    }

    async fn read(&self, token: &str, id: &str) -> Reply {
        self.world.read(token, &path(id)).await
    }

    async fn act(&self, token: &str, id: &str, event: &str) -> Reply {
        self.world.act(token, &format!("{}/{event}", path(id))).await
    }

    async fn say(&self, token: &str, id: &str, event: &str, body: Value) -> Reply {
        self.world.send(token, &format!("{}/{event}", path(id)), &body).await
    }

    fn change(&self, token: &str, id: &str, body: &Value) -> Call {
        self.world.service.call(Method::PATCH, path(id)).token(token).header("if-match", "*").json(body)
    }

    /// Somebody drafts and sends their own record: their token and its id.
    async fn sent(&self, person: &Value) -> (String, String) {
        let token = self.someone();
        let id = self.draft(&token, person).await.text_of("id").to_owned();
        self.act(&token, &id, "submit").await.expect(200);
        (token, id)
    }

    /// The same, and the office verifies it.
    async fn registered(&self, person: &Value) -> (String, String) {
        let (token, id) = self.sent(person).await;
        self.act(&self.officer, &id, "verify").await.expect(200);
        (token, id)
    }

    async fn register(&self, token: &str) -> Vec<String> {
        let list = self.world.read(token, "/v1/job-seekers?status=registered").await.expect(200);
        ids(&list["data"], "id")
    }

    /// The movements of a record in their order: kind and office.
    async fn counted(&self, id: &str) -> Vec<(String, String)> {
        let select = movement::Entity::find().filter(movement::Column::SubjectId.eq(uuid(id)));
        let rows =
            select.order_by_asc(movement::Column::Seq).all(self.world.service.state().db.reader()).await.unwrap();
        rows.into_iter().map(|row| (row.kind, row.office)).collect()
    }

    /// The events of a record in the journal, and whether any of them names a person.
    async fn journaled(&self, id: &str) -> Vec<String> {
        let select = journal::Entity::find().filter(journal::Column::SubjectId.eq(id));
        let rows = select.order_by_asc(journal::Column::Seq).all(self.world.service.state().db.reader()).await.unwrap();
        assert!(rows.iter().all(|row| !row.body.contains("Contoh") && !row.body.contains("367201")));
        rows.into_iter().map(|row| row.event).collect()
    }
}

fn path(id: &str) -> String {
    format!("/v1/job-seekers/{id}")
}

fn uuid(id: &str) -> uuid::Uuid {
    id.parse().unwrap()
}

/// A person with another identity.
fn identified(number: u32, identity: Value) -> Value {
    let person = person(number);
    let identity = with(person["identity"].clone(), identity);
    with(person, json!({"identity": identity}))
}

/// The codes of what a record has in one of its lists.
fn found(record: &Reply, list: &str) -> Vec<String> {
    ids(&record[list], "code")
}

#[tokio::test]
async fn a_person_drafts_sends_mends_and_is_registered() {
    let counter = Counter::open().await;
    let token = counter.someone();
    let bare = json!({"identity": {"nik": "3672014101990001", "name": "Siti"}, "office": "36.72"});
    let draft = counter.draft(&token, &bare).await;
    assert_eq!((&draft["status"], &draft["identity"]["nik"]), (&json!("draft"), &json!("3672••••••••0001")));
    let id = draft.text_of("id").to_owned();
    // The office sees no draft; a second own record is refused.
    counter.read(&counter.officer, &id).await.expect(404);
    counter.world.send(&token, "/v1/job-seekers", &bare).await.problem(409, "already-exists");
    let missing = counter.act(&token, &id, "submit").await.problem(422, "invalid-content");
    let pointers: Vec<_> = missing.faults().into_iter().map(|(pointer, _)| pointer.to_owned()).collect();
    let wanted =
        ["birth_place", "birth_on", "sex", "religion", "marital_status"].map(|name| format!("/identity/{name}"));
    let others = ["/address", "/education", "/wanted/occupations"].map(str::to_owned);
    assert_eq!(pointers, [&wanted[..], &others[..]].concat());
    // One word is a whole name, on the diploma, too.
    let mut whole = identified(1, json!({"name": "Siti"}));
    whole["education"][0]["name_on_diploma"] = json!("SITI");
    counter.change(&token, &id, &whole).send().await.expect(200);
    assert_eq!(counter.act(&token, &id, "submit").await.expect(200)["status"], "submitted");
    counter.change(&token, &id, &json!({"skills": ["las"]})).send().await.problem(409, "illegal-transition");
    let reasons = json!({"fields": [{"pointer": "/address/street", "reason": "Tulis RT dan RW"}]});
    let returned = counter.say(&counter.officer, &id, "return", reasons.clone()).await.expect(200);
    assert_eq!(returned["return_reasons"], reasons["fields"]);
    // What came back is the person's to send again, not the office's.
    assert_eq!(
        counter.act(&counter.officer, &id, "submit").await.problem(409, "illegal-transition")["allowed"],
        json!([])
    );
    counter.act(&token, &id, "submit").await.expect(200);
    let registered = counter.act(&counter.officer, &id, "verify").await.expect(200);
    assert_eq!((&registered["status"], &registered["findings"]), (&json!("registered"), &json!([])));
    // Now the identity is the office's to change, and the telephone number still the person's.
    counter.change(&token, &id, &json!({"contact": {"phone": "0813-0000-0000"}})).send().await.expect(200);
    counter.change(&token, &id, &json!({"identity": {"name": "Sita"}})).send().await.problem(409, "illegal-transition");
    let own = counter.read(&token, &id).await.expect(200);
    assert_eq!(own["contact"]["phone"], "0813-0000-0000");
    assert_eq!(own["allowed_actions"], json!([]));
    let me = counter.world.read(&token, "/v1/me").await.expect(200);
    assert_eq!(me["roles"], json!([{"role": "job_seeker", "job_seeker_id": id}]));
    let told = ["create", "give", "update", "submit", "return", "submit", "verify", "update"];
    let told: Vec<_> =
        told.into_iter().filter(|event| *event != "give").map(|event| format!("job_seeker.{event}")).collect();
    assert_eq!(counter.journaled(&id).await, told);
}

#[tokio::test]
async fn who_takes_a_record_back_may_begin_again() {
    let counter = Counter::open().await;
    let (token, id) = counter.sent(&person(2)).await;
    // The office does not withdraw in anybody's name.
    counter.act(&counter.officer, &id, "withdraw").await.problem(409, "illegal-transition");
    assert_eq!(counter.act(&token, &id, "withdraw").await.expect(200)["status"], "withdrawn");
    let again = counter.draft(&token, &person(2)).await.text_of("id").to_owned();
    let gone = counter.world.service.call(Method::DELETE, path(&again)).token(&token).header("if-match", "*");
    gone.send().await.expect(204);
    counter.read(&token, &again).await.expect(404);
    counter.draft(&token, &person(2)).await;
}

#[tokio::test]
async fn every_fault_of_the_two_numbers_is_told_at_once_and_none_repeats_them() {
    let counter = Counter::open().await;
    let token = counter.someone();
    let bad = |nik: &str, card: &str| identified(1, json!({"nik": nik, "family_card": card}));
    for (nik, card, wanted) in [
        ("3672013201990001", "367201150315002", vec!["nik-birth-date", "family-card-digits"]),
        ("3672014001990001", "3672011503150021", vec!["nik-birth-date"]),
        ("3672016902990001", "3672011503150021", vec![]),
        ("3672016902960001", "3672011503150021", vec![]),
        ("0072014101990001", "3672011503150021", vec!["nik-region"]),
        ("3672014101990000", "3672011503150021", vec!["nik-serial"]),
        ("367201410199001", "3672011503150021", vec!["nik-digits"]),
        ("3672014101990001", "3672014101990001", vec!["family-card-is-nik"]),
    ] {
        let reply = counter.world.send(&token, "/v1/job-seekers", &bad(nik, card)).await;
        // The twenty-ninth of February is a day of leap years only.
        let wanted = if nik == "3672016902990001" { vec!["nik-birth-date"] } else { wanted };
        if wanted.is_empty() {
            let id = reply.expect(201).text_of("id").to_owned();
            counter.act(&token, &id, "submit").await.expect(200);
            counter.act(&token, &id, "withdraw").await.expect(200);
            continue;
        }
        let refused = reply.problem(422, "invalid-content");
        let told: Vec<_> = refused.faults().into_iter().map(|(_, code)| code).collect();
        assert_eq!(told, wanted, "{refused}");
        assert!(!refused.text.contains(nik) && !refused.text.contains(card), "{refused}");
    }
    // A number is text: as a JSON number it has lost what it was.
    let number = identified(1, json!({"nik": 3_672_014_101_990_001_u64}));
    counter.world.send(&token, "/v1/job-seekers", &number).await.problem(422, "body-shape");
}

#[tokio::test]
async fn what_does_not_agree_needs_a_reason_and_a_region_of_old_none() {
    let counter = Counter::open().await;
    let mut odd = identified(3, json!({"sex": "male", "birth_on": "1999-01-02"}));
    odd["office"] = json!("36.72");
    odd["address"]["region"] = json!("33.06");
    odd["education"][0]["name_on_diploma"] = json!("Sitti Contoh");
    let (token, id) = counter.sent(&odd).await;
    let odds = ["nik-birth-date", "nik-sex", "residence", "diploma-name"];
    for token in [&token, &counter.officer] {
        let record = counter.read(token, &id).await.expect(200);
        assert_eq!(found(&record, "findings"), odds);
    }
    let refused = counter.act(&counter.officer, &id, "verify").await.problem(422, "invalid-content");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 4);
    let reason = |finding: &str| json!({"finding": finding, "reason": "KTP dan surat domisili diperiksa di loket"});
    let overrides: Vec<_> = odds.into_iter().map(reason).collect();
    let short = json!({"overrides": [{"finding": "nik-sex", "reason": "ok"}]});
    let refused = counter.say(&counter.officer, &id, "verify", short).await.problem(422, "invalid-content");
    assert_eq!(refused.faults()[0], ("/overrides/0/reason", "too-short"));
    let registered = counter.say(&counter.officer, &id, "verify", json!({"overrides": overrides})).await.expect(200);
    assert_eq!((&registered["findings"], &registered["warnings"]), (&json!([]), &json!([])));
    let kept = registered["overrides"].as_array().unwrap();
    assert_eq!(kept.len(), 4);
    assert!(kept.iter().all(|given| given["by"].as_str().unwrap().contains("counter_officer")), "{registered}");

    // Numbers of districts that are no more are good for life, and of districts that are not of Java as well.
    let old = identified(4, json!({"nik": "9112014101990004"}));
    let (token, id) = counter.sent(&old).await;
    let record = counter.read(&token, &id).await.expect(200);
    assert_eq!(found(&record, "warnings"), ["nik-region-unknown"]);
    assert_eq!(record["findings"], json!([]));
    counter.act(&counter.officer, &id, "verify").await.expect(200);
}

#[tokio::test]
async fn the_office_mends_an_identity_with_a_reason_for_what_does_not_agree_then() {
    let counter = Counter::open().await;
    let (_, id) = counter.registered(&identified(5, json!({"family_card": "3672011503150021"}))).await;
    let (_, other) = counter.registered(&person(6)).await;
    let change = |body: Value| counter.change(&counter.officer, &id, &body).send();
    let birth = json!({"identity": {"birth_on": "1999-02-01"}});
    let refused = change(birth.clone()).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/overrides", "override-required")]);
    let reason = json!([{"finding": "nik-birth-date", "reason": "Akta lahir diperiksa"}]);
    let mended = change(with(birth, json!({"overrides": reason.clone()}))).await.expect(200);
    assert_eq!((&mended["identity"]["birth_on"], &mended["findings"]), (&json!("1999-02-01"), &json!([])));
    // What was let pass once stays so, and what is absent in a patch stays, too.
    let mended = change(json!({"identity": {"name": "Siti Contoh 5"}, "office": null})).await;
    mended.problem(422, "body-shape");
    let mended = change(json!({"identity": {"name": "Siti Contoh 5"}})).await.expect(200);
    assert_eq!(mended["identity"]["family_card_known"], true);
    // A NIK that the register has is another person, or the same one: then the two are merged.
    let known = json!({"identity": {"nik": "3672014101990006"}, "overrides": reason});
    change(known).await.problem(409, "already-exists");
    let refused = change(json!({"office": "33.06"})).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/office", "not-allowed")]);
    assert_eq!(counter.read(&counter.officer, &other).await.expect(200)["identity"]["name"], "Siti Contoh 6");
}

/// A property over what can be seen: whoever sends the draft of somebody whom the register has sees what anybody sees.
#[tokio::test]
async fn who_sends_a_draft_learns_nothing_of_a_record() {
    let counter = Counter::open().await;
    counter.registered(&person(7)).await;
    let (teacher, _) = school(&counter.world.service, "36.72").await;
    let mut seen: Vec<Vec<String>> = Vec::new();
    for number in [7, 8] {
        let mut told = Vec::new();
        let someone = counter.someone();
        for token in [&someone, &teacher] {
            let draft = counter.draft(token, &person(number)).await;
            let id = draft.text_of("id").to_owned();
            let changed = counter.change(token, &id, &json!({"skills": ["las"]})).send().await.expect(200);
            let sent = counter.act(token, &id, "submit").await.expect(200);
            let read = counter.read(token, &id).await.expect(200);
            let listed = counter.world.read(token, "/v1/job-seekers?status=submitted").await.expect(200);
            let again = counter.act(token, &id, "submit").await.problem(409, "illegal-transition");
            for reply in [draft, changed, sent, read, listed] {
                let blank = reply.text.replace(&id, "ID").replace(&format!("{number:04}"), "NNNN");
                let blank = blank
                    .replace(&format!("Siti Contoh {number}"), "NAME")
                    .replace(&format!("SITI CONTOH {number}"), "NAME");
                let names: Vec<_> = reply.headers.keys().map(ToString::to_string).collect();
                told.push(format!("{} {names:?} {blank}", reply.status));
            }
            told.push(format!("{} {}", again.status, again.json["allowed"]));
            let back = counter.act(token, &id, "withdraw").await.expect(200);
            told.push(format!("{} {}", back.status, back["status"]));
        }
        seen.push(told);
    }
    let blank = |told: &[String]| -> Vec<String> { told.iter().map(|line| without_times(line)).collect() };
    assert_eq!(blank(&seen[0]), blank(&seen[1]));
}

/// A text without what two requests never have in common: ids of the school's rows are, instants are not.
fn without_times(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = text.find("2026-11-23T") {
        let end = text[at..].find('Z').map_or(text.len(), |end| at + end + 1);
        text.replace_range(at..end, "TIME");
    }
    text
}

#[tokio::test]
async fn an_officer_joins_a_draft_to_the_person_whom_the_register_has() {
    let counter = Counter::open().await;
    let (owner, first) = counter.registered(&person(7)).await;
    let phone = |phone: &str| with(person(7), json!({"contact": {"phone": phone}}));
    let (stranger, second) = counter.sent(&phone("0899-0000-0000")).await;
    let (_, third) = counter.sent(&person(8)).await;
    let list = counter.world.read(&counter.officer, LIST).await.expect(200);
    assert_eq!(ids(&list["data"], "id"), [second.as_str(), third.as_str()]);
    let flags: Vec<_> = list["data"].as_array().unwrap().iter().map(|row| row["identity_review"].clone()).collect();
    assert_eq!(flags, [json!(true), json!(false)]);
    assert_eq!(list["data"][0]["allowed_actions"], json!(["return", "verify"]));
    // Only the office sees that the person is known, and joins nobody without a word.
    let seen = |record: Reply| found(&record, "findings");
    assert_eq!(seen(counter.read(&stranger, &second).await.expect(200)), Vec::<String>::new());
    assert_eq!(seen(counter.read(&counter.officer, &second).await.expect(200)), ["known-person"]);
    counter.act(&counter.officer, &second, "verify").await.problem(422, "invalid-content");
    let overrides = json!({"overrides": [{"finding": "known-person", "reason": "KTP asli diperiksa di loket"}]});
    let joined = counter.say(&counter.officer, &second, "verify", overrides.clone()).await.expect(200);
    assert_eq!((joined.text_of("id"), &joined["contact"]["phone"]), (first.as_str(), &json!("0899-0000-0000")));
    // The draft names the record, whoever sent it has the record as their own now, and so has whoever had it before.
    let merged = counter.read(&counter.officer, &second).await.expect(200);
    assert_eq!((&merged["status"], &merged["merged_into"]), (&json!("merged"), &json!(first)));
    counter.read(&stranger, &first).await.expect(200);
    counter.read(&owner, &first).await.expect(200);
    assert_eq!(counter.counted(&first).await.len(), 1, "a person is counted once");
    // The next one is of somebody who was removed: they look for work again. A school wrote it, and agrees to nothing
    // for them.
    let said = json!({"consents": ["employers"], "skills": ["menjahit"]});
    counter.change(&owner, &first, &said).send().await.expect(200);
    let removal = json!({"reason": "moved", "note": "Pindah tanpa kabar"});
    counter.say(&counter.officer, &first, "remove", removal).await.expect(200);
    let (teacher, _) = school(&counter.world.service, "36.72").await;
    let mut class = with(person(7), json!({"contact": {"phone": "0800-0000-0000"}, "languages": ["Jepang"]}));
    class["skills"] = json!(["las"]);
    let fourth = counter.draft(&teacher, &class).await.text_of("id").to_owned();
    counter.act(&teacher, &fourth, "submit").await.expect(200);
    let back = counter.say(&counter.officer, &fourth, "verify", overrides).await.expect(200);
    assert_eq!((back.text_of("id"), &back["status"]), (first.as_str(), &json!("registered")));
    assert_eq!((&back["removal_reason"], &back["status_reason"]), (&json!(null), &json!(null)));
    assert_eq!(back["consents"], json!(["employers"]));
    // Who let what pass in the record stays known.
    let passed: Vec<_> = back["overrides"].as_array().unwrap().iter().map(|given| given["finding"].clone()).collect();
    assert_eq!(passed, ["known-person", "known-person"]);
    // Nor does it write over what the person has said; it adds to it.
    assert_eq!((&back["contact"]["phone"], &back["skills"]), (&json!("0899-0000-0000"), &json!(["menjahit"])));
    assert_eq!(back["languages"], json!(["Jepang"]));
    let kinds: Vec<_> = counter.counted(&first).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["seeker_registered", "seeker_removed", "seeker_registered"]);
}

#[tokio::test]
async fn one_nik_is_registered_once_however_many_verify_it_at_once() {
    let counter = Counter::open().await;
    let (here, there) =
        (person(9), with(person(9), json!({"address": {"region": "33.06", "street": "Jalan Contoh 9"}})));
    let mut drafts = Vec::new();
    for number in 0..8 {
        let (officer, person) = if number % 2 == 0 { (&counter.officer, &here) } else { (&counter.elsewhere, &there) };
        drafts.push((officer, counter.sent(person).await.1));
    }
    let acts = drafts.iter().map(|(officer, id)| counter.act(officer, id, "verify"));
    let replies = futures_util::future::join_all(acts).await;
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(won, 1, "{:?}", replies.iter().map(|reply| reply.status).collect::<Vec<_>>());
    // The others of that office may join it, those of the other office ask for a transfer.
    let told: Vec<_> = replies.iter().filter(|reply| reply.status != 200).map(|reply| reply["code"].clone()).collect();
    assert_eq!(told.iter().filter(|code| *code == "invalid-content").count(), 3, "{told:?}");
    assert_eq!(told.iter().filter(|code| *code == "kept-elsewhere").count(), 4, "{told:?}");
    let both = [counter.register(&counter.officer).await, counter.register(&counter.elsewhere).await].concat();
    assert_eq!(both.len(), 1);
    assert_eq!(counter.counted(&both[0]).await.len(), 1);
}

#[tokio::test]
async fn a_person_is_removed_with_a_reason_and_restored_with_one() {
    let counter = Counter::open().await;
    let (token, id) = counter.registered(&person(12)).await;
    counter.say(&counter.officer, &id, "remove", json!({})).await.problem(422, "body-shape");
    counter.say(&token, &id, "remove", json!({"reason": "moved"})).await.problem(403, "forbidden");
    let body = json!({"reason": "own_business", "note": "Membuka warung"});
    let removed = counter.say(&counter.officer, &id, "remove", body).await.expect(200);
    assert_eq!((&removed["status"], &removed["removal_reason"]), (&json!("removed"), &json!("own_business")));
    assert_eq!(removed["allowed_actions"], json!(["restore", "transfer", "merge"]));
    counter.change(&token, &id, &json!({"skills": ["las"]})).send().await.problem(409, "illegal-transition");
    counter.say(&counter.officer, &id, "restore", json!({"reason": "x"})).await.problem(422, "invalid-content");
    let reason = "Warung ditutup; mencari kerja lagi";
    let restored = counter.say(&counter.officer, &id, "restore", json!({"reason": reason})).await.expect(200);
    assert_eq!((&restored["status"], &restored["status_reason"]), (&json!("registered"), &json!(reason)));
    let kinds: Vec<_> = counter.counted(&id).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["seeker_registered", "seeker_removed", "seeker_registered"]);
    // Nobody is deleted from the register.
    let gone = counter.world.service.call(Method::DELETE, path(&id)).token(&counter.officer).header("if-match", "*");
    gone.send().await.problem(409, "illegal-transition");
}

#[tokio::test]
async fn a_record_moves_to_another_office_and_is_counted_in_both() {
    let counter = Counter::open().await;
    let (token, id) = counter.registered(&person(13)).await;
    // Elsewhere nobody sees it; a draft of the same person is told there whom to ask.
    counter.read(&counter.elsewhere, &id).await.expect(404);
    let there = with(person(13), json!({"address": {"region": "33.06", "street": "Jalan Contoh 3"}}));
    let (_, draft) = counter.sent(&there).await;
    let refused = counter.act(&counter.elsewhere, &draft, "verify").await.problem(409, "kept-elsewhere");
    assert!(refused.text_of("detail").contains("36.72"));
    let to = |office: &str| json!({"to_office": office, "reason": "Pindah domisili ke Purworejo"});
    counter.say(&counter.officer, &id, "transfer", to("99.99")).await.problem(422, "invalid-content");
    counter.say(&counter.officer, &id, "transfer", to("36.72")).await.problem(422, "invalid-content");
    let gone = counter.say(&counter.officer, &id, "transfer", to("33.06")).await.expect(200);
    assert_eq!((&gone["office"], &gone["status"]), (&json!("33.06"), &json!("registered")));
    assert_eq!(gone["allowed_actions"], json!([]));
    counter.read(&counter.officer, &id).await.expect(404);
    counter.read(&counter.elsewhere, &id).await.expect(200);
    counter.read(&token, &id).await.expect(200);
    let moves = counter.counted(&id).await;
    let moves: Vec<_> = moves.iter().map(|(kind, office)| (kind.as_str(), office.as_str())).collect();
    let wanted = [("seeker_registered", "36.72"), ("seeker_left", "36.72"), ("seeker_entered", "33.06")];
    assert_eq!(moves, wanted);
    // The card's address is still the old one: the new office sees that, and joins the draft that has the new one.
    let overrides = json!({"overrides": [{"finding": "known-person", "reason": "KTP baru diperiksa di loket"}]});
    let joined = counter.say(&counter.elsewhere, &draft, "verify", overrides).await.expect(200);
    assert_eq!((joined.text_of("id"), &joined["findings"]), (id.as_str(), &json!([])));
}

#[tokio::test]
async fn two_records_of_one_person_become_one_and_keep_their_history() {
    let counter = Counter::open().await;
    let (token, wrong) = counter.registered(&person(14)).await;
    let (_, right) = counter.registered(&person(15)).await;
    let body = |into: &str| json!({"into": into, "reason": "NIK lama keliru; orang yang sama"});
    counter.say(&counter.officer, &wrong, "merge", body(&wrong)).await.problem(422, "invalid-content");
    let (_, waiting) = counter.sent(&person(16)).await;
    counter.say(&counter.officer, &wrong, "merge", body(&waiting)).await.problem(422, "invalid-content");
    let merged = counter.say(&counter.officer, &wrong, "merge", body(&right)).await.expect(200);
    assert_eq!((&merged["status"], &merged["merged_into"]), (&json!("merged"), &json!(right)));
    assert_eq!(merged["allowed_actions"], json!([]));
    // Both can still be read, each with what happened to it; whoever had the one has the other.
    assert_eq!(counter.read(&counter.officer, &wrong).await.expect(200)["identity"]["name"], "Siti Contoh 14");
    assert_eq!(counter.read(&token, &right).await.expect(200)["identity"]["name"], "Siti Contoh 15");
    let events = ["create", "submit", "verify"].map(|event| format!("job_seeker.{event}")).to_vec();
    assert_eq!(counter.journaled(&right).await, events);
    assert_eq!(counter.journaled(&wrong).await, [events, vec!["job_seeker.merge".to_owned()]].concat());
    assert_eq!(counter.counted(&wrong).await.len(), 2);
    assert_eq!(counter.register(&counter.officer).await, [right]);
}

#[tokio::test]
async fn who_was_removed_asks_anew_and_the_office_joins_the_two() {
    let counter = Counter::open().await;
    let (token, first) = counter.registered(&person(23)).await;
    counter.world.send(&token, "/v1/job-seekers", &person(23)).await.problem(409, "already-exists");
    counter.say(&counter.officer, &first, "remove", json!({"reason": "moved"})).await.expect(200);
    let second = counter.draft(&token, &person(23)).await.text_of("id").to_owned();
    counter.act(&token, &second, "submit").await.expect(200);
    let overrides = json!({"overrides": [{"finding": "known-person", "reason": "KTP asli diperiksa di loket"}]});
    let back = counter.say(&counter.officer, &second, "verify", overrides).await.expect(200);
    assert_eq!((back.text_of("id"), &back["status"]), (first.as_str(), &json!("registered")));
}

#[tokio::test]
async fn a_reason_holds_for_what_it_was_given_for_and_each_group_adds_up() {
    let counter = Counter::open().await;
    let (_, id) = counter.sent(&identified(24, json!({"sex": "male"}))).await;
    let given = json!({"overrides": [{"finding": "nik-sex", "reason": "KTP diperiksa di loket"}]});
    counter.say(&counter.officer, &id, "verify", given).await.expect(200);
    // A day of birth that differs now needs a reason of its own; the sex keeps its.
    let change = json!({"identity": {"birth_on": "1999-02-01"}});
    counter.change(&counter.officer, &id, &change).send().await.problem(422, "invalid-content");
    let change = json!({"identity": {"birth_on": "1999-02-01"},
        "overrides": [{"finding": "nik-birth-date", "reason": "Akta lahir diperiksa"}]});
    counter.change(&counter.officer, &id, &change).send().await.expect(200);
    let again = json!({"identity": {"birth_on": "1999-03-01"}});
    counter.change(&counter.officer, &id, &again).send().await.problem(422, "invalid-content");
    // What people are counted by has changed: they leave one group and enter the other.
    let change = json!({"identity": {"sex": "female"}});
    counter.change(&counter.officer, &id, &change).send().await.expect(200);
    let rows = movement::Entity::find().filter(movement::Column::SubjectId.eq(uuid(&id)));
    let rows = rows.all(counter.world.service.state().db.reader()).await.unwrap();
    let sum =
        |sex: &str| -> i64 { rows.iter().filter(|row| row.sex.as_deref() == Some(sex)).map(|row| row.quantity).sum() };
    assert_eq!((sum("male"), sum("female")), (0, 1));
}

#[tokio::test]
async fn whoever_is_told_of_a_person_by_a_draft_is_on_record_with_that_person() {
    let counter = Counter::open().await;
    let (_, kept) = counter.registered(&person(25)).await;
    let draft = counter.draft(&counter.officer, &person(25)).await.text_of("id").to_owned();
    counter.act(&counter.officer, &draft, "submit").await.expect(200);
    counter.read(&counter.officer, &draft).await.expect(200);
    counter.act(&counter.officer, &draft, "verify").await.problem(422, "invalid-content");
    counter.world.service.state().reads.flush(&counter.world.service.state().db).await;
    let rows = access_record::Entity::find().filter(access_record::Column::SubjectId.eq(uuid(&kept)));
    let rows = rows.filter(access_record::Column::Act.eq("look_up"));
    assert!(rows.all(counter.world.service.state().db.reader()).await.unwrap().len() >= 2);
}

#[tokio::test]
async fn a_school_drafts_for_its_own_alumni_and_does_nothing_else() {
    let counter = Counter::open().await;
    let (teacher, id) = school(&counter.world.service, "36.72").await;
    let (other, other_id) = school(&counter.world.service, "36.72").await;
    let draft = counter.draft(&teacher, &person(17)).await;
    assert_eq!((&draft["source"], &draft["school_id"]), (&json!("school"), &json!(id)));
    let record = draft.text_of("id").to_owned();
    counter.read(&other, &record).await.expect(404);
    let stray = with(person(18), json!({"school_id": other_id}));
    counter.world.send(&teacher, "/v1/job-seekers", &stray).await.problem(422, "invalid-content");
    let agreed = with(person(18), json!({"consents": ["employers"]}));
    let refused = counter.world.send(&teacher, "/v1/job-seekers", &agreed).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/consents", "consent-not-theirs")]);
    let abroad = with(person(18), json!({"wanted": {"occupations": ["75"], "abroad": true}}));
    let refused = counter.world.send(&teacher, "/v1/job-seekers", &abroad).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/wanted/abroad", "not-allowed")]);
    counter.act(&teacher, &record, "submit").await.expect(200);
    counter.act(&teacher, &record, "verify").await.problem(403, "forbidden");
    counter.act(&counter.officer, &record, "verify").await.expect(200);
    // What the office has taken over is no longer the school's.
    counter.change(&teacher, &record, &json!({"skills": ["las"]})).send().await.expect(404);
    counter.read(&teacher, &record).await.expect(404);
    counter.read(&other, &record).await.expect(404);
    let lookup = json!({"nik": "3672014101990017", "purpose": "Mencari alumni"});
    counter.world.send(&teacher, "/v1/job-seeker-lookups", &lookup).await.problem(403, "forbidden");
}

#[tokio::test]
async fn the_counter_writes_for_whoever_stands_there_and_hands_the_record_over() {
    let counter = Counter::open().await;
    // Somebody without a telephone, who says nothing of one.
    let mut person = person(19);
    person.as_object_mut().unwrap().remove("contact");
    let draft = counter.draft(&counter.officer, &person).await;
    assert_eq!((&draft["source"], &draft["allowed_actions"]), (&json!("counter"), &json!(["submit"])));
    let id = draft.text_of("id").to_owned();
    let elsewhere = with(person.clone(), json!({"office": "33.06"}));
    counter.world.send(&counter.officer, "/v1/job-seekers", &elsewhere).await.problem(422, "invalid-content");
    counter.change(&counter.officer, &id, &json!({"office": "33.06"})).send().await.problem(422, "invalid-content");
    counter.act(&counter.officer, &id, "submit").await.expect(200);
    counter.act(&counter.officer, &id, "verify").await.expect(200);
    // The counter hands the person a code, and nobody for a record of another office.
    let path = format!("/v1/job-seekers/{id}/invitations");
    counter.world.act(&counter.elsewhere, &path).await.problem(404, "not-found");
    let handed = counter.world.act(&counter.officer, &path).await.expect(201);
    assert_eq!((&handed["role"], &handed["job_seeker_id"]), (&json!("job_seeker"), &json!(id)));
    let token = counter.someone();
    counter.world.send(&token, "/v1/invitations/accept", &json!({"code": handed["code"]})).await.expect(200);
    assert_eq!(counter.read(&token, &id).await.expect(200)["allowed_actions"], json!([]));
    counter.world.act(&token, &path).await.problem(403, "forbidden");
    // The office's admin may invite them, too, and takes the role back.
    let admin = counter.world.service.staff(Role::OfficeAdmin, "36.72").await;
    let new = json!({"role": "job_seeker", "job_seeker_id": id});
    let stranger = counter.world.service.staff(Role::OfficeAdmin, "33.06").await;
    counter.world.send(&stranger, "/v1/invitations", &new).await.problem(422, "invalid-content");
    counter.world.send(&admin, "/v1/invitations", &new).await.expect(201);
    counter.change(&token, &id, &json!({"consents": ["employers", "other_systems"]})).send().await.expect(200);
    let withdrawn = counter.change(&token, &id, &json!({"consents": ["other_systems"]})).send().await.expect(200);
    assert_eq!(withdrawn["consents"], json!(["other_systems"]));
    let grants = counter.world.read(&admin, "/v1/grants").await.expect(200);
    let grant = grants["data"].as_array().unwrap().iter().find(|grant| grant["job_seeker_id"] == id).unwrap();
    let revoke = format!("/v1/grants/{}/revoke", grant["id"].as_str().unwrap());
    counter.world.act(&admin, &revoke).await.expect(200);
    counter.read(&token, &id).await.problem(403, "forbidden");
}

#[tokio::test]
async fn the_numbers_are_masked_and_shown_whole_for_a_purpose_that_is_on_record() {
    let counter = Counter::open().await;
    let nik = "3672014101990011";
    let (token, id) = counter.registered(&identified(11, json!({"family_card": "3672011503150021"}))).await;
    let record = counter.read(&counter.officer, &id).await.expect(200);
    let list = counter.world.read(&counter.officer, "/v1/job-seekers").await.expect(200);
    for reply in [&record, &list] {
        assert!(!reply.text.contains(nik) && !reply.text.contains("3672011503150021"));
        assert!(reply.text.contains("3672••••••••0011"));
    }
    let purpose = json!({"purpose": "Mencocokkan dengan KTP di loket"});
    counter.say(&counter.officer, &id, "reveal", json!({"purpose": " "})).await.problem(422, "invalid-content");
    let shown = counter.say(&counter.officer, &id, "reveal", purpose.clone()).await.expect(200);
    assert_eq!((&shown["nik"], &shown["family_card"]), (&json!(nik), &json!("3672011503150021")));
    assert_eq!(shown.header("cache-control"), "private, no-store");
    counter.say(&token, &id, "reveal", purpose.clone()).await.expect(200);
    counter.say(&counter.elsewhere, &id, "reveal", purpose).await.problem(404, "not-found");
    // Found by NIK, on record before the answer; elsewhere there is nobody, and that is on record as well.
    let ask = json!({"nik": nik, "purpose": "Cetak ulang kartu"});
    let found = counter.world.send(&counter.officer, "/v1/job-seeker-lookups", &ask).await.expect(200);
    assert_eq!(found["job_seeker"]["id"], json!(id));
    let none = counter.world.send(&counter.elsewhere, "/v1/job-seeker-lookups", &ask).await.expect(200);
    assert_eq!(none.json, json!({"job_seeker": null}));
    let bad = json!({"nik": "3672014001990011", "purpose": "x"});
    let refused =
        counter.world.send(&counter.officer, "/v1/job-seeker-lookups", &bad).await.problem(422, "invalid-content");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2);
    let select = access_record::Entity::find().filter(access_record::Column::Act.is_in(["reveal", "look_up"]));
    let rows = select.all(counter.world.service.state().db.reader()).await.unwrap();
    let kept = rows
        .iter()
        .map(|row| (row.act.as_str(), row.subject_id.is_some(), row.office.as_str(), row.purpose.as_deref()));
    let mut kept: Vec<_> = kept.collect();
    kept.sort_unstable();
    let look_up = |found, office| ("look_up", found, office, Some("Cetak ulang kartu"));
    let reveal = ("reveal", true, "36.72", Some("Mencocokkan dengan KTP di loket"));
    assert_eq!(kept, [look_up(false, "33.06"), look_up(true, "36.72"), reveal, reveal]);
}

#[tokio::test]
async fn nobody_finds_people_by_trying_numbers() {
    let service = Service::with(|config| config.http.rate_limits = true).await;
    service.office("36.72").await;
    let officer = service.staff(Role::CounterOfficer, "36.72").await;
    let ask = async |number: u32| {
        let body = json!({"nik": format!("367201410199{number:04}"), "purpose": "Cetak ulang kartu"});
        service.post("/v1/job-seeker-lookups").token(&officer).json(&body).send().await
    };
    for number in 1..=12 {
        ask(number).await.expect(200);
    }
    ask(13).await.problem(429, "rate-limited");
}

#[tokio::test]
async fn what_is_kept_holds_no_number_and_nothing_that_was_said() {
    let counter = Counter::open().await;
    let said = identified(20, json!({"family_card": "3672011503150021", "religion": "hindu"}));
    let said = with(said, json!({"disabilities": ["sensory"], "skills": ["menjahit"]}));
    let (_, id) = counter.registered(&said).await;
    let db = counter.world.service.state().db.reader();
    let row = seeker::Entity::find_by_id(seeker::SeekerId(uuid(&id))).into_json().one(db).await.unwrap().unwrap();
    let text = row.to_string();
    let bytes: Vec<u8> = serde_json::from_value(row["content_sealed"].clone()).unwrap();
    let holds = |word: &str| text.contains(word) || bytes.windows(word.len()).any(|window| window == word.as_bytes());
    for word in
        ["3672014101990020", "3672011503150021", "hindu", "sensory", "menjahit", "Jalan Contoh", "0812-0000-0000"]
    {
        assert!(!holds(word), "{word}");
    }
    assert!(holds("Siti Contoh 20"), "the name is what lists show");
}

#[tokio::test]
async fn nobody_under_the_age_of_the_policy_is_sent_to_the_office() {
    let counter = Counter::open().await;
    let token = counter.someone();
    let young = identified(21, json!({"nik": "3672016411110021", "birth_on": "2011-11-24"}));
    let id = counter.draft(&token, &young).await.text_of("id").to_owned();
    let refused = counter.act(&token, &id, "submit").await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/identity/birth_on", "too-young")]);
    let grown = json!({"identity": {"nik": "3672016311110021", "birth_on": "2011-11-23"}});
    counter.change(&token, &id, &grown).send().await.expect(200);
    counter.act(&token, &id, "submit").await.expect(200);
    // The number is a row: an office that asks for more gets more.
    let policy = json!({
        "rule": "worker.minimum-age", "scope": "36.72", "valid_from": "2026-01-01", "amount": 16, "unit": "years",
        "law": "Perda Contoh 1/2026",
    });
    let admin = counter.world.service.staff(Role::OfficeAdmin, "36.72").await;
    counter.world.send(&admin, "/v1/policies", &policy).await.expect(201);
    let other = counter.someone();
    let grown = identified(22, json!({"nik": "3672016311110022", "birth_on": "2011-11-23"}));
    let id = counter.draft(&other, &grown).await.text_of("id").to_owned();
    counter.act(&other, &id, "submit").await.problem(422, "invalid-content");
}

#[tokio::test]
async fn a_role_in_a_school_or_a_record_is_the_office_s_to_give_and_to_see() {
    let counter = Counter::open().await;
    let (_, school_id) = school(&counter.world.service, "36.72").await;
    let service = &counter.world.service;
    let (admin, stranger) =
        (service.staff(Role::OfficeAdmin, "36.72").await, service.staff(Role::OfficeAdmin, "33.06").await);
    let new = json!({"name": "Aplikasi BKK", "role": "school_operator", "school_id": school_id});
    counter.world.send(&stranger, "/v1/clients", &new).await.problem(422, "invalid-content");
    let client = counter.world.send(&admin, "/v1/clients", &new).await.expect(201).text_of("id").to_owned();
    let seen = async |token: &str, list: &str| {
        let list = counter.world.read(token, list).await.expect(200);
        list.text.contains(&school_id.to_string()) || list.text.contains(&client)
    };
    for list in ["/v1/clients", "/v1/grants"] {
        assert!(seen(&admin, list).await && !seen(&stranger, list).await, "{list}");
    }
    counter.world.act(&admin, &format!("/v1/clients/{client}/revoke")).await.expect(200);
    for wrong in [json!({"office": "36.72"}), json!({}), json!({"school_id": school_id, "office": "36.72"})] {
        let new = with(json!({"subject": "guru", "role": "school_operator"}), wrong);
        counter.world.send(&admin, "/v1/grants", &new).await.problem(422, "invalid-content");
    }
    let realm = Realm::School(school_id);
    assert_eq!((realm.school(), realm.office()), (Some(school_id), None));
}
