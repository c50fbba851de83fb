//! Who may write what, what a row must hold, and how days are counted for those who ask.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use disnaker_entity::reference::{
    HolidayId, HolidayKind, MinimumWageId, PolicyId, PolicyUnit, RegionLevel, SynonymId, holiday, minimum_wage, policy,
    synonym,
};
use serde_json::Value;

use super::A_PLACE;
use super::bodies::{
    CountedDayView, HolidayPatch, MinimumWagePatch, NewHoliday, NewMinimumWage, NewPolicy, NewSynonym, WorkingDayView,
    WorkingDaysQuestion,
};
use super::codes::{Codes, fold};
use crate::book::{AN_OFFICE, Book, JOINT_LEAVE_IS_WORK, OWN_OFFICE, Policy};
use crate::calendar::{Calendar, YearMissing};
use crate::caller::Scope;
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, UNKNOWN_REFERENCE};
use crate::deadline::Pause;
use crate::problem::{Fault, FaultCode, Kind, Problem, Refusal, Text};
use crate::wire;

const NOT_YOURS: FaultCode =
    FaultCode::new("not-yours-to-write", "Bukan wewenang Anda", "Outside of what you may write");
/// One of the two ways to ask for working days.
const DAYS_OR_TO: Text = Text::of("`days` atau `to`, salah satu", "either `days` or `to`");
const TAKEN: FaultCode = FaultCode::new("taken", "Sudah ada baris dengan nilai ini", "A row with this value exists");
const OTHER_UNIT: FaultCode =
    FaultCode::new("not-the-rule-s-unit", "Bukan satuan aturan ini", "Not the unit of this rule");
const COUNTS_NO_DAYS: FaultCode =
    FaultCode::new("counts-no-days", "Aturan ini tidak menghitung hari", "The rule counts no days");
const ONE_OF_TWO: FaultCode = FaultCode::new("one-of-two", "Pilih salah satu", "One of the two, not both");

const NOT_A_NAME: FaultCode =
    FaultCode::new("not-a-name", "Bukan nama dari satu sampai empat kata", "Not a name of one to four words");

/// Names of a group of synonyms.
const NAMES: std::ops::RangeInclusive<usize> = 2..=20;
/// Years that a date may lie in: beyond them it is a slip of the pen.
const YEARS: std::ops::RangeInclusive<i32> = 1945..=2199;
/// Most days that are listed at once.
const LISTED: u32 = 366;
/// Most sen of a monthly wage: one thousand million rupiah.
const MOST_SEN: i64 = 100_000_000_000;

/// The values of these fields together are those of another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken(pub &'static [&'static str]);

impl Refusal for Taken {
    fn kind(&self) -> Kind {
        Kind::AlreadyExists
    }

    fn faults(self) -> Vec<Fault> {
        let fault = |pointer: &&str| {
            Fault::new(
                *pointer,
                TAKEN,
                Value::Null,
                Text::of("gabungan nilai yang belum dipakai baris lain", "values that no other row has together"),
            )
        };
        self.0.iter().map(fault).collect()
    }
}

// Jurisdiction -----------------------------------------------------------------------------------

/// Where a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// In the whole country.
    Country,
    /// In a region and everything below it.
    Region(&'a str),
    /// In one office.
    Office(&'a str),
}

impl<'a> Place<'a> {
    /// Where a row with this region or scope counts; the whole country's is empty.
    #[must_use]
    pub fn of(region: &'a str) -> Self {
        if region.is_empty() { Self::Country } else { Self::Region(region) }
    }

    /// Where a day off counts.
    #[must_use]
    pub fn of_holiday(row: &'a holiday::Model) -> Self {
        if row.kind == HolidayKind::OfficeClosure { Self::Office(&row.region) } else { Self::of(&row.region) }
    }
}

/// Whether a scope may write rows of a place: an office's admin those of its region and below, a province's admin
/// also those of the province and of the whole country.
#[must_use]
pub fn may_write(place: Place<'_>, scope: &Scope) -> bool {
    match place {
        Place::Country => !scope.provinces.is_empty(),
        Place::Region(province) if province.len() == 2 => scope.provinces.iter().any(|code| code == province),
        Place::Region(region) => covering(region, scope).is_some(),
        Place::Office(office) => scope.covers_office(office),
    }
}

/// The office or province of a scope in which a region lies.
fn covering<'a>(region: &str, scope: &'a Scope) -> Option<&'a str> {
    let below = |code: &&String| region.starts_with(code.split('-').next().unwrap_or_default());
    scope.offices.iter().find(below).or_else(|| scope.provinces.iter().find(below)).map(String::as_str)
}

/// The office in whose name a row of a place is written; empty where nobody's.
#[must_use]
pub fn acting_office<'a>(place: Place<'a>, scope: &'a Scope) -> &'a str {
    match place {
        Place::Country => scope.provinces.first().map_or("", String::as_str),
        Place::Region(region) => covering(region, scope).unwrap_or_default(),
        Place::Office(office) => office,
    }
}

/// Nothing is there for those who may not write it.
///
/// # Errors
/// `not-found`.
pub fn writable(place: Place<'_>, scope: &Scope) -> Result<(), Problem> {
    if may_write(place, scope) { Ok(()) } else { Err(Problem::not_found()) }
}

