//! Movements: what statistics count.
//!
//! One row a counted act, with the dimension codes as they were then; written in the transaction of the act and
//! never updated. A correction is a counter-row. Any past date can be asked again and answers the same.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::plumbing::movement;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};
use uuid::Uuid;

use crate::db::Session;

/// One counted act.
#[derive(Clone, Debug, Default)]
pub struct Movement {
    /// What is counted; declared by the room that counts it.
    pub kind: &'static str,
    /// The office that counts it.
    pub office: String,
    /// The day it counts for.
    pub effective_on: NaiveDate,
    /// How many; negative takes back.
    pub quantity: i64,
    /// The record it is about.
    pub subject: Uuid,
    /// The company.
    pub company: Option<Uuid>,
    /// Sex of the persons counted, where it is known.
    pub sex: Option<&'static str>,
    /// Year of birth of the person counted.
    pub birth_year: Option<i32>,
    /// Education level.
    pub education: Option<String>,
    /// Occupation.
    pub occupation: Option<String>,
    /// Sector.
    pub sector: Option<String>,
    /// Edition of the sector's classification.
    pub sector_edition: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Kind of placement by distance.
    pub antar_kerja: Option<&'static str>,
    /// Year of the budget.
    pub year: Option<i32>,
    /// Who pays.
    pub funding: Option<&'static str>,
    /// Where it is held.
    pub site: Option<&'static str>,
    /// For whom it is.
    pub target_group: Option<&'static str>,
    /// Programme.
    pub programme: Option<Uuid>,
    /// Kind of an industrial dispute.
    pub dispute_kind: Option<&'static str>,
}

/// A movement as it is written down.
#[must_use]
pub fn row(movement: Movement, recorded_at: DateTime<Utc>) -> movement::ActiveModel {
    movement::ActiveModel {
        kind: Set(movement.kind.to_owned()),
        office: Set(movement.office),
        effective_on: Set(movement.effective_on),
        recorded_at: Set(recorded_at),
        quantity: Set(movement.quantity),
        subject_id: Set(movement.subject),
        company_id: Set(movement.company),
        sex: Set(movement.sex.map(str::to_owned)),
        birth_year: Set(movement.birth_year),
        education: Set(movement.education),
        occupation: Set(movement.occupation),
        sector: Set(movement.sector),
        sector_edition: Set(movement.sector_edition),
        region: Set(movement.region),
        antar_kerja: Set(movement.antar_kerja.map(str::to_owned)),
        year: Set(movement.year),
        funding: Set(movement.funding.map(str::to_owned)),
        site: Set(movement.site.map(str::to_owned)),
        target_group: Set(movement.target_group.map(str::to_owned)),
        programme_id: Set(movement.programme),
        dispute_kind: Set(movement.dispute_kind.map(str::to_owned)),
        ..Default::default()
    }
}

/// Writes rows, many a statement.
///
/// # Errors
/// The database's own.
pub async fn write(db: &Session, rows: Vec<movement::ActiveModel>) -> Result<(), DbErr> {
    let mut rows = rows.into_iter();
    loop {
        let chunk: Vec<_> = rows.by_ref().take(500).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        movement::Entity::insert_many(chunk).exec_without_returning(db).await?;
    }
}
