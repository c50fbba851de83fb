//! The operations.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use disnaker_entity::report::placement_report::Model;
use disnaker_entity::report::{PlacementReportId, ReportStatus, placement_row};

use super::bodies::{
    NewPlacementReport, PlacementReportPage, PlacementReportPatch, PlacementReportReturn, PlacementReportRow,
    PlacementReportView, PlacementRowBody, PlacementRowView,
};
use super::{queries, rules};
use crate::access::permissions::{FilePlacementReports, ReadPlacementReports, ReviewReports};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{Checks, REQUIRED, UNKNOWN_REFERENCE};
use crate::companies;
use crate::lifecycle::{self, By};
use crate::problem::{Kind, Problem, Text};
use crate::reads::{self, Read};
use crate::reference::{self, Codes};
use crate::reports::bodies::ReportFilter;
use crate::reports::lifecycle::ReportEvent;
use crate::reports::{A_COMPANY, allowed_actions};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

fn view(row: &Model, rows: &[placement_row::Model], seer: &impl Sees) -> Result<PlacementReportView, Problem> {
    let rows = rows.iter().map(|row| {
        let content = queries::content(row)?;
        Ok(PlacementRowView {
            position: row.position,
            row_id: row.row_id,
            reference: row.reference.clone(),
            vacancy_id: row.vacancy_id,
            worker: content.worker,
            start_on: content.start_on,
            wage: content.wage,
            destination_country: content.destination_country,
            destination_region: Some(content.destination_region).filter(|region| !region.is_empty()),
            sex_differs_from_nik: content.sex_differs_from_nik,
            return_reason: row.return_reason.clone(),
        })
    });
    let mut allowed_actions = allowed_actions::<FilePlacementReports>(seer, row.status, row.company_id, &row.office);
    // A placement report is not corrected as a whole: a wrong row is voided.
    allowed_actions.retain(|action| *action != "correct");
    Ok(PlacementReportView {
        return_note: row.return_note.clone(),
        decided_at: row.decided_at,
        rows: rows.collect::<Result<_, Problem>>()?,
        allowed_actions,
        report: PlacementReportRow::from(row),
    })
}

/// Shows a report that was written; that its workers were shown is on record with it.
async fn shown(change: &Change, row: &Model) -> Result<PlacementReportView, Problem> {
    let rows = queries::rows_of(change.db(), row.id).await?;
    let shown = rows.iter().map(|person| (change.id(), of_person(change.now(), change.actor(), row, person)));
    reads::record(change.db(), shown).await?;
    view(row, &rows, change)
}

/// One person of a report was shown.
fn of_person(at: chrono::DateTime<chrono::Utc>, actor: &str, row: &Model, person: &placement_row::Model) -> Read {
    Read {
        at,
        actor: actor.to_owned(),
        office: row.office.clone(),
        act: "detail",
        purpose: None,
        subject_kind: "placement",
        subject: Some(person.row_id.0),
        filter: None,
        persons: 1,
    }
}

async fn checked(
    change: &Change,
    company: disnaker_entity::company::CompanyId,
    office: &str,
    rows: &[PlacementRowBody],
    codes: &Codes,
) -> Result<Vec<rules::Checked>, Problem> {
    let vacancies = queries::vacancies_of(change.db(), company, rows).await?;
    rules::check(rows, &vacancies, codes, &change.moment(office))
}

/// Write a placement report.
///
/// A draft with a row a hired worker. Every fault of every row is told at once, with a pointer. A NIK is kept encrypted and
/// shown masked.
#[utoipa::path(tag = "placement-reports", request_body(content = NewPlacementReport, example = json!(NewPlacementReport::sample())),
    responses((status = 201, body = PlacementReportView)),
    security(("bearer" = [FilePlacementReports::NAME])))]
