//! What a package must say, and when it may move on. Pure.

use chrono::{Datelike, NaiveDate};
use disnaker_entity::reference::RegionLevel;
use disnaker_entity::training::{EvidenceKind, PackageStatus, Site, TargetGroup, package};

use super::bodies::{NewPackage, PackagePatch};
use crate::book::{Book, Policy};
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, TWICE, UNKNOWN_REFERENCE};
use crate::problem::{FaultCode, Kind, Problem, Refusal, Text};
use crate::reference::Codes;
use crate::training::enrollments::rules::{Criteria, usual_evidence};

/// Participants of one package (Permenaker 8/2014; the figure is ministry practice).
const CLASS_SIZE: &str = "training.class-size";
/// Participants of one package for people with disabilities.
const DISABILITY_CLASS_SIZE: &str = "training.disability-class-size";
/// Reserves beside them.
const RESERVES: &str = "training.reserves";

const ANNOUNCED: FaultCode =
    FaultCode::new("announced", "Sudah diumumkan, tidak dapat diubah lagi", "Announced: it can't change any more");

/// First year that the calendar knows.
const FIRST_YEAR: i32 = 2019;
/// Most seats of a class.
const MOST_SEATS: i64 = 100;
/// Most reserves of a class.
const MOST_RESERVES: i64 = 20;
/// Most instructors of a class.
const MOST_INSTRUCTORS: usize = 10;

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageRefusal {
    /// Only what is planned or announced may change.
    Fixed,
    /// The class begins on a day to come.
    TooEarly(NaiveDate),
    /// Nobody has a seat.
    Nobody,
    /// So many participants have not passed, failed or left.
    Undecided(usize),
}

impl Refusal for PackageRefusal {
    fn kind(&self) -> Kind {
        Kind::IllegalTransition
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::Fixed => Text::of(
                "Paket yang sudah berjalan, selesai atau dibatalkan tidak dapat diubah.",
                "A package that runs, is over or was cancelled does not change.",
            ),
            Self::TooEarly(day) => {
                Text::made(format!("Kelas dimulai pada {day}."), format!("The class begins on {day}."))
            }
            Self::Nobody => Text::of("Belum ada peserta yang diterima.", "Nobody was accepted yet."),
            Self::Undecided(persons) => Text::made(
                format!("{persons} peserta belum lulus, gagal atau keluar."),
                format!("{persons} participants have not passed, failed or left."),
            ),
        })
    }
}

/// What a sound package has beside what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Seats.
    pub capacity: i32,
    /// Reserves.
    pub reserves: i32,
    /// Papers of which one is asked for.
    pub evidence: Vec<EvidenceKind>,
    /// By what applicants are ranked.
    pub criteria: Criteria,
    /// Last day on which a reserve moves up.
    pub promote_until: NaiveDate,
}

/// Every fault of a package at once.
///
/// # Errors
/// `invalid-content`; an internal error where a policy row is missing.
pub fn check(new: &NewPackage, codes: &Codes, book: &Book) -> Result<Sound, Problem> {
    let mut checks = Checks::default();
    check_days(&mut checks, new);
    check_site(&mut checks, new, codes);
    let usual = |policy: &Policy| i32::try_from(policy.amount).map_err(Problem::internal);
    // The rules as they are on the first day of the class; the one that was in force first for a day that is out of reach.
    let day = new.starts_on.max(NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or(new.starts_on));
    let size = if new.target_group == TargetGroup::Disability { DISABILITY_CLASS_SIZE } else { CLASS_SIZE };
    let size = usual(book.policies.at(size, &new.office, day)?)?;
    let capacity = new.capacity.unwrap_or(size);
    checks.range("/capacity", capacity.into(), 1, MOST_SEATS);
    match &new.capacity_reason {
        Some(reason) => checks.reason("/capacity_reason", reason, 300),
        None if capacity != size => {
            let expected = Text::made(
                format!("alasan: aturan menyebut {size} peserta"),
                format!("a reason: the policy row says {size} participants"),
            );
            checks.fault("/capacity_reason", REQUIRED, capacity, expected);
        }
        None => {}
    }
    let reserves = match new.reserves {
        Some(reserves) => reserves,
        None => usual(book.policies.at(RESERVES, &new.office, day)?)?,
    };
    checks.range("/reserves", reserves.into(), 0, MOST_RESERVES);
    let evidence = new.evidence.clone().unwrap_or_else(|| usual_evidence(new.target_group).to_vec());
    for (at, kind) in evidence.iter().enumerate() {
        if evidence.iter().take(at).any(|other| other == kind) {
            let expected = Text::of("setiap jenis satu kali", "each kind once");
            checks.fault(format!("/evidence/{at}"), TWICE, kind.as_str(), expected);
        }
    }
    match &new.accommodation {
        Some(text) => checks.lines("/accommodation", text, 1000),
        None if new.target_group == TargetGroup::Disability => {
            let expected = Text::of("akomodasi yang layak (UU 8/2016)", "what the class provides (UU 8/2016)");
            checks.fault("/accommodation", REQUIRED, serde_json::Value::Null, expected);
        }
        None => {}
    }
    let criteria = new.criteria.clone().unwrap_or_default();
    criteria.check(&mut checks);
    checks.count("/instructor_ids", new.instructor_ids.len(), 0, MOST_INSTRUCTORS);
    checks.done()?;
    let promote_until = new.promote_until.unwrap_or(new.starts_on);
    Ok(Sound { capacity, reserves, evidence, criteria, promote_until })
}

