//! The only SeaORM of the programmes.

use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::apprenticeship::programme::{ActiveModel, Column, Entity, Model};
use disnaker_entity::apprenticeship::{
    ApprenticeshipAgreementStatus, ApprenticeshipProgrammeId, ApprenticeshipProgrammeStatus, agreement,
};
use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::plumbing::deadline as clock;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use serde_json::json;

use super::bodies::{ApprenticeshipProgrammeFilter, ApprenticeshipProgrammePatch, NewApprenticeshipProgramme};
use super::lifecycle::ProgrammeEvent;
use super::rules::{self, APPROVAL};
use crate::app::State;
use crate::apprenticeships::agreements;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::check::UNKNOWN_REFERENCE;
use crate::clock::Zone;
use crate::companies::{self, employment};
use crate::deadline::{self, Start};
use crate::lifecycle;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::problem::{Fault, Kind, Problem, Text};
use crate::reference::Codes;

crate::record!(
    "apprenticeship_programme",
    disnaker_entity::apprenticeship::programme::Model,
    disnaker_entity::apprenticeship::programme::Entity,
    ApprenticeshipProgrammeStatus,
    |row| Some(row.company_id.0),
    |row| row.office.as_deref().unwrap_or_default()
);

/// Programmes that one transaction of the sweep closes.
const SWEPT: u64 = 100;

fn visible(seer: &impl Sees) -> Select<Entity> {
    Entity::find().filter(seer.scope().of_either(Column::Office, Column::CompanyId))
}

/// A programme that the caller may see.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: ApprenticeshipProgrammeId,
) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// A programme that the caller may see, locked.
pub async fn lock(change: &Change, id: ApprenticeshipProgrammeId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// A programme that the caller may see and its company, both locked: the company first, as everywhere.
pub async fn owned(change: &Change, id: ApprenticeshipProgrammeId) -> Result<(company::Model, Model), Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).select_only().column(Column::CompanyId);
    let company: Option<CompanyId> = select.into_tuple().one(change.db()).await?;
    let company = companies::hold(change, company.ok_or_else(Problem::not_found)?).await?;
    Ok((company, lock(change, id).await?))
}

/// Programmes that the caller may see, newest first; without what they say, which no list shows.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &ApprenticeshipProgrammeFilter,
    part: &Part<ApprenticeshipProgrammeId>,
) -> Result<Vec<Model>, DbErr> {
    let shown = Column::iter().filter(|column| !matches!(column, Column::Content));
    let select = visible(seer).select_only().columns(shown).column_as(Expr::cust("''"), "content");
    let select = select
        .only(Column::Status, filter.status)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::CompanyId, filter.company_id)
        .only(Column::Occupation, filter.occupation.as_deref())
        .only(Column::Number, filter.number.as_deref());
    part.newest(select, Column::Id).all(db).await
}

/// The last day for the office's answer, while it is awaited.
pub async fn due_on<C: ConnectionTrait>(db: &C, row: &Model) -> Result<Option<NaiveDate>, DbErr> {
    if row.status != ApprenticeshipProgrammeStatus::Submitted {
        return Ok(None);
    }
    let running = clock::Entity::find()
        .filter(clock::Column::SubjectId.eq(row.id.0))
        .filter(clock::Column::Rule.eq(APPROVAL))
        .filter(clock::Column::MetOn.is_null());
    running.select_only().column(clock::Column::DueOn).into_tuple().one(db).await
}

/// What a programme says.
pub fn content(row: &Model) -> Result<NewApprenticeshipProgramme, Problem> {
    serde_json::from_str(&row.content).map_err(Problem::internal)
}

/// What the feed says of it: nothing that was written in words, which may name people.
fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "number": row.number, "occupation": row.occupation, "starts_on": row.starts_on,
        "ends_on": row.ends_on, "places": row.places, "taken": row.taken,
    })
}

