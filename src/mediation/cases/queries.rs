//! The only SeaORM of the case itself.

use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::access::{GrantId, Role, grant};
use disnaker_entity::mediation::case::{Column, Entity, Model};
use disnaker_entity::mediation::{
    CasePartyId, CaseSide, DisputeKind, DisputePath, MediationCaseId, MediationOutcome as Outcome,
    MediationStatus as Status, RepresentativeId, party, representative,
};
use disnaker_entity::office;
use disnaker_entity::plumbing::deadline as clock;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
use serde_json::json;

use super::bodies::{
    BipartiteMinutes, CaseContent, CompletedFile, MediationCaseFilter, NamedMediator, NewMediationCase, NewParty,
    NewRepresentative,
};
use super::rules::{self, CaseRefusal, Standing, Venue};
use crate::access;
use crate::access::permissions::{AssignCases, ExamineCases, MediateCases, ReadCases};
use crate::app::State;
use crate::book::AN_OFFICE;
use crate::caller::{Identity, Realm, Scope, Sees, province_of};
use crate::change::{self, Change, Who};
use crate::check::{Checks, UNKNOWN_REFERENCE};
use crate::companies;
use crate::consultations;
use crate::db::among;
use crate::deadline::{self, Start};
use crate::lifecycle;
use crate::mediation::clocks::{Effect, Happened, effects_on, rule};
use crate::mediation::hearings;
use crate::mediation::lifecycle::CaseEvent;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::personal::{Place, Vault};
use crate::problem::{Kind, Problem, Text};
use crate::reference::Codes;

crate::record!(
    "mediation_case",
    disnaker_entity::mediation::case::Model,
    disnaker_entity::mediation::case::Entity,
    Status,
    |_| None
);

/// Cases that one account may have open: nobody fills an office's list.
const MOST_OPEN: u64 = 20;
/// Clocks that the sweep reads at once.
const SWEPT: u64 = 100;
/// What a deadline calls a case.
pub const SUBJECT: &str = "mediation_case";

// What is seen -----------------------------------------------------------------------------------

/// Cases of the caller: of the office that they run; those whose mediator they are; those that they registered until a mediator is
/// named; and those on a side of which they stand. Everybody else finds nothing.
pub fn visible(seer: &impl Sees) -> Select<Entity> {
    let (run, staff) = (seer.scope_of::<AssignCases>(), seer.scope_of::<ExamineCases>());
    let mediators = seer.scope_of::<MediateCases>();
    let sides = seer.scope_of::<ReadCases>().parties;
    let mut any = Condition::any();
    if run.is_staff() {
        any = any.add(run.of_offices(Column::Office));
    }
    let own =
        |column: Column, of: &Scope| Condition::all().add(column.eq(&*seer.name())).add(of.of_offices(Column::Office));
    if mediators.is_staff() {
        any = any.add(own(Column::Mediator, &mediators));
    }
    if staff.is_staff() {
        any = any.add(own(Column::RegisteredBy, &staff).add(Column::Mediator.is_null()));
    }
    if !sides.is_empty() {
        let cases = party::Entity::find().select_only().column(party::Column::CaseId);
        any = any.add(Column::Id.in_subquery(cases.filter(party::Column::Id.is_in(sides)).into_query()));
    }
    if any.is_empty() {
        any = any.add(Expr::cust("1 = 0"));
    }
    Entity::find().filter(any)
}

/// A case that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: MediationCaseId) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// A case that the caller may see, locked.
pub async fn lock(change: &Change, id: MediationCaseId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Cases that the caller may see, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &MediationCaseFilter,
    part: &Part<MediationCaseId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::Kind, filter.kind)
        .only(Column::Status, filter.status)
        .only(Column::Number, filter.number.as_deref());
    part.newest(select, Column::Id).all(db).await
}

/// Cases on a side of which the caller stands, newest first.
pub async fn on_sides<C: ConnectionTrait>(db: &C, seer: &impl Sees) -> Result<Vec<Model>, DbErr> {
    let sides = seer.scope_of::<ReadCases>().parties;
    if sides.is_empty() {
        return Ok(Vec::new());
    }
    let cases = party::Entity::find().select_only().column(party::Column::CaseId);
    let cases = cases.filter(among(db, party::Column::Id, sides)).into_query();
    Entity::find().filter(Column::Id.in_subquery(cases)).order_by_desc(Column::Id).all(db).await
}

