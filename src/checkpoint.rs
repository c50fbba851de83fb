//! Checkpoints: the head of the journal's chain, signed now and then, and given out.
//!
//! The chain alone binds nobody who owns the database: a row and every hash after it can be rewritten. A checkpoint that
//! somebody else has kept binds them: the chain must still have the signed hash at the signed position. One is made as soon as
//! 1,000 positions have come since the newest, or after 5 minutes where anything has come, by one instance for all. It is a
//! row of the database, a line of `checkpoints.jsonl` in the data directory of every instance, and public at
//! `GET /v1/journal/checkpoints`; [`Checkpoint::signed`] says which bytes are signed.

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use disnaker_entity::plumbing::checkpoint;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::State;
use crate::db::Db;
use crate::journal::{self, Mark, Verdict};
use crate::keys::{Keys, Purpose};

/// The file of checkpoints in the data directory.
pub const FILE: &str = "checkpoints.jsonl";
/// After how many positions the head is signed.
const EVERY: i64 = 1000;
/// After how long it is signed where anything has come.
pub const AGE: TimeDelta = TimeDelta::minutes(5);
/// How often a process looks whether a checkpoint is due, or was made by another.
const ROUND: Duration = Duration::from_secs(10);
/// Shortest time between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// Longest line that is looked for at the end of the file, in bytes.
const LINE: u64 = 4096;

/// A position of the journal with its hash, signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Position in the journal.
    #[schema(example = 4711)]
    pub position: i64,
    /// Hash of the chain at this position: SHA-256 in base64url without padding.
    #[schema(example = "pmWkWSBCL51Bfkhn79xPuKBKHz__H6B-mY6G9_eieuM")]
    pub hash: String,
    /// When it was signed.
    pub time: DateTime<Utc>,
    /// Which key of `/.well-known/jwks.json` signed it, of those whose `use` is `checkpoint`.
    #[schema(example = "q3Xf0b1TzKpA")]
    pub kid: String,
    /// Ed25519 signature (RFC 8032) in base64url without padding.
    pub signature: String,
}

impl Checkpoint {
    /// The bytes that are signed: four lines of ASCII, each ended by one line feed: the words `disnaker checkpoint 1`, then
    /// position, hash and time exactly as they stand in the JSON.
    #[must_use]
    pub fn signed(&self) -> String {
        // As serde writes it.
        let time = self.time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        format!("disnaker checkpoint 1\n{}\n{}\n{time}\n", self.position, self.hash)
    }

    fn line(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }
}

impl From<checkpoint::Model> for Checkpoint {
    fn from(row: checkpoint::Model) -> Self {
        Self {
            position: row.position,
            hash: BASE64.encode(row.hash),
            time: row.signed_at,
            kid: row.kid,
            signature: BASE64.encode(row.signature),
        }
    }
}

/// Signs with the newest key for checkpoints.
pub struct Signer {
    kid: String,
    key: SigningKey,
}

impl Signer {
    /// The signer of a key file that has a key for checkpoints.
    #[must_use]
    pub fn new(keys: &Keys) -> Option<Self> {
        let (kid, key) = keys.signing(Purpose::Checkpoints)?;
        Some(Self { kid: kid.to_owned(), key: key.clone() })
    }

    fn sign(&self, position: i64, hash: &[u8], time: DateTime<Utc>) -> checkpoint::ActiveModel {
        let (hash_text, kid) = (BASE64.encode(hash), self.kid.clone());
        let unsigned = Checkpoint { position, hash: hash_text, time, kid, signature: String::new() };
        checkpoint::ActiveModel {
            position: Set(position),
            hash: Set(hash.to_vec()),
            signed_at: Set(time),
            kid: Set(unsigned.kid.clone()),
            signature: Set(self.key.sign(unsigned.signed().as_bytes()).to_vec()),
        }
    }
}

// Making -----------------------------------------------------------------------------------------

