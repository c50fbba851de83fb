//! Rights of the person whose data it is: requests to correct and erase, and the register of breaches.

use sea_orm::entity::prelude::*;

use crate::seeker::SeekerId;

crate::id! {
    /// Names a request about one's own data.
    DataRequestId;
    /// Names a breach.
    DataBreachId;
}

crate::words! {
    /// What a person asks for.
    DataRequestKind {
        /// That something wrong is put right (perbaikan).
        Correction = "correction",
        /// That what the law does not keep is erased (penghapusan).
        Erasure = "erasure",
    }
}

crate::words! {
    /// Where a request stands.
    DataRequestStatus {
        /// Waits for the office.
        Requested = "requested",
        /// Done, as far as the law lets it.
        Granted = "granted",
        /// Not done, with a reason.
        Refused = "refused",
        /// Taken back by the person.
        Withdrawn = "withdrawn",
    }
}

crate::words! {
    /// Where a breach stands.
    DataBreachStatus {
        /// Being handled.
        Open = "open",
        /// Handled, and told to whom it had to be told.
        Closed = "closed",
        /// Found to be none.
        Dismissed = "dismissed",
    }
}

/// Requests of persons about their own data.
pub mod data_request {
    use super::*;

    /// One row a request.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "data_request")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DataRequestId,
        /// The office that kept the record when the request was made.
        pub office: String,
        pub seeker_id: SeekerId,
        pub kind: DataRequestKind,
        pub status: DataRequestStatus,
        /// Why, and the values that are wanted (JSON, sealed); none once its time is over.
        pub content_sealed: Option<Vec<u8>>,
        /// Until when the office answers.
        pub due_at: DateTimeUtc,
        /// What the office says to it.
        pub decision: Option<String>,
        /// Classes of data that were erased (JSON).
        pub erased: String,
        /// Classes of data that were kept (JSON).
        pub kept: String,
        pub decided_at: Option<DateTimeUtc>,
        pub decided_by: Option<String>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The register of breaches.
pub mod data_breach {
    use super::*;

    /// One row a breach.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "data_breach")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DataBreachId,
        pub office: String,
        pub status: DataBreachStatus,
        /// When the office found it.
        pub found_at: DateTimeUtc,
        /// Until when the person and the authority are told.
        pub due_at: DateTimeUtc,
        /// Which data.
        pub data: String,
        /// Of how many persons, as far as it is known.
        pub persons: Option<i64>,
        /// When and how it happened.
        pub happened: String,
        /// What is done about it.
        pub handling: String,
        /// Who is affected: records, or a description (JSON).
        pub affected: String,
        pub authority_notified_at: Option<DateTimeUtc>,
        pub subjects_notified_at: Option<DateTimeUtc>,
        /// How it ended.
        pub closing: Option<String>,
        pub closed_at: Option<DateTimeUtc>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "data_breach({})", self.id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
