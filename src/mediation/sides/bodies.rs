//! What crosses the wire.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, Utc};
use disnaker_entity::access::{GrantId, grant};
use disnaker_entity::file::MediaType;
use disnaker_entity::mediation::document::Model as Document;
use disnaker_entity::mediation::{
    CaseDocumentId, CaseDocumentKind, CaseNoteId, CasePartyId, CaseSide, DocumentAudience, MediationCaseId,
    RepresentativeId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::mediation::cases::bodies::NewRepresentative;
use crate::page;
use crate::wire::Resource;

/// What a new document is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NewCaseDocument {
    /// What it is.
    #[param(inline)]
    pub kind: CaseDocumentKind,
    /// Who reads it beside the side that sends it and the office; both sides where it is absent.
    #[param(inline)]
    pub audience: Option<DocumentAudience>,
    /// The side for which the desk takes it in; absent for the office's own, and for a party.
    #[param(inline)]
    pub side: Option<CaseSide>,
    /// The newest version of a document of one's own that it takes the place of.
    pub replaces: Option<CaseDocumentId>,
    /// The representative whose power of attorney it is.
    pub representative_id: Option<RepresentativeId>,
}

/// A document of a case, without its content.
#[derive(Serialize, ToSchema)]
pub struct CaseDocumentView {
    /// Id of this version.
    pub id: CaseDocumentId,
    /// The case.
    pub case_id: MediationCaseId,
    /// The side that sent it; null for the office's own.
    #[schema(required)]
    pub side: Option<CaseSide>,
    /// What it is.
    pub kind: CaseDocumentKind,
    /// Who reads it beside the side that sent it and the office.
    pub audience: DocumentAudience,
    /// What all versions of one document share: the id of the first.
    pub document_key: CaseDocumentId,
    /// Version, from 1.
    pub revision: i32,
    /// Whether it is the newest.
    pub newest: bool,
    /// What its content is.
    pub media_type: MediaType,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in base64url without padding.
    pub sha256: String,
    /// Name, as its sender called it and made harmless; empty once it was forgotten.
    pub name: String,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
}

impl CaseDocumentView {
    /// The view of a row and its file.
    #[must_use]
    pub fn of(row: &Document, file: disnaker_entity::file::Model) -> Self {
        Self {
            id: row.id,
            case_id: row.case_id,
            side: row.side,
            kind: row.kind,
            audience: row.audience,
            document_key: row.document_key,
            revision: row.revision,
            newest: row.newest,
            media_type: file.media_type,
            size: file.size,
            sha256: BASE64.encode(file.sha256),
            name: file.name,
            created_at: row.created_at,
        }
    }
}

page! {
    /// A page of documents.
    CaseDocumentPage of CaseDocumentView
}

/// Filter of the documents of a case.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CaseDocumentFilter {
    /// What they are.
    #[param(inline)]
    pub kind: Option<CaseDocumentKind>,
    /// Whether older versions are shown, too.
    pub all_versions: Option<bool>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A note.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCaseNote {
    /// What it says.
    #[schema(min_length = 1, max_length = 10_000)]
    pub text: String,
}

impl NewCaseNote {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { text: "Batas bawah yang dapat kami terima: tiga kali upah.".into() }
    }
}

/// A note, as whoever wrote it and their side see it.
#[derive(Serialize, ToSchema)]
pub struct CaseNoteView {
    /// Id.
    pub id: CaseNoteId,
    /// What it says; null once it was forgotten.
    #[schema(required)]
    pub text: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

page! {
    /// A page of notes.
    CaseNotePage of CaseNoteView
}

/// Filter of the notes to a case.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CaseNoteFilter {
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Somebody who is to speak for a side.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCaseRepresentative {
    /// The side; a party names one for its own, the desk says for which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<CaseSide>,
    /// Who it is.
    pub representative: NewRepresentative,
}

impl NewCaseRepresentative {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { side: Some(CaseSide::Worker), representative: NewRepresentative::sample() }
    }
}

/// The side to which somebody is invited.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseInvitation {
    /// The side; a party invites to its own, the desk says to which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<CaseSide>,
    /// The representative whom it is for; absent for the party itself. Their access ends with the representation, and they invite and
    /// take back nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative_id: Option<RepresentativeId>,
}

impl CaseInvitation {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { side: Some(CaseSide::Worker), representative_id: None }
    }
}

/// An access to a case.
#[derive(Serialize, ToSchema)]
pub struct CaseAccessView {
    /// The grant.
    pub grant_id: GrantId,
    /// The party for whose side it is.
    pub party_id: Option<CasePartyId>,
    /// The side.
    pub side: CaseSide,
    /// The representative whose access it is; null for the party itself, and where nobody said so.
    #[schema(required)]
    pub representative_id: Option<RepresentativeId>,
    /// Issuer of their tokens.
    pub issuer: String,
    /// Subject of their tokens.
    pub subject: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

impl CaseAccessView {
    /// The view of a grant for a side.
    #[must_use]
    pub fn of(row: grant::Model, side: CaseSide, representative_id: Option<RepresentativeId>) -> Self {
        Self {
            grant_id: row.id,
            party_id: row.party_id,
            side,
            representative_id,
            issuer: row.issuer,
            subject: row.subject,
            created_at: row.created_at,
        }
    }
}

/// Who has access to a case for its sides.
#[derive(Serialize, ToSchema)]
pub struct CaseAccessesView {
    /// Accesses, oldest first; a party sees those of its own side.
    pub data: Vec<CaseAccessView>,
}

/// The access that is taken back.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokedCaseAccess {
    /// The grant, of the caller's own side for a party.
    pub grant_id: GrantId,
}

impl RevokedCaseAccess {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { grant_id: GrantId(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_000b)) }
    }
}

impl Resource for CaseDocumentView {
    const VIEW: &'static str = "case-document";

    /// A version changes only in whether it is the newest.
    fn version(&self) -> i64 {
        if self.newest { 1 } else { 2 }
    }
}
