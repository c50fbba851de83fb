//! The journal: the audit trail and the change feed, in one chain of hashes.
//!
//! Rows are inserted in the transaction that they report. Their order is given afterwards by the sealer, which holds
//! one row lock while it numbers what has committed: sequences are taken before commit, so a reader of
//! `seq > n` would lose late commits; positions have neither gaps nor repeats.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use disnaker_entity::plumbing::{journal, journal_position, journal_unsealed};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::db::{Db, Session};

/// How many rows one sealing numbers.
const BATCH: u64 = 1000;
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

/// Writes entries, unsealed.
///
/// # Errors
/// The database's own.
pub async fn write(
    db: &Session,
    ids: impl Fn() -> Uuid,
    now: DateTime<Utc>,
    actor: &str,
    entries: Vec<Entry>,
) -> Result<(), DbErr> {
    let rows: Vec<_> = entries
        .into_iter()
        .map(|entry| journal::ActiveModel {
            id: Set(ids()),
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
        })
        .collect();
    for chunk in rows.chunks(500) {
        let mut insert = journal::Entity::insert_many(chunk.to_vec());
        let query = sea_orm::QueryTrait::query(&mut insert);
        query.returning_col(journal::Column::Seq);
        let seqs: Vec<i64> =
            db.query_all(query).await?.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
        let unsealed = seqs.into_iter().map(|seq| journal_unsealed::ActiveModel { seq: Set(seq) });
        journal_unsealed::Entity::insert_many(unsealed).exec_without_returning(db).await?;
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
            self.seal_all(&db).await;
        }
    }

    /// Seals everything that is committed now.
    pub async fn seal_all(&self, db: &Db) {
        loop {
            match seal(db).await {
                Ok(Some(head)) => {
                    self.sealed.send_replace(head);
                }
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(error = %error, "sealing failed; tried again in a moment");
                    return;
                }
            }
        }
    }
}

/// Numbers one batch of what has committed; `None` when there was nothing, or another instance is at it.
///
/// # Errors
/// The database's own.
pub async fn seal(db: &Db) -> Result<Option<i64>, DbErr> {
    if journal_unsealed::Entity::find().one(db.reader()).await?.is_none() {
        return Ok(None);
    }
    let change = db.begin().await?;
    let tx = change.session();
    let mut lock = Query::select();
    lock.columns(["position", "hash"]).from("sealer").and_where(Expr::col("id").eq(1));
    if tx.get_database_backend() == DbBackend::Postgres {
        lock.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let Some(head) = tx.query_one(&lock).await? else {
        change.rollback().await?;
        return Ok(None);
    };
    let (mut position, mut hash): (i64, Vec<u8>) = (head.try_get("", "position")?, head.try_get("", "hash")?);
    let waiting =
        journal_unsealed::Entity::find().order_by_asc(journal_unsealed::Column::Seq).limit(BATCH).all(tx).await?;
    let seqs: Vec<i64> = waiting.into_iter().map(|row| row.seq).collect();
    let rows = journal::Entity::find()
        .filter(journal::Column::Seq.is_in(seqs.iter().copied()))
        .order_by_asc(journal::Column::Seq)
        .all(tx)
        .await?;
    let mut sealed = Vec::with_capacity(rows.len());
    for row in &rows {
        position += 1;
        hash = link(&hash, position, row);
        sealed.push(journal_position::ActiveModel {
            position: Set(position),
            seq: Set(row.seq),
            hash: Set(hash.clone()),
        });
    }
    if sealed.is_empty() {
        change.rollback().await?;
        return Ok(None);
    }
    journal_position::Entity::insert_many(sealed).exec_without_returning(tx).await?;
    journal_unsealed::Entity::delete_many().filter(journal_unsealed::Column::Seq.is_in(seqs)).exec(tx).await?;
    let backend = tx.get_database_backend();
    let sql = "UPDATE sealer SET position = $1, hash = $2 WHERE id = 1";
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, [position.into(), hash.into()])).await?;
    change.commit().await?;
    Ok(Some(position))
}

/// The hash of a position: SHA-256 over the hash before it, the position, and every column of the row, each with
/// its length, so that no two rows can mean the same bytes.
fn link(before: &[u8], position: i64, row: &journal::Model) -> Vec<u8> {
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

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Positions that were checked.
    pub checked: i64,
    /// The first position that does not follow from the rows, and why.
    pub broken: Option<(i64, &'static str)>,
    /// Rows that wait for a position.
    pub unsealed: u64,
}

/// Position and hash of the last link, as the sealer keeps them.
async fn head_of_chain<C: ConnectionTrait>(db: &C) -> Result<Option<(i64, Vec<u8>)>, DbErr> {
    let mut select = Query::select();
    select.columns(["position", "hash"]).from("sealer").and_where(Expr::col("id").eq(1));
    let Some(row) = db.query_one(&select).await? else { return Ok(None) };
    Ok(Some((row.try_get("", "position")?, row.try_get("", "hash")?)))
}

/// Recomputes the chain from the first position to the head.
///
/// # Errors
/// The database's own.
pub async fn verify(db: &Db) -> Result<Verdict, DbErr> {
    use sea_orm::PaginatorTrait;
    let reader = db.reader();
    let (mut position, mut hash) = (0_i64, vec![0_u8; 32]);
    // The head is read after the rows: it is written with them, so it can't be behind what was read before it. While
    // others seal, it may be ahead; then there is more to read.
    let mut seen = 0_i64;
    let broken = 'chain: loop {
        let links = journal_position::Entity::find()
            .filter(journal_position::Column::Position.gt(position))
            .order_by_asc(journal_position::Column::Position)
            .limit(BATCH)
            .all(reader)
            .await?;
        if links.is_empty() {
            let Some((head, last)) = head_of_chain(reader).await? else {
                break Some((position, "the head is missing"));
            };
            match head.cmp(&position) {
                Ordering::Equal if last == hash => break None,
                Ordering::Equal => break Some((position, "the head is not the last hash")),
                Ordering::Less => break Some((head + 1, "the head is behind the chain")),
                Ordering::Greater if head == seen => break Some((position + 1, "the end of the chain is missing")),
                Ordering::Greater => seen = head,
            }
            continue;
        }
        let rows = journal::Entity::find()
            .filter(journal::Column::Seq.is_in(links.iter().map(|link| link.seq)))
            .all(reader)
            .await?;
        let rows: std::collections::HashMap<i64, journal::Model> = rows.into_iter().map(|row| (row.seq, row)).collect();
        for sealed in links {
            if sealed.position != position + 1 {
                break 'chain Some((position + 1, "the position is missing"));
            }
            position += 1;
            let Some(row) = rows.get(&sealed.seq) else { break 'chain Some((position, "the row is missing")) };
            hash = link(&hash, position, row);
            if hash != sealed.hash {
                break 'chain Some((position, "the row is not what was sealed"));
            }
        }
    };
    Ok(Verdict { checked: position, broken, unsealed: journal_unsealed::Entity::find().count(reader).await? })
}
