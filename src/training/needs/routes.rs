//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::training_need::TrainingNeedId;
use disnaker_entity::training_need::need::Model;

use super::bodies::{
    NeedAnswer, NewTrainingNeed, TrainingNeedFilter, TrainingNeedPage, TrainingNeedReason, TrainingNeedRow,
    TrainingNeedView,
};
use super::queries;
use crate::access::permissions::{Permission, ReadTrainingNeeds, ReviewTrainingNeeds, WriteTrainingNeeds};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::Checks;
use crate::db::Session;
use crate::lifecycle::{self, By};
use crate::problem::Problem;
use crate::reference;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// What a caller may do with a need.
fn allowed(row: &Model, seer: &impl Sees) -> Vec<&'static str> {
    let by = if seer.scope_of::<ReviewTrainingNeeds>().covers_office(&row.office) { By::Office } else { By::Company };
    let mut events = lifecycle::allowed(row.status, by);
    events.retain(|event| *event != "withdraw" || queries::proposed_by(row, seer));
    events
}

async fn view(db: &Session, row: &Model, seer: &impl Sees) -> Result<TrainingNeedView, Problem> {
    TrainingNeedView::of(row, queries::packages(db, row.id).await?, allowed(row, seer))
}

async fn shown(change: &Change, row: &Model) -> Result<Answer<TrainingNeedView>, Problem> {
    Ok(Answer::ok(view(change.db(), row, change).await?).tagged())
}

/// A step of one need.
async fn act<P: Permission, F>(
    caller: &Caller<P>,
    id: TrainingNeedId,
    if_match: IfMatch,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model) -> Result<Model, Problem> + 'static,
{
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = act(change, &row).await?;
            shown(change, &row).await
        })
        .await
}

fn check_reason(why: &TrainingNeedReason) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.reason("/reason", &why.reason, 500);
    checks.done()
}

/// Tell an office what training industry needs.
///
/// A company tells its own office its own need; an office writes down what it heard, and says at which meeting.
#[utoipa::path(tag = "training", request_body(content = NewTrainingNeed, example = json!(NewTrainingNeed::sample())),
    responses((status = 201, body = TrainingNeedView)), security(("bearer" = [WriteTrainingNeeds::NAME])))]
#[post("/training-needs")]
pub async fn create_training_need(
    caller: Caller<WriteTrainingNeeds>,
    Json(new): Json<NewTrainingNeed>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let row = queries::propose(change, &new, &codes).await?;
            let location = format!("/v1/training-needs/{}", row.id);
            Ok(Answer::created(location, view(change.db(), &row, change).await?).tagged())
        })
        .await
}

/// List what training industry needs, newest first.
#[utoipa::path(tag = "training", params(TrainingNeedFilter), responses((status = 200, body = TrainingNeedPage)),
    security(("bearer" = [ReadTrainingNeeds::NAME])))]
#[get("/training-needs")]
pub async fn list_training_needs(
    request: HttpRequest,
    caller: Caller<ReadTrainingNeeds>,
    Query(filter): Query<TrainingNeedFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-needs", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = TrainingNeedPage { data: rows.iter().map(TrainingNeedRow::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a need of industry, with the packages that answer it.
#[utoipa::path(tag = "training", params(("id" = TrainingNeedId, Path, description = "Need id")),
    responses((status = 200, body = TrainingNeedView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadTrainingNeeds::NAME])))]
#[get("/training-needs/{id}")]
pub async fn get_training_need(
    request: HttpRequest,
    caller: Caller<ReadTrainingNeeds>,
    Path(id): Path<TrainingNeedId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    wire::found_as_seen(&request, &view(caller.reader(), &row, &caller).await?, Cache::Private)
}

/// Find a need sound.
///
/// From then on it is counted.
#[utoipa::path(tag = "training", params(("id" = TrainingNeedId, Path, description = "Need id")),
    responses((status = 200, body = TrainingNeedView)), security(("bearer" = [ReviewTrainingNeeds::NAME])))]
