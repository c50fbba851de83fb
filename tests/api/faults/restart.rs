//! Two instances on one PostgreSQL: restarted in turn under load, sealing and sweeping side by side.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use disnaker::app;
use disnaker::db::Engine;
use disnaker_entity::plumbing::{journal, movement};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tokio::net::{TcpListener, TcpStream};

use super::load::{Load, Stage};
use super::times;
use crate::harness::{Process, Service, free_address, not_on};
use crate::world::{self, World};

/// What stands before the instances in production: it sends new connections to those that say that they are ready.
struct Balancer {
    address: SocketAddr,
}

impl Balancer {
    async fn before(instances: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let ready = Arc::new(Mutex::new(instances.clone()));
        let asked = Arc::clone(&ready);
        tokio::spawn(async move {
            let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(1)).build().unwrap();
            loop {
                let mut answering = Vec::new();
                for instance in &instances {
                    let reply = http.get(format!("http://{instance}/readyz")).send().await;
                    if reply.is_ok_and(|reply| reply.status() == 200) {
                        answering.push(*instance);
                    }
                }
                *asked.lock().unwrap() = answering;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        tokio::spawn(async move {
            for turn in 0.. {
                let (mut near, _) = listener.accept().await.unwrap();
                let instance = {
                    let ready = ready.lock().unwrap();
                    ready.get(turn % ready.len().max(1)).copied()
                };
                let Some(instance) = instance else { continue };
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(instance).await?;
                    tokio::io::copy_bidirectional(&mut near, &mut far).await
                });
            }
        });
        Self { address }
    }
}

#[tokio::test]
async fn rolling_restarts_of_two_instances_fail_no_request() {
    if not_on(Engine::Sqlite, "one process owns the file") {
        return;
    }
    roll("1", times("DISNAKER_TEST_RESTARTS", 10), &[Duration::ZERO; 6]).await;
}

/// With the drain of production, which is longer than a silent connection is kept: each idle connection is used, and
/// told to close, or closed while it lies idle. As every pool does, the writers' open a new one where the old one was
/// closed before the request, and repeat nothing. Nobody pauses for just as long as the service keeps a connection (5 s):
/// there a request may cross the close, with or without a restart, and only the key tells whether it arrived.
#[tokio::test]
async fn rolling_restarts_fail_no_request_of_writers_who_pause() {
    if not_on(Engine::Sqlite, "one process owns the file") {
        return;
    }
    let pauses = [0, 0, 200, 350, 500, 800, 1200, 2000, 3100, 4300, 5700, 7000].map(Duration::from_millis);
    roll("6", times("DISNAKER_TEST_RESTARTS", 4), &pauses).await;
}

/// Sends a request on a connection that is kept, and gives its answer.
fn ask(stream: &mut std::net::TcpStream, path: &str) -> String {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: disnaker\r\n\r\n").unwrap();
    let (mut reply, mut bytes) = (String::new(), [0; 4096]);
    while !reply.ends_with('}') {
        let read = stream.read(&mut bytes).unwrap();
        assert!(read > 0, "{path}: cut off after {reply:?}");
        reply.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    reply
}

#[tokio::test]
async fn an_instance_that_drains_takes_leave_of_every_connection_before_it_ends() {
    let stage = Stage::left().await;
    // Longer than a silent connection is kept, as by default.
    let mut instance = Process::start(&stage.service, free_address(), &[("DISNAKER_DRAIN_SECONDS", "6")]).await;
    let address = instance.address();
    let connect = move || {
        let stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    };
    let (mut used, mut idle) = (connect(), connect());
    for kept in [&mut used, &mut idle] {
        let reply = ask(kept, "/livez");
        assert!(reply.starts_with("HTTP/1.1 200") && !reply.contains("connection: close"), "{reply}");
    }
    let callers = tokio::task::spawn_blocking(move || {
        let begun = Instant::now();
        while ask(&mut connect(), "/readyz").starts_with("HTTP/1.1 200") {
            assert!(begun.elapsed() < Duration::from_secs(5), "still ready");
        }
        let reply = ask(&mut used, "/livez");
        assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("connection: close"), "{reply}");
        assert_eq!(used.read(&mut [0]).unwrap(), 0, "closed after its answer");
        assert_eq!(idle.read(&mut [0]).unwrap(), 0, "closed while it lay idle");
        // Not by the end of the process.
        assert!(ask(&mut connect(), "/livez").starts_with("HTTP/1.1 200"));
    });
    let (ended, callers) = tokio::join!(instance.terminate(), callers);
    callers.unwrap();
    assert!(ended.success());
}

