//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::access::Role;
use disnaker_entity::placement::{PlacementId, PlacementStatus};
use disnaker_entity::seeker::{Model, SeekerId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::requests::bodies::DataRequestView;
use crate::apprenticeships::agreements::bodies::ApprenticeshipAgreementView;
use crate::consultations::complaints::bodies::ComplaintView;
use crate::consultations::threads::bodies::ExportedConsultation;
use crate::files::bodies::AttachmentView;
use crate::mediation::cases::bodies::MediationCaseView;
use crate::offices::queue::bodies::TicketView;
use crate::page;
use crate::problem::Problem;
use crate::seekers::bodies::{ExportedSeeker, SharingPurpose};
use crate::seekers::cards::bodies::CardView;
use crate::training::certificates::bodies::{AssessmentView, CertificateView};
use crate::training::classes::bodies::FollowUpView;
use crate::training::enrollments::bodies::EnrollmentView;
use crate::wire::{Resource, present};

disnaker_entity::words! {
    /// What somebody did with a record.
    AccessKind {
        /// Read it.
        Read = "read",
        /// Changed it.
        Change = "change",
    }
}

/// Somebody read or changed a record.
#[derive(Serialize, ToSchema)]
pub struct AccessLogEntry {
    /// Id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done with it.
    pub kind: AccessKind,
    /// Of what: `job_seeker`, the record itself and its papers where they were read; `ak1_card`, `file` or `apprenticeship_agreement` of a
    /// change; `mediation_case`, `mediation_hearing`, `mediation_document`, `consultation` or `complaint` of a read.
    pub of: String,
    /// How: `detail`, `reveal`, `look_up`, `download`, `export` and more of a read; the event of a change, such as `verify`.
    pub act: String,
    /// Which paper, where one was downloaded.
    #[schema(required)]
    pub paper: Option<String>,
    /// Why, as far as it was asked.
    #[schema(required)]
    pub purpose: Option<String>,
    /// Who, by the role that they have or had: `job_seeker` is the person; null is the service itself, or somebody without a
    /// role.
    #[schema(required)]
    pub role: Option<Role>,
    /// The office that kept the record.
    pub office: String,
}

page! {
    /// A page of who read and changed, newest first.
    AccessLogPage of AccessLogEntry
}

/// Filter of an access log.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccessLogFilter {
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// What a person agrees to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentsView {
    /// The record that may be shown.
    pub job_seeker_id: SeekerId,
    /// To employers whose vacancies ask for what the person can do.
    pub employers: bool,
    /// To other government systems for job seekers.
    pub other_systems: bool,
    /// Version of the record.
    pub version: i64,
}

impl ConsentsView {
    /// What a record says of it.
    ///
    /// # Errors
    /// A row that is not what was written.
    pub fn of(row: &Model) -> Result<Self, Problem> {
        let agreed: Vec<SharingPurpose> = serde_json::from_str(&row.consents).map_err(Problem::internal)?;
        let to = |purpose| agreed.contains(&purpose);
        let (employers, other_systems) = (to(SharingPurpose::Employers), to(SharingPurpose::OtherSystems));
        Ok(Self { job_seeker_id: row.id, employers, other_systems, version: row.version })
    }
}

impl Resource for ConsentsView {
    const VIEW: &'static str = "consents";

    fn version(&self) -> i64 {
        self.version
    }
}

/// What a person agrees to from now on; what is absent stays.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentsPatch {
    /// To employers.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub employers: Option<bool>,
    /// To other government systems for job seekers.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub other_systems: Option<bool>,
}

impl ConsentsPatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { employers: Some(false), other_systems: None }
    }

    /// What is agreed to after the patch.
    #[must_use]
    pub fn onto(self, before: &ConsentsView) -> Vec<SharingPurpose> {
        let of = |purpose, new: Option<bool>, old| new.unwrap_or(old).then_some(purpose);
        let employers = of(SharingPurpose::Employers, self.employers, before.employers);
        let others = of(SharingPurpose::OtherSystems, self.other_systems, before.other_systems);
        employers.into_iter().chain(others).collect()
    }
}

/// An attachment, and where its content is.
#[derive(Serialize, ToSchema)]
pub struct ExportedFile {
    /// The attachment.
    #[serde(flatten)]
    pub attachment: AttachmentView,
    /// Path of its content.
    pub content: String,
}

impl From<AttachmentView> for ExportedFile {
    fn from(attachment: AttachmentView) -> Self {
        Self { content: format!("/v1/attachments/{}/content", attachment.id), attachment }
    }
}

/// A placement that an employer reported.
#[derive(Serialize, ToSchema)]
pub struct ExportedPlacement {
    /// Id.
    pub id: PlacementId,
    /// The record that it was found to be of.
    pub job_seeker_id: SeekerId,
    /// Name of the employer.
    pub employer: String,
    /// Title of the vacancy.
    pub position: String,
    /// First day of work; no last day is reported.
    pub start_on: NaiveDate,
    /// `voided` where it was taken back.
    pub status: PlacementStatus,
}

/// All that is kept of a person, newest first in each part, also under records that became part of theirs.
#[derive(Serialize, ToSchema)]
pub struct ExportView {
    /// When it was put together.
    pub made_at: DateTime<Utc>,
    /// Records, whole; what the person agrees to stands in them.
    pub job_seekers: Vec<ExportedSeeker>,
    /// Photos and papers.
    pub attachments: Vec<ExportedFile>,
    /// AK-1 cards, with their reports and prints.
    pub ak1_cards: Vec<CardView>,
    /// Placements.
    pub placements: Vec<ExportedPlacement>,
    /// Classes that the person applied for.
    pub training_enrollments: Vec<EnrollmentView>,
    /// Training certificates.
    pub training_certificates: Vec<CertificateView>,
    /// Assessments of competence.
    pub competence_assessments: Vec<AssessmentView>,
    /// What became of the person after a class, each time that they were asked.
    pub training_follow_ups: Vec<FollowUpView>,
    /// Agreements of apprenticeship.
    pub apprenticeships: Vec<ApprenticeshipAgreementView>,
    /// Tickets of the queue.
    pub queue_tickets: Vec<TicketView>,
    /// Consultations that the account asked.
    pub consultations: Vec<ExportedConsultation>,
    /// Complaints that the account reported; the content of their documents is at `/v1/complaint-documents/{id}/content`.
    pub complaints: Vec<ComplaintView>,
    /// Disputes on a side of which the account stands; their hearings, documents and notes are at the paths of each.
    pub mediation_cases: Vec<MediationCaseView>,
    /// Requests to correct and erase.
    pub data_requests: Vec<DataRequestView>,
    /// Who read and changed, the last 1,000 times.
    pub access_log: Vec<AccessLogEntry>,
    /// Cursor of `GET /v1/me/access-log` for what came before; null where that is all.
    #[schema(required)]
    pub access_log_next: Option<String>,
}
