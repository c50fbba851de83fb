//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;

disnaker_entity::words! {
    /// What compliance is grouped by.
    ComplianceGroup {
        /// Company.
        Company = "company",
        /// Sector of the company (KBLI section).
        Sector = "sector",
        /// District of the company.
        District = "district",
        /// Month of the due date.
        Month = "month",
    }
}

/// Filter of the compliance overview.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ComplianceFilter {
    /// What to group by.
    #[param(inline)]
    pub group_by: ComplianceGroup,
    /// Only this office.
    pub office: Option<String>,
    /// First due date; 1 January of this year where it is absent.
    pub from: Option<NaiveDate>,
    /// Last due date, at most ten years after the first; 31 December of this year where it is absent.
    pub to: Option<NaiveDate>,
    /// Only this rule.
    pub rule: Option<String>,
    /// Companies of a page, 1 to 100; 20 where it is absent. Other groups come whole.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// How many duties of one group, and what came of them. `expected` is the sum of `on_time`, `late`, `missing` and `pending`,
/// `actual` that of `on_time` and `late`.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct ComplianceRow {
    /// Company id, code of sector or district, or month (`2026-11`); null in the total.
    #[schema(required)]
    pub key: Option<String>,
    /// Edition of the classification, for sectors.
    #[schema(required)]
    pub edition: Option<String>,
    /// Name, where it has one.
    #[schema(required)]
    pub name: Option<String>,
    /// Duties whose day lies in the period.
    pub expected: i64,
    /// Met.
    pub actual: i64,
    /// Met on the due date or before.
    pub on_time: i64,
    /// Met after the due date.
    pub late: i64,
    /// Not met, and the due date has passed.
    pub missing: i64,
    /// Not met, and the due date has not passed.
    pub pending: i64,
}

/// Compliance: what was due from companies in a period, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplianceView {
    /// What it is grouped by.
    pub group_by: ComplianceGroup,
    /// First due date.
    pub from: NaiveDate,
    /// Last due date.
    pub to: NaiveDate,
    /// The day that says what has passed.
    pub as_of: NaiveDate,
    /// Groups in the order of their keys.
    pub data: Vec<ComplianceRow>,
    /// The sum of all groups, those of other pages too.
    pub total: ComplianceRow,
    /// Cursor of the next page of companies; null on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// Filter of the companies that never reported.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SilentFilter {
    /// Only this office.
    pub office: Option<String>,
    /// Only this sector.
    pub sector: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A verified company that has filed nothing since it registered.
#[derive(Debug, Serialize, ToSchema)]
pub struct SilentCompany {
    /// Company.
    pub company_id: CompanyId,
    /// NIB.
    pub nib: String,
    /// Branch.
    pub branch: String,
    /// Name.
    pub name: String,
    /// KBLI section.
    pub sector: String,
    /// Region.
    pub region: String,
    /// Office.
    pub office: String,
    /// When it registered.
    pub registered_at: DateTime<Utc>,
}

page! {
    /// A page of companies that never reported.
    SilentPage of SilentCompany
}
