//! What an agreement must say, who may be an apprentice, and what an endorsement needs.

use chrono::{Datelike, NaiveDate};
use disnaker_entity::apprenticeship::ApprenticeshipAgreementStatus as Status;
use disnaker_entity::apprenticeship::programme;

use super::bodies::{ApprenticeshipCover, ApprenticeshipTerms};
use crate::apprenticeships::programmes::bodies::PocketMoney;
use crate::apprenticeships::programmes::rules::check_money;
use crate::book::Book;
use crate::check::{self, Checks, OUT_OF_RANGE, UNKNOWN_REFERENCE};
use crate::deadline;
use crate::problem::{Fault, FaultCode, Kind, Problem, Refusal, Text};

/// The clock of the endorsement: from the signing (Permenaker 6/2020 art. 12).
pub const ENDORSEMENT: &str = "apprenticeship.agreement-endorsement";
/// How old a participant is on the first day.
const LEAST_AGE: &str = "apprenticeship.minimum-age";
/// Whether nothing is endorsed without cover (Permenaker 6/2020 art. 13; Permenaker 5/2021 art. 35).
const COVER: &str = "apprenticeship.cover";

const TOO_YOUNG: FaultCode = FaultCode::new("too-young", "Peserta belum cukup umur", "The participant is too young");
const NOT_COVERED: FaultCode = FaultCode::new(
    "not-covered",
    "Peserta belum terlindungi JKK dan JKM sepanjang pemagangan",
    "JKK and JKM don't cover the participant for the whole of the apprenticeship yet",
);
const LESS_THAN_APPROVED: FaultCode = FaultCode::new(
    "less-than-approved",
    "Uang saku kurang dari yang disetujui",
    "The pocket money is less than was approved",
);
const MEMBER_NUMBER: FaultCode =
    FaultCode::new("member-number", "Nomor peserta jaminan sosial tidak sah", "Not a number of social security");

/// Why an agreement, or a step of one, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgreementRefusal {
    /// The programme takes no agreements.
    NotApproved,
    /// The person has an agreement that runs.
    Running,
    /// The person has, or had, an agreement for the same qualification (Permenaker 6/2020: not twice).
    Repeat,
    /// Every place of the programme is taken.
    Full,
    /// Its last day has not come.
    NotOver(NaiveDate),
}

impl Refusal for AgreementRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::NotApproved | Self::NotOver(_) => Kind::IllegalTransition,
            Self::Running | Self::Repeat => Kind::AlreadyExists,
            Self::Full => Kind::CapacityExhausted,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::NotApproved => Text::of(
                "Perjanjian hanya diajukan untuk program yang disetujui dan belum ditutup.",
                "Agreements are filed for a programme that is `approved`.",
            ),
            Self::Running => Text::of(
                "Orang ini memiliki perjanjian pemagangan yang masih berjalan.",
                "The person has an agreement that runs.",
            ),
            Self::Repeat => Text::of(
                "Orang ini sudah pernah magang untuk kualifikasi yang sama (Permenaker 6/2020).",
                "The person has had an apprenticeship for the same qualification (Permenaker 6/2020).",
            ),
            Self::Full => Text::of("Semua tempat program ini sudah terisi.", "Every place of the programme is taken."),
            Self::NotOver(last) => Text::made(
                format!("Hari terakhirnya {last}; sebelum itu perjanjian hanya dapat diakhiri."),
                format!("Its last day is {last}; before that it can only be ended."),
            ),
        })
    }
}

/// A company learns nothing of a person that it does not know: an unknown number, a card that does not hold and a name that does
/// not fit answer alike.
#[must_use]
pub fn unknown_person() -> Problem {
    let expected = Text::of(
        "nomor kartu AK-1 yang berlaku, dengan nama pemegangnya seperti di KTP",
        "the number of an AK-1 card that holds, with its holder's name as on the identity card",
    );
    let fault = Fault::new("/ak1_number", UNKNOWN_REFERENCE, serde_json::Value::Null, expected);
    Problem::new(Kind::InvalidContent).faults(vec![fault])
}

