//! The operations.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::batch::{Atomicity, BatchFormat, BatchMode, Disposition};
use disnaker_entity::file::MediaType;
use disnaker_entity::school::SchoolId;
use disnaker_entity::seeker;
use sea_orm::ConnectionTrait;

use super::bodies::{AlumniBody, AlumniCounts, AlumniOutcome, AlumniQuery, AlumniResult, AlumniRowView};
use super::columns::{self, TABLE};
use super::rules::{self, Input, Known, Measure, Outcome};
use crate::access::permissions::{DraftAlumni, ReadReference};
use crate::app::State;
use crate::book::Book;
use crate::bulk::{self, RowFaultView, Survey, Told, Verdict};
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{REQUIRED, UNKNOWN_REFERENCE};
use crate::problem::{Fault, FaultCode, Kind, Language, Problem, Text};
use crate::reference::{self, Codes};
use crate::seekers;
use crate::seekers::bodies::NewSeeker;
use crate::seekers::rules::Author;
use crate::wire::{Query, Raw};

/// Most rows of a file: some years of a school.
const MOST_ROWS: usize = 500;
/// Rows that count as one request.
const ROWS_A_REQUEST: usize = 100;

const TOO_MANY: FaultCode =
    FaultCode::new("too-many-rows", "Baris terlalu banyak untuk satu berkas", "Too many rows for one file");

/// A file that was looked at, and what it is held against.
struct File {
    school: SchoolId,
    query: AlumniQuery,
    format: BatchFormat,
    bytes: actix_web::web::Bytes,
    survey: Survey<NewSeeker>,
    codes: Arc<Codes>,
}

/// Reads a file, and looks whether the caller may send it.
async fn received(caller: &Caller<DraftAlumni>, query: AlumniQuery, raw: Raw) -> Result<File, Problem> {
    let school = school_of(caller, query.school_id)?;
    let (format, file) = bulk::receive(raw).await?;
    let state = caller.state();
    let (codes, desk) = (reference::codes(state).await?, state.desk().await?);
    let (bytes, lists) = (file.bytes.clone(), Arc::clone(&codes));
    let look = move || {
        let _desk = desk;
        columns::survey(&bytes, format, &lists, MOST_ROWS)
    };
    let survey = tokio::task::spawn_blocking(look).await.map_err(Problem::internal)??;
    if survey.rows > MOST_ROWS {
        let expected = Text::made(format!("paling banyak {MOST_ROWS} baris"), format!("at most {MOST_ROWS} rows"));
        let fault = Fault::new("", TOO_MANY, survey.rows, expected);
        return Err(Problem::new(Kind::InvalidContent).faults(vec![fault]));
    }
    caller.charge(u32::try_from(survey.rows.saturating_sub(1) / ROWS_A_REQUEST).unwrap_or(u32::MAX))?;
    Ok(File { school, query, format, bytes: file.bytes, survey, codes })
}

/// The school that sends: the one that is named, else the only one.
fn school_of(caller: &Caller<DraftAlumni>, named: Option<SchoolId>) -> Result<SchoolId, Problem> {
    let own = &caller.scope().schools;
    match (named, own.as_slice()) {
        (Some(named), own) if own.contains(&named) => Ok(named),
        (None, [only]) => Ok(*only),
        (Some(named), _) => {
            let expected = Text::of("sekolah tempat Anda bekerja", "a school that you work for");
            let fault = Fault::new("school_id", UNKNOWN_REFERENCE, named.to_string(), expected);
            Err(Problem::new(Kind::InvalidContent).faults(vec![fault]))
        }
        (None, _) => {
            let expected = Text::of("salah satu sekolah tempat Anda bekerja", "one of the schools that you work for");
            let fault = Fault::new("school_id", REQUIRED, serde_json::Value::Null, expected);
            Err(Problem::new(Kind::InvalidQuery).faults(vec![fault]))
        }
    }
}

