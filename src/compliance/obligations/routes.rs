//! The operations.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, Months, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::obligation::{DeadlineId, ExtensionRequestId, extension_request};
use disnaker_entity::plumbing::deadline::Model;
use uuid::Uuid;

use super::bodies::{
    DeadlineFilter, DeadlinePage, DeadlineState, DeadlineView, ExtensionGrant, ExtensionRefusal,
    ExtensionRequestFilter, ExtensionRequestPage, ExtensionRequestView, NamedCompany, NewExtensionRequest,
    ObligationFilter, ObligationPage, ObligationView,
};
use super::calendar::{self, Entry};
use super::lifecycle::ExtensionEvent;
use super::{queries, rules};
use crate::access::permissions::{DecideExtensions, ReadDeadlines, RequestExtensions};
use crate::book::Book;
use crate::caller::{Caller, Sees};
use crate::change::Answer;
use crate::check::Checks;
use crate::companies;
use crate::db::Session;
use crate::lifecycle::{self, By};
use crate::problem::{Kind, Language, Problem};
use crate::vacancies;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// How long what was done is shown.
const SHOWN: Months = Months::new(12);
/// Most due dates of a calendar.
const MOST_DATES: u64 = 1000;

fn shown(
    clock: Model,
    names: &HashMap<CompanyId, String>,
    book: &Book,
    now: DateTime<Utc>,
    language: Language,
) -> DeadlineView {
    let today = book.moment(now, &clock.office).today;
    let state = rules::state(&clock, today);
    let company = clock.company_id.map(CompanyId);
    DeadlineView {
        id: DeadlineId(clock.id),
        law: law(&clock, book, language),
        company: company.map(|id| NamedCompany { id, name: names.get(&id).cloned().unwrap_or_default() }),
        days_left: clock.met_on.is_none().then(|| (clock.due_on - today).num_days()),
        state,
        rule: clock.rule,
        subject_kind: clock.subject_kind,
        subject_id: clock.subject_id,
        party: clock.party,
        office: clock.office,
        started_on: clock.started_on,
        due_on: clock.due_on,
        original_due_on: clock.original_due_on,
        extensions: clock.extensions,
        met_on: clock.met_on,
        paused_on: clock.paused_on,
        affected_by_revision: clock.affected_by_revision,
    }
}

fn obligation(
    clock: Model,
    titles: &HashMap<Uuid, String>,
    names: &HashMap<CompanyId, String>,
    book: &Book,
    now: DateTime<Utc>,
    language: Language,
) -> ObligationView {
    ObligationView {
        what: rules::what(&clock.rule).in_language(language).to_owned(),
        subject_name: titles.get(&clock.subject_id).cloned(),
        ways: rules::ways(&clock),
        met_by: rules::met_by(&clock.rule, clock.met_by),
        deadline: shown(clock, names, book, now, language),
    }
}

/// The law that a clock's rule rests on, as it was when the clock started.
fn law(clock: &Model, book: &Book, language: Language) -> String {
    let policy = book.policies.at(&clock.rule, &clock.office, clock.started_on);
    policy.map_or("", |row| row.law.in_language(language)).to_owned()
}

async fn names(db: &Session, clocks: &[Model]) -> Result<HashMap<CompanyId, String>, Problem> {
    let mut ids: Vec<CompanyId> = clocks.iter().filter_map(|clock| clock.company_id.map(CompanyId)).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(companies::names(db, ids).await?)
}

/// List deadlines, oldest due first.
///
/// The clocks of an office or of a company. Without `state` those that run.
#[utoipa::path(tag = "obligations", params(DeadlineFilter), responses((status = 200, body = DeadlinePage)),
    security(("bearer" = [ReadDeadlines::NAME])))]
#[get("/deadlines")]
pub async fn list_deadlines(
    request: HttpRequest,
    caller: Caller<ReadDeadlines>,
    Query(filter): Query<DeadlineFilter>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.day("due_before", filter.due_before);
    checks.day("due_after", filter.due_after);
    let faults = checks.into_faults();
    if !faults.is_empty() {
        return Err(Problem::new(Kind::InvalidQuery).faults(faults));
    }
    let page = caller.paging("deadlines", &filter)?;
    let (book, now) = (caller.state().book().await?, caller.state().clock.now());
    let rows = queries::deadlines(caller.reader(), &caller, &filter, &book, now, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.due_on, row.id));
    let names = names(caller.reader(), &rows).await?;
    let data = rows.into_iter().map(|row| shown(row, &names, &book, now, caller.language()));
    let page = DeadlinePage { data: data.collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a deadline.
///
/// With what it asks for and the operations that do it, or the record by which it was done. A clock whose start was taken
/// back is 404.
#[utoipa::path(tag = "obligations", params(("id" = DeadlineId, Path, description = "Deadline id")),
    responses((status = 200, body = ObligationView)), security(("bearer" = [ReadDeadlines::NAME])))]
