//! The only SeaORM of bulk filing.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Days, Utc};
use disnaker_entity::Nik;
use disnaker_entity::batch::report_batch::{Column, Entity, Model};
use disnaker_entity::batch::{
    Atomicity, BatchFormat, BatchKind, BatchMode, BatchStatus, Disposition, ReportBatchId, report_batch,
    report_batch_row,
};
use disnaker_entity::company::CompanyId;
use disnaker_entity::file::{self, FileKind};
use disnaker_entity::placement::{self, PlacementId, PlacementStatus};
use disnaker_entity::report::{
    PlacementReportId, ReportStatus, VacancyReportId, placement_report, placement_row, vacancy_line, vacancy_report,
};
use disnaker_entity::vacancy::{self, VacancyId, VacancyStatus};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef, Select, Value,
};
use serde_json::{Value as Json, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::bodies::BatchFilter;
use super::filing::Labels;
use super::job::Lane;
use super::lifecycle::BatchEvent;
use super::rules::{Input, NOT_FILED, NOT_LOOKED_AT, NOTHING_FILED, Outcome, SEND_AGAIN};
use crate::access::permissions::{FilePlacementReports, FileVacancyReports};
use crate::app::State;
use crate::bulk::{Form, Told, sound_reference};
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::db::{Session, among};
use crate::files::{self, Sealed};
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{Fault, FaultCode, Problem, Text};

// A batch is its company's own business: no office's journal shows it.
crate::record!(
    "report_batch",
    report_batch::Model,
    report_batch::Entity,
    BatchStatus,
    |row| Some(row.company_id.0),
    |_| ""
);

/// Rows that are sent at once.
const PAGE: u64 = 1_000;
/// What is to be done for a report that waits for its company.
const TO_FILE: Text = Text::of("ajukan laporannya, atau ubah baris ini", "file the report, or change the row");
/// What is to be done for a batch that was refused.
const MEND_ALL: Text = Text::of(
    "perbaiki baris yang ditolak lalu kirim ulang berkasnya, atau kirim dengan atomicity=row",
    "mend the rejected rows and send the file again, or send it with atomicity=row",
);
/// What is to be done for rows that are left of a batch that was cut short.
const SEND_REST: Text = Text::of("kirim ulang baris-baris itu", "send those rows again");
/// The rule that says how long an upload is kept.
const UPLOAD_KEPT: &str = "batch.upload-kept";

/// Batches of the caller's companies. Those of placements hold workers' names and numbers: they are for who files placements,
/// so that an agent for vacancies sees none of them.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let of = |kind: BatchKind, scope: Scope| {
        Condition::all().add(Column::Kind.eq(kind)).add(scope.of_companies(Column::CompanyId))
    };
    let vacancies = of(BatchKind::Vacancies, seer.scope_of::<FileVacancyReports>());
    let placements = of(BatchKind::Placements, seer.scope_of::<FilePlacementReports>());
    Entity::find().filter(Condition::any().add(vacancies).add(placements))
}

/// A batch that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: ReportBatchId) -> Result<Option<Model>, DbErr> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await
}

/// A batch that the caller may see, locked.
pub async fn lock(change: &Change, id: ReportBatchId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &BatchFilter,
    part: &Part<ReportBatchId>,
) -> Result<Vec<Model>, DbErr> {
    let mut select = visible(seer).only(Column::CompanyId, filter.company_id).only(Column::Kind, filter.kind);
    if let Some(status) = filter.status {
        // What nobody has begun runs as far as its table goes, and is shown as received.
        let (stored, begun) = match status {
            BatchStatus::Received => (BatchStatus::Running, Some(Column::StartedAt.is_null())),
            BatchStatus::Running => (BatchStatus::Running, Some(Column::StartedAt.is_not_null())),
            other => (other, None),
        };
        select = select.filter(Column::Status.eq(stored));
        select = begun.into_iter().fold(select, Select::filter);
    }
    part.newest(select, Column::Id).all(db).await
}

