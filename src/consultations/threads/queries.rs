//! The only SeaORM of consultations.

use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::access::{Role, grant};
use disnaker_entity::consultation::thread::{Column, Entity, Model};
use disnaker_entity::consultation::{
    ConsultationId, ConsultationMessageId, ConsultationStatus as Status, MessageKind, message, thread,
};
use disnaker_entity::plumbing::deadline as clock;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel,
    JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select, Value,
};
use serde_json::json;
use uuid::Uuid;

use super::bodies::{
    ConsultationAssignment, ConsultationFilter, NewConsultation, NewConsultationMessage, Rating, Said,
    WaitingConsultationFilter,
};
use super::lifecycle::ConsultationEvent as Event;
use super::rules::{self, ANSWER, ConsultationRefusal as Refused, MOST_OPEN, RATING, REOPEN, SILENCE, Side};
use crate::access;
use crate::access::permissions::{AnswerConsultations, Permission};
use crate::app::State;
use crate::caller::{Identity, Sees};
use crate::change::{self, Change, Who};
use crate::check::{Checks, REQUIRED, UNKNOWN_REFERENCE};
use crate::clock::Zone;
use crate::consultations::queries::hold;
use crate::db::among;
use crate::deadline::{self, Start};
use crate::lifecycle::{self, By};
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::paper::long_date;
use crate::personal::{Place, Vault};
use crate::privacy::retention::Until;
use crate::problem::{Problem, Text};

crate::record!("consultation", thread::Model, thread::Entity, Status, |_| None);

/// What a deadline calls one.
pub const SUBJECT: &str = "consultation";

/// Most messages of a thread, all of which a case takes over.
const MOST_MESSAGES: i32 = 400;
/// Threads that one transaction of the sweep looks at.
const SWEPT: u64 = 200;

/// Threads of the caller's offices, and those that the caller asked. A branch that nothing can meet would cost `SQLite` the index of
/// the other.
fn visible(seer: &impl Sees, actor: &str) -> Select<Entity> {
    let own = Column::Owner.eq(actor);
    if seer.scope().is_staff() {
        return Entity::find().filter(Condition::any().add(seer.scope().of_offices(Column::Office)).add(own));
    }
    Entity::find().filter(own)
}

/// Threads of the offices in which the caller answers: theirs are the clocks, too.
pub fn answered_by(seer: &impl Sees) -> Select<Entity> {
    Entity::find().filter(seer.scope_of::<AnswerConsultations>().of_offices(Column::Office))
}

/// A thread that the caller may see.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    actor: &str,
    id: ConsultationId,
) -> Result<Model, Problem> {
    visible(seer, actor).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock(change: &Change, id: ConsultationId) -> Result<Model, Problem> {
    let select = visible(change, change.actor()).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// A thread of an office whose officer the caller is, locked.
///
/// # Errors
/// `not-found`, or the database's own.
pub async fn lock_for_office(change: &Change, id: ConsultationId) -> Result<Model, Problem> {
    let offices = change.scope_of::<AnswerConsultations>().of_offices(Column::Office);
    let select = Entity::find().filter(offices).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// On which side of a thread somebody stands; the office speaks for whom it wrote down.
pub fn side(row: &Model, seer: &impl Sees, actor: &str) -> Side {
    let office = seer.scope_of::<AnswerConsultations>().covers_office(&row.office);
    Side { asker: row.owner.as_deref().map_or(office, |owner| owner == actor), office }
}

/// What somebody may do with a thread.
pub fn allowed(row: &Model, seer: &impl Sees, actor: &str, today: NaiveDate) -> Vec<&'static str> {
    let side = side(row, seer, actor);
    let by = match (side.asker, side.office) {
        (true, true) => By::Either,
        (_, office) => {
            if office {
                By::Office
            } else {
                By::Person
            }
        }
    };
    let mut events = lifecycle::allowed(row.status, by);
    events.retain(|event| rules::possible(row, event, side, today));
    if row.owner.as_deref() == Some(actor) && rules::ratable(row, today).is_ok() {
        events.push("rate");
    }
    events
}

/// A refusal that names what is allowed instead.
fn refused(change: &Change, row: &Model, why: Refused) -> Problem {
    let today = change.moment(&row.office).today;
    Problem::from(why).allowed(allowed(row, change, change.actor(), today))
}

/// The move that an event makes, or a refusal that names what this caller may do instead.
fn step(change: &Change, row: &Model, event: Event) -> Result<lifecycle::Step<Status>, Problem> {
    let today = change.moment(&row.office).today;
    lifecycle::step(row.status, event).map_err(|problem| problem.allowed(allowed(row, change, change.actor(), today)))
}

/// Threads, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    actor: &str,
    filter: &ConsultationFilter,
    part: &Part<ConsultationId>,
) -> Result<Vec<Model>, DbErr> {
    let mut select = visible(seer, actor)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Topic, filter.topic)
        .only(Column::Status, filter.status);
    if filter.mine == Some(true) {
        select = select.filter(Condition::any().add(Column::Owner.eq(actor)).add(Column::Assignee.eq(actor)));
    }
    part.newest(select, Column::Id).all(db).await
}

