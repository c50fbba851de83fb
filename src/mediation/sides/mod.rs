//! What the sides of a case bring, and who may come in: documents, notes, representatives, access.
//!
//! A side comes in by a one-time code, which the office or the side itself asks for; whoever accepts it acts for that side until the
//! access is taken back. A document is kept sealed with its hash; a better one takes its place as a new version, and the one before
//! stays. It is read by the office and by its side, by the other side where whoever sent it says so. A note stays with its side,
//! also from the mediator; the office's own stay in the office.

pub mod bodies;
pub(super) mod queries;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::add_case_document)
        .service(routes::list_case_documents)
        .service(routes::get_case_document)
        .service(routes::download_case_document)
        .service(routes::add_case_note)
        .service(routes::list_case_notes)
        .service(routes::add_case_representative)
        .service(routes::end_case_representative)
        .service(routes::invite_case_party)
        .service(routes::list_case_accesses)
        .service(routes::get_case_access_log)
        .service(routes::revoke_case_access);
}
