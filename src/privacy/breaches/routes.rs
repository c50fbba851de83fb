//! The operations.

use std::collections::HashSet;

use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::{DateTime, Utc};
use disnaker_entity::privacy::DataBreachId;
use disnaker_entity::privacy::data_breach::Model;
use disnaker_entity::seeker::SeekerId;

use super::bodies::{DataBreachFilter, DataBreachPage, DataBreachPatch, DataBreachView, Ending, NewDataBreach, Notice};
use super::lifecycle::DataBreachEvent;
use super::queries;
use super::rules::{self, BreachRefused};
use crate::access::permissions::{ManageDataBreaches, ReadDataBreaches};
use crate::book::OWN_OFFICE;
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{Checks, NOT_ALLOWED, UNKNOWN_REFERENCE};
use crate::lifecycle;
use crate::problem::{Problem, Text};
use crate::seekers;
use crate::wire::{self, Cache, IfMatch, Json, OptionalJson, Path, Query};

fn view(row: Model, seer: &impl Sees, now: DateTime<Utc>) -> Result<DataBreachView, Problem> {
    let manages = seer.scope_of::<ManageDataBreaches>().covers_office(&row.office);
    let said = queries::said(&row)?;
    Ok(DataBreachView {
        allowed_actions: if manages { rules::allowed(&row) } else { Vec::new() },
        late: rules::late(&row, now),
        office: said.office,
        found_at: said.found_at,
        data: said.data,
        persons: said.persons,
        happened: said.happened,
        handling: said.handling,
        affected: said.affected,
        id: row.id,
        status: row.status,
        due_at: row.due_at,
        authority_notified_at: row.authority_notified_at,
        subjects_notified_at: row.subjects_notified_at,
        closing: row.closing,
        closed_at: row.closed_at,
        created_at: row.created_at,
        version: row.version,
    })
}

fn shown(change: &Change, row: Model) -> Result<Answer<DataBreachView>, Problem> {
    Ok(Answer::ok(view(row, change, change.now())?).tagged())
}

/// Every fault of what is written down; records are those that the caller may see, beside those that stand there already.
async fn check(change: &Change, said: &NewDataBreach, before: &[SeekerId]) -> Result<(), Problem> {
    let mut checks = Checks::default();
    rules::check(&mut checks, said, change.now());
    let before: HashSet<_> = before.iter().collect();
    let added = || said.affected.job_seeker_ids.iter().enumerate().take(1000).filter(|(_, id)| !before.contains(id));
    let known = seekers::keepers(change, added().map(|(_, id)| *id)).await?;
    for (at, id) in added().filter(|(_, id)| !known.contains_key(id)) {
        let expected = Text::of("data pencari kerja dinas Anda", "a job seeker's record of your office");
        checks.fault(format!("/affected/job_seeker_ids/{at}"), UNKNOWN_REFERENCE, id.to_string(), expected);
    }
    checks.done()
}

/// Write a breach of personal data down.
///
/// Its clock of 72 hours runs from when it was found (UU 27/2022 art. 46(1): 3 x 24 hours).
#[utoipa::path(tag = "privacy", request_body(content = NewDataBreach, example = json!(NewDataBreach::sample())),
    responses((status = 201, body = DataBreachView)), security(("bearer" = [ManageDataBreaches::NAME])))]
#[post("/data-breaches")]
pub async fn create_data_breach(
    caller: Caller<ManageDataBreaches>,
    Json(new): Json<NewDataBreach>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    if !caller.scope().covers_office(&new.office) {
        let received: String = new.office.chars().take(12).collect();
        checks.fault("/office", NOT_ALLOWED, received, OWN_OFFICE);
    }
    checks.done()?;
    caller
        .change(async move |change| {
            check(change, &new, &[]).await?;
            let view = view(queries::record(change, &new).await?, change, change.now())?;
            Ok(Answer::created(format!("/v1/data-breaches/{}", view.id), view).tagged())
        })
        .await
}

/// List breaches, newest first.
#[utoipa::path(tag = "privacy", params(DataBreachFilter), responses((status = 200, body = DataBreachPage)),
    security(("bearer" = [ReadDataBreaches::NAME])))]
#[get("/data-breaches")]
pub async fn list_data_breaches(
    request: HttpRequest,
    caller: Caller<ReadDataBreaches>,
    Query(filter): Query<DataBreachFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("data-breaches", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let now = caller.state().clock.now();
    let data = rows.into_iter().map(|row| view(row, &caller, now)).collect::<Result<_, _>>()?;
    let page = DataBreachPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a breach.
#[utoipa::path(tag = "privacy", params(("id" = DataBreachId, Path, description = "Breach id")),
    responses((status = 200, body = DataBreachView)), security(("bearer" = [ReadDataBreaches::NAME])))]
#[get("/data-breaches/{id}")]
pub async fn get_data_breach(
    request: HttpRequest,
    caller: Caller<ReadDataBreaches>,
    Path(id): Path<DataBreachId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    wire::found_as_seen(&request, &view(row, &caller, caller.state().clock.now())?, Cache::Private)
}

