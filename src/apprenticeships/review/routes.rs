//! The operation.

use actix_web::{HttpRequest, HttpResponse, get};
use disnaker_entity::apprenticeship::{ApprenticeshipAgreementStatus, ApprenticeshipProgrammeStatus};

use super::bodies::{
    WaitingApprenticeship, WaitingApprenticeshipFilter, WaitingApprenticeshipKind, WaitingApprenticeshipPage,
};
use super::queries;
use crate::access::permissions::ReviewApprenticeships;
use crate::caller::Caller;
use crate::lifecycle::{self, By};
use crate::problem::Problem;
use crate::wire::{self, Cache, Query};

/// List the programmes and agreements of apprenticeship that wait for the office, the next due first.
#[utoipa::path(tag = "work-lists", params(WaitingApprenticeshipFilter),
    responses((status = 200, body = WaitingApprenticeshipPage)),
    security(("bearer" = [ReviewApprenticeships::NAME])))]
#[get("/work-lists/apprenticeships")]
pub async fn list_waiting_apprenticeships(
    request: HttpRequest,
    caller: Caller<ReviewApprenticeships>,
    Query(filter): Query<WaitingApprenticeshipFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("work-lists/apprenticeships", &filter)?;
    let rows = queries::waiting(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.due_on, row.id));
    let shown = |row: queries::Waiting| WaitingApprenticeship {
        allowed_actions: match row.kind {
            WaitingApprenticeshipKind::Programme => {
                lifecycle::allowed(ApprenticeshipProgrammeStatus::Submitted, By::Office)
            }
            WaitingApprenticeshipKind::Agreement => {
                lifecycle::allowed(ApprenticeshipAgreementStatus::Filed, By::Office)
            }
        },
        kind: row.kind,
        id: row.id,
        title: row.title,
        company_id: row.company_id,
        company_name: row.company_name,
        office: row.office,
        due_on: row.due_on,
        waiting_since: row.since,
        places: row.places,
        version: row.version,
    };
    let page = WaitingApprenticeshipPage { data: rows.into_iter().map(shown).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}
