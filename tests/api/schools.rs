//! Schools with a job office: registration, reports, and records drafted for alumni, a class at once.

use disnaker::caller::Realm;
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::journal;
use disnaker_entity::seeker::{self, SeekerStatus};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::harness::{Reply, unused};
use crate::world::{World, ids, person, school, with};

const BATCHES: &str = "/v1/job-seeker-batches";

/// A school with another number.
fn application(npsn: &str) -> Value {
    with(json!(disnaker::schools::bodies::NewSchool::sample()), json!({"npsn": npsn}))
}

/// A row of a file of alumni.
fn row(number: u32) -> Value {
    let mut row = with(person(number), json!({"reference": format!("NISN-{number}")}));
    row["education"] = json!([{"level": "vocational_secondary", "graduated_in": 2026}]);
    row
}

/// Records that stand in the database.
async fn records(world: &World) -> Vec<seeker::Model> {
    seeker::Entity::find().all(world.service.state().db.reader()).await.unwrap()
}

/// An answer without what names what was asked for.
fn without(answer: &Value, fields: &[&str]) -> Value {
    let mut answer = answer.clone();
    answer.as_object_mut().unwrap().retain(|field, _| !fields.contains(&field.as_str()));
    answer
}

/// What became of each row.
fn dispositions(reply: &Reply) -> Vec<String> {
    ids(&reply["rows"], "disposition")
}

#[tokio::test]
async fn a_school_applies_and_its_office_registers_it_with_a_number() {
    let world = World::new().await;
    let teacher = world.service.token(&unused("guru"));
    let made = world.send(&teacher, "/v1/schools", &application("20500001")).await.expect(201);
    assert_eq!((&made["status"], &made["office"], &made["number"]), (&json!("applied"), &json!("36.72"), &Value::Null));
    let path = format!("/v1/schools/{}", made.text_of("id"));
    // Whoever applied is its operator; before it is registered it drafts nothing.
    let me = world.read(&teacher, "/v1/me").await.expect(200);
    assert_eq!(me["roles"][0]["school_id"], made["id"]);
    let refused = world.send(&teacher, "/v1/job-seekers", &person(1)).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/school_id", "not-allowed")]);
    world.send(&teacher, BATCHES, &json!({"rows": [row(1)]})).await.problem(422, "invalid-content");
    world.act(&teacher, &format!("{path}/register")).await.problem(403, "forbidden");
    let short = world.send(&world.officer, &format!("{path}/refuse"), &json!({"reason": "tidak"})).await.expect(200);
    assert_eq!(short["allowed_actions"], json!([]));
    let mended = world.service.call(Method::PATCH, &path).token(&teacher).header("if-match", "*");
    mended.json(&json!({"decree": "SK Kepala Sekolah 421/13"})).send().await.expect(200);
    world.act(&teacher, &format!("{path}/resubmit")).await.expect(200);
    let registered = world.act(&world.officer, &format!("{path}/register")).await.expect(200);
    assert_eq!(
        (&registered["number"], &registered["heard_on"], &registered["silence"]),
        (&json!("BKK-36.72-2026-000001"), &json!("2026-11-23"), &json!("none"))
    );
    world.send(&teacher, "/v1/job-seekers", &person(1)).await.expect(201);
    // A school number applies once, whoever sends it.
    let other = world.service.token(&unused("guru"));
    world.send(&other, "/v1/schools", &application("20500001")).await.problem(409, "already-exists");
    world.read(&other, &path).await.problem(403, "forbidden");
    // Under another name it is looked at again, and keeps its number.
    let renamed = world.service.call(Method::PATCH, &path).token(&teacher).header("if-match", "*");
    let renamed = renamed.json(&json!({"name": "SMK Contoh 9"})).send().await.expect(200);
    assert_eq!(renamed["status"], "applied");
    let again = world.act(&world.officer, &format!("{path}/register")).await.expect(200);
    assert_eq!(again["number"], registered["number"]);
    // So it is under another decree.
    let decree = world.service.call(Method::PATCH, &path).token(&teacher).header("if-match", "*");
    let decree = decree.json(&json!({"decree": "SK Kepala Sekolah 421/14"})).send().await.expect(200);
    assert_eq!(decree["status"], "applied");
    world.act(&world.officer, &format!("{path}/register")).await.expect(200);
    let draft = world.send(&teacher, "/v1/job-seekers", &person(3)).await.expect(201);
    let draft = format!("/v1/job-seekers/{}", draft.text_of("id"));
    let report = json!(disnaker::schools::bodies::NewSchoolReport::sample());
    let report = world.send(&teacher, &format!("{path}/reports"), &report).await.expect(201);
    // Once its registration has ended it drafts, sends, reports and sees nothing of its alumni.
    let ended = json!({"reason": "Sekolah sudah ditutup"});
    let ended = world.send(&world.officer, &format!("{path}/end"), &ended).await.expect(200);
    assert_eq!(ended["allowed_actions"], json!([]));
    world.send(&teacher, "/v1/job-seekers", &person(2)).await.problem(422, "invalid-content");
    world.read(&teacher, &draft).await.problem(404, "not-found");
    world.act(&teacher, &format!("{draft}/submit")).await.problem(404, "not-found");
    assert_eq!(world.read(&teacher, "/v1/job-seekers").await.expect(200)["data"], json!([]));
    let correction = format!("/v1/school-reports/{}", report.text_of("id"));
    let correction = world.service.call(Method::PATCH, correction).token(&teacher).header("if-match", "*");
    correction.json(&json!({"vacancies": 61})).send().await.problem(409, "illegal-transition");
    // Active again, it registers anew and keeps its number.
    assert_eq!(world.read(&teacher, &path).await.expect(200)["allowed_actions"], json!(["resubmit"]));
    world.act(&teacher, &format!("{path}/resubmit")).await.expect(200);
    let back = world.act(&world.officer, &format!("{path}/register")).await.expect(200);
    assert_eq!(back["number"], registered["number"]);
    world.act(&teacher, &format!("{draft}/submit")).await.expect(200);
}

