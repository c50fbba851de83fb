//! Proposals for classes: an organisation asks an office for one. The pattern is a class of twenty for people with disabilities, which
//! an association of the blind proposed.
//!
//! Anybody with a token proposes, and sees what they proposed and nothing else; an office writes down what came on paper. The office
//! is the one that serves the place that is wished for. It looks into it, accepts it with the package that answers it, or declines it
//! with a reason. Only who proposed it takes it back.
//!
//! Whom to ask is a person's data: it is shown to who proposed and to the office that reads one proposal, in no list and never in
//! the feed. Some years after the decision it is forgotten.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{accept, due_to_forget, forget, package_cancelled, propose, waits};

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_training_proposal)
        .service(routes::list_training_proposals)
        .service(routes::get_training_proposal)
        .service(routes::review_training_proposal)
        .service(routes::accept_training_proposal)
        .service(routes::decline_training_proposal)
        .service(routes::withdraw_training_proposal);
}
