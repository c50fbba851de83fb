//! Placements (penempatan): who was hired where, as accepted placement reports say.
//!
//! A placement takes a place of its vacancy and counts for the statistics with the codes of its day. Its kind by distance
//! (AKL, AKAD, AKAN) is derived from the worker's district of residence and the place of work, never typed. A row that was wrong
//! is voided with a reason: the place is free again, and a counter-movement keeps past figures as they were.
//!
//! Whoever has a job seeker's record is placed by it there, and taken out of the register ([`crate::seekers`]); what is counted here are
//! placements, there people.
//!
//! A NIK is kept encrypted with a blind index and shown masked. The full number is shown to an officer for a stated purpose,
//! and the read is on record before the answer (UU 27/2022 art. 31). The same person is placed once on a vacancy.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{Hired, NOT_OPEN, ONCE, lock, nik_place, record, takes_workers, void};

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_placements)
        .service(routes::get_placement)
        .service(routes::reveal_placement)
        .service(routes::void_placement);
}
