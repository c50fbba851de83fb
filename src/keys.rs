//! The installation's secret keys: one file, one purpose a key.
//!
//! The file stands beside the SQLite database in the embedded default and is made with mode 0600 at the first
//! start. Every instance on one PostgreSQL reads the same file, which its group may read too, since a mounted secret
//! often belongs to root and a group.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use ed25519_dalek::{Signer as _, SigningKey};
use rand::{RngCore, rngs::OsRng};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How long a new key for tokens is published before it signs: time for every instance to read the file, and for
/// whoever keeps the published keys to read those again.
const LEAD: TimeDelta = TimeDelta::hours(1);
/// How long the old key for tokens counts after the new one signs: longer than a token lives.
pub const REMAINS: TimeDelta = TimeDelta::hours(2);

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

impl Purpose {
    /// The `use` of its public keys. RFC 7517 (4.2) leaves it open to other values than its own: who looks for keys that verify
    /// tokens asks for `sig` and finds no key of another purpose.
    #[must_use]
    pub fn public_use(self) -> &'static str {
        match self {
            Self::Tokens => "sig",
            Self::Receipts => "receipt",
            Self::Cards => "card",
            Self::Checkpoints => "checkpoint",
        }
    }
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
    /// Ed25519 seeds, newest of a purpose first: the first whose time has come signs.
    signing: Vec<SigningSeed>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningSeed {
    purpose: Purpose,
    kid: String,
    seed: String,
    /// The first time at which it signs; the one that it follows ends some time later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signs_from: Option<DateTime<Utc>>,
}

/// A signing key.
pub struct Signing {
    /// What it is for.
    pub purpose: Purpose,
    /// Its name.
    pub kid: String,
    /// Both halves.
    pub key: SigningKey,
    /// The first time at which it signs; always, where there is none.
    pub signs_from: Option<DateTime<Utc>>,
}

/// Signs texts with the newest key of a purpose: JWS, whole or detached (RFC 7515, appendix F; RFC 8037).
pub struct Jws {
    kid: String,
    key: SigningKey,
    /// The protected header, in base64url.
    header: String,
}

impl Jws {
    /// The signer of a key file that has a key for the purpose; `typ` says what it signs.
    #[must_use]
    pub fn new(keys: &Keys, purpose: Purpose, typ: &str) -> Option<Self> {
        let (kid, key) = keys.signing(purpose)?;
        let header = serde_json::json!({"alg": "EdDSA", "kid": kid, "typ": typ}).to_string();
        Some(Self { kid: kid.to_owned(), key: key.clone(), header: BASE64.encode(header) })
    }

    /// The name of its key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Bytes with their signature: `header.payload.signature`.
    #[must_use]
    pub fn sign(&self, payload: &[u8]) -> String {
        let signed = format!("{}.{}", self.header, BASE64.encode(payload));
        format!("{signed}.{}", BASE64.encode(self.key.sign(signed.as_bytes()).to_bytes()))
    }

    /// A signature over bytes, which are left out of it: `header..signature`.
    #[must_use]
    pub fn sign_detached(&self, payload: &[u8]) -> String {
        let signed = self.key.sign(format!("{}.{}", self.header, BASE64.encode(payload)).as_bytes());
        format!("{}..{}", self.header, BASE64.encode(signed.to_bytes()))
    }
}

/// What a rotation did, and when it takes effect.
pub struct Rotation {
    /// The new key.
    pub kid: String,
    /// From when it signs.
    pub signs_from: DateTime<Utc>,
    /// From when the key before it no longer counts.
    pub ends_old: DateTime<Utc>,
}

/// The keys in use.
pub struct Keys {
    /// Encryption keys of personal data, by id.
    pub personal: BTreeMap<u8, [u8; 32]>,
    /// Key of the blind indexes.
    pub index: [u8; 32],
    /// Key of paging cursors.
    pub cursor: [u8; 32],
    signing: Vec<Signing>,
    file: Option<PathBuf>,
}

