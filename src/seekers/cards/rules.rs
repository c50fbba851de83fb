//! Periods, reports and what the sweep says, as plain functions of days.

use chrono::{Days, NaiveDate};
use disnaker_entity::card::{self, CardStatus};
use disnaker_entity::reference::PolicyUnit;

use super::bodies::ReportState;
use crate::book::Book;
use crate::calendar::add_months;
use crate::deadline;
use crate::problem::{Kind, Problem, Refusal, Text};

/// How long a card holds (Permenaker 39/2016).
const VALIDITY: &str = "ak1.validity";
/// How long from one report to the next (Permenaker 39/2016).
const INTERVAL: &str = "ak1.report-interval";
/// How long before a report is due its holder is reminded.
const REMINDER: &str = "ak1.report-reminder";
/// How long before its last day a card may be extended.
const WINDOW: &str = "ak1.extension-window";
/// Whether a missed report ends the validity.
const MISSED_ENDS: &str = "ak1.missed-report-ends-validity";

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardRefusal {
    /// Only who is in the register, looking for work, has a card.
    NotRegistered,
    /// The person has a card that runs.
    Running,
    /// The paper has no date before the card is signed or printed, and none is made of one that ended.
    NoPaper,
    /// It can be extended from a day on.
    TooEarly(NaiveDate),
    /// The report of these months is filed; the next ones begin after a day.
    Reported(NaiveDate),
    /// Every report of the period is filed.
    AllReported,
    /// Only a card that holds.
    NotActive,
}

impl Refusal for CardRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Running | Self::Reported(_) | Self::AllReported => Kind::AlreadyExists,
            _ => Kind::IllegalTransition,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::NotRegistered => Text::of(
                "Kartu hanya untuk pencari kerja yang terdaftar (`registered`).",
                "Only a record that is `registered` has a card.",
            ),
            Self::Running => Text::of(
                "Orang ini sudah memiliki kartu yang berjalan; lihat daftar kartunya.",
                "The person has a card that runs; see the list of their cards.",
            ),
            Self::NoPaper => Text::of(
                "Kartu dicetak setelah langkah `sign` atau `print` dicatat, dan selama belum berakhir.",
                "There is a paper once `sign` or `print` is recorded, and until the card ends.",
            ),
            Self::TooEarly(day) => Text::made(
                format!("Kartu dapat diperpanjang mulai {day}."),
                format!("The card can be extended from {day} on."),
            ),
            Self::Reported(day) => Text::made(
                format!("Laporan masa ini sudah ada; masa berikutnya mulai setelah {day}."),
                format!("The report of these months is filed; the next ones begin after {day}."),
            ),
            Self::AllReported => {
                Text::of("Semua laporan masa berlaku ini sudah ada.", "Every report of this period is filed.")
            }
            Self::NotActive => {
                Text::of("Hanya kartu yang sedang berlaku (`active`).", "Only a card that holds (`active`).")
            }
        })
    }
}

/// The number of a card: `AK1-36.72-2026-000045`.
#[must_use]
pub fn number(office: &str, year: i32, number: i64) -> String {
    format!("AK1-{office}-{year}-{number:06}")
}

/// A period of a card, and how far apart its reports are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Months from one report to the next.
    pub months: u32,
}

impl Period {
    /// The period that begins on a day, as the rules are then. A changed rule moves no period that runs.
    ///
    /// # Errors
    /// An internal error where a policy row is missing, or counts something else.
    pub fn begin(book: &Book, office: &str, from: NaiveDate) -> Result<Self, Problem> {
        let validity = book.policies.at(VALIDITY, office, from)?;
        let interval = book.policies.at(INTERVAL, office, from)?;
        let months = u32::try_from(interval.amount).ok().filter(|_| interval.unit == PolicyUnit::Months);
        let months = months.filter(|months| *months > 0).ok_or_else(|| Problem::internal("no interval of reports"))?;
        Ok(Self { from, until: deadline::due(validity, from, &book.calendar, office)?, months })
    }

    /// The period that a card is in, once it has one.
    #[must_use]
    pub fn of(row: &card::Model) -> Option<Self> {
        let months = u32::try_from(row.report_months).ok().filter(|months| *months > 0)?;
        Some(Self { from: row.period_from?, until: row.expires_on?, months })
    }

