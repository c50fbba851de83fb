//! The only SeaORM of needs.

use std::collections::HashMap;

use disnaker_entity::company::CompanyId;
use disnaker_entity::training::{PackageId, PackageStatus, package};
use disnaker_entity::training_need::need::{Column, Entity, Model};
use disnaker_entity::training_need::{TrainingNeedId, TrainingNeedStatus, answer, need};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
use serde_json::json;

use super::bodies::{NeedAnswer, NeedPackageView, NewTrainingNeed, TrainingNeedFilter};
use super::lifecycle::NeedEvent;
use super::rules::{self, MOST_PACKAGES, NeedRefusal};
use crate::book::OWN_OFFICE;
use crate::caller::Sees;
use crate::change::Change;
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, UNKNOWN_REFERENCE};
use crate::companies;
use crate::db::among;
use crate::lifecycle;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::problem::{Problem, Text};
use crate::reference::Codes;

crate::record!("training_need", need::Model, need::Entity, TrainingNeedStatus, |row| row.company_id.map(|id| id.0));

/// Why a need is open again whose package was cancelled.
const PACKAGE_CANCELLED: &str = "Paket yang menjawabnya dibatalkan";

/// Needs of the caller's offices and companies.
fn visible(seer: &impl Sees) -> Select<Entity> {
    Entity::find().filter(seer.scope().of_either(Column::Office, Column::CompanyId))
}

/// A need that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: TrainingNeedId) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock(change: &Change, id: TrainingNeedId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Needs, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &TrainingNeedFilter,
    part: &Part<TrainingNeedId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::CompanyId, filter.company_id)
        .only(Column::Status, filter.status)
        .only(Column::Priority, filter.priority)
        .only(Column::Occupation, filter.occupation.as_deref());
    part.newest(select, Column::Id).all(db).await
}

/// The packages that answer a need.
pub async fn packages<C: ConnectionTrait>(db: &C, id: TrainingNeedId) -> Result<Vec<NeedPackageView>, DbErr> {
    use {answer::Column as A, package::Column as P};
    let of_package = answer::Entity::belongs_to(package::Entity).from(A::PackageId).to(P::Id).into();
    answer::Entity::find()
        .filter(A::NeedId.eq(id))
        .join(JoinType::InnerJoin, of_package)
        .select_only()
        .columns([A::PackageId, A::Seats])
        .columns([P::Number, P::Status, P::StartsOn])
        .order_by_asc(P::Number)
        .into_model()
        .all(db)
        .await
}

// Telling ----------------------------------------------------------------------------------------

/// Who tells a need to whom.
struct Teller {
    office: String,
    company_id: Option<CompanyId>,
    by_company: bool,
    organisation: String,
}

/// Writes a need down.
///
/// # Errors
/// `invalid-content` with every fault.
pub async fn propose(change: &mut Change, new: &NewTrainingNeed, codes: &Codes) -> Result<Model, Problem> {
    let mut checks = Checks::default();
    let teller = teller(change, new, &mut checks).await?;
    let today = change.moment(&teller.office).today;
    rules::check(&mut checks, new, codes, today);
    checks.done()?;
    let meeting = new.meeting.as_ref();
    let row = Model {
        id: TrainingNeedId(change.id()),
        office: teller.office,
        company_id: teller.company_id,
        by_company: teller.by_company,
        organisation: teller.organisation,
        forum: meeting.map(|meeting| meeting.forum),
        held_on: meeting.map(|meeting| meeting.held_on),
        place: meeting.map(|meeting| meeting.place.clone()),
        occupation: new.occupation.clone(),
        skill: new.skill.clone(),
        units: serde_json::to_string(&new.units).map_err(Problem::internal)?,
        persons: new.persons,
        priority: new.priority,
        wanted_by: new.wanted_by,
        note: new.note.clone(),
        status: TrainingNeedStatus::Proposed,
        status_reason: None,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    change.note(&row, "propose", facts(&row));
    Ok(row)
}

/// Who tells it to whom: a company of the caller's to its office, or an office what it heard, which says where.
async fn teller(change: &Change, new: &NewTrainingNeed, checks: &mut Checks) -> Result<Teller, Problem> {
    let scope = change.scope();
    let company = match new.company_id {
        Some(id) => companies::find(change.db(), change, id).await?,
        None => None,
    };
    let by_company = company.as_ref().is_some_and(|company| scope.covers_company(company.id));
    let staff = scope.is_staff();
    if company.is_none() {
        let expected = if staff {
            Text::of("perusahaan dinas Anda", "a company of your office")
        } else {
            Text::of("perusahaan Anda", "a company of yours")
        };
        match new.company_id {
            Some(id) => checks.fault("/company_id", UNKNOWN_REFERENCE, id.to_string(), expected),
            None if !staff => checks.fault("/company_id", REQUIRED, serde_json::Value::Null, expected),
            None if new.organisation.is_none() => {
                let expected = Text::of("nama organisasi", "the name of the organisation");
                checks.fault("/organisation", REQUIRED, serde_json::Value::Null, expected);
            }
            None => {}
        }
    }
    let home = company.as_ref().map(|company| company.office.as_str());
    let cut = |office: &str| office.chars().take(20).collect::<String>();
    match new.office.as_deref() {
        Some(office) if by_company && home != Some(office) => {
            let expected = Text::of("dinas perusahaan itu", "the company's own office");
            checks.fault("/office", NOT_ALLOWED, cut(office), expected);
        }
        Some(office) if staff && !by_company && !scope.covers_office(office) => {
            checks.fault("/office", UNKNOWN_REFERENCE, cut(office), OWN_OFFICE);
        }
        None if staff && home.is_none() => checks.fault("/office", REQUIRED, serde_json::Value::Null, OWN_OFFICE),
        _ => {}
    }
    if new.meeting.is_none() && staff && !by_company {
        let expected = Text::of("pertemuan tempat kebutuhan itu disampaikan", "the meeting at which it was told");
        checks.fault("/meeting", REQUIRED, serde_json::Value::Null, expected);
    }
    Ok(Teller {
        office: new.office.as_deref().or(home).unwrap_or_default().to_owned(),
        company_id: company.as_ref().map(|company| company.id),
        by_company,
        organisation: new.organisation.clone().or(company.map(|company| company.name)).unwrap_or_default(),
    })
}

/// What the feed says of it: nothing that was written in words, which may name people.
fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "occupation": row.occupation, "persons": row.persons, "priority": row.priority,
        "wanted_by": row.wanted_by, "by_company": row.by_company,
    })
}

