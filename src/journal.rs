//! The journal: the audit trail and the change feed, in one chain of hashes.
//!
//! Rows are inserted in the transaction that they report. Their order is given afterwards by the sealer, which holds
//! one row lock while it numbers what has committed: sequences are taken before commit, so a reader of
//! `seq > n` would lose late commits; positions have neither gaps nor repeats.
//!
//! What verification can't find: a row that somebody adds at the end as the service does, with its mark; the sealer takes
//! it for one of its own. One that is put in before rows that have their positions is found on SQLite, where one writer
//! makes both orders the same; on PostgreSQL it looks like a transaction that committed late.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use disnaker_entity::plumbing::{journal, journal_position, journal_unsealed};
use sea_orm::sea_query::{
    ArrayType, CommonTableExpression, Expr, ExprTrait, LockBehavior, LockType, Query, WithClause,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement, Value,
};
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::db::{Db, Session, among};
use crate::personal;

/// How many rows one sealing numbers.
const BATCH: u64 = 1000;
/// How many rows one look for strays takes in.
const STRIDE: i64 = 50_000;
/// The first row from a place on that has no position and waits for none.
const STRAY: &str = "SELECT MIN(seq) FROM journal WHERE seq >= $1 AND seq < $2 \
    AND NOT EXISTS (SELECT 1 FROM journal_position WHERE journal_position.seq = journal.seq) \
    AND (NOT EXISTS (SELECT 1 FROM journal_unsealed WHERE journal_unsealed.seq = journal.seq)";
/// What is a stray too where rows get their positions in the order of `seq`: one that waits though later ones have theirs.
const OVERTAKEN: &str = " OR seq < (SELECT MAX(seq) FROM journal_position)";
/// How long rows gather after the first: a sealing costs the same for one as for fifty.
const GATHER: Duration = Duration::from_millis(50);
/// How often a process looks for rows of other processes.
const ROUND: Duration = Duration::from_millis(250);

/// One fact for the journal. The body is public-safe: never a person's data.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `subject_kind.event`.
    pub event: String,
    /// The office it concerns; empty for none.
    pub office: String,
    /// The company it concerns.
    pub company: Option<Uuid>,
    /// What kind of record.
    pub subject_kind: &'static str,
    /// The record's id or code.
    pub subject_id: String,
    /// The version that it gave the record.
    pub version: i64,
    /// Public-safe facts.
    pub body: serde_json::Value,
}

/// An entry as it is written down, with who did it and when. No number of a person goes in.
#[must_use]
pub fn row(mut entry: Entry, id: Uuid, now: DateTime<Utc>, actor: &str) -> journal::ActiveModel {
    personal::veil(&mut entry.body);
    journal::ActiveModel {
        id: Set(id),
        recorded_at: Set(now),
        event: Set(entry.event),
        office: Set(entry.office),
        company_id: Set(entry.company),
        subject_kind: Set(entry.subject_kind.to_owned()),
        subject_id: Set(entry.subject_id),
        version: Set(entry.version),
        actor: Set(actor.to_owned()),
        body: Set(entry.body.to_string()),
        ..Default::default()
    }
}

/// Writes rows, unsealed.
///
/// # Errors
/// The database's own.
pub async fn write(db: &Session, rows: &[journal::ActiveModel]) -> Result<(), DbErr> {
    for chunk in rows.chunks(500) {
        let mut insert = journal::Entity::insert_many(chunk.to_vec());
        let insert = sea_orm::QueryTrait::query(&mut insert);
        if db.get_database_backend() == DbBackend::Postgres {
            let insert = insert.returning_col(journal::Column::Seq).take();
            let rows = CommonTableExpression::new().table_name("made").column("seq").query(insert).to_owned();
            let seqs = Query::select().column("seq").from("made").take();
            let mut unsealed = Query::insert().into_table(journal_unsealed::Entity).columns(["seq"]).take();
            unsealed.select_from(seqs).map_err(|error| DbErr::Custom(error.to_string()))?;
            db.execute(&WithClause::new().cte(rows).to_owned().query(unsealed)).await?;
            continue;
        }
        // One way to the engine for both: the rows of one statement lie side by side.
        let mut both = db.get_database_backend().build(&*insert);
        let first = i64::try_from(chunk.len()).unwrap_or(i64::MAX) - 1;
        both.sql = format!(
            "{}; INSERT INTO journal_unsealed (seq) SELECT seq FROM journal WHERE seq >= (SELECT last_insert_rowid()) - {first}",
            both.sql
        );
        db.execute_raw(both).await?;
    }
    Ok(())
}

