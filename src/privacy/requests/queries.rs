//! The only SeaORM of the requests.

use chrono::{DateTime, Utc};
use disnaker_entity::privacy::data_request::{ActiveModel, Column, Entity, Model};
use disnaker_entity::privacy::{DataRequestId, DataRequestStatus};
use disnaker_entity::seeker::{self, SeekerId};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select, SelectModel, Selector, Value,
};
use serde_json::json;

use super::bodies::{Content, DataRequestFilter, DataRequestGrant, DataRequestWorkFilter, NewDataRequest};
use super::lifecycle::DataRequestEvent;
use super::rules::{self, DataRequestRefused};
use crate::caller::Sees;
use crate::change::Change;
use crate::db::among;
use crate::deadline;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::personal::{Place, Vault};
use crate::privacy::retention::Until;
use crate::problem::{OnUnique, Problem};
use crate::seekers;

crate::record!("data_request", Model, Entity, DataRequestStatus, |_| None);

/// Requests about the records that the caller's offices keep now, and one's own.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let scope = seer.scope();
    let mut any = Condition::any().add(scope.of_seekers(Column::SeekerId));
    if scope.is_staff() {
        any = any.add(Column::SeekerId.in_subquery(seekers::sent_to(scope)));
    }
    Entity::find().filter(any)
}

/// A request that waits for its answer. In words, so that both engines take the index over exactly these.
fn waits() -> SimpleExpr {
    Expr::cust("data_request.status = 'requested'")
}

fn place(id: DataRequestId) -> Place {
    Place { table: "data_request", column: "content", row: id.0 }
}

/// What a request says; nothing once its time of keeping is over.
pub fn open(vault: &Vault, row: &Model) -> Result<Option<Content>, Problem> {
    vault.open_json(place(row.id), row.content_sealed.as_deref())
}

/// A request, and the office that keeps the record now: that one decides.
#[derive(FromQueryResult)]
pub struct Kept {
    /// The request.
    #[sea_orm(nested)]
    pub request: Model,
    /// The office.
    pub kept_by: String,
}

/// The same requests with the offices that keep the records now.
fn kept(select: Select<Entity>) -> Selector<SelectModel<Kept>> {
    let of: RelationDef = Entity::belongs_to(seeker::Entity).from(Column::SeekerId).to(seeker::Column::Id).into();
    select.join(JoinType::InnerJoin, of).column_as(seeker::Column::Office, "kept_by").into_model()
}

/// A request that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: DataRequestId) -> Result<Kept, Problem> {
    kept(visible(seer).filter(Column::Id.eq(id))).one(db).await?.ok_or_else(Problem::not_found)
}

/// A request that the caller may see, and the record that it is about, both locked: the record first.
pub async fn lock(change: &Change, id: DataRequestId) -> Result<(Model, seeker::Model), Problem> {
    let record = seekers::lock(change, find(change.db(), change, id).await?.request.seeker_id).await?;
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    Ok((select.one(change.db()).await?.ok_or_else(Problem::not_found)?, record))
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &DataRequestFilter,
    part: &Part<DataRequestId>,
) -> Result<Vec<Kept>, DbErr> {
    let select = visible(seer)
        .only(Column::Status, filter.status)
        .only(Column::Kind, filter.kind)
        .only(Column::SeekerId, filter.job_seeker_id);
    kept(part.newest(select, Column::Id)).all(db).await
}

/// Requests about some people's records, newest first.
pub async fn of_people<C: ConnectionTrait>(db: &C, seer: &impl Sees, of: &[SeekerId]) -> Result<Vec<Kept>, DbErr> {
    let select = visible(seer).filter(among(db, Column::SeekerId, of.iter().copied()));
    kept(select.order_by_desc(Column::Id)).all(db).await
}

/// What waits for an answer, the next due first.
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &DataRequestWorkFilter,
    part: &Part<(DateTime<Utc>, DataRequestId)>,
) -> Result<Vec<Kept>, DbErr> {
    let mut select = visible(seer).filter(waits()).only(Column::Kind, filter.kind);
    if let Some((at, id)) = part.after {
        let same = Condition::all().add(Column::DueAt.eq(at)).add(Column::Id.gt(id));
        select = select.filter(Condition::any().add(Column::DueAt.gt(at)).add(same));
    }
    kept(select.order_by_asc(Column::DueAt).order_by_asc(Column::Id).limit(part.and_one())).all(db).await
}

/// What the feed says of a request: nothing of what is wanted.
fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "kind": row.kind, "job_seeker_id": row.seeker_id, "due_at": row.due_at})
}

