//! Exchange with other systems: the change feed, and the checkpoints that bind its history.
//!
//! A consumer reads `GET /v1/events` from a cursor and misses nothing: positions are given after commit, one by one, so the
//! feed has neither gaps nor repeats, and a filter hides events without moving anybody's place. `wait` holds the answer
//! until something comes. Events say who did what to which record and never hold a person's data; consumers read the rest with
//! their own permissions. Whoever keeps the signed checkpoints of the journal can prove later that nothing before them was changed.

mod bodies;
mod queries;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::forget_old_answers;

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_events).service(routes::list_checkpoints);
}
