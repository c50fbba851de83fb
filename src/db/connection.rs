//! One connection: SeaORM's statements on a connection of sqlx, of either engine.

use std::borrow::Cow;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Database, IntoArguments, query::Query};
use sea_orm::{DbErr, ExecResult, QueryResult, RuntimeErr, SqlxError, Statement, Values};
use sea_query_sqlx::SqlxValues;

/// How connections are opened.
pub(super) enum Opener {
    Postgres(PgConnectOptions),
    Sqlite(SqliteConnectOptions),
}

impl Opener {
    pub(super) async fn open(&self) -> Result<Connection, DbErr> {
        let opened = match self {
            Self::Postgres(options) => PgConnection::connect_with(options).await.map(Connection::Postgres),
            Self::Sqlite(options) => SqliteConnection::connect_with(options).await.map(Connection::Sqlite),
        };
        opened.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))
    }
}

/// What is asked of a database.
#[derive(Clone)]
pub(super) enum Ask {
    /// How many rows a statement changed.
    Execute(Statement),
    /// The first row, if any.
    One(Statement),
    /// Every row.
    All(Statement),
    /// Several statements as they stand, without parameters.
    Script(Cow<'static, str>),
}

/// What it replies.
pub(super) enum Reply {
    Done(ExecResult),
    One(Option<QueryResult>),
    All(Vec<QueryResult>),
}

impl Ask {
    /// A script of our own.
    pub(super) const fn script(sql: &'static str) -> Self {
        Self::Script(Cow::Borrowed(sql))
    }

    /// The same after a script of our own, as one text: SQLite runs what a text holds one after the other, and replies with
    /// the rows of the last one. What counts changed rows stays as it is: the count would hold those of earlier statements.
    pub(super) fn after(self, script: &str) -> Result<Self, Self> {
        let put = |mut statement: Statement| {
            statement.sql.insert_str(0, script);
            statement
        };
        match self {
            Self::One(statement) => Ok(Self::One(put(statement))),
            Self::All(statement) => Ok(Self::All(put(statement))),
            Self::Execute(_) | Self::Script(_) => Err(self),
        }
    }
}

/// An open connection.
pub(super) enum Connection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Connection {
    pub(super) async fn run(&mut self, ask: Ask) -> Result<Reply, DbErr> {
        match self {
            Self::Postgres(connection) => match ask {
                Ask::Execute(statement) => done(prepared(statement).execute(connection).await),
                Ask::One(statement) => one(prepared(statement).fetch_optional(connection).await),
                Ask::All(statement) => all(prepared(statement).fetch_all(connection).await),
                Ask::Script(sql) => done(sqlx::raw_sql(AssertSqlSafe(&*sql)).execute(connection).await),
            },
            Self::Sqlite(connection) => match ask {
                Ask::Execute(statement) => done(prepared(statement).execute(connection).await),
                Ask::One(statement) => one(prepared(statement).fetch_optional(connection).await),
                Ask::All(statement) => all(prepared(statement).fetch_all(connection).await),
                Ask::Script(sql) => done(sqlx::raw_sql(AssertSqlSafe(&*sql)).execute(connection).await),
            },
        }
    }

    /// Waits until everything that was asked is over, also what nobody waits for any more.
    pub(super) async fn ping(&mut self) -> Result<(), SqlxError> {
        match self {
            Self::Postgres(connection) => connection.ping().await,
            Self::Sqlite(connection) => connection.ping().await,
        }
    }

    /// Takes leave of the server, or puts SQLite's write-ahead log into its file.
    pub(super) async fn close(self) {
        let closed = match self {
            Self::Postgres(connection) => connection.close().await,
            Self::Sqlite(connection) => connection.close().await,
        };
        drop(closed);
    }
}

fn prepared<DB>(statement: Statement) -> Query<'static, DB, SqlxValues>
where
    DB: Database,
    SqlxValues: IntoArguments<DB>,
{
    let values = statement.values.unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

fn done(result: Result<impl Into<ExecResult>, SqlxError>) -> Result<Reply, DbErr> {
    match result {
        Ok(done) => Ok(Reply::Done(done.into())),
        Err(error) => Err(DbErr::Exec(RuntimeErr::SqlxError(error.into()))),
    }
}

fn one(result: Result<Option<impl Into<QueryResult>>, SqlxError>) -> Result<Reply, DbErr> {
    match result {
        Ok(row) => Ok(Reply::One(row.map(Into::into))),
        Err(error) => Err(DbErr::Query(RuntimeErr::SqlxError(error.into()))),
    }
}

fn all(result: Result<Vec<impl Into<QueryResult>>, SqlxError>) -> Result<Reply, DbErr> {
    match result {
        Ok(rows) => Ok(Reply::All(rows.into_iter().map(Into::into).collect())),
        Err(error) => Err(DbErr::Query(RuntimeErr::SqlxError(error.into()))),
    }
}
