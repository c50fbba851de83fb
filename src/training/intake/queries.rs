//! The only SeaORM of the work list.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::training_need::{NeedPriority, need, proposal};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Select,
};
use uuid::Uuid;

use super::bodies::{WaitingTrainingFilter, WaitingTrainingKind};
use crate::caller::Sees;
use crate::paging::{Only, Part};
use crate::training::proposals::waits;

/// Something that waits, as it is read.
#[derive(Debug, FromQueryResult)]
pub struct Waiting {
    /// What it is.
    pub kind: WaitingTrainingKind,
    /// Its id.
    pub id: Uuid,
    /// The office.
    pub office: String,
    /// Who asks.
    pub organisation: String,
    /// What people are to learn.
    pub title: String,
    /// Persons.
    pub persons: i32,
    /// How urgent it is.
    pub priority: NeedPriority,
    /// By when.
    pub wanted_by: Option<NaiveDate>,
    /// Where it stands.
    pub status: String,
    /// Whether the office wrote it down itself.
    pub by_office: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl Waiting {
    /// The place of a row in the list: the urgent first, then by id, which is by age.
    #[must_use]
    pub fn mark(&self) -> Mark {
        let urgency = match self.priority {
            NeedPriority::Urgent => 0,
            NeedPriority::High => 1,
            NeedPriority::Normal => 2,
            NeedPriority::Low => 3,
        };
        (urgency, self.id)
    }
}

/// Where a page begins: after what is so urgent and has an id.
pub type Mark = (i32, Uuid);

/// What waits for the caller's offices: one statement a kind, each for a page at most and one more row than the limit.
///
/// # Errors
/// The database's own.
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &WaitingTrainingFilter,
    part: &Part<Mark>,
) -> Result<Vec<Waiting>, DbErr> {
    use {need::Column as N, proposal::Column as P};
    let (mut rows, office) = (Vec::<Waiting>::new(), filter.office.as_deref());
    let wanted = |kind| filter.kind.is_none_or(|wanted| wanted == kind);
    if wanted(WaitingTrainingKind::Need) {
        // As the index has it.
        let waits = Expr::cust("training_need.status IN ('proposed', 'reviewed', 'waiting_for_instructor')");
        let select = need::Entity::find().filter(seer.scope().of_offices(N::Office)).only(N::Office, office);
        let select = select
            .filter(waits)
            .select_only()
            .columns([N::Id, N::Office, N::Organisation, N::Persons, N::Priority, N::WantedBy])
            .columns([N::Status, N::CreatedAt, N::Version])
            .column_as(N::Skill, "title")
            .column_as(Expr::cust("'need'"), "kind")
            .column_as(Expr::cust("NOT training_need.by_company"), "by_office");
        let urgency =
            "CASE training_need.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END";
        rows.extend(read(db, select, N::Id, urgency, part).await?);
    }
    if wanted(WaitingTrainingKind::Proposal) {
        let select = proposal::Entity::find().filter(seer.scope().of_offices(P::Office)).only(P::Office, office);
        let select = select
            .filter(waits())
            .select_only()
            .columns([P::Id, P::Office, P::Organisation, P::Persons, P::Status, P::CreatedAt, P::Version])
            .column_as(P::Topic, "title")
            .column_as(P::WishedUntil, "wanted_by")
            .column_as(Expr::cust("'proposal'"), "kind")
            .column_as(Expr::cust("'normal'"), "priority")
            .column_as(Expr::cust("training_proposal.owner IS NULL"), "by_office");
        rows.extend(read(db, select, P::Id, "2", part).await?);
    }
    rows.sort_by_key(Waiting::mark);
    rows.truncate(usize::try_from(part.and_one()).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Reads a kind of what waits.
async fn read<C: ConnectionTrait, E: EntityTrait>(
    db: &C,
    mut select: Select<E>,
    id: E::Column,
    urgency: &'static str,
    part: &Part<Mark>,
) -> Result<Vec<Waiting>, DbErr> {
    let urgency = || Expr::cust(format!("({urgency})"));
    if let Some((rank, last)) = part.after {
        let same = Condition::all().add(urgency().eq(rank)).add(id.gt(last));
        select = select.filter(Condition::any().add(urgency().gt(rank)).add(same));
    }
    // A constant is no place in an order.
    select.order_by_asc(urgency().add(0)).order_by_asc(id).limit(part.and_one()).into_model().all(db).await
}
