//! Synonyms as rows, and the words that vacancies are made of.

use sea_orm_migration::prelude::*;

use crate::m0002_reference::{asset, load_synonyms};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, include_str!("m0004_search.sql")).await?;
        load_synonyms(manager.get_connection(), asset!("synonyms.csv")).await
    }
}
