//! The operation.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get};
use chrono::Datelike;

use super::bodies::{Funnel, FunnelFilter, FunnelGroup};
use super::queries;
use crate::access::permissions::ReadTrainingFunnel;
use crate::caller::Caller;
use crate::check::{Checks, OUT_OF_RANGE};
use crate::problem::{Kind, Problem, Text};
use crate::reference;
use crate::wire::{self, Cache, Query};

/// Read how far those who applied for an office's classes came.
///
/// Applicants, admitted, accepted, running, passed, and who has not finished yet, who is never shown as failed. Broken down by one
/// dimension at a time; funding and place are two dimensions of one set, and each sums to the same total. `as_of` gives any day in
/// the past as it stood then.
#[utoipa::path(tag = "training", params(FunnelFilter), responses((status = 200, body = Funnel)),
    security(("bearer" = [ReadTrainingFunnel::NAME])))]
#[get("/training-funnel")]
pub async fn get_training_funnel(
    request: HttpRequest,
    caller: Caller<ReadTrainingFunnel>,
    Query(filter): Query<FunnelFilter>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    let (state, office) = (caller.state(), filter.office.as_deref());
    let book = state.book().await?;
    let today = book.moment(state.clock.now(), office.unwrap_or_default()).today;
    checks.day("as_of", filter.as_of);
    if let Some(day) = filter.as_of.filter(|day| *day > today) {
        let expected = Text::made(format!("{today} atau lebih awal"), format!("{today} or earlier"));
        checks.fault("as_of", OUT_OF_RANGE, day.to_string(), expected);
    }
    if let Some(year) = filter.year {
        checks.range("year", year.into(), 2019, 2199);
    }
    let faults = checks.into_faults();
    if !faults.is_empty() {
        return Err(Problem::new(Kind::InvalidQuery).faults(faults));
    }
    let db = caller.reader();
    let (year, by) = (filter.year.unwrap_or(today.year()), filter.group_by);
    let cells = match filter.as_of {
        None => queries::sums(db, &caller, office, year, by).await?,
        Some(day) => queries::sums_at(db, &caller, office, year, by, day).await?,
    };
    let programmes = if by == Some(FunnelGroup::Programme) {
        queries::programmes(db, cells.iter().filter_map(|(part, ..)| part.parse().ok())).await?
    } else {
        HashMap::new()
    };
    let codes = reference::codes(state).await?;
    let name = |key: &str| match by {
        Some(FunnelGroup::Programme) => programmes.get(key).cloned(),
        Some(FunnelGroup::District) => codes.region(key).map(|region| region.name.clone()),
        Some(FunnelGroup::Office) => book.offices.get(key).map(|office| office.name.clone()),
        _ => None,
    };
    Ok(wire::listed(&request, &Funnel::of(&filter, year, cells, name), None, Cache::Private))
}
