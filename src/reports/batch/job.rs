//! Running a batch: at once inside its request where it is short, else in the background.
//!
//! A batch in the background is taken by a lease that each chunk renews, so that of several instances one runs it, and
//! another takes it up where this one ends: behind the last row that was decided on, since a chunk's rows, what they
//! filed and the count of both are one transaction. With all or none, all rows are one transaction, and begin anew.
//!
//! Locks are taken in one order: the batch, its company, reports by their ids. Whoever files a single report takes the
//! company before the report, too (`companies::share_owner`), so that neither waits for the other in a ring.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use disnaker_entity::batch::report_batch::Model;
use disnaker_entity::batch::{Atomicity, BatchKind, BatchMode, Disposition};
use disnaker_entity::company;
use disnaker_entity::report::{PlacementReportId, VacancyReportId};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::filing::{Labels, Run, apply, decide, meet};
use super::input;
use super::lifecycle::BatchEvent;
use super::rules::{CANCELLED, Input, NO_RIGHT, Outcome};
use super::{columns, queries};
use crate::access;
use crate::access::permissions::{FilePlacementReports, FileVacancyReports};
use crate::app::State;
use crate::caller::{Grant, Identity, Scope};
use crate::change::{self, Change, Who};
use crate::companies;
use crate::problem::{FaultCode, Kind, Problem};
use crate::reference::{self, Codes};
use crate::reports::placement::{self, Met};
use crate::reports::vacancy;

/// Rows that are decided on inside a request, and in one transaction of a job.
pub const CHUNK: usize = 500;
/// How long a run has a batch without renewing its lease.
const LEASE: TimeDelta = TimeDelta::minutes(1);
/// How often an instance looks for batches that another one left.
const ROUND: Duration = Duration::from_secs(5);
/// Reports that one transaction files.
const FILED_AT_ONCE: u64 = 20;

/// Decides on every row of a short batch in the transaction at hand, files what is sound, and ends the batch.
///
/// # Errors
/// The database's own.
pub async fn run_at_once(
    change: &mut Change,
    batch: &Model,
    codes: &Codes,
    inputs: &[Input],
) -> Result<Model, Problem> {
    let company = companies::lock(change, batch.company_id).await?;
    let run = Run { batch, company: &company, codes };
    let (mut outcomes, _) = decide(change, &run, inputs, &Met::new()).await?;
    let event = ending(batch, outcomes.iter().any(|outcome| outcome.disposition == Disposition::Rejected));
    let mut labels = Labels::new();
    let mut batch = batch.clone();
    for (chunk, outcomes) in inputs.chunks(CHUNK).zip(outcomes.chunks_mut(CHUNK)) {
        if event == BatchEvent::File {
            apply(change, &run, &mut labels, chunk, outcomes).await?;
        }
        batch = queries::record(change, &batch, chunk, outcomes, batch.locked_until).await?;
    }
    if event == BatchEvent::File {
        file(change, &company, &batch, u64::MAX).await?;
    }
    queries::end(change, &batch, event, None).await
}

/// How a batch ends whose rows are all decided on.
fn ending(batch: &Model, rejected: bool) -> BatchEvent {
    match (batch.mode, batch.atomicity) {
        (BatchMode::Validate, _) => BatchEvent::Validate,
        (BatchMode::Commit, Atomicity::All) if rejected => BatchEvent::Refuse,
        (BatchMode::Commit, _) => BatchEvent::File,
    }
}

/// Files reports that a batch has written and nobody else has filed or deleted meanwhile. Gives how many.
async fn file(change: &mut Change, company: &company::Model, batch: &Model, most: u64) -> Result<usize, Problem> {
    let reports = queries::unfiled(change, batch, most.min(10_000)).await?;
    for report in &reports {
        match batch.kind {
            BatchKind::Vacancies => {
                let row = vacancy::lock(change, VacancyReportId(*report)).await?;
                vacancy::submit(change, company, &row).await?;
            }
            BatchKind::Placements => {
                let row = placement::lock(change, PlacementReportId(*report)).await?;
                placement::submit(change, company, &row).await?;
            }
        }
    }
    Ok(reports.len())
}

