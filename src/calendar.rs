//! Working-day arithmetic, pure: which days an office works, and how days are counted.
//!
//! Monday to Friday, without national holidays, joint leave (a policy decides), local holidays of the region and
//! closures of the office. Counting starts the day after the trigger. A year without a loaded calendar is
//! refused, never guessed (domain.md 6.6).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::problem::{Kind, Refusal, Text};

/// Why no office works on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOff {
    /// Empty: everywhere; a region's code: there and below; for a closure an office's code.
    pub region: String,
    /// Whether one office is closed. A province's office and its region share a code: the closure of the one is no
    /// day off for the districts below the other.
    pub closure: bool,
    /// Whether it is joint leave (cuti bersama), which a policy may make a working day.
    pub joint_leave: bool,
    /// Whether it counts for knowing that the year is loaded.
    pub national: bool,
    /// Name.
    pub name: String,
}

impl DayOff {
    fn covers(&self, place: &str) -> bool {
        let below = || place.strip_prefix(&self.region).is_some_and(|rest| rest.starts_with(['.', '-']));
        self.region.is_empty() || place == self.region || !self.closure && below()
    }
}

/// The loaded days off.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    days: BTreeMap<NaiveDate, Vec<DayOff>>,
    years: BTreeSet<i32>,
    /// Counts changes; stored with every due date.
    pub revision: i64,
    /// Whether joint leave counts as work (policy `calendar.joint-leave-is-work`).
    pub joint_leave_is_work: bool,
}

/// No calendar is loaded for a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearMissing(pub i32);

impl Refusal for YearMissing {
    fn kind(&self) -> Kind {
        Kind::CalendarMissing
    }

    fn detail(&self) -> Option<Text> {
        let year = self.0;
        Some(Text::made(
            format!("Kalender tahun {year} belum dimuat."),
            format!("The calendar of {year} is not loaded."),
        ))
    }
}

impl Calendar {
    /// A calendar of the given days off.
    #[must_use]
    pub fn new(
        days_off: impl IntoIterator<Item = (NaiveDate, DayOff)>,
        revision: i64,
        joint_leave_is_work: bool,
    ) -> Self {
        let mut calendar = Self { revision, joint_leave_is_work, ..Self::default() };
        for (date, day) in days_off {
            if day.national {
                calendar.years.insert(date.year());
            }
            calendar.days.entry(date).or_default().push(day);
        }
        calendar
    }

    /// Why nobody works on a day in a place, if so. The place is an office's or a region's code.
    ///
    /// # Errors
    /// [`YearMissing`] for a year that is not loaded.
    pub fn day_off(&self, date: NaiveDate, place: &str) -> Result<Option<&str>, YearMissing> {
        if !self.years.contains(&date.year()) {
            return Err(YearMissing(date.year()));
        }
        match date.weekday() {
            Weekday::Sat => return Ok(Some("Sabtu")),
            Weekday::Sun => return Ok(Some("Minggu")),
            _ => {}
        }
        let here = |day: &&DayOff| day.covers(place) && !(day.joint_leave && self.joint_leave_is_work);
        Ok(self.days.get(&date).and_then(|days| days.iter().find(here)).map(|day| day.name.as_str()))
    }

    /// The working day that is `count` working days after `start`; the start itself is not counted.
    ///
    /// # Errors
    /// [`YearMissing`] when the count runs into a year that is not loaded.
    pub fn add_working_days(&self, start: NaiveDate, count: u32, place: &str) -> Result<NaiveDate, YearMissing> {
        let (mut date, mut left) = (start, count);
        while left > 0 {
            date = next(date)?;
            if self.day_off(date, place)?.is_none() {
                left -= 1;
            }
        }
        Ok(date)
    }

    /// The days after `from` up to and including `to`, each with why it is no working day, if so.
    ///
    /// # Errors
    /// [`YearMissing`] when a day lies in a year that is not loaded.
    pub fn days_between(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        place: &str,
    ) -> Result<Vec<(NaiveDate, Option<&str>)>, YearMissing> {
        let mut days = Vec::new();
        let mut date = from;
        while date < to {
            date = next(date)?;
            days.push((date, self.day_off(date, place)?));
        }
        Ok(days)
    }
}

fn next(date: NaiveDate) -> Result<NaiveDate, YearMissing> {
    date.checked_add_days(Days::new(1)).ok_or(YearMissing(date.year()))
}