#[post("/placement-reports")]
pub async fn create_placement_report(
    caller: Caller<FilePlacementReports>,
    Json(new): Json<NewPlacementReport>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    let mut checks = Checks::default();
    checks.optional_line("/reference", new.reference.as_deref(), 80);
    if !caller.scope().covers_company(new.company_id) {
        checks.fault("/company_id", UNKNOWN_REFERENCE, new.company_id.to_string(), A_COMPANY);
    }
    for (at, row) in new.rows.iter().enumerate() {
        if let Some(id) = row.row_id {
            let expected = Text::of("tanpa id untuk baris baru", "no id for a new row");
            checks.fault(format!("/rows/{at}/row_id"), UNKNOWN_REFERENCE, id.to_string(), expected);
        }
    }
    checks.done()?;
    caller
        .change(async move |change| {
            let company = companies::share(change, new.company_id).await?;
            let rows = checked(change, company.id, &company.office, &new.rows, &codes).await?;
            let row = queries::insert(change, company.id, &company.office, new.reference.clone(), &rows).await?;
            let view = shown(change, &row).await?;
            Ok(Answer::created(format!("/v1/placement-reports/{}", row.id), view).tagged())
        })
        .await
}

/// List placement reports, newest first.
#[utoipa::path(tag = "placement-reports", params(ReportFilter), responses((status = 200, body = PlacementReportPage)),
    security(("bearer" = [ReadPlacementReports::NAME])))]
#[get("/placement-reports")]
pub async fn list_placement_reports(
    request: HttpRequest,
    caller: Caller<ReadPlacementReports>,
    Query(filter): Query<ReportFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("placement-reports", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = PlacementReportPage { data: rows.iter().map(PlacementReportRow::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a placement report with its rows.
///
/// Identities are masked; the read is recorded.
#[utoipa::path(tag = "placement-reports", params(("id" = PlacementReportId, Path, description = "Report id")),
    responses((status = 200, body = PlacementReportView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadPlacementReports::NAME])))]
#[get("/placement-reports/{id}")]
pub async fn get_placement_report(
    request: HttpRequest,
    caller: Caller<ReadPlacementReports>,
    Path(id): Path<PlacementReportId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let rows = queries::rows_of(caller.reader(), id).await?;
    let (at, actor) = (caller.state().clock.now(), caller.actor());
    for person in &rows {
        caller.read(of_person(at, &actor, &row, person));
    }
    Ok(wire::found(&request, &view(&row, &rows, &caller)?, Cache::Private))
}

/// Change a draft or returned report.
///
/// `rows` is one value: send all rows, with the full NIK of each.
#[utoipa::path(tag = "placement-reports", params(("id" = PlacementReportId, Path, description = "Report id")),
    request_body(content = PlacementReportPatch, content_type = "application/merge-patch+json", example = json!(PlacementReportPatch::sample())),
    responses((status = 200, body = PlacementReportView)),
    security(("bearer" = [FilePlacementReports::NAME])))]
#[patch("/placement-reports/{id}")]
pub async fn update_placement_report(
    caller: Caller<FilePlacementReports>,
    Path(id): Path<PlacementReportId>,
    if_match: IfMatch,
    Json(patch): Json<PlacementReportPatch>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            lifecycle::step(row.status, ReportEvent::Submit)?;
            let reference = patch.reference.clone().unwrap_or_else(|| row.reference.clone());
            let mut checks = Checks::default();
            checks.optional_line("/reference", reference.as_deref(), 80);
            let known: BTreeSet<_> =
                queries::rows_of(change.db(), id).await?.into_iter().map(|row| row.row_id).collect();
            for (at, row) in patch.rows.iter().flatten().enumerate() {
                if let Some(id) = row.row_id.filter(|id| !known.contains(id)) {
                    let expected = Text::of("baris laporan ini, atau tanpa id", "a row of this report, or no id");
                    checks.fault(format!("/rows/{at}/row_id"), UNKNOWN_REFERENCE, id.to_string(), expected);
                }
            }
            checks.done()?;
            let rows = match &patch.rows {
                Some(rows) => Some(checked(change, row.company_id, &row.office, rows, &codes).await?),
                None => None,
            };
            let row = queries::update(change, &row, reference, rows.as_deref()).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}

