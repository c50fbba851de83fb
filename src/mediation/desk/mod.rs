//! What the office looks at: the mediators, the work list, the counts, and the register book.
//!
//! The counts are those of movements, so a past year never changes by a later edit, and nobody is named in them.

pub mod bodies;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::waiting;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_mediators)
        .service(routes::list_mediation_work)
        .service(routes::get_mediation_overview)
        .service(routes::get_mediation_book)
        .service(routes::get_mediation_workbook);
}
