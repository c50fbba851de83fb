//! Issuers of tokens and their public keys.
//!
//! An issuer is pinned: its name, its audience, its algorithms and the place of its keys come from configuration, and
//! nothing in a token can add to them. Keys by `jwks_url` are fetched beside the requests: at the start, every ten
//! minutes, and when a token names a key that is not there, yet never twice within a minute; whoever calls meanwhile
//! waits for the one fetch under way, or is refused at once. While an issuer is away its last keys count on, however
//! long that lasts. A key that has left the set ends at the next fetch, and so do the tokens that it verified; but a set
//! without any usable key is taken for a mishap of the issuer for a day, since it would shut out everybody at once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use anyhow::{Context, ensure};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use url::{Host, Url};

use crate::caller::Identity;
use crate::personal;

/// How far two clocks may differ, in seconds.
pub(super) const LEEWAY: i64 = 30;
/// How long a fetched set stays before it is fetched again.
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// The least time between two fetches from one issuer.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// How long the last keys count on while the issuer publishes a set without any: long enough that somebody notices.
const GRACE: TimeDelta = TimeDelta::hours(24);
/// How long a fetch may take, and so how long a caller with an unknown key waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// Largest set of keys, in bytes.
const LARGEST: u64 = 256 * 1024;

/// A public key and the one algorithm that it serves.
pub(super) struct Key {
    jwk: Jwk,
    algorithm: Algorithm,
    decoding: DecodingKey,
}

/// A token that was good when it was looked at.
#[derive(Clone)]
pub(super) struct Verified {
    pub(super) identity: Arc<Identity>,
    /// Its `exp`.
    pub(super) ends: i64,
    /// Gone when the key no longer counts.
    key: Weak<Key>,
}

impl Verified {
    /// Whether the key that verified it counts still.
    pub(super) fn counts(&self) -> bool {
        self.key.strong_count() > 0
    }
}

/// An issuer, pinned.
pub(super) struct Issuer {
    pub(super) name: String,
    audience: String,
    algorithms: Vec<Algorithm>,
    /// The `typ` that its tokens must carry, if any.
    typ: Option<String>,
    keys: RwLock<Arc<[Arc<Key>]>>,
    remote: Option<Remote>,
}

/// Keys that are fetched.
struct Remote {
    url: Url,
    roots: RootCerts,
    last: Mutex<Last>,
    under_way: watch::Sender<bool>,
}

/// The last fetch.
#[derive(Default)]
struct Last {
    began: Option<DateTime<Utc>>,
    succeeded: bool,
    /// Since when the set is without a usable key.
    empty_since: Option<DateTime<Utc>>,
}

/// An issuer, as the file of outside issuers states it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    issuer: String,
    audience: String,
    jwks_file: Option<PathBuf>,
    jwks_url: Option<String>,
    /// Who vouches for the host of `jwks_url`; the authorities of the public web where it is absent.
    ca_file: Option<PathBuf>,
    algorithms: Vec<Algorithm>,
    typ: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    nbf: Option<i64>,
}

/// The outside issuers of a file, beside the service's own.
///
/// # Errors
/// Every fault of every issuer, one a line.
pub(super) fn read(path: &Path, own: &str) -> anyhow::Result<Vec<Issuer>> {
    let place = || format!("DISNAKER_ISSUERS: {}", path.display());
    let text = std::fs::read_to_string(path).with_context(place)?;
    let stated: Vec<Stated> = serde_json::from_str(&text).with_context(place)?;
    let mut issuers: Vec<Issuer> = Vec::new();
    let mut faults = Vec::new();
    for stated in stated {
        let name = stated.issuer.clone();
        if name == own || issuers.iter().any(|issuer| issuer.name == name) {
            faults.push(format!("issuer `{name}`: expected once, and not the service's own"));
            continue;
        }
        match stated.issuer() {
            Ok(issuer) => issuers.push(issuer),
            Err(fault) => faults.push(format!("issuer `{name}`: {fault:#}")),
        }
    }
    ensure!(faults.is_empty(), "{}: {}", place(), faults.join("\n"));
    Ok(issuers)
}

