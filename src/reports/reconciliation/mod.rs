//! Reconciliation: every reference that a company sent in a month, and where it is now.
//!
//! What a company counts in its own system and what the office has must come out equal; where they do not, the list says
//! which reference is where. A reference counts in the month in which its line or row came first, and in each in which a
//! batch that was to be filed had it. Each stands once, and where it is now all lines that have it tell, whichever month they came in;
//! so the sums make the total. A page is read and the rest is counted by the database, so that a month of any size costs the
//! service the same. The office sees what was filed with it, and nothing else.

pub mod bodies;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::get_reconciliation);
}
