//! Who may apply, how applicants are ranked, and what cover a class needs. Pure.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::seeker::SeekerStatus;
use disnaker_entity::training::EnrollmentStatus::{self, Accepted, Attending, Offered, Passed};
use disnaker_entity::training::{
    EnrollmentId, EvidenceKind, PackageId, PackageStatus, TargetGroup, enrollment, package,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

use super::bodies::{Needs, NewCover, NewScore, RankView};
use super::lifecycle::EnrollmentEvent;
use crate::book::Book;
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, TWICE, UNKNOWN_REFERENCE, WRONG_TYPE};
use crate::deadline;
use crate::lifecycle;
use crate::problem::{Fault, FaultCode, Kind, Problem, Refusal, Text};
use crate::reference::Codes;

/// How long the same person cannot repeat the same programme.
const REPEAT: &str = "training.repeat-wait";
/// How long a seat is kept for who is offered it.
const OFFER: &str = "training.offer-time";
/// Whether a class can't start while a participant lacks cover (PP 44/2015; Permenaker 5/2021 art. 35).
const COVER_BLOCKS: &str = "training.cover-blocks-start";

const NOT_COVERED: FaultCode =
    FaultCode::new("not-covered", "Belum ada jaminan sosial", "No social security for all of the class");

disnaker_entity::words! {
    /// What decides between equal scores.
    TieBreak {
        /// The better score of the interview.
        Interview = "interview",
        /// The better score of the written test.
        Test = "test",
        /// The earlier application.
        AppliedAt = "applied_at",
        /// The order of the enrolments' ids, where nothing else decides.
        Enrollment = "enrollment",
    }
}

/// Points from 0 to 100 in hundredths, exact; a number with at most two decimals on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub i32);

impl Points {
    /// All of them.
    pub const ALL: Self = Self(10_000);
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 100.0)
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::{Error, Unexpected};
        let number = f64::deserialize(deserializer)?;
        let hundredths = number * 100.0;
        let whole = hundredths.round();
        if !(0.0..=10_000.0).contains(&whole) || (hundredths - whole).abs() > 1e-6 {
            return Err(D::Error::invalid_value(
                Unexpected::Float(number),
                &"a number from 0 to 100 with two decimals",
            ));
        }
        // In range, so nothing is cut off.
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to 10,000")]
        Ok(Self(whole as i32))
    }
}

impl utoipa::PartialSchema for Points {
    fn schema() -> utoipa::openapi::RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0))
            .maximum(Some(100))
            .multiple_of(Some(0.01))
            .into()
    }
}

impl utoipa::ToSchema for Points {}

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrollmentRefusal {
    /// The package takes no applications now.
    NotOpen,
    /// Only who is in the register, looking for work, applies.
    NotRegistered,
    /// The person left the register since they applied.
    Gone,
    /// The person has applied for this package.
    Applied,
    /// The person has a seat in a class that is not over.
    RunningClass,
    /// The person has been in this programme, and may repeat it from a day on.
    Repeat(NaiveDate),
    /// The person has a seat in a class of this programme, or is offered one.
    SameProgramme,
    /// Every seat is taken.
    Full,
    /// Every reserve is named.
    ReservesFull,
    /// There is a seat for who is to be a reserve.
    SeatFree,
    /// So many who rank higher are not decided on, and so many wait for their papers, a test or an interview.
    RankedBelow(usize, usize),
    /// The offer has lapsed.
    OfferOver,
    /// The class has not begun.
    NotRunning,
    /// Applications are still taken.
    StillOpen,
    /// Nobody moves up any more.
    SelectionOver,
    /// The selection is not that far, or it is over: so many wait for a test or an interview.
    Waiting(usize),
    /// Only who has a seat.
    NoSeat,
}

