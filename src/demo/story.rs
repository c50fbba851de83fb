//! The telling: scenes in the order of time, each written by the rooms' own decide and save.
//!
//! A scene may call the next one: a report that is filed is decided some days later, vacancies that are published are filled
//! or closed. A day is one transaction, in which each act has its own actor and instant; at midnight the sweeps run.

mod classes;
mod consultations;
mod disputes;
mod duties;
mod people;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use disnaker_entity::Sex;
use disnaker_entity::access::Role;
use disnaker_entity::company;
use disnaker_entity::placement::PlacementId;
use disnaker_entity::report::{placement_report, vacancy_report};
use disnaker_entity::vacancy::{self, VacancyId, VacancyStatus};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use self::consultations::Inquiry;
use self::disputes::Dispute;
use self::duties::{Act, Memory};
pub use self::people::{Extent, WHOLE};
use self::people::{Past, Visitor};
use super::cast::{OFFICES, ORIGINS, REASONS, REJECTIONS};
use super::plot::{self, Correction, Fate, Filing, Firm, FirmFate, Hiring, HiringFate, Place, Position, Turn};
use crate::app::{self, State};
use crate::book::Book;
use crate::caller::{Identity, Realm, Scope, province_of};
use crate::change::Change;
use crate::clock::{Clock, Zone};
use crate::companies::bodies::{Contact, NewCompany, Workforce};
use crate::companies::{self, CompanyEvent};
use crate::offices::{self, NewOffice};
use crate::problem::Problem;
use crate::reference::{self, Codes};
use crate::reports::placement::bodies::{PlacementReportReturn, PlacementRowBody, RowReason, Worker};
use crate::reports::vacancy::bodies::{LineReason, NewVacancyReport, VacancyLine, VacancyReportReturn};
use crate::reports::{placement as placement_reports, vacancy as vacancy_reports};
use crate::vacancies::bodies::Wanted;
use crate::vacancies::{self, VacancyEvent};
use crate::{access, placements};

/// What every draw follows from.
const SEED: u64 = 36_72;
/// The first Monday of 2020, on which the offices are founded.
const FOUNDED: (i32, u32, u32) = (2020, 1, 6);

