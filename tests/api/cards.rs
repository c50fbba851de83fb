//! AK-1 cards: two acts, four reports, who sees what, and what a stranger can check.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use disnaker_entity::access::Role;
use disnaker_entity::card::link;
use disnaker_entity::plumbing::{access_record, journal, movement};
use disnaker_entity::seeker::{self, SeekerId, SeekerStatus};
use ed25519_dalek::{Signature, VerifyingKey};
use futures_util::future::join_all;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::files::photo;
use crate::harness::{Reply, Service, unused};
use crate::world::{World, hired, ids, line, nik, person, with};

const LIST: &str = "/v1/work-lists/ak1-pickup";

/// An office that gives out cards.
struct Office {
    world: World,
    /// Somebody at the counter, who prints.
    counter: String,
    /// A Pengantar Kerja, who signs.
    officer: String,
}

impl Office {
    async fn open() -> Self {
        let world = World::new().await;
        let counter = world.service.staff(Role::CounterOfficer, "36.72").await;
        let officer = world.officer.clone();
        Self { world, counter, officer }
    }

    /// Moves the clock, and lets the sweep run.
    async fn later(&mut self, time: &str) {
        self.world.later(time);
        self.officer.clone_from(&self.world.officer);
        self.counter = self.world.service.staff(Role::CounterOfficer, "36.72").await;
        disnaker::app::sweep(self.world.service.state()).await.unwrap();
    }

    /// Somebody registered: subject of their token and record.
    async fn registered(&self, person: &Value) -> (String, String) {
        let subject = unused("warga");
        let token = self.world.service.token(&subject);
        let id = self.world.send(&token, "/v1/job-seekers", person).await.expect(201).text_of("id").to_owned();
        self.world.act(&token, &format!("/v1/job-seekers/{id}/submit")).await.expect(200);
        self.world.act(&self.counter, &format!("/v1/job-seekers/{id}/verify")).await.expect(200);
        (subject, id)
    }

    async fn prepare(&self, person: &str) -> Reply {
        self.world.act(&self.counter, &format!("/v1/job-seekers/{person}/ak1-cards")).await
    }

    async fn act(&self, token: &str, card: &str, event: &str) -> Reply {
        self.world.act(token, &format!("/v1/ak1-cards/{card}/{event}")).await
    }

    async fn say(&self, token: &str, card: &str, event: &str, body: Value) -> Reply {
        self.world.send(token, &format!("/v1/ak1-cards/{card}/{event}"), &body).await
    }

    async fn read(&self, card: &str) -> Reply {
        self.world.read(&self.counter, &format!("/v1/ak1-cards/{card}")).await.expect(200)
    }

    /// A card that holds, of somebody who has just been registered.
    async fn issued(&self, number: u32) -> (String, String, String) {
        let (subject, person) = self.registered(&person(number)).await;
        let card = self.issue(&person).await;
        (subject, person, card)
    }

    async fn issue(&self, person: &str) -> String {
        let card = self.prepare(person).await.expect(201).text_of("id").to_owned();
        self.act(&self.counter, &card, "print").await.expect(200);
        self.act(&self.officer, &card, "sign").await.expect(200);
        card
    }

    async fn status_of(&self, person: &str) -> Value {
        self.world.read(&self.counter, &format!("/v1/job-seekers/{person}")).await.expect(200)["status"].clone()
    }

    /// The events of a card, none of which names a person.
    async fn journaled(&self, card: &str) -> Vec<String> {
        let select = journal::Entity::find().filter(journal::Column::SubjectId.eq(card));
        let rows = select.order_by_asc(journal::Column::Seq).all(self.world.service.state().db.reader()).await.unwrap();
        assert!(rows.iter().all(|row| !row.body.contains("Contoh") && !row.body.contains("367201")));
        rows.into_iter().map(|row| row.event.trim_start_matches("ak1_card.").to_owned()).collect()
    }

    /// Kind and quantity of what was counted of a person.
    async fn counted(&self, person: &str) -> Vec<(String, i64)> {
        let id: uuid::Uuid = person.parse().unwrap();
        let select = movement::Entity::find().filter(movement::Column::SubjectId.eq(id));
        let rows =
            select.order_by_asc(movement::Column::Seq).all(self.world.service.state().db.reader()).await.unwrap();
        rows.into_iter().map(|row| (row.kind, row.quantity)).collect()
    }

    async fn checked(&self, card: &str) -> Reply {
        let url = self.read(card).await.text_of("verification_url").to_owned();
        self.world.service.get(url.split_once("/v1/").map(|(_, path)| format!("/v1/{path}")).unwrap()).send().await
    }

    /// The list of cards that do not hold, with its signature verified.
    async fn revoked(&self) -> Value {
        self.world.service.state().cards.forget();
        listed(&self.world.service, "ak1", "ak1").await
    }
}

