//! The only SeaORM of this room.

use std::collections::{BTreeSet, HashMap};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, Days, Utc};
use disnaker_entity::access::{GrantId, InvitationId, Role, client, grant, invitation};
use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::mandate::{self, MandateStatus};
use disnaker_entity::mediation::{CasePartyId, RepresentativeId, case, party};
use disnaker_entity::school;
use disnaker_entity::seeker::{self, SeekerId};
use disnaker_entity::training::provider;
use rand::{RngCore, rngs::OsRng};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::bodies::{AccessFilter, ClientSecretView, InvitationView, NewInvitation};
use super::rules::{self, InvitationRefusal};
use crate::app::Held;
use crate::caller::{Grant, Identity, Realm, Sees};
use crate::change::Change;
use crate::db::among;
use crate::journal::Entry;
use crate::paging::{Only, Part};
use crate::problem::{Kind, Problem};

/// Most officers of a role in an office that are looked at.
const OFFICERS: u64 = 200;

/// Companies that the caller's offices look after: whoever may give roles in them may take them back.
fn companies_seen(seer: &impl Sees) -> SelectStatement {
    let companies = company::Entity::find().select_only().column(company::Column::Id);
    companies.filter(seer.scope().of_offices(company::Column::Office)).into_query()
}

fn visible_clients(seer: &impl Sees) -> Select<client::Entity> {
    let own = seer.scope().of_either(client::Column::Office, client::Column::CompanyId);
    let below = client::Column::CompanyId.in_subquery(companies_seen(seer));
    client::Entity::find().filter(Condition::any().add(own).add(below))
}

fn visible_grants(seer: &impl Sees) -> Select<grant::Entity> {
    let schools = school::Entity::find().select_only().column(school::Column::Id);
    let schools = schools.filter(seer.scope().of_offices(school::Column::Office)).into_query();
    let seekers = seeker::Entity::find().select_only().column(seeker::Column::Id);
    let seekers = seekers.filter(seer.scope().of_offices(seeker::Column::Office)).into_query();
    let providers = provider::Entity::find().select_only().column(provider::Column::Id);
    let providers = providers.filter(seer.scope().of_offices(provider::Column::Office)).into_query();
    let any = Condition::any()
        .add(seer.scope().of_either(grant::Column::Office, grant::Column::CompanyId))
        .add(grant::Column::CompanyId.in_subquery(companies_seen(seer)))
        .add(grant::Column::SchoolId.in_subquery(schools))
        .add(grant::Column::SeekerId.in_subquery(seekers))
        .add(grant::Column::ProviderId.in_subquery(providers));
    grant::Entity::find().filter(any)
}

/// 256 random bits, base64url.
fn secret() -> String {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    BASE64.encode(bytes)
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// Where a grant holds.
fn realm_of(row: &grant::Model) -> Realm {
    Realm::of(row.office.clone(), row.company_id, row.school_id, row.seeker_id, row.provider_id, row.party_id)
}

/// Where the role of an invitation is to hold.
pub fn realm_of_invitation(row: &invitation::Model) -> Realm {
    Realm::of(row.office.clone(), row.company_id, row.school_id, row.seeker_id, row.provider_id, row.party_id)
}

/// The roles that were given to an identity.
async fn given_to<C: ConnectionTrait>(db: &C, identity: &Identity) -> Result<Vec<Grant>, DbErr> {
    let rows = grant::Entity::find()
        .filter(grant::Column::Issuer.eq(&*identity.issuer))
        .filter(grant::Column::Subject.eq(&*identity.subject))
        .filter(grant::Column::RevokedAt.is_null())
        .order_by_asc(grant::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| Grant { role: row.role, realm: realm_of(&row), agent: None }).collect())
}

