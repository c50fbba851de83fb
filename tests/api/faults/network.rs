//! A network that cuts, delays and swallows, between the service and PostgreSQL; and a pool that is exhausted.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use disnaker::db::Engine;
use disnaker_entity::plumbing::journal;
use disnaker_entity::report::vacancy_report;
use sea_orm::ConnectionTrait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::load::{Stage, count, title};
use super::times;
use crate::harness::{Reply, Service, engine, not_on};

const WAIT: Duration = Duration::from_secs(1);
/// The longest that a request takes: the wait for a connection and then for its answer, and as much again as a busy
/// machine needs.
const BOUND: Duration = Duration::from_millis(2500);
/// How long PostgreSQL keeps a transaction whose client the network swallowed (`STANDSTILL` in `src/db.rs`).
const STANDSTILL: Duration = Duration::from_secs(15);

/// How a key begins by which the proxy knows a change.
const MARK: &str = "ditelan";

/// What happens to packets.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Weather {
    Fair,
    /// They take so much longer, each way.
    Slow(Duration),
    /// Connections are cut, new ones too.
    Cut,
    /// Nothing arrives, and nobody is told.
    Swallowed,
    /// The connection on which a COMMIT comes by is cut: after the server has had it, or before.
    CutAtCommit {
        arrives: bool,
    },
    /// From the COMMIT of a change with a key of [`MARK`] on nothing passes on its connection, and nobody is told: the
    /// server has had it, or has not.
    SwallowedAtCommit {
        arrives: bool,
    },
}

/// What became of one connection.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Open,
    Cut,
    Swallowed,
}

/// A TCP proxy.
struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
}

