//! Bulk filing: many lines at once, in every form that people and programs send.

use std::time::Duration;

use disnaker_entity::plumbing::journal;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::harness::{Reply, Service};
use crate::world::{World, hired, ids, line, nik, register, with};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A line with a reference.
fn row(reference: &str, changes: Value) -> Value {
    with(with(line("Operator Forklift", 2), json!({"reference": reference})), changes)
}

/// Sends rows as JSON.
async fn send(world: &World, query: &str, rows: &[Value]) -> Reply {
    let path = format!("/v1/report-batches?company_id={}{query}", world.company);
    world.send(&world.hr, &path, &json!({"rows": rows})).await
}

/// Sends a file.
async fn send_file(world: &World, query: &str, file: impl Into<Vec<u8>>, media_type: &str) -> Reply {
    let path = format!("/v1/report-batches?company_id={}{query}", world.company);
    world.service.post(path).token(&world.hr).body(file, media_type).send().await
}

const COMMIT: &str = "&mode=commit";
const EACH: &str = "&mode=commit&atomicity=row";

/// What became of the first rows.
fn dispositions(reply: &Reply) -> Vec<&str> {
    let rows = reply["first_rows"]["data"].as_array().unwrap_or_else(|| panic!("no rows\n{reply}"));
    rows.iter().map(|row| row["disposition"].as_str().unwrap()).collect()
}

/// Codes and pointers of the faults of a row.
fn faults(row: &Value) -> Vec<(&str, &str)> {
    let faults = row["faults"].as_array().unwrap().iter();
    faults.map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect()
}

/// Created, updated, unchanged, held, rejected; they sum to the rows.
#[track_caller]
fn counts(batch: &Reply) -> [i64; 5] {
    let counts = ["created", "updated", "unchanged", "held", "rejected"]
        .map(|name| batch["dispositions"][name].as_i64().unwrap_or_else(|| panic!("no {name}\n{batch}")));
    assert_eq!(counts.iter().sum::<i64>(), batch["done"].as_i64().unwrap(), "{batch}");
    counts
}

async fn entries(service: &Service) -> u64 {
    journal::Entity::find().count(service.state().db.reader()).await.unwrap()
}

