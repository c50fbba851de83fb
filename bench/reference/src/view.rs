//! The answers, in the bytes of the service, and the arithmetic around a page that both engines share.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use actix_web::{HttpResponse, ResponseError};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::search::{self, Dictionary, Ranking, Syntax};

/// Rows of a page.
pub const PAGE: usize = 20;
/// Rows that a search ranks.
pub const CANDIDATES: usize = 1000;

/// What went wrong; the benchmark only counts it.
#[derive(Debug)]
pub struct Failure(pub String);

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

// `Failure` is no `std::error::Error`, so that every error of a driver turns into it.
impl ResponseError for Failure {
    fn error_response(&self) -> HttpResponse {
        HttpResponse::InternalServerError().body(self.0.clone())
    }
}

/// `GET /livez`.
#[derive(Serialize)]
pub struct Health {
    pub status: &'static str,
}

/// Persons wanted, by sex.
#[derive(Serialize)]
pub struct Wanted {
    pub men: i32,
    pub women: i32,
    pub any: i32,
}

/// `GET /v1/vacancies/{id}`, as the public sees it.
#[derive(Serialize)]
pub struct Vacancy<'a> {
    pub id: Uuid,
    pub status: &'a str,
    pub company_id: Uuid,
    pub company_name: &'a str,
    pub office: &'a str,
    pub title: &'a str,
    pub description: Option<&'a str>,
    pub occupation: &'a str,
    pub sector: &'a str,
    pub work_country: &'a str,
    pub work_region: Option<&'a str>,
    pub antar_kerja: &'a str,
    pub education: Option<&'a str>,
    pub experience_months: i32,
    pub age_min: Option<i32>,
    pub age_max: Option<i32>,
    pub skills: &'a RawValue,
    pub wanted: Wanted,
    pub persons_wanted: i32,
    pub persons_filled: i32,
    pub wage_min: Option<i64>,
    pub wage_max: Option<i64>,
    pub disability_friendly: bool,
    pub valid_from: Cow<'a, str>,
    pub valid_until: Cow<'a, str>,
    pub published_at: Time<'a>,
    pub status_reason: Option<()>,
    pub version: i64,
    pub allowed_actions: [(); 0],
}

/// A row of `GET /v1/vacancies`.
#[derive(Serialize)]
pub struct Listed<'a> {
    pub id: Uuid,
    pub status: &'a str,
    pub company_id: Uuid,
    pub company_name: &'a str,
    pub title: &'a str,
    pub occupation: &'a str,
    pub work_country: &'a str,
    pub work_region: Option<&'a str>,
    pub antar_kerja: &'a str,
    pub education: Option<&'a str>,
    pub persons_wanted: i32,
    pub persons_filled: i32,
    pub wage_min: Option<i64>,
    pub wage_max: Option<i64>,
    pub disability_friendly: bool,
    pub valid_until: Cow<'a, str>,
    pub published_at: Time<'a>,
}

/// A page. Its cursor is not sealed: that is the service's own work.
#[derive(Serialize)]
pub struct Page<'a> {
    pub data: Vec<Listed<'a>>,
    pub next: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    pub corrections: [(); 0],
    pub wider: [(); 0],
    pub facets: [(); 0],
}

impl<'a> Page<'a> {
    pub fn of(data: Vec<Listed<'a>>, next: Option<String>, truncated: bool) -> Self {
        Self { data, next, truncated, corrections: [], wider: [], facets: [] }
    }
}

/// `POST /v1/vacancy-reports/{id}/submit`: what was filed, with its lines. Shorter than the service's answer.
#[derive(Serialize)]
pub struct Submitted<'a> {
    pub id: Uuid,
    pub status: &'static str,
    pub number: &'a str,
    pub version: i64,
    pub lines: Vec<&'a RawValue>,
}

/// An instant, from the driver or as SQLite's text.
pub enum Time<'a> {
    Instant(DateTime<Utc>),
    Text(&'a str),
}

impl Serialize for Time<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Instant(time) => time.serialize(to),
            Self::Text(text) => to.collect_str(&format_args!("{}Z", text.trim_end_matches("+00:00"))),
        }
    }
}

/// The query of a list.
#[derive(Deserialize)]
pub struct Filter {
    pub q: Option<String>,
    pub region: Option<String>,
    pub status: Option<String>,
    pub cursor: Option<String>,
}

