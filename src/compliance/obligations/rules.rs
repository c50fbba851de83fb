//! What an obligation asks for, when it is reminded of, and how far it can be extended.

use chrono::NaiveDate;
use disnaker_entity::plumbing::deadline::Model;
use uuid::Uuid;

use super::bodies::{DeadlineState, Way};
use crate::book::Book;
use crate::check::{self, Checks, OUT_OF_RANGE};
use crate::compliance::warnings::ANSWER;
use crate::deadline;
use crate::problem::{Kind, Problem, Refusal, Text};

/// How long after its first due date an extension may run; a written warning runs no longer than its own rule says, whatever is
/// granted (Permenaker 18/2024 art. 75).
const LIMIT: &str = "deadline.extension-limit";
/// When a clock is reminded of, in the order of the stages: before its due date, and after it.
const REMINDERS: [&str; 3] = ["deadline.reminder-first", "deadline.reminder-second", "deadline.reminder-last"];
/// The last stage.
const OVERDUE: &str = "deadline.overdue";

/// The stages of a clock's reminders, by the name that events give them.
pub const STAGES: [&str; 4] = ["first", "second", "last", "overdue"];

/// What a rule asks of a company.
struct Duty {
    rule: &'static str,
    what: Text,
    /// Method and address of what does it; the company and the clock's subject stand in braces.
    ways: &'static [(&'static str, &'static str)],
    /// Address of what it was done by.
    met_by: &'static str,
}

const EMPLOYMENT: &[(&str, &str)] = &[("POST", "/v1/companies/{company}/employment-reports")];
const EMPLOYMENT_REPORT: &str = "/v1/employment-reports/";
const DISPUTE: &str = "/v1/mediation-cases/";

/// One line a rule whose clock a company meets by filing something, or a dispute by a step. Founding and re-starting (UU 7/1981 art. 6) have no clock: nobody
/// but the report of it tells their day.
const DUTIES: &[Duty] = &[
    Duty {
        rule: "vacancy.outcome-report-due",
        what: Text::of("Melaporkan hasil pengisian lowongan", "Report the outcome of a vacancy"),
        ways: &[("POST", "/v1/placement-reports"), ("POST", "/v1/vacancies/{subject}/close")],
        met_by: "/v1/vacancies/",
    },
    Duty {
        rule: "placement.report-due",
        what: Text::of("Melaporkan penempatan tenaga kerja", "Report who was hired"),
        ways: &[("POST", "/v1/placement-reports/{subject}/submit")],
        met_by: "/v1/placement-reports/",
    },
    Duty {
        rule: "wlkp.first-report",
        what: Text::of("Menyampaikan wajib lapor ketenagakerjaan pertama", "File the first employment report"),
        ways: EMPLOYMENT,
        met_by: EMPLOYMENT_REPORT,
    },
    Duty {
        rule: "wlkp.annual-report",
        what: Text::of("Menyampaikan wajib lapor ketenagakerjaan tahunan", "File the yearly employment report"),
        ways: EMPLOYMENT,
        met_by: EMPLOYMENT_REPORT,
    },
    Duty {
        rule: "wlkp.moving-report",
        what: Text::of("Melaporkan kepindahan perusahaan", "Report that the company has moved"),
        ways: EMPLOYMENT,
        met_by: EMPLOYMENT_REPORT,
    },
    Duty {
        rule: ANSWER,
        what: Text::of("Menjawab peringatan tertulis", "Answer a written warning"),
        ways: &[("POST", "/v1/warnings/{subject}/answer")],
        met_by: "/v1/warnings/",
    },
    Duty {
        rule: "mediation.registration-return",
        what: Text::of("Memeriksa berkas perselisihan", "Look at the file of a dispute"),
        ways: &[
            ("POST", "/v1/mediation-cases/{subject}/return-file"),
            ("POST", "/v1/mediation-cases/{subject}/offer-paths"),
            ("POST", "/v1/mediation-cases/{subject}/refer"),
        ],
        met_by: DISPUTE,
    },
    Duty {
        rule: "mediation.registration-completion",
        what: Text::of("Melengkapi berkas perselisihan", "Complete the file of a dispute"),
        ways: &[("POST", "/v1/mediation-cases/{subject}/complete-file")],
        met_by: DISPUTE,
    },
    Duty {
        rule: "mediation.path-choice",
        what: Text::of("Memilih konsiliasi, arbitrase, atau mediasi", "Choose conciliation, arbitration or mediation"),
        ways: &[("POST", "/v1/mediation-cases/{subject}/choose-path")],
        met_by: DISPUTE,
    },
    Duty {
        rule: "mediation.first-hearing",
        what: Text::of("Mengadakan sidang mediasi pertama", "Hold the first hearing of the mediation"),
        ways: &[("POST", "/v1/mediation-cases/{subject}/hold-hearing")],
        met_by: DISPUTE,
    },
    Duty {
        rule: "mediation.recommendation",
        what: Text::of("Mengeluarkan anjuran tertulis", "Issue the written recommendation"),
        ways: &[
            ("POST", "/v1/mediation-cases/{subject}/issue-recommendation"),
            ("POST", "/v1/mediation-cases/{subject}/agree"),
        ],
        met_by: DISPUTE,
    },
    Duty {
        rule: "mediation.answer",
        what: Text::of("Menjawab anjuran", "Answer the recommendation"),
        ways: &[("POST", "/v1/mediation-cases/{subject}/answer")],
        met_by: DISPUTE,
    },
    Duty {
        rule: "mediation.settlement-after-recommendation",
        what: Text::of("Membuat perjanjian bersama", "Make the settlement"),
        ways: &[("POST", "/v1/mediation-cases/{subject}/settle-after-recommendation")],
        met_by: DISPUTE,
    },
    Duty {
        rule: "mediation.total",
        what: Text::of("Menyelesaikan mediasi", "Finish the mediation"),
        ways: &[
            ("POST", "/v1/mediation-cases/{subject}/agree"),
            ("POST", "/v1/mediation-cases/{subject}/issue-recommendation"),
        ],
        met_by: DISPUTE,
    },
];

