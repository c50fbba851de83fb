//! How the places of a day are shared out, and which days may be booked. Pure.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Timelike, Utc};
use disnaker_entity::queue::{QueueService, day, service};
use serde_json::Value;

use super::bodies::{DayCapacity, QueueServicePatch};
use super::lifecycle::TicketEvent;
use crate::book::Book;
use crate::caller::Scope;
use crate::check::{Checks, OUT_OF_RANGE};
use crate::clock::{minutes, time};
use crate::problem::{FaultCode, Problem, Text};

const NOT_A_TIME: FaultCode = FaultCode::new("not-a-time", "Bukan jam", "Not a time of day");
const CLOSES_BEFORE: FaultCode =
    FaultCode::new("closes-before-it-opens", "Tutup sebelum buka", "Closes before it opens");
const PASSED: FaultCode = FaultCode::new("day-passed", "Tanggal sudah lewat", "The day has passed");
const TOO_FAR: FaultCode = FaultCode::new("too-far-ahead", "Tanggal terlalu jauh", "The day is too far ahead");
const DAY_OFF: FaultCode = FaultCode::new("not-a-working-day", "Bukan hari kerja", "Not a working day");

/// The rule that says how many days ahead may be booked.
const HORIZON: &str = "queue.booking-horizon";
/// Minutes of a day.
const DAY: i32 = 24 * 60;
/// Most places of a day.
const MOST: i32 = 10_000;

/// A ticket's number as people read it: `A-001`.
#[must_use]
pub fn number(letter: char, number: i32) -> String {
    format!("{letter}-{number:03}")
}

/// The places of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// All.
    pub capacity: i32,
    /// Those that are kept for who comes without a booking.
    pub kept: i32,
    slot_minutes: i32,
    opens_at: i32,
    closes_at: i32,
}

impl Plan {
    /// The plan of a service, with the capacity of a day where that differs.
    #[must_use]
    pub fn of(service: &service::Model, day: Option<&day::Model>) -> Self {
        let capacity = day.and_then(|day| day.capacity).unwrap_or(service.capacity);
        Self {
            capacity,
            kept: kept(capacity, service.walk_in_percent),
            slot_minutes: service.slot_minutes.max(1),
            opens_at: service.opens_at,
            closes_at: service.closes_at,
        }
    }

    /// Places that can be booked.
    #[must_use]
    pub fn bookable(&self) -> i32 {
        self.capacity - self.kept
    }

    /// When each slot begins, and its places: as even as can be, and all together what can be booked.
    pub fn slots(&self) -> impl Iterator<Item = (i32, i32)> {
        let count = ((self.closes_at - self.opens_at) / self.slot_minutes).max(1);
        let (places, length, opens_at) = (self.bookable(), self.slot_minutes, self.opens_at);
        (0..count).map(move |at| (opens_at + at * length, (at + 1) * places / count - at * places / count))
    }

    /// When each slot begins, and the places that are left of it; none where it has passed.
    pub fn left(&self, taken: &HashMap<i32, i64>, from: i32) -> impl Iterator<Item = (i32, i32)> {
        let length = self.slot_minutes;
        self.slots().map(move |(begins, places)| {
            let taken = taken.get(&begins).copied().unwrap_or_default();
            let left = i32::try_from(i64::from(places) - taken).unwrap_or_default().max(0);
            (begins, if begins + length > from { left } else { 0 })
        })
    }

    /// The slot of the next booking: the one that is wished for, else the first that has room and has not passed.
    #[must_use]
    pub fn slot(&self, taken: &HashMap<i32, i64>, from: i32, wish: Option<i32>) -> Option<i32> {
        let mut free = self.left(taken, from).filter(|(_, left)| *left > 0).map(|(begins, _)| begins);
        match wish {
            Some(wish) => free.find(|begins| *begins == wish),
            None => free.next(),
        }
    }
}

/// Places that are kept of so many, rounded up.
fn kept(capacity: i32, percent: i32) -> i32 {
    (capacity * percent + 99) / 100
}

/// The first minute of a day that can still be used: none of a day that has passed, all of a later one.
#[must_use]
pub fn from(date: NaiveDate, local: NaiveDateTime) -> i32 {
    if date > local.date() {
        return 0;
    }
    i32::try_from(local.time().num_seconds_from_midnight() / 60).unwrap_or(DAY)
}

