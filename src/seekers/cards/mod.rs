//! The AK-1 card (kartu tanda bukti pendaftaran pencari kerja): what somebody in the register is given to show.
//!
//! An officer prepares it for a record of the register, which gives it its number. It holds once two acts are on record, each with
//! its officer and time: a Pengantar Kerja signs it, and it is printed; both happen in the office, and nothing that is done online
//! makes a card hold. No rule that was read says which comes first. Some offices sign the record and print then, others
//! sign the paper; either order leads to the same card. The first act gives the card its days, since the paper states them; the
//! paper can be made from then on.
//!
//! It holds two years of calendar months, in which its holder reports every six months: four times (Permenaker 39/2016). A report
//! counts for the six months in which it is filed. A missed one is a flag and an event; it ends nothing, unless the office's
//! policy row says so. After two years a card is extended under its number, which begins a new period with reports of its own; the
//! old paper still states the old last day, and is printed anew. Whoever finds work or leaves the register has no card that
//! holds; who was placed by a row that is voided has theirs back. A transfer leaves it as it is. A card costs nothing: there is
//! no field for a fee.
//!
//! Reports have no clock of the deadline engine, whose clocks are companies' duties with calendars, pauses and extensions, a
//! row each. Here one column says when a card is next looked at, so that the sweep reads a few rows of an index however many people
//! have a card.
//!
//! The paper shows the whole NIK: making it is a read that is on record before the answer, and a job for officers. It is no act of
//! its own: first print, reprint and their reasons are `POST`s, kept in the log of prints. Its code leads to the public check and
//! holds a signed statement ([`statement`]). A picture or a file of the card is not the card.

pub mod bodies;
mod lifecycle;
mod paper;
mod phone;
mod queries;
mod routes;
mod rules;
mod statement;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use queries::{close, follow, reopen};
pub use queries::{extend, file, lock_both, prepare, print, revoke, sign, sweep};
pub use routes::of_people;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_seeker_card)
        .service(routes::list_seeker_cards)
        .service(routes::get_seeker_card)
        .service(routes::get_seeker_card_paper)
        .service(routes::sign_seeker_card)
        .service(routes::print_seeker_card)
        .service(routes::reprint_seeker_card)
        .service(routes::file_seeker_report)
        .service(routes::extend_seeker_card)
        .service(routes::revoke_seeker_card)
        .service(routes::legalise_seeker_card)
        .service(routes::list_card_pickup)
        .service(routes::list_revoked_cards)
        .service(routes::verify_seeker_card);
}
