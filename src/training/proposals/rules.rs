//! What a proposal must say, and who takes it back. Pure.

use chrono::NaiveDate;
use disnaker_entity::reference::RegionLevel;
use disnaker_entity::training::TargetGroup;

use super::bodies::NewTrainingProposal;
use crate::book::{Book, NO_OFFICE, Office, SERVED};
use crate::check::{self, Checks, OUT_OF_RANGE, REQUIRED, UNKNOWN_REFERENCE};
use crate::problem::{Kind, Problem, Refusal, Text};
use crate::reference::{A_DISTRICT, Codes};

/// Most persons of a proposal.
const MOST_PERSONS: i64 = 1000;
/// Most proposals of one caller that wait: nobody fills an office's list.
pub const MOST_OPEN: u64 = 20;

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalRefusal {
    /// Only who proposed it takes it back.
    NotProposer,
    /// So many wait already.
    TooMany,
}

impl Refusal for ProposalRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::NotProposer => Kind::IllegalTransition,
            Self::TooMany => Kind::CapacityExhausted,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::NotProposer => Text::of(
                "Hanya pengusulnya yang dapat menarik usulan ini; dinas dapat menolaknya dengan alasan.",
                "Only who proposed it takes it back; an office declines it, with a reason.",
            ),
            Self::TooMany => Text::made(
                format!("Paling banyak {MOST_OPEN} usulan menunggu jawaban; tariklah yang tidak diperlukan lagi."),
                format!("At most {MOST_OPEN} proposals wait for an answer; take back what is not wanted any more."),
            ),
        })
    }
}

/// Every fault of a proposal at once; the office that decides.
///
/// # Errors
/// `invalid-content`.
pub fn check<'a>(
    new: &NewTrainingProposal,
    codes: &Codes,
    book: &'a Book,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<&'a Office, Problem> {
    let mut checks = Checks::default();
    checks.line("/organisation", &new.organisation, 160);
    checks.line("/contact/name", &new.contact.name, 120);
    checks.email("/contact/email", &new.contact.email);
    checks.optional_line("/contact/phone", new.contact.phone.as_deref(), 40);
    checks.line("/topic", &new.topic, 300);
    checks.range("/persons", new.persons.into(), 1, MOST_PERSONS);
    let known = codes.region(&new.region).is_some_and(|region| region.level != RegionLevel::Province);
    let office = book.receiving_office(&new.region).filter(|_| known);
    let region = new.region.chars().take(20).collect::<String>();
    match office {
        None if known => checks.fault("/region", NO_OFFICE, region, SERVED),
        None => checks.fault("/region", UNKNOWN_REFERENCE, region, A_DISTRICT),
        Some(_) => {}
    }
    checks.optional_line("/village", new.village.as_deref(), 80);
    match &new.accommodation {
        Some(text) => checks.lines("/accommodation", text, 1000),
        None if new.target_group == TargetGroup::Disability => {
            let expected = Text::of("akomodasi yang layak (UU 8/2016)", "what the class should provide (UU 8/2016)");
            checks.fault("/accommodation", REQUIRED, serde_json::Value::Null, expected);
        }
        None => {}
    }
    let today = book.moment(now, office.map_or("", |office| &office.code)).today;
    check_days(&mut checks, new, today);
    checks.done()?;
    office.ok_or_else(|| Problem::internal("a sound proposal without an office"))
}

fn check_days(checks: &mut Checks, new: &NewTrainingProposal, today: NaiveDate) {
    checks.day("/wished_from", new.wished_from);
    checks.day("/wished_until", new.wished_until);
    let first = new.wished_from.map_or(today, |from| from.max(today));
    if let Some(until) = new.wished_until.filter(|until| *until < first) {
        checks.fault("/wished_until", OUT_OF_RANGE, until.to_string(), check::or_later(first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;

    fn faults(new: &NewTrainingProposal) -> Vec<String> {
        let office =
            |code: &str| Office { code: code.into(), name: code.into(), region: code.into(), zone: Zone::WESTERN };
        let book = Book { offices: [("36.72".to_owned(), office("36.72"))].into(), ..Book::default() };
        match check(new, &Codes::sample(), &book, "2026-11-23T02:00:00Z".parse().unwrap()) {
            Ok(office) => vec![office.code.clone()],
            Err(problem) => {
                problem.into_faults().iter().map(|fault| format!("{} {}", fault.pointer, fault.code.code)).collect()
            }
        }
    }

    #[test]
    fn the_office_of_the_place_decides() {
        assert_eq!(faults(&NewTrainingProposal::sample()), ["36.72"]);
        let elsewhere =
            |region: &str| faults(&NewTrainingProposal { region: region.into(), ..NewTrainingProposal::sample() });
        assert_eq!(elsewhere("36.72.01"), ["36.72"]);
        assert_eq!(elsewhere("33.06"), ["/region no-receiving-office"]);
        assert_eq!(elsewhere("36"), ["/region unknown-reference"]);
    }

    #[test]
    fn a_class_for_people_with_disabilities_says_what_it_should_provide_and_no_day_has_passed() {
        let sample = NewTrainingProposal::sample();
        assert_eq!(faults(&NewTrainingProposal { accommodation: None, ..sample.clone() }), ["/accommodation required"]);
        let day = |text: &str| Some(text.parse().unwrap());
        let past = NewTrainingProposal { wished_from: None, wished_until: day("2026-11-22"), ..sample.clone() };
        assert_eq!(faults(&past), ["/wished_until out-of-range"]);
        let turned = NewTrainingProposal { wished_until: day("2027-01-10"), persons: 1001, ..sample };
        assert_eq!(faults(&turned), ["/persons out-of-range", "/wished_until out-of-range"]);
    }
}
