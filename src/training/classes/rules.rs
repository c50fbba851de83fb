//! Sessions, shares of attendance, who passes, and when somebody is asked what became of them. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use disnaker_entity::training::{Outcome, PackageStatus, package, session};
use serde_json::Value;

use super::bodies::{NewFollowUp, NewSession, Pass};
use crate::book::Book;
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, UNKNOWN_REFERENCE, WRONG_TYPE};
use crate::clock;
use crate::deadline;
use crate::problem::{FaultCode, Kind, Problem, Refusal, Text};
use crate::reference::Codes;
use crate::training::enrollments::rules::Points;
use crate::training::providers::bodies::ProgrammeUnit;

/// Least attendance for the training certificate.
const ATTENDANCE: &str = "training.attendance-threshold";
/// Least score of the assessment at the end.
const SCORE: &str = "training.pass-score";
/// When somebody who passed is asked what became of them.
const FOLLOW_UPS: [&str; 3] = ["training.follow-up-first", "training.follow-up-second", "training.follow-up-third"];

const TOO_LITTLE: FaultCode =
    FaultCode::new("below-threshold", "Di bawah ambang kelulusan", "Below what passing needs");

const NOT_NOTED: FaultCode = FaultCode::new("attendance-open", "Kehadiran belum dicatat", "Attendance is not noted");
const OVERLAPS: FaultCode = FaultCode::new("overlaps", "Bertumpuk dengan sesi lain", "Overlaps another session");

/// Sessions that are written at once.
const AT_ONCE: usize = 200;
/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassRefusal {
    /// The class is over or was cancelled.
    Over,
    /// The class has a session at that time.
    Taken,
    /// Attendance of the session was noted.
    Noted,
    /// The session is on a day to come.
    TooEarly(NaiveDate),
    /// The class does not run.
    NotRunning,
    /// Only who passed is asked what became of them.
    NotPassed,
    /// Nobody asks before a day.
    NotYet(NaiveDate),
    /// The answer of these days is there.
    Answered,
    /// A certificate is out.
    CertificateOut,
    /// Somebody said what became of the person.
    FollowedUp,
}

impl Refusal for ClassRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Taken | Self::Answered => Kind::AlreadyExists,
            _ => Kind::IllegalTransition,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::Over => Text::of("Kelas ini sudah selesai atau dibatalkan.", "The class is over or was cancelled."),
            Self::Taken => {
                Text::of("Kelas ini sudah memiliki sesi pada waktu itu.", "The class has a session at that time.")
            }
            Self::Noted => Text::of(
                "Kehadiran sesi ini sudah dicatat; sesi tidak dapat diubah atau dihapus.",
                "Attendance of the session was noted; it does not change any more.",
            ),
            Self::TooEarly(day) => Text::made(format!("Sesi ini pada {day}."), format!("The session is on {day}.")),
            Self::NotRunning => Text::of("Kelas ini tidak sedang berjalan.", "The class does not run now."),
            Self::CertificateOut => Text::of(
                "Sertifikatnya sudah terbit; cabut (`revoke`) lebih dulu.",
                "The certificate is out; `revoke` it first.",
            ),
            Self::FollowedUp => Text::of(
                "Jawaban setelah pelatihan sudah tercatat; hasilnya tidak dapat dibuka lagi.",
                "An answer of what became of the person is on record; the result stays.",
            ),
            Self::NotPassed => Text::of("Hanya bagi yang lulus.", "Only for who passed."),
            Self::NotYet(day) => Text::made(format!("Ditanya mulai {day}."), format!("Nobody asks before {day}.")),
            Self::Answered => Text::of("Jawaban untuk masa ini sudah ada.", "The answer of these days is there."),
        })
    }
}