/// Drafts a programme of a company of the caller's.
///
/// # Errors
/// `invalid-content` with every fault.
pub async fn draft(change: &mut Change, new: &NewApprenticeshipProgramme, codes: &Codes) -> Result<Model, Problem> {
    let company = companies::find(change.db(), change, new.company_id).await?.ok_or_else(|| unknown_company(new))?;
    let today = change.moment(&company.office).today;
    rules::check(new, codes, &change.book(), today)?;
    let row = ActiveModel {
        id: Set(ApprenticeshipProgrammeId(change.id())),
        company_id: Set(company.id),
        office: Set(None),
        status: Set(ApprenticeshipProgrammeStatus::Draft),
        number: Set(None),
        title: Set(new.title.clone()),
        occupation: Set(new.occupation.clone()),
        qualification: Set(new.qualification.clone()),
        qualification_key: Set(rules::key(&new.qualification, new.skkni_code.as_deref())),
        starts_on: Set(new.starts_on),
        ends_on: Set(new.ends_on),
        places: Set(new.places),
        taken: Set(0),
        content: Set(serde_json::to_string(new).map_err(Problem::internal)?),
        missing: Set(None),
        status_reason: Set(None),
        submitted_at: Set(None),
        approved_on: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        ended_at: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    };
    let row = row.insert(change.db()).await?;
    change.note(&row, "create", facts(&row));
    Ok(row)
}

fn unknown_company(new: &NewApprenticeshipProgramme) -> Problem {
    let expected = Text::of("perusahaan Anda", "a company of yours");
    let fault = Fault::new("/company_id", UNKNOWN_REFERENCE, new.company_id.to_string(), expected);
    Problem::new(Kind::InvalidContent).faults(vec![fault])
}

/// Changes a draft, or a programme that the office sent back.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn update(
    change: &mut Change,
    row: &Model,
    patch: ApprenticeshipProgrammePatch,
    codes: &Codes,
) -> Result<Model, Problem> {
    // Whatever may be filed may be changed before that.
    lifecycle::step(row.status, ProgrammeEvent::Submit)?;
    let new = patch.onto(content(row)?);
    rules::check(&new, codes, &change.book(), today(change, row).await?)?;
    let set: [(Column, Value); 8] = [
        (Column::Title, new.title.clone().into()),
        (Column::Occupation, new.occupation.clone().into()),
        (Column::Qualification, new.qualification.clone().into()),
        (Column::QualificationKey, rules::key(&new.qualification, new.skkni_code.as_deref()).into()),
        (Column::StartsOn, new.starts_on.into()),
        (Column::EndsOn, new.ends_on.into()),
        (Column::Places, new.places.into()),
        (Column::Content, serde_json::to_string(&new).map_err(Problem::internal)?.into()),
    ];
    change.edit(row, set, facts).await
}

/// Today where the programme is, or where its company is as long as no office has it.
async fn today(change: &Change, row: &Model) -> Result<NaiveDate, Problem> {
    if let Some(office) = &row.office {
        return Ok(change.moment(office).today);
    }
    let select = company::Entity::find_by_id(row.company_id).select_only().column(company::Column::Office);
    let office: Option<String> = select.into_tuple().one(change.db()).await?;
    Ok(change.moment(&office.unwrap_or_default()).today)
}

/// Files a programme with the office that approves it; the clock of its answer starts anew each time.
///
/// # Errors
/// `illegal-transition`, `invalid-content` where a day has passed or an office is another one meanwhile, those of the cap, or
/// the database's own.
pub async fn submit(change: &mut Change, row: &Model, codes: &Codes) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, ProgrammeEvent::Submit)?;
    let (book, day) = (change.book(), today(change, row).await?);
    let office = rules::check(&content(row)?, codes, &book, day)?;
    check_cap(change, row, day).await?;
    let set: [(Column, Value); 3] = [
        (Column::Office, Some(office).into()),
        (Column::SubmittedAt, change.now().into()),
        (Column::Missing, None::<String>.into()),
    ];
    let after = change.advance(row, &step, set, facts).await?;
    let start = Start {
        rule: APPROVAL,
        subject_kind: "apprenticeship_programme",
        subject: row.id.0,
        party: "office",
        office,
        company: None,
        on: change.moment(office).today,
    };
    deadline::start(change, &[start]).await?;
    Ok(after)
}

