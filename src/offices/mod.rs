//! A room to be built.

use utoipa_actix_web::service_config::ServiceConfig;

/// The room's operations under `/v1`.
pub fn routes(_: &mut ServiceConfig) {}
