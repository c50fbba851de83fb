//! The operations of this room.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, post};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use disnaker_entity::access::{GrantId, Role};

use super::bodies::{
    AcceptedInvitation, AccessFilter, ClientPage, ClientSecretView, ClientView, GrantPage, GrantView, InvitationView,
    MeView, NewClient, NewGrant, NewInvitation, RoleView, TokenErrorView, TokenForm, TokenView,
};
use super::permissions::{self, AcceptInvitation, ActForUsers, ManageClients, ManageGrants, Open, Permission, ReadMe};
use super::{queries, rules, tokens};
use crate::app::State;
use crate::caller::{Caller, Grant, Identity, Realm, Sees, address};
use crate::change::{Answer, Change};
use crate::check::Checks;
use crate::personal;
use crate::problem::Problem;
use crate::wire::{self, Cache, Facts, Form, Json, Path, Query};

/// Where somebody with a record of their own finds what is theirs: lists that show them nothing else.
const OWN: &[&str] = &[
    "/v1/job-seekers",
    "/v1/queue-tickets",
    "/v1/training-enrollments",
    "/v1/training-certificates",
    "/v1/competence-assessments",
    "/v1/apprenticeship-agreements",
    "/v1/consultations",
    "/v1/complaints",
    "/v1/attachments",
    "/v1/data-requests",
    "/v1/me/consents",
    "/v1/me/access-log",
    "/v1/me/export",
];

/// Where a party to a dispute finds its cases.
const OF_PARTY: &[&str] = &["/v1/mediation-cases", "/v1/work-lists/mediation"];

/// Read who the caller is.
#[utoipa::path(tag = "access", responses((status = 200, body = MeView)), security(("bearer" = [ReadMe::NAME])))]
#[get("/me")]
pub async fn get_me(caller: Caller<ReadMe>) -> Result<HttpResponse, Problem> {
    let identity = caller.identity().cloned().ok_or_else(Problem::not_found)?;
    let roles = caller.grants().iter();
    let permitted = |row: &&permissions::Row| {
        row.open != Open::Granted
            || caller.grants().iter().any(|grant| row.roles.iter().any(|(role, _)| *role == grant.role))
    };
    let view = MeView {
        issuer: identity.issuer,
        subject: identity.subject,
        roles: roles
            .map(|grant| RoleView {
                role: grant.role,
                office: grant.realm.office().map(str::to_owned),
                company_id: grant.realm.company(),
                school_id: grant.realm.school(),
                job_seeker_id: grant.realm.seeker(),
                provider_id: grant.realm.provider(),
                party_id: grant.realm.party(),
                agent_company_id: grant.agent,
            })
            .collect(),
        permissions: permissions::TABLE.iter().filter(permitted).map(|row| row.name.to_owned()).collect(),
        links: [(Role::JobSeeker, OWN), (Role::CaseParty, OF_PARTY)]
            .into_iter()
            .filter(|(role, _)| caller.grants().iter().any(|grant| grant.role == *role))
            .flat_map(|(_, links)| links.iter().copied())
            .collect(),
    };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(view))
}

/// Create a machine client.
///
/// The secret is shown once. An office's admin creates clients of the office (`viewer` for a consumer of the feed,
/// `app_backend` for a back end that acts for its own users); a company's admin creates its HR software's.
#[utoipa::path(tag = "access", request_body(content = NewClient, example = json!(NewClient::sample())),
    responses((status = 201, body = ClientSecretView)), security(("bearer" = [ManageClients::NAME])))]
#[post("/clients")]
pub async fn create_client(caller: Caller<ManageClients>, Json(new): Json<NewClient>) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.line("/name", &new.name, 120);
    checks.done()?;
    let giver = caller.grants().to_vec();
    caller
        .change(async move |change| {
            let realm = allow(change, &giver, new.role, &new.named()).await?;
            let client = queries::NewClient { name: &new.name, role: new.role, realm };
            let view = queries::create_client(change, client).await?;
            Ok(Answer::created(format!("/v1/clients/{}", view.client.id), view).tagged())
        })
        .await
}

/// Where a role is to hold, if the caller may give it there.
async fn allow(change: &Change, giver: &[Grant], role: Role, named: &rules::Named<'_>) -> Result<Realm, Problem> {
    let realm = rules::realm(role, named)?;
    let keeper = queries::keeper(change.db(), &realm).await?;
    let target = rules::Target { role, realm: &realm, keeper: keeper.as_deref() };
    rules::may_give(target, giver, change.scope(), &change.book())?;
    Ok(realm)
}

/// List machine clients.
#[utoipa::path(tag = "access", params(AccessFilter), responses((status = 200, body = ClientPage)),
    security(("bearer" = [ManageClients::NAME])))]