/// Waits until a batch is no longer running.
async fn ended(world: &World, batch: &Reply) -> Reply {
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    for _ in 0..600 {
        let reply = world.read(&world.hr, &path).await.expect(200);
        if reply["status"] != "running" {
            return reply;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it runs and runs");
}

#[tokio::test]
async fn rows_become_filed_reports_and_the_same_rows_again_change_nothing() {
    let world = World::new().await;
    let rows = [row("A-1", json!({})), row("A-2", json!({"report": "Nov"})), row("A-3", json!({"report": "Nov"}))];
    let batch = send(&world, COMMIT, &rows).await.expect(201);
    assert_eq!((batch["status"].as_str(), counts(&batch)), (Some("committed"), [3, 0, 0, 0, 0]));
    assert_eq!(dispositions(&batch), ["created"; 3]);
    let reports = ids(&batch["first_rows"]["data"], "report_id");
    assert!(reports[0] != reports[1] && reports[1] == reports[2], "one report for the rows of a group");
    let filed = world.read(&world.officer, &format!("/v1/vacancy-reports/{}", reports[1])).await.expect(200);
    assert_eq!((filed["status"].as_str(), filed["reference"].as_str()), (Some("submitted"), Some("Nov")));
    assert!(filed.text_of("number").starts_with("LWK-36.72-2026-"));
    assert_eq!(ids(&filed["lines"], "reference"), ["A-2", "A-3"]);
    let before = entries(&world.service).await;
    let again = send(&world, COMMIT, &rows).await.expect(201);
    assert_eq!((counts(&again), entries(&world.service).await), ([0, 0, 3, 0, 0], before));
    assert_eq!(ids(&again["first_rows"]["data"], "line_id"), ids(&batch["first_rows"]["data"], "line_id"));
}

#[tokio::test]
async fn every_fault_of_every_row_is_told_and_all_or_none_is_kept() {
    let world = World::new().await;
    let rows = [
        row("A-1", json!({})),
        row("A-2", json!({"title": "", "wanted": {"any": "lima"}, "valid_from": "besok", "occupation": "00X", "gaji": 1})),
        row("A-1", json!({})),
        with(line("Satpam", 1), json!({"report": "x\u{7}"})),
        json!("x"),
        row("A-5", json!({"wanted": {}, "line_id": world.company, "wage_max": 1, "skills": ["", "las"]})),
    ];
    let batch = send(&world, COMMIT, &rows).await.expect(201);
    assert_eq!((batch["status"].as_str(), counts(&batch)), (Some("refused"), [1, 0, 0, 0, 5]));
    let told = &batch["first_rows"]["data"];
    assert_eq!(
        faults(&told[1]),
        [
            ("/gaji", "unknown-field"),
            ("/title", "blank"),
            ("/occupation", "unknown-reference"),
            ("/wanted/any", "wrong-type"),
            ("/valid_from", "wrong-type"),
        ]
    );
    assert_eq!(faults(&told[2]), [("/reference", "stands-twice")]);
    assert_eq!(faults(&told[3]), [("/reference", "required"), ("/report", "unprintable")]);
    assert_eq!(faults(&told[4]), [("", "wrong-type")]);
    assert_eq!(
        faults(&told[5]),
        [("/line_id", "not-allowed"), ("/wanted", "nobody-wanted"), ("/skills/0", "blank"), ("/wage_max", "out-of-range")]
    );
    let none = world.read(&world.hr, "/v1/vacancy-reports").await.expect(200);
    assert_eq!(none["data"], json!([]), "nothing is written");
    let batch = send(&world, EACH, &rows).await.expect(201);
    assert_eq!((batch["status"].as_str(), counts(&batch)), (Some("committed"), [1, 0, 0, 0, 5]));
    let path = format!("/v1/report-batches/{}/rows?disposition=rejected&limit=2", batch.text_of("id"));
    let page = world.read(&world.hr, &path).await.expect(200);
    assert_eq!(page["data"][1]["position"], 2);
    let next = format!("{path}&cursor={}", page.text_of("next"));
    assert_eq!(world.read(&world.hr, &next).await.expect(200)["data"][0]["position"], 3);
}

#[tokio::test]
async fn a_validated_batch_files_nothing_and_is_committed_by_its_id() {
    let world = World::new().await;
    let rows = [row("A-1", json!({})), row("A-2", json!({"wage_min": 1_000_000}))];
    let batch = send(&world, "&atomicity=row", &rows).await.expect(201);
    assert_eq!((batch["status"].as_str(), counts(&batch)), (Some("validated"), [2, 0, 0, 0, 0]));
    assert_eq!(batch["first_rows"]["data"][1]["warnings"][0]["pointer"], "/work_region");
    assert_eq!(world.read(&world.hr, "/v1/vacancy-reports").await.expect(200)["data"], json!([]));
    // Meanwhile one of them comes another way.
    send(&world, COMMIT, &rows[..1]).await.expect(201);
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    let stale = world.service.post(format!("{path}/commit")).token(&world.hr).header("if-match", "\"1-batch\"");
    stale.send().await.problem(412, "version-mismatch");
    let committed = world.act(&world.hr, &format!("{path}/commit")).await.expect(200);
    assert_eq!((counts(&committed), committed["differing"].as_i64()), ([1, 0, 1, 0, 0], Some(1)));
    let first = &committed["first_rows"]["data"][0];
    assert_eq!((first["disposition"].as_str(), first["validated"].as_str()), (Some("unchanged"), Some("created")));
    world.act(&world.hr, &format!("{path}/commit")).await.problem(409, "illegal-transition");
    world.act(&world.hr, &format!("{path}/cancel")).await.problem(409, "illegal-transition");
    let other = send(&world, "", &rows).await.expect(201);
    let path = format!("/v1/report-batches/{}/cancel", other.text_of("id"));
    assert_eq!(world.act(&world.hr, &path).await.expect(200)["status"], "cancelled");
}

#[tokio::test]
async fn a_known_reference_is_updated_as_far_as_its_report_allows() {
    let world = World::new().await;
    let batch = send(&world, COMMIT, &[row("A-1", json!({})), row("A-2", json!({}))]).await.expect(201);
    let lines = ids(&batch["first_rows"]["data"], "line_id");
    let report = format!("/v1/vacancy-reports/{}", batch["first_rows"]["data"][0]["report_id"].as_str().unwrap());
    let changed = |title: &str| [row("A-1", json!({"title": title})), row("A-2", json!({}))];
    // The office is looking at it.
    let batch = send(&world, EACH, &changed("Operator Derek")).await.expect(201);
    assert_eq!(counts(&batch), [0, 0, 1, 0, 1]);
    assert_eq!(faults(&batch["first_rows"]["data"][0]), [("/reference", "report-under-review")]);
    // The office has sent it back.
    world.send(&world.officer, &format!("{report}/return"), &json!({"note": "Mohon diperiksa"})).await.expect(200);
    let same = send(&world, COMMIT, &changed("Operator Forklift")).await.expect(201);
    assert_eq!(counts(&same), [0, 0, 2, 0, 0]);
    let warnings = same["first_rows"]["data"][0]["warnings"].as_array().unwrap();
    assert!(warnings.iter().any(|warning| warning["code"] == "not-filed"), "{same}");
    let batch = send(&world, COMMIT, &changed("Operator Derek")).await.expect(201);
    assert_eq!(counts(&batch), [0, 1, 1, 0, 0]);
    let filed = world.read(&world.hr, &report).await.expect(200);
    assert_eq!((filed["status"].as_str(), filed["lines"][0]["title"].as_str()), (Some("submitted"), Some("Operator Derek")));
    // The office has accepted it: a correction is filed.
    world.act(&world.officer, &format!("{report}/accept")).await.expect(200);
    let batch = send(&world, COMMIT, &changed("Operator Ekskavator")).await.expect(201);
    assert_eq!(counts(&batch), [0, 1, 1, 0, 0]);
    let correction = batch["first_rows"]["data"][0]["report_id"].as_str().unwrap();
    let path = format!("/v1/vacancy-reports/{correction}");
    let filed = world.read(&world.hr, &path).await.expect(200);
    assert_eq!((filed["status"].as_str(), filed["revision"].as_i64()), (Some("submitted"), Some(2)));
    assert_eq!(ids(&filed["lines"], "line_id"), lines);
    let batch = send(&world, EACH, &changed("Operator Crane")).await.expect(201);
    assert_eq!(counts(&batch), [0, 0, 1, 0, 1], "the correction lies with the office");
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    assert_eq!(world.vacancy(&lines[0]).await["title"], "Operator Ekskavator");
    // What is closed stays closed: the reference begins anew.
    let close = format!("/v1/vacancies/{}/close", lines[0]);
    world.send(&world.hr, &close, &json!({"reason": "Tidak jadi"})).await.expect(200);
    let batch = send(&world, COMMIT, &changed("Operator Ekskavator")).await.expect(201);
    assert_eq!(counts(&batch), [1, 0, 1, 0, 0]);
    assert_ne!(batch["first_rows"]["data"][0]["line_id"], lines[0].as_str());
}

#[tokio::test]
async fn rows_of_an_unverified_company_are_held() {
    let world = World::unverified().await;
    let batch = send(&world, COMMIT, &[row("A-1", json!({}))]).await.expect(201);
    assert_eq!((counts(&batch), dispositions(&batch)), ([0, 0, 0, 1, 0], vec!["held"]));
}

#[tokio::test]
async fn placements_name_their_vacancy_by_the_sender_s_reference() {
    let world = World::new().await;
    let published = world.publish(&[with(line("Operator Forklift", 5), json!({"reference": "LOW-1"}))]).await;
    let rows: Vec<_> = (1..=3)
        .map(|number| {
            let mut row = with(hired(&published[0], number), json!({"reference": format!("P-{number}")}));
            if number < 3 {
                row.as_object_mut().unwrap().remove("vacancy_id");
                row["vacancy_reference"] = json!(if number == 1 { "LOW-1" } else { "LOW-9" });
            }
            row
        })
        .collect();
    let query = format!("{EACH}&kind=placements");
    let batch = send(&world, &query, &rows).await.expect(201);
    assert_eq!(counts(&batch), [2, 0, 0, 0, 1]);
    assert_eq!(faults(&batch["first_rows"]["data"][1]), [("/vacancy_reference", "unknown-reference")]);
    assert!(!batch.text.contains(&nik(2)) && !batch.text.contains("Contoh Pekerja"), "nothing of a person is told back");
    let again = send(&world, &query, &rows).await.expect(201);
    assert_eq!(counts(&again), [0, 0, 2, 0, 1]);
    let report = batch["first_rows"]["data"][0]["report_id"].as_str().unwrap();
    let path = format!("/v1/placement-reports/{report}");
    world.send(&world.officer, &format!("{path}/return"), &json!({"note": "Mohon diperiksa"})).await.expect(200);
    let mended = [with(rows[0].clone(), json!({"wage": 6_000_000}))];
    assert_eq!(counts(&send(&world, &query, &mended).await.expect(201)), [0, 1, 0, 0, 0]);
    let filed = world.read(&world.hr, &path).await.expect(200);
    assert_eq!((filed["status"].as_str(), filed["rows"][0]["wage"].as_i64()), (Some("submitted"), Some(6_000_000)));
    assert_eq!(ids(&filed["rows"], "reference"), ["P-1", "P-3"]);
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    let changed = [with(rows[0].clone(), json!({"wage": 7_000_000}))];
    let batch = send(&world, &query, &changed).await.expect(201);
    assert_eq!(faults(&batch["first_rows"]["data"][0]), [("/reference", "placement-accepted")]);
}

#[tokio::test]
async fn above_five_hundred_rows_it_is_a_job_and_one_key_files_it_once() {
    let world = World::new().await;
    let rows: Vec<_> = (0..1_234).map(|number| row(&format!("A-{number}"), json!({}))).collect();
    let path = format!("/v1/report-batches?company_id={}{EACH}", world.company);
    let body = json!({"rows": rows});
    let call = || world.service.post(&path).token(&world.hr).key("kiriman-1").json(&body).send();
    let first = call().await.expect(202);
    assert_eq!(first.header("location"), format!("/v1/report-batches/{}", first.text_of("id")));
    assert_eq!(call().await.expect(202)["id"], first["id"]);
    let batch = ended(&world, &first).await;
    assert_eq!((batch["status"].as_str(), counts(&batch)), (Some("committed"), [1_234, 0, 0, 0, 0]));
    let reports = world.read(&world.officer, "/v1/vacancy-reports?status=submitted").await.expect(200);
    let lines = reports["data"].as_array().unwrap().iter().map(|report| report["line_count"].as_i64().unwrap());
    assert_eq!(lines.sum::<i64>(), 1_234);
    // All or none, by id, with one row that is not sound.
    let mut rows = rows;
    rows[700] = row("A-700", json!({"title": ""}));
    let reply = send(&world, "", &rows).await.expect(202);
    assert_eq!((ended(&world, &reply).await["status"].as_str()), Some("validated"));
    let path = format!("/v1/report-batches/{}/commit", reply.text_of("id"));
    let reply = world.act(&world.hr, &path).await.expect(202);
    let batch = ended(&world, &reply).await;
    assert_eq!((batch["status"].as_str(), counts(&batch)), (Some("refused"), [0, 0, 1_233, 0, 1]));
    let many: Vec<_> = (0..5_001).map(|number| json!({"reference": number.to_string()})).collect();
    let reply = send(&world, COMMIT, &many).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("", "too-many-rows")]);
    assert!(reply["errors"][0]["expected"].as_str().unwrap().contains("5000"));
}

