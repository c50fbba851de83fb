//! Whether an installation is well: what an operator asks after an installation, a restore or an upgrade.
//!
//! It only reads, and runs beside the service. Each check says what it found and, where that is not well, what to do.

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Utc};
use disnaker_entity::plumbing::{checkpoint as row, journal, journal_position, journal_unsealed};
use nix::sys::statvfs::statvfs;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryOrder, Statement};
use serde::Serialize;

use crate::book::Book;
use crate::checkpoint::{self, Checkpoint, Verifier};
use crate::clock::{Clock, Zone};
use crate::config::{self, Config};
use crate::db::{Db, Engine};
use crate::journal::head;
use crate::keys::{Keys, Purpose};

/// Longest wait for the database.
const WAIT: Duration = Duration::from_secs(5);
/// Free bytes of a disk below which it is time to make room.
const SCARCE: u64 = 1 << 30;
/// Free bytes below which writes will soon be refused.
const FULL: u64 = 100 << 20;
/// How far two clocks may differ before it is worth a word.
const SKEW: TimeDelta = TimeDelta::seconds(5);
/// How far they may differ before tokens are refused.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// How long a row may wait for its position while a service runs.
const SEALING: TimeDelta = TimeDelta::seconds(10);
/// How long a position may wait for a checkpoint while a service runs.
const SIGNING: TimeDelta = TimeDelta::minutes(10);

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Well.
    Ok,
    /// It works, and somebody should look.
    Warn,
    /// It does not work, or soon will not.
    Fail,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub check: &'static str,
    /// How well it is.
    pub status: Health,
    /// What was found.
    pub found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

fn ok(check: &'static str, found: impl Into<String>) -> Check {
    Check { check, status: Health::Ok, found: found.into(), advice: None }
}

fn warn(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Check {
    Check { check, status: Health::Warn, found: found.into(), advice: Some(advice.into()) }
}

fn fail(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Check {
    Check { status: Health::Fail, ..warn(check, found, advice) }
}

/// Every check, and the worst of them.
#[derive(Debug, Serialize)]
pub struct Report {
    /// How well the worst is.
    pub status: Health,
    /// In the order in which they were made.
    pub checks: Vec<Check>,
}

impl Report {
    fn new(checks: Vec<Check>) -> Self {
        let status = checks.iter().map(|check| check.status).max().unwrap_or(Health::Ok);
        Self { status, checks }
    }

    /// The report on a configuration that can't be read: nothing else can be looked at.
    #[must_use]
    pub fn of_faults(faults: &[String]) -> Self {
        let check = |fault: &String| fail("configuration", fault, "see openapi/configuration.md");
        Self::new(faults.iter().map(check).collect())
    }
}

impl Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let status = match check.status {
                Health::Ok => "ok",
                Health::Warn => "warn",
                Health::Fail => "fail",
            };
            let advice = check.advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default();
            writeln!(out, "{status:<5} {:<13} {}{advice}", check.check, check.found)?;
        }
        Ok(())
    }
}

/// Looks at everything.
pub async fn examine(config: &Config, clock: &Clock) -> Report {
    let keys = Keys::load(&config.database.key_file, false);
    let mut checks = vec![configuration(config), key_file(config, &keys)];
    checks.extend(keys.as_ref().ok().map(signing_keys));
    checks.extend(disks(&config.database));
    match open(&config.database).await {
        Err(check) => checks.push(check),
        Ok(db) => {
            let patient = Patient { config, db: &db, keys: keys.as_ref().ok(), now: clock.now() };
            if let Err(error) = patient.examine(&mut checks).await {
                checks.push(fail("database", error.to_string(), "see the server's log"));
            }
            db.close().await;
        }
    }
    Report::new(checks)
}

fn configuration(config: &Config) -> Check {
    let url = &config.http.public_url;
    let local = url::Url::parse(url).ok().is_none_or(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    });
    if url.starts_with("http://") && !local {
        let advice = "tokens travel in the clear; put a proxy that ends TLS in front, and set https://…";
        return warn("configuration", format!("DISNAKER_PUBLIC_URL is {url}"), advice);
    }
    if !config.http.rate_limits {
        return warn("configuration", "DISNAKER_RATE_LIMITS is off", "off is for tests and benchmarks");
    }
    ok("configuration", format!("serves {url} on {}", config.http.listen))
}

fn key_file(config: &Config, keys: &anyhow::Result<Keys>) -> Check {
    let place = config.database.key_file.display();
    match keys {
        Ok(_) => ok("key file", format!("{place} is for its owner, or its group to read")),
        Err(error) => fail(
            "key file",
            format!("{error:#}"),
            "without the keys of this database nobody can read its personal data: take them from the backup",
        ),
    }
}

