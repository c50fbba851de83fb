//! The SeaORM that both rooms share.

use disnaker_entity::consultation::asker::{ActiveModel, Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::change::Change;
use crate::personal::{Place, Vault};
use crate::problem::Problem;

/// Holds an account until the end of the transaction: what is open of it may be counted then.
///
/// # Errors
/// The database's own.
pub(super) async fn hold(change: &Change, owner: &str) -> Result<(), DbErr> {
    let row = ActiveModel { owner: Set(owner.to_owned()), turns: Set(1) };
    let again =
        OnConflict::column(Column::Owner).value(Column::Turns, Expr::col((Entity, Column::Turns)).add(1)).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(change.db()).await.map(drop)
}

/// Seals what was written, for its place.
///
/// # Errors
/// A value that JSON can't hold.
pub(super) fn seal<T: Serialize + ?Sized>(vault: &Vault, place: Place, said: &T) -> Result<Vec<u8>, Problem> {
    let plain = serde_json::to_vec(said).map_err(Problem::internal)?;
    vault.seal(place, &plain).map_err(Problem::internal)
}

/// Opens what was sealed, until it is forgotten.
///
/// # Errors
/// A row of other keys.
pub(super) fn open<T: DeserializeOwned>(
    vault: &Vault,
    place: Place,
    sealed: Option<&[u8]>,
) -> Result<Option<T>, Problem> {
    let Some(sealed) = sealed else { return Ok(None) };
    let plain = vault.open(place, sealed).map_err(Problem::internal)?;
    serde_json::from_slice(&plain).map(Some).map_err(Problem::internal)
}
