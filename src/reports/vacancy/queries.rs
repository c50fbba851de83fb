//! The only SeaORM of the vacancy reports.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use disnaker_entity::company::{self, CompanyId, CompanyStatus};
use disnaker_entity::file::AttachmentSubject;
use disnaker_entity::receipt::ReceiptKind;
use disnaker_entity::report::vacancy_report::{Column, Entity, Model};
use disnaker_entity::report::{ReportStatus, VacancyReportId, vacancy_line, vacancy_report};
use disnaker_entity::vacancy::{VacancyId, VacancyStatus};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
use serde_json::json;

use super::bodies::{NewVacancyReport, VacancyLine, VacancyReportReturn};
use super::rules;
use crate::access::permissions::FileVacancyReports;
use crate::caller::Sees;
use crate::change::Change;
use crate::companies;
use crate::files;
use crate::lifecycle;
use crate::paging::Part;
use crate::problem::{Kind, OnUnique, Problem};
use crate::receipts::{self, Filed};
use crate::reference::Codes;
use crate::reports::bodies::ReportFilter;
use crate::reports::lifecycle::ReportEvent;
use crate::reports::queries::narrowed;
use crate::reports::{nil, receipt_number};
use crate::vacancies::{self, Publisher};

// What was never filed is its company's own business: no office's journal shows it.
crate::record!(
    "vacancy_report",
    vacancy_report::Model,
    vacancy_report::Entity,
    ReportStatus,
    |row| Some(row.company_id.0),
    |row| if row.submitted_at.is_some() { &row.office } else { "" }
);

/// Reports of the caller's companies, and those that were filed with the caller's offices: a draft is its company's
/// alone.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let filed = Condition::all().add(seer.scope().of_offices(Column::Office)).add(Column::SubmittedAt.is_not_null());
    let own = seer.scope().of_companies(Column::CompanyId);
    Entity::find().filter(Condition::any().add(filed).add(own))
}

/// A report that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: VacancyReportId) -> Result<Option<Model>, DbErr> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await
}

/// The company of a report that the caller may see, held before the report is locked (`companies::share_owner`).
pub async fn share_company(change: &Change, id: VacancyReportId) -> Result<company::Model, Problem> {
    let owner = visible(change).filter(Column::Id.eq(id)).select_only().column(Column::CompanyId);
    companies::share_owner(change, owner.into_query()).await
}

/// A report that the caller may see, locked.
pub async fn lock(change: &Change, id: VacancyReportId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &ReportFilter,
    part: &Part<VacancyReportId>,
) -> Result<Vec<Model>, DbErr> {
    let columns = [Column::Status, Column::CompanyId, Column::Office, Column::Number, Column::Reference];
    let select = narrowed(visible(seer), filter, columns);
    part.newest(select, Column::Id).all(db).await
}

/// The lines of a report in their order.
pub async fn lines_of<C: ConnectionTrait>(db: &C, id: VacancyReportId) -> Result<Vec<vacancy_line::Model>, DbErr> {
    let select = vacancy_line::Entity::find().filter(vacancy_line::Column::ReportId.eq(id));
    select.order_by_asc(vacancy_line::Column::Position).all(db).await
}

/// What a stored line says, with its id.
pub fn content(row: &vacancy_line::Model) -> Result<VacancyLine, Problem> {
    let line: VacancyLine = serde_json::from_str(&row.content).map_err(Problem::internal)?;
    Ok(VacancyLine { line_id: Some(row.line_id), ..line })
}

/// The company that a caller may file for.
pub async fn company_of<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: CompanyId,
) -> Result<Option<company::Model>, DbErr> {
    if seer.scope().covers_company(id) { company::Entity::find_by_id(id).one(db).await } else { Ok(None) }
}

/// Writes a draft with its lines.
///
/// # Errors
/// The database's own.
pub async fn insert(change: &mut Change, new: &NewVacancyReport, office: &str) -> Result<Model, Problem> {
    let row = draft(change, new.company_id, office, &new.lines);
    let row = vacancy_report::ActiveModel { reference: Set(new.reference.clone()), ..row };
    let row = row.insert(change.db()).await?;
    write_lines(change, &row, 0, &new.lines, &Received::new()).await?;
    change.note(&row, "create", facts(&row));
    Ok(row)
}

