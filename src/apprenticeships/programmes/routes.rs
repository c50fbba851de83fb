//! The operations.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use disnaker_entity::apprenticeship::ApprenticeshipProgrammeId;
use disnaker_entity::apprenticeship::programme::Model;
use disnaker_entity::company::CompanyId;

use super::bodies::{
    ApprenticeshipProgrammeFilter, ApprenticeshipProgrammePage, ApprenticeshipProgrammePatch,
    ApprenticeshipProgrammeRow, ApprenticeshipProgrammeView, ApprenticeshipReason, ApprenticeshipReturn,
    NewApprenticeshipProgramme,
};
use super::{queries, rules};
use crate::access::permissions::{
    EndApprenticeships, FileApprenticeships, Permission, ReadApprenticeships, ReviewApprenticeships,
};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::companies;
use crate::db::Session;
use crate::lifecycle::{self, By, Lifecycle};
use crate::problem::{Language, Problem};
use crate::reference::{self, Codes};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// What the caller may do with a record of a company that an office has: the company what companies may, the office what offices may.
pub fn allowed_actions<S: Lifecycle>(
    status: S,
    office: Option<&str>,
    company: CompanyId,
    seer: &impl Sees,
) -> Vec<&'static str> {
    if seer.scope_of::<FileApprenticeships>().covers_company(company) {
        lifecycle::allowed(status, By::Company)
    } else if office.is_some_and(|office| seer.scope_of::<ReviewApprenticeships>().covers_office(office)) {
        lifecycle::allowed(status, By::Office)
    } else {
        Vec::new()
    }
}

async fn view(
    db: &Session,
    row: &Model,
    seer: &impl Sees,
    language: Language,
) -> Result<ApprenticeshipProgrammeView, Problem> {
    let said = queries::content(row)?;
    let name = companies::names(db, [row.company_id]).await?.remove(&row.company_id).unwrap_or_default();
    let missing = row.missing.as_deref().map_or(Ok(Vec::new()), serde_json::from_str).map_err(Problem::internal)?;
    Ok(ApprenticeshipProgrammeView {
        programme: ApprenticeshipProgrammeRow::from(row),
        company_name: name,
        skkni_code: said.skkni_code,
        regions: said.regions,
        facilities: said.facilities,
        mentors: said.mentors,
        plan: said.plan,
        pocket_money: said.pocket_money,
        cover_payer: said.cover_payer,
        due_on: queries::due_on(db, row).await?,
        missing,
        status_reason: row.status_reason.clone(),
        note: rules::WITHOUT_AGREEMENT.in_language(language).to_owned(),
        allowed_actions: allowed_actions(row.status, row.office.as_deref(), row.company_id, seer),
    })
}

async fn shown(
    change: &Change,
    row: &Model,
    language: Language,
) -> Result<Answer<ApprenticeshipProgrammeView>, Problem> {
    Ok(Answer::ok(view(change.db(), row, change, language).await?).tagged())
}

/// A step of one programme.
async fn act<P: Permission, F>(
    caller: &Caller<P>,
    id: ApprenticeshipProgrammeId,
    if_match: IfMatch,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model) -> Result<Model, Problem> + 'static,
{
    let language = caller.language();
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = act(change, &row).await?;
            shown(change, &row, language).await
        })
        .await
}

async fn codes<P: Permission>(caller: &Caller<P>) -> Result<Arc<Codes>, Problem> {
    reference::codes(caller.state()).await
}

/// Draft a programme of apprenticeship.
///
/// Only its company sees a draft. Where it runs says which office approves it: of one district its office, of several of one
/// province the province's. What runs in more than one province is 422 `several-provinces` at `/regions`: the Director General approves
/// that (Permenaker 6/2020 art. 17).
#[utoipa::path(tag = "apprenticeships",
    request_body(content = NewApprenticeshipProgramme, example = json!(NewApprenticeshipProgramme::sample())),
    responses((status = 201, body = ApprenticeshipProgrammeView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[post("/apprenticeship-programmes")]
pub async fn create_apprenticeship_programme(
    caller: Caller<FileApprenticeships>,
    Json(new): Json<NewApprenticeshipProgramme>,
) -> Result<HttpResponse, Problem> {
    let (codes, language) = (codes(&caller).await?, caller.language());
    caller
        .change(async move |change| {
            let row = queries::draft(change, &new, &codes).await?;
            let view = view(change.db(), &row, change, language).await?;
            Ok(Answer::created(format!("/v1/apprenticeship-programmes/{}", row.id), view).tagged())
        })
        .await
}

/// List programmes of apprenticeship, newest first.
#[utoipa::path(tag = "apprenticeships", params(ApprenticeshipProgrammeFilter),
    responses((status = 200, body = ApprenticeshipProgrammePage)),
    security(("bearer" = [ReadApprenticeships::NAME])))]
