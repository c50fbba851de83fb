//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::queue::{QueueService, TicketId, TicketKind, TicketStatus, service};
use disnaker_entity::seeker::{SeekerId, SeekerStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::clock::time;
use crate::page;
use crate::problem::FaultView;
use crate::wire::{Resource, present};

// Services ---------------------------------------------------------------------------------------

/// A service at an office's counter.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueServiceView {
    /// Office.
    pub office: String,
    /// Service.
    pub service: QueueService,
    /// Places of a day, where the day has no capacity of its own.
    pub capacity: i32,
    /// Share of the places that is kept for who comes without a booking (without internet, old, disabled), percent,
    /// rounded up.
    pub walk_in_percent: i32,
    /// Length of a slot, minutes.
    pub slot_minutes: i32,
    /// When the counter opens, in the office's zone.
    #[schema(example = "08:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub opens_at: String,
    /// When it closes.
    #[schema(example = "15:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub closes_at: String,
    /// Version.
    pub version: i64,
}

impl From<service::Model> for QueueServiceView {
    fn from(row: service::Model) -> Self {
        Self {
            office: row.office,
            service: row.service,
            capacity: row.capacity,
            walk_in_percent: row.walk_in_percent,
            slot_minutes: row.slot_minutes,
            opens_at: time(row.opens_at),
            closes_at: time(row.closes_at),
            version: row.version,
        }
    }
}

impl Resource for QueueServiceView {
    const VIEW: &'static str = "queue-service";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// The services of an office.
    QueueServicePage of QueueServiceView
}

/// A service that an office begins to offer. What is left out is as the policy rows `queue.daily-capacity`, `queue.walk-in-share`
/// and `queue.slot-length` have it, and open from 08:00 to 15:00.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQueueService {
    /// Service.
    pub service: QueueService,
    /// Places of a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10000)]
    pub capacity: Option<i32>,
    /// Share of the places that is kept for who comes without a booking, percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100)]
    pub walk_in_percent: Option<i32>,
    /// Length of a slot, minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 5, maximum = 1440)]
    pub slot_minutes: Option<i32>,
    /// When the counter opens, in the office's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "08:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub opens_at: Option<String>,
    /// When it closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "15:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub closes_at: Option<String>,
}

impl NewQueueService {
    /// What it says beside the service.
    #[must_use]
    pub fn patch(&self) -> QueueServicePatch {
        QueueServicePatch {
            capacity: self.capacity,
            walk_in_percent: self.walk_in_percent,
            slot_minutes: self.slot_minutes,
            opens_at: self.opens_at.clone(),
            closes_at: self.closes_at.clone(),
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            service: QueueService::Consultation,
            capacity: Some(40),
            walk_in_percent: None,
            slot_minutes: Some(30),
            opens_at: Some("09:00".into()),
            closes_at: None,
        }
    }
}

/// What changes of a service.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueueServicePatch {
    /// Places of a day.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 10000)]
    pub capacity: Option<i32>,
    /// Share of the places that is kept for who comes without a booking, percent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 100)]
    pub walk_in_percent: Option<i32>,
    /// Length of a slot, minutes.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 5, maximum = 1440)]
    pub slot_minutes: Option<i32>,
    /// When the counter opens, in the office's zone.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "08:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub opens_at: Option<String>,
    /// When it closes.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "15:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub closes_at: Option<String>,
}

impl QueueServicePatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { capacity: Some(100), walk_in_percent: Some(20), opens_at: Some("08:00".into()), ..Self::default() }
    }
}

// Days -------------------------------------------------------------------------------------------

/// A day of a service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueDayView {
    /// Date, in the office's zone.
    pub date: NaiveDate,
    /// Whether it can be booked now: a working day that has not passed, not too far ahead, with a place.
    pub open: bool,
    /// Why it is no working day, or why its capacity differs.
    #[schema(required)]
    pub reason: Option<String>,
    /// Places.
    pub capacity: i32,
    /// Places that are taken.
    pub taken: i32,
    /// Places that can be booked.
    pub places_left: i32,
    /// Places that are left at the counter, for who comes without a booking.
    pub walk_in_left: i32,
}

page! {
    /// Days of a service.
    QueueDayPage of QueueDayView
}

/// Days that are asked for.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct QueueDayFilter {
    /// First day; today where it is absent.
    pub from: Option<NaiveDate>,
    /// How many days, 1 to 62; 14 where it is absent.
    #[param(minimum = 1, maximum = 62)]
    pub days: Option<u32>,
}

/// A day of a service with its slots.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueDayDetail {
    /// The day.
    #[serde(flatten)]
    pub day: QueueDayView,
    /// Its slots.
    pub slots: Vec<SlotView>,
}

/// A slot.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotView {
    /// When it begins, in the office's zone.
    #[schema(example = "08:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub begins_at: String,
    /// Places that can be booked.
    pub places_left: i32,
}

/// The capacity of one day.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayCapacity {
    /// Places: 0 closes the day. Absent: as usual. Tickets that were given stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10000)]
    pub capacity: Option<i32>,
    /// Why, shown to everybody.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
}

impl DayCapacity {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { capacity: Some(150), reason: "Loket tambahan setelah kelulusan".into() }
    }
}

