//! What a school must say of itself, what it may report, and what its silence means.

use chrono::{Datelike, NaiveDate};
use disnaker_entity::reference::RegionLevel;
use disnaker_entity::school::SchoolStatus;
use serde_json::Value;

use super::bodies::{NewSchool, NewSchoolReport, Silence};
use crate::book::{Book, NO_OFFICE, Office, Policy, SERVED};
use crate::calendar::add_months;
use crate::check::{self, Checks, OUT_OF_RANGE, UNKNOWN_REFERENCE, WRONG_TYPE};
use crate::deadline;
use crate::problem::{FaultCode, Kind, Problem, Refusal, Text};
use crate::reference::{A_DISTRICT, Codes};

const NPSN_DIGITS: FaultCode = FaultCode::new("npsn-digits", "Bukan NPSN", "Not a national school number");
/// After so many months without a report the office is to look at a school.
pub const EVALUATE: &str = "bkk.silence-evaluation";
/// After so many it counts as inactive.
pub const INACTIVE: &str = "bkk.silence-inactive";

/// The first year that the calendar knows: nobody reports on what was before.
const FIRST_YEAR: i32 = 2019;
/// Months that one report may cover.
const MOST_MONTHS: u32 = 12;

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchoolRefusal {
    /// The school number has applied already.
    Exists,
    /// A month of the report is in another report.
    Reported,
    /// Only a registered school reports.
    NotRegistered,
}

impl Refusal for SchoolRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Exists | Self::Reported => Kind::AlreadyExists,
            Self::NotRegistered => Kind::IllegalTransition,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::Exists => Text::of(
                "NPSN ini sudah terdaftar atau diajukan; mintalah undangan kepada operatornya atau dinas.",
                "This school number has applied already; ask its operator or the office for an invitation.",
            ),
            Self::Reported => Text::of(
                "Sebagian bulan itu sudah ada dalam laporan lain; perbaiki laporan itu dengan PATCH.",
                "Some of these months are in another report; correct that one with PATCH.",
            ),
            Self::NotRegistered => Text::of(
                "Hanya BKK yang terdaftar di dinas yang melapor.",
                "Only a job office that the office has registered reports.",
            ),
        })
    }
}

/// Every fault of a school's data at once; the office that registers it.
///
/// # Errors
/// `invalid-content`.
pub fn check<'a>(school: &NewSchool, codes: &Codes, book: &'a Book) -> Result<&'a Office, Problem> {
    let mut checks = Checks::default();
    if school.npsn.len() != 8 || !school.npsn.bytes().all(|byte| byte.is_ascii_digit()) {
        let received: String = school.npsn.chars().take(20).collect();
        checks.fault("/npsn", NPSN_DIGITS, received, Text::of("8 angka", "8 digits"));
    }
    checks.line("/name", &school.name, 160);
    checks.line("/address", &school.address, 300);
    checks.line("/contact/name", &school.contact.name, 120);
    checks.email("/contact/email", &school.contact.email);
    checks.optional_line("/contact/phone", school.contact.phone.as_deref(), 40);
    checks.line("/decree", &school.decree, 120);
    checks.line("/licence", &school.licence, 120);
    let office = book.receiving_office(&school.region);
    let received = || school.region.chars().take(20).collect::<String>();
    match codes.region(&school.region) {
        Some(region) if region.level != RegionLevel::Province => {
            if office.is_none() {
                checks.fault("/region", NO_OFFICE, received(), SERVED);
            }
        }
        _ => checks.fault("/region", UNKNOWN_REFERENCE, received(), A_DISTRICT),
    }
    checks.done()?;
    office.ok_or_else(|| Problem::internal("a sound school without an office"))
}

/// The months of a report, as the first days of the first and the last.
pub type Months = (NaiveDate, NaiveDate);

