//! What companies owe: the clocks of an office, a company's obligations, requests for more time, reminders.

use disnaker::app::sweep;
use disnaker::companies::employment::bodies::NewEmploymentReport;
use disnaker::compliance::obligations::bodies::{ExtensionGrant, ExtensionRefusal, NewExtensionRequest};
use disnaker::deadline as engine;
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::journal;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{World, company, hired, line, register, with};

const FIRST: &str = "wlkp.first-report";
const ANSWER: &str = "mediation.answer";

impl World {
    /// The clock of the company's first employment report.
    async fn clock(&self) -> String {
        let path = format!("/v1/deadlines?rule={FIRST}&company_id={}", self.company);
        self.read(&self.hr, &path).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn file_employment(&self) {
        let path = format!("/v1/companies/{}/employment-reports", self.company);
        self.send(&self.hr, &path, &json!(NewEmploymentReport::sample())).await.expect(201);
    }

    /// Stages and days left of the reminders that were told, in order.
    async fn reminders(&self) -> Vec<(String, i64)> {
        let select = journal::Entity::find().filter(journal::Column::Event.eq("deadline.reminder"));
        let rows = select.order_by_asc(journal::Column::Seq).all(self.service.state().db.reader()).await.unwrap();
        let body = |row: &journal::Model| serde_json::from_str::<Value>(&row.body).unwrap();
        rows.iter()
            .map(body)
            .map(|body| (body["stage"].as_str().unwrap().to_owned(), body["days_left"].as_i64().unwrap()))
            .collect()
    }

    async fn sweep(&self) {
        sweep(self.service.state()).await.unwrap();
    }
}

#[tokio::test]
async fn an_office_sees_its_clocks_oldest_due_first_and_by_how_they_stand() {
    let mut world = World::new().await;
    world.publish(&[line("Operator Forklift", 1)]).await;
    world.later("2026-11-23T02:01:00Z");
    register(&world.service, "9120001234771").await;
    let rules = async |world: &World, query: &str| {
        let page = world.read(&world.officer, &format!("/v1/deadlines{query}")).await.expect(200);
        let rows = page["data"].as_array().unwrap().clone();
        (rows.iter().map(|row| row["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), page)
    };
    let (all, page) = rules(&world, "?office=36.72").await;
    assert_eq!(all, [FIRST, FIRST, "vacancy.outcome-report-due"]);
    let first = &page["data"][0];
    assert_eq!((first["days_left"].as_i64(), first["state"].as_str()), (Some(30), Some("due")));
    assert_eq!(first["company"], json!({"id": world.company, "name": "PT Contoh Baja Nusantara"}));
    assert_eq!(first["law"], "UU 7/1981 Pasal 6 dan Pasal 7; jumlah hari merupakan ketetapan kantor sendiri");
    assert_eq!(rules(&world, "?rule=vacancy.outcome-report-due").await.0.len(), 1);
    assert_eq!(rules(&world, "?due_before=2026-12-24").await.0.len(), 2);
    assert_eq!(rules(&world, "?due_after=2026-12-23").await.0.len(), 1);
    assert_eq!(rules(&world, "?state=overdue").await.0.len(), 0);
    assert_eq!(rules(&world, "?office=33.06").await.0.len(), 0);

    let wrong = world.read(&world.officer, "/v1/deadlines?due_before=9999-01-01").await.problem(400, "invalid-query");
    assert_eq!(wrong.faults(), [("due_before", "out-of-range")]);

    // Page by page it is the same list.
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let (mut rows, page) = rules(&world, &format!("?limit=1{cursor}")).await;
        paged.append(&mut rows);
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, all);

    // The day ends at local midnight: 17:00 UTC in Cilegon.
    world.later("2026-12-23T16:59:59Z");
    assert_eq!(rules(&world, "?state=overdue").await.0.len(), 0);
    assert_eq!(rules(&world, "?state=due").await.0.len(), 3);
    world.later("2026-12-23T17:00:00Z");
    let (overdue, page) = rules(&world, "?state=overdue").await;
    assert_eq!((overdue.len(), page["data"][0]["days_left"].as_i64()), (2, Some(-1)));
    assert_eq!(rules(&world, "?state=due").await.0.len(), 1);
    world.file_employment().await;
    let (met, page) = rules(&world, "?state=met").await;
    assert_eq!((met.len(), page["data"][0]["days_left"].clone()), (1, Value::Null));
    assert_eq!(page["data"][0]["met_on"], "2026-12-24");
}

#[tokio::test]
async fn a_day_passes_in_the_east_before_it_does_in_the_west() {
    let mut world = World::new().await;
    world.service.office("81.71").await;
    let (hr, body) = (world.service.token("hr-ambon"), with(company("9120001234775"), json!({"region": "81.71"})));
    world.send(&hr, "/v1/companies", &body).await.expect(201);
    for office in ["36.72", "81.71"] {
        world.service.grant("pengamat", Role::Viewer, Some(office), None).await;
    }
    let offices = async |world: &World, state: &str| {
        let page =
            world.read(&world.service.token("pengamat"), &format!("/v1/deadlines?state={state}")).await.expect(200);
        let rows = page["data"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| (row["office"].as_str().unwrap().to_owned(), row["days_left"].as_i64().unwrap()))
            .collect()
    };
    world.later("2026-12-23T15:00:00Z");
    let (overdue, due): (Vec<_>, Vec<_>) = (offices(&world, "overdue").await, offices(&world, "due").await);
    assert_eq!((overdue, due), (vec![("81.71".to_owned(), -1)], vec![("36.72".to_owned(), 0)]));
}

#[tokio::test]
async fn of_eight_officers_who_grant_at_once_one_does() {
    let world = World::new().await;
    let path = format!("/v1/deadlines/{}/extension-requests", world.clock().await);
    let request = world.send(&world.hr, &path, &json!(NewExtensionRequest::sample())).await.expect(201);
    let grant = format!("{}/grant", request.header("location"));
    let body = json!(ExtensionGrant::sample());
    let replies = join_all((0..8).map(|_| world.send(&world.officer, &grant, &body))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 200) {
        reply.problem(409, "illegal-transition");
    }
    assert_eq!(world.read(&world.hr, "/v1/deadlines").await.expect(200)["data"][0]["extensions"], 1);
}

#[tokio::test]
async fn a_company_sees_what_it_owes_and_nobody_else_s() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 1)]).await;
    let path = format!("/v1/companies/{}/obligations", world.company);
    let indonesian = world.read(&world.hr, &path).await.expect(200);
    assert_eq!(indonesian["data"][0]["what"], "Menyampaikan wajib lapor ketenagakerjaan pertama");
    let english = world.service.get(&path).token(&world.hr).header("accept-language", "en").send().await.expect(200);
    assert_eq!(english["data"][1]["what"], "Report the outcome of a vacancy");
    assert_eq!(english["data"][1]["subject_name"], "Operator Forklift");
    assert_eq!(english["data"][0]["subject_name"], Value::Null);
    let href = format!("/v1/companies/{}/employment-reports", world.company);
    let clock = format!("/v1/deadlines/{}", world.clock().await);
    let one = world.read(&world.hr, &clock).await.expect(200);
    assert_eq!(one.json, indonesian["data"][0], "one of them alone");
    assert_eq!(one.header("cache-control"), "private, no-store");
    let known = world.service.get(&clock).token(&world.hr).header("if-none-match", one.header("etag"));
    assert_eq!(known.send().await.expect(304).header("etag"), one.header("etag"));
    assert_eq!(world.read(&world.officer, &clock).await.expect(200).json, one.json);
    assert_eq!(english["data"][0]["ways"], json!([{"method": "POST", "href": href}]));
    assert_eq!(english["data"][1]["ways"][1]["href"], format!("/v1/vacancies/{}/close", lines[0]));
    let (stranger, theirs) = register(&world.service, "9120001234772").await;
    let far = world.service.staff(Role::Viewer, "33.06").await;
    for token in [&stranger, &far] {
        world.read(token, &path).await.problem(404, "not-found");
        world.read(token, &format!("{path}.ics")).await.problem(404, "not-found");
        world.read(token, &clock).await.problem(404, "not-found");
    }
    let own = world.read(&stranger, "/v1/deadlines").await.expect(200);
    assert_eq!((own["data"].as_array().unwrap().len(), &own["data"][0]["company"]["id"]), (1, &json!(theirs)));
    let next = world.read(&world.hr, &format!("{path}?limit=1")).await.expect(200);
    let rest = world.read(&world.hr, &format!("{path}?limit=1&cursor={}", next.text_of("next"))).await.expect(200);
    assert_eq!(rest["data"][0]["rule"], "vacancy.outcome-report-due");
    world.file_employment().await;
    let done = world.read(&world.hr, &clock).await.expect(200);
    assert_eq!((done.text_of("state"), &done["days_left"], &done["ways"]), ("met", &Value::Null, &json!([])));
    assert!(done.text_of("met_by").starts_with("/v1/employment-reports/"));
    let counter = world.service.staff(Role::CounterOfficer, "36.72").await;
    world.read(&counter, &clock).await.problem(403, "forbidden");
    world.read(&world.hr, "/v1/deadlines/x").await.problem(404, "not-found");
}

