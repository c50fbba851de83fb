//! The operation.

use actix_web::{HttpRequest, HttpResponse, get};
use disnaker_entity::company::CompanyStatus;
use disnaker_entity::report::ReportStatus;

use super::bodies::{WaitingFilter, WaitingKind, WaitingPage, WaitingRow};
use super::queries::{self, Waiting};
use crate::access::permissions::{FilePlacementReports, FileVacancyReports, ReviewCompanies, ReviewReports};
use crate::book::Book;
use crate::caller::{Caller, Sees};
use crate::lifecycle::{self, By};
use crate::problem::Problem;
use crate::reports::allowed_actions;
use crate::wire::{self, Cache, Query};

/// List what waits for an officer, oldest first.
///
/// Filed vacancy reports and placement reports, and registered companies whose vacancies are held until they are verified;
/// each with what the caller may do with it.
#[utoipa::path(tag = "work-lists", params(WaitingFilter), responses((status = 200, body = WaitingPage)),
    security(("bearer" = [ReviewReports::NAME])))]
#[get("/work-lists/vacancy-review")]
pub async fn list_vacancy_review(
    request: HttpRequest,
    caller: Caller<ReviewReports>,
    Query(filter): Query<WaitingFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("vacancy-review", &filter)?;
    let book = caller.state().book().await?;
    let rows = queries::waiting(caller.reader(), &caller, filter.office.as_deref(), &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.since, row.id));
    let now = caller.state().clock.now();
    let data = rows.into_iter().map(|row| shown(row, &caller, &book, now)).collect();
    let page = WaitingPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

fn shown(row: Waiting, seer: &impl Sees, book: &Book, now: chrono::DateTime<chrono::Utc>) -> WaitingRow {
    let day = |at| book.moment(at, &row.office).today;
    WaitingRow {
        allowed_actions: steps(&row, seer),
        waiting_days: (day(now) - day(row.since)).num_days(),
        kind: row.kind,
        id: row.id,
        number: row.number,
        company_id: row.company_id,
        company_name: row.company_name,
        office: row.office,
        waiting_since: row.since,
        next_deadline: row.next_deadline,
        items: row.items,
        persons: row.persons,
        version: row.version,
    }
}

/// What the caller may do with what waits.
fn steps(row: &Waiting, seer: &impl Sees) -> Vec<&'static str> {
    let (filed, company, office) = (ReportStatus::Submitted, row.company_id, &row.office);
    match row.kind {
        WaitingKind::VacancyReport => allowed_actions::<FileVacancyReports>(seer, filed, company, office),
        WaitingKind::PlacementReport => allowed_actions::<FilePlacementReports>(seer, filed, company, office),
        WaitingKind::Company if seer.scope_of::<ReviewCompanies>().covers_office(office) => {
            lifecycle::allowed(CompanyStatus::Registered, By::Office)
        }
        WaitingKind::Company => Vec::new(),
    }
}