/// Something that happens at an instant.
enum Scene {
    /// A company registers.
    Register(usize),
    /// A company's registration moves.
    Review(usize, CompanyEvent),
    /// A vacancy report is written.
    File(Box<Filing>),
    /// It is filed with the office.
    Submit(Box<Filed>),
    /// The office sends it back.
    Return(Box<Filed>),
    /// The company mends it and files it again.
    Mend(Box<Filed>),
    /// The company takes it back.
    Withdraw(Box<Filed>),
    /// The office accepts it.
    Accept(Box<Filed>),
    /// The company begins a correction.
    Correct(Box<Filed>, Correction),
    /// A vacancy is suspended, resumed or closed.
    Turn(usize, VacancyId, VacancyEvent),
    /// A placement report is written.
    Hire(Box<Hires>),
    /// It is filed with the office.
    SubmitHires(Box<Hired>),
    /// The office or the company decides on it.
    DecideHires(Box<Hired>),
    /// A wrong placement is voided.
    Void(PlacementId),
    /// Something of what companies owe besides.
    Duty(Box<Act>),
    /// An office opens its counter.
    Counter(&'static str),
    /// A school is registered.
    School,
    /// Somebody looks for work.
    Visit(Box<Visitor>),
    /// A dispute is registered, or goes on.
    Dispute(Box<Dispute>),
    /// Something is asked or complained of, or goes on.
    Inquiry(Box<Inquiry>),
}

/// A vacancy report that is written.
struct Filed {
    plan: Filing,
    row: vacancy_report::Model,
    lines: Vec<VacancyLine>,
}

/// Who is to be hired: persons on each line.
struct Hires {
    firm: usize,
    lines: Vec<(VacancyLine, i32)>,
    plan: Hiring,
}

/// A placement report that is written.
struct Hired {
    firm: usize,
    plan: Hiring,
    row: placement_report::Model,
    rows: Vec<PlacementId>,
}

/// Which half of a working day.
#[derive(Clone, Copy)]
enum Half {
    /// When companies file.
    Morning,
    /// When officers decide.
    Afternoon,
}

impl Half {
    /// Its seconds of the day.
    fn seconds(self) -> Range<i64> {
        match self {
            Self::Morning => 3600 * 8 + 600..3600 * 12,
            Self::Afternoon => 3600 * 13..3600 * 16,
        }
    }
}

/// Tells the story up to the beginning of a day.
///
/// # Errors
/// What a room refuses, or the database's own.
pub async fn tell(state: &Arc<State>, today: NaiveDate, extent: Extent) -> Result<(), Problem> {
    let first = today - Duration::days(plot::LENGTH);
    let founded = NaiveDate::from_ymd_opt(FOUNDED.0, FOUNDED.1, FOUNDED.2).ok_or_else(lost)?;
    let state = state.with_clock(Clock::story(instant(founded, 6 * 3600), SEED));
    let (codes, mut random) = (reference::codes(&state).await?, StdRng::seed_from_u64(SEED));
    found(&state, &codes).await?;
    let firms = plot::firms(&mut random);
    let filings = plot::filings(&mut random, &firms);
    let provinces = OFFICES.iter().filter_map(|office| province_of(office.code)).map(str::to_owned).collect();
    let scope = Scope { provinces, ..Scope::default() };
    let random_past = StdRng::seed_from_u64(SEED + 2);
    Past { state: &state, codes: &codes, scope: &scope, random: random_past, extent }.tell(first).await?;
    state.clock.set(instant(first, 6 * 3600));
    let mut teller = Teller {
        state,
        scope,
        codes,
        today,
        firms,
        companies: BTreeMap::new(),
        queue: BTreeMap::new(),
        scenes: 0,
        people: 0,
        random,
        other: StdRng::seed_from_u64(SEED + 1),
        memory: Memory::default(),
    };
    teller.plan(filings).await?;
    teller.play(first).await
}

/// Founds the offices, and gives a role to an identity for every role in every office; the roles that need a school, a
/// record or a case of a later room have theirs without one.
async fn found(state: &Arc<State>, codes: &Codes) -> Result<(), Problem> {
    let mut change = Change::begin(state, Arc::new(Scope::default()), "demo".to_owned()).await?;
    let mut second = 0;
    let mut tick = || {
        second += 1;
        state.clock.set(state.clock.now() + Duration::seconds(1));
        second
    };
    for office in OFFICES {
        tick();
        change.turn_to("demo".to_owned());
        let hours = "Senin sampai Jumat, 08.00 sampai 15.30";
        let new = NewOffice {
            code: office.code,
            name: office.name,
            address: office.address,
            opening_hours: hours,
            ..NewOffice::default()
        };
        offices::add(&mut change, new, codes).await?;
        for role in Role::ALL.iter().copied().filter(|role| in_office(*role)) {
            if role != Role::ProvinceAdmin || province_of(office.code).is_some() {
                tick();
                change.turn_to("demo".to_owned());
                access::give(
                    &mut change,
                    &identity(state, role, office.code),
                    role,
                    &Realm::Office(office.code.to_owned()),
                )
                .await?;
            }
        }
    }
    for role in [Role::ProviderOperator, Role::CaseParty] {
        tick();
        change.turn_to("demo".to_owned());
        access::give(&mut change, &identity(state, role, ""), role, &Realm::Nowhere).await?;
    }
    change.commit().await
}

/// Whether a role is had in an office.
fn in_office(role: Role) -> bool {
    match role {
        Role::ProvinceAdmin
        | Role::OfficeAdmin
        | Role::PlacementOfficer
        | Role::CounterOfficer
        | Role::TrainingOfficer
        | Role::Mediator
        | Role::Viewer
        | Role::AppBackend => true,
        Role::CompanyAdmin
        | Role::CompanyHr
        | Role::SchoolOperator
        | Role::ProviderOperator
        | Role::JobSeeker
        | Role::CaseParty
        | Role::VacancyAgent
        | Role::PlacementAgent
        | Role::EmploymentAgent => false,
    }
}

/// The identity of a role in an office, or in the company of a NIB: `demo-placement_officer-36.72`.
fn identity(state: &State, role: Role, place: &str) -> Identity {
    let subject = if place.is_empty() { format!("demo-{role}") } else { format!("demo-{role}-{place}") };
    Identity { issuer: state.issuers.own().to_owned(), subject }
}

/// A second of a day in western Indonesia, where all offices of the demo are.
fn instant(date: NaiveDate, second: i64) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc() - Duration::hours(7) + Duration::seconds(second)
}