/// Counts a need that the office found sound, or counts it back.
fn count(change: &mut Change, row: &Model, quantity: i64) {
    change.count(Movement {
        kind: "training_need",
        office: row.office.clone(),
        effective_on: change.moment(&row.office).today,
        quantity,
        subject: row.id.0,
        company: row.company_id.map(|id| id.0),
        occupation: Some(row.occupation.clone()),
        year: Some(chrono::Datelike::year(&row.wanted_by)),
        ..Movement::default()
    });
}

// Moving on --------------------------------------------------------------------------------------

/// Finds a need sound: it is counted from now on.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn review(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, NeedEvent::Review)?;
    let after = change.advance(row, &step, [], facts).await?;
    count(change, &after, after.persons.into());
    Ok(after)
}

/// Waits for somebody who can teach it.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn wait_for_instructor(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, NeedEvent::WaitForInstructor)?;
    change.advance(row, &step, [], facts).await
}

/// Declines a need, with a reason: what was counted of it is counted back, and no seat of any package is for it any more.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn decline(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, NeedEvent::Decline)?;
    answer::Entity::delete_many().filter(answer::Column::NeedId.eq(row.id)).exec(change.db()).await?;
    let after = change.advance(row, &step, [because(reason)], facts).await?;
    if row.status != TrainingNeedStatus::Proposed {
        count(change, &after, -i64::from(after.persons));
    }
    Ok(after)
}

/// Takes a need back that the caller's side proposed.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, NeedEvent::Withdraw)?;
    if !proposed_by(row, change) {
        return Err(NeedRefusal::NotProposer.into());
    }
    change.advance(row, &step, [], facts).await
}

/// Whether a need was proposed by whoever may take it back.
pub fn proposed_by(row: &Model, seer: &impl Sees) -> bool {
    let scope = seer.scope_of::<crate::access::permissions::WriteTrainingNeeds>();
    if row.by_company {
        row.company_id.is_some_and(|company| scope.covers_company(company))
    } else {
        scope.covers_office(&row.office)
    }
}

/// Opens a programmed need again, with a reason: its seats are free again.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn reopen(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, NeedEvent::Reopen)?;
    release(change, row.id).await?;
    change.advance(row, &step, [because(reason)], facts).await
}

fn because(reason: &str) -> (Column, Value) {
    (Column::StatusReason, Some(reason.to_owned()).into())
}

/// Frees the seats that are for a need; those of cancelled packages stay written down as that.
async fn release(change: &Change, id: TrainingNeedId) -> Result<(), DbErr> {
    use package::Column as P;
    let held = package::Entity::find().filter(P::Status.ne(PackageStatus::Cancelled)).select_only().column(P::Id);
    answer::Entity::delete_many()
        .filter(answer::Column::NeedId.eq(id))
        .filter(answer::Column::PackageId.in_subquery(held.into_query()))
        .exec(change.db())
        .await
        .map(drop)
}

// Answering --------------------------------------------------------------------------------------

/// The packages of the caller's offices that are to answer a need, locked in the order of their ids; before the need, as everywhere.
pub async fn lock_packages(change: &Change, answer: &NeedAnswer) -> Result<Vec<package::Model>, DbErr> {
    use package::Column as P;
    let ids = answer.packages.iter().map(|package| package.package_id).take(MOST_PACKAGES);
    let select = package::Entity::find().filter(among(change.db(), P::Id, ids));
    let select = select.filter(change.scope().of_offices(P::Office));
    select.order_by_asc(P::Id).lock_exclusive().all(change.db()).await
}

