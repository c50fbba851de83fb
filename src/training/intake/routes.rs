//! The operation.

use std::str::FromStr;

use actix_web::{HttpRequest, HttpResponse, get};
use disnaker_entity::training_need::{TrainingNeedStatus, TrainingProposalStatus};

use super::bodies::{WaitingTraining, WaitingTrainingFilter, WaitingTrainingKind, WaitingTrainingPage};
use super::queries::{self, Waiting};
use crate::access::permissions::ReviewTrainingNeeds;
use crate::caller::Caller;
use crate::lifecycle::{self, By};
use crate::problem::Problem;
use crate::wire::{self, Cache, Query};

/// List the needs of industry and the proposals for classes that wait for the office, the urgent and the oldest first.
#[utoipa::path(tag = "work-lists", params(WaitingTrainingFilter), responses((status = 200, body = WaitingTrainingPage)),
    security(("bearer" = [ReviewTrainingNeeds::NAME])))]
#[get("/work-lists/training-needs")]
pub async fn list_waiting_training_needs(
    request: HttpRequest,
    caller: Caller<ReviewTrainingNeeds>,
    Query(filter): Query<WaitingTrainingFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("work-lists/training-needs", &filter)?;
    let rows = queries::waiting(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, Waiting::mark);
    let page = WaitingTrainingPage { data: rows.into_iter().map(shown).collect::<Result<_, _>>()?, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

fn shown(row: Waiting) -> Result<WaitingTraining, Problem> {
    let mut allowed_actions = match row.kind {
        WaitingTrainingKind::Need => lifecycle::allowed(parsed::<TrainingNeedStatus>(&row.status)?, By::Office),
        WaitingTrainingKind::Proposal => lifecycle::allowed(parsed::<TrainingProposalStatus>(&row.status)?, By::Office),
    };
    // Who proposed it takes it back.
    allowed_actions.retain(|event| *event != "withdraw" || row.by_office);
    Ok(WaitingTraining {
        kind: row.kind,
        id: row.id,
        office: row.office,
        organisation: row.organisation,
        title: row.title,
        persons: row.persons,
        priority: row.priority,
        wanted_by: row.wanted_by,
        status: row.status,
        waiting_since: row.created_at,
        version: row.version,
        allowed_actions,
    })
}

fn parsed<S: FromStr<Err = String>>(status: &str) -> Result<S, Problem> {
    status.parse().map_err(Problem::internal)
}
