//! Mediation of industrial disputes (perselisihan hubungan industrial, UU 2/2004; Permenakertrans 17/2014).
//!
//! A dispute is registered by a side of it or at the desk, with the minutes of the talks that failed. The office looks at the file,
//! offers what the law allows for its kind, and gives it to a mediator of the right level. The mediator may clarify, hears both sides,
//! and witnesses a settlement or writes a recommendation, which each side receives and answers by itself. Each event of [`lifecycle`]
//! does to the clocks what one table says ([`clocks`]); the due date is stored when a clock starts, and no later decree moves it.
//!
//! A case is confidential: it is found by the parties and who speaks for them, by whoever registered it until a mediator is named, by its
//! mediator, and by who runs the office whose case it is, the province only where it was referred up. Everybody else gets 404
//! ([`cases::queries::visible`]). What people wrote is sealed, events and movements say nothing of whom it is about, and each read is
//! on record.
//!
//! What this room refuses: arbitration for a termination and any other way for a right; one clock for both sides; silence as consent;
//! a second outcome of one case; and to compute when a claim lapses, on which courts differ.

mod book;
pub mod cases;
pub mod clocks;
pub mod conclusions;
pub mod desk;
pub mod forgetting;
pub mod hearings;
pub mod lifecycle;
mod papers;
pub mod sides;

use std::sync::Arc;

use utoipa_actix_web::service_config::ServiceConfig;

use cases::queries::lapse;
pub use cases::queries::{SUBJECT, visible};
pub use cases::routes::{of_account, view};
use clocks::rule;
pub use sides::queries::take_up;

use crate::app::State;
use crate::clock::Zone;
use crate::problem::Problem;

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cases::routes(cfg);
    hearings::routes(cfg);
    conclusions::routes(cfg);
    sides::routes(cfg);
    desk::routes(cfg);
    papers::routes(cfg);
}

/// Writes down what days that have passed mean: a choice that was not made, and silence to a recommendation.
///
/// # Errors
/// The database's own; what was written stays.
pub async fn sweep(state: &Arc<State>) -> Result<u64, Problem> {
    // The day of the zone in which it begins first.
    let latest = Zone::hours(9).date(state.clock.now());
    let choices = lapse(state, rule::CHOICE, latest, cases::queries::lapse_choice).await?;
    Ok(choices + lapse(state, rule::ANSWER, latest, conclusions::queries::lapse_answer).await?)
}
