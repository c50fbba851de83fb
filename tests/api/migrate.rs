//! Migrations: several programs at once, a migration that fails, one that is killed. All with the real program or on a
//! database that nobody has migrated.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use disnaker::clock::Clock;
use disnaker::db::Engine;
use disnaker_migration::prelude::{DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use crate::harness::engine;
use crate::program::bare;

/// A database in which there is nothing at all.
struct Empty {
    url: String,
    directory: PathBuf,
    server: Option<(DatabaseConnection, String)>,
}

impl Empty {
    async fn create() -> Self {
        let name = format!("e_{}", Clock::system().id().simple());
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        std::fs::create_dir_all(&directory).unwrap();
        if engine() == Engine::Sqlite {
            let url = format!("sqlite://{}/disnaker.db", directory.display());
            return Self { url, directory, server: None };
        }
        let maintenance = std::env::var("DISNAKER_TEST_DATABASE_URL").expect("a server");
        let server = Database::connect(&maintenance).await.unwrap();
        server.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
        let mut url = url::Url::parse(&maintenance).unwrap();
        url.set_path(&name);
        Self { url: url.into(), directory, server: Some((server, name)) }
    }

    async fn open(&self) -> DatabaseConnection {
        let url = if self.server.is_some() { self.url.clone() } else { format!("{}?mode=rwc", self.url) };
        let mut options = sea_orm::ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Database::connect(options).await.unwrap()
    }

    /// The program, about to do something with this database.
    fn program(&self, command: &str) -> Command {
        let mut program = bare(&[command]);
        program
            .env("DATABASE_URL", &self.url)
            .env("DISNAKER_DATA_DIR", &self.directory)
            .env("DISNAKER_DRAIN_SECONDS", "0")
            .env("DISNAKER_LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        program
    }

    async fn remove(self) {
        let _ = std::fs::remove_dir_all(&self.directory);
        if let Some((server, name)) = self.server {
            server.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        }
    }
}

fn known() -> Vec<String> {
    disnaker_migration::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

async fn applied(db: &DatabaseConnection) -> Vec<String> {
    let select = "SELECT version FROM seaql_migrations ORDER BY version";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), select)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "version").unwrap()).collect()
}

/// What a program said, after it has ended well.
fn good(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}: {said}{}", output.status, String::from_utf8_lossy(&output.stderr));
    said
}

#[tokio::test]
async fn eight_that_migrate_at_once_end_well_and_each_migration_runs_once() {
    for _ in 0..3 {
        let database = Empty::create().await;
        let running: Vec<_> = (0..8).map(|_| database.program("migrate").spawn().unwrap()).collect();
        let said = running.into_iter().map(good).collect::<String>();
        for name in known() {
            assert_eq!(said.matches(&name).count(), 1, "{name} in\n{said}");
        }
        let db = database.open().await;
        assert_eq!(applied(&db).await, known());
        assert_eq!(disnaker_migration::pending(&db).await.unwrap(), Vec::<String>::new());
        db.close().await.unwrap();
        assert!(good(database.program("migrate").spawn().unwrap()).contains("nothing to do"));
        database.remove().await;
    }
}

