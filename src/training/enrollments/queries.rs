//! The only SeaORM of enrolments.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::EnrollmentStatus::{self, Accepted, Attending, Interviewed, Offered, Reserve};
use disnaker_entity::training::enrollment::{self, Column, Entity, Model};
use disnaker_entity::training::{EnrollmentId, EvidenceKind, PackageId, PackageStatus, ProgrammeId, package};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, UpdateMany, Value,
};
use serde_json::json;

use super::bodies::{EnrollmentFilter, Needs, NewCover, NewScore, RankView, Selection};
use super::lifecycle::EnrollmentEvent;
use super::rules::{self, Candidate, Criteria, Earlier, EnrollmentRefusal, Points, Steps};
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::check::Checks;
use crate::db::among;
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::personal::{Place, Vault};
use crate::privacy::retention::Until;
use crate::problem::{OnUnique, Problem};
use crate::seekers::{self, Applicant};
use crate::training::funnel::{self, rules as stages};

crate::record!("training_enrollment", enrollment::Model, enrollment::Entity, EnrollmentStatus, |_| None);

/// Offers that one transaction of the sweep looks at.
const SWEPT: u64 = 50;
/// Applicants whose scores one request records.
const MOST_SCORES: usize = 500;
/// What of an enrolment is personal; in the words of the index that finds it on both engines.
const PERSONAL: &str = "(training_enrollment.needs_sealed IS NOT NULL OR training_enrollment.cover_sealed IS NOT NULL OR \
     training_enrollment.status_reason IS NOT NULL OR training_enrollment.override_reason IS NOT NULL)";
/// Who has a seat in a class that is not over; in the words of the index, too.
const SEATED: &str = "training_enrollment.status IN ('accepted', 'attending')";
/// Why somebody drops out who did not take up a seat.
const LAPSED: &str = "Tawaran kursi tidak dijawab sampai batas waktunya";
/// Why somebody is rejected behind whom the seats ended.
const BEHIND: &str = "Peringkat di luar jumlah kursi dan cadangan";
/// Why somebody is rejected who can't have a seat now.
const ELSEWHERE: &str = "Memiliki kursi di kelas lain, belum boleh mengulang program, atau tidak lagi terdaftar";

/// Enrolments of the caller's offices, one's own, and those of a provider's participants.
pub fn visible(seer: &impl Sees) -> Select<Entity> {
    let scope = seer.scope();
    // A branch that nothing can meet would cost SQLite the index of the others.
    if scope.providers.is_empty() {
        return Entity::find().filter(scope.of_any(Column::Office, Column::ProviderId, Some(Column::SeekerId)));
    }
    let seated = Condition::all().add(scope.of_providers(Column::ProviderId)).add(Column::AcceptedAt.is_not_null());
    let mut any = Condition::any().add(seated);
    if !scope.seekers.is_empty() {
        any = any.add(scope.of_seekers(Column::SeekerId));
    }
    if !scope.offices.is_empty() || !scope.provinces.is_empty() {
        any = any.add(scope.of_offices(Column::Office));
    }
    Entity::find().filter(any)
}

/// An enrolment that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: EnrollmentId) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// A package of the caller's offices.
pub async fn package_of<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: PackageId,
) -> Result<package::Model, Problem> {
    let select = package::Entity::find_by_id(id).filter(seer.scope().of_offices(package::Column::Office));
    select.one(db).await?.ok_or_else(Problem::not_found)
}

