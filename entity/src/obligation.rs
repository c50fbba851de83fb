//! What companies owe by a day: requests for more time.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;

crate::id! {
    /// Names a clock.
    DeadlineId;
    /// Names a request for more time.
    ExtensionRequestId;
}

crate::words! {
    /// Where a request for more time stands.
    ExtensionStatus {
        /// The office has not decided.
        Requested = "requested",
        /// The due date was moved.
        Granted = "granted",
        /// The due date stays.
        Refused = "refused",
        /// Taken back by the company.
        Withdrawn = "withdrawn",
    }
}

/// Requests for more time.
pub mod extension_request {
    use super::*;

    /// One row a request; at most one that is open for a clock.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "extension_request")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ExtensionRequestId,
        pub deadline_id: DeadlineId,
        pub company_id: CompanyId,
        pub office: String,
        pub status: ExtensionStatus,
        pub rule: String,
        /// The due date when it was requested.
        pub due_on: Date,
        pub wanted_on: Date,
        pub reason: String,
        pub granted_on: Option<Date>,
        /// What the office said to it.
        pub decision: Option<String>,
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