/// SQLite only: a PostgreSQL that is not migrated is refused by `serve`.
#[tokio::test]
async fn four_that_serve_a_fresh_directory_at_once_all_listen() {
    if engine() != Engine::Sqlite {
        return;
    }
    let database = Empty::create().await;
    let mut running: Vec<_> =
        (0..4).map(|_| database.program("serve").stderr(log_file(&database)).spawn().unwrap()).collect();
    let log = database.directory.join("log");
    let listening = || std::fs::read_to_string(&log).unwrap().matches("\"listening\"").count();
    for _ in 0..600 {
        let ended = running.iter_mut().any(|child| child.try_wait().unwrap().is_some());
        if listening() == running.len() || ended {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for child in &running {
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    }
    let count = running.len();
    let statuses: Vec<_> = running.iter_mut().map(|child| child.wait().unwrap()).collect();
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(statuses.iter().all(std::process::ExitStatus::success), "{statuses:?}\n{log}");
    assert_eq!(log.matches("\"listening\"").count(), count, "{log}");
    database.remove().await;
}

fn log_file(database: &Empty) -> std::fs::File {
    std::fs::OpenOptions::new().create(true).append(true).open(database.directory.join("log")).unwrap()
}

#[tokio::test]
async fn a_program_that_is_killed_in_a_migration_leaves_a_database_that_the_next_one_migrates() {
    let database = Empty::create().await;
    for wait in [10, 40, 80, 120, 200, 400] {
        let mut child = database.program("migrate").spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    good(database.program("migrate").spawn().unwrap());
    let db = database.open().await;
    assert_eq!(applied(&db).await, known());
    for (table, least) in [("region", 7_000_i64), ("policy", 10)] {
        let sql = format!("SELECT count(*) AS rows FROM {table}");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        assert!(row.try_get::<i64>("", "rows").unwrap() >= least, "{table}");
    }
    db.close().await.unwrap();
    database.remove().await;
}

/// Makes a table, fills it, changes another, and then fails or not.
struct Extra {
    fails: bool,
}

impl MigrationName for Extra {
    fn name(&self) -> &'static str {
        "m9999_extra"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Extra {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for sql in [
            "CREATE TABLE extra (id bigint PRIMARY KEY)",
            "INSERT INTO extra VALUES (1)",
            "ALTER TABLE sector ADD COLUMN extra bigint",
            "DELETE FROM country",
        ] {
            db.execute_unprepared(sql).await?;
        }
        if self.fails {
            db.execute_unprepared("INSERT INTO extra VALUES (1)").await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_migration_that_fails_half_way_leaves_nothing_and_those_before_it_stay() {
    let database = Empty::create().await;
    let db = database.open().await;
    assert_eq!(disnaker_migration::pending(&db).await.unwrap(), known());
    let list = |fails| {
        let mut list = disnaker_migration::migrations();
        list.push(Box::new(Extra { fails }));
        list
    };
    for _ in 0..2 {
        assert!(disnaker_migration::apply(&db, &list(true)).await.is_err());
        assert_eq!(applied(&db).await, known());
        let manager = SchemaManager::new(&db);
        assert!(!manager.has_table("extra").await.unwrap());
        assert!(!manager.has_column("sector", "extra").await.unwrap());
        let left = Statement::from_string(db.get_database_backend(), "SELECT count(*) AS rows FROM country");
        let left: i64 = db.query_one_raw(left).await.unwrap().unwrap().try_get("", "rows").unwrap();
        assert!(left > 100);
    }
    assert_eq!(disnaker_migration::apply(&db, &list(false)).await.unwrap(), ["m9999_extra"]);
    assert!(SchemaManager::new(&db).has_table("extra").await.unwrap());
    // A newer release was here: this one has nothing to do and is not in the way.
    assert_eq!(disnaker_migration::up(&db).await.unwrap(), Vec::<String>::new());
    assert_eq!(disnaker_migration::pending(&db).await.unwrap(), Vec::<String>::new());
    db.close().await.unwrap();
    database.remove().await;
}

#[tokio::test]
async fn citations_reach_a_database_that_has_them_in_english_and_leave_what_an_office_wrote() {
    let database = Empty::create().await;
    let db = database.open().await;
    let older: Vec<_> =
        disnaker_migration::migrations().into_iter().filter(|migration| migration.name() < "m0010_laws").collect();
    disnaker_migration::apply(&db, &older).await.unwrap();
    for sql in [
        "UPDATE policy SET law = 'Older words', amount = 31 WHERE rule = 'mandate.maximum-duration'",
        "UPDATE policy SET law = 'Perwali 1/2026', note = '', edited = true WHERE rule = 'wlkp.closing-notice'",
        "DELETE FROM policy WHERE rule = 'batch.upload-kept'",
    ] {
        db.execute_unprepared(sql).await.unwrap();
    }
    disnaker_migration::up(&db).await.unwrap();
    let row = async |rule: &str| {
        let sql = format!("SELECT law, law_id, note_id, amount FROM policy WHERE rule = '{rule}'");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        let text = |name: &str| row.try_get::<String>("", name).unwrap();
        (text("law"), text("law_id"), text("note_id"), row.try_get::<i64>("", "amount").unwrap())
    };
    let (english, indonesian, note, amount) = row("mandate.maximum-duration").await;
    assert_eq!((english.as_str(), indonesian.as_str()), ("the office's own configuration", "ketetapan kantor sendiri"));
    assert!(note.starts_with("Jangka waktu"), "{note}");
    assert_eq!(amount, 31, "a number stays what it was");
    let (english, indonesian, note, _) = row("wlkp.closing-notice").await;
    assert_eq!((english.as_str(), indonesian.as_str(), note.as_str()), ("Perwali 1/2026", "Perwali 1/2026", ""));
    assert_eq!(row("batch.upload-kept").await.1, "ketetapan kantor sendiri", "what was missing is there");
    db.close().await.unwrap();
    database.remove().await;
}

#[tokio::test]
async fn asking_what_is_pending_writes_nothing() {
    let database = Empty::create().await;
    let db = database.open().await;
    assert_eq!(disnaker_migration::pending(&db).await.unwrap(), known());
    assert!(!SchemaManager::new(&db).has_table("seaql_migrations").await.unwrap());
    db.close().await.unwrap();
    database.remove().await;
}

/// The connections' own patience is shorter than a migration may take.
#[tokio::test]
async fn a_migration_waits_for_one_that_takes_longer_than_other_locks_are_waited_for() {
    let database = Empty::create().await;
    let (db, other) = (database.open().await, database.open().await);
    disnaker_migration::up(&db).await.unwrap();
    let (impatient, hold) = match engine() {
        Engine::Sqlite => ("PRAGMA busy_timeout = 50", "BEGIN IMMEDIATE"),
        Engine::Postgres => (
            "SET lock_timeout = '100ms'; SET statement_timeout = '300ms'",
            "BEGIN; LOCK TABLE seaql_migrations IN SHARE ROW EXCLUSIVE MODE",
        ),
    };
    other.execute_unprepared(impatient).await.unwrap();
    db.execute_unprepared(hold).await.unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        db.execute_unprepared("COMMIT").await.unwrap();
    };
    let list: Vec<Box<dyn MigrationTrait>> = vec![Box::new(Extra { fails: false })];
    let (applied, ()) = tokio::join!(disnaker_migration::apply(&other, &list), release);
    assert_eq!(applied.unwrap(), ["m9999_extra"]);
    if engine() == Engine::Postgres {
        let shown = Statement::from_string(DbBackend::Postgres, "SHOW lock_timeout");
        let shown: String = other.query_one_raw(shown).await.unwrap().unwrap().try_get("", "lock_timeout").unwrap();
        assert_eq!(shown, "100ms", "what the connection had is back");
    }
    db.close().await.unwrap();
    other.close().await.unwrap();
    database.remove().await;
}
