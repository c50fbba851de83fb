//! What a vacancy report must say (Perpres 57/2023 art. 5), and what the officer should see.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use disnaker_entity::reference::RegionLevel;
use disnaker_entity::vacancy::VacancyId;

use super::bodies::VacancyLine;
use crate::book::Book;
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, TWICE, UNKNOWN_REFERENCE};
use crate::clock::Moment;
use crate::problem::{Fault, FaultCode, Kind, Problem, Text};
use crate::reference::{self, Codes};
use crate::reports::{ABROAD, MOST_LINES};
use crate::vacancies::Opening;
use crate::vacancies::rules::{antar_kerja, names};

const NOBODY_WANTED: FaultCode = FaultCode::new("nobody-wanted", "Jumlah yang dibutuhkan nol", "Nobody is wanted");
const ENDS_BEFORE_IT_BEGINS: FaultCode =
    FaultCode::new("ends-before-it-begins", "Berakhir sebelum dimulai", "Ends before it begins");
const ENDED_ALREADY: FaultCode =
    FaultCode::new("ended-already", "Masa berlaku sudah lewat", "The validity has passed already");
const BELOW_MINIMUM_WAGE: FaultCode = FaultCode::new(
    "below-minimum-wage",
    "Upah di bawah UMK wilayah kerja",
    "The wage is under the minimum wage of the work region",
);
const MINIMUM_WAGE_UNKNOWN: FaultCode = FaultCode::new(
    "minimum-wage-unknown",
    "UMK wilayah dan tahun itu belum dimuat",
    "No minimum wage is loaded for region and year",
);
const NO_WAGE: FaultCode = FaultCode::new("no-wage", "Upah tidak disebutkan", "No wage is stated");
const AGE_LIMIT: FaultCode = FaultCode::new("age-limit", "Ada batas usia", "There is an age limit");
const UNDER_WORKING_AGE: FaultCode =
    FaultCode::new("under-working-age", "Di bawah usia kerja", "Under the working age");
const SHORT_VALIDITY: FaultCode = FaultCode::new("short-validity", "Masa berlaku singkat", "The validity is short");
const LONG_VALIDITY: FaultCode = FaultCode::new(
    "long-validity",
    "Masa berlaku panjang: benarkah tahunnya?",
    "The validity is long: is the year right?",
);
const OVERSEAS: FaultCode = FaultCode::new(
    "overseas-vacancy",
    "Lowongan luar negeri dilaporkan juga melalui sistem terpadu PMI",
    "An overseas vacancy is also reported through the integrated system for migrant workers",
);

/// What lines are held against, looked up once for many of them.
pub struct Yardstick<'a> {
    codes: &'a Codes,
    today: NaiveDate,
    /// Days of validity under which it is short.
    shortest: i64,
    /// Days of validity over which it is long.
    longest: i64,
    working_age: i64,
    /// The lines are those of a correction, where one may have ended.
    correcting: bool,
}

impl<'a> Yardstick<'a> {
    /// The yardstick of an office at a moment.
    ///
    /// # Errors
    /// An internal error where a policy row is missing.
    pub fn new(
        codes: &'a Codes,
        book: &Book,
        office: &str,
        moment: &Moment,
        correcting: bool,
    ) -> Result<Self, Problem> {
        let today = moment.today;
        let amount = |rule| book.policies.at(rule, office, today).map(|policy| policy.amount);
        let (shortest, longest) = (amount("vacancy.short-validity")?, amount("vacancy.long-validity")?);
        Ok(Self { codes, today, shortest, longest, working_age: amount("worker.minimum-age")?, correcting })
    }

    /// The same for a line of a correction, or not.
    #[must_use]
    pub fn for_correction(&self, correcting: bool) -> Self {
        Self { correcting, ..*self }
    }
}

