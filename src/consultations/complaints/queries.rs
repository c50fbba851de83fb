//! The only SeaORM of complaints.

use chrono::NaiveDate;
use disnaker_entity::access::{GrantId, Role};
use disnaker_entity::consultation::complaint::{Column, Entity, Model};
use disnaker_entity::consultation::{
    ComplaintCategory as Category, ComplaintId, ComplaintRouteId, ComplaintStatus as Status, complaint, route,
};
use disnaker_entity::file::{self, FileId, FileKind};
use disnaker_entity::plumbing::deadline as clock;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use serde_json::json;

use super::bodies::{ComplaintFilter, ComplaintRouteView, ComplaintRouting, NewComplaint, Outcome, Said};
use super::lifecycle::ComplaintEvent as Event;
use super::rules::{self, ANSWER, ComplaintRefusal as Refused, MOST_DOCUMENTS, MOST_OPEN};
use crate::access;
use crate::access::permissions::{HandleComplaints, Permission};
use crate::caller::{Identity, Sees};
use crate::change::Change;
use crate::check::{Checks, WRONG_COUNT};
use crate::consultations::queries::hold;
use crate::db::among;
use crate::deadline::{self, Start};
use crate::files::{self, New, Sealed};
use crate::lifecycle::{self, By};
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::personal::{Place, Vault};
use crate::privacy::retention::Until;
use crate::problem::{Problem, Text};

crate::record!("complaint", complaint::Model, complaint::Entity, Status, |_| None);

/// Complaints that one transaction forgets: each may have [`MOST_DOCUMENTS`] of ten mebibytes.
const BATCH: u64 = 5;
/// What a deadline calls one.
pub const SUBJECT: &str = "complaint";

/// The desks at which somebody sits: each office with the categories that they see in it.
fn desks(seer: &impl Sees) -> impl Iterator<Item = (&str, Vec<Category>)> {
    let handles = |role| HandleComplaints::ROLES.iter().any(|(given, _)| *given == role);
    let of_office = seer.grants().iter().filter(move |grant| handles(grant.role));
    of_office.filter_map(|grant| Some((grant.realm.office()?, rules::seen_by(grant.role).collect())))
}

/// Whether a complaint is on a desk of somebody's.
pub fn handles(row: &Model, seer: &impl Sees) -> bool {
    desks(seer).any(|(office, categories)| office == row.office && categories.contains(&row.category))
}

/// Complaints on the caller's desks.
fn on_desk(seer: &impl Sees) -> Option<Condition> {
    let any = desks(seer).fold(Condition::any(), |any, (office, categories)| {
        let desk = Condition::all().add(Column::Office.eq(office));
        any.add(if categories.len() == Category::ALL.len() {
            desk
        } else {
            desk.add(Column::Category.is_in(categories))
        })
    });
    (!any.is_empty()).then_some(any)
}

/// Complaints on the caller's desks: theirs are the clocks, too.
pub fn on_desks(seer: &impl Sees) -> Select<Entity> {
    Entity::find().filter(on_desk(seer).unwrap_or_else(|| Condition::all().add(Expr::cust("1 = 0"))))
}

/// Complaints on the caller's desks, and those that the caller reported. A branch that nothing can meet would cost `SQLite` the
/// index of the other.
fn visible(seer: &impl Sees, actor: &str) -> Select<Entity> {
    let own = Column::Owner.eq(actor);
    match on_desk(seer) {
        Some(desks) => Entity::find().filter(desks.add(own)),
        None => Entity::find().filter(own),
    }
}

/// A complaint that the caller may see.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    actor: &str,
    id: ComplaintId,
) -> Result<Model, Problem> {
    visible(seer, actor).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock(change: &Change, id: ComplaintId) -> Result<Model, Problem> {
    let select = visible(change, change.actor()).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// A complaint on a desk of the caller's, locked: nobody works on what they reported elsewhere.
pub async fn lock_for_desk(change: &Change, id: ComplaintId) -> Result<Model, Problem> {
    let desks = on_desk(change).ok_or_else(Problem::not_found)?;
    let select = Entity::find().filter(desks).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Whether somebody reported a complaint; the desk speaks for whom the office wrote down.
fn reported_by(row: &Model, seer: &impl Sees, actor: &str) -> bool {
    row.owner.as_deref().map_or_else(|| handles(row, seer), |owner| owner == actor)
}

/// What somebody may do with a complaint.
pub fn allowed(row: &Model, seer: &impl Sees, actor: &str) -> Vec<&'static str> {
    match (reported_by(row, seer, actor), handles(row, seer)) {
        (true, true) => lifecycle::allowed(row.status, By::Either),
        (_, true) => lifecycle::allowed(row.status, By::Office),
        (true, false) => lifecycle::allowed(row.status, By::Person),
        (false, false) => Vec::new(),
    }
}

/// The move that an event makes, or a refusal that names what this caller may do instead.
fn step(change: &Change, row: &Model, event: Event) -> Result<lifecycle::Step<Status>, Problem> {
    lifecycle::step(row.status, event).map_err(|problem| problem.allowed(allowed(row, change, change.actor())))
}

/// Complaints, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    actor: &str,
    filter: &ComplaintFilter,
    part: &Part<ComplaintId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer, actor)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Category, filter.category)
        .only(Column::Status, filter.status);
    part.newest(select, Column::Id).all(db).await
}

