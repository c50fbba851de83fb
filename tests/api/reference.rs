//! What everybody may look up: code lists, the calendar, policies, due dates.

use disnaker_entity::access::Role;
use serde_json::{Value, json};

use crate::harness::Service;

#[tokio::test]
async fn a_year_whose_calendar_is_not_loaded_is_refused_and_never_guessed() {
    let service = Service::start().await;
    let ask = async |from: &str, days: u32| {
        service.get(format!("/v1/working-days?from={from}&days={days}&region=36.72")).send().await
    };
    ask("2027-12-20", 5).await.expect(200);
    ask("2027-12-20", 30).await.problem(422, "calendar-missing");
    ask("2018-12-31", 1).await.expect(200);
    ask("2018-12-28", 1).await.problem(422, "calendar-missing");
    let due = json!({"rule": "mediation.answer", "started_on": "2027-12-30", "region": "36.72"});
    service.post("/v1/deadline-calculations").json(&due).send().await.problem(422, "calendar-missing");
}

#[tokio::test]
async fn a_day_off_that_an_admin_adds_moves_what_is_calculated_from_then_on() {
    let service = Service::start().await;
    service.office("36.72").await;
    service.office("33.06").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    let due = async |office: &str| {
        let path = format!("/v1/working-days?from=2026-04-24&days=2&office={office}");
        service.get(path).send().await.expect(200).text_of("to").to_owned()
    };
    assert_eq!(due("36.72").await, "2026-04-28");
    let new = json!({"date": "2026-04-27", "kind": "local", "region": "36.72", "name": "Hari Jadi", "source": "Keputusan 3/2026"});
    let made = service.post("/v1/holidays").token(&admin).json(&new).send().await.expect(201);
    assert_eq!(due("36.72").await, "2026-04-29");
    assert_eq!(due("33.06").await, "2026-04-28", "elsewhere it is a day like any other");
    service.post("/v1/holidays").token(&admin).json(&new).send().await.problem(409, "already-exists");
    let path = format!("/v1/holidays/{}", made.text_of("id"));
    service.delete(&path).token(&admin).header("if-match", made.header("etag")).send().await.expect(204);
    assert_eq!(due("36.72").await, "2026-04-28");
}

#[tokio::test]
async fn a_public_list_pages_through_everything_once() {
    let service = Service::start().await;
    for (path, least) in
        [("/v1/regions?parent=36.72", 8), ("/v1/regions", 7000), ("/v1/holidays?year=2026", 15), ("/v1/policies", 20)]
    {
        let mut seen: Vec<Value> = Vec::new();
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut next = Value::Null;
        loop {
            let cursor = next.as_str().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page = service.get(format!("{path}{joint}limit=100{cursor}")).send().await.expect(200);
            assert!(page.header("cache-control").starts_with("public"), "{page}");
            seen.extend(page["data"].as_array().unwrap().iter().cloned());
            next = page["next"].clone();
            if next.is_null() {
                break;
            }
        }
        let mut once: Vec<_> = seen.iter().map(Value::to_string).collect();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{path}");
        assert!(seen.len() >= least, "{path}: {}", seen.len());
    }
}
