//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::apprenticeship::agreement::Model;
use disnaker_entity::apprenticeship::{ApprenticeshipAgreementId, ApprenticeshipProgrammeId};
use disnaker_entity::seeker::SeekerId;

use super::bodies::{
    ApprenticeshipAgreementFilter, ApprenticeshipAgreementPage, ApprenticeshipAgreementRow,
    ApprenticeshipAgreementView, ApprenticeshipCompletion, ApprenticeshipCover, MendedApprenticeshipAgreement,
    NewApprenticeshipAgreement,
};
use super::queries;
use crate::access::permissions::{
    EndApprenticeships, FileApprenticeships, Permission, ReadApprentices, ReviewApprenticeships,
};
use crate::apprenticeships::programmes::bodies::{ApprenticeshipReason, ApprenticeshipReturn, PocketMoney};
use crate::apprenticeships::programmes::rules::{WITHOUT_AGREEMENT, check_missing, check_reason};
use crate::apprenticeships::programmes::{self, allowed_actions};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::Checks;
use crate::db::Session;
use crate::personal::Vault;
use crate::problem::{Language, Problem};
use crate::reads::{self, Read};
use crate::seekers::KIND;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

fn row(vault: &Vault, row: &Model) -> Result<ApprenticeshipAgreementRow, Problem> {
    Ok(ApprenticeshipAgreementRow::new(row, queries::open(vault, row)?.map(|said| said.name)))
}

async fn view(
    db: &Session,
    vault: &Vault,
    row: &Model,
    seer: &impl Sees,
    language: Language,
) -> Result<ApprenticeshipAgreementView, Problem> {
    let (company_name, programme_title, occupation, qualification, due_on) = queries::beside(db, row).await?;
    let (name, cover) = queries::open(vault, row)?.map_or((None, None), |said| (Some(said.name), said.cover));
    let reads = seer.scope_of::<ReadApprentices>();
    let handles = seer.scope_of::<ReviewApprenticeships>().covers_office(&row.office)
        || reads.companies.contains(&row.company_id)
        || reads.seekers.contains(&row.seeker_id);
    let missing = row.missing.as_deref().map_or(Ok(Vec::new()), serde_json::from_str).map_err(Problem::internal)?;
    let &Model { transport, meals, incentive, .. } = row;
    Ok(ApprenticeshipAgreementView {
        agreement: ApprenticeshipAgreementRow::new(row, name),
        company_name,
        programme_title,
        occupation,
        qualification,
        pocket_money: PocketMoney { transport, meals, incentive },
        cover: cover.filter(|_| handles),
        due_on,
        missing,
        certificate: row.certificate.clone(),
        status_reason: row.status_reason.clone(),
        note: WITHOUT_AGREEMENT.in_language(language).to_owned(),
        allowed_actions: allowed_actions(row.status, Some(&row.office), row.company_id, seer),
    })
}

/// The agreements of some records that the caller may see, whole, for an export.
///
/// # Errors
/// The database's own.
pub async fn of_people(
    db: &Session,
    vault: &Vault,
    seer: &impl Sees,
    ids: &[SeekerId],
    language: Language,
) -> Result<Vec<ApprenticeshipAgreementView>, Problem> {
    let mut views = Vec::new();
    for row in queries::of_people(db, seer, ids).await? {
        views.push(view(db, vault, &row, seer, language).await?);
    }
    Ok(views)
}

/// Shows an agreement that was changed. An officer reads who takes part by that, which is on record.
async fn seen(change: &Change, row: &Model, language: Language) -> Result<ApprenticeshipAgreementView, Problem> {
    if change.scope().is_staff() {
        let (subject_kind, subject) = (KIND, Some(row.seeker_id.0));
        let read = Read::by(change.now(), change.actor().to_owned());
        let read = Read { office: row.office.clone(), subject_kind, subject, ..read };
        reads::record(change.db(), [(change.id(), read)]).await?;
    }
    view(change.db(), &change.state().vault, row, change, language).await
}

/// A step of one agreement.
async fn act<P: Permission, F>(
    caller: &Caller<P>,
    id: ApprenticeshipAgreementId,
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
            Ok(Answer::ok(seen(change, &row, language).await?).tagged())
        })
        .await
}