/// Both sides of a case, the one that registered it first.
pub async fn sides<C: ConnectionTrait>(db: &C, row: &Model) -> Result<Vec<party::Model>, DbErr> {
    let mut sides = party::Entity::find().filter(party::Column::CaseId.eq(row.id)).all(db).await?;
    sides.sort_by_key(|party| party.side != row.registered_side);
    Ok(sides)
}

/// The office of a case.
pub async fn office<C: ConnectionTrait>(db: &C, code: &str) -> Result<office::Model, Problem> {
    let row = office::Entity::find_by_id(code).one(db).await?;
    row.ok_or_else(|| Problem::internal("a case of no office"))
}

/// Who speaks for the sides of a case, oldest first.
pub async fn representatives<C: ConnectionTrait>(
    db: &C,
    id: MediationCaseId,
) -> Result<Vec<representative::Model>, DbErr> {
    use representative::Column as R;
    let select = representative::Entity::find().filter(R::CaseId.eq(id)).filter(R::EndedAt.is_null());
    select.order_by_asc(R::Id).all(db).await
}

/// The clocks of a case in the order of their beginning.
pub async fn clocks<C: ConnectionTrait>(db: &C, id: MediationCaseId) -> Result<Vec<clock::Model>, DbErr> {
    let select = clock::Entity::find().filter(clock::Column::SubjectId.eq(id.0));
    select.order_by_asc(clock::Column::StartedOn).order_by_asc(clock::Column::Id).all(db).await
}

/// What a caller is in a case.
///
/// # Errors
/// [`CaseRefusal::BothSides`].
pub fn standing(row: &Model, sides: &[party::Model], seer: &impl Sees) -> Result<Standing, Problem> {
    let held = seer.scope_of::<ReadCases>().parties;
    let mut own = sides.iter().filter(|party| held.contains(&party.id)).map(|party| party.side);
    let side = own.next();
    if own.next().is_some() {
        return Err(Problem::from(CaseRefusal::BothSides).allowed(Vec::new()));
    }
    let staff = side.is_none() && seer.scope_of::<ExamineCases>().covers_office(&row.office);
    Ok(Standing {
        side,
        staff,
        mediator: staff && is_mediator(row, seer),
        admin: staff && seer.scope_of::<AssignCases>().covers_office(&row.office),
    })
}

/// Whether a caller is the mediator of a case, and still one of its office.
fn is_mediator(row: &Model, seer: &impl Sees) -> bool {
    row.mediator.as_deref().is_some_and(|mediator| mediator == seer.name())
        && seer.scope_of::<MediateCases>().covers_office(&row.office)
}

/// The sides of a case, and what the caller is in it.
///
/// # Errors
/// Those of [`standing`], or the database's own.
pub async fn stands(change: &Change, row: &Model) -> Result<(Vec<party::Model>, Standing), Problem> {
    let sides = sides(change.db(), row).await?;
    let standing = standing(row, &sides, change)?;
    Ok((sides, standing))
}

/// A case, locked, for a step of its mediator. A mediator who stands on a side of it is none.
///
/// # Errors
/// 404, or [`CaseRefusal::NotMediator`].
pub async fn lock_as_mediator(change: &Change, id: MediationCaseId) -> Result<Model, Problem> {
    let row = lock(change, id).await?;
    let (sides, standing) = stands(change, &row).await?;
    let Err(refused) = standing.mediates() else { return Ok(row) };
    let content = content(&change.state().vault, &row)?;
    Err(Problem::from(refused).allowed(rules::allowed(&row, &sides, standing, content.as_ref())))
}

// What is sealed ---------------------------------------------------------------------------------

/// The place of a column of a case.
pub fn of_case(column: &'static str, row: MediationCaseId) -> Place {
    Place { table: "mediation_case", column, row: row.0 }
}

