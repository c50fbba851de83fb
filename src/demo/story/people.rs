//! People who look for work: a register of 2021, a counter before and with a limit, and the visitors of the last weeks.
//!
//! Purworejo had given out 3,725 cards by the middle of 2021, and the counter of Serang, to which some 700 people came in a
//! day, went over to 100 places. Both are told in a chapter of their own, before the three months of the story; in the
//! years between, a sweep a month stands for those of the nights. These scenes draw from a source of their own.

use std::collections::BTreeSet;

use disnaker_entity::card::{self, CardId, ReportSituation};
use disnaker_entity::queue::{QueueService, ticket};
use disnaker_entity::school::SchoolLevel;
use disnaker_entity::seeker::{self, MaritalStatus, Religion, RemovalReason};

use super::classes::Courses;
use super::disputes::Disputes;
use super::*;
use crate::offices::queue::bodies::{NewTicket, QueueServicePatch};
use crate::offices::queue::{self, TicketEvent};
use crate::problem::Kind;
use crate::schools;
use crate::schools::bodies::{NewSchool, NewSchoolReport};
use crate::seekers::bodies::{
    FieldReason, NewSeeker, Removal, Schooling, SeekerAddress, SeekerContact, SeekerIdentity, WantedWork,
};
use crate::seekers::cards::bodies::CardSignature;
use crate::seekers::rules::Author;
use crate::seekers::{self, cards};

/// How much of the past is told.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Cards that Purworejo had given out by the middle of 2021.
    pub cards: usize,
    /// People who came to the counter of Serang in a day, before there was a limit.
    pub crowds: [usize; 2],
    /// Whether every class of the years is told; else one of Purworejo.
    pub classes: bool,
    /// How many disputes of Cilegon in 2023 are told.
    pub disputes: usize,
}

/// The past as it was.
pub const WHOLE: Extent = Extent { cards: 3_725, crowds: [700, 688], classes: true, disputes: 25 };

/// Of those with a card, who has reported ever since, and had it extended.
const FAITHFUL: usize = 12;
/// Places of a day since then, and days of which is told.
const PLACES: i32 = 100;
const LIMITED_DAYS: usize = 3;
/// Share of them that is kept for who comes without a booking, percent.
const KEPT: i32 = 20;

/// Education levels, by how many people finished with them.
const LEVELS: [&str; 8] = [
    "vocational_secondary",
    "vocational_secondary",
    "vocational_secondary",
    "senior_secondary",
    "senior_secondary",
    "junior_secondary",
    "diploma_3",
    "bachelor",
];
/// Occupations that are wanted: sub-major groups of KBJI.
const WANTED: [&str; 8] = ["75", "83", "52", "93", "41", "72", "51", "81"];
/// Who signs the cards.
const SIGNATURE: &str = "Contoh Pengantar Kerja";

/// Somebody, in one of some places, born so many years before a year. Whoever has another serial is somebody else.
pub(super) fn somebody(random: &mut StdRng, places: &[&'static str], year: i32, serial: u32) -> NewSeeker {
    let man = random.gen_bool(0.55);
    let region = plot::chosen(random, places);
    let born =
        NaiveDate::from_ymd_opt(year - random.gen_range(19..=35), random.gen_range(1..=12), random.gen_range(1..=28))
            .unwrap_or_default();
    let digits: String = region.chars().filter(char::is_ascii_digit).collect();
    let day = born.day() + if man { 0 } else { 40 };
    let name = plot::person(random, man);
    NewSeeker {
        office: None,
        school_id: None,
        identity: SeekerIdentity {
            nik: format!("{digits:0<6}{day:02}{:02}{:02}{serial:04}", born.month(), born.year() % 100),
            name: name.clone(),
            family_card: None,
            birth_place: Some("Contohrejo".to_owned()),
            birth_on: Some(born),
            sex: Some(if man { Sex::Male } else { Sex::Female }),
            religion: Some(Religion::Islam),
            marital_status: Some(if random.gen_bool(0.3) { MaritalStatus::Married } else { MaritalStatus::Single }),
        },
        address: Some(SeekerAddress {
            region: region.to_owned(),
            village: None,
            street: format!("Jalan Contoh {}", random.gen_range(1..=150)),
        }),
        contact: Some(SeekerContact { phone: Some(format!("0800-0000-{serial:04}")), email: None }),
        education: vec![Schooling {
            level: plot::chosen(random, &LEVELS).to_owned(),
            school: None,
            major: None,
            graduated_in: Some(born.year() + 18),
            name_on_diploma: Some(name.to_uppercase()),
        }],
        courses: Vec::new(),
        experience: Vec::new(),
        skills: Vec::new(),
        languages: Vec::new(),
        disabilities: Vec::new(),
        wanted: Some(WantedWork {
            occupations: vec![plot::chosen(random, &WANTED).to_owned()],
            ..WantedWork::default()
        }),
        consents: Vec::new(),
    }
}

/// Drafts somebody's record.
pub(super) async fn draft(
    change: &mut Change,
    author: &Author,
    new: &NewSeeker,
    codes: &Codes,
) -> Result<seeker::Model, Problem> {
    let book = change.book();
    let today = Zone::WESTERN.date(change.now());
    let sound = seekers::rules::check(new, codes, &book, today)?;
    seekers::draft(change, author, new, &sound).await
}

fn signature() -> CardSignature {
    CardSignature { name: Some(SIGNATURE.to_owned()), staff_number: None }
}

// The chapter of 2021 -----------------------------------------------------------------------------

/// What happened in 2021.
pub struct Past<'a> {
    pub state: &'a Arc<State>,
    pub codes: &'a Codes,
    pub scope: &'a Scope,
    pub random: StdRng,
    pub extent: Extent,
}

