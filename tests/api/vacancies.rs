//! Public vacancies: search, filters, paging, what happens to one.

use serde_json::{Value, json};

use crate::harness::Reply;
use crate::world::{World, hired, ids, line, with};

async fn search(world: &World, query: &str) -> Reply {
    world.service.get(format!("/v1/vacancies?{query}")).send().await.expect(200)
}

fn titles(reply: &Reply) -> Vec<String> {
    ids(&reply["data"], "title")
}

async fn market() -> World {
    let world = World::new().await;
    world
        .publish(&[
            with(line("Operator Forklift", 5), json!({"occupation": "83", "wage_min": 5_000_000, "wage_max": 7_000_000})),
            with(line("Operator Jahit", 20), json!({"occupation": "81", "wage_min": 4_900_000, "education": "junior_secondary", "valid_until": "2026-12-01"})),
            with(line("Satpam", 2), json!({"occupation": "54", "wage_min": null, "work_region": "36.04.07", "education": null})),
            with(line("Teknisi Listrik", 1), json!({"occupation": "74", "wage_min": 9_000_000, "education": "bachelor", "experience_months": 24, "disability_friendly": true, "work_region": "33.06", "skills": ["panel tegangan menengah"]})),
            with(line("Perawat Lansia", 3), json!({"occupation": "53", "work_country": "SG", "work_region": null, "wage_min": 15_000_000})),
        ])
        .await;
    world
}

#[tokio::test]
async fn everybody_finds_vacancies_by_words() {
    let world = market().await;
    assert_eq!(titles(&search(&world, "q=operator").await).len(), 2);
    assert_eq!(titles(&search(&world, "q=OPERATOR+forklift").await), ["Operator Forklift"]);
    assert_eq!(titles(&search(&world, "q=tegangan").await), ["Teknisi Listrik"], "skills are searched, too");
    assert_eq!(titles(&search(&world, "q=bojonegara").await), ["Satpam"], "and the region's name");
    assert_eq!(titles(&search(&world, "q=Contoh+Baja").await).len(), 5, "and the company's");
    assert!(titles(&search(&world, "q=tidakada").await).is_empty());
    assert_eq!(titles(&search(&world, "q=%22%29%27%3B+DROP+TABLE+%26+%7C+%2A+operator").await).len(), 0);
    assert!(titles(&search(&world, "q=%22%29%27%3B+%26+%7C+%21+%2A").await).is_empty(), "marks are no words");
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let world = market().await;
    for (query, expected) in [
        ("region=36", 3),
        ("region=36.72", 2),
        ("region=36.04", 1),
        ("region=36.04.07", 1),
        ("occupation=8", 2),
        ("occupation=83", 1),
        ("education=junior_secondary", 2),
        ("education=vocational_secondary", 4),
        ("wage_floor=6000000", 3),
        ("experience_months=12", 4),
        ("disability_friendly=true", 1),
        ("antar_kerja=akad", 1),
        ("antar_kerja=akan", 1),
        ("valid_on=2026-12-15", 4),
        ("valid_on=2026-11-22", 0),
        ("status=filled", 0),
        ("sector=C", 5),
        ("published_after=2026-11-24T00:00:00Z", 0),
        ("office=36.72", 5),
    ] {
        assert_eq!(titles(&search(&world, query).await).len(), expected, "{query}");
    }
}

#[tokio::test]
async fn every_sort_pages_through_everything_once() {
    let world = market().await;
    let newest = search(&world, "sort=newest&limit=100").await;
    assert_eq!(newest["next"], Value::Null);
    assert_eq!(titles(&search(&world, "sort=closing_soon&limit=1").await), ["Operator Jahit"]);
    let by_wage = titles(&search(&world, "sort=wage").await);
    assert_eq!((by_wage.first().unwrap().as_str(), by_wage.last().unwrap().as_str()), ("Perawat Lansia", "Satpam"));
    for sort in ["sort=newest", "sort=closing_soon", "sort=wage", "q=contoh"] {
        let whole = titles(&search(&world, sort).await);
        let (mut paged, mut query) = (Vec::new(), format!("{sort}&limit=2"));
        loop {
            let page = search(&world, &query).await;
            paged.extend(titles(&page));
            let Some(next) = page["next"].as_str() else { break };
            assert!(page.header("link").contains("rel=\"next\""));
            query = format!("{sort}&limit=2&cursor={next}");
        }
        assert_eq!(paged, whole, "{sort}");
        assert_eq!(paged.len(), 5, "{sort}");
    }
}

