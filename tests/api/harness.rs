//! A whole service for one test: its own database, a real server on a free port, and a client that speaks to it.
//!
//! ```ignore
//! let service = Service::start().await;
//! service.office("36.72").await;
//! let admin = service.staff(Role::OfficeAdmin, "36.72").await;
//! let reply = service.post("/v1/clients").token(&admin).json(&json!({…})).send().await.expect(201);
//! assert_eq!(reply["office"], "36.72");
//! ```
//!
//! Every reply is held against what is promised everywhere: no answer is an `internal-error`, an error is a problem with
//! one trace id in header, `trace_id` and `instance`, and the answer of a documented operation has a documented status
//! and the documented shape. No error holds a NIK, and when a service ends, no line that it has logged does.

mod conforms;
mod database;
mod process;
mod watch;

use std::fmt::Display;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::Index;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::Data;
use disnaker::app::State;
use disnaker::caller::{Identity, Realm, Scope};
use disnaker::change::Change;
use disnaker::clock::Clock;
use disnaker::config::{Access, Config, Http, Log};
use disnaker::keys::Keys;
use disnaker_entity::access::Role;
use disnaker_entity::company::CompanyId;
use disnaker_entity::{office, reference::region};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};
use serde::Serialize;
use serde_json::Value;

pub use conforms::{Document, Operation};
use database::Database;
pub use database::{engine, not_on};
pub use process::{Process, free_address};
pub use watch::{niks, spilled};

/// The public URL of every service under test, and so the issuer of its tokens.
pub const ISSUER: &str = "https://disnaker.test";
/// The audience of its tokens.
pub const AUDIENCE: &str = "disnaker";
/// In which answers name the pattern that matched; only here, never in a service.
const ROUTE: &str = "x-test-route";

/// A running service.
pub struct Service {
    state: Arc<State>,
    keys: Arc<Keys>,
    address: SocketAddr,
    http: reqwest::Client,
    server: Option<(ServerHandle, JoinHandle<()>)>,
    database: Arc<Database>,
}

