//! The operations.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::batch::report_batch::Model;
use disnaker_entity::batch::{Atomicity, BatchKind, BatchMode, BatchStatus, ReportBatchId, report_batch_row};
use disnaker_entity::company::CompanyId;
use disnaker_entity::file::MediaType;
use sea_orm::ConnectionTrait;

use super::bodies::{
    BatchFilter, BatchRowFilter, BatchRowPage, BatchRowView, NewBatchQuery, ReportBatchBody, ReportBatchPage,
    ReportBatchResult, ReportBatchView,
};
use super::intake::{self, Intake};
use super::queries::Terms;
use super::{columns, queries};
use crate::access::permissions::{FileBatches, FilePlacementReports, FileVacancyReports, ReadBatches, ReadReference};
use crate::app::State;
use crate::bulk::{self, Verdict};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{REQUIRED, UNKNOWN_REFERENCE};
use crate::lifecycle::{self, By};
use crate::paging::{PAGE, Paging};
use crate::problem::{Fault, Kind, Language, Problem, Text};
use crate::reads::Read;
use crate::reference;
use crate::reports::A_COMPANY;
use crate::wire::{self, Cache, IfMatch, Path, Query, Raw};

/// Rows that count as one request.
const ROWS_A_REQUEST: usize = 100;

fn allowed_actions(row: &Model, seer: &impl Sees) -> Vec<&'static str> {
    if seer.scope_of::<FileBatches>().covers_company(row.company_id) && !row.cancelling {
        lifecycle::allowed(row.status, By::Company)
    } else {
        Vec::new()
    }
}

fn view(row: &Model, seer: &impl Sees, language: Language) -> Result<ReportBatchView, Problem> {
    ReportBatchView::new(row, allowed_actions(row, seer), language)
}

/// A batch with its first rows, as its answer shows them.
async fn result(change: &Change, row: &Model, language: Language) -> Result<ReportBatchResult, Problem> {
    let filter = BatchRowFilter::default();
    let first_rows = page(change.db(), change.state(), row, &filter, language).await?;
    Ok(ReportBatchResult { batch: view(row, change, language)?, first_rows })
}

/// A page of a batch's rows.
async fn page<C: ConnectionTrait>(
    db: &C,
    state: &State,
    batch: &Model,
    filter: &BatchRowFilter,
    language: Language,
) -> Result<BatchRowPage, Problem> {
    let page = paging(state, batch.id, filter)?;
    let rows = queries::rows(db, batch.id, filter.disposition, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.position);
    let numbers = queries::numbers(db, batch.kind, &rows).await?;
    let data = rows.into_iter().map(|row| BatchRowView::new(row, &numbers, language)).collect::<Result<_, _>>()?;
    Ok(BatchRowPage { data, next })
}

/// The page of a batch's rows that is asked for.
fn paging<'a>(state: &'a State, id: ReportBatchId, filter: &BatchRowFilter) -> Result<Paging<'a, i32>, Problem> {
    Paging::asked(&state.cursors, &format!("report-batches/{id}/rows"), filter, PAGE)
}

/// What became of a row, as it is written beside it.
fn verdict(row: report_batch_row::Model) -> Result<Verdict, Problem> {
    let told = row.faults.map(|faults| serde_json::from_str(&faults)).transpose().map_err(Problem::internal)?;
    Ok(Verdict {
        sheet: row.sheet.unwrap_or_default(),
        number: u32::try_from(row.number).map_err(Problem::internal)?,
        disposition: row.disposition,
        told: told.unwrap_or_default(),
    })
}

/// The company that is filed for: the one that is named, else the only one.
fn company_of(seer: &impl Sees, named: Option<CompanyId>, kind: BatchKind) -> Result<CompanyId, Problem> {
    let files = match kind {
        BatchKind::Vacancies => seer.scope_of::<FileVacancyReports>(),
        BatchKind::Placements => seer.scope_of::<FilePlacementReports>(),
    };
    let mut own = seer.scope().companies.clone();
    own.retain(|company| files.covers_company(*company));
    match (named, own.as_slice()) {
        (Some(named), own) if own.contains(&named) => Ok(named),
        (None, [only]) => Ok(*only),
        (Some(named), _) => {
            let fault = Fault::new("company_id", UNKNOWN_REFERENCE, named.to_string(), A_COMPANY);
            Err(Problem::new(Kind::InvalidContent).faults(vec![fault]))
        }
        (None, _) => {
            let expected = Text::of("salah satu perusahaan Anda", "one of your companies");
            let fault = Fault::new("company_id", REQUIRED, serde_json::Value::Null, expected);
            Err(Problem::new(Kind::InvalidQuery).faults(vec![fault]))
        }
    }
}

