//! The only SeaORM of this room.

use disnaker_entity::access::Role;
use disnaker_entity::school::report::{self, SchoolReportId};
use disnaker_entity::school::{Column, Entity, Model, SchoolId, SchoolStatus};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect, QueryTrait, Select, Value,
};
use serde_json::json;

use super::bodies::{MenAndWomen, NewSchool, NewSchoolReport, SchoolFilter, SchoolReportFilter, Silence};
use super::lifecycle::SchoolEvent;
use super::rules::{Months, SchoolRefusal};
use crate::access;
use crate::caller::{Identity, Realm, Sees};
use crate::change::Change;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{OnUnique, Problem};

crate::record!("school", Model, Entity, SchoolStatus, |_| None);

/// Schools of the caller's offices, and the caller's own.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let scope = seer.scope();
    Entity::find().filter(Condition::any().add(scope.of_offices(Column::Office)).add(scope.of_schools(Column::Id)))
}

/// A school that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: SchoolId) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock(change: &Change, id: SchoolId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Schools of a filter. `silent` is the days on which who was heard of last is to be evaluated, and is inactive.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &SchoolFilter,
    [evaluate, inactive]: [chrono::NaiveDate; 2],
    part: &Part<SchoolId>,
) -> Result<Vec<Model>, DbErr> {
    let mut select = visible(seer)
        .only(Column::Status, filter.status)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Npsn, filter.npsn.as_deref());
    let registered = || Condition::all().add(Column::Status.eq(SchoolStatus::Registered));
    if let Some(silence) = filter.silence {
        select = select.filter(match silence {
            Silence::Inactive => registered().add(Column::HeardOn.lte(inactive)),
            Silence::Evaluate => registered().add(Column::HeardOn.lte(evaluate)).add(Column::HeardOn.gt(inactive)),
            // Of whom nothing was heard at all, nothing is counted yet either.
            Silence::None => Condition::any()
                .add(Column::HeardOn.is_null())
                .add(registered().add(Column::HeardOn.lte(evaluate)).not()),
        });
    }
    part.newest(select, Column::Id).all(db).await
}

/// Writes a school that applies. Whoever applies becomes its operator, unless the office does it for them.
///
/// # Errors
/// `already-exists`, or the database's own.
pub async fn insert(
    change: &mut Change,
    new: &NewSchool,
    office: &str,
    operator: Option<&Identity>,
) -> Result<Model, Problem> {
    let row = Model {
        id: SchoolId(change.id()),
        npsn: new.npsn.clone(),
        name: new.name.trim().to_owned(),
        level: new.level,
        region: new.region.clone(),
        address: new.address.clone(),
        contact_name: new.contact.name.clone(),
        contact_email: new.contact.email.clone(),
        contact_phone: new.contact.phone.clone(),
        decree: new.decree.clone(),
        licence: new.licence.clone(),
        office: office.to_owned(),
        status: SchoolStatus::Applied,
        number: None,
        status_reason: None,
        decided_at: None,
        decided_by: None,
        heard_on: None,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    let insert = Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(SchoolRefusal::Exists)?;
    change.note(&row, "apply", facts(&row));
    if let Some(operator) = operator {
        access::give(change, operator, Role::SchoolOperator, &Realm::School(row.id)).await?;
    }
    Ok(row)
}

/// Writes a school's changed data. What the office looked at before it registered the school it looks at again: its name, decree
/// and licence, and an office that has never seen it.
///
/// # Errors
/// `version-mismatch`, or the database's own.
pub async fn update(change: &mut Change, row: &Model, new: &NewSchool, office: &str) -> Result<Model, Problem> {
    let set: Vec<(Column, Value)> = vec![
        (Column::Name, new.name.trim().into()),
        (Column::Region, new.region.clone().into()),
        (Column::Address, new.address.clone().into()),
        (Column::ContactName, new.contact.name.clone().into()),
        (Column::ContactEmail, new.contact.email.clone().into()),
        (Column::ContactPhone, new.contact.phone.clone().into()),
        (Column::Decree, new.decree.clone().into()),
        (Column::Licence, new.licence.clone().into()),
        (Column::Office, office.into()),
    ];
    let after = change.edit(row, set, facts).await?;
    if after.office != row.office {
        change.note(row, "leave", json!({"to_office": office}));
    }
    let looked_at = |school: &Model| {
        let papers = (school.name.clone(), school.decree.clone(), school.licence.clone());
        (papers, school.office.clone())
    };
    if row.status == SchoolStatus::Registered && looked_at(&after) != looked_at(row) {
        let step = lifecycle::step(row.status, SchoolEvent::Change)?;
        return change.advance(&after, &step, [], facts).await;
    }
    Ok(after)
}

/// Registers a school: with a number of the office's, unless it has one from there.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn register(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SchoolEvent::Register)?;
    let moment = change.moment(&row.office);
    let prefix = format!("BKK-{}-", row.office);
    let number = match row.number.as_deref().filter(|number| number.starts_with(&prefix)) {
        Some(kept) => kept.to_owned(),
        None => {
            format!("{prefix}{}-{:06}", moment.year(), change.next_number("BKK", &row.office, moment.year()).await?)
        }
    };
    let set = [(Column::Number, number.into()), (Column::HeardOn, moment.today.into())];
    let set = decided(change, set, None);
    change.advance(row, &step, set, facts).await
}

/// Refuses or ends a school, with a reason.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn decline(change: &mut Change, row: &Model, event: SchoolEvent, reason: &str) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let set = decided(change, [], Some(reason));
    change.advance(row, &step, set, facts).await
}

