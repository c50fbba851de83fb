//! What crosses the wire.

use chrono::{DateTime, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::receipt::{ReceiptKind, ReceiptStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The company of a receipt: no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptCompany {
    /// NIB.
    #[schema(example = "9120001234567")]
    pub nib: String,
    /// Which place of business under this NIB, as the company registered it; empty for the head office. NIB and branch together
    /// name one company.
    #[schema(example = "")]
    pub branch: String,
    /// Name on the day of filing.
    pub name: String,
}

/// What a receipt states: the facts of one filing, in the order of the text that is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statement {
    /// Number.
    #[schema(example = "LWK-36.72-2026-000045")]
    pub number: String,
    /// Which filing under this number it is, from 1.
    pub issue: i32,
    /// What was filed.
    pub kind: ReceiptKind,
    /// Code of the office that received it.
    pub office: String,
    /// Name of that office.
    pub office_name: String,
    /// The company that filed.
    pub company: ReceiptCompany,
    /// When it was filed.
    pub filed_at: DateTime<Utc>,
    /// Lines or rows that were filed.
    pub lines: i32,
    /// Hash of the salt and the content that was filed, in base64url without padding: `GET /v1/receipts/{number}` says how it is
    /// made.
    pub content_hash: String,
    /// How it is hashed.
    #[schema(example = "sha-256")]
    pub hash: String,
    /// Number of the report that it corrects.
    #[schema(required)]
    pub corrects: Option<String>,
}

/// A receipt as anybody may check it: it names no person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptCheck {
    /// The newest issue.
    #[serde(flatten)]
    pub facts: Statement,
    /// Where it stands.
    pub status: ReceiptStatus,
    /// Number of the receipt that takes its place.
    #[schema(required)]
    pub superseded_by: Option<String>,
    /// The text that is signed, byte for byte.
    pub statement: String,
    /// Which key of `/.well-known/jwks.json` signed it, of those whose `use` is `receipt`.
    #[schema(required)]
    pub kid: Option<String>,
    /// Detached JWS (RFC 7515, appendix F) whose payload is `statement`; null where the office's service had no key.
    #[schema(required)]
    pub signature: Option<String>,
}

/// One filing under a number.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptIssue {
    /// Which one, from 1.
    pub issue: i32,
    /// When it was filed.
    pub filed_at: DateTime<Utc>,
    /// Hash of the salt and the content that was filed.
    pub content_hash: String,
    /// The salt, 16 bytes in base64url without padding: with the content it gives the hash.
    pub salt: String,
    /// The text that is signed.
    pub statement: String,
    /// Which key signed it.
    #[schema(required)]
    pub kid: Option<String>,
    /// Detached JWS.
    #[schema(required)]
    pub signature: Option<String>,
}

/// A receipt for the company and its office.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptView {
    /// What anybody may see of it.
    #[serde(flatten)]
    pub receipt: ReceiptCheck,
    /// The company.
    pub company_id: CompanyId,
    /// The report.
    pub subject_id: Uuid,
    /// Where anybody may check it.
    pub verification_url: String,
    /// Every filing under this number, newest first.
    pub issues: Vec<ReceiptIssue>,
}