/// What a case says, until it is forgotten.
pub fn content(vault: &Vault, row: &Model) -> Result<Option<CaseContent>, Problem> {
    vault.open_json(of_case("content", row.id), row.content_sealed.as_deref())
}

/// Why it went to another office, went back or ended.
pub fn reason(vault: &Vault, row: &Model) -> Result<Option<String>, Problem> {
    vault.open_json(of_case("reason", row.id), row.reason_sealed.as_deref())
}

fn of_party(id: CasePartyId) -> Place {
    Place { table: "mediation_party", column: "content", row: id.0 }
}

/// The place of what a side said to the recommendation.
pub fn of_answer(id: CasePartyId) -> Place {
    Place { table: "mediation_party", column: "answer", row: id.0 }
}

/// Who stands on a side, until it is forgotten.
pub fn who(vault: &Vault, row: &party::Model) -> Result<Option<NewParty>, Problem> {
    vault.open_json(of_party(row.id), row.content_sealed.as_deref())
}

fn of_representative(id: RepresentativeId) -> Place {
    Place { table: "mediation_representative", column: "content", row: id.0 }
}

/// Who speaks for a side.
pub fn speaker(vault: &Vault, row: &representative::Model) -> Result<Option<NewRepresentative>, Problem> {
    vault.open_json(of_representative(row.id), row.content_sealed.as_deref())
}

/// A reason as its column keeps it.
///
/// # Errors
/// Only where sealing fails.
pub fn why(change: &Change, row: &Model, reason: &str) -> Result<(Column, Value), Problem> {
    let sealed = change.state().vault.seal_json(of_case("reason", row.id), &reason)?;
    Ok((Column::ReasonSealed, Some(sealed).into()))
}

// Steps ------------------------------------------------------------------------------------------

/// What the feed says of a case: where it stands, and nothing of whom it is about.
pub fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "kind": row.kind, "outcome": row.outcome, "registered_on": row.registered_on})
}

fn count(change: &mut Change, row: &Model, kind: &'static str, office: &str, quantity: i64, on: NaiveDate) {
    change.count(Movement {
        kind,
        office: office.to_owned(),
        effective_on: on,
        quantity,
        subject: row.id.0,
        dispute_kind: Some(row.kind.as_str()),
        ..Movement::default()
    });
}

/// Does to the clocks of a case what an event does.
///
/// # Errors
/// `calendar-missing`, or the database's own.
pub async fn tick(change: &mut Change, row: &Model, happened: Happened, on: NaiveDate) -> Result<(), Problem> {
    let book = change.book();
    for effect in effects_on(happened, on, &book, &row.office)? {
        match effect {
            Effect::Start(rule, whose) => {
                let party = whose.as_str(row.registered_side);
                let (subject, office) = (row.id.0, row.office.as_str());
                let start = Start { rule, subject_kind: SUBJECT, subject, party, office, company: None, on };
                deadline::start(change, &[start]).await?;
            }
            Effect::Meet(rule, whose) => {
                deadline::meet_of(change, rule, row.id.0, whose.as_str(row.registered_side), on).await?;
            }
            Effect::Lapse(rule, whose) => {
                deadline::lapse(change, rule, row.id.0, whose.as_str(row.registered_side), on).await?;
            }
            Effect::Pause(rule) => deadline::pause(change, rule, &[row.id.0], on).await?,
            Effect::Resume(rule) => deadline::resume(change, rule, &[row.id.0], on).await?,
            Effect::Reopen(rule, whose) => {
                deadline::reopen_of(change, rule, row.id.0, whose.as_str(row.registered_side), on).await?;
            }
            Effect::StopRest => deadline::stop_rest(change, row.id.0, on).await?,
        }
    }
    Ok(())
}

/// Moves a case, and its clocks with it.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn advance(
    change: &mut Change,
    row: &Model,
    event: CaseEvent,
    set: impl IntoIterator<Item = (Column, Value)>,
    happened: Option<Happened>,
    on: NaiveDate,
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let after = change.advance(row, &step, set, facts).await?;
    if let Some(happened) = happened {
        tick(change, &after, happened, on).await?;
    }
    Ok(after)
}

