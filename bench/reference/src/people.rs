//! People: job seekers' records and tickets of a counter, in the bytes of the service, and what a look at records writes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::HttpResponse;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::personal::{Place, Vault};
use crate::view::{Failure, PAGE, Time};

/// What an officer sees: what was sent to the office, or written at its counter.
pub const SENT: &str = "(submitted_at IS NOT NULL OR source = 'counter')";

/// The columns of [`Seeker`], in its order.
pub const WHOLE: &str = "id, office, status, source, school_id, nik_masked, name, birth_on, sex, nik_index, content_sealed, overrides, return_reasons, removal_reason, status_reason, merged_into, submitted_at, registered_at, created_at, version";

/// The columns of [`Listed`], in its order.
pub const LISTED: &str = "id, office, status, source, name, nik_masked, sex, region, education, occupation, submitted_at, registered_at, version";

/// Whether the register has a person.
pub const KNOWN: &str =
    "SELECT id FROM seeker WHERE nik_index = $1 AND status IN ('registered', 'placed', 'removed') LIMIT 1";

/// Where what was said is sealed.
#[must_use]
pub fn place(id: Uuid) -> Place {
    Place { table: "seeker", column: "content", row: id }
}

/// What was said, as it is sealed.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    identity: SaidIdentity<'a>,
    #[serde(borrow)]
    address: &'a RawValue,
    #[serde(borrow)]
    contact: &'a RawValue,
    #[serde(borrow)]
    education: &'a RawValue,
    #[serde(borrow)]
    courses: &'a RawValue,
    #[serde(borrow)]
    experience: &'a RawValue,
    #[serde(borrow)]
    skills: &'a RawValue,
    #[serde(borrow)]
    languages: &'a RawValue,
    #[serde(borrow)]
    disabilities: &'a RawValue,
    #[serde(borrow)]
    wanted: &'a RawValue,
    #[serde(borrow)]
    consents: &'a RawValue,
}

#[derive(Deserialize)]
struct SaidIdentity<'a> {
    family_card: Option<&'a str>,
    #[serde(borrow)]
    birth_place: &'a RawValue,
    #[serde(borrow)]
    religion: &'a RawValue,
    #[serde(borrow)]
    marital_status: &'a RawValue,
}

/// A row that is read whole.
pub struct Seeker<'a> {
    pub id: Uuid,
    pub office: &'a str,
    pub status: &'a str,
    pub source: &'a str,
    pub school_id: Option<Uuid>,
    pub nik: &'a str,
    pub name: &'a str,
    pub birth_on: Option<String>,
    pub sex: Option<&'a str>,
    pub sealed: &'a [u8],
    pub overrides: &'a str,
    pub return_reasons: Option<&'a str>,
    pub removal_reason: Option<&'a str>,
    pub status_reason: Option<&'a str>,
    pub merged_into: Option<Uuid>,
    pub submitted_at: Option<Time<'a>>,
    pub registered_at: Option<Time<'a>>,
    pub created_at: Time<'a>,
    pub version: i64,
}

/// `GET /v1/job-seekers/{id}`, as the office sees it.
#[derive(Serialize)]
struct View<'a> {
    id: Uuid,
    office: &'a str,
    status: &'a str,
    source: &'a str,
    school_id: Option<Uuid>,
    identity: Identity<'a>,
    address: &'a RawValue,
    contact: &'a RawValue,
    education: &'a RawValue,
    courses: &'a RawValue,
    experience: &'a RawValue,
    skills: &'a RawValue,
    languages: &'a RawValue,
    disabilities: &'a RawValue,
    wanted: &'a RawValue,
    consents: &'a RawValue,
    findings: [(); 0],
    warnings: [(); 0],
    overrides: &'a RawValue,
    return_reasons: &'a RawValue,
    removal_reason: Option<&'a str>,
    status_reason: Option<&'a str>,
    merged_into: Option<Uuid>,
    submitted_at: Option<Time<'a>>,
    registered_at: Option<Time<'a>>,
    created_at: Time<'a>,
    version: i64,
    allowed_actions: &'static [&'static str],
}