/// Every fault of what was agreed on at once.
pub fn check(
    checks: &mut Checks,
    terms: &ApprenticeshipTerms,
    cover: Option<&ApprenticeshipCover>,
    programme: &programme::Model,
    approved: PocketMoney,
    today: NaiveDate,
) {
    let earliest = programme.approved_on.unwrap_or(today);
    if !(earliest..=today).contains(&terms.signed_on) {
        let expected = check::from_to(earliest, today);
        checks.fault("/terms/signed_on", OUT_OF_RANGE, terms.signed_on.to_string(), expected);
    }
    let first = programme.starts_on.max(terms.signed_on);
    if terms.starts_on < first || terms.starts_on > programme.ends_on {
        let expected = check::from_to(first, programme.ends_on);
        checks.fault("/terms/starts_on", OUT_OF_RANGE, terms.starts_on.to_string(), expected);
    } else if terms.ends_on < terms.starts_on || terms.ends_on > programme.ends_on {
        let expected = check::from_to(terms.starts_on, programme.ends_on);
        checks.fault("/terms/ends_on", OUT_OF_RANGE, terms.ends_on.to_string(), expected);
    }
    check_money(checks, "/terms/pocket_money", terms.pocket_money);
    let (given, least) = (total(terms.pocket_money), total(approved));
    if given < least {
        checks.fault("/terms/pocket_money", LESS_THAN_APPROVED, given, check::at_least(least));
    }
    if let Some(cover) = cover {
        check_cover(checks, "/cover", cover);
    }
}

/// Pocket money of a month.
fn total(money: PocketMoney) -> i64 {
    money.transport.saturating_add(money.meals).saturating_add(money.incentive)
}

/// A cover has a number and days.
pub fn check_cover(checks: &mut Checks, pointer: &str, cover: &ApprenticeshipCover) {
    let number = &cover.member_number;
    if !(6..=20).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let expected = Text::of("6 sampai 20 angka atau huruf", "6 to 20 digits or letters");
        checks.fault(format!("{pointer}/member_number"), MEMBER_NUMBER, number.chars().count(), expected);
    }
    checks.day(format!("{pointer}/from"), Some(cover.from));
    if cover.until < cover.from || cover.until.year() > 2199 {
        let expected = check::from_to(cover.from, "2199-12-31");
        checks.fault(format!("{pointer}/until"), OUT_OF_RANGE, cover.until.to_string(), expected);
    }
}

/// Whether a cover lasts from the first day to the last one.
#[must_use]
pub fn covers(cover: Option<&ApprenticeshipCover>, starts_on: NaiveDate, ends_on: NaiveDate) -> bool {
    cover.is_some_and(|cover| cover.from <= starts_on && ends_on <= cover.until)
}

/// A participant is as old on the first day as the rule says (Permenaker 6/2020: 17 years).
///
/// # Errors
/// `invalid-content`; an internal error for a rule that no policy row has.
pub fn check_age(
    born: Option<NaiveDate>,
    starts_on: NaiveDate,
    book: &Book,
    office: &str,
    today: NaiveDate,
) -> Result<(), Problem> {
    let policy = book.policies.at(LEAST_AGE, office, today)?;
    let of_age = born.map(|born| deadline::due(policy, born, &book.calendar, office)).transpose()?;
    if of_age.is_some_and(|day| day <= starts_on) {
        return Ok(());
    }
    let least = policy.amount;
    let expected = Text::made(
        format!("hari saat peserta berusia {least} tahun atau lebih ({})", policy.law.id),
        format!("a day on which the participant is {least} years old or older ({})", policy.law.en),
    );
    let fault = Fault::new("/terms/starts_on", TOO_YOUNG, starts_on.to_string(), expected);
    Err(Problem::new(Kind::InvalidContent).faults(vec![fault]))
}

/// What an endorsement needs: cover, where the rule asks for it.
///
/// # Errors
/// `invalid-content`; an internal error for a rule that no policy row has.
pub fn endorsable(covered: bool, book: &Book, office: &str, today: NaiveDate) -> Result<(), Problem> {
    let policy = book.policies.at(COVER, office, today)?;
    if covered || policy.amount == 0 {
        return Ok(());
    }
    let fault = Fault::new("/cover", NOT_COVERED, serde_json::Value::Null, policy.law.clone());
    Err(Problem::new(Kind::InvalidContent).faults(vec![fault]))
}

