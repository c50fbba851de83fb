//! What a programme must say, which office approves it, how long it may be, and how many apprentices a company may have.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use disnaker_entity::company::CompanyId;
use disnaker_entity::reference::{PolicyUnit, RegionLevel};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::bodies::{NewApprenticeshipProgramme, PocketMoney};
use crate::book::{Book, NO_OFFICE, Policy, SERVED};
use crate::calendar::add_months;
use crate::check::{self, Checks, OUT_OF_RANGE, TWICE, UNKNOWN_REFERENCE};
use crate::problem::{FaultCode, Kind, Problem, Refusal, Text};
use crate::reference::Codes;

/// The clock of the office's answer: from a complete file (Permenaker 6/2020 art. 17).
pub const APPROVAL: &str = "apprenticeship.approval";
/// The longest apprenticeship.
const LONGEST: &str = "apprenticeship.maximum-duration";

/// Who takes part without an endorsed agreement is an employee (Permenaker 6/2020 arts. 10 to 12).
pub const WITHOUT_AGREEMENT: Text = Text::of(
    "Pemagangan tanpa perjanjian tertulis yang disahkan tidak sah, dan pesertanya menjadi pekerja perusahaan \
     (Permenaker 6/2020 Pasal 10 sampai 12).",
    "An apprenticeship without a written and endorsed agreement is void, and who takes part in it is an employee of the company \
     (Permenaker 6/2020 arts. 10 to 12).",
);

const NOT_A_DISTRICT: FaultCode = FaultCode::new("not-a-district", "Bukan kabupaten atau kota", "Not a district");
const SEVERAL_PROVINCES: FaultCode = FaultCode::new(
    "several-provinces",
    "Pemagangan di lebih dari satu provinsi disetujui Direktur Jenderal, bukan dinas",
    "The Director General approves what runs in more than one province, and no office does",
);
const NO_PROVINCE_OFFICE: FaultCode = FaultCode::new(
    "no-province-office",
    "Pemagangan di beberapa kabupaten atau kota disetujui dinas provinsi, yang belum memakai layanan ini",
    "The province's office approves what runs in several of its districts, and does not use this service yet",
);
const TOO_LONG: FaultCode =
    FaultCode::new("apprenticeship-too-long", "Pemagangan terlalu lama", "The apprenticeship is too long");
const NO_POCKET_MONEY: FaultCode = FaultCode::new("no-pocket-money", "Tidak ada uang saku", "There is no pocket money");
const SKKNI_CODE: FaultCode =
    FaultCode::new("skkni-code", "Kode SKKNI tidak sah", "Not a code of a competence standard");

/// Most of one part of the pocket money, rupiah a month.
const MOST_MONEY: i64 = 100_000_000;

/// Why a programme or an agreement is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CapRefusal {
    /// Nothing says how many workers the company has (UU 7/1981).
    NoReport(CompanyId),
    /// More than the share of the workers (Permenaker 6/2020).
    Over {
        /// Most apprentices.
        most: i64,
        /// Places that programmes and agreements hold already.
        held: i64,
        /// Places that are asked for.
        wanted: i64,
    },
}

impl Refusal for CapRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::NoReport(_) => Kind::EmploymentReportMissing,
            Self::Over { .. } => Kind::ApprenticeCap,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::NoReport(company) => Text::made(
                format!("Sampaikan lebih dahulu melalui POST /v1/companies/{company}/employment-reports."),
                format!("File it first: POST /v1/companies/{company}/employment-reports."),
            ),
            Self::Over { most, held, wanted } => Text::made(
                format!("Paling banyak {most} peserta; {held} tempat sudah dipakai dan {wanted} diminta."),
                format!("At most {most} apprentices; {held} places are held and {wanted} are asked for."),
            ),
        })
    }
}

/// Whether so many more apprentices are within the cap.
///
/// # Errors
/// Those of [`CapRefusal`].
pub fn within(most: Option<i64>, held: i64, wanted: i64, company: CompanyId) -> Result<(), CapRefusal> {
    let most = most.ok_or(CapRefusal::NoReport(company))?;
    if held.saturating_add(wanted) <= most { Ok(()) } else { Err(CapRefusal::Over { most, held, wanted }) }
}

