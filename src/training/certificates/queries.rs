//! The only SeaORM of certificates and assessments.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::office;
use disnaker_entity::seeker::{self, SeekerId};
use disnaker_entity::training::{
    AssessmentId, CertificateId, CertificateStatus, Competence, EnrollmentId, EnrollmentStatus, PackageId, assessment,
    certificate, enrollment, package, programme, provider,
};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select, Value,
};
use serde_json::json;

use super::bodies::{AssessmentFilter, CertificateContent, CertificateFilter, NewAssessment, NewCertificate};
use super::lifecycle::CertificateEvent;
use super::rules::{self, CertificateRefusal};
use super::statement;
use crate::caller::Sees;
use crate::change::Change;
use crate::clock::Zone;
use crate::db::among;
use crate::journal::Entry;
use crate::lifecycle;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::problem::{OnUnique, Problem};
use crate::reference::Codes;
use crate::seekers;
use crate::training::funnel;

crate::record!("training_certificate", certificate::Model, certificate::Entity, CertificateStatus, |_| None);

/// What is counted of who is competent.
const COMPETENT: &str = "training_competent";

/// Certificates of the caller's offices and providers, and one's own.
fn visible(seer: &impl Sees) -> Select<certificate::Entity> {
    use certificate::Column as Of;
    certificate::Entity::find().filter(seer.scope().of_any(Of::Office, Of::ProviderId, Some(Of::SeekerId)))
}

