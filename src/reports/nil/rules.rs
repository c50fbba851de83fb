//! Which months a nil report may be for.

use chrono::{Datelike, Months, NaiveDate};
use serde_json::Value;

use crate::check::{self, Checks, OUT_OF_RANGE, WRONG_TYPE};
use crate::problem::{Kind, Problem, Refusal};
use crate::reports::A_MONTH;

/// The first year that the calendar knows: nobody reports on what was before.
const FIRST_YEAR: i32 = 2019;

/// Why a nil report is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NilRefusal {
    /// The month has a nil report already.
    Twice,
    /// A vacancy report was filed in the month: there were vacancies.
    VacanciesReported,
}

impl Refusal for NilRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Twice => Kind::AlreadyExists,
            Self::VacanciesReported => Kind::VacanciesReported,
        }
    }
}

/// A month as its first day.
///
/// # Errors
/// `invalid-content` for what is no month, one that has not begun where the office is, or one before 2019.
pub fn month(text: &str, today: NaiveDate) -> Result<NaiveDate, Problem> {
    let mut checks = Checks::default();
    let first = (text.len() == 7).then(|| format!("{text}-01").parse::<NaiveDate>().ok()).flatten();
    match first {
        None => checks.fault("/month", WRONG_TYPE, Value::Null, A_MONTH),
        Some(first) if first > today || first.year() < FIRST_YEAR => {
            let latest = today.format("%Y-%m");
            checks.fault("/month", OUT_OF_RANGE, text, check::from_to(format!("{FIRST_YEAR}-01"), latest));
        }
        Some(_) => {}
    }
    checks.done()?;
    first.ok_or_else(|| Problem::internal("a month without a first day"))
}

/// A month as it is stored.
#[must_use]
pub fn name(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

/// The first day of the month after.
#[must_use]
pub fn after(first: NaiveDate) -> NaiveDate {
    first.checked_add_months(Months::new(1)).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_begun_and_is_written_in_one_way() {
        let today = "2026-11-23".parse().unwrap();
        assert_eq!(month("2026-11", today).unwrap().to_string(), "2026-11-01");
        assert_eq!(name(month("2019-01", today).unwrap()), "2019-01");
        for wrong in
            ["2026-12", "2018-12", "2026-13", "2026-1", "26-11", "", "2026-11-01", "+026-01", "11-2026", "२०२६"]
        {
            let problem = month(wrong, today).unwrap_err();
            assert_eq!(problem.kind, Kind::InvalidContent, "{wrong}");
        }
        assert_eq!(after("2026-12-01".parse().unwrap()).to_string(), "2027-01-01");
    }
}
