//! A disk that is full: writing is refused with a clear problem, reading goes on, nothing is half written.

use disnaker::db::Engine;
use disnaker::problem::{Kind, Problem};
use disnaker_entity::plumbing::{idempotency, journal};
use disnaker_entity::report::{vacancy_line, vacancy_report};
use sea_orm::ConnectionTrait;

use super::load::{Stage, count, title};
use crate::harness::{Reply, Service, engine, not_on};

async fn draft(stage: &Stage, service: &Service, title: &str) -> Reply {
    service.post("/v1/vacancy-reports").token(&stage.hr).key(title).json(&stage.draft(title)).send().await
}

/// Rows of reports, lines, journal and kept answers.
async fn rows(stage: &Stage) -> [u64; 4] {
    let look = stage.service.state().db.reader();
    [
        count::<vacancy_report::Entity>(look).await,
        count::<vacancy_line::Entity>(look).await,
        count::<journal::Entity>(look).await,
        count::<idempotency::Entity>(look).await,
    ]
}

/// A database that can't be written is not cured by a second's wait, and its log says what is wrong.
#[tokio::test]
async fn a_database_that_is_read_only_says_so() {
    let service = Service::start().await;
    let begin = match engine() {
        Engine::Sqlite => "",
        Engine::Postgres => "SET TRANSACTION READ ONLY; ",
    };
    // SQLite's readers are not allowed to write.
    let reader = service.state().db.reader();
    let error = reader.execute_unprepared(&format!("{begin}DELETE FROM counter")).await.unwrap_err();
    let problem = Problem::from(error);
    assert_eq!((problem.kind, problem.retry_after), (Kind::Unavailable, Some(60)));
    assert!(problem.cause.as_deref().unwrap().starts_with("the database can't be written"), "{:?}", problem.cause);
}

async fn reading_goes_on(stage: &Stage) {
    stage.service.get("/v1/vacancy-reports").token(&stage.hr).send().await.expect(200);
    stage.service.get("/readyz").send().await.expect(200);
}

#[tokio::test]
async fn a_full_disk_refuses_every_write_whole_until_there_is_room() {
    if not_on(Engine::Postgres, "there the server's own error stands for it") {
        return;
    }
    let mut stage = Stage::set(Service::start().await).await;
    stage.service.stop().await;
    let file = stage.service.directory().join("disnaker.db");
    let pages = u32::try_from(std::fs::metadata(file).unwrap().len() / 4096).unwrap() + 40;
    stage.service = stage.service.sibling_with(|config| config.database.max_pages = Some(pages)).await;
    let before = rows(&stage).await;
    let (mut written, mut refused) = (0, Vec::new());
    while refused.len() < 20 {
        let titles: Vec<_> = (0..8).map(|_| title()).collect();
        let calls = titles.iter().map(|title| draft(&stage, &stage.service, title));
        for (reply, title) in futures_util::future::join_all(calls).await.into_iter().zip(titles.iter().cloned()) {
            if reply.status == 201 {
                written += 1;
                continue;
            }
            // Who lost three times for others, who found no room, is told to come again.
            let lost = reply.status == 503;
            let reply = if lost { reply.problem(503, "unavailable") } else { reply.problem(507, "storage-full") };
            assert!(!reply.header("retry-after").is_empty());
            refused.push(title);
        }
        assert!(written < 10_000, "the disk never fills");
    }
    reading_goes_on(&stage).await;
    assert!(written > 0);
    assert_eq!(rows(&stage).await, before.map(|rows| rows + written), "whole or not at all");
    // Room is made: what was refused is repeated with its key.
    stage.service.stop().await;
    stage.service = stage.service.sibling_with(|_| {}).await;
    let again = refused.len() as u64;
    for title in refused {
        let reply = draft(&stage, &stage.service, &title).await.expect(201);
        assert_eq!(reply.header("idempotency-replayed"), "", "nothing was kept of it");
    }
    assert_eq!(rows(&stage).await, before.map(|rows| rows + written + again));
}

#[tokio::test]
async fn a_server_whose_disk_is_full_is_told_from_one_that_is_away() {
    if not_on(Engine::Sqlite, "there the disk really fills") {
        return;
    }
    let stage = Stage::set(Service::start().await).await;
    let db = stage.service.state().db.writer();
    let full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$";
    db.execute_unprepared(full).await.unwrap();
    let before = rows(&stage).await;
    // While a row is written, and only when it is committed.
    for trigger in [
        "TRIGGER no_room BEFORE INSERT ON vacancy_report",
        "CONSTRAINT TRIGGER no_room AFTER INSERT ON vacancy_report DEFERRABLE INITIALLY DEFERRED",
    ] {
        db.execute_unprepared(&format!("CREATE {trigger} FOR EACH ROW EXECUTE FUNCTION full_disk()")).await.unwrap();
        for _ in 0..10 {
            let reply = draft(&stage, &stage.service, &title()).await.problem(507, "storage-full");
            assert!(!reply.header("retry-after").is_empty());
        }
        reading_goes_on(&stage).await;
        assert_eq!(rows(&stage).await, before);
        db.execute_unprepared("DROP TRIGGER no_room ON vacancy_report").await.unwrap();
    }
    draft(&stage, &stage.service, "Operator").await.expect(201);
}
