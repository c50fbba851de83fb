//! How well a vacancy answers a query: one order for both engines.

use std::collections::HashMap;
use std::ops::Range;

use super::query::{Clause, Manner};
use super::{Query, cut, fold, stem};

/// What a vacancy is ranked by.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Title.
    pub title: &'a str,
    /// Code of the occupation.
    pub occupation: &'a str,
    /// Skills, in whatever punctuation.
    pub skills: &'a str,
}

// What a clause is worth by where and how it is found, of 100.
const WRITTEN: u32 = 100;
const SAME_ROOT: u32 = 85;
const SYNONYM: u32 = 70;
const SCATTERED: u32 = 55;
const SKILL: u32 = 40;
const OCCUPATION: u32 = 30;
// What the whole is worth on top.
const CLAUSES: u32 = 6;
const ALL_IN_TITLE: u32 = 150;
const TITLE_COVERED: u32 = 120;
const WHOLE_TITLE: u32 = 80;
const IN_ORDER: u32 = 60;
const AT_THE_HEAD: u32 = 30;

/// Ranks the candidates of one query. Titles and occupations repeat, so each is looked at once.
pub struct Ranking<'a, Name: Fn(&str) -> &'a str> {
    query: &'a Query,
    /// The name of an occupation.
    name: Name,
    titles: HashMap<String, Title>,
    occupations: HashMap<String, Vec<bool>>,
}

/// What a title says to a query.
struct Title {
    /// What each clause is worth; 0 where it is not in the title.
    worth: Vec<u32>,
    bonus: u32,
}

impl<'a, Name: Fn(&str) -> &'a str> Ranking<'a, Name> {
    /// Ranks for a query, given the names of occupations.
    pub fn new(query: &'a Query, name: Name) -> Self {
        Self { query, name, titles: HashMap::new(), occupations: HashMap::new() }
    }

    /// How well a vacancy answers: title before skills before the occupation's name before anything else, all words before
    /// some, what is written before what has the same root before what means the same, the whole title before a part of one.
    pub fn score(&mut self, candidate: Candidate<'_>) -> u32 {
        let clauses = &self.query.clauses;
        if !self.titles.contains_key(candidate.title) {
            self.titles.insert(candidate.title.to_owned(), Title::of(candidate.title, clauses));
        }
        let Some(title) = self.titles.get(candidate.title) else { return 0 };
        let mut sum = title.worth.iter().sum::<u32>();
        if title.worth.contains(&0) {
            if !self.occupations.contains_key(candidate.occupation) {
                let held = each_held((self.name)(candidate.occupation), clauses);
                self.occupations.insert(candidate.occupation.to_owned(), held);
            }
            let (skills, occupation) =
                (each_held(candidate.skills, clauses), self.occupations.get(candidate.occupation));
            let occupation = occupation.into_iter().flatten().chain(std::iter::repeat(&false));
            for ((worth, skill), occupation) in title.worth.iter().zip(skills).zip(occupation) {
                sum += match (worth, skill, occupation) {
                    (0, true, _) => SKILL,
                    (0, _, true) => OCCUPATION,
                    _ => 0,
                };
            }
        }
        sum * CLAUSES / count(clauses.len()).max(1) + title.bonus
    }
}

impl Title {
    fn of(title: &str, clauses: &[Clause]) -> Self {
        let folded = fold(title);
        let words: Vec<&str> = cut(&folded).collect();
        let found: Vec<Option<(u32, Range<usize>)>> = clauses.iter().map(|clause| clause.found(&words)).collect();
        let mut covered = vec![false; words.len()];
        for (_, place) in found.iter().flatten() {
            covered.iter_mut().take(place.end).skip(place.start).for_each(|covered| *covered = true);
        }
        let hits = count(covered.iter().filter(|covered| **covered).count());
        let places: Vec<&Range<usize>> = found.iter().flatten().map(|(_, place)| place).collect();
        let all = places.len() == clauses.len() && !clauses.is_empty();
        let in_order = places.iter().zip(places.iter().skip(1)).all(|(one, next)| one.end == next.start);
        let mut bonus = TITLE_COVERED * hits / count(words.len()).max(1);
        for (holds, worth) in [
            (all, ALL_IN_TITLE),
            (all && covered.iter().all(|covered| *covered), WHOLE_TITLE),
            (all && in_order, IN_ORDER),
            (places.first().is_some_and(|place| place.start == 0), AT_THE_HEAD),
        ] {
            bonus += if holds { worth } else { 0 };
        }
        let worth = found.iter().map(|found| found.as_ref().map_or(0, |(worth, _)| *worth));
        Self { worth: worth.collect(), bonus }
    }
}

