//! The only SeaORM of the nil reports.

use chrono::NaiveDate;
use disnaker_entity::company;
use disnaker_entity::receipt::ReceiptKind;
use disnaker_entity::report::nil_report::{Column, Entity, Model};
use disnaker_entity::report::{NilReportId, NilReportStatus, ReportStatus, nil_report, vacancy_report};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    Select,
};
use serde_json::json;

use super::bodies::NilReportFilter;
use super::lifecycle::NilReportEvent;
use super::rules::{self, NilRefusal};
use crate::access::permissions::FileVacancyReports;
use crate::caller::Sees;
use crate::change::Change;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{OnUnique, Problem};
use crate::receipts::{self, Filed};
use crate::reports::receipt_number;

crate::record!("nil_report", nil_report::Model, nil_report::Entity, NilReportStatus, |row| Some(row.company_id.0));

/// Nil reports of the caller's offices and companies.
fn visible(seer: &impl Sees) -> Select<Entity> {
    Entity::find().filter(seer.scope().of_either(Column::Office, Column::CompanyId))
}

/// A nil report that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: NilReportId) -> Result<Option<Model>, DbErr> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await
}

/// A nil report that the caller may see, locked.
pub async fn lock(change: &Change, id: NilReportId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Nil reports that the caller may see, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &NilReportFilter,
    part: &Part<NilReportId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::Status, filter.status)
        .only(Column::CompanyId, filter.company_id)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Month, filter.month.as_deref())
        .only(Column::Number, filter.number.as_deref());
    part.newest(select, Column::Id).all(db).await
}

/// Files a nil report for the month that begins on a day. The company is locked by whoever calls: a vacancy report that is filed
/// at the same time shares that lock, and so one of the two sees the other.
///
/// # Errors
/// `already-exists`, `vacancies-reported`, or the database's own.
pub async fn file(change: &mut Change, company: &company::Model, first: NaiveDate) -> Result<Model, Problem> {
    if reported(change, company, first).await? {
        return Err(NilRefusal::VacanciesReported.into());
    }
    let year = change.moment(&company.office).year();
    let number = receipt_number("NHL", &company.office, year, change.next_number("NHL", &company.office, year).await?);
    let row = nil_report::ActiveModel {
        id: Set(NilReportId(change.id())),
        company_id: Set(company.id),
        office: Set(company.office.clone()),
        month: Set(rules::name(first)),
        status: Set(NilReportStatus::Submitted),
        number: Set(number),
        filed_by_company: Set(change.agent_for::<FileVacancyReports>(company.id)),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    };
    let row = row.insert(change.db()).await.on_unique(NilRefusal::Twice)?;
    change.note(&row, "submit", facts(&row));
    let filed = Filed {
        kind: ReceiptKind::NilReport,
        office: &row.office,
        company,
        subject: row.id.0,
        number: &row.number,
        unnumbered: true,
        filed_at: row.created_at,
        lines: 0,
        content: &json!({"month": row.month}),
        corrects: None,
    };
    receipts::issue(change, &filed).await?;
    Ok(row)
}

/// Whether a vacancy report was filed for the first time in a month, and not taken back. A correction tells of an earlier report,
/// not of the month.
async fn reported(change: &Change, company: &company::Model, first: NaiveDate) -> Result<bool, DbErr> {
    use vacancy_report::Column as C;
    let midnight = |day| change.book().midnight(day, &company.office);
    // An instance of an older release writes no first filing.
    let filed = || Expr::from(Func::coalesce([C::FirstSubmittedAt.into_expr(), C::SubmittedAt.into_expr()]));
    let select = vacancy_report::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::CompanyId.eq(company.id))
        .filter(filed().gte(midnight(first)))
        .filter(filed().lt(midnight(rules::after(first))))
        .filter(C::Status.ne(ReportStatus::Withdrawn))
        .filter(C::Corrects.is_null());
    Ok(select.into_tuple::<uuid::Uuid>().one(change.db()).await?.is_some())
}

/// Takes a nil report back.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, NilReportEvent::Withdraw)?;
    let row = change.advance(row, &step, [], facts).await?;
    receipts::withdraw(change, &row.number).await?;
    Ok(row)
}

/// A vacancy report is filed: the company's nil report of the month in which it was filed first, if there is one, says no longer
/// what is.
///
/// # Errors
/// The database's own.
pub async fn supersede(change: &mut Change, report: &vacancy_report::Model, number: &str) -> Result<(), Problem> {
    let filed_at = report.first_submitted_at.unwrap_or_else(|| change.now());
    let month = rules::name(change.book().moment(filed_at, &report.office).today);
    let select = Entity::find()
        .filter(Column::CompanyId.eq(report.company_id))
        .filter(Column::Month.eq(month))
        .filter(Column::Status.eq(NilReportStatus::Submitted));
    if let Some(row) = select.lock_exclusive().one(change.db()).await? {
        let step = lifecycle::step(row.status, NilReportEvent::Supersede)?;
        change.advance(&row, &step, [], facts).await?;
        receipts::supersede(change, &row.number, number).await?;
    }
    Ok(())
}

fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "number": row.number, "company_id": row.company_id, "month": row.month})
}