impl Keys {
    /// Reads the key file, making a new one first where `create` says so and none is there.
    ///
    /// # Errors
    /// A file that is missing, open to others or writable by its group (0600 or 0640 is expected; 0400 and 0440 do
    /// too), or not of the expected form.
    pub fn load(path: &Path, create: bool) -> anyhow::Result<Self> {
        // Two that start at once: the second takes what the first made.
        if create && !path.exists() {
            Self::create(path).or_else(|error| if path.exists() { Ok(()) } else { Err(error) })?;
        }
        Ok(Self { file: Some(path.to_owned()), ..Self::from_file(&KeyFile::read(path)?)? })
    }

    /// Writes a file of fresh keys with mode 0600, whole or not at all.
    ///
    /// # Errors
    /// A path that can't be written, or where a file already is.
    pub fn create(path: &Path) -> anyhow::Result<()> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let signing = [Purpose::Tokens, Purpose::Receipts, Purpose::Cards, Purpose::Checkpoints];
        let file = KeyFile {
            personal: BTreeMap::from([(1, BASE64.encode(random()))]),
            index: BASE64.encode(random()),
            cursor: BASE64.encode(random()),
            signing: signing.into_iter().map(SigningSeed::fresh).collect(),
        };
        // Linked and not moved to its place, which fails where somebody else was first.
        let fresh = path.with_added_extension(format!("{}.new", OsRng.next_u64()));
        file.write(secret(&fresh)?)?;
        let linked = std::fs::hard_link(&fresh, path);
        std::fs::remove_file(&fresh)?;
        Ok(linked?)
    }

    /// Adds a key for tokens to a file. It is published as soon as the instances have read the file again, signs an
    /// hour later, and two hours after that the key before it ends: a token is never refused in between. Keys that
    /// have ended are removed.
    ///
    /// # Errors
    /// A file that can't be read or written, or a new key that waits to sign already.
    pub fn rotate_token_key(path: &Path, now: DateTime<Utc>) -> anyhow::Result<Rotation> {
        let path = path.canonicalize().with_context(|| format!("key file {}", path.display()))?;
        // The name is the lock: of two at once one fails, and so does one after another that was cut off.
        let fresh = path.with_added_extension("new");
        let out = secret(&fresh).with_context(|| {
            format!("{} (left by a rotation that was cut off? remove it, and try again)", fresh.display())
        })?;
        let write = || {
            let mut file = KeyFile::read(&path)?;
            let rotation = file.rotate(now)?;
            file.write(out)?;
            like(&path, &fresh)?;
            std::fs::rename(&fresh, &path)?;
            Ok(rotation)
        };
        let rotated: anyhow::Result<_> = write();
        if rotated.is_err() {
            std::fs::remove_file(&fresh)?;
        }
        rotated.with_context(|| format!("key file {}", path.display()))
    }

    /// Fresh keys that live as long as the process: for tests and for making the document.
    ///
    /// # Panics
    /// Never: the lengths are right by construction.
    #[must_use]
    pub fn ephemeral() -> Self {
        let signing = [Purpose::Tokens, Purpose::Receipts, Purpose::Cards, Purpose::Checkpoints]
            .into_iter()
            .map(|purpose| {
                let (kid, key) = (format!("{purpose:?}").to_lowercase(), SigningKey::from_bytes(&random()));
                Signing { purpose, kid, key, signs_from: None }
            })
            .collect();
        Self { personal: BTreeMap::from([(1, random())]), index: random(), cursor: random(), signing, file: None }
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
            .map(|SigningSeed { purpose, kid, seed, signs_from }| {
                let key = SigningKey::from_bytes(&decode(seed)?);
                Ok(Signing { purpose: *purpose, kid: kid.clone(), key, signs_from: *signs_from })
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        let keys = Self { personal, index: decode(&file.index)?, cursor: decode(&file.cursor)?, signing, file: None };
        anyhow::ensure!(keys.signing(Purpose::Tokens).is_some(), "key file: `signing` holds no key for tokens");
        Ok(keys)
    }

    /// The file that the keys came from, if they came from one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The newest key that signs for a purpose, with its `kid`. For tokens ask `counting`, which knows the time.
    #[must_use]
    pub fn signing(&self, purpose: Purpose) -> Option<(&str, &SigningKey)> {
        self.signing.iter().find(|key| key.purpose == purpose).map(|key| (key.kid.as_str(), &key.key))
    }

    /// Every signing key, newest of a purpose first.
    pub fn all_signing(&self) -> impl Iterator<Item = (Purpose, &str, &SigningKey)> {
        self.signing.iter().map(|key| (key.purpose, key.kid.as_str(), &key.key))
    }

    /// The signing keys that count at a time, newest of a purpose first: what the JWKS publishes the public half of. A
    /// key ends some time after the one that follows it began to sign, if that one says when.
    pub fn counting(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Signing> {
        self.signing
            .iter()
            .enumerate()
            .filter(move |(at, key)| {
                let mut newer = self.signing.iter().take(*at).filter(|newer| newer.purpose == key.purpose);
                !newer.any(|newer| newer.signs_from.is_some_and(|from| now - from >= REMAINS))
            })
            .map(|(_, key)| key)
    }
}

impl KeyFile {
    fn read(path: &Path) -> anyhow::Result<Self> {
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
        serde_json::from_str(&text).map_err(|error| {
            anyhow::anyhow!(
                "key file {}: line {} column {} is not as expected",
                path.display(),
                error.line(),
                error.column()
            )
        })
    }

    fn rotate(&mut self, now: DateTime<Utc>) -> anyhow::Result<Rotation> {
        let waiting = self.signing.iter().find(|seed| seed.signs_from.is_some_and(|from| from > now));
        if let Some(SigningSeed { kid, signs_from: Some(from), .. }) = waiting {
            anyhow::bail!("key {kid} waits already and signs from {}", from.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
        let counting: Vec<_> = Keys::from_file(self)?.counting(now).map(|key| key.kid.clone()).collect();
        self.signing.retain(|seed| counting.contains(&seed.kid));
        let signs_from = now.trunc_subsecs(0) + LEAD;
        let seed = SigningSeed { signs_from: Some(signs_from), ..SigningSeed::fresh(Purpose::Tokens) };
        let kid = seed.kid.clone();
        self.signing.insert(0, seed);
        Ok(Rotation { kid, signs_from, ends_old: signs_from + REMAINS })
    }

    fn write(&self, mut out: std::fs::File) -> anyhow::Result<()> {
        use std::io::Write;
        out.write_all(serde_json::to_string_pretty(self)?.as_bytes())?;
        out.sync_all()?;
        Ok(())
    }
}

/// Makes a file that only its owner reads, where there is none.
fn secret(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl SigningSeed {
    /// A fresh seed, named after its public half.
    fn fresh(purpose: Purpose) -> Self {
        let seed = random();
        let kid = BASE64.encode(Sha256::digest(SigningKey::from_bytes(&seed).verifying_key().as_bytes()));
        Self { purpose, kid: kid.chars().take(12).collect(), seed: BASE64.encode(seed), signs_from: None }
    }
}

/// Gives a file the owner and the mode of another.
#[cfg(unix)]
fn like(model: &Path, file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (model, own) = (std::fs::metadata(model)?, std::fs::metadata(file)?);
    if (model.uid(), model.gid()) != (own.uid(), own.gid()) {
        chown(file, Some(model.uid()), Some(model.gid()))?;
    }
    std::fs::set_permissions(file, model.permissions())
}

#[cfg(not(unix))]
fn like(model: &Path, file: &Path) -> std::io::Result<()> {
    std::fs::set_permissions(file, std::fs::metadata(model)?.permissions())
}

impl std::fmt::Display for Rotation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [from, until] = [self.signs_from, self.ends_old].map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        write!(out, "key {} signs from {from}; the key before it counts until {until}", self.kid)
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
