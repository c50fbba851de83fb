//! The only SeaORM of this room.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::access::Role;
use disnaker_entity::card::{self, CardEnd, CardStatus};
use disnaker_entity::file::AttachmentSubject;
use disnaker_entity::queue::{QueueService, TicketId, TicketStatus, ticket};
use disnaker_entity::school::{self, SchoolId, SchoolStatus};
use disnaker_entity::seeker::{self, Column, Entity, Model, RemovalReason, SeekerId, SeekerSource, SeekerStatus};
use disnaker_entity::{Nik, Sex};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ModelTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
use serde_json::json;

use super::bodies::{
    ExportedSeeker, FieldReason, NewSeeker, Override, OverrideView, Removal, SeekerFilter, SeekerPatch, SeekerRow,
    SharingPurpose, WantedWork,
};
use super::lifecycle::SeekerEvent;
use super::rules::{self, Author, Findings, Hands, SeekerRefusal, Sound};
use super::{cards, names, placing};
use crate::access;
use crate::app::State;
use crate::apprenticeships::agreements;
use crate::book::Book;
use crate::caller::{Realm, Scope, Sees};
use crate::change::Change;
use crate::db::among;
use crate::files;
use crate::lifecycle;
use crate::movement::Movement;
use crate::offices::queue;
use crate::paging::{Only, Part};
use crate::personal::{Place, Vault};
use crate::privacy::requests;
use crate::problem::{Fault, Kind, Problem};
use crate::reference::Codes;
use crate::training;

crate::record!("job_seeker", seeker::Model, seeker::Entity, SeekerStatus, |_| None);

/// Records that are or were in the register. In words, so that both engines take the index over exactly these.
pub fn in_register() -> SimpleExpr {
    Expr::cust("seeker.status IN ('registered', 'placed', 'removed')")
}

/// Records that a scope covers: sent to its offices, or drafted at their counters; drafted by its schools; one's own.
#[must_use]
pub fn within(scope: &Scope) -> Select<Entity> {
    let sent = Condition::any().add(Column::SubmittedAt.is_not_null()).add(Column::Source.eq(SeekerSource::Counter));
    let office = Condition::all().add(scope.of_offices(Column::Office)).add(sent);
    let mut any = Condition::any().add(office);
    // A branch that nothing can meet would cost SQLite the index of the others.
    if !scope.seekers.is_empty() {
        any = any.add(scope.of_seekers(Column::Id));
    }
    if !scope.schools.is_empty() {
        any = any.add(of_schools(scope));
    }
    Entity::find().filter(any)
}

/// Records that a scope's schools have in hand: as long as the office has not taken them over, and has the school registered. From
/// `verify` on a school sees no more of them, so that it can't tell a record that came into the register from one that was
/// joined to an earlier one, which would say of a NIK that it was known.
fn of_schools(scope: &Scope) -> Condition {
    use SeekerStatus::{Draft, Returned, Submitted, Withdrawn};
    let registered = school::Entity::find()
        .select_only()
        .column(school::Column::Id)
        .filter(scope.of_schools(school::Column::Id))
        .filter(school::Column::Status.eq(SchoolStatus::Registered))
        .into_query();
    Condition::all()
        .add(Column::SchoolId.in_subquery(registered))
        .add(Column::Status.is_in([Draft, Submitted, Returned, Withdrawn]))
}

/// Records that the caller may see.
fn visible(seer: &impl Sees) -> Select<Entity> {
    within(seer.scope())
}

/// The ids of the records that a scope's schools have in hand.
#[must_use]
pub fn in_hand(scope: &Scope) -> SelectStatement {
    Entity::find().select_only().column(Column::Id).filter(of_schools(scope)).into_query()
}

/// The blind index of a NIK: the same wherever a person is kept.
#[must_use]
pub fn index(vault: &Vault, nik: &Nik) -> Vec<u8> {
    vault.index("nik", nik.reveal())
}

/// Where what was said is kept.
fn place(id: SeekerId) -> Place {
    Place { table: "seeker", column: "content", row: id.0 }
}

/// A record as it was said, whole.
///
/// # Errors
/// An envelope that does not open.
pub fn open(vault: &Vault, row: &Model) -> Result<NewSeeker, Problem> {
    let content = vault.open(place(row.id), &row.content_sealed).map_err(Problem::internal)?;
    let said: NewSeeker = serde_json::from_slice(&content).map_err(Problem::internal)?;
    Ok(NewSeeker { office: Some(row.office.clone()), school_id: row.school_id, ..said })
}

/// What an officer let pass in a record.
///
/// # Errors
/// A row that is not what was written.
pub fn overrides(row: &Model) -> Result<Vec<OverrideView>, Problem> {
    serde_json::from_str(&row.overrides).map_err(Problem::internal)
}

/// What the office sent a record back for, the last time.
///
/// # Errors
/// A row that is not what was written.
pub fn return_reasons(row: &Model) -> Result<Vec<FieldReason>, Problem> {
    row.return_reasons.as_deref().map_or(Ok(Vec::new()), serde_json::from_str).map_err(Problem::internal)
}

