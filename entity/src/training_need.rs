//! What training is asked for: needs that industry tells an office, and classes that organisations propose.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;
use crate::training::{PackageId, TargetGroup};

crate::id! {
    /// Names a need of industry.
    TrainingNeedId;
    /// Names a proposal for a class.
    TrainingProposalId;
}

crate::words! {
    /// Where industry told its need.
    NeedForum {
        /// Forum of the HRD association, industry and instructors (FKJPPID).
        Fkjppid = "fkjppid",
        /// Communication forum of training bodies and industry in a region (FKLPID).
        Fklpid = "fklpid",
        /// A visit to a company.
        CompanyVisit = "company_visit",
        /// Somewhere else.
        Other = "other",
    }
}

crate::words! {
    /// How urgent a need is.
    NeedPriority {
        /// May wait.
        Low = "low",
        /// As usual.
        Normal = "normal",
        /// Before others.
        High = "high",
        /// Before everything.
        Urgent = "urgent",
    }
}

crate::words! {
    /// Where a need stands.
    TrainingNeedStatus {
        /// Told to the office (diusulkan).
        Proposed = "proposed",
        /// Looked at, and found sound (dikaji).
        Reviewed = "reviewed",
        /// Nobody can teach it yet (menunggu instruktur).
        WaitingForInstructor = "waiting_for_instructor",
        /// Packages answer it (diprogramkan).
        Programmed = "programmed",
        /// Not answered, with a reason (ditolak).
        Declined = "declined",
        /// Taken back by who proposed it.
        Withdrawn = "withdrawn",
    }
}

crate::words! {
    /// What an organisation is that proposes a class.
    OrganisationKind {
        /// Organisation of people with disabilities.
        DisabilityOrganisation = "disability_organisation",
        /// Village (desa/kelurahan).
        Village = "village",
        /// Company.
        Company = "company",
        /// Union (serikat pekerja).
        Union = "union",
        /// School.
        School = "school",
        /// Community.
        Community = "community",
        /// Another one.
        Other = "other",
    }
}

crate::words! {
    /// Where a proposal for a class stands.
    TrainingProposalStatus {
        /// Sent to the office of the place that is wished for.
        Proposed = "proposed",
        /// Being looked at.
        UnderReview = "under_review",
        /// A package answers it.
        Accepted = "accepted",
        /// Not taken up, with a reason.
        Declined = "declined",
        /// Taken back by who proposed it.
        Withdrawn = "withdrawn",
    }
}

/// Needs of industry.
pub mod need {
    use super::*;

    /// One row a need.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_need")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TrainingNeedId,
        pub office: String,
        /// The registered company whose need it is.
        pub company_id: Option<CompanyId>,
        /// Whether that company proposed it itself; else the office wrote it down.
        pub by_company: bool,
        pub organisation: String,
        pub forum: Option<NeedForum>,
        pub held_on: Option<Date>,
        pub place: Option<String>,
        pub occupation: String,
        pub skill: String,
        /// Codes of competence units (SKKNI; JSON).
        pub units: String,
        pub persons: i32,
        pub priority: NeedPriority,
        pub wanted_by: Date,
        pub note: Option<String>,
        pub status: TrainingNeedStatus,
        pub status_reason: Option<String>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Which packages answer which need.
pub mod answer {
    use super::*;

    /// One row a package of a need.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_need_package")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub need_id: TrainingNeedId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub package_id: PackageId,
        /// Seats of the package that are for this need.
        pub seats: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Proposals for classes.
pub mod proposal {
    use super::*;

    /// One row a proposal.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_proposal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TrainingProposalId,
        pub office: String,
        /// Who proposed it (`issuer|subject`); none where the office wrote it down.
        pub owner: Option<String>,
        pub organisation: String,
        pub kind: OrganisationKind,
        /// Whom to ask; nobody where that was kept long enough.
        pub contact_name: Option<String>,
        pub contact_email: Option<String>,
        pub contact_phone: Option<String>,
        pub topic: String,
        pub target_group: TargetGroup,
        pub persons: i32,
        pub region: String,
        pub village: Option<String>,
        pub accommodation: Option<String>,
        pub wished_from: Option<Date>,
        pub wished_until: Option<Date>,
        pub status: TrainingProposalStatus,
        pub status_reason: Option<String>,
        /// The package that answers it.
        pub package_id: Option<PackageId>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "training_proposal({})", self.id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
