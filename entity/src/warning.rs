//! Written warnings (peringatan tertulis, Perpres 57/2023 art. 17).

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;

crate::id! {
    /// Names a written warning.
    WarningId;
}

crate::words! {
    /// Where a written warning stands.
    WarningStatus {
        /// Being prepared; only the office sees it.
        Drafted = "drafted",
        /// Sent to the company, which has until its day to answer.
        Issued = "issued",
        /// The company has answered.
        Answered = "answered",
        /// Its day has passed without an answer.
        Lapsed = "lapsed",
        /// Every duty in it was met before its day.
        Settled = "settled",
        /// Taken back by the office, with a reason.
        Withdrawn = "withdrawn",
    }
}

/// One row a warning.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "warning")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WarningId,
    pub company_id: CompanyId,
    pub office: String,
    pub status: WarningStatus,
    /// Number of the letter, from the issue on.
    pub number: Option<String>,
    /// What the officer adds to the letter.
    pub text: Option<String>,
    /// The company reported work in several provinces when the warning was drafted.
    pub several_provinces: bool,
    pub issued_at: Option<DateTimeUtc>,
    /// The day of the letter, in the office's zone.
    pub issued_on: Option<Date>,
    /// The last day for an answer.
    pub due_on: Option<Date>,
    pub answer: Option<String>,
    pub withdrawal_reason: Option<String>,
    pub ended_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub created_by: String,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// What a warning is about.
pub mod duty {
    use super::*;

    /// One row a duty, as it stood when the warning was drafted: a letter says tomorrow what it said when it was written.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "warning_duty")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub warning_id: WarningId,
        /// The clock.
        #[sea_orm(primary_key, auto_increment = false)]
        pub deadline_id: Uuid,
        pub rule: String,
        pub subject_kind: String,
        pub subject_id: Uuid,
        /// What people call the record, where it has a name: the title of a vacancy.
        pub subject_name: Option<String>,
        pub due_on: Date,
        /// Law and article of the rule, in English.
        pub law: String,
        /// Law and article of the rule, in Indonesian.
        pub law_id: String,
        /// The warning has not ended: a duty is in one such warning at most.
        pub open: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
