//! Writers that don't give up: each act is repeated with its key until it is answered, and what was answered is kept.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use disnaker::db::{Db, Session};
use disnaker::journal;
use disnaker_entity::access::Role;
use disnaker_entity::company::CompanyId;
use disnaker_entity::plumbing::{idempotency, journal as entry, movement};
use disnaker_entity::report::{vacancy_line, vacancy_report};
use disnaker_entity::vacancy;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::harness::{Service, unused};
use crate::world;

/// How long a writer repeats one act before it calls the service dead.
const STUBBORN: Duration = Duration::from_mins(1);

/// An office with its officer and a company with its HR, in a database that outlives every process.
pub struct Stage {
    pub service: Service,
    pub hr: String,
    pub officer: String,
    pub company: CompanyId,
}

impl Stage {
    /// Sets the stage; the service runs within this process until it is stopped.
    pub async fn set(service: Service) -> Self {
        for office in ["36", "36.72"] {
            service.office(office).await;
        }
        let officer = service.staff(Role::PlacementOfficer, "36.72").await;
        let (hr, company) = world::register(&service, "9120001234567").await;
        service.post(format!("/v1/companies/{company}/verify")).token(&officer).send().await.expect(200);
        Self { service, hr, officer, company }
    }

    /// Sets the stage and leaves it to other processes.
    pub async fn left() -> Self {
        let mut stage = Self::set(Service::lasting().await).await;
        stage.service.stop().await;
        stage
    }

    /// A look into the database that doesn't go through a service.
    pub async fn look(&self) -> Db {
        Db::open(&self.service.state().config.database).await.unwrap()
    }

    /// A draft with a title by which it is found again.
    pub fn draft(&self, title: &str) -> Value {
        let today = self.service.clock().now().date_naive();
        let dates = json!({"valid_from": today, "valid_until": today + chrono::Duration::days(90)});
        json!({"company_id": self.company, "lines": [world::with(world::line(title, 2), dates)]})
    }
}

/// What was acknowledged of one report.
#[derive(Clone, Debug, Default)]
pub struct Filed {
    pub report: String,
    pub vacancy: String,
    /// The answer to its acceptance.
    pub answer: Value,
}

/// One who writes.
struct Writer {
    http: reqwest::Client,
    /// Before each request.
    pause: Duration,
}

/// What all writers share.
pub struct Load {
    stage: Arc<Stage>,
    address: SocketAddr,
    stop: AtomicBool,
    next: AtomicUsize,
    filed: Mutex<BTreeMap<String, Filed>>,
    /// Answers other than success, by status, and requests without an answer (0).
    trouble: Mutex<BTreeMap<u16, usize>>,
    /// Answers that were given once before: the first one was lost on its way.
    replayed: AtomicUsize,
}

impl Load {
    pub fn new(stage: Stage, address: SocketAddr) -> Arc<Self> {
        Arc::new(Self {
            stage: Arc::new(stage),
            address,
            stop: AtomicBool::new(false),
            next: AtomicUsize::new(0),
            filed: Mutex::default(),
            trouble: Mutex::default(),
            replayed: AtomicUsize::new(0),
        })
    }

    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// How many reports are filed, accepted and acknowledged.
    pub fn done(&self) -> usize {
        self.filed.lock().unwrap().len()
    }

    /// How many acts had been done when they were repeated.
    pub fn replayed(&self) -> usize {
        self.replayed.load(Ordering::Relaxed)
    }

    /// What was not a success so far, by status; 0 is no answer at all.
    pub fn trouble(&self) -> BTreeMap<u16, usize> {
        self.trouble.lock().unwrap().clone()
    }

    /// Sets writers to work who never pause.
    pub fn begin(self: &Arc<Self>, writers: usize) -> Vec<JoinHandle<()>> {
        self.begin_with(&vec![Duration::ZERO; writers])
    }

