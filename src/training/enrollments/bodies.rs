//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::{
    EnrollmentId, EnrollmentStatus, EvidenceKind, PackageId, ProgrammeId, ProviderId, TrainingCoverPayer, enrollment,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rules::{Points, TieBreak};
use crate::page;
use crate::problem::{FaultView, Problem};
use crate::wire::Resource;

/// What somebody's disabilities need; for those who decide and the person alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// Kinds of `/v1/disability-kinds`: one, several or none.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub disabilities: Vec<String>,
    /// What the class should provide (akomodasi yang layak), for the provider, too, once there is a seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    pub accommodation: Option<String>,
}

/// What somebody's disabilities need, as the caller may see it.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct NeedsView {
    /// Kinds of `/v1/disability-kinds`, none where nothing was said; null for the provider.
    #[schema(required)]
    pub disabilities: Option<Vec<String>>,
    /// What the class should provide; null where nothing was said.
    #[schema(required)]
    pub accommodation: Option<String>,
}

/// An application for a seat.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEnrollment {
    /// Package.
    pub package_id: PackageId,
    /// For whom; whoever has one record of their own need not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_seeker_id: Option<SeekerId>,
    /// What disabilities need, where the person says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Needs>,
}

impl NewEnrollment {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            package_id: PackageId(uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0001)),
            job_seeker_id: Some(SeekerId(uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0002))),
            needs: None,
        }
    }
}

/// Papers that an officer has seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// Kinds of evidence that were seen: those that the package asks for, or of several that say the same one.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub evidence: Vec<EvidenceKind>,
}

impl Admission {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { evidence: vec![EvidenceKind::DismissalLetter] }
    }
}

/// A score.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Points, 0 to 100 in hundredths.
    pub score: Points,
}

impl Score {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { score: Points(8_250) }
    }
}

/// Scores of one applicant: of the written test, of the interview, or both.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewScore {
    /// Enrolment.
    pub enrollment_id: EnrollmentId,
    /// Score of the written test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Points>,
    /// Score of the interview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interview: Option<Points>,
}

/// Scores of applicants for one package.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewScores {
    /// Scores, one entry an applicant.
    #[schema(min_items = 1, max_items = 500)]
    pub scores: Vec<NewScore>,
}

impl NewScores {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let enrollment_id = EnrollmentId(uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0005));
        Self { scores: vec![NewScore { enrollment_id, test: Some(Points(8_250)), interview: Some(Points(7_800)) }] }
    }
}

/// An applicant whose scores were recorded.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScoredRow {
    /// Enrolment.
    pub enrollment_id: EnrollmentId,
    /// Where it stands.
    pub status: EnrollmentStatus,
    /// Score of the written test.
    #[schema(required)]
    pub test_score: Option<Points>,
    /// Score of the interview.
    #[schema(required)]
    pub interview_score: Option<Points>,
    /// Version.
    pub version: i64,
}

impl From<enrollment::Model> for ScoredRow {
    fn from(row: enrollment::Model) -> Self {
        Self {
            enrollment_id: row.id,
            status: row.status,
            test_score: row.test_score.map(Points),
            interview_score: row.interview_score.map(Points),
            version: row.version,
        }
    }
}

/// Applicants whose scores were recorded, in the order in which they were sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Scored {
    /// Applicants.
    pub data: Vec<ScoredRow>,
}

/// A decision that the ranking gives, or goes past with a reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Why somebody is taken before others who rank higher; nothing where the ranking gives it.
    #[serde(default)]
    #[schema(min_length = 5, max_length = 500)]
    pub override_reason: Option<String>,
}

impl Decision {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { override_reason: None }
    }
}

/// Why an enrolment ends.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrollmentReason {
    /// Reason, for the person, too.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl EnrollmentReason {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Tidak hadir pada tes tertulis".into() }
    }
}

/// Why somebody gives up, where they say it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Reason.
    #[serde(default)]
    #[schema(min_length = 5, max_length = 500)]
    pub reason: Option<String>,
}

impl Withdrawal {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: Some("Mendapat pekerjaan".into()) }
    }
}

