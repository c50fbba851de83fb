//! What a card's code holds: a token that leads to the public check, and a signed statement for who has no network.
//!
//! Of the token ([`verification`]) the database has the hash alone, which is also the statement's `jti`, so that the revocation list
//! leads to no token either. The statement is a JWT (RFC 7519) by the key for cards: any library verifies it, its last day too. It
//! stands behind the `#` of the address, which a browser sends to nobody.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::NaiveDate;
use disnaker_entity::card::{self, CardId};
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::json;

use super::bodies::RevocationList;
use super::queries;
use crate::app::State;
use crate::clock::Zone;
use crate::keys::{Jws, Keys, Purpose};
use crate::personal::Vault;
use crate::problem::Problem;
use crate::verification;
use crate::wire::Ready;

/// What tells the tokens of cards from those of other papers.
const TOKEN: &str = "ak1_card.token";

/// Signs with the key for cards: statements, and the list of cards that do not hold. Each says what it is, so that none passes for
/// the other.
pub struct Signers {
    statements: Jws,
    lists: Jws,
}

impl Signers {
    /// The signers of a key file that has a key for cards.
    #[must_use]
    pub fn new(keys: &Keys) -> Option<Self> {
        let statements = Jws::new(keys, Purpose::Cards, "ak1+jwt")?;
        Some(Self { statements, lists: Jws::new(keys, Purpose::Cards, "ak1-revoked+jws")? })
    }
}

/// The hash of the token of a card.
#[must_use]
pub fn hash(vault: &Vault, id: CardId) -> Vec<u8> {
    verification::hash(&verification::token(vault, TOKEN, id.0))
}

/// Where anybody checks a card.
#[must_use]
pub fn url(state: &State, row: &card::Model) -> String {
    verification::url(state, "ak1", &verification::token(&state.vault, TOKEN, row.id.0))
}

/// What is signed of a card: no NIK, and of the name the initials.
#[derive(Serialize)]
struct Claims<'a> {
    /// Hash of the token; the revocation list goes by it.
    jti: String,
    number: &'a str,
    name: &'a str,
    office: &'a str,
    /// The beginning of its first day.
    iat: i64,
    /// The end of its last day.
    exp: i64,
}

/// What the code of a card holds: the address, and behind it the statement, where there is a key. It is the same each time, so that
/// it is kept nowhere.
///
/// # Errors
/// Only where the statement can't be written.
pub fn code(state: &State, row: &card::Model, zone: Zone) -> Result<String, Problem> {
    let url = url(state, row);
    let (Some(signer), Some(from), Some(until)) = (&state.cards, row.issued_on, row.expires_on) else {
        return Ok(url);
    };
    let claims = Claims {
        jti: BASE64.encode(&row.token_hash),
        number: &row.number,
        name: &row.holder,
        office: &row.issued_by,
        iat: zone.midnight(from).timestamp(),
        exp: zone.midnight(until.succ_opt().unwrap_or(until)).timestamp(),
    };
    let statement = signer.statements.sign(&serde_json::to_vec(&claims).map_err(Problem::internal)?);
    Ok(format!("{url}#{statement}"))
}

/// The cards whose paper may be out and that do not hold on a day, signed. A paper whose last day has passed tells that itself,
/// and is left out.
///
/// # Errors
/// The database's own.
pub async fn list(state: &State, today: NaiveDate) -> Result<Ready, DbErr> {
    let rows = queries::not_in_force(state.db.reader(), today).await?;
    let cards: std::collections::BTreeMap<String, NaiveDate> = rows
        .into_iter()
        .map(|(hash, ended, updated)| (BASE64.encode(hash), Zone::WESTERN.date(ended.unwrap_or(updated))))
        .collect();
    let statement = json!({"as_of": today, "cards": cards}).to_string();
    let signer = state.cards.as_deref();
    let list = RevocationList {
        kid: signer.map(|signer| signer.lists.kid().to_owned()),
        signature: signer.map(|signer| signer.lists.sign_detached(statement.as_bytes())),
        statement,
    };
    Ready::of("", &list).map_err(|error| DbErr::Custom(error.to_string()))
}
