//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use disnaker_entity::training::{InstructorId, ProgrammeId, ProviderId, provider};

use super::bodies::{
    InstructorFilter, InstructorPage, InstructorPatch, InstructorView, NewInstructor, NewProgramme, NewProvider,
    ProgrammeFilter, ProgrammePage, ProgrammePatch, ProgrammeView, ProviderFilter, ProviderPage, ProviderPatch,
    ProviderView,
};
use super::lifecycle::ProviderEvent;
use super::{queries, rules};
use crate::access::permissions::{ManageInstructors, ManageTraining, Permission, ReadInstructors, ReadTraining};
use crate::book::OWN_OFFICE;
use crate::caller::{Caller, Scope, Sees};
use crate::change::Answer;
use crate::check::{Checks, UNKNOWN_REFERENCE};
use crate::lifecycle::{self, By};
use crate::problem::{Problem, Text};
use crate::reference;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// Seconds that what is public of training may be kept by anybody.
const KEPT: u32 = 60;

fn view(row: &provider::Model, seer: &impl Sees) -> ProviderView {
    let manages = seer.scope_of::<ManageTraining>().covers_office(&row.office);
    let allowed = if manages { lifecycle::allowed(row.status, By::Office) } else { Vec::new() };
    ProviderView::of(row, allowed)
}

/// How long an answer may be kept: one that depends on the caller not at all.
fn cache(seer: &impl Sees) -> Cache {
    if seer.grants().is_empty() { Cache::Public(KEPT) } else { Cache::Private }
}

/// An office of the caller's.
fn own(scope: &Scope, office: &str) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if !scope.covers_office(office) {
        checks.fault("/office", UNKNOWN_REFERENCE, office.chars().take(20).collect::<String>(), OWN_OFFICE);
    }
    checks.done()
}

// Providers --------------------------------------------------------------------------------------

/// Write down a training provider.
///
/// By the office that looks after it; who works there is invited with the role `provider_operator`.
#[utoipa::path(tag = "training", request_body(content = NewProvider, example = json!(NewProvider::sample())),
    responses((status = 201, body = ProviderView)), security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-providers")]
pub async fn create_training_provider(
    caller: Caller<ManageTraining>,
    Json(new): Json<NewProvider>,
) -> Result<HttpResponse, Problem> {
    own(caller.scope(), &new.office)?;
    rules::check(&new, &*reference::codes(caller.state()).await?)?;
    caller
        .change(async move |change| {
            let row = queries::insert(change, &new).await?;
            Ok(Answer::created(format!("/v1/training-providers/{}", row.id), view(&row, change)).tagged())
        })
        .await
}

/// List training providers, newest first.
#[utoipa::path(tag = "training", params(ProviderFilter), responses((status = 200, body = ProviderPage)),
    security((), ("bearer" = [ReadTraining::NAME])))]
#[get("/training-providers")]
pub async fn list_training_providers(
    request: HttpRequest,
    caller: Caller<ReadTraining>,
    Query(filter): Query<ProviderFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-providers", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = ProviderPage { data: rows.iter().map(|row| view(row, &caller)).collect(), next };
    // What the caller may do stands in it: nobody keeps it for another.
    wire::published(&request, &page, page.next.as_deref(), if caller.grants().is_empty() { KEPT } else { 0 })
}

/// Read a training provider.
#[utoipa::path(tag = "training", params(("id" = ProviderId, Path, description = "Provider id")),
    responses((status = 200, body = ProviderView), (status = 304, description = "Not changed")),
    security((), ("bearer" = [ReadTraining::NAME])))]
#[get("/training-providers/{id}")]
pub async fn get_training_provider(
    request: HttpRequest,
    caller: Caller<ReadTraining>,
    Path(id): Path<ProviderId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    wire::found_as_seen(&request, &view(&row, &caller), cache(&caller))
}

/// Change a training provider's data.
#[utoipa::path(tag = "training", params(("id" = ProviderId, Path, description = "Provider id")),
    request_body(content = ProviderPatch, content_type = "application/merge-patch+json", example = json!(ProviderPatch::sample())),
    responses((status = 200, body = ProviderView)), security(("bearer" = [ManageTraining::NAME])))]