/// A certificate that the caller may see.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: CertificateId,
) -> Result<certificate::Model, Problem> {
    visible(seer).filter(certificate::Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The same, locked.
pub async fn lock(change: &Change, id: CertificateId) -> Result<certificate::Model, Problem> {
    let select = visible(change).filter(certificate::Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Certificates, newest first.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &CertificateFilter,
    part: &Part<CertificateId>,
) -> Result<Vec<certificate::Model>, DbErr> {
    use certificate::Column as Of;
    let select = visible(seer)
        .only(Of::Office, filter.office.as_deref())
        .only(Of::SeekerId, filter.job_seeker_id)
        .only(Of::EnrollmentId, filter.enrollment_id)
        .only(Of::Status, filter.status);
    let select = match filter.package_id {
        Some(package) => select.filter(Of::EnrollmentId.in_subquery(of_package(package))),
        None => select,
    };
    part.newest(select, Of::Id).all(db).await
}

/// Certificates and assessments of some people that the caller may see, newest first.
///
/// # Errors
/// The database's own.
pub async fn of_people<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    ids: &[SeekerId],
) -> Result<(Vec<certificate::Model>, Vec<assessment::Model>), DbErr> {
    let certificates = visible(seer).filter(among(db, certificate::Column::SeekerId, ids.iter().copied()));
    let certificates = certificates.order_by_desc(certificate::Column::Id).all(db).await?;
    let assessments = visible_assessments(seer).filter(among(db, assessment::Column::SeekerId, ids.iter().copied()));
    Ok((certificates, assessments.order_by_desc(assessment::Column::Id).all(db).await?))
}

/// A certificate by the hash of its token, for everybody who has that.
///
/// # Errors
/// The database's own.
pub async fn by_token<C: ConnectionTrait>(db: &C, hash: &[u8]) -> Result<Option<certificate::Model>, DbErr> {
    certificate::Entity::find().filter(certificate::Column::TokenHash.eq(hash)).one(db).await
}

/// Whether a certificate of an enrolment is out.
///
/// # Errors
/// The database's own.
pub async fn is_out(change: &Change, of: EnrollmentId) -> Result<bool, DbErr> {
    use certificate::Column as Of;
    let select = certificate::Entity::find().filter(Of::EnrollmentId.eq(of));
    let select = select.filter(Expr::cust("training_certificate.status = 'issued'")).select_only().column(Of::Id);
    Ok(select.into_tuple::<CertificateId>().one(change.db()).await?.is_some())
}

/// Certificates that were taken back: the hash of the token, and since when.
///
/// # Errors
/// The database's own.
pub async fn taken_back<C: ConnectionTrait>(db: &C) -> Result<Vec<(Vec<u8>, NaiveDate)>, DbErr> {
    use certificate::Column as Of;
    let select = certificate::Entity::find().filter(Expr::cust("training_certificate.status = 'revoked'"));
    let select = select.select_only().columns([Of::TokenHash, Of::EndedAt, Of::UpdatedAt]).into_tuple();
    let day = |(hash, ended, updated): (_, Option<DateTime<Utc>>, DateTime<Utc>)| {
        (hash, Zone::WESTERN.date(ended.unwrap_or(updated)))
    };
    Ok(select.all(db).await?.into_iter().map(day).collect())
}

/// The record of a certificate's holder, and the office of its letterhead.
///
/// # Errors
/// The database's own.
pub async fn beside<C: ConnectionTrait>(
    db: &C,
    row: &certificate::Model,
) -> Result<(seeker::Model, office::Model), Problem> {
    let person = seeker::Entity::find_by_id(row.seeker_id).one(db).await?;
    let office = office::Entity::find_by_id(row.office.as_str()).one(db).await?;
    person.zip(office).ok_or_else(|| Problem::internal("a certificate of nobody"))
}

/// What a certificate says of its class.
async fn content(change: &Change, of: &package::Model, codes: &Codes) -> Result<CertificateContent, Problem> {
    let programme = programme::Entity::find_by_id(of.programme_id).one(change.db()).await?;
    let provider = provider::Entity::find_by_id(of.provider_id).one(change.db()).await?;
    let (programme, provider) =
        programme.zip(provider).ok_or_else(|| Problem::internal("a package without its programme or provider"))?;
    let region = codes.region(&of.region).map_or_else(|| of.region.clone(), |region| region.name.clone());
    let village = of.village.iter().map(String::as_str);
    Ok(CertificateContent {
        units: serde_json::from_str(&programme.units).map_err(Problem::internal)?,
        programme: programme.name,
        trade: programme.trade,
        provider: provider.name,
        place: village.chain([region.as_str()]).collect::<Vec<_>>().join(", "),
        from: of.starts_on,
        until: of.ends_on,
        hours: programme.hours,
    })
}

/// Issues the certificate of somebody who passed: it gets its number, and keeps what it says.
///
/// # Errors
/// Who did not pass; `already-exists`; the database's own.
pub async fn issue(
    change: &mut Change,
    of: &package::Model,
    enrolled: &enrollment::Model,
    new: &NewCertificate,
    codes: &Codes,
) -> Result<certificate::Model, Problem> {
    if enrolled.status != EnrollmentStatus::Passed {
        return Err(CertificateRefusal::NotPassed.into());
    }
    let content = content(change, of, codes).await?;
    let name = seekers::names_of(change.db(), std::iter::once(enrolled.seeker_id)).await?.remove(&enrolled.seeker_id);
    let name = name.filter(|name| !name.is_empty()).ok_or(CertificateRefusal::Nameless)?;
    let (id, moment) = (CertificateId(change.id()), change.moment(&of.office));
    let number = change.next_number("SPL", &of.office, moment.year()).await?;
    let row = certificate::Model {
        id,
        enrollment_id: enrolled.id,
        office: of.office.clone(),
        provider_id: of.provider_id,
        seeker_id: enrolled.seeker_id,
        number: rules::number(&of.office, moment.year(), number),
        holder: seekers::initials(&name),
        status: CertificateStatus::Issued,
        token_hash: statement::hash(&change.state().vault, id),
        content: serde_json::to_string(&content).map_err(Problem::internal)?,
        issued_on: moment.today,
        signer_name: new.signer_name.clone(),
        signer_number: new.signer_number.clone(),
        status_reason: None,
        ended_at: None,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    let insert = certificate::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(CertificateRefusal::Issued)?;
    change.note(&row, "issue", facts(&row));
    count(change, of, enrolled, "training_certificate", 1);
    Ok(row)
}

/// Takes a certificate back.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn revoke(
    change: &mut Change,
    of: &package::Model,
    enrolled: &enrollment::Model,
    row: &certificate::Model,
    reason: &str,
) -> Result<certificate::Model, Problem> {
    use certificate::Column as Of;
    let step = lifecycle::step(row.status, CertificateEvent::Revoke)?;
    let set: [(Of, Value); 2] =
        [(Of::StatusReason, Some(reason.to_owned()).into()), (Of::EndedAt, Some(change.now()).into())];
    let after = change.advance(row, &step, set, facts).await?;
    count(change, of, enrolled, "training_certificate", -1);
    Ok(after)
}

/// What the feed says of a certificate: nothing of the person but which record it is of.
fn facts(row: &certificate::Model) -> serde_json::Value {
    json!({
        "status": row.status, "number": row.number, "enrollment_id": row.enrollment_id,
        "issued_on": row.issued_on,
    })
}

/// Counts what a class gave somebody, with the codes of both.
fn count(change: &mut Change, of: &package::Model, enrolled: &enrollment::Model, kind: &'static str, quantity: i64) {
    let today = change.moment(&of.office).today;
    change.count(Movement { quantity, ..funnel::movement(of, enrolled, kind, today) });
}

/// The enrolments of a package, to narrow a list to them.
fn of_package(id: PackageId) -> SelectStatement {
    use enrollment::Column as Of;
    Query::select().column(Of::Id).from(enrollment::Entity).and_where(Of::PackageId.eq(id)).to_owned()
}

/// Gives the certificates and assessments of a record to the one that takes its place.
///
/// # Errors
/// The database's own.
pub async fn follow(change: &Change, from: SeekerId, to: SeekerId) -> Result<(), DbErr> {
    let certificates = certificate::Entity::update_many().filter(certificate::Column::SeekerId.eq(from));
    certificates.col_expr(certificate::Column::SeekerId, Expr::value(to)).exec(change.db()).await?;
    let assessments = assessment::Entity::update_many().filter(assessment::Column::SeekerId.eq(from));
    assessments.col_expr(assessment::Column::SeekerId, Expr::value(to)).exec(change.db()).await?;
    Ok(())
}

// Competence -------------------------------------------------------------------------------------

/// Assessments of the caller's offices, and one's own.
fn visible_assessments(seer: &impl Sees) -> Select<assessment::Entity> {
    use assessment::Column as Of;
    let scope = seer.scope();
    let any = Condition::any().add(scope.of_offices(Of::Office)).add(scope.of_seekers(Of::SeekerId));
    assessment::Entity::find().filter(any)
}

/// An assessment that the caller may see.
pub async fn assessment<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: AssessmentId,
) -> Result<assessment::Model, Problem> {
    visible_assessments(seer).filter(assessment::Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// Assessments, newest first.
pub async fn assessments<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &AssessmentFilter,
    part: &Part<AssessmentId>,
) -> Result<Vec<assessment::Model>, DbErr> {
    use assessment::Column as Of;
    let select = visible_assessments(seer)
        .only(Of::Office, filter.office.as_deref())
        .only(Of::SeekerId, filter.job_seeker_id)
        .only(Of::EnrollmentId, filter.enrollment_id);
    let select = match filter.package_id {
        Some(package) => select.filter(Of::EnrollmentId.in_subquery(of_package(package))),
        None => select,
    };
    part.newest(select, Of::Id).all(db).await
}

/// Writes an assessment down.
///
/// # Errors
/// Who did not pass; `already-exists` for a number that is on record; the database's own.
pub async fn assess(
    change: &mut Change,
    of: &package::Model,
    enrolled: &enrollment::Model,
    new: &NewAssessment,
    expires_on: Option<NaiveDate>,
) -> Result<assessment::Model, Problem> {
    if enrolled.status != EnrollmentStatus::Passed {
        return Err(CertificateRefusal::NotPassed.into());
    }
    let row = assessment::Model {
        id: AssessmentId(change.id()),
        enrollment_id: enrolled.id,
        office: enrolled.office.clone(),
        seeker_id: enrolled.seeker_id,
        body: new.body.trim().to_owned(),
        scheme: new.scheme.trim().to_owned(),
        result: new.result,
        number: new.number.as_deref().map(|number| number.trim().to_owned()),
        assessed_on: new.assessed_on,
        issued_on: new.issued_on,
        expires_on,
        version: 1,
        created_at: change.now(),
        created_by: change.actor().to_owned(),
        updated_at: change.now(),
    };
    let insert = assessment::Entity::insert(row.clone().into_active_model().reset_all());
    insert.exec_without_returning(change.db()).await.on_unique(CertificateRefusal::NumberTaken)?;
    told(change, &row, "create");
    if row.result == Competence::Competent {
        count(change, of, enrolled, COMPETENT, 1);
    }
    Ok(row)
}

/// The same, locked.
pub async fn lock_assessment(change: &Change, id: AssessmentId) -> Result<assessment::Model, Problem> {
    let select = visible_assessments(change).filter(assessment::Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Puts an assessment right, which is locked; who is competent by it is counted anew.
///
/// # Errors
/// `already-exists` for a number that is on record; the database's own.
pub async fn correct(
    change: &mut Change,
    of: &package::Model,
    enrolled: &enrollment::Model,
    row: assessment::Model,
    new: &NewAssessment,
    expires_on: Option<NaiveDate>,
) -> Result<assessment::Model, Problem> {
    let competent = |result| i64::from(result == Competence::Competent);
    let more = competent(new.result) - competent(row.result);
    let after = assessment::Model {
        body: new.body.trim().to_owned(),
        scheme: new.scheme.trim().to_owned(),
        result: new.result,
        number: new.number.as_deref().map(|number| number.trim().to_owned()),
        assessed_on: new.assessed_on,
        issued_on: new.issued_on,
        expires_on,
        version: row.version + 1,
        updated_at: change.now(),
        ..row
    };
    let update = after.clone().into_active_model().reset_all().update(change.db()).await;
    update.on_unique(CertificateRefusal::NumberTaken)?;
    told(change, &after, "update");
    if more != 0 {
        count(change, of, enrolled, COMPETENT, more);
    }
    Ok(after)
}

/// What the feed says of an assessment: neither whose it is nor what was found.
fn told(change: &mut Change, row: &assessment::Model, event: &str) {
    change.tell(Entry {
        event: format!("competence_assessment.{event}"),
        office: row.office.clone(),
        company: None,
        subject_kind: "competence_assessment",
        subject_id: row.id.to_string(),
        version: row.version,
        body: json!({"enrollment_id": row.enrollment_id}),
    });
}