/// Wakes the sealer of this process, and tells readers of the feed how far it is sealed.
#[derive(Clone)]
pub struct Bell {
    wake: Arc<Notify>,
    sealed: watch::Sender<i64>,
}

impl Default for Bell {
    fn default() -> Self {
        Self { wake: Arc::default(), sealed: watch::Sender::new(0) }
    }
}

impl Bell {
    /// Says that something was committed.
    pub fn ring(&self) {
        self.wake.notify_one();
    }

    /// Follows the head of the feed, as far as this process sealed it.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<i64> {
        self.sealed.subscribe()
    }

    /// Seals for as long as the process lives: on each bell, else every 250 ms.
    pub async fn serve(self, db: Db) {
        loop {
            let _ = tokio::time::timeout(ROUND, self.wake.notified()).await;
            tokio::time::sleep(GATHER).await;
            self.seal_all(&db).await;
        }
    }

    /// Seals everything that is committed now; not what comes meanwhile, or one under load would never rest.
    pub async fn seal_all(&self, db: &Db) {
        let mut more = true;
        while more {
            more = match seal(db).await {
                Ok(Some(batch)) => {
                    self.sealed.send_replace(batch.head);
                    batch.full
                }
                Ok(None) => false,
                Err(error) => {
                    tracing::warn!(error = %error, "sealing failed; tried again in a moment");
                    false
                }
            };
        }
    }
}

/// What one sealing numbered.
struct Batch {
    /// The last position.
    head: i64,
    /// Whether there may be more.
    full: bool,
}

/// Numbers one batch of what has committed; `None` when there was nothing, or another instance is at it.
///
/// # Errors
/// The database's own.
async fn seal(db: &Db) -> Result<Option<Batch>, DbErr> {
    if journal_unsealed::Entity::find().one(db.reader()).await?.is_none() {
        return Ok(None);
    }
    let change = db.begin().await?;
    let tx = change.session();
    let Some((mut position, mut hash)) = head(tx, true).await? else {
        change.rollback().await?;
        return Ok(None);
    };
    let waiting = journal_unsealed::Entity::find().order_by_asc(journal_unsealed::Column::Seq).limit(BATCH);
    let waiting = waiting.all(tx).await?.into_iter().map(|row| row.seq);
    let rows = journal::Entity::find().filter(among(tx, journal::Column::Seq, waiting));
    let rows = rows.order_by_asc(journal::Column::Seq).all(tx).await?;
    if rows.is_empty() {
        change.rollback().await?;
        return Ok(None);
    }
    let full = rows.len() as u64 == BATCH;
    let before = position;
    let (mut positions, mut seqs, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        position += 1;
        hash = link(&hash, position, row);
        positions.push(position);
        seqs.push(row.seq);
        hashes.push(hash.clone());
    }
    let run = async |sql, values: Vec<Value>| {
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await.map(drop)
    };
    if tx.get_database_backend() == DbBackend::Postgres {
        // One text for batches of every size: a statement that is new each time is planned each time.
        let sql = "WITH gone AS (DELETE FROM journal_unsealed WHERE seq IN (SELECT unnest($2::bigint[]))), \
                   placed AS (INSERT INTO journal_position (position, seq, hash) \
                   SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])) \
                   UPDATE sealer SET position = $4, hash = $5 WHERE id = 1";
        let hashes = hashes.into_iter().map(Value::from).collect();
        let hashes = Value::Array(ArrayType::Bytes, Some(Box::new(hashes)));
        run(sql, vec![positions.into(), seqs.into(), hashes, position.into(), hash.into()]).await?;
    } else {
        let links = positions.into_iter().zip(seqs).zip(hashes);
        let links = links.map(|((position, seq), hash)| journal_position::ActiveModel {
            position: Set(position),
            seq: Set(seq),
            hash: Set(hash),
        });
        journal_position::Entity::insert_many(links).exec_without_returning(tx).await?;
        let sealed = "DELETE FROM journal_unsealed WHERE seq IN (SELECT seq FROM journal_position WHERE position > ?)";
        run(sealed, vec![before.into()]).await?;
        run("UPDATE sealer SET position = ?, hash = ? WHERE id = 1", vec![position.into(), hash.into()]).await?;
    }
    change.commit().await?;
    Ok(Some(Batch { head: position, full }))
}