#[derive(Serialize)]
struct Identity<'a> {
    nik: &'a str,
    name: &'a str,
    family_card_known: bool,
    birth_place: &'a RawValue,
    birth_on: Option<String>,
    sex: Option<&'a str>,
    religion: &'a RawValue,
    marital_status: &'a RawValue,
}

impl Seeker<'_> {
    /// Opens what was said, and answers with the numbers masked. Records of the seed have no findings.
    pub fn answer(self, vault: &Vault) -> Result<HttpResponse, Failure> {
        let content = vault.open(place(self.id), self.sealed).map_err(|error| Failure(error.to_string()))?;
        let said: Said<'_> = serde_json::from_slice(&content)?;
        let view = View {
            id: self.id,
            office: self.office,
            status: self.status,
            source: self.source,
            school_id: self.school_id,
            identity: Identity {
                nik: self.nik,
                name: self.name,
                family_card_known: said.identity.family_card.is_some(),
                birth_place: said.identity.birth_place,
                birth_on: self.birth_on,
                sex: self.sex,
                religion: said.identity.religion,
                marital_status: said.identity.marital_status,
            },
            address: said.address,
            contact: said.contact,
            education: said.education,
            courses: said.courses,
            experience: said.experience,
            skills: said.skills,
            languages: said.languages,
            disabilities: said.disabilities,
            wanted: said.wanted,
            consents: said.consents,
            findings: [],
            warnings: [],
            overrides: serde_json::from_str(self.overrides)?,
            return_reasons: serde_json::from_str(self.return_reasons.unwrap_or("[]"))?,
            removal_reason: self.removal_reason,
            status_reason: self.status_reason,
            merged_into: self.merged_into,
            submitted_at: self.submitted_at,
            registered_at: self.registered_at,
            created_at: self.created_at,
            version: self.version,
            allowed_actions: allowed(self.status, self.source == "counter"),
        };
        Ok(HttpResponse::Ok().json(view))
    }
}

/// What the office may do with a record; with its own counter's also what is the person's to do.
fn allowed(status: &str, own: bool) -> &'static [&'static str] {
    match (status, own) {
        ("submitted", false) => &["return", "verify"],
        ("submitted", true) => &["return", "verify", "withdraw"],
        ("registered", _) => &["remove", "transfer", "merge"],
        ("placed", _) => &["remove", "restore", "transfer", "merge"],
        ("removed", _) => &["restore", "transfer", "merge"],
        _ => &[],
    }
}

/// A row of `GET /v1/job-seekers`.
#[derive(Serialize)]
pub struct Listed<'a> {
    pub id: Uuid,
    pub office: &'a str,
    pub status: &'a str,
    pub source: &'a str,
    pub name: &'a str,
    pub nik: &'a str,
    pub sex: Option<&'a str>,
    pub region: Option<&'a str>,
    pub education: Option<&'a str>,
    pub occupation: Option<&'a str>,
    pub submitted_at: Option<Time<'a>>,
    pub registered_at: Option<Time<'a>>,
    pub version: i64,
}

/// The query of the list.
#[derive(Deserialize)]
pub struct Filter {
    pub office: String,
    pub status: Option<String>,
    pub cursor: Option<Uuid>,
}

impl Filter {
    /// The statement; `$n` are office, status and id in this order, as far as they are there.
    pub fn sql(&self) -> String {
        let status = if self.status.is_some() { " AND status = $2" } else { "" };
        let after = match (&self.cursor, &self.status) {
            (None, _) => "",
            (Some(_), None) => " AND id < $2",
            (Some(_), Some(_)) => " AND id < $3",
        };
        format!("SELECT {LISTED} FROM seeker WHERE {SENT} AND office = $1{status}{after} ORDER BY id DESC LIMIT 21")
    }
}

/// A page, written row by row.
pub struct Listing {
    out: Vec<u8>,
    rows: usize,
    last: Option<Uuid>,
}

impl Listing {
    pub fn new() -> Self {
        Self { out: b"{\"data\":[".to_vec(), rows: 0, last: None }
    }

    pub fn add(&mut self, row: &Listed<'_>) -> Result<(), Failure> {
        self.rows += 1;
        if self.rows > PAGE {
            return Ok(());
        }
        if self.rows > 1 {
            self.out.push(b',');
        }
        self.last = Some(row.id);
        Ok(serde_json::to_writer(&mut self.out, row)?)
    }