impl Service {
    /// A service with the machine's clock.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A service with another configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::launch(Arc::new(Database::create().await), Arc::new(Keys::ephemeral()), Clock::system(), change).await
    }

    /// A service whose keys are in their file, so that other processes can follow it.
    pub async fn lasting() -> Self {
        let database = Arc::new(Database::create().await);
        let keys = Arc::new(database.keys());
        Self::launch(database, keys, Clock::system(), |_| {}).await
    }

    /// A service whose clock stands still at a time, until `clock().set(…)` moves it.
    pub async fn at(time: &str) -> Self {
        let clock = Clock::story(time.parse().unwrap(), 1);
        Self::launch(Arc::new(Database::create().await), Arc::new(Keys::ephemeral()), clock, |_| {}).await
    }

    /// A service on a server of the test's own, named by the URL of its maintenance database.
    pub async fn on(server: &str) -> Self {
        let database = Arc::new(Database::fresh(server).await);
        let keys = Arc::new(database.keys());
        Self::launch(database, keys, Clock::system(), |_| {}).await
    }

    /// One more instance on the same database, with the same keys and clock.
    pub async fn sibling(&self) -> Self {
        self.sibling_with(|_| {}).await
    }

    /// One more instance, with another configuration.
    pub async fn sibling_with(&self, change: impl FnOnce(&mut Config)) -> Self {
        Self::launch(Arc::clone(&self.database), Arc::clone(&self.keys), self.state.clock.clone(), change).await
    }

    async fn launch(database: Arc<Database>, keys: Arc<Keys>, clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        watch::log();
        let mut config = Config {
            database: database.config(),
            http: Http {
                listen: SocketAddr::from(([127, 0, 0, 1], 0)),
                ops_listen: None,
                public_url: ISSUER.to_owned(),
                workers: 1,
                rate_limits: false,
                trusted_proxy: None,
                cors_origins: Vec::new(),
                drain: Duration::ZERO,
            },
            access: Access { audience: AUDIENCE.to_owned(), issuers: None },
            log: Log { filter: "off".to_owned(), json: false },
        };
        change(&mut config);
        let (started, starting) = tokio::sync::oneshot::channel();
        let (serve_keys, listen) = (Arc::clone(&keys), config.http.listen);
        let serve = async move {
            let state = State::open(config, &serve_keys, clock).await.expect("the service opens");
            let background = state.background();
            let listener = TcpListener::bind(listen).unwrap();
            let address = listener.local_addr().unwrap();
            let shared = Data::from(Arc::clone(&state));
            let server = HttpServer::new(move || disnaker::app::app(shared.clone()).wrap(from_fn(name_route)))
                .workers(1)
                .disable_signals()
                .listen(listener)
                .unwrap()
                .run();
            let _ = started.send((state, address, server.handle()));
            server.await.unwrap();
            for task in background {
                task.abort();
                // Ended here and not with the runtime: its connections go back to the pool.
                let _ = task.await;
            }
        };
        // A thread of its own, so that the test's runtime stays free.
        let thread = std::thread::spawn(move || actix_web::rt::System::new().block_on(serve));
        let (state, address, handle) = starting.await.expect("the service starts");
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_mins(1))
            .build()
            .unwrap();
        Self { state, keys, address, http, server: Some((handle, thread)), database }
    }

    /// Ends it and leaves its database, for what comes after.
    pub async fn stop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            handle.stop(true).await;
            tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
            self.state.db.clone().close().await;
        }
    }

    /// What every request shares, for direct looks.
    pub fn state(&self) -> &Arc<State> {
        &self.state
    }

    /// Time and ids.
    pub fn clock(&self) -> &Clock {
        &self.state.clock
    }

    /// The keys of the installation.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A directory of this test's own, gone with the service.
    pub fn directory(&self) -> &Path {
        &self.state.config.database.data_dir
    }

    /// A GET.
    pub fn get(&self, path: impl Display) -> Call {
        self.call(Method::GET, path)
    }

    /// A POST.
    pub fn post(&self, path: impl Display) -> Call {
        self.call(Method::POST, path)
    }

    /// A PATCH.
    pub fn patch(&self, path: impl Display) -> Call {
        self.call(Method::PATCH, path)
    }

    /// A DELETE.
    pub fn delete(&self, path: impl Display) -> Call {
        self.call(Method::DELETE, path)
    }

    /// A request by any method.
    pub fn call(&self, method: Method, path: impl Display) -> Call {
        let request = self.http.request(method.clone(), format!("http://{}{path}", self.address));
        Call { request, method, path: path.to_string() }
    }

    /// Sends bytes as they are and reads until the service closes: what no client library would send.
    pub async fn raw(&self, request: impl Into<Vec<u8>>) -> String {
        let (request, address) = (request.into(), self.address);
        let exchange = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            // The service may refuse before it has read everything; nothing more will come.
            let _ = stream.write_all(&request);
            let _ = stream.shutdown(Shutdown::Write);
            let mut reply = Vec::new();
            let _ = stream.read_to_end(&mut reply);
            String::from_utf8_lossy(&reply).into_owned()
        };
        tokio::task::spawn_blocking(exchange).await.unwrap()
    }

    /// A token of the built-in issuer; without a grant its subject is `anyone`.
    pub fn token(&self, subject: &str) -> String {
        let (id, now) = (self.state.clock.id(), self.state.clock.now());
        self.state.issuers.issue(subject, None, id, now).unwrap()
    }

    /// Gives a subject of the built-in issuer a role.
    pub async fn grant(&self, subject: &str, role: Role, office: Option<&str>, company: Option<CompanyId>) {
        self.grant_in(subject, role, &Realm::of(office.map(str::to_owned), company, None, None, None, None)).await;
    }

    /// Gives a subject of the built-in issuer a role somewhere.
    pub async fn grant_in(&self, subject: &str, role: Role, realm: &Realm) {
        let identity = Identity { issuer: ISSUER.to_owned(), subject: subject.to_owned() };
        let mut change = self.change().await;
        disnaker::access::give(&mut change, &identity, role, realm).await.unwrap();
        change.commit().await.unwrap();
        self.state.grants.forget(&identity);
    }

    /// A token of somebody new who has a role in an office.
    pub async fn staff(&self, role: Role, office: &str) -> String {
        let subject = unused(role.as_str());
        self.grant(&subject, role, Some(office), None).await;
        self.token(&subject)
    }

    /// A token of somebody new who has a role in a company.
    pub async fn member(&self, role: Role, company: CompanyId) -> String {
        let subject = unused(role.as_str());
        self.grant(&subject, role, None, Some(company)).await;
        self.token(&subject)
    }

    /// An office, where there is none yet.
    pub async fn office(&self, code: &str) {
        let change = self.change().await;
        let region = code.split('-').next().unwrap_or(code);
        let place = region::Entity::find_by_id(region).one(change.db()).await.unwrap().expect("a loaded region");
        let row = office::ActiveModel {
            code: Set(code.to_owned()),
            name: Set(format!("Disnaker {}", place.name)),
            region: Set(region.to_owned()),
            utc_offset: Set(place.utc_offset),
            address: Set("Jalan Contoh 1".to_owned()),
            phone: Set(None),
            opening_hours: Set("Senin sampai Jumat, 08.00 sampai 15.00".to_owned()),
            version: Set(1),
            created_at: Set(change.now()),
            updated_at: Set(change.now()),
        };
        let once = OnConflict::column(office::Column::Code).do_nothing().to_owned();
        office::Entity::insert(row).on_conflict(once).exec_without_returning(change.db()).await.unwrap();
        change.commit().await.unwrap();
        self.state.books.forget();
    }

    /// A write of the test's own, by nobody in particular.
    pub async fn change(&self) -> Change {
        Change::begin(&self.state, Arc::new(Scope::default()), "test".to_owned()).await.unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            // The command is on its way once the future is made; the thread ends when the server has.
            drop(handle.stop(false));
            let _ = thread.join();
        }
        if !std::thread::panicking() {
            let spilled = spilled();
            assert!(spilled.is_empty(), "a NIK was logged:\n{}", spilled.join("\n"));
        }
    }
}

