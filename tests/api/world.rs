//! The people of a story: an office with its officer, a company with its HR, and what they do every day.

use std::sync::atomic::{AtomicU32, Ordering};

use disnaker::deadline::{self, Start};
use disnaker_entity::access::Role;
use disnaker_entity::company::CompanyId;
use disnaker_entity::plumbing::deadline as clock;
use disnaker_entity::school::SchoolId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Reply, Service, unused};

/// The day on which most stories happen.
pub const TODAY: &str = "2026-11-23T02:00:00Z";

/// A service with the offices of Cilegon and of Banten, and one company in Cilegon.
pub struct World {
    /// The service.
    pub service: Service,
    /// Token of a placement officer of Cilegon.
    pub officer: String,
    /// Token of the company's HR.
    pub hr: String,
    /// The company.
    pub company: CompanyId,
}

impl World {
    /// A world with a verified company.
    pub async fn new() -> Self {
        let world = Self::unverified().await;
        world.verify().await;
        world
    }

    /// A world whose company the office has not looked at.
    pub async fn unverified() -> Self {
        let service = Service::at(TODAY).await;
        for office in ["36", "36.72", "33.06"] {
            service.office(office).await;
        }
        service.grant("petugas", Role::PlacementOfficer, Some("36.72"), None).await;
        let (officer, hr) = (service.token("petugas"), service.token("hrd"));
        let company = service.post("/v1/companies").token(&hr).json(&company("9120001234567")).send().await.expect(201);
        let company = company.text_of("id").parse().unwrap();
        Self { service, officer, hr, company }
    }

    /// Moves the clock; whoever acts gets a new token.
    pub fn later(&mut self, time: &str) {
        self.service.clock().set(time.parse().unwrap());
        (self.officer, self.hr) = (self.service.token("petugas"), self.service.token("hrd"));
    }

    /// The office verifies the company.
    pub async fn verify(&self) -> Reply {
        self.act(&self.officer, &format!("/v1/companies/{}/verify", self.company)).await.expect(200)
    }

    /// A POST without a body.
    pub async fn act(&self, token: &str, path: &str) -> Reply {
        self.service.post(path).token(token).send().await
    }

    /// A POST with a body.
    pub async fn send(&self, token: &str, path: &str, body: &Value) -> Reply {
        self.service.post(path).token(token).json(body).send().await
    }

    /// A GET.
    pub async fn read(&self, token: &str, path: &str) -> Reply {
        self.service.get(path).token(token).send().await
    }

    /// A draft of a vacancy report.
    pub async fn draft(&self, lines: &[Value]) -> Reply {
        let body = json!({"company_id": self.company, "lines": lines});
        self.send(&self.hr, "/v1/vacancy-reports", &body).await.expect(201)
    }

    /// A filed vacancy report.
    pub async fn file(&self, lines: &[Value]) -> Reply {
        let draft = self.draft(lines).await;
        self.act(&self.hr, &format!("/v1/vacancy-reports/{}/submit", draft.text_of("id"))).await.expect(200)
    }

    /// An accepted vacancy report: the ids of its vacancies in order.
    pub async fn publish(&self, lines: &[Value]) -> Vec<String> {
        let report = self.file(lines).await;
        let path = format!("/v1/vacancy-reports/{}/accept", report.text_of("id"));
        let report = self.act(&self.officer, &path).await.expect(200);
        ids(&report["lines"], "line_id")
    }

    /// A filed placement report.
    pub async fn report_hired(&self, rows: &[Value]) -> Reply {
        let body = json!({"company_id": self.company, "rows": rows});
        let draft = self.send(&self.hr, "/v1/placement-reports", &body).await.expect(201);
        self.act(&self.hr, &format!("/v1/placement-reports/{}/submit", draft.text_of("id"))).await.expect(200)
    }

    /// The office accepts a placement report, or not.
    pub async fn accept_hired(&self, report: &Reply) -> Reply {
        self.act(&self.officer, &format!("/v1/placement-reports/{}/accept", report.text_of("id"))).await
    }

    /// Reads a public vacancy.
    pub async fn vacancy(&self, id: &str) -> Reply {
        self.service.get(format!("/v1/vacancies/{id}")).send().await.expect(200)
    }

    /// Total of labour demand: wanted, filled, withdrawn, outstanding.
    pub async fn demand(&self, query: &str) -> [i64; 4] {
        let reply = self.read(&self.officer, &format!("/v1/labour-demand?group_by=company{query}")).await.expect(200);
        ["persons_wanted", "persons_filled", "persons_withdrawn", "persons_outstanding"]
            .map(|name| reply["total"][name].as_i64().unwrap())
    }
}

