//! The only SeaORM of the warnings.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::plumbing::deadline as clock;
use disnaker_entity::report::{ReportStatus, vacancy_report};
use disnaker_entity::warning::{Column, Entity, Model, WarningId, WarningStatus, duty};
use disnaker_entity::{company, office};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, Value,
};
use serde_json::json;
use uuid::Uuid;

use super::bodies::{NewWarning, WarningFilter};
use super::lifecycle::WarningEvent;
use super::rules::{self, ANSWER};
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::check::UNKNOWN_REFERENCE;
use crate::clock::Zone;
use crate::companies;
use crate::db::among;
use crate::deadline::{self, Start};
use crate::lifecycle;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::problem::{Fault, Kind, Problem, Text};
use crate::vacancies;

// A draft is the office's own business: no company's feed shows it.
crate::record!("warning", disnaker_entity::warning::Model, disnaker_entity::warning::Entity, WarningStatus, |row| row
    .issued_at
    .map(|_| row.company_id.0));

/// Warnings of the caller's offices, and those that were issued to the caller's companies.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let issued = Condition::all().add(seer.scope().of_companies(Column::CompanyId)).add(Column::IssuedAt.is_not_null());
    Entity::find().filter(Condition::any().add(seer.scope().of_offices(Column::Office)).add(issued))
}

/// A warning that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: WarningId) -> Result<Option<Model>, DbErr> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await
}

/// A warning that the caller may see, locked.
pub async fn lock(change: &Change, id: WarningId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &WarningFilter,
    part: &Part<WarningId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::Status, filter.status)
        .only(Column::CompanyId, filter.company_id)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Number, filter.number.as_deref());
    part.newest(select, Column::Id).all(db).await
}

/// The company of a warning to be drafted, if the caller's offices look after it.
async fn company_of<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    new: &NewWarning,
) -> Result<Option<company::Model>, DbErr> {
    let own = seer.scope().of_offices(company::Column::Office);
    company::Entity::find_by_id(new.company_id).filter(own).one(db).await
}

/// Who a letter goes to, and who writes it.
pub async fn sides<C: ConnectionTrait>(db: &C, row: &Model) -> Result<(company::Model, office::Model), Problem> {
    let company = company::Entity::find_by_id(row.company_id).one(db).await?;
    let office = office::Entity::find_by_id(row.office.as_str()).one(db).await?;
    company.zip(office).ok_or_else(|| Problem::internal("a warning without its company or office"))
}

