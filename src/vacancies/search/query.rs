//! The language of `q`: words, `"a phrase"`, `+must`, `-mustnot`, `prefix*`. Whatever is typed is a query; odd input finds
//! less and is never an error.

use super::{Dictionary, edits, fold, stem, words};
use crate::check;

/// Most characters of a query that count.
const MOST: usize = 200;

/// What counts of what was typed: control characters are spaces, marks of direction and of no width are nothing, and after
/// so many characters it ends.
#[must_use]
pub fn readable(text: &str) -> String {
    let seen = text.chars().filter(|character| !check::is_direction(*character));
    let spaced = seen.map(|character| if character.is_control() { ' ' } else { character });
    spaced.skip_while(|character| character.is_whitespace()).take(MOST).collect()
}

/// Words that a search for work says anyway: left out beside others.
const SAID_ANYWAY: &[&str] = &[
    "cari",
    "dan",
    "dari",
    "dengan",
    "di",
    "dibutuhkan",
    "dicari",
    "info",
    "ke",
    "kerja",
    "loker",
    "lowongan",
    "pekerjaan",
    "untuk",
    "yang",
];

/// A part of a query, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// A word, or what means the same.
    Word(String),
    /// These words as they are written, one after the other.
    Written(Vec<String>),
    /// A word that begins so.
    Begun(String),
    /// Not these words, one after the other.
    Without(Vec<String>),
}

impl Part {
    fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Begun(word) => format!("{word}*"),
            Self::Written(words) if words.len() == 1 => format!("+{}", words.concat()),
            Self::Written(words) => format!("\"{}\"", words.join(" ")),
            Self::Without(words) if words.len() == 1 => format!("-{}", words.concat()),
            Self::Without(words) => format!("-\"{}\"", words.join(" ")),
        }
    }

    fn is_said_anyway(&self) -> bool {
        matches!(self, Self::Word(word) if SAID_ANYWAY.contains(&word.as_str()))
    }
}

/// How a clause is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// By the words, by others of their roots, and by what means the same.
    Meant,
    /// By the words as they are written.
    Written,
    /// By a word that begins so.
    Begun,
}

/// One of the things that must all be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub manner: Manner,
    pub words: Vec<String>,
    pub stems: Vec<String>,
    /// What means the same, by stems.
    pub others: Vec<Vec<String>>,
}

/// How an engine writes a search for terms.
#[derive(Clone, Copy, Debug)]
pub struct Syntax {
    /// Around a term.
    pub quote: &'static str,
    /// Between what must be found together.
    pub and: &'static str,
    /// Between what may be found instead.
    pub or: &'static str,
    /// Behind the beginning of a term.
    pub prefix: &'static str,
}

impl Syntax {
    /// PostgreSQL's `tsquery`.
    pub const TSQUERY: Self = Self { quote: "'", and: " & ", or: " | ", prefix: ":*" };
    /// SQLite's FTS5.
    pub const FTS5: Self = Self { quote: "\"", and: " AND ", or: " OR ", prefix: " *" };

    fn all(self, terms: &[String]) -> String {
        let terms = terms.iter().map(|term| format!("{0}{term}{0}", self.quote));
        terms.collect::<Vec<_>>().join(self.and)
    }

    fn any(self, ways: &[String]) -> String {
        match ways {
            [way] => way.clone(),
            ways => ways.iter().map(|way| format!("({way})")).collect::<Vec<_>>().join(self.or),
        }
    }

    fn clause(self, clause: &Clause) -> String {
        match clause.manner {
            Manner::Begun => format!("{}{}", self.all(&clause.words), self.prefix),
            Manner::Written => self.all(&clause.words),
            Manner::Meant => {
                let ways = std::iter::once(&clause.stems).chain(&clause.others).map(|way| self.all(way));
                self.any(&ways.collect::<Vec<_>>())
            }
        }
    }
}

/// What a search asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    parts: Vec<Part>,
    pub(super) clauses: Vec<Clause>,
}

impl Query {
    /// Reads what is [`readable`] of a query.
    #[must_use]
    pub fn read(text: &str, dictionary: &Dictionary) -> Self {
        Self::of(parts(&readable(text)), dictionary)
    }

