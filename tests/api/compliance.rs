//! What an office sees of what companies owe: sums that add up, by group, and who never reported.

use disnaker::deadline as engine;
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::deadline;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::harness::Reply;
use crate::world::{World, company, duty, line, met, register, with};

/// expected, actual, on time, late, missing, pending
fn figures(row: &Value) -> [i64; 6] {
    ["expected", "actual", "on_time", "late", "missing", "pending"].map(|name| row[name].as_i64().unwrap())
}

fn sums(reply: &Reply) -> [i64; 6] {
    let rows = reply["data"].as_array().unwrap().iter().map(figures);
    rows.fold([0; 6], |sum, row| std::array::from_fn(|at| sum[at] + row[at]))
}

fn keys(reply: &Reply) -> Vec<&str> {
    reply["data"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect()
}

async fn read(world: &World, query: &str) -> Reply {
    world.read(&world.officer, &format!("/v1/compliance?{query}")).await.expect(200)
}

/// A world in which two companies of Cilegon and one of Banten owed something.
async fn owing() -> (World, [String; 2]) {
    let world = World::new().await;
    let (_, other) = register(&world.service, "9120009999991").await;
    let elsewhere = world.service.token("hr-banten");
    let new = with(company("9120009999992"), json!({"region": "36.04.07"}));
    let new = world.send(&elsewhere, "/v1/companies", &new).await.expect(201);
    // What they owe for having registered is another story.
    let change = world.service.change().await;
    deadline::Entity::delete_many().exec(change.db()).await.unwrap();
    change.commit().await.unwrap();
    let of = async |company, on: &str| duty(&world.service, company, "36.72", on).await;
    met(&world.service, of(world.company, "2026-01-01").await, "2026-01-31").await;
    met(&world.service, of(world.company, "2026-01-02").await, "2026-02-02").await;
    of(world.company, "2026-02-01").await;
    of(other, "2026-02-01").await;
    // Due today, and so not missing.
    of(other, "2026-10-24").await;
    of(other, "2027-01-01").await;
    duty(&world.service, new.text_of("id").parse().unwrap(), "36", "2026-02-01").await;
    let companies = [world.company.to_string(), other.to_string()];
    (world, companies)
}

#[tokio::test]
async fn what_was_expected_is_on_time_late_missing_or_pending_in_every_grouping() {
    let (world, [own, other]) = owing().await;
    let by_company = read(&world, "group_by=company").await;
    assert_eq!((by_company.text_of("from"), by_company.text_of("to")), ("2026-01-01", "2026-12-31"));
    let mut ids = [own.as_str(), other.as_str()];
    ids.sort_unstable();
    assert_eq!(keys(&by_company), ids);
    for (company, expected) in [(own, [3, 2, 1, 1, 1, 0]), (other, [2, 0, 0, 0, 1, 1])] {
        let row = by_company["data"].as_array().unwrap().iter().find(|row| row["key"] == company).unwrap();
        assert_eq!(figures(row), expected);
    }
    assert_eq!(by_company["data"][0]["name"], "PT Contoh Baja Nusantara");
    let by_month = read(&world, "group_by=month").await;
    assert_eq!(keys(&by_month), ["2026-01", "2026-02", "2026-03", "2026-11"]);
    let by_sector = read(&world, "group_by=sector").await;
    assert_eq!(keys(&by_sector), ["C"]);
    assert_eq!(by_sector["data"][0]["edition"], "2020");
    let by_district = read(&world, "group_by=district").await;
    assert_eq!((keys(&by_district), by_district["data"][0]["name"].is_string()), (vec!["36.72"], true));
    for reply in [by_company, by_month, by_sector, by_district] {
        assert_eq!(figures(&reply["total"]), [5, 2, 1, 1, 2, 1], "{reply}");
        assert_eq!(sums(&reply), figures(&reply["total"]), "the total is the sum of its groups");
        let [expected, actual, on_time, late, missing, pending] = figures(&reply["total"]);
        assert_eq!((expected, actual), (on_time + late + missing + pending, on_time + late));
    }
    let next_year = read(&world, "group_by=month&from=2027-01-01&to=2027-12-31").await;
    assert_eq!(figures(&next_year["total"]), [1, 0, 0, 0, 0, 1]);
    let none = read(&world, "group_by=month&rule=vacancy.outcome-report-due").await;
    assert_eq!((figures(&none["total"]), keys(&none).len()), ([0; 6], 0));
    let province = world.service.staff(Role::ProvinceAdmin, "36").await;
    let whole = world.read(&province, "/v1/compliance?group_by=district").await.expect(200);
    assert_eq!((keys(&whole), figures(&whole["total"])), (vec!["36.04", "36.72"], [6, 2, 1, 1, 3, 1]));
    let narrowed = world.read(&province, "/v1/compliance?group_by=district&office=36").await.expect(200);
    assert_eq!(keys(&narrowed), ["36.04"]);
    let stranger = world.service.staff(Role::OfficeAdmin, "33.06").await;
    let nothing = world.read(&stranger, "/v1/compliance?group_by=company&office=36.72").await.expect(200);
    assert_eq!(figures(&nothing["total"]), [0; 6]);
    world.read(&world.hr, "/v1/compliance?group_by=company").await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_duty_counts_by_the_day_that_an_extension_gave_it() {
    let (world, _) = owing().await;
    let before = read(&world, "group_by=month").await;
    let change = world.service.change().await;
    deadline::Entity::update_many()
        .col_expr(deadline::Column::DueOn, Expr::value("2026-12-15".parse::<chrono::NaiveDate>().unwrap()))
        .filter(deadline::Column::StartedOn.eq("2026-02-01".parse::<chrono::NaiveDate>().unwrap()))
        .filter(deadline::Column::CompanyId.eq(world.company.0))
        .exec(change.db())
        .await
        .unwrap();
    change.commit().await.unwrap();
    let after = read(&world, "group_by=month").await;
    assert_eq!(figures(&before["total"]), [5, 2, 1, 1, 2, 1]);
    assert_eq!(figures(&after["total"]), [5, 2, 1, 1, 1, 2]);
    assert_eq!(keys(&after).last(), Some(&"2026-12"));
}

#[tokio::test]
async fn what_lapsed_is_missing() {
    let (world, _) = owing().await;
    let mut change = world.service.change().await;
    let select = deadline::Entity::find()
        .filter(deadline::Column::StartedOn.eq("2027-01-01".parse::<chrono::NaiveDate>().unwrap()));
    let clock = select.one(change.db()).await.unwrap().unwrap();
    let on = "2027-01-02".parse().unwrap();
    engine::lapse(&mut change, &clock.rule, clock.subject_id, &clock.party, on).await.unwrap();
    change.commit().await.unwrap();
    let next_year = read(&world, "group_by=month&from=2027-01-01&to=2027-12-31").await;
    assert_eq!(figures(&next_year["total"]), [1, 0, 0, 0, 1, 0]);
}

#[tokio::test]
async fn companies_come_by_the_page_with_the_total_of_all() {
    let (world, mut ids) = owing().await;
    ids.sort_unstable();
    let [one, other] = ids;
    let first = read(&world, "group_by=company&limit=1").await;
    assert_eq!(keys(&first), [one.as_str()]);
    assert_eq!(figures(&first["total"]), [5, 2, 1, 1, 2, 1]);
    let cursor = first.text_of("next");
    let second = read(&world, &format!("group_by=company&limit=1&cursor={cursor}")).await;
    assert_eq!((keys(&second), second["next"].clone()), (vec![other.as_str()], Value::Null));
    let wrong = format!("/v1/compliance?group_by=company&limit=1&rule=x&cursor={cursor}");
    world.read(&world.officer, &wrong).await.problem(400, "invalid-cursor");
    for period in ["from=2026-02-01&to=2026-01-01", "from=2016-01-01&to=2026-01-02", "from=0001-01-01"] {
        let path = format!("/v1/compliance?group_by=month&{period}");
        world.read(&world.officer, &path).await.problem(400, "invalid-query");
    }
}

#[tokio::test]
async fn whoever_never_reported_is_listed_until_it_does() {
    let world = World::new().await;
    register(&world.service, "9120009999991").await;
    let listed = async |token: &str, query: &str| {
        let reply = world.read(token, &format!("/v1/compliance/never-reported{query}")).await.expect(200);
        crate::world::ids(&reply["data"], "company_id")
    };
    let own = [world.company.to_string()];
    assert_eq!(listed(&world.officer, "").await, own, "who is not verified is not listed");
    assert_eq!(listed(&world.officer, "?sector=A").await, Vec::<String>::new());
    world.draft(&[line("Satpam", 1)]).await;
    assert_eq!(listed(&world.officer, "").await, own, "a draft is no report");
    let stranger = world.service.staff(Role::OfficeAdmin, "33.06").await;
    assert_eq!(listed(&stranger, "").await, Vec::<String>::new());
    world.file(&[line("Satpam", 1)]).await;
    assert_eq!(listed(&world.officer, "").await, Vec::<String>::new());
}
