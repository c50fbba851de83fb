//! The operations of this room.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use disnaker_entity::Nik;
use disnaker_entity::access::Role;
use disnaker_entity::seeker::{Model, SeekerId, SeekerSource, SeekerStatus};
use sea_orm::ConnectionTrait;

use super::bodies::{
    Merge, NewSeeker, Removal, Restoration, RevealedSeekerView, SeekerFilter, SeekerIdentityView, SeekerLookup,
    SeekerLookupView, SeekerPage, SeekerPatch, SeekerReturn, SeekerReveal, SeekerReviewFilter, SeekerReviewPage,
    SeekerReviewRow, SeekerView, Transfer, Verification,
};
use super::lifecycle::SeekerEvent;
use super::rules::{self, Author, Hands, SeekerRefusal};
use super::{KIND, queries};
use crate::access;
use crate::access::bodies::{InvitationView, NewInvitation};
use crate::access::permissions::{
    InviteSeekers, LookUpSeekers, Permission, ReadSeekers, RevealSeekers, ReviewSeekers, StartSeekers, WriteSeekers,
};
use crate::app::State;
use crate::book::Book;
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::{Checks, UNKNOWN_REFERENCE};
use crate::lifecycle::{self, By};
use crate::personal::Vault;
use crate::problem::{Fault, Kind, Language, Problem, Text};
use crate::reads::Read;
use crate::reference::{self, Codes};
use crate::wire::{self, Cache, IfMatch, Json, OptionalJson, Path, Query};

/// Writes that one look-up counts beyond itself in the limit of its caller: nobody finds people by trying numbers.
const LOOK_UP_COSTS: u32 = 9;

/// The hands in which a caller holds a record.
fn hands(row: &Model, seer: &impl Sees) -> Hands {
    let scope = seer.scope_of::<WriteSeekers>();
    let counter = row.source == SeekerSource::Counter && scope.covers_office(&row.office);
    Hands {
        person: counter || scope.seekers.contains(&row.id),
        school: row.school_id.is_some_and(|id| scope.schools.contains(&id)),
        office: seer.scope_of::<ReviewSeekers>().covers_office(&row.office),
    }
}

/// What a view stands on beside the row.
struct Desk<'a> {
    vault: &'a Vault,
    codes: &'a Codes,
    book: Arc<Book>,
    now: DateTime<Utc>,
    language: Language,
}

impl<'a> Desk<'a> {
    fn of(change: &'a Change, codes: &'a Codes, language: Language) -> Self {
        Self { vault: &change.state().vault, codes, book: change.book(), now: change.now(), language }
    }