impl Refusal for EnrollmentRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Applied | Self::RunningClass | Self::SameProgramme | Self::Repeat(_) => Kind::AlreadyExists,
            Self::Full | Self::ReservesFull => Kind::CapacityExhausted,
            Self::NotOpen
            | Self::NotRegistered
            | Self::Gone
            | Self::OfferOver
            | Self::NotRunning
            | Self::StillOpen
            | Self::SelectionOver
            | Self::SeatFree
            | Self::Waiting(_)
            | Self::NoSeat => Kind::IllegalTransition,
            Self::RankedBelow(..) => Kind::InvalidContent,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::NotOpen => {
                Text::of("Paket ini tidak sedang menerima pendaftaran.", "The package takes no applications now.")
            }
            Self::NotRegistered => Text::of(
                "Hanya pencari kerja yang terdaftar (`registered`) yang dapat mendaftar pelatihan.",
                "Only a record that is `registered` applies for training.",
            ),
            Self::Gone => Text::of(
                "Orang ini tidak lagi terdaftar; daftarkan kembali (`restore`) atau gugurkan pendaftarannya (`drop`).",
                "The person is no longer in the register; `restore` the record, or `drop` the enrolment.",
            ),
            Self::Applied => {
                Text::of("Orang ini sudah mendaftar paket ini.", "The person has applied for this package.")
            }
            Self::RunningClass => Text::of(
                "Orang ini sudah memiliki kursi pada kelas yang belum selesai.",
                "The person has a seat in a class that is not over.",
            ),
            Self::Repeat(day) => Text::made(
                format!(
                    "Orang ini pernah mengikuti program ini; boleh mengulang untuk kelas yang mulai {day} atau sesudahnya."
                ),
                format!(
                    "The person has been in this programme, and may repeat it in a class that begins on {day} or later."
                ),
            ),
            Self::SameProgramme => Text::of(
                "Orang ini sudah memiliki kursi pada program yang sama.",
                "The person has a seat in a class of the same programme.",
            ),
            Self::Full => Text::of("Semua kursi sudah terisi.", "Every seat is taken."),
            Self::SeatFree => Text::of(
                "Masih ada kursi untuk orang ini; terima (`accept`), atau sebutkan `override_reason`.",
                "There is a seat for this person; `accept`, or say an `override_reason`.",
            ),
            Self::ReservesFull => Text::of("Semua cadangan sudah ditetapkan.", "Every reserve is named."),
            Self::RankedBelow(..) => return None,
            Self::OfferOver => Text::of("Batas waktu penawaran sudah lewat.", "The time of the offer is over."),
            Self::Waiting(persons) => Text::made(
                format!("{persons} pendaftar masih menunggu pemeriksaan, tes atau wawancara."),
                format!("{persons} applicants still wait for their papers, a test or an interview."),
            ),
            Self::NoSeat => Text::of("Hanya bagi yang memiliki kursi.", "Only for who has a seat."),
            Self::NotRunning => Text::of("Kelasnya belum berjalan.", "The class does not run yet."),
            Self::SelectionOver => Text::of(
                "Seleksi sudah berakhir: kelas berjalan dan batas hari pengisian kursi sudah lewat, atau kelas selesai.",
                "The selection is over: the class runs and the last day on which a seat is filled has passed, or it has ended.",
            ),
            Self::StillOpen => Text::of(
                "Pendaftaran masih dibuka; tutup lebih dulu dengan `close_applications`.",
                "Applications are still taken; end that with `close_applications` first.",
            ),
        })
    }

    fn faults(self) -> Vec<Fault> {
        match self {
            Self::RankedBelow(ahead, waiting) => vec![Fault::new(
                "/override_reason",
                REQUIRED,
                Value::Null,
                Text::made(
                    format!(
                        "alasan: {ahead} orang dengan peringkat lebih tinggi belum diputuskan, {waiting} belum selesai diuji"
                    ),
                    format!(
                        "a reason: {ahead} who rank higher are not decided on, {waiting} are not tested to the end"
                    ),
                ),
            )],
            _ => Vec::new(),
        }
    }
}

