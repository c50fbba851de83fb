//! The installation's secret keys: one file, one purpose a key.
//!
//! The file stands beside the SQLite database in the embedded default and is made with mode 0600 at the first
//! start. Every instance on one PostgreSQL reads the same file, which its group may read too, since a mounted secret
//! often belongs to root and a group.

use std::collections::BTreeMap;
use std::path::Path;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::SigningKey;
use rand::{RngCore, rngs::OsRng};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a signing key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Access tokens of the built-in issuer.
    Tokens,
    /// Receipts.
    Receipts,
    /// AK-1 cards.
    Cards,
    /// Checkpoints of the journal.
    Checkpoints,
}

/// The keys as they stand in the file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// Encryption keys of personal data by id; the newest id encrypts, all decrypt.
    personal: BTreeMap<u8, String>,
    /// Key of the blind indexes.
    index: String,
    /// Key of paging cursors.
    cursor: String,
    /// Ed25519 seeds; the first of a purpose signs, all are published.
    signing: Vec<SigningSeed>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningSeed {
    purpose: Purpose,
    kid: String,
    seed: String,
}

/// The keys in use.
pub struct Keys {
    /// Encryption keys of personal data, by id.
    pub personal: BTreeMap<u8, [u8; 32]>,
    /// Key of the blind indexes.
    pub index: [u8; 32],
    /// Key of paging cursors.
    pub cursor: [u8; 32],
    signing: Vec<(Purpose, String, SigningKey)>,
}

impl Keys {
    /// Reads the key file, making a new one first where `create` says so and none is there.
    ///
    /// # Errors
    /// A file that is missing, open to others or writable by its group (0600 or 0640 is expected; 0400 and 0440 do
    /// too), or not of the expected form.
    pub fn load(path: &Path, create: bool) -> anyhow::Result<Self> {
        if create && !path.exists() {
            Self::create(path)?;
        }
        let text = std::fs::read_to_string(path).map_err(|error| {
            anyhow::anyhow!("key file {}: {error}; make one with `disnaker config --new-keys`", path.display())
        })?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path)?.permissions().mode();
            anyhow::ensure!(
                mode & 0o027 == 0,
                "key file {} is too open (mode {:04o}); expected 0600 or 0640",
                path.display(),
                mode & 0o777
            );
        }
        let file: KeyFile = serde_json::from_str(&text).map_err(|error| {
            anyhow::anyhow!(
                "key file {}: line {} column {} is not as expected",
                path.display(),
                error.line(),
                error.column()
            )
        })?;
        Self::from_file(&file)
    }

    /// Writes a file of fresh keys with mode 0600.
    ///
    /// # Errors
    /// A path that can't be written, or where a file already is.
    pub fn create(path: &Path) -> anyhow::Result<()> {
        use std::io::Write;
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let signing = [Purpose::Tokens, Purpose::Receipts, Purpose::Cards, Purpose::Checkpoints]
            .into_iter()
            .map(|purpose| {
                let seed = random();
                let kid = BASE64.encode(Sha256::digest(SigningKey::from_bytes(&seed).verifying_key().as_bytes()));
                let kid = kid.chars().take(12).collect();
                SigningSeed { purpose, kid, seed: BASE64.encode(seed) }
            })
            .collect();
        let file = KeyFile {
            personal: BTreeMap::from([(1, BASE64.encode(random()))]),
            index: BASE64.encode(random()),
            cursor: BASE64.encode(random()),
            signing,
        };
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(path)?;
        out.write_all(serde_json::to_string_pretty(&file)?.as_bytes())?;
        out.sync_all()?;
        Ok(())
    }

    /// Fresh keys that live as long as the process: for tests and for making the document.
    ///
    /// # Panics
    /// Never: the lengths are right by construction.
    #[must_use]
    pub fn ephemeral() -> Self {
        let signing = [Purpose::Tokens, Purpose::Receipts, Purpose::Cards, Purpose::Checkpoints]
            .into_iter()
            .map(|purpose| (purpose, format!("{purpose:?}").to_lowercase(), SigningKey::from_bytes(&random())))
            .collect();
        Self { personal: BTreeMap::from([(1, random())]), index: random(), cursor: random(), signing }
    }

    fn from_file(file: &KeyFile) -> anyhow::Result<Self> {
        let personal = file
            .personal
            .iter()
            .map(|(id, key)| Ok((*id, decode(key)?)))
            .collect::<anyhow::Result<BTreeMap<_, _>>>()?;
        anyhow::ensure!(!personal.is_empty(), "key file: `personal` holds no key");
        let signing = file
            .signing
            .iter()
            .map(|seed| Ok((seed.purpose, seed.kid.clone(), SigningKey::from_bytes(&decode(&seed.seed)?))))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let keys = Self { personal, index: decode(&file.index)?, cursor: decode(&file.cursor)?, signing };
        anyhow::ensure!(keys.signing(Purpose::Tokens).is_some(), "key file: `signing` holds no key for tokens");
        Ok(keys)
    }

    /// The key that signs for a purpose, with its `kid`.
    #[must_use]
    pub fn signing(&self, purpose: Purpose) -> Option<(&str, &SigningKey)> {
        self.signing.iter().find(|(of, _, _)| *of == purpose).map(|(_, kid, key)| (kid.as_str(), key))
    }

    /// Every signing key, newest of a purpose first: what the JWKS publishes the public half of.
    pub fn all_signing(&self) -> impl Iterator<Item = (Purpose, &str, &SigningKey)> {
        self.signing.iter().map(|(purpose, kid, key)| (*purpose, kid.as_str(), key))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Keys(redacted)")
    }
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

fn decode(text: &str) -> anyhow::Result<[u8; 32]> {
    let bytes = BASE64.decode(text).map_err(|_| anyhow::anyhow!("key file: a key is not base64url"))?;
    <[u8; 32]>::try_from(bytes.as_slice())
        .map_err(|_| anyhow::anyhow!("key file: a key has {} bytes, expected 32", bytes.len()))
}
