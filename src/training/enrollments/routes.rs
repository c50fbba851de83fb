//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::training::{EnrollmentId, EnrollmentStatus, PackageId, PackageStatus, enrollment, package};
use sea_orm::{ConnectionTrait, Value};

use super::bodies::{
    Admission, CoverGap, CoverGapFilter, CoverGapPage, Decision, EnrollmentFilter, EnrollmentPage, EnrollmentReason,
    EnrollmentRow, EnrollmentView, NeedsView, NewCover, NewEnrollment, NewScores, RankView, RankedRow, Ranking, Score,
    Scored, Selection, Withdrawal,
};
use super::lifecycle::EnrollmentEvent;
use super::queries;
use super::rules::{self, EnrollmentRefusal, Points};
use crate::access::permissions::{
    ApplyTraining, FollowUpTraining, IssueCertificates, Permission, ReadEnrollments, RunClasses, SelectEnrollments,
};
use crate::app::State;
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{Checks, REQUIRED, UNKNOWN_REFERENCE};
use crate::lifecycle::{self, By};
use crate::problem::{Problem, Text};
use crate::reads::Read;
use crate::reference;
use crate::seekers;
use crate::wire::{self, Cache, IfMatch, Json, OptionalJson, Path, Query};

/// Whether the caller runs the class of an enrolment: its office, or its provider.
fn runs(row: &enrollment::Model, seer: &impl Sees) -> bool {
    let runs = seer.scope_of::<RunClasses>();
    runs.covers_office(&row.office) || runs.providers.contains(&row.provider_id)
}

/// Whether the caller sees how somebody was chosen: offices, and the person.
fn sees_choice(row: &enrollment::Model, seer: &impl Sees) -> bool {
    let reads = seer.scope_of::<ReadEnrollments>();
    reads.covers_office(&row.office) || reads.seekers.contains(&row.seeker_id)
}

/// What somebody may do with an enrolment now: the office what offices may, the provider what belongs to the class, the person the
/// rest.
fn allowed(row: &enrollment::Model, of: &package::Model, seer: &impl Sees, at: &At) -> Vec<&'static str> {
    let selects = seer.scope_of::<SelectEnrollments>().covers_office(&row.office);
    let runs = runs(row, seer);
    let applies = seer.scope_of::<ApplyTraining>();
    let applies = applies.covers_office(&row.office) || applies.seekers.contains(&row.seeker_id);
    let mut allowed = lifecycle::allowed(row.status, By::Office);
    allowed.retain(|event| match *event {
        "take_up" => applies && row.offer_until.is_none_or(|until| until > at.now),
        "withdraw" => applies,
        "attend" => runs && of.status == PackageStatus::Running,
        "pass" | "fail" => runs,
        "accept" | "reserve" => selects && rules::may_decide(of, at.today).is_ok(),
        _ => selects,
    });
    if runs && rules::is_seated(row.status) {
        allowed.push("cover");
    }
    if row.status == EnrollmentStatus::Passed {
        let issues = seer.scope_of::<IssueCertificates>().covers_office(&row.office);
        allowed.extend(issues.then_some(["certificate", "competence_assessments"]).into_iter().flatten());
        let asks = seer.scope_of::<FollowUpTraining>();
        let asks = asks.covers_office(&row.office)
            || asks.providers.contains(&row.provider_id)
            || asks.seekers.contains(&row.seeker_id);
        if asks && row.follow_up_on.is_some_and(|day| day <= at.today) {
            allowed.push("follow_up");
        }
    }
    allowed
}

/// When something is looked at, on the clock of its office.
struct At {
    now: DateTime<Utc>,
    today: NaiveDate,
}

impl At {
    fn of(change: &Change, office: &str) -> Self {
        Self { now: change.now(), today: change.moment(office).today }
    }
}

