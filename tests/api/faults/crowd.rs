//! Slow and many: connections that say nothing, and bodies that come a byte at a time.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use reqwest::Method;

use super::load::Stage;
use super::times;
use crate::harness::{Process, Reply, Service, free_address};

/// Memory of a process that is its own, in KiB (proc(5), `smaps_rollup`).
fn memory(process: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap();
    let line = rollup.lines().find(|line| line.starts_with("Pss:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Asks for a page as everybody does; gives the slowest of some answers.
async fn others(address: SocketAddr) -> Duration {
    let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        let begun = Instant::now();
        let reply = http.get(format!("http://{address}/v1/vacancies?limit=1")).send().await.unwrap();
        assert_eq!(reply.status(), 200);
        slowest = slowest.max(begun.elapsed());
    }
    slowest
}

/// Whether the service still holds a connection, and has said nothing on it: a read would wait.
fn is_held(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let held = stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    held
}

#[tokio::test]
async fn two_thousand_silent_connections_and_slow_senders_hurt_nobody() {
    let stage = Stage::left().await;
    let process = Process::start(&stage.service, free_address(), &[]).await;
    let address = process.address();
    others(address).await;
    let before = memory(process.id());
    let silent: Vec<_> =
        (0..times("DISNAKER_TEST_CROWD", 2000)).map(|_| TcpStream::connect(address).unwrap()).collect();
    let head = format!(
        "POST /v1/vacancy-reports HTTP/1.1\r\nHost: disnaker\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n",
        stage.hr
    );
    let mut slow: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    let mut slowest = Duration::ZERO;
    let mut most = 0;
    for _ in 0..3 {
        for stream in &mut slow {
            stream.write_all(b"{").unwrap();
        }
        slowest = slowest.max(others(address).await);
        most = most.max(memory(process.id()));
        let ended = silent.iter().chain(&slow).filter(|stream| !is_held(stream)).count();
        assert_eq!(ended, 0, "connections are no longer open, so their memory was not measured");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let grown = most.saturating_sub(before);
    println!("{} connections: {grown} KiB more, slowest answer to others {slowest:?}", silent.len() + slow.len());
    assert!(grown < 64 * 1024, "{grown} KiB more");
    assert!(slowest < Duration::from_millis(500), "{slowest:?}");
}

#[tokio::test]
async fn a_body_that_comes_a_byte_a_second_is_ended() {
    let stage = Stage::set(Service::start().await).await;
    let bodies = [("/v1/vacancy-reports", "application/json"), ("/oauth/token", "application/x-www-form-urlencoded")];
    let address = stage.service.address();
    let calls = bodies.map(|(path, media_type)| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: disnaker\r\nAuthorization: Bearer {}\r\nContent-Type: {media_type}\r\n\
             Content-Length: 1000\r\n\r\n",
            stage.hr
        );
        let call = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            let (begun, mut reply, mut ended) = (Instant::now(), String::new(), false);
            let mut bytes = [0; 4096];
            while !ended && begun.elapsed() < Duration::from_secs(30) {
                if reply.is_empty() {
                    stream.write_all(b" ").unwrap();
                }
                match stream.read(&mut bytes) {
                    Ok(0) => ended = true,
                    Ok(read) => reply.push_str(&String::from_utf8_lossy(&bytes[..read])),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}"),
                }
            }
            // And not only half of it: nobody reads there any more.
            let refused = (0..10).any(|_| {
                std::thread::sleep(Duration::from_millis(20));
                stream.write_all(b" ").is_err()
            });
            (begun.elapsed(), reply, ended && refused)
        });
        (path, call)
    });
    for (path, call) in calls {
        let (took, reply, ended) = call.await.unwrap();
        Reply::read(Method::POST, path, &reply).problem(408, "request-timeout");
        assert!(ended, "{path}: the connection outlives its answer");
        assert!(took < Duration::from_secs(15), "{took:?}");
    }
}
