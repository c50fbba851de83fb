//! The only SeaORM of the queue.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::queue::{QueueService, TicketId, TicketKind, TicketStatus, day, service, ticket};
use disnaker_entity::school::SchoolId;
use disnaker_entity::seeker::SeekerId;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select, Value,
};
use serde_json::json;

use super::bodies::{NewTicket, QueueListFilter, TicketFilter};
use super::lifecycle::TicketEvent;
use super::rules::{self, Plan};
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::clock::{self, Zone};
use crate::db::among;
use crate::journal::Entry;
use crate::lifecycle;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::problem::{Kind, OnUnique, Problem};
use crate::seekers;

crate::record!("queue_ticket", ticket::Model, ticket::Entity, TicketStatus, |_| None);

/// Numbers on a board.
const ON_BOARD: u64 = 20;
/// Days with a place that somebody is told of who found none.
const OFFERED: usize = 5;
/// Tickets that one transaction of the sweep ends.
const SWEPT: u64 = 200;

// Services ---------------------------------------------------------------------------------------

/// Services that somebody sees: everybody all, whoever changes them those of their offices.
fn visible_services(seer: &impl Sees) -> Select<service::Entity> {
    let scope = seer.scope();
    let all = service::Entity::find();
    if scope.public { all } else { all.filter(scope.of_offices(service::Column::Office)) }
}