/// Every fault of every line at once, and the soft findings where there is no fault. A line of a correction may have ended.
///
/// # Errors
/// `invalid-content` with a pointer for each fault.
pub fn check(
    lines: &[VacancyLine],
    codes: &Codes,
    book: &Book,
    office: &str,
    moment: &Moment,
    correcting: bool,
) -> Result<Vec<Fault>, Problem> {
    let mut checks = Checks::default();
    checks.count("/lines", lines.len(), 1, MOST_LINES);
    let yardstick = Yardstick::new(codes, book, office, moment, correcting)?;
    let mut seen = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        let pointer = |field: &str| format!("/lines/{at}/{field}");
        if line.line_id.is_some_and(|id| !seen.insert(id)) {
            let expected = Text::of("setiap baris satu kali", "each line once");
            checks.fault(pointer("line_id"), TWICE, line.line_id.map(|id| id.to_string()), expected);
        }
        check_line(&mut checks, line, &yardstick, &pointer);
    }
    checks.warnings()
}

/// Every fault and soft finding of one line, at the pointers that `pointer` makes of its fields.
pub fn check_line(
    checks: &mut Checks,
    line: &VacancyLine,
    yardstick: &Yardstick<'_>,
    pointer: &impl Fn(&str) -> String,
) {
    check_position(checks, line, yardstick.codes, pointer);
    check_place(checks, line, yardstick.codes, pointer);
    check_validity(checks, line, yardstick, pointer);
    check_wage(checks, line, yardstick.codes, pointer);
    check_age(checks, line, yardstick, pointer);
}

/// Art. 5(1)b and d: title, number of persons, education, skills, experience.
fn check_position(checks: &mut Checks, line: &VacancyLine, codes: &Codes, pointer: &impl Fn(&str) -> String) {
    checks.line(pointer("title"), &line.title, 120);
    checks.optional_line(pointer("reference"), line.reference.as_deref(), 80);
    if let Some(description) = &line.description {
        checks.lines(pointer("description"), description, 4000);
    }
    for (name, persons) in [("men", line.wanted.men), ("women", line.wanted.women), ("any", line.wanted.any)] {
        checks.range(pointer(&format!("wanted/{name}")), persons.into(), 0, 10_000);
    }
    // Fewer than none is told already.
    let sound = [line.wanted.men, line.wanted.women, line.wanted.any].iter().all(|persons| *persons >= 0);
    if sound && line.wanted.total() < 1 {
        let expected = Text::of("paling sedikit satu orang", "at least one person");
        checks.fault(pointer("wanted"), NOBODY_WANTED, line.wanted.total(), expected);
    }
    if !codes.occupation_known(&line.occupation) {
        checks.fault(
            pointer("occupation"),
            UNKNOWN_REFERENCE,
            line.occupation.as_str(),
            check::code_of("/v1/occupations"),
        );
    }
    if let Some(level) = line.education.as_deref().filter(|level| codes.education_rank(level).is_none()) {
        checks.fault(pointer("education"), UNKNOWN_REFERENCE, level, check::code_of("/v1/education-levels"));
    }
    checks.range(pointer("experience_months"), line.experience_months.into(), 0, 600);
    checks.count(pointer("skills"), line.skills.len(), 0, 30);
    for (at, skill) in line.skills.iter().enumerate().take(30) {
        checks.line(pointer(&format!("skills/{at}")), skill, 80);
    }
}

/// Art. 5(1)d: the region of work; art. 8: overseas vacancies have a way of their own, too.
fn check_place(checks: &mut Checks, line: &VacancyLine, codes: &Codes, pointer: &impl Fn(&str) -> String) {
    if codes.country(&line.work_country).is_none() {
        // Whether there is a region can't be told of no country.
        let country = line.work_country.as_str();
        checks.fault(pointer("work_country"), UNKNOWN_REFERENCE, country, check::code_of("/v1/countries"));
        return;
    }
    match (line.work_country.as_str(), line.work_region.as_deref()) {
        ("ID", None) => {
            checks.fault(pointer("work_region"), REQUIRED, serde_json::Value::Null, reference::A_DISTRICT);
        }
        ("ID", Some(code)) => {
            if codes.region(code).is_none_or(|region| region.level == RegionLevel::Province) {
                checks.fault(pointer("work_region"), UNKNOWN_REFERENCE, code, reference::A_DISTRICT);
            }
        }
        (_, Some(code)) => checks.fault(pointer("work_region"), NOT_ALLOWED, code, ABROAD),
        (country, None) => {
            let expected = Text::of("Perpres 57/2023 Pasal 8", "Perpres 57/2023 art. 8");
            checks.warning(pointer("work_country"), OVERSEAS, country, expected);
        }
    }
}

