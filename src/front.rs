//! What is served around the API: health, the reference page, a page a problem, well-known documents.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::ResourceDef;
use actix_web::http::header;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get, routes};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::app::State;
use crate::document;
use crate::problem::{Kind, Language, Problem};

/// Whether the service is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthView {
    /// `ok`, or what is not.
    pub status: &'static str,
}

/// Tell that the process lives.
#[utoipa::path(tag = "health", responses((status = 200, body = HealthView)), security(()))]
#[get("/livez")]
pub async fn get_liveness() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(HealthView { status: "ok" })
}

/// Tell whether requests may come.
///
/// Not while the database does not answer, is not migrated, or the service is shutting down.
#[utoipa::path(tag = "health", responses((status = 200, body = HealthView), (status = 503, description = "Not now")), security(()))]
#[get("/readyz")]
pub async fn get_readiness(state: Data<State>) -> Result<HttpResponse, Problem> {
    static MIGRATED: AtomicBool = AtomicBool::new(false);
    let not_now = |cause: &str| Problem::new(Kind::Unavailable).retry_after(2).because(cause);
    if state.draining.load(Ordering::Relaxed) {
        return Err(not_now("draining"));
    }
    if !state.db.answers().await {
        return Err(not_now("the database does not answer"));
    }
    if !MIGRATED.load(Ordering::Relaxed) {
        let waiting = disnaker_migration::pending(state.db.reader()).await;
        if !waiting.is_ok_and(|waiting| waiting.is_empty()) {
            return Err(not_now("migrations are waiting"));
        }
        MIGRATED.store(true, Ordering::Relaxed);
    }
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(HealthView { status: "ok" }))
}

/// The pages that are no operations of the API.
const PAGES: &[&str] = &[
    "/",
    "/openapi.json",
    "/problems/{slug}",
    "/.well-known/api-catalog",
    "/.well-known/security.txt",
    "/docs",
    "/docs/{file}",
];

/// Registers what is no operation of the API.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(openapi_document)
        .service(problem_page)
        .service(api_catalog)
        .service(security_contact)
        .service(front_page)
        .service(SwaggerUi::new("/docs/{_:.*}").config(Config::from("/openapi.json").validator_url("none")));
}

#[routes]
#[get("/")]
#[get("/docs")]
async fn front_page() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/docs/")).finish()
}

#[get("/openapi.json")]
async fn openapi_document(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .content_type("application/json")
        .body(state.document.clone())
}

#[get("/problems/{slug}")]
async fn problem_page(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let slug = request.match_info().get("slug").unwrap_or_default();
    let kind = Kind::ALL.iter().find(|kind| kind.slug() == slug).ok_or_else(Problem::not_found)?;
    let language = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or(Language::default(), Language::accepted);
    let title = kind.title();
    let page = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{}</title>\
         <body style=\"font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem\">\
         <h1>{}</h1><p>{} / {}</p><p><code>{}</code>, HTTP {}</p><p>{}</p></body></html>",
        language.tag(),
        kind.slug(),
        title.in_language(language),
        title.id,
        title.en,
        kind.slug(),
        kind.status(),
        kind.help(),
    );
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((header::VARY, "Accept-Language"))
        .content_type("text/html; charset=utf-8")
        .body(page))
}

/// The catalogue of this installation's APIs (RFC 9727).
#[get("/.well-known/api-catalog")]
async fn api_catalog(state: Data<State>) -> HttpResponse {
    let base = &state.config.http.public_url;
    let links = serde_json::json!({"linkset": [{
        "anchor": format!("{base}/v1"),
        "service-desc": [{"href": format!("{base}/openapi.json"), "type": "application/json"}],
        "service-doc": [{"href": format!("{base}/docs/"), "type": "text/html"}],
        "status": [{"href": format!("{base}/readyz"), "type": "application/json"}],
    }]});
    HttpResponse::Ok().content_type("application/linkset+json").body(links.to_string())
}

/// Where to report a weakness (RFC 9116).
#[get("/.well-known/security.txt")]
async fn security_contact(state: Data<State>) -> HttpResponse {
    let base = &state.config.http.public_url;
    let expires = state.clock.now() + chrono::Duration::days(180);
    let text = format!(
        "Contact: {base}/v1/offices\nExpires: {}\nPreferred-Languages: id, en\nCanonical: {base}/.well-known/security.txt\n",
        expires.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    );
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

/// The paths of the document with the methods of each, those with fewer parameters first.
static METHODS: LazyLock<Vec<(ResourceDef, String)>> = LazyLock::new(|| {
    let mut by_path: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for page in PAGES {
        by_path.insert((*page).to_owned(), vec!["GET", "HEAD"]);
    }
    for (path, method, _) in document::operations(&document::document()) {
        let methods = by_path.entry(path).or_default();
        methods.push(method);
        if method == "GET" {
            methods.push("HEAD");
        }
    }
    let mut paths: Vec<_> = by_path
        .into_iter()
        .map(|(path, methods)| (ResourceDef::new(path.as_str()), path.matches('{').count(), methods.join(", ")))
        .collect();
    paths.sort_by_key(|(_, parameters, _)| *parameters);
    paths.into_iter().map(|(path, _, methods)| (path, methods)).collect()
});

/// Where no operation is: 405 with `Allow` for a path that has other methods, else 404.
///
/// # Errors
/// Always one of the two.
pub async fn nowhere(request: HttpRequest) -> Result<HttpResponse, Problem> {
    match METHODS.iter().find(|(path, _)| path.is_match(request.path())) {
        Some((_, methods)) => Err(Problem::new(Kind::MethodNotAllowed).methods(methods)),
        None => Err(Problem::not_found()),
    }
}