    /// The record as those hands may see it; to the office of one that waits also, whether the register has its person.
    fn view(&self, row: Model, hands: Hands, known: bool) -> Result<SeekerView, Problem> {
        let said = queries::open(self.vault, &row)?;
        let mut findings = queries::findings(&row, &said, &self.book, self.now)?;
        findings.extend(known.then(rules::known_person));
        let warnings = rules::warnings(&said, self.codes);
        let shown = |faults: &mut dyn Iterator<Item = &Fault>| faults.map(|fault| fault.view(self.language)).collect();
        Ok(SeekerView {
            identity: SeekerIdentityView {
                nik: row.nik_masked.clone(),
                name: row.name.clone(),
                family_card_known: said.identity.family_card.is_some(),
                birth_place: said.identity.birth_place,
                birth_on: row.birth_on,
                sex: row.sex,
                religion: said.identity.religion,
                marital_status: said.identity.marital_status,
            },
            findings: shown(&mut findings.iter().map(|(_, fault)| fault)),
            warnings: shown(&mut warnings.iter()),
            overrides: queries::overrides(&row)?,
            return_reasons: queries::return_reasons(&row)?,
            allowed_actions: hands.allowed(row.status),
            id: row.id,
            office: row.office,
            status: row.status,
            source: row.source,
            school_id: row.school_id,
            reference: row.reference,
            address: said.address,
            contact: said.contact,
            education: said.education,
            courses: said.courses,
            experience: said.experience,
            skills: said.skills,
            languages: said.languages,
            disabilities: said.disabilities,
            wanted: said.wanted,
            consents: said.consents,
            removal_reason: row.removal_reason,
            status_reason: row.status_reason,
            merged_into: row.merged_into,
            submitted_at: row.submitted_at,
            registered_at: row.registered_at,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// Whether the register has the person of a record that waits, for the office's eyes only. That it was told is a read of that person
/// by `reading`, as a look-up by NIK is.
async fn known<C: ConnectionTrait>(
    db: &C,
    state: &State,
    row: &Model,
    hands: Hands,
    reading: Read,
) -> Result<bool, Problem> {
    if !hands.office || row.status != SeekerStatus::Submitted {
        return Ok(false);
    }
    let found = queries::known(db, row).await?;
    if let Some((id, office)) = &found {
        told(state, *id, office, reading);
    }
    Ok(found.is_some())
}

/// Takes note that somebody was told of a person by a record that waits.
fn told(state: &State, id: SeekerId, office: &str, reading: Read) {
    let read = Read { office: office.to_owned(), act: "look_up", subject_kind: KIND, subject: Some(id.0), ..reading };
    state.reads.note(state.clock.id(), read);
}

/// A read by whoever makes a change.
fn reading(change: &Change) -> Read {
    Read::by(change.now(), change.actor().to_owned())
}

/// The record as whoever has changed it may see it.
async fn shown(change: &Change, row: Model, codes: &Codes, language: Language) -> Result<Answer<SeekerView>, Problem> {
    let hands = hands(&row, change);
    let known = known(change.db(), change.state(), &row, hands, reading(change)).await?;
    Ok(Answer::ok(Desk::of(change, codes, language).view(row, hands, known)?).tagged())
}

/// Draft a job seeker's record.
///
/// By the person, who gets the role `job_seeker` in it; by a school for one of its alumni (`school_id`, or the only
/// school of the caller); or at an office's counter. What `submit` asks for may still be missing. Whether the person
/// has a record already is told to nobody here.
#[utoipa::path(tag = "job-seekers", request_body(content = NewSeeker, example = json!(NewSeeker::sample())),
    responses((status = 201, body = SeekerView)), security(("bearer" = [StartSeekers::NAME])))]
#[post("/job-seekers")]
pub async fn create_job_seeker(
    caller: Caller<StartSeekers>,
    Json(new): Json<NewSeeker>,
) -> Result<HttpResponse, Problem> {
    let (codes, book) = (reference::codes(caller.state()).await?, caller.state().book().await?);
    let now = caller.state().clock.now();
    let today = book.moment(now, new.office.as_deref().unwrap_or_default()).today;
    let sound = rules::check(&new, &codes, &book, today)?;
    let identity = caller.identity().ok_or_else(|| Problem::new(Kind::Unauthenticated))?;
    let author = rules::author(&new, &sound.office, caller.scope(), identity)?;
    let language = caller.language();
    caller
        .change(async move |change| {
            let own = change.scope_of::<ReadSeekers>().seekers;
            if matches!(author, Author::Person(_)) && queries::has_own(change, &own).await? {
                return Err(SeekerRefusal::OwnRecord.into());
            }
            if let Author::School(school, _) = author {
                queries::may_draft(change.db(), school).await?;
            }
            let row = queries::draft(change, &author, &new, &sound).await?;
            let hands = match author {
                Author::Person(_) => Hands { person: true, ..Hands::default() },
                Author::School(..) | Author::Counter => hands(&row, change),
            };
            let view = Desk::of(change, &codes, language).view(row, hands, false)?;
            Ok(Answer::created(format!("/v1/job-seekers/{}", view.id), view).tagged())
        })
        .await
}

/// List job seekers' records, newest first.
///
/// Numbers are masked; the page is on record as one read with its filter and count.
#[utoipa::path(tag = "job-seekers", params(SeekerFilter), responses((status = 200, body = SeekerPage)),
    security(("bearer" = [ReadSeekers::NAME])))]
#[get("/job-seekers")]
pub async fn list_job_seekers(
    request: HttpRequest,
    caller: Caller<ReadSeekers>,
    Query(filter): Query<SeekerFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("job-seekers", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (data, next) = page.cut(rows, |row| row.id);
    caller.read_page(KIND, page.filter(), data.len());
    let page = SeekerPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a job seeker's record.
///
/// Numbers are masked; the read is on record, and the person can see it.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    responses((status = 200, body = SeekerView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadSeekers::NAME])))]
#[get("/job-seekers/{id}")]
pub async fn get_job_seeker(
    request: HttpRequest,
    caller: Caller<ReadSeekers>,
    Path(id): Path<SeekerId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let (state, language) = (caller.state(), caller.language());
    let (codes, book) = (reference::codes(state).await?, state.book().await?);
    let hands = hands(&row, &caller);
    let known = known(caller.reader(), state, &row, hands, caller.reading()).await?;
    caller.read(Read { office: row.office.clone(), subject_kind: KIND, subject: Some(id.0), ..caller.reading() });
    let view =
        Desk { vault: &state.vault, codes: &codes, book, now: state.clock.now(), language }.view(row, hands, known)?;
    wire::found_as_seen(&request, &view, Cache::Private)
}

/// Change a job seeker's record.
///
/// A draft or a returned record by whoever wrote it; one that waits or is in the register by its office; and in the
/// register by the person, too, in what is not identity. What does not agree in a record of the register then needs an
/// officer's reason, as it did for `verify`.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    request_body(content = SeekerPatch, content_type = "application/merge-patch+json", example = json!(SeekerPatch::sample())),
    responses((status = 200, body = SeekerView)), security(("bearer" = [WriteSeekers::NAME])))]
