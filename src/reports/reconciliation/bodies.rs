//! What crosses the wire.

use chrono::{DateTime, Utc};
use disnaker_entity::batch::BatchKind;
use disnaker_entity::company::CompanyId;
use disnaker_entity::vacancy::VacancyStatus;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

disnaker_entity::words! {
    /// Where a reference is now.
    ReferenceState {
        /// In a report that is not filed.
        Draft = "draft",
        /// In a report that the office looks at.
        Submitted = "submitted",
        /// In a report that the office sent back.
        Returned = "returned",
        /// In an accepted report.
        Accepted = "accepted",
        /// In a report that was taken back.
        Withdrawn = "withdrawn",
        /// In a report whose correction left it out.
        Superseded = "superseded",
        /// In no report: every row that had it was rejected.
        Rejected = "rejected",
    }
}

/// Which month, and which page.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReconciliationFilter {
    /// The month, in the zone of the company's office; this one where it is absent.
    #[param(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-11")]
    pub month: Option<String>,
    /// References of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A reference and where it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReferenceView {
    /// What it names.
    pub kind: BatchKind,
    /// The sender's own reference.
    pub reference: String,
    /// Where it is now.
    pub state: ReferenceState,
    /// The report that it is in.
    #[schema(required)]
    pub report_id: Option<Uuid>,
    /// Its line or row there.
    #[schema(required)]
    pub line_id: Option<Uuid>,
    /// Where its vacancy stands, once it is one.
    #[schema(required, inline)]
    pub vacancy_status: Option<VacancyStatus>,
    /// When its line or row came first.
    #[schema(required)]
    pub received_at: Option<DateTime<Utc>>,
}

impl ReferenceView {
    /// A reference that is in no report.
    #[must_use]
    pub fn nowhere((kind, reference): (BatchKind, String)) -> Self {
        let (report_id, line_id, vacancy_status, received_at) = (None, None, None, None);
        let state = ReferenceState::Rejected;
        Self { kind, reference, state, report_id, line_id, vacancy_status, received_at }
    }
}

/// References by where they are. They sum to the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReferenceSums {
    /// Not filed.
    pub draft: i64,
    /// With the office.
    pub submitted: i64,
    /// Sent back.
    pub returned: i64,
    /// Accepted.
    pub accepted: i64,
    /// Taken back.
    pub withdrawn: i64,
    /// Left out by a correction.
    pub superseded: i64,
    /// In no report.
    pub rejected: i64,
}

/// A month of a company: sums over the whole, and a page of references.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciliationView {
    /// Company.
    pub company_id: CompanyId,
    /// The month.
    pub month: String,
    /// References of the month, each once.
    pub total: i64,
    /// By where they are now.
    pub sums: ReferenceSums,
    /// Rows of batches that had no reference: they are in no list, and were all rejected.
    pub rows_without_reference: i64,
    /// References of this page, by kind and reference.
    pub data: Vec<ReferenceView>,
    /// Cursor of the next page; null on the last one.
    #[schema(required)]
    pub next: Option<String>,
}