/// Clocks by id.
pub async fn clocks<C: ConnectionTrait>(db: &C, ids: &[Uuid]) -> Result<HashMap<Uuid, clock::Model>, DbErr> {
    let select = clock::Entity::find().filter(among(db, clock::Column::Id, ids.iter().copied()));
    Ok(select.all(db).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// Clocks by id, locked in the order of their ids: of two officers who warn of one duty at once, the second sees what the first wrote.
async fn lock_clocks(change: &Change, ids: &[Uuid]) -> Result<HashMap<Uuid, clock::Model>, DbErr> {
    let select = clock::Entity::find().filter(among(change.db(), clock::Column::Id, ids.iter().copied()));
    let rows = select.order_by_asc(clock::Column::Id).lock_exclusive().all(change.db()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Those of some clocks that a running warning is about.
async fn warned<C: ConnectionTrait>(db: &C, ids: &[Uuid]) -> Result<HashSet<Uuid>, DbErr> {
    let select = duty::Entity::find().select_only().column(duty::Column::DeadlineId);
    let select = select.filter(among(db, duty::Column::DeadlineId, ids.iter().copied())).filter(Expr::cust("open"));
    Ok(select.into_tuple().all(db).await?.into_iter().collect())
}

/// The duties of a warning, oldest first.
pub async fn duties_of<C: ConnectionTrait>(db: &C, id: WarningId) -> Result<Vec<duty::Model>, DbErr> {
    let select = duty::Entity::find().filter(duty::Column::WarningId.eq(id));
    select.order_by_asc(duty::Column::DueOn).order_by_asc(duty::Column::DeadlineId).all(db).await
}

/// Drafts a warning for a company of the caller's offices.
///
/// # Errors
/// `invalid-content` with every fault.
pub async fn draft(change: &mut Change, new: &NewWarning) -> Result<Model, Problem> {
    let company = company_of(change.db(), change, new).await?;
    let office = company.ok_or_else(|| unknown_company(new))?.office;
    let ids = new.deadline_ids.get(..rules::MOST_DUTIES).unwrap_or(&new.deadline_ids);
    let clocks = lock_clocks(change, ids).await?;
    let warned = warned(change.db(), ids).await?;
    rules::check(new, &clocks, &warned, change.moment(&office).today)?;
    insert(change, new, &office, &clocks).await
}

fn unknown_company(new: &NewWarning) -> Problem {
    let expected = Text::of("perusahaan di wilayah dinas Anda", "a company of your office");
    let fault = Fault::new("/company_id", UNKNOWN_REFERENCE, new.company_id.to_string(), expected);
    Problem::new(Kind::InvalidContent).faults(vec![fault])
}

/// Writes a draft with its duties; their clocks are locked.
async fn insert(
    change: &mut Change,
    new: &NewWarning,
    office: &str,
    clocks: &HashMap<Uuid, clock::Model>,
) -> Result<Model, Problem> {
    let row = disnaker_entity::warning::ActiveModel {
        id: Set(WarningId(change.id())),
        company_id: Set(new.company_id),
        office: Set(office.to_owned()),
        status: Set(WarningStatus::Drafted),
        number: Set(None),
        text: Set(new.text.clone()),
        several_provinces: Set(in_several_provinces(change, new).await?),
        issued_at: Set(None),
        issued_on: Set(None),
        due_on: Set(None),
        answer: Set(None),
        withdrawal_reason: Set(None),
        ended_at: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    };
    let row = row.insert(change.db()).await?;
    let (book, titles) = (change.book(), vacancies::titles(change.db(), new.company_id, clocks.values()).await?);
    let mut duties = Vec::with_capacity(clocks.len());
    for clock in clocks.values() {
        let law = &book.policies.at(&clock.rule, &clock.office, clock.started_on)?.law;
        duties.push(duty::ActiveModel {
            warning_id: Set(row.id),
            deadline_id: Set(clock.id),
            rule: Set(clock.rule.clone()),
            subject_kind: Set(clock.subject_kind.clone()),
            subject_id: Set(clock.subject_id),
            subject_name: Set(titles.get(&clock.subject_id).cloned()),
            due_on: Set(clock.due_on),
            law: Set(law.en.clone().into_owned()),
            law_id: Set(law.id.clone().into_owned()),
            open: Set(true),
        });
    }
    duty::Entity::insert_many(duties).exec_without_returning(change.db()).await?;
    change.note(&row, "create", facts(&row));
    Ok(row)
}

/// Whether the company has reported work in several provinces.
async fn in_several_provinces(change: &Change, new: &NewWarning) -> Result<bool, DbErr> {
    use vacancy_report::Column as R;
    let select = vacancy_report::Entity::find().select_only().column(R::Id).filter(R::CompanyId.eq(new.company_id));
    let select = select.filter(R::SeveralProvinces.eq(true)).filter(R::SubmittedAt.is_not_null());
    let found: Option<Uuid> =
        select.filter(R::Status.ne(ReportStatus::Withdrawn)).limit(1).into_tuple().one(change.db()).await?;
    Ok(found.is_some())
}

fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "number": row.number, "company_id": row.company_id, "answer_by": row.due_on})
}

/// Issues a warning, its duties being overdue still: it gets its number from the office's counter of the year, and a clock waits
/// for the answer, until the day that was chosen or for as long as the policy says.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, `rows-refused`, or the database's own.
pub async fn issue(change: &mut Change, row: &Model, answer_by: Option<NaiveDate>) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, WarningEvent::Issue)?;
    let moment = change.moment(&row.office);
    let answer_by = rules::answer_by(answer_by, &change.book(), &row.office, moment.today)?;
    let duties: Vec<Uuid> = duties_of(change.db(), row.id).await?.into_iter().map(|duty| duty.deadline_id).collect();
    rules::still_overdue(&duties, &clocks(change.db(), &duties).await?, moment.today)?;
    let number = change.next_number("PTL", &row.office, moment.year()).await?;
    let set: Vec<(Column, Value)> = vec![
        (Column::Number, format!("PTL-{}-{}-{number:06}", row.office, moment.year()).into()),
        (Column::IssuedAt, change.now().into()),
        (Column::IssuedOn, moment.today.into()),
        (Column::DueOn, answer_by.into()),
    ];
    let after = change.advance(row, &step, set, facts).await?;
    let start = Start {
        rule: ANSWER,
        subject_kind: "warning",
        subject: after.id.0,
        party: "company",
        office: &after.office,
        company: Some(after.company_id.0),
        on: moment.today,
    };
    deadline::start_until(change, &start, answer_by).await?;
    let company = companies::share(change, after.company_id).await?;
    change.count(Movement {
        kind: "warning_issued",
        office: after.office.clone(),
        effective_on: moment.today,
        quantity: 1,
        subject: after.id.0,
        company: Some(after.company_id.0),
        sector: Some(company.sector),
        sector_edition: Some(company.sector_edition),
        region: Some(company.region),
        ..Movement::default()
    });
    Ok(after)
}

