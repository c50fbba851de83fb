//! The operations.

use std::borrow::Cow;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, patch};
use disnaker_entity::access::{Role, grant};
use disnaker_entity::seeker::SeekerId;
use uuid::Uuid;

use super::bodies::{AccessLogFilter, AccessLogPage, ConsentsPatch, ConsentsView, ExportView, ExportedFile};
use super::queries::{self, Instant};
use super::requests;
use crate::access::permissions::{ManageOwnData, Permission, ReadAccessLogs};
use crate::apprenticeships::agreements;
use crate::caller::{Caller, Grant, Realm, Scope, Sees};
use crate::change::Answer;
use crate::consultations::{complaints, threads};
use crate::files::{self, bodies::AttachmentView};
use crate::mediation;
use crate::offices::queue;
use crate::problem::Problem;
use crate::reads::{self, Read};
use crate::seekers::{self, cards};
use crate::training::{certificates, classes, enrollments};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// Writes that an export counts as in its caller's limit, beside the one read that it is: it is large, and writes down that it was.
const EXPORT_COSTS: u32 = 19;
/// Entries of the access log in an export.
const MOST_ENTRIES: u64 = 1000;

/// Somebody as whom all their records name: one's own, and those that became part of it, in which nobody has a role any more.
struct Person {
    scope: Scope,
    grants: Vec<Grant>,
    name: String,
}

impl Person {
    fn of(own: &impl Sees, records: &[SeekerId]) -> Self {
        let in_record = |id: &SeekerId| Grant { role: Role::JobSeeker, realm: Realm::Seeker(*id), agent: None };
        let grants = own.grants().iter().cloned().chain(records.iter().map(in_record)).collect();
        Self {
            scope: Scope { seekers: records.to_vec(), ..own.scope().clone() },
            grants,
            name: own.name().into_owned(),
        }
    }
}

impl Sees for Person {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn grants(&self) -> &[Grant] {
        &self.grants
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.name)
    }
}

/// List who read and changed one's own record, newest first.
///
/// Reads of the record and its papers with their purpose, and every change, by role and office (UU 27/2022 arts. 31 and 32).
#[utoipa::path(tag = "privacy", params(AccessLogFilter), responses((status = 200, body = AccessLogPage)),
    security(("bearer" = [ManageOwnData::NAME])))]
#[get("/me/access-log")]
pub async fn get_own_access_log(
    request: HttpRequest,
    caller: Caller<ManageOwnData>,
    Query(filter): Query<AccessLogFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging::<Instant>("me/access-log", &filter)?;
    let ids = seekers::whole(caller.reader(), &caller.scope().seekers).await?;
    let rows = queries::log(caller.reader(), &ids, &page.part).await?;
    let (data, next) = page.cut(rows, |row| (row.at, row.id));
    let page = AccessLogPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// List who read and changed a job seeker's record, newest first.
///
/// The same that the person sees. Reading it is on record, too.
#[utoipa::path(tag = "privacy", params(("id" = SeekerId, Path, description = "Record id"), AccessLogFilter),
    responses((status = 200, body = AccessLogPage)), security(("bearer" = [ReadAccessLogs::NAME])))]
#[get("/job-seekers/{id}/access-log")]
pub async fn get_access_log(
    request: HttpRequest,
    caller: Caller<ReadAccessLogs>,
    Path(id): Path<SeekerId>,
    Query(filter): Query<AccessLogFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging::<Instant>(&format!("access-log/{id}"), &filter)?;
    let row = seekers::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let ids = seekers::whole(caller.reader(), &[id]).await?;
    let rows = queries::log(caller.reader(), &ids, &page.part).await?;
    let (data, next) = page.cut(rows, |row| (row.at, row.id));
    let (act, subject_kind) = ("access_log", seekers::KIND);
    caller.read(Read { office: row.office, act, subject_kind, subject: Some(id.0), ..caller.reading() });
    let page = AccessLogPage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Who read some records, newest first, for the room that has found them for the caller, but for their own sides.
///
/// # Errors
/// That of a cursor, or the database's own.
pub async fn read_log<P: Permission>(
    request: &HttpRequest,
    caller: &Caller<P>,
    path: &str,
    filter: &AccessLogFilter,
    (of, but): (Vec<Uuid>, &[grant::Model]),
) -> Result<HttpResponse, Problem> {
    let page = caller.paging::<Instant>(path, filter)?;
    let rows = queries::readers(caller.reader(), of, but, &page.part).await?;
    let (data, next) = page.cut(rows, |row| (row.at, row.id));
    let page = AccessLogPage { data, next };
    Ok(wire::listed(request, &page, page.next.as_deref(), Cache::Private))
}

/// Read what one agrees to.
#[utoipa::path(tag = "privacy", responses((status = 200, body = ConsentsView), (status = 304, description = "Not changed")),
    security(("bearer" = [ManageOwnData::NAME])))]
