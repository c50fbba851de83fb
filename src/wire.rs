//! What crosses the wire, whatever the room: extractors, entity tags, paging cursors, and the boundary that every
//! request passes.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, ContentDisposition, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::StreamExt;
use metrics::SharedString;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use tokio::time::timeout_at;

use crate::check;
use crate::limits::LeftCell;
use crate::problem::{Fault, Kind, Language, Problem, Text};

/// Largest body of a request, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// Largest file, in bytes.
pub const FILE_LIMIT: usize = 10 * 1024 * 1024;
/// The paths that take files.
const FILES: &[&str] = &["/v1/attachments", "/v1/report-batches"];
/// Largest form, in bytes.
const FORM_LIMIT: usize = 16 * 1024;
/// How long any body may take, and how many bytes a second earn it more time.
const BODY_PATIENCE: Duration = Duration::from_secs(10);
const BODY_PACE: usize = 4096;

// Facts ------------------------------------------------------------------------------------------

/// What the boundary knows of a request; shared by its extractors.
pub struct Facts {
    /// Trace id: in `X-Request-Id`, `instance` and the log.
    pub trace_id: String,
    /// Language of texts.
    pub language: Language,
    body_hash: Cell<[u8; 32]>,
    /// Extractors after the caller wait until the caller is known: 401 and 403 come before 422.
    caller_pending: Cell<bool>,
    /// The caller, for the log: a kind, never a name.
    pub caller_kind: OnceCell<&'static str>,
    /// What the caller has left of a rate limit.
    pub left: LeftCell,
}

