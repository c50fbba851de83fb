//! The SeaORM that both rooms share, and that of disputes with them.

use disnaker_entity::consultation::asker::{ActiveModel, Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use crate::change::Change;

/// Holds an account until the end of the transaction: what is open of it may be counted then.
///
/// # Errors
/// The database's own.
pub async fn hold(change: &Change, owner: &str) -> Result<(), DbErr> {
    let row = ActiveModel { owner: Set(owner.to_owned()), turns: Set(1) };
    let again =
        OnConflict::column(Column::Owner).value(Column::Turns, Expr::col((Entity, Column::Turns)).add(1)).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(change.db()).await.map(drop)
}