/// What does not agree in a record, and no officer has let pass; nothing once it is out of everybody's hands.
///
/// # Errors
/// Those of [`rules::findings`].
pub fn findings(row: &Model, said: &NewSeeker, book: &Book, now: DateTime<Utc>) -> Result<Findings, Problem> {
    use SeekerStatus::{Merged, Removed, Withdrawn};
    if matches!(row.status, Merged | Removed | Withdrawn) || row.erased_at.is_some() {
        return Ok(Vec::new());
    }
    let passed = overrides(row)?;
    let mut findings = rules::findings(said, &row.office, book, book.moment(now, &row.office).today)?;
    findings.retain(|(finding, _)| passed.iter().all(|given| given.finding != *finding));
    Ok(findings)
}

/// The record in the register of the person of a record that waits, and the office that keeps it.
pub async fn known<C: ConnectionTrait>(db: &C, row: &Model) -> Result<Option<(SeekerId, String)>, DbErr> {
    let select = Entity::find().filter(Column::NikIndex.eq(&*row.nik_index)).filter(in_register());
    select.select_only().columns([Column::Id, Column::Office]).into_tuple().one(db).await
}

/// Who is looking for work by the register, has a card by this number that holds, and has this name: a number alone is easily
/// mistyped. Their record is not joined to another one meanwhile.
///
/// # Errors
/// The database's own.
pub async fn of_card(change: &Change, number: &str, name: &str) -> Result<Option<Model>, Problem> {
    let card = card::Entity::find()
        .filter(card::Column::Number.eq(number.trim().to_uppercase()))
        .filter(card::Column::Status.eq(CardStatus::Active));
    let Some(card) = card.one(change.db()).await? else { return Ok(None) };
    if card.expires_on < Some(change.moment(&card.office).today) {
        return Ok(None);
    }
    let person = Entity::find_by_id(card.seeker_id).filter(Column::Status.eq(SeekerStatus::Registered));
    let person = person.lock_shared().one(change.db()).await?;
    Ok(person.filter(|person| names::same(name, &person.name)))
}

/// The record in the register of a NIK, whoever keeps it, locked. What it says is told to nobody but the office that
/// keeps it.
pub async fn of_nik(change: &Change, index: &[u8]) -> Result<Option<Model>, DbErr> {
    let select = Entity::find().filter(Column::NikIndex.eq(index)).filter(in_register());
    select.lock_exclusive().one(change.db()).await
}

/// Whether a school may draft records now.
///
/// # Errors
/// `invalid-content` unless the office has registered it, or the database's own.
pub async fn may_draft<C: ConnectionTrait>(db: &C, id: SchoolId) -> Result<(), Problem> {
    let select = school::Entity::find_by_id(id).select_only().column(school::Column::Status);
    match select.into_tuple::<SchoolStatus>().one(db).await? {
        Some(SchoolStatus::Registered) => Ok(()),
        status => Err(rules::not_registered(status)),
    }
}

/// The records that a school drafted under its references and has not taken back. Whoever writes over one of them compares
/// its version.
///
/// # Errors
/// The database's own.
pub async fn of_references<C: ConnectionTrait>(
    db: &C,
    school: SchoolId,
    references: Vec<String>,
) -> Result<Vec<Model>, DbErr> {
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let select = Entity::find().filter(Column::SchoolId.eq(school)).filter(among(db, Column::Reference, references));
    select.filter(Column::Status.ne(SeekerStatus::Withdrawn)).all(db).await
}

/// Whether some of the records that a person has as their own may still come to something.
pub async fn has_own(change: &Change, own: &[SeekerId]) -> Result<bool, DbErr> {
    if own.is_empty() {
        return Ok(false);
    }
    // Who was removed asks anew, and the office joins the two.
    let over = [SeekerStatus::Merged, SeekerStatus::Withdrawn, SeekerStatus::Removed];
    let select = Entity::find()
        .filter(among(change.db(), Column::Id, own.iter().copied()))
        .filter(Column::Status.is_not_in(over))
        .filter(Column::ErasedAt.is_null());
    let found: Option<SeekerId> = select.select_only().column(Column::Id).into_tuple().one(change.db()).await?;
    Ok(found.is_some())
}

/// A record that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: SeekerId) -> Result<Option<Model>, DbErr> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await
}

