//! The only SeaORM of the agreements.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use disnaker_entity::Sex;
use disnaker_entity::apprenticeship::agreement::{ActiveModel, Column, Entity, Model};
use disnaker_entity::apprenticeship::{
    ApprenticeshipAgreementId, ApprenticeshipAgreementStatus as Status, ApprenticeshipProgrammeId,
    ApprenticeshipProgrammeStatus, programme,
};
use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::plumbing::deadline as clock;
use disnaker_entity::seeker::{self, SeekerId};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select, Value,
};
use serde_json::json;

use super::bodies::{
    ApprenticeshipAgreementFilter, ApprenticeshipCover, MendedApprenticeshipAgreement, NewApprenticeshipAgreement, Said,
};
use super::lifecycle::AgreementEvent;
use super::rules::{self, AgreementRefusal, ENDORSEMENT};
use crate::app::State;
use crate::apprenticeships::programmes;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::check::Checks;
use crate::clock::Zone;
use crate::companies::employment;
use crate::db::among;
use crate::deadline::{self, Start};
use crate::lifecycle;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::personal::{Place, Vault};
use crate::privacy::retention::Until;
use crate::problem::{Kind, OnUnique, Problem};
use crate::seekers;

crate::record!(
    "apprenticeship_agreement",
    disnaker_entity::apprenticeship::agreement::Model,
    disnaker_entity::apprenticeship::agreement::Entity,
    Status,
    |row| Some(row.company_id.0)
);

/// Agreements that one transaction of the sweep looks at.
const SWEPT: u64 = 200;

/// Agreements of the caller's offices and companies, and one's own.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let scope = seer.scope();
    if scope.seekers.is_empty() {
        return Entity::find().filter(scope.of_either(Column::Office, Column::CompanyId));
    }
    let mut any = Condition::any().add(scope.of_seekers(Column::SeekerId));
    // A branch that nothing can meet would cost SQLite the index of the other.
    if scope.is_staff() || !scope.companies.is_empty() {
        any = any.add(scope.of_either(Column::Office, Column::CompanyId));
    }
    Entity::find().filter(any)
}

/// An agreement that the caller may see.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: ApprenticeshipAgreementId,
) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// An agreement that the caller may see, locked.
pub async fn lock(change: &Change, id: ApprenticeshipAgreementId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// An agreement that the caller may see and its programme, both locked: the programme first, as everywhere.
pub async fn lock_both(change: &Change, id: ApprenticeshipAgreementId) -> Result<(programme::Model, Model), Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).select_only().column(Column::ProgrammeId);
    let programme: Option<ApprenticeshipProgrammeId> = select.into_tuple().one(change.db()).await?;
    let programme = programmes::lock(change, programme.ok_or_else(Problem::not_found)?).await?;
    Ok((programme, lock(change, id).await?))
}

/// Agreements that the caller may see, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &ApprenticeshipAgreementFilter,
    part: &Part<ApprenticeshipAgreementId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::ProgrammeId, filter.programme_id)
        .only(Column::Status, filter.status)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::CompanyId, filter.company_id);
    part.newest(select, Column::Id).all(db).await
}

/// The agreements of some records, newest first.
pub async fn of_people<C: ConnectionTrait>(db: &C, seer: &impl Sees, ids: &[SeekerId]) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer).filter(among(db, Column::SeekerId, ids.iter().copied()));
    select.order_by_desc(Column::Id).all(db).await
}

/// What stands beside an agreement: name of the company; title, occupation and qualification of the programme; the last day for the
/// office's answer.
pub type Beside = (String, String, String, String, Option<NaiveDate>);

/// What stands beside an agreement.
pub async fn beside<C: ConnectionTrait>(db: &C, row: &Model) -> Result<Beside, Problem> {
    use programme::Column as P;
    let of_company = programme::Entity::belongs_to(company::Entity).from(P::CompanyId).to(company::Column::Id).into();
    let select = programme::Entity::find_by_id(row.programme_id)
        .join(JoinType::InnerJoin, of_company)
        .select_only()
        .column(company::Column::Name)
        .columns([P::Title, P::Occupation, P::Qualification]);
    let found: Option<(String, String, String, String)> = select.into_tuple().one(db).await?;
    let (company, title, occupation, qualification) =
        found.ok_or_else(|| Problem::internal("an agreement without its programme"))?;
    let due_on = if row.status == Status::Filed {
        let running = clock::Entity::find()
            .filter(clock::Column::SubjectId.eq(row.id.0))
            .filter(clock::Column::Rule.eq(ENDORSEMENT))
            .filter(clock::Column::MetOn.is_null());
        running.select_only().column(clock::Column::DueOn).into_tuple().one(db).await?
    } else {
        None
    };
    Ok((company, title, occupation, qualification, due_on))
}

