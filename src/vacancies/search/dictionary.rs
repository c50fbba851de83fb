//! What words mean the same, and what a mistyped word may have been.

use std::collections::HashMap;

use strsim::osa_distance;

use super::{stem, words};

/// Most words that a name for something has.
const LONGEST: usize = 4;
/// Most words that a mistyped one may have been.
const GUESSES: usize = 8;

/// Groups of names that mean the same, by the stems of their words.
#[derive(Debug, Default)]
pub struct Dictionary {
    /// Groups; of each its names; of each the stems of its words.
    groups: Vec<Vec<Vec<String>>>,
    /// The groups that a name stands in.
    by_name: HashMap<Vec<String>, Vec<usize>>,
    /// Names of one word, as they are written.
    spellings: Vec<String>,
}

impl Dictionary {
    /// The dictionary of groups of names. A name that is no word, or of too many, is left out.
    pub fn of<'a>(groups: impl IntoIterator<Item = Vec<&'a str>>) -> Self {
        let mut dictionary = Self::default();
        for group in groups {
            let mut names = Vec::new();
            for written in group {
                let spelled = words(written);
                if let [word] = spelled.as_slice() {
                    dictionary.spellings.push(word.clone());
                }
                let name: Vec<String> = spelled.iter().map(|word| stem(word)).collect();
                if !name.is_empty() && name.len() <= LONGEST && !names.contains(&name) {
                    names.push(name);
                }
            }
            for name in &names {
                dictionary.by_name.entry(name.clone()).or_default().push(dictionary.groups.len());
            }
            dictionary.groups.push(names);
        }
        dictionary
    }

    /// What else a name is called; nothing where it is no name.
    fn others(&self, name: &[String]) -> Option<Vec<Vec<String>>> {
        let groups = self.by_name.get(name)?.iter().filter_map(|at| self.groups.get(*at));
        let mut others: Vec<Vec<String>> = Vec::new();
        for other in groups.flatten() {
            if other.as_slice() != name && !others.contains(other) {
                others.push(other.clone());
            }
        }
        Some(others)
    }

    /// The longest name that stems begin with: of how many words, and what else it is called.
    #[must_use]
    pub fn longest(&self, stems: &[String]) -> (usize, Vec<Vec<String>>) {
        let names = (1..=stems.len().min(LONGEST)).rev().filter_map(|length| stems.get(..length));
        let mut found = names.filter_map(|name| Some((name.len(), self.others(name)?)));
        found.next().unwrap_or((1, Vec::new()))
    }

    /// Names of one word.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        self.spellings.iter().map(String::as_str)
    }
}

/// How many edits a word may be away from the one that was meant.
#[must_use]
pub fn edits(word: &str) -> usize {
    let letters = word.bytes().all(|byte| byte.is_ascii_lowercase());
    match word.len() {
        5..=8 if letters => 1,
        9.. if letters => 2,
        _ => 0,
    }
}

/// Those of some words that are the fewest edits away from a mistyped one, as far as they may be: in the order of the
/// alphabet, each once, a handful at most. The first letter is never mistyped.
#[must_use]
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut most = edits(typed);
    let mut found: Vec<(usize, &str)> = Vec::new();
    for word in known {
        if word == typed || most == 0 || word.bytes().next() != typed.bytes().next() {
            continue;
        }
        if word.len().abs_diff(typed.len()) > most {
            continue;
        }
        let distance = osa_distance(typed, word);
        if distance <= most {
            most = distance;
            found.push((distance, word));
        }
    }
    found.retain(|(distance, _)| *distance == most);
    found.sort_unstable();
    found.dedup();
    found.truncate(GUESSES);
    found.into_iter().map(|(_, word)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_meant() {
        assert_eq!(nearest("stapam", ["satpam", "stasiun"]), ["satpam"]);
        assert_eq!(nearest("oprator", ["operator", "orator"]), ["operator", "orator"], "both are one edit away");
        assert!(nearest("kasr", ["kasir"]).is_empty(), "a short word is taken as it is");
        assert!(nearest("tatpam", ["satpam"]).is_empty(), "the first letter is kept");
        assert!(nearest("pergudangn", ["pengulang"]).is_empty());
        assert_eq!(nearest("akuntasni", ["akuntansi", "akuntan"]), ["akuntansi"]);
        assert!(nearest("12345", ["12346"]).is_empty(), "numbers are no words");
    }

    #[test]
    fn the_longest_name_wins() {
        let dictionary = Dictionary::of([
            vec!["satpam", "security", "petugas keamanan"],
            vec!["petugas", "staf"],
            vec!["cs", "customer service"],
            vec!["cs", "cleaning service", "customer service"],
        ]);
        let stems = |text: &str| words(text).iter().map(|word| stem(word)).collect::<Vec<_>>();
        let (length, others) = dictionary.longest(&stems("petugas keamanan gudang"));
        assert_eq!((length, others), (2, vec![stems("satpam"), stems("security")]));
        assert_eq!(dictionary.longest(&stems("petugas gudang")), (1, vec![stems("staf")]));
        assert_eq!(dictionary.longest(&stems("cs")).1.len(), 2, "a name may mean two things");
        assert_eq!(dictionary.longest(&stems("kasir")), (1, vec![]));
        assert_eq!(dictionary.longest(&[]), (1, vec![]));
    }
}
