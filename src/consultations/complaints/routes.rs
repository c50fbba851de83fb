//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::consultation::ComplaintId;
use disnaker_entity::consultation::complaint::Model;
use disnaker_entity::file::FileId;

use super::bodies::{
    ComplaintAnswer, ComplaintDocumentView, ComplaintFilter, ComplaintForwarding, ComplaintPage, ComplaintReason,
    ComplaintRouting, ComplaintRow, ComplaintView, NewComplaint,
};
use super::{queries, rules};
use crate::access::permissions::{FileComplaints, HandleComplaints, ReadComplaints};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::db::Session;
use crate::files::bodies::FileContent;
use crate::files::{self, Reader};
use crate::personal::Vault;
use crate::privacy::bodies::{AccessLogFilter, AccessLogPage};
use crate::privacy::read_log;
use crate::problem::Problem;
use crate::reads::Read;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query, Raw};

async fn view(
    db: &Session,
    vault: &Vault,
    row: &Model,
    seer: &impl Sees,
    actor: &str,
) -> Result<ComplaintView, Problem> {
    let said = queries::said(vault, row)?;
    let (subject, narrative) = said.as_ref().map(|said| (said.subject.clone(), said.narrative.clone())).unzip();
    let (occurred_on, service_months) =
        said.as_ref().map_or((None, None), |said| (said.occurred_on, said.service_months));
    let (reporter, respondent) = said.map_or((None, None), |said| (Some(said.reporter), said.respondent));
    Ok(ComplaintView {
        complaint: ComplaintRow::new(row, subject),
        reporter,
        respondent,
        occurred_on,
        service_months,
        narrative,
        documents: queries::documents(db, row.id).await?.into_iter().map(Into::into).collect(),
        way: queries::way(db, vault, row.id).await?,
        due_on: queries::due_on(db, row).await?,
        taken_by: row.taken_by,
        taken_at: row.taken_at,
        outcome: queries::outcome(vault, row)?,
        ended_at: row.ended_at,
        allowed_actions: queries::allowed(row, seer, actor),
    })
}

/// What the account of a caller complained of.
///
/// # Errors
/// The database's own.
pub async fn of_account(db: &Session, vault: &Vault, seer: &impl Sees) -> Result<Vec<ComplaintView>, Problem> {
    let account = seer.name();
    let mut all = Vec::new();
    for row in queries::of_account(db, &account).await? {
        all.push(view(db, vault, &row, seer, &account).await?);
    }
    Ok(all)
}

async fn shown(change: &Change, row: &Model) -> Result<ComplaintView, Problem> {
    view(change.db(), &change.state().vault, row, change, change.actor()).await
}

/// Who read a complaint at its desk is on record.
fn note_read(caller: &Caller<ReadComplaints>, row: &Model) {
    if queries::handles(row, caller) {
        let (office, subject) = (row.office.clone(), Some(row.id.0));
        caller.read(Read { office, subject_kind: queries::SUBJECT, subject, ..caller.reading() });
    }
}

/// A step of whose desk it is.
async fn decide<F>(
    caller: &Caller<HandleComplaints>,
    id: ComplaintId,
    if_match: IfMatch,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model) -> Result<Model, Problem> + 'static,
{
    caller
        .change(async move |change| {
            let row = queries::lock_for_desk(change, id).await?;
            if_match.holds(row.version)?;
            let row = act(change, &row).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}

/// Complain.
///
/// By anybody with a token, who reads what comes of it; an officer of the office writes down what somebody said at the counter.
/// The category decides on whose desk it comes. More than 10 of one account that are not over are refused: 409 `capacity-exhausted`.
#[utoipa::path(tag = "complaints", request_body(content = NewComplaint, example = json!(NewComplaint::sample())),
    responses((status = 201, body = ComplaintView)), security(("bearer" = [FileComplaints::NAME])))]
#[post("/complaints")]
pub async fn create_complaint(
    caller: Caller<FileComplaints>,
    Json(new): Json<NewComplaint>,
) -> Result<HttpResponse, Problem> {
    let state = caller.state();
    rules::check(&new, &*state.book().await?, state.clock.now())?;
    let desk = caller.scope().covers_office(&new.office);
    caller
        .change(async move |change| {
            let owner = (!desk).then(|| change.actor().to_owned());
            let row = queries::receive(change, new.clone(), owner).await?;
            let location = format!("/v1/complaints/{}", row.id);
            Ok(Answer::created(location, shown(change, &row).await?).tagged())
        })
        .await
}

