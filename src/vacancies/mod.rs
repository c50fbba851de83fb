//! A room to be built.

mod lifecycle;

use utoipa_actix_web::service_config::ServiceConfig;

/// The room's operations under `/v1`.
pub fn routes(_: &mut ServiceConfig) {}

/// Expires vacancies whose period of validity has passed.
///
/// # Errors
/// The database's own.
pub async fn expire(_: &std::sync::Arc<crate::app::State>) -> Result<u64, crate::problem::Problem> {
    Ok(0)
}