fn signing_keys(keys: &Keys) -> Check {
    let all = [Purpose::Tokens, Purpose::Receipts, Purpose::Cards, Purpose::Checkpoints];
    let missing: Vec<_> = all.iter().filter(|purpose| keys.signing(**purpose).is_none()).collect();
    if missing.is_empty() {
        return ok("signing keys", format!("one for each of {} purposes", all.len()));
    }
    fail("signing keys", format!("none for {missing:?}"), "add a seed with this purpose to `signing` in the key file")
}

/// The disks that the installation writes to.
fn disks(config: &config::Database) -> Vec<Check> {
    let of_database = config.file().and_then(|file| file.parent().map(PathBuf::from));
    let here = |path: PathBuf| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path };
    let places: BTreeSet<_> = of_database.into_iter().chain([config.data_dir.clone()]).map(here).collect();
    places.into_iter().map(|place| disk(&place.display().to_string(), free(&place))).collect()
}

fn free(place: &std::path::Path) -> Result<u64, String> {
    let disk = statvfs(place).map_err(|error| error.desc().to_owned())?;
    let free = u128::from(disk.blocks_available()) * u128::from(disk.fragment_size());
    Ok(u64::try_from(free).unwrap_or(u64::MAX))
}

fn disk(place: &str, free: Result<u64, String>) -> Check {
    match free {
        Err(error) => fail("disk", format!("{place}: {error}"), "DISNAKER_DATA_DIR must be a directory of this user"),
        Ok(free) if free < FULL => {
            fail("disk", format!("{place}: {} MiB are free", free >> 20), "make room: writes will be refused")
        }
        Ok(free) if free < SCARCE => warn("disk", format!("{place}: {} MiB are free", free >> 20), "make room"),
        Ok(free) => ok("disk", format!("{place}: {} MiB are free", free >> 20)),
    }
}

/// Opens the database, without making one.
async fn open(config: &config::Database) -> Result<Db, Check> {
    if let Some(file) = config.file().filter(|file| !file.exists()) {
        let found = format!("there is none at {}", file.display());
        return Err(fail("database", found, "`disnaker serve` makes a new one; to restore one, see BACKUP.md"));
    }
    let patient = config::Database { wait: config.wait.min(WAIT), connections: 1, ..config.clone() };
    match Db::open_to_read(&patient).await {
        Ok(db) => Ok(db),
        Err(error) => Err(fail("database", error.to_string(), "check DATABASE_URL, and whether the server is up")),
    }
}

/// An open installation.
struct Patient<'a> {
    config: &'a Config,
    db: &'a Db,
    keys: Option<&'a Keys>,
    now: DateTime<Utc>,
}

