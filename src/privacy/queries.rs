//! The only SeaORM of the person's own view.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::access::{Role, grant};
use disnaker_entity::apprenticeship::{ApprenticeshipAgreementId, agreement};
use disnaker_entity::card::{self, CardId, link};
use disnaker_entity::file::{self, AttachmentSubject, FileId};
use disnaker_entity::placement::{self, PlacementId, PlacementStatus};
use disnaker_entity::plumbing::{access_record, journal};
use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::{AssessmentId, CertificateId, EnrollmentId, assessment, certificate, enrollment};
use disnaker_entity::{company, vacancy};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::bodies::{AccessKind, AccessLogEntry, ExportedPlacement};
use crate::access;
use crate::caller::Identity;
use crate::db::among;
use crate::paging::Part;
use crate::seekers;

/// A place in an access log: instant and id of the last entry shown.
pub type Instant = (DateTime<Utc>, Uuid);

/// What of some people has a journal of its own: their cards, files, classes, certificates, assessments and agreements of
/// apprenticeship.
async fn belongings<C: ConnectionTrait>(db: &C, ids: &[SeekerId]) -> Result<Vec<String>, DbErr> {
    let cards = card::Entity::find().filter(among(db, card::Column::SeekerId, ids.iter().copied()));
    let cards: Vec<CardId> = cards.select_only().column(card::Column::Id).into_tuple().all(db).await?;
    let files = file::Entity::find()
        .filter(file::Column::SubjectKind.eq(AttachmentSubject::JobSeeker.as_str()))
        .filter(among(db, file::Column::SubjectId, ids.iter().map(|id| id.0)));
    let files: Vec<FileId> = files.select_only().column(file::Column::Id).into_tuple().all(db).await?;
    let classes = enrollment::Entity::find().filter(among(db, enrollment::Column::SeekerId, ids.iter().copied()));
    let classes = classes.select_only().column(enrollment::Column::Id).into_tuple::<EnrollmentId>().all(db).await?;
    let agreements = agreement::Entity::find().filter(among(db, agreement::Column::SeekerId, ids.iter().copied()));
    let agreements = agreements.select_only().column(agreement::Column::Id);
    let agreements: Vec<ApprenticeshipAgreementId> = agreements.into_tuple().all(db).await?;
    let named = cards.iter().map(ToString::to_string).chain(files.iter().map(ToString::to_string));
    let papers = certificate::Entity::find().filter(among(db, certificate::Column::SeekerId, ids.iter().copied()));
    let papers = papers.select_only().column(certificate::Column::Id).into_tuple::<CertificateId>().all(db).await?;
    let tests = assessment::Entity::find().filter(among(db, assessment::Column::SeekerId, ids.iter().copied()));
    let tests = tests.select_only().column(assessment::Column::Id).into_tuple::<AssessmentId>().all(db).await?;
    let named = named.chain(tests.iter().map(ToString::to_string));
    let named = named.chain(classes.iter().map(ToString::to_string)).chain(papers.iter().map(ToString::to_string));
    Ok(named.chain(agreements.iter().map(ToString::to_string)).collect())
}

