//! Companies that report to an office.

use sea_orm::entity::prelude::*;

crate::id! {
    /// Names a company (one branch of a NIB).
    CompanyId;
}

crate::words! {
    /// Where a company stands with its office.
    CompanyStatus {
        /// Registered by itself; the office has not looked yet. May file, its vacancies are held.
        Registered = "registered",
        /// The office has confirmed it.
        Verified = "verified",
        /// The office has refused it, with a reason.
        Rejected = "rejected",
    }
}

/// One row a company, or a branch of one: unique by NIB and branch.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "company")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CompanyId,
    pub nib: String,
    pub branch: String,
    pub name: String,
    pub legal_form: String,
    pub sector: String,
    pub sector_edition: String,
    pub kbli_code: Option<String>,
    pub region: String,
    pub address: String,
    pub contact_name: String,
    pub contact_email: String,
    pub contact_phone: Option<String>,
    pub workers_men: i32,
    pub workers_women: i32,
    pub workers_with_disability: i32,
    pub office: String,
    pub status: CompanyStatus,
    pub status_reason: Option<String>,
    pub decided_at: Option<DateTimeUtc>,
    pub decided_by: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub created_by: String,
    pub updated_at: DateTimeUtc,
    /// Whether the clock of its first employment report was started.
    pub clocked: bool,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "company({})", self.id)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
