//! The operations.

use std::sync::Arc;

use actix_web::body::SizedStream;
use actix_web::http::header::{self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use disnaker_entity::file::{AttachmentSubject, FileId, FileKind, MediaType, Model};
use disnaker_entity::seeker::SeekerId;

use super::bodies::{AttachmentFilter, AttachmentPage, AttachmentView, FileContent, NewAttachment};
use super::{ATTACHMENTS, Reader, Sealed, queries, rules};
use crate::access::permissions::{ReadAttachments, WriteAttachments};
use crate::app::State;
use crate::caller::Caller;
use crate::change::Answer;
use crate::problem::{Kind, Problem, Text};
use crate::reads::Read;
use crate::wire::{self, Cache, IfMatch, Path, Query, Raw};

/// Attach a file.
///
/// The body is the file itself, at most 10 MiB, with its own `Content-Type`: PDF, JPEG or PNG, told by its content from its
/// first byte to its last. `Content-Disposition: attachment; filename="…"` gives it a name. Refused is what is not the kind
/// that it says, is cut or goes on after its end, needs a password, or holds a script.
///
/// A photo or paper of a job seeker says by `kind` which it is. A photo is a picture; the newest counts. Of a person's picture
/// only what shows it is kept: where, when and with what it was taken is left out, so `size` and `sha256` are those of what is
/// kept.
#[utoipa::path(tag = "files", params(NewAttachment),
    request_body(content((FileContent = "application/pdf"), (FileContent = "image/jpeg"), (FileContent = "image/png"))),
    responses((status = 201, body = AttachmentView)),
    security(("bearer" = [WriteAttachments::NAME])))]
#[post("/attachments")]
pub async fn add_attachment(
    caller: Caller<WriteAttachments>,
    Query(of): Query<NewAttachment>,
    body: Raw,
) -> Result<HttpResponse, Problem> {
    let of_person = || {
        let kind = rules::kind_of(of.subject_kind, of.kind)?;
        Ok((of.subject_kind == AttachmentSubject::JobSeeker).then_some(kind))
    };
    let (sealed, name) = take(caller.state(), body, of_person).await?;
    caller
        .change(async move |change| {
            let view = AttachmentView::from(queries::attach(change, &of, name.clone(), &sealed).await?);
            Ok(Answer::created(format!("/v1/attachments/{}", view.id), view).tagged())
        })
        .await
}

/// Reads a file that is sent as a body, checks it, and seals it under a harmless name. `of_person` says, once the body was read, what
/// it is of a person, where it is.
///
/// # Errors
/// Those of the body and of [`Sealed`]; `invalid-content` for what is not what it is said to be.
pub async fn take(
    state: &State,
    body: Raw,
    of_person: impl FnOnce() -> Result<Option<FileKind>, Problem>,
) -> Result<(Sealed, String), Problem> {
    let file = body.read(&ATTACHMENTS.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()).await?;
    let sealed = match of_person()? {
        Some(kind) => Sealed::of_person(state, file.bytes, kind).await?,
        None => Sealed::of_attachment(state, file.bytes).await?,
    };
    let found = sealed.media_type();
    if file.media_type != found.as_str() {
        let said = ATTACHMENTS.iter().copied().filter(|kind| kind.as_str() == file.media_type).collect::<Vec<_>>();
        return Err(rules::refused(Some(found), &said));
    }
    let name = file.name.as_deref().and_then(rules::file_name).unwrap_or_else(|| unnamed(found).to_owned());
    Ok((sealed, name))
}

/// What a file is called that came without a name.
fn unnamed(kind: MediaType) -> &'static str {
    match kind {
        MediaType::Jpeg => "lampiran.jpg",
        MediaType::Png => "lampiran.png",
        _ => "lampiran.pdf",
    }
}

/// List attachments, newest first.
#[utoipa::path(tag = "files", params(AttachmentFilter), responses((status = 200, body = AttachmentPage)),
    security(("bearer" = [ReadAttachments::NAME])))]
