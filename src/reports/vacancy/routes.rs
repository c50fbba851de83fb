//! The operations.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use disnaker_entity::report::vacancy_report::Model;
use disnaker_entity::report::{ReportStatus, VacancyReportId, vacancy_line};

use super::bodies::{
    NewVacancyReport, VacancyLine, VacancyReportPage, VacancyReportPatch, VacancyReportReturn, VacancyReportRow,
    VacancyReportView,
};
use super::{queries, rules};
use crate::access::permissions::{FileVacancyReports, ReadVacancyReports, ReviewReports};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{Checks, REQUIRED, UNKNOWN_REFERENCE};
use crate::lifecycle::{self, By};
use crate::problem::{Fault, Kind, Language, Problem, Text};
use crate::reference::{self, Codes};
use crate::reports::bodies::ReportFilter;
use crate::reports::lifecycle::ReportEvent;
use crate::reports::{A_COMPANY, allowed_actions};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// Shows a report with its lines, and what an officer should see of a report that is not decided.
fn view(
    row: &Model,
    lines: &[vacancy_line::Model],
    warnings: &[Fault],
    seer: &impl Sees,
    language: Language,
) -> Result<VacancyReportView, Problem> {
    let lines = lines.iter().map(|line| {
        let (position, return_reason) = (Some(line.position), line.return_reason.clone());
        Ok(VacancyLine { position, return_reason, ..queries::content(line)? })
    });
    Ok(VacancyReportView {
        return_note: row.return_note.clone(),
        decided_at: row.decided_at,
        lines: lines.collect::<Result<_, Problem>>()?,
        warnings: warnings.iter().map(|warning| warning.view(language)).collect(),
        allowed_actions: allowed_actions::<FileVacancyReports>(seer, row.status, row.company_id, &row.office),
        report: VacancyReportRow::from(row),
    })
}

/// The soft findings of stored lines, as of now; none for a report that is decided.
fn findings(change: &Change, codes: &Codes, row: &Model, lines: &[vacancy_line::Model]) -> Result<Vec<Fault>, Problem> {
    let lines = lines.iter().map(queries::content).collect::<Result<Vec<_>, _>>()?;
    rules::check(&lines, codes, &change.book(), &row.office, &change.moment(&row.office), row.corrects.is_some())
}

async fn shown(
    change: &Change,
    row: &Model,
    warnings: &[Fault],
    language: Language,
) -> Result<VacancyReportView, Problem> {
    let lines = queries::lines_of(change.db(), row.id).await?;
    view(row, &lines, warnings, change, language)
}

/// Write a vacancy report.
///
/// A draft with its lines. Every fault of every line is told at once, with a pointer; soft findings come as `warnings`.
/// The office of the company's district receives it, else its province's.
#[utoipa::path(tag = "vacancy-reports", request_body(content = NewVacancyReport, example = json!(NewVacancyReport::sample())),
    responses((status = 201, body = VacancyReportView)),
    security(("bearer" = [FileVacancyReports::NAME])))]
#[post("/vacancy-reports")]
pub async fn create_vacancy_report(
    caller: Caller<FileVacancyReports>,
    Json(new): Json<NewVacancyReport>,
) -> Result<HttpResponse, Problem> {
    let (codes, language) = (reference::codes(caller.state()).await?, caller.language());
    let mut checks = Checks::default();
    checks.optional_line("/reference", new.reference.as_deref(), 80);
    for (at, line) in new.lines.iter().enumerate() {
        if let Some(id) = line.line_id {
            let expected = Text::of("tanpa id untuk baris baru", "no id for a new line");
            checks.fault(format!("/lines/{at}/line_id"), UNKNOWN_REFERENCE, id.to_string(), expected);
        }
    }
    checks.done()?;
    caller
        .change(async move |change| {
            let company =
                queries::company_of(change.db(), change, new.company_id).await?.ok_or_else(|| unknown_company(&new))?;
            let warnings = rules::check(
                &new.lines,
                &codes,
                &change.book(),
                &company.office,
                &change.moment(&company.office),
                false,
            )?;
            let row = queries::insert(change, &new, &company.office).await?;
            let view = shown(change, &row, &warnings, language).await?;
            Ok(Answer::created(format!("/v1/vacancy-reports/{}", row.id), view).tagged())
        })
        .await
}

fn unknown_company(new: &NewVacancyReport) -> Problem {
    let fault = Fault::new("/company_id", UNKNOWN_REFERENCE, new.company_id.to_string(), A_COMPANY);
    Problem::new(Kind::InvalidContent).faults(vec![fault])
}

/// List vacancy reports, newest first.
#[utoipa::path(tag = "vacancy-reports", params(ReportFilter), responses((status = 200, body = VacancyReportPage)),
    security(("bearer" = [ReadVacancyReports::NAME])))]
