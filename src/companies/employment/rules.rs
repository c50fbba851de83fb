//! What an employment report must say, when it is due, and what follows from it (UU 7/1981 arts. 6 to 8).

use chrono::{Datelike, Days, Months, NaiveDate};
use disnaker_entity::company::CompanyStatus;
use disnaker_entity::employment::Occasion;

use super::bodies::{ApprenticeCap, DisabilityShare, NewEmploymentReport, Workers};
use crate::book::Book;
use crate::check::{self, Checks, OUT_OF_RANGE};
use crate::companies::bodies::LegalForm;
use crate::deadline;
use crate::problem::{FaultCode, Kind, Language, Problem, Refusal, Text};
use crate::wire;

/// First report of a company that registers here; from that day.
pub const FIRST: &str = "wlkp.first-report";
/// Once a year (UU 7/1981 art. 7).
pub const ANNUAL: &str = "wlkp.annual-report";
/// After moving (UU 7/1981 art. 6).
pub const MOVING: &str = "wlkp.moving-report";
/// After re-starting (UU 7/1981 art. 6).
const RESTART: &str = "wlkp.restart-report";
/// After founding (UU 7/1981 art. 6).
const FOUNDING: &str = "wlkp.founding-report";
/// Before moving (UU 7/1981 art. 8).
const MOVING_NOTICE: &str = "wlkp.moving-notice";
/// Before stopping or dissolving (UU 7/1981 art. 8).
const CLOSING_NOTICE: &str = "wlkp.closing-notice";

const SUMS_DIFFER: FaultCode = FaultCode::new("sums-differ", "Jumlah tidak sama", "The sums differ");
const MORE_THAN_ALL: FaultCode = FaultCode::new("more-than-all", "Melebihi jumlah pekerja", "More than all workers");
/// Most workers of one kind.
const MOST: i64 = 2_000_000;
/// How far ahead a notice may lie, in days.
const AHEAD: u64 = 366;

/// Why a report is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmploymentRefusal {
    /// A filed report tells of this occasion and day already (UU 7/1981 art. 7: once); it is corrected or withdrawn.
    Exists,
}

impl Refusal for EmploymentRefusal {
    fn kind(&self) -> Kind {
        Kind::AlreadyExists
    }
}

/// All workers.
#[must_use]
pub fn total(workers: &Workers) -> i32 {
    workers.men.saturating_add(workers.women)
}

/// Every fault of a report at once.
///
/// # Errors
/// `invalid-content`.
pub fn check(new: &NewEmploymentReport, today: NaiveDate) -> Result<(), Problem> {
    let mut checks = Checks::default();
    check_day(&mut checks, new, today);
    let (employment, workers) = (&new.employment, &new.employment.workers);
    let all = i64::from(workers.men) + i64::from(workers.women);
    for (field, number, most) in [("men", workers.men, MOST / 2), ("women", workers.women, MOST / 2)] {
        checks.range(format!("/employment/workers/{field}"), number.into(), 0, most);
    }
    let sums = [
        (("under_18", workers.under_18), ("adults", workers.adults)),
        (("permanent", workers.permanent), ("fixed_term", workers.fixed_term)),
    ];
    for ((one, of_one), (other, of_other)) in sums {
        checks.range(format!("/employment/workers/{one}"), of_one.into(), 0, MOST);
        checks.range(format!("/employment/workers/{other}"), of_other.into(), 0, MOST);
        let sum = i64::from(of_one) + i64::from(of_other);
        if sum != all {
            let expected = Text::plain(format!("{one} + {other} = men + women = {all}"));
            checks.fault(format!("/employment/workers/{one}"), SUMS_DIFFER, sum, expected);
        }
    }
    let parts = [
        ("foreign", workers.foreign),
        ("with_disability", workers.with_disability),
        ("with_social_security", workers.with_social_security),
    ];
    for (field, number) in parts {
        let pointer = format!("/employment/workers/{field}");
        if i64::from(number) > all {
            let expected =
                Text::made(format!("paling banyak men + women = {all}"), format!("at most men + women = {all}"));
            checks.fault(pointer, MORE_THAN_ALL, number, expected);
        } else {
            checks.range(pointer, number.into(), 0, MOST);
        }
    }
    let turnover = &employment.turnover;
    for (pointer, number) in [
        ("/employment/apprentices", employment.apprentices),
        ("/employment/turnover/hired", turnover.hired),
        ("/employment/turnover/left", turnover.left),
        ("/employment/turnover/planned_vacancies", turnover.planned_vacancies),
    ] {
        checks.range(pointer, number.into(), 0, MOST);
    }
    let wages = &employment.wages;
    checks.range("/employment/wages/lowest", wages.lowest, 0, 1_000_000_000_000);
    checks.range("/employment/wages/highest", wages.highest, wages.lowest.max(0), 1_000_000_000_000);
    checks.range("/employment/weekly_hours", employment.weekly_hours.into(), 1, 168);
    checks.done()
}