    fn of(parts: Vec<Part>, dictionary: &Dictionary) -> Self {
        let asks = parts.iter().any(|part| !part.is_said_anyway() && !matches!(part, Part::Without(_)));
        let (mut clauses, mut run) = (Vec::new(), Vec::new());
        for part in parts.iter().filter(|part| !(asks && part.is_said_anyway())) {
            if let Part::Word(word) = part {
                run.push(word.clone());
                continue;
            }
            meant(&mut run, dictionary, &mut clauses);
            let (manner, words) = match part {
                Part::Written(words) => (Manner::Written, words.clone()),
                Part::Begun(word) => (Manner::Begun, vec![word.clone()]),
                Part::Word(_) | Part::Without(_) => continue,
            };
            clauses.push(Clause { manner, words, stems: Vec::new(), others: Vec::new() });
        }
        meant(&mut run, dictionary, &mut clauses);
        Self { parts, clauses }
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The query as it could be typed.
    #[must_use]
    pub fn text(&self) -> String {
        self.parts.iter().map(Part::text).collect::<Vec<_>>().join(" ")
    }

    /// What must be found, for an engine; none where everything may be.
    #[must_use]
    pub fn wanted(&self, syntax: Syntax) -> Option<String> {
        let clauses: Vec<_> = self.clauses.iter().map(|clause| format!("({})", syntax.clause(clause))).collect();
        (!clauses.is_empty()).then(|| clauses.join(syntax.and))
    }

    /// What must not be found, for an engine, but for phrases.
    #[must_use]
    pub fn unwanted(&self, syntax: Syntax) -> Option<String> {
        let words = self.parts.iter().filter_map(|part| match part {
            Part::Without(words) if words.len() == 1 => Some(syntax.all(&[stem(&words.concat())])),
            _ => None,
        });
        let words: Vec<_> = words.collect();
        (!words.is_empty()).then(|| syntax.any(&words))
    }

    /// Whether there are phrases, which only the texts themselves can tell.
    #[must_use]
    pub fn has_phrases(&self) -> bool {
        self.phrases().next().is_some()
    }

    /// Whether texts hold every phrase that is wanted, each in one of them, and none that is not.
    #[must_use]
    pub fn suits(&self, texts: &[&str]) -> bool {
        let held = |phrase| texts.iter().any(|text| super::holds_phrase(text, phrase));
        self.phrases().all(|(wanted, phrase)| held(phrase) == wanted)
    }

    fn phrases(&self) -> impl Iterator<Item = (bool, &Vec<String>)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Written(words) if words.len() > 1 => Some((true, words)),
            Part::Without(words) if words.len() > 1 => Some((false, words)),
            _ => None,
        })
    }

    /// The words that may be mistyped, each with what is to be found for it.
    #[must_use]
    pub fn doubtful(&self, syntax: Syntax) -> Vec<(String, String)> {
        let doubtful = self.clauses.iter().filter(|clause| clause.manner == Manner::Meant && clause.words.len() == 1);
        let doubtful = doubtful.filter_map(|clause| Some((clause.words.first()?, clause)));
        let mut found: Vec<(String, String)> = Vec::new();
        for (word, clause) in doubtful.filter(|(word, _)| edits(word) > 0) {
            if !found.iter().any(|(other, _)| other == word) {
                found.push((word.clone(), syntax.clause(clause)));
            }
        }
        found
    }

    /// The query with one word instead of another.
    #[must_use]
    pub fn corrected(&self, from: &str, to: &str, dictionary: &Dictionary) -> Self {
        let parts = self.parts.iter().map(|part| match part {
            Part::Word(word) if word == from => Part::Word(to.to_owned()),
            part => part.clone(),
        });
        Self::of(parts.collect(), dictionary)
    }

    /// Queries that ask for less: what is left out or said more loosely, what becomes of it, and the whole then.
    #[must_use]
    pub fn looser(&self) -> Vec<(String, Option<String>, String)> {
        let asked =
            self.parts.iter().filter(|part| !part.is_said_anyway() && !matches!(part, Part::Without(_))).count();
        let mut found = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let said = match part {
                Part::Written(words) => Some(words.join(" ")),
                Part::Word(_) | Part::Begun(_) | Part::Without(_) => None,
            };
            let may_go = match part {
                Part::Without(_) => true,
                Part::Written(_) => asked > 1,
                Part::Word(_) | Part::Begun(_) => asked > 1 && !part.is_said_anyway(),
            };
            for instead in said.map(Some).into_iter().chain(may_go.then_some(None)) {
                let texts = self.parts.iter().enumerate().map(|(other, part)| match &instead {
                    Some(instead) if other == at => instead.clone(),
                    None if other == at => String::new(),
                    _ => part.text(),
                });
                let whole = texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
                found.push((part.text(), instead.clone(), whole));
            }
        }
        found
    }

    /// Each of three or more things that are asked for, by itself: all the others, which are left out, and it.
    #[must_use]
    pub fn alone(&self) -> Vec<(String, String)> {
        let asked: Vec<String> = self
            .parts
            .iter()
            .filter(|part| !part.is_said_anyway() && !matches!(part, Part::Without(_)))
            .map(Part::text)
            .collect();
        if asked.len() < 3 {
            return Vec::new();
        }
        let others = |at: usize| {
            let others = asked.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, text)| text.as_str());
            others.collect::<Vec<_>>().join(" ")
        };
        asked.iter().enumerate().map(|(at, text)| (others(at), text.clone())).collect()
    }
}