/// Where what the company wrote of the participant is kept.
fn place(id: ApprenticeshipAgreementId) -> Place {
    Place { table: "apprenticeship_agreement", column: "content", row: id.0 }
}

/// What the company wrote of the participant, until it is forgotten.
pub fn open(vault: &Vault, row: &Model) -> Result<Option<Said>, Problem> {
    vault.open_json(place(row.id), row.content_sealed.as_deref())
}

/// What the feed says of it: nothing of the participant.
fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "programme_id": row.programme_id, "starts_on": row.starts_on, "ends_on": row.ends_on,
        "covered": row.covered,
    })
}

/// Files an agreement for a programme; its company and the programme are locked.
///
/// # Errors
/// `invalid-content`, those of [`AgreementRefusal`] and of the cap, or the database's own.
pub async fn file(
    change: &mut Change,
    company: CompanyId,
    programme: &programme::Model,
    new: &NewApprenticeshipAgreement,
) -> Result<Model, Problem> {
    let office = programme.office.as_deref().unwrap_or_default();
    let today = change.moment(office).today;
    let mut checks = Checks::default();
    checks.line("/ak1_number", &new.ak1_number, 40);
    checks.line("/name", &new.name, 120);
    let (terms, cover) = (&new.terms, new.cover.as_ref());
    rules::check(&mut checks, terms, cover, programme, programmes::content(programme)?.pocket_money, today);
    checks.done()?;
    if programme.status != ApprenticeshipProgrammeStatus::Approved {
        return Err(Problem::from(AgreementRefusal::NotApproved).allowed(Vec::new()));
    }
    let person = seekers::of_card(change, &new.ak1_number, &new.name).await?;
    let person = person.ok_or_else(rules::unknown_person)?;
    rules::check_age(person.birth_on, terms.starts_on, &change.book(), office, today)?;
    rules::alone(&held_by(change, person.id).await?, &programme.qualification_key)?;
    let most = employment::most_apprentices(change, company, today).await?;
    programmes::rules::within(most, running_of(change, company).await?, 1, company)?;
    if !programmes::take(change, programme.id).await? {
        return Err(AgreementRefusal::Full.into());
    }
    let id = ApprenticeshipAgreementId(change.id());
    let said = Said { name: new.name.clone(), cover: new.cover.clone() };
    let row = ActiveModel {
        id: Set(id),
        programme_id: Set(programme.id),
        company_id: Set(company),
        office: Set(office.to_owned()),
        seeker_id: Set(person.id),
        qualification_key: Set(programme.qualification_key.clone()),
        status: Set(Status::Filed),
        ak1_number: Set(new.ak1_number.trim().to_uppercase()),
        signed_on: Set(terms.signed_on),
        starts_on: Set(terms.starts_on),
        ends_on: Set(terms.ends_on),
        transport: Set(terms.pocket_money.transport),
        meals: Set(terms.pocket_money.meals),
        incentive: Set(terms.pocket_money.incentive),
        content_sealed: Set(Some(change.state().vault.seal_json(place(id), &said)?)),
        covered: Set(rules::covers(cover, terms.starts_on, terms.ends_on)),
        missing: Set(None),
        certificate: Set(None),
        status_reason: Set(None),
        told: Set(false),
        filed_at: Set(change.now()),
        endorsed_on: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        ended_on: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    };
    // Another company may file for the same person at this instant.
    let row = row.insert(change.db()).await.on_unique(AgreementRefusal::Running)?;
    change.note(&row, "file", facts(&row));
    begin(change, &row, row.signed_on).await?;
    Ok(row)
}

/// Starts the clock of the endorsement, anew where it ran already.
async fn begin(change: &Change, row: &Model, on: NaiveDate) -> Result<(), Problem> {
    let start = Start {
        rule: ENDORSEMENT,
        subject_kind: "apprenticeship_agreement",
        subject: row.id.0,
        party: "office",
        office: &row.office,
        company: None,
        on,
    };
    deadline::start(change, &[start]).await
}

/// What a person has or had: status and qualification of each agreement.
async fn held_by(change: &Change, person: SeekerId) -> Result<Vec<(Status, String)>, DbErr> {
    let select = Entity::find().select_only().columns([Column::Status, Column::QualificationKey]);
    select.filter(Column::SeekerId.eq(person)).into_tuple().all(change.db()).await
}