#[get("/vacancy-reports")]
pub async fn list_vacancy_reports(
    request: HttpRequest,
    caller: Caller<ReadVacancyReports>,
    Query(filter): Query<ReportFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("vacancy-reports", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = VacancyReportPage { data: rows.iter().map(VacancyReportRow::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a vacancy report with its lines.
#[utoipa::path(tag = "vacancy-reports", params(("id" = VacancyReportId, Path, description = "Report id")),
    responses((status = 200, body = VacancyReportView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadVacancyReports::NAME])))]
#[get("/vacancy-reports/{id}")]
pub async fn get_vacancy_report(
    request: HttpRequest,
    caller: Caller<ReadVacancyReports>,
    Path(id): Path<VacancyReportId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let lines = queries::lines_of(caller.reader(), id).await?;
    let undecided = matches!(row.status, ReportStatus::Draft | ReportStatus::Submitted | ReportStatus::Returned);
    let mut warnings = Vec::new();
    if undecided {
        let (codes, book) = (reference::codes(caller.state()).await?, caller.state().book().await?);
        let moment = book.moment(caller.state().clock.now(), &row.office);
        let contents = lines.iter().map(queries::content).collect::<Result<Vec<_>, _>>()?;
        // A draft that was sound when it was written may have run out since: its faults are shown as findings.
        warnings = rules::check(&contents, &codes, &book, &row.office, &moment, row.corrects.is_some())
            .unwrap_or_else(Problem::into_faults);
    }
    let view = view(&row, &lines, &warnings, &caller, caller.language())?;
    // The findings are in the caller's language and as of today.
    let variant = format!("{}-{}", caller.language().tag(), warnings.len());
    Ok(wire::found_for(&request, &view, Cache::Private, &variant))
}

/// Change a draft or returned report.
///
/// `lines` is one value: send all lines, those that stay with their `line_id`.
#[utoipa::path(tag = "vacancy-reports", params(("id" = VacancyReportId, Path, description = "Report id")),
    request_body(content = VacancyReportPatch, content_type = "application/merge-patch+json", example = json!(VacancyReportPatch::sample())),
    responses((status = 200, body = VacancyReportView)),
    security(("bearer" = [FileVacancyReports::NAME])))]
#[patch("/vacancy-reports/{id}")]
pub async fn update_vacancy_report(
    caller: Caller<FileVacancyReports>,
    Path(id): Path<VacancyReportId>,
    if_match: IfMatch,
    Json(patch): Json<VacancyReportPatch>,
) -> Result<HttpResponse, Problem> {
    let (codes, language) = (reference::codes(caller.state()).await?, caller.language());
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            editable(&row)?;
            let reference = patch.reference.clone().unwrap_or_else(|| row.reference.clone());
            let mut checks = Checks::default();
            checks.optional_line("/reference", reference.as_deref(), 80);
            checks.done()?;
            let mut warnings = Vec::new();
            if let Some(lines) = &patch.lines {
                known_lines(&queries::lines_of(change.db(), id).await?, lines)?;
                warnings = rules::check(
                    lines,
                    &codes,
                    &change.book(),
                    &row.office,
                    &change.moment(&row.office),
                    row.corrects.is_some(),
                )?;
            }
            let row = queries::update(change, &row, reference, patch.lines.as_deref()).await?;
            Ok(Answer::ok(shown(change, &row, &warnings, language).await?).tagged())
        })
        .await
}

/// A report is changed only before it is filed, or after it was returned.
fn editable(row: &Model) -> Result<(), Problem> {
    lifecycle::step(row.status, ReportEvent::Submit).map(drop)
}

/// Ids of lines are made here: a line that names one must be of this report.
fn known_lines(before: &[vacancy_line::Model], lines: &[VacancyLine]) -> Result<(), Problem> {
    let known: BTreeSet<_> = before.iter().map(|line| line.line_id).collect();
    let mut checks = Checks::default();
    for (at, line) in lines.iter().enumerate() {
        if let Some(id) = line.line_id.filter(|id| !known.contains(id)) {
            let expected = Text::of("baris laporan ini, atau tanpa id", "a line of this report, or no id");
            checks.fault(format!("/lines/{at}/line_id"), UNKNOWN_REFERENCE, id.to_string(), expected);
        }
    }
    checks.done()
}

/// Delete a draft.
///
/// What was filed once is withdrawn instead.
#[utoipa::path(tag = "vacancy-reports", params(("id" = VacancyReportId, Path, description = "Report id")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = [FileVacancyReports::NAME])))]
#[delete("/vacancy-reports/{id}")]
pub async fn delete_vacancy_report(
    caller: Caller<FileVacancyReports>,
    Path(id): Path<VacancyReportId>,
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

/// File a vacancy report.
///
/// It gets a receipt number. Its content is checked once more as of today, all faults at once.
#[utoipa::path(tag = "vacancy-reports", params(("id" = VacancyReportId, Path, description = "Report id")),
    responses((status = 200, body = VacancyReportView)),
    security(("bearer" = [FileVacancyReports::NAME])))]
