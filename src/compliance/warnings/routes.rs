//! The operations.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::warning::{Model, WarningId};
use uuid::Uuid;

use super::bodies::{
    DutyView, NewWarning, WarningAnswer, WarningFilter, WarningIssue, WarningLetter, WarningPage, WarningRow,
    WarningView, WarningWithdrawal,
};
use super::{letter, queries, rules};
use crate::access::permissions::{AnswerWarnings, ManageWarnings, ReadWarnings};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::Checks;
use crate::companies;
use crate::compliance::obligations;
use crate::db::Session;
use crate::lifecycle::{self, By};
use crate::problem::{Language, Problem, Text};
use crate::reference;
use crate::wire::{self, Cache, IfMatch, Json, OptionalJson, Path, Query};

/// What the caller may do with a warning: its office what offices may, its company what companies may.
fn allowed_actions(row: &Model, seer: &impl Sees) -> Vec<&'static str> {
    if seer.scope_of::<ManageWarnings>().covers_office(&row.office) {
        lifecycle::allowed(row.status, By::Office)
    } else if seer.scope_of::<AnswerWarnings>().covers_company(row.company_id) {
        lifecycle::allowed(row.status, By::Company)
    } else {
        Vec::new()
    }
}

/// Shows a warning with its duties and what came of them.
async fn view(db: &Session, row: &Model, seer: &impl Sees, language: Language) -> Result<WarningView, Problem> {
    let duties = queries::duties_of(db, row.id).await?;
    let ids: Vec<Uuid> = duties.iter().map(|duty| duty.deadline_id).collect();
    let clocks = queries::clocks(db, &ids).await?;
    let name = companies::names(db, [row.company_id]).await?.remove(&row.company_id).unwrap_or_default();
    let duties = duties.into_iter().map(|duty| DutyView {
        name: obligations::what(&duty.rule).in_language(language).to_owned(),
        met_on: clocks.get(&duty.deadline_id).and_then(|clock| clock.met_on),
        deadline_id: duty.deadline_id,
        rule: duty.rule,
        subject_kind: duty.subject_kind,
        subject_id: duty.subject_id,
        subject_name: duty.subject_name,
        due_on: duty.due_on,
        law: Text::kept(duty.law_id, duty.law).into_language(language),
    });
    let findings = rules::findings(row.several_provinces && seer.scope().is_staff());
    Ok(WarningView {
        text: row.text.clone(),
        duties: duties.collect(),
        answer: row.answer.clone(),
        withdrawal_reason: row.withdrawal_reason.clone(),
        warnings: findings.iter().map(|finding| finding.view(language)).collect(),
        allowed_actions: allowed_actions(row, seer),
        warning: WarningRow::new(row, name),
    })
}

async fn shown(change: &Change, row: &Model, language: Language) -> Result<Answer<WarningView>, Problem> {
    Ok(Answer::ok(view(change.db(), row, change, language).await?).tagged())
}

/// Draft a written warning.
///
/// From duties of a company whose day has passed unmet. Only the office sees a draft. A duty that a running warning is about
/// already is 422 `warned-already` at its pointer, whoever drafted that one, and when.
#[utoipa::path(tag = "compliance", request_body(content = NewWarning, example = json!(NewWarning::sample())),
    responses((status = 201, body = WarningView)), security(("bearer" = [ManageWarnings::NAME])))]
#[post("/warnings")]
pub async fn create_warning(
    caller: Caller<ManageWarnings>,
    Json(new): Json<NewWarning>,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let row = queries::draft(change, &new).await?;
            let view = view(change.db(), &row, change, language).await?;
            Ok(Answer::created(format!("/v1/warnings/{}", row.id), view).tagged())
        })
        .await
}

/// List written warnings, newest first.
///
/// A company sees those that were issued to it.
#[utoipa::path(tag = "compliance", params(WarningFilter), responses((status = 200, body = WarningPage)),
    security(("bearer" = [ReadWarnings::NAME])))]