/// Rows of a batch in order, after one of them; all, or those with a disposition.
pub async fn rows<C: ConnectionTrait>(
    db: &C,
    batch: ReportBatchId,
    disposition: Option<Disposition>,
    part: &Part<i32>,
) -> Result<Vec<report_batch_row::Model>, DbErr> {
    use report_batch_row::Column as Of;
    let select = report_batch_row::Entity::find().filter(Of::BatchId.eq(batch)).only(Of::Disposition, disposition);
    part.in_order(select, Of::Position).all(db).await
}

/// The receipt numbers of the reports that rows are in.
pub async fn numbers<C: ConnectionTrait>(
    db: &C,
    kind: BatchKind,
    rows: &[report_batch_row::Model],
) -> Result<HashMap<Uuid, String>, DbErr> {
    let ids: BTreeSet<Uuid> = rows.iter().filter_map(|row| row.report_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let numbers: Vec<(Uuid, Option<String>)> = match kind {
        BatchKind::Vacancies => {
            use vacancy_report::Column as Of;
            let select = vacancy_report::Entity::find().filter(among(db, Of::Id, ids)).select_only();
            select.columns([Of::Id, Of::Number]).into_tuple().all(db).await?
        }
        BatchKind::Placements => {
            use placement_report::Column as Of;
            let select = placement_report::Entity::find().filter(among(db, Of::Id, ids)).select_only();
            select.columns([Of::Id, Of::Number]).into_tuple().all(db).await?
        }
    };
    Ok(numbers.into_iter().filter_map(|(id, number)| Some((id, number?))).collect())
}

/// Sends every row of a batch in order, a page at a time, to who takes them.
pub async fn send_rows<C: ConnectionTrait>(
    db: &C,
    batch: ReportBatchId,
    taker: mpsc::Sender<Vec<report_batch_row::Model>>,
) -> Result<(), DbErr> {
    let mut part = Part { after: None, limit: PAGE };
    loop {
        let page = rows(db, batch, None, &part).await?;
        part.after = page.last().map(|row| row.position);
        // Whoever takes them no more says why.
        if part.after.is_none() || taker.send(page).await.is_err() {
            return Ok(());
        }
    }
}

/// What a batch is taken in as.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Company.
    pub company: CompanyId,
    /// What its rows are.
    pub kind: BatchKind,
    /// What is to be done.
    pub mode: BatchMode,
    /// What one rejected row means.
    pub atomicity: Atomicity,
    /// How it is written.
    pub format: BatchFormat,
    /// As its sender calls it.
    pub name: Option<String>,
}

/// What a new batch is.
pub struct NewBatch {
    /// What it is taken in as.
    pub terms: Terms,
    /// Rows.
    pub rows: usize,
    /// Its form.
    pub form: Form,
    /// Findings about the whole.
    pub notes: Vec<Told>,
}

/// Writes a batch and its upload.
///
/// # Errors
/// The database's own.
pub async fn insert(change: &mut Change, new: &NewBatch, upload: &Sealed) -> Result<Model, Problem> {
    let (id, terms) = (ReportBatchId(change.id()), &new.terms);
    let file = files::New {
        kind: FileKind::Upload,
        office: String::new(),
        company: Some(terms.company),
        subject_kind: "report_batch",
        subject: id.0,
        name: terms.name.as_deref().and_then(files::file_name).unwrap_or_default(),
        expires_at: None,
    };
    let file = files::store(change, file, upload).await?;
    let row = report_batch::ActiveModel {
        id: Set(id),
        company_id: Set(terms.company),
        kind: Set(terms.kind),
        mode: Set(terms.mode),
        atomicity: Set(terms.atomicity),
        format: Set(terms.format),
        status: Set(BatchStatus::Received),
        file_id: Set(file.id),
        row_count: Set(i32::try_from(new.rows).map_err(Problem::internal)?),
        done: Set(0),
        created: Set(0),
        updated: Set(0),
        unchanged: Set(0),
        held: Set(0),
        rejected: Set(0),
        differing: Set(0),
        layout: Set(serde_json::to_string(&new.form).map_err(Problem::internal)?),
        notes: Set(serde_json::to_string(&new.notes).map_err(Problem::internal)?),
        cancelling: Set(false),
        worker: Set(None),
        locked_until: Set(None),
        started_at: Set(None),
        ended_at: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    };
    let row = row.insert(change.db()).await?;
    Ok(row)
}

