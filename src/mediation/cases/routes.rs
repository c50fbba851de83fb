//! The operations of the case itself.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::mediation::case::Model;
use disnaker_entity::mediation::{CaseSide, MediationCaseId, MediationStatus as Status, party, representative};
use disnaker_entity::plumbing::deadline as clock;
use uuid::Uuid;

use super::bodies::{
    CaseClockView, CaseClocksView, CaseReason, ChosenPath, CompletedFile, CourtRegistrationView, HandedDown,
    MediationCaseFilter, MediationCasePage, MediationCaseRow, MediationCaseView, MediatorView, MissingPapers,
    NamedMediator, NewMediationCase, PartyView, PauseView, RecommendationView, RepresentativeView, SettlementView,
};
use super::queries;
use super::rules::{self, CaseRefusal, Standing};
use crate::access::permissions::{
    ActInCases, AssignCases, ExamineCases, MediateCases, Permission, ReadCases, RegisterCases,
};
use crate::book::Book;
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{Checks, NOT_ALLOWED};
use crate::clock::Moment;
use crate::compliance::obligations;
use crate::db::Session;
use crate::deadline::Pause;
use crate::lifecycle::{self, Lifecycle};
use crate::mediation::conclusions;
use crate::mediation::lifecycle::CaseEvent;
use crate::personal::Vault;
use crate::problem::{Kind, Language, Problem, Text};
use crate::reads::Read;
use crate::reference;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

// What is shown ----------------------------------------------------------------------------------

/// A side as a caller sees it: how to reach it is for itself and the office, and so is what it said to the recommendation while the
/// other side may still answer.
fn shown_side(
    vault: &Vault,
    case: &Model,
    row: &party::Model,
    speakers: &[representative::Model],
    standing: Standing,
) -> Result<PartyView, Problem> {
    let answered = case.status != Status::Recommended;
    let own = standing.side.is_none_or(|side| side == row.side);
    let said = queries::who(vault, row)?;
    let mut representatives = Vec::new();
    for speaker in speakers.iter().filter(|speaker| speaker.party_id == row.id) {
        let Some(said) = queries::speaker(vault, speaker)? else { continue };
        representatives.push(RepresentativeView {
            id: speaker.id,
            name: said.name,
            capacity: said.capacity,
            contact: said.contact.filter(|_| own),
            has_power_of_attorney: speaker.document_id.is_some(),
        });
    }
    let (name, position, address, phone, email) = match said {
        None => (None, None, None, None, None),
        Some(said) => (Some(said.name), said.position, Some(said.address), said.phone, said.email),
    };
    Ok(PartyView {
        id: row.id,
        side: row.side,
        kind: row.kind,
        name,
        position,
        address,
        phone: phone.filter(|_| own),
        email: email.filter(|_| own),
        path: row.path,
        received_on: row.received_on,
        received_at: row.received_at,
        answer: row.answer,
        answered_on: row.answered_on,
        answer_note: conclusions::queries::answer_note(vault, row)?.filter(|_| own || answered),
        representatives,
    })
}

/// A case as a caller sees it.
pub async fn view(db: &Session, vault: &Vault, row: &Model, seer: &impl Sees) -> Result<MediationCaseView, Problem> {
    let sides = queries::sides(db, row).await?;
    // Who stands on both sides reads as one of them, and acts for neither.
    let standing = queries::standing(row, &sides, seer).ok();
    view_as(db, vault, row, &sides, standing).await
}

/// The cases on a side of which a caller stands.
///
/// # Errors
/// The database's own.
pub async fn of_account(db: &Session, vault: &Vault, seer: &impl Sees) -> Result<Vec<MediationCaseView>, Problem> {
    let mut all = Vec::new();
    for row in queries::on_sides(db, seer).await? {
        all.push(view(db, vault, &row, seer).await?);
    }
    Ok(all)
}