/// A province or district that a row of the scope may name.
fn own_region(checks: &mut Checks, pointer: &str, region: &str, codes: &Codes, scope: &Scope) {
    let level = codes.region(region).map(|region| region.level);
    if !matches!(level, Some(RegionLevel::Province | RegionLevel::District)) {
        checks.fault(pointer, UNKNOWN_REFERENCE, region, A_PLACE);
    } else if !may_write(Place::Region(region), scope) {
        let expected = Text::of(
            "wilayah dinas Anda; baris provinsi ditulis admin provinsi",
            "a region of your office; a province's rows are its own admin's",
        );
        checks.fault(pointer, NOT_YOURS, region, expected);
    }
}

fn plausible_year(checks: &mut Checks, pointer: &str, date: NaiveDate) {
    if !YEARS.contains(&date.year()) {
        checks.fault(pointer, OUT_OF_RANGE, date.to_string(), check::from_to(YEARS.start(), YEARS.end()));
    }
}

// Holidays ---------------------------------------------------------------------------------------

/// The row of a new day off.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn holiday(
    new: NewHoliday,
    id: HolidayId,
    codes: &Codes,
    book: &Book,
    scope: &Scope,
) -> Result<holiday::Model, Problem> {
    let mut checks = Checks::default();
    let nowhere = |checks: &mut Checks, pointer: &str, code: Option<&String>| {
        if let Some(code) = code {
            let expected = Text::made(
                format!("kosong untuk hari libur jenis {}", new.kind),
                format!("nothing for a day off of kind {}", new.kind),
            );
            checks.fault(pointer, NOT_ALLOWED, code.as_str(), expected);
        }
    };
    match (new.kind, &new.region, &new.office) {
        (HolidayKind::National | HolidayKind::JointLeave, region, office) => {
            nowhere(&mut checks, "/region", region.as_ref());
            nowhere(&mut checks, "/office", office.as_ref());
            if !may_write(Place::Country, scope) {
                let expected = Text::of(
                    "jenis untuk wilayah sendiri: local, office_closure",
                    "a kind of your own region: local, office_closure",
                );
                checks.fault("/kind", NOT_YOURS, new.kind.as_str(), expected);
            }
        }
        (HolidayKind::Local, region, office) => {
            nowhere(&mut checks, "/office", office.as_ref());
            match region {
                None => checks.fault("/region", REQUIRED, Value::Null, A_PLACE),
                Some(region) => own_region(&mut checks, "/region", region, codes, scope),
            }
        }
        (HolidayKind::OfficeClosure, region, office) => {
            nowhere(&mut checks, "/region", region.as_ref());
            match office {
                None => checks.fault("/office", REQUIRED, Value::Null, AN_OFFICE),
                Some(office) if !book.offices.contains_key(office) => {
                    checks.fault("/office", UNKNOWN_REFERENCE, office.as_str(), AN_OFFICE);
                }
                Some(office) if !may_write(Place::Office(office), scope) => {
                    checks.fault("/office", NOT_YOURS, office.as_str(), OWN_OFFICE);
                }
                Some(_) => {}
            }
        }
    }
    let region = new.region.or(new.office).unwrap_or_default();
    let row =
        holiday::Model { id, date: new.date, region, kind: new.kind, name: new.name, source: new.source, version: 1 };
    check_holiday(&mut checks, &row);
    checks.done().map(|()| row)
}

/// A day off with its changes.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn changed_holiday(row: &holiday::Model, patch: &HolidayPatch) -> Result<holiday::Model, Problem> {
    let row = holiday::Model {
        date: patch.date.unwrap_or(row.date),
        name: patch.name.as_ref().unwrap_or(&row.name).clone(),
        source: patch.source.as_ref().unwrap_or(&row.source).clone(),
        version: row.version + 1,
        ..row.clone()
    };
    let mut checks = Checks::default();
    check_holiday(&mut checks, &row);
    checks.done().map(|()| row)
}

fn check_holiday(checks: &mut Checks, row: &holiday::Model) {
    plausible_year(checks, "/date", row.date);
    checks.line("/name", &row.name, 120);
    checks.line("/source", &row.source, 300);
}

/// A year that may be asked for.
///
/// # Errors
/// `invalid-query` for one in which nothing can be.
pub fn plausible(year: Option<i32>) -> Result<(), Problem> {
    match year {
        Some(year) if !YEARS.contains(&year) => {
            Err(wire::invalid_parameter("year", year, check::from_to(YEARS.start(), YEARS.end())))
        }
        _ => Ok(()),
    }
}

/// Whether a day is one that an office works on when nothing else is said: only then can a day off move anything.
#[must_use]
pub fn is_weekday(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

// Minimum wages ----------------------------------------------------------------------------------

/// The row of a new minimum wage.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn minimum_wage(
    new: NewMinimumWage,
    id: MinimumWageId,
    codes: &Codes,
    scope: &Scope,
) -> Result<minimum_wage::Model, Problem> {
    let mut checks = Checks::default();
    own_region(&mut checks, "/region", &new.region, codes, scope);
    checks.range("/year", new.year.into(), (*YEARS.start()).into(), (*YEARS.end()).into());
    let row = minimum_wage::Model {
        id,
        region: new.region,
        year: new.year,
        amount_sen: new.amount_sen,
        proposal_government_sen: new.proposal_government_sen,
        proposal_employers_sen: new.proposal_employers_sen,
        proposal_workers_sen: new.proposal_workers_sen,
        agreed: new.agreed,
        decree: new.decree,
        source: new.source,
        version: 1,
    };
    check_minimum_wage(&mut checks, &row);
    checks.done().map(|()| row)
}