/// The upload of a batch; none once it was deleted.
///
/// # Errors
/// The database's own, and a file that does not open.
pub async fn upload(state: &State, db: &Session, batch: &Model) -> Result<Option<Vec<u8>>, Problem> {
    let file = file::Entity::find_by_id(batch.file_id).filter(file::Column::DeletedAt.is_null()).one(db).await?;
    match file {
        Some(file) => files::read(state, db, &file).await.map(Some),
        None => Ok(None),
    }
}

/// Moves a batch along its table. A batch is the working paper of what it files, which is in the journal by itself: so a
/// file that changes nothing leaves no trace there.
///
/// # Errors
/// `illegal-transition`, `version-mismatch`, or the database's own.
pub async fn advance(
    change: &mut Change,
    row: &Model,
    event: BatchEvent,
    set: impl IntoIterator<Item = (Column, Value)>,
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    change.advance_quietly(row, &step, set).await
}

/// Ends a batch. What it filed is told once, with its numbers; what it left unfiled is told at its rows, and in a note beside
/// what cut it short.
///
/// # Errors
/// As of [`advance`].
pub async fn end(
    change: &mut Change,
    row: &Model,
    event: BatchEvent,
    short: Option<FaultCode>,
) -> Result<Model, Problem> {
    use report_batch_row::Column as Of;
    let left = if row.status == BatchStatus::Running { tell_unfiled(change, row, event).await? } else { 0 };
    let mut notes: Vec<Told> = serde_json::from_str(&row.notes).map_err(Problem::internal)?;
    notes.extend(short.map(|code| Told::of_file(Fault::new("", code, row.rejected, SEND_REST))));
    if event == BatchEvent::Refuse {
        notes.push(Told::of_file(Fault::new("", NOTHING_FILED, row.rejected, MEND_ALL)));
    }
    if left > 0 && event != BatchEvent::Validate {
        notes.push(Told::of_file(Fault::new("", NOT_FILED, left, TO_FILE)));
    }
    let differing = report_batch_row::Entity::find()
        .select_only()
        .expr(Expr::cust("CAST(COUNT(*) AS INTEGER)"))
        .filter(Of::BatchId.eq(row.id))
        .filter(Of::Validated.is_not_null())
        .filter(Expr::col(Of::Validated).ne(Expr::col(Of::Disposition)))
        .into_tuple::<i32>()
        .one(change.db())
        .await?;
    let set: [(Column, Value); 6] = [
        (Column::Notes, serde_json::to_string(&notes).map_err(Problem::internal)?.into()),
        (Column::Differing, differing.unwrap_or_default().into()),
        (Column::EndedAt, change.now().into()),
        (Column::Worker, None::<Uuid>.into()),
        (Column::LockedUntil, None::<DateTime<Utc>>.into()),
        (Column::Cancelling, false.into()),
    ];
    let after = advance(change, row, event, set).await?;
    let days = change.book().policies.at(UPLOAD_KEPT, "", change.now().date_naive())?.amount;
    let kept = u64::try_from(days).ok().and_then(|days| change.now().checked_add_days(Days::new(days)));
    files::expire(change, after.file_id, kept.unwrap_or_else(|| change.now())).await?;
    let filed = matches!(after.status, BatchStatus::Committed | BatchStatus::Cancelled);
    if filed && after.created + after.updated + after.held > 0 {
        change.note(&after, lifecycle::step(row.status, event)?.event(), facts(&after, left));
    }
    Ok(after)
}

/// What the journal says: how many rows became what, and how many are in reports that were left unfiled.
fn facts(row: &Model, not_filed: u64) -> serde_json::Value {
    json!({
        "kind": row.kind, "status": row.status, "rows": row.row_count, "created": row.created, "updated": row.updated,
        "unchanged": row.unchanged, "held": row.held, "rejected": row.rejected, "not_filed": not_filed,
    })
}

