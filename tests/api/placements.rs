//! Placement reports, placements, and labour demand.

use disnaker_entity::access::Role;
use disnaker_entity::plumbing::access_record;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, Statement};
use serde_json::json;

use crate::world::{World, hired, ids, line, nik, with};

#[tokio::test]
async fn an_accepted_report_fills_the_vacancy_and_records_the_placements() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 2), line("Satpam", 1)]).await;
    let report = world.report_hired(&[hired(&lines[0], 1), hired(&lines[0], 2)]).await;
    assert_eq!(report["number"], "PNT-36.72-2026-000001");
    assert_eq!(report["rows"][0]["worker"]["nik"], "3672••••••••0001", "a NIK is shown masked");
    assert!(!report.text.contains(&nik(1)));
    world.accept_hired(&report).await.expect(200);
    assert_eq!(world.vacancy(&lines[0]).await["status"], "filled");
    let placements = world.read(&world.officer, "/v1/placements").await.expect(200);
    assert_eq!(placements["data"].as_array().unwrap().len(), 2);
    let first = &placements["data"][0];
    assert_eq!((first["antar_kerja"].as_str(), first["source"].as_str()), (Some("akl"), Some("report")));
    assert_eq!((first["birth_year"].as_i64(), first["occupation"].as_str()), (Some(1995), Some("83")));
    assert_eq!(world.demand("").await, [3, 2, 0, 1]);
}

#[tokio::test]
async fn every_fault_of_every_row_is_told_and_nothing_of_the_person() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 5)]).await;
    let worker = |changes| {
        let row = hired(&lines[0], 1);
        let worker = with(row["worker"].clone(), changes);
        with(row, json!({"worker": worker}))
    };
    let rows = [
        worker(json!({"nik": "3.30612E+15"})),
        worker(json!({"sex": "female"})),
        worker(json!({"nik": null})),
        worker(json!({"nik": "3672013208950001", "residence": "36", "education": "s9"})),
        with(hired(&lines[0], 1), json!({"start_on": "1999-01-01", "vacancy_id": world.company})),
        hired(&lines[0], 7),
        hired(&lines[0], 7),
        with(hired(&lines[0], 8), json!({"destination_country": "SG", "destination_region": "36.72"})),
    ];
    let body = json!({"company_id": world.company, "rows": rows});
    let reply = world.send(&world.hr, "/v1/placement-reports", &body).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [
            ("/rows/0/worker/nik", "nik-digits"),
            ("/rows/2/worker/nik", "nik-or-card-required"),
            ("/rows/3/worker/nik", "nik-birth-date"),
            ("/rows/3/worker/education", "unknown-reference"),
            ("/rows/3/worker/residence", "unknown-reference"),
            ("/rows/4/vacancy_id", "unknown-reference"),
            ("/rows/4/start_on", "out-of-range"),
            ("/rows/6/worker/nik", "stands-twice"),
            ("/rows/7/destination_region", "not-allowed"),
        ]
    );
    for secret in ["3.30612E+15", "3672013208950001", "Contoh Pekerja"] {
        assert!(!reply.text.contains(secret), "an error repeats {secret}");
    }
}

#[tokio::test]
async fn a_report_that_exceeds_the_persons_wanted_is_refused_whole() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 2), line("Satpam", 1)]).await;
    let rows = [hired(&lines[1], 9), hired(&lines[0], 1), hired(&lines[0], 2), hired(&lines[0], 3)];
    let report = world.report_hired(&rows).await;
    let reply = world.accept_hired(&report).await.problem(409, "vacancy-full");
    assert_eq!(reply.faults(), [("/rows/3/vacancy_id", "exceeds-persons-wanted")]);
    assert_eq!(world.demand("").await, [3, 0, 0, 3], "nothing is half done");
    assert_eq!(world.read(&world.officer, "/v1/placements").await.expect(200)["data"], json!([]));
    let row = ids(&report["rows"], "row_id").pop().unwrap();
    let path = format!("/v1/placement-reports/{}", report.text_of("id"));
    let reasons = json!({"rows": [{"row_id": row, "reason": "Melebihi kebutuhan"}]});
    world.send(&world.officer, &format!("{path}/return"), &reasons).await.expect(200);
    let seen = world.read(&world.hr, &path).await.expect(200);
    assert_eq!(seen["rows"][3]["return_reason"], "Melebihi kebutuhan");
    let mended = json!({"rows": rows[..3]});
    world
        .service
        .patch(&path)
        .token(&world.hr)
        .header("if-match", seen.header("etag"))
        .json(&mended)
        .send()
        .await
        .expect(200);
    let again = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    world.accept_hired(&again).await.expect(200);
}

