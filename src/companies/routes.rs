//! The operations of this room.

use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use disnaker_entity::company::{CompanyId, Model};

use super::bodies::{CompanyFilter, CompanyPage, CompanyPatch, CompanyRow, CompanyView, NewCompany, Rejection};
use super::lifecycle::CompanyEvent;
use super::{queries, rules};
use crate::access::permissions::{Permission, ReadCompanies, RegisterCompany, ReviewCompanies, UpdateCompany};
use crate::caller::{Caller, Sees};
use crate::change::Answer;
use crate::check::Checks;
use crate::lifecycle::{self, By};
use crate::problem::Problem;
use crate::reference;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// Who somebody is to a company, if they may move it at all.
fn part(row: &Model, seer: &impl Sees) -> Option<By> {
    let company = seer.scope_of::<UpdateCompany>().covers_company(row.id);
    let office = seer.scope_of::<ReviewCompanies>().covers_office(&row.office);
    match (company, office) {
        (true, true) => Some(By::Either),
        (true, false) => Some(By::Company),
        (false, true) => Some(By::Office),
        (false, false) => None,
    }
}

fn shown(row: Model, seer: &impl Sees) -> CompanyView {
    let who = part(&row, seer);
    view(row, who)
}

fn view(row: Model, who: Option<By>) -> CompanyView {
    let company = NewCompany::from(&row);
    CompanyView {
        id: row.id,
        nib: company.nib,
        branch: company.branch,
        name: company.name,
        legal_form: company.legal_form,
        sector: company.sector,
        sector_edition: company.sector_edition,
        kbli_code: company.kbli_code,
        region: company.region,
        address: company.address,
        contact: company.contact,
        workforce: company.workforce,
        office: row.office,
        status: row.status,
        status_reason: row.status_reason,
        decided_at: row.decided_at,
        created_at: row.created_at,
        version: row.version,
        allowed_actions: who.map_or_else(Vec::new, |who| lifecycle::allowed(row.status, who)),
    }
}

/// Register a company.
///
/// Whoever registers it becomes its `company_admin`. The office of its district verifies it; until then it may file, and
/// its vacancies are held. A NIB and branch that is registered already is 409 `company-exists` with how to be invited.
#[utoipa::path(tag = "companies", request_body(content = NewCompany, example = json!(NewCompany::sample())),
    responses((status = 201, body = CompanyView)),
    security(("bearer" = [RegisterCompany::NAME])))]
#[post("/companies")]
pub async fn register_company(
    caller: Caller<RegisterCompany>,
    Json(new): Json<NewCompany>,
) -> Result<HttpResponse, Problem> {
    let (codes, book) = (reference::codes(caller.state()).await?, caller.state().book().await?);
    let office = rules::check(&new, &codes, &book)?.code.clone();
    let creator = caller.identity().cloned().ok_or_else(Problem::not_found)?;
    caller
        .change(async move |change| {
            let row = queries::insert(change, &new, &office, &creator).await?;
            Ok(Answer::created(format!("/v1/companies/{}", row.id), view(row, Some(By::Company))).tagged())
        })
        .await
}

/// List companies, newest first.
#[utoipa::path(tag = "companies", params(CompanyFilter), responses((status = 200, body = CompanyPage)),
    security(("bearer" = [ReadCompanies::NAME])))]
#[get("/companies")]
pub async fn list_companies(
    request: HttpRequest,
    caller: Caller<ReadCompanies>,
    Query(filter): Query<CompanyFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("companies", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = CompanyPage { data: rows.into_iter().map(CompanyRow::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a company.
#[utoipa::path(tag = "companies", params(("id" = CompanyId, Path, description = "Company id")),
    responses((status = 200, body = CompanyView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadCompanies::NAME])))]
#[get("/companies/{id}")]
pub async fn get_company(
    request: HttpRequest,
    caller: Caller<ReadCompanies>,
    Path(id): Path<CompanyId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    Ok(wire::found(&request, &shown(row, &caller), Cache::Private))
}

/// Change a company's data.
#[utoipa::path(tag = "companies", params(("id" = CompanyId, Path, description = "Company id")),
    request_body(content = CompanyPatch, content_type = "application/merge-patch+json", example = json!(CompanyPatch::sample())),
    responses((status = 200, body = CompanyView)), security(("bearer" = [UpdateCompany::NAME])))]
#[patch("/companies/{id}")]
pub async fn update_company(
    caller: Caller<UpdateCompany>,
    Path(id): Path<CompanyId>,
    if_match: IfMatch,
    Json(patch): Json<CompanyPatch>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let new = patch.clone().onto(NewCompany::from(&row));
            let office = rules::check(&new, &codes, &change.book())?.code.clone();
            let row = queries::update(change, &row, &new, &office).await?;
            Ok(Answer::ok(shown(row, change)).tagged())
        })
        .await
}

/// Verify a company.
///
/// Its held vacancies are published in the same transaction.
#[utoipa::path(tag = "companies", params(("id" = CompanyId, Path, description = "Company id")),
    responses((status = 200, body = CompanyView)),
    security(("bearer" = [ReviewCompanies::NAME])))]
#[post("/companies/{id}/verify")]
pub async fn verify_company(
    caller: Caller<ReviewCompanies>,
    Path(id): Path<CompanyId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, CompanyEvent::Verify, None).await
}

/// Reject a company, with a reason.
///
/// Its held vacancies are closed.
#[utoipa::path(tag = "companies", params(("id" = CompanyId, Path, description = "Company id")),
    request_body(content = Rejection, example = json!(Rejection::sample())),
    responses((status = 200, body = CompanyView)),
    security(("bearer" = [ReviewCompanies::NAME])))]
#[post("/companies/{id}/reject")]
pub async fn reject_company(
    caller: Caller<ReviewCompanies>,
    Path(id): Path<CompanyId>,
    if_match: IfMatch,
    Json(body): Json<Rejection>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.lines("/reason", &body.reason, 500);
    checks.done()?;
    decide(&caller, id, if_match, CompanyEvent::Reject, Some(body.reason)).await
}

/// Ask the office to look again.
///
/// After a rejection, when the company has mended what the office named.
#[utoipa::path(tag = "companies", params(("id" = CompanyId, Path, description = "Company id")),
    responses((status = 200, body = CompanyView)),
    security(("bearer" = [UpdateCompany::NAME])))]
#[post("/companies/{id}/resubmit")]
pub async fn resubmit_company(
    caller: Caller<UpdateCompany>,
    Path(id): Path<CompanyId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, CompanyEvent::Resubmit, None).await
}

async fn decide<P: Permission>(
    caller: &Caller<P>,
    id: CompanyId,
    if_match: IfMatch,
    event: CompanyEvent,
    reason: Option<String>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::review(change, &row, event, reason.as_deref()).await?;
            Ok(Answer::ok(shown(row, change)).tagged())
        })
        .await
}