/// A service of an office.
pub async fn service<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: &str,
    service: QueueService,
) -> Result<service::Model, Problem> {
    let key = (office.to_owned(), service);
    let select = visible_services(seer).filter(service::Column::Office.eq(key.0));
    select.filter(service::Column::Service.eq(key.1)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock_service(change: &Change, office: &str, service: QueueService) -> Result<service::Model, Problem> {
    let select = visible_services(change).filter(service::Column::Office.eq(office));
    let select = select.filter(service::Column::Service.eq(service)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// A service as somebody finds it who books.
pub async fn offered<C: ConnectionTrait>(
    db: &C,
    office: &str,
    service: QueueService,
) -> Result<Option<service::Model>, DbErr> {
    service::Entity::find_by_id((office.to_owned(), service)).one(db).await
}

/// The services of an office.
pub async fn services<C: ConnectionTrait>(db: &C, office: &str) -> Result<Vec<service::Model>, DbErr> {
    let select = service::Entity::find().filter(service::Column::Office.eq(office));
    select.order_by_asc(service::Column::Service).all(db).await
}

/// Writes a service that an office begins to offer.
///
/// # Errors
/// `already-exists`, or the database's own.
pub async fn offer(change: &mut Change, row: &service::Model) -> Result<(), Problem> {
    let insert = service::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(Problem::new(Kind::AlreadyExists))?;
    tell(change, row, "create");
    Ok(())
}

/// Writes a changed service over the one that was loaded.
///
/// # Errors
/// `version-mismatch`, or the database's own.
pub async fn update(change: &mut Change, before: &service::Model, row: &service::Model) -> Result<(), Problem> {
    use service::Column as Of;
    let written = service::Entity::update_many()
        .set(row.clone().into_active_model().reset_all())
        .filter(Of::Office.eq(row.office.as_str()))
        .filter(Of::Service.eq(row.service))
        .filter(Of::Version.eq(before.version))
        .exec(change.db())
        .await?;
    if written.rows_affected != 1 {
        return Err(Problem::new(Kind::VersionMismatch));
    }
    tell(change, row, "update");
    Ok(())
}

fn tell(change: &mut Change, row: &service::Model, event: &str) {
    change.tell(Entry {
        event: format!("queue_service.{event}"),
        office: row.office.clone(),
        company: None,
        subject_kind: "queue_service",
        subject_id: format!("{}/{}", row.office, row.service),
        version: row.version,
        body: json!({"service": row.service, "capacity": row.capacity, "walk_in_percent": row.walk_in_percent}),
    });
}

// Days -------------------------------------------------------------------------------------------

/// The days of a service from one to another, as far as something is known of them.
pub async fn days<C: ConnectionTrait>(
    db: &C,
    service: &service::Model,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<HashMap<NaiveDate, day::Model>, DbErr> {
    let select = day::Entity::find().filter(day::Column::Office.eq(service.office.as_str()));
    let select = select.filter(day::Column::Service.eq(service.service)).filter(day::Column::Date.between(from, to));
    Ok(select.all(db).await?.into_iter().map(|row| (row.date, row)).collect())
}

/// Bookings of a day by slot.
pub async fn by_slot<C: ConnectionTrait>(
    db: &C,
    service: &service::Model,
    date: NaiveDate,
) -> Result<HashMap<i32, i64>, DbErr> {
    use ticket::Column as Of;
    let select = ticket::Entity::find()
        .select_only()
        .column(Of::Slot)
        .column_as(Of::Id.count(), "count")
        .filter(Of::Office.eq(service.office.as_str()))
        .filter(Of::Service.eq(service.service))
        .filter(Of::Date.eq(date))
        .filter(Of::Slot.is_not_null())
        .filter(Of::Status.ne(TicketStatus::Cancelled))
        .group_by(Of::Slot);
    Ok(select.into_tuple::<(i32, i64)>().all(db).await?.into_iter().collect())
}

/// Sets the capacity of a day, or leaves it to the service again.
///
/// # Errors
/// The database's own.
pub async fn set_capacity(
    change: &mut Change,
    service: &service::Model,
    date: NaiveDate,
    capacity: Option<i32>,
    reason: &str,
) -> Result<(), Problem> {
    begin(change, service, date).await?;
    let kept = capacity.map(|_| reason.to_owned());
    let update = of_day(service, date)
        .col_expr(day::Column::Capacity, Expr::value(capacity))
        .col_expr(day::Column::Reason, Expr::value(kept));
    update.exec(change.db()).await?;
    change.tell(Entry {
        event: "queue_day.update".to_owned(),
        office: service.office.clone(),
        company: None,
        subject_kind: "queue_day",
        subject_id: format!("{}/{}/{date}", service.office, service.service),
        version: 1,
        body: json!({"service": service.service, "date": date, "capacity": capacity, "reason": reason}),
    });
    Ok(())
}

/// Makes the row of a day, where there is none.
async fn begin(change: &Change, service: &service::Model, date: NaiveDate) -> Result<(), DbErr> {
    let row = day::Model {
        office: service.office.clone(),
        service: service.service,
        date,
        capacity: None,
        reason: None,
        booked: 0,
        walked_in: 0,
        last_number: 0,
    };
    let insert = day::Entity::insert(row.into_active_model().reset_all());
    let insert = insert.on_conflict(OnConflict::new().do_nothing().to_owned());
    insert.exec_without_returning(change.db()).await.map(drop)
}

fn of_day(service: &service::Model, date: NaiveDate) -> sea_orm::UpdateMany<day::Entity> {
    day::Entity::update_many()
        .filter(day::Column::Office.eq(service.office.as_str()))
        .filter(day::Column::Service.eq(service.service))
        .filter(day::Column::Date.eq(date))
}

/// Takes places of a day, if there are as many: one statement, so that the last place goes to one caller however many ask at
/// once. Bookings leave the share of who comes without one; at the counter any place may be given. Gives the day as it is
/// then, whose last number is theirs; none where there are too few places.
///
/// # Errors
/// The database's own.
pub async fn take(
    change: &Change,
    service: &service::Model,
    date: NaiveDate,
    count: i32,
    walk_in: bool,
) -> Result<Option<day::Model>, Problem> {
    use day::Column as Of;
    let own = || SimpleExpr::from(Expr::col(Of::Capacity)).if_null(service.capacity);
    let taken = || Expr::col(Of::Booked).add(Expr::col(Of::WalkedIn)).add(count);
    let counter = if walk_in { Of::WalkedIn } else { Of::Booked };
    let update = || {
        let update = of_day(service, date)
            .col_expr(counter, Expr::col(counter).add(count))
            .col_expr(Of::LastNumber, Expr::col(Of::LastNumber).add(count))
            .filter(taken().lte(own()));
        // As `rules::Plan` has it: what is kept is rounded up.
        let kept = own().mul(service.walk_in_percent).add(99).div(100);
        if walk_in { update } else { update.filter(Expr::col(Of::Booked).add(count).add(kept).lte(own())) }
    };
    let mut row = update().exec_with_returning(change.db()).await?.pop();
    if row.is_none() {
        // Another caller may make the day's row at this moment: it is there then, too.
        begin(change, service, date).await?;
        row = update().exec_with_returning(change.db()).await?.pop();
    }
    Ok(row)
}

/// Gives the place of a ticket back.
async fn free(change: &Change, row: &ticket::Model) -> Result<(), DbErr> {
    let counter = if row.kind == TicketKind::WalkIn { day::Column::WalkedIn } else { day::Column::Booked };
    let update = day::Entity::update_many()
        .col_expr(counter, Expr::col(counter).sub(1))
        .filter(day::Column::Office.eq(row.office.as_str()))
        .filter(day::Column::Service.eq(row.service))
        .filter(day::Column::Date.eq(row.date));
    update.exec(change.db()).await.map(drop)
}

/// The next days with so many places that can be booked.
///
/// # Errors
/// `calendar-missing` never: what is not loaded is not offered; the database's own.
pub async fn next_days(change: &Change, service: &service::Model, count: i32) -> Result<Vec<NaiveDate>, Problem> {
    let (book, office) = (change.book(), service.office.as_str());
    let today = change.moment(office).today;
    let last = rules::last_day(&book, office, today)?;
    let known = days(change.db(), service, today, last).await?;
    let has_place = |date: &NaiveDate| {
        let day = known.get(date);
        let works = matches!(rules::day_off(&book, office, *date), Ok(None));
        works && Places::of(service, day).bookable >= count
    };
    Ok(today.iter_days().skip(1).take_while(|date| *date <= last).filter(has_place).take(OFFERED).collect())
}

/// What is left of a day.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// Its plan.
    pub plan: Plan,
    /// Places that are taken.
    pub taken: i32,
    /// Places that can be booked.
    pub bookable: i32,
    /// Places that can be given at the counter.
    pub at_counter: i32,
}

impl Places {
    /// What is left of a day of a service.
    #[must_use]
    pub fn of(service: &service::Model, day: Option<&day::Model>) -> Self {
        let plan = Plan::of(service, day);
        let (booked, walked_in) = day.map_or((0, 0), |day| (day.booked, day.walked_in));
        let left = Ord::max(plan.capacity - booked - walked_in, 0);
        Self { plan, taken: booked + walked_in, bookable: (plan.bookable() - booked).clamp(0, left), at_counter: left }
    }
}

// Tickets ----------------------------------------------------------------------------------------

/// Tickets of the caller's offices, of their own record, and those that their school booked, as long as it has the record in hand.
fn visible(seer: &impl Sees) -> Select<ticket::Entity> {
    use ticket::Column as Of;
    let scope = seer.scope();
    let any = Condition::any().add(scope.of_offices(Of::Office)).add(scope.of_seekers(Of::SeekerId));
    if scope.schools.is_empty() {
        return ticket::Entity::find().filter(any);
    }
    let booked = Condition::all().add(scope.of_schools(Of::SchoolId));
    ticket::Entity::find().filter(any.add(booked.add(Of::SeekerId.in_subquery(seekers::in_hand(scope)))))
}

/// A ticket that runs. In words, so that both engines take the index over exactly these.
fn running() -> SimpleExpr {
    Expr::cust("queue_ticket.status IN ('booked', 'checked_in', 'called', 'serving')")
}

/// A ticket that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: TicketId) -> Result<Option<ticket::Model>, DbErr> {
    visible(seer).filter(ticket::Column::Id.eq(id)).one(db).await
}

/// A ticket that the caller may see, locked.
pub async fn lock(change: &Change, id: TicketId) -> Result<ticket::Model, Problem> {
    let select = visible(change).filter(ticket::Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Tickets, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &TicketFilter,
    part: &Part<TicketId>,
) -> Result<Vec<ticket::Model>, DbErr> {
    use ticket::Column as Of;
    let select = visible(seer)
        .only(Of::Office, filter.office.as_deref())
        .only(Of::Service, filter.service)
        .only(Of::Date, filter.date)
        .only(Of::Status, filter.status)
        .only(Of::SeekerId, filter.job_seeker_id);
    part.newest(select, Of::Id).all(db).await
}

/// Tickets of some people, as far as the caller may see them, newest first.
///
/// # Errors
/// The database's own.
pub async fn of_people<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    people: &[SeekerId],
) -> Result<Vec<ticket::Model>, DbErr> {
    let select = visible(seer).filter(among(db, ticket::Column::SeekerId, people.iter().copied()));
    select.order_by_desc(ticket::Column::Id).all(db).await
}

/// The queue of a day in the order of its numbers.
pub async fn of_day_in_order<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &QueueListFilter,
    days: &BTreeMap<NaiveDate, Vec<&str>>,
    part: &Part<(String, QueueService, i32)>,
) -> Result<Vec<ticket::Model>, DbErr> {
    use ticket::Column as Of;
    if days.is_empty() {
        return Ok(Vec::new());
    }
    let of_day = |(date, offices): (&NaiveDate, &Vec<&str>)| {
        let that = Condition::all().add(Of::Date.eq(*date));
        if days.len() == 1 { that } else { that.add(Of::Office.is_in(offices.iter().copied())) }
    };
    let mut select = visible(seer)
        .filter(days.iter().map(of_day).fold(Condition::any(), Condition::add))
        .filter(Of::Status.ne(TicketStatus::Cancelled))
        .only(Of::Office, filter.office.as_deref())
        .only(Of::Service, filter.service);
    if let Some((office, service, number)) = &part.after {
        let service_later = Condition::all().add(Of::Office.eq(office)).add(Of::Service.gt(*service));
        let number_later = Condition::all().add(Of::Office.eq(office)).add(Of::Service.eq(*service));
        select = select.filter(
            Condition::any()
                .add(Of::Office.gt(office))
                .add(service_later)
                .add(number_later.add(Of::Number.gt(*number))),
        );
    }
    let select = select.order_by_asc(Of::Office).order_by_asc(Of::Service).order_by_asc(Of::Number);
    select.limit(part.and_one()).all(db).await
}

/// Somebody who gets a ticket.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// Their record.
    pub seeker: Option<SeekerId>,
    /// The school that books for them.
    pub school: Option<SchoolId>,
    /// How their place is taken.
    pub kind: TicketKind,
}

/// Gives tickets with the last numbers of a day, each with its slot, which is wished for or the first with room.
///
/// # Errors
/// `already-exists` where somebody has a running ticket for the service; `capacity-exhausted` for a slot without room.
pub async fn give(
    change: &mut Change,
    service: &service::Model,
    new: &NewTicket,
    guests: &[Guest],
    day: &day::Model,
) -> Result<Vec<ticket::Model>, Problem> {
    let (book, office) = (change.book(), service.office.as_str());
    let plan = Plan::of(service, Some(day));
    let from = rules::from(new.date, rules::local(&book, office, change.now()));
    let wish = new.slot.as_deref().and_then(clock::minutes);
    // The day's row is locked since its places were taken, so nobody else takes a slot meanwhile.
    let mut taken = if new.walk_in { HashMap::new() } else { by_slot(change.db(), service, new.date).await? };
    let first = day.last_number + 1 - i32::try_from(guests.len()).map_err(Problem::internal)?;
    let mut rows = Vec::with_capacity(guests.len());
    for (number, guest) in (first..).zip(guests) {
        let slot = if new.walk_in { None } else { plan.slot(&taken, from, wish) };
        if !new.walk_in {
            let slot = slot.ok_or_else(|| Problem::new(Kind::CapacityExhausted))?;
            *taken.entry(slot).or_default() += 1;
        }
        rows.push(ticket::Model {
            id: TicketId(change.id()),
            office: office.to_owned(),
            service: service.service,
            date: new.date,
            number,
            slot,
            kind: guest.kind,
            status: TicketStatus::Booked,
            seeker_id: guest.seeker,
            school_id: guest.school,
            desk: None,
            called_at: None,
            ended_at: None,
            version: 1,
            created_at: change.now(),
            created_by: change.actor().to_owned(),
            updated_at: change.now(),
        });
    }
    let insert = ticket::Entity::insert_many(rows.iter().cloned().map(|row| row.into_active_model().reset_all()));
    insert.exec_without_returning(change.db()).await.on_unique(Problem::new(Kind::AlreadyExists))?;
    for row in &rows {
        change.note(row, "book", facts(row));
        count(change, row, 1);
    }
    Ok(rows)
}

/// Moves a ticket along its table; a place that is given back can be booked again.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn advance(
    change: &mut Change,
    row: &ticket::Model,
    event: TicketEvent,
    desk: Option<&str>,
) -> Result<ticket::Model, Problem> {
    use ticket::Column as Of;
    let step = lifecycle::step(row.status, event)?;
    let now: Value = change.now().into();
    let set: Vec<(Of, Value)> = match event {
        TicketEvent::Call => vec![(Of::CalledAt, now), (Of::Desk, desk.map(str::to_owned).into())],
        TicketEvent::Finish | TicketEvent::NoShow | TicketEvent::Cancel => vec![(Of::EndedAt, now)],
        TicketEvent::CheckIn | TicketEvent::Start => Vec::new(),
    };
    let after = change.advance(row, &step, set, facts).await?;
    if event == TicketEvent::Cancel {
        free(change, &after).await?;
        count(change, &after, -1);
    }
    Ok(after)
}

