//! Personal data at rest: encryption, blind indexes.
//!
//! An envelope is `version (1) | key id (1) | nonce (24) | ciphertext`, XChaCha20-Poly1305 with table, column and
//! row as associated data: an envelope moved to another row does not open. The blind index is a full-length
//! HMAC-SHA256, for uniqueness and look-up without decryption (UU 27/2022 art. 35).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use rand::{RngCore, rngs::OsRng};
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

#[cfg(test)]
mod tests {
    use super::*;

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