#[tokio::test]
async fn what_a_company_owes_is_a_calendar() {
    let world = World::new().await;
    let path = format!("/v1/companies/{}/obligations.ics", world.company);
    let calendar = world.service.get(&path).token(&world.hr).header("accept-language", "en").send().await.expect(200);
    assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(calendar.header("cache-control"), "private, no-store");
    let text = calendar.text.replace("\r\n ", "");
    for expected in [
        &format!("UID:{}@disnaker\r\n", world.clock().await),
        "DTSTAMP:20261123T020000Z\r\n",
        "DTSTART;VALUE=DATE:20261223\r\n",
        "SUMMARY:File the first employment report\r\n",
        "DESCRIPTION:Law: UU 7/1981 arts. 6 and 7\\; the days are",
        "TRIGGER:-P14D\r\n",
        "TRIGGER:-P7D\r\n",
        "TRIGGER:-P1D\r\n",
    ] {
        assert!(text.contains(expected), "{expected:?} in\n{text}");
    }
    assert!(calendar.text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
    world.file_employment().await;
    let later = world.read(&world.hr, &path).await.expect(200);
    assert!(!later.text.contains("20261223") && later.text.contains("20271130"), "what was done is gone");
}

#[tokio::test]
async fn a_calendar_names_the_vacancy_and_rings_for_nothing_that_is_overdue() {
    let mut world = World::new().await;
    world.publish(&[line("Operator Forklift; shift malam", 1)]).await;
    world.later("2026-12-24T02:00:00Z");
    let path = format!("/v1/companies/{}/obligations.ics", world.company);
    let text = world.read(&world.hr, &path).await.expect(200).text.replace("\r\n ", "");
    let events: Vec<_> = text.split("BEGIN:VEVENT").skip(1).collect();
    assert_eq!(events.len(), 2);
    assert!(events[0].contains("DTSTART;VALUE=DATE:20261223\r\n") && !events[0].contains("VALARM"), "{text}");
    let named = "SUMMARY:Melaporkan hasil pengisian lowongan: Operator Forklift\\; shift malam\r\n";
    assert!(events[1].contains(named) && events[1].matches("BEGIN:VALARM").count() == 4, "{text}");
}

#[tokio::test]
async fn a_placement_report_is_due_from_the_first_day_of_work_and_met_by_its_first_filing() {
    let mut world = World::new().await;
    let vacancy = world.publish(&[line("Operator Forklift", 2)]).await.remove(0);
    world.later("2026-12-20T02:00:00Z");
    let rows = [with(hired(&vacancy, 1), json!({"start_on": "2026-12-10"})), hired(&vacancy, 2)];
    let report = world.report_hired(&rows).await;
    let (id, path) = (report.text_of("id"), format!("/v1/placement-reports/{}", report.text_of("id")));
    let owed = async |world: &World| {
        let list = world.read(&world.hr, &format!("/v1/companies/{}/obligations", world.company)).await.expect(200);
        let rows = list["data"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["rule"] == "placement.report-due")
    };
    let row = owed(&world).await.unwrap();
    assert_eq!(
        (&row["subject_id"], &row["started_on"], &row["due_on"]),
        (&json!(id), &json!("2026-12-01"), &json!("2026-12-31"))
    );
    assert_eq!((&row["state"], &row["met_on"], &row["met_by"]), (&json!("met"), &json!("2026-12-20"), &json!(path)));

    // Returned, it is owed again; filed again, it was reported when it was filed first.
    world.send(&world.officer, &format!("{path}/return"), &json!({"note": "Mohon dilengkapi"})).await.expect(200);
    let row = owed(&world).await.unwrap();
    assert_eq!((&row["state"], &row["met_by"]), (&json!("due"), &Value::Null));
    assert_eq!(row["ways"], json!([{"method": "POST", "href": format!("{path}/submit")}]));
    world.later("2027-01-05T02:00:00Z");
    assert_eq!(owed(&world).await.unwrap()["state"], "overdue");
    let again = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!(again.text_of("first_submitted_at"), "2026-12-20T02:00:00Z");
    assert_eq!(owed(&world).await.unwrap()["met_on"], "2026-12-20");
    let figures = world
        .read(&world.officer, "/v1/compliance?group_by=month&rule=placement.report-due&from=2026-01-01&to=2026-12-31")
        .await
        .expect(200);
    assert_eq!((&figures["total"]["on_time"], &figures["total"]["late"]), (&json!(1), &json!(0)));

    // What is taken back asks for nothing.
    world.act(&world.hr, &format!("{path}/withdraw")).await.expect(200);
    assert_eq!(owed(&world).await, None);
}

#[tokio::test]
async fn the_outcome_of_a_vacancy_is_reported_when_the_company_files_it_whenever_the_office_accepts() {
    let mut world = World::new().await;
    let vacancy = world.publish(&[line("Operator Forklift", 1)]).await.remove(0);
    world.later("2027-01-30T02:00:00Z");
    let report = world.report_hired(&[hired(&vacancy, 1)]).await;
    world.later("2027-02-10T02:00:00Z");
    world.accept_hired(&report).await.expect(200);
    let met = world.read(&world.hr, "/v1/deadlines?state=met&rule=vacancy.outcome-report-due").await.expect(200);
    assert_eq!((&met["data"][0]["due_on"], &met["data"][0]["met_on"]), (&json!("2027-01-30"), &json!("2027-01-30")));
    // A worker who started before any rule was in force has no clock.
    let other = world.publish(&[with(line("Montir", 1), json!({"valid_until": "2099-12-31"}))]).await.remove(0);
    world.report_hired(&[with(hired(&other, 2), json!({"start_on": "2018-05-01"}))]).await;
}

#[tokio::test]
async fn more_time_is_asked_for_once_and_granted_within_its_bound() {
    let world = World::new().await;
    let clock = world.clock().await;
    let path = format!("/v1/deadlines/{clock}/extension-requests");
    let ask = |wanted: &str| {
        let body = json!({"wanted_on": wanted, "reason": "Data cabang belum lengkap"});
        world.service.post(&path).token(&world.hr).json(&body).send()
    };
    for wanted in ["2026-12-23", "2027-01-23", "2026-11-01"] {
        let reply = ask(wanted).await.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [("/wanted_on", "out-of-range")], "{wanted}");
        assert_eq!(reply["errors"][0]["expected"], "2026-12-24 sampai 2027-01-22");
    }
    let sample = json!(NewExtensionRequest::sample());
    let calls = (0..16).map(|_| world.service.post(&path).token(&world.hr).json(&sample).send());
    let replies = join_all(calls).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 409).count(), 15);
    let mut made = None;
    for reply in replies {
        if reply.status == 201 {
            made = Some(reply);
        } else {
            reply.problem(409, "already-exists");
        }
    }
    let made = made.unwrap();
    assert_eq!(made["allowed_actions"], json!(["withdraw"]));
    let request = made.header("location").to_owned();
    let (stranger, _) = register(&world.service, "9120001234773").await;
    world.read(&stranger, &request).await.problem(404, "not-found");
    world.send(&stranger, &path, &sample).await.problem(404, "not-found");
    world.act(&stranger, &format!("{request}/withdraw")).await.problem(404, "not-found");
    world.send(&world.officer, &path, &sample).await.problem(403, "forbidden");
    let far = world.service.staff(Role::PlacementOfficer, "33.06").await;
    world.send(&far, &format!("{request}/grant"), &json!(ExtensionGrant::sample())).await.problem(404, "not-found");
    let waiting = world.read(&world.officer, "/v1/extension-requests?status=requested").await.expect(200);
    assert_eq!(waiting["data"][0]["allowed_actions"], json!(["grant", "refuse"]));

    let too_far = json!({"until": "2027-02-01", "reason": "Ya"});
    let reply = world.send(&world.officer, &format!("{request}/grant"), &too_far).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/until", "out-of-range")]);
    let granted = world.send(&world.officer, &format!("{request}/grant"), &json!(ExtensionGrant::sample())).await;
    let granted = granted.expect(200);
    assert_eq!((granted.text_of("status"), granted.text_of("granted_on")), ("granted", "2027-01-08"));
    let row = world.read(&world.hr, "/v1/deadlines").await.expect(200);
    let row = &row["data"][0];
    assert_eq!((&row["due_on"], &row["original_due_on"]), (&json!("2027-01-08"), &json!("2026-12-23")));
    assert_eq!(row["extensions"], 1);
    world
        .send(&world.officer, &format!("{request}/refuse"), &json!(ExtensionRefusal::sample()))
        .await
        .problem(409, "illegal-transition");

    // A second one has the same bound, and may be refused or taken back.
    let second = ask("2027-01-22").await.expect(201).header("location").to_owned();
    let refused = world.send(&world.officer, &format!("{second}/refuse"), &json!(ExtensionRefusal::sample())).await;
    assert_eq!(refused.expect(200)["decision"], ExtensionRefusal::sample().reason);
    let third = ask("2027-01-22").await.expect(201).header("location").to_owned();
    assert_eq!(world.act(&world.hr, &format!("{third}/withdraw")).await.expect(200)["status"], "withdrawn");
    let fourth = ask("2027-01-22").await.expect(201).header("location").to_owned();
    world.file_employment().await;
    world
        .send(&world.officer, &format!("{fourth}/grant"), &json!(ExtensionGrant::sample()))
        .await
        .problem(409, "deadline-met");
    ask("2027-01-22").await.problem(409, "deadline-met");
}

