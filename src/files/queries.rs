//! The only SeaORM of this room.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use disnaker_entity::company::{self, CompanyId, CompanyStatus};
use disnaker_entity::file::{AttachmentSubject, Column, Entity, FileId, FileKind, Model, chunk};
use disnaker_entity::report::{ReportStatus, placement_report, vacancy_report};
use disnaker_entity::seeker::{self, SeekerId, SeekerStatus};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde_json::json;
use uuid::Uuid;

use super::bodies::{AttachmentFilter, NewAttachment};
use super::{New, Sealed, rules};
use crate::access::permissions::{ReadPlacementReports, ReadSeekers, ReadVacancyReports, ReviewReports, WriteSeekers};
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::check::{UNKNOWN_REFERENCE, WRONG_COUNT};
use crate::db::among;
use crate::journal::Entry;
use crate::paging::{Only, Part};
use crate::problem::{Fault, Kind, Problem, Text};
use crate::seekers;

/// Chunks that one statement writes: two mebibytes.
const CHUNKS: usize = 8;
/// Attachments of one record.
const MOST: u64 = 50;
/// Files that one sweep ends at a time.
const SWEEP: u64 = 50;

// What is seen -----------------------------------------------------------------------------------

/// Companies that a scope covers.
fn companies(scope: &Scope) -> Select<company::Entity> {
    company::Entity::find().filter(scope.of_either(company::Column::Office, company::Column::Id))
}

/// Reports that a scope covers; a draft is its company's alone. The columns are company, office and submitted-at.
fn reports<E: EntityTrait>(scope: &Scope, [company, office, submitted_at]: [E::Column; 3]) -> Select<E> {
    let filed = Condition::all().add(scope.of_offices(office)).add(submitted_at.is_not_null());
    E::find().filter(Condition::any().add(filed).add(scope.of_companies(company)))
}

fn vacancy_reports(scope: &Scope) -> Select<vacancy_report::Entity> {
    use vacancy_report::Column as C;
    reports(scope, [C::CompanyId, C::Office, C::SubmittedAt])
}

fn placement_reports(scope: &Scope) -> Select<placement_report::Entity> {
    use placement_report::Column as C;
    reports(scope, [C::CompanyId, C::Office, C::SubmittedAt])
}

/// What a caller may do something with, by the kind of record.
struct Reach {
    company: Scope,
    vacancy: Scope,
    placement: Scope,
    seeker: Scope,
}

impl Reach {
    /// What the caller may see: each kind of report by its own permission, as a person's record; what belongs to a company by
    /// this room's, which no agent has by a mandate.
    fn seen(seer: &impl Sees) -> Self {
        Self {
            company: seer.scope().clone(),
            vacancy: seer.scope_of::<ReadVacancyReports>(),
            placement: seer.scope_of::<ReadPlacementReports>(),
            seeker: seer.scope_of::<ReadSeekers>(),
        }
    }

    /// What the caller may add to: an office what it reviews, a company its own, and whoever writes a person's record that.
    fn written(seer: &impl Sees) -> Self {
        let filed = Scope { companies: seer.scope().companies.clone(), ..seer.scope_of::<ReviewReports>() };
        let seeker = seer.scope_of::<WriteSeekers>();
        Self { company: filed.clone(), vacancy: filed.clone(), placement: filed, seeker }
    }

    /// Attachments of what is within reach.
    fn attachments(&self) -> Select<Entity> {
        let of = |kind: AttachmentSubject, ids: SelectStatement| {
            Condition::all().add(Column::SubjectKind.eq(kind.as_str())).add(Column::SubjectId.in_subquery(ids))
        };
        let company = companies(&self.company).select_only().column(company::Column::Id).into_query();
        let vacancy = vacancy_reports(&self.vacancy).select_only().column(vacancy_report::Column::Id).into_query();
        let placement =
            placement_reports(&self.placement).select_only().column(placement_report::Column::Id).into_query();
        let seeker = seekers::within(&self.seeker).select_only().column(seeker::Column::Id).into_query();
        let any = Condition::any()
            .add(of(AttachmentSubject::Company, company))
            .add(of(AttachmentSubject::VacancyReport, vacancy))
            .add(of(AttachmentSubject::PlacementReport, placement))
            .add(of(AttachmentSubject::JobSeeker, seeker));
        Entity::find().filter(Column::Kind.ne(FileKind::Upload)).filter(Column::DeletedAt.is_null()).filter(any)
    }
}

