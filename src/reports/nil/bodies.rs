//! What crosses the wire.

use chrono::{DateTime, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::report::nil_report::Model;
use disnaker_entity::report::{NilReportId, NilReportStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::wire::Resource;

/// A nil report to be filed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNilReport {
    /// The company that reports.
    pub company_id: CompanyId,
    /// The month without vacancies, by the office's calendar: this one, or an earlier one.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$")]
    pub month: String,
}

impl NewNilReport {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { company_id: CompanyId(uuid::Uuid::nil()), month: "2026-10".into() }
    }
}

/// Filter of the list of nil reports.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NilReportFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<NilReportStatus>,
    /// Receiving office.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Month, `2026-11`.
    pub month: Option<String>,
    /// Receipt number.
    pub number: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A nil report in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct NilReportRow {
    /// Id.
    pub id: NilReportId,
    /// Company.
    pub company_id: CompanyId,
    /// Receiving office.
    pub office: String,
    /// The month without vacancies.
    pub month: String,
    /// Status.
    pub status: NilReportStatus,
    /// Receipt number.
    pub number: String,
    /// The agent that filed it by a mandate; null where the company did itself.
    #[schema(required)]
    pub filed_by_company: Option<CompanyId>,
    /// When it was filed.
    pub filed_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl From<&Model> for NilReportRow {
    fn from(row: &Model) -> Self {
        Self {
            id: row.id,
            company_id: row.company_id,
            office: row.office.clone(),
            month: row.month.clone(),
            status: row.status,
            number: row.number.clone(),
            filed_by_company: row.filed_by_company,
            filed_at: row.created_at,
            version: row.version,
        }
    }
}

/// A nil report.
#[derive(Debug, Serialize, ToSchema)]
pub struct NilReportView {
    /// The report.
    #[serde(flatten)]
    pub report: NilReportRow,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for NilReportView {
    const VIEW: &'static str = "nil";

    fn version(&self) -> i64 {
        self.report.version
    }
}

page! {
    /// A page of nil reports.
    NilReportPage of NilReportRow
}