/// Restarts two instances in turn, under writers who pause so long before each request.
async fn roll(drain: &str, restarts: usize, pauses: &[Duration]) {
    let stage = Stage::left().await;
    let settings = [("DISNAKER_DRAIN_SECONDS", drain)];
    let mut instances = Vec::new();
    for _ in 0..2 {
        instances.push(Process::start(&stage.service, free_address(), &settings).await);
    }
    let balancer = Balancer::before(instances.iter().map(Process::address).collect()).await;
    let load = Load::new(stage, balancer.address);
    let writers = load.begin_with(pauses);
    for round in 0..restarts {
        let instance = &mut instances[round % 2];
        assert!(instance.terminate().await.success());
        *instance = Process::start(&load.stage().service, instance.address(), &settings).await;
        // Until the balancer has seen it.
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    load.end(writers).await;
    println!("{} reports", load.done());
    assert!(load.trouble().is_empty(), "{:?}", load.trouble());
    drop(instances);
    load.audit().await;
}

#[tokio::test]
async fn two_instances_sweep_and_seal_side_by_side_and_each_thing_happens_once() {
    let mut world = World::new().await;
    let lines: Vec<_> = (0..40).map(|number| world::line(&format!("Operator {number}"), 3)).collect();
    world.publish(&lines).await;
    let other = world.service.sibling().await;
    world.later("2027-01-02T02:00:00Z");
    let (one, two) = (world.service.state(), other.state());
    let swept = futures_util::future::join_all([one, two, one, two].map(app::sweep)).await;
    let expired: u64 = swept.into_iter().map(Result::unwrap).sum();
    let sweeping = async |event: &str| {
        journal::Entity::find().filter(journal::Column::Event.eq(event)).count(one.db.reader()).await.unwrap()
    };
    // The instances' own sweeps may have come first.
    assert!(expired <= 40, "{expired}");
    assert_eq!(sweeping("vacancy.expire").await, 40);
    let withdrawn =
        movement::Entity::find().filter(movement::Column::Quantity.lt(0)).all(one.db.reader()).await.unwrap();
    let subjects: std::collections::HashSet<_> =
        withdrawn.iter().map(|row| (row.subject_id, row.kind.clone())).collect();
    assert_eq!(subjects.len(), withdrawn.len(), "no movement twice");
    for state in [one, two, one] {
        state.bell.seal_all(&state.db).await;
    }
    let verdict = disnaker::journal::verify(&one.db).await.unwrap();
    let rows = journal::Entity::find().count(one.db.reader()).await.unwrap();
    assert_eq!((verdict.broken, verdict.checked, verdict.unsealed), (None, i64::try_from(rows).unwrap(), 0));
}

/// Each instance counts for itself (`design.md`: per instance), so two give a caller twice the rate and never less.
#[tokio::test]
async fn two_instances_give_a_caller_twice_the_rate() {
    let service = Service::with(|config| config.http.rate_limits = true).await;
    let other = service.sibling_with(|config| config.http.rate_limits = true).await;
    for instance in [&service, &other] {
        let mut admitted = 0;
        while instance.get("/v1/vacancies?limit=1").send().await.status == 200 {
            admitted += 1;
            assert!(admitted < 1000, "no limit at all");
        }
        let reply = instance.get("/v1/vacancies?limit=1").send().await.problem(429, "rate-limited");
        assert!(!reply.header("retry-after").is_empty());
        // One more for each second that this takes.
        assert!((60..=120).contains(&admitted), "{admitted}");
    }
}
