//! What companies owe beside their reports, and how they file in bulk: files of many rows, nil reports, employment reports,
//! mandates, more time, written warnings.
//!
//! These scenes draw from a source of their own ([`Teller::aside`]), so that what is told around them stays as it is.

use std::collections::BTreeSet;

use actix_web::web::Bytes;
use disnaker_entity::access::Role;
use disnaker_entity::batch::report_batch::Model as Batch;
use disnaker_entity::batch::{Atomicity, BatchFormat, BatchKind, BatchMode, ReportBatchId};
use disnaker_entity::company::CompanyId;
use disnaker_entity::employment::{EmploymentReportId, Occasion};
use disnaker_entity::file::AttachmentSubject;
use disnaker_entity::mandate::{self, MandateScope};
use disnaker_entity::obligation::{DeadlineId, ExtensionStatus, extension_request};
use disnaker_entity::plumbing::deadline;
use disnaker_entity::report::{NilReportId, NilReportStatus, ReportStatus, VacancyReportId};
use disnaker_entity::warning::{WarningId, WarningStatus};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::companies::employment;
use crate::companies::employment::bodies::{Employment, NewEmploymentReport, Turnover, Wages, WorkRules, Workers};
use crate::companies::mandates::bodies::NewMandate;
use crate::companies::mandates::{self, MandateEvent};
use crate::compliance::obligations::bodies::{DeadlineFilter, DeadlineState, ExtensionGrant, NewExtensionRequest};
use crate::compliance::obligations::lifecycle::ExtensionEvent;
use crate::compliance::warnings::bodies::NewWarning;
use crate::compliance::{obligations, warnings};
use crate::files::bodies::NewAttachment;
use crate::files::{self, Sealed};
use crate::paging::Part;
use crate::paper::{Letterhead, Paper};
use crate::problem::Kind;
use crate::reports::batch::{self, Intake, Terms};
use crate::reports::nil;
use crate::vacancies::rules::OUTCOME_DUE;

/// The clock of a company's first employment report.
const FIRST_EMPLOYMENT_REPORT: &str = "wlkp.first-report";
/// Rows of a file without those that are spoilt.
const ROWS: usize = 4;
/// Most duties that a warning of the demo is about.
const DUTIES: usize = 3;

