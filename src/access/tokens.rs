//! Access tokens: the built-in issuer's (RFC 9068, `EdDSA`) and those of configured outside issuers.
//!
//! An issuer is pinned: its name, its audience, its algorithms and its keys come from configuration, and nothing in a
//! token can add to them. Every fault of a token answers alike.

use std::sync::Arc;

use anyhow::Context;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::caller::Identity;
use crate::config::Config;
use crate::keys::{Keys, Purpose};

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;
/// How far two clocks may differ.
const LEEWAY: i64 = 30;
/// How long a token of the built-in issuer lives.
pub const LIFETIME: Duration = Duration::hours(1);

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

#[derive(Serialize)]
struct OwnClaims<'a> {
    #[serde(flatten)]
    claims: Claims,
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

/// An outside issuer, as its file states it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outside {
    issuer: String,
    audience: String,
    jwks_file: std::path::PathBuf,
    algorithms: Vec<Algorithm>,
}

/// An issuer, pinned.
struct Issuer {
    name: String,
    audience: String,
    /// `kid`, algorithm and key: a key serves its own algorithm and no other.
    keys: Vec<(String, Algorithm, DecodingKey)>,
}

/// Every issuer whose tokens count.
pub struct Issuers {
    own: String,
    audience: String,
    signer: EncodingKey,
    kid: String,
    issuers: Vec<Issuer>,
    published: JwkSet,
    /// Verified tokens by their hash, with the time at which they end.
    verified: Cache<[u8; 32], (i64, Arc<Identity>)>,
}

impl Issuers {
    /// The issuers of a configuration.
    ///
    /// # Errors
    /// A file that can't be read, or holds a key or an algorithm that is not allowed.
    pub fn new(config: &Config, keys: &Keys) -> anyhow::Result<Self> {
        let (kid, key) = keys.signing(Purpose::Tokens).context("no signing key for tokens")?;
        let pem = key.to_pkcs8_der().map_err(|error| anyhow::anyhow!("token key: {error}"))?;
        let published = JwkSet {
            keys: keys
                .all_signing()
                .map(|(purpose, kid, key)| jwk(purpose, kid, key))
                .collect::<anyhow::Result<_>>()?,
        };
        let own_keys =
            keys.all_signing().filter(|(purpose, ..)| *purpose == Purpose::Tokens).map(|(purpose, kid, key)| {
                Ok((kid.to_owned(), Algorithm::EdDSA, DecodingKey::from_jwk(&jwk(purpose, kid, key)?)?))
            });
        let own = Issuer {
            name: config.http.public_url.clone(),
            audience: config.access.audience.clone(),
            keys: own_keys.collect::<anyhow::Result<_>>()?,
        };
        let mut issuers = vec![own];
        if let Some(path) = &config.access.issuers {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("DISNAKER_ISSUERS: {}", path.display()))?;
            let outside: Vec<Outside> =
                serde_json::from_str(&text).with_context(|| format!("DISNAKER_ISSUERS: {}", path.display()))?;
            for issuer in outside {
                issuers.push(issuer.load()?);
            }
        }
        Ok(Self {
            own: config.http.public_url.clone(),
            audience: config.access.audience.clone(),
            signer: EncodingKey::from_ed_der(pem.as_bytes()),
            kid: kid.to_owned(),
            issuers,
            published,
            verified: Cache::new(10_000),
        })
    }

    /// The built-in issuer's name.
    #[must_use]
    pub fn own(&self) -> &str {
        &self.own
    }

    /// The public halves of every signing key (RFC 7517).
    #[must_use]
    pub fn published(&self) -> &JwkSet {
        &self.published
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
        let sub = user.map_or_else(|| client.to_owned(), |user| format!("{client}:{user}"));
        let claims = Claims { iss: self.own.clone(), sub, exp: (now + LIFETIME).timestamp(), nbf: None };
        let act = user.map(|_| Actor { sub: client });
        let claims = OwnClaims { claims, aud: &self.audience, iat: now.timestamp(), jti: id, client_id: client, act };
        let header =
            Header { typ: Some("at+jwt".to_owned()), kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        Ok(jsonwebtoken::encode(&header, &claims, &self.signer)?)
    }

    /// Who a token names, if it is good now.
    #[must_use]
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Arc<Identity>> {
        if token.len() > LONGEST {
            return None;
        }
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some((ends, identity)) = self.verified.get(&hash) {
            return (now.timestamp() < ends.saturating_add(LEEWAY)).then_some(identity);
        }
        let (ends, identity) = self.check(token, now.timestamp())?;
        let identity = Arc::new(identity);
        self.verified.insert(hash, (ends, Arc::clone(&identity)));
        Some(identity)
    }

    fn check(&self, token: &str, now: i64) -> Option<(i64, Identity)> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let kid = header.kid.as_deref()?;
        self.issuers.iter().find_map(|issuer| {
            let (_, _, key) = issuer.keys.iter().find(|(id, algorithm, _)| id == kid && *algorithm == header.alg)?;
            let mut validation = Validation::new(header.alg);
            validation.set_issuer(&[&issuer.name]);
            validation.set_audience(&[&issuer.audience]);
            validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
            // Time is the injected clock's, so it is checked here and not by the library.
            validation.validate_exp = false;
            validation.validate_nbf = false;
            let claims = jsonwebtoken::decode::<Claims>(token, key, &validation).ok()?.claims;
            let running = claims.exp.saturating_add(LEEWAY) > now && claims.nbf.is_none_or(|from| from <= now + LEEWAY);
            let identity = Identity { issuer: claims.iss, subject: claims.sub };
            (running && nameable(&identity.subject)).then_some((claims.exp, identity))
        })
    }
}

/// A subject that the database and the journal can hold: 1 to 255 characters, none of them a control character.
fn nameable(subject: &str) -> bool {
    (1..=255).contains(&subject.chars().count()) && !subject.chars().any(char::is_control)
}

impl Outside {
    fn load(self) -> anyhow::Result<Issuer> {
        let place = self.jwks_file.display();
        let text = std::fs::read_to_string(&self.jwks_file).with_context(|| format!("jwks_file {place}"))?;
        let set: JwkSet = serde_json::from_str(&text).with_context(|| format!("jwks_file {place}"))?;
        let symmetric = self
            .algorithms
            .iter()
            .find(|algorithm| matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512));
        if let Some(algorithm) = symmetric {
            anyhow::bail!("issuer {}: {algorithm:?} is symmetric and not allowed", self.issuer);
        }
        let mut keys = Vec::new();
        for key in &set.keys {
            let Some(kid) = key.common.key_id.clone() else { continue };
            let stated = key.common.key_algorithm.and_then(|algorithm| algorithm.to_string().parse().ok());
            for algorithm in
                self.algorithms.iter().filter(|algorithm| stated.is_none_or(|stated: Algorithm| stated == **algorithm))
            {
                keys.push((
                    kid.clone(),
                    *algorithm,
                    DecodingKey::from_jwk(key).with_context(|| format!("jwks_file {place}: key {kid}"))?,
                ));
            }
        }
        anyhow::ensure!(!keys.is_empty(), "jwks_file {place}: no key with a `kid` and an allowed algorithm");
        Ok(Issuer { name: self.issuer, audience: self.audience, keys })
    }
}

/// The public half of a signing key (RFC 8037).
fn jwk(purpose: Purpose, kid: &str, key: &ed25519_dalek::SigningKey) -> anyhow::Result<Jwk> {
    let x = BASE64.encode(key.verifying_key().as_bytes());
    let value = serde_json::json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x});
    serde_json::from_value(value).with_context(|| format!("key {kid} for {purpose:?}"))
}
