//! Reports of placements (wajib lapor penempatan, Perpres 57/2023 art. 6; Permenaker 18/2024 art. 31(3) and 50).
//!
//! The clock of a report begins on the first day on which one of its workers started, and nobody but the report tells that day: a
//! worker of whom nothing was filed has no clock, and what asks the company is that of the vacancy's outcome. So it is written
//! when the report is filed, as met on the day of the first filing, on time or late. While the report is returned it runs; a report
//! that is taken back takes its clock with it.

pub mod bodies;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{accept, append, body, content, insert, lock, replace, return_report, rows_of, submit, withdraw};
pub use rules::{Checked, Met, Persons, check, check_row};

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_placement_report)
        .service(routes::list_placement_reports)
        .service(routes::get_placement_report)
        .service(routes::update_placement_report)
        .service(routes::delete_placement_report)
        .service(routes::submit_placement_report)
        .service(routes::return_placement_report)
        .service(routes::accept_placement_report)
        .service(routes::withdraw_placement_report);
}
