//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::consultation::thread::Model;
use disnaker_entity::consultation::{ConsultationId, MessageKind, message};

use super::bodies::{
    ConsultationAssignment, ConsultationFilter, ConsultationMessageFilter, ConsultationMessagePage,
    ConsultationMessageView, ConsultationPage, ConsultationRow, ConsultationView, ExportedConsultation, MessageSide,
    NewConsultation, NewConsultationMessage, Rating, ReopenedConsultation, WaitingConsultation,
    WaitingConsultationFilter, WaitingConsultationPage,
};
use super::{queries, rules};
use crate::access::permissions::{AnswerConsultations, AskConsultations, Permission, ReadConsultations};
use crate::app::State;
use crate::book::Book;
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::Checks;
use crate::clock::Moment;
use crate::db::Session;
use crate::mediation;
use crate::mediation::cases::bodies::{MediationCaseView, NewMediationCase};
use crate::personal::Vault;
use crate::privacy::bodies::{AccessLogFilter, AccessLogPage};
use crate::privacy::read_log;
use crate::problem::Problem;
use crate::reads::Read;
use crate::reference;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

fn listed(vault: &Vault, row: &Model) -> Result<ConsultationRow, Problem> {
    Ok(ConsultationRow::new(row, queries::said(vault, row)?.map(|said| said.subject)))
}

async fn view(
    db: &Session,
    vault: &Vault,
    row: &Model,
    (seer, actor): (&impl Sees, &str),
    moment: &Moment,
) -> Result<ConsultationView, Problem> {
    let (subject, company_name, asker) = match queries::said(vault, row)? {
        Some(said) => (Some(said.subject), said.company_name, said.asker),
        None => (None, None, None),
    };
    Ok(ConsultationView {
        consultation: ConsultationRow::new(row, subject),
        company_name,
        asker,
        due_on: queries::due_on(db, row).await?,
        closes_on: row.closes_on,
        closed_at: row.closed_at,
        reopen_until: row.reopen_until,
        rating: row.rating,
        rating_comment: queries::comment(vault, row)?,
        case_id: row.case_id,
        allowed_actions: queries::allowed(row, seer, actor, moment.today),
    })
}

async fn shown(change: &Change, row: &Model) -> Result<ConsultationView, Problem> {
    let seen = (change, change.actor());
    view(change.db(), &change.state().vault, row, seen, &change.moment(&row.office)).await
}

/// What the account of a caller asked, with all that was said.
///
/// # Errors
/// The database's own.
pub async fn of_account(db: &Session, state: &State, seer: &impl Sees) -> Result<Vec<ExportedConsultation>, Problem> {
    let (account, book, now) = (seer.name(), state.book().await?, state.clock.now());
    let (rows, messages) = queries::of_account(db, &account).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let moment = book.moment(now, &row.office);
        let consultation = view(db, &state.vault, row, (seer, &account), &moment).await?;
        let own = messages.iter().filter(|message| message.consultation_id == row.id);
        let messages = own.map(|message| said(&state.vault, message)).collect::<Result<_, _>>()?;
        all.push(ExportedConsultation { consultation, messages });
    }
    Ok(all)
}

/// Who of the office read what somebody asked is on record.
fn note_read(caller: &Caller<ReadConsultations>, row: &Model) {
    if queries::side(row, caller, &caller.actor()).office {
        let (office, subject) = (row.office.clone(), Some(row.id.0));
        caller.read(Read { office, subject_kind: queries::SUBJECT, subject, ..caller.reading() });
    }
}

fn said(vault: &Vault, row: &message::Model) -> Result<ConsultationMessageView, Problem> {
    Ok(ConsultationMessageView {
        id: row.id,
        kind: row.kind,
        side: if row.kind == MessageKind::Question { MessageSide::Asker } else { MessageSide::Office },
        text: queries::text(vault, row)?,
        created_at: row.created_at,
    })
}

/// A step of one consultation.
async fn act<P: Permission, F>(
    caller: &Caller<P>,
    id: ConsultationId,
    if_match: IfMatch,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model) -> Result<Model, Problem> + 'static,
{
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = act(change, &row).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}

/// Ask an office.
///
/// By anybody with a token, who reads the answers and asks on; an officer of the office writes down what somebody asked at the
/// counter, and says who that is. More than 10 open ones of one account are refused: 409 `capacity-exhausted`.
#[utoipa::path(tag = "consultations", request_body(content = NewConsultation, example = json!(NewConsultation::sample())),
    responses((status = 201, body = ConsultationView)), security(("bearer" = [AskConsultations::NAME])))]
#[post("/consultations")]
pub async fn create_consultation(
    caller: Caller<AskConsultations>,
    Json(new): Json<NewConsultation>,
) -> Result<HttpResponse, Problem> {
    let book: std::sync::Arc<Book> = caller.state().book().await?;
    let desk = caller.scope().covers_office(&new.office);
    rules::check(&new, &book, desk)?;
    caller
        .change(async move |change| {
            let owner = (!desk).then(|| change.actor().to_owned());
            let row = queries::ask(change, &new, owner).await?;
            let location = format!("/v1/consultations/{}", row.id);
            Ok(Answer::created(location, shown(change, &row).await?).tagged())
        })
        .await
}