/// A minimum wage with its changes.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn changed_minimum_wage(
    row: &minimum_wage::Model,
    patch: MinimumWagePatch,
) -> Result<minimum_wage::Model, Problem> {
    let row = minimum_wage::Model {
        amount_sen: patch.amount_sen.unwrap_or(row.amount_sen),
        proposal_government_sen: patch.proposal_government_sen.unwrap_or(row.proposal_government_sen),
        proposal_employers_sen: patch.proposal_employers_sen.unwrap_or(row.proposal_employers_sen),
        proposal_workers_sen: patch.proposal_workers_sen.unwrap_or(row.proposal_workers_sen),
        agreed: patch.agreed.unwrap_or(row.agreed),
        decree: patch.decree.unwrap_or_else(|| row.decree.clone()),
        source: patch.source.unwrap_or_else(|| row.source.clone()),
        version: row.version + 1,
        ..row.clone()
    };
    let mut checks = Checks::default();
    check_minimum_wage(&mut checks, &row);
    checks.done().map(|()| row)
}

fn check_minimum_wage(checks: &mut Checks, row: &minimum_wage::Model) {
    let amounts = [
        ("/amount_sen", Some(row.amount_sen)),
        ("/proposal_government_sen", row.proposal_government_sen),
        ("/proposal_employers_sen", row.proposal_employers_sen),
        ("/proposal_workers_sen", row.proposal_workers_sen),
    ];
    for (pointer, amount) in amounts {
        if let Some(amount) = amount {
            checks.range(pointer, amount, 1, MOST_SEN);
        }
    }
    checks.optional_line("/decree", row.decree.as_deref(), 300);
    checks.line("/source", &row.source, 300);
}

// Policies ---------------------------------------------------------------------------------------

/// The row of a new policy. Its rule must be one that code reads, in the unit that code reads it in.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn policy(
    new: NewPolicy,
    id: PolicyId,
    codes: &Codes,
    book: &Book,
    scope: &Scope,
) -> Result<policy::Model, Problem> {
    let mut checks = Checks::default();
    match book.policies.at(&new.rule, "", NaiveDate::MAX) {
        Err(_) => {
            let expected = Text::of("aturan yang tercantum di GET /v1/policies", "a rule that GET /v1/policies lists");
            checks.fault("/rule", UNKNOWN_REFERENCE, new.rule.as_str(), expected);
        }
        Ok(known) if known.unit != new.unit => {
            checks.fault("/unit", OTHER_UNIT, new.unit.as_str(), Text::plain(known.unit.as_str()));
        }
        Ok(_) => checks.range("/amount", new.amount, 0, most(new.unit)),
    }
    match &new.scope {
        None if may_write(Place::Country, scope) => {}
        None => {
            checks.fault("/scope", NOT_YOURS, Value::Null, Text::of("wilayah dinas Anda", "a region of your office"));
        }
        // The calendar is one for everybody; how it treats joint leave can't differ from district to district.
        Some(region) if new.rule == JOINT_LEAVE_IS_WORK => {
            let expected = Text::of(
                "kosong: aturan ini berlaku di seluruh negeri",
                "nothing: the rule holds in the whole country",
            );
            checks.fault("/scope", NOT_ALLOWED, region.as_str(), expected);
        }
        Some(region) => own_region(&mut checks, "/scope", region, codes, scope),
    }
    plausible_year(&mut checks, "/valid_from", new.valid_from);
    checks.line("/law", &new.law, 300);
    checks.optional_line("/law_en", new.law_en.as_deref(), 300);
    checks.optional_line("/note", new.note.as_deref(), 500);
    checks.done()?;
    Ok(policy::Model {
        id,
        rule: new.rule,
        scope: new.scope.unwrap_or_default(),
        valid_from: new.valid_from,
        amount: new.amount,
        unit: new.unit,
        law: new.law_en.unwrap_or_else(|| new.law.clone()),
        law_id: new.law,
        note: new.note.clone().unwrap_or_default(),
        note_id: new.note.unwrap_or_default(),
        edited: true,
    })
}

/// The greatest amount of a unit that is no slip of the pen.
const fn most(unit: PolicyUnit) -> i64 {
    match unit {
        PolicyUnit::Flag => 1,
        PolicyUnit::Percent | PolicyUnit::Years => 100,
        PolicyUnit::WorkingDays => 366,
        PolicyUnit::CalendarDays => 1_000,
        PolicyUnit::Months => 1_200,
        PolicyUnit::Hours => 10_000,
        PolicyUnit::Minutes => 100_000,
        PolicyUnit::Persons => 1_000_000,
        PolicyUnit::Rupiah => 1_000_000_000_000,
    }
}

/// The rows in force in a place on a day, one a rule: the nearest scope wins, then the latest first day.
#[must_use]
pub fn in_force(rows: Vec<policy::Model>, place: &str, day: NaiveDate) -> Vec<policy::Model> {
    let mut by_rule: BTreeMap<String, policy::Model> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| row.valid_from <= day && place.starts_with(&row.scope)) {
        let nearer = |known: &policy::Model| (row.scope.len(), row.valid_from) > (known.scope.len(), known.valid_from);
        if by_rule.get(&row.rule).is_none_or(nearer) {
            by_rule.insert(row.rule.clone(), row);
        }
    }
    by_rule.into_values().collect()
}

// Days -------------------------------------------------------------------------------------------

