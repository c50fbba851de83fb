//! Records that a school drafts for its alumni, a class or a year at once.
//!
//! The contract is that of bulk filing: JSON, NDJSON, CSV or XLSX, validated or committed, all or each row, and a disposition
//! for each row in its order with all its faults. A row is known by the school's own reference, so that a file that is sent
//! again changes nothing. Unlike a company's batch it is decided on inside the request and is kept nowhere: the file
//! holds the identity numbers of young people, some of them children still (UU 27/2022 arts. 16 and 25), and nobody needs it
//! twice. So there is no batch to read later; who sends the file again gets the same answer, as JSON or as the file with
//! its faults beside the rows.
//!
//! What a school drafts it may send to the office at once (`submit=true`), and change as long as the office has not got it.
//! Whether somebody has a record already is told to no school.

pub mod bodies;
mod columns;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_job_seeker_batch)
        .service(routes::annotate_job_seeker_batch)
        .service(routes::get_job_seeker_template);
}