/// Something that happens at an instant.
pub enum Act {
    /// An employment report is filed, or the one that stands corrected; by an agent where one is named.
    Employ { firm: usize, agent: Option<usize> },
    /// It is taken back.
    Unemploy(usize),
    /// A company has no vacancies this month; it may find out later that it was wrong.
    Nil { firm: usize, wrong: bool },
    /// It takes that back.
    UnNil(usize, NilReportId),
    /// A company lets another one file for it.
    Empower(&'static Mandate, [usize; 2]),
    /// Either side ends it.
    Disempower(usize, Box<mandate::Model>, MandateEvent),
    /// A company asks for more time, and what comes of that.
    AskTime(usize, &'static str, ExtensionStatus),
    /// It is given, refused, or needed no more.
    DecideTime(usize, Box<extension_request::Model>, ExtensionStatus),
    /// An office drafts a warning, and what comes of it.
    Warn(WarningStatus),
    /// The company answers it, does what it is about, or the office takes it back.
    EndWarning(usize, WarningId, WarningStatus, Vec<Uuid>),
    /// A file is sent.
    Send(&'static File, usize, Option<usize>),
    /// A validated one is filed after all, or given up.
    Resolve(usize, ReportBatchId, Then),
    /// The office accepts what a file reported.
    AcceptFile(Vec<VacancyReportId>),
}

/// A mandate of the demo.
pub struct Mandate {
    /// The day on which it is given.
    day: i64,
    scopes: &'static [MandateScope],
    /// For how many days.
    lasts: u64,
    /// How, and on which day, it ends before that.
    ends: Option<(MandateEvent, i64)>,
}

static MANDATES: [Mandate; 6] = [
    Mandate { day: 60, scopes: &[MandateScope::VacancyReports], lasts: 300, ends: None },
    Mandate { day: 58, scopes: &[MandateScope::PlacementReports], lasts: 300, ends: None },
    Mandate { day: 55, scopes: &[MandateScope::EmploymentReports], lasts: 300, ends: None },
    Mandate { day: 50, scopes: MandateScope::ALL, lasts: 180, ends: Some((MandateEvent::Revoke, 20)) },
    Mandate { day: 45, scopes: &[MandateScope::VacancyReports], lasts: 14, ends: None },
    Mandate {
        day: 40,
        scopes: &[MandateScope::VacancyReports, MandateScope::PlacementReports],
        lasts: 120,
        ends: Some((MandateEvent::Relinquish, 12)),
    },
];

/// The days on which the office warns, and what comes of it.
const WARNINGS: [(i64, WarningStatus); 6] = [
    (37, WarningStatus::Lapsed),
    (34, WarningStatus::Answered),
    (31, WarningStatus::Settled),
    (28, WarningStatus::Withdrawn),
    (9, WarningStatus::Issued),
    (2, WarningStatus::Drafted),
];

/// A file of many rows.
pub struct File {
    /// The day on which it is sent.
    day: i64,
    rows: Rows,
    mode: BatchMode,
    atomicity: Atomicity,
    format: BatchFormat,
    /// Rows with faults.
    spoilt: usize,
    then: Then,
}

/// What stands in a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// New positions.
    New,
    /// The rows of the first file, one of them changed, and a new one.
    Again,
    /// Whom the company hired for the positions of the first file.
    Hired,
}

/// What becomes of a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing more.
    Rest,
    /// The office accepts its reports.
    Accept,
    /// It is committed after its validation.
    Commit,
    /// It is cancelled.
    Cancel,
}

/// The files of the first company.
static FILES: [File; 8] = [
    File::committed(28, Rows::New, Atomicity::Row, BatchFormat::Csv, 2, Then::Accept),
    File::committed(22, Rows::New, Atomicity::All, BatchFormat::Json, 1, Then::Rest),
    File::committed(20, Rows::New, Atomicity::All, BatchFormat::Json, 0, Then::Accept),
    File::committed(15, Rows::Again, Atomicity::Row, BatchFormat::Csv, 0, Then::Accept),
    File::committed(11, Rows::Hired, Atomicity::Row, BatchFormat::Json, 1, Then::Rest),
    File::validated(8, 2, BatchFormat::Csv, Then::Commit),
    File::validated(5, 1, BatchFormat::Ndjson, Then::Cancel),
    File::validated(3, 3, BatchFormat::Csv, Then::Rest),
];

/// The file of a company that the office has not looked at: what it reports will be held.
static EARLY: File = File::committed(1, Rows::New, Atomicity::Row, BatchFormat::Json, 0, Then::Rest);

impl File {
    const fn committed(
        day: i64,
        rows: Rows,
        atomicity: Atomicity,
        format: BatchFormat,
        spoilt: usize,
        then: Then,
    ) -> Self {
        Self { day, rows, mode: BatchMode::Commit, atomicity, format, spoilt, then }
    }

    const fn validated(day: i64, spoilt: usize, format: BatchFormat, then: Then) -> Self {
        let (rows, mode, atomicity) = (Rows::New, BatchMode::Validate, Atomicity::Row);
        Self { day, rows, mode, atomicity, format, spoilt, then }
    }
}

/// What later scenes need of earlier ones.
#[derive(Default)]
pub struct Memory {
    /// The employment reports that stand.
    employed: BTreeMap<usize, (EmploymentReportId, NaiveDate)>,
    /// The months for which companies have filed nil reports.
    nil: BTreeSet<(usize, String)>,
    /// Companies that were warned.
    warned: BTreeSet<CompanyId>,
    /// The first file: its sound rows, and the batch.
    first: Option<(Vec<VacancyLine>, ReportBatchId)>,
    /// The letter that goes with what the first company reports, once it is printed.
    letter: Option<Bytes>,
}

impl Teller {
    /// Plays an act, with its own source of randomness.
    pub(super) async fn aside(&mut self, change: &mut Change, act: Act) -> Result<(), Problem> {
        std::mem::swap(&mut self.random, &mut self.other);
        let outcome = self.act(change, act).await;
        change.hold(Arc::new(self.scope.clone()), Arc::from([]));
        std::mem::swap(&mut self.random, &mut self.other);
        outcome
    }