/// Asks the office to look again.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn resubmit(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SchoolEvent::Resubmit)?;
    change.advance(row, &step, [(Column::StatusReason, None::<String>.into())], facts).await
}

fn decided(
    change: &Change,
    set: impl IntoIterator<Item = (Column, Value)>,
    reason: Option<&str>,
) -> Vec<(Column, Value)> {
    let mut set: Vec<_> = set.into_iter().collect();
    set.push((Column::StatusReason, reason.map(str::to_owned).into()));
    set.push((Column::DecidedAt, Some(change.now()).into()));
    set.push((Column::DecidedBy, Some(change.actor().to_owned()).into()));
    set
}

fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "npsn": row.npsn, "name": row.name, "region": row.region, "number": row.number})
}

// Reports ----------------------------------------------------------------------------------------

/// Reports of the schools that the caller may see.
fn visible_reports(seer: &impl Sees) -> Select<report::Entity> {
    let schools = visible(seer).select_only().column(Column::Id).into_query();
    report::Entity::find().filter(report::Column::SchoolId.in_subquery(schools))
}

/// Reports, newest first.
pub async fn reports<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &SchoolReportFilter,
    part: &Part<SchoolReportId>,
) -> Result<Vec<report::Model>, DbErr> {
    let select = visible_reports(seer).only(report::Column::SchoolId, filter.school_id);
    part.newest(select, report::Column::Id).all(db).await
}

/// A report that the caller may see.
pub async fn report<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: SchoolReportId,
) -> Result<report::Model, Problem> {
    visible_reports(seer).filter(report::Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// What a report says.
#[must_use]
pub fn said(row: &report::Model) -> NewSchoolReport {
    NewSchoolReport {
        from_month: row.from_month.clone(),
        until_month: row.until_month.clone(),
        registered: MenAndWomen { men: row.registered_men, women: row.registered_women },
        placed_local: MenAndWomen { men: row.placed_local_men, women: row.placed_local_women },
        placed_other_provinces: MenAndWomen { men: row.placed_away_men, women: row.placed_away_women },
        vacancies: row.vacancies,
        note: row.note.clone(),
    }
}

/// Files a report of a school, which is locked, so that no two of its reports share a month.
///
/// # Errors
/// `already-exists`, or the database's own.
pub async fn file(
    change: &mut Change,
    school: &Model,
    new: &NewSchoolReport,
    (from, until): Months,
) -> Result<report::Model, Problem> {
    use report::Column as Of;
    let month = |day: chrono::NaiveDate| day.format("%Y-%m").to_string();
    let (from_month, until_month) = (month(from), month(until));
    let filed = report::Entity::find().select_only().columns([Of::FromMonth, Of::UntilMonth]);
    let filed: Vec<(String, String)> = filed.filter(Of::SchoolId.eq(school.id)).into_tuple().all(change.db()).await?;
    if filed.iter().any(|(from, until)| *from <= until_month && *until >= from_month) {
        return Err(SchoolRefusal::Reported.into());
    }
    // A month that was left out long ago says nothing of whether the school is active now.
    let newest = filed.iter().all(|(_, until)| *until < from_month);
    let row = report::ActiveModel {
        id: Set(SchoolReportId(change.id())),
        school_id: Set(school.id),
        from_month: Set(from_month),
        until_month: Set(until_month),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
        ..figures(new)
    };
    let row = row.insert(change.db()).await.on_unique(SchoolRefusal::Reported)?;
    if newest {
        let heard = [(Column::HeardOn, change.moment(&school.office).today.into())];
        change.edit_quietly(school, heard).await?;
    }
    change.note(school, "report", told(&row));
    Ok(row)
}

/// Writes a corrected report over the one that was loaded.
///
/// # Errors
/// `version-mismatch`, or the database's own.
pub async fn correct(
    change: &mut Change,
    school: &Model,
    row: &report::Model,
    new: &NewSchoolReport,
) -> Result<report::Model, Problem> {
    use report::Column as Of;
    let changed = report::ActiveModel { updated_at: Set(change.now()), ..figures(new) };
    let written = report::Entity::update_many()
        .set(changed)
        .col_expr(Of::Version, Expr::col(Of::Version).add(1))
        .filter(Of::Id.eq(row.id))
        .filter(Of::Version.eq(row.version))
        .exec(change.db())
        .await?;
    if written.rows_affected != 1 {
        return Err(Problem::new(crate::problem::Kind::VersionMismatch));
    }
    let after = report(change.db(), change, row.id).await?;
    change.note(school, "correct_report", told(&after));
    Ok(after)
}

fn figures(new: &NewSchoolReport) -> report::ActiveModel {
    report::ActiveModel {
        registered_men: Set(new.registered.men),
        registered_women: Set(new.registered.women),
        placed_local_men: Set(new.placed_local.men),
        placed_local_women: Set(new.placed_local.women),
        placed_away_men: Set(new.placed_other_provinces.men),
        placed_away_women: Set(new.placed_other_provinces.women),
        vacancies: Set(new.vacancies),
        note: Set(new.note.clone()),
        ..Default::default()
    }
}

fn told(row: &report::Model) -> serde_json::Value {
    json!({
        "report_id": row.id, "from_month": row.from_month, "until_month": row.until_month,
        "registered": row.registered_men + row.registered_women,
        "placed": row.placed_local_men + row.placed_local_women + row.placed_away_men + row.placed_away_women,
        "vacancies": row.vacancies,
    })
}
