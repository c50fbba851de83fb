//! Attachments: what is taken, who sees it, what stays of it.

use std::sync::Arc;

use actix_web::web::Bytes;
use disnaker::files::{self, New, Sealed};
use disnaker_entity::access::Role;
use disnaker_entity::file::{FileKind, MediaType, chunk};
use disnaker_entity::plumbing::access_record;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::exchange::sealed;
use crate::harness::{Call, Reply, Service};
use crate::world::{World, line, person, register, school};

/// The smallest paper.
pub const PDF: &str = "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\nstartxref\n9\n%%EOF\n";

fn attach(service: &Service, token: &str, kind: &str, id: &str) -> Call {
    service.post(format!("/v1/attachments?subject_kind={kind}&subject_id={id}")).token(token)
}

async fn attached(world: &World, token: &str, kind: &str, id: &str) -> Reply {
    let call =
        attach(&world.service, token, kind, id).header("content-disposition", "attachment; filename=\"Surat.pdf\"");
    call.body(PDF, "application/pdf").send().await.expect(201)
}

async fn chunks(world: &World) -> u64 {
    chunk::Entity::find().count(world.service.state().db.reader()).await.unwrap()
}

#[tokio::test]
async fn a_file_comes_back_byte_for_byte_and_nothing_else_is_taken() {
    let world = World::new().await;
    let company = world.company.to_string();
    // Several chunks, each sealed for its own place.
    let long = format!("%PDF-1.7\n{}\nstartxref\n9\n%%EOF", "% isi\n".repeat(100_000));
    let call = attach(&world.service, &world.hr, "company", &company)
        .header("content-disposition", "attachment; filename*=UTF-8''..%2FAkta%20%E2%80%AEcontoh.pdf");
    let made = call.body(long.clone(), "application/pdf").send().await.expect(201);
    assert_eq!((made.text_of("media_type"), made.text_of("name")), ("application/pdf", "Akta contoh.pdf"));
    assert_eq!(made["size"], long.len());
    assert_eq!(chunks(&world).await, 3);
    let path = format!("/v1/attachments/{}", made.text_of("id"));
    let read = world.read(&world.officer, &path).await.expect(200);
    assert_eq!(read.json, made.json);
    let content = world.read(&world.officer, &format!("{path}/content")).await.expect(200);
    assert_eq!(content.text, long);
    assert!(content.header("content-disposition").starts_with("attachment; filename*=UTF-8''Akta"));
    assert_eq!(content.header("x-content-type-options"), "nosniff");
    assert_eq!(content.header("cache-control"), "private, no-store");
    assert_eq!(content.header("content-length"), long.len().to_string());

    let call = || attach(&world.service, &world.hr, "company", &company);
    call().body(PDF, "text/html").send().await.problem(415, "unsupported-media-type");
    let refused = [(PDF, "image/png"), ("<html>", "application/pdf"), ("", "application/pdf")];
    for (body, said) in refused {
        let reply = call().body(body, said).send().await.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [("", "not-such-a-file")]);
    }
    let large = "x".repeat(10 * 1024 * 1024 + 1);
    call().body(large, "application/pdf").send().await.problem(413, "body-too-large");
    let nowhere = attach(&world.service, &world.hr, "vacancy_report", &company).body(PDF, "application/pdf");
    assert_eq!(nowhere.send().await.problem(422, "invalid-content").faults(), [("subject_id", "unknown-reference")]);
    // Every other path keeps the smaller limit.
    let large = "x".repeat(2 * 1024 * 1024);
    world.service.post("/v1/companies").token(&world.hr).body(large, "application/json").send().await.expect(413);
}

#[tokio::test]
async fn a_repeated_key_attaches_once() {
    let world = World::new().await;
    let send = |body: &'static str| {
        let call = attach(&world.service, &world.hr, "company", &world.company.to_string());
        call.key("lampiran-1").body(body, "application/pdf").send()
    };
    let first = send(PDF).await.expect(201);
    assert_eq!(send(PDF).await.expect(201).json, first.json);
    send("%PDF-2.0\nstartxref\n9\n%%EOF").await.problem(422, "idempotency-key-reused");
    assert_eq!(chunks(&world).await, 1);
}

