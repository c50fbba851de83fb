//! Programmes of apprenticeship: what a company applies with, and the office's letter.
//!
//! A draft is the company's own. The office that approves is found when it is filed, and stands in the row from then on. Whether its
//! places are within the cap is looked at then, so that nobody waits three days to hear it, and counted when it is approved.
//! A place belongs to whoever has an agreement; it is free again where that is taken back or ends before its time.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
pub(super) mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use queries::{content, expire, free, lock, owned, take};
pub(super) use routes::allowed_actions;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_apprenticeship_programme)
        .service(routes::list_apprenticeship_programmes)
        .service(routes::get_apprenticeship_programme)
        .service(routes::update_apprenticeship_programme)
        .service(routes::submit_apprenticeship_programme)
        .service(routes::return_apprenticeship_programme)
        .service(routes::approve_apprenticeship_programme)
        .service(routes::reject_apprenticeship_programme)
        .service(routes::withdraw_apprenticeship_programme)
        .service(routes::close_apprenticeship_programme)
        .service(routes::cancel_apprenticeship_programme);
}