impl Stated {
    fn issuer(self) -> anyhow::Result<Issuer> {
        ensure!(!self.issuer.is_empty() && !self.audience.is_empty(), "expected a name and an audience, not empty");
        ensure!(!self.algorithms.is_empty(), "algorithms: expected at least one");
        let symmetric = self.algorithms.iter().find(|algorithm| algorithm.family() == AlgorithmFamily::Hmac);
        if let Some(algorithm) = symmetric {
            anyhow::bail!("algorithms: {algorithm:?} is symmetric, expected only algorithms with public keys");
        }
        let issuer = |remote| Issuer::new(self.issuer, self.audience, self.algorithms, self.typ, remote);
        match (self.jwks_file, self.jwks_url) {
            (Some(file), None) => {
                ensure!(self.ca_file.is_none(), "ca_file: expected only with jwks_url");
                let issuer = issuer(None);
                let place = || format!("jwks_file {}", file.display());
                let set = std::fs::read_to_string(&file).with_context(place)?;
                let keys = issuer.usable(&set).with_context(place)?;
                ensure!(!keys.is_empty(), "{}: no key with a `kid` and an allowed algorithm", place());
                issuer.replace(keys);
                Ok(issuer)
            }
            (None, Some(url)) => {
                let url = fetchable(&url).context("jwks_url")?;
                let roots = self.ca_file.as_deref().map_or(Ok(RootCerts::WebPki), authorities)?;
                Ok(issuer(Some(Remote { url, roots, last: Mutex::default(), under_way: watch::Sender::new(false) })))
            }
            (file, _) => {
                let received = if file.is_some() { "both" } else { "neither" };
                anyhow::bail!("received {received}, expected one of jwks_file and jwks_url")
            }
        }
    }
}

/// A URL whose answer nobody on the way can forge: `https`, or `http` to this machine.
fn fetchable(url: &str) -> anyhow::Result<Url> {
    let url = Url::parse(url).context("expected a URL")?;
    ensure!(url.username().is_empty() && url.password().is_none(), "expected a URL without user and password");
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let sound = url.scheme() == "https" || (url.scheme() == "http" && here);
    ensure!(sound, "received `{url}`, expected https://…, or http://… to this machine");
    Ok(url)
}

/// The certificates of a file (PEM).
fn authorities(file: &Path) -> anyhow::Result<RootCerts> {
    let place = || format!("ca_file {}", file.display());
    let text = std::fs::read(file).with_context(place)?;
    let items = parse_pem(&text).collect::<Result<Vec<_>, _>>().with_context(place)?;
    let certificates = items.into_iter().filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<_> = certificates.collect();
    ensure!(!certificates.is_empty(), "{}: no certificate in PEM", place());
    Ok(RootCerts::from(certificates))
}

/// What a token says its issuer is, not verified: it only chooses among the pinned ones.
pub(super) fn named(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        iss: String,
    }
    let claims = BASE64.decode(token.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Named>(&claims).ok()?.iss)
}

impl Issuer {
    /// An issuer whose keys are still to come.
    fn new(
        name: String,
        audience: String,
        algorithms: Vec<Algorithm>,
        typ: Option<String>,
        remote: Option<Remote>,
    ) -> Self {
        Self { name, audience, algorithms, typ, keys: RwLock::new(Arc::from([])), remote }
    }

    /// The built-in issuer, whose tokens say that they are access tokens (RFC 9068, 2.1).
    pub(super) fn built_in(name: String, audience: String) -> Self {
        Self::new(name, audience, vec![Algorithm::EdDSA], Some("at+jwt".to_owned()), None)
    }

    /// Puts other keys in place. One that stays is the same key, so that what it verified stays good.
    pub(super) fn replace(&self, keys: Vec<(Jwk, Algorithm)>) {
        let mut present = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let key = |(jwk, algorithm): (Jwk, Algorithm)| {
            let same = present.iter().find(|key| key.jwk == jwk && key.algorithm == algorithm);
            same.cloned().or_else(|| {
                let decoding = DecodingKey::from_jwk(&jwk).ok()?;
                Some(Arc::new(Key { jwk, algorithm, decoding }))
            })
        };
        *present = keys.into_iter().filter_map(key).collect();
    }

