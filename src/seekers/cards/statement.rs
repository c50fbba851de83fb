//! What a card's code holds: a token that leads to the public check, and a signed statement for who has no network.
//!
//! Any library verifies the statement, its last day too ([`verification`]).

use chrono::NaiveDate;
use disnaker_entity::card::{self, CardId};
use sea_orm::DbErr;
use serde::Serialize;

use super::queries;
use crate::app::State;
use crate::clock::Zone;
use crate::personal::Vault;
use crate::problem::Problem;
use crate::verification;

/// What tells the tokens of cards from those of other papers.
const TOKEN: &str = "ak1_card.token";

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

/// What the code of a card holds; of one without days yet the address alone.
///
/// # Errors
/// Only where the statement can't be written.
pub fn code(state: &State, row: &card::Model, zone: Zone) -> Result<String, Problem> {
    let url = url(state, row);
    let (Some(from), Some(until)) = (row.issued_on, row.expires_on) else { return Ok(url) };
    let claims = Claims {
        jti: verification::jti(&row.token_hash),
        number: &row.number,
        name: &row.holder,
        office: &row.issued_by,
        iat: zone.midnight(from).timestamp(),
        exp: zone.midnight(until.succ_opt().unwrap_or(until)).timestamp(),
    };
    state.cards.code(url, &claims)
}

/// The cards whose paper may be out and that do not hold on a day, and since when. A paper whose last day has passed tells that
/// itself, and is left out.
///
/// # Errors
/// The database's own.
pub async fn ended(state: &State, today: NaiveDate) -> Result<Vec<(Vec<u8>, NaiveDate)>, DbErr> {
    let rows = queries::not_in_force(state.db.reader(), today).await?;
    let day = |(hash, ended, updated): (_, Option<_>, _)| (hash, Zone::WESTERN.date(ended.unwrap_or(updated)));
    Ok(rows.into_iter().map(day).collect())
}