/// Placements of some people, the last to begin first: each with its employer and position.
pub async fn placements<C: ConnectionTrait>(db: &C, ids: &[SeekerId]) -> Result<Vec<ExportedPlacement>, DbErr> {
    use placement::{Column as P, Entity};
    let link = Entity::belongs_to(link::Entity).from(P::Id).to(link::Column::PlacementId).into();
    let company = Entity::belongs_to(company::Entity).from(P::CompanyId).to(company::Column::Id).into();
    let vacancy = Entity::belongs_to(vacancy::Entity).from(P::VacancyId).to(vacancy::Column::Id).into();
    let select = Entity::find()
        .join(JoinType::InnerJoin, link)
        .join(JoinType::InnerJoin, company)
        .join(JoinType::InnerJoin, vacancy)
        .filter(among(db, link::Column::SeekerId, ids.iter().copied()))
        .select_only()
        .columns([P::Id, P::StartOn, P::Status])
        .column(company::Column::Name)
        .column(vacancy::Column::Title)
        .column(link::Column::SeekerId)
        .order_by_desc(P::StartOn)
        .order_by_desc(P::Id);
    let rows: Vec<(PlacementId, NaiveDate, PlacementStatus, String, String, SeekerId)> =
        select.into_tuple().all(db).await?;
    let shown = |(id, start_on, status, employer, position, job_seeker_id)| ExportedPlacement {
        id,
        job_seeker_id,
        employer,
        position,
        start_on,
        status,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Who read and changed some records with their cards and files, newest first; the records are those that the caller has found.
/// Two statements, one of the access records and one of the journal, each as long as the page, three for what belongs to the
/// records, and one for the roles.
pub async fn log<C: ConnectionTrait>(
    db: &C,
    ids: &[SeekerId],
    part: &Part<Instant>,
) -> Result<Vec<AccessLogEntry>, DbErr> {
    use {access_record::Column as R, journal::Column as J};
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let reads = access_record::Entity::find()
        .filter(among(db, R::SubjectId, ids.iter().map(|id| id.0)))
        .filter(R::SubjectKind.eq(seekers::KIND));
    let subjects = ids.iter().map(SeekerId::to_string).chain(belongings(db, ids).await?);
    let changes = journal::Entity::find().filter(among(db, J::SubjectId, subjects));
    let reads = behind(reads, R::RecordedAt, R::Id, part).all(db).await?;
    let changes = behind(changes, J::RecordedAt, J::Id, part).all(db).await?;
    let change = |row: journal::Model| {
        let act = row.event.split_once('.').map_or("", |(_, act)| act).to_owned();
        let (id, at, kind) = (row.id, row.recorded_at, AccessKind::Change);
        let (of, office) = (row.subject_kind, row.office);
        (row.actor, AccessLogEntry { id, at, kind, of, act, paper: None, purpose: None, role: None, office })
    };
    let mut both: Vec<_> = reads.into_iter().map(read).chain(changes.into_iter().map(change)).collect();
    both.sort_by_key(|(_, entry)| Reverse((entry.at, entry.id)));
    both.truncate(usize::try_from(part.and_one()).unwrap_or(usize::MAX));
    let roles = access::ever_held_by(db, both.iter().map(|(actor, _)| actor.as_str())).await?;
    let role_of = |actor: &str| {
        let roles = roles.get(actor)?;
        let own = roles.iter().any(|grant| grant.seeker_id.is_some_and(|id| ids.contains(&id)));
        if own { Some(Role::JobSeeker) } else { roles.first().map(|grant| grant.role) }
    };
    Ok(both.into_iter().map(|(actor, entry)| AccessLogEntry { role: role_of(&actor), ..entry }).collect())
}

/// Who read, as an entry of a log whose role is not known yet.
fn read(row: access_record::Model) -> (String, AccessLogEntry) {
    let entry = AccessLogEntry {
        id: row.id,
        at: row.recorded_at,
        kind: AccessKind::Read,
        of: row.subject_kind,
        paper: row.filter.filter(|_| row.act == "download"),
        act: row.act,
        purpose: row.purpose,
        role: None,
        office: row.office,
    };
    (row.actor, entry)
}

/// Who read some records, newest first, but for what the accounts of their sides read while they were: a statement as long as the page,
/// and one for the roles. A role is the one that somebody has in the office whose record it is.
pub async fn readers<C: ConnectionTrait>(
    db: &C,
    of: impl IntoIterator<Item = Uuid>,
    but: &[grant::Model],
    part: &Part<Instant>,
) -> Result<Vec<AccessLogEntry>, DbErr> {
    use access_record::Column as R;
    let mut reads = access_record::Entity::find().filter(among(db, R::SubjectId, of));
    for grant in but {
        let account = Identity { issuer: grant.issuer.clone(), subject: grant.subject.clone() }.actor();
        let mut own = Condition::all().add(R::Actor.eq(account)).add(R::RecordedAt.gte(grant.created_at));
        if let Some(until) = grant.revoked_at {
            own = own.add(R::RecordedAt.lte(until));
        }
        reads = reads.filter(own.not());
    }
    let reads: Vec<_> = behind(reads, R::RecordedAt, R::Id, part).all(db).await?.into_iter().map(read).collect();
    let roles = access::ever_held_by(db, reads.iter().map(|(actor, _)| actor.as_str())).await?;
    let role_of = |actor: &str, at: &str| {
        let roles = roles.get(actor)?;
        let there = roles.iter().find(|grant| grant.office.as_deref() == Some(at));
        there.or_else(|| roles.first()).map(|grant| grant.role)
    };
    let named =
        |(actor, entry): (String, AccessLogEntry)| AccessLogEntry { role: role_of(&actor, &entry.office), ..entry };
    Ok(reads.into_iter().map(named).collect())
}

/// The newest rows behind a place.
fn behind<E: EntityTrait>(select: Select<E>, at: E::Column, id: E::Column, part: &Part<Instant>) -> Select<E> {
    let select = match part.after {
        Some((last, last_id)) => {
            let same = Condition::all().add(at.eq(last)).add(id.lt(last_id));
            select.filter(at.lte(last)).filter(Condition::any().add(at.lt(last)).add(same))
        }
        None => select,
    };
    select.order_by_desc(at).order_by_desc(id).limit(part.and_one())
}