/// A package, locked: whoever moves one of its enrolments has it, so that seats are given one after another.
///
/// # Errors
/// The database's own.
pub async fn lock_package(change: &Change, id: PackageId) -> Result<package::Model, Problem> {
    let select = package::Entity::find_by_id(id).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// An enrolment that the caller may see and its package, both locked: the package first, as everywhere.
///
/// # Errors
/// `not-found`, or the database's own.
pub async fn lock_both(change: &Change, id: EnrollmentId) -> Result<(package::Model, Model), Problem> {
    let of = visible(change).filter(Column::Id.eq(id)).select_only().column(Column::PackageId);
    let of: Option<PackageId> = of.into_tuple().one(change.db()).await?;
    let of = lock_package(change, of.ok_or_else(Problem::not_found)?).await?;
    let row = visible(change).filter(Column::Id.eq(id)).lock_exclusive().one(change.db()).await?;
    Ok((of, row.ok_or_else(Problem::not_found)?))
}

/// The enrolment of a certificate that the caller has found, and its package, both locked.
///
/// # Errors
/// The database's own.
pub async fn of_certificate(change: &Change, id: EnrollmentId) -> Result<(package::Model, Model), Problem> {
    let row = Entity::find_by_id(id).one(change.db()).await?.ok_or_else(Problem::not_found)?;
    let of = lock_package(change, row.package_id).await?;
    Ok((of, row))
}

/// Enrolments, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &EnrollmentFilter,
    part: &Part<EnrollmentId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::PackageId, filter.package_id)
        .only(Column::SeekerId, filter.job_seeker_id)
        .only(Column::Status, filter.status);
    part.newest(select, Column::Id).all(db).await
}

/// The enrolments of a package that stand so, locked, in the order of their ids. Their package is locked.
///
/// # Errors
/// The database's own.
pub async fn of_package(
    change: &Change,
    of: PackageId,
    standing: impl IntoIterator<Item = EnrollmentStatus>,
) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::PackageId.eq(of)).filter(Column::Status.is_in(standing));
    select.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await
}

/// The enrolments of some people that the caller may see, newest first.
///
/// # Errors
/// The database's own.
pub async fn of_people<C: ConnectionTrait>(db: &C, seer: &impl Sees, ids: &[SeekerId]) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer).filter(among(db, Column::SeekerId, ids.iter().copied()));
    select.order_by_desc(Column::Id).all(db).await
}

/// Packages by their ids.
///
/// # Errors
/// The database's own.
pub async fn packages<C: ConnectionTrait>(
    db: &C,
    ids: impl Iterator<Item = PackageId>,
) -> Result<HashMap<PackageId, package::Model>, DbErr> {
    let select = package::Entity::find().filter(among(db, package::Column::Id, ids));
    Ok(select.all(db).await?.into_iter().map(|package| (package.id, package)).collect())
}

/// A package that takes applications: it does not close meanwhile.
///
/// # Errors
/// The database's own.
pub async fn asked(change: &Change, id: PackageId) -> Result<Option<package::Model>, DbErr> {
    package::Entity::find_by_id(id).lock_shared().one(change.db()).await
}

/// What somebody did in the other classes of a programme.
///
/// # Errors
/// The database's own.
pub async fn in_programme(
    change: &Change,
    person: SeekerId,
    programme: ProgrammeId,
    but: Option<EnrollmentId>,
) -> Result<Vec<Earlier>, DbErr> {
    let mut select = Entity::find().filter(Column::SeekerId.eq(person)).filter(Column::ProgrammeId.eq(programme));
    if let Some(but) = but {
        select = select.filter(Column::Id.ne(but));
    }
    let select = select.select_only().columns([Column::Id, Column::PackageId, Column::Status, Column::EndedOn]);
    let earlier = |(id, package, status, ended_on)| Earlier { id, package, status, ended_on };
    Ok(select.into_tuple().all(change.db()).await?.into_iter().map(earlier).collect())
}

