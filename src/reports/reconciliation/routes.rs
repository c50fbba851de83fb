//! The operation.

use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{Months, NaiveDate};
use disnaker_entity::company::CompanyId;

use super::bodies::{ReconciliationFilter, ReconciliationView};
use super::{queries, rules};
use crate::access::permissions::ReadReconciliation;
use crate::caller::Caller;
use crate::companies;
use crate::problem::Problem;
use crate::reports::A_MONTH;
use crate::wire::{self, Cache, Path, Query};

/// List the references that a company sent in a month, and where each is now.
///
/// Of both kinds of reports. The sums are those of the whole month and make its total; `data` is a page of it. The company sees all
/// it sent, also what was rejected; its office sees what was filed. Where a reference is, the line that says most tells, whenever
/// it came: one that is under way, then an accepted one, then the newest that has ended.
#[utoipa::path(tag = "report-batches",
    params(("id" = CompanyId, Path, description = "Company id"), ReconciliationFilter),
    responses((status = 200, body = ReconciliationView)),
    security(("bearer" = [ReadReconciliation::NAME])))]
#[get("/companies/{id}/reconciliation")]
pub async fn get_reconciliation(
    request: HttpRequest,
    caller: Caller<ReadReconciliation>,
    Path(id): Path<CompanyId>,
    Query(filter): Query<ReconciliationFilter>,
) -> Result<HttpResponse, Problem> {
    let (state, db) = (caller.state(), caller.reader());
    let company = companies::find(db, &caller, id).await?.ok_or_else(Problem::not_found)?;
    let book = state.book().await?;
    let month = match &filter.month {
        Some(month) => first_day(month)?,
        None => first_of(book.moment(state.clock.now(), &company.office).today),
    };
    let page = caller.paging(&format!("companies/{id}/reconciliation/{month}"), &filter)?;
    let zone = book.zone(&company.office);
    let span = (zone.midnight(month), zone.midnight(month + Months::new(1)));
    let counted = queries::sums(db, &caller, id, span).await?;
    let (sums, total) = (rules::sums(&counted), counted.iter().map(|(_, count)| count).sum());
    let rows_without_reference = queries::nameless(db, &caller, id, span).await?;
    let references = queries::references(db, &caller, id, span, &page.part).await?;
    let (references, next) = page.cut(references, Clone::clone);
    let data = queries::places(db, &caller, id, references).await?;
    let month = month.format("%Y-%m").to_string();
    let view = ReconciliationView { company_id: id, month, total, sums, rows_without_reference, data, next };
    Ok(wire::listed(&request, &view, view.next.as_deref(), Cache::Private))
}

fn first_of(day: NaiveDate) -> NaiveDate {
    chrono::Datelike::with_day(&day, 1).unwrap_or(day)
}

/// The first day of a month, `2026-11`.
fn first_day(month: &str) -> Result<NaiveDate, Problem> {
    let day = (month.len() == 7).then(|| format!("{month}-01").parse().ok()).flatten();
    let usual = |day: &NaiveDate| (2000..=2199).contains(&chrono::Datelike::year(day));
    day.filter(usual).ok_or_else(|| wire::invalid_parameter("month", month, A_MONTH))
}
