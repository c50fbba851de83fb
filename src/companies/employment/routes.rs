//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::company::CompanyId;
use disnaker_entity::employment::{EmploymentReportId, Model};

use super::bodies::{
    CompanyEmploymentReportFilter, EmploymentReportFilter, EmploymentReportPage, EmploymentReportRow,
    EmploymentReportView, NewEmploymentReport,
};
use super::{queries, rules};
use crate::access::permissions::{FileEmploymentReports, ReadEmploymentReports};
use crate::book::Book;
use crate::caller::{Caller, Sees};
use crate::change::Answer;
use crate::companies::bodies::LegalForm;
use crate::companies::queries::{find, lock};
use crate::lifecycle::{self, By};
use crate::problem::{Language, Problem};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

fn view(
    row: &Model,
    form: &str,
    book: &Book,
    seer: &impl Sees,
    language: Language,
) -> Result<EmploymentReportView, Problem> {
    let form = form.parse().unwrap_or(LegalForm::Other);
    let own = seer.scope_of::<FileEmploymentReports>().covers_company(row.company_id);
    Ok(EmploymentReportView {
        employment: queries::content(row)?,
        disability: rules::disability(
            form,
            row.workers,
            row.with_disability,
            book,
            &row.office,
            row.filed_on,
            language,
        )?,
        apprentice_cap: rules::apprentice_cap(row.workers, row.apprentices, book, &row.office, row.filed_on, language)?,
        allowed_actions: if own { lifecycle::allowed(row.status, By::Company) } else { Vec::new() },
        report: EmploymentReportRow::from(row),
    })
}

/// File an employment report.
///
/// It counts at once. It meets the clocks that ask for it, starts the next yearly one, and gives the company the workers that
/// it states. With `corrects` it supersedes a filed report and keeps its day of filing. A second report of one occasion and
/// day is 409 `already-exists`.
#[utoipa::path(tag = "companies", params(("id" = CompanyId, Path, description = "Company id")),
    request_body(content = NewEmploymentReport, example = json!(NewEmploymentReport::sample())),
    responses((status = 201, body = EmploymentReportView)),
    security(("bearer" = [FileEmploymentReports::NAME])))]
#[post("/companies/{id}/employment-reports")]
pub async fn file_employment_report(
    caller: Caller<FileEmploymentReports>,
    Path(id): Path<CompanyId>,
    Json(new): Json<NewEmploymentReport>,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let company = lock(change, id).await?;
            rules::check(&new, change.moment(&company.office).today)?;
            let row = queries::file(change, &company, &new).await?;
            let view = view(&row, &company.legal_form, &change.book(), change, language)?;
            Ok(Answer::created(format!("/v1/employment-reports/{}", row.id), view).tagged())
        })
        .await
}

/// List the employment reports of a company, newest first.
#[utoipa::path(tag = "companies",
    params(("id" = CompanyId, Path, description = "Company id"), CompanyEmploymentReportFilter),
    responses((status = 200, body = EmploymentReportPage)),
    security(("bearer" = [ReadEmploymentReports::NAME])))]
#[get("/companies/{id}/employment-reports")]
pub async fn list_company_employment_reports(
    request: HttpRequest,
    caller: Caller<ReadEmploymentReports>,
    Path(id): Path<CompanyId>,
    Query(filter): Query<CompanyEmploymentReportFilter>,
) -> Result<HttpResponse, Problem> {
    let CompanyEmploymentReportFilter { status, occasion, limit, cursor } = filter;
    let company_id = Some(id);
    let filter = EmploymentReportFilter { company_id, status, occasion, limit, cursor, ..Default::default() };
    find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    page(&request, &caller, &format!("employment-reports/{id}"), &filter).await
}

/// List employment reports, newest first.
///
/// Those of an office, or of a company: who filed in a year, and what became of it. Who has not is in
/// `GET /v1/deadlines` with `rule=wlkp.annual-report&state=overdue`.
#[utoipa::path(tag = "companies", params(EmploymentReportFilter),
    responses((status = 200, body = EmploymentReportPage)),
    security(("bearer" = [ReadEmploymentReports::NAME])))]
#[get("/employment-reports")]
pub async fn list_employment_reports(
    request: HttpRequest,
    caller: Caller<ReadEmploymentReports>,
    Query(filter): Query<EmploymentReportFilter>,
) -> Result<HttpResponse, Problem> {
    page(&request, &caller, "employment-reports", &filter).await
}

/// A page of the reports that the caller may see.
async fn page(
    request: &HttpRequest,
    caller: &Caller<ReadEmploymentReports>,
    list: &str,
    filter: &EmploymentReportFilter,
) -> Result<HttpResponse, Problem> {
    let filed = filter.year.map(rules::days_of).transpose()?;
    let page = caller.paging(list, filter)?;
    let rows = queries::list(caller.reader(), caller, filter, filed, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = EmploymentReportPage { data: rows.iter().map(EmploymentReportRow::from).collect(), next };
    Ok(wire::listed(request, &page, page.next.as_deref(), Cache::Private))
}

/// Read an employment report.
///
/// With the share of workers with disabilities and the cap on apprentices, by the policies of its day of filing.
#[utoipa::path(tag = "companies", params(("id" = EmploymentReportId, Path, description = "Report id")),
    responses((status = 200, body = EmploymentReportView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadEmploymentReports::NAME])))]
#[get("/employment-reports/{id}")]
pub async fn get_employment_report(
    request: HttpRequest,
    caller: Caller<ReadEmploymentReports>,
    Path(id): Path<EmploymentReportId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let form = queries::legal_form(caller.reader(), row.company_id).await?;
    let language = caller.language();
    let view = view(&row, &form, &*caller.state().book().await?, &caller, language)?;
    Ok(wire::found_for(&request, &view, Cache::Private, language.tag()))
}

/// Take an employment report back.
///
/// What it met is owed again, with the due date that it had.
#[utoipa::path(tag = "companies", params(("id" = EmploymentReportId, Path, description = "Report id")),
    responses((status = 200, body = EmploymentReportView)),
    security(("bearer" = [FileEmploymentReports::NAME])))]
#[post("/employment-reports/{id}/withdraw")]
pub async fn withdraw_employment_report(
    caller: Caller<FileEmploymentReports>,
    Path(id): Path<EmploymentReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            // The company first, as whoever files does; then what its report is by now.
            let company = lock(change, queries::find(change.db(), change, id).await?.company_id).await?;
            let row = queries::find(change.db(), change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::withdraw(change, &company, &row).await?;
            Ok(Answer::ok(view(&row, &company.legal_form, &change.book(), change, language)?).tagged())
        })
        .await
}
