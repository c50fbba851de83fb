//! Employment reports: filed at once, corrected and withdrawn, and what they do to the clocks of a company.

use disnaker::app::sweep;
use disnaker::companies::employment::bodies::NewEmploymentReport;
use disnaker_entity::access::Role;
use disnaker_entity::company;
use disnaker_entity::plumbing::deadline;
use futures_util::future::join_all;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::harness::Reply;
use crate::world::{World, register, with};

/// A report of the document's example, with some fields changed.
fn report(changes: Value) -> Value {
    with(serde_json::to_value(NewEmploymentReport::sample()).unwrap(), changes)
}

impl World {
    async fn employ(&self, changes: Value) -> Reply {
        self.send(&self.hr, &format!("/v1/companies/{}/employment-reports", self.company), &report(changes)).await
    }

    /// Rule, due date and state of what the company owes and did.
    async fn owes(&self) -> Vec<(String, String, String)> {
        let reply = self.read(&self.hr, &format!("/v1/companies/{}/obligations", self.company)).await.expect(200);
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        let rows = reply["data"].as_array().unwrap().iter();
        rows.map(|row| (text(row, "rule"), text(row, "due_on"), text(row, "state"))).collect()
    }
}

fn owed(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    rows.iter().map(|(rule, due, state)| ((*rule).to_owned(), (*due).to_owned(), (*state).to_owned())).collect()
}

#[tokio::test]
async fn a_company_that_registers_owes_its_first_report_and_then_one_a_year() {
    let mut world = World::new().await;
    assert_eq!(world.owes().await, owed(&[("wlkp.first-report", "2026-12-23", "due")]));
    let filed = world.employ(json!({})).await.expect(201);
    assert_eq!(filed.header("location"), format!("/v1/employment-reports/{}", filed.text_of("id")));
    assert_eq!((filed.text_of("number"), filed.text_of("status")), ("WLKP-36.72-2026-000001", "filed"));
    assert_eq!((filed.text_of("due_on"), &filed["late"]), ("2026-12-23", &json!(false)));
    assert_eq!(
        filed["disability"],
        json!({"workers": 220, "with_disability": 2, "required_percent": 1, "required": 3, "met": false,
            "law": "UU 8/2016 Pasal 53 ayat (2)"})
    );
    assert_eq!(
        filed["apprentice_cap"],
        json!({"percent": 20, "most": 44, "apprentices": 12, "kept": true, "law": "Permenaker 6/2020"})
    );
    assert_eq!(filed["allowed_actions"], json!(["withdraw"]));
    let met = ("wlkp.first-report", "2026-12-23", "met");
    assert_eq!(world.owes().await, owed(&[met, ("wlkp.annual-report", "2027-11-30", "due")]));
    let company = world.read(&world.hr, &format!("/v1/companies/{}", world.company)).await.expect(200);
    assert_eq!(company["workforce"], json!({"men": 180, "women": 40, "with_disability": 2}));

    // Early is the year before: it is kept, and meets nothing.
    world.later("2026-12-28T02:00:00Z");
    let early = world.employ(json!({"occurred_on": "2026-12-01"})).await.expect(201);
    assert_eq!(early["due_on"], Value::Null);
    assert_eq!(world.owes().await, owed(&[met, ("wlkp.annual-report", "2027-11-30", "due")]));

    world.later("2027-12-02T02:00:00Z");
    let overdue = owed(&[("wlkp.annual-report", "2027-11-30", "overdue")]);
    assert_eq!(world.owes().await, overdue, "what was done is shown for a year");
    let late = world.employ(json!({"occurred_on": "2027-11-01"})).await.expect(201);
    assert_eq!((late.text_of("number"), &late["late"]), ("WLKP-36.72-2027-000001", &json!(true)));
    let yearly = [("wlkp.annual-report", "2027-11-30", "met"), ("wlkp.annual-report", "2028-11-30", "due")];
    assert_eq!(world.owes().await, owed(&yearly), "a late one moves nothing");
}