/// Moves a case to where it came out: its outcome is counted, once.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn conclude(
    change: &mut Change,
    row: &Model,
    event: CaseEvent,
    outcome: Outcome,
    set: impl IntoIterator<Item = (Column, Value)>,
    on: NaiveDate,
) -> Result<Model, Problem> {
    let happened = match outcome {
        Outcome::RecommendationRejected => Happened::Rejected,
        outcome if outcome.is_settlement() => Happened::Settled,
        _ => Happened::Ended,
    };
    let came = [(Column::Outcome, Value::from(Some(outcome))), (Column::EndedOn, Some(on).into())];
    let after = advance(change, row, event, came.into_iter().chain(set), Some(happened), on).await?;
    hearings::queries::end(change, row.id).await?;
    count(change, &after, rules::counted_as(outcome), &after.office, 1, on);
    Ok(after)
}

/// Takes back that a recommendation was rejected, which was counted: a side that was taken for silent had answered in time.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn reopen(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let set = [(Column::Outcome, None::<Outcome>.into()), (Column::EndedOn, None::<NaiveDate>.into())];
    let after = advance(change, row, CaseEvent::Reopen, set, Some(Happened::Reopened), today).await?;
    count(change, &after, rules::counted_as(Outcome::RecommendationRejected), &after.office, -1, today);
    Ok(after)
}