#[tokio::test]
async fn a_record_has_fifty_attachments_at_most_however_many_come_at_once() {
    let world = World::new().await;
    let send = |_| {
        attach(&world.service, &world.hr, "company", &world.company.to_string()).body(PDF, "application/pdf").send()
    };
    let replies = join_all((0..56).map(send)).await;
    let refused: Vec<_> = replies.into_iter().filter(|reply| reply.status != 201).collect();
    assert_eq!(refused.len(), 6);
    for reply in refused {
        assert_eq!(reply.problem(422, "invalid-content").faults(), [("subject_id", "wrong-count")]);
    }
}

#[tokio::test]
async fn whoever_sees_the_subject_sees_its_attachments_and_nobody_else() {
    let world = World::new().await;
    let (stranger, _) = register(&world.service, "9120001234568").await;
    let elsewhere = world.service.staff(Role::PlacementOfficer, "33.06").await;
    let counter = world.service.staff(Role::CounterOfficer, "36.72").await;
    let province = world.service.staff(Role::ProvinceAdmin, "36").await;
    let draft = world.draft(&[line("Satpam", 2)]).await;
    let report = draft.text_of("id");
    let file = attached(&world, &world.hr, "vacancy_report", report).await;
    let of_company = attached(&world, &world.officer, "company", &world.company.to_string()).await;
    let path = |file: &Reply| format!("/v1/attachments/{}", file.text_of("id"));
    let list = format!("/v1/attachments?subject_kind=vacancy_report&subject_id={report}");
    let listed = async |token: &str| world.read(token, &list).await.expect(200)["data"].as_array().unwrap().len();

    // A draft is its company's own business.
    for token in [&world.officer, &province, &stranger, &elsewhere, &counter] {
        for path in [path(&file), format!("{}/content", path(&file))] {
            world.read(token, &path).await.problem(404, "not-found");
        }
        assert_eq!(listed(token).await, 0);
        let call = attach(&world.service, token, "vacancy_report", report).body(PDF, "application/pdf");
        assert!(matches!(call.send().await.status, 403 | 422));
    }
    assert_eq!(listed(&world.hr).await, 1);
    world.act(&world.hr, &format!("/v1/vacancy-reports/{report}/submit")).await.expect(200);
    for (token, sees) in [(&world.officer, 200), (&province, 200), (&stranger, 404), (&elsewhere, 404), (&counter, 404)]
    {
        world.read(token, &path(&file)).await.expect(sees);
        assert_eq!(listed(token).await, usize::from(sees == 200));
    }
    // The counter sees companies, and so what is attached to one.
    for (token, sees) in [(&counter, 200), (&province, 200), (&world.hr, 200), (&stranger, 404), (&elsewhere, 404)] {
        world.read(token, &format!("{}/content", path(&of_company))).await.expect(sees);
    }
}