/// What the caller may read of what disabilities need: those who decide and the person all of it, the provider of somebody with a seat
/// what the class should provide.
fn shown_needs(state: &State, row: &enrollment::Model, seer: &impl Sees) -> Result<(Option<NeedsView>, bool), Problem> {
    let decides = seer.scope_of::<SelectEnrollments>().covers_office(&row.office);
    let all = decides || seer.scope_of::<ReadEnrollments>().seekers.contains(&row.seeker_id);
    let seated = matches!(row.status, EnrollmentStatus::Accepted | EnrollmentStatus::Attending);
    let teaches = seated && seer.scope_of::<RunClasses>().providers.contains(&row.provider_id);
    if !all && !teaches {
        return Ok((None, false));
    }
    let needs = queries::needs(&state.vault, row)?;
    let (disabilities, accommodation) =
        needs.map(|needs| (needs.disabilities, needs.accommodation)).unwrap_or_default();
    Ok((Some(NeedsView { disabilities: Some(disabilities).filter(|_| all), accommodation }), all))
}

/// An enrolment with the name of its person.
fn named(
    state: &State,
    row: &enrollment::Model,
    of: &package::Model,
    name: String,
    seer: &impl Sees,
    at: &At,
) -> Result<EnrollmentView, Problem> {
    let (needs, all) = shown_needs(state, row, seer)?;
    let decides = seer.scope_of::<SelectEnrollments>().covers_office(&row.office);
    let mut enrollment = EnrollmentRow::of(row, name, sees_choice(row, seer))?;
    if let Some(cover) = enrollment.cover.as_mut().filter(|_| all || runs(row, seer)) {
        cover.member_number = queries::member_number(&state.vault, row)?;
    }
    Ok(EnrollmentView {
        needs,
        evidence: all.then(|| queries::evidence(row)).transpose()?,
        override_reason: row.override_reason.clone().filter(|_| decides),
        allowed_actions: allowed(row, of, seer, at),
        enrollment,
    })
}

/// Enrolments that the caller sees, whole: two statements for all.
async fn views<C: ConnectionTrait>(
    db: &C,
    state: &State,
    rows: &[enrollment::Model],
    seer: &impl Sees,
) -> Result<Vec<EnrollmentView>, Problem> {
    let (book, now) = (state.book().await?, state.clock.now());
    let packages = queries::packages(db, rows.iter().map(|row| row.package_id)).await?;
    let names = seekers::names_of(db, rows.iter().map(|row| row.seeker_id)).await?;
    let view = |row: &enrollment::Model| {
        let of = packages.get(&row.package_id).ok_or_else(|| Problem::internal("an enrolment in no package"))?;
        let name = names.get(&row.seeker_id).cloned().unwrap_or_default();
        named(state, row, of, name, seer, &At { now, today: book.moment(now, &row.office).today })
    };
    rows.iter().map(view).collect()
}

/// The enrolments of some records that the caller may see, whole, for an export.
///
/// # Errors
/// The database's own.
pub async fn of_people<C: ConnectionTrait>(
    db: &C,
    state: &State,
    seer: &impl Sees,
    ids: &[disnaker_entity::seeker::SeekerId],
) -> Result<Vec<EnrollmentView>, Problem> {
    views(db, state, &queries::of_people(db, seer, ids).await?, seer).await
}

/// An act on one enrolment and its package, both locked, answered with the enrolment as whoever acts sees it.
///
/// # Errors
/// `not-found`, `version-mismatch`, those of the act, or the database's own.
pub async fn act<P: Permission, F>(
    caller: &Caller<P>,
    id: EnrollmentId,
    if_match: IfMatch,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &mut package::Model, &enrollment::Model) -> Result<enrollment::Model, Problem> + 'static,
{
    caller
        .change(async move |change| {
            let (mut of, row) = queries::lock_both(change, id).await?;
            if_match.holds(row.version)?;
            let row = act(change, &mut of, &row).await?;
            let name = seekers::names_of(change.db(), std::iter::once(row.seeker_id)).await?.remove(&row.seeker_id);
            let at = At::of(change, &row.office);
            Ok(Answer::ok(named(change.state(), &row, &of, name.unwrap_or_default(), change, &at)?).tagged())
        })
        .await
}