#[tokio::test]
async fn a_reminder_is_told_once_a_stage_whoever_sweeps_and_stops_on_filing() {
    let mut world = World::new().await;
    let sibling = world.service.sibling().await;
    let at = [
        ("2026-12-08T16:59:59Z", 0), // 8 December in Cilegon, and already the 9th further east
        ("2026-12-08T17:00:00Z", 1),
        ("2026-12-10T02:00:00Z", 1),
        ("2026-12-16T02:00:00Z", 2),
        ("2026-12-22T02:00:00Z", 3),
        ("2026-12-23T02:00:00Z", 3),
        ("2026-12-23T17:00:00Z", 4),
        ("2027-02-23T17:00:00Z", 4),
    ];
    for (time, told) in at {
        world.later(time);
        let (one, other) = tokio::join!(sweep(world.service.state()), sweep(sibling.state()));
        one.and(other).unwrap();
        assert_eq!(world.reminders().await.len(), told, "{time}");
    }
    let told = world.reminders().await;
    let expected = [("first", 14), ("second", 7), ("last", 1), ("overdue", -1)];
    assert_eq!(told, expected.map(|(stage, days)| (stage.to_owned(), days)));
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    let feed = world.read(&world.hr, "/v1/events?types=deadline.reminder").await.expect(200);
    let event = &feed["data"][0];
    assert_eq!(event["data"]["rule"], FIRST);
    assert_eq!((&event["data"]["company_id"], &event["data"]["due_on"]), (&json!(world.company), &json!("2026-12-23")));
}

