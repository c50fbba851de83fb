//! What may be warned about, and until when.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use disnaker_entity::company::CompanyId;
use disnaker_entity::plumbing::deadline;
use uuid::Uuid;

use super::bodies::NewWarning;
use crate::book::Book;
use crate::check::{Checks, OUT_OF_RANGE, TWICE, UNKNOWN_REFERENCE};
use crate::deadline::due;
use crate::problem::{Fault, FaultCode, Kind, Problem, Text};

/// The rule of the clock that a warning starts: an answer within a month (Permenaker 18/2024 art. 75).
pub const ANSWER: &str = "warning.answer";

/// Duties in one letter.
pub const MOST_DUTIES: usize = 100;

const NOT_OVERDUE: FaultCode = FaultCode::new(
    "not-overdue",
    "Kewajiban sudah dipenuhi atau belum lewat tenggat",
    "The duty is met, or its day has not passed",
);
const WARNED_ALREADY: FaultCode = FaultCode::new(
    "warned-already",
    "Sudah ada peringatan yang masih berjalan untuk kewajiban ini",
    "A running warning is about this duty already",
);
const SEVERAL_PROVINCES: FaultCode = FaultCode::new(
    "several-provinces",
    "Perusahaan melaporkan lowongan di beberapa provinsi: peringatan menjadi kewenangan Direktur Jenderal",
    "The company reported vacancies in several provinces: to warn it is the Director General's matter",
);

/// Whether a clock's day has passed and nothing came.
#[must_use]
pub fn is_overdue(clock: &deadline::Model, today: NaiveDate) -> bool {
    clock.met_on.is_none() && clock.paused_on.is_none() && clock.due_on < today
}

/// Every fault of a draft at once: its clocks are the company's, overdue, and in no running warning.
///
/// # Errors
/// `invalid-content`.
pub fn check(
    new: &NewWarning,
    clocks: &HashMap<Uuid, deadline::Model>,
    warned: &HashSet<Uuid>,
    today: NaiveDate,
) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.count("/deadline_ids", new.deadline_ids.len(), 1, MOST_DUTIES);
    if let Some(text) = &new.text {
        checks.lines("/text", text, 2000);
    }
    let mut seen = HashSet::new();
    for (at, id) in new.deadline_ids.iter().enumerate().take(MOST_DUTIES) {
        let (pointer, received) = (format!("/deadline_ids/{at}"), id.to_string());
        match clocks.get(id) {
            _ if !seen.insert(*id) => {
                checks.fault(pointer, TWICE, received, Text::of("setiap tenggat satu kali", "each clock once"));
            }
            Some(clock) if !is_of(clock, new.company_id) => {
                let expected = Text::of(
                    "tenggat perusahaan ini yang dapat diberi peringatan tertulis menurut peraturan",
                    "a clock of this company that the law has a written warning for",
                );
                checks.fault(pointer, UNKNOWN_REFERENCE, received, expected);
            }
            None => {
                let expected = Text::of("tenggat perusahaan ini", "a clock of this company");
                checks.fault(pointer, UNKNOWN_REFERENCE, received, expected);
            }
            Some(clock) if !is_overdue(clock, today) => {
                let expected = Text::made(
                    format!("hari sebelum {today}, dan belum dipenuhi"),
                    format!("a day before {today}, and unmet"),
                );
                checks.fault(pointer, NOT_OVERDUE, received, expected);
            }
            Some(_) if warned.contains(id) => {
                let expected = Text::of(
                    "kewajiban yang belum ada peringatan berjalannya",
                    "a duty that no running warning is about",
                );
                checks.fault(pointer, WARNED_ALREADY, received, expected);
            }
            Some(_) => {}
        }
    }
    checks.done()
}

/// A duty of the company's own that the law has a written warning for.
fn is_of(clock: &deadline::Model, company: CompanyId) -> bool {
    clock.company_id == Some(company.0) && clock.party == "company" && GROUNDS.contains(&clock.rule.as_str())
}

/// What a written warning may be about: vacancies and their outcome (Perpres 57/2023 art. 17), placements (Permenaker 18/2024
/// art. 75). UU 7/1981 knows none for employment reports.
const GROUNDS: [&str; 3] = ["vacancy.report-due", "vacancy.outcome-report-due", "placement.report-due"];

/// A letter goes out about duties that are still unmet and overdue on its day.
///
/// # Errors
/// `rows-refused` naming those that are not.
pub fn still_overdue(
    duties: &[Uuid],
    clocks: &HashMap<Uuid, deadline::Model>,
    today: NaiveDate,
) -> Result<(), Problem> {
    let over = |id: &Uuid| clocks.get(id).is_some_and(|clock| is_overdue(clock, today));
    let faults: Vec<Fault> = duties
        .iter()
        .enumerate()
        .filter(|(_, id)| !over(id))
        .map(|(at, id)| {
            Fault::new(
                format!("/duties/{at}"),
                NOT_OVERDUE,
                id.to_string(),
                Text::of("masih belum dipenuhi dan lewat tenggat", "still unmet and overdue"),
            )
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Problem::new(Kind::RowsRefused).faults(faults)) }
}

