//! Reference data: read by all, written by admins of their own place; the calendar and what is counted by it.

use disnaker_entity::access::Role;
use disnaker_entity::plumbing::deadline;
use disnaker_entity::reference::{RegionLevel, region};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use crate::harness::{Reply, Service};
use crate::world::{World, hired, line, with};

async fn public(service: &Service, path: &str) -> Reply {
    service.get(path).send().await.expect(200)
}

#[tokio::test]
async fn regions_are_all_there_and_found_by_parent_and_name() {
    let service = Service::start().await;
    let reader = service.state().db.reader();
    for (level, count) in [(RegionLevel::Province, 38), (RegionLevel::District, 514), (RegionLevel::SubDistrict, 7285)]
    {
        let found = region::Entity::find().filter(region::Column::Level.eq(level)).count(reader).await.unwrap();
        assert_eq!(found, count, "{level}");
    }
    let sub_districts = public(&service, "/v1/regions?parent=36.72").await;
    assert_eq!(sub_districts["data"].as_array().unwrap().len(), 8);
    let bayan = public(&service, "/v1/regions/33.06.08").await;
    assert_eq!((bayan["name"].as_str(), bayan["parent"].as_str()), (Some("Bayan"), Some("33.06")));
    let named = public(&service, "/v1/regions?name=pekalongan&level=district").await;
    assert_eq!(named["data"].as_array().unwrap().len(), 2, "a city and a regency that are not the same");
    service.get("/v1/regions/99.99").send().await.problem(404, "not-found");
}

#[tokio::test]
async fn every_list_of_codes_is_public_and_cacheable() {
    let service = Service::start().await;
    for (path, count) in [
        ("/v1/occupations?level=major", 10),
        ("/v1/occupations?prefix=8", 4),
        ("/v1/sectors?edition=2020", 21),
        ("/v1/education-levels", 22),
        ("/v1/countries", 249),
        ("/v1/disability-kinds", 4),
        ("/v1/holidays?year=2026&kind=national", 17),
        ("/v1/holidays?year=2027&kind=joint_leave", 8),
        ("/v1/minimum-wages?region=36.72", 2),
    ] {
        let list = public(&service, path).await;
        assert_eq!(list["data"].as_array().unwrap().len(), count, "{path}");
        assert!(list.header("cache-control").starts_with("public"), "{path}");
        assert!(!list.header("etag").is_empty(), "{path}");
    }
    let wages = public(&service, "/v1/minimum-wages?region=36.72&year=2024").await;
    assert_eq!(wages["data"][0]["amount_sen"], 481_510_280, "Rp 4.815.102,80 in sen");
    let policies = public(&service, "/v1/policies?rule=invitation.expiry").await;
    assert_eq!(policies["data"][0]["amount"], 14);
}

#[tokio::test]
async fn working_days_are_counted_by_the_loaded_calendar() {
    let service = Service::start().await;
    service.office("36.72").await;
    let counted = public(&service, "/v1/working-days?from=2026-03-16&days=7&office=36.72").await;
    assert_eq!((counted["to"].as_str(), counted["working_days"].as_i64()), (Some("2026-04-01"), Some(7)));
    let between = public(&service, "/v1/working-days?from=2026-12-21&to=2027-01-08&office=36.72").await;
    assert_eq!(between["working_days"], 10);
    let missing = service.get("/v1/working-days?from=2030-12-20&days=20").send().await;
    missing.problem(422, "calendar-missing");
    let both = service.get("/v1/working-days?from=2026-12-21&days=3&to=2027-01-08").send().await;
    both.problem(400, "invalid-query");
    let due = json!({"rule": "mediation.answer", "started_on": "2026-03-16", "region": "36.72"});
    let due = service.post("/v1/deadline-calculations").json(&due).send().await.expect(200);
    assert_eq!(due["due_on"], "2026-04-07", "ten working days from a party's receipt");
    assert!(due["policy"]["law"].as_str().unwrap().contains("17/2014"));
    let notice = json!({"rule": "wlkp.closing-notice", "started_on": "2027-01-31", "region": "36.72"});
    let due = service.post("/v1/deadline-calculations").json(&notice).send().await.expect(200);
    assert_eq!(due["due_on"], "2027-01-01", "a notice is due before the day");
    assert_eq!((due["days"].as_array().unwrap().len(), &due["days"][29]["date"]), (30, &json!("2027-01-31")));
    let paused = with(notice, json!({"pauses": [{"from": "2027-01-10", "to": "2027-01-12"}]}));
    let reply = service.post("/v1/deadline-calculations").json(&paused).send().await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/pauses", "not-allowed")]);
}

