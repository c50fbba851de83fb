//! The class itself: sessions, attendance, who passes, and what became of them.
//!
//! A trainer notes attendance of many participants at once; shares are of minutes, of the sessions since somebody had a seat. Who passes
//! needs attendance and a score that suffice, by the policy rows that were in force when the class began: no rule was read that
//! fixes them, so the office, and not the provider, may let somebody pass with a reason. After thirty, ninety and a hundred and eighty days whoever passed
//! is asked what became of them; a date says when, so that no clock runs for it.

pub mod bodies;
pub mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::keeps_sessions;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_training_sessions)
        .service(routes::list_training_sessions)
        .service(routes::update_training_session)
        .service(routes::delete_training_session)
        .service(routes::note_training_attendance)
        .service(routes::get_training_attendance)
        .service(routes::attend_training_class)
        .service(routes::pass_training_participant)
        .service(routes::fail_training_participant)
        .service(routes::reopen_training_result)
        .service(routes::create_training_follow_up)
        .service(routes::list_training_follow_ups)
        .service(routes::list_due_follow_ups);
}
