//! The clocks of a case (domain.md 6.2): what happens to a case starts, stops or pauses them. One table says which; the requests
//! apply it to the deadline engine ([`super::queries`]), and the tests to nothing but dates.

use chrono::NaiveDate;
use disnaker_entity::mediation::CaseSide;

use crate::book::Book;
use crate::deadline::{Pause, due, due_paused};
use crate::problem::Problem;

/// Rules of the policies.
pub mod rule {
    /// Talks between the parties.
    pub const BIPARTITE: &str = "mediation.bipartite";
    /// The office sends an incomplete file back.
    pub const RETURN: &str = "mediation.registration-return";
    /// The party completes it.
    pub const COMPLETION: &str = "mediation.registration-completion";
    /// The parties choose a way.
    pub const CHOICE: &str = "mediation.path-choice";
    /// The mediator holds the first hearing.
    pub const HEARING: &str = "mediation.first-hearing";
    /// The mediator delivers the recommendation.
    pub const RECOMMENDATION: &str = "mediation.recommendation";
    /// A party answers it.
    pub const ANSWER: &str = "mediation.answer";
    /// The settlement once both have accepted it.
    pub const SETTLEMENT: &str = "mediation.settlement-after-recommendation";
    /// The whole mediation.
    pub const TOTAL: &str = "mediation.total";
    /// No clock: whether the clarification counts as part of the whole mediation.
    pub const CLARIFICATION_COUNTS: &str = "mediation.clarification-counts";
    /// No clock: whether silence is a rejection (Permenakertrans 17/2014 art. 14(3)).
    pub const SILENCE: &str = "mediation.silence-is-rejection";
}

/// What happens to a case that matters to its clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was registered.
    Registered,
    /// The file was sent back.
    Returned,
    /// The file was completed.
    Completed,
    /// Conciliation or arbitration was offered.
    Offered,
    /// Both sides chose.
    Chosen,
    /// They did not choose in time.
    ChoiceLapsed,
    /// A mediator received it, or it went to another office to be given to one.
    Referred,
    /// It went to another office, which gives it to a mediator of its own.
    Handed,
    /// The clarification began.
    ClarificationBegun,
    /// The clarification ended: this day counts again.
    ClarificationEnded,
    /// The first hearing was held.
    FirstHearing,
    /// The recommendation was issued.
    Recommended,
    /// A side received it.
    Received(CaseSide),
    /// A side answered.
    Answered(CaseSide),
    /// A side was silent until its last day.
    AnswerLapsed(CaseSide),
    /// A side that was taken for silent had answered in time: its answer follows.
    SilenceUndone(CaseSide),
    /// That silence was all that ended the mediation: it goes on.
    Reopened,
    /// Both sides have accepted.
    AllAccepted,
    /// A side rejected, by word or by silence: the mediation is over.
    Rejected,
    /// The parties agreed.
    Settled,
    /// The case ended otherwise.
    Ended,
}

/// Who a clock is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The office.
    Office,
    /// The side that registered the case.
    Registrant,
    /// Both sides together.
    Parties,
    /// The mediator.
    Mediator,
    /// One side.
    Side(CaseSide),
}

impl Whose {
    /// As a deadline names it. Whose clock the registrant's is, the case says.
    #[must_use]
    pub const fn as_str(self, registrant: CaseSide) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Registrant => registrant.as_str(),
            Self::Parties => "parties",
            Self::Mediator => "mediator",
            Self::Side(side) => side.as_str(),
        }
    }
}