/// Warns at each row that is in a report which waits for its company: one statement, whatever their number. Where nothing was to
/// be filed, only what is unchanged is meant, and not what a commit would file with the lines that it changes. Gives
/// how many.
async fn tell_unfiled(change: &Change, batch: &Model, event: BatchEvent) -> Result<u64, Problem> {
    use report_batch_row::Column as Of;
    let open = [ReportStatus::Draft, ReportStatus::Returned];
    let waiting = match batch.kind {
        BatchKind::Vacancies => {
            use vacancy_report::Column as Report;
            let select = vacancy_report::Entity::find().select_only().column(Report::Id);
            select.filter(Report::CompanyId.eq(batch.company_id)).filter(Report::Status.is_in(open)).into_query()
        }
        BatchKind::Placements => {
            use placement_report::Column as Report;
            let select = placement_report::Entity::find().select_only().column(Report::Id);
            select.filter(Report::CompanyId.eq(batch.company_id)).filter(Report::Status.is_in(open)).into_query()
        }
    };
    let told = Told::apart(Fault::new("/reference", NOT_FILED, Json::Null, TO_FILE), true);
    // Always the same words, so that they may stand in the statement.
    let told = serde_json::to_string(&told).map_err(Problem::internal)?.replace('\'', "''");
    let added = format!(
        "CASE WHEN faults IS NULL THEN '[{told}]' ELSE substr(faults, 1, length(faults) - 1) || ',{told}]' END"
    );
    let mut update = report_batch_row::Entity::update_many()
        .col_expr(Of::Faults, Expr::cust(added))
        .filter(Of::BatchId.eq(batch.id))
        .filter(Of::ReportId.in_subquery(waiting));
    if matches!(event, BatchEvent::Validate | BatchEvent::Refuse) {
        let filed =
            report_batch_row::Entity::find().select_only().column(Of::ReportId).filter(Of::BatchId.eq(batch.id));
        let filed = filed.filter(Of::Disposition.eq(Disposition::Updated)).filter(Of::ReportId.is_not_null());
        update = update.filter(Of::Disposition.eq(Disposition::Unchanged));
        if event == BatchEvent::Validate {
            update = update.filter(Of::ReportId.not_in_subquery(filed.into_query()));
        }
    } else {
        update = update.filter(Of::Disposition.ne(Disposition::Rejected));
    }
    Ok(update.exec(change.db()).await?.rows_affected)
}

/// Writes what became of a chunk of rows, and counts it.
///
/// # Errors
/// `version-mismatch` where another run has the batch meanwhile; the database's own.
pub async fn record(
    change: &mut Change,
    batch: &Model,
    inputs: &[Input],
    outcomes: &[Outcome],
    lease: Option<DateTime<Utc>>,
) -> Result<Model, Problem> {
    use report_batch_row::Column as Of;
    let validating = batch.mode == BatchMode::Validate;
    let mut counts: HashMap<Disposition, i32> = HashMap::new();
    let mut rows = Vec::with_capacity(inputs.len());
    for (input, outcome) in inputs.iter().zip(outcomes) {
        *counts.entry(outcome.disposition).or_default() += 1;
        // Where columns are shifted a NIK or a name stands in any of them: of workers nothing is told that was received.
        let told: Vec<Told> = match batch.kind {
            BatchKind::Vacancies => outcome.told.clone(),
            BatchKind::Placements => outcome.told.iter().map(Told::blind).collect(),
        };
        let told = (!told.is_empty()).then(|| serde_json::to_string(&told));
        rows.push(report_batch_row::ActiveModel {
            batch_id: Set(batch.id),
            position: Set(i32::try_from(input.position).map_err(Problem::internal)?),
            sheet: Set(input.sheet.as_deref().map(str::to_owned)),
            number: Set(i32::try_from(input.number).unwrap_or(i32::MAX)),
            disposition: Set(outcome.disposition),
            validated: Set(validating.then_some(outcome.disposition)),
            reference: Set(input.reference.clone().filter(|reference| {
                sound_reference(reference) && (batch.kind == BatchKind::Vacancies || Nik::parse(reference).is_err())
            })),
            report_id: Set(outcome.report),
            line_id: Set(outcome.line),
            faults: Set(told.transpose().map_err(Problem::internal)?),
        });
    }
    let again = OnConflict::columns([Of::BatchId, Of::Position])
        .update_columns([Of::Disposition, Of::ReportId, Of::LineId, Of::Faults])
        .to_owned();
    for chunk in rows.chunks(500) {
        let insert = report_batch_row::Entity::insert_many(chunk.to_vec()).on_conflict(again.clone());
        insert.exec_without_returning(change.db()).await?;
    }
    let count = |disposition| counts.get(&disposition).copied().unwrap_or_default();
    let done = i32::try_from(inputs.len()).map_err(Problem::internal)?;
    let set: [(Column, Value); 7] = [
        (Column::Done, (batch.done + done).into()),
        (Column::Created, (batch.created + count(Disposition::Created)).into()),
        (Column::Updated, (batch.updated + count(Disposition::Updated)).into()),
        (Column::Unchanged, (batch.unchanged + count(Disposition::Unchanged)).into()),
        (Column::Held, (batch.held + count(Disposition::Held)).into()),
        (Column::Rejected, (batch.rejected + count(Disposition::Rejected)).into()),
        (Column::LockedUntil, lease.into()),
    ];
    change.edit_quietly(batch, set).await
}

