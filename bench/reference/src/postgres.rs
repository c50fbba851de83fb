//! The server on PostgreSQL: tokio-postgres behind a deadpool, statements prepared once a connection.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, get, post};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Row};
use uuid::Uuid;

use crate::classes::{self, Class, FunnelFilter, NewEnrollment, Person};
use crate::keys::Keys;
use crate::people::{self, Listing, NewTicket, Plan, Read, Reads, Seeker};
use crate::personal::Vault;
use crate::search::Syntax;
use crate::view::{self, Failure, Filing, Filter, Health, Listed, PAGE, Page, Submitted, Time, Vacancy, Wanted, Words};

/// Makes a database on the server of a URL.
pub async fn create(url: &str, name: &str) -> anyhow::Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client.batch_execute(&format!("CREATE DATABASE {name}")).await?)
}

/// Serves until it is killed, with as many connections as the service has.
pub async fn serve(url: &str, listen: &str) -> anyhow::Result<()> {
    let recycling_method = RecyclingMethod::Fast;
    let manager = Manager::from_config(url.parse()?, NoTls, ManagerConfig { recycling_method });
    let pool = Pool::builder(manager).max_size(crate::workers() * 4).build()?;
    let (vault, reads) = (Data::new(Vault::new(&Keys::load()?)), Data::new(Reads::default()));
    actix_web::rt::spawn(seal(pool.clone()));
    actix_web::rt::spawn(record(pool.clone(), reads.clone()));
    let words = Data::new(crate::seed::words(url).await?);
    let app = move || {
        let app = App::new().app_data(Data::new(pool.clone())).app_data(words.clone());
        let app = app.app_data(vault.clone()).app_data(reads.clone());
        let app = app.service(get_liveness).service(get_vacancy).service(list_vacancies).service(submit_report);
        app.service(get_seeker).service(list_seekers).service(book_ticket).service(enrol).service(get_funnel)
    };
    Ok(HttpServer::new(app).workers(crate::workers()).bind(listen)?.run().await?)
}

#[get("/livez")]
async fn get_liveness() -> Json<Health> {
    Json(Health { status: "ok" })
}

#[get("/v1/vacancies/{id}")]
async fn get_vacancy(pool: Data<Pool>, id: Path<Uuid>) -> Result<HttpResponse, Failure> {
    let db = pool.get().await?;
    let select = db.prepare_cached(&format!("SELECT {} AND v.id = $1", view::WHOLE)).await?;
    let Some(row) = db.query_opt(&select, &[&*id]).await? else { return Ok(HttpResponse::NotFound().finish()) };
    drop(db);
    Ok(HttpResponse::Ok().json(whole(&row)?))
}

fn whole(row: &Row) -> Result<Vacancy<'_>, Failure> {
    Ok(Vacancy {
        id: row.get(0),
        status: row.get(1),
        company_id: row.get(2),
        company_name: row.get(3),
        office: row.get(4),
        title: row.get(5),
        description: row.get(6),
        occupation: row.get(7),
        sector: row.get(8),
        work_country: row.get(9),
        work_region: Some(row.get(10)).filter(|region: &&str| !region.is_empty()),
        antar_kerja: row.get(11),
        education: row.get(12),
        experience_months: row.get(13),
        age_min: row.get(14),
        age_max: row.get(15),
        skills: serde_json::from_str(row.get(16))?,
        wanted: Wanted { men: row.get(17), women: row.get(18), any: row.get(19) },
        persons_wanted: row.get(20),
        persons_filled: row.get(21),
        wage_min: row.get(22),
        wage_max: row.get(23),
        disability_friendly: row.get(24),
        valid_from: day(row, 25),
        valid_until: day(row, 26),
        published_at: Time::Instant(row.get(27)),
        status_reason: None,
        version: row.get(28),
        allowed_actions: [],
    })
}

fn day(row: &Row, at: usize) -> Cow<'_, str> {
    row.get::<_, NaiveDate>(at).to_string().into()
}

fn listed(row: &Row) -> Listed<'_> {
    Listed {
        id: row.get(0),
        status: row.get(1),
        company_id: row.get(2),
        company_name: row.get(3),
        title: row.get(4),
        occupation: row.get(5),
        work_country: row.get(6),
        work_region: Some(row.get(7)).filter(|region: &&str| !region.is_empty()),
        antar_kerja: row.get(8),
        education: row.get(9),
        persons_wanted: row.get(10),
        persons_filled: row.get(11),
        wage_min: row.get(12),
        wage_max: row.get(13),
        disability_friendly: row.get(14),
        valid_until: day(row, 15),
        published_at: Time::Instant(row.get(16)),
    }
}