/// Apply for a seat in a class.
///
/// For oneself, or by an office for somebody in its register. A person applies once for a package, has one seat in a class that is not
/// over, and repeats no programme within some years (policy row `training.repeat-wait`).
#[utoipa::path(tag = "training", request_body(content = NewEnrollment, example = json!(NewEnrollment::sample())),
    responses((status = 201, body = EnrollmentView)), security(("bearer" = [ApplyTraining::NAME])))]
#[post("/training-enrollments")]
pub async fn create_training_enrollment(
    caller: Caller<ApplyTraining>,
    Json(new): Json<NewEnrollment>,
) -> Result<HttpResponse, Problem> {
    let own = caller.scope().seekers.as_slice();
    let only = if let [only] = own { Some(*only) } else { None };
    let seeker = new.job_seeker_id.or(only);
    let mut checks = Checks::default();
    if let Some(needs) = &new.needs {
        rules::check_needs(&mut checks, needs, &*reference::codes(caller.state()).await?);
    }
    if seeker.is_none() {
        let expected = Text::of("data pencari kerja", "a job seeker's record");
        checks.fault("/job_seeker_id", REQUIRED, serde_json::Value::Null, expected);
    }
    checks.done()?;
    let seeker = seeker.ok_or_else(Problem::not_found)?;
    caller
        .change(async move |change| {
            let mut checks = Checks::default();
            let of = queries::asked(change, new.package_id).await?;
            if of.is_none() {
                let expected = Text::of("paket pelatihan", "a training package");
                checks.fault("/package_id", UNKNOWN_REFERENCE, new.package_id.to_string(), expected);
            }
            let person = seekers::applicant(change, seeker).await?;
            if person.is_none() {
                let expected = Text::of("data pencari kerja Anda", "a job seeker's record of yours");
                checks.fault("/job_seeker_id", UNKNOWN_REFERENCE, seeker.to_string(), expected);
            }
            checks.done()?;
            let (of, person) = (of.ok_or_else(Problem::not_found)?, person.ok_or_else(Problem::not_found)?);
            let (book, today) = (change.book(), change.moment(&of.office).today);
            rules::may_apply(&of, person.status, today)?;
            let earlier = queries::in_programme(change, person.id, of.programme_id, None).await?;
            rules::may_repeat(&earlier, &of, &book, today)?;
            let row = queries::apply(change, &of, &person, new.needs.as_ref(), &earlier).await?;
            let view = named(change.state(), &row, &of, person.name, change, &At { now: change.now(), today })?;
            Ok(Answer::created(format!("/v1/training-enrollments/{}", row.id), view).tagged())
        })
        .await
}

/// List enrolments, newest first.
///
/// A provider sees those who have or had a seat in its classes.
#[utoipa::path(tag = "training", params(EnrollmentFilter), responses((status = 200, body = EnrollmentPage)),
    security(("bearer" = [ReadEnrollments::NAME])))]
#[get("/training-enrollments")]
pub async fn list_training_enrollments(
    request: HttpRequest,
    caller: Caller<ReadEnrollments>,
    Query(filter): Query<EnrollmentFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-enrollments", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let names = seekers::names_of(caller.reader(), rows.iter().map(|row| row.seeker_id)).await?;
    caller.read_page(seekers::KIND, page.filter(), rows.len());
    let row = |row: &enrollment::Model| {
        let name = names.get(&row.seeker_id).cloned().unwrap_or_default();
        EnrollmentRow::of(row, name, sees_choice(row, &caller))
    };
    let page = EnrollmentPage { data: rows.iter().map(row).collect::<Result<_, _>>()?, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read an enrolment.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    responses((status = 200, body = EnrollmentView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadEnrollments::NAME])))]