/// Whether something may happen to a ticket today: nobody is served before their day; of a day that has passed, what was begun is
/// ended, and no place is given back.
#[must_use]
pub fn fits(event: TicketEvent, date: NaiveDate, today: NaiveDate) -> bool {
    match date.cmp(&today) {
        Ordering::Greater => event == TicketEvent::Cancel,
        Ordering::Equal => true,
        Ordering::Less => matches!(event, TicketEvent::Finish | TicketEvent::NoShow),
    }
}

/// Why a step is refused that fits another day.
#[must_use]
pub fn of_its_day(date: NaiveDate) -> Text {
    Text::made(format!("Antrean ini untuk {date}."), format!("This ticket is for {date}."))
}

/// The last day that may be booked.
///
/// # Errors
/// An internal error where no policy row says it.
pub fn last_day(book: &Book, office: &str, today: NaiveDate) -> Result<NaiveDate, Problem> {
    let ahead = book.policies.at(HORIZON, office, today)?.amount;
    let last = u64::try_from(ahead).ok().and_then(|ahead| today.checked_add_days(Days::new(ahead)));
    Ok(last.unwrap_or(today))
}

/// The days of a list and the offices of each: the one that is asked for, else today, which every office has in its own zone.
#[must_use]
pub fn days<'a>(
    book: &'a Book,
    now: DateTime<Utc>,
    scope: &Scope,
    asked: Option<NaiveDate>,
) -> BTreeMap<NaiveDate, Vec<&'a str>> {
    let mut days: BTreeMap<NaiveDate, Vec<&str>> = BTreeMap::new();
    for office in book.offices.values().filter(|office| scope.covers_office(&office.code)) {
        days.entry(asked.unwrap_or_else(|| office.zone.date(now))).or_default().push(&office.code);
    }
    days
}

/// A service as it is where an office says nothing else: capacity, share and slots of the policy rows, from eight to three.
///
/// # Errors
/// An internal error where a policy row is missing.
pub fn usual(book: &Book, office: &str, service: QueueService, now: DateTime<Utc>) -> Result<service::Model, Problem> {
    let today = book.moment(now, office).today;
    let amount = |rule| {
        let amount = book.policies.at(rule, office, today)?.amount;
        i32::try_from(amount).map_err(Problem::internal)
    };
    Ok(service::Model {
        office: office.to_owned(),
        service,
        capacity: amount("queue.daily-capacity")?,
        walk_in_percent: amount("queue.walk-in-share")?,
        slot_minutes: amount("queue.slot-length")?,
        opens_at: 8 * 60,
        closes_at: 15 * 60,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// Why a day is none on which the office works, if so.
///
/// # Errors
/// `calendar-missing` for a year that is not loaded.
pub fn day_off<'a>(book: &'a Book, office: &str, date: NaiveDate) -> Result<Option<&'a str>, Problem> {
    Ok(book.calendar.day_off(date, office)?)
}

/// Whether a day may be booked at all.
///
/// # Errors
/// `calendar-missing`; an internal error where a policy row is missing.
pub fn check_day(
    checks: &mut Checks,
    date: NaiveDate,
    book: &Book,
    office: &str,
    today: NaiveDate,
) -> Result<(), Problem> {
    let last = last_day(book, office, today)?;
    let expected = Text::made(format!("{today} sampai {last}"), format!("{today} to {last}"));
    if date < today {
        checks.fault("/date", PASSED, date.to_string(), expected);
    } else if date > last {
        checks.fault("/date", TOO_FAR, date.to_string(), expected);
    } else if let Some(name) = day_off(book, office, date)? {
        let expected = Text::made(format!("hari kerja, bukan {name}"), format!("a working day, not {name}"));
        checks.fault("/date", DAY_OFF, date.to_string(), expected);
    }
    Ok(())
}

/// Checks the capacity of one day.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn check_capacity(new: &DayCapacity, date: NaiveDate, local: NaiveDateTime) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if let Some(capacity) = new.capacity {
        checks.range("/capacity", capacity.into(), 0, MOST.into());
    }
    checks.line("/reason", &new.reason, 200);
    if date < local.date() {
        checks.fault(
            "date",
            PASSED,
            date.to_string(),
            Text::made(format!("mulai {}", local.date()), format!("{} or later", local.date())),
        );
    }
    checks.done()
}