/// File many lines at once.
///
/// The file is the body; its media type says how it is written. JSON and NDJSON hold rows as of `/v1/vacancy-reports` lines
/// or `/v1/placement-reports` rows. CSV and XLSX have a row of headers, in any order and in Indonesian or English; see
/// `/v1/templates/vacancy-report.xlsx`. Every row has the sender's own `reference`: a known one with other content is updated,
/// with the same content it stays `unchanged`. Up to 500 rows are decided on at once (201); more become a job (202): read the
/// batch for its progress. A file has at most 10 MiB and 200,000 rows, a workbook 20 sheets and 500,000 cells that hold
/// something; of a sheet the first 256 columns are read. Each 100 rows count as one write of the rate limit; a file of any size is taken from who has
/// written nothing for a minute.
#[utoipa::path(tag = "report-batches", params(NewBatchQuery),
    request_body(content(
        (ReportBatchBody = "application/json", example = json!(ReportBatchBody::sample())),
        (String = "application/x-ndjson"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses((status = 201, body = ReportBatchResult),
        (status = 202, body = ReportBatchResult, description = "Taken in; its rows are being decided on")),
    security(("bearer" = [FileBatches::NAME])))]
#[post("/report-batches")]
pub async fn create_report_batch(
    caller: Caller<FileBatches>,
    Query(query): Query<NewBatchQuery>,
    raw: Raw,
) -> Result<HttpResponse, Problem> {
    let kind = query.kind.unwrap_or(BatchKind::Vacancies);
    let company = company_of(&caller, query.company_id, kind)?;
    let (format, file) = bulk::receive(raw).await?;
    let terms = Terms {
        company,
        kind,
        mode: query.mode.unwrap_or(BatchMode::Validate),
        atomicity: query.atomicity.unwrap_or(Atomicity::All),
        format,
        name: file.name,
    };
    let language = caller.language();
    let intake = Intake::of(caller.state(), terms, file.bytes).await?;
    caller.charge(u32::try_from(intake.rows().saturating_sub(1) / ROWS_A_REQUEST).unwrap_or(u32::MAX))?;
    caller
        .change(async move |change| {
            let row = intake.write(change).await?;
            let (location, body) = (format!("/v1/report-batches/{}", row.id), result(change, &row, language).await?);
            Ok(if intake.is_long() { Answer::accepted(location, body) } else { Answer::created(location, body) }
                .tagged())
        })
        .await
}

/// List batches, newest first.
#[utoipa::path(tag = "report-batches", params(BatchFilter), responses((status = 200, body = ReportBatchPage)),
    security(("bearer" = [ReadBatches::NAME])))]
#[get("/report-batches")]
pub async fn list_report_batches(
    request: HttpRequest,
    caller: Caller<ReadBatches>,
    Query(filter): Query<BatchFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("report-batches", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let data = rows.iter().map(|row| view(row, &caller, caller.language())).collect::<Result<_, _>>()?;
    let page = ReportBatchPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a batch and its progress.
#[utoipa::path(tag = "report-batches", params(("id" = ReportBatchId, Path, description = "Batch id")),
    responses((status = 200, body = ReportBatchView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadBatches::NAME])))]
#[get("/report-batches/{id}")]
pub async fn get_report_batch(
    request: HttpRequest,
    caller: Caller<ReadBatches>,
    Path(id): Path<ReportBatchId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let view = view(&row, &caller, caller.language())?;
    Ok(wire::found_for(&request, &view, Cache::Private, caller.language().tag()))
}

/// List the rows of a batch in their order.
#[utoipa::path(tag = "report-batches", params(("id" = ReportBatchId, Path, description = "Batch id"), BatchRowFilter),
    responses((status = 200, body = BatchRowPage)), security(("bearer" = [ReadBatches::NAME])))]
#[get("/report-batches/{id}/rows")]
pub async fn list_report_batch_rows(
    request: HttpRequest,
    caller: Caller<ReadBatches>,
    Path(id): Path<ReportBatchId>,
    Query(filter): Query<BatchRowFilter>,
) -> Result<HttpResponse, Problem> {
    // What is asked for must be sound before it is told whether the batch is there.
    paging(caller.state(), id, &filter)?;
    let batch = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let page = page(caller.reader(), caller.state(), &batch, &filter, caller.language()).await?;
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Commit a validated batch.
///
/// Its rows are decided on anew, since reports may have moved; `differing` counts those of which something else became than the
/// validation had said, and each row shows both.
#[utoipa::path(tag = "report-batches", params(("id" = ReportBatchId, Path, description = "Batch id")),
    responses((status = 200, body = ReportBatchResult),
        (status = 202, body = ReportBatchResult, description = "Taken up; its rows are being decided on")),
    security(("bearer" = [FileBatches::NAME])))]