/// A word that nothing else in this process is called.
pub fn unused(word: &str) -> String {
    static USED: AtomicUsize = AtomicUsize::new(1);
    format!("{word}-{}", USED.fetch_add(1, Ordering::Relaxed))
}

async fn name_route(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    if let Some(pattern) = response.request().match_pattern() {
        let pattern = HeaderValue::from_str(&pattern).unwrap();
        response.headers_mut().insert(HeaderName::from_static(ROUTE), pattern);
    }
    Ok(response)
}

/// A request that is being put together.
pub struct Call {
    request: RequestBuilder,
    method: Method,
    path: String,
}

impl Call {
    /// With a bearer token.
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.request = self.request.header(name, value.as_ref());
        self
    }

    /// With an `Idempotency-Key`.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a JSON body.
    pub fn json(self, body: &impl Serialize) -> Self {
        self.body(serde_json::to_vec(body).unwrap(), "application/json")
    }

    /// With any body.
    pub fn body(self, bytes: impl Into<Vec<u8>>, content_type: &str) -> Self {
        let mut call = self.header("content-type", content_type);
        call.request = call.request.body(bytes.into());
        call
    }

    /// With a form.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body(body, "application/x-www-form-urlencoded")
    }

    /// Sends it, and holds the reply against what is promised everywhere.
    pub async fn send(self) -> Reply {
        self.attempt().await.unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// Sends it, and tells which promise was broken instead of failing: for tests that go on and tell everything at once.
    pub async fn attempt(self) -> Result<Reply, String> {
        let Self { request, method, path } = self;
        let sent = request.try_clone().and_then(|request| request.build().ok());
        // The document is for programmers, in English alone.
        let indonesian =
            path != "/openapi.json" && sent.is_some_and(|request| !request.headers().contains_key("accept-language"));
        let broken = |error: reqwest::Error| format!("{method} {path}: {error:?}");
        let response = request.send().await.map_err(broken)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.map_err(broken)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        let reply = Reply { method, path, status, headers, text, json };
        let kept = reply.keeps_promises();
        match kept.and_then(|()| if indonesian { speaks_indonesian(&reply.json) } else { Ok(()) }) {
            Ok(()) => Ok(reply),
            Err(fault) => Err(format!("{fault}\n{reply}")),
        }
    }
}

/// An answer of the service.
#[derive(Clone, Debug)]
pub struct Reply {
    method: Method,
    path: String,
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub text: String,
    /// Body as JSON, null where it is none.
    pub json: Value,
}

