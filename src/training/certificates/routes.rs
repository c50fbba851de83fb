//! The operations.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use disnaker_entity::training::{
    AssessmentId, CertificateId, CertificateStatus, EnrollmentId, certificate, enrollment, package,
};

use super::bodies::{
    AssessmentFilter, AssessmentPage, AssessmentPatch, AssessmentView, CertificateCheck, CertificateContent,
    CertificateFilter, CertificatePage, CertificateRevocation, CertificateView, NewAssessment, NewCertificate,
};
use super::{paper, queries, rules, statement};
use crate::access::permissions::{IssueCertificates, ReadCertificates, ReadCompetence, VerifyCertificates};
use crate::app::State;
use crate::caller::{Caller, Sees};
use crate::change::Answer;
use crate::check::Checks;
use crate::files::bodies::FileContent;
use crate::lifecycle::{self, By};
use crate::paper::long_date;
use crate::problem::{Language, Problem, Text};
use crate::reads::Read;
use crate::reference;
use crate::seekers;
use crate::training::enrollments::queries as enrolled;
use crate::verification::{self, Look, Page};
use crate::wire::{self, Cache, IfMatch, Json, OptionalJson, Path, Query};

/// What the public answer is not.
const NOTE: Text = Text::of(
    "Jawaban ini bukan sertifikat, dan sertifikat pelatihan bukan sertifikat kompetensi. Cocokkan nomor dan nama dengan sertifikat asli dan KTP pemegangnya.",
    "This answer is no certificate, and a training certificate is none of competence. Compare number and name with the certificate itself and its holder's identity card.",
);

fn view(state: &State, row: certificate::Model, seer: &impl Sees) -> Result<CertificateView, Problem> {
    let issues = seer.scope_of::<IssueCertificates>().covers_office(&row.office);
    let allowed = if issues { lifecycle::allowed(row.status, By::Office) } else { Vec::new() };
    let url = statement::url(state, &row);
    CertificateView::of(row, url, allowed)
}

/// A certificate with what its code holds.
async fn whole(state: &State, row: certificate::Model, seer: &impl Sees) -> Result<CertificateView, Problem> {
    let zone = state.book().await?.zone(&row.office);
    let holds = row.status == CertificateStatus::Issued;
    let content: CertificateContent = serde_json::from_str(&row.content).map_err(Problem::internal)?;
    let code = holds.then(|| statement::code(state, &row, &content, zone)).transpose()?;
    Ok(CertificateView { code, ..view(state, row, seer)? })
}

/// The certificates and assessments of some records that the caller may see, for an export.
///
/// # Errors
/// The database's own.
pub async fn of_people<C: sea_orm::ConnectionTrait>(
    db: &C,
    state: &State,
    seer: &impl Sees,
    ids: &[disnaker_entity::seeker::SeekerId],
) -> Result<(Vec<CertificateView>, Vec<AssessmentView>), Problem> {
    let (certificates, assessments) = queries::of_people(db, seer, ids).await?;
    let certificates = certificates.into_iter().map(|row| view(state, row, seer)).collect::<Result<_, _>>()?;
    Ok((certificates, assessments.into_iter().map(Into::into).collect()))
}

/// Issue the training certificate of somebody who passed.
///
/// With a number; what it says of the class stays as it was. It says nothing of competence.
#[utoipa::path(tag = "training-certificates", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = Option<NewCertificate>, example = json!(NewCertificate::sample())),
    responses((status = 201, body = CertificateView)), security(("bearer" = [IssueCertificates::NAME])))]
#[post("/training-enrollments/{id}/certificate")]
pub async fn issue_training_certificate(
    caller: Caller<IssueCertificates>,
    Path(id): Path<EnrollmentId>,
    OptionalJson(new): OptionalJson<NewCertificate>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let (of, row) = enrolled::lock_both(change, id).await?;
            rules::check_signer(&new)?;
            let row = queries::issue(change, &of, &row, &new, &codes).await?;
            let location = format!("/v1/training-certificates/{}", row.id);
            Ok(Answer::created(location, whole(change.state(), row, change).await?).tagged())
        })
        .await
}

/// List training certificates, newest first.
#[utoipa::path(tag = "training-certificates", params(CertificateFilter), responses((status = 200, body = CertificatePage)),
    security(("bearer" = [ReadCertificates::NAME])))]
