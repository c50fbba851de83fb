//! The only SeaORM of this room.

use std::collections::HashMap;

use disnaker_entity::access::Role;
use disnaker_entity::company::{Column, CompanyId, CompanyStatus, Entity, Model};
use sea_orm::sea_query::{LockType, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    Select, Value,
};
use serde_json::json;

use super::bodies::{CompanyFilter, NewCompany};
use super::employment;
use super::lifecycle::CompanyEvent;
use super::rules::CompanyRefusal;
use crate::access;
use crate::caller::{Identity, Realm, Sees};
use crate::change::Change;
use crate::db::among;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{OnUnique, Problem};
use crate::vacancies;

crate::record!(
    "company",
    disnaker_entity::company::Model,
    disnaker_entity::company::Entity,
    CompanyStatus,
    |row| Some(row.id.0)
);

fn visible(seer: &impl Sees) -> Select<Entity> {
    Entity::find().filter(seer.scope().of_either(Column::Office, Column::Id))
}

/// A company that the caller may see.
///
/// # Errors
/// The database's own.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: CompanyId) -> Result<Option<Model>, DbErr> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await
}

/// A company that the caller may see, locked; not against rows that name it, which whoever waits here may have written already.
///
/// # Errors
/// `not-found`, or the database's own.
pub async fn lock(change: &Change, id: CompanyId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock(LockType::NoKeyUpdate);
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// The company of a record, locked whoever of its offices may see it: what is counted of it, one change at a time counts.
///
/// # Errors
/// The database's own.
pub async fn hold(change: &Change, id: CompanyId) -> Result<Model, Problem> {
    let select = Entity::find_by_id(id).lock(LockType::NoKeyUpdate);
    select.one(change.db()).await?.ok_or_else(|| Problem::internal("a record without its company"))
}

/// The company of a report, held as it is until the transaction ends: it is not verified or rejected meanwhile.
///
/// # Errors
/// The database's own.
pub async fn share(change: &Change, id: CompanyId) -> Result<Model, Problem> {
    let select = Entity::find_by_id(id).lock_shared();
    select.one(change.db()).await?.ok_or_else(|| Problem::internal("a report without its company"))
}

/// The company that owns the one record of a select of owners, held as of [`share`]; none where the select finds no record.
///
/// A company is locked before its reports, everywhere where a change locks both: bulk filing has its company when it looks for
/// the reports that it changes, so whoever files a single report takes the company first as well. An office that decides on a
/// filed report may take them the other way round, since bulk filing locks no report that lies with the office.
///
/// # Errors
/// `not-found`, or the database's own.
pub async fn share_owner(change: &Change, owner: SelectStatement) -> Result<Model, Problem> {
    let select = Entity::find().filter(Column::Id.in_subquery(owner)).lock_shared();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// The names of companies that the caller's own rows name.
///
/// # Errors
/// The database's own.
pub async fn names<C: ConnectionTrait>(
    db: &C,
    ids: impl IntoIterator<Item = CompanyId>,
) -> Result<HashMap<CompanyId, String>, DbErr> {
    let select = Entity::find().select_only().columns([Column::Id, Column::Name]).filter(among(db, Column::Id, ids));
    let rows: Vec<(CompanyId, String)> = select.into_tuple().all(db).await?;
    Ok(rows.into_iter().collect())
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &CompanyFilter,
    part: &Part<CompanyId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::Status, filter.status)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Nib, filter.nib.as_deref())
        .only(Column::Sector, filter.sector.as_deref());
    part.newest(select, Column::Id).all(db).await
}

