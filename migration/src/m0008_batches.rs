//! Bulk filing: batches, their rows, and the sender's reference as a column of lines and rows.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Lines that were written before get what is written with a new one. A line came when the first revision that holds
/// it was begun; the index for that look serves here only.
const BACKFILL: &str = "
CREATE INDEX vacancy_report_line_id ON vacancy_report_line (line_id);
UPDATE vacancy_report_line SET
  company_id = (SELECT r.company_id FROM vacancy_report r WHERE r.id = vacancy_report_line.report_id),
  reference = JSON_CONTENT ->> 'reference',
  received_at = (SELECT MIN(r.created_at) FROM vacancy_report r JOIN vacancy_report_line o ON o.report_id = r.id
    WHERE o.line_id = vacancy_report_line.line_id);
DROP INDEX vacancy_report_line_id;
UPDATE placement_report_row SET
  company_id = (SELECT r.company_id FROM placement_report r WHERE r.id = placement_report_row.report_id),
  received_at = (SELECT r.created_at FROM placement_report r WHERE r.id = placement_report_row.report_id);
CREATE INDEX vacancy_report_line_reference ON vacancy_report_line (company_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX vacancy_report_line_received ON vacancy_report_line (company_id, received_at) WHERE reference IS NOT NULL;
CREATE INDEX placement_report_row_reference ON placement_report_row (company_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX placement_report_row_received ON placement_report_row (company_id, received_at) WHERE reference IS NOT NULL;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, include_str!("m0008_batches.sql")).await?;
        let sqlite = manager.get_connection().get_database_backend() == DbBackend::Sqlite;
        let json = if sqlite { "content" } else { "content::json" };
        crate::run(manager, &BACKFILL.replace("JSON_CONTENT", json)).await?;
        crate::m0002_reference::load_policies(manager.get_connection()).await
    }
}