    /// Puts what companies owe, and what offices do about it, into the queue.
    pub(super) fn plan_duties(&mut self, book: &Book) {
        std::mem::swap(&mut self.random, &mut self.other);
        let early = |firm: &&Firm| matches!(firm.fate, FirmFate::Verified(_)) && firm.registers >= 87;
        let of = |fits: fn(&Firm) -> bool| -> Vec<usize> {
            let firms = self.firms.iter().enumerate().skip(1).filter(|(_, firm)| early(firm) && fits(firm));
            firms.map(|(at, _)| at).collect()
        };
        let agents = of(|firm| firm.trade.letter == 's');
        let near = of(|firm| firm.office == "36.72" && firm.trade.letter != 's');
        self.plan_mandates(book, &agents, &near);
        self.plan_employment(book, agents.get(2).copied(), near.get(3..).unwrap_or_default());
        self.plan_nil(book);
        for (day, status) in WARNINGS {
            self.call_on(book, day, Half::Afternoon, 0, Act::Warn(status));
        }
        for file in &FILES {
            // The agent for vacancies sends one of them, and the one for placements the placements.
            let agent = match (file.day, file.rows) {
                (20, _) => agents.first().copied(),
                (_, Rows::Hired) => agents.get(1).copied(),
                _ => None,
            };
            self.call_on(book, file.day, Half::Morning, 0, Act::Send(file, 0, agent));
        }
        let waiting = self.firms.iter().enumerate().filter(|(_, firm)| firm.fate == FirmFate::Waiting);
        if let Some((at, day)) = waiting.map(|(at, firm)| (at, firm.registers)).max_by_key(|(_, day)| *day) {
            self.call_on(book, day - 1, Half::Morning, at, Act::Send(&EARLY, at, None));
        }
        std::mem::swap(&mut self.random, &mut self.other);
    }

    /// The first company has an agent for each kind of report; others had one.
    fn plan_mandates(&mut self, book: &Book, agents: &[usize], others: &[usize]) {
        let companies = [0, 0, 0].into_iter().chain(others.iter().copied());
        for ((mandate, company), agent) in MANDATES.iter().zip(companies).zip(agents.iter().copied().cycle()) {
            self.call_on(book, mandate.day, Half::Morning, company, Act::Empower(mandate, [company, agent]));
        }
    }

    /// Nearly every company files in time; of the first of the office one is given more time, one is refused it and comes late,
    /// one needs it no more, one files twice, and one does not file.
    fn plan_employment(&mut self, book: &Book, agent: Option<usize>, special: &[usize]) {
        for at in 0..self.firms.len() {
            let after = self.random.gen_range(3..=28);
            let Some(registered) = self.firms.get(at).map(|firm| firm.registers) else { return };
            let mut call = |after: i64, act| {
                if registered - after >= 1 {
                    self.call_on(book, registered - after, Half::Morning, at, act);
                }
            };
            let ask = |status| Act::AskTime(at, FIRST_EMPLOYMENT_REPORT, status);
            let employ = || Act::Employ { firm: at, agent: None };
            match special.iter().position(|special| *special == at) {
                Some(0) => {
                    call(25, ask(ExtensionStatus::Granted));
                    call(40, employ());
                }
                Some(1) => {
                    call(24, ask(ExtensionStatus::Refused));
                    call(40, employ());
                }
                Some(2) => {
                    call(12, ask(ExtensionStatus::Withdrawn));
                    call(26, employ());
                }
                Some(3) => {
                    call(8, employ());
                    call(12, Act::Unemploy(at));
                    call(16, employ());
                }
                Some(4) => {}
                _ => call(after, employ()),
            }
        }
        // Its agent mends what the first company said, and it asks for more time, on which nobody has decided.
        self.call_on(book, 48, Half::Morning, 0, Act::Employ { firm: 0, agent });
        self.call_on(book, 2, Half::Morning, 0, Act::AskTime(0, OUTCOME_DUE, ExtensionStatus::Requested));
    }

    /// Every week some companies have nothing to report.
    fn plan_nil(&mut self, book: &Book) {
        for day in (2..=84).step_by(7) {
            for nth in 0..6 {
                let firm = self.random.gen_range(1..self.firms.len());
                if self.firms.get(firm).is_some_and(|firm| firm.registers > day) {
                    let act = Act::Nil { firm, wrong: day % 2 == 0 && nth == 5 };
                    self.call_on(book, day, Half::Morning, firm, act);
                }
            }
        }
    }

    /// Puts an act into the queue, on the last working day of a company's office up to a day.
    fn call_on(&mut self, book: &Book, days: i64, half: Half, firm: usize, act: Act) {
        let office = self.firms.get(firm).map_or("", |firm| firm.office);
        let at = instant(self.working_day(book, days, office), self.random.gen_range(half.seconds()));
        let soon = self.soon();
        self.call(at.max(soon), Scene::Duty(Box::new(act)));
    }

