//! What crosses the wire.

use disnaker_entity::reference::PolicyUnit;
use serde::Serialize;
use utoipa::ToSchema;

use crate::page;

/// A class of data and how long it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionClassView {
    /// The class.
    pub class: &'static str,
    /// What it is.
    pub what: String,
    /// What its time is counted from.
    pub from: String,
    /// What becomes of it then.
    pub then: String,
    /// How long.
    pub amount: i64,
    /// In which unit.
    pub unit: PolicyUnit,
    /// On what ground.
    pub basis: String,
    /// The policy row, in `/v1/policies`.
    pub rule: &'static str,
}

page! {
    /// The classes.
    RetentionClassPage of RetentionClassView
}