/// Fails a batch that can't be read or run any more: the rows that nobody decided on are rejected. Where they stood in their
/// file is known only where a validation came before.
///
/// # Errors
/// As of [`advance`].
pub async fn fail(change: &mut Change, batch: &Model) -> Result<Model, Problem> {
    use report_batch_row::Column as Of;
    let told = Told::apart(Fault::new("", NOT_LOOKED_AT, Json::Null, SEND_AGAIN), false);
    let told = serde_json::to_string(&[told]).map_err(Problem::internal)?;
    let row = |position| report_batch_row::ActiveModel {
        batch_id: Set(batch.id),
        position: Set(position),
        sheet: Set(None),
        number: Set(0),
        disposition: Set(Disposition::Rejected),
        validated: Set(None),
        reference: Set(None),
        report_id: Set(None),
        line_id: Set(None),
        faults: Set(Some(told.clone())),
    };
    let again = OnConflict::columns([Of::BatchId, Of::Position])
        .update_columns([Of::Disposition, Of::ReportId, Of::LineId, Of::Faults])
        .to_owned();
    let mut left = (batch.done..batch.row_count).map(row).peekable();
    while left.peek().is_some() {
        let insert = report_batch_row::Entity::insert_many(left.by_ref().take(500)).on_conflict(again.clone());
        insert.exec_without_returning(change.db()).await?;
    }
    let rejected = batch.rejected + batch.row_count - batch.done;
    let set: [(Column, Value); 2] = [(Column::Done, batch.row_count.into()), (Column::Rejected, rejected.into())];
    let batch = change.edit_quietly(batch, set).await?;
    end(change, &batch, BatchEvent::Fail, Some(NOT_LOOKED_AT)).await
}

/// The batch that a lane runs next, taken until `until`.
///
/// # Errors
/// The database's own.
pub async fn claim(
    change: &mut Change,
    lane: Lane,
    worker: Uuid,
    until: DateTime<Utc>,
) -> Result<Option<Model>, Problem> {
    let free = Condition::any().add(Column::LockedUntil.is_null()).add(Column::LockedUntil.lt(change.now()));
    let select = Entity::find().filter(Expr::cust("status = 'running'")).filter(free);
    let select = match lane {
        Lane::Oldest => select.order_by_asc(Column::Id),
        Lane::Shortest => select.order_by_asc(Column::RowCount).order_by_asc(Column::Id),
    };
    let Some(row) = select.limit(1).one(change.db()).await? else { return Ok(None) };
    // Compared and set on the version: of two that found it one gets it.
    let set: [(Column, Value); 3] = [
        (Column::Worker, worker.into()),
        (Column::LockedUntil, until.into()),
        (Column::StartedAt, row.started_at.unwrap_or(change.now()).into()),
    ];
    change.edit_quietly(&row, set).await.map(Some)
}

