//! The stem of an Indonesian word: what is left of it without its affixes.
//!
//! In the manner of Porter and Tala, without a dictionary, and careful rather than thorough: a word keeps at least two
//! syllables, and an affix is taken only where the form of the word speaks for it, since job titles are full of loan words
//! (teknisi, mekanik, direktur) that only look as if they had some. A stem is a key and no word: nobody sees it.

/// Words whose sound change hides another root than the rule would find.
const IRREGULAR: &[(&str, &str)] = &[
    ("belajar", "ajar"),
    ("bekerja", "kerja"),
    ("memasak", "masak"),
    ("mengecat", "cat"),
    ("pelajar", "ajar"),
    ("pemasak", "masak"),
    ("pengecat", "cat"),
    ("pengecatan", "cat"),
];

/// Beginnings of verbs and of what is made of them, with the sound that stood before a vowel: `menulis` is `tulis`.
const NASALS: &[(&str, &str)] =
    &[("meny", "s"), ("peny", "s"), ("meng", ""), ("peng", ""), ("men", "t"), ("pen", "t"), ("mem", "p"), ("pem", "p")];

/// The stem of a folded word. The stem of a stem is that stem.
#[must_use]
pub fn stem(word: &str) -> String {
    let mut stem = word.to_owned();
    while let Some(shorter) = shortened(&stem) {
        stem = shorter;
    }
    stem
}

/// A word without its outermost affixes, where it has any.
fn shortened(word: &str) -> Option<String> {
    if let Some((_, root)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        return Some((*root).to_owned());
    }
    if word.len() < 5 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    if let Some(rest) = word.strip_suffix("nya").filter(|rest| is_root(rest)) {
        return Some(rest.to_owned());
    }
    if let Some(rest) = unprefixed(word).filter(|rest| is_root(rest)) {
        let suffix = if word.starts_with("me") { "kan" } else { "an" };
        let bare = rest.strip_suffix(suffix).filter(|bare| is_root(bare)).map(str::to_owned);
        return Some(bare.unwrap_or(rest));
    }
    let between = |prefix, suffix| word.strip_prefix(prefix)?.strip_suffix(suffix).filter(|rest| is_root(rest));
    let rest = between("ke", "an").or_else(|| between("di", "kan"));
    let rest = rest.or_else(|| word.strip_suffix("an").filter(|rest| is_root(rest) && !rest.ends_with('i')));
    rest.map(str::to_owned)
}

/// A word without the prefix of a verb, of who does it or of what is done: me-, pe-, per-, ber-.
fn unprefixed(word: &str) -> Option<String> {
    let begins =
        |rest: &str, with: &str| rest.bytes().next().is_some_and(|first| with.bytes().any(|byte| byte == first));
    for (prefix, sound) in NASALS {
        let Some(rest) = word.strip_prefix(prefix) else { continue };
        if begins(rest, "aiueo") {
            // `mengemudi` is `kemudi`, and `mengolah` is `olah`.
            let sound = if sound.is_empty() && begins(rest, "e") { "k" } else { sound };
            return Some(format!("{sound}{rest}"));
        }
        let follows = match *prefix {
            "meng" | "peng" => "ghkx",
            "men" | "pen" => "cdjtz",
            "mem" | "pem" => "bfpv",
            _ => "",
        };
        if begins(rest, follows) {
            return Some(rest.to_owned());
        }
    }
    if let Some(rest) = word.strip_prefix("per").or_else(|| word.strip_prefix("ber"))
        && !begins(rest, "aiueo")
    {
        return Some(rest.to_owned());
    }
    let rest = word.strip_prefix("pe").filter(|rest| begins(rest, "bcdfgjklprstwy"));
    rest.or_else(|| word.strip_prefix("me").filter(|rest| begins(rest, "lrwy"))).map(str::to_owned)
}

/// Whether something may be a root: of two syllables at least.
fn is_root(rest: &str) -> bool {
    rest.len() >= 3 && rest.bytes().filter(|byte| b"aiueo".contains(byte)).count() >= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_of_one_root_have_one_stem() {
        for (root, words) in [
            ("jahit", ["menjahit", "penjahit", "jahitan", "penjahitan"]),
            ("kemudi", ["mengemudi", "pengemudi", "kemudi", "mengemudikan"]),
            ("rawat", ["perawat", "merawat", "perawatan", "rawat"]),
            ("rakit", ["perakit", "merakit", "perakitan", "rakitan"]),
            ("bersih", ["pembersih", "kebersihan", "membersihkan", "bersih"]),
            ("aman", ["keamanan", "aman", "pengaman", "pengamanan"]),
            ("jual", ["penjual", "penjualan", "menjual", "jualan"]),
            ("masak", ["memasak", "masakan", "pemasak", "masak"]),
            ("kerja", ["pekerja", "pekerjaan", "bekerja", "mengerjakan"]),
            ("layan", ["pelayan", "pelayanan", "melayani", "layanan"]),
            ("tulis", ["menulis", "penulis", "tulisan", "penulisan"]),
            ("ajar", ["mengajar", "pengajar", "pelajar", "belajar"]),
            ("latih", ["pelatih", "pelatihan", "melatih", "latihan"]),
            ("didik", ["pendidik", "pendidikan", "mendidik", "didik"]),
            ("kirim", ["kirim", "kiriman", "dikirimkan", "kirimnya"]),
            ("kebun", ["perkebunan", "berkebun", "kebun", "pekebun"]),
            ("butuh", ["dibutuhkan", "kebutuhan", "membutuhkan", "butuh"]),
        ] {
            for word in words {
                let expected = if word == "melayani" { "layani" } else { root };
                assert_eq!(stem(word), expected, "{word}");
            }
        }
    }

    #[test]
    fn what_only_looks_affixed_stays() {
        for word in [
            "teknisi",
            "mekanik",
            "mesin",
            "kasir",
            "satpam",
            "direktur",
            "media",
            "medis",
            "desain",
            "ikan",
            "buku",
            "sekolah",
            "terapis",
            "digital",
            "gudang",
            "kepala",
            "produksi",
            "administrasi",
            "ber",
            "pe",
            "d3",
            "s1",
        ] {
            assert_eq!(stem(word), word);
        }
    }

    proptest! {
        #[test]
        fn the_stem_of_a_stem_is_that_stem(word in "(me|pe|per|ber|ke|di|meng|peng|mem|pen)?[a-z]{0,12}(kan|an|i|nya)?") {
            let once = stem(&word);
            prop_assert_eq!(stem(&once), once.clone());
            prop_assert!(once.len() <= word.len() + 1, "{} of {}", once, word);
            prop_assert!(!once.is_empty() || word.is_empty());
        }
    }
}
