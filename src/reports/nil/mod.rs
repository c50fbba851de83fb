//! Nil reports (laporan nihil): a company says that it had no vacancies in a month.
//!
//! No law asks for one: Perpres 57/2023 art. 4 asks for a report of every vacancy, and a company that has none owes nothing. An
//! office that reminds its companies each month needs the difference between "none" and "not reported", and so one call
//! files it, with a number and a receipt. It is refused for a month that has not begun, and where a vacancy report was filed in
//! that month (by the office's calendar). A vacancy report that is filed later in the month overtakes it in the same
//! transaction; one that is filed again after a return counts in the month of its first filing. It stands once a company and
//! month; who withdraws it may file it anew.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{file, lock, supersede, withdraw};
pub use rules::month;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_nil_report)
        .service(routes::list_nil_reports)
        .service(routes::get_nil_report)
        .service(routes::withdraw_nil_report);
}
