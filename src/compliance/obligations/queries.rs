//! The only SeaORM of the obligations.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::consultation::{complaint, thread};
use disnaker_entity::mediation::case;
use disnaker_entity::obligation::{DeadlineId, ExtensionRequestId, ExtensionStatus, extension_request};
use disnaker_entity::plumbing::deadline::{Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
use serde_json::json;
use uuid::Uuid;

use super::bodies::{DeadlineFilter, DeadlineState, ExtensionGrant, ExtensionRequestFilter, NewExtensionRequest};
use super::lifecycle::ExtensionEvent;
use super::rules::{self, ExtensionRefused};
use crate::book::Book;
use crate::caller::Sees;
use crate::change::Change;
use crate::check::Checks;
use crate::consultations::{complaints, threads};
use crate::deadline;
use crate::lifecycle;
use crate::mediation;
use crate::paging::{Only, Part};
use crate::problem::{OnUnique, Problem};

crate::record!("extension_request", extension_request::Model, extension_request::Entity, ExtensionStatus, |row| Some(
    row.company_id.0
));

/// A place in a list of clocks: due date and id of the last one shown.
pub type Place = (NaiveDate, Uuid);

/// Clocks of the caller's offices and companies. Those of a dispute, a consultation and a complaint are as confidential as these.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let disputes = mediation::visible(seer).select_only().column(case::Column::Id).into_query();
    let asked = threads::answered_by(seer).select_only().column(thread::Column::Id).into_query();
    let complained = complaints::on_desks(seer).select_only().column(complaint::Column::Id).into_query();
    let known = Condition::any()
        .add(Column::SubjectKind.is_not_in([mediation::SUBJECT, threads::SUBJECT, complaints::SUBJECT]))
        .add(Column::SubjectId.in_subquery(disputes))
        .add(Column::SubjectId.in_subquery(asked))
        .add(Column::SubjectId.in_subquery(complained));
    Entity::find().filter(seer.scope().of_either(Column::Office, Column::CompanyId)).filter(known)
}

/// Whether a clock's day has passed in its office's zone. Offices of the country have two dates at most, and one most of the day.
fn overdue(book: &Book, now: DateTime<Utc>) -> Condition {
    let mut days: BTreeMap<NaiveDate, Vec<&str>> = BTreeMap::new();
    for code in book.offices.keys() {
        days.entry(book.moment(now, code).today).or_default().push(code);
    }
    let one = days.len() < 2;
    let of_day = |(day, offices): (NaiveDate, Vec<&str>)| {
        let passed = Condition::all().add(Column::DueOn.lt(day));
        if one { passed } else { passed.add(Column::Office.is_in(offices)) }
    };
    days.into_iter().map(of_day).fold(Condition::any(), Condition::add)
}

/// Clocks that the caller may see, oldest due first, after one of them.
pub async fn deadlines<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &DeadlineFilter,
    book: &Book,
    now: DateTime<Utc>,
    part: &Part<Place>,
) -> Result<Vec<Model>, DbErr> {
    let mut select = visible(seer);
    if let Some(office) = &filter.office {
        select = select.filter(Column::Office.eq(office.as_str()));
    }
    if let Some(company) = filter.company_id {
        select = select.filter(Column::CompanyId.eq(company.0));
    }
    if let Some(rule) = &filter.rule {
        select = select.filter(Column::Rule.eq(rule.as_str()));
    }
    if let Some(day) = filter.due_before {
        select = select.filter(Column::DueOn.lt(day));
    }
    if let Some(day) = filter.due_after {
        select = select.filter(Column::DueOn.gt(day));
    }
    let running = Condition::all().add(Column::MetOn.is_null());
    let ticking = running.clone().add(Column::PausedOn.is_null());
    let over = |lapsed: bool| {
        let over = Condition::all().add(Column::MetOn.is_not_null()).add(Column::Cancelled.eq(false));
        over.add(Column::Lapsed.eq(lapsed))
    };
    let state = match filter.state {
        None => running,
        Some(DeadlineState::Due) => ticking.add(overdue(book, now).not()),
        Some(DeadlineState::Overdue) => ticking.add(overdue(book, now)),
        Some(DeadlineState::Paused) => running.add(Column::PausedOn.is_not_null()),
        Some(DeadlineState::Met) => over(false),
        Some(DeadlineState::Lapsed) => over(true),
    };
    paged(select.filter(state), part).all(db).await
}

/// What a company owes, and what it did since a day, oldest due first, after one of them.
pub async fn obligations<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    met_since: NaiveDate,
    part: &Part<Place>,
) -> Result<Vec<Model>, DbErr> {
    let shown = Condition::any()
        .add(Column::MetOn.is_null())
        .add(Condition::all().add(Column::MetOn.gte(met_since)).add(Column::Cancelled.eq(false)));
    let select = visible(seer).filter(Column::CompanyId.eq(company.0)).filter(shown);
    paged(select, part).all(db).await
}

/// What a company owes, oldest due first.
pub async fn open_obligations<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer).filter(Column::CompanyId.eq(company.0)).filter(Column::MetOn.is_null());
    select.order_by_asc(Column::DueOn).order_by_asc(Column::Id).limit(limit).all(db).await
}

fn paged(mut select: Select<Entity>, part: &Part<Place>) -> Select<Entity> {
    if let Some((day, id)) = part.after {
        let same_day = Condition::all().add(Column::DueOn.eq(day)).add(Column::Id.gt(id));
        select =
            select.filter(Column::DueOn.gte(day)).filter(Condition::any().add(Column::DueOn.gt(day)).add(same_day));
    }
    select.order_by_asc(Column::DueOn).order_by_asc(Column::Id).limit(part.and_one())
}

