//! The only SeaORM of the overview.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::{self, CompanyId, CompanyStatus};
use disnaker_entity::plumbing::deadline;
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect,
    Select,
};

use super::bodies::{ComplianceFilter, ComplianceGroup, ComplianceRow, SilentCompany, SilentFilter};
use crate::caller::Sees;
use crate::compliance::warnings;
use crate::paging::{Only, Part};

/// The tables of what a company files, each with what says that a row was filed.
const FILINGS: &[(&str, &str)] = &[
    ("vacancy_report", "f.submitted_at IS NOT NULL"),
    ("placement_report", "f.submitted_at IS NOT NULL"),
    ("nil_report", "TRUE"),
    ("employment_report", "TRUE"),
];

/// The period, and the day that says what has passed.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// First due date.
    pub from: NaiveDate,
    /// Last due date.
    pub to: NaiveDate,
    /// Today, where the office is.
    pub today: NaiveDate,
}

/// One group as it is read.
#[derive(FromQueryResult)]
struct Sums {
    key: Option<String>,
    company: Option<CompanyId>,
    edition: Option<String>,
    name: Option<String>,
    on_time: Option<i64>,
    late: Option<i64>,
    missing: Option<i64>,
    pending: Option<i64>,
}

impl From<Sums> for ComplianceRow {
    fn from(row: Sums) -> Self {
        let [on_time, late, missing, pending] =
            [row.on_time, row.late, row.missing, row.pending].map(Option::unwrap_or_default);
        Self {
            key: row.key.or_else(|| row.company.map(|id| id.to_string())),
            edition: row.edition,
            name: row.name,
            expected: on_time + late + missing + pending,
            actual: on_time + late,
            on_time,
            late,
            missing,
            pending,
        }
    }
}

/// Duties of companies that fall into the period, with their companies. What a warning asks for is none of them, unless it is
/// asked for by name.
fn due(seer: &impl Sees, filter: &ComplianceFilter, period: Period) -> Select<deadline::Entity> {
    use deadline::Column as D;
    let company = deadline::Entity::belongs_to(company::Entity).from(D::CompanyId).to(company::Column::Id).into();
    let mut select = deadline::Entity::find()
        .join(JoinType::InnerJoin, company)
        .filter(seer.scope().of_offices(D::Office))
        .filter(D::DueOn.between(period.from, period.to))
        .filter(D::Party.eq("company"))
        .filter(D::Cancelled.eq(false));
    if let Some(office) = &filter.office {
        select = select.filter(D::Office.eq(office.as_str()));
    }
    match &filter.rule {
        Some(rule) => select.filter(D::Rule.eq(rule.as_str())),
        None => select.filter(D::Rule.ne(warnings::ANSWER)),
    }
}

/// Counts what came of the duties of a select.
fn counted(select: Select<deadline::Entity>, today: NaiveDate) -> Select<deadline::Entity> {
    use deadline::Column as D;
    let met = |late: bool| {
        let (met, due) = (Expr::col((deadline::Entity, D::MetOn)), Expr::col((deadline::Entity, D::DueOn)));
        Condition::all().add(D::Lapsed.eq(false)).add(if late { met.gt(due) } else { met.lte(due) })
    };
    let open = |day: Expr| Condition::all().add(D::MetOn.is_null()).add(day);
    let states = [
        ("on_time", met(false)),
        ("late", met(true)),
        ("missing", Condition::any().add(D::Lapsed.eq(true)).add(open(D::DueOn.lt(today).and(D::PausedOn.is_null())))),
        ("pending", open(D::DueOn.gte(today).or(D::PausedOn.is_not_null()))),
    ];
    states.into_iter().fold(select, |select, (name, state)| {
        let one: Expr = Expr::case(state, Expr::cust("1")).finally(Expr::cust("0")).into();
        select.column_as(one.sum().cast_as(Alias::new("bigint")), name)
    })
}

/// What a group is known by: its company, its key, the edition of the key, and its name.
const KEYS: [&str; 4] = ["company", "key", "edition", "name"];