#[get("/training-enrollments/{id}")]
pub async fn get_training_enrollment(
    request: HttpRequest,
    caller: Caller<ReadEnrollments>,
    Path(id): Path<EnrollmentId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let view = views(caller.reader(), caller.state(), std::slice::from_ref(&row), &caller).await?.pop();
    let view = view.ok_or_else(Problem::not_found)?;
    let read =
        Read { office: row.office, subject_kind: seekers::KIND, subject: Some(row.seeker_id.0), ..caller.reading() };
    caller.read(read);
    wire::found_as_seen(&request, &view, Cache::Private)
}

/// Admit an applicant whose papers are in order.
///
/// With the evidence that was seen: of the kinds that the package asks for one at least.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = Admission, example = json!(Admission::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-enrollments/{id}/admit")]
pub async fn admit_training_applicant(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    OptionalJson(seen): OptionalJson<Admission>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, of, row| {
        rules::check_evidence(
            &serde_json::from_str::<Vec<_>>(&of.evidence).map_err(Problem::internal)?,
            &seen.evidence,
        )?;
        let evidence = serde_json::to_string(&seen.evidence).map_err(Problem::internal)?;
        let set: [(enrollment::Column, Value); 1] = [(enrollment::Column::Evidence, evidence.into())];
        queries::advance(change, of, row, EnrollmentEvent::Admit, set).await
    })
    .await
}

/// Record the score of the written test.
///
/// Once more puts it right, until the interview.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = Score, example = json!(Score::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-enrollments/{id}/test")]
pub async fn test_training_applicant(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    Json(score): Json<Score>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, of, row| {
        let set: [(enrollment::Column, Value); 1] = [(enrollment::Column::TestScore, Some(score.score.0).into())];
        queries::advance(change, of, row, EnrollmentEvent::Test, set).await
    })
    .await
}

/// Record the score of the interview.
///
/// Once more puts it right, until the decision.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = Score, example = json!(Score::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-enrollments/{id}/interview")]
pub async fn interview_training_applicant(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    Json(score): Json<Score>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, of, row| {
        let set: [(enrollment::Column, Value); 1] = [(enrollment::Column::InterviewScore, Some(score.score.0).into())];
        queries::advance(change, of, row, EnrollmentEvent::Interview, set).await
    })
    .await
}

/// Record scores of many applicants for a package at once.
///
/// Of the written test, the interview, or both: as one by one, all of them or none. What is wrong is told by the place of its entry,
/// `/scores/17/interview`.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    request_body(content = NewScores, example = json!(NewScores::sample())),
    responses((status = 200, body = Scored)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-packages/{id}/scores")]
pub async fn score_training_applicants(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<PackageId>,
    Json(new): Json<NewScores>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            queries::package_of(change.db(), change, id).await?;
            let mut of = queries::lock_package(change, id).await?;
            let rows = queries::score(change, &mut of, &new.scores).await?;
            Ok(Answer::ok(Scored { data: rows.into_iter().map(Into::into).collect() }))
        })
        .await
}

/// Somebody's place in the ranking of a package, and how many before them have no seat yet and may still have one.
async fn place(change: &Change, of: &package::Model, row: &enrollment::Model) -> Result<(RankView, usize), Problem> {
    let ranked = queries::ranked(change.db(), of).await?;
    let at = ranked.iter().position(|(other, _)| other.id == row.id);
    // The table says that who may be decided on was interviewed.
    let at = at.ok_or_else(|| Problem::internal("an interviewed applicant without a place"))?;
    let undecided = [EnrollmentStatus::Interviewed, EnrollmentStatus::Reserve];
    let ahead = ranked.iter().take(at).filter(|(other, _)| undecided.contains(&other.status)).count();
    let rank = ranked.into_iter().nth(at).map(|(_, rank)| rank);
    Ok((rank.ok_or_else(|| Problem::internal("a place that was found and is not there"))?, ahead))
}