/// A batch that this run still has, locked; none where another one took it over.
///
/// # Errors
/// The database's own.
pub async fn lock_own(change: &Change, id: ReportBatchId, worker: Uuid) -> Result<Option<Model>, Problem> {
    let select =
        Entity::find_by_id(id).filter(Column::Worker.eq(worker)).filter(Column::Status.eq(BatchStatus::Running));
    Ok(select.lock_exclusive().one(change.db()).await?)
}

/// Reports that a batch has written and that are not filed: at most some, locked in the order of their ids.
///
/// # Errors
/// The database's own.
pub async fn unfiled(change: &Change, batch: &Model, most: u64) -> Result<Vec<Uuid>, Problem> {
    use report_batch_row::Column as Of;
    let mine = report_batch_row::Entity::find()
        .select_only()
        .column(Of::ReportId)
        .filter(Of::BatchId.eq(batch.id))
        .filter(Of::Disposition.is_in([Disposition::Created, Disposition::Updated, Disposition::Held]))
        .filter(Of::ReportId.is_not_null())
        .into_query();
    let open = [ReportStatus::Draft, ReportStatus::Returned];
    Ok(match batch.kind {
        BatchKind::Vacancies => {
            use vacancy_report::Column as Report;
            let select = vacancy_report::Entity::find().select_only().column(Report::Id);
            let select = select.filter(Report::Id.in_subquery(mine)).filter(Report::Status.is_in(open));
            select.order_by_asc(Report::Id).limit(most).lock_exclusive().into_tuple().all(change.db()).await?
        }
        BatchKind::Placements => {
            use placement_report::Column as Report;
            let select = placement_report::Entity::find().select_only().column(Report::Id);
            let select = select.filter(Report::Id.in_subquery(mine)).filter(Report::Status.is_in(open));
            select.order_by_asc(Report::Id).limit(most).lock_exclusive().into_tuple().all(change.db()).await?
        }
    })
}

/// The drafts that a batch has begun for its labels, when it is taken up again.
///
/// # Errors
/// The database's own.
pub async fn labels<C: ConnectionTrait>(db: &C, batch: &Model) -> Result<Labels, Problem> {
    use report_batch_row::Column as Of;
    let mine = report_batch_row::Entity::find().select_only().column(Of::ReportId);
    let made = [Disposition::Created, Disposition::Held];
    let mine = mine.filter(Of::BatchId.eq(batch.id)).filter(Of::Disposition.is_in(made)).into_query();
    let found: Vec<(Uuid, String, i32)> = match batch.kind {
        BatchKind::Vacancies => {
            use vacancy_report::Column as Report;
            let select = vacancy_report::Entity::find().select_only();
            let select = select.columns([Report::Id, Report::Reference, Report::LineCount]);
            let select = select.filter(Report::Id.in_subquery(mine)).filter(Report::Reference.is_not_null());
            select.filter(Report::Status.eq(ReportStatus::Draft)).order_by_asc(Report::Id).into_tuple().all(db).await?
        }
        BatchKind::Placements => {
            use placement_report::Column as Report;
            let select = placement_report::Entity::find().select_only();
            let select = select.columns([Report::Id, Report::Reference, Report::RowCount]);
            let select = select.filter(Report::Id.in_subquery(mine)).filter(Report::Reference.is_not_null());
            select.filter(Report::Status.eq(ReportStatus::Draft)).order_by_asc(Report::Id).into_tuple().all(db).await?
        }
    };
    let count = |count: i32| usize::try_from(count).unwrap_or_default();
    Ok(found.into_iter().map(|(id, label, lines)| (label, (id, count(lines)))).collect())
}

// What is known under a reference ----------------------------------------------------------------

/// Reference, report, what it corrects, line, where both stand, and content.
type FoundLine =
    (String, VacancyReportId, Option<VacancyReportId>, VacancyId, ReportStatus, Option<VacancyStatus>, String);

/// A line that stands in a report which has not ended.
pub struct KnownLine {
    /// Its report.
    pub report: VacancyReportId,
    /// The line.
    pub line: VacancyId,
    /// Where its report stands.
    pub status: ReportStatus,
    /// Its vacancy is not closed.
    pub alive: bool,
    /// Its report is a correction.
    pub correction: bool,
    /// The line as it is stored.
    pub content: String,
}

