//! What the rules stand on, kept in memory: offices with their zones, the calendar, the policy rows.
//!
//! A book is a snapshot, read before a transaction begins and passed to rules as a value. It is read anew when it is
//! older than a few seconds, or at once after this process changed it.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use disnaker_entity::office;
use disnaker_entity::plumbing::setting;
use disnaker_entity::reference::{HolidayKind, PolicyUnit, holiday, policy};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use crate::calendar::{Calendar, DayOff};
use crate::clock::{Moment, Zone};
use crate::problem::{FaultCode, Problem, Text};

/// The rule that says whether joint leave (cuti bersama) is work.
pub const JOINT_LEAVE_IS_WORK: &str = "calendar.joint-leave-is-work";

/// What names an office.
pub const AN_OFFICE: Text = Text::of("kode dinas", "the code of an office");
/// An office that the caller works for.
pub const OWN_OFFICE: Text = Text::of("dinas Anda", "an office of yours");
/// The office of a region is none that uses the service.
pub const NO_OFFICE: FaultCode = FaultCode::new(
    "no-receiving-office",
    "Belum ada dinas yang melayani wilayah ini",
    "No office serves this region yet",
);
/// A region that an office serves.
pub const SERVED: Text = Text::of("wilayah salah satu dinas di /v1/offices", "a region of one of /v1/offices");

/// How long a snapshot serves before it is read anew: what another instance writes shows within this time.
const FRESH: Duration = Duration::from_secs(5);

/// How many times its freshness a value may be old and still serve, while one reader reads it anew.
const PATIENCE: u32 = 10;

/// A value that is read from the database now and then.
pub struct Cached<T> {
    slot: RwLock<Option<(Instant, Arc<T>)>>,
    loading: tokio::sync::Mutex<()>,
    /// Counts what made the value untrue: a value that was read before is not kept.
    forgotten: AtomicU64,
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self { slot: RwLock::default(), loading: tokio::sync::Mutex::default(), forgotten: AtomicU64::default() }
    }
}

impl<T> Cached<T> {
    fn younger(&self, within: Duration) -> Option<Arc<T>> {
        let slot = self.slot.read().unwrap_or_else(PoisonError::into_inner);
        slot.as_ref().filter(|(read, _)| read.elapsed() < within).map(|(_, value)| Arc::clone(value))
    }

    /// The value, read by `load` where it is missing or older than `within`; one reader at a time. Meanwhile the others
    /// have the old value, unless it was forgotten or is older than ten times as much: then they wait.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn get(&self, within: Duration, load: impl AsyncFnOnce() -> Result<T, DbErr>) -> Result<Arc<T>, DbErr> {
        if let Some(value) = self.younger(within) {
            return Ok(value);
        }
        let _one = match self.loading.try_lock() {
            Ok(one) => one,
            Err(_) => match self.younger(within.saturating_mul(PATIENCE)) {
                Some(value) => return Ok(value),
                None => self.loading.lock().await,
            },
        };
        if let Some(value) = self.younger(within) {
            return Ok(value);
        }
        let forgotten = self.forgotten.load(Ordering::Acquire);
        let value = Arc::new(load().await?);
        let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
        if self.forgotten.load(Ordering::Acquire) == forgotten {
            *slot = Some((Instant::now(), Arc::clone(&value)));
        }
        Ok(value)
    }

    /// Makes the next reader read anew.
    pub fn forget(&self) {
        let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        *slot = None;
    }
}

/// An office, as far as rules need it.
#[derive(Clone, Debug)]
pub struct Office {
    /// Code, the region's code with a suffix for a second office.
    pub code: String,
    /// Name.
    pub name: String,
    /// Region.
    pub region: String,
    /// Zone.
    pub zone: Zone,
}

/// A number that a law, a ministry or an office decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Rule id.
    pub rule: String,
    /// Empty, a province or a district.
    pub scope: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Amount.
    pub amount: i64,
    /// What the amount counts.
    pub unit: PolicyUnit,
    /// Law and article.
    pub law: Text,
}

/// The policy rows by rule.
#[derive(Clone, Debug, Default)]
pub struct Policies(HashMap<String, Vec<Policy>>);

impl Policies {
    /// Policies of the given rows.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = Policy>) -> Self {
        let mut by_rule: HashMap<String, Vec<Policy>> = HashMap::new();
        for row in rows {
            by_rule.entry(row.rule.clone()).or_default().push(row);
        }
        Self(by_rule)
    }

    /// The row in force for a place on a day: the nearest scope wins, then the latest first day.
    ///
    /// # Errors
    /// An internal error: code names a rule that no row has, which is a fault of the installation.
    pub fn at(&self, rule: &str, place: &str, day: NaiveDate) -> Result<&Policy, Problem> {
        self.0
            .get(rule)
            .into_iter()
            .flatten()
            .filter(|row| row.valid_from <= day && place.starts_with(&row.scope))
            .max_by_key(|row| (row.scope.len(), row.valid_from))
            .ok_or_else(|| Problem::internal(format!("no policy row for {rule} in {place} on {day}")))
    }
}

/// The snapshot.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Offices by code.
    pub offices: BTreeMap<String, Office>,
    /// Days off.
    pub calendar: Calendar,
    /// Policy rows.
    pub policies: Policies,
}

/// Cached snapshots.
pub type Books = Cached<Book>;

impl Books {
    /// The snapshot in force.
    ///
    /// # Errors
    /// The database's own.
    pub async fn open<C: ConnectionTrait>(&self, db: &C) -> Result<Arc<Book>, DbErr> {
        self.get(FRESH, async || Book::read(db).await).await
    }
}

