//! What crosses the wire.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use disnaker_entity::batch::report_batch::Model;
use disnaker_entity::batch::{
    Atomicity, BatchFormat, BatchKind, BatchMode, BatchStatus, Disposition, ReportBatchId, report_batch_row,
};
use disnaker_entity::company::CompanyId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::bulk::{BatchColumns, Form, RowFaultView, Told};
use crate::page;
use crate::problem::{FaultView, Language, Problem};
use crate::reports::vacancy::bodies::VacancyLine;
use crate::wire::Resource;

/// What is to be done with a file.
#[derive(Clone, Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NewBatchQuery {
    /// The company that reports; it may be absent where the caller files for one only.
    pub company_id: Option<CompanyId>,
    /// What the rows are; vacancies where it is absent.
    #[param(inline)]
    pub kind: Option<BatchKind>,
    /// Only decide on the rows, or file what is sound, too; validate where it is absent.
    #[param(inline)]
    pub mode: Option<BatchMode>,
    /// File all rows or none (at most 5,000), or each that is sound; all where it is absent. More than 500 rows of which each is
    /// filed by itself are decided on 500 at a time: a row whose report has another line at fault is rejected, even if a later
    /// row mends that line.
    #[param(inline)]
    pub atomicity: Option<Atomicity>,
}

/// Rows as one JSON document.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBatchBody {
    /// Lines as of `/v1/vacancy-reports`, or rows as of `/v1/placement-reports`, each with its `reference`; `report` may group
    /// them into reports, and `vacancy_reference` may stand for `vacancy_id`.
    #[schema(min_items = 1)]
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<Value>,
}

impl ReportBatchBody {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let mut line = serde_json::to_value(VacancyLine::sample()).unwrap_or_default();
        if let Some(fields) = line.as_object_mut() {
            fields.insert("report".to_owned(), json!("HR-2026-11"));
        }
        Self { rows: vec![line] }
    }
}

/// Rows by what became of them. They sum to `done`.
#[derive(Debug, Serialize, ToSchema)]
pub struct DispositionCounts {
    /// New lines.
    pub created: i32,
    /// Known lines with other content.
    pub updated: i32,
    /// Known lines with the same content.
    pub unchanged: i32,
    /// New lines whose vacancies will be held until the company is verified.
    pub held: i32,
    /// Refused.
    pub rejected: i32,
}

/// A batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportBatchView {
    /// Id.
    pub id: ReportBatchId,
    /// Company.
    pub company_id: CompanyId,
    /// What the rows are.
    pub kind: BatchKind,
    /// What is done.
    pub mode: BatchMode,
    /// What one rejected row means for the others.
    pub atomicity: Atomicity,
    /// How it came.
    pub format: BatchFormat,
    /// Status; `received` as long as a batch that is to run waits for an instance to begin it.
    pub status: BatchStatus,
    /// Rows received.
    pub row_count: i32,
    /// Rows decided on so far.
    pub done: i32,
    /// What became of them. Where nothing was filed (`validated`, `refused`), what would have.
    pub dispositions: DispositionCounts,
    /// Rows of which the commit made something else than the validation had said.
    pub differing: i32,
    /// Its columns; null for JSON.
    #[schema(required)]
    pub columns: Option<BatchColumns>,
    /// What the sender should know of the file as a whole; it refuses nothing.
    pub notes: Vec<FaultView>,
    /// It ends before the next rows.
    pub cancelling: bool,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When its rows were begun to be decided on; null as long as nobody has.
    #[schema(required)]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended. The file is deleted 30 days later.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Version.
    pub version: i64,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for ReportBatchView {
    const VIEW: &'static str = "batch";

    fn version(&self) -> i64 {
        self.version
    }
}