/// Writes an application. Who applied for the package before, and gave that up, is counted once: by this one.
///
/// # Errors
/// `already-exists` for who has applied, or the database's own.
pub async fn apply(
    change: &mut Change,
    of: &package::Model,
    person: &Applicant,
    needs: Option<&Needs>,
    earlier: &[Earlier],
) -> Result<Model, Problem> {
    let id = EnrollmentId(change.id());
    let vault = &change.state().vault;
    let needs_sealed = needs.map(|needs| vault.seal_json(needs_place(id), needs)).transpose()?;
    let row = Model {
        id,
        package_id: of.id,
        programme_id: of.programme_id,
        provider_id: of.provider_id,
        office: of.office.clone(),
        seeker_id: person.id,
        status: EnrollmentStatus::Applied,
        test_score: None,
        interview_score: None,
        place: None,
        ranking: None,
        override_reason: None,
        evidence: "[]".to_owned(),
        needs_sealed,
        offer_until: None,
        cover_from: None,
        cover_until: None,
        cover_jkk: false,
        cover_jkm: false,
        cover_payer: None,
        cover_sealed: None,
        status_reason: None,
        sex: person.sex,
        birth_year: person.birth_year,
        district: person.district.clone(),
        accepted_at: None,
        final_score: None,
        attendance: None,
        ended_on: None,
        follow_up_on: None,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    let insert = Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(EnrollmentRefusal::Applied)?;
    change.note(&row, "apply", facts(&row));
    let before: Vec<_> = earlier.iter().filter(|one| one.package == of.id).map(|one| one.id).collect();
    if !before.is_empty() {
        let before = Entity::find().filter(among(change.db(), Column::Id, before)).all(change.db()).await?;
        funnel::count_back(change, of, &before).await?;
    }
    funnel::count(change, of, &[(None, &row, true)]).await?;
    Ok(row)
}

fn needs_place(id: EnrollmentId) -> Place {
    Place { table: "training_enrollment", column: "needs", row: id.0 }
}

fn cover_place(id: EnrollmentId) -> Place {
    Place { table: "training_enrollment", column: "cover", row: id.0 }
}

/// What somebody's disabilities need.
///
/// # Errors
/// An envelope that does not open.
pub fn needs(vault: &Vault, row: &Model) -> Result<Option<Needs>, Problem> {
    vault.open_json(needs_place(row.id), row.needs_sealed.as_deref())
}

/// The membership number of somebody's social security.
///
/// # Errors
/// An envelope that does not open.
pub fn member_number(vault: &Vault, row: &Model) -> Result<Option<String>, Problem> {
    let Some(sealed) = &row.cover_sealed else { return Ok(None) };
    let number = vault.open(cover_place(row.id), sealed).map_err(Problem::internal)?;
    String::from_utf8(number).map(Some).map_err(Problem::internal)
}

/// Evidence that an officer has seen.
///
/// # Errors
/// A row that is not what was written.
pub fn evidence(row: &Model) -> Result<Vec<EvidenceKind>, Problem> {
    serde_json::from_str(&row.evidence).map_err(Problem::internal)
}

/// What the feed says of an enrolment: not whose it is, for the class may say what somebody's disability or loss of work is.
fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "package_id": row.package_id, "programme_id": row.programme_id,
        "offer_until": row.offer_until,
    })
}

/// Moves made in one transaction, to be settled together: where an enrolment was, and what it is now.
#[derive(Default)]
pub struct Moves(Vec<(EnrollmentStatus, Model)>);

impl Moves {
    /// Moves an enrolment along its table. Its package is locked, and [`settle`](Self::settle) follows.
    ///
    /// # Errors
    /// `illegal-transition`; `already-exists` for who has a seat elsewhere; the database's own.
    pub async fn make(
        &mut self,
        change: &mut Change,
        row: &Model,
        event: EnrollmentEvent,
        set: impl IntoIterator<Item = (Column, Value)>,
    ) -> Result<Model, Problem> {
        let step = lifecycle::step(row.status, event)?;
        let mut set: Vec<_> = set.into_iter().collect();
        if step.to() == Accepted {
            set.push((Column::AcceptedAt, change.now().into()));
        }
        if matches!(event, EnrollmentEvent::TakeUp | EnrollmentEvent::Lapse | EnrollmentEvent::Withdraw) {
            set.push((Column::OfferUntil, None::<chrono::DateTime<chrono::Utc>>.into()));
        }
        let over = <EnrollmentStatus as lifecycle::Lifecycle>::LAST.contains(&step.to());
        if over || matches!(step.to(), EnrollmentStatus::Passed | EnrollmentStatus::Failed) {
            set.push((Column::EndedOn, change.moment(&row.office).today.into()));
        }
        let after = change.advance(row, &step, set, facts).await.on_unique(EnrollmentRefusal::RunningClass)?;
        self.0.push((row.status, after.clone()));
        Ok(after)
    }

