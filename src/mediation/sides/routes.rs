//! The operations.

use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::access::Role;
use disnaker_entity::mediation::case::Model as Case;
use disnaker_entity::mediation::{CaseDocumentId, MediationCaseId, RepresentativeId, party};

use super::bodies::{
    CaseAccessView, CaseAccessesView, CaseDocumentFilter, CaseDocumentPage, CaseDocumentView, CaseInvitation,
    CaseNoteFilter, CaseNotePage, CaseNoteView, NewCaseDocument, NewCaseNote, NewCaseRepresentative, RevokedCaseAccess,
};
use super::queries;
use crate::access;
use crate::access::bodies::{InvitationView, NewInvitation};
use crate::access::permissions::{ActInCases, ReadCases};
use crate::caller::{Caller, Identity};
use crate::change::{Answer, Change};
use crate::check::{Checks, UNKNOWN_REFERENCE};
use crate::files::bodies::FileContent;
use crate::files::{self, Reader};
use crate::mediation::cases::bodies::MediationCaseView;
use crate::mediation::cases::queries as cases;
use crate::mediation::cases::routes::{note_read, shown};
use crate::mediation::cases::rules::{self, CaseRefusal, Standing, acting};
use crate::privacy::bodies::{AccessLogFilter, AccessLogPage};
use crate::privacy::read_log;
use crate::problem::{Problem, Text};
use crate::reads::Read;
use crate::wire::{self, Cache, IfMatch, Json, Path, Query, Raw};

/// A case with its sides, and what the caller is in it; the read is on record.
async fn read(caller: &Caller<ReadCases>, id: MediationCaseId) -> Result<(Case, Vec<party::Model>, Standing), Problem> {
    let case = cases::find(caller.reader(), caller, id).await?;
    let sides = cases::sides(caller.reader(), &case).await?;
    let standing = cases::standing(&case, &sides, caller)?;
    note_read(caller, &case, cases::SUBJECT, case.id.0);
    Ok((case, sides, standing))
}

/// Refuses a representative what is the party's own to say: who else speaks for it, and who comes in.
async fn manages(change: &Change, sides: &[party::Model], standing: Standing) -> Result<(), Problem> {
    match queries::speaks_as(change, sides, standing).await? {
        None => Ok(()),
        Some(_) => Err(CaseRefusal::NotParty.into()),
    }
}

/// The same, locked, to write something in it: not once it was forgotten.
async fn lock(change: &Change, id: MediationCaseId) -> Result<(Case, Vec<party::Model>, Standing), Problem> {
    let case = cases::lock(change, id).await?;
    if case.content_sealed.is_none() {
        return Err(Problem::from(CaseRefusal::Forgotten).allowed(Vec::new()));
    }
    let sides = cases::sides(change.db(), &case).await?;
    let standing = cases::standing(&case, &sides, change)?;
    Ok((case, sides, standing))
}

