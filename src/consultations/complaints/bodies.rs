//! What crosses the wire.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::Sex;
use disnaker_entity::access::{GrantId, Role};
use disnaker_entity::consultation::complaint::Model;
use disnaker_entity::consultation::{ComplaintCategory, ComplaintId, ComplaintStatus};
use disnaker_entity::file::{self, FileId, MediaType};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rules;
use crate::page;
use crate::wire::Resource;

/// Who complains, and how to reach them: by a telephone number or an e-mail address at least.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ComplaintReporter)]
pub struct Reporter {
    /// Name.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Day of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_on: Option<NaiveDate>,
    /// Sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    pub address: Option<String>,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 40)]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The company where they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 160)]
    pub company: Option<String>,
    /// Their number there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 40)]
    pub employee_number: Option<String>,
}

/// The company that is complained of, or its branch.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ComplaintRespondent)]
pub struct Respondent {
    /// Name.
    #[schema(min_length = 1, max_length = 160)]
    pub name: String,
    /// Address of the company or the branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    pub address: Option<String>,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 40)]
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A complaint.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComplaint {
    /// The office that is told; what is about working conditions goes on to the province's.
    pub office: String,
    /// What it is about; it decides on whose desk it comes.
    pub category: ComplaintCategory,
    /// Who complains.
    pub reporter: Reporter,
    /// The company that is complained of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondent: Option<Respondent>,
    /// The day of what happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<NaiveDate>,
    /// How long the reporter has worked there, in months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 720)]
    pub service_months: Option<i32>,
    /// What happened in a few words.
    #[schema(min_length = 1, max_length = 160)]
    pub subject: String,
    /// What happened.
    #[schema(min_length = 1, max_length = 8000)]
    pub narrative: String,
}

impl NewComplaint {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            office: "36.72".into(),
            category: ComplaintCategory::IndustrialRelations,
            reporter: Reporter {
                name: "Siti Contoh".into(),
                birth_on: NaiveDate::from_ymd_opt(1999, 1, 1),
                sex: Some(Sex::Female),
                address: Some("Jalan Contoh 1, Cilegon".into()),
                phone: Some("0812-0000-0000".into()),
                email: None,
                company: Some("PT Contoh Baja Nusantara".into()),
                employee_number: Some("CBN-0042".into()),
            },
            respondent: Some(Respondent {
                name: "PT Contoh Baja Nusantara".into(),
                address: Some("Jalan Contoh Raya 1".into()),
                phone: None,
                email: Some("hrd@contoh.example".into()),
            }),
            occurred_on: NaiveDate::from_ymd_opt(2026, 11, 2),
            service_months: Some(38),
            subject: "Upah lembur tidak dibayar".into(),
            narrative: "Lembur bulan Oktober sebanyak 24 jam belum dibayar, dan personalia tidak menjawab.".into(),
        }
    }
}

/// What of a complaint is sealed.
#[derive(Serialize, Deserialize)]
pub struct Said {
    /// Who complains.
    pub reporter: Reporter,
    /// The company.
    pub respondent: Option<Respondent>,
    /// The day of what happened.
    pub occurred_on: Option<NaiveDate>,
    /// Length of service, in months.
    pub service_months: Option<i32>,
    /// In a few words.
    pub subject: String,
    /// What happened.
    pub narrative: String,
}

impl From<NewComplaint> for Said {
    fn from(new: NewComplaint) -> Self {
        let NewComplaint { reporter, respondent, occurred_on, service_months, subject, narrative, .. } = new;
        Self { reporter, respondent, occurred_on, service_months, subject, narrative }
    }
}

/// What came of a complaint.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ComplaintOutcome)]
pub struct Outcome {
    /// The answer to who reported it.
    #[schema(required)]
    pub answer: Option<String>,
    /// Why it was not taken up.
    #[schema(required)]
    pub reason: Option<String>,
    /// The authority outside to which it was given.
    #[schema(required)]
    pub authority: Option<String>,
}

/// A complaint, as lists show it.
#[derive(Serialize, ToSchema)]
pub struct ComplaintRow {
    /// Id.
    pub id: ComplaintId,
    /// Number.
    pub number: String,
    /// The office where it is now.
    pub office: String,
    /// What it is about.
    pub category: ComplaintCategory,
    /// The roles on whose desk it is, beside the office's admin.
    pub desk: &'static [Role],
    /// What happened in a few words; null once it was forgotten.
    #[schema(required)]
    pub subject: Option<String>,
    /// Where it stands.
    pub status: ComplaintStatus,
    /// The day on which it was received.
    pub received_on: NaiveDate,
    /// Version.
    pub version: i64,
}

