//! The only SeaORM of the placement reports.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::file::AttachmentSubject;
use disnaker_entity::placement::PlacementId;
use disnaker_entity::receipt::ReceiptKind;
use disnaker_entity::report::placement_report::{Column, Entity, Model};
use disnaker_entity::report::{PlacementReportId, ReportStatus, placement_report, placement_row};
use disnaker_entity::vacancy::{self, VacancyId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
use serde_json::json;

use super::bodies::{PlacementReportReturn, PlacementRowBody, StoredRow, Worker, WorkerView};
use super::rules::{self, Checked};
use crate::access::permissions::FilePlacementReports;
use crate::caller::Sees;
use crate::change::Change;
use crate::companies;
use crate::db::among;
use crate::deadline::{self, Start};
use crate::files;
use crate::lifecycle;
use crate::paging::Part;
use crate::personal::Vault;
use crate::placements::{self, Hired};
use crate::problem::Problem;
use crate::receipts::{self, Filed};
use crate::reports::bodies::ReportFilter;
use crate::reports::lifecycle::ReportEvent;
use crate::reports::queries::narrowed;
use crate::reports::receipt_number;
use crate::vacancies;

// What was never filed is its company's own business: no office's journal shows it.
crate::record!(
    "placement_report",
    placement_report::Model,
    placement_report::Entity,
    ReportStatus,
    |row| Some(row.company_id.0),
    |row| if row.submitted_at.is_some() { &row.office } else { "" }
);

/// Reports of the caller's companies, and those that were filed with the caller's offices.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let filed = Condition::all().add(seer.scope().of_offices(Column::Office)).add(Column::SubmittedAt.is_not_null());
    let own = seer.scope().of_companies(Column::CompanyId);
    Entity::find().filter(Condition::any().add(filed).add(own))
}

/// A report that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: PlacementReportId) -> Result<Option<Model>, DbErr> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await
}

/// The company of a report that the caller may see, held before the report is locked (`companies::share_owner`).
pub async fn share_company(change: &Change, id: PlacementReportId) -> Result<company::Model, Problem> {
    let owner = visible(change).filter(Column::Id.eq(id)).select_only().column(Column::CompanyId);
    companies::share_owner(change, owner.into_query()).await
}

/// A report that the caller may see, locked.
pub async fn lock(change: &Change, id: PlacementReportId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &ReportFilter,
    part: &Part<PlacementReportId>,
) -> Result<Vec<Model>, DbErr> {
    let columns = [Column::Status, Column::CompanyId, Column::Office, Column::Number, Column::Reference];
    let select = narrowed(visible(seer), filter, columns);
    part.newest(select, Column::Id).all(db).await
}

/// The rows of a report in their order.
pub async fn rows_of<C: ConnectionTrait>(db: &C, id: PlacementReportId) -> Result<Vec<placement_row::Model>, DbErr> {
    let select = placement_row::Entity::find().filter(placement_row::Column::ReportId.eq(id));
    select.order_by_asc(placement_row::Column::Position).all(db).await
}

/// What a stored row says.
pub fn content(row: &placement_row::Model) -> Result<StoredRow, Problem> {
    serde_json::from_str(&row.content).map_err(Problem::internal)
}

/// The vacancies that rows name, of one company.
pub async fn vacancies_of<C: ConnectionTrait>(
    db: &C,
    company: CompanyId,
    rows: &[PlacementRowBody],
) -> Result<HashMap<VacancyId, vacancy::Model>, DbErr> {
    let ids: Vec<VacancyId> = rows.iter().map(|row| row.vacancy_id).collect();
    vacancies::of_company(db, company, &ids).await
}

/// Writes a draft with its rows.
///
/// # Errors
/// The database's own.
pub async fn insert(
    change: &mut Change,
    company: CompanyId,
    office: &str,
    reference: Option<String>,
    rows: &[Checked],
) -> Result<Model, Problem> {
    let row = placement_report::ActiveModel {
        id: Set(PlacementReportId(change.id())),
        company_id: Set(company),
        office: Set(office.to_owned()),
        status: Set(ReportStatus::Draft),
        number: Set(None),
        reference: Set(reference),
        filed_by_company: Set(None),
        row_count: Set(i32::try_from(rows.len()).map_err(Problem::internal)?),
        return_note: Set(None),
        submitted_at: Set(None),
        first_submitted_at: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    };
    let row = row.insert(change.db()).await?;
    write_rows(change, &row, placed(change, 0, rows, &HashMap::new())).await?;
    change.note(&row, "create", facts(&row));
    Ok(row)
}

