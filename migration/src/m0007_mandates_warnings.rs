//! Mandates, written warnings, and what waits for an officer.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, include_str!("m0007_mandates_warnings.sql")).await?;
        crate::m0002_reference::load_policies(manager.get_connection()).await
    }
}