#[tokio::test]
async fn a_school_reports_each_month_once_and_its_silence_is_seen() {
    let mut world = World::new().await;
    let (teacher, id) = school(&world.service, "36.72").await;
    let (path, sample) =
        (format!("/v1/schools/{id}/reports"), json!(disnaker::schools::bodies::NewSchoolReport::sample()));
    let filed = world.send(&teacher, &path, &sample).await.expect(201);
    let twice = with(sample.clone(), json!({"from_month": "2026-10", "until_month": "2026-10"}));
    world.send(&teacher, &path, &twice).await.problem(409, "already-exists");
    let early = with(sample.clone(), json!({"from_month": "2026-11", "until_month": "2026-11"}));
    let early = world.send(&teacher, &path, &early).await.problem(422, "invalid-content");
    assert_eq!(early.faults(), [("/until_month", "out-of-range")]);
    let abroad = with(sample.clone(), json!({"placed_abroad": {"men": 1, "women": 0}}));
    world.send(&teacher, &path, &abroad).await.problem(422, "body-shape");
    let report = format!("/v1/school-reports/{}", filed.text_of("id"));
    let corrected = world.service.call(Method::PATCH, &report).token(&teacher).header("if-match", filed.header("etag"));
    let corrected = corrected.json(&json!({"vacancies": 61})).send().await.expect(200);
    assert_eq!((&corrected["vacancies"], &corrected["from_month"]), (&json!(61), &json!("2026-07")));
    let stale = world.service.call(Method::PATCH, &report).token(&teacher).header("if-match", filed.header("etag"));
    stale.json(&json!({"vacancies": 62})).send().await.problem(412, "version-mismatch");
    assert_eq!(world.read(&world.officer, &report).await.expect(200)["vacancies"], 61);
    let (stranger, _) = school(&world.service, "36.72").await;
    world.read(&stranger, &report).await.problem(404, "not-found");
    let own = world.read(&stranger, "/v1/school-reports").await.expect(200);
    assert_eq!(own["data"], json!([]));
    // Months pass: the office finds who is silent.
    for (day, silence) in [("2026-11-23", "none"), ("2027-05-23", "evaluate"), ("2027-11-23", "inactive")] {
        world.later(&format!("{day}T02:00:00Z"));
        for which in ["none", "evaluate", "inactive"] {
            let list = world.read(&world.officer, &format!("/v1/schools?silence={which}")).await.expect(200);
            assert_eq!(ids(&list["data"], "id").len(), if which == silence { 2 } else { 0 }, "{which} on {day}");
        }
    }
    let view = world.read(&world.officer, &format!("/v1/schools/{id}")).await.expect(200);
    assert_eq!(view["silence"], "inactive");
    // A month of long ago, reported now, breaks no silence; the last one does.
    let subject = unused("guru");
    world.service.grant_in(&subject, Role::SchoolOperator, &Realm::School(id)).await;
    let teacher = world.service.token(&subject);
    for (month, silence) in [("2026-01", "inactive"), ("2027-10", "none")] {
        let report = with(sample.clone(), json!({"from_month": month, "until_month": month}));
        world.send(&teacher, &path, &report).await.expect(201);
        assert_eq!(world.read(&world.officer, &format!("/v1/schools/{id}")).await.expect(200)["silence"], silence);
    }
}

