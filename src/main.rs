//! The command line: arguments only, the work is the library's.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::TimeDelta;
use clap::{Parser, Subcommand};
use disnaker::app::State;
use disnaker::caller::{Identity, Realm, Scope};
use disnaker::change::Change;
use disnaker::checkpoint::{self, Verifier};
use disnaker::clock::Clock;
use disnaker::config::{Config, Database, Http};
use disnaker::db::{Db, Engine};
use disnaker::doctor::{Health, Report};
use disnaker::keys::Keys;
use disnaker::{access, app, backup, demo, doctor, document, offices, privacy, problem, reference, serve};
use disnaker_entity::access::Role;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit code of a configuration that can't be used (sysexits.h).
const CONFIG: u8 = 78;

/// The service of an Indonesian manpower office.
#[derive(Parser)]
#[command(version = concat!(env!("CARGO_PKG_VERSION"), " (", env!("DISNAKER_COMMIT"), ")"))]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API; migrates SQLite first, refuses a PostgreSQL that is not migrated.
    Serve,
    /// Load invented data into an empty database, once, and serve it.
    Demo,
    /// Bring the database's schema up to date.
    Migrate,
    /// Print the OpenAPI document, or write it and the generated pages into a directory.
    Openapi {
        /// Directory to write into.
        #[arg(long)]
        write: Option<PathBuf>,
    },
    /// Print the configuration in effect, secrets masked.
    Config {
        /// Write fresh keys to the key file instead, where there is none.
        #[arg(long)]
        new_keys: bool,
        /// Add a key for tokens to the key file instead; it signs an hour later.
        #[arg(long, conflicts_with = "new_keys")]
        rotate_token_key: bool,
    },
    /// Copy the SQLite database, the key file and the checkpoints into an empty directory, also while it serves.
    Backup {
        /// The directory.
        directory: PathBuf,
    },
    /// Look whether the installation is well: exit code 0, 1 where a check failed, 78 for a faulty configuration.
    Doctor {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Ask the service at `DISNAKER_LISTEN` whether it is ready: the health check of a container.
    Health,
    /// Run the sweeps once: what expires, what is due, what is forgotten.
    Sweep {
        /// Change nothing, and say of each class of data how much would be forgotten.
        #[arg(long)]
        dry_run: bool,
    },
    /// Offices.
    #[command(subcommand)]
    Office(Office),
    /// Machine clients.
    #[command(subcommand)]
    Client(Client),
    /// Give an identity a role.
    Grant {
        /// Issuer of the identity; this service's own where it is absent.
        #[arg(long)]
        issuer: Option<String>,
        /// Subject of the identity.
        #[arg(long)]
        subject: String,
        /// Role.
        #[arg(long)]
        role: Role,
        /// Office, for a role in an office.
        #[arg(long)]
        office: Option<String>,
    },
    /// Print a one-hour token of the first demo identity with a role (demo and test databases only).
    Token {
        /// Role, or `anyone` for an identity without one.
        #[arg(long)]
        role: String,
        /// Office of the identity.
        #[arg(long)]
        office: Option<String>,
        /// NIB of the identity's company.
        #[arg(long)]
        company: Option<String>,
    },
    /// Load a full list of codes from a CSV file with the columns code and name.
    ImportCodes {
        /// `occupations` (KBJI) or `sectors` (KBLI).
        kind: String,
        /// The file.
        file: PathBuf,
        /// Edition, for sectors.
        #[arg(long)]
        edition: Option<String>,
    },
    /// The journal.
    #[command(subcommand)]
    Journal(JournalCommand),
}

#[derive(Subcommand)]
enum Office {
    /// Add an office.
    Add {
        /// Code of its region; a second office in a region gets a suffix (`36.04-2`).
        code: String,
        /// Name.
        #[arg(long)]
        name: String,
        /// Address.
        #[arg(long, default_value = "")]
        address: String,
    },
}

#[derive(Subcommand)]
enum Client {
    /// Create a client; prints its id and secret once.
    Create {
        /// Name.
        #[arg(long)]
        name: String,
        /// Role.
        #[arg(long)]
        role: Role,
        /// Office of the role.
        #[arg(long)]
        office: String,
    },
}

#[derive(Subcommand)]
enum JournalCommand {
    /// Recompute the chain of hashes, hold it against signed checkpoints, and say what holds, what is broken and what nobody
    /// has signed. Only reads.
    Verify {
        /// File of checkpoints, one a line, that was kept elsewhere: finds also an end that was cut off.
        #[arg(long)]
        checkpoints: Option<PathBuf>,
        /// Public keys (`/.well-known/jwks.json`) to verify with instead of the key file.
        #[arg(long)]
        jwks: Option<PathBuf>,
    },
    /// Sign the head of the chain now, if something came since the newest checkpoint.
    Checkpoint,
}

