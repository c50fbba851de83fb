//! What becomes of a row: its content held against the rules of its report, and the row against what is known under its
//! reference. Pure; the same for a validation and a commit.

use std::collections::HashMap;

use disnaker_entity::batch::Disposition;
use disnaker_entity::report::ReportStatus;
use disnaker_entity::vacancy::{self, VacancyId};
use serde_json::Value;
use uuid::Uuid;

use crate::bulk::{self, Column, Told};
use crate::check::{Checks, NOT_ALLOWED, REQUIRED, UNKNOWN_REFERENCE};
use crate::clock::Moment;
use crate::problem::{Fault, FaultCode, Text};
use crate::reference::Codes;
use crate::reports::placement::bodies::PlacementRowBody;
use crate::reports::placement::{Checked, Persons, check_row};
use crate::reports::vacancy::bodies::VacancyLine;
use crate::reports::vacancy::{Yardstick, check_line};

/// What is to be done about a row that was not looked at.
pub const SEND_AGAIN: Text = Text::of("kirim ulang baris ini", "send the row again");
const UNDER_REVIEW: FaultCode =
    FaultCode::new("report-under-review", "Laporan sedang diperiksa dinas", "The office is looking at the report");
const PLACED_ALREADY: FaultCode =
    FaultCode::new("placement-accepted", "Penempatan sudah diterima dinas", "The office has accepted the placement");
const REPORT_HAS_FAULTS: FaultCode = FaultCode::new(
    "report-has-faults",
    "Baris lain dalam laporan itu tidak lagi sah",
    "Other lines of that report are not sound any more",
);
/// The row is in a report that waits for its company. Told when the batch ends, since the batch may file the report itself.
pub const NOT_FILED: FaultCode = FaultCode::new(
    "not-filed",
    "Laporannya belum diajukan, atau dikembalikan dinas",
    "Its report is not filed, or was returned by the office",
);
/// Rows were rejected where all or none were to be filed; received is how many.
pub const NOTHING_FILED: FaultCode = FaultCode::new(
    "nothing-filed",
    "Tidak satu pun baris diajukan: ada baris yang ditolak",
    "None of the rows is filed: some were rejected",
);
/// The batch was cancelled before the row was decided on.
pub const CANCELLED: FaultCode = FaultCode::new("cancelled", "Kiriman dibatalkan", "The batch was cancelled");
/// Whoever sent the batch may no longer file for the company.
pub const NO_RIGHT: FaultCode = FaultCode::new(
    "right-ended",
    "Hak pengirim untuk melapor sudah berakhir",
    "The sender may no longer file for the company",
);

/// The batch failed before the row was decided on.
pub const NOT_LOOKED_AT: FaultCode =
    FaultCode::new("not-looked-at", "Baris tidak sempat diperiksa", "The row was not looked at");

/// A row of a file.
pub type Input = bulk::Input<Content>;

/// What a row says.
#[derive(Clone)]
pub enum Content {
    /// A line of a vacancy report.
    Vacancy(Box<VacancyLine>),
    /// A row of a placement report, and how it names its vacancy.
    Placement(Box<PlacementRowBody>, VacancyName),
}

/// How a placement names its vacancy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VacancyName {
    /// By its id.
    Id(VacancyId),
    /// By the sender's own reference of it.
    Reference(String),
    /// By neither.
    None,
    /// By both.
    Both,
    /// By something that is at fault already.
    Wrong,
}

/// What is known under a reference: a line or row of a report of the company.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its report.
    pub report: Uuid,
    /// The line.
    pub line: Uuid,
    /// Where its report stands.
    pub status: ReportStatus,
    /// Where the line is a row that became a placement, or a line that became a vacancy: whether that still counts.
    pub alive: bool,
    /// What is filed over it is a correction, in which a line may have ended.
    pub correction: bool,
    /// Its content is the row's.
    pub same: bool,
}

