//! The server on SQLite: a reading connection in each worker thread, called in line, and one writing thread that commits
//! whatever waits in one transaction.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, get, post};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, ToSql, params, params_from_iter};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::classes::{self, Class, FunnelFilter, NewEnrollment, Person};
use crate::keys::Keys;
use crate::people::{self, Listing, NewTicket, Plan, Read, Reads, Seeker};
use crate::personal::Vault;
use crate::search::Syntax;
use crate::view::{self, Failure, Filing, Filter, Health, Listed, PAGE, Page, Submitted, Time, Vacancy, Wanted, Words};

/// How long a row of the journal waits for its position, at least.
const ROUND: Duration = Duration::from_millis(250);
/// Requests that one transaction writes at most.
const GROUP: usize = 64;

/// What is to be written.
enum Work {
    File { id: Uuid, key: Option<String> },
    Book(NewTicket),
    Enrol(NewEnrollment),
}

/// And who waits for it.
struct Job {
    work: Work,
    done: oneshot::Sender<Result<Option<Vec<u8>>, Failure>>,
}

/// Serves until it is killed.
pub async fn serve(path: &str, listen: &str) -> anyhow::Result<()> {
    let (jobs, waiting) = channel();
    let writer = Connection::open(path)?;
    writer.execute_batch(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA foreign_keys = on; PRAGMA busy_timeout = 5000",
    )?;
    writer.set_prepared_statement_cache_capacity(64);
    let words = Data::new(crate::seed::words(&format!("sqlite://{path}")).await?);
    let (vault, reads) = (Data::new(Vault::new(&Keys::load()?)), Data::new(Reads::default()));
    let (known, noted) = (words.clone(), reads.clone());
    std::thread::spawn(move || write(&writer, &known, &noted, &waiting));
    let path = path.to_owned();
    let app = move || {
        let path = path.clone();
        let app = App::new().app_data(Data::new(jobs.clone())).app_data(words.clone()).data_factory(move || {
            let reader = open(&path);
            async move { reader }
        });
        let app = app.app_data(vault.clone()).app_data(reads.clone());
        let app = app.service(get_liveness).service(get_vacancy).service(list_vacancies).service(submit_report);
        app.service(get_seeker).service(list_seekers).service(book_ticket).service(enrol).service(get_funnel)
    };
    Ok(HttpServer::new(app).workers(crate::workers()).bind(listen)?.run().await?)
}

fn open(path: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reader = Connection::open_with_flags(path, flags)?;
    reader.set_prepared_statement_cache_capacity(64);
    reader.busy_timeout(Duration::from_secs(5))?;
    Ok(reader)
}

#[get("/livez")]
async fn get_liveness() -> Json<Health> {
    Json(Health { status: "ok" })
}

#[get("/v1/vacancies/{id}")]
async fn get_vacancy(db: Data<Connection>, id: Path<Uuid>) -> Result<HttpResponse, Failure> {
    let mut select = db.prepare_cached(&format!("SELECT {} AND v.id = $1", view::WHOLE))?;
    let mut rows = select.query([*id])?;
    let Some(row) = rows.next()? else { return Ok(HttpResponse::NotFound().finish()) };
    Ok(HttpResponse::Ok().json(whole(row)?))
}

fn text<'a>(row: &'a Row<'_>, at: usize) -> Result<&'a str, Failure> {
    Ok(row.get_ref(at)?.as_str()?)
}

fn maybe<'a>(row: &'a Row<'_>, at: usize) -> Result<Option<&'a str>, Failure> {
    Ok(row.get_ref(at)?.as_str_or_null()?)
}

