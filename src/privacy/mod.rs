//! Rights of the person whose data it is (UU 27/2022): to see, to take away, to agree, to have corrected and erased, and to
//! know who read.
//!
//! Everything a person has is reached from `/v1/me`. Who read or changed a record is one list by time (arts. 31 and 32):
//! rows of the access records and of the journal that name the record, with the role of whoever acted and never their
//! name. List pages that showed many people are on record with their filter and count, and name nobody.
//!
//! What a person agrees to is theirs alone, each purpose apart, and a withdrawal holds at once (art. 40 gives 3 x 24 hours).
//!
//! What a law keeps is not erased on request ([`requests`]). The hours of the law are hours: nights, Sundays and holidays
//! count. What is left when its time is over is forgotten by a sweep ([`retention`]); what got out is written down, with
//! whom it was told to ([`breaches`]).

pub mod bodies;
pub mod breaches;
mod queries;
pub mod requests;
pub mod retention;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

pub use routes::read_log;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::get_own_access_log)
        .service(routes::get_access_log)
        .service(routes::get_consents)
        .service(routes::update_consents)
        .service(routes::export_own_data)
        .configure(requests::routes)
        .configure(breaches::routes)
        .configure(retention::routes);
}