impl Filter {
    /// The `WHERE` of a list without words, and its order; `$n` are region, instant, id and limit in this order, as far as they
    /// are there.
    pub fn conditions(&self) -> String {
        let mut sql = String::from(OPEN);
        if self.status.is_some() {
            sql.push_str(" AND v.status = 'published'");
        }
        let mut place = 1;
        if let Some(region) = &self.region {
            sql.push_str(if region.len() == 2 { " AND v.province = $1" } else { " AND v.district = $1" });
            place += 1;
        }
        if self.cursor.is_some() {
            let _ = write!(sql, " AND (v.published_at, v.id) < (${place}, ${})", place + 1);
            place += 2;
        }
        // A limit that is bound, as the service's: PostgreSQL plans a constant one otherwise.
        let _ = write!(sql, " ORDER BY v.published_at DESC, v.id DESC LIMIT ${place}");
        sql
    }

    /// Where the page begins.
    pub fn after(&self) -> Result<Option<(DateTime<Utc>, Uuid)>, Failure> {
        let Some((micros, id)) = self.cursor.as_deref().and_then(|cursor| cursor.split_once('.')) else {
            return Ok(None);
        };
        Ok(DateTime::from_timestamp_micros(micros.parse()?).zip(Some(id.parse()?)))
    }
}

/// What everybody sees and can apply for.
pub const OPEN: &str = "v.published_at IS NOT NULL AND v.status NOT IN ('held', 'suspended') AND v.status IN ('published', 'partly_filled')";

/// The columns of [`Listed`], in its order.
pub const LISTED: &str = "v.id, v.status, v.company_id, c.name, v.title, v.occupation, v.country, v.region, v.antar_kerja, v.education, v.wanted, v.filled, v.wage_min, v.wage_max, v.disability_friendly, v.valid_until, v.published_at FROM vacancy v JOIN company c ON c.id = v.company_id";

/// The columns of [`Vacancy`], in its order.
pub const WHOLE: &str = "v.id, v.status, v.company_id, c.name, v.office, v.title, v.description, v.occupation, v.sector, v.country, v.region, v.antar_kerja, v.education, v.experience_months, v.age_min, v.age_max, v.skills, v.wanted_men, v.wanted_women, v.wanted_any, v.wanted, v.filled, v.wage_min, v.wage_max, v.disability_friendly, v.valid_from, v.valid_until, v.published_at, v.version FROM vacancy v JOIN company c ON c.id = v.company_id WHERE v.published_at IS NOT NULL AND v.status NOT IN ('held', 'suspended')";

/// The cursor after a row.
pub fn cursor(published_at: DateTime<Utc>, id: Uuid) -> String {
    format!("{}.{id}", published_at.timestamp_micros())
}

/// The terms of texts.
pub fn terms(texts: &[&str]) -> BTreeSet<String> {
    search::indexed(&search::vocabulary(texts))
}

/// What the service keeps in memory: what a search needs beside the vacancies, and the names of offices for receipts.
pub struct Words {
    dictionary: Dictionary,
    occupations: HashMap<String, String>,
    offices: HashMap<String, String>,
}

/// The groups of synonyms.
pub const SYNONYMS: &str = "SELECT terms FROM synonym ORDER BY terms";
/// Codes and names of occupations.
pub const OCCUPATIONS: &str = "SELECT code, name FROM occupation";
/// Codes and names of offices.
pub const OFFICES: &str = "SELECT code, name FROM office";

/// What a search ranks: id, title, occupation, skills, time.
pub type Candidate = (Uuid, String, String, String, DateTime<Utc>);

impl Words {
    pub fn of(groups: &[String], occupations: HashMap<String, String>, offices: HashMap<String, String>) -> Self {
        let dictionary = Dictionary::of(groups.iter().map(|terms| terms.split(", ").collect()));
        Self { dictionary, occupations, offices }
    }

    /// The name of an office.
    pub fn office(&self, code: &str) -> &str {
        self.offices.get(code).map_or("", String::as_str)
    }

    /// The query, and how an engine is asked.
    pub fn read(&self, q: &str, syntax: Syntax) -> (search::Query, String) {
        let query = search::Query::read(q, &self.dictionary);
        let wanted = query.wanted(syntax).unwrap_or_default();
        (query, wanted)
    }

