//! The operations.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::card::{self, CardId, CardStatus};
use disnaker_entity::file::MediaType;
use disnaker_entity::seeker::SeekerId;
use sea_orm::ConnectionTrait;

use super::bodies::{
    self, CardCheck, CardFilter, CardPage, CardRevocation, CardRow, CardSignature, CardView, NewCardReport,
    NewLegalisation, PickupFilter, PickupPage, PickupRow, Reprint,
};
use super::{paper, phone, queries, rules, statement};
use crate::access::permissions::{Permission, PrintCards, ReadCards, ReportCards, SignCards, VerifyCards};
use crate::app::State;
use crate::caller::{Caller, Sees};
use crate::change::{Answer, Change};
use crate::check::Checks;
use crate::files::{self, bodies::FileContent};
use crate::lifecycle::{self, By};
use crate::paper::sheet::Picture;
use crate::problem::{Problem, ProblemView};
use crate::reads::Read;
use crate::seekers::{KIND, queries as people};
use crate::verification;
use crate::wire::{self, Cache, IfMatch, Json, OptionalJson, Path, Query};

/// For what the paper shows a whole NIK.
const PURPOSE: &str = "Pencetakan kartu AK-1";
/// Copies of a card that are legalised at once.
const MOST_COPIES: i64 = 20;

/// What somebody may do with a card of an office that stands so: an officer what their role allows.
fn allowed(office: &str, status: CardStatus, seer: &impl Sees) -> Vec<&'static str> {
    let mut allowed = lifecycle::allowed(status, By::Office);
    let signs = seer.scope_of::<SignCards>().covers_office(office);
    let prints = seer.scope_of::<PrintCards>().covers_office(office);
    allowed.retain(|event| if *event == "print" { prints } else { signs });
    allowed
}

async fn view<C: ConnectionTrait>(
    db: &C,
    state: &State,
    row: card::Model,
    seer: &impl Sees,
) -> Result<CardView, Problem> {
    let (filed, prints, copies) = queries::beside(db, row.id).await?;
    let book = state.book().await?;
    let today = book.moment(state.clock.now(), &row.office).today;
    let status = rules::standing(row.status, row.expires_on, today);
    let code = row.issued_on.map(|_| statement::code(state, &row, book.zone(&row.issued_by))).transpose()?;
    Ok(CardView {
        code,
        allowed_actions: allowed(&row.office, status, seer),
        verification_url: row.issued_on.map(|_| statement::url(state, &row)),
        reports: bodies::reports(&row, filed, today),
        prints: prints.into_iter().map(Into::into).collect(),
        legalisations: copies.into_iter().map(Into::into).collect(),
        card: CardRow::of(row, today),
    })
}

/// The cards of some records that the caller may see, whole, for an export.
///
/// # Errors
/// The database's own.
pub async fn of_people<C: ConnectionTrait>(
    db: &C,
    state: &State,
    seer: &impl Sees,
    ids: &[SeekerId],
) -> Result<Vec<CardView>, Problem> {
    let mut views = Vec::new();
    for row in queries::of_people(db, seer, ids).await? {
        views.push(view(db, state, row, seer).await?);
    }
    Ok(views)
}

async fn shown(change: &Change, row: card::Model) -> Result<Answer<CardView>, Problem> {
    Ok(Answer::ok(view(change.db(), change.state(), row, change).await?).tagged())
}

/// An act on one card.
async fn act<P: Permission, F>(
    caller: &Caller<P>,
    id: CardId,
    if_match: IfMatch,
    act: F,
) -> Result<HttpResponse, Problem>
where
    F: AsyncFn(&mut Change, card::Model) -> Result<card::Model, Problem> + 'static,
{
    caller
        .change(async move |change| {
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let row = act(change, row).await?;
            shown(change, row).await
        })
        .await
}

/// Prepare a card.
///
/// For a record of the register, by an officer of its office; the card gets its number. It is signed and printed then, in
/// either order. A person has one card that runs.
#[utoipa::path(tag = "ak1-cards", params(("id" = SeekerId, Path, description = "Record id")),
    responses((status = 201, body = CardView)), security(("bearer" = [PrintCards::NAME])))]
#[post("/job-seekers/{id}/ak1-cards")]
pub async fn create_seeker_card(caller: Caller<PrintCards>, Path(id): Path<SeekerId>) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let person = people::lock(change, id).await?;
            let row = queries::prepare(change, &person).await?;
            let location = format!("/v1/ak1-cards/{}", row.id);
            Ok(Answer::created(location, view(change.db(), change.state(), row, change).await?).tagged())
        })
        .await
}

