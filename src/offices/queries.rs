//! The only `SeaORM` of this room.

use disnaker_entity::office::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect, Select,
};

use super::rules::CodeTaken;
use crate::caller::Sees;
use crate::change::Change;
use crate::journal::Entry;
use crate::paging::Part;
use crate::problem::{Kind, OnUnique, Problem};

/// The offices that somebody sees: for the public all, for whoever changes one the own.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let scope = seer.scope();
    if scope.public { Entity::find() } else { Entity::find().filter(scope.of_offices(Column::Code)) }
}

/// Offices in the order of their codes, after one of them.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    region: Option<&str>,
    part: &Part<String>,
) -> Result<Vec<Model>, DbErr> {
    let mut select = visible(seer);
    if let Some(region) = region {
        select = select.filter(Column::Region.gte(region)).filter(Column::Region.lt(format!("{region}~")));
    }
    part.in_order(select, Column::Code).all(db).await
}

pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, code: &str) -> Result<Model, Problem> {
    visible(seer).filter(Column::Code.eq(code)).one(db).await?.ok_or_else(Problem::not_found)
}

pub async fn lock(change: &Change, code: &str) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Code.eq(code)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

pub async fn insert(change: &mut Change, row: &Model) -> Result<(), Problem> {
    let insert = Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(CodeTaken)?;
    tell(change, row, "create");
    Ok(())
}

/// Writes a changed office over the one that was loaded: compares and sets on version, as `Change::edit` does for rows
/// with a lifecycle.
pub async fn update(change: &mut Change, before: &Model, row: &Model) -> Result<(), Problem> {
    let written = Entity::update_many()
        .set(ActiveModel {
            name: Set(row.name.clone()),
            address: Set(row.address.clone()),
            phone: Set(row.phone.clone()),
            opening_hours: Set(row.opening_hours.clone()),
            version: Set(row.version),
            updated_at: Set(row.updated_at),
            ..Default::default()
        })
        .filter(Column::Code.eq(row.code.as_str()))
        .filter(Column::Version.eq(before.version))
        .exec(change.db())
        .await?;
    if written.rows_affected != 1 {
        return Err(Problem::new(Kind::VersionMismatch));
    }
    tell(change, row, "update");
    Ok(())
}

fn tell(change: &mut Change, row: &Model, event: &str) {
    change.afterwards(|state| state.books.forget());
    change.tell(Entry {
        event: format!("office.{event}"),
        office: row.code.clone(),
        company: None,
        subject_kind: "office",
        subject_id: row.code.clone(),
        version: row.version,
        body: serde_json::json!({"name": row.name, "region": row.region}),
    });
}