impl Reply {
    /// A reply that was read byte by byte, held against what is promised everywhere.
    pub fn read(method: Method, path: &str, raw: &str) -> Self {
        let (head, text) = raw.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no reply: {raw}"));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap().as_str().parse().unwrap(), value.parse().unwrap())
        });
        let (headers, json) = (headers.collect(), serde_json::from_str(text).unwrap_or_default());
        let status = status.unwrap_or_else(|| panic!("no status: {raw}"));
        let reply = Self { method, path: path.to_owned(), status, headers, text: text.to_owned(), json };
        reply.keeps_promises().unwrap_or_else(|fault| panic!("{fault}\n{reply}"));
        reply
    }

    /// The reply, if its status is the one expected.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "expected {status}\n{self}");
        self
    }

    /// The reply, if it is a problem of this code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply["code"], code, "expected {code}\n{reply}");
        reply
    }

    /// A header, empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A value of the body that must be a text.
    #[track_caller]
    pub fn text_of(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_else(|| panic!("`{name}` is no text\n{self}"))
    }

    /// Pointer and code of every fault.
    pub fn faults(&self) -> Vec<(&str, &str)> {
        let faults = self.json["errors"].as_array().into_iter().flatten();
        faults
            .map(|fault| (fault["pointer"].as_str().unwrap_or_default(), fault["code"].as_str().unwrap_or_default()))
            .collect()
    }

    /// The pattern of the path that matched, for an operation of the service.
    pub fn route(&self) -> &str {
        self.header(ROUTE)
    }

    /// The body without what differs from one occurrence to the next.
    pub fn anonymous(&self) -> Value {
        let mut body = self.json.clone();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("trace_id");
            fields.remove("instance");
        }
        body
    }

    fn keeps_promises(&self) -> Result<(), String> {
        let trace = self.header("x-request-id");
        if trace.parse::<uuid::Uuid>().is_err() {
            return Err("X-Request-Id is no UUID".to_owned());
        }
        if self.status == 500 {
            return Err("an error on our side; its cause is in the log".to_owned());
        }
        let spilled =
            niks(&self.text).chain(self.headers.values().flat_map(|value| niks(value.to_str().unwrap_or_default())));
        if self.status >= 400 && spilled.count() > 0 {
            return Err("an error that holds a NIK".to_owned());
        }
        let speaks_oauth = self.route() == "/oauth/token" && self.json["error"].is_string();
        if self.status >= 400 && self.method != Method::HEAD && !speaks_oauth {
            let is = |name: &str, value: &str| self.json[name] == value;
            let sound = self.header("content-type") == "application/problem+json"
                && self.json["status"] == self.status
                && is("trace_id", trace)
                && is("instance", &format!("urn:uuid:{trace}"))
                && is("type", &format!("/problems/{}", self.json["code"].as_str().unwrap_or_default()))
                && disnaker::problem::Kind::ALL
                    .iter()
                    .any(|kind| is("code", kind.slug()) && kind.status() == self.status);
            if !sound {
                return Err("an error that is no problem of the table".to_owned());
            }
        }
        if self.method == Method::HEAD {
            return if self.text.is_empty() { Ok(()) } else { Err("HEAD has a body".to_owned()) };
        }
        Document::get().conforms(&self.method, self.route(), self)
    }
}

/// What is said to who asked for no language: no word of English in what people read.
fn speaks_indonesian(body: &Value) -> Result<(), String> {
    const READ: [&str; 5] = ["message", "expected", "detail", "law", "note"];
    const ENGLISH: [&str; 24] = [
        "a", "after", "an", "and", "art.", "arts.", "at", "before", "by", "days", "each", "from", "is", "least",
        "most", "not", "of", "office", "or", "own", "that", "the", "to", "with",
    ];
    let one = |(name, value): (&String, &Value)| match value {
        Value::String(text) if READ.contains(&name.as_str()) => {
            let english = text.split([' ', ',', ';', '(', ')']).find(|word| ENGLISH.contains(word));
            english.map_or(Ok(()), |word| Err(format!("`{word}` is English: {name}: {text}")))
        }
        value => speaks_indonesian(value),
    };
    match body {
        Value::Object(fields) => fields.iter().try_for_each(one),
        Value::Array(values) => values.iter().try_for_each(speaks_indonesian),
        _ => Ok(()),
    }
}

#[test]
fn an_error_that_holds_a_nik_is_found() {
    let body = |detail: &str| {
        let trace = "01a20621-ad00-7251-98d4-cd199eaf0ee9";
        format!(
            "HTTP/1.1 404 Not Found\r\ncontent-type: application/problem+json\r\nx-request-id: {trace}\r\n\r\n\
             {{\"status\":404,\"trace_id\":\"{trace}\",\"instance\":\"urn:uuid:{trace}\",\"type\":\"/problems/not-found\",\
             \"code\":\"not-found\",\"detail\":\"{detail}\"}}"
        )
    };
    Reply::read(Method::GET, "/", &body("tidak ada"));
    let planted = body(&format!("{}{}", "36720157", "08950042"));
    assert!(std::panic::catch_unwind(|| Reply::read(Method::GET, "/", &planted)).is_err());
}

impl Index<&str> for Reply {
    type Output = Value;

    fn index(&self, name: &str) -> &Value {
        &self.json[name]
    }
}

impl Display for Reply {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {} -> {}\n{:#?}\n{}", self.method, self.path, self.status, self.headers, self.text)
    }
}