impl Facts {
    /// The facts of a request.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Rc<Self> {
        if let Some(facts) = request.extensions().get::<Rc<Self>>() {
            return Rc::clone(facts);
        }
        let facts = Rc::new(Self::new(request.headers(), String::new()));
        request.extensions_mut().insert(Rc::clone(&facts));
        facts
    }

    fn new(headers: &header::HeaderMap, trace_id: String) -> Self {
        let language = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .map_or(Language::default(), Language::accepted);
        Self {
            trace_id,
            language,
            body_hash: Cell::default(),
            caller_pending: Cell::new(false),
            caller_kind: OnceCell::new(),
            left: LeftCell::default(),
        }
    }

    /// Holds back the other extractors until the caller is known.
    pub fn await_caller(&self) {
        self.caller_pending.set(true);
    }

    /// Lets the other extractors go on.
    pub fn caller_known(&self) {
        self.caller_pending.set(false);
    }

    /// Ready once the caller is known. The caller's own future wakes the task that polls both.
    async fn turn(self: Rc<Self>) {
        poll_fn(|_| if self.caller_pending.get() { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    /// SHA-256 of what was asked: method, path with query, body.
    #[must_use]
    pub fn fingerprint(&self, request: &HttpRequest) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(request.method().as_str());
        hash.update(b" ");
        hash.update(request.uri().path());
        hash.update(b"?");
        hash.update(request.uri().query().unwrap_or_default());
        hash.update(b"\n");
        hash.update(self.body_hash.get());
        hash.finalize().into()
    }
}

// Boundary ---------------------------------------------------------------------------------------

/// The outermost layer: trace id, HEAD, body limit, the text of problems, one line of log, metrics.
///
/// # Errors
/// Those of the layers below that are no answers.
pub async fn boundary(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let state = request.app_data::<actix_web::web::Data<crate::app::State>>().cloned();
    let measured = state.as_ref().is_some_and(|state| state.config.http.ops_listen.is_some());
    let trace_id = state.as_ref().map(|state| state.clock.id().to_string()).unwrap_or_default();
    let facts = Rc::new(Facts::new(request.headers(), trace_id));
    request.extensions_mut().insert(Rc::clone(&facts));
    let method = method_name(request.method());
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let declared =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let limit = if FILES.contains(&request.path()) { FILE_LIMIT } else { BODY_LIMIT };
    let response = if declared.is_some_and(|length| length > limit) {
        request.error_response(too_large(limit))
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    let mut response = explain(response, &facts);
    if let Ok(value) = HeaderValue::from_str(&facts.trace_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    if let Some(left) = facts.left.get() {
        for (name, value) in [("ratelimit-policy", left.policy()), ("ratelimit", left.state())] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
    }
    if state.is_some_and(|state| state.draining.load(Ordering::Relaxed)) {
        // Whoever keeps a connection opens its next one to an instance that stays.
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    observe(&response, &facts, method, measured, started);
    Ok(response)
}

/// Gives an error its body, whoever made it.
fn explain(response: ServiceResponse<BoxBody>, facts: &Facts) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if status.as_u16() < 400 {
        return response;
    }
    let error = response.response().error();
    let own = error.and_then(|error| error.as_error::<Problem>());
    let json = response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().ends_with(b"json"));
    if own.is_none() && json {
        return response;
    }
    if let Some(cause) = own.and_then(|problem| problem.cause.as_deref()) {
        tracing::error!(request.id = %facts.trace_id, error = %cause, "a request failed on our side");
    }
    let view = match own {
        Some(problem) => problem.view(facts.language, &facts.trace_id),
        None => Problem::new(of_framework(status)).view(facts.language, &facts.trace_id),
    };
    let bytes = serde_json::to_vec(&view).unwrap_or_default();
    let (request, response) = response.into_parts();
    let mut response = response.set_body(BoxBody::new(bytes));
    if let Ok(status) = StatusCode::from_u16(view.status) {
        *response.status_mut() = status;
    }
    let headers = response.headers_mut();
    // The body is made after the layer that compresses.
    headers.remove(header::CONTENT_ENCODING);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(facts.language.tag()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ServiceResponse::new(request, response)
}

/// The kind for an error of the framework's own.
fn of_framework(status: StatusCode) -> Kind {
    let same = |kind: &Kind| kind.status() == status.as_u16() && status != StatusCode::BAD_REQUEST;
    let otherwise = if status.is_server_error() { Kind::Internal } else { Kind::InvalidHeader };
    Kind::ALL.iter().copied().find(same).unwrap_or(otherwise)
}

/// The name of a method in log and metrics. Anybody may invent one, and each would be a series of its own.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// A status as a label, without a text of its own for those that are common.
fn status_name(status: u16) -> SharedString {
    SharedString::const_str(match status {
        200 => "200",
        201 => "201",
        204 => "204",
        304 => "304",
        401 => "401",
        403 => "403",
        404 => "404",
        409 => "409",
        422 => "422",
        429 => "429",
        other => return other.to_string().into(),
    })
}

/// Logs a request, and counts it where somebody may ask for metrics.
fn observe(response: &ServiceResponse<BoxBody>, facts: &Facts, method: &'static str, measured: bool, started: Instant) {
    let route = response.request().match_pattern().map_or(Cow::Borrowed("unmatched"), Cow::Owned);
    let status = response.status().as_u16();
    let took = started.elapsed();
    let caller = facts.caller_kind.get().copied().unwrap_or("none");
    tracing::info!(
        request.id = %facts.trace_id,
        http.method = method,
        http.route = %route,
        http.status = status,
        caller.kind = caller,
        duration.us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    if !measured {
        return;
    }
    let labels =
        [("method", SharedString::const_str(method)), ("route", route.into()), ("status", status_name(status))];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels).record(took.as_secs_f64());
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Kind::BodyTooLarge)
        .detail(Text::made(format!("Batasnya {limit} bita."), format!("The limit is {limit} bytes.")))
}

// Extractors -------------------------------------------------------------------------------------

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// The media types of a JSON body, and of a patch.
const JSON: &[&str] = &["application/json"];
const PATCHES: &[&str] = &["application/merge-patch+json", "application/json"];
const OBJECT: Text = Text::of("sebuah objek", "an object");

/// A JSON body of the declared shape: unknown fields, wrong types and broken JSON are refused with a pointer.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let facts = Facts::of(request);
        let media_type = request.content_type().to_ascii_lowercase();
        let patch = *request.method() == Method::PATCH;
        let mut payload = payload.take();
        Box::pin(async move {
            Rc::clone(&facts).turn().await;
            if media_type != "application/json" && !(patch && media_type == "application/merge-patch+json") {
                return Err(unsupported(&media_type, if patch { PATCHES } else { JSON }));
            }
            let bytes = whole(&mut payload, BODY_LIMIT).await?;
            facts.body_hash.set(Sha256::digest(&bytes).into());
            parse(&bytes).map(Self)
        })
    }
}

