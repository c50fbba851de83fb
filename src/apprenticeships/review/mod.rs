//! The work list of an office: programmes to be approved and agreements to be endorsed, by the day on which each is due.

pub mod bodies;
mod queries;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::waiting;

/// The operation under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_waiting_apprenticeships);
}
