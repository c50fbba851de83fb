//! The operations.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Utc};
use disnaker_entity::queue::{QueueService, TicketId, TicketKind, TicketStatus, day, service, ticket};
use disnaker_entity::seeker::SeekerId;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::bodies::{
    DayCapacity, GroupBooking, NewGroupBooking, NewQueueService, NewTicket, QueueBoard, QueueDayDetail, QueueDayFilter,
    QueueDayPage, QueueDayView, QueueListFilter, QueueListPage, QueueListRow, QueueServicePage, QueueServicePatch,
    QueueServiceView, SlotView, TicketCall, TicketFilter, TicketPage, TicketView,
};
use super::lifecycle::TicketEvent;
use super::queries::{Guest, Places};
use super::rules::Plan;
use super::{board, queries, rules};
use crate::access::permissions::{BookTickets, ManageQueue, Permission, ReadQueue, ReadTickets, ServeTickets};
use crate::book::Book;
use crate::caller::{Caller, Sees, address};
use crate::change::{Answer, Change};
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, UNKNOWN_REFERENCE};
use crate::clock;
use crate::lifecycle::{self, By, Lifecycle};
use crate::problem::{FaultCode, Kind, Language, Problem, Text};
use crate::seekers::{self, Keeper};
use crate::wire::{self, Cache, IfMatch, Json, OptionalJson, Path, Query, invalid_parameter};

/// Seconds that the services of an office may be kept by anybody.
const KEPT: u32 = 300;
/// Days that one request asks for.
const MOST_DAYS: u32 = 62;
/// Alumni of one group.
const MOST_GUESTS: usize = 100;

/// Why a day of a year without a calendar is closed.
const NOT_LOADED: Text = Text::of("Kalender tahun itu belum dimuat", "The calendar of that year is not loaded yet");

const RUNNING: FaultCode = FaultCode::new(
    "ticket-running",
    "Masih ada antrean yang berjalan untuk layanan ini",
    "There is a running ticket for this service",
);
const ENDED: FaultCode =
    FaultCode::new("record-ended", "Data pencari kerja sudah berakhir", "The job seeker's record has ended");
const ELSEWHERE: FaultCode = FaultCode::new(
    "kept-by-another-office",
    "Data pencari kerja ada di dinas lain",
    "Another office keeps the job seeker's record",
);

// Services ---------------------------------------------------------------------------------------

/// List the services of an office's counter.
#[utoipa::path(tag = "queue", params(("code" = String, Path, description = "Office code", example = "36.72")),
    responses((status = 200, body = QueueServicePage)), security((), ("bearer" = [ReadQueue::NAME])))]
#[get("/offices/{code}/services")]
pub async fn list_queue_services(
    request: HttpRequest,
    caller: Caller<ReadQueue>,
    Path(code): Path<String>,
) -> Result<HttpResponse, Problem> {
    if !caller.state().book().await?.offices.contains_key(&code) {
        return Err(Problem::not_found());
    }
    let rows = queries::services(caller.reader(), &code).await?;
    let page = QueueServicePage { data: rows.into_iter().map(Into::into).collect(), next: None };
    wire::published(&request, &page, None, KEPT)
}

/// Begin to offer a service.
///
/// By the office's admin.
#[utoipa::path(tag = "queue", params(("code" = String, Path, description = "Office code", example = "36.72")),
    request_body(content = NewQueueService, example = json!(NewQueueService::sample())),
    responses((status = 201, body = QueueServiceView)), security(("bearer" = [ManageQueue::NAME])))]
#[post("/offices/{code}/services")]
pub async fn create_queue_service(
    caller: Caller<ManageQueue>,
    Path(code): Path<String>,
    Json(new): Json<NewQueueService>,
) -> Result<HttpResponse, Problem> {
    let book = caller.state().book().await?;
    if !book.offices.contains_key(&code) || !caller.scope().covers_office(&code) {
        return Err(Problem::not_found());
    }
    let usual = rules::usual(&book, &code, new.service, caller.state().clock.now())?;
    let row = rules::changed(&usual, &new.patch())?;
    caller
        .change(async move |change| {
            queries::offer(change, &row).await?;
            let location = format!("/v1/offices/{}/services/{}", row.office, row.service);
            Ok(Answer::created(location, QueueServiceView::from(row.clone())).tagged())
        })
        .await
}

