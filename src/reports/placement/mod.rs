//! Reports of placements (wajib lapor penempatan, Perpres 57/2023 art. 6; Permenaker 18/2024 art. 31(3) and 50).

pub mod bodies;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{accept, append, content, insert, lock, replace, return_report, rows_of, submit, withdraw};
pub use rules::{Checked, Persons, check, check_row};

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