/// Social security of a participant during the class (Permenaker 5/2021 art. 35; PP 44/2015).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCover {
    /// Membership number of BPJS Ketenagakerjaan. It is shown to nobody but whoever records cover, and the person.
    #[schema(example = "12345678901", pattern = "^[0-9]{11}$")]
    pub member_number: String,
    /// Work accidents (jaminan kecelakaan kerja, JKK).
    pub work_accident: bool,
    /// Death (jaminan kematian, JKM).
    pub death: bool,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Who pays.
    pub payer: TrainingCoverPayer,
}

impl NewCover {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            member_number: "12345678901".into(),
            work_accident: true,
            death: true,
            from: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap_or_default(),
            until: NaiveDate::from_ymd_opt(2027, 12, 31).unwrap_or_default(),
            payer: TrainingCoverPayer::Office,
        }
    }
}

/// Cover as it is shown: without its number.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CoverView {
    /// Work accidents (JKK).
    pub work_accident: bool,
    /// Death (JKM).
    pub death: bool,
    /// First day.
    #[schema(required)]
    pub from: Option<NaiveDate>,
    /// Last day.
    #[schema(required)]
    pub until: Option<NaiveDate>,
    /// Who pays.
    #[schema(required)]
    pub payer: Option<TrainingCoverPayer>,
    /// Membership number: for who records cover and the person, in a single enrolment and an export; null elsewhere.
    #[schema(required)]
    pub member_number: Option<String>,
}

impl CoverView {
    /// The cover of an enrolment, if it has one.
    #[must_use]
    pub fn of(row: &enrollment::Model) -> Option<Self> {
        row.cover_from.map(|from| Self {
            work_accident: row.cover_jkk,
            death: row.cover_jkm,
            from: Some(from),
            until: row.cover_until,
            payer: row.cover_payer,
            member_number: None,
        })
    }
}

/// Why somebody has the place that they have.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RankView {
    /// Place: 1 is the first.
    pub place: i32,
    /// Of how many who were ranked.
    pub of: i32,
    /// Score by the weights of the package: 0 to 100.
    pub score: Points,
    /// What put them behind the one before, whose score is the same; null where the score did.
    #[schema(required)]
    pub tie_break: Option<TieBreak>,
}

