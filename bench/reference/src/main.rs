//! The raw server that the benchmark holds the service against: the bare drivers, the same SQL work and durability, the
//! same JSON, the service's own terms and ranking, and none of the service's authentication, identifiers, metrics, logs and checks.
//!
//! `reference create URL NAME` makes a PostgreSQL database, `seed` fills a migrated one, `drafts` adds reports that can be
//! filed, `stored` shows what the filing of one wrote, `terms` checks what the service indexed, `serve` answers.

use anyhow::{Context, bail};

/// What the search asks of the service's checks; no measured query has such characters.
mod check {
    pub fn is_direction(_: char) -> bool {
        false
    }
}
mod postgres;
#[path = "../../../src/vacancies/search/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the service's own search, of which phrases and corrections are not measured"
)]
mod search;
mod seed;
mod sqlite;
mod view;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["create", url, name] => postgres::create(url, name).await,
        ["seed", url, rows, directory] => seed::all(url, rows.parse()?, directory.as_ref()).await,
        ["drafts", url, count, file] => seed::drafts(url, count.parse()?, file.as_ref()).await,
        ["terms", url, report] => seed::terms(url, report).await,
        ["stored", url, report] => seed::stored(url, report).await,
        ["serve", url, listen] => match url.strip_prefix("sqlite://") {
            Some(path) => sqlite::serve(path, listen).await,
            None => postgres::serve(url, listen).await,
        },
        _ => bail!("expected create, seed, drafts, stored, terms or serve with its arguments; received {words:?}"),
    }
    .with_context(|| format!("reference {}", words.first().unwrap_or(&"")))
}

/// Threads that answer; the service's own default.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}