#[patch("/training-providers/{id}")]
pub async fn update_training_provider(
    caller: Caller<ManageTraining>,
    Path(id): Path<ProviderId>,
    if_match: IfMatch,
    Json(patch): Json<ProviderPatch>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let new = patch.clone().onto(NewProvider::of(&row));
            rules::check(&new, &codes)?;
            let row = queries::update(change, &row, &new).await?;
            Ok(Answer::ok(view(&row, change)).tagged())
        })
        .await
}

/// Close a training provider.
///
/// No new package is planned with it; those that are go on.
#[utoipa::path(tag = "training", params(("id" = ProviderId, Path, description = "Provider id")),
    responses((status = 200, body = ProviderView)), security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-providers/{id}/close")]
pub async fn close_training_provider(
    caller: Caller<ManageTraining>,
    Path(id): Path<ProviderId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    advance(&caller, id, if_match, ProviderEvent::Close).await
}

/// Open a training provider again.
#[utoipa::path(tag = "training", params(("id" = ProviderId, Path, description = "Provider id")),
    responses((status = 200, body = ProviderView)), security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-providers/{id}/reopen")]
pub async fn reopen_training_provider(
    caller: Caller<ManageTraining>,
    Path(id): Path<ProviderId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    advance(&caller, id, if_match, ProviderEvent::Reopen).await
}

async fn advance<P: Permission>(
    caller: &Caller<P>,
    id: ProviderId,
    if_match: IfMatch,
    event: ProviderEvent,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::advance(change, &row, event).await?;
            Ok(Answer::ok(view(&row, change)).tagged())
        })
        .await
}

// Programmes -------------------------------------------------------------------------------------

/// Write down a training programme.
///
/// With its units of competence (SKKNI), the hours of each, and whether it is taught online or in person.
#[utoipa::path(tag = "training", request_body(content = NewProgramme, example = json!(NewProgramme::sample())),
    responses((status = 201, body = ProgrammeView)), security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-programmes")]
pub async fn create_training_programme(
    caller: Caller<ManageTraining>,
    Json(new): Json<NewProgramme>,
) -> Result<HttpResponse, Problem> {
    own(caller.scope(), &new.office)?;
    let hours = rules::check_programme(&new, &*reference::codes(caller.state()).await?)?;
    caller
        .change(async move |change| {
            let row = queries::insert_programme(change, &new, hours).await?;
            let location = format!("/v1/training-programmes/{}", row.id);
            Ok(Answer::created(location, ProgrammeView::of(&row)?).tagged())
        })
        .await
}

/// List training programmes, newest first.
#[utoipa::path(tag = "training", params(ProgrammeFilter), responses((status = 200, body = ProgrammePage)),
    security((), ("bearer" = [ReadTraining::NAME])))]
#[get("/training-programmes")]
pub async fn list_training_programmes(
    request: HttpRequest,
    caller: Caller<ReadTraining>,
    Query(filter): Query<ProgrammeFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-programmes", &filter)?;
    let rows = queries::programmes(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = ProgrammePage { data: rows.iter().map(ProgrammeView::of).collect::<Result<_, _>>()?, next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// Read a training programme.
#[utoipa::path(tag = "training", params(("id" = ProgrammeId, Path, description = "Programme id")),
    responses((status = 200, body = ProgrammeView), (status = 304, description = "Not changed")),
    security((), ("bearer" = [ReadTraining::NAME])))]
#[get("/training-programmes/{id}")]
pub async fn get_training_programme(
    request: HttpRequest,
    caller: Caller<ReadTraining>,
    Path(id): Path<ProgrammeId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::programme(caller.reader(), &caller, id).await?;
    Ok(wire::found(&request, &ProgrammeView::of(&row)?, Cache::Public(KEPT)))
}

/// Change a training programme.
///
/// Not its units while a class of it takes applications, selects or runs: 409.
#[utoipa::path(tag = "training", params(("id" = ProgrammeId, Path, description = "Programme id")),
    request_body(content = ProgrammePatch, content_type = "application/merge-patch+json", example = json!(ProgrammePatch::sample())),
    responses((status = 200, body = ProgrammeView)), security(("bearer" = [ManageTraining::NAME])))]
