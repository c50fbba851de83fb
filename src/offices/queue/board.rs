//! The board of a waiting room: what is called now, as JSON and as a stream of events.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::web::Bytes;
use disnaker_entity::queue::TicketStatus;
use futures_util::stream::{Stream, unfold};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::bodies::{BoardService, CallView, QueueBoard};
use super::{queries, rules};
use crate::app::State;
use crate::problem::{Kind, Problem};

/// How often a stream looks.
const ROUND: Duration = Duration::from_secs(2);
/// Rounds after which a stream says that it is still there.
const QUIET: u32 = 7;
/// Rounds after which a stream ends; the display connects again.
const LONGEST: u32 = 1_800;
/// Streams of one instance.
const MOST: usize = 200;
static STREAMS: Semaphore = Semaphore::const_new(MOST);

/// What is called now at an office. Three statements.
///
/// # Errors
/// `not-found` for no office; the database's own.
pub async fn now(state: &Arc<State>, office: &str) -> Result<QueueBoard, Problem> {
    let book = state.book().await?;
    if !book.offices.contains_key(office) {
        return Err(Problem::not_found());
    }
    let (db, today) = (state.db.reader(), book.moment(state.clock.now(), office).today);
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
    state: Arc<State>,
    office: String,
    shown: Option<QueueBoard>,
    round: u32,
    _place: SemaphorePermit<'static>,
}

/// The board as events (WHATWG HTML, 9.2): one at once, then one each time that it changes. It ends after an hour, or when
/// the instance does.
///
/// # Errors
/// `unavailable` where too many are open already.
pub fn stream(state: Arc<State>, office: String) -> Result<impl Stream<Item = Result<Bytes, Problem>>, Problem> {
    let place = STREAMS.try_acquire().map_err(|_| Problem::new(Kind::Unavailable).retry_after(60))?;
    let open = Open { state, office, shown: None, round: 0, _place: place };
    Ok(unfold(open, async |mut open| {
        loop {
            if open.round > 0 {
                tokio::time::sleep(ROUND).await;
            }
            open.round += 1;
            if open.round > LONGEST || open.state.draining.load(Ordering::Relaxed) {
                return None;
            }
            let board = match now(&open.state, &open.office).await {
                Ok(board) => board,
                Err(problem) => return Some((Err(problem), open)),
            };
            if open.shown.as_ref() != Some(&board) {
                let body = serde_json::to_string(&board).unwrap_or_default();
                open.shown = Some(board);
                return Some((Ok(Bytes::from(format!("event: board\ndata: {body}\n\n"))), open));
            }
            if open.round % QUIET == 0 {
                return Some((Ok(Bytes::from_static(b": still here\n\n")), open));
            }
        }
    }))
}
