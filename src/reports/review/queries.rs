//! The only SeaORM of the work list.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::report::{placement_report, vacancy_report};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};
use uuid::Uuid;

use super::bodies::WaitingKind;
use crate::caller::Sees;
use crate::paging::{Only, Part};

/// Something that waits, as it is read.
#[derive(Debug, FromQueryResult)]
pub struct Waiting {
    /// What it is.
    pub kind: WaitingKind,
    /// Its id.
    pub id: Uuid,
    /// Receipt number.
    pub number: Option<String>,
    /// The company.
    pub company_id: CompanyId,
    /// Its name.
    pub company_name: String,
    /// The office.
    pub office: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The earliest day of a running clock.
    pub next_deadline: Option<NaiveDate>,
    /// Lines, rows, held vacancies.
    pub items: i64,
    /// Persons in them.
    pub persons: i64,
    /// Version.
    pub version: i64,
}

/// Where a page begins: after what waits since an instant and has an id.
pub type Mark = (DateTime<Utc>, Uuid);

/// What waits for the caller's offices, oldest first: one statement a kind, each for a page at most, and one more row than the
/// limit.
///
/// # Errors
/// The database's own.
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: Option<&str>,
    part: &Part<Mark>,
) -> Result<Vec<Waiting>, DbErr> {
    use {company::Column as C, placement_report::Column as P, vacancy_report::Column as V};
    let vacancies = Kind {
        select: vacancy_report::Entity::find()
            .join(JoinType::InnerJoin, of_company::<vacancy_report::Entity>(V::CompanyId)),
        columns: [V::Id, V::Office, V::SubmittedAt, V::Version],
        fields: [
            ("kind", Expr::cust("'vacancy_report'")),
            ("number", V::Number.into_expr()),
            ("items", V::LineCount.into_expr()),
            ("persons", V::PersonsWanted.into_expr()),
        ],
        waits: "vacancy_report.status = 'submitted'",
    };
    let placements = Kind {
        select: placement_report::Entity::find()
            .join(JoinType::InnerJoin, of_company::<placement_report::Entity>(P::CompanyId)),
        columns: [P::Id, P::Office, P::SubmittedAt, P::Version],
        fields: [
            ("kind", Expr::cust("'placement_report'")),
            ("number", P::Number.into_expr()),
            ("items", P::RowCount.into_expr()),
            ("persons", P::RowCount.into_expr()),
        ],
        waits: "placement_report.status = 'submitted'",
    };
    let held = |what: &str| {
        Expr::cust(format!(
            "(SELECT {what} FROM vacancy WHERE vacancy.company_id = company.id AND vacancy.status = 'held')"
        ))
    };
    let companies = Kind {
        select: company::Entity::find(),
        columns: [C::Id, C::Office, C::CreatedAt, C::Version],
        fields: [
            ("kind", Expr::cust("'company'")),
            ("number", Expr::cust("CAST(NULL AS text)")),
            ("items", held("COUNT(*)")),
            ("persons", held("COALESCE(SUM(vacancy.wanted), 0)")),
        ],
        waits: "company.status = 'registered' AND EXISTS (SELECT 1 FROM vacancy WHERE vacancy.company_id = company.id \
                AND vacancy.status = 'held')",
    };
    let mut rows = vacancies.read(db, seer, office, part).await?;
    rows.extend(placements.read(db, seer, office, part).await?);
    rows.extend(companies.read(db, seer, office, part).await?);
    rows.sort_by_key(|row| (row.since, row.id));
    rows.truncate(usize::try_from(part.and_one()).unwrap_or(usize::MAX));
    Ok(rows)
}

fn of_company<E: EntityTrait>(column: E::Column) -> RelationDef {
    E::belongs_to(company::Entity).from(column).to(company::Column::Id).into()
}

/// A kind of record that waits: how it is found, and what is read of it.
struct Kind<E: EntityTrait> {
    select: Select<E>,
    /// Id, office, since when, version.
    columns: [E::Column; 4],
    /// What each kind has in its own way.
    fields: [(&'static str, Expr); 4],
    /// What makes it wait, in words that its index has.
    waits: &'static str,
}

impl<E: EntityTrait> Kind<E> {
    async fn read<C: ConnectionTrait>(
        self,
        db: &C,
        seer: &impl Sees,
        office: Option<&str>,
        part: &Part<Mark>,
    ) -> Result<Vec<Waiting>, DbErr> {
        let [id, in_office, since, version] = self.columns;
        let waits = self.select.filter(seer.scope().of_offices(in_office)).filter(Expr::cust(self.waits));
        let mut select = waits.only(in_office, office);
        if let Some((at, last)) = part.after {
            let same = Condition::all().add(since.eq(at)).add(id.gt(last));
            select = select.filter(Condition::any().add(since.gt(at)).add(same));
        }
        let table = E::default();
        let clock = format!(
            "(SELECT MIN(d.due_on) FROM deadline AS d WHERE d.subject_id = {}.id AND d.met_on IS NULL)",
            table.table_name()
        );
        let select = select
            .select_only()
            .column_as(id, "id")
            .column_as(in_office, "office")
            .column_as(since, "since")
            .column_as(version, "version")
            .column_as(company::Column::Id, "company_id")
            .column_as(company::Column::Name, "company_name")
            .column_as(Expr::cust(clock), "next_deadline");
        let whole = |name| matches!(name, "items" | "persons");
        let select = self.fields.into_iter().fold(select, |select, (name, value)| {
            let value = if whole(name) { value.cast_as(Alias::new("bigint")) } else { value };
            select.column_as(value, name)
        });
        select.order_by_asc(since).order_by_asc(id).limit(part.and_one()).into_model().all(db).await
    }
}
