//! Which tokens count: those that the service or a configured issuer signed for it, and no other, whatever they claim.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use disnaker::keys::{Keys, Purpose};
use ed25519_dalek::{Signer, SigningKey, Verifier, VerifyingKey};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::{AUDIENCE, ISSUER, Reply, Service};

/// Any time that every test of this file calls now.
const NOW: &str = "2026-03-02T03:00:00Z";
const SECONDS: i64 = 1_772_420_400;

fn claims() -> Value {
    json!({"iss": ISSUER, "sub": "seseorang", "aud": AUDIENCE, "exp": SECONDS + 3600, "iat": SECONDS, "jti": "1", "client_id": "seseorang"})
}

fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "tokens"})
}

pub fn with(mut value: Value, name: &str, to: Value) -> Value {
    value[name] = to;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name).unwrap();
    value
}

/// A JWT in which nothing is right but what is said here.
pub fn made(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let signature = BASE64.encode(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

pub fn by(key: &SigningKey) -> impl Fn(&[u8]) -> Vec<u8> {
    |bytes| key.sign(bytes).to_bytes().to_vec()
}

fn own(keys: &Keys) -> &SigningKey {
    keys.signing(Purpose::Tokens).unwrap().1
}

pub fn fresh() -> SigningKey {
    let keys = Keys::ephemeral();
    own(&keys).clone()
}

fn hmac(key: &[u8]) -> impl Fn(&[u8]) -> Vec<u8> {
    move |bytes| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(bytes);
        mac.finalize().into_bytes().to_vec()
    }
}

pub fn jwk(key: &SigningKey, kid: &str) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": BASE64.encode(key.verifying_key().as_bytes())})
}

pub async fn show(service: &Service, token: &str) -> Reply {
    service.get("/v1/me").token(token).send().await
}