/// Read a service.
#[utoipa::path(tag = "queue",
    params(("code" = String, Path, description = "Office code", example = "36.72"),
        ("service" = QueueService, Path, description = "Service")),
    responses((status = 200, body = QueueServiceView)), security((), ("bearer" = [ReadQueue::NAME])))]
#[get("/offices/{code}/services/{service}")]
pub async fn get_queue_service(
    request: HttpRequest,
    caller: Caller<ReadQueue>,
    Path((code, service)): Path<(String, QueueService)>,
) -> Result<HttpResponse, Problem> {
    let row = queries::service(caller.reader(), &caller, &code, service).await?;
    Ok(wire::found(&request, &QueueServiceView::from(row), Cache::Public(KEPT)))
}

/// Change a service.
///
/// By the office's admin. Days whose capacity was set keep it; tickets that were given stay.
#[utoipa::path(tag = "queue",
    params(("code" = String, Path, description = "Office code", example = "36.72"),
        ("service" = QueueService, Path, description = "Service")),
    request_body(content = QueueServicePatch, content_type = "application/merge-patch+json", example = json!(QueueServicePatch::sample())),
    responses((status = 200, body = QueueServiceView)), security(("bearer" = [ManageQueue::NAME])))]
#[patch("/offices/{code}/services/{service}")]
pub async fn update_queue_service(
    caller: Caller<ManageQueue>,
    Path((code, service)): Path<(String, QueueService)>,
    if_match: IfMatch,
    Json(patch): Json<QueueServicePatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let before = queries::lock_service(change, &code, service).await?;
            if_match.holds(before.version)?;
            let row = rules::changed(&before, &patch)?;
            let row = service::Model { version: before.version + 1, updated_at: change.now(), ..row };
            queries::update(change, &before, &row).await?;
            Ok(Answer::ok(QueueServiceView::from(row)).tagged())
        })
        .await
}

// Days -------------------------------------------------------------------------------------------

/// A day that both engines know.
fn reachable(date: NaiveDate) -> Result<(), Problem> {
    if (1900..=2199).contains(&date.year()) { Ok(()) } else { Err(Problem::not_found()) }
}

/// What is known of the days of a service.
struct Known {
    days: HashMap<NaiveDate, day::Model>,
    /// Bookings by slot, of the only day or of today: what has passed of that is not offered.
    taken: HashMap<i32, i64>,
    /// What the clocks of the office show.
    local: NaiveDateTime,
}

impl Known {
    /// Two statements, one where today is not among the days.
    async fn read<C: ConnectionTrait>(
        db: &C,
        service: &service::Model,
        (from, to): (NaiveDate, NaiveDate),
        local: NaiveDateTime,
    ) -> Result<Self, Problem> {
        let only = (from == to).then_some(from);
        let close = only.or(Some(local.date()).filter(|today| (from..=to).contains(today)));
        let taken = match close {
            Some(date) => queries::by_slot(db, service, date).await?,
            None => HashMap::new(),
        };
        Ok(Self { days: queries::days(db, service, from, to).await?, taken, local })
    }
}

fn day_view(
    service: &service::Model,
    date: NaiveDate,
    known: &Known,
    book: &Book,
    language: Language,
) -> Result<(QueueDayView, Places), Problem> {
    let (day, today) = (known.days.get(&date), known.local.date());
    let mut places = Places::of(service, day);
    if date == today {
        let left = places.plan.left(&known.taken, rules::from(date, known.local)).map(|(_, left)| left).sum();
        places.bookable = places.bookable.min(left);
    }
    let last = rules::last_day(book, &service.office, today)?;
    let near = (today..=last).contains(&date);
    // A day of a year whose calendar is not loaded is not offered, and nothing is guessed of it.
    let off = match rules::day_off(book, &service.office, date) {
        Ok(off) => off.map(str::to_owned),
        Err(problem) if problem.kind == Kind::CalendarMissing => Some(NOT_LOADED.in_language(language).to_owned()),
        Err(problem) => return Err(problem),
    };
    let bookable = near && off.is_none();
    let view = QueueDayView {
        date,
        open: bookable && places.bookable > 0,
        capacity: if off.is_some() { 0 } else { places.plan.capacity },
        reason: off.or_else(|| day.and_then(|day| day.reason.clone())),
        taken: places.taken,
        places_left: if bookable { places.bookable } else { 0 },
        walk_in_left: if bookable { places.at_counter } else { 0 },
    };
    Ok((view, places))
}

