//! The only SeaORM of the register of breaches.

use chrono::{DateTime, Utc};
use disnaker_entity::privacy::data_breach::{ActiveModel, Column, Entity, Model};
use disnaker_entity::privacy::{DataBreachId, DataBreachStatus};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    Select, Value,
};
use serde_json::json;

use super::bodies::{DataBreachFilter, NewDataBreach};
use super::lifecycle::DataBreachEvent;
use super::rules;
use crate::caller::Sees;
use crate::change::Change;
use crate::deadline;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{Kind, Problem};

crate::record!("data_breach", Model, Entity, DataBreachStatus, |_| None);

fn visible(seer: &impl Sees) -> Select<Entity> {
    Entity::find().filter(seer.scope().of_offices(Column::Office))
}

/// A breach that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: DataBreachId) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// A breach that the caller may change, locked.
pub async fn lock(change: &Change, id: DataBreachId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &DataBreachFilter,
    part: &Part<DataBreachId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer).only(Column::Status, filter.status).only(Column::Office, filter.office.as_deref());
    part.newest(select, Column::Id).all(db).await
}

/// What was written down of a breach.
///
/// # Errors
/// A row that is not what was written.
pub fn said(row: &Model) -> Result<NewDataBreach, Problem> {
    Ok(NewDataBreach {
        office: row.office.clone(),
        found_at: row.found_at,
        data: row.data.clone(),
        persons: row.persons,
        happened: row.happened.clone(),
        handling: row.handling.clone(),
        affected: serde_json::from_str(&row.affected).map_err(Problem::internal)?,
    })
}

/// What the feed says of a breach: nothing of whom it is about, and none of the office's words.
fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "found_at": row.found_at, "due_at": row.due_at, "persons": row.persons,
        "authority_notified_at": row.authority_notified_at, "subjects_notified_at": row.subjects_notified_at,
    })
}

/// Writes a breach down; its clock runs from when it was found.
///
/// # Errors
/// The database's own.
pub async fn record(change: &mut Change, new: &NewDataBreach) -> Result<Model, Problem> {
    let (book, now) = (change.book(), change.now());
    let policy = book.policies.at(rules::NOTICE, &new.office, book.moment(new.found_at, &new.office).today)?;
    let row = ActiveModel {
        id: Set(DataBreachId(change.id())),
        office: Set(new.office.clone()),
        status: Set(DataBreachStatus::Open),
        found_at: Set(new.found_at),
        due_at: Set(deadline::due_at(policy, new.found_at)?),
        data: Set(new.data.clone()),
        persons: Set(new.persons),
        happened: Set(new.happened.clone()),
        handling: Set(new.handling.clone()),
        affected: Set(serde_json::to_string(&new.affected).map_err(Problem::internal)?),
        authority_notified_at: Set(None),
        subjects_notified_at: Set(None),
        closing: Set(None),
        closed_at: Set(None),
        version: Set(1),
        created_at: Set(now),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(now),
    };
    let row = row.insert(change.db()).await?;
    change.note(&row, "create", facts(&row));
    Ok(row)
}

/// Writes what is known by now.
///
/// # Errors
/// `illegal-transition` once it has ended; the database's own.
pub async fn update(change: &mut Change, row: &Model, new: NewDataBreach) -> Result<Model, Problem> {
    if row.status != DataBreachStatus::Open {
        return Err(Problem::new(Kind::IllegalTransition).allowed(Vec::new()));
    }
    let affected = serde_json::to_string(&new.affected).map_err(Problem::internal)?;
    let set: [(Column, Value); 5] = [
        (Column::Data, new.data.into()),
        (Column::Persons, new.persons.into()),
        (Column::Happened, new.happened.into()),
        (Column::Handling, new.handling.into()),
        (Column::Affected, affected.into()),
    ];
    change.edit(row, set, facts).await
}

/// Says when somebody was told.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn told(
    change: &mut Change,
    row: &Model,
    event: DataBreachEvent,
    at: DateTime<Utc>,
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let subjects = event == DataBreachEvent::NotifySubjects;
    let column = if subjects { Column::SubjectsNotifiedAt } else { Column::AuthorityNotifiedAt };
    change.advance(row, &step, [(column, at.into())], facts).await
}

/// Ends a breach.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn end(change: &mut Change, row: &Model, event: DataBreachEvent, reason: String) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let set: [(Column, Value); 2] = [(Column::Closing, reason.into()), (Column::ClosedAt, change.now().into())];
    change.advance(row, &step, set, facts).await
}