/// Decides on every row; gives with that the rows that are known.
async fn judged<C: ConnectionTrait>(
    db: &C,
    state: &State,
    book: &Book,
    file: &File,
) -> Result<(Vec<Outcome>, HashMap<String, seeker::Model>), Problem> {
    let rows = &file.survey.first;
    let references = rows.iter().filter_map(|row| row.reference.clone());
    let references = references.filter(|reference| bulk::sound_reference(reference)).collect();
    let known = seekers::of_references(db, file.school, references).await?;
    let known: HashMap<_, _> = known.into_iter().filter_map(|row| Some((row.reference.clone()?, row))).collect();
    let submit = file.query.submit.unwrap_or(false);
    let measure = Measure { codes: &file.codes, book, now: state.clock.now(), submit };
    let (mut niks, mut outcomes) = (HashSet::new(), Vec::with_capacity(rows.len()));
    for row in rows {
        let found = row.reference.as_ref().and_then(|reference| known.get(reference));
        let found = found.map(|found| {
            Ok::<_, Problem>(Known { id: found.id, status: found.status, said: seekers::open(&state.vault, found)? })
        });
        outcomes.push(rules::judge(row, found.transpose()?.as_ref(), &measure, &mut niks)?);
    }
    Ok((outcomes, known))
}

/// Writes what is sound, row by row.
async fn write(
    change: &mut Change,
    file: &File,
    outcomes: &mut [Outcome],
    mut known: HashMap<String, seeker::Model>,
) -> Result<(), Problem> {
    for (input, outcome) in file.survey.first.iter().zip(outcomes) {
        if outcome.disposition == Disposition::Rejected {
            continue;
        }
        let mut row = input.reference.as_ref().and_then(|reference| known.remove(reference));
        if let Some((new, sound)) = outcome.write.take() {
            let written = if let Some(row) = &row {
                seekers::update(change, row, &new, &sound, &[]).await?
            } else {
                let author = Author::School(file.school, input.reference.clone());
                seekers::draft(change, &author, &new, &sound).await?
            };
            row = Some(written);
        }
        if let Some(row) = &row {
            outcome.known = Some(row.id);
            if outcome.submit {
                seekers::submit(change, row).await?;
            }
        }
    }
    Ok(())
}

fn result(file: &File, outcomes: Vec<Outcome>, outcome: AlumniOutcome, language: Language) -> AlumniResult {
    let count = |wanted| outcomes.iter().filter(|outcome| outcome.disposition == wanted).count();
    let dispositions = AlumniCounts {
        created: count(Disposition::Created),
        updated: count(Disposition::Updated),
        unchanged: count(Disposition::Unchanged),
        rejected: count(Disposition::Rejected),
    };
    let row = |(input, outcome): (&Input, Outcome)| {
        let (faults, warnings) = RowFaultView::of(&outcome.told, language);
        AlumniRowView {
            position: input.position,
            sheet: input.sheet.as_deref().map(str::to_owned),
            number: input.number,
            disposition: outcome.disposition,
            reference: input.reference.clone(),
            job_seeker_id: outcome.known,
            faults,
            warnings,
        }
    };
    let sheet = matches!(file.format, BatchFormat::Csv | BatchFormat::Xlsx);
    let notes = file.survey.notes.iter().cloned().map(Told::of_file);
    AlumniResult {
        school_id: file.school,
        outcome,
        format: file.format,
        row_count: file.survey.rows,
        dispositions,
        columns: sheet.then(|| file.survey.form.clone().into()),
        notes: notes.map(|note| note.view(language)).collect(),
        rows: file.survey.first.iter().zip(outcomes).map(row).collect(),
    }
}