/// List the days of a service: which are open, and what is left.
#[utoipa::path(tag = "queue",
    params(("code" = String, Path, description = "Office code", example = "36.72"),
        ("service" = QueueService, Path, description = "Service"), QueueDayFilter),
    responses((status = 200, body = QueueDayPage)), security((), ("bearer" = [ReadQueue::NAME])))]
#[get("/offices/{code}/services/{service}/days")]
pub async fn list_queue_days(
    request: HttpRequest,
    caller: Caller<ReadQueue>,
    Path((code, service)): Path<(String, QueueService)>,
    Query(filter): Query<QueueDayFilter>,
) -> Result<HttpResponse, Problem> {
    let count = filter.days.unwrap_or(14);
    if !(1..=MOST_DAYS).contains(&count) {
        return Err(invalid_parameter("days", count, check::from_to(1, MOST_DAYS)));
    }
    let mut checks = Checks::default();
    checks.day("from", filter.from);
    let faults = checks.into_faults();
    if !faults.is_empty() {
        return Err(Problem::new(Kind::InvalidQuery).faults(faults));
    }
    let service = queries::service(caller.reader(), &caller, &code, service).await?;
    let book = caller.state().book().await?;
    let local = rules::local(&book, &code, caller.state().clock.now());
    let from = filter.from.unwrap_or(local.date());
    let to = from.checked_add_days(Days::new(u64::from(count) - 1)).unwrap_or(from);
    let known = Known::read(caller.reader(), &service, (from, to), local).await?;
    let days = from.iter_days().take_while(|date| *date <= to);
    let data = days.map(|date| Ok(day_view(&service, date, &known, &book, caller.language())?.0));
    let page = QueueDayPage { data: data.collect::<Result<_, Problem>>()?, next: None };
    wire::published(&request, &page, None, 0)
}

/// Read a day of a service with its slots.
#[utoipa::path(tag = "queue",
    params(("code" = String, Path, description = "Office code", example = "36.72"),
        ("service" = QueueService, Path, description = "Service"), ("date" = NaiveDate, Path, description = "Date")),
    responses((status = 200, body = QueueDayDetail)), security((), ("bearer" = [ReadQueue::NAME])))]
#[get("/offices/{code}/services/{service}/days/{date}")]
pub async fn get_queue_day(
    request: HttpRequest,
    caller: Caller<ReadQueue>,
    Path((code, service, date)): Path<(String, QueueService, NaiveDate)>,
) -> Result<HttpResponse, Problem> {
    reachable(date)?;
    let service = queries::service(caller.reader(), &caller, &code, service).await?;
    let book = caller.state().book().await?;
    let local = rules::local(&book, &code, caller.state().clock.now());
    let known = Known::read(caller.reader(), &service, (date, date), local).await?;
    let (day, places) = day_view(&service, date, &known, &book, caller.language())?;
    let left = places.plan.left(&known.taken, rules::from(date, local));
    let slots =
        left.map(|(begins, left)| SlotView { begins_at: clock::time(begins), places_left: left.min(day.places_left) });
    let view = QueueDayDetail { slots: slots.collect(), day };
    wire::published(&request, &view, None, 0)
}

/// Set the capacity of one day.
///
/// More places, fewer, or 0 for a day that is closed, with a reason that everybody reads. Tickets that were given stay.
#[utoipa::path(tag = "queue",
    params(("code" = String, Path, description = "Office code", example = "36.72"),
        ("service" = QueueService, Path, description = "Service"), ("date" = NaiveDate, Path, description = "Date")),
    request_body(content = DayCapacity, example = json!(DayCapacity::sample())),
    responses((status = 200, body = QueueDayView)), security(("bearer" = [ManageQueue::NAME])))]