    /// Sets writers to work, each with a connection of its own that lies idle for its pause before each request.
    pub fn begin_with(self: &Arc<Self>, pauses: &[Duration]) -> Vec<JoinHandle<()>> {
        let writer = |pause: &Duration| {
            let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(15)).build().unwrap();
            let (load, writer) = (Arc::clone(self), Writer { http, pause: *pause });
            tokio::spawn(async move {
                while !load.stop.load(Ordering::Relaxed) {
                    let title = format!("Operator {}", load.next.fetch_add(1, Ordering::Relaxed));
                    let filed = load.file(&writer, &title).await;
                    load.filed.lock().unwrap().insert(title, filed);
                }
            })
        };
        pauses.iter().map(writer).collect()
    }

    /// Lets every writer finish what it began.
    pub async fn end(&self, writers: Vec<JoinHandle<()>>) {
        self.stop.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.await.unwrap();
        }
    }

    /// Drafts, submits and accepts one report, each act until it is acknowledged.
    async fn file(&self, writer: &Writer, title: &str) -> Filed {
        let stage = &self.stage;
        let key = |act: &str| format!("{title}: {act}");
        let draft =
            self.insist(writer, &stage.hr, "/v1/vacancy-reports", &key("draft"), Some(stage.draft(title))).await;
        let report = draft["id"].as_str().unwrap().to_owned();
        let path = |act: &str| format!("/v1/vacancy-reports/{report}/{act}");
        self.insist(writer, &stage.hr, &path("submit"), &key("submit"), None).await;
        let answer = self.insist(writer, &stage.officer, &path("accept"), &key("accept"), None).await;
        let vacancy = answer["lines"][0]["line_id"].as_str().unwrap().to_owned();
        Filed { report, vacancy, answer }
    }

    /// Repeats a POST with its key until it succeeds.
    async fn insist(&self, writer: &Writer, token: &str, path: &str, key: &str, body: Option<Value>) -> Value {
        tokio::time::sleep(writer.pause).await;
        let begun = Instant::now();
        loop {
            let url = format!("http://{}{path}", self.address);
            let request = writer.http.post(url).bearer_auth(token).header("idempotency-key", key);
            let request = match &body {
                Some(body) => request.json(body),
                None => request,
            };
            let status = match request.send().await {
                Err(_) => 0,
                Ok(reply) => {
                    let status = reply.status().as_u16();
                    let retry_after = reply.headers().contains_key("retry-after");
                    if reply.headers().contains_key("idempotency-replayed") {
                        self.replayed.fetch_add(1, Ordering::Relaxed);
                    }
                    match reply.json::<Value>().await {
                        Ok(answer) if status < 300 => return answer,
                        Ok(answer) => {
                            let again = matches!(status, 503 | 507 | 409) && retry_after;
                            assert!(again, "{path}: {status} {answer}");
                            status
                        }
                        // Cut off in the middle of the answer.
                        Err(_) => 0,
                    }
                }
            };
            *self.trouble.lock().unwrap().entry(status).or_default() += 1;
            assert!(begun.elapsed() < STUBBORN, "{path}: still {status} after {STUBBORN:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Holds the database against what was acknowledged: all of it, equal, once, and nothing by halves.
    pub async fn audit(&self) {
        let db = self.stage.look().await;
        journal::Bell::default().seal_all(&db).await;
        let verdict = journal::verify(&db).await.unwrap();
        assert_eq!((verdict.broken, verdict.unsealed), (None, 0));
        let look = db.reader();
        let filed = self.filed.lock().unwrap().clone();
        assert!(!filed.is_empty(), "nothing was written, so nothing is proven");

        let reports: HashMap<String, vacancy_report::Model> =
            all::<vacancy_report::Entity>(look).await.into_iter().map(|row| (row.id.to_string(), row)).collect();
        assert_eq!(reports.len(), filed.len(), "as many reports as were acknowledged: each key made one");
        let lines = all::<vacancy_line::Entity>(look).await;
        assert_eq!(lines.len(), filed.len());
        let vacancies: HashMap<String, vacancy::Model> =
            all::<vacancy::Entity>(look).await.into_iter().map(|row| (row.id.to_string(), row)).collect();
        assert_eq!(vacancies.len(), filed.len());
        let mut events: HashMap<String, Vec<String>> = HashMap::new();
        for row in all::<entry::Entity>(look).await {
            events.entry(row.subject_id).or_default().push(row.event);
        }
        let mut moved: HashMap<String, i64> = HashMap::new();
        for row in all::<movement::Entity>(look).await {
            *moved.entry(row.subject_id.to_string()).or_default() += row.quantity;
        }
        for (title, Filed { report, vacancy, answer }) in &filed {
            let row = &reports[report];
            assert_eq!(json!(row.status), answer["status"], "{title}");
            assert_eq!(json!(row.number), answer["number"], "{title}");
            assert_eq!(json!(row.version), answer["version"], "{title}");
            let vacancy_row = &vacancies[vacancy];
            assert_eq!(&vacancy_row.title, title);
            let mut story = events.remove(report).unwrap_or_default();
            story.sort();
            assert_eq!(story, ["vacancy_report.accept", "vacancy_report.create", "vacancy_report.submit"], "{title}");
            assert_eq!(events.remove(vacancy).unwrap_or_default(), ["vacancy.publish"], "{title}");
            assert_eq!(moved.remove(vacancy), Some(2), "{title}: persons wanted");
        }
        assert!(moved.is_empty(), "movements of nothing: {moved:?}");
        let numbers: std::collections::BTreeSet<_> = reports.values().map(|row| row.number.clone()).collect();
        assert_eq!(numbers.len(), filed.len(), "no number twice");
        let kept = all::<idempotency::Entity>(look).await;
        assert_eq!(kept.len(), 3 * filed.len(), "one key an act");
        assert!(kept.iter().all(|row| !row.answer.is_empty()));
        db.close().await;
    }
}

async fn all<E: EntityTrait>(look: &Session) -> Vec<E::Model> {
    E::find().all(look).await.unwrap()
}

/// How many rows a table has.
pub async fn count<E>(look: &Session) -> u64
where
    E: EntityTrait,
    E::Model: Sync,
{
    E::find().count(look).await.unwrap()
}

/// Somebody who writes beside the load.
pub fn title() -> String {
    unused("Juru")
}