/// Every fault of a programme at once; the office that approves it.
///
/// # Errors
/// `invalid-content`; an internal error for a rule that no policy row has.
pub fn check<'a>(
    new: &NewApprenticeshipProgramme,
    codes: &Codes,
    book: &'a Book,
    today: NaiveDate,
) -> Result<&'a str, Problem> {
    let mut checks = Checks::default();
    checks.line("/title", &new.title, 160);
    if !codes.occupation_known(&new.occupation) {
        checks.fault("/occupation", UNKNOWN_REFERENCE, new.occupation.as_str(), check::code_of("/v1/occupations"));
    }
    checks.line("/qualification", &new.qualification, 160);
    if let Some(code) = new.skkni_code.as_deref().filter(|code| !is_skkni(code)) {
        let expected = Text::of(
            "kode seperti C.25LAS01.001.1: huruf, angka, titik, garis, paling banyak 40",
            "a code such as C.25LAS01.001.1: letters, digits, dots, dashes, 40 at most",
        );
        checks.fault("/skkni_code", SKKNI_CODE, code.chars().count(), expected);
    }
    let office = authority(&mut checks, &new.regions, codes, book);
    check_days(&mut checks, new, book, office.unwrap_or_default(), today)?;
    checks.range("/places", new.places.into(), 1, 10_000);
    checks.lines("/facilities", &new.facilities, 2000);
    checks.count("/mentors", new.mentors.len(), 1, 20);
    for (at, mentor) in new.mentors.iter().enumerate().take(20) {
        checks.line(format!("/mentors/{at}/name"), &mentor.name, 120);
        checks.line(format!("/mentors/{at}/position"), &mentor.position, 120);
    }
    checks.lines("/plan", &new.plan, 8000);
    check_money(&mut checks, "/pocket_money", new.pocket_money);
    checks.done()?;
    office.ok_or_else(|| Problem::internal("a sound programme without an office"))
}

/// It begins today at the earliest, and is no longer than the rule says.
fn check_days(
    checks: &mut Checks,
    new: &NewApprenticeshipProgramme,
    book: &Book,
    office: &str,
    today: NaiveDate,
) -> Result<(), Problem> {
    let (from, until) = (new.starts_on, new.ends_on);
    if from < today || from.year() > 2199 {
        checks.fault("/starts_on", OUT_OF_RANGE, from.to_string(), check::from_to(today, "2199-12-31"));
    } else if until < from || until.year() > 2199 {
        checks.fault("/ends_on", OUT_OF_RANGE, until.to_string(), check::from_to(from, "2199-12-31"));
    } else {
        check_length(checks, "/ends_on", from, until, book.policies.at(LONGEST, office, today)?)?;
    }
    Ok(())
}

/// From a first day to a last one no longer than the rule says.
fn check_length(
    checks: &mut Checks,
    pointer: &str,
    from: NaiveDate,
    until: NaiveDate,
    longest: &Policy,
) -> Result<(), Problem> {
    let last =
        last_day(from, longest).ok_or_else(|| Problem::internal(format!("{} counts no months", longest.rule)))?;
    if until > last {
        let expected = Text::made(
            format!("paling lambat {last} ({})", longest.law.id),
            format!("{last} at the latest ({})", longest.law.en),
        );
        checks.fault(pointer, TOO_LONG, until.to_string(), expected);
    }
    Ok(())
}

/// The last day of the longest apprenticeship that begins on a day, by calendar months: from 1 March to the end of February.
fn last_day(from: NaiveDate, longest: &Policy) -> Option<NaiveDate> {
    let count = u32::try_from(longest.amount).ok()?;
    let months = match longest.unit {
        PolicyUnit::Months => count,
        PolicyUnit::Years => count.checked_mul(12)?,
        _ => return None,
    };
    // Where a month has no such day, the day before is not the last one of the time: 29 February to 28 February is a year.
    let whole = add_months(from, months)?.pred_opt()?;
    Some(whole.max(add_months(from.pred_opt()?, months)?))
}

/// Pocket money that is some.
pub fn check_money(checks: &mut Checks, pointer: &str, money: PocketMoney) {
    let parts = [("transport", money.transport), ("meals", money.meals), ("incentive", money.incentive)];
    for (name, part) in parts {
        checks.range(format!("{pointer}/{name}"), part, 0, MOST_MONEY);
    }
    if parts.iter().all(|(_, part)| *part == 0) {
        let expected = Text::of(
            "uang transpor, uang makan, atau insentif (Permenaker 6/2020)",
            "transport, meals or incentive (Permenaker 6/2020)",
        );
        checks.fault(pointer, NO_POCKET_MONEY, 0, expected);
    }
}