/// Art. 5(1)c: the period of validity.
fn check_validity(
    checks: &mut Checks,
    line: &VacancyLine,
    &Yardstick { today, shortest, longest, correcting, .. }: &Yardstick<'_>,
    pointer: &impl Fn(&str) -> String,
) {
    let (from, until) = (line.valid_from, line.valid_until);
    for (name, day) in [("valid_from", from), ("valid_until", until)] {
        if !(2000..=2199).contains(&day.year()) {
            let expected = Text::of("tanggal dari tahun 2000 sampai 2199", "a day from 2000 to 2199");
            checks.fault(pointer(name), OUT_OF_RANGE, day.to_string(), expected);
        }
    }
    if until < from {
        checks.fault(pointer("valid_until"), ENDS_BEFORE_IT_BEGINS, until.to_string(), check::or_later(from));
    } else if until < today && correcting {
        // A line that has its vacancy already may have ended: a correction says what it was.
        checks.warning(pointer("valid_until"), ENDED_ALREADY, until.to_string(), check::or_later(today));
    } else if until < today {
        checks.fault(pointer("valid_until"), ENDED_ALREADY, until.to_string(), check::or_later(today));
    } else {
        let days = (until - from.max(today)).num_days() + 1;
        if days < shortest {
            let expected = Text::made(format!("paling sedikit {shortest} hari"), format!("at least {shortest} days"));
            checks.warning(pointer("valid_until"), SHORT_VALIDITY, days, expected);
        }
        let days = (until - from).num_days() + 1;
        if days > longest {
            let expected = Text::made(format!("paling lama {longest} hari"), format!("at most {longest} days"));
            // The day that lies farther away is the likelier slip.
            let slip = if today - from > until - today { "valid_from" } else { "valid_until" };
            checks.warning(pointer(slip), LONG_VALIDITY, days, expected);
        }
    }
}

/// Art. 5(1)d: the wage, held against the minimum wage of the work region in the year that the work begins.
fn check_wage(checks: &mut Checks, line: &VacancyLine, codes: &Codes, pointer: &impl Fn(&str) -> String) {
    const MOST: i64 = 1_000_000_000_000;
    for (name, wage) in [("wage_min", line.wage_min), ("wage_max", line.wage_max)] {
        if let Some(wage) = wage {
            checks.range(pointer(name), wage, 0, MOST);
        }
    }
    if let (Some(least), Some(most)) = (line.wage_min, line.wage_max)
        && most < least
    {
        checks.fault(pointer("wage_max"), OUT_OF_RANGE, most, check::at_least(format!("wage_min, {least}")));
    }
    let Some(region) = line.work_region.as_deref() else { return };
    let Some(lowest) = line.wage_min.or(line.wage_max) else {
        let expected =
            Text::of("upah (Perpres 57/2023 Pasal 5 ayat (1) huruf d)", "a wage (Perpres 57/2023 art. 5(1)d)");
        checks.warning(pointer("wage_min"), NO_WAGE, serde_json::Value::Null, expected);
        return;
    };
    let year = line.valid_from.year();
    match codes.minimum_wage_sen(region, year) {
        None => {
            let expected = Text::made(format!("upah minimum tahun {year}"), format!("a minimum wage of {year}"));
            checks.warning(pointer("work_region"), MINIMUM_WAGE_UNKNOWN, region, expected);
        }
        Some(sen) if lowest.saturating_mul(100) < sen => {
            let least = check::at_least(format!("{} ({year})", rupiah(sen)));
            checks.warning(pointer("wage_min"), BELOW_MINIMUM_WAGE, lowest, least);
        }
        Some(_) => {}
    }
}

