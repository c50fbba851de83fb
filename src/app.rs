//! The whole: state, the order of the layers, every room's routes, the background work.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, Error, web};
use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use utoipa_actix_web::{AppExt, scope};

use crate::access::tokens::Issuers;
use crate::book::{Book, Books, Cached};
use crate::caller::{Grant, Identity};
use crate::change::{self, InFlight};
use crate::checkpoint::{self, Signer};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, Engine};
use crate::journal::Bell;
use crate::keys::{Jws, Keys, Purpose};
use crate::limits::Limits;
use crate::paging::Cursors;
use crate::personal::Vault;
use crate::problem::{Kind, Problem};
use crate::reads::Reads;
use crate::reference::Codes;
use crate::reports::batch::Lane;
use crate::vacancies::Dictionary;
use crate::verification::Papers;
use crate::wire;
use crate::{
    access, apprenticeships, companies, compliance, consultations, document, exchange, files, front, mediation,
    offices, placements, privacy, receipts, reference, reports, schools, seekers, training, vacancies,
};

/// What every request shares.
pub struct State {
    /// Configuration.
    pub config: Config,
    /// Database.
    pub db: Db,
    /// Time and ids.
    pub clock: Clock,
    /// Encryption of personal data.
    pub vault: Arc<Vault>,
    /// Paging cursors.
    pub cursors: Cursors,
    /// Issuers of tokens.
    pub issuers: Arc<Issuers>,
    /// Roles of identities, for some seconds.
    pub grants: Grants,
    /// Offices, calendar, policies.
    pub books: Books,
    /// Regions and code lists.
    pub codes: Cached<Codes>,
    /// What means the same in a search.
    pub dictionary: Cached<Dictionary>,
    /// Rate limits.
    pub limits: Limits,
    /// Requests under way with an idempotency key.
    pub in_flight: InFlight,
    /// Wakes the sealer.
    pub bell: Bell,
    /// Signs checkpoints of the journal, where the key file has a key for them.
    pub signer: Option<Arc<Signer>>,
    /// Signs receipts, where the key file has a key for them.
    pub receipts: Option<Arc<Jws>>,
    /// AK-1 cards, as anybody checks them.
    pub cards: Papers,
    /// Training certificates, as anybody checks them.
    pub certificates: Papers,
    /// The boards of offices that displays look at.
    pub boards: offices::queue::Boards,
    /// Reads of persons that wait to be recorded.
    pub reads: Reads,
    /// The templates of bulk filing: of vacancies, of placements, and of alumni.
    pub templates: [Cached<web::Bytes>; 3],
    /// Wakes whoever runs batches.
    pub batches: tokio::sync::Notify,
    /// Permits for what keeps a processor and much memory: one a core.
    desks: Arc<Semaphore>,
    /// The service is shutting down.
    pub draining: AtomicBool,
    /// The OpenAPI document.
    pub document: web::Bytes,
}

