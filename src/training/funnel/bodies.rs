//! What crosses the wire.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rules::Stage;

disnaker_entity::words! {
    /// By what a funnel is broken down.
    FunnelGroup {
        /// Who pays.
        Funding = "funding",
        /// At the training centre, or by a Mobile Training Unit.
        Site = "site",
        /// Programme, by its id; `name` says which.
        Programme = "programme",
        /// Sex; empty where it is not known.
        Sex = "sex",
        /// Band of ages at the end of the year (15-19, 20-29, 30-44, 45-54, 55+); empty where it is not known.
        Age = "age",
        /// For whom the class is.
        TargetGroup = "target_group",
        /// District of residence; empty where it is not known.
        District = "district",
        /// Office that holds the class.
        Office = "office",
    }
}

/// Which funnel.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FunnelFilter {
    /// Office; all that the caller sees where it is absent. One that the caller does not see counts nobody.
    pub office: Option<String>,
    /// Year of the budget; this one where it is absent.
    #[param(minimum = 2019, maximum = 2199)]
    pub year: Option<i32>,
    /// By what it is broken down; by nothing where it is absent.
    #[param(inline)]
    pub group_by: Option<FunnelGroup>,
    /// As it stood at the end of a day, today at the latest; now where it is absent.
    pub as_of: Option<NaiveDate>,
}

/// How many came how far. Whoever has not finished yet is shown as that, never as failed: accepted = passed + failed + left +
/// not finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FunnelCounts {
    /// Applied.
    pub applicants: i64,
    /// Whose papers were in order.
    pub admitted: i64,
    /// With a seat; who gave it up in time for a reserve is not counted, the reserve is.
    pub accepted: i64,
    /// In a class now.
    pub running: i64,
    /// Passed so far.
    pub passed: i64,
    /// Finished without passing.
    pub failed: i64,
    /// Gave up too late for a reserve.
    pub left: i64,
    /// Accepted, and not finished yet.
    pub not_finished: i64,
}

impl FunnelCounts {
    /// Adds persons at a stage.
    pub fn add(&mut self, stage: Stage, persons: i64) {
        let count = match stage {
            Stage::Applicants => &mut self.applicants,
            Stage::Admitted => &mut self.admitted,
            Stage::Accepted => &mut self.accepted,
            Stage::Running => &mut self.running,
            Stage::Passed => &mut self.passed,
            Stage::Failed => &mut self.failed,
            Stage::Left => &mut self.left,
        };
        *count += persons;
        self.not_finished = self.accepted - self.passed - self.failed - self.left;
    }
}

/// A part of a funnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FunnelRow {
    /// What it is of.
    pub key: String,
    /// Its name, where that says more than the key.
    #[schema(required)]
    pub name: Option<String>,
    /// How many came how far.
    #[serde(flatten)]
    pub counts: FunnelCounts,
}

/// How far those who applied came.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Funnel {
    /// Office; null for all that the caller sees.
    #[schema(required)]
    pub office: Option<String>,
    /// Year of the budget.
    pub year: i32,
    /// The day at whose end it stood so; null for now.
    #[schema(required)]
    pub as_of: Option<NaiveDate>,
    /// By what it is broken down.
    #[schema(required)]
    pub group_by: Option<FunnelGroup>,
    /// All of it.
    pub total: FunnelCounts,
    /// Its parts, which sum to it, in the order of their keys; none where nothing was asked.
    pub data: Vec<FunnelRow>,
}

impl Funnel {
    /// A funnel of the persons at each stage of each part.
    #[must_use]
    pub fn of(
        filter: &FunnelFilter,
        year: i32,
        cells: impl IntoIterator<Item = (String, Stage, i64)>,
        name: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let (mut total, mut parts) = (FunnelCounts::default(), BTreeMap::<String, FunnelCounts>::new());
        for (key, stage, persons) in cells {
            total.add(stage, persons);
            parts.entry(key).or_default().add(stage, persons);
        }
        let parts =
            parts.into_iter().filter(|(_, counts)| filter.group_by.is_some() && *counts != FunnelCounts::default());
        let data = parts.map(|(key, counts)| FunnelRow { name: name(&key), key, counts }).collect();
        Self { office: filter.office.clone(), year, as_of: filter.as_of, group_by: filter.group_by, total, data }
    }
}
