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
use hmac::{Hmac, Mac};
use rand::{RngCore, rngs::OsRng};
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use crate::keys::Keys;

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

/// A text without the middle of what may be a person's number: of each run of sixteen digits or more.
#[must_use]
pub fn veiled(text: &str) -> Cow<'_, str> {
    let is_digit = |character: char| character.is_ascii_digit();
    let mut out = String::new();
    let mut rest = text;
    while let Some(from) = rest.find(is_digit) {
        let (before, digits) = rest.split_at(from);
        let (run, after) = digits.split_at(digits.find(|character| !is_digit(character)).unwrap_or(digits.len()));
        out.push_str(before);
        match (run.get(..4), run.get(run.len().saturating_sub(4)..)) {
            (Some(first), Some(last)) if run.len() >= DIGITS => out.extend([first, "••••••••", last]),
            _ => out.push_str(run),
        }
        rest = after;
    }
    if out.len() + rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
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
            let digits = number.to_string();
            if digits.len() == DIGITS
                && let Cow::Owned(veiled) = veiled(&digits)
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