/// A list of papers that do not hold, with its signature verified.
pub async fn listed(service: &Service, of: &str, kind: &str) -> Value {
    let list = service.get(format!("/v1/verifications/{of}/revoked")).send().await.expect(200);
    let signature: Vec<_> = list.text_of("signature").split('.').collect();
    let [header, "", signature] = signature[..] else { panic!("{list}") };
    let signed = format!("{header}.{}", BASE64.encode(list.text_of("statement")));
    assert_eq!(verified(service, header, &signed, signature).await["typ"], json!(format!("{kind}-revoked+jws")));
    serde_json::from_str::<Value>(list.text_of("statement")).unwrap()
}

/// What a code states behind its address, with its signature verified: the type, and the claims.
pub async fn stated(service: &Service, code: &str) -> (String, Value) {
    let (_, statement) = code.split_once('#').unwrap();
    let parts: Vec<_> = statement.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("{statement}") };
    let header = verified(service, header, &format!("{header}.{payload}"), signature).await;
    (header["typ"].as_str().unwrap().to_owned(), serde_json::from_slice(&BASE64.decode(payload).unwrap()).unwrap())
}

/// The header of something signed, if the published keys of cards verify it.
async fn verified(service: &Service, header: &str, signed: &str, signature: &str) -> Value {
    let keys = service.get("/.well-known/jwks.json").send().await.expect(200);
    let header: Value = serde_json::from_slice(&BASE64.decode(header).unwrap()).unwrap();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!((&key["use"], &header["alg"]), (&json!("card"), &json!("EdDSA")));
    let key: [u8; 32] = BASE64.decode(key["x"].as_str().unwrap()).unwrap().try_into().unwrap();
    let signature = Signature::from_slice(&BASE64.decode(signature).unwrap()).unwrap();
    VerifyingKey::from_bytes(&key).unwrap().verify_strict(signed.as_bytes(), &signature).unwrap();
    header
}