#[get("/v1/vacancies")]
async fn list_vacancies(pool: Data<Pool>, words: Data<Words>, filter: Query<Filter>) -> Result<HttpResponse, Failure> {
    let db = pool.get().await?;
    if let Some(q) = &filter.q {
        return search(&db, &words, q).await;
    }
    let sql = format!("SELECT {} WHERE {}", view::LISTED, filter.conditions());
    let select = db.prepare_cached(&sql).await?;
    let after = filter.after()?;
    let mut values: Vec<&(dyn ToSql + Sync)> = Vec::new();
    if let Some(region) = &filter.region {
        values.push(region);
    }
    if let Some((time, id)) = &after {
        values.extend([time as &(dyn ToSql + Sync), id]);
    }
    values.push(&21_i64);
    let rows = db.query(&select, &values).await?;
    drop(db);
    let shown = rows.get(..PAGE).unwrap_or(&rows);
    let next = shown.last().filter(|_| rows.len() > PAGE).map(|row| view::cursor(row.get(16), row.get(0)));
    Ok(HttpResponse::Ok().json(Page::of(shown.iter().map(listed).collect(), next, false)))
}

async fn search(db: &deadpool_postgres::Object, words: &Words, q: &str) -> Result<HttpResponse, Failure> {
    let (query, wanted) = words.read(q, Syntax::TSQUERY);
    let sql = format!(
        "SELECT v.id, v.title, v.occupation, v.skills, v.published_at FROM vacancy v WHERE {} AND v.terms @@ CAST(CAST($1 AS text) AS tsquery) ORDER BY v.published_at DESC, v.id DESC LIMIT $2",
        view::OPEN
    );
    let candidates = db.prepare_cached(&sql).await?;
    let found = db.query(&candidates, &[&wanted, &1001_i64]).await?;
    let found = found.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))).collect();
    let (order, more, truncated) = words.ranked(&query, found);
    let select = db.prepare_cached(&format!("SELECT {} WHERE v.id = ANY($1)", view::LISTED)).await?;
    let rows = db.query(&select, &[&order]).await?;
    let page = view::ranked_page(rows.iter().map(listed).collect(), &order, more, truncated);
    Ok(HttpResponse::Ok().json(page))
}