/// Attachments of what the caller may see.
fn visible(seer: &impl Sees) -> Select<Entity> {
    Reach::seen(seer).attachments()
}

/// An attachment that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: FileId) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// An attachment that the caller may change, locked.
pub async fn lock(change: &Change, id: FileId) -> Result<Model, Problem> {
    let select = Reach::written(change).attachments().filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Attachments that the caller may see, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &AttachmentFilter,
    part: &Part<FileId>,
) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer)
        .only(Column::SubjectKind, filter.subject_kind.map(AttachmentSubject::as_str))
        .only(Column::SubjectId, filter.subject_id)
        .only(Column::Kind, filter.kind);
    part.newest(select, Column::Id).all(db).await
}

/// What an attachment belongs to, as far as it matters to the attachment.
pub struct Subject {
    /// The company that it is about.
    pub company: Option<CompanyId>,
    /// The office whose journal shows it; empty for none.
    pub office: String,
    /// Whether it is still being written: what was filed keeps what came with it.
    pub open: bool,
    /// Whether it takes another attachment.
    pub takes: bool,
}

/// The subject of an attachment that the caller may change, locked: one attachment at a time is added to it.
///
/// # Errors
/// The database's own.
pub async fn subject(change: &Change, kind: AttachmentSubject, id: Uuid) -> Result<Option<Subject>, DbErr> {
    let (db, reach) = (change.db(), Reach::written(change));
    let report = |company, office: String, status: ReportStatus, filed: bool| Subject {
        company: Some(company),
        office: if filed { office } else { String::new() },
        open: status == ReportStatus::Draft,
        takes: true,
    };
    Ok(match kind {
        AttachmentSubject::Company => {
            let select = companies(&reach.company).filter(company::Column::Id.eq(id));
            select.lock_exclusive().one(db).await?.map(|row| Subject {
                company: Some(row.id),
                office: row.office,
                open: row.status == CompanyStatus::Registered,
                takes: true,
            })
        }
        AttachmentSubject::VacancyReport => {
            let select = vacancy_reports(&reach.vacancy).filter(vacancy_report::Column::Id.eq(id));
            let row = select.lock_exclusive().one(db).await?;
            row.map(|row| report(row.company_id, row.office, row.status, row.submitted_at.is_some()))
        }
        AttachmentSubject::PlacementReport => {
            let select = placement_reports(&reach.placement).filter(placement_report::Column::Id.eq(id));
            let row = select.lock_exclusive().one(db).await?;
            row.map(|row| report(row.company_id, row.office, row.status, row.submitted_at.is_some()))
        }
        AttachmentSubject::JobSeeker => {
            let select = seekers::within(&reach.seeker).filter(seeker::Column::Id.eq(id));
            select.lock_exclusive().one(db).await?.map(|row| person(row, &reach.seeker))
        }
    })
}

/// A person's record as a subject. A school adds to what it may still change; nobody to what has ended.
fn person(row: seeker::Model, scope: &Scope) -> Subject {
    use SeekerStatus::{Draft, Merged, Returned, Withdrawn};
    let own = scope.covers_office(&row.office) || scope.seekers.contains(&row.id);
    Subject {
        company: None,
        open: row.status == Draft,
        takes: row.erased_at.is_none()
            && if own { !matches!(row.status, Merged | Withdrawn) } else { matches!(row.status, Draft | Returned) },
        office: row.office,
    }
}