/// What is to be done for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A new line.
    Create,
    /// A line of a report that its company may change.
    Update {
        /// The report.
        report: Uuid,
        /// The line.
        line: Uuid,
    },
    /// A line of an accepted report: its correction changes it.
    Correct {
        /// The accepted report.
        report: Uuid,
        /// The line.
        line: Uuid,
    },
    /// Nothing: it is there.
    Keep {
        /// The report.
        report: Uuid,
        /// The line.
        line: Uuid,
    },
    /// Nothing: it is refused.
    Reject,
}

/// What becomes of a row.
#[derive(Clone)]
pub struct Outcome {
    /// What is to be done.
    pub act: Act,
    /// What the sender is told.
    pub disposition: Disposition,
    /// The report that it is in, once it is in one.
    pub report: Option<Uuid>,
    /// Its line.
    pub line: Option<Uuid>,
    /// The row as it is stored, for a placement.
    pub checked: Option<Box<Checked>>,
    /// Faults and soft findings.
    pub told: Vec<Told>,
}

impl Outcome {
    /// A row that was not looked at.
    #[must_use]
    pub fn passed_over(input: &Input, columns: &[Column], code: FaultCode) -> Self {
        let mut outcome = Self::of(Act::Reject);
        outcome.tell(input, columns, Fault::new("", code, Value::Null, SEND_AGAIN), false);
        outcome
    }

    fn of(act: Act) -> Self {
        let disposition = match act {
            Act::Create => Disposition::Created,
            Act::Update { .. } | Act::Correct { .. } => Disposition::Updated,
            Act::Keep { .. } => Disposition::Unchanged,
            Act::Reject => Disposition::Rejected,
        };
        let (report, line) = match act {
            Act::Update { report, line } | Act::Correct { report, line } | Act::Keep { report, line } => {
                (Some(report), Some(line))
            }
            Act::Create | Act::Reject => (None, None),
        };
        Self { act, disposition, report, line, checked: None, told: Vec::new() }
    }

    fn tell(&mut self, input: &Input, columns: &[Column], fault: Fault, warning: bool) {
        self.told.push(input.told(columns, fault, warning));
    }

    /// The line of a report that the row is written over.
    #[must_use]
    pub fn rewrites(&self) -> Option<Uuid> {
        match self.act {
            Act::Update { line, .. } | Act::Correct { line, .. } => Some(line),
            Act::Create | Act::Keep { .. } | Act::Reject => None,
        }
    }

    /// Refuses what was sound by itself. The row still names the report that is known of it.
    pub fn refuse(&mut self, input: &Input, columns: &[Column], fault: Fault) {
        let mut refused = Self { report: self.report, line: self.line, ..Self::of(Act::Reject) };
        refused.told = std::mem::take(&mut self.told);
        refused.tell(input, columns, fault, false);
        *self = refused;
    }
}

/// What rows are held against.
pub struct Measure<'a> {
    /// The columns of the kind.
    pub columns: &'static [Column],
    /// Rules of lines.
    pub yardstick: Yardstick<'a>,
    /// Code lists.
    pub codes: &'a Codes,
    /// Today, at the office.
    pub moment: Moment,
    /// The office has verified the company.
    pub verified: bool,
}

/// Vacancies by id, and their ids by the sender's reference.
#[derive(Default)]
pub struct Vacancies {
    /// By id.
    pub rows: HashMap<VacancyId, vacancy::Model>,
    /// By reference.
    pub by_reference: HashMap<String, VacancyId>,
}

impl Vacancies {
    /// The vacancy that a row names, where there is one.
    #[must_use]
    pub fn named(&self, name: &VacancyName) -> Option<VacancyId> {
        match name {
            VacancyName::Id(id) => Some(*id),
            VacancyName::Reference(reference) => self.by_reference.get(reference).copied(),
            VacancyName::None | VacancyName::Both | VacancyName::Wrong => None,
        }
    }
}

