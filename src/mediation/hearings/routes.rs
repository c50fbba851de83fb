//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::mediation::hearing::Model;
use disnaker_entity::mediation::{HearingId, MediationCaseId};

use super::bodies::{HearingView, HearingsView, HeldHearing, NewHearing};
use super::queries;
use crate::access::permissions::{MediateCases, ReadCases, ReadHearings};
use crate::caller::Caller;
use crate::change::Answer;
use crate::mediation::cases::bodies::MediationCaseView;
use crate::mediation::cases::queries::{SUBJECT, find, lock_as_mediator};
use crate::mediation::cases::routes::{mediate, note_read};
use crate::mediation::lifecycle::CaseEvent;
use crate::personal::Vault;
use crate::problem::Problem;
use crate::wire::{self, Cache, IfMatch, Json, Path};

fn view(vault: &Vault, row: &Model) -> Result<HearingView, Problem> {
    Ok(HearingView::of(row, queries::place(vault, row)?, queries::minutes(vault, row)?))
}

/// Begin the clarification.
///
/// Before the mediation, by its mediator. Its days do not count in those of the whole mediation (Permenakertrans 17/2014 arts. 10(3),
/// 15(2)); those of the first hearing run on.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [MediateCases::NAME])))]
#[post("/mediation-cases/{id}/clarify")]
pub async fn clarify_dispute(
    caller: Caller<MediateCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    mediate(&caller, id, if_match, CaseEvent::Clarify, queries::clarify).await
}

/// Summon both sides to a hearing.
///
/// One is open at a time. The summons of each side is a paper (`summons.pdf`).
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = NewHearing, example = json!(NewHearing::sample())),
    responses((status = 201, body = HearingView)), security(("bearer" = [MediateCases::NAME])))]
#[post("/mediation-cases/{id}/hearings")]
pub async fn summon_to_hearing(
    caller: Caller<MediateCases>,
    Path(id): Path<MediationCaseId>,
    Json(new): Json<NewHearing>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let case = lock_as_mediator(change, id).await?;
            let row = queries::summon(change, &case, &new).await?;
            let view = view(&change.state().vault, &row)?;
            Ok(Answer::created(format!("/v1/mediation-hearings/{}", row.id), view).tagged())
        })
        .await
}

/// List the hearings of a case, in their order.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    responses((status = 200, body = HearingsView)), security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}/hearings")]
pub async fn list_mediation_hearings(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
) -> Result<HttpResponse, Problem> {
    let case = find(caller.reader(), &caller, id).await?;
    let rows = queries::of_case(caller.reader(), case.id).await?;
    note_read(&caller, &case, SUBJECT, case.id.0);
    let vault = &caller.state().vault;
    let data = rows.iter().map(|row| view(vault, row)).collect::<Result<_, _>>()?;
    Ok(wire::listed(&request, &HearingsView { data }, None, Cache::Private))
}

/// Read a hearing: its place or link, and its minutes.
#[utoipa::path(tag = "mediation", params(("id" = HearingId, Path, description = "Hearing id")),
    responses((status = 200, body = HearingView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadHearings::NAME])))]
#[get("/mediation-hearings/{id}")]
pub async fn get_mediation_hearing(
    request: HttpRequest,
    caller: Caller<ReadHearings>,
    Path(id): Path<HearingId>,
) -> Result<HttpResponse, Problem> {
    let (row, case) = queries::find(caller.reader(), &caller, id).await?;
    note_read(&caller, &case, "mediation_hearing", row.id.0);
    Ok(wire::found(&request, &view(&caller.state().vault, &row)?, Cache::Private))
}

/// Call a hearing off.
#[utoipa::path(tag = "mediation", params(("id" = HearingId, Path, description = "Hearing id")),
    responses((status = 200, body = HearingView)), security(("bearer" = [MediateCases::NAME])))]
#[post("/mediation-hearings/{id}/cancel")]
pub async fn cancel_mediation_hearing(
    caller: Caller<MediateCases>,
    Path(id): Path<HearingId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let case = queries::find(change.db(), change, id).await?.1;
            lock_as_mediator(change, case.id).await?;
            let (row, _) = queries::find(change.db(), change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::cancel(change, &row).await?;
            Ok(Answer::ok(view(&change.state().vault, &row)?).tagged())
        })
        .await
}

/// Hold a hearing of the mediation, with its minutes.
///
/// The day is that on which it began. With the first hearing the days of the recommendation begin.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = HeldHearing, example = json!(HeldHearing::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [MediateCases::NAME])))]
#[post("/mediation-cases/{id}/hold-hearing")]
pub async fn hold_mediation_hearing(
    caller: Caller<MediateCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(held): Json<HeldHearing>,
) -> Result<HttpResponse, Problem> {
    mediate(&caller, id, if_match, CaseEvent::HoldHearing, async move |change, case| {
        queries::mediate(change, case, &held).await
    })
    .await
}

/// Conclude the clarification: on to the mediation.
///
/// With the minutes of its hearing. From this day on the days of the whole mediation count again.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = HeldHearing, example = json!(HeldHearing::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [MediateCases::NAME])))]
#[post("/mediation-cases/{id}/conclude-clarification")]
pub async fn conclude_clarification(
    caller: Caller<MediateCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(held): Json<HeldHearing>,
) -> Result<HttpResponse, Problem> {
    mediate(&caller, id, if_match, CaseEvent::ConcludeClarification, async move |change, case| {
        queries::conclude_clarification(change, case, &held).await
    })
    .await
}

/// Conclude the clarification: the parties talk again by themselves.
///
/// The case ends here; where they do not agree they register it anew.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = HeldHearing, example = json!(HeldHearing::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [MediateCases::NAME])))]
#[post("/mediation-cases/{id}/back-to-bipartite")]
pub async fn send_back_to_bipartite(
    caller: Caller<MediateCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(held): Json<HeldHearing>,
) -> Result<HttpResponse, Problem> {
    mediate(&caller, id, if_match, CaseEvent::BackToBipartite, async move |change, case| {
        queries::back_to_bipartite(change, case, &held).await
    })
    .await
}
