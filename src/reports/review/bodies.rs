//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;

disnaker_entity::words! {
    /// What kind of record waits.
    WaitingKind {
        /// A filed vacancy report.
        VacancyReport = "vacancy_report",
        /// A filed placement report.
        PlacementReport = "placement_report",
        /// A registered company whose vacancies are held.
        Company = "company",
    }
}

/// Something that waits for an officer.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingRow {
    /// What it is.
    pub kind: WaitingKind,
    /// Id of the report or company.
    pub id: Uuid,
    /// Receipt number of a report.
    #[schema(required)]
    pub number: Option<String>,
    /// The company.
    pub company_id: CompanyId,
    /// Its name.
    pub company_name: String,
    /// The office that is waited for.
    pub office: String,
    /// Since when: the last filing of a report, the registration of a company.
    pub waiting_since: DateTime<Utc>,
    /// Days since then, in the office's zone.
    pub waiting_days: i64,
    /// The earliest day of a running clock on the record.
    #[schema(required)]
    pub next_deadline: Option<NaiveDate>,
    /// Lines or rows of a report, held vacancies of a company.
    pub items: i64,
    /// Persons wanted or hired in them.
    pub persons: i64,
    /// Version of the record, for `If-Match`.
    pub version: i64,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

page! {
    /// A page of what waits.
    WaitingPage of WaitingRow
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WaitingFilter {
    /// Only this office.
    pub office: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
