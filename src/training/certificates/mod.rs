//! What a class gives: the training certificate of who passed, and, apart from it, an assessment of competence.
//!
//! The two are different things. A training certificate says that somebody was in a class and passed; it is issued by the office with a
//! number, keeps what it says of the class, and anybody may check it by its code, as an AK-1 card ([`crate::verification`]). What
//! somebody can do is found by a body of the BNSP (Lembaga Sertifikasi Profesi), some months later, for three years: the number
//! of its certificate is written down here, and no operation of this room makes one.

pub mod bodies;
mod lifecycle;
mod paper;
mod queries;
mod routes;
mod rules;
mod statement;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{follow, is_out};
pub use routes::of_people;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::issue_training_certificate)
        .service(routes::list_training_certificates)
        .service(routes::get_training_certificate)
        .service(routes::get_training_certificate_paper)
        .service(routes::revoke_training_certificate)
        .service(routes::list_revoked_training_certificates)
        .service(routes::verify_training_certificate)
        .service(routes::create_competence_assessment)
        .service(routes::list_competence_assessments)
        .service(routes::get_competence_assessment)
        .service(routes::update_competence_assessment);
}