/// Agreements of a company that run.
async fn running_of(change: &Change, company: CompanyId) -> Result<i64, Problem> {
    let running = Column::Status.is_in([Status::Filed, Status::Returned, Status::Endorsed]);
    let count = Entity::find().filter(Column::CompanyId.eq(company)).filter(running).count(change.db()).await?;
    i64::try_from(count).map_err(Problem::internal)
}

/// Files an agreement again that the office has sent back. Its programme is locked.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn mend(
    change: &mut Change,
    programme: &programme::Model,
    row: &Model,
    new: &MendedApprenticeshipAgreement,
) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let (terms, mut checks) = (&new.terms, Checks::default());
    let approved = programmes::content(programme)?.pocket_money;
    rules::check(&mut checks, terms, new.cover.as_ref(), programme, approved, today);
    checks.done()?;
    let step = lifecycle::step(row.status, AgreementEvent::File)?;
    let born = seeker::Entity::find_by_id(row.seeker_id).select_only().column(seeker::Column::BirthOn);
    let born: Option<Option<NaiveDate>> = born.into_tuple().one(change.db()).await?;
    rules::check_age(born.flatten(), terms.starts_on, &change.book(), &row.office, today)?;
    let vault = &change.state().vault;
    let mut said = open(vault, row)?.ok_or_else(|| Problem::internal("an agreement that runs was forgotten"))?;
    said.cover = new.cover.clone().or(said.cover);
    let set: [(Column, Value); 10] = [
        (Column::SignedOn, terms.signed_on.into()),
        (Column::StartsOn, terms.starts_on.into()),
        (Column::EndsOn, terms.ends_on.into()),
        (Column::Transport, terms.pocket_money.transport.into()),
        (Column::Meals, terms.pocket_money.meals.into()),
        (Column::Incentive, terms.pocket_money.incentive.into()),
        (Column::ContentSealed, Some(vault.seal_json(place(row.id), &said)?).into()),
        (Column::Covered, rules::covers(said.cover.as_ref(), terms.starts_on, terms.ends_on).into()),
        (Column::Missing, None::<String>.into()),
        (Column::FiledAt, change.now().into()),
    ];
    let after = change.advance(row, &step, set, facts).await?;
    begin(change, &after, today).await?;
    Ok(after)
}

/// Says how the participant of an agreement that runs is covered.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn cover(change: &mut Change, row: &Model, cover: ApprenticeshipCover) -> Result<Model, Problem> {
    let mut checks = Checks::default();
    rules::check_cover(&mut checks, "", &cover);
    checks.done()?;
    if !rules::runs(row.status) {
        return Err(
            Problem::new(Kind::IllegalTransition).allowed(lifecycle::allowed(row.status, lifecycle::By::Company))
        );
    }
    let vault = &change.state().vault;
    let mut said = open(vault, row)?.ok_or_else(|| Problem::internal("an agreement that runs was forgotten"))?;
    let covered = rules::covers(Some(&cover), row.starts_on, row.ends_on);
    said.cover = Some(cover);
    let set = [
        (Column::ContentSealed, Some(vault.seal_json(place(row.id), &said)?).into()),
        (Column::Covered, Value::from(covered)),
    ];
    change.edit(row, set, facts).await
}

/// Sends an agreement back with what is missing: the office has answered.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn send_back(change: &mut Change, row: &Model, missing: &[String]) -> Result<Model, Problem> {
    let missing = serde_json::to_string(missing).map_err(Problem::internal)?;
    decide(change, row, AgreementEvent::Return, (Column::Missing, Some(missing).into())).await
}

/// Endorses an agreement.
///
/// # Errors
/// `illegal-transition`, `invalid-content` without the cover that the rule asks for, or the database's own.
pub async fn endorse(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    lifecycle::step(row.status, AgreementEvent::Endorse)?;
    let today = change.moment(&row.office).today;
    rules::endorsable(row.covered, &change.book(), &row.office, today)?;
    let after = decide(change, row, AgreementEvent::Endorse, (Column::EndorsedOn, Some(today).into())).await?;
    count(change, &after, "apprentice_started").await?;
    Ok(after)
}

async fn decide(
    change: &mut Change,
    row: &Model,
    event: AgreementEvent,
    set: (Column, Value),
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let set =
        [set, (Column::DecidedAt, change.now().into()), (Column::DecidedBy, Some(change.actor().to_owned()).into())];
    let after = change.advance(row, &step, set, facts).await?;
    deadline::meet(change, ENDORSEMENT, &[row.id.0], change.moment(&row.office).today).await?;
    Ok(after)
}