    /// Settles what the moves mean for their package: seats, reserves and counts, each in one statement. A seat that is left until
    /// the last day on which a reserve moves up is free; later it stays empty.
    ///
    /// # Errors
    /// `capacity-exhausted` where there are fewer seats than were given, whoever gave them; the database's own.
    pub async fn settle(self, change: &mut Change, of: &mut package::Model) -> Result<(), Problem> {
        let replaced = change.moment(&of.office).today <= of.promote_until;
        let (mut seats, mut reserves) = (0, 0);
        for (from, row) in &self.0 {
            let keeps = stages::holds_seat(row.status) || *from == Attending && !replaced;
            seats += i32::from(keeps) - i32::from(stages::holds_seat(*from));
            reserves += i32::from(row.status == Reserve) - i32::from(*from == Reserve);
        }
        if (seats, reserves) != (0, 0) {
            use package::Column as Of;
            let update = package::Entity::update_many()
                .col_expr(Of::Taken, Expr::col(Of::Taken).add(seats))
                .col_expr(Of::Reserved, Expr::col(Of::Reserved).add(reserves))
                .filter(Of::Id.eq(of.id))
                .filter(Expr::col(Of::Taken).add(seats).lte(Expr::col(Of::Capacity)));
            if update.exec(change.db()).await?.rows_affected != 1 {
                return Err(EnrollmentRefusal::Full.into());
            }
            of.taken += seats;
            of.reserved += reserves;
        }
        let moves: Vec<funnel::Move<'_>> = self.0.iter().map(|(from, row)| (Some(*from), row, replaced)).collect();
        funnel::count(change, of, &moves).await
    }
}

/// Moves one enrolment and settles it; a seat that it frees is offered to the next reserve.
///
/// # Errors
/// Those of [`Moves`].
pub async fn advance(
    change: &mut Change,
    of: &mut package::Model,
    row: &Model,
    event: EnrollmentEvent,
    set: impl IntoIterator<Item = (Column, Value)>,
) -> Result<Model, Problem> {
    let mut moves = Moves::default();
    let after = moves.make(change, row, event, set).await?;
    moves.settle(change, of).await?;
    if matches!(row.status, Accepted | Attending | Offered) && !stages::holds_seat(after.status) {
        promote(change, of).await?;
    }
    Ok(after)
}

/// Offers the free seats of a package to its reserves, in the order of the ranking, until the last day on which one moves up. Who can't
/// have a seat now is passed over, and asked at the next time.
///
/// # Errors
/// The database's own.
pub async fn promote(change: &mut Change, of: &mut package::Model) -> Result<(), Problem> {
    let today = change.moment(&of.office).today;
    let selects = matches!(of.status, PackageStatus::Selecting | PackageStatus::Running);
    let free = of.capacity - of.taken;
    if !selects || today > of.promote_until || free <= 0 || of.reserved <= 0 {
        return Ok(());
    }
    let until = rules::offer_until(&change.book(), of, change.now(), today)?;
    // As the ranking is now: places of different days do not compare.
    let next: Vec<_> = ranked(change.db(), of).await?.into_iter().map(|(row, _)| row).collect();
    let next: Vec<_> = next.into_iter().filter(|row| row.status == Reserve).collect();
    let barred = barred(change, of, next.iter().map(|row| row.seeker_id)).await?;
    let next = next.into_iter().filter(|row| !barred.contains(&row.seeker_id));
    let mut moves = Moves::default();
    for row in next.take(usize::try_from(free).unwrap_or_default()) {
        moves.make(change, &row, EnrollmentEvent::Offer, [(Column::OfferUntil, Some(until).into())]).await?;
    }
    moves.settle(change, of).await
}

/// Everybody in the ranking of a package: who was tested and interviewed, and is still in the selection or has a seat.
///
/// # Errors
/// The database's own.
pub async fn ranked<C: ConnectionTrait>(db: &C, of: &package::Model) -> Result<Vec<(Model, RankView)>, Problem> {
    let standing =
        [Interviewed, Accepted, Reserve, Offered, Attending, EnrollmentStatus::Passed, EnrollmentStatus::Failed];
    let rows =
        Entity::find().filter(Column::PackageId.eq(of.id)).filter(Column::Status.is_in(standing)).all(db).await?;
    let criteria = criteria(of)?;
    let ranked = rules::rank(&criteria, rows.iter().filter_map(Candidate::of).collect());
    let mut rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ranked.into_iter().filter_map(|(candidate, rank)| Some((rows.remove(&candidate.id)?, rank))).collect())
}

