//! The operations.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{Datelike, Days, Months, NaiveDate};
use disnaker_entity::access::Role;
use disnaker_entity::file::MediaType;
use disnaker_entity::mediation::case::Model;
use disnaker_entity::mediation::{MediationCaseId, party};
use disnaker_entity::plumbing::deadline;

use super::bodies::{
    CaseBookFilter, MediationOverviewFilter, MediationOverviewView, MediationWorkFilter, MediatorFilter, MediatorRow,
    MediatorsView, NextClock, WaitingCase, WaitingCasePage,
};
use super::{queries, rules};
use crate::access;
use crate::access::permissions::{AssignCases, CountCases, Permission, ReadCaseBook, ReadCases};
use crate::book::{AN_OFFICE, Book};
use crate::caller::{Caller, Identity, Sees};
use crate::compliance::obligations;
use crate::files::bodies::FileContent;
use crate::mediation::book::{self, Head, Line};
use crate::mediation::cases::bodies::MediationCaseRow;
use crate::mediation::cases::queries::{content, standing, who};
use crate::mediation::cases::rules::allowed;
use crate::mediation::conclusions::queries::lawsuits;
use crate::personal::Vault;
use crate::problem::{Language, Problem, Text};
use crate::reads::Read;
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

/// An office that a query names. Of one that is not the caller's the scope gives nothing.
async fn known_office<P: Permission>(caller: &Caller<P>, office: &str) -> Result<String, Problem> {
    if caller.state().book().await?.offices.contains_key(office) {
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
    let (rows, sides, clocks) = queries::waiting(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.next_due, row.case.id));
    let (book, now) = (caller.state().book().await?, caller.state().clock.now());
    let vault = &caller.state().vault;
    let mut data = Vec::with_capacity(rows.len());
    for row in &rows {
        let own: Vec<party::Model> = sides.iter().filter(|party| party.case_id == row.case.id).cloned().collect();
        // Who stands on both sides acts for neither.
        let standing = standing(&row.case, &own, &caller).ok();
        let today = book.moment(now, &row.case.office).today;
        let content = content(vault, &row.case)?;
        let clock = clocks.iter().find(|clock| clock.subject_id == row.case.id.0);
        data.push(WaitingCase {
            case: MediationCaseRow::of(&row.case, content.as_ref()),
            next_deadline: clock.map(|clock| next_clock(clock, &book, today, caller.language())),
            allowed_actions: standing
                .map(|standing| allowed(&row.case, &own, standing, content.as_ref()))
                .unwrap_or_default(),
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
/// that it became. Nobody is named. An office that the caller does not count is zeros.
#[utoipa::path(tag = "mediation", params(MediationOverviewFilter), responses((status = 200, body = MediationOverviewView)),
    security(("bearer" = [CountCases::NAME])))]
#[get("/mediation-overview")]
pub async fn get_mediation_overview(
    request: HttpRequest,
    caller: Caller<CountCases>,
    Query(filter): Query<MediationOverviewFilter>,
) -> Result<HttpResponse, Problem> {
    let office = known_office(&caller, &filter.office).await?;
    let today = caller.state().book().await?.moment(caller.state().clock.now(), &office).today;
    let year = filter.year.unwrap_or(today.year());
    let days = NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31));
    let Some((first, last)) = days.filter(|_| YEARS.contains(&year)) else {
        return Err(wire::invalid_parameter("year", year, Text::plain("2019 - 2199")));
    };
    let as_of = last.min(today);
    let sums = queries::sums(caller.reader(), &caller, &office, (first, as_of)).await?;
    let (total, kinds) = rules::counts(&sums);
    let (mut overdue_clocks, mut approaching_clocks) = (None, None);
    if year == today.year() {
        let soon = today.checked_add_days(APPROACHING).unwrap_or(today);
        let (overdue, approaching) = queries::clocks_due(caller.reader(), &caller, &office, today, soon).await?;
        (overdue_clocks, approaching_clocks) = (Some(overdue), Some(approaching));
    }
    let view = MediationOverviewView { office, year, as_of, total, kinds, overdue_clocks, approaching_clocks };
    Ok(wire::listed(&request, &view, None, Cache::Private))
}

// The book ---------------------------------------------------------------------------------------

/// Most cases of a book.
const MOST_LINES: u64 = 5000;

