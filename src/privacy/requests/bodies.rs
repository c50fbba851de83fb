//! What crosses the wire.

use chrono::{DateTime, Utc};
use disnaker_entity::privacy::{DataRequestId, DataRequestKind, DataRequestStatus};
use disnaker_entity::seeker::SeekerId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::seekers::bodies::{IdentityPatch, Override, SeekerPatch};
use crate::wire::Resource;

/// What a person asks of their own data.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDataRequest {
    /// One's own record.
    pub job_seeker_id: SeekerId,
    /// What is asked.
    pub kind: DataRequestKind,
    /// Why.
    #[schema(min_length = 5, max_length = 1000)]
    pub reason: String,
    /// What is to stand in the record, as a merge patch of it; for a correction only.
    #[serde(default)]
    pub wanted: Option<SeekerPatch>,
}

impl NewDataRequest {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let identity = IdentityPatch { birth_place: Some(Some("Serang".into())), ..IdentityPatch::default() };
        Self {
            job_seeker_id: SeekerId(uuid::Uuid::nil()),
            kind: DataRequestKind::Correction,
            reason: "Tempat lahir pada KTP lain".into(),
            wanted: Some(SeekerPatch { identity: Some(identity), ..SeekerPatch::default() }),
        }
    }
}

/// What a request says, as it is sealed.
#[derive(Serialize, Deserialize)]
pub struct Content {
    /// Why.
    pub reason: String,
    /// What is wanted.
    pub wanted: Option<SeekerPatch>,
}

/// A grant.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataRequestGrant {
    /// What there is to say to it; the person reads it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1000)]
    pub note: Option<String>,
    /// Why findings of the corrected record may pass.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub overrides: Vec<Override>,
}

impl DataRequestGrant {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { note: Some("Sesuai KTP yang dibawa ke loket".into()), overrides: Vec::new() }
    }
}

/// A refusal.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataRequestRefusal {
    /// Why; the person reads it.
    #[schema(min_length = 5, max_length = 1000)]
    pub reason: String,
}

impl DataRequestRefusal {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "KTP dan Kartu Keluarga menyatakan hal yang sekarang tercatat".into() }
    }
}

/// A class of data that is kept, and on what ground.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptClass {
    /// The class.
    pub class: String,
    /// What it is.
    pub what: String,
    /// Why it is kept.
    pub basis: String,
}

/// A request, without what it says of the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct DataRequestRow {
    /// Id.
    pub id: DataRequestId,
    /// The record.
    pub job_seeker_id: SeekerId,
    /// The office that kept it when the request was made.
    pub office: String,
    /// What is asked.
    pub kind: DataRequestKind,
    /// Status.
    pub status: DataRequestStatus,
    /// Until when the office answers: 72 hours of clock time, nights and days off counted.
    pub due_at: DateTime<Utc>,
    /// Whether that has passed without an answer.
    pub overdue: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

/// A request whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct DataRequestView {
    /// What a list shows of it.
    #[serde(flatten)]
    pub row: DataRequestRow,
    /// Why; null once its time of keeping is over.
    #[schema(required)]
    pub reason: Option<String>,
    /// The merge patch that is wanted, numbers masked.
    #[schema(required, value_type = Option<Object>)]
    pub wanted: Option<serde_json::Value>,
    /// What the office says to it.
    #[schema(required)]
    pub decision: Option<String>,
    /// Classes of data that were erased.
    pub erased: Vec<String>,
    /// Classes of data that were kept, and why.
    pub kept: Vec<KeptClass>,
    /// When it was decided.
    #[schema(required)]
    pub decided_at: Option<DateTime<Utc>>,
}

impl Resource for DataRequestView {
    const VIEW: &'static str = "data-request";

    fn version(&self) -> i64 {
        self.row.version
    }
}

/// The numbers that a correction asks for.
#[derive(Serialize, ToSchema)]
pub struct RevealedDataRequest {
    /// The request.
    pub id: DataRequestId,
    /// The NIK that is wanted; null where none is, or once its time of keeping is over.
    #[schema(required)]
    pub nik: Option<String>,
    /// The family-card number that is wanted; null as well where it is to go.
    #[schema(required)]
    pub family_card: Option<String>,
}

page! {
    /// A page of requests.
    DataRequestPage of DataRequestRow
}

/// Filter of the list of requests.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DataRequestFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<DataRequestStatus>,
    /// What is asked.
    #[param(inline)]
    pub kind: Option<DataRequestKind>,
    /// The record.
    pub job_seeker_id: Option<SeekerId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DataRequestWorkFilter {
    /// What is asked.
    #[param(inline)]
    pub kind: Option<DataRequestKind>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