/// Puts new lines behind those of a draft.
///
/// # Errors
/// The database's own.
pub async fn append(change: &mut Change, row: &Model, lines: &[VacancyLine]) -> Result<(), Problem> {
    write_lines(change, row, row.line_count, lines, &Received::new()).await?;
    let count = row.line_count + i32::try_from(lines.len()).map_err(Problem::internal)?;
    let several = row.several_provinces || rules::several_provinces(lines, &row.office);
    let set: [(Column, Value); 3] = [
        (Column::LineCount, count.into()),
        (Column::PersonsWanted, (row.persons_wanted + persons(lines)).into()),
        (Column::SeveralProvinces, several.into()),
    ];
    change.edit(row, set, facts).await.map(drop)
}

fn draft(change: &Change, company: CompanyId, office: &str, lines: &[VacancyLine]) -> vacancy_report::ActiveModel {
    vacancy_report::ActiveModel {
        id: Set(VacancyReportId(change.id())),
        company_id: Set(company),
        office: Set(office.to_owned()),
        status: Set(ReportStatus::Draft),
        number: Set(None),
        revision: Set(1),
        corrects: Set(None),
        reference: Set(None),
        filed_by_company: Set(None),
        line_count: Set(i32::try_from(lines.len()).unwrap_or(i32::MAX)),
        persons_wanted: Set(persons(lines)),
        several_provinces: Set(rules::several_provinces(lines, office)),
        return_note: Set(None),
        submitted_at: Set(None),
        first_submitted_at: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    }
}

fn persons(lines: &[VacancyLine]) -> i64 {
    lines.iter().map(|line| i64::from(line.wanted.total())).sum()
}

/// When lines came that are written once more.
type Received = HashMap<VacancyId, Option<DateTime<Utc>>>;

async fn write_lines(
    change: &Change,
    report: &Model,
    from: i32,
    lines: &[VacancyLine],
    received: &Received,
) -> Result<(), Problem> {
    let mut rows = Vec::with_capacity(lines.len());
    for (position, line) in (from..).zip(lines) {
        let id = line.line_id.unwrap_or_else(|| VacancyId(change.id()));
        rows.push(vacancy_line::ActiveModel {
            report_id: Set(report.id),
            line_id: Set(id),
            position: Set(position),
            content: Set(stored(line)?),
            return_reason: Set(None),
            company_id: Set(Some(report.company_id)),
            reference: Set(line.reference.clone()),
            received_at: Set(received.get(&id).copied().unwrap_or(Some(change.now()))),
        });
    }
    for chunk in rows.chunks(500) {
        vacancy_line::Entity::insert_many(chunk.to_vec()).exec_without_returning(change.db()).await?;
    }
    Ok(())
}

/// A line as it is stored: what the sender says, and nothing that its row says already.
pub fn stored(line: &VacancyLine) -> Result<String, Problem> {
    let line = VacancyLine { line_id: None, position: None, return_reason: None, ..line.clone() };
    serde_json::to_string(&line).map_err(Problem::internal)
}

fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "number": row.number, "revision": row.revision, "company_id": row.company_id,
        "lines": row.line_count, "persons_wanted": row.persons_wanted,
    })
}

/// Replaces reference and lines of a draft or returned report.
pub async fn update(
    change: &mut Change,
    row: &Model,
    reference: Option<String>,
    lines: Option<&[VacancyLine]>,
) -> Result<Model, Problem> {
    let mut set: Vec<(Column, Value)> = vec![(Column::Reference, reference.into())];
    if let Some(lines) = lines {
        set.push((Column::LineCount, i32::try_from(lines.len()).map_err(Problem::internal)?.into()));
        set.push((Column::PersonsWanted, persons(lines).into()));
        set.push((Column::SeveralProvinces, rules::several_provinces(lines, &row.office).into()));
        let of_report = vacancy_line::Column::ReportId.eq(row.id);
        let before = vacancy_line::Entity::find().filter(of_report.clone()).select_only();
        let before = before.columns([vacancy_line::Column::LineId, vacancy_line::Column::ReceivedAt]).into_tuple();
        let received: Vec<(VacancyId, Option<DateTime<Utc>>)> = before.all(change.db()).await?;
        vacancy_line::Entity::delete_many().filter(of_report).exec(change.db()).await?;
        write_lines(change, row, 0, lines, &received.into_iter().collect()).await?;
    }
    change.edit(row, set, facts).await
}