#[patch("/job-seekers/{id}")]
pub async fn update_job_seeker(
    caller: Caller<WriteSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
    Json(patch): Json<SeekerPatch>,
) -> Result<HttpResponse, Problem> {
    let (codes, language) = (reference::codes(caller.state()).await?, caller.language());
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let hands = hands(&row, change);
            let row = queries::amend(change, &row, hands, &patch, &codes).await?;
            shown(change, row, &codes, language).await
        })
        .await
}

/// Delete a draft.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    responses((status = 204, description = "Deleted")), security(("bearer" = [WriteSeekers::NAME])))]
#[delete("/job-seekers/{id}")]
pub async fn delete_job_seeker(
    caller: Caller<WriteSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            if row.status != SeekerStatus::Draft {
                return Err(Problem::new(Kind::IllegalTransition).allowed(hands(&row, change).allowed(row.status)));
            }
            queries::delete(change, &row).await?;
            Ok(Answer::none())
        })
        .await
}

/// Send a record to its office.
///
/// All that is missing is told at once. Whoever sends it learns nothing of another record: one whose NIK the register
/// has answers like any other, and waits for an officer.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    responses((status = 200, body = SeekerView)), security(("bearer" = [WriteSeekers::NAME])))]
#[post("/job-seekers/{id}/submit")]
pub async fn submit_job_seeker(
    caller: Caller<WriteSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    act(&caller, id, if_match, async move |change, row| {
        hands(&row, change).of_person(row.status)?;
        let (said, book) = (queries::open(&change.state().vault, &row)?, change.book());
        let moment = change.moment(&row.office);
        rules::check(&said, &codes, &book, moment.today)?;
        rules::complete(&said, &row.office, &book, &moment)?;
        queries::submit(change, &row).await
    })
    .await
}

/// Take a record back before it is verified.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    responses((status = 200, body = SeekerView)), security(("bearer" = [WriteSeekers::NAME])))]
#[post("/job-seekers/{id}/withdraw")]
pub async fn withdraw_job_seeker(
    caller: Caller<WriteSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async |change, row| {
        hands(&row, change).of_person(row.status)?;
        queries::withdraw(change, &row).await
    })
    .await
}

/// Send a record back, with a reason for each field.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    request_body(content = SeekerReturn, example = json!(SeekerReturn::sample())),
    responses((status = 200, body = SeekerView)), security(("bearer" = [ReviewSeekers::NAME])))]
#[post("/job-seekers/{id}/return")]
pub async fn return_job_seeker(
    caller: Caller<ReviewSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
    Json(body): Json<SeekerReturn>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        rules::reasons(&body.fields)?;
        queries::send_back(change, &row, &body.fields).await
    })
    .await
}

/// Verify a record.
///
/// It comes into the register (Permenaker 39/2016); or, where the person has a record there, is joined to it: this one
/// is then `merged`, and the record that it names says what it said. Each finding needs an officer's reason, that the
/// person is known, too: whoever sent the draft gets the record as their own, so look at the identity card. Where
/// another office keeps the person's record, that is 409 `kept-elsewhere` with the office.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    request_body(content = Verification, example = json!(Verification::sample())),
    responses((status = 200, body = SeekerView, description = "The record of the register")),
    security(("bearer" = [ReviewSeekers::NAME])))]
#[post("/job-seekers/{id}/verify")]
pub async fn verify_job_seeker(
    caller: Caller<ReviewSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
    OptionalJson(body): OptionalJson<Verification>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        lifecycle::step(row.status, SeekerEvent::Verify)?;
        let person = queries::of_nik(change, &row.nik_index).await?;
        if let Some(person) = &person {
            told(change.state(), person.id, &person.office, reading(change));
        }
        if let Some(elsewhere) = person.as_ref().filter(|person| person.office != row.office) {
            return Err(SeekerRefusal::KeptElsewhere(elsewhere.office.clone()).into());
        }
        let said = queries::open(&change.state().vault, &row)?;
        let mut findings = queries::findings(&row, &said, &change.book(), change.now())?;
        findings.extend(person.as_ref().map(|_| rules::known_person()));
        rules::overridden(&findings, &body.overrides)?;
        match person {
            Some(person) => queries::join(change, &row, &person, &body.overrides).await,
            None => queries::verify(change, &row, &body.overrides).await,
        }
    })
    .await
}