fn check_days(checks: &mut Checks, new: &NewPackage) {
    checks.range("/year", new.year.into(), FIRST_YEAR.into(), 2199);
    for (pointer, day) in [
        ("/opens_on", Some(new.opens_on)),
        ("/closes_on", Some(new.closes_on)),
        ("/promote_until", new.promote_until),
        ("/starts_on", Some(new.starts_on)),
        ("/ends_on", Some(new.ends_on)),
    ] {
        checks.day(pointer, day);
    }
    let mut later = |pointer, day: NaiveDate, first: NaiveDate| {
        if day < first {
            checks.fault(pointer, OUT_OF_RANGE, day.to_string(), check::or_later(first));
        }
    };
    later("/closes_on", new.closes_on, new.opens_on);
    later("/starts_on", new.starts_on, new.closes_on.succ_opt().unwrap_or(new.closes_on));
    later("/ends_on", new.ends_on, new.starts_on);
    // Where it is not said it is the first day, which has faults of its own.
    if let Some(promote_until) = new.promote_until.filter(|day| !(new.closes_on..=new.ends_on).contains(day)) {
        let expected = check::from_to(new.closes_on, new.ends_on);
        checks.fault("/promote_until", OUT_OF_RANGE, promote_until.to_string(), expected);
    }
    if new.starts_on.year() != new.year {
        let expected = Text::made(format!("hari dalam tahun {}", new.year), format!("a day of {}", new.year));
        checks.fault("/starts_on", OUT_OF_RANGE, new.starts_on.to_string(), expected);
    }
}

fn check_site(checks: &mut Checks, new: &NewPackage, codes: &Codes) {
    const SUB_DISTRICT: Text = Text::of("kode kecamatan dari /v1/regions", "a sub-district's code of /v1/regions");
    let mobile = new.site == Site::MobileUnit;
    let absent = Text::of("kosong: hanya untuk `mobile_unit`", "nothing: for `mobile_unit` only");
    let below = |code: &str| codes.region(code).is_some_and(|region| region.level == RegionLevel::SubDistrict);
    match &new.region {
        Some(code) if mobile && below(code) => {}
        Some(code) if mobile => {
            checks.fault("/region", UNKNOWN_REFERENCE, code.chars().take(20).collect::<String>(), SUB_DISTRICT);
        }
        Some(code) => {
            checks.fault("/region", NOT_ALLOWED, code.chars().take(20).collect::<String>(), absent.clone());
        }
        None if mobile => checks.fault("/region", REQUIRED, serde_json::Value::Null, SUB_DISTRICT),
        None => {}
    }
    match &new.village {
        Some(village) if mobile => checks.line("/village", village, 80),
        Some(_) => checks.fault("/village", NOT_ALLOWED, serde_json::Value::Null, absent),
        None if mobile => {
            let expected = Text::of("nama desa atau kelurahan", "the name of a village");
            checks.fault("/village", REQUIRED, serde_json::Value::Null, expected);
        }
        None => {}
    }
}

/// Whether a package may change so: all of it while it is planned; what was announced not once it is open; of a class that runs a later
/// last day, what it provides and who teaches; no fewer seats than are taken.
///
/// # Errors
/// `invalid-content` with every fault; a package that has ended.
pub fn may_change(row: &package::Model, patch: &PackagePatch) -> Result<(), Problem> {
    let announced = match row.status {
        PackageStatus::Planned => Vec::new(),
        PackageStatus::Open | PackageStatus::Selecting => patch.announced(),
        PackageStatus::Running => patch.settled(),
        _ => return Err(PackageRefusal::Fixed.into()),
    };
    let mut checks = Checks::default();
    for pointer in announced {
        checks.fault(pointer, ANNOUNCED, row.status.as_str(), Text::of("tidak disebut", "nothing"));
    }
    if let Some(capacity) = patch.capacity.filter(|capacity| *capacity < row.taken) {
        checks.fault("/capacity", OUT_OF_RANGE, capacity, check::at_least(row.taken));
    }
    if let Some(day) = patch.ends_on.filter(|day| row.status == PackageStatus::Running && *day < row.ends_on) {
        checks.fault("/ends_on", OUT_OF_RANGE, day.to_string(), check::or_later(row.ends_on));
    }
    checks.done()
}

/// The day of the next step of a package.
#[must_use]
pub fn next_on(row: &package::Model) -> NaiveDate {
    match row.status {
        PackageStatus::Planned => row.opens_on,
        PackageStatus::Open => row.closes_on,
        PackageStatus::Selecting => row.starts_on,
        PackageStatus::Running | PackageStatus::Finished | PackageStatus::Cancelled => row.ends_on,
    }
}

/// The number of a package: `PKT-36.72-2026-000001`.
#[must_use]
pub fn number(office: &str, year: i32, number: i64) -> String {
    format!("PKT-{office}-{year}-{number:06}")
}