#[actix_web::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Command::Openapi { write } = arguments.command {
        return finish(openapi(write));
    }
    let config = match Config::read() {
        Ok(config) => config,
        Err(faults) => {
            if let Command::Doctor { json } = arguments.command {
                tell(&Report::of_faults(&faults), json);
            } else {
                for fault in faults {
                    eprintln!("configuration: {fault}");
                }
            }
            return ExitCode::from(CONFIG);
        }
    };
    serve::log(&config.log);
    if let Command::Doctor { json } = arguments.command {
        let report = doctor::examine(&config, &Clock::system()).await;
        tell(&report, json);
        return if report.status == Health::Fail { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    finish(run(arguments.command, config).await)
}

fn tell(report: &Report, json: bool) {
    if json {
        println!("{}", serde_json::json!(report));
    } else {
        print!("{report}");
    }
}

fn finish(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("disnaker: {error:#}");
            ExitCode::from(if error.is::<Unusable>() { CONFIG } else { 1 })
        }
    }
}

/// A configuration, key file or database that the command can't use: exit code 78.
#[derive(Debug)]
struct Unusable(String);

impl std::fmt::Display for Unusable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

fn unusable(error: impl std::fmt::Display) -> anyhow::Error {
    Unusable(format!("{error:#}")).into()
}

async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    match command {
        Command::Openapi { .. } | Command::Doctor { .. } => Ok(()),
        Command::Config { rotate_token_key: true, .. } => {
            println!("{}", Keys::rotate_token_key(&config.database.key_file, Clock::system().now())?);
            Ok(())
        }
        Command::Config { new_keys: false, .. } => {
            print!("{}", Config::effective());
            Ok(())
        }
        Command::Config { new_keys: true, .. } => {
            Keys::create(&config.database.key_file).with_context(|| config.database.key_file.display().to_string())?;
            println!("wrote {}", config.database.key_file.display());
            Ok(())
        }
        Command::Serve => {
            let state = open(config, false).await?;
            serve::serve(state, || {}).await
        }
        Command::Demo => {
            // Nobody's balancer has to notice that it ends.
            let http = Http { drain: Duration::ZERO, ..config.http };
            // What a power failure takes of invented data is told again.
            let database = Database { relaxed: true, ..config.database };
            let config = Config { http, database, ..config };
            let listen = config.http.listen;
            let state = open(config, true).await?;
            let story = Box::pin(demo::load(&state)).await.map_err(unusable)?;
            let page = demo::welcome(&state, &story, listen).await?;
            serve::serve(state, move || println!("{page}")).await
        }
        Command::Migrate => {
            let schema = disnaker::db::schema(&config.database).await.map_err(unusable)?;
            let applied = disnaker_migration::up(&schema).await?;
            schema.close().await?;
            println!("migrated: {}", if applied.is_empty() { "nothing to do".to_owned() } else { applied.join(", ") });
            Ok(())
        }
        Command::Backup { directory } => {
            let written = backup::write(&config.database, &directory).await;
            let embedded = config.database.engine == Engine::Sqlite;
            for (file, bytes) in written.map_err(|error| if embedded { error } else { unusable(error) })? {
                println!("wrote {} ({bytes} bytes)", file.display());
            }
            Ok(())
        }
        Command::Journal(JournalCommand::Verify { checkpoints, jwks }) => verify(&config, checkpoints, jwks).await,
        Command::Health => serve::health(config.http.listen).await,
        // Apart: the futures of all commands together would fill the stack of a small machine.
        other => Box::pin(administer(other, open(config, false).await?)).await,
    }
}

/// Commands that work on an open database, also while the service runs.
async fn administer(command: Command, state: Arc<State>) -> anyhow::Result<()> {
    match command {
        Command::Sweep { dry_run: true } => {
            for (class, rows) in privacy::retention::due(&state).await.map_err(told)? {
                println!("{class}: {rows}");
            }
        }
        Command::Sweep { dry_run: false } => {
            let expired = app::sweep(&state).await.map_err(told)?;
            println!("expired {expired} vacancies");
        }
        Command::Office(Office::Add { code, name, address }) => {
            let codes = reference::codes(&state).await.map_err(told)?;
            let mut change = change(&state).await?;
            let new =
                offices::NewOffice { code: &code, name: &name, address: &address, ..offices::NewOffice::default() };
            offices::add(&mut change, new, &codes).await.map_err(told)?;
            change.commit().await.map_err(told)?;
            println!("added office {code}");
        }
        Command::Client(Client::Create { name, role, office }) => {
            anyhow::ensure!(!role.is_of_mandate(), "{role} follows from a mandate");
            let mut change = change(&state).await?;
            known_office(&change, &office)?;
            let new = access::NewClient { name: &name, role, realm: Realm::Office(office.clone()) };
            let view = access::create_client(&mut change, new).await.map_err(told)?;
            change.commit().await.map_err(told)?;
            println!("client_id={}\nclient_secret={}", view.client.id, view.client_secret);
        }
        Command::Grant { issuer, subject, role, office } => {
            let mut change = change(&state).await?;
            let elsewhere = matches!(
                role,
                Role::CompanyAdmin
                    | Role::CompanyHr
                    | Role::SchoolOperator
                    | Role::ProviderOperator
                    | Role::JobSeeker
                    | Role::CaseParty
            );
            anyhow::ensure!(!elsewhere, "{role} is given by invitation, of its office or of those whose it is");
            anyhow::ensure!(!role.is_of_mandate(), "{role} follows from a mandate");
            let office_of_role = office.as_deref().with_context(|| format!("{role} needs --office"))?;
            known_office(&change, office_of_role)?;
            let of_province = office_of_role.split('-').next().is_some_and(|region| region.len() == 2);
            anyhow::ensure!(
                role != Role::ProvinceAdmin || of_province,
                "province_admin is a role in a province's office"
            );
            let issuer = issuer.unwrap_or_else(|| state.issuers.own().to_owned());
            access::give(&mut change, &Identity { issuer, subject }, role, &Realm::Office(office_of_role.to_owned()))
                .await
                .map_err(told)?;
            change.commit().await.map_err(told)?;
            println!("granted {role}");
        }
        Command::Token { role, office, company } => {
            println!("{}", demo::token(&state, &role, office.as_deref(), company.as_deref()).await.map_err(unusable)?);
        }
        Command::ImportCodes { kind, file, edition } => {
            let csv = std::fs::read(&file).with_context(|| file.display().to_string())?;
            let rows = reference::import_codes(&state, &kind, edition.as_deref(), &csv).await?;
            println!("loaded {rows} codes");
        }
        Command::Journal(JournalCommand::Checkpoint) => {
            state.bell.seal_all(&state.db).await;
            let signer = state.signer.as_ref().context("the key file holds no key for checkpoints")?;
            let made = checkpoint::make(&state.db, signer, state.clock.now(), TimeDelta::zero()).await?;
            checkpoint::publish(&state.db, &state.config.database.data_dir.join(checkpoint::FILE)).await?;
            println!("{}", if made { "signed" } else { "nothing came since the newest checkpoint" });
        }
        _ => {}
    }
    state.bell.seal_all(&state.db).await;
    state.db.clone().close().await;
    Ok(())
}

