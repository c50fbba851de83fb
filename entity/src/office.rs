//! Offices: the tenants of the service.

use sea_orm::entity::prelude::*;

/// One row an office, named by the region's code; a second office in a region gets a suffix (`36.04-2`).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "office")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub region: String,
    /// Hours east of UTC: 7, 8 or 9.
    pub utc_offset: i32,
    pub address: String,
    pub phone: Option<String>,
    pub opening_hours: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
