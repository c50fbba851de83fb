//! What crosses the wire for reports of both kinds.

use disnaker_entity::company::CompanyId;
use disnaker_entity::report::ReportStatus;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

/// Filter of the lists of reports.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReportFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<ReportStatus>,
    /// Receiving office.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Receipt number.
    pub number: Option<String>,
    /// The sender's own reference.
    pub reference: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
