//! The same request twice is one act: `Idempotency-Key`, within one instance and across several.

use std::collections::HashSet;
use std::io::Write;

use disnaker::db::Engine;
use disnaker_entity::access::{Role, client};
use disnaker_entity::plumbing::idempotency;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, Statement};
use serde_json::{Value, json};

use crate::harness::{Reply, Service, not_on};
use crate::world;

async fn office_and_admin() -> (Service, String) {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    (service, admin)
}

fn new_client(name: &str) -> Value {
    json!({"name": name, "role": "viewer", "office": "36.72"})
}

async fn make(service: &Service, token: &str, key: &str, body: &Value) -> Reply {
    service.post("/v1/clients").token(token).key(key).json(body).send().await
}

async fn clients(service: &Service) -> u64 {
    client::Entity::find().count(service.state().db.reader()).await.unwrap()
}

fn replayed(replies: &[Reply]) -> usize {
    replies.iter().filter(|reply| reply.header("idempotency-replayed") == "true").count()
}

#[tokio::test]
async fn a_hundred_equal_requests_at_once_make_one_row_and_give_one_answer() {
    let (service, admin) = office_and_admin().await;
    let body = new_client("Aplikasi");
    let replies = futures_util::future::join_all((0..100).map(|_| make(&service, &admin, "kunci-1", &body))).await;
    for reply in &replies {
        let first = &replies[0];
        assert_eq!((reply.status, &reply.text), (201, &first.text));
        assert_eq!(
            (reply.header("location"), reply.header("content-type")),
            (first.header("location"), first.header("content-type"))
        );
    }
    assert_eq!(replayed(&replies), 99);
    assert_eq!(clients(&service).await, 1);
    let late = make(&service, &admin, "kunci-1", &body).await;
    assert_eq!((late.header("idempotency-replayed"), &late.text), ("true", &replies[0].text));
}

#[tokio::test]
async fn equal_requests_to_two_instances_make_one_row_and_give_one_answer() {
    let (service, admin) = office_and_admin().await;
    let other = service.sibling().await;
    let body = new_client("Aplikasi");
    let calls = (0..20).map(|at| make(if at % 2 == 0 { &service } else { &other }, &admin, "kunci-1", &body));
    let replies = futures_util::future::join_all(calls).await;
    for reply in &replies {
        assert_eq!((reply.status, &reply.text), (201, &replies[0].text), "{reply}");
    }
    assert_eq!(replayed(&replies), 19);
    assert_eq!(clients(&service).await, 1);
}

#[tokio::test]
async fn a_key_serves_one_request_of_one_caller() {
    let (service, admin) = office_and_admin().await;
    let first = make(&service, &admin, "kunci-1", &new_client("Aplikasi")).await.expect(201);
    make(&service, &admin, "kunci-1", &new_client("Lain")).await.problem(422, "idempotency-key-reused");
    let spaced = serde_json::to_string_pretty(&new_client("Aplikasi")).unwrap();
    let call = service.post("/v1/clients").token(&admin).key("kunci-1").body(spaced, "application/json");
    call.send().await.problem(422, "idempotency-key-reused");
    let call = service.post("/v1/grants").token(&admin).key("kunci-1");
    call.json(&json!({"subject": "x", "role": "viewer", "office": "36.72"}))
        .send()
        .await
        .problem(422, "idempotency-key-reused");

    let other = service.staff(Role::OfficeAdmin, "36.72").await;
    let theirs = make(&service, &other, "kunci-1", &new_client("Aplikasi")).await.expect(201);
    assert_ne!(theirs["id"], first["id"], "keys of two callers have nothing to do with each other");
    assert_eq!(clients(&service).await, 2);
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let (service, admin) = office_and_admin().await;
    let wrong = json!({"name": "Aplikasi", "role": "viewer", "office": "33.06"});
    make(&service, &admin, "kunci-1", &wrong).await.problem(422, "invalid-content");
    let made = make(&service, &admin, "kunci-1", &new_client("Aplikasi")).await.expect(201);
    assert_eq!(made.header("idempotency-replayed"), "");
}