/// Complaints that an account reported, newest first.
pub async fn of_account<C: ConnectionTrait>(db: &C, account: &str) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Owner.eq(account)).order_by_desc(Column::Id).all(db).await
}

/// The last day for the office's answer, while it is awaited.
pub async fn due_on<C: ConnectionTrait>(db: &C, row: &Model) -> Result<Option<NaiveDate>, DbErr> {
    if row.ended_at.is_some() {
        return Ok(None);
    }
    let running = clock::Entity::find()
        .filter(clock::Column::SubjectId.eq(row.id.0))
        .filter(clock::Column::Rule.eq(ANSWER))
        .filter(clock::Column::MetOn.is_null());
    running.select_only().column(clock::Column::DueOn).into_tuple().one(db).await
}

/// The way of a complaint from desk to desk.
pub async fn way<C: ConnectionTrait>(
    db: &C,
    vault: &Vault,
    id: ComplaintId,
) -> Result<Vec<ComplaintRouteView>, Problem> {
    use route::Column as R;
    let select = route::Entity::find().filter(R::ComplaintId.eq(id)).order_by_asc(R::Position);
    let view = |row: route::Model| {
        let reason = vault.open_json(route_place(row.id), row.reason_sealed.as_deref())?;
        Ok(ComplaintRouteView { office: row.office, category: row.category, reason, created_at: row.created_at })
    };
    select.all(db).await?.into_iter().map(view).collect()
}

// What is sent with it -----------------------------------------------------------------------------

fn files() -> Select<file::Entity> {
    let kept = file::Entity::find().filter(file::Column::SubjectKind.eq(SUBJECT));
    kept.filter(file::Column::DeletedAt.is_null())
}

/// What was sent with a complaint, the first one first.
pub async fn documents<C: ConnectionTrait>(db: &C, id: ComplaintId) -> Result<Vec<file::Model>, DbErr> {
    files().filter(file::Column::SubjectId.eq(id.0)).order_by_asc(file::Column::Id).all(db).await
}

/// A document with its complaint, which the caller may see.
pub async fn document<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    actor: &str,
    id: FileId,
) -> Result<(Model, file::Model), Problem> {
    let file = files().filter(file::Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)?;
    Ok((find(db, seer, actor, ComplaintId(file.subject_id)).await?, file))
}

/// Adds a document to a complaint, which is locked and has not ended.
///
/// # Errors
/// `illegal-transition`, `invalid-content` where there are enough, or the database's own.
pub async fn add(change: &mut Change, row: &Model, name: String, sealed: &Sealed) -> Result<file::Model, Problem> {
    if row.ended_at.is_some() {
        return Err(Problem::from(Refused::Over).allowed(allowed(row, change, change.actor())));
    }
    let have = files().filter(file::Column::SubjectId.eq(row.id.0)).count(change.db()).await?;
    let mut checks = Checks::default();
    if have >= MOST_DOCUMENTS {
        let expected = Text::made(
            format!("paling banyak {MOST_DOCUMENTS} dokumen untuk satu pengaduan"),
            format!("at most {MOST_DOCUMENTS} documents of a complaint"),
        );
        checks.fault("", WRONG_COUNT, have, expected);
    }
    checks.done()?;
    let new = New {
        kind: FileKind::Attachment,
        office: String::new(),
        company: None,
        subject_kind: SUBJECT,
        subject: row.id.0,
        name,
        expires_at: None,
    };
    let file = files::store(change, new, sealed).await?;
    change.note(row, "add_document", facts(row));
    Ok(file)
}

// What is sealed -----------------------------------------------------------------------------------

const fn place(column: &'static str, id: ComplaintId) -> Place {
    Place { table: "complaint", column, row: id.0 }
}

const fn route_place(id: ComplaintRouteId) -> Place {
    Place { table: "complaint_route", column: "reason", row: id.0 }
}

/// What was reported, until it is forgotten.
pub fn said(vault: &Vault, row: &Model) -> Result<Option<Said>, Problem> {
    vault.open_json(place("content", row.id), row.content_sealed.as_deref())
}