#[tokio::test]
async fn a_class_is_drafted_in_one_call_and_sent_again_changes_nothing() {
    let world = World::new().await;
    let (teacher, id) = school(&world.service, "36.72").await;
    let rows = json!({"rows": (1..=40).map(row).collect::<Vec<_>>()});
    let tried = world.send(&teacher, BATCHES, &rows).await.expect(200);
    assert_eq!((&tried["outcome"], &tried["dispositions"]["created"]), (&json!("validated"), &json!(40)));
    assert!(records(&world).await.is_empty());
    let commit = format!("{BATCHES}?mode=commit");
    let done = world.send(&teacher, &commit, &rows).await.expect(200);
    assert_eq!(done["outcome"], "committed");
    assert!(done["rows"].as_array().unwrap().iter().all(|row| row["job_seeker_id"].is_string()));
    assert_eq!(records(&world).await.len(), 40);
    let events = journal::Entity::find().all(world.service.state().db.reader()).await.unwrap().len();
    let again = world.send(&teacher, &commit, &rows).await.expect(200);
    assert_eq!(again["dispositions"], json!({"created": 0, "updated": 0, "unchanged": 40, "rejected": 0}));
    assert_eq!(journal::Entity::find().all(world.service.state().db.reader()).await.unwrap().len(), events);
    // One changes, one is new; an empty cell leaves what is there.
    let mut changed = row(7);
    changed["identity"]["birth_place"] = json!("Serang");
    changed.as_object_mut().unwrap().remove("contact");
    let some = json!({"rows": [changed, row(41), row(8)]});
    let done = world.send(&teacher, &commit, &some).await.expect(200);
    assert_eq!(dispositions(&done), ["updated", "created", "unchanged"]);
    let record =
        world.read(&teacher, &format!("/v1/job-seekers/{}", done["rows"][0]["job_seeker_id"].as_str().unwrap())).await;
    let record = record.expect(200);
    assert_eq!((&record["identity"]["birth_place"], &record["school_id"]), (&json!("Serang"), &json!(id)));
    assert_eq!(record["contact"]["phone"], "0812-0000-0000");
    // Sent to the office in the same call, what it has is the office's.
    let sent = world.send(&teacher, &format!("{commit}&submit=true"), &json!({"rows": [row(8)]})).await.expect(200);
    assert_eq!(dispositions(&sent), ["updated"]);
    let mut late = row(8);
    late["identity"]["name"] = json!("Siti Contoh Delapan");
    let late = world.send(&teacher, &commit, &json!({"rows": [late, row(8)]})).await.expect(200);
    assert_eq!(late["outcome"], "refused");
    assert_eq!(late["rows"][0]["faults"][0]["code"], "with-the-office");
}

