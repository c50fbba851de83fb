//! Configuration: environment variables and an optional TOML file, every fault reported at once.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::db::Engine;

/// A variable of the environment, which is also a key of the file.
pub struct Variable {
    /// Name in the environment.
    pub name: &'static str,
    /// What stands for it when it is absent.
    pub default: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Never printed.
    pub secret: bool,
}

const fn variable(name: &'static str, default: &'static str, doc: &'static str) -> Variable {
    Variable { name, default, doc, secret: false }
}

/// Every variable that is read. The file uses the same names in lower case without `DISNAKER_`.
pub const VARIABLES: &[Variable] = &[
    Variable {
        name: "DATABASE_URL",
        default: "sqlite://$DISNAKER_DATA_DIR/disnaker.db",
        doc: "Database: `sqlite://PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME`.",
        secret: true,
    },
    variable("DISNAKER_DATA_DIR", "data", "Directory of the SQLite database, the key file and checkpoints."),
    variable("DISNAKER_LISTEN", "127.0.0.1:8080", "Address and port that serve the API."),
    variable("DISNAKER_OPS_LISTEN", "", "Address and port that serve `/metrics`; empty: no metrics."),
    variable(
        "DISNAKER_PUBLIC_URL",
        "http://$DISNAKER_LISTEN",
        "URL under which the outside reaches the service; also the `iss` of its tokens.",
    ),
    variable("DISNAKER_AUDIENCE", "disnaker", "The `aud` that tokens must carry."),
    variable("DISNAKER_ISSUERS", "", "JSON file of outside issuers, see below."),
    variable(
        "DISNAKER_KEY_FILE",
        "$DISNAKER_DATA_DIR/keys.json",
        "Secret keys; made at the first start with SQLite, required with PostgreSQL.",
    ),
    variable("DISNAKER_DB_CONNECTIONS", "0", "Database connections, shared out among the workers; 0: four a core."),
    variable(
        "DISNAKER_DB_WAIT",
        "10",
        "Seconds that a request waits for a connection, or for the answer to a statement, before it answers 503.",
    ),
    variable("DISNAKER_WORKERS", "0", "HTTP worker threads; 0: one a core."),
    variable("DISNAKER_RATE_LIMITS", "on", "`off` switches rate limits off (tests, benchmarks)."),
    variable("DISNAKER_TRUSTED_PROXY", "", "Address of the reverse proxy whose `X-Forwarded-For` names the caller."),
    variable("DISNAKER_CORS_ORIGINS", "", "Browser origins that may call, separated by commas."),
    variable(
        "DISNAKER_DRAIN_SECONDS",
        "6",
        "Seconds between a failing `/readyz` and closing the listener at shutdown; longer than a silent connection is kept (5).",
    ),
    variable("DISNAKER_LOG", "info", "Log filter, as of the `tracing` crates."),
    variable("DISNAKER_LOG_FORMAT", "json", "`json` or `text`."),
];

/// What the documentation says about keys below the table.
const KEYS: &str = r#"
## Outside issuers

`DISNAKER_ISSUERS` names a JSON file with one entry for each issuer. A person is an issuer and a subject: the same `sub` of
another issuer is somebody else.

```json
[{
  "issuer": "https://login.example.go.id/realms/pegawai",
  "audience": "disnaker",
  "jwks_url": "https://login.example.go.id/realms/pegawai/protocol/openid-connect/certs",
  "algorithms": ["RS256"],
  "typ": "at+jwt"
}]
```