/// Messages of a thread, oldest first; the office's notes only for the office.
pub async fn messages<C: ConnectionTrait>(
    db: &C,
    id: ConsultationId,
    notes: bool,
    part: &Part<i32>,
) -> Result<Vec<message::Model>, DbErr> {
    use message::Column as M;
    let mut select = message::Entity::find().filter(M::ConsultationId.eq(id));
    if !notes {
        select = select.filter(M::Kind.ne(MessageKind::Note));
    }
    part.in_order(select, M::Position).all(db).await
}

/// Threads that an account asked, newest first, and every message of theirs but the office's notes, oldest first: two statements.
pub async fn of_account<C: ConnectionTrait>(db: &C, account: &str) -> Result<(Vec<Model>, Vec<message::Model>), DbErr> {
    use message::Column as M;
    let rows = Entity::find().filter(Column::Owner.eq(account)).order_by_desc(Column::Id).all(db).await?;
    if rows.is_empty() {
        return Ok((rows, Vec::new()));
    }
    let said = message::Entity::find().filter(among(db, M::ConsultationId, rows.iter().map(|row| row.id)));
    let said = said.filter(M::Kind.ne(MessageKind::Note)).order_by_asc(M::ConsultationId).order_by_asc(M::Position);
    Ok((rows, said.all(db).await?))
}

/// A thread that waits, with the last day for its answer.
#[derive(FromQueryResult)]
pub struct Waiting {
    /// The thread.
    #[sea_orm(nested)]
    pub row: Model,
    /// The last day.
    pub due_on: NaiveDate,
}

/// Where a page of the work list begins: after what is due on a day and has an id.
pub type Mark = (NaiveDate, ConsultationId);

/// What leads from a thread to its clocks.
fn clocks() -> RelationDef {
    Entity::belongs_to(clock::Entity).from(Column::Id).to(clock::Column::SubjectId).into()
}

/// Threads that wait for the caller's offices, the next due first: one statement.
///
/// # Errors
/// The database's own.
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    actor: &str,
    filter: &WaitingConsultationFilter,
    part: &Part<Mark>,
) -> Result<Vec<Waiting>, DbErr> {
    let due_on = clock::Column::DueOn;
    let mut select = Entity::find()
        .join(JoinType::InnerJoin, clocks())
        .column_as(due_on, "due_on")
        .filter(seer.scope().of_offices(Column::Office))
        .filter(Expr::cust("consultation.status IN ('open', 'assigned')"))
        .filter(clock::Column::Rule.eq(ANSWER))
        .filter(clock::Column::MetOn.is_null())
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Topic, filter.topic)
        .only(Column::Assignee, filter.mine.filter(|mine| *mine).map(|_| actor));
    if let Some((day, last)) = part.after {
        let same = Condition::all().add(due_on.eq(day)).add(Column::Id.gt(last));
        select = select.filter(Condition::any().add(due_on.gt(day)).add(same));
    }
    select.order_by_asc(due_on).order_by_asc(Column::Id).limit(part.and_one()).into_model().all(db).await
}

/// The last day for the office's answer, while it is awaited.
pub async fn due_on<C: ConnectionTrait>(db: &C, row: &Model) -> Result<Option<NaiveDate>, DbErr> {
    if !matches!(row.status, Status::Open | Status::Assigned) {
        return Ok(None);
    }
    let running = clock::Entity::find()
        .filter(clock::Column::SubjectId.eq(row.id.0))
        .filter(clock::Column::Rule.eq(ANSWER))
        .filter(clock::Column::MetOn.is_null());
    running.select_only().column(clock::Column::DueOn).into_tuple().one(db).await
}