    /// The days by which reports are due: each counted from the first day of the period, so that a short month moves none of
    /// those after it. From 31 August: the end of February, and 31 August again.
    pub fn due(self) -> impl Iterator<Item = NaiveDate> {
        (1_u32..)
            .map_while(move |at| add_months(self.from, self.months.checked_mul(at)?))
            .take_while(move |day| *day <= self.until)
    }

    /// The first day after another by which a report is due.
    #[must_use]
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        self.due().find(|due| *due > day)
    }

    /// The report for which one counts that is filed on a day: the one whose months run. What is filed late counts for the months
    /// in which it is filed, and each of them has one.
    ///
    /// # Errors
    /// The months' report is filed.
    pub fn counts_for(self, next: Option<NaiveDate>, day: NaiveDate) -> Result<NaiveDate, CardRefusal> {
        let next = next.ok_or(CardRefusal::AllReported)?;
        if day < self.from && next > self.from {
            return Err(CardRefusal::Reported(self.from));
        }
        match self.due().take_while(|due| *due < next).last() {
            Some(before) if day <= before => Err(CardRefusal::Reported(before)),
            _ => Ok(next),
        }
    }
}

/// When somebody is reminded, and what a missed report does.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// Days before a report is due.
    pub reminder: u64,
    /// A missed report ends the validity.
    pub missed_ends: bool,
}

impl Manners {
    /// As an office has them on a day.
    ///
    /// # Errors
    /// An internal error where a policy row is missing.
    pub fn of(book: &Book, office: &str, day: NaiveDate) -> Result<Self, Problem> {
        let reminder = book.policies.at(REMINDER, office, day)?.amount;
        let missed_ends = book.policies.at(MISSED_ENDS, office, day)?.amount == 1;
        Ok(Self { reminder: u64::try_from(reminder).unwrap_or_default(), missed_ends })
    }

    /// The day on which the sweep looks at a card next of which nothing was said yet: it reminds of the next report, or the
    /// card's last day has passed.
    #[must_use]
    pub fn first_look(self, period: Period, next: Option<NaiveDate>) -> Option<NaiveDate> {
        match next {
            Some(next) => next.checked_sub_days(Days::new(self.reminder)),
            None => period.until.succ_opt(),
        }
    }
}

/// What a look at a card finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Reports that were missed, each told once.
    pub missed: Vec<NaiveDate>,
    /// The report that is due next.
    pub next: Option<NaiveDate>,
    /// The report of which the holder is reminded, once.
    pub remind: Option<NaiveDate>,
    /// The card holds no longer.
    pub expired: bool,
    /// When to look again.
    pub again: Option<NaiveDate>,
}

/// Looks at a card on a day. A look that is set for after the report that is due next has reminded of it.
#[must_use]
pub fn look(
    period: Period,
    manners: Manners,
    next: Option<NaiveDate>,
    set: Option<NaiveDate>,
    today: NaiveDate,
) -> Look {
    let (mut missed, mut next) = (Vec::new(), next);
    while let Some(due) = next.filter(|due| *due < today) {
        missed.push(due);
        next = period.after(due);
    }
    let expired = today > period.until || manners.missed_ends && !missed.is_empty();
    let told = missed.is_empty() && next.is_some_and(|next| set.is_some_and(|set| set > next));
    let early = manners.first_look(period, next);
    let remind = next.filter(|_| !told && !expired && early.is_some_and(|day| day <= today));
    let again = if told || remind.is_some() { next.and_then(|next| next.succ_opt()) } else { early };
    Look { missed, next, remind, expired, again }
}

