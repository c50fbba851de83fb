//! The clocks of a case (domain.md 6.2): what happens to a case starts, stops or pauses them. One table says which; the requests
//! apply it to the deadline engine ([`super::queries`]), and the tests to nothing but dates.

use disnaker_entity::mediation::CaseSide;

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
    /// It stands still from this day on.
    Pause(&'static str),
    /// It runs again: this day counts.
    Resume(&'static str),
    /// Every clock that runs stops, and counts for nothing.
    CancelRest,
}

/// What an event does to the clocks of a case, in this order.
#[must_use]
pub fn effects(happened: Happened) -> Vec<Effect> {
    use Effect::{CancelRest, Lapse, Meet, Pause, Resume, Start};
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
        Happened::AllAccepted => vec![Start(rule::SETTLEMENT, Mediator)],
        Happened::Rejected => vec![Meet(rule::TOTAL, Mediator)],
        Happened::Settled => vec![Meet(rule::SETTLEMENT, Mediator), Meet(rule::TOTAL, Mediator), CancelRest],
        Happened::Ended => vec![CancelRest],
    }
}