async fn view_as(
    db: &Session,
    vault: &Vault,
    row: &Model,
    sides: &[party::Model],
    standing: Option<Standing>,
) -> Result<MediationCaseView, Problem> {
    let speakers = queries::representatives(db, row.id).await?;
    let content = queries::content(vault, row)?;
    let allowed = |standing| rules::allowed(row, sides, standing, content.as_ref());
    let allowed_actions = standing.map(allowed).unwrap_or_default();
    let standing = standing.unwrap_or(Standing { side: Some(row.registered_side), ..Standing::default() });
    let parties =
        sides.iter().map(|side| shown_side(vault, row, side, &speakers, standing)).collect::<Result<_, _>>()?;
    let received = rules::reads_recommendation(row, sides, standing);
    let recommendation = match (&row.recommendation_number, row.recommended_on) {
        (Some(number), Some(issued_on)) => {
            let text = conclusions::queries::recommendation(vault, row)?.filter(|_| received);
            Some(RecommendationView { number: number.clone(), issued_on, text })
        }
        _ => None,
    };
    let court = match (&row.court, &row.court_number, row.court_registered_on) {
        (Some(court), Some(number), Some(registered_on)) => {
            Some(CourtRegistrationView { court: court.clone(), number: number.clone(), registered_on })
        }
        _ => None,
    };
    let text = conclusions::queries::settlement(vault, row)?;
    let settlement = row.settled_on.map(|settled_on| SettlementView { settled_on, text, court });
    let missing = row.missing.as_deref().map(serde_json::from_str).transpose().map_err(Problem::internal)?;
    Ok(MediationCaseView {
        case: MediationCaseRow::of(row, content.as_ref()),
        registered_office: row.registered_office.clone(),
        registered_side: row.registered_side,
        own_side: standing.side,
        regions: queries::regions(row)?,
        company_id: row.company_id,
        people: row.people,
        chronology: content.as_ref().map(|content| content.chronology.clone()),
        demands: content.as_ref().map(|content| content.demands.clone()),
        bipartite: content.and_then(|content| content.bipartite),
        missing: missing.unwrap_or_default(),
        paths: rules::paths(row.kind),
        path: row.path,
        parties,
        mediator: row.mediator_name.clone().map(|name| MediatorView { name, number: row.mediator_number.clone() }),
        referred_on: row.referred_on,
        first_hearing_on: row.first_hearing_on,
        recommendation,
        settlement,
        lawsuits: conclusions::queries::lawsuits(row)?,
        reason: queries::reason(vault, row)?,
        allowed_actions,
    })
}

/// Who read of a case, or of something in it, is on record.
pub fn note_read<P: Permission>(caller: &Caller<P>, case: &Model, subject_kind: &'static str, subject: Uuid) {
    let (office, subject) = (case.office.clone(), Some(subject));
    caller.read(Read { office, subject_kind, subject, persons: case.people, ..caller.reading() });
}

/// What a change answers about a case.
pub async fn shown(change: &Change, row: &Model) -> Result<Answer<MediationCaseView>, Problem> {
    Ok(Answer::ok(view(change.db(), &change.state().vault, row, change).await?).tagged())
}

/// A step of one case. A refusal of it says what this caller may do instead.
pub async fn act<P: Permission, F>(
    caller: &Caller<P>,
    id: MediationCaseId,
    if_match: IfMatch,
    event: CaseEvent,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model) -> Result<Model, Problem> + 'static,
{
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let done = match lifecycle::step(row.status, event) {
                Ok(_) if row.content_sealed.is_none() => Err(CaseRefusal::Forgotten.into()),
                Ok(_) => act(change, &row).await,
                Err(refused) => Err(refused),
            };
            match done {
                Ok(row) => shown(change, &row).await,
                Err(refused) => Err(instead(change, &row, event, refused).await),
            }
        })
        .await
}

/// A refused step, with what the caller may do with the case but that.
async fn instead(change: &Change, row: &Model, event: CaseEvent, refused: Problem) -> Problem {
    if refused.kind != Kind::IllegalTransition {
        return refused;
    }
    let may = async {
        let (sides, standing) = queries::stands(change, row).await?;
        let content = queries::content(&change.state().vault, row)?;
        Ok(rules::allowed(row, &sides, standing, content.as_ref()))
    };
    match may.await {
        Ok(mut allowed) => {
            allowed.retain(|other| *other != Status::event_name(event));
            refused.allowed(allowed)
        }
        Err(other) => other,
    }
}

/// The same for the office whose case it is. A role in another office, and a side of the case, are none in it.
pub async fn act_for_office<P: Permission, F>(
    caller: &Caller<P>,
    id: MediationCaseId,
    if_match: IfMatch,
    event: CaseEvent,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model) -> Result<Model, Problem> + 'static,
{
    self::act(caller, id, if_match, event, async move |change, row| {
        let (_, standing) = queries::stands(change, row).await?;
        if !standing.staff || !change.scope().covers_office(&row.office) {
            return Err(CaseRefusal::NotOffice.into());
        }
        act(change, row).await
    })
    .await
}

