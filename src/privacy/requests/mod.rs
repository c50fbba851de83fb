//! Requests to correct and to erase (UU 27/2022 arts. 30 and 43).
//!
//! A person names what is wrong as a merge patch of the record; a grant writes just that, by the officer, under the rules of any
//! other change by the office, or not at all. What a person may change alone needs no request.
//!
//! An erasure is granted as far as the law lets it. What is kept and why is a table ([`rules::CLASSES`]), the same for
//! everybody: the register and the trail of who read and changed are the office's by law; what is there for the person's own
//! convenience goes. The answer names both. What is wanted and why is sealed, and in no list and no event.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use disnaker_entity::seeker::SeekerId;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::permissions::Permission;
use crate::caller::{Caller, Sees};
use crate::problem::Problem;

pub use queries::{due_to_forget, follow, forget};

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_data_request)
        .service(routes::list_data_requests)
        .service(routes::get_data_request)
        .service(routes::reveal_data_request)
        .service(routes::grant_data_request)
        .service(routes::refuse_data_request)
        .service(routes::withdraw_data_request)
        .service(routes::list_waiting_data_requests);
}

/// Requests about some people's records, for the people themselves: as far as `seer` may see them, with what the caller may do.
///
/// # Errors
/// The database's own, and a request that does not open.
pub async fn of_people<P: Permission>(
    caller: &Caller<P>,
    seer: &impl Sees,
    people: &[SeekerId],
) -> Result<Vec<bodies::DataRequestView>, Problem> {
    let rows = queries::of_people(caller.reader(), seer, people).await?;
    rows.into_iter().map(|one| routes::view(one, caller, caller.state(), caller.language())).collect()
}
