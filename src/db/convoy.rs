//! SQLite's one writer: changes that wait for one another share a commit.
//!
//! A durable commit waits for the disk, and the disk takes as long for one change as for thirty. So a change that ends
//! while others wait leaves its transaction open to the next in line, each in a savepoint of its own, and a committer
//! takes its place at the end of that line: whoever stood in line before it travels together, up to a number and an
//! age. Alone on the road, a change commits at once.
//!
//! Nobody is told anything before the commit: neither who changed something, nor who was refused, since a refusal may
//! rest on what an earlier change of the same convoy wrote. Where the commit fails, the whole convoy is rolled back, and
//! each of its changes is told so. Where the disk is full for one, SQLite mostly rolls all of them
//! back: the others run again, and for a while each commits alone, so that only who finds no room for its own change is
//! told so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{ConnAcquireErr, DbErr};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::time::timeout;

use super::connection::{Ask, Connection, Opener, Reply};
use super::{Trouble, trouble};

/// How many changes travel together at most: the disk's wait is shared by then, and more would only wait for each other.
const MOST: usize = 64;
/// How long a convoy goes on taking others in, so that slow ones don't hold up the answer of its first: about as long as
/// a slow disk takes for a commit.
const LONGEST: Duration = Duration::from_millis(20);
/// How long each change commits alone after a convoy was lost: longer than the lost ones take to run again.
const APART: Duration = Duration::from_secs(1);

/// How often a statement runs that is a change of its own.
const TRIES: u32 = 3;

/// What a change is told that was rolled back through no fault of its own: it may run again.
pub(super) const SWEPT: &str = "a change that travelled with others was rolled back with them";

/// The writer and the line before it.
pub(super) struct Convoy {
    /// Fair: who came first writes first.
    writer: Arc<Mutex<Writer>>,
    /// How many stand in line.
    waiting: AtomicUsize,
    wait: Duration,
    /// Where committers live: a worker's own event loop may end before its convoy arrives.
    runtime: Handle,
}

/// The writing connection, and the convoy that is under way on it.
struct Writer {
    opener: Opener,
    connection: Option<Connection>,
    group: Option<Group>,
    /// Whether a committer stands in line.
    committer: bool,
    /// When a convoy was lost.
    lost: Option<Instant>,
    closed: bool,
}

/// How a convoy ended, once it has.
type Fate = Option<Result<(), DbErr>>;

/// Changes that will be committed together.
struct Group {
    /// How many are done, refused ones too.
    riders: usize,
    /// The savepoint of the last one, where it is still there: the next one releases it, which saves a way to the engine.
    saved: Option<Savepoint>,
    began: Instant,
    /// How it ended; dropped without a word where the writer itself disappeared.
    fate: watch::Sender<Fate>,
}

/// Where a change begins that is not the first. The names take turns, so that what was undone is never another's: where a
/// savepoint isn't found, the change never began, or SQLite has rolled everything back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Savepoint {
    Odd,
    Even,
}

impl Savepoint {
    fn after(last: Option<Self>) -> Self {
        if last == Some(Self::Odd) { Self::Even } else { Self::Odd }
    }

    fn begin(last: Option<Self>) -> &'static str {
        match last {
            None => "SAVEPOINT odd; ",
            Some(Self::Odd) => "RELEASE odd; SAVEPOINT even; ",
            Some(Self::Even) => "RELEASE even; SAVEPOINT odd; ",
        }
    }

    fn undo(self) -> &'static str {
        match self {
            Self::Odd => "ROLLBACK TO odd; RELEASE odd",
            Self::Even => "ROLLBACK TO even; RELEASE even",
        }
    }
}

impl Group {
    fn new() -> Self {
        Self { riders: 0, saved: None, began: Instant::now(), fate: watch::Sender::new(None) }
    }
}

impl Writer {
    async fn run(&mut self, ask: Ask) -> Result<Reply, DbErr> {
        match &mut self.connection {
            Some(connection) => connection.run(ask).await,
            None => Err(lost()),
        }
    }