/// List the cards of a record, newest first.
#[utoipa::path(tag = "ak1-cards", params(("id" = SeekerId, Path, description = "Record id"), CardFilter),
    responses((status = 200, body = CardPage)), security(("bearer" = [ReadCards::NAME])))]
#[get("/job-seekers/{id}/ak1-cards")]
pub async fn list_seeker_cards(
    request: HttpRequest,
    caller: Caller<ReadCards>,
    Path(id): Path<SeekerId>,
    Query(filter): Query<CardFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging(&format!("job-seekers/{id}/ak1-cards"), &filter)?;
    let (state, person) = (caller.state(), people::find(caller.reader(), &caller, id).await?);
    let person = person.ok_or_else(Problem::not_found)?;
    let rows = queries::of_person(caller.reader(), &caller, id, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    caller.read(Read { office: person.office, subject_kind: KIND, subject: Some(id.0), ..caller.reading() });
    let (book, now) = (state.book().await?, state.clock.now());
    let row = |row: card::Model| {
        let today = book.moment(now, &row.office).today;
        CardRow::of(row, today)
    };
    let page = CardPage { data: rows.into_iter().map(row).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a card.
///
/// By its holder, too; nothing of it names them.
#[utoipa::path(tag = "ak1-cards", params(("id" = CardId, Path, description = "Card id")),
    responses((status = 200, body = CardView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadCards::NAME])))]
#[get("/ak1-cards/{id}")]
pub async fn get_seeker_card(
    request: HttpRequest,
    caller: Caller<ReadCards>,
    Path(id): Path<CardId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let (office, person) = (row.office.clone(), row.seeker_id);
    let view = view(caller.reader(), caller.state(), row, &caller).await?;
    caller.read(Read { office, subject_kind: KIND, subject: Some(person.0), ..caller.reading() });
    wire::found_as_seen(&request, &view, Cache::Private)
}

/// Make the paper of a card.
///
/// Both sides on one sheet of A4, to be cut and folded, with the whole NIK, so that each read is on record before the answer. Once
/// one of the two acts is recorded, and until the card ends. Making it is no act: `print` and `reprint` say that it was printed.
/// The code on it leads to the public check; behind the `#` it holds a JWT that needs no network (`jti`, `number`, `name`:
/// initials, `office`, `iat`, `exp`), by a key of `/.well-known/jwks.json` with the `use` `card`.
#[utoipa::path(tag = "ak1-cards", params(("id" = CardId, Path, description = "Card id")),
    responses((status = 200, body = FileContent, content_type = "application/pdf"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Not signed or printed yet, or ended: `illegal-transition`")),
    security(("bearer" = [PrintCards::NAME])))]
#[get("/ak1-cards/{id}/card.pdf")]
pub async fn get_seeker_card_paper(
    caller: Caller<PrintCards>,
    Path(id): Path<CardId>,
) -> Result<HttpResponse, Problem> {
    let (db, state) = (caller.reader(), caller.state());
    let row = queries::find(db, &caller, id).await?;
    let (book, now) = (state.book().await?, state.clock.now());
    let today = book.moment(now, &row.office).today;
    queries::printable(&row, today)?;
    let person = queries::holder(db, &row).await?;
    let read = Read {
        office: row.office.clone(),
        act: "reveal",
        purpose: Some(PURPOSE.to_owned()),
        subject_kind: KIND,
        subject: Some(person.id.0),
        ..caller.reading()
    };
    caller.record(read).await?;
    let (filed, ..) = queries::beside(db, id).await?;
    let office = queries::office(db, &row.issued_by).await?;
    let code = statement::code(state, &row, book.zone(&row.issued_by))?;
    let said = people::open(&state.vault, &person)?;
    let codes = crate::reference::codes(state).await?;
    let photo = photo(&caller, person.id).await?;
    let (card, codes) = (&row, &*codes);
    let paper = paper::Sheet { card, said: &said, office: &office, codes, code: &code, photo, printed_at: now };
    let bytes = paper.print(&bodies::reports(&row, filed, today)).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.pdf\"", row.number)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

/// The photograph of a record, whole.
async fn photo(caller: &Caller<PrintCards>, of: SeekerId) -> Result<Option<(Picture, Vec<u8>)>, Problem> {
    let Some(file) = files::photo(caller.reader(), of).await? else { return Ok(None) };
    let kind = if file.media_type == MediaType::Png { Picture::Png } else { Picture::Jpeg };
    let (mut reader, mut bytes) = (files::Reader::new(caller.state(), &file)?, Vec::new());
    while let Some(chunk) = reader.next(caller.reader()).await? {
        bytes.extend(chunk);
    }
    Ok(Some((kind, bytes)))
}