/// Somebody new registers a company in Cilegon: their token and the company.
pub async fn register(service: &Service, nib: &str) -> (String, CompanyId) {
    let hr = service.token(&unused("hr"));
    let reply = service.post("/v1/companies").token(&hr).json(&company(nib)).send().await.expect(201);
    (hr, reply.text_of("id").parse().unwrap())
}

/// A clock of a company for a placement report, 30 days from a day. Its id.
pub async fn duty(service: &Service, company: CompanyId, office: &str, on: &str) -> Uuid {
    let change = service.change().await;
    let subject = change.id();
    let start = Start {
        rule: "placement.report-due",
        subject_kind: "vacancy",
        subject,
        party: "company",
        office,
        company: Some(company.0),
        on: on.parse().unwrap(),
    };
    deadline::start(&change, &[start]).await.unwrap();
    let started = clock::Entity::find().filter(clock::Column::SubjectId.eq(subject)).one(change.db()).await.unwrap();
    change.commit().await.unwrap();
    started.unwrap().id
}

/// A clock is met on a day.
pub async fn met(service: &Service, clock: Uuid, on: &str) {
    let change = service.change().await;
    let row = clock::Entity::find_by_id(clock).one(change.db()).await.unwrap().unwrap();
    deadline::meet(&change, &row.rule, &[row.subject_id], on.parse().unwrap()).await.unwrap();
    change.commit().await.unwrap();
}

/// A company in Cilegon.
pub fn company(nib: &str) -> Value {
    json!({
        "nib": nib, "name": "PT Contoh Baja Nusantara", "legal_form": "pt", "sector": "C", "region": "36.72",
        "address": "Jalan Contoh Raya 1", "contact": {"name": "Bagian Personalia", "email": "hrd@contoh.example"},
        "workforce": {"men": 10, "women": 5},
    })
}

/// A line that wants some persons.
pub fn line(title: &str, any: i32) -> Value {
    json!({
        "title": title, "occupation": "83", "wanted": {"any": any}, "education": "vocational_secondary",
        "wage_min": 5_300_000, "work_region": "36.72", "valid_from": "2026-11-23", "valid_until": "2026-12-31",
    })
}

/// A line with some fields changed.
pub fn with(mut line: Value, changes: Value) -> Value {
    if let Value::Object(changes) = changes {
        line.as_object_mut().unwrap().extend(changes);
    }
    line
}

/// An invented man whose NIK ends with a number.
pub fn hired(vacancy: &str, number: u32) -> Value {
    json!({
        "vacancy_id": vacancy, "start_on": "2026-12-01",
        "worker": {"name": format!("Contoh Pekerja {number}"), "nik": nik(number), "sex": "male", "residence": "36.72"},
    })
}

/// An invented woman who looks for work, whose NIK ends with a number.
pub fn person(number: u32) -> Value {
    json!({
        "identity": {
            "nik": format!("367201410199{number:04}"), "name": format!("Siti Contoh {number}"), "birth_place": "Cilegon",
            "birth_on": "1999-01-01", "sex": "female", "religion": "islam", "marital_status": "single",
        },
        "address": {"region": "36.72", "street": "Jalan Contoh 1"},
        "contact": {"phone": "0812-0000-0000"},
        "education": [{"level": "vocational_secondary", "name_on_diploma": format!("SITI CONTOH {number}")}],
        "wanted": {"occupations": ["75"]},
    })
}

/// A school with a job office that the office of its region has registered: the token of somebody who works there, and the
/// school.
pub async fn school(service: &Service, region: &str) -> (String, SchoolId) {
    static NEXT: AtomicU32 = AtomicU32::new(20_700_001);
    let teacher = service.token(&unused("guru"));
    let mut new = json!(disnaker::schools::bodies::NewSchool::sample());
    new["npsn"] = json!(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
    new["region"] = json!(region);
    let school = service.post("/v1/schools").token(&teacher).json(&new).send().await.expect(201);
    let officer = service.staff(Role::PlacementOfficer, school.text_of("office")).await;
    let path = format!("/v1/schools/{}/register", school.text_of("id"));
    service.post(path).token(&officer).send().await.expect(200);
    (teacher, school.text_of("id").parse().unwrap())
}

/// The NIK of an invented man.
pub fn nik(number: u32) -> String {
    format!("367201170895{number:04}")
}

/// A field of every item of a list.
pub fn ids(list: &Value, name: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[name].as_str().unwrap().to_owned()).collect()
}
