//! The only place that knows how a connection is had.
//!
//! [`Db::reader`] runs single reads and [`Db::begin`] a transaction that writes. PostgreSQL is reached by connections of
//! our own, a lane of them for each worker (`db/pool.rs`); SQLite by readers beside one writer, whose changes share
//! their commits when they wait for one another (`db/convoy.rs`).

mod connection;
mod convoy;
mod pool;
mod session;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::unistd::{AccessFlags, access};
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Expr, ExprTrait, Query, Value, ValueType};
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr, SqlErr,
    SqlxError,
};

pub use self::session::{Session, Transaction};

use self::connection::Opener;
use self::convoy::Convoy;
use self::pool::Pool;
use crate::config;

/// How long a health check waits for the database.
const HEALTH: Duration = Duration::from_secs(2);
/// PostgreSQL: how long a statement waits for another's lock.
const LOCK: &str = "5s";
/// PostgreSQL: how long a transaction may stand still before the server ends it, as when the network swallowed its client.
const STANDSTILL: &str = "15s";
/// SQLite: how long a statement waits for another process.
const BUSY: Duration = Duration::from_secs(5);
/// Prepared statements that a connection keeps. The one that was used longest ago goes first: so the many combinations of
/// filters, which callers choose, never push out what is asked all the time.
const STATEMENTS: usize = 256;

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
pub struct Db(Arc<Inner>);

struct Inner {
    config: config::Database,
    pool: Arc<Pool>,
    /// SQLite's writer.
    convoy: Option<Arc<Convoy>>,
    reader: Session,
    writer: Session,
}

impl Db {
    /// Opens the database that the configuration names; a SQLite file is made where none is.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn open(config: &config::Database) -> Result<Self, DbErr> {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let connections = match config.connections {
            0 => cores * 4,
            given => given as usize,
        };
        let wait = config.wait;
        let (pool, convoy) = match config.engine {
            Engine::Postgres => {
                // One lane for the background work, and one for each worker.
                let lanes = config.workers + 1;
                (Pool::new(Opener::Postgres(postgres(config)?), lanes, connections, wait, Some(wait)), None)
            }
            Engine::Sqlite => {
                // A SQLite connection is a thread of its own: no event loop is nearer to it than another.
                let readers = connections.clamp(2, 8);
                let pool = Pool::new(Opener::Sqlite(sqlite(config, Use::Read)?), 1, readers, wait, None);
                (pool, Some(Convoy::new(Opener::Sqlite(sqlite(config, Use::Write)?), wait)))
            }
        };
        let reader = Session::pooled(config.engine, &pool);
        let writer = convoy.as_ref().map_or_else(|| Session::pooled(config.engine, &pool), Session::convoyed);
        // The writer first: it makes the file.
        writer.execute_unprepared("SELECT 1").await?;
        reader.execute_unprepared("SELECT 1").await?;
        Ok(Self(Arc::new(Inner { config: config.clone(), pool, convoy, reader, writer })))
    }

    /// Opens a database to read it: nothing is made, and nothing can be written.
    ///
    /// # Errors
    /// Whatever the engine says, also that there is no such file.
    pub async fn open_to_read(config: &config::Database) -> Result<Self, DbErr> {
        if config.engine == Engine::Postgres {
            return Self::open(config).await;
        }
        let options = sqlite(config, Use::Look)?;
        let file = options.get_filename().to_owned();
        let pool = Pool::new(Opener::Sqlite(options), 1, 2, config.wait, None);
        let (reader, writer) = (Session::pooled(config.engine, &pool), Session::pooled(config.engine, &pool));
        // What reads the file, and its write-ahead log.
        let looked = reader.execute_unprepared("SELECT 1 FROM sqlite_schema LIMIT 1").await;
        looked.map_err(|error| explained(&file, error))?;
        Ok(Self(Arc::new(Inner { config: config.clone(), pool, convoy: None, reader, writer })))
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.0.config.engine
    }

    /// Where single reads go.
    #[must_use]
    pub fn reader(&self) -> &Session {
        &self.0.reader
    }

    /// Where single statements go that write, each a transaction of its own.
    #[must_use]
    pub fn writer(&self) -> &Session {
        &self.0.writer
    }

    /// Begins a writing transaction: `BEGIN IMMEDIATE` on SQLite, READ COMMITTED on PostgreSQL.
    ///
    /// # Errors
    /// No connection within the configured wait, or the engine's own error.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        match (&self.0.convoy, self.engine()) {
            (Some(convoy), _) => Transaction::on_convoy(convoy).await,
            (None, Engine::Postgres) => Transaction::on_pool(&self.0.pool).await,
            (None, Engine::Sqlite) => Err(DbErr::Custom("the database was opened to be read".to_owned())),
        }
    }

    /// A connection for migrations and the like, without a time limit; the caller closes it.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn schema(&self) -> Result<DatabaseConnection, DbErr> {
        schema(&self.0.config).await
    }

    /// Whether the database answers at all, and soon.
    pub async fn answers(&self) -> bool {
        let answer = self.0.reader.execute_unprepared("SELECT 1");
        matches!(tokio::time::timeout(HEALTH, answer).await, Ok(Ok(_)))
    }

    /// Closes every connection; SQLite's write-ahead log goes into the file.
    pub async fn close(self) {
        self.0.pool.close().await;
        if let Some(convoy) = &self.0.convoy {
            convoy.close().await;
        }
    }
}

