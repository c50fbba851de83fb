//! One write, one transaction: rows, journal, movements and the idempotent answer, together or not at all.
//!
//! `caller.change(async move |change| { load; decide; save; Ok(answer) })` is the only way to write. It runs in a
//! task of its own, so that a client who hangs up can't cut it in the middle; it may run again after a deadlock
//! or a shared commit that was lost, so its closure touches nothing but the database.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, Utc};
use disnaker_entity::plumbing::{idempotency, journal as journal_row, movement as movement_row};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ModelTrait, QueryFilter, QueryTrait, Value,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::State;
use crate::book::Book;
use crate::caller::{Grant, Scope, Sees};
use crate::clock::Moment;
use crate::db::{Session, Transaction};
use crate::journal::{self, Entry};
use crate::lifecycle::{Lifecycle, Step};
use crate::movement::{self, Movement};
use crate::personal::Place;
use crate::problem::{Kind, Problem};
use crate::wire::Resource;

/// How often a transaction that lost a deadlock runs.
const TRIES: u32 = 3;
/// How long a repeated request waits for the first one.
const FIRST_REQUEST: Duration = Duration::from_secs(5);

/// A row that has a status, a version, an office and perhaps a company: what [`Change::advance`] moves.
pub trait Record: ModelTrait<Entity = Self::Table> {
    /// Its table.
    type Table: EntityTrait<Model = Self>;
    /// Its lifecycle.
    type Status: Lifecycle + Into<Value>;
    /// The columns id, status, version and updated-at of the table.
    fn columns() -> [<Self::Table as EntityTrait>::Column; 4];
    /// What the journal calls it: `vacancy_report`.
    const KIND: &'static str;
    /// Id.
    fn id(&self) -> Uuid;
    /// Status.
    fn status(&self) -> Self::Status;
    /// The office whose journal shows it; empty for none.
    fn office(&self) -> &str;
    /// The company it belongs to.
    fn company(&self) -> Option<Uuid>;
    /// Version.
    fn version(&self) -> i64;
}

/// Declares that a table's rows are records: what the journal calls one, its table and lifecycle, its company, and, where it
/// is not simply the column, the office whose journal shows it.
#[macro_export]
macro_rules! record {
    ($kind:literal, $model:path, $table:path, $status:ty, $company:expr) => {
        $crate::record!($kind, $model, $table, $status, $company, |row| &row.office);
    };
    ($kind:literal, $model:path, $table:path, $status:ty, $company:expr, $office:expr) => {
        impl $crate::change::Record for $model {
            type Table = $table;
            type Status = $status;
            const KIND: &'static str = $kind;

            fn columns() -> [<$table as sea_orm::EntityTrait>::Column; 4] {
                type Column = <$table as sea_orm::EntityTrait>::Column;
                [Column::Id, Column::Status, Column::Version, Column::UpdatedAt]
            }
            fn id(&self) -> uuid::Uuid {
                self.id.0
            }
            fn status(&self) -> $status {
                self.status
            }
            fn office(&self) -> &str {
                let office: fn(&Self) -> &str = $office;
                office(self)
            }
            fn company(&self) -> Option<uuid::Uuid> {
                let company: fn(&Self) -> Option<uuid::Uuid> = $company;
                company(self)
            }
            fn version(&self) -> i64 {
                self.version
            }
        }
    };
}

/// Something that is done in memory after a commit.
type Act = Box<dyn FnOnce(&State)>;

/// A transaction that is being written.
pub struct Change {
    tx: Transaction,
    state: Arc<State>,
    book: Arc<Book>,
    scope: Arc<Scope>,
    grants: Arc<[Grant]>,
    actor: String,
    now: DateTime<Utc>,
    entries: Vec<journal_row::ActiveModel>,
    movements: Vec<movement_row::ActiveModel>,
    /// What is told to this process once the transaction is committed.
    afterwards: Vec<Act>,
}

impl Sees for Change {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn grants(&self) -> &[Grant] {
        &self.grants
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.actor)
    }
}

