//! What crosses the wire in this room.

use chrono::NaiveDate;
use disnaker_entity::reference::{
    HolidayId, HolidayKind, MinimumWageId, OccupationLevel, PolicyId, PolicyUnit, RegionLevel, SynonymId,
    disability_kind, holiday, minimum_wage, occupation, policy, sector, synonym,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::codes::{Country, EducationLevel, Region};
use crate::book::Policy;
use crate::deadline::Pause;
use crate::page;
use crate::problem::{Language, Text};
use crate::wire::{Resource, nullable, present};

// Code lists -------------------------------------------------------------------------------------

/// A region.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionView {
    /// Code of the Ministry of Home Affairs (Kemendagri): `36`, `36.72`, `36.72.01`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Level.
    pub level: RegionLevel,
    /// Region above it; null for a province.
    #[schema(required)]
    pub parent: Option<String>,
    /// Hours east of UTC: 7 (WIB), 8 (WITA) or 9 (WIT).
    pub utc_offset: i32,
}

impl From<&Region> for RegionView {
    fn from(row: &Region) -> Self {
        Self {
            code: row.code.clone(),
            name: row.name.clone(),
            level: row.level,
            parent: stated(&row.parent),
            utc_offset: row.utc_offset,
        }
    }
}

page! {
    /// A page of regions.
    RegionPage of RegionView
}

/// Filter of the list of regions.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RegionFilter {
    /// Only of this level.
    pub level: Option<RegionLevel>,
    /// Only directly below this region.
    pub parent: Option<String>,
    /// Only with this in the name; case and diacritics don't count.
    pub name: Option<String>,
    /// Rows of a page, 1 to 100; 100 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// An occupation, or a group of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct OccupationView {
    /// Code (KBJI 2014).
    pub code: String,
    /// Name.
    pub name: String,
    /// Level.
    pub level: OccupationLevel,
}

impl From<&occupation::Model> for OccupationView {
    fn from(row: &occupation::Model) -> Self {
        Self { code: row.code.clone(), name: row.name.clone(), level: row.level }
    }
}

page! {
    /// A page of occupations.
    OccupationPage of OccupationView
}

/// Filter of the list of occupations.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OccupationFilter {
    /// Only of this level.
    pub level: Option<OccupationLevel>,
    /// Only codes that begin with this.
    pub prefix: Option<String>,
    /// Only with this in the name; case and diacritics don't count.
    pub q: Option<String>,
    /// Rows of a page, 1 to 100; 100 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A sector of the economy.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectorView {
    /// Code (KBLI): a section's letter, or a group's digits where the full list was imported.
    pub code: String,
    /// Edition, without which the code means nothing.
    pub edition: String,
    /// Name.
    pub name: String,
}

impl From<&sector::Model> for SectorView {
    fn from(row: &sector::Model) -> Self {
        Self { code: row.code.clone(), edition: row.edition.clone(), name: row.name.clone() }
    }
}

page! {
    /// A page of sectors.
    SectorPage of SectorView
}

/// Filter of the list of sectors.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SectorFilter {
    /// Only of this edition: `2020` or `2025`.
    pub edition: Option<String>,
    /// Rows of a page, 1 to 100; 100 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A level of education.
#[derive(Debug, Serialize, ToSchema)]
pub struct EducationLevelView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Higher is more schooling, equal counts as equal.
    pub rank: i32,
    /// Level of the statistics office (BPS).
    pub bps_level: String,
    /// Code of the market-information tables (IPK), where it is known.
    #[schema(required)]
    pub ipk_code: Option<String>,
}

impl From<&EducationLevel> for EducationLevelView {
    fn from(row: &EducationLevel) -> Self {
        Self {
            code: row.code.clone(),
            name: row.name.clone(),
            rank: row.rank,
            bps_level: row.bps_level.clone(),
            ipk_code: stated(&row.ipk_code),
        }
    }
}

page! {
    /// The levels of education, lowest first.
    EducationLevelPage of EducationLevelView
}

/// A country or territory.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountryView {
    /// Code (ISO 3166-1 alpha-2).
    pub code: String,
    /// Name in Indonesian.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Whether it is a territory and no member or observer state of the United Nations.
    pub territory: bool,
}

