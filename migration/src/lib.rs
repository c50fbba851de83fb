//! The history of the schema: forward only, the same on SQLite and PostgreSQL.
//!
//! A migration is a page of SQL in which upper-case words stand for the types that the engines spell
//! differently. Reference data comes from `assets/reference` and is upserted; what an admin wrote is never
//! overwritten.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

mod m0001_foundation;
mod m0002_reference;
mod m0003_checkpoints;

pub use m0002_reference::load_minimum_wages;

/// Every migration, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0002_reference::Migration),
            Box::new(m0003_checkpoints::Migration),
        ]
    }
}

/// Whether nothing of ours is in a database yet.
///
/// # Errors
/// The database's own.
pub async fn untouched<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    Ok(!has_table(db, "setting").await?)
}

/// The names of the migrations that a database has not had yet, oldest first.
///
/// # Errors
/// The database's own.
pub async fn pending<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    let mut applied = Vec::new();
    if has_table(db, "seaql_migrations").await? {
        let select = Query::select().column("version").from("seaql_migrations").take();
        for row in db.query_all(&select).await? {
            applied.push(row.try_get_by_index::<String>(0)?);
        }
    }
    let names = Migrator::migrations().into_iter().map(|migration| migration.name().to_owned());
    Ok(names.filter(|name| !applied.contains(name)).collect())
}

async fn has_table<C: ConnectionTrait>(db: &C, name: &str) -> Result<bool, DbErr> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
        _ => "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1",
    };
    Ok(db.query_one_raw(Statement::from_sql_and_values(backend, sql, [name.into()])).await?.is_some())
}

/// What each engine calls a type.
const TYPES: &[(&str, &str, &str)] = &[
    ("UUID_", "BLOB", "uuid"),
    ("TIME_", "TEXT", "timestamptz"),
    ("DATE_", "TEXT", "date"),
    ("BYTES_", "BLOB", "bytea"),
    ("CODE_", "TEXT", "text COLLATE \"C\""),
    ("SERIAL_", "INTEGER PRIMARY KEY AUTOINCREMENT", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
];

/// Runs a page of SQL after putting the engine's own type names in.
async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let sqlite = connection.get_database_backend() == DbBackend::Sqlite;
    let sql = TYPES.iter().fold(sql.to_owned(), |sql, (word, on_sqlite, on_postgres)| {
        sql.replace(word, if sqlite { on_sqlite } else { on_postgres })
    });
    connection.execute_unprepared(&sql).await.map(drop)
}