fn is_skkni(code: &str) -> bool {
    code.len() <= 40
        && code.starts_with(|first: char| first.is_ascii_alphanumeric())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/'))
}

/// The office that approves what runs in some districts (Permenaker 6/2020 art. 17): of one the district's, of several in a province
/// the province's; of more the Director General does, who does not use this service.
fn authority<'a>(checks: &mut Checks, regions: &[String], codes: &Codes, book: &'a Book) -> Option<&'a str> {
    checks.count("/regions", regions.len(), 1, 50);
    let mut seen = BTreeSet::new();
    let mut sound = (1..=50).contains(&regions.len());
    for (at, region) in regions.iter().enumerate().take(50) {
        let pointer = format!("/regions/{at}");
        if codes.region(region).is_none() {
            checks.fault(pointer, UNKNOWN_REFERENCE, region.as_str(), check::code_of("/v1/regions"));
        } else if codes.region(region).is_some_and(|known| known.level != RegionLevel::District) {
            let expected = Text::of("kode kabupaten atau kota", "the code of a district");
            checks.fault(pointer, NOT_A_DISTRICT, region.as_str(), expected);
        } else if !seen.insert(region.as_str()) {
            checks.fault(pointer, TWICE, region.as_str(), Text::of("setiap wilayah satu kali", "each district once"));
        } else {
            continue;
        }
        sound = false;
    }
    if !sound {
        return None;
    }
    match office_of(&seen, book) {
        Ok(office) => Some(office),
        Err((code, expected)) => {
            checks.fault("/regions", code, regions.len(), expected);
            None
        }
    }
}

/// The office of districts that each stand once.
fn office_of<'a>(regions: &BTreeSet<&str>, book: &'a Book) -> Result<&'a str, (FaultCode, Text)> {
    let provinces: BTreeSet<&str> = regions.iter().filter_map(|region| region.get(..2)).collect();
    let one_province = Text::of("wilayah dalam satu provinsi", "districts of one province");
    match (provinces.first(), regions.first()) {
        (Some(_), Some(_)) if provinces.len() > 1 => Err((SEVERAL_PROVINCES, one_province)),
        (Some(province), Some(_)) if regions.len() > 1 => match book.offices.get(*province) {
            Some(office) => Ok(&office.code),
            None => Err((NO_PROVINCE_OFFICE, Text::of("satu kabupaten atau kota", "one district"))),
        },
        (Some(_), Some(region)) => book.receiving_office(region).map(|office| &*office.code).ok_or((NO_OFFICE, SERVED)),
        _ => Err((NO_OFFICE, SERVED)),
    }
}

/// The region by which a programme is counted: its district, or the province of several.
#[must_use]
pub fn region_of(regions: &[String]) -> Option<String> {
    match regions {
        [one] => Some(one.clone()),
        several => several.first()?.get(..2).map(str::to_owned),
    }
}

/// What makes two qualifications the same: the code of their competence standard, else their name, whatever its case, spaces
/// and marks.
#[must_use]
pub fn key(qualification: &str, skkni_code: Option<&str>) -> String {
    if let Some(code) = skkni_code {
        return format!("skkni:{}", code.to_ascii_lowercase().replace(['-', '/'], "."));
    }
    let letters = qualification.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase);
    format!("name:{}", letters.filter(|character| character.is_alphanumeric()).collect::<String>())
}

/// What the office finds missing is said in lines.
///
/// # Errors
/// `invalid-content`.
pub fn check_missing(missing: &[String]) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.count("/missing", missing.len(), 1, 20);
    for (at, item) in missing.iter().enumerate().take(20) {
        checks.lines(format!("/missing/{at}"), item, 500);
    }
    checks.done()
}