    /// Ranks what a search found; gives the ids of the first page and whether there are more.
    pub fn ranked(&self, query: &search::Query, mut found: Vec<Candidate>) -> (Vec<Uuid>, bool, bool) {
        let truncated = found.len() > CANDIDATES;
        found.truncate(CANDIDATES);
        let name = |code: &str| self.occupations.get(code).map_or("", String::as_str);
        let mut ranking = Ranking::new(query, name);
        let mut score = |title: &str, occupation: &str, skills: &str| {
            ranking.score(search::Candidate { title, occupation, skills })
        };
        let mut keys: Vec<_> = found
            .iter()
            .map(|(id, title, occupation, skills, time)| (score(title, occupation, skills), *time, *id))
            .collect();
        keys.sort_unstable_by(|one, other| other.cmp(one));
        let more = keys.len() > PAGE;
        keys.truncate(PAGE);
        (keys.into_iter().map(|(_, _, id)| id).collect(), more, truncated)
    }
}

/// A page in the order of the ranking.
pub fn ranked_page<'a>(mut rows: Vec<Listed<'a>>, order: &[Uuid], more: bool, truncated: bool) -> Page<'a> {
    rows.sort_by_key(|row| order.iter().position(|id| *id == row.id));
    Page::of(rows, more.then(|| "ranked".to_owned()), truncated)
}

/// What is known of a report that is filed, for its number and its row of the journal.
pub struct Filing {
    pub company: Uuid,
    pub office: String,
    pub revision: i32,
    pub lines: i32,
    pub persons: i64,
    pub version: i64,
    pub nib: String,
    pub branch: String,
    pub name: String,
}

/// What the statement of a receipt says, in its order.
#[derive(Serialize)]
struct Statement<'a> {
    number: &'a str,
    issue: i32,
    kind: &'static str,
    office: &'a str,
    office_name: &'a str,
    company: StatedCompany<'a>,
    filed_at: DateTime<Utc>,
    lines: i32,
    content_hash: String,
    hash: &'static str,
    corrects: Option<()>,
}

#[derive(Serialize)]
struct StatedCompany<'a> {
    nib: &'a str,
    branch: &'a str,
    name: &'a str,
}

/// As long as a sealed salt, a key's name and a signature of the service.
pub const SALT: [u8; 58] = [7; 58];
pub const KID: &str = "ODktM5MgPwZd";
pub const SIGNATURE: &str = concat!(
    "eyJhbGciOiJFZERTQSIsImtpZCI6Ik9Ea3RNNU1nUHdaZCIsInR5cCI6ImRpc25ha2VyLXJlY2VpcHQrandzIn0..",
    "bm90IHNpZ25lZDogdGhlIGJlbmNobWFyayBuZWVkcyB0aGUgbGVuZ3RoIG9mIGEgc2lnbmF0dXJlIG9ubHkuLg"
);

impl Filing {
    /// Year and month of filing in the office's zone; the benchmark's offices are all in the western one.
    pub fn month(now: DateTime<Utc>) -> (i32, String) {
        use chrono::Datelike;
        let here = now + chrono::TimeDelta::hours(7);
        (here.year(), here.format("%Y-%m").to_string())
    }

    /// The statement of its receipt. Salt and signature are of the right length and nothing else: both are the service's
    /// own work, and the hash is made as the service makes it, of lines as they are stored.
    pub fn statement(
        &self,
        number: &str,
        office_name: &str,
        now: DateTime<Utc>,
        lines: &[&RawValue],
    ) -> Result<String, Failure> {
        let mut hash = Sha256::new_with_prefix([7; 16]);
        for line in lines {
            hash.update(line.get());
        }
        let content_hash = hash.finalize().iter().take(21).fold(String::from("x"), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let company = StatedCompany { nib: &self.nib, branch: &self.branch, name: &self.name };
        Ok(serde_json::to_string(&Statement {
            number,
            issue: 1,
            kind: "vacancy_report",
            office: &self.office,
            office_name,
            company,
            filed_at: now,
            lines: self.lines,
            content_hash,
            hash: "sha-256",
            corrects: None,
        })?)
    }

    /// The receipt number.
    pub fn number(&self, year: i32, count: i64) -> String {
        format!("LWK-{}-{year}-{count:06}", self.office)
    }

    /// The body of the journal's row.
    pub fn facts(&self, number: &str) -> String {
        format!(
            r#"{{"status":"submitted","number":"{number}","revision":{},"company_id":"{}","lines":{},"persons_wanted":{}}}"#,
            self.revision, self.company, self.lines, self.persons
        )
    }
}
