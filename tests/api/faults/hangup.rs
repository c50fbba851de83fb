//! Callers who hang up: before the transaction, in it, and after it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use disnaker::db::{Db, Engine};
use disnaker_entity::plumbing::{idempotency, journal};
use disnaker_entity::report::{vacancy_line, vacancy_report};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Statement};

use super::load::{Stage, count};
use super::times;
use crate::harness::{Service, engine};

/// Sends a request and hangs up in one of four ways.
fn hang_up(address: SocketAddr, request: &[u8], number: usize) {
    let Ok(mut stream) = TcpStream::connect(address) else { return };
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
    let _ = stream.shutdown(Shutdown::Both);
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
    std::thread::scope(|scope| {
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