/// Registers a dispute: by a side of it, which then has access, or by an office for somebody who came to its desk.
///
/// # Errors
/// `invalid-content`, `capacity-exhausted` where an account has too many open, or the database's own.
pub async fn register(
    change: &mut Change,
    new: &NewMediationCase,
    registrant: Option<&Identity>,
    codes: &Codes,
) -> Result<Model, Problem> {
    let (book, mut checks) = (change.book(), Checks::default());
    let today = change.moment(&new.office).today;
    rules::check(&mut checks, new, today);
    if let Some(office) = book.offices.get(&new.office) {
        let known = |code: &str| code.len() == 5 && codes.region(code).is_some();
        let has_office = |district: &str| book.offices.values().any(|office| office.region == district);
        rules::check_regions(&mut checks, &new.regions, office, known, has_office);
    } else {
        checks.fault("/office", UNKNOWN_REFERENCE, new.office.chars().take(20).collect::<String>(), AN_OFFICE);
    }
    if let Some(id) = new.company_id
        && companies::names(change.db(), vec![id]).await?.is_empty()
    {
        let expected = Text::of("perusahaan yang terdaftar", "a registered company");
        checks.fault("/company_id", UNKNOWN_REFERENCE, id.to_string(), expected);
    }
    checks.done()?;
    let desk = change.scope().covers_office(&new.office);
    if !desk {
        consultations::hold(change, change.actor()).await?;
        let open = Entity::find().filter(Column::RegisteredBy.eq(change.actor())).filter(Column::EndedOn.is_null());
        if open.count(change.db()).await? >= MOST_OPEN {
            let detail = Text::made(
                format!("Paling banyak {MOST_OPEN} perselisihan terbuka untuk satu akun."),
                format!("At most {MOST_OPEN} open disputes an account."),
            );
            return Err(Problem::new(Kind::CapacityExhausted).detail(detail));
        }
    }
    let row = insert(change, new, today).await?;
    let mut own = None;
    for (side, said) in [(new.side, &new.registrant), (rules::other(new.side), &new.other)] {
        let id = CasePartyId(change.id());
        own.get_or_insert(id);
        let party = party::Model {
            id,
            case_id: row.id,
            side,
            kind: said.kind,
            content_sealed: Some(change.state().vault.seal_json(of_party(id), said)?),
            path: None,
            received_on: None,
            received_at: None,
            answer: None,
            answered_on: None,
            answer_sealed: None,
        };
        party::Entity::insert(party.into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    }
    if let (Some(said), Some(party)) = (&new.representative, own) {
        represent(change, row.id, party, said).await?;
    }
    if let (false, Some(identity), Some(party)) = (desk, registrant, own) {
        access::give(change, identity, Role::CaseParty, &Realm::Party(party)).await?;
    }
    change.note(&row, "register", facts(&row));
    count(change, &row, rules::REGISTERED, &row.office, 1, today);
    if let Some(minutes) = &new.bipartite {
        talked(change, &row, minutes).await?;
    }
    tick(change, &row, Happened::Registered, today).await?;
    Ok(row)
}

/// Writes down the clock of the talks between the parties, which are over.
async fn talked(change: &Change, row: &Model, minutes: &BipartiteMinutes) -> Result<(), Problem> {
    let (subject, office, on) = (row.id.0, row.office.as_str(), minutes.started_on);
    let (rule, party) = (rule::BIPARTITE, "parties");
    let talks = Start { rule, subject_kind: SUBJECT, subject, party, office, company: None, on };
    deadline::start_met(change, &talks, minutes.ended_on).await
}

async fn insert(change: &Change, new: &NewMediationCase, today: NaiveDate) -> Result<Model, Problem> {
    let year = change.moment(&new.office).year();
    let number = change.next_number(SUBJECT, &new.office, year).await?;
    let id = MediationCaseId(change.id());
    let content = CaseContent {
        subject: new.subject.clone(),
        chronology: new.chronology.clone(),
        demands: new.demands.clone(),
        bipartite: new.bipartite.clone(),
    };
    let row = Model {
        id,
        office: new.office.clone(),
        registered_office: new.office.clone(),
        number: format!("PHI-{}-{year}-{number:06}", new.office),
        kind: new.kind,
        status: Status::Registered,
        outcome: None,
        registered_on: today,
        registered_by: change.actor().to_owned(),
        registered_side: new.side,
        regions: serde_json::to_string(&new.regions).map_err(Problem::internal)?,
        company_id: new.company_id,
        people: new.people,
        content_sealed: Some(change.state().vault.seal_json(of_case("content", id), &content)?),
        missing: None,
        path: None,
        mediator: None,
        mediator_name: None,
        mediator_number: None,
        referred_on: None,
        first_hearing_on: None,
        clarified_on: None,
        recommendation_number: None,
        recommended_on: None,
        recommendation_sealed: None,
        settled_on: None,
        settlement_sealed: None,
        court: None,
        court_number: None,
        court_registered_on: None,
        lawsuits: "[]".to_owned(),
        ended_on: None,
        reason_sealed: None,
        version: 1,
        created_at: change.now(),
        updated_at: change.now(),
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    Ok(row)
}

/// Writes down who speaks for a side.
///
/// # Errors
/// The database's own.
pub async fn represent(
    change: &Change,
    case: MediationCaseId,
    party: CasePartyId,
    said: &NewRepresentative,
) -> Result<representative::Model, Problem> {
    let id = RepresentativeId(change.id());
    let row = representative::Model {
        id,
        case_id: case,
        party_id: party,
        content_sealed: Some(change.state().vault.seal_json(of_representative(id), said)?),
        document_id: None,
        created_at: change.now(),
        ended_at: None,
    };
    representative::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(change.db())
        .await?;
    Ok(row)
}

/// Sends a file back with what is missing (UU 2/2004 art. 4(2)). The party's days begin as the office hands it back.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn send_back(change: &mut Change, row: &Model, missing: &[String]) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let missing = serde_json::to_string(missing).map_err(Problem::internal)?;
    let set = [(Column::Missing, Some(missing).into())];
    advance(change, row, CaseEvent::ReturnFile, set, Some(Happened::Returned), today).await
}

/// Completes a file that was sent back.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn complete(change: &mut Change, row: &Model, file: &CompletedFile) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let mut checks = Checks::default();
    rules::check_completed(&mut checks, file, today);
    let vault = Arc::clone(&change.state().vault);
    let mut said = content(&vault, row)?.ok_or_else(|| Problem::internal("an open case was forgotten"))?;
    if said.bipartite.is_none() && file.bipartite.is_none() {
        rules::lacks(&mut checks, "/bipartite");
    }
    checks.done()?;
    said.subject = file.subject.clone().unwrap_or(said.subject);
    said.chronology = file.chronology.clone().unwrap_or(said.chronology);
    said.demands = file.demands.clone().unwrap_or(said.demands);
    if let Some(minutes) = &file.bipartite {
        talked(change, row, minutes).await?;
        said.bipartite = Some(minutes.clone());
    }
    let set = [
        (Column::ContentSealed, Some(vault.seal_json(of_case("content", row.id), &said)?).into()),
        (Column::Missing, None::<String>.into()),
    ];
    advance(change, row, CaseEvent::CompleteFile, set, Some(Happened::Completed), today).await
}

