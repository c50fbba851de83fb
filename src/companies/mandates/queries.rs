//! The only SeaORM of the mandates.

use std::collections::HashMap;
use std::sync::Arc;

use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::mandate::{Column, Entity, MandateId, MandateStatus, Model};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde_json::json;

use super::bodies::{MandateFilter, NewMandate};
use super::lifecycle::MandateEvent;
use super::rules::{self, Given};
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::companies;
use crate::journal::Entry;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{Kind, OnUnique, Problem};

crate::record!(
    "mandate",
    disnaker_entity::mandate::Model,
    disnaker_entity::mandate::Entity,
    MandateStatus,
    |row| Some(row.company_id.0)
);

/// Mandates of the caller's companies, given or taken, and those of the companies that the caller's offices look after.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let scope = seer.scope();
    let (given, taken) = (scope.of_companies(Column::CompanyId), scope.of_companies(Column::AgentCompanyId));
    let mut any = Condition::any().add(given).add(taken);
    if scope.is_staff() {
        any = any.add(Column::CompanyId.in_subquery(companies_seen(scope)));
    }
    Entity::find().filter(any)
}

fn companies_seen(scope: &Scope) -> SelectStatement {
    let companies = company::Entity::find().select_only().column(company::Column::Id);
    companies.filter(scope.of_offices(company::Column::Office)).into_query()
}

/// A mandate that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: MandateId) -> Result<Option<Model>, DbErr> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await
}

/// A mandate that the caller may see, locked.
pub async fn lock(change: &Change, id: MandateId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &MandateFilter,
    part: &Part<MandateId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::Status, filter.status)
        .only(Column::CompanyId, filter.company_id)
        .only(Column::AgentCompanyId, filter.agent_company_id);
    part.newest(select, Column::Id).all(db).await
}

/// The names of the companies of some mandates.
pub async fn names<C: ConnectionTrait>(db: &C, rows: &[Model]) -> Result<HashMap<CompanyId, String>, DbErr> {
    companies::names(db, rows.iter().flat_map(|row| [row.company_id, row.agent_company_id])).await
}

/// The company that a new mandate names as agent. Whoever gives a mandate knows it from outside, so its sight does not count.
async fn agent_of<C: ConnectionTrait>(db: &C, new: &NewMandate) -> Result<Option<CompanyId>, DbErr> {
    use company::Column as C;
    let select = company::Entity::find().select_only().column(C::Id);
    let select = match (&new.agent_company_id, &new.agent_nib) {
        (Some(id), None) => select.filter(C::Id.eq(*id)),
        (None, Some(nib)) => {
            let branch = new.agent_branch.as_deref().unwrap_or("pusat").trim();
            select.filter(C::Nib.eq(nib.as_str())).filter(C::Branch.eq(branch))
        }
        _ => return Ok(None),
    };
    select.into_tuple().one(db).await
}

/// Gives a mandate for a company that the caller may name.
///
/// # Errors
/// `invalid-content`; `already-exists` where one of these two companies runs.
pub async fn give(change: &mut Change, new: &NewMandate) -> Result<Model, Problem> {
    let office = companies::share(change, new.company_id).await?.office;
    let agent = agent_of(change.db(), new).await?;
    let given = rules::check(new, agent, &change.book(), &office, &change.moment(&office))?;
    insert(change, new.company_id, &office, &given).await
}

async fn insert(change: &mut Change, company: CompanyId, office: &str, given: &Given) -> Result<Model, Problem> {
    let running = Entity::find()
        .filter(Column::CompanyId.eq(company))
        .filter(Column::AgentCompanyId.eq(given.agent))
        .filter(Column::Status.eq(MandateStatus::Active))
        .filter(Column::EndsAt.lte(change.now()));
    // One whose time is over stands in nobody's way, also before the sweep has seen it.
    if let Some(over) = running.lock_exclusive().one(change.db()).await? {
        advance(change, &over, MandateEvent::Expire).await?;
    }
    let (book, words) = (change.book(), given.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>());
    let after_last = given.until.succ_opt().ok_or_else(|| Problem::internal("a last day at the end of time"))?;
    let row = disnaker_entity::mandate::ActiveModel {
        id: Set(MandateId(change.id())),
        company_id: Set(company),
        agent_company_id: Set(given.agent),
        office: Set(office.to_owned()),
        scopes: Set(words.join(" ")),
        valid_from: Set(given.from),
        expires_on: Set(given.until),
        begins_at: Set(book.midnight(given.from, office)),
        ends_at: Set(book.midnight(after_last, office)),
        status: Set(MandateStatus::Active),
        ended_at: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    };
    let row = row.insert(change.db()).await.on_unique(Problem::new(Kind::AlreadyExists))?;
    change.note(&row, "create", facts(&row));
    announce(change, &row, "create");
    Ok(row)
}

/// Ends a mandate.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn advance(change: &mut Change, row: &Model, event: MandateEvent) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let after = change.advance(row, &step, [(Column::EndedAt, change.now().into())], facts).await?;
    announce(change, &after, step.event());
    Ok(after)
}

/// Tells the agent as well, and forgets what everybody's roles were.
fn announce(change: &mut Change, row: &Model, event: &str) {
    change.tell(Entry {
        event: format!("mandate.{event}"),
        office: String::new(),
        company: Some(row.agent_company_id.0),
        subject_kind: "mandate",
        subject_id: row.id.to_string(),
        version: row.version,
        body: facts(row),
    });
    change.afterwards(|state| state.grants.clear());
}

fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "company_id": row.company_id, "agent_company_id": row.agent_company_id,
        "scopes": row.scopes().collect::<Vec<_>>(), "valid_from": row.valid_from, "expires_on": row.expires_on,
    })
}

/// Ends the mandates whose last day has passed, many a transaction. Access has ended by then.
///
/// # Errors
/// The database's own.
pub async fn expire(state: &Arc<State>) -> Result<(), Problem> {
    let running = Entity::find().filter(Expr::cust("mandate.status = 'active'"));
    let over = running.filter(Column::EndsAt.lte(state.clock.now())).order_by_asc(Column::Id).limit(200);
    // Nothing to do is what it nearly always is: no transaction for that.
    while over.clone().one(state.db.reader()).await?.is_some() {
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        for row in over.clone().lock_exclusive().all(change.db()).await? {
            advance(&mut change, &row, MandateEvent::Expire).await?;
        }
        change.commit().await?;
    }
    Ok(())
}
