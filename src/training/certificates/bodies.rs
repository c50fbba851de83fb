//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::{
    AssessmentId, CertificateId, CertificateStatus, Competence, EnrollmentId, PackageId, ProviderId, assessment,
    certificate,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::problem::Problem;
use crate::training::providers::bodies::ProgrammeUnit;
use crate::wire::{Resource, nullable, present};

/// Who signs a certificate, as it is to stand on it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCertificate {
    /// Name of who signs; a line to write on where it is absent.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub signer_name: Option<String>,
    /// Staff number (NIP).
    #[serde(default)]
    #[schema(min_length = 1, max_length = 30)]
    pub signer_number: Option<String>,
}

impl NewCertificate {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { signer_name: Some("Kepala Balai Contoh, S.T.".into()), signer_number: None }
    }
}

/// Why a certificate is taken back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificateRevocation {
    /// Reason.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl CertificateRevocation {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Terbit untuk peserta yang keliru".into() }
    }
}

/// What a certificate says of its class, as it was on its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateContent {
    /// Programme.
    pub programme: String,
    /// Trade (kejuruan).
    pub trade: String,
    /// Provider.
    pub provider: String,
    /// Where the class was held.
    pub place: String,
    /// First day of the class.
    pub from: NaiveDate,
    /// Last day of the class.
    pub until: NaiveDate,
    /// Hours of all units together.
    pub hours: i32,
    /// Units with their hours.
    pub units: Vec<ProgrammeUnit>,
}

/// A training certificate: that somebody passed a class. It says nothing of competence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateView {
    /// Id.
    pub id: CertificateId,
    /// Number.
    #[schema(example = "SPL-36.72-2026-000001")]
    pub number: String,
    /// Enrolment that it is of.
    pub enrollment_id: EnrollmentId,
    /// Whose it is.
    pub job_seeker_id: SeekerId,
    /// Provider.
    pub provider_id: ProviderId,
    /// Office.
    pub office: String,
    /// Where it stands.
    pub status: CertificateStatus,
    /// Why it was taken back.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// The day that stands on it.
    pub issued_on: NaiveDate,
    /// What it says of the class.
    pub content: CertificateContent,
    /// Who signs.
    #[schema(required)]
    pub signer_name: Option<String>,
    /// Where anybody may check it.
    pub verification_url: String,
    /// What its QR code holds: the address, and behind `#` a JWT of the type `training-certificate+jwt` for who has no network. Null in
    /// lists, and once it was taken back.
    #[schema(required)]
    pub code: Option<String>,
    /// When it was taken back.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Version.
    pub version: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

impl CertificateView {
    /// A certificate with where it is checked and what may be done.
    ///
    /// # Errors
    /// A row that is not what was written.
    pub fn of(
        row: certificate::Model,
        verification_url: String,
        allowed_actions: Vec<&'static str>,
    ) -> Result<Self, Problem> {
        Ok(Self {
            content: serde_json::from_str(&row.content).map_err(Problem::internal)?,
            id: row.id,
            number: row.number,
            enrollment_id: row.enrollment_id,
            job_seeker_id: row.seeker_id,
            provider_id: row.provider_id,
            office: row.office,
            status: row.status,
            status_reason: row.status_reason,
            issued_on: row.issued_on,
            signer_name: row.signer_name,
            verification_url,
            code: None,
            ended_at: row.ended_at,
            version: row.version,
            allowed_actions,
        })
    }
}

impl Resource for CertificateView {
    const VIEW: &'static str = "training-certificate";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of training certificates.
    CertificatePage of CertificateView
}

/// Filter of the list of certificates.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CertificateFilter {
    /// Office.
    pub office: Option<String>,
    /// Whose.
    pub job_seeker_id: Option<SeekerId>,
    /// Package.
    pub package_id: Option<PackageId>,
    /// Enrolment.
    pub enrollment_id: Option<EnrollmentId>,
    /// Where they stand.
    #[param(inline)]
    pub status: Option<CertificateStatus>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// What anybody learns of a certificate by its token.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateCheck {
    /// Where it stands.
    pub status: CertificateStatus,
    /// Whether it is in force.
    pub valid: bool,
    /// Number.
    pub number: String,
    /// Initials of the holder's name; null for one that was taken back.
    #[schema(required, example = "S*** C***")]
    pub name: Option<String>,
    /// Programme.
    pub programme: String,
    /// Provider.
    pub provider: String,
    /// Office.
    pub office: String,
    /// Name of the office.
    pub office_name: String,
    /// The day that stands on it.
    pub issued_on: NaiveDate,
    /// The day on which it was taken back.
    #[schema(required)]
    pub ended_on: Option<NaiveDate>,
    /// What this answer is not.
    pub note: String,
}