/// Refuses a file without proof of bipartite talks.
fn with_minutes(change: &Change, row: &Model) -> Result<(), Problem> {
    let said = content(&change.state().vault, row)?;
    if said.is_some_and(|said| said.bipartite.is_some()) {
        return Ok(());
    }
    Err(CaseRefusal::NoMinutes.into())
}

/// Offers conciliation or arbitration (UU 2/2004 art. 4(3)).
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn offer(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    if row.kind == DisputeKind::Rights {
        return Err(CaseRefusal::MediationOnly.into());
    }
    with_minutes(change, row)?;
    advance(change, row, CaseEvent::OfferPaths, [], Some(Happened::Offered), today).await
}

/// The clock of a rule that somebody has, or had.
pub async fn clock_of<C: ConnectionTrait>(
    db: &C,
    id: MediationCaseId,
    rule: &str,
    party: &str,
) -> Result<Option<clock::Model>, DbErr> {
    use clock::Column as D;
    let select = clock::Entity::find().filter(D::SubjectId.eq(id.0)).filter(D::Rule.eq(rule));
    select.filter(D::Party.eq(party)).one(db).await
}

/// Writes down which way a side chose. Where both have chosen the same the case goes that way; where they differ it stays open until
/// the days are over.
///
/// # Errors
/// `illegal-transition`, `invalid-content` for a way that the law does not allow, or the database's own.
pub async fn choose(
    change: &mut Change,
    row: &Model,
    sides: &[party::Model],
    side: CaseSide,
    path: DisputePath,
) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let clock = clock_of(change.db(), row.id, rule::CHOICE, "parties").await?;
    if clock.is_some_and(|clock| clock.due_on < today) {
        return Err(CaseRefusal::TooLate.into());
    }
    party::Entity::update_many()
        .col_expr(party::Column::Path, Expr::value(path))
        .filter(party::Column::CaseId.eq(row.id))
        .filter(party::Column::Side.eq(side))
        .exec(change.db())
        .await?;
    let both = sides.iter().all(|party| if party.side == side { true } else { party.path == Some(path) });
    if !both {
        return change.edit(row, [], facts).await;
    }
    let set = [(Column::Path, Value::from(Some(path)))];
    if path == DisputePath::Mediation {
        return advance(change, row, CaseEvent::ChooseMediation, set, Some(Happened::Chosen), today).await;
    }
    tick(change, row, Happened::Chosen, today).await?;
    conclude(change, row, CaseEvent::ChoosePath, Outcome::OtherPath, set, today).await
}

/// The mediators of a case's office who stand on no side of it.
async fn mediators(change: &Change, row: &Model) -> Result<Vec<grant::Model>, Problem> {
    let mut found = access::officers(change.db(), &row.office, Role::Mediator).await?;
    let sides: Vec<_> = sides(change.db(), row).await?.iter().map(|party| party.id).collect();
    let held = access::on_sides(change.db(), &sides).await?;
    let on_side = |officer: &grant::Model| {
        held.iter().any(|side| (&side.issuer, &side.subject) == (&officer.issuer, &officer.subject))
    };
    found.retain(|officer| !on_side(officer));
    Ok(found)
}

/// The identity of one of them, by their grant.
async fn mediator(change: &Change, row: &Model, grant: GrantId) -> Result<String, Problem> {
    let office = row.office.as_str();
    if let Some(officer) = mediators(change, row).await?.into_iter().find(|officer| officer.id == grant) {
        return Ok(Identity { issuer: officer.issuer, subject: officer.subject }.actor());
    }
    let mut checks = Checks::default();
    let expected = Text::made(
        format!("peran mediator di dinas {office}, yang bukan salah satu pihak"),
        format!("the grant of a mediator in {office} who stands on no side"),
    );
    checks.fault("/grant_id", UNKNOWN_REFERENCE, grant.to_string(), expected);
    checks.done()?;
    Err(Problem::internal("a fault without a problem"))
}

