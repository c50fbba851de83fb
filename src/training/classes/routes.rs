//! The operations.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use disnaker_entity::training::{EnrollmentId, PackageId, SessionId, enrollment};

use super::bodies::{
    AttendanceRow, AttendanceSheet, DueFollowUp, DueFollowUpFilter, DueFollowUpPage, Fail, FollowUpList, NewAttendance,
    NewFollowUp, NewSession, NewSessions, Pass, SessionList, SessionPatch, SessionView,
};
use super::{queries, rules};
use crate::access::permissions::{FollowUpTraining, ReadEnrollments, RunClasses, SelectEnrollments};
use crate::caller::Caller;
use crate::change::Answer;
use crate::check::Checks;
use crate::clock::Zone;
use crate::problem::Problem;
use crate::reads::Read;
use crate::reference;
use crate::seekers;
use crate::training::enrollments::bodies::{EnrollmentReason, EnrollmentView};
use crate::training::enrollments::{act, queries as enrolled};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

// Sessions ---------------------------------------------------------------------------------------

/// Add sessions to a class.
///
/// All or none: each on a day of the class, none over another, in person or online, about a unit of the programme or about none.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    request_body(content = NewSessions, example = json!(NewSessions::sample())),
    responses((status = 201, body = SessionList)), security(("bearer" = [RunClasses::NAME])))]
#[post("/training-packages/{id}/sessions")]
pub async fn create_training_sessions(
    caller: Caller<RunClasses>,
    Path(id): Path<PackageId>,
    Json(new): Json<NewSessions>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let of = queries::lock(change, id).await?;
            let (known, units) = (queries::sessions(change.db(), id).await?, queries::units(change.db(), &of).await?);
            let at = |index| format!("/sessions/{index}");
            let begin = rules::check_sessions(&new.sessions, &of, &units, &known, at)?;
            let rows = queries::add_sessions(change, &of, &new.sessions, &begin).await?;
            let list = SessionList { data: rows.into_iter().map(SessionView::from).collect() };
            Ok(Answer::created(format!("/v1/training-packages/{id}/sessions"), list))
        })
        .await
}

/// List the sessions of a class, in their order.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    responses((status = 200, body = SessionList)), security(("bearer" = [RunClasses::NAME])))]
#[get("/training-packages/{id}/sessions")]
pub async fn list_training_sessions(
    request: HttpRequest,
    caller: Caller<RunClasses>,
    Path(id): Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    queries::class(caller.reader(), &caller, id).await?;
    let rows = queries::sessions(caller.reader(), id).await?;
    let list = SessionList { data: rows.into_iter().map(SessionView::from).collect() };
    Ok(wire::listed(&request, &list, None, Cache::Private))
}

/// Change a session.
///
/// As long as no attendance of it was noted.
#[utoipa::path(tag = "training", params(("id" = SessionId, Path, description = "Session id")),
    request_body(content = SessionPatch, example = json!(SessionPatch::sample())),
    responses((status = 200, body = SessionView)), security(("bearer" = [RunClasses::NAME])))]
#[patch("/training-sessions/{id}")]
pub async fn update_training_session(
    caller: Caller<RunClasses>,
    Path(id): Path<SessionId>,
    if_match: IfMatch,
    Json(patch): Json<SessionPatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (of, row) = queries::lock_both(change, id).await?;
            if_match.holds(row.version)?;
            let new = patch.clone().onto(NewSession::of(&row));
            let (mut known, units) =
                (queries::sessions(change.db(), of.id).await?, queries::units(change.db(), &of).await?);
            known.retain(|other| other.id != id);
            let begin = rules::check_sessions(std::slice::from_ref(&new), &of, &units, &known, |_| String::new())?;
            rules::may_change(&row)?;
            let begins_at = begin.first().copied().unwrap_or(row.begins_at);
            let row = queries::update_session(change, &of, row, new, begins_at).await?;
            Ok(Answer::ok(SessionView::from(row)).tagged())
        })
        .await
}

/// Delete a session.
///
/// As long as no attendance of it was noted.
#[utoipa::path(tag = "training", params(("id" = SessionId, Path, description = "Session id")),
    responses((status = 204, description = "Deleted")), security(("bearer" = [RunClasses::NAME])))]