/// Position and hash of the last link, as the sealer keeps them. With `turn`, takes the row for this transaction, and gives
/// `None` while another instance has it.
///
/// # Errors
/// The database's own.
pub async fn head<C: ConnectionTrait>(db: &C, turn: bool) -> Result<Option<(i64, Vec<u8>)>, DbErr> {
    let mut select = Query::select();
    select.columns(["position", "hash"]).from("sealer").and_where(Expr::col("id").eq(1));
    if turn && db.get_database_backend() == DbBackend::Postgres {
        select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let Some(row) = db.query_one(&select).await? else { return Ok(None) };
    Ok(Some((row.try_get("", "position")?, row.try_get("", "hash")?)))
}

/// The hash of a position: SHA-256 over the hash before it (32 zero bytes before the first), the position, and every
/// column of the row, each with its length, so that no two rows can mean the same bytes.
#[must_use]
pub fn link(before: &[u8], position: i64, row: &journal::Model) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(position.to_be_bytes());
    hash.update(row.version.to_be_bytes());
    let time = row.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let company = row.company_id.map(|id| id.to_string()).unwrap_or_default();
    let id = row.id.to_string();
    for text in
        [&id, &time, &row.event, &row.office, &company, &row.subject_kind, &row.subject_id, &row.actor, &row.body]
    {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().to_vec()
}

/// A position whose hash somebody outside of the database vouches for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Position.
    pub position: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Positions that were checked.
    pub checked: i64,
    /// The last position that a mark proves: everything up to it is what it was.
    pub proven: i64,
    /// The first position that does not follow, and why. What is wrong begins after `proven` and not after this position:
    /// whoever rewrites a row may rewrite the hashes after it too, up to the next mark.
    pub broken: Option<(i64, &'static str)>,
    /// Rows that wait for a position.
    pub unsealed: u64,
}

/// Recomputes the chain from the first position to the head.
///
/// # Errors
/// The database's own.
pub async fn verify(db: &Db) -> Result<Verdict, DbErr> {
    verify_against(db.reader(), &[]).await
}

/// Recomputes the chain from the first position to the head, and holds it against marks in the order of their positions.
///
/// # Errors
/// The database's own.
pub async fn verify_against<C: ConnectionTrait>(db: &C, marks: &[Mark]) -> Result<Verdict, DbErr> {
    let mut walk = Walk { position: 0, seq: i64::MIN, proven: 0, hash: vec![0; 32], late: None, marks };
    let mut broken = walk.chain(db).await?;
    if broken.is_none() && db.get_database_backend() == DbBackend::Sqlite {
        broken = walk.late.map(|position| (position, "the row was put in after later ones were sealed"));
    }
    if broken.is_none() {
        broken = stray(db, walk.position).await?.map(|position| (position, "a row of the journal has no position"));
    }
    let unsealed = journal_unsealed::Entity::find().count(db).await?;
    Ok(Verdict { checked: walk.position, proven: walk.proven, broken, unsealed })
}

/// How far a verification has come.
struct Walk<'a> {
    position: i64,
    seq: i64,
    hash: Vec<u8>,
    proven: i64,
    /// The first position whose row was inserted before that of the position before it.
    late: Option<i64>,
    /// The marks that are still ahead.
    marks: &'a [Mark],
}