/// The roles of an identity at an instant: those that it was given, and those that follow from mandates of the companies
/// that it files for.
pub async fn held_by<C: ConnectionTrait>(db: &C, identity: &Identity, now: DateTime<Utc>) -> Result<Held, DbErr> {
    let mut grants = given_to(db, identity).await?;
    let files = |grant: &&Grant| matches!(grant.role, Role::CompanyAdmin | Role::CompanyHr);
    let agents: BTreeSet<CompanyId> = grants.iter().filter(files).filter_map(|grant| grant.realm.company()).collect();
    if agents.is_empty() {
        return Ok(Held { grants: grants.into(), until: None });
    }
    let mandates = mandate::Entity::find()
        .filter(among(db, mandate::Column::AgentCompanyId, agents))
        .filter(mandate::Column::Status.eq(MandateStatus::Active))
        .filter(mandate::Column::EndsAt.gt(now))
        .order_by_asc(mandate::Column::Id)
        .all(db)
        .await?;
    let begun = |mandate: &&mandate::Model| mandate.begins_at <= now;
    for mandate in mandates.iter().filter(begun) {
        grants.extend(mandate.scopes().map(|scope| Grant {
            role: rules::role_of(scope),
            realm: Realm::Company(mandate.company_id),
            agent: Some(mandate.agent_company_id),
        }));
    }
    let turn = |mandate: &mandate::Model| if begun(&mandate) { mandate.ends_at } else { mandate.begins_at };
    Ok(Held { until: mandates.iter().map(turn).min(), grants: grants.into() })
}

/// The identity of the first grant of a role, in an office or in the company of a NIB. Of a role that follows from mandates:
/// whoever files for the agent of the first that runs.
pub async fn first_identity<C: ConnectionTrait>(
    db: &C,
    role: Role,
    office: Option<&str>,
    nib: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<Identity>, Problem> {
    let company = match nib {
        None => None,
        Some(nib) => match company::Entity::find().filter(company::Column::Nib.eq(nib)).one(db).await? {
            None => return Ok(None),
            company => company.map(|company| company.id),
        },
    };
    let mut select = grant::Entity::find().filter(grant::Column::RevokedAt.is_null());
    if role.is_of_mandate() {
        let Some(agent) = first_agent(db, role, company, now).await? else { return Ok(None) };
        let files = grant::Column::Role.is_in([Role::CompanyAdmin, Role::CompanyHr]);
        select = select.filter(files).filter(grant::Column::CompanyId.eq(agent));
    } else {
        select = select.filter(grant::Column::Role.eq(role));
        if let Some(company) = company {
            select = select.filter(grant::Column::CompanyId.eq(company));
        }
    }
    if let Some(office) = office {
        select = select.filter(grant::Column::Office.eq(office));
    }
    let row = select.order_by_asc(grant::Column::Id).one(db).await?;
    Ok(row.map(|row| Identity { issuer: row.issuer, subject: row.subject }))
}

/// The agent of the first running mandate that gives a role, in a company or in any.
async fn first_agent<C: ConnectionTrait>(
    db: &C,
    role: Role,
    company: Option<CompanyId>,
    now: DateTime<Utc>,
) -> Result<Option<CompanyId>, DbErr> {
    let mut select = mandate::Entity::find()
        .filter(mandate::Column::Status.eq(MandateStatus::Active))
        .filter(mandate::Column::BeginsAt.lte(now))
        .filter(mandate::Column::EndsAt.gt(now));
    if let Some(company) = company {
        select = select.filter(mandate::Column::CompanyId.eq(company));
    }
    let mandates = select.order_by_asc(mandate::Column::Id).all(db).await?;
    let gives = |mandate: &&mandate::Model| mandate.scopes().any(|scope| rules::role_of(scope) == role);
    Ok(mandates.iter().find(gives).map(|mandate| mandate.agent_company_id))
}

/// The office that looks after a place, for deciding who may give roles in it; none for a place that is not there.
pub async fn keeper<C: ConnectionTrait>(db: &C, realm: &Realm) -> Result<Option<String>, DbErr> {
    match realm {
        Realm::Nowhere | Realm::Party(_) => Ok(None),
        Realm::Office(office) => Ok(Some(office.clone())),
        Realm::Company(id) => {
            let select = company::Entity::find_by_id(*id).select_only().column(company::Column::Office);
            select.into_tuple().one(db).await
        }
        Realm::School(id) => {
            let select = school::Entity::find_by_id(*id).select_only().column(school::Column::Office);
            select.into_tuple().one(db).await
        }
        Realm::Seeker(id) => {
            let select = seeker::Entity::find_by_id(*id).select_only().column(seeker::Column::Office);
            select.into_tuple().one(db).await
        }
        Realm::Provider(id) => {
            let select = provider::Entity::find_by_id(*id).select_only().column(provider::Column::Office);
            select.into_tuple().one(db).await
        }
    }
}

/// Whether a client id and secret belong together. Compared in constant time; an unknown client costs the same.
pub async fn authenticate<C: ConnectionTrait>(db: &C, id: &str, secret: &str) -> Result<bool, DbErr> {
    let row = client::Entity::find_by_id(id).filter(client::Column::RevokedAt.is_null()).one(db).await?;
    let known = row.map_or_else(|| vec![0; 32], |row| row.secret_hash);
    Ok(known.ct_eq(&hash(secret)).into())
}

/// A client that is to be made.
#[derive(Clone, Debug)]
pub struct NewClient<'a> {
    /// Name.
    pub name: &'a str,
    /// First role.
    pub role: Role,
    /// Where it holds.
    pub realm: Realm,
}

