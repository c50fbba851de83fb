//! Complaints (pengaduan): tickets for anything that has no room of its own.
//!
//! A complaint comes on a desk by its category, which a pure rule decides. Inspection is the province's (UU 23/2014, annex G): what is
//! about working conditions goes to the province's office, where there is one, else to the admin of the office that was
//! asked, who names the authority outside. What is about the office itself goes to its admin. Whoever has it may send it on
//! with a reason, to another category or to the province's office; its way is kept and shown, and its clock runs on.
//!
//! Its end is an answer, a reason, or the authority to which it was forwarded. There is no way back: who is not content complains
//! anew, and that has a number and a clock of its own.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{SUBJECT, due_to_forget, forget, lock_for_desk, on_desks, receive, resolve, take};
pub use routes::of_account;
pub use rules::check;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_complaint)
        .service(routes::list_complaints)
        .service(routes::get_complaint)
        .service(routes::get_complaint_access_log)
        .service(routes::add_complaint_document)
        .service(routes::download_complaint_document)
        .service(routes::take_complaint)
        .service(routes::route_complaint)
        .service(routes::resolve_complaint)
        .service(routes::reject_complaint)
        .service(routes::forward_complaint)
        .service(routes::withdraw_complaint);
}
