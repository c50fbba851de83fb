//! The only SeaORM of reconciliation.

use chrono::{DateTime, Utc};
use disnaker_entity::batch::{BatchKind, BatchMode, ReportBatchId, report_batch, report_batch_row};
use disnaker_entity::company::CompanyId;
use disnaker_entity::placement::PlacementId;
use disnaker_entity::report::{
    PlacementReportId, ReportStatus, VacancyReportId, placement_report, placement_row, vacancy_line, vacancy_report,
};
use disnaker_entity::vacancy::{self, VacancyId, VacancyStatus};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef,
};

use super::bodies::{ReferenceState, ReferenceView};
use super::rules::{Ledger, enter, state};
use crate::caller::Sees;
use crate::db::among;

/// References that one statement looks for.
const MANY: usize = 500;

/// Reference, report, line, when it came, and where report and vacancy stand.
type FoundLine = (String, VacancyReportId, VacancyId, Option<DateTime<Utc>>, ReportStatus, Option<VacancyStatus>);
/// Reference, report, row, when it came, and where the report stands.
type FoundRow = (String, PlacementReportId, PlacementId, Option<DateTime<Utc>>, ReportStatus);

/// Which lines are looked at.
pub enum Which {
    /// Those that came in a span of time.
    Received(DateTime<Utc>, DateTime<Utc>),
    /// Those with these references.
    Named(Vec<String>),
}

impl Which {
    fn of<C: ColumnTrait>(self, db: &impl ConnectionTrait, reference: C, received_at: C) -> Condition {
        match self {
            Self::Received(from, until) => {
                Condition::all().add(reference.is_not_null()).add(received_at.gte(from)).add(received_at.lt(until))
            }
            Self::Named(references) => Condition::all().add(among(db, reference, references)),
        }
    }
}

/// What the caller may see of a report: its company all, its office what was filed.
fn seen<C: ColumnTrait>(seer: &impl Sees, office: C, company: C, submitted_at: C) -> Condition {
    let filed = Condition::all().add(seer.scope().of_offices(office)).add(submitted_at.is_not_null());
    Condition::any().add(filed).add(seer.scope().of_companies(company))
}

/// Enters the lines of a company's vacancy reports.
///
/// # Errors
/// The database's own.
pub async fn enter_lines<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    which: Which,
    ledger: &mut Ledger,
) -> Result<(), DbErr> {
    use vacancy_line::Column as Line;
    use vacancy_report::Column as Report;
    let report: RelationDef =
        vacancy_line::Entity::belongs_to(vacancy_report::Entity).from(Line::ReportId).to(Report::Id).into();
    let vacancy: RelationDef =
        vacancy_line::Entity::belongs_to(vacancy::Entity).from(Line::LineId).to(vacancy::Column::Id).into();
    let found: Vec<FoundLine> = vacancy_line::Entity::find()
        .join(JoinType::InnerJoin, report)
        .join(JoinType::LeftJoin, vacancy)
        .filter(Line::CompanyId.eq(company))
        .filter(which.of(db, Line::Reference, Line::ReceivedAt))
        .filter(seen(seer, Report::Office, Report::CompanyId, Report::SubmittedAt))
        .select_only()
        .columns([Line::Reference, Line::ReportId, Line::LineId, Line::ReceivedAt])
        .column(Report::Status)
        .column(vacancy::Column::Status)
        .into_tuple()
        .all(db)
        .await?;
    for (reference, report, line, received_at, status, vacancy_status) in found {
        let (kind, report_id, line_id) = (BatchKind::Vacancies, Some(report.0), Some(line.0));
        let state = state(status);
        enter(ledger, ReferenceView { kind, reference, state, report_id, line_id, vacancy_status, received_at });
    }
    Ok(())
}

/// Enters the rows of a company's placement reports.
///
/// # Errors
/// The database's own.
pub async fn enter_rows<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    which: Which,
    ledger: &mut Ledger,
) -> Result<(), DbErr> {
    use placement_report::Column as Report;
    use placement_row::Column as Row;
    let report: RelationDef =
        placement_row::Entity::belongs_to(placement_report::Entity).from(Row::ReportId).to(Report::Id).into();
    let found: Vec<FoundRow> = placement_row::Entity::find()
        .join(JoinType::InnerJoin, report)
        .filter(Row::CompanyId.eq(company))
        .filter(which.of(db, Row::Reference, Row::ReceivedAt))
        .filter(seen(seer, Report::Office, Report::CompanyId, Report::SubmittedAt))
        .select_only()
        .columns([Row::Reference, Row::ReportId, Row::RowId, Row::ReceivedAt])
        .column(Report::Status)
        .into_tuple()
        .all(db)
        .await?;
    for (reference, report, row, received_at, status) in found {
        let (kind, report_id, line_id) = (BatchKind::Placements, Some(report.0), Some(row.0));
        let state = state(status);
        enter(ledger, ReferenceView { kind, reference, state, report_id, line_id, vacancy_status: None, received_at });
    }
    Ok(())
}

/// Enters the references of batches that were to be filed in a span of time: where they are known, by where they are, else
/// as rejected. Gives how many rows had no reference. Batches are seen by their company alone.
///
/// # Errors
/// The database's own.
pub async fn enter_batches<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    company: CompanyId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    ledger: &mut Ledger,
) -> Result<i64, DbErr> {
    use report_batch::Column as Batch;
    use report_batch_row::Column as Row;
    let batches: Vec<(ReportBatchId, BatchKind)> = report_batch::Entity::find()
        .filter(seer.scope().of_companies(Batch::CompanyId))
        .filter(Batch::CompanyId.eq(company))
        .filter(Batch::Mode.eq(BatchMode::Commit))
        .filter(Batch::CreatedAt.gte(from))
        .filter(Batch::CreatedAt.lt(until))
        .select_only()
        .columns([Batch::Id, Batch::Kind])
        .into_tuple()
        .all(db)
        .await?;
    let mut nameless = 0;
    for kind in BatchKind::ALL {
        let of_kind: Vec<_> = batches.iter().filter(|(_, of)| of == kind).map(|(id, _)| *id).collect();
        if of_kind.is_empty() {
            continue;
        }
        let rows = report_batch_row::Entity::find().filter(among(db, Row::BatchId, of_kind));
        let none = rows.clone().filter(Row::Reference.is_null()).select_only();
        let none: Option<i64> = none.expr(Expr::cust("COUNT(*)")).into_tuple().one(db).await?;
        nameless += none.unwrap_or_default();
        let named = rows.filter(Row::Reference.is_not_null()).select_only().column(Row::Reference).distinct();
        let named: Vec<String> = named.into_tuple().all(db).await?;
        let unknown: Vec<_> =
            named.into_iter().filter(|reference| !ledger.contains_key(&(*kind, reference.clone()))).collect();
        for chunk in unknown.chunks(MANY) {
            let which = Which::Named(chunk.to_vec());
            match kind {
                BatchKind::Vacancies => enter_lines(db, seer, company, which, ledger).await?,
                BatchKind::Placements => enter_rows(db, seer, company, which, ledger).await?,
            }
            for reference in chunk {
                let (kind, reference, state) = (*kind, reference.clone(), ReferenceState::Rejected);
                let (report_id, line_id, vacancy_status, received_at) = (None, None, None, None);
                enter(
                    ledger,
                    ReferenceView { kind, reference, state, report_id, line_id, vacancy_status, received_at },
                );
            }
        }
    }
    Ok(nameless)
}
