//! What a need must say, and how packages answer it. Pure.

use chrono::{Datelike, NaiveDate};

use super::bodies::{NeedPackage, NewTrainingNeed};
use crate::check::{self, Checks, OUT_OF_RANGE, TWICE, UNKNOWN_REFERENCE};
use crate::problem::{FaultCode, Kind, Problem, Refusal, Text};
use crate::reference::Codes;

const NOT_WITHIN_NEED: FaultCode =
    FaultCode::new("not-within-need", "Melebihi orang yang dibutuhkan", "More than the persons needed");

/// First year that the calendar knows.
const FIRST_YEAR: i32 = 2019;
/// Most persons of a need.
const MOST_PERSONS: i64 = 10_000;
/// Most competence units of a need.
const MOST_UNITS: usize = 20;
/// Most packages that answer a need.
pub const MOST_PACKAGES: usize = 10;
/// Most seats of a package.
const MOST_SEATS: i64 = 100;

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedRefusal {
    /// Only who proposed it takes it back.
    NotProposer,
    /// The seats of a package are other needs', but for so many.
    SeatsPromised {
        /// Its place among those named.
        at: usize,
        /// Seats that no need has.
        free: i64,
    },
}

impl Refusal for NeedRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::NotProposer => Kind::IllegalTransition,
            Self::SeatsPromised { .. } => Kind::CapacityExhausted,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::NotProposer => Text::of(
                "Hanya pengusulnya yang dapat menarik kebutuhan ini; dinas dapat menolaknya dengan alasan.",
                "Only who proposed it takes it back; an office declines it, with a reason.",
            ),
            Self::SeatsPromised { at, free } => Text::made(
                format!("Paket ke-{} hanya punya {free} kursi yang belum untuk kebutuhan lain.", at + 1),
                format!("Package {} has {free} seats that are not for other needs.", at + 1),
            ),
        })
    }
}

/// Every fault of what a need says.
pub fn check(checks: &mut Checks, new: &NewTrainingNeed, codes: &Codes, today: NaiveDate) {
    checks.optional_line("/organisation", new.organisation.as_deref(), 160);
    let since = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or(today);
    // What an office heard it may write down later; who tells a need now wants somebody from now on.
    let first = new.meeting.as_ref().map_or(today, |meeting| meeting.held_on.min(today).max(since));
    if let Some(meeting) = &new.meeting {
        checks.line("/meeting/place", &meeting.place, 160);
        if !(since..=today).contains(&meeting.held_on) {
            let (day, expected) = (meeting.held_on.to_string(), check::from_to(since, today));
            checks.fault("/meeting/held_on", OUT_OF_RANGE, day, expected);
        }
    }
    if !codes.occupation_known(&new.occupation) {
        checks.fault("/occupation", UNKNOWN_REFERENCE, cut(&new.occupation), check::code_of("/v1/occupations"));
    }
    checks.line("/skill", &new.skill, 300);
    checks.count("/units", new.units.len(), 0, MOST_UNITS);
    for (at, unit) in new.units.iter().enumerate().take(MOST_UNITS) {
        checks.line(format!("/units/{at}"), unit, 40);
        if new.units.iter().take(at).any(|other| other.trim() == unit.trim()) {
            checks.fault(format!("/units/{at}"), TWICE, cut(unit), Text::of("setiap unit satu kali", "each unit once"));
        }
    }
    checks.range("/persons", new.persons.into(), 1, MOST_PERSONS);
    if new.wanted_by < first || new.wanted_by.year() > 2199 {
        checks.fault("/wanted_by", OUT_OF_RANGE, new.wanted_by.to_string(), check::from_to(first, "2199-12-31"));
    }
    if let Some(note) = &new.note {
        checks.lines("/note", note, 1000);
    }
}

/// Every fault of the packages that are to answer a need, as far as it is seen without looking at them.
pub fn check_answer(checks: &mut Checks, packages: &[NeedPackage]) {
    checks.count("/packages", packages.len(), 1, MOST_PACKAGES);
    for (at, package) in packages.iter().enumerate().take(MOST_PACKAGES) {
        if packages.iter().take(at).any(|other| other.package_id == package.package_id) {
            let expected = Text::of("setiap paket satu kali", "each package once");
            checks.fault(format!("/packages/{at}/package_id"), TWICE, package.package_id.to_string(), expected);
        }
        if let Some(seats) = package.seats {
            checks.range(format!("/packages/{at}/seats"), seats.into(), 1, MOST_SEATS);
        }
    }
}