#[tokio::test]
async fn only_what_belongs_to_a_draft_is_deleted_and_its_proof_stays() {
    let world = World::new().await;
    let draft = world.draft(&[line("Satpam", 2)]).await;
    let report = draft.text_of("id");
    let [one, two, three] = [(); 3].map(|()| attached(&world, &world.hr, "vacancy_report", report));
    let (one, two, _three) = (one.await, two.await, three.await);
    let delete = async |file: &Reply| {
        let call = world.service.delete(format!("/v1/attachments/{}", file.text_of("id"))).token(&world.hr);
        call.header("if-match", file.header("etag")).send().await
    };
    delete(&one).await.expect(204);
    delete(&one).await.problem(404, "not-found");
    assert_eq!(chunks(&world).await, 2);
    world.act(&world.hr, &format!("/v1/vacancy-reports/{report}/submit")).await.expect(200);
    delete(&two).await.problem(409, "illegal-transition");

    // A draft that is deleted takes its attachments with it.
    let other = world.draft(&[line("Satpam", 2)]).await;
    let four = attached(&world, &world.hr, "vacancy_report", other.text_of("id")).await;
    let call = world.service.delete(format!("/v1/vacancy-reports/{}", other.text_of("id"))).token(&world.hr);
    call.header("if-match", other.header("etag")).send().await.expect(204);
    world.read(&world.hr, &format!("/v1/attachments/{}", four.text_of("id"))).await.problem(404, "not-found");
    assert_eq!(chunks(&world).await, 2);
    let rows = disnaker_entity::file::Entity::find().all(world.service.state().db.reader()).await.unwrap();
    let ended: Vec<_> = rows.iter().filter(|row| row.deleted_at.is_some()).map(|row| row.name.as_str()).collect();
    assert_eq!(ended, ["", ""]);
}

#[tokio::test]
async fn an_upload_ends_when_its_time_has_come() {
    let mut world = World::new().await;
    let state = Arc::clone(world.service.state());
    let bytes = Bytes::from_static(b"posisi;jumlah\nSatpam;2\n");
    let sealed = Sealed::of_read(&state, bytes.clone(), MediaType::Csv).await.unwrap();
    let mut change = world.service.change().await;
    let new = New {
        kind: FileKind::Upload,
        office: String::new(),
        company: Some(world.company),
        subject_kind: "report_batch",
        subject: world.company.0,
        name: "lowongan.csv".to_owned(),
        expires_at: None,
    };
    let file = files::store(&mut change, new, &sealed).await.unwrap();
    files::expire(&change, file.id, "2026-11-30T00:00:00Z".parse().unwrap()).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(files::read(&state, state.db.reader(), &file).await.unwrap(), bytes);
    // It is no attachment of anything.
    world.read(&world.hr, &format!("/v1/attachments/{}", file.id)).await.problem(404, "not-found");
    disnaker::app::sweep(&state).await.unwrap();
    assert_eq!(chunks(&world).await, 1);
    world.later("2026-11-30T00:00:01Z");
    disnaker::app::sweep(&state).await.unwrap();
    assert_eq!(chunks(&world).await, 0);
    assert!(files::read(&state, state.db.reader(), &file).await.is_err());
}

/// No content, no name and no hash of a file stands in the feed.
#[tokio::test]
async fn the_feed_tells_of_a_file_and_not_what_it_is_called() {
    let world = World::new().await;
    let file = attached(&world, &world.hr, "company", &world.company.to_string()).await;
    sealed(&world).await;
    let events = world.read(&world.officer, "/v1/events?limit=100").await.expect(200);
    let stored: Vec<&Value> =
        events["data"].as_array().unwrap().iter().filter(|event| event["type"] == "file.store").collect();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0]["data"]["media_type"], json!("application/pdf"));
    assert!(!events.text.contains("Surat.pdf") && !events.text.contains(file.text_of("sha256")));
}

/// A photo of a number of points a side, with what a telephone says of its making.
pub fn photo(side: u16) -> Vec<u8> {
    let [high, low] = side.to_be_bytes();
    let said = [&[0xFF, 0xFE, 0, 22][..], b"RAHASIA -6.01 106.05"].concat();
    let frame = [0xFF, 0xC0, 0, 11, 8, high, low, high, low, 1, 1, 0x11, 0];
    let scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34];
    [&[0xFF, 0xD8], said.as_slice(), &frame, &scan, &[0xFF, 0xD9]].concat()
}

/// Attaches a paper to a job seeker's record.
async fn show(world: &World, token: &str, id: &str, kind: &str, body: Vec<u8>, media_type: &str) -> Reply {
    let path = format!("/v1/attachments?subject_kind=job_seeker&subject_id={id}&kind={kind}");
    world.service.post(path).token(token).body(body, media_type).send().await
}