/// Records scores of many applicants of a package, which is locked: all of them or none.
///
/// # Errors
/// `invalid-content` with what is wrong of each; the database's own.
pub async fn score(change: &mut Change, of: &mut package::Model, scores: &[NewScore]) -> Result<Vec<Model>, Problem> {
    let mut checks = Checks::default();
    checks.count("/scores", scores.len(), 1, MOST_SCORES);
    checks.done()?;
    let known = Entity::find().filter(Column::PackageId.eq(of.id));
    let known = known.filter(among(change.db(), Column::Id, scores.iter().map(|score| score.enrollment_id)));
    let known = known.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await?;
    let known: HashMap<_, _> = known.iter().map(|row| (row.id, row)).collect();
    let steps = rules::check_scores(scores, |id| known.get(&id).map(|row| row.status))?;
    let (mut rows, mut moves) = (Vec::with_capacity(scores.len()), Moves::default());
    for Steps { id, events } in steps {
        let mut row = known.get(&id).copied().cloned().ok_or_else(Problem::not_found)?;
        for (event, Points(score)) in events {
            let column = if event == EnrollmentEvent::Test { Column::TestScore } else { Column::InterviewScore };
            row = moves.make(change, &row, event, [(column, Some(score).into())]).await?;
        }
        rows.push(row);
    }
    moves.settle(change, of).await?;
    Ok(rows)
}

/// How many of a package, which is locked, wait for their papers, a test or an interview.
///
/// # Errors
/// The database's own.
pub async fn waiting(change: &Change, of: &package::Model) -> Result<usize, Problem> {
    use EnrollmentStatus::{Admitted, Applied, Tested};
    let select = Entity::find().filter(Column::PackageId.eq(of.id));
    let count = select.filter(Column::Status.is_in([Applied, Admitted, Tested])).count(change.db()).await?;
    usize::try_from(count).map_err(Problem::internal)
}

/// Decides on everybody in the ranking of a package, which is locked.
///
/// # Errors
/// `illegal-transition` while applications are taken or somebody waits for a step; the database's own.
pub async fn select(change: &mut Change, of: &mut package::Model) -> Result<Selection, Problem> {
    rules::may_decide(of, change.moment(&of.office).today)?;
    let waiting = waiting(change, of).await?;
    if waiting > 0 {
        return Err(EnrollmentRefusal::Waiting(waiting).into());
    }
    let ranked = ranked(change.db(), of).await?;
    let undecided = ranked.into_iter().filter(|(row, _)| matches!(row.status, Interviewed | Reserve));
    let undecided: Vec<_> = undecided.collect();
    let barred = barred(change, of, undecided.iter().map(|(row, _)| row.seeker_id)).await?;
    let (mut seats, mut reserves) = (of.capacity - of.taken, of.reserves - of.reserved);
    let (mut selection, mut moves) = (Selection::default(), Moves::default());
    for (row, rank) in undecided {
        let passed_over = barred.contains(&row.seeker_id);
        if row.status == Reserve {
            // Who was named before ranks before those behind, and is offered a seat.
            seats -= i32::from(seats > 0 && !passed_over);
            continue;
        }
        let (event, left, named) = if seats > 0 && !passed_over {
            (EnrollmentEvent::Accept, &mut seats, &mut selection.accepted)
        } else if reserves > 0 && !passed_over {
            (EnrollmentEvent::Reserve, &mut reserves, &mut selection.reserve)
        } else {
            (EnrollmentEvent::Reject, &mut 0, &mut selection.rejected)
        };
        *left -= 1;
        named.push(row.id);
        if passed_over {
            selection.passed_over.push(row.id);
        }
        let why = (event == EnrollmentEvent::Reject).then_some(if passed_over { ELSEWHERE } else { BEHIND });
        let why = [(Column::StatusReason, why.map(str::to_owned).into())];
        moves.make(change, &row, event, placed(&rank, None)?.into_iter().chain(why)).await?;
    }
    moves.settle(change, of).await?;
    promote(change, of).await?;
    Ok(selection)
}