#[tokio::test]
async fn who_files_is_not_reminded_and_who_gets_more_time_is_reminded_anew() {
    let mut world = World::new().await;
    register(&world.service, "9120001234774").await;
    let clock = world.clock().await;
    world.later("2026-12-17T02:00:00Z");
    world.sweep().await;
    let second = ("second".to_owned(), 6);
    assert_eq!(world.reminders().await, [second.clone(), second.clone()], "of missed stages the newest alone");
    let path = format!("/v1/deadlines/{clock}/extension-requests");
    let request = world.send(&world.hr, &path, &json!(NewExtensionRequest::sample())).await.expect(201);
    let grant = format!("{}/grant", request.header("location"));
    world.send(&world.officer, &grant, &json!(ExtensionGrant::sample())).await.expect(200);
    world.later("2026-12-27T02:00:00Z");
    world.file_employment().await;
    world.later("2027-03-01T02:00:00Z");
    world.sweep().await;
    // The other company did nothing; the first one filed before its new stages came.
    assert_eq!(world.reminders().await, [second.clone(), second, ("overdue".to_owned(), -68)]);
    // Nor later, until the next report is due: on 31 December 2027.
    world.later("2027-12-16T02:00:00Z");
    world.sweep().await;
    assert_eq!(world.reminders().await.len(), 3);
    world.later("2027-12-17T02:00:00Z");
    world.sweep().await;
    assert_eq!(world.reminders().await.pop(), Some(("first".to_owned(), 14)));
}

