//! The operations of this room.

use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::NaiveDate;
use disnaker_entity::school::report::{self, SchoolReportId};
use disnaker_entity::school::{Model, SchoolId, SchoolStatus};

use super::bodies::{
    NewSchool, NewSchoolReport, SchoolFilter, SchoolPage, SchoolPatch, SchoolReason, SchoolReportFilter,
    SchoolReportPage, SchoolReportPatch, SchoolReportView, SchoolView,
};
use super::lifecycle::SchoolEvent;
use super::queries;
use super::rules::{self, EVALUATE, INACTIVE, SchoolRefusal};
use crate::access::permissions::{ApplySchool, Permission, ReadSchools, ReviewSchools, UpdateSchool};
use crate::book::Book;
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::Checks;
use crate::companies::bodies::Contact;
use crate::lifecycle::{self, By};
use crate::problem::Problem;
use crate::reference;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// What a caller may do with a school.
fn allowed(row: &Model, seer: &impl Sees) -> Vec<&'static str> {
    let school = seer.scope_of::<UpdateSchool>().schools.contains(&row.id);
    let office = seer.scope_of::<ReviewSchools>().covers_office(&row.office);
    match (school, office) {
        (true, true) => lifecycle::allowed(row.status, By::Either),
        (true, false) => lifecycle::allowed(row.status, By::Person),
        (false, true) => lifecycle::allowed(row.status, By::Office),
        (false, false) => Vec::new(),
    }
}

fn said(row: &Model) -> NewSchool {
    NewSchool {
        npsn: row.npsn.clone(),
        name: row.name.clone(),
        level: row.level,
        region: row.region.clone(),
        address: row.address.clone(),
        contact: Contact {
            name: row.contact_name.clone(),
            email: row.contact_email.clone(),
            phone: row.contact_phone.clone(),
        },
        decree: row.decree.clone(),
        licence: row.licence.clone(),
    }
}

fn view(row: Model, allowed_actions: Vec<&'static str>, book: &Book, today: NaiveDate) -> Result<SchoolView, Problem> {
    let months = [EVALUATE, INACTIVE].map(|rule| book.policies.at(rule, &row.office, today));
    let [evaluate, inactive] = months;
    let silence = rules::silence(row.status, row.heard_on, [evaluate?, inactive?], today);
    let school = said(&row);
    Ok(SchoolView {
        id: row.id,
        npsn: school.npsn,
        name: school.name,
        level: school.level,
        region: school.region,
        address: school.address,
        contact: school.contact,
        decree: school.decree,
        licence: school.licence,
        office: row.office,
        status: row.status,
        number: row.number,
        status_reason: row.status_reason,
        decided_at: row.decided_at,
        heard_on: row.heard_on,
        silence,
        created_at: row.created_at,
        version: row.version,
        allowed_actions,
    })
}

fn shown(change: &Change, row: Model) -> Result<Answer<SchoolView>, Problem> {
    let (allowed, today) = (allowed(&row, change), change.moment(&row.office).today);
    Ok(Answer::ok(view(row, allowed, &change.book(), today)?).tagged())
}

/// Apply for the registration of a school's job office.
///
/// Whoever applies becomes its `school_operator`; an officer who writes it down for the school does not, and invites
/// somebody. The office of its district registers or refuses it (Permenaker 39/2016 arts. 31 to 36).
#[utoipa::path(tag = "schools", request_body(content = NewSchool, example = json!(NewSchool::sample())),
    responses((status = 201, body = SchoolView)), security(("bearer" = [ApplySchool::NAME])))]
#[post("/schools")]
pub async fn apply_school(caller: Caller<ApplySchool>, Json(new): Json<NewSchool>) -> Result<HttpResponse, Problem> {
    let (codes, book) = (reference::codes(caller.state()).await?, caller.state().book().await?);
    let office = rules::check(&new, &codes, &book)?.code.clone();
    let identity = caller.identity().cloned().ok_or_else(Problem::not_found)?;
    let operator = (!caller.scope().covers_office(&office)).then_some(identity);
    caller
        .change(async move |change| {
            let row = queries::insert(change, &new, &office, operator.as_ref()).await?;
            let today = change.moment(&office).today;
            let mut actions = allowed(&row, change);
            if operator.is_some() {
                actions.extend(lifecycle::allowed(row.status, By::Person));
            }
            let view = view(row, actions, &change.book(), today)?;
            Ok(Answer::created(format!("/v1/schools/{}", view.id), view).tagged())
        })
        .await
}

/// List schools, newest first.
///
/// `silence=evaluate` and `silence=inactive` are those that have not reported for so long that the office should look.
#[utoipa::path(tag = "schools", params(SchoolFilter), responses((status = 200, body = SchoolPage)),
    security(("bearer" = [ReadSchools::NAME])))]
