//! The change feed: ordered, whole, and each reader's own.

use std::time::{Duration, Instant};

use disnaker_entity::access::Role;
use disnaker_entity::plumbing::journal_unsealed;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::harness::{Reply, Service};
use crate::world::{World, ids, line, nik, register};

async fn feed(world: &World, token: &str, query: &str) -> Vec<Value> {
    let (mut events, mut cursor) = (Vec::new(), String::new());
    loop {
        let next = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
        let page: Reply = world.read(token, &format!("/v1/events?limit=100{query}{next}")).await.expect(200);
        let data = page["data"].as_array().unwrap().clone();
        if data.is_empty() {
            return events;
        }
        events.extend(data);
        page.text_of("next").clone_into(&mut cursor);
    }
}

/// Waits until everything that happened has its position; on PostgreSQL another sealer may be at it.
pub async fn sealed(world: &World) {
    sealed_in(&world.service).await;
}

/// The same for a service without a world around it.
pub async fn sealed_in(service: &Service) {
    let db = &service.state().db;
    while journal_unsealed::Entity::find().one(db.reader()).await.unwrap().is_some() {
        service.state().bell.seal_all(db).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn the_feed_tells_what_happened_in_order() {
    let world = World::new().await;
    world.publish(&[line("Operator Forklift", 2)]).await;
    sealed(&world).await;
    let events = feed(&world, &world.officer, "").await;
    let types = ids(&json!(events), "type");
    assert_eq!(
        types.iter().filter(|kind| !kind.starts_with("grant.")).map(String::as_str).collect::<Vec<_>>(),
        ["company.register", "company.verify", "vacancy_report.submit", "vacancy_report.accept", "vacancy.publish"]
    );
    let positions: Vec<_> = events.iter().map(|event| event["position"].as_i64().unwrap()).collect();
    assert!(positions.is_sorted_by(|one, next| one < next));
    let submit = events.iter().find(|event| event["type"] == "vacancy_report.submit").unwrap();
    assert_eq!(submit["data"]["number"], "LWK-36.72-2026-000001");
    assert_eq!((submit["office"].as_str(), submit["version"].as_i64()), (Some("36.72"), Some(2)));
}

#[tokio::test]
async fn a_reader_gets_their_own_offices_and_companies_and_no_drafts() {
    let world = World::new().await;
    let (other, _) = register(&world.service, "9120005555555").await;
    world.draft(&[line("Satpam", 1)]).await;
    sealed(&world).await;
    let kinds = |events: Vec<Value>| ids(&json!(events), "type");
    assert!(!kinds(feed(&world, &world.officer, "").await).contains(&"vacancy_report.create".to_owned()));
    assert!(kinds(feed(&world, &world.hr, "").await).contains(&"vacancy_report.create".to_owned()));
    assert!(!kinds(feed(&world, &other, "").await).contains(&"vacancy_report.create".to_owned()));
    let elsewhere = world.service.staff(Role::Viewer, "33.06").await;
    let kinds_elsewhere = kinds(feed(&world, &elsewhere, "").await);
    assert!(kinds_elsewhere.iter().all(|kind| kind.starts_with("grant.")), "{kinds_elsewhere:?}");
    world.read(&world.service.token("anyone"), "/v1/events").await.problem(403, "forbidden");
    world.service.get("/v1/events").send().await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_filter_hides_events_and_moves_nobody_s_place() {
    let world = World::new().await;
    world.publish(&[line("Operator Forklift", 2)]).await;
    sealed(&world).await;
    let vacancies = feed(&world, &world.officer, "&types=vacancy").await;
    assert_eq!(ids(&json!(vacancies), "type"), ["vacancy.publish"]);
    let two = feed(&world, &world.officer, "&types=vacancy,company.verify&office=36.72").await;
    assert_eq!(ids(&json!(two), "type"), ["company.verify", "vacancy.publish"]);
    let page = world.read(&world.officer, "/v1/events?types=vacancy").await.expect(200);
    let next = page.text_of("next");
    world.read(&world.officer, &format!("/v1/events?types=company&cursor={next}")).await.problem(400, "invalid-cursor");
    world.read(&world.officer, "/v1/events?wait=31").await.problem(400, "invalid-query");
}

#[tokio::test]
async fn a_waiting_reader_is_answered_when_something_comes() {
    let world = World::new().await;
    sealed(&world).await;
    let mut cursor = String::new();
    loop {
        let query = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
        let page = world.read(&world.officer, &format!("/v1/events?limit=100&types=vacancy{query}")).await.expect(200);
        cursor = page.text_of("next").to_owned();
        if page["data"] == json!([]) {
            break;
        }
    }
    let started = Instant::now();
    let path = format!("/v1/events?limit=100&types=vacancy&wait=20&cursor={cursor}");
    let (page, _) = tokio::join!(world.read(&world.officer, &path), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        world.publish(&[line("Operator Forklift", 2)]).await
    });
    let page = page.expect(200);
    assert_eq!(ids(&page["data"], "type"), ["vacancy.publish"]);
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(400) && took < Duration::from_secs(10), "{took:?}");
    let path = format!("/v1/events?types=vacancy&wait=1&limit=100&cursor={}", page.text_of("next"));
    let empty = world.read(&world.officer, &path).await.expect(200);
    assert_eq!(empty["data"], json!([]));
}

#[tokio::test]
async fn the_feed_holds_nothing_of_a_person() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 1)]).await;
    let report = world.report_hired(&[crate::world::hired(&lines[0], 1)]).await;
    world.accept_hired(&report).await.expect(200);
    sealed(&world).await;
    let text = json!(feed(&world, &world.officer, "").await).to_string();
    assert!(text.contains("placement.record"));
    for secret in [nik(1).as_str(), "Contoh Pekerja", "hrd@contoh.example", "Personalia"] {
        assert!(!text.contains(secret), "the feed holds {secret}");
    }
}
