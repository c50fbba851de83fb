//! The operations of this room.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::placement::PlacementId;

use super::bodies::{PlacementFilter, PlacementPage, PlacementView, RevealPurpose, RevealedView, VoidReason};
use super::queries;
use crate::access::permissions::{ReadPlacements, RevealIdentity, ReviewReports};
use crate::caller::Caller;
use crate::change::Answer;
use crate::check::Checks;
use crate::problem::{Kind, Problem};
use crate::reads::{self, Read};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// List placements, newest first.
///
/// Identities are masked; the page is on record as one read with its filter and count.
#[utoipa::path(tag = "placements", params(PlacementFilter), responses((status = 200, body = PlacementPage)),
    security(("bearer" = [ReadPlacements::NAME])))]
#[get("/placements")]
pub async fn list_placements(
    request: HttpRequest,
    caller: Caller<ReadPlacements>,
    Query(filter): Query<PlacementFilter>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.day("started_from", filter.started_from);
    checks.day("started_until", filter.started_until);
    let faults = checks.into_faults();
    if !faults.is_empty() {
        return Err(Problem::new(Kind::InvalidQuery).faults(faults));
    }
    let page = caller.paging("placements", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    caller.read_page("placement", page.filter(), rows.len());
    let page = PlacementPage { data: rows.into_iter().map(PlacementView::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a placement.
///
/// The identity is masked; the read is on record.
#[utoipa::path(tag = "placements", params(("id" = PlacementId, Path, description = "Placement id")),
    responses((status = 200, body = PlacementView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadPlacements::NAME])))]
#[get("/placements/{id}")]
pub async fn get_placement(
    request: HttpRequest,
    caller: Caller<ReadPlacements>,
    Path(id): Path<PlacementId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    caller.read(Read {
        office: row.office.clone(),
        subject_kind: "placement",
        subject: Some(id.0),
        ..caller.reading()
    });
    Ok(wire::found(&request, &PlacementView::from(row), Cache::Private))
}

/// Read a worker's full NIK.
///
/// For a stated purpose, which is on record before the answer (UU 27/2022 art. 31).
#[utoipa::path(tag = "placements", params(("id" = PlacementId, Path, description = "Placement id")),
    request_body(content = RevealPurpose, example = json!(RevealPurpose::sample())),
    responses((status = 200, body = RevealedView)),
    security(("bearer" = [RevealIdentity::NAME])))]
#[post("/placements/{id}/reveal")]
pub async fn reveal_placement(
    caller: Caller<RevealIdentity>,
    Path(id): Path<PlacementId>,
    Json(body): Json<RevealPurpose>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let mut checks = Checks::default();
    checks.purpose("/purpose", &body.purpose);
    checks.done()?;
    let read = Read {
        office: row.office.clone(),
        act: "reveal",
        purpose: Some(body.purpose),
        subject_kind: "placement",
        subject: Some(id.0),
        ..caller.reading()
    };
    let state = caller.state();
    caller.record(read).await?;
    let open = |sealed: Vec<u8>| {
        let plain = state.vault.open(queries::nik_place(id), &sealed).map_err(Problem::internal)?;
        String::from_utf8(plain).map_err(|_| Problem::internal("a NIK that is no text"))
    };
    let view = RevealedView { id, worker_name: row.worker_name, nik: row.nik_sealed.map(open).transpose()? };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(view))
}

/// Void a wrong placement.
///
/// With a reason; its place on the vacancy is free again.
#[utoipa::path(tag = "placements", params(("id" = PlacementId, Path, description = "Placement id")),
    request_body(content = VoidReason, example = json!(VoidReason::sample())),
    responses((status = 200, body = PlacementView)),
    security(("bearer" = [ReviewReports::NAME])))]
#[post("/placements/{id}/void")]
pub async fn void_placement(
    caller: Caller<ReviewReports>,
    Path(id): Path<PlacementId>,
    if_match: IfMatch,
    Json(body): Json<VoidReason>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let mut checks = Checks::default();
            checks.lines("/reason", &body.reason, 500);
            checks.done()?;
            let row = queries::void(change, &row, &body.reason).await?;
            let (office, subject) = (row.office.clone(), Some(id.0));
            let actor = change.actor().to_owned();
            let read = Read {
                at: change.now(),
                actor,
                office,
                act: "detail",
                purpose: None,
                subject_kind: "placement",
                subject,
                filter: None,
                persons: 1,
            };
            reads::record(change.db(), [(change.id(), read)]).await?;
            Ok(Answer::ok(PlacementView::from(row)).tagged())
        })
        .await
}
