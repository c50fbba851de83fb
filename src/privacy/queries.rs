//! The only SeaORM of the person's own view.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::{access_record, journal};
use disnaker_entity::seeker::SeekerId;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::bodies::{AccessKind, AccessLogEntry};
use crate::access;
use crate::db::among;
use crate::paging::Part;
use crate::seekers;

/// A place in an access log: instant and id of the last entry shown.
pub type Instant = (DateTime<Utc>, Uuid);

/// Who read and changed some records, newest first; the records are those that the caller has found. Two statements, one of
/// the access records and one of the journal, each as long as the page, and one for the roles.
pub async fn log<C: ConnectionTrait>(
    db: &C,
    ids: &[SeekerId],
    part: &Part<Instant>,
) -> Result<Vec<AccessLogEntry>, DbErr> {
    use {access_record::Column as R, journal::Column as J};
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let reads = access_record::Entity::find()
        .filter(among(db, R::SubjectId, ids.iter().map(|id| id.0)))
        .filter(R::SubjectKind.eq(seekers::KIND));
    let changes = journal::Entity::find()
        .filter(among(db, J::SubjectId, ids.iter().map(SeekerId::to_string)))
        .filter(J::SubjectKind.eq(seekers::KIND));
    let reads = behind(reads, R::RecordedAt, R::Id, part).all(db).await?;
    let changes = behind(changes, J::RecordedAt, J::Id, part).all(db).await?;
    let read = |row: access_record::Model| {
        let entry = AccessLogEntry {
            id: row.id,
            at: row.recorded_at,
            kind: AccessKind::Read,
            paper: row.filter.filter(|_| row.act == "download"),
            act: row.act,
            purpose: row.purpose,
            role: None,
            office: row.office,
        };
        (row.actor, entry)
    };
    let change = |row: journal::Model| {
        let act = row.event.split_once('.').map_or("", |(_, act)| act).to_owned();
        let (id, at, kind) = (row.id, row.recorded_at, AccessKind::Change);
        (row.actor, AccessLogEntry { id, at, kind, act, paper: None, purpose: None, role: None, office: row.office })
    };
    let mut both: Vec<_> = reads.into_iter().map(read).chain(changes.into_iter().map(change)).collect();
    both.sort_by_key(|(_, entry)| Reverse((entry.at, entry.id)));
    both.truncate(usize::try_from(part.and_one()).unwrap_or(usize::MAX));
    let roles = access::roles_of(db, both.iter().map(|(actor, _)| actor.as_str())).await?;
    let role_of = |actor: &str| {
        let roles = roles.get(actor)?;
        let own = roles.iter().any(|(_, seeker)| seeker.is_some_and(|id| ids.contains(&id)));
        if own { Some(Role::JobSeeker) } else { roles.first().map(|(role, _)| *role) }
    };
    Ok(both.into_iter().map(|(actor, entry)| AccessLogEntry { role: role_of(&actor), ..entry }).collect())
}

/// The newest rows behind a place.
fn behind<E: EntityTrait>(select: Select<E>, at: E::Column, id: E::Column, part: &Part<Instant>) -> Select<E> {
    let select = match part.after {
        Some((last, last_id)) => {
            let same = Condition::all().add(at.eq(last)).add(id.lt(last_id));
            select.filter(at.lte(last)).filter(Condition::any().add(at.lt(last)).add(same))
        }
        None => select,
    };
    select.order_by_desc(at).order_by_desc(id).limit(part.and_one())
}
