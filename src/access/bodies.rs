//! What crosses the wire in this room.

use chrono::{DateTime, Utc};
use disnaker_entity::access::{GrantId, InvitationId, Role, client, grant};
use disnaker_entity::company::CompanyId;
use disnaker_entity::mediation::{CasePartyId, RepresentativeId};
use disnaker_entity::school::SchoolId;
use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::ProviderId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rules::Named;
use crate::page;
use crate::wire::Resource;

/// Who the caller is.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeView {
    /// Issuer of the token.
    pub issuer: String,
    /// Subject of the token.
    pub subject: String,
    /// Every role, and where it holds.
    pub roles: Vec<RoleView>,
    /// Permissions that follow from the roles.
    pub permissions: Vec<String>,
    /// Where somebody with a record of their own finds what is theirs.
    pub links: Vec<&'static str>,
}

/// A role and where it holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleView {
    /// Role.
    pub role: Role,
    /// Office, for a role in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// Company, for a role in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_id: Option<CompanyId>,
    /// School, for a role in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub school_id: Option<SchoolId>,
    /// The record of one's own, for a job seeker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_seeker_id: Option<SeekerId>,
    /// Training provider, for a role in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<ProviderId>,
    /// Party to a dispute, for a role on its side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party_id: Option<CasePartyId>,
    /// The company that acts for it, where a mandate gives the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_company_id: Option<CompanyId>,
}

/// A machine client to be made.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// What it is, for those who manage it.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Its first role.
    pub role: Role,
    /// Office, for a role in an office.
    #[serde(default)]
    pub office: Option<String>,
    /// Company, for a role in a company.
    #[serde(default)]
    pub company_id: Option<CompanyId>,
    /// School, for a role in a school.
    #[serde(default)]
    pub school_id: Option<SchoolId>,
    /// Record of a job seeker, for the person's own role in it.
    #[serde(default)]
    pub job_seeker_id: Option<SeekerId>,
    /// Training provider, for a role in one.
    #[serde(default)]
    pub provider_id: Option<ProviderId>,
}

impl NewClient {
    /// Where the role is to hold.
    #[must_use]
    pub fn named(&self) -> Named<'_> {
        Named {
            office: self.office.as_deref(),
            company: self.company_id,
            school: self.school_id,
            seeker: self.job_seeker_id,
            provider: self.provider_id,
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            name: "Aplikasi Lowongan Cilegon".into(),
            role: Role::Viewer,
            office: Some("36.72".into()),
            company_id: None,
            school_id: None,
            job_seeker_id: None,
            provider_id: None,
        }
    }
}

/// A machine client.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientView {
    /// Its id: the `client_id` of the token request and the `sub` of its tokens.
    pub id: String,
    /// What it is.
    pub name: String,
    /// Office that manages it.
    #[schema(required)]
    pub office: Option<String>,
    /// Company that manages it.
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    /// Version.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was revoked.
    #[schema(required)]
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<client::Model> for ClientView {
    fn from(row: client::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            office: row.office,
            company_id: row.company_id,
            version: row.version,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        }
    }
}

impl Resource for ClientView {
    const VIEW: &'static str = "client";

    fn version(&self) -> i64 {
        self.version
    }
}

/// A client with its secret: the only time that the secret is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecretView {
    /// The client.
    #[serde(flatten)]
    pub client: ClientView,
    /// The secret: 256 random bits, base64url. It is kept as a hash and can't be shown again.
    pub client_secret: String,
}

impl Resource for ClientSecretView {
    const VIEW: &'static str = "client";

    fn version(&self) -> i64 {
        self.client.version
    }
}

page! {
    /// A page of machine clients.
    ClientPage of ClientView
}

/// A role to be given.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// Issuer of the identity; this service's own where it is absent.
    #[serde(default)]
    #[schema(max_length = 255, min_length = 1)]
    pub issuer: Option<String>,
    /// Subject of the identity.
    #[schema(min_length = 1, max_length = 255)]
    pub subject: String,
    /// Role.
    pub role: Role,
    /// Office, for a role in an office.
    #[serde(default)]
    pub office: Option<String>,
    /// Company, for a role in a company.
    #[serde(default)]
    pub company_id: Option<CompanyId>,
    /// School, for a role in a school.
    #[serde(default)]
    pub school_id: Option<SchoolId>,
    /// Record of a job seeker, for the person's own role in it.
    #[serde(default)]
    pub job_seeker_id: Option<SeekerId>,
    /// Training provider, for a role in one.
    #[serde(default)]
    pub provider_id: Option<ProviderId>,
}

impl NewGrant {
    /// Where the role is to hold.
    #[must_use]
    pub fn named(&self) -> Named<'_> {
        Named {
            office: self.office.as_deref(),
            company: self.company_id,
            school: self.school_id,
            seeker: self.job_seeker_id,
            provider: self.provider_id,
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            issuer: None,
            subject: "petugas-contoh".into(),
            role: Role::PlacementOfficer,
            office: Some("36.72".into()),
            company_id: None,
            school_id: None,
            job_seeker_id: None,
            provider_id: None,
        }
    }
}

