//! Who trains, and in what: providers (BLK, BBLKI, LPKS), programmes with their units of competence (SKKNI), instructors.
//!
//! A provider and a programme are an office's and public; an instructor is a person, shown to offices and to their own provider
//! alone. A programme may be taught in part online; practice is not (Permenaker 8/2014), so one unit at least is in person. What
//! changes of a programme changes no certificate: that keeps what it said.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{insert, insert_instructor, insert_programme};
pub use rules::{check, check_instructor, check_programme};

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_training_provider)
        .service(routes::list_training_providers)
        .service(routes::get_training_provider)
        .service(routes::update_training_provider)
        .service(routes::close_training_provider)
        .service(routes::reopen_training_provider)
        .service(routes::create_training_programme)
        .service(routes::list_training_programmes)
        .service(routes::get_training_programme)
        .service(routes::update_training_programme)
        .service(routes::create_instructor)
        .service(routes::list_instructors)
        .service(routes::get_instructor)
        .service(routes::update_instructor);
}
