//! What the databases hold: companies, accepted reports and their vacancies in the columns and search terms that the
//! service writes, the clients that file, and drafts to be filed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures_util::SinkExt;
use sha2::{Digest, Sha256};
use tokio_postgres::NoTls;
use uuid::{NoContext, Timestamp, Uuid};

use crate::view;

pub use classes::{applications, classes, enrolled};
pub use people::{people, queue, tickets};

/// Vacancies of a company, on average.
const PER_COMPANY: usize = 20;
/// Vacancies of a report.
const PER_REPORT: usize = 5;
/// Districts with companies, and offices.
const OFFICES: usize = 100;
/// Requests of each kind in the files.
const REQUESTS: usize = 20_000;
/// The issuer of the clients' tokens: the public address that `bench/run` gives the service.
const ISSUER: &str = "http://127.0.0.1:8080";
/// The secret of every client.
const SECRET: &str = "benchmark";

const TRADES: &[&str] = &[
    "Operator",
    "Teknisi",
    "Staf",
    "Pengawas",
    "Mekanik",
    "Penjahit",
    "Perawat",
    "Kasir",
    "Pengemudi",
    "Analis",
    "Perakit",
    "Juru Las",
    "Koki",
    "Pramuniaga",
    "Satpam",
    "Penata",
    "Pemeriksa",
    "Admin",
    "Insinyur",
    "Asisten",
];
const FIELDS: &[&str] = &[
    "Forklift",
    "Gudang",
    "Produksi",
    "Listrik",
    "Mesin",
    "Garmen",
    "Gizi",
    "Keuangan",
    "Logistik",
    "Data",
    "Elektronik",
    "Pipa",
    "Roti",
    "Toko",
    "Pabrik",
    "Taman",
    "Mutu",
    "Pajak",
    "Sipil",
    "Apotek",
    "Kimia",
    "Batik",
    "Mebel",
    "Pelabuhan",
    "Ekspor",
    "Hotel",
    "Klinik",
    "Sekolah",
    "Kabel",
    "Pendingin",
];
const MARKS: &[&str] = &["", "Junior", "Senior", "Malam", "Pagi", "Kontrak", "Lapangan", "Magang"];
const WORDS: &[&str] = &[
    "bertanggung",
    "jawab",
    "atas",
    "pekerjaan",
    "harian",
    "sesuai",
    "prosedur",
    "keselamatan",
    "kerja",
    "bergilir",
    "mampu",
    "bekerja",
    "dalam",
    "tim",
    "teliti",
    "jujur",
    "disiplin",
    "sehat",
    "jasmani",
    "melayani",
    "pelanggan",
    "menyusun",
    "laporan",
    "bulanan",
    "merawat",
    "peralatan",
    "memeriksa",
    "hasil",
    "bersedia",
    "lembur",
    "ditempatkan",
    "wilayah",
    "kantor",
    "cabang",
    "pengalaman",
    "diutamakan",
    "komunikasi",
    "baik",
    "bahasa",
    "komputer",
];
const SKILLS: &[&str] =
    &["SIO forklift", "K3 umum", "Las SMAW", "Microsoft Excel", "SIM A", "SIM B1", "Bahasa Inggris", "Menjahit"];
const NOUNS: &[&str] =
    &["Baja", "Tekstil", "Pangan", "Logistik", "Medika", "Wisata", "Niaga", "Karya", "Energi", "Tani"];
const NAMES: &[&str] = &["Sentosa", "Makmur", "Abadi", "Jaya", "Mandiri", "Lestari", "Utama", "Sejahtera", "Bersama"];
const SECTORS: &[&str] = &["C", "F", "G", "H", "I", "J", "Q", "A"];

/// A value on its way into a column.
enum Cell {
    Null,
    Number(i64),
    Flag(bool),
    Text(String),
    Id(Uuid),
    Time(DateTime<Utc>),
    Day(NaiveDate),
    Bytes(Vec<u8>),
    Terms(BTreeSet<String>),
}

macro_rules! cells {
    ($($value:expr),+ $(,)?) => { vec![$(Cell::from($value)),+] };
}

// Below the macro that they take.
mod classes;
mod people;

macro_rules! from {
    ($($from:ty => $cell:ident),+ $(,)?) => {$(
        impl From<$from> for Cell {
            fn from(value: $from) -> Self {
                Self::$cell(value.into())
            }
        }
    )+};
}

