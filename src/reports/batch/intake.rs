//! Taking a file in: it is looked at and sealed before the transaction, and written and decided on inside it.

use std::sync::Arc;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use disnaker_entity::batch::report_batch::{Column, Model};
use disnaker_entity::batch::{Atomicity, BatchFormat, BatchKind, BatchMode, BatchStatus};
use sea_orm::Value;

use super::MOST_AT_ONCE;
use super::input;
use super::job::{self, CHUNK};
use super::lifecycle::BatchEvent;
use super::queries::{self, NewBatch, Terms};
use super::rules::{Content, Input};
use crate::app::State;
use crate::bulk::{Survey, Told, media_type};
use crate::change::Change;
use crate::db::Session;
use crate::files::Sealed;
use crate::lifecycle;
use crate::problem::{Fault, FaultCode, Kind, Problem, Text};
use crate::reference::{self, Codes};

const TOO_MANY_AT_ONCE: FaultCode = FaultCode::new(
    "too-many-rows",
    "Baris terlalu banyak untuk diajukan sekaligus",
    "Too many rows to be filed all or none",
);

/// A file that was looked at and sealed, and is not written yet.
pub struct Intake {
    new: NewBatch,
    upload: Sealed,
    codes: Arc<Codes>,
    /// Its rows, where they are decided on at once.
    first: Vec<Input>,
}

impl Intake {
    /// Looks at a file whole and seals it, beside the event loop.
    ///
    /// # Errors
    /// `invalid-content` for a file that can't be read, or has too many rows to be filed all or none; the problems of JSON.
    pub async fn of(state: &State, terms: Terms, bytes: Bytes) -> Result<Self, Problem> {
        let survey = survey(state, bytes.clone(), terms.format, terms.kind).await?;
        if terms.atomicity == Atomicity::All && survey.rows > MOST_AT_ONCE {
            let expected = Text::made(
                format!("paling banyak {MOST_AT_ONCE} baris, atau atomicity=row"),
                format!("at most {MOST_AT_ONCE} rows, or atomicity=row"),
            );
            let fault = Fault::new("", TOO_MANY_AT_ONCE, survey.rows, expected);
            return Err(Problem::new(Kind::InvalidContent).faults(vec![fault]));
        }
        let upload = Sealed::of_read(state, bytes, media_type(terms.format)).await?;
        let notes = survey.notes.into_iter().map(Told::of_file).collect();
        let new = NewBatch { terms, rows: survey.rows, form: survey.form, notes };
        Ok(Self { new, upload, codes: reference::codes(state).await?, first: survey.first })
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.new.rows
    }

    /// Whether it is too long to be decided on inside a request.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.first.is_empty()
    }

    /// Writes the batch, and decides on its rows unless it is long.
    ///
    /// # Errors
    /// The database's own.
    pub async fn write(&self, change: &mut Change) -> Result<Model, Problem> {
        let row = queries::insert(change, &self.new, &self.upload).await?;
        let row = start(change, &row, BatchEvent::Start, !self.is_long()).await?;
        if self.is_long() { Ok(row) } else { job::run_at_once(change, &row, &self.codes, &self.first).await }
    }
}

async fn survey(state: &State, bytes: Bytes, format: BatchFormat, kind: BatchKind) -> Result<Survey<Content>, Problem> {
    let codes = reference::codes(state).await?;
    let today = state.book().await?.moment(state.clock.now(), "").today;
    let desk = state.desk().await?;
    let look = move || {
        let _desk = desk;
        input::survey(&bytes, format, kind, &codes, today, CHUNK)
    };
    tokio::task::spawn_blocking(look).await.map_err(Problem::internal)?
}

/// The rows of a validated batch, read from its upload once more, where they are decided on at once.
///
/// # Errors
/// The database's own, and a file that does not open.
pub async fn read_again(state: &State, db: &Session, batch: &Model) -> Result<Vec<Input>, Problem> {
    let short = usize::try_from(batch.row_count).is_ok_and(|rows| rows <= CHUNK);
    Ok(match queries::upload(state, db, batch).await? {
        Some(bytes) if short && batch.status == BatchStatus::Validated => {
            survey(state, bytes.into(), batch.format, batch.kind).await?.first
        }
        _ => Vec::new(),
    })
}

/// Commits a validated batch: its rows are decided on anew, at once where [`read_again`] gave them.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn commit(change: &mut Change, row: &Model, codes: &Codes, first: &[Input]) -> Result<Model, Problem> {
    let row = start(change, row, BatchEvent::Commit, !first.is_empty()).await?;
    if first.is_empty() { Ok(row) } else { job::run_at_once(change, &row, codes, first).await }
}

/// Begins to decide on a batch's rows, or to decide on them anew.
async fn start(change: &mut Change, row: &Model, event: BatchEvent, at_once: bool) -> Result<Model, Problem> {
    let begun = at_once.then(|| change.now());
    let mut set: Vec<(Column, Value)> = vec![(Column::StartedAt, begun.into())];
    if event == BatchEvent::Commit {
        set.push((Column::Mode, BatchMode::Commit.into()));
        set.push((Column::EndedAt, None::<DateTime<Utc>>.into()));
        let counts =
            [Column::Done, Column::Created, Column::Updated, Column::Unchanged, Column::Held, Column::Rejected];
        set.extend(counts.map(|column| (column, 0.into())));
    }
    if !at_once {
        change.afterwards(|state| state.batches.notify_one());
    }
    queries::advance(change, row, event, set).await
}

/// Cancels a batch: one that runs ends before its next rows.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn cancel(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    lifecycle::step(row.status, BatchEvent::Cancel)?;
    if row.status == BatchStatus::Running {
        let set: [(Column, Value); 1] = [(Column::Cancelling, true.into())];
        change.edit_quietly(row, set).await
    } else {
        queries::end(change, row, BatchEvent::Cancel, None).await
    }
}
