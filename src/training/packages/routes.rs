//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::NaiveDate;
use disnaker_entity::training::{EnrollmentStatus, PackageId, package};
use sea_orm::ConnectionTrait;

use super::bodies::{
    NewPackage, PackageCancellation, PackageFilter, PackagePage, PackagePatch, PackageView, Standing, StartedPackage,
    TrainingWork, TrainingWorkFilter, TrainingWorkPage,
};
use super::lifecycle::PackageEvent;
use super::queries::{self, Names};
use super::rules;
use crate::access::permissions::{ManageTraining, ReadTraining, SelectEnrollments};
use crate::book::OWN_OFFICE;
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{Checks, UNKNOWN_REFERENCE};
use crate::lifecycle::{self, By};
use crate::problem::{Problem, ProblemView};
use crate::reference;
use crate::training::enrollments::{queries as enrollments, rules as selection};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// Seconds that packages may be kept by anybody.
const KEPT: u32 = 60;

/// What the caller may do with a package today, by where its applicants and participants stand.
fn allowed(row: &package::Model, standing: &[Standing], seer: &impl Sees, today: NaiveDate) -> Vec<&'static str> {
    use EnrollmentStatus::{Accepted, Admitted, Applied, Attending, Interviewed, Offered, Tested};
    let any = |statuses: &[EnrollmentStatus]| standing.iter().any(|group| statuses.contains(&group.status));
    let mut allowed = Vec::new();
    if seer.scope_of::<ManageTraining>().covers_office(&row.office) {
        allowed = lifecycle::allowed(row.status, By::Office);
        allowed.retain(|event| match *event {
            "start" => today >= row.starts_on && any(&[Accepted]),
            "finish" => !any(&[Accepted, Attending, Offered]),
            _ => true,
        });
    }
    let selects = seer.scope_of::<SelectEnrollments>().covers_office(&row.office);
    if selects && selection::may_decide(row, today).is_ok() && any(&[Interviewed]) && !any(&[Applied, Admitted, Tested])
    {
        allowed.push("select");
    }
    allowed
}

async fn view<C: ConnectionTrait>(
    db: &C,
    row: package::Model,
    seer: &impl Sees,
    today: NaiveDate,
) -> Result<PackageView, Problem> {
    let names = Names::of(db, std::slice::from_ref(&row)).await?;
    let standing = queries::standing(db, std::iter::once(row.id)).await?.remove(&row.id).unwrap_or_default();
    Ok(PackageView {
        package: names.row(&row)?,
        evidence: serde_json::from_str(&row.evidence).map_err(Problem::internal)?,
        criteria: enrollments::criteria(&row)?,
        instructor_ids: queries::teachers(db, row.id).await?,
        allowed_actions: allowed(&row, &standing, seer, today),
        accommodation: row.accommodation,
        standing,
    })
}

async fn shown(change: &Change, row: package::Model) -> Result<Answer<PackageView>, Problem> {
    let today = change.moment(&row.office).today;
    Ok(Answer::ok(view(change.db(), row, change, today).await?).tagged())
}

/// Plan a package.
///
/// One class of a programme: its money, its place, its seats, its days, for whom it is and by what applicants are ranked. Seats and
/// reserves are as the policy rows have them, or others with a reason.
#[utoipa::path(tag = "training", request_body(content = NewPackage, example = json!(NewPackage::sample())),
    responses((status = 201, body = PackageView)), security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-packages")]
pub async fn create_training_package(
    caller: Caller<ManageTraining>,
    Json(new): Json<NewPackage>,
) -> Result<HttpResponse, Problem> {
    if !caller.scope().covers_office(&new.office) {
        let mut checks = Checks::default();
        checks.fault("/office", UNKNOWN_REFERENCE, new.office.chars().take(20).collect::<String>(), OWN_OFFICE);
        checks.done()?;
    }
    let (codes, book) = (reference::codes(caller.state()).await?, caller.state().book().await?);
    let sound = rules::check(&new, &codes, &book)?;
    caller
        .change(async move |change| {
            let region = queries::ground(change, &new, None).await?;
            let row = queries::plan(change, &new, &sound, region).await?;
            let location = format!("/v1/training-packages/{}", row.id);
            let today = change.moment(&row.office).today;
            Ok(Answer::created(location, view(change.db(), row, change, today).await?).tagged())
        })
        .await
}

/// List packages, newest first.
#[utoipa::path(tag = "training", params(PackageFilter), responses((status = 200, body = PackagePage)),
    security((), ("bearer" = [ReadTraining::NAME])))]
#[get("/training-packages")]
pub async fn list_training_packages(
    request: HttpRequest,
    caller: Caller<ReadTraining>,
    Query(filter): Query<PackageFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-packages", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let names = Names::of(caller.reader(), &rows).await?;
    let page = PackagePage { data: rows.iter().map(|row| names.row(row)).collect::<Result<_, _>>()?, next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// Read a package: what it announces, and how many stand where.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    responses((status = 200, body = PackageView), (status = 304, description = "Not changed")),
    security((), ("bearer" = [ReadTraining::NAME])))]
#[get("/training-packages/{id}")]
pub async fn get_training_package(
    request: HttpRequest,
    caller: Caller<ReadTraining>,
    Path(id): Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let cache = if caller.grants().is_empty() { Cache::Public(KEPT) } else { Cache::Private };
    let today = caller.state().book().await?.moment(caller.state().clock.now(), &row.office).today;
    wire::found_as_seen(&request, &view(caller.reader(), row, &caller, today).await?, cache)
}

