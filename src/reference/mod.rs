//! A room to be built.

use utoipa_actix_web::service_config::ServiceConfig;

/// The room's operations under `/v1`.
pub fn routes(_: &mut ServiceConfig) {}

/// Regions and code lists, kept in memory.
#[derive(Debug, Default)]
pub struct Codes {}
/// r
pub struct Region {
    pub level: disnaker_entity::reference::RegionLevel,
    pub name: String,
}
impl Codes {
    pub fn region(&self, _: &str) -> Option<&Region> {
        None
    }
    pub fn occupation_known(&self, _: &str) -> bool {
        false
    }
    pub fn occupation_name(&self, _: &str) -> Option<&str> {
        None
    }
    pub fn sector(&self, _: &str, _: &str) -> Option<&str> {
        None
    }
    pub fn newest_sector_edition(&self) -> Option<&str> {
        None
    }
    pub fn education_rank(&self, _: &str) -> Option<i32> {
        None
    }
    pub fn education_name(&self, _: &str) -> Option<&str> {
        None
    }
    pub fn country(&self, _: &str) -> Option<&Region> {
        None
    }
    pub fn minimum_wage_sen(&self, _: &str, _: i32) -> Option<i64> {
        None
    }
}
pub async fn codes(_: &crate::app::State) -> Result<std::sync::Arc<Codes>, crate::problem::Problem> {
    todo!()
}
/// stub
pub async fn import_codes(_: &crate::app::State, _: &str, _: Option<&str>, _: &[u8]) -> anyhow::Result<usize> {
    todo!()
}