/// A record that the caller may see, locked.
pub async fn lock(change: &Change, id: SeekerId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// A record that the caller may see, locked, and another one where they may see it, too; in the order of their ids.
pub async fn lock_both(change: &Change, id: SeekerId, other: SeekerId) -> Result<(Model, Option<Model>), Problem> {
    let select = visible(change).filter(Column::Id.is_in([id, other])).order_by_asc(Column::Id).lock_exclusive();
    let rows = select.all(change.db()).await?;
    let find = |wanted| rows.iter().find(|row| row.id == wanted).cloned();
    Ok((find(id).ok_or_else(Problem::not_found)?, find(other)))
}

crate::picked! {
    struct Kept {
        id: SeekerId = Column::Id,
        office: String = Column::Office,
        school_id: Option<SchoolId> = Column::SchoolId,
        status: SeekerStatus = Column::Status,
        erased_at: Option<DateTime<Utc>> = Column::ErasedAt,
    }
}

/// Who has a record in hand.
pub struct Keeper {
    /// The office that keeps it.
    pub office: String,
    /// The school that wrote it.
    pub school: Option<SchoolId>,
    /// Nothing can come of it any more.
    pub over: bool,
    /// The person has left the register.
    pub removed: bool,
}

/// Who has some records in hand, as far as the caller may see them; none of these ends or changes hands meanwhile.
///
/// # Errors
/// The database's own.
pub async fn keepers(change: &Change, ids: impl Iterator<Item = SeekerId>) -> Result<HashMap<SeekerId, Keeper>, DbErr> {
    let select = visible(change).filter(among(change.db(), Column::Id, ids)).order_by_asc(Column::Id).lock_shared();
    let rows = Kept::pick(select).all(change.db()).await?;
    let keeper = |row: Kept| {
        let over = rules::is_over(row.status, row.erased_at);
        let removed = row.status == SeekerStatus::Removed;
        (row.id, Keeper { office: row.office, school: row.school_id, over, removed })
    };
    Ok(rows.into_iter().map(keeper).collect())
}

crate::picked! {
    struct Picked {
        id: SeekerId = Column::Id,
        status: SeekerStatus = Column::Status,
        name: String = Column::Name,
        sex: Option<Sex> = Column::Sex,
        birth_on: Option<NaiveDate> = Column::BirthOn,
        region: Option<String> = Column::Region,
    }
}

/// Somebody who asks for a seat in a class: what it counts by, with the codes of the day.
pub struct Applicant {
    /// Record.
    pub id: SeekerId,
    /// Where it stands.
    pub status: SeekerStatus,
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Option<Sex>,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// District of residence.
    pub district: Option<String>,
}

/// Somebody of whom the caller may ask for a seat; they leave the register no more meanwhile.
///
/// # Errors
/// `not-found`, or the database's own.
pub async fn applicant(change: &Change, id: SeekerId) -> Result<Option<Applicant>, DbErr> {
    use chrono::Datelike;
    let row = Picked::pick(visible(change).filter(Column::Id.eq(id)).lock_shared()).one(change.db()).await?;
    Ok(row.map(|row| Applicant {
        id: row.id,
        status: row.status,
        name: row.name,
        sex: row.sex,
        birth_year: row.birth_on.map(|born| born.year()),
        district: row.region.and_then(|region| region.get(..5).map(str::to_owned)),
    }))
}

/// The names of some people, for whoever may see what is theirs.
///
/// # Errors
/// The database's own.
pub async fn names_of<C: ConnectionTrait>(
    db: &C,
    ids: impl Iterator<Item = SeekerId>,
) -> Result<HashMap<SeekerId, String>, DbErr> {
    let select = Entity::find().filter(among(db, Column::Id, ids)).select_only().columns([Column::Id, Column::Name]);
    Ok(select.into_tuple().all(db).await?.into_iter().collect())
}

/// Those of some people who are no longer in the register, so that nothing new is given to them.
///
/// # Errors
/// The database's own.
pub async fn gone<C: ConnectionTrait>(db: &C, ids: impl Iterator<Item = SeekerId>) -> Result<HashSet<SeekerId>, DbErr> {
    let kept = [SeekerStatus::Registered, SeekerStatus::Placed];
    let select = Entity::find().filter(among(db, Column::Id, ids)).filter(Column::Status.is_not_in(kept));
    Ok(select.select_only().column(Column::Id).into_tuple().all(db).await?.into_iter().collect())
}

/// What a counter should know of somebody before they come.
pub struct Dossier {
    /// Name.
    pub name: String,
    /// Where the record stands.
    pub status: SeekerStatus,
    /// What it lacks, and what does not agree in it; nothing of what it says.
    pub missing: Vec<Fault>,
}

/// What counters should know of people who come, whoever keeps their records: they hold a ticket.
///
/// # Errors
/// The database's own, and a record that does not open.
pub async fn dossiers<C: ConnectionTrait>(
    db: &C,
    state: &State,
    ids: impl Iterator<Item = SeekerId>,
) -> Result<HashMap<SeekerId, Dossier>, Problem> {
    let (book, now) = (state.book().await?, state.clock.now());
    let rows = Entity::find().filter(among(db, Column::Id, ids)).all(db).await?;
    let dossier = |row: Model| {
        let said = open(&state.vault, &row)?;
        let unsent = matches!(row.status, SeekerStatus::Draft | SeekerStatus::Returned);
        let lacks = match rules::complete(&said, &row.office, &book, &book.moment(now, &row.office)) {
            Err(problem) if unsent && problem.kind == Kind::InvalidContent => problem.into_faults(),
            _ => Vec::new(),
        };
        let differs = findings(&row, &said, &book, now)?.into_iter().map(|(_, fault)| fault);
        let blind = |fault| Fault { received: serde_json::Value::Null, ..fault };
        let missing = lacks.into_iter().chain(differs).map(blind).collect();
        Ok((row.id, Dossier { name: row.name, status: row.status, missing }))
    };
    rows.into_iter().map(dossier).collect()
}

crate::picked! {
    struct Listed {
        id: SeekerId = Column::Id,
        office: String = Column::Office,
        status: SeekerStatus = Column::Status,
        source: SeekerSource = Column::Source,
        name: String = Column::Name,
        nik_masked: String = Column::NikMasked,
        sex: Option<Sex> = Column::Sex,
        region: Option<String> = Column::Region,
        education: Option<String> = Column::Education,
        occupation: Option<String> = Column::Occupation,
        submitted_at: Option<DateTime<Utc>> = Column::SubmittedAt,
        registered_at: Option<DateTime<Utc>> = Column::RegisteredAt,
        version: i64 = Column::Version,
    }
}

impl From<Listed> for SeekerRow {
    fn from(row: Listed) -> Self {
        Self {
            id: row.id,
            office: row.office,
            status: row.status,
            source: row.source,
            name: row.name,
            nik: row.nik_masked,
            sex: row.sex,
            region: row.region,
            education: row.education,
            occupation: row.occupation,
            submitted_at: row.submitted_at,
            registered_at: row.registered_at,
            version: row.version,
        }
    }
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &SeekerFilter,
    part: &Part<SeekerId>,
) -> Result<Vec<SeekerRow>, DbErr> {
    let select = visible(seer)
        .only(Column::Status, filter.status)
        .only(Column::Source, filter.source)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::SchoolId, filter.school_id)
        .only(Column::Education, filter.education.as_deref());
    let rows = Listed::pick(part.newest(select, Column::Id)).all(db).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The record in the register with a NIK, where the caller may see it.
pub async fn by_nik<C: ConnectionTrait>(db: &C, seer: &impl Sees, index: &[u8]) -> Result<Option<SeekerRow>, DbErr> {
    let select = visible(seer).filter(Column::NikIndex.eq(index)).filter(in_register());
    Ok(Listed::pick(select).one(db).await?.map(Into::into))
}

/// What waits for an officer, the longest first, and whether the person has a record already.
pub async fn waiting<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: Option<&str>,
    part: &Part<(DateTime<Utc>, SeekerId)>,
) -> Result<Vec<Waiting>, DbErr> {
    let mut select = visible(seer).filter(Expr::cust("seeker.status = 'submitted'")).only(Column::Office, office);
    if let Some((at, id)) = part.after {
        let same = Condition::all().add(Column::SubmittedAt.eq(at)).add(Column::Id.gt(id));
        select = select.filter(Condition::any().add(Column::SubmittedAt.gt(at)).add(same));
    }
    let other = Alias::new("other");
    let known = Query::select()
        .expr(Expr::value(1))
        .from_as(Entity, other.clone())
        .and_where(Expr::col((other.clone(), Column::NikIndex)).equals((Entity, Column::NikIndex)))
        .and_where(Expr::cust("other.status IN ('registered', 'placed', 'removed')"))
        .to_owned();
    select
        .select_only()
        .columns([Column::Id, Column::Office, Column::Name, Column::Source, Column::SubmittedAt, Column::Version])
        .column_as(Expr::exists(known), "known")
        .order_by_asc(Column::SubmittedAt)
        .order_by_asc(Column::Id)
        .limit(part.and_one())
        .into_tuple()
        .all(db)
        .await
}