    /// Begins a change and runs its first statement, where possible by one way to the engine.
    async fn begin_with(&mut self, ask: Ask) -> Result<Reply, DbErr> {
        let beginning = self.group.as_ref().map_or("BEGIN IMMEDIATE; ", |group| Savepoint::begin(group.saved));
        match ask.after(beginning) {
            Ok(both) => self.run(both).await,
            Err(ask) => {
                self.run(Ask::script(beginning)).await?;
                self.run(ask).await
            }
        }
    }

    /// Undoes one change, which perhaps has not even begun. Where it can't be undone alone, the connection is closed, which
    /// rolls all of them back: SQLite has already done so when the disk is full, unless the statement kept a journal of its
    /// own.
    async fn undo(&mut self, savepoint: Option<Savepoint>, why: Option<DbErr>) -> Result<(), DbErr> {
        let undone = self.run(Ask::script(savepoint.map_or("ROLLBACK", Savepoint::undo))).await;
        if undone.is_err() {
            self.connection = None;
        }
        if savepoint.is_none() {
            self.group = None;
        } else if undone.is_ok() {
            self.group.iter_mut().for_each(|group| group.saved = None);
        } else {
            self.lost = Some(Instant::now());
            if let Some(group) = self.group.take() {
                group.fate.send_replace(Some(Err(swept())));
            }
            return Err(why.unwrap_or_else(lost));
        }
        Ok(())
    }

    /// Commits the convoy, and tells its riders.
    async fn arrive(&mut self) {
        let Some(group) = self.group.take() else { return };
        let fate = self.run(Ask::script("COMMIT")).await.map(drop).map_err(|error| {
            tracing::warn!(error = %error, changes = group.riders, "a commit failed; its changes are rolled back");
            (self.connection, self.lost) = (None, Some(Instant::now()));
            if group.riders > 1 && trouble(&error) == Trouble::Full { swept() } else { error }
        });
        group.fate.send_replace(Some(fate));
    }
}

/// One who stands in line.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(line: &'a AtomicUsize) -> Self {
        line.fetch_add(1, Ordering::AcqRel);
        Self(line)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Convoy {
    /// A writer that opens its connection at the first change. Called within the runtime that outlives all others.
    pub(super) fn new(opener: Opener, wait: Duration) -> Arc<Self> {
        let writer = Arc::new(Mutex::new(Writer {
            opener,
            connection: None,
            group: None,
            committer: false,
            lost: None,
            closed: false,
        }));
        Arc::new(Self { writer, waiting: AtomicUsize::new(0), wait, runtime: Handle::current() })
    }

    /// Takes the turn for a change: the first of a convoy, or one more of it. It begins with its first statement.
    ///
    /// # Errors
    /// No turn within the wait, or no connection.
    pub(super) async fn board(self: &Arc<Self>) -> Result<Turn, DbErr> {
        let waiting = Waiting::new(&self.waiting);
        let mut writer = timeout(self.wait, Arc::clone(&self.writer).lock_owned())
            .await
            .map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        drop(waiting);
        if writer.closed {
            return Err(lost());
        }
        let savepoint = writer.group.as_ref().map(|group| Savepoint::after(group.saved));
        if writer.connection.is_none() {
            writer.connection = Some(writer.opener.open().await?);
        }
        Ok(Turn { convoy: Arc::clone(self), writer: Some(writer), savepoint, begun: false, failure: None })
    }

    /// Runs a statement as a change of its own, to its end even where nobody waits for it any more; again where it was
    /// rolled back with others.
    ///
    /// # Errors
    /// The statement's own, or those of a change.
    pub(super) async fn alone(self: &Arc<Self>, ask: Ask) -> Result<Reply, DbErr> {
        let convoy = Arc::clone(self);
        let change = self.runtime.spawn(async move {
            let mut tries = 0;
            loop {
                tries += 1;
                match convoy.once(ask.clone()).await {
                    Err(error) if tries < TRIES && trouble(&error) == Trouble::Lost => {}
                    outcome => return outcome,
                }
            }
        });
        change.await.map_err(|_| lost())?
    }

    async fn once(self: &Arc<Self>, ask: Ask) -> Result<Reply, DbErr> {
        let mut turn = self.board().await?;
        match turn.run(ask).await {
            Ok(reply) => turn.commit().await.map(|()| reply),
            Err(error) => {
                turn.rollback().await?;
                Err(error)
            }
        }
    }

    /// Counts a change that is done, and gives where it will hear how the convoy ended; `None` where there is none.
    fn ride(
        self: &Arc<Self>,
        mut writer: OwnedMutexGuard<Writer>,
        saved: Option<Savepoint>,
    ) -> Option<watch::Receiver<Fate>> {
        let group = writer.group.as_mut()?;
        group.riders += 1;
        group.saved = saved;
        let fate = group.fate.subscribe();
        self.go_on(writer);
        Some(fate)
    }

    /// Commits where nobody waits for the writer or the convoy is at its end, else hands the writer on and lets a
    /// committer stand in line.
    fn go_on(self: &Arc<Self>, mut writer: OwnedMutexGuard<Writer>) {
        let Some(group) = &writer.group else { return };
        let apart = writer.lost.is_some_and(|lost| lost.elapsed() < APART);
        let over = apart || group.riders >= MOST || group.began.elapsed() >= LONGEST;
        if over || self.waiting.load(Ordering::Acquire) == 0 {
            self.runtime.spawn(async move { writer.arrive().await });
        } else if !writer.committer {
            writer.committer = true;
            let line = Arc::clone(&self.writer);
            self.runtime.spawn(async move {
                let mut writer = line.lock_owned().await;
                writer.committer = false;
                writer.arrive().await;
            });
        }
    }

    /// Waits for the turn and closes the connection, which puts the write-ahead log into the file.
    pub(super) async fn close(&self) {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        writer.arrive().await;
        writer.closed = true;
        if let Some(connection) = writer.connection.take() {
            connection.close().await;
        }
    }
}