impl Past<'_> {
    /// Tells it, up to the first day of the story.
    ///
    /// # Errors
    /// What a room refuses, or the database's own.
    pub async fn tell(mut self, until: NaiveDate) -> Result<(), Problem> {
        let book = self.state.book().await?;
        let days = |from: NaiveDate, until: NaiveDate, office: &'static str| {
            let book = Arc::clone(&book);
            from.iter_days().take_while(move |day| *day <= until).filter(move |day| works(&book, *day, office))
        };
        let of = |month, day| NaiveDate::from_ymd_opt(2021, month, day).unwrap_or_default();
        let mut courses = Courses::new(self.extent.cards, self.extent.classes, until);
        let mut disputes = Disputes::new(self.extent.disputes, &book);
        courses.tell(&self, of(1, 4)).await?;
        let registering: Vec<_> = days(of(1, 4), of(6, 30), "33.06").collect();
        let (cards, mut faithful) = (self.extent.cards, Vec::new());
        let mut told = 0;
        for (nth, date) in registering.iter().enumerate() {
            let count = cards * (nth + 1) / registering.len() - told;
            let mut change = self.begin(*date).await?;
            for person in 0..count {
                self.at(*date, 8 * 3600 + i64::try_from(person * 25_000 / count).unwrap_or_default());
                let card = self.give_card(&mut change, u32::try_from(told + person + 1).unwrap_or_default()).await?;
                if (told + person) % (cards / FAITHFUL).max(1) == 3 && faithful.len() < FAITHFUL {
                    faithful.push(card.id);
                }
            }
            told += count;
            change.commit().await?;
        }
        let mut counter = days(of(7, 1), of(7, 31), "36.04");
        for (date, people) in counter.by_ref().zip(self.extent.crowds) {
            let mut change = self.begin(date).await?;
            self.crowd(&mut change, date, people).await?;
            change.commit().await?;
        }
        for (date, nth) in counter.take(LIMITED_DAYS).zip(0..) {
            let mut change = self.begin(date).await?;
            self.limited(&mut change, date, nth).await?;
            change.commit().await?;
        }
        let mut month = of(8, 1);
        while month < until {
            self.at(month, 1);
            app::sweep(self.state).await?;
            self.come_back(&faithful, month).await?;
            month = month.checked_add_months(chrono::Months::new(1)).unwrap_or(until);
            disputes.tell(&self, &mut courses, month.min(until)).await?;
        }
        Ok(())
    }

    pub(super) fn at(&self, date: NaiveDate, second: i64) {
        self.state.clock.set(instant(date, second));
    }

    pub(super) async fn begin(&self, date: NaiveDate) -> Result<Change, Problem> {
        self.at(date, 7 * 3600);
        Change::begin(self.state, Arc::new(self.scope.clone()), "demo".to_owned()).await
    }

    pub(super) fn turn(&self, change: &mut Change, role: Role, office: &str) {
        change.turn_to(identity(self.state, role, office).actor());
    }

    /// Somebody registers at the counter of Purworejo, and goes home with a card.
    async fn give_card(&mut self, change: &mut Change, serial: u32) -> Result<card::Model, Problem> {
        let places = OFFICES.iter().find(|office| office.code == "33.06").map_or(&[][..], |office| office.places);
        let new = somebody(&mut self.random, places, 2021, serial);
        self.turn(change, Role::CounterOfficer, "33.06");
        let row = draft(change, &Author::Counter, &new, self.codes).await?;
        let row = seekers::submit(change, &row).await?;
        let row = seekers::verify(change, &row, &[]).await?;
        let card = cards::prepare(change, &row).await?;
        self.turn(change, Role::PlacementOfficer, "33.06");
        let card = cards::sign(change, &card, &row, &signature()).await?;
        self.turn(change, Role::CounterOfficer, "33.06");
        cards::print(change, &card, &row).await
    }

    /// Some come back to report, and after two years for two more.
    async fn come_back(&self, faithful: &[CardId], month: NaiveDate) -> Result<(), Problem> {
        let mut change = self.begin(month).await?;
        self.turn(&mut change, Role::CounterOfficer, "33.06");
        let soon = month.checked_add_months(chrono::Months::new(1)).unwrap_or(month);
        for id in faithful {
            let (mut card, person) = cards::lock_both(&change, *id).await?;
            if card.next_report_on.is_some_and(|due| due < soon) {
                card = cards::file(&mut change, &card, ReportSituation::Looking).await?;
            }
            if card.expires_on.is_some_and(|last| last < soon) {
                cards::extend(&mut change, &card, &person).await?;
            }
        }
        change.commit().await
    }

    /// A day at Serang on which everybody came who wanted to.
    async fn crowd(&mut self, change: &mut Change, date: NaiveDate, people: usize) -> Result<(), Problem> {
        if queue::offered(change.db(), "36.04", QueueService::Ak1).await?.is_none() {
            self.turn(change, Role::OfficeAdmin, "36.04");
            let usual = queue::usual(&change.book(), "36.04", QueueService::Ak1, change.now())?;
            let open =
                QueueServicePatch { capacity: Some(700), walk_in_percent: Some(100), ..QueueServicePatch::default() };
            queue::offer(change, &queue::changed(&usual, &open)?).await?;
        }
        let new = walk_in("36.04", date);
        for person in 0..people {
            self.at(date, 8 * 3600 + i64::try_from(person).unwrap_or_default() * 36);
            self.turn(change, Role::CounterOfficer, "36.04");
            let tickets = queue::book(change, &new, &[]).await?;
            serve(change, tickets, &[TicketEvent::CheckIn, TicketEvent::Call, TicketEvent::Start, TicketEvent::Finish])
                .await?;
        }
        Ok(())
    }

    /// A day with a limit: who booked, and who came all the same.
    async fn limited(&mut self, change: &mut Change, date: NaiveDate, nth: u32) -> Result<(), Problem> {
        if nth == 0 {
            self.turn(change, Role::OfficeAdmin, "36.04");
            let before = queue::lock_service(change, "36.04", QueueService::Ak1).await?;
            let limit = QueueServicePatch {
                capacity: Some(PLACES),
                walk_in_percent: Some(KEPT),
                ..QueueServicePatch::default()
            };
            let after = queue::changed(&before, &limit)?;
            let after = queue::Service { version: before.version + 1, updated_at: change.now(), ..after };
            queue::update(change, &before, &after).await?;
        }
        let places = OFFICES.iter().find(|office| office.code == "36.04").map_or(&[][..], |office| office.places);
        self.turn(change, Role::CounterOfficer, "36.04");
        let booked = u32::try_from(PLACES * (100 - KEPT) / 100).unwrap_or_default();
        for person in 0..booked {
            let serial = 5_000 + nth * booked + person;
            let row =
                draft(change, &Author::Counter, &somebody(&mut self.random, places, 2021, serial), self.codes).await?;
            let new = NewTicket { walk_in: false, job_seeker_id: Some(row.id), ..walk_in("36.04", date) };
            let tickets = queue::book(change, &new, &[("/job_seeker_id".to_owned(), row.id)]).await?;
            // One in twenty does not come.
            let came = [TicketEvent::CheckIn, TicketEvent::Call, TicketEvent::Start, TicketEvent::Finish];
            let stayed_away = [TicketEvent::NoShow];
            serve(change, tickets, if person % 20 == 19 { &stayed_away } else { &came }).await?;
        }
        for _ in booked..u32::try_from(PLACES).unwrap_or_default() {
            let tickets = queue::book(change, &walk_in("36.04", date), &[]).await?;
            serve(change, tickets, &[TicketEvent::CheckIn, TicketEvent::Call, TicketEvent::Start, TicketEvent::Finish])
                .await?;
        }
        Ok(())
    }
}

