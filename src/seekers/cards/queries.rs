//! The only SeaORM of cards.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::card::{
    self, CardEnd, CardId, CardStatus, LegalisationId, ReportSituation, ReprintReason, legalisation, print, report,
};
use disnaker_entity::office;
use disnaker_entity::seeker::{self, SeekerId, SeekerStatus};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use serde_json::json;

use super::bodies::CardSignature;
use super::lifecycle::CardEvent;
use super::rules::{self, CardRefusal, Manners, Period};
use super::statement;
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::clock::Zone;
use crate::db::among;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{OnUnique, Problem};
use crate::seekers::{names, queries as people};
use card::{Column, Entity, Model};

crate::record!("ak1_card", card::Model, card::Entity, CardStatus, |_| None);

/// Cards that one transaction of the sweep looks at.
const SWEPT: u64 = 200;

/// Cards of the caller's offices, and one's own.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let scope = seer.scope();
    let any = Condition::any().add(scope.of_offices(Column::Office)).add(scope.of_seekers(Column::SeekerId));
    Entity::find().filter(any)
}

/// A card that runs. In words, so that both engines take the index over exactly these.
fn running() -> SimpleExpr {
    Expr::cust("ak1_card.status IN ('prepared', 'signed', 'printed', 'active')")
}

/// A card that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: CardId) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// A card that the caller may see, locked.
pub async fn lock(change: &Change, id: CardId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// A card that the caller may see and the record that it is of, both locked: the record first, as everywhere.
pub async fn lock_both(change: &Change, id: CardId) -> Result<(Model, seeker::Model), Problem> {
    let card = find(change.db(), change, id).await?;
    let person = seeker::Entity::find_by_id(card.seeker_id).lock_exclusive().one(change.db()).await?;
    let person = person.ok_or_else(|| Problem::internal("a card of nobody"))?;
    Ok((lock(change, id).await?, person))
}

/// The cards of a record, newest first.
pub async fn of_person<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    person: SeekerId,
    part: &Part<CardId>,
) -> Result<Vec<Model>, DbErr> {
    part.newest(visible(seer).filter(Column::SeekerId.eq(person)), Column::Id).all(db).await
}

/// The cards of some records, newest first.
pub async fn of_people<C: ConnectionTrait>(db: &C, seer: &impl Sees, ids: &[SeekerId]) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer).filter(among(db, Column::SeekerId, ids.iter().copied()));
    select.order_by_desc(Column::Id).all(db).await
}

/// The record of a card, for its paper.
pub async fn holder<C: ConnectionTrait>(db: &C, row: &Model) -> Result<seeker::Model, Problem> {
    let person = seeker::Entity::find_by_id(row.seeker_id).one(db).await?;
    person.ok_or_else(|| Problem::internal("a card of nobody"))
}

/// The office that issued a card, for its letterhead.
pub async fn office<C: ConnectionTrait>(db: &C, code: &str) -> Result<office::Model, Problem> {
    let found = office::Entity::find_by_id(code).one(db).await?;
    found.ok_or_else(|| Problem::internal("a card without its office"))
}

/// A card by the hash of its token, for everybody who has that.
pub async fn by_token<C: ConnectionTrait>(db: &C, hash: &[u8]) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::TokenHash.eq(hash)).one(db).await
}

/// What waits to be signed or printed: the card, its holder's name, since when, version.
pub type Waiting = (CardId, String, SeekerId, String, String, CardStatus, DateTime<Utc>, i64);

/// Cards that wait to be signed or printed, the longest first.
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: Option<&str>,
    part: &Part<CardId>,
) -> Result<Vec<Waiting>, DbErr> {
    let waits = Expr::cust("ak1_card.status IN ('prepared', 'signed', 'printed')");
    let select = visible(seer).filter(waits).only(Column::Office, office);
    let of_person = Entity::belongs_to(seeker::Entity).from(Column::SeekerId).to(seeker::Column::Id).into();
    part.in_order(select, Column::Id)
        .join(JoinType::InnerJoin, of_person)
        .select_only()
        .columns([Column::Id, Column::Number, Column::SeekerId])
        .column(seeker::Column::Name)
        .columns([Column::Office, Column::Status, Column::CreatedAt, Column::Version])
        .into_tuple()
        .all(db)
        .await
}