impl ComplaintRow {
    /// A row with its subject.
    #[must_use]
    pub fn new(row: &Model, subject: Option<String>) -> Self {
        Self {
            id: row.id,
            number: row.number.clone(),
            office: row.office.clone(),
            category: row.category,
            desk: rules::desk(row.category),
            subject,
            status: row.status,
            received_on: row.received_on,
            version: row.version,
        }
    }
}

/// A desk on a complaint's way.
#[derive(Serialize, ToSchema)]
pub struct ComplaintRouteView {
    /// The office.
    pub office: String,
    /// As what it came there.
    pub category: ComplaintCategory,
    /// Why it was sent there; null for the first desk, and once it was forgotten.
    #[schema(required)]
    pub reason: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A document of a complaint, without its content.
#[derive(Serialize, ToSchema)]
pub struct ComplaintDocumentView {
    /// Id.
    pub id: FileId,
    /// What its content is.
    pub media_type: MediaType,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in base64url without padding.
    pub sha256: String,
    /// Name, as its sender called it and made harmless.
    pub name: String,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
}

impl From<file::Model> for ComplaintDocumentView {
    fn from(row: file::Model) -> Self {
        let (id, media_type, size, name, created_at) = (row.id, row.media_type, row.size, row.name, row.created_at);
        Self { id, media_type, size, sha256: BASE64.encode(row.sha256), name, created_at }
    }
}

/// A complaint.
#[derive(Serialize, ToSchema)]
pub struct ComplaintView {
    /// The complaint.
    #[serde(flatten)]
    pub complaint: ComplaintRow,
    /// Who complains; null once it was forgotten.
    #[schema(required)]
    pub reporter: Option<Reporter>,
    /// The company that is complained of.
    #[schema(required)]
    pub respondent: Option<Respondent>,
    /// The day of what happened.
    #[schema(required)]
    pub occurred_on: Option<NaiveDate>,
    /// How long the reporter has worked there, in months.
    #[schema(required)]
    pub service_months: Option<i32>,
    /// What happened.
    #[schema(required)]
    pub narrative: Option<String>,
    /// What was sent with it, the first one first; none once it was forgotten.
    pub documents: Vec<ComplaintDocumentView>,
    /// Its way from desk to desk, the first one first.
    pub way: Vec<ComplaintRouteView>,
    /// The last day for the office's answer, while it is awaited.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// Grant of the officer who took it up, at the desk where it is.
    #[schema(required)]
    pub taken_by: Option<GrantId>,
    /// When that was.
    #[schema(required)]
    pub taken_at: Option<DateTime<Utc>>,
    /// What came of it.
    #[schema(required)]
    pub outcome: Option<Outcome>,
    /// When it ended.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for ComplaintView {
    const VIEW: &'static str = "complaint";

    fn version(&self) -> i64 {
        self.complaint.version
    }
}

page! {
    /// A page of complaints.
    ComplaintPage of ComplaintRow
}

/// Filter of the list of complaints.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ComplaintFilter {
    /// The office where they are now.
    pub office: Option<String>,
    /// What they are about.
    #[param(inline)]
    pub category: Option<ComplaintCategory>,
    /// Where they stand.
    #[param(inline)]
    pub status: Option<ComplaintStatus>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Where a complaint is sent on: to another category, to the province's office above, or both.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintRouting {
    /// The category; as it is where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<ComplaintCategory>,
    /// The province's office; where it is absent, the category decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// Why, shown to who reported it.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl ComplaintRouting {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            category: Some(ComplaintCategory::WorkingConditions),
            office: None,
            reason: "Menyangkut keselamatan kerja".into(),
        }
    }
}

/// The answer to a complaint.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintAnswer {
    /// What who reported it is told.
    #[schema(min_length = 1, max_length = 8000)]
    pub answer: String,
}

impl ComplaintAnswer {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { answer: "Perusahaan telah membayar lemburnya pada 30 November 2026.".into() }
    }
}

/// Why a complaint is not taken up.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintReason {
    /// Reason, shown to who reported it.
    #[schema(min_length = 5, max_length = 1000)]
    pub reason: String,
}

impl ComplaintReason {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Sudah diputus oleh pengadilan hubungan industrial".into() }
    }
}

/// The authority outside that is to act.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintForwarding {
    /// Its name.
    #[schema(min_length = 1, max_length = 160)]
    pub authority: String,
    /// What who reported it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 8000)]
    pub answer: Option<String>,
}

impl ComplaintForwarding {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            authority: "BP3MI Banten".into(),
            answer: Some("Berkas sudah kami teruskan; BP3MI akan menghubungi Saudara.".into()),
        }
    }
}