fn named(named: &NamedMediator, actor: String) -> [(Column, Value); 3] {
    [
        (Column::Mediator, Some(actor).into()),
        (Column::MediatorName, Some(named.name.clone()).into()),
        (Column::MediatorNumber, named.number.clone().into()),
    ]
}

/// The districts of a case.
pub fn regions(row: &Model) -> Result<Vec<String>, Problem> {
    serde_json::from_str(&row.regions).map_err(Problem::internal)
}

/// Gives a case to a mediator of the office: their clocks begin (UU 2/2004 arts. 8, 10, 15).
///
/// # Errors
/// `illegal-transition` where another step comes first or the case belongs higher, `invalid-content`, or the database's own.
pub async fn refer(change: &mut Change, row: &Model, to: &NamedMediator) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    rules::check_mediator(to)?;
    if row.status == Status::Registered && row.kind != DisputeKind::Rights {
        return Err(CaseRefusal::PathsFirst.into());
    }
    rules::may_mediate(&regions(row)?, &row.office)?;
    with_minutes(change, row)?;
    let actor = mediator(change, row, to.grant_id).await?;
    let set = named(to, actor)
        .into_iter()
        .chain([(Column::ReferredOn, Some(today).into()), (Column::Path, Some(DisputePath::Mediation).into())]);
    advance(change, row, CaseEvent::Refer, set, Some(Happened::Referred), today).await
}

/// Gives a case to another mediator of the office; its clocks go on.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn reassign(change: &mut Change, row: &Model, to: &NamedMediator) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    rules::check_mediator(to)?;
    let actor = mediator(change, row, to.grant_id).await?;
    advance(change, row, CaseEvent::Reassign, named(to, actor), None, today).await
}

/// Gives a case to another office, which is to name a mediator; where it is registered goes with it in the statistics.
async fn hand(
    change: &mut Change,
    row: &Model,
    event: CaseEvent,
    office: &str,
    reason: &str,
) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let set = [(Column::Office, office.into()), why(change, row, reason)?];
    tick(change, row, Happened::Handed, today).await?;
    let after = advance(change, row, event, set, None, today).await?;
    count(change, &after, rules::REGISTERED, &row.office, -1, today);
    count(change, &after, rules::REGISTERED, office, 1, today);
    Ok(after)
}

/// Refers a case to the province's office: it lies in several districts, or there is no mediator here.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn refer_up(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let paths_first = row.status == Status::Registered && row.kind != DisputeKind::Rights;
    if paths_first {
        return Err(CaseRefusal::PathsFirst.into());
    }
    with_minutes(change, row)?;
    let book = change.book();
    let province = row.office.get(..2).filter(|_| province_of(&row.office).is_none());
    let province = province.and_then(|code| book.offices.get(code)).map(|office| office.code.clone());
    let Some(province) = province else {
        return Err(CaseRefusal::NotThere.into());
    };
    if rules::venue(&regions(row)?) == Venue::District && !mediators(change, row).await?.is_empty() {
        return Err(CaseRefusal::OwnMediator.into());
    }
    hand(change, row, CaseEvent::ReferUp, &province, reason).await
}

/// Hands a case down to the office of the one district in which it lies.
///
/// # Errors
/// `illegal-transition`, `invalid-content`, or the database's own.
pub async fn refer_down(change: &mut Change, row: &Model, office: &str, reason: &str) -> Result<Model, Problem> {
    let (book, mut checks) = (change.book(), Checks::default());
    let to = book.offices.get(office);
    if to.is_none() {
        checks.fault("/office", UNKNOWN_REFERENCE, office.chars().take(20).collect::<String>(), AN_OFFICE);
    }
    checks.done()?;
    let there = province_of(&row.office).is_some()
        && to.is_some_and(|to| regions(row).is_ok_and(|regions| regions == [to.region.clone()]));
    if !there {
        return Err(CaseRefusal::NotThere.into());
    }
    hand(change, row, CaseEvent::ReferDown, office, reason).await
}

