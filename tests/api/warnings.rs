//! Written warnings: from overdue duties to a numbered letter, and how it ends.

use disnaker::app;
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::{deadline, journal, movement};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Document, Reply};
use crate::world::{World, duty, line, met, register, with};

async fn draft(world: &World, clocks: &[Uuid]) -> Reply {
    let body = json!({"company_id": world.company, "deadline_ids": clocks});
    world.send(&world.officer, "/v1/warnings", &body).await
}

async fn issued(world: &World, clocks: &[Uuid]) -> String {
    let path = format!("/v1/warnings/{}", draft(world, clocks).await.expect(201).text_of("id"));
    world.send(&world.officer, &format!("{path}/issue"), &json!({})).await.expect(200);
    path
}

async fn overdue(world: &World) -> Uuid {
    duty(&world.service, world.company, "36.72", "2026-09-01").await
}

#[tokio::test]
async fn a_warning_is_drafted_issued_with_a_number_and_answered() {
    let world = World::new().await;
    let clocks = [overdue(&world).await, overdue(&world).await];
    let made = draft(&world, &clocks).await.expect(201);
    let path = format!("/v1/warnings/{}", made.text_of("id"));
    assert_eq!((made.text_of("status"), made["number"].clone()), ("drafted", Value::Null));
    assert_eq!(made["duties"].as_array().unwrap().len(), 2);
    assert_eq!(made["duties"][0]["due_on"], "2026-10-01");
    assert_eq!(made["duties"][0]["name"], "Melaporkan penempatan tenaga kerja");
    assert!(made["duties"][0]["law"].as_str().unwrap().contains("Permenaker 18/2024"));
    assert_eq!(made["allowed_actions"], json!(["issue", "withdraw"]));
    world.read(&world.hr, &path).await.problem(404, "not-found");
    assert_eq!(
        world.read(&world.hr, "/v1/warnings").await.expect(200)["data"],
        json!([]),
        "a draft is the office's own"
    );

    let letter = world.send(&world.officer, &format!("{path}/issue"), &json!({})).await.expect(200);
    assert_eq!(letter["number"], "PTL-36.72-2026-000001");
    assert_eq!((letter.text_of("issued_on"), letter.text_of("answer_by")), ("2026-11-23", "2026-12-23"));
    let seen = world.read(&world.hr, &path).await.expect(200);
    assert_eq!(seen["allowed_actions"], json!(["answer"]));
    let found = world.read(&world.hr, "/v1/warnings?number=PTL-36.72-2026-000001").await.expect(200);
    assert_eq!(found["data"][0]["id"], made["id"]);

    let answer = json!({"text": "Laporan kami sampaikan minggu ini"});
    let other = world.service.member(Role::CompanyHr, register(&world.service, "9120009999991").await.1).await;
    world.send(&other, &format!("{path}/answer"), &answer).await.problem(404, "not-found");
    world.send(&world.officer, &format!("{path}/answer"), &answer).await.problem(403, "forbidden");
    let answered = world.send(&world.hr, &format!("{path}/answer"), &answer).await.expect(200);
    assert_eq!(
        (answered.text_of("status"), answered.text_of("answer")),
        ("answered", "Laporan kami sampaikan minggu ini")
    );
    world.send(&world.hr, &format!("{path}/answer"), &answer).await.problem(409, "illegal-transition");

    let db = world.service.state().db.reader();
    let clock = deadline::Entity::find().filter(deadline::Column::Rule.eq("warning.answer")).one(db).await.unwrap();
    assert_eq!(clock.unwrap().met_on, "2026-11-23".parse().ok());
    let counted = movement::Entity::find().filter(movement::Column::Kind.eq("warning_issued")).all(db).await.unwrap();
    assert_eq!(counted.iter().map(|row| (row.office.as_str(), row.quantity)).collect::<Vec<_>>(), [("36.72", 1)]);
    let told = journal::Entity::find().filter(journal::Column::SubjectKind.eq("warning")).all(db).await.unwrap();
    let told: Vec<_> = told.iter().map(|row| (row.event.as_str(), row.company_id.is_some())).collect();
    assert_eq!(told, [("warning.create", false), ("warning.issue", true), ("warning.answer", true)]);
    assert!(journal::Entity::find().all(db).await.unwrap().iter().all(|row| !row.body.contains("minggu ini")));
}

