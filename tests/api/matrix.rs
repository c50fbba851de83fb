//! Who may do what, proven for every operation of the document with every role: who is denied gets 403 (401 without
//! a token), who is allowed passes the gate, and what belongs to somebody else is not there.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use disnaker::access::permissions::{self, Open, Row, Sight};
use disnaker::caller::{Identity, Realm};
use disnaker::consultations::complaints::bodies::NewComplaint;
use disnaker::consultations::threads::bodies::NewConsultation;
use disnaker::training::certificates::bodies::NewAssessment;
use disnaker::training::classes::bodies::NewSessions;
use disnaker::training::needs::bodies::NewTrainingNeed;
use disnaker::training::packages::bodies::NewPackage;
use disnaker::training::proposals::bodies::NewTrainingProposal;
use disnaker::training::providers::bodies::{NewInstructor, NewProgramme, NewProvider};
use disnaker_entity::access::{Role, grant};
use disnaker_entity::company::CompanyId;
use disnaker_entity::plumbing::deadline;
use disnaker_entity::school::SchoolId;
use disnaker_entity::training::{EnrollmentId, ProviderId, enrollment};
use reqwest::Method;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::files::PDF;
use crate::harness::{Call, Document, ISSUER, Operation, Reply, Service, unused};
use crate::world::{TODAY, company, duty, hired, ids, line, person, school, with};

/// Operations outside of the permissions: whoever knows a secret gets a token, and the rest is for everybody.
const WITHOUT_PERMISSION: &[&str] = &["token", "jwks", "get_liveness", "get_readiness"];

/// Permissions that no operation names: the token endpoint asks for this one itself. The list only shrinks.
const WITHOUT_OPERATION: &[&str] = &["act_for_users"];

/// One side of the fence: a province's office and one of a district below it.
pub struct Side {
    province: &'static str,
    office: &'static str,
}

pub const OWN: Side = Side { province: "36", office: "36.72" };
const STRANGER: Side = Side { province: "33", office: "33.06" };

/// Each office with a region that it serves.
const OFFICES: [(&str, &str); 4] = [("36", "36.04.07"), ("36.72", "36.72"), ("33", "33.01.01"), ("33.06", "33.06")];

/// Where an object belongs: an office, or somebody in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub office: &'static str,
    pub of: Of,
}

/// Whose an object in an office is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    Office,
    Company,
    School,
    Person,
    Provider,
    Party,
}

impl Side {
    /// Where a role with a sight would find its own.
    pub fn place(&self, role: Role, sight: Sight) -> Place {
        match (sight, role) {
            (Sight::Company, _) => Place { office: self.office, of: Of::Company },
            (Sight::School, _) => Place { office: self.office, of: Of::School },
            (Sight::Own, _) => Place { office: self.office, of: Of::Person },
            (Sight::Provider, _) => Place { office: self.office, of: Of::Provider },
            (Sight::Party, _) => Place { office: self.office, of: Of::Party },
            (Sight::Office, Role::ProvinceAdmin) => Place { office: self.province, of: Of::Office },
            (Sight::Office | Sight::Province, _) => Place { office: self.office, of: Of::Office },
        }
    }
}

/// The people of an office, and of a company and a school in it.
struct Yard {
    region: &'static str,
    admin: String,
    officer: String,
    hr: String,
    company: CompanyId,
    teacher: String,
    school: SchoolId,
    /// Somebody who looks for work.
    seeker: String,
    /// A training provider of the office.
    provider: ProviderId,
    /// Somebody on a side of disputes.
    party: String,
    /// A mediator, and an officer at the counter.
    mediator: String,
    counter: String,
}

/// A service with both sides, and a token of every role on our own.
pub struct Matrix {
    pub service: Service,
    yards: BTreeMap<&'static str, Yard>,
    pub tokens: BTreeMap<Role, String>,
    /// Objects that were made: one a noun and place serves every operation that does not use it up.
    made: RefCell<BTreeMap<(String, Place), String>>,
    number: RefCell<u32>,
    /// How many people look for work.
    people: RefCell<u32>,
}

impl Matrix {
    pub async fn prepare() -> Self {
        let service = Service::at(TODAY).await;
        let mut yards = BTreeMap::new();
        for (office, _) in OFFICES {
            service.office(office).await;
        }
        for ((office, region), nib) in OFFICES.into_iter().zip(9_120_000_000_001_u64..) {
            let admin = service.staff(Role::OfficeAdmin, office).await;
            let officer = service.staff(Role::PlacementOfficer, office).await;
            let hr = service.token(&unused("hr"));
            let new = with(company(&nib.to_string()), json!({"region": region}));
            let made = service.post("/v1/companies").token(&hr).json(&new).send().await.expect(201);
            assert_eq!(made["office"], office);
            let id = made.text_of("id");
            service.post(format!("/v1/companies/{id}/verify")).token(&officer).send().await.expect(200);
            let company = id.parse().unwrap();
            let (teacher, school) = school(&service, region).await;
            // The name of the example stays free for it.
            let own = json!({"office": office, "region": region, "name": format!("UPTD BLK {office}")});
            let new = with(json!(NewProvider::sample()), own);
            let provider = service.post("/v1/training-providers").token(&admin).json(&new).send().await.expect(201);
            let (seeker, provider) = (unused("warga"), provider.text_of("id").parse().unwrap());
            let (party, mediator) = (unused("pihak"), unused("mediator"));
            service.grant(&mediator, Role::Mediator, Some(office), None).await;
            let counter = unused("loket");
            service.grant(&counter, Role::CounterOfficer, Some(office), None).await;
            let yard = Yard {
                region,
                admin,
                officer,
                hr,
                company,
                teacher,
                school,
                seeker,
                provider,
                party,
                mediator,
                counter,
            };
            yards.insert(office, yard);
        }
        let mut tokens = BTreeMap::new();
        for role in Role::ALL.iter().copied() {
            let subject = unused(role.as_str());
            let own = &yards[OWN.office];
            let realm = match role {
                Role::ProvinceAdmin => Realm::Office(OWN.province.to_owned()),
                Role::CompanyAdmin
                | Role::CompanyHr
                | Role::VacancyAgent
                | Role::PlacementAgent
                | Role::EmploymentAgent => Realm::Company(own.company),
                Role::SchoolOperator => Realm::School(own.school),
                Role::ProviderOperator => Realm::Provider(own.provider),
                Role::JobSeeker | Role::CaseParty => Realm::Nowhere,
                _ => Realm::Office(OWN.office.to_owned()),
            };
            let subject = match role {
                Role::JobSeeker => own.seeker.clone(),
                Role::CaseParty => own.party.clone(),
                Role::Mediator => own.mediator.clone(),
                Role::CounterOfficer => own.counter.clone(),
                _ => subject,
            };
            service.grant_in(&subject, role, &realm).await;
            tokens.insert(role, service.token(&subject));
        }
        Self { service, yards, tokens, made: RefCell::default(), number: RefCell::new(1), people: RefCell::default() }
    }