fn lost() -> Problem {
    Problem::internal("the story lost its thread")
}

struct Teller {
    state: Arc<State>,
    /// What everybody sees: all that is filed with the offices.
    scope: Scope,
    codes: Arc<Codes>,
    /// The day of loading, on which nothing happens any more.
    today: NaiveDate,
    firms: Vec<Firm>,
    /// The companies that have registered.
    companies: BTreeMap<usize, company::Model>,
    queue: BTreeMap<(DateTime<Utc>, u32), Scene>,
    scenes: u32,
    people: u32,
    random: StdRng,
    /// What [`Self::aside`] draws from.
    other: StdRng,
    memory: Memory,
}

impl Teller {
    /// Puts what companies do of themselves into the queue.
    async fn plan(&mut self, filings: Vec<Filing>) -> Result<(), Problem> {
        let book = self.state.book().await?;
        let begin = self.now() + Duration::minutes(5);
        let day = |days: i64, office: &str| self.working_day(&book, days, office);
        let mut scenes = Vec::new();
        for (at, firm) in self.firms.iter().enumerate() {
            let second = if at == 0 { 0 } else { 3600 * 7 + i64::try_from(at).unwrap_or_default() * 15 };
            scenes.push((instant(day(firm.registers, firm.office), second), Scene::Register(at)));
        }
        for filing in filings {
            let office = self.firms.get(filing.firm).ok_or_else(lost)?.office;
            scenes.push((instant(day(filing.day, office), 0), Scene::File(Box::new(filing))));
        }
        for (at, scene) in scenes {
            let at = match scene {
                Scene::File(_) => at + Duration::seconds(self.random.gen_range(3600 * 8 + 600..3600 * 12)),
                _ => at,
            };
            self.call(at.max(begin), scene);
        }
        self.plan_duties(&book);
        self.plan_people(&book);
        self.plan_disputes(&book);
        self.plan_inquiries(&book);
        Ok(())
    }

    /// The last day up to so many before the end on which an office works.
    fn working_day(&self, book: &Book, days: i64, office: &str) -> NaiveDate {
        let mut date = self.today - Duration::days(days);
        while !works(book, date, office) {
            date = date - Days::new(1);
        }
        date
    }

    fn call(&mut self, at: DateTime<Utc>, scene: Scene) {
        self.scenes += 1;
        self.queue.insert((at, self.scenes), scene);
    }

    /// Plays scene after scene, a transaction a day, and sweeps at every midnight.
    async fn play(mut self, first: NaiveDate) -> Result<(), Problem> {
        let mut date = first;
        let mut change = self.begin().await?;
        while let Some(((at, _), scene)) = self.queue.pop_first() {
            let next = Zone::WESTERN.date(at);
            if next > date {
                change.commit().await?;
                self.sweep(date, next).await?;
                (change, date) = (self.begin().await?, next);
            }
            self.state.clock.set(at);
            self.scene(&mut change, scene).await?;
        }
        change.commit().await?;
        self.sweep(date, self.today).await
    }

    async fn begin(&self) -> Result<Change, Problem> {
        Change::begin(&self.state, Arc::new(self.scope.clone()), "demo".to_owned()).await
    }

    /// The sweeps of the nights after a day, up to the one in which another begins.
    async fn sweep(&self, after: NaiveDate, until: NaiveDate) -> Result<(), Problem> {
        for night in after.iter_days().skip(1).take_while(|night| *night <= until) {
            self.state.clock.set(instant(night, 1));
            app::sweep(&self.state).await?;
        }
        Ok(())
    }

    fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    /// A working half-day from now on, if it comes before the end of the story.
    fn later(&mut self, change: &Change, days: u64, half: Half, office: &str) -> Option<DateTime<Utc>> {
        let book = change.book();
        let mut date = Zone::WESTERN.date(self.now()) + Days::new(days);
        while !works(&book, date, office) {
            date = date + Days::new(1);
        }
        let at = instant(date, self.random.gen_range(half.seconds()));
        (date < self.today).then(|| at.max(self.soon()))
    }

    /// Some minutes from now.
    fn soon(&mut self) -> DateTime<Utc> {
        self.now() + Duration::seconds(self.random.gen_range(180..1200))
    }

    fn firm(&self, at: usize) -> Result<&Firm, Problem> {
        self.firms.get(at).ok_or_else(lost)
    }