#[tokio::test]
async fn each_row_of_a_class_is_told_all_its_faults() {
    let world = World::new().await;
    let (teacher, _) = school(&world.service, "36.72").await;
    let csv = "Nama;NIK;NISN;Tgl lahir;L/P;Agama;Status perkawinan;Kab/Kota;Alamat;Pendidikan;Tahun lulus;Kode jabatan;Tempat lahir;Hobi\n\
        Rani Contoh;3672016505080003;A-1;25/05/2008;P;Islam;Belum kawin;Kota Cilegon;Jalan Contoh 1;SMK;2026;75;Cilegon;\n\
        Budi Contoh;3,67201E+15;A-2;2008-13-01;X;Islm;Belum kawin;Kota Cilegon;Jalan Contoh 2;SMK;2026;75;Cilegon;Sepak bola\n\
        Rani Contoh;3672016505080003;A-3;25/05/2008;P;Islam;Belum kawin;Cilegon;Jalan Contoh 1;SMK;2026;75;Cilegon;\n\
        Sari Contoh;3672016505080004;A-1;25/05/2008;P;Islam;Belum kawin;Kota Cilegon;Jalan Contoh 4;SMK;2026;75;Cilegon;\n\
        Tono Contoh;3672012505080005;A-5;25/05/2008;L;Islam;;Kota Cilegon;Jalan Contoh 5;SMK;2026;75;Cilegon;\n";
    let send = async |path: &str| {
        let call = world.service.post(path).token(&teacher).header("accept-language", "en");
        call.body(csv, "text/csv").send().await.expect(200)
    };
    let by_row = send(&format!("{BATCHES}?mode=commit&atomicity=row&submit=true")).await;
    assert_eq!(by_row["rows"][0]["faults"], json!([]));
    assert_eq!(dispositions(&by_row), ["created", "rejected", "rejected", "rejected", "rejected"]);
    assert_eq!(by_row["dispositions"], json!({"created": 1, "updated": 0, "unchanged": 0, "rejected": 4}));
    let faults = |at: usize| {
        let faults = by_row["rows"][at]["faults"].as_array().unwrap().iter();
        let text = |fault: &Value, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        faults.map(|fault| (text(fault, "code"), text(fault, "cell"))).collect::<Vec<_>>()
    };
    let of = |faults: &[(&str, &str)]| {
        faults.iter().map(|(code, cell)| ((*code).to_owned(), (*cell).to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(
        faults(1),
        of(&[("spoilt-by-spreadsheet", "B3"), ("not-a-day", "D3"), ("not-a-sex", "E3"), ("not-one-of", "F3")])
    );
    assert_eq!(faults(2), of(&[("stands-twice", "B4")]));
    assert_eq!(faults(3), of(&[("stands-twice", "C5")]));
    assert_eq!(faults(4), of(&[("required", "G6")]));
    // What stands in a person's cells is told back to nobody.
    for row in by_row["rows"].as_array().unwrap() {
        for fault in row["faults"].as_array().unwrap() {
            let personal = !matches!(fault["column"].as_str(), Some("reference"));
            assert!(!personal || fault["received"].is_null(), "{fault}");
        }
    }
    assert_eq!(records(&world).await.len(), 1);
    // The same file with its faults beside the rows, and nothing written.
    let url = format!("http://{}/v1/annotated-job-seeker-batches?submit=true", world.service.address());
    let call = reqwest::Client::new().post(url).bearer_auth(&teacher).header("content-type", "text/csv");
    let book = call.body(csv).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(records(&world).await.len(), 1);
    let mut told = Vec::new();
    disnaker::sheet::read(&book, disnaker::sheet::Format::Xlsx, |_, row| {
        told.push(format!("{:?}", row.cells.get(14)));
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    let became = ["Hasil", "tidak berubah", "ditolak", "ditolak", "ditolak", "ditolak"];
    for (told, became) in told.iter().zip(became) {
        assert!(told.contains(became), "{told}");
    }
}

#[tokio::test]
async fn a_school_learns_of_no_record_and_sends_for_no_other_school() {
    let world = World::new().await;
    let officer = world.service.staff(Role::CounterOfficer, "36.72").await;
    let known = world.send(&officer, "/v1/job-seekers", &person(5)).await.expect(201).text_of("id").to_owned();
    for event in ["submit", "verify"] {
        world.act(&officer, &format!("/v1/job-seekers/{known}/{event}")).await.expect(200);
    }
    let (teacher, _) = school(&world.service, "36.72").await;
    let (_, other) = school(&world.service, "36.72").await;
    let commit = format!("{BATCHES}?mode=commit&submit=true");
    let done = world.send(&teacher, &commit, &json!({"rows": [row(5), row(6)]})).await.expect(200);
    assert_eq!(dispositions(&done), ["created", "created"]);
    let bare = |row: &Value| (row["faults"].clone(), row["warnings"].clone());
    assert_eq!(bare(&done["rows"][0]), bare(&done["rows"][1]));
    let stray = world.send(&teacher, &format!("{BATCHES}?school_id={other}"), &json!({"rows": [row(7)]})).await;
    stray.problem(422, "invalid-content");
    let many = json!({"rows": (1..=501).map(row).collect::<Vec<_>>()});
    world.send(&teacher, BATCHES, &many).await.problem(422, "invalid-content");
    // A reference is one line that can be kept.
    let mut odd = row(8);
    odd["reference"] = json!("NISN\u{0}8");
    let odd = world.send(&teacher, &commit, &json!({"rows": [odd]})).await.expect(200);
    assert_eq!((&odd["outcome"], &odd["rows"][0]["faults"][0]["pointer"]), (&json!("refused"), &json!("/reference")));
    // What was taken back begins anew under its reference.
    let six = seeker::Entity::find().filter(seeker::Column::Reference.eq("NISN-6"));
    let six = six.one(world.service.state().db.reader()).await.unwrap().unwrap();
    world.act(&teacher, &format!("/v1/job-seekers/{}/withdraw", six.id)).await.expect(200);
    let again = world.send(&teacher, &commit, &json!({"rows": [row(6)]})).await.expect(200);
    assert_eq!(dispositions(&again), ["created"]);
    // Nor does it learn from what the office decides: one record came into the register, one was joined to an earlier one.
    let mut answers = Vec::new();
    for number in [5, 6] {
        let reference = seeker::Column::Reference.eq(format!("NISN-{number}"));
        let draft = seeker::Entity::find().filter(reference).filter(seeker::Column::Status.ne(SeekerStatus::Withdrawn));
        let draft = draft.one(world.service.state().db.reader()).await.unwrap().unwrap().id;
        let path = format!("/v1/job-seekers/{draft}");
        world.send(&teacher, &commit, &json!({"rows": [row(number)]})).await.expect(200);
        assert_eq!(world.read(&teacher, &path).await.expect(200)["status"], "submitted");
        let known = json!([{"finding": "known-person", "reason": "KTP asli diperiksa di loket"}]);
        let overrides = if number == 5 { known } else { json!([]) };
        let body = json!({"overrides": overrides});
        world.send(&officer, &format!("{path}/verify"), &body).await.expect(200);
        let read = world.read(&teacher, &path).await.problem(404, "not-found");
        let mut changed = row(number);
        changed["identity"]["birth_place"] = json!("Serang");
        let sent = world.send(&teacher, &commit, &json!({"rows": [changed]})).await.expect(200);
        assert_eq!(sent["rows"][0]["warnings"][0]["code"], "with-the-office");
        let sent = without(&sent["rows"][0], &["reference", "job_seeker_id"]);
        answers.push((read.anonymous(), sent));
    }
    assert_eq!(answers[0], answers[1]);
    let left = world.read(&teacher, "/v1/job-seekers?status=registered").await.expect(200);
    assert_eq!(left["data"], json!([]));
    assert_eq!(world.read(&teacher, "/v1/job-seekers?status=merged").await.expect(200)["data"], json!([]));
    let template = world.service.get("/v1/templates/job-seekers.xlsx").send().await.expect(200);
    assert_eq!(template.header("content-disposition"), "attachment; filename=\"job-seekers.xlsx\"");
}