/// A step that ends an agreement and gives its place back: the programme is locked first.
async fn release<P: Permission, F>(
    caller: &Caller<P>,
    id: ApprenticeshipAgreementId,
    if_match: IfMatch,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model) -> Result<Model, Problem> + 'static,
{
    let language = caller.language();
    caller
        .change(async move |change| {
            let (_, row) = queries::lock_both(change, id).await?;
            if_match.holds(row.version)?;
            let row = act(change, &row).await?;
            Ok(Answer::ok(seen(change, &row, language).await?).tagged())
        })
        .await
}

/// File an agreement of apprenticeship for its endorsement.
///
/// For an approved programme that has a place left. The participant is named by the number of their AK-1 card, which holds, and
/// by their name; whatever of that does not fit is 422 `unknown-reference` at `/ak1_number`. Who has an agreement that runs, or had
/// one for the same qualification, is 409 `already-exists`; a full programme is 409 `capacity-exhausted`. The cover may follow
/// later.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipProgrammeId, Path, description = "Programme id")),
    request_body(content = NewApprenticeshipAgreement, example = json!(NewApprenticeshipAgreement::sample())),
    responses((status = 201, body = ApprenticeshipAgreementView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[post("/apprenticeship-programmes/{id}/agreements")]
pub async fn create_apprenticeship_agreement(
    caller: Caller<FileApprenticeships>,
    Path(id): Path<ApprenticeshipProgrammeId>,
    Json(new): Json<NewApprenticeshipAgreement>,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let (company, programme) = programmes::owned(change, id).await?;
            let row = queries::file(change, company.id, &programme, &new).await?;
            let view = seen(change, &row, language).await?;
            Ok(Answer::created(format!("/v1/apprenticeship-agreements/{}", row.id), view).tagged())
        })
        .await
}

/// List agreements of apprenticeship, newest first.
///
/// Those of an office or of a company, or one's own.
#[utoipa::path(tag = "apprenticeships", params(ApprenticeshipAgreementFilter),
    responses((status = 200, body = ApprenticeshipAgreementPage)),
    security(("bearer" = [ReadApprentices::NAME])))]
#[get("/apprenticeship-agreements")]
pub async fn list_apprenticeship_agreements(
    request: HttpRequest,
    caller: Caller<ReadApprentices>,
    Query(filter): Query<ApprenticeshipAgreementFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("apprenticeship-agreements", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    caller.read_page(KIND, page.filter(), rows.len());
    let data = rows.iter().map(|one| row(&caller.state().vault, one)).collect::<Result<_, _>>()?;
    let page = ApprenticeshipAgreementPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read an agreement of apprenticeship.
///
/// By the participant, too.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipAgreementId, Path, description = "Agreement id")),
    responses((status = 200, body = ApprenticeshipAgreementView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadApprentices::NAME])))]
#[get("/apprenticeship-agreements/{id}")]
pub async fn get_apprenticeship_agreement(
    request: HttpRequest,
    caller: Caller<ReadApprentices>,
    Path(id): Path<ApprenticeshipAgreementId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let view = view(caller.reader(), &caller.state().vault, &row, &caller, caller.language()).await?;
    let (subject_kind, subject) = (KIND, Some(row.seeker_id.0));
    caller.read(Read { office: row.office, subject_kind, subject, ..caller.reading() });
    wire::found_as_seen(&request, &view, Cache::Private)
}

/// File an agreement of apprenticeship again that was sent back.
///
/// With what is agreed on now. The days of the answer are counted from today.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipAgreementId, Path, description = "Agreement id")),
    request_body(content = MendedApprenticeshipAgreement, example = json!(MendedApprenticeshipAgreement::sample())),
    responses((status = 200, body = ApprenticeshipAgreementView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[post("/apprenticeship-agreements/{id}/file")]
pub async fn file_apprenticeship_agreement(
    caller: Caller<FileApprenticeships>,
    Path(id): Path<ApprenticeshipAgreementId>,
    if_match: IfMatch,
    Json(body): Json<MendedApprenticeshipAgreement>,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let (programme, row) = queries::lock_both(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::mend(change, &programme, &row, &body).await?;
            Ok(Answer::ok(seen(change, &row, language).await?).tagged())
        })
        .await
}

/// Say how a participant is covered.
///
/// By JKK and JKM together (Permenaker 6/2020 art. 13; Permenaker 5/2021 art. 35), as long as the agreement runs.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipAgreementId, Path, description = "Agreement id")),
    request_body(content = ApprenticeshipCover, example = json!(ApprenticeshipCover::sample())),
    responses((status = 200, body = ApprenticeshipAgreementView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[post("/apprenticeship-agreements/{id}/cover")]
pub async fn cover_apprenticeship_agreement(
    caller: Caller<FileApprenticeships>,
    Path(id): Path<ApprenticeshipAgreementId>,
    if_match: IfMatch,
    Json(body): Json<ApprenticeshipCover>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| queries::cover(change, row, body.clone()).await).await
}

/// Send an agreement of apprenticeship back with what is missing.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipAgreementId, Path, description = "Agreement id")),
    request_body(content = ApprenticeshipReturn, example = json!(ApprenticeshipReturn::sample())),
    responses((status = 200, body = ApprenticeshipAgreementView)),
    security(("bearer" = [ReviewApprenticeships::NAME])))]