    fn next(&self) -> u32 {
        *self.number.borrow_mut() += 1;
        *self.number.borrow()
    }

    /// A month that no other object has.
    fn month(&self) -> String {
        let months = self.next();
        format!("{}-{:02}", 2019 + months / 12, 1 + months % 12)
    }

    async fn create(&self, token: &str, path: &str, body: &Value) -> Reply {
        self.service.post(path).token(token).json(body).send().await.expect(201)
    }

    async fn act(&self, token: &str, path: &str) -> Reply {
        self.service.post(path).token(token).send().await.expect(200)
    }

    /// An object of a noun in its place; none for a noun whose rows belong to nobody. A room that has objects adds its
    /// line to [`Self::make`], and its operations are then held to 404 for strangers and to anything else for their own.
    pub async fn object(&self, noun: &str, place: Place) -> Option<String> {
        let key = (noun.to_owned(), place);
        let used_up = matches!(
            noun,
            "training-sessions"
                | "clients"
                | "holidays"
                | "synonyms"
                | "job-seekers"
                | "attachments of people"
                | "mediation-representatives"
                | "mediation-representatives at the desk"
        ) || noun.starts_with("mediation-cases") && place.office != STRANGER.office;
        if let Some(made) = self.made.borrow().get(&key).filter(|_| !used_up) {
            return Some(made.clone());
        }
        let made = self.make(noun, place).await?;
        self.made.borrow_mut().insert(key, made.clone());
        Some(made)
    }

    async fn make(&self, noun: &str, place: Place) -> Option<String> {
        let yard = &self.yards[place.office];
        let id = |reply: &Reply| reply.text_of("id").to_owned();
        let (office, company_id) =
            if place.of == Of::Company { (None, Some(yard.company)) } else { (Some(place.office), None) };
        let role = if place.of == Of::Company { Role::CompanyHr } else { Role::Viewer };
        let made = match noun {
            "offices" => place.office.to_owned(),
            "clients" => {
                let mut change = self.service.change().await;
                let realm = Realm::of(office.map(str::to_owned), company_id, None, None, None, None);
                let new = disnaker::access::NewClient { name: "Aplikasi", role, realm };
                let made = disnaker::access::create_client(&mut change, new).await.unwrap();
                change.commit().await.unwrap();
                made.client.id
            }
            "grants" => {
                let identity = Identity { issuer: ISSUER.to_owned(), subject: unused("matriks") };
                self.service.grant(&identity.subject, role, office, company_id).await;
                let select = grant::Entity::find().filter(grant::Column::Subject.eq(identity.subject));
                select.one(self.service.state().db.reader()).await.unwrap().unwrap().id.to_string()
            }
            "holidays" => {
                let date = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(self.next().into());
                let new = json!({"date": date, "kind": "office_closure", "office": place.office, "name": "Rapat", "source": "Surat 1"});
                id(&self.create(&yard.admin, "/v1/holidays", &new).await)
            }
            "minimum-wages" => {
                let year = 2030 + self.next();
                let new = json!({"region": place.office, "year": year, "amount_sen": 500_000_000, "source": "Surat 1"});
                id(&self.create(&yard.admin, "/v1/minimum-wages", &new).await)
            }
            "synonyms" => {
                let new = json!({"terms": [format!("nama {}", self.next()), "nama lain"]});
                id(&self.create(&yard.admin, "/v1/synonyms", &new).await)
            }
            "companies" if place.of != Of::Company => self.register(yard).await,
            "companies" => yard.company.to_string(),
            "attachments" => {
                let path = format!("/v1/attachments?subject_kind=company&subject_id={}", yard.company);
                id(&self.service.post(path).token(&yard.hr).body(PDF, "application/pdf").send().await.expect(201))
            }
            "attachments of people" => self.show(yard, place).await,
            "employment-reports" => id(&self.employ(yard).await),
            "deadlines" => self.start_clock(yard, place.office).await,
            "extension-requests" => {
                let clock = self.start_clock(yard, place.office).await;
                let new = json!(disnaker::compliance::obligations::bodies::NewExtensionRequest::sample());
                id(&self.create(&yard.hr, &format!("/v1/deadlines/{clock}/extension-requests"), &new).await)
            }
            "receipts" => {
                let report = self.file_vacancies(yard).await;
                let report =
                    self.service.get(format!("/v1/vacancy-reports/{report}")).token(&yard.hr).send().await.expect(200);
                report.text_of("number").to_owned()
            }
            "receipts of placements" => {
                let path = format!("/v1/placement-reports/{}", self.file_placement(yard).await.0);
                self.service.get(path).token(&yard.hr).send().await.expect(200).text_of("number").to_owned()
            }
            "receipts of employment" => self.employ(yard).await.text_of("number").to_owned(),
            "report-batches of placements" => {
                let path = format!("/v1/report-batches?kind=placements&company_id={}", yard.company);
                let row = with(hired(&self.publish(yard).await, self.next()), json!({"reference": "A-1"}));
                id(&self.create(&yard.hr, &path, &json!({"rows": [row]})).await)
            }
            "nil-reports" => {
                let new = json!({"company_id": yard.company, "month": self.month()});
                id(&self.create(&yard.hr, "/v1/nil-reports", &new).await)
            }
            "vacancy-reports" => self.file_vacancies(yard).await,
            "vacancies" => self.publish(yard).await,
            "placement-reports" => self.file_placement(yard).await.0,
            "report-batches" => {
                let path = format!("/v1/report-batches?company_id={}", yard.company);
                let row = with(line("Satpam", 1), json!({"work_region": yard.region, "reference": "A-1"}));
                id(&self.create(&yard.hr, &path, &json!({"rows": [row]})).await)
            }
            "placements" => {
                let (report, row) = self.file_placement(yard).await;
                self.act(&yard.officer, &format!("/v1/placement-reports/{report}/accept")).await;
                row
            }
            "mandates" => {
                let agent = self.register(yard).await;
                let new = json!({"company_id": yard.company, "agent_company_id": agent, "scopes": ["vacancy_reports"], "expires_on": "2027-06-30"});
                id(&self.create(&yard.hr, "/v1/mandates", &new).await)
            }
            "warnings" => self.warn(yard, place.office).await,
            "schools" | "school-reports" => self.teach(yard, noun, place).await,
            "data-breaches" => self.record_breach(yard, place.office).await,
            "services" | "days" => self.offer(yard, place.office).await,
            _ => return self.make_of_people(yard, noun, place).await,
        };
        Some(made)
    }