#[tokio::test]
async fn a_person_is_placed_once_on_a_vacancy() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 5)]).await;
    let first = world.report_hired(&[hired(&lines[0], 1)]).await;
    world.accept_hired(&first).await.expect(200);
    let second = world.report_hired(&[hired(&lines[0], 2), hired(&lines[0], 1)]).await;
    let reply = world.accept_hired(&second).await.problem(409, "rows-refused");
    assert_eq!(reply.faults(), [("/rows/1/worker", "worker-placed-already")]);
}

#[tokio::test]
async fn a_voided_placement_gives_its_place_back_and_a_past_day_stays_as_it_was() {
    let mut world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 1)]).await;
    let report = world.report_hired(&[hired(&lines[0], 1)]).await;
    world.accept_hired(&report).await.expect(200);
    let placement = ids(&report["rows"], "row_id").pop().unwrap();
    world.later("2026-11-25T02:00:00Z");
    let path = format!("/v1/placements/{placement}/void");
    let reason = json!({"reason": "Tidak jadi mulai"});
    world.send(&world.hr, &path, &reason).await.problem(403, "forbidden");
    let voided = world.send(&world.officer, &path, &reason).await.expect(200);
    assert_eq!((voided["status"].as_str(), voided["void_reason"].as_str()), (Some("voided"), Some("Tidak jadi mulai")));
    world.send(&world.officer, &path, &reason).await.problem(409, "illegal-transition");
    assert_eq!(world.vacancy(&lines[0]).await["status"], "published");
    assert_eq!(world.demand("").await, [1, 0, 0, 1]);
    assert_eq!(world.demand("&as_of=2026-11-24").await, [1, 1, 0, 0], "the day before is what it was");
    assert_eq!(world.demand("&as_of=2026-11-22").await, [0, 0, 0, 0]);
    let again = world.report_hired(&[hired(&lines[0], 1)]).await;
    world.accept_hired(&again).await.expect(200);
}

#[tokio::test]
async fn a_hundred_reports_for_one_vacancy_never_overfill_it() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 10)]).await;
    let reports = join_all((1..=100).map(|number| {
        let (world, row) = (&world, hired(&lines[0], number));
        async move { world.report_hired(&[row]).await }
    }))
    .await;
    let replies = join_all(reports.iter().map(|report| world.accept_hired(report))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 10);
    for reply in replies.into_iter().filter(|reply| reply.status != 200) {
        reply.problem(409, "vacancy-full");
    }
    let vacancy = world.vacancy(&lines[0]).await;
    assert_eq!((vacancy["status"].as_str(), vacancy["persons_filled"].as_i64()), (Some("filled"), Some(10)));
    assert_eq!(world.demand("").await, [10, 10, 0, 0]);
}

#[tokio::test]
async fn distance_is_derived_from_residence_and_place_of_work() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 5)]).await;
    let from = |residence: &str, number| {
        let row = hired(&lines[0], number);
        let worker = with(row["worker"].clone(), json!({"residence": residence}));
        with(row, json!({"worker": worker}))
    };
    let abroad = with(hired(&lines[0], 3), json!({"destination_country": "HK"}));
    let report = world.report_hired(&[from("36.04", 1), from("33.06", 2), abroad]).await;
    world.accept_hired(&report).await.expect(200);
    for (kind, number) in [("akl", 1), ("akad", 1), ("akan", 1)] {
        let found = world.read(&world.officer, &format!("/v1/placements?antar_kerja={kind}")).await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), number, "{kind}");
    }
}

