//! What waits for an officer: filed reports of both kinds, and companies whose vacancies are held until they are verified.
//!
//! One list, oldest first, each with what the officer may do with it. It is read whenever an officer sits down, so it
//! costs three statements, one a kind, whatever the number of rows.

pub mod bodies;
mod queries;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{Waiting, waiting};

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_vacancy_review);
}
