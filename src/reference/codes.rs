//! Regions and code lists, in memory: what every other room asks for by code.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

pub use disnaker_entity::reference::country::Model as Country;
pub use disnaker_entity::reference::education_level::Model as EducationLevel;
pub use disnaker_entity::reference::region::Model as Region;
use disnaker_entity::reference::{OccupationLevel, RegionLevel, disability_kind, minimum_wage, occupation, sector};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A row with its name folded for searching.
#[derive(Debug)]
struct Named<T> {
    row: T,
    folded: String,
}

/// The rows that codes are made of.
#[derive(Debug, Default)]
pub struct Rows {
    /// Regions.
    pub regions: Vec<Region>,
    /// Occupations (KBJI).
    pub occupations: Vec<occupation::Model>,
    /// Sectors (KBLI).
    pub sectors: Vec<sector::Model>,
    /// Education levels.
    pub education_levels: Vec<EducationLevel>,
    /// Countries.
    pub countries: Vec<Country>,
    /// Kinds of disability.
    pub disability_kinds: Vec<disability_kind::Model>,
    /// Minimum wages.
    pub minimum_wages: Vec<minimum_wage::Model>,
    /// How often a full list was imported.
    pub revision: i64,
}

/// Regions and code lists, as they were read a moment ago.
#[derive(Debug, Default)]
pub struct Codes {
    regions: BTreeMap<String, Named<Region>>,
    occupations: BTreeMap<String, Named<occupation::Model>>,
    /// By edition, then by code.
    sectors: BTreeMap<String, BTreeMap<String, sector::Model>>,
    education_levels: BTreeMap<String, EducationLevel>,
    countries: BTreeMap<String, Country>,
    disability_kinds: BTreeMap<String, disability_kind::Model>,
    /// Sen, by region and year.
    minimum_wages: HashMap<String, HashMap<i32, i64>>,
    /// How often a full list was imported: the version of the code lists in the journal.
    pub revision: i64,
}

impl Codes {
    /// The codes that rows make.
    #[must_use]
    pub fn of(rows: Rows) -> Self {
        let mut sectors: BTreeMap<String, BTreeMap<String, sector::Model>> = BTreeMap::new();
        for row in rows.sectors {
            sectors.entry(row.edition.clone()).or_default().insert(row.code.clone(), row);
        }
        let mut minimum_wages: HashMap<String, HashMap<i32, i64>> = HashMap::new();
        for row in rows.minimum_wages {
            minimum_wages.entry(row.region).or_default().insert(row.year, row.amount_sen);
        }
        Self {
            regions: by_code(rows.regions.into_iter().map(|row| Named { folded: fold(&row.name), row }), |named| {
                named.row.code.clone()
            }),
            occupations: by_code(
                rows.occupations.into_iter().map(|row| Named { folded: fold(&row.name), row }),
                |named| named.row.code.clone(),
            ),
            sectors,
            education_levels: by_code(rows.education_levels, |row| row.code.clone()),
            countries: by_code(rows.countries, |row| row.code.clone()),
            disability_kinds: by_code(rows.disability_kinds, |row| row.code.clone()),
            minimum_wages,
            revision: rows.revision,
        }
    }

    /// The region of a code.
    #[must_use]
    pub fn region(&self, code: &str) -> Option<&Region> {
        self.regions.get(code).map(|named| &named.row)
    }