#[tokio::test]
async fn a_cursor_serves_its_own_filter_and_sort_only() {
    let world = market().await;
    let page = search(&world, "limit=2").await;
    let next = page["next"].as_str().unwrap();
    let reuse = |query: String| world.service.get(format!("/v1/vacancies?{query}")).send();
    reuse(format!("limit=3&cursor={next}")).await.expect(200);
    for query in [format!("sort=wage&cursor={next}"), format!("region=36&cursor={next}"), "cursor=abc".to_owned()] {
        reuse(query).await.problem(400, "invalid-cursor");
    }
    let reply = reuse("sort=best&limit=2".to_owned()).await.problem(400, "invalid-query");
    assert_eq!(reply.faults(), [("sort", "wrong-type")]);
    reuse("limit=101".to_owned()).await.problem(400, "invalid-query");
    let reply = reuse("region=99.99&occupation=x&education=y".to_owned()).await.problem(400, "invalid-query");
    assert_eq!(reply.faults().len(), 3);
}

#[tokio::test]
async fn a_vacancy_has_a_tag_and_is_fresh_until_it_changes() {
    let world = market().await;
    let id = search(&world, "q=forklift").await["data"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/vacancies/{id}");
    let first = world.vacancy(&id).await;
    assert!(first.header("cache-control").starts_with("public"));
    let again = world.service.get(&path).header("if-none-match", first.header("etag")).send().await;
    assert_eq!(again.status, 304);
    let report = world.report_hired(&[hired(&id, 1)]).await;
    world.accept_hired(&report).await.expect(200);
    let changed = world.service.get(&path).header("if-none-match", first.header("etag")).send().await.expect(200);
    assert_eq!((changed["status"].as_str(), changed["persons_filled"].as_i64()), (Some("partly_filled"), Some(1)));
}

#[tokio::test]
async fn a_vacancy_is_suspended_resumed_and_closed_by_its_company_or_office() {
    let world = market().await;
    let id = search(&world, "q=jahit").await["data"][0]["id"].as_str().unwrap().to_owned();
    let path = |event: &str| format!("/v1/vacancies/{id}/{event}");
    let reason = json!({"reason": "Menunggu mesin baru"});
    world.send(&world.hr, &path("suspend"), &reason).await.expect(200);
    world.service.get(format!("/v1/vacancies/{id}")).send().await.problem(404, "not-found");
    assert!(titles(&search(&world, "q=jahit").await).is_empty());
    world.act(&world.officer, &path("resume")).await.expect(200);
    assert_eq!(titles(&search(&world, "q=jahit").await).len(), 1);
    let report = world.report_hired(&[hired(&id, 1)]).await;
    world.accept_hired(&report).await.expect(200);
    world.send(&world.hr, &path("suspend"), &reason).await.expect(200);
    assert_eq!(world.act(&world.hr, &path("resume")).await.expect(200)["status"], "partly_filled");
    let before = world.demand("").await;
    let closed = world.send(&world.hr, &path("close"), &json!({"reason": "Selesai"})).await.expect(200);
    assert_eq!(closed["status"], "closed");
    let after = world.demand("").await;
    assert_eq!(after[2] - before[2], 19, "nineteen of twenty are no longer wanted");
    world.act(&world.hr, &path("resume")).await.problem(409, "illegal-transition");
}

#[tokio::test]
async fn a_vacancy_expires_after_its_last_day_in_the_office_s_zone() {
    let mut world = market().await;
    let id = search(&world, "q=jahit").await["data"][0]["id"].as_str().unwrap().to_owned();
    let state = std::sync::Arc::clone(world.service.state());
    let sweep = || disnaker::vacancies::expire(&state);
    world.later("2026-12-01T16:59:00Z");
    assert_eq!(sweep().await.unwrap(), 0, "the last day has not ended in Cilegon");
    world.later("2026-12-01T17:00:00Z");
    assert_eq!(sweep().await.unwrap(), 1);
    assert_eq!(sweep().await.unwrap(), 0, "a sweep does nothing twice");
    assert_eq!(world.vacancy(&id).await["status"], "expired");
    assert_eq!(world.demand("").await[2], 20);
    let report = world.report_hired(&[hired(&id, 1)]).await;
    world.accept_hired(&report).await.expect(200);
    let vacancy = world.vacancy(&id).await;
    assert_eq!((vacancy["status"].as_str(), vacancy["persons_filled"].as_i64()), (Some("expired"), Some(1)));
    assert_eq!(world.demand("").await[2], 19, "who was hired after the end is no longer withdrawn");
}

#[tokio::test]
async fn a_suspended_vacancy_takes_and_gives_back_workers_and_comes_back_as_it_is() {
    let world = World::new().await;
    let id = world.publish(&[line("Operator Forklift", 2)]).await.remove(0);
    let path = |event: &str| format!("/v1/vacancies/{id}/{event}");
    world.send(&world.hr, &path("suspend"), &json!({"reason": "Libur pabrik"})).await.expect(200);
    let own = world.read(&world.hr, &format!("/v1/vacancies/{id}")).await.expect(200);
    assert_eq!(own["status_reason"], "Libur pabrik");
    let report = world.report_hired(&[hired(&id, 1)]).await;
    world.accept_hired(&report).await.expect(200);
    assert_eq!(world.act(&world.hr, &path("resume")).await.expect(200)["status"], "partly_filled");
    world.send(&world.hr, &path("suspend"), &json!({"reason": "Libur pabrik"})).await.expect(200);
    let placement = ids(&report["rows"], "row_id").remove(0);
    world
        .send(&world.officer, &format!("/v1/placements/{placement}/void"), &json!({"reason": "Batal"}))
        .await
        .expect(200);
    assert_eq!(world.act(&world.hr, &path("resume")).await.expect(200)["status"], "published");
    assert_eq!(world.demand("").await, [2, 0, 0, 2]);
}

#[tokio::test]
async fn a_vacancy_that_expired_while_it_was_held_is_never_public() {
    let mut world = World::unverified().await;
    let held = with(line("Operator Forklift", 2), json!({"valid_until": "2026-12-01"}));
    let id = world.publish(&[held]).await.remove(0);
    let state = std::sync::Arc::clone(world.service.state());
    world.later("2026-12-03T02:00:00Z");
    assert_eq!(disnaker::vacancies::expire(&state).await.unwrap(), 1);
    world.service.get(format!("/v1/vacancies/{id}")).send().await.problem(404, "not-found");
    let body = json!({"company_id": world.company, "rows": [hired(&id, 1)]});
    let refused = world.send(&world.hr, "/v1/placement-reports", &body).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/rows/0/vacancy_id", "vacancy-not-open")]);
    let report = world.read(&world.hr, "/v1/vacancy-reports?status=accepted").await.expect(200);
    let path = format!("/v1/vacancy-reports/{}/correct", report["data"][0]["id"].as_str().unwrap());
    let correction = world.act(&world.hr, &path).await.expect(201);
    let longer = json!({"lines": [with(line("Operator Forklift", 2), json!({"line_id": id}))]});
    let path = format!("/v1/vacancy-reports/{}", correction.text_of("id"));
    let mended = world.service.patch(&path).token(&world.hr).header("if-match", correction.header("etag"));
    mended.json(&longer).send().await.expect(200);
    world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    assert_eq!(world.read(&world.hr, &format!("/v1/vacancies/{id}")).await.expect(200)["status"], "held");
    assert_eq!(world.demand("").await, [0, 0, 0, 0]);
    world.verify().await;
    assert_eq!(world.vacancy(&id).await["status"], "published");
    assert_eq!(world.demand("").await, [2, 0, 0, 2]);
}
