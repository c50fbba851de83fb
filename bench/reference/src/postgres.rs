//! The server on PostgreSQL: tokio-postgres behind a deadpool, statements prepared once a connection.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Row};
use uuid::Uuid;

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
    actix_web::rt::spawn(seal(pool.clone()));
    let words = Data::new(crate::seed::words(url).await?);
    let app = move || {
        let app = App::new().app_data(Data::new(pool.clone())).app_data(words.clone());
        app.service(get_liveness).service(get_vacancy).service(list_vacancies).service(submit_report)
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
