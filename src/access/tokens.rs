//! Access tokens: those of the built-in issuer (RFC 9068, `EdDSA`), and what counts as one.
//!
//! A token is looked at in full once; after that its hash, the key that verified it and its end decide. Every fault
//! of a token answers alike. The built-in issuer reads its key file again every five seconds, so that a new key is
//! known to every instance long before one signs with it (`disnaker config --rotate-token-key`).

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use quick_cache::sync::Cache;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::issuers::{self, Issuer, LEEWAY, Verified};
use crate::caller::Identity;
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::{self, Keys, Purpose};

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;
/// How long a token of the built-in issuer lives.
pub const LIFETIME: Duration = Duration::hours(1);
/// How often the keys are looked after.
const TEND: std::time::Duration = std::time::Duration::from_secs(5);

const _: () = assert!(keys::REMAINS.num_seconds() > LIFETIME.num_seconds() + 2 * LEEWAY, "a key outlives its tokens");

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    exp: i64,
    aud: &'a str,
    iat: i64,
    jti: uuid::Uuid,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<Actor<'a>>,
}

#[derive(Serialize)]
struct Actor<'a> {
    sub: &'a str,
}

/// Every issuer whose tokens count.
pub struct Issuers {
    audience: String,
    built_in: Arc<Issuer>,
    outside: Vec<Arc<Issuer>>,
    /// Where the keys came from, if from a file.
    key_file: Option<PathBuf>,
    signing: RwLock<Arc<Signing>>,
    /// Verified tokens by their hash.
    verified: Cache<[u8; 32], Verified>,
}

/// What the built-in issuer signs with and publishes.
struct Signing {
    /// Newest first.
    signers: Vec<Signer>,
    published: Arc<JwkSet>,
}

struct Signer {
    kid: String,
    key: EncodingKey,
    /// The first time at which it signs.
    from: Option<DateTime<Utc>>,
}

impl Issuers {
    /// The issuers of a configuration. Keys by URL are not there yet; `serve` fetches them.
    ///
    /// # Errors
    /// A file that can't be read, or holds a key or an algorithm that is not allowed.
    pub fn new(config: &Config, keys: &Keys, now: DateTime<Utc>) -> anyhow::Result<Self> {
        let built_in = Issuer::built_in(config.http.public_url.clone(), config.access.audience.clone());
        let outside = match &config.access.issuers {
            Some(path) => issuers::read(path, &built_in.name)?,
            None => Vec::new(),
        };
        let issuers = Self {
            audience: config.access.audience.clone(),
            signing: RwLock::new(Arc::new(Signing::of(keys, now)?)),
            built_in: Arc::new(built_in),
            outside: outside.into_iter().map(Arc::new).collect(),
            key_file: keys.file().map(PathBuf::from),
            verified: Cache::new(10_000),
        };
        issuers.accept(keys, now)?;
        Ok(issuers)
    }

    /// Keeps the keys of every issuer as new as they should be, for as long as the service runs.
    pub async fn serve(self: Arc<Self>, clock: Clock) {
        let mut told = None;
        loop {
            let now = clock.now();
            self.tend(now);
            let issuers = Arc::clone(&self);
            let read = tokio::task::spawn_blocking(move || issuers.reload(now)).await;
            let fault = read.context("reading").flatten().err().map(|error| format!("{error:#}"));
            if fault != told {
                if let Some(error) = &fault {
                    tracing::warn!(error, "the key file can't be read again; the keys at hand count on");
                }
                told = fault;
            }
            tokio::time::sleep(TEND).await;
        }
    }

    /// Fetches what outside issuers publish, where it has become old; returns before it is there.
    pub fn tend(&self, now: DateTime<Utc>) {
        self.outside.iter().for_each(|issuer| issuer.tend(now));
    }

    /// Reads the key file again: keys for tokens that are new there begin to count, those that are gone end.
    ///
    /// # Errors
    /// A file that can't be read or used; the keys stay as they are.
    pub fn reload(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        match &self.key_file {
            Some(path) => self.accept(&Keys::load(path, false)?, now),
            None => Ok(()),
        }
    }