/// Where a row stands in its report, and when it came.
type Place = (i32, Option<DateTime<Utc>>);

async fn write_rows<'a>(
    change: &Change,
    report: &Model,
    rows: impl Iterator<Item = (Place, &'a Checked)>,
) -> Result<(), Problem> {
    let vault = &change.state().vault;
    let mut written = Vec::new();
    for ((position, received_at), row) in rows {
        let id = row.row_id.unwrap_or_else(|| PlacementId(change.id()));
        let sealed = row.nik.as_ref().map(|nik| vault.seal(placements::nik_place(id), nik.reveal().as_bytes()));
        written.push(placement_row::ActiveModel {
            report_id: Set(report.id),
            row_id: Set(id),
            position: Set(position),
            vacancy_id: Set(row.vacancy_id),
            content: Set(serde_json::to_string(&row.content).map_err(Problem::internal)?),
            nik_sealed: Set(sealed.transpose().map_err(Problem::internal)?),
            nik_index: Set(row.nik.as_ref().map(|nik| vault.index("nik", nik.reveal()))),
            return_reason: Set(None),
            company_id: Set(Some(report.company_id)),
            reference: Set(row.reference.clone()),
            received_at: Set(received_at),
        });
    }
    for chunk in written.chunks(500) {
        placement_row::Entity::insert_many(chunk.to_vec()).exec_without_returning(change.db()).await?;
    }
    Ok(())
}

/// The places of rows that stand one after the other from a place on. What was there before keeps the time when it came.
fn placed<'a>(
    change: &Change,
    from: i32,
    rows: &'a [Checked],
    received: &HashMap<PlacementId, Option<DateTime<Utc>>>,
) -> impl Iterator<Item = (Place, &'a Checked)> {
    let (now, received) = (change.now(), received.clone());
    (from..).zip(rows).map(move |(position, row)| {
        let before = row.row_id.and_then(|id| received.get(&id).copied());
        ((position, before.unwrap_or(Some(now))), row)
    })
}

/// Puts rows behind those of a draft.
///
/// # Errors
/// The database's own.
pub async fn append(change: &mut Change, report: &Model, rows: &[Checked]) -> Result<(), Problem> {
    write_rows(change, report, placed(change, report.row_count, rows, &HashMap::new())).await?;
    let count = report.row_count + i32::try_from(rows.len()).map_err(Problem::internal)?;
    change.edit(report, [(Column::RowCount, count.into())], facts).await.map(drop)
}

/// Writes rows of a draft or returned report over those with the same ids.
///
/// # Errors
/// The database's own.
pub async fn replace(change: &mut Change, report: &Model, rows: &[Checked]) -> Result<(), Problem> {
    use placement_row::Column as Of;
    let ids = rows.iter().filter_map(|row| row.row_id);
    let these = Condition::all().add(Of::ReportId.eq(report.id)).add(among(change.db(), Of::RowId, ids));
    let before = placement_row::Entity::find().filter(these.clone()).select_only();
    let before = before.columns([Of::RowId, Of::Position, Of::ReceivedAt]).into_tuple();
    let before: Vec<(PlacementId, i32, Option<DateTime<Utc>>)> = before.all(change.db()).await?;
    let places: HashMap<_, _> = before.into_iter().map(|(id, position, received)| (id, (position, received))).collect();
    placement_row::Entity::delete_many().filter(these).exec(change.db()).await?;
    let place = |row: &Checked| row.row_id.and_then(|id| places.get(&id).copied());
    write_rows(change, report, rows.iter().filter_map(|row| Some((place(row)?, row)))).await?;
    change.edit(report, [], facts).await.map(drop)
}

fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "number": row.number, "company_id": row.company_id, "rows": row.row_count})
}