/// Sessions that are sound, none over another or over those that the class has: each with the minute of its day at which it begins.
/// `at` says where each stands.
///
/// # Errors
/// `invalid-content` with every fault; a class that is over.
pub fn check_sessions(
    new: &[NewSession],
    of: &package::Model,
    units: &[ProgrammeUnit],
    known: &[session::Model],
    at: impl Fn(usize) -> String,
) -> Result<Vec<i32>, Problem> {
    if matches!(of.status, PackageStatus::Finished | PackageStatus::Cancelled) {
        return Err(ClassRefusal::Over.into());
    }
    let mut checks = Checks::default();
    checks.count("/sessions", new.len(), 1, AT_ONCE);
    let spans = known.iter().map(|row| ((row.date, row.begins_at), row.begins_at + row.minutes));
    let mut spans: BTreeMap<(NaiveDate, i32), i32> = spans.collect();
    let mut begin = Vec::with_capacity(new.len());
    for (index, session) in new.iter().enumerate().take(AT_ONCE) {
        let pointer = |field: &str| format!("{}/{field}", at(index));
        if !(of.starts_on..=of.ends_on).contains(&session.date) {
            let expected = check::from_to(of.starts_on, of.ends_on);
            checks.fault(pointer("date"), OUT_OF_RANGE, session.date.to_string(), expected);
        }
        checks.range(pointer("minutes"), session.minutes.into(), 15, 720);
        checks.line(pointer("topic"), &session.topic, 200);
        let unit = session.unit.as_deref().map(|code| (code, units.iter().find(|known| known.code == code)));
        match unit {
            Some((code, None)) => {
                let received: String = code.chars().take(40).collect();
                let expected = Text::of("unit program ini", "a unit of the programme");
                checks.fault(pointer("unit"), UNKNOWN_REFERENCE, received, expected);
            }
            Some((_, Some(unit))) if unit.delivery != session.delivery => {
                let expected = Text::made(
                    format!("`{}`, seperti unitnya", unit.delivery.as_str()),
                    format!("`{}`, as its unit", unit.delivery.as_str()),
                );
                checks.fault(pointer("delivery"), NOT_ALLOWED, session.delivery.as_str(), expected);
            }
            _ => {}
        }
        match clock::minutes(&session.begins_at) {
            Some(minutes) if minutes + session.minutes.clamp(0, DAY) > DAY => {
                let expected = Text::of("sesi yang selesai pada hari yang sama", "a session that ends on its day");
                checks.fault(pointer("minutes"), OUT_OF_RANGE, session.minutes, expected);
            }
            Some(minutes) => {
                let until = minutes + session.minutes.clamp(0, DAY);
                // The last that begins before this one ends: it is over then, or in the way.
                let before = spans.range(..(session.date, until)).next_back();
                if before.is_some_and(|((date, _), over)| *date == session.date && *over > minutes) {
                    let expected = Text::of("waktu yang belum terisi", "a time that is free");
                    checks.fault(pointer("begins_at"), OVERLAPS, session.begins_at.as_str(), expected);
                }
                spans.insert((session.date, minutes), until);
                begin.push(minutes);
            }
            None => {
                let received: String = session.begins_at.chars().take(10).collect();
                let expected = Text::of("JJ:MM, misalnya 08:00", "HH:MM, such as 08:00");
                checks.fault(pointer("begins_at"), WRONG_TYPE, received, expected);
            }
        }
    }
    checks.done()?;
    Ok(begin)
}

/// Whether a session may change or go.
///
/// # Errors
/// One whose attendance was noted.
pub const fn may_change(row: &session::Model) -> Result<(), ClassRefusal> {
    if row.noted_at.is_some() { Err(ClassRefusal::Noted) } else { Ok(()) }
}

/// The share of minutes at which somebody was there, hundredths of a percent, rounded down: none where nothing was held.
#[must_use]
pub fn share(present: i64, held: i64) -> Option<Points> {
    let share = present.checked_mul(10_000)?.checked_div(held)?;
    i32::try_from(share.clamp(0, 10_000)).ok().map(Points)
}

/// Least attendance for the training certificate, percent.
///
/// # Errors
/// An internal error where a policy row is missing.
pub fn threshold(book: &Book, of: &package::Model) -> Result<i64, Problem> {
    Ok(book.policies.at(ATTENDANCE, &of.office, of.starts_on)?.amount)
}

/// What is known of somebody who is to pass.
#[derive(Clone, Copy, Debug)]
pub struct Attended {
    /// The share of minutes at which they were there.
    pub share: Option<Points>,
    /// Sessions until today whose attendance was not noted.
    pub open: usize,
    /// Today.
    pub today: NaiveDate,
    /// Whether who decides is the office, which may go past a threshold.
    pub decides: bool,
}

