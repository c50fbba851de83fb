//! The only SeaORM of the work list.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::apprenticeship::{agreement, programme};
use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::plumbing::deadline;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};
use uuid::Uuid;

use super::bodies::{WaitingApprenticeshipFilter, WaitingApprenticeshipKind};
use crate::apprenticeships::agreements::ENDORSEMENT;
use crate::apprenticeships::programmes::rules::APPROVAL;
use crate::caller::Sees;
use crate::paging::{Only, Part};

/// Something that waits, as it is read.
#[derive(Debug, FromQueryResult)]
pub struct Waiting {
    /// What it is.
    pub kind: WaitingApprenticeshipKind,
    /// Its id.
    pub id: Uuid,
    /// Title of the programme.
    pub title: String,
    /// The company.
    pub company_id: CompanyId,
    /// Its name.
    pub company_name: String,
    /// The office.
    pub office: String,
    /// The last day for its answer.
    pub due_on: NaiveDate,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Places.
    pub places: i32,
    /// Version.
    pub version: i64,
}

/// Where a page begins: after what is due on a day and has an id.
pub type Mark = (NaiveDate, Uuid);

/// What waits for the caller's offices, the next due first: one statement a kind, each for a page at most and one more row than the
/// limit.
///
/// # Errors
/// The database's own.
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &WaitingApprenticeshipFilter,
    part: &Part<Mark>,
) -> Result<Vec<Waiting>, DbErr> {
    use {agreement::Column as A, programme::Column as P};
    let (mut rows, office) = (Vec::new(), filter.office.as_deref());
    if filter.kind.is_none_or(|kind| kind == WaitingApprenticeshipKind::Programme) {
        let select = programme::Entity::find()
            .join(JoinType::InnerJoin, related::<programme::Entity, _>(P::CompanyId, company::Column::Id))
            .join(JoinType::InnerJoin, related::<programme::Entity, _>(P::Id, deadline::Column::SubjectId))
            .filter(seer.scope().of_offices(P::Office))
            .filter(Expr::cust("apprenticeship_programme.status = 'submitted'"))
            .only(P::Office, office);
        let columns = [P::Id, P::CompanyId, P::Office, P::SubmittedAt, P::Version];
        let own = [("kind", Expr::cust("'programme'")), ("places", P::Places.into_expr())];
        rows.extend(read(db, select, columns, own, APPROVAL, part).await?);
    }
    if filter.kind.is_none_or(|kind| kind == WaitingApprenticeshipKind::Agreement) {
        let select = agreement::Entity::find()
            .join(JoinType::InnerJoin, related::<agreement::Entity, _>(A::ProgrammeId, P::Id))
            .join(JoinType::InnerJoin, related::<agreement::Entity, _>(A::CompanyId, company::Column::Id))
            .join(JoinType::InnerJoin, related::<agreement::Entity, _>(A::Id, deadline::Column::SubjectId))
            .filter(seer.scope().of_offices(A::Office))
            .filter(Expr::cust("apprenticeship_agreement.status = 'filed'"))
            .only(A::Office, office);
        let columns = [A::Id, A::CompanyId, A::Office, A::FiledAt, A::Version];
        let own = [("kind", Expr::cust("'agreement'")), ("places", Expr::cust("1"))];
        rows.extend(read(db, select, columns, own, ENDORSEMENT, part).await?);
    }
    rows.sort_by_key(|row| (row.due_on, row.id));
    rows.truncate(usize::try_from(part.and_one()).unwrap_or(usize::MAX));
    Ok(rows)
}

/// What leads from a column to one of another table.
fn related<E: EntityTrait, T: ColumnTrait>(from: E::Column, to: T) -> RelationDef
where
    T::EntityName: EntityTrait<Column = T>,
{
    E::belongs_to(T::EntityName::default()).from(from).to(to).into()
}

/// Reads a kind of record that waits, with the clock that runs on it.
async fn read<C: ConnectionTrait, E: EntityTrait>(
    db: &C,
    select: Select<E>,
    [id, company_id, office, since, version]: [E::Column; 5],
    own: [(&'static str, Expr); 2],
    rule: &str,
    part: &Part<Mark>,
) -> Result<Vec<Waiting>, DbErr> {
    let due_on = deadline::Column::DueOn;
    let mut select = select.filter(deadline::Column::Rule.eq(rule)).filter(deadline::Column::MetOn.is_null());
    if let Some((day, last)) = part.after {
        let same = Condition::all().add(due_on.eq(day)).add(id.gt(last));
        select = select.filter(Condition::any().add(due_on.gt(day)).add(same));
    }
    let select = select
        .select_only()
        .column_as(id, "id")
        .column_as(company_id, "company_id")
        .column_as(office, "office")
        .column_as(since, "since")
        .column_as(version, "version")
        .column_as(company::Column::Name, "company_name")
        .column_as(programme::Column::Title, "title")
        .column_as(due_on, "due_on");
    let select = own.into_iter().fold(select, |select, (name, value)| select.column_as(value, name));
    select.order_by_asc(due_on).order_by_asc(id).limit(part.and_one()).into_model().all(db).await
}
