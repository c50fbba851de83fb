//! What crosses the wire in this room.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::checkpoint::Checkpoint;
use crate::page;

/// One event of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventView {
    /// Id.
    pub id: uuid::Uuid,
    /// Position in the feed of this installation: consecutive from 1. A filter leaves some out.
    pub position: i64,
    /// What happened: `vacancy_report.submit`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub time: DateTime<Utc>,
    /// The office it concerns; null for none.
    #[schema(required)]
    pub office: Option<String>,
    /// The company it concerns; null for none.
    #[schema(required)]
    pub company_id: Option<uuid::Uuid>,
    /// The record.
    pub subject: SubjectView,
    /// The version that it gave the record.
    pub version: i64,
    /// Public-safe facts.
    #[schema(value_type = Object)]
    pub data: Box<serde_json::value::RawValue>,
}

/// A record that an event is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectView {
    /// What kind: `vacancy_report`.
    pub kind: String,
    /// Its id or code.
    pub id: String,
}

/// Some events, and where to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventPage {
    /// Events in order.
    pub data: Vec<EventView>,
    /// Cursor from which to go on; never null, since the feed never ends.
    pub next: String,
}

/// Filter of the feed.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventFilter {
    /// Types, separated by commas: whole (`vacancy.publish`) or a kind (`vacancy`).
    #[param(max_length = 500)]
    pub types: Option<String>,
    /// Only of this office.
    pub office: Option<String>,
    /// `next` of the answer before; from the beginning where it is absent.
    pub cursor: Option<String>,
    /// Events of an answer, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// Seconds to wait for an event where there is none, at most 30.
    #[param(minimum = 0, maximum = 30)]
    pub wait: Option<u64>,
}

page! {
    /// Some checkpoints, newest first.
    CheckpointPage of Checkpoint
}

/// Pages of checkpoints.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CheckpointFilter {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}
