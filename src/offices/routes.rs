//! The operations of this room.

use actix_web::{HttpRequest, HttpResponse, get, patch};

use super::bodies::{OfficeFilter, OfficePage, OfficePatch, OfficeView};
use super::{queries, rules};
use crate::access::permissions::{ManageOffice, ReadOffices};
use crate::caller::Caller;
use crate::change::Answer;
use crate::problem::Problem;
use crate::reference;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// Seconds that an office's address and hours may be kept by anybody.
const KEPT: u32 = 300;

/// List offices.
///
/// Name, region, time zone, address and opening hours, in the order of the codes.
#[utoipa::path(tag = "offices", params(OfficeFilter), responses((status = 200, body = OfficePage)),
    security((), ("bearer" = [ReadOffices::NAME])))]
#[get("/offices")]
pub async fn list_offices(
    request: HttpRequest,
    caller: Caller<ReadOffices>,
    Query(filter): Query<OfficeFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("offices", &filter)?;
    let codes = reference::codes(caller.state()).await?;
    let rows = queries::list(caller.reader(), &caller, filter.region.as_deref(), &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.code.clone());
    let page = OfficePage { data: rows.into_iter().map(|row| OfficeView::of(row, &codes)).collect(), next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// Read an office.
#[utoipa::path(tag = "offices", params(("code" = String, Path, description = "Office code", example = "36.72")),
    responses((status = 200, body = OfficeView)), security((), ("bearer" = [ReadOffices::NAME])))]
#[get("/offices/{code}")]
pub async fn get_office(
    request: HttpRequest,
    caller: Caller<ReadOffices>,
    Path(code): Path<String>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    let row = queries::find(caller.reader(), &caller, &code).await?;
    Ok(wire::found(&request, &OfficeView::of(row, &codes), Cache::Public(KEPT)))
}

/// Change an office.
///
/// By its own admin: name, address, telephone, opening hours. Its code, region and zone stay.
#[utoipa::path(tag = "offices", params(("code" = String, Path, description = "Office code", example = "36.72")),
    request_body(content = OfficePatch, content_type = "application/merge-patch+json", example = json!(OfficePatch::sample())),
    responses((status = 200, body = OfficeView)), security(("bearer" = [ManageOffice::NAME])))]
#[patch("/offices/{code}")]
pub async fn update_office(
    caller: Caller<ManageOffice>,
    Path(code): Path<String>,
    if_match: IfMatch,
    Json(patch): Json<OfficePatch>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let before = queries::lock(change, &code).await?;
            if_match.holds(before.version)?;
            let row = rules::changed(&before, patch.clone(), change.now())?;
            queries::update(change, &before, &row).await?;
            Ok(Answer::ok(OfficeView::of(row, &codes)).tagged())
        })
        .await
}