/// A change that is being written. Dropped before its end, it is undone.
pub(super) struct Turn {
    convoy: Arc<Convoy>,
    /// Held until the end.
    writer: Option<OwnedMutexGuard<Writer>>,
    /// `None` for the first of a convoy.
    savepoint: Option<Savepoint>,
    /// Whether it was asked to begin, answered or not.
    begun: bool,
    /// Why a statement failed.
    failure: Option<DbErr>,
}

impl Turn {
    pub(super) async fn run(&mut self, ask: Ask) -> Result<Reply, DbErr> {
        let Some(writer) = &mut self.writer else { return Err(lost()) };
        let outcome = if self.begun {
            writer.run(ask).await
        } else {
            // Also where nobody waits for the answer.
            self.begun = true;
            let outcome = writer.begin_with(ask).await;
            if outcome.is_ok() {
                writer.group.get_or_insert_with(Group::new);
            }
            outcome
        };
        self.failure = outcome.as_ref().err().cloned();
        outcome
    }

    /// Ends the change and waits until it is committed.
    ///
    /// # Errors
    /// Nothing is written, unless the process ended in the middle.
    pub(super) async fn commit(self) -> Result<(), DbErr> {
        self.finish(true).await
    }

    /// Undoes the change, and waits until the fate of those is known on whose work the refusal may rest.
    ///
    /// # Errors
    /// The whole convoy is lost.
    pub(super) async fn rollback(self) -> Result<(), DbErr> {
        self.finish(false).await
    }

    /// What takes its time does so in a task of its own: whoever waits may go away, and nothing may stop half-way.
    async fn finish(mut self, keep: bool) -> Result<(), DbErr> {
        let Some(mut writer) = self.writer.take() else { return Err(lost()) };
        let (convoy, savepoint, failure) = (Arc::clone(&self.convoy), self.savepoint, self.failure.take());
        let fate = if !self.begun {
            convoy.go_on(writer);
            None
        } else if keep {
            Some(convoy.ride(writer, savepoint).ok_or_else(lost)?)
        } else {
            let undo = async move {
                let undone = writer.undo(savepoint, failure).await;
                undone.map(|()| convoy.ride(writer, None))
            };
            self.convoy.runtime.spawn(undo).await.map_err(|_| lost())??
        };
        match fate {
            Some(fate) => told(fate).await,
            None => Ok(()),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut writer) = self.writer.take() else { return };
        let (convoy, savepoint, begun) = (Arc::clone(&self.convoy), self.savepoint, self.begun);
        let failure = self.failure.take();
        self.convoy.runtime.spawn(async move {
            if !begun || writer.undo(savepoint, failure).await.is_ok() {
                convoy.go_on(writer);
            }
        });
    }
}

