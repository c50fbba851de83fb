//! The only SeaORM of the desk.

use std::collections::HashMap;

use chrono::NaiveDate;
use disnaker_entity::mediation::case::{Column, Entity, Model};
use disnaker_entity::mediation::{DisputeKind, MediationCaseId, party};
use disnaker_entity::plumbing::{deadline, movement};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};

use super::bodies::MediationWorkFilter;
use super::rules::Sum;
use crate::caller::Sees;
use crate::db::among;
use crate::mediation::cases::queries::{SUBJECT, visible};
use crate::paging::{Only, Part};

/// The day on which the next clock of a case runs out; beyond all days where none runs.
const NEXT: &str = "COALESCE((SELECT MIN(clock.due_on) FROM deadline AS clock WHERE clock.subject_id = mediation_case.id \
     AND clock.met_on IS NULL AND clock.paused_on IS NULL), '9999-12-31')";

/// A place in the work list: due date and id of the last one shown.
pub type Place = (NaiveDate, MediationCaseId);

/// An open case with the day of its next clock.
#[derive(FromQueryResult)]
pub struct Waiting {
    /// The case.
    #[sea_orm(nested)]
    pub case: Model,
    /// The day.
    pub next_due: NaiveDate,
}

/// Open cases that the caller may see, by their next deadline, with their sides and their running clocks, the next first: three
/// statements, however many there are.
///
/// # Errors
/// The database's own.
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &MediationWorkFilter,
    part: &Part<Place>,
) -> Result<(Vec<Waiting>, Vec<party::Model>, Vec<deadline::Model>), DbErr> {
    let name = seer.name();
    let mut select = visible(seer)
        .filter(Column::EndedOn.is_null())
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Mediator, filter.mine.unwrap_or_default().then_some(&*name));
    if let Some((day, id)) = part.after {
        let same = Condition::all().add(Expr::cust(NEXT).eq(day)).add(Column::Id.gt(id));
        select = select.filter(Condition::any().add(Expr::cust(NEXT).gt(day)).add(same));
    }
    let select = select.expr_as(Expr::cust(NEXT), "next_due");
    let select = select.order_by_asc(Expr::cust(NEXT)).order_by_asc(Column::Id).limit(part.and_one());
    let rows: Vec<Waiting> = select.into_model().all(db).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.case.id).collect();
    if ids.is_empty() {
        return Ok((rows, Vec::new(), Vec::new()));
    }
    Ok((rows, sides(db, &ids).await?, running(db, &ids).await?))
}

/// The sides of cases.
pub async fn sides<C: ConnectionTrait>(db: &C, ids: &[MediationCaseId]) -> Result<Vec<party::Model>, DbErr> {
    party::Entity::find().filter(among(db, party::Column::CaseId, ids.iter().copied())).all(db).await
}

/// The clocks of cases that run, the next first.
async fn running<C: ConnectionTrait>(db: &C, ids: &[MediationCaseId]) -> Result<Vec<deadline::Model>, DbErr> {
    use deadline::Column as D;
    let select = deadline::Entity::find().filter(among(db, D::SubjectId, ids.iter().map(|id| id.0)));
    let select = select.filter(D::MetOn.is_null()).filter(D::PausedOn.is_null());
    select.order_by_asc(D::DueOn).order_by_asc(D::Id).all(db).await
}

/// How many open cases each mediator of an office has, as the journal names them.
pub async fn loads<C: ConnectionTrait>(db: &C, office: &str) -> Result<HashMap<String, i64>, DbErr> {
    let select = Entity::find()
        .select_only()
        .column(Column::Mediator)
        .column_as(Column::Id.count(), "open")
        .filter(Column::Office.eq(office))
        .filter(Column::EndedOn.is_null())
        .filter(Column::Mediator.is_not_null())
        .group_by(Column::Mediator);
    let rows: Vec<(String, i64)> = select.into_tuple().all(db).await?;
    Ok(rows.into_iter().collect())
}

#[derive(FromQueryResult)]
struct Moved {
    kind: String,
    dispute_kind: Option<DisputeKind>,
    before: Option<i64>,
    within: Option<i64>,
}

/// What was counted of the disputes of an office that the caller counts, before a year and in it up to a day.
pub async fn sums<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: &str,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Sum>, DbErr> {
    use movement::Column as M;
    let part = |before: bool| -> Expr {
        let of = if before { M::EffectiveOn.lt(first) } else { M::EffectiveOn.gte(first) };
        let one: Expr = Expr::case(of, Expr::col((movement::Entity, M::Quantity))).finally(Expr::cust("0")).into();
        one.sum().cast_as(Alias::new("bigint"))
    };
    let select = movement::Entity::find()
        .select_only()
        .columns([M::Kind, M::DisputeKind])
        .column_as(part(true), "before")
        .column_as(part(false), "within")
        .filter(seer.scope().of_offices(M::Office))
        .filter(M::Office.eq(office))
        .filter(M::Kind.starts_with("dispute_"))
        .filter(M::EffectiveOn.lte(last))
        .group_by(M::Kind)
        .group_by(M::DisputeKind);
    let rows: Vec<Moved> = select.into_model().all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| Sum {
            movement: row.kind,
            kind: row.dispute_kind,
            before: row.before.unwrap_or_default(),
            within: row.within.unwrap_or_default(),
        })
        .collect())
}

/// How many clocks of an office's cases run that were due before a day, and that are due from it to another: one statement.
pub async fn clocks_due<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: &str,
    today: NaiveDate,
    soon: NaiveDate,
) -> Result<(i64, i64), DbErr> {
    use deadline::Column as D;
    let sum = |of: Expr| -> Expr {
        let one: Expr = Expr::case(of, Expr::cust("1")).finally(Expr::cust("0")).into();
        one.sum().cast_as(Alias::new("bigint"))
    };
    let select = deadline::Entity::find()
        .select_only()
        .expr_as(sum(D::DueOn.lt(today)), "overdue")
        .expr_as(sum(D::DueOn.gte(today)), "approaching")
        .filter(seer.scope().of_offices(D::Office))
        .filter(D::Office.eq(office))
        .filter(D::SubjectKind.eq(SUBJECT))
        .filter(D::MetOn.is_null())
        .filter(D::PausedOn.is_null())
        .filter(D::DueOn.lte(soon));
    let counts: Option<(Option<i64>, Option<i64>)> = select.into_tuple().one(db).await?;
    Ok(counts.map_or((0, 0), |(overdue, approaching)| (overdue.unwrap_or_default(), approaching.unwrap_or_default())))
}

/// Cases of an office in the order of their registration, from one day to another, as far as a book goes.
pub async fn registered<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: &str,
    (from, to): (NaiveDate, NaiveDate),
    most: u64,
) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(seer.scope().of_offices(Column::Office)).filter(Column::Office.eq(office));
    let select = select.filter(Column::RegisteredOn.between(from, to));
    select.order_by_asc(Column::RegisteredOn).order_by_asc(Column::Id).limit(most).all(db).await
}
