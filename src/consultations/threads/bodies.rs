//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::access::GrantId;
use disnaker_entity::consultation::thread::Model;
use disnaker_entity::consultation::{
    AskerKind, ConsultationId, ConsultationMessageId, ConsultationStatus, ConsultationTopic, MessageKind,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;
use crate::wire::Resource;

/// Who asks, and how to reach them.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConsultationAsker)]
pub struct Asker {
    /// Name.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 40)]
    pub phone: Option<String>,
}

/// A question for an office.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsultation {
    /// The office that is asked.
    pub office: String,
    /// What it is about.
    pub topic: ConsultationTopic,
    /// As what they ask.
    pub asks_as: AskerKind,
    /// The company that it concerns, as they call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 160)]
    pub company_name: Option<String>,
    /// The question in a few words.
    #[schema(min_length = 1, max_length = 160)]
    pub subject: String,
    /// The question.
    #[schema(min_length = 1, max_length = 8000)]
    pub question: String,
    /// Who asks: by an e-mail address or a telephone number at least. An officer who writes it down for somebody says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker: Option<Asker>,
}

impl NewConsultation {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            office: "36.72".into(),
            topic: ConsultationTopic::Severance,
            asks_as: AskerKind::Worker,
            company_name: Some("PT Contoh Baja Nusantara".into()),
            subject: "Hak pesangon setelah perusahaan tutup".into(),
            question: "Perusahaan menutup pabrik bulan depan. Berapa pesangon untuk masa kerja lima tahun?".into(),
            asker: Some(Asker { name: "Siti Contoh".into(), email: None, phone: Some("0812-0000-0000".into()) }),
        }
    }
}

/// What of a consultation is sealed.
#[derive(Serialize, Deserialize)]
pub struct Said {
    /// The question in a few words.
    pub subject: String,
    /// The company.
    pub company_name: Option<String>,
    /// Who asks.
    pub asker: Option<Asker>,
}

/// A consultation, as lists show it.
#[derive(Serialize, ToSchema)]
pub struct ConsultationRow {
    /// Id.
    pub id: ConsultationId,
    /// The office that is asked.
    pub office: String,
    /// What it is about.
    pub topic: ConsultationTopic,
    /// As what they ask.
    pub asks_as: AskerKind,
    /// The question in a few words; null once it was forgotten.
    #[schema(required)]
    pub subject: Option<String>,
    /// Where it stands.
    pub status: ConsultationStatus,
    /// Grant of the officer who is to answer.
    #[schema(required)]
    pub assigned_to: Option<GrantId>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When it was answered first.
    #[schema(required)]
    pub answered_at: Option<DateTime<Utc>>,
    /// Version.
    pub version: i64,
}

impl ConsultationRow {
    /// A row with its subject.
    #[must_use]
    pub fn new(row: &Model, subject: Option<String>) -> Self {
        Self {
            id: row.id,
            office: row.office.clone(),
            topic: row.topic,
            asks_as: row.asks_as,
            subject,
            status: row.status,
            assigned_to: row.assigned_to,
            created_at: row.created_at,
            answered_at: row.answered_at,
            version: row.version,
        }
    }
}

/// A consultation.
#[derive(Serialize, ToSchema)]
pub struct ConsultationView {
    /// The consultation.
    #[serde(flatten)]
    pub consultation: ConsultationRow,
    /// The company that it concerns.
    #[schema(required)]
    pub company_name: Option<String>,
    /// Who asks, where they said so.
    #[schema(required)]
    pub asker: Option<Asker>,
    /// The last day for the office's answer, while it is awaited.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// The day on which it closes without a word from the asker, while it is answered.
    #[schema(required)]
    pub closes_on: Option<NaiveDate>,
    /// When it was closed.
    #[schema(required)]
    pub closed_at: Option<DateTime<Utc>>,
    /// The last day on which the asker may open it again, once it is closed.
    #[schema(required)]
    pub reopen_until: Option<NaiveDate>,
    /// How content the asker is, 1 to 5.
    #[schema(required)]
    pub rating: Option<i32>,
    /// What they said beside that.
    #[schema(required)]
    pub rating_comment: Option<String>,
    /// The case of mediation that it became.
    #[schema(required)]
    pub case_id: Option<Uuid>,
    /// Steps that the caller may take now; `answer` and `ask` are messages.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for ConsultationView {
    const VIEW: &'static str = "consultation";