#[get("/clients")]
pub async fn list_clients(
    request: HttpRequest,
    caller: Caller<ManageClients>,
    Query(filter): Query<AccessFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("clients", &filter)?;
    let rows = queries::list_clients(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id.clone());
    let page = ClientPage { data: rows.into_iter().map(ClientView::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Give a client a new secret.
///
/// The old one ends at once; tokens that were issued with it run out within the hour.
#[utoipa::path(tag = "access", params(("id" = String, Path, description = "Client id")),
    responses((status = 200, body = ClientSecretView)), security(("bearer" = [ManageClients::NAME])))]
#[post("/clients/{id}/rotate-secret")]
pub async fn rotate_client_secret(
    caller: Caller<ManageClients>,
    Path(id): Path<String>,
) -> Result<HttpResponse, Problem> {
    caller.change(async move |change| Ok(Answer::ok(queries::rotate_secret(change, &id).await?).tagged())).await
}

/// Revoke a client and its grants.
#[utoipa::path(tag = "access", params(("id" = String, Path, description = "Client id")),
    responses((status = 200, body = ClientView)), security(("bearer" = [ManageClients::NAME])))]
#[post("/clients/{id}/revoke")]
pub async fn revoke_client(caller: Caller<ManageClients>, Path(id): Path<String>) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::revoke_client(change, &id).await?;
            Ok(Answer::ok(ClientView::from(row)).tagged())
        })
        .await
}

/// Give an identity a role.
#[utoipa::path(tag = "access", request_body(content = NewGrant, example = json!(NewGrant::sample())),
    responses((status = 201, body = GrantView)), security(("bearer" = [ManageGrants::NAME])))]
#[post("/grants")]
pub async fn create_grant(caller: Caller<ManageGrants>, Json(new): Json<NewGrant>) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::default();
    checks.line("/subject", &new.subject, 255);
    checks.optional_line("/issuer", new.issuer.as_deref(), 255);
    checks.done()?;
    let giver = caller.grants().to_vec();
    caller
        .change(async move |change| {
            let realm = allow(change, &giver, new.role, &new.named()).await?;
            let issuer = new.issuer.clone().unwrap_or_else(|| change.state().issuers.own().to_owned());
            let identity = Identity { issuer, subject: new.subject.clone() };
            let row = queries::insert_grant(change, &identity, new.role, &realm).await?;
            Ok(Answer::created(format!("/v1/grants/{}", row.id), GrantView::from(row)))
        })
        .await
}

/// List grants.
#[utoipa::path(tag = "access", params(AccessFilter), responses((status = 200, body = GrantPage)),
    security(("bearer" = [ManageGrants::NAME])))]
#[get("/grants")]
pub async fn list_grants(
    request: HttpRequest,
    caller: Caller<ManageGrants>,
    Query(filter): Query<AccessFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("grants", &filter)?;
    let rows = queries::list_grants(caller.reader(), &caller, &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.id);
    let page = GrantPage { data: rows.into_iter().map(GrantView::from).collect(), next };
    Ok(wire::listed(&request, &page, page.next.as_deref(), Cache::Private))
}

/// Take a grant back.
///
/// It ends within a minute on every instance, at once on this one.
#[utoipa::path(tag = "access", params(("id" = GrantId, Path, description = "Grant id")),
    responses((status = 200, body = GrantView)), security(("bearer" = [ManageGrants::NAME])))]
#[post("/grants/{id}/revoke")]
pub async fn revoke_grant(caller: Caller<ManageGrants>, Path(id): Path<GrantId>) -> Result<HttpResponse, Problem> {
    caller.change(async move |change| Ok(Answer::ok(GrantView::from(queries::revoke_grant(change, id).await?)))).await
}

/// Write an invitation.
///
/// Its one-time code turns into the grant for whoever accepts it, within the days of the policy
/// `invitation.expiry`.
#[utoipa::path(tag = "access", request_body(content = NewInvitation, example = json!(NewInvitation::sample())),
    responses((status = 201, body = InvitationView)), security(("bearer" = [ManageGrants::NAME])))]
#[post("/invitations")]
pub async fn create_invitation(
    caller: Caller<ManageGrants>,
    Json(new): Json<NewInvitation>,
) -> Result<HttpResponse, Problem> {
    let giver = caller.grants().to_vec();
    caller
        .change(async move |change| {
            let realm = allow(change, &giver, new.role, &new.named()).await?;
            let view = queries::invite(change, &new, realm.office().unwrap_or_default()).await?;
            Ok(Answer::created(format!("/v1/invitations/{}", view.id), view))
        })
        .await
}

/// Accept an invitation.
///
/// The caller's identity gets the role. A code that is unknown, used or expired is refused alike.
#[utoipa::path(tag = "access", request_body(content = AcceptedInvitation, example = json!(AcceptedInvitation::sample())),
    responses((status = 200, body = GrantView),
        (status = 403, body = crate::problem::ProblemView, content_type = "application/problem+json",
            description = "To a side of a dispute, for who wrote it, an officer of the case's office, or the other side: `forbidden`")),
    security(("bearer" = [AcceptInvitation::NAME])))]