/// Makes a request about a record, which is locked.
///
/// # Errors
/// `already-exists` where one of the kind is open; the database's own.
pub async fn ask(change: &mut Change, of: &seeker::Model, new: NewDataRequest) -> Result<Model, Problem> {
    let (id, now) = (DataRequestId(change.id()), change.now());
    let book = change.book();
    let policy = book.policies.at(rules::rule(new.kind), &of.office, change.moment(&of.office).today)?;
    let content = Content { reason: new.reason, wanted: new.wanted };
    let row = ActiveModel {
        id: Set(id),
        office: Set(of.office.clone()),
        seeker_id: Set(of.id),
        kind: Set(new.kind),
        status: Set(DataRequestStatus::Requested),
        content_sealed: Set(Some(change.state().vault.seal_json(place(id), &content)?)),
        due_at: Set(deadline::due_at(policy, now)?),
        decision: Set(None),
        erased: Set("[]".to_owned()),
        kept: Set("[]".to_owned()),
        decided_at: Set(None),
        decided_by: Set(None),
        version: Set(1),
        created_at: Set(now),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(now),
    };
    let row = row.insert(change.db()).await.on_unique(DataRequestRefused::Open)?;
    change.note(&row, "create", facts(&row));
    Ok(row)
}

/// Moves a request along, with what the office says to it, and the classes of data that it erased and kept.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn decide(
    change: &mut Change,
    row: &Model,
    event: DataRequestEvent,
    decision: Option<String>,
    [erased, kept]: [Vec<&str>; 2],
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let by_office = event != DataRequestEvent::Withdraw;
    let set: [(Column, Value); 5] = [
        (Column::Decision, decision.into()),
        (Column::Erased, json!(erased).to_string().into()),
        (Column::Kept, json!(kept).to_string().into()),
        (Column::DecidedAt, by_office.then(|| change.now()).into()),
        (Column::DecidedBy, by_office.then(|| change.actor().to_owned()).into()),
    ];
    change.advance(row, &step, set, facts).await
}

/// A grant of a correction writes what is wanted, and one of an erasure erases what no law keeps.
///
/// # Errors
/// `illegal-transition`, those of a change of the record, or the database's own.
pub async fn grant(
    change: &mut Change,
    row: &Model,
    of: &seeker::Model,
    body: DataRequestGrant,
    codes: &crate::reference::Codes,
) -> Result<Model, Problem> {
    use disnaker_entity::privacy::DataRequestKind::{Correction, Erasure};
    lifecycle::step(row.status, DataRequestEvent::Grant)?;
    rules::grant(row.kind, &body)?;
    let extent = match row.kind {
        Correction => {
            let wanted = open(&change.state().vault, row)?.and_then(|content| content.wanted).unwrap_or_default();
            let patch = seekers::bodies::SeekerPatch { overrides: body.overrides, ..wanted };
            let office = seekers::rules::Hands { office: true, ..Default::default() };
            seekers::amend(change, of, office, &patch, codes).await?;
            [Vec::new(), Vec::new()]
        }
        Erasure => {
            rules::askable(row.kind, of.status)?;
            seekers::erase(change, of).await?;
            let (erased, kept) = rules::extent(of.status);
            [erased, kept]
        }
    };
    decide(change, row, DataRequestEvent::Grant, body.note, extent).await
}

/// Gives the open requests about a record to the one that takes its place. Where that one has an open request of the kind, the
/// other one stays where it is, and the office answers both.
///
/// # Errors
/// The database's own.
pub async fn follow(change: &mut Change, from: SeekerId, to: SeekerId) -> Result<(), Problem> {
    let select = Entity::find().filter(Column::SeekerId.is_in([from, to])).filter(waits());
    let rows = select.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await?;
    let (own, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.seeker_id == to);
    for row in others.iter().filter(|row| own.iter().all(|own| own.kind != row.kind)) {
        change.edit(row, [(Column::SeekerId, to.into())], facts).await?;
    }
    Ok(())
}

// What is forgotten --------------------------------------------------------------------------------

/// Requests that ended, whose words are still kept and whose time is over. In words, so that both engines take the index.
fn ended(until: &Until) -> Select<Entity> {
    let over = Entity::find().filter(Expr::cust("data_request.status <> 'requested'"));
    over.filter(Column::ContentSealed.is_not_null()).filter(until.over(Column::UpdatedAt, Column::Office))
}

/// How many requests ended and still have words, though their time is over.
///
/// # Errors
/// The database's own.
pub async fn due_to_forget<C: ConnectionTrait>(db: &C, until: &Until) -> Result<u64, DbErr> {
    ended(until).select_only().column(Column::Id).count(db).await
}

/// Forgets the words of the oldest of them, so many. Gives how many it were.
///
/// # Errors
/// The database's own.
pub async fn forget(change: &Change, until: &Until, most: u64) -> Result<u64, DbErr> {
    let select = ended(until).select_only().column(Column::Id).order_by_asc(Column::UpdatedAt).limit(most);
    let select = select.lock_exclusive();
    let ids: Vec<DataRequestId> = select.into_tuple().all(change.db()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let update = Entity::update_many()
        .col_expr(Column::ContentSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::Decision, Expr::value(None::<String>))
        .filter(among(change.db(), Column::Id, ids));
    Ok(update.exec(change.db()).await?.rows_affected)
}