#[get("/warnings")]
pub async fn list_warnings(
    request: HttpRequest,
    caller: Caller<ReadWarnings>,
    Query(filter): Query<WarningFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("warnings", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let names = companies::names(caller.reader(), rows.iter().map(|row| row.company_id)).await?;
    let shown = |row: &Model| WarningRow::new(row, names.get(&row.company_id).cloned().unwrap_or_default());
    let page = WarningPage { data: rows.iter().map(shown).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a written warning with its duties.
///
/// `Accept: application/pdf` gives the letter, with the letterhead of its office, to be signed by hand.
#[utoipa::path(tag = "compliance", params(("id" = WarningId, Path, description = "Warning id")),
    responses((status = 200, content((WarningView = "application/json"), (WarningLetter = "application/pdf"))),
        (status = 304, description = "Not changed")),
    security(("bearer" = [ReadWarnings::NAME])))]
#[get("/warnings/{id}")]
pub async fn get_warning(
    request: HttpRequest,
    caller: Caller<ReadWarnings>,
    Path(id): Path<WarningId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    if wire::prefers(&request, "application/pdf") {
        return letter_of(&caller, &row).await;
    }
    let view = view(caller.reader(), &row, &caller, caller.language()).await?;
    // What came of the duties is no version of the warning.
    let met = view.duties.iter().filter(|duty| duty.met_on.is_some()).count();
    let variant = format!("{}-{met}-{}", caller.language().tag(), view.warnings.len());
    Ok(wire::found_for(&request, &view, Cache::Private, &variant))
}

/// The letter, in Indonesian whatever language was asked for.
async fn letter_of(caller: &Caller<ReadWarnings>, row: &Model) -> Result<HttpResponse, Problem> {
    let view = view(caller.reader(), row, caller, Language::Indonesian).await?;
    let (company, office) = queries::sides(caller.reader(), row).await?;
    let codes = reference::codes(caller.state()).await?;
    let place = codes.region(&office.region).map_or("", |region| region.name.as_str());
    let place = place.strip_prefix("Kota ").or_else(|| place.strip_prefix("Kabupaten ")).unwrap_or(place);
    let book = caller.state().book().await?;
    let day = row.issued_on.unwrap_or_else(|| book.moment(caller.state().clock.now(), &row.office).today);
    let runs = book.policies.at(rules::ANSWER, &row.office, day)?;
    let paper = letter::paper(&view, &company, &office, runs, place, row.issued_at.unwrap_or(row.created_at));
    let bytes = paper.print().await.map_err(Problem::internal)?;
    let name = row.number.as_deref().unwrap_or("rancangan");
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::ETAG, format!("\"{}-letter\"", row.version)))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

/// Issue a written warning.
///
/// It gets its number and a last day for an answer, no further away than the policy `warning.answer` says; that is also the day
/// where no body is sent. A duty that was met meanwhile is 409 `rows-refused`: withdraw the draft then, and draft what is left.
#[utoipa::path(tag = "compliance", params(("id" = WarningId, Path, description = "Warning id")),
    request_body(content = Option<WarningIssue>, example = json!(WarningIssue::sample())),
    responses((status = 200, body = WarningView)), security(("bearer" = [ManageWarnings::NAME])))]
#[post("/warnings/{id}/issue")]
pub async fn issue_warning(
    caller: Caller<ManageWarnings>,
    Path(id): Path<WarningId>,
    if_match: IfMatch,
    OptionalJson(body): OptionalJson<WarningIssue>,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::issue(change, &row, body.answer_by).await?;
            shown(change, &row, language).await
        })
        .await
}

/// Answer a written warning.
#[utoipa::path(tag = "compliance", params(("id" = WarningId, Path, description = "Warning id")),
    request_body(content = WarningAnswer, example = json!(WarningAnswer::sample())),
    responses((status = 200, body = WarningView)), security(("bearer" = [AnswerWarnings::NAME])))]
#[post("/warnings/{id}/answer")]
pub async fn answer_warning(
    caller: Caller<AnswerWarnings>,
    Path(id): Path<WarningId>,
    if_match: IfMatch,
    Json(body): Json<WarningAnswer>,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    let mut checks = Checks::default();
    checks.lines("/text", &body.text, 4000);
    checks.done()?;
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::answer(change, &row, &body.text).await?;
            shown(change, &row, language).await
        })
        .await
}

/// Take a written warning back, with a reason.
///
/// A draft that is not to be sent is withdrawn as well; the company never sees it.
#[utoipa::path(tag = "compliance", params(("id" = WarningId, Path, description = "Warning id")),
    request_body(content = WarningWithdrawal, example = json!(WarningWithdrawal::sample())),
    responses((status = 200, body = WarningView)), security(("bearer" = [ManageWarnings::NAME])))]
#[post("/warnings/{id}/withdraw")]
pub async fn withdraw_warning(
    caller: Caller<ManageWarnings>,
    Path(id): Path<WarningId>,
    if_match: IfMatch,
    Json(body): Json<WarningWithdrawal>,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    let mut checks = Checks::default();
    checks.lines("/reason", &body.reason, 500);
    checks.done()?;
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::withdraw(change, &row, &body.reason).await?;
            shown(change, &row, language).await
        })
        .await
}