#[get("/deadlines/{id}")]
pub async fn get_deadline(
    request: HttpRequest,
    caller: Caller<ReadDeadlines>,
    Path(id): Path<DeadlineId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::deadline(caller.reader(), &caller, id).await?;
    let (book, now) = (caller.state().book().await?, caller.state().clock.now());
    let names = names(caller.reader(), std::slice::from_ref(&row)).await?;
    let titles = match row.company_id {
        Some(company) => vacancies::titles(caller.reader(), CompanyId(company), [&row]).await?,
        None => HashMap::new(),
    };
    let view = obligation(row, &titles, &names, &book, now, caller.language());
    wire::found_today(&request, &view, Cache::Private)
}

// What a company owes ----------------------------------------------------------------------------

/// List the obligations of a company, oldest due first.
///
/// What it owes, with the law, the days left and the operations that do it; and what it did in the last twelve months.
#[utoipa::path(tag = "obligations", params(("id" = CompanyId, Path, description = "Company id"), ObligationFilter),
    responses((status = 200, body = ObligationPage)), security(("bearer" = [ReadDeadlines::NAME])))]
#[get("/companies/{id}/obligations")]
pub async fn list_obligations(
    request: HttpRequest,
    caller: Caller<ReadDeadlines>,
    Path(id): Path<CompanyId>,
    Query(filter): Query<ObligationFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging(&format!("obligations/{id}"), &filter)?;
    let company = companies::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let (book, now) = (caller.state().book().await?, caller.state().clock.now());
    let today = book.moment(now, &company.office).today;
    let since = today.checked_sub_months(SHOWN).unwrap_or(today);
    let rows = queries::obligations(caller.reader(), &caller, id, since, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.due_on, row.id));
    let titles = vacancies::titles(caller.reader(), id, &rows).await?;
    let names = HashMap::from([(id, company.name)]);
    let data = rows.into_iter().map(|row| obligation(row, &titles, &names, &book, now, caller.language()));
    let page = ObligationPage { data: data.collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read the obligations of a company as a calendar.
///
/// A whole day for each due date to come or passed, at most 1,000, with the law (RFC 5545). Those to come have alarms at the
/// stages of the reminders; what is overdue or stands still has none.
#[utoipa::path(tag = "obligations", params(("id" = CompanyId, Path, description = "Company id")),
    responses((status = 200, body = String, content_type = "text/calendar")),
    security(("bearer" = [ReadDeadlines::NAME])))]
#[get("/companies/{id}/obligations.ics")]
pub async fn get_obligations_calendar(
    caller: Caller<ReadDeadlines>,
    Path(id): Path<CompanyId>,
) -> Result<HttpResponse, Problem> {
    companies::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let (book, now) = (caller.state().book().await?, caller.state().clock.now());
    let rows = queries::open_obligations(caller.reader(), &caller, id, MOST_DATES).await?;
    let titles = vacancies::titles(caller.reader(), id, &rows).await?;
    let entry = |row: Model| {
        let today = book.moment(now, &row.office).today;
        let alarms = match rules::state(&row, today) {
            DeadlineState::Due => rules::stages(&book, &row.office, row.due_on, today)?.to_vec(),
            _ => Vec::new(),
        };
        let what = rules::what(&row.rule);
        let what = rules::named(what.in_language(caller.language()), titles.get(&row.subject_id));
        Ok(Entry { id: row.id, due_on: row.due_on, law: law(&row, &book, caller.language()), what, alarms })
    };
    let entries = rows.into_iter().map(entry).collect::<Result<Vec<_>, Problem>>()?;
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header(("Cache-Control", "private, no-store"))
        .body(calendar::calendar(&entries, caller.language(), now)))
}

// More time --------------------------------------------------------------------------------------

fn view(row: extension_request::Model, seer: &impl Sees) -> ExtensionRequestView {
    let own = seer.scope_of::<RequestExtensions>().covers_company(row.company_id);
    let office = seer.scope_of::<DecideExtensions>().covers_office(&row.office);
    let allowed = match (own, office) {
        (true, true) => lifecycle::allowed(row.status, By::Either),
        (true, false) => lifecycle::allowed(row.status, By::Company),
        (false, true) => lifecycle::allowed(row.status, By::Office),
        (false, false) => Vec::new(),
    };
    ExtensionRequestView::of(row, allowed)
}