impl Walk<'_> {
    /// Walks to the end; the first position that does not follow, and why.
    async fn chain<C: ConnectionTrait>(&mut self, db: &C) -> Result<Option<(i64, &'static str)>, DbErr> {
        let (mut read, mut seen) = (i64::MIN, 0);
        loop {
            let links = journal_position::Entity::find()
                .filter(journal_position::Column::Position.gt(read))
                .order_by_asc(journal_position::Column::Position)
                .limit(BATCH)
                .all(db)
                .await?;
            let Some(last) = links.last() else {
                // The head is read after the rows: it is written with them, so it can't be behind what was read before
                // it. While others seal, it may be ahead; then there is more to read.
                match self.end(head(db, false).await?) {
                    Err(head) if head != seen => seen = head,
                    Err(_) => return Ok(Some((self.position + 1, "the end of the chain is missing"))),
                    Ok(broken) => return Ok(broken),
                }
                continue;
            };
            read = last.position;
            let rows =
                journal::Entity::find().filter(among(db, journal::Column::Seq, links.iter().map(|link| link.seq)));
            let rows: HashMap<_, _> = rows.all(db).await?.into_iter().map(|row| (row.seq, row)).collect();
            for link in &links {
                if let Err(why) = self.step(link, rows.get(&link.seq)) {
                    return Ok(Some((self.position + 1, why)));
                }
            }
        }
    }

    /// Goes one position further.
    fn step(&mut self, sealed: &journal_position::Model, row: Option<&journal::Model>) -> Result<(), &'static str> {
        let position = self.position + 1;
        match sealed.position.cmp(&position) {
            Ordering::Less => return Err("a position stands before the first"),
            Ordering::Equal => {}
            Ordering::Greater => return Err("the position is missing"),
        }
        let hash = link(&self.hash, position, row.ok_or("the row is missing")?);
        if hash != sealed.hash {
            return Err("the row is not what was sealed");
        }
        while let Some((mark, ahead)) = self.marks.split_first().filter(|(mark, _)| mark.position <= position) {
            if mark.position == position {
                if mark.hash != hash {
                    return Err("the chain is not what was signed");
                }
                self.proven = position;
            }
            self.marks = ahead;
        }
        if sealed.seq < self.seq && self.late.is_none() {
            self.late = Some(position);
        }
        (self.position, self.seq, self.hash) = (position, sealed.seq, hash);
        Ok(())
    }

    /// Holds the head of the chain against its last position; an error where the head is further.
    fn end(&self, head: Option<(i64, Vec<u8>)>) -> Result<Option<(i64, &'static str)>, i64> {
        let Some((position, hash)) = head else { return Ok(Some((self.position, "the head is missing"))) };
        match position.cmp(&self.position) {
            Ordering::Less => Ok(Some((position + 1, "the head is behind the chain"))),
            Ordering::Greater => Err(position),
            Ordering::Equal if hash != self.hash => Ok(Some((position, "the head is not the last hash"))),
            Ordering::Equal if self.marks.is_empty() => Ok(None),
            Ordering::Equal => Ok(Some((position + 1, "the end of the chain is missing, and was signed"))),
        }
    }
}

/// Where the first row would stand that has a place in the journal and none in the chain, nor waits for one.
async fn stray<C: ConnectionTrait>(db: &C, end: i64) -> Result<Option<i64>, DbErr> {
    let backend = db.get_database_backend();
    let ends = Statement::from_string(backend, "SELECT COALESCE(MIN(seq), 1), COALESCE(MAX(seq), 0) FROM journal");
    let Some(ends) = db.query_one_raw(ends).await? else { return Ok(None) };
    let (mut from, last): (i64, i64) = (ends.try_get_by_index(0)?, ends.try_get_by_index(1)?);
    let sql = format!("{STRAY}{})", if backend == DbBackend::Sqlite { OVERTAKEN } else { "" });
    while from <= last {
        let to = from.saturating_add(STRIDE);
        let select = Statement::from_sql_and_values(backend, &sql, [from.into(), to.into()]);
        let row = db.query_one_raw(select).await?;
        if let Some(seq) = row.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten() {
            let after = journal_position::Entity::find().filter(journal_position::Column::Seq.gt(seq));
            let next = after.order_by_asc(journal_position::Column::Position).one(db).await?;
            return Ok(Some(next.map_or(end + 1, |next| next.position)));
        }
        from = to;
    }
    Ok(None)
}