/// Takes an agreement back before it is endorsed; its place is free again. Its programme is locked.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let after = finish(change, row, AgreementEvent::Withdraw, None).await?;
    programmes::free(change, row.programme_id).await?;
    Ok(after)
}

/// Ends an agreement before its time; its place is free again. Its programme is locked.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn end(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let after = finish(change, row, AgreementEvent::End, Some((Column::StatusReason, Some(reason).into()))).await?;
    programmes::free(change, row.programme_id).await?;
    Ok(after)
}

/// Completes an agreement whose last day has come, with the number of its certificate.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn complete(change: &mut Change, row: &Model, certificate: &str) -> Result<Model, Problem> {
    lifecycle::step(row.status, AgreementEvent::Complete)?;
    if change.moment(&row.office).today < row.ends_on {
        let allowed = vec!["end"];
        return Err(Problem::from(AgreementRefusal::NotOver(row.ends_on)).allowed(allowed));
    }
    finish(change, row, AgreementEvent::Complete, Some((Column::Certificate, Some(certificate).into()))).await
}

/// Ends an agreement in its own way. Nobody awaits an answer to it then; who had begun is counted.
async fn finish(
    change: &mut Change,
    row: &Model,
    event: AgreementEvent,
    set: Option<(Column, Value)>,
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let today = change.moment(&row.office).today;
    let set = set.into_iter().chain([(Column::EndedOn, Some(today).into())]);
    let after = change.advance(row, &step, set, facts).await?;
    match after.status {
        Status::Completed => count(change, &after, "apprentice_completed").await?,
        Status::Ended => count(change, &after, "apprentice_ended").await?,
        _ => deadline::undo(change, row.id.0, today).await?,
    }
    Ok(after)
}

/// Ends the agreements of a programme that is over: those that were not endorsed come to nothing; where its approval was cancelled, for
/// a reason, the others end as well. The programme is locked.
///
/// # Errors
/// The database's own.
pub async fn end_of(change: &mut Change, programme: &programme::Model, reason: Option<&str>) -> Result<(), Problem> {
    let ending: &[Status] = if reason.is_some() {
        &[Status::Filed, Status::Returned, Status::Endorsed]
    } else {
        &[Status::Filed, Status::Returned]
    };
    let select = Entity::find()
        .filter(Column::ProgrammeId.eq(programme.id))
        .filter(Column::Status.is_in(ending.iter().copied()))
        .order_by_asc(Column::Id);
    for row in select.lock_exclusive().all(change.db()).await? {
        let set = reason.map(|reason| (Column::StatusReason, Some(reason).into()));
        let event = if row.status == Status::Endorsed { AgreementEvent::Stop } else { AgreementEvent::Lapse };
        finish(change, &row, event, set).await?;
    }
    Ok(())
}

/// Counts what happened to a participant, with the codes of the day.
async fn count(change: &mut Change, row: &Model, kind: &'static str) -> Result<(), Problem> {
    use programme::Column as P;
    type Found = (Option<Sex>, Option<NaiveDate>, Option<String>, String, String, String, String);
    let to_person: RelationDef =
        Entity::belongs_to(seeker::Entity).from(Column::SeekerId).to(seeker::Column::Id).into();
    let to_programme: RelationDef = Entity::belongs_to(programme::Entity).from(Column::ProgrammeId).to(P::Id).into();
    let to_company: RelationDef =
        Entity::belongs_to(company::Entity).from(Column::CompanyId).to(company::Column::Id).into();
    let found: Option<Found> = Entity::find_by_id(row.id)
        .join(JoinType::InnerJoin, to_person)
        .join(JoinType::InnerJoin, to_programme)
        .join(JoinType::InnerJoin, to_company)
        .select_only()
        .columns([seeker::Column::Sex, seeker::Column::BirthOn, seeker::Column::Education])
        .columns([P::Occupation, P::Content])
        .columns([company::Column::Sector, company::Column::SectorEdition])
        .into_tuple()
        .one(change.db())
        .await?;
    let (sex, born, education, occupation, content, sector, sector_edition) =
        found.ok_or_else(|| Problem::internal("an agreement of nobody"))?;
    let said: programmes::bodies::NewApprenticeshipProgramme =
        serde_json::from_str(&content).map_err(Problem::internal)?;
    change.count(Movement {
        kind,
        office: row.office.clone(),
        effective_on: change.moment(&row.office).today,
        quantity: 1,
        subject: row.id.0,
        company: Some(row.company_id.0),
        sex: sex.map(Sex::as_str),
        birth_year: born.map(|born| born.year()),
        education,
        occupation: Some(occupation),
        sector: Some(sector),
        sector_edition: Some(sector_edition),
        region: programmes::rules::region_of(&said.regions),
        ..Movement::default()
    });
    Ok(())
}