/// The place whose calendar and policies count, named by an office or a region; empty for the whole country. The kind
/// says where the names stand: in a query, or as pointers into a body.
///
/// # Errors
/// A problem of the kind.
pub fn place<'a>(
    office: Option<&'a str>,
    region: Option<&'a str>,
    book: &Book,
    codes: &Codes,
    kind: Kind,
) -> Result<&'a str, Problem> {
    let refuse = |name: &str, code: FaultCode, received: &str, expected: Text| {
        let pointer = if kind == Kind::InvalidQuery { name.to_owned() } else { format!("/{name}") };
        Err(Problem::new(kind).faults(vec![Fault::new(pointer, code, received, expected)]))
    };
    match (office, region) {
        (None, None) => Ok(""),
        (Some(_), Some(region)) => refuse(
            "region",
            ONE_OF_TWO,
            region,
            Text::of("dinas atau wilayah, salah satu", "either an office or a region"),
        ),
        (Some(office), None) if book.offices.contains_key(office) => Ok(office),
        (Some(office), None) => refuse("office", UNKNOWN_REFERENCE, office, AN_OFFICE),
        (None, Some(region)) if codes.region(region).is_some() => Ok(region),
        (None, Some(region)) => refuse("region", UNKNOWN_REFERENCE, region, check::code_of("/v1/regions")),
    }
}

/// A region or office that a list is asked for: a misspelt one would pass for a place where nothing of its own counts.
///
/// # Errors
/// `invalid-query` for one that does not exist.
pub fn known_place(code: Option<&str>, book: &Book, codes: &Codes) -> Result<(), Problem> {
    match code {
        Some(code) if codes.region(code).is_none() && !book.offices.contains_key(code) => {
            let expected = Text::of("kode wilayah atau dinas", "the code of a region or an office");
            let fault = Fault::new("region", UNKNOWN_REFERENCE, code, expected);
            Err(Problem::new(Kind::InvalidQuery).faults(vec![fault]))
        }
        _ => Ok(()),
    }
}

/// The last day that is asked for.
///
/// # Errors
/// `invalid-query` unless exactly one of `days` and `to` is there and within bounds; `calendar-missing` where the
/// count runs into a year that is not loaded.
pub fn last_day(question: &WorkingDaysQuestion, calendar: &Calendar, place: &str) -> Result<NaiveDate, Problem> {
    let refuse = |name: &str, code: FaultCode, received: Value, expected: Text| {
        Err(Problem::new(Kind::InvalidQuery).faults(vec![Fault::new(name, code, received, expected)]))
    };
    let from = question.from;
    let furthest = from.checked_add_days(Days::new(LISTED.into())).unwrap_or(NaiveDate::MAX);
    match (question.days, question.to) {
        (Some(days @ 1..=LISTED), None) => Ok(calendar.add_working_days(from, days, place)?),
        (Some(days), None) => refuse("days", OUT_OF_RANGE, days.into(), check::from_to(1, LISTED)),
        (None, Some(to)) if (from..=furthest).contains(&to) => Ok(to),
        (None, Some(to)) => refuse("to", OUT_OF_RANGE, to.to_string().into(), check::from_to(from, furthest)),
        (None, None) => refuse("days", REQUIRED, Value::Null, DAYS_OR_TO),
        (Some(_), Some(to)) => refuse("to", ONE_OF_TWO, to.to_string().into(), DAYS_OR_TO),
    }
}

/// The days after `from` up to and including `to`, and which of them are worked.
///
/// # Errors
/// [`YearMissing`] for a day in a year that is not loaded.
pub fn working_days(
    calendar: &Calendar,
    from: NaiveDate,
    to: NaiveDate,
    place: &str,
) -> Result<Vec<WorkingDayView>, YearMissing> {
    let day = |(date, off): (NaiveDate, Option<&str>)| WorkingDayView {
        date,
        working: off.is_none(),
        reason: off.map(str::to_owned),
    };
    Ok(calendar.days_between(from, to, place)?.into_iter().map(day).collect())
}

/// The policy of a rule that counts days, as it is in force in a place on the day of the trigger.
///
/// # Errors
/// `invalid-content` for a rule that no row has, or one that counts something else.
pub fn day_policy<'a>(book: &'a Book, rule: &str, place: &str, started_on: NaiveDate) -> Result<&'a Policy, Problem> {
    let mut checks = Checks::default();
    plausible_year(&mut checks, "/started_on", started_on);
    let policy = book.policies.at(rule, place, started_on).ok();
    match policy.map(|policy| policy.unit) {
        None => {
            let expected = Text::of(
                "aturan yang berlaku pada hari itu (GET /v1/policies)",
                "a rule in force on that day (GET /v1/policies)",
            );
            checks.fault("/rule", UNKNOWN_REFERENCE, rule, expected);
        }
        Some(PolicyUnit::WorkingDays | PolicyUnit::CalendarDays | PolicyUnit::Months | PolicyUnit::Years) => {}
        Some(unit) => {
            let expected = Text::of(
                "aturan dalam hari kerja, hari kalender, bulan, atau tahun",
                "a rule in working days, calendar days, months or years",
            );
            checks.fault("/rule", COUNTS_NO_DAYS, unit.as_str(), expected);
        }
    }
    checks.done()?;
    policy.ok_or_else(|| Problem::internal("a policy that was found is gone"))
}

/// Why a paused day does not count, in the language of the names of days off.
const PAUSED: &str = "Jeda";
/// Most pauses of a calculation, and the longest in days.
const MOST_PAUSES: usize = 50;
const LONGEST_PAUSE: i64 = 366;