impl State {
    /// Opens the database and puts the state together.
    ///
    /// # Errors
    /// A configuration, key or database that can't be used.
    pub async fn open(config: Config, keys: &Keys, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let db = Db::open(&config.database).await?;
        Ok(Arc::new(Self {
            vault: Arc::new(Vault::new(keys)),
            cursors: Cursors::new(keys.cursor),
            issuers: Arc::new(Issuers::new(&config, keys, clock.now())?),
            limits: Limits::new(config.http.rate_limits),
            document: web::Bytes::from(document::value()?.to_string()),
            grants: Grants::default(),
            books: Books::default(),
            codes: Cached::default(),
            dictionary: Cached::default(),
            in_flight: InFlight::default(),
            bell: Bell::default(),
            signer: Signer::new(keys).map(Arc::new),
            receipts: Jws::new(keys, Purpose::Receipts, "disnaker-receipt+jws").map(Arc::new),
            cards: Papers::new(keys, "ak1"),
            certificates: Papers::new(keys, "training-certificate"),
            boards: offices::queue::Boards::default(),
            reads: Reads::default(),
            templates: Default::default(),
            batches: tokio::sync::Notify::new(),
            desks: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(2, NonZero::get))),
            draining: AtomicBool::new(false),
            config,
            db,
            clock,
        }))
    }

    /// A place among the few that may work on something large at once: a whole workbook that is read or written. It goes with the
    /// work, also where its caller has gone.
    ///
    /// # Errors
    /// `unavailable` where none is free within the time that a connection is waited for, too.
    pub async fn desk(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let wait = self.config.database.wait;
        let permit = tokio::time::timeout(wait, Arc::clone(&self.desks).acquire_owned()).await;
        let permit = permit.map_err(|_| Problem::new(Kind::Unavailable).retry_after(wait.as_secs().max(1)))?;
        permit.map_err(Problem::internal)
    }

    /// The same service in another time: same database, keys and feed, caches of its own. The demo's story is told so.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            vault: Arc::clone(&self.vault),
            cursors: self.cursors.clone(),
            issuers: Arc::clone(&self.issuers),
            limits: Limits::new(self.config.http.rate_limits),
            document: self.document.clone(),
            grants: Grants::default(),
            books: Books::default(),
            codes: Cached::default(),
            dictionary: Cached::default(),
            in_flight: InFlight::default(),
            bell: self.bell.clone(),
            signer: self.signer.clone(),
            receipts: self.receipts.clone(),
            cards: self.cards.again(),
            certificates: self.certificates.again(),
            boards: offices::queue::Boards::default(),
            reads: Reads::default(),
            templates: Default::default(),
            batches: tokio::sync::Notify::new(),
            desks: Arc::clone(&self.desks),
            draining: AtomicBool::new(false),
            config: self.config.clone(),
            db: self.db.clone(),
            clock,
        })
    }

    /// Offices, calendar and policies in force.
    ///
    /// # Errors
    /// The database's own.
    pub async fn book(&self) -> Result<Arc<Book>, Problem> {
        Ok(self.books.open(self.db.reader()).await?)
    }

    /// Migrates SQLite; on PostgreSQL, says whether `disnaker migrate` has run.
    ///
    /// # Errors
    /// A migration that fails, or is missing on PostgreSQL.
    pub async fn prepare(&self) -> anyhow::Result<()> {
        let waiting = disnaker_migration::pending(self.db.reader()).await?;
        if !waiting.is_empty() && self.db.engine() == Engine::Sqlite {
            return self.migrate().await;
        }
        anyhow::ensure!(
            waiting.is_empty(),
            "the database is not migrated (waiting: {}); run `disnaker migrate`",
            waiting.join(", ")
        );
        Ok(())
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// A migration that fails.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let schema = self.db.schema().await?;
        let outcome = disnaker_migration::up(&schema).await;
        schema.close().await?;
        outcome?;
        Ok(())
    }

    /// Everything that goes on beside the requests.
    pub fn background(self: &Arc<Self>) -> Vec<tokio::task::JoinHandle<()>> {
        let sealing = tokio::spawn(self.bell.clone().serve(self.db.clone()));
        let signing = tokio::spawn(checkpoint::serve(Arc::clone(self)));
        let recording = tokio::spawn(Reads::serve(Arc::clone(self)));
        let issuing = tokio::spawn(Arc::clone(&self.issuers).serve(self.clock.clone()));
        let state = Arc::clone(self);
        let sweeping = actix_web::rt::spawn(async move {
            loop {
                // What failed is in the log already, with its room; it is tried again in a minute.
                let _ = sweep(&state).await;
                state.limits.tidy();
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
        });
        let filing = |lane| actix_web::rt::spawn(reports::batch::serve(Arc::clone(self), lane));
        let (oldest, shortest) = (filing(Lane::Oldest), filing(Lane::Shortest));
        vec![sealing, signing, recording, issuing, sweeping, oldest, shortest]
    }
}

/// The sweeps of every room, once: each is idempotent, so that instances may take turns. One that fails is logged with its room, and
/// keeps none of the others back. Gives how many vacancies expired.
///
/// # Errors
/// The first failure, once all have run.
pub async fn sweep(state: &Arc<State>) -> Result<u64, Problem> {
    let expired = swept("vacancies", async || vacancies::expire(state).await).await;
    let others = [
        swept("vacancies.index", async || vacancies::reindex(state).await).await.err(),
        swept("companies.employment", async || companies::employment::begin_missing(state).await).await.err(),
        swept("compliance.obligations", async || compliance::obligations::remind(state).await).await.err(),
        swept("companies.mandates", async || companies::mandates::expire(state).await).await.err(),
        swept("offices.queue", async || offices::queue::end_of_day(state).await).await.err(),
        swept("seekers", async || seekers::sweep(state).await).await.err(),
        swept("seekers.cards", async || seekers::cards::sweep(state).await).await.err(),
        swept("training.packages", async || training::packages::sweep(state).await).await.err(),
        swept("training.enrollments", async || training::enrollments::sweep(state).await).await.err(),
        swept("compliance.warnings", async || compliance::warnings::settle(state).await).await.err(),
        swept("apprenticeships", async || apprenticeships::sweep(state).await).await.err(),
        swept("mediation", async || mediation::sweep(state).await).await.err(),
        swept("consultations", async || consultations::threads::close_silent(state).await).await.err(),
        swept("exchange", async || exchange::forget_old_answers(state).await).await.err(),
        swept("files", async || files::sweep(state).await).await.err(),
        swept("privacy.retention", async || privacy::retention::sweep(state).await).await.err(),
    ];
    let expired = expired?;
    others.into_iter().flatten().next().map_or(Ok(expired), Err)
}

