//! How a mediation comes out: a settlement, or the written recommendation with each party's receipt and answer.
//!
//! A party sees the recommendation once its receipt is recorded: by itself online, or by the desk that handed it over. From that day on
//! its own days of answering run, not the other side's. Silence until the last day is a rejection, which the sweep writes down for
//! the day after it; one rejection is enough, and only when both accept is a settlement made of it. Either way the case has one
//! outcome and is counted once.

pub mod bodies;
pub(super) mod queries;
pub(super) mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{answer, receive, recommend, register, settle, sue};

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::issue_recommendation)
        .service(routes::record_recommendation_receipt)
        .service(routes::answer_recommendation)
        .service(routes::agree_mediation)
        .service(routes::settle_after_recommendation)
        .service(routes::settle_bipartite)
        .service(routes::register_settlement)
        .service(routes::record_lawsuit);
}
