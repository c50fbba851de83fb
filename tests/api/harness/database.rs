//! A database for each test: a copy of a template that is migrated once for all of them.
//!
//! The template is named after the contents of the migrations and the reference data, made under a file lock (each test
//! may be a process of its own) and moved to its name when it is whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use disnaker::clock::Clock;
use disnaker::config;
use disnaker::db::Engine;
use disnaker::keys::Keys;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};
use sha2::{Digest, Sha256};

/// A database, and a directory for what lies beside it; both are gone when this is dropped.
pub struct Database {
    engine: Engine,
    url: String,
    directory: PathBuf,
    /// On PostgreSQL: the URL of the maintenance database, and the name of this one.
    server: Option<(String, String)>,
}

/// The engine that this run is about.
pub fn engine() -> Engine {
    match std::env::var("DISNAKER_TEST_ENGINE").as_deref() {
        Err(_) | Ok("sqlite") => Engine::Sqlite,
        Ok("postgres") => Engine::Postgres,
        Ok(other) => panic!("DISNAKER_TEST_ENGINE: received `{other}`, expected sqlite or postgres"),
    }
}

/// Whether a story is not told on this engine; the output says why, so that nobody takes it for told.
pub fn not_on(passed_over: Engine, why: &str) -> bool {
    let not = engine() == passed_over;
    if not {
        println!("not on {passed_over:?}: {why}");
    }
    not
}

impl Database {
    /// A fresh copy of the template.
    pub async fn create() -> Self {
        let name = format!("t_{}", Clock::system().id().simple());
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        fs::create_dir_all(&directory).unwrap();
        match engine() {
            Engine::Sqlite => {
                let file = directory.join("disnaker.db");
                fs::copy(sqlite_template().await, &file).unwrap();
                Self { engine: Engine::Sqlite, url: sqlite_url(&file), directory, server: None }
            }
            Engine::Postgres => {
                let maintenance = std::env::var("DISNAKER_TEST_DATABASE_URL").expect(
                    "DISNAKER_TEST_DATABASE_URL names a PostgreSQL server; ./test and tests/postgres.sh start one",
                );
                let template = postgres_template(&maintenance).await;
                let server = connect(&maintenance).await;
                server.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
                let url = with_database(&maintenance, &name);
                Self { engine: Engine::Postgres, url, directory, server: Some((maintenance, name)) }
            }
        }
    }

    /// A database on a server of the test's own, migrated from nothing.
    pub async fn fresh(server: &str) -> Self {
        let name = format!("t_{}", Clock::system().id().simple());
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        fs::create_dir_all(&directory).unwrap();
        connect(server).await.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let url = with_database(server, &name);
        let made = Self { engine: Engine::Postgres, url, directory, server: Some((server.to_owned(), name)) };
        migrate(&made.config()).await;
        made
    }

    /// The installation's keys, in the file where a process of its own finds them.
    pub fn keys(&self) -> Keys {
        Keys::load(&self.config().key_file, true).unwrap()
    }

    /// How a service opens it.
    pub fn config(&self) -> config::Database {
        opened(self.engine, &self.url, &self.directory)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
        if let Some((maintenance, name)) = self.server.take() {
            // The test's own runtime is at its end, hence one more; what stays behind goes with the cluster.
            let drop_it = async move {
                if let Ok(server) = sea_orm::Database::connect(quiet(&maintenance)).await {
                    let _ = server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                }
            };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let _ = std::thread::spawn(move || runtime.map(|runtime| runtime.block_on(drop_it))).join();
        }
    }
}

fn opened(engine: Engine, url: &str, directory: &Path) -> config::Database {
    config::Database {
        url: url.to_owned(),
        engine,
        data_dir: directory.to_owned(),
        key_file: directory.join("keys.json"),
        connections: if engine == Engine::Sqlite { 2 } else { 4 },
        wait: Duration::from_secs(10),
        workers: 1,
        relaxed: true,
        max_pages: None,
    }
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// The URL of another database of the same server.
fn with_database(maintenance: &str, name: &str) -> String {
    let mut url = url::Url::parse(maintenance).expect("DISNAKER_TEST_DATABASE_URL is a URL");
    url.set_path(name);
    url.into()
}

fn quiet(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options
}

async fn connect(url: &str) -> DatabaseConnection {
    sea_orm::Database::connect(quiet(url)).await.expect("the server of DISNAKER_TEST_DATABASE_URL answers")
}

/// What the template is made of, in short.
fn fingerprint() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut hash = Sha256::new();
    hash.update(root.as_os_str().as_encoded_bytes());
    for directory in ["migration/src", "assets/reference"] {
        let mut files: Vec<_> =
            fs::read_dir(root.join(directory)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            hash.update(file.as_os_str().as_encoded_bytes());
            hash.update(fs::read(file).unwrap());
        }
    }
    format!("{:016x}", u64::from_be_bytes(hash.finalize()[..8].try_into().unwrap()))
}

/// Holds a lock that every process of this target directory respects, for as long as the file is open.
fn locked(name: &str) -> File {
    let file = File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.lock"))).unwrap();
    file.lock().unwrap();
    file
}

async fn migrate(database: &config::Database) {
    let schema = disnaker::db::schema(database).await.unwrap();
    disnaker_migration::up(&schema).await.unwrap();
    if database.engine == Engine::Sqlite {
        schema.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    }
    schema.close().await.unwrap();
}

/// The file that SQLite's databases are copied from.
async fn sqlite_template() -> PathBuf {
    static MADE: tokio::sync::OnceCell<PathBuf> = tokio::sync::OnceCell::const_new();
    let make = async || {
        let shelf = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let template = shelf.join(format!("template-{}.db", fingerprint()));
        let _lock = locked("sqlite-template");
        if !template.exists() {
            let old = fs::read_dir(shelf).unwrap().map(|entry| entry.unwrap().path());
            for file in old
                .filter(|file| file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"template-")))
            {
                let _ = fs::remove_file(file);
            }
            let making = shelf.join("template-making.db");
            migrate(&opened(Engine::Sqlite, &sqlite_url(&making), shelf)).await;
            fs::rename(&making, &template).unwrap();
        }
        template
    };
    MADE.get_or_init(make).await.clone()
}

/// The name of the database that PostgreSQL's are copied from.
async fn postgres_template(maintenance: &str) -> String {
    static MADE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    let make = async || {
        let template = format!("disnaker_template_{}", fingerprint());
        let making = format!("{template}_making");
        let _lock = locked("postgres-template");
        let server = connect(maintenance).await;
        let there = format!("SELECT 1 FROM pg_database WHERE datname = '{template}'");
        if server
            .query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, there))
            .await
            .unwrap()
            .is_none()
        {
            for sql in [
                format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"),
                format!("CREATE DATABASE {making} TEMPLATE template0"),
            ] {
                server.execute_unprepared(&sql).await.unwrap();
            }
            let shelf = Path::new(env!("CARGO_TARGET_TMPDIR"));
            migrate(&opened(Engine::Postgres, &with_database(maintenance, &making), shelf)).await;
            server.execute_unprepared(&format!("ALTER DATABASE {making} RENAME TO {template}")).await.unwrap();
        }
        template
    };
    MADE.get_or_init(make).await.clone()
}