impl From<&Country> for CountryView {
    fn from(row: &Country) -> Self {
        Self { code: row.code.clone(), name: row.name.clone(), name_en: row.name_en.clone(), territory: row.territory }
    }
}

page! {
    /// The countries and territories.
    CountryPage of CountryView
}

/// A kind of disability (UU 8/2016 art. 4).
#[derive(Debug, Serialize, ToSchema)]
pub struct DisabilityKindView {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

impl From<&disability_kind::Model> for DisabilityKindView {
    fn from(row: &disability_kind::Model) -> Self {
        Self { code: row.code.clone(), name: row.name.clone() }
    }
}

page! {
    /// The kinds of disability.
    DisabilityKindPage of DisabilityKindView
}

/// What a list takes that is always answered whole: nothing.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Whole {}

// Holidays ---------------------------------------------------------------------------------------

/// A day off.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolidayView {
    /// Id.
    pub id: HolidayId,
    /// Day.
    pub date: NaiveDate,
    /// Kind.
    pub kind: HolidayKind,
    /// Region where nobody works, with everything below it; null for the whole country and for a closure.
    #[schema(required)]
    pub region: Option<String>,
    /// Office that is closed, for a closure.
    #[schema(required)]
    pub office: Option<String>,
    /// Name.
    pub name: String,
    /// Decree with its number, or where the date is from.
    pub source: String,
    /// Version.
    pub version: i64,
}

impl From<holiday::Model> for HolidayView {
    fn from(row: holiday::Model) -> Self {
        let place = stated(&row.region);
        let (region, office) = if row.kind == HolidayKind::OfficeClosure { (None, place) } else { (place, None) };
        Self {
            id: row.id,
            date: row.date,
            kind: row.kind,
            region,
            office,
            name: row.name,
            source: row.source,
            version: row.version,
        }
    }
}

impl Resource for HolidayView {
    const VIEW: &'static str = "holiday";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of days off.
    HolidayPage of HolidayView
}

/// Filter of the list of days off.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HolidayFilter {
    /// Only of this year.
    #[param(minimum = 1945, maximum = 2199)]
    pub year: Option<i32>,
    /// Only what counts in this region or office: its own days off and those of every region above it.
    pub region: Option<String>,
    /// Only of this kind.
    pub kind: Option<HolidayKind>,
    /// Rows of a page, 1 to 100; 100 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A day off to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHoliday {
    /// Day.
    pub date: NaiveDate,
    /// Kind.
    pub kind: HolidayKind,
    /// Province or district, for a local holiday; a national holiday and joint leave hold in the whole country.
    #[serde(default)]
    pub region: Option<String>,
    /// Office, for a closure.
    #[serde(default)]
    pub office: Option<String>,
    /// Name.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Decree with its number.
    #[schema(min_length = 1, max_length = 300)]
    pub source: String,
}

impl NewHoliday {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            date: NaiveDate::from_ymd_opt(2026, 4, 27).unwrap_or_default(),
            kind: HolidayKind::Local,
            region: Some("36.72".into()),
            office: None,
            name: "Hari Jadi Kota Cilegon".into(),
            source: "Keputusan Wali Kota Cilegon 003/2026".into(),
        }
    }
}

/// What may change about a day off. Its kind and place stay: a day off elsewhere is another one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayPatch {
    /// Day.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
    /// Name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 120)]
    pub name: Option<String>,
    /// Decree with its number.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 300)]
    pub source: Option<String>,
}

impl HolidayPatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            date: NaiveDate::from_ymd_opt(2026, 4, 28),
            name: None,
            source: Some("Keputusan Wali Kota Cilegon 007/2026".into()),
        }
    }
}

// Minimum wages ----------------------------------------------------------------------------------