/// Those of some people who can't have a seat in a package now: they have one in another class, may not repeat the programme yet, or
/// are no longer in the register.
async fn barred(
    change: &Change,
    of: &package::Model,
    people: impl Iterator<Item = SeekerId> + Clone,
) -> Result<HashSet<SeekerId>, Problem> {
    let db = change.db();
    let gone = seekers::gone(db, people.clone()).await?;
    let seated = Expr::cust(SEATED);
    let before = Condition::all().add(Column::ProgrammeId.eq(of.programme_id)).add(Column::PackageId.ne(of.id));
    let select = Entity::find()
        .filter(among(db, Column::SeekerId, people))
        .filter(Condition::any().add(seated).add(before))
        .select_only()
        .columns([
            Column::SeekerId,
            Column::ProgrammeId,
            Column::Id,
            Column::PackageId,
            Column::Status,
            Column::EndedOn,
        ]);
    let rows: Vec<(SeekerId, ProgrammeId, EnrollmentId, PackageId, EnrollmentStatus, Option<NaiveDate>)> =
        select.into_tuple().all(db).await?;
    let (book, today) = (change.book(), change.moment(&of.office).today);
    let mut barred = gone;
    for (person, programme, id, package, status, ended_on) in rows {
        let earlier = Earlier { id, package, status, ended_on };
        let again = programme != of.programme_id || rules::may_repeat(&[earlier], of, &book, today).is_ok();
        if matches!(status, Accepted | Attending) || !again {
            barred.insert(person);
        }
    }
    Ok(barred)
}

/// By what the applicants of a package are ranked.
///
/// # Errors
/// A row that is not what was written.
pub fn criteria(of: &package::Model) -> Result<Criteria, Problem> {
    serde_json::from_str(&of.criteria).map_err(Problem::internal)
}

/// The columns of a place in the ranking, as it was when it was decided.
///
/// # Errors
/// Only where it can't be written.
pub fn placed(rank: &RankView, reason: Option<&str>) -> Result<[(Column, Value); 3], Problem> {
    let ranking = serde_json::to_string(rank).map_err(Problem::internal)?;
    Ok([
        (Column::Place, Some(rank.place).into()),
        (Column::Ranking, Some(ranking).into()),
        (Column::OverrideReason, reason.map(str::to_owned).into()),
    ])
}

/// Records cover.
///
/// # Errors
/// `version-mismatch`, or the database's own.
pub async fn cover(change: &mut Change, row: &Model, cover: &NewCover) -> Result<Model, Problem> {
    let vault = &change.state().vault;
    let sealed = vault.seal(cover_place(row.id), cover.member_number.as_bytes()).map_err(Problem::internal)?;
    let set: [(Column, Value); 6] = [
        (Column::CoverFrom, Some(cover.from).into()),
        (Column::CoverUntil, Some(cover.until).into()),
        (Column::CoverJkk, cover.work_accident.into()),
        (Column::CoverJkm, cover.death.into()),
        (Column::CoverPayer, Some(cover.payer).into()),
        (Column::CoverSealed, Some(sealed).into()),
    ];
    let after = change.edit_quietly(row, set).await?;
    change.note(&after, "cover", facts(&after));
    Ok(after)
}

/// What SQL asks of an enrolment joined to its package, as [`rules::gaps`] does.
#[must_use]
pub fn lacks_cover() -> Condition {
    Condition::any()
        .add(Column::CoverJkk.eq(false))
        .add(Column::CoverJkm.eq(false))
        .add(Expr::col((Entity, Column::CoverFrom)).gt(Expr::col((package::Entity, package::Column::StartsOn))))
        .add(Expr::col((Entity, Column::CoverUntil)).lt(Expr::col((package::Entity, package::Column::EndsOn))))
}

/// Participants of classes that are not over whose cover lacks something, in the order of their ids.
pub async fn uncovered<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: Option<&str>,
    package: Option<PackageId>,
    part: &Part<EnrollmentId>,
) -> Result<Vec<(Model, package::Model)>, DbErr> {
    let of_package = Entity::belongs_to(package::Entity).from(Column::PackageId).to(package::Column::Id).into();
    let select = visible(seer)
        .filter(Expr::cust(SEATED))
        .filter(lacks_cover())
        .only(Column::Office, office)
        .only(Column::PackageId, package);
    let rows = part.in_order(select.join(JoinType::InnerJoin, of_package), Column::Id).all(db).await?;
    let packages = packages(db, rows.iter().map(|row| row.package_id)).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.clone(), packages.get(&row.package_id)?.clone()))).collect())
}

