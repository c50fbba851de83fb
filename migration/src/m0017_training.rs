//! Training: providers, programmes, packages, enrolments, classes, certificates.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, include_str!("m0017_training.sql")).await?;
        crate::m0002_reference::refresh_policies(manager.get_connection()).await
    }
}