#[get("/training-certificates")]
pub async fn list_training_certificates(
    request: HttpRequest,
    caller: Caller<ReadCertificates>,
    Query(filter): Query<CertificateFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("training-certificates", &filter)?;
    let rows = queries::list(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    caller.read_page(seekers::KIND, page.filter(), rows.len());
    let data = rows.into_iter().map(|row| view(caller.state(), row, &caller)).collect::<Result<_, _>>()?;
    let page = CertificatePage { data, next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read a training certificate.
#[utoipa::path(tag = "training-certificates", params(("id" = CertificateId, Path, description = "Certificate id")),
    responses((status = 200, body = CertificateView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadCertificates::NAME])))]
#[get("/training-certificates/{id}")]
pub async fn get_training_certificate(
    request: HttpRequest,
    caller: Caller<ReadCertificates>,
    Path(id): Path<CertificateId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find(caller.reader(), &caller, id).await?;
    let (office, subject) = (row.office.clone(), Some(row.seeker_id.0));
    let view = whole(caller.state(), row, &caller).await?;
    caller.read(Read { office, subject_kind: seekers::KIND, subject, ..caller.reading() });
    wire::found_as_seen(&request, &view, Cache::Private)
}

/// Make the paper of a training certificate.
///
/// With the name and the birth of its holder and no number of theirs, its units with their hours, and a code that leads to the public
/// check. There is none of a certificate that was taken back.
#[utoipa::path(tag = "training-certificates", params(("id" = CertificateId, Path, description = "Certificate id")),
    responses((status = 200, body = FileContent, content_type = "application/pdf"),
        (status = 409, body = crate::problem::ProblemView, content_type = "application/problem+json",
            description = "Taken back, or its holder's name was erased or changed: `illegal-transition`")),
    security(("bearer" = [ReadCertificates::NAME])))]
#[get("/training-certificates/{id}/certificate.pdf")]
pub async fn get_training_certificate_paper(
    caller: Caller<ReadCertificates>,
    Path(id): Path<CertificateId>,
) -> Result<HttpResponse, Problem> {
    let (db, state) = (caller.reader(), caller.state());
    let row = queries::find(db, &caller, id).await?;
    if row.status != CertificateStatus::Issued {
        let why = Text::of("Sertifikat ini sudah dicabut.", "The certificate was taken back.");
        return Err(Problem::new(crate::problem::Kind::IllegalTransition).detail(why).allowed(Vec::new()));
    }
    let (person, office) = queries::beside(db, &row).await?;
    if person.name.is_empty() {
        return Err(rules::CertificateRefusal::Nameless.into());
    }
    // The public check and the signed statement show the initials of the day of issue.
    if seekers::initials(&person.name) != row.holder {
        return Err(rules::CertificateRefusal::Renamed.into());
    }
    let (act, subject_kind, subject) = ("download", seekers::KIND, Some(person.id.0));
    caller.record(Read { office: row.office.clone(), act, subject_kind, subject, ..caller.reading() }).await?;
    let said = seekers::open(&state.vault, &person)?;
    let content: CertificateContent = serde_json::from_str(&row.content).map_err(Problem::internal)?;
    let codes = reference::codes(state).await?;
    let place = codes.region(&office.region).map_or(office.region.as_str(), |region| &region.name).to_owned();
    let zone = state.book().await?.zone(&row.office);
    let code = statement::code(state, &row, &content, zone)?;
    let sheet = paper::paper(&row, &content, &said, &office, &place, &code, state.clock.now());
    let sheet = sheet.map_err(Problem::internal)?;
    let bytes = actix_web::web::block(move || sheet.finish()).await.map_err(Problem::internal)?;
    let bytes = bytes.map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.pdf\"", row.number)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

/// Revoke a training certificate, with a reason.
#[utoipa::path(tag = "training-certificates", params(("id" = CertificateId, Path, description = "Certificate id")),
    request_body(content = CertificateRevocation, example = json!(CertificateRevocation::sample())),
    responses((status = 200, body = CertificateView)), security(("bearer" = [IssueCertificates::NAME])))]