#[post("/offices/{code}/services/{service}/days/{date}/capacity")]
pub async fn set_queue_day_capacity(
    caller: Caller<ManageQueue>,
    Path((code, service, date)): Path<(String, QueueService, NaiveDate)>,
    Json(new): Json<DayCapacity>,
) -> Result<HttpResponse, Problem> {
    reachable(date)?;
    let language = caller.language();
    caller
        .change(async move |change| {
            let service = queries::lock_service(change, &code, service).await?;
            let book = change.book();
            let local = rules::local(&book, &code, change.now());
            rules::check_capacity(&new, date, local)?;
            queries::set_capacity(change, &service, date, new.capacity, &new.reason).await?;
            let known = Known::read(change.db(), &service, (date, date), local).await?;
            Ok(Answer::ok(day_view(&service, date, &known, &book, language)?.0))
        })
        .await
}

// Tickets ----------------------------------------------------------------------------------------

/// What the caller may do with a ticket today: the counter serves it, whoever booked it takes it back.
fn allowed_actions(row: &ticket::Model, seer: &impl Sees, today: NaiveDate) -> Vec<&'static str> {
    let serves = seer.scope_of::<ServeTickets>().covers_office(&row.office);
    let books = serves || {
        let scope = seer.scope_of::<BookTickets>();
        row.seeker_id.is_some_and(|id| scope.seekers.contains(&id))
            || row.school_id.is_some_and(|id| scope.schools.contains(&id))
    };
    let mut allowed = match (serves, books) {
        (true, _) => lifecycle::allowed(row.status, By::Office),
        (false, true) => lifecycle::allowed(row.status, By::Person),
        (false, false) => Vec::new(),
    };
    let fits = |name| {
        let named =
            TicketStatus::TABLE.iter().map(|row| row.event).find(|event| TicketStatus::event_name(*event) == name);
        named.is_some_and(|event| rules::fits(event, row.date, today))
    };
    allowed.retain(|name| fits(*name));
    allowed
}

/// A ticket as a caller may see it today, as its office has it.
pub fn view(row: ticket::Model, seer: &impl Sees, today: NaiveDate) -> TicketView {
    TicketView {
        allowed_actions: allowed_actions(&row, seer, today),
        id: row.id,
        number: rules::number(row.service.letter(), row.number),
        office: row.office,
        service: row.service,
        date: row.date,
        slot: row.slot.map(clock::time),
        kind: row.kind,
        status: row.status,
        job_seeker_id: row.seeker_id,
        desk: row.desk,
        called_at: row.called_at,
        ended_at: row.ended_at,
        created_at: row.created_at,
        version: row.version,
    }
}

/// Tickets as a caller may see them now.
pub fn views(rows: Vec<ticket::Model>, seer: &impl Sees, book: &Book, now: DateTime<Utc>) -> Vec<TicketView> {
    let shown = |row: ticket::Model| {
        let today = book.moment(now, &row.office).today;
        view(row, seer, today)
    };
    rows.into_iter().map(shown).collect()
}