    fn company(&self, at: usize) -> Result<company::Model, Problem> {
        self.companies.get(&at).cloned().ok_or_else(lost)
    }

    /// Goes on in the name of a company's admin or HR, by turns.
    fn as_company(&mut self, change: &mut Change, at: usize) -> Result<(), Problem> {
        let role = if self.random.gen_bool(0.7) { Role::CompanyHr } else { Role::CompanyAdmin };
        change.turn_to(identity(&self.state, role, &self.firm(at)?.nib).actor());
        Ok(())
    }

    /// Goes on in the name of an office's placement officer.
    fn as_office(&self, change: &mut Change, office: &str) {
        change.turn_to(identity(&self.state, Role::PlacementOfficer, office).actor());
    }

    async fn scene(&mut self, change: &mut Change, scene: Scene) -> Result<(), Problem> {
        match scene {
            Scene::Register(at) => self.register(change, at).await,
            Scene::Review(at, event) => self.review(change, at, event).await,
            Scene::File(filing) => self.file(change, *filing).await,
            Scene::Submit(filed) => self.submit(change, *filed).await,
            Scene::Return(filed) => self.send_back(change, *filed).await,
            Scene::Mend(filed) => self.mend(change, *filed).await,
            Scene::Withdraw(filed) => {
                self.as_company(change, filed.plan.firm)?;
                vacancy_reports::withdraw(change, &filed.row).await.map(drop)
            }
            Scene::Accept(filed) => self.accept(change, *filed).await,
            Scene::Correct(filed, correction) => self.correct(change, *filed, correction).await,
            Scene::Turn(at, vacancy, event) => self.turn(change, at, vacancy, event).await,
            Scene::Hire(hires) => self.hire(change, *hires).await,
            Scene::SubmitHires(hired) => self.submit_hires(change, *hired).await,
            Scene::DecideHires(hired) => self.decide_hires(change, *hired).await,
            Scene::Void(id) => {
                let row = placements::lock(change, id).await?;
                self.as_office(change, &row.office);
                placements::void(change, &row, "Pekerja tidak jadi mulai bekerja").await.map(drop)
            }
            Scene::Duty(act) => self.aside(change, *act).await,
            Scene::Counter(office) => self.open_counter(change, office).await,
            Scene::School => self.found_school(change).await,
            Scene::Visit(visitor) => self.visit(change, *visitor).await,
            Scene::Dispute(dispute) => self.dispute(change, *dispute).await,
            Scene::Inquiry(inquiry) => self.inquire(change, *inquiry).await,
        }
    }

    // Companies ------------------------------------------------------------------------------------

    async fn register(&mut self, change: &mut Change, at: usize) -> Result<(), Problem> {
        let firm = self.firm(at)?.clone();
        let admin = identity(&self.state, Role::CompanyAdmin, &firm.nib);
        change.turn_to(admin.actor());
        let place = self.codes.region(firm.region).map_or("", |region| region.name.as_str());
        let email = firm.name.to_lowercase().replace(' ', "-");
        let [men, women, with_disability] = firm.workers;
        let new = NewCompany {
            nib: firm.nib.clone(),
            branch: "pusat".to_owned(),
            name: firm.name.clone(),
            legal_form: firm.form,
            sector: firm.trade.sector.to_owned(),
            sector_edition: "2020".to_owned(),
            kbli_code: Some(firm.trade.kbli.to_owned()),
            region: firm.region.to_owned(),
            address: format!("{}, {place}", firm.street),
            contact: Contact { name: firm.contact, email: format!("hrd@{email}.example"), phone: None },
            workforce: Workforce { men, women, with_disability },
        };
        let office = companies::check(&new, &self.codes, &change.book())?.code.clone();
        let row = companies::insert(change, &new, &office, &admin).await?;
        let hr = identity(&self.state, Role::CompanyHr, &firm.nib);
        access::give(change, &hr, Role::CompanyHr, &Realm::Company(row.id)).await?;
        self.companies.insert(at, row);
        let (days, event) = match firm.fate {
            FirmFate::Waiting => return Ok(()),
            FirmFate::Verified(days) => (days, CompanyEvent::Verify),
            FirmFate::Rejected => (6, CompanyEvent::Reject),
            FirmFate::Mended => (2, CompanyEvent::Reject),
        };
        self.call_review(change, at, days, Half::Afternoon, event)
    }

