//! Who read a person's data: rows of `access_record` (UU 27/2022 art. 31).
//!
//! A full identity is recorded durably before the answer; everything else within a second. A list page is one row
//! with actor, filter and count.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use disnaker_entity::plumbing::access_record;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;

use crate::db::Db;
use crate::personal;

/// One read.
#[derive(Clone, Debug)]
pub struct Read {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: `issuer|subject`.
    pub actor: String,
    /// The office whose record it is.
    pub office: String,
    /// `detail`, `list` or `reveal`.
    pub act: &'static str,
    /// Stated purpose, for a full identity.
    pub purpose: Option<String>,
    /// What kind of record.
    pub subject_kind: &'static str,
    /// The record, for a single one.
    pub subject: Option<Uuid>,
    /// The filter, for a list.
    pub filter: Option<String>,
    /// How many persons.
    pub persons: i32,
}

impl Read {
    /// A read of one person's data, to be completed.
    #[must_use]
    pub fn by(at: DateTime<Utc>, actor: String) -> Self {
        Self {
            at,
            actor,
            office: String::new(),
            act: "detail",
            purpose: None,
            subject_kind: "",
            subject: None,
            filter: None,
            persons: 1,
        }
    }

    fn row(self, id: Uuid) -> access_record::ActiveModel {
        access_record::ActiveModel {
            id: Set(id),
            recorded_at: Set(self.at),
            actor: Set(self.actor),
            office: Set(self.office),
            act: Set(self.act.to_owned()),
            purpose: Set(veiled(self.purpose)),
            subject_kind: Set(self.subject_kind.to_owned()),
            subject_id: Set(self.subject),
            filter: Set(veiled(self.filter)),
            persons: Set(self.persons),
        }
    }
}

/// What was typed as a purpose or a filter, without what may be a person's number.
fn veiled(text: Option<String>) -> Option<String> {
    text.map(|text| personal::veiled(&text).into_owned())
}

/// Records reads at once, in the caller's own transaction or connection.
///
/// # Errors
/// The database's own.
pub async fn record<C: ConnectionTrait>(db: &C, reads: impl IntoIterator<Item = (Uuid, Read)>) -> Result<(), DbErr> {
    let rows: Vec<_> = reads.into_iter().map(|(id, read)| read.row(id)).collect();
    for chunk in rows.chunks(500) {
        access_record::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Reads that wait for the next flush.
#[derive(Default)]
pub struct Reads(Mutex<Vec<(Uuid, Read)>>);

impl Reads {
    /// Takes note of a read.
    pub fn note(&self, id: Uuid, read: Read) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((id, read));
    }

    /// Writes what was noted. A row leaves the list only once it is written, so nothing is lost by whoever ends this early;
    /// one that two flushes write is written once.
    pub async fn flush(&self, db: &Db) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for chunk in waiting.chunks(500) {
            let rows = chunk.iter().cloned().map(|(id, read)| read.row(id));
            let once = OnConflict::column(access_record::Column::Id).do_nothing().to_owned();
            let insert = access_record::Entity::insert_many(rows).on_conflict(once);
            if let Err(error) = insert.exec_without_returning(db.writer()).await {
                tracing::error!(error = %error, "access records could not be written; tried again in a moment");
                return;
            }
            let written: HashSet<Uuid> = chunk.iter().map(|(id, _)| *id).collect();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(id, _)| !written.contains(id));
        }
    }

    /// Flushes every half second, for as long as the process lives.
    pub async fn serve(state: std::sync::Arc<crate::app::State>) {
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            state.reads.flush(&state.db).await;
        }
    }
}
