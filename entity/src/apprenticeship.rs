//! Apprenticeships (pemagangan dalam negeri, Permenaker 6/2020): a company's programme, and the agreement of each participant.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;
use crate::seeker::SeekerId;

crate::id! {
    /// Names a programme of apprenticeship.
    ApprenticeshipProgrammeId;
    /// Names an agreement of apprenticeship.
    ApprenticeshipAgreementId;
}

crate::words! {
    /// Where a programme stands.
    ApprenticeshipProgrammeStatus {
        /// Being written; the company's own.
        Draft = "draft",
        /// Sent to the office that approves.
        Submitted = "submitted",
        /// Sent back by the office, with what is missing.
        Returned = "returned",
        /// Approved: agreements may be made until its last day.
        Approved = "approved",
        /// Refused, with a reason.
        Rejected = "rejected",
        /// Taken back by the company before it was approved.
        Withdrawn = "withdrawn",
        /// Its last day has passed, or the company makes no more agreements.
        Closed = "closed",
        /// The approval was ended before its time, with a reason.
        Cancelled = "cancelled",
    }
}

crate::words! {
    /// Where an agreement stands.
    ApprenticeshipAgreementStatus {
        /// Signed, and sent to the office that endorses it.
        Filed = "filed",
        /// Sent back by the office, with what is missing.
        Returned = "returned",
        /// Endorsed: the apprenticeship is one.
        Endorsed = "endorsed",
        /// Gone through to its end, with a certificate.
        Completed = "completed",
        /// Ended before that, with a reason.
        Ended = "ended",
        /// Taken back before it was endorsed.
        Withdrawn = "withdrawn",
    }
}

crate::words! {
    /// Who pays for the cover of participants.
    CoverPayer {
        /// The company.
        Company = "company",
        /// The government, by its budget.
        Government = "government",
    }
}

/// What a company offers.
pub mod programme {
    use super::*;

    /// One row a programme.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "apprenticeship_programme")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ApprenticeshipProgrammeId,
        pub company_id: CompanyId,
        /// The office that approves, from the first filing on.
        pub office: Option<String>,
        pub status: ApprenticeshipProgrammeStatus,
        /// Number of the letter of approval.
        pub number: Option<String>,
        pub title: String,
        /// KBJI.
        pub occupation: String,
        pub qualification: String,
        /// What makes two qualifications the same.
        pub qualification_key: String,
        pub starts_on: Date,
        pub ends_on: Date,
        pub places: i32,
        /// Places that agreements have.
        pub taken: i32,
        /// What was said (JSON). It is written and read whole.
        pub content: String,
        /// What is missing, as the office said it the last time (JSON).
        pub missing: Option<String>,
        /// Why it was refused or cancelled.
        pub status_reason: Option<String>,
        pub submitted_at: Option<DateTimeUtc>,
        /// The day of the letter of approval, in the office's zone.
        pub approved_on: Option<Date>,
        pub decided_at: Option<DateTimeUtc>,
        pub decided_by: Option<String>,
        pub ended_at: Option<DateTimeUtc>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    /// It names mentors.
    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "apprenticeship_programme({})", self.id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a company and a participant agree on (perjanjian pemagangan).
pub mod agreement {
    use super::*;

    /// One row an agreement.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "apprenticeship_agreement")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ApprenticeshipAgreementId,
        pub programme_id: ApprenticeshipProgrammeId,
        pub company_id: CompanyId,
        /// The office that approved the programme, and endorses.
        pub office: String,
        pub seeker_id: SeekerId,
        /// That of the programme: a person has each once.
        pub qualification_key: String,
        pub status: ApprenticeshipAgreementStatus,
        pub ak1_number: String,
        pub signed_on: Date,
        pub starts_on: Date,
        pub ends_on: Date,
        /// Pocket money a month in rupiah: transport.
        pub transport: i64,
        /// Meals.
        pub meals: i64,
        /// Incentive.
        pub incentive: i64,
        /// The participant's name and cover, as the company wrote them (JSON, sealed), until they are forgotten.
        pub content_sealed: Option<Vec<u8>>,
        /// The cover is known, and lasts from the first day to the last one.
        pub covered: bool,
        /// What is missing, as the office said it the last time (JSON).
        pub missing: Option<String>,
        /// Number of the certificate of who completed it.
        pub certificate: Option<String>,
        /// Why it was ended.
        pub status_reason: Option<String>,
        /// That its last day has passed was told.
        pub told: bool,
        pub filed_at: DateTimeUtc,
        pub endorsed_on: Option<Date>,
        pub decided_at: Option<DateTimeUtc>,
        pub decided_by: Option<String>,
        pub ended_on: Option<Date>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "apprenticeship_agreement({})", self.id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