const LIVING: [ReportStatus; 4] =
    [ReportStatus::Draft, ReportStatus::Submitted, ReportStatus::Returned, ReportStatus::Accepted];

fn line_to_report() -> RelationDef {
    vacancy_line::Entity::belongs_to(vacancy_report::Entity)
        .from(vacancy_line::Column::ReportId)
        .to(vacancy_report::Column::Id)
        .into()
}

fn line_to_vacancy() -> RelationDef {
    vacancy_line::Entity::belongs_to(vacancy::Entity).from(vacancy_line::Column::LineId).to(vacancy::Column::Id).into()
}

fn row_to_report() -> RelationDef {
    placement_row::Entity::belongs_to(placement_report::Entity)
        .from(placement_row::Column::ReportId)
        .to(placement_report::Column::Id)
        .into()
}

fn row_to_placement() -> RelationDef {
    placement_row::Entity::belongs_to(placement::Entity)
        .from(placement_row::Column::RowId)
        .to(placement::Column::Id)
        .into()
}

/// The lines of a company under references, those of the newest reports first.
///
/// # Errors
/// The database's own.
pub async fn known_lines<C: ConnectionTrait>(
    db: &C,
    company: CompanyId,
    references: Vec<String>,
) -> Result<HashMap<String, Vec<KnownLine>>, Problem> {
    use vacancy_line::Column as Of;
    if references.is_empty() {
        return Ok(HashMap::new());
    }
    let select = vacancy_line::Entity::find()
        .join(JoinType::InnerJoin, line_to_report())
        .join(JoinType::LeftJoin, line_to_vacancy())
        .filter(Of::CompanyId.eq(company))
        .filter(among(db, Of::Reference, references))
        .filter(vacancy_report::Column::Status.is_in(LIVING))
        .order_by_desc(Of::ReportId)
        .select_only()
        .columns([Of::Reference, Of::ReportId])
        .column(vacancy_report::Column::Corrects)
        .column(Of::LineId)
        .column(vacancy_report::Column::Status)
        .column(vacancy::Column::Status)
        .column(Of::Content);
    let found: Vec<FoundLine> = select.into_tuple().all(db).await?;
    let mut known: HashMap<String, Vec<KnownLine>> = HashMap::new();
    for (reference, report, corrects, line, status, vacancy, content) in found {
        let (alive, correction) = (vacancy != Some(VacancyStatus::Closed), corrects.is_some());
        known.entry(reference).or_default().push(KnownLine { report, line, status, alive, correction, content });
    }
    Ok(known)
}

/// Reference, report, row, where both stand, vacancy, content, and index of the NIK.
type FoundRow =
    (String, PlacementReportId, PlacementId, ReportStatus, Option<PlacementStatus>, VacancyId, String, Option<Vec<u8>>);

/// A row that stands in a placement report which has not ended.
pub struct KnownRow {
    /// Its report.
    pub report: PlacementReportId,
    /// The row.
    pub row: PlacementId,
    /// Where its report stands.
    pub status: ReportStatus,
    /// Its placement was not voided.
    pub alive: bool,
    /// Its vacancy.
    pub vacancy: VacancyId,
    /// The row as it is stored.
    pub content: String,
    /// Blind index of its NIK.
    pub nik_index: Option<Vec<u8>>,
}