/// Attaches a file to a record that the caller may change.
///
/// # Errors
/// `invalid-content` for a record that is not there or has as many as it may have; the database's own.
pub async fn attach(change: &mut Change, of: &NewAttachment, name: String, sealed: &Sealed) -> Result<Model, Problem> {
    let refused = |fault| Problem::new(Kind::InvalidContent).faults(vec![fault]);
    let kind = rules::kind_of(of.subject_kind, of.kind)?;
    let subject = subject(change, of.subject_kind, of.subject_id).await?;
    let Some(subject) = subject.filter(|subject| subject.takes) else {
        let expected = Text::of("data jenis ini yang dapat Anda ubah", "a record of this kind that you may change");
        return Err(refused(Fault::new("subject_id", UNKNOWN_REFERENCE, of.subject_id.to_string(), expected)));
    };
    if full(change, of.subject_kind, of.subject_id).await? {
        let expected = Text::made(
            format!("paling banyak {MOST} lampiran untuk satu data"),
            format!("at most {MOST} attachments of one record"),
        );
        return Err(refused(Fault::new("subject_id", WRONG_COUNT, MOST, expected)));
    }
    let new = New {
        kind,
        office: subject.office,
        company: subject.company,
        subject_kind: of.subject_kind.as_str(),
        subject: of.subject_id,
        name,
        expires_at: None,
    };
    store(change, new, sealed).await
}

/// Whether a record has as many attachments as one may have.
async fn full(change: &Change, kind: AttachmentSubject, id: Uuid) -> Result<bool, DbErr> {
    let select = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::SubjectKind.eq(kind.as_str()))
        .filter(Column::SubjectId.eq(id))
        .filter(Column::DeletedAt.is_null());
    Ok(select.limit(MOST).into_tuple::<Uuid>().all(change.db()).await?.len() as u64 == MOST)
}

// What is kept -----------------------------------------------------------------------------------

/// Writes a file that was checked and sealed before.
///
/// # Errors
/// The database's own.
pub async fn store(change: &mut Change, new: New, sealed: &Sealed) -> Result<Model, Problem> {
    let row = disnaker_entity::file::ActiveModel {
        id: Set(sealed.id),
        kind: Set(new.kind),
        office: Set(new.office),
        company_id: Set(new.company),
        subject_kind: Set(new.subject_kind.to_owned()),
        subject_id: Set(new.subject),
        media_type: Set(sealed.media_type),
        size: Set(sealed.size),
        sha256: Set(sealed.sha256.clone()),
        name: Set(new.name),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        expires_at: Set(new.expires_at),
        deleted_at: Set(None),
    };
    let row = row.insert(change.db()).await?;
    let mut positions = 0..;
    for chunks in sealed.chunks.chunks(CHUNKS) {
        let rows = chunks.iter().zip(&mut positions).map(|(chunk, position)| chunk::ActiveModel {
            file_id: Set(row.id),
            position: Set(position),
            sealed: Set(chunk.clone()),
        });
        chunk::Entity::insert_many(rows).exec_without_returning(change.db()).await?;
    }
    tell(change, &row, "store");
    Ok(row)
}

/// A sealed chunk.
pub async fn chunk<C: ConnectionTrait>(db: &C, file: FileId, position: i32) -> Result<Option<Vec<u8>>, DbErr> {
    Ok(chunk::Entity::find_by_id((file, position)).one(db).await?.map(|row| row.sealed))
}

/// Says when the content of a file is to be deleted.
///
/// # Errors
/// The database's own.
pub async fn expire(change: &Change, id: FileId, at: DateTime<Utc>) -> Result<(), Problem> {
    let update = Entity::update_many().col_expr(Column::ExpiresAt, Expr::value(at)).filter(Column::Id.eq(id));
    update.exec(change.db()).await?;
    Ok(())
}

/// The photo of a job seeker's record: the newest. Whoever asks has found the record among those that the caller sees.
///
/// # Errors
/// The database's own.
pub async fn photo<C: ConnectionTrait>(db: &C, of: SeekerId) -> Result<Option<Model>, DbErr> {
    let select = Entity::find()
        .filter(Column::SubjectKind.eq(AttachmentSubject::JobSeeker.as_str()))
        .filter(Column::SubjectId.eq(of))
        .filter(Column::Kind.eq(FileKind::Photo))
        .filter(Column::DeletedAt.is_null());
    select.order_by_desc(Column::Id).one(db).await
}

