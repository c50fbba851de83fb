//! The operations.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::privacy::DataRequestId;
use disnaker_entity::privacy::data_request::Model;
use disnaker_entity::privacy::{DataRequestKind, DataRequestStatus};
use disnaker_entity::seeker;

use super::bodies::{
    DataRequestFilter, DataRequestGrant, DataRequestPage, DataRequestRefusal, DataRequestRow, DataRequestView,
    DataRequestWorkFilter, KeptClass, NewDataRequest, RevealedDataRequest,
};
use super::lifecycle::DataRequestEvent;
use super::queries::{self, Kept};
use super::rules;
use crate::access::permissions::{DecideDataRequests, ReadDataRequests, RequestDataChanges, RevealSeekers};
use crate::app::State;
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{Checks, UNKNOWN_REFERENCE};
use crate::lifecycle::{self, By};
use crate::problem::{Fault, Kind, Language, Problem, Text};
use crate::reads::Read;
use crate::reference;
use crate::seekers::{self, bodies::SeekerReveal};
use crate::wire::{self, Cache, IfMatch, Json, OptionalJson, Path, Query};

/// Whether a request is about the caller's own data.
fn is_own(row: &Model, seer: &impl Sees) -> bool {
    seer.scope_of::<RequestDataChanges>().seekers.contains(&row.seeker_id)
}

/// What the caller may do with a request: the person takes it back, and an officer of the office that keeps the record
/// decides it, unless it is their own.
fn who(kept: &Kept, seer: &impl Sees) -> Option<By> {
    if is_own(&kept.request, seer) {
        return Some(By::Person);
    }
    seer.scope_of::<DecideDataRequests>().covers_office(&kept.kept_by).then_some(By::Office)
}

fn row(kept: Kept, seer: &impl Sees, state: &State) -> DataRequestRow {
    let (who, row) = (who(&kept, seer), kept.request);
    DataRequestRow {
        allowed_actions: who.map(|who| lifecycle::allowed(row.status, who)).unwrap_or_default(),
        overdue: row.status == DataRequestStatus::Requested && row.due_at < state.clock.now(),
        id: row.id,
        job_seeker_id: row.seeker_id,
        office: row.office,
        kind: row.kind,
        status: row.status,
        due_at: row.due_at,
        created_at: row.created_at,
        version: row.version,
    }
}

/// A request whole.
pub fn view(kept: Kept, seer: &impl Sees, state: &State, language: Language) -> Result<DataRequestView, Problem> {
    let request = &kept.request;
    let content = queries::open(&state.vault, request)?;
    let names = |list: &str| serde_json::from_str::<Vec<String>>(list).map_err(Problem::internal);
    let stays = names(&request.kept)?;
    let class = |class: &rules::Class| KeptClass {
        class: class.name.to_owned(),
        what: class.what.in_language(language).to_owned(),
        basis: class.basis().map_or("", |basis| basis.in_language(language)).to_owned(),
    };
    Ok(DataRequestView {
        wanted: content.as_ref().and_then(|content| content.wanted.as_ref()).map(rules::masked),
        reason: content.map(|content| content.reason),
        decision: request.decision.clone(),
        erased: names(&request.erased)?,
        kept: rules::CLASSES.iter().filter(|one| stays.iter().any(|name| name == one.name)).map(class).collect(),
        decided_at: request.decided_at,
        row: row(kept, seer, state),
    })
}

fn shown(
    change: &Change,
    request: Model,
    of: &seeker::Model,
    language: Language,
) -> Result<Answer<DataRequestView>, Problem> {
    let kept = Kept { request, kept_by: of.office.clone() };
    Ok(Answer::ok(view(kept, change, change.state(), language)?).tagged())
}

/// Nobody decides what they ask for themselves.
fn not_own(request: &Model, change: &Change) -> Result<(), Problem> {
    if is_own(request, change) || request.created_by == change.actor() {
        let allowed = lifecycle::allowed(request.status, By::Person);
        return Err(Problem::from(rules::DataRequestRefused::Own).allowed(allowed));
    }
    Ok(())
}

/// Ask that one's own data is corrected or erased.
///
/// A correction names what is to stand in the record; it is held against the rules of the record at once. An erasure erases what
/// no law keeps, and the answer names what was kept and why. The office answers within 72 hours of clock time
/// (UU 27/2022 art. 30: 3 x 24 hours). One request of a kind at a time: another one is 409 `already-exists`.
#[utoipa::path(tag = "privacy", request_body(content = NewDataRequest, example = json!(NewDataRequest::sample())),
    responses((status = 201, body = DataRequestView)), security(("bearer" = [RequestDataChanges::NAME])))]
