//! The only SeaORM of the hearings.

use disnaker_entity::mediation::case::{Column as CaseColumn, Model as Case};
use disnaker_entity::mediation::hearing::{Column, Entity, Model};
use disnaker_entity::mediation::{
    HearingId, HearingKind, HearingStatus, MediationCaseId, MediationOutcome as Outcome, case,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Value,
};
use serde_json::json;

use super::bodies::{HearingMinutes, HeldHearing, NewHearing};
use super::lifecycle::HearingEvent;
use super::rules::{self, HearingRefusal, MOST_HEARINGS};
use crate::caller::Sees;
use crate::change::Change;
use crate::check::Checks;
use crate::lifecycle;
use crate::mediation::cases::queries::{self as cases, advance, conclude, sides, visible, why};
use crate::mediation::cases::rules::CaseRefusal;
use crate::mediation::clocks::Happened;
use crate::mediation::lifecycle::CaseEvent;
use crate::personal::{Place, Vault};
use crate::problem::Problem;

crate::record!(
    "mediation_hearing",
    disnaker_entity::mediation::hearing::Model,
    disnaker_entity::mediation::hearing::Entity,
    HearingStatus,
    |_| None
);

fn place_of(column: &'static str, id: HearingId) -> Place {
    Place { table: "mediation_hearing", column, row: id.0 }
}

/// Where it is held.
pub fn place(vault: &Vault, row: &Model) -> Result<Option<String>, Problem> {
    vault.open_json(place_of("place", row.id), row.place_sealed.as_deref())
}

/// Its minutes.
pub fn minutes(vault: &Vault, row: &Model) -> Result<Option<HearingMinutes>, Problem> {
    vault.open_json(place_of("minutes", row.id), row.minutes_sealed.as_deref())
}

/// The hearings of a case, in their order.
pub async fn of_case<C: ConnectionTrait>(db: &C, id: MediationCaseId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(id)).order_by_asc(Column::Position).all(db).await
}

/// A hearing of a case that the caller may see, and the case.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: HearingId) -> Result<(Model, Case), Problem> {
    let cases = visible(seer).select_only().column(case::Column::Id).into_query();
    let row = Entity::find_by_id(id).filter(Column::CaseId.in_subquery(cases)).one(db).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let case = cases::find(db, seer, row.case_id).await?;
    Ok((row, case))
}

fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "kind": row.kind, "mode": row.mode, "case_id": row.case_id})
}

/// Summons both sides to a hearing. The case is locked, so that one is open at a time.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn summon(change: &mut Change, case: &Case, new: &NewHearing) -> Result<Model, Problem> {
    let mut checks = Checks::default();
    rules::check_summons(&mut checks, new, change.now());
    checks.done()?;
    if !rules::is_of(new.kind, case.status) {
        return Err(Problem::from(HearingRefusal::OtherKind).allowed(Vec::new()));
    }
    let before = of_case(change.db(), case.id).await?;
    if before.iter().any(|row| row.status == HearingStatus::Summoned) {
        return Err(Problem::from(HearingRefusal::Open).allowed(vec!["hold_hearing"]));
    }
    let position = before.last().map_or(1, |row| row.position + 1);
    if position > MOST_HEARINGS {
        return Err(Problem::from(HearingRefusal::TooMany).allowed(Vec::new()));
    }
    let moment = change.moment(&case.office);
    let number = change.next_number("mediation_summons", &case.office, moment.year()).await?;
    let id = HearingId(change.id());
    let row = Model {
        id,
        case_id: case.id,
        office: case.office.clone(),
        position,
        kind: new.kind,
        mode: new.mode,
        status: HearingStatus::Summoned,
        number: format!("PGL-{}-{}-{number:06}", case.office, moment.year()),
        summoned_on: moment.today,
        starts_at: new.starts_at,
        place_sealed: Some(change.state().vault.seal_json(place_of("place", id), &new.place)?),
        held_on: None,
        minutes_sealed: None,
        version: 1,
        created_at: change.now(),
        updated_at: change.now(),
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    change.note(&row, "summon", facts(&row));
    Ok(row)
}