from! {
    i64 => Number, i32 => Number, bool => Flag, String => Text, &str => Text, Uuid => Id, DateTime<Utc> => Time,
    NaiveDate => Day, Vec<u8> => Bytes, BTreeSet<String> => Terms,
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The terms as the service's index text.
fn indexed(terms: &BTreeSet<String>) -> String {
    terms.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

impl Cell {
    /// As a field of PostgreSQL's text format for COPY.
    fn copied(&self, out: &mut String) {
        let _ = match self {
            Self::Null => write!(out, "\\N"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Flag(flag) => write!(out, "{flag}"),
            Self::Text(text) => write!(out, "{}", text.replace('\\', "\\\\")),
            Self::Id(id) => write!(out, "{id}"),
            Self::Time(time) => write!(out, "{}", crate::postgres::instant(*time)),
            Self::Day(day) => write!(out, "{day}"),
            Self::Bytes(bytes) => {
                out.push_str("\\\\x");
                bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
            }
            Self::Terms(terms) => terms.iter().try_for_each(|term| write!(out, "'{term}' ")),
        };
    }

    fn text(&self) -> String {
        let mut text = String::new();
        self.copied(&mut text);
        text
    }

    fn bound(&self) -> rusqlite::types::Value {
        use rusqlite::types::Value;
        match self {
            Self::Null => Value::Null,
            Self::Number(number) => Value::Integer(*number),
            Self::Flag(flag) => Value::Integer((*flag).into()),
            Self::Text(text) => Value::Text(text.clone()),
            Self::Id(id) => Value::Blob(id.as_bytes().to_vec()),
            Self::Time(time) => Value::Text(crate::sqlite::stamp(*time)),
            Self::Day(day) => Value::Text(day.to_string()),
            Self::Bytes(bytes) => Value::Blob(bytes.clone()),
            Self::Terms(terms) => Value::Text(indexed(terms)),
        }
    }
}

/// A database that is being filled.
enum Store {
    Postgres(tokio_postgres::Client),
    Sqlite(rusqlite::Connection),
}

impl Store {
    async fn open(url: &str) -> anyhow::Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let db = rusqlite::Connection::open(path)?;
            db.execute_batch("PRAGMA synchronous = off; PRAGMA cache_size = -262144; PRAGMA busy_timeout = 5000")?;
            return Ok(Self::Sqlite(db));
        }
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        Ok(Self::Postgres(client))
    }

    async fn execute(&self, sql: &str) -> anyhow::Result<()> {
        match self {
            Self::Postgres(client) => client.batch_execute(sql).await?,
            Self::Sqlite(db) => db.execute_batch(sql)?,
        }
        Ok(())
    }

    /// Name and statement of each index of a table but that of its key.
    async fn indexes(&self, table: &str) -> anyhow::Result<Vec<Vec<String>>> {
        self.texts(&match self {
            Self::Postgres(_) => format!("SELECT CAST(indexname AS TEXT), indexdef FROM pg_indexes WHERE tablename = '{table}' AND indexname <> '{table}_pkey'"),
            Self::Sqlite(_) => format!("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL"),
        })
        .await
    }

    /// Leaves the database as one that has run for long. With rows in `sqlite_stat4`, SQLite plans a statement anew for each
    /// value that is bound.
    async fn settle(&self) -> anyhow::Result<()> {
        self.execute(match self {
            Self::Postgres(_) => "VACUUM ANALYZE",
            Self::Sqlite(_) => "ANALYZE; DELETE FROM sqlite_stat4; PRAGMA wal_checkpoint(truncate)",
        })
        .await
    }

    /// The rows of a query whose columns are all text.
    async fn texts(&self, sql: &str) -> anyhow::Result<Vec<Vec<String>>> {
        Ok(match self {
            Self::Postgres(client) => {
                let rows = client.query(sql, &[]).await?;
                rows.iter().map(|row| (0..row.len()).map(|at| row.get(at)).collect()).collect()
            }
            Self::Sqlite(db) => {
                let mut select = db.prepare(sql)?;
                let width = select.column_count();
                let rows = select.query_map([], |row| (0..width).map(|at| row.get(at)).collect())?;
                rows.collect::<Result<_, _>>()?
            }
        })
    }

    /// Adds rows to a table, many at once.
    async fn fill(&mut self, table: &str, columns: &str, rows: Vec<Vec<Cell>>) -> anyhow::Result<()> {
        match self {
            Self::Postgres(client) => {
                let sink = client.copy_in(&format!("COPY {table} ({columns}) FROM STDIN")).await?;
                let mut sink = std::pin::pin!(sink);
                for chunk in rows.chunks(1000) {
                    let mut text = String::new();
                    for row in chunk {
                        for (at, cell) in row.iter().enumerate() {
                            text.push_str(if at > 0 { "\t" } else { "" });
                            cell.copied(&mut text);
                        }
                        text.push('\n');
                    }
                    sink.send(std::io::Cursor::new(text.into_bytes())).await?;
                }
                sink.finish().await?;
            }
            Self::Sqlite(db) => {
                let tx = db.transaction()?;
                let places = vec!["?"; columns.split(',').count()].join(", ");
                let mut insert = tx.prepare(&format!("INSERT INTO {table} ({columns}) VALUES ({places})"))?;
                for row in &rows {
                    insert.execute(rusqlite::params_from_iter(row.iter().map(Cell::bound)))?;
                }
                drop(insert);
                tx.commit()?;
            }
        }
        Ok(())
    }
}

/// Numbers that follow from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly among so many.
    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.roll() % most.max(1) as u64).unwrap_or_default()
    }

    /// Among so many, the first ones much more often than the last.
    fn skewed(&mut self, most: usize) -> usize {
        self.below(most) * self.below(most) / most.max(1)
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn int(&mut self, most: usize) -> i64 {
        i64::try_from(self.below(most)).unwrap_or_default()
    }
}

