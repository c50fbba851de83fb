//! The one deadline engine: a rule, a start, and the day that follows from both.
//!
//! The due date is computed once, when a clock starts, and stored with the calendar's revision. A later decree
//! flags the clocks it touches and moves none of them (design.md 6). What moves one is an extension or a pause, each
//! kept beside it.

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};
use disnaker_entity::obligation::{ExtensionStatus, extension_request};
use disnaker_entity::plumbing::deadline::{self, Column, Model};
use disnaker_entity::reference::PolicyUnit;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::book::Policy;
use crate::calendar::{Calendar, add_months};
use crate::change::Change;
use crate::db::among;
use crate::journal::Entry;
use crate::problem::Problem;

/// A clock that starts.
#[derive(Clone, Debug)]
pub struct Start<'a> {
    /// Rule id of the policy.
    pub rule: &'a str,
    /// What kind of record it is about.
    pub subject_kind: &'a str,
    /// The record.
    pub subject: Uuid,
    /// Who is to act.
    pub party: &'a str,
    /// The office whose calendar counts.
    pub office: &'a str,
    /// The company concerned.
    pub company: Option<Uuid>,
    /// The day of the trigger, which is not counted.
    pub on: NaiveDate,
}

/// Days that are not counted: the first, the last, and all between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// First day that is not counted.
    pub from: NaiveDate,
    /// Last day that is not counted.
    pub to: NaiveDate,
}

impl Pause {
    /// The days from one on until another, which counts again; none where it is the same day.
    #[must_use]
    pub fn until(from: NaiveDate, on: NaiveDate) -> Option<Self> {
        on.pred_opt().filter(|to| from <= *to).map(|to| Self { from, to })
    }