/// A hearing of a case that is locked.
async fn lock(change: &Change, case: &Case, id: HearingId) -> Result<Model, Problem> {
    let select = Entity::find_by_id(id).filter(Column::CaseId.eq(case.id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Calls a hearing off.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn cancel(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, HearingEvent::Cancel)?;
    change.advance(row, &step, [], facts).await
}

/// Writes down that a hearing of a kind was held, with its minutes.
async fn hold(
    change: &mut Change,
    case: &Case,
    kind: HearingKind,
    held: &HeldHearing,
) -> Result<(Model, chrono::NaiveDate), Problem> {
    let row = lock(change, case, held.hearing_id).await.map_err(|problem| unknown(problem, held.hearing_id))?;
    let mut checks = Checks::default();
    rules::check_minutes(&mut checks, &held.minutes, &sides(change.db(), case).await?);
    checks.done()?;
    let step = lifecycle::step(row.status, HearingEvent::Hold)?;
    if row.kind != kind {
        return Err(HearingRefusal::OtherKind.into());
    }
    if row.starts_at > change.now() {
        return Err(HearingRefusal::Early.into());
    }
    let on = change.book().zone(&case.office).date(row.starts_at);
    let minutes = change.state().vault.seal_json(place_of("minutes", row.id), &held.minutes)?;
    let set = [(Column::HeldOn, Value::from(Some(on))), (Column::MinutesSealed, Some(minutes).into())];
    Ok((change.advance(&row, &step, set, facts).await?, on))
}

/// A hearing that a body names and that is none of the case is a fault of the body.
fn unknown(problem: Problem, id: HearingId) -> Problem {
    if problem.kind != crate::problem::Kind::NotFound {
        return problem;
    }
    let mut checks = Checks::default();
    let expected = crate::problem::Text::of("sidang perkara ini", "a hearing of this case");
    checks.fault("/hearing_id", crate::check::UNKNOWN_REFERENCE, id.to_string(), expected);
    checks.done().err().unwrap_or(problem)
}

/// Holds a hearing of the mediation. With the first one the days of the recommendation begin.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn mediate(change: &mut Change, case: &Case, held: &HeldHearing) -> Result<Case, Problem> {
    let (_, on) = hold(change, case, HearingKind::Mediation, held).await?;
    let first = case.first_hearing_on.is_none();
    let set = first.then(|| (CaseColumn::FirstHearingOn, Value::from(Some(on))));
    advance(change, case, CaseEvent::HoldHearing, set, first.then_some(Happened::FirstHearing), on).await
}

/// Begins the clarification: from this day on nothing counts in the days of the whole mediation.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn clarify(change: &mut Change, case: &Case) -> Result<Case, Problem> {
    let today = change.moment(&case.office).today;
    if case.clarified_on.is_some() {
        return Err(CaseRefusal::Clarified.into());
    }
    no_open_hearing(change, case).await?;
    advance(change, case, CaseEvent::Clarify, [], Some(Happened::ClarificationBegun), today).await
}

/// Refuses a step over a hearing that is open.
async fn no_open_hearing(change: &Change, case: &Case) -> Result<(), Problem> {
    let open = of_case(change.db(), case.id).await?.iter().any(|row| row.status == HearingStatus::Summoned);
    if open { Err(HearingRefusal::Open.into()) } else { Ok(()) }
}

/// Ends the clarification with the minutes of its hearing: on to the mediation, this day counts again.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn conclude_clarification(change: &mut Change, case: &Case, held: &HeldHearing) -> Result<Case, Problem> {
    let today = change.moment(&case.office).today;
    hold(change, case, HearingKind::Clarification, held).await?;
    let set = [(CaseColumn::ClarifiedOn, Value::from(Some(today)))];
    advance(change, case, CaseEvent::ConcludeClarification, set, Some(Happened::ClarificationEnded), today).await
}

/// Ends the clarification, and the case: the parties talk again by themselves.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn back_to_bipartite(change: &mut Change, case: &Case, held: &HeldHearing) -> Result<Case, Problem> {
    let today = change.moment(&case.office).today;
    hold(change, case, HearingKind::Clarification, held).await?;
    let set = [why(change, case, &held.minutes.conclusion)?, (CaseColumn::ClarifiedOn, Some(today).into())];
    conclude(change, case, CaseEvent::BackToBipartite, Outcome::BackToBipartite, set, today).await
}

/// Calls off what is still open once a case has ended.
///
/// # Errors
/// The database's own.
pub async fn end(change: &mut Change, case: MediationCaseId) -> Result<(), Problem> {
    for row in of_case(change.db(), case).await?.iter().filter(|row| row.status == HearingStatus::Summoned) {
        cancel(change, row).await?;
    }
    Ok(())
}