/// Gives the enrolments of a record to the one that takes its place. What both can't have at once stays where it is: it is one
/// person's all the same, who reads both.
///
/// # Errors
/// The database's own.
pub async fn follow(change: &Change, from: SeekerId, to: SeekerId) -> Result<(), DbErr> {
    let both = Entity::find().filter(Column::SeekerId.is_in([from, to])).order_by_asc(Column::Id).lock_exclusive();
    let (own, theirs): (Vec<_>, Vec<_>) = both.all(change.db()).await?.into_iter().partition(|row| row.seeker_id == to);
    let runs = |row: &Model| matches!(row.status, Accepted | Attending);
    let ended = |row: &Model| {
        use EnrollmentStatus::{Dropped, Rejected, Withdrawn};
        matches!(row.status, Dropped | Rejected | Withdrawn)
    };
    let collides = |row: &Model| {
        own.iter().any(|own| runs(own) && runs(row) || own.package_id == row.package_id && !ended(own) && !ended(row))
    };
    let go: Vec<_> = theirs.iter().filter(|row| !collides(row)).map(|row| row.id).collect();
    if go.is_empty() {
        return Ok(());
    }
    let update = Entity::update_many()
        .col_expr(Column::SeekerId, Expr::value(to))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(among(change.db(), Column::Id, go));
    update.exec(change.db()).await.map(drop)
}

/// Erases what somebody said of disabilities, and their membership numbers, as far as no class that is not over needs them.
///
/// # Errors
/// The database's own.
pub async fn erase(change: &Change, of: SeekerId) -> Result<(), DbErr> {
    emptied().filter(Column::SeekerId.eq(of)).filter(Column::EndedOn.is_not_null()).exec(change.db()).await.map(drop)
}

/// Enrolments without what is sealed in them, and without what was written of the person.
fn emptied() -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::NeedsSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::CoverSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::StatusReason, Expr::value(None::<String>))
        .col_expr(Column::OverrideReason, Expr::value(None::<String>))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
}

/// Enrolments that ended so long ago that what is personal in them is to be forgotten.
fn ended(until: &Until) -> Select<Entity> {
    Entity::find().filter(Expr::cust(PERSONAL)).filter(until.days_over(Column::EndedOn, Column::Office))
}

/// How many enrolments have something sealed that is to be forgotten.
///
/// # Errors
/// The database's own.
pub async fn due_to_forget<C: ConnectionTrait>(db: &C, until: &Until) -> Result<u64, DbErr> {
    ended(until).select_only().column(Column::Id).count(db).await
}

/// Forgets what is sealed in the oldest of them, so many. Gives how many it were.
///
/// # Errors
/// The database's own.
pub async fn forget(change: &Change, until: &Until, most: u64) -> Result<u64, DbErr> {
    let select = ended(until).select_only().column(Column::Id).order_by_asc(Column::EndedOn).limit(most);
    let ids: Vec<EnrollmentId> = select.lock_exclusive().into_tuple().all(change.db()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    Ok(emptied().filter(among(change.db(), Column::Id, ids)).exec(change.db()).await?.rows_affected)
}

/// Ends offers whose time is over, and offers their seats to the next.
///
/// # Errors
/// The database's own; what earlier transactions did stays done.
pub async fn sweep(state: &Arc<State>) -> Result<(), Problem> {
    let due = Entity::find().filter(Expr::cust("training_enrollment.status = 'offered'"));
    let due = due.filter(Column::OfferUntil.lte(state.clock.now())).order_by_asc(Column::Id).limit(SWEPT);
    let due = due.select_only().columns([Column::Id, Column::PackageId]).into_tuple::<(EnrollmentId, PackageId)>();
    for (id, of) in due.all(state.db.reader()).await? {
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let mut of = lock_package(&change, of).await?;
        let row = Entity::find_by_id(id).filter(Column::Status.eq(Offered)).lock_exclusive().one(change.db()).await?;
        let over = |row: &Model| row.offer_until.is_some_and(|until| until <= change.now());
        if let Some(row) = row.filter(over) {
            let why = [(Column::StatusReason, Some(LAPSED.to_owned()).into())];
            advance(&mut change, &mut of, &row, EnrollmentEvent::Lapse, why).await?;
        }
        change.commit().await?;
    }
    Ok(())
}