#[post("/vacancy-reports/{id}/submit")]
pub async fn submit_vacancy_report(
    caller: Caller<FileVacancyReports>,
    Path(id): Path<VacancyReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (codes, language) = (reference::codes(caller.state()).await?, caller.language());
    caller
        .change(async move |change| {
            let company = queries::share_company(change, id).await?;
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            editable(&row)?;
            let mut lines = queries::lines_of(change.db(), id).await?;
            let warnings = findings(change, &codes, &row, &lines)?;
            let row = queries::submit_lines(change, &company, &row, &mut lines).await?;
            Ok(Answer::ok(view(&row, &lines, &warnings, change, language)?).tagged())
        })
        .await
}

/// Return a report with reasons.
///
/// For the whole, for lines, or both. The company changes it and files it again under the same number.
#[utoipa::path(tag = "vacancy-reports", params(("id" = VacancyReportId, Path, description = "Report id")),
    request_body(content = VacancyReportReturn, example = json!(VacancyReportReturn::sample())),
    responses((status = 200, body = VacancyReportView)),
    security(("bearer" = [ReviewReports::NAME])))]
#[post("/vacancy-reports/{id}/return")]
pub async fn return_vacancy_report(
    caller: Caller<ReviewReports>,
    Path(id): Path<VacancyReportId>,
    if_match: IfMatch,
    Json(body): Json<VacancyReportReturn>,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let known: BTreeSet<_> =
                queries::lines_of(change.db(), id).await?.into_iter().map(|line| line.line_id).collect();
            let mut checks = Checks::default();
            if body.note.is_none() && body.lines.is_empty() {
                let expected =
                    Text::of("alasan untuk seluruhnya, atau untuk satu baris", "a reason for the whole, or for a line");
                checks.fault("/note", REQUIRED, serde_json::Value::Null, expected);
            }
            if let Some(note) = &body.note {
                checks.lines("/note", note, 1000);
            }
            for (at, reason) in body.lines.iter().enumerate() {
                checks.lines(format!("/lines/{at}/reason"), &reason.reason, 500);
                if !known.contains(&reason.line_id) {
                    let expected = Text::of("baris laporan ini", "a line of this report");
                    checks.fault(
                        format!("/lines/{at}/line_id"),
                        UNKNOWN_REFERENCE,
                        reason.line_id.to_string(),
                        expected,
                    );
                }
            }
            checks.done()?;
            let row = queries::return_report(change, &row, &body).await?;
            Ok(Answer::ok(shown(change, &row, &[], language).await?).tagged())
        })
        .await
}

/// Accept a report.
///
/// Its lines become vacancies in the same transaction: public at once, or held until the company is verified. A
/// correction changes the vacancies of the report that it corrects, which is superseded.
#[utoipa::path(tag = "vacancy-reports", params(("id" = VacancyReportId, Path, description = "Report id")),
    responses((status = 200, body = VacancyReportView)),
    security(("bearer" = [ReviewReports::NAME])))]
#[post("/vacancy-reports/{id}/accept")]
pub async fn accept_vacancy_report(
    caller: Caller<ReviewReports>,
    Path(id): Path<VacancyReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (codes, language) = (reference::codes(caller.state()).await?, caller.language());
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::accept(change, &row, &codes).await?;
            Ok(Answer::ok(shown(change, &row, &[], language).await?).tagged())
        })
        .await
}

/// Take a report back.
#[utoipa::path(tag = "vacancy-reports", params(("id" = VacancyReportId, Path, description = "Report id")),
    responses((status = 200, body = VacancyReportView)),
    security(("bearer" = [FileVacancyReports::NAME])))]
#[post("/vacancy-reports/{id}/withdraw")]
pub async fn withdraw_vacancy_report(
    caller: Caller<FileVacancyReports>,
    Path(id): Path<VacancyReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::withdraw(change, &row).await?;
            Ok(Answer::ok(shown(change, &row, &[], language).await?).tagged())
        })
        .await
}

/// Begin a correction of an accepted report.
///
/// Answers with the new revision, a draft with the same lines. Lines that keep their `line_id` change the same vacancies
/// once the correction is accepted; a line that is left out closes its vacancy.
#[utoipa::path(tag = "vacancy-reports", params(("id" = VacancyReportId, Path, description = "Report id")),
    responses((status = 201, body = VacancyReportView)),
    security(("bearer" = [FileVacancyReports::NAME])))]
#[post("/vacancy-reports/{id}/correct")]
pub async fn correct_vacancy_report(
    caller: Caller<FileVacancyReports>,
    Path(id): Path<VacancyReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let new = queries::correct(change, &row).await?;
            let view = shown(change, &new, &[], language).await?;
            Ok(Answer::created(format!("/v1/vacancy-reports/{}", new.id), view).tagged())
        })
        .await
}