/// Makes a client with a secret and a first role.
///
/// # Errors
/// The database's own.
pub async fn create_client(change: &mut Change, new: NewClient<'_>) -> Result<ClientSecretView, Problem> {
    let (secret, id) = (secret(), change.id().to_string());
    // A client of a school or a person is looked after by their office.
    let office = if new.realm.company().is_some() { None } else { keeper(change.db(), &new.realm).await? };
    let row = client::ActiveModel {
        id: Set(id.clone()),
        name: Set(new.name.to_owned()),
        office: Set(office),
        company_id: Set(new.realm.company()),
        secret_hash: Set(hash(&secret)),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        revoked_at: Set(None),
    };
    let row = row.insert(change.db()).await?;
    tell_client(change, &row, "create");
    let identity = Identity { issuer: change.state().issuers.own().to_owned(), subject: id };
    insert_grant(change, &identity, new.role, &new.realm).await?;
    Ok(ClientSecretView { client: row.into(), client_secret: secret })
}

fn tell_client(change: &mut Change, row: &client::Model, event: &str) {
    change.tell(Entry {
        event: format!("client.{event}"),
        office: row.office.clone().unwrap_or_default(),
        company: row.company_id.map(|id| id.0),
        subject_kind: "client",
        subject_id: row.id.clone(),
        version: row.version,
        body: serde_json::json!({}),
    });
}

pub async fn list_clients<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &AccessFilter,
    part: &Part<String>,
) -> Result<Vec<client::Model>, DbErr> {
    let select = visible_clients(seer)
        .only(client::Column::Office, filter.office.as_deref())
        .only(client::Column::CompanyId, filter.company_id);
    part.in_order(select, client::Column::Id).all(db).await
}

async fn lock_client(change: &Change, id: &str) -> Result<client::Model, Problem> {
    let select = visible_clients(change).filter(client::Column::Id.eq(id)).filter(client::Column::RevokedAt.is_null());
    select.lock_exclusive().one(change.db()).await?.ok_or_else(Problem::not_found)
}

/// Refuses to touch what the caller could not have given: whoever holds a client's secret has its roles.
async fn own_to_take(change: &Change, role: Role, realm: &Realm) -> Result<(), Problem> {
    let keeper = keeper(change.db(), realm).await?;
    let target = rules::Target { role, realm, keeper: keeper.as_deref() };
    rules::may_give(target, change.grants(), change.scope(), &change.book()).map_err(|_| Problem::new(Kind::Forbidden))
}

/// The same for every role of a client.
async fn own_client(change: &Change, id: &str) -> Result<(), Problem> {
    let identity = Identity { issuer: change.state().issuers.own().to_owned(), subject: id.to_owned() };
    for grant in given_to(change.db(), &identity).await? {
        own_to_take(change, grant.role, &grant.realm).await?;
    }
    Ok(())
}

/// Gives a client a new secret; the old one ends at once.
pub async fn rotate_secret(change: &mut Change, id: &str) -> Result<ClientSecretView, Problem> {
    let (mut row, secret) = (lock_client(change, id).await?, secret());
    own_client(change, id).await?;
    row.version += 1;
    client::Entity::update_many()
        .col_expr(client::Column::SecretHash, Expr::value(hash(&secret)))
        .col_expr(client::Column::Version, Expr::value(row.version))
        .filter(client::Column::Id.eq(id))
        .exec(change.db())
        .await?;
    tell_client(change, &row, "rotate_secret");
    Ok(ClientSecretView { client: row.into(), client_secret: secret })
}

