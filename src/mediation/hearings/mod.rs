//! Hearings: the clarification before the mediation, and the mediation itself.
//!
//! The mediator summons both sides to a place or a link; the summons is a paper of its own for each. One hearing is open at a time.
//! The first that is held begins the days of the recommendation. The days of the clarification do not count in those of the whole
//! mediation (Permenakertrans 17/2014 arts. 10(3)-(4), 15(2)).

pub mod bodies;
mod lifecycle;
pub(super) mod queries;
pub(super) mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use lifecycle::HearingEvent;
pub use queries::{clarify, conclude_clarification, mediate, summon};

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::clarify_dispute)
        .service(routes::summon_to_hearing)
        .service(routes::list_mediation_hearings)
        .service(routes::get_mediation_hearing)
        .service(routes::cancel_mediation_hearing)
        .service(routes::hold_mediation_hearing)
        .service(routes::conclude_clarification)
        .service(routes::send_back_to_bipartite);
}
