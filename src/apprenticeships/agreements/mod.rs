//! Agreements of apprenticeship (perjanjian pemagangan): one a participant, endorsed by the office that approved the programme.
//!
//! A company files what it and the participant have signed, and names them by the number of their AK-1 card and their name, which must
//! be the same as in the register, since a number is easily mistyped. What the company wrote of them, their name and their cover, is
//! sealed; the person's own record is never shown to it. The office endorses, or sends back what is missing. Its clock begins
//! on the day of signing, so that who files late leaves it less time; where it was sent back, on the day on which it is filed again.
//!
//! Where two records of a person become one, their agreements follow, except those of which the person would have two: these
//! stay with the record that ended, and the office is told (`apprenticeship_agreement.repeat`).

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{due_to_forget, follow, forget};
pub(super) use queries::{end_of, tell_over};
pub use routes::of_people;
pub(super) use rules::ENDORSEMENT;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_apprenticeship_agreement)
        .service(routes::list_apprenticeship_agreements)
        .service(routes::get_apprenticeship_agreement)
        .service(routes::file_apprenticeship_agreement)
        .service(routes::cover_apprenticeship_agreement)
        .service(routes::return_apprenticeship_agreement)
        .service(routes::endorse_apprenticeship_agreement)
        .service(routes::withdraw_apprenticeship_agreement)
        .service(routes::complete_apprenticeship_agreement)
        .service(routes::end_apprenticeship_agreement);
}
