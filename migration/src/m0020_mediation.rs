//! Mediation of industrial disputes.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, include_str!("m0020_mediation.sql")).await?;
        crate::m0002_reference::refresh_policies(manager.get_connection()).await
    }
}
