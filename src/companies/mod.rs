//! Companies (perusahaan): who reports to an office.
//!
//! HR registers its company itself and becomes its admin; the office of the company's district looks at it and
//! verifies or rejects it with a reason. A company is one NIB and branch, whoever registers it first: everybody else
//! learns that it exists and how to be invited. An unverified company may file its reports, since the duty to report
//! does not wait for the office (Perpres 57/2023 art. 4); its vacancies are held until it is verified. Once registered it
//! owes its employment report ([`employment`]).
//! A company may let an agent file for it ([`mandates`]).

pub mod bodies;
pub mod employment;
mod lifecycle;
pub mod mandates;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use lifecycle::CompanyEvent;
pub use queries::{find, hold, insert, lock, names, review, share, share_owner};
pub use rules::check;

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::register_company)
        .service(routes::list_companies)
        .service(routes::get_company)
        .service(routes::update_company)
        .service(routes::verify_company)
        .service(routes::reject_company)
        .service(routes::resubmit_company);
    employment::routes(cfg);
    mandates::routes(cfg);
}