/// Sign a card.
///
/// By a Pengantar Kerja, in the office, with the name that is to stand on it. Once it is printed, too, it holds.
#[utoipa::path(tag = "ak1-cards", params(("id" = CardId, Path, description = "Card id")),
    request_body(content = CardSignature, example = json!(CardSignature::sample())),
    responses((status = 200, body = CardView)), security(("bearer" = [SignCards::NAME])))]
#[post("/ak1-cards/{id}/sign")]
pub async fn sign_seeker_card(
    caller: Caller<SignCards>,
    Path(id): Path<CardId>,
    if_match: IfMatch,
    OptionalJson(body): OptionalJson<CardSignature>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (row, person) = queries::lock_both(change, id).await?;
            if_match.holds(row.version)?;
            let mut checks = Checks::default();
            checks.optional_line("/name", body.name.as_deref(), 80);
            checks.optional_line("/staff_number", body.staff_number.as_deref(), 30);
            checks.done()?;
            let row = queries::sign(change, &row, &person, &body).await?;
            shown(change, row).await
        })
        .await
}

/// Print a card for the first time.
///
/// In the office. Once it is signed, too, it holds.
#[utoipa::path(tag = "ak1-cards", params(("id" = CardId, Path, description = "Card id")),
    responses((status = 200, body = CardView)), security(("bearer" = [PrintCards::NAME])))]
#[post("/ak1-cards/{id}/print")]
pub async fn print_seeker_card(
    caller: Caller<PrintCards>,
    Path(id): Path<CardId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (row, person) = queries::lock_both(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::print(change, &row, &person).await?;
            shown(change, row).await
        })
        .await
}

/// Print a card again.
///
/// With a reason, which the log of prints keeps. The number stays.
#[utoipa::path(tag = "ak1-cards", params(("id" = CardId, Path, description = "Card id")),
    request_body(content = Reprint, example = json!(Reprint::sample())),
    responses((status = 200, body = CardView)), security(("bearer" = [PrintCards::NAME])))]
#[post("/ak1-cards/{id}/reprint")]
pub async fn reprint_seeker_card(
    caller: Caller<PrintCards>,
    Path(id): Path<CardId>,
    Json(body): Json<Reprint>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (row, person) = queries::lock_both(change, id).await?;
            let row = queries::reprint(change, &row, &person, body.reason).await?;
            shown(change, row).await
        })
        .await
}

/// File the six-monthly report of a card.
///
/// By its holder, who looks for work or has found some, or at the counter for them (Permenaker 39/2016). It counts for the six
/// months in which it is filed, each of which has one; what is filed late does not make up for what was missed.
#[utoipa::path(tag = "ak1-cards", params(("id" = CardId, Path, description = "Card id")),
    request_body(content = NewCardReport, example = json!(NewCardReport::sample())),
    responses((status = 200, body = CardView)), security(("bearer" = [ReportCards::NAME])))]
#[post("/ak1-cards/{id}/reports")]
pub async fn file_seeker_report(
    caller: Caller<ReportCards>,
    Path(id): Path<CardId>,
    Json(body): Json<NewCardReport>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, IfMatch::ANY, async move |change, row| queries::file(change, &row, body.situation).await).await
}

/// Extend a card.
///
/// A further period under the same number, with reports of its own: from some days before the last day on (policy row
/// `ak1.extension-window`), without a gap; or after it, from that day. The paper states the old last day until it is printed
/// again.
#[utoipa::path(tag = "ak1-cards", params(("id" = CardId, Path, description = "Card id")),
    responses((status = 200, body = CardView)), security(("bearer" = [SignCards::NAME])))]
#[post("/ak1-cards/{id}/extend")]
pub async fn extend_seeker_card(
    caller: Caller<SignCards>,
    Path(id): Path<CardId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (row, person) = queries::lock_both(change, id).await?;
            if_match.holds(row.version)?;
            let row = queries::extend(change, &row, &person).await?;
            shown(change, row).await
        })
        .await
}

/// Revoke a card.
///
/// With a reason, which stays with it. Its statement is on the list of those that do not hold from then on.
#[utoipa::path(tag = "ak1-cards", params(("id" = CardId, Path, description = "Card id")),
    request_body(content = CardRevocation, example = json!(CardRevocation::sample())),
    responses((status = 200, body = CardView)), security(("bearer" = [SignCards::NAME])))]
#[post("/ak1-cards/{id}/revoke")]
pub async fn revoke_seeker_card(
    caller: Caller<SignCards>,
    Path(id): Path<CardId>,
    if_match: IfMatch,
    Json(body): Json<CardRevocation>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, if_match, async move |change, row| {
        let mut checks = Checks::default();
        checks.reason("/reason", &body.reason, 500);
        checks.done()?;
        queries::revoke(change, &row, &body.reason).await
    })
    .await
}