/// An enrolment in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnrollmentRow {
    /// Id.
    pub id: EnrollmentId,
    /// Package.
    pub package_id: PackageId,
    /// Programme.
    pub programme_id: ProgrammeId,
    /// Provider.
    pub provider_id: ProviderId,
    /// Office.
    pub office: String,
    /// Whose it is.
    pub job_seeker_id: SeekerId,
    /// Their name.
    pub name: String,
    /// Where it stands.
    pub status: EnrollmentStatus,
    /// Why it ended so.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// Score of the written test; with the next two not for the provider, who had no part in the selection.
    #[schema(required)]
    pub test_score: Option<Points>,
    /// Score of the interview.
    #[schema(required)]
    pub interview_score: Option<Points>,
    /// Place in the ranking when it was decided, and why.
    #[schema(required)]
    pub rank: Option<RankView>,
    /// Until when a seat is kept for who is offered one.
    #[schema(required)]
    pub offer_until: Option<DateTime<Utc>>,
    /// Social security.
    #[schema(required)]
    pub cover: Option<CoverView>,
    /// Score at the end of the class.
    #[schema(required)]
    pub final_score: Option<Points>,
    /// Share of the hours at which the person was there, percent, when it was decided.
    #[schema(required)]
    pub attendance: Option<Points>,
    /// The day on which it came to its end.
    #[schema(required)]
    pub ended_on: Option<NaiveDate>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl EnrollmentRow {
    /// A row with the name of its person; who does not see how they were chosen gets no scores and no place.
    ///
    /// # Errors
    /// A row that is not what was written.
    pub fn of(row: &enrollment::Model, name: String, chosen: bool) -> Result<Self, Problem> {
        let ranking = row.ranking.as_deref().filter(|_| chosen);
        Ok(Self {
            cover: CoverView::of(row),
            id: row.id,
            package_id: row.package_id,
            programme_id: row.programme_id,
            provider_id: row.provider_id,
            office: row.office.clone(),
            job_seeker_id: row.seeker_id,
            name,
            status: row.status,
            status_reason: row.status_reason.clone(),
            test_score: row.test_score.filter(|_| chosen).map(Points),
            interview_score: row.interview_score.filter(|_| chosen).map(Points),
            rank: ranking.map(serde_json::from_str).transpose().map_err(Problem::internal)?,
            offer_until: row.offer_until,
            final_score: row.final_score.map(Points),
            attendance: row.attendance.map(Points),
            ended_on: row.ended_on,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// An enrolment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnrollmentView {
    /// The enrolment.
    #[serde(flatten)]
    pub enrollment: EnrollmentRow,
    /// What disabilities need: for those who decide, the person, and the provider while somebody has a seat; null for everybody else.
    #[schema(required)]
    pub needs: Option<NeedsView>,
    /// Evidence that an officer has seen: for those who decide and the person; null for everybody else.
    #[schema(required)]
    pub evidence: Option<Vec<EvidenceKind>>,
    /// Why somebody was taken before others who ranked higher; for those who decide.
    #[schema(required)]
    pub override_reason: Option<String>,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for EnrollmentView {
    const VIEW: &'static str = "training-enrollment";

    fn version(&self) -> i64 {
        self.enrollment.version
    }
}

page! {
    /// A page of enrolments.
    EnrollmentPage of EnrollmentRow
}

/// Filter of the list of enrolments.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EnrollmentFilter {
    /// Office.
    pub office: Option<String>,
    /// Package.
    pub package_id: Option<PackageId>,
    /// Whose.
    pub job_seeker_id: Option<SeekerId>,
    /// Where they stand.
    #[param(inline)]
    pub status: Option<EnrollmentStatus>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Somebody in the ranking of a package.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RankedRow {
    /// Enrolment.
    pub enrollment_id: EnrollmentId,
    /// Whose it is.
    pub job_seeker_id: SeekerId,
    /// Their name.
    pub name: String,
    /// Where it stands.
    pub status: EnrollmentStatus,
    /// Score of the written test.
    pub test_score: Points,
    /// Score of the interview.
    pub interview_score: Points,
    /// Place, and why.
    pub rank: RankView,
}

/// The ranking of a package: by the criteria that were announced, as it stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Ranking {
    /// Package.
    pub package_id: PackageId,
    /// Weight of the written test, percent.
    pub test_weight: i32,
    /// Weight of the interview, percent.
    pub interview_weight: i32,
    /// What decides between equal scores, in this order; the id of the enrolment at last.
    pub tie_breaks: Vec<TieBreak>,
    /// Seats.
    pub capacity: i32,
    /// Seats that are taken or kept for an offer.
    pub taken: i32,
    /// Everybody who was tested and interviewed and is still in the selection or in the class, the best first.
    pub data: Vec<RankedRow>,
}

/// What a decision over a whole ranking did.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Selection {
    /// Those who have a seat now.
    pub accepted: Vec<EnrollmentId>,
    /// Reserves, in the order in which they move up.
    pub reserve: Vec<EnrollmentId>,
    /// Those who have none in this class.
    pub rejected: Vec<EnrollmentId>,
    /// Those of them who have a seat in another class, or may not repeat the programme yet.
    pub passed_over: Vec<EnrollmentId>,
}

/// A participant who lacks social security for some day of the class.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CoverGap {
    /// Enrolment.
    pub enrollment_id: EnrollmentId,
    /// Package.
    pub package_id: PackageId,
    /// Whose it is.
    pub job_seeker_id: SeekerId,
    /// Their name.
    pub name: String,
    /// Office.
    pub office: String,
    /// First day of the class.
    pub starts_on: NaiveDate,
    /// Last day of the class.
    pub ends_on: NaiveDate,
    /// What is missing.
    pub missing: Vec<FaultView>,
}

page! {
    /// Participants without cover.
    CoverGapPage of CoverGap
}

/// Filter of the report of gaps.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CoverGapFilter {
    /// Office.
    pub office: Option<String>,
    /// Package.
    pub package_id: Option<PackageId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
