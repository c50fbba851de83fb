//! What people type for a code: another name of a school, a region without its point, a man or a woman. One table a kind; what
//! has two meanings is never guessed.

use std::collections::HashMap;

use disnaker_entity::Sex;
use disnaker_entity::reference::RegionLevel;

use super::columns::{Choice, plain};
use crate::reference::{Codes, Region};

/// Education levels by what people call them beside their code and name, written without signs. What means any school of a
/// stage (SLTA, SMA/SMK) is its general one: the levels of a stage have one rank.
const EDUCATION: &[(&str, &[&str])] = &[
    ("none", &["tidakbersekolah", "belumsekolah", "tidakpernahsekolah"]),
    ("incomplete_primary", &["tidaktamatsd", "belumtamatsd", "tidaklulussd"]),
    ("primary", &["sd", "mi", "sekolahdasar", "sdsederajat"]),
    ("package_a", &["paketa"]),
    ("package_b", &["paketb"]),
    ("package_c", &["paketc"]),
    ("junior_secondary", &["smp", "mts", "sltp", "smpsltp", "sltpsmp", "smpsederajat", "sltpsederajat"]),
    (
        "senior_secondary",
        &["slta", "smu", "smaslta", "sltasma", "smasmk", "smasederajat", "sltasederajat", "smasmksederajat"],
    ),
    ("vocational_secondary", &["smk", "mak", "stm", "smea", "smksederajat"]),
    ("islamic_senior_secondary", &["ma", "madrasahaliyah"]),
    ("diploma_1", &["d1", "di", "diploma1", "diplomai"]),
    ("diploma_2", &["d2", "dii", "diploma2", "diplomaii"]),
    ("diploma_3", &["d3", "diii", "diploma3", "diplomaiii"]),
    ("diploma_4", &["d4", "div", "diploma4", "diplomaiv", "sarjanaterapan"]),
    ("bachelor", &["s1", "sarjana", "strata1"]),
    ("master", &["s2", "magister", "strata2"]),
    ("doctor", &["s3", "doktor", "strata3"]),
];

const MEN: &[&str] = &["l", "lk", "laki", "lakilaki", "pria", "male", "m"];
const WOMEN: &[&str] = &["p", "pr", "perempuan", "wanita", "female", "f"];

/// The code of a choice of the drop-downs: `83` of `83 - Operator …`.
pub fn code_part(text: &str) -> &str {
    text.split_once(" - ").map_or(text, |(code, _)| code).trim()
}

/// An education level by code, by choice, by name or by what people call it; what is none of them stays as it is, and is
/// refused as unknown.
pub fn education(text: &str, codes: &Codes) -> String {
    let code = code_part(text);
    if codes.education_rank(code).is_some() {
        return code.to_owned();
    }
    let wanted = plain(text);
    let is = |own: &str| plain(own) == wanted;
    let named = codes.education_levels().find(|level| is(&level.name) || is(&level.code)).map(|level| &*level.code);
    let called = || EDUCATION.iter().find(|(_, names)| names.contains(&&*wanted)).map(|(code, _)| *code);
    let known = named.or_else(called).filter(|code| codes.education_rank(code).is_some());
    known.unwrap_or(text).to_owned()
}

/// A country by code, by choice or by name; what is none of them stays as it is, and is refused as unknown.
pub fn country(text: &str, codes: &Codes) -> String {
    let code = code_part(text).to_uppercase();
    if codes.country(&code).is_some() {
        return code;
    }
    let wanted = plain(text);
    codes.countries().find(|country| plain(&country.name) == wanted).map_or(text, |country| &country.code).to_owned()
}

/// Man or woman.
pub fn sex(text: &str) -> Option<Sex> {
    let word = plain(code_part(text));
    let is = |words: &[&str]| words.contains(&&*word);
    if is(MEN) { Some(Sex::Male) } else { is(WOMEN).then_some(Sex::Female) }
}

