//! Compliance: what a company owes the office, by when and by which law, and what the office does where it is not done.
//!
//! A duty with a day is a clock (`crate::deadline`), started by the room whose record it is about and met by what is filed
//! there. This room only looks at clocks from above: it shows a company its obligations and an office those of everybody,
//! reminds while there is time, takes requests for more of it, and lets an officer write a warning (peringatan tertulis,
//! Perpres 57/2023 art. 17; Permenaker 18/2024 art. 75) where a day has passed.
//!
//! What this room refuses: to fine. A district can't, so no field for money exists here; inspection is the province's
//! (UU 23/2014).

pub mod obligations;
pub mod overview;
pub mod warnings;

use utoipa_actix_web::service_config::ServiceConfig;

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    obligations::routes(cfg);
    overview::routes(cfg);
    warnings::routes(cfg);
}