/// Replaces reference and rows of a draft or returned report.
pub async fn update(
    change: &mut Change,
    row: &Model,
    reference: Option<String>,
    rows: Option<&[Checked]>,
) -> Result<Model, Problem> {
    let mut set: Vec<(Column, Value)> = vec![(Column::Reference, reference.into())];
    if let Some(rows) = rows {
        set.push((Column::RowCount, i32::try_from(rows.len()).map_err(Problem::internal)?.into()));
        let of_report = placement_row::Column::ReportId.eq(row.id);
        let before = placement_row::Entity::find().filter(of_report.clone()).select_only();
        let before = before.columns([placement_row::Column::RowId, placement_row::Column::ReceivedAt]).into_tuple();
        let received: Vec<(PlacementId, Option<DateTime<Utc>>)> = before.all(change.db()).await?;
        placement_row::Entity::delete_many().filter(of_report).exec(change.db()).await?;
        write_rows(change, row, placed(change, 0, rows, &received.into_iter().collect())).await?;
    }
    change.edit(row, set, facts).await
}

/// Deletes a draft.
pub async fn delete(change: &mut Change, row: &Model) -> Result<(), Problem> {
    Entity::delete_by_id(row.id).exec(change.db()).await?;
    files::discard(change, AttachmentSubject::PlacementReport, row.id.0).await?;
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

/// Files a report: it gets its number, once, from the office's counter of the year, and a receipt each time. The clock that asks
/// for it began on the first day on which one of its workers started, and is met by the first filing; while it is returned, it
/// runs.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn submit(change: &mut Change, company: &company::Model, row: &Model) -> Result<Model, Problem> {
    lifecycle::step(row.status, ReportEvent::Submit)?;
    let mut row = row.clone();
    let unnumbered = row.number.is_none();
    let first = row.first_submitted_at.or(row.submitted_at).unwrap_or_else(|| change.now());
    let mut set: Vec<(Column, Value)> = vec![
        (Column::SubmittedAt, change.now().into()),
        (Column::FirstSubmittedAt, first.into()),
        (Column::ReturnNote, None::<String>.into()),
    ];
    set.push((Column::FiledByCompany, change.agent_for::<FilePlacementReports>(row.company_id).into()));
    if row.status == ReportStatus::Returned {
        placement_row::Entity::update_many()
            .col_expr(placement_row::Column::ReturnReason, Expr::value(None::<String>))
            .filter(placement_row::Column::ReportId.eq(row.id))
            .filter(placement_row::Column::ReturnReason.is_not_null())
            .exec(change.db())
            .await?;
    }
    if unnumbered {
        // The office is the company's of the day of filing.
        row.office.clone_from(&company.office);
        set.push((Column::Office, row.office.clone().into()));
        let year = change.moment(&row.office).year();
        let number = change.next_number("PNT", &row.office, year).await?;
        row.number = Some(receipt_number("PNT", &row.office, year, number));
        set.push((Column::Number, row.number.clone().into()));
    }
    let row = advance(change, &row, ReportEvent::Submit, set).await?;
    let rows = rows_of(change.db(), row.id).await?;
    let stored = rows.iter().map(content).collect::<Result<Vec<_>, _>>()?;
    let first_start = stored.iter().map(|row| row.start_on).min();
    let vault = &change.state().vault;
    let rows = rows.iter().zip(stored).map(|(row, stored)| filed(vault, row, stored)).collect::<Result<Vec<_>, _>>()?;
    let filed = Filed {
        kind: ReceiptKind::PlacementReport,
        office: &row.office,
        company,
        subject: row.id.0,
        number: row.number.as_deref().unwrap_or_default(),
        unnumbered,
        filed_at: change.now(),
        lines: row.row_count,
        content: &json!({"rows": rows}),
        corrects: None,
    };
    receipts::issue(change, &filed).await?;
    if let Some(on) = first_start {
        let start = Start {
            rule: rules::REPORT_DUE,
            subject_kind: "placement_report",
            subject: row.id.0,
            party: "company",
            office: &row.office,
            company: Some(row.company_id.0),
            on,
        };
        deadline::start_met(change, &start, change.book().moment(first, &row.office).today).await?;
    }
    Ok(row)
}