/// Makes clauses of words that stand together: the longest names first.
fn meant(run: &mut Vec<String>, dictionary: &Dictionary, clauses: &mut Vec<Clause>) {
    let mut words = std::mem::take(run);
    while !words.is_empty() {
        let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
        let (length, others) = dictionary.longest(&stems);
        let rest = words.split_off(length.min(words.len()));
        let stems = stems.into_iter().take(length).collect();
        clauses.push(Clause { manner: Manner::Meant, words, stems, others });
        words = rest;
    }
}

/// Cuts a query into its parts.
fn parts(text: &str) -> Vec<Part> {
    let text = text.replace(['“', '”', '„', '«', '»'], "\"");
    let (mut parts, mut rest) = (Vec::new(), text.as_str());
    loop {
        rest = rest.trim_start();
        let sign = rest.chars().next().filter(|first| matches!(first, '+' | '-'));
        rest = rest.trim_start_matches(['+', '-']);
        let quoted = rest.strip_prefix('"');
        let inside = quoted.unwrap_or(rest);
        let end = match quoted {
            Some(inside) => inside.find('"'),
            None => inside.find(|character: char| character.is_whitespace() || character == '"'),
        };
        let (token, after) = inside.split_at(end.unwrap_or(inside.len()));
        rest = if quoted.is_some() { after.strip_prefix('"').unwrap_or(after) } else { after };
        add(&mut parts, sign, quoted.is_some(), token);
        if rest.is_empty() {
            return parts;
        }
    }
}

