//! The operations.

use actix_web::{HttpResponse, post};
use disnaker_entity::mediation::{MediationCaseId, MediationOutcome};

use super::bodies::{
    CourtRegistration, NewRecommendationAnswer, NewSettlement, RecommendationReceipt, RecommendationText,
};
use super::queries;
use crate::access::permissions::{ActInCases, ExamineCases, MediateCases};
use crate::caller::Caller;
use crate::mediation::cases::bodies::{Lawsuit, MediationCaseView};
use crate::mediation::cases::queries::stands;
use crate::mediation::cases::routes::{act, act_for_office, act_for_side, mediate};
use crate::mediation::lifecycle::CaseEvent;
use crate::problem::Problem;
use crate::wire::{IfMatch, Json, Path};

/// Issue the recommendation.
///
/// Where no agreement was reached; within the days of the rule from the first hearing. Each side sees it from its own receipt on.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = RecommendationText, example = json!(RecommendationText::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [MediateCases::NAME])))]
#[post("/mediation-cases/{id}/issue-recommendation")]
pub async fn issue_recommendation(
    caller: Caller<MediateCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(text): Json<RecommendationText>,
) -> Result<HttpResponse, Problem> {
    mediate(&caller, id, if_match, CaseEvent::IssueRecommendation, async move |change, row| {
        queries::recommend(change, row, &text).await
    })
    .await
}

/// Record that a side received the recommendation.
///
/// A party does so for its own side, and the answer shows it the recommendation; the desk says for which side, and when it was handed
/// over. The side's own days of answering run from that day.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = RecommendationReceipt, example = json!(RecommendationReceipt::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/record-receipt")]
pub async fn record_recommendation_receipt(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(said): Json<RecommendationReceipt>,
) -> Result<HttpResponse, Problem> {
    act_for_side(
        &caller,
        id,
        if_match,
        CaseEvent::RecordReceipt,
        said.side,
        async move |change, row, sides, side, standing| {
            let party = sides.iter().find(|party| party.side == side).ok_or_else(Problem::not_found)?;
            queries::receive(change, row, party, &said, standing.staff).await
        },
    )
    .await
}

/// Answer the recommendation for a side.
///
/// Within the days of the rule from that side's own receipt. When both have accepted, the settlement is due; one rejection, or silence
/// until the last day, ends the mediation, and either side may sue.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = NewRecommendationAnswer, example = json!(NewRecommendationAnswer::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/answer")]
pub async fn answer_recommendation(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(said): Json<NewRecommendationAnswer>,
) -> Result<HttpResponse, Problem> {
    act_for_side(
        &caller,
        id,
        if_match,
        CaseEvent::Answer,
        said.side,
        async move |change, row, sides, side, standing| {
            queries::answer(change, row, sides, side, &said, standing.staff).await
        },
    )
    .await
}

/// Write down a settlement that was reached in mediation.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = NewSettlement, example = json!(NewSettlement::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [MediateCases::NAME])))]
#[post("/mediation-cases/{id}/agree")]
pub async fn agree_mediation(
    caller: Caller<MediateCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(new): Json<NewSettlement>,
) -> Result<HttpResponse, Problem> {
    mediate(&caller, id, if_match, CaseEvent::Agree, async move |change, row| {
        queries::settle(change, row, CaseEvent::Agree, MediationOutcome::SettledInMediation, &new).await
    })
    .await
}

/// Write down the settlement after both sides accepted the recommendation.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = NewSettlement, example = json!(NewSettlement::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [MediateCases::NAME])))]
#[post("/mediation-cases/{id}/settle-after-recommendation")]
pub async fn settle_after_recommendation(
    caller: Caller<MediateCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(new): Json<NewSettlement>,
) -> Result<HttpResponse, Problem> {
    mediate(&caller, id, if_match, CaseEvent::SettleAfterRecommendation, async move |change, row| {
        let (event, outcome) = (CaseEvent::SettleAfterRecommendation, MediationOutcome::SettledAfterRecommendation);
        queries::settle(change, row, event, outcome, &new).await
    })
    .await
}

/// Write down that the parties settled by themselves.
///
/// Before a recommendation is out. It is recorded and counted as a settlement, too.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = NewSettlement, example = json!(NewSettlement::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ExamineCases::NAME])))]
#[post("/mediation-cases/{id}/settle-bipartite")]
pub async fn settle_bipartite(
    caller: Caller<ExamineCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(new): Json<NewSettlement>,
) -> Result<HttpResponse, Problem> {
    act_for_office(&caller, id, if_match, CaseEvent::SettleBipartite, async move |change, row| {
        queries::settle(change, row, CaseEvent::SettleBipartite, MediationOutcome::SettledBipartite, &new).await
    })
    .await
}

/// Record where a settlement was registered.
///
/// At the Industrial Relations Court of the place where it was signed (UU 2/2004 arts. 7(3), 13(1)); by that it can be executed.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = CourtRegistration, example = json!(CourtRegistration::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/register-settlement")]
pub async fn register_settlement(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(new): Json<CourtRegistration>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, CaseEvent::RegisterSettlement, async move |change, row| {
        stands(change, row).await?;
        queries::register(change, row, &new).await
    })
    .await
}

/// Record a lawsuit after a mediation that failed.
///
/// For the register book; courts themselves report nothing here.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = Lawsuit, example = json!(Lawsuit::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ExamineCases::NAME])))]
#[post("/mediation-cases/{id}/record-lawsuit")]
pub async fn record_lawsuit(
    caller: Caller<ExamineCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(new): Json<Lawsuit>,
) -> Result<HttpResponse, Problem> {
    act_for_office(&caller, id, if_match, CaseEvent::RecordLawsuit, async move |change, row| {
        queries::sue(change, row, &new).await
    })
    .await
}