    fn call_review(
        &mut self,
        change: &Change,
        at: usize,
        days: i64,
        half: Half,
        event: CompanyEvent,
    ) -> Result<(), Problem> {
        let office = self.firm(at)?.office;
        if let Some(when) = self.later(change, days.unsigned_abs(), half, office) {
            self.call(when, Scene::Review(at, event));
        }
        Ok(())
    }

    async fn review(&mut self, change: &mut Change, at: usize, event: CompanyEvent) -> Result<(), Problem> {
        let row = self.company(at)?;
        match event {
            CompanyEvent::Resubmit | CompanyEvent::Change => {
                change.turn_to(identity(&self.state, Role::CompanyAdmin, &row.nib).actor());
            }
            CompanyEvent::Verify | CompanyEvent::Reject => self.as_office(change, &row.office),
        }
        let reason = (event == CompanyEvent::Reject).then(|| plot::chosen(&mut self.random, &REJECTIONS));
        let row = companies::review(change, &row, event, reason).await?;
        self.companies.insert(at, row);
        match event {
            CompanyEvent::Reject if self.firm(at)?.fate == FirmFate::Mended => {
                self.call_review(change, at, 3, Half::Morning, CompanyEvent::Resubmit)
            }
            CompanyEvent::Resubmit => self.call_review(change, at, 2, Half::Afternoon, CompanyEvent::Verify),
            _ => Ok(()),
        }
    }

    // Vacancy reports ------------------------------------------------------------------------------

    async fn file(&mut self, change: &mut Change, plan: Filing) -> Result<(), Problem> {
        let company = self.company(plan.firm)?;
        self.as_company(change, plan.firm)?;
        let today = Zone::WESTERN.date(change.now());
        let lines = plan.positions.iter().map(|position| self.line(change, position, &company, today)).collect();
        let reference = Some(format!("HR-{}-{:04}", today.year(), self.scenes));
        let new = NewVacancyReport { company_id: company.id, reference, lines };
        let moment = change.moment(&company.office);
        vacancy_reports::check(&new.lines, &self.codes, &change.book(), &company.office, &moment, false)?;
        let row = vacancy_reports::insert(change, &new, &company.office).await?;
        if plan.fate != Fate::Draft {
            let at = self.soon();
            self.call(at, Scene::Submit(Box::new(Filed { plan, row, lines: new.lines })));
        }
        Ok(())
    }

    /// A line as HR writes it on a day.
    fn line(&self, change: &Change, position: &Position, company: &company::Model, today: NaiveDate) -> VacancyLine {
        let (job, district) = (position.job, company.region.get(..5).unwrap_or(&company.region));
        let (country, region) = match position.place {
            Place::District => ("ID", Some(district)),
            Place::SubDistrict => ("ID", Some(company.region.as_str())),
            Place::Elsewhere(region) => ("ID", Some(region)),
            Place::Abroad(country) => (country, None),
        };
        let unit = match region {
            None => 1_000,
            Some(region) => self.minimum_wage(region, district, today.year()) / 100,
        };
        let rupiah = |pay: i64| pay * unit / 10_000 * 10_000;
        let [men, women, any] = position.wanted;
        let skills = job.skills.iter().map(|skill| (*skill).to_owned()).collect();
        VacancyLine {
            line_id: Some(VacancyId(change.id())),
            reference: None,
            title: job.title.to_owned(),
            description: Some(job.work.to_owned()),
            occupation: job.occupation.to_owned(),
            wanted: Wanted { men, women, any },
            education: Some(job.education.to_owned()),
            experience_months: job.experience,
            age_min: position.ages.map(|(least, _)| least),
            age_max: position.ages.map(|(_, most)| most),
            skills,
            wage_min: position.pay.map(|(least, _)| rupiah(least)),
            wage_max: position.pay.and_then(|(_, most)| most).map(rupiah),
            work_country: country.to_owned(),
            work_region: region.map(str::to_owned),
            valid_from: today,
            valid_until: today + Duration::days(position.days),
            disability_friendly: position.friendly,
            position: None,
            return_reason: None,
        }
    }

    /// The minimum wage in rupiah of a region, else of the company's district, in a year or the last one that is loaded.
    fn minimum_wage(&self, region: &str, district: &str, year: i32) -> i64 {
        let mut known =
            [region, district].into_iter().flat_map(|region| (2020..=year).rev().map(move |year| (region, year)));
        known.find_map(|(region, year)| self.codes.minimum_wage_sen(region, year)).unwrap_or(300_000_000) / 100
    }

