//! The only SeaORM of the coverage.

use chrono::NaiveDate;
use disnaker_entity::training::{package, programme, tally};
use disnaker_entity::training_need::need;
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef,
};

use super::bodies::{CoverageFigures, CoverageFilter};
use super::rules::Part;
use crate::caller::Sees;
use crate::paging::Only;
use crate::training::funnel::rules::Stage;
use crate::vacancies;

/// Seats of a need, of packages that are held or that were cancelled.
macro_rules! seats_of_need {
    ($of:literal) => {
        concat!(
            "COALESCE((SELECT SUM(answer.seats) FROM training_need_package AS answer JOIN training_package AS package ",
            "ON package.id = answer.package_id WHERE answer.need_id = training_need.id AND package.status ",
            $of,
            " 'cancelled'), 0)"
        )
    };
}

/// Seats of a package that answer no need.
const OTHER_SEATS: &str = "training_package.capacity - COALESCE((SELECT SUM(answer.seats) FROM training_need_package AS \
                           answer WHERE answer.package_id = training_package.id), 0)";

/// The sum of an expression as a big integer: PostgreSQL would give a number of any length.
fn sum(of: impl Into<std::borrow::Cow<'static, str>>) -> Expr {
    Expr::cust(of).sum().cast_as(Alias::new("bigint"))
}

/// The codes of an occupation and of what is below it; all, where none is asked for.
fn below(column: impl ColumnTrait, occupation: Option<&str>) -> Condition {
    let all = Condition::all();
    match occupation {
        Some(code) => all.add(column.gte(code)).add(column.lt(format!("{code}~"))),
        None => all,
    }
}

/// What is needed in a year, with the seats that answer it: one statement.
///
/// # Errors
/// The database's own.
pub async fn needs<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &CoverageFilter,
    year: i32,
) -> Result<Vec<(String, CoverageFigures)>, DbErr> {
    use need::Column as N;
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let rows: Vec<(String, i64, i64, i64, i64)> = need::Entity::find()
        .filter(seer.scope().of_offices(N::Office))
        .only(N::Office, filter.office.as_deref())
        .filter(below(N::Occupation, filter.occupation.as_deref()))
        .filter(N::WantedBy.between(day(1, 1), day(12, 31)))
        .filter(Expr::cust("training_need.status NOT IN ('declined', 'withdrawn')"))
        .select_only()
        .column(N::Occupation)
        .column_as(N::Id.count(), "needs")
        .expr_as(sum("training_need.persons"), "persons")
        .expr_as(sum(seats_of_need!("<>")), "planned")
        .expr_as(sum(seats_of_need!("=")), "cancelled")
        .group_by(N::Occupation)
        .into_tuple()
        .all(db)
        .await?;
    let figures = |(occupation, needs, persons, seats_planned, seats_cancelled)| {
        (occupation, CoverageFigures { needs, persons, seats_planned, seats_cancelled, ..CoverageFigures::default() })
    };
    Ok(rows.into_iter().map(figures).collect())
}

/// What there is beside the seats that answer needs: other seats of the year's packages, who passed in them, and what vacancies
/// want: three statements.
///
/// # Errors
/// The database's own.
pub async fn others<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &CoverageFilter,
    year: i32,
    today: NaiveDate,
) -> Result<Vec<Part>, DbErr> {
    use {package::Column as K, programme::Column as P, tally::Column as T};
    let (office, occupation) = (filter.office.as_deref(), filter.occupation.as_deref());
    let of_programme: RelationDef =
        package::Entity::belongs_to(programme::Entity).from(K::ProgrammeId).to(P::Id).into();
    let cancelled = |then: &str, other: &str| {
        sum(format!("CASE WHEN training_package.status = 'cancelled' THEN {then} ELSE {other} END"))
    };
    let seats: Vec<(Option<String>, i64, i64)> = package::Entity::find()
        .filter(seer.scope().of_offices(K::Office))
        .only(K::Office, office)
        .filter(K::Year.eq(year))
        .join(JoinType::InnerJoin, of_programme)
        .filter(below(P::Occupation, occupation))
        .select_only()
        .column(P::Occupation)
        .expr_as(cancelled("0", OTHER_SEATS), "other")
        .expr_as(cancelled(OTHER_SEATS, "0"), "cancelled")
        .group_by(P::Occupation)
        .into_tuple()
        .all(db)
        .await?;
    let of_programme: RelationDef = tally::Entity::belongs_to(programme::Entity).from(T::ProgrammeId).to(P::Id).into();
    let passed: Vec<(Option<String>, i64)> = tally::Entity::find()
        .filter(seer.scope().of_offices(T::Office))
        .only(T::Office, office)
        .filter(T::Year.eq(year))
        .filter(T::Stage.eq(Stage::Passed.as_str()))
        .join(JoinType::InnerJoin, of_programme)
        .filter(below(P::Occupation, occupation))
        .select_only()
        .column(P::Occupation)
        .expr_as(sum("training_tally.quantity"), "persons")
        .group_by(P::Occupation)
        .into_tuple()
        .all(db)
        .await?;
    let wanted = vacancies::outstanding(db, seer, office, today).await?;
    let begins = |code: &Option<String>| {
        occupation.is_none_or(|occupation| code.as_deref().is_some_and(|code| code.starts_with(occupation)))
    };
    let none = CoverageFigures::default();
    let seats = seats.into_iter().map(|(occupation, seats_other, seats_cancelled)| {
        (occupation, CoverageFigures { seats_other, seats_cancelled, ..none })
    });
    let passed =
        passed.into_iter().map(|(occupation, persons_passed)| (occupation, CoverageFigures { persons_passed, ..none }));
    let wanted = wanted.into_iter().filter(|(occupation, _)| begins(occupation));
    let wanted = wanted.map(|(occupation, vacancies)| (occupation, CoverageFigures { vacancies, ..none }));
    Ok(seats.chain(passed).chain(wanted).collect())
}
