//! Who may call: machine clients and their tokens, grants, invitations.
//!
//! The token says who, the database says what. A grant gives an identity (issuer, subject) a role in an office, a
//! company, a school or the person's own record; removing it ends the access within a minute. Access begins on the
//! server (`disnaker client create`), spreads by invitation, and a caller with a valid token and no grant may do only
//! what anyone may: read what is public, register a company, accept an invitation.
//!
//! A company may let another file for it by a mandate (surat kuasa). Whoever files for the agent then has a role in the
//! company too, as long as the mandate runs: the permission table says what an agent may, and no handler knows of mandates.
//! Nobody gives these roles by hand, and they give no further ones: the agent of an agent has nothing.
//!
//! What this room refuses: to give a role outside the giver's own office or company, to let a district give a
//! province's role, and to tell why a token is bad. Secrets are 256 random bits and kept as SHA-256 only, since
//! a slow hash protects weak secrets and these are not.

pub mod bodies;
mod issuers;
pub mod permissions;
mod queries;
mod routes;
mod rules;
pub mod tokens;

use std::sync::Arc;

use disnaker_entity::access::Role;
use disnaker_entity::seeker::SeekerId;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::app::State;
use crate::caller::{Grant, Identity, Realm};
use crate::change::Change;
use crate::problem::Problem;

pub use queries::{
    NewClient, came_for, create_client, ever_held_by, ever_on_sides, forget_invitations, invite, leave_for, leave_side,
    officers, on_sides, own_grant, stale_invitations,
};
pub use routes::{jwks, token};

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::get_me)
        .service(routes::create_client)
        .service(routes::list_clients)
        .service(routes::rotate_client_secret)
        .service(routes::revoke_client)
        .service(routes::create_grant)
        .service(routes::list_grants)
        .service(routes::revoke_grant)
        .service(routes::create_invitation)
        .service(routes::accept_invitation);
}

/// The roles of an identity, with those that mandates of its companies give it, kept in memory for some seconds. Never
/// beyond the instant at which one of the mandates begins or ends.
///
/// # Errors
/// The database's own.
pub async fn grants_of(state: &Arc<State>, identity: &Identity) -> Result<Arc<[Grant]>, Problem> {
    let now = state.clock.now();
    if let Some(grants) = state.grants.get(identity, now) {
        return Ok(grants);
    }
    let forgotten = state.grants.forgotten();
    let held = queries::held_by(state.db.reader(), identity, now).await?;
    state.grants.insert(identity, &held, forgotten);
    Ok(held.grants)
}

/// Gives an identity a role, once: a role it has already stays as it is.
///
/// # Errors
/// The database's own.
pub async fn give(change: &mut Change, identity: &Identity, role: Role, realm: &Realm) -> Result<(), Problem> {
    queries::insert_grant(change, identity, role, realm).await.map(drop)
}

/// Gives whoever has a job seeker's record as their own the other one instead: the two turned out to be one person's.
///
/// # Errors
/// The database's own.
pub async fn move_own(change: &mut Change, from: SeekerId, to: SeekerId) -> Result<(), Problem> {
    for identity in queries::end_own(change, from).await? {
        queries::insert_grant(change, &identity, Role::JobSeeker, &Realm::Seeker(to)).await?;
    }
    Ok(())
}

/// Ends the roles in a job seeker's record that is no more.
///
/// # Errors
/// The database's own.
pub async fn end_own(change: &mut Change, id: SeekerId) -> Result<(), Problem> {
    queries::end_own(change, id).await.map(drop)
}

/// The identity of the first grant of a role, for the demo's tokens.
///
/// # Errors
/// The database's own.
pub async fn first_identity(
    state: &State,
    role: Role,
    office: Option<&str>,
    nib: Option<&str>,
) -> Result<Option<Identity>, Problem> {
    queries::first_identity(state.db.reader(), role, office, nib, state.clock.now()).await
}
