//! The only SeaORM of this room.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use disnaker_entity::plumbing::{checkpoint, idempotency, journal, journal_position};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::bodies::EventFilter;
use crate::access::permissions::{AnswerConsultations, AssignCases, HandleComplaints, MediateCases};
use crate::app::State;
use crate::caller::Sees;
use crate::db::among;
use crate::paging::Part;
use crate::problem::Problem;

/// A journal row with its position.
#[derive(FromQueryResult)]
pub struct Event {
    pub position: i64,
    pub id: Uuid,
    pub recorded_at: DateTime<Utc>,
    pub event: String,
    pub office: String,
    pub company_id: Option<Uuid>,
    pub subject_kind: String,
    pub subject_id: String,
    pub version: i64,
    pub body: String,
}

/// The last position that is given.
pub async fn head<C: ConnectionTrait>(db: &C) -> Result<i64, DbErr> {
    let select = journal_position::Entity::find().select_only().column(journal_position::Column::Position);
    let last = select.order_by_desc(journal_position::Column::Position).limit(1).into_tuple().one(db).await?;
    Ok(last.unwrap_or_default())
}

/// Events of the caller's offices and companies after a position, up to the head that was read before.
pub async fn events<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &EventFilter,
    after: i64,
    head: i64,
    limit: u64,
) -> Result<Vec<Event>, DbErr> {
    use journal::Column as J;
    let mut select = journal_position::Entity::find()
        .select_only()
        .column(journal_position::Column::Position)
        .join(JoinType::InnerJoin, relation())
        .columns([
            J::Id,
            J::RecordedAt,
            J::Event,
            J::Office,
            J::CompanyId,
            J::SubjectKind,
            J::SubjectId,
            J::Version,
            J::Body,
        ])
        .filter(journal_position::Column::Position.gt(after))
        .filter(journal_position::Column::Position.lte(head))
        .filter(Condition::any().add(seer.scope().of_offices(J::Office)).add(companies(seer)))
        .filter(told_to(seer));
    if let Some(office) = &filter.office {
        select = select.filter(J::Office.eq(office.as_str()));
    }
    if let Some(types) = &filter.types {
        let types: Vec<_> = types.split(',').map(|kind| kind.trim().to_owned()).collect();
        let whole = Condition::any().add(among(db, J::Event, types.clone()));
        select = select.filter(whole.add(among(db, J::SubjectKind, types)));
    }
    select.order_by_asc(journal_position::Column::Position).limit(limit).into_model().all(db).await
}

/// What somebody must not find they do not hear of: of what is confidential, and of its clocks, those of the office are told whose work
/// it is.
fn told_to(seer: &impl Sees) -> Condition {
    use journal::Column as J;
    let work = [
        (&["mediation_case", "mediation_hearing"][..], "mediation.", {
            let (admins, mediators) = (seer.scope_of::<AssignCases>(), seer.scope_of::<MediateCases>());
            Condition::any().add(admins.of_offices(J::Office)).add(mediators.of_offices(J::Office))
        }),
        (&["consultation"], "consultation.", seer.scope_of::<AnswerConsultations>().of_offices(J::Office)),
        (&["complaint"], "complaint.", seer.scope_of::<HandleComplaints>().of_offices(J::Office)),
    ];
    work.into_iter().fold(Condition::all(), |all, (kinds, rules, theirs)| {
        let clock =
            Condition::all().add(J::SubjectKind.eq("deadline")).add(J::Body.contains(format!("\"rule\":\"{rules}")));
        let confidential = Condition::any().add(J::SubjectKind.is_in(kinds.iter().copied())).add(clock);
        all.add(Condition::any().add(confidential.not()).add(theirs))
    })
}

fn companies(seer: &impl Sees) -> Condition {
    seer.scope().of_companies(journal::Column::CompanyId)
}

fn relation() -> sea_orm::RelationDef {
    journal_position::Entity::belongs_to(journal::Entity)
        .from(journal_position::Column::Seq)
        .to(journal::Column::Seq)
        .into()
}

/// Checkpoints before a position, newest first, and one more than the limit.
pub async fn checkpoints<C: ConnectionTrait>(db: &C, part: &Part<i64>) -> Result<Vec<checkpoint::Model>, DbErr> {
    part.newest(checkpoint::Entity::find(), checkpoint::Column::Position).all(db).await
}

/// Deletes the answers of idempotency keys after 24 hours.
///
/// # Errors
/// The database's own.
pub async fn forget_old_answers(state: &Arc<State>) -> Result<(), Problem> {
    let before = state.clock.now() - Duration::hours(24);
    idempotency::Entity::delete_many()
        .filter(idempotency::Column::CreatedAt.lt(before))
        .exec(state.db.writer())
        .await?;
    Ok(())
}
