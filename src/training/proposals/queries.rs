//! The only SeaORM of proposals.

use disnaker_entity::training::{PackageId, PackageStatus, package};
use disnaker_entity::training_need::proposal::{Column, Entity, Model};
use disnaker_entity::training_need::{TrainingProposalId, TrainingProposalStatus, proposal};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use serde_json::json;

use super::bodies::{NewTrainingProposal, ProposalAnswer, TrainingProposalFilter};
use super::lifecycle::ProposalEvent;
use super::rules::{MOST_OPEN, ProposalRefusal};
use crate::caller::Sees;
use crate::change::Change;
use crate::check::{Checks, NOT_ALLOWED, UNKNOWN_REFERENCE};
use crate::db::among;
use crate::lifecycle;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::privacy::retention::Until;
use crate::problem::{Problem, Text};

crate::record!("training_proposal", proposal::Model, proposal::Entity, TrainingProposalStatus, |_| None);

/// Why a proposal is looked into again.
const PACKAGE_CANCELLED: &str = "Paket yang menjawabnya dibatalkan";

/// Proposals for the caller's offices, and those that the caller proposed.
fn visible(seer: &impl Sees, actor: &str) -> Select<Entity> {
    let own = Column::Owner.eq(actor);
    Entity::find().filter(Condition::any().add(seer.scope().of_offices(Column::Office)).add(own))
}

/// A proposal that the caller may see.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    actor: &str,
    id: TrainingProposalId,
) -> Result<Model, Problem> {
    visible(seer, actor).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock(change: &Change, id: TrainingProposalId) -> Result<Model, Problem> {
    let select = visible(change, change.actor()).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// A proposal for an office of the caller's, locked: nobody decides on what they proposed elsewhere.
pub async fn lock_for_office(change: &Change, id: TrainingProposalId) -> Result<Model, Problem> {
    let of_office = Entity::find().filter(change.scope().of_offices(Column::Office));
    let select = of_office.filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Proposals, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    actor: &str,
    filter: &TrainingProposalFilter,
    part: &Part<TrainingProposalId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer, actor)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Status, filter.status)
        .only(Column::Kind, filter.kind)
        .only(Column::TargetGroup, filter.target_group);
    part.newest(select, Column::Id).all(db).await
}

/// What waits for an answer, as the index has it.
#[must_use]
pub fn waits() -> Expr {
    Expr::cust("training_proposal.status IN ('proposed', 'under_review')")
}

/// Writes a proposal for an office. Whoever proposes owns it, unless an officer of that office writes it down for somebody.
///
/// # Errors
/// `capacity-exhausted` where too many of the owner's wait, or the database's own.
pub async fn propose(change: &mut Change, new: &NewTrainingProposal, office: String) -> Result<Model, Problem> {
    let owner = (!change.scope().covers_office(&office)).then(|| change.actor().to_owned());
    if let Some(owner) = &owner {
        let open = Entity::find().filter(Column::Owner.eq(owner.as_str())).filter(waits());
        if open.count(change.db()).await? >= MOST_OPEN {
            return Err(ProposalRefusal::TooMany.into());
        }
    }
    let row = Model {
        id: TrainingProposalId(change.id()),
        office,
        owner,
        organisation: new.organisation.clone(),
        kind: new.kind,
        contact_name: Some(new.contact.name.clone()),
        contact_email: Some(new.contact.email.clone()),
        contact_phone: new.contact.phone.clone(),
        topic: new.topic.clone(),
        target_group: new.target_group,
        persons: new.persons,
        region: new.region.clone(),
        village: new.village.clone(),
        accommodation: new.accommodation.clone(),
        wished_from: new.wished_from,
        wished_until: new.wished_until,
        status: TrainingProposalStatus::Proposed,
        status_reason: None,
        package_id: None,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    change.note(&row, "propose", facts(&row));
    count(change, &row, 1);
    Ok(row)
}

/// What the feed says of it: nothing that was written in words, which may name people.
fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "kind": row.kind, "target_group": row.target_group, "persons": row.persons,
        "region": row.region, "package_id": row.package_id,
    })
}

/// Counts a proposal, or counts it back.
fn count(change: &mut Change, row: &Model, quantity: i64) {
    change.count(Movement {
        kind: "training_proposal",
        office: row.office.clone(),
        effective_on: change.moment(&row.office).today,
        quantity,
        subject: row.id.0,
        region: Some(row.region.clone()),
        target_group: Some(row.target_group.as_str()),
        ..Movement::default()
    });
}

/// Looks into a proposal.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn review(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, ProposalEvent::Review)?;
    change.advance(row, &step, [], facts).await
}