#[post("/apprenticeship-agreements/{id}/return")]
pub async fn return_apprenticeship_agreement(
    caller: Caller<ReviewApprenticeships>,
    Path(id): Path<ApprenticeshipAgreementId>,
    if_match: IfMatch,
    Json(body): Json<ApprenticeshipReturn>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        check_missing(&body.missing)?;
        queries::send_back(change, row, &body.missing).await
    })
    .await
}

/// Endorse an agreement of apprenticeship.
///
/// Who begins is counted then. Without cover for the whole of it, it is 422 `not-covered` at `/cover`, as long as the policy
/// `apprenticeship.cover` asks for that.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipAgreementId, Path, description = "Agreement id")),
    responses((status = 200, body = ApprenticeshipAgreementView)),
    security(("bearer" = [ReviewApprenticeships::NAME])))]
#[post("/apprenticeship-agreements/{id}/endorse")]
pub async fn endorse_apprenticeship_agreement(
    caller: Caller<ReviewApprenticeships>,
    Path(id): Path<ApprenticeshipAgreementId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, row| queries::endorse(change, row).await).await
}

/// Take an agreement of apprenticeship back before it is endorsed.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipAgreementId, Path, description = "Agreement id")),
    responses((status = 200, body = ApprenticeshipAgreementView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[post("/apprenticeship-agreements/{id}/withdraw")]
pub async fn withdraw_apprenticeship_agreement(
    caller: Caller<FileApprenticeships>,
    Path(id): Path<ApprenticeshipAgreementId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    release(&caller, id, if_match, async |change, row| queries::withdraw(change, row).await).await
}

/// Say that a participant has gone through the whole of it.
///
/// From its last day on, with the number of their certificate.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipAgreementId, Path, description = "Agreement id")),
    request_body(content = ApprenticeshipCompletion, example = json!(ApprenticeshipCompletion::sample())),
    responses((status = 200, body = ApprenticeshipAgreementView)),
    security(("bearer" = [FileApprenticeships::NAME])))]
#[post("/apprenticeship-agreements/{id}/complete")]
pub async fn complete_apprenticeship_agreement(
    caller: Caller<FileApprenticeships>,
    Path(id): Path<ApprenticeshipAgreementId>,
    if_match: IfMatch,
    Json(body): Json<ApprenticeshipCompletion>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        let mut checks = Checks::default();
        checks.line("/certificate", &body.certificate, 60);
        checks.done()?;
        queries::complete(change, row, &body.certificate).await
    })
    .await
}

/// End an agreement of apprenticeship before its time, with a reason.
///
/// By the company or by the office.
#[utoipa::path(tag = "apprenticeships", params(("id" = ApprenticeshipAgreementId, Path, description = "Agreement id")),
    request_body(content = ApprenticeshipReason, example = json!(ApprenticeshipReason::sample())),
    responses((status = 200, body = ApprenticeshipAgreementView)),
    security(("bearer" = [EndApprenticeships::NAME])))]
#[post("/apprenticeship-agreements/{id}/end")]
pub async fn end_apprenticeship_agreement(
    caller: Caller<EndApprenticeships>,
    Path(id): Path<ApprenticeshipAgreementId>,
    if_match: IfMatch,
    Json(body): Json<ApprenticeshipReason>,
) -> Result<HttpResponse, Problem> {
    release(&caller, id, if_match, async move |change, row| {
        check_reason(&body.reason)?;
        queries::end(change, row, &body.reason).await
    })
    .await
}
