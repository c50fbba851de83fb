//! The only place that knows how a connection is had.
//!
//! SQLite has one writer connection behind the pool's fair queue and readers beside it; PostgreSQL has one
//! pool. Neither pool pings before it lends: sqlx already does so when a connection comes back.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqlErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::config;

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// The engine that a URL names.
    #[must_use]
    pub fn of(url: &str) -> Option<Self> {
        match url.split(':').next() {
            Some("sqlite") => Some(Self::Sqlite),
            Some("postgres" | "postgresql") => Some(Self::Postgres),
            _ => None,
        }
    }
}

/// An open database.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    reads: DatabaseConnection,
    writes: DatabaseConnection,
}

impl Db {
    /// Opens the database that the configuration names; a SQLite file is made where none is.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn open(config: &config::Database) -> Result<Self, DbErr> {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let connections = match config.connections {
            0 => u32::try_from(cores * 4).unwrap_or(8),
            given => given,
        };
        let (reads, writes) = match config.engine {
            Engine::Postgres => {
                let pool = Database::connect(postgres(config, connections)).await?;
                (pool.clone(), pool)
            }
            Engine::Sqlite => {
                let writes = Database::connect(sqlite(config, 1, false)).await?;
                (Database::connect(sqlite(config, connections.min(8), true)).await?, writes)
            }
        };
        Ok(Self { engine: config.engine, reads, writes })
    }

    /// The engine.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Where single reads go.
    #[must_use]
    pub const fn reader(&self) -> &DatabaseConnection {
        &self.reads
    }

    /// Where migrations go.
    #[must_use]
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.writes
    }

    /// Begins a writing transaction: `BEGIN IMMEDIATE` on SQLite, READ COMMITTED on PostgreSQL.
    ///
    /// # Errors
    /// No connection within the configured wait, or the engine's own error.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.writes.begin_with_options(options).await
    }

    /// Whether the database answers at all.
    pub async fn answers(&self) -> bool {
        self.reads.execute_unprepared("SELECT 1").await.is_ok()
    }

    /// Closes every connection; SQLite's write-ahead log goes into the file.
    pub async fn close(self) {
        let Self { reads, writes, .. } = self;
        drop(reads.close().await);
        drop(writes.close().await);
    }
}

/// Opens a connection for migrations, also of a database that is not there yet.
///
/// # Errors
/// Whatever the engine says.
pub async fn schema(config: &config::Database) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(&config.url);
    options.max_connections(1).acquire_timeout(config.wait).connect_timeout(config.wait).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(true).busy_timeout(Duration::from_secs(5)));
    Database::connect(options).await
}

fn common(url: &str, connections: u32, wait: Duration) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(connections)
        .acquire_timeout(wait)
        .connect_timeout(wait)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

fn postgres(config: &config::Database, connections: u32) -> ConnectOptions {
    let mut options = common(&config.url, connections, config.wait);
    options.set_application_name("disnaker").statement_timeout(Duration::from_secs(30));
    options.map_sqlx_postgres_opts(|postgres| postgres.options([("lock_timeout", "5s")]));
    options
}

fn sqlite(config: &config::Database, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = common(&config.url, connections, config.wait);
    let synchronous = if config.relaxed { SqliteSynchronous::Normal } else { SqliteSynchronous::Full };
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(!read_only)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        if read_only { sqlite.pragma("query_only", "on") } else { sqlite }
    });
    options
}

/// Why the database refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A unique index already holds the value.
    Unique,
    /// Somebody else won a deadlock or a serialisation race; the transaction may run again.
    Deadlock,
    /// A lock was not had within the time set for it.
    LockTimeout,
    /// No connection, a lost connection, or a server that shuts down.
    Unavailable,
    /// Anything else.
    Other,
}

/// Classifies an error of either engine.
#[must_use]
pub fn trouble(error: &DbErr) -> Trouble {
    if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
        return Trouble::Unique;
    }
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Trouble::Unavailable,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => of_sqlx(error),
        _ => Trouble::Other,
    }
}

fn of_sqlx(error: &Arc<sea_orm::SqlxError>) -> Trouble {
    use sea_orm::SqlxError;
    match &**error {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => {
            Trouble::Unavailable
        }
        SqlxError::Database(error) => match error.code().as_deref() {
            Some("40P01" | "40001") => Trouble::Deadlock,
            Some("55P03") => Trouble::LockTimeout,
            // SQLite: busy, busy with a stale snapshot, disk full. PostgreSQL: shutting down, starting, full.
            Some("5" | "517" | "13" | "57P01" | "57P02" | "57P03" | "53300" | "53100") => Trouble::Unavailable,
            _ => Trouble::Other,
        },
        _ => Trouble::Other,
    }
}
