//! People whom an accepted placement names: which record is theirs, and what becomes of it. The only SeaORM of that.
//!
//! A placement finds its person by NIK, by which names that are only alike agree, or by the number of an AK-1 card, where they must
//! be the same: either number alone is easily mistyped, and a stranger must not lose their card by that. Where a NIK's name is
//! another one, the office that keeps the record is told (`job_seeker.placement_differs`) and nothing else happens. Whoever is in the register leaves it as placed, and their card ends. A
//! placement that was accepted before the person registered is their history; it places them only if the work began after they
//! had asked to be registered.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use disnaker_entity::card::{self, link};
use disnaker_entity::placement::{self, PlacementId, PlacementStatus};
use disnaker_entity::seeker::{Column, Entity, Model, SeekerId, SeekerStatus};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationDef,
};

use serde_json::json;

use super::{names, queries};
use crate::app::State;
use crate::change::{self, Change, Who};
use crate::db::among;
use crate::problem::Problem;

/// How long after somebody came into the register the sweep still looks for placements that had not been seen then.
const LOOKS_BACK: Duration = Duration::hours(1);

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
        let Some(person) = person.filter(|person| can_have(person.status)) else { continue };
        if !names_agree(placement, person) {
            if placement.nik_index.is_some() {
                change.note(person, "placement_differs", json!({"placement_id": placement.id}));
            }
            continue;
        }
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
        let of_person = card::Entity::belongs_to(Entity).from(card::Column::SeekerId).to(Column::Id).into();
        let whose = Func::coalesce([Expr::col((Entity, Column::MergedInto)), Expr::col((Entity, Column::Id))]);
        let select = card::Entity::find().join(JoinType::InnerJoin, of_person);
        let select = select.filter(among(db, card::Column::Number, numbers)).select_only();
        let select = select.column(card::Column::Number).expr_as(whose, "whose");
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

fn can_have(status: SeekerStatus) -> bool {
    matches!(status, SeekerStatus::Registered | SeekerStatus::Placed | SeekerStatus::Removed)
}

fn names_agree(placement: &placement::Model, person: &Model) -> bool {
    let agree = if placement.nik_index.is_some() { names::alike } else { names::same };
    agree(&placement.worker_name, &person.name)
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
    let earlier: Vec<(PlacementId, NaiveDate, String)> = placement::Entity::find()
        .filter(placement::Column::NikIndex.eq(&*person.nik_index))
        .filter(placement::Column::Status.eq(PlacementStatus::Active))
        .filter(unlinked())
        .select_only()
        .columns([placement::Column::Id, placement::Column::StartOn, placement::Column::WorkerName])
        .into_tuple()
        .all(change.db())
        .await?;
    let asked = change.book().moment(person.submitted_at.unwrap_or_else(|| change.now()), &person.office).today;
    let theirs = earlier.iter().filter(|(_, _, name)| names::alike(name, &person.name));
    let links: Vec<_> = theirs.map(|(id, start, _)| linked(change, *id, person.id, *start > asked)).collect();
    let places = links.iter().any(|link| link.places);
    write(change, links).await?;
    if places { queries::hire(change, &person).await } else { Ok(person) }
}

/// That no record has a placement yet.
fn unlinked() -> SimpleExpr {
    let of_placement = (link::Entity, link::Column::PlacementId);
    let link = Query::select()
        .expr(Expr::value(1))
        .from(link::Entity)
        .and_where(Expr::col(of_placement).equals((placement::Entity, placement::Column::Id)))
        .to_owned();
    Expr::exists(link).not()
}

/// Gives the placements of a record to the one that takes its place.
///
/// # Errors
/// The database's own.
pub async fn follow(change: &Change, from: SeekerId, to: SeekerId) -> Result<(), DbErr> {
    let update = link::Entity::update_many().filter(link::Column::SeekerId.eq(from));
    update.col_expr(link::Column::SeekerId, Expr::value(to)).exec(change.db()).await?;
    Ok(())
}

/// Joins people and placements that passed each other: where a report is accepted at the instant at which its worker is verified,
/// neither of the two transactions sees what the other one writes.
///
/// # Errors
/// The database's own.
pub async fn sweep(state: &Arc<State>) -> Result<(), Problem> {
    let named: SelectStatement = placement::Entity::find()
        .select_only()
        .expr(Expr::value(1))
        .filter(Expr::col((placement::Entity, placement::Column::NikIndex)).equals((Entity, Column::NikIndex)))
        .filter(placement::Column::Status.eq(PlacementStatus::Active))
        .filter(unlinked())
        .into_query();
    let passed = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Expr::cust("seeker.status = 'registered'"))
        .filter(Column::RegisteredAt.gt(state.clock.now() - LOOKS_BACK))
        .filter(Expr::exists(named));
    let ids: Vec<SeekerId> = passed.into_tuple().all(state.db.reader()).await?;
    for id in ids {
        change::alone(state, &Who::system(), async |change| {
            let person = Entity::find_by_id(id).lock_exclusive().one(change.db()).await?;
            match person.filter(|person| person.status == SeekerStatus::Registered) {
                Some(person) => catch_up(change, person).await.map(drop),
                None => Ok(()),
            }
        })
        .await?;
    }
    Ok(())
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
