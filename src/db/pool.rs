//! Connections of our own, a lane of them for each thread that asks.
//!
//! A connection belongs to the event loop that opened it: lent to another thread, each of its packets would wake two.
//! And a pool that pings whenever a connection comes back pays a round trip a statement. So each worker thread has a
//! lane, a connection is pinged only after it lay idle for a while, and nothing is spawned on the way.
//!
//! What becomes of a connection when it comes back: one whose last statement was answered lies down in its lane; one
//! that was let go in the middle of a statement (its caller hung up) is drained beside, holding its place; one that
//! was lost, or that is still in a transaction, is closed, which is how the server learns to roll back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlxError};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::connection::{Ask, Connection, Opener, Reply};

/// How long a connection may lie idle and still be lent without a question.
const FRESH: Duration = Duration::from_secs(1);
/// How long a connection that lay idle has to answer.
const PING: Duration = Duration::from_secs(2);

/// Connections in lanes.
pub(super) struct Pool {
    opener: Opener,
    lanes: Box<[Lane]>,
    /// Longest wait for a connection.
    wait: Duration,
    /// Longest wait for the answer to a statement; none where no network lies between.
    patience: Option<Duration>,
}

/// The connections of one thread.
struct Lane {
    places: Arc<Semaphore>,
    idle: Mutex<Vec<(Connection, Instant)>>,
}

impl Lane {
    fn idle(&self) -> MutexGuard<'_, Vec<(Connection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of the thread that asks, in the order in which threads asked first.
fn thread_number() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static NUMBER: usize = THREADS.fetch_add(1, Ordering::Relaxed));
    NUMBER.with(|number| *number)
}

fn no_connection(reason: ConnAcquireErr) -> DbErr {
    DbErr::ConnectionAcquire(reason)
}

/// A connection that doesn't answer any more.
fn silent() -> DbErr {
    let error = std::io::Error::new(std::io::ErrorKind::TimedOut, "the database did not answer in time");
    DbErr::Conn(RuntimeErr::SqlxError(SqlxError::Io(error).into()))
}

impl Pool {
    /// So many connections, none of them open yet, shared out among lanes.
    pub(super) fn new(
        opener: Opener,
        lanes: usize,
        connections: usize,
        wait: Duration,
        patience: Option<Duration>,
    ) -> Arc<Self> {
        let lanes = lanes.clamp(1, connections.max(1));
        let lane = |number| {
            let places = connections / lanes + usize::from(number < connections % lanes);
            Lane { places: Arc::new(Semaphore::new(places.max(1))), idle: Mutex::default() }
        };
        Arc::new(Self { opener, lanes: (0..lanes).map(lane).collect(), wait, patience })
    }

    fn lane(&self, number: usize) -> Option<&Lane> {
        self.lanes.get(number % self.lanes.len())
    }

    /// Lends a connection of this thread's lane.
    ///
    /// # Errors
    /// None came free, or none could be opened, within the wait.
    pub(super) async fn lend(self: &Arc<Self>) -> Result<Lease, DbErr> {
        let number = thread_number();
        let closed = || no_connection(ConnAcquireErr::ConnectionClosed);
        let lane = self.lane(number).ok_or_else(closed)?;
        let begun = Instant::now();
        let permit = match Arc::clone(&lane.places).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => timeout(self.wait, Arc::clone(&lane.places).acquire_owned())
                .await
                .map_err(|_| no_connection(ConnAcquireErr::Timeout))?
                .map_err(|_| closed())?,
        };
        let mut lease = Lease {
            pool: Arc::clone(self),
            number,
            permit: Some(permit),
            connection: None,
            halfway: false,
            in_transaction: false,
        };
        let left = || self.wait.saturating_sub(begun.elapsed());
        let lain = lane.idle().pop();
        if let Some((mut connection, since)) = lain {
            if since.elapsed() < FRESH || matches!(timeout(PING.min(left() / 2), connection.ping()).await, Ok(Ok(()))) {
                lease.connection = Some(connection);
                return Ok(lease);
            }
            // Whatever became of this one became of those that lay there longer.
            lane.idle().clear();
        }
        lease.connection = Some(timeout(left(), self.opener.open()).await.map_err(|_| silent())??);
        Ok(lease)
    }

    /// Closes what lies idle, and lends nothing more.
    pub(super) async fn close(&self) {
        for lane in &self.lanes {
            lane.places.close();
            let idle = std::mem::take(&mut *lane.idle());
            for (connection, _) in idle {
                let _ = timeout(PING, connection.close()).await;
            }
        }
    }
}

/// A connection that is lent.
pub(super) struct Lease {
    pool: Arc<Pool>,
    number: usize,
    permit: Option<OwnedSemaphorePermit>,
    connection: Option<Connection>,
    /// A statement was sent, and its answer is not there.
    halfway: bool,
    /// A transaction is open.
    pub(super) in_transaction: bool,
}

impl Lease {
    /// Runs a statement. A connection that is lost, or doesn't answer in time, is not used again.
    pub(super) async fn run(&mut self, ask: Ask) -> Result<Reply, DbErr> {
        let Some(connection) = &mut self.connection else {
            return Err(no_connection(ConnAcquireErr::ConnectionClosed));
        };
        self.halfway = true;
        let outcome = match self.pool.patience {
            None => connection.run(ask).await,
            Some(patience) => timeout(patience, connection.run(ask)).await.unwrap_or_else(|_| Err(silent())),
        };
        self.halfway = false;
        if outcome.as_ref().is_err_and(super::is_lost) {
            self.connection = None;
            // Whatever broke this one probably broke its neighbours.
            if let Some(lane) = self.pool.lane(self.number) {
                lane.idle().clear();
            }
        }
        outcome
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if self.in_transaction {
            return;
        }
        let (pool, number, permit) = (Arc::clone(&self.pool), self.number, self.permit.take());
        let lie_down = move |connection: Connection| {
            if let Some(lane) = pool.lane(number)
                && !lane.places.is_closed()
            {
                lane.idle().push((connection, Instant::now()));
            }
            drop(permit);
        };
        if !self.halfway {
            lie_down(connection);
        } else if let Ok(runtime) = Handle::try_current() {
            let patience = self.pool.patience.unwrap_or(self.pool.wait);
            runtime.spawn(async move {
                if matches!(timeout(patience, connection.ping()).await, Ok(Ok(()))) {
                    lie_down(connection);
                }
            });
        }
    }
}
