//! Applications for classes and the funnel, in the bytes of the service.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::view::Failure;

/// The statements of an application, in their order; both engines number their parameters alike.
pub const PACKAGE: &str = "SELECT programme_id, provider_id, office, year, funding, site, target_group FROM training_package WHERE id = $1 AND status = 'open'";
pub const PERSON: &str = "SELECT name, sex, birth_on, region FROM seeker WHERE id = $1 AND status = 'registered'";
pub const EARLIER: &str = "SELECT status, ended_on FROM training_enrollment WHERE seeker_id = $1 AND programme_id = $2";
pub const ENROL: &str = "INSERT INTO training_enrollment (id, package_id, programme_id, provider_id, office, seeker_id, status, evidence, cover_jkk, cover_jkm, sex, birth_year, district, version, created_at, created_by, updated_at) VALUES ($1, $2, $3, $4, $5, $6, 'applied', '[]', FALSE, FALSE, $7, $8, $9, 1, $10, $11, $10)";
pub const TALLY: &str = "INSERT INTO training_tally (office, year, stage, programme_id, funding, site, target_group, sex, age, district, quantity) VALUES ($1, $2, 'applicants', $3, $4, $5, $6, $7, $8, $9, 1) ON CONFLICT (office, year, stage, programme_id, funding, site, target_group, sex, age, district) DO UPDATE SET quantity = training_tally.quantity + excluded.quantity";
pub const MOVEMENT: &str = "INSERT INTO movement (kind, office, effective_on, recorded_at, quantity, subject_id, sex, birth_year, region, year, funding, site, target_group, programme_id) VALUES ('training_applicant', $1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// `POST /v1/training-enrollments`.
#[derive(Deserialize)]
pub struct NewEnrollment {
    pub package_id: Uuid,
    pub job_seeker_id: Uuid,
}

/// What an application takes from its class.
pub struct Class {
    pub programme: Uuid,
    pub provider: Uuid,
    pub office: String,
    pub year: i32,
    pub funding: String,
    pub site: String,
    pub target_group: String,
}

/// And from its person.
pub struct Person {
    pub name: String,
    pub sex: Option<String>,
    pub birth_year: Option<i32>,
    pub region: Option<String>,
}

impl Person {
    /// District of residence.
    pub fn district(&self) -> Option<&str> {
        self.region.as_deref().and_then(|region| region.get(..5))
    }

    /// The band of ages that the funnel counts in.
    pub fn age(&self, year: i32) -> &'static str {
        self.birth_year.map_or("", |born| band(born, year))
    }
}

/// The band of an age at the end of a year.
pub fn band(born: i32, year: i32) -> &'static str {
    match year - born {
        ..=19 => "15-19",
        20..=29 => "20-29",
        30..=44 => "30-44",
        45..=54 => "45-54",
        _ => "55+",
    }
}

#[derive(Serialize)]
struct Enrollment<'a> {
    id: Uuid,
    package_id: Uuid,
    programme_id: Uuid,
    provider_id: Uuid,
    office: &'a str,
    job_seeker_id: Uuid,
    name: &'a str,
    status: &'static str,
    status_reason: Option<()>,
    test_score: Option<()>,
    interview_score: Option<()>,
    rank: Option<()>,
    offer_until: Option<()>,
    cover: Option<()>,
    final_score: Option<()>,
    attendance: Option<()>,
    ended_on: Option<()>,
    created_at: DateTime<Utc>,
    version: i64,
    needs: Needs,
    evidence: [(); 0],
    override_reason: Option<()>,
    allowed_actions: [&'static str; 4],
}

#[derive(Serialize)]
struct Needs {
    disabilities: [(); 0],
    accommodation: Option<()>,
}

impl NewEnrollment {
    /// The body of the journal's row.
    pub fn facts(&self, class: &Class) -> String {
        format!(
            r#"{{"status":"applied","package_id":"{}","programme_id":"{}","offer_until":null}}"#,
            self.package_id, class.programme
        )
    }