/// What came of it, until it is forgotten.
pub fn outcome(vault: &Vault, row: &Model) -> Result<Option<Outcome>, Problem> {
    vault.open_json(place("outcome", row.id), row.outcome_sealed.as_deref())
}

// Reporting ------------------------------------------------------------------------------------------

/// What the feed says of it: nothing that was written, and nobody.
fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "category": row.category, "number": row.number})
}

/// Counts what happened to a complaint: the office and the day, no person.
fn count(change: &mut Change, row: &Model, kind: &'static str) {
    let effective_on = change.moment(&row.office).today;
    let (office, subject) = (row.office.clone(), row.id.0);
    change.count(Movement { kind, office, effective_on, quantity: 1, subject, ..Movement::default() });
}

/// Starts the clock of the answer from the day of the complaint, by the calendar of the office where it is.
async fn await_answer(change: &Change, row: &Model) -> Result<(), Problem> {
    let start = Start {
        rule: ANSWER,
        subject_kind: SUBJECT,
        subject: row.id.0,
        party: "office",
        office: &row.office,
        company: None,
        on: row.received_on,
    };
    deadline::start(change, &[start]).await
}

/// Writes down a desk on the way of a complaint, which is locked.
async fn write_route(change: &Change, row: &Model, reason: Option<&str>) -> Result<(), Problem> {
    use route::Column as R;
    let last = route::Entity::find().filter(R::ComplaintId.eq(row.id)).order_by_desc(R::Position);
    let last: Option<i32> = last.select_only().column(R::Position).into_tuple().one(change.db()).await?;
    let id = ComplaintRouteId(change.id());
    let reason = reason.map(|reason| change.state().vault.seal_json(route_place(id), reason)).transpose()?;
    let desk = route::Model {
        id,
        complaint_id: row.id,
        position: last.unwrap_or_default() + 1,
        office: row.office.clone(),
        category: row.category,
        reason_sealed: reason,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
    };
    let insert = route::Entity::insert(desk.into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await?;
    Ok(())
}

/// Receives a complaint at the office where its category goes. Whoever reports owns it, unless an officer of the office that is
/// told writes it down for somebody.
///
/// # Errors
/// `capacity-exhausted` where too many of the account's are not over, or the database's own.
pub async fn receive(change: &mut Change, new: NewComplaint, owner: Option<String>) -> Result<Model, Problem> {
    if let Some(owner) = &owner {
        hold(change, owner).await?;
        let open = Column::Status.is_in([Status::Received, Status::InProgress]);
        let open = Entity::find().filter(Column::Owner.eq(owner.as_str())).filter(open);
        if open.count(change.db()).await? >= MOST_OPEN {
            return Err(Refused::TooMany.into());
        }
    }
    let book = change.book();
    let office = rules::route(new.category, &new.office, |office| book.offices.contains_key(office)).to_owned();
    let moment = change.moment(&office);
    let id = ComplaintId(change.id());
    let number = change.next_number("ADU", &office, moment.year()).await?;
    let row = Model {
        id,
        number: format!("ADU-{office}-{}-{number:06}", moment.year()),
        office,
        category: new.category,
        owner,
        status: Status::Received,
        content_sealed: Some(change.state().vault.seal_json(place("content", id), &Said::from(new))?),
        outcome_sealed: None,
        received_on: moment.today,
        taken_by: None,
        taken_at: None,
        ended_at: None,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    write_route(change, &row, None).await?;
    change.note(&row, "receive", facts(&row));
    count(change, &row, "complaint_received");
    await_answer(change, &row).await?;
    Ok(row)
}

/// Takes a complaint up: it is the caller's to answer.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn take(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = step(change, row, Event::Take)?;
    let roles: Vec<Role> = HandleComplaints::ROLES.iter().map(|(role, _)| *role).collect();
    let officer = match Identity::of_actor(change.actor()) {
        Some(own) => access::own_grant(change.db(), &row.office, &roles, &own).await?,
        None => None,
    };
    let set: [(Column, Value); 2] =
        [(Column::TakenBy, officer.map(|grant| grant.id).into()), (Column::TakenAt, Some(change.now()).into())];
    change.advance(row, &step, set, facts).await
}

/// Sends a complaint on to another desk, with a reason; its clock runs on from the day on which it was received.
///
/// # Errors
/// `invalid-content`, `illegal-transition`, or the database's own.
pub async fn send_on(change: &mut Change, row: &Model, routing: &ComplaintRouting) -> Result<Model, Problem> {
    let book = change.book();
    let known = |office: &str| book.offices.contains_key(office);
    let (category, office) = rules::send_on(routing, (row.category, &row.office), known)?;
    let step = step(change, row, Event::Route)?;
    let set: [(Column, Value); 4] = [
        (Column::Category, category.into()),
        (Column::Office, office.into()),
        (Column::TakenBy, None::<GrantId>.into()),
        (Column::TakenAt, None::<chrono::DateTime<chrono::Utc>>.into()),
    ];
    let after = change.advance(row, &step, set, facts).await?;
    write_route(change, &after, Some(&routing.reason)).await?;
    if after.office != row.office {
        await_answer(change, &after).await?;
    }
    Ok(after)
}

// The end --------------------------------------------------------------------------------------------

/// Answers a complaint.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn resolve(change: &mut Change, row: &Model, answer: &str) -> Result<Model, Problem> {
    let outcome = Outcome { answer: Some(answer.to_owned()), ..Outcome::default() };
    end(change, row, Event::Resolve, Some(outcome)).await
}