/// Opens a connection for migrations, also of a database that is not there yet.
///
/// # Errors
/// Whatever the engine says.
pub async fn schema(config: &config::Database) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(&config.url);
    options.max_connections(1).acquire_timeout(config.wait).connect_timeout(config.wait).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite.create_if_missing(true).journal_mode(SqliteJournalMode::Wal).foreign_keys(true).busy_timeout(BUSY)
    });
    // For a new file whose journal's mode another program changes at this moment, SQLite doesn't wait by itself.
    let until = Instant::now() + BUSY;
    loop {
        match Database::connect(options.clone()).await {
            Err(DbErr::Conn(RuntimeErr::SqlxError(error))) if is_busy(&error) && Instant::now() < until => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            connected => return connected,
        }
    }
}

/// Whether SQLite's file is locked by somebody else (`SQLITE_BUSY`).
fn is_busy(error: &SqlxError) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    code.is_some_and(|code| code < 10_000 && code & 0xff == 5)
}

fn unusable(error: SqlxError) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

fn postgres(config: &config::Database) -> Result<PgConnectOptions, DbErr> {
    // The server gives up a little before we do, and says why.
    let statement = format!("{}ms", config.wait.as_millis() * 9 / 10);
    Ok(PgConnectOptions::from_str(&config.url)
        .map_err(unusable)?
        .application_name("disnaker")
        .statement_cache_capacity(STATEMENTS)
        .options([
            ("statement_timeout", statement.as_str()),
            ("lock_timeout", LOCK),
            ("idle_in_transaction_session_timeout", STANDSTILL),
        ])
        .disable_statement_logging())
}

/// What a connection to SQLite is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Write,
    /// Reading beside the writer.
    Read,
    /// Reading a file that nobody here writes, and that may lie where nothing can be written.
    Look,
}