/// Take a person off the register.
///
/// Counted with its reason (penghapusan); the record stays.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    request_body(content = Removal, example = json!(Removal::sample())),
    responses((status = 200, body = SeekerView)), security(("bearer" = [ReviewSeekers::NAME])))]
#[post("/job-seekers/{id}/remove")]
pub async fn remove_job_seeker(
    caller: Caller<ReviewSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
    Json(body): Json<Removal>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        let mut checks = Checks::default();
        if let Some(note) = &body.note {
            checks.lines("/note", note, 500);
        }
        checks.done()?;
        queries::remove(change, &row, &body).await
    })
    .await
}

/// Take a person into the register again.
///
/// With a reason; they are counted as looking for work again.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    request_body(content = Restoration, example = json!(Restoration::sample())),
    responses((status = 200, body = SeekerView)), security(("bearer" = [ReviewSeekers::NAME])))]
#[post("/job-seekers/{id}/restore")]
pub async fn restore_job_seeker(
    caller: Caller<ReviewSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
    Json(body): Json<Restoration>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        let mut checks = Checks::default();
        checks.reason("/reason", &body.reason, 500);
        checks.done()?;
        queries::restore(change, &row, &body.reason).await
    })
    .await
}

/// Give a record to another office.
///
/// It leaves one register and enters the other; a card stays valid.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    request_body(content = Transfer, example = json!(Transfer::sample())),
    responses((status = 200, body = SeekerView)), security(("bearer" = [ReviewSeekers::NAME])))]
#[post("/job-seekers/{id}/transfer")]
pub async fn transfer_job_seeker(
    caller: Caller<ReviewSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
    Json(body): Json<Transfer>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        let mut checks = Checks::default();
        checks.reason("/reason", &body.reason, 500);
        if body.to_office == row.office || !change.book().offices.contains_key(&body.to_office) {
            let received: String = body.to_office.chars().take(12).collect();
            checks.fault(
                "/to_office",
                UNKNOWN_REFERENCE,
                received,
                Text::of("dinas lain dari /v1/offices", "another office of /v1/offices"),
            );
        }
        checks.done()?;
        queries::transfer(change, &row, &body.to_office, &body.reason).await
    })
    .await
}

/// Make two records of one person one.
///
/// This one ends as `merged` and names the other, which stays.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    request_body(content = Merge, example = json!(Merge::sample())),
    responses((status = 200, body = SeekerView)), security(("bearer" = [ReviewSeekers::NAME])))]
#[post("/job-seekers/{id}/merge")]
pub async fn merge_job_seeker(
    caller: Caller<ReviewSeekers>,
    Path(id): Path<SeekerId>,
    if_match: IfMatch,
    Json(body): Json<Merge>,
) -> Result<HttpResponse, Problem> {
    let (codes, language) = (reference::codes(caller.state()).await?, caller.language());
    caller
        .change(async move |change| {
            let (row, into) = queries::lock_both(change, id, body.into).await?;
            if_match.holds(row.version)?;
            let mut checks = Checks::default();
            checks.reason("/reason", &body.reason, 500);
            let into = into.filter(|into| into.id != row.id && into.status == SeekerStatus::Registered);
            if into.is_none() {
                checks.fault(
                    "/into",
                    UNKNOWN_REFERENCE,
                    body.into.to_string(),
                    Text::of("data lain yang terdaftar di dinas Anda", "another registered record of your office"),
                );
            }
            checks.done()?;
            let into = into.ok_or_else(Problem::not_found)?;
            let row = queries::merge(change, &row, &into, &body.reason).await?;
            shown(change, row, &codes, language).await
        })
        .await
}

/// A step on one record.
async fn act<P: Permission, F>(
    caller: &Caller<P>,
    id: SeekerId,
    if_match: IfMatch,
    step: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, Model) -> Result<Model, Problem> + 'static,
{
    let (codes, language) = (reference::codes(caller.state()).await?, caller.language());
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = step(change, row).await?;
            shown(change, row, &codes, language).await
        })
        .await
}

/// Look a person up by identity number.
///
/// In the body, never in an address; for a stated purpose, which is on record before the answer. A record of another
/// office is not there, and looks like none. One look-up counts as ten writes.
#[utoipa::path(tag = "job-seekers", request_body(content = SeekerLookup, example = json!(SeekerLookup::sample())),
    responses((status = 200, body = SeekerLookupView)), security(("bearer" = [LookUpSeekers::NAME])))]