#[post("/data-requests")]
pub async fn create_data_request(
    caller: Caller<RequestDataChanges>,
    Json(new): Json<NewDataRequest>,
) -> Result<HttpResponse, Problem> {
    rules::check(&new)?;
    let (codes, language) = (reference::codes(caller.state()).await?, caller.language());
    caller
        .change(async move |change| {
            if !change.scope().seekers.contains(&new.job_seeker_id) {
                let expected = Text::of("data Anda sendiri", "a record of your own");
                let id = new.job_seeker_id.to_string();
                let fault = Fault::new("/job_seeker_id", UNKNOWN_REFERENCE, id, expected);
                return Err(Problem::new(Kind::InvalidContent).faults(vec![fault]));
            }
            let of = seekers::lock(change, new.job_seeker_id).await?;
            rules::askable(new.kind, of.status)?;
            if let Some(wanted) = &new.wanted {
                seekers::would_be(change, &of, wanted, &codes).map_err(within_wanted)?;
            }
            let request = queries::ask(change, &of, new.clone()).await?;
            let kept = Kept { request, kept_by: of.office.clone() };
            let view = view(kept, change, change.state(), language)?;
            Ok(Answer::created(format!("/v1/data-requests/{}", view.row.id), view).tagged())
        })
        .await
}

/// Faults of the record that is wanted, as faults of the request.
fn within_wanted(problem: Problem) -> Problem {
    if problem.kind != Kind::InvalidContent {
        return problem;
    }
    let within = |fault: Fault| Fault { pointer: format!("/wanted{}", fault.pointer), ..fault };
    Problem::new(Kind::InvalidContent).faults(problem.into_faults().into_iter().map(within).collect())
}

/// List requests to correct and erase, newest first.
#[utoipa::path(tag = "privacy", params(DataRequestFilter), responses((status = 200, body = DataRequestPage)),
    security(("bearer" = [ReadDataRequests::NAME])))]
#[get("/data-requests")]
pub async fn list_data_requests(
    request: HttpRequest,
    caller: Caller<ReadDataRequests>,
    Query(filter): Query<DataRequestFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("data-requests", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.request.id);
    let data = rows.into_iter().map(|one| row(one, &caller, caller.state())).collect();
    let page = DataRequestPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a request to correct or erase.
///
/// Who read it is on record.
#[utoipa::path(tag = "privacy", params(("id" = DataRequestId, Path, description = "Request id")),
    responses((status = 200, body = DataRequestView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadDataRequests::NAME])))]
#[get("/data-requests/{id}")]
pub async fn get_data_request(
    request: HttpRequest,
    caller: Caller<ReadDataRequests>,
    Path(id): Path<DataRequestId>,
) -> Result<HttpResponse, Problem> {
    let found = queries::find(caller.reader(), &caller, id).await?;
    let (office, subject) = (found.kept_by.clone(), Some(found.request.seeker_id.0));
    caller.read(Read { office, act: "data_request", subject_kind: seekers::KIND, subject, ..caller.reading() });
    let view = view(found, &caller, caller.state(), caller.language())?;
    Ok(wire::found_for(&request, &view, Cache::Private, caller.language().tag()))
}

/// Read the numbers that a correction asks for.
///
/// For a stated purpose, which is on record before the answer (UU 27/2022 art. 31): who decides compares them with the identity
/// card.
#[utoipa::path(tag = "privacy", params(("id" = DataRequestId, Path, description = "Request id")),
    request_body(content = SeekerReveal, example = json!(SeekerReveal::sample())),
    responses((status = 200, body = RevealedDataRequest)), security(("bearer" = [RevealSeekers::NAME])))]