/// A service with what changes of it.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn changed(before: &service::Model, patch: &QueueServicePatch) -> Result<service::Model, Problem> {
    let mut checks = Checks::default();
    let mut row = before.clone();
    let mut number = |pointer: &str, given: Option<i32>, least: i32, most: i32, into: &mut i32| {
        if let Some(given) = given {
            checks.range(pointer, given.into(), least.into(), most.into());
            *into = given;
        }
    };
    number("/capacity", patch.capacity, 0, MOST, &mut row.capacity);
    number("/walk_in_percent", patch.walk_in_percent, 0, 100, &mut row.walk_in_percent);
    number("/slot_minutes", patch.slot_minutes, 5, DAY, &mut row.slot_minutes);
    for (pointer, given, into) in
        [("/opens_at", &patch.opens_at, &mut row.opens_at), ("/closes_at", &patch.closes_at, &mut row.closes_at)]
    {
        match given.as_deref().map(minutes) {
            None => {}
            Some(Some(given)) => *into = given,
            Some(None) => {
                checks.fault(
                    pointer,
                    NOT_A_TIME,
                    given.clone(),
                    Text::of("JJ:MM, misalnya 08:00", "HH:MM, such as 08:00"),
                );
            }
        }
    }
    if row.closes_at <= row.opens_at {
        let opens = time(row.opens_at);
        checks.fault(
            "/closes_at",
            CLOSES_BEFORE,
            time(row.closes_at),
            Text::made(format!("setelah {opens}"), format!("later than {opens}")),
        );
    } else if row.closes_at - row.opens_at < row.slot_minutes {
        checks.fault(
            "/slot_minutes",
            OUT_OF_RANGE,
            Value::from(row.slot_minutes),
            Text::made(
                format!("paling lama {} menit", row.closes_at - row.opens_at),
                format!("at most {} minutes", row.closes_at - row.opens_at),
            ),
        );
    }
    checks.done()?;
    Ok(row)
}

/// What the clocks of an office show.
#[must_use]
pub fn local(book: &Book, office: &str, now: DateTime<Utc>) -> NaiveDateTime {
    book.zone(office).local(now)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plan(capacity: i32, percent: i32, slot_minutes: i32) -> Plan {
        Plan { capacity, kept: kept(capacity, percent), slot_minutes, opens_at: 8 * 60, closes_at: 15 * 60 }
    }

    #[test]
    fn a_hundred_places_are_shared_out_over_the_day() {
        let plan = plan(100, 20, 60);
        assert_eq!((plan.bookable(), plan.kept), (80, 20));
        let slots: Vec<_> = plan.slots().collect();
        assert_eq!(slots.first(), Some(&(480, 11)));
        assert_eq!((slots.len(), slots.last().map(|slot| slot.0)), (7, Some(14 * 60)));
    }

    #[test]
    fn a_booking_gets_the_first_slot_with_room_or_the_one_it_wishes_for() {
        let plan = plan(14, 0, 60);
        let taken = HashMap::from([(480, 2), (540, 1)]);
        assert_eq!(plan.slot(&taken, 0, None), Some(540));
        assert_eq!(plan.slot(&taken, 0, Some(480)), None);
        assert_eq!(plan.slot(&taken, 0, Some(600)), Some(600));
        assert_eq!(plan.slot(&taken, 0, Some(601)), None);
        assert_eq!(plan.slot(&taken, 10 * 60 + 59, None), Some(600), "until the slot has passed");
        assert_eq!(plan.slot(&taken, 15 * 60, None), None);
        assert_eq!(plan.left(&taken, 10 * 60).map(|(_, left)| left).collect::<Vec<_>>(), [0, 0, 2, 2, 2, 2, 2]);
    }

    proptest! {
        #[test]
        fn no_place_is_lost_or_made(capacity in 0..5_000_i32, percent in 0..=100_i32, slot_minutes in 5..420_i32) {
            let plan = plan(capacity, percent, slot_minutes);
            prop_assert_eq!(plan.slots().map(|slot| slot.1).sum::<i32>(), plan.bookable());
            prop_assert!(plan.kept >= 0 && plan.bookable() >= 0);
            prop_assert!(plan.slots().all(|slot| slot.1 >= 0));
        }
    }
}
