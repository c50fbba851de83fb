//! Personal data at rest: encryption, blind indexes.
//!
//! An envelope is `version (1) | key id (1) | nonce (24) | ciphertext`, XChaCha20-Poly1305 with table, column and
//! row as associated data: an envelope moved to another row does not open. The blind index is a full-length
//! HMAC-SHA256, for uniqueness and look-up without decryption (UU 27/2022 art. 35).
//!
//! People write numbers where they don't belong: a NIK as a title, a search, a key of a body. What the service says of such an
//! input in an error, an event or a record of a read goes through [`veil`] first, whoever wrote it.

use std::borrow::Cow;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use disnaker_entity::Nik;
use hmac::{Hmac, Mac};
use rand::{RngCore, rngs::OsRng};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use crate::keys::Keys;
use crate::problem::Problem;

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Where an envelope belongs.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Row.
    pub row: Uuid,
}

impl Place {
    fn bytes(&self) -> Vec<u8> {
        [self.table.as_bytes(), b"\0", self.column.as_bytes(), b"\0", self.row.as_bytes()].concat()
    }
}

/// Seals and opens what is personal.
pub struct Vault {
    ciphers: Vec<(u8, XChaCha20Poly1305)>,
    index: [u8; 32],
}

impl Vault {
    /// A vault of the installation's keys; the newest key id seals.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        let ciphers = keys.personal.iter().rev().map(|(id, key)| (*id, XChaCha20Poly1305::new(key.into()))).collect();
        Self { ciphers, index: keys.index }
    }

    /// Encrypts a value for its place.
    ///
    /// # Errors
    /// Only when no key is there.
    pub fn seal(&self, place: Place, plain: &[u8]) -> anyhow::Result<Vec<u8>> {
        let (id, cipher) = self.ciphers.first().ok_or_else(|| anyhow::anyhow!("no key for personal data"))?;
        let mut nonce = [0; NONCE];
        OsRng.fill_bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: &place.bytes() };
        let sealed =
            cipher.encrypt(XNonce::from_slice(&nonce), payload).map_err(|_| anyhow::anyhow!("encryption failed"))?;
        Ok([&[VERSION, *id], nonce.as_slice(), &sealed].concat())
    }

    /// Opens an envelope that was sealed for this very place.
    ///
    /// # Errors
    /// An unknown key, a changed envelope, or one of another place.
    pub fn open(&self, place: Place, envelope: &[u8]) -> anyhow::Result<Vec<u8>> {
        let broken = || anyhow::anyhow!("envelope of {}.{} does not open", place.table, place.column);
        let [VERSION, id, rest @ ..] = envelope else { return Err(broken()) };
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or_else(broken)?;
        let (_, cipher) = self.ciphers.iter().find(|(key, _)| key == id).ok_or_else(broken)?;
        cipher.decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &place.bytes() }).map_err(|_| broken())
    }

    /// Seals a value as JSON for its place.
    ///
    /// # Errors
    /// A value that JSON can't hold, or no key.
    pub fn seal_json<T: Serialize + ?Sized>(&self, place: Place, value: &T) -> Result<Vec<u8>, Problem> {
        let plain = serde_json::to_vec(value).map_err(Problem::internal)?;
        self.seal(place, &plain).map_err(Problem::internal)
    }

    /// Opens a value that was sealed as JSON; none where nothing is kept, or no longer.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), or a value of another shape.
    pub fn open_json<T: DeserializeOwned>(&self, place: Place, envelope: Option<&[u8]>) -> Result<Option<T>, Problem> {
        let Some(envelope) = envelope else { return Ok(None) };
        let plain = self.open(place, envelope).map_err(Problem::internal)?;
        serde_json::from_slice(&plain).map(Some).map_err(Problem::internal)
    }

    /// The blind index of a value: equal values of one kind have equal indexes, and nothing else shows.
    #[must_use]
    pub fn index(&self, kind: &str, plain: &str) -> Vec<u8> {
        mac(&self.index, &[kind.as_bytes(), b"\0", plain.as_bytes()]).to_vec()
    }
}

