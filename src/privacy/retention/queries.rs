//! The only SeaORM of the retention classes.

use std::collections::BTreeMap;
use std::sync::Arc;

use disnaker_entity::plumbing::access_record;
use disnaker_entity::seeker::{self, SeekerStatus};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::rules::{CLASSES, Class, Kept, Until};
use crate::access;
use crate::app::State;
use crate::apprenticeships::agreements;
use crate::book::Policy;
use crate::change::{self, Change, Who};
use crate::consultations::{complaints, threads};
use crate::db::among;
use crate::deadline;
use crate::mediation;
use crate::privacy::requests;
use crate::problem::Problem;
use crate::seekers;
use crate::training::{enrollments, proposals};

/// Rows that one transaction forgets.
const BATCH: u64 = 200;

/// Until when what is in a class is to be forgotten. A row of an office's own scope, or of its province's, is that office's.
async fn until(state: &State, class: &Class) -> Result<Until, Problem> {
    let book = state.book().await?;
    let today = book.moment(state.clock.now(), "").today;
    let usual = book.policies.at(class.rule, "", today)?;
    let instant = |policy: &Policy| {
        let day = deadline::before(policy, today);
        let day = day.ok_or_else(|| Problem::internal(format!("{} counts no time", class.rule)))?;
        Ok::<_, Problem>(book.midnight(day, ""))
    };
    let mut until = Until { usual: instant(usual)?, others: BTreeMap::new() };
    for office in book.offices.keys() {
        let own = book.policies.at(class.rule, office, today)?;
        if own != usual {
            until.others.entry(instant(own)?).or_default().push(office.clone());
        }
    }
    Ok(until)
}

fn people(status: SeekerStatus, until: &Until) -> Select<seeker::Entity> {
    use seeker::Column as S;
    seekers::due_to_forget(status, until.latest()).filter(until.over(S::UpdatedAt, S::Office))
}

fn reads(until: &Until) -> Select<access_record::Entity> {
    use access_record::Column as R;
    access_record::Entity::find().filter(until.over(R::RecordedAt, R::Office))
}

/// How many rows of a class are to be forgotten.
async fn count<C: ConnectionTrait>(db: &C, kept: Kept, until: &Until) -> Result<u64, DbErr> {
    match kept {
        Kept::Seekers(status) => people(status, until).select_only().column(seeker::Column::Id).count(db).await,
        Kept::AccessRecords => reads(until).select_only().column(access_record::Column::Id).count(db).await,
        Kept::DataRequests => requests::due_to_forget(db, until).await,
        Kept::Enrollments => enrollments::due_to_forget(db, until).await,
        Kept::TrainingProposals => proposals::due_to_forget(db, until).await,
        Kept::Apprenticeships => agreements::due_to_forget(db, until).await,
        Kept::Mediation => mediation::forgetting::due_to_forget(db, until).await,
        Kept::Consultations => threads::due_to_forget(db, until).await,
        Kept::Complaints => complaints::due_to_forget(db, until).await,
        // Of a company or a school, or of an office: the service's own time.
        Kept::Invitations => access::stale_invitations(db, until.usual).await,
        Kept::Elsewhere => Ok(0),
    }
}

/// Forgets the oldest rows of a class, at most a batch. Gives how many it were.
async fn forget(change: &mut Change, kept: Kept, until: &Until) -> Result<u64, Problem> {
    Ok(match kept {
        Kept::Seekers(status) => {
            let due = people(status, until).order_by_asc(seeker::Column::Id).limit(BATCH).lock_exclusive();
            let rows = due.all(change.db()).await?;
            for row in &rows {
                match row.status {
                    SeekerStatus::Submitted | SeekerStatus::Returned => {
                        let ended = seekers::withdraw(change, row).await?;
                        seekers::forget(change, &ended).await?
                    }
                    _ => seekers::forget(change, row).await?,
                };
            }
            rows.len() as u64
        }
        Kept::AccessRecords => {
            use access_record::Column as R;
            let oldest = reads(until).select_only().column(R::Id).order_by_asc(R::RecordedAt).limit(BATCH);
            let ids: Vec<Uuid> = oldest.into_tuple().all(change.db()).await?;
            let delete = access_record::Entity::delete_many().filter(among(change.db(), R::Id, ids.iter().copied()));
            if !ids.is_empty() {
                delete.exec(change.db()).await?;
            }
            ids.len() as u64
        }
        Kept::DataRequests => requests::forget(change, until, BATCH).await?,
        Kept::Enrollments => enrollments::forget(change, until, BATCH).await?,
        Kept::TrainingProposals => proposals::forget(change, until, BATCH).await?,
        Kept::Apprenticeships => agreements::forget(change, until, BATCH).await?,
        Kept::Mediation => mediation::forgetting::forget(change, until, BATCH).await?,
        Kept::Consultations => threads::forget(change, until, BATCH).await?,
        Kept::Complaints => complaints::forget(change, until, BATCH).await?,
        Kept::Invitations => access::forget_invitations(change, until.usual, BATCH).await?,
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
        due.push((class.name, count(state.db.reader(), class.kept, &until(state, class).await?).await?));
    }
    Ok(due)
}

/// Forgets what is to be forgotten, a small transaction at a time.
///
/// # Errors
/// The database's own.
pub async fn sweep(state: &Arc<State>) -> Result<(), Problem> {
    for class in &CLASSES {
        let until = until(state, class).await?;
        // Nothing to do is what it nearly always is: no transaction for that.
        while count(state.db.reader(), class.kept, &until).await? > 0 {
            change::alone(state, &Who::system(), async |change| forget(change, class.kept, &until).await).await?;
        }
    }
    Ok(())
}