#[tokio::test]
async fn a_person_shows_papers_and_a_photo_that_says_nothing_of_its_making() {
    let world = World::new().await;
    let token = world.service.token("warga");
    let draft = world.send(&token, "/v1/job-seekers", &person(1)).await.expect(201);
    let id = draft.text_of("id");
    let first = show(&world, &token, id, "photo", photo(600), "image/jpeg").await.expect(201);
    assert_eq!((first.text_of("kind"), &first["size"]), ("photo", &json!(photo(600).len() - 24)));
    let path = |file: &Reply| format!("/v1/attachments/{}", file.text_of("id"));
    let kept = world.read(&token, &format!("{}/content", path(&first))).await.expect(200);
    assert!(!kept.text.contains("RAHASIA"));
    // A photo is a picture that a card can hold; a paper says what it is, and a report's has no kind.
    let refused = async |kind: &str, body: Vec<u8>, media_type: &str| {
        let reply = show(&world, &token, id, kind, body, media_type).await.problem(422, "invalid-content");
        reply.faults().first().map(|(at, code)| format!("{at} {code}")).unwrap()
    };
    assert_eq!(refused("photo", PDF.into(), "application/pdf").await, " not-such-a-file");
    assert_eq!(refused("photo", photo(5001), "image/jpeg").await, " not-such-a-file");
    assert_eq!(refused("attachment", PDF.into(), "application/pdf").await, "kind not-allowed");
    let bare = attach(&world.service, &token, "job_seeker", id).body(PDF, "application/pdf").send().await;
    assert_eq!(bare.problem(422, "invalid-content").faults(), [("kind", "required")]);
    let company = attach(&world.service, &world.hr, "company", &format!("{}&kind=diploma", world.company));
    let reply = company.body(PDF, "application/pdf").send().await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("kind", "not-allowed")]);
    let diploma = show(&world, &token, id, "diploma", PDF.into(), "application/pdf").await.expect(201);
    assert_eq!(diploma["size"], PDF.len());

    // Once the record is with the office, what came with it stays, but for a photo that a newer one replaced.
    world.act(&token, &format!("/v1/job-seekers/{id}/submit")).await.expect(200);
    let delete = async |file: &Reply| {
        let call = world.service.delete(path(file)).token(&token);
        call.header("if-match", file.header("etag")).send().await
    };
    delete(&diploma).await.problem(409, "illegal-transition");
    delete(&first).await.problem(409, "illegal-transition");
    let second = show(&world, &token, id, "photo", photo(700), "image/jpeg").await.expect(201);
    let newest = async || {
        let id = id.parse().unwrap();
        files::photo(world.service.state().db.reader(), id).await.unwrap().map(|file| file.id.to_string())
    };
    assert_eq!(newest().await.as_deref(), Some(second.text_of("id")));
    delete(&first).await.expect(204);
    delete(&second).await.problem(409, "illegal-transition");

    // Each download is a read of the person.
    let counter = world.service.staff(Role::CounterOfficer, "36.72").await;
    world.read(&counter, &format!("{}/content", path(&diploma))).await.expect(200);
    world.service.state().reads.flush(&world.service.state().db).await;
    let select = access_record::Entity::find().filter(access_record::Column::Act.eq("download"));
    let select = select.order_by_asc(access_record::Column::Id);
    let rows = select.all(world.service.state().db.reader()).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.subject_kind.as_str(), row.subject_id.map(|id| id.to_string()), row.filter.as_deref()))
        .collect();
    let of = |kind| ("job_seeker", Some(id.to_owned()), Some(kind));
    assert_eq!(told, [of("photo"), of("diploma")]);
}