// Tickets ----------------------------------------------------------------------------------------

/// A ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TicketView {
    /// Id.
    pub id: TicketId,
    /// The number that is called: of its service and day.
    #[schema(example = "A-001")]
    pub number: String,
    /// Office.
    pub office: String,
    /// Service.
    pub service: QueueService,
    /// Date, in the office's zone.
    pub date: NaiveDate,
    /// When to be there; null for who came without a booking.
    #[schema(required, example = "08:00")]
    pub slot: Option<String>,
    /// How the place was taken.
    pub kind: TicketKind,
    /// Where it stands.
    pub status: TicketStatus,
    /// Whose it is; null where somebody without a record came.
    #[schema(required)]
    pub job_seeker_id: Option<SeekerId>,
    /// Which desk called it.
    #[schema(required)]
    pub desk: Option<String>,
    /// When it was called.
    #[schema(required)]
    pub called_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
    /// What the caller may do now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for TicketView {
    const VIEW: &'static str = "queue-ticket";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of tickets.
    TicketPage of TicketView
}

/// Filter of the list of tickets.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TicketFilter {
    /// Office.
    pub office: Option<String>,
    /// Service.
    #[param(inline)]
    pub service: Option<QueueService>,
    /// Date.
    pub date: Option<NaiveDate>,
    /// Where they stand.
    #[param(inline)]
    pub status: Option<TicketStatus>,
    /// Whose.
    pub job_seeker_id: Option<SeekerId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A place that is wanted.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// Office.
    pub office: String,
    /// Service.
    pub service: QueueService,
    /// Date, in the office's zone.
    pub date: NaiveDate,
    /// For whom; whoever has one record of their own need not say. At the counter it may be left out for somebody without a
    /// record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_seeker_id: Option<SeekerId>,
    /// The slot that is wished for; the first with room where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "09:00", pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub slot: Option<String>,
    /// The person stands at the counter today: a place of those that are kept, without a slot, checked in at once. For
    /// the office only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub walk_in: bool,
}

impl NewTicket {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            office: "36.72".into(),
            service: QueueService::Ak1,
            date: NaiveDate::from_ymd_opt(2026, 11, 30).unwrap_or_default(),
            job_seeker_id: Some(SeekerId(uuid::Uuid::nil())),
            slot: Some("09:00".into()),
            walk_in: false,
        }
    }
}

/// Places that a school wants for its alumni: all or none.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroupBooking {
    /// Office.
    pub office: String,
    /// Service.
    pub service: QueueService,
    /// Date, in the office's zone.
    pub date: NaiveDate,
    /// The alumni, each once.
    #[schema(min_items = 1, max_items = 100)]
    pub job_seeker_ids: Vec<SeekerId>,
}

impl NewGroupBooking {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            office: "36.72".into(),
            service: QueueService::Ak1,
            date: NaiveDate::from_ymd_opt(2026, 11, 30).unwrap_or_default(),
            job_seeker_ids: vec![SeekerId(uuid::Uuid::nil())],
        }
    }
}

/// The tickets of a group, in the order of its alumni.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupBooking {
    /// Tickets.
    pub tickets: Vec<TicketView>,
}

/// A number is called.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketCall {
    /// The desk to go to, as it is named at the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 40, example = "Loket 2")]
    pub desk: Option<String>,
}

impl TicketCall {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { desk: Some("Loket 2".into()) }
    }
}

// The board --------------------------------------------------------------------------------------

/// What is called now: without anything of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueueBoard {
    /// Office.
    pub office: String,
    /// Today there.
    pub date: NaiveDate,
    /// Numbers that are called or served, the last called first; at most 20.
    pub calling: Vec<CallView>,
    /// The services of today.
    pub services: Vec<BoardService>,
}

/// A number on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CallView {
    /// Number.
    #[schema(example = "A-001")]
    pub number: String,
    /// Desk.
    #[schema(required, example = "Loket 2")]
    pub desk: Option<String>,
    /// `called` or `serving`.
    pub status: TicketStatus,
    /// When it was called.
    #[schema(required)]
    pub called_at: Option<DateTime<Utc>>,
}

/// A service on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoardService {
    /// Service.
    pub service: QueueService,
    /// Who is there and waits.
    pub waiting: i64,
    /// Who is expected still.
    pub expected: i64,
    /// Who was served.
    pub finished: i64,
}

// The work list ----------------------------------------------------------------------------------

/// Which day of the queue.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct QueueListFilter {
    /// Office; each that the caller works in where it is absent.
    pub office: Option<String>,
    /// Service.
    #[param(inline)]
    pub service: Option<QueueService>,
    /// Date; today where it is absent, in each office's own zone.
    pub date: Option<NaiveDate>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A ticket as the counter sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueListRow {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: TicketView,
    /// Name of the person; null where somebody without a record came.
    #[schema(required)]
    pub name: Option<String>,
    /// Where the person's record stands.
    #[schema(required)]
    pub record_status: Option<SeekerStatus>,
    /// What the record lacks, or what does not agree in it: the counter knows before the person comes.
    pub missing: Vec<FaultView>,
}

page! {
    /// A page of the queue.
    QueueListPage of QueueListRow
}
