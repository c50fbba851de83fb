//! Whatever is sent, the answer is the right refusal: never an error on our side, and nothing is stored.

use disnaker_entity::access::{Role, client};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::harness::{Reply, Service};

async fn office_and_admin() -> (Service, String) {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    (service, admin)
}

/// Sends a body to `POST /v1/clients`.
async fn send(service: &Service, token: &str, body: impl Into<Vec<u8>>) -> Reply {
    service.post("/v1/clients").token(token).body(body, "application/json").send().await
}

fn named(name: &str) -> Value {
    json!({"name": name, "role": "viewer", "office": "36.72"})
}

async fn nothing_stored(service: &Service) {
    assert_eq!(client::Entity::find().count(service.state().db.reader()).await.unwrap(), 0);
}

// Bodies -----------------------------------------------------------------------------------------

#[tokio::test]
async fn text_that_nobody_can_read_is_refused() {
    let (service, admin) = office_and_admin().await;
    for text in
        ["a\0b", "\u{7}", "a\nb", "a\u{1b}[31mb", "abc\u{202e}cba", "a\u{2066}b", "a\u{200b}b", "\u{feff}a", "a\u{85}b"]
    {
        let reply = send(&service, &admin, named(text).to_string()).await.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [("/name", "unprintable")], "{text:?}");
    }
    for (text, code) in [("", "blank"), (" \u{3000} ", "blank"), (&*"x".repeat(121), "too-long")] {
        let reply = send(&service, &admin, named(text).to_string()).await.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [("/name", code)], "{text:?}");
    }
    for pointer in ["office", "subject", "issuer"] {
        let mut grant = json!({"subject": "x", "role": "viewer", "office": "36.72"});
        grant[pointer] = json!("a\0b");
        let call = service.post("/v1/grants").token(&admin).json(&grant);
        assert_eq!(call.send().await.problem(422, "invalid-content").faults()[0].0, format!("/{pointer}"));
    }
    nothing_stored(&service).await;
}

