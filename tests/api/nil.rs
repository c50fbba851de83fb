//! Nil reports: no vacancies in a month.

use disnaker_entity::access::Role;
use disnaker_entity::receipt;
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::exchange::sealed;
use crate::harness::Reply;
use crate::world::{World, ids, line, register};

async fn report(world: &World, month: &str) -> Reply {
    world.send(&world.hr, "/v1/nil-reports", &json!({"company_id": world.company, "month": month})).await
}

#[tokio::test]
async fn one_call_files_it_with_a_number_and_a_receipt() {
    let world = World::new().await;
    let made = report(&world, "2026-11").await.expect(201);
    assert_eq!((made.text_of("number"), made.text_of("status")), ("NHL-36.72-2026-000001", "submitted"));
    assert_eq!((made.text_of("office"), &made["allowed_actions"]), ("36.72", &json!(["withdraw"])));
    let path = format!("/v1/nil-reports/{}", made.text_of("id"));
    let seen = world.read(&world.officer, &path).await.expect(200);
    assert_eq!((seen["month"].as_str(), &seen["allowed_actions"]), (Some("2026-11"), &json!([])));
    let receipt = world.service.get("/v1/verifications/receipts/NHL-36.72-2026-000001").send().await.expect(200);
    assert_eq!((receipt["kind"].as_str(), receipt["lines"].as_i64()), (Some("nil_report"), Some(0)));
    sealed(&world).await;
    let events = world.read(&world.officer, "/v1/events?limit=100&types=nil_report.submit").await.expect(200);
    assert_eq!(events["data"][0]["data"]["month"], "2026-11");

    for (query, found) in
        [("month=2026-11", 1), ("month=2026-10", 0), ("status=withdrawn", 0), ("number=NHL-36.72-2026-000001", 1)]
    {
        let list = world.read(&world.officer, &format!("/v1/nil-reports?{query}")).await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), found, "{query}");
    }
    let withdrawn = world.act(&world.hr, &format!("{path}/withdraw")).await.expect(200);
    assert_eq!((withdrawn.text_of("status"), &withdrawn["allowed_actions"]), ("withdrawn", &json!([])));
    world.act(&world.hr, &format!("{path}/withdraw")).await.problem(409, "illegal-transition");
    let receipt = world.service.get("/v1/verifications/receipts/NHL-36.72-2026-000001").send().await.expect(200);
    assert_eq!(receipt["status"], "withdrawn");
    // Whoever took it back may file it anew.
    assert_eq!(report(&world, "2026-11").await.expect(201)["number"], "NHL-36.72-2026-000002");
}

#[tokio::test]
async fn a_month_must_have_begun_where_the_office_is() {
    let mut world = World::new().await;
    // In Cilegon December begins at 17:00 UTC.
    world.later("2026-11-30T16:59:00Z");
    for wrong in ["2026-12", "2027-01", "2018-12", "2026-13", "november"] {
        assert_eq!(report(&world, wrong).await.problem(422, "invalid-content").faults()[0].0, "/month", "{wrong}");
    }
    world.later("2026-11-30T17:00:00Z");
    report(&world, "2026-12").await.expect(201);
    report(&world, "2019-01").await.expect(201);
}

#[tokio::test]
async fn a_stranger_files_none_and_sees_none() {
    let world = World::new().await;
    let (stranger, _) = register(&world.service, "9120001234568").await;
    let elsewhere = world.service.staff(Role::PlacementOfficer, "33.06").await;
    let body = json!({"company_id": world.company, "month": "2026-11"});
    let reply = world.send(&stranger, "/v1/nil-reports", &body).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/company_id", "unknown-reference")]);
    world.send(&world.officer, "/v1/nil-reports", &body).await.problem(403, "forbidden");
    let made = report(&world, "2026-11").await.expect(201);
    let path = format!("/v1/nil-reports/{}", made.text_of("id"));
    for token in [&stranger, &elsewhere] {
        world.read(token, &path).await.problem(404, "not-found");
        assert_eq!(world.read(token, "/v1/nil-reports").await.expect(200)["data"], json!([]));
    }
    world.act(&stranger, &format!("{path}/withdraw")).await.problem(404, "not-found");
}