/// Whether somebody may apply now.
///
/// # Errors
/// A package that takes none, or somebody who is not in the register.
pub fn may_apply(of: &package::Model, person: SeekerStatus, today: NaiveDate) -> Result<(), EnrollmentRefusal> {
    if of.status != PackageStatus::Open || !(of.opens_on..=of.closes_on).contains(&today) {
        return Err(EnrollmentRefusal::NotOpen);
    }
    if person == SeekerStatus::Registered { Ok(()) } else { Err(EnrollmentRefusal::NotRegistered) }
}

/// What somebody did in a class of a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Enrolment.
    pub id: EnrollmentId,
    /// Package.
    pub package: PackageId,
    /// Where it stands.
    pub status: EnrollmentStatus,
    /// When it ended.
    pub ended_on: Option<NaiveDate>,
}

/// Whether somebody may be in a class of a programme again, by what they did in it.
///
/// # Errors
/// A seat in it, or an end that is not long enough ago; an internal error where a policy row is missing.
pub fn may_repeat(earlier: &[Earlier], of: &package::Model, book: &Book, today: NaiveDate) -> Result<(), Problem> {
    if earlier.iter().any(|one| matches!(one.status, Offered | Accepted | Attending)) {
        return Err(EnrollmentRefusal::SameProgramme.into());
    }
    let ended = earlier.iter().filter(|one| matches!(one.status, Passed | EnrollmentStatus::Failed));
    let Some(last) = ended.filter_map(|one| one.ended_on).max() else { return Ok(()) };
    let wait = book.policies.at(REPEAT, &of.office, today)?;
    let first = deadline::due(wait, last, &book.calendar, &of.office)?;
    if of.starts_on < first { Err(EnrollmentRefusal::Repeat(first).into()) } else { Ok(()) }
}

/// What disabilities need, by the codes of reference data.
pub fn check_needs(checks: &mut Checks, needs: &Needs, codes: &Codes) {
    checks.count("/needs/disabilities", needs.disabilities.len(), 0, 4);
    for (at, kind) in needs.disabilities.iter().enumerate() {
        if codes.disability_kind(kind).is_none() {
            let received: String = kind.chars().take(20).collect();
            let expected = check::code_of("/v1/disability-kinds");
            checks.fault(format!("/needs/disabilities/{at}"), UNKNOWN_REFERENCE, received, expected);
        }
    }
    if let Some(accommodation) = &needs.accommodation {
        checks.lines("/needs/accommodation", accommodation, 500);
    }
}

/// Evidence that lets somebody into a class: any of the kinds that its package asks for.
///
/// # Errors
/// `invalid-content`.
pub fn check_evidence(asked: &[EvidenceKind], seen: &[EvidenceKind]) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.count("/evidence", seen.len(), 0, EvidenceKind::ALL.len());
    if !asked.is_empty() && !asked.iter().any(|kind| seen.contains(kind)) {
        let kinds = asked.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        let expected = Text::made(format!("salah satu: {kinds}"), format!("one of {kinds}"));
        let seen: Vec<_> = seen.iter().map(|kind| kind.as_str()).collect();
        checks.fault("/evidence", REQUIRED, seen, expected);
    }
    checks.done()
}

/// What scores do to an enrolment, one step after the other.
pub struct Steps {
    /// Enrolment.
    pub id: EnrollmentId,
    /// Steps, each with its score.
    pub events: Vec<(EnrollmentEvent, Points)>,
}