impl Book {
    /// Reads a snapshot.
    ///
    /// # Errors
    /// The database's own.
    pub async fn read<C: ConnectionTrait>(db: &C) -> Result<Self, DbErr> {
        // Before the days: new days under the old revision are put right by the next snapshot; old days under the new
        // revision would pass for current.
        let revision = setting::Entity::find_by_id("calendar_revision").one(db).await?;
        let offices = office::Entity::find().all(db).await?;
        let holidays = holiday::Entity::find().all(db).await?;
        let policies = policy::Entity::find().all(db).await?;
        let policies = Policies::new(policies.into_iter().map(|row| Policy {
            rule: row.rule,
            scope: row.scope,
            valid_from: row.valid_from,
            amount: row.amount,
            unit: row.unit,
            law: Text::kept(row.law_id, row.law),
        }));
        let joint_leave = policies.0.get(JOINT_LEAVE_IS_WORK).into_iter().flatten();
        let newest = joint_leave.filter(|row| row.scope.is_empty()).max_by_key(|row| row.valid_from);
        let joint_leave_is_work = newest.is_some_and(|row| row.amount == 1);
        let days_off = holidays.into_iter().map(|row| {
            let day = DayOff {
                region: row.region,
                closure: row.kind == HolidayKind::OfficeClosure,
                joint_leave: row.kind == HolidayKind::JointLeave,
                national: row.kind == HolidayKind::National,
                name: row.name,
            };
            (row.date, day)
        });
        let revision = revision.and_then(|row| row.value.parse().ok()).unwrap_or_default();
        Ok(Self {
            offices: offices
                .into_iter()
                .map(|row| {
                    let zone = Zone::hours(row.utc_offset);
                    (row.code.clone(), Office { code: row.code, name: row.name, region: row.region, zone })
                })
                .collect(),
            calendar: Calendar::new(days_off, revision, joint_leave_is_work),
            policies,
        })
    }

    /// An office's zone; western time where the office is unknown.
    #[must_use]
    pub fn zone(&self, office: &str) -> Zone {
        self.offices.get(office).map_or(Zone::WESTERN, |office| office.zone)
    }

    /// The moment in an office's zone.
    #[must_use]
    pub fn moment(&self, now: chrono::DateTime<chrono::Utc>, office: &str) -> Moment {
        Moment::new(now, self.zone(office))
    }

    /// The instant at which a day begins in an office's zone; western time where the office is unknown.
    #[must_use]
    pub fn midnight(&self, day: NaiveDate, office: &str) -> chrono::DateTime<chrono::Utc> {
        self.offices.get(office).map_or(Zone::WESTERN, |office| office.zone).midnight(day)
    }

    /// The office that receives what concerns a region: its district's, else its province's.
    #[must_use]
    pub fn receiving_office(&self, region: &str) -> Option<&Office> {
        let district = region.get(..5).unwrap_or(region);
        self.offices.get(district).or_else(|| self.offices.get(region.get(..2)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(scope: &str, valid_from: &str, amount: i64) -> Policy {
        Policy {
            rule: "rule".into(),
            scope: scope.into(),
            valid_from: valid_from.parse().unwrap(),
            amount,
            unit: PolicyUnit::Months,
            law: Text::of("", ""),
        }
    }

    #[tokio::test]
    async fn an_old_value_serves_while_one_reader_reads_it_anew_and_a_forgotten_one_never() {
        const SHORT: Duration = Duration::from_millis(200);
        let cached = Cached::default();
        assert_eq!(*cached.get(SHORT, async || Ok(1)).await.unwrap(), 1);
        assert_eq!(*cached.get(SHORT, async || Ok(2)).await.unwrap(), 1, "it is fresh");
        tokio::time::sleep(SHORT * 5 / 4).await;

        let (go, gone) = tokio::sync::oneshot::channel::<()>();
        let refresh = cached.get(SHORT, async || {
            gone.await.unwrap();
            Ok(3)
        });
        let others = async {
            tokio::task::yield_now().await;
            assert_eq!(*cached.get(SHORT, async || Ok(4)).await.unwrap(), 1, "nobody waits for who reads");
            cached.forget();
            go.send(()).unwrap();
            assert_eq!(*cached.get(SHORT, async || Ok(5)).await.unwrap(), 5, "what was forgotten is not served");
        };
        let (refreshed, ()) = tokio::join!(refresh, others);
        assert_eq!(*refreshed.unwrap(), 3);
        assert_eq!(*cached.get(SHORT, async || Ok(6)).await.unwrap(), 5, "what was read before is not kept");
    }

    #[test]
    fn the_nearest_scope_wins_then_the_latest_row() {
        let policies = Policies::new([
            row("", "2019-01-01", 1),
            row("", "2024-01-01", 2),
            row("33", "2019-01-01", 3),
            row("33.06", "2030-01-01", 4),
        ]);
        let amount = |place, day: &str| policies.at("rule", place, day.parse().unwrap()).ok().map(|row| row.amount);
        assert_eq!(amount("36.72", "2023-12-31"), Some(1));
        assert_eq!(amount("36.72", "2024-01-01"), Some(2));
        assert_eq!(amount("33.06", "2026-01-01"), Some(3));
        assert_eq!(amount("33.06", "2031-01-01"), Some(4));
        assert_eq!(amount("33.06", "2018-01-01"), None);
    }
}
