//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::training_need::NeedPriority;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;

disnaker_entity::words! {
    /// What of training is asked for.
    WaitingTrainingKind {
        /// A need of industry.
        Need = "need",
        /// A proposal for a class.
        Proposal = "proposal",
    }
}

/// Something that waits for the office's answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingTraining {
    /// What it is.
    pub kind: WaitingTrainingKind,
    /// Id of the need or proposal.
    pub id: Uuid,
    /// The office that is waited for.
    pub office: String,
    /// Who asks.
    pub organisation: String,
    /// What people are to learn.
    pub title: String,
    /// Persons.
    pub persons: i32,
    /// How urgent it is; a proposal is as usual.
    pub priority: NeedPriority,
    /// The day by which it is wanted, or the last one that would do.
    #[schema(required)]
    pub wanted_by: Option<NaiveDate>,
    /// Where it stands.
    pub status: String,
    /// When it was told.
    pub waiting_since: DateTime<Utc>,
    /// Version of the record, for `If-Match`.
    pub version: i64,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

page! {
    /// A page of what waits.
    WaitingTrainingPage of WaitingTraining
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WaitingTrainingFilter {
    /// What waits.
    #[param(inline)]
    pub kind: Option<WaitingTrainingKind>,
    /// Only this office.
    pub office: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
