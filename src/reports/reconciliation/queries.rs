//! The only SeaORM of reconciliation: a page is read, and the sums are made where the rows are.

use chrono::{DateTime, Utc};
use disnaker_entity::batch::{BatchKind, BatchMode, report_batch, report_batch_row};
use disnaker_entity::company::CompanyId;
use disnaker_entity::placement::PlacementId;
use disnaker_entity::report::{
    PlacementReportId, ReportStatus, VacancyReportId, placement_report, placement_row, vacancy_line, vacancy_report,
};
use disnaker_entity::vacancy::{self, VacancyId, VacancyStatus};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationDef, Select,
};

use super::bodies::{ReferenceState, ReferenceView};
use super::rules::{Ledger, enter, rank, state};
use crate::caller::Sees;
use crate::db::among;
use crate::paging::Part;

/// Reference, report, line, when it came, and where report and vacancy stand.
type FoundLine = (String, VacancyReportId, VacancyId, Option<DateTime<Utc>>, ReportStatus, Option<VacancyStatus>);
/// Reference, report, row, when it came, and where the report stands.
type FoundRow = (String, PlacementReportId, PlacementId, Option<DateTime<Utc>>, ReportStatus);

/// A span of time: from an instant, until before another.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// References of a select, by this name.
const NAMED: &str = "named";
const REFERENCE: &str = "reference";
const STATE: &str = "state";

/// What the caller may see of a report: its company all, its office what was filed.
fn seen<C: ColumnTrait>(seer: &impl Sees, office: C, company: C, submitted_at: C) -> Condition {
    let filed = Condition::all().add(seer.scope().of_offices(office)).add(submitted_at.is_not_null());
    Condition::any().add(filed).add(seer.scope().of_companies(company))
}

/// The lines or rows of a company's reports that the caller may see, with their reports.
struct Lines<E: EntityTrait> {
    select: Select<E>,
    reference: E::Column,
    received_at: E::Column,
    report_id: E::Column,
    /// The status of their report.
    status: Expr,
}

fn visible_lines(seer: &impl Sees, company: CompanyId) -> Lines<vacancy_line::Entity> {
    use vacancy_line::Column as Line;
    use vacancy_report::Column as Report;
    let report: RelationDef =
        vacancy_line::Entity::belongs_to(vacancy_report::Entity).from(Line::ReportId).to(Report::Id).into();
    let select = vacancy_line::Entity::find()
        .join(JoinType::InnerJoin, report)
        .filter(Line::CompanyId.eq(company))
        .filter(seen(seer, Report::Office, Report::CompanyId, Report::SubmittedAt));
    let (reference, received_at, report_id) = (Line::Reference, Line::ReceivedAt, Line::ReportId);
    Lines { select, reference, received_at, report_id, status: Report::Status.into_expr() }
}

fn visible_rows(seer: &impl Sees, company: CompanyId) -> Lines<placement_row::Entity> {
    use placement_report::Column as Report;
    use placement_row::Column as Row;
    let report: RelationDef =
        placement_row::Entity::belongs_to(placement_report::Entity).from(Row::ReportId).to(Report::Id).into();
    let select = placement_row::Entity::find()
        .join(JoinType::InnerJoin, report)
        .filter(Row::CompanyId.eq(company))
        .filter(seen(seer, Report::Office, Report::CompanyId, Report::SubmittedAt));
    let (reference, received_at, report_id) = (Row::Reference, Row::ReceivedAt, Row::ReportId);
    Lines { select, reference, received_at, report_id, status: Report::Status.into_expr() }
}

impl<E: EntityTrait> Lines<E> {
    /// The references that came in a span.
    fn received(self, (from, until): Span) -> SelectStatement {
        let select = self.select.filter(self.reference.is_not_null());
        let select = select.filter(self.received_at.gte(from)).filter(self.received_at.lt(until));
        select.select_only().column_as(self.reference, REFERENCE).into_query()
    }

