//! Where statements run: each on its own, or all in one transaction.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, Value, Values};
use tokio::sync::Mutex;

use super::connection::{Ask, Reply};
use super::convoy::{Convoy, Turn};
use super::pool::{Lease, Pool};
use super::{Engine, is_lost};

/// Runs statements; SeaORM's queries take it wherever they take a connection.
pub struct Session {
    engine: Engine,
    way: Way,
}

enum Way {
    /// Each on a connection of the pool.
    Pool(Arc<Pool>),
    /// Each a change of its own.
    Convoy(Arc<Convoy>),
    /// All in one transaction.
    Transaction(Mutex<Open>),
}

/// An open transaction.
struct Open {
    seat: Seat,
    /// A statement failed: nothing more is run, and nothing is committed. PostgreSQL would answer a COMMIT by rolling
    /// back, without an error; SQLite may have rolled back by itself and would commit what comes after.
    failed: bool,
}

enum Seat {
    Lease(Lease),
    Turn(Turn),
}

impl Seat {
    async fn run(&mut self, ask: Ask) -> Result<Reply, DbErr> {
        match self {
            Self::Lease(lease) => lease.run(ask).await,
            Self::Turn(turn) => turn.run(ask).await,
        }
    }
}

impl Session {
    pub(super) fn pooled(engine: Engine, pool: &Arc<Pool>) -> Self {
        Self { engine, way: Way::Pool(Arc::clone(pool)) }
    }

    pub(super) fn convoyed(convoy: &Arc<Convoy>) -> Self {
        Self { engine: Engine::Sqlite, way: Way::Convoy(Arc::clone(convoy)) }
    }

    async fn run(&self, ask: Ask) -> Result<Reply, DbErr> {
        match &self.way {
            Way::Pool(pool) => pool.lend().await?.run(ask).await,
            Way::Convoy(convoy) => convoy.alone(ask).await,
            Way::Transaction(open) => {
                let mut open = open.lock().await;
                if open.failed {
                    return Err(after_a_failure());
                }
                // Also where nobody waits for the answer.
                open.failed = true;
                let outcome = open.seat.run(ask).await;
                open.failed = outcome.is_err();
                outcome
            }
        }
    }
}

fn after_a_failure() -> DbErr {
    DbErr::Custom("a statement of this transaction failed before".to_owned())
}

fn unexpected() -> DbErr {
    DbErr::Custom("the reply is not of the kind that was asked for".to_owned())
}

/// The limits that stand in a text; the next one is written, and the rows beyond what was asked for are cut off. Each text
/// is planned and kept by each connection, and a caller chooses the size of a page: so the hundred sizes are five texts.
const LIMITS: [u64; 7] = [1, 11, 21, 51, 101, 201, 1001];

/// Writes the limit at the end of a statement as a number, and gives how many rows were asked for. PostgreSQL plans a
/// statement once for all its parameters when that seems as good as planning it each time; for an unknown limit it never
/// does, and planning costs more than a page. SQLite looks at the limit when it plans, and plans anew for each.
fn with_plain_limit(mut statement: Statement) -> (Statement, usize) {
    let wanted = write_limit(&mut statement).and_then(|limit| usize::try_from(limit).ok());
    (statement, wanted.unwrap_or(usize::MAX))
}

fn write_limit(statement: &mut Statement) -> Option<u64> {
    let Values(values) = statement.values.as_mut()?;
    let Some(Value::BigUnsigned(Some(limit))) = values.last() else { return None };
    let (limit, (head, place)) = (*limit, statement.sql.trim_end().rsplit_once(" LIMIT ")?);
    let written = LIMITS.into_iter().find(|written| *written >= limit)?;
    if place != "?" && place.strip_prefix('$').is_none_or(|number| number.parse() != Ok(values.len())) {
        return None;
    }
    statement.sql = format!("{head} LIMIT {written}");
    values.pop();
    Some(limit)
}

