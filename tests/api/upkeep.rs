//! Looking after an installation: backup and restore, the doctor, upgrades. `tests/restore.sh` walks the same way with
//! the program alone, on the demo's data and on both engines.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use disnaker::clock::Clock;
use disnaker::config::{self, Config};
use disnaker::db::{Db, Engine};
use disnaker::doctor::{self, Health, Report};
use disnaker::keys::Keys;
use disnaker::{backup, checkpoint, journal};
use disnaker_entity::plumbing::journal_unsealed;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, Statement};
use serde_json::Value;

use crate::harness::{Service, engine, not_on};
use crate::journal::{entry, sealed};
use crate::program::{Program, bound, ended, run};
use crate::world::register;

async fn tell(service: &Service, rows: usize) {
    let mut change = service.change().await;
    (0..rows).for_each(|number| change.tell(entry(number)));
    change.commit().await.unwrap();
}

/// What somebody does past the service.
async fn execute(service: &Service, statements: &[&str]) {
    for sql in statements {
        service.state().db.writer().execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

// Backup -----------------------------------------------------------------------------------------

/// The configuration of what was restored from a backup.
fn restored(from: &config::Database, directory: &Path) -> config::Database {
    config::Database {
        url: format!("sqlite://{}", directory.join(backup::DATABASE).display()),
        data_dir: directory.to_owned(),
        key_file: directory.join(backup::KEYS),
        ..from.clone()
    }
}

#[tokio::test]
async fn a_backup_beside_writers_is_whole_and_its_checkpoints_hold() {
    if not_on(Engine::Postgres, "which has its own tools; tests/restore.sh tries them") {
        return;
    }
    let service = Service::start().await;
    let config = &service.state().config.database;
    Keys::create(&config.key_file).unwrap();
    let signer = service.state().signer.as_ref().unwrap();
    let kept = config.data_dir.join(checkpoint::FILE);
    // Writes go on until copies were made beside them, however slow the machine is.
    let (made, mut rounds) = (std::cell::Cell::new(0), 0);
    let write = async {
        while rounds < 40 || made.get() < 2 && rounds < 4000 {
            rounds += 1;
            tell(&service, 5).await;
            service.state().bell.seal_all(&service.state().db).await;
            let now = service.clock().now();
            checkpoint::make(&service.state().db, signer, now, TimeDelta::zero()).await.unwrap();
            checkpoint::publish(&service.state().db, &kept).await.unwrap();
        }
    };
    let mut write = std::pin::pin!(write);
    let mut copies: Vec<PathBuf> = Vec::new();
    loop {
        let directory = service.directory().join(format!("backup-{}", copies.len()));
        tokio::select! {
            biased;
            written = backup::write(config, &directory) => {
                written.unwrap();
                copies.push(directory);
                made.set(copies.len());
            }
            () = &mut write => break,
        }
    }
    println!("{} backups", copies.len());
    assert!(copies.len() > 1);
    let verifier = checkpoint::Verifier::of_keys(service.keys());
    for directory in copies {
        let db = Db::open(&restored(config, &directory)).await.unwrap();
        let sound = Statement::from_string(sea_orm::DbBackend::Sqlite, "PRAGMA integrity_check");
        let sound = db.reader().query_one_raw(sound).await.unwrap().unwrap();
        assert_eq!(sound.try_get_by_index::<String>(0).unwrap(), "ok");
        let file = directory.join(checkpoint::FILE);
        let file = file.exists().then_some(file);
        let audit = checkpoint::audit(db.reader(), &verifier, file).await.unwrap();
        assert_eq!(audit.verdict.broken, None, "the database has every checkpoint that the copied file has");
        db.close().await;
    }
}

#[tokio::test]
async fn a_backup_is_its_owner_s_alone_and_overwrites_nothing() {
    if not_on(Engine::Postgres, "which has its own tools; tests/restore.sh tries them") {
        return;
    }
    let service = Service::start().await;
    let config = &service.state().config.database;
    let directory = service.directory().join("copies").join("monday");
    let arguments = ["backup", directory.to_str().unwrap()];
    let refused = run(config, &arguments).await.expect(1);
    assert!(refused.err.contains("keys.json"), "a database without its keys is no backup: {refused:?}");
    assert!(!directory.exists());
    Keys::create(&config.key_file).unwrap();
    tell(&service, 3).await;
    let told = run(config, &arguments).await.expect(0);
    for name in [backup::DATABASE, backup::KEYS] {
        assert!(told.out.contains(&format!("wrote {}", directory.join(name).display())), "{told:?}");
        assert_eq!(mode(&directory.join(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&directory), 0o700);
    let before = fs::read(directory.join(backup::DATABASE)).unwrap();
    let refused = run(config, &arguments).await.expect(1);
    assert!(refused.err.contains("it is not empty"), "{refused:?}");
    assert_eq!(fs::read(directory.join(backup::DATABASE)).unwrap(), before);
}

#[tokio::test]
async fn on_postgres_a_backup_names_the_tools_for_it() {
    if not_on(Engine::Sqlite, "which is backed up") {
        return;
    }
    let service = Service::start().await;
    let directory = service.directory().join("copy");
    let refused = run(&service.state().config.database, &["backup", directory.to_str().unwrap()]).await.expect(78);
    assert!(refused.err.contains("pg_dump") && refused.err.contains("BACKUP.md"), "{refused:?}");
    assert!(!directory.exists());
}

// The doctor -------------------------------------------------------------------------------------

/// A service that is well: its keys are in its key file, its journal is signed.
async fn well() -> (Service, Config) {
    let service = Service::start().await;
    let config = service.state().config.clone();
    Keys::create(&config.database.key_file).unwrap();
    tell(&service, 3).await;
    sealed(&service).await;
    let keys = Keys::load(&config.database.key_file, false).unwrap();
    let signer = checkpoint::Signer::new(&keys).unwrap();
    let now = service.clock().now();
    assert!(checkpoint::make(&service.state().db, &signer, now, TimeDelta::zero()).await.unwrap());
    checkpoint::publish(&service.state().db, &config.database.data_dir.join(checkpoint::FILE)).await.unwrap();
    (service, config)
}

async fn examine(config: &Config) -> Report {
    doctor::examine(config, &Clock::system()).await
}

async fn examine_at(config: &Config, now: DateTime<Utc>) -> Report {
    doctor::examine(config, &Clock::story(now, 1)).await
}

/// That a check came out so, and says this.
#[track_caller]
fn says(report: &Report, check: &str, status: Health, found: &str) {
    let sound = |one: &doctor::Check| one.check == check && one.status == status && one.found.contains(found);
    assert!(report.checks.iter().any(sound), "no `{check}` {status:?} with `{found}` in\n{report}");
}

#[tokio::test]
async fn what_is_well_is_said_to_be_well() {
    let (_service, config) = well().await;
    let report = examine(&Config { http: config::Http { rate_limits: true, ..config.http.clone() }, ..config }).await;
    let checks: Vec<_> = report.checks.iter().map(|check| check.check).collect();
    assert_eq!(
        checks,
        [
            "configuration",
            "key file",
            "signing keys",
            "disk",
            "database",
            "migrations",
            "calendar",
            "clock",
            "sealing",
            "checkpoints"
        ]
    );
    let worse: Vec<_> = report.checks.iter().filter(|check| check.status != Health::Ok).collect();
    // Whether the disk of this machine is nearly full is not the service's doing.
    assert!(worse.iter().all(|check| check.check == "disk"), "{report}");
}

#[tokio::test]
async fn a_configuration_that_is_for_tests_is_told() {
    let (_service, mut config) = well().await;
    says(&examine(&config).await, "configuration", Health::Warn, "DISNAKER_RATE_LIMITS is off");
    config.http.rate_limits = true;
    config.http.public_url = "http://api.example.go.id".to_owned();
    says(&examine(&config).await, "configuration", Health::Warn, "http://api.example.go.id");
    config.http.public_url = "http://127.0.0.1:8080".to_owned();
    says(&examine(&config).await, "configuration", Health::Ok, "");
}

#[tokio::test]
async fn a_key_file_that_is_missing_open_or_not_whole_is_told() {
    let (_service, config) = well().await;
    let path = &config.database.key_file;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    says(&examine(&config).await, "key file", Health::Fail, "too open (mode 0644)");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    says(&examine(&config).await, "key file", Health::Ok, "");

    let mut file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    file["signing"].as_array_mut().unwrap().retain(|key| key["purpose"] != "cards");
    fs::write(path, file.to_string()).unwrap();
    says(&examine(&config).await, "signing keys", Health::Fail, "[Cards]");
    fs::remove_file(path).unwrap();
    says(&examine(&config).await, "key file", Health::Fail, "keys.json");
    assert!(!path.exists(), "the doctor makes nothing");
}

#[tokio::test]
async fn another_installation_s_keys_are_told() {
    let (_service, config) = well().await;
    fs::remove_file(&config.database.key_file).unwrap();
    Keys::create(&config.database.key_file).unwrap();
    says(&examine(&config).await, "checkpoints", Health::Fail, "which is no key for checkpoints");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_told_and_not_made() {
    let (_service, mut config) = well().await;
    config.database.wait = Duration::from_secs(1);
    if engine() == Engine::Sqlite {
        let file = config.database.data_dir.join("other.db");
        config.database.url = format!("sqlite://{}", file.display());
        says(&examine(&config).await, "database", Health::Fail, "other.db");
        assert!(!file.exists());
    } else {
        // A port that was just free, on which nobody listens.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        config.database.url = format!("postgres://nobody@127.0.0.1:{port}/nothing");
        let report = examine(&config).await;
        says(&report, "database", Health::Fail, "");
        assert!(!report.to_string().contains("nobody@"), "{report}");
    }
}

#[tokio::test]
async fn a_waiting_migration_is_told_by_name() {
    let (service, config) = well().await;
    execute(&service, &["DELETE FROM seaql_migrations WHERE version = 'm0003_checkpoints'"]).await;
    says(&examine(&config).await, "migrations", Health::Fail, "1 waiting: m0003_checkpoints");
}

#[tokio::test]
async fn a_year_without_a_calendar_is_told() {
    let (_service, config) = well().await;
    let at = async |time: &str| examine_at(&config, time.parse().unwrap()).await;
    says(&at("2026-12-31T16:59:59Z").await, "calendar", Health::Ok, "2026 and 2027");
    says(&at("2026-12-31T17:00:00Z").await, "calendar", Health::Warn, "2028 is not loaded");
    says(&at("2028-01-01T00:00:00Z").await, "calendar", Health::Fail, "2028 is not loaded");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_told() {
    let (service, config) = well().await;
    let now = service.clock().now();
    says(&examine_at(&config, now - TimeDelta::hours(1)).await, "clock", Health::Fail, "in the future");
    if engine() == Engine::Postgres {
        let hour = TimeDelta::hours(1);
        says(&examine_at(&config, now + hour).await, "clock", Health::Fail, "s apart from the database server's");
        let little = service.clock().now() + TimeDelta::seconds(12);
        says(&examine_at(&config, little).await, "clock", Health::Warn, "s apart from the database server's");
    }
}

#[tokio::test]
async fn a_data_directory_that_is_gone_is_told() {
    let (_service, mut config) = well().await;
    config.database.data_dir = config.database.data_dir.join("gone");
    says(&examine(&config).await, "disk", Health::Fail, "gone");
}

#[tokio::test]
async fn rows_that_nobody_seals_or_signs_are_told() {
    let (service, config) = well().await;
    let later = service.clock().now() + TimeDelta::minutes(20);
    says(&examine_at(&config, later).await, "checkpoints", Health::Ok, "newest at position 3");
    fs::remove_file(config.database.data_dir.join(checkpoint::FILE)).unwrap();
    says(&examine_at(&config, later).await, "checkpoints", Health::Warn, "lacks it");
    tell(&service, 2).await;
    sealed(&service).await;
    says(&examine_at(&config, later).await, "checkpoints", Health::Warn, "2 positions after it");
    // No sealer finds its row any more.
    execute(&service, &["UPDATE sealer SET id = 2"]).await;
    tell(&service, 2).await;
    says(&examine_at(&config, later).await, "sealing", Health::Warn, "2 rows");
    assert_eq!(journal_unsealed::Entity::find().count(service.state().db.reader()).await.unwrap(), 2);
}

#[tokio::test]
async fn a_database_that_was_set_back_is_told() {
    let (service, config) = well().await;
    execute(&service, &["DELETE FROM checkpoint"]).await;
    says(&examine(&config).await, "checkpoints", Health::Fail, "the database lacks the one at position 3");
    fs::write(config.database.data_dir.join(checkpoint::FILE), "nonsense\n").unwrap();
    says(&examine(&config).await, "checkpoints", Health::Fail, "no checkpoint");
}

#[tokio::test]
async fn the_doctor_s_exit_code_tells_scripts() {
    let (_service, config) = well().await;
    let database = &config.database;
    let told = run(database, &["doctor"]).await.expect(0);
    assert!(told.out.lines().all(|line| line.starts_with("ok ") || line.starts_with("warn ")), "{told:?}");
    let told = run(database, &["doctor", "--json"]).await.expect(0);
    let report: Value = serde_json::from_str(&told.out).unwrap();
    assert!(report["status"] == "ok" || report["status"] == "warn");
    assert_eq!(report["checks"].as_array().unwrap().len(), 10);

    fs::set_permissions(&database.key_file, fs::Permissions::from_mode(0o604)).unwrap();
    let told = run(database, &["doctor"]).await.expect(1);
    assert!(told.out.contains("fail  key file"), "{told:?}");
    let told = run(database, &["doctor", "--json"]).await.expect(1);
    let report: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((&report["status"], &report["checks"][1]["check"]), (&"fail".into(), &"key file".into()));

    let mut command = crate::program::command(database, &["doctor"]);
    let output = command.env("DISNAKER_WORKERS", "many").env("DISNAKER_LISTEN", "here").output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(78), "{out}");
    assert_eq!(out.matches("fail  configuration").count(), 2, "{out}");
    assert!(out.contains("DISNAKER_WORKERS: received `many`, expected a number"), "{out}");
}

// Where nothing can be written -------------------------------------------------------------------

/// Looks at an installation, as somebody whom the modes of its files bind.
async fn look(database: &config::Database) -> [Program; 2] {
    let doctor = ended(bound(database, &["doctor"])).await;
    [ended(bound(database, &["journal", "verify"])).await, doctor]
}

/// Names, lengths and times of what is in a directory.
fn contents(directory: &Path) -> Vec<(PathBuf, u64, SystemTime)> {
    let entry = |entry: std::io::Result<fs::DirEntry>| {
        let (path, facts) = entry.map(|entry| (entry.path(), entry.metadata().unwrap())).unwrap();
        (path, facts.len(), facts.modified().unwrap())
    };
    let mut contents: Vec<_> = fs::read_dir(directory).unwrap().map(entry).collect();
    contents.sort();
    contents
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn an_installation_at_rest_is_looked_at_and_left_as_it_is_also_where_nothing_can_be_written() {
    if not_on(Engine::Postgres, "its files are the server's") {
        return;
    }
    let (mut service, config) = well().await;
    service.stop().await;
    let database = &config.database;
    let (directory, file) = (&database.data_dir, database.file().unwrap());
    for (of_directory, of_file) in [(0o555, 0o444), (0o555, 0o644), (0o755, 0o444), (0o755, 0o644)] {
        chmod(&file, of_file);
        chmod(directory, of_directory);
        if of_directory == 0o555 {
            let refused = ended(bound(database, &["backup", directory.join("copy").to_str().unwrap()])).await;
            assert!(refused.expect(1).err.contains("ermission denied"), "the modes bind");
        }
        let before = contents(directory);
        for told in look(database).await {
            told.expect(0);
        }
        assert_eq!(contents(directory), before, "directory {of_directory:o}, file {of_file:o}");
        chmod(directory, 0o755);
    }
}

#[tokio::test]
async fn a_service_in_use_is_looked_at_by_somebody_who_can_only_read() {
    if not_on(Engine::Postgres, "its files are the server's") {
        return;
    }
    let (service, config) = well().await;
    let database = &config.database;
    let directory = &database.data_dir;
    let log = directory.join("disnaker.db-wal");
    assert!(fs::metadata(&log).unwrap().len() > 0, "what was written last is not in the file");
    for name in ["disnaker.db", "disnaker.db-wal", "disnaker.db-shm"] {
        chmod(&directory.join(name), 0o444);
    }
    chmod(directory, 0o555);
    // The service writes down that it has signed a moment after it did.
    let mut before = contents(directory);
    for _ in 0..100 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let seen = std::mem::replace(&mut before, contents(directory));
        if seen == before {
            break;
        }
    }
    let [verified, examined] = look(database).await;
    assert!(verified.expect(0).out.contains("3 positions follow from their rows"));
    examined.expect(0);
    assert_eq!(contents(directory), before);
    chmod(directory, 0o755);
    drop(service);
}

#[tokio::test]
async fn a_write_ahead_log_that_cannot_be_read_is_told_with_what_to_do() {
    if not_on(Engine::Postgres, "its files are the server's") {
        return;
    }
    let (service, config) = well().await;
    let copied = |name: &str| {
        let directory = service.directory().join(name);
        fs::create_dir(&directory).unwrap();
        for name in [backup::DATABASE, backup::KEYS, checkpoint::FILE, "disnaker.db-wal"] {
            fs::copy(service.directory().join(name), directory.join(name)).unwrap();
        }
        restored(&config.database, &directory)
    };
    // As after a crash, or as whoever copied the two files has it.
    let closed = copied("closed");
    chmod(&closed.data_dir, 0o555);
    let [verified, examined] = look(&closed).await;
    chmod(&closed.data_dir, 0o755);
    let (verified, examined) = (verified.expect(78), examined.expect(1));
    assert!(verified.err.contains("disnaker.db-wal") && verified.err.contains("copy both files"), "{verified:?}");
    assert!(examined.out.contains("fail  database") && examined.out.contains("copy both files"), "{examined:?}");
    // And where that was done, everything is there.
    let [verified, examined] = look(&copied("open")).await;
    assert!(verified.expect(0).out.contains("3 positions follow from their rows"));
    examined.expect(0);
}

// Upgrades ---------------------------------------------------------------------------------------

/// A service with a company, and who may read it: token and path.
async fn in_use() -> (Service, String, String) {
    let service = Service::start().await;
    service.office("36.72").await;
    let (hr, company) = register(&service, "9120001234567").await;
    sealed(&service).await;
    Keys::create(&service.state().config.database.key_file).unwrap();
    (service, hr, format!("/v1/companies/{company}"))
}

/// As UPGRADING.md says it: beside an instance of the release before, `disnaker migrate`, then the new instances.
#[tokio::test]
async fn a_database_of_the_first_release_is_brought_up_to_date_beside_a_running_instance() {
    let (service, hr, company) = in_use().await;
    let database = &service.state().config.database;
    // What the first release's migrations made, with its data.
    execute(&service, &["DROP TABLE checkpoint", "DELETE FROM seaql_migrations WHERE version = 'm0003_checkpoints'"])
        .await;
    let told = run(database, &["doctor"]).await.expect(1);
    assert!(told.out.contains("fail  migrations    1 waiting: m0003_checkpoints"), "{told:?}");
    assert!(told.out.contains("make a backup, then run `disnaker migrate`"), "{told:?}");
    run(database, &["journal", "verify"]).await.expect(78);
    if engine() == Engine::Postgres {
        let refused = run(database, &["serve"]).await.expect(78);
        assert!(refused.err.contains("m0003_checkpoints); run `disnaker migrate`"), "{refused:?}");
    }
    service.get(&company).token(&hr).send().await.expect(200);
    run(database, &["migrate"]).await.expect(0);
    run(database, &["migrate"]).await.expect(0);
    run(database, &["doctor"]).await.expect(0);
    run(database, &["journal", "verify"]).await.expect(0);
    let new = service.sibling().await;
    new.get("/readyz").send().await.expect(200);
    new.get(&company).token(&hr).send().await.expect(200);
    new.get("/v1/journal/checkpoints").send().await.expect(200);
    register(&service, "9120001234568").await;
    register(&new, "9120001234569").await;
    sealed(&new).await;
    assert_eq!(journal::verify(&new.state().db).await.unwrap().broken, None);
}

/// A release runs on what the next one has added: so instances follow one another, and the way back is open.
#[tokio::test]
async fn this_release_serves_a_database_that_the_next_one_has_migrated() {
    let (service, hr, company) = in_use().await;
    let database = &service.state().config.database;
    execute(
        &service,
        &[
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_of_the_next_release', 0)",
            "CREATE TABLE of_the_next_release (id INTEGER PRIMARY KEY)",
            "ALTER TABLE company ADD COLUMN of_the_next_release TEXT",
        ],
    )
    .await;
    let again = service.sibling().await;
    again.get("/readyz").send().await.expect(200);
    again.get(&company).token(&hr).send().await.expect(200);
    register(&again, "9120001234568").await;
    run(database, &["sweep"]).await.expect(0);
    run(database, &["doctor"]).await.expect(0);
    run(database, &["journal", "verify"]).await.expect(0);
}