#[tokio::test]
async fn of_many_at_once_one_stands() {
    let world = World::new().await;
    let replies = join_all((0..16).map(|_| report(&world, "2026-11"))).await;
    let filed: Vec<_> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert_eq!(filed.len(), 1);
    assert_eq!(filed[0]["number"], "NHL-36.72-2026-000001");
    for reply in replies.into_iter().filter(|reply| reply.status != 201) {
        reply.problem(409, "already-exists");
    }
    assert_eq!(receipt::Entity::find().count(world.service.state().db.reader()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_vacancy_report_of_the_month_overtakes_it() {
    let world = World::new().await;
    let old = report(&world, "2026-10").await.expect(201);
    let nil = report(&world, "2026-11").await.expect(201);
    let filed = world.file(&[line("Satpam", 1)]).await;
    let status = async |report: &Reply| {
        let report = world.read(&world.hr, &format!("/v1/nil-reports/{}", report.text_of("id"))).await.expect(200);
        report.text_of("status").to_owned()
    };
    assert_eq!((status(&nil).await.as_str(), status(&old).await.as_str()), ("superseded", "submitted"));
    let path = format!("/v1/verifications/receipts/{}", nil.text_of("number"));
    let receipt = world.service.get(path).send().await.expect(200);
    assert_eq!((&receipt["status"], &receipt["superseded_by"]), (&json!("superseded"), &filed["number"]));
    report(&world, "2026-11").await.problem(409, "vacancies-reported");
    // What was taken back was no report.
    world.act(&world.hr, &format!("/v1/vacancy-reports/{}/withdraw", filed.text_of("id"))).await.expect(200);
    report(&world, "2026-11").await.expect(201);
}

#[tokio::test]
async fn a_report_that_is_filed_again_stays_in_the_month_of_its_first_filing() {
    let mut world = World::new().await;
    world.later("2026-11-30T16:30:00Z");
    let filed = world.file(&[line("Satpam", 1)]).await;
    let path = format!("/v1/vacancy-reports/{}", filed.text_of("id"));
    world.send(&world.officer, &format!("{path}/return"), &json!({"note": "Mohon dilengkapi"})).await.expect(200);
    world.later("2026-12-02T02:00:00Z");
    report(&world, "2026-11").await.problem(409, "vacancies-reported");
    let december = report(&world, "2026-12").await.expect(201);
    let again = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!(again.text_of("first_submitted_at"), "2026-11-30T16:30:00Z");
    assert_eq!(again.text_of("submitted_at"), "2026-12-02T02:00:00Z");
    let nil = world.read(&world.hr, &format!("/v1/nil-reports/{}", december.text_of("id"))).await.expect(200);
    assert_eq!(nil["status"], "submitted", "it tells of another month");
    report(&world, "2026-11").await.problem(409, "vacancies-reported");
}

/// However a nil report and a vacancy report of the month meet, they don't stand side by side.
#[tokio::test]
async fn a_nil_report_and_a_vacancy_report_never_stand_side_by_side() {
    let world = World::new().await;
    for (month, at) in [("2026-11", "2026-11-24"), ("2026-12", "2026-12-01"), ("2027-01", "2027-01-04")] {
        world.service.clock().set(format!("{at}T02:00:00Z").parse().unwrap());
        let (hr, line) =
            (world.service.token("hrd"), crate::world::with(line("Satpam", 1), json!({"valid_until": "2099-12-31"})));
        let body = json!({"company_id": world.company, "lines": [line]});
        let mut drafts = Vec::new();
        for _ in 0..4 {
            drafts.push(world.send(&hr, "/v1/vacancy-reports", &body).await.expect(201).text_of("id").to_owned());
        }
        let nil = json!({"company_id": world.company, "month": month});
        let nils = join_all((0..4).map(|_| world.send(&hr, "/v1/nil-reports", &nil)));
        let paths: Vec<_> = drafts.iter().map(|id| format!("/v1/vacancy-reports/{id}/submit")).collect();
        let files = join_all(paths.iter().map(|path| world.act(&hr, path)));
        let (nils, files) = tokio::join!(nils, files);
        assert!(files.iter().all(|reply| reply.status == 200));
        assert!(nils.iter().all(|reply| matches!(reply.status, 201 | 409)));
        let list = world.read(&hr, &format!("/v1/nil-reports?month={month}")).await.expect(200);
        let statuses = ids(&list["data"], "status");
        assert!(statuses.iter().all(|status| status == "superseded"), "{month}: {statuses:?}");
    }
    let all: Value = world.read(&world.service.token("hrd"), "/v1/nil-reports").await.expect(200).json;
    assert!(all["next"].is_null());
}
