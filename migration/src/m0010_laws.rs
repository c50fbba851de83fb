//! Citations in both languages.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Duties of warnings keep the citation that they were given: its Indonesian words are those of the row with the same English
/// ones, and where no row has them any more it stays as it is.
const DUTIES: &str = "UPDATE warning_duty SET law_id = COALESCE(
    (SELECT min(p.law_id) FROM policy AS p WHERE p.rule = warning_duty.rule AND p.law = warning_duty.law), law)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, include_str!("m0010_laws.sql")).await?;
        crate::m0002_reference::refresh_policies(manager.get_connection()).await?;
        crate::run(manager, DUTIES).await
    }
}
