//! A room to be built.

use utoipa_actix_web::service_config::ServiceConfig;

/// The room's operations under `/v1`.
pub fn routes(_: &mut ServiceConfig) {}

/// Deletes answers of idempotency keys that are older than a day.
///
/// # Errors
/// The database's own.
pub async fn forget_old_answers(_: &std::sync::Arc<crate::app::State>) -> Result<(), crate::problem::Problem> {
    Ok(())
}