/// What stands beside a card: reports, prints, legalisations.
pub async fn beside<C: ConnectionTrait>(
    db: &C,
    id: CardId,
) -> Result<(Vec<report::Model>, Vec<print::Model>, Vec<legalisation::Model>), DbErr> {
    let reports = report::Entity::find().filter(report::Column::CardId.eq(id)).all(db).await?;
    let prints = print::Entity::find().filter(print::Column::CardId.eq(id)).order_by_asc(print::Column::Number);
    let copies = legalisation::Entity::find().filter(legalisation::Column::CardId.eq(id));
    let copies = copies.order_by_asc(legalisation::Column::Id);
    Ok((reports, prints.all(db).await?, copies.all(db).await?))
}

/// Prepares a card for somebody in the register: it gets its number.
///
/// # Errors
/// Only who is looking for work, and who has none that runs, gets one; the database's own.
pub async fn prepare(change: &mut Change, person: &seeker::Model) -> Result<Model, Problem> {
    if person.status != SeekerStatus::Registered {
        return Err(CardRefusal::NotRegistered.into());
    }
    let select = Entity::find().filter(Column::SeekerId.eq(person.id)).filter(running());
    if select.select_only().column(Column::Id).into_tuple::<CardId>().one(change.db()).await?.is_some() {
        return Err(CardRefusal::Running.into());
    }
    let id = CardId(change.id());
    let year = change.moment(&person.office).year();
    let number = change.next_number("AK1", &person.office, year).await?;
    let row = Model {
        id,
        seeker_id: person.id,
        office: person.office.clone(),
        issued_by: person.office.clone(),
        number: rules::number(&person.office, year, number),
        holder: names::initials(&person.name),
        status: CardStatus::Prepared,
        token_hash: statement::hash(&change.state().vault, id),
        issued_on: None,
        period_from: None,
        expires_on: None,
        period: 1,
        report_months: 0,
        next_report_on: None,
        look_on: None,
        missed_reports: 0,
        signed_at: None,
        signed_by: None,
        signer_name: None,
        signer_number: None,
        printed_at: None,
        printed_by: None,
        active_at: None,
        ended_at: None,
        end_reason: None,
        status_reason: None,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    let insert = row.into_active_model().reset_all().insert(change.db()).await;
    let row = insert.on_unique(CardRefusal::Running)?;
    change.note(&row, "prepare", facts(&row));
    Ok(row)
}

/// Signs or prints a card. The first of the two acts gives it its days, the second one makes it hold; it is counted then.
async fn act(
    change: &mut Change,
    row: &Model,
    person: &seeker::Model,
    event: CardEvent,
    mut set: Vec<(Column, Value)>,
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let today = change.moment(&row.issued_by).today;
    if row.issued_on.is_none() {
        let period = Period::begin(&change.book(), &row.issued_by, today)?;
        set.push((Column::IssuedOn, Some(today).into()));
        set.extend(begun(change, row, period, period.after(period.from))?);
    }
    set.push((Column::Holder, names::initials(&person.name).into()));
    let holds = step.to() == CardStatus::Active;
    if holds {
        set.push((Column::ActiveAt, change.now().into()));
    }
    let after = change.advance(row, &step, set, facts).await?;
    if holds {
        people::count(change, person, "ak1_issued", 1);
    }
    Ok(after)
}

/// The columns of a period that begins, with the report that is due next.
fn begun(
    change: &Change,
    row: &Model,
    period: Period,
    next: Option<NaiveDate>,
) -> Result<[(Column, Value); 5], Problem> {
    let manners = Manners::of(&change.book(), &row.office, change.moment(&row.office).today)?;
    Ok([
        (Column::PeriodFrom, Some(period.from).into()),
        (Column::ExpiresOn, Some(period.until).into()),
        (Column::ReportMonths, i32::try_from(period.months).map_err(Problem::internal)?.into()),
        (Column::NextReportOn, next.into()),
        (Column::LookOn, manners.first_look(period, next).into()),
    ])
}

/// Signs a card.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn sign(
    change: &mut Change,
    row: &Model,
    person: &seeker::Model,
    signature: &CardSignature,
) -> Result<Model, Problem> {
    let set = vec![
        (Column::SignedAt, change.now().into()),
        (Column::SignedBy, change.actor().into()),
        (Column::SignerName, signature.name.clone().into()),
        (Column::SignerNumber, signature.staff_number.clone().into()),
    ];
    act(change, row, person, CardEvent::Sign, set).await
}

/// Prints a card for the first time.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn print(change: &mut Change, row: &Model, person: &seeker::Model) -> Result<Model, Problem> {
    let set = vec![(Column::PrintedAt, change.now().into()), (Column::PrintedBy, change.actor().into())];
    let row = act(change, row, person, CardEvent::Print, set).await?;
    log_print(change, &row, 1, None).await?;
    Ok(row)
}

