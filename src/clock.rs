//! Time and ids, injected: nothing else in the service asks the machine what time it is.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta, Utc};
use rand::{RngCore, SeedableRng, rngs::StdRng};
use uuid::{NoContext, Timestamp, Uuid};

/// Where the time and new ids come from: the machine, or a story that sets them.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<Mutex<Story>>>);

/// Ids of one instant that sort in their order: as many as twelve bits count.
const MOST_IN_ORDER: u16 = 0x0fff;

struct Story {
    now: DateTime<Utc>,
    /// Ids made at this instant: those of one instant sort in their order, too (RFC 9562 section 6.2, method 1).
    made: u16,
    random: StdRng,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is moved, with ids that a seed decides.
    #[must_use]
    pub fn story(now: DateTime<Utc>, seed: u64) -> Self {
        let story = Story { now: now.trunc_subsecs(6), made: 0, random: StdRng::seed_from_u64(seed) };
        Self(Some(Arc::new(Mutex::new(story))))
    }

    /// Moves a story's clock; the machine's clock stays as it is.
    pub fn set(&self, now: DateTime<Utc>) {
        if let Some(story) = &self.0 {
            let mut story = story.lock().unwrap_or_else(PoisonError::into_inner);
            let now = now.trunc_subsecs(6);
            if now != story.now {
                (story.now, story.made) = (now, 0);
            }
        }
    }

    /// The time in UTC, cut to the microseconds that both engines keep.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Some(story) => story.lock().unwrap_or_else(PoisonError::into_inner).now,
            #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked")]
            None => Utc::now().trunc_subsecs(6),
        }
    }

    /// A new id: `UUIDv7`, so that ids sort by the time they were made.
    #[must_use]
    pub fn id(&self) -> Uuid {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
            None => Uuid::now_v7(),
            Some(story) => {
                let mut story = story.lock().unwrap_or_else(PoisonError::into_inner);
                let mut random = [0_u8; 10];
                story.random.fill_bytes(&mut random);
                let [high, low] = story.made.to_be_bytes();
                (random[0], random[1]) = (high, low);
                story.made = (story.made + 1).min(MOST_IN_ORDER);
                let (seconds, nanos) = (story.now.timestamp(), story.now.timestamp_subsec_nanos());
                let stamp = Timestamp::from_unix(NoContext, seconds.unsigned_abs(), nanos);
                let millis = stamp.to_unix().0 * 1000 + u64::from(stamp.to_unix().1 / 1_000_000);
                uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
            }
        }
    }
}

/// A zone of the country, in whole hours east of UTC: 7 (WIB), 8 (WITA) or 9 (WIT).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(i32);

impl Zone {
    /// Western Indonesia time (WIB).
    pub const WESTERN: Self = Self(7);

    /// The zone of an `utc_offset` column.
    #[must_use]
    pub const fn hours(offset: i32) -> Self {
        Self(offset)
    }

    /// What the zone is called: WIB, WITA or WIT.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            8 => "WITA",
            9 => "WIT",
            _ => "WIB",
        }
    }

    /// What the clocks in this zone show.
    #[must_use]
    pub fn local(self, time: DateTime<Utc>) -> NaiveDateTime {
        FixedOffset::east_opt(self.0 * 3600).map_or(time.naive_utc(), |zone| time.with_timezone(&zone).naive_local())
    }

    /// The instant at which a day begins in this zone.
    #[must_use]
    pub fn midnight(self, day: NaiveDate) -> DateTime<Utc> {
        day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(self.0.into())
    }

    /// The date in this zone: the day ends at local midnight, not at midnight UTC.
    #[must_use]
    pub fn date(self, time: DateTime<Utc>) -> NaiveDate {
        self.local(time).date()
    }
}

/// The time of a decision: the instant, and the date in the office's zone.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The instant in UTC.
    pub now: DateTime<Utc>,
    /// The date in the office's zone.
    pub today: NaiveDate,
}

impl Moment {
    /// The moment `now` in a zone.
    #[must_use]
    pub fn new(now: DateTime<Utc>, zone: Zone) -> Self {
        Self { now, today: zone.date(now) }
    }

    /// The year in the office's zone: the year of numbers and counters.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.today.year()
    }
}

/// Minutes of a time of day as it crosses the wire: `08:30`.
#[must_use]
pub fn minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let part = |text: &str, below: i32| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i32>().ok().filter(|number| digits && *number < below)
    };
    Some(part(hours, 24)? * 60 + part(minutes, 60)?)
}

/// A time of day as it crosses the wire.
#[must_use]
pub fn time(minutes: i32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_ends_at_local_midnight() {
        let evening: DateTime<Utc> = "2026-11-21T17:30:00Z".parse().unwrap();
        assert_eq!(Zone::WESTERN.date(evening).to_string(), "2026-11-22");
        assert_eq!(Zone::hours(9).date(evening).to_string(), "2026-11-22");
        let before: DateTime<Utc> = "2026-11-21T16:59:59Z".parse().unwrap();
        assert_eq!(Zone::WESTERN.date(before).to_string(), "2026-11-21");
        assert_eq!(Zone::hours(9).date(before).to_string(), "2026-11-22");
        let midnight = Zone::WESTERN.midnight("2026-11-22".parse().unwrap());
        assert_eq!((midnight - before).num_seconds(), 1);
        assert_eq!(
            (Zone::hours(8).local(before).to_string().as_str(), Zone::hours(8).name()),
            ("2026-11-22 00:59:59", "WITA")
        );
    }

    #[test]
    fn a_story_repeats_itself() {
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(Clock::story(at, 7).id(), Clock::story(at, 7).id());
        assert_ne!(Clock::story(at, 7).id(), Clock::story(at, 8).id());
        assert_eq!(Clock::story(at, 7).id().get_version_num(), 7);
    }

    #[test]
    fn a_time_of_day_is_four_digits() {
        assert_eq!((minutes("08:30"), time(510)), (Some(510), "08:30".to_owned()));
        for wrong in ["8:30", "24:00", "08:60", "08.30", "+8:30", "", ":"] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }
}