#[post("/v1/vacancy-reports/{id}/submit")]
async fn submit_report(
    pool: Data<Pool>,
    words: Data<Words>,
    id: Path<Uuid>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (id, now) = (id.into_inner(), Utc::now());
    let mut db = pool.get().await?;
    let tx = db.transaction().await?;
    let load = tx
        .prepare_cached(
            "SELECT r.company_id, c.office, r.revision, r.line_count, r.persons_wanted, r.version, c.nib, c.branch, c.name FROM vacancy_report r JOIN company c ON c.id = r.company_id WHERE r.id = $1 AND r.status = 'draft' FOR UPDATE OF r FOR SHARE OF c",
        )
        .await?;
    let Some(row) = tx.query_opt(&load, &[&id]).await? else { return Ok(HttpResponse::Conflict().finish()) };
    let filing = Filing {
        company: row.get(0),
        office: row.get(1),
        revision: row.get(2),
        lines: row.get(3),
        persons: row.get(4),
        version: row.get(5),
        nib: row.get(6),
        branch: row.get(7),
        name: row.get(8),
    };
    let content =
        tx.prepare_cached("SELECT content FROM vacancy_report_line WHERE report_id = $1 ORDER BY position").await?;
    let lines = tx.query(&content, &[&id]).await?;
    let lines = lines.iter().map(|row| serde_json::from_str(row.get(0))).collect::<Result<Vec<&RawValue>, _>>()?;
    let (year, month) = Filing::month(now);
    let count = tx
        .prepare_cached(
            "INSERT INTO counter (office, kind, year, value) VALUES ($1, 'LWK', $2, 1) ON CONFLICT (office, kind, year) DO UPDATE SET value = counter.value + 1 RETURNING value",
        )
        .await?;
    let number = filing.number(year, tx.query_one(&count, &[&filing.office, &year]).await?.get(0));
    let update = tx
        .prepare_cached(
            "UPDATE vacancy_report SET status = 'submitted', version = version + 1, updated_at = $3, submitted_at = $3, first_submitted_at = $3, filed_by_company = NULL, return_note = NULL, office = $4, number = $5 WHERE id = $1 AND version = $2",
        )
        .await?;
    tx.execute(&update, &[&id, &filing.version, &now, &filing.office, &number]).await?;
    let receipt = tx
        .prepare_cached(
            "INSERT INTO receipt (number, issue, kind, office, company_id, subject_id, issued_at, statement, salt, kid, signature) VALUES ($1, 1, 'vacancy_report', $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .await?;
    let statement = filing.statement(&number, words.office(&filing.office), now, &lines)?;
    let values: [&(dyn ToSql + Sync); 9] = [
        &number,
        &filing.office,
        &filing.company,
        &id,
        &now,
        &statement,
        &view::SALT.as_slice(),
        &view::KID,
        &view::SIGNATURE,
    ];
    tx.execute(&receipt, &values).await?;
    let nil = tx
        .prepare_cached(
            "SELECT number FROM nil_report WHERE company_id = $1 AND month = $2 AND status = 'submitted' FOR UPDATE",
        )
        .await?;
    if tx.query_opt(&nil, &[&filing.company, &month]).await?.is_some() {
        return Err(Failure("no month of the benchmark has a nil report".to_owned()));
    }
    let version = filing.version + 1;
    let journal = tx
        .prepare_cached(
            "WITH told AS (INSERT INTO journal (id, recorded_at, event, office, company_id, subject_kind, subject_id, version, actor, body) VALUES ($1, $2, 'vacancy_report.submit', $3, $4, 'vacancy_report', $5, $6, $7, $8) RETURNING seq) INSERT INTO journal_unsealed (seq) SELECT seq FROM told",
        )
        .await?;
    let (subject, facts) = (id.to_string(), filing.facts(&number));
    tx.execute(&journal, &[&Uuid::now_v7(), &now, &filing.office, &filing.company, &subject, &version, &ACTOR, &facts])
        .await?;
    let answer = serde_json::to_vec(&Submitted { id, status: "submitted", number: &number, version, lines })?;
    if let Some(key) = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok()) {
        let keep = tx
            .prepare_cached(
                "INSERT INTO idempotency (caller, key, fingerprint, answer, created_at) VALUES ($1, $2, $3, $4, $5)",
            )
            .await?;
        let fingerprint = Sha256::digest(request.path()).to_vec();
        tx.execute(&keep, &[&ACTOR, &key, &fingerprint, &answer, &now]).await?;
    }
    tx.commit().await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(answer))
}

#[get("/v1/job-seekers/{id}")]
async fn get_seeker(
    pool: Data<Pool>,
    vault: Data<Vault>,
    reads: Data<Reads>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let db = pool.get().await?;
    let sql = format!("SELECT {} FROM seeker WHERE id = $1 AND {}", people::WHOLE, people::SENT);
    let select = db.prepare_cached(&sql).await?;
    let Some(row) = db.query_opt(&select, &[&*id]).await? else { return Ok(HttpResponse::NotFound().finish()) };
    let (office, status): (&str, &str) = (row.get(1), row.get(2));
    if status == "submitted" {
        let known = db.prepare_cached(people::KNOWN).await?;
        if db.query_opt(&known, &[&row.get::<_, &[u8]>(9)]).await?.is_some() {
            return Err(Failure("nobody of the benchmark has two records".to_owned()));
        }
    }
    drop(db);
    reads.note(Read { act: "detail", office: office.to_owned(), subject: Some(*id), filter: None, persons: 1 });
    let seeker = Seeker {
        id: row.get(0),
        office,
        status,
        source: row.get(3),
        school_id: row.get(4),
        nik: row.get(5),
        name: row.get(6),
        birth_on: row.get::<_, Option<NaiveDate>>(7).map(|day| day.to_string()),
        sex: row.get(8),
        sealed: row.get(10),
        overrides: row.get(11),
        return_reasons: row.get(12),
        removal_reason: row.get(13),
        status_reason: row.get(14),
        merged_into: row.get(15),
        submitted_at: row.get::<_, Option<_>>(16).map(Time::Instant),
        registered_at: row.get::<_, Option<_>>(17).map(Time::Instant),
        created_at: Time::Instant(row.get(18)),
        version: row.get(19),
    };
    seeker.answer(&vault)
}

