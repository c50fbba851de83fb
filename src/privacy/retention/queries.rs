//! The only SeaORM of the retention classes.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use disnaker_entity::plumbing::access_record;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::rules::{CLASSES, Class, Kept};
use crate::access;
use crate::app::State;
use crate::change::{self, Change, Who};
use crate::db::among;
use crate::deadline;
use crate::privacy::requests;
use crate::problem::Problem;
use crate::seekers;

/// Rows that one transaction forgets.
const BATCH: u64 = 200;

/// The instant before which what is in a class is to be forgotten.
async fn before(state: &State, class: &Class) -> Result<DateTime<Utc>, Problem> {
    let book = state.book().await?;
    let today = book.moment(state.clock.now(), "").today;
    let policy = book.policies.at(class.rule, "", today)?;
    let day = deadline::before(policy, today);
    Ok(book.midnight(day.ok_or_else(|| Problem::internal(format!("{} counts no time", class.rule)))?, ""))
}

fn reads(before: DateTime<Utc>) -> Select<access_record::Entity> {
    access_record::Entity::find().filter(access_record::Column::RecordedAt.lt(before))
}

/// How many rows of a class are to be forgotten.
async fn count<C: ConnectionTrait>(db: &C, kept: Kept, before: DateTime<Utc>) -> Result<u64, DbErr> {
    match kept {
        Kept::Seekers(status) => seekers::due_to_forget(status, before).count(db).await,
        Kept::AccessRecords => reads(before).count(db).await,
        Kept::DataRequests => requests::due_to_forget(db, before).await,
        Kept::Invitations => access::stale_invitations(db, before).await,
        Kept::Elsewhere => Ok(0),
    }
}

/// Forgets the oldest rows of a class, at most a batch. Gives how many it were.
async fn forget(change: &mut Change, kept: Kept, before: DateTime<Utc>) -> Result<u64, Problem> {
    Ok(match kept {
        Kept::Seekers(status) => {
            let due = seekers::due_to_forget(status, before);
            let due = due.order_by_asc(disnaker_entity::seeker::Column::Id).limit(BATCH).lock_exclusive();
            let rows = due.all(change.db()).await?;
            for row in &rows {
                seekers::forget(change, row).await?;
            }
            rows.len() as u64
        }
        Kept::AccessRecords => {
            use access_record::Column as R;
            let oldest = reads(before).select_only().column(R::Id).order_by_asc(R::RecordedAt).limit(BATCH);
            let ids: Vec<Uuid> = oldest.into_tuple().all(change.db()).await?;
            let delete = access_record::Entity::delete_many().filter(among(change.db(), R::Id, ids.iter().copied()));
            if !ids.is_empty() {
                delete.exec(change.db()).await?;
            }
            ids.len() as u64
        }
        Kept::DataRequests => requests::forget(change, before, BATCH).await?,
        Kept::Invitations => access::forget_invitations(change, before, BATCH).await?,
        Kept::Elsewhere => 0,
    })
}

/// How many rows of each class are to be forgotten; nothing is changed.
///
/// # Errors
/// The database's own.
pub async fn due(state: &State) -> Result<Vec<(&'static str, u64)>, Problem> {
    let mut due = Vec::new();
    for class in CLASSES.iter().filter(|class| class.kept != Kept::Elsewhere) {
        due.push((class.name, count(state.db.reader(), class.kept, before(state, class).await?).await?));
    }
    Ok(due)
}

/// Forgets what is to be forgotten, a small transaction at a time.
///
/// # Errors
/// The database's own.
pub async fn sweep(state: &Arc<State>) -> Result<(), Problem> {
    for class in &CLASSES {
        let before = before(state, class).await?;
        // Nothing to do is what it nearly always is: no transaction for that.
        while count(state.db.reader(), class.kept, before).await? > 0 {
            change::alone(state, &Who::system(), async |change| forget(change, class.kept, before).await).await?;
        }
    }
    Ok(())
}
