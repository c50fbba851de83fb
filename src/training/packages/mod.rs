//! Packages (paket): one class of a programme, with its money, its place, its seats and its days.
//!
//! Funding and place are two dimensions of one set: each package has one of both, and each breakdown sums to the same total. A class has
//! sixteen seats by practice and twenty for people with disabilities, both policy rows; another number gives its reason. Reserves stand
//! beside the seats, and are never counted as accepted.
//!
//! What applicants are ranked by is announced when a package opens, and stays. A class that is cut after it was planned (refocusing) is
//! cancelled with its reason; whoever was in its selection drops out with the same one.

pub mod bodies;
mod lifecycle;
pub mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use lifecycle::PackageEvent;
pub use queries::sweep;
pub use rules::check;

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::create_training_package)
        .service(routes::list_training_packages)
        .service(routes::get_training_package)
        .service(routes::update_training_package)
        .service(routes::open_training_package)
        .service(routes::close_training_applications)
        .service(routes::start_training_package)
        .service(routes::finish_training_package)
        .service(routes::cancel_training_package)
        .service(routes::list_training_work);
}