    async fn submit(&mut self, change: &mut Change, mut filed: Filed) -> Result<(), Problem> {
        self.as_company(change, filed.plan.firm)?;
        let company = companies::share(change, filed.row.company_id).await?;
        filed.row = vacancy_reports::submit(change, &company, &filed.row).await?;
        let office = filed.row.office.clone();
        let days = self.random.gen_range(1..=2);
        match filed.plan.fate {
            Fate::Draft | Fate::Submitted => {}
            Fate::Withdrawn => {
                let at = self.later(change, 1, Half::Morning, &office).unwrap_or(self.soon());
                self.call(at, Scene::Withdraw(Box::new(filed)));
            }
            Fate::Returned | Fate::Mended => {
                let at = self.later(change, days, Half::Afternoon, &office).unwrap_or(self.soon());
                self.call(at, Scene::Return(Box::new(filed)));
            }
            Fate::Accepted | Fate::Corrected(_) => {
                let at = self.later(change, days, Half::Afternoon, &office).unwrap_or(self.soon());
                self.call(at, Scene::Accept(Box::new(filed)));
            }
        }
        Ok(())
    }

    async fn send_back(&mut self, change: &mut Change, mut filed: Filed) -> Result<(), Problem> {
        self.as_office(change, &filed.row.office);
        let count = self.random.gen_range(1..=2);
        let ids = filed.lines.iter().filter_map(|line| line.line_id).take(count);
        let random = &mut self.random;
        let lines =
            ids.map(|line_id| LineReason { line_id, reason: plot::chosen(random, &REASONS).to_owned() }).collect();
        let note = self.random.gen_bool(0.5).then(|| "Mohon dilengkapi lalu diajukan kembali".to_owned());
        filed.row = vacancy_reports::return_report(change, &filed.row, &VacancyReportReturn { note, lines }).await?;
        if filed.plan.fate == Fate::Mended {
            let office = filed.row.office.clone();
            let at = self.later(change, 2, Half::Morning, &office).unwrap_or(self.soon());
            self.call(at, Scene::Mend(Box::new(filed)));
        }
        Ok(())
    }

    async fn mend(&mut self, change: &mut Change, mut filed: Filed) -> Result<(), Problem> {
        self.as_company(change, filed.plan.firm)?;
        let until = Zone::WESTERN.date(change.now()) + Days::new(30);
        for line in &mut filed.lines {
            line.valid_until = line.valid_until.max(until);
            (line.age_min, line.age_max) = (None, None);
        }
        self.check(change, &filed)?;
        filed.row = self.rewrite(change, &filed).await?;
        let company = companies::share(change, filed.row.company_id).await?;
        filed.row = vacancy_reports::submit(change, &company, &filed.row).await?;
        let office = filed.row.office.clone();
        let at = self.later(change, 1, Half::Afternoon, &office).unwrap_or(self.soon());
        self.call(at, Scene::Accept(Box::new(filed)));
        Ok(())
    }

    fn check(&self, change: &Change, filed: &Filed) -> Result<(), Problem> {
        let (office, moment) = (filed.row.office.as_str(), change.moment(&filed.row.office));
        vacancy_reports::check(&filed.lines, &self.codes, &change.book(), office, &moment, filed.row.corrects.is_some())
            .map(drop)
    }

    async fn rewrite(&self, change: &mut Change, filed: &Filed) -> Result<vacancy_report::Model, Problem> {
        vacancy_reports::update(change, &filed.row, filed.row.reference.clone(), Some(&filed.lines)).await
    }