    /// An object that is about somebody who looks for work, or a step on the way to one.
    async fn make_of_people(&self, yard: &Yard, noun: &str, place: Place) -> Option<String> {
        let made = match noun {
            "job-seekers" => self.seek(yard, place).await,
            "data-requests" => self.ask_correction(yard, place).await,
            "queue-tickets" => self.queue(yard, place).await,
            "ak1-cards" => self.card(yard, place).await,
            "training-providers" => yard.provider.to_string(),
            "training-programmes" => self.teach_trade(yard, place.office).await,
            "instructors" => self.instruct(yard).await,
            "training-packages" => self.plan(yard, place.office).await,
            "training-enrollments" => self.enrol(yard, place).await,
            "training-sessions" => self.hold_session(yard, place.office).await,
            "training-certificates" | "competence-assessments" => self.certify(yard, noun, place).await,
            "training-needs" => self.need(yard, place).await,
            "training-proposals" => self.propose(yard).await,
            "apprenticeship-programmes" => self.programme(yard).await,
            "apprenticeship-agreements" => self.agreement(yard, place).await,
            "consultations" => self.consult(place.office).await,
            _ if noun.starts_with("complaint") => self.complain(place.office, noun).await,
            _ => return self.make_of_disputes(yard, noun, place).await,
        };
        Some(made)
    }

    /// A dispute, or what belongs to one.
    async fn make_of_disputes(&self, yard: &Yard, noun: &str, place: Place) -> Option<String> {
        let id = |reply: &Reply| reply.text_of("id").to_owned();
        let (noun, at_desk) = noun.strip_suffix(" at the desk").map_or((noun, false), |noun| (noun, true));
        if !noun.starts_with("mediation-") {
            return None;
        }
        let case = self.dispute(yard, place, at_desk).await;
        let path = format!("/v1/mediation-cases/{case}");
        let token = if at_desk { self.service.token(&yard.counter) } else { yard.admin.clone() };
        Some(match noun {
            "mediation-cases" => case,
            "mediation-hearings" => {
                let new = json!(disnaker::mediation::hearings::bodies::NewHearing::sample());
                id(&self.create(&self.service.token(&yard.mediator), &format!("{path}/hearings"), &new).await)
            }
            "mediation-documents" => {
                let path = format!("{path}/documents?kind=evidence");
                id(&self.service.post(path).token(&token).body(PDF, "application/pdf").send().await.expect(201))
            }
            "mediation-representatives" => {
                let new = json!(disnaker::mediation::sides::bodies::NewCaseRepresentative::sample());
                let reply = self.service.post(format!("{path}/representatives")).token(&token).json(&new).send().await;
                reply.expect(200)["parties"][0]["representatives"][0]["id"].as_str().unwrap().to_owned()
            }
            _ => return None,
        })
    }

    /// The grant of the mediator of a yard.
    async fn mediator_of(&self, yard: &Yard, office: &str) -> String {
        let path = format!("/v1/mediators?office={office}");
        let mediators = self.service.get(path).token(&yard.admin).send().await.expect(200);
        let own = mediators["data"].as_array().unwrap().iter().find(|row| row["subject"] == json!(yard.mediator));
        own.unwrap()["grant_id"].as_str().unwrap().to_owned()
    }

    /// A dispute: with its mediator, or with whoever registered it at the desk; of a party, where the place is one.
    async fn dispute(&self, yard: &Yard, place: Place, at_desk: bool) -> String {
        let region = yard.region.get(..5).unwrap();
        let own = json!({"office": place.office, "kind": "rights", "regions": [region]});
        let new = with(json!(disnaker::mediation::cases::bodies::NewMediationCase::sample()), own);
        let token = if at_desk { self.service.token(&yard.counter) } else { yard.admin.clone() };
        let made = self.create(&token, "/v1/mediation-cases", &new).await;
        let case = made.text_of("id").to_owned();
        if place.of == Of::Party {
            let party = made["parties"][0]["id"].as_str().unwrap().parse().unwrap();
            self.service.grant_in(&yard.party, Role::CaseParty, &Realm::Party(party)).await;
        }
        if !at_desk {
            let mut to = json!(disnaker::mediation::cases::bodies::NamedMediator::sample());
            to["grant_id"] = json!(self.mediator_of(yard, place.office).await);
            let call = self.service.post(format!("/v1/mediation-cases/{case}/refer")).token(&yard.admin);
            call.json(&to).send().await.expect(200);
        }
        case
    }

    /// A draft of somebody who looks for work, by the counter or by a school; or one that its person has as their own.
    async fn seek(&self, yard: &Yard, place: Place) -> String {
        let token = if place.of == Of::School { &yard.teacher } else { &yard.officer };
        *self.people.borrow_mut() += 1;
        let home = json!({"region": yard.region, "street": "Jalan Contoh 1"});
        let new = with(person(*self.people.borrow()), json!({"office": place.office, "address": home}));
        let id = self.create(token, "/v1/job-seekers", &new).await.text_of("id").to_owned();
        if place.of == Of::Person {
            self.service.grant_in(&yard.seeker, Role::JobSeeker, &Realm::Seeker(id.parse().unwrap())).await;
        }
        id
    }