fn sqlite(config: &config::Database, purpose: Use) -> Result<SqliteConnectOptions, DbErr> {
    let synchronous = if config.relaxed { SqliteSynchronous::Normal } else { SqliteSynchronous::Full };
    let mut sqlite = SqliteConnectOptions::from_str(&config.url)
        .map_err(unusable)?
        .create_if_missing(purpose == Use::Write)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    sqlite = match purpose {
        // What a savepoint may have to put back is kept in memory, not in a file of its own.
        Use::Write => sqlite.journal_mode(SqliteJournalMode::Wal).pragma("temp_store", "MEMORY"),
        Use::Read => sqlite.journal_mode(SqliteJournalMode::Wal).pragma("query_only", "on"),
        Use::Look => match resting(sqlite.get_filename()) {
            // In use somewhere, or left by a crash: whatever is beside it stays there.
            None => sqlite.read_only(true),
            Some(Rest::Closed) => sqlite.read_only(true).immutable(true),
            // Who opens it only to read leaves an empty log behind; who may write takes it away.
            Some(Rest::Open) => sqlite.pragma("query_only", "on"),
        },
    };
    if let Some(pages) = config.max_pages {
        sqlite = sqlite.pragma("max_page_count", pages.to_string());
    }
    Ok(sqlite)
}

/// Whether nobody can write a path, or should.
fn is_closed(path: &Path) -> bool {
    let no_mode = path.metadata().is_ok_and(|facts| facts.permissions().readonly());
    no_mode || access(path, AccessFlags::W_OK).is_err()
}

/// A file that SQLite keeps beside its own: `-wal` or `-shm`.
fn beside(file: &Path, suffix: &str) -> PathBuf {
    // Beside the file itself, where a link names it.
    let mut name = file.canonicalize().unwrap_or_else(|_| file.to_owned()).into_os_string();
    name.push(suffix);
    name.into()
}

/// A SQLite file that nobody has open: all there is stands in it.
enum Rest {
    /// It, or its directory, is closed to writing: it may be read as what never changes, which needs no file beside it.
    Closed,
    Open,
}

/// How a SQLite file rests, unless there is a write-ahead log, as there is while it is open anywhere and after a crash.
fn resting(file: &Path) -> Option<Rest> {
    let log = beside(file, "-wal");
    let closed = is_closed(file) || log.parent().is_some_and(is_closed);
    (!log.exists()).then_some(if closed { Rest::Closed } else { Rest::Open })
}

/// Says what to do where a write-ahead log can't be read because its index can't be made.
fn explained(file: &Path, error: DbErr) -> DbErr {
    let log = beside(file, "-wal");
    if !log.exists() || beside(file, "-shm").exists() || !log.parent().is_some_and(is_closed) {
        return error;
    }
    DbErr::Custom(format!(
        "{error}: {} holds what is not in the database file yet, and reading it needs a directory that can be written; \
         copy both files into one and look there",
        log.display()
    ))
}

/// That a column holds one of some values. On PostgreSQL it is one parameter, however many they are: a statement whose text
/// depends on their number would be planned for each number anew. On SQLite they are a power of two, the last one repeated.
pub fn among<C, V>(db: &impl ConnectionTrait, column: C, values: impl IntoIterator<Item = V>) -> Expr
where
    C: ColumnTrait,
    V: Into<Value> + ValueType,
{
    let mut values: Vec<Value> = values.into_iter().map(Into::into).collect();
    if db.get_database_backend() != DbBackend::Postgres {
        if let Some(last) = values.last().cloned() {
            values.resize(values.len().next_power_of_two(), last);
        }
        return column.is_in(values);
    }
    let values = Expr::value(Value::Array(V::array_type(), Some(Box::new(values))));
    Expr::col(column.as_column_ref()).eq(PgFunc::any(values))
}

/// A value that the planner doesn't look at. PostgreSQL plans a statement once for all its values only where that seems as
/// good as planning it for each; for a frequent region, or a place far down a list, it never seems so, and planning costs
/// more than the page. For what an index finds, whatever the value is.
pub fn unseen(value: impl Into<Value>) -> Expr {
    let select = Query::select().expr(Expr::value(value.into())).take();
    Expr::SubQuery(None, Box::new(select.into()))
}

