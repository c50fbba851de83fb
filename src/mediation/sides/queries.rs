//! The only SeaORM of what the sides bring.

use disnaker_entity::access::Role;
use disnaker_entity::file::{self, FileKind};
use disnaker_entity::mediation::case::Model as Case;
use disnaker_entity::mediation::document::{Column, Entity, Model};
use disnaker_entity::mediation::{
    CaseDocumentId, CaseDocumentKind, CaseNoteId, CasePartyId, CaseSide, DocumentAudience, HearingId, MediationCaseId,
    RepresentativeId, case, hearing, note, party, representative,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

use super::bodies::{CaseDocumentFilter, NewCaseDocument};
use crate::access;
use crate::caller::{Identity, Realm, Sees};
use crate::change::Change;
use crate::check::{Checks, NOT_ALLOWED, UNKNOWN_REFERENCE, WRONG_COUNT};
use crate::files::{self, New, Sealed};
use crate::mediation::cases::bodies::NewMediationCase;
use crate::mediation::cases::queries::{self as cases, facts, visible};
use crate::mediation::cases::rules::Standing;
use crate::paging::{Only, Part};
use crate::personal::{Place, Vault};
use crate::problem::{Problem, Text};
use crate::reference::Codes;

/// Documents of a case, versions included.
const MOST_DOCUMENTS: u64 = 200;
/// Notes to a case.
const MOST_NOTES: u64 = 500;
/// What a representative is expected to be.
pub const OF_THIS_SIDE: Text = Text::of("kuasa pihak ini", "a representative of this side");
/// Representatives of a case.
const MOST_SPEAKERS: u64 = 20;

// Documents --------------------------------------------------------------------------------------

/// Documents of a case that a caller with a standing may read: the office all, a side its own and what is for both.
fn readable(case: MediationCaseId, standing: Standing) -> Select<Entity> {
    let select = Entity::find().filter(Column::CaseId.eq(case));
    match standing.side {
        None => select,
        Some(side) => select
            .filter(Condition::any().add(Column::Side.eq(side)).add(Column::Audience.eq(DocumentAudience::Parties))),
    }
}

/// A page of documents with their files, newest first.
pub async fn documents<C: ConnectionTrait>(
    db: &C,
    case: MediationCaseId,
    standing: Standing,
    filter: &CaseDocumentFilter,
    part: &Part<CaseDocumentId>,
) -> Result<Vec<(Model, Option<file::Model>)>, DbErr> {
    let newest = (!filter.all_versions.unwrap_or_default()).then_some(true);
    let select = readable(case, standing).only(Column::Kind, filter.kind).only(Column::Newest, newest);
    part.newest(select, Column::Id).find_also_related(file::Entity).all(db).await
}

/// The case of a document, where the caller may see it.
pub async fn case_of_document<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: CaseDocumentId,
) -> Result<MediationCaseId, Problem> {
    let cases = visible(seer).select_only().column(case::Column::Id).into_query();
    let select = Entity::find_by_id(id).filter(Column::CaseId.in_subquery(cases)).select_only().column(Column::CaseId);
    select.into_tuple().one(db).await?.ok_or_else(Problem::not_found)
}

/// A document of a case that a caller with a standing may read.
pub async fn document<C: ConnectionTrait>(
    db: &C,
    case: MediationCaseId,
    standing: Standing,
    id: CaseDocumentId,
) -> Result<(Model, file::Model), Problem> {
    let select = readable(case, standing).filter(Column::Id.eq(id)).find_also_related(file::Entity);
    let (row, file) = select.one(db).await?.ok_or_else(Problem::not_found)?;
    let file = file.filter(|file| file.deleted_at.is_none()).ok_or_else(Problem::not_found)?;
    Ok((row, file))
}