/// What each of some scores does to its enrolment, in the order in which they were sent.
///
/// # Errors
/// `invalid-content`: an applicant of another package or named twice, no score, or one that comes too early or too late.
pub fn check_scores(
    scores: &[NewScore],
    standing: impl Fn(EnrollmentId) -> Option<EnrollmentStatus>,
) -> Result<Vec<Steps>, Problem> {
    let (mut checks, mut seen, mut steps) = (Checks::default(), HashSet::new(), Vec::with_capacity(scores.len()));
    for (at, score) in scores.iter().enumerate() {
        let id = score.enrollment_id;
        let Some(mut status) = standing(id) else {
            let expected = Text::of("pendaftar paket ini", "an applicant for this package");
            checks.fault(format!("/scores/{at}/enrollment_id"), UNKNOWN_REFERENCE, id.to_string(), expected);
            continue;
        };
        if !seen.insert(id) {
            let expected = Text::of("setiap orang satu kali", "each person once");
            checks.fault(format!("/scores/{at}/enrollment_id"), TWICE, id.to_string(), expected);
        }
        let named =
            [("test", EnrollmentEvent::Test, score.test), ("interview", EnrollmentEvent::Interview, score.interview)];
        let named = named.into_iter().filter_map(|(name, event, points)| Some((name, event, points?)));
        let mut events = Vec::new();
        for (name, event, points) in named {
            match lifecycle::step(status, event) {
                Ok(step) => status = step.to(),
                Err(_) => checks.fault(
                    format!("/scores/{at}/{name}"),
                    NOT_ALLOWED,
                    status.as_str(),
                    Text::of(
                        "nilai tes setelah lolos administrasi, nilai wawancara setelah tes, sebelum keputusan",
                        "a test's score once the papers are in order, an interview's after the test, before the decision",
                    ),
                ),
            }
            events.push((event, points));
        }
        if events.is_empty() {
            let expected = Text::of("`test`, `interview`, atau keduanya", "`test`, `interview`, or both");
            checks.fault(format!("/scores/{at}"), REQUIRED, Value::Null, expected);
        }
        steps.push(Steps { id, events });
    }
    checks.done()?;
    Ok(steps)
}

/// Kinds of evidence that a target group asks for, where a package says nothing else.
#[must_use]
pub fn usual_evidence(group: TargetGroup) -> &'static [EvidenceKind] {
    match group {
        TargetGroup::Public => &[],
        TargetGroup::LaidOff => &[EvidenceKind::DismissalLetter, EvidenceKind::FurloughLetter],
        TargetGroup::Disability => &[EvidenceKind::DisabilityStatement],
        TargetGroup::Villagers => &[EvidenceKind::VillageStatement],
    }
}

// Ranking ----------------------------------------------------------------------------------------

/// By what applicants are ranked: announced when the package opens, and the same for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Criteria {
    /// Weight of the written test, percent.
    #[schema(minimum = 0, maximum = 100)]
    pub test_weight: i32,
    /// Weight of the interview, percent; both together are 100.
    #[schema(minimum = 0, maximum = 100)]
    pub interview_weight: i32,
    /// What decides between equal scores, in this order, each at most once. What they leave equal the enrolment's id decides, and
    /// the ranking says so.
    #[schema(max_items = 4)]
    pub tie_breaks: Vec<TieBreak>,
}

impl Default for Criteria {
    fn default() -> Self {
        let tie_breaks = vec![TieBreak::Interview, TieBreak::Test, TieBreak::AppliedAt];
        Self { test_weight: 50, interview_weight: 50, tie_breaks }
    }
}

impl Criteria {
    /// Every fault of criteria.
    pub fn check(&self, checks: &mut Checks) {
        checks.range("/criteria/test_weight", self.test_weight.into(), 0, 100);
        if self.test_weight.checked_add(self.interview_weight) != Some(100) {
            let expected = Text::of("bersama `test_weight` 100", "100 together with `test_weight`");
            checks.fault("/criteria/interview_weight", OUT_OF_RANGE, self.interview_weight, expected);
        }
        for (at, tie_break) in self.tie_breaks.iter().enumerate() {
            if self.tie_breaks.iter().take(at).any(|other| other == tie_break) {
                let expected = Text::of("setiap kata satu kali", "each word once");
                checks.fault(format!("/criteria/tie_breaks/{at}"), check::TWICE, tie_break.as_str(), expected);
            }
        }
    }