/// A JSON body that may be left out, since every field of it may be; nothing, as `null`, is what an empty object is.
#[derive(Debug)]
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for OptionalJson<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (facts, media_type) = (Facts::of(request), request.content_type().to_ascii_lowercase());
        let mut payload = payload.take();
        Box::pin(async move {
            Rc::clone(&facts).turn().await;
            let json = media_type == "application/json";
            if !json && !media_type.is_empty() {
                return Err(unsupported(&media_type, JSON));
            }
            let bytes = whole(&mut payload, BODY_LIMIT).await?;
            if bytes.is_empty() {
                return Ok(Self(T::default()));
            }
            if !json {
                return Err(unsupported(&media_type, JSON));
            }
            facts.body_hash.set(Sha256::digest(&bytes).into());
            parse(&bytes).map(|body: Option<T>| Self(body.unwrap_or_default()))
        })
    }
}

fn unsupported(received: &str, accepted: &[&str]) -> Problem {
    let accepted = accepted.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ");
    Problem::new(Kind::UnsupportedMediaType).detail(Text::made(
        format!("Yang dikirim `{received}`; yang dapat dibaca: {accepted}."),
        format!("Received `{received}`; what can be read: {accepted}."),
    ))
}

/// A file that is sent as the body itself. It is read when its operation says what it takes.
pub struct Raw {
    facts: Rc<Facts>,
    media_type: String,
    name: Option<String>,
    payload: Payload,
}

/// A file as it was sent.
pub struct SentFile {
    /// The media type that the sender says it is: one of those that were accepted.
    pub media_type: String,
    /// The name that the sender gives it, as it came.
    pub name: Option<String>,
    /// Its bytes, at most [`FILE_LIMIT`].
    pub bytes: Bytes,
}

impl FromRequest for Raw {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (facts, media_type) = (Facts::of(request), request.content_type().to_ascii_lowercase());
        let disposition = request.headers().get(header::CONTENT_DISPOSITION);
        let disposition = disposition.and_then(|value| ContentDisposition::from_raw(value).ok());
        let name = disposition.and_then(|disposition| {
            let extended = disposition.get_filename_ext().and_then(|name| String::from_utf8(name.value.clone()).ok());
            extended.or_else(|| disposition.get_filename().map(str::to_owned))
        });
        let payload = payload.take();
        Box::pin(async move {
            Rc::clone(&facts).turn().await;
            Ok(Self { facts, media_type, name, payload })
        })
    }
}

impl Raw {
    /// The file, if it is said to be of an accepted media type.
    ///
    /// # Errors
    /// `unsupported-media-type`, `body-too-large`, `request-timeout`.
    pub async fn read(mut self, accepted: &[&str]) -> Result<SentFile, Problem> {
        if !accepted.contains(&self.media_type.as_str()) {
            return Err(unsupported(&self.media_type, accepted));
        }
        let bytes = whole(&mut self.payload, FILE_LIMIT).await?.freeze();
        self.facts.body_hash.set(Sha256::digest(&bytes).into());
        Ok(SentFile { media_type: self.media_type, name: self.name, bytes })
    }
}

/// A form as it was sent; forms are short.
#[derive(Debug)]
pub struct Form(pub BytesMut);

impl FromRequest for Form {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut payload = payload.take();
        Box::pin(async move { whole(&mut payload, FORM_LIMIT).await.map(Self) })
    }
}

/// Reads a body to its end, unless it is too large or comes too slowly.
async fn whole(payload: &mut Payload, limit: usize) -> Result<BytesMut, Problem> {
    let begun = Instant::now();
    let mut bytes = BytesMut::new();
    loop {
        let allowed = BODY_PATIENCE + Duration::from_secs((bytes.len() / BODY_PACE) as u64);
        let Ok(chunk) = timeout_at((begun + allowed).into(), payload.next()).await else {
            return Err(Problem::new(Kind::RequestTimeout));
        };
        let Some(chunk) = chunk else { return Ok(bytes) };
        let chunk = chunk.map_err(|_| Problem::new(Kind::MalformedJson))?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
}

/// Parses JSON of a declared shape. JSON has one kind of number, so `5.0` is the whole number 5 (JSON Schema, core 4.2.3).
///
/// # Errors
/// `malformed-json`, or `body-shape` with the pointer of the first fault.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // The library would fill an object from a list, field by field.
    if bytes.trim_ascii_start().first() == Some(&b'[') && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
        let fault = Fault::new("", check::WRONG_TYPE, serde_json::Value::Null, OBJECT);
        return Err(Problem::new(Kind::BodyShape).faults(vec![fault]));
    }
    match read(bytes) {
        Err(problem) if problem.kind == Kind::BodyShape => {
            whole_numbers(bytes).map_or(Err(problem), |plain| read(&plain))
        }
        result => result,
    }
}

