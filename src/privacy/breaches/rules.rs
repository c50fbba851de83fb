//! What the register asks of a breach.

use chrono::{DateTime, Datelike, Utc};
use disnaker_entity::privacy::DataBreachStatus;
use disnaker_entity::privacy::data_breach::Model;

use super::bodies::{Ending, NewDataBreach};
use crate::check::{Checks, OUT_OF_RANGE};
use crate::lifecycle::{self, By};
use crate::problem::{Kind, Problem, Refusal, Text};

/// The rule of the hours in which the persons and the authority are told (UU 27/2022 art. 46(1)).
pub const NOTICE: &str = "privacy.breach-notice";

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachRefused {
    /// The persons or the authority are not told yet.
    Untold,
    /// They were told already.
    Told,
}

impl Refusal for BreachRefused {
    fn kind(&self) -> Kind {
        Kind::IllegalTransition
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::Untold => Text::of(
                "Subjek data dan lembaga diberi tahu dahulu (UU 27/2022 Pasal 46).",
                "The persons and the authority are told first (UU 27/2022 art. 46).",
            ),
            Self::Told => Text::of("Pemberitahuan ini sudah dicatat.", "This notice is on record already."),
        })
    }
}

/// Every fault of what is written down.
pub fn check(checks: &mut Checks, said: &NewDataBreach, now: DateTime<Utc>) {
    checks.lines("/data", &said.data, 2000);
    checks.lines("/happened", &said.happened, 4000);
    checks.lines("/handling", &said.handling, 4000);
    if let Some(description) = &said.affected.description {
        checks.lines("/affected/description", description, 2000);
    }
    checks.count("/affected/job_seeker_ids", said.affected.job_seeker_ids.len(), 0, 1000);
    if let Some(persons) = said.persons {
        checks.range("/persons", persons, 0, 1_000_000_000);
    }
    between(checks, "/found_at", said.found_at, None, now);
}

/// The first year that the calendar knows, and whose rules are loaded.
const FIRST_YEAR: i32 = 2019;

/// An instant that has come, and not before another.
pub fn between(
    checks: &mut Checks,
    pointer: &str,
    at: DateTime<Utc>,
    first: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) {
    if at > now || at.year() < FIRST_YEAR || first.is_some_and(|first| at < first) {
        let expected = match first {
            Some(first) => Text::made(format!("dari {first} sampai sekarang"), format!("from {first} until now")),
            None => {
                Text::made(format!("dari tahun {FIRST_YEAR} sampai sekarang"), format!("from {FIRST_YEAR} until now"))
            }
        };
        checks.fault(pointer, OUT_OF_RANGE, at.to_rfc3339(), expected);
    }
}

/// How a breach ended, said so that it says something.
///
/// # Errors
/// `invalid-content`.
pub fn ending(ending: &Ending) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.reason("/reason", &ending.reason, 2000);
    checks.done()
}

/// What may be done with a breach now: each is told once, and what is not told is not closed.
#[must_use]
pub fn allowed(row: &Model) -> Vec<&'static str> {
    let (authority, subjects) = (row.authority_notified_at.is_some(), row.subjects_notified_at.is_some());
    let mut allowed = lifecycle::allowed(row.status, By::Office);
    allowed.retain(|event| match *event {
        "notify_authority" => !authority,
        "notify_subjects" => !subjects,
        "close" => authority && subjects,
        _ => true,
    });
    allowed
}

/// Whether somebody was told too late, or is not told though it was due.
#[must_use]
pub fn late(row: &Model, now: DateTime<Utc>) -> bool {
    let told = |at: Option<DateTime<Utc>>| at.unwrap_or(now) > row.due_at;
    row.status != DataBreachStatus::Dismissed && (told(row.authority_notified_at) || told(row.subjects_notified_at))
}
