//! What a card's code holds: a token that leads to the public check, and a signed statement for who has no network.
//!
//! The token is the beginning of an HMAC over the card's id: 128 bits that nobody finds without the installation's key, and that
//! no row holds. The database has its hash alone, which is also the statement's `jti`, so that the revocation list leads to no
//! token either. The statement is a JWT (RFC 7519) by the key for cards: any library verifies it, its last day too. It
//! stands behind the `#` of the address, which a browser sends to nobody.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::NaiveDate;
use disnaker_entity::card::{self, CardId};
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::bodies::RevocationList;
use super::queries;
use crate::app::State;
use crate::clock::Zone;
use crate::keys::{Jws, Keys, Purpose};
use crate::personal::Vault;
use crate::problem::Problem;
use crate::wire::Ready;

/// Bytes of a token, and of its hash.
const LENGTH: usize = 16;

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

/// The token of a card.
#[must_use]
pub fn token(vault: &Vault, id: CardId) -> Vec<u8> {
    let mut token = vault.index("ak1_card.token", &id.to_string());
    token.truncate(LENGTH);
    token
}

/// The hash of a token.
#[must_use]
pub fn hash(token: &[u8]) -> Vec<u8> {
    Sha256::digest(token).into_iter().take(LENGTH).collect()
}

/// The hash of a token as it stands in an address; none for what is no token.
#[must_use]
pub fn hash_of(text: &str) -> Option<Vec<u8>> {
    let token = BASE64.decode(text).ok().filter(|token| token.len() == LENGTH)?;
    Some(hash(&token))
}

/// Where anybody checks a card.
#[must_use]
pub fn url(state: &State, row: &card::Model) -> String {
    let base = state.config.http.public_url.trim_end_matches('/');
    format!("{base}/v1/verifications/ak1/{}", BASE64.encode(token(&state.vault, row.id)))
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_token_is_its_card_s_and_its_installation_s_and_its_hash_does_not_tell_it() {
        let (vault, other) = (Vault::new(&Keys::ephemeral()), Vault::new(&Keys::ephemeral()));
        let card = |number| CardId(Uuid::from_u128(number));
        let one = token(&vault, card(1));
        assert_eq!((one.len(), &one), (16, &token(&vault, card(1))));
        assert_ne!(one, token(&vault, card(2)));
        assert_ne!(one, token(&other, card(1)));
        let text = BASE64.encode(&one);
        assert_eq!((text.len(), hash_of(&text)), (22, Some(hash(&one))));
        assert_ne!(hash(&one), one);
        for wrong in ["", "x", &text[..21], &format!("{text}A"), &text.replace(&text[..1], "."), "revoked"] {
            assert_eq!(hash_of(wrong), None, "{wrong}");
        }
    }
}