/// Delete a draft.
///
/// What was filed once is withdrawn instead.
#[utoipa::path(tag = "placement-reports", params(("id" = PlacementReportId, Path, description = "Report id")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = [FilePlacementReports::NAME])))]
#[delete("/placement-reports/{id}")]
pub async fn delete_placement_report(
    caller: Caller<FilePlacementReports>,
    Path(id): Path<PlacementReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            if row.status != ReportStatus::Draft {
                let allowed = lifecycle::allowed(row.status, By::Company);
                return Err(Problem::new(Kind::IllegalTransition).allowed(allowed));
            }
            queries::delete(change, &row).await?;
            Ok(Answer::none())
        })
        .await
}

/// File a placement report.
///
/// It gets a receipt number.
#[utoipa::path(tag = "placement-reports", params(("id" = PlacementReportId, Path, description = "Report id")),
    responses((status = 200, body = PlacementReportView)),
    security(("bearer" = [FilePlacementReports::NAME])))]
#[post("/placement-reports/{id}/submit")]
pub async fn submit_placement_report(
    caller: Caller<FilePlacementReports>,
    Path(id): Path<PlacementReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let company = queries::share_company(change, id).await?;
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::submit(change, &company, &row).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}

/// Return a report with reasons.
///
/// For the whole, for rows, or both. The company changes it and files it again under the same number.
#[utoipa::path(tag = "placement-reports", params(("id" = PlacementReportId, Path, description = "Report id")),
    request_body(content = PlacementReportReturn, example = json!(PlacementReportReturn::sample())),
    responses((status = 200, body = PlacementReportView)),
    security(("bearer" = [ReviewReports::NAME])))]
#[post("/placement-reports/{id}/return")]
pub async fn return_placement_report(
    caller: Caller<ReviewReports>,
    Path(id): Path<PlacementReportId>,
    if_match: IfMatch,
    Json(body): Json<PlacementReportReturn>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let known: BTreeSet<_> =
                queries::rows_of(change.db(), id).await?.into_iter().map(|row| row.row_id).collect();
            let mut checks = Checks::default();
            if body.note.is_none() && body.rows.is_empty() {
                let expected =
                    Text::of("alasan untuk seluruhnya, atau untuk satu baris", "a reason for the whole, or for a row");
                checks.fault("/note", REQUIRED, serde_json::Value::Null, expected);
            }
            if let Some(note) = &body.note {
                checks.lines("/note", note, 1000);
            }
            for (at, reason) in body.rows.iter().enumerate() {
                checks.lines(format!("/rows/{at}/reason"), &reason.reason, 500);
                if !known.contains(&reason.row_id) {
                    let expected = Text::of("baris laporan ini", "a row of this report");
                    checks.fault(format!("/rows/{at}/row_id"), UNKNOWN_REFERENCE, reason.row_id.to_string(), expected);
                }
            }
            checks.done()?;
            let row = queries::return_report(change, &row, &body).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}

/// Accept a report.
///
/// Whole or not at all: it fills the vacancies, never above the persons wanted, and records the placements in one
/// transaction. Rows that exceed are listed by 409 `vacancy-full`.
#[utoipa::path(tag = "placement-reports", params(("id" = PlacementReportId, Path, description = "Report id")),
    responses((status = 200, body = PlacementReportView)),
    security(("bearer" = [ReviewReports::NAME])))]
#[post("/placement-reports/{id}/accept")]
pub async fn accept_placement_report(
    caller: Caller<ReviewReports>,
    Path(id): Path<PlacementReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::accept(change, &row).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}

/// Take a report back.
#[utoipa::path(tag = "placement-reports", params(("id" = PlacementReportId, Path, description = "Report id")),
    responses((status = 200, body = PlacementReportView)),
    security(("bearer" = [FilePlacementReports::NAME])))]
#[post("/placement-reports/{id}/withdraw")]
pub async fn withdraw_placement_report(
    caller: Caller<FilePlacementReports>,
    Path(id): Path<PlacementReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::withdraw(change, &row).await?;
            Ok(Answer::ok(shown(change, &row).await?).tagged())
        })
        .await
}