#[delete("/training-sessions/{id}")]
pub async fn delete_training_session(
    caller: Caller<RunClasses>,
    Path(id): Path<SessionId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (of, row) = queries::lock_both(change, id).await?;
            if_match.holds(row.version)?;
            queries::delete_session(change, &of, &row).await?;
            Ok(Answer::none())
        })
        .await
}

// Attendance -------------------------------------------------------------------------------------

/// Note who was at a session.
///
/// Many participants at once, from the day of the session on. Once more puts marks right; who is left out keeps theirs.
#[utoipa::path(tag = "training", params(("id" = SessionId, Path, description = "Session id")),
    request_body(content = NewAttendance, example = json!(NewAttendance::sample())),
    responses((status = 200, body = SessionView)), security(("bearer" = [RunClasses::NAME])))]
#[post("/training-sessions/{id}/attendance")]
pub async fn note_training_attendance(
    caller: Caller<RunClasses>,
    Path(id): Path<SessionId>,
    Json(new): Json<NewAttendance>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (of, row) = queries::lock_both(change, id).await?;
            let row = queries::attend(change, &of, &row, &new.marks).await?;
            Ok(Answer::ok(SessionView::from(row)))
        })
        .await
}

/// Read how much of a class each participant was at.
///
/// By minutes, of the sessions whose attendance was noted since they had a seat.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    responses((status = 200, body = AttendanceSheet)), security(("bearer" = [RunClasses::NAME])))]
#[get("/training-packages/{id}/attendance")]
pub async fn get_training_attendance(
    request: HttpRequest,
    caller: Caller<RunClasses>,
    Path(id): Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let (db, book) = (caller.reader(), caller.state().book().await?);
    let of = queries::class(db, &caller, id).await?;
    let people = queries::participants(db, id).await?;
    let zone = book.zone(&of.office);
    let since: Vec<_> = people.iter().map(|row| (row.id, queries::since(row, zone))).collect();
    let minutes = queries::minutes(db, id, &since).await?;
    let mut names = seekers::names_of(db, people.iter().map(|row| row.seeker_id)).await?;
    caller.read_page(seekers::KIND, &format!("training-packages/{id}/attendance"), people.len());
    let row = |row: enrollment::Model| {
        let minutes = minutes.get(&row.id).copied().unwrap_or_default();
        AttendanceRow {
            enrollment_id: row.id,
            job_seeker_id: row.seeker_id,
            name: names.remove(&row.seeker_id).unwrap_or_default(),
            present: minutes.present,
            excused: minutes.excused,
            held: minutes.held,
            share: rules::share(minutes.present, minutes.held),
        }
    };
    let data = people.into_iter().map(row).collect();
    let sheet = AttendanceSheet { threshold: rules::threshold(&book, &of)?, data };
    Ok(wire::listed(&request, &sheet, None, Cache::Private))
}

// The end of a class -----------------------------------------------------------------------------

/// Let somebody into a class that runs.
///
/// A reserve who took a seat up after it began; everybody else attends from its start. Who lacks social security is refused as at the
/// start: 409 `not-covered`.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [RunClasses::NAME])))]
#[post("/training-enrollments/{id}/attend")]
pub async fn attend_training_class(
    caller: Caller<RunClasses>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, of, row| queries::join(change, of, row).await).await
}

/// Let a participant pass.
///
/// With attendance and a score of the assessment that suffice (policy rows `training.attendance-threshold` and `training.pass-score`), or
/// with an `override_reason` of the office: 422 `below-threshold` says what is missing. From the last day of the class on, with the
/// attendance of every session noted; earlier with that reason, too. Passing is no certificate of competence.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = Pass, example = json!(Pass::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [RunClasses::NAME])))]
#[post("/training-enrollments/{id}/pass")]
pub async fn pass_training_participant(
    caller: Caller<RunClasses>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    Json(body): Json<Pass>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, of, row| queries::pass(change, of, row, &body).await).await
}

/// End a class for a participant who does not pass, with a reason.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = Fail, example = json!(Fail::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [RunClasses::NAME])))]
#[post("/training-enrollments/{id}/fail")]
pub async fn fail_training_participant(
    caller: Caller<RunClasses>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    Json(body): Json<Fail>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, of, row| {
        let mut checks = Checks::default();
        checks.reason("/reason", &body.reason, 500);
        checks.done()?;
        queries::fail(change, of, row, &body).await
    })
    .await
}