/// Answers a warning.
///
/// # Errors
/// `illegal-transition`, also where its day has passed; or the database's own.
pub async fn answer(change: &mut Change, row: &Model, text: &str) -> Result<Model, Problem> {
    lifecycle::step(row.status, WarningEvent::Answer)?;
    if row.due_on < Some(change.moment(&row.office).today) {
        // The sweep has not come yet.
        return Err(Problem::new(Kind::IllegalTransition).allowed(Vec::new()));
    }
    end(change, row, WarningEvent::Answer, Some((Column::Answer, text.into()))).await
}

/// Takes a warning back, with a reason.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    end(change, row, WarningEvent::Withdraw, Some((Column::WithdrawalReason, reason.into()))).await
}

/// Ends a warning: its duties may be in another one then. An answer is awaited no more, unless its day has passed.
async fn end(
    change: &mut Change,
    row: &Model,
    event: WarningEvent,
    set: Option<(Column, Value)>,
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let set = set.into_iter().chain([(Column::EndedAt, change.now().into())]);
    let after = change.advance(row, &step, set, facts).await?;
    duty::Entity::update_many()
        .col_expr(duty::Column::Open, Expr::value(false))
        .filter(duty::Column::WarningId.eq(row.id))
        .exec(change.db())
        .await?;
    let today = change.moment(&row.office).today;
    match (row.status, event) {
        // Nobody can answer any more, so nobody owes it.
        (WarningStatus::Issued, WarningEvent::Lapse | WarningEvent::Withdraw) => {
            deadline::undo(change, row.id.0, today).await?;
        }
        (WarningStatus::Issued, _) => deadline::meet(change, ANSWER, &[row.id.0], today).await?,
        _ => {}
    }
    Ok(after)
}

/// Settles the running warnings whose duties are all met, and lapses those whose day has passed in their office's zone.
///
/// # Errors
/// The database's own.
pub async fn settle(state: &Arc<State>) -> Result<(), Problem> {
    let met = "NOT EXISTS (SELECT 1 FROM warning_duty AS d LEFT JOIN deadline AS c ON c.id = d.deadline_id \
               WHERE d.warning_id = warning.id AND c.met_on IS NULL)";
    let latest = Zone::hours(9).date(state.clock.now());
    sweep(state, WarningEvent::Settle, Expr::cust(met), |_, _| true).await?;
    sweep(state, WarningEvent::Lapse, Column::DueOn.lt(latest), |row, today| row.due_on < Some(today)).await
}

/// Ends the running warnings of a condition that are due to, many a transaction.
async fn sweep(
    state: &Arc<State>,
    event: WarningEvent,
    condition: Expr,
    is_due: impl Fn(&Model, NaiveDate) -> bool,
) -> Result<(), Problem> {
    let mut from = None;
    loop {
        let mut select = Entity::find().filter(Expr::cust("warning.status = 'issued'")).filter(condition.clone());
        if let Some(from) = from {
            select = select.filter(Column::Id.gt(from));
        }
        let select = select.order_by_asc(Column::Id).limit(200);
        // Nothing to do is what it nearly always is: no transaction for that.
        if select.clone().one(state.db.reader()).await?.is_none() {
            return Ok(());
        }
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let rows = select.lock_exclusive().all(change.db()).await?;
        let Some(last) = rows.last() else { return change.commit().await };
        from = Some(last.id);
        for row in &rows {
            if is_due(row, change.moment(&row.office).today) {
                end(&mut change, row, event, None).await?;
            }
        }
        change.commit().await?;
    }
}
