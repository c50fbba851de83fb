//! Listening: the API, the metrics, and an end in good order.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{App, HttpResponse, HttpServer, get};
use anyhow::Context;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::{EnvFilter, fmt};

use crate::app::{self, State};
use crate::config;

/// Seconds that requests under way have to finish.
const GRACE: u64 = 30;

/// How long a health check waits.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often the metrics take in what was measured, which would else pile up until somebody asks for them.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts logging as configured. A filter that does not parse logs at `info`.
pub fn log(config: &config::Log) {
    // At `debug` the framework would log paths as they were sent, and somebody may have put a NIK into one.
    let quiet = format!("sea_orm_migration=warn,actix_web::types=warn,actix_http=warn,{}", config.filter);
    let filter = EnvFilter::try_new(quiet).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call is a test's: the first logger stays.
    let _ = if config.json { log.json().flatten_event(true).try_init() } else { log.try_init() };
}

/// Lets the process open as many files as the system permits: each connection is one, and the usual limit of 1,024 would
/// shut everybody out when some idle ones fill it.
fn raise_open_files() {
    let raised =
        getrlimit(Resource::RLIMIT_NOFILE).and_then(|(_, most)| setrlimit(Resource::RLIMIT_NOFILE, most, most));
    if let Err(error) = raised {
        tracing::warn!(error = %error, "the limit of open files stays as it is");
    }
}

/// Serves until SIGTERM or SIGINT: readiness fails first, then the listener closes, then requests under way finish.
///
/// # Errors
/// A port that is taken.
pub async fn serve(state: Arc<State>, ready: impl FnOnce()) -> anyhow::Result<()> {
    raise_open_files();
    let config = state.config.http.clone();
    let data = Data::from(Arc::clone(&state));
    let background = state.background();
    let ops = match config.ops_listen {
        None => None,
        Some(address) => {
            let recorder = PrometheusBuilder::new()
                .set_buckets(&[0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0])?
                .install_recorder()?;
            let kept = recorder.clone();
            let server = HttpServer::new(move || App::new().app_data(Data::new(recorder.clone())).service(get_metrics));
            let server = server.workers(1).disable_signals().bind(address)?.run();
            let handle = server.handle();
            tokio::spawn(server);
            let upkeep = tokio::spawn(async move {
                loop {
                    tokio::time::sleep(UPKEEP).await;
                    kept.run_upkeep();
                }
            });
            Some((handle, upkeep))
        }
    };
    let workers = config.workers;
    let server = HttpServer::new(move || app::app(data.clone()));
    let server = server.workers(workers).shutdown_timeout(GRACE).disable_signals().bind(config.listen)?.run();
    let handle = server.handle();
    let running = tokio::spawn(server);
    ready();
    tracing::info!(http.listen = %config.listen, workers, "listening");
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("draining");
    state.draining.store(true, Ordering::Relaxed);
    tokio::time::sleep(config.drain).await;
    handle.stop(true).await;
    running.await??;
    if let Some((ops, upkeep)) = ops {
        upkeep.abort();
        ops.stop(false).await;
    }
    background.iter().for_each(tokio::task::JoinHandle::abort);
    state.reads.flush(&state.db).await;
    state.bell.seal_all(&state.db).await;
    state.db.clone().close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Asks the service that listens on an address whether it is ready.
///
/// # Errors
/// It is not, or nobody answers in time.
pub async fn health(mut listen: SocketAddr) -> anyhow::Result<()> {
    if listen.ip().is_unspecified() {
        listen.set_ip(if listen.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    let asked = async {
        let mut stream = TcpStream::connect(listen).await?;
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut status = String::new();
        BufReader::new(stream).read_line(&mut status).await?;
        anyhow::Ok(status)
    };
    let answered = tokio::time::timeout(PATIENCE, asked).await;
    let status = answered.with_context(|| format!("{listen} does not answer"))?.with_context(|| listen.to_string())?;
    anyhow::ensure!(status.starts_with("HTTP/1.1 200 "), "{listen} is not ready: {}", status.trim_end());
    Ok(())
}

#[get("/metrics")]
async fn get_metrics(recorder: Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(recorder.render())
}