/// Id, office, name, source, since when, version, and whether the person has a record.
pub type Waiting = (SeekerId, String, String, SeekerSource, Option<DateTime<Utc>>, i64, bool);

/// Writes a draft. Whoever writes their own gets the role in it.
///
/// # Errors
/// The database's own.
pub async fn draft(change: &mut Change, author: &Author, new: &NewSeeker, sound: &Sound) -> Result<Model, Problem> {
    let (source, school_id, reference) = match author {
        Author::Person(_) => (SeekerSource::Person, None, None),
        Author::School(id, reference) => (SeekerSource::School, Some(*id), reference.clone()),
        Author::Counter => (SeekerSource::Counter, None, None),
    };
    let id = SeekerId(change.id());
    let mut row = seeker::ActiveModel {
        id: Set(id),
        office: Set(sound.office.clone()),
        status: Set(SeekerStatus::Draft),
        source: Set(source),
        school_id: Set(school_id),
        reference: Set(reference),
        overrides: Set("[]".to_owned()),
        return_reasons: Set(None),
        removal_reason: Set(None),
        status_reason: Set(None),
        merged_into: Set(None),
        submitted_at: Set(None),
        registered_at: Set(None),
        decided_at: Set(None),
        decided_by: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
        ..Default::default()
    };
    for (column, value) in columns(change, id, new, sound)? {
        row.set(column, value);
    }
    let row = row.insert(change.db()).await?;
    change.note(&row, "create", facts(&row));
    if let Author::Person(identity) = author {
        access::give(change, identity, Role::JobSeeker, &Realm::Seeker(id)).await?;
    }
    Ok(row)
}

/// What was said, as it is stored: sealed whole, and the columns that lists show.
fn columns(change: &Change, id: SeekerId, new: &NewSeeker, sound: &Sound) -> Result<Vec<(Column, Value)>, Problem> {
    let vault = &change.state().vault;
    let identity = &new.identity;
    let first = |wanted: &WantedWork| wanted.occupations.first().cloned();
    Ok(vec![
        (Column::Name, identity.name.trim().into()),
        (Column::NikIndex, index(vault, &sound.nik).into()),
        (Column::NikMasked, sound.nik.masked().into()),
        (Column::BirthOn, identity.birth_on.into()),
        (Column::Sex, identity.sex.into()),
        (Column::Region, new.address.as_ref().map(|address| address.region.clone()).into()),
        (Column::Education, new.education.first().map(|item| item.level.clone()).into()),
        (Column::Occupation, new.wanted.as_ref().and_then(first).into()),
        (Column::Consents, serde_json::to_string(&new.consents).map_err(Problem::internal)?.into()),
        (Column::ContentSealed, sealed(vault, id, new)?),
    ])
}