/// The clock of an id, unless what started it was taken back.
fn of_id(seer: &impl Sees, id: DeadlineId) -> Select<Entity> {
    visible(seer).filter(Column::Id.eq(id.0)).filter(Column::Cancelled.eq(false))
}

/// A clock that the caller may see.
pub async fn deadline<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: DeadlineId) -> Result<Model, Problem> {
    of_id(seer, id).one(db).await?.ok_or_else(Problem::not_found)
}

/// A clock that the caller may see, locked.
pub async fn lock_clock(change: &Change, id: DeadlineId) -> Result<Model, Problem> {
    of_id(change, id).lock_exclusive().one(change.db()).await?.ok_or_else(Problem::not_found)
}

// Requests for more time -------------------------------------------------------------------------

fn visible_requests(seer: &impl Sees) -> Select<extension_request::Entity> {
    use extension_request::Column as C;
    extension_request::Entity::find().filter(seer.scope().of_either(C::Office, C::CompanyId))
}

/// A request that the caller may see.
pub async fn request<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: ExtensionRequestId,
) -> Result<extension_request::Model, Problem> {
    let select = visible_requests(seer).filter(extension_request::Column::Id.eq(id));
    select.one(db).await?.ok_or_else(Problem::not_found)
}

/// A request that the caller may see, locked.
pub async fn lock_request(change: &Change, id: ExtensionRequestId) -> Result<extension_request::Model, Problem> {
    let select = visible_requests(change).filter(extension_request::Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

pub async fn requests<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &ExtensionRequestFilter,
    part: &Part<ExtensionRequestId>,
) -> Result<Vec<extension_request::Model>, DbErr> {
    use extension_request::Column as C;
    let select = visible_requests(seer)
        .only(C::Status, filter.status)
        .only(C::Office, filter.office.as_deref())
        .only(C::CompanyId, filter.company_id)
        .only(C::DeadlineId, filter.deadline_id);
    part.newest(select, C::Id).all(db).await
}

fn facts(row: &extension_request::Model) -> serde_json::Value {
    json!({
        "status": row.status, "deadline_id": row.deadline_id, "rule": row.rule, "due_on": row.due_on,
        "wanted_on": row.wanted_on, "granted_on": row.granted_on,
    })
}

/// Asks for more time on a clock of a company, which is locked.
///
/// # Errors
/// `invalid-content`, `deadline-met`, `already-exists` while another request is open, or the database's own.
pub async fn ask(
    change: &mut Change,
    clock: &Model,
    new: &NewExtensionRequest,
) -> Result<extension_request::Model, Problem> {
    let company = clock.company_id.map(CompanyId).ok_or_else(Problem::not_found)?;
    let mut checks = Checks::default();
    checks.lines("/reason", &new.reason, 1000);
    check_day(&mut checks, "/wanted_on", new.wanted_on, clock, change)?;
    checks.done()?;
    insert(change, clock, company, new).await
}

/// Whether a clock can be moved to a day.
fn check_day(
    checks: &mut Checks,
    pointer: &str,
    day: NaiveDate,
    clock: &Model,
    change: &Change,
) -> Result<(), Problem> {
    if clock.met_on.is_some() {
        return Err(ExtensionRefused::Met.into());
    }
    let today = change.moment(&clock.office).today;
    let most = rules::furthest(clock, &change.book(), today)?;
    rules::check_day(checks, pointer, day, clock, today, most);
    Ok(())
}

async fn insert(
    change: &mut Change,
    clock: &Model,
    company: CompanyId,
    new: &NewExtensionRequest,
) -> Result<extension_request::Model, Problem> {
    let row = extension_request::ActiveModel {
        id: Set(ExtensionRequestId(change.id())),
        deadline_id: Set(DeadlineId(clock.id)),
        company_id: Set(company),
        office: Set(clock.office.clone()),
        status: Set(ExtensionStatus::Requested),
        rule: Set(clock.rule.clone()),
        due_on: Set(clock.due_on),
        wanted_on: Set(new.wanted_on),
        reason: Set(new.reason.clone()),
        granted_on: Set(None),
        decision: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    };
    let row = row.insert(change.db()).await.on_unique(ExtensionRefused::Open)?;
    change.note(&row, "request", facts(&row));
    Ok(row)
}

/// Grants more time: the due date of the clock, which is locked, moves to the day that is given, else to the one that was asked
/// for.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, `deadline-met`, or the database's own.
pub async fn grant(
    change: &mut Change,
    clock: &Model,
    row: &extension_request::Model,
    grant: &ExtensionGrant,
) -> Result<extension_request::Model, Problem> {
    lifecycle::step(row.status, ExtensionEvent::Grant)?;
    let until = grant.until.unwrap_or(row.wanted_on);
    let mut checks = Checks::default();
    checks.lines("/reason", &grant.reason, 1000);
    check_day(&mut checks, "/until", until, clock, change)?;
    checks.done()?;
    deadline::extend(change, clock, until).await?;
    decide(change, row, ExtensionEvent::Grant, Some(&grant.reason), Some(until)).await
}

/// Moves a request along.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn decide(
    change: &mut Change,
    row: &extension_request::Model,
    event: ExtensionEvent,
    decision: Option<&str>,
    granted_on: Option<NaiveDate>,
) -> Result<extension_request::Model, Problem> {
    use extension_request::Column as C;
    let step = lifecycle::step(row.status, event)?;
    let by_office = event != ExtensionEvent::Withdraw;
    let set: [(C, Value); 4] = [
        (C::GrantedOn, granted_on.into()),
        (C::Decision, decision.map(str::to_owned).into()),
        (C::DecidedAt, by_office.then(|| change.now()).into()),
        (C::DecidedBy, by_office.then(|| change.actor().to_owned()).into()),
    ];
    change.advance(row, &step, set, facts).await
}