fn duty(rule: &str) -> Option<&'static Duty> {
    DUTIES.iter().find(|duty| duty.rule == rule)
}

/// What a rule asks for; its name where no duty says it.
#[must_use]
pub fn what(rule: &str) -> Text {
    duty(rule).map_or_else(|| Text::plain(rule.to_owned()), |duty| duty.what.clone())
}

/// What is asked for, with the name of the record that it is about.
#[must_use]
pub fn named(what: &str, subject: Option<&String>) -> String {
    subject.map_or_else(|| what.to_owned(), |name| format!("{what}: {name}"))
}

/// What meets a clock that runs.
#[must_use]
pub fn ways(clock: &Model) -> Vec<Way> {
    let filled = |address: &str| {
        let company = clock.company_id.map(|id| id.to_string()).unwrap_or_default();
        address.replace("{company}", &company).replace("{subject}", &clock.subject_id.to_string())
    };
    let ways = duty(&clock.rule).filter(|_| clock.met_on.is_none()).map_or(&[][..], |duty| duty.ways);
    ways.iter().map(|(method, address)| Way { method, href: filled(address) }).collect()
}

/// Where the record is that met a clock.
#[must_use]
pub fn met_by(rule: &str, record: Option<Uuid>) -> Option<String> {
    Some(format!("{}{}", duty(rule)?.met_by, record?))
}

/// How a clock stands on a day.
#[must_use]
pub fn state(clock: &Model, today: NaiveDate) -> DeadlineState {
    match (clock.met_on, clock.paused_on) {
        (Some(_), _) if clock.lapsed => DeadlineState::Lapsed,
        (Some(_), _) => DeadlineState::Met,
        (None, Some(_)) => DeadlineState::Paused,
        (None, None) if clock.due_on < today => DeadlineState::Overdue,
        (None, None) => DeadlineState::Due,
    }
}

/// The day of each stage of the reminders of something that is due on a day.
///
/// # Errors
/// An internal error for a rule that no policy row has.
pub fn stages(book: &Book, office: &str, due_on: NaiveDate, today: NaiveDate) -> Result<[NaiveDate; 4], Problem> {
    let mut days = [due_on; 4];
    for (day, rule) in days.iter_mut().zip(REMINDERS) {
        *day = deadline::before(book.policies.at(rule, office, today)?, due_on).unwrap_or(due_on);
    }
    let overdue = deadline::due(book.policies.at(OVERDUE, office, today)?, due_on, &book.calendar, office)?;
    if let Some(last) = days.last_mut() {
        *last = overdue;
    }
    Ok(days)
}

/// How many stages have come on a day, and the day of the next one.
#[must_use]
pub fn reached(stages: &[NaiveDate; 4], today: NaiveDate) -> (usize, Option<NaiveDate>) {
    let count = stages.iter().rposition(|day| *day <= today).map_or(0, |at| at + 1);
    (count, stages.iter().skip(count).copied().min())
}

/// Why no more time is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionRefused {
    /// What was due has been done.
    Met,
    /// A request for this clock is open; the office's own rule: one at a time.
    Open,
}

impl Refusal for ExtensionRefused {
    fn kind(&self) -> Kind {
        match self {
            Self::Met => Kind::DeadlineMet,
            Self::Open => Kind::AlreadyExists,
        }
    }