#[get("/attachments")]
pub async fn list_attachments(
    request: HttpRequest,
    caller: Caller<ReadAttachments>,
    Query(filter): Query<AttachmentFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("attachments", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = AttachmentPage { data: rows.into_iter().map(AttachmentView::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read what an attachment is.
#[utoipa::path(tag = "files", params(("id" = FileId, Path, description = "Attachment id")),
    responses((status = 200, body = AttachmentView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadAttachments::NAME])))]
#[get("/attachments/{id}")]
pub async fn get_attachment(
    request: HttpRequest,
    caller: Caller<ReadAttachments>,
    Path(id): Path<FileId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    Ok(wire::found(&request, &AttachmentView::from(row), Cache::Private))
}

/// Download an attachment.
///
/// Who read it is on record: it may show a person. What belongs to a person's record counts as a read of that, and the person
/// can see it; of a paper, which may show the whole NIK, it is on record before the answer.
#[utoipa::path(tag = "files", params(("id" = FileId, Path, description = "Attachment id")),
    responses((status = 200, description = "The file",
        content((FileContent = "application/pdf"), (FileContent = "image/jpeg"), (FileContent = "image/png")))),
    security(("bearer" = [ReadAttachments::NAME])))]
#[get("/attachments/{id}/content")]
pub async fn download_attachment(
    caller: Caller<ReadAttachments>,
    Path(id): Path<FileId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let reader = Reader::new(caller.state(), &row)?;
    let read = Read { office: row.office.clone(), act: "download", ..caller.reading() };
    if row.subject_kind == AttachmentSubject::JobSeeker.as_str() {
        let filter = Some(row.kind.as_str().to_owned());
        let subject_kind = AttachmentSubject::JobSeeker.as_str();
        let read = Read { subject_kind, subject: Some(row.subject_id), filter, ..read };
        if row.kind == FileKind::Photo {
            caller.read(read);
        } else {
            caller.record(read).await?;
        }
    } else {
        caller.read(Read { subject_kind: "file", subject: Some(row.id.0), ..read });
    }
    give(caller.state(), row, reader)
}

/// A file as an answer, chunk by chunk. Who reads it is on record already.
///
/// # Errors
/// Only a size that no file has.
pub fn give(state: &Arc<State>, row: Model, reader: Reader) -> Result<HttpResponse, Problem> {
    let named = ExtendedValue { charset: Charset::Ext("UTF-8".to_owned()), language_tag: None, value: row.name.into() };
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::FilenameExt(named)],
    };
    let size = u64::try_from(row.size).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type(row.media_type.as_str())
        .insert_header(disposition)
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        // What is packed already gains nothing, and who waits wants to know how much comes.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(SizedStream::new(size, Box::pin(reader.stream(Arc::clone(state))))))
}

/// Delete an attachment of a draft.
///
/// What came with a filed report stays with it; so does what belongs to a company at which an office has looked. A person's photo
/// may also go once a newer one has taken its place.
#[utoipa::path(tag = "files", params(("id" = FileId, Path, description = "Attachment id")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = [WriteAttachments::NAME])))]
#[delete("/attachments/{id}")]
pub async fn delete_attachment(
    caller: Caller<WriteAttachments>,
    Path(id): Path<FileId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::find(change.db(), change, id).await?;
            let kind: AttachmentSubject = row.subject_kind.parse().map_err(Problem::internal)?;
            // The subject first, as whoever deletes a draft with its attachments does.
            let subject = queries::subject(change, kind, row.subject_id).await?.ok_or_else(Problem::not_found)?;
            let row = queries::lock(change, id).await?;
            if_match.holds(1)?;
            let replaced = row.kind == FileKind::Photo
                && queries::photo(change.db(), SeekerId(row.subject_id)).await?.is_some_and(|newest| newest.id != row.id);
            if !subject.open && !replaced {
                let detail = Text::of(
                    "Lampiran hanya dapat dihapus selama laporan atau datanya masih draf atau perusahaannya belum diperiksa; \
                     foto juga bila sudah ada yang lebih baru.",
                    "An attachment is deleted only while its report or record is a draft, or its company is not looked at yet; \
                     a photo also once there is a newer one.",
                );
                return Err(Problem::new(Kind::IllegalTransition).allowed(Vec::new()).detail(detail));
            }
            queries::erase(change, &[row], "delete").await?;
            Ok(Answer::none())
        })
        .await
}