#[tokio::test]
async fn a_late_report_swallows_no_year() {
    let mut world = World::new().await;
    world.employ(json!({})).await.expect(201);
    // That of 2027 comes in 2028, and that of 2028 is due in its own November all the same.
    world.later("2028-02-10T02:00:00Z");
    let late = world.employ(json!({"occurred_on": "2028-01-01"})).await.expect(201);
    assert_eq!((late.text_of("due_on"), &late["late"]), ("2027-11-30", &json!(true)));
    let (met, due) = (("wlkp.annual-report", "2027-11-30", "met"), ("wlkp.annual-report", "2028-11-30", "due"));
    assert_eq!(world.owes().await, owed(&[met, due]));
    world.later("2028-11-30T02:00:00Z");
    let next = world.employ(json!({"occurred_on": "2028-11-01"})).await.expect(201);
    assert_eq!((next.text_of("due_on"), &next["late"]), ("2028-11-30", &json!(false)));
    assert!(world.owes().await.contains(&owed(&[("wlkp.annual-report", "2029-11-30", "due")])[0]));
    // Two years late: both are owed, one after the other.
    world.later("2030-12-05T02:00:00Z");
    let late = world.employ(json!({"occurred_on": "2030-12-01"})).await.expect(201);
    assert_eq!(late.text_of("due_on"), "2029-11-30");
    assert!(world.owes().await.contains(&owed(&[("wlkp.annual-report", "2030-11-30", "overdue")])[0]));
}