    async fn accept(&mut self, change: &mut Change, mut filed: Filed) -> Result<(), Problem> {
        let (office, firm) = (filed.row.office.clone(), filed.plan.firm);
        let today = change.moment(&office).today;
        if filed.lines.iter().any(|line| line.valid_until < today) {
            // The office came too late; the report waits on, as such reports do.
            return Ok(());
        }
        self.as_office(change, &office);
        filed.row = vacancy_reports::accept(change, &filed.row, &self.codes).await?;
        for (position, line) in filed.plan.positions.iter().zip(&filed.lines) {
            let (Some(turn), Some(id)) = (position.turn, line.line_id) else { continue };
            let event = if turn == Turn::Closed { VacancyEvent::Close } else { VacancyEvent::Suspend };
            let days = self.random.gen_range(3..=10);
            if let Some(at) = self.later(change, days, Half::Morning, &office) {
                self.call(at, Scene::Turn(firm, id, event));
            }
            let back = self.later(change, days + 7, Half::Morning, &office).filter(|_| turn == Turn::Resumed);
            if let Some(at) = back {
                self.call(at, Scene::Turn(firm, id, VacancyEvent::Resume));
            }
        }
        if let Some(plan) = filed.plan.hiring
            && let Some(at) = self.later(change, plan.after.unsigned_abs(), Half::Morning, &office)
        {
            let lines = filed.lines.iter().cloned().zip(filed.plan.positions.iter().map(|position| position.hired));
            let lines = lines.filter(|(_, hired)| *hired > 0).collect();
            self.call(at, Scene::Hire(Box::new(Hires { firm, lines, plan })));
        }
        if let Fate::Corrected(correction) = filed.plan.fate
            && let Some(at) = self.later(change, 4, Half::Morning, &office)
        {
            self.call(at, Scene::Correct(Box::new(filed), correction));
        }
        Ok(())
    }

    /// More persons for one position, one position less, and one more.
    async fn correct(&mut self, change: &mut Change, mut filed: Filed, correction: Correction) -> Result<(), Problem> {
        self.as_company(change, filed.plan.firm)?;
        filed.row = vacancy_reports::correct(change, &filed.row).await?;
        let today = Zone::WESTERN.date(change.now());
        for line in &mut filed.lines {
            line.valid_until = line.valid_until.max(today + Days::new(30));
        }
        if let Some(line) = filed.lines.first_mut() {
            line.wanted.any += 2;
            let new = VacancyLine { line_id: Some(VacancyId(change.id())), valid_from: today, ..line.clone() };
            filed.lines.pop();
            filed.lines.push(new);
        }
        self.check(change, &filed)?;
        filed.row = self.rewrite(change, &filed).await?;
        filed.plan.positions.clear();
        filed.plan.fate = if correction == Correction::Accepted { Fate::Accepted } else { Fate::Submitted };
        if correction != Correction::Begun {
            let at = self.soon();
            self.call(at, Scene::Submit(Box::new(filed)));
        }
        Ok(())
    }

    async fn turn(
        &mut self,
        change: &mut Change,
        at: usize,
        vacancy: VacancyId,
        event: VacancyEvent,
    ) -> Result<(), Problem> {
        let row = vacancies::lock(change, &[vacancy]).await?.pop().ok_or_else(lost)?;
        let expected = match event {
            VacancyEvent::Resume => VacancyStatus::Suspended,
            _ => VacancyStatus::Published,
        };
        if row.status != expected {
            return Ok(());
        }
        self.as_company(change, at)?;
        vacancies::end(change, &row, event, Some("Diputuskan perusahaan".to_owned())).await.map(drop)
    }

    // Placement reports ----------------------------------------------------------------------------

