//! A room to be built.

use utoipa_actix_web::service_config::ServiceConfig;

/// The room's operations under `/v1`.
pub fn routes(_: &mut ServiceConfig) {}

/// stub
///
/// # Errors
/// none
pub async fn add(_: &mut crate::change::Change, _: &str, _: &str, _: &str) -> Result<(), crate::problem::Problem> {
    Ok(())
}