#[tokio::test]
async fn only_unmet_duties_of_the_company_whose_day_has_passed_are_warned_about() {
    let world = World::new().await;
    let (_, stranger) = register(&world.service, "9120009999991").await;
    let late = overdue(&world).await;
    let done = overdue(&world).await;
    met(&world.service, done, "2026-10-05").await;
    let today = duty(&world.service, world.company, "36.72", "2026-10-24").await;
    let theirs = duty(&world.service, stranger, "36.72", "2026-09-01").await;
    let reply = draft(&world, &[late, done, today, theirs, Uuid::from_u128(7), late]).await;
    assert_eq!(
        reply.problem(422, "invalid-content").faults(),
        [
            ("/deadline_ids/1", "not-overdue"),
            ("/deadline_ids/2", "not-overdue"),
            ("/deadline_ids/3", "unknown-reference"),
            ("/deadline_ids/4", "unknown-reference"),
            ("/deadline_ids/5", "stands-twice"),
        ]
    );
    let elsewhere = world.service.staff(Role::PlacementOfficer, "33.06").await;
    let body = json!({"company_id": world.company, "deadline_ids": [late]});
    let reply = world.send(&elsewhere, "/v1/warnings", &body).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/company_id", "unknown-reference")]);
    let path = issued(&world, &[late]).await;
    world.read(&elsewhere, &path).await.problem(404, "not-found");
    let above = world.service.staff(Role::ProvinceAdmin, "36").await;
    assert_eq!(
        world.read(&above, &path).await.expect(200)["allowed_actions"],
        json!([]),
        "it reads, and the district acts"
    );
}

#[tokio::test]
async fn a_duty_is_in_one_running_warning_however_many_officers_draft_at_once() {
    let world = World::new().await;
    let clock = overdue(&world).await;
    let clocks = [clock];
    let replies = join_all((0..16).map(|_| draft(&world, &clocks))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        assert_eq!((reply.status, reply.faults()), (422, vec![("/deadline_ids/0", "warned-already")]), "{reply}");
    }
    let reply = draft(&world, &[clock]).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/deadline_ids/0", "warned-already")]);
    let made = replies.iter().find(|reply| reply.status == 201).unwrap();
    let path = format!("/v1/warnings/{}/withdraw", made.text_of("id"));
    world.send(&world.officer, &path, &json!({"reason": "Sudah lapor"})).await.expect(200);
    draft(&world, &[clock]).await.expect(201);
    world.read(&world.hr, &path.replace("/withdraw", "")).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_warning_lapses_when_its_day_has_passed_where_the_office_is() {
    let mut world = World::new().await;
    let path = issued(&world, &[overdue(&world).await]).await;
    world.later("2026-12-23T16:59:59Z");
    app::sweep(world.service.state()).await.unwrap();
    assert_eq!(
        world.read(&world.hr, &path).await.expect(200)["status"],
        "issued",
        "its last day has not ended in Cilegon"
    );
    world.later("2026-12-23T17:00:00Z");
    let answer = json!({"text": "Terlambat"});
    world.send(&world.hr, &format!("{path}/answer"), &answer).await.problem(409, "illegal-transition");
    app::sweep(world.service.state()).await.unwrap();
    app::sweep(world.service.state()).await.unwrap();
    let lapsed = world.read(&world.hr, &path).await.expect(200);
    assert_eq!(
        (lapsed.text_of("status"), lapsed["version"].clone()),
        ("lapsed", json!(3)),
        "a sweep does nothing twice"
    );
    let db = world.service.state().db.reader();
    let clock = deadline::Entity::find().filter(deadline::Column::Rule.eq("warning.answer")).one(db).await.unwrap();
    assert!(clock.unwrap().cancelled, "nobody can answer any more, so nobody owes it");
}

/// The clock for the answer to the warning: nobody gets more time for it, and once the warning has ended it is owed no more.
#[tokio::test]
async fn an_answer_is_owed_while_its_warning_runs_and_its_day_is_not_moved() {
    let mut world = World::new().await;
    let (path, withdrawn) = (issued(&world, &[overdue(&world).await]).await, overdue(&world).await);
    let clocks = world.read(&world.hr, "/v1/deadlines?rule=warning.answer").await.expect(200);
    let clock = format!("/v1/deadlines/{}", clocks["data"][0]["id"].as_str().unwrap());
    let shown = world.read(&world.hr, &clock).await.expect(200);
    assert_eq!((shown.text_of("due_on"), shown.text_of("what")), ("2026-12-23", "Menjawab peringatan tertulis"));
    assert_eq!(shown["ways"], json!([{"method": "POST", "href": format!("{path}/answer")}]));
    for wanted in ["2026-12-23", "2026-12-24", "2027-01-08"] {
        let more = json!({"wanted_on": wanted, "reason": "Masih dikumpulkan"});
        let reply = world.send(&world.hr, &format!("{clock}/extension-requests"), &more).await;
        let reply = reply.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [("/wanted_on", "out-of-range")], "{wanted}");
        assert_eq!(reply["errors"][0]["expected"], "tidak ada tanggal sesudahnya yang diperbolehkan");
    }

    world.later("2026-12-23T17:00:00Z");
    app::sweep(world.service.state()).await.unwrap();
    let second = issued(&world, &[withdrawn]).await;
    let taken_back = json!({"reason": "Sudah lapor"});
    let running = world.read(&world.hr, "/v1/deadlines?rule=warning.answer").await.expect(200);
    let awaited = format!("/v1/deadlines/{}", running["data"][0]["id"].as_str().unwrap());
    world.send(&world.officer, &format!("{second}/withdraw"), &taken_back).await.expect(200);
    world.read(&world.hr, &awaited).await.problem(404, "not-found");
    assert_eq!(world.read(&world.hr, &path).await.expect(200)["status"], "lapsed");
    world.read(&world.hr, &clock).await.problem(404, "not-found");
    let more = json!({"wanted_on": "2027-01-08", "reason": "Masih dikumpulkan"});
    world.send(&world.hr, &format!("{clock}/extension-requests"), &more).await.problem(404, "not-found");
    let owed = format!("/v1/companies/{}/obligations", world.company);
    let calendar = world.read(&world.hr, &format!("{owed}.ics")).await.expect(200).text;
    assert!(calendar.contains("BEGIN:VEVENT") && !calendar.contains("Menjawab peringatan tertulis"), "{calendar}");
    let still = |list: &Reply| {
        list["data"].as_array().unwrap().iter().any(|row| row["rule"] == "warning.answer" && row["state"] != "met")
    };
    for path in [owed.as_str(), "/v1/deadlines", "/v1/deadlines?state=overdue"] {
        let list = world.read(&world.hr, path).await.expect(200);
        assert!(!still(&list), "{path}: {list}");
    }
    world.later("2027-03-01T02:00:00Z");
    app::sweep(world.service.state()).await.unwrap();
    let db = world.service.state().db.reader();
    let told = journal::Entity::find().filter(journal::Column::Event.eq("deadline.reminder")).all(db).await.unwrap();
    let told: Vec<_> = told.iter().filter(|row| row.body.contains("warning.answer")).collect();
    assert_eq!(told.len(), 1, "that its day has passed, and nothing of the one that was taken back: {told:?}");
    assert!(told.iter().all(|row| row.body.contains("\"due_on\":\"2026-12-23\"")));
}

