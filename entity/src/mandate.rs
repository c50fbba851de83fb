//! Mandates: who files for a company.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;

crate::id! {
    /// Names a mandate.
    MandateId;
}

crate::words! {
    /// What an agent may file for the company.
    MandateScope {
        /// Vacancy reports (wajib lapor lowongan).
        VacancyReports = "vacancy_reports",
        /// Placement reports (wajib lapor penempatan).
        PlacementReports = "placement_reports",
        /// Employment reports (wajib lapor ketenagakerjaan di perusahaan).
        EmploymentReports = "employment_reports",
    }
}

crate::words! {
    /// Where a mandate stands.
    MandateStatus {
        /// Given; in force from its first day to the end of its last.
        Active = "active",
        /// Taken back by the company.
        Revoked = "revoked",
        /// Laid down by the agent.
        Relinquished = "relinquished",
        /// Its last day has passed.
        Expired = "expired",
    }
}

/// One row a mandate (surat kuasa) of a company to an agent.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mandate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MandateId,
    /// The company that is acted for.
    pub company_id: CompanyId,
    /// The company that acts.
    pub agent_company_id: CompanyId,
    /// The office of the company that is acted for, when it was given: its zone says when a day ends.
    pub office: String,
    /// The words of [`MandateScope`], with a blank between them.
    pub scopes: String,
    pub valid_from: Date,
    /// The last day.
    pub expires_on: Date,
    /// When the first day begins.
    pub begins_at: DateTimeUtc,
    /// When the last day is over.
    pub ends_at: DateTimeUtc,
    pub status: MandateStatus,
    pub ended_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub created_by: String,
    pub updated_at: DateTimeUtc,
}

impl Model {
    /// What the agent may file.
    pub fn scopes(&self) -> impl Iterator<Item = MandateScope> {
        self.scopes.split(' ').filter_map(|word| word.parse().ok())
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