/// The minimum wage of a district (UMK) or a province (UMP) in a year. Money is in sen, a hundredth of a rupiah.
#[derive(Debug, Serialize, ToSchema)]
pub struct MinimumWageView {
    /// Id.
    pub id: MinimumWageId,
    /// District or province.
    pub region: String,
    /// Year.
    pub year: i32,
    /// Amount.
    pub amount_sen: i64,
    /// What the government's side proposed.
    #[schema(required)]
    pub proposal_government_sen: Option<i64>,
    /// What the employers' side proposed.
    #[schema(required)]
    pub proposal_employers_sen: Option<i64>,
    /// What the workers' side proposed.
    #[schema(required)]
    pub proposal_workers_sen: Option<i64>,
    /// Whether the three sides agreed, where it is known.
    #[schema(required)]
    pub agreed: Option<bool>,
    /// Decree with its number, where it is known.
    #[schema(required)]
    pub decree: Option<String>,
    /// Where the amount is from.
    pub source: String,
    /// Version.
    pub version: i64,
}

impl From<minimum_wage::Model> for MinimumWageView {
    fn from(row: minimum_wage::Model) -> Self {
        Self {
            id: row.id,
            region: row.region,
            year: row.year,
            amount_sen: row.amount_sen,
            proposal_government_sen: row.proposal_government_sen,
            proposal_employers_sen: row.proposal_employers_sen,
            proposal_workers_sen: row.proposal_workers_sen,
            agreed: row.agreed,
            decree: row.decree,
            source: row.source,
            version: row.version,
        }
    }
}

impl Resource for MinimumWageView {
    const VIEW: &'static str = "minimum_wage";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of minimum wages.
    MinimumWagePage of MinimumWageView
}

/// Filter of the list of minimum wages.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MinimumWageFilter {
    /// Only of this region and those below it.
    pub region: Option<String>,
    /// Only of this year.
    #[param(minimum = 1945, maximum = 2199)]
    pub year: Option<i32>,
    /// Rows of a page, 1 to 100; 100 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A minimum wage to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMinimumWage {
    /// District (UMK) or province (UMP).
    #[schema(pattern = "^[0-9]{2}(\\.[0-9]{2}){0,2}$")]
    pub region: String,
    /// Year.
    #[schema(minimum = 1945, maximum = 2199)]
    pub year: i32,
    /// Amount in sen: Rp5.038.742,50 is 503874250.
    #[schema(minimum = 1, maximum = 100_000_000_000_i64)]
    pub amount_sen: i64,
    /// What the government's side proposed, in sen.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000_000_000_i64)]
    pub proposal_government_sen: Option<i64>,
    /// What the employers' side proposed, in sen.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000_000_000_i64)]
    pub proposal_employers_sen: Option<i64>,
    /// What the workers' side proposed, in sen.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000_000_000_i64)]
    pub proposal_workers_sen: Option<i64>,
    /// Whether the three sides agreed.
    #[serde(default)]
    pub agreed: Option<bool>,
    /// Decree with its number.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300)]
    pub decree: Option<String>,
    /// Where the amount is from.
    #[schema(min_length = 1, max_length = 300)]
    pub source: String,
}

impl NewMinimumWage {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            region: "36.72".into(),
            year: 2031,
            amount_sen: 648_319_250,
            proposal_government_sen: Some(645_000_000),
            proposal_employers_sen: Some(630_000_000),
            proposal_workers_sen: Some(670_000_000),
            agreed: Some(false),
            decree: Some("Keputusan Gubernur Banten 561/Kep.412-Huk/2030".into()),
            source: "Berita acara Dewan Pengupahan Kota Cilegon".into(),
        }
    }
}

/// What may change about a minimum wage. Its region and year stay.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumWagePatch {
    /// Amount in sen.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 100_000_000_000_i64)]
    pub amount_sen: Option<i64>,
    /// What the government's side proposed, in sen.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100_000_000_000_i64)]
    pub proposal_government_sen: Option<Option<i64>>,
    /// What the employers' side proposed, in sen.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100_000_000_000_i64)]
    pub proposal_employers_sen: Option<Option<i64>>,
    /// What the workers' side proposed, in sen.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100_000_000_000_i64)]
    pub proposal_workers_sen: Option<Option<i64>>,
    /// Whether the three sides agreed.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<bool>)]
    pub agreed: Option<Option<bool>>,
    /// Decree with its number.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300)]
    pub decree: Option<Option<String>>,
    /// Where the amount is from.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 300)]
    pub source: Option<String>,
}