fn whole<'a>(row: &'a Row<'_>) -> Result<Vacancy<'a>, Failure> {
    Ok(Vacancy {
        id: row.get(0)?,
        status: text(row, 1)?,
        company_id: row.get(2)?,
        company_name: text(row, 3)?,
        office: text(row, 4)?,
        title: text(row, 5)?,
        description: maybe(row, 6)?,
        occupation: text(row, 7)?,
        sector: text(row, 8)?,
        work_country: text(row, 9)?,
        work_region: Some(text(row, 10)?).filter(|region| !region.is_empty()),
        antar_kerja: text(row, 11)?,
        education: maybe(row, 12)?,
        experience_months: row.get(13)?,
        age_min: row.get(14)?,
        age_max: row.get(15)?,
        skills: serde_json::from_str(text(row, 16)?)?,
        wanted: Wanted { men: row.get(17)?, women: row.get(18)?, any: row.get(19)? },
        persons_wanted: row.get(20)?,
        persons_filled: row.get(21)?,
        wage_min: row.get(22)?,
        wage_max: row.get(23)?,
        disability_friendly: row.get(24)?,
        valid_from: text(row, 25)?.into(),
        valid_until: text(row, 26)?.into(),
        published_at: Time::Text(text(row, 27)?),
        status_reason: None,
        version: row.get(28)?,
        allowed_actions: [],
    })
}

/// A row of a list, on its own: the statement's buffer holds one row at a time.
struct Kept {
    id: Uuid,
    company_id: Uuid,
    texts: [String; 9],
    education: Option<String>,
    wanted: i32,
    filled: i32,
    wages: [Option<i64>; 2],
    friendly: bool,
}

impl Kept {
    fn of(row: &Row<'_>) -> Result<Self, Failure> {
        let mut texts: [String; 9] = Default::default();
        for (kept, at) in texts.iter_mut().zip([1, 3, 4, 5, 6, 7, 8, 15, 16]) {
            text(row, at)?.clone_into(kept);
        }
        Ok(Self {
            id: row.get(0)?,
            company_id: row.get(2)?,
            texts,
            education: row.get(9)?,
            wanted: row.get(10)?,
            filled: row.get(11)?,
            wages: [row.get(12)?, row.get(13)?],
            friendly: row.get(14)?,
        })
    }

    fn listed(&self) -> Listed<'_> {
        let [status, company, title, occupation, country, region, kind, until, published] = &self.texts;
        Listed {
            id: self.id,
            status,
            company_id: self.company_id,
            company_name: company,
            title,
            occupation,
            work_country: country,
            work_region: Some(region.as_str()).filter(|region| !region.is_empty()),
            antar_kerja: kind,
            education: self.education.as_deref(),
            persons_wanted: self.wanted,
            persons_filled: self.filled,
            wage_min: self.wages[0],
            wage_max: self.wages[1],
            disability_friendly: self.friendly,
            valid_until: Cow::Borrowed(until),
            published_at: Time::Text(published),
        }
    }

    fn time(&self) -> Result<DateTime<Utc>, Failure> {
        let [.., published] = &self.texts;
        Ok(published.parse()?)
    }
}

fn rows(db: &Connection, sql: &str, values: &[&dyn ToSql]) -> Result<Vec<Kept>, Failure> {
    let mut select = db.prepare_cached(sql)?;
    let mut rows = select.query(values)?;
    let mut kept = Vec::with_capacity(PAGE + 1);
    while let Some(row) = rows.next()? {
        kept.push(Kept::of(row)?);
    }
    Ok(kept)
}

#[get("/v1/vacancies")]
async fn list_vacancies(
    db: Data<Connection>,
    words: Data<Words>,
    filter: Query<Filter>,
) -> Result<HttpResponse, Failure> {
    if let Some(q) = &filter.q {
        return search(&db, &words, q);
    }
    let sql = format!("SELECT {} WHERE {}", view::LISTED, filter.conditions());
    let after = filter.after()?.map(|(time, id)| (stamp(time), id));
    let mut values: Vec<&dyn ToSql> = Vec::new();
    if let Some(region) = &filter.region {
        values.push(region);
    }
    if let Some((time, id)) = &after {
        values.extend([time as &dyn ToSql, id]);
    }
    values.push(&21);
    let rows = rows(&db, &sql, &values)?;
    let shown = rows.get(..PAGE).unwrap_or(&rows);
    let next = match shown.last().filter(|_| rows.len() > PAGE) {
        Some(row) => Some(view::cursor(row.time()?, row.id)),
        None => None,
    };
    Ok(HttpResponse::Ok().json(Page::of(shown.iter().map(Kept::listed).collect(), next, false)))
}