#[tokio::test]
async fn text_that_only_looks_dangerous_is_kept_as_it_is() {
    let (service, admin) = office_and_admin().await;
    for text in [
        "'; DROP TABLE client; --",
        "<script>alert(1)</script>",
        "O'Brien \"& Sons\" \\ %00 ${x} {{x}}",
        "Ñandú 漢字 🙂",
        &"é".repeat(120),
    ] {
        let made = send(&service, &admin, named(text).to_string()).await.expect(201);
        assert_eq!(made["name"], text);
    }
    let list = service.get("/v1/clients").token(&admin).send().await.expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn what_is_no_json_is_malformed() {
    let (service, admin) = office_and_admin().await;
    let bodies: [&[u8]; 12] = [
        b"",
        b"{",
        b"{\"name\": \"a\"",
        b"{\"name\": \"a\",}",
        b"{'name': 'a'}",
        b"\xef\xbb\xbf{}",
        b"{\"name\": \"\xff\xfe\"}",
        b"{\"name\": \"\\ud800\"}",
        b"{\"name\": \"a\x01\"}",
        b"{\"name\": NaN}",
        b"{\"name\": 1e999}",
        b"\0\0\0\0",
    ];
    for body in bodies {
        let reply = send(&service, &admin, body).await.problem(400, "malformed-json");
        assert!(reply["detail"].is_string(), "{:?}", String::from_utf8_lossy(body));
    }
    let twice = format!("{}{}", named("a"), named("b"));
    send(&service, &admin, twice).await.problem(400, "malformed-json");
    nothing_stored(&service).await;
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused_where_it_differs() {
    let (service, admin) = office_and_admin().await;
    let big = "9223372036854775808";
    for (body, pointer, code) in [
        ("[]".to_owned(), "", "wrong-type"),
        ("null".to_owned(), "", "wrong-type"),
        ("7".to_owned(), "", "wrong-type"),
        ("\"name\"".to_owned(), "", "wrong-type"),
        ("{}".to_owned(), "/name", "required"),
        (r#"{"name": 7, "role": "viewer"}"#.to_owned(), "/name", "wrong-type"),
        (r#"{"name": null, "role": "viewer"}"#.to_owned(), "/name", "wrong-type"),
        (r#"{"name": ["a"], "role": "viewer"}"#.to_owned(), "/name", "wrong-type"),
        (format!(r#"{{"name": {big}, "role": "viewer"}}"#), "/name", "wrong-type"),
        (format!(r#"{{"name": "a", "role": {big}}}"#), "/role", "wrong-type"),
        (format!(r#"{{"name": "a", "role": "viewer", "company_id": {big}}}"#), "/company_id", "wrong-type"),
        (r#"{"name": "a", "role": "viewer", "company_id": "36.72"}"#.to_owned(), "/company_id", "wrong-type"),
        (r#"{"name": "a", "role": "king"}"#.to_owned(), "/role", "not-one-of"),
        (r#"{"name": "a", "role": "Viewer"}"#.to_owned(), "/role", "not-one-of"),
        (r#"{"name": "a", "role": "viewer", "nik": "3306081708950001"}"#.to_owned(), "/nik", "unknown-field"),
        (r#"{"name": "a", "name": "b", "role": "viewer"}"#.to_owned(), "/name", "duplicate-field"),
        (r#"{"name": "a", "role": "viewer", "__proto__": {}}"#.to_owned(), "/__proto__", "unknown-field"),
    ] {
        let reply = send(&service, &admin, body.clone()).await.problem(422, "body-shape");
        assert_eq!(reply.faults(), [(pointer, code)], "{body}");
        assert!(!reply.text.contains("3306081708950001"), "what was received is not repeated");
        assert!(reply["errors"][0]["expected"].as_str().is_some_and(|text| !text.is_empty()), "{reply}");
    }
    nothing_stored(&service).await;
}

#[tokio::test]
async fn json_that_is_nested_ten_thousand_deep_is_refused() {
    let (service, admin) = office_and_admin().await;
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    for inner in [deep("[", "]"), deep("{\"a\":", "}"), "[".repeat(10_000)] {
        for body in [inner.clone(), format!("{{\"name\": {inner}}}"), format!("{{\"unknown\": {inner}}}")] {
            let reply = send(&service, &admin, body).await;
            assert!(matches!(reply.status, 400 | 422), "{reply}");
        }
    }
}

#[tokio::test]
async fn a_fault_far_inside_a_large_body_costs_no_more_than_reading_it() {
    let (service, admin) = office_and_admin().await;
    let begun = std::time::Instant::now();
    let fields: Vec<_> = (0..40_000).map(|at| format!("\"f{at}\": {at}")).collect();
    send(&service, &admin, format!("{{{}}}", fields.join(", "))).await.problem(422, "body-shape");
    send(&service, &admin, format!("{{\"name\": \"{}\"}}", "\\u0000".repeat(150_000))).await.problem(422, "body-shape");
    assert!(begun.elapsed().as_secs() < 5);
}

#[tokio::test]
async fn a_media_type_that_is_not_taken_is_refused() {
    let (service, admin) = office_and_admin().await;
    let body = named("a").to_string();
    for media_type in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "json",
        "",
    ] {
        let call = service.post("/v1/clients").token(&admin).body(body.clone(), media_type);
        call.send().await.problem(415, "unsupported-media-type");
    }
    for media_type in ["application/merge-patch+json", "application/problem+json"] {
        let call = service.post("/v1/clients").token(&admin).body(body.clone(), media_type);
        call.send().await.problem(415, "unsupported-media-type");
    }
    nothing_stored(&service).await;
    for media_type in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        service.post("/v1/clients").token(&admin).body(body.clone(), media_type).send().await.expect(201);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let (service, admin) = office_and_admin().await;
    let head = |size: &str| {
        format!(
            "POST /v1/clients HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {admin}\r\n\
             Content-Type: application/json\r\n{size}\r\n\r\n"
        )
    };
    for size in ["1048577", "10000000000", "18446744073709551615"] {
        let reply = service.raw(head(&format!("Content-Length: {size}"))).await;
        assert!(reply.starts_with("HTTP/1.1 413"), "{size}\n{reply}");
        assert!(reply.contains("body-too-large") && reply.contains("1048576"), "{reply}");
    }
    let mut chunked = head("Transfer-Encoding: chunked").into_bytes();
    for _ in 0..33 {
        chunked.extend_from_slice(b"8000\r\n");
        chunked.extend_from_slice(&vec![b' '; 0x8000]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let reply = service.raw(chunked).await;
    assert!(reply.starts_with("HTTP/1.1 413"), "{reply}");
    let form = service.raw(format!(
        "POST /oauth/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 300000\r\n\r\n{}",
        "x".repeat(300_000)
    ));
    assert!(form.await.starts_with("HTTP/1.1 413"));
    nothing_stored(&service).await;
    let padded = format!("{}{}", named("a"), " ".repeat(1024 * 1024 - named("a").to_string().len()));
    send(&service, &admin, padded).await.expect(201);
}

#[tokio::test]
async fn what_is_no_http_ends_no_worker() {
    let (service, admin) = office_and_admin().await;
    let me = format!("GET /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {admin}\r\n");
    for request in [
        "\r\n\r\n\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "GET /v1/me HTTP/9.9\r\n\r\n".to_owned(),
        "GET /v1/me\0 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "POST /v1/clients HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST /v1/clients HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            .to_owned(),
        "POST /v1/clients HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        format!("{me}X: {}\r\n\r\n", "x".repeat(200_000)),
        format!("GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "a".repeat(100_000)),
        format!("{me}Accept-Language: {}\r\n\r\n", "en;q=0.5,".repeat(5_000)),
        format!("{me}Idempotency-Key: \u{1}\r\n\r\n"),
    ] {
        let reply = service.raw(request.clone()).await;
        let shown: String = request.chars().take(60).collect();
        assert!(!reply.starts_with("HTTP/1.1 5"), "{shown:?}\n{reply}");
    }
    let reply = service.raw(format!("{me}\r\n")).await;
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
}

// Parameters -------------------------------------------------------------------------------------

#[tokio::test]
async fn an_unknown_parameter_is_refused_and_the_known_ones_are_named() {
    let (service, admin) = office_and_admin().await;
    for path in
        ["/v1/clients?offcie=36.72", "/v1/grants?office=36.72&sort=x", "/v1/clients?Office=36.72", "/v1/clients?"]
    {
        let reply = service.get(path).token(&admin).send().await;
        if path.ends_with('?') {
            reply.expect(200);
            continue;
        }
        let reply = reply.problem(400, "invalid-query");
        assert_eq!(reply["errors"][0]["code"], "unknown-parameter");
        let expected = reply["errors"][0]["expected"].as_str().unwrap();
        for name in ["office", "company_id", "limit", "cursor"] {
            assert!(expected.contains(name), "{expected}");
        }
    }
}

#[tokio::test]
async fn a_parameter_that_does_not_parse_is_refused_by_name() {
    let (service, admin) = office_and_admin().await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=1e3", "limit"),
        ("limit=", "limit"),
        ("limit=9223372036854775808", "limit"),
        ("limit=18446744073709551616", "limit"),
        ("company_id=36.72", "company_id"),
        ("company_id=", "company_id"),
        ("limit=1&limit=2", "limit"),
    ] {
        let reply =
            service.get(format!("/v1/clients?{query}")).token(&admin).send().await.problem(400, "invalid-query");
        assert_eq!(reply["errors"][0]["pointer"], name, "{query}\n{reply}");
    }
    for query in ["limit=1", "limit=100"] {
        service.get(format!("/v1/clients?{query}")).token(&admin).send().await.expect(200);
    }
}

#[tokio::test]
async fn a_cursor_that_was_not_given_here_is_refused() {
    let (service, admin) = office_and_admin().await;
    for name in ["a", "b", "c"] {
        send(&service, &admin, named(name).to_string()).await.expect(201);
    }
    let page = service.get("/v1/clients?limit=1").token(&admin).send().await.expect(200);
    let cursor = page.text_of("next");
    service.get(format!("/v1/clients?limit=2&cursor={cursor}")).token(&admin).send().await.expect(200);
    let changed = if cursor.starts_with('A') { cursor.replacen('A', "B", 1) } else { format!("A{}", &cursor[1..]) };
    for path in [
        "/v1/clients?cursor=".to_owned(),
        "/v1/clients?cursor=%27%20OR%201%3D1--".to_owned(),
        "/v1/clients?cursor=AAAA".to_owned(),
        format!("/v1/clients?cursor={changed}"),
        format!("/v1/clients?cursor={cursor}A"),
        format!("/v1/clients?cursor={}", &cursor[..cursor.len() - 2]),
        format!("/v1/clients?cursor={}", "A".repeat(50_000)),
        format!("/v1/clients?office=36.72&cursor={cursor}"),
        format!("/v1/grants?cursor={cursor}"),
    ] {
        service.get(path).token(&admin).send().await.problem(400, "invalid-cursor");
    }
    service.get("/v1/clients?cursor=%00").token(&admin).send().await.expect(400);
}

#[tokio::test]
async fn sql_in_a_filter_is_a_filter_that_finds_nothing() {
    let (service, admin) = office_and_admin().await;
    send(&service, &admin, named("a").to_string()).await.expect(201);
    for office in ["%27%20OR%201%3D1--", "36.72%27--", "%25", "36.72%00", "%00", "_____", "%FF%FE", "36.7%C3%28"] {
        let reply = service.get(format!("/v1/clients?office={office}")).token(&admin).send().await;
        match reply.status {
            200 => assert_eq!(reply["data"], json!([]), "{office}"),
            _ => drop(reply.problem(400, "invalid-query")),
        }
    }
    let list = service.get("/v1/clients?office=36.72").token(&admin).send().await.expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_id_that_is_none_names_nothing() {
    let (service, admin) = office_and_admin().await;
    for id in [
        "x",
        "0",
        "-1",
        "9223372036854775808",
        "%00",
        "a%00b",
        "%FF",
        "%27%20OR%201%3D1--",
        "..%2F..%2Fetc%2Fpasswd",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "01a20018-c47d-74d8-9dad-245ccd8ff251%20",
        &"a".repeat(10_000),
    ] {
        for path in ["grants/ID/revoke", "clients/ID/revoke", "clients/ID/rotate-secret"] {
            let path = format!("/v1/{}", path.replace("ID", id));
            service.post(path).token(&admin).send().await.problem(404, "not-found");
        }
    }
}

#[tokio::test]
async fn a_form_that_holds_what_no_database_can_is_refused() {
    let service = Service::start().await;
    for (id, secret) in
        [("a\0b", "x"), ("x", "a\0b"), ("' OR 1=1--", "' OR 1=1--"), ("\u{feff}", "é"), (&*"x".repeat(10_000), "x")]
    {
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        assert_eq!(service.post("/oauth/token").form(&form).send().await.expect(401)["error"], "invalid_client");
    }
    for bytes in ["%00%FF%FE=%ZZ&&&==", "grant_type", "\0\0", ""] {
        let call = service.post("/oauth/token").body(bytes, "application/x-www-form-urlencoded");
        assert!(matches!(call.send().await.status, 400 | 401), "{bytes:?}");
    }
    for basic in ["Basic", "Basic ", "Basic !!!", "Basic AAAA", "Basic /////w==", "Basic AAA6AAA="] {
        let call = service.post("/oauth/token").header("authorization", basic);
        let reply = call.form(&[("grant_type", "client_credentials")]).send().await.expect(401);
        assert_eq!(reply["error"], "invalid_client", "{basic}");
    }
}

// Trouble on our side ----------------------------------------------------------------------------

#[tokio::test]
async fn a_table_that_is_missing_is_an_error_on_our_side_that_tells_nothing() {
    let (service, admin) = office_and_admin().await;
    service.state().db.writer().execute_unprepared("ALTER TABLE client RENAME TO client_gone").await.unwrap();
    let raw = service.raw(format!(
        "GET /v1/clients HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {admin}\r\n\r\n"
    ));
    let reply = raw.await;
    assert!(reply.starts_with("HTTP/1.1 500") && reply.contains("internal-error"), "{reply}");
    for word in ["client_gone", "no such table", "relation", "SELECT", "sqlx", "src/"] {
        assert!(!reply.contains(word), "`{word}` stands in the answer\n{reply}");
    }
}