/// The service that is wanted, and every fault of what is asked of it.
async fn wanted(change: &Change, checks: &mut Checks, new: &NewTicket) -> Result<Option<service::Model>, Problem> {
    // Only what is an office's code is looked for.
    let known = change.book().offices.contains_key(&new.office);
    let service = if known { queries::offered(change.db(), &new.office, new.service).await? } else { None };
    if service.is_none() {
        let expected = Text::of("layanan yang dibuka dinas itu", "a service that the office offers");
        checks.fault("/service", UNKNOWN_REFERENCE, new.service.as_str(), expected);
        return Ok(None);
    }
    let today = change.moment(&new.office).today;
    rules::check_day(checks, new.date, &change.book(), &new.office, today)?;
    if new.walk_in && new.date != today {
        let expected = Text::made(format!("hari ini, {today}"), format!("today, {today}"));
        checks.fault("/date", OUT_OF_RANGE, new.date.to_string(), expected);
    }
    let plan = service.as_ref().map(|service| Plan::of(service, None));
    let begins: Vec<i32> = plan.iter().flat_map(Plan::slots).map(|slot| slot.0).collect();
    let wish = new.slot.as_deref().map(clock::minutes);
    if wish.is_some_and(|wish| new.walk_in || wish.is_none_or(|wish| !begins.contains(&wish))) {
        let times = begins.iter().map(|begins| clock::time(*begins)).collect::<Vec<_>>().join(", ");
        let expected = Text::made(format!("awal sebuah slot: {times}"), format!("when a slot begins: {times}"));
        checks.fault("/slot", NOT_ALLOWED, new.slot.clone(), expected);
    }
    Ok(service)
}

/// The people who get tickets. The card is made where the record is kept (ministry practice: by the office of the district on the
/// identity card).
async fn guests(
    change: &Change,
    checks: &mut Checks,
    new: &NewTicket,
    named: &[(String, SeekerId)],
) -> Result<Vec<Guest>, Problem> {
    let known = seekers::keepers(change, named.iter().map(|(_, id)| *id)).await?;
    let mut guests = Vec::with_capacity(named.len());
    for (pointer, id) in named {
        match known.get(id) {
            None => {
                let expected = Text::of("data pencari kerja milik Anda", "a job seeker's record of yours");
                checks.fault(pointer, UNKNOWN_REFERENCE, id.to_string(), expected);
            }
            Some(keeper) if keeper.over || keeper.removed && new.service == QueueService::Ak1 => {
                let expected = Text::of("data yang masih berjalan", "a record that has not ended");
                checks.fault(pointer, ENDED, id.to_string(), expected);
            }
            Some(Keeper { office, .. }) if new.service == QueueService::Ak1 && *office != new.office => {
                let expected =
                    Text::made(format!("data di dinas {}", new.office), format!("a record of office {}", new.office));
                checks.fault(pointer, ELSEWHERE, office.clone(), expected);
            }
            Some(Keeper { school, .. }) => {
                let school = school.filter(|school| change.scope().schools.contains(school));
                let kind = match (new.walk_in, school) {
                    (true, _) => TicketKind::WalkIn,
                    (_, Some(_)) => TicketKind::Group,
                    (_, None) => TicketKind::Booked,
                };
                guests.push(Guest { seeker: Some(*id), school, kind });
            }
        }
    }
    Ok(guests)
}

/// Takes places and gives tickets, all or none.
pub async fn book(
    change: &mut Change,
    new: &NewTicket,
    named: &[(String, SeekerId)],
) -> Result<Vec<ticket::Model>, Problem> {
    let mut checks = Checks::default();
    let service = wanted(change, &mut checks, new).await?;
    let mut guests = guests(change, &mut checks, new, named).await?;
    checks.done()?;
    let Some(service) = service else { return Err(Problem::internal("a service that was not looked for")) };
    if named.is_empty() {
        guests.push(Guest { seeker: None, school: None, kind: TicketKind::WalkIn });
    }
    let count = i32::try_from(guests.len()).map_err(Problem::internal)?;
    let given = match queries::take(change, &service, new.date, count, new.walk_in).await? {
        Some(day) => queries::give(change, &service, new, &guests, &day).await,
        None => Err(Problem::new(Kind::CapacityExhausted)),
    };
    match given {
        Err(problem) if problem.kind == Kind::CapacityExhausted => {
            Err(problem.next_dates(queries::next_days(change, &service, count).await?))
        }
        Err(problem) if problem.kind == Kind::AlreadyExists => {
            let mut checks = Checks::default();
            let expected = Text::of("satu antrean berjalan per layanan", "one running ticket a service");
            checks.fault(named.first().map_or("", |(pointer, _)| pointer), RUNNING, Value::Null, expected);
            Err(problem.faults(checks.into_faults()))
        }
        given => given,
    }
}

