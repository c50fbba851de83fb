//! Offices: who does the work of this service, and in which jurisdiction.
//!
//! An office is named by its region's code, a second one in a region by a suffix (`36.04-2`), so that a record's office
//! says where it belongs without a look-up. It keeps the office's zone, since "today" and every deadline are the
//! office's own, and what visitors need: address, telephone, opening hours.
//!
//! What this room refuses: an office in a region that does not exist or is no province or district, and an admin who
//! would change somebody else's. Offices are founded on the server (`disnaker office add`), never over the API: whoever could
//! found one could give away its jurisdiction. An office's code never changes.

pub mod bodies;
mod queries;
pub mod queue;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::change::Change;
use crate::problem::Problem;
use crate::reference::Codes;

pub use bodies::OfficeView;
pub use rules::NewOffice;

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_offices)
        .service(routes::get_office)
        .service(routes::update_office)
        .configure(queue::routes);
}

/// Founds an office; its zone is its region's. The codes are loaded before the transaction begins: who waits for a second
/// connection while holding one may wait for itself.
///
/// # Errors
/// `invalid-content` with every fault, `already-exists` for a code that is taken, or the database's own.
pub async fn add(change: &mut Change, new: NewOffice<'_>, codes: &Codes) -> Result<OfficeView, Problem> {
    let row = rules::found(new, change.now(), codes)?;
    queries::insert(change, &row).await?;
    Ok(OfficeView::of(row, codes))
}