/// The same JSON with `5` for each `5.0` outside of texts, where there is one.
fn whole_numbers(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut plain, mut rest, mut in_text) = (Vec::with_capacity(bytes.len()), bytes, false);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\\' => {
                // What is escaped ends no text.
                plain.push(byte);
                plain.extend(rest.first());
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            b'"' => in_text = !in_text,
            b'.' if !in_text => {
                let zeros = rest.iter().take_while(|digit| **digit == b'0').count();
                let next = rest.get(zeros).copied().unwrap_or_default();
                if zeros > 0 && !next.is_ascii_digit() && !matches!(next, b'e' | b'E') {
                    rest = rest.get(zeros..).unwrap_or_default();
                    continue;
                }
            }
            _ => {}
        }
        plain.push(byte);
    }
    (plain.len() < bytes.len()).then_some(plain)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // Some wrong types are syntax errors to the library: what parses as any JSON has the wrong shape only.
        let sound = error.inner().is_data() || serde_json::from_slice::<serde_json::Value>(bytes).is_ok();
        shape(error.inner(), pointer(error.path()), sound)
    })?;
    json.end().map_err(|error| shape(&error, String::new(), false))?;
    Ok(value)
}

fn shape(error: &serde_json::Error, mut pointer: String, sound: bool) -> Problem {
    if !sound {
        let (line, column) = (error.line(), error.column());
        return Problem::new(Kind::MalformedJson)
            .detail(Text::made(format!("Baris {line}, kolom {column}."), format!("Line {line}, column {column}.")));
    }
    // The words of serde name types and fields, and may quote what was received: that part is cut off, since it
    // may be a person's data.
    let text = error.to_string();
    let field = text.split('`').nth(1).unwrap_or_default();
    if ["unknown field", "duplicate field", "missing field"].iter().any(|fault| text.starts_with(fault)) {
        let last = format!("/{}", escaped(field));
        if !pointer.ends_with(&last) {
            pointer.push_str(&last);
        }
    }
    let (code, expected) = if text.starts_with("unknown field") {
        (check::UNKNOWN_FIELD, wanted(&text).unwrap_or(NO_FIELD))
    } else if text.starts_with("missing field") {
        (check::REQUIRED, check::A_VALUE)
    } else if text.starts_with("duplicate field") {
        (check::DUPLICATE_FIELD, Text::of("setiap isian satu kali", "each field once"))
    } else if text.starts_with("unknown variant") {
        (check::NOT_ONE_OF, wanted(&text).unwrap_or(DECLARED_TYPE))
    } else {
        (check::WRONG_TYPE, wanted(&text).unwrap_or(DECLARED_TYPE))
    };
    Problem::new(Kind::BodyShape).faults(vec![Fault::new(pointer, code, serde_json::Value::Null, expected)])
}

/// Nothing is declared there.
const NO_FIELD: Text = Text::of("tanpa isian lain", "no field at all");
/// What is expected where the words of serde say nothing that helps.
const DECLARED_TYPE: Text = Text::of("nilai dengan jenis menurut /openapi.json", "a value of the declared type");

/// What serde expected, for people who write no Rust: the names it lists, or a type in words. Only what stands behind
/// the last `expected` is serde's own; before it may stand what was received.
fn wanted(text: &str) -> Option<Text> {
    // Days and times say what was wrong with them, and not what they are.
    let time = ["input ", "premature end of input", "trailing input"];
    if time.iter().any(|fault| text.starts_with(fault)) {
        return Some(Text::of("tanggal TTTT-BB-HH atau waktu RFC 3339", "a day YYYY-MM-DD or a time of RFC 3339"));
    }
    let number = ["invalid digit", "number too large", "number too small", "cannot parse integer"];
    if number.iter().any(|fault| text.contains(fault)) {
        return Some(Text::of("bilangan bulat dalam rentangnya", "a whole number in its range"));
    }
    if text.starts_with("UUID parsing failed") {
        return Some(Text::of("sebuah UUID", "a UUID"));
    }
    let (_, expected) = text.rsplit_once(", expected ")?;
    let expected = expected.split(" at line ").next().unwrap_or_default();
    let names: Vec<_> = expected.split('`').skip(1).step_by(2).map(|name| format!("`{name}`")).collect();
    if !names.is_empty() {
        return Some(Text::plain(names.join(", ")));
    }
    match expected {
        "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => {
            Some(Text::of("bilangan bulat", "a whole number"))
        }
        "a string" | "string or map" => Some(Text::of("teks", "a text")),
        "a number from 0 to 100 with two decimals" => Some(Text::of(
            "angka 0 sampai 100 dengan paling banyak dua desimal",
            "a number from 0 to 100 with two decimals at most",
        )),
        "a boolean" => Some(Text::of("true atau false", "true or false")),
        "a sequence" => Some(Text::of("daftar", "a list")),
        "a formatted date string" => Some(Text::of("tanggal TTTT-BB-HH", "a day YYYY-MM-DD")),
        "an RFC 3339 formatted date and time string" => Some(Text::of("waktu RFC 3339", "a time of RFC 3339")),
        "a UUID string" => Some(Text::of("sebuah UUID", "a UUID")),
        _ if expected.starts_with("struct ") => Some(OBJECT),
        _ => None,
    }
}

