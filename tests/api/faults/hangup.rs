//! Callers who hang up: before the transaction, in it, and after it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use disnaker::db::{Db, Engine, Trouble, trouble};
use disnaker_entity::plumbing::{idempotency, journal};
use disnaker_entity::report::{vacancy_line, vacancy_report};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Statement};

use socket2::SockRef;
use tokio::time::timeout;

use super::load::{Stage, count};
use super::times;
use crate::harness::{Service, engine};

/// Sends a request and hangs up in one of four ways: without a word to the other side but a reset, so that the service
/// stops what it does for this caller.
fn hang_up(address: SocketAddr, request: &[u8], number: usize) {
    let Ok(mut stream) = TcpStream::connect(address) else { return };
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    let part = if number.is_multiple_of(4) { request.len() - 1 - number % 100 } else { request.len() };
    let _ = stream.write_all(&request[..part]);
    match number % 4 {
        // In the middle of the body, or as soon as it is sent.
        0 | 1 => {}
        // While it is worked on.
        2 => std::thread::sleep(Duration::from_millis(number as u64 % 16)),
        // In the middle of the answer.
        _ => {
            let _ = stream.read(&mut [0; 16]);
        }
    }
}

fn request(stage: &Stage, key: &str) -> Vec<u8> {
    let body = stage.draft(key).to_string();
    format!(
        "POST /v1/vacancy-reports HTTP/1.1\r\nHost: disnaker\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        stage.hr,
        body.len()
    )
    .into_bytes()
}

/// Sessions of this database that stand in a transaction.
async fn open_transactions(db: &Db) -> i64 {
    let sql = "SELECT count(*) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
    let row = db.reader().query_one_raw(Statement::from_string(db.reader().get_database_backend(), sql)).await;
    row.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn callers_who_hang_up_leave_no_transaction_and_nothing_by_halves() {
    let stage = Stage::set(Service::start().await).await;
    let (address, db) = (stage.service.address(), stage.service.state().db.clone());
    let hangups = times("DISNAKER_TEST_HANGUPS", 2000);
    let requests: Vec<_> = (0..hangups).map(|number| request(&stage, &format!("putus-{number}"))).collect();
    let before = count::<journal::Entity>(db.reader()).await;
    // Readers hang up as well, in the middle of their statements.
    let reading =
        format!("GET /v1/vacancy-reports HTTP/1.1\r\nHost: disnaker\r\nAuthorization: Bearer {}\r\n\r\n", stage.hr);
    std::thread::scope(|scope| {
        for caller in 0..2 {
            let reading = reading.as_bytes();
            scope.spawn(move || (0..hangups / 4).for_each(|number| hang_up(address, reading, number * 4 + caller + 1)));
        }
        for caller in 0..16 {
            let requests = &requests;
            scope.spawn(move || {
                for (number, request) in requests.iter().enumerate().skip(caller).step_by(16) {
                    hang_up(address, request, number);
                }
            });
        }
    });
    // Until the last of them is through: nothing moves any more.
    let (mut last, begun) = (u64::MAX, Instant::now());
    loop {
        let now = count::<vacancy_report::Entity>(db.reader()).await;
        if now == last && (engine() == Engine::Sqlite || open_transactions(&db).await == 0) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "open transactions remain");
        last = now;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    // The writer is free.
    db.begin().await.unwrap().rollback().await.unwrap();
    let whole = async || {
        let look = db.reader();
        let reports = count::<vacancy_report::Entity>(look).await;
        let kept = idempotency::Entity::find().filter(idempotency::Column::Answer.ne(Vec::<u8>::new()));
        let parts = [
            count::<vacancy_line::Entity>(look).await,
            count::<journal::Entity>(look).await - before,
            count::<idempotency::Entity>(look).await,
            kept.count(look).await.unwrap(),
        ];
        assert_eq!(parts, [reports; 4], "nothing by halves");
        reports
    };
    let through = whole().await;
    println!("{through} of {hangups} requests were written although their callers had hung up");
    assert!(through > 0 && through < hangups as u64);
    // Whoever calls again with the same key gets one record, whether or not the first call went through.
    for number in 0..hangups {
        let key = format!("putus-{number}");
        let call = stage.service.post("/v1/vacancy-reports").token(&stage.hr).key(&key).json(&stage.draft(&key));
        call.send().await.expect(201);
    }
    assert_eq!(whole().await, hangups as u64);
}

/// Below the service: whatever is dropped in the middle of a statement, a transaction or a commit, those who go on lose
/// nothing, and every connection finds its way back.
#[tokio::test]
async fn what_is_dropped_half_way_harms_nobody_else() {
    let service = Service::start().await;
    let db = &service.state().db;
    let schema = db.schema().await.unwrap();
    schema.execute_unprepared("CREATE TABLE probe (number BIGINT PRIMARY KEY)").await.unwrap();
    schema.close().await.unwrap();
    let once = async |number: i64| {
        let change = db.begin().await?;
        let sql = format!("INSERT INTO probe VALUES ({number})");
        change.session().execute_unprepared(&sql).await?;
        change.commit().await
    };
    // Who was rolled back with somebody who disappeared runs again, as every change of the service does.
    let write = async |number: i64| loop {
        match once(number).await {
            Err(error) if trouble(&error) == Trouble::Lost => {}
            outcome => return outcome,
        }
    };
    let steady = async |writer: i64| {
        for number in writer * 100..writer * 100 + 100 {
            write(number).await.unwrap_or_else(|error| panic!("{number}: {error}"));
        }
    };
    let fickle = async |caller: i64| {
        let mut told = Vec::new();
        for at in 0..200_i64 {
            let number = 10_000 + caller * 1_000 + at;
            let patience = Duration::from_micros((at * 37 % 50 * 60).unsigned_abs());
            let done = if at % 2 == 0 {
                let sql = format!("INSERT INTO probe VALUES ({number})");
                timeout(patience, db.writer().execute_unprepared(&sql)).await.map(|done| done.map(drop))
            } else {
                timeout(patience, write(number)).await
            };
            if let Ok(done) = done {
                done.unwrap_or_else(|error| panic!("{number}: {error}"));
                told.push(number);
            }
            let _ = timeout(patience / 4, db.reader().execute_unprepared("SELECT count(*) FROM probe")).await;
        }
        told
    };
    let (_, told) = tokio::join!(
        futures_util::future::join_all((0..4).map(steady)),
        futures_util::future::join_all((0..4).map(fickle)),
    );
    let told: Vec<i64> = told.into_iter().flatten().chain(0..400).collect();
    let rows = db
        .reader()
        .query_all_raw(Statement::from_string(db.reader().get_database_backend(), "SELECT number FROM probe"));
    let rows: std::collections::HashSet<i64> =
        rows.await.unwrap().iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    let lost: Vec<_> = told.iter().filter(|number| !rows.contains(number)).collect();
    assert!(lost.is_empty(), "acknowledged and not there: {lost:?}");
    println!("{} rows, {} of them acknowledged", rows.len(), told.len());
    assert!(told.len() < 1200, "nothing was dropped, so nothing is proven");
    // Every place is free again: as many transactions as a lane has, one after another and at once.
    for _ in 0..8 {
        db.begin().await.unwrap().rollback().await.unwrap();
        db.reader().execute_unprepared("SELECT 1").await.unwrap();
    }
    if engine() == Engine::Postgres {
        let begun = Instant::now();
        while open_transactions(db).await > 0 {
            assert!(begun.elapsed() < Duration::from_secs(10), "open transactions remain");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
