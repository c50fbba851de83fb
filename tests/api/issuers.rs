//! Outside issuers whose keys are fetched, and the rotation of the service's own key. The issuer is a few lines of the
//! test's own that answer what they are told and count how often they are asked.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, TimeDelta, Utc};
use disnaker::access::tokens::Issuers;
use disnaker::clock::Clock;
use disnaker::config::Config;
use disnaker::keys::{Keys, Purpose};
use disnaker_entity::access::Role;
use ed25519_dalek::SigningKey;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::harness::{ISSUER, Service};
use crate::program::bare;
use crate::tokens::{by, fresh, jwk, made, show, with};

const OUTSIDE: &str = "https://login.contoh.go.id";
const AUDIENCE: &str = "disnaker-luar";

/// What publishes the keys of an issuer.
struct Provider {
    url: String,
    asked: Arc<AtomicUsize>,
    says: Arc<Mutex<(Duration, String)>>,
    task: tokio::task::JoinHandle<()>,
}

impl Provider {
    async fn start(keys: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let says = Arc::new(Mutex::new((Duration::ZERO, ok(&json!({"keys": keys}).to_string()))));
        let (counted, told) = (Arc::clone(&asked), Arc::clone(&says));
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                let (pause, answer) = told.lock().unwrap().clone();
                tokio::spawn(async move {
                    let mut request = vec![0; 4096];
                    let _ = stream.read(&mut request).await;
                    tokio::time::sleep(pause).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self { url, asked, says, task }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn publish(&self, keys: &Value) {
        self.say(ok(&json!({"keys": keys}).to_string()));
    }

    fn say(&self, answer: String) {
        self.says.lock().unwrap().1 = answer;
    }

    fn dawdle(&self, pause: Duration) {
        self.says.lock().unwrap().0 = pause;
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn ok(body: &str) -> String {
    answer("200 OK", body)
}

fn stated(url: &str) -> Value {
    json!({"issuer": OUTSIDE, "audience": AUDIENCE, "jwks_url": url, "algorithms": ["EdDSA"]})
}

/// A configuration with a file of outside issuers.
fn write_issuers(config: &mut Config, list: &Value) {
    let file = config.database.data_dir.join("issuers.json");
    std::fs::write(&file, list.to_string()).unwrap();
    config.access.issuers = Some(file);
}

/// The issuers of one instance on a clock that is moved by hand.
struct Desk {
    issuers: Arc<Issuers>,
    now: Mutex<DateTime<Utc>>,
    _service: Service,
}

impl Desk {
    async fn open(list: Value) -> Self {
        let service = Service::start().await;
        let mut config = service.state().config.clone();
        write_issuers(&mut config, &list);
        let now = "2026-03-02T03:00:00Z".parse().unwrap();
        let issuers = Arc::new(Issuers::new(&config, service.keys(), now).unwrap());
        Self { issuers, now: Mutex::new(now), _service: service }
    }

    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    fn pass(&self, seconds: i64) {
        *self.now.lock().unwrap() += TimeDelta::seconds(seconds);
    }

    fn claims(&self) -> Value {
        json!({"iss": OUTSIDE, "sub": "pegawai-7", "aud": AUDIENCE, "exp": self.now().timestamp() + 86_400})
    }

    fn token(&self, key: &SigningKey, kid: &str) -> String {
        made(&json!({"alg": "EdDSA", "kid": kid}), &self.claims(), by(key))
    }

    async fn takes(&self, token: &str) -> bool {
        self.issuers.verify(token, self.now()).await.is_some()
    }

    /// Fetches what is due, and waits until that is over.
    async fn tend(&self) {
        self.issuers.tend(self.now());
        // A token by an unknown key waits for the fetch under way.
        assert!(!self.takes(&self.token(&fresh(), "nobody")).await);
    }
}

#[tokio::test]
async fn a_thousand_callers_with_unknown_keys_make_one_fetch() {
    let (key, attacker) = (fresh(), fresh());
    let provider = Provider::start(json!([jwk(&key, "ed-1")])).await;
    provider.dawdle(Duration::from_millis(300));
    let desk = Desk::open(json!([stated(&provider.url)])).await;
    let good: Vec<_> = (0..500)
        .map(|at| made(&json!({"alg": "EdDSA", "kid": "ed-1"}), &with(desk.claims(), "at", json!(at)), by(&key)))
        .collect();
    let bad: Vec<_> = (0..500).map(|at| desk.token(&attacker, &format!("kid-{at}"))).collect();
    assert_eq!(provider.asked(), 0, "nothing is fetched before somebody needs it");
    let taken = join_all(good.iter().map(|token| desk.takes(token)));
    let refused = join_all(bad.iter().map(|token| desk.takes(token)));
    let (taken, refused) = tokio::join!(taken, refused);
    assert!(taken.into_iter().all(|taken| taken) && !refused.into_iter().any(|taken| taken));
    assert_eq!(provider.asked(), 1);
    // Within the minute nobody waits and nobody is asked.
    provider.dawdle(Duration::from_mins(1));
    let began = Instant::now();
    desk.pass(59);
    for token in &bad {
        assert!(!desk.takes(token).await);
    }
    assert_eq!(provider.asked(), 1);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_new_key_counts_within_a_minute_and_a_lost_one_ends_with_what_it_verified() {
    let (old, new) = (fresh(), fresh());
    let provider = Provider::start(json!([jwk(&old, "ed-1")])).await;
    let desk = Desk::open(json!([stated(&provider.url)])).await;
    let (by_old, by_new) = (desk.token(&old, "ed-1"), desk.token(&new, "ed-2"));
    assert!(desk.takes(&by_old).await);
    provider.publish(&json!([jwk(&new, "ed-2"), jwk(&old, "ed-1")]));
    desk.pass(30);
    assert!(!desk.takes(&by_new).await, "asked a moment ago");
    desk.pass(30);
    assert!(desk.takes(&by_new).await && desk.takes(&by_old).await);
    assert_eq!(provider.asked(), 2);
    provider.publish(&json!([jwk(&new, "ed-2")]));
    desk.pass(599);
    desk.tend().await;
    // The unknown key of `tend` asked; on the hour's tenth minute it is asked without one.
    assert_eq!(provider.asked(), 3);
    assert!(!desk.takes(&by_old).await, "verified before, by a key that is gone");
    assert!(desk.takes(&by_new).await);
    // The same name for another key: what the first one verified ends too.
    provider.publish(&json!([jwk(&old, "ed-2")]));
    desk.pass(600);
    desk.tend().await;
    assert!(!desk.takes(&by_new).await && desk.takes(&desk.token(&old, "ed-2")).await);
}

/// Another installation that trusts this one for tokens trusts none of its other keys for them.
#[tokio::test]
async fn of_a_service_s_own_keys_only_those_for_tokens_verify_one() {
    let service = Service::start().await;
    let set = service.get("/.well-known/jwks.json").send().await.expect(200);
    let provider = Provider::start(set["keys"].clone()).await;
    let desk = Desk::open(json!([stated(&provider.url)])).await;
    let purposes = [Purpose::Tokens, Purpose::Receipts, Purpose::Cards, Purpose::Checkpoints];
    for purpose in purposes {
        let (kid, key) = service.keys().signing(purpose).unwrap();
        assert_eq!(desk.takes(&desk.token(key, kid)).await, purpose == Purpose::Tokens, "{purpose:?}");
    }
}

#[tokio::test]
async fn a_set_without_a_usable_key_ends_the_last_keys_a_day_later() {
    let (key, new) = (fresh(), fresh());
    let provider = Provider::start(json!([jwk(&key, "ed-1")])).await;
    let desk = Desk::open(json!([stated(&provider.url)])).await;
    let takes = async || desk.takes(&desk.token(&key, "ed-1")).await;
    assert!(takes().await);
    for unusable in [json!([]), json!([with(jwk(&key, "ed-1"), "use", json!("enc"))])] {
        provider.publish(&unusable);
        let asked = provider.asked();
        for (minutes, times) in [(10, 1), (1, 2), (1438, 3)] {
            desk.pass(minutes * 60);
            desk.tend().await;
            assert!(takes().await, "{unusable} after {minutes} minutes more");
            assert_eq!(provider.asked(), asked + times, "every minute");
        }
        // Away for a while: what is not known ends nothing.
        provider.say(answer("503 Service Unavailable", ""));
        desk.pass(3600);
        desk.tend().await;
        assert!(takes().await);
        // Back: the day begins anew.
        provider.publish(&json!([jwk(&key, "ed-1")]));
        desk.pass(60);
        desk.tend().await;
        assert!(takes().await);
    }
    provider.publish(&json!([]));
    for (seconds, counts) in [(600, true), (86_399, true), (60, false)] {
        desk.pass(seconds);
        desk.tend().await;
        assert_eq!(takes().await, counts, "{seconds}");
    }
    // Another key ends the last one at once, as ever.
    provider.publish(&json!([jwk(&new, "ed-2")]));
    desk.pass(60);
    desk.tend().await;
    assert!(desk.takes(&desk.token(&new, "ed-2")).await && !takes().await);
}

#[tokio::test]
async fn keys_are_fetched_again_every_ten_minutes_though_nobody_asks() {
    let key = fresh();
    let provider = Provider::start(json!([jwk(&key, "ed-1")])).await;
    let desk = Desk::open(json!([stated(&provider.url)])).await;
    let clock = Clock::story(desk.now(), 1);
    let serving = tokio::spawn(Arc::clone(&desk.issuers).serve(clock.clone()));
    let asked = async |times: usize| {
        for _ in 0..150 {
            if provider.asked() == times {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("asked {} times, expected {times}", provider.asked());
    };
    asked(1).await;
    clock.set(desk.now() + TimeDelta::minutes(9));
    tokio::time::sleep(Duration::from_secs(6)).await;
    asked(1).await;
    clock.set(desk.now() + TimeDelta::minutes(10));
    asked(2).await;
    serving.abort();
}

#[tokio::test]
async fn while_an_issuer_is_away_or_talks_nonsense_its_last_keys_count_on() {
    let (key, new) = (fresh(), fresh());
    let provider = Provider::start(json!([jwk(&key, "ed-1")])).await;
    let desk = Desk::open(json!([stated(&provider.url)])).await;
    assert!(desk.takes(&desk.token(&key, "ed-1")).await);
    let elsewhere = Provider::start(json!([jwk(&new, "ed-2")])).await;
    let both = json!([jwk(&key, "ed-1"), jwk(&new, "ed-2")]);
    let set = json!({"keys": both}).to_string();
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url);
    for (times, nonsense) in [
        answer("500 Internal Server Error", &set),
        answer("404 Not Found", &set),
        redirect,
        ok("<html>Sedang dalam pemeliharaan</html>"),
        ok("{}"),
        ok("[]"),
        ok(&json!({"keys": "none"}).to_string()),
        ok(&json!({"keys": both, "padding": "x".repeat(300 * 1024)}).to_string()),
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", set.len(), &set[..40]),
        "not HTTP at all".to_owned(),
        String::new(),
    ]
    .into_iter()
    .enumerate()
    {
        provider.say(nonsense.clone());
        desk.pass(60);
        assert!(!desk.takes(&desk.token(&new, "ed-2")).await, "{nonsense:.80}");
        assert!(desk.takes(&desk.token(&key, "ed-1")).await, "{nonsense:.80}");
        assert_eq!(provider.asked(), times + 2, "once a minute, and after the first fetch: {nonsense:.80}");
        desk.pass(10);
        assert!(!desk.takes(&desk.token(&new, "ed-2")).await);
        desk.issuers.tend(desk.now());
        assert_eq!(provider.asked(), times + 2, "not within a minute: {nonsense:.80}");
    }
    assert_eq!(elsewhere.asked(), 0, "no redirect is followed");
    // Away for a year: tokens that were never seen count by the key at hand.
    provider.task.abort();
    desk.pass(365 * 86_400);
    assert!(desk.takes(&desk.token(&key, "ed-1")).await);
    assert!(!desk.takes(&desk.token(&new, "ed-2")).await);
}

#[tokio::test]
async fn an_issuer_that_hangs_holds_a_caller_for_seconds_only() {
    let key = fresh();
    let provider = Provider::start(json!([jwk(&key, "ed-1")])).await;
    provider.dawdle(Duration::from_mins(2));
    let desk = Desk::open(json!([stated(&provider.url)])).await;
    let began = Instant::now();
    assert!(!desk.takes(&desk.token(&key, "ed-1")).await);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    // It comes back: the next minute's caller has its key.
    provider.dawdle(Duration::ZERO);
    tokio::time::sleep(Duration::from_secs(1)).await;
    desk.pass(60);
    assert!(desk.takes(&desk.token(&key, "ed-1")).await);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_end_the_fetch_for_the_others() {
    let key = fresh();
    let provider = Provider::start(json!([jwk(&key, "ed-1")])).await;
    provider.dawdle(Duration::from_millis(400));
    let desk = Desk::open(json!([stated(&provider.url)])).await;
    let token = desk.token(&key, "ed-1");
    assert!(tokio::time::timeout(Duration::from_millis(50), desk.takes(&token)).await.is_err());
    assert!(desk.takes(&token).await);
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn of_a_set_only_keys_with_a_name_a_fitting_kind_and_an_allowed_algorithm_count() {
    let key = fresh();
    let x = BASE64.encode(key.verifying_key().as_bytes());
    let es = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let point = es.verifying_key().to_encoded_point(false);
    let (ex, ey) = (BASE64.encode(point.x().unwrap()), BASE64.encode(point.y().unwrap()));
    let provider = Provider::start(json!([
        {"kty": "OKP", "crv": "Ed25519", "x": x},
        {"kty": "oct", "kid": "symmetric", "k": x},
        {"kty": "oct", "kid": "symmetric-eddsa", "alg": "EdDSA", "k": x},
        {"kty": "OKP", "crv": "Ed25519", "kid": "encrypts", "use": "enc", "x": x},
        {"kty": "OKP", "crv": "Ed25519", "kid": "other-alg", "alg": "ES256", "x": x},
        {"kty": "OKP", "crv": "X25519", "kid": "other-curve", "x": x},
        {"kty": "OKP", "crv": "Ed25519", "kid": "broken", "x": "AAAA"},
        {"kty": "OKP", "crv": "Ed25519", "kid": "too-long", "x": BASE64.encode([7; 33])},
        {"kty": "OKP", "crv": "Ed25519", "kid": "no-point", "x": BASE64.encode([2; 32])},
        {"kty": "EC", "crv": "P-256", "kid": "not-allowed", "x": ex, "y": ey},
        {"kty": "EC", "crv": "P-384", "kid": "ec", "x": ex, "y": ey},
        {"kty": "RSA", "kid": "rsa-zero", "n": "AA", "e": "AQAB"},
        {"kty": "RSA", "kid": "rsa-small", "n": BASE64.encode([3; 64]), "e": "AQAB"},
        {"kty": "RSA", "kid": "rsa-even", "n": BASE64.encode([4; 256]), "e": "AQAB"},
        {"kty": "RSA", "kid": "rsa-no-exponent", "n": BASE64.encode([3; 256]), "e": "AA"},
        {"kty": "RSA", "kid": "rsa-empty", "n": "", "e": ""},
        {"kty": "RSA", "kid": "rsa-other", "n": BASE64.encode([3; 256]), "e": "AQAB"},
        {"kty": "AKP", "kid": "of-tomorrow", "alg": "ML-DSA-44", "pub": x},
        {"kid": "nothing"},
        "no key",
        jwk(&key, "good"),
    ]))
    .await;
    let every = json!(["EdDSA", "RS256", "PS512", "ES384"]);
    let desk = Desk::open(json!([with(stated(&provider.url), "algorithms", every)])).await;
    assert!(desk.takes(&desk.token(&key, "good")).await);
    let kids =
        ["", "symmetric", "symmetric-eddsa", "encrypts", "other-alg", "other-curve", "broken", "too-long", "no-point"];
    let others = [
        "of-tomorrow",
        "nothing",
        "ec",
        "rsa-zero",
        "rsa-small",
        "rsa-even",
        "rsa-no-exponent",
        "rsa-empty",
        "rsa-other",
    ];
    for kid in kids.into_iter().chain(others) {
        for alg in ["EdDSA", "RS256", "PS512", "ES384", "HS256"] {
            let token = made(&json!({"alg": alg, "kid": kid}), &desk.claims(), by(&key));
            assert!(!desk.takes(&token).await, "{kid} {alg}");
        }
    }
    let by_es = |bytes: &[u8]| {
        let signature: p256::ecdsa::Signature = p256::ecdsa::signature::Signer::sign(&es, bytes);
        signature.to_bytes().to_vec()
    };
    let token = made(&json!({"alg": "ES256", "kid": "not-allowed"}), &desk.claims(), by_es);
    assert!(!desk.takes(&token).await);
    assert_eq!(provider.asked(), 1);
}

/// A key of 2048 bits whose private half nobody kept.
const RSA_MODULUS: &str = concat!(
    "4r2P9Wu4gS1jaRqZnvZwb8kG14go2MjkniVwrHX742oYH114OwApuEOXvRJ8TJmwPdHlanuBQM5MpNQune1V8aBYDjiOfRQv3wOi",
    "2yIVt0ky3tOxZySbZ1yK72PflJnrZuXmROy7NDF4MSEwb7ThOvNKYoVa305_O0B7JYrvyFcIHDMrFGzO5Y8J1NgU69rqvT-sK1tT",
    "gFVPJO1LqsZFSTlmatY1X37iykW1VgjtuTBtXb1Kgl8PLYqJxKQ18TP3uqVgpQD3JvljIk6qfirp7dwvuyUZJWPLBWYWYJ7STe4F",
    "8_1NyhKZ60GqWoIOUpluF9r-Gtu2yMqgQbgXpxPxJQ",
);

/// A token that it signed (RS256), good until 2100.
const RSA_TOKEN: &str = concat!(
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYS0xIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLmNvbnRvaC5nby5pZCIsInN1YiI6InBl",
    "Z2F3YWktNyIsImF1ZCI6ImRpc25ha2VyLWx1YXIiLCJleHAiOjQxMDI0NDQ4MDB9.Gc_JKjpdQo1qy8sK1KdL2lB5nux9zFXgqIZ",
    "eJA24TJsKb5YwjVbOszAHSFpV2aeszkxP1lf4Gj0sRyVN6HY_8m3kaHUGHqcLrWrfV7vEZdIEagsm1EyNGuVc0_y7S3b94KdkWAL",
    "cjqCBSZGAhwJByl7SNzESnznMMsij01BoPbIv1cSDQWIPxpWV13Vco95SnNl-Lu5anqJe5k-Hlv09hPM9VFLJuV_TkTzC_5hopuA",
    "hFvBEMLEf5joeO_mRv5YtZ39ekvM3oJjl41Gah_kmG-C__lihoNIdSXxojiZWMQT4lGw7nOgtVaVqCrzv5BcoQ4qnBV7y50LqRpe",
    "evTFx7Q",
);

#[tokio::test]
async fn a_token_by_rsa_counts_and_by_no_other_algorithm_of_its_key() {
    let key = |alg: Value| {
        json!([with(json!({"kty": "RSA", "use": "sig", "kid": "rsa-1", "n": RSA_MODULUS, "e": "AQAB"}), "alg", alg)])
    };
    for (published, allowed, counts) in [
        (json!("RS256"), json!(["EdDSA", "RS256"]), true),
        (Value::Null, json!(["RS256"]), true),
        (json!("RS512"), json!(["RS256", "RS512"]), false),
        (json!("RS256"), json!(["PS256"]), false),
    ] {
        let provider = Provider::start(key(published.clone())).await;
        let desk = Desk::open(json!([with(stated(&provider.url), "algorithms", allowed.clone())])).await;
        assert_eq!(desk.takes(RSA_TOKEN).await, counts, "{published} {allowed}");
    }
}

#[tokio::test]
async fn an_issuer_may_be_held_to_access_tokens() {
    let key = fresh();
    let provider = Provider::start(json!([jwk(&key, "ed-1")])).await;
    let held = Desk::open(json!([with(stated(&provider.url), "typ", json!("at+jwt"))])).await;
    let free = Desk::open(json!([stated(&provider.url)])).await;
    for (typ, counts) in [
        (json!("at+jwt"), true),
        (json!("application/at+jwt"), true),
        (json!("AT+JWT"), true),
        (json!("JWT"), false),
        (json!("at+jwt "), false),
        (json!(""), false),
        (Value::Null, false),
    ] {
        let mut header = json!({"alg": "EdDSA", "kid": "ed-1"});
        if !typ.is_null() {
            header["typ"] = typ.clone();
        }
        let token = made(&header, &held.claims(), by(&key));
        assert_eq!(held.takes(&token).await, counts, "{typ}");
        assert!(free.takes(&token).await, "{typ}");
    }
}

#[tokio::test]
async fn every_fault_of_the_file_of_issuers_is_told_at_once() {
    let service = Service::start().await;
    let keys = service.directory().join("jwks.json");
    std::fs::write(&keys, json!({"keys": [jwk(&fresh(), "ed-1")]}).to_string()).unwrap();
    let opened = |list: &Value| {
        let mut config = service.state().config.clone();
        write_issuers(&mut config, list);
        Issuers::new(&config, service.keys(), service.clock().now()).map(drop).map_err(|error| format!("{error:#}"))
    };
    let url = "https://login.contoh.go.id/keys";
    for good in [url, "http://127.0.0.1:9/keys", "http://localhost/keys", "http://[::1]:8080/keys?tenant=1"] {
        opened(&json!([stated(good)])).unwrap();
    }
    for (name, to, expected) in [
        ("jwks_url", json!("http://login.contoh.go.id/keys"), "expected https://"),
        ("jwks_url", json!("http://127.0.0.1.contoh.go.id/keys"), "expected https://"),
        ("jwks_url", json!("http://10.0.0.1/keys"), "expected https://"),
        ("jwks_url", json!("file:///etc/passwd"), "expected https://"),
        ("jwks_url", json!("/keys"), "expected a URL"),
        ("jwks_url", json!("https://user:rahasia@login.contoh.go.id/keys"), "without user and password"),
        ("jwks_file", json!(keys), "received both, expected one of jwks_file and jwks_url"),
        ("algorithms", json!(["HS256"]), "HS256 is symmetric"),
        ("algorithms", json!(["EdDSA", "HS512"]), "HS512 is symmetric"),
        ("algorithms", json!([]), "expected at least one"),
        ("algorithms", json!(["none"]), "unknown variant"),
        ("audience", json!(""), "not empty"),
        ("issuer", json!(ISSUER), "not the service's own"),
        ("keys", json!([]), "unknown field"),
        ("ca_file", json!("/nowhere.pem"), "ca_file /nowhere.pem"),
        ("ca_file", json!(keys), "no certificate in PEM"),
    ] {
        let fault = opened(&json!([with(stated(url), name, to.clone())])).unwrap_err();
        assert!(fault.contains(expected) && !fault.contains("rahasia"), "{name} {to}: {fault}");
    }
    let neither = json!({"issuer": "a", "audience": "x", "algorithms": ["EdDSA"]});
    let fault = opened(&json!([neither, stated("http://contoh.go.id"), stated(url), stated(url)])).unwrap_err();
    assert!(
        fault.contains("issuer `a`: received neither, expected one of jwks_file and jwks_url")
            && fault.contains(&format!("issuer `{OUTSIDE}`: jwks_url: received `http://contoh.go.id/`"))
            && fault.contains(&format!("issuer `{OUTSIDE}`: expected once")),
        "{fault}"
    );
}

/// Answers one set of keys over TLS, for as long as the test runs.
fn serve_tls(certificate: &rcgen::CertifiedKey<rcgen::KeyPair>, set: &str) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(certificate.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.cert.der().clone()], key.into())
        .unwrap();
    let (config, answer) = (Arc::new(config), ok(set));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/keys", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            // A caller who does not trust the certificate leaves here.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(answer.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    url
}

#[tokio::test]
async fn an_issuer_behind_tls_counts_where_its_certificate_is_vouched_for() {
    let key = fresh();
    let names = |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let (certificate, other) = (names("localhost"), names("localhost"));
    let url = serve_tls(&certificate, &json!({"keys": [jwk(&key, "ed-1")]}).to_string());
    let holder = Service::start().await;
    let file = |name: &str, text: &str| {
        let file = holder.directory().join(name);
        std::fs::write(&file, text).unwrap();
        json!(file)
    };
    let own = file("own.pem", &certificate.cert.pem());
    for (ca, counts) in [
        (Some(own.clone()), true),
        (Some(file("both.pem", &(other.cert.pem() + &certificate.cert.pem()))), true),
        (Some(file("other.pem", &other.cert.pem())), false),
        (None, false),
    ] {
        let trusting = ca.clone().map_or(stated(&url), |ca| with(stated(&url), "ca_file", ca));
        let desk = Desk::open(json!([trusting])).await;
        assert_eq!(desk.takes(&desk.token(&key, "ed-1")).await, counts, "{ca:?}");
    }
    // The right authority, another host.
    let elsewhere = with(stated(&url.replace("localhost", "127.0.0.1")), "ca_file", own);
    let desk = Desk::open(json!([elsewhere])).await;
    assert!(!desk.takes(&desk.token(&key, "ed-1")).await);
}

// Over HTTP --------------------------------------------------------------------------------------

#[tokio::test]
async fn the_service_starts_though_an_issuer_is_away_and_takes_its_tokens_when_it_is_there() {
    let key = fresh();
    let provider = Provider::start(json!([jwk(&key, "ed-1")])).await;
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let away = format!("http://{}/keys", gone.local_addr().unwrap());
    drop(gone);
    let other = with(stated(&away), "issuer", json!("https://away.contoh.go.id"));
    let service = Service::with(|config| write_issuers(config, &json!([stated(&provider.url), other]))).await;
    let exp = service.clock().now().timestamp() + 60;
    let token = |issuer: &str, at: i64| {
        let claims = json!({"iss": issuer, "sub": "pegawai-7", "aud": AUDIENCE, "exp": exp, "at": at});
        made(&json!({"alg": "EdDSA", "kid": "ed-1"}), &claims, by(&key))
    };
    let calls = (0..100).map(|at| {
        let (service, here, away) = (&service, token(OUTSIDE, at), token("https://away.contoh.go.id", at));
        async move {
            show(service, &here).await.expect(200);
            show(service, &away).await.problem(401, "unauthenticated");
        }
    });
    join_all(calls).await;
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn one_subject_of_two_issuers_is_two_people() {
    let (key, other) = (fresh(), fresh());
    let here = Provider::start(json!([jwk(&key, "ed-1")])).await;
    let there = Provider::start(json!([jwk(&other, "ed-1")])).await;
    let second = "https://sso.contoh.go.id";
    let list = json!([stated(&here.url), with(stated(&there.url), "issuer", json!(second))]);
    let service = Service::with(|config| write_issuers(config, &list)).await;
    let token = |issuer: &str, key: &SigningKey| {
        let exp = service.clock().now().timestamp() + 60;
        let claims = json!({"iss": issuer, "sub": "pegawai-7", "aud": AUDIENCE, "exp": exp});
        made(&json!({"alg": "EdDSA", "kid": "ed-1"}), &claims, by(key))
    };
    let (first, second_token) = (token(OUTSIDE, &key), token(second, &other));
    for (issuer, token) in [(OUTSIDE, &first), (second, &second_token)] {
        let me = show(&service, token).await.expect(200);
        assert_eq!((me.text_of("issuer"), me.text_of("subject"), &me["roles"]), (issuer, "pegawai-7", &json!([])));
    }
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    let new = json!({"issuer": OUTSIDE, "subject": "pegawai-7", "role": "office_admin", "office": "36.72"});
    service.post("/v1/grants").token(&admin).json(&new).send().await.expect(201);
    service.get("/v1/clients").token(&first).send().await.expect(200);
    service.get("/v1/clients").token(&second_token).send().await.problem(403, "forbidden");
    service.get("/v1/clients").token(&service.token("pegawai-7")).send().await.problem(403, "forbidden");
    assert_eq!(show(&service, &second_token).await.expect(200)["roles"], json!([]));
    // Neither speaks for the other, though their keys have one name.
    show(&service, &token(second, &key)).await.problem(401, "unauthenticated");
    show(&service, &token(OUTSIDE, &other)).await.problem(401, "unauthenticated");
}

// Rotation of the service's own key --------------------------------------------------------------

fn kid(token: &str) -> String {
    let header: Value = serde_json::from_slice(&BASE64.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

fn kids(issuers: &Issuers) -> Vec<String> {
    issuers.published().keys.iter().filter_map(|key| key.common.key_id.clone()).collect()
}

/// An instance that reads its keys from a file.
fn instance(config: &Config, file: &Path, now: DateTime<Utc>) -> Arc<Issuers> {
    Arc::new(Issuers::new(config, &Keys::load(file, false).unwrap(), now).unwrap())
}

fn key_file(service: &Service) -> (Config, PathBuf) {
    let file = service.directory().join("rotated.json");
    Keys::create(&file).unwrap();
    (service.state().config.clone(), file)
}

/// Two instances, of which one reads the file at once and the other almost too late, and a third that restarts now
/// and then; each gives a token every minute and takes every token of all.
#[tokio::test]
async fn a_rotation_of_the_service_s_own_key_refuses_no_token() {
    let service = Service::start().await;
    let (config, file) = key_file(&service);
    let start: DateTime<Utc> = "2026-03-02T03:00:00Z".parse().unwrap();
    let clock = Clock::story(start, 1);
    let old = Keys::load(&file, false).unwrap();
    let (first, second) = (instance(&config, &file, start), instance(&config, &file, start));
    let old_kid = kid(&first.issue("a", None, clock.id(), start).unwrap());

    // Callers who come all the while, whatever the others do.
    let (stop, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let traffic = {
        let (first, second, clock) = (Arc::clone(&first), Arc::clone(&second), clock.clone());
        let (stop, calls) = (Arc::clone(&stop), Arc::clone(&calls));
        let calling = async move {
            while !stop.load(Ordering::Relaxed) {
                let turn = calls.fetch_add(1, Ordering::Relaxed) % 2 == 0;
                let (giver, taker) = if turn { (&first, &second) } else { (&second, &first) };
                let now = clock.now();
                let token = giver.issue("caller", None, clock.id(), now).unwrap();
                assert!(taker.verify(&token, now).await.is_some(), "a token of this moment was refused at {now}");
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        std::thread::spawn(move || runtime.block_on(calling))
    };

    let mut third = Arc::clone(&first);
    let mut alive: Vec<(DateTime<Utc>, String)> = Vec::new();
    let mut signed = Vec::new();
    for minute in 0..300 {
        let now = start + TimeDelta::minutes(minute);
        clock.set(now);
        match minute {
            10 => drop(Keys::rotate_token_key(&file, now).unwrap()),
            11 => first.reload(now).unwrap(),
            // The new key signs at minute 70.
            69 => second.reload(now).unwrap(),
            // Every few seconds in a service; here also where nothing has changed but the time.
            minute if minute > 70 => [&first, &second].into_iter().for_each(|issuers| issuers.reload(now).unwrap()),
            _ => {}
        }
        if minute % 25 == 0 {
            third = instance(&config, &file, now);
        }
        alive.retain(|(until, _)| *until > now);
        for issuers in [&first, &second, &third] {
            let token = issuers.issue("seseorang", None, clock.id(), now).unwrap();
            signed.push((minute, kid(&token)));
            alive.push((now + disnaker::access::tokens::LIFETIME, token));
        }
        for (until, token) in &alive {
            for issuers in [&first, &second, &third] {
                assert!(
                    issuers.verify(token, now).await.is_some(),
                    "minute {minute}: a token until {until} was refused"
                );
            }
        }
        assert!(!traffic.is_finished(), "minute {minute}");
    }
    stop.store(true, Ordering::Relaxed);
    traffic.join().unwrap();
    assert!(calls.load(Ordering::Relaxed) > 300, "{calls:?}");
    assert!(signed.iter().filter(|(minute, _)| *minute < 70).all(|(_, kid)| *kid == old_kid));
    assert!(signed.iter().filter(|(minute, _)| *minute >= 70).all(|(_, kid)| *kid != old_kid));

    // Two hours after the new key began to sign, the old one is neither published nor good for anything.
    let now = start + TimeDelta::minutes(300);
    let (_, key) = old.signing(Purpose::Tokens).unwrap();
    let claims = json!({"iss": ISSUER, "sub": "x", "aud": config.access.audience, "exp": now.timestamp() + 3600});
    let forged = made(&json!({"typ": "at+jwt", "alg": "EdDSA", "kid": old_kid}), &claims, by(key));
    for issuers in [&first, &second] {
        assert!(issuers.verify(&forged, now).await.is_none());
        assert!(!kids(issuers).contains(&old_kid) && kids(issuers).len() == 4);
    }
    // The next rotation takes it out of the file.
    assert!(std::fs::read_to_string(&file).unwrap().contains(&old_kid));
    Keys::rotate_token_key(&file, now).unwrap();
    assert!(!std::fs::read_to_string(&file).unwrap().contains(&old_kid));
}

/// What the hour is for: an instance that has not read the file by then refuses what the others sign.
#[tokio::test]
async fn an_instance_that_never_reads_the_new_key_refuses_its_tokens() {
    let service = Service::start().await;
    let (config, file) = key_file(&service);
    let start: DateTime<Utc> = "2026-03-02T03:00:00Z".parse().unwrap();
    let (knows, does_not) = (instance(&config, &file, start), instance(&config, &file, start));
    Keys::rotate_token_key(&file, start).unwrap();
    knows.reload(start).unwrap();
    for (minutes, taken) in [(59, true), (60, false)] {
        let now = start + TimeDelta::minutes(minutes);
        let token = knows.issue("seseorang", None, service.clock().id(), now).unwrap();
        assert_eq!(does_not.verify(&token, now).await.is_some(), taken, "{minutes}");
    }
}

#[tokio::test]
async fn a_key_that_is_taken_out_of_the_file_ends_with_what_it_verified() {
    let service = Service::start().await;
    let (config, file) = key_file(&service);
    let now = service.clock().now();
    let issuers = instance(&config, &file, now);
    let token = issuers.issue("seseorang", None, service.clock().id(), now).unwrap();
    assert!(issuers.verify(&token, now).await.is_some());
    let whole = std::fs::read_to_string(&file).unwrap();
    // A file that is broken changes nothing.
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert!(issuers.reload(now).is_err());
    assert!(issuers.verify(&token, now).await.is_some());
    // The way out when a key was read by others: a new one, and the old one's entry taken out.
    std::fs::write(&file, &whole).unwrap();
    Keys::rotate_token_key(&file, now).unwrap();
    let mut content: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    content["signing"].as_array_mut().unwrap().retain(|seed| seed["kid"] != kid(&token).as_str());
    std::fs::write(&file, content.to_string()).unwrap();
    issuers.reload(now).unwrap();
    assert!(issuers.verify(&token, now).await.is_none() && !kids(&issuers).contains(&kid(&token)));
    let next = issuers.issue("seseorang", None, service.clock().id(), now).unwrap();
    assert!(issuers.verify(&next, now).await.is_some());
}

/// As UPGRADING.md says it of the way back.
#[tokio::test]
async fn a_key_file_from_before_a_rotation_can_be_put_back_and_so_can_a_program() {
    let service = Service::start().await;
    let (config, file) = key_file(&service);
    let start: DateTime<Utc> = "2026-03-02T03:00:00Z".parse().unwrap();
    let content = || serde_json::from_slice::<Value>(&std::fs::read(&file).unwrap()).unwrap();
    let before = content();
    let issuers = instance(&config, &file, start);
    let issue = |now| issuers.issue("seseorang", None, service.clock().id(), now).unwrap();
    let old = kid(&issue(start));
    Keys::rotate_token_key(&file, start).unwrap();
    let rotated = content();
    let mut rest = rotated.clone();
    assert_eq!(rest["signing"].as_array_mut().unwrap().remove(0)["purpose"], "tokens");
    assert_eq!(rest, before, "nothing else in the file has changed");

    // The file: tokens of the new key end, and the old key counts again, though it had ended.
    let now = start + TimeDelta::hours(4);
    issuers.reload(now).unwrap();
    let token = issue(now);
    assert!(kid(&token) != old && !kids(&issuers).contains(&old));
    std::fs::write(&file, before.to_string()).unwrap();
    issuers.reload(now).unwrap();
    assert!(issuers.verify(&token, now).await.is_none());
    assert_eq!(kid(&issue(now)), old);

    // The program: what one that is older than the command doesn't know is taken out.
    let mut plain = rotated;
    let entry = plain["signing"][0].as_object_mut().unwrap();
    let new = entry["kid"].as_str().unwrap().to_owned();
    assert!(entry.remove("signs_from").is_some());
    let names = |entry: &Value| entry.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&plain["signing"][0]), names(&before["signing"][0]), "nothing else is new in an entry");
    std::fs::write(&file, plain.to_string()).unwrap();
    issuers.reload(start).unwrap();
    assert_eq!(kid(&issue(start)), new, "it signs at once");
    issuers.reload(now).unwrap();
    assert!(kids(&issuers).contains(&old), "and the old one counts without end");
    Keys::rotate_token_key(&file, now).unwrap();
    issuers.reload(now + TimeDelta::hours(3)).unwrap();
    assert!(!kids(&issuers).contains(&old) && !kids(&issuers).contains(&new), "until the next rotation");
}

/// The program itself: the command writes the file, the running service publishes the new key within seconds and
/// goes on signing with the old one.
#[tokio::test]
async fn a_running_service_publishes_the_new_key_and_signs_with_the_old() {
    let holder = Service::start().await;
    let directory = holder.directory().join("program");
    std::fs::create_dir(&directory).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let program = |arguments: &[&str]| {
        let mut program = bare(arguments);
        program
            .env("DATABASE_URL", format!("sqlite://{}/disnaker.db", directory.display()))
            .env("DISNAKER_DATA_DIR", &directory)
            .env("DISNAKER_LISTEN", format!("127.0.0.1:{port}"))
            .env("DISNAKER_DRAIN_SECONDS", "0")
            .env("DISNAKER_LOG", "warn");
        program
    };
    let said = |arguments: &[&str]| {
        let output = program(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(text).unwrap())
    };
    let mut serving = program(&["serve"]).spawn().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let published = async || {
        let set: Value =
            http.get(format!("http://127.0.0.1:{port}/.well-known/jwks.json")).send().await.ok()?.json().await.ok()?;
        Some(set["keys"].as_array()?.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    let wait_for = async |keys: usize| {
        for _ in 0..300 {
            if let Some(kids) = published().await.filter(|kids| kids.len() == keys) {
                return kids;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{keys} keys are not published");
    };
    wait_for(4).await;
    let (done, rotated) = said(&["config", "--rotate-token-key"]);
    assert!(done && rotated.contains(" signs from "), "{rotated}");
    let kids = wait_for(5).await;
    assert!(kids.iter().any(|kid| rotated.contains(kid)));
    let (again, refusal) = said(&["config", "--rotate-token-key"]);
    assert!(!again && refusal.contains("waits already"), "{refusal}");
    let mode = std::fs::metadata(directory.join("keys.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    Command::new("kill").args(["-TERM", &serving.id().to_string()]).status().unwrap();
    assert!(serving.wait().unwrap().success());
}