/// The same for a side: a party's own, or the one that the desk names.
pub async fn act_for_side<P: Permission, F>(
    caller: &Caller<P>,
    id: MediationCaseId,
    if_match: IfMatch,
    event: CaseEvent,
    named: Option<CaseSide>,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model, &[party::Model], CaseSide, Standing) -> Result<Model, Problem> + 'static,
{
    self::act(caller, id, if_match, event, async move |change, row| {
        let (sides, standing) = queries::stands(change, row).await?;
        let side = rules::acting(standing, named, &sides)?;
        act(change, row, &sides, side, standing).await
    })
    .await
}

/// The same for the mediator of the case.
pub async fn mediate<F>(
    caller: &Caller<MediateCases>,
    id: MediationCaseId,
    if_match: IfMatch,
    event: CaseEvent,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, &Model) -> Result<Model, Problem> + 'static,
{
    self::act(caller, id, if_match, event, async move |change, row| {
        queries::stands(change, row).await?.1.mediates()?;
        act(change, row).await
    })
    .await
}

// Operations -------------------------------------------------------------------------------------

/// Register a dispute.
///
/// By a side of it, or by somebody who speaks for that side: the caller then has access to the case for that side. Or by an office
/// for somebody who came to its desk. The other side comes in by invitation. Without the minutes of the bipartite talks the office
/// sends the file back (UU 2/2004 art. 4). A dispute over several provinces is the Ministry's and is refused. An account has at most 20
/// open ones; another is refused: 409 `capacity-exhausted`.
#[utoipa::path(tag = "mediation", request_body(content = NewMediationCase, example = json!(NewMediationCase::sample())),
    responses((status = 201, body = MediationCaseView)), security(("bearer" = [RegisterCases::NAME])))]
#[post("/mediation-cases")]
pub async fn register_mediation_case(
    caller: Caller<RegisterCases>,
    Json(new): Json<NewMediationCase>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    let identity = caller.identity().cloned();
    caller
        .change(async move |change| {
            let row = queries::register(change, &new, identity.as_ref(), &codes).await?;
            let view = view_of_new(change, &row).await?;
            Ok(Answer::created(format!("/v1/mediation-cases/{}", row.id), view).tagged())
        })
        .await
}

/// A case for whoever has just registered it, and may have had no access before.
async fn view_of_new(change: &Change, row: &Model) -> Result<MediationCaseView, Problem> {
    let (sides, mut standing) = queries::stands(change, row).await?;
    if !change.scope().covers_office(&row.office) {
        standing.side = Some(row.registered_side);
    }
    view_as(change.db(), &change.state().vault, row, &sides, Some(standing)).await
}

/// List cases, newest first.
///
/// Those of the office that the caller runs, those whose mediator they are, those that they registered until a mediator is named, and
/// those on a side of which they stand.
#[utoipa::path(tag = "mediation", params(MediationCaseFilter), responses((status = 200, body = MediationCasePage)),
    security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases")]
