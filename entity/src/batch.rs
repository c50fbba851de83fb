//! Bulk filing: files with many lines of reports, and what became of each row.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;
use crate::file::FileId;

crate::id! {
    /// Names a batch.
    ReportBatchId;
}

crate::words! {
    /// What the rows of a batch are.
    BatchKind {
        /// Lines of vacancy reports.
        Vacancies = "vacancies",
        /// Rows of placement reports.
        Placements = "placements",
    }
}

crate::words! {
    /// What is done with a batch.
    BatchMode {
        /// Every row is decided on and nothing is filed.
        Validate = "validate",
        /// What is sound is filed.
        Commit = "commit",
    }
}

crate::words! {
    /// What one rejected row means for the others.
    Atomicity {
        /// All rows are filed in one transaction, or none is.
        All = "all",
        /// The sound rows are filed, a transaction for some hundreds of them.
        Row = "row",
    }
}

crate::words! {
    /// The form in which a batch came.
    BatchFormat {
        /// One JSON document.
        Json = "json",
        /// A JSON document a line.
        Ndjson = "ndjson",
        /// Separated values.
        Csv = "csv",
        /// A workbook.
        Xlsx = "xlsx",
    }
}

crate::words! {
    /// Where a batch stands.
    BatchStatus {
        /// Its file is kept; nothing has been decided.
        Received = "received",
        /// Its rows are being decided on.
        Running = "running",
        /// Every row has been decided on and nothing is filed: it may be committed.
        Validated = "validated",
        /// What is sound is filed.
        Committed = "committed",
        /// A row was rejected, so nothing is filed.
        Refused = "refused",
        /// Its company ended it.
        Cancelled = "cancelled",
        /// Its file can't be read to its end.
        Failed = "failed",
    }
}

crate::words! {
    /// What becomes of a row.
    Disposition {
        /// A new line, filed; still in a draft where it warns `not-filed`. Of a batch that is `validated` or `refused`: it would be.
        Created = "created",
        /// A known line with other content, filed.
        Updated = "updated",
        /// A known line with the same content: nothing is done.
        Unchanged = "unchanged",
        /// A new line, filed; its vacancy will be held until the office verifies the company.
        Held = "held",
        /// Not filed: its faults say why.
        Rejected = "rejected",
    }
}

/// Batches.
pub mod report_batch {
    use super::*;

    /// One row a batch.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "report_batch")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ReportBatchId,
        pub company_id: CompanyId,
        pub kind: BatchKind,
        pub mode: BatchMode,
        pub atomicity: Atomicity,
        pub format: BatchFormat,
        pub status: BatchStatus,
        /// The upload, sealed.
        pub file_id: FileId,
        /// Rows received.
        pub row_count: i32,
        /// Rows decided on.
        pub done: i32,
        pub created: i32,
        pub updated: i32,
        pub unchanged: i32,
        pub held: i32,
        pub rejected: i32,
        /// Rows of which the commit made something else than the validation said.
        pub differing: i32,
        /// Columns found, missing and extra, and the version of the template (JSON).
        pub layout: String,
        /// Faults and findings of the file as a whole (JSON).
        pub notes: String,
        /// It is to be cancelled between two chunks.
        pub cancelling: bool,
        /// The run that has the lease.
        pub worker: Option<Uuid>,
        /// Until when it has it.
        pub locked_until: Option<DateTimeUtc>,
        pub started_at: Option<DateTimeUtc>,
        pub ended_at: Option<DateTimeUtc>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Rows of batches: what became of each, never what stood in it.
pub mod report_batch_row {
    use super::*;

    /// One row an input row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "report_batch_row")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub batch_id: ReportBatchId,
        /// Place among the rows, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        /// Sheet of a workbook.
        pub sheet: Option<String>,
        /// Line of the file or row of the sheet, from 1.
        pub number: i32,
        pub disposition: Disposition,
        /// What the validation said, where there was one.
        pub validated: Option<Disposition>,
        pub reference: Option<String>,
        pub report_id: Option<Uuid>,
        pub line_id: Option<Uuid>,
        /// Faults and findings (JSON).
        pub faults: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