// What is sealed -----------------------------------------------------------------------------------

const fn place(column: &'static str, id: ConsultationId) -> Place {
    Place { table: "consultation", column, row: id.0 }
}

const fn message_place(id: ConsultationMessageId) -> Place {
    Place { table: "consultation_message", column: "text", row: id.0 }
}

/// What was said at first, until it is forgotten.
pub fn said(vault: &Vault, row: &Model) -> Result<Option<Said>, Problem> {
    vault.open_json(place("content", row.id), row.content_sealed.as_deref())
}

/// What the asker said beside the rating.
pub fn comment(vault: &Vault, row: &Model) -> Result<Option<String>, Problem> {
    vault.open_json(place("rating", row.id), row.rating_sealed.as_deref())
}

/// What a message says, until it is forgotten.
pub fn text(vault: &Vault, row: &message::Model) -> Result<Option<String>, Problem> {
    vault.open_json(message_place(row.id), row.text_sealed.as_deref())
}

// Asking and answering -----------------------------------------------------------------------------

/// What the feed says of it: nothing that was written, and nobody.
fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "topic": row.topic})
}

/// Counts what happened to a thread: the office and the day, no person.
fn count(change: &mut Change, row: &Model, kind: &'static str, quantity: i64) {
    let effective_on = change.moment(&row.office).today;
    let (office, subject) = (row.office.clone(), row.id.0);
    change.count(Movement { kind, office, effective_on, quantity, subject, ..Movement::default() });
}

/// Starts the clock of the office's answer, anew where it ran already.
async fn await_answer(change: &Change, row: &Model) -> Result<(), Problem> {
    let start = Start {
        rule: ANSWER,
        subject_kind: SUBJECT,
        subject: row.id.0,
        party: "office",
        office: &row.office,
        company: None,
        on: change.moment(&row.office).today,
    };
    deadline::start(change, &[start]).await
}

/// Holds an account to its open threads; the account stays held.
async fn room(change: &Change, owner: &str) -> Result<(), Problem> {
    hold(change, owner).await?;
    let open = Column::Status.is_in([Status::Open, Status::Assigned, Status::Answered]);
    if Entity::find().filter(Column::Owner.eq(owner)).filter(open).count(change.db()).await? >= MOST_OPEN {
        return Err(Refused::TooMany.into());
    }
    Ok(())
}

/// Writes a message down, after the others of its thread, which is locked.
async fn write(change: &Change, id: ConsultationId, kind: MessageKind, text: &str) -> Result<message::Model, Problem> {
    use message::Column as M;
    let last = message::Entity::find().filter(M::ConsultationId.eq(id)).order_by_desc(M::Position);
    let last: Option<i32> = last.select_only().column(M::Position).into_tuple().one(change.db()).await?;
    let position = last.unwrap_or_default() + 1;
    if position > MOST_MESSAGES {
        return Err(Refused::TooMuch(MOST_MESSAGES).into());
    }
    let message = ConsultationMessageId(change.id());
    let row = message::Model {
        id: message,
        consultation_id: id,
        position,
        kind,
        text_sealed: Some(change.state().vault.seal_json(message_place(message), text)?),
        created_at: change.now(),
        created_by: change.actor().to_owned(),
    };
    let insert = message::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await?;
    Ok(row)
}