/// A reason says why.
///
/// # Errors
/// `invalid-content`.
pub fn check_reason(reason: &str) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.reason("/reason", reason, 500);
    checks.done()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::book::Office;
    use crate::clock::Zone;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn book(offices: &[&str]) -> Book {
        let office = |code: &&str| {
            let code = (*code).to_owned();
            (code.clone(), Office { name: code.clone(), region: code.clone(), code, zone: Zone::WESTERN })
        };
        Book { offices: offices.iter().map(office).collect::<BTreeMap<_, _>>(), ..Book::default() }
    }

    fn year() -> Policy {
        let (rule, scope, valid_from) = (LONGEST.to_owned(), String::new(), day("2019-01-01"));
        Policy { rule, scope, valid_from, amount: 1, unit: PolicyUnit::Years, law: Text::plain("law") }
    }

    #[test]
    fn where_it_runs_says_who_approves_it() {
        let of = |regions: &[&str], offices: &[&str]| {
            let book = book(offices);
            office_of(&regions.iter().copied().collect(), &book).map(str::to_owned).map_err(|(code, _)| code.code)
        };
        assert_eq!(of(&["36.72"], &["36", "36.72"]), Ok("36.72".into()));
        assert_eq!(of(&["36.04"], &["36", "36.72"]), Ok("36".into()), "a district without an office");
        assert_eq!(of(&["36.04", "36.72"], &["36", "36.72"]), Ok("36".into()));
        assert_eq!(of(&["36.04", "36.72"], &["36.04", "36.72"]), Err("no-province-office"));
        assert_eq!(of(&["36.72", "33.06"], &["36", "36.72", "33"]), Err("several-provinces"));
        assert_eq!(of(&["36.04"], &["36.72"]), Err("no-receiving-office"));
    }

    #[test]
    fn a_year_is_twelve_calendar_months() {
        let last = |from: &str| last_day(day(from), &year()).unwrap().to_string();
        assert_eq!(last("2027-01-04"), "2028-01-03");
        assert_eq!(last("2027-03-01"), "2028-02-29");
        assert_eq!(last("2028-02-29"), "2029-02-28");
        assert_eq!(last("2028-03-01"), "2029-02-28");
        assert_eq!(last("2026-12-31"), "2027-12-30");
    }

    #[test]
    fn a_qualification_is_the_same_by_its_code_or_else_by_its_name() {
        assert_eq!(key("Juru Las SMAW 3G", None), key("  juru   las smaw-3g", None));
        assert_ne!(key("Juru Las SMAW 3G", None), key("Juru Las SMAW 2G", None));
        assert_eq!(key("Juru Las", Some("C.25LAS01.001.1")), key("Welder", Some("c.25las01-001.1")));
        assert_ne!(key("", Some("C.25LAS01.001.1")), key("", Some("C.25LAS01.00.11")), "another unit");
        assert_ne!(key("C25", None), key("Welder", Some("C25")));
    }

    #[test]
    fn no_report_is_no_apprentice() {
        let company = CompanyId(Uuid::nil());
        assert_eq!(within(None, 0, 1, company), Err(CapRefusal::NoReport(company)));
        assert_eq!(within(Some(44), 43, 1, company), Ok(()));
        assert_eq!(within(Some(44), 43, 2, company), Err(CapRefusal::Over { most: 44, held: 43, wanted: 2 }));
    }

    proptest! {
        #[test]
        fn the_longest_one_ends_before_its_first_day_comes_again(days in 0_u64..20_000) {
            let from = day("2019-01-01").checked_add_days(chrono::Days::new(days)).unwrap();
            let last = last_day(from, &year()).unwrap();
            let again = from.with_year(from.year() + 1).unwrap_or_else(|| day(&format!("{}-03-01", from.year() + 1)));
            prop_assert_eq!(last.succ_opt().unwrap(), again);
        }

        #[test]
        fn a_key_says_nothing_of_case_and_spaces(name in "[A-Za-z0-9 ]{1,40}") {
            let shouted = name.to_uppercase().replace(' ', "  ");
            prop_assert_eq!(key(&name, None), key(&shouted, None));
        }

        #[test]
        fn what_is_within_the_cap_never_exceeds_it(most in 0_i64..500, wanted in proptest::collection::vec(1_i64..60, 0..40)) {
            let company = CompanyId(Uuid::nil());
            let held = wanted.iter().fold(0, |held, wanted| {
                if within(Some(most), held, *wanted, company).is_ok() { held + wanted } else { held }
            });
            prop_assert!(held <= most);
        }
    }
}