/// Every fault of the pauses of a calculation at once.
///
/// # Errors
/// `invalid-content`.
pub fn pauses(pauses: &[Pause]) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.count("/pauses", pauses.len(), 0, MOST_PAUSES);
    for (at, pause) in pauses.iter().enumerate() {
        checks.day(format!("/pauses/{at}/from"), Some(pause.from));
        if !(0..LONGEST_PAUSE).contains(&(pause.to - pause.from).num_days()) {
            let expected = Text::made(
                format!("hari mulai `from`, paling banyak {LONGEST_PAUSE} hari seluruhnya"),
                format!("a day from `from` on, at most {LONGEST_PAUSE} days in all"),
            );
            checks.fault(format!("/pauses/{at}/to"), OUT_OF_RANGE, pause.to.to_string(), expected);
        }
    }
    checks.done()
}

/// Refuses pauses of what is due before a day: nothing stands still on the way to it.
///
/// # Errors
/// `invalid-content`.
pub fn no_pause(pauses: &[Pause]) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if !pauses.is_empty() {
        let expected = Text::of("tanpa jeda untuk pemberitahuan di muka", "no pause of a notice");
        checks.fault("/pauses", NOT_ALLOWED, pauses.len(), expected);
    }
    checks.done()
}

/// The sum behind a due date, day by day; empty for months and years, which no day adds up to.
///
/// # Errors
/// [`YearMissing`] for a day in a year that is not loaded.
pub fn counted_days(
    policy: &Policy,
    start: NaiveDate,
    due: NaiveDate,
    pauses: &[Pause],
    calendar: &Calendar,
    place: &str,
) -> Result<Vec<CountedDayView>, YearMissing> {
    let days = match policy.unit {
        PolicyUnit::WorkingDays => calendar.days_between(start, due, place)?,
        PolicyUnit::CalendarDays => {
            start.iter_days().skip(1).take_while(|day| *day <= due).map(|day| (day, None)).collect()
        }
        _ => Vec::new(),
    };
    let mut count = 0;
    let day = |(date, off): (NaiveDate, Option<&str>)| {
        let off = off.or_else(|| pauses.iter().any(|pause| pause.covers(date)).then_some(PAUSED));
        count += u32::from(off.is_none());
        CountedDayView { date, number: off.is_none().then_some(count), reason: off.map(str::to_owned) }
    };
    Ok(days.into_iter().map(day).collect())
}

// Synonyms ---------------------------------------------------------------------------------------

/// Where a group of synonyms is written: by the office that wrote it; what came with the service by a province.
#[must_use]
pub fn place_of_synonym(row: &synonym::Model) -> Place<'_> {
    if row.office.is_empty() { Place::Country } else { Place::Office(&row.office) }
}

