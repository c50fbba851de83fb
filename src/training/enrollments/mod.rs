//! Enrolments: one person in one class, from the application to the end.
//!
//! Who is in the register applies, or an office does it for them. Papers, a written test and an interview are steps of their own; the
//! scores are ranked by the criteria that the package announced, ties are broken by what it announced, too, and each place says
//! why ([`rules::rank`]). Seats go by that ranking: an officer who goes past it says why. Whoever moves an enrolment has locked its
//! package first, so that seats are given one after another however many officers act at once, and the last one once;
//! the table itself holds no more than the capacity.
//!
//! A reserve has no seat. One that becomes free, until the last day that the package says, is offered to the next of them and kept
//! some hours ([`queries::promote`]); an offer that is not taken up goes on to the next. A person has one seat in a class
//! that is not over, by a unique index, and repeats no programme for some years.
//!
//! What a disability needs is sealed; those who decide and the person read it, and the provider of somebody with a seat what it should
//! provide. A class begins with those who are covered against accidents and death (PP 44/2015; Permenaker 5/2021 art. 35).

pub mod bodies;
mod lifecycle;
pub mod queries;
mod routes;
pub mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use lifecycle::EnrollmentEvent;
pub use queries::{due_to_forget, erase, follow, forget, sweep};
pub(super) use routes::act;
pub use routes::of_people;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_training_enrollment)
        .service(routes::list_training_enrollments)
        .service(routes::get_training_enrollment)
        .service(routes::admit_training_applicant)
        .service(routes::score_training_applicants)
        .service(routes::test_training_applicant)
        .service(routes::interview_training_applicant)
        .service(routes::accept_training_applicant)
        .service(routes::reserve_training_applicant)
        .service(routes::reject_training_applicant)
        .service(routes::drop_training_applicant)
        .service(routes::take_up_training_offer)
        .service(routes::withdraw_training_enrollment)
        .service(routes::cover_training_participant)
        .service(routes::list_training_cover_gaps)
        .service(routes::get_training_ranking)
        .service(routes::select_training_participants);
}
