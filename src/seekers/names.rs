//! Names as people write them.
//!
//! One word is a whole name, and nobody must have two. Case, dots, hyphens, apostrophes, doubled spaces and the titles
//! around a name say nothing about who it is: `H. Siti   Contoh, S.Pd.` is `SITI CONTOH`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Titles before a name: academic, religious, of nobility and of address.
const BEFORE: &[&str] = &[
    "h", "hj", "haji", "hajjah", "kh", "ky", "kyai", "ust", "ustadz", "ustadzah", "dr", "drg", "drh", "drs", "dra",
    "ir", "prof", "r", "ra", "rr", "raden", "tn", "ny", "nn", "sdr", "sdri", "bpk", "bapak", "ibu",
];
/// Titles behind a name begin with one of these, once the dots are gone: degrees of schools and of professions.
const BEHIND: &[&str] = &[
    "ama", "amd", "amdkeb", "amdkep", "amk", "ba", "bsc", "ma", "mag", "mba", "mhum", "mkes", "mkom", "mm", "mpd",
    "mph", "msc", "msi", "mt", "ners", "phd", "sag", "sds", "se", "sei", "sfarm", "sh", "shi", "shut", "sik", "sikom",
    "sip", "skep", "skg", "skh", "skm", "skom", "sp", "spd", "spdi", "spi", "spsi", "spt", "ss", "ssi", "ssn", "ssos",
    "sst", "st", "stp", "strkeb", "strkep",
];

/// From this likeness on two names are one that was misspelt: one letter in four is another.
const MISSPELT: f64 = 0.75;

/// A name as names are compared: folded words in their order, without titles.
fn key(name: &str) -> String {
    // Behind a comma stand titles, if they are known ones: `S. Pd.` as well as `S.Pd.`.
    let (given, behind) = name.split_once(',').unwrap_or((name, ""));
    let mut words: Vec<String> = given.split_whitespace().flat_map(parts).collect();
    // Some leave the comma out; then only the dots tell a title from a name.
    let dotted = |word: &&str| word.trim_end_matches('.').contains('.') && BEHIND.contains(&fold(word).as_str());
    let titles = given.split_whitespace().rev().take_while(dotted).count();
    words.truncate(words.len().saturating_sub(titles).max(1));
    for part in behind.split(',') {
        let part: Vec<String> = part.split_whitespace().flat_map(parts).collect();
        let title = |word: &str| BEHIND.contains(&word) || BEFORE.contains(&word);
        if !title(&part.concat()) && !part.iter().all(|word| title(word)) {
            words.extend(part);
        }
    }
    // A title is no name by itself: of a name that is nothing else, the last word stays.
    while words.len() > 1 && words.first().is_some_and(|word| BEFORE.contains(&word.as_str())) {
        words.remove(0);
    }
    words.join(" ")
}

/// Whether two names are one, as people write them.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    // With and without a space: `Nur Hayati` is `Nurhayati`.
    let close = |name: &str| key(name).replace(' ', "");
    close(one) == close(other)
}

/// Whether two names may be one person's of whom a number says so, too: the same, one of them shortened or with initials, or
/// misspelt. A mistyped number finds a stranger, whose name is another one.
#[must_use]
pub fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (key(one), key(other));
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split(' ').collect(), other.split(' ').collect());
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    let initial = |one: &str, other: &str| one.chars().count() == 1 && other.starts_with(one);
    let meets = |word: &str, other: &str| word == other || initial(word, other) || initial(other, word);
    let shortened = short.iter().all(|word| long.iter().any(|other| meets(word, other)));
    shortened || strsim::normalized_damerau_levenshtein(&short.concat(), &long.concat()) >= MISSPELT
}

/// The parts of a word, folded: `M.Contoh` is two, `S.Pd.` and `Contoh-Putra` are one.
fn parts(word: &str) -> Vec<String> {
    let whole = fold(word);
    if BEHIND.contains(&whole.as_str()) || BEFORE.contains(&whole.as_str()) {
        return vec![whole];
    }
    word.split('.').map(fold).filter(|part| !part.is_empty()).collect()
}

