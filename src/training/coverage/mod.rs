//! Coverage: what industry needs against the seats that are planned and the vacancies that are open, by occupation.
//!
//! The occupations are those that the needs name, as deep as they name them; every other figure goes to the deepest of them that its own
//! code begins with, and to the row without an occupation where none does. So each person and each seat stands in one row, and the rows
//! sum to the total. Four statements, whatever the number of rows.

pub mod bodies;
pub mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operation under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::get_training_coverage);
}
