//! What crosses the wire, whatever the rows are.

use serde::Serialize;
use utoipa::ToSchema;

use super::reader::Form;
use super::told::Told;
use crate::problem::{FaultView, Language};

/// The columns of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchColumns {
    /// Columns that were found.
    pub found: Vec<String>,
    /// Columns that are not there.
    pub missing: Vec<String>,
    /// Headers that name no column: what stands below them was not looked at. Where something does, a note of the batch says so.
    pub extra: Vec<String>,
    /// Sheets without a row of headers: they were not looked at.
    pub skipped_sheets: Vec<String>,
    /// Version of the template that the headers are of.
    #[schema(required)]
    pub template_version: Option<String>,
}

impl From<Form> for BatchColumns {
    fn from(form: Form) -> Self {
        Self {
            found: form.columns,
            missing: form.missing,
            extra: form.extra,
            skipped_sheets: form.skipped_sheets,
            template_version: form.template_version,
        }
    }
}

/// A fault or finding of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowFaultView {
    /// The fault: its pointer leads into the row.
    #[serde(flatten)]
    pub fault: FaultView,
    /// Name of the column.
    #[schema(required)]
    pub column: Option<String>,
    /// The cell in its sheet, as `D17`; null for JSON.
    #[schema(required)]
    pub cell: Option<String>,
}

impl RowFaultView {
    /// The faults of a row, and its findings.
    #[must_use]
    pub fn of(told: &[Told], language: Language) -> (Vec<Self>, Vec<Self>) {
        let view = |told: &Told| Self {
            fault: told.view(language),
            column: told.column().map(str::to_owned),
            cell: told.cell.clone(),
        };
        let (warnings, faults): (Vec<_>, Vec<_>) = told.iter().partition(|told| told.warning);
        (faults.into_iter().map(view).collect(), warnings.into_iter().map(view).collect())
    }
}
