//! Invented data, told as a story through the rooms' own rules.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::app::State;
use crate::problem::Problem;

/// What was told.
pub struct Story {}

/// Tells the story, once.
///
/// # Errors
/// A database that holds other data.
pub async fn load(_: &Arc<State>) -> anyhow::Result<Story> {
    anyhow::bail!("to be told")
}

/// The page that a newcomer sees.
///
/// # Errors
/// The database's own.
pub async fn welcome(_: &Arc<State>, _: &Story, _: SocketAddr) -> anyhow::Result<String> {
    anyhow::bail!("to be told")
}

/// A token.
///
/// # Errors
/// A database that is neither demo nor test.
pub async fn token(_: &Arc<State>, _: &str, _: Option<&str>, _: Option<&str>) -> Result<String, Problem> {
    Err(Problem::internal("to be told"))
}
