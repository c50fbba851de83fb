//! Written warnings (peringatan tertulis): what an office does where a duty to report was not met.
//!
//! The regent or mayor warns in writing an employer that did not report vacancies or their outcome (Perpres 57/2023 art. 17); a
//! warning runs at most one month (Permenaker 18/2024 art. 75). An officer drafts one from duties whose day has passed, and
//! issues it as a numbered letter; the company answers. A warning ends by the answer, by the day that passes without one, by
//! itself once every duty in it has been met, or by the office that takes it back with a reason. The letter says later what it
//! said when it was written: the duties are kept with their day and their law.
//!
//! An employer that works in several provinces is warned by the Director General (Permenaker 18/2024 art. 75): the officer is
//! told, and decides.
//!
//! What this room refuses: a fine. No law lets a district give one, so there is no field for money.

pub mod bodies;
mod letter;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{answer, draft, issue, lock, settle, withdraw};
pub use rules::ANSWER;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_warning)
        .service(routes::list_warnings)
        .service(routes::get_warning)
        .service(routes::issue_warning)
        .service(routes::answer_warning)
        .service(routes::withdraw_warning);
}
