//! The program itself, on a test's own database: what an operator types.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};

use disnaker::config;

/// How a command ended, and what it said.
#[derive(Debug)]
pub struct Program {
    /// Exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Program {
    /// The outcome, if its exit code is the one expected.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }
}

/// The program with arguments, and with nothing that the surrounding shell configures.
pub fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_disnaker"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"DISNAKER_")) {
        command.env_remove(name);
    }
    command.args(arguments).env_remove("DATABASE_URL").stdin(Stdio::null());
    command
}

/// A command on a database.
pub fn command(database: &config::Database, arguments: &[&str]) -> Command {
    let mut command = bare(arguments);
    command
        .env("DATABASE_URL", &database.url)
        .env("DISNAKER_DATA_DIR", &database.data_dir)
        .env("DISNAKER_KEY_FILE", &database.key_file)
        .env("DISNAKER_DB_CONNECTIONS", "4")
        .env("DISNAKER_LOG", "error");
    command
}

/// A command that the modes of files bind, also where the tests are run by root.
pub fn bound(database: &config::Database, arguments: &[&str]) -> Command {
    let free = command(database, arguments);
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return free;
    }
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-dac_override,-dac_read_search", "--"]).arg(free.get_program()).args(free.get_args());
    command.stdin(Stdio::null());
    for (name, value) in free.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Runs a command on a database to its end.
pub async fn run(database: &config::Database, arguments: &[&str]) -> Program {
    ended(command(database, arguments)).await
}

/// Runs a command to its end.
pub async fn ended(mut command: Command) -> Program {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Program { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}