/// Change a package.
///
/// All of it while it is planned. Once it is open, seats, reserves, the days of the class, accommodation and instructors only:
/// what was announced stays, 422 `announced`. While it runs, a later last day, accommodation and instructors. Seats that are new are
/// offered to reserves.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    request_body(content = PackagePatch, content_type = "application/merge-patch+json", example = json!(PackagePatch::sample())),
    responses((status = 200, body = PackageView)), security(("bearer" = [ManageTraining::NAME])))]
#[patch("/training-packages/{id}")]
pub async fn update_training_package(
    caller: Caller<ManageTraining>,
    Path(id): Path<PackageId>,
    if_match: IfMatch,
    Json(patch): Json<PackagePatch>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            rules::may_change(&row, &patch)?;
            let new = patch.clone().onto(NewPackage::of(&row, queries::teachers(change.db(), id).await?)?);
            let sound = rules::check(&new, &codes, &change.book())?;
            queries::ground(change, &new, Some(&row)).await?;
            let row = queries::update(change, &row, &new, &sound).await?;
            shown(change, row).await
        })
        .await
}

/// Open a package for applications.
///
/// Applications are taken on the days that it announces, which do not change any more.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    responses((status = 200, body = PackageView)), security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-packages/{id}/open")]
pub async fn open_training_package(
    caller: Caller<ManageTraining>,
    Path(id): Path<PackageId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, row| queries::advance(change, &row, PackageEvent::Open).await).await
}

/// End the applications for a package.
///
/// By itself after their last day.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    responses((status = 200, body = PackageView)), security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-packages/{id}/close-applications")]
pub async fn close_training_applications(
    caller: Caller<ManageTraining>,
    Path(id): Path<PackageId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let event = PackageEvent::CloseApplications;
    act(&caller, id, if_match, async move |change, row| queries::advance(change, &row, event).await).await
}

/// Begin a class.
///
/// From its first day on: everybody with a seat attends. Who lacks social security for some day of it is named: 409 `not-covered`,
/// or a warning where the policy row `training.cover-blocks-start` is 0.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    responses((status = 200, body = StartedPackage),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Not covered, before its first day, or not possible now: `not-covered`, `illegal-transition`")),
    security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-packages/{id}/start")]
pub async fn start_training_package(
    caller: Caller<ManageTraining>,
    Path(id): Path<PackageId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let language = caller.language();
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let (row, gaps) = queries::start(change, &row).await?;
            let today = change.moment(&row.office).today;
            let package = view(change.db(), row, change, today).await?;
            let warnings = gaps.iter().map(|gap| gap.view(language)).collect();
            Ok(Answer::ok(StartedPackage { package, warnings }).tagged())
        })
        .await
}

/// End a class.
///
/// In which everybody has passed, failed or left.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    responses((status = 200, body = PackageView)), security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-packages/{id}/finish")]
pub async fn finish_training_package(
    caller: Caller<ManageTraining>,
    Path(id): Path<PackageId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, row| queries::finish(change, &row).await).await
}

/// Cancel a package.
///
/// With a reason that everybody reads. Whoever is in its selection or has a seat drops out with the same reason.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    request_body(content = PackageCancellation, example = json!(PackageCancellation::sample())),
    responses((status = 200, body = PackageView)), security(("bearer" = [ManageTraining::NAME])))]
#[post("/training-packages/{id}/cancel")]
pub async fn cancel_training_package(
    caller: Caller<ManageTraining>,
    Path(id): Path<PackageId>,
    if_match: IfMatch,
    Json(why): Json<PackageCancellation>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        let mut checks = Checks::default();
        checks.reason("/reason", &why.reason, 500);
        checks.done()?;
        queries::cancel(change, &row, &why).await
    })
    .await
}

async fn act<F>(
    caller: &Caller<ManageTraining>,
    id: PackageId,
    if_match: IfMatch,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, package::Model) -> Result<package::Model, Problem> + 'static,
{
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = act(change, row).await?;
            shown(change, row).await
        })
        .await
}

/// List the packages for which there is something to do, by the day of their next step.
///
/// With how many wait where, how many lack social security, and what is possible now: everything that a training officer needs in the
/// morning, in one call.
#[utoipa::path(tag = "work-lists", params(TrainingWorkFilter), responses((status = 200, body = TrainingWorkPage)),
    security(("bearer" = [ManageTraining::NAME])))]
#[get("/work-lists/training")]
pub async fn list_training_work(
    request: HttpRequest,
    caller: Caller<ManageTraining>,
    Query(filter): Query<TrainingWorkFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-work", &filter)?;
    let (db, book, now) = (caller.reader(), caller.state().book().await?, caller.state().clock.now());
    let rows = queries::work(db, &caller, filter.office.as_deref(), &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (rules::next_on(row), row.id));
    let names = Names::of(db, &rows).await?;
    let mut standing = queries::standing(db, rows.iter().map(|row| row.id)).await?;
    let uncovered = queries::uncovered(db, rows.iter().map(|row| row.id)).await?;
    let row = |row: &package::Model| {
        use EnrollmentStatus::{Dropped, Failed, Passed, Rejected, Withdrawn};
        let mut waiting = standing.remove(&row.id).unwrap_or_default();
        let allowed_actions = allowed(row, &waiting, &caller, book.moment(now, &row.office).today);
        waiting.retain(|standing| !matches!(standing.status, Dropped | Failed | Passed | Rejected | Withdrawn));
        Ok(TrainingWork {
            package: names.row(row)?,
            next_on: rules::next_on(row),
            waiting,
            uncovered: uncovered.get(&row.id).copied().unwrap_or_default(),
            allowed_actions,
        })
    };
    let page = TrainingWorkPage { data: rows.iter().map(row).collect::<Result<_, Problem>>()?, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}