impl Change {
    /// Begins a transaction for an actor.
    ///
    /// # Errors
    /// No connection within the wait.
    pub async fn begin(state: &Arc<State>, scope: Arc<Scope>, actor: String) -> Result<Self, Problem> {
        let book = state.book().await?;
        let tx = state.db.begin().await?;
        let now = state.clock.now();
        let state = Arc::clone(state);
        let (entries, movements, afterwards) = (Vec::new(), Vec::new(), Vec::new());
        let grants = Arc::from([]);
        Ok(Self { tx, state, book, scope, grants, actor, now, entries, movements, afterwards })
    }

    /// The transaction, for queries.
    #[must_use]
    pub fn db(&self) -> &Session {
        self.tx.session()
    }

    /// The service's state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Offices, calendar and policies, as they were when the transaction began.
    #[must_use]
    pub fn book(&self) -> Arc<Book> {
        Arc::clone(&self.book)
    }

    /// The instant of the change.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The moment of the change in an office's zone.
    #[must_use]
    pub fn moment(&self, office: &str) -> Moment {
        self.book.moment(self.now, office)
    }

    /// A new id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.state.clock.id()
    }

    /// Who writes: `issuer|subject`.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Goes on in another's name and at what the clock says now, in the same transaction. For telling a story, where
    /// the acts of many are written together; a request is one act of one caller.
    pub fn turn_to(&mut self, actor: String) {
        (self.actor, self.now) = (actor, self.state.clock.now());
    }

    /// Gives whoever a story has turned to their sight and roles, where an act asks for them.
    pub fn hold(&mut self, scope: Arc<Scope>, grants: Arc<[Grant]>) {
        (self.scope, self.grants) = (scope, grants);
    }

    /// Moves a record along its table: the only writer of a status. Compares and sets on version, writes the
    /// columns that go with the move, and journals it with what `facts` says of the record as it is then. Gives that.
    ///
    /// # Errors
    /// `version-mismatch` when the row is no longer what was loaded.
    pub async fn advance<R: Record>(
        &mut self,
        row: &R,
        step: &Step<R::Status>,
        set: impl IntoIterator<Item = (<R::Table as EntityTrait>::Column, Value)>,
        facts: impl FnOnce(&R) -> serde_json::Value,
    ) -> Result<R, Problem> {
        let [_, status, ..] = R::columns();
        let set = std::iter::once((status, step.to().into())).chain(set);
        self.write_row(row, set, step.event(), facts).await
    }

    /// Changes columns of a record, not its status. Compares and sets on version, and journals it. Gives the record as
    /// it is then.
    ///
    /// # Errors
    /// `version-mismatch` when the row is no longer what was loaded.
    pub async fn edit<R: Record>(
        &mut self,
        row: &R,
        set: impl IntoIterator<Item = (<R::Table as EntityTrait>::Column, Value)>,
        facts: impl FnOnce(&R) -> serde_json::Value,
    ) -> Result<R, Problem> {
        self.write_row(row, set, "update", facts).await
    }

    /// As [`Self::advance`], without an entry of the journal: for the working paper of a process, whose results journal
    /// themselves.
    ///
    /// # Errors
    /// `version-mismatch` when the row is no longer what was loaded.
    pub async fn advance_quietly<R: Record>(
        &mut self,
        row: &R,
        step: &Step<R::Status>,
        set: impl IntoIterator<Item = (<R::Table as EntityTrait>::Column, Value)>,
    ) -> Result<R, Problem> {
        let [_, status, ..] = R::columns();
        self.edit_quietly(row, std::iter::once((status, step.to().into())).chain(set)).await
    }

    async fn write_row<R: Record>(
        &mut self,
        row: &R,
        set: impl IntoIterator<Item = (<R::Table as EntityTrait>::Column, Value)>,
        event: &str,
        facts: impl FnOnce(&R) -> serde_json::Value,
    ) -> Result<R, Problem> {
        let after = self.edit_quietly(row, set).await?;
        let body = facts(&after);
        self.note(&after, event, body);
        Ok(after)
    }

    /// As [`Self::edit`], without an entry of the journal.
    ///
    /// # Errors
    /// `version-mismatch` when the row is no longer what was loaded.
    pub async fn edit_quietly<R: Record>(
        &mut self,
        row: &R,
        set: impl IntoIterator<Item = (<R::Table as EntityTrait>::Column, Value)>,
    ) -> Result<R, Problem> {
        let [id, _, version, updated_at] = R::columns();
        let mut update = R::Table::update_many()
            .filter(id.eq(row.id()))
            .filter(version.eq(row.version()))
            .col_expr(version, Expr::value(row.version() + 1))
            .col_expr(updated_at, Expr::value(self.now));
        for (column, value) in set {
            update = update.col_expr(column, Expr::value(value));
        }
        let after = update.exec_with_returning(self.db()).await?.pop();
        after.ok_or_else(|| Problem::new(Kind::VersionMismatch))
    }

    /// Journals an event that left a record in the version and status that it has in hand.
    pub fn note<R: Record>(&mut self, row: &R, event: &str, body: serde_json::Value) {
        self.tell(Entry {
            event: format!("{}.{event}", R::KIND),
            office: row.office().to_owned(),
            company: row.company(),
            subject_kind: R::KIND,
            subject_id: row.id().to_string(),
            version: row.version(),
            body,
        });
    }

    /// Journals a fact about something that is no record with a lifecycle.
    pub fn tell(&mut self, entry: Entry) {
        self.entries.push(journal::row(entry, self.state.clock.id(), self.now, &self.actor));
    }

    /// Counts an act for the statistics.
    pub fn count(&mut self, movement: Movement) {
        self.movements.push(movement::row(movement, self.now));
    }

    /// Does something in memory once the transaction is committed: forgets what is cached and no longer true.
    pub fn afterwards(&mut self, act: impl FnOnce(&State) + 'static) {
        self.afterwards.push(Box::new(act));
    }

    /// Takes the next number of an office, kind and year: without gaps, since it is part of the transaction.
    ///
    /// # Errors
    /// The database's own.
    pub async fn next_number(&self, kind: &str, office: &str, year: i32) -> Result<i64, Problem> {
        let insert = Query::insert()
            .into_table("counter")
            .columns(["office", "kind", "year", "value"])
            .values([office.into(), kind.into(), year.into(), 1_i64.into()])
            .map_err(Problem::internal)?
            .on_conflict(
                OnConflict::columns(["office", "kind", "year"])
                    .value("value", Expr::col(("counter", "value")).add(1))
                    .to_owned(),
            )
            .returning_col("value")
            .to_owned();
        let row = self.db().query_one(&insert).await?.ok_or_else(|| Problem::internal("a counter gave no number"))?;
        Ok(row.try_get_by_index(0)?)
    }

    async fn flush(&mut self) -> Result<(), Problem> {
        let (movements, entries) = (std::mem::take(&mut self.movements), std::mem::take(&mut self.entries));
        movement::write(self.db(), movements).await?;
        journal::write(self.db(), &entries).await?;
        Ok(())
    }

    /// Writes journal and movements, and commits.
    ///
    /// # Errors
    /// The database's own; nothing is written then.
    pub async fn commit(mut self) -> Result<(), Problem> {
        self.flush().await?;
        self.tx.commit().await?;
        for act in self.afterwards {
            act(&self.state);
        }
        self.state.bell.ring();
        Ok(())
    }
}