/// Refuses a seat to who is no longer in the register.
async fn still_there(change: &Change, of: &package::Model, row: &enrollment::Model) -> Result<(), Problem> {
    let gone = seekers::gone(change.db(), std::iter::once(row.seeker_id)).await?;
    if gone.is_empty() {
        Ok(())
    } else {
        Err(Problem::from(EnrollmentRefusal::Gone).allowed(allowed(row, of, change, &At::of(change, &row.office))))
    }
}

/// Refuses a seat to who may not be in the programme again yet.
async fn may_repeat(change: &Change, of: &package::Model, row: &enrollment::Model) -> Result<(), Problem> {
    let earlier = queries::in_programme(change, row.seeker_id, of.programme_id, Some(row.id)).await?;
    rules::may_repeat(&earlier, of, &change.book(), change.moment(&of.office).today)
}

/// Gives somebody who was interviewed a seat, or a place among the reserves.
async fn decide(
    caller: &Caller<SelectEnrollments>,
    id: EnrollmentId,
    if_match: IfMatch,
    decision: Decision,
    event: EnrollmentEvent,
) -> Result<HttpResponse, Problem> {
    act(caller, id, if_match, async move |change, of, row| {
        lifecycle::step(row.status, event)?;
        let reason = decision.override_reason.as_deref();
        let mut checks = Checks::default();
        if let Some(reason) = reason {
            checks.reason("/override_reason", reason, 500);
        }
        checks.done()?;
        rules::may_decide(of, change.moment(&of.office).today)?;
        still_there(change, of, row).await?;
        let (rank, ahead) = place(change, of, row).await?;
        let waiting = queries::waiting(change, of).await?;
        let seats = usize::try_from(of.capacity - of.taken).unwrap_or_default();
        if event == EnrollmentEvent::Accept {
            rules::may_have(of.capacity - of.taken, ahead, waiting, EnrollmentRefusal::Full, reason)?;
        } else {
            if ahead + waiting < seats && reason.is_none() {
                return Err(EnrollmentRefusal::SeatFree.into());
            }
            let free = of.reserves - of.reserved;
            // Those before a reserve have the seats that are free.
            let before = (ahead + waiting).saturating_sub(seats);
            rules::may_have(free, before, 0, EnrollmentRefusal::ReservesFull, reason).map_err(
                |refusal| match refusal {
                    EnrollmentRefusal::RankedBelow(..) => EnrollmentRefusal::RankedBelow(ahead, waiting),
                    other => other,
                },
            )?;
        }
        if event == EnrollmentEvent::Accept {
            may_repeat(change, of, row).await?;
        }
        queries::advance(change, of, row, event, queries::placed(&rank, reason)?).await
    })
    .await
}

/// Give an applicant a seat.
///
/// By the ranking that the package announced: who ranks so that there is a seat even if everybody before them, and everybody who still
/// waits for a test or an interview, gets one. Anybody else needs an `override_reason`, which stays with the enrolment. However many officers decide at once, there are no more than the
/// seats: 409 `capacity-exhausted`.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = Option<Decision>, example = json!(Decision::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-enrollments/{id}/accept")]
pub async fn accept_training_applicant(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    OptionalJson(decision): OptionalJson<Decision>,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, decision, EnrollmentEvent::Accept).await
}

/// Name an applicant as a reserve.
///
/// Reserves move up in the order of the ranking when a seat becomes free: it is offered to the next of them for some hours (policy row
/// `training.offer-time`), until the last day that the package says.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = Option<Decision>, example = json!(Decision::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-enrollments/{id}/reserve")]
pub async fn reserve_training_applicant(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    OptionalJson(decision): OptionalJson<Decision>,
) -> Result<HttpResponse, Problem> {
    decide(&caller, id, if_match, decision, EnrollmentEvent::Reserve).await
}