/// Changes a record by a merge patch, in the hands of whoever does.
///
/// # Errors
/// `invalid-content` with every fault, `illegal-transition` where it is not theirs to change, and those of [`update`].
pub async fn amend(
    change: &mut Change,
    row: &Model,
    hands: Hands,
    patch: &SeekerPatch,
    codes: &Codes,
) -> Result<Model, Problem> {
    rules::changeable(row.status, hands, patch)?;
    let (new, sound) = would_be(change, row, patch, codes)?;
    // An officer let pass what the record said then, and nothing that it says from now on.
    let mut kept = overrides(row)?;
    let said = open(&change.state().vault, row)?;
    kept.retain(|given| !rules::is_touched(given.finding, &said, &new));
    let row = &Model { overrides: serde_json::to_string(&kept).map_err(Problem::internal)?, ..row.clone() };
    let decides = hands.office && rules::registered(row.status);
    let open = if decides { findings(row, &new, &change.book(), change.now())? } else { Vec::new() };
    rules::overridden(&open, &patch.overrides)?;
    update(change, row, &new, &sound, &patch.overrides).await
}

/// What a record would say after a merge patch, sound and as whole as its status asks.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn would_be(
    change: &Change,
    row: &Model,
    patch: &SeekerPatch,
    codes: &Codes,
) -> Result<(NewSeeker, Sound), Problem> {
    let new = patch.clone().onto(open(&change.state().vault, row)?);
    let (book, moment) = (change.book(), change.moment(&row.office));
    let sound = rules::check(&new, codes, &book, moment.today)?;
    if row.status != SeekerStatus::Draft {
        rules::complete(&new, &sound.office, &book, &moment)?;
    }
    Ok((new, sound))
}

/// Writes a changed record, with what an officer let pass.
///
/// # Errors
/// `version-mismatch`; `already-exists` or `kept-elsewhere` for a record of the register whose new NIK the register
/// has; or the database's own.
pub async fn update(
    change: &mut Change,
    row: &Model,
    new: &NewSeeker,
    sound: &Sound,
    passed: &[Override],
) -> Result<Model, Problem> {
    let mut set = columns(change, row.id, new, sound)?;
    // Who writes again into a draft that was forgotten is known again.
    set.push((Column::ErasedAt, None::<DateTime<Utc>>.into()));
    if !rules::registered(row.status) {
        set.push((Column::Office, sound.office.clone().into()));
        if sound.office != row.office {
            files::follow(change, row.id, row.id, &sound.office, true).await?;
            queue::give_up(change, row.id, Some(QueueService::Ak1)).await?;
        }
        return change.edit(row, set, facts).await;
    }
    let index = index(&change.state().vault, &sound.nik);
    let renumbered = index != row.nik_index;
    if renumbered && let Some(other) = of_nik(change, &index).await? {
        let here = other.office == row.office;
        return Err(if here { SeekerRefusal::KnownNik } else { SeekerRefusal::KeptElsewhere(other.office) }.into());
    }
    let mut kept = overrides(row)?;
    kept.extend(passed.iter().map(|given| signed(change, given)));
    set.push((Column::Overrides, serde_json::to_string(&kept).map_err(Problem::internal)?.into()));
    let after = change.edit(row, set, facts).await?;
    recount(change, row, &after);
    if renumbered { placing::catch_up(change, after).await } else { Ok(after) }
}

/// What was said, sealed; office and school are the row's.
fn sealed(vault: &Vault, id: SeekerId, said: &NewSeeker) -> Result<Value, Problem> {
    let said = NewSeeker { office: None, school_id: None, ..said.clone() };
    Ok(vault.seal_json(place(id), &said)?.into())
}

// The person's own ---------------------------------------------------------------------------------

/// The record that a person has as their own: the newest that may still come to something.
///
/// # Errors
/// `not-found`, or the database's own.
pub async fn current<C: ConnectionTrait>(db: &C, seer: &impl Sees) -> Result<Model, Problem> {
    let over = [SeekerStatus::Merged, SeekerStatus::Withdrawn];
    let select = visible(seer).filter(seer.scope().of_seekers(Column::Id)).filter(Column::Status.is_not_in(over));
    select.order_by_desc(Column::Id).one(db).await?.ok_or_else(Problem::not_found)
}

/// Some records and those that one of them took the place of. A record names the last one that took its place.
///
/// # Errors
/// The database's own.
pub async fn whole<C: ConnectionTrait>(db: &C, ids: &[SeekerId]) -> Result<Vec<SeekerId>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = Entity::find().select_only().column(Column::Id);
    let merged = select.filter(Column::MergedInto.is_not_null());
    let merged = merged.filter(among(db, Column::MergedInto, ids.iter().copied()));
    Ok(ids.iter().copied().chain(merged.into_tuple().all(db).await?).collect())
}