    /// The status of the report that says most of a named reference: as [`enter`] has it.
    fn telling(self) -> SelectStatement {
        let rank = ReportStatus::ALL.iter().fold(CaseStatement::new(), |case, status| {
            case.case(self.status.clone().eq(status.as_str()), i32::from(rank(state(*status))))
        });
        let of_name = Expr::col((E::default(), self.reference)).equals((Alias::new(NAMED), Alias::new(REFERENCE)));
        let select = self.select.filter(of_name).select_only().expr(self.status);
        let select = select.order_by_desc(Into::<Expr>::into(rank)).order_by_desc(self.report_id);
        select.limit(1).into_query()
    }
}

/// Batches of a company that were to be filed and came in a span. They are seen by their company alone.
fn visible_batches(seer: &impl Sees, company: CompanyId, (from, until): Span) -> Select<report_batch_row::Entity> {
    use report_batch::Column as Batch;
    let batch: RelationDef = report_batch_row::Entity::belongs_to(report_batch::Entity)
        .from(report_batch_row::Column::BatchId)
        .to(Batch::Id)
        .into();
    report_batch_row::Entity::find()
        .join(JoinType::InnerJoin, batch)
        .filter(seer.scope().of_companies(Batch::CompanyId))
        .filter(Batch::CompanyId.eq(company))
        .filter(Batch::Mode.eq(BatchMode::Commit))
        .filter(Batch::CreatedAt.gte(from))
        .filter(Batch::CreatedAt.lt(until))
}

/// The references of a kind in a span, each once: those that came with a line or row, and those that a batch had.
fn named(seer: &impl Sees, company: CompanyId, kind: BatchKind, span: Span) -> SelectStatement {
    use report_batch_row::Column as Row;
    let mut named = match kind {
        BatchKind::Vacancies => visible_lines(seer, company).received(span),
        BatchKind::Placements => visible_rows(seer, company).received(span),
    };
    let sent = visible_batches(seer, company, span)
        .filter(report_batch::Column::Kind.eq(kind))
        .filter(Row::Reference.is_not_null())
        .select_only()
        .column_as(Row::Reference, REFERENCE);
    named.union(UnionType::Distinct, sent.into_query()).take()
}

/// References of a span by kind and name, after one of them, and at most so many and one more.
///
/// # Errors
/// The database's own.
pub async fn references<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    span: Span,
    part: &Part<(BatchKind, String)>,
) -> Result<Vec<(BatchKind, String)>, DbErr> {
    let (after, mut found) = (part.after.as_ref(), Vec::new());
    for kind in BatchKind::ALL.iter().copied().filter(|kind| after.is_none_or(|(last, _)| kind >= last)) {
        let read = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let name = Expr::col((Alias::new(NAMED), Alias::new(REFERENCE)));
        let mut select = Query::select();
        select.expr(name.clone()).from_subquery(named(seer, company, kind, span), Alias::new(NAMED));
        if let Some((_, reference)) = after.filter(|(last, _)| *last == kind) {
            select.and_where(name.clone().gt(reference.as_str()));
        }
        select.order_by_expr(name, sea_orm::Order::Asc).limit(part.and_one().saturating_sub(read));
        for row in db.query_all(&select).await? {
            found.push((kind, row.try_get_by_index(0)?));
        }
    }
    Ok(found)
}

