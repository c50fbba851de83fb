//! The one deadline engine: a rule, a start, and the day that follows from both.
//!
//! The due date is computed once, when a clock starts, and stored with the calendar's revision. A later decree
//! flags the clocks it touches and moves none of them (design.md 6).

use chrono::{Days, NaiveDate};
use disnaker_entity::plumbing::deadline;
use disnaker_entity::reference::PolicyUnit;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::book::Policy;
use crate::calendar::{Calendar, add_months};
use crate::change::Change;
use crate::db::among;
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

fn nonsense(policy: &Policy) -> Problem {
    Problem::internal(format!("policy {} of {} {} counts no days", policy.rule, policy.amount, policy.unit))
}

/// Starts clocks, or starts them anew where they ran already.
///
/// # Errors
/// Those of [`due`], and the database's own.
pub async fn start(change: &Change, starts: &[Start<'_>]) -> Result<(), Problem> {
    let rows = starts.iter().map(|start| row(change, start)).collect::<Result<Vec<_>, _>>()?;
    let again = OnConflict::columns([deadline::Column::SubjectId, deadline::Column::Rule, deadline::Column::Party])
        .update_columns([
            deadline::Column::StartedOn,
            deadline::Column::DueOn,
            deadline::Column::MetOn,
            deadline::Column::CalendarRevision,
            deadline::Column::AffectedByRevision,
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

fn row(change: &Change, start: &Start<'_>) -> Result<deadline::ActiveModel, Problem> {
    let book = change.book();
    let policy = book.policies.at(start.rule, start.office, start.on)?;
    let due_on = due(policy, start.on, &book.calendar, start.office)?;
    Ok(deadline::ActiveModel {
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
        calendar_revision: Set(book.calendar.revision),
        affected_by_revision: Set(None),
        created_at: Set(change.now()),
    })
}

/// Stops the clocks of a rule on these records: what was due has been done.
///
/// # Errors
/// The database's own.
pub async fn meet(change: &Change, rule: &str, subjects: &[Uuid], on: NaiveDate) -> Result<(), Problem> {
    deadline::Entity::update_many()
        .col_expr(deadline::Column::MetOn, Expr::value(on))
        .filter(among(change.db(), deadline::Column::SubjectId, subjects.iter().copied()))
        .filter(deadline::Column::Rule.eq(rule))
        .filter(deadline::Column::MetOn.is_null())
        .exec(change.db())
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_counts_its_own_way() {
        let policy = |amount, unit| Policy {
            rule: "r".into(),
            scope: String::new(),
            valid_from: NaiveDate::MIN,
            amount,
            unit,
            law: String::new(),
        };
        let start: NaiveDate = "2026-08-31".parse().unwrap();
        let calendar = Calendar::default();
        let day = |amount, unit| due(&policy(amount, unit), start, &calendar, "").unwrap().to_string();
        assert_eq!(day(6, PolicyUnit::Months), "2027-02-28");
        assert_eq!(day(2, PolicyUnit::Years), "2028-08-31");
        assert_eq!(day(30, PolicyUnit::CalendarDays), "2026-09-30");
        assert!(due(&policy(7, PolicyUnit::WorkingDays), start, &calendar, "").is_err());
        assert!(due(&policy(7, PolicyUnit::Persons), start, &calendar, "").is_err());
    }
}