/// The lines of a book, with its first and its last day. Who read it is on record.
async fn lines(
    caller: &Caller<ReadCaseBook>,
    filter: &CaseBookFilter,
) -> Result<(Vec<Line>, String, (NaiveDate, NaiveDate)), Problem> {
    let office = known_office(caller, &filter.office).await?;
    let book = caller.state().book().await?;
    let today = book.moment(caller.state().clock.now(), &office).today;
    let from = filter.from.or_else(|| NaiveDate::from_ymd_opt(today.year(), 1, 1)).unwrap_or(today);
    let to = filter.to.or_else(|| NaiveDate::from_ymd_opt(from.year(), 12, 31)).unwrap_or(from);
    let last = from.checked_add_months(Months::new(12)).unwrap_or(from);
    if !YEARS.contains(&from.year()) || !(from..=last).contains(&to) {
        let expected = Text::of("paling lama setahun, sejak 2019", "at most a year, from 2019 on");
        return Err(wire::invalid_parameter("to", to.to_string(), expected));
    }
    let db = caller.reader();
    let rows = queries::registered(db, caller, &office, (from, to), MOST_LINES).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut sides: HashMap<MediationCaseId, Vec<party::Model>> = HashMap::new();
    for side in if ids.is_empty() { Vec::new() } else { queries::sides(db, &ids).await? } {
        sides.entry(side.case_id).or_default().push(side);
    }
    let persons = i32::try_from(rows.len()).unwrap_or(i32::MAX);
    let read =
        Read { office: office.clone(), act: "export", subject_kind: "mediation_case", persons, ..caller.reading() };
    caller.record(read).await?;
    // Opening the names of a book takes longer than the event loop has.
    let vault = Arc::clone(&caller.state().vault);
    let work = move || rows.iter().map(|row| line(&vault, row, &sides)).collect::<Result<_, Problem>>();
    Ok((actix_web::web::block(work).await.map_err(Problem::internal)??, office, (from, to)))
}

/// The line of a case in the book, with the names of its sides.
fn line(vault: &Vault, row: &Model, sides: &HashMap<MediationCaseId, Vec<party::Model>>) -> Result<Line, Problem> {
    let mut own: Vec<_> = sides.get(&row.id).into_iter().flatten().collect();
    own.sort_by_key(|side| side.side);
    let name = |at: usize| own.get(at).map_or(Ok(None), |side| who(vault, side));
    let names = [name(0)?, name(1)?].map(|who| who.map(|who| who.name));
    Ok(rules::line(row, names, &lawsuits(row)?))
}

fn sheet(bytes: Vec<u8>, media_type: &str, name: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes)
}

/// Read the register book of disputes as CSV.
///
/// The columns of the book on paper (Permenakertrans 17/2014), semicolons between them, at most 5,000 cases. It names the parties, so
/// that who reads it is on record. A case that was referred up stands in the province's book. Of an office that the caller does not run
/// it is empty.
#[utoipa::path(tag = "mediation", params(CaseBookFilter),
    responses((status = 200, body = FileContent, content_type = "text/csv")),
    security(("bearer" = [ReadCaseBook::NAME])))]
#[get("/mediation-book.csv")]
pub async fn get_mediation_book(
    caller: Caller<ReadCaseBook>,
    Query(filter): Query<CaseBookFilter>,
) -> Result<HttpResponse, Problem> {
    let (lines, office, (from, to)) = lines(&caller, &filter).await?;
    Ok(sheet(book::csv(&lines), "text/csv; charset=utf-8", &format!("register-{office}-{from}-{to}.csv")))
}

/// Read the register book of disputes as a workbook.
///
/// The same as the CSV, with its head, ticks and sums.
#[utoipa::path(tag = "mediation", params(CaseBookFilter),
    responses((status = 200, body = FileContent,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    security(("bearer" = [ReadCaseBook::NAME])))]
#[get("/mediation-book.xlsx")]
pub async fn get_mediation_workbook(
    caller: Caller<ReadCaseBook>,
    Query(filter): Query<CaseBookFilter>,
) -> Result<HttpResponse, Problem> {
    let (lines, office, (from, until)) = lines(&caller, &filter).await?;
    let named = caller.state().book().await?.offices.get(&office).map(|row| row.name.clone()).unwrap_or_default();
    let (desk, made_at) = (caller.state().desk().await?, caller.state().clock.now());
    let work = move || {
        let bytes = book::xlsx(&lines, Head { office: &named, from, until, made_at });
        drop(desk);
        bytes
    };
    let bytes = actix_web::web::block(work).await.map_err(Problem::internal)?.map_err(Problem::internal)?;
    let name = format!("register-{office}-{from}-{until}.xlsx");
    Ok(sheet(bytes, MediaType::Xlsx.as_str(), &name))
}
