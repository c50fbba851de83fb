//! The funnel: how far those who applied for an office's classes came, as an office publishes it.
//!
//! Every move of an enrolment is a movement with the codes of its class and person, and in the same transaction a kept sum; the
//! funnel reads the sums, whose number does not grow with the people. Funding and place are two dimensions of one set: each
//! breakdown sums to the same total. Who has not finished yet is shown as that, never as failed: accepted = passed + failed
//! + left + not finished yet, whatever happens.

pub mod bodies;
mod queries;
mod routes;
pub mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{Move, count, count_back, movement};

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::get_training_funnel);
}