/// Draft records for a school's alumni, up to 500 at once.
///
/// The file is the body; its media type says how it is written: JSON, NDJSON, CSV or XLSX, see
/// `/v1/templates/job-seekers.xlsx`. Every row has the school's own `reference`: a known one with other content is updated as
/// long as its draft is not sent (an empty cell leaves what is there), with the same content it stays `unchanged`. The answer
/// has every row with its disposition and all its faults. Nothing of the file is kept, but for the answer where
/// an `Idempotency-Key` asks for it: to commit what was validated, send it again with `mode=commit`. Whether somebody has a record already is told to no school. Each 100 rows count as one
/// write of the rate limit.
#[utoipa::path(tag = "schools", params(AlumniQuery),
    request_body(content(
        (AlumniBody = "application/json", example = json!(AlumniBody::sample())),
        (String = "application/x-ndjson"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses((status = 200, body = AlumniResult)), security(("bearer" = [DraftAlumni::NAME])))]
#[post("/job-seeker-batches")]
pub async fn create_job_seeker_batch(
    caller: Caller<DraftAlumni>,
    Query(query): Query<AlumniQuery>,
    raw: Raw,
) -> Result<HttpResponse, Problem> {
    let (file, language) = (received(&caller, query, raw).await?, caller.language());
    caller
        .change(async move |change| {
            seekers::may_draft(change.db(), file.school).await?;
            let (mut outcomes, known) = judged(change.db(), change.state(), &change.book(), &file).await?;
            let rejected = outcomes.iter().any(|outcome| outcome.disposition == Disposition::Rejected);
            let all = file.query.atomicity.unwrap_or(Atomicity::All) == Atomicity::All;
            let outcome = match file.query.mode.unwrap_or(BatchMode::Validate) {
                BatchMode::Validate => AlumniOutcome::Validated,
                BatchMode::Commit if all && rejected => AlumniOutcome::Refused,
                BatchMode::Commit => AlumniOutcome::Committed,
            };
            if outcome == AlumniOutcome::Committed {
                write(change, &file, &mut outcomes, known).await?;
            }
            Ok(Answer::ok(result(&file, outcomes, outcome, language)))
        })
        .await
}

/// Check a file of alumni, and get it back with its faults.
///
/// Nothing is written, and nothing of the file is kept. The workbook has the sender's sheets, columns and rows in order: faulty
/// cells are coloured and have a note, and each row ends with what would become of it and its faults.
#[utoipa::path(tag = "schools", params(AlumniQuery),
    request_body(content(
        (AlumniBody = "application/json", example = json!(AlumniBody::sample())),
        (String = "application/x-ndjson"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses((status = 200, body = Vec<u8>, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    security(("bearer" = [DraftAlumni::NAME])))]
#[post("/annotated-job-seeker-batches")]
pub async fn annotate_job_seeker_batch(
    caller: Caller<DraftAlumni>,
    Query(query): Query<AlumniQuery>,
    raw: Raw,
) -> Result<HttpResponse, Problem> {
    let (file, language) = (received(&caller, query, raw).await?, caller.language());
    let state = caller.state();
    seekers::may_draft(caller.reader(), file.school).await?;
    let (outcomes, _) = judged(caller.reader(), state, &*state.book().await?, &file).await?;
    let desk = state.desk().await?;
    let write = move || {
        let _desk = desk;
        let verdict = |(input, outcome): (&Input, Outcome)| {
            Ok(Verdict {
                sheet: input.sheet.as_deref().unwrap_or_default().to_owned(),
                number: input.number,
                disposition: outcome.disposition,
                told: outcome.told,
            })
        };
        let rows = file.survey.first.iter().zip(outcomes).map(verdict);
        bulk::annotated(&file.bytes, file.format, &TABLE, &file.codes, rows, language, false)
    };
    let book = tokio::task::spawn_blocking(write).await.map_err(Problem::internal)??;
    Ok(HttpResponse::Ok()
        .content_type(MediaType::Xlsx.as_str())
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"annotated.xlsx\""))
        .body(book))
}

/// Download the template of records for alumni.
///
/// A workbook with the columns of `/v1/job-seeker-batches`, drop-downs from the codes of today, and notes in Indonesian and
/// English.
#[utoipa::path(tag = "schools",
    responses((status = 200, body = Vec<u8>, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/templates/job-seekers.xlsx")]
pub async fn get_job_seeker_template(
    request: HttpRequest,
    caller: Caller<ReadReference>,
) -> Result<HttpResponse, Problem> {
    let [.., alumni] = &caller.state().templates;
    bulk::published(&request, caller.state(), alumni, &TABLE).await
}