/// One of 3,375 words that few vacancies hold.
fn rare(dice: &mut Dice) -> String {
    const PARTS: [&str; 15] =
        ["ba", "ci", "du", "fe", "go", "hi", "ju", "ka", "lu", "mo", "ni", "pu", "ra", "so", "wi"];
    format!("{}{}{}x", dice.of(&PARTS), dice.of(&PARTS), dice.of(&PARTS))
}

struct Company {
    id: Uuid,
    name: String,
    region: String,
    sector: &'static str,
}

/// An id as the service makes one at an instant.
fn id_at(time: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(time.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, time.timestamp_subsec_nanos()))
}

/// Fills a migrated database with vacancies, and writes the requests of the benchmark into a directory.
pub async fn all(url: &str, vacancies: usize, directory: &Path) -> anyhow::Result<()> {
    let mut store = Store::open(url).await?;
    let mut dice = Dice(3672);
    let regions =
        store.texts("SELECT code, name FROM region WHERE level = 'district' AND code < '81' ORDER BY code").await?;
    let occupations = store.texts("SELECT code, name FROM occupation WHERE level = 'sub_major' ORDER BY code").await?;
    let levels = store.texts("SELECT code, CAST(rank AS TEXT), CASE WHEN rank > 0 THEN name ELSE '' END FROM education_level ORDER BY rank, code").await?;
    ensure!(regions.len() >= OFFICES && !occupations.is_empty() && !levels.is_empty(), "the database is not migrated");
    let step = regions.len() / OFFICES;
    let offices: Vec<&Vec<String>> = regions.iter().step_by(step).take(OFFICES).collect();
    let now = Utc::now();
    let began = now - TimeDelta::days(180);

    let companies = found(&mut store, &mut dice, &offices, vacancies / PER_COMPANY, began).await?;
    clients(&mut store, &companies, directory).await?;

    // Indexes are built once over all rows, which is many times quicker than row by row.
    let indexes = store.indexes("vacancy").await?;
    for index in &indexes {
        store.execute(&format!("DROP INDEX {}", index[0])).await?;
    }
    let mut ids = Vec::with_capacity(vacancies);
    let reports = vacancies.div_ceil(PER_REPORT);
    let pace = TimeDelta::days(180) / i32::try_from(reports)?;
    for first in (0..reports).step_by(10_000) {
        let mut made = Rows::default();
        for report in first..reports.min(first + 10_000) {
            // Microseconds that are no whole milliseconds: both engines write six digits.
            let time = began + pace * i32::try_from(report)?;
            let time = DateTime::from_timestamp_micros(time.timestamp_micros() / 1000 * 1000 + 1 + dice.int(999))
                .context("an instant")?;
            let company = &companies[dice.below(companies.len())];
            let count = PER_REPORT.min(vacancies - report * PER_REPORT);
            made.report(report, time, company, count);
            for _ in 0..count {
                let region = &regions[if dice.chance(80) {
                    regions.iter().position(|region| region[0] == company.region).unwrap_or_default()
                } else {
                    dice.skewed(regions.len())
                }];
                let drawn = Drawn {
                    region,
                    occupation: &occupations[dice.below(occupations.len())],
                    level: &levels[dice.below(levels.len())],
                };
                ids.push(made.vacancy(&mut dice, time, now.date_naive(), company, &drawn)?);
            }
        }
        made.write(&mut store).await?;
    }
    for index in &indexes {
        store.execute(&index[1]).await?;
    }
    requests(&mut dice, &ids, &regions, &offices, directory)?;
    // The terms are those of today: nothing is to be indexed anew while something is measured.
    let version = crate::search::VERSION;
    store.execute(&format!("INSERT INTO setting (name, value) VALUES ('search_version', '{version}')")).await?;
    if let Store::Sqlite(_) = store {
        store.execute("INSERT INTO vacancy_fts (vacancy_fts) VALUES ('optimize')").await?;
    }
    store.settle().await
}