#[tokio::test]
async fn a_batch_is_a_secret_to_strangers() {
    let world = World::new().await;
    let batch = send(&world, "", &[row("A-1", json!({}))]).await.expect(201);
    let (other, company) = register(&world.service, "9120007777777").await;
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    for path in [path.clone(), format!("{path}/rows"), format!("{path}/annotated.xlsx")] {
        world.read(&other, &path).await.problem(404, "not-found");
        world.read(&world.officer, &path).await.problem(403, "forbidden");
    }
    for path in [format!("{path}/commit"), format!("{path}/cancel")] {
        world.act(&other, &path).await.problem(404, "not-found");
    }
    let query = format!("/v1/report-batches?company_id={company}");
    let body = json!({"rows": [row("A-1", json!({}))]});
    let reply = world.send(&world.hr, &query, &body).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("company_id", "unknown-reference")]);
    let own = world.send(&other, "/v1/report-batches", &body).await.expect(201);
    assert_eq!(own["company_id"], company.to_string(), "whoever files for one company need not name it");
}

#[tokio::test]
async fn what_is_no_batch_is_refused() {
    let world = World::new().await;
    for (file, media_type, status, code) in [
        ("{", "application/json", 400, "malformed-json"),
        ("{\"rows\": 1}", "application/json", 422, "body-shape"),
        ("{\"rows\": []}", "application/json", 422, "invalid-content"),
        ("\n\n", "application/x-ndjson", 422, "invalid-content"),
        ("", "text/csv", 422, "invalid-content"),
        ("a;b\n1;2\n", "text/csv", 422, "invalid-content"),
        ("nomor referensi;nama jabatan\nA-1;Satpam\n", "text/csv", 422, "invalid-content"),
        ("a;b", XLSX, 422, "invalid-content"),
        ("x", "text/plain", 415, "unsupported-media-type"),
    ] {
        let reply = send_file(&world, COMMIT, file, media_type).await;
        assert_eq!((reply.status, reply["code"].as_str()), (status, Some(code)), "{file} as {media_type}\n{reply}");
    }
    let reply = send_file(&world, COMMIT, "nomor referensi;nama jabatan\nA-1;Satpam\n", "text/csv").await;
    assert_eq!(
        reply.faults(),
        [("occupation", "missing-column"), ("valid_from", "missing-column"), ("valid_until", "missing-column")]
    );
    send_file(&world, COMMIT, vec![b'x'; 11 * 1024 * 1024], "text/csv").await.problem(413, "body-too-large");
}