/// HMAC-SHA256 over the parts, one after the other.
#[must_use]
pub fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros to the block of the hash (RFC 2104).
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as Mac>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Digits of a NIK, and of the number of a family card.
const DIGITS: usize = 16;

/// Most characters between two groups of a number.
const GAP: usize = 3;

/// A text without the middle of what may be a person's number: of each run of sixteen digits or more, and of each NIK that is
/// written in groups, with blanks, points or hyphens between them.
#[must_use]
pub fn veiled(text: &str) -> Cow<'_, str> {
    let found = numbers(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut done = 0;
    for (from, to) in found {
        let digits: String = text.get(from..to).unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        let (first, last) = (digits.get(..4).unwrap_or_default(), digits.get(digits.len() - 4..).unwrap_or_default());
        out.extend([text.get(done..from).unwrap_or_default(), first, "••••••••", last]);
        done = to;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether a text holds a NIK. A longer number is none: other systems name their users so.
#[must_use]
pub fn names_somebody(text: &str) -> bool {
    let digits = |(from, to)| text.get(from..to).into_iter().flat_map(str::chars).filter(char::is_ascii_digit);
    numbers(text).into_iter().any(|number| Nik::parse(&digits(number).collect::<String>()).is_ok())
}

/// Where what may be a person's number begins and ends.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // Nearly every text ends here.
    if text.bytes().filter(u8::is_ascii_digit).count() < DIGITS {
        return found;
    }
    let runs = runs(text);
    let mut at = 0;
    while let Some((from, mut to)) = runs.get(at).copied() {
        at += 1;
        if to - from >= DIGITS {
            found.push((from, to));
            continue;
        }
        let mut digits = text.get(from..to).unwrap_or_default().to_owned();
        for (offset, (next, end)) in runs.get(at..).unwrap_or_default().iter().copied().enumerate() {
            let gap = text.get(to..next).unwrap_or_default();
            if digits.len() >= DIGITS || gap.chars().count() > GAP || !gap.chars().all(is_between) {
                break;
            }
            digits.push_str(text.get(next..end).unwrap_or_default());
            to = end;
            if Nik::parse(&digits).is_ok() && is_apart(text, from, to) {
                found.push((from, to));
                at += offset + 1;
                break;
            }
        }
    }
    found
}

/// Every run of digits.
fn runs(text: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        match runs.last_mut() {
            Some((_, end)) if *end == at => *end += 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

/// What people write between the groups of a number.
fn is_between(character: char) -> bool {
    matches!(character, ' ' | '.' | '-' | '_' | '\u{a0}' | '\u{2011}' | '\u{2013}')
}

/// Whether a number in groups stands for itself, and is no part of a UUID: four, eight or twelve digits and letters up to f, with
/// hyphens between.
fn is_apart(text: &str, from: usize, to: usize) -> bool {
    let (before, after) = (text.get(..from).unwrap_or_default(), text.get(to..).unwrap_or_default());
    let is_hex = |character: char| character.is_ascii_hexdigit();
    let is_group = |group: &str| [4, 8, 12].contains(&group.len()) && group.chars().all(is_hex);
    let of_word = |character: char| !character.is_ascii_alphanumeric();
    let left = before.strip_suffix('-').and_then(|rest| rest.rsplit(of_word).next()).is_some_and(is_group);
    let right = after.strip_prefix('-').and_then(|rest| rest.split(of_word).next()).is_some_and(is_group);
    !left && !right && !before.ends_with(is_hex) && !after.starts_with(is_hex)
}

/// Takes out of a value what may be a person's number: in its texts, in the names of its fields, and where it is one itself.
pub fn veil(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(veiled) = veiled(text) {
                *text = veiled;
            }
        }
        Value::Number(number) => {
            let written = number.to_string();
            let digits = written.trim_start_matches('-').split('.').next().unwrap_or_default();
            if digits.len() == DIGITS
                && let Cow::Owned(veiled) = veiled(digits)
            {
                *value = Value::String(veiled);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(veil),
        Value::Object(fields) => {
            fields.values_mut().for_each(veil);
            let named: Vec<String> =
                fields.keys().filter(|name| matches!(veiled(name), Cow::Owned(_))).cloned().collect();
            for name in named {
                if let Some(inner) = fields.remove(&name) {
                    fields.insert(veiled(&name).into_owned(), inner);
                }
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_of_a_person_is_veiled_wherever_it_stands() {
        let long = "a 3306081708950001, x33060817089500012y 330608170895000";
        assert_eq!(veiled(long), "a 3306••••••••0001, x3306••••••••0012y 330608170895000");
        assert!(matches!(veiled("Rp 5.300.000, 2026-11-23"), Cow::Borrowed(_)));
        assert!(matches!(veiled(""), Cow::Borrowed(_)));
        let mut value = json!({"3306081708950001": [3_306_081_708_950_001_u64, "/3306081708950001", 9_223_372_036_854_775_807_u64]});
        veil(&mut value);
        let hidden = "3306••••••••0001";
        assert_eq!(value, json!({hidden: [hidden, format!("/{hidden}"), 9_223_372_036_854_775_807_u64]}));
    }

    #[test]
    fn a_number_in_groups_is_veiled_and_ids_and_dates_are_not() {
        for written in [
            "3672 0141 0199 0007",
            "36.72.01.410199.0007",
            "367201-410199-0007",
            "3672 - 0141 - 0199 - 0007",
            "3672_01_410199_0007",
        ] {
            let text = format!("KTP +{written}, RT 3");
            assert_eq!(veiled(&text), "KTP +3672••••••••0007, RT 3", "{written}");
            assert!(names_somebody(&text));
        }
        assert_eq!(veiled("-3672014101990007"), "-3672••••••••0007");
        assert_eq!(veiled("12 3672 0141 0199 0007 5"), "12 3672••••••••0007 5");
        let mut value = json!([-3_672_014_101_990_007_i64, 3_672_014_101_990_007.0]);
        veil(&mut value);
        assert_eq!(value, json!(["3672••••••••0007", "3672••••••••0007"]));
        for plain in [
            "36720141-0199-0007-8d1e-0123456789ab",
            "0192a3b4-c5d6-7abc-3672-014101990007",
            "2026-11-23 2026-12-31",
            "LWK-36.72-2026-000045 36.72",
            "0812-3456-7890 / 0813-4567-8901",
            "103456789012345678901",
        ] {
            assert!(!names_somebody(plain), "{plain}");
        }
        assert!(matches!(veiled("0192a3b4-c5d6-7abc-3672-014101990007"), Cow::Borrowed(_)));
    }

    fn place(row: u128) -> Place {
        Place { table: "placement", column: "nik", row: Uuid::from_u128(row) }
    }

    #[test]
    fn an_envelope_opens_only_in_its_place() {
        let vault = Vault::new(&Keys::ephemeral());
        let sealed = vault.seal(place(1), b"3306081708950001").unwrap();
        assert_eq!(vault.open(place(1), &sealed).unwrap(), b"3306081708950001");
        assert!(vault.open(place(2), &sealed).is_err());
        assert!(Vault::new(&Keys::ephemeral()).open(place(1), &sealed).is_err());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(vault.open(place(1), &changed).is_err());
        assert!(vault.open(place(1), &sealed[..10]).is_err());
    }

    #[test]
    fn two_envelopes_of_one_value_differ_and_its_index_does_not() {
        let vault = Vault::new(&Keys::ephemeral());
        assert_ne!(vault.seal(place(1), b"x").unwrap(), vault.seal(place(1), b"x").unwrap());
        assert_eq!(vault.index("nik", "x"), vault.index("nik", "x"));
        assert_ne!(vault.index("nik", "x"), vault.index("family_card", "x"));
    }
}