/// A role that an identity has.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantView {
    /// Id.
    pub id: GrantId,
    /// Issuer of the identity.
    pub issuer: String,
    /// Subject of the identity.
    pub subject: String,
    /// Role.
    pub role: Role,
    /// Office, for a role in an office.
    #[schema(required)]
    pub office: Option<String>,
    /// Company, for a role in a company.
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    /// School, for a role in a school.
    #[schema(required)]
    pub school_id: Option<SchoolId>,
    /// Record of a job seeker, for the person's own role in it.
    #[schema(required)]
    pub job_seeker_id: Option<SeekerId>,
    /// Training provider, for a role in one.
    #[schema(required)]
    pub provider_id: Option<ProviderId>,
    /// Party to a dispute, for a role on its side.
    #[schema(required)]
    pub party_id: Option<CasePartyId>,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it was taken back.
    #[schema(required)]
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<grant::Model> for GrantView {
    fn from(row: grant::Model) -> Self {
        Self {
            id: row.id,
            issuer: row.issuer,
            subject: row.subject,
            role: row.role,
            office: row.office,
            company_id: row.company_id,
            school_id: row.school_id,
            job_seeker_id: row.seeker_id,
            provider_id: row.provider_id,
            party_id: row.party_id,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        }
    }
}

page! {
    /// A page of grants.
    GrantPage of GrantView
}

/// Filter of the lists of this room.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccessFilter {
    /// Only of this office.
    pub office: Option<String>,
    /// Only of this company.
    pub company_id: Option<CompanyId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// An invitation to be written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// Role that the invitation gives.
    pub role: Role,
    /// Office, for a role in an office.
    #[serde(default)]
    pub office: Option<String>,
    /// Company, for a role in a company.
    #[serde(default)]
    pub company_id: Option<CompanyId>,
    /// School, for a role in a school.
    #[serde(default)]
    pub school_id: Option<SchoolId>,
    /// Record of a job seeker, for the person's own role in it.
    #[serde(default)]
    pub job_seeker_id: Option<SeekerId>,
    /// Training provider, for a role in one.
    #[serde(default)]
    pub provider_id: Option<ProviderId>,
    /// A side of a dispute: the room of the case invites, no request says it.
    #[serde(skip)]
    pub party_id: Option<CasePartyId>,
    /// Who speaks for that side, where it is for them.
    #[serde(skip)]
    pub representative_id: Option<RepresentativeId>,
}

impl NewInvitation {
    /// Where the role is to hold.
    #[must_use]
    pub fn named(&self) -> Named<'_> {
        Named {
            office: self.office.as_deref(),
            company: self.company_id,
            school: self.school_id,
            seeker: self.job_seeker_id,
            provider: self.provider_id,
        }
    }

    /// A role that holds nowhere yet.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        Self {
            role,
            office: None,
            company_id: None,
            school_id: None,
            job_seeker_id: None,
            provider_id: None,
            party_id: None,
            representative_id: None,
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { office: Some("36.72".into()), ..Self::of(Role::PlacementOfficer) }
    }
}

/// An invitation with its code: the only time that the code is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Id.
    pub id: InvitationId,
    /// Role that it gives.
    pub role: Role,
    /// Office, for a role in an office.
    #[schema(required)]
    pub office: Option<String>,
    /// Company, for a role in a company.
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    /// School, for a role in a school.
    #[schema(required)]
    pub school_id: Option<SchoolId>,
    /// Record of a job seeker, for the person's own role in it.
    #[schema(required)]
    pub job_seeker_id: Option<SeekerId>,
    /// Training provider, for a role in one.
    #[schema(required)]
    pub provider_id: Option<ProviderId>,
    /// The one-time code, to be handed to whoever is invited.
    pub code: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// An invitation to be accepted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptedInvitation {
    /// The code.
    #[schema(min_length = 1, max_length = 64)]
    pub code: String,
}

impl AcceptedInvitation {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { code: "kode-dari-undangan".into() }
    }
}

/// Answer of the token endpoint (RFC 6749 section 5.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenView {
    /// The token, a JWT (RFC 9068).
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until it ends.
    pub expires_in: i64,
}

/// Error of the token endpoint (RFC 6749 section 5.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenErrorView {
    /// Code of the RFC.
    pub error: &'static str,
    /// What to do about it.
    pub error_description: &'static str,
}

/// Form of the token endpoint.
#[derive(Debug, Default, ToSchema)]
pub struct TokenForm {
    /// `client_credentials`.
    #[schema(pattern = "^client_credentials$")]
    pub grant_type: String,
    /// Client, where it is not in the `Authorization` header (HTTP Basic).
    #[schema(nullable = false)]
    pub client_id: Option<String>,
    /// Its secret.
    #[schema(nullable = false)]
    pub client_secret: Option<String>,
    /// Opaque id of the user whom a client with the permission `act_for_users` acts for: 1 to 128 characters of
    /// `A-Z a-z 0-9 . _ ~ @ -`.
    #[schema(nullable = false, pattern = "^[A-Za-z0-9._~@-]{1,128}$")]
    pub on_behalf_of: Option<String>,
}