fn walk_in(office: &str, date: NaiveDate) -> NewTicket {
    NewTicket {
        office: office.to_owned(),
        service: QueueService::Ak1,
        date,
        job_seeker_id: None,
        slot: None,
        walk_in: true,
    }
}

async fn serve(change: &mut Change, tickets: Vec<ticket::Model>, events: &[TicketEvent]) -> Result<(), Problem> {
    for mut row in tickets {
        for event in events {
            row = queue::advance(change, &row, *event, Some("1")).await?;
        }
    }
    Ok(())
}

// The last weeks ----------------------------------------------------------------------------------

/// What a visitor does next, or what is done for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Draft,
    Send,
    SendBack,
    TakeBack,
    Verify,
    Prepare,
    Sign,
    Print,
    Revoke,
    Remove,
    /// Drafts another record for the same person, and sends it.
    Again,
    /// The office sees who it is.
    Join,
    /// Books a place for the first working day after the story.
    Book,
}

use Step::{
    Again, Book as BookPlace, Draft, Join, Prepare, Print, Remove, Revoke, Send, SendBack, Sign, TakeBack, Verify,
};

/// How many days before the end they come first, and what happens then, a step a working day at most.
const VISITS: &[(i64, &[Step])] = &[
    (35, &[Draft, Send, Verify, Prepare, Sign, Print]),
    (3, &[Draft]),
    (4, &[Draft, Send, BookPlace]),
    (6, &[Draft, Send, SendBack]),
    (9, &[Draft, Send, TakeBack]),
    (8, &[Draft, Send, Verify]),
    (10, &[Draft, Send, Verify, BookPlace, Prepare]),
    (12, &[Draft, Send, Verify, Prepare, Sign]),
    (13, &[Draft, Send, Verify, Prepare, Print]),
    (14, &[Draft, Send, Verify, Prepare, Print, Sign, BookPlace]),
    (20, &[Draft, Send, Verify, Prepare, Sign, Print, Revoke]),
    (21, &[Draft, Send, Verify, Prepare, Sign, Print, Remove]),
    (19, &[Draft, Send, Verify, Again, Join]),
    (15, &[Draft, Send, Verify, Again]),
];