/// Ends a client, and every grant of it and of the users it acts for.
pub async fn revoke_client(change: &mut Change, id: &str) -> Result<client::Model, Problem> {
    let mut row = lock_client(change, id).await?;
    own_client(change, id).await?;
    (row.version, row.revoked_at) = (row.version + 1, Some(change.now()));
    client::Entity::update_many()
        .col_expr(client::Column::RevokedAt, Expr::value(row.revoked_at))
        .col_expr(client::Column::Version, Expr::value(row.version))
        .filter(client::Column::Id.eq(id))
        .exec(change.db())
        .await?;
    grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(change.now()))
        .col_expr(grant::Column::RevokedBy, Expr::value(change.actor()))
        .filter(grant::Column::Issuer.eq(change.state().issuers.own()))
        .filter(grant::Column::Subject.eq(id).or(grant::Column::Subject.starts_with(format!("{id}:"))))
        .filter(grant::Column::RevokedAt.is_null())
        .exec(change.db())
        .await?;
    change.afterwards(|state| state.grants.clear());
    tell_client(change, &row, "revoke");
    Ok(row)
}

/// Writes a grant, or finds the one that is there.
pub async fn insert_grant(
    change: &mut Change,
    identity: &Identity,
    role: Role,
    realm: &Realm,
) -> Result<grant::Model, Problem> {
    let target = realm.to_string();
    let row = grant::ActiveModel {
        id: Set(GrantId(change.id())),
        issuer: Set(identity.issuer.clone()),
        subject: Set(identity.subject.clone()),
        role: Set(role),
        target: Set(target.clone()),
        office: Set(realm.office().map(str::to_owned)),
        company_id: Set(realm.company()),
        school_id: Set(realm.school()),
        seeker_id: Set(realm.seeker()),
        provider_id: Set(realm.provider()),
        party_id: Set(realm.party()),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        revoked_at: Set(None),
        revoked_by: Set(None),
    };
    let mut once = OnConflict::columns([
        grant::Column::Issuer,
        grant::Column::Subject,
        grant::Column::Role,
        grant::Column::Target,
    ]);
    once.target_and_where(Expr::col(grant::Column::RevokedAt).is_null()).do_nothing();
    let inserted = grant::Entity::insert(row).on_conflict(once).exec_without_returning(change.db()).await?;
    let found = grant::Entity::find()
        .filter(grant::Column::Issuer.eq(&*identity.issuer))
        .filter(grant::Column::Subject.eq(&*identity.subject))
        .filter(grant::Column::Role.eq(role))
        .filter(grant::Column::Target.eq(target))
        .filter(grant::Column::RevokedAt.is_null())
        .one(change.db())
        .await?
        .ok_or_else(|| Problem::internal("a grant vanished while it was given"))?;
    if inserted > 0 {
        tell_grant(change, &found, "give", 1);
    }
    let identity = identity.clone();
    change.afterwards(move |state| state.grants.forget(&identity));
    Ok(found)
}

fn tell_grant(change: &mut Change, row: &grant::Model, event: &str, version: i64) {
    change.tell(Entry {
        event: format!("grant.{event}"),
        office: row.office.clone().unwrap_or_default(),
        company: row.company_id.map(|id| id.0),
        subject_kind: "grant",
        subject_id: row.id.to_string(),
        version,
        body: serde_json::json!({"role": row.role}),
    });
}

pub async fn list_grants<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &AccessFilter,
    part: &Part<GrantId>,
) -> Result<Vec<grant::Model>, DbErr> {
    let select = visible_grants(seer)
        .only(grant::Column::Office, filter.office.as_deref())
        .only(grant::Column::CompanyId, filter.company_id);
    part.in_order(select, grant::Column::Id).all(db).await
}

/// Takes a grant back. One that was taken back before stays as it is.
pub async fn revoke_grant(change: &mut Change, id: GrantId) -> Result<grant::Model, Problem> {
    let select = visible_grants(change).filter(grant::Column::Id.eq(id)).lock_exclusive();
    let mut row = select.one(change.db()).await?.ok_or_else(Problem::not_found)?;
    if row.revoked_at.is_none() {
        own_to_take(change, row.role, &realm_of(&row)).await?;
        row.revoked_at = Some(change.now());
        grant::Entity::update_many()
            .col_expr(grant::Column::RevokedAt, Expr::value(row.revoked_at))
            .col_expr(grant::Column::RevokedBy, Expr::value(change.actor()))
            .filter(grant::Column::Id.eq(id))
            .exec(change.db())
            .await?;
        tell_grant(change, &row, "revoke", 2);
    }
    let identity = Identity { issuer: row.issuer.clone(), subject: row.subject.clone() };
    change.afterwards(move |state| state.grants.forget(&identity));
    Ok(row)
}

