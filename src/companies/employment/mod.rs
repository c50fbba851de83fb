//! Employment reports (wajib lapor ketenagakerjaan di perusahaan, WLKP; UU 7/1981): what a company says of its workers when it is
//! founded, starts again, moves or closes, and once a year.
//!
//! A report is filed at once; there is nothing for the office to accept. A wrong one is corrected by a new one that supersedes
//! it and keeps its day of filing, or is withdrawn. From its numbers follow the share of workers with disabilities
//! (UU 8/2016 art. 53) and the cap on apprentices (Permenaker 6/2020); both are shown and refuse nothing here; the cap does
//! where apprentices are taken on (`crate::apprenticeships`).
//!
//! Filing meets the clocks that ask for it and starts the next yearly one: due at the end of the month in which the company
//! reported first, in the year after. A company that registers here may have been founded long ago, so its first report
//! is due some days after it registers (the policy `wlkp.first-report`), whatever its occasion. The days are calendar days.
//!
//! That a company was founded, starts again or closes nobody tells but its report, so no clock asks for that: the report has its last
//! day by its occasion (`wlkp.founding-report`, `wlkp.restart-report`, `wlkp.closing-notice`), and shows whether it came in time.
//! That it moves is known, too, from its data and from the notice before, and starts a clock (`wlkp.moving-report`).
//!
//! What this room refuses: sums that don't agree, and a second report of one occasion and day beside the first.

pub mod bodies;
pub mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{begin, begin_missing, file, find, most_apprentices, relocate, withdraw};
pub use rules::check;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::file_employment_report)
        .service(routes::list_company_employment_reports)
        .service(routes::list_employment_reports)
        .service(routes::get_employment_report)
        .service(routes::withdraw_employment_report);
}