/// What a change answers.
pub struct Answer<T> {
    status: StatusCode,
    location: Option<String>,
    etag: Option<String>,
    body: Option<T>,
}

impl<T: Serialize> Answer<T> {
    /// 200 with a body.
    pub fn ok(body: T) -> Self {
        Self { status: StatusCode::OK, location: None, etag: None, body: Some(body) }
    }

    /// 201 with a body and where it will be found.
    pub fn created(location: impl Into<String>, body: T) -> Self {
        Self { status: StatusCode::CREATED, location: Some(location.into()), etag: None, body: Some(body) }
    }

    /// 202 with a body and where its progress will be found.
    pub fn accepted(location: impl Into<String>, body: T) -> Self {
        Self { status: StatusCode::ACCEPTED, location: Some(location.into()), etag: None, body: Some(body) }
    }

    /// Adds the `ETag` of the body.
    #[must_use]
    pub fn tagged(mut self) -> Self
    where
        T: Resource,
    {
        self.etag = self.body.as_ref().map(Resource::etag);
        self
    }
}

impl Answer<()> {
    /// 204.
    #[must_use]
    pub fn none() -> Self {
        Self { status: StatusCode::NO_CONTENT, location: None, etag: None, body: None }
    }
}

/// An answer in bytes: what is sent, and what is kept for a repeated key.
#[derive(Serialize, Deserialize)]
struct Written {
    status: u16,
    location: Option<String>,
    etag: Option<String>,
    body: Option<String>,
}

