//! The tables of the foundation: access, offices, companies, reports, vacancies, placements, plumbing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, include_str!("m0001_foundation.sql")).await?;
        crate::run(
            manager,
            match manager.get_database_backend() {
                DbBackend::Sqlite => include_str!("m0001_search_sqlite.sql"),
                _ => include_str!("m0001_search_postgres.sql"),
            },
        )
        .await?;
        let sealer = Query::insert()
            .into_table("sealer")
            .columns(["id", "position", "hash"])
            .values_panic([1.into(), 0_i64.into(), vec![0_u8; 32].into()])
            .to_owned();
        manager.get_connection().execute(&sealer).await.map(drop)
    }
}
