//! The board of a waiting room: what is called now, as JSON and as a stream of events.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::web::Bytes;
use chrono::NaiveDate;
use disnaker_entity::queue::TicketStatus;
use futures_util::stream::{Stream, unfold};
use sea_orm::{ConnectionTrait, DbErr};

use super::bodies::{BoardService, CallView, QueueBoard};
use super::{queries, rules};
use crate::app::State;
use crate::book::Cached;
use crate::problem::{Kind, Problem};

/// How often a stream looks.
const ROUND: Duration = Duration::from_secs(2);
/// Rounds after which a stream says that it is still there.
const QUIET: u32 = 7;
/// Rounds after which a stream ends; the display connects again.
const LONGEST: u32 = 1_800;
/// Streams of one instance.
const MOST: usize = 200;
/// Streams of one address: the displays of an office's waiting rooms.
const MOST_OF_ONE: usize = 10;

/// What the streams of an instance share: one look at an office serves all of its displays, and each address has its part of them.
#[derive(Default)]
pub struct Boards {
    offices: Mutex<HashMap<String, Arc<Cached<QueueBoard>>>>,
    open: Mutex<HashMap<Option<IpAddr>, usize>>,
}

impl Boards {
    fn of(&self, office: &str) -> Arc<Cached<QueueBoard>> {
        let mut offices = self.offices.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(offices.entry(office.to_owned()).or_default())
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Option<IpAddr>, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a stream, which is given back when it ends.
struct Place {
    state: Arc<State>,
    from: Option<IpAddr>,
}

impl Place {
    /// # Errors
    /// `rate-limited` for an address that has its part; `unavailable` where too many are open already.
    fn take(state: &Arc<State>, from: Option<IpAddr>) -> Result<Self, Problem> {
        let mut open = state.boards.open();
        if open.get(&from).is_some_and(|streams| *streams >= MOST_OF_ONE) {
            return Err(Problem::new(Kind::RateLimited).retry_after(60));
        }
        if open.values().sum::<usize>() >= MOST {
            return Err(Problem::new(Kind::Unavailable).retry_after(60));
        }
        *open.entry(from).or_default() += 1;
        drop(open);
        Ok(Self { state: Arc::clone(state), from })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.state.boards.open();
        if let Some(streams) = open.get_mut(&self.from) {
            *streams -= 1;
            if *streams == 0 {
                open.remove(&self.from);
            }
        }
    }
}

/// What is called now at an office.
///
/// # Errors
/// `not-found` for no office; the database's own.
pub async fn now(state: &State, office: &str) -> Result<QueueBoard, Problem> {
    Ok(read(state.db.reader(), office, today(state, office).await?).await?)
}

/// The day that an office has.
async fn today(state: &State, office: &str) -> Result<NaiveDate, Problem> {
    let book = state.book().await?;
    if !book.offices.contains_key(office) {
        return Err(Problem::not_found());
    }
    Ok(book.moment(state.clock.now(), office).today)
}

/// Two statements.
async fn read<C: ConnectionTrait>(db: &C, office: &str, today: NaiveDate) -> Result<QueueBoard, DbErr> {
    let calling = queries::calling(db, office, today).await?.into_iter().map(|row| CallView {
        number: rules::number(row.service.letter(), row.number),
        desk: row.desk,
        status: row.status,
        called_at: row.called_at,
    });
    let calling = calling.collect();
    let mut services: Vec<BoardService> = Vec::new();
    for (service, status, count) in queries::tally(db, office, today).await? {
        if services.last().is_none_or(|last| last.service != service) {
            services.push(BoardService { service, waiting: 0, expected: 0, finished: 0 });
        }
        let Some(last) = services.last_mut() else { continue };
        match status {
            TicketStatus::Booked => last.expected += count,
            TicketStatus::CheckedIn => last.waiting += count,
            TicketStatus::Finished => last.finished += count,
            TicketStatus::Called | TicketStatus::Serving | TicketStatus::NoShow | TicketStatus::Cancelled => {}
        }
    }
    Ok(QueueBoard { office: office.to_owned(), date: today, calling, services })
}

/// A stream that is open.
struct Open {
    place: Place,
    board: Arc<Cached<QueueBoard>>,
    office: String,
    shown: Option<Arc<QueueBoard>>,
    round: u32,
}

impl Open {
    /// What all streams of the office show in this round.
    async fn look(&self) -> Result<Arc<QueueBoard>, Problem> {
        let state = &self.place.state;
        let today = today(state, &self.office).await?;
        Ok(self.board.get(ROUND, async || read(state.db.reader(), &self.office, today).await).await?)
    }
}

/// The board as events (WHATWG HTML, 9.2): one at once, then one each time that it changes. It ends after an hour, or when
/// the instance does.
///
/// # Errors
/// `rate-limited` for an address that has its part of the streams; `unavailable` where too many are open already.
pub fn stream(
    state: &Arc<State>,
    office: String,
    from: Option<IpAddr>,
) -> Result<impl Stream<Item = Result<Bytes, Problem>> + use<>, Problem> {
    let place = Place::take(state, from)?;
    let open = Open { board: state.boards.of(&office), place, office, shown: None, round: 0 };
    Ok(unfold(open, async |mut open| {
        loop {
            if open.round > 0 {
                tokio::time::sleep(ROUND).await;
            }
            open.round += 1;
            if open.round > LONGEST || open.place.state.draining.load(Ordering::Relaxed) {
                return None;
            }
            let board = match open.look().await {
                Ok(board) => board,
                Err(problem) => return Some((Err(problem), open)),
            };
            if open.shown.as_ref() != Some(&board) {
                let body = serde_json::to_string(&*board).unwrap_or_default();
                open.shown = Some(board);
                return Some((Ok(Bytes::from(format!("event: board\ndata: {body}\n\n"))), open));
            }
            if open.round % QUIET == 0 {
                return Some((Ok(Bytes::from_static(b": still here\n\n")), open));
            }
        }
    }))
}