#[get("/v1/job-seekers")]
async fn list_seekers(
    pool: Data<Pool>,
    reads: Data<Reads>,
    filter: Query<people::Filter>,
) -> Result<HttpResponse, Failure> {
    let db = pool.get().await?;
    let select = db.prepare_cached(&filter.sql()).await?;
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&filter.office];
    if let Some(status) = &filter.status {
        values.push(status);
    }
    if let Some(after) = &filter.cursor {
        values.push(after);
    }
    let rows = db.query(&select, &values).await?;
    drop(db);
    let mut page = Listing::new();
    for row in &rows {
        page.add(&people::Listed {
            id: row.get(0),
            office: row.get(1),
            status: row.get(2),
            source: row.get(3),
            name: row.get(4),
            nik: row.get(5),
            sex: row.get(6),
            region: row.get(7),
            education: row.get(8),
            occupation: row.get(9),
            submitted_at: row.get::<_, Option<_>>(10).map(Time::Instant),
            registered_at: row.get::<_, Option<_>>(11).map(Time::Instant),
            version: row.get(12),
        })?;
    }
    page.answer(&reads)
}

/// Writes who read what, as the service does: half a second's reads at once.
async fn record(pool: Pool, reads: Data<Reads>) -> Result<(), Failure> {
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let noted = reads.take();
        if noted.is_empty() {
            continue;
        }
        let db = pool.get().await?;
        let insert = db
            .prepare_cached(
                "INSERT INTO access_record (id, recorded_at, actor, office, act, purpose, subject_kind, subject_id, filter, persons) SELECT r.id, r.at, $1, r.office, r.act, NULL, 'job_seeker', r.subject, r.filter, r.persons FROM unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::int[]) AS r (id, at, office, act, subject, filter, persons) ON CONFLICT (id) DO NOTHING",
            )
            .await?;
        let ids: Vec<_> = noted.iter().map(|(id, ..)| *id).collect();
        let times: Vec<_> = noted.iter().map(|(_, at, _)| *at).collect();
        let offices: Vec<_> = noted.iter().map(|(.., read)| read.office.as_str()).collect();
        let acts: Vec<_> = noted.iter().map(|(.., read)| read.act).collect();
        let subjects: Vec<_> = noted.iter().map(|(.., read)| read.subject).collect();
        let filters: Vec<_> = noted.iter().map(|(.., read)| read.filter).collect();
        let persons: Vec<_> = noted.iter().map(|(.., read)| read.persons).collect();
        let values: [&(dyn ToSql + Sync); 8] = [&ACTOR, &ids, &times, &offices, &acts, &subjects, &filters, &persons];
        db.execute(&insert, &values).await?;
    }
}