fn add(parts: &mut Vec<Part>, sign: Option<char>, quoted: bool, token: &str) {
    let mut found = words(token);
    if found.is_empty() {
        return;
    }
    match sign {
        Some('-') => parts.push(Part::Without(found)),
        _ if quoted => parts.push(Part::Written(found)),
        Some(_) => parts.extend(found.into_iter().map(|word| Part::Written(vec![word]))),
        None => {
            let begun = fold(token).ends_with('*').then(|| found.pop()).flatten();
            parts.extend(found.into_iter().map(Part::Word));
            parts.extend(begun.map(|word| if word.len() > 1 { Part::Begun(word) } else { Part::Word(word) }));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dictionary() -> Dictionary {
        Dictionary::of([vec!["satpam", "security", "petugas keamanan"], vec!["sopir", "supir", "driver"]])
    }

    fn wanted(text: &str) -> String {
        Query::read(text, &dictionary()).wanted(Syntax::TSQUERY).unwrap_or_default()
    }

    #[test]
    fn every_word_is_wanted_by_its_root_or_by_what_means_the_same() {
        assert_eq!(wanted("kasir toko"), "('kasir') & ('toko')");
        assert_eq!(wanted("Penjahit"), "('jahit')");
        assert_eq!(wanted("sopir truk"), "(('sopir') | ('supir') | ('driver')) & ('truk')");
        assert_eq!(wanted("petugas keamanan"), "(('tugas' & 'aman') | ('satpam') | ('security'))");
        assert_eq!(wanted("full-time"), "('full') & ('time')");
        let fts = Query::read("sopir truk*", &dictionary()).wanted(Syntax::FTS5).unwrap();
        assert_eq!(fts, r#"(("sopir") OR ("supir") OR ("driver")) AND ("truk" *)"#);
    }

    #[test]
    fn signs_and_quotes_say_how_a_word_is_wanted() {
        assert_eq!(wanted("+penjahit"), "('penjahit')");
        assert_eq!(wanted("\"kepala gudang\""), "('kepala' & 'gudang')");
        assert_eq!(wanted("op* kasir"), "('op':*) & ('kasir')");
        assert_eq!(wanted("o*"), "('o')", "one letter is no beginning");
        let query = Query::read("kasir -malam -\"shift dua\"", &dictionary());
        assert_eq!(query.unwanted(Syntax::TSQUERY).unwrap(), "'malam'");
        assert!(query.has_phrases());
        assert!(query.suits(&["Shift satu dua"]) && !query.suits(&["shift dua"]));
        let query = Query::read("-sopir", &dictionary());
        assert_eq!((query.wanted(Syntax::TSQUERY), query.is_empty()), (None, false));
    }

    #[test]
    fn what_every_search_says_is_left_out_beside_other_words() {
        assert_eq!(wanted("lowongan kerja kasir di Cilegon"), "('kasir') & ('cilegon')");
        assert_eq!(wanted("lowongan"), "('lowong')");
        assert_eq!(wanted("\"kerja malam\" di"), "('kerja' & 'malam')");
    }

    #[test]
    fn odd_input_is_a_query_all_the_same() {
        for text in ["\"", "- + -", "*", "''' \" ;", "😀 🙈", "-\"\"", "+", "--", "\u{200b}"] {
            assert!(Query::read(text, &dictionary()).is_empty(), "{text}");
        }
        assert_eq!(wanted("\"kepala gudang"), "('kepala' & 'gudang')", "a quote that is not closed ends with the text");
        assert_eq!(wanted("'; DROP TABLE vacancy; --"), "('drop') & ('table') & ('vacancy')");
        assert_eq!(wanted("kasir\"toko"), "('kasir') & ('toko')");
        assert_eq!(wanted("- kasir"), "('kasir')", "a sign by itself says nothing");
        assert_eq!(wanted("ka\u{200b}sir\0toko\tmalam\u{202e}"), "('kasir') & ('toko') & ('malam')");
        let long = |before: usize| format!("\u{feff} {}kasir", "-".repeat(before));
        assert_eq!(wanted(&long(195)), wanted("-kasir"));
        assert_eq!(Query::read(&long(197), &dictionary()).text(), "-kas", "the first 200 characters count");
        assert_eq!(readable(&readable(&long(190))), readable(&long(190)));
    }

    #[test]
    fn a_corrected_word_means_what_it_means() {
        let query = Query::read("stapam malam", &dictionary());
        assert_eq!(
            query.doubtful(Syntax::TSQUERY),
            [("stapam".to_owned(), "'stapam'".to_owned()), ("malam".to_owned(), "'malam'".to_owned())]
        );
        let query = query.corrected("stapam", "satpam", &dictionary());
        let expected = "(('satpam') | ('security') | ('tugas' & 'aman')) & ('malam')";
        assert_eq!(query.wanted(Syntax::TSQUERY).unwrap(), expected);
    }

    #[test]
    fn a_looser_query_asks_for_less() {
        let looser = |text: &str| Query::read(text, &dictionary()).looser();
        let texts = |text: &str| looser(text).into_iter().map(|(_, _, whole)| whole).collect::<Vec<_>>();
        assert_eq!(texts("kasir malam -toko"), ["malam -toko", "kasir -toko", "kasir malam"]);
        assert_eq!(texts("\"kepala gudang\""), ["kepala gudang"]);
        assert_eq!(texts("lowongan kasir"), Vec::<String>::new());
        let alone = |text: &str| Query::read(text, &dictionary()).alone();
        let each = [("gaji malam", "kasir"), ("kasir malam", "gaji"), ("kasir gaji", "malam")];
        assert_eq!(alone("kasir gaji -toko malam"), each.map(|(rest, word)| (rest.to_owned(), word.to_owned())));
        assert_eq!(alone("kasir malam"), []);
        assert_eq!(looser("+kasir"), [("+kasir".to_owned(), Some("kasir".to_owned()), "kasir".to_owned())]);
    }

    proptest! {
        #[test]
        fn terms_are_letters_and_digits_whatever_is_typed(text in "\\PC{0,60}|(?s:.{0,60})|[a-z \"*+'&|!()-]{0,60}") {
            for syntax in [Syntax::TSQUERY, Syntax::FTS5] {
                let query = Query::read(&text, &dictionary());
                let both = [query.wanted(syntax), query.unwanted(syntax)];
                for expression in both.into_iter().flatten() {
                    let inside = expression.split(syntax.quote).skip(1).step_by(2);
                    for term in inside {
                        let sound = !term.is_empty() && term.bytes().all(|byte| byte.is_ascii_alphanumeric());
                        prop_assert!(sound, "{} of {}", expression, text);
                    }
                }
                if query.text().chars().count() <= MOST {
                    prop_assert_eq!(Query::read(&query.text(), &dictionary()), query);
                }
            }
        }
    }
}