#[tokio::test]
async fn a_warning_settles_itself_once_every_duty_is_met() {
    let world = World::new().await;
    let clocks = [overdue(&world).await, overdue(&world).await];
    let path = issued(&world, &clocks).await;
    met(&world.service, clocks[0], "2026-11-23").await;
    app::sweep(world.service.state()).await.unwrap();
    let seen = world.read(&world.hr, &path).await.expect(200);
    assert_eq!(seen["status"], "issued");
    met(&world.service, clocks[1], "2026-11-23").await;
    app::sweep(world.service.state()).await.unwrap();
    let settled = world.read(&world.hr, &path).await.expect(200);
    assert_eq!(settled["status"], "settled");
    assert!(settled["duties"].as_array().unwrap().iter().all(|duty| duty["met_on"] == "2026-11-23"));
    assert_ne!(seen.header("etag"), settled.header("etag"));
}

#[tokio::test]
async fn the_day_for_an_answer_may_be_nearer_than_a_month_and_never_further() {
    let world = World::new().await;
    let clock = overdue(&world).await;
    let path = format!("/v1/warnings/{}", draft(&world, &[clock]).await.expect(201).text_of("id"));
    let issue =
        async |day: &str| world.send(&world.officer, &format!("{path}/issue"), &json!({"answer_by": day})).await;
    for day in ["2026-11-23", "2026-12-24"] {
        assert_eq!(issue(day).await.problem(422, "invalid-content").faults(), [("/answer_by", "out-of-range")]);
    }
    assert_eq!(issue("2026-12-07").await.expect(200)["answer_by"], "2026-12-07");
    let db = world.service.state().db.reader();
    let clock = deadline::Entity::find().filter(deadline::Column::Rule.eq("warning.answer")).one(db).await.unwrap();
    assert_eq!(clock.unwrap().due_on, "2026-12-07".parse().unwrap());
}