/// The grants of a role in an office that hold, oldest first.
///
/// # Errors
/// The database's own.
pub async fn officers<C: ConnectionTrait>(db: &C, office: &str, role: Role) -> Result<Vec<grant::Model>, DbErr> {
    let select = grant::Entity::find().filter(grant::Column::Office.eq(office)).filter(grant::Column::Role.eq(role));
    select.filter(grant::Column::RevokedAt.is_null()).order_by_asc(grant::Column::Id).limit(OFFICERS).all(db).await
}

/// The first grant by which an identity has one of these roles in an office.
///
/// # Errors
/// The database's own.
pub async fn own_grant<C: ConnectionTrait>(
    db: &C,
    office: &str,
    roles: &[Role],
    identity: &Identity,
) -> Result<Option<grant::Model>, DbErr> {
    use grant::Column as G;
    let select =
        grant::Entity::find().filter(G::Issuer.eq(&*identity.issuer)).filter(G::Subject.eq(&*identity.subject));
    let select = select.filter(G::Office.eq(office)).filter(G::Role.is_in(roles.iter().copied()));
    select.filter(G::RevokedAt.is_null()).order_by_asc(G::Id).one(db).await
}

/// The grants on sides of disputes that hold, oldest first.
///
/// # Errors
/// The database's own.
pub async fn on_sides<C: ConnectionTrait>(db: &C, parties: &[CasePartyId]) -> Result<Vec<grant::Model>, DbErr> {
    let select = grant::Entity::find().filter(among(db, grant::Column::PartyId, parties.iter().copied()));
    select.filter(grant::Column::RevokedAt.is_null()).order_by_asc(grant::Column::Id).all(db).await
}

/// The grants on sides of disputes that hold or held.
///
/// # Errors
/// The database's own.
pub async fn ever_on_sides<C: ConnectionTrait>(db: &C, parties: &[CasePartyId]) -> Result<Vec<grant::Model>, DbErr> {
    grant::Entity::find().filter(among(db, grant::Column::PartyId, parties.iter().copied())).all(db).await
}

/// Takes the access of somebody to a side of a dispute back. Whether the caller may, the room of the case has looked at.
///
/// # Errors
/// 404 where nobody has it by this grant, or the database's own.
pub async fn leave_side(change: &mut Change, party: CasePartyId, id: GrantId) -> Result<(), Problem> {
    let select = grant::Entity::find().filter(grant::Column::Id.eq(id)).filter(grant::Column::PartyId.eq(party));
    let select = select.filter(grant::Column::RevokedAt.is_null()).lock_exclusive();
    let row = select.one(change.db()).await?.ok_or_else(Problem::not_found)?;
    grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(change.now()))
        .col_expr(grant::Column::RevokedBy, Expr::value(change.actor()))
        .filter(grant::Column::Id.eq(id))
        .exec(change.db())
        .await?;
    tell_grant(change, &row, "revoke", 2);
    let identity = Identity { issuer: row.issuer, subject: row.subject };
    // What they wrote for others goes with it.
    invitation::Entity::update_many()
        .col_expr(invitation::Column::ExpiresAt, Expr::value(change.now()))
        .filter(invitation::Column::PartyId.eq(party))
        .filter(invitation::Column::CreatedBy.eq(identity.actor()))
        .filter(invitation::Column::AcceptedAt.is_null())
        .exec(change.db())
        .await?;
    change.afterwards(move |state| state.grants.forget(&identity));
    Ok(())
}

/// Accounts (`issuer|subject`) that came to sides of disputes by an invitation, each with whoever it is that speaks for the side by it;
/// none where the last one was for the party itself.
///
/// # Errors
/// The database's own.
pub async fn came_for<C: ConnectionTrait>(
    db: &C,
    parties: &[CasePartyId],
) -> Result<HashMap<(String, CasePartyId), Option<RepresentativeId>>, DbErr> {
    use invitation::Column as I;
    let select = invitation::Entity::find().filter(among(db, I::PartyId, parties.iter().copied()));
    let select = select.filter(I::AcceptedBy.is_not_null()).order_by_asc(I::AcceptedAt).order_by_asc(I::Id);
    let select = select.select_only().columns([I::AcceptedBy, I::PartyId, I::RepresentativeId]);
    let rows: Vec<(String, CasePartyId, Option<RepresentativeId>)> = select.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(account, party, of)| ((account, party), of)).collect())
}

