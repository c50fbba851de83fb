//! Files (lampiran): what somebody sends in bytes, kept for whoever may see what it belongs to.
//!
//! A file is rows of the database, so that every instance, a backup and a transaction agree on it; no directory holds it,
//! and no web server can give it away by mistake. It is cut into chunks, and each is sealed for its own place
//! ([`crate::personal`]): a chunk that was moved, changed or left out does not open. What a file is, its content says
//! ([`rules`]), never its name or a header.
//!
//! An attachment belongs to a company, a vacancy report, a placement report or a job seeker's record, and is seen by whoever may
//! see that. What it shows may be a person's (UU 27/2022 art. 4), so each download is on record. It is deleted only while its
//! subject is a draft, or a company at which no office has looked. Of a deleted or expired file the row stays, without its
//! name: what it was and when it ended, by its hash.
//!
//! What belongs to a person says what it is, a photo or one of their papers. Cameras and telephones write place, day and
//! device into a picture: of a person's pictures only what shows them is kept ([`picture`]), the points as they were. The
//! newest photo counts, and only one that a newer one has replaced may go.
//!
//! Other rooms keep files in two beats: [`Sealed::of_attachment`] checks and seals the bytes before the transaction, beside the event
//! loop; [`store`] writes them within it. [`Reader`] gives them back chunk by chunk.

pub mod bodies;
mod picture;
mod queries;
mod routes;
mod rules;

use std::sync::Arc;

use actix_web::web::Bytes;
use disnaker_entity::file::{FileId, FileKind, MediaType, Model};
use futures_util::stream::{Stream, unfold};
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::app::State;
use crate::personal::{Place, Vault};
use crate::problem::Problem;

pub use queries::{attach, discard, erase, expire, follow, of_people, photo, store, sweep};
pub use routes::{give, take};
pub use rules::file_name;

/// Plain bytes of a chunk.
const CHUNK: usize = 256 * 1024;
/// What an attachment may be.
const ATTACHMENTS: &[MediaType] = &[MediaType::Pdf, MediaType::Jpeg, MediaType::Png];
/// What a photo may be.
const PICTURES: &[MediaType] = &[MediaType::Jpeg, MediaType::Png];

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::add_attachment)
        .service(routes::list_attachments)
        .service(routes::get_attachment)
        .service(routes::download_attachment)
        .service(routes::delete_attachment);
}

/// Bytes that were checked and sealed, and are not written yet.
pub struct Sealed {
    id: FileId,
    media_type: MediaType,
    size: i64,
    sha256: Vec<u8>,
    chunks: Vec<Vec<u8>>,
}

impl Sealed {
    /// Checks by their content that bytes may be attached, and seals them. Before the transaction: for ten mebibytes it
    /// takes tens of milliseconds, in which nobody else should wait for the database.
    ///
    /// # Errors
    /// `invalid-content` for what may not be attached.
    pub async fn of_attachment(state: &State, bytes: Bytes) -> Result<Self, Problem> {
        Self::made(state, bytes, |bytes| Ok((rules::examine(&bytes)?, bytes))).await
    }

    /// The same for a photo or a paper of a person, without what a picture says of its making.
    ///
    /// # Errors
    /// `invalid-content` for what may not be attached as that.
    pub async fn of_person(state: &State, bytes: Bytes, kind: FileKind) -> Result<Self, Problem> {
        let clean = move |bytes: Bytes| {
            let (media_type, plain) = rules::cleaned(kind, &bytes)?;
            Ok((media_type, plain.map_or(bytes, Bytes::from)))
        };
        Self::made(state, bytes, clean).await
    }

    /// Seals bytes that their room has read itself, and so knows what they are.
    ///
    /// # Errors
    /// Only where sealing fails.
    pub async fn of_read(state: &State, bytes: Bytes, media_type: MediaType) -> Result<Self, Problem> {
        Self::made(state, bytes, move |bytes| Ok((media_type, bytes))).await
    }