/// What is done to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It starts, anew where it ran already.
    Start(&'static str, Whose),
    /// It stops, where it runs: what was due was done.
    Meet(&'static str, Whose),
    /// It stops, where it runs: what was due was not done, and the law says what that means.
    Lapse(&'static str, Whose),
    /// It runs on as if it had not stopped.
    Reopen(&'static str, Whose),
    /// It stands still from this day on.
    Pause(&'static str),
    /// It runs again: this day counts.
    Resume(&'static str),
    /// Every clock that runs stops: one whose day has passed as not met, any other counts for nothing.
    StopRest,
}

/// What an event of a day does to the clocks of a case, in this order. The whole mediation stands still while the mediator
/// clarifies (Permenakertrans 17/2014 art. 15(2)), unless the policy of that day says that these days count.
///
/// # Errors
/// An internal error where the policy has no row.
pub fn effects_on(happened: Happened, on: NaiveDate, book: &Book, office: &str) -> Result<Vec<Effect>, Problem> {
    let mut effects = effects(happened);
    if happened == Happened::ClarificationBegun && book.policies.at(rule::CLARIFICATION_COUNTS, office, on)?.amount == 1
    {
        effects.retain(|effect| !matches!(effect, Effect::Pause(_)));
    }
    Ok(effects)
}

fn effects(happened: Happened) -> Vec<Effect> {
    use Effect::{Lapse, Meet, Pause, Reopen, Resume, Start, StopRest};
    use Whose::{Mediator, Office, Parties, Registrant, Side};
    match happened {
        Happened::Registered => vec![Start(rule::RETURN, Office)],
        // Two clocks, since the article can be read both ways: the office's to send it back, the party's to complete it.
        Happened::Returned => vec![Meet(rule::RETURN, Office), Start(rule::COMPLETION, Registrant)],
        Happened::Completed => vec![Meet(rule::COMPLETION, Registrant), Start(rule::RETURN, Office)],
        Happened::Offered => vec![Meet(rule::RETURN, Office), Start(rule::CHOICE, Parties)],
        Happened::Chosen => vec![Meet(rule::CHOICE, Parties)],
        Happened::ChoiceLapsed => vec![Lapse(rule::CHOICE, Parties)],
        Happened::Handed => vec![Meet(rule::RETURN, Office)],
        Happened::Referred => {
            vec![Meet(rule::RETURN, Office), Start(rule::HEARING, Mediator), Start(rule::TOTAL, Mediator)]
        }
        Happened::ClarificationBegun => vec![Pause(rule::TOTAL)],
        Happened::ClarificationEnded => vec![Resume(rule::TOTAL)],
        // From the first hearing, not from the referral.
        Happened::FirstHearing => vec![Meet(rule::HEARING, Mediator), Start(rule::RECOMMENDATION, Mediator)],
        Happened::Recommended => vec![Meet(rule::RECOMMENDATION, Mediator)],
        Happened::Received(side) => vec![Start(rule::ANSWER, Side(side))],
        Happened::Answered(side) => vec![Meet(rule::ANSWER, Side(side))],
        Happened::AnswerLapsed(side) => vec![Lapse(rule::ANSWER, Side(side))],
        Happened::SilenceUndone(side) => vec![Reopen(rule::ANSWER, Side(side))],
        Happened::Reopened => vec![Reopen(rule::TOTAL, Mediator)],
        Happened::AllAccepted => vec![Start(rule::SETTLEMENT, Mediator)],
        Happened::Rejected => vec![Meet(rule::TOTAL, Mediator)],
        // Who settles while the mediator clarifies gets these days back, too: a settlement in time is none that came late.
        Happened::Settled => {
            vec![Resume(rule::TOTAL), Meet(rule::SETTLEMENT, Mediator), Meet(rule::TOTAL, Mediator), StopRest]
        }
        Happened::Ended => vec![StopRest],
    }
}

/// A clock of a case, as the deadline engine keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Rule of the policy.
    pub rule: &'static str,
    /// Who is to act.
    pub party: &'static str,
    /// The day of the trigger, which is not counted.
    pub started_on: NaiveDate,
    /// The last day.
    pub due_on: NaiveDate,
    /// When it stopped.
    pub met_on: Option<NaiveDate>,
    /// It stopped since what was due was not done.
    pub lapsed: bool,
    /// It stopped, and counts for nothing.
    pub cancelled: bool,
    /// Since when it stands still.
    pub paused_on: Option<NaiveDate>,
    /// Ended pauses.
    pub pauses: Vec<Pause>,
}

/// The clocks of a case that follow from nothing but what happened to it, in the order of their starts: the rows that the deadline
/// engine holds are the same, as long as nobody extends one.
///
/// # Errors
/// Those of [`due`].
pub fn replay(
    history: &[(NaiveDate, Happened)],
    registrant: CaseSide,
    book: &Book,
    office: &str,
) -> Result<Vec<Clock>, Problem> {
    let mut clocks = Vec::new();
    for &(on, happened) in history {
        for effect in effects_on(happened, on, book, office)? {
            apply(&mut clocks, effect, on, registrant, book, office)?;
        }
    }
    Ok(clocks)
}

fn apply(
    clocks: &mut Vec<Clock>,
    effect: Effect,
    on: NaiveDate,
    registrant: CaseSide,
    book: &Book,
    office: &str,
) -> Result<(), Problem> {
    if let Effect::Start(rule, whose) = effect {
        let party = whose.as_str(registrant);
        let due_on = due(book.policies.at(rule, office, on)?, on, &book.calendar, office)?;
        clocks.retain(|clock| (clock.rule, clock.party) != (rule, party));
        clocks.push(Clock {
            rule,
            party,
            started_on: on,
            due_on,
            met_on: None,
            lapsed: false,
            cancelled: false,
            paused_on: None,
            pauses: Vec::new(),
        });
        return Ok(());
    }
    if let Effect::Reopen(rule, whose) = effect {
        let stopped =
            |clock: &&mut Clock| clock.rule == rule && clock.party == whose.as_str(registrant) && !clock.cancelled;
        for clock in clocks.iter_mut().filter(stopped) {
            (clock.met_on, clock.lapsed) = (None, false);
        }
        return Ok(());
    }
    for clock in clocks.iter_mut().filter(|clock| clock.met_on.is_none()) {
        let is = |rule: &str, whose: Whose| clock.rule == rule && clock.party == whose.as_str(registrant);
        match effect {
            Effect::Meet(rule, whose) if is(rule, whose) => clock.met_on = Some(on),
            Effect::Lapse(rule, whose) if is(rule, whose) => (clock.met_on, clock.lapsed) = (Some(on), true),
            Effect::StopRest => {
                clock.met_on = Some(on);
                clock.lapsed = clock.due_on < on && clock.paused_on.is_none();
                clock.cancelled = !clock.lapsed;
            }
            Effect::Pause(rule) if clock.rule == rule => clock.paused_on = clock.paused_on.or(Some(on)),
            Effect::Resume(rule) if clock.rule == rule => {
                let Some(from) = clock.paused_on.take() else { continue };
                clock.pauses.extend(Pause::until(from, on));
                let policy = book.policies.at(rule, office, clock.started_on)?;
                clock.due_on = due_paused(policy, clock.started_on, &clock.pauses, &book.calendar, office)?;
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