/// Every fault of a report at once; its months.
///
/// # Errors
/// `invalid-content`.
pub fn check_report(report: &NewSchoolReport, today: NaiveDate) -> Result<Months, Problem> {
    let mut checks = Checks::default();
    let from = month(&mut checks, "/from_month", &report.from_month);
    let until = month(&mut checks, "/until_month", &report.until_month);
    if let (Some(from), Some(until)) = (from, until) {
        let last = add_months(from, MOST_MONTHS - 1).unwrap_or(from);
        if !(from..=last).contains(&until) {
            let expected = check::from_to(&report.from_month, last.format("%Y-%m"));
            checks.fault("/until_month", OUT_OF_RANGE, report.until_month.as_str(), expected);
        } else if add_months(until, 1).is_none_or(|over| over > today) {
            let expected = Text::of("bulan yang sudah berakhir", "a month that is over");
            checks.fault("/until_month", OUT_OF_RANGE, report.until_month.as_str(), expected);
        }
    }
    let groups = [
        ("/registered", report.registered),
        ("/placed_local", report.placed_local),
        ("/placed_other_provinces", report.placed_other_provinces),
    ];
    for (pointer, group) in groups {
        checks.range(format!("{pointer}/men"), group.men.into(), 0, 100_000);
        checks.range(format!("{pointer}/women"), group.women.into(), 0, 100_000);
    }
    checks.range("/vacancies", report.vacancies.into(), 0, 100_000);
    if let Some(note) = &report.note {
        checks.lines("/note", note, 1000);
    }
    checks.done()?;
    from.zip(until).ok_or_else(|| Problem::internal("a sound report without its months"))
}

/// A month as its first day.
fn month(checks: &mut Checks, pointer: &str, text: &str) -> Option<NaiveDate> {
    let first = (text.len() == 7).then(|| format!("{text}-01").parse::<NaiveDate>().ok()).flatten();
    let first = first.filter(|first| first.year() >= FIRST_YEAR);
    if first.is_none() {
        checks.fault(pointer, WRONG_TYPE, Value::Null, Text::of("bulan, misalnya 2026-07", "a month, such as 2026-07"));
    }
    first
}

/// The last day on which a school may have been heard of for its silence to mean something.
#[must_use]
pub fn silent_since(policy: &Policy, today: NaiveDate) -> NaiveDate {
    deadline::before(policy, today).unwrap_or(NaiveDate::MIN)
}

/// What the months since a school was last heard of mean: nothing unless it is registered.
#[must_use]
pub fn silence(
    status: SchoolStatus,
    heard_on: Option<NaiveDate>,
    [evaluate, inactive]: [&Policy; 2],
    today: NaiveDate,
) -> Silence {
    let Some(heard_on) = heard_on.filter(|_| status == SchoolStatus::Registered) else { return Silence::None };
    if heard_on <= silent_since(inactive, today) {
        Silence::Inactive
    } else if heard_on <= silent_since(evaluate, today) {
        Silence::Evaluate
    } else {
        Silence::None
    }
}

#[cfg(test)]
mod tests {
    use disnaker_entity::reference::PolicyUnit;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_report_covers_months_that_are_over_and_at_most_twelve() {
        let today = day("2026-11-23");
        let of = |from: &str, until: &str| {
            let report =
                NewSchoolReport { from_month: from.into(), until_month: until.into(), ..NewSchoolReport::sample() };
            check_report(&report, today).map_err(|problem| problem.into_faults().remove(0).pointer)
        };
        assert_eq!(of("2026-07", "2026-10"), Ok((day("2026-07-01"), day("2026-10-01"))));
        assert_eq!(of("2025-11", "2026-10"), Ok((day("2025-11-01"), day("2026-10-01"))));
        for (from, until, pointer) in [
            ("2025-10", "2026-10", "/until_month"),
            ("2026-07", "2026-11", "/until_month"),
            ("2026-07", "2026-06", "/until_month"),
            ("2018-12", "2019-01", "/from_month"),
            ("2026-7", "2026-10", "/from_month"),
        ] {
            assert_eq!(of(from, until), Err(pointer.to_owned()), "{from} {until}");
        }
    }

    #[test]
    fn silence_is_counted_in_calendar_months_of_a_registered_school() {
        let months = |amount| Policy {
            rule: String::new(),
            scope: String::new(),
            valid_from: day("2019-01-01"),
            amount,
            unit: PolicyUnit::Months,
            law: Text::plain(""),
        };
        let (six, twelve) = (months(6), months(12));
        let of = |status, heard: &str, today: &str| silence(status, Some(day(heard)), [&six, &twelve], day(today));
        let registered = SchoolStatus::Registered;
        assert_eq!(of(registered, "2026-05-24", "2026-11-23"), Silence::None);
        assert_eq!(of(registered, "2026-05-23", "2026-11-23"), Silence::Evaluate);
        assert_eq!(of(registered, "2025-11-24", "2026-11-23"), Silence::Evaluate);
        assert_eq!(of(registered, "2025-11-23", "2026-11-23"), Silence::Inactive);
        assert_eq!(of(SchoolStatus::Ended, "2020-01-01", "2026-11-23"), Silence::None);
    }
}