/// Only moving and closing can lie ahead; a yearly report is about a month.
/// A correction counts as filed on the day of what it corrects, and so tells of no day that was to come then.
///
/// # Errors
/// `invalid-content`.
pub fn check_filed(new: &NewEmploymentReport, filed_on: NaiveDate) -> Result<(), Problem> {
    let mut checks = Checks::default();
    check_day(&mut checks, new, filed_on);
    checks.done()
}

fn check_day(checks: &mut Checks, new: &NewEmploymentReport, today: NaiveDate) {
    let latest = match new.occasion {
        Occasion::Moving | Occasion::Closing => today.checked_add_days(Days::new(AHEAD)).unwrap_or(today),
        Occasion::Founding | Occasion::Restart | Occasion::Yearly => today,
    };
    let day = new.occurred_on;
    if day.year() < 1900 || day > latest {
        checks.fault("/occurred_on", OUT_OF_RANGE, day.to_string(), check::from_to("1900-01-01", latest));
    } else if new.occasion == Occasion::Yearly && day.day() != 1 {
        let expected = Text::of("hari pertama suatu bulan", "the first day of a month");
        checks.fault("/occurred_on", OUT_OF_RANGE, day.to_string(), expected);
    }
}

/// Whether a company has moved: a verified one that states another region, not the same more exactly. One that the office has
/// not verified mends what it stated.
#[must_use]
pub fn has_moved(status: CompanyStatus, before: &str, after: &str) -> bool {
    status == CompanyStatus::Verified && !before.starts_with(after) && !after.starts_with(before)
}

/// First and last day of a year.
///
/// # Errors
/// `invalid-query` for a year that no report is of.
pub fn days_of(year: i32) -> Result<(NaiveDate, NaiveDate), Problem> {
    let (first, last) = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31));
    let days = first.zip(last).filter(|_| (2000..=2199).contains(&year));
    days.ok_or_else(|| wire::invalid_parameter("year", year, check::from_to(2000, 2199)))
}

/// Whether a report is a notice: filed before the day that it tells of.
#[must_use]
pub fn is_notice(occasion: Occasion, occurred_on: NaiveDate, filed_on: NaiveDate) -> bool {
    matches!(occasion, Occasion::Moving | Occasion::Closing) && filed_on < occurred_on
}