/// Asks an office. Whoever asks owns the thread, unless an officer of that office writes it down for somebody.
///
/// # Errors
/// `capacity-exhausted` where too many of the account's are open, or the database's own.
pub async fn ask(change: &mut Change, new: &NewConsultation, owner: Option<String>) -> Result<Model, Problem> {
    if let Some(owner) = &owner {
        room(change, owner).await?;
    }
    let id = ConsultationId(change.id());
    let said = Said { subject: new.subject.clone(), company_name: new.company_name.clone(), asker: new.asker.clone() };
    let row = Model {
        id,
        office: new.office.clone(),
        owner,
        topic: new.topic,
        asks_as: new.asks_as,
        status: Status::Open,
        content_sealed: Some(change.state().vault.seal_json(place("content", id), &said)?),
        assigned_to: None,
        assignee: None,
        answered_at: None,
        closes_on: None,
        closed_at: None,
        reopen_until: None,
        rate_until: None,
        rating: None,
        rating_sealed: None,
        case_id: None,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    write(change, id, MessageKind::Question, &new.question).await?;
    change.note(&row, "ask", facts(&row));
    count(change, &row, "consultation_asked", 1);
    await_answer(change, &row).await?;
    Ok(row)
}

/// Adds a message: a question of who asked, an answer of the office, or its note to itself.
///
/// # Errors
/// `invalid-content`, `illegal-transition`, or the database's own.
pub async fn say(change: &mut Change, row: &Model, new: &NewConsultationMessage) -> Result<message::Model, Problem> {
    rules::check_message(new.kind, &new.text, side(row, change, change.actor()))?;
    match new.kind {
        MessageKind::Question => {
            let step = step(change, row, Event::Ask)?;
            let set: (Column, Value) = (Column::ClosesOn, None::<NaiveDate>.into());
            let after = change.advance(row, &step, [set], facts).await?;
            if row.status == Status::Answered {
                await_answer(change, &after).await?;
            }
        }
        MessageKind::Answer => answer(change, row).await?,
        MessageKind::Note => change.note(row, "note", facts(row)),
    }
    write(change, row.id, new.kind, &new.text).await
}

/// The office answers: its clock is met, and the asker's silence begins.
async fn answer(change: &mut Change, row: &Model) -> Result<(), Problem> {
    let step = step(change, row, Event::Answer)?;
    let today = change.moment(&row.office).today;
    let book = change.book();
    let silence = book.policies.at(SILENCE, &row.office, today)?;
    let closes_on = deadline::due(silence, today, &book.calendar, &row.office)?;
    let set: [(Column, Value); 2] = [
        (Column::AnsweredAt, Some(row.answered_at.unwrap_or_else(|| change.now())).into()),
        (Column::ClosesOn, Some(closes_on).into()),
    ];
    let after = change.advance(row, &step, set, facts).await?;
    if row.answered_at.is_none() {
        count(change, &after, "consultation_answered", 1);
    }
    deadline::meet(change, ANSWER, &[row.id.0], today).await
}

/// Names who is to answer: an officer of the thread's office, or the caller.
///
/// # Errors
/// `invalid-content`, `illegal-transition`, or the database's own.
pub async fn assign(change: &mut Change, row: &Model, new: &ConsultationAssignment) -> Result<Model, Problem> {
    use grant::Column as G;
    let mut checks = Checks::default();
    let roles: Vec<Role> = AnswerConsultations::ROLES.iter().map(|(role, _)| *role).collect();
    let officer = match (new.grant_id, Identity::of_actor(change.actor())) {
        (Some(id), _) => {
            let of_office = grant::Entity::find_by_id(id).filter(G::Office.eq(row.office.as_str()));
            let holds = of_office.filter(G::Role.is_in(roles)).filter(G::RevokedAt.is_null());
            holds.one(change.db()).await?
        }
        (None, Some(own)) => access::own_grant(change.db(), &row.office, &roles, &own).await?,
        (None, None) => None,
    };
    if officer.is_none() {
        let named = new.grant_id.map(|id| id.to_string());
        let expected = Text::of("petugas dinas ini yang dapat menjawab", "an officer of this office who may answer");
        checks.fault("/grant_id", UNKNOWN_REFERENCE, named, expected);
    }
    match &new.reason {
        Some(reason) => checks.reason("/reason", reason, 500),
        None if row.assigned_to.is_some() => {
            let expected = Text::of("alasan penggantian petugas", "why another officer is to answer");
            checks.fault("/reason", REQUIRED, serde_json::Value::Null, expected);
        }
        None => {}
    }
    checks.done()?;
    let officer = officer.ok_or_else(|| Problem::internal("a sound assignment without an officer"))?;
    let step = step(change, row, Event::Assign)?;
    let assignee = Identity { issuer: officer.issuer, subject: officer.subject }.actor();
    let set: [(Column, Value); 2] =
        [(Column::AssignedTo, Some(officer.id).into()), (Column::Assignee, Some(assignee).into())];
    let after = change.advance(row, &step, set, facts).await?;
    if let Some(reason) = &new.reason {
        write(change, row.id, MessageKind::Note, reason).await?;
    }
    Ok(after)
}

// The end --------------------------------------------------------------------------------------------

/// Closes a thread: the asker once it was answered at all, the office when it is answered.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn close(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let side = side(row, change, change.actor());
    let step = step(change, row, Event::Close)?;
    if !rules::possible(row, "close", side, change.moment(&row.office).today) {
        return Err(refused(change, row, if side.asker { Refused::NotAnswered } else { Refused::NotAsker }));
    }
    end(change, row, &step).await
}