/// Tells of endorsed agreements whose last day has passed in their office's zone: they are to be completed or ended. Once.
///
/// # Errors
/// The database's own.
pub async fn tell_over(state: &Arc<State>) -> Result<(), Problem> {
    // A day begins in the east first.
    let latest = Zone::hours(9).date(state.clock.now());
    let over = Entity::find()
        .filter(Expr::cust("apprenticeship_agreement.status = 'endorsed' AND apprenticeship_agreement.told = FALSE"));
    let mut select = over.filter(Column::EndsOn.lt(latest)).order_by_asc(Column::Id).limit(SWEPT);
    // Nothing to do is what it nearly always is: no transaction for that.
    while select.clone().one(state.db.reader()).await?.is_some() {
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let rows = select.clone().lock_exclusive().all(change.db()).await?;
        let Some(last) = rows.last() else { return change.commit().await };
        select = select.filter(Column::Id.gt(last.id));
        for row in &rows {
            if row.ends_on < change.moment(&row.office).today {
                let row = change.edit_quietly(row, [(Column::Told, true.into())]).await?;
                change.note(&row, "over", facts(&row));
            }
        }
        change.commit().await?;
    }
    Ok(())
}

// What happens to the person ----------------------------------------------------------------------

/// Gives the agreements of a record to the one that takes its place, except those of which the person would have two; the office
/// is told of these.
///
/// # Errors
/// The database's own.
pub async fn follow(change: &mut Change, from: SeekerId, to: SeekerId) -> Result<(), Problem> {
    let select = Entity::find().filter(Column::SeekerId.is_in([from, to])).order_by_asc(Column::Id);
    let rows = select.lock_exclusive().all(change.db()).await?;
    let (own, theirs): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.seeker_id == to);
    let own: Vec<_> = own.into_iter().map(|row| (row.status, row.qualification_key)).collect();
    let twice = |row: &Model| match rules::alone(&own, &row.qualification_key) {
        Ok(()) => false,
        Err(AgreementRefusal::Repeat) => rules::counts(row.status),
        Err(_) => rules::runs(row.status),
    };
    let (stay, go): (Vec<_>, Vec<_>) = theirs.into_iter().partition(twice);
    for row in &stay {
        change.note(row, "repeat", facts(row));
    }
    if !go.is_empty() {
        let update = Entity::update_many().col_expr(Column::SeekerId, Expr::value(to));
        update.filter(among(change.db(), Column::Id, go.iter().map(|row| row.id))).exec(change.db()).await?;
    }
    Ok(())
}

/// Agreements that ended, of which something is still known of the participant and whose time is over. In words, so that both
/// engines take the index.
fn ended(until: &Until) -> Select<Entity> {
    let over: SimpleExpr = Expr::cust(
        "apprenticeship_agreement.status IN ('completed', 'ended', 'withdrawn') AND \
         apprenticeship_agreement.content_sealed IS NOT NULL",
    );
    Entity::find().filter(over).filter(until.over(Column::UpdatedAt, Column::Office))
}

/// How many agreements are to be forgotten.
///
/// # Errors
/// The database's own.
pub async fn due_to_forget<C: ConnectionTrait>(db: &C, until: &Until) -> Result<u64, DbErr> {
    ended(until).select_only().column(Column::Id).count(db).await
}

/// Forgets of the oldest of them what they say of their participant, so many. That they were stays, since nobody repeats a
/// qualification. Gives how many it were.
///
/// # Errors
/// The database's own.
pub async fn forget(change: &Change, until: &Until, most: u64) -> Result<u64, DbErr> {
    let select = ended(until).select_only().column(Column::Id).order_by_asc(Column::UpdatedAt).limit(most);
    let ids: Vec<ApprenticeshipAgreementId> = select.lock_exclusive().into_tuple().all(change.db()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let update = Entity::update_many()
        .col_expr(Column::ContentSealed, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::Ak1Number, Expr::value(""))
        .col_expr(Column::Missing, Expr::value(None::<String>))
        .col_expr(Column::StatusReason, Expr::value(None::<String>))
        .filter(among(change.db(), Column::Id, ids));
    Ok(update.exec(change.db()).await?.rows_affected)
}