#[post("/training-certificates/{id}/revoke")]
pub async fn revoke_training_certificate(
    caller: Caller<IssueCertificates>,
    Path(id): Path<CertificateId>,
    if_match: IfMatch,
    Json(body): Json<CertificateRevocation>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::find(change.db(), change, id).await?;
            let (of, enrolled) = enrolled::of_certificate(change, row.enrollment_id).await?;
            let row = queries::lock(change, id).await?;
            if_match.holds(row.version)?;
            let mut checks = Checks::default();
            checks.reason("/reason", &body.reason, 500);
            checks.done()?;
            let row = queries::revoke(change, &of, &enrolled, &row, &body.reason).await?;
            Ok(Answer::ok(whole(change.state(), row, change).await?).tagged())
        })
        .await
}

/// List the training certificates that were taken back.
///
/// For who verifies statements without a network: by the `jti` of each, signed as one text. The code of a certificate holds behind the
/// address a JWT of the type `training-certificate+jwt`. Public; fetch it once a day or so.
#[utoipa::path(tag = "training-certificates",
    responses((status = 200, body = verification::RevocationList), (status = 304, description = "Not changed")),
    security((), ("bearer" = [VerifyCertificates::NAME])))]
#[get("/verifications/training-certificates/revoked")]
pub async fn list_revoked_training_certificates(
    request: HttpRequest,
    caller: Caller<VerifyCertificates>,
) -> Result<HttpResponse, Problem> {
    let state = caller.state();
    let ended = async || queries::taken_back(state.db.reader()).await;
    state.certificates.revoked(&request, verification::today(state), "certificates", ended).await
}

/// Check a training certificate.
///
/// For who has scanned its code, without a token of this service: JSON, or a page for a telephone where `Accept: text/html` asks
/// for it. Only one in force shows the initials of a name. A token that is malformed and one of no certificate answer alike.
#[utoipa::path(tag = "training-certificates", params(("token" = String, Path, description = "Token of the code")),
    responses((status = 200, content((CertificateCheck = "application/json"), (String = "text/html")))),
    security((), ("bearer" = [VerifyCertificates::NAME])))]
#[get("/verifications/training-certificates/{token}")]
pub async fn verify_training_certificate(
    request: HttpRequest,
    caller: Caller<VerifyCertificates>,
    Path(token): Path<String>,
) -> Result<HttpResponse, Problem> {
    let hash = verification::hash_of(&token).ok_or_else(Problem::not_found)?;
    let row = queries::by_token(caller.reader(), &hash).await?.ok_or_else(Problem::not_found)?;
    let book = caller.state().book().await?;
    let valid = row.status == CertificateStatus::Issued;
    let content: CertificateContent = serde_json::from_str(&row.content).map_err(Problem::internal)?;
    let check = CertificateCheck {
        status: row.status,
        valid,
        number: row.number,
        name: valid.then_some(row.holder),
        programme: content.programme,
        provider: content.provider,
        office_name: book.offices.get(&row.office).map(|office| office.name.clone()).unwrap_or_default(),
        issued_on: row.issued_on,
        ended_on: row.ended_at.map(|at| book.zone(&row.office).date(at)),
        office: row.office,
        note: NOTE.in_language(caller.language()).to_owned(),
    };
    Ok(verification::checked(&request, &check, |check| phone(check, caller.language())))
}

/// The page that a telephone shows.
fn phone(check: &CertificateCheck, language: Language) -> String {
    let say = |id: &'static str, en: &'static str| Text::of(id, en).into_language(language);
    let day = |day| match language {
        Language::Indonesian => long_date(day),
        Language::English => day.format("%-d %B %Y").to_string(),
    };
    let rows = [
        (say("Nomor", "Number"), Some(check.number.clone())),
        (say("Nama (disamarkan)", "Name (masked)"), check.name.clone()),
        (say("Program", "Programme"), Some(check.programme.clone())),
        (say("Penyelenggara", "Provider"), Some(check.provider.clone())),
        (say("Dinas", "Office"), Some(check.office_name.clone())),
        (say("Tanggal terbit", "Issued on"), Some(day(check.issued_on))),
        (say("Dicabut pada", "Revoked on"), check.ended_on.map(day)),
    ];
    let rows: Vec<_> = rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect();
    let title = say("Pemeriksaan sertifikat pelatihan", "Training certificate check");
    let (status, look) =
        if check.valid { (say("BERLAKU", "VALID"), Look::Yes) } else { (say("DICABUT", "REVOKED"), Look::No) };
    Page { title: &title, status: (&status, look), rows: &rows, note: &check.note }.html(language)
}