/// List consultations, newest first: one's own, and those of the caller's offices.
#[utoipa::path(tag = "consultations", params(ConsultationFilter), responses((status = 200, body = ConsultationPage)),
    security(("bearer" = [ReadConsultations::NAME])))]
#[get("/consultations")]
pub async fn list_consultations(
    request: HttpRequest,
    caller: Caller<ReadConsultations>,
    Query(filter): Query<ConsultationFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("consultations", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &caller.actor(), &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let data: Vec<_> = rows.iter().map(|row| listed(&caller.state().vault, row)).collect::<Result<_, _>>()?;
    if caller.scope().is_staff() {
        caller.read_page(queries::SUBJECT, page.filter(), data.len());
    }
    let page = ConsultationPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// List who of the office read a consultation, newest first.
///
/// By role and office (UU 27/2022 art. 32).
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id"), AccessLogFilter),
    responses((status = 200, body = AccessLogPage)), security(("bearer" = [ReadConsultations::NAME])))]
#[get("/consultations/{id}/access-log")]
pub async fn get_consultation_access_log(
    request: HttpRequest,
    caller: Caller<ReadConsultations>,
    Path(id): Path<ConsultationId>,
    Query(filter): Query<AccessLogFilter>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, &caller.actor(), id).await?;
    note_read(&caller, &row);
    let of = (vec![row.id.0], [].as_slice());
    read_log(&request, &caller, &format!("consultations/{id}/access-log"), &filter, of).await
}

/// List the consultations that wait for an answer of the office, the next due first.
#[utoipa::path(tag = "work-lists", params(WaitingConsultationFilter),
    responses((status = 200, body = WaitingConsultationPage)), security(("bearer" = [AnswerConsultations::NAME])))]
#[get("/work-lists/consultations")]
pub async fn list_waiting_consultations(
    request: HttpRequest,
    caller: Caller<AnswerConsultations>,
    Query(filter): Query<WaitingConsultationFilter>,
) -> Result<HttpResponse, Problem> {
    let (state, actor) = (caller.state(), caller.actor());
    let (book, now) = (state.book().await?, state.clock.now());
    let page = caller.paging("work-lists/consultations", &filter)?;
    let rows = queries::waiting(caller.reader(), &caller, &actor, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |waiting| (waiting.due_on, waiting.row.id));
    let shown = |waiting: &queries::Waiting| {
        let today = book.moment(now, &waiting.row.office).today;
        Ok(WaitingConsultation {
            consultation: listed(&state.vault, &waiting.row)?,
            due_on: waiting.due_on,
            allowed_actions: queries::allowed(&waiting.row, &caller, &actor, today),
        })
    };
    let data: Vec<_> = rows.iter().map(shown).collect::<Result<_, Problem>>()?;
    caller.read_page(queries::SUBJECT, page.filter(), data.len());
    let page = WaitingConsultationPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a consultation, without its messages.
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id")),
    responses((status = 200, body = ConsultationView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadConsultations::NAME])))]
#[get("/consultations/{id}")]
pub async fn get_consultation(
    request: HttpRequest,
    caller: Caller<ReadConsultations>,
    Path(id): Path<ConsultationId>,
) -> Result<HttpResponse, Problem> {
    let (state, actor) = (caller.state(), caller.actor());
    let row = queries::find(caller.reader(), &caller, &actor, id).await?;
    let moment = state.book().await?.moment(state.clock.now(), &row.office);
    let view = view(caller.reader(), &state.vault, &row, (&caller, &actor), &moment).await?;
    note_read(&caller, &row);
    wire::found_as_seen(&request, &view, Cache::Private)
}

/// List the messages of a consultation, oldest first.
///
/// The office's notes to itself are shown to the office only.
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id"),
    ConsultationMessageFilter), responses((status = 200, body = ConsultationMessagePage)),
    security(("bearer" = [ReadConsultations::NAME])))]
#[get("/consultations/{id}/messages")]
pub async fn list_consultation_messages(
    request: HttpRequest,
    caller: Caller<ReadConsultations>,
    Path(id): Path<ConsultationId>,
    Query(filter): Query<ConsultationMessageFilter>,
) -> Result<HttpResponse, Problem> {
    let actor = caller.actor();
    let page = caller.paging(&format!("consultations/{id}/messages"), &filter)?;
    let row = queries::find(caller.reader(), &caller, &actor, id).await?;
    let notes = queries::side(&row, &caller, &actor).office;
    let rows = queries::messages(caller.reader(), id, notes, &page.part).await?;
    note_read(&caller, &row);
    let (rows, next) = page.cut(rows, |row| row.position);
    let data = rows.iter().map(|row| said(&caller.state().vault, row)).collect::<Result<_, _>>()?;
    let page = ConsultationMessagePage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Ask on, answer, or take a note.
///
/// Who asked sends a `question`, the office an `answer` or a `note` to itself. Messages are never changed. The first answer meets
/// the clock; a question after an answer starts it anew.
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id")),
    request_body(content = NewConsultationMessage, example = json!(NewConsultationMessage::sample())),
    responses((status = 201, body = ConsultationMessageView)), security(("bearer" = [AskConsultations::NAME])))]
