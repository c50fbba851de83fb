//! The program itself, as an operator runs it: a process that can be killed.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{AUDIENCE, ISSUER, Service};

/// An address on which nobody listens yet.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// `disnaker serve`; killed when this is dropped.
pub struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    /// Starts it on the database, keys and directory of a service, and waits until it is ready.
    pub async fn start(service: &Service, address: SocketAddr, settings: &[(&str, &str)]) -> Self {
        let process = Self::spawn(service, address, settings);
        process.ready(Duration::from_secs(20)).await;
        process
    }

    /// Starts it and doesn't wait.
    pub fn spawn(service: &Service, address: SocketAddr, settings: &[(&str, &str)]) -> Self {
        let database = &service.state().config.database;
        let log = File::options().create(true).append(true).open(database.data_dir.join("process.log")).unwrap();
        // With the number of open files that most systems begin with.
        let child = Command::new("sh")
            .args(["-c", "ulimit -Sn 1024; exec \"$0\" serve", env!("CARGO_BIN_EXE_disnaker")])
            .env_clear()
            .env("DATABASE_URL", &database.url)
            .env("DISNAKER_DATA_DIR", &database.data_dir)
            .env("DISNAKER_LISTEN", address.to_string())
            .env("DISNAKER_PUBLIC_URL", ISSUER)
            .env("DISNAKER_AUDIENCE", AUDIENCE)
            .env("DISNAKER_RATE_LIMITS", "off")
            .env("DISNAKER_DRAIN_SECONDS", "0")
            .env("DISNAKER_DB_CONNECTIONS", "8")
            .env("DISNAKER_LOG", "warn")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it says that it is ready; gives how long that took.
    pub async fn ready(&self, limit: Duration) -> Duration {
        let (begun, http) = (Instant::now(), reqwest::Client::builder().no_proxy().build().unwrap());
        let url = format!("http://{}/readyz", self.address);
        while !http.get(&url).send().await.is_ok_and(|reply| reply.status() == 200) {
            assert!(begun.elapsed() < limit, "not ready after {:?}", begun.elapsed());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        begun.elapsed()
    }

    /// SIGKILL: no chance to end anything in order.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and the wait for its end.
    pub async fn terminate(&mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