/// Answers a need with packages, which are locked: all of them, so that seats of one that is named no more are free again.
///
/// # Errors
/// `illegal-transition`; `invalid-content` with every fault; `capacity-exhausted`; the database's own.
pub async fn programme(
    change: &mut Change,
    row: &Model,
    packages: &[package::Model],
    answer: &NeedAnswer,
) -> Result<Model, Problem> {
    let mut checks = Checks::default();
    rules::check_answer(&mut checks, &answer.packages);
    let named = |id: PackageId| packages.iter().find(|package| package.id == id && package.office == row.office);
    for (at, asked) in answer.packages.iter().enumerate().take(MOST_PACKAGES) {
        let pointer = format!("/packages/{at}/package_id");
        match named(asked.package_id) {
            None => {
                let expected = Text::of("paket pelatihan dinas ini", "a training package of this office");
                checks.fault(pointer, UNKNOWN_REFERENCE, asked.package_id.to_string(), expected);
            }
            Some(package) if package.status == PackageStatus::Cancelled => {
                let expected = Text::of("paket yang tidak dibatalkan", "a package that is not cancelled");
                checks.fault(pointer, NOT_ALLOWED, package.status.as_str(), expected);
            }
            Some(_) => {}
        }
    }
    checks.done()?;
    let step = lifecycle::step(row.status, NeedEvent::Programme)?;
    let promised = promised(change, packages.iter().map(|package| package.id), Some(row.id)).await?;
    let free = |id: PackageId| {
        let capacity = named(id).map_or(0, |package| i64::from(package.capacity));
        capacity - promised.get(&id).copied().unwrap_or_default()
    };
    let free: Vec<_> = answer.packages.iter().map(|asked| free(asked.package_id)).collect();
    let shares = rules::share(row.persons, &answer.packages, &free)?;
    release(change, row.id).await?;
    let rows = answer.packages.iter().zip(shares).map(|(asked, seats)| {
        let row = answer::Model { need_id: row.id, package_id: asked.package_id, seats };
        row.into_active_model().reset_all()
    });
    answer::Entity::insert_many(rows).exec_without_returning(change.db()).await?;
    change.advance(row, &step, [(Column::StatusReason, None::<String>.into())], facts).await
}

/// Seats of packages that are for needs, but for one of them.
async fn promised(
    change: &Change,
    ids: impl Iterator<Item = PackageId>,
    but: Option<TrainingNeedId>,
) -> Result<HashMap<PackageId, i64>, DbErr> {
    use answer::Column as A;
    let mut select = answer::Entity::find().filter(among(change.db(), A::PackageId, ids));
    if let Some(need) = but {
        select = select.filter(A::NeedId.ne(need));
    }
    let seats = Expr::col(A::Seats).sum().cast_as(Alias::new("bigint"));
    let select = select.select_only().column(A::PackageId).expr_as(seats, "seats").group_by(A::PackageId);
    Ok(select.into_tuple().all(change.db()).await?.into_iter().collect())
}

/// Holds a package, which is locked, to the seats of it that are for needs.
///
/// # Errors
/// `invalid-content` for fewer seats than that, or the database's own.
pub async fn keeps_promises(change: &Change, id: PackageId, capacity: i32) -> Result<(), Problem> {
    let promised = promised(change, std::iter::once(id), None).await?.into_values().sum::<i64>();
    let mut checks = Checks::default();
    if i64::from(capacity) < promised {
        checks.fault("/capacity", OUT_OF_RANGE, capacity, check::at_least(promised));
    }
    checks.done()
}

/// Opens the needs again that a package answered, which is locked and was cancelled. What other packages answer of them stays.
///
/// # Errors
/// The database's own.
pub async fn package_cancelled(change: &mut Change, id: PackageId) -> Result<(), Problem> {
    use answer::Column as A;
    let of_package = || answer::Entity::find().filter(A::PackageId.eq(id)).select_only().column(A::NeedId);
    let ids: Vec<TrainingNeedId> = of_package().into_tuple().all(change.db()).await?;
    if ids.is_empty() {
        return Ok(());
    }
    let select = Entity::find().filter(among(change.db(), Column::Id, ids)).order_by_asc(Column::Id);
    let rows = select.lock_exclusive().all(change.db()).await?;
    // Whoever held a need before may have answered it with others meanwhile.
    let answered: Vec<TrainingNeedId> = of_package().into_tuple().all(change.db()).await?;
    for row in rows.iter().filter(|row| answered.contains(&row.id)) {
        if let Ok(step) = lifecycle::step(row.status, NeedEvent::Reopen) {
            change.advance(row, &step, [because(PACKAGE_CANCELLED)], facts).await?;
        }
    }
    Ok(())
}