/// Adds a document to a case that is locked, or a version of one.
///
/// # Errors
/// `invalid-content`, or the database's own.
pub async fn add(
    change: &mut Change,
    case: &Case,
    side: Option<CaseSide>,
    new: &NewCaseDocument,
    (name, sealed): (String, &Sealed),
) -> Result<(Model, file::Model), Problem> {
    let mut checks = Checks::default();
    let have = Entity::find().filter(Column::CaseId.eq(case.id)).count(change.db()).await?;
    if have >= MOST_DOCUMENTS {
        let expected = Text::made(
            format!("paling banyak {MOST_DOCUMENTS} dokumen dan versi untuk satu perkara"),
            format!("at most {MOST_DOCUMENTS} documents and versions of a case"),
        );
        checks.fault("", WRONG_COUNT, have, expected);
    }
    let before = match new.replaces {
        None => None,
        Some(id) => {
            let own = Entity::find_by_id(id).filter(Column::CaseId.eq(case.id)).filter(Column::Newest.eq(true));
            let own = match side {
                Some(side) => own.filter(Column::Side.eq(side)),
                None => own.filter(Column::Side.is_null()),
            };
            let found = own.one(change.db()).await?;
            if found.is_none() {
                let expected =
                    Text::of("versi terbaru dokumen Anda sendiri", "the newest version of a document of your own");
                checks.fault("replaces", UNKNOWN_REFERENCE, id.to_string(), expected);
            }
            found
        }
    };
    if new.representative_id.is_some() && new.kind != CaseDocumentKind::PowerOfAttorney {
        checks.fault("kind", NOT_ALLOWED, new.kind.as_str(), Text::plain(CaseDocumentKind::PowerOfAttorney.as_str()));
    }
    let speaker = match new.representative_id {
        None => None,
        Some(id) => {
            let found = speaker(change, case.id, id).await?.filter(|(_, of)| side.is_none_or(|side| side == *of));
            if found.is_none() {
                checks.fault("representative_id", UNKNOWN_REFERENCE, id.to_string(), OF_THIS_SIDE);
            }
            found.map(|(row, _)| row)
        }
    };
    checks.done()?;
    let id = CaseDocumentId(change.id());
    let new_file = New {
        kind: FileKind::Attachment,
        office: String::new(),
        company: None,
        subject_kind: "mediation_document",
        subject: id.0,
        name,
        expires_at: None,
    };
    let file = files::store(change, new_file, sealed).await?;
    if let Some(before) = &before {
        let older = Entity::update_many().col_expr(Column::Newest, Expr::value(false)).filter(Column::Id.eq(before.id));
        older.exec(change.db()).await?;
    }
    let row = Model {
        id,
        case_id: case.id,
        side,
        kind: new.kind,
        audience: new.audience.unwrap_or(DocumentAudience::Parties),
        document_key: before.as_ref().map_or(id, |before| before.document_key),
        revision: before.as_ref().map_or(1, |before| before.revision + 1),
        newest: true,
        file_id: file.id,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
    };
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    if let Some(speaker) = speaker {
        use representative::Column as R;
        let update = representative::Entity::update_many().col_expr(R::DocumentId, Expr::value(id));
        update.filter(R::Id.eq(speaker.id)).exec(change.db()).await?;
    }
    change.note(case, "add_document", facts(case));
    Ok((row, file))
}

/// What of a case is read: itself, its hearings, and the documents that a caller with a standing may read.
pub async fn read_of<C: ConnectionTrait>(
    db: &C,
    case: MediationCaseId,
    standing: Standing,
) -> Result<Vec<Uuid>, DbErr> {
    let hearings = hearing::Entity::find().filter(hearing::Column::CaseId.eq(case));
    let hearings: Vec<HearingId> = hearings.select_only().column(hearing::Column::Id).into_tuple().all(db).await?;
    let documents = readable(case, standing).select_only().column(Column::Id);
    let documents: Vec<CaseDocumentId> = documents.into_tuple().all(db).await?;
    let parts = hearings.into_iter().map(|id| id.0).chain(documents.into_iter().map(|id| id.0));
    Ok(parts.chain([case.0]).collect())
}

// Notes ------------------------------------------------------------------------------------------

fn of_note(id: CaseNoteId) -> Place {
    Place { table: "mediation_note", column: "content", row: id.0 }
}

/// What a note says, until it is forgotten.
pub fn note_text(vault: &Vault, row: &note::Model) -> Result<Option<String>, Problem> {
    vault.open_json(of_note(row.id), row.content_sealed.as_deref())
}

fn notes_of(case: MediationCaseId, side: Option<CaseSide>) -> Select<note::Entity> {
    let select = note::Entity::find().filter(note::Column::CaseId.eq(case));
    match side {
        Some(side) => select.filter(note::Column::Side.eq(side)),
        None => select.filter(note::Column::Side.is_null()),
    }
}

/// The notes of a side, or of the office, newest first.
pub async fn notes<C: ConnectionTrait>(
    db: &C,
    case: MediationCaseId,
    side: Option<CaseSide>,
    part: &Part<CaseNoteId>,
) -> Result<Vec<note::Model>, DbErr> {
    part.newest(notes_of(case, side), note::Column::Id).all(db).await
}

/// Writes a note of a side, or of the office.
///
/// # Errors
/// `invalid-content` where there are too many, or the database's own.
pub async fn write_note(
    change: &mut Change,
    case: &Case,
    side: Option<CaseSide>,
    text: &str,
) -> Result<note::Model, Problem> {
    let have = notes_of(case.id, side).count(change.db()).await?;
    enough(have, MOST_NOTES)?;
    let id = CaseNoteId(change.id());
    let content = change.state().vault.seal_json(of_note(id), &text)?;
    let row = note::Model { id, case_id: case.id, side, content_sealed: Some(content), created_at: change.now() };
    note::Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(change.db()).await?;
    Ok(row)
}

