//! The operations.

use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{Datelike, Months, NaiveDate};
use disnaker_entity::company::CompanyId;
use uuid::Uuid;

use super::bodies::{ComplianceFilter, ComplianceGroup, ComplianceRow, ComplianceView, SilentFilter, SilentPage};
use super::queries::{self, Period};
use crate::access::permissions::ReadCompliance;
use crate::caller::{Caller, Sees};
use crate::check::{self, Checks, OUT_OF_RANGE};
use crate::problem::{Kind, Problem};
use crate::reference::{self, Codes};
use crate::wire::{self, Cache, Query};

/// The longest period, in months.
const LONGEST: Months = Months::new(120);

/// Read what was due from companies, and what came of it.
///
/// Duties count by the day on which they are due, extensions included: `expected` is the sum of `on_time`, `late`, `missing` and
/// `pending`. Companies come by the page, the other groups whole; `total` is the sum of all groups.
#[utoipa::path(tag = "compliance", params(ComplianceFilter), responses((status = 200, body = ComplianceView)),
    security(("bearer" = [ReadCompliance::NAME])))]
#[get("/compliance")]
pub async fn get_compliance(
    request: HttpRequest,
    caller: Caller<ReadCompliance>,
    Query(filter): Query<ComplianceFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("compliance", &filter)?;
    let (codes, book) = (reference::codes(caller.state()).await?, caller.state().book().await?);
    // Where several offices are seen, one of them says what day it is: they share a province and its zone.
    let scope = caller.scope();
    let place = filter.office.as_ref().or(scope.offices.first()).or(scope.provinces.first());
    let today = book.moment(caller.state().clock.now(), place.map_or("", String::as_str)).today;
    let period = period(&filter, today)?;
    let rows = queries::groups(caller.reader(), &caller, &filter, period, &page.part).await?;
    let of_companies = filter.group_by == ComplianceGroup::Company;
    let (mut data, next, total) = if of_companies {
        let id =
            |row: &ComplianceRow| row.key.as_ref().and_then(|key| key.parse().ok()).unwrap_or(CompanyId(Uuid::nil()));
        let (rows, next) = page.cut(rows, id);
        (rows, next, queries::total(caller.reader(), &caller, &filter, period).await?)
    } else {
        let total = rows.iter().fold(ComplianceRow::default(), sum);
        (rows, None, total)
    };
    for row in &mut data {
        row.name = row.name.take().or_else(|| name_of(filter.group_by, row, &codes));
    }
    data.sort_by(|one, other| (&one.key, &one.edition).cmp(&(&other.key, &other.edition)));
    let view =
        ComplianceView { group_by: filter.group_by, from: period.from, to: period.to, as_of: today, data, total, next };
    Ok(wire::listed(&request, &view, view.next.as_deref(), Cache::Private))
}

/// The period that was asked for; the year of today where none was.
fn period(filter: &ComplianceFilter, today: NaiveDate) -> Result<Period, Problem> {
    let mut checks = Checks::default();
    checks.day("from", filter.from);
    checks.day("to", filter.to);
    let of_year = |month, day| NaiveDate::from_ymd_opt(today.year(), month, day).unwrap_or(today);
    let from = filter.from.unwrap_or_else(|| of_year(1, 1));
    let to = filter.to.unwrap_or_else(|| of_year(12, 31).max(from));
    let last = from.checked_add_months(LONGEST).unwrap_or(from);
    if !(from..=last).contains(&to) {
        checks.fault("to", OUT_OF_RANGE, to.to_string(), check::from_to(from, last));
    }
    let faults = checks.into_faults();
    if faults.is_empty() {
        Ok(Period { from, to, today })
    } else {
        Err(Problem::new(Kind::InvalidQuery).faults(faults))
    }
}

fn sum(total: ComplianceRow, row: &ComplianceRow) -> ComplianceRow {
    ComplianceRow {
        expected: total.expected + row.expected,
        actual: total.actual + row.actual,
        on_time: total.on_time + row.on_time,
        late: total.late + row.late,
        missing: total.missing + row.missing,
        pending: total.pending + row.pending,
        ..total
    }
}

fn name_of(by: ComplianceGroup, row: &ComplianceRow, codes: &Codes) -> Option<String> {
    let key = row.key.as_deref()?;
    let name = match by {
        ComplianceGroup::Company | ComplianceGroup::Month => None,
        ComplianceGroup::Sector => codes.sector(key, row.edition.as_deref()?),
        ComplianceGroup::District => codes.region(key).map(|region| region.name.as_str()),
    };
    name.map(str::to_owned)
}

/// List the verified companies that never reported.
///
/// They have filed nothing since they registered, accepted or not.
#[utoipa::path(tag = "compliance", params(SilentFilter), responses((status = 200, body = SilentPage)),
    security(("bearer" = [ReadCompliance::NAME])))]
#[get("/compliance/never-reported")]
pub async fn list_never_reported(
    request: HttpRequest,
    caller: Caller<ReadCompliance>,
    Query(filter): Query<SilentFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("never-reported", &filter)?;
    let rows = queries::silent(caller.reader(), &caller, &filter, &page.part).await?;
    let (data, next) = page.cut(rows, |row| row.company_id);
    let page = SilentPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}