/// Deletes a draft: the only thing that is ever deleted.
pub async fn delete(change: &mut Change, row: &Model) -> Result<(), Problem> {
    Entity::delete_by_id(row.id).exec(change.db()).await?;
    files::discard(change, AttachmentSubject::VacancyReport, row.id.0).await?;
    change.note(row, "delete", facts(row));
    Ok(())
}

async fn advance(
    change: &mut Change,
    row: &Model,
    event: ReportEvent,
    set: Vec<(Column, Value)>,
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    change.advance(row, &step, set, facts).await
}

/// Files a report whose lines are still to be read, as [`submit_lines`].
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn submit(change: &mut Change, company: &company::Model, row: &Model) -> Result<Model, Problem> {
    let mut lines = lines_of(change.db(), row.id).await?;
    submit_lines(change, company, row, &mut lines).await
}

/// Files a report: it gets its number, once, from the office's counter of the year, and a receipt each time. A nil report of
/// the month is overtaken. Its lines come as they are stored; why they were returned once no longer counts.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn submit_lines(
    change: &mut Change,
    company: &company::Model,
    row: &Model,
    lines: &mut [vacancy_line::Model],
) -> Result<Model, Problem> {
    lifecycle::step(row.status, ReportEvent::Submit)?;
    let mut row = row.clone();
    let unnumbered = row.number.is_none();
    let first = row.first_submitted_at.or(row.submitted_at).unwrap_or_else(|| change.now());
    let mut set: Vec<(Column, Value)> = vec![
        (Column::SubmittedAt, change.now().into()),
        (Column::FirstSubmittedAt, first.into()),
        (Column::ReturnNote, None::<String>.into()),
    ];
    set.push((Column::FiledByCompany, change.agent_for::<FileVacancyReports>(row.company_id).into()));
    if row.status == ReportStatus::Returned {
        vacancy_line::Entity::update_many()
            .col_expr(vacancy_line::Column::ReturnReason, Expr::value(None::<String>))
            .filter(vacancy_line::Column::ReportId.eq(row.id))
            .filter(vacancy_line::Column::ReturnReason.is_not_null())
            .exec(change.db())
            .await?;
        for line in &mut *lines {
            line.return_reason = None;
        }
    }
    if unnumbered {
        // The office is the company's of the day of filing, but a correction stays where its report is.
        if row.corrects.is_none() {
            row.office.clone_from(&company.office);
            set.push((Column::Office, row.office.clone().into()));
        }
        let year = change.moment(&row.office).year();
        let number = change.next_number("LWK", &row.office, year).await?;
        row.number = Some(receipt_number("LWK", &row.office, year, number));
        set.push((Column::Number, row.number.clone().into()));
    }
    let row = advance(change, &row, ReportEvent::Submit, set).await?;
    let number = row.number.as_deref().unwrap_or_default();
    let corrects = match row.corrects {
        None => None,
        Some(before) => number_of(change.db(), before).await?,
    };
    let lines: Vec<serde_json::Value> = lines
        .iter()
        .map(|line| serde_json::from_str(&line.content))
        .collect::<Result<_, _>>()
        .map_err(Problem::internal)?;
    let filed = Filed {
        kind: ReceiptKind::VacancyReport,
        office: &row.office,
        company,
        subject: row.id.0,
        number,
        unnumbered,
        filed_at: change.now(),
        lines: row.line_count,
        content: &json!({"lines": lines}),
        corrects: corrects.as_deref(),
    };
    receipts::issue(change, &filed).await?;
    if row.corrects.is_none() {
        nil::supersede(change, &row, number).await?;
    }
    Ok(row)
}

/// The number of a report.
async fn number_of<C: ConnectionTrait>(db: &C, id: VacancyReportId) -> Result<Option<String>, DbErr> {
    let number: Option<Option<String>> =
        Entity::find_by_id(id).select_only().column(Column::Number).into_tuple().one(db).await?;
    Ok(number.flatten())
}