#[tokio::test]
async fn labour_demand_tells_which_company_wants_how_many_of_what_kind() {
    let world = World::new().await;
    world
        .publish(&[
            with(line("Operator Forklift", 5), json!({"wanted": {"men": 2, "women": 1, "any": 2}})),
            with(line("Satpam", 2), json!({"occupation": "54", "work_region": "36.04.07", "education": null})),
        ])
        .await;
    let by = |group: &str| {
        let path = format!("/v1/labour-demand?office=36.72&group_by={group}");
        let (world, officer) = (&world, world.officer.clone());
        async move { world.read(&officer, &path).await.expect(200) }
    };
    let company = by("company").await;
    assert_eq!(
        (company["data"][0]["name"].as_str(), company["data"][0]["persons_outstanding"].as_i64()),
        (Some("PT Contoh Baja Nusantara"), Some(7))
    );
    assert_eq!(company["as_of"], "2026-11-23");
    let occupation = by("occupation").await;
    assert_eq!(ids(&occupation["data"], "key"), ["83", "54"]);
    assert_eq!(ids(&by("region").await["data"], "key"), ["36.72", "36.04.07"]);
    assert_eq!(by("sector").await["data"][0]["key"], "C");
    let education = by("education").await;
    assert_eq!(education["data"][1]["key"], json!(null), "vacancies that ask for none");
    for group in ["company", "occupation", "region", "sector", "education"] {
        assert_eq!(by(group).await["total"]["persons_wanted"], 7, "{group} sums to the whole");
    }
    assert_eq!(world.demand("&region=36.04").await, [2, 0, 0, 2]);
    let elsewhere = world.service.staff(Role::PlacementOfficer, "33.06").await;
    let none = world.read(&elsewhere, "/v1/labour-demand?group_by=company").await.expect(200);
    assert_eq!(none["total"]["persons_wanted"], 0);
    world.read(&world.hr, "/v1/labour-demand?group_by=company").await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_full_nik_is_read_for_a_purpose_and_on_record() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 1)]).await;
    let report = world.report_hired(&[hired(&lines[0], 1)]).await;
    world.accept_hired(&report).await.expect(200);
    let placement = ids(&report["rows"], "row_id").pop().unwrap();
    let path = format!("/v1/placements/{placement}");
    let seen = world.read(&world.officer, &path).await.expect(200);
    assert!(!seen.text.contains(&nik(1)));
    assert!(seen.header("cache-control").contains("no-store"));
    let purpose = json!({"purpose": "Mencocokkan kartu AK-1"});
    world.send(&world.hr, &format!("{path}/reveal"), &purpose).await.problem(403, "forbidden");
    world
        .send(&world.officer, &format!("{path}/reveal"), &json!({"purpose": " "}))
        .await
        .problem(422, "invalid-content");
    let reader = world.service.state().db.reader();
    let revealed = world.send(&world.officer, &format!("{path}/reveal"), &purpose).await.expect(200);
    assert_eq!(revealed["nik"], nik(1).as_str());
    let records = access_record::Entity::find().all(reader).await.unwrap();
    let reveal = records.iter().find(|record| record.act == "reveal").expect("on record before the answer");
    assert_eq!(reveal.purpose.as_deref(), Some("Mencocokkan kartu AK-1"));
    world.read(&world.officer, "/v1/placements?status=active").await.expect(200);
    world.service.state().reads.flush(&world.service.state().db).await;
    let records = access_record::Entity::find().all(reader).await.unwrap();
    assert!(records.iter().any(|record| record.act == "detail" && record.subject_kind == "placement"));
    let list = records.iter().find(|record| record.act == "list").unwrap();
    assert_eq!((list.persons, list.filter.as_deref()), (1, Some(r#"placements?{"status":"active"}"#)));
}

#[tokio::test]
async fn a_nik_is_nowhere_in_the_database_in_the_clear() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 1)]).await;
    let report = world.report_hired(&[hired(&lines[0], 1)]).await;
    world.accept_hired(&report).await.expect(200);
    let reader = world.service.state().db.reader();
    let backend = reader.get_database_backend();
    let mut looked = 0;
    for (table, columns) in [
        ("placement_report_row", "content"),
        ("placement", "worker_name || coalesce(nik_masked, '') || coalesce(ak1_number, '')"),
        ("journal", "body || actor || subject_id"),
        ("access_record", "coalesce(filter, '') || coalesce(purpose, '')"),
    ] {
        let sql = format!("SELECT {columns} AS text FROM {table}");
        for row in reader.query_all_raw(Statement::from_string(backend, sql)).await.unwrap() {
            assert!(!row.try_get::<String>("", "text").unwrap().contains(&nik(1)), "{table}");
            looked += 1;
        }
    }
    assert!(looked > 4);
    let sealed = disnaker_entity::placement::Entity::find().one(reader).await.unwrap().unwrap();
    assert!(sealed.nik_sealed.is_some_and(|sealed| !String::from_utf8_lossy(&sealed).contains(&nik(1))));
    assert_eq!(sealed.nik_index.unwrap().len(), 32);
    assert_eq!(disnaker_entity::placement::Entity::find().count(reader).await.unwrap(), 1);
}