/// Does not take a complaint up, for a reason.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn reject(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let outcome = Outcome { reason: Some(reason.to_owned()), ..Outcome::default() };
    end(change, row, Event::Reject, Some(outcome)).await
}

/// Gives a complaint to an authority outside.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn forward(
    change: &mut Change,
    row: &Model,
    authority: &str,
    answer: Option<&str>,
) -> Result<Model, Problem> {
    let (authority, answer) = (Some(authority.to_owned()), answer.map(str::to_owned));
    end(change, row, Event::Forward, Some(Outcome { answer, reason: None, authority })).await
}

/// Takes a complaint back that the caller reported, or wrote down for somebody.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let actor = change.actor();
    if !reported_by(row, change, actor) {
        return Err(Problem::from(Refused::NotReporter).allowed(allowed(row, change, actor)));
    }
    end(change, row, Event::Withdraw, None).await
}

/// Ends a complaint: the clock is met by an answer of the office, and cancelled where none is awaited any more.
async fn end(change: &mut Change, row: &Model, event: Event, outcome: Option<Outcome>) -> Result<Model, Problem> {
    let step = step(change, row, event)?;
    let today = change.moment(&row.office).today;
    let vault = &change.state().vault;
    let outcome = outcome.map(|outcome| vault.seal_json(place("outcome", row.id), &outcome)).transpose()?;
    let answered = outcome.is_some();
    let counted = match event {
        Event::Resolve => "complaint_resolved",
        Event::Reject => "complaint_rejected",
        Event::Forward => "complaint_forwarded",
        _ => "complaint_withdrawn",
    };
    let set: [(Column, Value); 2] =
        [(Column::OutcomeSealed, outcome.into()), (Column::EndedAt, Some(change.now()).into())];
    let after = change.advance(row, &step, set, facts).await?;
    count(change, &after, counted);
    if answered {
        deadline::meet(change, ANSWER, &[row.id.0], today).await?;
    } else {
        deadline::undo(change, row.id.0, today).await?;
    }
    Ok(after)
}

// Forgetting -----------------------------------------------------------------------------------------

/// Complaints that are over, of which it is still known what they said and whose time is over. In words, so that both engines take
/// the index.
fn ended(until: &Until) -> Select<Entity> {
    let over = Expr::cust(
        "complaint.status IN ('resolved', 'rejected', 'forwarded', 'withdrawn') AND complaint.content_sealed IS NOT NULL",
    );
    Entity::find().filter(over).filter(until.over(Column::UpdatedAt, Column::Office))
}

/// How many complaints are to be forgotten.
///
/// # Errors
/// The database's own.
pub async fn due_to_forget<C: ConnectionTrait>(db: &C, until: &Until) -> Result<u64, DbErr> {
    ended(until).select_only().column(Column::Id).count(db).await
}

/// Forgets of the oldest of them what they said and what was sent with them, so many; that they were stays. Gives how many it were.
///
/// # Errors
/// The database's own.
pub async fn forget(change: &mut Change, until: &Until, most: u64) -> Result<u64, Problem> {
    let select = ended(until).select_only().column(Column::Id).order_by_asc(Column::UpdatedAt).limit(most.min(BATCH));
    let ids: Vec<ComplaintId> = select.lock_exclusive().into_tuple().all(change.db()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let nothing = || Expr::value(None::<Vec<u8>>);
    route::Entity::update_many()
        .col_expr(route::Column::ReasonSealed, nothing())
        .filter(among(change.db(), route::Column::ComplaintId, ids.iter().copied()))
        .exec(change.db())
        .await?;
    let sent = files().filter(among(change.db(), file::Column::SubjectId, ids.iter().map(|id| id.0)));
    let sent = sent.order_by_asc(file::Column::Id).lock_exclusive().all(change.db()).await?;
    let update = Entity::update_many()
        .col_expr(Column::ContentSealed, nothing())
        .col_expr(Column::OutcomeSealed, nothing())
        .filter(among(change.db(), Column::Id, ids));
    let forgotten = update.exec(change.db()).await?.rows_affected;
    files::erase(change, &sent, "expire").await?;
    Ok(forgotten)
}