/// The NIK of a row, opened.
fn nik_of(vault: &Vault, row: &placement_row::Model) -> Result<Option<String>, Problem> {
    let nik = row.nik_sealed.as_deref().map(|nik| vault.open(placements::nik_place(row.row_id), nik)).transpose();
    nik.map_err(Problem::internal)?.map(String::from_utf8).transpose().map_err(Problem::internal)
}

/// A stored row as it would be sent, NIK and all: to be held against the rules once more, and shown to nobody.
///
/// # Errors
/// Only a row that does not hold what was written.
pub fn body(vault: &Vault, row: &placement_row::Model) -> Result<PlacementRowBody, Problem> {
    let stored = content(row)?;
    let worker = stored.worker;
    Ok(PlacementRowBody {
        row_id: Some(row.row_id),
        reference: row.reference.clone(),
        vacancy_id: row.vacancy_id,
        worker: Worker {
            name: worker.name,
            nik: nik_of(vault, row)?,
            ak1_number: worker.ak1_number,
            sex: worker.sex,
            education: worker.education,
            residence: worker.residence,
        },
        start_on: stored.start_on,
        wage: stored.wage,
        destination_country: Some(stored.destination_country),
        destination_region: Some(stored.destination_region).filter(|region| !region.is_empty()),
    })
}

/// A row with all that its company filed, for the hash of the receipt and nothing else.
fn filed(vault: &Vault, row: &placement_row::Model, stored: StoredRow) -> Result<serde_json::Value, Problem> {
    let nik = nik_of(vault, row)?;
    let region = Some(stored.destination_region).filter(|region| !region.is_empty());
    Ok(json!({
        "reference": row.reference, "vacancy_id": row.vacancy_id, "worker": WorkerView { nik, ..stored.worker }, "start_on": stored.start_on,
        "wage": stored.wage, "destination_country": stored.destination_country, "destination_region": region,
    }))
}

/// Sends a report back with reasons.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn return_report(
    change: &mut Change,
    row: &Model,
    reasons: &PlacementReportReturn,
) -> Result<Model, Problem> {
    let set = vec![
        (Column::ReturnNote, reasons.note.clone().into()),
        (Column::DecidedAt, change.now().into()),
        (Column::DecidedBy, change.actor().into()),
    ];
    let row = advance(change, row, ReportEvent::Return, set).await?;
    deadline::reopen(change, row.id.0, change.moment(&row.office).today).await?;
    for reason in &reasons.rows {
        placement_row::Entity::update_many()
            .col_expr(placement_row::Column::ReturnReason, Expr::value(reason.reason.as_str()))
            .filter(placement_row::Column::ReportId.eq(row.id))
            .filter(placement_row::Column::RowId.eq(reason.row_id))
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
        deadline::undo(change, row.id.0, change.moment(&row.office).today).await?;
    }
    Ok(row)
}

/// Accepts a report whole, or refuses it: its vacancies are filled and its rows become placements.
///
/// # Errors
/// `vacancy-full` with the rows that exceed, `rows-refused` with the rows whose vacancy or worker can't be taken.
pub async fn accept(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let set = vec![(Column::DecidedAt, change.now().into()), (Column::DecidedBy, change.actor().into())];
    let row = advance(change, row, ReportEvent::Accept, set).await?;
    let rows = rows_of(change.db(), row.id).await?;
    let hired = rows
        .into_iter()
        .map(|row| {
            let content = content(&row)?;
            Ok(Hired {
                id: row.row_id,
                vacancy: row.vacancy_id,
                name: content.worker.name,
                nik_masked: content.worker.nik,
                nik_sealed: row.nik_sealed,
                nik_index: row.nik_index,
                ak1_number: content.worker.ak1_number,
                sex: content.worker.sex,
                birth_year: content.birth_year,
                education: content.worker.education,
                origin: content.worker.residence,
                country: content.destination_country,
                region: content.destination_region,
                wage: content.wage,
                start_on: content.start_on,
            })
        })
        .collect::<Result<Vec<_>, Problem>>()?;
    let filed_at = row.first_submitted_at.or(row.submitted_at).unwrap_or_else(|| change.now());
    let filed_on = change.book().moment(filed_at, &row.office).today;
    placements::record(change, &row, filed_on, hired).await?;
    Ok(row)
}