/// The last day for a report by its occasion: some days after founding, re-starting or moving (UU 7/1981 art. 6), some days
/// before moving or closing (art. 8). A yearly report has the day of the clock that it meets. The policy is that of the
/// day of filing.
///
/// # Errors
/// An internal error for a rule that no policy row has.
pub fn due_on(
    occasion: Occasion,
    occurred_on: NaiveDate,
    filed_on: NaiveDate,
    book: &Book,
    office: &str,
) -> Result<Option<NaiveDate>, Problem> {
    let policy = |rule| book.policies.at(rule, office, filed_on);
    let after = |rule| deadline::due(policy(rule)?, occurred_on, &book.calendar, office).map(Some);
    match occasion {
        Occasion::Founding => after(FOUNDING),
        Occasion::Restart => after(RESTART),
        Occasion::Moving if is_notice(occasion, occurred_on, filed_on) => {
            Ok(deadline::before(policy(MOVING_NOTICE)?, occurred_on))
        }
        Occasion::Moving => after(MOVING),
        Occasion::Closing => Ok(deadline::before(policy(CLOSING_NOTICE)?, occurred_on)),
        Occasion::Yearly => Ok(None),
    }
}

/// What a report is, to the clocks.
#[derive(Clone, Copy, Debug)]
pub struct Filing {
    /// Why it was filed.
    pub occasion: Occasion,
    /// The day that it tells of.
    pub occurred_on: NaiveDate,
    /// Filed before that day.
    pub notice: bool,
    /// The day of filing.
    pub filed_on: NaiveDate,
}

/// Whether a report does what a running clock asks for. Any report is a first one. A yearly one is that of the calendar
/// year in which it is filed (UU 7/1981 art. 7: once a year). A closed company owes nothing that falls due from its
/// closing on.
#[must_use]
pub fn meets(filing: &Filing, rule: &str, due_on: NaiveDate) -> bool {
    match (filing.occasion, rule) {
        (_, FIRST) => true,
        (Occasion::Closing, _) => due_on >= filing.occurred_on,
        (Occasion::Yearly, ANNUAL) => filing.filed_on.year() >= due_on.year(),
        (Occasion::Moving, MOVING) => !filing.notice,
        _ => false,
    }
}

/// When the next yearly report is due: at the end of the month in which the company reported first, as many years after
/// `year` as the policy says (UU 7/1981 art. 7). That is the year in which this one was due: a late one swallows none.
///
/// # Errors
/// Those of [`deadline::due`].
pub fn next_annual(
    first: NaiveDate,
    year: i32,
    filed_on: NaiveDate,
    book: &Book,
    office: &str,
) -> Result<NaiveDate, Problem> {
    let policy = book.policies.at(ANNUAL, office, filed_on)?;
    let month = NaiveDate::from_ymd_opt(year, first.month(), 1).unwrap_or(filed_on);
    let due = deadline::due(policy, month, &book.calendar, office)?;
    Ok(due.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))?.pred_opt()).unwrap_or(due))
}

/// The share of workers with disabilities that the law asks for: companies of the state or of a region owe more
/// (UU 8/2016 art. 53(1)) than private ones (art. 53(2)). The law does not say how to round: where the share is less than
/// one person only the numbers are shown, else "at least" is taken by its word.
///
/// # Errors
/// An internal error for a rule that no policy row has.
pub fn disability(
    form: LegalForm,
    workers: i32,
    with_disability: i32,
    book: &Book,
    office: &str,
    on: NaiveDate,
    language: Language,
) -> Result<DisabilityShare, Problem> {
    let rule = match form {
        LegalForm::StateOwned | LegalForm::RegionOwned => "disability.public-quota",
        _ => "disability.private-quota",
    };
    let policy = book.policies.at(rule, office, on)?;
    let hundredths = policy.amount.saturating_mul(workers.into());
    let required = (hundredths >= 100).then(|| hundredths.saturating_add(99) / 100);
    Ok(DisabilityShare {
        workers,
        with_disability,
        required_percent: policy.amount,
        required,
        met: required.map(|required| i64::from(with_disability) >= required),
        law: policy.law.in_language(language).to_owned(),
    })
}