/// Signs and publishes for as long as the process lives.
pub async fn serve(state: Arc<State>) {
    let file = state.config.database.data_dir.join(FILE);
    let (mut sealed, mut published) = (state.bell.follow(), 0);
    let signs = state.signer.is_some();
    if !signs {
        tracing::warn!("the key file holds no key for checkpoints: the journal is chained, and not signed");
    }
    loop {
        let _ = tokio::time::timeout(ROUND, sealed.wait_for(|head| signs && head - published >= EVERY)).await;
        match round(&state, &file, published).await {
            Ok(newest) => published = newest,
            Err(error) => tracing::warn!(error = format!("{error:#}"), "no checkpoint; tried again in a moment"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Makes a checkpoint if one is due, and writes what is not in the file yet; gives the newest position of both.
async fn round(state: &State, file: &Path, published: i64) -> anyhow::Result<i64> {
    if let Some(signer) = &state.signer {
        make(&state.db, signer, state.clock.now(), AGE).await?;
    }
    let newest = newest(state.db.reader()).await?.map_or(0, |newest| newest.position);
    if newest != published {
        publish(&state.db, file).await?;
    }
    Ok(newest)
}

/// The newest checkpoint.
///
/// # Errors
/// The database's own.
pub async fn newest<C: ConnectionTrait>(db: &C) -> Result<Option<checkpoint::Model>, DbErr> {
    checkpoint::Entity::find().order_by_desc(checkpoint::Column::Position).one(db).await
}

/// Signs the head of the chain where a checkpoint is due: 1,000 positions after the newest, or one position after it once it
/// is of an age. Of several instances one does. Says whether it did.
///
/// # Errors
/// The database's own.
pub async fn make(db: &Db, signer: &Signer, now: DateTime<Utc>, age: TimeDelta) -> Result<bool, DbErr> {
    let due = |newest: Option<checkpoint::Model>, head: i64| match newest {
        None => head > 0,
        Some(newest) => head - newest.position >= EVERY || head > newest.position && now - newest.signed_at >= age,
    };
    let head = journal::head(db.reader(), false).await?.map_or(0, |(position, _)| position);
    if !due(newest(db.reader()).await?, head) {
        return Ok(false);
    }
    let tx = db.begin().await?;
    // The sealer's row is the turn: whoever has it sees every checkpoint that was made before.
    if let Some((position, hash)) = journal::head(tx.session(), true).await?
        && due(newest(tx.session()).await?, position)
    {
        checkpoint::Entity::insert(signer.sign(position, &hash, now)).exec_without_returning(tx.session()).await?;
        tx.commit().await?;
        return Ok(true);
    }
    tx.rollback().await?;
    Ok(false)
}

// The file ---------------------------------------------------------------------------------------

/// Appends to a file the checkpoints that the database has and the file has not, and brings them to the disk.
///
/// # Errors
/// A file that can't be written, or whose end is no checkpoint; the database's own.
pub async fn publish(db: &Db, path: &Path) -> anyhow::Result<()> {
    let (mut lines, last) = blocking(path, Lines::open).await?;
    let mut after = 0;
    if let Some(last) = last {
        after = if holds(db, &last).await? {
            last.position
        } else {
            tracing::error!(
                checkpoint.position = last.position,
                "the database lacks a checkpoint that {FILE} has: it was set back to an earlier state; see BACKUP.md"
            );
            let kept = blocking(path, read).await?;
            let mut common = 0;
            for checkpoint in kept.iter().rev() {
                if holds(db, checkpoint).await? {
                    common = checkpoint.position;
                    break;
                }
            }
            common
        };
    }
    let rows = checkpoint::Entity::find().filter(checkpoint::Column::Position.gt(after));
    let rows = rows.order_by_asc(checkpoint::Column::Position).all(db.reader()).await?;
    let text = rows.into_iter().map(|row| Checkpoint::from(row).line()).collect::<Result<String, _>>()?;
    blocking(path, move |_| Ok(lines.append(&text)?)).await
}

/// Whether the database has this very checkpoint.
async fn holds(db: &Db, checkpoint: &Checkpoint) -> Result<bool, DbErr> {
    let row = checkpoint::Entity::find_by_id(checkpoint.position).one(db.reader()).await?;
    Ok(row.is_some_and(|row| Checkpoint::from(row) == *checkpoint))
}

/// Works on a file beside the event loop; an error names the file.
async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Path) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let owned = path.to_owned();
    let done = tokio::task::spawn_blocking(move || work(&owned)).await?;
    done.with_context(|| path.display().to_string())
}

/// A file of checkpoints that nobody else writes meanwhile.
struct Lines(File);

impl Lines {
    /// Opens the file, and gives its last checkpoint. What a crash left of a line is cut off.
    fn open(path: &Path) -> anyhow::Result<(Self, Option<Checkpoint>)> {
        let directory = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory)?;
        let fresh = !path.exists();
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        file.lock()?;
        if fresh {
            File::open(directory)?.sync_all()?;
        }
        let End { last, whole, torn } = end(&mut file)?;
        if torn {
            file.set_len(whole)?;
        }
        Ok((Self(file), last))
    }

    /// Writes lines and brings them to the disk.
    fn append(&mut self, lines: &str) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        self.0.write_all(lines.as_bytes())?;
        self.0.sync_all()
    }
}