/// All that some records say, whole, for the person whose they are.
///
/// # Errors
/// The database's own, and a record that does not open.
pub async fn exported<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    vault: &Vault,
    ids: &[SeekerId],
) -> Result<Vec<ExportedSeeker>, Problem> {
    let select = visible(seer).filter(among(db, Column::Id, ids.iter().copied())).order_by_desc(Column::Id);
    let whole = |row: Model| {
        Ok(ExportedSeeker {
            said: open(vault, &row)?,
            overrides: overrides(&row)?,
            return_reasons: return_reasons(&row)?,
            id: row.id,
            office: row.office,
            status: row.status,
            source: row.source,
            school_id: row.school_id,
            reference: row.reference,
            removal_reason: row.removal_reason,
            status_reason: row.status_reason,
            merged_into: row.merged_into,
            submitted_at: row.submitted_at,
            registered_at: row.registered_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    };
    select.all(db).await?.into_iter().map(whole).collect()
}

/// Records of the offices that a scope covers, once they were sent there.
#[must_use]
pub fn sent_to(scope: &Scope) -> SelectStatement {
    let select = Entity::find().filter(scope.of_offices(Column::Office)).filter(Column::SubmittedAt.is_not_null());
    select.select_only().column(Column::Id).into_query()
}

/// Writes what a person agrees to from now on. It is told with what began and what ended: whoever shares the record reads
/// it there, and in the record itself.
///
/// # Errors
/// `version-mismatch`, or the database's own.
pub async fn consent(change: &mut Change, row: &Model, agreed: Vec<SharingPurpose>) -> Result<Model, Problem> {
    let vault = &change.state().vault;
    let said = open(vault, row)?;
    let only = |list: &[SharingPurpose], other: &[SharingPurpose]| -> Vec<SharingPurpose> {
        list.iter().copied().filter(|purpose| !other.contains(purpose)).collect()
    };
    let (given, withdrawn) = (only(&agreed, &said.consents), only(&said.consents, &agreed));
    if given.is_empty() && withdrawn.is_empty() {
        return Ok(row.clone());
    }
    let consents = serde_json::to_string(&agreed).map_err(Problem::internal)?;
    let said = NewSeeker { consents: agreed, ..said };
    let set = [(Column::Consents, consents.into()), (Column::ContentSealed, sealed(vault, row.id, &said)?)];
    let after = change.edit_quietly(row, set).await?;
    let body = json!({"status": after.status, "consents": said.consents, "given": given, "withdrawn": withdrawn});
    change.note(&after, "consent", body);
    Ok(after)
}

/// Erases of a record what no law keeps: of one that is or was in the register what is not needed to keep that, of any other
/// all that it says. Papers and photos go with it.
///
/// # Errors
/// `version-mismatch`, or the database's own.
pub async fn erase(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    if !rules::registered(row.status) {
        return forget(change, row).await;
    }
    let vault = &change.state().vault;
    let said = NewSeeker {
        contact: None,
        courses: Vec::new(),
        experience: Vec::new(),
        skills: Vec::new(),
        languages: Vec::new(),
        disabilities: Vec::new(),
        consents: Vec::new(),
        ..open(vault, row)?
    };
    let set = [(Column::Consents, "[]".into()), (Column::ContentSealed, sealed(vault, row.id, &said)?)];
    files::discard(change, AttachmentSubject::JobSeeker, row.id.0).await?;
    training::erase(change, row.id).await?;
    let after = change.edit_quietly(row, set).await?;
    change.note(&after, "erase", facts(&after));
    Ok(after)
}

/// Erases all that a record says of a person. That there was one, where it stood and what was counted stays.
///
/// # Errors
/// `version-mismatch`, or the database's own.
pub async fn forget(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let vault = &change.state().vault;
    let set: [(Column, Value); 15] = [
        (Column::Reference, None::<String>.into()),
        (Column::ContentSealed, sealed(vault, row.id, &NewSeeker::empty())?),
        // The index of nobody's number, each another one.
        (Column::NikIndex, vault.index("erased", &row.id.to_string()).into()),
        (Column::NikMasked, "".into()),
        (Column::Name, "".into()),
        (Column::BirthOn, None::<NaiveDate>.into()),
        (Column::Sex, None::<Sex>.into()),
        (Column::Region, None::<String>.into()),
        (Column::Education, None::<String>.into()),
        (Column::Occupation, None::<String>.into()),
        (Column::Consents, "[]".into()),
        (Column::Overrides, "[]".into()),
        (Column::ReturnReasons, None::<String>.into()),
        (Column::StatusReason, None::<String>.into()),
        (Column::ErasedAt, change.now().into()),
    ];
    files::discard(change, AttachmentSubject::JobSeeker, row.id.0).await?;
    training::erase(change, row.id).await?;
    let after = change.edit_quietly(row, set).await?;
    change.note(&after, "forget", facts(&after));
    Ok(after)
}

/// Records that stand so since before an instant, and still say something of a person.
#[must_use]
pub fn due_to_forget(status: SeekerStatus, before: DateTime<Utc>) -> Select<Entity> {
    let select = Entity::find().filter(Column::Status.eq(status)).filter(Column::UpdatedAt.lt(before));
    select.filter(Column::ErasedAt.is_null())
}

/// What an officer lets pass, with who and when.
fn signed(change: &Change, given: &Override) -> OverrideView {
    let (finding, reason) = (given.finding, given.reason.clone());
    OverrideView { finding, reason, by: change.actor().to_owned(), at: change.now() }
}

/// Deletes a draft. Of its tickets that have ended only the day stays.
///
/// # Errors
/// One that waits in a queue; the database's own.
pub async fn delete(change: &mut Change, row: &Model) -> Result<(), Problem> {
    let running = [TicketStatus::Booked, TicketStatus::CheckedIn, TicketStatus::Called, TicketStatus::Serving];
    let ticket = ticket::Entity::find().filter(ticket::Column::SeekerId.eq(row.id));
    let ticket = ticket.filter(ticket::Column::Status.is_in(running)).select_only().column(ticket::Column::Id);
    if ticket.into_tuple::<TicketId>().one(change.db()).await?.is_some() {
        return Err(SeekerRefusal::HasTicket.into());
    }
    change.note(row, "delete", json!({"status": row.status}));
    access::end_own(change, row.id).await?;
    files::discard(change, AttachmentSubject::JobSeeker, row.id.0).await?;
    row.clone().delete(change.db()).await?;
    Ok(())
}

/// Sends a record to the office. Nothing is looked for: who sends it learns nothing of another record.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn submit(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Submit)?;
    let set: [(Column, Value); 2] =
        [(Column::SubmittedAt, change.now().into()), (Column::ReturnReasons, None::<String>.into())];
    change.advance(row, &step, set, facts).await
}

/// Takes a record back, and the places in queues that it holds.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Withdraw)?;
    queue::give_up(change, row.id, None).await?;
    change.advance(row, &step, [], facts).await
}