/// The rows of a company under references, those of the newest reports first.
///
/// # Errors
/// The database's own.
pub async fn known_rows<C: ConnectionTrait>(
    db: &C,
    company: CompanyId,
    references: Vec<String>,
) -> Result<HashMap<String, Vec<KnownRow>>, Problem> {
    use placement_row::Column as Of;
    if references.is_empty() {
        return Ok(HashMap::new());
    }
    let select = placement_row::Entity::find()
        .join(JoinType::InnerJoin, row_to_report())
        .join(JoinType::LeftJoin, row_to_placement())
        .filter(Of::CompanyId.eq(company))
        .filter(among(db, Of::Reference, references))
        .filter(placement_report::Column::Status.is_in(LIVING))
        .order_by_desc(Of::ReportId)
        .select_only()
        .columns([Of::Reference, Of::ReportId, Of::RowId])
        .column(placement_report::Column::Status)
        .column(placement::Column::Status)
        .columns([Of::VacancyId, Of::Content, Of::NikIndex]);
    let found: Vec<FoundRow> = select.into_tuple().all(db).await?;
    let mut known: HashMap<String, Vec<KnownRow>> = HashMap::new();
    for (reference, report, row, status, placement, vacancy, content, nik_index) in found {
        let alive = placement.is_none_or(|status| status == PlacementStatus::Active);
        known.entry(reference).or_default().push(KnownRow { report, row, status, alive, vacancy, content, nik_index });
    }
    Ok(known)
}

/// The newest vacancy of each reference of a company.
///
/// # Errors
/// The database's own.
pub async fn vacancies_by_reference<C: ConnectionTrait>(
    db: &C,
    company: CompanyId,
    references: Vec<String>,
) -> Result<HashMap<String, VacancyId>, Problem> {
    use vacancy_line::Column as Of;
    if references.is_empty() {
        return Ok(HashMap::new());
    }
    let select = vacancy_line::Entity::find()
        .join(JoinType::InnerJoin, line_to_vacancy())
        .filter(Of::CompanyId.eq(company))
        .filter(among(db, Of::Reference, references))
        .order_by_asc(Of::LineId)
        .select_only()
        .columns([Of::Reference, Of::LineId]);
    let found: Vec<(String, VacancyId)> = select.into_tuple().all(db).await?;
    Ok(found.into_iter().collect())
}

/// The corrections that are under way, by the report that each corrects.
///
/// # Errors
/// The database's own.
pub async fn open_corrections<C: ConnectionTrait>(
    db: &C,
    accepted: Vec<VacancyReportId>,
) -> Result<HashMap<VacancyReportId, (VacancyReportId, ReportStatus)>, Problem> {
    use vacancy_report::Column as Of;
    if accepted.is_empty() {
        return Ok(HashMap::new());
    }
    let open = [ReportStatus::Draft, ReportStatus::Submitted, ReportStatus::Returned];
    let select = vacancy_report::Entity::find().select_only().columns([Of::Corrects, Of::Id, Of::Status]);
    let select = select.filter(among(db, Of::Corrects, accepted)).filter(Of::Status.is_in(open));
    let found: Vec<(VacancyReportId, VacancyReportId, ReportStatus)> = select.into_tuple().all(db).await?;
    Ok(found.into_iter().map(|(accepted, id, status)| (accepted, (id, status))).collect())
}

/// The lines of reports, and of each whether its report is a correction.
///
/// # Errors
/// The database's own.
pub async fn lines_of_reports<C: ConnectionTrait>(
    db: &C,
    reports: Vec<VacancyReportId>,
) -> Result<Vec<(vacancy_line::Model, bool)>, Problem> {
    use vacancy_report::Column as Report;
    let select = vacancy_report::Entity::find().select_only().column(Report::Id);
    let corrections = select.filter(among(db, Report::Id, reports.clone())).filter(Report::Corrects.is_not_null());
    let corrections: Vec<VacancyReportId> = corrections.into_tuple().all(db).await?;
    let lines = vacancy_line::Entity::find().filter(among(db, vacancy_line::Column::ReportId, reports));
    let lines = lines.all(db).await?;
    Ok(lines
        .into_iter()
        .map(|line| (corrections.contains(&line.report_id), line))
        .map(|(of, line)| (line, of))
        .collect())
}

/// The rows of placement reports in their order.
///
/// # Errors
/// The database's own.
pub async fn rows_of_reports<C: ConnectionTrait>(
    db: &C,
    reports: Vec<PlacementReportId>,
) -> Result<Vec<placement_row::Model>, DbErr> {
    use placement_row::Column as Of;
    let select = placement_row::Entity::find().filter(among(db, Of::ReportId, reports));
    select.order_by_asc(Of::ReportId).order_by_asc(Of::Position).all(db).await
}