impl Proxy {
    fn before(target: String) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        let weather = watch::Sender::new(Weather::Fair);
        let forecast = weather.clone();
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                if *forecast.borrow() == Weather::Cut {
                    continue;
                }
                let Ok(far) = TcpStream::connect(&target).await else { continue };
                near.set_nodelay(true).unwrap();
                far.set_nodelay(true).unwrap();
                let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
                let fate = Arc::new(Mutex::new(Fate::Open));
                tokio::spawn(pump(from_near, to_far, forecast.subscribe(), Arc::clone(&fate), true));
                tokio::spawn(pump(from_far, to_near, forecast.subscribe(), fate, false));
            }
        });
        Self { address, weather }
    }

    fn turn(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

/// Carries bytes one way, as the weather lets it.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
    fate: Arc<Mutex<Fate>>,
    to_server: bool,
) {
    let mut bytes = vec![0; 64 * 1024];
    let mut marked = false;
    loop {
        let read = tokio::select! {
            read = from.read(&mut bytes) => read.unwrap_or(0),
            _ = weather.changed() => {
                if *weather.borrow_and_update() == Weather::Cut { return }
                continue
            }
        };
        let (now, before) = (*weather.borrow(), *fate.lock().unwrap());
        let commits = to_server && holds(&bytes[..read], "COMMIT");
        let its_commit = commits && marked;
        marked = (marked || holds(&bytes[..read], MARK)) && !commits;
        match now {
            // Not even that the other side hung up.
            _ if before == Fate::Swallowed && read == 0 => std::future::pending().await,
            _ if before == Fate::Swallowed => continue,
            _ if read == 0 || before == Fate::Cut => return,
            Weather::Cut => return,
            Weather::Swallowed => continue,
            Weather::Slow(by) => tokio::time::sleep(by).await,
            Weather::CutAtCommit { arrives } if commits => {
                *fate.lock().unwrap() = Fate::Cut;
                if arrives {
                    let _ = to.write_all(&bytes[..read]).await;
                    // Time for the server to do it; its answer goes nowhere.
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
                return;
            }
            Weather::SwallowedAtCommit { arrives } if its_commit => {
                *fate.lock().unwrap() = Fate::Swallowed;
                if arrives {
                    let _ = to.write_all(&bytes[..read]).await;
                }
                continue;
            }
            _ => {}
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

fn holds(packet: &[u8], word: &str) -> bool {
    packet.windows(word.len()).any(|bytes| bytes == word.as_bytes())
}

/// A service that reaches its database through a proxy and waits a second; none on SQLite.
async fn behind_a_proxy() -> Option<(Stage, Proxy)> {
    if not_on(Engine::Sqlite, "there is no network between it and the service") {
        return None;
    }
    let mut proxy = None;
    let service = Service::with(|config| {
        let mut url = url::Url::parse(&config.database.url).unwrap();
        let made = Proxy::before(format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432)));
        url.set_ip_host(made.address.ip()).unwrap();
        url.set_port(Some(made.address.port())).unwrap();
        config.database.url = url.into();
        config.database.wait = WAIT;
        proxy = Some(made);
    });
    let service = service.await;
    Some((Stage::set(service).await, proxy.unwrap()))
}

async fn draft(stage: &Stage, key: &str, title: &str) -> Reply {
    stage.service.post("/v1/vacancy-reports").token(&stage.hr).key(key).json(&stage.draft(title)).send().await
}

/// An answer, and how long it took.
async fn timed(call: impl Future<Output = Reply>) -> (Reply, Duration) {
    let begun = Instant::now();
    (call.await, begun.elapsed())
}

/// Waits until writing works again, by itself.
async fn recovers(stage: &Stage) {
    let begun = Instant::now();
    while draft(stage, &title(), "Operator").await.status != 201 {
        assert!(begun.elapsed() < Duration::from_secs(2), "does not recover");
    }
}

#[tokio::test]
async fn a_network_that_is_cut_is_told_at_once_and_forgotten_when_it_is_back() {
    let Some((stage, proxy)) = behind_a_proxy().await else { return };
    for _ in 0..5 {
        proxy.turn(Weather::Cut);
        for _ in 0..10 {
            let begun = Instant::now();
            let reply = draft(&stage, &title(), "Operator").await.problem(503, "unavailable");
            assert!(!reply.header("retry-after").is_empty());
            assert!(begun.elapsed() < WAIT, "{:?}", begun.elapsed());
        }
        stage.service.get("/livez").send().await.expect(200);
        stage.service.get("/readyz").send().await.problem(503, "unavailable");
        proxy.turn(Weather::Fair);
        recovers(&stage).await;
        stage.service.get("/readyz").send().await.expect(200);
    }
}

#[tokio::test]
async fn a_slow_network_is_slow_and_nothing_else() {
    let Some((stage, proxy)) = behind_a_proxy().await else { return };
    proxy.turn(Weather::Slow(Duration::from_millis(20)));
    let begun = Instant::now();
    draft(&stage, "pelan", "Operator").await.expect(201);
    assert!(begun.elapsed() > Duration::from_millis(100), "the proxy delays");
    stage.service.get("/v1/vacancies?limit=5").send().await.expect(200);
}

#[tokio::test]
async fn a_network_that_swallows_keeps_nobody_longer_than_twice_the_wait() {
    let Some((stage, proxy)) = behind_a_proxy().await else { return };
    for idle in [Duration::ZERO, Duration::from_millis(1200)] {
        draft(&stage, &title(), "Operator").await.expect(201);
        // Once with connections that were just used, once with some that lay idle and are asked first.
        tokio::time::sleep(idle).await;
        proxy.turn(Weather::Swallowed);
        let begun = Instant::now();
        let titles: Vec<_> = (0..10).map(|_| title()).collect();
        let calls = titles.iter().map(|title| draft(&stage, title, "Operator"));
        for reply in futures_util::future::join_all(calls).await {
            assert!(!reply.problem(503, "unavailable").header("retry-after").is_empty());
        }
        assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
        let begun = Instant::now();
        stage.service.get("/livez").send().await.expect(200);
        assert!(begun.elapsed() < Duration::from_millis(50), "{:?}", begun.elapsed());
        proxy.turn(Weather::Fair);
        recovers(&stage).await;
    }
}

#[tokio::test]
async fn answers_that_come_too_late_are_not_waited_for_and_all_is_well_when_they_come_in_time_again() {
    let Some((stage, proxy)) = behind_a_proxy().await else { return };
    // Once with connections that were just used, once with some that lay idle and are asked first.
    for idle in [Duration::ZERO, Duration::from_millis(1200)] {
        draft(&stage, &title(), "Operator").await.expect(201);
        let before = count::<vacancy_report::Entity>(stage.service.state().db.reader()).await;
        tokio::time::sleep(idle).await;
        proxy.turn(Weather::Slow(WAIT + WAIT / 5));
        let titles: Vec<_> = (0..10).map(|_| title()).collect();
        let write = async |title: &str| timed(draft(&stage, title, "Operator")).await;
        let read =
            async |_: &String| timed(stage.service.get("/v1/vacancy-reports?limit=5").token(&stage.hr).send()).await;
        let (writers, readers) = tokio::join!(
            futures_util::future::join_all(titles.iter().map(|title| write(title))),
            futures_util::future::join_all(titles.iter().map(read)),
        );
        let slowest = writers.iter().chain(&readers).map(|(_, took)| *took).max().unwrap();
        println!("slowest answer: {slowest:?}");
        assert!(slowest < BOUND, "{slowest:?}");
        for (reply, _) in writers.into_iter().chain(readers) {
            assert!(!reply.problem(503, "unavailable").header("retry-after").is_empty());
        }
        stage.service.get("/readyz").send().await.problem(503, "unavailable");
        proxy.turn(Weather::Fair);
        recovers(&stage).await;
        stage.service.get("/readyz").send().await.expect(200);
        // What was late came to nothing; what is repeated with its key is one record each.
        for title in &titles {
            draft(&stage, title, "Operator").await.expect(201);
            draft(&stage, title, "Operator").await.expect(201);
        }
        let after = count::<vacancy_report::Entity>(stage.service.state().db.reader()).await;
        assert_eq!(after, before + 1 + titles.len() as u64);
    }
}

#[tokio::test]
async fn a_commit_whose_outcome_is_unknown_resolves_by_its_key_to_one_record() {
    let Some((stage, proxy)) = behind_a_proxy().await else { return };
    let (mut replayed, rounds) = (0, times("DISNAKER_TEST_COMMITS", 20));
    for round in 0..rounds {
        let (key, arrives) = (format!("kunci-{round}"), round % 2 == 0);
        proxy.turn(Weather::CutAtCommit { arrives });
        let reply = draft(&stage, &key, &key).await.problem(503, "unavailable");
        assert!(!reply.header("retry-after").is_empty());
        proxy.turn(Weather::Fair);
        let begun = Instant::now();
        let reply = loop {
            let reply = draft(&stage, &key, &key).await;
            if reply.status == 201 {
                break reply;
            }
            assert!(begun.elapsed() < Duration::from_secs(2), "{reply}");
        };
        let again = reply.header("idempotency-replayed") == "true";
        assert_eq!(again, arrives, "a commit that arrived is answered from what was kept");
        replayed += usize::from(again);
        assert_eq!(draft(&stage, &key, &key).await.text_of("id"), reply.text_of("id"));
    }
    assert_eq!(replayed, rounds.div_ceil(2));
    let look = stage.service.state().db.reader();
    assert_eq!(count::<vacancy_report::Entity>(look).await, rounds as u64);
}

/// A commit that is neither answered nor cut: its caller is told in time to repeat it. Where the server never had it, the
/// server keeps its locks until the transaction stood still for too long, and the repeated request waits for that.
#[tokio::test]
async fn a_commit_that_is_swallowed_resolves_by_its_key_to_one_record() {
    let Some((stage, proxy)) = behind_a_proxy().await else { return };
    let look = stage.service.state().db.reader();
    let journalled = count::<journal::Entity>(look).await;
    for arrives in [true, false] {
        let keys: Vec<_> = (0..2).map(|number| format!("{MARK}-{arrives}-{number}")).collect();
        proxy.turn(Weather::SwallowedAtCommit { arrives });
        let lost = futures_util::future::join_all(keys.iter().map(|key| timed(draft(&stage, key, key)))).await;
        for (reply, took) in lost {
            assert!(!reply.problem(503, "unavailable").header("retry-after").is_empty());
            assert!(took < BOUND, "{took:?}");
        }
        proxy.turn(Weather::Fair);
        let begun = Instant::now();
        // Nobody else waits.
        recovers(&stage).await;
        for key in &keys {
            let reply = loop {
                let (reply, took) = timed(draft(&stage, key, key)).await;
                assert!(took < BOUND, "{took:?}");
                if reply.status == 201 {
                    break reply;
                }
                assert!(!reply.problem(503, "unavailable").header("retry-after").is_empty());
                assert!(begun.elapsed() < STANDSTILL + BOUND, "{:?}", begun.elapsed());
            };
            assert_eq!(reply.header("idempotency-replayed") == "true", arrives, "{key}");
            assert_eq!(draft(&stage, key, key).await.text_of("id"), reply.text_of("id"));
        }
        println!("arrives: {arrives}; resolved after {:?}", begun.elapsed());
    }
    // One beside each pair: whoever found out that writing works again.
    let others = count::<vacancy_report::Entity>(look).await - 4;
    assert_eq!(others, 2);
    assert_eq!(count::<journal::Entity>(look).await, journalled + 4 + others);
}

#[tokio::test]
async fn without_a_free_connection_writers_are_sent_away_and_the_process_still_answers() {
    let service = Service::with(|config| config.database.wait = WAIT).await;
    let stage = Stage::set(service).await;
    // Somebody else holds what every draft needs.
    let other = stage.service.state().db.begin().await.unwrap();
    if engine() == Engine::Postgres {
        other.session().execute_unprepared("LOCK TABLE vacancy_report IN ACCESS EXCLUSIVE MODE").await.unwrap();
    }
    let begun = Instant::now();
    let titles: Vec<_> = (0..30).map(|_| title()).collect();
    let crowd = futures_util::future::join_all(titles.iter().map(|title| draft(&stage, title, "Operator")));
    let alive = async {
        tokio::time::sleep(WAIT / 2).await;
        let begun = Instant::now();
        stage.service.get("/livez").send().await.expect(200);
        begun.elapsed()
    };
    let (replies, alive) = tokio::join!(crowd, alive);
    for reply in replies {
        assert!(!reply.problem(503, "unavailable").header("retry-after").is_empty());
    }
    assert!(alive < Duration::from_millis(50), "{alive:?}");
    assert!(begun.elapsed() < WAIT * 3, "{:?}", begun.elapsed());
    other.rollback().await.unwrap();
    recovers(&stage).await;
}