impl ReportBatchView {
    /// Shows a batch.
    ///
    /// # Errors
    /// Only a row that does not hold what was written.
    pub fn new(row: &Model, mut allowed_actions: Vec<&'static str>, language: Language) -> Result<Self, Problem> {
        // It would only be refused, and could not be mended then.
        let hopeless = row.atomicity == Atomicity::All && row.rejected > 0;
        allowed_actions.retain(|action| !hopeless || *action != "commit");
        let form: Form = serde_json::from_str(&row.layout).map_err(Problem::internal)?;
        let notes: Vec<Told> = serde_json::from_str(&row.notes).map_err(Problem::internal)?;
        let sheet = matches!(row.format, BatchFormat::Csv | BatchFormat::Xlsx);
        Ok(Self {
            id: row.id,
            company_id: row.company_id,
            kind: row.kind,
            mode: row.mode,
            atomicity: row.atomicity,
            format: row.format,
            status: match row.started_at {
                None if row.status == BatchStatus::Running => BatchStatus::Received,
                _ => row.status,
            },
            row_count: row.row_count,
            done: row.done,
            dispositions: DispositionCounts {
                created: row.created,
                updated: row.updated,
                unchanged: row.unchanged,
                held: row.held,
                rejected: row.rejected,
            },
            differing: row.differing,
            columns: sheet.then(|| form.into()),
            notes: notes.iter().map(|note| note.view(language)).collect(),
            cancelling: row.cancelling,
            created_at: row.created_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            version: row.version,
            allowed_actions,
        })
    }
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchRowView {
    /// Place among the rows, from 0.
    pub position: i32,
    /// Sheet of a workbook.
    #[schema(required)]
    pub sheet: Option<String>,
    /// Line of the file or row of the sheet, from 1; 0 where the batch failed before the row was read.
    pub number: i32,
    /// What became of it. What is not rejected and warns `not-filed` is in a report that waits for its company.
    pub disposition: Disposition,
    /// What the validation had said, where the batch was validated first.
    #[schema(required, inline)]
    pub validated: Option<Disposition>,
    /// The sender's own reference.
    #[schema(required)]
    pub reference: Option<String>,
    /// The report that it is in, or that its reference is known from, also where it is rejected.
    #[schema(required)]
    pub report_id: Option<Uuid>,
    /// Receipt number of that report, once it is filed: see `/v1/receipts/{number}`.
    #[schema(required)]
    pub report_number: Option<String>,
    /// Its line or row in that report.
    #[schema(required)]
    pub line_id: Option<Uuid>,
    /// Every fault: why it is rejected.
    pub faults: Vec<RowFaultView>,
    /// What the office will see; it refuses nothing.
    pub warnings: Vec<RowFaultView>,
}

impl BatchRowView {
    /// Shows a row, with the numbers of reports.
    ///
    /// # Errors
    /// Only a row that does not hold what was written.
    pub fn new(
        row: report_batch_row::Model,
        numbers: &HashMap<Uuid, String>,
        language: Language,
    ) -> Result<Self, Problem> {
        let told: Vec<Told> = match &row.faults {
            Some(faults) => serde_json::from_str(faults).map_err(Problem::internal)?,
            None => Vec::new(),
        };
        let (faults, warnings) = RowFaultView::of(&told, language);
        Ok(Self {
            position: row.position,
            sheet: row.sheet,
            number: row.number,
            disposition: row.disposition,
            validated: row.validated,
            reference: row.reference,
            report_number: row.report_id.and_then(|id| numbers.get(&id).cloned()),
            report_id: row.report_id,
            line_id: row.line_id,
            faults,
            warnings,
        })
    }
}

/// A batch with the first of its rows.
#[derive(Serialize, ToSchema)]
pub struct ReportBatchResult {
    /// The batch.
    #[serde(flatten)]
    pub batch: ReportBatchView,
    /// Its first rows.
    pub first_rows: BatchRowPage,
}

impl Resource for ReportBatchResult {
    const VIEW: &'static str = "batch-rows";

    fn version(&self) -> i64 {
        self.batch.version
    }
}

page! {
    /// A page of batches.
    ReportBatchPage of ReportBatchView
}

page! {
    /// A page of a batch's rows.
    BatchRowPage of BatchRowView
}

/// Filter of the list of batches.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BatchFilter {
    /// Company.
    pub company_id: Option<CompanyId>,
    /// What the rows are.
    #[param(inline)]
    pub kind: Option<BatchKind>,
    /// Status.
    #[param(inline)]
    pub status: Option<BatchStatus>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Filter of the rows of a batch.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BatchRowFilter {
    /// What became of them.
    #[param(inline)]
    pub disposition: Option<Disposition>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
