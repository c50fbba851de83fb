//! A copy of an embedded installation: the database, its keys and its checkpoints, taken while it serves.
//!
//! `VACUUM INTO` copies the state of one instant while others read and write. The key file goes with it, since nobody opens the
//! personal data without it; so a backup is as secret as the installation. PostgreSQL has its own tools (BACKUP.md).

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::checkpoint;
use crate::config;
use crate::db::{self, Engine};
use crate::keys::Keys;

/// The database's name in a backup.
pub const DATABASE: &str = "disnaker.db";
/// The key file's name in a backup.
pub const KEYS: &str = "keys.json";
/// The database's name while it is copied: a backup with this file in it is none.
const PARTIAL: &str = "disnaker.db.partial";

/// A file of a backup, and its bytes.
pub type Written = (PathBuf, u64);

/// Copies an embedded installation into an empty or new directory; every file is on the disk when it is done.
///
/// # Errors
/// PostgreSQL, a directory that holds something, no database or no keys; what the disk or the database says.
pub async fn write(config: &config::Database, directory: &Path) -> anyhow::Result<Vec<Written>> {
    ensure!(
        config.engine == Engine::Sqlite,
        "`disnaker backup` copies the embedded SQLite database, and this is PostgreSQL: use `pg_dump --format=custom` or a base \
         backup, and keep the key file with it (BACKUP.md says how)"
    );
    let file = config.file().filter(|file| file.exists());
    ensure!(file.is_some(), "there is no database yet at {}", config.file().unwrap_or_default().display());
    Keys::load(&config.key_file, false)?;
    make(directory).with_context(|| directory.display().to_string())?;

    // The checkpoints first: what the copied file has, the database that is copied after it has too.
    let (kept, copy) = (config.data_dir.join(checkpoint::FILE), directory.join(checkpoint::FILE));
    match checkpoint::whole_lines(&kept) {
        Ok(text) => store(&copy, text.as_bytes())?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).context(kept.display().to_string()),
    }
    store(&directory.join(KEYS), &fs::read(&config.key_file)?)?;

    let (partial, whole) = (directory.join(PARTIAL), directory.join(DATABASE));
    // An empty file is written into, and keeps its mode.
    store(&partial, b"")?;
    let place = partial.to_str().with_context(|| format!("{} is not UTF-8", directory.display()))?;
    let db = db::schema(config).await?;
    let copied = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [place.into()]);
    let copied = db.execute_raw(copied).await;
    db.close().await?;
    copied?;
    File::open(&partial)?.sync_all()?;
    fs::rename(&partial, &whole)?;
    File::open(directory)?.sync_all()?;

    let files = fs::read_dir(directory)?.map(|entry| {
        let entry = entry?;
        Ok((entry.path(), entry.metadata()?.len()))
    });
    let mut files = files.collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// Makes the directory for its owner alone, or takes an empty one.
fn make(directory: &Path) -> anyhow::Result<()> {
    match fs::read_dir(directory) {
        Ok(mut entries) => {
            ensure!(entries.next().is_none(), "it is not empty; a backup needs a directory of its own");
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
            if let Some(parent) = directory.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                File::open(parent)?.sync_all()?;
            }
            Ok(())
        }
        Err(error) => bail!(error),
    }
}

/// Writes a new file for its owner alone, and brings it to the disk.
fn store(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().with_context(|| path.display().to_string())
}