#[post("/data-requests/{id}/reveal")]
pub async fn reveal_data_request(
    caller: Caller<RevealSeekers>,
    Path(id): Path<DataRequestId>,
    Json(body): Json<SeekerReveal>,
) -> Result<HttpResponse, Problem> {
    let Kept { request, kept_by } = queries::find(caller.reader(), &caller, id).await?;
    let mut checks = Checks::default();
    checks.purpose("/purpose", &body.purpose);
    checks.done()?;
    let state = caller.state();
    let read = Read {
        office: kept_by,
        act: "reveal",
        purpose: Some(body.purpose),
        subject_kind: seekers::KIND,
        subject: Some(request.seeker_id.0),
        ..caller.reading()
    };
    caller.record(read).await?;
    let wanted = queries::open(&state.vault, &request)?.and_then(|content| content.wanted);
    let identity = wanted.and_then(|wanted| wanted.identity).unwrap_or_default();
    let view = RevealedDataRequest { id, nik: identity.nik, family_card: identity.family_card.flatten() };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(view))
}

/// Grant a request.
///
/// A correction is written as the office's own change of the record, with an officer's reason for each finding. An erasure
/// erases what no law keeps; `kept` names the rest and why.
#[utoipa::path(tag = "privacy", params(("id" = DataRequestId, Path, description = "Request id")),
    request_body(content = DataRequestGrant, example = json!(DataRequestGrant::sample())),
    responses((status = 200, body = DataRequestView)), security(("bearer" = [DecideDataRequests::NAME])))]
#[post("/data-requests/{id}/grant")]
pub async fn grant_data_request(
    caller: Caller<DecideDataRequests>,
    Path(id): Path<DataRequestId>,
    if_match: IfMatch,
    OptionalJson(body): OptionalJson<DataRequestGrant>,
) -> Result<HttpResponse, Problem> {
    let (codes, language) = (reference::codes(caller.state()).await?, caller.language());
    caller
        .change(async move |change| {
            let (request, of) = queries::lock(change, id).await?;
            if_match.holds(request.version)?;
            not_own(&request, change)?;
            let request = queries::grant(change, &request, &of, body.clone(), &codes).await?;
            shown(change, request, &of, language)
        })
        .await
}

/// Refuse a request, with a reason.
#[utoipa::path(tag = "privacy", params(("id" = DataRequestId, Path, description = "Request id")),
    request_body(content = DataRequestRefusal, example = json!(DataRequestRefusal::sample())),
    responses((status = 200, body = DataRequestView)), security(("bearer" = [DecideDataRequests::NAME])))]
#[post("/data-requests/{id}/refuse")]
pub async fn refuse_data_request(
    caller: Caller<DecideDataRequests>,
    Path(id): Path<DataRequestId>,
    if_match: IfMatch,
    Json(body): Json<DataRequestRefusal>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.reason("/reason", &body.reason, 1000);
    checks.done()?;
    let language = caller.language();
    caller
        .change(async move |change| {
            let (request, of) = queries::lock(change, id).await?;
            if_match.holds(request.version)?;
            not_own(&request, change)?;
            let kept = match request.kind {
                DataRequestKind::Correction => Vec::new(),
                DataRequestKind::Erasure => rules::extent(of.status).1,
            };
            let (refuse, reason) = (DataRequestEvent::Refuse, Some(body.reason.clone()));
            let request = queries::decide(change, &request, refuse, reason, [Vec::new(), kept]).await?;
            shown(change, request, &of, language)
        })
        .await
}

/// Take a request back.
#[utoipa::path(tag = "privacy", params(("id" = DataRequestId, Path, description = "Request id")),
    responses((status = 200, body = DataRequestView)), security(("bearer" = [RequestDataChanges::NAME])))]
#[post("/data-requests/{id}/withdraw")]
pub async fn withdraw_data_request(
    caller: Caller<RequestDataChanges>,
    Path(id): Path<DataRequestId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let (request, of) = queries::lock(change, id).await?;
            if_match.holds(request.version)?;
            let nothing = [Vec::new(), Vec::new()];
            let request = queries::decide(change, &request, DataRequestEvent::Withdraw, None, nothing).await?;
            shown(change, request, &of, language)
        })
        .await
}

/// List the requests that wait for an answer, the next due first.
#[utoipa::path(tag = "work-lists", params(DataRequestWorkFilter), responses((status = 200, body = DataRequestPage)),
    security(("bearer" = [DecideDataRequests::NAME])))]
#[get("/work-lists/data-requests")]
pub async fn list_waiting_data_requests(
    request: HttpRequest,
    caller: Caller<DecideDataRequests>,
    Query(filter): Query<DataRequestWorkFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("work-lists/data-requests", &filter)?;
    let rows = queries::waiting(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.request.due_at, row.request.id));
    let data = rows.into_iter().map(|one| row(one, &caller, caller.state())).collect();
    let page = DataRequestPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}
