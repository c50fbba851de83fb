//! Bulk filing: an HR system, or somebody with a spreadsheet, files many lines of reports at once.
//!
//! JSON, NDJSON, CSV and XLSX are one contract. Each row gets a disposition in its order, with all its faults; the
//! dispositions sum to the rows received. A row is known by the sender's own reference inside its company, so that a file that is
//! sent again changes nothing and leaves no trace in the journal; what the office has accepted already is changed
//! by a correction. Rows become ordinary reports, held against the very rules of those
//! (Perpres 57/2023 art. 4 to 6), and are filed with numbers and receipts like any other.
//!
//! A validation runs the same way and files nothing. With `atomicity=all` one rejected row refuses the file; with `row`
//! the sound ones are filed. Up to 500 rows are decided on inside the request; more become a job that goes on after a
//! crash ([`job`]). What stood in the rows is kept nowhere but in the upload, sealed, which is deleted when the batch has ended for
//! as long as the policy says.

pub mod bodies;
mod columns;
mod filing;
mod input;
mod intake;
mod job;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use columns::table;
pub use intake::{Intake, cancel, commit, read_again};
pub use job::{Lane, serve};
pub use queries::{Terms, lock, rows};

/// Most rows that are filed all or none.
const MOST_AT_ONCE: usize = 5_000;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_report_batch)
        .service(routes::list_report_batches)
        .service(routes::get_report_batch)
        .service(routes::list_report_batch_rows)
        .service(routes::commit_report_batch)
        .service(routes::cancel_report_batch)
        .service(routes::get_annotated_report_batch)
        .service(routes::get_vacancy_report_template)
        .service(routes::get_placement_report_template);
}
