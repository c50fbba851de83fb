//! The only `SeaORM` of this room. Everything here is public to read, so that no select is scoped; who may write a row
//! is [`super::rules::may_write`]'s to say.

use chrono::NaiveDate;
use disnaker_entity::plumbing::{deadline, setting};
use disnaker_entity::reference::{
    HolidayId, HolidayKind, MinimumWageId, PolicyId, PolicyUnit, SynonymId, country, disability_kind, education_level,
    holiday, minimum_wage, occupation, policy, region, sector, synonym,
};
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use serde_json::json;

use super::bodies::{HolidayFilter, MinimumWageFilter};
use super::codes::{Codes, Rows};
use super::rules::{self, Place, Taken};
use crate::book::JOINT_LEAVE_IS_WORK;
use crate::caller::Sees;
use crate::change::Change;
use crate::journal::Entry;
use crate::paging::Part;
use crate::problem::{Kind, OnUnique, Problem};

const CALENDAR_REVISION: &str = "calendar_revision";
const REFERENCE_REVISION: &str = "reference_revision";

/// Makes this process read anew what it keeps in memory, once what was written is committed.
fn forget(change: &mut Change) {
    change.afterwards(|state| {
        state.books.forget();
        state.codes.forget();
    });
}

// Code lists -------------------------------------------------------------------------------------

/// Reads every code list.
pub async fn codes<C: ConnectionTrait>(db: &C) -> Result<Codes, DbErr> {
    let revision = setting::Entity::find_by_id(REFERENCE_REVISION).one(db).await?;
    Ok(Codes::of(Rows {
        regions: region::Entity::find().all(db).await?,
        occupations: occupation::Entity::find().all(db).await?,
        sectors: sector::Entity::find().all(db).await?,
        education_levels: education_level::Entity::find().all(db).await?,
        countries: country::Entity::find().all(db).await?,
        disability_kinds: disability_kind::Entity::find().all(db).await?,
        minimum_wages: minimum_wage::Entity::find().all(db).await?,
        revision: revision.and_then(|row| row.value.parse().ok()).unwrap_or_default(),
    }))
}

/// Adds one to a counting setting, and gives its new value. The row stays locked until the transaction ends.
async fn count_up(change: &Change, name: &str) -> Result<i64, Problem> {
    let insert = Query::insert()
        .into_table("setting")
        .columns(["name", "value"])
        .values([name.into(), "1".into()])
        .map_err(Problem::internal)?
        .on_conflict(
            OnConflict::column("name")
                .value("value", Expr::cust("CAST(CAST(setting.value AS BIGINT) + 1 AS TEXT)"))
                .to_owned(),
        )
        .returning_col("value")
        .to_owned();
    let row = change.db().query_one(&insert).await?.ok_or_else(|| Problem::internal("a setting gave no value"))?;
    row.try_get_by_index::<String>(0)?.parse().map_err(Problem::internal)
}

/// Writes occupations of the full list; what has the same code takes the new name.
pub async fn upsert_occupations(change: &mut Change, rows: Vec<occupation::Model>) -> Result<(), Problem> {
    let again = OnConflict::column(occupation::Column::Code)
        .update_columns([occupation::Column::Name, occupation::Column::Level])
        .to_owned();
    for chunk in rows.chunks(500) {
        let rows = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
        occupation::Entity::insert_many(rows).on_conflict(again.clone()).exec_without_returning(change.db()).await?;
    }
    tell_import(change, "occupations", rows.len()).await
}

/// Writes sectors of the full list of an edition; what has the same code takes the new name.
pub async fn upsert_sectors(change: &mut Change, edition: &str, rows: Vec<sector::Model>) -> Result<(), Problem> {
    let again = OnConflict::columns([sector::Column::Code, sector::Column::Edition])
        .update_column(sector::Column::Name)
        .to_owned();
    for chunk in rows.chunks(500) {
        let rows = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
        sector::Entity::insert_many(rows).on_conflict(again.clone()).exec_without_returning(change.db()).await?;
    }
    tell_import(change, &format!("sectors-{edition}"), rows.len()).await
}

async fn tell_import(change: &mut Change, list: &str, rows: usize) -> Result<(), Problem> {
    forget(change);
    let version = count_up(change, REFERENCE_REVISION).await?;
    change.tell(Entry {
        event: "code_list.import".to_owned(),
        office: String::new(),
        company: None,
        subject_kind: "code_list",
        subject_id: list.to_owned(),
        version,
        body: json!({"rows": rows}),
    });
    Ok(())
}

// Holidays ---------------------------------------------------------------------------------------

