//! Mandatory reports: of vacancies (Perpres 57/2023 art. 4) and of placements (art. 6).

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;
use crate::placement::PlacementId;
use crate::vacancy::VacancyId;

crate::id! {
    /// Names a vacancy report (one revision of it).
    VacancyReportId;
    /// Names a placement report.
    PlacementReportId;
    /// Names a nil report.
    NilReportId;
}

crate::words! {
    /// Where a report stands.
    ReportStatus {
        /// Being written; only its company sees it, and only now may it be deleted.
        Draft = "draft",
        /// Filed with the office.
        Submitted = "submitted",
        /// Sent back by the office with reasons.
        Returned = "returned",
        /// Accepted by the office.
        Accepted = "accepted",
        /// Taken back by the company.
        Withdrawn = "withdrawn",
        /// Replaced by an accepted correction.
        Superseded = "superseded",
    }
}

crate::words! {
    /// Where a nil report stands.
    NilReportStatus {
        /// Filed with the office.
        Submitted = "submitted",
        /// Taken back by the company.
        Withdrawn = "withdrawn",
        /// Overtaken by a vacancy report of the same month.
        Superseded = "superseded",
    }
}

/// A vacancy report (wajib lapor lowongan).
pub mod vacancy_report {
    use super::*;

    /// One row a revision of a report.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "vacancy_report")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: VacancyReportId,
        pub company_id: CompanyId,
        pub office: String,
        pub status: ReportStatus,
        pub number: Option<String>,
        pub revision: i32,
        pub corrects: Option<VacancyReportId>,
        pub reference: Option<String>,
        /// The agent that filed it by a mandate; none where its company filed it itself.
        pub filed_by_company: Option<CompanyId>,
        pub line_count: i32,
        pub persons_wanted: i64,
        pub several_provinces: bool,
        pub return_note: Option<String>,
        /// The filing that counts now.
        pub submitted_at: Option<DateTimeUtc>,
        /// The filing that says when it was reported: it stays where the report is filed again after a return.
        pub first_submitted_at: Option<DateTimeUtc>,
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

/// A line of a vacancy report: one position.
pub mod vacancy_line {
    use super::*;

    /// One row a line; `line_id` stays the same over corrections and names the vacancy that it becomes.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "vacancy_report_line")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub report_id: VacancyReportId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub line_id: VacancyId,
        pub position: i32,
        /// The line as it was filed (JSON). It is written and read whole; what is searched is the vacancy.
        pub content: String,
        pub return_reason: Option<String>,
        /// The report's company: beside the reference, since the two are looked for together.
        pub company_id: Option<CompanyId>,
        /// The sender's own reference, as in the content.
        pub reference: Option<String>,
        /// When the line came first, whichever revision it stands in.
        pub received_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A placement report (wajib lapor penempatan).
pub mod placement_report {
    use super::*;

    /// One row a report.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "placement_report")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PlacementReportId,
        pub company_id: CompanyId,
        pub office: String,
        pub status: ReportStatus,
        pub number: Option<String>,
        pub reference: Option<String>,
        /// The agent that filed it by a mandate; none where its company filed it itself.
        pub filed_by_company: Option<CompanyId>,
        pub row_count: i32,
        pub return_note: Option<String>,
        /// The filing that counts now.
        pub submitted_at: Option<DateTimeUtc>,
        /// The filing that says when it was reported: it stays where the report is filed again after a return.
        pub first_submitted_at: Option<DateTimeUtc>,
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

/// A row of a placement report: one hired worker.
pub mod placement_row {
    use super::*;

    /// One row a worker; `row_id` names the placement that it becomes.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "placement_report_row")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub report_id: PlacementReportId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub row_id: PlacementId,
        pub position: i32,
        pub vacancy_id: VacancyId,
        /// The row as it was filed (JSON), without the NIK.
        pub content: String,
        /// The NIK, encrypted.
        pub nik_sealed: Option<Vec<u8>>,
        /// The NIK's blind index.
        pub nik_index: Option<Vec<u8>>,
        pub return_reason: Option<String>,
        /// The report's company: beside the reference, since the two are looked for together.
        pub company_id: Option<CompanyId>,
        /// The sender's own reference.
        pub reference: Option<String>,
        /// When the row came first.
        pub received_at: Option<DateTimeUtc>,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "placement_report_row({}, {})", self.report_id, self.row_id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A nil report (laporan nihil): no vacancies in a month.
pub mod nil_report {
    use super::*;

    /// One row a report.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "nil_report")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: NilReportId,
        pub company_id: CompanyId,
        pub office: String,
        /// `2026-11`.
        pub month: String,
        pub status: NilReportStatus,
        pub number: String,
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
}