/// Whether the places of a programme are within the cap, beside all that the company holds already.
async fn check_cap(change: &Change, row: &Model, on: NaiveDate) -> Result<(), Problem> {
    let most = employment::most_apprentices(change, row.company_id, on).await?;
    let held = held(change, row.company_id).await?;
    Ok(rules::within(most, held, row.places.into(), row.company_id)?)
}

/// Places that a company holds: all of programmes that are approved, and of others one for each agreement that still runs.
async fn held(change: &Change, company: CompanyId) -> Result<i64, DbErr> {
    let sum = Expr::cust("CAST(COALESCE(SUM(places), 0) AS bigint)");
    let places: Option<i64> = Entity::find()
        .select_only()
        .expr_as(sum, "places")
        .filter(Column::CompanyId.eq(company))
        .filter(Column::Status.eq(ApprenticeshipProgrammeStatus::Approved))
        .into_tuple()
        .one(change.db())
        .await?;
    let of_programme = agreement::Entity::belongs_to(Entity).from(agreement::Column::ProgrammeId).to(Column::Id).into();
    let others: Option<i64> = agreement::Entity::find()
        .join(JoinType::InnerJoin, of_programme)
        .select_only()
        .column_as(agreement::Column::Id.count(), "running")
        .filter(agreement::Column::CompanyId.eq(company))
        .filter(agreement::Column::Status.eq(ApprenticeshipAgreementStatus::Endorsed))
        .filter(Column::Status.ne(ApprenticeshipProgrammeStatus::Approved))
        .into_tuple()
        .one(change.db())
        .await?;
    Ok(places.unwrap_or_default() + others.unwrap_or_default())
}

/// Takes one of the places of an approved programme; says whether there was one.
pub async fn take(change: &Change, id: ApprenticeshipProgrammeId) -> Result<bool, DbErr> {
    let free = Expr::col(Column::Taken).lt(Expr::col(Column::Places));
    Ok(shift(change, id, 1, free).await? == 1)
}

/// Gives a place back.
pub async fn free(change: &Change, id: ApprenticeshipProgrammeId) -> Result<(), DbErr> {
    shift(change, id, -1, Column::Taken.gt(0)).await.map(drop)
}

async fn shift(change: &Change, id: ApprenticeshipProgrammeId, by: i32, only: Expr) -> Result<u64, DbErr> {
    let update = Entity::update_many()
        .col_expr(Column::Taken, Expr::col(Column::Taken).add(by))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(change.now()))
        .filter(Column::Id.eq(id))
        .filter(only);
    Ok(update.exec(change.db()).await?.rows_affected)
}

/// The office that has a programme.
fn office(row: &Model) -> Result<&str, Problem> {
    row.office.as_deref().ok_or_else(|| Problem::internal("a filed programme without an office"))
}

/// Sends a programme back with what is missing: the office has answered.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn send_back(change: &mut Change, row: &Model, missing: &[String]) -> Result<Model, Problem> {
    let missing = serde_json::to_string(missing).map_err(Problem::internal)?;
    decide(change, row, ProgrammeEvent::Return, vec![(Column::Missing, Some(missing).into())]).await
}

/// Refuses a programme.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn reject(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let set = vec![(Column::StatusReason, Some(reason).into()), (Column::EndedAt, change.now().into())];
    decide(change, row, ProgrammeEvent::Reject, set).await
}

async fn decide(
    change: &mut Change,
    row: &Model,
    event: ProgrammeEvent,
    mut set: Vec<(Column, Value)>,
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    set.extend([(Column::DecidedAt, change.now().into()), (Column::DecidedBy, Some(change.actor()).into())]);
    let after = change.advance(row, &step, set, facts).await?;
    let today = change.moment(office(row)?).today;
    deadline::meet(change, APPROVAL, &[row.id.0], today).await?;
    Ok(after)
}

