//! The only SeaORM of packages.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::training::EnrollmentStatus::{self, Accepted, Attending, Offered, Reserve};
use disnaker_entity::training::package::{self, Column, Entity, Model};
use disnaker_entity::training::{
    InstructorId, PackageId, PackageStatus, ProgrammeId, ProviderId, ProviderKind, ProviderStatus, Site, enrollment,
    instructor, programme, provider, teacher,
};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use serde_json::json;

use super::bodies::{NewPackage, PackageCancellation, PackageFilter, PackageRow, Standing};
use super::lifecycle::PackageEvent;
use super::rules::{self, PackageRefusal, Sound};
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::check::{Checks, NOT_ALLOWED, UNKNOWN_REFERENCE};
use crate::clock::Zone;
use crate::db::among;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{Fault, Kind, Problem, Text};
use crate::training::enrollments::queries::{self as enrollments, Moves};
use crate::training::enrollments::{EnrollmentEvent, rules as cover};
use crate::training::{classes, needs, proposals};

crate::record!("training_package", package::Model, package::Entity, PackageStatus, |_| None);

/// Packages that one run of the sweep looks at.
const SWEPT: u64 = 50;
/// Why a reserve ends who was never asked.
const NO_SEAT: &str = "Tidak ada kursi kosong sampai batas akhir";

/// Everybody sees all; whoever changes them those of their offices.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let scope = seer.scope();
    let all = Entity::find();
    if scope.public { all } else { all.filter(scope.of_offices(Column::Office)) }
}

/// A package that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: PackageId) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock(change: &Change, id: PackageId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Packages, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &PackageFilter,
    part: &Part<PackageId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Year, filter.year)
        .only(Column::Status, filter.status)
        .only(Column::Funding, filter.funding)
        .only(Column::Site, filter.site)
        .only(Column::TargetGroup, filter.target_group)
        .only(Column::ProgrammeId, filter.programme_id)
        .only(Column::ProviderId, filter.provider_id);
    part.newest(select, Column::Id).all(db).await
}

/// What packages are named by: programme and trade, provider and its kind.
pub struct Names {
    programmes: HashMap<ProgrammeId, (String, String)>,
    providers: HashMap<ProviderId, (String, ProviderKind)>,
}

impl Names {
    /// The names of some packages: two statements.
    ///
    /// # Errors
    /// The database's own.
    pub async fn of<C: ConnectionTrait>(db: &C, rows: &[Model]) -> Result<Self, DbErr> {
        use {programme::Column as P, provider::Column as Q};
        let programmes = programme::Entity::find().filter(among(db, P::Id, rows.iter().map(|row| row.programme_id)));
        let programmes = programmes.select_only().columns([P::Id, P::Name, P::Trade]);
        let programmes: Vec<(ProgrammeId, String, String)> = programmes.into_tuple().all(db).await?;
        let providers = provider::Entity::find().filter(among(db, Q::Id, rows.iter().map(|row| row.provider_id)));
        let providers = providers.select_only().columns([Q::Id, Q::Name, Q::Kind]);
        let providers: Vec<(ProviderId, String, ProviderKind)> = providers.into_tuple().all(db).await?;
        Ok(Self {
            programmes: programmes.into_iter().map(|(id, name, trade)| (id, (name, trade))).collect(),
            providers: providers.into_iter().map(|(id, name, kind)| (id, (name, kind))).collect(),
        })
    }