pub async fn list_mediation_cases(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Query(filter): Query<MediationCaseFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("mediation-cases", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let vault = &caller.state().vault;
    let data = rows.iter().map(|row| Ok(MediationCaseRow::of(row, queries::content(vault, row)?.as_ref())));
    let data = data.collect::<Result<Vec<_>, Problem>>()?;
    caller.read_page(queries::SUBJECT, page.filter(), data.len());
    let page = MediationCasePage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a case.
///
/// Who is not of it gets 404, as for a case that is not there.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    responses((status = 200, body = MediationCaseView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}")]
pub async fn get_mediation_case(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let view = view(caller.reader(), &caller.state().vault, &row, &caller).await?;
    note_read(&caller, &row, queries::SUBJECT, row.id.0);
    wire::found_as_seen(&request, &view, Cache::Private)
}

/// A clock with its law and its sum.
fn shown_clock(row: &clock::Model, book: &Book, now: Moment, language: Language) -> Result<CaseClockView, Problem> {
    let policy = book.policies.at(&row.rule, &row.office, row.started_on)?;
    let pauses: Vec<Pause> = serde_json::from_str(&row.pauses).map_err(Problem::internal)?;
    let state = obligations::state(row, now.today);
    // A pause that goes on moves the due date only once it ends; until then its days are shown as what they are.
    let open = row.paused_on.filter(|_| row.met_on.is_none());
    let open = open.map(|from| Pause { from, to: now.today.max(from) });
    let stood: Vec<Pause> = pauses.iter().copied().chain(open).collect();
    let days = reference::counted_days(policy, row.started_on, row.due_on, &stood, &book.calendar, &row.office)?;
    let ended = pauses.iter().map(|pause| PauseView { from: pause.from, to: Some(pause.to) });
    Ok(CaseClockView {
        rule: row.rule.clone(),
        law: policy.law.in_language(language).to_owned(),
        party: row.party.clone(),
        state,
        started_on: row.started_on,
        due_on: row.due_on,
        days_left: row.met_on.is_none().then(|| (row.due_on - now.today).num_days()),
        met_on: row.met_on,
        pauses: ended.chain(row.paused_on.map(|from| PauseView { from, to: row.met_on })).collect(),
        calendar_revision: row.calendar_revision,
        affected_by_revision: row.affected_by_revision,
        days,
    })
}

/// Read the clocks of a case.
///
/// Each with its law, the days on which it stood still, and the sum day by day in the calendar of today; the due date is that which
/// was stored when it started. `affected_by_revision` says that a decree has touched it since. A clock that still ran when the case
/// ended is `lapsed` where its day had passed; any other counts for nothing and is left out.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    responses((status = 200, body = CaseClocksView)), security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}/deadlines")]
pub async fn get_mediation_case_deadlines(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let (book, now) = (caller.state().book().await?, caller.state().clock.now());
    let rows = queries::clocks(caller.reader(), row.id).await?;
    note_read(&caller, &row, queries::SUBJECT, row.id.0);
    let now = book.moment(now, &row.office);
    let rows = rows.iter().filter(|row| !row.cancelled);
    let data = rows.map(|row| shown_clock(row, &book, now, caller.language())).collect::<Result<_, _>>()?;
    Ok(wire::listed(&request, &CaseClocksView { data }, None, Cache::Private))
}

/// Send a file back with what is missing.
///
/// The office's days are met, and those of the side that registered it begin (UU 2/2004 art. 4(2)).
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = MissingPapers, example = json!(MissingPapers::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ExamineCases::NAME])))]
#[post("/mediation-cases/{id}/return-file")]
pub async fn return_mediation_file(
    caller: Caller<ExamineCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(papers): Json<MissingPapers>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.count("/missing", papers.missing.len(), 1, 20);
    for (at, missing) in papers.missing.iter().enumerate().take(20) {
        checks.line(format!("/missing/{at}"), missing, 300);
    }
    checks.done()?;
    act_for_office(&caller, id, if_match, CaseEvent::ReturnFile, async move |change, row| {
        queries::send_back(change, row, &papers.missing).await
    })
    .await
}

/// Complete a file that was sent back.
///
/// By the side that registered it, or by the desk for it. What is absent stays as it was; documents are sent beside it.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = CompletedFile, example = json!(CompletedFile::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/complete-file")]
pub async fn complete_mediation_file(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(file): Json<CompletedFile>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, CaseEvent::CompleteFile, async move |change, row| {
        queries::stands(change, row).await?.1.registered(row)?;
        queries::complete(change, row, &file).await
    })
    .await
}

/// Offer conciliation or arbitration.
///
/// A dispute on termination may go to conciliation, one on interests or between unions to arbitration, too; one on rights to mediation
/// only (UU 2/2004 art. 4). Without a choice of both within the days of the rule it waits for a mediator.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ExamineCases::NAME])))]
#[post("/mediation-cases/{id}/offer-paths")]
pub async fn offer_dispute_paths(
    caller: Caller<ExamineCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act_for_office(&caller, id, if_match, CaseEvent::OfferPaths, queries::offer).await
}