#[tokio::test]
async fn a_token_that_is_right_counts_so_that_the_others_fail_for_their_own_fault() {
    let service = Service::at(NOW).await;
    let key = own(service.keys());
    let me = show(&service, &made(&header(), &claims(), by(key))).await.expect(200);
    assert_eq!((me.text_of("issuer"), me.text_of("subject")), (ISSUER, "seseorang"));
    let several = with(claims(), "aud", json!(["other", AUDIENCE]));
    show(&service, &made(&header(), &several, by(key))).await.expect(200);
    let long = with(claims(), "padding", json!("x".repeat(5000)));
    show(&service, &made(&header(), &long, by(key))).await.expect(200);
    let token = made(&header(), &claims(), by(key));
    service.get("/v1/me").header("authorization", format!("bearer {token}")).send().await.expect(200);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table of faults, read from top to bottom")]
async fn every_fault_of_a_token_answers_alike() {
    let service = Service::at(NOW).await;
    let (key, attacker) = (own(service.keys()), fresh());
    let good = made(&header(), &claims(), by(key));
    let public = key.verifying_key();
    let mut bad: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, token: String| bad.push((name.to_owned(), token));

    for none in ["none", "None", "NONE", "nOnE"] {
        add("alg none", made(&with(header(), "alg", json!(none)), &claims(), |_| Vec::new()));
        add("alg none without kid", made(&json!({"alg": none}), &claims(), |_| Vec::new()));
    }
    let confused = with(header(), "alg", json!("HS256"));
    let x = BASE64.encode(public.as_bytes());
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA{}=\n-----END PUBLIC KEY-----\n",
        x.replace('-', "+").replace('_', "/")
    );
    for secret in [public.as_bytes().as_slice(), x.as_bytes(), pem.as_bytes(), b""] {
        add("HS256 with the public key", made(&confused, &claims(), hmac(secret)));
    }
    for alg in ["RS256", "ES256", "PS512", "HS512", "ed25519", ""] {
        add("another algorithm", made(&with(header(), "alg", json!(alg)), &claims(), by(key)));
    }
    add("no algorithm", made(&without(header(), "alg"), &claims(), by(key)));

    add("another audience", made(&header(), &with(claims(), "aud", json!("other")), by(key)));
    add("an empty list of audiences", made(&header(), &with(claims(), "aud", json!([])), by(key)));
    add("another issuer", made(&header(), &with(claims(), "iss", json!("https://evil.test")), by(key)));
    add("the issuer with a slash", made(&header(), &with(claims(), "iss", json!(format!("{ISSUER}/"))), by(key)));
    add("a list of issuers", made(&header(), &with(claims(), "iss", json!([ISSUER])), by(key)));
    for name in ["iss", "aud", "exp", "sub"] {
        add("without a claim", made(&header(), &without(claims(), name), by(key)));
        add("a claim that is null", made(&header(), &with(claims(), name, Value::Null), by(key)));
    }
    add("expired", made(&header(), &with(claims(), "exp", json!(SECONDS - 31)), by(key)));
    add("exp at the epoch", made(&header(), &with(claims(), "exp", json!(0)), by(key)));
    add("exp before the epoch", made(&header(), &with(claims(), "exp", json!(i64::MIN)), by(key)));
    add("exp as a text", made(&header(), &with(claims(), "exp", json!((SECONDS + 3600).to_string())), by(key)));
    add("exp as infinity", made(&header(), &with(claims(), "exp", json!(1e300)), by(key)));
    add("exp as 2^63", made(&header(), &with(claims(), "exp", json!(9_223_372_036_854_775_808_u64)), by(key)));
    add("not yet", made(&header(), &with(claims(), "nbf", json!(SECONDS + 31)), by(key)));
    add("nbf as a text", made(&header(), &with(claims(), "nbf", json!("later")), by(key)));
    add("an empty subject", made(&header(), &with(claims(), "sub", json!("")), by(key)));
    add("a number as subject", made(&header(), &with(claims(), "sub", json!(7)), by(key)));
    add("claims that are no object", made(&header(), &json!(["x"]), by(key)));

    add("an unknown kid", made(&with(header(), "kid", json!("unknown")), &claims(), by(key)));
    add("no kid", made(&without(header(), "kid"), &claims(), by(key)));
    add("a kid of SQL", made(&with(header(), "kid", json!("' OR '1'='1")), &claims(), by(&attacker)));
    add("a kid that is a path", made(&with(header(), "kid", json!("../../dev/null")), &claims(), hmac(b"")));
    add("signed by another key", made(&header(), &claims(), by(&attacker)));
    add(
        "with its own key in the header",
        made(&with(header(), "jwk", jwk(&attacker, "tokens")), &claims(), by(&attacker)),
    );
    add(
        "with its own key and kid",
        made(&json!({"alg": "EdDSA", "kid": "evil", "jwk": jwk(&attacker, "evil")}), &claims(), by(&attacker)),
    );
    add(
        "with a link to its key",
        made(&with(header(), "jku", json!("https://evil.test/jwks.json")), &claims(), by(&attacker)),
    );
    for (purpose, kid, other) in service.keys().all_signing().filter(|(purpose, ..)| *purpose != Purpose::Tokens) {
        let header = with(header(), "kid", json!(kid));
        add(&format!("signed for {purpose:?}"), made(&header, &claims(), by(other)));
    }

    add("9 KiB", made(&header(), &with(claims(), "padding", json!("x".repeat(9 * 1024))), by(key)));
    let [first, second, third]: [&str; 3] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let others = BASE64.encode(with(claims(), "sub", json!("orang lain")).to_string());
    add("another payload", format!("{first}.{others}.{third}"));
    let flipped = if third.starts_with('A') { third.replacen('A', "B", 1) } else { format!("A{}", &third[1..]) };
    add("another signature", format!("{first}.{second}.{flipped}"));
    add("without its signature", format!("{first}.{second}."));
    add("two parts", format!("{first}.{second}"));
    add("four parts", format!("{good}.{third}"));
    add("padded", format!("{good}="));
    add("cut in two", format!("{first}.{second} .{third}"));
    add("no JSON", format!("{first}.{}.{third}", BASE64.encode("claims")));
    add("not a token", "abc".to_owned());
    add("dots", "..".to_owned());

    let mut replies = Vec::new();
    for (name, token) in &bad {
        replies.push((name.as_str(), show(&service, token).await));
    }
    for (name, value) in [
        ("no header", None),
        ("no scheme", Some(good.clone())),
        ("only a scheme", Some("Bearer".to_owned())),
        ("an empty token", Some("Bearer ".to_owned())),
        ("another scheme", Some(format!("Basic {good}"))),
        ("a scheme that only begins so", Some(format!("Bearerx {good}"))),
    ] {
        let call = service.get("/v1/me");
        replies.push((
            name,
            value.map_or(service.get("/v1/me"), |value| call.header("authorization", value)).send().await,
        ));
    }
    let body = replies[0].1.anonymous();
    for (name, reply) in replies {
        assert_eq!(reply.status, 401, "{name}\n{reply}");
        assert_eq!((reply.anonymous(), reply.header("www-authenticate")), (body.clone(), "Bearer"), "{name}");
        assert_eq!(reply["code"], "unauthenticated");
    }
    show(&service, &good).await.expect(200);
}