/// Book a place in the queue.
///
/// For oneself, by a school for an alumnus, or at the counter. The last place goes to exactly one caller: everybody else gets
/// 409 `capacity-exhausted` with the next dates that have places. A person has one running ticket a service. A ticket for the AK-1
/// card is of the office that keeps the record.
#[utoipa::path(tag = "queue", request_body(content = NewTicket, example = json!(NewTicket::sample())),
    responses((status = 201, body = TicketView)), security(("bearer" = [BookTickets::NAME])))]
#[post("/queue-tickets")]
pub async fn create_queue_ticket(
    caller: Caller<BookTickets>,
    Json(new): Json<NewTicket>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    let own = caller.scope().seekers.as_slice();
    let counter = caller.scope().covers_office(&new.office);
    let only = if let [only] = own { Some(*only) } else { None };
    // Whoever stands at the counter without a record is not the officer who gives them their number.
    let seeker = new.job_seeker_id.or(only.filter(|_| !new.walk_in));
    if new.walk_in && !counter {
        let expected = Text::of("hanya oleh petugas dinas itu", "by an officer of that office only");
        checks.fault("/walk_in", NOT_ALLOWED, true, expected);
    } else if seeker.is_none() && !new.walk_in {
        let expected = Text::of("data pencari kerja", "a job seeker's record");
        checks.fault("/job_seeker_id", REQUIRED, Value::Null, expected);
    }
    checks.done()?;
    let named: Vec<_> = seeker.into_iter().map(|id| ("/job_seeker_id".to_owned(), id)).collect();
    caller
        .change(async move |change| {
            let mut rows = book(change, &new, &named).await?;
            let row = rows.pop().ok_or_else(|| Problem::internal("a booking without a ticket"))?;
            // Who stands at the counter is there.
            let row = if new.walk_in { queries::advance(change, &row, TicketEvent::CheckIn, None).await? } else { row };
            let today = change.moment(&row.office).today;
            Ok(Answer::created(format!("/v1/queue-tickets/{}", row.id), view(row, change, today)).tagged())
        })
        .await
}

/// Book places for a group.
///
/// By a school for its alumni, or at the counter: all or none, out of the places of the day like any other, with consecutive
/// numbers.
#[utoipa::path(tag = "queue", request_body(content = NewGroupBooking, example = json!(NewGroupBooking::sample())),
    responses((status = 201, body = GroupBooking)), security(("bearer" = [BookTickets::NAME])))]
#[post("/queue-group-bookings")]
pub async fn create_group_booking(
    caller: Caller<BookTickets>,
    Json(new): Json<NewGroupBooking>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.count("/job_seeker_ids", new.job_seeker_ids.len(), 1, MOST_GUESTS);
    let mut seen = HashMap::new();
    for (at, id) in new.job_seeker_ids.iter().enumerate() {
        if seen.insert(*id, at).is_some() {
            let expected = Text::of("setiap orang satu kali", "each person once");
            checks.fault(format!("/job_seeker_ids/{at}"), NOT_ALLOWED, id.to_string(), expected);
        }
    }
    checks.done()?;
    let named = new.job_seeker_ids.iter().enumerate().map(|(at, id)| (format!("/job_seeker_ids/{at}"), *id));
    let named: Vec<_> = named.collect();
    let one = NewTicket {
        office: new.office,
        service: new.service,
        date: new.date,
        job_seeker_id: None,
        slot: None,
        walk_in: false,
    };
    caller
        .change(async move |change| {
            let rows = book(change, &one, &named).await?;
            let location = format!("/v1/queue-tickets?office={}&date={}", one.office, one.date);
            let tickets = views(rows, change, &change.book(), change.now());
            Ok(Answer::created(location, GroupBooking { tickets }))
        })
        .await
}

/// List tickets, newest first.
#[utoipa::path(tag = "queue", params(TicketFilter), responses((status = 200, body = TicketPage)),
    security(("bearer" = [ReadTickets::NAME])))]
