//! `kill -9`, of the service and of its database server.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use disnaker::db::Engine;
use disnaker_entity::plumbing::idempotency;
use disnaker_entity::report::vacancy_report;
use sea_orm::EntityTrait;

use super::load::{Load, Stage, count};
use super::times;
use crate::harness::{Process, Service, free_address, not_on};

/// Within which a killed service is back, and a service whose database is back.
const BACK: Duration = Duration::from_secs(2);
const WRITERS: usize = 16;

/// Waits until a load has got so much further.
async fn progress(load: &Load, reports: usize) {
    let (wanted, begun) = (load.done() + reports, Instant::now());
    while load.done() < wanted {
        assert!(begun.elapsed() < Duration::from_mins(1), "no progress: {:?}", load.trouble());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_service_that_is_killed_while_it_writes_loses_nothing_that_it_acknowledged() {
    let (stage, address) = (Stage::left().await, free_address());
    let mut process = Process::start(&stage.service, address, &[]).await;
    let load = Load::new(stage, address);
    let writers = load.begin(WRITERS);
    let mut slowest = Duration::ZERO;
    for round in 0..times("DISNAKER_TEST_KILLS", 20) {
        progress(&load, 3).await;
        // At any point of a write: the rounds differ by a few milliseconds.
        tokio::time::sleep(Duration::from_millis(round as u64 % 10 * 7)).await;
        process.kill();
        process = Process::spawn(&load.stage().service, address, &[]);
        slowest = slowest.max(process.ready(Duration::from_secs(20)).await);
    }
    progress(&load, 3).await;
    load.end(writers).await;
    assert!(process.terminate().await.success());
    load.audit().await;
    let (trouble, replayed) = (load.trouble(), load.replayed());
    println!("{} reports, no success: {trouble:?}, replayed: {replayed}, slowest start {slowest:?}", load.done());
    assert!(trouble.contains_key(&0), "no request was under way when the service was killed");
    assert!(slowest <= BACK, "ready again after {slowest:?}");
}

/// The moment that chance seldom hits: the act is done and its answer is not sent.
#[tokio::test]
async fn what_was_done_before_a_kill_is_answered_again_after_it() {
    let (stage, address) = (Stage::left().await, free_address());
    let mut process = Process::start(&stage.service, address, &[]).await;
    let (look, body) = (stage.look().await, stage.draft("Operator").to_string());
    let mut caller = TcpStream::connect(address).unwrap();
    let request = format!(
        "POST /v1/vacancy-reports HTTP/1.1\r\nHost: disnaker\r\nAuthorization: Bearer {}\r\nIdempotency-Key: kunci\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        stage.hr,
        body.len()
    );
    caller.write_all(request.as_bytes()).unwrap();
    while count::<idempotency::Entity>(look.reader()).await == 0 {
        tokio::task::yield_now().await;
    }
    process.kill();
    process = Process::start(&stage.service, address, &[]).await;
    let again = reqwest::Client::builder().no_proxy().build().unwrap();
    let again = again.post(format!("http://{address}/v1/vacancy-reports")).bearer_auth(&stage.hr);
    let again = again.header("idempotency-key", "kunci").header("content-type", "application/json").body(body);
    let reply = again.send().await.unwrap();
    assert_eq!(reply.status(), 201);
    assert_eq!(reply.headers()["idempotency-replayed"], "true");
    let told: serde_json::Value = reply.json().await.unwrap();
    let rows = vacancy_report::Entity::find().all(look.reader()).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>(), [told["id"].as_str().unwrap()]);
    look.close().await;
    assert!(process.terminate().await.success());
}

/// A PostgreSQL server of this test's own: `tests/cluster.sh`.
struct Cluster {
    script: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    url: String,
}

impl Cluster {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cluster.sh");
        let mut script = Command::new("bash").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let commands = script.stdin.take();
        let mut answers = BufReader::new(script.stdout.take().unwrap());
        let mut url = String::new();
        answers.read_line(&mut url).unwrap();
        Self { script, commands, answers, url: url.trim().to_owned() }
    }

    /// Gives a command, and waits until it is obeyed.
    fn obey(&mut self, command: &str) {
        let mut answer = String::new();
        writeln!(self.commands.as_ref().unwrap(), "{command}").unwrap();
        self.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer, "ok\n", "{command}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.commands.take());
        let _ = self.script.wait();
    }
}

#[tokio::test]
async fn a_database_server_that_is_killed_costs_a_moment_and_nothing_else() {
    if not_on(Engine::Sqlite, "it has no server") {
        return;
    }
    let mut cluster = tokio::task::spawn_blocking(Cluster::start).await.unwrap();
    let mut stage = Stage::set(Service::on(&cluster.url).await).await;
    stage.service.stop().await;
    let address = free_address();
    let process = Process::start(&stage.service, address, &[]).await;
    let load = Load::new(stage, address);
    let writers = load.begin(WRITERS);
    let probe = reqwest::Client::builder().no_proxy().build().unwrap();
    let list = format!("http://{address}/v1/vacancies?limit=1");
    let mut slowest = Duration::ZERO;
    for _ in 0..3 {
        progress(&load, 20).await;
        cluster = tokio::task::spawn_blocking(move || {
            cluster.obey("kill");
            cluster
        })
        .await
        .unwrap();
        for _ in 0..20 {
            let reply = probe.get(&list).send().await.unwrap();
            assert_eq!(reply.status(), 503);
            assert!(reply.headers().contains_key("retry-after"));
            assert_eq!(probe.get(format!("http://{address}/livez")).send().await.unwrap().status(), 200);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        cluster = tokio::task::spawn_blocking(move || {
            cluster.obey("start");
            cluster
        })
        .await
        .unwrap();
        let back = Instant::now();
        while probe.get(&list).send().await.unwrap().status() != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        progress(&load, 1).await;
        slowest = slowest.max(back.elapsed());
    }
    load.end(writers).await;
    load.audit().await;
    let trouble = load.trouble();
    println!("{} reports, answers other than success: {trouble:?}, back after at most {slowest:?}", load.done());
    assert_eq!(trouble.keys().copied().collect::<Vec<_>>(), [503], "{trouble:?}");
    assert!(slowest <= BACK, "back after {slowest:?}");
    drop(process);
}
