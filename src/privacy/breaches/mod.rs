//! The register of breaches of personal data (kegagalan pelindungan data, UU 27/2022 art. 46).
//!
//! The office writes down which data, when and how it happened, and what is done about it, and tells the persons and the
//! authority in writing within 3 x 24 hours of clock time. The service sends nothing: `notify-authority` and
//! `notify-subjects` say when it was told. Only the admins of the office and of its province see the register; an event of
//! the feed says that there is a breach, until when it is to be told, and of how many persons.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_data_breach)
        .service(routes::list_data_breaches)
        .service(routes::get_data_breach)
        .service(routes::update_data_breach)
        .service(routes::notify_authority)
        .service(routes::notify_subjects)
        .service(routes::close_data_breach)
        .service(routes::dismiss_data_breach);
}
