//! Search terms, made in Rust for both engines.
//!
//! One function folds and cuts text when a vacancy is written and when a query is read, so both engines answer alike;
//! they index only these terms, with their plainest analyser.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest term that is kept, in characters.
const LONGEST: usize = 40;

/// A text without case and marks.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase).collect()
}

/// What a folded text is cut into, at everything that is neither letter nor digit.
fn cut(folded: &str) -> impl Iterator<Item = &str> {
    let terms = folded.split(|character: char| !character.is_ascii_alphanumeric());
    terms.filter(|term| !term.is_empty() && term.len() <= LONGEST)
}

/// The terms of a text: folded and cut, each once.
#[must_use]
pub fn terms(text: &str) -> BTreeSet<String> {
    cut(&fold(text)).map(str::to_owned).collect()
}

/// The terms as one text, for the index.
#[must_use]
pub fn indexed(texts: &[&str]) -> String {
    let all: BTreeSet<String> = texts.iter().flat_map(|text| terms(text)).collect();
    all.into_iter().collect::<Vec<_>>().join(" ")
}

/// How well a title answers a query: the share of the query's terms that stand in it, and a whole match above all.
/// From 0 to 1000.
#[must_use]
pub fn score(query: &BTreeSet<String>, title: &str) -> u32 {
    let folded = fold(title);
    let mut title: Vec<&str> = cut(&folded).collect();
    title.sort_unstable();
    title.dedup();
    let hits = title.iter().filter(|term| query.contains(**term)).count();
    let share = |part: usize, whole: usize| u32::try_from(part * 400 / whole.max(1)).unwrap_or_default();
    let whole = if hits == query.len() && hits == title.len() { 200 } else { 0 };
    share(hits, query.len()) + share(hits, title.len()) + whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        terms(text).into_iter().collect()
    }

    #[test]
    fn terms_are_folded_and_cut() {
        assert_eq!(list("Operator FORKLIFT (Cilegon)"), ["cilegon", "forklift", "operator"]);
        assert_eq!(list("Kafé-Résumé"), ["kafe", "resume"]);
        assert_eq!(list("'; DROP TABLE vacancy; --"), ["drop", "table", "vacancy"]);
        assert_eq!(list("ＡＢＣ１２"), ["abc12"]);
        assert!(list("  -- ").is_empty());
    }

    #[test]
    fn a_whole_title_beats_a_part_of_one() {
        let query = terms("operator forklift");
        let scores = ["Operator Forklift", "Operator Forklift Gudang Malam", "Operator Jahit", "Satpam"]
            .map(|title| score(&query, title));
        assert_eq!(scores.iter().max(), scores.first());
        assert!(scores.is_sorted_by(|before, after| before > after), "{scores:?}");
        assert_eq!(score(&query, "Satpam"), 0);
    }
}