#[get("/apprenticeship-programmes")]
pub async fn list_apprenticeship_programmes(
    request: HttpRequest,
    caller: Caller<ReadApprenticeships>,
    Query(filter): Query<ApprenticeshipProgrammeFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("apprenticeship-programmes", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = ApprenticeshipProgrammePage { data: rows.iter().map(ApprenticeshipProgrammeRow::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a programme of apprenticeship.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    responses((status = 200, body = ApprenticeshipProgrammeView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadApprenticeships::NAME])))]
#[get("/apprenticeship-programmes/{id}")]
pub async fn get_apprenticeship_programme(
    request: HttpRequest,
    caller: Caller<ReadApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let view = view(caller.reader(), &row, &caller, caller.language()).await?;
    wire::found_as_seen(&request, &view, Cache::Private)
}

/// Change a programme of apprenticeship.
///
/// A draft, or one that the office has sent back.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    request_body(content = ApprenticeshipProgrammePatch, content_type = "application/merge-patch+json",
        example = json!(ApprenticeshipProgrammePatch::sample())),
    responses((status = 200, body = ApprenticeshipProgrammeView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[patch("/apprenticeship-programmes/{id}")]
pub async fn update_apprenticeship_programme(
    caller: Caller<FileApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
    if_match: IfMatch,
    Json(patch): Json<ApprenticeshipProgrammePatch>,
) -> Result<HttpResponse, Problem> {
    let codes = codes(&caller).await?;
    let update =
        async move |change: &mut Change, row: &Model| queries::update(change, row, patch.clone(), &codes).await;
    act(&caller, id, if_match, update).await
}

/// File a programme of apprenticeship with the office that approves it.
///
/// The office has until the day of the policy `apprenticeship.approval` (Permenaker 6/2020 art. 17). More places than the company's
/// workers allow are 409 `apprentice-cap`; without an employment report it is 409 `employment-report-missing`.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    responses((status = 200, body = ApprenticeshipProgrammeView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[post("/apprenticeship-programmes/{id}/submit")]
pub async fn submit_apprenticeship_programme(
    caller: Caller<FileApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let codes = codes(&caller).await?;
    act(&caller, id, if_match, async move |change, row| queries::submit(change, row, &codes).await).await
}

/// Send a programme of apprenticeship back with what is missing.
///
/// The days of the answer are counted anew once it is filed again.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    request_body(content = ApprenticeshipReturn, example = json!(ApprenticeshipReturn::sample())),
    responses((status = 200, body = ApprenticeshipProgrammeView)),
    security(("bearer" = [ReviewApprenticeships::NAME])))]
#[post("/apprenticeship-programmes/{id}/return")]
pub async fn return_apprenticeship_programme(
    caller: Caller<ReviewApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
    if_match: IfMatch,
    Json(body): Json<ApprenticeshipReturn>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        rules::check_missing(&body.missing)?;
        queries::send_back(change, row, &body.missing).await
    })
    .await
}

/// Approve a programme of apprenticeship.
///
/// It gets the number of its letter, and its places are held against the cap from then on: all that a company holds are together
/// at most the share of its workers that the policy `apprenticeship.cap` says.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    responses((status = 200, body = ApprenticeshipProgrammeView)),
    security(("bearer" = [ReviewApprenticeships::NAME])))]
#[post("/apprenticeship-programmes/{id}/approve")]
pub async fn approve_apprenticeship_programme(
    caller: Caller<ReviewApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let (company, row) = queries::owned(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::approve(change, &company, &row).await?;
            shown(change, &row, language).await
        })
        .await
}

/// Refuse a programme of apprenticeship, with a reason.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    request_body(content = ApprenticeshipReason, example = json!(ApprenticeshipReason::sample())),
    responses((status = 200, body = ApprenticeshipProgrammeView)),
    security(("bearer" = [ReviewApprenticeships::NAME])))]
#[post("/apprenticeship-programmes/{id}/reject")]
pub async fn reject_apprenticeship_programme(
    caller: Caller<ReviewApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
    if_match: IfMatch,
    Json(body): Json<ApprenticeshipReason>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        rules::check_reason(&body.reason)?;
        queries::reject(change, row, &body.reason).await
    })
    .await
}

/// Take a programme of apprenticeship back before it is approved.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    responses((status = 200, body = ApprenticeshipProgrammeView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[post("/apprenticeship-programmes/{id}/withdraw")]
pub async fn withdraw_apprenticeship_programme(
    caller: Caller<FileApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, row| queries::withdraw(change, row).await).await
}

/// Close a programme of apprenticeship to further agreements.
///
/// Those that the office has endorsed go on; those that wait for it come to nothing. After its last day a programme is closed by itself.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    responses((status = 200, body = ApprenticeshipProgrammeView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[post("/apprenticeship-programmes/{id}/close")]
pub async fn close_apprenticeship_programme(
    caller: Caller<FileApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, row| queries::close(change, row).await).await
}

/// Cancel an approved programme of apprenticeship, with a reason.
///
/// By the company or by the office. All its agreements end with it.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    request_body(content = ApprenticeshipReason, example = json!(ApprenticeshipReason::sample())),
    responses((status = 200, body = ApprenticeshipProgrammeView)),
    security(("bearer" = [EndApprenticeships::NAME])))]
#[post("/apprenticeship-programmes/{id}/cancel")]
pub async fn cancel_apprenticeship_programme(
    caller: Caller<EndApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
    if_match: IfMatch,
    Json(body): Json<ApprenticeshipReason>,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let (company, row) = queries::owned(change, id).await?;
            if_match.holds(row.version)?;
            rules::check_reason(&body.reason)?;
            let row = queries::cancel(change, &company, &row, &body.reason).await?;
            shown(change, &row, language).await
        })
        .await
}