#[post("/v1/queue-tickets")]
async fn book_ticket(pool: Data<Pool>, Json(new): Json<NewTicket>) -> Result<HttpResponse, Failure> {
    let (id, now) = (Uuid::now_v7(), Utc::now());
    let mut db = pool.get().await?;
    let tx = db.transaction().await?;
    let service = tx
        .prepare_cached(
            "SELECT capacity, walk_in_percent, slot_minutes, opens_at, closes_at FROM queue_service WHERE office = $1 AND service = $2",
        )
        .await?;
    let Some(row) = tx.query_opt(&service, &[&new.office, &new.service]).await? else {
        return Ok(HttpResponse::UnprocessableEntity().finish());
    };
    let usual: i32 = row.get(0);
    let (walk_in_percent, slot_minutes, opens_at, closes_at) = (row.get(1), row.get(2), row.get(3), row.get(4));
    let keeper = format!("SELECT office, school_id FROM seeker WHERE id = $1 AND {}", people::SENT);
    let keeper = tx.prepare_cached(&keeper).await?;
    let person = tx.query_opt(&keeper, &[&new.job_seeker_id]).await?;
    if person.is_none_or(|row| row.get::<_, &str>(0) != new.office) {
        return Ok(HttpResponse::UnprocessableEntity().finish());
    }
    let take = tx
        .prepare_cached(
            "UPDATE queue_day SET booked = booked + 1, last_number = last_number + 1 WHERE office = $1 AND service = $2 AND date = $3 AND booked + walked_in + 1 <= coalesce(capacity, $4) AND booked + 1 + (coalesce(capacity, $4) * $5 + 99) / 100 <= coalesce(capacity, $4) RETURNING last_number, coalesce(capacity, $4)",
        )
        .await?;
    let begin = tx
        .prepare_cached(
            "INSERT INTO queue_day (office, service, date, booked, walked_in, last_number) VALUES ($1, $2, $3, 0, 0, 0) ON CONFLICT DO NOTHING",
        )
        .await?;
    let values: [&(dyn ToSql + Sync); 5] = [&new.office, &new.service, &new.date, &usual, &walk_in_percent];
    let mut taken = tx.query_opt(&take, &values).await?;
    if taken.is_none() {
        // Another caller may make the day's row at this moment: it is there then, too.
        tx.execute(&begin, &[&new.office, &new.service, &new.date]).await?;
        taken = tx.query_opt(&take, &values).await?;
    }
    let Some(taken) = taken else { return Ok(HttpResponse::Conflict().finish()) };
    let (number, capacity): (i32, i32) = (taken.get(0), taken.get(1));
    let plan = Plan { capacity, walk_in_percent, slot_minutes, opens_at, closes_at };
    let slots = tx
        .prepare_cached(
            "SELECT slot, count(id) FROM queue_ticket WHERE office = $1 AND service = $2 AND date = $3 AND slot IS NOT NULL AND status <> 'cancelled' GROUP BY slot",
        )
        .await?;
    let slots = tx.query(&slots, &[&new.office, &new.service, &new.date]).await?;
    let slots: HashMap<i32, i64> = slots.iter().map(|row| (row.get(0), row.get(1))).collect();
    let Some(slot) = plan.slot(&slots) else { return Ok(HttpResponse::Conflict().finish()) };
    let ticket = tx
        .prepare_cached(
            "INSERT INTO queue_ticket (id, office, service, date, number, slot, kind, status, seeker_id, version, created_at, created_by, updated_at) VALUES ($1, $2, $3, $4, $5, $6, 'booked', 'booked', $7, 1, $8, $9, $8)",
        )
        .await?;
    let values: [&(dyn ToSql + Sync); 9] =
        [&id, &new.office, &new.service, &new.date, &number, &slot, &new.job_seeker_id, &now, &ACTOR];
    tx.execute(&ticket, &values).await?;
    let movement = tx
        .prepare_cached(
            "INSERT INTO movement (kind, office, effective_on, recorded_at, quantity, subject_id) VALUES ('queue_ticket', $1, $2, $3, 1, $4)",
        )
        .await?;
    tx.execute(&movement, &[&new.office, &new.date, &now, &id]).await?;
    let journal = tx
        .prepare_cached(
            "WITH told AS (INSERT INTO journal (id, recorded_at, event, office, subject_kind, subject_id, version, actor, body) VALUES ($1, $2, 'queue_ticket.book', $3, 'queue_ticket', $4, 1, $5, $6) RETURNING seq) INSERT INTO journal_unsealed (seq) SELECT seq FROM told",
        )
        .await?;
    let number = new.number(number);
    let (subject, facts) = (id.to_string(), new.facts(&number));
    tx.execute(&journal, &[&Uuid::now_v7(), &now, &new.office, &subject, &ACTOR, &facts]).await?;
    let answer = new.answer(id, &number, slot, now)?;
    tx.commit().await?;
    Ok(HttpResponse::Created().content_type("application/json").body(answer))
}