#[tokio::test]
async fn an_admin_writes_days_off_for_their_own_place() {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    let day =
        json!({"date": "2026-04-27", "kind": "local", "region": "36.72", "name": "Hari Jadi", "source": "SK 3/2026"});
    let write = |token: String, body: serde_json::Value| {
        let call = service.post("/v1/holidays").token(&token).json(&body);
        async move { call.send().await }
    };
    write(service.staff(Role::Viewer, "36.72").await, day.clone()).await.problem(403, "forbidden");
    let made = write(admin.clone(), day.clone()).await.expect(201);
    write(admin.clone(), day.clone()).await.problem(409, "already-exists");
    let elsewhere = json!({"date": "2026-04-27", "kind": "local", "region": "33.06", "name": "x", "source": "y"});
    write(admin.clone(), elsewhere).await.problem(422, "invalid-content");
    let nationwide = json!({"date": "2028-01-01", "kind": "national", "name": "Tahun baru", "source": "SKB"});
    write(admin.clone(), nationwide).await.problem(422, "invalid-content");
    let counted = public(&service, "/v1/working-days?from=2026-04-24&days=1&office=36.72").await;
    assert_eq!(counted["to"], "2026-04-28", "the new day counts at once");
    let path = format!("/v1/holidays/{}", made.text_of("id"));
    let moved = service.patch(&path).token(&admin).header("if-match", made.header("etag"));
    let moved = moved.json(&json!({"date": "2026-04-28"})).send().await.expect(200);
    service
        .delete(&path)
        .token(&admin)
        .header("if-match", made.header("etag"))
        .send()
        .await
        .problem(412, "version-mismatch");
    service.delete(&path).token(&admin).header("if-match", moved.header("etag")).send().await.expect(204);
    let counted = public(&service, "/v1/working-days?from=2026-04-24&days=1&office=36.72").await;
    assert_eq!(counted["to"], "2026-04-27");
}

#[tokio::test]
async fn an_admin_writes_minimum_wages_and_policies_of_their_own_place() {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    let wage = json!({"region": "36.72", "year": 2031, "amount_sen": 648_319_250, "source": "Berita acara"});
    let wage = service.post("/v1/minimum-wages").token(&admin).json(&wage).send().await.expect(201);
    let path = format!("/v1/minimum-wages/{}", wage.text_of("id"));
    let agreed = service.patch(&path).token(&admin).header("if-match", wage.header("etag"));
    assert_eq!(agreed.json(&json!({"agreed": true})).send().await.expect(200)["agreed"], true);
    let policy = json!({"rule": "vacancy.outcome-report-due", "scope": "36.72", "valid_from": "2026-01-01", "amount": 45,
        "unit": "calendar_days", "law": "Perwali 12/2025 Pasal 3", "law_en": "Perwali 12/2025 art. 3", "note": "Kota ini"});
    let made = service.post("/v1/policies").token(&admin).json(&policy).send().await.expect(201);
    assert_eq!((made.text_of("law"), made.text_of("note")), ("Perwali 12/2025 Pasal 3", "Kota ini"));
    let read = service.get(format!("/v1/policies/{}", made.text_of("id"))).header("accept-language", "en");
    let english = read.send().await.expect(200);
    assert_eq!((english.text_of("law"), english.text_of("note")), ("Perwali 12/2025 art. 3", "Kota ini"));
    assert_ne!(english.header("etag"), made.header("etag"), "other words, other tag");
    service.post("/v1/policies").token(&admin).json(&policy).send().await.problem(409, "already-exists");
    let in_force = public(&service, "/v1/policies?rule=vacancy.outcome-report-due&region=36.72&on=2026-06-01").await;
    assert_eq!(in_force["data"][0]["amount"], 45, "the nearest scope wins");
}