impl Written {
    fn of<T: Serialize>(answer: Answer<T>) -> Result<Self, Problem> {
        let body = answer.body.map(|body| serde_json::to_string(&body)).transpose().map_err(Problem::internal)?;
        Ok(Self { status: answer.status.as_u16(), location: answer.location, etag: answer.etag, body })
    }

    fn respond(self, replayed: bool) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = HttpResponseBuilder::new(status);
        response.insert_header((header::CACHE_CONTROL, "private, no-store"));
        if let Some(location) = self.location {
            response.insert_header((header::LOCATION, location));
        }
        if let Some(etag) = self.etag {
            response.insert_header((header::ETAG, etag));
        }
        if replayed {
            response.insert_header(("Idempotency-Replayed", "true"));
        }
        match self.body {
            Some(body) => response.content_type("application/json").body(body),
            None => response.finish(),
        }
    }
}

/// The `Idempotency-Key` of a request: its caller, its key, and what was asked.
#[derive(Clone)]
pub struct Key {
    /// Who sent it.
    pub caller: String,
    /// The key.
    pub key: String,
    /// SHA-256 of method, path, query and body.
    pub fingerprint: [u8; 32],
}

impl Key {
    /// The row's place in the vault: an id made of caller and key.
    fn place(&self) -> Place {
        let row = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{}\n{}", self.caller, self.key).as_bytes());
        Place { table: "idempotency", column: "answer", row }
    }

    /// The answer that was kept, if the key was used.
    async fn kept<C: ConnectionTrait>(&self, state: &State, db: &C) -> Result<Option<Written>, Problem> {
        let found = idempotency::Entity::find_by_id((self.caller.clone(), self.key.clone())).one(db).await?;
        let Some(row) = found else { return Ok(None) };
        if row.fingerprint != self.fingerprint {
            return Err(Problem::new(Kind::KeyReused));
        }
        state.vault.open_json(self.place(), Some(&row.answer))
    }

