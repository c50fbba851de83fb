//! The queue of an office's counter (antrean): places of a day, tickets, the board.
//!
//! A service has so many places a day, of which a share is kept for who comes without a booking. One row a day counts what is
//! taken, and a conditional update takes a place: the last one goes to exactly one caller, however many ask at once, and
//! numbers are consecutive. A ticket that is taken back frees its place and never its number, so that no number is given
//! twice. A day is the office's own, in its zone.
//!
//! A ticket belongs to a job seeker's record, so that the counter knows the day before what the record lacks. A person is a record
//! here: drafts of one NIK may each have a ticket until the office joins them, since a refusal would tell whoever drafts with
//! a stranger's number that the stranger waits, and would take the stranger's turn. What this room
//! refuses: days on which the office is closed, days that have passed or lie too far ahead, a second running ticket of one
//! person for one service, the AK-1 card at another office than the one that keeps the record. The board tells nothing
//! of a person.

mod board;
pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use board::Boards;
pub use disnaker_entity::queue::service::Model as Service;
pub use lifecycle::TicketEvent;
pub use queries::{advance, end_of_day, follow, give_up, lock_service, of_people, offer, offered, update};
pub use routes::{book, views};
pub use rules::{changed, usual};

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_queue_services)
        .service(routes::create_queue_service)
        .service(routes::get_queue_service)
        .service(routes::update_queue_service)
        .service(routes::list_queue_days)
        .service(routes::get_queue_day)
        .service(routes::set_queue_day_capacity)
        .service(routes::create_queue_ticket)
        .service(routes::create_group_booking)
        .service(routes::list_queue_tickets)
        .service(routes::get_queue_ticket)
        .service(routes::cancel_queue_ticket)
        .service(routes::check_in_queue_ticket)
        .service(routes::call_queue_ticket)
        .service(routes::start_queue_ticket)
        .service(routes::finish_queue_ticket)
        .service(routes::no_show_queue_ticket)
        .service(routes::get_queue_board)
        .service(routes::list_queue);
}