/// Ends an enrolment with a reason.
async fn end(
    caller: &Caller<SelectEnrollments>,
    id: EnrollmentId,
    if_match: IfMatch,
    why: EnrollmentReason,
    event: EnrollmentEvent,
) -> Result<HttpResponse, Problem> {
    act(caller, id, if_match, async move |change, of, row| {
        let mut checks = Checks::default();
        checks.reason("/reason", &why.reason, 500);
        checks.done()?;
        let set: [(enrollment::Column, Value); 1] =
            [(enrollment::Column::StatusReason, Some(why.reason.clone()).into())];
        queries::advance(change, of, row, event, set).await
    })
    .await
}

/// Reject an applicant, with a reason.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = EnrollmentReason, example = json!(EnrollmentReason::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-enrollments/{id}/reject")]
pub async fn reject_training_applicant(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    Json(why): Json<EnrollmentReason>,
) -> Result<HttpResponse, Problem> {
    end(&caller, id, if_match, why, EnrollmentEvent::Reject).await
}

/// Drop somebody who did not come.
///
/// To the test, the interview or the class. A seat that becomes free is offered to the next reserve.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = EnrollmentReason, example = json!(EnrollmentReason::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-enrollments/{id}/drop")]
pub async fn drop_training_applicant(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    Json(why): Json<EnrollmentReason>,
) -> Result<HttpResponse, Problem> {
    end(&caller, id, if_match, why, EnrollmentEvent::Drop).await
}

/// Take up a seat that is offered.
///
/// By the reserve, or an office for them, within the time of the offer. Who has a seat in another class that is not over gives that up
/// first.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [ApplyTraining::NAME])))]
#[post("/training-enrollments/{id}/take-up")]
pub async fn take_up_training_offer(
    caller: Caller<ApplyTraining>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, of, row| {
        if row.offer_until.is_some_and(|until| until <= change.now()) {
            // The sweep has not come by yet to end it.
            return Err(Problem::from(EnrollmentRefusal::OfferOver).allowed(Vec::new()));
        }
        still_there(change, of, row).await?;
        may_repeat(change, of, row).await?;
        queries::advance(change, of, row, EnrollmentEvent::TakeUp, []).await
    })
    .await
}

/// Withdraw from a class.
///
/// From the selection or from the class, by the person or an office for them. A seat that becomes free until the last day that the
/// package says is offered to the next reserve.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = Option<Withdrawal>, example = json!(Withdrawal::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [ApplyTraining::NAME])))]
#[post("/training-enrollments/{id}/withdraw")]
pub async fn withdraw_training_enrollment(
    caller: Caller<ApplyTraining>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    OptionalJson(why): OptionalJson<Withdrawal>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, of, row| {
        let mut checks = Checks::default();
        if let Some(reason) = &why.reason {
            checks.reason("/reason", reason, 500);
        }
        checks.done()?;
        let set: [(enrollment::Column, Value); 1] = [(enrollment::Column::StatusReason, why.reason.clone().into())];
        queries::advance(change, of, row, EnrollmentEvent::Withdraw, set).await
    })
    .await
}

/// Record the social security of a participant.
///
/// Work accidents (JKK) and death (JKM) for the days of the class (Permenaker 5/2021 art. 35; PP 44/2015), by the office or the provider.
/// Once more replaces it.
#[utoipa::path(tag = "training", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = NewCover, example = json!(NewCover::sample())),
    responses((status = 200, body = EnrollmentView)), security(("bearer" = [RunClasses::NAME])))]
#[post("/training-enrollments/{id}/cover")]
pub async fn cover_training_participant(
    caller: Caller<RunClasses>,
    Path(id): Path<EnrollmentId>,
    if_match: IfMatch,
    Json(new): Json<NewCover>,
) -> Result<HttpResponse, Problem> {
    rules::check_cover(&new)?;
    act(&caller, id, if_match, async move |change, of, row| {
        if !rules::is_seated(row.status) {
            let allowed = allowed(row, of, change, &At::of(change, &row.office));
            return Err(Problem::from(EnrollmentRefusal::NoSeat).allowed(allowed));
        }
        queries::cover(change, row, &new).await
    })
    .await
}