#[async_trait::async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        match self.engine {
            Engine::Sqlite => DbBackend::Sqlite,
            Engine::Postgres => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self.run(Ask::Execute(statement)).await? {
            Reply::Done(done) => Ok(done),
            _ => Err(unexpected()),
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self.run(Ask::Script(sql.to_owned().into())).await? {
            Reply::Done(done) => Ok(done),
            _ => Err(unexpected()),
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self.run(Ask::One(with_plain_limit(statement).0)).await? {
            Reply::One(row) => Ok(row),
            _ => Err(unexpected()),
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (statement, wanted) = with_plain_limit(statement);
        match self.run(Ask::All(statement)).await? {
            Reply::All(mut rows) => {
                rows.truncate(wanted);
                Ok(rows)
            }
            _ => Err(unexpected()),
        }
    }
}

/// A transaction that writes. Dropped before its end, it is rolled back.
pub struct Transaction {
    session: Session,
}

impl Transaction {
    /// `BEGIN` on a connection of a pool: READ COMMITTED, PostgreSQL's default.
    pub(super) async fn on_pool(pool: &Arc<Pool>) -> Result<Self, DbErr> {
        let mut lease = pool.lend().await?;
        lease.in_transaction = true;
        lease.run(Ask::script("BEGIN")).await?;
        Ok(Self::new(Engine::Postgres, Seat::Lease(lease)))
    }

    /// The next change of a convoy.
    pub(super) async fn on_convoy(convoy: &Arc<Convoy>) -> Result<Self, DbErr> {
        Ok(Self::new(Engine::Sqlite, Seat::Turn(convoy.board().await?)))
    }

    fn new(engine: Engine, seat: Seat) -> Self {
        Self { session: Session { engine, way: Way::Transaction(Mutex::new(Open { seat, failed: false })) } }
    }

    /// Where its statements run.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    fn end(self) -> Result<Open, DbErr> {
        match self.session.way {
            Way::Transaction(open) => Ok(open.into_inner()),
            _ => Err(unexpected()),
        }
    }

    /// Makes everything durable and visible.
    ///
    /// # Errors
    /// A statement failed before, and nothing is written; or the engine's own error: then nothing is written, unless the
    /// connection was lost before the answer.
    pub async fn commit(self) -> Result<(), DbErr> {
        let open = self.end()?;
        if open.failed {
            return Err(after_a_failure());
        }
        match open.seat {
            Seat::Turn(turn) => turn.commit().await,
            Seat::Lease(mut lease) => {
                lease.run(Ask::script("COMMIT")).await?;
                lease.in_transaction = false;
                Ok(())
            }
        }
    }

    /// Undoes everything.
    ///
    /// # Errors
    /// On SQLite, the loss of an earlier change that this one may have seen.
    pub async fn rollback(self) -> Result<(), DbErr> {
        match self.end()?.seat {
            Seat::Turn(turn) => turn.rollback().await,
            Seat::Lease(mut lease) => match lease.run(Ask::script("ROLLBACK")).await {
                Ok(_) => {
                    lease.in_transaction = false;
                    Ok(())
                }
                // A lost connection rolls back as well.
                Err(error) if is_lost(&error) => Ok(()),
                Err(error) => Err(error),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use sea_orm::sqlx::sqlite::SqliteConnectOptions;

    use super::super::connection::Opener;
    use super::*;
    use crate::paging::PAGE_LIMIT;

    fn plain(sql: &str, values: impl IntoIterator<Item = Value>) -> (String, usize) {
        let (made, _) = with_plain_limit(Statement::from_sql_and_values(DbBackend::Postgres, sql, values));
        (made.sql, made.values.map_or(0, |values| values.0.len()))
    }

    #[test]
    fn only_the_limit_at_the_end_is_written_out() {
        let (five, name) = (Value::from(5_u64), Value::from("a LIMIT $1"));
        assert_eq!(plain("SELECT 1 LIMIT $1", [five.clone()]), ("SELECT 1 LIMIT 11".to_owned(), 0));
        assert_eq!(plain("SELECT ? LIMIT ?", [name.clone(), five.clone()]), ("SELECT ? LIMIT 11".to_owned(), 1));
        assert_eq!(
            plain("SELECT 1 LIMIT ? ", [five.clone()]),
            ("SELECT 1 LIMIT 11".to_owned(), 0),
            "of a lock, on SQLite"
        );
        for sql in ["SELECT $1 LIMIT 7", "SELECT $2 WHERE a = $1", "SELECT $1 LIMIT $1 OFFSET $2", "SELECT $2 LIMIT $1"]
        {
            assert_eq!(plain(sql, [name.clone(), five.clone()]), (sql.to_owned(), 2));
        }
        for value in [name, Value::from(1002_u64)] {
            assert_eq!(plain("SELECT 1 LIMIT $1", [value]), ("SELECT 1 LIMIT $1".to_owned(), 1));
        }
    }

    #[test]
    fn pages_of_a_hundred_sizes_are_five_texts() {
        let text = |limit: u64| plain("SELECT 1 LIMIT $1", [Value::from(limit)]).0;
        let texts: BTreeSet<_> = (1..=PAGE_LIMIT + 1).map(text).collect();
        assert_eq!(texts.len(), 5, "{texts:?}");
    }

    #[tokio::test]
    async fn no_more_rows_are_given_than_were_asked_for() {
        let pool = Pool::new(Opener::Sqlite(SqliteConnectOptions::new()), 1, 1, Duration::from_secs(5), None);
        let session = Session::pooled(Engine::Sqlite, &pool);
        let sql = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 2000) SELECT n FROM n LIMIT ?";
        for limit in [1, 2, 11, 12, 100, 1000, 1001, 1500] {
            let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [Value::from(limit)]);
            assert_eq!(session.query_all_raw(statement).await.unwrap().len() as u64, limit);
        }
    }
}