    /// A package with its names.
    ///
    /// # Errors
    /// A package whose programme or provider is not there, which can't be.
    pub fn row(&self, row: &Model) -> Result<PackageRow, Problem> {
        let missing = || Problem::internal("a package without its programme or provider");
        let (programme, trade) = self.programmes.get(&row.programme_id).cloned().ok_or_else(missing)?;
        let (provider, provider_kind) = self.providers.get(&row.provider_id).cloned().ok_or_else(missing)?;
        Ok(PackageRow {
            id: row.id,
            number: row.number.clone(),
            office: row.office.clone(),
            programme_id: row.programme_id,
            programme,
            trade,
            provider_id: row.provider_id,
            provider,
            provider_kind,
            year: row.year,
            funding: row.funding,
            site: row.site,
            region: row.region.clone(),
            village: row.village.clone(),
            capacity: row.capacity,
            capacity_reason: row.capacity_reason.clone(),
            taken: row.taken,
            reserves: row.reserves,
            reserved: row.reserved,
            target_group: row.target_group,
            opens_on: row.opens_on,
            closes_on: row.closes_on,
            promote_until: row.promote_until,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            status: row.status,
            cancel_reason: row.cancel_reason,
            status_reason: row.status_reason.clone(),
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// How many stand where, in some packages.
///
/// # Errors
/// The database's own.
pub async fn standing<C: ConnectionTrait>(
    db: &C,
    ids: impl Iterator<Item = PackageId>,
) -> Result<HashMap<PackageId, Vec<Standing>>, DbErr> {
    use enrollment::Column as Of;
    let select = enrollment::Entity::find().filter(among(db, Of::PackageId, ids)).select_only();
    let select = select.columns([Of::PackageId, Of::Status]).column_as(Of::Id.count(), "persons");
    let select = select.group_by(Of::PackageId).group_by(Of::Status).order_by_asc(Of::Status);
    let rows: Vec<(PackageId, EnrollmentStatus, i64)> = select.into_tuple().all(db).await?;
    let mut standing: HashMap<_, Vec<_>> = HashMap::new();
    for (package, status, persons) in rows {
        standing.entry(package).or_default().push(Standing { status, persons });
    }
    Ok(standing)
}

/// The instructors of a package.
///
/// # Errors
/// The database's own.
pub async fn teachers<C: ConnectionTrait>(db: &C, id: PackageId) -> Result<Vec<InstructorId>, DbErr> {
    let select = teacher::Entity::find().filter(teacher::Column::PackageId.eq(id)).select_only();
    select.column(teacher::Column::InstructorId).order_by_asc(teacher::Column::InstructorId).into_tuple().all(db).await
}

/// What a package rests on: its programme and provider, which are the caller's offices', and its instructors, who are the provider's; `known` is the package that
/// changes. Gives where a class at the centre is held.
///
/// # Errors
/// `invalid-content` with every fault.
pub async fn ground(change: &Change, new: &NewPackage, known: Option<&Model>) -> Result<String, Problem> {
    let (db, mut checks) = (change.db(), Checks::default());
    let programme = programme::Entity::find_by_id(new.programme_id).filter(programme::Column::Office.eq(&*new.office));
    if programme.select_only().column(programme::Column::Id).into_tuple::<ProgrammeId>().one(db).await?.is_none() {
        let expected = Text::of("program pelatihan dinas ini", "a training programme of this office");
        checks.fault("/programme_id", UNKNOWN_REFERENCE, new.programme_id.to_string(), expected);
    }
    let provider = provider::Entity::find_by_id(new.provider_id).filter(provider::Column::Office.eq(&*new.office));
    let provider = provider.select_only().columns([provider::Column::Region, provider::Column::Status]);
    let provider: Option<(String, ProviderStatus)> = provider.into_tuple().one(db).await?;
    match &provider {
        Some((_, ProviderStatus::Active)) => {}
        // A provider that has closed since ends what it began.
        Some(_) if known.is_some() => {}
        Some((_, status)) => {
            let expected = Text::of("lembaga yang masih melatih", "a provider that still trains");
            checks.fault("/provider_id", NOT_ALLOWED, status.as_str(), expected);
        }
        None => {
            let expected = Text::of("lembaga pelatihan dinas ini", "a training provider of this office");
            checks.fault("/provider_id", UNKNOWN_REFERENCE, new.provider_id.to_string(), expected);
        }
    }
    if !new.instructor_ids.is_empty() {
        let select = instructor::Entity::find().filter(instructor::Column::ProviderId.eq(new.provider_id));
        let ids = new.instructor_ids.iter().copied();
        let select = select.filter(among(db, instructor::Column::Id, ids)).select_only().column(instructor::Column::Id);
        let known: Vec<InstructorId> = select.into_tuple().all(db).await?;
        for (at, id) in new.instructor_ids.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
            let expected = Text::of("instruktur lembaga itu", "an instructor of that provider");
            checks.fault(format!("/instructor_ids/{at}"), UNKNOWN_REFERENCE, id.to_string(), expected);
        }
    }
    checks.done()?;
    provider.map(|(region, _)| region).ok_or_else(|| Problem::internal("a provider that was not looked for"))
}

/// Writes a package that is planned.
///
/// # Errors
/// The database's own.
pub async fn plan(change: &mut Change, new: &NewPackage, sound: &Sound, region: String) -> Result<Model, Problem> {
    let number = change.next_number("PKT", &new.office, new.year).await?;
    let row = Model {
        id: PackageId(change.id()),
        office: new.office.clone(),
        number: rules::number(&new.office, new.year, number),
        programme_id: new.programme_id,
        provider_id: new.provider_id,
        year: new.year,
        funding: new.funding,
        site: new.site,
        region: new.region.clone().filter(|_| new.site == Site::MobileUnit).unwrap_or(region),
        village: new.village.clone(),
        capacity: sound.capacity,
        capacity_reason: new.capacity_reason.clone(),
        reserves: sound.reserves,
        target_group: new.target_group,
        evidence: serde_json::to_string(&sound.evidence).map_err(Problem::internal)?,
        accommodation: new.accommodation.clone(),
        criteria: serde_json::to_string(&sound.criteria).map_err(Problem::internal)?,
        opens_on: new.opens_on,
        closes_on: new.closes_on,
        promote_until: sound.promote_until,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        status: PackageStatus::Planned,
        cancel_reason: None,
        status_reason: None,
        taken: 0,
        reserved: 0,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    teach(change, row.id, &new.instructor_ids).await?;
    change.note(&row, "create", facts(&row));
    Ok(row)
}

async fn teach(change: &Change, package: PackageId, ids: &[InstructorId]) -> Result<(), DbErr> {
    teacher::Entity::delete_many().filter(teacher::Column::PackageId.eq(package)).exec(change.db()).await?;
    if ids.is_empty() {
        return Ok(());
    }
    let ids: std::collections::BTreeSet<_> = ids.iter().copied().collect();
    let rows = ids.into_iter().map(|instructor_id| teacher::Model { package_id: package, instructor_id });
    let rows = rows.map(|row| row.into_active_model().reset_all());
    teacher::Entity::insert_many(rows).exec_without_returning(change.db()).await.map(drop)
}

/// Writes what changes of a package, which is locked; seats that are new are offered to reserves.
///
/// # Errors
/// `invalid-content` for fewer seats than are for needs; `version-mismatch`, or the database's own.
pub async fn update(change: &mut Change, row: &Model, new: &NewPackage, sound: &Sound) -> Result<Model, Problem> {
    needs::keeps_promises(change, row.id, sound.capacity).await?;
    if (row.starts_on, row.ends_on) != (new.starts_on, new.ends_on) {
        classes::keeps_sessions(change, row.id, new.starts_on, new.ends_on).await?;
    }
    let set: Vec<(Column, Value)> = vec![
        (Column::Funding, new.funding.into()),
        (Column::Capacity, sound.capacity.into()),
        (Column::CapacityReason, new.capacity_reason.clone().into()),
        (Column::Reserves, sound.reserves.into()),
        (Column::Evidence, serde_json::to_string(&sound.evidence).map_err(Problem::internal)?.into()),
        (Column::Accommodation, new.accommodation.clone().into()),
        (Column::Criteria, serde_json::to_string(&sound.criteria).map_err(Problem::internal)?.into()),
        (Column::OpensOn, new.opens_on.into()),
        (Column::ClosesOn, new.closes_on.into()),
        (Column::PromoteUntil, sound.promote_until.into()),
        (Column::StartsOn, new.starts_on.into()),
        (Column::EndsOn, new.ends_on.into()),
    ];
    let mut after = change.edit(row, set, facts).await?;
    teach(change, row.id, &new.instructor_ids).await?;
    enrollments::promote(change, &mut after).await?;
    Ok(after)
}

/// Opens a package, or ends its applications.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn advance(change: &mut Change, row: &Model, event: PackageEvent) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    change.advance(row, &step, [], facts).await
}

/// Begins a class: everybody with a seat is in it from now on. Gives what their cover lacks, where the office lets the class begin all
/// the same.
///
/// # Errors
/// `illegal-transition` before its first day, or without participants; `not-covered`; the database's own.
pub async fn start(change: &mut Change, row: &Model) -> Result<(Model, Vec<Fault>), Problem> {
    let step = lifecycle::step(row.status, PackageEvent::Start)?;
    let today = change.moment(&row.office).today;
    if today < row.starts_on {
        return Err(PackageRefusal::TooEarly(row.starts_on).into());
    }
    let people = enrollments::of_package(change, row.id, [Accepted]).await?;
    if people.is_empty() {
        return Err(PackageRefusal::Nobody.into());
    }
    let gaps: Vec<_> = people.iter().flat_map(|person| cover::gaps_named(person, row)).collect();
    if !gaps.is_empty() && cover::cover_blocks(&change.book(), &row.office, today)? {
        return Err(Problem::new(Kind::NotCovered).faults(gaps));
    }
    let mut after = change.advance(row, &step, [], facts).await?;
    let mut moves = Moves::default();
    for person in &people {
        moves.make(change, person, EnrollmentEvent::Attend, []).await?;
    }
    moves.settle(change, &mut after).await?;
    Ok((after, gaps))
}

/// Ends a class in which everybody has passed, failed or left; whoever is still in its selection has no seat.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn finish(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    use EnrollmentStatus::{Admitted, Applied, Interviewed, Tested};
    let step = lifecycle::step(row.status, PackageEvent::Finish)?;
    let left = enrollments::of_package(change, row.id, [Accepted, Attending, Offered]).await?;
    if !left.is_empty() {
        return Err(PackageRefusal::Undecided(left.len()).into());
    }
    let mut after = change.advance(row, &step, [], facts).await?;
    release(change, &mut after, [Applied, Admitted, Tested, Interviewed, Reserve]).await?;
    Ok(after)
}

/// Cancels a package: whoever is in its selection or has a seat drops out of it, and needs and proposals that it answered are open
/// again.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn cancel(change: &mut Change, row: &Model, why: &PackageCancellation) -> Result<Model, Problem> {
    use EnrollmentStatus::{Admitted, Applied, Interviewed, Tested};
    let step = lifecycle::step(row.status, PackageEvent::Cancel)?;
    let set: [(Column, Value); 2] =
        [(Column::CancelReason, Some(why.kind).into()), (Column::StatusReason, Some(why.reason.clone()).into())];
    let mut after = change.advance(row, &step, set, facts).await?;
    let standing = [Applied, Admitted, Tested, Interviewed, Reserve, Offered, Accepted];
    let mut moves = Moves::default();
    for person in enrollments::of_package(change, row.id, standing).await? {
        let set = [(enrollment::Column::StatusReason, Some(why.reason.clone()).into())];
        moves.make(change, &person, EnrollmentEvent::Drop, set).await?;
    }
    moves.settle(change, &mut after).await?;
    needs::package_cancelled(change, row.id).await?;
    proposals::package_cancelled(change, row.id).await?;
    Ok(after)
}

/// Ends those of a package who stand so: no seat becomes free any more.
async fn release(
    change: &mut Change,
    row: &mut Model,
    standing: impl IntoIterator<Item = EnrollmentStatus>,
) -> Result<(), Problem> {
    let mut moves = Moves::default();
    for person in enrollments::of_package(change, row.id, standing).await? {
        let set = [(enrollment::Column::StatusReason, Some(NO_SEAT.to_owned()).into())];
        moves.make(change, &person, EnrollmentEvent::Reject, set).await?;
    }
    moves.settle(change, row).await
}

fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "number": row.number, "programme_id": row.programme_id, "provider_id": row.provider_id,
        "year": row.year, "funding": row.funding, "site": row.site, "capacity": row.capacity,
        "target_group": row.target_group, "starts_on": row.starts_on, "ends_on": row.ends_on,
        "cancel_reason": row.cancel_reason,
    })
}