/// An auditor has a copy of the database and public keys, and no secret: nothing is made, migrated or sealed.
async fn verify(config: &Config, file: Option<PathBuf>, jwks: Option<PathBuf>) -> anyhow::Result<()> {
    let verifier = match jwks {
        Some(path) => {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            Verifier::of_jwks(&text).with_context(|| path.display().to_string())?
        }
        None => Verifier::of_keys(&Keys::load(&config.database.key_file, false).map_err(unusable)?),
    };
    let db = Db::open_to_read(&config.database).await.map_err(unusable)?;
    let waiting = disnaker_migration::pending(db.reader()).await.map_err(unusable)?;
    if !waiting.is_empty() {
        db.close().await;
        return Err(unusable(format!("the database is not migrated (waiting: {})", waiting.join(", "))));
    }
    let audit = checkpoint::audit(db.reader(), &verifier, file).await;
    db.close().await;
    let audit = audit?;
    anyhow::ensure!(audit.verdict.broken.is_none(), "{audit}");
    println!("{audit}");
    Ok(())
}

/// Opens keys and database, and brings SQLite up to date. The embedded default and the demo make their keys.
async fn open(config: Config, demo: bool) -> anyhow::Result<Arc<State>> {
    let embedded = config.database.engine == Engine::Sqlite;
    if embedded {
        std::fs::create_dir_all(&config.database.data_dir)
            .with_context(|| config.database.data_dir.display().to_string())
            .map_err(unusable)?;
    }
    let keys = Keys::load(&config.database.key_file, embedded || demo).map_err(unusable)?;
    let state = State::open(config, &keys, Clock::system()).await.map_err(unusable)?;
    if demo {
        demo::refuse_other_data(&state.db).await.map_err(unusable)?;
        state.migrate().await?;
    }
    state.prepare().await.map_err(unusable)?;
    Ok(state)
}

async fn change(state: &Arc<State>) -> anyhow::Result<Change> {
    Change::begin(state, Arc::new(Scope::default()), "command-line".to_owned()).await.map_err(told)
}

fn known_office(change: &Change, office: &str) -> anyhow::Result<()> {
    let book = change.book();
    anyhow::ensure!(
        book.offices.contains_key(office),
        "no office {office}; add it with `disnaker office add {office} --name …`"
    );
    Ok(())
}

/// A problem in words for the terminal.
fn told(problem: impl std::borrow::Borrow<problem::Problem>) -> anyhow::Error {
    let problem = problem.borrow();
    let view = problem.view(problem::Language::English, "");
    let fault =
        |fault: &problem::FaultView| format!("\n  {}: {} (expected {})", fault.pointer, fault.message, fault.expected);
    let faults = view.errors.iter().map(fault).collect::<Vec<_>>().concat();
    anyhow::anyhow!(
        "{}{faults}{}",
        view.title,
        problem.cause.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default()
    )
}

/// Prints the document, or writes it with the pages that come from code.
fn openapi(write: Option<PathBuf>) -> anyhow::Result<()> {
    let Some(directory) = write else {
        println!("{}", serde_json::to_string_pretty(&document::value()?)?);
        return Ok(());
    };
    for (name, page) in document::pages()? {
        std::fs::write(directory.join(name), page).with_context(|| directory.join(name).display().to_string())?;
    }
    Ok(())
}