/// Choose a way for a side.
///
/// A choice may be changed until both have chosen the same: then the case goes that way. Conciliation and arbitration end it here.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = ChosenPath, example = json!(ChosenPath::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/choose-path")]
pub async fn choose_dispute_path(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(chosen): Json<ChosenPath>,
) -> Result<HttpResponse, Problem> {
    act_for_side(&caller, id, if_match, CaseEvent::ChoosePath, chosen.side, async move |change, row, sides, side, _| {
        let paths = rules::paths(row.kind);
        if !paths.contains(&chosen.path) {
            let words = paths.iter().map(|path| path.as_str()).collect::<Vec<_>>().join(", ");
            let mut checks = Checks::default();
            checks.fault("/path", NOT_ALLOWED, chosen.path.as_str(), Text::plain(words));
            checks.done()?;
        }
        queries::choose(change, row, sides, side, chosen.path).await
    })
    .await
}

/// Give a case to a mediator of the office.
///
/// Theirs are the days of the first hearing and of the whole mediation from then on. A case that lies in several districts is the
/// province's (Permenakertrans 17/2014 art. 12): `refer-up` comes first.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = NamedMediator, example = json!(NamedMediator::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [AssignCases::NAME])))]
#[post("/mediation-cases/{id}/refer")]
pub async fn refer_mediation_case(
    caller: Caller<AssignCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(to): Json<NamedMediator>,
) -> Result<HttpResponse, Problem> {
    act_for_office(&caller, id, if_match, CaseEvent::Refer, async move |change, row| {
        queries::refer(change, row, &to).await
    })
    .await
}

/// Give a case to another mediator of the office.
///
/// Its clocks go on; the one before sees it no more.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = NamedMediator, example = json!(NamedMediator::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [AssignCases::NAME])))]
#[post("/mediation-cases/{id}/reassign")]
pub async fn reassign_mediation_case(
    caller: Caller<AssignCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(to): Json<NamedMediator>,
) -> Result<HttpResponse, Problem> {
    act_for_office(&caller, id, if_match, CaseEvent::Reassign, async move |change, row| {
        queries::reassign(change, row, &to).await
    })
    .await
}

/// Refer a case to the province's office.
///
/// It lies in several districts, or this one has no mediator who stands on no side of it (Permenakertrans 17/2014 art. 12). It is the
/// province's case from then on, and this office sees it no more.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = CaseReason, example = json!(CaseReason::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [AssignCases::NAME])))]
#[post("/mediation-cases/{id}/refer-up")]
pub async fn refer_mediation_case_up(
    caller: Caller<AssignCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(why): Json<CaseReason>,
) -> Result<HttpResponse, Problem> {
    rules::check_reason(&why.reason)?;
    act_for_office(&caller, id, if_match, CaseEvent::ReferUp, async move |change, row| {
        queries::refer_up(change, row, &why.reason).await
    })
    .await
}

/// Hand a case down to the office of the district in which it lies.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = HandedDown, example = json!(HandedDown::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [AssignCases::NAME])))]
#[post("/mediation-cases/{id}/refer-down")]
pub async fn refer_mediation_case_down(
    caller: Caller<AssignCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(to): Json<HandedDown>,
) -> Result<HttpResponse, Problem> {
    rules::check_reason(&to.reason)?;
    act_for_office(&caller, id, if_match, CaseEvent::ReferDown, async move |change, row| {
        queries::refer_down(change, row, &to.office, &to.reason).await
    })
    .await
}

/// Take a case back.
///
/// By the side that registered it, or by the desk for it; never by the mediator.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = CaseReason, example = json!(CaseReason::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/withdraw")]
pub async fn withdraw_mediation_case(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(why): Json<CaseReason>,
) -> Result<HttpResponse, Problem> {
    rules::check_reason(&why.reason)?;
    act(&caller, id, if_match, CaseEvent::Withdraw, async move |change, row| {
        queries::stands(change, row).await?.1.withdraws(row)?;
        queries::withdraw(change, row, &why.reason).await
    })
    .await
}

/// Close a case.
///
/// One that has come out keeps its outcome. Another ends otherwise: a file that was never completed, or a dispute that is none of this
/// office's.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = CaseReason, example = json!(CaseReason::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ExamineCases::NAME])))]
#[post("/mediation-cases/{id}/close")]
pub async fn close_mediation_case(
    caller: Caller<ExamineCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(why): Json<CaseReason>,
) -> Result<HttpResponse, Problem> {
    rules::check_reason(&why.reason)?;
    act_for_office(&caller, id, if_match, CaseEvent::Close, async move |change, row| {
        queries::close(change, row, &why.reason).await
    })
    .await
}