// Competence -------------------------------------------------------------------------------------

/// Write down an assessment of competence.
///
/// By a body of the BNSP, apart from the training certificate; a certificate of competence holds three years (policy row
/// `training.competence-validity`), and is renewed by a new assessment.
#[utoipa::path(tag = "training-certificates", params(("id" = EnrollmentId, Path, description = "Enrolment id")),
    request_body(content = NewAssessment, example = json!(NewAssessment::sample())),
    responses((status = 201, body = AssessmentView)), security(("bearer" = [IssueCertificates::NAME])))]
#[post("/training-enrollments/{id}/competence-assessments")]
pub async fn create_competence_assessment(
    caller: Caller<IssueCertificates>,
    Path(id): Path<EnrollmentId>,
    Json(new): Json<NewAssessment>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let (of, row): (package::Model, enrollment::Model) = enrolled::lock_both(change, id).await?;
            let today = change.moment(&of.office).today;
            let expires_on = rules::check_assessment(&new, &change.book(), &of.office, today)?;
            let row = queries::assess(change, &of, &row, &new, expires_on).await?;
            let location = format!("/v1/competence-assessments/{}", row.id);
            Ok(Answer::created(location, AssessmentView::from(row)).tagged())
        })
        .await
}

/// Put an assessment of competence right.
///
/// As it should have been written down; who is competent by it is counted anew.
#[utoipa::path(tag = "training-certificates", params(("id" = AssessmentId, Path, description = "Assessment id")),
    request_body(content = AssessmentPatch, example = json!(AssessmentPatch::sample())),
    responses((status = 200, body = AssessmentView)), security(("bearer" = [IssueCertificates::NAME])))]
#[patch("/competence-assessments/{id}")]
pub async fn update_competence_assessment(
    caller: Caller<IssueCertificates>,
    Path(id): Path<AssessmentId>,
    if_match: IfMatch,
    Json(patch): Json<AssessmentPatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let enrolled = queries::assessment(change.db(), change, id).await?.enrollment_id;
            let (of, enrolled) = enrolled::of_certificate(change, enrolled).await?;
            let row = queries::lock_assessment(change, id).await?;
            if_match.holds(row.version)?;
            let new = patch.clone().onto(NewAssessment::of(&row));
            let today = change.moment(&of.office).today;
            let expires_on = rules::check_assessment(&new, &change.book(), &of.office, today)?;
            let row = queries::correct(change, &of, &enrolled, row, &new, expires_on).await?;
            Ok(Answer::ok(AssessmentView::from(row)).tagged())
        })
        .await
}

/// List assessments of competence, newest first.
#[utoipa::path(tag = "training-certificates", params(AssessmentFilter), responses((status = 200, body = AssessmentPage)),
    security(("bearer" = [ReadCompetence::NAME])))]
#[get("/competence-assessments")]
pub async fn list_competence_assessments(
    request: HttpRequest,
    caller: Caller<ReadCompetence>,
    Query(filter): Query<AssessmentFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("competence-assessments", &filter)?;
    let rows = queries::assessments(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    caller.read_page(seekers::KIND, page.filter(), rows.len());
    let page = AssessmentPage { data: rows.into_iter().map(Into::into).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Read an assessment of competence.
#[utoipa::path(tag = "training-certificates", params(("id" = AssessmentId, Path, description = "Assessment id")),
    responses((status = 200, body = AssessmentView), (status = 304, description = "Not changed")),
    security(("bearer" = [ReadCompetence::NAME])))]
#[get("/competence-assessments/{id}")]
pub async fn get_competence_assessment(
    request: HttpRequest,
    caller: Caller<ReadCompetence>,
    Path(id): Path<AssessmentId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::assessment(caller.reader(), &caller, id).await?;
    let read = Read {
        office: row.office.clone(),
        subject_kind: seekers::KIND,
        subject: Some(row.seeker_id.0),
        ..caller.reading()
    };
    caller.read(read);
    Ok(wire::found(&request, &AssessmentView::from(row), Cache::Private))
}