#[tokio::test]
async fn every_policy_names_its_law_in_the_language_that_is_asked_for() {
    let service = Service::start().await;
    let read = async |language: &str| {
        let (mut rows, mut path) = (Vec::new(), "/v1/policies?limit=100".to_owned());
        loop {
            let list = service.get(&path).header("accept-language", language).send().await.expect(200);
            rows.extend(list["data"].as_array().unwrap().clone());
            let Some(next) = list["next"].as_str() else { return rows };
            path = format!("/v1/policies?limit=100&cursor={next}");
        }
    };
    let (indonesian, english) = (read("id").await, read("en").await);
    assert!(indonesian.len() > 80 && indonesian.len() == english.len());
    for (id, en) in indonesian.iter().zip(&english) {
        let both = |name: &str| (id[name].as_str().unwrap(), en[name].as_str().unwrap());
        let (law, law_en) = both("law");
        assert!(!law.is_empty() && !law_en.is_empty(), "{id}");
        for english in [" art", "the ", "office", "practice", "before", "superseded", "predecessor"] {
            assert!(!law.contains(english), "`{english}` in {law}");
        }
        for indonesian in ["Pasal", "ayat", "huruf", "kantor", "sebelum", "praktik", "peraturan"] {
            assert!(!law_en.contains(indonesian), "`{indonesian}` in {law_en}");
        }
        // The same laws, articles and paragraphs in the same order.
        let figures = |law: &str| law.split(|sign: char| !sign.is_ascii_digit()).collect::<String>();
        if !law_en.contains("31-36") {
            assert_eq!(figures(law), figures(law_en));
        }
        assert_ne!(both("note").0, both("note").1, "{id}");
    }
    let quota = |rows: &[serde_json::Value]| {
        rows.iter().find(|row| row["rule"] == "disability.private-quota").unwrap()["law"].clone()
    };
    assert_eq!(
        (quota(&indonesian), quota(&english)),
        (json!("UU 8/2016 Pasal 53 ayat (2)"), json!("UU 8/2016 art. 53(2)"))
    );
}

#[tokio::test]
async fn an_admin_changes_the_hours_of_their_office() {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    let office = public(&service, "/v1/offices/36.72").await;
    assert_eq!(office["utc_offset"], 7);
    let patch = |token: &str| {
        let call = service.patch("/v1/offices/36.72").token(token).header("if-match", office.header("etag"));
        call.json(&json!({"opening_hours": "Senin sampai Kamis, 08.00 sampai 15.00"})).send()
    };
    patch(&service.staff(Role::OfficeAdmin, "36.72").await).await.expect(200);
    patch(&admin).await.problem(412, "version-mismatch");
    patch(&service.staff(Role::Viewer, "36.72").await).await.problem(403, "forbidden");
    assert_eq!(public(&service, "/v1/offices").await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_published_vacancy_starts_the_clock_for_its_outcome_and_filling_it_stops_the_clock() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 1)]).await;
    let reader = world.service.state().db.reader();
    let of_vacancy = || deadline::Entity::find().filter(deadline::Column::SubjectKind.eq("vacancy")).one(reader);
    let clock = of_vacancy().await.unwrap().unwrap();
    assert_eq!((clock.rule.as_str(), clock.subject_id.to_string()), ("vacancy.outcome-report-due", lines[0].clone()));
    assert_eq!((clock.started_on.to_string(), clock.due_on.to_string()), ("2026-12-31".into(), "2027-01-30".into()));
    assert_eq!((clock.met_on, clock.calendar_revision), (None, 1));
    let report = world.report_hired(&[hired(&lines[0], 1)]).await;
    world.accept_hired(&report).await.expect(200);
    let clock = of_vacancy().await.unwrap().unwrap();
    assert_eq!(clock.met_on.map(|day| day.to_string()), Some("2026-11-23".into()));
}