/// Takes every access to a side back that was for somebody who spoke for it, and the codes that nobody used.
///
/// # Errors
/// The database's own.
pub async fn leave_for(change: &mut Change, party: CasePartyId, of: RepresentativeId) -> Result<(), Problem> {
    use invitation::Column as I;
    invitation::Entity::update_many()
        .col_expr(I::ExpiresAt, Expr::value(change.now()))
        .filter(I::RepresentativeId.eq(of))
        .filter(I::AcceptedAt.is_null())
        .exec(change.db())
        .await?;
    let came = came_for(change.db(), &[party]).await?;
    for row in on_sides(change.db(), &[party]).await? {
        let account = Identity { issuer: row.issuer, subject: row.subject }.actor();
        if came.get(&(account, party)) == Some(&Some(of)) {
            leave_side(change, party, row.id).await?;
        }
    }
    Ok(())
}

/// The grants that actors of the journal have or had, the first one first.
///
/// # Errors
/// The database's own.
pub async fn ever_held_by<C: ConnectionTrait>(
    db: &C,
    actors: impl Iterator<Item = &str>,
) -> Result<HashMap<String, Vec<grant::Model>>, DbErr> {
    use grant::Column as G;
    let (issuers, subjects): (BTreeSet<_>, BTreeSet<_>) =
        actors.filter_map(Identity::of_actor).map(|identity| (identity.issuer, identity.subject)).unzip();
    let mut grants: HashMap<String, Vec<_>> = HashMap::new();
    if subjects.is_empty() {
        return Ok(grants);
    }
    let select = grant::Entity::find().filter(among(db, G::Issuer, issuers)).filter(among(db, G::Subject, subjects));
    for row in select.order_by_asc(G::Id).all(db).await? {
        let identity = Identity { issuer: row.issuer.clone(), subject: row.subject.clone() };
        grants.entry(identity.actor()).or_default().push(row);
    }
    Ok(grants)
}

/// Invitations that nobody accepted and that ran out before an instant.
fn stale(before: DateTime<Utc>) -> Select<invitation::Entity> {
    use invitation::Column as I;
    invitation::Entity::find().filter(I::AcceptedAt.is_null()).filter(I::ExpiresAt.lt(before))
}

/// How many invitations that nobody accepted ran out before an instant.
///
/// # Errors
/// The database's own.
pub async fn stale_invitations<C: ConnectionTrait>(db: &C, before: DateTime<Utc>) -> Result<u64, DbErr> {
    stale(before).count(db).await
}

/// Deletes the oldest of them, so many. Gives how many it were.
///
/// # Errors
/// The database's own.
pub async fn forget_invitations(change: &Change, before: DateTime<Utc>, most: u64) -> Result<u64, DbErr> {
    use invitation::Column as I;
    let select = stale(before).select_only().column(I::Id).order_by_asc(I::Id).limit(most).lock_exclusive();
    let ids: Vec<InvitationId> = select.into_tuple().all(change.db()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let gone = invitation::Entity::delete_many().filter(among(change.db(), I::Id, ids)).exec(change.db()).await?;
    Ok(gone.rows_affected)
}

/// Takes back every grant in a job seeker's record. Gives whose they were.
pub async fn end_own(change: &mut Change, id: SeekerId) -> Result<Vec<Identity>, Problem> {
    let select = grant::Entity::find().filter(grant::Column::SeekerId.eq(id));
    let rows = select.filter(grant::Column::RevokedAt.is_null()).lock_exclusive().all(change.db()).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(change.now()))
        .col_expr(grant::Column::RevokedBy, Expr::value(change.actor()))
        .filter(among(change.db(), grant::Column::Id, rows.iter().map(|row| row.id)))
        .exec(change.db())
        .await?;
    let mut whose = Vec::with_capacity(rows.len());
    for row in rows {
        tell_grant(change, &row, "revoke", 2);
        let identity = Identity { issuer: row.issuer, subject: row.subject };
        let ended = identity.clone();
        change.afterwards(move |state| state.grants.forget(&ended));
        whose.push(identity);
    }
    Ok(whose)
}