/// How a file of checkpoints ends.
struct End {
    last: Option<Checkpoint>,
    /// Bytes of its whole lines.
    whole: u64,
    /// Whether a crash left a piece of a line behind them.
    torn: bool,
}

fn end(file: &mut File) -> anyhow::Result<End> {
    let length = file.seek(SeekFrom::End(0))?;
    let start = length.saturating_sub(LINE);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let torn = bytes.iter().rev().take_while(|byte| **byte != b'\n').count();
    ensure!(start == 0 || torn < bytes.len(), "it is no file of checkpoints");
    bytes.truncate(bytes.len() - torn);
    let last = bytes.trim_ascii_end().rsplit(|byte| *byte == b'\n').next().filter(|line| !line.is_empty());
    let last = last.map(serde_json::from_slice).transpose().context("its last line is no checkpoint")?;
    Ok(End { last, whole: length - torn as u64, torn: torn > 0 })
}

/// The checkpoints of a file.
///
/// # Errors
/// A file that can't be read, or a line that is no checkpoint.
pub fn read(path: &Path) -> anyhow::Result<Vec<Checkpoint>> {
    parse(&std::fs::read_to_string(path)?)
}

/// The last checkpoint of a file; `None` where there is no file, or nothing in it.
///
/// # Errors
/// A file that can't be read, or whose last line is no checkpoint.
pub fn last(path: &Path) -> anyhow::Result<Option<Checkpoint>> {
    if !path.exists() {
        return Ok(None);
    }
    Ok(end(&mut File::open(path)?)?.last)
}

/// The whole lines of a file of checkpoints, also while one more is being written.
///
/// # Errors
/// A file that can't be read.
pub fn whole_lines(path: &Path) -> io::Result<String> {
    let mut text = std::fs::read_to_string(path)?;
    text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
    Ok(text)
}

fn parse(text: &str) -> anyhow::Result<Vec<Checkpoint>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| serde_json::from_str(line).with_context(|| format!("line {} is no checkpoint", at + 1)))
        .collect()
}

// Verifying --------------------------------------------------------------------------------------

/// The public keys that checkpoints are verified with.
pub struct Verifier(Vec<(String, VerifyingKey)>);

impl Verifier {
    /// The keys for checkpoints of a key file, old ones too.
    #[must_use]
    pub fn of_keys(keys: &Keys) -> Self {
        let keys = keys.all_signing().filter(|(purpose, ..)| *purpose == Purpose::Checkpoints);
        Self(keys.map(|(_, kid, key)| (kid.to_owned(), key.verifying_key())).collect())
    }