    /// Regions in the order of their codes, after one of them, that hold what is asked for.
    pub fn regions<'a>(
        &'a self,
        after: Option<&'a str>,
        level: Option<RegionLevel>,
        parent: Option<&'a str>,
        name: Option<&str>,
    ) -> impl Iterator<Item = &'a Region> + use<'a> {
        let name = name.map(fold).unwrap_or_default();
        beyond(&self.regions, after)
            .filter(move |named| level.is_none_or(|level| named.row.level == level))
            .filter(move |named| parent.is_none_or(|parent| named.row.parent == parent))
            .filter(move |named| named.folded.contains(&name))
            .map(|named| &named.row)
    }

    /// Whether an occupation (KBJI) exists as far as the list is loaded: the code itself, or a unit group (`2512`) or
    /// an occupation (`2512.01`) whose sub-major group is loaded.
    #[must_use]
    pub fn occupation_known(&self, code: &str) -> bool {
        let deep = matches!(OccupationLevel::of(code), Some(OccupationLevel::Unit | OccupationLevel::Occupation));
        let group = code.get(..2).filter(|_| deep);
        self.occupations.contains_key(code) || group.is_some_and(|group| self.occupations.contains_key(group))
    }

    /// The name of an occupation, or of the nearest group above it that is loaded.
    #[must_use]
    pub fn occupation_name(&self, code: &str) -> Option<&str> {
        let longest_first = (1..=code.len()).rev().filter_map(|end| code.get(..end));
        longest_first.filter_map(|code| self.occupations.get(code)).map(|named| named.row.name.as_str()).next()
    }

    /// Occupations in the order of their codes, after one of them, that hold what is asked for.
    pub fn occupations<'a>(
        &'a self,
        after: Option<&'a str>,
        level: Option<OccupationLevel>,
        prefix: Option<&'a str>,
        name: Option<&str>,
    ) -> impl Iterator<Item = &'a occupation::Model> + use<'a> {
        let name = name.map(fold).unwrap_or_default();
        beyond(&self.occupations, after)
            .filter(move |named| level.is_none_or(|level| named.row.level == level))
            .filter(move |named| prefix.is_none_or(|prefix| named.row.code.starts_with(prefix)))
            .filter(move |named| named.folded.contains(&name))
            .map(|named| &named.row)
    }

    /// The name of a sector (KBLI) in an edition: a code means something only together with it.
    #[must_use]
    pub fn sector(&self, code: &str, edition: &str) -> Option<&str> {
        self.sectors.get(edition)?.get(code).map(|row| row.name.as_str())
    }

    /// The newest edition of the sectors.
    #[must_use]
    pub fn newest_sector_edition(&self) -> Option<&str> {
        self.sectors.keys().next_back().map(String::as_str)
    }

    /// Sectors in the order of edition and code, after one of them, of one edition or of all.
    pub fn sectors<'a>(
        &'a self,
        after: Option<&'a (String, String)>,
        edition: Option<&'a str>,
    ) -> impl Iterator<Item = &'a sector::Model> + use<'a> {
        let wanted = self.sectors.iter().filter(move |(known, _)| edition.is_none_or(|edition| *known == edition));
        wanted
            .flat_map(|(_, sectors)| sectors.values())
            .filter(move |row| after.is_none_or(|(edition, code)| (&row.edition, &row.code) > (edition, code)))
    }

    /// The rank of an education level: higher is more schooling, equal counts as equal.
    #[must_use]
    pub fn education_rank(&self, code: &str) -> Option<i32> {
        self.education_levels.get(code).map(|level| level.rank)
    }

    /// The name of an education level.
    #[must_use]
    pub fn education_name(&self, code: &str) -> Option<&str> {
        self.education_levels.get(code).map(|level| level.name.as_str())
    }

    /// Education levels in the order of their codes.
    pub fn education_levels(&self) -> impl Iterator<Item = &EducationLevel> {
        self.education_levels.values()
    }

    /// The country or territory of a code (ISO 3166-1 alpha-2).
    #[must_use]
    pub fn country(&self, code: &str) -> Option<&Country> {
        self.countries.get(code)
    }

    /// Countries and territories in the order of their codes.
    pub fn countries(&self) -> impl Iterator<Item = &Country> {
        self.countries.values()
    }

    /// The name of a kind of disability.
    #[must_use]
    pub fn disability_kind(&self, code: &str) -> Option<&str> {
        self.disability_kinds.get(code).map(|kind| kind.name.as_str())
    }

    /// Kinds of disability in the order of their codes.
    pub fn disability_kinds(&self) -> impl Iterator<Item = &disability_kind::Model> {
        self.disability_kinds.values()
    }

    /// The minimum wage of a place in a year, in sen: its district's (UMK), else its province's (UMP; PP 36/2021
    /// art. 25).
    #[must_use]
    pub fn minimum_wage_sen(&self, region: &str, year: i32) -> Option<i64> {
        [region.get(..5), region.get(..2)]
            .into_iter()
            .flatten()
            .find_map(|region| self.minimum_wages.get(region)?.get(&year).copied())
    }
}

fn by_code<T>(rows: impl IntoIterator<Item = T>, code: impl Fn(&T) -> String) -> BTreeMap<String, T> {
    rows.into_iter().map(|row| (code(&row), row)).collect()
}

/// The values after a key, in order.
fn beyond<'a, T>(rows: &'a BTreeMap<String, T>, after: Option<&'a str>) -> impl Iterator<Item = &'a T> + use<'a, T> {
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    rows.range::<str, _>((from, Bound::Unbounded)).map(|(_, row)| row)
}

/// A text without case and diacritics, for finding names.
pub(super) fn fold(text: &str) -> String {
    text.nfd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase).collect()
}

/// What tests stand on.
#[cfg(test)]
mod sample {
    use super::*;