/// Somebody who looks for work, and how far they are.
pub struct Visitor {
    office: &'static str,
    author: Author,
    new: NewSeeker,
    steps: &'static [Step],
    row: Option<seeker::Model>,
    card: Option<card::Model>,
}

impl Teller {
    /// Puts the visitors of the last weeks into the queue, and a school with its class.
    pub(super) fn plan_people(&mut self, book: &Book) {
        std::mem::swap(&mut self.random, &mut self.other);
        let mut serial = 6_000;
        let year = self.today.year();
        for office in OFFICES.iter().filter(|office| !office.places.is_empty()) {
            self.call_people(book, 30, Scene::Counter(office.code), office.code);
            for (nth, (days, steps)) in VISITS.iter().chain(VISITS).enumerate() {
                serial += 1;
                let subject = match (office.code, nth) {
                    ("36.72", 0) => "demo-job_seeker".to_owned(),
                    (code, nth) => format!("demo-warga-{code}-{nth}"),
                };
                // Every third is written down at the counter.
                let author = if nth % 3 == 2 {
                    Author::Counter
                } else {
                    Author::Person(Identity { issuer: self.state.issuers.own().to_owned(), subject })
                };
                let new = somebody(&mut self.random, office.places, year, serial);
                let new = NewSeeker { office: Some(office.code.to_owned()), ..new };
                let visitor = Visitor { office: office.code, author, new, steps, row: None, card: None };
                // The one whom examples show comes first of all; who comes in the second round, a day before the first.
                let first = i64::from((office.code, nth) == ("36.72", 0));
                let second_round = i64::from(nth >= VISITS.len());
                self.call_people(book, *days + second_round + 3 * first, Scene::Visit(Box::new(visitor)), office.code);
            }
        }
        self.call_people(book, 40, Scene::School, "36.72");
        std::mem::swap(&mut self.random, &mut self.other);
    }

    fn call_people(&mut self, book: &Book, days: i64, scene: Scene, office: &str) {
        let at = instant(self.working_day(book, days, office), self.random.gen_range(Half::Morning.seconds()));
        self.call(at, scene);
    }