    /// Whether a day is one of them.
    #[must_use]
    pub fn covers(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// The day on which something is due, counted from a start.
///
/// # Errors
/// `calendar-missing` where working days run into a year without a loaded calendar; an internal error for a policy
/// whose unit counts no days.
pub fn due(policy: &Policy, start: NaiveDate, calendar: &Calendar, place: &str) -> Result<NaiveDate, Problem> {
    let count = u32::try_from(policy.amount).map_err(|_| nonsense(policy))?;
    let date = match policy.unit {
        PolicyUnit::WorkingDays => Some(calendar.add_working_days(start, count, place)?),
        PolicyUnit::CalendarDays => start.checked_add_days(Days::new(u64::from(count))),
        PolicyUnit::Months => add_months(start, count),
        PolicyUnit::Years => add_months(start, count.saturating_mul(12)),
        _ => None,
    };
    date.ok_or_else(|| nonsense(policy))
}

/// The instant until which something is due that is counted in hours: every hour counts, at night and on days off, too.
///
/// # Errors
/// An internal error for a policy whose unit is another one.
pub fn due_at(policy: &Policy, start: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
    let hours = TimeDelta::try_hours(policy.amount).filter(|_| policy.unit == PolicyUnit::Hours);
    hours.and_then(|hours| start.checked_add_signed(hours)).ok_or_else(|| nonsense(policy))
}

/// The day on which something is due where the count stood still now and then: each paused day that would have counted
/// moves the due date to the next day that does.
///
/// # Errors
/// Those of [`due`].
pub fn due_paused(
    policy: &Policy,
    start: NaiveDate,
    pauses: &[Pause],
    calendar: &Calendar,
    place: &str,
) -> Result<NaiveDate, Problem> {
    put_off(policy, start, due(policy, start, calendar, place)?, pauses, calendar, place)
}

/// A due date, moved by the days until it that would have counted and did not.
fn put_off(
    policy: &Policy,
    start: NaiveDate,
    mut date: NaiveDate,
    pauses: &[Pause],
    calendar: &Calendar,
    place: &str,
) -> Result<NaiveDate, Problem> {
    let stands = |day| pauses.iter().any(|pause| pause.covers(day));
    let counts = |day| match policy.unit {
        PolicyUnit::WorkingDays => calendar.day_off(day, place).map(|off| off.is_none()),
        _ => Ok(true),
    };
    if pauses.is_empty() {
        return Ok(date);
    }
    let mut lost = 0_u32;
    for day in start.iter_days().skip(1).take_while(|day| *day <= date) {
        lost += u32::from(stands(day) && counts(day)?);
    }
    while lost > 0 {
        date = date.succ_opt().ok_or_else(|| nonsense(policy))?;
        lost -= u32::from(!stands(date) && counts(date)?);
    }
    Ok(date)
}

/// Whether a rule is a notice: what it asks for is due a time before the day, not after it (UU 7/1981 art. 8: a company says
/// so before it moves or closes).
#[must_use]
pub fn is_notice(rule: &str) -> bool {
    matches!(rule, "wlkp.closing-notice" | "wlkp.moving-notice")
}

/// The last day for something that is due a time before a day; none where the policy counts no such time.
#[must_use]
pub fn before(policy: &Policy, day: NaiveDate) -> Option<NaiveDate> {
    let count = u32::try_from(policy.amount).ok()?;
    match policy.unit {
        PolicyUnit::CalendarDays => day.checked_sub_days(Days::new(count.into())),
        PolicyUnit::Months => day.checked_sub_months(Months::new(count)),
        PolicyUnit::Years => day.checked_sub_months(Months::new(count.checked_mul(12)?)),
        _ => None,
    }
}

fn nonsense(policy: &Policy) -> Problem {
    Problem::internal(format!("policy {} of {} {} counts no days", policy.rule, policy.amount, policy.unit))
}

/// Starts clocks, or starts them anew where they ran already.
///
/// # Errors
/// Those of [`due`], and the database's own.
pub async fn start(change: &Change, starts: &[Start<'_>]) -> Result<(), Problem> {
    let book = change.book();
    let due_of = |start: &Start<'_>| {
        let policy = book.policies.at(start.rule, start.office, start.on)?;
        Ok(row(change, start, due(policy, start.on, &book.calendar, start.office)?))
    };
    write(change, starts.iter().map(due_of).collect::<Result<_, Problem>>()?).await
}

/// Starts a clock whose due date follows from more than its rule's number.
///
/// # Errors
/// The database's own.
pub async fn start_until(change: &Change, start: &Start<'_>, due_on: NaiveDate) -> Result<(), Problem> {
    write(change, vec![row(change, start, due_on)]).await
}

/// Writes down a clock that a record met when it was filed: it is the record that tells of the day on which the clock began. Nothing
/// where no policy row was in force on that day.
///
/// # Errors
/// Those of [`due`], and the database's own.
pub async fn start_met(change: &Change, start: &Start<'_>, met_on: NaiveDate) -> Result<(), Problem> {
    let book = change.book();
    let Ok(policy) = book.policies.at(start.rule, start.office, start.on) else { return Ok(()) };
    let row = row(change, start, due(policy, start.on, &book.calendar, start.office)?);
    let met = deadline::ActiveModel {
        met_on: Set(Some(met_on)),
        met_by: Set(Some(start.subject)),
        remind_on: Set(None),
        ..row
    };
    write(change, vec![met]).await
}

async fn write(change: &Change, rows: Vec<deadline::ActiveModel>) -> Result<(), Problem> {
    let again = OnConflict::columns([Column::SubjectId, Column::Rule, Column::Party])
        .update_columns([
            Column::Office,
            Column::StartedOn,
            Column::DueOn,
            Column::MetOn,
            Column::CalendarRevision,
            Column::AffectedByRevision,
            Column::OriginalDueOn,
            Column::Extensions,
            Column::MetBy,
            Column::Cancelled,
            Column::Lapsed,
            Column::PausedOn,
            Column::Pauses,
            Column::Stage,
            Column::RemindOn,
        ])
        .to_owned();
    for chunk in rows.chunks(500) {
        deadline::Entity::insert_many(chunk.to_vec())
            .on_conflict(again.clone())
            .exec_without_returning(change.db())
            .await?;
    }
    Ok(())
}

fn row(change: &Change, start: &Start<'_>, due_on: NaiveDate) -> deadline::ActiveModel {
    deadline::ActiveModel {
        id: Set(change.id()),
        subject_kind: Set(start.subject_kind.to_owned()),
        subject_id: Set(start.subject),
        rule: Set(start.rule.to_owned()),
        party: Set(start.party.to_owned()),
        office: Set(start.office.to_owned()),
        company_id: Set(start.company),
        started_on: Set(start.on),
        due_on: Set(due_on),
        met_on: Set(None),
        calendar_revision: Set(change.book().calendar.revision),
        affected_by_revision: Set(None),
        created_at: Set(change.now()),
        original_due_on: Set(None),
        extensions: Set(0),
        met_by: Set(None),
        cancelled: Set(false),
        lapsed: Set(false),
        paused_on: Set(None),
        pauses: Set("[]".to_owned()),
        stage: Set(0),
        remind_on: Set(Some(start.on)),
    }
}

/// Stops the clocks of a rule on these records: what was due has been done.
///
/// # Errors
/// The database's own.
pub async fn meet(change: &Change, rule: &str, subjects: &[Uuid], on: NaiveDate) -> Result<(), Problem> {
    deadline::Entity::update_many()
        .col_expr(Column::MetOn, Expr::value(on))
        .filter(among(change.db(), Column::SubjectId, subjects.iter().copied()))
        .filter(Column::Rule.eq(rule))
        .filter(Column::MetOn.is_null())
        .exec(change.db())
        .await?;
    Ok(())
}

/// Stops the clock of a rule on a record that one party has: what was due of it has been done.
///
/// # Errors
/// The database's own.
pub async fn meet_of(change: &Change, rule: &str, subject: Uuid, party: &str, on: NaiveDate) -> Result<(), Problem> {
    deadline::Entity::update_many()
        .col_expr(Column::MetOn, Expr::value(on))
        .filter(Column::SubjectId.eq(subject))
        .filter(Column::Rule.eq(rule))
        .filter(Column::Party.eq(party))
        .filter(Column::MetOn.is_null())
        .exec(change.db())
        .await?;
    Ok(())
}

/// Stops the clock of a rule on a record that one party has: what was due of it was not done, and the law says what that
/// means.
///
/// # Errors
/// The database's own.
pub async fn lapse(change: &mut Change, rule: &str, subject: Uuid, party: &str, on: NaiveDate) -> Result<(), Problem> {
    for clock in lock(change, rule, &[subject]).await?.iter().filter(|clock| clock.party == party) {
        deadline::Entity::update_many()
            .col_expr(Column::MetOn, Expr::value(on))
            .col_expr(Column::Lapsed, Expr::value(true))
            .filter(Column::Id.eq(clock.id))
            .exec(change.db())
            .await?;
        tell(change, clock, "lapse", json!({"rule": clock.rule, "due_on": clock.due_on}));
    }
    Ok(())
}

/// Lets the clock of a rule on a record that one party has run on: it was stopped in error, as is known from a day on.
///
/// # Errors
/// The database's own.
pub async fn reopen_of(change: &Change, rule: &str, subject: Uuid, party: &str, on: NaiveDate) -> Result<(), Problem> {
    deadline::Entity::update_many()
        .col_expr(Column::MetOn, Expr::value(None::<NaiveDate>))
        .col_expr(Column::Lapsed, Expr::value(false))
        .col_expr(Column::RemindOn, Expr::value(on))
        .filter(Column::SubjectId.eq(subject))
        .filter(Column::Rule.eq(rule))
        .filter(Column::Party.eq(party))
        .filter(Column::Cancelled.eq(false))
        .exec(change.db())
        .await?;
    Ok(())
}

/// Stops every clock of a record that runs: it counts for nothing any more.
///
/// # Errors
/// The database's own.
pub async fn cancel_rest(change: &Change, subject: Uuid, on: NaiveDate) -> Result<(), Problem> {
    deadline::Entity::update_many()
        .col_expr(Column::MetOn, Expr::value(on))
        .col_expr(Column::Cancelled, Expr::value(true))
        .filter(Column::SubjectId.eq(subject))
        .filter(Column::MetOn.is_null())
        .exec(change.db())
        .await?;
    Ok(())
}

/// Stops every clock of a record that is over: one whose day has passed was not met, and any other counts for nothing any more.
///
/// # Errors
/// The database's own.
pub async fn stop_rest(change: &Change, subject: Uuid, on: NaiveDate) -> Result<(), Problem> {
    let passed = || Column::DueOn.lt(on).and(Column::PausedOn.is_null());
    deadline::Entity::update_many()
        .col_expr(Column::MetOn, Expr::value(on))
        .col_expr(Column::Lapsed, passed())
        .col_expr(Column::Cancelled, passed().not())
        .filter(Column::SubjectId.eq(subject))
        .filter(Column::MetOn.is_null())
        .exec(change.db())
        .await?;
    Ok(())
}

/// Stops these clocks: a record was filed that does what was due.
///
/// # Errors
/// The database's own.
pub async fn meet_by(change: &Change, clocks: &[Uuid], record: Uuid, on: NaiveDate) -> Result<(), Problem> {
    if clocks.is_empty() {
        return Ok(());
    }
    deadline::Entity::update_many()
        .col_expr(Column::MetOn, Expr::value(on))
        .col_expr(Column::MetBy, Expr::value(record))
        .filter(among(change.db(), Column::Id, clocks.iter().copied()))
        .filter(Column::MetOn.is_null())
        .exec(change.db())
        .await?;
    Ok(())
}

/// Takes back what a record did to clocks: those that it met run again, and those that it started should not have run.
///
/// # Errors
/// The database's own.
pub async fn undo(change: &Change, record: Uuid, on: NaiveDate) -> Result<(), Problem> {
    reopen(change, record, on).await?;
    cancel_rest(change, record, on).await
}

/// Lets the clocks that a record met run again.
///
/// # Errors
/// The database's own.
pub async fn reopen(change: &Change, record: Uuid, on: NaiveDate) -> Result<(), Problem> {
    deadline::Entity::update_many()
        .col_expr(Column::MetOn, Expr::value(None::<NaiveDate>))
        .col_expr(Column::MetBy, Expr::value(None::<Uuid>))
        .col_expr(Column::RemindOn, Expr::value(on))
        .filter(Column::MetBy.eq(record))
        .exec(change.db())
        .await?;
    Ok(())
}

/// Puts a record in the place of another that it corrects: the clocks that the one met or started are the other's.
///
/// # Errors
/// The database's own.
pub async fn hand_over(change: &Change, from: Uuid, to: Uuid) -> Result<(), Problem> {
    for column in [Column::MetBy, Column::SubjectId] {
        deadline::Entity::update_many()
            .col_expr(column, Expr::value(to))
            .filter(column.eq(from))
            .exec(change.db())
            .await?;
    }
    Ok(())
}

/// Gives the clocks of a company that run about records of these kinds to another office, and the open requests for more time
/// on them.
///
/// # Errors
/// The database's own.
pub async fn transfer(change: &Change, subject_kinds: &[&str], company: Uuid, office: &str) -> Result<(), Problem> {
    deadline::Entity::update_many()
        .col_expr(Column::Office, Expr::value(office))
        .filter(Column::CompanyId.eq(company))
        .filter(Column::SubjectKind.is_in(subject_kinds.iter().copied()))
        .filter(Column::MetOn.is_null())
        .exec(change.db())
        .await?;
    let moved = deadline::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::CompanyId.eq(company))
        .filter(Column::SubjectKind.is_in(subject_kinds.iter().copied()))
        .into_query();
    extension_request::Entity::update_many()
        .col_expr(extension_request::Column::Office, Expr::value(office))
        .filter(extension_request::Column::CompanyId.eq(company))
        .filter(extension_request::Column::Status.eq(ExtensionStatus::Requested))
        .filter(extension_request::Column::DeadlineId.in_subquery(moved))
        .exec(change.db())
        .await?;
    Ok(())
}

/// Moves the due date of a clock, and lets its reminders begin anew. The clock is locked.
///
/// # Errors
/// The database's own.
pub async fn extend(change: &mut Change, clock: &Model, until: NaiveDate) -> Result<(), Problem> {
    deadline::Entity::update_many()
        .col_expr(Column::DueOn, Expr::value(until))
        .col_expr(Column::OriginalDueOn, Expr::value(clock.original_due_on.unwrap_or(clock.due_on)))
        .col_expr(Column::Extensions, Expr::col(Column::Extensions).add(1))
        .col_expr(Column::Stage, Expr::value(0))
        .col_expr(Column::RemindOn, Expr::value(clock.paused_on.is_none().then(|| change.moment(&clock.office).today)))
        .filter(Column::Id.eq(clock.id))
        .exec(change.db())
        .await?;
    tell(change, clock, "extend", json!({"rule": clock.rule, "due_on": until, "before": clock.due_on}));
    Ok(())
}

/// Lets the clocks of a rule on these records stand still: from this day on no day counts. One that stands still already
/// goes on doing so.
///
/// # Errors
/// The database's own.
pub async fn pause(change: &mut Change, rule: &str, subjects: &[Uuid], on: NaiveDate) -> Result<(), Problem> {
    for clock in lock(change, rule, subjects).await?.iter().filter(|clock| clock.paused_on.is_none()) {
        deadline::Entity::update_many()
            .col_expr(Column::PausedOn, Expr::value(on))
            .col_expr(Column::RemindOn, Expr::value(None::<NaiveDate>))
            .filter(Column::Id.eq(clock.id))
            .exec(change.db())
            .await?;
        tell(change, clock, "pause", json!({"rule": clock.rule, "from": on}));
    }
    Ok(())
}

/// Lets paused clocks run again: this day counts, and the stored due date moves by the days that did not. A decree since its start
/// moves it no more than before.
///
/// # Errors
/// Those of [`due`], and the database's own.
pub async fn resume(change: &mut Change, rule: &str, subjects: &[Uuid], on: NaiveDate) -> Result<(), Problem> {
    let book = change.book();
    for clock in lock(change, rule, subjects).await? {
        let Some(from) = clock.paused_on else { continue };
        let mut pauses: Vec<Pause> = serde_json::from_str(&clock.pauses).map_err(Problem::internal)?;
        let pause = Pause::until(from, on);
        pauses.extend(pause);
        let policy = book.policies.at(&clock.rule, &clock.office, clock.started_on)?;
        let later = |date| put_off(policy, clock.started_on, date, pause.as_slice(), &book.calendar, &clock.office);
        let (due_on, original) = (later(clock.due_on)?, clock.original_due_on.map(later).transpose()?);
        deadline::Entity::update_many()
            .col_expr(Column::PausedOn, Expr::value(None::<NaiveDate>))
            .col_expr(Column::Pauses, Expr::value(serde_json::to_string(&pauses).map_err(Problem::internal)?))
            .col_expr(Column::DueOn, Expr::value(due_on))
            .col_expr(Column::OriginalDueOn, Expr::value(original))
            .col_expr(Column::Stage, Expr::value(0))
            .col_expr(Column::RemindOn, Expr::value(on))
            .filter(Column::Id.eq(clock.id))
            .exec(change.db())
            .await?;
        tell(change, &clock, "resume", json!({"rule": clock.rule, "due_on": due_on, "before": clock.due_on}));
    }
    Ok(())
}

/// The running clocks of a rule on these records, locked.
async fn lock(change: &Change, rule: &str, subjects: &[Uuid]) -> Result<Vec<Model>, Problem> {
    let select = deadline::Entity::find()
        .filter(among(change.db(), Column::SubjectId, subjects.iter().copied()))
        .filter(Column::Rule.eq(rule))
        .filter(Column::MetOn.is_null());
    Ok(select.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await?)
}

/// Journals what happened to a clock.
pub fn tell(change: &mut Change, clock: &Model, event: &str, body: serde_json::Value) {
    change.tell(Entry {
        event: format!("deadline.{event}"),
        office: clock.office.clone(),
        company: clock.company_id,
        subject_kind: "deadline",
        subject_id: clock.id.to_string(),
        version: 1 + i64::from(clock.extensions),
        body,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Text;

    #[test]
    fn each_unit_counts_its_own_way() {
        let start: NaiveDate = "2026-08-31".parse().unwrap();
        let calendar = Calendar::default();
        let day = |amount, unit| due(&policy(amount, unit), start, &calendar, "").unwrap().to_string();
        assert_eq!(day(6, PolicyUnit::Months), "2027-02-28");
        assert_eq!(day(2, PolicyUnit::Years), "2028-08-31");
        assert_eq!(day(30, PolicyUnit::CalendarDays), "2026-09-30");
        assert!(due(&policy(7, PolicyUnit::WorkingDays), start, &calendar, "").is_err());
        assert!(due(&policy(7, PolicyUnit::Persons), start, &calendar, "").is_err());
    }

    fn policy(amount: i64, unit: PolicyUnit) -> Policy {
        Policy {
            rule: "r".into(),
            scope: String::new(),
            valid_from: NaiveDate::MIN,
            amount,
            unit,
            law: Text::of("", ""),
        }
    }

    /// A calendar of two years with a day off in each.
    fn calendar() -> Calendar {
        let day = |date: &str| {
            let off = crate::calendar::DayOff {
                region: String::new(),
                closure: false,
                joint_leave: false,
                national: true,
                name: "Libur".into(),
            };
            (date.parse().unwrap(), off)
        };
        Calendar::new([day("2026-01-01"), day("2027-01-01"), day("2028-01-01")], 1, false)
    }

    #[test]
    fn a_pause_moves_the_due_date_by_the_days_that_would_have_counted() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let paused = |unit, from: &str, to: &str| {
            let pause = Pause { from: day(from), to: day(to) };
            due_paused(&policy(5, unit), day("2026-03-02"), &[pause], &calendar(), "").unwrap().to_string()
        };
        assert_eq!(paused(PolicyUnit::CalendarDays, "2026-03-04", "2026-03-05"), "2026-03-09");
        assert_eq!(paused(PolicyUnit::CalendarDays, "2026-02-01", "2026-03-02"), "2026-03-07", "before the count");
        assert_eq!(paused(PolicyUnit::CalendarDays, "2026-03-08", "2026-03-20"), "2026-03-07", "after it");
        assert_eq!(paused(PolicyUnit::CalendarDays, "2026-03-07", "2026-03-20"), "2026-03-21", "its last day");
        assert_eq!(paused(PolicyUnit::WorkingDays, "2026-03-06", "2026-03-09"), "2026-03-11", "a weekend counts not");
        assert_eq!(paused(PolicyUnit::WorkingDays, "2026-03-07", "2026-03-08"), "2026-03-09", "only a weekend");
        assert_eq!(paused(PolicyUnit::Months, "2026-03-06", "2026-03-09"), "2026-08-06");
    }

    #[test]
    fn what_is_due_before_a_day_counts_back() {
        let day: NaiveDate = "2026-03-31".parse().unwrap();
        let back = |amount, unit| before(&policy(amount, unit), day).map(|day| day.to_string());
        assert_eq!(back(30, PolicyUnit::CalendarDays).as_deref(), Some("2026-03-01"));
        assert_eq!(back(1, PolicyUnit::Months).as_deref(), Some("2026-02-28"));
        assert_eq!(back(3, PolicyUnit::WorkingDays), None);
    }

    proptest::proptest! {
        #[test]
        fn between_start_and_due_date_as_many_days_count_as_the_rule_says(
            start in 0_u64..300, amount in 0_i64..60, pauses in proptest::collection::vec((0_u64..400, 0_u64..20), 0..4),
            working in proptest::bool::ANY,
        ) {
            let (first, calendar): (NaiveDate, _) = ("2026-01-01".parse().unwrap(), calendar());
            let start = first + Days::new(start);
            let pauses: Vec<Pause> = pauses.into_iter()
                .map(|(from, length)| Pause { from: first + Days::new(from), to: first + Days::new(from + length) })
                .collect();
            let unit = if working { PolicyUnit::WorkingDays } else { PolicyUnit::CalendarDays };
            let due = due_paused(&policy(amount, unit), start, &pauses, &calendar, "").unwrap();
            let counts = |day: &NaiveDate| !pauses.iter().any(|pause| pause.covers(*day))
                && (!working || calendar.day_off(*day, "").unwrap().is_none());
            let counted = start.iter_days().skip(1).take_while(|day| *day <= due).filter(counts).count();
            proptest::prop_assert_eq!(i64::try_from(counted).unwrap(), amount);
            proptest::prop_assert!(amount == 0 || counts(&due), "the due date itself counts");
        }
    }
}