/// What a search needs beside the vacancies.
pub async fn words(url: &str) -> anyhow::Result<view::Words> {
    let store = Store::open(url).await?;
    let groups = store.texts(view::SYNONYMS).await?.concat();
    let named = |rows: Vec<Vec<String>>| {
        rows.into_iter().filter_map(|row| <[String; 2]>::try_from(row).ok()).map(Into::into).collect()
    };
    let occupations = named(store.texts(view::OCCUPATIONS).await?);
    Ok(view::Words::of(&groups, occupations, named(store.texts(view::OFFICES).await?)))
}

/// Writes offices and companies.
async fn found(
    store: &mut Store,
    dice: &mut Dice,
    offices: &[&Vec<String>],
    companies: usize,
    began: DateTime<Utc>,
) -> anyhow::Result<Vec<Company>> {
    let rows = offices.iter().map(|office| {
        cells![
            &*office[0],
            format!("Dinas Tenaga Kerja {}", office[1]),
            &*office[0],
            7,
            "Jalan Contoh 1",
            "[]",
            1,
            began,
            began
        ]
    });
    let columns = "code, name, region, utc_offset, address, opening_hours, version, created_at, updated_at";
    store.fill("office", columns, rows.collect()).await?;

    let companies: Vec<Company> = (0..companies.max(OFFICES))
        .map(|at| {
            // One company in each office first: these file the drafts.
            let office = if at < OFFICES { at } else { dice.skewed(OFFICES) };
            let name = format!("PT {} {} {} Contoh", dice.of(NOUNS), dice.of(NAMES), dice.of(NAMES));
            Company { id: id_at(began), name, region: offices[office][0].clone(), sector: dice.of(SECTORS) }
        })
        .collect();
    let rows = companies.iter().enumerate().map(|(at, company)| {
        cells![
            company.id,
            format!("{:013}", at + 1),
            "",
            &*company.name,
            "pt",
            company.sector,
            "2020",
            &*company.region,
            "Jalan Contoh 2",
            "Bagian Personalia",
            "hrd@contoh.example",
            40,
            30,
            1,
            &*company.region,
            "verified",
            2,
            began,
            "seed",
            began,
        ]
    });
    let columns = "id, nib, branch, name, legal_form, sector, sector_edition, region, address, contact_name, contact_email, workers_men, workers_women, workers_with_disability, office, status, version, created_at, created_by, updated_at";
    store.fill("company", columns, rows.collect()).await?;
    Ok(companies)
}

/// What a vacancy is drawn from: rows of code and name, of the level with its rank between.
struct Drawn<'a> {
    region: &'a [String],
    occupation: &'a [String],
    level: &'a [String],
}

/// Rows on their way.
#[derive(Default)]
struct Rows {
    reports: Vec<Vec<Cell>>,
    vacancies: Vec<Vec<Cell>>,
    terms: Vec<(Uuid, BTreeSet<String>)>,
    report: Option<Uuid>,
}