#[tokio::test]
async fn a_time_that_is_far_off_is_no_accident() {
    let service = Service::at(NOW).await;
    for (name, time) in [("exp", i64::MAX), ("exp", i64::MAX - 10), ("nbf", i64::MIN), ("nbf", i64::MAX)] {
        let reply = show(&service, &made(&header(), &with(claims(), name, json!(time)), by(own(service.keys())))).await;
        assert!(matches!(reply.status, 200 | 401), "{name} {time}\n{reply}");
    }
}

#[tokio::test]
async fn a_token_ends_though_it_was_seen_before() {
    let service = Service::at(NOW).await;
    let token = service.token("seseorang");
    show(&service, &token).await.expect(200);
    service.clock().set("2026-03-02T04:00:29Z".parse().unwrap());
    show(&service, &token).await.expect(200);
    service.clock().set("2026-03-02T04:00:30Z".parse().unwrap());
    show(&service, &token).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_token_of_another_installation_does_not_count() {
    let (service, other) = (Service::start().await, Service::start().await);
    show(&service, &other.token("seseorang")).await.problem(401, "unauthenticated");
    show(&service.sibling().await, &service.token("seseorang")).await.expect(200);
}

#[tokio::test]
async fn the_published_keys_verify_a_token_and_hold_nothing_secret() {
    let service = Service::start().await;
    let token = service.token("seseorang");
    let set = service.get("/.well-known/jwks.json").send().await.expect(200);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let header: Value = serde_json::from_slice(&BASE64.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!(header["typ"], "at+jwt");
    let keys = set["keys"].as_array().unwrap();
    assert!(keys.iter().all(|key| key.get("d").is_none()));
    let uses: std::collections::BTreeSet<_> = keys.iter().map(|key| key["use"].as_str().unwrap()).collect();
    assert_eq!(uses.into_iter().collect::<Vec<_>>(), ["card", "checkpoint", "receipt", "sig"]);
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!(key["use"], "sig");
    let x: [u8; 32] = BASE64.decode(key["x"].as_str().unwrap()).unwrap().try_into().unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&BASE64.decode(signature).unwrap()).unwrap();
    VerifyingKey::from_bytes(&x).unwrap().verify(signed.as_bytes(), &signature).unwrap();
    let kids: std::collections::BTreeSet<_> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), keys.len(), "a kid names one key");
}

// Outside issuers --------------------------------------------------------------------------------

const OUTSIDE: &str = "https://login.contoh.go.id";

async fn with_issuer(keys: Value, algorithms: Value) -> Service {
    Service::with(|config| {
        let (jwks, issuers) =
            (config.database.data_dir.join("jwks.json"), config.database.data_dir.join("issuers.json"));
        std::fs::write(&jwks, json!({"keys": keys}).to_string()).unwrap();
        let issuer =
            json!([{"issuer": OUTSIDE, "audience": "disnaker-luar", "jwks_file": jwks, "algorithms": algorithms}]);
        std::fs::write(&issuers, issuer.to_string()).unwrap();
        config.access.issuers = Some(issuers);
    })
    .await
}

fn outside_claims(service: &Service) -> Value {
    json!({"iss": OUTSIDE, "sub": "pegawai-7", "aud": "disnaker-luar", "exp": service.clock().now().timestamp() + 60})
}

