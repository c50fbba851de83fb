//! What people write in a dispute is sealed before it is stored, each piece for its own row and column.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::personal::{Place, Vault};
use crate::problem::Problem;

/// Seals a value as JSON for its place.
///
/// # Errors
/// Only when no key is there.
pub fn seal<T: Serialize>(vault: &Vault, place: Place, value: &T) -> Result<Vec<u8>, Problem> {
    let plain = serde_json::to_vec(value).map_err(Problem::internal)?;
    vault.seal(place, &plain).map_err(Problem::internal)
}

/// Opens a value; none where nothing is kept, or no longer.
///
/// # Errors
/// A value that does not open in its place, or is not what was written.
pub fn open<T: DeserializeOwned>(vault: &Vault, place: Place, sealed: Option<&Vec<u8>>) -> Result<Option<T>, Problem> {
    let Some(sealed) = sealed else { return Ok(None) };
    let plain = vault.open(place, sealed).map_err(Problem::internal)?;
    serde_json::from_slice(&plain).map(Some).map_err(Problem::internal)
}

/// The place of a column of a case.
#[must_use]
pub fn of_case(column: &'static str, row: Uuid) -> Place {
    Place { table: "mediation_case", column, row }
}
