//! What crosses the wire.

use disnaker_entity::batch::{Atomicity, BatchFormat, BatchMode, Disposition};
use disnaker_entity::school::SchoolId;
use disnaker_entity::seeker::SeekerId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::bulk::{BatchColumns, RowFaultView};
use crate::problem::FaultView;

/// What is to be done with a file of alumni.
#[derive(Clone, Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AlumniQuery {
    /// The school; it may be absent where the caller works for one only.
    pub school_id: Option<SchoolId>,
    /// Only decide on the rows, or write what is sound, too; validate where it is absent.
    #[param(inline)]
    pub mode: Option<BatchMode>,
    /// Write all rows or none, or each that is sound; all where it is absent.
    #[param(inline)]
    pub atomicity: Option<Atomicity>,
    /// Send each record to its office, too: then nothing may be missing that `submit` asks for.
    pub submit: Option<bool>,
}

/// Rows as one JSON document.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlumniBody {
    /// Records as of `/v1/job-seekers`, with the fields of the template, each with its `reference`.
    #[schema(min_items = 1, max_items = 500)]
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<Value>,
}

impl AlumniBody {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let row = json!({
            "reference": "NISN-0081234567",
            "identity": {
                "nik": "3672016505080003", "name": "Rani Contoh", "birth_place": "Cilegon", "birth_on": "2008-05-25",
                "sex": "female", "religion": "islam", "marital_status": "single",
            },
            "address": {"region": "36.72.01", "street": "Jalan Contoh 5 RT 02/01"},
            "education": [{"level": "vocational_secondary", "major": "Tata Busana", "graduated_in": 2026}],
            "wanted": {"occupations": ["75"]},
        });
        Self { rows: vec![row] }
    }
}

disnaker_entity::words! {
    /// What came of a file as a whole.
    AlumniOutcome {
        /// Every row was decided on and nothing is written.
        Validated = "validated",
        /// What is sound is written.
        Committed = "committed",
        /// A row was rejected where all or none were to be written: nothing is.
        Refused = "refused",
    }
}

/// Rows by what became of them. They sum to the rows of the file.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct AlumniCounts {
    /// New records.
    pub created: usize,
    /// Known records with other content, or sent to the office only now.
    pub updated: usize,
    /// Known records with the same content.
    pub unchanged: usize,
    /// Refused.
    pub rejected: usize,
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlumniRowView {
    /// Place among the rows, from 0.
    pub position: usize,
    /// Sheet of a workbook.
    #[schema(required)]
    pub sheet: Option<String>,
    /// Line of the file or row of the sheet, from 1.
    pub number: u32,
    /// What became of it; where nothing was written, what would have.
    pub disposition: Disposition,
    /// The school's own reference.
    #[schema(required)]
    pub reference: Option<String>,
    /// The record; null for one that was not written.
    #[schema(required)]
    pub job_seeker_id: Option<SeekerId>,
    /// Every fault: why it is rejected.
    pub faults: Vec<RowFaultView>,
    /// What the office will see; it refuses nothing.
    pub warnings: Vec<RowFaultView>,
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlumniResult {
    /// School.
    pub school_id: SchoolId,
    /// What came of it as a whole.
    pub outcome: AlumniOutcome,
    /// How it was written.
    pub format: BatchFormat,
    /// Rows received.
    pub row_count: usize,
    /// What became of them.
    pub dispositions: AlumniCounts,
    /// Its columns; null for JSON.
    #[schema(required)]
    pub columns: Option<BatchColumns>,
    /// What the sender should know of the file as a whole; it refuses nothing.
    pub notes: Vec<FaultView>,
    /// The rows in their order, all of them.
    pub rows: Vec<AlumniRowView>,
}