/// Writes an invitation, which holds as long as the office's policy says; its code is kept as a hash. Whether the role is the
/// caller's to give is looked at before.
///
/// # Errors
/// The database's own.
pub async fn invite(change: &mut Change, new: &NewInvitation, office: &str) -> Result<InvitationView, Problem> {
    let code = secret();
    let book = change.book();
    let policy = book.policies.at("invitation.expiry", office, change.moment(office).today)?;
    let days = u64::try_from(policy.amount).map_err(Problem::internal)?;
    let expires_at = change
        .now()
        .checked_add_days(Days::new(days))
        .ok_or_else(|| Problem::internal("an expiry beyond all dates"))?;
    let row = invitation::ActiveModel {
        id: Set(InvitationId(change.id())),
        code_hash: Set(hash(&code)),
        role: Set(new.role),
        office: Set(new.office.clone()),
        company_id: Set(new.company_id),
        school_id: Set(new.school_id),
        seeker_id: Set(new.job_seeker_id),
        provider_id: Set(new.provider_id),
        party_id: Set(new.party_id),
        representative_id: Set(new.representative_id),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        expires_at: Set(expires_at),
        accepted_at: Set(None),
        accepted_by: Set(None),
    };
    let row = row.insert(change.db()).await?;
    tell_invitation(change, &row, "create", 1);
    Ok(InvitationView {
        id: row.id,
        role: row.role,
        office: row.office,
        company_id: row.company_id,
        school_id: row.school_id,
        job_seeker_id: row.seeker_id,
        provider_id: row.provider_id,
        code,
        expires_at: row.expires_at,
    })
}

fn tell_invitation(change: &mut Change, row: &invitation::Model, event: &str, version: i64) {
    change.tell(Entry {
        event: format!("invitation.{event}"),
        office: row.office.clone().unwrap_or_default(),
        company: row.company_id.map(|id| id.0),
        subject_kind: "invitation",
        subject_id: row.id.to_string(),
        version,
        body: serde_json::json!({"role": row.role}),
    });
}

/// Refuses on a side of a dispute whoever wrote the invitation, is an officer of the case's office, or stands on the other side: what a
/// side writes for itself is nobody else's to read.
async fn may_stand(change: &Change, row: &invitation::Model, party: CasePartyId) -> Result<(), Problem> {
    use party::Column as P;
    let own = party::Entity::find_by_id(party).one(change.db()).await?.ok_or(InvitationRefusal::Spent)?;
    let case = case::Entity::find_by_id(own.case_id).one(change.db()).await?.ok_or(InvitationRefusal::Spent)?;
    let held = change.grants().iter().filter_map(|grant| match &grant.realm {
        Realm::Party(side) => Some(*side),
        _ => None,
    });
    let other = party::Entity::find().filter(P::CaseId.eq(case.id)).filter(P::Id.ne(party)).filter(P::Id.is_in(held));
    let officer = change.grants().iter().any(|grant| grant.realm.office().is_some_and(|office| office == case.office));
    if officer || row.created_by == change.actor() || other.one(change.db()).await?.is_some() {
        return Err(InvitationRefusal::NotOfSide.into());
    }
    Ok(())
}

/// Spends a code: one caller gets it, everybody else is refused.
pub async fn accept_invitation(change: &mut Change, code: &str) -> Result<invitation::Model, Problem> {
    let spent = || Problem::from(InvitationRefusal::Spent);
    let found = invitation::Entity::find().filter(invitation::Column::CodeHash.eq(hash(code))).one(change.db()).await?;
    let row = found.filter(|row| row.expires_at > change.now()).ok_or_else(spent)?;
    if let Some(party) = row.party_id {
        may_stand(change, &row, party).await?;
    }
    let taken = invitation::Entity::update_many()
        .col_expr(invitation::Column::AcceptedAt, Expr::value(change.now()))
        .col_expr(invitation::Column::AcceptedBy, Expr::value(change.actor()))
        .filter(invitation::Column::Id.eq(row.id))
        .filter(invitation::Column::AcceptedAt.is_null())
        .exec(change.db())
        .await?;
    if taken.rows_affected == 0 {
        return Err(spent());
    }
    tell_invitation(change, &row, "accept", 2);
    Ok(row)
}