    fn keys(&self) -> Arc<[Arc<Key>]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn key(&self, kid: &str, algorithm: Algorithm) -> Option<Arc<Key>> {
        let keys = self.keys();
        keys.iter().find(|key| key.algorithm == algorithm && key.jwk.common.key_id.as_deref() == Some(kid)).cloned()
    }

    /// What a token of this issuer says, if it is good now. A key that is not there is asked for.
    pub(super) async fn verify(self: &Arc<Self>, token: &str, header: &Header, now: DateTime<Utc>) -> Option<Verified> {
        let kid = header.kid.as_deref()?;
        if !self.algorithms.contains(&header.alg) || !self.typ.as_ref().is_none_or(|typ| is_typ(header, typ)) {
            return None;
        }
        let mut key = self.key(kid, header.alg);
        if key.is_none() {
            self.refreshed(now).await;
            key = self.key(kid, header.alg);
        }
        let key = key?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.name]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Time is the injected clock's, so it is checked here and not by the library.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation).ok()?.claims;
        let now = now.timestamp();
        let running = claims.exp.saturating_add(LEEWAY) > now && claims.nbf.is_none_or(|from| from <= now + LEEWAY);
        let identity = Identity { issuer: claims.iss, subject: claims.sub };
        (running && nameable(&identity.subject)).then(|| Verified {
            identity: Arc::new(identity),
            ends: claims.exp,
            key: Arc::downgrade(&key),
        })
    }

    /// Fetches the keys where they have become old.
    pub(super) fn tend(self: &Arc<Self>, now: DateTime<Utc>) {
        self.refresh(now, FRESH);
    }

    /// Fetches the keys, unless that was done a moment ago, and waits for a fetch that is under way.
    async fn refreshed(self: &Arc<Self>, now: DateTime<Utc>) {
        self.refresh(now, PAUSE);
        if let Some(remote) = &self.remote {
            let mut under_way = remote.under_way.subscribe();
            // Whether it ended or the wait did: the keys say.
            let _ = tokio::time::timeout(PATIENCE, under_way.wait_for(|under_way| !under_way)).await;
        }
    }

    /// Begins a fetch where none is under way and the last one is long enough ago. It is a task of its own, so that
    /// a caller who hangs up does not end it for the others.
    fn refresh(self: &Arc<Self>, now: DateTime<Utc>, after: TimeDelta) {
        let Some(remote) = &self.remote else { return };
        let mut last = remote.last.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = if last.succeeded { after } else { PAUSE };
        // A clock that was put back is no reason to wait for the old time.
        let early = last.began.is_some_and(|began| (now - began).abs() < pause);
        if early || *remote.under_way.borrow() {
            return;
        }
        last.began = Some(now);
        remote.under_way.send_replace(true);
        tokio::spawn(Fetch(Arc::clone(self)).run(now));
    }

    /// The keys of a set that have a name, sign, and serve an allowed algorithm. Others are passed over (RFC 7517,
    /// section 5).
    fn usable(&self, set: &str) -> anyhow::Result<Vec<(Jwk, Algorithm)>> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_str(set).context("expected a JSON Web Key Set")?;
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        let named = keys.filter(|key| {
            key.common.key_id.is_some()
                && key.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature)
        });
        Ok(named
            .flat_map(|key| {
                let serves = self.algorithms.iter().filter(|algorithm| serves(&key, **algorithm));
                serves.map(|algorithm| (key.clone(), *algorithm)).collect::<Vec<_>>()
            })
            .collect())
    }
}