/// Takes the tickets of a record back that nobody has called yet: of one that ends all of them, of one that leaves its office those
/// for the card, which another office makes now.
///
/// # Errors
/// The database's own.
pub async fn give_up(change: &mut Change, of: SeekerId, only: Option<QueueService>) -> Result<(), Problem> {
    use ticket::Column as Of;
    let uncalled = [TicketStatus::Booked, TicketStatus::CheckedIn];
    let select =
        ticket::Entity::find().filter(Of::SeekerId.eq(of)).filter(running()).filter(Of::Status.is_in(uncalled));
    let rows = select.only(Of::Service, only).order_by_asc(Of::Id).lock_exclusive().all(change.db()).await?;
    for row in rows {
        advance(change, &row, TicketEvent::Cancel, None).await?;
    }
    Ok(())
}

/// Gives the tickets of a record to the one that takes its place. Where that has one running for the same service, the other one
/// is taken back; who is at a counter with it stays there.
///
/// # Errors
/// The database's own.
pub async fn follow(change: &mut Change, from: SeekerId, to: SeekerId) -> Result<(), Problem> {
    use ticket::Column as Of;
    let select = ticket::Entity::find().filter(Of::SeekerId.is_in([from, to])).filter(running());
    let rows = select.order_by_asc(Of::Id).lock_exclusive().all(change.db()).await?;
    let (own, theirs): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.seeker_id == Some(to));
    let mut stay = Vec::new();
    for row in theirs.iter().filter(|row| own.iter().any(|own| own.service == row.service)) {
        match lifecycle::step(row.status, TicketEvent::Cancel) {
            Ok(_) => drop(advance(change, row, TicketEvent::Cancel, None).await?),
            Err(_) => stay.push(row.id),
        }
    }
    let update = ticket::Entity::update_many()
        .col_expr(Of::SeekerId, Expr::value(to))
        .col_expr(Of::Version, Expr::col(Of::Version).add(1))
        .filter(Of::SeekerId.eq(from))
        .filter(Of::Id.is_not_in(stay));
    update.exec(change.db()).await?;
    Ok(())
}

