//! Reports of vacancies (wajib lapor lowongan, Perpres 57/2023 art. 4 and 5).

pub mod bodies;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{
    accept, append, content, correct, insert, lines_of, lock, return_report, stored, submit, update, withdraw,
};
pub use rules::{Yardstick, check, check_line};

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_vacancy_report)
        .service(routes::list_vacancy_reports)
        .service(routes::get_vacancy_report)
        .service(routes::update_vacancy_report)
        .service(routes::delete_vacancy_report)
        .service(routes::submit_vacancy_report)
        .service(routes::return_vacancy_report)
        .service(routes::accept_vacancy_report)
        .service(routes::withdraw_vacancy_report)
        .service(routes::correct_vacancy_report);
}