#[tokio::test]
async fn a_card_holds_once_it_is_signed_and_printed_in_either_order() {
    let office = Office::open().await;
    for (number, order) in [(1, ["sign", "print"]), (2, ["print", "sign"])] {
        let (subject, person) = office.registered(&person(number)).await;
        let card = office.prepare(&person).await.expect(201);
        assert_eq!(card.text_of("number"), format!("AK1-36.72-2026-00000{number}"));
        assert_eq!(
            (&card["status"], &card["issued_on"], &card["signed"]),
            (&json!("prepared"), &json!(null), &json!(null))
        );
        let id = card.text_of("id").to_owned();
        office.prepare(&person).await.problem(409, "already-exists");
        // It is nothing yet, and no paper can be made.
        office
            .world
            .read(&office.counter, &format!("/v1/ak1-cards/{id}/card.pdf"))
            .await
            .problem(409, "illegal-transition");
        let waiting = office.world.read(&office.counter, LIST).await.expect(200);
        assert_eq!(ids(&waiting["data"], "id"), [id.as_str()]);
        // Who prints does not sign.
        office.act(&office.counter, &id, "sign").await.problem(403, "forbidden");
        let name = json!({"name": "Pengantar Contoh, S.Sos.", "staff_number": "19800101 200501 1 001"});
        for (at, event) in order.into_iter().enumerate() {
            let done = match event {
                "sign" => office.say(&office.officer, &id, "sign", name.clone()).await.expect(200),
                _ => office.act(&office.counter, &id, "print").await.expect(200),
            };
            assert_eq!(
                done["status"],
                if at == 1 {
                    "active"
                } else if event == "sign" {
                    "signed"
                } else {
                    "printed"
                }
            );
            assert_eq!((&done["issued_on"], &done["expires_on"]), (&json!("2026-11-23"), &json!("2028-11-23")));
            assert_eq!(done["active_at"].is_null(), at == 0);
            let again = if event == "sign" { &office.officer } else { &office.counter };
            office.act(again, &id, event).await.problem(409, "illegal-transition");
        }
        let card = office.read(&id).await;
        assert!(card["signed"]["by"].as_str().unwrap().contains("petugas"), "{card}");
        assert!(card["printed"]["by"].as_str().unwrap().contains("counter_officer"), "{card}");
        assert_eq!(card["signed"]["at"], "2026-11-23T02:00:00Z");
        let due: Vec<_> = ids(&card["reports"], "due_on");
        assert_eq!(due, ["2027-05-23", "2027-11-23", "2028-05-23", "2028-11-23"]);
        assert_eq!(office.world.read(&office.counter, LIST).await.expect(200)["data"], json!([]));
        let mut told = vec!["prepare"];
        told.extend(order);
        assert_eq!(office.journaled(&id).await, told);
        let counted = office.counted(&person).await;
        assert_eq!(counted, [("seeker_registered".to_owned(), 1), ("ak1_issued".to_owned(), 1)]);
        // The holder reads it, and nobody else who is not of the office.
        let own = office.world.service.token(&subject);
        let read = office.world.read(&own, &format!("/v1/ak1-cards/{id}")).await.expect(200);
        assert_eq!(read["allowed_actions"], json!([]));
        office.world.read(&own, &format!("/v1/job-seekers/{person}/ak1-cards")).await.expect(200);
        office.world.read(&own, &format!("/v1/ak1-cards/{id}/card.pdf")).await.problem(403, "forbidden");
        let elsewhere = office.world.service.staff(Role::PlacementOfficer, "33.06").await;
        office.act(&elsewhere, &id, "sign").await.problem(404, "not-found");
        office.world.read(&elsewhere, &format!("/v1/ak1-cards/{id}/card.pdf")).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn two_hundred_at_once_get_two_hundred_numbers_without_a_gap() {
    let office = Office::open().await;
    let (_, first) = office.registered(&person(1)).await;
    let change = office.world.service.change().await;
    let known = seeker::Entity::find_by_id(SeekerId(first.parse().unwrap())).one(change.db()).await.unwrap().unwrap();
    let mut people = vec![first];
    for number in 1_u32..200 {
        let mut row = known.clone();
        row.id = SeekerId(change.id());
        row.nik_index = [row.nik_index.as_slice(), &number.to_be_bytes()].concat();
        people.push(row.id.to_string());
        row.into_active_model().reset_all().insert(change.db()).await.unwrap();
    }
    change.commit().await.unwrap();
    let replies = join_all(people.iter().map(|person| office.prepare(person))).await;
    let numbers: BTreeSet<String> =
        replies.into_iter().map(|reply| reply.expect(201).text_of("number").to_owned()).collect();
    let wanted: BTreeSet<String> = (1..=200).map(|number| format!("AK1-36.72-2026-{number:06}")).collect();
    assert_eq!(numbers, wanted);
    // Of many who prepare one person's card, one does.
    let person = &people[0];
    let card = ids(
        &office.world.read(&office.counter, &format!("/v1/job-seekers/{person}/ak1-cards")).await.expect(200)["data"],
        "id",
    );
    office.say(&office.officer, &card[0], "revoke", json!({"reason": "Salah orang"})).await.expect(200);
    let replies = join_all((0..8).map(|_| office.prepare(person))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    let next = replies.iter().find(|reply| reply.status == 201).unwrap();
    assert_eq!(next.text_of("number"), "AK1-36.72-2026-000201");
}

#[tokio::test]
async fn a_holder_reports_once_in_six_months_and_the_sweep_tells_once_of_what_was_missed() {
    let mut office = Office::open().await;
    let (subject, _, card) = office.issued(1).await;
    let own = office.world.service.token(&subject);
    let looking = json!({"situation": "looking"});
    let filed = office.say(&own, &card, "reports", looking.clone()).await.expect(200);
    assert_eq!(filed["next_report_on"], "2027-11-23");
    assert_eq!(
        filed["reports"][0],
        json!({"due_on": "2027-05-23", "state": "filed", "filed_on": "2026-11-23", "situation": "looking"})
    );
    office.say(&office.counter, &card, "reports", looking.clone()).await.problem(409, "already-exists");
    // Reminded fourteen days before, and told once that it was missed.
    for _ in 0..2 {
        office.later("2027-11-09T02:00:00Z").await;
    }
    assert_eq!(office.journaled(&card).await[3..], ["report", "report_due"]);
    for day in ["2027-11-23T16:59:00Z", "2027-11-23T17:01:00Z", "2027-11-24T02:00:00Z"] {
        office.later(day).await;
    }
    assert_eq!(office.journaled(&card).await[5..], ["report_missed"]);
    let missed = office.read(&card).await;
    assert_eq!((&missed["status"], &missed["missed_reports"]), (&json!("active"), &json!(1)));
    assert_eq!((&missed["reports"][1]["state"], &missed["next_report_on"]), (&json!("missed"), &json!("2028-05-23")));
    // What is filed late counts for the months that run; at the counter, and that the holder works.
    let working = json!({"situation": "working"});
    let late = office.say(&office.counter, &card, "reports", working).await.expect(200);
    assert_eq!((&late["next_report_on"], &late["missed_reports"]), (&json!("2028-11-23"), &json!(1)));
    // The last day holds; the day after does not, swept or not.
    office.world.later("2028-11-23T16:00:00Z");
    office.counter = office.world.service.staff(Role::CounterOfficer, "36.72").await;
    assert_eq!(office.checked(&card).await.expect(200)["status"], "active");
    office.world.later("2028-11-23T17:00:00Z");
    office.counter = office.world.service.staff(Role::CounterOfficer, "36.72").await;
    assert_eq!(office.checked(&card).await.expect(200)["status"], "expired");
    let refused = office.say(&office.counter, &card, "reports", looking).await.problem(409, "illegal-transition");
    assert_eq!(refused["allowed"], json!(["extend", "revoke"]));
    office.later("2028-11-24T02:00:00Z").await;
    assert_eq!(office.read(&card).await["status"], "expired");
    assert_eq!(office.journaled(&card).await[7..], ["report_missed", "expire"]);
}

#[tokio::test]
async fn where_a_missed_report_ends_a_card_nobody_files_past_it() {
    let mut office = Office::open().await;
    let (_, _, card) = office.issued(1).await;
    let policy = json!({
        "rule": "ak1.missed-report-ends-validity", "scope": "36.72", "valid_from": "2026-01-01", "amount": 1, "unit": "flag",
        "law": "Perwal Contoh 1/2026",
    });
    let admin = office.world.service.staff(Role::OfficeAdmin, "36.72").await;
    office.world.send(&admin, "/v1/policies", &policy).await.expect(201);
    office.world.later("2027-05-24T02:00:00Z");
    office.counter = office.world.service.staff(Role::CounterOfficer, "36.72").await;
    let late = office.say(&office.counter, &card, "reports", json!({"situation": "looking"})).await;
    assert_eq!(late.problem(409, "illegal-transition")["allowed"], json!(["extend", "revoke"]));
    office.later("2027-05-24T02:01:00Z").await;
    assert_eq!(office.read(&card).await["status"], "expired");
}

#[tokio::test]
async fn the_tag_of_a_card_serves_as_if_match_until_it_changes() {
    let office = Office::open().await;
    let (_, _, card) = office.issued(1).await;
    let tag = office.read(&card).await.header("etag").to_owned();
    let revoke = async |tag: &str| {
        let call = office.world.service.post(format!("/v1/ak1-cards/{card}/revoke")).token(&office.officer);
        call.header("if-match", tag).json(&json!({"reason": "Kartu keliru"})).send().await
    };
    revoke(&tag.replacen("\"3-", "\"2-", 1)).await.problem(412, "version-mismatch");
    revoke(&tag).await.expect(200);
    revoke(&tag).await.problem(412, "version-mismatch");
}

#[tokio::test]
async fn a_card_is_extended_under_its_number_before_and_after_its_last_day() {
    let mut office = Office::open().await;
    let (_, _, early) = office.issued(1).await;
    let (_, person, late) = office.issued(2).await;
    let refused = office.act(&office.officer, &early, "extend").await.problem(409, "illegal-transition");
    assert!(refused.text_of("detail").contains("2028-10-24"), "{refused}");
    office.later("2028-10-24T02:00:00Z").await;
    office.act(&office.counter, &early, "extend").await.problem(403, "forbidden");
    let before = office.read(&early).await;
    let extended = office.act(&office.officer, &early, "extend").await.expect(200);
    assert_eq!((&extended["number"], &extended["issued_on"]), (&before["number"], &before["issued_on"]));
    assert_eq!((&extended["period"], &extended["expires_on"]), (&json!(2), &json!("2030-11-23")));
    // The last report of the old period is still due, and four more.
    assert_eq!(extended["next_report_on"], "2028-11-23");
    let due = ids(&extended["reports"], "due_on");
    assert_eq!(due, ["2028-11-23", "2029-05-23", "2029-11-23", "2030-05-23", "2030-11-23"]);
    let filed = office.say(&office.counter, &early, "reports", json!({"situation": "looking"})).await.expect(200);
    assert_eq!(filed["next_report_on"], "2029-05-23");
    let reprinted = office.say(&office.counter, &early, "reprint", json!({"reason": "extended"})).await.expect(200);
    let prints = reprinted["prints"].as_array().unwrap();
    assert_eq!((prints.len(), &prints[1]["number"], &prints[1]["reason"]), (2, &json!(2), &json!("extended")));

    office.later("2029-01-15T02:00:00Z").await;
    assert_eq!(office.read(&late).await["status"], "expired");
    office.say(&office.counter, &late, "reprint", json!({"reason": "lost"})).await.problem(409, "illegal-transition");
    // A new card is possible, too, and then the old one stays as it is.
    let other = office.prepare(&person).await.expect(201).text_of("id").to_owned();
    office.act(&office.officer, &late, "extend").await.problem(409, "already-exists");
    office.say(&office.officer, &other, "revoke", json!({"reason": "Diperpanjang saja"})).await.expect(200);
    let extended = office.act(&office.officer, &late, "extend").await.expect(200);
    assert_eq!((&extended["status"], &extended["expires_on"]), (&json!("active"), &json!("2031-01-15")));
    assert_eq!((&extended["missed_reports"], &extended["next_report_on"]), (&json!(4), &json!("2029-07-15")));
    let kinds: Vec<_> = office.counted(&person).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["seeker_registered", "ak1_issued", "ak1_extended"]);
}

#[tokio::test]
async fn copies_are_legalised_of_a_card_that_holds_and_a_revoked_one_says_so() {
    let office = Office::open().await;
    let (_, _, card) = office.issued(1).await;
    office.say(&office.counter, &card, "legalisations", json!({"copies": 0})).await.problem(422, "invalid-content");
    let legalised = office.say(&office.counter, &card, "legalisations", json!({"copies": 3})).await.expect(200);
    assert_eq!(legalised["legalisations"][0]["copies"], 3);
    let reprinted = office.say(&office.counter, &card, "reprint", json!({"reason": "damaged"})).await.expect(200);
    assert_eq!(
        (&reprinted["prints"][0]["reason"], &reprinted["prints"][1]["reason"]),
        (&json!(null), &json!("damaged"))
    );
    office.say(&office.officer, &card, "revoke", json!({"reason": "x"})).await.problem(422, "invalid-content");
    let reason = json!({"reason": "Ijazah tidak benar"});
    let revoked = office.say(&office.officer, &card, "revoke", reason).await.expect(200);
    assert_eq!((&revoked["status"], &revoked["status_reason"]), (&json!("revoked"), &json!("Ijazah tidak benar")));
    assert_eq!(revoked["allowed_actions"], json!([]));
    office.say(&office.counter, &card, "legalisations", json!({"copies": 1})).await.problem(409, "illegal-transition");
    office.act(&office.officer, &card, "extend").await.problem(409, "illegal-transition");
    assert_eq!(office.journaled(&card).await, ["prepare", "print", "sign", "legalise", "reprint", "revoke"]);
}

#[tokio::test]
async fn a_placement_ends_a_card_and_a_voided_one_gives_it_back() {
    let office = Office::open().await;
    let world = &office.world;
    let (_, by_nik, card) = office.issued(7).await;
    let (_, by_card, other) = office.issued(8).await;
    let number = office.read(&other).await.text_of("number").to_owned();
    let vacancies = world.publish(&[line("Penjahit", 4), line("Operator", 4)]).await;
    let woman = |vacancy: &str, who: Value| {
        let worker = with(json!({"sex": "female", "residence": "36.72"}), who);
        with(hired(vacancy, 1), json!({"worker": worker}))
    };
    let rows = [
        woman(&vacancies[0], json!({"name": "SITI CONTO", "nik": "3672014101990007"})),
        woman(&vacancies[0], json!({"name": "Hj. SITI CONTOH 8", "ak1_number": number.to_lowercase()})),
        // A number alone is easily mistyped: here the name is another one.
        woman(&vacancies[1], json!({"name": "Dewi Misalnya", "ak1_number": number})),
        // So is a NIK: a name that is nobody's like costs a stranger no card, and their office hears of it.
        woman(&vacancies[1], json!({"name": "Budi Misal", "nik": "3672014101990009"})),
    ];
    let (_, stranger) = office.registered(&person(9)).await;
    let report = world.report_hired(&rows).await;
    world.accept_hired(&report).await.expect(200);
    assert_eq!(office.status_of(&stranger).await, "registered");
    let events = journal::Entity::find().filter(journal::Column::SubjectId.eq(&stranger));
    let events = events.order_by_desc(journal::Column::Seq).one(world.service.state().db.reader()).await.unwrap();
    assert_eq!(events.unwrap().event, "job_seeker.placement_differs");
    for (person, card) in [(&by_nik, &card), (&by_card, &other)] {
        assert_eq!(office.status_of(person).await, "placed");
        let ended = office.read(card).await;
        assert_eq!((&ended["status"], &ended["end_reason"]), (&json!("closed"), &json!("placed")));
        let kinds: Vec<_> = office.counted(person).await;
        assert_eq!(kinds.last().unwrap(), &("seeker_placed".to_owned(), 1));
    }
    let links = link::Entity::find().all(world.service.state().db.reader()).await.unwrap();
    assert_eq!(links.len(), 2);
    // Placed once more elsewhere, the first row's end changes nothing; the second one's does.
    let second = world.report_hired(&[woman(&vacancies[1], json!({"name": "Siti", "nik": "3672014101990007"}))]).await;
    world.accept_hired(&second).await.expect(200);
    let placed = |report: &Reply, row: usize| report["rows"][row]["row_id"].as_str().unwrap().to_owned();
    let void = async |id: String| {
        world
            .send(&office.officer, &format!("/v1/placements/{id}/void"), &json!({"reason": "Salah orang"}))
            .await
            .expect(200);
    };
    void(placed(&report, 0)).await;
    assert_eq!(office.status_of(&by_nik).await, "placed");
    void(placed(&second, 0)).await;
    assert_eq!(office.status_of(&by_nik).await, "registered");
    let back = office.read(&card).await;
    assert_eq!(
        (&back["status"], &back["end_reason"], &back["ended_at"]),
        (&json!("active"), &json!(null), &json!(null))
    );
    assert_eq!(back["next_report_on"], "2027-05-23");
    let counted = office.counted(&by_nik).await;
    assert_eq!(counted.iter().filter(|(kind, _)| kind == "seeker_placed").map(|(_, sign)| sign).sum::<i64>(), 0);
    // Whoever looks for work again gets a card of their own, and what placed them before does not place them again.
    let reason = json!({"reason": "Kontrak berakhir"});
    world.send(&office.counter, &format!("/v1/job-seekers/{by_card}/restore"), &reason).await.expect(200);
    let new = office.issue(&by_card).await;
    void(placed(&report, 1)).await;
    assert_eq!(office.status_of(&by_card).await, "registered");
    assert_eq!(
        (&office.read(&new).await["status"], &office.read(&other).await["status"]),
        (&json!("active"), &json!("closed"))
    );
}

#[tokio::test]
async fn who_registers_later_has_their_earlier_placements_and_is_placed_by_work_that_began_since() {
    let office = Office::open().await;
    let world = &office.world;
    let vacancies = world.publish(&[line("Penjahit", 4)]).await;
    let man = |number: u32| {
        let identity = with(
            person(number)["identity"].clone(),
            json!({"nik": nik(number), "birth_on": "1995-08-17", "sex": "male", "name": format!("Contoh Pekerja {number}")}),
        );
        with(person(number), json!({"identity": identity, "education": [{"level": "vocational_secondary"}]}))
    };
    let identity = man(1)["identity"]["nik"].as_str().unwrap().to_owned();
    assert!(hired(&vacancies[0], 1)["worker"]["nik"] == json!(identity));
    let rows = [
        with(hired(&vacancies[0], 1), json!({"start_on": "2026-10-01"})),
        with(hired(&vacancies[0], 2), json!({"start_on": "2026-12-01"})),
    ];
    let report = world.report_hired(&rows).await;
    world.accept_hired(&report).await.expect(200);
    for (number, status) in [(1, "registered"), (2, "placed")] {
        let mut born = man(number);
        let digits = nik(number);
        let (day, month, year) = (&digits[6..8], &digits[8..10], &digits[10..12]);
        born["identity"]["birth_on"] = json!(format!("19{year}-{month}-{day}"));
        let (_, person) = office.registered(&born).await;
        assert_eq!(office.status_of(&person).await, status);
        let row = report["rows"][usize::try_from(number - 1).unwrap()]["row_id"].as_str().unwrap().to_owned();
        let links = link::Entity::find_by_id(disnaker_entity::placement::PlacementId(row.parse().unwrap()));
        let link = links.one(world.service.state().db.reader()).await.unwrap().unwrap();
        assert_eq!((link.seeker_id.to_string(), link.places), (person, status == "placed"));
    }
}

#[tokio::test]
async fn an_acceptance_and_a_verification_that_pass_each_other_are_joined_by_the_sweep() {
    let office = Office::open().await;
    let world = &office.world;
    let (_, person) = office.registered(&person(7)).await;
    let id = SeekerId(person.parse().unwrap());
    let set = async |status: SeekerStatus| {
        let row = seeker::ActiveModel { id: Set(id), status: Set(status), ..Default::default() };
        row.update(world.service.state().db.writer()).await.unwrap();
    };
    // Neither transaction sees the other one's row.
    set(SeekerStatus::Submitted).await;
    let vacancies = world.publish(&[line("Penjahit", 4)]).await;
    let worker = json!({"name": "Siti Contoh 7", "nik": "3672014101990007", "sex": "female", "residence": "36.72"});
    let row = with(hired(&vacancies[0], 1), json!({"worker": worker, "start_on": "2026-12-01"}));
    let report = world.report_hired(&[row]).await;
    world.accept_hired(&report).await.expect(200);
    set(SeekerStatus::Registered).await;
    assert_eq!(office.status_of(&person).await, "registered");
    for _ in 0..2 {
        disnaker::app::sweep(world.service.state()).await.unwrap();
        assert_eq!(office.status_of(&person).await, "placed");
    }
    assert_eq!(office.counted(&person).await.iter().filter(|(kind, _)| kind == "seeker_placed").count(), 1);
}

#[tokio::test]
async fn the_card_of_a_merged_record_names_the_record_that_took_its_place() {
    let office = Office::open().await;
    let world = &office.world;
    let (_, wrong, card) = office.issued(7).await;
    let (_, right) = office.registered(&person(8)).await;
    let merge = json!({"into": right, "reason": "Orang yang sama"});
    world.send(&office.officer, &format!("/v1/job-seekers/{wrong}/merge"), &merge).await.expect(200);
    let number = office.read(&card).await.text_of("number").to_owned();
    let vacancies = world.publish(&[line("Penjahit", 4)]).await;
    let worker = json!({"name": "Siti Contoh 8", "ak1_number": number, "sex": "female", "residence": "36.72"});
    let report = world.report_hired(&[with(hired(&vacancies[0], 1), json!({"worker": worker}))]).await;
    world.accept_hired(&report).await.expect(200);
    assert_eq!(office.status_of(&right).await, "placed");
}

#[tokio::test]
async fn who_leaves_the_register_has_no_card_and_who_moves_keeps_it() {
    let office = Office::open().await;
    let world = &office.world;
    let say = async |person: &str, event: &str, body: Value| {
        world.send(&office.officer, &format!("/v1/job-seekers/{person}/{event}"), &body).await.expect(200);
    };
    let (_, removed, first) = office.issued(1).await;
    say(&removed, "remove", json!({"reason": "own_business"})).await;
    assert_eq!(office.read(&first).await["end_reason"], "removed");
    office.prepare(&removed).await.problem(409, "illegal-transition");

    let (_, merged, second) = office.issued(2).await;
    let (_, into) = office.registered(&person(3)).await;
    say(&merged, "merge", json!({"into": into, "reason": "Orang yang sama"})).await;
    assert_eq!(office.read(&second).await["end_reason"], "merged");

    let (_, moved, third) = office.issued(4).await;
    let there = world.service.staff(Role::PlacementOfficer, "33.06").await;
    let path = format!("/v1/ak1-cards/{third}");
    world.read(&there, &path).await.expect(404);
    say(&moved, "transfer", json!({"to_office": "33.06", "reason": "Pindah alamat"})).await;
    world.read(&office.counter, &path).await.expect(404);
    let kept = world.read(&there, &path).await.expect(200);
    assert_eq!(
        (&kept["status"], &kept["office"], &kept["issued_by"]),
        (&json!("active"), &json!("33.06"), &json!("36.72"))
    );
    world.send(&there, &format!("{path}/legalisations"), &json!({"copies": 1})).await.expect(200);
}

#[tokio::test]
async fn anybody_checks_a_card_by_its_token_and_learns_no_name() {
    let office = Office::open().await;
    let (_, _, card) = office.issued(1).await;
    let held = office.checked(&card).await.expect(200);
    assert_eq!(
        (&held["status"], &held["valid"], &held["name"]),
        (&json!("active"), &json!(true), &json!("S*** C*** 1***"))
    );
    assert_eq!(held.header("cache-control"), "private, no-store");
    assert!(!held.text.contains("Siti") && !held.text.contains("Contoh") && !held.text.contains("3672"), "{held}");
    // The same for a telephone, in both languages, without anything from elsewhere.
    let url = office.read(&card).await.text_of("verification_url").to_owned();
    let path = format!("/v1/{}", url.split_once("/v1/").unwrap().1);
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (language, word) in [("id", "BERLAKU"), ("en-GB,en;q=0.9", "VALID")] {
        let call = office.world.service.get(&path).header("accept", browser).header("accept-language", language);
        let page = call.send().await.expect(200);
        assert!(page.header("content-type").starts_with("text/html"), "{page}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"), "{page}");
        assert!(page.text.contains(word) && !page.text.contains("Siti") && !page.text.contains("://"), "{page}");
    }
    // What names nothing and what is no token answer alike.
    let unknown = office.world.service.get("/v1/verifications/ak1/AAAAAAAAAAAAAAAAAAAAAA").send().await;
    let malformed = office.world.service.get("/v1/verifications/ak1/x").send().await;
    assert_eq!(unknown.problem(404, "not-found").anonymous(), malformed.problem(404, "not-found").anonymous());
    let number = office.read(&card).await.text_of("number").to_owned();
    office.world.service.get(format!("/v1/verifications/ak1/{number}")).send().await.problem(404, "not-found");
    // A revoked card still answers, without the name, and stands on the list.
    assert_eq!(office.revoked().await["cards"], json!({}));
    office.say(&office.officer, &card, "revoke", json!({"reason": "Ijazah tidak benar"})).await.expect(200);
    let revoked = office.checked(&card).await.expect(200);
    assert_eq!(
        (&revoked["status"], &revoked["valid"], &revoked["name"]),
        (&json!("revoked"), &json!(false), &json!(null))
    );
    assert_eq!((&revoked["ended_on"], &revoked["expires_on"]), (&json!("2026-11-23"), &json!("2028-11-23")));
    let listed = office.revoked().await;
    assert_eq!((&listed["as_of"], listed["cards"].as_object().unwrap().len()), (&json!("2026-11-23"), 1));
}

#[tokio::test]
async fn a_paper_has_both_sides_and_is_a_read_on_record() {
    let office = Office::open().await;
    let (_, person, card) = office.issued(1).await;
    let paper = format!("/v1/ak1-cards/{card}/card.pdf");
    // A photograph whose points can't be drawn keeps nobody from their card.
    let attach = format!("/v1/attachments?subject_kind=job_seeker&subject_id={person}&kind=photo");
    let call = office.world.service.post(attach).token(&office.counter).body(photo(600), "image/jpeg");
    call.send().await.expect(201);
    let made = office.world.read(&office.counter, &paper).await.expect(200);
    assert!(made.text.starts_with("%PDF") && made.text.len() < 120_000, "{} bytes", made.text.len());
    assert_eq!(made.header("cache-control"), "private, no-store");
    let id: uuid::Uuid = person.parse().unwrap();
    let select = access_record::Entity::find().filter(access_record::Column::SubjectId.eq(id));
    let reads = select.filter(access_record::Column::Act.eq("reveal"));
    let reads = reads.all(office.world.service.state().db.reader()).await.unwrap();
    assert_eq!(reads.len(), 1);
    assert_eq!(reads[0].purpose.as_deref(), Some("Pencetakan kartu AK-1"));
    // It is no act: the log of prints is as it was.
    assert_eq!(office.read(&card).await["prints"].as_array().unwrap().len(), 1);
    office.say(&office.officer, &card, "revoke", json!({"reason": "Ijazah tidak benar"})).await.expect(200);
    office.world.read(&office.counter, &paper).await.problem(409, "illegal-transition");
}

/// As an employer's app does that has the published keys and a list of yesterday, and no network.
#[tokio::test]
async fn a_statement_is_verified_without_a_network_and_holds_no_nik() {
    let office = Office::open().await;
    let (_, _, id) = office.issued(1).await;
    let zone = disnaker::clock::Zone::WESTERN;
    let code = office.read(&id).await.text_of("code").to_owned();
    assert!(code.starts_with(&format!("{}#", office.read(&id).await.text_of("verification_url"))));
    let (typ, claims) = stated(&office.world.service, &code).await;
    assert_eq!(typ, "ak1+jwt");
    assert_eq!((&claims["name"], &claims["number"]), (&json!("S*** C*** 1***"), &json!("AK1-36.72-2026-000001")));
    let midnight = |day: &str| zone.midnight(day.parse().unwrap()).timestamp();
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(midnight("2026-11-23")), &json!(midnight("2028-11-24"))));
    assert!(!claims.to_string().contains("3672014101"), "{claims}");
    // Small enough to be read from paper: 81 modules at 4 cm are half a millimetre each.
    let modules = qrcode::QrCode::with_error_correction_level(&code, qrcode::EcLevel::M).unwrap().width();
    assert!(modules <= 81, "{modules} modules for {} bytes", code.len());
    office.say(&office.officer, &id, "revoke", json!({"reason": "Ijazah tidak benar"})).await.expect(200);
    assert_eq!(office.revoked().await["cards"][claims["jti"].as_str().unwrap()], "2026-11-23");
}

#[tokio::test]
async fn who_asks_for_many_tokens_is_slowed_down() {
    let service = crate::harness::Service::with(|config| config.http.rate_limits = true).await;
    let mut refused = 0;
    for _ in 0..70 {
        let reply = service.get("/v1/verifications/ak1/AAAAAAAAAAAAAAAAAAAAAA").send().await;
        refused += u32::from(reply.status == 429);
    }
    assert!(refused >= 9, "{refused}");
}

#[tokio::test]
async fn nobody_reaches_a_card_through_another_person_s_record() {
    let office = Office::open().await;
    let (_, _, card) = office.issued(1).await;
    let (subject, _) = office.registered(&person(2)).await;
    let stranger = office.world.service.token(&subject);
    office.world.read(&stranger, &format!("/v1/ak1-cards/{card}")).await.problem(404, "not-found");
    office.say(&stranger, &card, "reports", json!({"situation": "looking"})).await.problem(404, "not-found");
    let call = office.world.service.post(format!("/v1/ak1-cards/{card}/revoke")).token(&office.officer);
    let stale = call.header("if-match", "\"1-ak1_card\"").json(&json!({"reason": "Salah orang"}));
    stale.send().await.problem(412, "version-mismatch");
}