#[tokio::test]
async fn papers_are_seen_and_written_by_whoever_sees_and_writes_the_record() {
    let world = World::new().await;
    let counter = world.service.staff(Role::CounterOfficer, "36.72").await;
    let elsewhere = world.service.staff(Role::CounterOfficer, "33.06").await;
    let (teacher, _) = school(&world.service, "36.72").await;
    let (other_teacher, _) = school(&world.service, "36.72").await;
    let draft = world.send(&teacher, "/v1/job-seekers", &person(1)).await.expect(201);
    let id = draft.text_of("id");
    let add = async |token: &str| show(&world, token, id, "certificate", PDF.into(), "application/pdf").await;
    let file = add(&teacher).await.expect(201);
    let path = format!("/v1/attachments/{}/content", file.text_of("id"));
    let seen = async |expected: [u16; 5]| {
        let warga = world.service.token("warga-lain");
        let tokens = [&teacher, &other_teacher, &counter, &elsewhere, &world.hr];
        for (token, status) in tokens.into_iter().zip(expected) {
            world.read(token, &path).await.expect(status);
        }
        world.read(&warga, &path).await.expect(403);
    };
    seen([200, 404, 404, 404, 404]).await;
    for token in [&other_teacher, &counter, &elsewhere, &world.hr] {
        assert_eq!(add(token).await.problem(422, "invalid-content").faults(), [("subject_id", "unknown-reference")]);
    }
    world.act(&teacher, &format!("/v1/job-seekers/{id}/submit")).await.expect(200);
    seen([200, 404, 200, 404, 404]).await;
    // What the office has is no longer the school's to add to.
    add(&teacher).await.problem(422, "invalid-content");
    add(&counter).await.expect(201);
    // The counter adds to people's records, and not to what companies file.
    let call = attach(&world.service, &counter, "company", &world.company.to_string()).body(PDF, "application/pdf");
    assert_eq!(call.send().await.problem(422, "invalid-content").faults(), [("subject_id", "unknown-reference")]);
    // Where two records become one, or another office keeps it, the papers follow; a school sees none of what was taken over.
    world.act(&counter, &format!("/v1/job-seekers/{id}/verify")).await.expect(200);
    let transfer = json!({"to_office": "33.06", "reason": "Pindah rumah"});
    world.send(&counter, &format!("/v1/job-seekers/{id}/transfer"), &transfer).await.expect(200);
    seen([404, 404, 404, 200, 404]).await;
    // A draft that is deleted takes its papers with it.
    let draft = world.send(&teacher, "/v1/job-seekers", &person(2)).await.expect(201);
    show(&world, &teacher, draft.text_of("id"), "photo", photo(600), "image/jpeg").await.expect(201);
    let before = chunks(&world).await;
    let call = world.service.delete(format!("/v1/job-seekers/{}", draft.text_of("id"))).token(&teacher);
    call.header("if-match", draft.header("etag")).send().await.expect(204);
    assert_eq!(chunks(&world).await, before - 1);
}

#[tokio::test]
async fn papers_of_a_draft_are_the_person_s_when_the_office_joins_it() {
    let world = World::new().await;
    let counter = world.service.staff(Role::CounterOfficer, "36.72").await;
    let first = world.send(&counter, "/v1/job-seekers", &person(1)).await.expect(201);
    let person_id = first.text_of("id");
    for act in ["submit", "verify"] {
        world.act(&counter, &format!("/v1/job-seekers/{person_id}/{act}")).await.expect(200);
    }
    let token = world.service.token("warga");
    let draft = world.send(&token, "/v1/job-seekers", &person(1)).await.expect(201);
    let draft = draft.text_of("id");
    let file = show(&world, &token, draft, "photo", photo(600), "image/jpeg").await.expect(201);
    world.act(&token, &format!("/v1/job-seekers/{draft}/submit")).await.expect(200);
    let passed = json!({"overrides": [{"finding": "known-person", "reason": "KTP dilihat di loket"}]});
    world.send(&counter, &format!("/v1/job-seekers/{draft}/verify"), &passed).await.expect(200);
    let list = format!("/v1/attachments?subject_kind=job_seeker&subject_id={person_id}");
    let listed = world.read(&token, &list).await.expect(200);
    assert_eq!(listed["data"][0]["id"], file["id"]);
}