#[post("/training-needs/{id}/review")]
pub async fn review_training_need(
    caller: Caller<ReviewTrainingNeeds>,
    Path(id): Path<TrainingNeedId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, queries::review).await
}

/// Say that nobody can teach what is needed yet.
#[utoipa::path(tag = "training", params(("id" = TrainingNeedId, Path, description = "Need id")),
    responses((status = 200, body = TrainingNeedView)), security(("bearer" = [ReviewTrainingNeeds::NAME])))]
#[post("/training-needs/{id}/wait-for-instructor")]
pub async fn wait_for_training_instructor(
    caller: Caller<ReviewTrainingNeeds>,
    Path(id): Path<TrainingNeedId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, queries::wait_for_instructor).await
}

/// Answer a need with packages.
///
/// With all that answer it, each of the same office and not cancelled. The seats of one package over all needs never exceed its
/// capacity: 409 `capacity-exhausted`. Those of one need never exceed its persons; they may be fewer.
#[utoipa::path(tag = "training", params(("id" = TrainingNeedId, Path, description = "Need id")),
    request_body(content = NeedAnswer, example = json!(NeedAnswer::sample())),
    responses((status = 200, body = TrainingNeedView)), security(("bearer" = [ReviewTrainingNeeds::NAME])))]
#[post("/training-needs/{id}/programme")]
pub async fn programme_training_need(
    caller: Caller<ReviewTrainingNeeds>,
    Path(id): Path<TrainingNeedId>,
    if_match: IfMatch,
    Json(answer): Json<NeedAnswer>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let packages = queries::lock_packages(change, &answer).await?;
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::programme(change, &row, &packages, &answer).await?;
            shown(change, &row).await
        })
        .await
}

/// Open a need again that packages answered, with a reason.
///
/// Its seats are free again. By itself where a package that answered it is cancelled.
#[utoipa::path(tag = "training", params(("id" = TrainingNeedId, Path, description = "Need id")),
    request_body(content = TrainingNeedReason, example = json!(TrainingNeedReason::sample())),
    responses((status = 200, body = TrainingNeedView)), security(("bearer" = [ReviewTrainingNeeds::NAME])))]
#[post("/training-needs/{id}/reopen")]
pub async fn reopen_training_need(
    caller: Caller<ReviewTrainingNeeds>,
    Path(id): Path<TrainingNeedId>,
    if_match: IfMatch,
    Json(why): Json<TrainingNeedReason>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        check_reason(&why)?;
        queries::reopen(change, row, &why.reason).await
    })
    .await
}

/// Decline a need, with a reason.
#[utoipa::path(tag = "training", params(("id" = TrainingNeedId, Path, description = "Need id")),
    request_body(content = TrainingNeedReason, example = json!(TrainingNeedReason::sample())),
    responses((status = 200, body = TrainingNeedView)), security(("bearer" = [ReviewTrainingNeeds::NAME])))]
#[post("/training-needs/{id}/decline")]
pub async fn decline_training_need(
    caller: Caller<ReviewTrainingNeeds>,
    Path(id): Path<TrainingNeedId>,
    if_match: IfMatch,
    Json(why): Json<TrainingNeedReason>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        check_reason(&why)?;
        queries::decline(change, row, &why.reason).await
    })
    .await
}

/// Take a need back before it was reviewed.
///
/// By who proposed it: the company, or the office that wrote it down.
#[utoipa::path(tag = "training", params(("id" = TrainingNeedId, Path, description = "Need id")),
    responses((status = 200, body = TrainingNeedView)), security(("bearer" = [WriteTrainingNeeds::NAME])))]
#[post("/training-needs/{id}/withdraw")]
pub async fn withdraw_training_need(
    caller: Caller<WriteTrainingNeeds>,
    Path(id): Path<TrainingNeedId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, queries::withdraw).await
}