    /// An office opens its counter for the card, as the rules have it.
    pub(super) async fn open_counter(&mut self, change: &mut Change, office: &'static str) -> Result<(), Problem> {
        if queue::offered(change.db(), office, QueueService::Ak1).await?.is_some() {
            return Ok(());
        }
        change.turn_to(identity(&self.state, Role::OfficeAdmin, office).actor());
        let row = queue::usual(&change.book(), office, QueueService::Ak1, change.now())?;
        queue::offer(change, &row).await
    }

    /// A school of Cilegon is registered, and drafts records for its class.
    pub(super) async fn found_school(&mut self, change: &mut Change) -> Result<(), Problem> {
        let operator = identity(&self.state, Role::SchoolOperator, "");
        change.turn_to(operator.actor());
        let new = NewSchool {
            npsn: "20600001".to_owned(),
            name: "SMK Contoh 1 Cilegon".to_owned(),
            level: SchoolLevel::Secondary,
            region: "36.72.08".to_owned(),
            address: "Jalan Contoh Pendidikan 1, Cilegon".to_owned(),
            contact: Contact {
                name: "Contoh Guru BKK".to_owned(),
                email: "bkk@smk-contoh-1.example".to_owned(),
                phone: None,
            },
            decree: "SK Kepala Sekolah 421/12".to_owned(),
            licence: "Izin operasional 800/4".to_owned(),
        };
        let office = schools::check(&new, &self.codes, &change.book())?.code.clone();
        let school = schools::insert(change, &new, &office, Some(&operator)).await?;
        self.as_office(change, &office);
        let school = schools::register(change, &school).await?;
        change.turn_to(operator.actor());
        let month = |months| Zone::WESTERN.date(change.now()).checked_sub_months(chrono::Months::new(months));
        let name = |months| month(months).map(|day| day.format("%Y-%m").to_string()).unwrap_or_default();
        let report = NewSchoolReport { from_month: name(4), until_month: name(1), ..NewSchoolReport::sample() };
        let months = schools::check_report(&report, Zone::WESTERN.date(change.now()))?;
        schools::file(change, &school, &report, months).await?;
        let places = OFFICES.first().map_or(&[][..], |office| office.places);
        std::mem::swap(&mut self.random, &mut self.other);
        for number in 1..=24_u32 {
            let new = somebody(&mut self.random, places, self.today.year(), 7_000 + number);
            let author = Author::School(school.id, Some(format!("NISN-{number:04}")));
            let row = draft(change, &author, &new, &self.codes).await?;
            if number % 2 == 0 {
                seekers::submit(change, &row).await?;
            }
        }
        std::mem::swap(&mut self.random, &mut self.other);
        Ok(())
    }

    /// A visitor's next step.
    pub(super) async fn visit(&mut self, change: &mut Change, mut visitor: Visitor) -> Result<(), Problem> {
        let Some((step, rest)) = visitor.steps.split_first() else { return Ok(()) };
        visitor.steps = rest;
        self.turn_for(change, *step, &visitor);
        self.step(change, *step, &mut visitor).await?;
        std::mem::swap(&mut self.random, &mut self.other);
        let next = self.later(change, 1, Half::Afternoon, visitor.office);
        std::mem::swap(&mut self.random, &mut self.other);
        if let Some(at) = next.filter(|_| !visitor.steps.is_empty()) {
            self.call(at, Scene::Visit(Box::new(visitor)));
        }
        Ok(())
    }

    /// Goes on in the name of whoever does a step.
    fn turn_for(&self, change: &mut Change, step: Step, visitor: &Visitor) {
        let own = matches!(step, Draft | Send | TakeBack | Again | BookPlace);
        let actor = match &visitor.author {
            Author::Person(identity) if own => identity.actor(),
            _ if matches!(step, Sign | Revoke) => identity(&self.state, Role::PlacementOfficer, visitor.office).actor(),
            _ => identity(&self.state, Role::CounterOfficer, visitor.office).actor(),
        };
        change.turn_to(actor);
    }

