//! Search in Rust, for both engines: terms, queries, synonyms, corrections, ranking. No I/O.
//!
//! One function folds and cuts text when a vacancy is written and when a query is read, so both engines answer alike; they
//! index only these terms, with their plainest analyser. Beside each word its stem is indexed, as a word like any other:
//! the stem of a stem is that stem, so asking for the stem finds all words of one root by one term, and what was
//! written plainly is told apart when it is ranked. Synonyms are no terms: they widen the query, so that a changed row of
//! theirs takes effect at once.

mod dictionary;
mod query;
mod rank;
mod stem;

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub use dictionary::{Dictionary, edits, nearest};
pub use query::{Query, Syntax, readable};
pub use rank::{Candidate, Ranking};
pub use stem::stem;

/// What [`indexed`] makes of a text: a higher number where it makes something else of one, so that what was indexed before
/// is indexed anew.
pub const VERSION: i64 = 3;

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

/// The words of a text in their order, folded.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    cut(&fold(text)).map(str::to_owned).collect()
}

/// The words of texts, each once.
#[must_use]
pub fn vocabulary(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().flat_map(|text| words(text)).collect()
}

/// What is indexed of words: each of them and its stem.
#[must_use]
pub fn indexed(vocabulary: &BTreeSet<String>) -> BTreeSet<String> {
    vocabulary.iter().flat_map(|word| [word.clone(), stem(word)]).collect()
}

/// Whether words stand in a text as they do in a phrase: one after the other.
#[must_use]
pub fn holds_phrase(text: &str, phrase: &[String]) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = cut(&folded).collect();
    words.windows(phrase.len().max(1)).any(|window| window == phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_cut() {
        assert_eq!(words("Operator FORKLIFT (Cilegon)"), ["operator", "forklift", "cilegon"]);
        assert_eq!(words("Kafé-Résumé"), ["kafe", "resume"]);
        assert_eq!(words("'; DROP TABLE vacancy; --"), ["drop", "table", "vacancy"]);
        assert_eq!(words("ＡＢＣ１２"), ["abc12"]);
        assert!(words("  -- ").is_empty());
    }

    #[test]
    fn a_stem_is_indexed_beside_its_word() {
        let terms = indexed(&vocabulary(&["Penjahit Garmen", "menjahit"]));
        assert_eq!(terms.into_iter().collect::<Vec<_>>(), ["garmen", "jahit", "menjahit", "penjahit"]);
    }

    #[test]
    fn a_phrase_stands_together_and_in_order() {
        let phrase = words("kepala gudang");
        assert!(holds_phrase("Wakil KEPALA-gudang", &phrase));
        assert!(!holds_phrase("Gudang kepala", &phrase));
        assert!(!holds_phrase("Kepala bagian gudang", &phrase));
        assert!(!holds_phrase("", &phrase));
    }
}
