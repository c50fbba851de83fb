//! The history of the schema: forward only, the same on SQLite and PostgreSQL.
//!
//! A migration is a page of SQL in which upper-case words stand for the types that the engines spell
//! differently. Reference data comes from `assets/reference` and is upserted; what an admin wrote is never
//! overwritten.
//!
//! Each migration is one transaction together with the row that says so, on both engines: it is there whole or not
//! at all. That transaction holds a lock that keeps other migrations out (`LOCK TABLE` on the table of those rows,
//! `BEGIN IMMEDIATE` on SQLite), so that several programs may migrate at once and each migration runs once. Foreign
//! keys stay in force meanwhile, and SQLite can't switch them off inside a transaction: a table that others refer to
//! gets new columns and is not made anew.
//!
//! A migration that this program does not know is a newer release's, whose schema it can work with.

use std::collections::BTreeSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, RuntimeErr, SqliteTransactionMode, SqlxError,
    Statement, TransactionOptions, TransactionTrait,
};

mod m0001_foundation;
mod m0002_reference;
mod m0003_checkpoints;
mod m0004_search;
mod m0005_files_receipts;
mod m0006_obligations;
mod m0007_mandates_warnings;
mod m0008_batches;
mod m0009_clocks;
mod m0010_laws;
mod m0011_seekers;
mod m0012_queue;
mod m0013_cards;
mod m0014_privacy;
mod m0015_schools;
mod m0016_rights;
mod m0017_training;
mod m0018_apprenticeships;
mod m0019_training_needs;
mod m0020_mediation;
mod m0021_consultations;
mod m0022_disputes;
mod m0023_spokesmen;

pub use m0002_reference::load_minimum_wages;
pub use sea_orm_migration::prelude;

/// Every migration, oldest first.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m0001_foundation::Migration),
        Box::new(m0002_reference::Migration),
        Box::new(m0003_checkpoints::Migration),
        Box::new(m0004_search::Migration),
        Box::new(m0005_files_receipts::Migration),
        Box::new(m0006_obligations::Migration),
        Box::new(m0007_mandates_warnings::Migration),
        Box::new(m0008_batches::Migration),
        Box::new(m0009_clocks::Migration),
        Box::new(m0010_laws::Migration),
        Box::new(m0011_seekers::Migration),
        Box::new(m0012_queue::Migration),
        Box::new(m0013_cards::Migration),
        Box::new(m0014_privacy::Migration),
        Box::new(m0015_schools::Migration),
        Box::new(m0016_rights::Migration),
        Box::new(m0017_training::Migration),
        Box::new(m0018_apprenticeships::Migration),
        Box::new(m0019_training_needs::Migration),
        Box::new(m0020_mediation::Migration),
        Box::new(m0021_consultations::Migration),
        Box::new(m0022_disputes::Migration),
        Box::new(m0023_spokesmen::Migration),
    ]
}

/// How often a SQLite database that another program writes is tried; each try waits as long as the connection's
/// `busy_timeout` says.
const TRIES: usize = 60;
/// How long another program that migrates a PostgreSQL database is waited for.
const PATIENCE: &str = "10min";

/// Applies what is pending, and gives the names of what it applied.
///
/// # Errors
/// A migration that fails, of which nothing stays; those before it do.
pub async fn up(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    apply(db, &migrations()).await
}

/// The names of what is not applied yet, without writing anything.
///
/// # Errors
/// The database's own.
pub async fn pending<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    let done = if has_table(db, TABLE).await? { names(db).await? } else { BTreeSet::new() };
    Ok(migrations().iter().map(|migration| migration.name().to_owned()).filter(|name| !done.contains(name)).collect())
}

/// Applies those of a list of migrations that are pending, in its order.
///
/// # Errors
/// As `up`.
pub async fn apply(db: &DatabaseConnection, migrations: &[Box<dyn MigrationTrait>]) -> Result<Vec<String>, DbErr> {
    install(db).await?;
    let done = names(db).await?;
    let mut fresh = Vec::new();
    for migration in migrations.iter().filter(|migration| !done.contains(migration.name())) {
        let transaction = locked(db).await?;
        // Another program may have been first.
        if names(&transaction).await?.contains(migration.name()) {
            transaction.rollback().await?;
            continue;
        }
        migration.up(&SchemaManager::new(&transaction)).await?;
        record(&transaction, migration.name()).await?;
        transaction.commit().await?;
        fresh.push(migration.name().to_owned());
    }
    Ok(fresh)
}

/// The table that says what was applied, as sea-orm-migration has it.
const TABLE: &str = "seaql_migrations";

/// Makes the table of what was applied, where there is none. Of two programs that do so at once PostgreSQL lets one
/// fail, by a unique index of its catalogue; the table is there then.
async fn install(db: &DatabaseConnection) -> Result<(), DbErr> {
    if has_table(db, TABLE).await? {
        return Ok(());
    }
    let sql = "CREATE TABLE IF NOT EXISTS seaql_migrations (
        version varchar NOT NULL PRIMARY KEY,
        applied_at bigint NOT NULL
    )";
    match db.execute_unprepared(sql).await {
        Err(_) if has_table(db, TABLE).await? => Ok(()),
        made => made.map(drop),
    }
}

/// Begins the transaction of a migration, when no other program is in one.
async fn locked(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    if db.get_database_backend() == DbBackend::Sqlite {
        for _ in 1..TRIES {
            match db.begin_with_options(immediate).await {
                Err(error) if is_busy(&error) => {}
                begun => return begun,
            }
        }
        return db.begin_with_options(immediate).await;
    }
    let transaction = db.begin().await?;
    // The migration itself waits for locks no longer than the connection says: requests would queue behind it.
    let lock = format!(
        "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '{PATIENCE}';
         LOCK TABLE seaql_migrations IN SHARE ROW EXCLUSIVE MODE; SET LOCAL lock_timeout TO DEFAULT"
    );
    transaction.execute_unprepared(&lock).await?;
    Ok(transaction)
}

/// Whether SQLite says that another connection writes.
fn is_busy(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))
    | DbErr::Conn(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let SqlxError::Database(error) = &**error else { return false };
    // The low byte is the plain code, SQLITE_BUSY, of every extended one.
    error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}

/// The names of what was applied.
async fn names<C: ConnectionTrait>(db: &C) -> Result<BTreeSet<String>, DbErr> {
    let select = Statement::from_string(db.get_database_backend(), "SELECT version FROM seaql_migrations");
    db.query_all_raw(select).await?.iter().map(|row| row.try_get("", "version")).collect()
}

/// Writes down that a migration was applied, by the database's clock.
async fn record<C: ConnectionTrait>(db: &C, name: &str) -> Result<(), DbErr> {
    let engine = db.get_database_backend();
    let seconds = match engine {
        DbBackend::Sqlite => "unixepoch()",
        _ => "extract(epoch FROM now())::bigint",
    };
    let sql = format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ($1, {seconds})");
    db.execute_raw(Statement::from_sql_and_values(engine, sql, [name.into()])).await.map(drop)
}

/// Whether nothing of ours is in a database yet.
///
/// # Errors
/// The database's own.
pub async fn untouched<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    Ok(!has_table(db, "setting").await?)
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
