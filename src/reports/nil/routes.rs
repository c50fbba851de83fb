//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::report::NilReportId;
use disnaker_entity::report::nil_report::Model;

use super::bodies::{NewNilReport, NilReportFilter, NilReportPage, NilReportRow, NilReportView};
use super::{queries, rules};
use crate::access::permissions::{FileVacancyReports, ReadVacancyReports};
use crate::caller::{Caller, Sees};
use crate::change::Answer;
use crate::check::UNKNOWN_REFERENCE;
use crate::companies;
use crate::lifecycle::{self, By};
use crate::problem::{Fault, Kind, Problem};
use crate::reports::A_COMPANY;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

fn view(row: &Model, seer: &impl Sees) -> NilReportView {
    let own = seer.scope_of::<FileVacancyReports>().covers_company(row.company_id);
    let allowed_actions = if own { lifecycle::allowed(row.status, By::Company) } else { Vec::new() };
    NilReportView { report: NilReportRow::from(row), allowed_actions }
}

/// File a nil report.
///
/// One call says that a company had no vacancies in a month: it is filed at once, with a number and a receipt. A vacancy report
/// of the same company that is filed later in that month supersedes it.
#[utoipa::path(tag = "nil-reports", request_body(content = NewNilReport, example = json!(NewNilReport::sample())),
    responses((status = 201, body = NilReportView)),
    security(("bearer" = [FileVacancyReports::NAME])))]
#[post("/nil-reports")]
pub async fn create_nil_report(
    caller: Caller<FileVacancyReports>,
    Json(new): Json<NewNilReport>,
) -> Result<HttpResponse, Problem> {
    if !caller.scope().covers_company(new.company_id) {
        let fault = Fault::new("/company_id", UNKNOWN_REFERENCE, new.company_id.to_string(), A_COMPANY);
        return Err(Problem::new(Kind::InvalidContent).faults(vec![fault]));
    }
    caller
        .change(async move |change| {
            let company = companies::lock(change, new.company_id).await?;
            let first = rules::month(&new.month, change.moment(&company.office).today)?;
            let row = queries::file(change, &company, first).await?;
            Ok(Answer::created(format!("/v1/nil-reports/{}", row.id), view(&row, change)).tagged())
        })
        .await
}

/// List nil reports, newest first.
#[utoipa::path(tag = "nil-reports", params(NilReportFilter), responses((status = 200, body = NilReportPage)),
    security(("bearer" = [ReadVacancyReports::NAME])))]
#[get("/nil-reports")]
pub async fn list_nil_reports(
    request: HttpRequest,
    caller: Caller<ReadVacancyReports>,
    Query(filter): Query<NilReportFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("nil-reports", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = NilReportPage { data: rows.iter().map(NilReportRow::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a nil report.
#[utoipa::path(tag = "nil-reports", params(("id" = NilReportId, Path, description = "Report id")),
    responses((status = 200, body = NilReportView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadVacancyReports::NAME])))]
#[get("/nil-reports/{id}")]
pub async fn get_nil_report(
    request: HttpRequest,
    caller: Caller<ReadVacancyReports>,
    Path(id): Path<NilReportId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    Ok(wire::found(&request, &view(&row, &caller), Cache::Private))
}

/// Take a nil report back.
#[utoipa::path(tag = "nil-reports", params(("id" = NilReportId, Path, description = "Report id")),
    responses((status = 200, body = NilReportView)),
    security(("bearer" = [FileVacancyReports::NAME])))]
#[post("/nil-reports/{id}/withdraw")]
pub async fn withdraw_nil_report(
    caller: Caller<FileVacancyReports>,
    Path(id): Path<NilReportId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::withdraw(change, &row).await?;
            Ok(Answer::ok(view(&row, change)).tagged())
        })
        .await
}
