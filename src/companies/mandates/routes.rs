//! The operations.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::company::CompanyId;
use disnaker_entity::mandate::{MandateId, Model};

use super::bodies::{MandateFilter, MandatePage, MandateView, NewMandate};
use super::lifecycle::MandateEvent;
use super::queries;
use crate::access::permissions::{ManageMandates, ReadMandates};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{Checks, UNKNOWN_REFERENCE};
use crate::lifecycle::{self, By};
use crate::problem::{Kind, Problem, Text};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// What the caller may do with a mandate: the company that gave it takes it back, the agent lays it down.
fn allowed_actions(row: &Model, seer: &impl Sees) -> Vec<&'static str> {
    let scope = seer.scope_of::<ManageMandates>();
    let mut allowed = lifecycle::allowed(row.status, By::Company);
    allowed.retain(|event| match *event {
        "revoke" => scope.covers_company(row.company_id),
        _ => scope.covers_company(row.agent_company_id),
    });
    allowed
}

fn view(row: &Model, names: &HashMap<CompanyId, String>, seer: &impl Sees) -> MandateView {
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    MandateView {
        id: row.id,
        company_id: row.company_id,
        company_name: name(row.company_id),
        agent_company_id: row.agent_company_id,
        agent_company_name: name(row.agent_company_id),
        scopes: row.scopes().collect(),
        valid_from: row.valid_from,
        expires_on: row.expires_on,
        status: row.status,
        created_at: row.created_at,
        ended_at: row.ended_at,
        version: row.version,
        allowed_actions: allowed_actions(row, seer),
    }
}

async fn shown(change: &Change, row: &Model) -> Result<MandateView, Problem> {
    let names = queries::names(change.db(), std::slice::from_ref(row)).await?;
    Ok(view(row, &names, change))
}

/// Let an agent file for a company.
///
/// Whoever is `company_admin` or `company_hr` of the agent then has the agent's role in the company (`vacancy_agent`,
/// `placement_agent`, `employment_agent`), from the first day to the end of the last. Two companies have one running mandate
/// at most: 409 `already-exists`.
#[utoipa::path(tag = "companies", request_body(content = NewMandate, example = json!(NewMandate::sample())),
    responses((status = 201, body = MandateView)), security(("bearer" = [ManageMandates::NAME])))]
#[post("/mandates")]
pub async fn create_mandate(
    caller: Caller<ManageMandates>,
    Json(new): Json<NewMandate>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    if !caller.scope().covers_company(new.company_id) {
        let expected = Text::of("perusahaan yang Anda kelola", "a company that you run");
        checks.fault("/company_id", UNKNOWN_REFERENCE, new.company_id.to_string(), expected);
    }
    checks.done()?;
    caller
        .change(async move |change| {
            let row = queries::give(change, &new).await?;
            let view = shown(change, &row).await?;
            Ok(Answer::created(format!("/v1/mandates/{}", row.id), view).tagged())
        })
        .await
}

/// List mandates, newest first.
#[utoipa::path(tag = "companies", params(MandateFilter), responses((status = 200, body = MandatePage)),
    security(("bearer" = [ReadMandates::NAME])))]
#[get("/mandates")]
pub async fn list_mandates(
    request: HttpRequest,
    caller: Caller<ReadMandates>,
    Query(filter): Query<MandateFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("mandates", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let names = queries::names(caller.reader(), &rows).await?;
    let page = MandatePage { data: rows.iter().map(|row| view(row, &names, &caller)).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a mandate.
#[utoipa::path(tag = "companies", params(("id" = MandateId, Path, description = "Mandate id")),
    responses((status = 200, body = MandateView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadMandates::NAME])))]
#[get("/mandates/{id}")]
pub async fn get_mandate(
    request: HttpRequest,
    caller: Caller<ReadMandates>,
    Path(id): Path<MandateId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let names = queries::names(caller.reader(), std::slice::from_ref(&row)).await?;
    Ok(wire::found(&request, &view(&row, &names, &caller), Cache::Private))
}

/// Take a mandate back.
///
/// By the company that gave it. The agent's access ends at once on this instance, within a minute on every other.
#[utoipa::path(tag = "companies", params(("id" = MandateId, Path, description = "Mandate id")),
    responses((status = 200, body = MandateView)), security(("bearer" = [ManageMandates::NAME])))]
#[post("/mandates/{id}/revoke")]
pub async fn revoke_mandate(
    caller: Caller<ManageMandates>,
    Path(id): Path<MandateId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    end(&caller, id, if_match, MandateEvent::Revoke).await
}

/// Lay a mandate down.
///
/// By the agent.
#[utoipa::path(tag = "companies", params(("id" = MandateId, Path, description = "Mandate id")),
    responses((status = 200, body = MandateView)), security(("bearer" = [ManageMandates::NAME])))]
#[post("/mandates/{id}/relinquish")]
pub async fn relinquish_mandate(
    caller: Caller<ManageMandates>,
    Path(id): Path<MandateId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    end(&caller, id, if_match, MandateEvent::Relinquish).await
}

async fn end(
    caller: &Caller<ManageMandates>,
    id: MandateId,
    if_match: IfMatch,
    event: MandateEvent,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let step = lifecycle::step(row.status, event)?;
            let allowed = allowed_actions(&row, change);
            if !allowed.contains(&step.event()) {
                // The other side's step.
                return Err(Problem::new(Kind::IllegalTransition).allowed(allowed));
            }
            let row = queries::advance(change, &row, event).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}