#[get("/schools")]
pub async fn list_schools(
    request: HttpRequest,
    caller: Caller<ReadSchools>,
    Query(filter): Query<SchoolFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("schools", &filter)?;
    let (book, now) = (caller.state().book().await?, caller.state().clock.now());
    let office = filter.office.as_deref().unwrap_or_default();
    let today = book.moment(now, office).today;
    let since = |rule| Ok(rules::silent_since(book.policies.at(rule, office, today)?, today));
    let days: Result<Vec<_>, Problem> = [EVALUATE, INACTIVE].into_iter().map(since).collect();
    let days =
        <[NaiveDate; 2]>::try_from(days?).map_err(|_| Problem::internal("two rules gave other than two days"))?;
    let rows = queries::list(caller.reader(), &caller, &filter, days, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let shown = |row: Model| {
        let (allowed, today) = (allowed(&row, &caller), book.moment(now, &row.office).today);
        view(row, allowed, &book, today)
    };
    let page = SchoolPage { data: rows.into_iter().map(shown).collect::<Result<_, _>>()?, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a school.
#[utoipa::path(tag = "schools", params(("id" = SchoolId, Path, description = "School id")),
    responses((status = 200, body = SchoolView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadSchools::NAME])))]
#[get("/schools/{id}")]
pub async fn get_school(
    request: HttpRequest,
    caller: Caller<ReadSchools>,
    Path(id): Path<SchoolId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let book = caller.state().book().await?;
    let (allowed, today) = (allowed(&row, &caller), book.moment(caller.state().clock.now(), &row.office).today);
    let view = view(row, allowed, &book, today)?;
    Ok(wire::found_for(&request, &view, Cache::Private, view.silence.as_str()))
}

/// Change a school's data.
///
/// By its operator. Under another name, decree or licence, or with another office, a registered one is looked at again.
#[utoipa::path(tag = "schools", params(("id" = SchoolId, Path, description = "School id")),
    request_body(content = SchoolPatch, content_type = "application/merge-patch+json", example = json!(SchoolPatch::sample())),
    responses((status = 200, body = SchoolView)), security(("bearer" = [UpdateSchool::NAME])))]
#[patch("/schools/{id}")]
pub async fn update_school(
    caller: Caller<UpdateSchool>,
    Path(id): Path<SchoolId>,
    if_match: IfMatch,
    Json(patch): Json<SchoolPatch>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    act(&caller, id, if_match, async move |change, row| {
        let new = patch.clone().onto(said(&row));
        let office = rules::check(&new, &codes, &change.book())?.code.clone();
        queries::update(change, &row, &new, &office).await
    })
    .await
}

/// Register a school's job office.
///
/// With a number (tanda daftar BKK). From then on it drafts records of job seekers for its alumni.
#[utoipa::path(tag = "schools", params(("id" = SchoolId, Path, description = "School id")),
    responses((status = 200, body = SchoolView)), security(("bearer" = [ReviewSchools::NAME])))]
#[post("/schools/{id}/register")]
pub async fn register_school(
    caller: Caller<ReviewSchools>,
    Path(id): Path<SchoolId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, row| queries::register(change, &row).await).await
}

/// Refuse a school's application, with a reason.
#[utoipa::path(tag = "schools", params(("id" = SchoolId, Path, description = "School id")),
    request_body(content = SchoolReason, example = json!(SchoolReason::sample())),
    responses((status = 200, body = SchoolView)), security(("bearer" = [ReviewSchools::NAME])))]
#[post("/schools/{id}/refuse")]
pub async fn refuse_school(
    caller: Caller<ReviewSchools>,
    Path(id): Path<SchoolId>,
    if_match: IfMatch,
    Json(body): Json<SchoolReason>,
) -> Result<HttpResponse, Problem> {
    decline(&caller, id, if_match, SchoolEvent::Refuse, body).await
}

/// Ask the office to look again.
///
/// After a refusal, when the school has mended what the office named; or after its registration ended, when its job office is active
/// again. It keeps its number.
#[utoipa::path(tag = "schools", params(("id" = SchoolId, Path, description = "School id")),
    responses((status = 200, body = SchoolView)), security(("bearer" = [UpdateSchool::NAME])))]
#[post("/schools/{id}/resubmit")]
pub async fn resubmit_school(
    caller: Caller<UpdateSchool>,
    Path(id): Path<SchoolId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, row| queries::resubmit(change, &row).await).await
}

/// End a school's registration, with a reason.
///
/// It drafts nothing from then on, and sees no more of what it drafted, which stays with the office.
#[utoipa::path(tag = "schools", params(("id" = SchoolId, Path, description = "School id")),
    request_body(content = SchoolReason, example = json!(SchoolReason::sample())),
    responses((status = 200, body = SchoolView)), security(("bearer" = [ReviewSchools::NAME])))]
