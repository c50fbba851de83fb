//! The only SeaORM of classes.

use std::collections::HashMap;

use chrono::NaiveDate;
use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::EnrollmentStatus::{Accepted, Attending, Passed};
use disnaker_entity::training::{
    EnrollmentId, EnrollmentStatus, Mark, Outcome, PackageId, PackageStatus, SessionId, attendance, enrollment,
    follow_up, package, programme, session,
};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
use serde_json::json;

use super::bodies::{Fail, NewFollowUp, NewMark, NewSession, Pass};
use super::rules::{self, Attended, ClassRefusal};
use crate::access::permissions::SelectEnrollments;
use crate::caller::Sees;
use crate::change::Change;
use crate::check::{Checks, NOT_ALLOWED, OUT_OF_RANGE, TWICE, UNKNOWN_REFERENCE};
use crate::db::among;
use crate::journal::Entry;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::problem::{Kind, OnUnique, Problem, Text};
use crate::training::certificates;
use crate::training::enrollments::EnrollmentEvent;
use crate::training::enrollments::queries as enrollments;
use crate::training::enrollments::rules::{self as cover, Points};
use crate::training::funnel;
use crate::training::providers::bodies::ProgrammeUnit;

/// Marks that are noted at once: as many as a class has seats at most.
const MOST_MARKS: usize = 100;

/// Packages of the caller's offices and providers.
fn visible(seer: &impl Sees) -> Select<package::Entity> {
    use package::Column as Of;
    package::Entity::find().filter(seer.scope().of_any(Of::Office, Of::ProviderId, None))
}

