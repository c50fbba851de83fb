//! Bulk filing: many lines at once, in every form that people and programs send.

use std::time::Duration;

use disnaker::db::Engine;
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::journal;
use disnaker_entity::report::{ReportStatus, vacancy_line, vacancy_report};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tokio::time::timeout;

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

/// Codes of the warnings of a row.
fn warnings(row: &Value) -> Vec<&str> {
    row["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

/// Codes of the notes of a batch, and what was received.
fn notes(batch: &Reply) -> Vec<(&str, &Value)> {
    let notes = batch["notes"].as_array().unwrap().iter();
    notes.map(|note| (note["code"].as_str().unwrap(), &note["received"])).collect()
}

/// Whether nobody has ended a batch.
fn under_way(batch: &Reply) -> bool {
    ["received", "running"].contains(&batch.text_of("status"))
}

/// Waits until a batch is no longer running.
async fn ended(world: &World, batch: &Reply) -> Reply {
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    for _ in 0..600 {
        let reply = world.read(&world.hr, &path).await.expect(200);
        if !under_way(&reply) {
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
async fn the_same_rows_change_nothing_whatever_has_ended_since() {
    let mut world = World::new().await;
    // Accepted and expired; accepted and closed; with the office; returned.
    let rows: Vec<_> =
        (1..=4).map(|number| row(&format!("A-{number}"), json!({"report": number.to_string()}))).collect();
    let batch = send(&world, COMMIT, &rows).await.expect(201);
    let told = &batch["first_rows"]["data"];
    let (reports, lines) = (ids(told, "report_id"), ids(told, "line_id"));
    let act = async |number: usize, act: &str, body: Value| {
        world.send(&world.officer, &format!("/v1/vacancy-reports/{}/{act}", reports[number]), &body).await.expect(200)
    };
    act(0, "accept", json!({})).await;
    act(1, "accept", json!({})).await;
    act(3, "return", json!({"note": "Mohon diperiksa"})).await;
    let close = format!("/v1/vacancies/{}/close", lines[1]);
    world.send(&world.hr, &close, &json!({"reason": "Tidak jadi"})).await.expect(200);
    let placed = [with(hired(&lines[0], 1), json!({"reference": "P-1"}))];
    let query = format!("{COMMIT}&kind=placements");
    send(&world, &query, &placed).await.expect(201);
    world.later("2027-01-15T02:00:00Z");
    disnaker::app::sweep(world.service.state()).await.unwrap();
    assert_eq!(world.vacancy(&lines[0]).await["status"], "expired");
    let before = entries(&world.service).await;
    let again = send(&world, COMMIT, &rows).await.expect(201);
    assert_eq!((again.text_of("status"), counts(&again)), ("committed", [0, 0, 4, 0, 0]), "{again}");
    assert_eq!(ids(&again["first_rows"]["data"], "line_id"), lines);
    assert_eq!(warnings(&again["first_rows"]["data"][3]), ["not-filed"]);
    assert_eq!(notes(&again), [("not-filed", &json!(1))]);
    assert_eq!(counts(&send(&world, &query, &placed).await.expect(201)), [0, 0, 1, 0, 0]);
    assert_eq!(entries(&world.service).await, before, "and leave no trace");
    // What is not the same is held against the rules of today.
    let longer = [row("A-4", json!({"title": "Operator Derek"})), row("A-1", json!({"title": "Operator Derek"}))];
    let batch = send(&world, EACH, &longer).await.expect(201);
    assert_eq!(dispositions(&batch), ["rejected", "updated"], "the correction of an accepted line may have ended");
    assert_eq!(faults(&batch["first_rows"]["data"][0]), [("/valid_until", "ended-already")]);
    assert_eq!(batch["first_rows"]["data"][0]["report_id"], reports[3].as_str());
    let correction = [row("A-1", json!({"title": "Operator Derek", "wanted": {"any": 3}}))];
    let path = format!("/v1/vacancy-reports/{}/return", batch["first_rows"]["data"][1]["report_id"].as_str().unwrap());
    world.send(&world.officer, &path, &json!({"note": "Mohon diperiksa"})).await.expect(200);
    assert_eq!(counts(&send(&world, COMMIT, &correction).await.expect(201)), [0, 1, 0, 0, 0]);
}

#[tokio::test]
async fn every_fault_of_every_row_is_told_and_all_or_none_is_kept() {
    let world = World::new().await;
    let rows = [
        row("A-1", json!({})),
        row(
            "A-2",
            json!({"title": "", "wanted": {"any": "lima"}, "valid_from": "besok", "occupation": "00X", "gaji": 1}),
        ),
        row("A-1", json!({})),
        with(line("Satpam", 1), json!({"report": "x\u{7}"})),
        json!("x"),
        row("A-5", json!({"wanted": {}, "line_id": world.company, "wage_max": 1, "skills": ["", "las"]})),
    ];
    let batch = send(&world, COMMIT, &rows).await.expect(201);
    assert_eq!((batch["status"].as_str(), counts(&batch)), (Some("refused"), [1, 0, 0, 0, 5]));
    assert_eq!(ids(&batch["notes"], "code"), ["nothing-filed"]);
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
        [
            ("/line_id", "not-allowed"),
            ("/wanted", "nobody-wanted"),
            ("/skills/0", "blank"),
            ("/wage_max", "out-of-range")
        ]
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
    let refused = &batch["first_rows"]["data"][0];
    assert_eq!(faults(refused), [("/reference", "report-under-review")]);
    let named = (report.ends_with(refused["report_id"].as_str().unwrap()), refused["report_number"].as_str());
    assert_eq!(named, (true, batch["first_rows"]["data"][1]["report_number"].as_str()));
    assert!(named.1.is_some_and(|number| number.starts_with("LWK-")), "{batch}");
    // The office has sent it back.
    world.send(&world.officer, &format!("{report}/return"), &json!({"note": "Mohon diperiksa"})).await.expect(200);
    let same = send(&world, COMMIT, &changed("Operator Forklift")).await.expect(201);
    assert_eq!(counts(&same), [0, 0, 2, 0, 0]);
    assert_eq!(warnings(&same["first_rows"]["data"][0]), ["not-filed"]);
    for query in ["", COMMIT] {
        let batch = send(&world, query, &changed("Operator Derek")).await.expect(201);
        assert_eq!(counts(&batch), [0, 1, 1, 0, 0]);
        let same = &batch["first_rows"]["data"][1];
        assert!(warnings(same).is_empty() && notes(&batch).is_empty(), "the batch files its report itself\n{batch}");
    }
    let filed = world.read(&world.hr, &report).await.expect(200);
    assert_eq!(
        (filed["status"].as_str(), filed["lines"][0]["title"].as_str()),
        (Some("submitted"), Some("Operator Derek"))
    );
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
    assert_eq!(batch["first_rows"]["data"][0]["report_id"], correction);
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
    assert!(
        !batch.text.contains(&nik(2)) && !batch.text.contains("Contoh Pekerja"),
        "nothing of a person is told back"
    );
    let own = format!("/v1/report-batches/{}", batch.text_of("id"));
    let agent = world.service.member(Role::VacancyAgent, world.company).await;
    world.read(&agent, &own).await.problem(404, "not-found");
    world.read(&agent, &format!("{own}/annotated.xlsx")).await.problem(404, "not-found");
    assert_eq!(world.read(&agent, "/v1/report-batches").await.expect(200)["data"], json!([]));
    let agent = world.service.member(Role::PlacementAgent, world.company).await;
    world.read(&agent, &own).await.expect(200);
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
    let mut other = with(hired(&published[0], 4), json!({"reference": "P-4"}));
    other["worker"]["sex"] = json!("female");
    let looked_at = send(&world, "&kind=placements", &[other]).await.expect(201);
    let told = &looked_at["first_rows"]["data"][0];
    assert_eq!((told["disposition"].as_str(), faults(told)), (Some("created"), vec![]));
    assert_eq!(ids(&told["warnings"], "code"), ["sex-differs-from-nik"]);
    let mut early = with(hired(&published[0], 5), json!({"reference": "P-5", "start_on": "2025-12-01"}));
    let looked_at = send(&world, "&kind=placements", &[early.clone()]).await.expect(201);
    assert_eq!(ids(&looked_at["first_rows"]["data"][0]["warnings"], "code"), ["starts-before-vacancy"]);
    early["worker"]["nik"] = Value::Null;
    let looked_at = send(&world, "&kind=placements", &[early]).await.expect(201);
    assert_eq!(faults(&looked_at["first_rows"]["data"][0]), [("/worker/nik", "nik-or-card-required")]);
    assert_eq!(looked_at["allowed_actions"], json!(["cancel"]), "all or none would be none");
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    let changed = [with(rows[0].clone(), json!({"wage": 7_000_000}))];
    let batch = send(&world, &query, &changed).await.expect(201);
    assert_eq!(faults(&batch["first_rows"]["data"][0]), [("/reference", "placement-accepted")]);
}

#[tokio::test]
async fn a_returned_placement_report_is_filed_again_only_with_sound_rows() {
    let world = World::new().await;
    let vacancies = world.publish(&[line("Operator Forklift", 5), line("Satpam", 5)]).await;
    let row = |number: u32| {
        with(hired(&vacancies[number as usize / 2], number + 1), json!({"reference": format!("P-{number}")}))
    };
    let query = format!("{COMMIT}&kind=placements");
    let batch = send(&world, &query, &[row(0), row(1), row(2)]).await.expect(201);
    let told = &batch["first_rows"]["data"][0];
    let path = format!("/v1/placement-reports/{}", told["report_id"].as_str().unwrap());
    world.send(&world.officer, &format!("{path}/return"), &json!({"note": "Mohon diperiksa"})).await.expect(200);
    let refused = async |row: Value| {
        let batch = send(&world, &query, &[row]).await.expect(201);
        let refused = &batch["first_rows"]["data"][0];
        assert_eq!(faults(refused), [("/reference", "report-has-faults")], "{batch}");
        assert_eq!((&refused["report_id"], &refused["report_number"]), (&told["report_id"], &told["report_number"]));
    };
    // It would name the person of another row.
    refused(with(hired(&vacancies[0], 2), json!({"reference": "P-0"}))).await;
    let close = format!("/v1/vacancies/{}/close", vacancies[1]);
    world.send(&world.hr, &close, &json!({"reason": "Tidak jadi"})).await.expect(200);
    refused(with(row(0), json!({"wage": 6_000_000}))).await;
    assert_eq!(world.read(&world.hr, &path).await.expect(200)["status"], "returned");
}

/// So many rows that a job decides on them in several chunks.
fn in_chunks(row: impl Fn(u32) -> Value) -> Vec<Value> {
    (0..700).map(row).collect()
}

#[tokio::test]
async fn a_worker_stands_twice_in_a_file_however_far_apart() {
    let world = World::new().await;
    let vacancy = world.publish(&[line("Operator Forklift", 700)]).await.remove(0);
    let rows = in_chunks(|number| with(hired(&vacancy, number % 690 + 1), json!({"reference": format!("P-{number}")})));
    let mut first = None;
    for (query, status) in
        [("&atomicity=row", "validated"), ("", "validated"), (COMMIT, "refused"), (EACH, "committed")]
    {
        let batch = send(&world, &format!("{query}&kind=placements"), &rows).await.expect(202);
        let batch = ended(&world, &batch).await;
        assert_eq!((batch.text_of("status"), counts(&batch)), (status, [690, 0, 0, 0, 10]), "{query}");
        first.get_or_insert(batch);
    }
    // An instance that takes a job up behind the first chunk knows whom that chunk met.
    let cut = "UPDATE report_batch SET status = 'running', done = 500, created = 500, rejected = 0 \
               WHERE mode = 'validate' AND atomicity = 'row'";
    world.service.state().db.writer().execute_unprepared(cut).await.unwrap();
    let batch = ended(&world, &first.unwrap()).await;
    assert_eq!((batch.text_of("status"), counts(&batch)), ("validated", [500, 0, 190, 0, 10]));
}

#[tokio::test]
async fn a_report_is_mended_by_rows_however_far_apart() {
    let mut world = World::new().await;
    let both = [row("A-0", json!({"report": "Nov"})), row("A-699", json!({"report": "Nov"}))];
    let batch = send(&world, COMMIT, &both).await.expect(201);
    let report = format!("/v1/vacancy-reports/{}", batch["first_rows"]["data"][0]["report_id"].as_str().unwrap());
    world.send(&world.officer, &format!("{report}/return"), &json!({"note": "Mohon diperiksa"})).await.expect(200);
    world.later("2027-01-15T02:00:00Z");
    let rows = in_chunks(|number| row(&format!("A-{number}"), json!({"valid_until": "2027-06-30"})));
    let one = send(&world, COMMIT, &rows[..1]).await.expect(201);
    assert_eq!(faults(&one["first_rows"]["data"][0]), [("/reference", "report-has-faults")]);
    for (query, status) in [("", "validated"), (COMMIT, "committed")] {
        let batch = ended(&world, &send(&world, query, &rows).await.expect(202)).await;
        assert_eq!((batch.text_of("status"), counts(&batch)), (status, [698, 2, 0, 0, 0]), "{query}");
    }
    assert_eq!(world.read(&world.hr, &report).await.expect(200)["status"], "submitted");
}

#[tokio::test]
async fn above_five_hundred_rows_it_is_a_job_and_one_key_files_it_once() {
    let world = World::new().await;
    let rows: Vec<_> = (0..1_234).map(|number| row(&format!("A-{number}"), json!({}))).collect();
    let path = format!("/v1/report-batches?company_id={}{EACH}", world.company);
    let body = json!({"rows": rows});
    let call = || world.service.post(&path).token(&world.hr).key("kiriman-1").json(&body).send();
    let first = call().await.expect(202);
    assert_eq!((first.text_of("status"), &first["started_at"]), ("received", &Value::Null), "nobody has begun it");
    assert_eq!(first.header("location"), format!("/v1/report-batches/{}", first.text_of("id")));
    assert_eq!(call().await.expect(202)["id"], first["id"]);
    let batch = ended(&world, &first).await;
    assert_eq!((batch["status"].as_str(), counts(&batch)), (Some("committed"), [1_234, 0, 0, 0, 0]));
    assert!(batch["started_at"].is_string());
    for (status, found) in [("received", 0), ("running", 0), ("committed", 1)] {
        let list = world.read(&world.hr, &format!("/v1/report-batches?status={status}")).await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), found, "{status}");
    }
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
async fn a_long_file_holds_up_no_short_one() {
    let world = World::new().await;
    let rows = |name: &str, count: usize| -> Vec<_> {
        (0..count).map(|number| row(&format!("{name}-{number}"), json!({}))).collect()
    };
    let long = send(&world, EACH, &rows("L", 20_000)).await.expect(202);
    let short = send(&world, EACH, &rows("S", 600)).await.expect(202);
    let short = ended(&world, &short).await;
    assert_eq!((short["status"].as_str(), counts(&short)), (Some("committed"), [600, 0, 0, 0, 0]));
    let path = format!("/v1/report-batches/{}", long.text_of("id"));
    assert_eq!(world.read(&world.hr, &path).await.expect(200)["status"], "running");
    world.act(&world.hr, &format!("{path}/cancel")).await.expect(200);
}

#[tokio::test]
async fn where_too_many_files_are_read_at_once_the_sender_is_told_when_to_come_back() {
    let world = World::new().await;
    let mut desks = Vec::new();
    while let Ok(Ok(desk)) = timeout(Duration::from_millis(100), world.service.state().desk()).await {
        desks.push(desk);
    }
    let body = json!({"rows": [row("A-1", json!({}))]});
    let path = format!("/v1/report-batches?company_id={}", world.company);
    let reply = world.send(&world.hr, &path, &body).await.problem(503, "unavailable");
    assert!(reply.header("retry-after").parse::<u32>().unwrap() > 0);
    drop(desks);
    world.send(&world.hr, &path, &body).await.expect(201);
}

#[tokio::test]
async fn nothing_is_told_that_follows_from_what_was_not_read() {
    let world = World::new().await;
    let file = "nomor referensi;nama jabatan;kode jabatan (KBJI);jumlah orang;wilayah tempat kerja;upah;berlaku mulai;berlaku sampai\n\
                A-1;Satpam;54;1;36.72;5.300.000;11/23/2026;22/01/2027\nA-2;Satpam;54;1;36.72;5.300.000;23/11/2026;22/01/2027\n";
    let batch = send_file(&world, COMMIT, file, "text/csv").await.expect(201);
    let row = &batch["first_rows"]["data"][0];
    assert_eq!(faults(row).len(), 1, "{row}");
    assert_eq!(row["warnings"], json!([]), "neither a short validity nor a wage of another year");
    let path = format!("/v1/report-batches/{}/annotated.xlsx", batch.text_of("id"));
    let mut texts = Vec::new();
    disnaker::sheet::read(&bytes(&world, &path).await, disnaker::sheet::Format::Xlsx, |_, row| {
        texts.extend(row.cells);
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    let text = |text: &str| disnaker::sheet::Cell::Text(text.to_owned());
    assert!(texts.contains(&text("akan dibuat")) && !texts.contains(&text("dibuat")), "nothing of it is filed");
    let headers = "Budi Rahasia;3672010101990051;Nomor referensi;NIK;Nama;Mulai kerja;L/P;Wilayah domisili\n";
    let batch = send_file(&world, "&kind=placements", format!("{headers}x;y;P-1;1;A;1;L;36.72\n"), "text/csv").await;
    assert!(batch.status == 201 && !batch.text.contains("Rahasia") && !batch.text.contains("36720101"), "{batch}");
    assert_eq!(batch["columns"]["extra"], json!(["A", "B"]));
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
    // Who acts for the company in placements sees nothing of its vacancies, and the other way round.
    let agent = world.service.member(Role::PlacementAgent, world.company).await;
    for path in [path.clone(), format!("{path}/rows"), format!("{path}/annotated.xlsx")] {
        world.read(&agent, &path).await.problem(404, "not-found");
    }
    for path in [format!("{path}/commit"), format!("{path}/cancel")] {
        world.act(&agent, &path).await.problem(404, "not-found");
    }
    assert_eq!(world.read(&agent, "/v1/report-batches").await.expect(200)["data"], json!([]));
    let query = format!("/v1/report-batches?company_id={}", world.company);
    let body = json!({"rows": [row("A-1", json!({}))]});
    let reply = world.send(&agent, &query, &body).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("company_id", "unknown-reference")]);
    let query = format!("/v1/report-batches?company_id={company}");
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
        ("[{\"reference\": \"A-1\"}]", "application/json", 422, "body-shape"),
        ("[[{\"reference\": \"A-1\"}]]", "application/json", 422, "body-shape"),
        ("nomor referensi;nama jabatan\nA-1;\"Satpam\nA-2;Kasir\n", "text/csv", 422, "invalid-content"),
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

// Files as people send them ----------------------------------------------------------------------

const HEADERS: &str = "Nomor Referensi;NAMA JABATAN;Kode Jabatan (KBJI);jumlah orang;Upah terendah (Rp per bulan);\
    Wilayah tempat kerja;Berlaku mulai;Berlaku sampai;Catatan HRD";

#[tokio::test]
async fn a_csv_of_a_spreadsheet_program_is_read_as_it_is_meant() {
    let world = World::new().await;
    let file = format!(
        "{HEADERS}\r\nA-1;Juru Ukir é;83 - Operator;2;Rp 5.300.000;Kota Cilegon;23/11/2026;31 Desember 2026;x\r\n;;;;;;;;\r\n\
         A-2;Satpam;54;1,5;5,300;Cilegon;23/11/26;31/12/2026;\r\nA-3;Kasir;52;1;5300000;36.72 - Kota Cilegon;46349;31-12-2026;\r\n"
    );
    // As Excel saves it in Indonesia.
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(&file);
    let batch = send_file(&world, EACH, windows.into_owned(), "text/csv").await.expect(201);
    assert_eq!((batch["format"].as_str(), counts(&batch)), (Some("csv"), [2, 0, 0, 0, 1]));
    assert_eq!(batch["columns"]["extra"], json!(["Catatan HRD"]));
    assert_eq!(batch["columns"]["template_version"], "2");
    assert!(batch["columns"]["missing"].as_array().unwrap().contains(&json!("women")));
    assert_eq!(batch["notes"][0]["code"], "other-encoding");
    let rows = &batch["first_rows"]["data"];
    assert_eq!(rows[1]["number"], 4, "the empty row counts as a line, and is no row");
    assert_eq!(
        faults(&rows[1]),
        [("/wanted/any", "not-whole"), ("/wage_min", "ambiguous-number"), ("/valid_from", "short-year")]
    );
    let wage = &rows[1]["faults"][1];
    assert_eq!((wage["cell"].as_str(), wage["column"].as_str()), (Some("E4"), Some("wage_min")));
    assert_eq!((wage["received"].as_str(), wage["message"].as_str().is_some()), (Some("5,300"), true));
    let report = format!("/v1/vacancy-reports/{}", rows[0]["report_id"].as_str().unwrap());
    let lines = &world.read(&world.hr, &report).await.expect(200)["lines"];
    assert_eq!((lines[0]["title"].as_str(), lines[0]["occupation"].as_str()), (Some("Juru Ukir é"), Some("83")));
    assert_eq!((lines[0]["wage_min"].as_i64(), lines[0]["work_region"].as_str()), (Some(5_300_000), Some("36.72")));
    assert_eq!(
        (lines[1]["valid_from"].as_str(), lines[1]["valid_until"].as_str()),
        (Some("2026-11-23"), Some("2026-12-31"))
    );
    // The same rows as UTF-8 with a mark and commas: nothing changes.
    let other = format!("\u{feff}{}", file.replace(',', ".").replace(';', ","));
    assert_eq!(counts(&send_file(&world, EACH, other, "text/csv").await.expect(201)), [0, 0, 2, 0, 1]);
}

#[tokio::test]
async fn headers_of_the_first_template_are_mapped_with_a_warning() {
    let world = World::new().await;
    let file = "referensi,judul,kbji,jumlah,upah,wilayah,tanggal mulai,tanggal akhir\n\
        A-1,Satpam,54,1,5300000,36.72,2026-11-23,2026-12-31\n";
    let batch = send_file(&world, COMMIT, file, "text/csv").await.expect(201);
    assert_eq!((counts(&batch), batch["columns"]["template_version"].as_str()), ([1, 0, 0, 0, 0], Some("1")));
    assert_eq!(batch["notes"][0]["code"], "old-template");
}

/// A workbook of a placement report with a title above the headers, merged cells, a formula and spoilt numbers.
fn placements_workbook(vacancy: &str) -> Vec<u8> {
    use rust_xlsxwriter::{Format, Formula, Workbook};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Karyawan baru").unwrap();
    sheet.merge_range(0, 0, 0, 3, "PT Contoh Baja Nusantara", &Format::new()).unwrap();
    let heads = [
        "Nama",
        "NIK",
        "Jenis kelamin",
        "Wilayah tempat tinggal",
        "Mulai bekerja",
        "Id lowongan",
        "No referensi",
        "Gaji",
    ];
    for (column, head) in (0..).zip(heads) {
        sheet.write(2, column, head).unwrap();
    }
    sheet.merge_range(3, 5, 5, 5, vacancy, &Format::new()).unwrap();
    for row in 0..3_u32 {
        sheet.write(3 + row, 0, format!("Contoh Pekerja {row}")).unwrap();
        sheet.write(3 + row, 2, "L").unwrap().write(3 + row, 3, "Kota Cilegon").unwrap();
        sheet.write(3 + row, 4, "01/12/2026").unwrap().write(3 + row, 6, format!("P-{row}")).unwrap();
    }
    sheet.write(3, 1, nik(1)).unwrap();
    sheet.write_formula(3, 7, Formula::new("=1000000*6").set_result("6000000")).unwrap();
    sheet.write(4, 1, 3_672_011_708_950_002.0_f64).unwrap();
    sheet.write(5, 1, "3,67201E+15").unwrap();
    book.add_worksheet().set_name("Petunjuk").unwrap().write(0, 0, "Isi dengan benar").unwrap();
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn a_nik_that_a_spreadsheet_spoilt_is_refused_with_the_reason_and_the_annotated_file_says_where() {
    let world = World::new().await;
    let vacancy = world.publish(&[line("Operator Forklift", 5)]).await.remove(0);
    let query = format!("{EACH}&kind=placements");
    let batch = send_file(&world, &query, placements_workbook(&vacancy), XLSX).await.expect(201);
    assert_eq!(counts(&batch), [1, 0, 0, 0, 2]);
    assert_eq!(batch["columns"]["skipped_sheets"], json!(["Petunjuk"]));
    assert_eq!(batch["notes"][0]["code"], "merged-cells");
    for (row, cell) in [(1, "B5"), (2, "B6")] {
        let row = &batch["first_rows"]["data"][row];
        assert_eq!(faults(row), [("/worker/nik", "spoilt-by-spreadsheet")]);
        assert_eq!((row["sheet"].as_str(), row["faults"][0]["cell"].as_str()), (Some("Karyawan baru"), Some(cell)));
        assert_eq!(row["faults"][0]["received"], json!(null));
    }
    assert!(!batch.text.contains("36720"), "nothing of a person is told back");
    let path = format!("/v1/report-batches/{}/annotated.xlsx", batch.text_of("id"));
    let annotated = world.service.get(&path).token(&world.hr).send().await.expect(200);
    assert_eq!(annotated.header("content-type"), XLSX);
    let rows = workbook(&bytes(&world, &path).await);
    assert_eq!(rows[0], ("Karyawan baru".to_owned(), 1, "PT Contoh Baja Nusantara".to_owned(), String::new()));
    assert_eq!(rows[1].3, "Kesalahan");
    assert_eq!((rows[2].1, rows[2].3.as_str()), (4, "dibuat"));
    assert_eq!(rows[3].1, 5);
    assert!(rows[3].3.starts_with("B5 spoilt-by-spreadsheet: Nomor rusak"), "{rows:?}");
    assert_eq!(rows[5].0, "Petunjuk");
}

/// A file of the service in bytes.
async fn bytes(world: &World, path: &str) -> Vec<u8> {
    let url = format!("http://{}{path}", world.service.address());
    let reply = reqwest::Client::new().get(url).bearer_auth(&world.hr).send().await.unwrap();
    reply.bytes().await.unwrap().to_vec()
}

/// Sheet, number, first and last text of each row of a workbook.
fn workbook(bytes: &[u8]) -> Vec<(String, u32, String, String)> {
    use disnaker::sheet::{Cell, Format, read};
    let mut rows = Vec::new();
    read(bytes, Format::Xlsx, |sheet, row| {
        let text = |cell: &Cell| if let Cell::Text(text) = cell { text.clone() } else { String::new() };
        let last = if row.cells.len() > 1 { text(row.cells.last().unwrap()) } else { String::new() };
        rows.push((sheet.to_owned(), row.number, text(row.cell(0)), last));
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    rows
}

#[tokio::test]
async fn a_filled_template_is_taken_and_the_template_is_for_everybody() {
    let world = World::new().await;
    for name in ["vacancy-report.xlsx", "placement-report.xlsx"] {
        let path = format!("/v1/templates/{name}");
        let reply = world.service.get(&path).send().await.expect(200);
        assert_eq!(reply.header("content-type"), XLSX);
        world.service.get(&path).header("if-none-match", reply.header("etag")).send().await.expect(304);
        let rows = workbook(&bytes(&world, &path).await);
        assert_eq!(rows[0].2, "Nomor referensi");
        let empty = send_file(&world, COMMIT, bytes(&world, &path).await, XLSX).await;
        let code = if name.starts_with("vacancy") { "no-rows" } else { "no-headers" };
        assert_eq!(empty.problem(422, "invalid-content").faults()[0].1, code);
    }
}

/// A workbook of four hundred vacancies, of which each eleventh has a fault where it is not mended.
fn four_hundred(mended: bool) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Lowongan").unwrap();
    let headers = [
        "Nomor referensi",
        "Nama jabatan",
        "Kode jabatan (KBJI)",
        "Jumlah laki-laki atau perempuan",
        "Upah terendah (Rp per bulan)",
        "Wilayah tempat kerja",
        "Berlaku mulai",
        "Berlaku sampai",
    ];
    sheet.write_row(0, 0, headers).unwrap();
    for row in 1..=400 {
        let reference = format!("LW-{row:03}");
        let sound = [&*reference, "Operator Forklift", "83", "2", "Rp 5.650.000", "36.72", "23/11/2026", "31/12/2026"];
        sheet.write_row(row, 0, sound).unwrap();
        if !mended && let Some((column, wrong, _)) = wrong(row) {
            sheet.write(row, column, wrong).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// The fault of a row of the workbook: its column, what stands there, and the code.
fn wrong(row: u32) -> Option<(u16, &'static str, &'static str)> {
    let kinds = [
        (1, " ", "required"),
        (2, "999", "unknown-reference"),
        (3, "dua", "not-a-number"),
        (4, "5,650", "ambiguous-number"),
        (5, "Cilegonn", "unknown-reference"),
        (6, "23/11/26", "short-year"),
        (7, "12/31/2026", "not-a-day"),
    ];
    (row % 11 == 1).then(|| kinds[(row / 11) as usize % kinds.len()])
}

#[tokio::test]
async fn of_four_hundred_rows_each_fault_is_placed_and_mended_they_are_filed_proven_and_owed() {
    let mut world = World::new().await;
    let batch = send_file(&world, "", four_hundred(false), XLSX).await.expect(201);
    assert_eq!((batch.text_of("status"), counts(&batch)), ("validated", [363, 0, 0, 0, 37]));
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    let rejected = world.read(&world.hr, &format!("{path}/rows?disposition=rejected&limit=100")).await.expect(200);
    let rejected = rejected["data"].as_array().unwrap();
    assert_eq!(rejected.len(), 37);
    for row in rejected {
        let number = u32::try_from(row["number"].as_u64().unwrap()).unwrap();
        let (column, _, code) = wrong(number - 1).unwrap();
        let cell = disnaker::sheet::cell_name(column.into(), number);
        assert_eq!((&row["sheet"], &row["faults"][0]["cell"]), (&json!("Lowongan"), &json!(cell)), "{row}");
        assert_eq!((&row["faults"][0]["code"], row["faults"].as_array().unwrap().len()), (&json!(code), 1), "{row}");
    }
    let mut noted = 0;
    disnaker::sheet::read(
        &bytes(&world, &format!("{path}/annotated.xlsx")).await,
        disnaker::sheet::Format::Xlsx,
        |_, row| {
            noted += usize::from(row.cells.contains(&disnaker::sheet::Cell::Text("ditolak".to_owned())));
            std::ops::ControlFlow::Continue(())
        },
    )
    .unwrap();
    assert_eq!(noted, 37);

    let filed = send_file(&world, COMMIT, four_hundred(true), XLSX).await.expect(201);
    assert_eq!((filed.text_of("status"), counts(&filed)), ("committed", [400, 0, 0, 0, 0]));
    let first = &filed["first_rows"]["data"][0];
    let number = first["report_number"].as_str().unwrap();
    let check = world.service.get(format!("/v1/verifications/receipts/{number}")).send().await.expect(200);
    let keys = world.service.get("/.well-known/jwks.json").send().await.expect(200);
    let keys: Value = serde_json::from_str(&keys.text).unwrap();
    assert!(crate::receipts::verifies(check.text_of("statement"), check.text_of("signature"), &keys));
    let accept = format!("/v1/vacancy-reports/{}/accept", first["report_id"].as_str().unwrap());
    world.act(&world.officer, &accept).await.expect(200);

    world.later("2027-01-12T02:00:00Z");
    let owed = format!("/v1/companies/{}/obligations?limit=100", world.company);
    let owed = world.read(&world.hr, &owed).await.expect(200);
    let outcomes = owed["data"].as_array().unwrap().iter().filter(|row| row["rule"] == "vacancy.outcome-report-due");
    assert!(outcomes.clone().count() > 90);
    assert!(outcomes.clone().all(|row| row["due_on"] == "2027-01-30" && row["days_left"] == 18), "{owed}");
}

#[tokio::test]
async fn a_bomb_is_refused_before_it_goes_off() {
    let world = World::new().await;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, &vec![b' '; 300 * 1024 * 1024]).unwrap();
    let bomb = archive.finish().unwrap().into_inner();
    assert!(bomb.len() < 1024 * 1024);
    let reply = send_file(&world, COMMIT, bomb, XLSX).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("", "unpacks-too-large")]);
}

#[tokio::test]
async fn an_upload_is_sealed_and_deleted_thirty_days_after_the_end() {
    use disnaker_entity::file;
    let mut world = World::new().await;
    let batch = send(&world, COMMIT, &[row("A-1", json!({"title": "Juru Rahasia"}))]).await.expect(201);
    let path = format!("/v1/report-batches/{}/annotated.xlsx", batch.text_of("id"));
    let reader = || world.service.state().db.reader();
    let chunks = file::chunk::Entity::find().all(reader()).await.unwrap();
    assert!(!chunks.is_empty() && chunks.iter().all(|chunk| !chunk.sealed.windows(7).any(|part| part == b"Rahasia")));
    world.service.get(&path).token(&world.hr).send().await.expect(200);
    let validated = send(&world, "", &[row("A-2", json!({}))]).await.expect(201);
    for (time, left) in [("2026-12-22T02:00:00Z", 2), ("2026-12-24T02:00:00Z", 0)] {
        world.later(time);
        disnaker::app::sweep(world.service.state()).await.unwrap();
        assert_eq!(file::chunk::Entity::find().count(world.service.state().db.reader()).await.unwrap(), left, "{time}");
    }
    world.service.get(&path).token(&world.hr).send().await.problem(404, "not-found");
    let batch = world.read(&world.hr, path.trim_end_matches("/annotated.xlsx")).await.expect(200);
    assert_eq!(counts(&batch), [1, 0, 0, 0, 0]);
    // What can't be read any more is not filed, and ends.
    let commit = format!("/v1/report-batches/{}/commit", validated.text_of("id"));
    let failed = ended(&world, &world.act(&world.hr, &commit).await.expect(202)).await;
    assert_eq!((failed.text_of("status"), counts(&failed)), ("failed", [0, 0, 0, 0, 1]));
    assert_eq!(notes(&failed), [("not-looked-at", &json!(1))]);
    let path = format!("/v1/report-batches/{}/rows?disposition=rejected", validated.text_of("id"));
    let rows = world.read(&world.hr, &path).await.expect(200);
    assert_eq!((rows["data"].as_array().unwrap().len(), &rows["data"][0]["validated"]), (1, &json!("created")));
    assert_eq!(faults(&rows["data"][0]), [("", "not-looked-at")]);
}

#[tokio::test]
async fn a_sweep_that_fails_is_told_and_keeps_no_other_back() {
    use disnaker_entity::file;
    let mut world = World::new().await;
    send(&world, COMMIT, &[row("A-1", json!({}))]).await.expect(201);
    world.later("2026-12-24T02:00:00Z");
    let db = &world.service.state().db;
    db.writer().execute_unprepared("ALTER TABLE mandate RENAME TO mandate_gone").await.unwrap();
    disnaker::app::sweep(world.service.state()).await.unwrap_err();
    assert_eq!(file::chunk::Entity::find().count(db.reader()).await.unwrap(), 0, "the upload is deleted all the same");
}

#[tokio::test]
async fn a_file_counts_as_many_requests_as_it_has_hundreds_of_rows() {
    let service = Service::with(|config| config.http.rate_limits = true).await;
    for office in ["36", "36.72"] {
        service.office(office).await;
    }
    let (_, company) = register(&service, "9120001234567").await;
    let [hasty, calm] =
        [service.member(Role::CompanyAdmin, company).await, service.member(Role::CompanyAdmin, company).await];
    let path = format!("/v1/report-batches?company_id={company}&atomicity=row");
    let send = async |token: &str, rows: usize| {
        service.post(&path).token(token).body("{}\n".repeat(rows), "application/x-ndjson").send().await
    };
    let first = send(&hasty, 5_000).await.expect(202);
    assert_eq!(first.header("ratelimit-policy"), "\"writes\";q=120;w=60");
    let left: u32 = first.header("ratelimit").split("r=").nth(1).unwrap().split(';').next().unwrap().parse().unwrap();
    assert!((70..75).contains(&left), "50 requests: {left} left");
    let refused = send(&hasty, 20_000).await.problem(429, "rate-limited");
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
    let list = service.get(&path[..path.find("&atom").unwrap()]).token(&hasty).send().await.expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1, "nothing of what was refused is kept");
    send(&calm, 20_000).await.expect(202);
    send(&calm, 5_000).await.problem(429, "rate-limited");
}

#[tokio::test]
async fn of_a_worker_nothing_is_told_back_whatever_column_it_stands_in() {
    let world = World::new().await;
    let csv = format!(
        "reference;vacancy_reference;name;nik;sex;education;residence;start_on;wage\n{0};{0};Contoh Pekerja;{0};Contoh Nama;{0};Contoh Nama;Contoh Nama;{0}\n",
        nik(7)
    );
    let batch = send_file(&world, "&kind=placements", csv, "text/csv").await.expect(201);
    assert_eq!(counts(&batch), [0, 0, 0, 0, 1]);
    let db = world.service.state().db.reader();
    let rows = disnaker_entity::batch::report_batch_row::Entity::find().all(db).await.unwrap();
    let kept = format!("{:?} {:?}", rows[0].faults, rows[0].reference);
    for secret in [nik(7).as_str(), "Contoh"] {
        assert!(!batch.text.contains(secret) && !kept.contains(secret), "{secret} in {batch}\n{kept}");
    }
}

// Jobs -------------------------------------------------------------------------------------------

/// CSV rows of sound lines, all in reports of their own label.
fn many(count: usize) -> String {
    let row = |number: usize| {
        let label = if number.is_multiple_of(100) { "bersama" } else { "" };
        format!("A-{number};{label};Operator Forklift;83;2;36.72;2026-11-23;2026-12-31\n")
    };
    let heads = "reference;report;title;occupation;any;work_region;valid_from;valid_until\n";
    std::iter::once(heads.to_owned()).chain((0..count).map(row)).collect()
}

#[tokio::test]
async fn a_job_that_is_cut_in_the_middle_is_finished_by_another_instance() {
    let world = World::new().await;
    let count = 20_000;
    let batch = send_file(&world, EACH, many(count), "text/csv").await.expect(202);
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    let done = loop {
        let done = world.read(&world.hr, &path).await.expect(200)["done"].as_i64().unwrap();
        if done > 0 {
            break done;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    // The instance ends in the middle; the other one waits until its lease is over.
    let mut world = world;
    world.service.stop().await;
    let sibling = world.service.sibling().await;
    let read = || sibling.get(&path).token(&world.hr).send();
    let cut = read().await.expect(200);
    assert_eq!(cut["status"], "running", "it ended before it could be cut\n{cut}");
    assert!(cut["done"].as_i64().unwrap() >= done);
    sibling.clock().set("2026-11-23T02:02:00Z".parse().unwrap());
    let token = sibling.token("hrd");
    let mut ended = cut;
    for _ in 0..600 {
        ended = sibling.get(&path).token(&token).send().await.expect(200);
        if !under_way(&ended) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!((ended["status"].as_str(), counts(&ended)), (Some("committed"), [20_000, 0, 0, 0, 0]));
    let reader = sibling.state().db.reader();
    let lines = vacancy_line::Entity::find().all(reader).await.unwrap();
    let references: std::collections::BTreeSet<_> = lines.iter().filter_map(|line| line.reference.clone()).collect();
    assert_eq!((lines.len(), references.len()), (count, count), "no line twice");
    let reports = vacancy_report::Entity::find().all(reader).await.unwrap();
    assert!(reports.iter().all(|report| report.status == ReportStatus::Submitted));
    let shared: Vec<_> = reports.iter().filter(|report| report.reference.as_deref() == Some("bersama")).collect();
    assert_eq!((shared.len(), shared[0].line_count), (1, 200), "one report, wherever its rows stand");
}

#[tokio::test]
async fn the_job_of_an_agent_ends_with_its_mandate() {
    let world = World::new().await;
    let (agent, company) = register(&world.service, "9120009999991").await;
    let new = json!({"company_id": world.company, "agent_company_id": company, "scopes": ["vacancy_reports"], "expires_on": "2027-06-30"});
    let mandate = world.send(&world.hr, "/v1/mandates", &new).await.expect(201);
    let path = format!("/v1/report-batches?company_id={}{EACH}", world.company);
    let batch = world.service.post(path).token(&agent).body(many(20_000), "text/csv").send().await.expect(202);
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    while world.read(&world.hr, &path).await.expect(200)["done"] == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.act(&world.hr, &format!("/v1/mandates/{}/revoke", mandate.text_of("id"))).await.expect(200);
    let ended = ended(&world, &batch).await;
    assert_eq!(ended["status"], "cancelled", "it ended before the mandate did\n{ended}");
    let [created, .., rejected] = counts(&ended);
    assert_eq!(created + rejected, 20_000);
    let last = world.read(&world.hr, &format!("{path}/rows?disposition=rejected&limit=1")).await.expect(200);
    assert_eq!(faults(&last["data"][0]), [("", "right-ended")]);
    let left = world.read(&world.hr, &format!("{path}/rows?disposition=created&limit=100")).await.expect(200);
    assert!(left["data"].as_array().unwrap().iter().all(|row| warnings(row).contains(&"not-filed")), "{left}");
    assert_eq!(notes(&ended), [("right-ended", &json!(rejected)), ("not-filed", &json!(created))]);
    let filed = world.read(&world.officer, "/v1/vacancy-reports").await.expect(200);
    assert_eq!(filed["data"], json!([]), "nothing was filed in the company's name");
}

#[tokio::test]
async fn a_cancelled_job_keeps_what_is_filed_and_rejects_the_rest() {
    let world = World::new().await;
    let batch = send_file(&world, EACH, many(20_000), "text/csv").await.expect(202);
    let path = format!("/v1/report-batches/{}", batch.text_of("id"));
    let reply = world.act(&world.hr, &format!("{path}/cancel")).await.expect(200);
    assert_eq!((reply["cancelling"].as_bool(), reply["allowed_actions"].as_array().unwrap().len()), (Some(true), 0));
    let batch = ended(&world, &batch).await;
    let [created, _, _, _, rejected] = counts(&batch);
    assert_eq!((batch["status"].as_str(), created + rejected), (Some("cancelled"), 20_000));
    assert!(rejected > 0);
    let page = world.read(&world.hr, &format!("{path}/rows?disposition=rejected")).await.expect(200);
    assert_eq!(faults(&page["data"][0]), [("", "cancelled")]);
    let reports = world.read(&world.hr, "/v1/vacancy-reports?limit=100").await.expect(200);
    let reports = reports["data"].as_array().unwrap();
    assert!(reports.iter().all(|report| report["status"] == "submitted"), "what was written is filed");
    assert_eq!(reports.iter().map(|report| report["line_count"].as_i64().unwrap()).sum::<i64>(), created);
}

#[tokio::test]
async fn a_file_of_too_many_rows_is_refused_however_it_is_written() {
    let world = World::new().await;
    let lines = "0\n".repeat(200_001);
    let refused = send_file(&world, EACH, lines, "application/x-ndjson").await.problem(422, "invalid-content");
    assert_eq!(refused["errors"][0]["code"], "too-many-rows");
    let rows = format!("{{\"rows\":[{}0]}}", "0,".repeat(200_000));
    let refused = send_file(&world, EACH, rows, "application/json").await.problem(422, "invalid-content");
    assert_eq!(refused["errors"][0]["code"], "too-many-rows");
}

#[tokio::test]
async fn of_two_files_with_one_reference_at_once_one_creates_the_line() {
    let world = World::new().await;
    let rows = [row("A-1", json!({}))];
    let replies = futures_util::future::join_all((0..16).map(|_| send(&world, COMMIT, &rows))).await;
    let created: i64 = replies.into_iter().map(|reply| counts(&reply.expect(201))[0]).sum();
    assert_eq!(created, 1);
    assert_eq!(world.read(&world.hr, "/v1/vacancy-reports").await.expect(200)["data"].as_array().unwrap().len(), 1);
}

/// Bulk filing has its company when it looks for the reports that it changes.
#[tokio::test]
async fn whoever_files_a_report_has_its_company_before_the_report() {
    if crate::harness::not_on(Engine::Sqlite, "one change at a time writes") {
        return;
    }
    let world = World::new().await;
    let vacancy = world.publish(&[line("Satpam", 1)]).await.remove(0);
    let placed = json!({"company_id": world.company, "rows": [hired(&vacancy, 1)]});
    let placed = world.send(&world.hr, "/v1/placement-reports", &placed).await.expect(201);
    for (kind, report) in [("vacancy", world.draft(&[line("Satpam", 1)]).await), ("placement", placed)] {
        let change = world.service.change().await;
        let lock = async |table: &str, id: &str, more: &str| {
            let lock = format!("SELECT 1 FROM {table} WHERE id = '{id}' FOR UPDATE {more}");
            change.db().execute_unprepared(&lock).await.unwrap();
        };
        lock("company", &world.company.to_string(), "").await;
        let path = format!("/v1/{kind}-reports/{}/submit", report.text_of("id"));
        let filing = world.act(&world.hr, &path);
        let bulk = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            lock(&format!("{kind}_report"), report.text_of("id"), "NOWAIT").await;
        };
        let (filed, ()) = tokio::join!(filing, async {
            bulk.await;
            change.db().execute_unprepared("COMMIT").await.unwrap();
        });
        filed.expect(200);
    }
}

// Any file ---------------------------------------------------------------------------------------

/// Files of any rows: whatever stands in them, their dispositions sum to the rows received, in their order.
#[tokio::test]
async fn the_dispositions_of_any_file_sum_to_its_rows() {
    use rand::{Rng, SeedableRng, rngs::StdRng};
    let world = World::new().await;
    let mut random = StdRng::seed_from_u64(7);
    let words = [
        "",
        "A-1",
        "A-2",
        "A-3",
        "Satpam",
        "83",
        "83 - Operator",
        "2",
        "-1",
        "1,5",
        "Rp 5.300.000",
        "36.72",
        "Kota Cilegon",
        "Serang",
        "23/11/2026",
        "2026-12-31",
        "31/12/26",
        "ya",
        "mungkin",
        "\u{7}",
        "=1+1",
        "'",
        "é;\"",
        "99999999999999999999",
    ];
    let heads = [
        "reference",
        "report",
        "title",
        "occupation",
        "any",
        "work_region",
        "valid_from",
        "valid_until",
        "skills",
        "x",
    ];
    for turn in 0..60 {
        let count = random.gen_range(1..30);
        let mut file = format!("{}\n", heads.join(";"));
        let mut expected = 0;
        for number in 0..count {
            let sound = random.gen_bool(0.4);
            let fields: Vec<String> = if sound {
                let reference = format!("A-{}", random.gen_range(0..number + 3));
                [reference.as_str(), "", "Satpam", "54", "1", "36.72", "23/11/2026", "31/12/2026", "", ""]
                    .map(str::to_owned)
                    .into()
            } else {
                (0..heads.len())
                    .map(|_| format!("\"{}\"", words[random.gen_range(0..words.len())].replace('"', "\"\"")))
                    .collect()
            };
            // A row that holds nothing, or only what is no column's, is no row.
            let blank = |field: &String| field.trim_matches('"').trim().is_empty();
            expected += i64::from(!fields[..9].iter().all(blank));
            file.push_str(&fields.join(";"));
            file.push('\n');
        }
        let query = ["&mode=validate", "&mode=commit&atomicity=all", "&mode=commit&atomicity=row"][turn % 3];
        let reply = send_file(&world, query, file.clone(), "text/csv").await;
        if expected == 0 {
            reply.problem(422, "invalid-content");
            continue;
        }
        let batch = reply.expect(201);
        assert_eq!(counts(&batch).iter().sum::<i64>(), expected, "{file}\n{batch}");
        assert_eq!(batch["row_count"].as_i64(), Some(expected));
        let path = format!("/v1/report-batches/{}/rows?limit=100", batch.text_of("id"));
        let rows = world.read(&world.hr, &path).await.expect(200);
        for (position, row) in rows["data"].as_array().unwrap().iter().enumerate() {
            assert_eq!(row["position"].as_u64(), Some(position as u64));
            let rejected = row["disposition"] == "rejected";
            assert_eq!(rejected, !row["faults"].as_array().unwrap().is_empty(), "a rejected row says why\n{row}");
        }
    }
}

/// Validates and commits a CSV file, and prints rows a second and the peak memory of this process, which is service and client
/// together; `bench/batch` measures the service alone. `DISNAKER_TEST_BATCH_ROWS` says how many rows: several numbers apart from
/// each other.
#[tokio::test]
async fn a_file_of_any_size_is_validated_and_then_committed() {
    let sizes = std::env::var("DISNAKER_TEST_BATCH_ROWS").unwrap_or("1000".to_owned());
    println!("{:>8} {:>9} {:>10} {:>10} {:>10}", "rows", "bytes", "validated", "committed", "peak MiB");
    for count in sizes.split_whitespace().map(|size| size.parse::<usize>().unwrap()) {
        let world = World::new().await;
        let file = many(count);
        let size = file.len();
        // The peak is counted anew from here.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let mut speeds = Vec::new();
        let begun = std::time::Instant::now();
        let batch = send_file(&world, "&mode=validate&atomicity=row", file, "text/csv").await;
        let batch = batch.expect(202);
        let end = async |batch: &Reply| {
            let path = format!("/v1/report-batches/{}", batch.text_of("id"));
            loop {
                let reply = world.read(&world.hr, &path).await.expect(200);
                if !under_way(&reply) {
                    break reply;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        #[expect(clippy::cast_precision_loss, reason = "a measurement")]
        let speed = |begun: std::time::Instant| count as f64 / begun.elapsed().as_secs_f64();
        let expected = [i64::try_from(count).unwrap(), 0, 0, 0, 0];
        let batch = end(&batch).await;
        assert_eq!((batch.text_of("status"), counts(&batch)), ("validated", expected));
        speeds.push(speed(begun));
        let begun = std::time::Instant::now();
        let path = format!("/v1/report-batches/{}/commit", batch.text_of("id"));
        let batch = world.act(&world.hr, &path).await.expect(202);
        let batch = end(&batch).await;
        assert_eq!((batch.text_of("status"), counts(&batch)), ("committed", expected));
        speeds.push(speed(begun));
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak =
            status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
        let peak = peak.unwrap_or_default() / 1024;
        println!("{count:>8} {size:>9} {:>10.0} {:>10.0} {peak:>10}", speeds[0], speeds[1]);
    }
}