/// Takes a case back: by the side that registered it, or by the desk for it.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let set = [why(change, row, reason)?];
    conclude(change, row, CaseEvent::Withdraw, Outcome::Withdrawn, set, today).await
}

/// Closes a case. One that has come out keeps its outcome; any other ends otherwise, with a reason.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn close(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let today = change.moment(&row.office).today;
    let set = [why(change, row, reason)?];
    if rules::answers_on(row, &sides(change.db(), row).await?) {
        return Err(CaseRefusal::StillAnswers.into());
    }
    if row.outcome.is_some() {
        return advance(change, row, CaseEvent::Close, set, Some(Happened::Ended), today).await;
    }
    conclude(change, row, CaseEvent::Close, Outcome::Other, set, today).await
}

// Sweep ------------------------------------------------------------------------------------------

/// Writes down, case by case, what it means that the day of a clock has passed, the oldest first. Gives how many it were.
///
/// # Errors
/// The database's own; what earlier cases got stays.
pub async fn lapse<F>(state: &Arc<State>, rule: &str, latest: NaiveDate, lapse: F) -> Result<u64, Problem>
where
    F: AsyncFn(&mut Change, &clock::Model) -> Result<bool, Problem>,
{
    use clock::Column as D;
    // In words, so that both engines take the index.
    let running = Expr::cust("deadline.subject_kind = 'mediation_case' AND deadline.met_on IS NULL");
    let select = clock::Entity::find().filter(D::Rule.eq(rule)).filter(running);
    let select = select.filter(D::PausedOn.is_null()).filter(D::DueOn.lt(latest));
    let select = select.order_by_asc(D::DueOn).order_by_asc(D::Id).limit(SWEPT);
    let mut lapsed = 0;
    let mut next = select.clone();
    loop {
        let clocks = next.all(state.db.reader()).await?;
        for clock in &clocks {
            let done = change::alone(state, &Who::system(), async |change| lapse(change, clock).await).await?;
            lapsed += u64::from(done);
        }
        // Clocks may run on: where silence means nothing they are passed over, not waited for.
        let Some(last) = clocks.last() else { return Ok(lapsed) };
        let same = Condition::all().add(D::DueOn.eq(last.due_on)).add(D::Id.gt(last.id));
        next = select.clone().filter(Condition::any().add(D::DueOn.gt(last.due_on)).add(same));
    }
}

/// The case of a clock whose day has passed in its office's zone, locked; none where the clock was stopped meanwhile.
///
/// # Errors
/// The database's own.
pub async fn lock_for_sweep(change: &Change, clock: &clock::Model) -> Result<Option<Model>, DbErr> {
    if clock.due_on >= change.moment(&clock.office).today {
        return Ok(None);
    }
    let row = Entity::find_by_id(MediationCaseId(clock.subject_id)).lock_exclusive().one(change.db()).await?;
    let runs = clock::Entity::find_by_id(clock.id).filter(clock::Column::MetOn.is_null());
    let runs = runs.filter(clock::Column::DueOn.eq(clock.due_on)).one(change.db()).await?;
    Ok(row.filter(|_| runs.is_some()))
}

/// Sends a case to a mediator whose parties did not choose in time (UU 2/2004 art. 4(4)).
///
/// # Errors
/// The database's own.
pub async fn lapse_choice(change: &mut Change, clock: &clock::Model) -> Result<bool, Problem> {
    let row = lock_for_sweep(change, clock).await?.filter(|row| row.status == Status::PathsOffered);
    let (Some(row), Some(on)) = (row, clock.due_on.succ_opt()) else { return Ok(false) };
    advance(change, &row, CaseEvent::LapseChoice, [], Some(Happened::ChoiceLapsed), on).await?;
    Ok(true)
}

/// Fields of a side that change.
///
/// # Errors
/// The database's own.
pub async fn set_side(
    change: &Change,
    id: CasePartyId,
    set: impl IntoIterator<Item = (party::Column, Value)>,
) -> Result<(), DbErr> {
    let update = set
        .into_iter()
        .fold(party::Entity::update_many(), |update, (column, value)| update.col_expr(column, Expr::value(value)));
    update.filter(party::Column::Id.eq(id)).exec(change.db()).await.map(drop)
}