/// Approves a programme by a numbered letter, where its places are within the cap. Its company is locked.
///
/// # Errors
/// `illegal-transition`, those of the cap, or the database's own.
pub async fn approve(change: &mut Change, company: &company::Model, row: &Model) -> Result<Model, Problem> {
    lifecycle::step(row.status, ProgrammeEvent::Approve)?;
    let office = office(row)?;
    let (today, year) = (change.moment(office).today, change.moment(office).year());
    check_cap(change, row, today).await?;
    let number = change.next_number("MGA", office, year).await?;
    let number = format!("MGA-{office}-{year}-{number:06}");
    let set = vec![(Column::Number, Some(number).into()), (Column::ApprovedOn, Some(today).into())];
    let after = decide(change, row, ProgrammeEvent::Approve, set).await?;
    count(change, company, &after, "apprenticeship_approved", after.places.into())?;
    Ok(after)
}

fn count(
    change: &mut Change,
    company: &company::Model,
    row: &Model,
    kind: &'static str,
    quantity: i64,
) -> Result<(), Problem> {
    let office = office(row)?.to_owned();
    change.count(Movement {
        kind,
        effective_on: change.moment(&office).today,
        office,
        quantity,
        subject: row.id.0,
        company: Some(company.id.0),
        occupation: Some(row.occupation.clone()),
        sector: Some(company.sector.clone()),
        sector_edition: Some(company.sector_edition.clone()),
        region: rules::region_of(&content(row)?.regions),
        ..Movement::default()
    });
    Ok(())
}

/// Takes a programme back before it is approved. Nobody awaits an answer then.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, ProgrammeEvent::Withdraw)?;
    let after = change.advance(row, &step, [(Column::EndedAt, change.now().into())], facts).await?;
    if let Some(office) = &row.office {
        deadline::undo(change, row.id.0, change.moment(office).today).await?;
    }
    Ok(after)
}

/// Closes a programme to further agreements: those that are not endorsed come to nothing, and the others go on.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn close(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    end(change, row, ProgrammeEvent::Close, None).await
}

/// Cancels an approval, and all that rests on it. What was counted as approved is taken back.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn cancel(
    change: &mut Change,
    company: &company::Model,
    row: &Model,
    reason: &str,
) -> Result<Model, Problem> {
    let after = end(change, row, ProgrammeEvent::Cancel, Some(reason)).await?;
    count(change, company, &after, "apprenticeship_approved", -i64::from(after.places))?;
    Ok(after)
}

async fn end(change: &mut Change, row: &Model, event: ProgrammeEvent, reason: Option<&str>) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let set: [(Column, Value); 2] = [(Column::EndedAt, change.now().into()), (Column::StatusReason, reason.into())];
    let after = change.advance(row, &step, set, facts).await?;
    agreements::end_of(change, row, reason).await?;
    Ok(after)
}

/// Closes the programmes whose last day has passed in their office's zone, some a transaction.
///
/// # Errors
/// The database's own.
pub async fn expire(state: &Arc<State>) -> Result<(), Problem> {
    // A day begins in the east first.
    let latest = Zone::hours(9).date(state.clock.now());
    let over = Entity::find().filter(Expr::cust("apprenticeship_programme.status = 'approved'"));
    let mut select = over.filter(Column::EndsOn.lt(latest)).order_by_asc(Column::Id).limit(SWEPT);
    // Nothing to do is what it nearly always is: no transaction for that.
    while select.clone().one(state.db.reader()).await?.is_some() {
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let rows = select.clone().lock_exclusive().all(change.db()).await?;
        let Some(last) = rows.last() else { return change.commit().await };
        select = select.filter(Column::Id.gt(last.id));
        for row in &rows {
            if row.ends_on < change.moment(office(row)?).today {
                end(&mut change, row, ProgrammeEvent::Expire, None).await?;
            }
        }
        change.commit().await?;
    }
    Ok(())
}