/// List complaints, newest first: one's own, and those on the caller's desks.
#[utoipa::path(tag = "complaints", params(ComplaintFilter), responses((status = 200, body = ComplaintPage)),
    security(("bearer" = [ReadComplaints::NAME])))]
#[get("/complaints")]
pub async fn list_complaints(
    request: HttpRequest,
    caller: Caller<ReadComplaints>,
    Query(filter): Query<ComplaintFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("complaints", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &caller.actor(), &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let listed = |row: &Model| {
        let said = queries::said(&caller.state().vault, row)?;
        Ok(ComplaintRow::new(row, said.map(|said| said.subject)))
    };
    let data: Vec<_> = rows.iter().map(listed).collect::<Result<_, Problem>>()?;
    if caller.scope().is_staff() {
        caller.read_page(queries::SUBJECT, page.filter(), data.len());
    }
    let page = ComplaintPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a complaint with its way and what came of it.
#[utoipa::path(tag = "complaints", params(("id" = ComplaintId, Path, description = "Complaint id")),
    responses((status = 200, body = ComplaintView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadComplaints::NAME])))]
#[get("/complaints/{id}")]
pub async fn get_complaint(
    request: HttpRequest,
    caller: Caller<ReadComplaints>,
    Path(id): Path<ComplaintId>,
) -> Result<HttpResponse, Problem> {
    let actor = caller.actor();
    let row = queries::find(caller.reader(), &caller, &actor, id).await?;
    let view = view(caller.reader(), &caller.state().vault, &row, &caller, &actor).await?;
    note_read(&caller, &row);
    wire::found_as_seen(&request, &view, Cache::Private)
}

/// Add a document to a complaint: a payslip, the minutes of bipartite talks.
///
/// The body is the file, at most 10 MiB: PDF, JPEG or PNG, told by its content. It is kept sealed, with its hash, is read by who
/// reported it and by whose desk it is on, and is forgotten with the complaint. At most 20, and none once it has ended.
#[utoipa::path(tag = "complaints", params(("id" = ComplaintId, Path, description = "Complaint id")),
    request_body(content((FileContent = "application/pdf"), (FileContent = "image/jpeg"), (FileContent = "image/png"))),
    responses((status = 201, body = ComplaintDocumentView)), security(("bearer" = [FileComplaints::NAME])))]
#[post("/complaints/{id}/documents")]
pub async fn add_complaint_document(
    caller: Caller<FileComplaints>,
    Path(id): Path<ComplaintId>,
    body: Raw,
) -> Result<HttpResponse, Problem> {
    // Before the bytes are read and sealed: whom it does not concern is told at once.
    queries::find(caller.reader(), &caller, &caller.actor(), id).await?;
    let (sealed, name) = files::take(caller.state(), body, || Ok(None)).await?;
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            let file = queries::add(change, &row, name.clone(), &sealed).await?;
            let location = format!("/v1/complaint-documents/{}/content", file.id);
            Ok(Answer::created(location, ComplaintDocumentView::from(file)))
        })
        .await
}

/// Download a document of a complaint.
///
/// Who read it at the desk is on record before the answer.
#[utoipa::path(tag = "complaints", params(("id" = FileId, Path, description = "Document id")),
    responses((status = 200, description = "The file",
        content((FileContent = "application/pdf"), (FileContent = "image/jpeg"), (FileContent = "image/png")))),
    security(("bearer" = [ReadComplaints::NAME])))]
#[get("/complaint-documents/{id}/content")]
pub async fn download_complaint_document(
    caller: Caller<ReadComplaints>,
    Path(id): Path<FileId>,
) -> Result<HttpResponse, Problem> {
    let (row, file) = queries::document(caller.reader(), &caller, &caller.actor(), id).await?;
    let reader = Reader::new(caller.state(), &file)?;
    if queries::handles(&row, &caller) {
        let (subject_kind, subject) = (queries::SUBJECT, Some(row.id.0));
        let read = Read { office: row.office, act: "download", subject_kind, subject, ..caller.reading() };
        caller.record(read).await?;
    }
    files::give(caller.state(), file, reader)
}

/// List who read a complaint at its desks, newest first.
///
/// With its documents, by role and office (UU 27/2022 art. 32).
#[utoipa::path(tag = "complaints", params(("id" = ComplaintId, Path, description = "Complaint id"), AccessLogFilter),
    responses((status = 200, body = AccessLogPage)), security(("bearer" = [ReadComplaints::NAME])))]