/// Legalise copies of a card.
///
/// Of one that holds (legalisir): how many, when and by whom is kept. It costs nothing.
#[utoipa::path(tag = "ak1-cards", params(("id" = CardId, Path, description = "Card id")),
    request_body(content = NewLegalisation, example = json!(NewLegalisation::sample())),
    responses((status = 200, body = CardView)), security(("bearer" = [PrintCards::NAME])))]
#[post("/ak1-cards/{id}/legalisations")]
pub async fn legalise_seeker_card(
    caller: Caller<PrintCards>,
    Path(id): Path<CardId>,
    Json(body): Json<NewLegalisation>,
) -> Result<HttpResponse, Problem> {
    act(&caller, id, IfMatch::ANY, async move |change, row| {
        let mut checks = Checks::default();
        checks.range("/copies", body.copies.into(), 1, MOST_COPIES);
        checks.done()?;
        queries::legalise(change, &row, body.copies).await
    })
    .await
}

/// List the cards that wait to be signed or printed, the longest first.
#[utoipa::path(tag = "work-lists", params(PickupFilter), responses((status = 200, body = PickupPage)),
    security(("bearer" = [PrintCards::NAME])))]
#[get("/work-lists/ak1-pickup")]
pub async fn list_card_pickup(
    request: HttpRequest,
    caller: Caller<PrintCards>,
    Query(filter): Query<PickupFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("ak1-pickup", &filter)?;
    let rows = queries::waiting(caller.reader(), &caller, filter.office.as_deref(), &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.0);
    caller.read_page(KIND, page.filter(), rows.len());
    let shown = |(id, number, job_seeker_id, name, office, status, since, version): queries::Waiting| PickupRow {
        id,
        number,
        job_seeker_id,
        name,
        status,
        since,
        version,
        allowed_actions: allowed(&office, status, &caller),
        office,
    };
    let page = PickupPage { data: rows.into_iter().map(shown).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// List the cards that do not hold.
///
/// For who verifies statements without a network: every card whose paper may be out and that does not hold, by the `jti` of
/// its statement, signed as one text. What has passed its last day says so itself, and is not listed. Public; fetch it once a
/// day or so.
#[utoipa::path(tag = "ak1-cards",
    responses((status = 200, body = verification::RevocationList), (status = 304, description = "Not changed")),
    security((), ("bearer" = [VerifyCards::NAME])))]
#[get("/verifications/ak1/revoked")]
pub async fn list_revoked_cards(request: HttpRequest, caller: Caller<VerifyCards>) -> Result<HttpResponse, Problem> {
    let state = caller.state();
    let today = verification::today(state);
    state.cards.revoked(&request, today, "cards", async || statement::ended(state, today).await).await
}

/// Check a card.
///
/// For who has scanned its code, without a token of this service: JSON, or a page for a telephone where `Accept: text/html` asks
/// for it. Only a card that holds shows the initials of a name. A token that is malformed and one of no card answer alike.
#[utoipa::path(tag = "ak1-cards", params(("token" = String, Path, description = "Token of the code")),
    responses((status = 200, content((CardCheck = "application/json"), (String = "text/html")))),
    security((), ("bearer" = [VerifyCards::NAME])))]
#[get("/verifications/ak1/{token}")]
pub async fn verify_seeker_card(
    request: HttpRequest,
    caller: Caller<VerifyCards>,
    Path(token): Path<String>,
) -> Result<HttpResponse, Problem> {
    let hash = verification::hash_of(&token).ok_or_else(Problem::not_found)?;
    let row = queries::by_token(caller.reader(), &hash).await?.ok_or_else(Problem::not_found)?;
    let state = caller.state();
    let book = state.book().await?;
    let zone = book.zone(&row.issued_by);
    let status = rules::standing(row.status, row.expires_on, zone.date(state.clock.now()));
    let valid = status == CardStatus::Active;
    let check = CardCheck {
        status,
        valid,
        name: valid.then_some(row.holder),
        office_name: book.offices.get(&row.issued_by).map(|office| office.name.clone()).unwrap_or_default(),
        office: row.issued_by,
        issued_on: row.issued_on,
        expires_on: row.expires_on,
        ended_on: row.ended_at.map(|at| zone.date(at)),
        number: row.number,
        note: phone::NOTE.in_language(caller.language()).to_owned(),
    };
    Ok(verification::checked(&request, &check, |check| phone::page(check, caller.language())))
}