/// A name as a segment of a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escaped(key)),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// Query parameters of the declared names and types; an unknown one is refused, naming those that exist.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (facts, query) = (Facts::of(request), request.uri().query().unwrap_or_default().to_owned());
        Box::pin(async move {
            facts.turn().await;
            // Cursors and words to search for reach no database as they are, and whatever is typed is a search.
            let nul = |(name, value): &(Cow<'_, str>, Cow<'_, str>)| {
                !matches!(&**name, "cursor" | "q") && value.contains('\0')
            };
            if let Some((name, _)) = form_urlencoded(query.as_bytes()).find(nul) {
                let fault = Fault::new(name, check::UNPRINTABLE, serde_json::Value::Null, check::PRINTABLE);
                return Err(Problem::new(Kind::InvalidQuery).faults(vec![fault]));
            }
            let pairs = serde_urlencoded::Deserializer::new(form_urlencoded(query.as_bytes()));
            let parsed = serde_path_to_error::deserialize(pairs).map_err(|error| {
                let name = error.path().to_string();
                let text = error.inner().to_string();
                let named = || text.split('`').nth(1).unwrap_or_default().to_owned();
                let (name, code, otherwise) = if text.starts_with("unknown field") {
                    (named(), check::UNKNOWN_PARAMETER, Text::of("tanpa parameter", "no parameter at all"))
                } else if text.starts_with("duplicate field") {
                    (named(), check::DUPLICATE_FIELD, Text::of("setiap parameter satu kali", "each parameter once"))
                } else if text.starts_with("missing field") {
                    (named(), check::REQUIRED, check::A_VALUE)
                } else {
                    (name, check::WRONG_TYPE, DECLARED_TYPE)
                };
                let expected = wanted(&text).unwrap_or(otherwise);
                let fault = Fault::new(name, code, serde_json::Value::Null, expected);
                Problem::new(Kind::InvalidQuery).faults(vec![fault])
            })?;
            Ok(Self(parsed))
        })
    }
}

fn form_urlencoded(query: &[u8]) -> url::form_urlencoded::Parse<'_> {
    url::form_urlencoded::parse(query)
}

/// Segments of the path; what does not parse names nothing that exists.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (facts, nul) = (Facts::of(request), request.uri().path().contains("%00"));
        #[expect(clippy::disallowed_types, reason = "the one place that unwraps the framework's own")]
        let inner = actix_web::web::Path::<T>::from_request(request, payload);
        Box::pin(async move {
            facts.turn().await;
            // PostgreSQL takes no NUL in a text, so nothing there has one in its name.
            if nul {
                return Err(Problem::not_found());
            }
            inner.await.map(|path| Self(path.into_inner())).map_err(|_| Problem::not_found())
        })
    }
}

/// A field of a merge patch that may be cleared: absent keeps, null clears.
///
/// # Errors
/// Those of the field's own type.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(field).map(Some)
}

/// A field of a merge patch that may be changed and not cleared: null is a wrong type.
///
/// # Errors
/// Those of the field's own type.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

// Entity tags ------------------------------------------------------------------------------------

/// A view of one record that carries a strong entity tag: `"<version>-<view>"`.
pub trait Resource: Serialize {
    /// Name of the view: two views of one version are not the same bytes.
    const VIEW: &'static str;

    /// Version of the record.
    fn version(&self) -> i64;

    /// The tag.
    fn etag(&self) -> String {
        format!("\"{}-{}\"", self.version(), Self::VIEW)
    }
}

/// The `If-Match` of a request.
#[derive(Clone, Debug)]
pub struct IfMatch(Option<Vec<i64>>);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let facts = Facts::of(request);
        let sent = request.headers().get(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default().to_owned());
        let required = matches!(*request.method(), Method::PATCH | Method::DELETE);
        Box::pin(async move {
            facts.turn().await;
            match sent.as_deref().map(str::trim) {
                None if required => Err(Problem::new(Kind::PreconditionRequired)),
                None | Some("*") => Ok(Self(None)),
                Some(tags) => Ok(Self(Some(tags.split(',').filter_map(version_of).collect()))),
            }
        })
    }
}