#[post("/invitations/accept")]
pub async fn accept_invitation(
    caller: Caller<AcceptInvitation>,
    Json(body): Json<AcceptedInvitation>,
) -> Result<HttpResponse, Problem> {
    let identity = caller.identity().cloned().ok_or_else(Problem::not_found)?;
    caller
        .change(async move |change| {
            let invitation = queries::accept_invitation(change, &body.code).await?;
            let realm = queries::realm_of_invitation(&invitation);
            let row = queries::insert_grant(change, &identity, invitation.role, &realm).await?;
            Ok(Answer::ok(GrantView::from(row)))
        })
        .await
}

/// Get an access token.
///
/// Client credentials (RFC 6749 section 4.4): id and secret by HTTP Basic or in the form. A client with the permission
/// `act_for_users` sends `on_behalf_of` to get a token of one of its users; grants then hang on that user.
#[utoipa::path(tag = "access", request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = TokenView), (status = 400, body = TokenErrorView, content_type = "application/json"),
        (status = 401, body = TokenErrorView, content_type = "application/json")),
    security(()))]
#[post("/oauth/token")]
pub async fn token(request: HttpRequest, state: Data<State>, Form(body): Form) -> Result<HttpResponse, Problem> {
    state.limits.admit_token(address(&request, &state), &Facts::of(&request))?;
    if request.content_type() != "application/x-www-form-urlencoded" {
        return Ok(refused("invalid_request", "expected Content-Type application/x-www-form-urlencoded"));
    }
    let mut fields = std::collections::BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(&body) {
        if fields.insert(name.into_owned(), value.into_owned()).is_some() {
            return Ok(refused("invalid_request", "a parameter stands twice"));
        }
    }
    let Some((id, secret)) = credentials(&request, &mut fields) else {
        return Ok(refused("invalid_client", "expected client id and secret by HTTP Basic or in the form, not both"));
    };
    if fields.get("grant_type").map(String::as_str) != Some("client_credentials") {
        return Ok(refused("unsupported_grant_type", "expected grant_type=client_credentials"));
    }
    let nameable = !id.chars().any(char::is_control);
    if !nameable || !queries::authenticate(state.db.reader(), &id, &secret).await? {
        return Ok(refused("invalid_client", "unknown client or wrong secret"));
    }
    let user = fields.get("on_behalf_of").map(String::as_str);
    if let Some(user) = user {
        let identity = Identity { issuer: state.issuers.own().to_owned(), subject: id.clone() };
        let grants = super::grants_of(&state.clone().into_inner(), &identity).await?;
        let permitted =
            grants.iter().any(|grant| <ActForUsers as Permission>::ROLES.iter().any(|(role, _)| *role == grant.role));
        if !permitted {
            return Ok(refused("unauthorized_client", "on_behalf_of needs the permission act_for_users"));
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._~@-".contains(&byte);
        if user.is_empty() || user.len() > 128 || !user.bytes().all(plain) {
            return Ok(refused(
                "invalid_request",
                "on_behalf_of: expected 1 to 128 characters of A-Z a-z 0-9 . _ ~ @ -",
            ));
        }
        // It stands in the journal for good.
        if personal::names_somebody(user) {
            return Ok(refused("invalid_request", "on_behalf_of: expected your own id of the user, not a NIK"));
        }
    }
    let access_token =
        state.issuers.issue(&id, user, state.clock.id(), state.clock.now()).map_err(Problem::internal)?;
    let view = TokenView { access_token, token_type: "Bearer", expires_in: tokens::LIFETIME.num_seconds() };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(view))
}

/// Id and secret of a token request, from one place only.
fn credentials(
    request: &HttpRequest,
    fields: &mut std::collections::BTreeMap<String, String>,
) -> Option<(String, String)> {
    let form = fields.remove("client_id").zip(fields.remove("client_secret"));
    let basic = request.headers().get(header::AUTHORIZATION).and_then(|value| {
        let (scheme, credentials) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("basic").then_some(credentials)
    });
    match (form, basic) {
        (Some(form), None) => Some(form),
        (None, Some(basic)) => {
            let text = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
            let (id, secret) = text.split_once(':')?;
            Some((id.to_owned(), secret.to_owned()))
        }
        _ => None,
    }
}

fn refused(error: &'static str, error_description: &'static str) -> HttpResponse {
    let mut response =
        if error == "invalid_client" { HttpResponse::Unauthorized() } else { HttpResponse::BadRequest() };
    if error == "invalid_client" {
        response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"disnaker\""));
    }
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(TokenErrorView { error, error_description })
}

/// Read the public keys.
///
/// The public keys of this installation (RFC 7517). `use` says what a key verifies, and nothing else: `sig` tokens,
/// `receipt` receipts, `card` AK-1 cards, `checkpoint` checkpoints of the journal.
#[utoipa::path(tag = "access", responses((status = 200, body = Object, description = "A JSON Web Key Set")), security(()))]
#[get("/.well-known/jwks.json")]
pub async fn jwks(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(&*state.issuers.published())
}