    async fn made(
        state: &State,
        bytes: Bytes,
        examine: impl FnOnce(Bytes) -> Result<(MediaType, Bytes), Problem> + Send + 'static,
    ) -> Result<Self, Problem> {
        let (id, vault) = (FileId(state.clock.id()), Arc::clone(&state.vault));
        let work = move || {
            let (media_type, bytes) = examine(bytes)?;
            let size = i64::try_from(bytes.len()).map_err(Problem::internal)?;
            let chunks = (0..).zip(bytes.chunks(CHUNK)).map(|(position, plain)| vault.seal(place(id, position), plain));
            let chunks = chunks.collect::<anyhow::Result<_>>().map_err(Problem::internal)?;
            Ok(Self { id, media_type, size, sha256: Sha256::digest(&bytes).to_vec(), chunks })
        };
        tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
    }

    /// What the content is.
    #[must_use]
    pub fn media_type(&self) -> MediaType {
        self.media_type
    }

    /// SHA-256 of the plain bytes.
    #[must_use]
    pub fn sha256(&self) -> &[u8] {
        &self.sha256
    }
}

/// What is said of a file that is kept.
#[derive(Clone, Debug)]
pub struct New {
    /// What it is for.
    pub kind: FileKind,
    /// The office whose journal shows it; empty for none.
    pub office: String,
    /// The company that it belongs to.
    pub company: Option<disnaker_entity::company::CompanyId>,
    /// What kind of record it belongs to: `vacancy_report`.
    pub subject_kind: &'static str,
    /// The record.
    pub subject: Uuid,
    /// As its sender calls it; see [`file_name`].
    pub name: String,
    /// When its content is to be deleted; never, where there is none.
    pub expires_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// A chunk's place in the vault.
fn place(file: FileId, position: i32) -> Place {
    Place { table: "file_chunk", column: "sealed", row: Uuid::new_v5(&file.0, &position.to_be_bytes()) }
}

/// Gives the plain chunks of a file, one at a time.
pub struct Reader {
    vault: Arc<Vault>,
    file: FileId,
    next: i32,
    count: i32,
}

impl Reader {
    /// A reader at the beginning of a file.
    ///
    /// # Errors
    /// Only a size that no file has.
    pub fn new(state: &State, file: &Model) -> Result<Self, Problem> {
        let count = usize::try_from(file.size).map_err(Problem::internal)?.div_ceil(CHUNK);
        let count = i32::try_from(count).map_err(Problem::internal)?;
        Ok(Self { vault: Arc::clone(&state.vault), file: file.id, next: 0, count })
    }

    /// The next chunk; none at the end.
    ///
    /// # Errors
    /// The database's own; a chunk that is missing or does not open is our own fault, as is a file that has ended.
    pub async fn next<C: ConnectionTrait>(&mut self, db: &C) -> Result<Option<Vec<u8>>, Problem> {
        if self.next == self.count {
            return Ok(None);
        }
        let sealed = queries::chunk(db, self.file, self.next).await?;
        let sealed =
            sealed.ok_or_else(|| Problem::internal(format!("file {} lacks chunk {}", self.file, self.next)))?;
        let plain = self.vault.open(place(self.file, self.next), &sealed).map_err(Problem::internal)?;
        self.next += 1;
        Ok(Some(plain))
    }

    /// The chunks as a stream, each read when the one before is taken.
    pub fn stream(self, state: Arc<State>) -> impl Stream<Item = Result<Bytes, Problem>> {
        unfold(Some((self, state)), |reading| async {
            let (mut reader, state) = reading?;
            match reader.next(state.db.reader()).await {
                Ok(None) => None,
                Ok(Some(plain)) => Some((Ok(Bytes::from(plain)), Some((reader, state)))),
                Err(problem) => Some((Err(problem), None)),
            }
        })
    }
}

/// The whole content of a file.
///
/// # Errors
/// Those of [`Reader::next`].
pub async fn read<C: ConnectionTrait>(state: &State, db: &C, file: &Model) -> Result<Vec<u8>, Problem> {
    let mut reader = Reader::new(state, file)?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.size).unwrap_or_default());
    while let Some(plain) = reader.next(db).await? {
        bytes.extend(plain);
    }
    Ok(bytes)
}