#[post("/v1/training-enrollments")]
async fn enrol(pool: Data<Pool>, Json(new): Json<NewEnrollment>) -> Result<HttpResponse, Failure> {
    let (id, now) = (Uuid::now_v7(), Utc::now());
    let mut db = pool.get().await?;
    let tx = db.transaction().await?;
    let package = tx.prepare_cached(&format!("{} FOR SHARE", classes::PACKAGE)).await?;
    let person = tx.prepare_cached(&format!("{} FOR SHARE", classes::PERSON)).await?;
    let class = tx.query_opt(&package, &[&new.package_id]).await?;
    let applicant = tx.query_opt(&person, &[&new.job_seeker_id]).await?;
    let (Some(row), Some(applicant)) = (class, applicant) else {
        return Ok(HttpResponse::UnprocessableEntity().finish());
    };
    let class = Class {
        programme: row.get(0),
        provider: row.get(1),
        office: row.get(2),
        year: row.get(3),
        funding: row.get(4),
        site: row.get(5),
        target_group: row.get(6),
    };
    let person = Person {
        name: applicant.get(0),
        sex: applicant.get(1),
        birth_year: applicant.get::<_, Option<NaiveDate>>(2).map(|born| born.year()),
        region: applicant.get(3),
    };
    let earlier = tx.prepare_cached(classes::EARLIER).await?;
    if !tx.query(&earlier, &[&new.job_seeker_id, &class.programme]).await?.is_empty() {
        return Ok(HttpResponse::Conflict().finish());
    }
    let insert = tx.prepare_cached(classes::ENROL).await?;
    let (district, age, today) = (person.district(), person.age(class.year), classes::day(now));
    let values: [&(dyn ToSql + Sync); 11] = [
        &id,
        &new.package_id,
        &class.programme,
        &class.provider,
        &class.office,
        &new.job_seeker_id,
        &person.sex,
        &person.birth_year,
        &district,
        &now,
        &ACTOR,
    ];
    tx.execute(&insert, &values).await?;
    let tally = tx.prepare_cached(classes::TALLY).await?;
    let (sex, lives) = (person.sex.as_deref().unwrap_or_default(), district.unwrap_or_default());
    let values: [&(dyn ToSql + Sync); 9] = [
        &class.office,
        &class.year,
        &class.programme,
        &class.funding,
        &class.site,
        &class.target_group,
        &sex,
        &age,
        &lives,
    ];
    tx.execute(&tally, &values).await?;
    let movement = tx.prepare_cached(classes::MOVEMENT).await?;
    let values: [&(dyn ToSql + Sync); 12] = [
        &class.office,
        &today,
        &now,
        &id,
        &person.sex,
        &person.birth_year,
        &district,
        &class.year,
        &class.funding,
        &class.site,
        &class.target_group,
        &class.programme,
    ];
    tx.execute(&movement, &values).await?;
    let journal = tx
        .prepare_cached(
            "WITH told AS (INSERT INTO journal (id, recorded_at, event, office, subject_kind, subject_id, version, actor, body) VALUES ($1, $2, 'training_enrollment.apply', $3, 'training_enrollment', $4, 1, $5, $6) RETURNING seq) INSERT INTO journal_unsealed (seq) SELECT seq FROM told",
        )
        .await?;
    let (subject, facts) = (id.to_string(), new.facts(&class));
    tx.execute(&journal, &[&Uuid::now_v7(), &now, &class.office, &subject, &ACTOR, &facts]).await?;
    let answer = new.answer(id, &class, &person, now)?;
    tx.commit().await?;
    Ok(HttpResponse::Created().content_type("application/json").body(answer))
}

#[get("/v1/training-funnel")]
async fn get_funnel(pool: Data<Pool>, filter: Query<FunnelFilter>) -> Result<HttpResponse, Failure> {
    let db = pool.get().await?;
    let select = db.prepare_cached(&filter.sql()?).await?;
    let rows = db.query(&select, &[&filter.office, &filter.year]).await?;
    drop(db);
    filter.answer(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))))
}

/// Who writes; as long as the service's own actors.
const ACTOR: &str = "http://127.0.0.1:8080|00000000-0000-0000-0000-000000000000";

/// Gives the journal's rows their positions and a hash each, as the service's sealer does after the commit.
async fn seal(pool: Pool) -> Result<(), Failure> {
    let sql = "WITH gone AS (DELETE FROM journal_unsealed RETURNING seq),
        head AS (SELECT position, hash FROM sealer WHERE id = 1 FOR UPDATE),
        placed AS (INSERT INTO journal_position (position, seq, hash)
            SELECT head.position + row_number() OVER (ORDER BY gone.seq), gone.seq, sha256(head.hash || convert_to(journal.body, 'UTF8'))
            FROM gone JOIN journal ON journal.seq = gone.seq, head RETURNING position, hash)
        UPDATE sealer SET position = last.position, hash = last.hash
        FROM (SELECT position, hash FROM placed ORDER BY position DESC LIMIT 1) AS last WHERE sealer.id = 1";
    loop {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let db = pool.get().await?;
        let statement = db.prepare_cached(sql).await?;
        db.execute(&statement, &[]).await?;
    }
}

/// An instant as the seed writes it.
pub fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}