    pub fn answer(mut self, reads: &Reads) -> Result<HttpResponse, Failure> {
        let persons = i32::try_from(self.rows.min(PAGE))?;
        reads.note(Read { act: "list", office: String::new(), subject: None, filter: Some(ASKED), persons });
        self.out.extend_from_slice(b"],\"next\":");
        serde_json::to_writer(&mut self.out, &self.last.filter(|_| self.rows > PAGE))?;
        self.out.push(b'}');
        Ok(HttpResponse::Ok().content_type("application/json").body(self.out))
    }
}

/// As long as what the service records of a list's filter.
const ASKED: &str = r#"job-seekers?{"office":"00.00","status":"registered"}"#;

/// A read that is to be recorded.
pub struct Read {
    pub act: &'static str,
    pub office: String,
    pub subject: Option<Uuid>,
    pub filter: Option<&'static str>,
    pub persons: i32,
}

/// Reads that wait to be written, as the service keeps them: with an id and an instant each.
#[derive(Default)]
pub struct Reads(Mutex<Vec<(Uuid, DateTime<Utc>, Read)>>);

impl Reads {
    pub fn note(&self, read: Read) {
        let noted = (Uuid::now_v7(), Utc::now(), read);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(noted);
    }

    pub fn take(&self) -> Vec<(Uuid, DateTime<Utc>, Read)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// `POST /v1/queue-tickets`.
#[derive(Deserialize)]
pub struct NewTicket {
    pub office: String,
    pub service: String,
    pub date: NaiveDate,
    pub job_seeker_id: Uuid,
}

/// Its answer.
#[derive(Serialize)]
pub struct Ticket<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub office: &'a str,
    pub service: &'a str,
    pub date: NaiveDate,
    pub slot: String,
    pub kind: &'static str,
    pub status: &'static str,
    pub job_seeker_id: Uuid,
    pub desk: Option<()>,
    pub called_at: Option<()>,
    pub ended_at: Option<()>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
    pub allowed_actions: [&'static str; 3],
}

/// A service of a counter.
pub struct Plan {
    pub capacity: i32,
    pub walk_in_percent: i32,
    pub slot_minutes: i32,
    pub opens_at: i32,
    pub closes_at: i32,
}

impl Plan {
    /// Places that are kept for who comes without a booking.
    pub fn kept(&self) -> i32 {
        (self.capacity * self.walk_in_percent + 99) / 100
    }

    /// The first slot with room on a day to come.
    pub fn slot(&self, taken: &HashMap<i32, i64>) -> Option<i32> {
        let count = ((self.closes_at - self.opens_at) / self.slot_minutes).max(1);
        let places = self.capacity - self.kept();
        (0..count)
            .map(|at| (self.opens_at + at * self.slot_minutes, (at + 1) * places / count - at * places / count))
            .find(|(begins, most)| taken.get(begins).copied().unwrap_or_default() < i64::from(*most))
            .map(|(begins, _)| begins)
    }
}

impl NewTicket {
    /// The number that is called.
    pub fn number(&self, number: i32) -> String {
        let letter = if self.service == "ak1" { 'A' } else { 'B' };
        format!("{letter}-{number:03}")
    }

    /// The body of the journal's row.
    pub fn facts(&self, number: &str) -> String {
        format!(
            r#"{{"status":"booked","service":"{}","date":"{}","number":"{number}","kind":"booked"}}"#,
            self.service, self.date
        )
    }

    /// The answer.
    pub fn answer(&self, id: Uuid, number: &str, slot: i32, created_at: DateTime<Utc>) -> Result<Vec<u8>, Failure> {
        Ok(serde_json::to_vec(&Ticket {
            id,
            number,
            office: &self.office,
            service: &self.service,
            date: self.date,
            slot: format!("{:02}:{:02}", slot / 60, slot % 60),
            kind: "booked",
            status: "booked",
            job_seeker_id: self.job_seeker_id,
            desk: None,
            called_at: None,
            ended_at: None,
            created_at,
            version: 1,
            allowed_actions: ["check_in", "cancel", "no_show"],
        })?)
    }
}