/// The most apprentices that a company of so many workers may have (Permenaker 6/2020).
///
/// # Errors
/// An internal error for a rule that no policy row has.
pub fn apprentice_cap(
    workers: i32,
    apprentices: i32,
    book: &Book,
    office: &str,
    on: NaiveDate,
    language: Language,
) -> Result<ApprenticeCap, Problem> {
    let policy = book.policies.at("apprenticeship.cap", office, on)?;
    let most = policy.amount.saturating_mul(workers.into()) / 100;
    let kept = i64::from(apprentices) <= most;
    Ok(ApprenticeCap {
        percent: policy.amount,
        most,
        apprentices,
        kept,
        law: policy.law.in_language(language).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use disnaker_entity::reference::PolicyUnit;

    use super::*;
    use crate::book::{Policies, Policy};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn book() -> Book {
        let row = |rule: &str, amount, unit| Policy {
            rule: rule.into(),
            scope: String::new(),
            valid_from: day("2019-01-01"),
            amount,
            unit,
            law: Text::plain("law"),
        };
        let after = [FOUNDING, RESTART, MOVING, MOVING_NOTICE, CLOSING_NOTICE];
        let rows = after.map(|rule| row(rule, 30, PolicyUnit::CalendarDays)).into_iter().chain([
            row(ANNUAL, 1, PolicyUnit::Years),
            row("disability.private-quota", 1, PolicyUnit::Percent),
            row("disability.public-quota", 2, PolicyUnit::Percent),
            row("apprenticeship.cap", 20, PolicyUnit::Percent),
        ]);
        Book { policies: Policies::new(rows), ..Book::default() }
    }

    fn faults(new: &NewEmploymentReport) -> Vec<String> {
        let problem = check(new, day("2026-11-23")).err();
        problem.map_or_else(Vec::new, |problem| problem.into_faults().into_iter().map(|fault| fault.pointer).collect())
    }

    #[test]
    fn every_fault_is_told_and_sums_must_agree() {
        assert_eq!(faults(&NewEmploymentReport::sample()), Vec::<String>::new());
        let mut wrong = NewEmploymentReport::sample();
        wrong.occurred_on = day("2026-11-02");
        wrong.employment.workers.adults = 219;
        wrong.employment.workers.fixed_term = 71;
        wrong.employment.workers.foreign = 221;
        wrong.employment.workers.with_disability = -1;
        wrong.employment.wages.highest = 5_199_999;
        wrong.employment.weekly_hours = 169;
        let pointers = [
            "/occurred_on",
            "/employment/workers/under_18",
            "/employment/workers/permanent",
            "/employment/workers/foreign",
            "/employment/workers/with_disability",
            "/employment/wages/highest",
            "/employment/weekly_hours",
        ];
        assert_eq!(faults(&wrong), pointers);
        for (occasion, ahead) in [(Occasion::Founding, false), (Occasion::Moving, true), (Occasion::Closing, true)] {
            let new = NewEmploymentReport { occasion, occurred_on: day("2026-12-24"), ..NewEmploymentReport::sample() };
            assert_eq!(faults(&new).is_empty(), ahead, "{occasion}");
        }
    }

    #[test]
    fn each_occasion_has_its_last_day() {
        let due = |occasion, occurred: &str, filed: &str| {
            due_on(occasion, day(occurred), day(filed), &book(), "36.72").unwrap().map(|day| day.to_string())
        };
        assert_eq!(due(Occasion::Founding, "2026-11-01", "2026-11-23").as_deref(), Some("2026-12-01"));
        assert_eq!(due(Occasion::Founding, "1990-11-01", "2026-11-23").as_deref(), Some("1990-12-01"));
        assert_eq!(due(Occasion::Moving, "2026-12-31", "2026-11-23").as_deref(), Some("2026-12-01"), "the notice");
        assert_eq!(due(Occasion::Moving, "2026-11-23", "2026-11-23").as_deref(), Some("2026-12-23"), "the report");
        assert_eq!(due(Occasion::Closing, "2026-12-31", "2027-01-10").as_deref(), Some("2026-12-01"));
        assert_eq!(due(Occasion::Yearly, "2026-11-01", "2026-11-23"), None);
    }

    #[test]
    fn who_states_the_region_more_exactly_has_not_moved() {
        let moved = |before, after| has_moved(CompanyStatus::Verified, before, after);
        assert!(moved("36.72", "36.04") && moved("36.72.01", "36.72.02"));
        assert!(!moved("36.72", "36.72.01") && !moved("36.72.01", "36.72") && !moved("36.72", "36.72"));
        assert!(!has_moved(CompanyStatus::Registered, "36.72", "36.04"), "it mends what it stated");
    }

    #[test]
    fn the_next_yearly_report_is_due_in_the_month_of_the_first() {
        let next = |first: &str, filed: &str| {
            next_annual(day(first), day(filed).year(), day(filed), &book(), "").unwrap().to_string()
        };
        assert_eq!(next("2026-11-23", "2026-11-23"), "2027-11-30");
        assert_eq!(next("2019-02-10", "2027-01-05"), "2028-02-29", "the end of the month, whatever its length");
        assert_eq!(next("2019-02-10", "2027-11-05"), "2028-02-29", "a late one moves nothing");
    }

    #[test]
    fn a_report_meets_what_asks_for_it_and_nothing_else() {
        let filing = |occasion, occurred: &str, notice| Filing {
            occasion,
            occurred_on: day(occurred),
            notice,
            filed_on: day("2026-11-23"),
        };
        let yearly = filing(Occasion::Yearly, "2026-11-01", false);
        assert!(meets(&yearly, FIRST, day("2020-01-01")));
        assert!(meets(&yearly, ANNUAL, day("2026-12-31")), "of this year");
        assert!(meets(&yearly, ANNUAL, day("2025-12-31")), "late");
        assert!(!meets(&yearly, ANNUAL, day("2027-01-31")), "the next one");
        assert!(!meets(&yearly, MOVING, day("2026-12-31")));
        assert!(!meets(&filing(Occasion::Moving, "2026-12-01", true), MOVING, day("2026-12-31")));
        assert!(meets(&filing(Occasion::Moving, "2026-11-01", false), MOVING, day("2026-12-01")));
        let closing = filing(Occasion::Closing, "2026-12-31", true);
        assert!(!meets(&closing, ANNUAL, day("2026-12-30")), "due before it closes");
        assert!(meets(&closing, ANNUAL, day("2026-12-31")));
    }

    #[test]
    fn the_share_of_workers_with_disabilities_follows_the_legal_form() {
        let share = |form, workers, with| {
            let share = disability(form, workers, with, &book(), "", day("2026-11-23"), Language::English).unwrap();
            (share.required_percent, share.required, share.met)
        };
        assert_eq!(share(LegalForm::Pt, 99, 0), (1, None, None), "less than one person");
        assert_eq!(share(LegalForm::Pt, 100, 1), (1, Some(1), Some(true)));
        assert_eq!(share(LegalForm::Pt, 220, 2), (1, Some(3), Some(false)), "2 of 220 are less than 1 %");
        assert_eq!(share(LegalForm::Pt, 200, 2), (1, Some(2), Some(true)));
        assert_eq!(share(LegalForm::RegionOwned, 49, 0), (2, None, None));
        assert_eq!(share(LegalForm::StateOwned, 200, 3), (2, Some(4), Some(false)));
    }

    #[test]
    fn the_cap_on_apprentices_is_a_share_of_the_workers() {
        let cap = |workers, apprentices| {
            let cap = apprentice_cap(workers, apprentices, &book(), "", day("2026-11-23"), Language::English).unwrap();
            (cap.most, cap.kept)
        };
        assert_eq!(cap(220, 44), (44, true));
        assert_eq!(cap(220, 45), (44, false));
        assert_eq!(cap(4, 1), (0, false));
        assert_eq!(cap(0, 0), (0, true));
    }
}