#[get("/me/consents")]
pub async fn get_consents(request: HttpRequest, caller: Caller<ManageOwnData>) -> Result<HttpResponse, Problem> {
    let row = seekers::current(caller.reader(), &caller).await?;
    Ok(wire::found(&request, &ConsentsView::of(&row)?, Cache::Private))
}

/// Say what one agrees to.
///
/// Each purpose apart, and as easily taken back as given. A withdrawal holds from this answer on (UU 27/2022 art. 40: within
/// 3 x 24 hours), and is told in the feed to whoever was shown the record.
#[utoipa::path(tag = "privacy",
    request_body(content = ConsentsPatch, content_type = "application/merge-patch+json", example = json!(ConsentsPatch::sample())),
    responses((status = 200, body = ConsentsView)), security(("bearer" = [ManageOwnData::NAME])))]
#[patch("/me/consents")]
pub async fn update_consents(
    caller: Caller<ManageOwnData>,
    if_match: IfMatch,
    Json(patch): Json<ConsentsPatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let id = seekers::current(change.db(), change).await?.id;
            let row = seekers::lock(change, id).await?;
            if_match.holds(row.version)?;
            let agreed = patch.onto(&ConsentsView::of(&row)?);
            let row = seekers::consent(change, &row, agreed).await?;
            Ok(Answer::ok(ConsentsView::of(&row)?).tagged())
        })
        .await
}

/// Take all away that is kept of oneself.
///
/// As JSON, in one answer, with one's own numbers whole (UU 27/2022 art. 32). It is on record before it is answered, and counts
/// as nineteen writes beside the read that it is.
#[utoipa::path(tag = "privacy", responses((status = 200, body = ExportView)),
    security(("bearer" = [ManageOwnData::NAME])))]
#[get("/me/export")]
pub async fn export_own_data(caller: Caller<ManageOwnData>) -> Result<HttpResponse, Problem> {
    caller.charge(EXPORT_COSTS)?;
    let (state, db) = (caller.state(), caller.reader());
    let ids = &*seekers::whole(db, &caller.scope().seekers).await?;
    let (person, book) = (&Person::of(&caller, ids), state.book().await?);
    let job_seekers = seekers::exported(db, person, &state.vault, ids).await?;
    let read = |office: &str, id: SeekerId| {
        let (office, subject_kind) = (office.to_owned(), seekers::KIND);
        let read = Read { office, act: "export", subject_kind, subject: Some(id.0), ..caller.reading() };
        (state.clock.id(), read)
    };
    reads::record(state.db.writer(), job_seekers.iter().map(|record| read(&record.office, record.id))).await?;
    let mut log = caller.paging::<Instant>("me/access-log", &AccessLogFilter::default())?;
    log.part.limit = MOST_ENTRIES;
    let (access_log, access_log_next) = log.cut(queries::log(db, ids, &log.part).await?, |row| (row.at, row.id));
    let attachments = files::of_people(db, person, ids).await?.into_iter().map(AttachmentView::from);
    let (training_certificates, competence_assessments) = certificates::of_people(db, state, person, ids).await?;
    let follow_ups = classes::queries::follow_ups_of_people(db, ids).await?;
    // What a room keeps of a person is a line here, and one of the view.
    let view = ExportView {
        made_at: state.clock.now(),
        job_seekers,
        attachments: attachments.map(ExportedFile::from).collect(),
        ak1_cards: cards::of_people(db, state, person, ids).await?,
        placements: queries::placements(db, ids).await?,
        training_certificates,
        competence_assessments,
        training_follow_ups: follow_ups.into_iter().map(Into::into).collect(),
        training_enrollments: enrollments::of_people(db, state, person, ids).await?,
        apprenticeships: agreements::of_people(db, &state.vault, person, ids, caller.language()).await?,
        queue_tickets: queue::views(queue::of_people(db, person, ids).await?, &caller, &book, state.clock.now()),
        consultations: threads::of_account(db, state, &caller).await?,
        complaints: complaints::of_account(db, &state.vault, &caller).await?,
        mediation_cases: mediation::of_account(db, &state.vault, &caller).await?,
        data_requests: requests::of_people(&caller, person, ids).await?,
        access_log,
        access_log_next,
    };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(view))
}
