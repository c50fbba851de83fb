//! Clients, grants and invitations: who may act for whom.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;
use crate::mediation::{CasePartyId, RepresentativeId};
use crate::school::SchoolId;
use crate::seeker::SeekerId;
use crate::training::ProviderId;

crate::id! {
    /// Names a grant.
    GrantId;
    /// Names an invitation.
    InvitationId;
}

crate::words! {
    /// What somebody may do in an office, in a company, or for themselves.
    Role {
        /// Runs the province's office: acts in it, reads every district below it.
        ProvinceAdmin = "province_admin",
        /// Runs an office: its people, clients, holidays and figures.
        OfficeAdmin = "office_admin",
        /// Placement officer (Pengantar Kerja): companies, reports, vacancies, placements.
        PlacementOfficer = "placement_officer",
        /// Counter officer: the queue, the register, the card.
        CounterOfficer = "counter_officer",
        /// Training officer.
        TrainingOfficer = "training_officer",
        /// Mediator of industrial disputes (mediator hubungan industrial).
        Mediator = "mediator",
        /// Reads what the office reads, changes nothing.
        Viewer = "viewer",
        /// Runs a company's account.
        CompanyAdmin = "company_admin",
        /// Files a company's reports.
        CompanyHr = "company_hr",
        /// Runs a school's job office (Bursa Kerja Khusus, BKK).
        SchoolOperator = "school_operator",
        /// Runs a training provider (LPKS).
        ProviderOperator = "provider_operator",
        /// A person with a record of their own.
        JobSeeker = "job_seeker",
        /// A party to a dispute.
        CaseParty = "case_party",
        /// A back end that acts for its own users and does nothing itself.
        AppBackend = "app_backend",
        /// Files a company's vacancy reports by its mandate; nobody gives it by hand.
        VacancyAgent = "vacancy_agent",
        /// Files a company's placement reports by its mandate; nobody gives it by hand.
        PlacementAgent = "placement_agent",
        /// Files a company's employment reports by its mandate; nobody gives it by hand.
        EmploymentAgent = "employment_agent",
    }
}

impl Role {
    /// Whether the role follows from a mandate, and is never given by hand.
    #[must_use]
    pub const fn is_of_mandate(self) -> bool {
        matches!(self, Self::VacancyAgent | Self::PlacementAgent | Self::EmploymentAgent)
    }
}

/// A machine client of the built-in issuer.
pub mod client {
    use super::*;

    /// One row a client; the secret is kept as its SHA-256 only.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub name: String,
        pub office: Option<String>,
        pub company_id: Option<CompanyId>,
        pub secret_hash: Vec<u8>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub revoked_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Who has which role, where.
pub mod grant {
    use super::*;

    /// One row a grant: an identity (issuer, subject), a role, and where it holds: in one of the places, or in none.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "access_grant")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: GrantId,
        pub issuer: String,
        pub subject: String,
        pub role: Role,
        /// The place as text, empty for none: what the unique index compares.
        pub target: String,
        pub office: Option<String>,
        pub company_id: Option<CompanyId>,
        pub school_id: Option<SchoolId>,
        /// The job seeker's own record.
        pub seeker_id: Option<SeekerId>,
        pub provider_id: Option<ProviderId>,
        /// The side of a dispute.
        pub party_id: Option<CasePartyId>,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub revoked_at: Option<DateTimeUtc>,
        pub revoked_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A one-time code that turns into a grant for whoever accepts it.
pub mod invitation {
    use super::*;

    /// One row an invitation; the code is kept as its SHA-256 only.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "invitation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: InvitationId,
        pub code_hash: Vec<u8>,
        pub role: Role,
        pub office: Option<String>,
        pub company_id: Option<CompanyId>,
        pub school_id: Option<SchoolId>,
        pub seeker_id: Option<SeekerId>,
        pub provider_id: Option<ProviderId>,
        /// The side of a dispute.
        pub party_id: Option<CasePartyId>,
        /// Who speaks for that side and is to come in by it.
        pub representative_id: Option<RepresentativeId>,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub expires_at: DateTimeUtc,
        pub accepted_at: Option<DateTimeUtc>,
        pub accepted_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