/// Take back how a class ended for somebody.
///
/// Where it was written down wrongly, by the office, with a reason: the person is in the class again, until `pass` or `fail`. Not while a
/// certificate is out.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = EnrollmentReason, example = json!(EnrollmentReason::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-enrollments/{id}/reopen")]
pub async fn reopen_training_result(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    Json(why): Json<EnrollmentReason>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, of, row| {
        let mut checks = Checks::default();
        checks.reason("/reason", &why.reason, 500);
        checks.done()?;
        queries::reopen(change, of, row, &why.reason).await
    })
    .await
}

// What became of them ----------------------------------------------------------------------------

/// Record what became of somebody who passed.
///
/// After 30, 90 and 180 days (policy rows `training.follow-up-first` and so on), by the office, the provider or the person: an answer is of
/// the last of these times that was due.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = NewFollowUp, example = json!(NewFollowUp::sample())),
    responses((status = 201, body = FollowUpList)), security(("bearer" = [FollowUpTraining::NAME])))]
#[post("/training-enrollments/{id}/follow-ups")]
pub async fn create_training_follow_up(
    caller: Caller<FollowUpTraining>,
    Path(id): Path<EnrollmentId>,
    Json(new): Json<NewFollowUp>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let (of, row) = enrolled::lock_both(change, id).await?;
            rules::check_follow_up(&new, &codes)?;
            let row = queries::follow_up(change, &of, &row, &new).await?;
            let data = queries::follow_ups(change.db(), id).await?.into_iter().map(Into::into).collect();
            let list = FollowUpList { next_on: row.follow_up_on, data };
            Ok(Answer::created(format!("/v1/training-enrollments/{id}/follow-ups"), list))
        })
        .await
}

/// List what became of somebody who passed.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    responses((status = 200, body = FollowUpList)), security(("bearer" = [ReadEnrollments::NAME])))]
#[get("/training-enrollments/{id}/follow-ups")]
pub async fn list_training_follow_ups(
    request: HttpRequest,
    caller: Caller<ReadEnrollments>,
    Path(id): Path<EnrollmentId>,
) -> Result<HttpResponse, Problem> {
    let row = enrolled::find(caller.reader(), &caller, id).await?;
    let data = queries::follow_ups(caller.reader(), id).await?.into_iter().map(Into::into).collect();
    let list = FollowUpList { next_on: row.follow_up_on, data };
    let (office, subject) = (row.office, Some(row.seeker_id.0));
    caller.read(Read { office, subject_kind: seekers::KIND, subject, ..caller.reading() });
    Ok(wire::listed(&request, &list, None, Cache::Private))
}

/// List who is to be asked what became of them, the longest due first.
#[utoipa::path(tag = "work-lists", params(DueFollowUpFilter), responses((status = 200, body = DueFollowUpPage)),
    security(("bearer" = [RunClasses::NAME])))]
#[get("/work-lists/training-follow-ups")]
pub async fn list_due_follow_ups(
    request: HttpRequest,
    caller: Caller<RunClasses>,
    Query(filter): Query<DueFollowUpFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-follow-ups", &filter)?;
    let (db, state) = (caller.reader(), caller.state());
    let today = match filter.office.as_deref() {
        Some(office) => state.book().await?.moment(state.clock.now(), office).today,
        None => Zone::WESTERN.date(state.clock.now()),
    };
    let rows = queries::due(db, &caller, filter.office.as_deref(), today, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.follow_up_on.unwrap_or(today), row.id));
    let mut names = seekers::names_of(db, rows.iter().map(|row| row.seeker_id)).await?;
    caller.read_page(seekers::KIND, page.filter(), rows.len());
    let row = |row: enrollment::Model| DueFollowUp {
        enrollment_id: row.id,
        package_id: row.package_id,
        provider_id: row.provider_id,
        job_seeker_id: row.seeker_id,
        name: names.remove(&row.seeker_id).unwrap_or_default(),
        passed_on: row.ended_on,
        due_on: row.follow_up_on.unwrap_or(today),
        allowed_actions: vec!["follow_up"],
        office: row.office,
    };
    let page = DueFollowUpPage { data: rows.into_iter().map(row).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}