/// The last day for an answer: what was chosen, from tomorrow to the length of the policy.
///
/// # Errors
/// `invalid-content`; those of the deadline engine.
pub fn answer_by(chosen: Option<NaiveDate>, book: &Book, office: &str, today: NaiveDate) -> Result<NaiveDate, Problem> {
    let last = due(book.policies.at(ANSWER, office, today)?, today, &book.calendar, office)?;
    let day = chosen.unwrap_or(last);
    let mut checks = Checks::default();
    if day <= today || day > last {
        let expected =
            Text::made(format!("sesudah {today}, paling lambat {last}"), format!("after {today}, at most {last}"));
        checks.fault("/answer_by", OUT_OF_RANGE, day.to_string(), expected);
    }
    checks.done()?;
    Ok(day)
}

/// Who warns whom: a company that works in several provinces is the Director General's (Permenaker 18/2024 art. 75).
const WHO_WARNS: Text = Text::of("Permenaker 18/2024 Pasal 75", "Permenaker 18/2024 art. 75");

/// What an officer should see of a warning.
#[must_use]
pub fn findings(several_provinces: bool) -> Vec<Fault> {
    let found = |code| Fault::new("/company_id", code, true, WHO_WARNS);
    several_provinces.then(|| found(SEVERAL_PROVINCES)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Policies, Policy};
    use disnaker_entity::reference::PolicyUnit;

    fn day(day: &str) -> NaiveDate {
        day.parse().unwrap()
    }

    fn clock(number: u128, company: CompanyId) -> deadline::Model {
        deadline::Model {
            id: Uuid::from_u128(number),
            subject_kind: "vacancy".into(),
            subject_id: Uuid::from_u128(100 + number),
            rule: "vacancy.outcome-report-due".into(),
            party: "company".into(),
            office: "36.72".into(),
            company_id: Some(company.0),
            started_on: day("2026-01-01"),
            due_on: day("2026-01-31"),
            met_on: None,
            calendar_revision: 1,
            affected_by_revision: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            original_due_on: None,
            extensions: 0,
            met_by: None,
            cancelled: false,
            lapsed: false,
            paused_on: None,
            pauses: "[]".into(),
            stage: 0,
            remind_on: None,
        }
    }

    #[test]
    fn only_what_is_overdue_and_unmet_is_warned_about_and_once() {
        let company = CompanyId(Uuid::from_u128(1));
        let base = clock(0, company);
        let mut clocks: HashMap<_, _> =
            (1..=6).map(|number| (Uuid::from_u128(number), clock(number, company))).collect();
        let mut put = |number: u128, changed: deadline::Model| {
            clocks.insert(Uuid::from_u128(number), deadline::Model { id: Uuid::from_u128(number), ..changed });
        };
        put(2, deadline::Model { met_on: Some(day("2026-03-01")), ..base.clone() });
        put(3, deadline::Model { due_on: day("2026-02-02"), ..base.clone() });
        put(4, deadline::Model { company_id: Some(Uuid::from_u128(2)), ..base.clone() });
        put(5, deadline::Model { rule: ANSWER.into(), ..base });
        let warned = HashSet::from([Uuid::from_u128(6)]);
        let ids = [1, 2, 3, 4, 5, 6, 7, 1].map(Uuid::from_u128).to_vec();
        let new = NewWarning { company_id: company, deadline_ids: ids, text: None };
        let faults = check(&new, &clocks, &warned, day("2026-02-02")).unwrap_err().into_faults();
        let found: Vec<_> = faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.code)).collect();
        assert_eq!(
            found,
            [
                ("/deadline_ids/1", "not-overdue"),
                ("/deadline_ids/2", "not-overdue"),
                ("/deadline_ids/3", "unknown-reference"),
                ("/deadline_ids/4", "unknown-reference"),
                ("/deadline_ids/5", "warned-already"),
                ("/deadline_ids/6", "unknown-reference"),
                ("/deadline_ids/7", "stands-twice"),
            ]
        );
        assert!(check(&new, &clocks, &warned, day("2026-01-31")).is_err(), "the last day has not passed");
    }

    #[test]
    fn an_answer_is_due_within_a_month() {
        let month = Policy {
            rule: ANSWER.into(),
            scope: String::new(),
            valid_from: NaiveDate::MIN,
            amount: 1,
            unit: PolicyUnit::Months,
            law: Text::of("", ""),
        };
        let book = Book { policies: Policies::new([month]), ..Book::default() };
        let by = |chosen: Option<&str>| answer_by(chosen.map(day), &book, "36.72", day("2026-01-31")).ok();
        assert_eq!(by(None), Some(day("2026-02-28")));
        assert_eq!(by(Some("2026-02-01")), Some(day("2026-02-01")));
        assert_eq!(by(Some("2026-03-01")), None);
        assert_eq!(by(Some("2026-01-31")), None);
    }
}