/// Runs the sweep of a room: again after a lost deadlock, as a request would.
async fn swept<T>(room: &'static str, sweep: impl AsyncFn() -> Result<T, Problem>) -> Result<T, Problem> {
    let outcome = change::again(&sweep).await;
    if let Err(problem) = &outcome {
        tracing::warn!(room, error = %problem, cause = problem.cause.as_deref(), "a sweep failed");
    }
    outcome
}

/// Roles of an identity as they were read.
#[derive(Clone)]
pub struct Held {
    /// The roles.
    pub grants: Arc<[Grant]>,
    /// The instant at which a mandate begins or ends, and the roles are others.
    pub until: Option<DateTime<Utc>>,
}

/// Roles of identities, kept for a few seconds.
pub struct Grants {
    kept: Cache<Identity, (Instant, Held)>,
    /// Counts what was forgotten: roles that were read before are not kept.
    forgotten: AtomicU64,
}

impl Default for Grants {
    fn default() -> Self {
        Self { kept: Cache::new(10_000), forgotten: AtomicU64::default() }
    }
}

impl Grants {
    /// How long another instance's change may go unseen.
    const FRESH: Duration = Duration::from_secs(15);

    /// The roles, where they were read a moment ago and are still the same.
    #[must_use]
    pub fn get(&self, identity: &Identity, now: DateTime<Utc>) -> Option<Arc<[Grant]>> {
        let (read, held) = self.kept.get(identity)?;
        let same = read.elapsed() < Self::FRESH && held.until.is_none_or(|until| now < until);
        same.then_some(held.grants)
    }

    /// Counts what was forgotten so far; to be asked before the roles are read.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::Acquire)
    }

    /// Keeps roles that were read after `forgotten` was asked, unless some were forgotten meanwhile.
    pub fn insert(&self, identity: &Identity, held: &Held, forgotten: u64) {
        self.kept.insert(identity.clone(), (Instant::now(), held.clone()));
        if self.forgotten() != forgotten {
            self.kept.remove(identity);
        }
    }

    /// Makes the next request of an identity read anew.
    pub fn forget(&self, identity: &Identity) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.kept.remove(identity);
    }

    /// Makes every request read anew.
    pub fn clear(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.kept.clear();
    }
}

/// Registers every documented operation, and gives the document that follows from it.
macro_rules! documented {
    ($app:expr) => {
        $app.into_utoipa_app()
            .openapi(document::frame())
            .service(access::token)
            .service(access::jwks)
            .service(front::get_liveness)
            .service(front::get_readiness)
            .service(
                scope::scope("/v1")
                    .configure(access::routes)
                    .configure(reference::routes)
                    .configure(offices::routes)
                    .configure(companies::routes)
                    .configure(reports::routes)
                    .configure(receipts::routes)
                    .configure(vacancies::routes)
                    .configure(placements::routes)
                    .configure(schools::routes)
                    .configure(seekers::routes)
                    .configure(training::routes)
                    .configure(privacy::routes)
                    .configure(compliance::routes)
                    .configure(apprenticeships::routes)
                    .configure(mediation::routes)
                    .configure(consultations::routes)
                    .configure(files::routes)
                    .configure(exchange::routes),
            )
            .split_for_parts()
    };
}

/// The document as the rooms make it, without its last touches.
#[must_use]
pub fn paths() -> utoipa::openapi::OpenApi {
    documented!(App::new()).1
}

/// The application: one a worker.
pub fn app(
    state: Data<State>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let (app, _) = documented!(App::new());
    let origins = &state.config.http.cors_origins;
    let cors = origins.iter().fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    let cors = cors
        .allowed_methods(["GET", "POST", "PATCH", "DELETE"])
        .allow_any_header()
        .expose_headers([
            "etag",
            "link",
            "location",
            "x-request-id",
            "retry-after",
            "ratelimit",
            "idempotency-replayed",
        ])
        .max_age(600);
    app.configure(front::configure)
        .default_service(web::to(front::nowhere))
        .app_data(state)
        .wrap(Compress::default())
        .wrap(cors)
        .wrap(from_fn(wire::boundary))
}