impl MinimumWagePatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            amount_sen: Some(649_000_000),
            proposal_government_sen: None,
            proposal_employers_sen: None,
            proposal_workers_sen: None,
            agreed: Some(Some(true)),
            decree: Some(Some("Keputusan Gubernur Banten 561/Kep.430-Huk/2030".into())),
            source: None,
        }
    }
}

// Policies ---------------------------------------------------------------------------------------

/// A number that a law, a ministry or an office decided. A row never changes: a new number is a new row.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyView {
    /// Id.
    pub id: PolicyId,
    /// Rule that reads it.
    pub rule: String,
    /// Province or district; null for the whole country. The nearest one wins.
    #[schema(required)]
    pub scope: Option<String>,
    /// First day on which it holds.
    pub valid_from: NaiveDate,
    /// Amount.
    pub amount: i64,
    /// What the amount counts.
    pub unit: PolicyUnit,
    /// Law and article, in the language asked for.
    pub law: String,
    /// What it means, in the language asked for.
    #[schema(required)]
    pub note: Option<String>,
    /// Whether an admin wrote it; what comes with a release is not.
    pub edited: bool,
}

impl PolicyView {
    /// A row in a language.
    #[must_use]
    pub fn of(row: policy::Model, language: Language) -> Self {
        let note = Text::kept(row.note_id, row.note).into_language(language);
        Self {
            id: row.id,
            rule: row.rule,
            scope: stated(&row.scope),
            valid_from: row.valid_from,
            amount: row.amount,
            unit: row.unit,
            law: Text::kept(row.law_id, row.law).into_language(language),
            note: stated(&note),
            edited: row.edited,
        }
    }
}

impl Resource for PolicyView {
    const VIEW: &'static str = "policy";

    fn version(&self) -> i64 {
        1
    }
}

page! {
    /// A page of policies.
    PolicyPage of PolicyView
}

/// Filter of the list of policies.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PolicyFilter {
    /// Only of this rule.
    pub rule: Option<String>,
    /// Only the rows in force in this region or office: one a rule.
    pub region: Option<String>,
    /// The day on which they are in force; today where it is absent.
    pub on: Option<NaiveDate>,
    /// Rows of a page, 1 to 100; 100 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A policy to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    /// Rule that reads it: one that `GET /v1/policies` lists.
    pub rule: String,
    /// Province or district; the whole country where it is absent.
    #[serde(default)]
    pub scope: Option<String>,
    /// First day on which it holds.
    pub valid_from: NaiveDate,
    /// Amount.
    #[schema(minimum = 0)]
    pub amount: i64,
    /// What the amount counts: the unit of the rule.
    pub unit: PolicyUnit,
    /// Law and article, in Indonesian.
    #[schema(min_length = 1, max_length = 300)]
    pub law: String,
    /// Law and article, in English; as in Indonesian where it is absent.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300)]
    pub law_en: Option<String>,
    /// What it means, in the office's own words.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub note: Option<String>,
}

impl NewPolicy {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            rule: "vacancy.outcome-report-due".into(),
            scope: Some("36.72".into()),
            valid_from: NaiveDate::from_ymd_opt(2031, 1, 1).unwrap_or_default(),
            amount: 45,
            unit: PolicyUnit::CalendarDays,
            law: "Peraturan Wali Kota Cilegon 12/2030 Pasal 4".into(),
            law_en: Some("Peraturan Wali Kota Cilegon 12/2030 art. 4".into()),
            note: Some("Batas waktu laporan hasil lowongan di Kota Cilegon".into()),
        }
    }
}

// Synonyms ---------------------------------------------------------------------------------------

/// Names that mean the same when vacancies are searched.
#[derive(Debug, Serialize, ToSchema)]
pub struct SynonymView {
    /// Id.
    pub id: SynonymId,
    /// The names, in the order of the alphabet: words without case and marks.
    pub terms: Vec<String>,
    /// The office that wrote it; null for what came with the service.
    #[schema(required)]
    pub office: Option<String>,
    /// Version.
    pub version: i64,
}

impl From<synonym::Model> for SynonymView {
    fn from(row: synonym::Model) -> Self {
        Self {
            id: row.id,
            terms: row.terms.split(", ").map(str::to_owned).collect(),
            office: stated(&row.office),
            version: row.version,
        }
    }
}