/// List participants whose social security lacks something.
///
/// Of classes that are not over: who, and what.
#[utoipa::path(tag = "training", params(CoverGapFilter), responses((status = 200, body = CoverGapPage)),
    security(("bearer" = [RunClasses::NAME])))]
#[get("/training-cover-gaps")]
pub async fn list_training_cover_gaps(
    request: HttpRequest,
    caller: Caller<RunClasses>,
    Query(filter): Query<CoverGapFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-cover-gaps", &filter)?;
    let (db, office) = (caller.reader(), filter.office.as_deref());
    let rows = queries::uncovered(db, &caller, office, filter.package_id, &page.part).await?;
    let (rows, next) = page.cut(rows, |(row, _)| row.id);
    let mut names = seekers::names_of(db, rows.iter().map(|(row, _)| row.seeker_id)).await?;
    caller.read_page(seekers::KIND, page.filter(), rows.len());
    let gap = |(row, of): (enrollment::Model, package::Model)| CoverGap {
        missing: rules::gaps(&row, &of).iter().map(|gap| gap.view(caller.language())).collect(),
        enrollment_id: row.id,
        package_id: of.id,
        job_seeker_id: row.seeker_id,
        name: names.remove(&row.seeker_id).unwrap_or_default(),
        office: row.office,
        starts_on: of.starts_on,
        ends_on: of.ends_on,
    };
    let page = CoverGapPage { data: rows.into_iter().map(gap).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

// Ranking ----------------------------------------------------------------------------------------

/// Read the ranking of a package.
///
/// By the criteria that it announced, with what decided between equal scores. It follows the scores: the place that was decided by
/// stands in the enrolment.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    responses((status = 200, body = Ranking)), security(("bearer" = [SelectEnrollments::NAME])))]
#[get("/training-packages/{id}/ranking")]
pub async fn get_training_ranking(
    request: HttpRequest,
    caller: Caller<SelectEnrollments>,
    Path(id): Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    let db = caller.reader();
    let of = queries::package_of(db, &caller, id).await?;
    let ranked = queries::ranked(db, &of).await?;
    let mut names = seekers::names_of(db, ranked.iter().map(|(row, _)| row.seeker_id)).await?;
    caller.read_page(seekers::KIND, &format!("training-packages/{id}/ranking"), ranked.len());
    let row = |(row, rank): (enrollment::Model, RankView)| RankedRow {
        enrollment_id: row.id,
        job_seeker_id: row.seeker_id,
        name: names.remove(&row.seeker_id).unwrap_or_default(),
        status: row.status,
        test_score: Points(row.test_score.unwrap_or_default()),
        interview_score: Points(row.interview_score.unwrap_or_default()),
        rank,
    };
    let criteria = queries::criteria(&of)?;
    let ranking = Ranking {
        package_id: of.id,
        test_weight: criteria.test_weight,
        interview_weight: criteria.interview_weight,
        tie_breaks: criteria.tie_breaks,
        capacity: of.capacity,
        taken: of.taken,
        data: ranked.into_iter().map(row).collect(),
    };
    Ok(wire::listed(&request, &ranking, None, Cache::Private))
}

/// Decide on everybody in the ranking of a package at once.
///
/// The best have the seats that are free, the next are reserves, and who comes behind is rejected; whoever has a seat in another class that
/// is not over, or may not repeat the programme yet, is passed over. Applications are over, and nobody waits for a test or an interview.
#[utoipa::path(tag = "training", params(("id" = PackageId, Path, description = "Package id")),
    responses((status = 200, body = Selection)), security(("bearer" = [SelectEnrollments::NAME])))]
#[post("/training-packages/{id}/select")]
pub async fn select_training_participants(
    caller: Caller<SelectEnrollments>,
    Path(id): Path<PackageId>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            queries::package_of(change.db(), change, id).await?;
            let mut of = queries::lock_package(change, id).await?;
            Ok(Answer::ok(queries::select(change, &mut of).await?))
        })
        .await
}