/// What the journal says of a ticket: nothing of the person.
fn facts(row: &ticket::Model) -> serde_json::Value {
    let number = rules::number(row.service.letter(), row.number);
    json!({"status": row.status, "service": row.service, "date": row.date, "number": number, "kind": row.kind})
}

/// A ticket counts for its day; one that is taken back does not.
fn count(change: &mut Change, row: &ticket::Model, quantity: i64) {
    change.count(Movement {
        kind: "queue_ticket",
        office: row.office.clone(),
        effective_on: row.date,
        quantity,
        subject: row.id.0,
        ..Movement::default()
    });
}

/// Ends the tickets of days that have passed in their office's zone: whoever was not served did not come, or had gone; whoever
/// was at the counter has been served.
///
/// # Errors
/// The database's own.
pub async fn end_of_day(state: &Arc<State>) -> Result<(), Problem> {
    use ticket::Column as Of;
    // A day ends in the east first.
    let latest = Zone::hours(9).date(state.clock.now());
    let left = ticket::Entity::find().filter(running());
    let mut select = left.filter(Of::Date.lt(latest)).order_by_asc(Of::Id).limit(SWEPT);
    // Nothing to do is what it nearly always is: no transaction for that.
    while select.clone().one(state.db.reader()).await?.is_some() {
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let rows = select.clone().lock_exclusive().all(change.db()).await?;
        let Some(last) = rows.last() else { return change.commit().await };
        select = select.filter(Of::Id.gt(last.id));
        for row in &rows {
            if row.date < change.moment(&row.office).today {
                let serving = row.status == TicketStatus::Serving;
                let event = if serving { TicketEvent::Finish } else { TicketEvent::NoShow };
                advance(&mut change, row, event, None).await?;
            }
        }
        change.commit().await?;
    }
    Ok(())
}

// The board --------------------------------------------------------------------------------------

/// The numbers that are called or served on a day, the last called first.
pub async fn calling<C: ConnectionTrait>(db: &C, office: &str, date: NaiveDate) -> Result<Vec<ticket::Model>, DbErr> {
    use ticket::Column as Of;
    let shown = [TicketStatus::Called, TicketStatus::Serving];
    let select = ticket::Entity::find().filter(Of::Office.eq(office)).filter(Of::Date.eq(date));
    let select = select.filter(Of::Status.is_in(shown)).order_by_desc(Of::CalledAt).order_by_desc(Of::Id);
    select.limit(ON_BOARD).all(db).await
}

/// How many tickets of a day stand where.
pub async fn tally<C: ConnectionTrait>(
    db: &C,
    office: &str,
    date: NaiveDate,
) -> Result<Vec<(QueueService, TicketStatus, i64)>, DbErr> {
    use ticket::Column as Of;
    let select = ticket::Entity::find().select_only().columns([Of::Service, Of::Status]);
    let select = select.column_as(Of::Id.count(), "count").filter(Of::Office.eq(office)).filter(Of::Date.eq(date));
    select.group_by(Of::Service).group_by(Of::Status).order_by_asc(Of::Service).into_tuple().all(db).await
}