/// Attachments of some job seekers' records, as far as the caller may see them, newest first.
///
/// # Errors
/// The database's own.
pub async fn of_people<C: ConnectionTrait>(db: &C, seer: &impl Sees, of: &[SeekerId]) -> Result<Vec<Model>, DbErr> {
    let select = visible(seer).filter(Column::SubjectKind.eq(AttachmentSubject::JobSeeker.as_str()));
    let select = select.filter(among(db, Column::SubjectId, of.iter().map(|id| id.0)));
    select.order_by_desc(Column::Id).all(db).await
}

/// Gives the attachments of a job seeker's record to the record that takes its place, or to the office that keeps it now; its photos
/// only if they are to be that record's.
///
/// # Errors
/// The database's own.
pub async fn follow(change: &Change, from: SeekerId, to: SeekerId, office: &str, photos: bool) -> Result<(), DbErr> {
    let update = Entity::update_many();
    let update = if photos { update } else { update.filter(Column::Kind.ne(FileKind::Photo)) };
    update
        .col_expr(Column::SubjectId, Expr::value(to))
        .col_expr(Column::Office, Expr::value(office))
        .filter(Column::SubjectKind.eq(AttachmentSubject::JobSeeker.as_str()))
        .filter(Column::SubjectId.eq(from))
        .exec(change.db())
        .await
        .map(drop)
}

/// Deletes the attachments of a record that is deleted itself: a draft.
///
/// # Errors
/// The database's own.
pub async fn discard(change: &mut Change, subject: AttachmentSubject, id: Uuid) -> Result<(), Problem> {
    let select = Entity::find()
        .filter(Column::SubjectKind.eq(subject.as_str()))
        .filter(Column::SubjectId.eq(id))
        .filter(Column::DeletedAt.is_null());
    let rows = select.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await?;
    erase(change, &rows, "delete").await
}

/// Deletes the content of files and their names; that they were stays.
///
/// # Errors
/// The database's own.
pub async fn erase(change: &mut Change, rows: &[Model], event: &str) -> Result<(), Problem> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids = || rows.iter().map(|row| row.id.0);
    chunk::Entity::delete_many().filter(among(change.db(), chunk::Column::FileId, ids())).exec(change.db()).await?;
    Entity::update_many()
        .col_expr(Column::DeletedAt, Expr::value(change.now()))
        .col_expr(Column::Name, Expr::value(""))
        .filter(among(change.db(), Column::Id, ids()))
        .exec(change.db())
        .await?;
    for row in rows {
        tell(change, row, event);
    }
    Ok(())
}

/// Deletes the content of files whose time has come.
///
/// # Errors
/// The database's own.
pub async fn sweep(state: &Arc<State>) -> Result<(), Problem> {
    loop {
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let over = Entity::find().filter(Column::DeletedAt.is_null()).filter(Column::ExpiresAt.lte(change.now()));
        let rows = over.order_by_asc(Column::Id).limit(SWEEP).lock_exclusive().all(change.db()).await?;
        erase(&mut change, &rows, "expire").await?;
        change.commit().await?;
        if rows.is_empty() {
            return Ok(());
        }
    }
}

/// An upload is told by what is made of it: the same rows once more make nothing, and leave no trace in the journal.
fn tell(change: &mut Change, row: &Model, event: &str) {
    if row.kind == FileKind::Upload {
        return;
    }
    change.tell(Entry {
        event: format!("file.{event}"),
        office: row.office.clone(),
        company: row.company_id.map(|id| id.0),
        subject_kind: "file",
        subject_id: row.id.to_string(),
        version: 1,
        body: json!({
            "kind": row.kind, "subject_kind": row.subject_kind, "subject_id": row.subject_id,
            "media_type": row.media_type, "size": row.size,
        }),
    });
}
