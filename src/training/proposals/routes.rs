//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::training_need::TrainingProposalId;
use disnaker_entity::training_need::proposal::Model;

use super::bodies::{
    NewTrainingProposal, ProposalAnswer, TrainingProposalFilter, TrainingProposalPage, TrainingProposalReason,
    TrainingProposalRow, TrainingProposalView,
};
use super::{queries, rules};
use crate::access::permissions::{ProposeTraining, ReadTrainingProposals, ReviewTrainingProposals};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::Checks;
use crate::lifecycle::{self, By};
use crate::problem::Problem;
use crate::reference;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// What a caller may do with a proposal.
fn allowed(row: &Model, seer: &impl Sees, actor: &str) -> Vec<&'static str> {
    let office = seer.scope_of::<ReviewTrainingProposals>().covers_office(&row.office);
    let mut events = lifecycle::allowed(row.status, if office { By::Office } else { By::Person });
    events.retain(|event| *event != "withdraw" || queries::proposed_by(row, seer, actor));
    events
}

fn shown(change: &Change, row: Model) -> Answer<TrainingProposalView> {
    let allowed = allowed(&row, change, change.actor());
    Answer::ok(TrainingProposalView::of(row, allowed)).tagged()
}

/// Propose a class.
///
/// By anybody with a token, who reads and takes back what they proposed; an officer of the office that decides writes down what an
/// organisation asked for. The office is the one that serves the region that is wished for. More than 20 that wait of one
/// caller are refused: 409 `capacity-exhausted`.
#[utoipa::path(tag = "training", request_body(content = NewTrainingProposal, example = json!(NewTrainingProposal::sample())),
    responses((status = 201, body = TrainingProposalView)), security(("bearer" = [ProposeTraining::NAME])))]
#[post("/training-proposals")]
pub async fn create_training_proposal(
    caller: Caller<ProposeTraining>,
    Json(new): Json<NewTrainingProposal>,
) -> Result<HttpResponse, Problem> {
    let (state, codes) = (caller.state(), reference::codes(caller.state()).await?);
    let office = rules::check(&new, &codes, &*state.book().await?, state.clock.now())?.code.clone();
    caller
        .change(async move |change| {
            let row = queries::propose(change, &new, office.clone()).await?;
            let allowed = allowed(&row, change, change.actor());
            let location = format!("/v1/training-proposals/{}", row.id);
            Ok(Answer::created(location, TrainingProposalView::of(row, allowed)).tagged())
        })
        .await
}

/// List proposals for classes, newest first: one's own, and those for the caller's offices.
#[utoipa::path(tag = "training", params(TrainingProposalFilter), responses((status = 200, body = TrainingProposalPage)),
    security(("bearer" = [ReadTrainingProposals::NAME])))]
#[get("/training-proposals")]
pub async fn list_training_proposals(
    request: HttpRequest,
    caller: Caller<ReadTrainingProposals>,
    Query(filter): Query<TrainingProposalFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-proposals", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &caller.actor(), &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = TrainingProposalPage { data: rows.iter().map(TrainingProposalRow::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a proposal for a class, with whom to ask.
#[utoipa::path(tag = "training", params(("id" = TrainingProposalId, Path, description = "Proposal id")),
    responses((status = 200, body = TrainingProposalView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadTrainingProposals::NAME])))]
#[get("/training-proposals/{id}")]
pub async fn get_training_proposal(
    request: HttpRequest,
    caller: Caller<ReadTrainingProposals>,
    Path(id): Path<TrainingProposalId>,
) -> Result<HttpResponse, Problem> {
    let actor = caller.actor();
    let row = queries::find(caller.reader(), &caller, &actor, id).await?;
    let allowed = allowed(&row, &caller, &actor);
    wire::found_as_seen(&request, &TrainingProposalView::of(row, allowed), Cache::Private)
}

/// A step of the office that decides.
async fn decide<F>(
    caller: &Caller<ReviewTrainingProposals>,
    id: TrainingProposalId,
    if_match: IfMatch,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model) -> Result<Model, Problem> + 'static,
{
    caller
        .change(async move |change| {
            let row = queries::lock_for_office(change, id).await?;
            if_match.holds(row.version)?;
            let row = act(change, &row).await?;
            Ok(shown(change, row))
        })
        .await
}

/// Look into a proposal.
#[utoipa::path(tag = "training", params(("id" = TrainingProposalId, Path, description = "Proposal id")),
    responses((status = 200, body = TrainingProposalView)), security(("bearer" = [ReviewTrainingProposals::NAME])))]
#[post("/training-proposals/{id}/review")]
pub async fn review_training_proposal(
    caller: Caller<ReviewTrainingProposals>,
    Path(id): Path<TrainingProposalId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, queries::review).await
}

/// Accept a proposal, with the package that answers it.
#[utoipa::path(tag = "training", params(("id" = TrainingProposalId, Path, description = "Proposal id")),
    request_body(content = ProposalAnswer, example = json!(ProposalAnswer::sample())),
    responses((status = 200, body = TrainingProposalView)), security(("bearer" = [ReviewTrainingProposals::NAME])))]
#[post("/training-proposals/{id}/accept")]
pub async fn accept_training_proposal(
    caller: Caller<ReviewTrainingProposals>,
    Path(id): Path<TrainingProposalId>,
    if_match: IfMatch,
    Json(answer): Json<ProposalAnswer>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            queries::hold(change, answer.package_id).await?;
            let row = queries::lock_for_office(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::accept(change, &row, &answer).await?;
            Ok(shown(change, row))
        })
        .await
}

/// Decline a proposal, with a reason.
#[utoipa::path(tag = "training", params(("id" = TrainingProposalId, Path, description = "Proposal id")),
    request_body(content = TrainingProposalReason, example = json!(TrainingProposalReason::sample())),
    responses((status = 200, body = TrainingProposalView)), security(("bearer" = [ReviewTrainingProposals::NAME])))]
#[post("/training-proposals/{id}/decline")]
pub async fn decline_training_proposal(
    caller: Caller<ReviewTrainingProposals>,
    Path(id): Path<TrainingProposalId>,
    if_match: IfMatch,
    Json(why): Json<TrainingProposalReason>,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, async move |change, row| {
        let mut checks = Checks::default();
        checks.reason("/reason", &why.reason, 500);
        checks.done()?;
        queries::decline(change, row, &why.reason).await
    })
    .await
}

/// Take a proposal back that is not decided.
///
/// By who proposed it: the caller, or the office that wrote it down.
#[utoipa::path(tag = "training", params(("id" = TrainingProposalId, Path, description = "Proposal id")),
    responses((status = 200, body = TrainingProposalView)), security(("bearer" = [ProposeTraining::NAME])))]
#[post("/training-proposals/{id}/withdraw")]
pub async fn withdraw_training_proposal(
    caller: Caller<ProposeTraining>,
    Path(id): Path<TrainingProposalId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::withdraw(change, &row).await?;
            Ok(shown(change, row))
        })
        .await
}
