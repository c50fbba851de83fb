//! Yearly employment reports (wajib lapor ketenagakerjaan di perusahaan, WLKP; UU 7/1981).

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;

crate::id! {
    /// Names an employment report.
    EmploymentReportId;
}

crate::words! {
    /// Why an employment report is filed.
    Occasion {
        /// The company was founded (UU 7/1981 art. 6).
        Founding = "founding",
        /// The company works again after a stop (UU 7/1981 art. 6).
        Restart = "restart",
        /// The company moves: a notice before the day (art. 8), a report from it on (art. 6).
        Moving = "moving",
        /// The company stops or is dissolved: a notice before the day (UU 7/1981 art. 8).
        Closing = "closing",
        /// Once a year (UU 7/1981 art. 7).
        Yearly = "yearly",
    }
}

crate::words! {
    /// Where an employment report stands.
    EmploymentReportStatus {
        /// Filed with the office; nothing more is needed.
        Filed = "filed",
        /// Replaced by a correction.
        Superseded = "superseded",
        /// Taken back by the company.
        Withdrawn = "withdrawn",
    }
}

/// One row a filing.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "employment_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EmploymentReportId,
    pub company_id: CompanyId,
    pub office: String,
    pub status: EmploymentReportStatus,
    pub number: String,
    pub corrects: Option<EmploymentReportId>,
    pub occasion: Occasion,
    pub occurred_on: Date,
    /// Filed before the day that it tells of.
    pub notice: bool,
    /// The day of filing; a correction keeps that of what it corrects.
    pub filed_on: Date,
    /// The last day for it, where it had one.
    pub due_on: Option<Date>,
    pub workers: i32,
    pub with_disability: i32,
    pub apprentices: i32,
    /// What was filed (JSON). It is written and read whole.
    pub content: String,
    pub version: i64,
    /// The agent that filed it by a mandate.
    pub filed_by_company: Option<CompanyId>,
    pub created_at: DateTimeUtc,
    pub created_by: String,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