/// The value of a choice: as in JSON, as the template offers it, or as people write it.
pub fn choice(text: &str, choices: &[Choice]) -> Option<&'static str> {
    let wanted = plain(text);
    let is =
        |(value, word, others): &&Choice| plain(value) == wanted || plain(word) == wanted || others.contains(&&*wanted);
    choices.iter().find(is).map(|(value, ..)| *value)
}

/// Regions by what people call them.
pub struct Regions<'a> {
    codes: &'a Codes,
    names: HashMap<String, Vec<&'a Region>>,
}

/// What a name of a region means.
#[derive(Debug, PartialEq)]
pub enum Named {
    /// This code; it may be one that does not exist.
    Code(String),
    /// Several: some of them, as `CODE - NAME`.
    Several(Vec<String>),
}

impl<'a> Regions<'a> {
    pub fn new(codes: &'a Codes) -> Self {
        let mut names: HashMap<String, Vec<&Region>> = HashMap::new();
        for region in codes.regions(None, None, None, None) {
            let (what, bare) = called(&region.name);
            let full = format!("{what}{bare}");
            if full != bare && region.level == RegionLevel::District {
                names.entry(bare).or_default().push(region);
            }
            names.entry(full).or_default().push(region);
        }
        Self { codes, names }
    }

    /// A region by code, with or without its points, by choice, or by its name in any case, with or without what it is (`Kota`,
    /// `Kab.`): where several have it, the only district among them.
    pub fn named(&self, text: &str) -> Named {
        let code = code_part(text);
        if self.codes.region(code).is_some() {
            return Named::Code(code.to_owned());
        }
        if code.starts_with(|character: char| character.is_ascii_digit()) {
            let pointed = pointed(code).filter(|code| self.codes.region(code).is_some());
            return Named::Code(pointed.unwrap_or_else(|| code.to_owned()));
        }
        let (what, bare) = called(text);
        let found = self.names.get(&format!("{what}{bare}")).map_or(&[][..], Vec::as_slice);
        let districts: Vec<_> = found.iter().filter(|region| region.level == RegionLevel::District).collect();
        match (districts.as_slice(), found) {
            ([one], _) => Named::Code(one.code.clone()),
            ([], [one]) => Named::Code(one.code.clone()),
            ([], []) => Named::Code(text.to_owned()),
            _ => Named::Several(
                found.iter().take(5).map(|region| format!("{} - {}", region.code, region.name)).collect(),
            ),
        }
    }
}

/// `3672`, `36,72` and `36 72` as `36.72`. A program that takes `33.10` for a number keeps `33.1`, and no code ends so.
fn pointed(code: &str) -> Option<String> {
    let groups: Vec<&str> = code.split(['.', ',', ' ']).collect();
    let mut digits = groups.concat();
    if let [_, tenth] = groups.as_slice()
        && tenth.len() == 1
    {
        digits.push('0');
    }
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let pairs: Vec<_> = (0..digits.len()).step_by(2).filter_map(|at| digits.get(at..at + 2)).collect();
    (plain && digits.len() % 2 == 0 && digits.len() <= 6).then(|| pairs.join("."))
}

