//! Consultations: a thread of questions and answers about industrial relations.
//!
//! The office answers within the policy's working days, and an officer may be named who does. A thread without a word from the
//! asker after an answer closes by itself; for a while they may open it again. Once answered, the asker says how content they are.
//! The last way out is a case of mediation, which another room opens and which takes the thread's history with it.
//!
//! Messages are never changed. Notes of the office to itself stand among them and are not shown to the asker; why a thread was given
//! to another officer is such a note.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{
    SUBJECT, answered_by, ask, assign, close, close_silent, due_to_forget, forget, lock, rate, say, waiting,
};
pub use routes::of_account;
pub use rules::check;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_consultation)
        .service(routes::list_consultations)
        .service(routes::list_waiting_consultations)
        .service(routes::get_consultation)
        .service(routes::get_consultation_access_log)
        .service(routes::list_consultation_messages)
        .service(routes::create_consultation_message)
        .service(routes::assign_consultation)
        .service(routes::close_consultation)
        .service(routes::reopen_consultation)
        .service(routes::withdraw_consultation)
        .service(routes::rate_consultation)
        .service(routes::convert_consultation);
}
