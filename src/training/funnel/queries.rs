//! The only SeaORM of the funnel.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use disnaker_entity::Sex;
use disnaker_entity::plumbing::movement;
use disnaker_entity::training::tally::{self, Column};
use disnaker_entity::training::{EnrollmentStatus, ProgrammeId, enrollment, package, programme};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::bodies::FunnelGroup;
use super::rules::{self, Stage};
use crate::caller::Sees;
use crate::change::Change;
use crate::db::among;
use crate::movement::Movement;
use crate::paging::Only;
use crate::problem::Problem;

/// A move of an enrolment that is to be counted: where it was, the row as it is now, and whether the seat that it left is another's.
pub type Move<'a> = (Option<EnrollmentStatus>, &'a enrollment::Model, bool);

/// One counted act about an enrolment, with the codes of its class and its person.
#[must_use]
pub fn movement(of: &package::Model, row: &enrollment::Model, kind: &'static str, on: NaiveDate) -> Movement {
    Movement {
        kind,
        office: of.office.clone(),
        effective_on: on,
        quantity: 1,
        subject: row.id.0,
        sex: row.sex.map(Sex::as_str),
        birth_year: row.birth_year,
        region: row.district.clone(),
        year: Some(of.year),
        funding: Some(of.funding.as_str()),
        site: Some(of.site.as_str()),
        target_group: Some(of.target_group.as_str()),
        programme: Some(of.programme_id.0),
        ..Movement::default()
    }
}