    /// The keys for checkpoints of a JWKS (RFC 8037), as `/.well-known/jwks.json` gives it out: all that an auditor needs.
    ///
    /// # Errors
    /// A text that is no JWKS, or a key that is none of Ed25519's.
    pub fn of_jwks(text: &str) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Jwks {
            keys: Vec<Jwk>,
        }
        #[derive(Deserialize)]
        struct Jwk {
            kid: Option<String>,
            crv: Option<String>,
            #[serde(rename = "use")]
            of: Option<String>,
            x: Option<String>,
        }
        let set: Jwks = serde_json::from_str(text).context("it is no JWKS")?;
        let mut keys = Vec::new();
        let of_checkpoints = |key: &Jwk| {
            key.crv.as_deref() == Some("Ed25519") && key.of.as_deref() == Some(Purpose::Checkpoints.public_use())
        };
        for key in set.keys.into_iter().filter(of_checkpoints) {
            let (Some(kid), Some(x)) = (key.kid, key.x) else { continue };
            let bytes = BASE64.decode(&x).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            let public = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
            keys.push((kid.clone(), public.with_context(|| format!("key `{kid}` is no Ed25519 key"))?));
        }
        Ok(Self(keys))
    }

    /// What a checkpoint vouches for, if one of the keys signed it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn mark(&self, checkpoint: &Checkpoint) -> anyhow::Result<Mark> {
        let Checkpoint { position, kid, .. } = checkpoint;
        let of_kid = self.0.iter().filter(|(known, _)| known == kid);
        let mut of_kid = of_kid.peekable();
        ensure!(
            of_kid.peek().is_some(),
            "the checkpoint at position {position} is signed by `{kid}`, which is no key for checkpoints of these: take them anew from /.well-known/jwks.json"
        );
        let signature = BASE64.decode(&checkpoint.signature).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let good = signature.is_some_and(|signature| {
            of_kid.any(|(_, key)| key.verify_strict(checkpoint.signed().as_bytes(), &signature).is_ok())
        });
        ensure!(good, "the checkpoint at position {position} does not have the signature of the key `{kid}`");
        let hash = BASE64.decode(&checkpoint.hash).ok().filter(|hash| hash.len() == 32);
        let hash = hash.with_context(|| format!("the checkpoint at position {position} has no hash"))?;
        Ok(Mark { position: *position, hash })
    }
}

/// A verification of the journal against checkpoints.
pub struct Audit {
    /// What it found.
    pub verdict: Verdict,
    /// Checkpoints that it used of the file, where one was given.
    pub of_file: Option<usize>,
    /// Checkpoints that it used of the database.
    pub of_database: usize,
}

/// Verifies the journal of a database against the checkpoints of a file and against its own.
///
/// # Errors
/// A checkpoint that can't be trusted, a file that can't be read; the database's own.
pub async fn audit<C: ConnectionTrait>(db: &C, verifier: &Verifier, file: Option<PathBuf>) -> anyhow::Result<Audit> {
    let (mut marks, mut of_file) = (BTreeSet::new(), None);
    if let Some(path) = file {
        let place = path.display();
        let checkpoints = read(&path).with_context(|| place.to_string())?;
        of_file = Some(checkpoints.len());
        for checkpoint in &checkpoints {
            marks.insert(verifier.mark(checkpoint).with_context(|| place.to_string())?);
        }
    }
    let own = checkpoint::Entity::find().all(db).await?;
    let of_database = own.len();
    for row in own {
        marks.insert(verifier.mark(&row.into()).context("the database")?);
    }
    let marks: Vec<_> = marks.into_iter().collect();
    let verdict = journal::verify_against(db, &marks).await?;
    Ok(Audit { verdict, of_file, of_database })
}

impl Display for Audit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict { checked, proven, broken, unsealed } = &self.verdict;
        if let Some((at, why)) = broken {
            writeln!(out, "the journal is broken at position {at}: {why}")?;
            let first = proven + 1;
            return match (*proven > 0, first < *at) {
                (true, true) => write!(
                    out,
                    "positions 1 to {proven} are proven by a checkpoint; what is wrong begins at one of {first} to {at}"
                ),
                (true, false) => write!(out, "positions 1 to {proven} are proven by a checkpoint"),
                (false, _) => write!(out, "no checkpoint proves anything before it"),
            };
        }
        writeln!(out, "{checked} positions follow from their rows")?;
        let of_database = self.of_database;
        match (self.of_file, *proven) {
            (None, 0) => writeln!(out, "no checkpoint proves them (--checkpoints FILE names a file of them)")?,
            (Some(_), 0) => writeln!(out, "no checkpoint proves them: neither the file nor the database has one")?,
            (Some(of_file), _) => writeln!(
                out,
                "1 to {proven} are proven by signed checkpoints ({of_file} of the file, {of_database} of the database)"
            )?,
            (None, _) => writeln!(
                out,
                "1 to {proven} are proven by {of_database} signed checkpoints of the database itself; an end that was cut off \
                 together with its checkpoints is found only with a file of checkpoints kept elsewhere (--checkpoints FILE)"
            )?,
        }
        write!(
            out,
            "not covered: {} positions after the newest checkpoint are chained and not signed, {unsealed} rows wait for a \
             position; who can write into the database can add rows at the end, and they are sealed like any other",
            checked - proven
        )
    }
}
