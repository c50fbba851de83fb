//! People whom an accepted placement names: which record is theirs, and what becomes of it. The only SeaORM of that.
//!
//! A placement finds its person by NIK; by the number of an AK-1 card only where the name agrees, since a number alone is easily
//! mistyped. Whoever is in the register leaves it as placed, and their card ends. A
//! placement that was accepted before the person registered is their history; it places them only if the work began after they
//! had asked to be registered.

use std::collections::{BTreeMap, HashMap};

use disnaker_entity::card::{self, link};
use disnaker_entity::placement::{self, PlacementId, PlacementStatus};
use disnaker_entity::seeker::{Column, Entity, Model, SeekerId, SeekerStatus};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef,
};

use super::{names, queries};
use crate::change::Change;
use crate::db::among;
use crate::problem::Problem;

/// Places the people whom accepted placements name, as far as they have a record.
///
/// # Errors
/// The database's own.
pub async fn place(change: &mut Change, placements: &[placement::Model]) -> Result<(), Problem> {
    let found = found(change, placements).await?;
    if found.is_empty() {
        return Ok(());
    }
    // Locked in the order of their ids, as everywhere.
    let select = Entity::find().filter(among(change.db(), Column::Id, found.values().copied()));
    let people = select.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await?;
    let mut people: BTreeMap<SeekerId, Model> = people.into_iter().map(|person| (person.id, person)).collect();
    let mut links = Vec::new();
    for placement in placements {
        let person = found.get(&placement.id).and_then(|id| people.get_mut(id));
        let Some(person) = person.filter(|person| is_theirs(placement, person)) else { continue };
        links.push(linked(change, placement.id, person.id, person.status != SeekerStatus::Removed));
        if person.status == SeekerStatus::Registered {
            *person = queries::hire(change, person).await?;
        }
    }
    Ok(write(change, links).await?)
}

/// The records of placements: by NIK, else by the number of a card.
async fn found(change: &Change, placements: &[placement::Model]) -> Result<HashMap<PlacementId, SeekerId>, DbErr> {
    let db = change.db();
    let niks: Vec<_> = placements.iter().filter_map(|row| row.nik_index.clone()).collect();
    let numbers: Vec<_> = placements.iter().filter(|row| row.nik_index.is_none()).filter_map(number).collect();
    let mut by_nik = HashMap::new();
    if !niks.is_empty() {
        let select = Entity::find().filter(among(db, Column::NikIndex, niks)).filter(queries::in_register());
        let select = select.select_only().columns([Column::NikIndex, Column::Id]);
        by_nik.extend(select.into_tuple::<(Vec<u8>, SeekerId)>().all(db).await?);
    }
    let mut by_number = HashMap::new();
    if !numbers.is_empty() {
        let select = card::Entity::find().filter(among(db, card::Column::Number, numbers)).select_only();
        let select = select.columns([card::Column::Number, card::Column::SeekerId]);
        by_number.extend(select.into_tuple::<(String, SeekerId)>().all(db).await?);
    }
    let of = |row: &placement::Model| match &row.nik_index {
        Some(index) => by_nik.get(index).copied(),
        None => by_number.get(&number(row)?).copied(),
    };
    Ok(placements.iter().filter_map(|row| Some((row.id, of(row)?))).collect())
}

/// The number of the card that a placement names, as numbers are written.
fn number(row: &placement::Model) -> Option<String> {
    row.ak1_number.as_deref().map(|number| number.trim().to_uppercase())
}

fn is_theirs(placement: &placement::Model, person: &Model) -> bool {
    use SeekerStatus::{Placed, Registered, Removed};
    let sure = placement.nik_index.is_some() || names::same(&placement.worker_name, &person.name);
    sure && matches!(person.status, Registered | Placed | Removed)
}

fn linked(change: &Change, placement: PlacementId, person: SeekerId, places: bool) -> link::Model {
    link::Model { placement_id: placement, seeker_id: person, places, linked_at: change.now() }
}

async fn write(change: &Change, links: Vec<link::Model>) -> Result<(), DbErr> {
    for chunk in links.chunks(500) {
        let rows = chunk.iter().cloned().map(|row| row.into_active_model().reset_all());
        link::Entity::insert_many(rows).exec_without_returning(change.db()).await?;
    }
    Ok(())
}

/// Joins to somebody who has just come into the register the placements that named them before. Gives the record as it is then.
///
/// # Errors
/// The database's own.
pub async fn catch_up(change: &mut Change, person: Model) -> Result<Model, Problem> {
    let known = Query::select()
        .expr(Expr::value(1))
        .from(link::Entity)
        .and_where(
            Expr::col((link::Entity, link::Column::PlacementId)).equals((placement::Entity, placement::Column::Id)),
        )
        .to_owned();
    let earlier: Vec<(PlacementId, chrono::NaiveDate)> = placement::Entity::find()
        .filter(placement::Column::NikIndex.eq(&*person.nik_index))
        .filter(placement::Column::Status.eq(PlacementStatus::Active))
        .filter(Expr::exists(known).not())
        .select_only()
        .columns([placement::Column::Id, placement::Column::StartOn])
        .into_tuple()
        .all(change.db())
        .await?;
    if earlier.is_empty() {
        return Ok(person);
    }
    let asked = change.book().moment(person.submitted_at.unwrap_or_else(|| change.now()), &person.office).today;
    let links = earlier.iter().map(|(id, start)| linked(change, *id, person.id, *start > asked)).collect::<Vec<_>>();
    let places = links.iter().any(|link| link.places);
    write(change, links).await?;
    if places { queries::hire(change, &person).await } else { Ok(person) }
}

/// A placement was voided: whoever it placed looks for work again, unless another one since they registered places them, too.
///
/// # Errors
/// The database's own.
pub async fn unplace(change: &mut Change, placement: PlacementId) -> Result<(), Problem> {
    let Some(link) = link::Entity::find_by_id(placement).one(change.db()).await? else { return Ok(()) };
    let person = Entity::find_by_id(link.seeker_id).lock_exclusive().one(change.db()).await?;
    let Some(person) = person.filter(|person| link.places && person.status == SeekerStatus::Placed) else {
        return Ok(());
    };
    let of_placement: RelationDef =
        link::Entity::belongs_to(placement::Entity).from(link::Column::PlacementId).to(placement::Column::Id).into();
    let mut others = link::Entity::find()
        .join(JoinType::InnerJoin, of_placement)
        .filter(placement::Column::Status.eq(PlacementStatus::Active))
        .filter(link::Column::SeekerId.eq(person.id))
        .filter(link::Column::PlacementId.ne(placement))
        .filter(link::Column::Places.eq(true));
    if let Some(since) = person.registered_at {
        others = others.filter(link::Column::LinkedAt.gte(since));
    }
    if others.one(change.db()).await?.is_none() {
        queries::reopen(change, &person).await?;
    }
    Ok(())
}