/// An amount as people write it: `Rp4.815.102,80`, without sen where there are none.
fn rupiah(sen: i64) -> String {
    let (whole, rest) = ((sen / 100).to_string(), sen % 100);
    let mut text = "Rp".to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    if rest == 0 { text } else { format!("{text},{rest:02}") }
}

/// Art. 5(1)d: age is information of the report; a limit is shown to the officer.
fn check_age(checks: &mut Checks, line: &VacancyLine, yardstick: &Yardstick<'_>, pointer: &impl Fn(&str) -> String) {
    for (name, age) in [("age_min", line.age_min), ("age_max", line.age_max)] {
        if let Some(age) = age {
            checks.range(pointer(name), age.into(), 10, 99);
        }
    }
    if let (Some(least), Some(most)) = (line.age_min, line.age_max)
        && most < least
    {
        checks.fault(pointer("age_max"), OUT_OF_RANGE, most, check::at_least(format!("age_min, {least}")));
    }
    if let Some(most) = line.age_max {
        let expected =
            Text::of("tanpa batas usia, kecuali pekerjaannya memerlukan", "no highest age, unless the work needs one");
        checks.warning(pointer("age_max"), AGE_LIMIT, most, expected);
    }
    let working_age = yardstick.working_age;
    if let Some(age) = line.age_min.filter(|age| i64::from(*age) < working_age) {
        checks.warning(pointer("age_min"), UNDER_WORKING_AGE, age, check::at_least(working_age));
    }
}

/// The positions that accepted lines open. Work is near or far as seen from the company's region.
#[must_use]
pub fn openings(lines: &[(VacancyId, VacancyLine)], company_region: &str, codes: &Codes) -> Vec<Opening> {
    lines
        .iter()
        .map(|(id, line)| {
            let region = line.work_region.clone().unwrap_or_default();
            let names = names(&line.occupation, &region, line.education.as_deref(), codes);
            Opening {
                id: *id,
                title: line.title.trim().to_owned(),
                description: line.description.clone(),
                occupation: line.occupation.clone(),
                antar_kerja: antar_kerja(company_region, &line.work_country, &region),
                country: line.work_country.clone(),
                region,
                education: line.education.clone(),
                education_rank: line
                    .education
                    .as_deref()
                    .and_then(|level| codes.education_rank(level))
                    .unwrap_or_default(),
                experience_months: line.experience_months,
                age_min: line.age_min,
                age_max: line.age_max,
                skills: line.skills.clone(),
                wanted: line.wanted,
                wage_min: line.wage_min,
                wage_max: line.wage_max,
                disability_friendly: line.disability_friendly,
                valid_from: line.valid_from,
                valid_until: line.valid_until,
                names,
            }
        })
        .collect()
}

/// Whether work lies in another province than the office.
#[must_use]
pub fn several_provinces(lines: &[VacancyLine], office: &str) -> bool {
    lines.iter().filter_map(|line| line.work_region.as_deref()).any(|region| region.get(..2) != office.get(..2))
}

/// A report that waited too long is not accepted: its vacancies would end at once.
///
/// # Errors
/// `rows-refused` naming the lines whose validity has passed.
pub fn still_valid(lines: &[(VacancyId, VacancyLine)], today: NaiveDate) -> Result<(), Problem> {
    let over = lines.iter().enumerate().filter(|(_, (_, line))| line.valid_until < today);
    let faults: Vec<Fault> = over
        .map(|(at, (_, line))| {
            let until = line.valid_until.to_string();
            Fault::new(format!("/lines/{at}/valid_until"), ENDED_ALREADY, until, check::or_later(today))
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Problem::new(Kind::RowsRefused).faults(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_points_and_sen_where_there_are_some() {
        for (sen, text) in [
            (0, "Rp0"),
            (99_900, "Rp999"),
            (100_000, "Rp1.000"),
            (520_000_000, "Rp5.200.000"),
            (481_510_280, "Rp4.815.102,80"),
            (10_000_005, "Rp100.000,05"),
        ] {
            assert_eq!(rupiah(sen), text);
        }
    }
}