/// Letters and digits in lower case, without what is written above and below them.
fn fold(word: &str) -> String {
    let plain = word.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase);
    plain.filter(|character| character.is_alphanumeric()).collect()
}

/// A name of which nobody learns more than its initials: `Siti Contoh` is `S*** C***`, of five words at most.
#[must_use]
pub fn initials(name: &str) -> String {
    let words = name.split_whitespace().filter_map(|word| word.chars().next()).take(5);
    words.map(|initial| format!("{initial}***")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_compared_as_people_write_them() {
        for (one, other) in [
            ("SITI CONTOH", "Siti Contoh"),
            ("H. Budi  Contoh, S.Pd.", "budi contoh"),
            ("Drs. Contoh", "CONTOH"),
            ("Ir. H. Contoh Raya, M.Si., Ph.D", "Contoh Raya"),
            ("Nur Hayati Contoh", "Nurhayati Contoh"),
            ("Ma'ruf Contoh", "Maruf Contoh"),
            ("M. Contoh", "M Contoh"),
            ("Contoh-Putra", "Contohputra"),
            ("Sukarno", "SUKARNO"),
            ("José Contoh", "Jose Contoh"),
            ("Siti Contoh S.Pd.", "Siti Contoh"),
            ("Siti Contoh, S. Pd., M. Si.", "Siti Contoh"),
            ("dr. Siti Contoh Sp.A", "Siti Contoh Spa"),
            ("Ｓｉｔｉ　Contoh", "Siti Contoh"),
        ] {
            assert!(same(one, other), "{one} / {other}: {} / {}", key(one), key(other));
        }
        for (one, other) in [
            ("Siti Contoh", "Siti Contoh Putri"),
            ("Budi Contoh", "Budiman Contoh"),
            ("Contoh, Raya", "Contoh"),
            ("Sukarno", ""),
            ("Contoh Satu", "Contoh Dua"),
            ("Siti Se", "Siti"),
            ("Contoh Putra", "Putra Contoh"),
        ] {
            assert!(!same(one, other), "{one} / {other}: {} / {}", key(one), key(other));
        }
    }

    #[test]
    fn names_of_one_number_may_be_shortened_or_misspelt() {
        for (one, other) in [
            ("Siti Contoh", "Siti Contoh Putri"),
            ("M. Budi Contoh", "Muhammad Budi Contoh"),
            ("Sukarno", "H. Sukarno Contoh, S.Pd."),
            ("Siti Nurhayati", "Siti Nur Hayati"),
            ("Rizky Contoh", "Rizki Conto"),
        ] {
            assert!(alike(one, other) && alike(other, one), "{one} / {other}");
        }
        for (one, other) in [("Siti Contoh", "Budi Teladan"), ("Siti Contoh", "Siti Misal"), ("Sukarno", "")] {
            assert!(!alike(one, other) && !alike(other, one), "{one} / {other}");
        }
    }

    #[test]
    fn a_title_alone_is_a_name() {
        assert_eq!(key("Raden"), "raden");
        assert_eq!(key("R. A. Contoh"), "a contoh");
        assert_eq!(key("H. Hj."), "hj");
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(name in "[A-Za-z .,'-]{0,60}") {
            let once = key(&name);
            prop_assert_eq!(same(&once, &name), true);
            prop_assert!(same(&name.to_uppercase(), &name.to_lowercase()));
        }
    }

    #[test]
    fn a_name_shows_its_initials_alone() {
        assert_eq!(initials("Siti  Contoh"), "S*** C***");
        assert_eq!(initials("Éka"), "É***");
        assert_eq!(initials("a b c d e f g"), "a*** b*** c*** d*** e***");
        assert_eq!(initials(" "), "");
    }
}