#[get("/complaints/{id}/access-log")]
pub async fn get_complaint_access_log(
    request: HttpRequest,
    caller: Caller<ReadComplaints>,
    Path(id): Path<ComplaintId>,
    Query(filter): Query<AccessLogFilter>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, &caller.actor(), id).await?;
    note_read(&caller, &row);
    let of = (vec![row.id.0], [].as_slice());
    read_log(&request, &caller, &format!("complaints/{id}/access-log"), &filter, of).await
}

/// Take a complaint up.
#[utoipa::path(tag = "complaints", params(("id" = ComplaintId, Path, description = "Complaint id")),
    responses((status = 200, body = ComplaintView)), security(("bearer" = [HandleComplaints::NAME])))]
#[post("/complaints/{id}/take")]
pub async fn take_complaint(
    caller: Caller<HandleComplaints>,
    Path(id): Path<ComplaintId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, queries::take).await
}

/// Send a complaint on to another desk, with a reason.
///
/// To another category, or to the province's office. Its clock runs on; whoever sends it on may not see it there.
#[utoipa::path(tag = "complaints", params(("id" = ComplaintId, Path, description = "Complaint id")),
    request_body(content = ComplaintRouting, example = json!(ComplaintRouting::sample())),
    responses((status = 200, body = ComplaintView)), security(("bearer" = [HandleComplaints::NAME])))]
#[post("/complaints/{id}/route")]
pub async fn route_complaint(
    caller: Caller<HandleComplaints>,
    Path(id): Path<ComplaintId>,
    if_match: IfMatch,
    Json(routing): Json<ComplaintRouting>,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, async move |change, row| queries::send_on(change, row, &routing).await).await
}

/// Answer a complaint that was taken up.
#[utoipa::path(tag = "complaints", params(("id" = ComplaintId, Path, description = "Complaint id")),
    request_body(content = ComplaintAnswer, example = json!(ComplaintAnswer::sample())),
    responses((status = 200, body = ComplaintView)), security(("bearer" = [HandleComplaints::NAME])))]
#[post("/complaints/{id}/resolve")]
pub async fn resolve_complaint(
    caller: Caller<HandleComplaints>,
    Path(id): Path<ComplaintId>,
    if_match: IfMatch,
    Json(answer): Json<ComplaintAnswer>,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, async move |change, row| {
        rules::check_answer(&answer.answer)?;
        queries::resolve(change, row, &answer.answer).await
    })
    .await
}

/// Do not take a complaint up, with a reason.
#[utoipa::path(tag = "complaints", params(("id" = ComplaintId, Path, description = "Complaint id")),
    request_body(content = ComplaintReason, example = json!(ComplaintReason::sample())),
    responses((status = 200, body = ComplaintView)), security(("bearer" = [HandleComplaints::NAME])))]
#[post("/complaints/{id}/reject")]
pub async fn reject_complaint(
    caller: Caller<HandleComplaints>,
    Path(id): Path<ComplaintId>,
    if_match: IfMatch,
    Json(why): Json<ComplaintReason>,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, async move |change, row| {
        rules::check_reason(&why.reason)?;
        queries::reject(change, row, &why.reason).await
    })
    .await
}

/// Give a complaint to an authority outside, by name.
#[utoipa::path(tag = "complaints", params(("id" = ComplaintId, Path, description = "Complaint id")),
    request_body(content = ComplaintForwarding, example = json!(ComplaintForwarding::sample())),
    responses((status = 200, body = ComplaintView)), security(("bearer" = [HandleComplaints::NAME])))]
#[post("/complaints/{id}/forward")]
pub async fn forward_complaint(
    caller: Caller<HandleComplaints>,
    Path(id): Path<ComplaintId>,
    if_match: IfMatch,
    Json(to): Json<ComplaintForwarding>,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, async move |change, row| {
        rules::check_forwarding(&to)?;
        queries::forward(change, row, &to.authority, to.answer.as_deref()).await
    })
    .await
}

/// Take a complaint back.
///
/// By who reported it: the account, or whose desk it is where the office wrote it down.
#[utoipa::path(tag = "complaints", params(("id" = ComplaintId, Path, description = "Complaint id")),
    responses((status = 200, body = ComplaintView)), security(("bearer" = [FileComplaints::NAME])))]
#[post("/complaints/{id}/withdraw")]
pub async fn withdraw_complaint(
    caller: Caller<FileComplaints>,
    Path(id): Path<ComplaintId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::withdraw(change, &row).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}