#[tokio::test]
async fn a_clock_that_stands_still_is_neither_due_nor_overdue_and_gets_its_days_back() {
    let mut world = World::new().await;
    let subjects: [Uuid; 1] = [world.company.0];
    let mut change = world.service.change().await;
    engine::pause(&mut change, FIRST, &subjects, "2026-12-01".parse().unwrap()).await.unwrap();
    engine::pause(&mut change, FIRST, &subjects, "2026-12-05".parse().unwrap()).await.unwrap();
    change.commit().await.unwrap();
    world.later("2027-01-01T02:00:00Z");
    world.sweep().await;
    assert_eq!(world.reminders().await, [], "nobody is reminded of what stands still");
    let paused = world.read(&world.officer, "/v1/deadlines?state=paused").await.expect(200);
    assert_eq!(
        (&paused["data"][0]["state"], &paused["data"][0]["paused_on"]),
        (&json!("paused"), &json!("2026-12-01"))
    );
    for state in ["due", "overdue"] {
        let list = world.read(&world.officer, &format!("/v1/deadlines?state={state}")).await.expect(200);
        assert_eq!(list["data"], json!([]), "{state}");
    }
    let mut change = world.service.change().await;
    engine::resume(&mut change, FIRST, &subjects, "2027-01-02".parse().unwrap()).await.unwrap();
    change.commit().await.unwrap();
    // 23 days were left on 1 December, and it runs again from 2 January on.
    let running = world.read(&world.officer, "/v1/deadlines?state=due").await.expect(200);
    assert_eq!((&running["data"][0]["due_on"], &running["data"][0]["extensions"]), (&json!("2027-01-24"), &json!(0)));
}