fn swept() -> DbErr {
    DbErr::Custom(SWEPT.to_owned())
}

fn lost() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

/// Waits for the word of how the convoy ended.
async fn told(mut fate: watch::Receiver<Fate>) -> Result<(), DbErr> {
    let fate = fate.wait_for(Option::is_some).await.map_err(|_| lost())?;
    fate.clone().unwrap_or_else(|| Err(lost()))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use futures_util::future::join_all;
    use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
    use sea_orm::{DbBackend, Statement};

    use super::*;
    use crate::clock::Clock;

    /// A directory that is gone when this is dropped.
    struct Directory(PathBuf);

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    /// A convoy on a database with room for so many pages.
    fn convoy(pages: u32) -> (Arc<Convoy>, Directory) {
        let directory = Directory(std::env::temp_dir().join(format!("disnaker-{}", Clock::system().id())));
        std::fs::create_dir_all(&directory.0).unwrap();
        let options = SqliteConnectOptions::new().filename(directory.0.join("probe.db")).create_if_missing(true);
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Off);
        let options = options.pragma("max_page_count", pages.to_string());
        (Convoy::new(Opener::Sqlite(options), Duration::from_secs(10)), directory)
    }

    /// Lets a line form behind one change, ends that one, and gives what became of the others.
    async fn behind_one<F: Future>(convoy: &Arc<Convoy>, line: Vec<F>) -> Vec<F::Output> {
        let (mut held, callers) = (convoy.board().await.unwrap(), line.len());
        held.run(Ask::script("SELECT 1")).await.unwrap();
        let end = async {
            while convoy.waiting.load(Ordering::Acquire) < callers {
                tokio::task::yield_now().await;
            }
            let _ = held.commit().await;
        };
        tokio::join!(join_all(line), end).0
    }

    #[tokio::test]
    async fn no_convoy_is_larger_than_the_bound() {
        let (convoy, _directory) = convoy(1000);
        let travel = async |_| {
            let mut turn = convoy.board().await.unwrap();
            turn.run(Ask::script("SELECT 1")).await.unwrap();
            let before = turn.writer.as_ref().and_then(|writer| writer.group.as_ref()).map_or(0, |group| group.riders);
            turn.commit().await.unwrap();
            before + 1
        };
        let largest = behind_one(&convoy, (0..500).map(travel).collect()).await.into_iter().max().unwrap();
        assert!((2..=MOST).contains(&largest), "{largest} travelled together");
    }

    /// How many rows the probe has.
    async fn rows(convoy: &Arc<Convoy>) -> i64 {
        let count = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM probe");
        match convoy.alone(Ask::One(count)).await {
            Ok(Reply::One(Some(row))) => row.try_get_by_index(0).unwrap(),
            _ => panic!("the rows are not counted"),
        }
    }

    /// The engine goes on with a statement whose caller is gone.
    #[tokio::test]
    async fn a_change_that_is_dropped_in_its_first_statement_leaves_nothing() {
        let (convoy, _directory) = convoy(1000);
        convoy.alone(Ask::script("CREATE TABLE probe (number INTEGER PRIMARY KEY)")).await.unwrap();
        let insert = |number: i32| {
            let sql = format!("INSERT INTO probe VALUES ({number}) RETURNING number");
            Ask::One(Statement::from_string(DbBackend::Sqlite, sql))
        };
        // Whether it was told that it is written, and whether it was dropped in the middle.
        let travel = async |number: i32| {
            let mut turn = convoy.board().await.unwrap();
            if number % 2 == 0 {
                return (turn.run(insert(number)).await.is_ok() && turn.commit().await.is_ok(), false);
            }
            // Polled once, which sends it.
            (false, timeout(Duration::ZERO, turn.run(insert(number))).await.is_err())
        };
        let mut told = Vec::new();
        // Chance decides who is dropped before the answer.
        for round in 0..50 {
            told.extend(behind_one(&convoy, (round * 100..round * 100 + 100).map(travel).collect()).await);
            let written = told.iter().map(|(written, _)| i64::from(*written)).sum::<i64>();
            assert_eq!(rows(&convoy).await, written);
            if written > 0 && told.iter().any(|(_, dropped)| *dropped) {
                return;
            }
        }
        panic!("nobody was dropped in the middle, so nothing is proven");
    }

    #[tokio::test]
    async fn a_first_statement_counts_its_own_rows_only() {
        let (convoy, _directory) = convoy(1000);
        let table = "CREATE TABLE probe (number INTEGER PRIMARY KEY); INSERT INTO probe VALUES (1), (2), (3)";
        convoy.alone(Ask::script(table)).await.unwrap();
        let again = async |_| {
            let sql = "INSERT INTO probe VALUES (1) ON CONFLICT DO NOTHING";
            let mut turn = convoy.board().await.unwrap();
            let reply = turn.run(Ask::Execute(Statement::from_string(DbBackend::Sqlite, sql))).await;
            turn.commit().await.unwrap();
            match reply {
                Ok(Reply::Done(done)) => done.rows_affected(),
                _ => panic!("the statement counts no rows"),
            }
        };
        assert_eq!(behind_one(&convoy, (0..3).map(again).collect()).await, [0; 3]);
        assert_eq!(again(0).await, 0, "the first of a convoy");
    }

    #[tokio::test]
    async fn a_convoy_that_is_old_takes_nobody_in() {
        let (convoy, _directory) = convoy(1000);
        let mut slow = convoy.board().await.unwrap();
        slow.run(Ask::script("SELECT 1")).await.unwrap();
        let next = async { convoy.board().await.unwrap().savepoint.is_none() };
        let end = async {
            tokio::time::sleep(LONGEST).await;
            slow.commit().await.unwrap();
        };
        assert!(tokio::join!(next, end).0, "the next change begins a convoy of its own");
    }

    /// Whom a disk that is full for one of them costs the change: one row of a megabyte rolls back everything in SQLite,
    /// many small rows by one statement only that statement.
    #[tokio::test]
    async fn a_disk_that_is_full_for_one_is_not_full_for_the_others() {
        const MANY: &str = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 1000) \
                            INSERT INTO probe (body) SELECT zeroblob(1000) FROM n";
        const ONE: &str = "INSERT INTO probe (body) VALUES (zeroblob(1000000))";
        const LITTLE: &str = "INSERT INTO probe (body) VALUES (zeroblob(100))";
        // As a text, and as a statement that counts its rows.
        for (large, counted) in [(ONE, false), (ONE, true), (MANY, false), (MANY, true)] {
            let (convoy, _directory) = convoy(60);
            let table = "CREATE TABLE probe (number INTEGER PRIMARY KEY, body BLOB NOT NULL, once INTEGER UNIQUE)";
            convoy.alone(Ask::script(table)).await.unwrap();
            let attempt = async |sql| {
                let mut turn = convoy.board().await?;
                let statement = Statement::from_string(DbBackend::Sqlite, sql);
                match turn.run(if counted { Ask::Execute(statement) } else { Ask::script(sql) }).await {
                    Ok(_) => turn.commit().await,
                    Err(error) => turn.rollback().await.and(Err(error)),
                }
            };
            let write = async |sql| {
                let mut tries = 1;
                loop {
                    match attempt(sql).await {
                        Err(error) if trouble(&error) == Trouble::Lost => tries += 1,
                        outcome => break (tries, outcome.map_err(|error| trouble(&error))),
                    }
                }
            };
            let line = [LITTLE, LITTLE, large, LITTLE, LITTLE].map(write);
            let outcomes = behind_one(&convoy, line.into()).await;
            assert_eq!(rows(&convoy).await, 4, "as many as were told so");
            let (tries, told): (Vec<_>, Vec<_>) = outcomes.into_iter().unzip();
            assert_eq!(told, [Ok(()), Ok(()), Err(Trouble::Full), Ok(()), Ok(())]);
            assert!(tries.iter().all(|tries| *tries <= 2 && (large == ONE || *tries == 1)), "{tries:?}");
        }
    }
}