#[get("/queue-tickets")]
pub async fn list_queue_tickets(
    request: HttpRequest,
    caller: Caller<ReadTickets>,
    Query(filter): Query<TicketFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("queue-tickets", &filter)?;
    let mut checks = Checks::default();
    checks.day("date", filter.date);
    let faults = checks.into_faults();
    if !faults.is_empty() {
        return Err(Problem::new(Kind::InvalidQuery).faults(faults));
    }
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let (book, now) = (caller.state().book().await?, caller.state().clock.now());
    let page = TicketPage { data: views(rows, &caller, &book, now), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a ticket.
#[utoipa::path(tag = "queue", params(("id" = TicketId, Path, description = "Ticket id")),
    responses((status = 200, body = TicketView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadTickets::NAME])))]
#[get("/queue-tickets/{id}")]
pub async fn get_queue_ticket(
    request: HttpRequest,
    caller: Caller<ReadTickets>,
    Path(id): Path<TicketId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let today = caller.state().book().await?.moment(caller.state().clock.now(), &row.office).today;
    wire::found_as_seen(&request, &view(row, &caller, today), Cache::Private)
}

/// Take a ticket back.
///
/// By whoever booked it, until it is called, or by the office. Its place can be booked again; its number is never given again.
#[utoipa::path(tag = "queue", params(("id" = TicketId, Path, description = "Ticket id")),
    responses((status = 200, body = TicketView)), security(("bearer" = [BookTickets::NAME])))]
#[post("/queue-tickets/{id}/cancel")]
pub async fn cancel_queue_ticket(
    caller: Caller<BookTickets>,
    Path(id): Path<TicketId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    advance(&caller, id, if_match, TicketEvent::Cancel, None).await
}

/// Note that the person is there.
///
/// On the day of the ticket.
#[utoipa::path(tag = "queue", params(("id" = TicketId, Path, description = "Ticket id")),
    responses((status = 200, body = TicketView)), security(("bearer" = [ServeTickets::NAME])))]
#[post("/queue-tickets/{id}/check-in")]
pub async fn check_in_queue_ticket(
    caller: Caller<ServeTickets>,
    Path(id): Path<TicketId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    advance(&caller, id, if_match, TicketEvent::CheckIn, None).await
}

/// Call a number to a desk.
///
/// Once more, too, for who did not hear it. The board shows it.
#[utoipa::path(tag = "queue", params(("id" = TicketId, Path, description = "Ticket id")),
    request_body(content = Option<TicketCall>, example = json!(TicketCall::sample())),
    responses((status = 200, body = TicketView)), security(("bearer" = [ServeTickets::NAME])))]
#[post("/queue-tickets/{id}/call")]
pub async fn call_queue_ticket(
    caller: Caller<ServeTickets>,
    Path(id): Path<TicketId>,
    if_match: IfMatch,
    OptionalJson(body): OptionalJson<TicketCall>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.optional_line("/desk", body.desk.as_deref(), 40);
    checks.done()?;
    advance(&caller, id, if_match, TicketEvent::Call, body.desk).await
}

/// Begin to serve.
#[utoipa::path(tag = "queue", params(("id" = TicketId, Path, description = "Ticket id")),
    responses((status = 200, body = TicketView)), security(("bearer" = [ServeTickets::NAME])))]
#[post("/queue-tickets/{id}/start")]
pub async fn start_queue_ticket(
    caller: Caller<ServeTickets>,
    Path(id): Path<TicketId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    advance(&caller, id, if_match, TicketEvent::Start, None).await
}

/// End a ticket whose matter is done.
#[utoipa::path(tag = "queue", params(("id" = TicketId, Path, description = "Ticket id")),
    responses((status = 200, body = TicketView)), security(("bearer" = [ServeTickets::NAME])))]
#[post("/queue-tickets/{id}/finish")]
pub async fn finish_queue_ticket(
    caller: Caller<ServeTickets>,
    Path(id): Path<TicketId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    advance(&caller, id, if_match, TicketEvent::Finish, None).await
}

/// Note that the person did not come, or had gone.
///
/// The place stays taken: the day's capacity was spent on it. Tickets that are left when their day is over end so by themselves.
#[utoipa::path(tag = "queue", params(("id" = TicketId, Path, description = "Ticket id")),
    responses((status = 200, body = TicketView)), security(("bearer" = [ServeTickets::NAME])))]
