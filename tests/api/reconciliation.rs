//! Reconciliation: what a company sent in a month, and where it is now; the sums are proven equal.

use serde_json::{Value, json};

use crate::harness::Reply;
use crate::world::{World, hired, ids, line, register, with};

fn row(reference: &str, changes: Value) -> Value {
    with(with(line("Operator Forklift", 2), json!({"reference": reference})), changes)
}

async fn send(world: &World, rows: &[Value]) -> Reply {
    let path = format!("/v1/report-batches?company_id={}&mode=commit&atomicity=row", world.company);
    world.send(&world.hr, &path, &json!({"rows": rows})).await.expect(201)
}

/// Every page of a month: state by reference. Its sums are held against what is listed.
async fn month(world: &World, token: &str, month: &str) -> Vec<(String, String)> {
    let path = format!("/v1/companies/{}/reconciliation?month={month}&limit=2", world.company);
    let (mut listed, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.read(token, &format!("{path}{cursor}")).await.expect(200);
        let data = page["data"].as_array().unwrap();
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
        listed.extend(data.iter().map(|entry| (text(entry, "reference"), text(entry, "state"))));
        let sums: u64 = page["sums"].as_object().unwrap().values().map(|sum| sum.as_u64().unwrap()).sum();
        assert_eq!(Some(sums), page["total"].as_u64(), "{page}");
        if let Some(next) = page["next"].as_str() {
            cursor = format!("&cursor={next}");
            continue;
        }
        assert_eq!(listed.len() as u64, sums, "every reference is listed once\n{page}");
        for state in ["draft", "submitted", "returned", "accepted", "withdrawn", "superseded", "rejected"] {
            let of_state = listed.iter().filter(|(_, listed)| listed == state).count() as u64;
            assert_eq!(page["sums"][state].as_u64(), Some(of_state), "{state}\n{page}");
        }
        return listed;
    }
}

#[tokio::test]
async fn every_reference_of_a_month_is_somewhere_and_the_sums_are_equal() {
    let mut world = World::new().await;
    let batch = send(
        &world,
        &[
            row("A-1", json!({"report": "satu"})),
            row("A-2", json!({"report": "dua"})),
            row("A-3", json!({"report": "tiga"})),
            row("A-4", json!({"report": "empat"})),
            row("A-5", json!({"title": ""})),
            row("A-6", json!({"wanted": {}})),
            line("Tanpa nomor", 1),
        ],
    )
    .await;
    let report = |at: usize| batch["first_rows"]["data"][at]["report_id"].as_str().unwrap().to_owned();
    world.draft(&[with(line("Satpam", 1), json!({"reference": "A-7"}))]).await;
    let path = |at: usize, event: &str| format!("/v1/vacancy-reports/{}/{event}", report(at));
    world.act(&world.officer, &path(0, "accept")).await.expect(200);
    world.send(&world.officer, &path(1, "return"), &json!({"note": "Mohon diperiksa"})).await.expect(200);
    world.act(&world.hr, &path(2, "withdraw")).await.expect(200);
    let expected = |pairs: &[(&str, &str)]| -> Vec<_> {
        pairs.iter().map(|(reference, state)| ((*reference).to_owned(), (*state).to_owned())).collect()
    };
    let own = month(&world, &world.hr, "2026-11").await;
    let all = [
        ("A-1", "accepted"),
        ("A-2", "returned"),
        ("A-3", "withdrawn"),
        ("A-4", "submitted"),
        ("A-5", "rejected"),
        ("A-6", "rejected"),
        ("A-7", "draft"),
    ];
    assert_eq!(own, expected(&all));
    let path = format!("/v1/companies/{}/reconciliation", world.company);
    assert_eq!(world.read(&world.hr, &path).await.expect(200)["rows_without_reference"], 1);
    assert_eq!(month(&world, &world.officer, "2026-11").await, expected(&all[..4]), "the office sees what was filed");
    assert_eq!(month(&world, &world.hr, "2026-10").await, []);
    // A correction in December is no new reference of November, and none of December's own unless it was sent then.
    world.later("2026-12-02T02:00:00Z");
    send(&world, &[row("A-1", json!({"title": "Operator Derek", "valid_until": "2027-01-31"})), row("A-5", json!({}))])
        .await;
    let accepted = world.act(&world.hr, &format!("/v1/vacancy-reports/{}/correct", report(0))).await;
    accepted.problem(409, "already-exists");
    assert_eq!(month(&world, &world.hr, "2026-12").await, expected(&[("A-1", "submitted"), ("A-5", "submitted")]));
    let november = month(&world, &world.hr, "2026-11").await;
    assert_eq!((november[0].1.as_str(), november[4].1.as_str()), ("submitted", "submitted"));
    assert_eq!(november.len(), 7);
    // One that was taken back is sent again, by hand and without a batch: there it is now, whichever month is asked.
    world.draft(&[with(line("Satpam", 1), json!({"reference": "A-3", "valid_until": "2027-01-31"}))]).await;
    assert_eq!(month(&world, &world.hr, "2026-11").await[2].1, "draft");
    assert_eq!(month(&world, &world.officer, "2026-11").await[2].1, "withdrawn", "a draft is the company's own");
}