#[tokio::test]
async fn an_office_lists_who_filed_in_a_year() {
    let mut world = World::new().await;
    let mut made = vec![world.employ(json!({})).await.expect(201).text_of("id").to_owned()];
    let (other, theirs) = register(&world.service, "9120001234779").await;
    let path = format!("/v1/companies/{theirs}/employment-reports");
    world.later("2026-11-23T02:01:00Z");
    made.push(world.send(&other, &path, &report(json!({}))).await.expect(201).text_of("id").to_owned());
    world.later("2026-12-31T16:59:59Z");
    made.push(world.employ(json!({"occurred_on": "2026-12-01"})).await.expect(201).text_of("id").to_owned());
    world.later("2026-12-31T17:00:00Z");
    made.push(world.employ(json!({"occurred_on": "2027-01-01"})).await.expect(201).text_of("id").to_owned());
    world.act(&world.hr, &format!("/v1/employment-reports/{}/withdraw", made[2])).await.expect(200);

    // The ids of the list, newest first, as places in the order in which they were made; page by page it is the same.
    let listed = async |token: &str, query: &str| {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/v1/employment-reports?limit=1{query}{cursor}");
            let page = world.read(token, &path).await.expect(200);
            assert!(page["data"].as_array().unwrap().iter().all(|row| row["employment"].is_null()));
            found.extend(page["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        found.iter().map(|id| made.iter().position(|made| made == id).unwrap()).collect::<Vec<_>>()
    };
    let officer = world.officer.clone();
    assert_eq!(listed(&officer, "").await, [3, 2, 1, 0]);
    assert_eq!(listed(&officer, "&year=2026").await, [2, 1, 0], "the day ends at midnight in Cilegon");
    assert_eq!(listed(&officer, "&year=2027").await, [3]);
    assert_eq!(listed(&officer, "&year=2026&status=filed&occasion=yearly").await, [1, 0]);
    assert_eq!(listed(&officer, &format!("&company_id={theirs}")).await, [1]);
    assert_eq!(listed(&officer, "&office=33.06").await, [0_usize; 0]);
    assert_eq!(listed(&world.hr, "").await, [3, 2, 0], "a company sees its own");
    let far = world.service.staff(Role::PlacementOfficer, "33.06").await;
    let above = world.service.staff(Role::Viewer, "36").await;
    assert_eq!((listed(&far, "").await.len(), listed(&above, "").await.len()), (0, 4));
    world.service.get("/v1/employment-reports").send().await.problem(401, "unauthenticated");
    let nobody = world.service.token("siapa-saja");
    world.read(&nobody, "/v1/employment-reports").await.problem(403, "forbidden");
    for wrong in ["year=1999", "year=x", "status=due", "limit=0", "month=1"] {
        world.read(&officer, &format!("/v1/employment-reports?{wrong}")).await.problem(400, "invalid-query");
    }
}

#[tokio::test]
async fn every_fault_of_a_report_is_told_at_once() {
    let world = World::new().await;
    let mut faulty = report(json!({"occurred_on": "2026-12-01", "occasion": "founding"}));
    faulty["employment"]["workers"]["permanent"] = json!(151);
    faulty["employment"]["workers"]["foreign"] = json!(500);
    faulty["employment"]["wages"]["highest"] = json!(1);
    let path = format!("/v1/companies/{}/employment-reports", world.company);
    let reply = world.send(&world.hr, &path, &faulty).await.problem(422, "invalid-content");
    let expected = [
        ("/occurred_on", "out-of-range"),
        ("/employment/workers/permanent", "sums-differ"),
        ("/employment/workers/foreign", "more-than-all"),
        ("/employment/wages/highest", "out-of-range"),
    ];
    assert_eq!(reply.faults(), expected);
    let nothing = json!({"corrects": "00000000-0000-7000-8000-000000000001"});
    let reply = world.employ(nothing).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/corrects", "unknown-reference")]);
}

#[tokio::test]
async fn a_correction_supersedes_and_keeps_the_day_of_filing() {
    let mut world = World::new().await;
    let first = world.employ(json!({})).await.expect(201);
    world.later("2026-12-29T02:00:00Z");
    let mut corrected = report(json!({"corrects": first.text_of("id")}));
    for (field, number) in [("men", 181), ("adults", 221), ("permanent", 151)] {
        corrected["employment"]["workers"][field] = json!(number);
    }
    let path = format!("/v1/companies/{}/employment-reports", world.company);
    let second = world.send(&world.hr, &path, &corrected).await.expect(201);
    assert_eq!((second.text_of("filed_on"), second.text_of("due_on")), ("2026-11-23", "2026-12-23"));
    assert_eq!((second["late"].as_bool(), second["corrects"].as_str()), (Some(false), first["id"].as_str()));
    let old = world.read(&world.hr, &format!("/v1/employment-reports/{}", first.text_of("id"))).await.expect(200);
    assert_eq!((old.text_of("status"), &old["allowed_actions"]), ("superseded", &json!([])));
    let obligations = world.read(&world.hr, &format!("/v1/companies/{}/obligations", world.company)).await;
    assert_eq!(obligations["data"][0]["met_by"], format!("/v1/employment-reports/{}", second.text_of("id")));
    assert_eq!(obligations["data"][1]["due_on"], "2027-11-30");
    let company = world.read(&world.hr, &format!("/v1/companies/{}", world.company)).await.expect(200);
    assert_eq!(company["workforce"]["men"], 181);
    let again = world.send(&world.hr, &path, &corrected).await.problem(409, "illegal-transition");
    assert_eq!(again["allowed"], json!([]));

    // What counts as filed in November can't tell of December.
    let later = report(json!({"corrects": second["id"], "occasion": "founding", "occurred_on": "2026-12-01"}));
    let refused = world.send(&world.hr, &path, &later).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/occurred_on", "out-of-range")]);

    // Another occasion is another duty.
    let founding = report(json!({"corrects": second["id"], "occasion": "founding", "occurred_on": "2026-11-01"}));
    let third = world.send(&world.hr, &path, &founding).await.expect(201);
    assert_eq!((third.text_of("filed_on"), third.text_of("due_on")), ("2026-11-23", "2026-12-01"));
    let met = ("wlkp.first-report", "2026-12-23", "met");
    assert_eq!(world.owes().await, owed(&[met, ("wlkp.annual-report", "2027-11-30", "due")]));
}

#[tokio::test]
async fn what_a_withdrawn_report_met_is_owed_again() {
    let mut world = World::new().await;
    let filed = world.employ(json!({})).await.expect(201);
    world.later("2026-11-23T02:01:00Z");
    let path = format!("/v1/employment-reports/{}/withdraw", filed.text_of("id"));
    let withdraw = || world.service.post(&path).token(&world.hr);
    withdraw().header("if-match", "\"9-report\"").send().await.problem(412, "version-mismatch");
    let withdrawn = withdraw().header("if-match", filed.header("etag")).send().await.expect(200);
    assert_eq!((withdrawn.text_of("status"), withdrawn["version"].as_i64()), ("withdrawn", Some(2)));
    assert_eq!(world.owes().await, owed(&[("wlkp.first-report", "2026-12-23", "due")]));
    withdraw().send().await.problem(409, "illegal-transition");
    // Nothing is in the way of another one, and with two the one that stays does it.
    let one = world.employ(json!({})).await.expect(201);
    world.later("2026-11-23T02:02:00Z");
    world.employ(json!({"occurred_on": "2026-10-01"})).await.expect(201);
    world.act(&world.hr, &format!("/v1/employment-reports/{}/withdraw", one.text_of("id"))).await.expect(200);
    let met = ("wlkp.first-report", "2026-12-23", "met");
    assert_eq!(world.owes().await, owed(&[met, ("wlkp.annual-report", "2027-11-30", "due")]));
    let list = world.read(&world.hr, &format!("/v1/companies/{}/employment-reports", world.company)).await.expect(200);
    let statuses: Vec<_> = list["data"].as_array().unwrap().iter().map(|row| row["status"].clone()).collect();
    assert_eq!(statuses, ["filed", "withdrawn", "withdrawn"]);
    let filed = format!("/v1/companies/{}/employment-reports?status=filed&occasion=yearly&limit=1", world.company);
    assert_eq!(world.read(&world.hr, &filed).await.expect(200)["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn of_sixteen_reports_of_one_month_at_once_one_is_filed() {
    let world = World::new().await;
    let replies = join_all((0..16).map(|_| world.employ(json!({})))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 201) {
        reply.problem(409, "already-exists");
    }
    let met = ("wlkp.first-report", "2026-12-23", "met");
    assert_eq!(world.owes().await, owed(&[met, ("wlkp.annual-report", "2027-11-30", "due")]));
}

#[tokio::test]
async fn a_report_is_its_company_s_and_its_office_s() {
    let world = World::new().await;
    let filed = world.employ(json!({})).await.expect(201);
    let (path, list) = (
        format!("/v1/employment-reports/{}", filed.text_of("id")),
        format!("/v1/companies/{}/employment-reports", world.company),
    );
    let (stranger, _) = register(&world.service, "9120001234777").await;
    let far = world.service.staff(Role::PlacementOfficer, "33.06").await;
    for token in [&stranger, &far] {
        world.read(token, &path).await.problem(404, "not-found");
        world.read(token, &list).await.problem(404, "not-found");
    }
    world.act(&stranger, &format!("{path}/withdraw")).await.problem(404, "not-found");
    world.send(&stranger, &list, &report(json!({}))).await.problem(404, "not-found");
    let other = format!("/v1/companies/{}/employment-reports", register(&world.service, "9120001234778").await.1);
    world.send(&world.hr, &other, &report(json!({}))).await.problem(404, "not-found");
    world.send(&world.officer, &list, &report(json!({}))).await.problem(403, "forbidden");
    assert_eq!(world.read(&world.officer, &path).await.expect(200)["allowed_actions"], json!([]));
    assert_eq!(world.read(&world.officer, &list).await.expect(200)["data"][0]["number"], filed["number"]);
}

#[tokio::test]
async fn who_moves_reports_it_and_owes_to_the_new_office() {
    let mut world = World::new().await;
    world.employ(json!({})).await.expect(201);
    world.later("2026-11-23T02:01:00Z");
    let notice = json!({"occasion": "moving", "occurred_on": "2026-12-10"});
    let notice = world.employ(notice).await.expect(201);
    assert_eq!(
        (&notice["notice"], notice.text_of("due_on"), &notice["late"]),
        (&json!(true), "2026-11-10", &json!(true))
    );
    let moving = ("wlkp.moving-report", "2027-01-09", "due");
    assert!(world.owes().await.contains(&owed(&[moving])[0]), "a notice starts the clock of the report");
    let clocks = world.read(&world.hr, "/v1/deadlines?rule=wlkp.moving-report").await.expect(200);
    let path = format!("/v1/deadlines/{}/extension-requests", clocks["data"][0]["id"].as_str().unwrap());
    let body = json!({"wanted_on": "2027-02-01", "reason": "Gedung baru belum siap"});
    let request = world.send(&world.hr, &path, &body).await.expect(201);
    let body = json!({"reason": "Dapat diterima"});
    world.send(&world.officer, &format!("{}/grant", request.header("location")), &body).await.expect(200);
    let other = world.employ(json!({"occurred_on": "2026-10-01"})).await.expect(201);
    world.act(&world.hr, &format!("/v1/employment-reports/{}/withdraw", other.text_of("id"))).await.expect(200);
    let moving = ("wlkp.moving-report", "2027-02-01", "due");
    assert!(world.owes().await.contains(&owed(&[moving])[0]), "what another report did is left alone");
    world.later("2026-12-11T02:00:00Z");
    let path = format!("/v1/companies/{}", world.company);
    let call = world.service.patch(&path).token(&world.hr).header("if-match", "*");
    call.body(r#"{"region": "33.06"}"#, "application/merge-patch+json").send().await.expect(200);
    let there = world.service.staff(Role::PlacementOfficer, "33.06").await;
    let list = world.read(&there, "/v1/deadlines?office=33.06").await.expect(200);
    let rules: Vec<_> = list["data"].as_array().unwrap().iter().map(|row| row["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["wlkp.moving-report", "wlkp.moving-report", "wlkp.annual-report"]);
    let here = world.read(&world.officer, "/v1/deadlines").await.expect(200);
    assert_eq!(here["data"], json!([]));
    let moved = world.employ(json!({"occasion": "moving", "occurred_on": "2026-12-10"})).await.expect(201);
    assert_eq!((&moved["notice"], moved.text_of("office")), (&json!(false), "33.06"));
    let open: Vec<_> = world.owes().await.into_iter().filter(|(_, _, state)| state == "due").collect();
    assert_eq!(open, owed(&[("wlkp.annual-report", "2027-11-30", "due")]));
}

#[tokio::test]
async fn a_closed_company_owes_nothing_that_falls_due_later() {
    let world = World::new().await;
    world.employ(json!({})).await.expect(201);
    let closing = world.employ(json!({"occasion": "closing", "occurred_on": "2027-01-15"})).await.expect(201);
    assert_eq!((closing.text_of("due_on"), &closing["late"]), ("2026-12-16", &json!(false)));
    assert!(world.owes().await.iter().all(|(_, _, state)| state == "met"));
    world.act(&world.hr, &format!("/v1/employment-reports/{}/withdraw", closing.text_of("id"))).await.expect(200);
    assert!(world.owes().await.contains(&owed(&[("wlkp.annual-report", "2027-11-30", "due")])[0]));
}

#[tokio::test]
async fn the_sweep_starts_the_clock_of_who_registered_before_there_was_one() {
    let world = World::new().await;
    let writer = world.service.state().db.writer();
    deadline::Entity::delete_many().exec(writer).await.unwrap();
    let forget = company::Entity::update_many().col_expr(company::Column::Clocked, Expr::value(false));
    forget.filter(company::Column::Id.eq(world.company)).exec(writer).await.unwrap();
    let sibling = world.service.sibling().await;
    let (one, other) = tokio::join!(sweep(world.service.state()), sweep(sibling.state()));
    one.and(other).unwrap();
    sweep(world.service.state()).await.unwrap();
    assert_eq!(world.owes().await, owed(&[("wlkp.first-report", "2026-12-23", "due")]));
}