/// A class that the caller may see.
pub async fn class<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: PackageId) -> Result<package::Model, Problem> {
    visible(seer).filter(package::Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The units of a class's programme.
///
/// # Errors
/// The database's own, and a row that is not what was written.
pub async fn units<C: ConnectionTrait>(db: &C, of: &package::Model) -> Result<Vec<ProgrammeUnit>, Problem> {
    let units = programme::Entity::find_by_id(of.programme_id).select_only().column(programme::Column::Units);
    let units: Option<String> = units.into_tuple().one(db).await?;
    serde_json::from_str(&units.unwrap_or_default()).map_err(Problem::internal)
}

/// A class that the caller may see, locked: its sessions are planned one act after another, so that none lies over another.
pub async fn lock(change: &Change, id: PackageId) -> Result<package::Model, Problem> {
    let select = visible(change).filter(package::Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

// Sessions ---------------------------------------------------------------------------------------

/// The sessions of a class, in their order.
///
/// # Errors
/// The database's own.
pub async fn sessions<C: ConnectionTrait>(db: &C, of: PackageId) -> Result<Vec<session::Model>, DbErr> {
    let select = session::Entity::find().filter(session::Column::PackageId.eq(of));
    select.order_by_asc(session::Column::Date).order_by_asc(session::Column::BeginsAt).all(db).await
}

/// Refuses days of a class, which is locked, that leave out a session which it has.
///
/// # Errors
/// `invalid-content` with the first of them; the database's own.
pub async fn keeps_sessions(
    change: &Change,
    of: PackageId,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
) -> Result<(), Problem> {
    let sessions = sessions(change.db(), of).await?;
    let mut checks = Checks::default();
    if let Some(first) = sessions.first().filter(|session| session.date < starts_on) {
        let expected = Text::made(
            format!("{} atau lebih awal: hari sesi pertama", first.date),
            format!("{} or earlier: the day of its first session", first.date),
        );
        checks.fault("/starts_on", OUT_OF_RANGE, starts_on.to_string(), expected);
    }
    if let Some(last) = sessions.last().filter(|session| session.date > ends_on) {
        let expected = Text::made(
            format!("{} atau sesudahnya: hari sesi terakhir", last.date),
            format!("{} or later: the day of its last session", last.date),
        );
        checks.fault("/ends_on", OUT_OF_RANGE, ends_on.to_string(), expected);
    }
    checks.done()
}

/// A session of a class that the caller may see, locked.
pub async fn lock_session(change: &Change, id: SessionId) -> Result<session::Model, Problem> {
    let classes = visible(change).select_only().column(package::Column::Id).into_query();
    let select = session::Entity::find_by_id(id).filter(session::Column::PackageId.in_subquery(classes));
    select.lock_exclusive().one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Writes sessions of a class, each with the minute at which it begins.
///
/// # Errors
/// `already-exists` for a time that is taken; the database's own.
pub async fn add_sessions(
    change: &mut Change,
    of: &package::Model,
    new: &[NewSession],
    begin: &[i32],
) -> Result<Vec<session::Model>, Problem> {
    let row = |(new, begins_at): (&NewSession, &i32)| session::Model {
        id: SessionId(change.id()),
        package_id: of.id,
        date: new.date,
        begins_at: *begins_at,
        minutes: new.minutes,
        delivery: new.delivery,
        unit: new.unit.clone(),
        topic: new.topic.clone(),
        noted_at: None,
        noted_by: None,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    let rows: Vec<_> = new.iter().zip(begin).map(row).collect();
    let insert = session::Entity::insert_many(rows.iter().cloned().map(|row| row.into_active_model().reset_all()));
    insert.exec_without_returning(change.db()).await.on_unique(ClassRefusal::Taken)?;
    change.note(of, "add_sessions", json!({"sessions": rows.len()}));
    Ok(rows)
}

/// A class and a session of it that the caller may see, both locked, the class first.
pub async fn lock_both(change: &Change, id: SessionId) -> Result<(package::Model, session::Model), Problem> {
    let of = session::Entity::find_by_id(id).select_only().column(session::Column::PackageId);
    let of: Option<PackageId> = of.into_tuple().one(change.db()).await?;
    let of = lock(change, of.ok_or_else(Problem::not_found)?).await?;
    Ok((of, lock_session(change, id).await?))
}

/// Writes what changes of a session, which is locked with its class, and of which no attendance was noted.
///
/// # Errors
/// The database's own.
pub async fn update_session(
    change: &mut Change,
    of: &package::Model,
    row: session::Model,
    new: NewSession,
    begins_at: i32,
) -> Result<session::Model, Problem> {
    let after = session::Model {
        date: new.date,
        begins_at,
        minutes: new.minutes,
        delivery: new.delivery,
        unit: new.unit,
        topic: new.topic,
        version: row.version + 1,
        updated_at: change.now(),
        ..row
    };
    after.clone().into_active_model().reset_all().update(change.db()).await.on_unique(ClassRefusal::Taken)?;
    change.note(of, "update_session", json!({"session_id": after.id, "date": after.date}));
    Ok(after)
}

/// Deletes a session of which no attendance was noted.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn delete_session(change: &mut Change, of: &package::Model, row: &session::Model) -> Result<(), Problem> {
    rules::may_change(row)?;
    session::Entity::delete_by_id(row.id).exec(change.db()).await?;
    change.note(of, "delete_session", json!({"session_id": row.id, "date": row.date}));
    Ok(())
}

// Attendance -------------------------------------------------------------------------------------

/// Notes who was at a session, which is locked with its class: participants who attend the class.
///
/// # Errors
/// `invalid-content` with every fault; a class that does not run, or a session to come; the database's own.
pub async fn attend(
    change: &mut Change,
    of: &package::Model,
    row: &session::Model,
    marks: &[NewMark],
) -> Result<session::Model, Problem> {
    if of.status != PackageStatus::Running {
        return Err(ClassRefusal::NotRunning.into());
    }
    if row.date > change.moment(&of.office).today {
        return Err(ClassRefusal::TooEarly(row.date).into());
    }
    let mut checks = Checks::default();
    checks.count("/marks", marks.len(), 1, MOST_MARKS);
    let known = enrollment::Entity::find().filter(enrollment::Column::PackageId.eq(of.id));
    let known = known.filter(among(change.db(), enrollment::Column::Id, marks.iter().map(|mark| mark.enrollment_id)));
    let known = known.select_only().columns([enrollment::Column::Id, enrollment::Column::Status]);
    let known: Vec<(EnrollmentId, EnrollmentStatus)> = known.into_tuple().all(change.db()).await?;
    let known: HashMap<_, _> = known.into_iter().collect();
    for (at, mark) in marks.iter().enumerate().take(MOST_MARKS) {
        let (pointer, id) = (format!("/marks/{at}/enrollment_id"), mark.enrollment_id);
        match known.get(&id) {
            None => {
                let expected = Text::of("peserta kelas ini", "a participant of the class");
                checks.fault(pointer, UNKNOWN_REFERENCE, id.to_string(), expected);
            }
            Some(status) if *status != Attending => {
                let expected = Text::of("peserta yang sedang mengikuti kelas", "a participant who attends the class");
                checks.fault(pointer, NOT_ALLOWED, status.as_str(), expected);
            }
            Some(_) if marks.iter().take(at).any(|other| other.enrollment_id == id) => {
                let expected = Text::of("setiap orang satu kali", "each person once");
                checks.fault(pointer, TWICE, id.to_string(), expected);
            }
            Some(_) => {}
        }
    }
    checks.done()?;
    let rows = marks.iter().map(|mark| attendance::Model {
        session_id: row.id,
        enrollment_id: mark.enrollment_id,
        mark: mark.mark,
    });
    let again = OnConflict::columns([attendance::Column::SessionId, attendance::Column::EnrollmentId])
        .update_column(attendance::Column::Mark)
        .to_owned();
    attendance::Entity::insert_many(rows.map(|row| row.into_active_model().reset_all()))
        .on_conflict(again)
        .exec_without_returning(change.db())
        .await?;
    let after = session::Entity::update_many()
        .col_expr(session::Column::NotedAt, Expr::value(Some(row.noted_at.unwrap_or(change.now()))))
        .col_expr(session::Column::NotedBy, Expr::value(Some(change.actor().to_owned())))
        .col_expr(session::Column::Version, Expr::value(row.version + 1))
        .col_expr(session::Column::UpdatedAt, Expr::value(change.now()))
        .filter(session::Column::Id.eq(row.id))
        .filter(session::Column::Version.eq(row.version));
    let after = after.exec_with_returning(change.db()).await?.pop();
    let after = after.ok_or_else(|| Problem::new(Kind::VersionMismatch))?;
    let marked = |mark| marks.iter().filter(|one| one.mark == mark).count();
    change.tell(Entry {
        event: "training_session.attend".to_owned(),
        office: of.office.clone(),
        company: None,
        subject_kind: "training_session",
        subject_id: row.id.to_string(),
        version: after.version,
        body: json!({
            "package_id": of.id, "date": row.date, "present": marked(Mark::Present), "excused": marked(Mark::Excused),
            "absent": marked(Mark::Absent),
        }),
    });
    Ok(after)
}

/// Minutes of a class for a participant: present, excused, and held since they had a seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minutes {
    /// There.
    pub present: i64,
    /// Not there, with leave.
    pub excused: i64,
    /// Of sessions whose attendance was noted.
    pub held: i64,
}

/// The minutes of some participants of a class: two statements.
///
/// # Errors
/// The database's own.
pub async fn minutes<C: ConnectionTrait>(
    db: &C,
    of: PackageId,
    people: &[(EnrollmentId, NaiveDate)],
) -> Result<HashMap<EnrollmentId, Minutes>, DbErr> {
    let held = sessions(db, of).await?.into_iter().filter(|session| session.noted_at.is_some());
    let held: HashMap<SessionId, session::Model> = held.map(|session| (session.id, session)).collect();
    let marks = attendance::Entity::find();
    let marks = marks.filter(among(db, attendance::Column::SessionId, held.keys().copied())).all(db).await?;
    let mut minutes: HashMap<EnrollmentId, Minutes> = HashMap::new();
    for (person, since) in people {
        let held = held.values().filter(|session| session.date >= *since).map(|session| i64::from(session.minutes));
        minutes.entry(*person).or_default().held = held.sum();
    }
    let since: HashMap<_, _> = people.iter().copied().collect();
    for row in marks {
        let (Some(session), Some(minutes)) = (held.get(&row.session_id), minutes.get_mut(&row.enrollment_id)) else {
            continue;
        };
        if since.get(&row.enrollment_id).is_some_and(|since| session.date < *since) {
            continue;
        }
        match row.mark {
            Mark::Present => minutes.present += i64::from(session.minutes),
            Mark::Excused => minutes.excused += i64::from(session.minutes),
            Mark::Absent => {}
        }
    }
    Ok(minutes)
}

/// Who is or was in a class.
///
/// # Errors
/// The database's own.
pub async fn participants<C: ConnectionTrait>(db: &C, of: PackageId) -> Result<Vec<enrollment::Model>, DbErr> {
    let seated = [Accepted, Attending, Passed, EnrollmentStatus::Failed];
    let select = enrollment::Entity::find().filter(enrollment::Column::PackageId.eq(of));
    select.filter(enrollment::Column::Status.is_in(seated)).order_by_asc(enrollment::Column::Id).all(db).await
}

/// Since when sessions count for a participant: the day on which they had a seat.
#[must_use]
pub fn since(row: &enrollment::Model, zone: crate::clock::Zone) -> NaiveDate {
    row.accepted_at.map_or(NaiveDate::MAX, |at| zone.date(at))
}

// The end of a class -----------------------------------------------------------------------------

/// Lets somebody into a class that runs: a reserve who took a seat up after it began.
///
/// # Errors
/// `illegal-transition`; `not-covered`; the database's own.
pub async fn join(
    change: &mut Change,
    of: &mut package::Model,
    row: &enrollment::Model,
) -> Result<enrollment::Model, Problem> {
    crate::lifecycle::step(row.status, EnrollmentEvent::Attend)?;
    if of.status != PackageStatus::Running {
        return Err(ClassRefusal::NotRunning.into());
    }
    let gaps = cover::gaps(row, of);
    let today = change.moment(&of.office).today;
    if !gaps.is_empty() && cover::cover_blocks(&change.book(), &of.office, today)? {
        return Err(Problem::new(Kind::NotCovered).faults(gaps));
    }
    enrollments::advance(change, of, row, EnrollmentEvent::Attend, []).await
}

/// The share of a class at which somebody was there.
async fn share(change: &Change, of: &package::Model, row: &enrollment::Model) -> Result<Option<Points>, Problem> {
    let person = [(row.id, since(row, change.book().zone(&of.office)))];
    let minutes = minutes(change.db(), of.id, &person).await?.remove(&row.id).unwrap_or_default();
    Ok(rules::share(minutes.present, minutes.held))
}

/// Lets somebody pass; they are asked some days later what became of them.
///
/// # Errors
/// `invalid-content` below a threshold; `illegal-transition`; the database's own.
pub async fn pass(
    change: &mut Change,
    of: &mut package::Model,
    row: &enrollment::Model,
    pass: &Pass,
) -> Result<enrollment::Model, Problem> {
    use enrollment::Column as Of;
    crate::lifecycle::step(row.status, EnrollmentEvent::Pass)?;
    let (share, today) = (share(change, of, row).await?, change.moment(&of.office).today);
    let open = sessions(change.db(), of.id).await?;
    let open = open.iter().filter(|session| session.noted_at.is_none() && session.date <= today).count();
    let decides = change.scope_of::<SelectEnrollments>().covers_office(&of.office);
    rules::check_pass(pass, &Attended { share, open, today, decides }, of, &change.book())?;
    let [first, ..] = rules::follow_ups(&change.book(), &of.office, today)?;
    let set: [(Of, Value); 4] = [
        (Of::FinalScore, Some(pass.score.0).into()),
        (Of::Attendance, share.map(|share| share.0).into()),
        (Of::StatusReason, pass.override_reason.clone().into()),
        (Of::FollowUpOn, Some(first).into()),
    ];
    enrollments::advance(change, of, row, EnrollmentEvent::Pass, set).await
}

/// Ends a class for somebody who does not pass.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn fail(
    change: &mut Change,
    of: &mut package::Model,
    row: &enrollment::Model,
    fail: &Fail,
) -> Result<enrollment::Model, Problem> {
    use enrollment::Column as Of;
    let share = share(change, of, row).await?;
    let set: [(Of, Value); 3] = [
        (Of::FinalScore, fail.score.map(|score| score.0).into()),
        (Of::Attendance, share.map(|share| share.0).into()),
        (Of::StatusReason, Some(fail.reason.clone()).into()),
    ];
    enrollments::advance(change, of, row, EnrollmentEvent::Fail, set).await
}

/// Takes the result of a class back that was written down wrongly: the person is in the class again, until it is decided anew.
///
/// # Errors
/// `illegal-transition`, also while a certificate is out or an answer of what became of them is on record; `already-exists` for who has a
/// seat elsewhere; the database's own.
pub async fn reopen(
    change: &mut Change,
    of: &mut package::Model,
    row: &enrollment::Model,
    reason: &str,
) -> Result<enrollment::Model, Problem> {
    use enrollment::Column as Of;
    crate::lifecycle::step(row.status, EnrollmentEvent::Reopen)?;
    if certificates::is_out(change, row.id).await? {
        return Err(ClassRefusal::CertificateOut.into());
    }
    if !follow_ups(change.db(), row.id).await?.is_empty() {
        return Err(ClassRefusal::FollowedUp.into());
    }
    let set: [(Of, Value); 5] = [
        (Of::FinalScore, None::<i32>.into()),
        (Of::Attendance, None::<i32>.into()),
        (Of::StatusReason, Some(reason.to_owned()).into()),
        (Of::EndedOn, None::<NaiveDate>.into()),
        (Of::FollowUpOn, None::<NaiveDate>.into()),
    ];
    enrollments::advance(change, of, row, EnrollmentEvent::Reopen, set).await
}

// What became of them ----------------------------------------------------------------------------

/// What somebody said became of them.
///
/// # Errors
/// The database's own.
pub async fn follow_ups<C: ConnectionTrait>(db: &C, of: EnrollmentId) -> Result<Vec<follow_up::Model>, DbErr> {
    let select = follow_up::Entity::find().filter(follow_up::Column::EnrollmentId.eq(of));
    select.order_by_asc(follow_up::Column::Step).all(db).await
}

/// What some people said became of them, in all of their classes.
///
/// # Errors
/// The database's own.
pub async fn follow_ups_of_people<C: ConnectionTrait>(
    db: &C,
    people: &[SeekerId],
) -> Result<Vec<follow_up::Model>, DbErr> {
    use enrollment::Column as Of;
    let theirs = enrollment::Entity::find().filter(among(db, Of::SeekerId, people.iter().copied()));
    let theirs = theirs.select_only().column(Of::Id).into_query();
    let select = follow_up::Entity::find().filter(follow_up::Column::EnrollmentId.in_subquery(theirs));
    select.order_by_desc(follow_up::Column::SaidOn).order_by_desc(follow_up::Column::Step).all(db).await
}

/// Records what became of somebody who passed.
///
/// # Errors
/// Who did not pass; before the first day; where these days are answered; the database's own.
pub async fn follow_up(
    change: &mut Change,
    of: &package::Model,
    row: &enrollment::Model,
    new: &NewFollowUp,
) -> Result<enrollment::Model, Problem> {
    use follow_up::Column as F;
    let Some(passed_on) = row.ended_on.filter(|_| row.status == Passed) else {
        return Err(ClassRefusal::NotPassed.into());
    };
    let today = change.moment(&row.office).today;
    let days = rules::follow_ups(&change.book(), &row.office, passed_on)?;
    let earlier = follow_ups(change.db(), row.id).await?;
    // Who was not reached may answer after all.
    let answered = earlier.iter().filter(|answer| answer.outcome != Outcome::Unreached);
    let answered: Vec<i32> = answered.map(|answer| answer.step).collect();
    let step = rules::step_on(&days, &answered, today)?;
    let at = usize::try_from(step).map_err(Problem::internal)?;
    let line = follow_up::Model {
        enrollment_id: row.id,
        step,
        due_on: days.get(at - 1).copied().unwrap_or(today),
        outcome: new.outcome,
        occupation: new.occupation.clone(),
        said_on: today,
        recorded_at: change.now(),
        recorded_by: change.actor().to_owned(),
    };
    let mut again = OnConflict::columns([F::EnrollmentId, F::Step]);
    again.update_columns([F::Outcome, F::Occupation, F::SaidOn, F::RecordedAt, F::RecordedBy]);
    let insert = follow_up::Entity::insert(line.into_active_model().reset_all()).on_conflict(again);
    insert.exec_without_returning(change.db()).await.on_unique(ClassRefusal::Answered)?;
    let next: Value = days.get(at).copied().into();
    let after = change.edit_quietly(row, [(enrollment::Column::FollowUpOn, next)]).await?;
    change.note(&after, "follow_up", json!({"package_id": row.package_id, "step": step}));
    // The statistics count what is so of each person: the answer before is taken back.
    let mut counted = |outcome, occupation: &Option<String>, quantity| {
        let act = funnel::movement(of, row, rules::counted(outcome), today);
        change.count(Movement { quantity, occupation: occupation.clone(), ..act });
    };
    if let Some(before) = earlier.last() {
        counted(before.outcome, &before.occupation, -1);
    }
    counted(new.outcome, &new.occupation, 1);
    Ok(after)
}

/// People who are to be asked what became of them, the longest due first.
pub async fn due<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: Option<&str>,
    today: NaiveDate,
    part: &Part<(NaiveDate, EnrollmentId)>,
) -> Result<Vec<enrollment::Model>, DbErr> {
    use enrollment::Column as Of;
    let due = enrollments::visible(seer).filter(Of::FollowUpOn.is_not_null()).filter(Of::FollowUpOn.lte(today));
    let mut select = due.only(Of::Office, office);
    if let Some((day, id)) = part.after {
        let same = Condition::all().add(Of::FollowUpOn.eq(day)).add(Of::Id.gt(id));
        select = select.filter(Condition::any().add(Of::FollowUpOn.gt(day)).add(same));
    }
    select.order_by_asc(Of::FollowUpOn).order_by_asc(Of::Id).limit(part.and_one()).all(db).await
}