#[post("/schools/{id}/end")]
pub async fn end_school(
    caller: Caller<ReviewSchools>,
    Path(id): Path<SchoolId>,
    if_match: IfMatch,
    Json(body): Json<SchoolReason>,
) -> Result<HttpResponse, Problem> {
    decline(&caller, id, if_match, SchoolEvent::End, body).await
}

async fn decline(
    caller: &Caller<ReviewSchools>,
    id: SchoolId,
    if_match: IfMatch,
    event: SchoolEvent,
    body: SchoolReason,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.reason("/reason", &body.reason, 500);
    checks.done()?;
    act(caller, id, if_match, async move |change, row| queries::decline(change, &row, event, &body.reason).await).await
}

/// A step on one school.
async fn act<P: Permission, F>(
    caller: &Caller<P>,
    id: SchoolId,
    if_match: IfMatch,
    step: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, Model) -> Result<Model, Problem> + 'static,
{
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = step(change, row).await?;
            shown(change, row)
        })
        .await
}

// Reports ----------------------------------------------------------------------------------------

fn report_view(row: &report::Model) -> SchoolReportView {
    let said = queries::said(row);
    SchoolReportView {
        id: row.id,
        school_id: row.school_id,
        from_month: said.from_month,
        until_month: said.until_month,
        registered: said.registered,
        placed_local: said.placed_local,
        placed_other_provinces: said.placed_other_provinces,
        vacancies: said.vacancies,
        note: said.note,
        created_at: row.created_at,
        version: row.version,
    }
}

/// Whether a school reports: as long as it is registered.
fn reports(change: &Change, school: &Model) -> Result<(), Problem> {
    if school.status == SchoolStatus::Registered {
        return Ok(());
    }
    Err(Problem::from(SchoolRefusal::NotRegistered).allowed(allowed(school, change)))
}

/// Report what a school's job office did.
///
/// Over one to twelve months that are over, each once. It counts persons, and names none (Permenaker 39/2016
/// arts. 31 to 36).
#[utoipa::path(tag = "schools", params(("id" = SchoolId, Path, description = "School id")),
    request_body(content = NewSchoolReport, example = json!(NewSchoolReport::sample())),
    responses((status = 201, body = SchoolReportView)), security(("bearer" = [UpdateSchool::NAME])))]
#[post("/schools/{id}/reports")]
pub async fn file_school_report(
    caller: Caller<UpdateSchool>,
    Path(id): Path<SchoolId>,
    Json(new): Json<NewSchoolReport>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let school = queries::lock(change, id).await?;
            let months = rules::check_report(&new, change.moment(&school.office).today)?;
            reports(change, &school)?;
            let row = queries::file(change, &school, &new, months).await?;
            Ok(Answer::created(format!("/v1/school-reports/{}", row.id), report_view(&row)).tagged())
        })
        .await
}

/// List schools' reports, newest first.
#[utoipa::path(tag = "schools", params(SchoolReportFilter), responses((status = 200, body = SchoolReportPage)),
    security(("bearer" = [ReadSchools::NAME])))]
#[get("/school-reports")]
pub async fn list_school_reports(
    request: HttpRequest,
    caller: Caller<ReadSchools>,
    Query(filter): Query<SchoolReportFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("school-reports", &filter)?;
    let rows = queries::reports(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = SchoolReportPage { data: rows.iter().map(report_view).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a school's report.
#[utoipa::path(tag = "schools", params(("id" = SchoolReportId, Path, description = "Report id")),
    responses((status = 200, body = SchoolReportView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadSchools::NAME])))]
#[get("/school-reports/{id}")]
pub async fn get_school_report(
    request: HttpRequest,
    caller: Caller<ReadSchools>,
    Path(id): Path<SchoolReportId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::report(caller.reader(), &caller, id).await?;
    Ok(wire::found(&request, &report_view(&row), Cache::Private))
}

/// Correct a school's report.
///
/// Its months stay; each correction is an event.
#[utoipa::path(tag = "schools", params(("id" = SchoolReportId, Path, description = "Report id")),
    request_body(content = SchoolReportPatch, content_type = "application/merge-patch+json", example = json!(SchoolReportPatch::sample())),
    responses((status = 200, body = SchoolReportView)), security(("bearer" = [UpdateSchool::NAME])))]
#[patch("/school-reports/{id}")]
pub async fn correct_school_report(
    caller: Caller<UpdateSchool>,
    Path(id): Path<SchoolReportId>,
    if_match: IfMatch,
    Json(patch): Json<SchoolReportPatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::report(change.db(), change, id).await?;
            let school = queries::lock(change, row.school_id).await?;
            if_match.holds(row.version)?;
            reports(change, &school)?;
            let new = patch.clone().onto(queries::said(&row));
            rules::check_report(&new, change.moment(&school.office).today)?;
            let row = queries::correct(change, &school, &row, &new).await?;
            Ok(Answer::ok(report_view(&row)).tagged())
        })
        .await
}