    impl Codes {
        /// The small set that tests use: Banten with three districts, a few places of the other zones, the
        /// groups of some occupations, and what the rest of the lists begins with.
        #[must_use]
        pub fn sample() -> Self {
            let mut codes = Self::of(Rows {
                regions: SAMPLE_REGIONS.iter().map(sample_region).collect(),
                occupations: SAMPLE_OCCUPATIONS.iter().filter_map(sample_occupation).collect(),
                sectors: SAMPLE_SECTORS.iter().map(sample_sector).collect(),
                education_levels: SAMPLE_EDUCATION_LEVELS.iter().map(sample_education_level).collect(),
                countries: SAMPLE_COUNTRIES.iter().map(sample_country).collect(),
                disability_kinds: SAMPLE_DISABILITY_KINDS.iter().map(sample_disability_kind).collect(),
                ..Rows::default()
            });
            for (region, year, amount_sen) in SAMPLE_MINIMUM_WAGES {
                codes.minimum_wages.entry((*region).to_owned()).or_default().insert(*year, *amount_sen);
            }
            codes
        }
    }

    const SAMPLE_REGIONS: &[(&str, &str, i32)] = &[
        ("31", "DKI Jakarta", 7),
        ("31.71", "Kota Administrasi Jakarta Pusat", 7),
        ("33", "Jawa Tengah", 7),
        ("33.06", "Kabupaten Purworejo", 7),
        ("33.06.06", "Purworejo", 7),
        ("36", "Banten", 7),
        ("36.04", "Kabupaten Serang", 7),
        ("36.04.05", "Kramatwatu", 7),
        ("36.72", "Kota Cilegon", 7),
        ("36.72.01", "Cibeber", 7),
        ("36.72.02", "Cilegon", 7),
        ("36.73", "Kota Serang", 7),
        ("73", "Sulawesi Selatan", 8),
        ("73.71", "Kota Makassar", 8),
        ("91", "Papua", 9),
        ("91.71", "Kota Jayapura", 9),
    ];
    const SAMPLE_OCCUPATIONS: &[(&str, &str)] = &[
        ("2", "Profesional"),
        ("21", "Profesional Ilmu Pengetahuan dan Teknik"),
        ("25", "Profesional Teknologi Informasi dan Komunikasi"),
        ("7", "Pekerja Pengolahan, Kerajinan, dan YBDI"),
        ("72", "Pekerja Logam, Mesin, dan YBDI"),
        ("8", "Operator dan Perakit Mesin"),
        ("81", "Operator Mesin dan Instalasi Stasioner"),
    ];
    const SAMPLE_SECTORS: &[(&str, &str, &str)] = &[
        ("C", "2020", "Industri Pengolahan"),
        ("F", "2020", "Konstruksi"),
        ("C", "2025", "Industri"),
        ("F", "2025", "Konstruksi"),
    ];
    const SAMPLE_EDUCATION_LEVELS: &[(&str, &str, i32, &str)] = &[
        ("none", "Tidak sekolah", 0, "none"),
        ("primary", "SD / MI", 2, "sd"),
        ("junior_secondary", "SMP / MTs", 3, "smp"),
        ("senior_secondary", "SMA", 4, "sma"),
        ("vocational_secondary", "SMK / MAK", 4, "smk"),
        ("diploma_3", "Diploma III (D3)", 7, "diploma"),
        ("bachelor", "Sarjana (S1)", 8, "sarjana"),
        ("master", "Magister (S2)", 10, "magister"),
    ];
    const SAMPLE_COUNTRIES: &[(&str, &str, &str, bool)] = &[
        ("HK", "Hong Kong", "Hong Kong", true),
        ("ID", "Indonesia", "Indonesia", false),
        ("JP", "Jepang", "Japan", false),
        ("MY", "Malaysia", "Malaysia", false),
    ];
    const SAMPLE_DISABILITY_KINDS: &[(&str, &str)] =
        &[("intellectual", "Intelektual"), ("mental", "Mental"), ("physical", "Fisik"), ("sensory", "Sensorik")];
    const SAMPLE_MINIMUM_WAGES: &[(&str, i32, i64)] =
        &[("36.04", 2024, 456_089_485), ("36.72", 2023, 465_722_294), ("36.72", 2024, 481_510_280)];

    fn sample_region((code, name, utc_offset): &(&str, &str, i32)) -> Region {
        let parent = code.rsplit_once('.').map_or("", |(parent, _)| parent);
        let level = match code.len() {
            2 => RegionLevel::Province,
            5 => RegionLevel::District,
            _ => RegionLevel::SubDistrict,
        };
        Region {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            level,
            parent: parent.to_owned(),
            utc_offset: *utc_offset,
        }
    }

