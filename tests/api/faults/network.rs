//! A network that cuts, delays and swallows, between the service and PostgreSQL; and a pool that is exhausted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use disnaker::db::Engine;
use disnaker_entity::report::vacancy_report;
use sea_orm::ConnectionTrait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::load::{Stage, count, title};
use super::times;
use crate::harness::{Reply, Service, engine};

const WAIT: Duration = Duration::from_secs(1);

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
                let cut = Arc::new(AtomicBool::new(false));
                tokio::spawn(pump(from_near, to_far, forecast.subscribe(), Arc::clone(&cut), true));
                tokio::spawn(pump(from_far, to_near, forecast.subscribe(), cut, false));
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
    cut: Arc<AtomicBool>,
    to_server: bool,
) {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut bytes) => read.unwrap_or(0),
            _ = weather.changed() => {
                if *weather.borrow_and_update() == Weather::Cut { return }
                continue
            }
        };
        let now = *weather.borrow();
        match now {
            _ if read == 0 || cut.load(Ordering::Acquire) => return,
            Weather::Cut => return,
            Weather::Swallowed => continue,
            Weather::Slow(by) => tokio::time::sleep(by).await,
            Weather::CutAtCommit { arrives } if to_server && bytes[..read].windows(6).any(|word| word == b"COMMIT") => {
                cut.store(true, Ordering::Release);
                if arrives {
                    let _ = to.write_all(&bytes[..read]).await;
                    // Time for the server to do it; its answer goes nowhere.
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
                return;
            }
            _ => {}
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

/// A service that reaches its database through a proxy and waits a second; none on SQLite.
async fn behind_a_proxy() -> Option<(Stage, Proxy)> {
    if engine() == Engine::Sqlite {
        println!("not on SQLite: there is no network between it and the service");
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
        // For a connection, and then for its answer.
        assert!(begun.elapsed() < WAIT * 2 + WAIT / 2, "{:?}", begun.elapsed());
        let begun = Instant::now();
        stage.service.get("/livez").send().await.expect(200);
        assert!(begun.elapsed() < Duration::from_millis(50), "{:?}", begun.elapsed());
        proxy.turn(Weather::Fair);
        recovers(&stage).await;
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