/// Ask for more time.
///
/// For an obligation that is not met. One request at a time; another one is 409 `already-exists`. How far a due date can move
/// is a policy.
#[utoipa::path(tag = "obligations", params(("id" = DeadlineId, Path, description = "Deadline id")),
    request_body(content = NewExtensionRequest, example = json!(NewExtensionRequest::sample())),
    responses((status = 201, body = ExtensionRequestView)),
    security(("bearer" = [RequestExtensions::NAME])))]
#[post("/deadlines/{id}/extension-requests")]
pub async fn request_extension(
    caller: Caller<RequestExtensions>,
    Path(id): Path<DeadlineId>,
    Json(new): Json<NewExtensionRequest>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let clock = queries::lock_clock(change, id).await?;
            let row = queries::ask(change, &clock, &new).await?;
            Ok(Answer::created(format!("/v1/extension-requests/{}", row.id), view(row, change)).tagged())
        })
        .await
}

/// List requests for more time, newest first.
#[utoipa::path(tag = "obligations", params(ExtensionRequestFilter),
    responses((status = 200, body = ExtensionRequestPage)), security(("bearer" = [ReadDeadlines::NAME])))]
#[get("/extension-requests")]
pub async fn list_extension_requests(
    request: HttpRequest,
    caller: Caller<ReadDeadlines>,
    Query(filter): Query<ExtensionRequestFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("extension-requests", &filter)?;
    let rows = queries::requests(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = ExtensionRequestPage { data: rows.into_iter().map(|row| view(row, &caller)).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a request for more time.
#[utoipa::path(tag = "obligations", params(("id" = ExtensionRequestId, Path, description = "Request id")),
    responses((status = 200, body = ExtensionRequestView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadDeadlines::NAME])))]
#[get("/extension-requests/{id}")]
pub async fn get_extension_request(
    request: HttpRequest,
    caller: Caller<ReadDeadlines>,
    Path(id): Path<ExtensionRequestId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::request(caller.reader(), &caller, id).await?;
    Ok(wire::found(&request, &view(row, &caller), Cache::Private))
}

/// Grant more time.
///
/// The due date moves in the same transaction, and its reminders begin anew. 409 `deadline-met` where what was due has been done
/// meanwhile.
#[utoipa::path(tag = "obligations", params(("id" = ExtensionRequestId, Path, description = "Request id")),
    request_body(content = ExtensionGrant, example = json!(ExtensionGrant::sample())),
    responses((status = 200, body = ExtensionRequestView)),
    security(("bearer" = [DecideExtensions::NAME])))]
#[post("/extension-requests/{id}/grant")]
pub async fn grant_extension(
    caller: Caller<DecideExtensions>,
    Path(id): Path<ExtensionRequestId>,
    if_match: IfMatch,
    Json(body): Json<ExtensionGrant>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            // The clock first, as whoever asks does.
            let deadline_id = queries::request(change.db(), change, id).await?.deadline_id;
            let clock = queries::lock_clock(change, deadline_id).await?;
            let row = queries::lock_request(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::grant(change, &clock, &row, &body).await?;
            Ok(Answer::ok(view(row, change)).tagged())
        })
        .await
}

/// Refuse more time, with a reason.
#[utoipa::path(tag = "obligations", params(("id" = ExtensionRequestId, Path, description = "Request id")),
    request_body(content = ExtensionRefusal, example = json!(ExtensionRefusal::sample())),
    responses((status = 200, body = ExtensionRequestView)),
    security(("bearer" = [DecideExtensions::NAME])))]
#[post("/extension-requests/{id}/refuse")]
pub async fn refuse_extension(
    caller: Caller<DecideExtensions>,
    Path(id): Path<ExtensionRequestId>,
    if_match: IfMatch,
    Json(body): Json<ExtensionRefusal>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.lines("/reason", &body.reason, 1000);
    checks.done()?;
    caller
        .change(async move |change| {
            let row = queries::lock_request(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::decide(change, &row, ExtensionEvent::Refuse, Some(&body.reason), None).await?;
            Ok(Answer::ok(view(row, change)).tagged())
        })
        .await
}

/// Take a request for more time back.
#[utoipa::path(tag = "obligations", params(("id" = ExtensionRequestId, Path, description = "Request id")),
    responses((status = 200, body = ExtensionRequestView)),
    security(("bearer" = [RequestExtensions::NAME])))]
#[post("/extension-requests/{id}/withdraw")]
pub async fn withdraw_extension_request(
    caller: Caller<RequestExtensions>,
    Path(id): Path<ExtensionRequestId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock_request(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::decide(change, &row, ExtensionEvent::Withdraw, None, None).await?;
            Ok(Answer::ok(view(row, change)).tagged())
        })
        .await
}