/// Sends a record back, with a reason for each field.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn send_back(change: &mut Change, row: &Model, fields: &[FieldReason]) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Return)?;
    let reasons = serde_json::to_string(fields).map_err(Problem::internal)?;
    let set = decided(change, [(Column::ReturnReasons, reasons.into())]);
    change.advance(row, &step, set, facts).await
}

fn decided(change: &Change, set: impl IntoIterator<Item = (Column, Value)>) -> Vec<(Column, Value)> {
    let mut set: Vec<_> = set.into_iter().collect();
    set.push((Column::DecidedAt, change.now().into()));
    set.push((Column::DecidedBy, change.actor().into()));
    set
}

/// Takes a record into the register.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn verify(change: &mut Change, row: &Model, passed: &[Override]) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Verify)?;
    let set = [(Column::Overrides, kept(change, passed)?), (Column::RegisteredAt, change.now().into())];
    let set = decided(change, set);
    let after = change.advance(row, &step, set, facts).await?;
    count(change, &after, "seeker_registered", 1);
    placing::catch_up(change, after).await
}

/// Joins a record to the one that the register has of the person: that one says what this one said too (a school's
/// only where it said nothing yet), and is looking for work again. Gives that.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn join(change: &mut Change, row: &Model, person: &Model, passed: &[Override]) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Join)?;
    let set = decided(change, [(Column::MergedInto, Some(person.id.0).into())]);
    change.advance(row, &step, set, facts).await?;
    replace(change, row, person).await?;
    let vault = &change.state().vault;
    // A school adds to what the person has said and changes nothing of it; who writes anew loses nothing by leaving it out.
    let (said, held) = (open(vault, row)?, open(vault, person)?);
    let agreed = held.consents.clone();
    let (mut new, rest) = if row.source == SeekerSource::School { (held, said) } else { (said, held) };
    new.complete_with(rest);
    // What the person agrees to they say of the record itself, and nobody for them.
    new.consents = agreed;
    let nik = Nik::parse(&new.identity.nik).map_err(|_| Problem::internal("a NIK that is none"))?;
    let mut set = columns(change, person.id, &new, &Sound { nik, office: person.office.clone() })?;
    let mut passed: Vec<_> = passed.iter().map(|given| signed(change, given)).collect();
    passed.splice(0..0, overrides(person)?);
    let passed = serde_json::to_string(&passed).map_err(Problem::internal)?;
    set.extend([(Column::Overrides, passed.into()), (Column::StatusReason, None::<String>.into())]);
    let set = decided(change, set);
    if person.status == SeekerStatus::Registered {
        let after = change.edit(person, set, facts).await?;
        recount(change, person, &after);
        return Ok(after);
    }
    let step = lifecycle::step(person.status, SeekerEvent::Restore)?;
    restored(change, person, &step, set).await
}

fn kept(change: &Change, passed: &[Override]) -> Result<Value, Problem> {
    let signed: Vec<_> = passed.iter().map(|given| signed(change, given)).collect();
    Ok(serde_json::to_string(&signed).map_err(Problem::internal)?.into())
}

async fn restored(
    change: &mut Change,
    row: &Model,
    step: &lifecycle::Step<SeekerStatus>,
    mut set: Vec<(Column, Value)>,
) -> Result<Model, Problem> {
    set.push((Column::RemovalReason, None::<RemovalReason>.into()));
    set.push((Column::RegisteredAt, change.now().into()));
    let after = change.advance(row, step, set, facts).await?;
    count(change, &after, "seeker_registered", 1);
    Ok(after)
}

/// Takes a person off the register, with the reason; it is counted.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn remove(change: &mut Change, row: &Model, removal: &Removal) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Remove)?;
    let set =
        [(Column::RemovalReason, Some(removal.reason).into()), (Column::StatusReason, removal.note.clone().into())];
    let set = decided(change, set);
    let after = change.advance(row, &step, set, facts).await?;
    if row.status == SeekerStatus::Registered {
        count(change, &after, "seeker_removed", 1);
    }
    cards::close(change, row.id, CardEnd::Removed).await?;
    queue::give_up(change, row.id, Some(QueueService::Ak1)).await?;
    Ok(after)
}

