//! The case itself: its registration, its file, the way that it goes, its mediator, and its clocks.

pub mod bodies;
pub(super) mod queries;
pub(super) mod routes;
pub(super) mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{
    choose, close, complete, lock, offer, refer, refer_up, register, send_back, sides, standing, withdraw,
};

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::register_mediation_case)
        .service(routes::list_mediation_cases)
        .service(routes::get_mediation_case)
        .service(routes::get_mediation_case_deadlines)
        .service(routes::return_mediation_file)
        .service(routes::complete_mediation_file)
        .service(routes::offer_dispute_paths)
        .service(routes::choose_dispute_path)
        .service(routes::refer_mediation_case)
        .service(routes::reassign_mediation_case)
        .service(routes::refer_mediation_case_up)
        .service(routes::refer_mediation_case_down)
        .service(routes::withdraw_mediation_case)
        .service(routes::close_mediation_case);
}