#[post("/consultations/{id}/messages")]
pub async fn create_consultation_message(
    caller: Caller<AskConsultations>,
    Path(id): Path<ConsultationId>,
    Json(new): Json<NewConsultationMessage>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            let message = queries::say(change, &row, &new).await?;
            let location = format!("/v1/consultations/{id}/messages");
            Ok(Answer::created(location, said(&change.state().vault, &message)?))
        })
        .await
}

/// Name the officer who is to answer.
///
/// By the id of a grant of an officer of the office who may answer, or oneself. Where somebody is named already, with a reason,
/// which the office keeps as a note to itself.
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id")),
    request_body(content = ConsultationAssignment, example = json!(ConsultationAssignment::sample())),
    responses((status = 200, body = ConsultationView)), security(("bearer" = [AnswerConsultations::NAME])))]
#[post("/consultations/{id}/assign")]
pub async fn assign_consultation(
    caller: Caller<AnswerConsultations>,
    Path(id): Path<ConsultationId>,
    if_match: IfMatch,
    Json(new): Json<ConsultationAssignment>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            // Nobody names an officer for what they asked elsewhere.
            let row = queries::lock_for_office(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::assign(change, &row, &new).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}

/// Close a consultation.
///
/// By who asked, once there was an answer, or by the office when it is answered. By itself after the policy's days without a word
/// from the asker.
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id")),
    responses((status = 200, body = ConsultationView)), security(("bearer" = [AskConsultations::NAME])))]
#[post("/consultations/{id}/close")]
pub async fn close_consultation(
    caller: Caller<AskConsultations>,
    Path(id): Path<ConsultationId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, queries::close).await
}

/// Open a closed consultation again with a question, within the policy's days.
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id")),
    request_body(content = ReopenedConsultation, example = json!(ReopenedConsultation::sample())),
    responses((status = 200, body = ConsultationView)), security(("bearer" = [AskConsultations::NAME])))]
#[post("/consultations/{id}/reopen")]
pub async fn reopen_consultation(
    caller: Caller<AskConsultations>,
    Path(id): Path<ConsultationId>,
    if_match: IfMatch,
    Json(again): Json<ReopenedConsultation>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        let mut checks = Checks::default();
        checks.lines("/question", &again.question, rules::MOST_TEXT);
        checks.done()?;
        queries::reopen(change, row, &again.question).await
    })
    .await
}

/// Take a consultation back before it was answered.
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id")),
    responses((status = 200, body = ConsultationView)), security(("bearer" = [AskConsultations::NAME])))]
#[post("/consultations/{id}/withdraw")]
pub async fn withdraw_consultation(
    caller: Caller<AskConsultations>,
    Path(id): Path<ConsultationId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, queries::withdraw).await
}

/// Say how content one is with an answer.
///
/// By the account that asked, once, from the first answer until the policy's days after the closing.
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id")),
    request_body(content = Rating, example = json!(Rating::sample())),
    responses((status = 200, body = ConsultationView)), security(("bearer" = [AskConsultations::NAME])))]
#[post("/consultations/{id}/rating")]
pub async fn rate_consultation(
    caller: Caller<AskConsultations>,
    Path(id): Path<ConsultationId>,
    if_match: IfMatch,
    Json(new): Json<Rating>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        rules::check_rating(&new)?;
        queries::rate(change, row, &new).await
    })
    .await
}

/// Turn a consultation into a case of mediation.
///
/// The dispute is registered at the desk, for who asked: they have access to the case for the side that registers it. What was asked and
/// answered goes into the case as notes of the office, which the other side never sees. The consultation ends.
#[utoipa::path(tag = "consultations", params(("id" = ConsultationId, Path, description = "Consultation id")),
    request_body(content = NewMediationCase, example = json!(NewMediationCase::sample())),
    responses((status = 201, body = MediationCaseView)), security(("bearer" = [AnswerConsultations::NAME])))]
#[post("/consultations/{id}/convert")]
pub async fn convert_consultation(
    caller: Caller<AnswerConsultations>,
    Path(id): Path<ConsultationId>,
    if_match: IfMatch,
    Json(new): Json<NewMediationCase>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let row = queries::lock_for_office(change, id).await?;
            if_match.holds(row.version)?;
            let (asker, history) = queries::history(change, &row).await?;
            let case = mediation::take_up(change, &row.office, &new, asker.as_ref(), &history, &codes).await?;
            queries::convert(change, &row, case.id.0).await?;
            let view = mediation::view(change.db(), &change.state().vault, &case, change).await?;
            Ok(Answer::created(format!("/v1/mediation-cases/{}", case.id), view).tagged())
        })
        .await
}