    /// Score by the weights, in hundredths of hundredths of a point: exact.
    fn exact(&self, candidate: &Candidate) -> i64 {
        let weighed = |score: i32, weight: i32| i64::from(score) * i64::from(weight);
        weighed(candidate.test, self.test_weight) + weighed(candidate.interview, self.interview_weight)
    }
}

/// Somebody who was tested and interviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Enrolment.
    pub id: EnrollmentId,
    /// Score of the written test, hundredths.
    pub test: i32,
    /// Score of the interview, hundredths.
    pub interview: i32,
    /// When they applied.
    pub applied_at: DateTime<Utc>,
}

impl Candidate {
    /// The candidate of a row that was tested and interviewed.
    #[must_use]
    pub fn of(row: &enrollment::Model) -> Option<Self> {
        Some(Self { id: row.id, test: row.test_score?, interview: row.interview_score?, applied_at: row.created_at })
    }
}

/// Ranks candidates, the best first, each with why they stand where they do.
#[must_use]
pub fn rank(criteria: &Criteria, mut candidates: Vec<Candidate>) -> Vec<(Candidate, RankView)> {
    let by = |tie_break: TieBreak, one: &Candidate, other: &Candidate| match tie_break {
        TieBreak::Interview => other.interview.cmp(&one.interview),
        TieBreak::Test => other.test.cmp(&one.test),
        TieBreak::AppliedAt => one.applied_at.cmp(&other.applied_at),
        TieBreak::Enrollment => one.id.cmp(&other.id),
    };
    let decides = |one: &Candidate, other: &Candidate| {
        let decided = criteria.tie_breaks.iter().copied().find(|tie_break| by(*tie_break, one, other).is_ne());
        decided.unwrap_or(TieBreak::Enrollment)
    };
    candidates.sort_by(|one, other| {
        let score = criteria.exact(other).cmp(&criteria.exact(one));
        score.then_with(|| by(decides(one, other), one, other))
    });
    let of = i32::try_from(candidates.len()).unwrap_or(i32::MAX);
    let before = std::iter::once(None).chain(candidates.iter().map(Some));
    let ranked = (1..).zip(candidates.iter().zip(before)).map(|(place, (candidate, before))| {
        let tied = before.filter(|before| criteria.exact(before) == criteria.exact(candidate));
        let rounded = (criteria.exact(candidate) + 50) / 100;
        let score = Points(i32::try_from(rounded).unwrap_or_default());
        (candidate.clone(), RankView { place, of, score, tie_break: tied.map(|before| decides(before, candidate)) })
    });
    ranked.collect()
}

/// Whether seats are given now: once applications are over, until the last day on which a reserve moves up where the class runs.
///
/// # Errors
/// `illegal-transition`.
pub fn may_decide(of: &package::Model, today: NaiveDate) -> Result<(), EnrollmentRefusal> {
    match of.status {
        PackageStatus::Selecting => Ok(()),
        PackageStatus::Running if today <= of.promote_until => Ok(()),
        PackageStatus::Planned | PackageStatus::Open => Err(EnrollmentRefusal::StillOpen),
        PackageStatus::Running | PackageStatus::Finished | PackageStatus::Cancelled => {
            Err(EnrollmentRefusal::SelectionOver)
        }
    }
}

/// Whether one who ranks behind so many who are not decided on, and before or behind so many who wait for a test, may have one of so
/// many free places.
///
/// # Errors
/// Nothing is free; or others come first, and no reason was given to go past them.
pub fn may_have(
    free: i32,
    ahead: usize,
    waiting: usize,
    full: EnrollmentRefusal,
    reason: Option<&str>,
) -> Result<(), EnrollmentRefusal> {
    if free <= 0 {
        return Err(full);
    }
    let enough = usize::try_from(free).is_ok_and(|free| ahead + waiting < free);
    if enough || reason.is_some() { Ok(()) } else { Err(EnrollmentRefusal::RankedBelow(ahead, waiting)) }
}