impl Rows {
    fn report(&mut self, at: usize, time: DateTime<Utc>, company: &Company, count: usize) {
        let id = id_at(time);
        self.report = Some(id);
        let number = format!("LWK-{}-2025-{:06}", company.region, at + 1);
        let count = i64::try_from(count).unwrap_or_default();
        self.reports.push(cells![
            id,
            company.id,
            &*company.region,
            "accepted",
            number,
            1,
            count,
            count * 3,
            false,
            time,
            time,
            "seed",
            3,
            time,
            "seed",
            time,
        ]);
    }

    fn vacancy(
        &mut self,
        dice: &mut Dice,
        time: DateTime<Utc>,
        today: NaiveDate,
        company: &Company,
        drawn: &Drawn<'_>,
    ) -> anyhow::Result<Uuid> {
        let id = id_at(time);
        let status = match dice.below(100) {
            0..70 => "published",
            70..82 => "partly_filled",
            82..90 => "filled",
            90..95 => "closed",
            _ => "expired",
        };
        let title = format!("{} {} {}", dice.of(TRADES), dice.of(FIELDS), dice.of(MARKS)).trim_end().to_owned();
        let mut description: Vec<String> = (0..24).map(|_| dice.of(WORDS).to_owned()).collect();
        description.push(rare(dice));
        let description = description.join(" ");
        let skills = [dice.of(SKILLS), dice.of(SKILLS)];
        let (region, name) = (&*drawn.region[0], &*drawn.region[1]);
        let wanted = 1 + dice.int(8);
        let filled = match status {
            "partly_filled" if wanted > 1 => 1,
            "filled" => wanted,
            _ => 0,
        };
        let status = if status == "partly_filled" && filled == 0 { "published" } else { status };
        let wage = dice.chance(85).then(|| 2_500_000 + dice.int(60) * 100_000);
        let until = match status {
            "published" | "partly_filled" => today + Days::new(10 + dice.roll() % 120),
            _ => today - Days::new(1 + dice.roll() % 60),
        };
        let kind = if region[..2] == company.region[..2] { "akl" } else { "akad" };
        let (occupation, level) = (&*drawn.occupation[1], &*drawn.level[2]);
        let terms = view::terms(&[&title, &description, &company.name, occupation, name, level, skills[0], skills[1]]);
        self.vacancies.push(cells![
            id,
            self.report.context("a report")?,
            company.id,
            &*company.region,
            status,
            title,
            description,
            &*drawn.occupation[0],
            company.sector,
            "2020",
            "ID",
            region,
            &region[..2],
            region,
            kind,
            &*drawn.level[0],
            drawn.level[1].parse::<i64>()?,
            dice.int(5) * 12,
            dice.chance(20).then_some(18),
            dice.chance(20).then_some(40),
            serde_json::to_string(&skills)?,
            0,
            0,
            wanted,
            wanted,
            filled,
            filled,
            0,
            wage,
            wage.map(|wage| wage + 500_000),
            wage.map_or(-1, |wage| wage + 500_000),
            dice.chance(25),
            time.date_naive(),
            until,
            time,
            1,
            time,
            time,
        ]);
        self.terms.push((id, terms));
        Ok(id)
    }

    async fn write(mut self, store: &mut Store) -> anyhow::Result<()> {
        let columns = "id, company_id, office, status, number, revision, line_count, persons_wanted, several_provinces, submitted_at, decided_at, decided_by, version, created_at, created_by, updated_at";
        store.fill("vacancy_report", columns, self.reports).await?;
        let mut columns = "id, report_id, company_id, office, status, title, description, occupation, sector, sector_edition, country, region, province, district, antar_kerja, education, education_rank, experience_months, age_min, age_max, skills, wanted_men, wanted_women, wanted_any, wanted, filled, filled_men, filled_women, wage_min, wage_max, wage_top, disability_friendly, valid_from, valid_until, published_at, version, created_at, updated_at".to_owned();
        if matches!(store, Store::Postgres(_)) {
            columns.push_str(", terms");
            for (row, (_, terms)) in self.vacancies.iter_mut().zip(self.terms) {
                row.push(terms.into());
            }
            return store.fill("vacancy", &columns, self.vacancies).await;
        }
        store.fill("vacancy", &columns, self.vacancies).await?;
        let terms = self.terms.into_iter().map(|(id, terms)| cells![id, terms]);
        store.fill("vacancy_search", "vacancy_id, terms", terms.collect()).await
    }
}