/// Write down what is known by now.
#[utoipa::path(tag = "privacy", params(("id" = DataBreachId, Path, description = "Breach id")),
    request_body(content = DataBreachPatch, content_type = "application/merge-patch+json", example = json!(DataBreachPatch::sample())),
    responses((status = 200, body = DataBreachView)), security(("bearer" = [ManageDataBreaches::NAME])))]
#[patch("/data-breaches/{id}")]
pub async fn update_data_breach(
    caller: Caller<ManageDataBreaches>,
    Path(id): Path<DataBreachId>,
    if_match: IfMatch,
    Json(patch): Json<DataBreachPatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let before = queries::said(&row)?;
            let known = before.affected.job_seeker_ids.clone();
            let new = patch.clone().onto(before);
            check(change, &new, &known).await?;
            let row = queries::update(change, &row, new).await?;
            shown(change, row)
        })
        .await
}

/// Say that the authority was told in writing.
#[utoipa::path(tag = "privacy", params(("id" = DataBreachId, Path, description = "Breach id")),
    request_body(content = Notice, example = json!(Notice::sample())),
    responses((status = 200, body = DataBreachView)), security(("bearer" = [ManageDataBreaches::NAME])))]
#[post("/data-breaches/{id}/notify-authority")]
pub async fn notify_authority(
    caller: Caller<ManageDataBreaches>,
    Path(id): Path<DataBreachId>,
    if_match: IfMatch,
    OptionalJson(notice): OptionalJson<Notice>,
) -> Result<HttpResponse, Problem> {
    notify(&caller, id, if_match, notice, DataBreachEvent::NotifyAuthority).await
}

/// Say that the persons were told in writing.
#[utoipa::path(tag = "privacy", params(("id" = DataBreachId, Path, description = "Breach id")),
    request_body(content = Notice, example = json!(Notice::sample())),
    responses((status = 200, body = DataBreachView)), security(("bearer" = [ManageDataBreaches::NAME])))]
#[post("/data-breaches/{id}/notify-subjects")]
pub async fn notify_subjects(
    caller: Caller<ManageDataBreaches>,
    Path(id): Path<DataBreachId>,
    if_match: IfMatch,
    OptionalJson(notice): OptionalJson<Notice>,
) -> Result<HttpResponse, Problem> {
    notify(&caller, id, if_match, notice, DataBreachEvent::NotifySubjects).await
}

async fn notify(
    caller: &Caller<ManageDataBreaches>,
    id: DataBreachId,
    if_match: IfMatch,
    notice: Notice,
    event: DataBreachEvent,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            permitted(&row, event, BreachRefused::Told)?;
            let at = notice.at.unwrap_or(change.now());
            let mut checks = Checks::default();
            rules::between(&mut checks, "/at", at, Some(row.found_at), change.now());
            checks.done()?;
            let row = queries::told(change, &row, event, at).await?;
            shown(change, row)
        })
        .await
}

/// Close a breach.
///
/// Once the persons and the authority were told.
#[utoipa::path(tag = "privacy", params(("id" = DataBreachId, Path, description = "Breach id")),
    request_body(content = Ending, example = json!(Ending::sample())),
    responses((status = 200, body = DataBreachView)), security(("bearer" = [ManageDataBreaches::NAME])))]
#[post("/data-breaches/{id}/close")]
pub async fn close_data_breach(
    caller: Caller<ManageDataBreaches>,
    Path(id): Path<DataBreachId>,
    if_match: IfMatch,
    Json(ending): Json<Ending>,
) -> Result<HttpResponse, Problem> {
    end(&caller, id, if_match, ending, DataBreachEvent::Close).await
}

/// Say that it was no breach, with a reason.
#[utoipa::path(tag = "privacy", params(("id" = DataBreachId, Path, description = "Breach id")),
    request_body(content = Ending, example = json!(Ending::sample())),
    responses((status = 200, body = DataBreachView)), security(("bearer" = [ManageDataBreaches::NAME])))]
#[post("/data-breaches/{id}/dismiss")]
pub async fn dismiss_data_breach(
    caller: Caller<ManageDataBreaches>,
    Path(id): Path<DataBreachId>,
    if_match: IfMatch,
    Json(ending): Json<Ending>,
) -> Result<HttpResponse, Problem> {
    end(&caller, id, if_match, ending, DataBreachEvent::Dismiss).await
}

async fn end(
    caller: &Caller<ManageDataBreaches>,
    id: DataBreachId,
    if_match: IfMatch,
    ending: Ending,
    event: DataBreachEvent,
) -> Result<HttpResponse, Problem> {
    rules::ending(&ending)?;
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            permitted(&row, event, BreachRefused::Untold)?;
            let row = queries::end(change, &row, event, ending.reason.clone()).await?;
            shown(change, row)
        })
        .await
}

/// Whether a step is possible now; why not, where the table alone would let it.
fn permitted(row: &Model, event: DataBreachEvent, why: BreachRefused) -> Result<(), Problem> {
    let step = lifecycle::step(row.status, event)?;
    let allowed = rules::allowed(row);
    if allowed.contains(&step.event()) { Ok(()) } else { Err(Problem::from(why).allowed(allowed)) }
}
