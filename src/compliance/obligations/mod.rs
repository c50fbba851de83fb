//! Obligations: the clocks of companies, seen from the office and from the company.
//!
//! An obligation is shown with its law, its due date and the operation that meets it, as JSON and as a calendar (RFC 5545).
//! Reminders are events of the feed, once a stage: some days before the due date, and once after it. They stop when what was due is
//! filed. A company may ask for more time while a clock runs; the office grants it, not beyond what a policy bounds, or
//! refuses, with a reason. A granted date re-arms the reminders.

pub mod bodies;
mod calendar;
pub mod lifecycle;
mod queries;
mod reminders;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{ask, deadlines, decide, grant, lock_clock};
pub use reminders::remind;
pub use rules::{named, state, what};

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_deadlines)
        .service(routes::get_deadline)
        .service(routes::request_extension)
        .service(routes::list_extension_requests)
        .service(routes::get_extension_request)
        .service(routes::grant_extension)
        .service(routes::refuse_extension)
        .service(routes::withdraw_extension_request)
        .service(routes::list_obligations)
        .service(routes::get_obligations_calendar);
}