/// Decides on a line of a vacancy report.
#[must_use]
pub fn judge_line(input: &Input, line: &VacancyLine, known: &[Known], measure: &Measure<'_>) -> Outcome {
    // A vacancy that was closed begins anew under its reference, unless its days are over and nothing is new.
    let over = line.valid_until < measure.moment.today;
    let closed = || known.iter().find(|known| over && known.same && known.status == ReportStatus::Accepted);
    let target = target(known).or_else(closed);
    let mut checks = label_checked(input);
    // What is there already was held against the rules when it came: it is not to fall by them a day later.
    if !target.is_some_and(|known| known.same) {
        let correction = target.is_some_and(|known| known.correction);
        check_line(&mut checks, line, &measure.yardstick.for_correction(correction), &|field| format!("/{field}"));
    }
    let mut outcome = settled(input, checks, target, measure);
    if outcome.act == Act::Create && !measure.verified {
        outcome.disposition = Disposition::Held;
    }
    outcome
}

/// Decides on a row of a placement report; `known` says by its stored form whether the content is the same.
#[must_use]
pub fn judge_placement(
    input: &Input,
    row: &PlacementRowBody,
    name: &VacancyName,
    vacancies: &Vacancies,
    persons: &mut Persons<'_>,
    measure: &Measure<'_>,
    known: impl FnOnce(&Checked) -> Vec<Known>,
) -> Outcome {
    let mut checks = label_checked(input);
    let mut row = row.clone();
    let named = vacancies.named(name);
    let blamed = if named.is_some() { None } else { Some("/vacancy_id") };
    row.vacancy_id = named.unwrap_or(row.vacancy_id);
    match name {
        VacancyName::Reference(reference) if named.is_none() => {
            let received: String = reference.chars().take(80).collect();
            let expected = Text::of("referensi lowongan perusahaan itu", "the reference of a vacancy of the company");
            checks.fault("/vacancy_reference", UNKNOWN_REFERENCE, received, expected);
        }
        VacancyName::None => {
            let expected = Text::of("vacancy_reference atau vacancy_id", "vacancy_reference or vacancy_id");
            checks.fault("/vacancy_reference", REQUIRED, Value::Null, expected);
        }
        VacancyName::Both => {
            let expected =
                Text::of("salah satu dari vacancy_reference dan vacancy_id", "one of vacancy_reference and vacancy_id");
            checks.fault("/vacancy_id", NOT_ALLOWED, Value::Null, expected);
        }
        VacancyName::Id(_) | VacancyName::Reference(_) | VacancyName::Wrong => {}
    }
    let mut content = Checks::default();
    let pointer = |field: &str| format!("/{field}");
    let checked = check_row(&mut content, &row, &vacancies.rows, measure.codes, &measure.moment, persons, &pointer);
    let known = known(&checked);
    let target = target(&known);
    // As of a line: what is there already does not fall by what was closed or changed since.
    if !target.is_some_and(|known| known.same) {
        checks.absorb(content, |fault| blamed != Some(fault.pointer.as_str()));
    }
    let mut outcome = settled(input, checks, target, measure);
    outcome.checked = Some(Box::new(checked));
    outcome
}

fn label_checked(input: &Input) -> Checks {
    let mut checks = Checks::default();
    checks.optional_line("/report", input.label.as_deref(), 80);
    checks
}