/// Ends applications whose last day has passed in their office's zone, and reserves who can't move up any more.
///
/// # Errors
/// The database's own; what earlier transactions did stays done.
pub async fn sweep(state: &Arc<State>) -> Result<(), Problem> {
    // A day ends in the east first.
    let latest = Zone::hours(9).date(state.clock.now());
    let closes = Condition::all().add(Expr::cust("training_package.status = 'open'")).add(Column::ClosesOn.lt(latest));
    let promotes =
        Condition::all().add(Expr::cust("training_package.reserved > 0")).add(Column::PromoteUntil.lt(latest));
    for due in [closes, promotes] {
        let due = Entity::find().filter(due).order_by_asc(Column::Id).limit(SWEPT).select_only().column(Column::Id);
        for id in due.into_tuple::<PackageId>().all(state.db.reader()).await? {
            let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
            let mut row = enrollments::lock_package(&change, id).await?;
            let today = change.moment(&row.office).today;
            if row.status == PackageStatus::Open && row.closes_on < today {
                row = advance(&mut change, &row, PackageEvent::CloseApplications).await?;
            }
            if row.promote_until < today {
                release(&mut change, &mut row, [Reserve]).await?;
            }
            change.commit().await?;
        }
    }
    Ok(())
}

/// Packages for which there is something to do, by the day of their next step.
pub async fn work<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: Option<&str>,
    part: &Part<(NaiveDate, PackageId)>,
) -> Result<Vec<Model>, DbErr> {
    use PackageStatus::{Open, Planned, Running, Selecting};
    let on: SimpleExpr = Expr::cust(
        "CASE training_package.status WHEN 'planned' THEN opens_on WHEN 'open' THEN closes_on WHEN 'selecting' THEN \
         starts_on ELSE ends_on END",
    );
    let mut select =
        visible(seer).filter(Column::Status.is_in([Planned, Open, Selecting, Running])).only(Column::Office, office);
    if let Some((day, id)) = part.after {
        let same = Condition::all().add(on.clone().eq(day)).add(Column::Id.gt(id));
        select = select.filter(Condition::any().add(on.clone().gt(day)).add(same));
    }
    select.order_by(on, sea_orm::Order::Asc).order_by_asc(Column::Id).limit(part.and_one()).all(db).await
}

/// How many participants of some packages lack cover.
///
/// # Errors
/// The database's own.
pub async fn uncovered<C: ConnectionTrait>(
    db: &C,
    ids: impl Iterator<Item = PackageId>,
) -> Result<HashMap<PackageId, i64>, DbErr> {
    use enrollment::Column as Of;
    let of_package = enrollment::Entity::belongs_to(Entity).from(Of::PackageId).to(Column::Id).into();
    let select = enrollment::Entity::find()
        .join(JoinType::InnerJoin, of_package)
        .filter(among(db, Of::PackageId, ids))
        .filter(Of::Status.is_in([Accepted, Attending]))
        .filter(enrollments::lacks_cover())
        .select_only()
        .column(Of::PackageId)
        .column_as(Of::Id.count(), "persons")
        .group_by(Of::PackageId);
    Ok(select.into_tuple().all(db).await?.into_iter().collect())
}