    /// Puts the keys that count now in the place of those that counted before.
    fn accept(&self, keys: &Keys, now: DateTime<Utc>) -> anyhow::Result<()> {
        let next = Arc::new(Signing::of(keys, now)?);
        let tokens = keys.counting(now).filter(|key| key.purpose == Purpose::Tokens);
        let verifying = tokens.map(|key| Ok((jwk(key)?, Algorithm::EdDSA))).collect::<anyhow::Result<_>>()?;
        // What is verified first, so that no key signs a moment before it counts.
        self.built_in.replace(verifying);
        let before = std::mem::replace(&mut *self.signing.write().unwrap_or_else(PoisonError::into_inner), next);
        let after = self.signing();
        if before.published != after.published {
            let kids: Vec<_> = after.signers.iter().map(|signer| signer.kid.as_str()).collect();
            tracing::info!(keys = kids.join(" "), "the keys for tokens have changed");
        }
        Ok(())
    }

    fn signing(&self) -> Arc<Signing> {
        Arc::clone(&self.signing.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The built-in issuer's name.
    #[must_use]
    pub fn own(&self) -> &str {
        &self.built_in.name
    }

    /// The public halves of every signing key (RFC 7517).
    #[must_use]
    pub fn published(&self) -> Arc<JwkSet> {
        Arc::clone(&self.signing().published)
    }

    /// A token for a client, or for a user that a client acts for.
    ///
    /// # Errors
    /// Only where the signing library fails.
    pub fn issue(
        &self,
        client: &str,
        user: Option<&str>,
        id: uuid::Uuid,
        now: DateTime<Utc>,
    ) -> anyhow::Result<String> {
        let signing = self.signing();
        let running = signing.signers.iter().find(|signer| signer.from.is_none_or(|from| from <= now));
        // Where no key's time has come the clock is wrong, and the oldest key is the one that the others know.
        let signer = running.or(signing.signers.last()).context("no signing key for tokens")?;
        let sub = user.map_or_else(|| client.to_owned(), |user| format!("{client}:{user}"));
        let claims = Claims {
            iss: &self.built_in.name,
            sub: &sub,
            exp: (now + LIFETIME).timestamp(),
            aud: &self.audience,
            iat: now.timestamp(),
            jti: id,
            client_id: client,
            act: user.map(|_| Actor { sub: client }),
        };
        let header =
            Header { typ: Some("at+jwt".to_owned()), kid: Some(signer.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        Ok(jsonwebtoken::encode(&header, &claims, &signer.key)?)
    }

    /// Who a token names, if it is good now. Waits only where an outside issuer's keys are being fetched.
    pub async fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Arc<Identity>> {
        if token.len() > LONGEST {
            return None;
        }
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(seen) = self.verified.get(&hash).filter(Verified::counts) {
            return (now.timestamp() < seen.ends.saturating_add(LEEWAY)).then_some(seen.identity);
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        let name = issuers::named(token)?;
        let issuer = std::iter::once(&self.built_in).chain(&self.outside).find(|issuer| issuer.name == name)?;
        let verified = issuer.verify(token, &header, now).await?;
        self.verified.insert(hash, verified.clone());
        Some(verified.identity)
    }
}

impl Signing {
    fn of(keys: &Keys, now: DateTime<Utc>) -> anyhow::Result<Self> {
        let signer = |key: &keys::Signing| {
            let pem = key.key.to_pkcs8_der().map_err(|error| anyhow::anyhow!("token key: {error}"))?;
            Ok(Signer { kid: key.kid.clone(), key: EncodingKey::from_ed_der(pem.as_bytes()), from: key.signs_from })
        };
        let tokens = keys.counting(now).filter(|key| key.purpose == Purpose::Tokens);
        let published = JwkSet { keys: keys.counting(now).map(jwk).collect::<anyhow::Result<_>>()? };
        Ok(Self { signers: tokens.map(signer).collect::<anyhow::Result<_>>()?, published: Arc::new(published) })
    }
}

/// The public half of a signing key (RFC 8037).
fn jwk(keys::Signing { purpose, kid, key, .. }: &keys::Signing) -> anyhow::Result<Jwk> {
    let x = BASE64.encode(key.verifying_key().as_bytes());
    let of = purpose.public_use();
    let value = serde_json::json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": of, "kid": kid, "x": x});
    serde_json::from_value(value).with_context(|| format!("key {kid} for {purpose:?}"))
}