fn version_of(tag: &str) -> Option<i64> {
    tag.trim().strip_prefix('"')?.strip_suffix('"')?.split('-').next()?.parse().ok()
}

impl IfMatch {
    /// What a step takes that is no transition, and may be taken whatever the version is.
    pub const ANY: Self = Self(None);

    /// Holds when the record still has a version that was named.
    ///
    /// # Errors
    /// `version-mismatch` otherwise.
    pub fn holds(&self, version: i64) -> Result<(), Problem> {
        match &self.0 {
            Some(versions) if !versions.contains(&version) => Err(Problem::new(Kind::VersionMismatch)),
            _ => Ok(()),
        }
    }
}

/// How long an answer may be kept, and by whom.
#[derive(Clone, Copy, Debug)]
pub enum Cache {
    /// By everybody, for some seconds.
    Public(u32),
    /// By nobody: it is about a person, or for one caller.
    Private,
}

impl Cache {
    fn header(self) -> String {
        match self {
            Self::Public(seconds) => format!("public, max-age={seconds}"),
            Self::Private => "private, no-store".to_owned(),
        }
    }

    /// Says how an answer may be kept, and for whom: what anybody may keep still speaks one language, and what a caller
    /// sees may be more than the public does. The encoding is named here too, since the layer of cross-origin requests
    /// keeps the first `Vary` only.
    fn mark(self, response: &mut HttpResponseBuilder) {
        response.insert_header((header::CACHE_CONTROL, self.header()));
        if matches!(self, Self::Public(_)) {
            response.insert_header((header::VARY, "Authorization, Accept-Language, Accept-Encoding"));
        }
    }
}

/// Answers with one record: 200 with its tag, or 304 where the caller has it already.
#[must_use]
pub fn found<T: Resource>(request: &HttpRequest, view: &T, cache: Cache) -> HttpResponse {
    answer(request, &view.etag(), view, cache)
}

/// Answers with one record in a view whose bytes depend on more than its version, such as the language or what the
/// caller may do with it: the variant joins the tag (`"3-report-en"`), which names the same version in `If-Match`.
#[must_use]
pub fn found_for<T: Resource>(request: &HttpRequest, view: &T, cache: Cache, variant: &str) -> HttpResponse {
    answer(request, &format!("\"{}-{}-{variant}\"", view.version(), T::VIEW), view, cache)
}

/// Whether a request would rather have a media type than JSON, by the qualities that it gives both (RFC 9110 section 12.5.1);
/// what it accepts by a wildcard is JSON.
#[must_use]
pub fn prefers(request: &HttpRequest, media_type: &str) -> bool {
    let quality = |wanted: &str| {
        let accepted = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
        let ranges = accepted.flat_map(|value| value.split(',')).filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let named = parts.next()?.eq_ignore_ascii_case(wanted);
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0_f32), |q| q.parse().ok());
            quality.filter(|_| named)
        });
        ranges.fold(0.0_f32, f32::max)
    };
    quality(media_type) > quality("application/json")
}

/// Answers with a body and a tag: 200, or 304 where the caller has it already.
#[must_use]
pub fn answer<T: Serialize>(request: &HttpRequest, etag: &str, body: &T, cache: Cache) -> HttpResponse {
    let (mut response, fresh) = tagged(request, etag, cache);
    if fresh { response.finish() } else { response.json(body) }
}

/// Answers with something public, tagged by its own bytes: 200, or 304 where the caller has it already. A page that
/// has a next one links to it.
///
/// # Errors
/// Only a body that can't be written as JSON.
pub fn published<T: Serialize>(
    request: &HttpRequest,
    body: &T,
    next: Option<&str>,
    seconds: u32,
) -> Result<HttpResponse, Problem> {
    tagged_by_bytes(request, "", body, next, Cache::Public(seconds))
}

/// Answers with one record as it stands today, tagged by its own bytes, since a day that passes changes them and no version
/// tells: 200, or 304 where the caller has it already.
///
/// # Errors
/// Only a body that can't be written as JSON.
pub fn found_today<T: Serialize>(request: &HttpRequest, view: &T, cache: Cache) -> Result<HttpResponse, Problem> {
    tagged_by_bytes(request, "", view, None, cache)
}