    /// The answer.
    pub fn answer(&self, id: Uuid, class: &Class, person: &Person, now: DateTime<Utc>) -> Result<Vec<u8>, Failure> {
        Ok(serde_json::to_vec(&Enrollment {
            id,
            package_id: self.package_id,
            programme_id: class.programme,
            provider_id: class.provider,
            office: &class.office,
            job_seeker_id: self.job_seeker_id,
            name: &person.name,
            status: "applied",
            status_reason: None,
            test_score: None,
            interview_score: None,
            rank: None,
            offer_until: None,
            cover: None,
            final_score: None,
            attendance: None,
            ended_on: None,
            created_at: now,
            version: 1,
            needs: Needs { disabilities: [], accommodation: None },
            evidence: [],
            override_reason: None,
            allowed_actions: ["admit", "reject", "drop", "withdraw"],
        })?)
    }
}

/// The day of a movement, on the office's clock.
pub fn day(now: DateTime<Utc>) -> chrono::NaiveDate {
    (now + chrono::TimeDelta::hours(7)).date_naive()
}

/// The query of the funnel.
#[derive(Deserialize)]
pub struct FunnelFilter {
    pub office: String,
    pub year: i32,
    pub group_by: Option<String>,
}

impl FunnelFilter {
    /// The statement; `$1` and `$2` are office and year.
    pub fn sql(&self) -> Result<String, Failure> {
        let (part, by) = match self.group_by.as_deref() {
            None => ("''", ""),
            Some("funding") => ("funding", "funding, "),
            Some("sex") => ("sex", "sex, "),
            Some("age") => ("age", "age, "),
            Some(other) => return Err(Failure(format!("nothing of the benchmark is grouped by {other}"))),
        };
        Ok(format!(
            "SELECT {part}, stage, CAST(sum(quantity) AS bigint) FROM training_tally WHERE office = $1 AND year = $2 GROUP BY {by}stage"
        ))
    }

    /// The answer of the sums of each part and stage.
    pub fn answer(&self, sums: impl IntoIterator<Item = (String, String, i64)>) -> Result<HttpResponse, Failure> {
        let (mut total, mut parts) = (Counts::default(), BTreeMap::<String, Counts>::new());
        for (part, stage, persons) in sums {
            total.add(&stage, persons)?;
            parts.entry(part).or_default().add(&stage, persons)?;
        }
        let shown = parts.into_iter().filter(|_| self.group_by.is_some());
        let data = shown.map(|(key, counts)| Part { key, name: None, counts }).collect();
        let group_by = self.group_by.as_deref();
        Ok(HttpResponse::Ok().json(Funnel {
            office: &self.office,
            year: self.year,
            as_of: None,
            group_by,
            total,
            data,
        }))
    }
}

#[derive(Serialize)]
struct Funnel<'a> {
    office: &'a str,
    year: i32,
    as_of: Option<()>,
    group_by: Option<&'a str>,
    total: Counts,
    data: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    key: String,
    name: Option<()>,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Default, Serialize)]
struct Counts {
    applicants: i64,
    admitted: i64,
    accepted: i64,
    running: i64,
    passed: i64,
    failed: i64,
    left: i64,
    not_finished: i64,
}

impl Counts {
    fn add(&mut self, stage: &str, persons: i64) -> Result<(), Failure> {
        *match stage {
            "applicants" => &mut self.applicants,
            "admitted" => &mut self.admitted,
            "accepted" => &mut self.accepted,
            "running" => &mut self.running,
            "passed" => &mut self.passed,
            "failed" => &mut self.failed,
            "left" => &mut self.left,
            other => return Err(Failure(format!("no stage is called {other}"))),
        } += persons;
        self.not_finished = self.accepted - self.passed - self.failed - self.left;
        Ok(())
    }
}

/// The year in which classes are open.
pub fn open_year() -> i32 {
    day(Utc::now()).year()
}