#[post("/queue-tickets/{id}/no-show")]
pub async fn no_show_queue_ticket(
    caller: Caller<ServeTickets>,
    Path(id): Path<TicketId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    advance(&caller, id, if_match, TicketEvent::NoShow, None).await
}

async fn advance<P: Permission>(
    caller: &Caller<P>,
    id: TicketId,
    if_match: IfMatch,
    event: TicketEvent,
    desk: Option<String>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let today = change.moment(&row.office).today;
            if !rules::fits(event, row.date, today) {
                let problem = Problem::new(Kind::IllegalTransition).detail(rules::of_its_day(row.date));
                return Err(problem.allowed(allowed_actions(&row, change, today)));
            }
            let row = queries::advance(change, &row, event, desk.as_deref()).await?;
            Ok(Answer::ok(view(row, change, today)).tagged())
        })
        .await
}

// What is shown at the office --------------------------------------------------------------------

/// Read what is called now.
///
/// For a display on the wall, without anything of a person: as JSON, or as a stream of events where
/// `Accept: text/event-stream` asks for it (`event: board`, the same JSON as `data`, each time that it changes). A stream ends
/// after an hour at the latest; connect again then. One address has at most ten at once, 429 `rate-limited` beyond.
#[utoipa::path(tag = "queue", params(("code" = String, Path, description = "Office code", example = "36.72")),
    responses((status = 200, content((QueueBoard = "application/json"), (String = "text/event-stream")))),
    security((), ("bearer" = [ReadQueue::NAME])))]
#[get("/offices/{code}/queue-board")]
pub async fn get_queue_board(
    request: HttpRequest,
    caller: Caller<ReadQueue>,
    Path(code): Path<String>,
) -> Result<HttpResponse, Problem> {
    let board = board::now(caller.state(), &code).await?;
    if wire::prefers(&request, "text/event-stream") {
        let stream = board::stream(caller.state(), code, address(&request, caller.state()))?;
        let mut answer = HttpResponse::Ok();
        answer
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::CONTENT_TYPE, "text/event-stream"));
        // A proxy that gathers would hold it back.
        return Ok(answer.insert_header(("X-Accel-Buffering", "no")).streaming(stream));
    }
    wire::published(&request, &board, None, 0)
}

/// List the queue of a day in the order of its numbers, with what each person's record lacks.
///
/// Also of a day to come: the counter knows before people come.
#[utoipa::path(tag = "work-lists", params(QueueListFilter), responses((status = 200, body = QueueListPage)),
    security(("bearer" = [ServeTickets::NAME])))]
#[get("/work-lists/queue")]
pub async fn list_queue(
    request: HttpRequest,
    caller: Caller<ServeTickets>,
    Query(filter): Query<QueueListFilter>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.day("date", filter.date);
    let faults = checks.into_faults();
    if !faults.is_empty() {
        return Err(Problem::new(Kind::InvalidQuery).faults(faults));
    }
    let page = caller.paging("queue", &filter)?;
    let state = caller.state();
    let (book, now) = (state.book().await?, state.clock.now());
    let days = rules::days(&book, now, caller.scope(), filter.date);
    let rows = queries::of_day_in_order(caller.reader(), &caller, &filter, &days, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.office.clone(), row.service, row.number));
    let mut people = seekers::dossiers(caller.reader(), state, rows.iter().filter_map(|row| row.seeker_id)).await?;
    caller.read_page(seekers::KIND, page.filter(), people.len());
    let shown = rows.into_iter().map(|row| {
        let dossier = row.seeker_id.and_then(|id| people.remove(&id));
        let (name, status, missing) = dossier
            .map_or((None, None, Vec::new()), |dossier| (Some(dossier.name), Some(dossier.status), dossier.missing));
        let today = book.moment(now, &row.office).today;
        QueueListRow {
            ticket: view(row, &caller, today),
            name,
            record_status: status,
            missing: missing.iter().map(|fault| fault.view(caller.language())).collect(),
        }
    });
    let page = QueueListPage { data: shown.collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}