async fn end(change: &mut Change, row: &Model, step: &lifecycle::Step<Status>) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let book = change.book();
    let until = |rule| deadline::due(book.policies.at(rule, &row.office, today)?, today, &book.calendar, &row.office);
    let set: [(Column, Value); 4] = [
        (Column::ClosedAt, Some(change.now()).into()),
        (Column::ClosesOn, None::<NaiveDate>.into()),
        (Column::ReopenUntil, Some(until(REOPEN)?).into()),
        (Column::RateUntil, Some(until(RATING)?).into()),
    ];
    let after = change.advance(row, step, set, facts).await?;
    count(change, &after, "consultation_closed", 1);
    deadline::undo(change, row.id.0, today).await?;
    Ok(after)
}

/// Opens a closed thread again with a question; its closing is counted back.
///
/// # Errors
/// `illegal-transition`, `capacity-exhausted`, or the database's own.
pub async fn reopen(change: &mut Change, row: &Model, question: &str) -> Result<Model, Problem> {
    let step = step(change, row, Event::Reopen)?;
    let today = change.moment(&row.office).today;
    if !side(row, change, change.actor()).asker {
        return Err(refused(change, row, Refused::NotAsker));
    }
    if let Some(last) = row.reopen_until.filter(|last| *last < today) {
        return Err(refused(change, row, Refused::TooLate(last)));
    }
    if let Some(owner) = &row.owner {
        room(change, owner).await?;
    }
    let set: [(Column, Value); 3] = [
        (Column::ClosedAt, None::<chrono::DateTime<chrono::Utc>>.into()),
        (Column::ReopenUntil, None::<NaiveDate>.into()),
        (Column::RateUntil, None::<NaiveDate>.into()),
    ];
    let after = change.advance(row, &step, set, facts).await?;
    write(change, row.id, MessageKind::Question, question).await?;
    count(change, &after, "consultation_closed", -1);
    await_answer(change, &after).await?;
    Ok(after)
}

/// Takes a thread back before it was answered.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = step(change, row, Event::Withdraw)?;
    if !side(row, change, change.actor()).asker {
        return Err(refused(change, row, Refused::NotAsker));
    }
    if row.answered_at.is_some() {
        return Err(refused(change, row, Refused::Answered));
    }
    let after = change.advance(row, &step, [], facts).await?;
    count(change, &after, "consultation_withdrawn", 1);
    deadline::undo(change, row.id.0, change.moment(&row.office).today).await?;
    Ok(after)
}

/// Keeps how content the asker is; the office that wrote a thread down does not rate itself.
///
/// # Errors
/// `illegal-transition`, `already-exists`, or the database's own.
pub async fn rate(change: &mut Change, row: &Model, new: &Rating) -> Result<Model, Problem> {
    if row.owner.as_deref() != Some(change.actor()) {
        return Err(refused(change, row, Refused::NotAsker));
    }
    rules::ratable(row, change.moment(&row.office).today).map_err(|why| refused(change, row, why))?;
    let sealed = new.comment.as_ref().map(|comment| change.state().vault.seal_json(place("rating", row.id), comment));
    let set: [(Column, Value); 2] =
        [(Column::Rating, Some(new.rating).into()), (Column::RatingSealed, sealed.transpose()?.into())];
    let after = change.edit_quietly(row, set).await?;
    change.note(&after, "rate", facts(&after));
    Ok(after)
}

/// Who asked in a thread, where they have an account, and what was asked and answered, oldest first: what a case takes over.
///
/// # Errors
/// `illegal-transition` for one that can't become a case, or the database's own.
pub async fn history(change: &Change, row: &Model) -> Result<(Option<Identity>, Vec<String>), Problem> {
    step(change, row, Event::Convert)?;
    let vault = &change.state().vault;
    let all = Part { after: None, limit: MOST_MESSAGES.unsigned_abs().into() };
    let mut history = Vec::new();
    for message in messages(change.db(), row.id, true, &all).await? {
        let Some(text) = text(vault, &message)? else { continue };
        let who = match message.kind {
            MessageKind::Question => "Penanya",
            MessageKind::Answer => "Dinas",
            MessageKind::Note => "Catatan dinas",
        };
        let day = change.book().zone(&row.office).date(message.created_at);
        history.push(format!("Konsultasi, {}, {who}: {text}", long_date(day)));
    }
    Ok((row.owner.as_deref().and_then(Identity::of_actor), history))
}

