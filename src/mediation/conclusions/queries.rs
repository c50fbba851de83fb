//! The only SeaORM of how a mediation comes out.

use std::sync::Arc;

use disnaker_entity::mediation::case::{Column, Model};
use disnaker_entity::mediation::{
    CaseSide, MediationOutcome as Outcome, MediationStatus as Status, RecommendationAnswer, party,
};
use disnaker_entity::plumbing::deadline as clock;
use sea_orm::Value;

use super::bodies::{
    CourtRegistration, NewRecommendationAnswer, NewSettlement, RecommendationReceipt, RecommendationText,
    SettlementText,
};
use super::rules;
use crate::change::Change;
use crate::check::Checks;
use crate::mediation::cases::bodies::Lawsuit;
use crate::mediation::cases::queries::{self as cases, advance, conclude, of_answer, of_case, set_side, tick};
use crate::mediation::cases::rules::{CaseRefusal, may_sue, verdict};
use crate::mediation::clocks::{Happened, rule};
use crate::mediation::hearings;
use crate::mediation::lifecycle::CaseEvent;
use crate::personal::Vault;
use crate::problem::Problem;

/// What the recommendation says, until it is forgotten.
pub fn recommendation(vault: &Vault, row: &Model) -> Result<Option<RecommendationText>, Problem> {
    vault.open_json(of_case("recommendation", row.id), row.recommendation_sealed.as_deref())
}

/// What was agreed on, until it is forgotten.
pub fn settlement(vault: &Vault, row: &Model) -> Result<Option<SettlementText>, Problem> {
    vault.open_json(of_case("settlement", row.id), row.settlement_sealed.as_deref())
}

/// What a side said to the recommendation.
pub fn answer_note(vault: &Vault, row: &party::Model) -> Result<Option<String>, Problem> {
    vault.open_json(of_answer(row.id), row.answer_sealed.as_deref())
}

/// The lawsuits after a case.
pub fn lawsuits(row: &Model) -> Result<Vec<Lawsuit>, Problem> {
    serde_json::from_str(&row.lawsuits).map_err(Problem::internal)
}

/// Issues the recommendation.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn recommend(change: &mut Change, row: &Model, text: &RecommendationText) -> Result<Model, Problem> {
    let mut checks = Checks::default();
    rules::check_recommendation(&mut checks, text);
    checks.done()?;
    let moment = change.moment(&row.office);
    let number = change.next_number("mediation_recommendation", &row.office, moment.year()).await?;
    let number = format!("ANJ-{}-{}-{number:06}", row.office, moment.year());
    hearings::queries::end(change, row.id).await?;
    let sealed = change.state().vault.seal_json(of_case("recommendation", row.id), text)?;
    let set = [
        (Column::RecommendationNumber, Value::from(Some(number))),
        (Column::RecommendedOn, Some(moment.today).into()),
        (Column::RecommendationSealed, Some(sealed).into()),
    ];
    advance(change, row, CaseEvent::IssueRecommendation, set, Some(Happened::Recommended), moment.today).await
}

/// Writes down that a side received the recommendation: its own days begin.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn receive(
    change: &mut Change,
    row: &Model,
    party: &party::Model,
    said: &RecommendationReceipt,
    desk: bool,
) -> Result<Model, Problem> {
    if party.received_on.is_some() {
        return Err(CaseRefusal::Done.into());
    }
    let today = change.moment(&row.office).today;
    let mut checks = Checks::default();
    let least = row.recommended_on.unwrap_or(today);
    let on = rules::day(&mut checks, "/received_on", said.received_on, desk, least, today);
    checks.done()?;
    let set =
        [(party::Column::ReceivedOn, Value::from(Some(on))), (party::Column::ReceivedAt, Some(change.now()).into())];
    set_side(change, party.id, set).await?;
    advance(change, row, CaseEvent::RecordReceipt, [], Some(Happened::Received(party.side)), on).await
}

/// Writes down what a side answers. Once both have accepted the settlement is due; one rejection ends the mediation. The desk may
/// write down an answer that came in time also once the side was taken for silent.
///
/// # Errors
/// `illegal-transition` before the receipt, twice, or after the last day; `invalid-content`; or the database's own.
pub async fn answer(
    change: &mut Change,
    row: &Model,
    sides: &[party::Model],
    side: CaseSide,
    said: &NewRecommendationAnswer,
    desk: bool,
) -> Result<Model, Problem> {
    let party = sides.iter().find(|party| party.side == side).ok_or_else(Problem::not_found)?;
    let silent = party.answer == Some(RecommendationAnswer::Silent);
    match party.answer {
        Some(_) if !silent => return Err(CaseRefusal::Done.into()),
        Some(_) if !desk => return Err(CaseRefusal::TooLate.into()),
        _ => {}
    }
    let today = change.moment(&row.office).today;
    let clock = cases::clock_of(change.db(), row.id, rule::ANSWER, side.as_str()).await?;
    let Some((received_on, clock)) = party.received_on.zip(clock) else {
        return Err(CaseRefusal::NotReceived.into());
    };
    let mut checks = Checks::default();
    if let Some(note) = &said.note {
        checks.lines("/note", note, 4000);
    }
    let on = rules::day(&mut checks, "/answered_on", said.answered_on, desk, received_on, today);
    checks.done()?;
    if clock.due_on < on {
        return Err(CaseRefusal::TooLate.into());
    }
    let answer = if said.accepts { RecommendationAnswer::Accepted } else { RecommendationAnswer::Rejected };
    let vault = Arc::clone(&change.state().vault);
    let note = said.note.as_ref().map(|note| vault.seal_json(of_answer(party.id), note)).transpose()?;
    let set = [
        (party::Column::Answer, Value::from(Some(answer))),
        (party::Column::AnsweredOn, Some(on).into()),
        (party::Column::AnswerSealed, note.into()),
    ];
    set_side(change, party.id, set).await?;
    let other = sides.iter().find(|other| other.side != side);
    let verdict = verdict([Some(answer), other.and_then(|other| other.answer)]);
    let mut after = row.clone();
    if silent {
        tick(change, row, Happened::SilenceUndone(side), on).await?;
        if verdict != Some(false) {
            after = cases::reopen(change, row).await?;
        }
    }
    let after = advance(change, &after, CaseEvent::Answer, [], Some(Happened::Answered(side)), on).await?;
    if after.status != Status::Recommended {
        return Ok(after);
    }
    match verdict {
        None => Ok(after),
        Some(true) => {
            let last = other.and_then(|other| other.answered_on).map_or(on, |day| day.max(on));
            advance(change, &after, CaseEvent::AllAccepted, [], Some(Happened::AllAccepted), last).await
        }
        Some(false) => conclude(change, &after, CaseEvent::Rejection, Outcome::RecommendationRejected, [], on).await,
    }
}