/// A client for each of the first companies: `clients.txt` has its id and secret, `companies.txt` what its drafts need.
async fn clients(store: &mut Store, companies: &[Company], directory: &Path) -> anyhow::Result<()> {
    let now = Utc::now();
    let (mut clients, mut grants, mut names) = (Vec::new(), Vec::new(), String::new());
    for company in companies.iter().take(OFFICES) {
        let id = Uuid::now_v7();
        writeln!(names, "{id} {SECRET}")?;
        let hash = Sha256::digest(SECRET).to_vec();
        clients.push(cells![id.to_string(), "HR", company.id, hash, 1, now, "seed"]);
        let target = company.id.to_string();
        grants.push(cells![Uuid::now_v7(), ISSUER, id.to_string(), "company_admin", target, company.id, now, "seed"]);
    }
    store.fill("client", "id, name, company_id, secret_hash, version, created_at, created_by", clients).await?;
    let columns = "id, issuer, subject, role, target, company_id, created_at, created_by";
    store.fill("access_grant", columns, grants).await?;
    Ok(fs::write(directory.join("clients.txt"), names)?)
}

/// The addresses that the load asks for, one a line, in random order.
fn requests(
    dice: &mut Dice,
    ids: &[Uuid],
    regions: &[Vec<String>],
    offices: &[&Vec<String>],
    directory: &Path,
) -> anyhow::Result<()> {
    let write = |name: &str, line: &mut dyn FnMut() -> String| {
        fs::write(directory.join(name), (0..REQUESTS).map(|_| line() + "\n").collect::<String>())
    };
    write("by_id.txt", &mut || format!("/v1/vacancies/{}", ids[dice.below(ids.len())]))?;
    write("list.txt", &mut || {
        let district = if dice.chance(70) {
            &offices[dice.skewed(offices.len())][0]
        } else {
            &regions[dice.below(regions.len())][0]
        };
        let region = if dice.chance(20) { &district[..2] } else { district };
        let status = if dice.chance(50) { "&status=published" } else { "" };
        format!("/v1/vacancies?region={region}{status}")
    })?;
    write("search_rare.txt", &mut || format!("/v1/vacancies?q={}", rare(dice)))?;
    write("search_common.txt", &mut || {
        format!("/v1/vacancies?q={}+{}", dice.of(TRADES), dice.of(FIELDS)).replace(' ', "+")
    })?;
    Ok(fs::write(directory.join("health.txt"), "/livez\n")?)
}

/// Adds drafts of one line each; the file names, line by line, which client files which.
pub async fn drafts(url: &str, count: usize, file: &Path) -> anyhow::Result<()> {
    let mut store = Store::open(url).await?;
    let id = if matches!(store, Store::Postgres(_)) { "CAST(c.id AS TEXT)" } else { "lower(hex(c.id))" };
    let sql = format!("SELECT {id}, c.office FROM client k JOIN company c ON c.id = k.company_id ORDER BY k.id");
    let companies = store.texts(&sql).await?;
    let (now, mut lines) = (Utc::now(), String::new());
    let until = now.date_naive() + Days::new(60);
    let (mut reports, mut contents) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for at in 0..count {
        let (client, id) = (at % companies.len(), Uuid::now_v7());
        let (company, office): (Uuid, &str) = (companies[client][0].parse()?, &companies[client][1]);
        writeln!(lines, "{client} {id}")?;
        reports.push(cells![id, company, office, "draft", 1, 1, 2, false, 1, now, "seed", now]);
        let content = format!(
            r#"{{"reference":"REQ-{at}","title":"Operator Forklift","description":"Memindahkan gulungan baja di gudang, kerja bergilir.","occupation":"83","wanted":{{"men":0,"women":0,"any":2}},"education":"vocational_secondary","experience_months":12,"skills":["SIO forklift"],"wage_min":5300000,"wage_max":6000000,"work_country":"ID","work_region":"{office}","valid_from":"{}","valid_until":"{until}","disability_friendly":true}}"#,
            now.date_naive()
        );
        contents.push(cells![id, Uuid::now_v7(), 0, content, company, format!("REQ-{at}"), now]);
    }
    let columns = "id, company_id, office, status, revision, line_count, persons_wanted, several_provinces, version, created_at, created_by, updated_at";
    store.fill("vacancy_report", columns, reports).await?;
    store
        .fill(
            "vacancy_report_line",
            "report_id, line_id, position, content, company_id, reference, received_at",
            contents,
        )
        .await?;
    if let Store::Postgres(_) = store {
        store.execute("ANALYZE vacancy_report; ANALYZE vacancy_report_line; CHECKPOINT").await?;
    } else {
        store.execute("PRAGMA wal_checkpoint(truncate)").await?;
    }
    Ok(fs::write(file, lines)?)
}

