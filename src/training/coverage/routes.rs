//! The operation.

use actix_web::{HttpRequest, HttpResponse, get};
use chrono::Datelike;

use super::bodies::{Coverage, CoverageFilter};
use super::{queries, rules};
use crate::access::permissions::ReadTrainingCoverage;
use crate::caller::Caller;
use crate::check::{self, Checks, UNKNOWN_REFERENCE};
use crate::problem::{Kind, Problem};
use crate::reference;
use crate::wire::{self, Cache, Query};

/// Read what industry needs against the seats that are planned and the vacancies that are open.
///
/// By occupation, as deep as the needs name it; what no need names stands in a row of its own. Seats that answer a need, seats of
/// other packages of the year, and seats of packages that were cancelled are three figures; the rows sum to the total.
#[utoipa::path(tag = "training", params(CoverageFilter), responses((status = 200, body = Coverage)),
    security(("bearer" = [ReadTrainingCoverage::NAME])))]
#[get("/training-coverage")]
pub async fn get_training_coverage(
    request: HttpRequest,
    caller: Caller<ReadTrainingCoverage>,
    Query(filter): Query<CoverageFilter>,
) -> Result<HttpResponse, Problem> {
    let (db, state) = (caller.reader(), caller.state());
    let (codes, book) = (reference::codes(state).await?, state.book().await?);
    let mut checks = Checks::default();
    if let Some(year) = filter.year {
        checks.range("year", year.into(), 2019, 2199);
    }
    if let Some(code) = filter.occupation.as_deref().filter(|code| !codes.occupation_known(code)) {
        checks.fault("occupation", UNKNOWN_REFERENCE, code, check::code_of("/v1/occupations"));
    }
    let faults = checks.into_faults();
    if !faults.is_empty() {
        return Err(Problem::new(Kind::InvalidQuery).faults(faults));
    }
    let today = book.moment(state.clock.now(), filter.office.as_deref().unwrap_or_default()).today;
    let year = filter.year.unwrap_or(today.year());
    let needs = queries::needs(db, &caller, &filter, year).await?;
    let others = queries::others(db, &caller, &filter, year, today).await?;
    let data = rules::rows(needs, others, |code| codes.occupation_name(code).map(str::to_owned));
    let (total, CoverageFilter { office, occupation, .. }) = (rules::total(&data), filter);
    let coverage = Coverage { office, year, occupation, vacancies_as_of: today, total, data };
    Ok(wire::listed(&request, &coverage, None, Cache::Private))
}