/// Whether attendance and assessment suffice, by the rules as they were when the class began; or a reason of the office lets it pass.
///
/// # Errors
/// `invalid-content` with what is missing; an internal error where a policy row is missing.
pub fn check_pass(pass: &Pass, attended: &Attended, of: &package::Model, book: &Book) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if let Some(reason) = &pass.override_reason {
        if attended.decides {
            checks.reason("/override_reason", reason, 500);
        } else {
            let expected = Text::of(
                "kosong: hanya dinas yang dapat meluluskan dengan alasan",
                "nothing: only the office lets somebody pass with a reason",
            );
            checks.fault("/override_reason", NOT_ALLOWED, Value::Null, expected);
        }
        return checks.done();
    }
    if attended.today < of.ends_on {
        let expected = Text::made(
            format!("alasan: kelas berlangsung sampai {}", of.ends_on),
            format!("a reason: the class lasts until {}", of.ends_on),
        );
        checks.fault("/override_reason", REQUIRED, Value::Null, expected);
    }
    if attended.open > 0 {
        let expected =
            Text::of("kehadiran semua sesi sampai hari ini dicatat", "the attendance of every session until today");
        checks.fault("/attendance", NOT_NOTED, attended.open, expected);
    }
    let mut least = |pointer, received: Option<Points>, percent: i64| {
        if received.is_none_or(|points| i64::from(points.0) < percent * 100) {
            let received = received.map_or(Value::Null, |points| (f64::from(points.0) / 100.0).into());
            let expected = Text::made(
                format!("paling sedikit {percent}, atau `override_reason`"),
                format!("at least {percent}, or an `override_reason`"),
            );
            checks.fault(pointer, TOO_LITTLE, received, expected);
        }
    };
    least("/score", Some(pass.score), book.policies.at(SCORE, &of.office, of.starts_on)?.amount);
    least("/attendance", attended.share, threshold(book, of)?);
    checks.done()
}

/// The days from which on somebody who passed on a day is asked what became of them.
///
/// # Errors
/// An internal error where a policy row is missing.
pub fn follow_ups(book: &Book, office: &str, passed_on: NaiveDate) -> Result<[NaiveDate; 3], Problem> {
    let mut days = [passed_on; 3];
    for (day, rule) in days.iter_mut().zip(FOLLOW_UPS) {
        *day = deadline::due(book.policies.at(rule, office, passed_on)?, passed_on, &book.calendar, office)?;
    }
    Ok(days)
}

/// Every fault of an answer.
///
/// # Errors
/// `invalid-content`: an occupation is a known one, of who works.
pub fn check_follow_up(new: &NewFollowUp, codes: &Codes) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if let Some(code) = &new.occupation {
        let received: String = code.chars().take(20).collect();
        if !matches!(new.outcome, Outcome::Working | Outcome::SelfEmployed) {
            let expected = Text::of("kosong: tidak bekerja", "nothing: does not work");
            checks.fault("/occupation", NOT_ALLOWED, received, expected);
        } else if !codes.occupation_known(code) {
            checks.fault("/occupation", UNKNOWN_REFERENCE, received, check::code_of("/v1/occupations"));
        }
    }
    checks.done()
}

/// What an answer is counted as.
#[must_use]
pub const fn counted(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Working => "training_outcome_working",
        Outcome::SelfEmployed => "training_outcome_self_employed",
        Outcome::Looking => "training_outcome_looking",
        Outcome::Studying => "training_outcome_studying",
        Outcome::Unreached => "training_outcome_unreached",
    }
}

/// Which answer one is that is given on a day: that of the last time that was due; what was not asked before stays so.
///
/// # Errors
/// Before the first, or where that one is answered.
pub fn step_on(days: &[NaiveDate; 3], answered: &[i32], today: NaiveDate) -> Result<i32, ClassRefusal> {
    let [first, ..] = days;
    let due = (1..).zip(days).filter(|(_, day)| **day <= today).map(|(step, _)| step).last();
    match due {
        None => Err(ClassRefusal::NotYet(*first)),
        Some(step) if answered.contains(&step) => Err(ClassRefusal::Answered),
        Some(step) => Ok(step),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_answer_is_of_the_last_time_that_was_due() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = [day("2027-01-23"), day("2027-03-24"), day("2027-06-22")];
        assert_eq!(step_on(&days, &[], day("2027-01-22")), Err(ClassRefusal::NotYet(days[0])));
        assert_eq!(step_on(&days, &[], day("2027-01-23")), Ok(1));
        assert_eq!(step_on(&days, &[1], day("2027-03-23")), Err(ClassRefusal::Answered));
        assert_eq!(step_on(&days, &[], day("2027-03-24")), Ok(2), "what was not asked before stays so");
        assert_eq!(step_on(&days, &[1, 2], day("2030-01-01")), Ok(3));
    }

    proptest! {
        #[test]
        fn a_share_is_of_what_was_held_and_never_rounded_up(present in 0_i64..100_000, more in 0_i64..100_000) {
            let held = present + more;
            match share(present, held) {
                None => prop_assert_eq!(held, 0),
                Some(Points(share)) => {
                    prop_assert!((0..=10_000).contains(&share));
                    prop_assert!(i64::from(share) * held <= present * 10_000);
                    prop_assert!((i64::from(share) + 1) * held > present * 10_000);
                }
            }
        }
    }
}