    fn detail(&self) -> Option<Text> {
        match self {
            Self::Met => None,
            Self::Open => Some(Text::of(
                "Permohonan perpanjangan untuk tenggat ini masih terbuka.",
                "A request for more time on this clock is open.",
            )),
        }
    }
}

/// The furthest day to which a clock may be extended: by what the policy `deadline.extension-limit` gives beyond its first due
/// date. The day for the answer to a written warning is the officer's choice within its month (Permenaker 18/2024 art. 75),
/// and is not extended.
///
/// # Errors
/// Those of [`deadline::due`].
pub fn furthest(clock: &Model, book: &Book, today: NaiveDate) -> Result<NaiveDate, Problem> {
    if clock.rule == ANSWER {
        return Ok(clock.due_on);
    }
    let from = clock.original_due_on.unwrap_or(clock.due_on);
    deadline::due(book.policies.at(LIMIT, &clock.office, today)?, from, &book.calendar, &clock.office)
}

/// Whether a new last day is later than the one that is, not past, and no later than it may be.
pub fn check_day(checks: &mut Checks, pointer: &str, day: NaiveDate, clock: &Model, today: NaiveDate, most: NaiveDate) {
    let least = clock.due_on.succ_opt().unwrap_or(clock.due_on).max(today);
    if !(least..=most).contains(&day) {
        let expected = if least > most {
            Text::of("tidak ada tanggal sesudahnya yang diperbolehkan", "no later day is possible")
        } else {
            check::from_to(least, most)
        };
        checks.fault(pointer, OUT_OF_RANGE, day.to_string(), expected);
    }
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
            law: Text::of("", ""),
        };
        let [first, second, last] = REMINDERS;
        let rows = [(first, 14), (second, 7), (last, 1), (OVERDUE, 1), (LIMIT, 30)];
        let rows = rows.map(|(rule, days)| row(rule, days, PolicyUnit::CalendarDays)).into_iter();
        Book { policies: Policies::new(rows), ..Book::default() }
    }

    fn clock(rule: &str) -> Model {
        Model {
            id: Uuid::nil(),
            subject_kind: "company".into(),
            subject_id: Uuid::nil(),
            rule: rule.into(),
            party: "company".into(),
            office: "36.72".into(),
            company_id: Some(Uuid::nil()),
            started_on: day("2026-11-23"),
            due_on: day("2026-12-10"),
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
    fn a_stage_comes_on_its_day_and_the_next_one_is_known() {
        let stages = stages(&book(), "36.72", day("2026-12-10"), day("2026-11-23")).unwrap();
        let at = |today: &str| {
            let (count, next) = reached(&stages, day(today));
            (count, next.map(|day| day.to_string()))
        };
        assert_eq!(at("2026-11-25"), (0, Some("2026-11-26".into())));
        assert_eq!(at("2026-11-26"), (1, Some("2026-12-03".into())));
        assert_eq!(at("2026-12-05"), (2, Some("2026-12-09".into())));
        assert_eq!(at("2026-12-10"), (3, Some("2026-12-11".into())));
        assert_eq!(at("2026-12-11"), (4, None));
        assert_eq!(at("2027-12-11"), (4, None));
    }

    #[test]
    fn an_extension_ends_at_its_bound() {
        let most = |clock: &Model| furthest(clock, &book(), day("2026-12-01")).unwrap().to_string();
        assert_eq!(most(&clock("wlkp.annual-report")), "2027-01-09");
        let again = Model { due_on: day("2026-12-20"), original_due_on: Some(day("2026-12-10")), ..clock("r") };
        assert_eq!(most(&again), "2027-01-09", "an extension extends no bound");
        assert_eq!(most(&clock(ANSWER)), clock(ANSWER).due_on.to_string(), "a warning is not extended");
        let allowed = |wanted: &str, today: &str| {
            let mut checks = Checks::default();
            check_day(&mut checks, "/wanted_on", day(wanted), &clock("r"), day(today), day("2027-01-09"));
            checks.done().is_ok()
        };
        assert!(allowed("2026-12-11", "2026-12-01"));
        assert!(allowed("2027-01-09", "2026-12-01"));
        assert!(!allowed("2026-12-10", "2026-12-01"), "no gain");
        assert!(!allowed("2027-01-10", "2026-12-01"), "too far");
        assert!(!allowed("2026-12-15", "2026-12-16"), "past");
    }

    #[test]
    fn every_duty_says_what_it_is_and_how_it_is_done() {
        for duty in DUTIES {
            let ways = ways(&clock(duty.rule));
            assert!(!ways.is_empty() && ways.iter().all(|way| !way.href.contains('{')), "{}", duty.rule);
            assert_ne!(duty.what.id, duty.what.en);
        }
        assert_eq!(what("something.else").en, "something.else");
        assert_eq!(ways(&Model { met_on: Some(day("2026-12-01")), ..clock(ANSWER) }), []);
    }
}