fn search(db: &Connection, words: &Words, q: &str) -> Result<HttpResponse, Failure> {
    let (query, wanted) = words.read(q, Syntax::FTS5);
    let mut candidates = db.prepare_cached(&format!(
        "SELECT v.id, v.title, v.occupation, v.skills, v.published_at FROM vacancy v WHERE {} AND v.id IN (SELECT vacancy_id FROM vacancy_search WHERE number IN (SELECT rowid FROM vacancy_fts WHERE vacancy_fts MATCH ?1)) ORDER BY v.published_at DESC, v.id DESC LIMIT 1001",
        view::OPEN
    ))?;
    let mut cursor = candidates.query([wanted])?;
    let mut found = Vec::new();
    while let Some(row) = cursor.next()? {
        found.push((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, text(row, 4)?.parse()?));
    }
    let (order, more, truncated) = words.ranked(&query, found);
    let places = vec!["?"; order.len()].join(", ");
    let ids: Vec<&dyn ToSql> = order.iter().map(|id| id as &dyn ToSql).collect();
    let rows = rows(db, &format!("SELECT {} WHERE v.id IN ({places})", view::LISTED), &ids)?;
    let page = view::ranked_page(rows.iter().map(Kept::listed).collect(), &order, more, truncated);
    Ok(HttpResponse::Ok().json(page))
}

#[post("/v1/vacancy-reports/{id}/submit")]
async fn submit_report(jobs: Data<Sender<Job>>, id: Path<Uuid>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    Ok(match written(&jobs, Work::File { id: *id, key }).await? {
        Some(answer) => HttpResponse::Ok().content_type("application/json").body(answer),
        None => HttpResponse::Conflict().finish(),
    })
}

async fn written(jobs: &Sender<Job>, work: Work) -> Result<Option<Vec<u8>>, Failure> {
    let (done, answer) = oneshot::channel();
    jobs.send(Job { work, done }).map_err(|_| Failure("the writer is gone".to_owned()))?;
    answer.await?
}

#[get("/v1/job-seekers/{id}")]
async fn get_seeker(
    db: Data<Connection>,
    vault: Data<Vault>,
    reads: Data<Reads>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let sql = format!("SELECT {} FROM seeker WHERE id = $1 AND {}", people::WHOLE, people::SENT);
    let mut select = db.prepare_cached(&sql)?;
    let mut rows = select.query([*id])?;
    let Some(row) = rows.next()? else { return Ok(HttpResponse::NotFound().finish()) };
    let (office, status) = (text(row, 1)?, text(row, 2)?);
    if status == "submitted" && db.prepare_cached(people::KNOWN)?.exists([row.get_ref(9)?.as_blob()?])? {
        return Err(Failure("nobody of the benchmark has two records".to_owned()));
    }
    reads.note(Read { act: "detail", office: office.to_owned(), subject: Some(*id), filter: None, persons: 1 });
    let seeker = Seeker {
        id: row.get(0)?,
        office,
        status,
        source: text(row, 3)?,
        school_id: row.get(4)?,
        nik: text(row, 5)?,
        name: text(row, 6)?,
        birth_on: row.get(7)?,
        sex: maybe(row, 8)?,
        sealed: row.get_ref(10)?.as_blob()?,
        overrides: text(row, 11)?,
        return_reasons: maybe(row, 12)?,
        removal_reason: maybe(row, 13)?,
        status_reason: maybe(row, 14)?,
        merged_into: row.get(15)?,
        submitted_at: maybe(row, 16)?.map(Time::Text),
        registered_at: maybe(row, 17)?.map(Time::Text),
        created_at: Time::Text(text(row, 18)?),
        version: row.get(19)?,
    };
    seeker.answer(&vault)
}

