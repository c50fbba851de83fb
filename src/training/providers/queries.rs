//! The only SeaORM of providers, programmes and instructors.

use disnaker_entity::training::{
    InstructorId, PackageId, PackageStatus, ProgrammeId, ProviderId, ProviderStatus, instructor, package, programme,
    provider,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect, Select, Value,
};
use serde_json::json;

use super::bodies::{InstructorFilter, NewInstructor, NewProgramme, NewProvider, ProgrammeFilter, ProviderFilter};
use super::lifecycle::ProviderEvent;
use super::rules::ProviderRefusal;
use crate::caller::Sees;
use crate::change::Change;
use crate::journal::Entry;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{Kind, OnUnique, Problem};

crate::record!("training_provider", provider::Model, provider::Entity, ProviderStatus, |_| None);

// Providers --------------------------------------------------------------------------------------

/// Everybody sees all; whoever changes them those of their offices.
fn visible(seer: &impl Sees) -> Select<provider::Entity> {
    let scope = seer.scope();
    let all = provider::Entity::find();
    if scope.public { all } else { all.filter(scope.of_offices(provider::Column::Office)) }
}

/// A provider that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: ProviderId) -> Result<provider::Model, Problem> {
    visible(seer).filter(provider::Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock(change: &Change, id: ProviderId) -> Result<provider::Model, Problem> {
    let select = visible(change).filter(provider::Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Providers, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &ProviderFilter,
    part: &Part<ProviderId>,
) -> Result<Vec<provider::Model>, DbErr> {
    let select = visible(seer)
        .only(provider::Column::Office, filter.office.as_deref())
        .only(provider::Column::Kind, filter.kind)
        .only(provider::Column::Status, filter.status);
    part.newest(select, provider::Column::Id).all(db).await
}

/// Writes a provider.
///
/// # Errors
/// `already-exists`, or the database's own.
pub async fn insert(change: &mut Change, new: &NewProvider) -> Result<provider::Model, Problem> {
    let row = provider::Model {
        id: ProviderId(change.id()),
        office: new.office.clone(),
        kind: new.kind,
        name: new.name.trim().to_owned(),
        licence: new.licence.clone(),
        region: new.region.clone(),
        address: new.address.clone(),
        contact_name: new.contact.name.clone(),
        contact_email: new.contact.email.clone(),
        contact_phone: new.contact.phone.clone(),
        status: ProviderStatus::Active,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    let insert = provider::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(ProviderRefusal::Named)?;
    change.note(&row, "create", facts(&row));
    Ok(row)
}

/// Writes a provider's changed data.
///
/// # Errors
/// `already-exists`, `version-mismatch`, or the database's own.
pub async fn update(change: &mut Change, row: &provider::Model, new: &NewProvider) -> Result<provider::Model, Problem> {
    use provider::Column as Of;
    let set: [(Of, Value); 7] = [
        (Of::Name, new.name.trim().into()),
        (Of::Licence, new.licence.clone().into()),
        (Of::Region, new.region.clone().into()),
        (Of::Address, new.address.clone().into()),
        (Of::ContactName, new.contact.name.clone().into()),
        (Of::ContactEmail, new.contact.email.clone().into()),
        (Of::ContactPhone, new.contact.phone.clone().into()),
    ];
    change.edit(row, set, facts).await.on_unique(ProviderRefusal::Named)
}

/// Closes a provider, or opens it again.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn advance(
    change: &mut Change,
    row: &provider::Model,
    event: ProviderEvent,
) -> Result<provider::Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    change.advance(row, &step, [], facts).await
}

fn facts(row: &provider::Model) -> serde_json::Value {
    json!({"status": row.status, "kind": row.kind, "name": row.name, "region": row.region})
}

// Programmes -------------------------------------------------------------------------------------

fn visible_programmes(seer: &impl Sees) -> Select<programme::Entity> {
    let scope = seer.scope();
    let all = programme::Entity::find();
    if scope.public { all } else { all.filter(scope.of_offices(programme::Column::Office)) }
}

/// A programme that the caller may see.
pub async fn programme<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: ProgrammeId,
) -> Result<programme::Model, Problem> {
    visible_programmes(seer).filter(programme::Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock_programme(change: &Change, id: ProgrammeId) -> Result<programme::Model, Problem> {
    let select = visible_programmes(change).filter(programme::Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Programmes, newest first. An occupation has those below it, too.
pub async fn programmes<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &ProgrammeFilter,
    part: &Part<ProgrammeId>,
) -> Result<Vec<programme::Model>, DbErr> {
    let mut select = visible_programmes(seer).only(programme::Column::Office, filter.office.as_deref());
    if let Some(occupation) = &filter.occupation {
        select = select
            .filter(programme::Column::Occupation.gte(occupation.as_str()))
            .filter(programme::Column::Occupation.lt(format!("{occupation}~")));
    }
    part.newest(select, programme::Column::Id).all(db).await
}

/// Writes a programme.
///
/// # Errors
/// `already-exists`, or the database's own.
pub async fn insert_programme(
    change: &mut Change,
    new: &NewProgramme,
    hours: i32,
) -> Result<programme::Model, Problem> {
    let row = programme::Model {
        id: ProgrammeId(change.id()),
        office: new.office.clone(),
        name: new.name.trim().to_owned(),
        trade: new.trade.trim().to_owned(),
        occupation: new.occupation.clone(),
        education: new.education.clone(),
        hours,
        units: serde_json::to_string(&new.units).map_err(Problem::internal)?,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    let insert = programme::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(ProviderRefusal::Named)?;
    tell_programme(change, &row, "create");
    Ok(row)
}

/// Writes a changed programme over the one that was loaded.
///
/// # Errors
/// `already-exists`; `illegal-transition` for units of a class that is not over; `version-mismatch`; the database's own.
pub async fn update_programme(
    change: &mut Change,
    row: &programme::Model,
    new: &NewProgramme,
    hours: i32,
) -> Result<programme::Model, Problem> {
    use programme::Column as Of;
    let units = serde_json::to_string(&new.units).map_err(Problem::internal)?;
    if units != row.units && taught(change, row.id).await? {
        return Err(ProviderRefusal::Taught.into());
    }
    let update = programme::Entity::update_many()
        .col_expr(Of::Name, Expr::value(new.name.trim()))
        .col_expr(Of::Trade, Expr::value(new.trade.trim()))
        .col_expr(Of::Occupation, Expr::value(new.occupation.clone()))
        .col_expr(Of::Education, Expr::value(new.education.clone()))
        .col_expr(Of::Hours, Expr::value(hours))
        .col_expr(Of::Units, Expr::value(units))
        .col_expr(Of::Version, Expr::value(row.version + 1))
        .col_expr(Of::UpdatedAt, Expr::value(change.now()))
        .filter(Of::Id.eq(row.id))
        .filter(Of::Version.eq(row.version));
    let after = update.exec_with_returning(change.db()).await.on_unique(ProviderRefusal::Named)?.pop();
    let after = after.ok_or_else(|| Problem::new(Kind::VersionMismatch))?;
    tell_programme(change, &after, "update");
    Ok(after)
}

/// Whether a class of a programme takes applications, selects or runs.
async fn taught(change: &Change, id: ProgrammeId) -> Result<bool, DbErr> {
    use PackageStatus::{Open, Running, Selecting};
    let select = package::Entity::find().filter(package::Column::ProgrammeId.eq(id));
    let select = select.filter(package::Column::Status.is_in([Open, Selecting, Running]));
    let one = select.select_only().column(package::Column::Id).into_tuple::<PackageId>().one(change.db()).await?;
    Ok(one.is_some())
}

fn tell_programme(change: &mut Change, row: &programme::Model, event: &str) {
    change.tell(Entry {
        event: format!("training_programme.{event}"),
        office: row.office.clone(),
        company: None,
        subject_kind: "training_programme",
        subject_id: row.id.to_string(),
        version: row.version,
        body: json!({"name": row.name, "trade": row.trade, "occupation": row.occupation, "hours": row.hours}),
    });
}

// Instructors ------------------------------------------------------------------------------------

/// Instructors of the caller's offices and of the caller's providers.
fn visible_instructors(seer: &impl Sees) -> Select<instructor::Entity> {
    let scope = seer.scope();
    let any = Condition::any().add(scope.of_offices(instructor::Column::Office));
    instructor::Entity::find().filter(any.add(scope.of_providers(instructor::Column::ProviderId)))
}

/// An instructor that the caller may see.
pub async fn instructor<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: InstructorId,
) -> Result<instructor::Model, Problem> {
    visible_instructors(seer).filter(instructor::Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock_instructor(change: &Change, id: InstructorId) -> Result<instructor::Model, Problem> {
    let select = visible_instructors(change).filter(instructor::Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Instructors, newest first.
pub async fn instructors<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &InstructorFilter,
    part: &Part<InstructorId>,
) -> Result<Vec<instructor::Model>, DbErr> {
    let select = visible_instructors(seer)
        .only(instructor::Column::Office, filter.office.as_deref())
        .only(instructor::Column::ProviderId, filter.provider_id);
    part.newest(select, instructor::Column::Id).all(db).await
}

/// The provider of an instructor whom the caller may write down: of their offices, or their own.
///
/// # Errors
/// The database's own.
pub async fn employer(change: &Change, id: ProviderId) -> Result<Option<provider::Model>, DbErr> {
    let scope = change.scope();
    let any = Condition::any().add(scope.of_offices(provider::Column::Office));
    let any = any.add(scope.of_providers(provider::Column::Id));
    provider::Entity::find_by_id(id).filter(any).lock_shared().one(change.db()).await
}

/// Writes an instructor.
///
/// # Errors
/// The database's own.
pub async fn insert_instructor(
    change: &mut Change,
    new: &NewInstructor,
    employer: &provider::Model,
) -> Result<instructor::Model, Problem> {
    let row = instructor::Model {
        id: InstructorId(change.id()),
        provider_id: employer.id,
        office: employer.office.clone(),
        name: new.name.trim().to_owned(),
        registration: new.registration.clone(),
        trades: serde_json::to_string(&new.trades).map_err(Problem::internal)?,
        certificate: new.certificate.clone(),
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    let insert = instructor::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await?;
    tell_instructor(change, &row, "create");
    Ok(row)
}

/// Writes a changed instructor over the one that was loaded.
///
/// # Errors
/// `version-mismatch`, or the database's own.
pub async fn update_instructor(
    change: &mut Change,
    row: &instructor::Model,
    new: &NewInstructor,
) -> Result<instructor::Model, Problem> {
    use instructor::Column as Of;
    let trades = serde_json::to_string(&new.trades).map_err(Problem::internal)?;
    let update = instructor::Entity::update_many()
        .col_expr(Of::Name, Expr::value(new.name.trim()))
        .col_expr(Of::Registration, Expr::value(new.registration.clone()))
        .col_expr(Of::Trades, Expr::value(trades))
        .col_expr(Of::Certificate, Expr::value(new.certificate.clone()))
        .col_expr(Of::Version, Expr::value(row.version + 1))
        .col_expr(Of::UpdatedAt, Expr::value(change.now()))
        .filter(Of::Id.eq(row.id))
        .filter(Of::Version.eq(row.version));
    let after = update.exec_with_returning(change.db()).await?.pop();
    let after = after.ok_or_else(|| Problem::new(Kind::VersionMismatch))?;
    tell_instructor(change, &after, "update");
    Ok(after)
}

/// Says nothing of who it is.
fn tell_instructor(change: &mut Change, row: &instructor::Model, event: &str) {
    change.tell(Entry {
        event: format!("instructor.{event}"),
        office: row.office.clone(),
        company: None,
        subject_kind: "instructor",
        subject_id: row.id.to_string(),
        version: row.version,
        body: json!({"provider_id": row.provider_id}),
    });
}