/// Days off in the order of their dates, after one of them.
pub async fn holidays<C: ConnectionTrait>(
    db: &C,
    filter: &HolidayFilter,
    part: &Part<(NaiveDate, HolidayId)>,
) -> Result<Vec<holiday::Model>, DbErr> {
    let mut select = holiday::Entity::find();
    if let Some(year) = filter.year {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN);
        let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MIN);
        select = select.filter(holiday::Column::Date.between(first, last));
    }
    if let Some(place) = &filter.region {
        let above = [Some(""), place.get(..2), place.get(..5), Some(place.as_str())];
        let here = Condition::any().add(holiday::Column::Region.eq(place.as_str())).add(
            Condition::all()
                .add(holiday::Column::Region.is_in(above.into_iter().flatten()))
                .add(holiday::Column::Kind.ne(HolidayKind::OfficeClosure)),
        );
        select = select.filter(here);
    }
    if let Some(kind) = filter.kind {
        select = select.filter(holiday::Column::Kind.eq(kind));
    }
    if let Some((date, id)) = part.after {
        let same_day = Condition::all().add(holiday::Column::Date.eq(date)).add(holiday::Column::Id.gt(id));
        select = select.filter(Condition::any().add(holiday::Column::Date.gt(date)).add(same_day));
    }
    select.order_by_asc(holiday::Column::Date).order_by_asc(holiday::Column::Id).limit(part.and_one()).all(db).await
}

pub async fn find_holiday<C: ConnectionTrait>(db: &C, id: HolidayId) -> Result<holiday::Model, Problem> {
    holiday::Entity::find_by_id(id).one(db).await?.ok_or_else(Problem::not_found)
}

/// Locks a day off that the caller may write.
pub async fn lock_holiday(change: &Change, id: HolidayId) -> Result<holiday::Model, Problem> {
    let found = holiday::Entity::find_by_id(id).lock_exclusive().one(change.db()).await?;
    let row = found.ok_or_else(Problem::not_found)?;
    rules::writable(Place::of_holiday(&row), change.scope()).map(|()| row)
}

const HOLIDAY_TAKEN: Taken = Taken(&["/date", "/kind", "/region", "/office"]);

pub async fn insert_holiday(change: &mut Change, row: &holiday::Model) -> Result<(), Problem> {
    let insert = holiday::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(HOLIDAY_TAKEN)?;
    let affected = calendar_changed(change, &[row]).await?;
    tell_holiday(change, row, "create", affected);
    Ok(())
}

/// Writes a changed day off over the one that was loaded.
pub async fn update_holiday(change: &mut Change, before: &holiday::Model, row: &holiday::Model) -> Result<(), Problem> {
    let written = holiday::Entity::update_many()
        .set(holiday::ActiveModel {
            date: Set(row.date),
            name: Set(row.name.clone()),
            source: Set(row.source.clone()),
            version: Set(row.version),
            ..Default::default()
        })
        .filter(holiday::Column::Id.eq(row.id))
        .filter(holiday::Column::Version.eq(before.version))
        .exec(change.db())
        .await
        .on_unique(HOLIDAY_TAKEN)?;
    one(written.rows_affected)?;
    let moved: &[&holiday::Model] = if before.date == row.date { &[] } else { &[before, row] };
    let affected = calendar_changed(change, moved).await?;
    tell_holiday(change, row, "update", affected);
    Ok(())
}

pub async fn delete_holiday(change: &mut Change, row: &holiday::Model) -> Result<(), Problem> {
    let gone = holiday::Entity::delete_many()
        .filter(holiday::Column::Id.eq(row.id))
        .filter(holiday::Column::Version.eq(row.version))
        .exec(change.db())
        .await?;
    one(gone.rows_affected)?;
    let affected = calendar_changed(change, &[row]).await?;
    tell_holiday(change, &holiday::Model { version: row.version + 1, ..row.clone() }, "delete", affected);
    Ok(())
}

fn one(rows: u64) -> Result<(), Problem> {
    if rows == 1 { Ok(()) } else { Err(Problem::new(Kind::VersionMismatch)) }
}