impl Resource for SynonymView {
    const VIEW: &'static str = "synonym";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of synonyms.
    SynonymPage of SynonymView
}

/// Filter of the list of synonyms.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SynonymFilter {
    /// Rows of a page, 1 to 100; 100 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Names that are to mean the same.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSynonym {
    /// The names, of one to four words each; case and marks don't count.
    #[schema(min_items = 2, max_items = 20)]
    pub terms: Vec<String>,
}

impl NewSynonym {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { terms: ["Penjaga Malam", "Ronda", "Night Guard"].map(str::to_owned).into() }
    }
}

// Working days -----------------------------------------------------------------------------------

/// What days are asked for: either `days` or `to`, and at most one of `office` and `region`.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WorkingDaysQuestion {
    /// The day before the first that is counted.
    pub from: NaiveDate,
    /// How many working days.
    #[param(minimum = 1, maximum = 366)]
    pub days: Option<u32>,
    /// The last day, at most 366 days after `from`.
    pub to: Option<NaiveDate>,
    /// In the calendar of this office.
    pub office: Option<String>,
    /// In the calendar of this region; the country's where neither is given.
    pub region: Option<String>,
}

/// A day of the calendar.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkingDayView {
    /// Day.
    pub date: NaiveDate,
    /// Whether the office works.
    pub working: bool,
    /// Why it does not.
    #[schema(required)]
    pub reason: Option<String>,
}

/// The days after `from` up to and including `to`.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkingDaysView {
    /// The day before the first that is counted.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Working days among them.
    pub working_days: usize,
    /// Each day.
    pub days: Vec<WorkingDayView>,
}

// Deadlines --------------------------------------------------------------------------------------

/// A due date to be calculated: a rule, a start, and at most one of `office` and `region`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadlineCalculation {
    /// Rule of the policy.
    pub rule: String,
    /// The day of the trigger, which is not counted.
    pub started_on: NaiveDate,
    /// In the calendar of this office, under the policy in force there.
    #[serde(default)]
    pub office: Option<String>,
    /// In the calendar of this region; the country's where neither is given.
    #[serde(default)]
    pub region: Option<String>,
    /// While the clock stood still: at most 50 pauses of at most 366 days.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub pauses: Vec<Pause>,
}

impl DeadlineCalculation {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            rule: "mediation.answer".into(),
            started_on: NaiveDate::from_ymd_opt(2026, 3, 16).unwrap_or_default(),
            office: None,
            region: Some("36.72".into()),
            pauses: Vec::new(),
        }
    }
}

/// A day of the sum.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CountedDayView {
    /// Day.
    pub date: NaiveDate,
    /// Which day of the count it is; null for a day that does not count.
    #[schema(required)]
    pub number: Option<u32>,
    /// Why it does not count.
    #[schema(required)]
    pub reason: Option<String>,
}

/// The policy that a due date follows from.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppliedPolicyView {
    /// Province or district; null for the whole country.
    #[schema(required)]
    pub scope: Option<String>,
    /// First day on which it holds.
    pub valid_from: NaiveDate,
    /// Amount.
    pub amount: i64,
    /// What the amount counts.
    pub unit: PolicyUnit,
    /// Law and article, in the language asked for.
    pub law: String,
}

impl AppliedPolicyView {
    /// A policy in a language.
    #[must_use]
    pub fn of(policy: &Policy, language: Language) -> Self {
        Self {
            scope: stated(&policy.scope),
            valid_from: policy.valid_from,
            amount: policy.amount,
            unit: policy.unit,
            law: policy.law.in_language(language).to_owned(),
        }
    }
}

/// A due date, with the law and the sum.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadlineCalculationView {
    /// Rule.
    pub rule: String,
    /// The day of the trigger, which is not counted.
    pub started_on: NaiveDate,
    /// The last day on which it can be done.
    pub due_on: NaiveDate,
    /// The policy in force on the day of the trigger.
    pub policy: AppliedPolicyView,
    /// Each day up to the due date, for a rule that counts days; empty for months and years, which clamp to the end of
    /// a month.
    pub days: Vec<CountedDayView>,
}

/// A text that is kept empty where there is none.
fn stated(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