    async fn act(&mut self, change: &mut Change, act: Act) -> Result<(), Problem> {
        match act {
            Act::Employ { firm, agent } => self.employ(change, firm, agent).await,
            Act::Unemploy(firm) => self.unemploy(change, firm).await,
            Act::Nil { firm, wrong } => self.nil(change, firm, wrong).await,
            Act::UnNil(firm, id) => self.un_nil(change, firm, id).await,
            Act::Empower(mandate, sides) => self.empower(change, mandate, sides).await,
            Act::Disempower(firm, row, event) => {
                self.as_admin(change, firm)?;
                mandates::advance(change, &row, event).await.map(drop)
            }
            Act::AskTime(firm, rule, status) => self.ask_time(change, firm, rule, status).await,
            Act::DecideTime(firm, row, status) => self.decide_time(change, firm, &row, status).await,
            Act::Warn(status) => self.warn(change, status).await,
            Act::EndWarning(firm, id, status, subjects) => self.end_warning(change, firm, id, status, &subjects).await,
            Act::Send(file, firm, agent) => self.send(change, file, firm, agent).await,
            Act::Resolve(firm, id, then) => self.resolve(change, firm, id, then).await,
            Act::AcceptFile(reports) => self.accept_file(change, reports).await,
        }
    }

    fn as_admin(&self, change: &mut Change, firm: usize) -> Result<(), Problem> {
        change.turn_to(identity(&self.state, Role::CompanyAdmin, &self.firm(firm)?.nib).actor());
        Ok(())
    }

    /// Goes on in the name of a company's HR, or of that of the agent that files for it by a mandate, with their roles, and sees
    /// the company's drafts.
    async fn as_filer(&self, change: &mut Change, firm: usize, agent: Option<usize>) -> Result<(), Problem> {
        let company = self.company(firm)?.id;
        let hr = identity(&self.state, Role::CompanyHr, &self.firm(agent.unwrap_or(firm))?.nib);
        change.turn_to(hr.actor());
        let scope = Scope { companies: vec![company], ..self.scope.clone() };
        change.hold(Arc::new(scope), access::grants_of(&self.state, &hr).await?);
        Ok(())
    }

    fn firm_of(&self, company: CompanyId) -> Result<usize, Problem> {
        let mut known = self.companies.iter();
        known.find(|(_, row)| row.id == company).map(|(at, _)| *at).ok_or_else(lost)
    }

    // Employment reports, nil reports --------------------------------------------------------------

    async fn employ(&mut self, change: &mut Change, firm: usize, agent: Option<usize>) -> Result<(), Problem> {
        let company = companies::lock(change, self.company(firm)?.id).await?;
        self.as_filer(change, firm, agent).await?;
        let today = change.moment(&company.office).today;
        let employment = self.employment(firm, &company)?;
        let (corrects, occurred_on) = match self.memory.employed.get(&firm) {
            Some((id, occurred_on)) => (Some(*id), *occurred_on),
            None => (None, today.with_day(1).unwrap_or(today)),
        };
        let new = NewEmploymentReport { occasion: Occasion::Yearly, occurred_on, corrects, employment };
        employment::check(&new, today)?;
        let row = employment::file(change, &company, &new).await?;
        self.memory.employed.insert(firm, (row.id, row.occurred_on));
        Ok(())
    }

    /// What a company says of the workers with whom it registered.
    fn employment(&mut self, firm: usize, company: &company::Model) -> Result<Employment, Problem> {
        let [men, women, with_disability] = self.firm(firm)?.workers;
        let all = men + women;
        let district = company.region.get(..5).unwrap_or(&company.region);
        let lowest = self.minimum_wage(district, district, Zone::WESTERN.date(self.now()).year());
        let random = &mut self.random;
        let permanent = all * random.gen_range(40..=90) / 100;
        let workers = Workers {
            men,
            women,
            under_18: 0,
            adults: all,
            permanent,
            fixed_term: all - permanent,
            foreign: all * random.gen_range(0..=2) / 100,
            with_disability,
            with_social_security: all * random.gen_range(85..=100) / 100,
        };
        let work_rules = match all {
            0..10 => WorkRules::None,
            10..300 => WorkRules::CompanyRegulation,
            _ => WorkRules::CollectiveAgreement,
        };
        Ok(Employment {
            workers,
            apprentices: all * random.gen_range(0..=12) / 100,
            turnover: Turnover {
                hired: all * random.gen_range(3..=20) / 100,
                left: all * random.gen_range(2..=12) / 100,
                planned_vacancies: all * random.gen_range(0..=10) / 100,
            },
            wages: Wages { lowest, highest: lowest * random.gen_range(4..=12) },
            work_rules,
            union: all >= 150,
            bipartite_body: all >= 50,
            weekly_hours: 40,
        })
    }