/// Writes down a settlement: in mediation, after a recommendation that both accepted, or by the parties themselves.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn settle(
    change: &mut Change,
    row: &Model,
    event: CaseEvent,
    outcome: Outcome,
    new: &NewSettlement,
) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let mut checks = Checks::default();
    rules::check_settlement(&mut checks, &new.text);
    let least = match outcome {
        Outcome::SettledInMediation => row.first_hearing_on,
        Outcome::SettledAfterRecommendation => {
            cases::sides(change.db(), row).await?.iter().filter_map(|party| party.answered_on).max()
        }
        _ => row.referred_on,
    };
    let on = rules::day(&mut checks, "/signed_on", new.signed_on, true, least.unwrap_or(row.registered_on), today);
    checks.done()?;
    let sealed = change.state().vault.seal_json(of_case("settlement", row.id), &new.text)?;
    let set = [(Column::SettledOn, Value::from(Some(on))), (Column::SettlementSealed, Some(sealed).into())];
    conclude(change, row, event, outcome, set, on).await
}

/// Writes down where a settlement was registered: by that it can be executed (UU 2/2004 arts. 7, 13).
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn register(change: &mut Change, row: &Model, new: &CourtRegistration) -> Result<Model, Problem> {
    if row.court_registered_on.is_some() {
        return Err(CaseRefusal::Registered.into());
    }
    let Some(settled_on) = row.settled_on else { return Err(CaseRefusal::NoSettlement.into()) };
    let today = change.moment(&row.office).today;
    let mut checks = Checks::default();
    rules::check_registration(&mut checks, new, settled_on, today);
    checks.done()?;
    let set = [
        (Column::Court, Value::from(Some(new.court.clone()))),
        (Column::CourtNumber, Some(new.number.clone()).into()),
        (Column::CourtRegisteredOn, Some(new.registered_on).into()),
    ];
    advance(change, row, CaseEvent::RegisterSettlement, set, None, today).await
}

/// Writes down a lawsuit after a mediation that failed (UU 2/2004 arts. 5, 14).
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn sue(change: &mut Change, row: &Model, new: &Lawsuit) -> Result<Model, Problem> {
    if !may_sue(row) {
        return Err(CaseRefusal::NoLawsuit.into());
    }
    let today = change.moment(&row.office).today;
    let mut checks = Checks::default();
    rules::check_lawsuit(&mut checks, new, row.ended_on.unwrap_or(today), today);
    let mut all = lawsuits(row)?;
    checks.count("/court", all.len() + 1, 1, 10);
    checks.done()?;
    all.push(new.clone());
    let all = serde_json::to_string(&all).map_err(Problem::internal)?;
    advance(change, row, CaseEvent::RecordLawsuit, [(Column::Lawsuits, all.into())], None, today).await
}

/// Takes the silence of a side whose last day has passed for a rejection, for the day after it.
///
/// # Errors
/// The database's own.
pub async fn lapse_answer(change: &mut Change, clock: &clock::Model) -> Result<bool, Problem> {
    let silent = change.book().policies.at(rule::SILENCE, &clock.office, clock.started_on)?.amount != 0;
    let row = cases::lock_for_sweep(change, clock).await?;
    let row = row.filter(|row| silent && matches!(row.status, Status::Recommended | Status::Rejected));
    let (Some(row), Some(on)) = (row, clock.due_on.succ_opt()) else { return Ok(false) };
    let sides = cases::sides(change.db(), &row).await?;
    let silent = sides.iter().find(|party| party.side.as_str() == clock.party && party.answer.is_none());
    let Some(party) = silent else { return Ok(false) };
    // A receipt that the desk wrote down late: what came with it has that day to be written down, too.
    let zone = change.book().zone(&row.office);
    if party.received_at.is_some_and(|at| zone.date(at) >= change.moment(&row.office).today) {
        return Ok(false);
    }
    let set = [
        (party::Column::Answer, Value::from(Some(RecommendationAnswer::Silent))),
        (party::Column::AnsweredOn, Some(on).into()),
    ];
    set_side(change, party.id, set).await?;
    let happened = Happened::AnswerLapsed(party.side);
    if row.status == Status::Recommended {
        tick(change, &row, happened, on).await?;
        conclude(change, &row, CaseEvent::LapseAnswer, Outcome::RecommendationRejected, [], on).await?;
    } else {
        advance(change, &row, CaseEvent::LapseAnswer, [], Some(happened), on).await?;
    }
    Ok(true)
}
