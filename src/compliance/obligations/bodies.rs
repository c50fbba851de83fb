//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::obligation::extension_request::Model as ExtensionRequest;
use disnaker_entity::obligation::{DeadlineId, ExtensionRequestId, ExtensionStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;
use crate::wire::Resource;

disnaker_entity::words! {
    /// How a clock stands today, in the office's zone.
    DeadlineState {
        /// It runs, and its day has not passed.
        Due = "due",
        /// Its day has passed.
        Overdue = "overdue",
        /// What was due was done.
        Met = "met",
        /// What was due was not done in time, and the law says what that means: silence to a recommendation is a rejection.
        Lapsed = "lapsed",
        /// It stands still.
        Paused = "paused",
    }
}

/// A company, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedCompany {
    /// Id.
    pub id: CompanyId,
    /// Name.
    pub name: String,
}

/// A clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadlineView {
    /// Id.
    pub id: DeadlineId,
    /// Rule of the policy.
    pub rule: String,
    /// Law and article, in the language asked for.
    pub law: String,
    /// What kind of record it is about.
    pub subject_kind: String,
    /// The record.
    pub subject_id: Uuid,
    /// Who is to act.
    pub party: String,
    /// The office whose calendar counts.
    pub office: String,
    /// The company concerned.
    #[schema(required)]
    pub company: Option<NamedCompany>,
    /// The day of the trigger, which is not counted.
    pub started_on: NaiveDate,
    /// The last day.
    pub due_on: NaiveDate,
    /// The last day before the first extension; null where there was none.
    #[schema(required)]
    pub original_due_on: Option<NaiveDate>,
    /// How often it was extended.
    pub extensions: i32,
    /// Calendar days until the last day; negative after it. Null for a clock that was met, or lapsed.
    #[schema(required)]
    pub days_left: Option<i64>,
    /// How it stands.
    pub state: DeadlineState,
    /// When it was met, or lapsed.
    #[schema(required)]
    pub met_on: Option<NaiveDate>,
    /// Since when it stands still.
    #[schema(required)]
    pub paused_on: Option<NaiveDate>,
    /// The revision of the calendar that touched it while it ran: an officer decides what that means.
    #[schema(required)]
    pub affected_by_revision: Option<i64>,
}

page! {
    /// A page of clocks.
    DeadlinePage of DeadlineView
}

/// Filter of the list of clocks.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeadlineFilter {
    /// Office.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Rule of the policy.
    pub rule: Option<String>,
    /// Due before this day.
    pub due_before: Option<NaiveDate>,
    /// Due after this day.
    pub due_after: Option<NaiveDate>,
    /// How they stand today; those that run where it is absent, paused ones among them.
    #[param(inline)]
    pub state: Option<DeadlineState>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// An operation of this service.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Way {
    /// Method.
    pub method: &'static str,
    /// Address, relative to this service.
    pub href: String,
}

/// A clock with what it asks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObligationView {
    /// What is to be done, in the language asked for.
    pub what: String,
    /// What people call the record that it is about, where it has a name: the title of a vacancy.
    #[schema(required)]
    pub subject_name: Option<String>,
    /// The operations that do it, any of them.
    pub ways: Vec<Way>,
    /// The record by which it was done; null where it is not, or no record tells.
    #[schema(required)]
    pub met_by: Option<String>,
    /// The clock.
    #[serde(flatten)]
    pub deadline: DeadlineView,
}

page! {
    /// A page of obligations.
    ObligationPage of ObligationView
}

/// Which page of the obligations.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ObligationFilter {
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A request for more time.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExtensionRequest {
    /// The last day that is wanted.
    pub wanted_on: NaiveDate,
    /// Why, shown to the office. No names of persons.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

impl NewExtensionRequest {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            wanted_on: NaiveDate::from_ymd_opt(2027, 1, 8).unwrap_or_default(),
            reason: "Data tenaga kerja cabang baru masih dikumpulkan".into(),
        }
    }
}

/// More time is given.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionGrant {
    /// The new last day; the wanted one where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Why, shown to the company.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

impl ExtensionGrant {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { until: None, reason: "Alasan dapat diterima".into() }
    }
}

/// No more time is given.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRefusal {
    /// Why, shown to the company.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

impl ExtensionRefusal {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Data yang diminta sudah tersedia".into() }
    }
}

/// A request for more time, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtensionRequestView {
    /// Id.
    pub id: ExtensionRequestId,
    /// The clock.
    pub deadline_id: DeadlineId,
    /// Rule of the clock.
    pub rule: String,
    /// The company that asks.
    pub company_id: CompanyId,
    /// The office that decides.
    pub office: String,
    /// Status.
    pub status: ExtensionStatus,
    /// The last day when it was requested.
    pub due_on: NaiveDate,
    /// The last day that is wanted.
    pub wanted_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// The last day that was given.
    #[schema(required)]
    pub granted_on: Option<NaiveDate>,
    /// What the office said to it.
    #[schema(required)]
    pub decision: Option<String>,
    /// When the office decided.
    #[schema(required)]
    pub decided_at: Option<DateTime<Utc>>,
    /// When it was requested.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl ExtensionRequestView {
    /// A request, with the steps that are possible.
    #[must_use]
    pub fn of(row: ExtensionRequest, allowed_actions: Vec<&'static str>) -> Self {
        Self {
            id: row.id,
            deadline_id: row.deadline_id,
            rule: row.rule,
            company_id: row.company_id,
            office: row.office,
            status: row.status,
            due_on: row.due_on,
            wanted_on: row.wanted_on,
            reason: row.reason,
            granted_on: row.granted_on,
            decision: row.decision,
            decided_at: row.decided_at,
            created_at: row.created_at,
            version: row.version,
            allowed_actions,
        }
    }
}

impl Resource for ExtensionRequestView {
    const VIEW: &'static str = "extension";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of requests for more time.
    ExtensionRequestPage of ExtensionRequestView
}

/// Filter of the list of requests for more time.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRequestFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<ExtensionStatus>,
    /// Office.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Clock.
    pub deadline_id: Option<DeadlineId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