/// Gives the calendar a new revision, and flags the clocks that run over the days that changed. None is moved: the
/// due date that somebody was told stays, until an officer decides. Gives how many were flagged.
async fn calendar_changed(change: &mut Change, days: &[&holiday::Model]) -> Result<u64, Problem> {
    forget(change);
    let revision = count_up(change, CALENDAR_REVISION).await?;
    let mut flagged = 0;
    for day in days.iter().filter(|day| rules::is_weekday(day.date)) {
        let offices = match Place::of_holiday(day) {
            Place::Country => Condition::all(),
            Place::Office(office) => Condition::all().add(deadline::Column::Office.eq(office)),
            Place::Region(region) => Condition::all()
                .add(deadline::Column::Office.gte(region))
                .add(deadline::Column::Office.lt(format!("{region}~"))),
        };
        // A clock in calendar days or months does not ask the calendar.
        let in_working_days = policy::Entity::find()
            .select_only()
            .column(policy::Column::Rule)
            .filter(policy::Column::Unit.eq(PolicyUnit::WorkingDays))
            .into_query();
        let written = deadline::Entity::update_many()
            .col_expr(deadline::Column::AffectedByRevision, Expr::value(revision))
            .filter(deadline::Column::MetOn.is_null())
            .filter(deadline::Column::StartedOn.lt(day.date))
            .filter(deadline::Column::DueOn.gte(day.date))
            .filter(deadline::Column::Rule.in_subquery(in_working_days))
            .filter(offices)
            .exec(change.db())
            .await?;
        flagged += written.rows_affected;
    }
    Ok(flagged)
}

fn tell_holiday(change: &mut Change, row: &holiday::Model, event: &str, affected: u64) {
    let office = rules::acting_office(Place::of_holiday(row), change.scope()).to_owned();
    change.tell(Entry {
        event: format!("holiday.{event}"),
        office,
        company: None,
        subject_kind: "holiday",
        subject_id: row.id.to_string(),
        version: row.version,
        body: json!({
            "date": row.date, "kind": row.kind, "place": row.region, "name": row.name, "deadlines_affected": affected,
        }),
    });
}

// Minimum wages ----------------------------------------------------------------------------------

/// Minimum wages in the order of region and year, after one of them.
pub async fn minimum_wages<C: ConnectionTrait>(
    db: &C,
    filter: &MinimumWageFilter,
    part: &Part<(String, i32)>,
) -> Result<Vec<minimum_wage::Model>, DbErr> {
    let mut select = minimum_wage::Entity::find();
    if let Some(region) = &filter.region {
        select = select
            .filter(minimum_wage::Column::Region.gte(region.as_str()))
            .filter(minimum_wage::Column::Region.lt(format!("{region}~")));
    }
    if let Some(year) = filter.year {
        select = select.filter(minimum_wage::Column::Year.eq(year));
    }
    if let Some((region, year)) = &part.after {
        let later = Condition::all()
            .add(minimum_wage::Column::Region.eq(region.as_str()))
            .add(minimum_wage::Column::Year.gt(year));
        select = select.filter(Condition::any().add(minimum_wage::Column::Region.gt(region)).add(later));
    }
    select
        .order_by_asc(minimum_wage::Column::Region)
        .order_by_asc(minimum_wage::Column::Year)
        .limit(part.and_one())
        .all(db)
        .await
}

pub async fn find_minimum_wage<C: ConnectionTrait>(db: &C, id: MinimumWageId) -> Result<minimum_wage::Model, Problem> {
    minimum_wage::Entity::find_by_id(id).one(db).await?.ok_or_else(Problem::not_found)
}

/// Locks a minimum wage that the caller may write.
pub async fn lock_minimum_wage(change: &Change, id: MinimumWageId) -> Result<minimum_wage::Model, Problem> {
    let found = minimum_wage::Entity::find_by_id(id).lock_exclusive().one(change.db()).await?;
    let row = found.ok_or_else(Problem::not_found)?;
    rules::writable(Place::of(&row.region), change.scope()).map(|()| row)
}

pub async fn insert_minimum_wage(change: &mut Change, row: &minimum_wage::Model) -> Result<(), Problem> {
    let insert = minimum_wage::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(Taken(&["/region", "/year"]))?;
    tell_minimum_wage(change, row, "create");
    Ok(())
}

/// Writes a changed minimum wage over the one that was loaded.
pub async fn update_minimum_wage(change: &mut Change, row: &minimum_wage::Model) -> Result<(), Problem> {
    let written = minimum_wage::Entity::update_many()
        .set(row.clone().into_active_model().reset_all())
        .filter(minimum_wage::Column::Id.eq(row.id))
        .filter(minimum_wage::Column::Version.eq(row.version - 1))
        .exec(change.db())
        .await?;
    one(written.rows_affected)?;
    tell_minimum_wage(change, row, "update");
    Ok(())
}