    /// Takes the key for this transaction: the first insert of it. `false` when it was used before.
    async fn take(&self, change: &Change) -> Result<bool, Problem> {
        let row = idempotency::ActiveModel {
            caller: Set(self.caller.clone()),
            key: Set(self.key.clone()),
            fingerprint: Set(self.fingerprint.to_vec()),
            answer: Set(Vec::new()),
            created_at: Set(change.now),
        };
        let once = OnConflict::columns([idempotency::Column::Caller, idempotency::Column::Key]).do_nothing().to_owned();
        let mut insert = idempotency::Entity::insert(row).on_conflict(once).into_query();
        match change.db().query_one(insert.returning_col(idempotency::Column::CreatedAt)).await {
            Ok(inserted) => Ok(inserted.is_some()),
            Err(error) if crate::db::trouble(&error) == crate::db::Trouble::LockTimeout => {
                Err(Problem::new(Kind::RequestInFlight).retry_after(1))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps the answer, encrypted: it may hold what only its caller may see.
    async fn keep(&self, change: &Change, written: &Written) -> Result<(), Problem> {
        let sealed = change.state.vault.seal_json(self.place(), written)?;
        idempotency::Entity::update_many()
            .col_expr(idempotency::Column::Answer, Expr::value(sealed))
            .filter(idempotency::Column::Caller.eq(&*self.caller))
            .filter(idempotency::Column::Key.eq(&*self.key))
            .exec(change.db())
            .await?;
        Ok(())
    }
}

/// One at a time of a caller and key.
type Turns = HashMap<(String, String), Arc<tokio::sync::Mutex<()>>>;

/// Requests of this process that are under way with a key: a repeated one waits here, holding no connection.
#[derive(Default)]
pub struct InFlight(Mutex<Turns>);

impl InFlight {
    fn gate(&self, key: &Key) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        Arc::clone(gates.entry((key.caller.clone(), key.key.clone())).or_default())
    }
}

/// Who writes: what they see, their roles, and how the journal names them.
pub struct Who {
    /// What they see.
    pub scope: Arc<Scope>,
    /// Every role of theirs.
    pub grants: Arc<[Grant]>,
    /// `issuer|subject`.
    pub actor: String,
}

impl Who {
    /// The service itself, which sees nothing by a grant.
    #[must_use]
    pub fn system() -> Self {
        Self { scope: Arc::default(), grants: Arc::from([]), actor: "system".to_owned() }
    }
}

/// Runs a write: begins, lets the closure work, keeps the answer, commits; again after a lost deadlock.
///
/// # Errors
/// What the closure refuses, or the database's own; nothing is written then.
pub async fn run<T, F>(state: Arc<State>, who: Who, key: Option<Key>, work: F) -> Result<HttpResponse, Problem>
where
    T: Serialize + 'static,
    F: AsyncFn(&mut Change) -> Result<Answer<T>, Problem> + 'static,
{
    let task = async move {
        let _turn = match &key {
            None => None,
            Some(key) => {
                let turn = tokio::time::timeout(FIRST_REQUEST, state.in_flight.gate(key).lock_owned()).await;
                Some(turn.map_err(|_| Problem::new(Kind::RequestInFlight).retry_after(1))?)
            }
        };
        again(&async || attempt(&state, &who, key.as_ref(), &work).await).await
    };
    actix_web::rt::spawn(task).await.map_err(Problem::internal)?
}

/// Runs a write of the service's own, which answers nobody: again after a lost deadlock.
///
/// # Errors
/// What the closure refuses, or the database's own; nothing is written then.
pub async fn alone<T>(
    state: &Arc<State>,
    who: &Who,
    work: impl AsyncFn(&mut Change) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let once = async || {
        let mut change = Change::begin(state, Arc::clone(&who.scope), who.actor.clone()).await?;
        change.grants = Arc::clone(&who.grants);
        match work(&mut change).await {
            Ok(value) => change.commit().await.map(|()| value),
            Err(problem) => {
                change.tx.rollback().await?;
                Err(problem)
            }
        }
    };
    again(&once).await
}

/// Does something whose transaction may be lost to a deadlock or a shared commit: again then, three times in all.
///
/// # Errors
/// As of what is done.
pub async fn again<T>(act: &impl AsyncFn() -> Result<T, Problem>) -> Result<T, Problem> {
    let mut tries = 0;
    loop {
        tries += 1;
        match act().await {
            Err(problem) if problem.again && tries < TRIES => {}
            outcome => return outcome,
        }
    }
}

async fn attempt<T, F>(state: &Arc<State>, who: &Who, key: Option<&Key>, work: &F) -> Result<HttpResponse, Problem>
where
    T: Serialize,
    F: AsyncFn(&mut Change) -> Result<Answer<T>, Problem>,
{
    let mut change = Change::begin(state, Arc::clone(&who.scope), who.actor.clone()).await?;
    change.grants = Arc::clone(&who.grants);
    let outcome = write(&mut change, key, work).await;
    if let Ok(Some(written)) = outcome {
        change.commit().await?;
        return Ok(written.respond(false));
    }
    // Not only dropped, whatever went wrong: that would close the connection of PostgreSQL, and who is refused waits for
    // the fate of what the refusal may rest on.
    change.tx.rollback().await?;
    outcome?;
    let kept = match key {
        Some(key) => key.kept(state, state.db.reader()).await?,
        None => None,
    };
    kept.map(|written| written.respond(true)).ok_or_else(|| Problem::new(Kind::RequestInFlight).retry_after(1))
}

/// Writes everything but the commit; nothing where the key was used before.
async fn write<T, F>(change: &mut Change, key: Option<&Key>, work: &F) -> Result<Option<Written>, Problem>
where
    T: Serialize,
    F: AsyncFn(&mut Change) -> Result<Answer<T>, Problem>,
{
    if let Some(key) = key
        && !key.take(change).await?
    {
        return Ok(None);
    }
    let written = Written::of(work(change).await?)?;
    if let Some(key) = key {
        key.keep(change, &written).await?;
    }
    change.flush().await?;
    Ok(Some(written))
}
