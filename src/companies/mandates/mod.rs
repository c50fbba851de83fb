//! Mandates (surat kuasa): a company lets another one file its reports, such as an HR firm or its head office.
//!
//! No law of the reports that was read asks for a mandate or forbids one, and the duty to report stays with the company. How it works
//! is this service's own choice: the company's admin says who acts, for which kinds of reports and until when, may take it back at
//! any time, and the agent may lay it down. What a mandate gives is a role (`crate::access`): it begins and ends with the days of
//! the mandate in the company's zone, whether or not the sweep has run.
//!
//! What this room refuses: a second mandate for the same two companies, one that goes back in time, and one that has no end.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use lifecycle::MandateEvent;
pub use queries::{advance, expire, give};

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_mandate)
        .service(routes::list_mandates)
        .service(routes::get_mandate)
        .service(routes::revoke_mandate)
        .service(routes::relinquish_mandate);
}
