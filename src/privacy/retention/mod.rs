//! How long what is kept, and the sweep that forgets.
//!
//! A class of data has a policy row with its time and ground, which an office may have its own of, and a public list says so
//! (`GET /v1/retention-classes`); no law
//! that fixes years for these was read, so the rows say that they are the office's own. When its time is over, what says
//! something of a person is forgotten: a record's content is erased and its row stays, since what was counted stays counted;
//! rows that are nothing else are deleted. In small transactions, by whichever instance comes first, and a second run finds
//! nothing. What other rooms forget themselves is in the list, and not swept twice.

pub mod bodies;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{due, sweep};
pub use rules::Until;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_retention_classes);
}
