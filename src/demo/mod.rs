//! Invented data, told as a story through the rooms' own rules.
//!
//! `disnaker demo` shows a newcomer a service that has been at work for years: seven offices; a register of job seekers with
//! 3,725 cards by the middle of 2021; a counter before and with a limit; classes of 2020, 2021 and 2023; the disputes of Cilegon
//! in 2023 and of today; what people ask Jawa Barat; and of the last three months some two hundred companies, their reports in
//! every state, alone and by the file, vacancies to search, placements, what companies owe and what the office does where it is
//! not done, people who look for work in every state, and an identity for every role. Nothing is written past the rooms: a
//! company registers, files and corrects through the same decide and save as over HTTP, an officer returns and accepts, the
//! sweeps run at midnight; only the clock is a story's, and a day is one transaction. So what the demo shows can't be what the
//! service would refuse.
//!
//! The story follows from a seed and the day of loading alone: current reports and vacancies are counted back from that
//! day. It refuses a database that holds anything else, and one in which an earlier loading did not reach its end. Every
//! person and every company is called "Contoh" (example); minimum wages carry the source `demo`.

mod cast;
mod page;
mod plot;
mod queries;
mod story;

use std::sync::Arc;

use disnaker_entity::access::Role;

use crate::access;
use crate::app::State;
use crate::caller::Identity;
use crate::clock::Zone;
use crate::db::{Db, Engine};
use crate::problem::Problem;

pub use page::welcome;

/// A loaded demo.
const DEMO: &str = "demo";
/// A demo that is being loaded, or whose loading was cut off.
const LOADING: &str = "demo-loading";
/// A database of a test.
const TEST: &str = "test";
/// The role of an identity that has none.
const ANYONE: &str = "anyone";

/// Minimum wages for the demo's districts and years; invented.
const MINIMUM_WAGES: &[u8] = include_bytes!("../../assets/reference/minimum_wages_demo.csv");

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The day of loading.
    pub loaded_on: String,
    /// Offices.
    pub offices: u64,
    /// Companies.
    pub companies: u64,
    /// Vacancies, whatever their status.
    pub vacancies: u64,
    /// Vacancies that everybody finds.
    pub open: u64,
    /// Placements.
    pub placements: u64,
    /// Reports of vacancies and placements.
    pub reports: u64,
    /// Reports that wait for an office.
    pub waiting: u64,
    /// People in the register, or on their way there.
    pub job_seekers: u64,
    /// AK-1 cards, whatever their status.
    pub cards: u64,
    /// NIB of the company that examples show.
    pub nib: String,
    /// Its id.
    pub company: String,
    /// A file of its rows, some of which were rejected; empty where there is none.
    pub batch: String,
    /// Number of a receipt of its; empty where there is none.
    pub receipt: String,
}

/// Refuses a database that holds something else than the demo; asked before anything is migrated.
///
/// # Errors
/// Says what is there and what to do instead.
pub async fn refuse_other_data(db: &Db) -> anyhow::Result<()> {
    if disnaker_migration::untouched(db.writer()).await? {
        return Ok(());
    }
    match queries::kind(db.reader()).await?.as_deref() {
        Some(DEMO) => Ok(()),
        Some(LOADING) => {
            let start_over = match db.engine() {
                Engine::Sqlite => "stop the process that loads it or, if there is none, delete the data directory",
                Engine::Postgres => "stop the process that loads it or, if there is none, drop and create the database",
            };
            anyhow::bail!("the demo in this database has not been loaded to its end; {start_over} and start again")
        }
        Some(other) => anyhow::bail!("this is a `{other}` database; the demo needs an empty one"),
        None if queries::in_use(db.reader()).await? => anyhow::bail!(
            "this database holds offices or companies that are not the demo's; the demo needs an empty one (another \
             DATABASE_URL or DISNAKER_DATA_DIR)"
        ),
        None => Ok(()),
    }
}

/// Tells the story, once: a database that holds it already is used as it is.
///
/// # Errors
/// A database that holds other data, or an unfinished demo.
pub async fn load(state: &Arc<State>) -> anyhow::Result<Story> {
    load_past(state, story::WHOLE).await
}

async fn load_past(state: &Arc<State>, extent: story::Extent) -> anyhow::Result<Story> {
    refuse_other_data(&state.db).await?;
    if queries::kind(state.db.reader()).await?.is_none() {
        anyhow::ensure!(
            queries::claim(state.db.writer(), LOADING).await?,
            "another process is loading the demo into this database"
        );
        tracing::info!("telling the demo's story");
        disnaker_migration::load_minimum_wages(state.db.writer(), MINIMUM_WAGES).await?;
        let today = Zone::WESTERN.date(state.clock.now());
        // On the heap: the whole story is a large future.
        Box::pin(story::tell(state, today, extent)).await.map_err(|problem| told(&problem))?;
        state.bell.seal_all(&state.db).await;
        queries::finish(state.db.writer(), DEMO, today).await?;
        state.books.forget();
        state.codes.forget();
        state.grants.clear();
    }
    Ok(queries::facts(state.db.reader()).await?)
}

fn told(problem: &Problem) -> anyhow::Error {
    let fault = |fault: &crate::problem::Fault| format!("\n  {}: {}", fault.pointer, fault.code.code);
    let faults = problem.faults.iter().map(fault).collect::<Vec<_>>().concat();
    anyhow::anyhow!(
        "the story broke off: {problem}{faults}{}",
        problem.cause.as_deref().map(|cause| format!(": {cause}")).unwrap_or_default()
    )
}

/// A token of the first identity with a role, in an office or in the company of a NIB. For demo and test databases only.
///
/// # Errors
/// Another kind of database, an unknown role, or one that nobody has there.
pub async fn token(state: &Arc<State>, role: &str, office: Option<&str>, nib: Option<&str>) -> anyhow::Result<String> {
    let kind = queries::kind(state.db.reader()).await?;
    anyhow::ensure!(
        matches!(kind.as_deref(), Some(DEMO | TEST)),
        "tokens are given away in demo and test databases only, and this is neither; a client gets its own at /oauth/token"
    );
    let identity = if role == ANYONE {
        Identity { issuer: state.issuers.own().to_owned(), subject: format!("demo-{ANYONE}") }
    } else {
        let known: Role = role
            .parse()
            .map_err(|roles| anyhow::anyhow!("unknown role `{role}`; expected one of {ANYONE}, {roles}"))?;
        let found = access::first_identity(state, known, office, nib).await.map_err(|problem| told(&problem))?;
        found.ok_or_else(|| {
            let office = office.map(|office| format!(" in office {office}")).unwrap_or_default();
            let company = nib.map(|nib| format!(" in the company {nib}")).unwrap_or_default();
            anyhow::anyhow!("nobody has the role {role}{office}{company}")
        })?
    };
    anyhow::ensure!(
        identity.issuer == state.issuers.own(),
        "the role {role} is held by an identity of {}; start with the DISNAKER_PUBLIC_URL that the database was loaded with",
        identity.issuer
    );
    state.issuers.issue(&identity.subject, None, state.clock.id(), state.clock.now())
}

#[cfg(test)]
mod tests;