/// Selects what a group is known by, and groups by it; none of it where there is one group.
fn grouped(select: Select<deadline::Entity>, by: Option<ComplianceGroup>) -> Select<deadline::Entity> {
    use company::Column as C;
    let (text, id) = (|| Expr::cust("CAST(NULL AS text)"), || Expr::cust("CAST(NULL AS uuid)"));
    let column = |column: C| Expr::col((company::Entity, column));
    // The district of a code, and the month of a day, which is a text on one engine and a date on the other.
    let (keys, by) = match by {
        None => ([id(), text(), text(), text()], vec![]),
        Some(ComplianceGroup::Company) => ([column(C::Id), text(), text(), column(C::Name)], vec![0, 3]),
        Some(ComplianceGroup::Sector) => ([id(), column(C::Sector), column(C::SectorEdition), text()], vec![1, 2]),
        Some(ComplianceGroup::District) => {
            ([id(), Expr::cust("substr(company.region, 1, 5)"), text(), text()], vec![1])
        }
        Some(ComplianceGroup::Month) => {
            ([id(), Expr::cust("substr(CAST(deadline.due_on AS text), 1, 7)"), text(), text()], vec![1])
        }
    };
    let select =
        by.into_iter().filter_map(|at: usize| keys.get(at)).fold(select, |select, key| select.group_by(key.clone()));
    KEYS.into_iter().zip(keys).fold(select, |select, (name, key)| select.column_as(key, name))
}

/// Groups of duties and what came of them; companies by the page, in the order of their ids.
pub async fn groups<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &ComplianceFilter,
    period: Period,
    part: &Part<CompanyId>,
) -> Result<Vec<ComplianceRow>, DbErr> {
    let mut select = due(seer, filter, period).select_only();
    select = counted(grouped(select, Some(filter.group_by)), period.today);
    if filter.group_by == ComplianceGroup::Company {
        select = part.in_order(select, company::Column::Id);
    }
    let rows: Vec<Sums> = select.into_model().all(db).await?;
    Ok(rows.into_iter().map(ComplianceRow::from).collect())
}

/// All duties of the period and what came of them.
pub async fn total<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &ComplianceFilter,
    period: Period,
) -> Result<ComplianceRow, DbErr> {
    let select = counted(grouped(due(seer, filter, period).select_only(), None), period.today);
    let sums: Option<Sums> = select.into_model().one(db).await?;
    Ok(sums.map(ComplianceRow::from).unwrap_or_default())
}

crate::picked! {
    struct Silent {
        company_id: CompanyId = company::Column::Id,
        nib: String = company::Column::Nib,
        branch: String = company::Column::Branch,
        name: String = company::Column::Name,
        sector: String = company::Column::Sector,
        region: String = company::Column::Region,
        office: String = company::Column::Office,
        registered_at: DateTime<Utc> = company::Column::CreatedAt,
    }
}

/// Verified companies of the caller's offices that have filed nothing, whether it was accepted or not.
pub async fn silent<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &SilentFilter,
    part: &Part<CompanyId>,
) -> Result<Vec<SilentCompany>, DbErr> {
    use company::Column as C;
    let mut select = company::Entity::find()
        .filter(seer.scope().of_offices(C::Office))
        .filter(C::Status.eq(CompanyStatus::Verified));
    for (table, filed) in FILINGS {
        let filed = format!("NOT EXISTS (SELECT 1 FROM {table} AS f WHERE f.company_id = company.id AND {filed})");
        select = select.filter(Expr::cust(filed));
    }
    let select = select.only(C::Office, filter.office.as_deref()).only(C::Sector, filter.sector.as_deref());
    let rows = Silent::pick(part.in_order(select, C::Id)).all(db).await?;
    let shown = |row: Silent| SilentCompany {
        company_id: row.company_id,
        nib: row.nib,
        branch: row.branch,
        name: row.name,
        sector: row.sector,
        region: row.region,
        office: row.office,
        registered_at: row.registered_at,
    };
    Ok(rows.into_iter().map(shown).collect())
}
