//! What people ask an office, and what they complain of.
//!
//! A consultation ([`threads`], the SIKHI service of industrial relations) is a thread: a question, answers, what is asked on, and
//! an end. It may become a case of mediation and takes its history there. A complaint ([`complaints`], pengaduan) is a ticket for
//! anything else: it comes on a desk by its category, may be sent on, and ends with an answer.
//!
//! Anybody with a token asks and complains, and sees what is theirs; an office writes down what somebody said at the counter. Both are
//! confidential: besides who asked, only the officers of the office see one whose work it is, and everybody else is told that
//! nothing is there. That holds for the province's staff as well, since a worker who asks about an employer asks one office, not a
//! government. What was written is sealed like a NIK: it stands in no list of another room, no event, no log and no movement.
//! What others of the office and of the province learn is that one was there: its events say its status, topic or category.
//!
//! An account has so many open ones at most. They are counted while the account's own row is held, so that two requests at once
//! do not both find the last place.

pub mod complaints;
mod queries;
pub mod threads;

pub use queries::hold;
use utoipa_actix_web::service_config::ServiceConfig;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    threads::routes(cfg);
    complaints::routes(cfg);
}