/// How many references of a span stand where.
///
/// # Errors
/// The database's own.
pub async fn sums<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    span: Span,
) -> Result<Vec<(ReferenceState, i64)>, DbErr> {
    let placed = |kind| {
        let telling = match kind {
            BatchKind::Vacancies => visible_lines(seer, company).telling(),
            BatchKind::Placements => visible_rows(seer, company).telling(),
        };
        let nowhere = Expr::val(ReferenceState::Rejected.as_str());
        let state = Expr::SubQuery(None, Box::new(telling.into())).if_null(nowhere);
        let mut placed = Query::select();
        placed.expr_as(state, Alias::new(STATE));
        placed.from_subquery(named(seer, company, kind, span), Alias::new(NAMED)).take()
    };
    let both = placed(BatchKind::Vacancies).union(UnionType::All, placed(BatchKind::Placements)).take();
    let mut select = Query::select();
    select.column(Alias::new(STATE)).expr(Expr::cust("COUNT(*)")).from_subquery(both, Alias::new("placed"));
    let rows = db.query_all(select.group_by_col(Alias::new(STATE))).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// How many rows of a span's batches had no reference.
///
/// # Errors
/// The database's own.
pub async fn nameless<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    span: Span,
) -> Result<i64, DbErr> {
    let select = visible_batches(seer, company, span).filter(report_batch_row::Column::Reference.is_null());
    let count: Option<i64> = select.select_only().expr(Expr::cust("COUNT(*)")).into_tuple().one(db).await?;
    Ok(count.unwrap_or_default())
}

/// Where references are now: of each the line or row that says most, or that there is none.
///
/// # Errors
/// The database's own.
pub async fn places<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    references: Vec<(BatchKind, String)>,
) -> Result<Vec<ReferenceView>, DbErr> {
    let mut ledger = Ledger::new();
    let of_kind = |wanted| references.iter().filter(move |(kind, _)| *kind == wanted).map(|(_, name)| name.clone());
    if of_kind(BatchKind::Vacancies).next().is_some() {
        enter_lines(db, seer, company, of_kind(BatchKind::Vacancies), &mut ledger).await?;
    }
    if of_kind(BatchKind::Placements).next().is_some() {
        enter_rows(db, seer, company, of_kind(BatchKind::Placements), &mut ledger).await?;
    }
    let placed = references.into_iter().map(|key| ledger.remove(&key).unwrap_or_else(|| ReferenceView::nowhere(key)));
    Ok(placed.collect())
}

/// Enters the lines of a company's vacancy reports that have one of these references.
async fn enter_lines<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    references: impl Iterator<Item = String>,
    ledger: &mut Ledger,
) -> Result<(), DbErr> {
    use vacancy_line::Column as Line;
    let vacancy: RelationDef =
        vacancy_line::Entity::belongs_to(vacancy::Entity).from(Line::LineId).to(vacancy::Column::Id).into();
    let lines = visible_lines(seer, company);
    let select = lines.select.join(JoinType::LeftJoin, vacancy).filter(among(db, Line::Reference, references));
    let select = select.select_only().columns([Line::Reference, Line::ReportId, Line::LineId, Line::ReceivedAt]);
    let found: Vec<FoundLine> = select.expr(lines.status).column(vacancy::Column::Status).into_tuple().all(db).await?;
    for (reference, report, line, received_at, status, vacancy_status) in found {
        let (kind, report_id, line_id) = (BatchKind::Vacancies, Some(report.0), Some(line.0));
        let state = state(status);
        enter(ledger, ReferenceView { kind, reference, state, report_id, line_id, vacancy_status, received_at });
    }
    Ok(())
}

/// Enters the rows of a company's placement reports that have one of these references.
async fn enter_rows<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    references: impl Iterator<Item = String>,
    ledger: &mut Ledger,
) -> Result<(), DbErr> {
    use placement_row::Column as Row;
    let rows = visible_rows(seer, company);
    let select = rows.select.filter(among(db, Row::Reference, references));
    let select = select.select_only().columns([Row::Reference, Row::ReportId, Row::RowId, Row::ReceivedAt]);
    let found: Vec<FoundRow> = select.expr(rows.status).into_tuple().all(db).await?;
    for (reference, report, row, received_at, status) in found {
        let (kind, report_id, line_id) = (BatchKind::Placements, Some(report.0), Some(row.0));
        let state = state(status);
        enter(ledger, ReferenceView { kind, reference, state, report_id, line_id, vacancy_status: None, received_at });
    }
    Ok(())
}