/// The faults of the cells, and those of the content that no fault of a cell explains, in the order of the columns.
fn told(input: &Input, checks: Checks, measure: &Measure<'_>) -> Outcome {
    let (faults, warnings) = checks.into_parts();
    let mut all: Vec<_> = input.faults.iter().cloned().map(|fault| (fault, false)).collect();
    all.extend(faults.into_iter().filter(|fault| !input.explains(fault)).map(|fault| (fault, false)));
    let rejected = !all.is_empty();
    // What follows from a day that was not read, or is told beside a fault of the same field, is no finding.
    let day_unread = input.faults.iter().any(|own| own.pointer.starts_with("/valid_"));
    let of_days = ["/valid_from", "/valid_until", "/wage_min", "/work_region"];
    let told: Vec<_> = all.iter().map(|(fault, _)| fault.pointer.clone()).collect();
    let idle = |fault: &Fault| told.contains(&fault.pointer) || day_unread && of_days.contains(&fault.pointer.as_str());
    all.extend(warnings.into_iter().filter(|fault| !input.explains(fault) && !idle(fault)).map(|fault| (fault, true)));
    all.sort_by_key(|(fault, warning)| (*warning, bulk::at(measure.columns, &fault.pointer)));
    let mut outcome = Outcome::of(if rejected { Act::Reject } else { Act::Create });
    for (fault, warning) in all {
        outcome.tell(input, measure.columns, fault, warning);
    }
    outcome
}

/// The line that a reference means now: one that is being changed or looked at before an accepted one; none where all that
/// is known has ended.
fn target(known: &[Known]) -> Option<&Known> {
    use ReportStatus::{Accepted, Draft, Returned, Submitted};
    let open = known.iter().find(|known| matches!(known.status, Draft | Returned | Submitted));
    open.or_else(|| known.iter().find(|known| known.status == Accepted && known.alive))
}

/// Holds a row against its faults, and a sound one against what its reference means now.
fn settled(input: &Input, checks: Checks, target: Option<&Known>, measure: &Measure<'_>) -> Outcome {
    let mut outcome = told(input, checks, measure);
    let Some(known) = target else { return outcome };
    let (report, line) = (known.report, known.line);
    (outcome.report, outcome.line) = (Some(report), Some(line));
    if outcome.act == Act::Reject {
        return outcome;
    }
    let placement = matches!(input.content, Content::Placement(..));
    let refusal = match (known.status, known.same) {
        (_, true) => None,
        (ReportStatus::Submitted, _) => {
            let expected = Text::of(
                "tunggu jawaban dinas, atau tarik laporan; lalu kirim ulang baris ini",
                "wait for the office's answer, or withdraw the report; then send the row again",
            );
            Some((UNDER_REVIEW, expected))
        }
        (ReportStatus::Accepted, _) if placement => {
            let expected = Text::of(
                "referensi baru, setelah dinas membatalkannya",
                "a new reference, once the office has voided it",
            );
            Some((PLACED_ALREADY, expected))
        }
        _ => None,
    };
    if let Some((code, expected)) = refusal {
        let reference = input.reference.clone();
        outcome.refuse(input, measure.columns, Fault::new("/reference", code, reference, expected));
        return outcome;
    }
    let act = match known.status {
        _ if known.same => Act::Keep { report, line },
        ReportStatus::Accepted => Act::Correct { report, line },
        _ => Act::Update { report, line },
    };
    Outcome { told: outcome.told, ..Outcome::of(act) }
}

/// Refuses a row because another line of the report that it changes is not sound any more.
pub fn refuse_for_others(outcome: &mut Outcome, input: &Input, columns: &[Column], others: usize) {
    let expected = Text::of("perbaiki laporan, lalu kirim ulang baris ini", "mend the report, then send the row again");
    outcome.refuse(input, columns, Fault::new("/reference", REPORT_HAS_FAULTS, others, expected));
}

/// Refuses a row because the correction that would change it lies with the office.
pub fn refuse_under_review(outcome: &mut Outcome, input: &Input, columns: &[Column], correction: Uuid) {
    outcome.report = Some(correction);
    let expected = Text::of(
        "tunggu jawaban dinas atas pembetulan, lalu kirim ulang baris ini",
        "wait for the office's answer to the correction, then send the row again",
    );
    outcome.refuse(input, columns, Fault::new("/reference", UNDER_REVIEW, input.reference.clone(), expected));
}