    /// A school that applied, for an office; or its own for somebody who works there. A report is always of that one.
    async fn teach(&self, yard: &Yard, noun: &str, place: Place) -> String {
        let id = |reply: &Reply| reply.text_of("id").to_owned();
        if noun == "school-reports" {
            let month = self.month();
            let mut new = json!(disnaker::schools::bodies::NewSchoolReport::sample());
            (new["from_month"], new["until_month"]) = (json!(month), json!(month));
            return id(&self.create(&yard.teacher, &format!("/v1/schools/{}/reports", yard.school), &new).await);
        }
        if place.of == Of::School {
            return yard.school.to_string();
        }
        let mut new = json!(disnaker::schools::bodies::NewSchool::sample());
        (new["npsn"], new["region"]) = (json!((30_600_000 + self.next()).to_string()), json!(yard.region));
        id(&self.create(&yard.officer, "/v1/schools", &new).await)
    }

    /// A breach that an office has found.
    async fn record_breach(&self, yard: &Yard, office: &str) -> String {
        let mut new = json!(disnaker::privacy::breaches::bodies::NewDataBreach::sample());
        replace(&mut new, "office", office);
        self.create(&yard.admin, "/v1/data-breaches", &new).await.text_of("id").to_owned()
    }

    /// What somebody whom the office has registered asks about their own data.
    async fn ask_correction(&self, yard: &Yard, place: Place) -> String {
        let id = self.registered(place).await;
        self.service.grant_in(&yard.seeker, Role::JobSeeker, &Realm::Seeker(id.parse().unwrap())).await;
        let mut new = json!(disnaker::privacy::requests::bodies::NewDataRequest::sample());
        new["job_seeker_id"] = json!(id);
        self.create(&self.service.token(&yard.seeker), "/v1/data-requests", &new).await.text_of("id").to_owned()
    }

    /// Somebody whom the office has registered.
    async fn registered(&self, place: Place) -> String {
        let yard = &self.yards[place.office];
        let of = if place.of == Of::Person { Of::Person } else { Of::Office };
        let id = self.seek(yard, Place { of, ..place }).await;
        self.act(&yard.officer, &format!("/v1/job-seekers/{id}/submit")).await;
        self.act(&yard.officer, &format!("/v1/job-seekers/{id}/verify")).await;
        id
    }

    /// A card of somebody whom the office has registered.
    async fn card(&self, yard: &Yard, place: Place) -> String {
        let path = format!("/v1/job-seekers/{}/ak1-cards", self.registered(place).await);
        self.service.post(path).token(&yard.officer).send().await.expect(201).text_of("id").to_owned()
    }

    /// A programme.
    async fn teach_trade(&self, yard: &Yard, office: &str) -> String {
        let name = format!("Program {}", self.next());
        let new = with(json!(NewProgramme::sample()), json!({"office": office, "name": name}));
        self.create(&yard.admin, "/v1/training-programmes", &new).await.text_of("id").to_owned()
    }

    /// An instructor of the office's provider.
    async fn instruct(&self, yard: &Yard) -> String {
        let new = with(json!(NewInstructor::sample()), json!({"provider_id": yard.provider}));
        self.create(&yard.admin, "/v1/instructors", &new).await.text_of("id").to_owned()
    }

    /// A package that takes applications.
    async fn plan(&self, yard: &Yard, office: &str) -> String {
        let programme = self.teach_trade(yard, office).await;
        let own = json!({"office": office, "programme_id": programme, "provider_id": yard.provider});
        let new = with(json!(NewPackage::sample()), own);
        let id = self.create(&yard.admin, "/v1/training-packages", &new).await.text_of("id").to_owned();
        self.act(&yard.admin, &format!("/v1/training-packages/{id}/open")).await;
        id
    }

    /// Somebody who applied for a class; with a seat, where a provider is to see them.
    async fn enrol(&self, yard: &Yard, place: Place) -> String {
        let (package, person) = (self.plan(yard, place.office).await, self.registered(place).await);
        let new = json!({"package_id": package, "job_seeker_id": person});
        let id = self.create(&yard.admin, "/v1/training-enrollments", &new).await.text_of("id").to_owned();
        if place.of == Of::Provider {
            let path = format!("/v1/training-enrollments/{id}");
            self.act(&yard.admin, &format!("{path}/admit")).await;
            for step in ["test", "interview"] {
                let call = self.service.post(format!("{path}/{step}")).token(&yard.admin);
                call.json(&json!({"score": 80})).send().await.expect(200);
            }
            self.act(&yard.admin, &format!("/v1/training-packages/{package}/close-applications")).await;
            self.act(&yard.admin, &format!("{path}/accept")).await;
        }
        id
    }

    /// A session of a class.
    async fn hold_session(&self, yard: &Yard, office: &str) -> String {
        let path = format!("/v1/training-packages/{}/sessions", self.plan(yard, office).await);
        let made = self.create(&yard.admin, &path, &json!(NewSessions::sample())).await;
        ids(&made["data"], "id").pop().unwrap()
    }

    /// What somebody got who passed.
    async fn certify(&self, yard: &Yard, noun: &str, place: Place) -> String {
        let enrolled = self.enrol(yard, place).await;
        let id: EnrollmentId = enrolled.parse().unwrap();
        let change = self.service.change().await;
        enrollment::Entity::update_many()
            .col_expr(enrollment::Column::Status, Expr::value("passed"))
            .filter(enrollment::Column::Id.eq(id))
            .exec(change.db())
            .await
            .unwrap();
        change.commit().await.unwrap();
        let path = format!("/v1/training-enrollments/{enrolled}");
        if noun == "training-certificates" {
            let call = self.service.post(format!("{path}/certificate")).token(&yard.admin);
            return call.send().await.expect(201).text_of("id").to_owned();
        }
        let mut new = json!(NewAssessment::sample());
        new["number"] = json!(format!("BNSP-CONTOH-{}", self.next()));
        self.create(&yard.admin, &format!("{path}/competence-assessments"), &new).await.text_of("id").to_owned()
    }

    /// A need of industry: what a company told its office, or what an office heard.
    async fn need(&self, yard: &Yard, place: Place) -> String {
        let own = match place.of {
            Of::Company => json!({"office": null, "company_id": yard.company}),
            _ => json!({"office": place.office}),
        };
        let token = if place.of == Of::Company { &yard.hr } else { &yard.admin };
        let new = with(json!(NewTrainingNeed::sample()), own);
        self.create(token, "/v1/training-needs", &new).await.text_of("id").to_owned()
    }