    async fn hire(&mut self, change: &mut Change, hires: Hires) -> Result<(), Problem> {
        let company = self.company(hires.firm)?;
        let ids: Vec<VacancyId> = hires.lines.iter().filter_map(|(line, _)| line.line_id).collect();
        let open = vacancies::of_company(change.db(), company.id, &ids).await?;
        let mut rows = Vec::new();
        for (line, persons) in &hires.lines {
            let Some(vacancy) = line.line_id.and_then(|id| open.get(&id)) else { continue };
            if matches!(vacancy.status, VacancyStatus::Published | VacancyStatus::PartlyFilled | VacancyStatus::Expired)
            {
                for nth in 0..*persons {
                    rows.push(self.worker(change, line, vacancy, &company, nth));
                }
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
        self.register_hired(change, &rows).await?;
        self.as_company(change, hires.firm)?;
        let row = Self::report_hires(change, &company, &rows, &open, &self.codes).await?;
        if hires.plan.fate != HiringFate::Draft {
            let rows = rows.iter().filter_map(|row| row.row_id).collect();
            let at = self.soon();
            self.call(at, Scene::SubmitHires(Box::new(Hired { firm: hires.firm, plan: hires.plan, row, rows })));
        }
        Ok(())
    }

    async fn report_hires(
        change: &mut Change,
        company: &company::Model,
        rows: &[PlacementRowBody],
        open: &HashMap<VacancyId, vacancy::Model>,
        codes: &Codes,
    ) -> Result<placement_report::Model, Problem> {
        let checked = placement_reports::check(rows, open, codes, &change.moment(&company.office))?;
        placement_reports::insert(change, company.id, &company.office, None, &checked).await
    }

    /// An invented worker, hired some days ago or in some days.
    fn worker(
        &mut self,
        change: &Change,
        line: &VacancyLine,
        vacancy: &vacancy::Model,
        company: &company::Model,
        nth: i32,
    ) -> PlacementRowBody {
        let today = Zone::WESTERN.date(change.now());
        let random = &mut self.random;
        let man = match (line.wanted.men, line.wanted.women) {
            (0, 0) => random.gen_bool(0.55),
            (men, _) => nth < men,
        };
        let near = if vacancy.district.is_empty() { company.region.get(..5) } else { Some(vacancy.district.as_str()) };
        let far = random.gen_bool(0.18);
        let residence = near.filter(|_| !far).map_or_else(|| plot::chosen(random, ORIGINS).to_owned(), str::to_owned);
        let day = random.gen_range(1..=28) + if man { 0 } else { 40 };
        let (month, born) = (random.gen_range(1..=12), today.year() - random.gen_range(19..=38));
        self.people += 1;
        let digits: String = residence.chars().filter(char::is_ascii_digit).collect();
        let sub_district = random.gen_range(1..=9);
        let serial = self.people % 9_000 + 1;
        let nik = format!("{digits}{sub_district:02}{day:02}{month:02}{:02}{serial:04}", born % 100);
        let card = random.gen_bool(0.25).then(|| format!("AK1-{residence}-{}-{:06}", today.year(), self.people));
        PlacementRowBody {
            row_id: Some(PlacementId(change.id())),
            reference: None,
            vacancy_id: vacancy.id,
            worker: Worker {
                name: plot::person(random, man),
                nik: Some(nik),
                ak1_number: card,
                sex: if man { Sex::Male } else { Sex::Female },
                education: line.education.clone(),
                residence,
            },
            start_on: today + Duration::days(random.gen_range(-7..=7)),
            wage: line.wage_min,
            destination_country: None,
            destination_region: None,
        }
    }

    async fn submit_hires(&mut self, change: &mut Change, mut hired: Hired) -> Result<(), Problem> {
        self.as_company(change, hired.firm)?;
        let company = companies::share(change, hired.row.company_id).await?;
        hired.row = placement_reports::submit(change, &company, &hired.row).await?;
        let office = hired.row.office.clone();
        if hired.plan.fate != HiringFate::Submitted {
            let at = self.later(change, 1, Half::Afternoon, &office).unwrap_or(self.soon());
            self.call(at, Scene::DecideHires(Box::new(hired)));
        }
        Ok(())
    }

    async fn decide_hires(&mut self, change: &mut Change, hired: Hired) -> Result<(), Problem> {
        match hired.plan.fate {
            HiringFate::Draft | HiringFate::Submitted => {}
            HiringFate::Withdrawn => {
                self.as_company(change, hired.firm)?;
                placement_reports::withdraw(change, &hired.row).await?;
            }
            HiringFate::Returned => {
                self.as_office(change, &hired.row.office);
                let reason = "Tanggal mulai bekerja perlu dipastikan".to_owned();
                let rows = hired.rows.first().map(|row_id| RowReason { row_id: *row_id, reason }).into_iter().collect();
                placement_reports::return_report(change, &hired.row, &PlacementReportReturn { note: None, rows })
                    .await?;
            }
            HiringFate::Accepted => {
                let office = hired.row.office.clone();
                self.as_office(change, &office);
                placement_reports::accept(change, &hired.row).await?;
                if hired.plan.void
                    && let Some(id) = hired.rows.first()
                    && let Some(at) = self.later(change, 3, Half::Afternoon, &office)
                {
                    self.call(at, Scene::Void(*id));
                }
            }
        }
        Ok(())
    }
}

/// Whether an office works on a day; in a year without a calendar, on every weekday.
fn works(book: &Book, date: NaiveDate, office: &str) -> bool {
    match book.calendar.day_off(date, office) {
        Ok(reason) => reason.is_none(),
        Err(_) => !matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
    }
}