impl Patient<'_> {
    async fn examine(&self, checks: &mut Vec<Check>) -> Result<(), DbErr> {
        let db = self.db.reader();
        let engine = match self.db.engine() {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        };
        checks.push(ok("database", format!("{engine} answers")));
        let waiting = disnaker_migration::pending(db).await?;
        if !waiting.is_empty() {
            let found = format!("{} waiting: {}", waiting.len(), waiting.join(", "));
            checks.push(fail("migrations", found, "make a backup, then run `disnaker migrate`"));
            return Ok(());
        }
        checks.push(ok("migrations", "all of this release are done"));
        checks.push(self.calendar(db).await?);
        checks.push(self.clock(db).await?);
        checks.push(self.sealing(db).await?);
        checks.push(self.checkpoints(db).await?);
        Ok(())
    }

    async fn calendar<C: ConnectionTrait>(&self, db: &C) -> Result<Check, DbErr> {
        let calendar = Book::read(db).await?.calendar;
        let year = Zone::WESTERN.date(self.now).year();
        let loaded = |year| {
            let first = NaiveDate::from_ymd_opt(year, 1, 1);
            first.is_some_and(|first| calendar.day_off(first, "").is_ok())
        };
        let advice = "add its holidays with their decree (POST /v1/holidays); due dates in it are refused";
        Ok(match (loaded(year), loaded(year + 1)) {
            (false, _) => fail("calendar", format!("{year} is not loaded"), advice),
            (true, false) => warn("calendar", format!("{} is not loaded", year + 1), advice),
            (true, true) => ok("calendar", format!("{year} and {} are loaded", year + 1)),
        })
    }

    /// Holds this machine's clock against the newest row, and against the server's clock.
    async fn clock<C: ConnectionTrait>(&self, db: &C) -> Result<Check, DbErr> {
        let advice = "set this machine's clock, by NTP";
        let newest = journal::Entity::find().order_by_desc(journal::Column::Seq).one(db).await?;
        let ahead = newest.map_or(TimeDelta::zero(), |newest| newest.recorded_at - self.now);
        if ahead > LEEWAY {
            let found = format!("the newest row of the journal is {} s in the future", ahead.num_seconds());
            return Ok(fail("clock", found, advice));
        }
        if self.db.engine() == Engine::Sqlite {
            return Ok(ok("clock", "not before the newest row of the journal"));
        }
        let select = Statement::from_string(db.get_database_backend(), "SELECT clock_timestamp()");
        let server: Option<DateTime<Utc>> =
            db.query_one_raw(select).await?.map(|row| row.try_get_by_index(0)).transpose()?;
        let skew = server.map_or(TimeDelta::zero(), |server| (server - self.now).abs());
        let found = format!("{} s apart from the database server's", skew.num_seconds());
        Ok(if skew > LEEWAY {
            fail("clock", found, advice)
        } else if skew > SKEW {
            warn("clock", found, advice)
        } else {
            ok("clock", found)
        })
    }

    async fn sealing<C: ConnectionTrait>(&self, db: &C) -> Result<Check, DbErr> {
        let waiting = journal_unsealed::Entity::find().count(db).await?;
        let first = journal_unsealed::Entity::find().order_by_asc(journal_unsealed::Column::Seq).one(db).await?;
        let first = match first {
            Some(first) => journal::Entity::find_by_id(first.seq).one(db).await?,
            None => None,
        };
        let found = format!("{waiting} rows of the journal wait for a position");
        Ok(match first {
            Some(first) if self.now - first.recorded_at > SEALING => {
                warn("sealing", found, "`disnaker serve` gives them; where it runs, see its log")
            }
            _ => ok("sealing", found),
        })
    }

    /// Holds the newest checkpoint against the keys, the file, and the head of the chain.
    async fn checkpoints<C: ConnectionTrait>(&self, db: &C) -> Result<Check, DbErr> {
        let name = "checkpoints";
        let file = self.config.database.data_dir.join(checkpoint::FILE);
        let place = file.display();
        let last = match checkpoint::last(&file) {
            Ok(last) => last,
            Err(error) => return Ok(fail(name, format!("{place}: {error:#}"), "move the file away and look into it")),
        };
        if let Some(last) = &last {
            let kept = row::Entity::find_by_id(last.position).one(db).await?.map(Checkpoint::from);
            if kept.as_ref() != Some(last) {
                let found = format!("the database lacks the one at position {} that {place} has", last.position);
                let advice = "the database was set back or changed; run `disnaker journal verify --checkpoints` with that \
                              file, and see BACKUP.md";
                return Ok(fail(name, found, advice));
            }
        }
        let head = head(db, false).await?.map_or(0, |(position, _)| position);
        let Some(newest) = checkpoint::newest(db).await?.map(Checkpoint::from) else {
            let found = format!("none yet, and {head} positions");
            return Ok(if head == 0 { ok(name, found) } else { warn(name, found, "`disnaker serve` makes one") });
        };
        if let Some(Err(error)) = self.keys.map(|keys| Verifier::of_keys(keys).mark(&newest)) {
            let advice = "is this the key file of this database? Old keys for checkpoints stay in it";
            return Ok(fail(name, error.to_string(), advice));
        }
        let uncovered = head - newest.position;
        let time = newest.time.to_rfc3339_opts(SecondsFormat::Secs, true);
        let found = format!("newest at position {} of {time}, {uncovered} positions after it", newest.position);
        let first = match journal_position::Entity::find_by_id(newest.position + 1).one(db).await? {
            Some(first) => journal::Entity::find_by_id(first.seq).one(db).await?,
            None => None,
        };
        let waits = first.is_some_and(|first| self.now - first.recorded_at > SIGNING);
        Ok(if waits {
            warn(name, found, "`disnaker serve` makes one each 5 minutes; where it runs, see its log")
        } else if last.is_none_or(|last| last.position < newest.position) && self.now - newest.time > SIGNING {
            warn(name, format!("{found}; {place} lacks it"), "`disnaker serve` writes it; where it runs, see its log")
        } else {
            ok(name, found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_gets_full_is_told_in_time() {
        let status = |free| disk("data", free).status;
        assert_eq!(status(Ok(2 << 30)), Health::Ok);
        assert_eq!(status(Ok(500 << 20)), Health::Warn);
        assert_eq!(status(Ok(99 << 20)), Health::Fail);
        assert_eq!(status(Err("no such directory".to_owned())), Health::Fail);
    }

    #[test]
    fn the_free_space_of_a_directory_is_known() {
        assert!(free(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap() > 0);
        assert!(free(std::path::Path::new("/no/such/directory")).is_err());
    }

    #[test]
    fn a_report_is_as_bad_as_its_worst() {
        assert_eq!(Report::new(vec![ok("a", ""), warn("b", "", "")]).status, Health::Warn);
        assert_eq!(Report::of_faults(&["x".to_owned()]).status, Health::Fail);
        let report = Report::new(vec![ok("disk", "plenty"), fail("clock", "late", "set it")]);
        assert_eq!(report.to_string(), "ok    disk          plenty\nfail  clock         late; set it\n");
    }
}