/// The date that is `count` calendar months later, clamped to the end of the month (31 August + 6 = end of
/// February).
#[must_use]
pub fn add_months(start: NaiveDate, count: u32) -> Option<NaiveDate> {
    start.checked_add_months(chrono::Months::new(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The lists of 2026 and 2027 (domain.md 6.6).
    fn loaded(joint_leave_is_work: bool) -> Calendar {
        let national = "2026-01-01 2026-01-16 2026-02-17 2026-03-19 2026-03-21 2026-03-22 2026-04-03 2026-04-05 2026-05-01 2026-05-14 2026-05-27 2026-05-31 2026-06-01 2026-06-16 2026-08-17 2026-08-25 2026-12-25 2027-01-01 2027-01-05";
        let joint = "2026-02-16 2026-03-18 2026-03-20 2026-03-23 2026-03-24 2026-05-15 2026-05-28 2026-12-24";
        let off = |dates: &str, joint_leave: bool| {
            dates
                .split(' ')
                .map(|date| {
                    (
                        day(date),
                        DayOff {
                            region: String::new(),
                            closure: false,
                            joint_leave,
                            national: !joint_leave,
                            name: date.to_owned(),
                        },
                    )
                })
                .collect::<Vec<_>>()
        };
        Calendar::new(off(national, false).into_iter().chain(off(joint, true)), 1, joint_leave_is_work)
    }

    #[test]
    fn the_test_vectors_hold() {
        let vectors = [
            ("2026-03-16", 7, "2026-04-01", "2026-03-26"),
            ("2026-03-16", 10, "2026-04-07", "2026-03-31"),
            ("2026-03-16", 30, "2026-05-06", "2026-04-29"),
            ("2026-05-11", 10, "2026-05-29", "2026-05-26"),
            ("2026-11-02", 30, "2026-12-14", "2026-12-14"),
            ("2026-12-21", 10, "2027-01-08", "2027-01-07"),
        ];
        for (start, count, off, work) in vectors {
            assert_eq!(loaded(false).add_working_days(day(start), count, "33.06"), Ok(day(off)), "{start} + {count}");
            assert_eq!(loaded(true).add_working_days(day(start), count, "33.06"), Ok(day(work)), "{start} + {count}");
        }
    }

    #[test]
    fn a_year_that_is_not_loaded_is_refused() {
        assert_eq!(loaded(false).add_working_days(day("2027-12-20"), 20, ""), Err(YearMissing(2028)));
        assert_eq!(loaded(false).day_off(day("2018-05-02"), ""), Err(YearMissing(2018)));
    }

    #[test]
    fn a_local_holiday_closes_its_region_only() {
        let local = DayOff {
            region: "33.06".into(),
            closure: false,
            joint_leave: false,
            national: false,
            name: "Hari jadi".into(),
        };
        let national = DayOff {
            region: String::new(),
            closure: false,
            joint_leave: false,
            national: true,
            name: "Tahun baru".into(),
        };
        let calendar = Calendar::new([(day("2026-01-01"), national), (day("2026-02-27"), local)], 1, false);
        assert_eq!(calendar.day_off(day("2026-02-27"), "33.06"), Ok(Some("Hari jadi")));
        assert_eq!(calendar.day_off(day("2026-02-27"), "33.06.08"), Ok(Some("Hari jadi")));
        assert_eq!(calendar.day_off(day("2026-02-27"), "33.06-2"), Ok(Some("Hari jadi")));
        assert_eq!(calendar.day_off(day("2026-02-27"), "33.75"), Ok(None));
    }

    #[test]
    fn the_closure_of_a_province_s_office_closes_no_district_s() {
        let closure = DayOff {
            region: "33".into(),
            closure: true,
            joint_leave: false,
            national: false,
            name: "Pindah kantor".into(),
        };
        let national = DayOff {
            region: String::new(),
            closure: false,
            joint_leave: false,
            national: true,
            name: "Tahun baru".into(),
        };
        let calendar = Calendar::new([(day("2026-01-01"), national), (day("2026-02-27"), closure)], 1, false);
        assert_eq!(calendar.day_off(day("2026-02-27"), "33"), Ok(Some("Pindah kantor")));
        assert_eq!(calendar.day_off(day("2026-02-27"), "33.06"), Ok(None));
        assert_eq!(calendar.day_off(day("2026-02-27"), "33-2"), Ok(None));
    }

    #[test]
    fn months_clamp_at_their_end() {
        assert_eq!(add_months(day("2026-08-31"), 6), Some(day("2027-02-28")));
        assert_eq!(add_months(day("2027-08-31"), 6), Some(day("2028-02-29")));
    }

    proptest::proptest! {
        #[test]
        fn a_due_day_is_a_working_day_and_counts_exactly(offset in 0_u64..300, count in 1_u32..60) {
            let (calendar, start) = (loaded(false), day("2026-01-01").checked_add_days(Days::new(offset)).unwrap());
            if let Ok(due) = calendar.add_working_days(start, count, "36.72") {
                let days = calendar.days_between(start, due, "36.72").unwrap();
                let worked = days.iter().filter(|(_, off)| off.is_none()).count();
                proptest::prop_assert_eq!(worked, count as usize);
                proptest::prop_assert!(calendar.day_off(due, "36.72").unwrap().is_none());
            }
        }
    }
}