/// As [`found_today`], of a record that has a version: the tag begins with that, so that it serves as `If-Match`, too.
///
/// # Errors
/// Only a body that can't be written as JSON.
pub fn found_as_seen<T: Resource>(request: &HttpRequest, view: &T, cache: Cache) -> Result<HttpResponse, Problem> {
    tagged_by_bytes(request, &format!("{}-{}-", view.version(), T::VIEW), view, None, cache)
}

fn tagged_by_bytes<T: Serialize>(
    request: &HttpRequest,
    before: &str,
    body: &T,
    next: Option<&str>,
    cache: Cache,
) -> Result<HttpResponse, Problem> {
    let ready = Ready::of(before, body).map_err(Problem::internal)?;
    let (mut response, fresh) = tagged(request, &ready.etag, cache);
    if fresh {
        return Ok(response.finish());
    }
    if let Some(next) = next {
        response.insert_header((header::LINK, link(request, next)));
    }
    Ok(response.content_type("application/json").body(ready.bytes))
}

/// A body of JSON with its tag: for what is public and long, made once for everybody who asks.
#[derive(Clone)]
pub struct Ready {
    etag: String,
    bytes: Bytes,
}

impl Ready {
    /// The tag begins with `before`.
    ///
    /// # Errors
    /// Only a body that can't be written as JSON.
    pub fn of<T: Serialize>(before: &str, body: &T) -> Result<Self, serde_json::Error> {
        let bytes = serde_json::to_vec(body)?;
        Ok(Self { etag: format!("\"{before}{:x}\"", Sha256::digest(&bytes)), bytes: bytes.into() })
    }

    /// Answers with it: 200, or 304 where the caller has it already.
    #[must_use]
    pub fn published(&self, request: &HttpRequest, seconds: u32) -> HttpResponse {
        let (mut response, fresh) = tagged(request, &self.etag, Cache::Public(seconds));
        if fresh {
            return response.finish();
        }
        response.content_type("application/json").body(self.bytes.clone())
    }
}

/// Answers with a public file, tagged by its own bytes: 200, or 304 where the caller has it already.
#[must_use]
pub fn published_file(request: &HttpRequest, bytes: Bytes, media_type: &str, name: &str, seconds: u32) -> HttpResponse {
    let etag = format!("\"{:x}\"", Sha256::digest(&bytes));
    let (mut response, fresh) = tagged(request, &etag, Cache::Public(seconds));
    if fresh {
        return response.finish();
    }
    response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    response.content_type(media_type).body(bytes)
}

/// The start of an answer with a tag, and whether the caller has its body already.
fn tagged(request: &HttpRequest, etag: &str, cache: Cache) -> (HttpResponseBuilder, bool) {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh = known.is_some_and(|tags| {
        tags.trim() == "*" || tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)
    });
    let mut response = if fresh { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, etag));
    cache.mark(&mut response);
    (response, fresh)
}

// Lists ------------------------------------------------------------------------------------------

/// One parameter that does not hold what it should.
#[must_use]
pub fn invalid_parameter(name: &str, received: impl Into<serde_json::Value>, expected: Text) -> Problem {
    Problem::new(Kind::InvalidQuery).faults(vec![Fault::new(name, check::NOT_ALLOWED, received, expected)])
}

/// Answers with a page, and a `Link` to the next one (RFC 8288).
#[must_use]
pub fn listed<T: Serialize>(request: &HttpRequest, page: &T, next: Option<&str>, cache: Cache) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    cache.mark(&mut response);
    if let Some(next) = next {
        response.insert_header((header::LINK, link(request, next)));
    }
    response.json(page)
}