/// Until when a seat is kept that is offered now: some hours, and at most until the end of the last day on which a reserve moves
/// up.
///
/// # Errors
/// An internal error where a policy row is missing or counts no hours.
pub fn offer_until(
    book: &Book,
    of: &package::Model,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<DateTime<Utc>, Problem> {
    let kept = deadline::due_at(book.policies.at(OFFER, &of.office, today)?, now)?;
    let over = of.promote_until.succ_opt().map(|day| book.midnight(day, &of.office));
    Ok(over.map_or(kept, |over| kept.min(over)))
}

// Cover ------------------------------------------------------------------------------------------

/// Whether somebody has a seat in a class that is not over, or is offered one: of whom cover is recorded.
#[must_use]
pub const fn is_seated(status: EnrollmentStatus) -> bool {
    matches!(status, Offered | Accepted | Attending)
}

/// Every fault of a cover at once.
///
/// # Errors
/// `invalid-content`.
pub fn check_cover(cover: &NewCover) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if cover.member_number.len() != 11 || !cover.member_number.bytes().all(|byte| byte.is_ascii_digit()) {
        checks.fault("/member_number", WRONG_TYPE, Value::Null, Text::of("11 angka", "11 digits"));
    }
    checks.day("/from", Some(cover.from));
    checks.day("/until", Some(cover.until));
    if cover.until < cover.from {
        checks.fault("/until", OUT_OF_RANGE, cover.until.to_string(), check::or_later(cover.from));
    }
    if !cover.work_accident && !cover.death {
        let expected = Text::of("`true` di sini atau pada `death`", "`true` here or at `death`");
        checks.fault("/work_accident", NOT_ALLOWED, false, expected);
    }
    checks.done()
}

/// What a participant's cover lacks for a class, with the pointer of each.
#[must_use]
pub fn gaps(row: &enrollment::Model, of: &package::Model) -> Vec<Fault> {
    let mut gaps = Vec::new();
    let mut lacks = |pointer: &str, received: Value, expected: Text| {
        gaps.push(Fault::new(pointer, NOT_COVERED, received, expected));
    };
    if !row.cover_jkk {
        lacks(
            "/cover/work_accident",
            false.into(),
            Text::of("jaminan kecelakaan kerja (JKK)", "cover of work accidents (JKK)"),
        );
    }
    if !row.cover_jkm {
        lacks("/cover/death", false.into(), Text::of("jaminan kematian (JKM)", "cover of death (JKM)"));
    }
    if row.cover_from.is_some_and(|from| from > of.starts_on) {
        lacks(
            "/cover/from",
            row.cover_from.map(|day| day.to_string()).into(),
            Text::made(format!("{} atau sebelumnya", of.starts_on), format!("{} or earlier", of.starts_on)),
        );
    }
    if row.cover_until.is_some_and(|until| until < of.ends_on) {
        lacks("/cover/until", row.cover_until.map(|day| day.to_string()).into(), check::or_later(of.ends_on));
    }
    gaps
}

/// What a participant's cover lacks, each under the participant's id, for an answer about many.
#[must_use]
pub fn gaps_named(row: &enrollment::Model, of: &package::Model) -> Vec<Fault> {
    let named = |fault: Fault| Fault { pointer: format!("/{}{}", row.id, fault.pointer), ..fault };
    gaps(row, of).into_iter().map(named).collect()
}

/// Whether a class can't start while a participant lacks cover.
///
/// # Errors
/// An internal error where a policy row is missing.
pub fn cover_blocks(book: &Book, office: &str, today: NaiveDate) -> Result<bool, Problem> {
    Ok(book.policies.at(COVER_BLOCKS, office, today)?.amount == 1)
}
