//! The operations.

use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{Datelike, Days, NaiveDate};
use disnaker_entity::access::Role;
use disnaker_entity::mediation::party;
use disnaker_entity::plumbing::deadline;

use super::bodies::{
    MediationOverviewFilter, MediationOverviewView, MediationWorkFilter, MediatorFilter, MediatorRow, MediatorsView,
    NextClock, WaitingCase, WaitingCasePage,
};
use super::{queries, rules};
use crate::access;
use crate::access::permissions::{AssignCases, CountCases, ReadCases};
use crate::book::{AN_OFFICE, Book};
use crate::caller::{Caller, Identity, Sees};
use crate::compliance::obligations;
use crate::mediation::cases::bodies::MediationCaseRow;
use crate::mediation::cases::queries::{content, standing};
use crate::mediation::cases::rules::{Standing, allowed};
use crate::problem::{Language, Problem, Text};
use crate::wire::{self, Cache, Query};

/// Years that are counted.
const YEARS: std::ops::RangeInclusive<i32> = 2019..=2199;
/// Clocks that are due within so many calendar days are approaching.
const APPROACHING: Days = Days::new(7);

/// List the mediators of an office, with how many open cases each has.
///
/// None where the caller does not run the office.
#[utoipa::path(tag = "mediation", params(MediatorFilter), responses((status = 200, body = MediatorsView)),
    security(("bearer" = [AssignCases::NAME])))]
#[get("/mediators")]
pub async fn list_mediators(
    request: HttpRequest,
    caller: Caller<AssignCases>,
    Query(filter): Query<MediatorFilter>,
) -> Result<HttpResponse, Problem> {
    if !caller.scope().covers_office(&filter.office) {
        return Ok(wire::listed(&request, &MediatorsView { data: Vec::new() }, None, Cache::Private));
    }
    let officers = access::officers(caller.reader(), &filter.office, Role::Mediator).await?;
    let loads = queries::loads(caller.reader(), &filter.office).await?;
    let row = |row: disnaker_entity::access::grant::Model| {
        let identity = Identity { issuer: row.issuer, subject: row.subject };
        let open_cases = loads.get(&identity.actor()).copied().unwrap_or_default();
        MediatorRow { grant_id: row.id, issuer: identity.issuer, subject: identity.subject, open_cases }
    };
    let view = MediatorsView { data: officers.into_iter().map(row).collect() };
    Ok(wire::listed(&request, &view, None, Cache::Private))
}

/// An office of the caller's that a query names.
async fn own_office<P: access::permissions::Permission>(caller: &Caller<P>, office: &str) -> Result<String, Problem> {
    let book = caller.state().book().await?;
    if book.offices.contains_key(office) && caller.scope().covers_office(office) {
        return Ok(office.to_owned());
    }
    Err(wire::invalid_parameter("office", office, AN_OFFICE))
}

/// List open cases by their next deadline.
///
/// With the clock that runs out next and the steps that the caller may take. A mediator asks for `mine=true`. Paused clocks are not
/// waited for; cases in which none runs come last.
#[utoipa::path(tag = "work-lists", params(MediationWorkFilter), responses((status = 200, body = WaitingCasePage)),
    security(("bearer" = [ReadCases::NAME])))]
#[get("/work-lists/mediation")]
pub async fn list_mediation_work(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Query(filter): Query<MediationWorkFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("work-lists/mediation", &filter)?;
    let rows = queries::waiting(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.next_due, row.case.id));
    let ids: Vec<_> = rows.iter().map(|row| row.case.id).collect();
    let (sides, clocks) = if ids.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        (queries::sides(caller.reader(), &ids).await?, queries::running(caller.reader(), &ids).await?)
    };
    let (book, now) = (caller.state().book().await?, caller.state().clock.now());
    let vault = &caller.state().vault;
    let mut data = Vec::with_capacity(rows.len());
    for row in &rows {
        let own: Vec<party::Model> = sides.iter().filter(|party| party.case_id == row.case.id).cloned().collect();
        let standing = standing(&row.case, &own, &caller).unwrap_or(Standing::default());
        let today = book.moment(now, &row.case.office).today;
        let clock = clocks.iter().find(|clock| clock.subject_id == row.case.id.0);
        data.push(WaitingCase {
            case: MediationCaseRow::of(&row.case, content(vault, &row.case)?.as_ref()),
            next_deadline: clock.map(|clock| next_clock(clock, &book, today, caller.language())),
            allowed_actions: allowed(&row.case, &own, standing),
        });
    }
    caller.read_page("mediation_case", page.filter(), data.len());
    let page = WaitingCasePage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

fn next_clock(clock: &deadline::Model, book: &Book, today: NaiveDate, language: Language) -> NextClock {
    let policy = book.policies.at(&clock.rule, &clock.office, clock.started_on);
    NextClock {
        rule: clock.rule.clone(),
        law: policy.map_or("", |policy| policy.law.in_language(language)).to_owned(),
        party: clock.party.clone(),
        state: obligations::state(clock, today),
        due_on: clock.due_on,
        days_left: (clock.due_on - today).num_days(),
    }
}

/// Count the disputes of an office in a year.
///
/// By how they came out and by kind, from what was counted then: a case once, a recommendation that both accepted as the settlement
/// that it became. Nobody is named.
#[utoipa::path(tag = "mediation", params(MediationOverviewFilter), responses((status = 200, body = MediationOverviewView)),
    security(("bearer" = [CountCases::NAME])))]
#[get("/mediation-overview")]
pub async fn get_mediation_overview(
    request: HttpRequest,
    caller: Caller<CountCases>,
    Query(filter): Query<MediationOverviewFilter>,
) -> Result<HttpResponse, Problem> {
    let office = own_office(&caller, &filter.office).await?;
    let today = caller.state().book().await?.moment(caller.state().clock.now(), &office).today;
    let year = filter.year.unwrap_or(today.year());
    let days = NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31));
    let Some((first, last)) = days.filter(|_| YEARS.contains(&year)) else {
        return Err(wire::invalid_parameter("year", year, Text::plain("2019 - 2199")));
    };
    let as_of = last.min(today);
    let sums = queries::sums(caller.reader(), &caller, &office, (first, as_of)).await?;
    let (total, kinds) = rules::counts(&sums);
    let overdue = queries::clocks_due(caller.reader(), &caller, &office, (None, today)).await?;
    let soon = today.checked_add_days(APPROACHING).unwrap_or(today);
    let approaching = queries::clocks_due(caller.reader(), &caller, &office, (Some(today), soon)).await?;
    let view = MediationOverviewView {
        office,
        year,
        as_of,
        total,
        kinds,
        overdue_clocks: i64::try_from(overdue).map_err(Problem::internal)?,
        approaching_clocks: i64::try_from(approaching).map_err(Problem::internal)?,
    };
    Ok(wire::listed(&request, &view, None, Cache::Private))
}
