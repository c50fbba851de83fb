//! What crosses the wire.

use chrono::NaiveDate;
use disnaker_entity::access::GrantId;
use disnaker_entity::mediation::DisputeKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::compliance::obligations::bodies::DeadlineState;
use crate::mediation::cases::bodies::MediationCaseRow;
use crate::page;

/// Whose mediators are listed.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MediatorFilter {
    /// Office, one that the caller runs.
    #[param(example = "36.72")]
    pub office: String,
}

/// A mediator of an office.
#[derive(Serialize, ToSchema)]
pub struct MediatorRow {
    /// The grant of the role: what a referral names.
    pub grant_id: GrantId,
    /// Issuer of their tokens.
    pub issuer: String,
    /// Subject of their tokens.
    pub subject: String,
    /// Open cases.
    pub open_cases: i64,
}

/// The mediators of an office.
#[derive(Serialize, ToSchema)]
pub struct MediatorsView {
    /// Mediators, in the order of their grants.
    pub data: Vec<MediatorRow>,
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MediationWorkFilter {
    /// Office.
    pub office: Option<String>,
    /// Only those whose mediator the caller is.
    pub mine: Option<bool>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The next clock of a case.
#[derive(Serialize, ToSchema)]
pub struct NextClock {
    /// Rule of the policy.
    pub rule: String,
    /// Law and article, in the language asked for.
    pub law: String,
    /// Whose clock it is.
    pub party: String,
    /// How it stands.
    pub state: DeadlineState,
    /// The last day.
    pub due_on: NaiveDate,
    /// Calendar days until then; negative after it.
    pub days_left: i64,
}

/// An open case, with what is due next.
#[derive(Serialize, ToSchema)]
pub struct WaitingCase {
    /// The case.
    #[serde(flatten)]
    pub case: MediationCaseRow,
    /// The clock that runs out next; null where none runs.
    #[schema(required)]
    pub next_deadline: Option<NextClock>,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

page! {
    /// A page of open cases.
    WaitingCasePage of WaitingCase
}

/// What is counted.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MediationOverviewFilter {
    /// Office.
    #[param(example = "36.72")]
    pub office: String,
    /// Year; this year where it is absent.
    #[param(minimum = 2019, maximum = 2199)]
    pub year: Option<i32>,
}

/// Cases of a kind of dispute in a year. `open_before` and `registered`, less all that ended, is `open_after`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct MediationCounts {
    /// Kind of dispute; null in the total.
    #[schema(required)]
    pub kind: Option<DisputeKind>,
    /// Open when the year began.
    pub open_before: i64,
    /// Registered in the year, less those that went to another office.
    pub registered: i64,
    /// Settled by the parties themselves.
    pub settled_bipartite: i64,
    /// Settled in mediation.
    pub settled_in_mediation: i64,
    /// Settled after both had accepted the recommendation.
    pub settled_after_recommendation: i64,
    /// Ended with a recommendation that was rejected.
    pub recommendation_rejected: i64,
    /// Went to conciliation or arbitration.
    pub other_path: i64,
    /// Back to talks between the parties.
    pub back_to_bipartite: i64,
    /// Taken back.
    pub withdrawn: i64,
    /// Ended otherwise.
    pub ended_otherwise: i64,
    /// Open when the year ended, or now.
    pub open_after: i64,
}

/// The office's overview of a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediationOverviewView {
    /// Office.
    pub office: String,
    /// Year.
    pub year: i32,
    /// The day that says what has passed.
    pub as_of: NaiveDate,
    /// All cases.
    pub total: MediationCounts,
    /// Cases by kind of dispute, each kind once.
    pub kinds: Vec<MediationCounts>,
    /// Clocks of open cases whose day has passed by now; null for a year that is over or has not begun.
    #[schema(required)]
    pub overdue_clocks: Option<i64>,
    /// Clocks of open cases whose day is today or one of the seven calendar days after it; null as above.
    #[schema(required)]
    pub approaching_clocks: Option<i64>,
}

/// Which part of the register book is read.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CaseBookFilter {
    /// Office, one that the caller runs.
    #[param(example = "36.72")]
    pub office: String,
    /// First day of registration; 1 January of this year where it is absent.
    pub from: Option<NaiveDate>,
    /// Last day of registration, at most a year after the first; 31 December of that year where it is absent.
    pub to: Option<NaiveDate>,
}