/// Which of the batches that wait a lane takes next. An instance has one of each: a long file holds up no short one, and no
/// number of short ones a long one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The one that waits longest.
    Oldest,
    /// The one with the fewest rows.
    Shortest,
}

/// Runs what waits, at once when it is told of it, and looks now and then for what another instance left.
pub async fn serve(state: Arc<State>, lane: Lane) {
    loop {
        match run_waiting(&state, lane).await {
            Ok(()) => {}
            Err(problem) => {
                tracing::warn!(error = %problem, cause = problem.cause.as_deref(), "a batch stopped; it is taken up again");
            }
        }
        let _ = tokio::time::timeout(ROUND, state.batches.notified()).await;
    }
}

async fn run_waiting(state: &Arc<State>, lane: Lane) -> Result<(), Problem> {
    loop {
        let worker = state.clock.id();
        let until = state.clock.now() + LEASE;
        let claim = async |change: &mut Change| queries::claim(change, lane, worker, until).await;
        let claimed = match change::alone(state, &Who::system(), claim).await {
            // Somebody else was faster.
            Err(problem) if problem.kind == Kind::VersionMismatch => continue,
            claimed => claimed?,
        };
        let Some(batch) = claimed else { return Ok(()) };
        match run(state, &batch, worker).await {
            Ok(()) => {}
            Err(problem) if matches!(problem.kind, Kind::Unavailable | Kind::StorageFull) => return Err(problem),
            Err(problem) => {
                tracing::error!(error = %problem, cause = problem.cause.as_deref(), "a batch failed");
                fail(state, &batch, worker).await?;
            }
        }
    }
}

/// What became of a chunk.
enum Turn {
    /// It is written, and met these persons.
    Done(Met),
    /// It is written, and no row is decided on any more.
    Ending,
    /// Another run has the batch.
    Lost,
}

/// Fails a batch, with nothing but its row: what stopped it may be its file, its codes or its reports.
async fn fail(state: &Arc<State>, batch: &Model, worker: Uuid) -> Result<(), Problem> {
    let step = async |change: &mut Change| match queries::lock_own(change, batch.id, worker).await? {
        Some(row) => queries::fail(change, &row).await.map(drop),
        None => Ok(()),
    };
    change::alone(state, &alone(batch, Arc::from([])), step).await
}

/// Runs a batch from where it stands to its end.
async fn run(state: &Arc<State>, batch: &Model, worker: Uuid) -> Result<(), Problem> {
    let (codes, who) = (reference::codes(state).await?, sender(state, batch).await?.0);
    let bytes = queries::upload(state, state.db.reader(), batch).await?;
    let bytes = bytes.ok_or_else(|| Problem::internal("a batch that runs has no upload"))?;
    let chunk = if batch.atomicity == Atomicity::All { super::MOST_AT_ONCE } else { CHUNK };
    let today = state.book().await?.moment(state.clock.now(), "").today;
    let begin = async |change: &mut Change| match queries::lock_own(change, batch.id, worker).await? {
        Some(row) => {
            Ok(Some((usize::try_from(row.done).unwrap_or_default(), queries::labels(change.db(), &row).await?)))
        }
        None => Ok(None),
    };
    let Some((skip, mut labels)) = change::alone(state, &who, begin).await? else { return Ok(()) };
    let (format, kind, reading) = (batch.format, batch.kind, Arc::clone(&codes));
    // Of placements the rows before are read once more, for the persons that they met.
    let from = if kind == BatchKind::Vacancies { skip } else { 0 };
    let mut met = Met::new();
    let (rows_out, mut chunks) = mpsc::channel::<Vec<Input>>(1);
    let reader = tokio::task::spawn_blocking(move || {
        let mut rows = Vec::with_capacity(chunk);
        input::each(&bytes, format, kind, &reading, today, |row| {
            if row.position < from {
                return ControlFlow::Continue(());
            }
            rows.push(row);
            if rows.len() < chunk {
                return ControlFlow::Continue(());
            }
            match rows_out.blocking_send(std::mem::replace(&mut rows, Vec::with_capacity(chunk))) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        })?;
        if !rows.is_empty() {
            let _ = rows_out.blocking_send(rows);
        }
        Ok::<_, Problem>(())
    });
    let mut over = None;
    while let Some(rows) = chunks.recv().await {
        if rows.last().is_some_and(|row| row.position < skip) {
            meet(state.db.reader(), batch, &rows, &mut met).await?;
            continue;
        }
        let before = labels.clone();
        let (who, may) = sender(state, batch).await?;
        over = over.or((!may).then_some(NO_RIGHT));
        let step = async |change: &mut Change| {
            let mut labels = before.clone();
            let turn = turn(change, batch, worker, &codes, &rows, (&mut labels, &met), over).await?;
            Ok((turn, labels))
        };
        let (turn, after) = change::alone(state, &who, step).await?;
        labels = after;
        match turn {
            Turn::Done(persons) => met.extend(persons),
            Turn::Ending => over = over.or(Some(CANCELLED)),
            Turn::Lost => return Ok(()),
        }
    }
    reader.await.map_err(Problem::internal)??;
    finish(state, batch, worker, over).await
}