/// Accepts a proposal with the package that answers it.
///
/// # Errors
/// `invalid-content` for another office's package or a cancelled one; `illegal-transition`; the database's own.
pub async fn accept(change: &mut Change, row: &Model, answer: &ProposalAnswer) -> Result<Model, Problem> {
    use package::Column as P;
    let select = package::Entity::find_by_id(answer.package_id).filter(P::Office.eq(row.office.as_str()));
    let select = select.select_only().column(P::Status).lock_shared();
    let status: Option<PackageStatus> = select.into_tuple().one(change.db()).await?;
    let mut checks = Checks::default();
    match status {
        None => {
            let expected = Text::of("paket pelatihan dinas ini", "a training package of this office");
            checks.fault("/package_id", UNKNOWN_REFERENCE, answer.package_id.to_string(), expected);
        }
        Some(status @ PackageStatus::Cancelled) => {
            let expected = Text::of("paket yang tidak dibatalkan", "a package that is not cancelled");
            checks.fault("/package_id", NOT_ALLOWED, status.as_str(), expected);
        }
        Some(_) => {}
    }
    checks.done()?;
    let step = lifecycle::step(row.status, ProposalEvent::Accept)?;
    let set: (Column, Value) = (Column::PackageId, Some::<PackageId>(answer.package_id).into());
    change.advance(row, &step, [set], facts).await
}

/// Holds a package that is to answer a proposal, before the proposal is locked: in the order in which a cancellation takes them.
///
/// # Errors
/// The database's own.
pub async fn hold(change: &Change, id: PackageId) -> Result<(), DbErr> {
    let select = package::Entity::find_by_id(id).select_only().column(package::Column::Id).lock_shared();
    select.into_tuple::<PackageId>().one(change.db()).await.map(drop)
}

/// Opens the proposals again that a package answered, which is locked and was cancelled.
///
/// # Errors
/// The database's own.
pub async fn package_cancelled(change: &mut Change, id: PackageId) -> Result<(), Problem> {
    let select = Entity::find().filter(Column::PackageId.eq(id)).order_by_asc(Column::Id);
    for row in select.lock_exclusive().all(change.db()).await? {
        let step = lifecycle::step(row.status, ProposalEvent::Reopen)?;
        let set: [(Column, Value); 2] = [
            (Column::PackageId, None::<PackageId>.into()),
            (Column::StatusReason, Some(PACKAGE_CANCELLED.to_owned()).into()),
        ];
        change.advance(&row, &step, set, facts).await?;
    }
    Ok(())
}

/// Declines a proposal, with a reason.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn decline(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, ProposalEvent::Decline)?;
    let set: (Column, Value) = (Column::StatusReason, Some(reason.to_owned()).into());
    change.advance(row, &step, [set], facts).await
}

/// Takes a proposal back that the caller proposed, or wrote down for somebody; it is counted back.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, ProposalEvent::Withdraw)?;
    if !proposed_by(row, change, change.actor()) {
        return Err(ProposalRefusal::NotProposer.into());
    }
    let after = change.advance(row, &step, [], facts).await?;
    count(change, &after, -1);
    Ok(after)
}

/// Whether a proposal was made by whoever may take it back.
pub fn proposed_by(row: &Model, seer: &impl Sees, actor: &str) -> bool {
    let offices = seer.scope_of::<crate::access::permissions::ProposeTraining>();
    row.owner.as_deref().map_or_else(|| offices.covers_office(&row.office), |owner| owner == actor)
}

// Forgetting -------------------------------------------------------------------------------------

/// Proposals that were decided or taken back, of which it is still known whom to ask and whose time is over. In words, so that
/// both engines take the index.
fn ended(until: &Until) -> Select<Entity> {
    let over = Expr::cust(
        "training_proposal.status IN ('accepted', 'declined', 'withdrawn') AND training_proposal.contact_name IS NOT NULL",
    );
    Entity::find().filter(over).filter(until.over(Column::UpdatedAt, Column::Office))
}

/// How many proposals are to be forgotten.
///
/// # Errors
/// The database's own.
pub async fn due_to_forget<C: ConnectionTrait>(db: &C, until: &Until) -> Result<u64, DbErr> {
    ended(until).select_only().column(Column::Id).count(db).await
}

/// Forgets of the oldest of them whom to ask, so many; that they were stays. Gives how many it were.
///
/// # Errors
/// The database's own.
pub async fn forget(change: &Change, until: &Until, most: u64) -> Result<u64, DbErr> {
    let select = ended(until).select_only().column(Column::Id).order_by_asc(Column::UpdatedAt).limit(most);
    let ids: Vec<TrainingProposalId> = select.lock_exclusive().into_tuple().all(change.db()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let nothing = || Expr::value(None::<String>);
    let update = Entity::update_many()
        .col_expr(Column::ContactName, nothing())
        .col_expr(Column::ContactEmail, nothing())
        .col_expr(Column::ContactPhone, nothing())
        .filter(among(change.db(), Column::Id, ids));
    Ok(update.exec(change.db()).await?.rows_affected)
}
