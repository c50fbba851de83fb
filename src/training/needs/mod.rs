//! What training industry needs: told at a meeting of the forum of HR departments, industry and instructors (FKJPPID, as a rule
//! FKLPID), on a visit, or by a company itself.
//!
//! A need says how many people of which occupation are wanted by which day. The office looks at it; it waits while nobody can teach
//! it (menunggu instruktur), until packages answer it. An answer is a number of seats of a package: the seats of one package over
//! all needs never exceed its capacity, which is held under the lock of the package's row, and those of a need never exceed its
//! persons. Where a package that answered it is cancelled, a need is open again by itself.
//!
//! Who proposed a need takes it back, and nobody else: the office declines a company's, with a reason. What was reviewed is counted,
//! and counted back when it is declined.

pub mod bodies;
mod lifecycle;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{keeps_promises, package_cancelled, propose, review, wait_for_instructor};

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_training_need)
        .service(routes::list_training_needs)
        .service(routes::get_training_need)
        .service(routes::review_training_need)
        .service(routes::wait_for_training_instructor)
        .service(routes::programme_training_need)
        .service(routes::reopen_training_need)
        .service(routes::decline_training_need)
        .service(routes::withdraw_training_need);
}
