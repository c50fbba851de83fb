//! Job seekers (pencari kerja): the register of those who look for work.
//!
//! A record is drafted by the person, by a school for its own alumni, or at the counter. The office verifies it, which
//! makes it part of the register, or returns it with a reason for each field (Permenaker 39/2016; 18/2024 art. 1 says
//! who a job seeker is). Nobody is deleted from the register: who leaves it is removed with a reason, and is counted.
//!
//! Drafts may share a NIK, the register may not: a unique index over the rows that are or were in it says so. Whoever
//! sends a draft learns nothing of a record that is there already: the draft answers like any other and waits for an
//! officer, who alone is told, and whose `verify` with a reason joins it to the person's record. What people mistype,
//! and what an identity card states wrongly for life, does not lock a person out: the number's date and sex, the
//! district and the name on a diploma are findings that an officer may let pass with a reason ([`rules::findings`]).
//!
//! Whom an accepted placement names leaves the register as placed, and looks for work again where it is voided ([`placing`]). What
//! somebody in the register is given to show is the AK-1 card ([`cards`]).
//!
//! What was said is sealed whole (UU 27/2022 art. 35); beside it stand the columns that lists, look-up and statistics
//! need. The NIK is shown masked, and whole only for a stated purpose that is on record before the answer (art. 31). No
//! list, URL, event or error holds it.

pub mod bodies;
pub mod cards;
mod lifecycle;
mod names;
mod placing;
mod queries;
mod routes;
pub mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use names::initials;
pub use placing::{place, sweep, unplace};
pub use queries::{
    Applicant, Dossier, Keeper, amend, applicant, consent, current, dossiers, draft, due_to_forget, erase, exported,
    find, forget, gone, in_hand, index, join, keepers, lock, may_draft, names_of, of_card, of_nik, of_references, open,
    remove, send_back, sent_to, submit, update, verify, whole, withdraw, within, would_be,
};

/// What journal and access log call a record.
pub const KIND: &str = "job_seeker";

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_job_seeker)
        .service(routes::list_job_seekers)
        .service(routes::look_up_job_seeker)
        .service(routes::get_job_seeker)
        .service(routes::update_job_seeker)
        .service(routes::delete_job_seeker)
        .service(routes::submit_job_seeker)
        .service(routes::withdraw_job_seeker)
        .service(routes::return_job_seeker)
        .service(routes::verify_job_seeker)
        .service(routes::remove_job_seeker)
        .service(routes::restore_job_seeker)
        .service(routes::transfer_job_seeker)
        .service(routes::merge_job_seeker)
        .service(routes::reveal_job_seeker)
        .service(routes::invite_job_seeker)
        .service(routes::list_seeker_review);
    cards::routes(cfg);
}
