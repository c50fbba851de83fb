//! The operations: papers to print, sign and hand over.

use actix_web::http::header;
use actix_web::{HttpResponse, get};
use disnaker_entity::mediation::case::Model as Case;
use disnaker_entity::mediation::{CaseSide, HearingId, MediationCaseId};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::filled::Filled;
use crate::access::permissions::{Permission, ReadCases, ReadHearings};
use crate::caller::Caller;
use crate::files::bodies::FileContent;
use crate::mediation::cases::queries as cases;
use crate::mediation::cases::rules::reads_recommendation;
use crate::mediation::conclusions::queries as conclusions;
use crate::mediation::hearings::queries as hearings;
use crate::paper::Paper;
use crate::problem::{Kind, Problem, Text};
use crate::reads::Read;
use crate::wire::{self, Path, Query};

/// Whose summons it is.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SummonedSide {
    /// The side; a party reads its own, the office says which: without it the one that registered the dispute.
    #[param(inline)]
    pub side: Option<CaseSide>,
}

/// Puts the read on record, and prints beside the event loop.
async fn print<P: Permission>(
    caller: &Caller<P>,
    case: &Case,
    name: String,
    paper: Paper,
) -> Result<HttpResponse, Problem> {
    let (office, subject) = (case.office.clone(), Some(case.id.0));
    let (act, subject_kind) = ("download", "mediation_case");
    caller.record(Read { office, act, subject_kind, subject, persons: case.people, ..caller.reading() }).await?;
    let bytes = paper.print().await.map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

/// Print the summons of a side to a hearing.
///
/// A party prints its own. It says that it is the second or third where the side stayed away before.
#[utoipa::path(tag = "mediation", params(("id" = HearingId, Path, description = "Hearing id"), SummonedSide),
    responses((status = 200, body = FileContent, content_type = "application/pdf"),
        (status = 409, body = crate::problem::ProblemView, content_type = "application/problem+json",
            description = "Called off, or forgotten: `illegal-transition`")),
    security(("bearer" = [ReadHearings::NAME])))]
#[get("/mediation-hearings/{id}/summons.pdf")]
pub async fn get_summons(
    caller: Caller<ReadHearings>,
    Path(id): Path<HearingId>,
    Query(of): Query<SummonedSide>,
) -> Result<HttpResponse, Problem> {
    let (hearing, case) = hearings::find(caller.reader(), &caller, id).await?;
    let sides = cases::sides(caller.reader(), &case).await?;
    let standing = cases::standing(&case, &sides, &caller)?;
    let may =
        |side: &CaseSide| standing.side.is_none_or(|own| own == *side) && sides.iter().any(|party| party.side == *side);
    let side = of.side.or(standing.side).unwrap_or(case.registered_side);
    if !may(&side) {
        let words = sides.iter().map(|party| party.side).filter(may).map(CaseSide::as_str).collect::<Vec<_>>();
        return Err(wire::invalid_parameter("side", side.as_str(), Text::plain(words.join(", "))));
    }
    let filled = Filled::read(caller.state(), caller.reader(), case.clone()).await?;
    let paper = filled.summons(id, side)?;
    print(&caller, &case, format!("{}-{side}", hearing.number), paper).await
}

/// Print the minutes of a clarification.
#[utoipa::path(tag = "mediation", params(("id" = HearingId, Path, description = "Hearing id")),
    responses((status = 200, body = FileContent, content_type = "application/pdf"),
        (status = 409, body = crate::problem::ProblemView, content_type = "application/problem+json",
            description = "No clarification that was held, or forgotten: `illegal-transition`")),
    security(("bearer" = [ReadHearings::NAME])))]
#[get("/mediation-hearings/{id}/clarification.pdf")]
pub async fn get_clarification_minutes(
    caller: Caller<ReadHearings>,
    Path(id): Path<HearingId>,
) -> Result<HttpResponse, Problem> {
    let (hearing, case) = hearings::find(caller.reader(), &caller, id).await?;
    let filled = Filled::read(caller.state(), caller.reader(), case.clone()).await?;
    print(&caller, &case, format!("klarifikasi-{}-{}", case.number, hearing.position), filled.clarification(id)?).await
}

/// Print the minutes of the mediation.
///
/// Parties, hearings, opinions, the recommendation and the answers. A claim at the Industrial Relations Court must attach them
/// (UU 2/2004 art. 83).
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    responses((status = 200, body = FileContent, content_type = "application/pdf"),
        (status = 409, body = crate::problem::ProblemView, content_type = "application/problem+json",
            description = "Before the first hearing, or forgotten: `illegal-transition`")),
    security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}/minutes.pdf")]
pub async fn get_mediation_minutes(
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
) -> Result<HttpResponse, Problem> {
    let case = cases::find(caller.reader(), &caller, id).await?;
    let filled = Filled::read(caller.state(), caller.reader(), case.clone()).await?;
    let paper = filled.minutes(caller.state(), &*caller.state().book().await?)?;
    print(&caller, &case, format!("risalah-{}", case.number), paper).await
}

/// Print the recommendation.
///
/// A party from its own receipt on (`record-receipt`), or once the case is closed.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    responses((status = 200, body = FileContent, content_type = "application/pdf"),
        (status = 409, body = crate::problem::ProblemView, content_type = "application/problem+json",
            description = "Not issued, not received, or forgotten: `illegal-transition`")),
    security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}/recommendation.pdf")]
pub async fn get_recommendation(
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
) -> Result<HttpResponse, Problem> {
    let case = cases::find(caller.reader(), &caller, id).await?;
    let sides = cases::sides(caller.reader(), &case).await?;
    let standing = cases::standing(&case, &sides, &caller)?;
    if case.recommended_on.is_some() && !reads_recommendation(&case, &sides, standing) {
        let why = Text::of(
            "Catat penerimaan anjuran terlebih dahulu: sejak hari itu jangka waktu menjawab berjalan.",
            "Record the receipt of the recommendation first: from that day your days of answering run.",
        );
        return Err(Problem::new(Kind::IllegalTransition).detail(why).allowed(vec!["record_receipt"]));
    }
    let filled = Filled::read(caller.state(), caller.reader(), case.clone()).await?;
    let text = conclusions::recommendation(&caller.state().vault, &case)?;
    let paper = filled.recommendation(text.as_ref(), &*caller.state().book().await?)?;
    print(&caller, &case, case.recommendation_number.clone().unwrap_or_default(), paper).await
}

/// Print the settlement.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    responses((status = 200, body = FileContent, content_type = "application/pdf"),
        (status = 409, body = crate::problem::ProblemView, content_type = "application/problem+json",
            description = "Not settled, or forgotten: `illegal-transition`")),
    security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}/settlement.pdf")]
pub async fn get_settlement(
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
) -> Result<HttpResponse, Problem> {
    let case = cases::find(caller.reader(), &caller, id).await?;
    let filled = Filled::read(caller.state(), caller.reader(), case.clone()).await?;
    let paper = filled.settlement(conclusions::settlement(&caller.state().vault, &case)?.as_ref())?;
    print(&caller, &case, format!("perjanjian-bersama-{}", case.number), paper).await
}
