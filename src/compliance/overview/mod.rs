//! What was due from companies, and what came of it, as an office sees it.
//!
//! Everything is counted from clocks: a duty is expected on the day its clock says, extensions included, and it was met on
//! time, late, not yet, or not at all. Nothing is kept beside the clocks, so the figures of a past period are those of
//! today's knowledge.

pub mod bodies;
mod queries;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::get_compliance).service(routes::list_never_reported);
}