#[get("/v1/job-seekers")]
async fn list_seekers(
    db: Data<Connection>,
    reads: Data<Reads>,
    filter: Query<people::Filter>,
) -> Result<HttpResponse, Failure> {
    let mut select = db.prepare_cached(&filter.sql())?;
    let mut values: Vec<&dyn ToSql> = vec![&filter.office];
    if let Some(status) = &filter.status {
        values.push(status);
    }
    if let Some(after) = &filter.cursor {
        values.push(after);
    }
    let mut rows = select.query(&*values)?;
    let mut page = Listing::new();
    while let Some(row) = rows.next()? {
        page.add(&people::Listed {
            id: row.get(0)?,
            office: text(row, 1)?,
            status: text(row, 2)?,
            source: text(row, 3)?,
            name: text(row, 4)?,
            nik: text(row, 5)?,
            sex: maybe(row, 6)?,
            region: maybe(row, 7)?,
            education: maybe(row, 8)?,
            occupation: maybe(row, 9)?,
            submitted_at: maybe(row, 10)?.map(Time::Text),
            registered_at: maybe(row, 11)?.map(Time::Text),
            version: row.get(12)?,
        })?;
    }
    page.answer(&reads)
}

#[post("/v1/queue-tickets")]
async fn book_ticket(jobs: Data<Sender<Job>>, Json(new): Json<NewTicket>) -> Result<HttpResponse, Failure> {
    Ok(match written(&jobs, Work::Book(new)).await? {
        Some(answer) => HttpResponse::Created().content_type("application/json").body(answer),
        None => HttpResponse::Conflict().finish(),
    })
}

#[post("/v1/training-enrollments")]
async fn enrol(jobs: Data<Sender<Job>>, Json(new): Json<NewEnrollment>) -> Result<HttpResponse, Failure> {
    Ok(match written(&jobs, Work::Enrol(new)).await? {
        Some(answer) => HttpResponse::Created().content_type("application/json").body(answer),
        None => HttpResponse::Conflict().finish(),
    })
}