#[tokio::test]
async fn a_warning_is_issued_without_a_body_or_with_an_empty_one() {
    let world = World::new().await;
    for body in
        [None, Some(("", "application/json")), Some(("null", "application/json")), Some(("{}", "application/json"))]
    {
        let path =
            format!("/v1/warnings/{}/issue", draft(&world, &[overdue(&world).await]).await.expect(201).text_of("id"));
        let call = || world.service.post(&path).token(&world.officer);
        call().body("{}", "text/plain").send().await.problem(415, "unsupported-media-type");
        call().body("{", "application/json").send().await.problem(400, "malformed-json");
        call().json(&json!({"until": "2026-12-01"})).send().await.problem(422, "body-shape");
        let call = match body {
            None => call(),
            Some((bytes, media_type)) => call().body(bytes, media_type),
        };
        assert_eq!(call.send().await.expect(200)["answer_by"], "2026-12-23");
    }
}

#[tokio::test]
async fn a_draft_whose_duty_was_met_meanwhile_is_not_sent() {
    let world = World::new().await;
    let clocks = [overdue(&world).await, overdue(&world).await];
    let made = draft(&world, &clocks).await.expect(201);
    let path = format!("/v1/warnings/{}", made.text_of("id"));
    met(&world.service, made["duties"][0]["deadline_id"].as_str().unwrap().parse().unwrap(), "2026-11-23").await;
    let reply = world.send(&world.officer, &format!("{path}/issue"), &json!({})).await.problem(409, "rows-refused");
    assert_eq!(reply.faults(), [("/duties/0", "not-overdue")]);
    let reply = world.send(&world.officer, &format!("{path}/withdraw"), &json!({"reason": " "})).await;
    assert_eq!(reply.problem(422, "invalid-content").faults(), [("/reason", "blank")]);
}

#[tokio::test]
async fn an_officer_is_told_where_the_matter_is_the_director_general_s() {
    let world = World::new().await;
    world.file(&[with(line("Montir", 1), json!({"work_region": "11.71"}))]).await;
    let path = issued(&world, &[overdue(&world).await]).await;
    let seen = world.read(&world.officer, &path).await.expect(200);
    assert_eq!(seen["warnings"][0]["code"], "several-provinces");
    assert_eq!(world.read(&world.hr, &path).await.expect(200)["warnings"], json!([]));
}

#[tokio::test]
async fn a_letter_is_given_as_a_pdf_to_the_office_and_to_the_company_it_was_issued_to() {
    let world = World::new().await;
    let path = format!("/v1/warnings/{}", draft(&world, &[overdue(&world).await]).await.expect(201).text_of("id"));
    let letter = async |token: &str| {
        world.service.get(&path).token(token).header("accept", "application/pdf, application/json;q=0.5").send().await
    };
    let draft = letter(&world.officer).await.expect(200);
    assert_eq!(draft.header("content-disposition"), "attachment; filename=\"rancangan.pdf\"");
    letter(&world.hr).await.problem(404, "not-found");
    world.send(&world.officer, &format!("{path}/issue"), &json!({})).await.expect(200);
    for token in [&world.officer, &world.hr] {
        let pdf = letter(token).await.expect(200);
        assert_eq!(pdf.header("content-type"), "application/pdf");
        assert_eq!(pdf.header("content-disposition"), "attachment; filename=\"PTL-36.72-2026-000001.pdf\"");
        assert_eq!(pdf.header("cache-control"), "private, no-store");
        assert!(pdf.text.starts_with("%PDF"));
    }
}

/// A district gives no fine (Perpres 57/2023 art. 17 knows a written warning only).
#[test]
fn nothing_in_a_warning_is_money() {
    let document = serde_json::to_value(disnaker::document::document()).unwrap();
    for name in ["NewWarning", "WarningIssue", "WarningRow", "WarningView", "DutyView"] {
        let schema = document["components"]["schemas"][name].to_string().to_lowercase();
        assert!(schema.len() > 50, "{name}");
        for word in ["denda", "fine\"", "amount", "rupiah", "penalty"] {
            assert!(!schema.contains(word), "{name}: {word}");
        }
    }
    assert!(Document::get().operations().any(|operation| operation.id() == "issue_warning"));
}
