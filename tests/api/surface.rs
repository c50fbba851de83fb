//! What surrounds the operations: methods, languages, browsers, health, limits, and the pages for people.

use std::sync::atomic::Ordering;

use disnaker::problem::Kind;
use disnaker_entity::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Reply, Service};
use crate::program::bare;

// Methods ----------------------------------------------------------------------------------------

#[tokio::test]
async fn head_is_get_without_a_body() {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    for path in ["/livez", "/readyz", "/v1/me", "/v1/clients", "/openapi.json", "/.well-known/jwks.json", "/docs/"] {
        let (get, head) = (service.get(path).token(&admin), service.call(Method::HEAD, path).token(&admin));
        let (get, head) = (get.send().await.expect(200), head.send().await.expect(200));
        assert_eq!(get.header("content-type"), head.header("content-type"), "{path}");
        assert_eq!(head.text, "");
    }
    service.call(Method::HEAD, "/v1/me").send().await.expect(401);
    service.call(Method::HEAD, "/v1/nothing").send().await.expect(404);
    // On one connection: a body after the HEAD would be read as the next answer.
    let request = "HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\nHEAD /v1/me HTTP/1.1\r\nHost: x\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let replies = service.raw(request).await;
    let statuses: Vec<_> = replies.split("HTTP/1.1 ").skip(1).map(|reply| reply[..3].to_owned()).collect();
    assert_eq!(statuses, ["200", "401", "200"], "{replies}");
    assert_eq!(replies.matches("{\"status\":\"ok\"}").count(), 1, "{replies}");
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_named_with_those_it_has() {
    let service = Service::start().await;
    let token = service.token("seseorang");
    for (method, path, allow) in [
        (Method::PUT, "/v1/me", "GET, HEAD"),
        (Method::DELETE, "/v1/clients", "GET, HEAD, POST"),
        (Method::GET, "/v1/clients/x/revoke", "POST"),
        (Method::GET, "/v1/invitations/accept", "POST"),
        (Method::GET, "/oauth/token", "POST"),
        (Method::POST, "/livez", "GET, HEAD"),
        (Method::OPTIONS, "/v1/me", "GET, HEAD"),
        (Method::from_bytes(b"BREW").unwrap(), "/v1/me", "GET, HEAD"),
    ] {
        let reply = service.call(method.clone(), path).token(&token).send().await.problem(405, "method-not-allowed");
        let mut allowed: Vec<_> = reply.header("allow").split(", ").collect();
        allowed.sort_unstable();
        assert_eq!(allowed.join(", "), allow, "{method} {path}");
    }
    for path in [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v2/me",
        "/v1/me/",
        "/V1/me",
        "/v1//me",
        "/v1/me/x",
        "/favicon.ico",
        "/.env",
        "//",
    ] {
        service.get(path).token(&token).send().await.problem(404, "not-found");
        service.post(path).token(&token).send().await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_page_that_is_no_operation_names_its_methods_too() {
    let service = Service::start().await;
    for path in ["/openapi.json", "/problems/not-found", "/.well-known/api-catalog", "/"] {
        assert_eq!(
            service.post(path).send().await.problem(405, "method-not-allowed").header("allow"),
            "GET, HEAD",
            "{path}"
        );
    }
}

// Languages --------------------------------------------------------------------------------------

#[tokio::test]
async fn texts_follow_the_language_asked_for_and_codes_do_not() {
    let service = Service::start().await;
    let ask = async |language: Option<&str>| {
        let call = service.post("/v1/invitations/accept").token(&service.token("seseorang"));
        let call = call.json(&json!({"code": "x", "kode": "x"}));
        match language {
            Some(language) => call.header("accept-language", language).send().await,
            None => call.send().await,
        }
    };
    for (language, tag) in [
        (None, "id"),
        (Some("id"), "id"),
        (Some("id-ID, en;q=0.9"), "id"),
        (Some("fr, *;q=0.1"), "id"),
        (Some(";;;,,,q=,=;q"), "id"),
        (Some("en"), "en"),
        (Some("en-GB,en;q=0.9,id;q=0.8"), "en"),
        (Some("EN"), "en"),
    ] {
        let reply: Reply = ask(language).await.problem(422, "body-shape");
        assert_eq!(reply.header("content-language"), tag, "{language:?}");
        let (title, message) =
            (Kind::BodyShape.title(), if tag == "en" { "Unknown field" } else { "Isian tidak dikenal" });
        assert_eq!(reply["title"], if tag == "en" { &*title.en } else { &*title.id });
        assert_eq!(reply["errors"][0]["message"], message);
        assert_eq!(reply["errors"][0]["code"], "unknown-field");
    }
}

#[tokio::test]
async fn every_problem_has_its_page_in_both_languages() {
    let service = Service::start().await;
    for kind in Kind::ALL {
        let path = format!("/problems/{}", kind.slug());
        let indonesian = service.get(&path).send().await.expect(200);
        let english = service.get(&path).header("accept-language", "en").send().await.expect(200);
        for (page, tag, title) in [(indonesian, "id", kind.title().id), (english, "en", kind.title().en)] {
            assert!(page.header("content-type").starts_with("text/html"));
            assert!(
                page.text.contains(&format!("lang=\"{tag}\"")) && page.text.contains(&format!("<h1>{title}</h1>")),
                "{page}"
            );
            assert!(page.text.contains(kind.slug()) && page.text.contains(&kind.status().to_string()), "{page}");
        }
    }
    service.get("/problems/nothing").send().await.problem(404, "not-found");
    service.get("/problems/%3Cscript%3E").send().await.problem(404, "not-found");
}

#[tokio::test]
async fn each_request_has_one_trace_id_of_its_own() {
    let service = Service::start().await;
    let (first, second) = (service.get("/v1/me").send().await, service.get("/v1/me").send().await);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    let claimed = service.get("/v1/me").header("x-request-id", "mine").send().await;
    assert_ne!(claimed.header("x-request-id"), "mine", "the id is not for the caller to choose");
    // That header, `trace_id` and `instance` agree is held for every reply (`Reply::keeps_promises`).
    assert_eq!(first["instance"], format!("urn:uuid:{}", first.header("x-request-id")));
}

// Versions ---------------------------------------------------------------------------------------

#[tokio::test]
async fn a_change_needs_the_version_that_was_read() {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    let path = "/v1/offices/36.72";
    let read = service.get(path).token(&admin).send().await.expect(200);
    let change = async |tag: Option<&str>| {
        let call = service.patch(path).token(&admin).body(r#"{"phone": "0254-1"}"#, "application/merge-patch+json");
        match tag {
            Some(tag) => call.header("if-match", tag).send().await,
            None => call.send().await,
        }
    };
    change(None).await.problem(428, "precondition-required");
    let tag = read.header("etag");
    for stale in [
        "\"0-office\"",
        "\"2-office\"",
        "1",
        "x",
        "",
        "\"\"",
        "\"9223372036854775808-office\"",
        "\"-1-office\"",
        &format!("W/{tag}"),
    ] {
        change(Some(stale)).await.problem(412, "version-mismatch");
    }
    let changed = change(Some(&format!("\"7-office\", {tag}"))).await.expect(200);
    assert_ne!(changed.header("etag"), tag);
    change(Some(tag)).await.problem(412, "version-mismatch");
    change(Some("*")).await.expect(200);
}

#[tokio::test]
async fn what_the_caller_has_already_is_not_sent_again() {
    let service = Service::start().await;
    service.office("36.72").await;
    for path in ["/v1/offices/36.72", "/v1/regions?parent=36", "/v1/offices"] {
        let read = service.get(path).send().await.expect(200);
        let tag = read.header("etag");
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{read}");
        for known in [tag, "*", &format!("W/{tag}"), &format!("\"x\", {tag}")] {
            let again = service.get(path).header("if-none-match", known).send().await.expect(304);
            assert_eq!((again.text.as_str(), again.header("etag")), ("", tag), "{path}");
        }
        service.get(path).header("if-none-match", "\"x\"").send().await.expect(200);
    }
}

// Lists ------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_public_list_pages_through_everything_once() {
    let service = Service::start().await;
    for (path, least) in
        [("/v1/regions?parent=36.72", 8), ("/v1/regions", 7000), ("/v1/holidays?year=2026", 15), ("/v1/policies", 20)]
    {
        let mut seen: Vec<Value> = Vec::new();
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut next = Value::Null;
        loop {
            let cursor = next.as_str().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page = service.get(format!("{path}{joint}limit=100{cursor}")).send().await.expect(200);
            assert!(page.header("cache-control").starts_with("public"), "{page}");
            seen.extend(page["data"].as_array().unwrap().iter().cloned());
            next = page["next"].clone();
            if next.is_null() {
                break;
            }
        }
        let mut once: Vec<_> = seen.iter().map(Value::to_string).collect();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{path}");
        assert!(seen.len() >= least, "{path}: {}", seen.len());
    }
}

// Compression ------------------------------------------------------------------------------------

/// A problem is written after the answer was compressed; it must not claim to be compressed then.
#[tokio::test]
async fn an_answer_is_encoded_as_it_says() {
    let service = Service::start().await;
    let plain = |reply: &Reply| reply.header("content-encoding").is_empty() && !reply.json.is_null();
    let gzip = async |path: &str| service.get(path).header("accept-encoding", "gzip").send().await;
    assert!(plain(&gzip("/v1/me").await.expect(401)));
    assert!(plain(&gzip("/v1/nothing").await.expect(404)));
    let large = service.post("/oauth/token").header("accept-encoding", "gzip, br");
    let large = large
        .body("x".repeat(300_000), "application/x-www-form-urlencoded")
        .send()
        .await
        .problem(413, "body-too-large");
    assert!(plain(&large), "{large}");
    let document = gzip("/openapi.json").await.expect(200);
    assert_eq!(document.header("content-encoding"), "gzip");
    assert!(document.header("vary").to_lowercase().contains("accept-encoding"), "{:?}", document.headers);
}

// Browsers ---------------------------------------------------------------------------------------

const ORIGIN: &str = "https://portal.contoh.go.id";

async fn preflight(service: &Service, origin: &str) -> Reply {
    let call = service.call(Method::OPTIONS, "/v1/clients").header("origin", origin);
    let call = call.header("access-control-request-method", "POST");
    call.header("access-control-request-headers", "authorization, content-type, idempotency-key").send().await
}

#[tokio::test]
async fn no_browser_of_another_origin_may_read_unless_it_is_named() {
    let service = Service::start().await;
    let refused = preflight(&service, ORIGIN).await;
    assert_eq!(
        (refused.header("access-control-allow-origin"), refused.header("access-control-allow-methods")),
        ("", "")
    );
    assert!((400..500).contains(&refused.status));
    assert_ne!(refused["code"], "malformed-json", "nothing was sent that could be malformed\n{refused}");
    let plain = service.get("/livez").header("origin", ORIGIN).send().await;
    assert_eq!(plain.header("access-control-allow-origin"), "");

    let service = Service::with(|config| config.http.cors_origins = vec![ORIGIN.to_owned()]).await;
    let allowed = preflight(&service, ORIGIN).await.expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), ORIGIN);
    for method in ["GET", "POST", "PATCH", "DELETE"] {
        assert!(allowed.header("access-control-allow-methods").contains(method), "{allowed}");
    }
    let headers = allowed.header("access-control-allow-headers").to_lowercase();
    assert!(
        ["authorization", "content-type", "idempotency-key"].iter().all(|name| headers.contains(name)),
        "{headers}"
    );
    assert_eq!(allowed.header("access-control-allow-credentials"), "", "there are no cookies");
    let read = service.get("/livez").header("origin", ORIGIN).send().await.expect(200);
    assert_eq!(read.header("access-control-allow-origin"), ORIGIN);
    assert!(read.header("access-control-expose-headers").contains("etag"));
    assert!(read.header("vary").contains("Origin"));
    for evil in ["https://evil.test", "null", "https://portal.contoh.go.id.evil.test", "http://portal.contoh.go.id"] {
        assert_eq!(preflight(&service, evil).await.header("access-control-allow-origin"), "", "{evil}");
        let read = service.get("/livez").header("origin", evil).send().await;
        assert_eq!(read.header("access-control-allow-origin"), "", "{evil}");
    }
}

// Health -----------------------------------------------------------------------------------------

#[tokio::test]
async fn readiness_fails_before_the_service_goes_and_liveness_does_not() {
    let service = Service::start().await;
    for path in ["/livez", "/readyz"] {
        let reply = service.get(path).send().await.expect(200);
        assert_eq!((&reply["status"], reply.header("cache-control")), (&json!("ok"), "no-store"));
    }
    service.state().draining.store(true, Ordering::Relaxed);
    service.get("/livez").send().await.expect(200);
    let reply = service.get("/readyz").send().await.problem(503, "unavailable");
    assert!(!reply.header("retry-after").is_empty());
    service.get("/v1/me").token(&service.token("seseorang")).send().await.expect(200);
}

/// The health check of a container: the program itself, since its image holds nothing else that could ask.
#[tokio::test]
async fn the_program_tells_whether_a_service_is_ready() {
    let service = Service::start().await;
    let address = service.address();
    let health = |listen: String| async move {
        let mut program = bare(&["health"]);
        program.env("DISNAKER_LISTEN", listen);
        let output = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(health(address.to_string()).await, (Some(0), String::new()));
    assert_eq!(health(format!("0.0.0.0:{}", address.port())).await.0, Some(0));
    service.state().draining.store(true, Ordering::Relaxed);
    let (code, said) = health(address.to_string()).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("is not ready: HTTP/1.1 503"), "{said}");
    // A port that was free a moment ago.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(health(nobody.to_string()).await.0, Some(1));
    // Somebody who takes the connection and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, said) = health(silent.local_addr().unwrap().to_string()).await;
    assert!(code == Some(1) && said.contains("does not answer"), "{said}");
}

// Pages ------------------------------------------------------------------------------------------

#[tokio::test]
async fn the_reference_page_needs_no_other_host() {
    let service = Service::start().await;
    for path in ["/", "/docs"] {
        assert_eq!(service.get(path).send().await.expect(303).header("location"), "/docs/");
    }
    let page = service.get("/docs/").send().await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let mut assets = Vec::new();
    for attribute in ["src=\"", "href=\"", "src='", "href='"] {
        let quote = attribute.chars().last().unwrap();
        assets.extend(page.text.split(attribute).skip(1).map(|rest| rest.split(quote).next().unwrap().to_owned()));
    }
    for name in ["swagger-ui-bundle.js", "swagger-ui.css"] {
        assert!(assets.iter().any(|asset| asset.ends_with(name)), "{assets:?}");
    }
    for asset in &assets {
        assert!(!asset.contains("//"), "{asset} is on another host");
        if asset.starts_with("data:") {
            continue;
        }
        let path = asset.trim_start_matches("./").trim_start_matches("/docs/");
        let reply = service.get(format!("/docs/{path}")).send().await.expect(200);
        assert!(!reply.text.is_empty(), "{asset}");
        if reply.header("content-type").starts_with("text/css") {
            assert!(
                !reply.text.contains("@import") && !reply.text.contains("url(http") && !reply.text.contains("url(//"),
                "{asset}"
            );
        }
    }
    let settings = service.get("/docs/swagger-initializer.js").send().await.expect(200);
    assert!(settings.text.contains("/openapi.json"), "{settings}");
    assert!(!settings.text.contains("http://") && !settings.text.contains("https://"), "{settings}");
    for path in ["/docs/../Cargo.toml", "/docs/%2e%2e/Cargo.toml", "/docs/nothing.js"] {
        let reply = service.raw(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).await;
        assert!(reply.starts_with("HTTP/1.1 404"), "{path}\n{reply}");
    }
}

#[tokio::test]
async fn a_newcomer_finds_the_document_the_keys_and_whom_to_tell() {
    let service = Service::start().await;
    let document = service.get("/openapi.json").send().await.expect(200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let catalog = service.get("/.well-known/api-catalog").send().await.expect(200);
    assert_eq!(catalog.header("content-type"), "application/linkset+json");
    for (_, links) in catalog["linkset"][0].as_object().unwrap().iter().filter(|(_, links)| links.is_array()) {
        let link = links[0]["href"].as_str().unwrap();
        service.get(link.strip_prefix(crate::harness::ISSUER).unwrap()).send().await.expect(200);
    }
    let contact = service.get("/.well-known/security.txt").send().await.expect(200);
    for field in ["Contact: ", "Expires: ", "Canonical: "] {
        assert!(contact.text.contains(field), "{contact}");
    }
}

// Limits -----------------------------------------------------------------------------------------

#[tokio::test]
async fn the_sixty_first_request_of_a_minute_for_a_token_has_to_wait() {
    let service = Service::with(|config| config.http.rate_limits = true).await;
    let begun = std::time::Instant::now();
    let form = [("grant_type", "client_credentials"), ("client_id", "x"), ("client_secret", "x")];
    let mut admitted = 0;
    let refused = loop {
        // One that claims to come from elsewhere counts as what it is.
        let call = service.post("/oauth/token").header("x-forwarded-for", format!("10.0.0.{admitted}"));
        let reply = call.form(&form).send().await;
        if reply.status != 401 {
            break reply.problem(429, "rate-limited");
        }
        admitted += 1;
    };
    let regained = begun.elapsed().as_secs() + 1;
    assert!(admitted >= 60 && admitted <= 60 + regained, "{admitted} in {:?}", begun.elapsed());
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
}

#[tokio::test]
async fn a_caller_knows_what_is_left_and_one_caller_s_haste_is_not_another_s_wait() {
    let service = Service::with(|config| config.http.rate_limits = true).await;
    let (hasty, calm) = (service.token("tergesa"), service.token("tenang"));
    let read = service.get("/v1/me").token(&hasty).send().await.expect(200);
    assert_eq!(read.header("ratelimit-policy"), "\"reads\";q=600;w=60");
    assert!(read.header("ratelimit").starts_with("\"reads\";r=599;t="), "{read}");
    let accept = async |token: &str| {
        service.post("/v1/invitations/accept").token(token).json(&json!({"code": "x"})).send().await
    };
    let first = accept(&hasty).await.problem(409, "invitation-used");
    assert_eq!(first.header("ratelimit-policy"), "\"writes\";q=120;w=60");
    let mut writes = 1;
    let begun = std::time::Instant::now();
    let refused = loop {
        let reply = accept(&hasty).await;
        if reply.status != 409 {
            break reply.problem(429, "rate-limited");
        }
        writes += 1;
    };
    assert_eq!(refused.header("ratelimit-policy"), "\"writes\";q=120;w=60");
    assert!(refused.header("ratelimit").starts_with("\"writes\";r=0;t="), "{refused}");
    assert!(writes >= 120 && writes <= 120 + 2 * (begun.elapsed().as_secs() + 1), "{writes}");
    accept(&calm).await.problem(409, "invitation-used");
    service.get("/v1/me").token(&hasty).send().await.expect(200);
    service.post("/v1/clients").token(&service.token("lain")).json(&json!({})).send().await.problem(403, "forbidden");
}