/// Whether a person may have one more agreement beside those that they have: none that runs, and none of the same qualification
/// that runs or was completed.
///
/// # Errors
/// [`AgreementRefusal::Repeat`] before [`AgreementRefusal::Running`].
pub fn alone(others: &[(Status, String)], key: &str) -> Result<(), AgreementRefusal> {
    if others.iter().any(|(status, other)| counts(*status) && other == key) {
        return Err(AgreementRefusal::Repeat);
    }
    if others.iter().any(|(status, _)| runs(*status)) { Err(AgreementRefusal::Running) } else { Ok(()) }
}

/// Whether it runs.
#[must_use]
pub fn runs(status: Status) -> bool {
    matches!(status, Status::Filed | Status::Returned | Status::Endorsed)
}

/// Whether it is one for its qualification, of which a person has no second.
#[must_use]
pub fn counts(status: Status) -> bool {
    runs(status) || status == Status::Completed
}

#[cfg(test)]
mod tests {
    use disnaker_entity::apprenticeship::CoverPayer;
    use disnaker_entity::reference::PolicyUnit;
    use proptest::prelude::*;

    use super::*;
    use crate::book::{Policies, Policy};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn book(cover: i64) -> Book {
        let row = |rule: &str, amount, unit| Policy {
            rule: rule.into(),
            scope: String::new(),
            valid_from: day("2019-01-01"),
            amount,
            unit,
            law: Text::plain("law"),
        };
        let rows = [row(LEAST_AGE, 17, PolicyUnit::Years), row(COVER, cover, PolicyUnit::Flag)];
        Book { policies: Policies::new(rows), ..Book::default() }
    }

    #[test]
    fn a_participant_is_seventeen_on_the_first_day() {
        let old = |born: Option<&str>, starts: &str| {
            check_age(born.map(day), day(starts), &book(1), "", day("2026-11-23")).is_ok()
        };
        assert!(old(Some("2010-01-04"), "2027-01-04"), "the birthday");
        assert!(!old(Some("2010-01-05"), "2027-01-04"));
        assert!(old(Some("2008-02-29"), "2025-02-28"));
        assert!(!old(None, "2027-01-04"), "nobody knows");
    }

    #[test]
    fn cover_is_for_the_whole_of_it_where_the_rule_asks_for_it() {
        let cover = |from: &str, until: &str| ApprenticeshipCover {
            member_number: "26000000001".into(),
            from: day(from),
            until: day(until),
            payer: CoverPayer::Company,
        };
        let whole = |cover: Option<&ApprenticeshipCover>| covers(cover, day("2027-01-04"), day("2027-06-30"));
        assert!(whole(Some(&cover("2027-01-04", "2027-06-30"))));
        assert!(!whole(Some(&cover("2027-01-05", "2027-06-30"))));
        assert!(!whole(Some(&cover("2027-01-04", "2027-06-29"))));
        assert!(!whole(None));
        let may = |covered, rule| endorsable(covered, &book(rule), "", day("2026-11-23")).is_ok();
        assert!(may(true, 1) && may(false, 0) && !may(false, 1));
    }

    #[test]
    fn nobody_repeats_a_qualification_or_has_two_at_once() {
        let other = |status, key: &str| vec![(status, key.to_owned())];
        assert_eq!(alone(&[], "a"), Ok(()));
        assert_eq!(alone(&other(Status::Completed, "a"), "a"), Err(AgreementRefusal::Repeat));
        assert_eq!(alone(&other(Status::Completed, "a"), "b"), Ok(()));
        assert_eq!(alone(&other(Status::Filed, "a"), "b"), Err(AgreementRefusal::Running));
        assert_eq!(alone(&other(Status::Ended, "a"), "a"), Ok(()), "what was not gone through may be begun again");
        assert_eq!(alone(&other(Status::Withdrawn, "a"), "a"), Ok(()));
    }

    proptest! {
        #[test]
        fn of_all_agreements_one_runs_and_each_qualification_counts_once(
            wanted in proptest::collection::vec((0_usize..6, "[ab]"), 0..12),
        ) {
            let mut held: Vec<(Status, String)> = Vec::new();
            for (status, key) in wanted {
                if alone(&held, &key).is_ok() {
                    held.push((Status::ALL[status], key));
                }
            }
            prop_assert!(held.iter().filter(|(status, _)| runs(*status)).count() <= 1);
            for key in ["a", "b"] {
                prop_assert!(held.iter().filter(|(status, of)| counts(*status) && of == key).count() <= 1);
            }
        }
    }
}
