//! The work list of an office: needs of industry and proposals for classes that wait for its answer, the urgent and the oldest first.

pub mod bodies;
mod queries;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::waiting;

/// The operation under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_waiting_training_needs);
}