/// The seats that each package gives to a need: those asked for, and where none are, as many as are still lacked and free. `free` is the
/// seats of each package that no other need has.
///
/// # Errors
/// `invalid-content` for more than the persons needed; [`NeedRefusal::SeatsPromised`].
pub fn share(persons: i32, packages: &[NeedPackage], free: &[i64]) -> Result<Vec<i32>, Problem> {
    let mut lacked =
        i64::from(persons) - packages.iter().filter_map(|package| package.seats).map(i64::from).sum::<i64>();
    let mut checks = Checks::default();
    let over = Text::made(format!("paling banyak {persons} kursi"), format!("{persons} seats at most"));
    if lacked < 0 {
        checks.fault("/packages", NOT_WITHIN_NEED, i64::from(persons) - lacked, over.clone());
    }
    let mut refused = None;
    let mut shares = Vec::with_capacity(packages.len());
    for (at, (package, free)) in packages.iter().zip(free).enumerate() {
        let seats = package.seats.map_or_else(|| lacked.min(*free), i64::from);
        if package.seats.is_none() {
            if lacked <= 0 {
                checks.fault(format!("/packages/{at}"), NOT_WITHIN_NEED, i64::from(persons), over.clone());
            }
            lacked -= seats;
        }
        if seats > *free || *free < 1 {
            refused.get_or_insert(NeedRefusal::SeatsPromised { at, free: *free });
        }
        shares.push(i32::try_from(seats).map_err(Problem::internal)?);
    }
    checks.done()?;
    match refused {
        Some(refused) => Err(refused.into()),
        None => Ok(shares),
    }
}

/// As much of a code as an error shows.
fn cut(code: &str) -> String {
    code.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use disnaker_entity::training::PackageId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn faults(new: &NewTrainingNeed) -> Vec<String> {
        let mut checks = Checks::default();
        check(&mut checks, new, &Codes::sample(), day("2026-11-23"));
        checks.into_faults().into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code.code)).collect()
    }

    fn asked(seats: &[Option<i32>]) -> Vec<NeedPackage> {
        let package = |(at, seats): (usize, &Option<i32>)| NeedPackage {
            package_id: PackageId(Uuid::from_u128(at as u128)),
            seats: *seats,
        };
        seats.iter().enumerate().map(package).collect()
    }

    #[test]
    fn a_need_says_what_is_sound_and_every_fault_is_named_at_once() {
        let mut new = NewTrainingNeed::sample();
        assert_eq!(faults(&new), Vec::<String>::new());
        new.units = vec!["A".into(), " A".into()];
        (new.persons, new.occupation) = (0, "99".into());
        new.wanted_by = day("2026-11-18");
        assert_eq!(
            faults(&new),
            [
                "/occupation unknown-reference",
                "/units/1 stands-twice",
                "/persons out-of-range",
                "/wanted_by out-of-range"
            ]
        );
        let mut new = NewTrainingNeed::sample();
        new.meeting.as_mut().unwrap().held_on = day("2026-11-24");
        assert_eq!(faults(&new), ["/meeting/held_on out-of-range"], "a meeting to come has told nothing");
        (new.meeting, new.wanted_by) = (None, day("2026-11-22"));
        assert_eq!(faults(&new), ["/wanted_by out-of-range"], "nobody is wanted by yesterday");
    }

    #[test]
    fn seats_that_are_not_asked_for_are_those_that_are_lacked_and_free() {
        let shares = |persons, seats: &[Option<i32>], free: &[i64]| {
            share(persons, &asked(seats), free).map_err(|problem| (problem.kind, problem.into_faults().len()))
        };
        assert_eq!(shares(20, &[None, None], &[16, 16]), Ok(vec![16, 4]));
        assert_eq!(shares(20, &[None, Some(10)], &[16, 16]), Ok(vec![10, 10]), "those asked for come first");
        assert_eq!(shares(20, &[Some(5)], &[16]), Ok(vec![5]), "an answer may be a part");
        assert_eq!(shares(20, &[Some(16), Some(16)], &[16, 16]), Err((Kind::InvalidContent, 1)));
        assert_eq!(shares(10, &[Some(10), None], &[16, 16]), Err((Kind::InvalidContent, 1)), "nothing is lacked");
        assert_eq!(shares(20, &[Some(5)], &[4]), Err((Kind::CapacityExhausted, 0)));
        assert_eq!(shares(20, &[None], &[0]), Err((Kind::CapacityExhausted, 0)));
    }

    proptest! {
        #[test]
        fn no_package_gives_more_than_it_has_and_no_need_gets_more_than_it_asks(
            persons in 1_i32..200,
            packages in proptest::collection::vec((proptest::option::of(1_i32..40), -2_i64..40), 1..10),
        ) {
            let (seats, free): (Vec<_>, Vec<_>) = packages.into_iter().unzip();
            if let Ok(shares) = share(persons, &asked(&seats), &free) {
                prop_assert_eq!(shares.len(), seats.len());
                prop_assert!(shares.iter().sum::<i32>() <= persons);
                for ((share, seats), free) in shares.iter().zip(&seats).zip(&free) {
                    prop_assert!(*share >= 1 && i64::from(*share) <= *free);
                    prop_assert!(seats.is_none_or(|seats| seats == *share));
                }
            }
        }
    }
}
