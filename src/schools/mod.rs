//! Schools with a job office (Bursa Kerja Khusus, BKK): secondary schools, universities and training centres that help their
//! own alumni to work.
//!
//! A school applies, and whoever applies becomes its operator; the office of its district registers it, with a number, or
//! refuses it with a reason (Permenaker 39/2016 arts. 31 to 36). The registration is valid as long as the job office is
//! active: it reports what it did, and after some months of silence the office is told that it should look ([`rules`]).
//!
//! A registered school drafts records of job seekers for its own alumni, one by one (`POST /v1/job-seekers`) or hundreds
//! at once ([`drafts`]); what is in the register is the office's. It places nobody abroad, and nobody who is not its own
//! (art. 33): no field of its report could say so.

pub mod bodies;
pub mod drafts;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{file, insert, register};
pub use rules::{check, check_report};

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::apply_school)
        .service(routes::list_schools)
        .service(routes::get_school)
        .service(routes::update_school)
        .service(routes::register_school)
        .service(routes::refuse_school)
        .service(routes::resubmit_school)
        .service(routes::end_school)
        .service(routes::file_school_report)
        .service(routes::list_school_reports)
        .service(routes::get_school_report)
        .service(routes::correct_school_report);
    drafts::routes(cfg);
}