fn tell_minimum_wage(change: &mut Change, row: &minimum_wage::Model, event: &str) {
    forget(change);
    let office = rules::acting_office(Place::of(&row.region), change.scope()).to_owned();
    change.tell(Entry {
        event: format!("minimum_wage.{event}"),
        office,
        company: None,
        subject_kind: "minimum_wage",
        subject_id: row.id.to_string(),
        version: row.version,
        body: json!({"region": row.region, "year": row.year, "amount_sen": row.amount_sen, "decree": row.decree}),
    });
}

// Policies ---------------------------------------------------------------------------------------

/// Every policy row, or those of one rule: some hundreds at most.
pub async fn policies<C: ConnectionTrait>(db: &C, rule: Option<&str>) -> Result<Vec<policy::Model>, DbErr> {
    let select = policy::Entity::find();
    match rule {
        Some(rule) => select.filter(policy::Column::Rule.eq(rule)).all(db).await,
        None => select.all(db).await,
    }
}

pub async fn find_policy<C: ConnectionTrait>(db: &C, id: PolicyId) -> Result<policy::Model, Problem> {
    policy::Entity::find_by_id(id).one(db).await?.ok_or_else(Problem::not_found)
}

pub async fn insert_policy(change: &mut Change, row: &policy::Model) -> Result<(), Problem> {
    let insert = policy::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(Taken(&["/rule", "/scope", "/valid_from"]))?;
    forget(change);
    let joint_leave_is_work = change.book().calendar.joint_leave_is_work;
    if row.rule == JOINT_LEAVE_IS_WORK && (row.amount == 1) != joint_leave_is_work {
        let joint_leave = holiday::Entity::find().filter(holiday::Column::Kind.eq(HolidayKind::JointLeave));
        let days = joint_leave.all(change.db()).await?;
        calendar_changed(change, &days.iter().collect::<Vec<_>>()).await?;
    }
    let office = rules::acting_office(Place::of(&row.scope), change.scope()).to_owned();
    change.tell(Entry {
        event: "policy.create".to_owned(),
        office,
        company: None,
        subject_kind: "policy",
        subject_id: row.id.to_string(),
        version: 1,
        body: json!({
            "rule": row.rule, "scope": row.scope, "valid_from": row.valid_from, "amount": row.amount, "unit": row.unit,
        }),
    });
    Ok(())
}

// Synonyms ---------------------------------------------------------------------------------------

/// Groups of synonyms in the order of their names, after one of them.
pub async fn synonyms<C: ConnectionTrait>(db: &C, part: &Part<String>) -> Result<Vec<synonym::Model>, DbErr> {
    part.in_order(synonym::Entity::find(), synonym::Column::Terms).all(db).await
}

/// The names of every group.
pub async fn synonym_groups<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    let select = synonym::Entity::find().select_only().column(synonym::Column::Terms);
    select.order_by_asc(synonym::Column::Terms).into_tuple().all(db).await
}

pub async fn find_synonym<C: ConnectionTrait>(db: &C, id: SynonymId) -> Result<synonym::Model, Problem> {
    synonym::Entity::find_by_id(id).one(db).await?.ok_or_else(Problem::not_found)
}

/// Locks a group that the caller may take away.
pub async fn lock_synonym(change: &Change, id: SynonymId) -> Result<synonym::Model, Problem> {
    let found = synonym::Entity::find_by_id(id).lock_exclusive().one(change.db()).await?;
    let row = found.ok_or_else(Problem::not_found)?;
    rules::writable(rules::place_of_synonym(&row), change.scope()).map(|()| row)
}

pub async fn insert_synonym(change: &mut Change, row: &synonym::Model) -> Result<(), Problem> {
    let insert = synonym::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(Taken(&["/terms"]))?;
    tell_synonym(change, row, "create");
    Ok(())
}

pub async fn delete_synonym(change: &mut Change, row: &synonym::Model) -> Result<(), Problem> {
    let gone = synonym::Entity::delete_many().filter(synonym::Column::Id.eq(row.id)).exec(change.db()).await?;
    one(gone.rows_affected)?;
    tell_synonym(change, &synonym::Model { version: row.version + 1, ..row.clone() }, "delete");
    Ok(())
}

fn tell_synonym(change: &mut Change, row: &synonym::Model, event: &str) {
    change.afterwards(|state| state.dictionary.forget());
    let office = rules::acting_office(rules::place_of_synonym(row), change.scope()).to_owned();
    change.tell(Entry {
        event: format!("synonym.{event}"),
        office,
        company: None,
        subject_kind: "synonym",
        subject_id: row.id.to_string(),
        version: row.version,
        body: json!({"terms": row.terms}),
    });
}