/// The row of a new group of synonyms: its names folded, each once, in the order of the alphabet.
///
/// # Errors
/// `invalid-content`.
pub fn synonym(new: &NewSynonym, id: SynonymId, scope: &Scope) -> Result<synonym::Model, Problem> {
    let mut checks = Checks::default();
    checks.count("/terms", new.terms.len(), *NAMES.start(), *NAMES.end());
    let mut names = std::collections::BTreeSet::new();
    for (at, term) in new.terms.iter().enumerate().take(*NAMES.end()) {
        checks.line(format!("/terms/{at}"), term, 60);
        let folded = fold(term);
        let words: Vec<&str> = folded.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let name = words.join(" ");
        if !(1..=4).contains(&words.len()) {
            let expected = Text::of("satu sampai empat kata", "one to four words");
            checks.fault(format!("/terms/{at}"), NOT_A_NAME, term.as_str(), expected);
        } else if !names.insert(name) {
            let expected = Text::of("nama lain daripada yang sudah disebut", "another name than those before it");
            checks.fault(format!("/terms/{at}"), TAKEN, term.as_str(), expected);
        }
    }
    checks.done()?;
    let office = scope.offices.first().or_else(|| scope.provinces.first()).cloned().unwrap_or_default();
    Ok(synonym::Model { id, terms: names.into_iter().collect::<Vec<_>>().join(", "), office, version: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Office, Policies};
    use crate::calendar::DayOff;
    use crate::clock::Zone;

    fn district(office: &str) -> Scope {
        Scope { offices: vec![office.to_owned()], ..Scope::default() }
    }

    fn province(code: &str) -> Scope {
        Scope { provinces: vec![code.to_owned()], ..Scope::default() }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn book() -> Book {
        let offices = ["36", "36.72", "36.04-2"].map(|code| {
            let office = Office { code: code.into(), name: code.into(), region: code.into(), zone: Zone::WESTERN };
            (code.to_owned(), office)
        });
        let off = |date: &str, name: &str| {
            let name = name.to_owned();
            (day(date), DayOff { region: String::new(), closure: false, joint_leave: false, national: true, name })
        };
        let policy = |rule: &str, amount, unit| Policy {
            rule: rule.into(),
            scope: String::new(),
            valid_from: day("2019-01-01"),
            amount,
            unit,
            law: Text::plain("Law"),
        };
        Book {
            offices: offices.into(),
            calendar: Calendar::new([off("2026-03-19", "Nyepi"), off("2026-03-20", "Cuti")], 1, false),
            policies: Policies::new([
                policy("mediation.answer", 5, PolicyUnit::WorkingDays),
                policy("vacancy.report-due", 3, PolicyUnit::CalendarDays),
                policy("ak1.validity", 24, PolicyUnit::Months),
                policy("training.class-size", 16, PolicyUnit::Persons),
                policy("calendar.joint-leave-is-work", 0, PolicyUnit::Flag),
            ]),
        }
    }

    fn faults<T>(outcome: Result<T, Problem>) -> Vec<(String, &'static str)> {
        let faults = outcome.err().map(Problem::into_faults).unwrap_or_default();
        faults.into_iter().map(|fault| (fault.pointer, fault.code.code)).collect()
    }

    fn at(pointer: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(pointer.to_owned(), code)]
    }

    #[test]
    fn an_admin_writes_for_the_own_region_and_a_province_s_admin_for_the_country() {
        use Place::{Country, Office, Region};
        for place in [Region("36.72"), Region("36.72.01"), Office("36.72")] {
            assert!(may_write(place, &district("36.72")), "{place:?}");
            assert!(may_write(place, &province("36")), "{place:?}");
            assert!(!may_write(place, &district("33.06")), "{place:?}");
            assert!(!may_write(place, &province("33")), "{place:?}");
            assert!(!may_write(place, &Scope::default()), "{place:?}");
        }
        assert!(may_write(Region("36.04"), &district("36.04-2")));
        assert!(!may_write(Office("36.04"), &district("36.04-2")));
        for place in [Country, Region("36")] {
            assert!(may_write(place, &province("36")), "{place:?}");
            assert!(!may_write(place, &district("36.72")), "{place:?}");
            assert!(!may_write(place, &district("36")), "{place:?}");
        }
        assert!(may_write(Office("36"), &district("36")));
        assert!(!may_write(Region("33"), &province("36")));
    }

    #[test]
    fn a_row_is_journalled_in_the_name_of_the_office_that_covers_it() {
        let scope = Scope { offices: vec!["36.72".into()], provinces: vec!["33".into()], ..Scope::default() };
        assert_eq!(acting_office(Place::Region("36.72"), &scope), "36.72");
        assert_eq!(acting_office(Place::Region("33.06"), &scope), "33");
        assert_eq!(acting_office(Place::Country, &scope), "33");
        assert_eq!(acting_office(Place::Office("36.72"), &scope), "36.72");
        assert_eq!(acting_office(Place::Country, &Scope::default()), "");
    }

    fn holiday_faults(new: NewHoliday, scope: &Scope) -> Vec<(String, &'static str)> {
        faults(holiday(new, HolidayId(uuid::Uuid::nil()), &Codes::sample(), &book(), scope))
    }

    #[test]
    fn a_day_off_stands_where_its_kind_says() {
        use HolidayKind::{JointLeave, Local, National, OfficeClosure};
        let new = |kind, region: Option<&str>, office: Option<&str>| NewHoliday {
            kind,
            region: region.map(str::to_owned),
            office: office.map(str::to_owned),
            ..NewHoliday::sample()
        };
        let (cilegon, banten) = (district("36.72"), province("36"));
        assert_eq!(holiday_faults(new(Local, Some("36.72"), None), &cilegon), []);
        assert_eq!(holiday_faults(new(Local, Some("36"), None), &banten), []);
        assert_eq!(holiday_faults(new(OfficeClosure, None, Some("36.72")), &cilegon), []);
        assert_eq!(holiday_faults(new(National, None, None), &banten), []);
        assert_eq!(holiday_faults(new(National, None, None), &cilegon), at("/kind", "not-yours-to-write"));
        assert_eq!(holiday_faults(new(JointLeave, Some("36"), None), &banten), at("/region", "not-allowed"));
        assert_eq!(holiday_faults(new(Local, None, None), &banten), at("/region", "required"));
        assert_eq!(holiday_faults(new(Local, Some("36"), None), &cilegon), at("/region", "not-yours-to-write"));
        assert_eq!(holiday_faults(new(Local, Some("33.06"), None), &cilegon), at("/region", "not-yours-to-write"));
        assert_eq!(holiday_faults(new(Local, Some("99"), None), &banten), at("/region", "unknown-reference"));
        assert_eq!(holiday_faults(new(Local, Some("36.72.01"), None), &cilegon), at("/region", "unknown-reference"));
        assert_eq!(holiday_faults(new(OfficeClosure, None, None), &cilegon), at("/office", "required"));
        assert_eq!(
            holiday_faults(new(OfficeClosure, None, Some("36.99")), &banten),
            at("/office", "unknown-reference")
        );
        assert_eq!(holiday_faults(new(OfficeClosure, None, Some("36")), &cilegon), at("/office", "not-yours-to-write"));
    }

    #[test]
    fn every_fault_of_a_day_off_is_told_at_once() {
        let new =
            NewHoliday { date: day("1492-10-12"), name: " ".into(), source: "x".repeat(301), ..NewHoliday::sample() };
        let found = holiday_faults(new, &district("33.06"));
        let pointers: Vec<_> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/region", "/date", "/name", "/source"]);
    }

    #[test]
    fn a_minimum_wage_is_sen_of_a_district_and_year() {
        let written = |new, scope: &Scope| minimum_wage(new, MinimumWageId(uuid::Uuid::nil()), &Codes::sample(), scope);
        let sample = NewMinimumWage::sample;
        assert!(written(sample(), &district("36.72")).is_ok());
        assert_eq!(faults(written(sample(), &district("33.06"))), at("/region", "not-yours-to-write"));
        let ump = NewMinimumWage { region: "36".into(), ..sample() };
        assert!(written(ump.clone(), &province("36")).is_ok());
        assert_eq!(faults(written(ump, &district("36.72"))), at("/region", "not-yours-to-write"));
        let wrong = NewMinimumWage {
            year: 31,
            amount_sen: 0,
            proposal_workers_sen: Some(-1),
            decree: Some(String::new()),
            ..sample()
        };
        assert_eq!(faults(written(wrong, &district("36.72"))).len(), 4);
    }

    #[test]
    fn a_merge_patch_clears_what_is_null_and_keeps_what_is_absent() {
        let row =
            minimum_wage(NewMinimumWage::sample(), MinimumWageId(uuid::Uuid::nil()), &Codes::sample(), &province("36"))
                .unwrap();
        let patch: MinimumWagePatch = serde_json::from_str(r#"{"agreed": true, "decree": null}"#).unwrap();
        let changed = changed_minimum_wage(&row, patch).unwrap();
        assert_eq!((changed.agreed, &changed.decree, changed.version), (Some(true), &None, 2));
        assert_eq!((changed.amount_sen, changed.proposal_workers_sen), (row.amount_sen, row.proposal_workers_sen));
        assert!(serde_json::from_str::<MinimumWagePatch>(r#"{"amount_sen": null}"#).is_err());
        assert!(serde_json::from_str::<MinimumWagePatch>(r#"{"year": 2030}"#).is_err());
        let patch: MinimumWagePatch = serde_json::from_str(r#"{"amount_sen": 0}"#).unwrap();
        assert_eq!(faults(changed_minimum_wage(&row, patch)), at("/amount_sen", "out-of-range"));
    }

    #[test]
    fn a_policy_keeps_its_rule_s_unit_and_its_author_s_place() {
        use PolicyUnit::{CalendarDays, Flag, WorkingDays};
        let new = |rule: &str, scope: Option<&str>, amount, unit| NewPolicy {
            rule: rule.into(),
            scope: scope.map(str::to_owned),
            amount,
            unit,
            ..NewPolicy::sample()
        };
        let written =
            |new, scope: &Scope| faults(policy(new, PolicyId(uuid::Uuid::nil()), &Codes::sample(), &book(), scope));
        let (cilegon, banten) = (district("36.72"), province("36"));
        assert_eq!(written(new("mediation.answer", Some("36.72"), 7, WorkingDays), &cilegon), []);
        assert_eq!(written(new("mediation.answer", None, 7, WorkingDays), &banten), []);
        assert_eq!(
            written(new("mediation.answer", None, 7, WorkingDays), &cilegon),
            at("/scope", "not-yours-to-write")
        );
        assert_eq!(
            written(new("mediation.answer", Some("36"), 7, WorkingDays), &cilegon),
            at("/scope", "not-yours-to-write")
        );
        assert_eq!(
            written(new("mediation.answer", Some("36.72"), 7, CalendarDays), &cilegon),
            at("/unit", "not-the-rule-s-unit")
        );
        assert_eq!(
            written(new("mediation.answer", Some("36.72"), 367, WorkingDays), &cilegon),
            at("/amount", "out-of-range")
        );
        assert_eq!(
            written(new("mediation.none", Some("36.72"), 7, WorkingDays), &cilegon),
            at("/rule", "unknown-reference")
        );
        assert_eq!(
            written(new("calendar.joint-leave-is-work", Some("36.72"), 1, Flag), &cilegon),
            at("/scope", "not-allowed")
        );
        assert_eq!(written(new("calendar.joint-leave-is-work", None, 1, Flag), &banten), []);
        let cited = |law_en: Option<&str>| {
            let new = NewPolicy {
                law: "Perwali 1/2030 Pasal 4".into(),
                law_en: law_en.map(str::to_owned),
                ..new("mediation.answer", Some("36.72"), 7, WorkingDays)
            };
            policy(new, PolicyId(uuid::Uuid::nil()), &Codes::sample(), &book(), &cilegon)
                .map(|row| (row.law_id, row.law))
        };
        let both = |id: &str, en: &str| (id.to_owned(), en.to_owned());
        assert_eq!(cited(None).unwrap(), both("Perwali 1/2030 Pasal 4", "Perwali 1/2030 Pasal 4"));
        assert_eq!(
            cited(Some("Perwali 1/2030 art. 4")).unwrap(),
            both("Perwali 1/2030 Pasal 4", "Perwali 1/2030 art. 4")
        );
        assert_eq!(faults(cited(Some(""))), at("/law_en", "blank"));
    }

    #[test]
    fn the_row_in_force_is_the_nearest_then_the_latest() {
        let row = |rule: &str, scope: &str, from: &str, amount| policy::Model {
            id: PolicyId(uuid::Uuid::nil()),
            rule: rule.into(),
            scope: scope.into(),
            valid_from: day(from),
            amount,
            unit: PolicyUnit::Months,
            law: String::new(),
            law_id: String::new(),
            note: String::new(),
            note_id: String::new(),
            edited: false,
        };
        let rows = vec![
            row("a", "", "2019-01-01", 1),
            row("a", "36", "2019-01-01", 2),
            row("a", "", "2024-01-01", 3),
            row("a", "36.72", "2030-01-01", 4),
            row("b", "33", "2019-01-01", 5),
        ];
        let amounts = |place: &str, on: &str| -> Vec<i64> {
            in_force(rows.clone(), place, day(on)).iter().map(|row| row.amount).collect()
        };
        assert_eq!(amounts("", "2023-01-01"), [1]);
        assert_eq!(amounts("", "2024-01-01"), [3]);
        assert_eq!(amounts("36.72", "2026-01-01"), [2]);
        assert_eq!(amounts("36.72", "2030-01-01"), [4]);
        assert_eq!(amounts("33.06", "2026-01-01"), [3, 5]);
        assert_eq!(amounts("33.06", "2018-12-31"), Vec::<i64>::new());
    }

    #[test]
    fn a_place_is_an_office_or_a_region_and_not_both() {
        let (book, codes) = (book(), Codes::sample());
        let named = |office, region| place(office, region, &book, &codes, Kind::InvalidQuery);
        assert_eq!(named(None, None).unwrap(), "");
        assert_eq!(named(Some("36.04-2"), None).unwrap(), "36.04-2");
        assert_eq!(named(None, Some("36.72.01")).unwrap(), "36.72.01");
        assert_eq!(faults(named(Some("36.72"), Some("36.72"))), at("region", "one-of-two"));
        assert_eq!(faults(named(Some("36.99"), None)), at("office", "unknown-reference"));
        assert_eq!(faults(named(None, Some("99"))), at("region", "unknown-reference"));
        let in_body = place(None, Some("99"), &book, &codes, Kind::InvalidContent);
        assert_eq!(faults(in_body), at("/region", "unknown-reference"));
        for known in [None, Some("36.72"), Some("36.04-2"), Some("36.72.01")] {
            assert!(known_place(known, &book, &codes).is_ok(), "{known:?}");
        }
        assert_eq!(faults(known_place(Some("3672"), &book, &codes)), at("region", "unknown-reference"));
    }

    #[test]
    fn working_days_are_asked_for_by_number_or_by_end() {
        let book = book();
        let last = |from: &str, days, to: Option<&str>| {
            let question = WorkingDaysQuestion { from: day(from), days, to: to.map(day), office: None, region: None };
            last_day(&question, &book.calendar, "").map_err(|problem| problem.kind)
        };
        assert_eq!(last("2026-03-16", Some(3), None), Ok(day("2026-03-23")));
        assert_eq!(last("2026-03-16", None, Some("2026-03-20")), Ok(day("2026-03-20")));
        assert_eq!(last("2026-03-16", None, Some("2026-03-16")), Ok(day("2026-03-16")));
        assert_eq!(last("2026-03-16", Some(366), None), Err(Kind::CalendarMissing));
        for (days, to) in [
            (None, None),
            (Some(3), Some("2026-03-20")),
            (Some(0), None),
            (Some(367), None),
            (None, Some("2026-03-15")),
            (None, Some("2027-03-18")),
        ] {
            assert_eq!(last("2026-03-16", days, to), Err(Kind::InvalidQuery), "{days:?} {to:?}");
        }
        let days = working_days(&book.calendar, day("2026-03-18"), day("2026-03-23"), "").unwrap();
        let worked: Vec<_> = days.iter().map(|day| day.reason.as_deref()).collect();
        assert_eq!(worked, [Some("Nyepi"), Some("Cuti"), Some("Sabtu"), Some("Minggu"), None]);
    }

    #[test]
    fn a_sum_numbers_the_days_that_count() {
        let book = book();
        let sum = |rule: &str, start: &str| {
            let policy = day_policy(&book, rule, "36.72", day(start)).unwrap();
            let due = crate::deadline::due(policy, day(start), &book.calendar, "36.72").unwrap();
            let days = counted_days(policy, day(start), due, &[], &book.calendar, "36.72").unwrap();
            (due.to_string(), days.iter().map(|day| day.number).collect::<Vec<_>>())
        };
        let (due, numbers) = sum("mediation.answer", "2026-03-17");
        assert_eq!(due, "2026-03-26");
        assert_eq!(numbers, [Some(1), None, None, None, None, Some(2), Some(3), Some(4), Some(5)]);
        assert_eq!(sum("vacancy.report-due", "2026-03-17"), ("2026-03-20".into(), vec![Some(1), Some(2), Some(3)]));
        assert_eq!(sum("ak1.validity", "2026-03-17"), ("2028-03-17".into(), vec![]));
    }

    #[test]
    fn only_a_rule_that_counts_days_has_a_due_date() {
        let book = book();
        let refused = |rule, start| faults(day_policy(&book, rule, "", day(start)));
        assert_eq!(refused("training.class-size", "2026-01-01"), at("/rule", "counts-no-days"));
        assert_eq!(refused("none", "2026-01-01"), at("/rule", "unknown-reference"));
        assert_eq!(refused("mediation.answer", "2018-12-31"), at("/rule", "unknown-reference"));
        assert_eq!(refused("ak1.validity", "9999-12-31"), at("/started_on", "out-of-range"));
    }

    #[test]
    fn names_of_a_group_are_folded_and_differ() {
        let written = |terms: &[&str]| {
            let new = NewSynonym { terms: terms.iter().map(|term| (*term).to_owned()).collect() };
            synonym(&new, SynonymId(uuid::Uuid::nil()), &district("36.72"))
        };
        let row = written(&["Satpam", "PETUGAS-Keamanan", "Sécurity"]).unwrap();
        assert_eq!((row.terms.as_str(), row.office.as_str()), ("petugas keamanan, satpam, security", "36.72"));
        assert_eq!(faults(written(&["satpam"])), at("/terms", "wrong-count"));
        assert_eq!(faults(written(&["satpam", "Satpam"])), at("/terms/1", "taken"));
        assert_eq!(faults(written(&["satpam", "a b c d e"])), at("/terms/1", "not-a-name"));
        assert_eq!(faults(written(&["satpam", "!"])), at("/terms/1", "not-a-name"));
    }
}
