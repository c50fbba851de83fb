//! Tables of the plumbing: the journal, movements, answers, counters, deadlines, access records.

use sea_orm::entity::prelude::*;

/// Who did what to which subject: the audit trail and the change feed.
pub mod journal {
    use super::*;

    /// One row a fact; never updated.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal")]
    pub struct Model {
        /// Order of insertion, with gaps; never shown.
        #[sea_orm(primary_key)]
        pub seq: i64,
        pub id: Uuid,
        pub recorded_at: DateTimeUtc,
        pub event: String,
        pub office: String,
        pub company_id: Option<Uuid>,
        pub subject_kind: String,
        pub subject_id: String,
        pub version: i64,
        pub actor: String,
        pub body: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Journal rows that have no position yet.
pub mod journal_unsealed {
    use super::*;

    /// One row an unsealed journal row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_unsealed")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The order of the feed, and its hash chain; append-only.
pub mod journal_position {
    use super::*;

    /// One row a sealed journal row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_position")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub seq: i64,
        pub hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Signed heads of the journal's chain; append-only.
pub mod checkpoint {
    use super::*;

    /// One row a checkpoint.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "checkpoint")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub hash: Vec<u8>,
        pub signed_at: DateTimeUtc,
        pub kid: String,
        pub signature: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What statistics count.
pub mod movement {
    use super::*;

    /// One row a counted act; never updated, a correction is a counter-row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "movement")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub seq: i64,
        pub kind: String,
        pub office: String,
        pub effective_on: Date,
        pub recorded_at: DateTimeUtc,
        pub quantity: i64,
        pub subject_id: Uuid,
        pub company_id: Option<Uuid>,
        pub sex: Option<String>,
        pub birth_year: Option<i32>,
        pub education: Option<String>,
        pub occupation: Option<String>,
        pub sector: Option<String>,
        pub sector_edition: Option<String>,
        pub region: Option<String>,
        pub antar_kerja: Option<String>,
        /// Year of the budget of a class.
        pub year: Option<i32>,
        pub funding: Option<String>,
        pub site: Option<String>,
        pub target_group: Option<String>,
        pub programme_id: Option<Uuid>,
        pub dispute_kind: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Answers kept for a repeated `Idempotency-Key`.
pub mod idempotency {
    use super::*;

    /// One row a caller and key.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub caller: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub fingerprint: Vec<u8>,
        /// The answer, encrypted; empty until the transaction that holds it commits.
        pub answer: Vec<u8>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Who read a person's data.
pub mod access_record {
    use super::*;

    /// One row a person read, or a list page.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "access_record")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub recorded_at: DateTimeUtc,
        pub actor: String,
        pub office: String,
        /// What was done: `detail`, `list`, `reveal`.
        pub act: String,
        pub purpose: Option<String>,
        pub subject_kind: String,
        pub subject_id: Option<Uuid>,
        pub filter: Option<String>,
        pub persons: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Running and ended clocks.
pub mod deadline {
    use super::*;

    /// One row a clock; the due date is stored when it starts, with the calendar's revision.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deadline")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub subject_kind: String,
        pub subject_id: Uuid,
        pub rule: String,
        pub party: String,
        pub office: String,
        pub company_id: Option<Uuid>,
        pub started_on: Date,
        pub due_on: Date,
        pub met_on: Option<Date>,
        pub calendar_revision: i64,
        pub affected_by_revision: Option<i64>,
        pub created_at: DateTimeUtc,
        /// The due date before the first extension.
        pub original_due_on: Option<Date>,
        /// How often it was extended.
        pub extensions: i32,
        /// The record that met it, where it was filed as one.
        pub met_by: Option<Uuid>,
        /// It should not have run: what started it was taken back.
        pub cancelled: bool,
        /// What was due was not done, and the law says what that means: silence to a recommendation is a rejection.
        pub lapsed: bool,
        /// Since when it stands still.
        pub paused_on: Option<Date>,
        /// Ended pauses (JSON).
        pub pauses: String,
        /// How many stages of reminders are behind it.
        pub stage: i32,
        /// The next day on which it is looked at; none when every stage is behind it.
        pub remind_on: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Facts about this database: what kind it is, the calendar's revision.
pub mod setting {
    use super::*;

    /// One row a fact.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "setting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