fn enough(have: u64, most: u64) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if have >= most {
        let expected = Text::made(format!("paling banyak {most} untuk satu perkara"), format!("at most {most} a case"));
        checks.fault("", WRONG_COUNT, have, expected);
    }
    checks.done()
}

// Representatives --------------------------------------------------------------------------------

/// Somebody who speaks for a side of a case, with that side.
pub async fn speaker(
    change: &Change,
    case: MediationCaseId,
    id: RepresentativeId,
) -> Result<Option<(representative::Model, CaseSide)>, DbErr> {
    use representative::Column as R;
    let select = representative::Entity::find_by_id(id).filter(R::CaseId.eq(case)).filter(R::EndedAt.is_null());
    let Some(row) = select.one(change.db()).await? else { return Ok(None) };
    let side = party::Entity::find_by_id(row.party_id).one(change.db()).await?;
    Ok(side.map(|side| (row, side.side)))
}

/// The case of somebody who speaks for a side, where the caller may see it.
pub async fn case_of_speaker<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: RepresentativeId,
) -> Result<MediationCaseId, Problem> {
    use representative::Column as R;
    let cases = visible(seer).select_only().column(case::Column::Id).into_query();
    let select = representative::Entity::find_by_id(id).filter(R::CaseId.in_subquery(cases));
    let select = select.filter(R::EndedAt.is_null()).select_only().column(R::CaseId);
    select.into_tuple().one(db).await?.ok_or_else(Problem::not_found)
}

/// Refuses one more representative where there are enough.
///
/// # Errors
/// `invalid-content`, or the database's own.
pub async fn room_for_speaker(change: &Change, case: MediationCaseId) -> Result<(), Problem> {
    let select = representative::Entity::find().filter(representative::Column::CaseId.eq(case));
    enough(select.count(change.db()).await?, MOST_SPEAKERS)
}

/// Ends a representation: it was taken back, or the mediator refuses whoever has no power of attorney. The access that was theirs ends
/// with it.
///
/// # Errors
/// The database's own.
pub async fn end_speaker(change: &mut Change, case: &Case, row: &representative::Model) -> Result<(), Problem> {
    use representative::Column as R;
    let update = representative::Entity::update_many().col_expr(R::EndedAt, Expr::value(change.now()));
    update.filter(R::Id.eq(row.id)).exec(change.db()).await?;
    access::leave_for(change, row.party_id, row.id).await?;
    change.note(case, "end_representation", facts(case));
    Ok(())
}

/// Who the caller is on a side of a case whose access is that of a representative; none for the party itself and for the office.
///
/// # Errors
/// The database's own.
pub async fn speaks_as(
    change: &Change,
    sides: &[party::Model],
    standing: Standing,
) -> Result<Option<RepresentativeId>, DbErr> {
    let Some(own) = sides.iter().find(|party| Some(party.side) == standing.side) else { return Ok(None) };
    let came = access::came_for(change.db(), &[own.id]).await?;
    Ok(came.get(&(change.actor().to_owned(), own.id)).copied().flatten())
}

/// The sides of a case by their ids.
pub fn side_of(sides: &[party::Model], id: Option<CasePartyId>) -> Option<CaseSide> {
    sides.iter().find(|party| Some(party.id) == id).map(|party| party.side)
}

/// Registers a dispute out of a consultation at the desk: who asked has access for the side that registers it, and what was said before
/// becomes notes of the office.
///
/// # Errors
/// `invalid-content`, also for another office's dispute, or the database's own.
pub async fn take_up(
    change: &mut Change,
    office: &str,
    new: &NewMediationCase,
    asker: Option<&Identity>,
    history: &[String],
    codes: &Codes,
) -> Result<Case, Problem> {
    let mut checks = Checks::default();
    if new.office != office {
        checks.fault(
            "/office",
            NOT_ALLOWED,
            new.office.chars().take(20).collect::<String>(),
            Text::plain(office.to_owned()),
        );
    }
    checks.done()?;
    let case = cases::register(change, new, None, codes).await?;
    for said in history {
        write_note(change, &case, None, said).await?;
    }
    let sides = cases::sides(change.db(), &case).await?;
    let own = sides.iter().find(|party| party.side == case.registered_side);
    if let (Some(asker), Some(own)) = (asker, own) {
        access::give(change, asker, Role::CaseParty, &Realm::Party(own.id)).await?;
    }
    Ok(case)
}