/// Counts moves of enrolments of one package: a movement each, and the kept sums in one statement, in the order of their keys, so
/// that no two acts wait for one another in a circle.
///
/// # Errors
/// The database's own.
pub async fn count(change: &mut Change, of: &package::Model, moves: &[Move<'_>]) -> Result<(), Problem> {
    let counts = moves.iter().flat_map(|(from, row, replaced)| {
        rules::counted(*from, row.status, *replaced).into_iter().map(move |(stage, quantity)| (*row, stage, quantity))
    });
    add(change, of, counts).await
}

/// Counts back what earlier applications of somebody for one package are counted as.
///
/// # Errors
/// The database's own.
pub async fn count_back(change: &mut Change, of: &package::Model, rows: &[enrollment::Model]) -> Result<(), Problem> {
    use movement::Column as Of;
    let select = movement::Entity::find()
        .filter(among(change.db(), Of::SubjectId, rows.iter().map(|row| row.id.0)))
        .select_only()
        .columns([Of::SubjectId, Of::Kind])
        .expr_as(total(Of::Quantity), "persons")
        .group_by(Of::SubjectId)
        .group_by(Of::Kind);
    let counted: Vec<(uuid::Uuid, String, i64)> = select.into_tuple().all(change.db()).await?;
    let counts = counted.into_iter().filter_map(|(subject, kind, persons)| {
        let stage = Stage::ALL.iter().copied().find(|stage| stage.movement() == kind)?;
        Some((rows.iter().find(|row| row.id.0 == subject)?, stage, -persons))
    });
    let counts: Vec<_> = counts.filter(|(.., quantity)| *quantity != 0).collect();
    add(change, of, counts).await
}

/// Counts persons at stages: a movement each, and the kept sums.
async fn add(
    change: &mut Change,
    of: &package::Model,
    counts: impl IntoIterator<Item = (&enrollment::Model, Stage, i64)>,
) -> Result<(), Problem> {
    let today = change.moment(&of.office).today;
    let mut cells: BTreeMap<(Stage, &str, &str, &str), i64> = BTreeMap::new();
    for (row, stage, quantity) in counts {
        let sex = row.sex.map(Sex::as_str);
        let age = row.birth_year.map_or("", |born| rules::band(born, of.year));
        let district = row.district.as_deref().unwrap_or_default();
        *cells.entry((stage, sex.unwrap_or_default(), age, district)).or_default() += quantity;
        change.count(Movement { quantity, ..movement(of, row, stage.movement(), today) });
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

/// Persons at each stage of each part of a funnel, by the kept sums: one statement over cells whose number does not grow with the
/// people.
///
/// # Errors
/// The database's own.
pub async fn sums<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: Option<&str>,
    year: i32,
    by: Option<FunnelGroup>,
) -> Result<Vec<(String, Stage, i64)>, Problem> {
    let of = seer.scope().of_offices(Column::Office);
    let select = tally::Entity::find().filter(of).only(Column::Office, office).filter(Column::Year.eq(year));
    let select = select.select_only();
    let column = by.map(|by| match by {
        FunnelGroup::Funding => Column::Funding,
        FunnelGroup::Site => Column::Site,
        FunnelGroup::Programme => Column::ProgrammeId,
        FunnelGroup::Sex => Column::Sex,
        FunnelGroup::Age => Column::Age,
        FunnelGroup::TargetGroup => Column::TargetGroup,
        FunnelGroup::District => Column::District,
        FunnelGroup::Office => Column::Office,
    });
    let select = match column {
        Some(column) => select.column_as(column, "part").group_by(column),
        None => select.column_as(Expr::value(""), "part"),
    };
    let select = select.column(Column::Stage).expr_as(total(Column::Quantity), "persons").group_by(Column::Stage);
    if by == Some(FunnelGroup::Programme) {
        let rows: Vec<(ProgrammeId, String, i64)> = select.into_tuple().all(db).await?;
        return staged(rows.into_iter().map(|(programme, stage, persons)| (programme.to_string(), stage, persons)));
    }
    staged(select.into_tuple::<(String, String, i64)>().all(db).await?)
}

/// The sum of a column of big integers as one: PostgreSQL would give a number of any length.
fn total(column: impl ColumnTrait) -> SimpleExpr {
    SimpleExpr::from(Expr::col(column).sum()).cast_as(Alias::new("bigint"))
}

fn staged(rows: impl IntoIterator<Item = (String, String, i64)>) -> Result<Vec<(String, Stage, i64)>, Problem> {
    let staged =
        |(part, stage, persons): (String, String, i64)| Ok((part, stage.parse().map_err(Problem::internal)?, persons));
    rows.into_iter().map(staged).collect()
}

/// The same by the movements, as they stood at the end of a day.
///
/// # Errors
/// The database's own.
pub async fn sums_at<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: Option<&str>,
    year: i32,
    by: Option<FunnelGroup>,
    as_of: NaiveDate,
) -> Result<Vec<(String, Stage, i64)>, Problem> {
    use movement::Column as Of;
    let kinds = Stage::ALL.iter().map(|stage| stage.movement());
    let select = movement::Entity::find()
        .filter(seer.scope().of_offices(Of::Office))
        .only(Of::Office, office)
        .filter(Of::Kind.is_in(kinds))
        .filter(Of::EffectiveOn.lte(as_of))
        .filter(Of::Year.eq(year))
        .select_only();
    let column = by.map(|by| match by {
        FunnelGroup::Funding => Of::Funding,
        FunnelGroup::Site => Of::Site,
        FunnelGroup::Programme => Of::ProgrammeId,
        FunnelGroup::Sex => Of::Sex,
        FunnelGroup::Age => Of::BirthYear,
        FunnelGroup::TargetGroup => Of::TargetGroup,
        FunnelGroup::District => Of::Region,
        FunnelGroup::Office => Of::Office,
    });
    let select = match column {
        Some(column) => select.column_as(column, "part").group_by(column),
        None => select.column_as(Expr::value(None::<String>), "part"),
    };
    let select = select.column(Of::Kind).expr_as(total(Of::Quantity), "persons").group_by(Of::Kind);
    let of_kind = |kind: String| Stage::ALL.iter().copied().find(|stage| stage.movement() == kind);
    let of_kind = |kind| of_kind(kind).ok_or_else(|| Problem::internal("a movement of no stage"));
    match by {
        Some(FunnelGroup::Programme) => {
            let rows: Vec<(Option<ProgrammeId>, String, i64)> = select.into_tuple().all(db).await?;
            let part = |programme: Option<ProgrammeId>| programme.map(|id| id.to_string()).unwrap_or_default();
            rows.into_iter().map(|(id, kind, persons)| Ok((part(id), of_kind(kind)?, persons))).collect()
        }
        Some(FunnelGroup::Age) => {
            let rows: Vec<(Option<i32>, String, i64)> = select.into_tuple().all(db).await?;
            let part = |born: Option<i32>| born.map_or("", |born| rules::band(born, year)).to_owned();
            rows.into_iter().map(|(born, kind, persons)| Ok((part(born), of_kind(kind)?, persons))).collect()
        }
        _ => {
            let rows: Vec<(Option<String>, String, i64)> = select.into_tuple().all(db).await?;
            rows.into_iter()
                .map(|(part, kind, persons)| Ok((part.unwrap_or_default(), of_kind(kind)?, persons)))
                .collect()
        }
    }
}

/// The names of programmes, for who reads their sums.
///
/// # Errors
/// The database's own.
pub async fn programmes<C: ConnectionTrait>(
    db: &C,
    ids: impl Iterator<Item = ProgrammeId>,
) -> Result<HashMap<String, String>, DbErr> {
    use programme::Column as Of;
    let select = programme::Entity::find().filter(among(db, Of::Id, ids)).select_only().columns([Of::Id, Of::Name]);
    let rows: Vec<(ProgrammeId, String)> = select.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}