/// Sends a report back with reasons.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn return_report(change: &mut Change, row: &Model, reasons: &VacancyReportReturn) -> Result<Model, Problem> {
    let set = vec![
        (Column::ReturnNote, reasons.note.clone().into()),
        (Column::DecidedAt, change.now().into()),
        (Column::DecidedBy, change.actor().into()),
    ];
    let row = advance(change, row, ReportEvent::Return, set).await?;
    for reason in &reasons.lines {
        vacancy_line::Entity::update_many()
            .col_expr(vacancy_line::Column::ReturnReason, Expr::value(reason.reason.as_str()))
            .filter(vacancy_line::Column::ReportId.eq(row.id))
            .filter(vacancy_line::Column::LineId.eq(reason.line_id))
            .exec(change.db())
            .await?;
    }
    Ok(row)
}

/// Takes a report back.
pub async fn withdraw(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let row = advance(change, row, ReportEvent::Withdraw, Vec::new()).await?;
    if let Some(number) = &row.number {
        receipts::withdraw(change, number).await?;
    }
    Ok(row)
}

/// Accepts a report: its lines become vacancies, or change those of the report that it corrects.
///
/// # Errors
/// `illegal-transition`; `rows-refused` for a correction that the vacancies do not allow.
pub async fn accept(change: &mut Change, row: &Model, codes: &Codes) -> Result<Model, Problem> {
    let set = vec![(Column::DecidedAt, change.now().into()), (Column::DecidedBy, change.actor().into())];
    let row = advance(change, row, ReportEvent::Accept, set).await?;
    let company = companies::share(change, row.company_id).await?;
    let publisher = Publisher {
        report: row.id,
        company: company.id,
        company_name: company.name,
        sector: company.sector,
        sector_edition: company.sector_edition,
        office: row.office.clone(),
        verified: company.status == CompanyStatus::Verified,
    };
    let lines = lines_of(change.db(), row.id).await?;
    let lines = lines.iter().map(|line| Ok((line.line_id, content(line)?))).collect::<Result<Vec<_>, Problem>>()?;
    if row.corrects.is_none() {
        rules::still_valid(&lines, change.moment(&row.office).today)?;
    }
    let openings = rules::openings(&lines, &company.region, codes);
    match row.corrects {
        None => vacancies::publish(change, &publisher, &openings).await?,
        Some(before) => {
            let old = Entity::find_by_id(before).lock_exclusive().one(change.db()).await?;
            let old = old.ok_or_else(|| Problem::internal("a correction of nothing"))?;
            vacancies::correct(change, &publisher, before, &openings).await?;
            let old = advance(change, &old, ReportEvent::Supersede, Vec::new()).await?;
            if let (Some(number), Some(by)) = (&old.number, &row.number) {
                receipts::supersede(change, number, by).await?;
            }
        }
    }
    Ok(row)
}

/// Begins a correction: a new revision in draft, with the same lines, beside the accepted report.
pub async fn correct(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let lines = lines_of(change.db(), row.id).await?;
    let ids: Vec<VacancyId> = lines.iter().map(|line| line.line_id).collect();
    let vacancies = vacancies::of_company(change.db(), row.company_id, &ids).await?;
    let received = lines.iter().map(|line| (line.line_id, line.received_at)).collect();
    // What is closed stays closed: its line is no part of the correction.
    let open = |line: &&vacancy_line::Model| {
        vacancies.get(&line.line_id).is_some_and(|vacancy| vacancy.status != VacancyStatus::Closed)
    };
    let lines = lines.iter().filter(open).map(content).collect::<Result<Vec<_>, _>>()?;
    advance(change, row, ReportEvent::Correct, Vec::new()).await?;
    let new = vacancy_report::ActiveModel {
        revision: Set(row.revision + 1),
        corrects: Set(Some(row.id)),
        reference: Set(row.reference.clone()),
        ..draft(change, row.company_id, &row.office, &lines)
    };
    let new = new.insert(change.db()).await.on_unique(Problem::new(Kind::AlreadyExists))?;
    write_lines(change, &new, 0, &lines, &received).await?;
    change.note(&new, "create", facts(&new));
    Ok(new)
}
