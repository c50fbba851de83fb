//! The only SeaORM of the funnel.

use std::collections::BTreeMap;

use disnaker_entity::Sex;
use disnaker_entity::training::tally::{self, Column};
use disnaker_entity::training::{EnrollmentStatus, enrollment, package};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::{Expr, OnConflict};

use super::rules::{self, Stage};
use crate::change::Change;
use crate::movement::Movement;
use crate::problem::Problem;

/// A move of an enrolment that is to be counted: where it was, the row as it is now, and whether the seat that it left is another's.
pub type Move<'a> = (Option<EnrollmentStatus>, &'a enrollment::Model, bool);

/// Counts moves of enrolments of one package: a movement each, and the kept sums in one statement, in the order of their keys, so
/// that no two acts wait for one another in a circle.
///
/// # Errors
/// The database's own.
pub async fn count(change: &mut Change, of: &package::Model, moves: &[Move<'_>]) -> Result<(), Problem> {
    let today = change.moment(&of.office).today;
    let mut cells: BTreeMap<(Stage, &str, &str, &str), i64> = BTreeMap::new();
    for (from, row, replaced) in moves {
        let sex = row.sex.map(Sex::as_str);
        let age = row.birth_year.map_or("", |born| rules::band(born, of.year));
        let district = row.district.as_deref().unwrap_or_default();
        for (stage, quantity) in rules::counted(*from, row.status, *replaced) {
            *cells.entry((stage, sex.unwrap_or_default(), age, district)).or_default() += quantity;
            change.count(Movement {
                kind: stage.movement(),
                office: of.office.clone(),
                effective_on: today,
                quantity,
                subject: row.id.0,
                sex,
                birth_year: row.birth_year,
                region: row.district.clone(),
                year: Some(of.year),
                funding: Some(of.funding.as_str()),
                site: Some(of.site.as_str()),
                target_group: Some(of.target_group.as_str()),
                programme: Some(of.programme_id.0),
                ..Movement::default()
            });
        }
    }
    let rows = cells.into_iter().filter(|(_, quantity)| *quantity != 0);
    let rows: Vec<_> = rows
        .map(|((stage, sex, age, district), quantity)| tally::ActiveModel {
            office: Set(of.office.clone()),
            year: Set(of.year),
            stage: Set(stage.as_str().to_owned()),
            programme_id: Set(of.programme_id),
            funding: Set(of.funding),
            site: Set(of.site),
            target_group: Set(of.target_group),
            sex: Set(sex.to_owned()),
            age: Set(age.to_owned()),
            district: Set(district.to_owned()),
            quantity: Set(quantity),
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let key = [
        Column::Office,
        Column::Year,
        Column::Stage,
        Column::ProgrammeId,
        Column::Funding,
        Column::Site,
        Column::TargetGroup,
        Column::Sex,
        Column::Age,
        Column::District,
    ];
    let add = OnConflict::columns(key)
        .value(Column::Quantity, Expr::cust("training_tally.quantity + excluded.quantity"))
        .to_owned();
    tally::Entity::insert_many(rows).on_conflict(add).exec_without_returning(change.db()).await?;
    Ok(())
}