/// Declares a row of a select: its fields and the columns that they hold. It is read by the places of the columns, which
/// takes half as long as by their names: for rows that come by the page.
#[macro_export]
macro_rules! picked {
    (struct $row:ident { $($field:ident: $kind:ty = $column:expr,)+ }) => {
        struct $row {
            $($field: $kind,)+
        }

        impl $row {
            /// Selects its columns, and nothing else.
            fn pick<E: sea_orm::EntityTrait>(
                select: sea_orm::Select<E>,
            ) -> sea_orm::Selector<sea_orm::SelectModel<Self>> {
                use sea_orm::QuerySelect;
                select.select_only()$(.column_as($column, stringify!($field)))+.into_model()
            }
        }

        impl sea_orm::FromQueryResult for $row {
            fn from_query_result(row: &sea_orm::QueryResult, _: &str) -> Result<Self, sea_orm::DbErr> {
                let mut places = 0..;
                let mut place = || places.next().unwrap_or_default();
                Ok(Self { $($field: row.try_get_by_index(place())?,)+ })
            }
        }
    };
}

/// Why the database refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A unique index already holds the value.
    Unique,
    /// Lost to somebody else, by a deadlock, a serialisation race, or a commit that was shared; the transaction may run
    /// again.
    Lost,
    /// A lock was not had within the time set for it.
    LockTimeout,
    /// The disk is full.
    Full,
    /// The database can't be written, and time alone won't change that: SQLite's file, its directory or its disk is
    /// read-only, or PostgreSQL's server is a standby.
    ReadOnly,
    /// No connection, a lost connection, no answer in time, or a server that shuts down.
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
        DbErr::Custom(why) if why == convoy::SWEPT => Trouble::Lost,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => of_sqlx(error),
        _ => Trouble::Other,
    }
}

fn of_sqlx(error: &SqlxError) -> Trouble {
    match error {
        SqlxError::Database(error) => error.code().map_or(Trouble::Other, |code| of_code(&code)),
        error if is_broken(error) => Trouble::Unavailable,
        _ => Trouble::Other,
    }
}

/// A code of PostgreSQL has five characters, SQLite's are numbers below 10,000 whose lowest byte is the kind.
fn of_code(code: &str) -> Trouble {
    match code {
        "40P01" | "40001" => Trouble::Lost,
        "55P03" => Trouble::LockTimeout,
        // disk_full
        "53100" => Trouble::Full,
        // read_only_sql_transaction
        "25006" => Trouble::ReadOnly,
        // query_canceled: statement_timeout
        "57014" => Trouble::Unavailable,
        _ if code.len() == 5 && ends_session(code) => Trouble::Unavailable,
        _ if code.len() == 5 => Trouble::Other,
        _ => match code.parse::<i32>().map(|code| code & 0xff) {
            // SQLITE_FULL
            Ok(13) => Trouble::Full,
            // SQLITE_READONLY
            Ok(8) => Trouble::ReadOnly,
            // SQLITE_BUSY, LOCKED, NOMEM, INTERRUPT, IOERR, CANTOPEN
            Ok(5..=7 | 9 | 10 | 14) => Trouble::Unavailable,
            _ => Trouble::Other,
        },
    }
}

/// Whether PostgreSQL ends the session with this code, or never began it: connection exceptions (08), insufficient
/// resources (53), operator intervention (57P), and a transaction that stood still (25P03).
fn ends_session(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("53") || code.starts_with("57P") || code == "25P03"
}

/// Whether the connection is not to be used again.
fn is_lost(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            SqlxError::Database(error) => {
                error.code().is_some_and(|code| code.len() == 5 && code != "53100" && ends_session(&code))
            }
            error => is_broken(error),
        },
        _ => false,
    }
}

fn is_broken(error: &SqlxError) -> bool {
    matches!(
        error,
        SqlxError::Io(_)
            | SqlxError::Tls(_)
            | SqlxError::Protocol(_)
            | SqlxError::WorkerCrashed
            | SqlxError::PoolClosed
    )
}