#[tokio::test]
async fn a_kept_answer_is_given_only_to_whom_it_would_be_given_now() {
    let (service, admin) = office_and_admin().await;
    let officer = service.staff(Role::OfficeAdmin, "36.72").await;
    make(&service, &officer, "kunci-1", &new_client("Aplikasi")).await.expect(201);
    let list = service.get("/v1/grants").token(&admin).send().await.expect(200);
    let me = service.get("/v1/me").token(&officer).send().await.expect(200);
    let grant = list["data"].as_array().unwrap().iter().find(|row| row["subject"] == me["subject"]).unwrap();
    let end = format!("/v1/grants/{}/revoke", grant["id"].as_str().unwrap());
    service.post(end).token(&admin).send().await.expect(200);
    make(&service, &officer, "kunci-1", &new_client("Aplikasi")).await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_kept_answer_can_t_be_read_in_the_database() {
    let (service, admin) = office_and_admin().await;
    let made = make(&service, &admin, "kunci-1", &new_client("Aplikasi")).await.expect(201);
    let rows = idempotency::Entity::find().all(service.state().db.reader()).await.unwrap();
    assert_eq!(rows.len(), 1);
    let holds = |text: &str| rows[0].answer.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(rows[0].answer.len() > 100);
    for text in [made.text_of("client_secret"), made.text_of("id"), "Aplikasi", "client_secret"] {
        assert!(!holds(text), "`{text}` stands in the answer's bytes");
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let (service, admin) = office_and_admin().await;
    let body = new_client("Aplikasi");
    for key in ["", "   ", &"k".repeat(256), "kunci\u{e9}", "a\tb"] {
        let reply = make(&service, &admin, key, &body).await.problem(400, "invalid-header");
        assert_eq!(reply.faults(), [("Idempotency-Key", "idempotency-key")], "{key:?}");
    }
    make(&service, &admin, &"k".repeat(255), &body).await.expect(201);
    make(&service, &admin, "a key with ~ and 'quotes'; --", &body).await.expect(201);
}

#[tokio::test]
async fn a_caller_who_hangs_up_changes_all_or_nothing() {
    let (service, admin) = office_and_admin().await;
    let body = new_client("Aplikasi").to_string();
    let request = format!(
        "POST /v1/clients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {admin}\r\nIdempotency-Key: kunci-1\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for _ in 0..10 {
        let mut stream = std::net::TcpStream::connect(service.address()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        drop(stream);
    }
    let reply = make(&service, &admin, "kunci-1", &new_client("Aplikasi")).await.expect(201);
    assert_eq!(clients(&service).await, 1);
    assert!(reply["client_secret"].is_string());
}

/// PostgreSQL's sessions in this database. One that is missing later was closed.
async fn sessions(service: &Service) -> HashSet<i32> {
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'";
    let rows =
        service.state().db.reader().query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

#[tokio::test]
async fn a_refused_change_costs_no_connection() {
    if not_on(Engine::Sqlite, "there is one writer, and it costs nothing to lose it") {
        return;
    }
    let (service, admin) = office_and_admin().await;
    let (hr, company) = world::register(&service, "9120001234567").await;
    let before = sessions(&service).await;
    for at in 0..25 {
        let key = |what: &str| format!("{what}-{at}");
        let post = |path: &str| service.post(path).token(&admin);
        post("/v1/clients/nobody/revoke").key(&key("gone")).send().await.expect(404);
        post("/v1/invitations/accept").key(&key("code")).json(&json!({"code": "x"})).send().await.expect(409);
        let foreign = json!({"name": "Aplikasi", "role": "viewer", "office": "33.06"});
        post("/v1/clients").key(&key("foreign")).json(&foreign).send().await.expect(422);
        let stale = service.patch(format!("/v1/companies/{company}")).token(&hr).header("if-match", "\"9-full\"");
        stale.body(r#"{"name": "PT Lain"}"#, "application/merge-patch+json").send().await.expect(412);
    }
    let after = sessions(&service).await;
    assert!(before.is_subset(&after), "of {before:?} only {after:?} are left");
}

/// The other instance is played by a transaction that took the key and does not end.
#[tokio::test]
async fn a_request_that_another_instance_works_on_answers_after_five_seconds() {
    let (service, admin) = office_and_admin().await;
    if not_on(Engine::Sqlite, "it has one writer, which holds the whole file") {
        return;
    }
    let me = service.get("/v1/me").token(&admin).send().await.expect(200);
    let other = service.state().db.begin().await.unwrap();
    let sql = format!(
        "INSERT INTO idempotency (caller, key, fingerprint, answer, created_at) VALUES ('{}|{}', 'kunci-1', '', '', now())",
        me.text_of("issuer"),
        me.text_of("subject")
    );
    other.session().execute_unprepared(&sql).await.unwrap();
    let before = sessions(&service).await;
    let begun = std::time::Instant::now();
    let reply = make(&service, &admin, "kunci-1", &new_client("Aplikasi")).await.problem(409, "request-in-flight");
    assert!(!reply.header("retry-after").is_empty());
    assert!(begun.elapsed().as_secs() < 8, "waited {:?}", begun.elapsed());
    let after = sessions(&service).await;
    assert!(before.is_subset(&after), "of {before:?} only {after:?} are left");
    other.rollback().await.unwrap();
    make(&service, &admin, "kunci-1", &new_client("Aplikasi")).await.expect(201);
}