    async fn unemploy(&mut self, change: &mut Change, firm: usize) -> Result<(), Problem> {
        let company = companies::lock(change, self.company(firm)?.id).await?;
        self.as_company(change, firm)?;
        let Some((id, _)) = self.memory.employed.remove(&firm) else { return Ok(()) };
        let row = employment::find(change.db(), change, id).await?;
        employment::withdraw(change, &company, &row).await.map(drop)
    }

    async fn nil(&mut self, change: &mut Change, firm: usize, wrong: bool) -> Result<(), Problem> {
        let company = companies::lock(change, self.company(firm)?.id).await?;
        let today = change.moment(&company.office).today;
        let month = today.format("%Y-%m").to_string();
        if !self.memory.nil.insert((firm, month.clone())) {
            return Ok(());
        }
        self.as_company(change, firm)?;
        match nil::file(change, &company, nil::month(&month, today)?).await {
            Ok(row) if wrong => {
                let at = self.soon();
                self.call(at, Scene::Duty(Box::new(Act::UnNil(firm, row.id))));
                Ok(())
            }
            // It had vacancies after all.
            Err(problem) if problem.kind == Kind::VacanciesReported => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    async fn un_nil(&mut self, change: &mut Change, firm: usize, id: NilReportId) -> Result<(), Problem> {
        let row = nil::lock(change, id).await?;
        if row.status != NilReportStatus::Submitted {
            return Ok(());
        }
        self.as_company(change, firm)?;
        nil::withdraw(change, &row).await.map(drop)
    }

    // Mandates, more time --------------------------------------------------------------------------

    async fn empower(
        &mut self,
        change: &mut Change,
        mandate: &'static Mandate,
        [company, agent]: [usize; 2],
    ) -> Result<(), Problem> {
        let row = self.company(company)?;
        self.as_admin(change, company)?;
        let new = NewMandate {
            company_id: row.id,
            agent_company_id: None,
            agent_nib: Some(self.firm(agent)?.nib.clone()),
            agent_branch: None,
            scopes: mandate.scopes.to_vec(),
            valid_from: None,
            expires_on: change.moment(&row.office).today + Days::new(mandate.lasts),
        };
        let row = mandates::give(change, &new).await?;
        if let Some((event, day)) = mandate.ends {
            let who = if event == MandateEvent::Revoke { company } else { agent };
            self.call_on(&change.book(), day, Half::Morning, who, Act::Disempower(who, Box::new(row), event));
        }
        Ok(())
    }

    async fn ask_time(
        &mut self,
        change: &mut Change,
        firm: usize,
        rule: &str,
        status: ExtensionStatus,
    ) -> Result<(), Problem> {
        let company = self.company(firm)?;
        self.as_company(change, firm)?;
        let filter = DeadlineFilter {
            company_id: Some(company.id),
            rule: Some(rule.to_owned()),
            state: Some(DeadlineState::Due),
            ..DeadlineFilter::default()
        };
        let (book, now) = (change.book(), change.now());
        let found =
            obligations::deadlines(change.db(), change, &filter, &book, now, &Part { after: None, limit: 1 }).await?;
        let Some(clock) = found.first() else { return Ok(()) };
        let clock = obligations::lock_clock(change, DeadlineId(clock.id)).await?;
        let reason = "Data sedang dihimpun dari beberapa bagian perusahaan.".to_owned();
        let new = NewExtensionRequest { wanted_on: clock.due_on + Days::new(14), reason };
        let row = obligations::ask(change, &clock, &new).await?;
        if status != ExtensionStatus::Requested
            && let Some(at) = self.later(change, 1, Half::Afternoon, &company.office)
        {
            self.call(at, Scene::Duty(Box::new(Act::DecideTime(firm, Box::new(row), status))));
        }
        Ok(())
    }

    async fn decide_time(
        &mut self,
        change: &mut Change,
        firm: usize,
        row: &extension_request::Model,
        status: ExtensionStatus,
    ) -> Result<(), Problem> {
        match status {
            ExtensionStatus::Requested => Ok(()),
            ExtensionStatus::Granted => {
                self.as_office(change, &row.office);
                let clock = obligations::lock_clock(change, row.deadline_id).await?;
                let grant = ExtensionGrant { until: None, reason: "Alasan dapat diterima".to_owned() };
                obligations::grant(change, &clock, row, &grant).await.map(drop)
            }
            ExtensionStatus::Refused => {
                self.as_office(change, &row.office);
                let reason = Some("Data yang diminta sudah tersedia di perusahaan");
                obligations::decide(change, row, ExtensionEvent::Refuse, reason, None).await.map(drop)
            }
            ExtensionStatus::Withdrawn => {
                self.as_company(change, firm)?;
                obligations::decide(change, row, ExtensionEvent::Withdraw, None, None).await.map(drop)
            }
        }
    }

    // Written warnings -----------------------------------------------------------------------------

    /// Warns a company that has not told what became of its vacancies, of the first office where there is one.
    async fn warn(&mut self, change: &mut Change, status: WarningStatus) -> Result<(), Problem> {
        let filter = DeadlineFilter {
            rule: Some(OUTCOME_DUE.to_owned()),
            state: Some(DeadlineState::Overdue),
            ..DeadlineFilter::default()
        };
        let (book, now) = (change.book(), change.now());
        let overdue =
            obligations::deadlines(change.db(), change, &filter, &book, now, &Part { after: None, limit: 500 }).await?;
        let company = |clock: &deadline::Model| clock.company_id.map(CompanyId);
        let first = self.company(0)?;
        let free = |clock: &&deadline::Model| {
            company(clock).is_some_and(|id| id != first.id && !self.memory.warned.contains(&id))
        };
        let free: Vec<_> = overdue.iter().filter(free).collect();
        let chosen = free.iter().find(|clock| clock.office == first.office).or(free.first());
        let Some((chosen, company_id)) = chosen.and_then(|clock| Some((*clock, company(clock)?))) else {
            return Ok(());
        };
        let duties: Vec<_> = free.iter().filter(|clock| clock.company_id == chosen.company_id).take(DUTIES).collect();
        self.memory.warned.insert(company_id);
        self.as_office(change, &chosen.office);
        let text = Some("Laporan dapat disampaikan melalui layanan ini tanpa biaya.".to_owned());
        let deadline_ids = duties.iter().map(|clock| clock.id).collect();
        let row = warnings::draft(change, &NewWarning { company_id, deadline_ids, text }).await?;
        if status == WarningStatus::Drafted {
            return Ok(());
        }
        let answer_by = change.moment(&row.office).today + Days::new(14);
        let row = warnings::issue(change, &row, (status == WarningStatus::Lapsed).then_some(answer_by)).await?;
        let subjects = duties.iter().map(|clock| clock.subject_id).collect();
        let ends = !matches!(status, WarningStatus::Issued | WarningStatus::Lapsed);
        if let Some(at) = self.later(change, 4, Half::Afternoon, &row.office).filter(|_| ends) {
            let act = Act::EndWarning(self.firm_of(company_id)?, row.id, status, subjects);
            self.call(at, Scene::Duty(Box::new(act)));
        }
        Ok(())
    }

    async fn end_warning(
        &mut self,
        change: &mut Change,
        firm: usize,
        id: WarningId,
        status: WarningStatus,
        subjects: &[Uuid],
    ) -> Result<(), Problem> {
        let row = warnings::lock(change, id).await?;
        if row.status != WarningStatus::Issued {
            return Ok(());
        }
        match status {
            WarningStatus::Answered => {
                self.as_company(change, firm)?;
                let text = "Hasil lowongan kami laporkan paling lambat akhir minggu ini.";
                warnings::answer(change, &row, text).await.map(drop)
            }
            WarningStatus::Withdrawn => {
                self.as_office(change, &row.office);
                warnings::withdraw(change, &row, "Laporan ternyata sudah diterima secara tertulis").await.map(drop)
            }
            _ => {
                self.as_company(change, firm)?;
                let ids: Vec<VacancyId> = subjects.iter().copied().map(VacancyId).collect();
                for vacancy in vacancies::lock(change, &ids).await? {
                    if !matches!(vacancy.status, VacancyStatus::Filled | VacancyStatus::Closed) {
                        let reason = Some("Lowongan tidak dilanjutkan".to_owned());
                        vacancies::end(change, &vacancy, VacancyEvent::Close, reason).await?;
                    }
                }
                Ok(())
            }
        }
    }

    // Files of many rows ---------------------------------------------------------------------------

    async fn send(
        &mut self,
        change: &mut Change,
        file: &'static File,
        firm: usize,
        agent: Option<usize>,
    ) -> Result<(), Problem> {
        let company = self.company(firm)?;
        self.as_filer(change, firm, agent).await?;
        let label = format!("HRIS-{}", Zone::WESTERN.date(change.now()).format("%Y%m%d"));
        let (rows, lines) = if file.rows == Rows::Hired {
            (self.hired_rows(change, &company, &label, file.spoilt).await?, Vec::new())
        } else {
            let lines = self.lines(change, firm, &company, &label, file)?;
            (lines.iter().map(|line| row_of(line, &label)).collect(), lines)
        };
        if rows.is_empty() {
            return Ok(());
        }
        let bytes = match file.format {
            BatchFormat::Csv => csv(&lines, &label),
            BatchFormat::Ndjson => rows.iter().flat_map(|row| [row.to_string(), "\n".to_owned()]).collect(),
            _ => json!({ "rows": rows }).to_string(),
        };
        let terms = Terms {
            company: company.id,
            kind: if file.rows == Rows::Hired { BatchKind::Placements } else { BatchKind::Vacancies },
            mode: file.mode,
            atomicity: file.atomicity,
            format: file.format,
            name: Some(format!("{label}.{}", file.format)),
        };
        let batch = Intake::of(&self.state, terms, Bytes::from(bytes)).await?.write(change).await?;
        let reports = self.reports_of(change, &batch).await?;
        if self.memory.first.is_none() && file.then == Then::Accept {
            let sound = lines.into_iter().take(ROWS).collect();
            self.memory.first = Some((sound, batch.id));
            self.attach(change, &company, AttachmentSubject::Company, company.id.0).await?;
        }
        let subject = match batch.kind {
            BatchKind::Vacancies => AttachmentSubject::VacancyReport,
            BatchKind::Placements => AttachmentSubject::PlacementReport,
        };
        if let Some(report) = reports.first().filter(|_| firm == 0) {
            self.attach(change, &company, subject, *report).await?;
        }
        let act = match file.then {
            Then::Rest => return Ok(()),
            Then::Accept => Act::AcceptFile(reports.into_iter().map(VacancyReportId).collect()),
            then => Act::Resolve(firm, batch.id, then),
        };
        if let Some(at) = self.later(change, 1, Half::Afternoon, &company.office) {
            self.call(at, Scene::Duty(Box::new(act)));
        }
        Ok(())
    }

    /// The reports that a batch's rows are in.
    async fn reports_of(&self, change: &Change, batch: &Batch) -> Result<Vec<Uuid>, Problem> {
        let rows = batch::rows(change.db(), batch.id, None, &Part { after: None, limit: 1_000 }).await?;
        let reports: BTreeSet<Uuid> = rows.iter().filter_map(|row| row.report_id).collect();
        Ok(reports.into_iter().collect())
    }

    /// The lines of a file: sound ones, then spoilt ones.
    fn lines(
        &mut self,
        change: &Change,
        firm: usize,
        company: &company::Model,
        label: &str,
        file: &File,
    ) -> Result<Vec<VacancyLine>, Problem> {
        let mut lines = Vec::new();
        if file.rows == Rows::Again
            && let Some((first, _)) = &self.memory.first
        {
            lines.clone_from(first);
            if let Some(line) = lines.first_mut() {
                line.wanted.any += 3;
            }
        }
        let (today, firm) = (Zone::WESTERN.date(change.now()), self.firm(firm)?.clone());
        let new = if file.rows == Rows::Again { 1 } else { ROWS + file.spoilt };
        for nth in 0..new {
            let Some(position) = plot::position(&mut self.random, &firm, false, true) else { continue };
            let mut line = self.line(change, &position, company, today);
            line.reference = Some(format!("{label}-{:02}", nth + 1));
            line.valid_until = today + Days::new(90);
            match nth.checked_sub(ROWS) {
                None => {}
                Some(0) => "00".clone_into(&mut line.occupation),
                Some(1) => line.title.clear(),
                Some(_) => line.valid_until = line.valid_from - Days::new(1),
            }
            lines.push(line);
        }
        Ok(lines)
    }

    /// Rows of workers for the positions of the first file; the last ones have a NIK that is none.
    async fn hired_rows(
        &mut self,
        change: &Change,
        company: &company::Model,
        label: &str,
        spoilt: usize,
    ) -> Result<Vec<Value>, Problem> {
        let Some((lines, batch)) = self.memory.first.take() else { return Ok(Vec::new()) };
        let told = batch::rows(change.db(), batch, None, &Part { after: None, limit: 1_000 }).await?;
        let id_of = |line: &VacancyLine| {
            let row = told.iter().find(|row| row.reference == line.reference && row.report_id.is_some());
            row.and_then(|row| row.line_id).map(VacancyId)
        };
        let ids: Vec<VacancyId> = lines.iter().filter_map(id_of).collect();
        let open = vacancies::of_company(change.db(), company.id, &ids).await?;
        let mut rows = Vec::new();
        for line in &lines {
            let Some(vacancy) = id_of(line).and_then(|id| open.get(&id)) else { continue };
            let worker = self.worker(change, line, vacancy, company, 0);
            let mut row = serde_json::to_value(&worker).map_err(Problem::internal)?;
            if let Some(fields) = row.as_object_mut() {
                fields.remove("row_id");
                fields.remove("vacancy_id");
                fields.insert("vacancy_reference".to_owned(), json!(line.reference));
                fields.insert("reference".to_owned(), json!(format!("{label}-{:02}", rows.len() + 1)));
                fields.insert("report".to_owned(), json!(label));
            }
            rows.push(row);
        }
        for row in rows.iter_mut().rev().take(spoilt) {
            if let Some(nik) = row.pointer_mut("/worker/nik") {
                *nik = json!("3672");
            }
        }
        Ok(rows)
    }

    /// Attaches the company's letter to what it reports.
    async fn attach(
        &mut self,
        change: &mut Change,
        company: &company::Model,
        subject_kind: AttachmentSubject,
        subject_id: Uuid,
    ) -> Result<(), Problem> {
        let letter = match &self.memory.letter {
            Some(letter) => letter.clone(),
            None => self.memory.letter.insert(letter(change, company).await?).clone(),
        };
        let sealed = Sealed::of_attachment(&self.state, letter).await?;
        let of = NewAttachment { subject_kind, subject_id, kind: None };
        files::attach(change, &of, "surat-pengantar.pdf".to_owned(), &sealed).await.map(drop)
    }

    async fn resolve(
        &mut self,
        change: &mut Change,
        firm: usize,
        id: ReportBatchId,
        then: Then,
    ) -> Result<(), Problem> {
        // Only whoever may file sees a batch.
        self.as_filer(change, firm, None).await?;
        let row = batch::lock(change, id).await?;
        if then == Then::Cancel {
            return batch::cancel(change, &row).await.map(drop);
        }
        let first = batch::read_again(&self.state, self.state.db.reader(), &row).await?;
        batch::commit(change, &row, &self.codes, &first).await.map(drop)
    }

    async fn accept_file(&mut self, change: &mut Change, reports: Vec<VacancyReportId>) -> Result<(), Problem> {
        for id in reports {
            let row = vacancy_reports::lock(change, id).await?;
            if row.status == ReportStatus::Submitted {
                self.as_office(change, &row.office);
                vacancy_reports::accept(change, &row, &self.codes).await?;
            }
        }
        Ok(())
    }
}

/// A letter of a company that goes with what it reports.
async fn letter(change: &Change, company: &company::Model) -> Result<Bytes, Problem> {
    let head = Letterhead { office: &company.name, address: &company.address, phone: None };
    let mut letter = Paper::new(head, "SURAT PENGANTAR", "Contoh", change.now());
    letter.paragraph("Bersama surat ini kami sampaikan laporan perusahaan beserta lampirannya. Surat ini contoh.");
    letter.print().await.map(Bytes::from).map_err(Problem::internal)
}

/// A line as a row of a file.
fn row_of(line: &VacancyLine, label: &str) -> Value {
    let mut row = json!(line);
    if let Some(fields) = row.as_object_mut() {
        fields.remove("line_id");
        fields.insert("report".to_owned(), json!(label));
    }
    row
}

/// Lines as a spreadsheet program writes them.
fn csv(lines: &[VacancyLine], label: &str) -> String {
    let heads = "Nomor referensi;Laporan;Nama jabatan;Kode jabatan (KBJI);Jumlah laki-laki;Jumlah perempuan;\
                 Jumlah laki-laki atau perempuan;Pendidikan terendah;Pengalaman (bulan);Upah terendah (Rp per bulan);\
                 Upah tertinggi (Rp per bulan);Wilayah tempat kerja;Berlaku mulai;Berlaku sampai";
    let rupiah = |wage: Option<i64>| wage.map(|wage| wage.to_string()).unwrap_or_default();
    let day = |day: NaiveDate| day.format("%d/%m/%Y").to_string();
    let rows = lines.iter().map(|line| {
        let cells = [
            line.reference.clone().unwrap_or_default(),
            label.to_owned(),
            line.title.clone(),
            line.occupation.clone(),
            line.wanted.men.to_string(),
            line.wanted.women.to_string(),
            line.wanted.any.to_string(),
            line.education.clone().unwrap_or_default(),
            line.experience_months.to_string(),
            rupiah(line.wage_min),
            rupiah(line.wage_max),
            line.work_region.clone().unwrap_or_default(),
            day(line.valid_from),
            day(line.valid_until),
        ];
        cells.join(";")
    });
    let lines: Vec<String> = std::iter::once(heads.to_owned()).chain(rows).collect();
    lines.join("\r\n")
}