/// Whoever sent the batch, with the sight of its company alone, and whether they may still file its kind: a mandate may have
/// been revoked meanwhile, or a role.
async fn sender(state: &Arc<State>, batch: &Model) -> Result<(Who, bool), Problem> {
    let grants = match Identity::of_actor(&batch.created_by) {
        Some(identity) => access::grants_of(state, &identity).await?,
        None => Arc::from([]),
    };
    let files = match batch.kind {
        BatchKind::Vacancies => Scope::given::<FileVacancyReports>(&grants),
        BatchKind::Placements => Scope::given::<FilePlacementReports>(&grants),
    };
    Ok((alone(batch, grants), files.covers_company(batch.company_id)))
}

/// In the name of whoever sent the batch, with the sight of its company.
fn alone(batch: &Model, grants: Arc<[Grant]>) -> Who {
    let scope = Scope { companies: vec![batch.company_id], ..Scope::default() };
    Who { scope: Arc::new(scope), grants, actor: batch.created_by.clone() }
}

async fn turn(
    change: &mut Change,
    batch: &Model,
    worker: Uuid,
    codes: &Codes,
    rows: &[Input],
    (labels, met): (&mut Labels, &Met),
    over: Option<FaultCode>,
) -> Result<Turn, Problem> {
    let Some(row) = queries::lock_own(change, batch.id, worker).await? else { return Ok(Turn::Lost) };
    let lease = Some(change.now() + LEASE);
    if let Some(code) = over.or(row.cancelling.then_some(CANCELLED)) {
        let columns = columns::of(row.kind);
        let outcomes: Vec<_> = rows.iter().map(|input| Outcome::passed_over(input, columns, code)).collect();
        queries::record(change, &row, rows, &outcomes, lease).await?;
        return Ok(Turn::Ending);
    }
    if row.atomicity == Atomicity::All {
        run_at_once(change, &row, codes, rows).await?;
        return Ok(Turn::Lost);
    }
    let company = companies::lock(change, row.company_id).await?;
    let run = Run { batch: &row, company: &company, codes };
    let (mut outcomes, persons) = decide(change, &run, rows, met).await?;
    if row.mode == BatchMode::Commit {
        apply(change, &run, labels, rows, &mut outcomes).await?;
    }
    queries::record(change, &row, rows, &outcomes, lease).await?;
    Ok(Turn::Done(persons))
}

/// Files what was written, some reports a transaction, and ends the batch.
async fn finish(state: &Arc<State>, batch: &Model, worker: Uuid, mut over: Option<FaultCode>) -> Result<(), Problem> {
    loop {
        let (who, may) = sender(state, batch).await?;
        if batch.mode == BatchMode::Commit && !may {
            over = over.or(Some(NO_RIGHT));
        }
        let step = async |change: &mut Change| {
            let Some(row) = queries::lock_own(change, batch.id, worker).await? else { return Ok(true) };
            if row.mode == BatchMode::Commit && may {
                let company = companies::lock(change, row.company_id).await?;
                if file(change, &company, &row, FILED_AT_ONCE).await? > 0 {
                    return Ok(false);
                }
            }
            let event = match over {
                Some(_) => BatchEvent::Cancel,
                None => ending(&row, false),
            };
            queries::end(change, &row, event, over).await?;
            Ok(true)
        };
        if change::alone(state, &who, step).await? {
            return Ok(());
        }
    }
}