async fn log_print(change: &Change, row: &Model, number: i32, reason: Option<ReprintReason>) -> Result<(), DbErr> {
    let line = print::Model {
        card_id: row.id,
        number,
        reason,
        printed_at: change.now(),
        printed_by: change.actor().to_owned(),
    };
    print::Entity::insert(line.into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    Ok(())
}

/// Logs that a card is printed again.
///
/// # Errors
/// A card that does not hold; the database's own.
pub async fn reprint(
    change: &mut Change,
    row: &Model,
    person: &seeker::Model,
    reason: ReprintReason,
) -> Result<Model, Problem> {
    holds(change, row)?;
    let last: Option<Option<i32>> = print::Entity::find()
        .select_only()
        .column_as(print::Column::Number.max(), "number")
        .filter(print::Column::CardId.eq(row.id))
        .into_tuple()
        .one(change.db())
        .await?;
    log_print(change, row, last.flatten().unwrap_or_default() + 1, Some(reason)).await?;
    let row = change.edit_quietly(row, [(Column::Holder, names::initials(&person.name).into())]).await?;
    change.note(&row, "reprint", told(&row, json!({"reason": reason})));
    Ok(row)
}

/// A card that holds today.
fn holds(change: &Change, row: &Model) -> Result<(), Problem> {
    let today = change.moment(&row.office).today;
    match rules::standing(row.status, row.expires_on, today) {
        CardStatus::Active => Ok(()),
        status => Err(refused(CardRefusal::NotActive, status)),
    }
}

/// A refusal, with what may be done with a card that stands so.
fn refused(why: CardRefusal, status: CardStatus) -> Problem {
    Problem::from(why).allowed(lifecycle::allowed(status, lifecycle::By::Office))
}

/// Legalises copies of a card that holds.
///
/// # Errors
/// A card that does not hold; the database's own.
pub async fn legalise(change: &mut Change, row: &Model, copies: i32) -> Result<Model, Problem> {
    holds(change, row)?;
    let line = legalisation::Model {
        id: LegalisationId(change.id()),
        card_id: row.id,
        copies,
        done_at: change.now(),
        done_by: change.actor().to_owned(),
    };
    legalisation::Entity::insert(line.into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    let row = change.edit_quietly(row, []).await?;
    change.note(&row, "legalise", told(&row, json!({"copies": copies})));
    Ok(row)
}

/// Files a report of the holder. What was missed before is told first.
///
/// # Errors
/// A card that does not hold; months whose report is filed; the database's own.
pub async fn file(change: &mut Change, row: &Model, situation: ReportSituation) -> Result<Model, Problem> {
    holds(change, row)?;
    let period = Period::of(row).ok_or_else(|| Problem::internal("a card that holds without a period"))?;
    let today = change.moment(&row.office).today;
    let manners = Manners::of(&change.book(), &row.office, today)?;
    let seen = rules::look(period, manners, row.next_report_on, row.look_on, today);
    if seen.expired {
        // The sweep has not come by yet to end it.
        return Err(refused(CardRefusal::NotActive, CardStatus::Expired));
    }
    let missed = tell_missed(change, row, &seen.missed)?;
    let due_on = period.counts_for(seen.next, today)?;
    let line = report::Model {
        card_id: row.id,
        due_on,
        filed_on: today,
        situation,
        filed_at: change.now(),
        filed_by: change.actor().to_owned(),
    };
    report::Entity::insert(line.into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    let next = period.after(due_on);
    let set: [(Column, Value); 3] = [
        (Column::NextReportOn, next.into()),
        (Column::LookOn, manners.first_look(period, next).into()),
        (Column::MissedReports, missed.into()),
    ];
    let row = change.edit_quietly(row, set).await?;
    change.note(&row, "report", told(&row, json!({"due_on": due_on, "situation": situation})));
    Ok(row)
}

/// Tells of reports that were missed. Gives how many were, with those before.
fn tell_missed(change: &mut Change, row: &Model, missed: &[NaiveDate]) -> Result<i32, Problem> {
    for due_on in missed {
        change.note(row, "report_missed", told(row, json!({"due_on": due_on})));
    }
    Ok(row.missed_reports + i32::try_from(missed.len()).map_err(Problem::internal)?)
}

/// Gives a card a further period.
///
/// # Errors
/// Somebody who is not looking for work; before the office's window; another card that runs; the database's own.
pub async fn extend(change: &mut Change, row: &Model, person: &seeker::Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, CardEvent::Extend)?;
    if person.status != SeekerStatus::Registered {
        return Err(CardRefusal::NotRegistered.into());
    }
    let old = Period::of(row).ok_or_else(|| Problem::internal("a card that held without a period"))?;
    let (book, today) = (change.book(), change.moment(&row.office).today);
    let period = Period::begin(&book, &row.office, rules::extended_from(&book, &row.office, old.until, today)?)?;
    let manners = Manners::of(&book, &row.office, today)?;
    let seen = rules::look(old, manners, row.next_report_on, row.look_on, today);
    let missed = tell_missed(change, row, &seen.missed)?;
    // A report of the old period that is still due stays so.
    let next = seen.next.filter(|due| *due >= today).or_else(|| period.after(period.from));
    let mut set = begun(change, row, period, next)?.to_vec();
    set.extend([
        (Column::Period, (row.period + 1).into()),
        (Column::Holder, names::initials(&person.name).into()),
        (Column::MissedReports, missed.into()),
        (Column::EndedAt, None::<DateTime<Utc>>.into()),
    ]);
    let other = Entity::find().filter(Column::SeekerId.eq(row.seeker_id)).filter(Column::Id.ne(row.id));
    let other = other.filter(running()).select_only().column(Column::Id).into_tuple::<CardId>();
    if other.one(change.db()).await?.is_some() {
        return Err(CardRefusal::Running.into());
    }
    let after = change.advance(row, &step, set, facts).await?;
    people::count(change, person, "ak1_extended", 1);
    Ok(after)
}

/// Takes a card back.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn revoke(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, CardEvent::Revoke)?;
    let set = [(Column::StatusReason, reason.into()), (Column::EndedAt, change.now().into())];
    change.advance(row, &step, set, facts).await
}

/// Closes the card that runs of somebody who found work or left the register. Their record is locked.
///
/// # Errors
/// The database's own.
pub async fn close(change: &mut Change, person: SeekerId, end: CardEnd) -> Result<(), Problem> {
    let select = Entity::find().filter(Column::SeekerId.eq(person)).filter(running()).lock_exclusive();
    let Some(row) = select.one(change.db()).await? else { return Ok(()) };
    let step = lifecycle::step(row.status, CardEvent::Close)?;
    let set: [(Column, Value); 2] = [(Column::EndedAt, change.now().into()), (Column::EndReason, Some(end).into())];
    change.advance(&row, &step, set, facts).await.map(drop)
}

/// Opens the card again that a placement closed, where it held and its last day has not passed. Of the reports that fell due
/// meanwhile none was missed: nobody could file them.
///
/// # Errors
/// The database's own.
pub async fn reopen(change: &mut Change, person: &seeker::Model) -> Result<(), Problem> {
    let today = change.moment(&person.office).today;
    let select = Entity::find()
        .filter(Column::SeekerId.eq(person.id))
        .filter(Column::Status.eq(CardStatus::Closed))
        .filter(Column::EndReason.eq(CardEnd::Placed))
        .filter(Column::ActiveAt.is_not_null())
        .filter(Column::ExpiresOn.gte(today))
        .order_by_desc(Column::EndedAt);
    let Some(row) = select.lock_exclusive().one(change.db()).await? else { return Ok(()) };
    let Some(period) = Period::of(&row) else { return Ok(()) };
    let step = lifecycle::step(row.status, CardEvent::Reopen)?;
    let next = row.next_report_on.filter(|next| *next >= today).or_else(|| period.due().find(|due| *due >= today));
    let next = row.next_report_on.and(next);
    let mut set = begun(change, &row, period, next)?.to_vec();
    set.extend([(Column::EndedAt, None::<DateTime<Utc>>.into()), (Column::EndReason, None::<CardEnd>.into())]);
    change.advance(&row, &step, set, facts).await.map(drop)
}

/// Gives the cards of somebody to the office that keeps their record now: they stay as they are.
///
/// # Errors
/// The database's own.
pub async fn follow(change: &Change, person: SeekerId, office: &str) -> Result<(), Problem> {
    let update = Entity::update_many().col_expr(Column::Office, Expr::value(office));
    update.filter(Column::SeekerId.eq(person)).exec(change.db()).await?;
    Ok(())
}

/// What the feed says of a card: nothing of the person but which record it is of.
fn facts(row: &Model) -> serde_json::Value {
    told(row, json!({}))
}

fn told(row: &Model, more: serde_json::Value) -> serde_json::Value {
    let mut body = json!({
        "status": row.status, "number": row.number, "job_seeker_id": row.seeker_id, "issued_on": row.issued_on,
        "expires_on": row.expires_on, "period": row.period, "end_reason": row.end_reason,
    });
    if let (Some(body), serde_json::Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

/// Looks at the cards of which there is something to say: reminds of reports, tells of those that were missed, ends what holds no
/// longer. One column says when to look next, so that a night costs what happens in it, however many people have a card.
///
/// # Errors
/// The database's own; what earlier transactions told stays told.
pub async fn sweep(state: &Arc<State>) -> Result<(), Problem> {
    // A day begins in the east first.
    let latest = Zone::hours(9).date(state.clock.now());
    let due = Entity::find().filter(Expr::cust("ak1_card.status = 'active'")).filter(Column::LookOn.lte(latest));
    let mut select = due.order_by_asc(Column::Id).limit(SWEPT);
    // Nothing to do is what it nearly always is: no transaction for that.
    while select.clone().one(state.db.reader()).await?.is_some() {
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let rows = select.clone().lock_exclusive().all(change.db()).await?;
        let Some(last) = rows.last() else { return change.commit().await };
        select = select.filter(Column::Id.gt(last.id));
        let mut looked: BTreeMap<Looked, Vec<CardId>> = BTreeMap::new();
        for row in &rows {
            let today = change.moment(&row.office).today;
            if row.look_on.is_some_and(|day| day <= today)
                && let Some(seen) = look(&mut change, row, today).await?
            {
                looked.entry(seen).or_default().push(row.id);
            }
        }
        for (seen, cards) in looked {
            keep(&change, seen, cards).await?;
        }
        change.commit().await?;
    }
    Ok(())
}

/// What is kept of a look at a card that goes on to hold: reports that were missed, the next one, and when to look again.
type Looked = (i32, Option<NaiveDate>, Option<NaiveDate>);

/// Keeps what was seen of cards, which are locked: those of one day are nearly always seen alike, and cost one statement.
async fn keep(change: &Change, (missed, next, again): Looked, cards: Vec<CardId>) -> Result<(), Problem> {
    let update = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(change.now()))
        .col_expr(Column::MissedReports, Expr::value(missed))
        .col_expr(Column::NextReportOn, Expr::value(next))
        .col_expr(Column::LookOn, Expr::value(again));
    update.filter(among(change.db(), Column::Id, cards)).exec(change.db()).await?;
    Ok(())
}

/// Says what there is to say of a card, and ends one that holds no longer. Gives what is to be kept of one that goes on.
async fn look(change: &mut Change, row: &Model, today: NaiveDate) -> Result<Option<Looked>, Problem> {
    let period = Period::of(row).ok_or_else(|| Problem::internal("a card that holds without a period"))?;
    let manners = Manners::of(&change.book(), &row.office, today)?;
    let seen = rules::look(period, manners, row.next_report_on, row.look_on, today);
    let missed = tell_missed(change, row, &seen.missed)?;
    if let Some(due_on) = seen.remind {
        change.note(row, "report_due", told(row, json!({"due_on": due_on})));
    }
    if !seen.expired {
        return Ok(Some((missed, seen.next, seen.again)));
    }
    let step = lifecycle::step(row.status, CardEvent::Expire)?;
    let set: [(Column, Value); 4] = [
        (Column::MissedReports, missed.into()),
        (Column::NextReportOn, seen.next.into()),
        (Column::LookOn, seen.again.into()),
        (Column::EndedAt, change.now().into()),
    ];
    change.advance(row, &step, set, facts).await?;
    Ok(None)
}

/// Cards whose paper may be out and that do not hold today: the hash of the token, and since when.
pub async fn not_in_force<C: ConnectionTrait>(
    db: &C,
    today: NaiveDate,
) -> Result<Vec<(Vec<u8>, Option<DateTime<Utc>>, DateTime<Utc>)>, DbErr> {
    let select = Entity::find().filter(Expr::cust("ak1_card.status <> 'active'")).filter(Column::ExpiresOn.gte(today));
    let select = select.select_only().columns([Column::TokenHash, Column::EndedAt, Column::UpdatedAt]);
    select.into_tuple().all(db).await
}

/// Refuses the paper of a card that has no days yet, or has ended.
///
/// # Errors
/// `illegal-transition` with what may be done instead.
pub fn printable(row: &Model, today: NaiveDate) -> Result<(), Problem> {
    match rules::standing(row.status, row.expires_on, today) {
        CardStatus::Signed | CardStatus::Printed | CardStatus::Active => Ok(()),
        status => Err(refused(CardRefusal::NoPaper, status)),
    }
}