#[tokio::test]
async fn a_token_of_an_outside_issuer_counts_and_gives_no_role_by_itself() {
    let eddsa = fresh();
    let es256 = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let point = es256.verifying_key().to_encoded_point(false);
    let ec = json!({"kty": "EC", "crv": "P-256", "kid": "ec-1", "x": BASE64.encode(point.x().unwrap()), "y": BASE64.encode(point.y().unwrap())});
    let service = with_issuer(json!([jwk(&eddsa, "ed-1"), ec]), json!(["EdDSA", "ES256"])).await;
    let claims = outside_claims(&service);

    let by_ec = |bytes: &[u8]| {
        let signature: p256::ecdsa::Signature = p256::ecdsa::signature::Signer::sign(&es256, bytes);
        signature.to_bytes().to_vec()
    };
    let tokens = [
        made(&json!({"typ": "at+jwt", "alg": "EdDSA", "kid": "ed-1"}), &claims, by(&eddsa)),
        made(&json!({"typ": "at+jwt", "alg": "ES256", "kid": "ec-1"}), &claims, by_ec),
    ];
    for token in &tokens {
        let me = show(&service, token).await.expect(200);
        assert_eq!((me.text_of("issuer"), me.text_of("subject"), &me["roles"]), (OUTSIDE, "pegawai-7", &json!([])));
        service.get("/v1/clients").token(token).send().await.problem(403, "forbidden");
    }
    service.office("36.72").await;
    let admin = service.staff(disnaker_entity::access::Role::OfficeAdmin, "36.72").await;
    let new = json!({"issuer": OUTSIDE, "subject": "pegawai-7", "role": "office_admin", "office": "36.72"});
    service.post("/v1/grants").token(&admin).json(&new).send().await.expect(201);
    service.get("/v1/clients").token(&tokens[0]).send().await.expect(200);
    show(&service, &service.token("pegawai-7")).await.expect(200);
    service.get("/v1/clients").token(&service.token("pegawai-7")).send().await.problem(403, "forbidden");
}

#[tokio::test]
async fn an_outside_issuer_speaks_for_itself_only() {
    let eddsa = fresh();
    // Its key has the very name of the service's own.
    let service = with_issuer(json!([jwk(&eddsa, "tokens"), jwk(&eddsa, "ed-1")]), json!(["EdDSA"])).await;
    let claims = outside_claims(&service);
    show(&service, &made(&header(), &claims, by(&eddsa))).await.expect(200);
    let header = json!({"alg": "EdDSA", "kid": "ed-1"});
    let as_own = with(with(claims.clone(), "iss", json!(ISSUER)), "aud", json!(AUDIENCE));
    for bad in [
        made(&header, &as_own, by(&eddsa)),
        made(&self::header(), &as_own, by(&eddsa)),
        made(&header, &with(claims.clone(), "aud", json!(AUDIENCE)), by(&eddsa)),
        made(&header, &with(claims.clone(), "iss", json!(ISSUER)), by(&eddsa)),
        made(&header, &claims, by(own(service.keys()))),
        made(&self::header(), &claims, by(own(service.keys()))),
        made(&json!({"alg": "HS256", "kid": "ed-1"}), &claims, hmac(eddsa.verifying_key().as_bytes())),
        made(&json!({"alg": "none", "kid": "ed-1"}), &claims, |_| Vec::new()),
    ] {
        show(&service, &bad).await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_subject_that_no_database_can_hold_is_nobody() {
    let eddsa = fresh();
    let service = with_issuer(json!([jwk(&eddsa, "ed-1")]), json!(["EdDSA"])).await;
    let claims = with(outside_claims(&service), "sub", json!("pegawai\0"));
    let reply = show(&service, &made(&json!({"alg": "EdDSA", "kid": "ed-1"}), &claims, by(&eddsa))).await;
    reply.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_issuer_with_a_symmetric_algorithm_is_refused_at_the_start() {
    let service = Service::start().await;
    let directory = service.directory();
    let (jwks, issuers) = (directory.join("jwks.json"), directory.join("issuers.json"));
    std::fs::write(&jwks, json!({"keys": [jwk(&fresh(), "ed-1")]}).to_string()).unwrap();
    for (algorithms, sound) in
        [(json!(["EdDSA"]), true), (json!(["HS256"]), false), (json!(["EdDSA", "HS512"]), false), (json!([]), false)]
    {
        let list = json!([{"issuer": OUTSIDE, "audience": "x", "jwks_file": jwks, "algorithms": algorithms}]);
        std::fs::write(&issuers, list.to_string()).unwrap();
        let mut config = service.state().config.clone();
        config.access.issuers = Some(issuers.clone());
        let opened = disnaker::access::tokens::Issuers::new(&config, service.keys(), service.clock().now());
        assert_eq!(opened.is_ok(), sound, "{algorithms}");
    }
}
