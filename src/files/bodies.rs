//! What crosses the wire.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::file::{AttachmentSubject, FileId, FileKind, MediaType, Model};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;
use crate::wire::Resource;

/// What a new attachment belongs to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NewAttachment {
    /// What kind of record it belongs to.
    #[param(inline)]
    pub subject_kind: AttachmentSubject,
    /// The record.
    pub subject_id: Uuid,
    /// What it shows; required for a job seeker's record, `attachment` for any other.
    #[param(inline)]
    pub kind: Option<FileKind>,
}

/// Filter of the list of attachments.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AttachmentFilter {
    /// What kind of record they belong to.
    #[param(inline)]
    pub subject_kind: Option<AttachmentSubject>,
    /// The record.
    pub subject_id: Option<Uuid>,
    /// What they show.
    #[param(inline)]
    pub kind: Option<FileKind>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A file as it is, in bytes.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct FileContent(#[expect(dead_code, reason = "it is there for the document")] Vec<u8>);

/// An attachment, without its content.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentView {
    /// Id.
    pub id: FileId,
    /// What it shows.
    pub kind: FileKind,
    /// What kind of record it belongs to.
    pub subject_kind: String,
    /// The record.
    pub subject_id: Uuid,
    /// The company that it is about.
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    /// What its content is.
    pub media_type: MediaType,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256 of its bytes as they are kept, in base64url without padding.
    pub sha256: String,
    /// Name, as its sender called it and made harmless.
    pub name: String,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
}

impl From<Model> for AttachmentView {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            company_id: row.company_id,
            media_type: row.media_type,
            size: row.size,
            sha256: BASE64.encode(row.sha256),
            name: row.name,
            created_at: row.created_at,
        }
    }
}

impl Resource for AttachmentView {
    const VIEW: &'static str = "attachment";

    /// An attachment never changes.
    fn version(&self) -> i64 {
        1
    }
}

page! {
    /// A page of attachments.
    AttachmentPage of AttachmentView
}