/// Takes a person into the register again.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn restore(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Restore)?;
    if row.erased_at.is_some() {
        return Err(SeekerRefusal::Erased.into());
    }
    let set = decided(change, [(Column::StatusReason, reason.into())]);
    restored(change, row, &step, set).await
}

/// Gives a record to another office: it leaves one register and enters the other. Both are told.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn transfer(change: &mut Change, row: &Model, to: &str, reason: &str) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Transfer)?;
    let set = [(Column::Office, to.into()), (Column::StatusReason, reason.into())];
    let set = decided(change, set);
    let after = change.advance(row, &step, set, facts).await?;
    change.note(row, "leave", json!({"to_office": to}));
    cards::follow(change, row.id, to).await?;
    files::follow(change, row.id, row.id, to, true).await?;
    queue::give_up(change, row.id, Some(QueueService::Ak1)).await?;
    if row.status == SeekerStatus::Registered {
        count(change, row, "seeker_left", 1);
        count(change, &after, "seeker_entered", 1);
    }
    Ok(after)
}

/// Makes two records of one person one: the first names the second, which stays.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn merge(change: &mut Change, row: &Model, into: &Model, reason: &str) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Merge)?;
    let set = [(Column::MergedInto, Some(into.id.0).into()), (Column::StatusReason, reason.into())];
    let set = decided(change, set);
    let after = change.advance(row, &step, set, facts).await?;
    if row.status == SeekerStatus::Registered {
        count(change, row, "seeker_removed", 1);
    }
    cards::close(change, row.id, CardEnd::Merged).await?;
    replace(change, row, into).await?;
    if row.status == SeekerStatus::Placed {
        // What placed the one places the other.
        hire(change, into).await?;
    }
    Ok(after)
}

/// Puts a record in the place of another one of the same person, in all that hangs on that: who has it as their own, its files,
/// the placements that named it, its classes, apprenticeships, tickets and open requests, and the records that it had taken the
/// place of.
async fn replace(change: &mut Change, row: &Model, into: &Model) -> Result<(), Problem> {
    access::move_own(change, row.id, into.id).await?;
    // A school's photo is put in the place of none.
    let photos = row.source != SeekerSource::School || files::photo(change.db(), into.id).await?.is_none();
    files::follow(change, row.id, into.id, &into.office, photos).await?;
    placing::follow(change, row.id, into.id).await?;
    agreements::follow(change, row.id, into.id).await?;
    queue::follow(change, row.id, into.id).await?;
    requests::follow(change, row.id, into.id).await?;
    training::follow(change, row.id, into.id).await?;
    let earlier = Entity::update_many().filter(Column::MergedInto.eq(row.id));
    earlier.col_expr(Column::MergedInto, Expr::value(into.id)).exec(change.db()).await?;
    Ok(())
}

/// What the feed says of a record: nothing of the person but what they agree to, which whoever shares them must know.
fn facts(row: &Model) -> serde_json::Value {
    let consents: serde_json::Value = serde_json::from_str(&row.consents).unwrap_or_default();
    json!({"status": row.status, "source": row.source, "merged_into": row.merged_into, "consents": consents})
}

/// Somebody in the register found work: they are counted out of it, and their card ends.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn hire(change: &mut Change, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Place)?;
    let after = change.advance(row, &step, [], facts).await?;
    count(change, &after, "seeker_placed", 1);
    cards::close(change, row.id, CardEnd::Placed).await?;
    Ok(after)
}

/// What placed somebody was voided: they look for work again, and a card that still holds is theirs again.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn reopen(change: &mut Change, row: &Model) -> Result<(), Problem> {
    let step = lifecycle::step(row.status, SeekerEvent::Reopen)?;
    let after = change.advance(row, &step, [], facts).await?;
    count(change, &after, "seeker_placed", -1);
    cards::reopen(change, &after).await
}

/// Counts somebody in the register anew of whom something has changed by which people are counted: what they were leaves the
/// register, and what they are enters it, so that each group of a statistic adds up.
fn recount(change: &mut Change, before: &Model, after: &Model) {
    let group = |row: &Model| {
        let born = row.birth_on.map(|day| chrono::Datelike::year(&day));
        (row.sex, born, row.education.clone(), row.occupation.clone(), row.region.clone())
    };
    if after.status == SeekerStatus::Registered && group(before) != group(after) {
        count(change, before, "seeker_registered", -1);
        count(change, after, "seeker_registered", 1);
    }
}

/// Counts what happened to somebody in the register, with the codes of the day.
pub fn count(change: &mut Change, row: &Model, kind: &'static str, quantity: i64) {
    use chrono::Datelike;
    let movement = Movement {
        kind,
        office: row.office.clone(),
        effective_on: change.moment(&row.office).today,
        quantity,
        subject: row.id.0,
        sex: row.sex.map(Sex::as_str),
        birth_year: row.birth_on.map(|born| born.year()),
        education: row.education.clone(),
        occupation: row.occupation.clone(),
        region: row.region.clone(),
        ..Movement::default()
    };
    change.count(movement);
}