// Competence -------------------------------------------------------------------------------------

/// An assessment of competence (uji kompetensi) by a body of the BNSP.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAssessment {
    /// The body that assessed (Lembaga Sertifikasi Profesi, LSP).
    #[schema(min_length = 1, max_length = 160)]
    pub body: String,
    /// Scheme, which is made of units.
    #[schema(min_length = 1, max_length = 160)]
    pub scheme: String,
    /// What was found.
    pub result: Competence,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// Number of the certificate of competence, for who is competent.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub number: Option<String>,
    /// The day that stands on it: some months after the assessment.
    #[serde(default)]
    pub issued_on: Option<NaiveDate>,
}

impl NewAssessment {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default();
        Self {
            body: "LSP Contoh Las".into(),
            scheme: "Las Busur Manual 3G".into(),
            result: Competence::Competent,
            assessed_on: day(8, 20),
            number: Some("BNSP-CONTOH-0001".into()),
            issued_on: Some(day(11, 20)),
        }
    }
}

impl NewAssessment {
    /// What an assessment says.
    #[must_use]
    pub fn of(row: &assessment::Model) -> Self {
        Self {
            body: row.body.clone(),
            scheme: row.scheme.clone(),
            result: row.result,
            assessed_on: row.assessed_on,
            number: row.number.clone(),
            issued_on: row.issued_on,
        }
    }
}

/// What was written down wrongly of an assessment.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessmentPatch {
    /// The body.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 160)]
    pub body: Option<String>,
    /// Scheme.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 160)]
    pub scheme: Option<String>,
    /// What was found.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub result: Option<Competence>,
    /// The day of the assessment.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assessed_on: Option<NaiveDate>,
    /// Number of the certificate of competence; null for none.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    pub number: Option<Option<String>>,
    /// The day that stands on it; null for none.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>)]
    pub issued_on: Option<Option<NaiveDate>>,
}

impl AssessmentPatch {
    /// An assessment with what changes.
    #[must_use]
    pub fn onto(self, before: NewAssessment) -> NewAssessment {
        NewAssessment {
            body: self.body.unwrap_or(before.body),
            scheme: self.scheme.unwrap_or(before.scheme),
            result: self.result.unwrap_or(before.result),
            assessed_on: self.assessed_on.unwrap_or(before.assessed_on),
            number: self.number.unwrap_or(before.number),
            issued_on: self.issued_on.unwrap_or(before.issued_on),
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { scheme: Some("Las Busur Manual 4G".into()), ..Self::default() }
    }
}

/// An assessment of competence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssessmentView {
    /// Id.
    pub id: AssessmentId,
    /// Enrolment after which it was made.
    pub enrollment_id: EnrollmentId,
    /// Whose it is.
    pub job_seeker_id: SeekerId,
    /// Office.
    pub office: String,
    /// The body that assessed (LSP).
    pub body: String,
    /// Scheme.
    pub scheme: String,
    /// What was found.
    pub result: Competence,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// Number of the certificate of competence.
    #[schema(required)]
    pub number: Option<String>,
    /// The day that stands on it.
    #[schema(required)]
    pub issued_on: Option<NaiveDate>,
    /// Its last day: by the policy row `training.competence-validity`.
    #[schema(required)]
    pub expires_on: Option<NaiveDate>,
    /// Version.
    pub version: i64,
}

impl From<assessment::Model> for AssessmentView {
    fn from(row: assessment::Model) -> Self {
        Self {
            id: row.id,
            enrollment_id: row.enrollment_id,
            job_seeker_id: row.seeker_id,
            office: row.office,
            body: row.body,
            scheme: row.scheme,
            result: row.result,
            assessed_on: row.assessed_on,
            number: row.number,
            issued_on: row.issued_on,
            expires_on: row.expires_on,
            version: row.version,
        }
    }
}

impl Resource for AssessmentView {
    const VIEW: &'static str = "competence-assessment";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of assessments of competence.
    AssessmentPage of AssessmentView
}

/// Filter of the list of assessments.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AssessmentFilter {
    /// Office.
    pub office: Option<String>,
    /// Whose.
    pub job_seeker_id: Option<SeekerId>,
    /// Package.
    pub package_id: Option<PackageId>,
    /// Enrolment.
    pub enrollment_id: Option<EnrollmentId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