    /// A proposal by somebody for the office of a region.
    async fn propose(&self, yard: &Yard) -> String {
        let new = with(json!(NewTrainingProposal::sample()), json!({"region": yard.region}));
        self.create(&self.service.token(&unused("usul")), "/v1/training-proposals", &new).await.text_of("id").to_owned()
    }

    /// What somebody asks an office.
    async fn consult(&self, office: &str) -> String {
        let new = with(json!(NewConsultation::sample()), json!({"office": office}));
        self.create(&self.service.token(&unused("tanya")), "/v1/consultations", &new).await.text_of("id").to_owned()
    }

    /// A complaint, or a document of one.
    async fn complain(&self, office: &str, noun: &str) -> String {
        let (noun, category) = noun.split_once(" about ").unwrap_or((noun, "industrial_relations"));
        let new = with(json!(NewComplaint::sample()), json!({"office": office, "category": category}));
        let token = self.service.token(&unused("adu"));
        let id = self.create(&token, "/v1/complaints", &new).await.text_of("id").to_owned();
        if noun == "complaints" {
            return id;
        }
        let sent = self.service.post(format!("/v1/complaints/{id}/documents")).token(&token);
        sent.body(PDF, "application/pdf").send().await.expect(201).text_of("id").to_owned()
    }

    /// A programme of apprenticeship that waits for the office; its company has reported its workers.
    async fn programme(&self, yard: &Yard) -> String {
        let mut report = json!(disnaker::companies::employment::bodies::NewEmploymentReport::sample());
        report["occurred_on"] = json!("2024-01-01");
        let path = format!("/v1/companies/{}/employment-reports", yard.company);
        let reply = self.service.post(path).token(&yard.hr).json(&report).send().await;
        assert!(matches!(reply.status, 201 | 409), "{reply}");
        let mut new = json!(disnaker::apprenticeships::programmes::bodies::NewApprenticeshipProgramme::sample());
        replace(&mut new, "company_id", &yard.company.to_string());
        (new["regions"], new["places"]) = (json!([yard.region.get(..5).unwrap()]), json!(1));
        let id = self.create(&yard.hr, "/v1/apprenticeship-programmes", &new).await.text_of("id").to_owned();
        self.act(&yard.hr, &format!("/v1/apprenticeship-programmes/{id}/submit")).await;
        id
    }

    /// An agreement that waits for the office, of somebody whose card holds.
    async fn agreement(&self, yard: &Yard, place: Place) -> String {
        let programme = format!("/v1/apprenticeship-programmes/{}", self.programme(yard).await);
        self.act(&yard.admin, &format!("{programme}/approve")).await;
        let path = format!("/v1/job-seekers/{}/ak1-cards", self.registered(place).await);
        let name = format!("Siti Contoh {}", self.people.borrow());
        let card = self.service.post(path).token(&yard.officer).send().await.expect(201);
        for act in ["print", "sign"] {
            self.act(&yard.officer, &format!("/v1/ak1-cards/{}/{act}", card.text_of("id"))).await;
        }
        let mut new = json!(disnaker::apprenticeships::agreements::bodies::NewApprenticeshipAgreement::sample());
        (new["ak1_number"], new["name"]) = (card["number"].clone(), json!(name));
        self.create(&yard.hr, &format!("{programme}/agreements"), &new).await.text_of("id").to_owned()
    }

    /// A counter for the card. Gives its office.
    async fn offer(&self, yard: &Yard, office: &str) -> String {
        let call = self.service.post(format!("/v1/offices/{office}/services")).token(&yard.admin);
        let reply = call.json(&json!({"service": "ak1", "capacity": 1000})).send().await;
        assert!(matches!(reply.status, 201 | 409), "{reply}");
        office.to_owned()
    }

    /// A paper of somebody who looks for work.
    async fn show(&self, yard: &Yard, place: Place) -> String {
        let of = self.seek(yard, place).await;
        let path = format!("/v1/attachments?subject_kind=job_seeker&subject_id={of}&kind=diploma");
        let call = self.service.post(path).token(&self.teller(yard, place)).body(PDF, "application/pdf");
        call.send().await.expect(201).text_of("id").to_owned()
    }

    /// A token of whoever speaks for people in a place.
    fn teller(&self, yard: &Yard, place: Place) -> String {
        match place.of {
            Of::School => yard.teacher.clone(),
            Of::Person => self.service.token(&yard.seeker),
            Of::Office | Of::Company | Of::Provider | Of::Party => yard.officer.clone(),
        }
    }

    /// A ticket of somebody who looks for work.
    async fn queue(&self, yard: &Yard, place: Place) -> String {
        self.offer(yard, place.office).await;
        let token = self.teller(yard, place);
        let seeker = self.seek(yard, place).await;
        let new = json!({"office": place.office, "service": "ak1", "date": "2026-11-30", "job_seeker_id": seeker});
        self.create(&token, "/v1/queue-tickets", &new).await.text_of("id").to_owned()
    }

    /// A written warning that was issued.
    async fn warn(&self, yard: &Yard, office: &str) -> String {
        let duty = duty(&self.service, yard.company, office, "2026-01-05").await;
        let new = json!({"company_id": yard.company, "deadline_ids": [duty]});
        let draft = self.create(&yard.officer, "/v1/warnings", &new).await.text_of("id").to_owned();
        let issue = self.service.post(format!("/v1/warnings/{draft}/issue")).token(&yard.officer);
        issue.json(&json!({})).send().await.expect(200);
        draft
    }

    /// An employment report, of a month of its own.
    async fn employ(&self, yard: &Yard) -> Reply {
        let mut new = json!(disnaker::companies::employment::bodies::NewEmploymentReport::sample());
        new["occurred_on"] = json!(NaiveDate::from_ymd_opt(2025, self.next() % 12 + 1, 1).unwrap());
        self.create(&yard.hr, &format!("/v1/companies/{}/employment-reports", yard.company), &new).await
    }