#[get("/v1/training-funnel")]
async fn get_funnel(db: Data<Connection>, filter: Query<FunnelFilter>) -> Result<HttpResponse, Failure> {
    let mut select = db.prepare_cached(&filter.sql()?)?;
    let sums = select
        .query_map(params![filter.office, filter.year], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    filter.answer(sums)
}

/// Writes until the server ends: takes what waits, writes it all in one transaction, and answers after the commit.
fn write(db: &Connection, words: &Words, reads: &Reads, waiting: &Receiver<Job>) -> Result<(), Failure> {
    let mut sealed = Instant::now();
    loop {
        let mut jobs = match waiting.recv_timeout(ROUND) {
            Ok(job) => vec![job],
            Err(RecvTimeoutError::Timeout) => Vec::new(),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        jobs.extend(waiting.try_iter().take(GROUP - 1));
        db.execute_batch("BEGIN IMMEDIATE")?;
        let answers: Vec<_> = jobs
            .iter()
            .map(|job| match &job.work {
                Work::File { id, key } => file(db, words, *id, key.as_deref()),
                Work::Book(new) => book(db, new),
                Work::Enrol(new) => apply(db, new),
            })
            .collect();
        if sealed.elapsed() >= ROUND {
            seal(db)?;
            record(db, reads)?;
            sealed = Instant::now();
        }
        db.execute_batch("COMMIT")?;
        for (job, answer) in jobs.into_iter().zip(answers) {
            let _ = job.done.send(answer);
        }
    }
}

fn file(db: &Connection, words: &Words, id: Uuid, key: Option<&str>) -> Result<Option<Vec<u8>>, Failure> {
    let now = Utc::now();
    let time = stamp(now);
    let mut load = db.prepare_cached(
        "SELECT r.company_id, c.office, r.revision, r.line_count, r.persons_wanted, r.version, c.nib, c.branch, c.name FROM vacancy_report r JOIN company c ON c.id = r.company_id WHERE r.id = ?1 AND r.status = 'draft'",
    )?;
    let filing = load.query_row([id], |row| {
        Ok(Filing {
            company: row.get(0)?,
            office: row.get(1)?,
            revision: row.get(2)?,
            lines: row.get(3)?,
            persons: row.get(4)?,
            version: row.get(5)?,
            nib: row.get(6)?,
            branch: row.get(7)?,
            name: row.get(8)?,
        })
    });
    let Some(filing) = filing.optional()? else { return Ok(None) };
    let mut content =
        db.prepare_cached("SELECT content FROM vacancy_report_line WHERE report_id = ?1 ORDER BY position")?;
    let lines = content.query_map([id], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let lines = lines.iter().map(|line| serde_json::from_str(line)).collect::<Result<Vec<&RawValue>, _>>()?;
    let (year, month) = Filing::month(now);
    let mut count = db.prepare_cached(
        "INSERT INTO counter (office, kind, year, value) VALUES (?1, 'LWK', ?2, 1) ON CONFLICT (office, kind, year) DO UPDATE SET value = counter.value + 1 RETURNING value",
    )?;
    let number = filing.number(year, count.query_row(params![filing.office, year], |row| row.get(0))?);
    db.prepare_cached("UPDATE vacancy_report SET status = 'submitted', version = version + 1, updated_at = ?3, submitted_at = ?3, first_submitted_at = ?3, filed_by_company = NULL, return_note = NULL, office = ?4, number = ?5 WHERE id = ?1 AND version = ?2")?
        .execute(params![id, filing.version, time, filing.office, number])?;
    let statement = filing.statement(&number, words.office(&filing.office), now, &lines)?;
    db.prepare_cached("INSERT INTO receipt (number, issue, kind, office, company_id, subject_id, issued_at, statement, salt, kid, signature) VALUES (?1, 1, 'vacancy_report', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?
        .execute(params![number, filing.office, filing.company, id, time, statement, view::SALT, view::KID, view::SIGNATURE])?;
    let mut nil =
        db.prepare_cached("SELECT 1 FROM nil_report WHERE company_id = ?1 AND month = ?2 AND status = 'submitted'")?;
    if nil.exists(params![filing.company, month])? {
        return Err(Failure("no month of the benchmark has a nil report".to_owned()));
    }
    let version = filing.version + 1;
    db.prepare_cached("INSERT INTO journal (id, recorded_at, event, office, company_id, subject_kind, subject_id, version, actor, body) VALUES (?1, ?2, 'vacancy_report.submit', ?3, ?4, 'vacancy_report', ?5, ?6, ?7, ?8)")?
        .execute(params![Uuid::now_v7(), time, filing.office, filing.company, id.to_string(), version, ACTOR, filing.facts(&number)])?;
    db.prepare_cached("INSERT INTO journal_unsealed (seq) VALUES (last_insert_rowid())")?.execute([])?;
    let answer = serde_json::to_vec(&Submitted { id, status: "submitted", number: &number, version, lines })?;
    if let Some(key) = key {
        let fingerprint = Sha256::digest(id.as_bytes()).to_vec();
        db.prepare_cached(
            "INSERT INTO idempotency (caller, key, fingerprint, answer, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![ACTOR, key, fingerprint, answer, time])?;
    }
    Ok(Some(answer))
}

fn book(db: &Connection, new: &NewTicket) -> Result<Option<Vec<u8>>, Failure> {
    let (id, now) = (Uuid::now_v7(), Utc::now());
    let (time, date) = (stamp(now), new.date.to_string());
    let mut service = db.prepare_cached(
        "SELECT capacity, walk_in_percent, slot_minutes, opens_at, closes_at FROM queue_service WHERE office = ?1 AND service = ?2",
    )?;
    let mut plan = service.query_row([&new.office, &new.service], |row| {
        Ok(Plan {
            capacity: row.get(0)?,
            walk_in_percent: row.get(1)?,
            slot_minutes: row.get(2)?,
            opens_at: row.get(3)?,
            closes_at: row.get(4)?,
        })
    })?;
    let mut keeper =
        db.prepare_cached(&format!("SELECT office, school_id FROM seeker WHERE id = ?1 AND {}", people::SENT))?;
    let office: String = keeper.query_row([new.job_seeker_id], |row| row.get(0))?;
    if office != new.office {
        return Err(Failure("every person of the benchmark books at their own office".to_owned()));
    }
    let mut take = db.prepare_cached(
        "UPDATE queue_day SET booked = booked + 1, last_number = last_number + 1 WHERE office = ?1 AND service = ?2 AND date = ?3 AND booked + walked_in + 1 <= coalesce(capacity, ?4) AND booked + 1 + (coalesce(capacity, ?4) * ?5 + 99) / 100 <= coalesce(capacity, ?4) RETURNING last_number, coalesce(capacity, ?4)",
    )?;
    let mut begin = db.prepare_cached(
        "INSERT INTO queue_day (office, service, date, booked, walked_in, last_number) VALUES (?1, ?2, ?3, 0, 0, 0) ON CONFLICT DO NOTHING",
    )?;
    let number = loop {
        let values = params![new.office, new.service, date, plan.capacity, plan.walk_in_percent];
        let taken = take.query_row(values, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some((number, capacity)) = taken {
            plan.capacity = capacity;
            break number;
        }
        if begin.execute(params![new.office, new.service, date])? == 0 {
            return Ok(None);
        }
    };
    let mut slots = db.prepare_cached(
        "SELECT slot, count(id) FROM queue_ticket WHERE office = ?1 AND service = ?2 AND date = ?3 AND slot IS NOT NULL AND status <> 'cancelled' GROUP BY slot",
    )?;
    let slots = slots.query_map([&new.office, &new.service, &date], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(slot) = plan.slot(&slots.collect::<Result<HashMap<i32, i64>, _>>()?) else { return Ok(None) };
    db.prepare_cached("INSERT INTO queue_ticket (id, office, service, date, number, slot, kind, status, seeker_id, version, created_at, created_by, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'booked', 'booked', ?7, 1, ?8, ?9, ?8)")?
        .execute(params![id, new.office, new.service, date, number, slot, new.job_seeker_id, time, ACTOR])?;
    db.prepare_cached("INSERT INTO movement (kind, office, effective_on, recorded_at, quantity, subject_id) VALUES ('queue_ticket', ?1, ?2, ?3, 1, ?4)")?
        .execute(params![new.office, date, time, id])?;
    let number = new.number(number);
    db.prepare_cached("INSERT INTO journal (id, recorded_at, event, office, subject_kind, subject_id, version, actor, body) VALUES (?1, ?2, 'queue_ticket.book', ?3, 'queue_ticket', ?4, 1, ?5, ?6)")?
        .execute(params![Uuid::now_v7(), time, new.office, id.to_string(), ACTOR, new.facts(&number)])?;
    db.prepare_cached("INSERT INTO journal_unsealed (seq) VALUES (last_insert_rowid())")?.execute([])?;
    Ok(Some(new.answer(id, &number, slot, now)?))
}

fn apply(db: &Connection, new: &NewEnrollment) -> Result<Option<Vec<u8>>, Failure> {
    let (id, now) = (Uuid::now_v7(), Utc::now());
    let (time, today) = (stamp(now), classes::day(now).to_string());
    let class = db.prepare_cached(classes::PACKAGE)?.query_row([new.package_id], |row| {
        Ok(Class {
            programme: row.get(0)?,
            provider: row.get(1)?,
            office: row.get(2)?,
            year: row.get(3)?,
            funding: row.get(4)?,
            site: row.get(5)?,
            target_group: row.get(6)?,
        })
    })?;
    let person = db.prepare_cached(classes::PERSON)?.query_row([new.job_seeker_id], |row| {
        let born: Option<String> = row.get(2)?;
        let birth_year = born.and_then(|born| born.get(..4).and_then(|year| year.parse().ok()));
        Ok(Person { name: row.get(0)?, sex: row.get(1)?, birth_year, region: row.get(3)? })
    })?;
    if db.prepare_cached(classes::EARLIER)?.exists(params![new.job_seeker_id, class.programme])? {
        return Ok(None);
    }
    let (district, age) = (person.district(), person.age(class.year));
    db.prepare_cached(classes::ENROL)?.execute(params![
        id,
        new.package_id,
        class.programme,
        class.provider,
        class.office,
        new.job_seeker_id,
        person.sex,
        person.birth_year,
        district,
        time,
        ACTOR,
    ])?;
    let (sex, lives) = (person.sex.as_deref().unwrap_or_default(), district.unwrap_or_default());
    db.prepare_cached(classes::TALLY)?.execute(params![
        class.office,
        class.year,
        class.programme,
        class.funding,
        class.site,
        class.target_group,
        sex,
        age,
        lives,
    ])?;
    db.prepare_cached(classes::MOVEMENT)?.execute(params![
        class.office,
        today,
        time,
        id,
        person.sex,
        person.birth_year,
        district,
        class.year,
        class.funding,
        class.site,
        class.target_group,
        class.programme,
    ])?;
    db.prepare_cached("INSERT INTO journal (id, recorded_at, event, office, subject_kind, subject_id, version, actor, body) VALUES (?1, ?2, 'training_enrollment.apply', ?3, 'training_enrollment', ?4, 1, ?5, ?6)")?
        .execute(params![Uuid::now_v7(), time, class.office, id.to_string(), ACTOR, new.facts(&class)])?;
    db.prepare_cached("INSERT INTO journal_unsealed (seq) VALUES (last_insert_rowid())")?.execute([])?;
    Ok(Some(new.answer(id, &class, &person, now)?))
}

/// Writes who read what.
fn record(db: &Connection, reads: &Reads) -> Result<(), Failure> {
    let mut insert = db.prepare_cached("INSERT INTO access_record (id, recorded_at, actor, office, act, purpose, subject_kind, subject_id, filter, persons) VALUES (?1, ?2, ?3, ?4, ?5, NULL, 'job_seeker', ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING")?;
    for (id, at, read) in reads.take() {
        insert.execute(params![
            id,
            stamp(at),
            ACTOR,
            read.office,
            read.act,
            read.subject,
            read.filter,
            read.persons
        ])?;
    }
    Ok(())
}

/// Who writes; as long as the service's own actors.
const ACTOR: &str = "http://127.0.0.1:8080|00000000-0000-0000-0000-000000000000";

/// Gives the journal's rows their positions and a hash each, as the service's sealer does.
fn seal(db: &Connection) -> Result<(), Failure> {
    let mut gone = db.prepare_cached("DELETE FROM journal_unsealed RETURNING seq")?;
    let mut seqs = gone.query_map([], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
    if seqs.is_empty() {
        return Ok(());
    }
    seqs.sort_unstable();
    let mut head = db.prepare_cached("SELECT position, hash FROM sealer WHERE id = 1")?;
    let (mut position, mut hash): (i64, Vec<u8>) = head.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut body = db.prepare_cached("SELECT body FROM journal WHERE seq = ?1")?;
    let mut place = db.prepare_cached("INSERT INTO journal_position (position, seq, hash) VALUES (?1, ?2, ?3)")?;
    for seq in seqs {
        position += 1;
        let body: String = body.query_row([seq], |row| row.get(0))?;
        hash = Sha256::new().chain_update(&hash).chain_update(body).finalize().to_vec();
        place.execute(params![position, seq, hash])?;
    }
    let values: [&dyn ToSql; 2] = [&position, &hash];
    db.prepare_cached("UPDATE sealer SET position = ?1, hash = ?2 WHERE id = 1")?.execute(params_from_iter(values))?;
    Ok(())
}

/// An instant as the service writes it.
pub fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}