#[tokio::test]
async fn a_party_s_clock_is_met_or_lapses_by_itself_and_what_still_runs_is_cancelled() {
    let mut world = World::new().await;
    let change = world.service.change().await;
    let (subject, on) = (change.id(), |day: &str| day.parse().unwrap());
    let start = |rule, party| engine::Start {
        rule,
        subject_kind: "vacancy",
        subject,
        party,
        office: "36.72",
        company: None,
        on: on("2026-11-02"),
    };
    let starts = [start(ANSWER, "worker"), start(ANSWER, "employer"), start("mediation.total", "mediator")];
    engine::start(&change, &starts).await.unwrap();
    engine::meet_of(&change, ANSWER, subject, "worker", on("2026-11-10")).await.unwrap();
    change.commit().await.unwrap();
    let list = async |world: &World, state: &str| {
        let page = world.read(&world.officer, &format!("/v1/deadlines?{state}")).await.expect(200);
        let rows = page["data"].as_array().unwrap().iter().filter(|row| row["subject_kind"] == "vacancy");
        rows.map(|row| row["party"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(&world, "state=met").await, ["worker"]);
    assert_eq!(list(&world, "state=overdue").await, ["employer"], "one party's answer is not the other's");

    // Twice is once: the day and the journal stay those of the first time, and what was met does not lapse.
    let mut change = world.service.change().await;
    for (party, day) in [("employer", "2026-11-17"), ("employer", "2026-11-18"), ("worker", "2026-11-17")] {
        engine::lapse(&mut change, ANSWER, subject, party, on(day)).await.unwrap();
    }
    change.commit().await.unwrap();
    assert_eq!(list(&world, "state=met").await, ["worker"]);
    assert_eq!(list(&world, "state=lapsed").await, ["employer"]);
    assert_eq!(list(&world, "rule=mediation.total").await, ["mediator"]);
    let lapsed = world.read(&world.officer, "/v1/deadlines?state=lapsed").await.expect(200)["data"][0].clone();
    assert_eq!(
        (&lapsed["state"], &lapsed["met_on"], &lapsed["days_left"]),
        (&json!("lapsed"), &json!("2026-11-17"), &Value::Null)
    );
    let select = journal::Entity::find().filter(journal::Column::Event.eq("deadline.lapse"));
    let told = select.all(world.service.state().db.reader()).await.unwrap();
    let [told] = told.as_slice() else { panic!("{} rows", told.len()) };
    let body: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(body, json!({"rule": ANSWER, "due_on": "2026-11-16"}));

    let change = world.service.change().await;
    engine::cancel_rest(&change, subject, on("2026-11-20")).await.unwrap();
    change.commit().await.unwrap();
    world.later("2027-06-01T02:00:00Z");
    assert_eq!(list(&world, "state=overdue").await, <[&str; 0]>::default());
    assert_eq!(list(&world, "state=met").await, ["worker"], "a clock that was cancelled was not met");
    assert_eq!(list(&world, "state=lapsed").await, ["employer"], "nor did it lapse");

    // What lapsed runs anew where it is started anew.
    let change = world.service.change().await;
    engine::start(&change, &[engine::Start { on: on("2027-06-01"), ..start(ANSWER, "employer") }]).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(list(&world, "state=due").await, ["employer"]);
    assert_eq!(list(&world, "state=lapsed").await, <[&str; 0]>::default());
}

#[tokio::test]
async fn a_calculation_leaves_out_the_days_of_its_pauses() {
    let world = World::new().await;
    let ask = async |pauses: Value| {
        let body = json!({"rule": "wlkp.founding-report", "started_on": "2026-11-23", "pauses": pauses});
        world.service.post("/v1/deadline-calculations").json(&body).send().await
    };
    assert_eq!(ask(json!([])).await.expect(200)["due_on"], "2026-12-23");
    let paused = ask(json!([{"from": "2026-12-01", "to": "2026-12-10"}])).await.expect(200);
    assert_eq!(paused["due_on"], "2027-01-02");
    let days = paused["days"].as_array().unwrap();
    assert_eq!((days.len(), days[7]["reason"].as_str(), &days[7]["number"]), (40, Some("Jeda"), &Value::Null));
    assert_eq!(days[39]["number"], 30);
    let wrong = ask(json!([{"from": "2026-12-10", "to": "2026-12-01"}])).await.problem(422, "invalid-content");
    assert_eq!(wrong.faults(), [("/pauses/0/to", "out-of-range")]);
}