#[post("/job-seeker-lookups")]
pub async fn look_up_job_seeker(
    caller: Caller<LookUpSeekers>,
    Json(body): Json<SeekerLookup>,
) -> Result<HttpResponse, Problem> {
    caller.charge(LOOK_UP_COSTS)?;
    let mut checks = Checks::default();
    let length = format!("{} characters", body.nik.chars().count());
    let nik = checks.parsed("/nik", Nik::parse(&body.nik), length.into());
    checks.purpose("/purpose", &body.purpose);
    checks.done()?;
    let nik = nik.ok_or_else(Problem::not_found)?;
    let state = Arc::clone(caller.state());
    let found = queries::by_nik(caller.reader(), &caller, &queries::index(&state.vault, &nik)).await?;
    let office = found.as_ref().map(|row| &row.office).or(caller.scope().offices.first());
    let read = Read {
        office: office.cloned().unwrap_or_default(),
        act: "look_up",
        purpose: Some(body.purpose),
        subject_kind: KIND,
        subject: found.as_ref().map(|row| row.id.0),
        persons: i32::from(found.is_some()),
        ..caller.reading()
    };
    caller.record(read).await?;
    let view = SeekerLookupView { job_seeker: found };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(view))
}

/// Read a person's full numbers.
///
/// For a stated purpose, which is on record before the answer (UU 27/2022 art. 31).
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    request_body(content = SeekerReveal, example = json!(SeekerReveal::sample())),
    responses((status = 200, body = RevealedSeekerView)), security(("bearer" = [RevealSeekers::NAME])))]
#[post("/job-seekers/{id}/reveal")]
pub async fn reveal_job_seeker(
    caller: Caller<RevealSeekers>,
    Path(id): Path<SeekerId>,
    Json(body): Json<SeekerReveal>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let mut checks = Checks::default();
    checks.purpose("/purpose", &body.purpose);
    checks.done()?;
    let state = caller.state();
    let read = Read {
        office: row.office.clone(),
        act: "reveal",
        purpose: Some(body.purpose),
        subject_kind: KIND,
        subject: Some(id.0),
        ..caller.reading()
    };
    caller.record(read).await?;
    let identity = queries::open(&state.vault, &row)?.identity;
    let view = RevealedSeekerView { id, name: identity.name, nik: identity.nik, family_card: identity.family_card };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(view))
}

/// Invite a person to their own record.
///
/// At the counter, whoever wrote the record: its one-time code, once accepted at `/v1/invitations/accept`, gives the role
/// `job_seeker` in it. Whoever has the code has the record, so look at the identity card.
#[utoipa::path(tag = "job-seekers", params(("id" = SeekerId, Path, description = "Record id")),
    responses((status = 201, body = InvitationView)), security(("bearer" = [InviteSeekers::NAME])))]
#[post("/job-seekers/{id}/invitations")]
pub async fn invite_job_seeker(
    caller: Caller<InviteSeekers>,
    Path(id): Path<SeekerId>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if rules::is_over(row.status, row.erased_at) {
                return Err(Problem::from(SeekerRefusal::Over).allowed(hands(&row, change).allowed(row.status)));
            }
            let new = NewInvitation { job_seeker_id: Some(id), ..NewInvitation::of(Role::JobSeeker) };
            let view = access::invite(change, &new, &row.office).await?;
            Ok(Answer::created(format!("/v1/invitations/{}", view.id), view))
        })
        .await
}

/// List the records that wait for an officer, the longest first.
///
/// `identity_review` says that the person has a record already, which `verify` joins.
#[utoipa::path(tag = "work-lists", params(SeekerReviewFilter), responses((status = 200, body = SeekerReviewPage)),
    security(("bearer" = [ReviewSeekers::NAME])))]
#[get("/work-lists/seeker-review")]
pub async fn list_seeker_review(
    request: HttpRequest,
    caller: Caller<ReviewSeekers>,
    Query(filter): Query<SeekerReviewFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("seeker-review", &filter)?;
    let rows = queries::waiting(caller.reader(), &caller, filter.office.as_deref(), &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.4.unwrap_or_default(), row.0));
    caller.read_page(KIND, page.filter(), rows.len());
    let shown = |(id, office, name, source, since, version, identity_review): queries::Waiting| SeekerReviewRow {
        id,
        office,
        name,
        source,
        since: since.unwrap_or_default(),
        identity_review,
        version,
        allowed_actions: lifecycle::allowed(SeekerStatus::Submitted, By::Office),
    };
    let page = SeekerReviewPage { data: rows.into_iter().map(shown).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}