/// Add a document to a case.
///
/// The body is the file, at most 10 MiB: PDF, JPEG or PNG, told by its content. It is kept sealed, with its hash, and is read by the
/// office and the side that sent it; by the other side unless `audience=office`. With `replaces` it is a new version.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id"), NewCaseDocument),
    request_body(content((FileContent = "application/pdf"), (FileContent = "image/jpeg"), (FileContent = "image/png"))),
    responses((status = 201, body = CaseDocumentView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/documents")]
pub async fn add_case_document(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    Query(new): Query<NewCaseDocument>,
    body: Raw,
) -> Result<HttpResponse, Problem> {
    // Before the bytes are read and sealed: whoever is not of the case is told at once.
    cases::find(caller.reader(), &caller, id).await?;
    let (sealed, name) = files::take(caller.state(), body, || Ok(None)).await?;
    caller
        .change(async move |change| {
            let (case, sides, standing) = lock(change, id).await?;
            let side = match (standing.side, new.side) {
                (None, None) => None,
                (own, named) => Some(acting(Standing { side: own, ..standing }, named, &sides)?),
            };
            let (row, file) = queries::add(change, &case, side, &new, (name.clone(), &sealed)).await?;
            let location = format!("/v1/mediation-documents/{}", row.id);
            Ok(Answer::created(location, CaseDocumentView::of(&row, file)).tagged())
        })
        .await
}

/// List the documents of a case, newest first.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id"), CaseDocumentFilter),
    responses((status = 200, body = CaseDocumentPage)), security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}/documents")]
pub async fn list_case_documents(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
    Query(filter): Query<CaseDocumentFilter>,
) -> Result<HttpResponse, Problem> {
    let (case, _, standing) = read(&caller, id).await?;
    let page = caller.paging(&format!("mediation-cases/{id}/documents"), &filter)?;
    let rows = queries::documents(caller.reader(), case.id, standing, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |(row, _)| row.id);
    let data = rows.into_iter().filter_map(|(row, file)| Some(CaseDocumentView::of(&row, file?))).collect();
    let page = CaseDocumentPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read what a document is.
#[utoipa::path(tag = "mediation", params(("id" = CaseDocumentId, Path, description = "Document id")),
    responses((status = 200, body = CaseDocumentView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-documents/{id}")]
pub async fn get_case_document(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Path(id): Path<CaseDocumentId>,
) -> Result<HttpResponse, Problem> {
    let case = queries::case_of_document(caller.reader(), &caller, id).await?;
    let (case, _, standing) = read(&caller, case).await?;
    let (row, file) = queries::document(caller.reader(), case.id, standing, id).await?;
    Ok(wire::found(&request, &CaseDocumentView::of(&row, file), Cache::Private))
}

/// Download a document.
///
/// Who read it is on record before the answer.
#[utoipa::path(tag = "mediation", params(("id" = CaseDocumentId, Path, description = "Document id")),
    responses((status = 200, description = "The file",
        content((FileContent = "application/pdf"), (FileContent = "image/jpeg"), (FileContent = "image/png")))),
    security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-documents/{id}/content")]
pub async fn download_case_document(
    caller: Caller<ReadCases>,
    Path(id): Path<CaseDocumentId>,
) -> Result<HttpResponse, Problem> {
    let case = queries::case_of_document(caller.reader(), &caller, id).await?;
    let (case, _, standing) = read(&caller, case).await?;
    let (row, file) = queries::document(caller.reader(), case.id, standing, id).await?;
    let reader = Reader::new(caller.state(), &file)?;
    let (office, subject) = (case.office, Some(row.id.0));
    let read = Read { office, act: "download", subject_kind: "mediation_document", subject, ..caller.reading() };
    caller.record(read).await?;
    files::give(caller.state(), file, reader)
}

/// List who of the office read a case, newest first.
///
/// With its hearings and the documents that the caller may read, by role and office (UU 27/2022 art. 32). What a side reads
/// while it has access is left out.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id"), AccessLogFilter),
    responses((status = 200, body = AccessLogPage)), security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}/access-log")]
pub async fn get_case_access_log(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
    Query(filter): Query<AccessLogFilter>,
) -> Result<HttpResponse, Problem> {
    let (case, sides, standing) = read(&caller, id).await?;
    let parties: Vec<_> = sides.iter().map(|party| party.id).collect();
    let but = access::ever_on_sides(caller.reader(), &parties).await?;
    let of = queries::read_of(caller.reader(), case.id, standing).await?;
    read_log(&request, &caller, &format!("mediation-cases/{id}/access-log"), &filter, (of, &but)).await
}

/// Write a note to a case.
///
/// It stays with the side of whoever writes it, also from the mediator; one of the office stays in the office.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = NewCaseNote, example = json!(NewCaseNote::sample())),
    responses((status = 201, body = CaseNoteView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/notes")]
pub async fn add_case_note(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    Json(new): Json<NewCaseNote>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.lines("/text", &new.text, 10_000);
    checks.done()?;
    caller
        .change(async move |change| {
            let (case, _, standing) = lock(change, id).await?;
            let row = queries::write_note(change, &case, standing.side, &new.text).await?;
            let view = CaseNoteView { id: row.id, text: Some(new.text.clone()), created_at: row.created_at };
            Ok(Answer::created(format!("/v1/mediation-cases/{id}/notes"), view))
        })
        .await
}

/// List the notes of one's own side to a case, newest first.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id"), CaseNoteFilter),
    responses((status = 200, body = CaseNotePage)), security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}/notes")]
pub async fn list_case_notes(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
    Query(filter): Query<CaseNoteFilter>,
) -> Result<HttpResponse, Problem> {
    let (case, _, standing) = read(&caller, id).await?;
    let page = caller.paging(&format!("mediation-cases/{id}/notes"), &filter)?;
    let rows = queries::notes(caller.reader(), case.id, standing.side, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let vault = &caller.state().vault;
    let view = |row: &disnaker_entity::mediation::note::Model| {
        Ok(CaseNoteView { id: row.id, text: queries::note_text(vault, row)?, created_at: row.created_at })
    };
    let data = rows.iter().map(view).collect::<Result<_, Problem>>()?;
    let page = CaseNotePage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Name somebody who speaks for a side.
///
/// The power of attorney (surat kuasa khusus) is sent as a document with `representative_id`; without it the mediator may refuse
/// them (Permenakertrans 17/2014).
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = NewCaseRepresentative, example = json!(NewCaseRepresentative::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/representatives")]
pub async fn add_case_representative(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    Json(new): Json<NewCaseRepresentative>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    rules::check_representative(&mut checks, "/representative", &new.representative);
    checks.done()?;
    caller
        .change(async move |change| {
            let (case, sides, standing) = lock(change, id).await?;
            let side = acting(standing, new.side, &sides)?;
            manages(change, &sides, standing).await?;
            let party = sides.iter().find(|party| party.side == side).ok_or_else(Problem::not_found)?;
            queries::room_for_speaker(change, case.id).await?;
            cases::represent(change, case.id, party.id, &new.representative).await?;
            change.note(&case, "add_representative", cases::facts(&case));
            shown(change, &case).await
        })
        .await
}

/// End a representation.
///
/// By the side, by themselves, or by the office: the mediator may refuse whoever has no special power of attorney. An access to which
/// they were invited as this representative ends with it; any other is taken back by `revoke-access`.
#[utoipa::path(tag = "mediation", params(("id" = RepresentativeId, Path, description = "Representative id")),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-representatives/{id}/end")]
pub async fn end_case_representative(
    caller: Caller<ActInCases>,
    Path(id): Path<RepresentativeId>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let case = queries::case_of_speaker(change.db(), change, id).await?;
            let (case, sides, standing) = lock(change, case).await?;
            let (row, side) = queries::speaker(change, case.id, id).await?.ok_or_else(Problem::not_found)?;
            if standing.side.is_some_and(|own| own != side) {
                return Err(CaseRefusal::NotYourSide.into());
            }
            if queries::speaks_as(change, &sides, standing).await?.is_some_and(|own| own != id) {
                return Err(CaseRefusal::NotParty.into());
            }
            queries::end_speaker(change, &case, &row).await?;
            shown(change, &case).await
        })
        .await
}

/// Invite somebody to a side of a case.
///
/// The one-time code turns into access for that side (`POST /v1/invitations/accept`). The office invites the other side so; a side
/// invites who speaks for it, with their `representative_id`, and then the access ends with the representation.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = CaseInvitation, example = json!(CaseInvitation::sample())),
    responses((status = 201, body = InvitationView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/invitations")]
pub async fn invite_case_party(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    Json(to): Json<CaseInvitation>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (case, sides, standing) = lock(change, id).await?;
            let side = acting(standing, to.side, &sides)?;
            manages(change, &sides, standing).await?;
            let representative_id = to.representative_id;
            if let Some(id) = representative_id {
                let of_side = queries::speaker(change, case.id, id).await?.filter(|(_, of)| *of == side);
                let mut checks = Checks::default();
                if of_side.is_none() {
                    checks.fault("/representative_id", UNKNOWN_REFERENCE, id.to_string(), queries::OF_THIS_SIDE);
                }
                checks.done()?;
            }
            let party_id = sides.iter().find(|party| party.side == side).map(|party| party.id);
            let new = NewInvitation { party_id, representative_id, ..NewInvitation::of(Role::CaseParty) };
            let view = access::invite(change, &new, &case.office).await?;
            change.note(&case, "invite", cases::facts(&case));
            Ok(Answer::created(format!("/v1/invitations/{}", view.id), view))
        })
        .await
}

/// List who has access to a case for its sides.
///
/// A party sees those of its own side.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    responses((status = 200, body = CaseAccessesView)), security(("bearer" = [ReadCases::NAME])))]
#[get("/mediation-cases/{id}/accesses")]
pub async fn list_case_accesses(
    request: HttpRequest,
    caller: Caller<ReadCases>,
    Path(id): Path<MediationCaseId>,
) -> Result<HttpResponse, Problem> {
    let (_, sides, standing) = read(&caller, id).await?;
    let own = sides.iter().filter(|party| standing.side.is_none_or(|side| side == party.side));
    let own: Vec<_> = own.map(|party| party.id).collect();
    let grants = access::on_sides(caller.reader(), &own).await?;
    let came = access::came_for(caller.reader(), &own).await?;
    let view = |row: disnaker_entity::access::grant::Model| {
        let side = queries::side_of(&sides, row.party_id)?;
        let account = Identity { issuer: row.issuer.clone(), subject: row.subject.clone() }.actor();
        let of = came.get(&(account, row.party_id?)).copied().flatten();
        Some(CaseAccessView::of(row, side, of))
    };
    let view = CaseAccessesView { data: grants.into_iter().filter_map(view).collect() };
    Ok(wire::listed(&request, &view, None, Cache::Private))
}

/// Take an access to a case back.
///
/// By the office, or by its own side; who has it as a representative takes back their own only.
#[utoipa::path(tag = "mediation", params(("id" = MediationCaseId, Path, description = "Case id")),
    request_body(content = RevokedCaseAccess, example = json!(RevokedCaseAccess::sample())),
    responses((status = 200, body = MediationCaseView)), security(("bearer" = [ActInCases::NAME])))]
#[post("/mediation-cases/{id}/revoke-access")]
pub async fn revoke_case_access(
    caller: Caller<ActInCases>,
    Path(id): Path<MediationCaseId>,
    if_match: IfMatch,
    Json(revoked): Json<RevokedCaseAccess>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (case, sides, standing) = lock(change, id).await?;
            if_match.holds(case.version)?;
            let own = sides.iter().filter(|party| standing.side.is_none_or(|side| side == party.side));
            let own: Vec<_> = own.map(|party| party.id).collect();
            let grants = access::on_sides(change.db(), &own).await?;
            let found = grants.iter().find(|row| row.id == revoked.grant_id);
            let Some((row, party)) = found.and_then(|row| Some((row, row.party_id?))) else {
                let mut checks = Checks::default();
                let expected = Text::of("akses ke perkara ini", "an access to this case");
                checks.fault("/grant_id", UNKNOWN_REFERENCE, revoked.grant_id.to_string(), expected);
                checks.done()?;
                return Err(Problem::not_found());
            };
            let own = Identity { issuer: row.issuer.clone(), subject: row.subject.clone() }.actor() == change.actor();
            if !own {
                manages(change, &sides, standing).await?;
            }
            access::leave_side(change, party, revoked.grant_id).await?;
            shown(change, &case).await
        })
        .await
}