impl Clause {
    /// What the clause is worth in a text, and where it stands.
    fn found(&self, words: &[&str]) -> Option<(u32, Range<usize>)> {
        let place = |name: &[String], same: &dyn Fn(&str, &str) -> bool| {
            let mut windows = words.windows(name.len().max(1));
            let at = windows.position(|window| window.iter().zip(name).all(|(word, wanted)| same(word, wanted)))?;
            Some(at..at + name.len())
        };
        let written = || place(&self.words, &|word, wanted| word == wanted).map(|place| (WRITTEN, place));
        match self.manner {
            Manner::Begun => place(&self.words, &|word, wanted| word.starts_with(wanted)).map(|at| (WRITTEN, at)),
            Manner::Written => written(),
            Manner::Meant => written()
                .or_else(|| place(&self.stems, &of_root).map(|place| (SAME_ROOT, place)))
                .or_else(|| self.others.iter().find_map(|name| place(name, &of_root)).map(|place| (SYNONYM, place)))
                .or_else(|| {
                    let everywhere = |wanted: &String| words.iter().any(|word| of_root(word, wanted));
                    (self.stems.len() > 1 && self.stems.iter().all(everywhere)).then_some((SCATTERED, 0..0))
                }),
        }
    }
}

/// Which clauses a text holds.
fn each_held(text: &str, clauses: &[Clause]) -> Vec<bool> {
    let folded = fold(text);
    let words: Vec<&str> = cut(&folded).collect();
    clauses.iter().map(|clause| clause.found(&words).is_some()).collect()
}

/// Whether a word has a stem. What a word begins with may hide the first letter of its stem, nothing hides the others: so
/// few words need theirs to be found.
fn of_root(word: &str, root: &str) -> bool {
    word == root
        || (word.len() > root.len() && root.get(1..).is_some_and(|rest| word.contains(rest)) && stem(word) == root)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Dictionary;
    use super::*;

    fn order<'a>(text: &str, titles: &[&'a str]) -> Vec<&'a str> {
        let query = Query::read(text, &Dictionary::of([vec!["satpam", "security", "petugas keamanan"]]));
        let mut ranking = Ranking::new(&query, |code| if code == "54" { "Pekerja Keamanan" } else { "" });
        let score = |title: &&str| {
            let candidate = Candidate { title, occupation: "54", skills: "[\"panel tegangan\"]" };
            std::cmp::Reverse(ranking.score(candidate))
        };
        let mut titles = titles.to_vec();
        titles.sort_by_cached_key(score);
        titles
    }

    /// Asserts that titles are ranked in the order in which they are given.
    fn ranked(text: &str, titles: &[&str]) {
        let mut reversed = titles.to_vec();
        reversed.reverse();
        assert_eq!(order(text, &reversed), titles, "{text}");
    }

    #[test]
    fn a_whole_title_beats_a_part_of_one_and_that_any_other_place() {
        ranked(
            "operator forklift",
            &[
                "Operator Forklift",
                "Operator Forklift Gudang Malam",
                "Forklift dan Operator",
                "Operator Jahit",
                "Satpam",
            ],
        );
        ranked("admin", &["Admin", "Admin Gudang", "Staf Admin", "Kasir"]);
    }

    #[test]
    fn what_is_written_comes_before_its_root_and_that_before_what_means_the_same() {
        ranked("penjahit", &["Penjahit", "Jahit", "Kasir"]);
        ranked("satpam", &["Satpam", "Security", "Kasir"]);
        ranked("petugas keamanan", &["Petugas Keamanan", "Satpam", "Petugas Bidang Keamanan", "Kasir"]);
        ranked("sec*", &["Security", "Kasir"]);
    }

    #[test]
    fn a_skill_counts_more_than_nothing() {
        let query = Query::read("tegangan", &Dictionary::default());
        let mut ranking = Ranking::new(&query, |_| "");
        let mut score = |title, skills| ranking.score(Candidate { title, occupation: "", skills });
        assert!(score("Teknisi", "[\"panel tegangan\"]") > score("Teknisi", "[]"));
        assert!(score("Teknisi Tegangan", "[]") > score("Teknisi", "[\"panel tegangan\"]"));
    }

    proptest! {
        #[test]
        fn the_guess_that_spares_stems_is_never_wrong(word in "(me|pe|per|ber|ke|meng|peng|mem|pen|meny)?[a-z]{2,9}(kan|an|nya)?") {
            let root = stem(&word);
            prop_assert!(of_root(&word, &root), "{} {}", word, root);
        }

        #[test]
        fn whatever_is_typed_has_a_rank(text in "\\PC{0,40}", title in "\\PC{0,40}") {
            order(&text, &[&title]);
        }
    }
}