#[post("/report-batches/{id}/commit")]
pub async fn commit_report_batch(
    caller: Caller<FileBatches>,
    Path(id): Path<ReportBatchId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (state, language) = (Arc::clone(caller.state()), caller.language());
    let batch = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    company_of(&caller, Some(batch.company_id), batch.kind)?;
    let first = intake::read_again(&state, caller.reader(), &batch).await?;
    let codes = reference::codes(&state).await?;
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = intake::commit(change, &row, &codes, &first).await?;
            let body = result(change, &row, language).await?;
            Ok(if first.is_empty() {
                Answer::accepted(format!("/v1/report-batches/{id}"), body)
            } else {
                Answer::ok(body)
            }
            .tagged())
        })
        .await
}

/// Cancel a batch.
///
/// One that runs ends before its next rows: what is filed stays filed, the rest is rejected with `cancelled`.
#[utoipa::path(tag = "report-batches", params(("id" = ReportBatchId, Path, description = "Batch id")),
    responses((status = 200, body = ReportBatchView)),
    security(("bearer" = [FileBatches::NAME])))]
#[post("/report-batches/{id}/cancel")]
pub async fn cancel_report_batch(
    caller: Caller<FileBatches>,
    Path(id): Path<ReportBatchId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = intake::cancel(change, &row).await?;
            Ok(Answer::ok(view(&row, change, language)?).tagged())
        })
        .await
}

/// Download a batch's file with what became of each row.
///
/// A workbook with the sender's sheets, columns and rows in order: faulty cells are coloured and have a note, and each row
/// ends with its disposition and its faults. The file is there until 30 days after the batch ended; then this is 404.
#[utoipa::path(tag = "report-batches", params(("id" = ReportBatchId, Path, description = "Batch id")),
    responses((status = 200, body = Vec<u8>, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    security(("bearer" = [ReadBatches::NAME])))]
#[get("/report-batches/{id}/annotated.xlsx")]
pub async fn get_annotated_report_batch(
    caller: Caller<ReadBatches>,
    Path(id): Path<ReportBatchId>,
) -> Result<HttpResponse, Problem> {
    let (state, language) = (caller.state(), caller.language());
    let batch = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let bytes = queries::upload(state, caller.reader(), &batch).await?.ok_or_else(Problem::not_found)?;
    if batch.kind == BatchKind::Placements {
        // Whoever downloads it has the workers' names and numbers.
        let (subject_kind, subject, act) = ("report_batch", Some(id.0), "export");
        caller.read(Read { act, subject_kind, subject, persons: batch.row_count, ..caller.reading() });
    }
    let (format, kind) = (batch.format, batch.kind);
    let filed = !matches!(batch.status, BatchStatus::Validated | BatchStatus::Refused);
    let codes = reference::codes(state).await?;
    let (sender, mut pages) = tokio::sync::mpsc::channel(1);
    let rows = std::iter::from_fn(move || pages.blocking_recv()).flatten().map(verdict);
    let desk = state.desk().await?;
    let write = move || {
        let _desk = desk;
        bulk::annotated(&bytes, format, columns::table(kind), &codes, rows, language, filed)
    };
    let written = tokio::task::spawn_blocking(write);
    queries::send_rows(caller.reader(), id, sender).await?;
    let book = written.await.map_err(Problem::internal)??;
    Ok(HttpResponse::Ok()
        .content_type(MediaType::Xlsx.as_str())
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"annotated.xlsx\""))
        .body(book))
}

/// Download the template of vacancy reports.
///
/// A workbook with the columns of `/v1/report-batches`, drop-downs from the codes of today, and notes in Indonesian and English.
#[utoipa::path(tag = "report-batches",
    responses((status = 200, body = Vec<u8>, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/templates/vacancy-report.xlsx")]
pub async fn get_vacancy_report_template(
    request: HttpRequest,
    caller: Caller<ReadReference>,
) -> Result<HttpResponse, Problem> {
    let [vacancies, ..] = &caller.state().templates;
    bulk::published(&request, caller.state(), vacancies, columns::table(BatchKind::Vacancies)).await
}

/// Download the template of placement reports.
///
/// A workbook with the columns of `/v1/report-batches?kind=placements`, drop-downs from the codes of today, and notes in
/// Indonesian and English.
#[utoipa::path(tag = "report-batches",
    responses((status = 200, body = Vec<u8>, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/templates/placement-report.xlsx")]
pub async fn get_placement_report_template(
    request: HttpRequest,
    caller: Caller<ReadReference>,
) -> Result<HttpResponse, Problem> {
    let [_, placements, _] = &caller.state().templates;
    bulk::published(&request, caller.state(), placements, columns::table(BatchKind::Placements)).await
}
