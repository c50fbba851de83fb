//! What the code of a training certificate holds: a token that leads to the public check, and a signed statement for who has no network
//! ([`verification`]).

use disnaker_entity::training::{CertificateId, certificate};
use serde::Serialize;

use super::bodies::CertificateContent;
use crate::app::State;
use crate::clock::Zone;
use crate::personal::Vault;
use crate::problem::Problem;
use crate::verification;

/// What tells the tokens of training certificates from those of other papers.
const TOKEN: &str = "training_certificate.token";

/// The hash of the token of a certificate.
#[must_use]
pub fn hash(vault: &Vault, id: CertificateId) -> Vec<u8> {
    verification::hash(&verification::token(vault, TOKEN, id.0))
}

/// Where anybody checks a certificate.
#[must_use]
pub fn url(state: &State, row: &certificate::Model) -> String {
    verification::url(state, "training-certificates", &verification::token(&state.vault, TOKEN, row.id.0))
}

/// What is signed of a certificate: of the name the initials. It has no last day, as training certificates have none.
#[derive(Serialize)]
struct Claims<'a> {
    /// Hash of the token; the list of those that were taken back goes by it.
    jti: String,
    number: &'a str,
    name: &'a str,
    programme: &'a str,
    office: &'a str,
    /// The beginning of the day that stands on it.
    iat: i64,
}

/// What the code of a certificate holds.
///
/// # Errors
/// Only where the statement can't be written.
pub fn code(
    state: &State,
    row: &certificate::Model,
    content: &CertificateContent,
    zone: Zone,
) -> Result<String, Problem> {
    let claims = Claims {
        jti: verification::jti(&row.token_hash),
        number: &row.number,
        name: &row.holder,
        programme: &content.programme,
        office: &row.office,
        iat: zone.midnight(row.issued_on).timestamp(),
    };
    state.certificates.code(url(state, row), &claims)
}