/// Prints what the filing of a report wrote, without what differs from one filing to the next: ids, times, hashes.
pub async fn stored(url: &str, report: &str) -> anyhow::Result<()> {
    let store = Store::open(url).await?;
    let report: Uuid = report.parse()?;
    let key = match store {
        Store::Postgres(_) => format!("'{report}'"),
        Store::Sqlite(_) => format!("x'{}'", report.simple()),
    };
    let shown = |table: &str, columns: &[&str], rest: &str| {
        let columns = columns.iter().map(|column| format!("coalesce(CAST({column} AS TEXT), 'NULL')"));
        format!("SELECT '{table}', {} FROM {rest}", columns.collect::<Vec<_>>().join(", "))
    };
    let filed = [
        "status",
        "revision",
        "line_count",
        "persons_wanted",
        "version",
        "submitted_at = updated_at",
        "first_submitted_at = submitted_at",
        "filed_by_company",
        "substr(number, 1, 4)",
        "return_note",
    ];
    let told = [
        "event",
        "subject_kind",
        "j.version",
        "company_id IS NOT NULL",
        "substr(body, 1, 35)",
        "length(j.actor)",
        "length(p.hash)",
    ];
    let told_from = format!("journal j LEFT JOIN journal_position p ON p.seq = j.seq WHERE subject_id = '{report}'");
    let issued = [
        "issue",
        "kind",
        "company_id IS NOT NULL",
        "issued_at IS NOT NULL",
        "length(salt)",
        "length(kid)",
        "length(signature)",
        "superseded_by",
        "withdrawn_at",
    ];
    for sql in [
        shown("vacancy_report", &filed, &format!("vacancy_report WHERE id = {key}")),
        shown(
            "vacancy_report_line",
            &["position", "return_reason"],
            &format!("vacancy_report_line WHERE report_id = {key}"),
        ),
        shown("receipt", &issued, &format!("receipt WHERE subject_id = {key}")),
        shown("deadline", &["rule"], &format!("deadline WHERE subject_id = {key}")),
        shown("journal", &told, &told_from),
    ] {
        for row in store.texts(&sql).await? {
            println!("{}", row.join(" | "));
        }
    }
    // What a receipt states differs from one to the next, but for what it states.
    for row in store.texts(&format!("SELECT statement FROM receipt WHERE subject_id = {key}")).await? {
        let names: Vec<&str> = row[0].split(',').filter_map(|part| part.split(':').next()).collect();
        println!("statement {}", names.join(" "));
    }
    Ok(())
}

/// Whether the vacancies of a report have the search terms that this program would give them.
pub async fn terms(url: &str, report: &str) -> anyhow::Result<()> {
    let store = Store::open(url).await?;
    let report: Uuid = report.parse()?;
    let (key, stored, search) = match store {
        Store::Postgres(_) => (format!("'{report}'"), "CAST(v.terms AS TEXT)", ""),
        Store::Sqlite(_) => {
            (format!("x'{}'", report.simple()), "s.terms", "JOIN vacancy_search s ON s.vacancy_id = v.id")
        }
    };
    let sql = format!(
        "SELECT v.title || ' ' || v.description || ' ' || c.name || ' ' || o.name || ' ' || r.name || ' ' || CASE WHEN e.rank > 0 THEN e.name ELSE '' END || ' ' || v.skills, {stored} FROM vacancy v JOIN company c ON c.id = v.company_id JOIN occupation o ON o.code = v.occupation JOIN region r ON r.code = v.region JOIN education_level e ON e.code = v.education {search} WHERE v.report_id = {key}"
    );
    let rows = store.texts(&sql).await?;
    ensure!(!rows.is_empty(), "report {report} has no vacancies");
    for row in &rows {
        let terms = view::terms(&[&row[0]]);
        let expected = match store {
            Store::Postgres(_) => Cell::Terms(terms).text().trim_end().to_owned(),
            Store::Sqlite(_) => indexed(&terms),
        };
        ensure!(row[1] == expected, "the service indexes {}, the seed would {expected}", row[1]);
        println!("{expected}");
    }
    Ok(())
}