| field | meaning |
| --- | --- |
| `issuer` | The `iss` of its tokens, to the letter. |
| `audience` | The `aud` that they must carry. |
| `jwks_url` | Where its keys are: `https://…`, or `http://…` to this machine. |
| `ca_file` | Optional, with `jwks_url`: the certificates (PEM) that vouch for its host, for an office's own authority. By default those of the public web do. |
| `jwks_file` | A file of its keys instead, read at the start. Exactly one of the two. |
| `algorithms` | The algorithms that count: `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `EdDSA`. |
| `typ` | Optional: the `typ` that a token's header must have. `at+jwt` keeps ID tokens out (RFC 9068); by default none is asked for. |

Keys by URL are fetched in the background: at the start, every ten minutes, and when a token names a key that is not there, at
most once a minute. A fetch takes at most 5 seconds and 256 KiB and follows no redirect. The service starts though an issuer is
away; until its keys are there its tokens are refused, and the log says why once a minute. Keys that were fetched count until
another set takes their place, however long the issuer is away. A key that is no longer in the set ends at the next fetch, with the tokens that
it verified. A set without any usable key is taken for a mishap of the issuer: the log warns once, the keys at hand count on,
and the set is fetched every minute; 24 hours later they end. A process that starts meanwhile has none of them. To end
every key of an issuer at once, take its entry out of the file and restart.
An issuer should publish a new key at least ten minutes before it signs with it.

## A new key for tokens

```sh
disnaker config --rotate-token-key
```

adds a key to the key file and says when it takes effect. No token is refused meanwhile:

1. Every running instance reads the file again within five seconds, publishes the new key and accepts what it signs. Where
   instances have copies of the file, copy it to all of them within the hour.
2. An hour later every instance signs with the new key.
3. Two hours after that, when the last token of the old key has long ended, the old key is published and accepted no more. The next rotation
   removes it from the file.

A key that others may have read must end at once: after the command take the old key's entry out of the file. The new key signs
and the tokens of the old one are refused within five seconds. Only keys for tokens are read again; for the others, restart. A release before this command refuses a file that was rotated by it.
"#;

/// The configuration in effect.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the data is.
    pub database: Database,
    /// How it is served.
    pub http: Http,
    /// Who issues tokens.
    pub access: Access,
    /// Logs.
    pub log: Log,
}

/// Where the data is.
#[derive(Clone)]
pub struct Database {
    /// The database's URL.
    pub url: String,
    /// The engine that the URL names.
    pub engine: Engine,
    /// Directory of local files.
    pub data_dir: PathBuf,
    /// The key file.
    pub key_file: PathBuf,
    /// Connections; 0: four a core.
    pub connections: u32,
    /// Longest wait for a connection.
    pub wait: Duration,
    /// Threads that ask; each has connections of its own.
    pub workers: usize,
    /// SQLite only: `synchronous=NORMAL`, for tests and the demo.
    pub relaxed: bool,
    /// SQLite only: a disk that is full after so many pages, for tests.
    pub max_pages: Option<u32>,
}

impl Database {
    /// The file of a SQLite database.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        file_of(&self.url)
    }
}

fn file_of(url: &str) -> Option<PathBuf> {
    let place = url.strip_prefix("sqlite:")?;
    let place = place.strip_prefix("//").unwrap_or(place);
    Some(PathBuf::from(place.split('?').next().unwrap_or(place)))
}

impl std::fmt::Debug for Database {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Database({:?}, {:?})", self.engine, self.data_dir)
    }
}

/// How the API is served.
#[derive(Clone, Debug)]
pub struct Http {
    /// Address of the API.
    pub listen: SocketAddr,
    /// Address of the metrics, if any.
    pub ops_listen: Option<SocketAddr>,
    /// URL seen from outside, without a slash at its end.
    pub public_url: String,
    /// Worker threads.
    pub workers: usize,
    /// Whether rate limits apply.
    pub rate_limits: bool,
    /// The proxy whose `X-Forwarded-For` counts.
    pub trusted_proxy: Option<std::net::IpAddr>,
    /// Origins that browsers may call from.
    pub cors_origins: Vec<String>,
    /// Time between a failing readiness and the end of listening.
    pub drain: Duration,
}

/// Who issues tokens.
#[derive(Clone, Debug)]
pub struct Access {
    /// Required `aud`.
    pub audience: String,
    /// File of outside issuers.
    pub issuers: Option<PathBuf>,
}

/// Logs.
#[derive(Clone, Debug)]
pub struct Log {
    /// Filter.
    pub filter: String,
    /// JSON lines, else text.
    pub json: bool,
}

/// Reads values, keeping every fault.
struct Source {
    file: toml::Table,
    faults: Vec<String>,
}

impl Source {
    fn text(&mut self, name: &str) -> String {
        let default = VARIABLES.iter().find(|variable| variable.name == name).map_or("", |variable| variable.default);
        if let Ok(value) = std::env::var(name) {
            return value;
        }
        let key = name.trim_start_matches("DISNAKER_").to_lowercase();
        match self.file.get(&key) {
            None => default.to_owned(),
            Some(toml::Value::String(text)) => text.clone(),
            Some(toml::Value::Integer(number)) => number.to_string(),
            Some(toml::Value::Boolean(flag)) => if *flag { "on" } else { "off" }.to_owned(),
            Some(other) => {
                self.faults.push(format!("{key}: received a {}, expected a text or number", other.type_str()));
                default.to_owned()
            }
        }
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, expected: &str) -> Option<T> {
        let text = self.text(name);
        let value = text.parse().ok();
        if value.is_none() {
            self.faults.push(format!("{name}: received `{text}`, expected {expected}"));
        }
        value
    }

    fn one_of(&mut self, name: &str, words: &[&str]) -> String {
        let text = self.text(name);
        if !words.contains(&text.as_str()) {
            self.faults.push(format!("{name}: received `{text}`, expected one of {}", words.join(", ")));
        }
        text
    }
}

impl Config {
    /// Reads environment and file.
    ///
    /// # Errors
    /// Every fault, one a line.
    pub fn read() -> Result<Self, Vec<String>> {
        let mut source = Source { file: toml::Table::new(), faults: Vec::new() };
        if let Ok(path) = std::env::var("DISNAKER_CONFIG") {
            match std::fs::read_to_string(&path)
                .map_err(|error| error.to_string())
                .and_then(|text| text.parse::<toml::Table>().map_err(|error| error.to_string()))
            {
                Ok(table) => source.file = table,
                Err(error) => source.faults.push(format!("DISNAKER_CONFIG: {path}: {error}")),
            }
            let known = |key: &str| {
                VARIABLES.iter().any(|variable| variable.name.trim_start_matches("DISNAKER_").to_lowercase() == key)
            };
            source
                .faults
                .extend(source.file.keys().filter(|key| !known(key)).map(|key| format!("{path}: unknown key `{key}`")));
        }
        let data_dir = PathBuf::from(source.text("DISNAKER_DATA_DIR"));
        let in_data_dir = |text: String| text.replace("$DISNAKER_DATA_DIR", &data_dir.to_string_lossy());
        let url = in_data_dir(source.text("DATABASE_URL"));
        let key_file = PathBuf::from(in_data_dir(source.text("DISNAKER_KEY_FILE")));
        let engine = Engine::of(&url).unwrap_or_else(|| {
            source.faults.push("DATABASE_URL: expected `sqlite://…` or `postgres://…`".to_owned());
            Engine::Sqlite
        });
        let listen = source.parsed("DISNAKER_LISTEN", "ADDRESS:PORT");
        let ops = source.text("DISNAKER_OPS_LISTEN");
        let ops_listen = if ops.is_empty() { None } else { source.parsed("DISNAKER_OPS_LISTEN", "ADDRESS:PORT") };
        let proxy = source.text("DISNAKER_TRUSTED_PROXY");
        let trusted_proxy =
            if proxy.is_empty() { None } else { source.parsed("DISNAKER_TRUSTED_PROXY", "an IP address") };
        let workers = source.parsed("DISNAKER_WORKERS", "a number").map(|given| match given {
            0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            given => given,
        });
        let connections = source.parsed("DISNAKER_DB_CONNECTIONS", "a number");
        let wait = source.parsed("DISNAKER_DB_WAIT", "seconds");
        let drain = source.parsed("DISNAKER_DRAIN_SECONDS", "seconds");
        let rate_limits = source.one_of("DISNAKER_RATE_LIMITS", &["on", "off"]) == "on";
        let json = source.one_of("DISNAKER_LOG_FORMAT", &["json", "text"]) == "json";
        let issuers = source.text("DISNAKER_ISSUERS");
        let cors = source.text("DISNAKER_CORS_ORIGINS");
        let public_url =
            source.text("DISNAKER_PUBLIC_URL").replace("$DISNAKER_LISTEN", &source.text("DISNAKER_LISTEN"));
        let public_url = public_url.trim_end_matches('/').to_owned();
        if !public_url.starts_with("http://") && !public_url.starts_with("https://") {
            source.faults.push(format!("DISNAKER_PUBLIC_URL: received `{public_url}`, expected http://… or https://…"));
        }
        let audience = source.text("DISNAKER_AUDIENCE");
        let filter = source.text("DISNAKER_LOG");
        let (Some(listen), Some(workers), Some(connections), Some(wait), Some(drain), true) =
            (listen, workers, connections, wait, drain, source.faults.is_empty())
        else {
            return Err(source.faults);
        };
        Ok(Self {
            database: Database {
                url,
                engine,
                data_dir,
                key_file,
                connections,
                wait: Duration::from_secs(wait),
                workers,
                relaxed: false,
                max_pages: None,
            },
            http: Http {
                listen,
                ops_listen,
                public_url,
                workers,
                rate_limits,
                trusted_proxy,
                cors_origins: cors
                    .split(',')
                    .map(str::trim)
                    .filter(|origin| !origin.is_empty())
                    .map(str::to_owned)
                    .collect(),
                drain: Duration::from_secs(drain),
            },
            access: Access { audience, issuers: (!issuers.is_empty()).then(|| PathBuf::from(issuers)) },
            log: Log { filter, json },
        })
    }

    /// The configuration in effect as lines of `NAME=value`, secrets masked.
    #[must_use]
    pub fn effective() -> String {
        let mut source = Source { file: toml::Table::new(), faults: Vec::new() };
        if let Ok(Ok(table)) = std::env::var("DISNAKER_CONFIG")
            .map(|path| std::fs::read_to_string(path).unwrap_or_default().parse::<toml::Table>())
        {
            source.file = table;
        }
        let lines = VARIABLES.iter().map(|variable| {
            let value = source.text(variable.name);
            let value = if variable.secret { masked(&value) } else { value };
            format!("{}={value}", variable.name)
        });
        lines.collect::<Vec<_>>().join("\n") + "\n"
    }

    /// The table of variables for the documentation.
    #[must_use]
    pub fn markdown() -> String {
        let rows = VARIABLES
            .iter()
            .map(|variable| format!("| `{}` | `{}` | {} |\n", variable.name, variable.default, variable.doc));
        let head = "# Configuration\n\nGenerated from `src/config.rs`. `DISNAKER_CONFIG` names an optional TOML file with the same names in lower case without `DISNAKER_`; the environment wins.\n\n| variable | default | meaning |\n| --- | --- | --- |\n";
        std::iter::once(head.to_owned()).chain(rows).chain([KEYS.to_owned()]).collect()
    }
}

/// Hides the password of a URL.
fn masked(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            format!("{}://•••{}", url.get(..scheme).unwrap_or_default(), url.get(at..).unwrap_or_default())
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_database_is_a_file() {
        assert_eq!(file_of("sqlite://data/disnaker.db"), Some("data/disnaker.db".into()));
        assert_eq!(file_of("sqlite:///srv/disnaker.db?mode=rw"), Some("/srv/disnaker.db".into()));
        assert_eq!(file_of("sqlite:disnaker.db"), Some("disnaker.db".into()));
        assert_eq!(file_of("postgres://app@db/disnaker"), None);
    }

    #[test]
    fn a_password_is_masked() {
        assert_eq!(masked("postgres://app:secret@db:5432/x"), "postgres://•••@db:5432/x");
        assert_eq!(masked("sqlite://data/disnaker.db"), "sqlite://data/disnaker.db");
    }
}