/// The first day of the period that an extension gives: without a gap where the card still holds, else the day itself.
///
/// # Errors
/// Before the office's window opens; an internal error where a policy row is missing.
pub fn extended_from(book: &Book, office: &str, until: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Problem> {
    if today > until {
        return Ok(today);
    }
    let opens = deadline::before(book.policies.at(WINDOW, office, today)?, until).unwrap_or(until);
    if today < opens { Err(CardRefusal::TooEarly(opens).into()) } else { Ok(until) }
}

/// Where a card stands on a day: one whose last day has passed holds no longer, also before the sweep has come by.
#[must_use]
pub fn standing(status: CardStatus, expires_on: Option<NaiveDate>, today: NaiveDate) -> CardStatus {
    let over = expires_on.is_some_and(|day| day < today);
    if status == CardStatus::Active && over { CardStatus::Expired } else { status }
}

/// Where a report stands on a day.
#[must_use]
pub fn report_state(due: NaiveDate, filed: bool, next: Option<NaiveDate>, today: NaiveDate) -> ReportState {
    match filed {
        true => ReportState::Filed,
        false if due < today => ReportState::Missed,
        false if next == Some(due) => ReportState::Due,
        false => ReportState::Later,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: &str) -> Period {
        Period { from: day(from), until: add_months(day(from), 24).unwrap(), months: 6 }
    }

    const MANNERS: Manners = Manners { reminder: 14, missed_ends: false };

    #[test]
    fn four_reports_in_two_years_by_calendar_months() {
        let due = |from| period(from).due().map(|day| day.to_string()).collect::<Vec<_>>();
        assert_eq!(due("2026-11-23"), ["2027-05-23", "2027-11-23", "2028-05-23", "2028-11-23"]);
        // A short month moves none of those after it.
        assert_eq!(due("2026-08-31"), ["2027-02-28", "2027-08-31", "2028-02-29", "2028-08-31"]);
        assert_eq!(due("2024-02-29"), ["2024-08-29", "2025-02-28", "2025-08-29", "2026-02-28"]);
    }

    #[test]
    fn a_report_counts_for_the_months_in_which_it_is_filed_and_each_has_one() {
        let period = period("2026-11-23");
        let counts = |next: &str, on: &str| period.counts_for(Some(day(next)), day(on));
        assert_eq!(counts("2027-05-23", "2026-11-23"), Ok(day("2027-05-23")));
        assert_eq!(counts("2027-05-23", "2027-05-23"), Ok(day("2027-05-23")));
        assert_eq!(counts("2027-11-23", "2027-05-23"), Err(CardRefusal::Reported(day("2027-05-23"))));
        assert_eq!(counts("2027-11-23", "2027-05-24"), Ok(day("2027-11-23")));
        // A card that was extended early has a period that has not begun.
        assert_eq!(counts("2027-05-23", "2026-11-22"), Err(CardRefusal::Reported(day("2026-11-23"))));
        assert_eq!(counts("2026-11-23", "2026-11-22"), Ok(day("2026-11-23")));
        assert_eq!(period.counts_for(None, day("2028-11-23")), Err(CardRefusal::AllReported));
    }

    #[test]
    fn a_look_reminds_once_and_tells_once_of_what_was_missed() {
        let period = period("2026-11-23");
        let first = day("2027-05-23");
        let set = MANNERS.first_look(period, Some(first));
        assert_eq!(set, Some(day("2027-05-09")));
        let seen = look(period, MANNERS, Some(first), set, day("2027-05-09"));
        assert_eq!((seen.remind, seen.again, seen.missed.len()), (Some(first), Some(day("2027-05-24")), 0));
        let again = look(period, MANNERS, Some(first), seen.again, day("2027-05-20"));
        assert_eq!((again.remind, again.again), (None, Some(day("2027-05-24"))));
        let late = look(period, MANNERS, Some(first), seen.again, day("2027-05-24"));
        assert_eq!((late.missed, late.next), (vec![first], Some(day("2027-11-23"))));
        assert_eq!((late.remind, late.again, late.expired), (None, Some(day("2027-11-09")), false));
        // An office that slept for two years hears everything, once.
        let end = look(period, MANNERS, Some(first), set, day("2028-11-24"));
        assert_eq!((end.missed.len(), end.next, end.expired), (4, None, true));
        let strict = look(period, Manners { missed_ends: true, ..MANNERS }, Some(first), set, day("2027-05-24"));
        assert!(strict.expired && strict.remind.is_none());
    }

    proptest! {
        #[test]
        fn whenever_somebody_looks_each_report_is_filed_or_missed_once(days in prop::collection::vec(1..200_u64, 1..12)) {
            let period = period("2026-08-31");
            let (mut next, mut set) = (period.after(period.from), None);
            let (mut missed, mut today) = (Vec::new(), period.from);
            for step in days {
                today = today.checked_add_days(Days::new(step)).unwrap();
                let seen = look(period, MANNERS, next, set, today);
                prop_assert!(seen.again.is_none_or(|again| again > today || seen.expired), "{seen:?} on {today}");
                missed.extend(seen.missed);
                (next, set) = (seen.next, seen.again);
            }
            let due: Vec<_> = period.due().take_while(|due| *due < today).collect();
            prop_assert_eq!(missed, due);
        }
    }
}