    fn version(&self) -> i64 {
        self.consultation.version
    }
}

page! {
    /// A page of consultations.
    ConsultationPage of ConsultationRow
}

/// Filter of the list of consultations.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConsultationFilter {
    /// Office.
    pub office: Option<String>,
    /// What they are about.
    #[param(inline)]
    pub topic: Option<ConsultationTopic>,
    /// Where they stand.
    #[param(inline)]
    pub status: Option<ConsultationStatus>,
    /// Only those that the caller asked or is to answer.
    pub mine: Option<bool>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A message to a consultation.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsultationMessage {
    /// What it is: a question of who asked, an answer of the office, or its note to itself.
    pub kind: MessageKind,
    /// What it says.
    #[schema(min_length = 1, max_length = 8000)]
    pub text: String,
}

impl NewConsultationMessage {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            kind: MessageKind::Answer,
            text: "Untuk masa kerja lima tahun pesangonnya enam bulan upah (PP 35/2021 Pasal 40).".into(),
        }
    }
}

disnaker_entity::words! {
    /// Whose a message is.
    MessageSide {
        /// Of who asked.
        Asker = "asker",
        /// Of the office.
        Office = "office",
    }
}

/// A message of a consultation.
#[derive(Serialize, ToSchema)]
pub struct ConsultationMessageView {
    /// Id.
    pub id: ConsultationMessageId,
    /// What it is.
    pub kind: MessageKind,
    /// Whose it is.
    pub side: MessageSide,
    /// What it says; null once it was forgotten.
    #[schema(required)]
    pub text: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A consultation with all that was said.
#[derive(Serialize, ToSchema)]
pub struct ExportedConsultation {
    /// The consultation.
    #[serde(flatten)]
    pub consultation: ConsultationView,
    /// Questions and answers, the first one first.
    pub messages: Vec<ConsultationMessageView>,
}

page! {
    /// A page of messages.
    ConsultationMessagePage of ConsultationMessageView
}

/// Page of the list of messages.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConsultationMessageFilter {
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Who is to answer.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationAssignment {
    /// Grant of an officer of the office who may answer; the caller's own where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<GrantId>,
    /// Why, where somebody else was to answer; a note of the office to itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 5, max_length = 500)]
    pub reason: Option<String>,
}

impl ConsultationAssignment {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { grant_id: None, reason: Some("Petugas sebelumnya cuti".into()) }
    }
}

/// What the asker asks again.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenedConsultation {
    /// The question.
    #[schema(min_length = 1, max_length = 8000)]
    pub question: String,
}

impl ReopenedConsultation {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { question: "Perusahaan kini menawar separuhnya. Bolehkah?".into() }
    }
}

/// How content the asker is.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConsultationRating)]
pub struct Rating {
    /// From 1, not at all, to 5.
    #[schema(minimum = 1, maximum = 5)]
    pub rating: i32,
    /// What they say beside that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    pub comment: Option<String>,
}

impl Rating {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { rating: 5, comment: Some("Jawabannya jelas dan cepat".into()) }
    }
}

/// A consultation that waits for an answer.
#[derive(Serialize, ToSchema)]
pub struct WaitingConsultation {
    /// The consultation.
    #[serde(flatten)]
    pub consultation: ConsultationRow,
    /// The last day for the answer.
    pub due_on: NaiveDate,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

page! {
    /// A page of consultations that wait for an answer.
    WaitingConsultationPage of WaitingConsultation
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WaitingConsultationFilter {
    /// Only this office.
    pub office: Option<String>,
    /// What they are about.
    #[param(inline)]
    pub topic: Option<ConsultationTopic>,
    /// Only those that the caller is to answer.
    pub mine: Option<bool>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