/// The `Link` to the next page: the same address with its cursor.
fn link(request: &HttpRequest, next: &str) -> String {
    let pairs = url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.filter(|(name, _)| name != "cursor"))
        .append_pair("cursor", next)
        .finish();
    format!("<{}?{query}>; rel=\"next\"", request.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        men: i32,
    }

    fn fault(json: &str) -> (Kind, String, &'static str) {
        let problem = parse::<Body>(json.as_bytes()).unwrap_err();
        let first = problem.faults.first();
        (
            problem.kind,
            first.map(|fault| fault.pointer.clone()).unwrap_or_default(),
            first.map_or("", |fault| fault.code.code),
        )
    }

    #[test]
    fn the_first_fault_of_a_shape_has_a_pointer() {
        assert_eq!(
            fault(r#"{"lines": [{"men": 1}, {"men": "x"}]}"#),
            (Kind::BodyShape, "/lines/1/men".into(), "wrong-type")
        );
        assert_eq!(
            fault(r#"{"lines": [{"men": 9223372036854775808}]}"#),
            (Kind::BodyShape, "/lines/0/men".into(), "wrong-type")
        );
        assert_eq!(fault(r#"{"lines": [{}]}"#), (Kind::BodyShape, "/lines/0/men".into(), "required"));
        assert_eq!(fault(r#"{"lines": [{"men": 1, "men": 2}]}"#).2, "duplicate-field");
        assert_eq!(fault(r#"{"rows": []}"#).2, "unknown-field");
        assert_eq!(fault(r#"{"lines": ["#).0, Kind::MalformedJson);
        assert_eq!(fault(r#"{"lines": []} x"#).0, Kind::MalformedJson);
    }

    #[test]
    fn what_a_shape_expects_is_said_in_both_languages_and_never_what_was_received() {
        let said = |text: &str| wanted(text).map(|text| (text.id.into_owned(), text.en.into_owned()));
        let both = |id: &str, en: &str| Some((id.to_owned(), en.to_owned()));
        let cases = [
            ("invalid type: string \"x\", expected i32 at line 1 column 9", both("bilangan bulat", "a whole number")),
            (
                "invalid type: string \"a, expected `3306`\", expected a sequence at line 1 column 2",
                both("daftar", "a list"),
            ),
            ("unknown field `rows`, expected `lines` at line 1 column 7", both("`lines`", "`lines`")),
            ("unknown variant `x`, expected one of `a`, `b`", both("`a`, `b`", "`a`, `b`")),
            (
                "input contains invalid characters",
                both("tanggal TTTT-BB-HH atau waktu RFC 3339", "a day YYYY-MM-DD or a time of RFC 3339"),
            ),
            (
                "UUID parsing failed: invalid length: expected 32 for simple format, found 1",
                both("sebuah UUID", "a UUID"),
            ),
            ("invalid digit found in string", both("bilangan bulat dalam rentangnya", "a whole number in its range")),
            (
                "invalid value: floating point `-1.0`, expected a number from 0 to 100 with two decimals at line 1 column 2",
                both(
                    "angka 0 sampai 100 dengan paling banyak dua desimal",
                    "a number from 0 to 100 with two decimals at most",
                ),
            ),
            ("something else", None),
        ];
        for (text, expected) in cases {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_fraction_of_zero() {
        let men = |json: &str| parse::<Body>(json.as_bytes()).map(|body| body.lines.iter().map(|line| line.men).sum());
        assert_eq!(men(r#"{"lines": [{"men": 5.0}, {"men": -2.000}, {"men": 1}]}"#).ok(), Some(4));
        for (json, code) in [
            (r#"{"lines": [{"men": 5.5}]}"#, "wrong-type"),
            (r#"{"lines": [{"men": 5.05}]}"#, "wrong-type"),
            (r#"{"lines": [{"men": 5.0e1}]}"#, "wrong-type"),
            (r#"{"lines": [{"men": "5.0"}]}"#, "wrong-type"),
            (r#"{"lines": [{"men": "\"5.0"}]}"#, "wrong-type"),
            (r#"{"lines": [{"men": 2.0, "men": 1}]}"#, "duplicate-field"),
        ] {
            assert_eq!(fault(json).2, code, "{json}");
        }
        assert_eq!(fault(r#"{"lines": [{"men": 5.}]}"#).0, Kind::MalformedJson);
    }

    #[test]
    fn another_form_is_given_to_who_asks_for_it_and_would_rather_have_it() {
        for (accept, expected) in [
            ("application/ld+json", true),
            ("text/html, Application/LD+JSON;q=0.9", true),
            ("application/ld+json;q=0.5, application/json", false),
            ("application/ld+json;q=0", false),
            ("application/ld+json;q=x", false),
            ("application/json", false),
            ("*/*", false),
            ("", false),
        ] {
            let request =
                actix_web::test::TestRequest::default().insert_header((header::ACCEPT, accept)).to_http_request();
            assert_eq!(prefers(&request, "application/ld+json"), expected, "{accept}");
        }
    }

    #[test]
    fn a_tag_names_its_version_whatever_its_variant() {
        assert_eq!(version_of(r#""3-report""#), Some(3));
        assert_eq!(version_of(r#" "3-report-en""#), Some(3));
        assert_eq!(version_of("3-report-en"), None);
    }
}