/// What a name says that it is, and the rest of it, both without what people write differently: `KAB. SERANG` as
/// `kabupaten` and `serang`.
fn called(name: &str) -> (&'static str, String) {
    const WHAT: &[(&str, &str)] = &[
        ("kabupaten administrasi ", "kabupaten"),
        ("kabupaten adm. ", "kabupaten"),
        ("kabupaten ", "kabupaten"),
        ("kab. adm. ", "kabupaten"),
        ("kab.", "kabupaten"),
        ("kab ", "kabupaten"),
        ("kota administrasi ", "kota"),
        ("kota adm. ", "kota"),
        ("kotamadya ", "kota"),
        ("kota ", "kota"),
        ("kecamatan ", ""),
        ("kec.", ""),
        ("kec ", ""),
        ("provinsi ", ""),
    ];
    let name = name.trim().to_lowercase();
    let cut = WHAT.iter().find_map(|(word, what)| Some((*what, name.strip_prefix(word)?)));
    let (what, rest) = cut.unwrap_or(("", &name));
    (what, plain(rest))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn schools_are_known_by_what_people_call_them() {
        let codes = Codes::sample();
        for (text, code) in [
            ("SMK", "vocational_secondary"),
            ("STM", "vocational_secondary"),
            ("SLTA", "senior_secondary"),
            ("SMA", "senior_secondary"),
            ("sma", "senior_secondary"),
            ("SMA/SMK", "senior_secondary"),
            ("SMA Sederajat", "senior_secondary"),
            ("senior_secondary - SMA", "senior_secondary"),
            ("S1", "bachelor"),
            ("S-1", "bachelor"),
            ("Sarjana (S1)", "bachelor"),
            ("D3", "diploma_3"),
            ("D.III", "diploma_3"),
            ("SD", "primary"),
            ("SMP/SLTP", "junior_secondary"),
            ("s2", "master"),
            ("BACHELOR", "bachelor"),
            // Not in this list of codes, and no school.
            ("D4", "D4"),
            ("kursus", "kursus"),
            ("", ""),
        ] {
            assert_eq!(education(text, &codes), code, "{text}");
        }
    }

    #[test]
    fn no_school_has_two_meanings_and_each_is_a_level() {
        let list = include_str!("../../assets/reference/education_levels.csv");
        let levels: Vec<_> = list.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        let mut seen = BTreeSet::new();
        for (code, names) in EDUCATION {
            assert!(levels.contains(code), "{code}");
            for name in *names {
                assert!(seen.insert(name) && plain(name) == **name, "{name}");
            }
        }
    }

    #[test]
    fn regions_are_known_without_points_and_by_name_in_any_case() {
        let codes = Codes::sample();
        let regions = Regions::new(&codes);
        for (text, code) in [
            ("36.72", "36.72"),
            ("3672", "36.72"),
            ("36,72", "36.72"),
            ("367201", "36.72.01"),
            ("36.72 - Kota Cilegon", "36.72"),
            ("3672 - Kota Cilegon", "36.72"),
            ("KOTA CILEGON", "36.72"),
            ("kotamadya cilegon", "36.72"),
            ("Cilegon", "36.72"),
            ("Kab. Serang", "36.04"),
            ("KAB.SERANG", "36.04"),
            ("Kabupaten Serang", "36.04"),
            ("Jakarta Pusat", "31.71"),
            ("Kota Jakarta Pusat", "31.71"),
            ("Kec. Cibeber", "36.72.01"),
            ("Kota Cilegonn", "Kota Cilegonn"),
            ("99.9", "99.9"),
            ("1", "1"),
            ("12345678", "12345678"),
        ] {
            assert_eq!(regions.named(text), Named::Code(code.to_owned()), "{text}");
        }
        let both = vec!["36.04 - Kabupaten Serang".to_owned(), "36.73 - Kota Serang".to_owned()];
        assert_eq!(regions.named("serang"), Named::Several(both));
    }

    #[test]
    fn countries_are_known_by_name() {
        let codes = Codes::sample();
        for (text, code) in
            [("id", "ID"), ("Indonesia", "ID"), ("ID - Indonesia", "ID"), ("XX", "XX"), ("Atlantis", "Atlantis")]
        {
            assert_eq!(country(text, &codes), code, "{text}");
        }
    }

    #[test]
    fn men_and_women_have_many_words() {
        for text in ["L", "Pria", "Laki-laki", "LAKI LAKI", "l - laki-laki"] {
            assert_eq!(sex(text), Some(Sex::Male), "{text}");
        }
        for text in ["P", "wanita", "Perempuan", "Pr."] {
            assert_eq!(sex(text), Some(Sex::Female), "{text}");
        }
        assert_eq!(sex("l/p"), None);
    }
}