    /// A clock of a company, about nothing in particular, that nothing here meets.
    async fn start_clock(&self, yard: &Yard, office: &str) -> String {
        let subject = Uuid::from_u128(self.next().into());
        let start = disnaker::deadline::Start {
            rule: "placement.report-due",
            subject_kind: "vacancy",
            subject,
            party: "company",
            office,
            company: Some(yard.company.0),
            on: "2026-11-23".parse().unwrap(),
        };
        let change = self.service.change().await;
        disnaker::deadline::start(&change, &[start]).await.unwrap();
        change.commit().await.unwrap();
        let select = deadline::Entity::find().filter(deadline::Column::SubjectId.eq(subject));
        select.one(self.service.state().db.reader()).await.unwrap().unwrap().id.to_string()
    }

    /// One more company beside a yard's own.
    async fn register(&self, yard: &Yard) -> String {
        let token = self.service.token(&unused("hr"));
        let nib = format!("{:013}", 9_130_000_000_000 + u64::from(self.next()));
        let new = with(company(&nib), json!({"region": yard.region}));
        self.create(&token, "/v1/companies", &new).await.text_of("id").to_owned()
    }

    async fn file_vacancies(&self, yard: &Yard) -> String {
        let new = json!({"company_id": yard.company, "lines": [with(line("Satpam", 1), json!({"work_region": yard.region}))]});
        let draft = self.create(&yard.hr, "/v1/vacancy-reports", &new).await;
        self.act(&yard.hr, &format!("/v1/vacancy-reports/{}/submit", draft.text_of("id"))).await;
        draft.text_of("id").to_owned()
    }

    async fn publish(&self, yard: &Yard) -> String {
        let report = self.file_vacancies(yard).await;
        let accepted = self.act(&yard.officer, &format!("/v1/vacancy-reports/{report}/accept")).await;
        ids(&accepted["lines"], "line_id").pop().unwrap()
    }

    /// A filed placement report, and the placement that its row becomes.
    async fn file_placement(&self, yard: &Yard) -> (String, String) {
        let vacancy = self.publish(yard).await;
        let new = json!({"company_id": yard.company, "rows": [hired(&vacancy, self.next())]});
        let draft = self.create(&yard.hr, "/v1/placement-reports", &new).await;
        self.act(&yard.hr, &format!("/v1/placement-reports/{}/submit", draft.text_of("id"))).await;
        (draft.text_of("id").to_owned(), ids(&draft["rows"], "row_id").pop().unwrap())
    }

    /// Somebody who may, an object of their own, and the example of the body with what is their own in it.
    pub async fn caller(&self, operation: &Operation<'_>) -> Option<(String, String, Value)> {
        let row = row(operation)?;
        let named = noun(operation.path);
        let mut example = operation.example().cloned().unwrap_or_default();
        let Some((role, sight)) = row.roles.first() else {
            let own = if named == Some("offices") { OWN.office.to_owned() } else { nothing(named) };
            return Some((self.service.token("siapa-saja"), own, example));
        };
        let place = OWN.place(*role, *sight);
        let mut own = match named {
            Some(noun) => self.object(of_kind(*role, noun), place).await,
            None => None,
        };
        for (name, noun) in [("company_id", "companies"), ("vacancy_id", "vacancies")] {
            let id = self.object(noun, Place { of: Of::Company, ..place }).await.unwrap();
            replace(&mut example, name, &id);
        }
        // Where a role is given, the record stays out of it.
        if example.get("job_seeker_id").is_some() && example.get("role").is_none() {
            example["job_seeker_id"] = json!(self.seek(&self.yards[place.office], place).await);
        }
        if example.get("job_seeker_ids").is_some() {
            example["job_seeker_ids"] = json!([self.seek(&self.yards[place.office], place).await]);
        }
        if example.get("agent_company_id").is_some() {
            replace(&mut example, "agent_company_id", &self.yards[OWN.province].company.to_string());
        }
        if example.get("deadline_ids").is_some() {
            let company = self.yards[place.office].company;
            example["deadline_ids"] = json!([duty(&self.service, company, place.office, "2026-01-05").await]);
        }
        let yard = &self.yards[place.office];
        if example.get("provider_id").is_some_and(Value::is_string) && example.get("role").is_none() {
            example["provider_id"] = json!(yard.provider);
        }
        if example.get("programme_id").is_some() {
            example["programme_id"] = json!(self.teach_trade(yard, place.office).await);
        }
        if example.get("package_id").is_some() || example.get("packages").is_some() {
            replace(&mut example, "package_id", &self.plan(yard, place.office).await);
        }
        if operation.id() == "create_training_enrollment" {
            example["job_seeker_id"] = json!(self.registered(place).await);
        }
        if operation.id() == "score_training_applicants" {
            let package = self.plan(yard, place.office).await;
            let new = json!({"package_id": package, "job_seeker_id": self.registered(place).await});
            let applicant = self.create(&yard.admin, "/v1/training-enrollments", &new).await.text_of("id").to_owned();
            self.act(&yard.admin, &format!("/v1/training-enrollments/{applicant}/admit")).await;
            replace(&mut example, "enrollment_id", &applicant);
            own = Some(package);
        }
        if example.get("hearing_id").is_some() {
            let path = format!("/v1/mediation-cases/{}/hearings", own.clone().unwrap());
            let new = json!(disnaker::mediation::hearings::bodies::NewHearing::sample());
            let hearing = self.create(&self.service.token(&yard.mediator), &path, &new).await;
            replace(&mut example, "hearing_id", hearing.text_of("id"));
        }
        if operation.id() == "reassign_mediation_case" {
            replace(&mut example, "grant_id", &self.mediator_of(yard, place.office).await);
        }
        if operation.id() == "revoke_case_access" {
            let case = format!("/v1/mediation-cases/{}", own.clone().unwrap());
            let code = self.create(&yard.admin, &format!("{case}/invitations"), &json!({"side": "employer"})).await;
            let code = json!({"code": code["code"]});
            let accepted = self.service.post("/v1/invitations/accept").token(&self.service.token(&unused("pihak")));
            let accepted = accepted.json(&code).send().await.expect(200);
            replace(&mut example, "grant_id", accepted.text_of("id"));
        }
        if example.get("into").is_some() {
            replace(&mut example, "into", &self.registered(place).await);
        }
        replace(&mut example, "office", place.office);
        Some((self.tokens[role].clone(), own.unwrap_or_else(|| nothing(named)), example))
    }

