//! The raw server that the benchmark holds the service against: the bare drivers, the same SQL work and durability, the
//! same JSON, the service's own terms, ranking and sealing, and none of the service's authentication, identifiers, metrics, logs and
//! checks.
//!
//! `reference create URL NAME` makes a PostgreSQL database, `seed` fills a migrated one, `people` adds job seekers, `classes` what they
//! applied for, `drafts` reports that can be filed, `tickets` bookings, `applications` those for open classes; `stored`, `queue` and
//! `enrolled` show what was written, `terms` checks what the service
//! indexed, `serve` answers, `race` books with many callers at once.

use anyhow::{Context, bail};

/// What the search asks of the service's checks; no measured query has such characters.
mod check {
    pub fn is_direction(_: char) -> bool {
        false
    }
}
mod classes;
/// The keys that the service's own sealing asks for.
mod keys {
    use std::collections::BTreeMap;

    use anyhow::{Context, anyhow};
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};

    pub struct Keys {
        pub personal: BTreeMap<u8, [u8; 32]>,
        pub index: [u8; 32],
    }

    #[derive(serde::Deserialize)]
    struct File {
        personal: BTreeMap<u8, String>,
        index: String,
    }

    impl Keys {
        /// Reads the service's own key file.
        pub fn load() -> anyhow::Result<Self> {
            let path = std::env::var("DISNAKER_KEY_FILE").context("DISNAKER_KEY_FILE")?;
            let file: File = serde_json::from_slice(&std::fs::read(path)?)?;
            let key = |text: &String| BASE64.decode(text)?.try_into().map_err(|_| anyhow!("a key has 32 bytes"));
            let personal = file.personal.iter().map(|(id, text)| Ok((*id, key(text)?)));
            Ok(Self { personal: personal.collect::<anyhow::Result<_>>()?, index: key(&file.index)? })
        }
    }
}
mod people;
extern crate self as disnaker_entity;

/// Stands for the service's NIK, by which its sealing knows what texts are to be veiled: here no text is.
struct Nik;

impl Nik {
    fn parse(_: &str) -> Result<Self, ()> {
        Err(())
    }
}

#[path = "../../../src/personal.rs"]
#[expect(dead_code, reason = "the service's own sealing, of which texts are not veiled here")]
mod personal;
mod postgres;
mod race;
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
        ["people", url, rows, directory] => seed::people(url, rows.parse()?, directory.as_ref()).await,
        ["tickets", url, office, service, date, count, file] => {
            seed::tickets(url, office, service, date.parse()?, count.parse()?, file.as_ref()).await
        }
        ["classes", url, directory] => seed::classes(url, directory.as_ref()).await,
        ["applications", url, office, count, file] => {
            seed::applications(url, office, count.parse()?, file.as_ref()).await
        }
        ["enrolled", url] => seed::enrolled(url).await,
        ["queue", url] => seed::queue(url).await,
        ["race", listen, token, file] => race::all(listen, token, file.as_ref()).await,
        ["drafts", url, count, file] => seed::drafts(url, count.parse()?, file.as_ref()).await,
        ["terms", url, report] => seed::terms(url, report).await,
        ["stored", url, report] => seed::stored(url, report).await,
        ["serve", url, listen] => match url.strip_prefix("sqlite://") {
            Some(path) => sqlite::serve(path, listen).await,
            None => postgres::serve(url, listen).await,
        },
        _ => bail!("expected one of the commands above with its arguments; received {words:?}"),
    }
    .with_context(|| format!("reference {}", words.first().unwrap_or(&"")))
}

/// Threads that answer; the service's own default.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}