/// Registers a company; whoever registers it becomes its admin.
///
/// # Errors
/// `company-exists`, or the database's own.
pub async fn insert(change: &mut Change, new: &NewCompany, office: &str, creator: &Identity) -> Result<Model, Problem> {
    let row = disnaker_entity::company::ActiveModel {
        id: Set(CompanyId(change.id())),
        nib: Set(new.nib.clone()),
        branch: Set(new.branch.trim().to_owned()),
        name: Set(new.name.trim().to_owned()),
        legal_form: Set(new.legal_form.as_str().to_owned()),
        sector: Set(new.sector.clone()),
        sector_edition: Set(new.sector_edition.clone()),
        kbli_code: Set(new.kbli_code.clone()),
        region: Set(new.region.clone()),
        address: Set(new.address.clone()),
        contact_name: Set(new.contact.name.clone()),
        contact_email: Set(new.contact.email.clone()),
        contact_phone: Set(new.contact.phone.clone()),
        workers_men: Set(new.workforce.men),
        workers_women: Set(new.workforce.women),
        workers_with_disability: Set(new.workforce.with_disability),
        office: Set(office.to_owned()),
        status: Set(CompanyStatus::Registered),
        status_reason: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
        clocked: Set(true),
    };
    let row = row.insert(change.db()).await.on_unique(CompanyRefusal::Exists)?;
    change.note(&row, "register", json!({"name": row.name, "sector": row.sector, "region": row.region}));
    access::give(change, creator, Role::CompanyAdmin, &Realm::Company(row.id)).await?;
    employment::begin(change, &[(row.id, row.office.clone())]).await?;
    Ok(row)
}

/// Writes a company's changed data.
pub async fn update(change: &mut Change, row: &Model, new: &NewCompany, office: &str) -> Result<Model, Problem> {
    let set: Vec<(Column, Value)> = vec![
        (Column::Name, new.name.trim().into()),
        (Column::LegalForm, new.legal_form.as_str().into()),
        (Column::Sector, new.sector.clone().into()),
        (Column::SectorEdition, new.sector_edition.clone().into()),
        (Column::KbliCode, new.kbli_code.clone().into()),
        (Column::Region, new.region.clone().into()),
        (Column::Address, new.address.clone().into()),
        (Column::ContactName, new.contact.name.clone().into()),
        (Column::ContactEmail, new.contact.email.clone().into()),
        (Column::ContactPhone, new.contact.phone.clone().into()),
        (Column::WorkersMen, new.workforce.men.into()),
        (Column::WorkersWomen, new.workforce.women.into()),
        (Column::WorkersWithDisability, new.workforce.with_disability.into()),
        (Column::Office, office.into()),
    ];
    let body = json!({"name": new.name.trim(), "sector": new.sector, "region": new.region, "office": office});
    let after = change.edit(row, set, |_| body.clone()).await?;
    employment::relocate(change, row, &after).await?;
    if after.office != row.office {
        // The office that it leaves is told as well.
        change.note(row, "leave", body);
    }
    if row.status == CompanyStatus::Verified && (after.name != row.name || after.office != row.office) {
        let step = lifecycle::step(row.status, CompanyEvent::Change)?;
        return change.advance(&after, &step, [], status).await;
    }
    Ok(after)
}

/// Decides on a company: verified, its held vacancies are published; rejected, they are closed.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn review(
    change: &mut Change,
    row: &Model,
    event: CompanyEvent,
    reason: Option<&str>,
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let decided = event != CompanyEvent::Resubmit;
    let set: Vec<(Column, Value)> = vec![
        (Column::StatusReason, reason.map(str::to_owned).into()),
        (Column::DecidedAt, decided.then(|| change.now()).into()),
        (Column::DecidedBy, decided.then(|| change.actor().to_owned()).into()),
    ];
    let after = change.advance(row, &step, set, status).await?;
    match event {
        CompanyEvent::Verify => vacancies::release(change, row.id).await?,
        CompanyEvent::Reject => vacancies::close_all(change, row.id).await?,
        CompanyEvent::Resubmit | CompanyEvent::Change => {}
    }
    Ok(after)
}

fn status(row: &Model) -> serde_json::Value {
    json!({"status": row.status})
}