/// Both kinds, with names that sort by their bytes, in pages of two; the sums are the database's, and are held against the list.
#[tokio::test]
async fn both_kinds_are_listed_once_by_kind_and_name() {
    let world = World::new().await;
    let vacancy = world.publish(&[with(line("Satpam", 9), json!({"reference": "b"}))]).await.pop().unwrap();
    send(&world, &["B", "a", "é", "Z-10", "Z-2"].map(|name| row(name, json!({})))).await;
    send(&world, &["a", "Z-2"].map(|name| row(name, json!({"title": ""})))).await;
    let rows = [("b", 1), ("a", 2), ("c", 3)];
    let rows = rows.map(|(name, number)| with(hired(&vacancy, number), json!({"reference": name})));
    let faulty = with(hired(&vacancy, 4), json!({"reference": "d", "start_on": "1999-01-01"}));
    let path = format!("/v1/report-batches?kind=placements&company_id={}&mode=commit&atomicity=row", world.company);
    let rows: Vec<_> = rows.into_iter().chain([faulty]).collect();
    world.send(&world.hr, &path, &json!({"rows": rows})).await.expect(201);
    let listed = month(&world, &world.hr, "2026-11").await;
    let names: Vec<_> = listed.iter().map(|(reference, _)| reference.as_str()).collect();
    assert_eq!(names, ["B", "Z-10", "Z-2", "a", "b", "é", "a", "b", "c", "d"]);
    assert_eq!((listed[4].1.as_str(), listed[9].1.as_str()), ("accepted", "rejected"));
    let path = format!("/v1/companies/{}/reconciliation", world.company);
    let page = world.read(&world.hr, &format!("{path}?limit=100")).await.expect(200);
    assert_eq!((page["total"].as_i64(), page["sums"]["submitted"].as_i64()), (Some(10), Some(8)));
    assert_eq!(
        (&page["data"][4]["vacancy_status"], &page["data"][4]["line_id"]),
        (&json!("published"), &json!(vacancy))
    );
    assert_eq!((page["data"][9]["kind"].as_str(), &page["data"][9]["report_id"]), (Some("placements"), &Value::Null));
    let seen = month(&world, &world.officer, "2026-11").await;
    assert_eq!(seen.len(), 9, "what was rejected is in no report that the office has");
}

#[tokio::test]
async fn a_month_is_the_company_s_and_its_office_s() {
    let world = World::new().await;
    let (other, _) = register(&world.service, "9120007777777").await;
    let path = format!("/v1/companies/{}/reconciliation", world.company);
    world.read(&other, &path).await.problem(404, "not-found");
    for wrong in ["2026-13", "2026", "11-2026", "1999-01", "%2B026-01"] {
        world.read(&world.hr, &format!("{path}?month={wrong}")).await.problem(400, "invalid-query");
    }
    let page = world.read(&world.hr, &path).await.expect(200);
    assert_eq!((page["month"].as_str(), ids(&page["data"], "reference").len()), (Some("2026-11"), 0));
}
