//! Receipts of what was filed.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;

crate::words! {
    /// What a receipt is for.
    ReceiptKind {
        /// A vacancy report.
        VacancyReport = "vacancy_report",
        /// A placement report.
        PlacementReport = "placement_report",
        /// A nil report.
        NilReport = "nil_report",
        /// An employment report.
        EmploymentReport = "employment_report",
    }
}

crate::words! {
    /// Where a receipt stands.
    ReceiptStatus {
        /// It is the newest word on what was filed.
        Current = "current",
        /// Another receipt takes its place.
        Superseded = "superseded",
        /// What was filed is taken back.
        Withdrawn = "withdrawn",
    }
}

/// One row a filing: a report keeps its number when it is filed again, and each filing is an issue.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub issue: i32,
    pub kind: ReceiptKind,
    pub office: String,
    pub company_id: CompanyId,
    pub subject_id: Uuid,
    pub issued_at: DateTimeUtc,
    /// The exact text that is signed (JSON).
    pub statement: String,
    /// What the hash of the content is salted with, encrypted.
    pub salt: Vec<u8>,
    pub kid: Option<String>,
    /// Detached JWS; none where the installation has no key for receipts.
    pub signature: Option<String>,
    /// The number of the receipt that takes its place.
    pub superseded_by: Option<String>,
    pub withdrawn_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