#[patch("/training-programmes/{id}")]
pub async fn update_training_programme(
    caller: Caller<ManageTraining>,
    Path(id): Path<ProgrammeId>,
    if_match: IfMatch,
    Json(patch): Json<ProgrammePatch>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let row = queries::lock_programme(change, id).await?;
            if_match.holds(row.version)?;
            let new = patch.clone().onto(NewProgramme::of(&row)?);
            let hours = rules::check_programme(&new, &codes)?;
            let row = queries::update_programme(change, &row, &new, hours).await?;
            Ok(Answer::ok(ProgrammeView::of(&row)?).tagged())
        })
        .await
}

// Instructors ------------------------------------------------------------------------------------

/// Write down an instructor.
///
/// By the provider, or by its office for it.
#[utoipa::path(tag = "training", request_body(content = NewInstructor, example = json!(NewInstructor::sample())),
    responses((status = 201, body = InstructorView)), security(("bearer" = [ManageInstructors::NAME])))]
#[post("/instructors")]
pub async fn create_instructor(
    caller: Caller<ManageInstructors>,
    Json(new): Json<NewInstructor>,
) -> Result<HttpResponse, Problem> {
    rules::check_instructor(&new)?;
    caller
        .change(async move |change| {
            let mut checks = Checks::default();
            let employer = queries::employer(change, new.provider_id).await?;
            if employer.is_none() {
                let expected =
                    Text::of("lembaga pelatihan di dinas Anda", "a training provider of your office, or yours");
                checks.fault("/provider_id", UNKNOWN_REFERENCE, new.provider_id.to_string(), expected);
            }
            checks.done()?;
            let employer = employer.ok_or_else(Problem::not_found)?;
            let row = queries::insert_instructor(change, &new, &employer).await?;
            Ok(Answer::created(format!("/v1/instructors/{}", row.id), InstructorView::of(&row)?).tagged())
        })
        .await
}

/// List instructors, newest first.
#[utoipa::path(tag = "training", params(InstructorFilter), responses((status = 200, body = InstructorPage)),
    security(("bearer" = [ReadInstructors::NAME])))]
#[get("/instructors")]
pub async fn list_instructors(
    request: HttpRequest,
    caller: Caller<ReadInstructors>,
    Query(filter): Query<InstructorFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("instructors", &filter)?;
    let rows = queries::instructors(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = InstructorPage { data: rows.iter().map(InstructorView::of).collect::<Result<_, _>>()?, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read an instructor.
#[utoipa::path(tag = "training", params(("id" = InstructorId, Path, description = "Instructor id")),
    responses((status = 200, body = InstructorView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadInstructors::NAME])))]
#[get("/instructors/{id}")]
pub async fn get_instructor(
    request: HttpRequest,
    caller: Caller<ReadInstructors>,
    Path(id): Path<InstructorId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::instructor(caller.reader(), &caller, id).await?;
    Ok(wire::found(&request, &InstructorView::of(&row)?, Cache::Private))
}

/// Change an instructor's data.
#[utoipa::path(tag = "training", params(("id" = InstructorId, Path, description = "Instructor id")),
    request_body(content = InstructorPatch, content_type = "application/merge-patch+json", example = json!(InstructorPatch::sample())),
    responses((status = 200, body = InstructorView)), security(("bearer" = [ManageInstructors::NAME])))]
#[patch("/instructors/{id}")]
pub async fn update_instructor(
    caller: Caller<ManageInstructors>,
    Path(id): Path<InstructorId>,
    if_match: IfMatch,
    Json(patch): Json<InstructorPatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock_instructor(change, id).await?;
            if_match.holds(row.version)?;
            let new = patch.clone().onto(NewInstructor::of(&row)?);
            rules::check_instructor(&new)?;
            let row = queries::update_instructor(change, &row, &new).await?;
            Ok(Answer::ok(InstructorView::of(&row)?).tagged())
        })
        .await
}
