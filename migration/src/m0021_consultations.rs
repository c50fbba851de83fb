//! Consultations and complaints.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, include_str!("m0021_consultations.sql")).await?;
        crate::m0002_reference::refresh_policies(manager.get_connection()).await
    }
}