    async fn step(&mut self, change: &mut Change, step: Step, visitor: &mut Visitor) -> Result<(), Problem> {
        if step == Draft {
            visitor.row = Some(draft(change, &visitor.author, &visitor.new, &self.codes).await?);
            return Ok(());
        }
        let row = visitor.row.clone().ok_or_else(lost)?;
        match step {
            Send => visitor.row = Some(seekers::submit(change, &row).await?),
            SendBack => {
                let reason = "Alamat tidak sama dengan KTP".to_owned();
                let fields = [FieldReason { pointer: "/address/street".to_owned(), reason }];
                visitor.row = Some(seekers::send_back(change, &row, &fields).await?);
            }
            TakeBack => visitor.row = Some(seekers::withdraw(change, &row).await?),
            Verify => visitor.row = Some(seekers::verify(change, &row, &[]).await?),
            Prepare => visitor.card = Some(cards::prepare(change, &row).await?),
            Sign | Print | Revoke => {
                let card = visitor.card.clone().ok_or_else(lost)?;
                visitor.card = Some(match step {
                    Sign => cards::sign(change, &card, &row, &signature()).await?,
                    Print => cards::print(change, &card, &row).await?,
                    _ => cards::revoke(change, &card, "Dicetak dengan foto orang lain").await?,
                });
            }
            Remove => {
                let removal = Removal { reason: RemovalReason::OwnBusiness, note: None };
                visitor.row = Some(seekers::remove(change, &row, &removal).await?);
            }
            Again => {
                let second = draft(change, &Author::Counter, &visitor.new, &self.codes).await?;
                visitor.row = Some(seekers::submit(change, &second).await?);
            }
            Join => {
                let person = seekers::of_nik(change, &row.nik_index).await?.ok_or_else(lost)?;
                visitor.row = Some(seekers::join(change, &row, &person, &[]).await?);
            }
            BookPlace => self.book_place(change, visitor.office, &row).await?,
            Draft => {}
        }
        Ok(())
    }

    /// Books a place for the first day after the story on which the office works.
    async fn book_place(&self, change: &mut Change, office: &str, row: &seeker::Model) -> Result<(), Problem> {
        let book = change.book();
        let date = self.today.iter_days().find(|day| works(&book, *day, office)).unwrap_or(self.today);
        let new = NewTicket { walk_in: false, job_seeker_id: Some(row.id), ..walk_in(office, date) };
        match queue::book(change, &new, &[("/job_seeker_id".to_owned(), row.id)]).await {
            // Nobody books in a year whose calendar is not loaded.
            Err(problem) if problem.kind == Kind::CalendarMissing => Ok(()),
            booked => booked.map(drop),
        }
    }

    /// Some of those who are hired had registered at the counter of their district before, and had a card.
    pub(super) async fn register_hired(
        &mut self,
        change: &mut Change,
        rows: &[PlacementRowBody],
    ) -> Result<(), Problem> {
        let book = change.book();
        let mut seen = BTreeSet::new();
        for row in rows.iter().step_by(9) {
            let worker = &row.worker;
            let Some(office) = book.receiving_office(&worker.residence).map(|office| office.code.clone()) else {
                continue;
            };
            let Some(nik) = worker.nik.as_deref().and_then(|nik| disnaker_entity::Nik::parse(nik).ok()) else {
                continue;
            };
            let known = seekers::of_nik(change, &seekers::index(&change.state().vault, &nik)).await?;
            if known.is_some() || !seen.insert(nik.reveal().to_owned()) {
                continue;
            }
            let grown = |day: &NaiveDate| day.year() <= self.today.year() - 15;
            let Some(born) = nik.birth_dates().filter(grown).max() else { continue };
            std::mem::swap(&mut self.random, &mut self.other);
            let mut new = somebody(&mut self.random, &["36.72.08"], self.today.year(), 9_999);
            std::mem::swap(&mut self.random, &mut self.other);
            new.identity.nik = nik.reveal().to_owned();
            new.identity.name.clone_from(&worker.name);
            new.identity.birth_on = Some(born);
            new.identity.sex = Some(worker.sex);
            new.education.iter_mut().for_each(|school| school.name_on_diploma = None);
            new.address.iter_mut().for_each(|address| address.region.clone_from(&worker.residence));
            change.turn_to(identity(&self.state, Role::CounterOfficer, &office).actor());
            let person = draft(change, &Author::Counter, &new, &self.codes).await?;
            let person = seekers::submit(change, &person).await?;
            let person = seekers::verify(change, &person, &[]).await?;
            let card = cards::prepare(change, &person).await?;
            let card = cards::print(change, &card, &person).await?;
            change.turn_to(identity(&self.state, Role::PlacementOfficer, &office).actor());
            cards::sign(change, &card, &person, &signature()).await?;
        }
        Ok(())
    }
}