    /// A request for an operation on an object.
    pub fn call(&self, operation: &Operation<'_>, token: &str, object: &str, query: &str) -> Call {
        let method: Method = operation.method.to_uppercase().parse().unwrap();
        let path = operation.with_parameters(|name| match name {
            "service" => "ak1".to_owned(),
            "date" => "2026-11-30".to_owned(),
            _ => object.to_owned(),
        });
        let call = self.service.call(method, format!("{path}{query}"));
        let call = if token.is_empty() { call } else { call.token(token) };
        if matches!(operation.method, "patch" | "delete") { call.header("if-match", "*") } else { call }
    }

    async fn send(&self, operation: &Operation<'_>, token: Option<&str>, object: &str) -> Reply {
        let call = self.call(operation, token.unwrap_or_default(), object, &required(operation));
        match operation.example() {
            Some(example) => call.json(example).send().await,
            None => call.send().await,
        }
    }
}

/// Puts a text into every field of a name that holds one.
fn replace(value: &mut Value, name: &str, text: &str) {
    match value {
        Value::Object(fields) => {
            for (field, inner) in fields {
                if field == name && inner.is_string() {
                    *inner = json!(text);
                }
                replace(inner, name, text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| replace(inner, name, text)),
        _ => {}
    }
}

/// The query of a list whose first page holds all that was made.
fn whole(operation: &Operation<'_>) -> String {
    let query = required(operation);
    match operation.parameters().any(|parameter| parameter["name"] == "limit") {
        true if query.is_empty() => "?limit=100".to_owned(),
        true => format!("{query}&limit=100"),
        false => query,
    }
}

/// What stands in a query for the parameters that an operation requires.
fn required(operation: &Operation<'_>) -> String {
    let required =
        operation.parameters().filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
    let pairs: Vec<_> =
        required.map(|parameter| format!("{}={}", parameter["name"].as_str().unwrap(), word(parameter))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// The noun that the last parameter of a path names: `clients` of `/v1/clients/{id}/revoke`.
pub fn noun(path: &str) -> Option<&str> {
    path.rsplit_once("/{")?.0.rsplit('/').next()
}

/// The kind of a noun's objects that a role sees: an agent those that its mandate is about.
fn of_kind(role: Role, noun: &str) -> &str {
    match (role, noun) {
        (Role::CounterOfficer | Role::SchoolOperator | Role::JobSeeker, "attachments") => "attachments of people",
        (Role::PlacementOfficer, "complaints") => "complaints about placement",
        (Role::TrainingOfficer, "complaints") => "complaints about training",
        (Role::CounterOfficer, "complaints") => "complaints about other",
        (Role::PlacementOfficer, "complaint-documents") => "complaint-documents about placement",
        (Role::TrainingOfficer, "complaint-documents") => "complaint-documents about training",
        (Role::CounterOfficer, "complaint-documents") => "complaint-documents about other",
        (Role::PlacementAgent, "receipts") => "receipts of placements",
        (Role::EmploymentAgent, "receipts") => "receipts of employment",
        (Role::PlacementAgent, "report-batches") => "report-batches of placements",
        (Role::CounterOfficer, "mediation-cases") => "mediation-cases at the desk",
        (Role::CounterOfficer, "mediation-documents") => "mediation-documents at the desk",
        (Role::CounterOfficer, "mediation-representatives") => "mediation-representatives at the desk",
        _ => noun,
    }
}

/// What names nothing of a noun.
pub fn nothing(noun: Option<&str>) -> String {
    if noun == Some("offices") { "11.71".to_owned() } else { Uuid::from_u128(0xdead).to_string() }
}

pub fn row(operation: &Operation<'_>) -> Option<&'static Row> {
    permissions::row(operation.value["x-permission"].as_str()?)
}

#[test]
fn every_operation_names_a_permission_of_the_table_and_shows_its_roles() {
    let mut used = BTreeSet::new();
    for operation in Document::get().operations() {
        let id = operation.id();
        let Some(row) = row(&operation) else {
            assert!(WITHOUT_PERMISSION.contains(&id), "{id} names no permission of the table");
            continue;
        };
        used.insert(row.name);
        let shown = operation.value["x-roles"].as_object().unwrap();
        let shown: BTreeMap<_, _> =
            shown.iter().map(|(role, sight)| (role.as_str(), sight.as_str().unwrap())).collect();
        let meant: BTreeMap<_, _> = row.roles.iter().map(|(role, sight)| (role.as_str(), sight.as_str())).collect();
        assert_eq!(shown, meant, "{id}");
        let open = match row.open {
            Open::Public => "public",
            Open::Authenticated => "anyone",
            Open::Granted => "granted",
        };
        assert_eq!(operation.value["x-open-to"], open, "{id}");
        let security = operation.value["security"].as_array().unwrap();
        let bearer: Vec<_> = security.iter().filter_map(|way| way["bearer"][0].as_str()).collect();
        assert_eq!(bearer, [row.name], "{id}");
        let without_a_token = security.iter().any(|way| way == &json!({}));
        assert_eq!(without_a_token, row.open == Open::Public, "{id}: its security says who needs a token");
    }
    let stray = permissions::TABLE.iter().map(|row| row.name);
    let stray: Vec<_> = stray.filter(|name| !used.contains(name) && !WITHOUT_OPERATION.contains(name)).collect();
    assert!(stray.is_empty(), "no operation names {stray:?}");
}

#[tokio::test]
async fn each_role_passes_the_gates_that_are_its_own_and_no_other() {
    let matrix = Matrix::prepare().await;
    let mut faults = Vec::new();
    let mut operations: Vec<_> = Document::get().operations().collect();
    // At last: whoever begins a record of their own is a job seeker from then on, and whoever registers a dispute a party.
    operations.sort_by_key(|operation| matches!(operation.id(), "create_job_seeker" | "register_mediation_case"));
    for operation in operations {
        let Some(row) = row(&operation) else { continue };
        // Somebody new each time: whoever registers a company is nobody in particular no more.
        let stranger = matrix.service.token(&unused("anyone"));
        let nobody = [(None, "anonymous", None), (None, "anyone", Some(stranger.as_str()))];
        let roles = matrix.tokens.iter().map(|(role, token)| (Some(*role), role.as_str(), Some(token.as_str())));
        for (role, name, token) in nobody.into_iter().chain(roles) {
            let allowed = match row.open {
                Open::Public => true,
                Open::Authenticated => token.is_some(),
                Open::Granted => role.is_some_and(|role| row.roles.iter().any(|(given, _)| *given == role)),
            };
            let reply = matrix.send(&operation, token, &nothing(noun(operation.path))).await;
            let understood = !matches!(reply.json["code"].as_str(), Some("body-shape" | "malformed-json"));
            let right = match (allowed, token) {
                (true, _) => understood && !matches!(reply.status, 401 | 403 | 405 | 415 | 428),
                (false, None) => reply.status == 401,
                (false, Some(_)) => reply.status == 403,
            };
            if !right {
                let should = if allowed { "allowed" } else { "denied" };
                faults.push(format!("{} by {name} ({should}): {} {}", operation.id(), reply.status, reply["code"]));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_not_there() {
    let matrix = Matrix::prepare().await;
    let (mut faults, mut without) = (Vec::new(), BTreeSet::new());
    for operation in Document::get().operations() {
        let (Some(row), Some(noun)) = (row(&operation), noun(operation.path)) else { continue };
        if row.open == Open::Public {
            continue;
        }
        for (role, sight) in row.roles {
            let token = Some(matrix.tokens[role].as_str());
            let kind = of_kind(*role, noun);
            let Some(theirs) = matrix.object(kind, STRANGER.place(*role, *sight)).await else {
                without.insert(noun);
                break;
            };
            let own = matrix.object(kind, OWN.place(*role, *sight)).await.unwrap();
            let reply = matrix.send(&operation, token, &theirs).await;
            let absent = matrix.send(&operation, token, &nothing(Some(noun))).await;
            if reply.status != 404 || reply.anonymous() != absent.anonymous() {
                faults.push(format!(
                    "{} by {role} with a stranger's: {} {}",
                    operation.id(),
                    reply.status,
                    reply["code"]
                ));
            }
            let reply = matrix.send(&operation, token, &own).await;
            if matches!(reply.status, 401 | 403 | 404) {
                faults.push(format!("{} by {role} with its own: {} {}", operation.id(), reply.status, reply["code"]));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(without.is_empty(), "add a line to Matrix::make for {without:?}");
}

#[tokio::test]
async fn a_list_shows_one_s_own_and_nothing_of_somebody_else() {
    let matrix = Matrix::prepare().await;
    let list = |operation: &Operation<'_>| {
        let granted = row(operation).is_some_and(|row| row.open == Open::Granted);
        granted && operation.method == "get" && !operation.path.contains('{')
    };
    let nouns: BTreeSet<_> =
        Document::get().operations().filter(list).filter_map(|operation| operation.path.rsplit('/').next()).collect();
    let nouns: BTreeSet<_> = nouns.iter().flat_map(|noun| Role::ALL.iter().map(|role| of_kind(*role, noun))).collect();
    let everywhere = [OWN, STRANGER].map(|side| [side.office, side.province]).concat();
    for (noun, office) in nouns.iter().flat_map(|noun| everywhere.iter().map(move |office| (noun, *office))) {
        let places: &[Of] = match *noun {
            "job-seekers" | "attachments of people" | "data-requests" | "apprenticeship-agreements" => {
                &[Of::Office, Of::Company, Of::School, Of::Person]
            }
            "instructors" => &[Of::Office, Of::Provider],
            "training-enrollments" | "training-certificates" => &[Of::Office, Of::Person, Of::Provider],
            "competence-assessments" => &[Of::Office, Of::Person],
            "mediation-cases" => &[Of::Office, Of::Party],
            "mediation-cases at the desk" => &[Of::Office],
            _ => &[Of::Office, Of::Company],
        };
        for of in places.iter().copied() {
            matrix.object(noun, Place { office, of }).await;
        }
    }
    let made = matrix.made.borrow().clone();
    let mut faults = Vec::new();
    for operation in Document::get().operations().filter(list) {
        let row = row(&operation).unwrap();
        let listed = operation.path.rsplit('/').next().unwrap();
        for (role, sight) in row.roles {
            let call = matrix.call(&operation, &matrix.tokens[role], "", &whole(&operation));
            let reply = call.send().await.expect(200);
            let shown = |object: &str| reply.text.contains(&format!("\"{object}\""));
            for ((noun, place), object) in made.iter().filter(|(_, object)| object.len() == 36) {
                let theirs = place.office == STRANGER.office || place.office == STRANGER.province;
                if theirs && shown(object) {
                    faults.push(format!("{} shows {role} a stranger's {noun}", operation.id()));
                }
                if noun == of_kind(*role, listed) && *place == OWN.place(*role, *sight) && !shown(object) {
                    faults.push(format!("{} does not show {role} its own {noun}\n{reply}", operation.id()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// A word that a required parameter takes.
fn word(parameter: &Value) -> &str {
    let schema = Document::get().resolve(&parameter["schema"]);
    parameter["example"].as_str().or_else(|| schema["enum"][0].as_str()).unwrap_or_default()
}

#[tokio::test]
async fn what_has_a_tag_is_not_sent_again_to_whom_has_it_and_the_document_says_so() {
    let matrix = Matrix::prepare().await;
    let (mut faults, mut tagged) = (Vec::new(), 0);
    for operation in Document::get().operations().filter(|operation| operation.method == "get") {
        let Some((token, object, _)) = matrix.caller(&operation).await else { continue };
        let query = required(&operation);
        let first = matrix.call(&operation, &token, &object, &query).send().await;
        let tag = first.header("etag");
        if tag.is_empty() {
            continue;
        }
        tagged += 1;
        match matrix.call(&operation, &token, &object, &query).header("if-none-match", tag).attempt().await {
            Ok(again) if again.status == 304 && again.text.is_empty() => {}
            Ok(again) => faults.push(format!("{}: {}", operation.id(), again.status)),
            Err(fault) => faults.push(fault.lines().next().unwrap_or_default().to_owned()),
        }
    }
    assert!(tagged > 10 && faults.is_empty(), "{} of {tagged}:\n{}", faults.len(), faults.join("\n"));
}