    fn sample_occupation((code, name): &(&str, &str)) -> Option<occupation::Model> {
        let level = OccupationLevel::of(code)?;
        Some(occupation::Model { code: (*code).to_owned(), name: (*name).to_owned(), level })
    }

    fn sample_sector((code, edition, name): &(&str, &str, &str)) -> sector::Model {
        sector::Model { code: (*code).to_owned(), edition: (*edition).to_owned(), name: (*name).to_owned() }
    }

    fn sample_education_level((code, name, rank, bps_level): &(&str, &str, i32, &str)) -> EducationLevel {
        EducationLevel {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            rank: *rank,
            bps_level: (*bps_level).to_owned(),
            ipk_code: String::new(),
        }
    }

    fn sample_country((code, name, name_en, territory): &(&str, &str, &str, bool)) -> Country {
        Country {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            name_en: (*name_en).to_owned(),
            territory: *territory,
        }
    }

    fn sample_disability_kind((code, name): &(&str, &str)) -> disability_kind::Model {
        disability_kind::Model { code: (*code).to_owned(), name: (*name).to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'a>(regions: impl Iterator<Item = &'a Region>) -> Vec<&'a str> {
        regions.map(|region| region.name.as_str()).collect()
    }

    #[test]
    fn an_occupation_is_known_as_deep_as_its_group_is() {
        let codes = Codes::sample();
        for known in ["2", "25", "2512", "2512.01", "7212.03"] {
            assert!(codes.occupation_known(known), "{known}");
        }
        for unknown in ["", "3", "251", "2999", "25123", "2512.1", "2512.011", "25.12", "2512.", "25x2", "é512", "C"] {
            assert!(!codes.occupation_known(unknown), "{unknown}");
        }
    }

    #[test]
    fn an_occupation_is_named_after_its_longest_loaded_prefix() {
        let codes = Codes::sample();
        assert_eq!(codes.occupation_name("2512.01"), Some("Profesional Teknologi Informasi dan Komunikasi"));
        assert_eq!(codes.occupation_name("2999"), Some("Profesional"));
        assert_eq!(codes.occupation_name("3"), None);
        assert_eq!(codes.occupation_name("é"), None);
    }

    #[test]
    fn a_sector_means_something_only_in_its_edition() {
        let codes = Codes::sample();
        assert_eq!(codes.sector("C", "2020"), Some("Industri Pengolahan"));
        assert_eq!(codes.sector("C", "2025"), Some("Industri"));
        assert_eq!(codes.sector("C", "2015"), None);
        assert_eq!(codes.newest_sector_edition(), Some("2025"));
        let after = ("2020".to_owned(), "C".to_owned());
        let rest: Vec<_> =
            codes.sectors(Some(&after), None).map(|row| format!("{} {}", row.edition, row.code)).collect();
        assert_eq!(rest, ["2020 F", "2025 C", "2025 F"]);
    }

    #[test]
    fn a_minimum_wage_is_the_district_s_else_the_province_s() {
        let mut codes = Codes::sample();
        assert_eq!(codes.minimum_wage_sen("36.72", 2024), Some(481_510_280));
        assert_eq!(codes.minimum_wage_sen("36.72.01", 2024), Some(481_510_280));
        assert_eq!(codes.minimum_wage_sen("36.72.01", 2019), None);
        assert_eq!(codes.minimum_wage_sen("36.73", 2024), None);
        assert_eq!(codes.minimum_wage_sen("", 2024), None);
        codes.minimum_wages.entry("36".to_owned()).or_default().insert(2024, 272_781_200);
        assert_eq!(codes.minimum_wage_sen("36.73.02", 2024), Some(272_781_200));
        assert_eq!(codes.minimum_wage_sen("36.72", 2024), Some(481_510_280));
    }

    #[test]
    fn a_region_is_found_by_level_parent_and_any_part_of_its_name() {
        let codes = Codes::sample();
        assert_eq!(
            names(codes.regions(None, None, Some("36"), None)),
            ["Kabupaten Serang", "Kota Cilegon", "Kota Serang"]
        );
        assert_eq!(names(codes.regions(Some("36.04"), None, Some("36"), None)), ["Kota Cilegon", "Kota Serang"]);
        assert_eq!(names(codes.regions(None, None, None, Some("CÍLEGON"))), ["Kota Cilegon", "Cilegon"]);
        assert_eq!(names(codes.regions(None, Some(RegionLevel::SubDistrict), None, Some("cilegon"))), ["Cilegon"]);
        assert_eq!(names(codes.regions(None, Some(RegionLevel::Province), None, Some("jawa"))), ["Jawa Tengah"]);
    }
}