/// Binds a thread, which is locked, to the case of mediation that it became.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn convert(change: &mut Change, row: &Model, case: Uuid) -> Result<Model, Problem> {
    let step = step(change, row, Event::Convert)?;
    let set: [(Column, Value); 2] = [(Column::CaseId, Some(case).into()), (Column::ClosesOn, None::<NaiveDate>.into())];
    let facts = |row: &Model| json!({"status": row.status, "topic": row.topic, "case_id": row.case_id});
    let after = change.advance(row, &step, set, facts).await?;
    count(change, &after, "consultation_converted", 1);
    deadline::undo(change, row.id.0, change.moment(&row.office).today).await?;
    Ok(after)
}

/// Closes answered threads whose asker has been silent for the policy's time, in their office's zone.
///
/// # Errors
/// The database's own.
pub async fn close_silent(state: &Arc<State>) -> Result<(), Problem> {
    // A day begins in the east first.
    let latest = Zone::hours(9).date(state.clock.now());
    let silent = Entity::find().filter(Expr::cust("consultation.status = 'answered'"));
    let select = silent.filter(Column::ClosesOn.lte(latest)).order_by_asc(Column::ClosesOn).order_by_asc(Column::Id);
    let mut after: Option<(NaiveDate, ConsultationId)> = None;
    loop {
        let mut next = select.clone().limit(SWEPT);
        if let Some((day, id)) = after {
            let same = Condition::all().add(Column::ClosesOn.eq(day)).add(Column::Id.gt(id));
            next = next.filter(Condition::any().add(Column::ClosesOn.gt(day)).add(same));
        }
        // Nothing to do is what it nearly always is: no transaction for that.
        if next
            .clone()
            .select_only()
            .column(Column::Id)
            .into_tuple::<ConsultationId>()
            .one(state.db.reader())
            .await?
            .is_none()
        {
            return Ok(());
        }
        let end = async |change: &mut Change| {
            let rows = next.clone().lock_exclusive().all(change.db()).await?;
            for row in &rows {
                if row.closes_on.is_some_and(|day| day <= change.moment(&row.office).today) {
                    let step = lifecycle::step(row.status, Event::Lapse)?;
                    end(change, row, &step).await?;
                }
            }
            Ok(rows.last().and_then(|row| row.closes_on.zip(Some(row.id))))
        };
        match change::alone(state, &Who::system(), end).await? {
            None => return Ok(()),
            last => after = last,
        }
    }
}

// Forgetting -----------------------------------------------------------------------------------------

/// Threads that are over, of which it is still known what was said and whose time is over. In words, so that both engines take
/// the index.
fn ended(until: &Until) -> Select<Entity> {
    let over = Expr::cust(
        "consultation.status IN ('closed', 'withdrawn', 'converted') AND consultation.content_sealed IS NOT NULL",
    );
    Entity::find().filter(over).filter(until.over(Column::UpdatedAt, Column::Office))
}

/// How many threads are to be forgotten.
///
/// # Errors
/// The database's own.
pub async fn due_to_forget<C: ConnectionTrait>(db: &C, until: &Until) -> Result<u64, DbErr> {
    ended(until).select_only().column(Column::Id).count(db).await
}

/// Forgets of the oldest of them what was said, so many; that they were stays. Gives how many it were.
///
/// # Errors
/// The database's own.
pub async fn forget(change: &Change, until: &Until, most: u64) -> Result<u64, DbErr> {
    let select = ended(until).select_only().column(Column::Id).order_by_asc(Column::UpdatedAt).limit(most);
    let ids: Vec<ConsultationId> = select.lock_exclusive().into_tuple().all(change.db()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let nothing = || Expr::value(None::<Vec<u8>>);
    message::Entity::update_many()
        .col_expr(message::Column::TextSealed, nothing())
        .filter(among(change.db(), message::Column::ConsultationId, ids.iter().copied()))
        .exec(change.db())
        .await?;
    let update = Entity::update_many()
        .col_expr(Column::ContentSealed, nothing())
        .col_expr(Column::RatingSealed, nothing())
        .filter(among(change.db(), Column::Id, ids));
    Ok(update.exec(change.db()).await?.rows_affected)
}