/// Whether a key is for an algorithm: of its kind, curve and size, and of its `alg` where one is stated. The size is
/// checked here, since the library trusts the length of an Ed25519 key and takes RSA keys of any (RFC 7518, 3.3:
/// 2048 bits or more).
fn serves(key: &Jwk, algorithm: Algorithm) -> bool {
    let bytes = |text: &str| BASE64.decode(text).unwrap_or_default();
    let fits = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(key), algorithm) => {
            let modulus = bytes(&key.n);
            let modulus = modulus.strip_prefix(&[0]).unwrap_or(&modulus);
            let odd = modulus.last().is_some_and(|last| last % 2 == 1);
            algorithm.family() == AlgorithmFamily::Rsa && odd && (256..=512).contains(&modulus.len())
        }
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => {
            key.curve == EllipticCurve::P256 && [&key.x, &key.y].iter().all(|part| bytes(part).len() == 32)
        }
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => {
            key.curve == EllipticCurve::P384 && [&key.x, &key.y].iter().all(|part| bytes(part).len() == 48)
        }
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => {
            key.curve == EllipticCurve::Ed25519 && bytes(&key.x).len() == 32
        }
        _ => false,
    };
    let stated = key.common.key_algorithm.map(|stated| stated.to_string().parse::<Algorithm>().ok());
    fits && stated.is_none_or(|stated| stated == Some(algorithm))
}

/// Whether a header says that its token is of a type (RFC 7515, 4.1.9: `application/` may be left out).
fn is_typ(header: &Header, typ: &str) -> bool {
    let short = |typ: &str| typ.strip_prefix("application/").unwrap_or(typ).to_ascii_lowercase();
    header.typ.as_deref().is_some_and(|received| short(received) == short(typ))
}

/// A subject that the database and the journal can hold: 1 to 255 characters, none of them a control character, and no NIK, which
/// would stand in both for good.
fn nameable(subject: &str) -> bool {
    (1..=255).contains(&subject.chars().count())
        && !subject.chars().any(char::is_control)
        && !personal::names_somebody(subject)
}

/// A fetch under way, and over when this is dropped.
struct Fetch(Arc<Issuer>);

impl Fetch {
    async fn run(self, now: DateTime<Utc>) {
        let issuer = &self.0;
        let Some(remote) = &issuer.remote else { return };
        let (url, roots) = (remote.url.clone(), remote.roots.clone());
        let answer = tokio::task::spawn_blocking(move || fetch(&url, roots)).await;
        let keys = answer.context("fetching").flatten().and_then(|set| issuer.usable(&set));
        let empty = keys.as_ref().is_ok_and(Vec::is_empty);
        let (since, told) = {
            let mut last = remote.last.lock().unwrap_or_else(PoisonError::into_inner);
            last.succeeded = keys.is_ok() && !empty;
            let told = last.empty_since;
            if keys.is_ok() {
                last.empty_since = empty.then(|| told.unwrap_or(now));
            }
            (last.empty_since, told)
        };
        match keys {
            Ok(_) if empty && since.is_some_and(|since| (now - since).abs() < GRACE) => {
                if told.is_none() {
                    tracing::warn!(
                        issuer.name = issuer.name,
                        issuer.keys = issuer.keys().len(),
                        "an issuer publishes no usable key; those at hand count on for a day"
                    );
                }
            }
            Ok(keys) => {
                let before = issuer.keys();
                issuer.replace(keys);
                let after = issuer.keys();
                if before.len() != after.len()
                    || before.iter().zip(after.iter()).any(|(old, new)| !Arc::ptr_eq(old, new))
                {
                    tracing::info!(issuer.name = issuer.name, issuer.keys = after.len(), "an issuer has other keys");
                }
            }
            Err(error) => tracing::warn!(
                issuer.name = issuer.name,
                issuer.keys = issuer.keys().len(),
                error = format!("{error:#}"),
                "the keys of an issuer can't be fetched; those at hand count on, tried again in a minute"
            ),
        }
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        if let Some(remote) = &self.0.remote {
            remote.under_way.send_replace(false);
        }
    }
}

/// Reads a set of keys; blocks. No redirect is followed, since the URL is what is trusted.
fn fetch(url: &Url, roots: RootCerts) -> anyhow::Result<String> {
    let agent = ureq::Agent::config_builder()
        .https_only(url.scheme() == "https")
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(PATIENCE))
        .accept("application/jwk-set+json, application/json")
        .build()
        .new_agent();
    let mut answer = agent.get(url.as_str()).call()?;
    ensure!(answer.status() == 200, "received status {}, expected 200", answer.status().as_u16());
    Ok(answer.body_mut().with_config().limit(LARGEST).read_to_string()?)
}
