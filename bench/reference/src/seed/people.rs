//! Job seekers' records, the officers who read them, and the queue of a counter.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Cell, Dice, ISSUER, REQUESTS, SECRET, Store, id_at};
use crate::keys::Keys;
use crate::people::place;
use crate::personal::Vault;

/// Offices whose officers ask; the first keeps a fifth of all records.
pub const OFFICERS: usize = 10;
/// Records that are written at once.
const CHUNK: usize = 20_000;
/// Days on which the people were born.
const BIRTHDAYS: usize = 12_000;
/// Places of a day: more than a run can take, and what a thousand callers want.
const PLACES: [(&str, i64); 2] = [("ak1", 30_000), ("legalisation", 100)];

const GIVEN: &[&str] = &["Siti", "Budi", "Agus", "Dewi", "Rina", "Joko", "Wayan", "Maria", "Yusuf", "Tuti"];
const FAMILY: &[&str] = &["Santoso", "Wulandari", "Hidayat", "Lestari", "Siregar", "Wijaya", "Rahman", "Putri"];

/// Fills a database that has its offices with records, and writes what their officers ask for into a directory.
pub async fn people(url: &str, count: usize, directory: &Path) -> anyhow::Result<()> {
    let vault = Vault::new(&Keys::load()?);
    let mut store = Store::open(url).await?;
    let mut dice = Dice(1970);
    let offices = offices(&store).await?;
    let levels = store.texts("SELECT code FROM education_level ORDER BY code").await?.concat();
    let occupations =
        store.texts("SELECT code FROM occupation WHERE level = 'sub_major' ORDER BY code").await?.concat();
    officers(&mut store, &offices, directory).await?;

    let indexes = store.indexes("seeker").await?;
    for index in &indexes {
        store.execute(&format!("DROP INDEX {}", index[0])).await?;
    }
    let began = Utc::now() - TimeDelta::days(180);
    let pace = TimeDelta::days(179) / i32::try_from(count)?;
    // What officers can ask for: office and id of records that were sent.
    let mut sent: Vec<(usize, Uuid)> = Vec::new();
    for first in (0..count).step_by(CHUNK) {
        let mut rows = Vec::with_capacity(CHUNK);
        for at in first..count.min(first + CHUNK) {
            let time = began + pace * i32::try_from(at)?;
            let time = DateTime::from_timestamp_micros(time.timestamp_micros() / 1000 * 1000 + 1 + dice.int(999))
                .context("an instant")?;
            let office = if dice.chance(20) { 0 } else { 1 + dice.skewed(offices.len() - 1) };
            let id = id_at(time);
            let (row, is_sent) = record(&mut dice, &vault, at, id, time, &offices[office], &levels, &occupations)?;
            if is_sent && office < OFFICERS {
                sent.push((office, id));
            }
            rows.push(row);
        }
        store.fill("seeker", COLUMNS, rows).await?;
    }
    for index in &indexes {
        store.execute(&index[1]).await?;
    }
    let write = |name: &str, line: &mut dyn FnMut() -> String| {
        fs::write(directory.join(name), (0..REQUESTS).map(|_| line() + "\n").collect::<String>())
    };
    write("seeker_by_id.txt", &mut || {
        let (office, id) = sent[dice.below(sent.len())];
        format!("{office} /v1/job-seekers/{id}")
    })?;
    write("seekers_list.txt", &mut || {
        let office = if dice.chance(20) { 0 } else { 1 + dice.below(OFFICERS - 1) };
        let status = if dice.chance(50) { dice.of(&["&status=registered", "&status=submitted"]) } else { "" };
        format!("{office} /v1/job-seekers?office={}{status}", offices[office][0])
    })?;
    store.settle().await
}

/// Offices and a sub-district of each, which a NIK names; from the middle of the list of regions on, as most people are.
pub async fn offices(store: &Store) -> anyhow::Result<Vec<Vec<String>>> {
    let mut offices = store
        .texts("SELECT o.code, min(r.code) FROM office o JOIN region r ON r.parent = o.code GROUP BY o.code ORDER BY 1")
        .await?;
    ensure!(offices.len() > OFFICERS, "there are {} offices: seed vacancies first", offices.len());
    let middle = offices.len() / 2;
    offices.rotate_left(middle);
    Ok(offices)
}

const COLUMNS: &str = "id, office, status, source, name, nik_index, nik_masked, birth_on, sex, region, education, occupation, consents, content_sealed, overrides, removal_reason, submitted_at, registered_at, decided_at, decided_by, version, created_at, created_by, updated_at";

/// A record, and whether its office sees it. No NIK is anybody's: the numbers of a day and sub-district begin at 0001, and
/// these begin at 9000; no province has the number of the family cards.
#[expect(clippy::too_many_arguments, reason = "what a row is drawn from")]
fn record(
    dice: &mut Dice,
    vault: &Vault,
    at: usize,
    id: Uuid,
    time: DateTime<Utc>,
    office: &[String],
    levels: &[String],
    occupations: &[String],
) -> anyhow::Result<(Vec<Cell>, bool)> {
    let (office, sub_district) = (office[0].as_str(), office[1].replace('.', ""));
    let born = NaiveDate::from_ymd_opt(1970, 1, 1).context("a day")? + TimeDelta::days((at % BIRTHDAYS).try_into()?);
    let (sex, more) = if dice.chance(50) { ("female", 40) } else { ("male", 0) };
    let day: u32 = born.format("%d").to_string().parse()?;
    let nik = format!("{sub_district}{:02}{}{:04}", day + more, born.format("%m%y"), 9000 + at / BIRTHDAYS);
    ensure!(nik.len() == 16, "a NIK of {} digits", nik.len());
    let masked = format!("{}••••••••{}", &nik[..4], &nik[12..]);
    let name = format!("{} {} Contoh", dice.of(GIVEN), dice.of(FAMILY));
    let diploma = name.to_uppercase();
    let (level, occupation) = (&levels[dice.below(levels.len())], &occupations[dice.below(occupations.len())]);
    let status = match dice.below(100) {
        0..66 => "registered",
        66..78 => "placed",
        78..86 => "removed",
        86..94 => "submitted",
        _ => "draft",
    };
    let source = if status != "draft" && dice.chance(20) { "counter" } else { "person" };
    let sent = (status != "draft").then_some(time);
    let decided = sent.filter(|_| status != "submitted");
    let content = format!(
        r#"{{"office":null,"school_id":null,"identity":{{"nik":"{nik}","name":"{name}","family_card":"9999{at:012}","birth_place":"Contoh","birth_on":"{born}","sex":"{sex}","religion":"islam","marital_status":"single"}},"address":{{"region":"{office}","village":"Contohsari","street":"Jalan Contoh {at} RT 03/05"}},"contact":{{"phone":"0812-0000-0000","email":null}},"education":[{{"level":"{level}","school":"SMK Contoh 1","major":"Teknik Mesin","graduated_in":2017,"name_on_diploma":"{diploma}"}}],"courses":[],"experience":[{{"employer":"PT Contoh","position":"Operator","from_year":2018,"until_year":2022}}],"skills":["menjahit","las"],"languages":["Indonesia"],"disabilities":[],"wanted":{{"occupations":["{occupation}"],"regions":["{office}"],"wage_min":null,"other_provinces":false,"abroad":false}},"consents":["employers"]}}"#
    );
    let row = cells![
        id,
        office,
        status,
        source,
        name,
        vault.index("nik", &nik),
        masked,
        born,
        sex,
        office,
        &**level,
        &**occupation,
        r#"["employers"]"#,
        vault.seal(place(id), content.as_bytes())?,
        "[]",
        (status == "removed").then_some("withdrew"),
        sent,
        decided,
        decided,
        decided.map(|_| "seed"),
        if decided.is_some() { 3 } else { 2 },
        time,
        "seed",
        time,
    ];
    Ok((row, sent.is_some()))
}

/// An officer for each of the first offices, and what the counters offer.
async fn officers(store: &mut Store, offices: &[Vec<String>], directory: &Path) -> anyhow::Result<()> {
    let now = Utc::now();
    let (mut clients, mut grants, mut services, mut names) = (Vec::new(), Vec::new(), Vec::new(), String::new());
    for office in offices.iter().take(OFFICERS).map(|office| office[0].as_str()) {
        let id = Uuid::now_v7();
        writeln!(names, "{id} {SECRET}")?;
        let hash = Sha256::digest(SECRET).to_vec();
        clients.push(cells![id.to_string(), "Loket", office, hash, 1, now, "seed"]);
        grants.push(cells![Uuid::now_v7(), ISSUER, id.to_string(), "counter_officer", office, office, now, "seed"]);
        for (service, capacity) in PLACES {
            services.push(cells![office, service, capacity, 0, 60, 8 * 60, 15 * 60, 1, now, now]);
        }
    }
    store.fill("client", "id, name, office, secret_hash, version, created_at, created_by", clients).await?;
    store.fill("access_grant", "id, issuer, subject, role, target, office, created_at, created_by", grants).await?;
    let columns = "office, service, capacity, walk_in_percent, slot_minutes, opens_at, closes_at, version, created_at, updated_at";
    store.fill("queue_service", columns, services).await?;
    fs::write(directory.join("office.txt"), format!("{}\n", offices[0][0]))?;
    Ok(fs::write(directory.join("officers.txt"), names)?)
}

/// Empties the queue, and writes bookings of a day: each line the first officer's, for another person of the first office.
pub async fn tickets(
    url: &str,
    office: &str,
    service: &str,
    date: NaiveDate,
    count: usize,
    file: &Path,
) -> anyhow::Result<()> {
    let store = Store::open(url).await?;
    let (emptied, id) = match store {
        Store::Postgres(_) => ("TRUNCATE queue_ticket, queue_day", "CAST(id AS TEXT)"),
        Store::Sqlite(_) => ("DELETE FROM queue_ticket; DELETE FROM queue_day", "lower(hex(id))"),
    };
    store.execute(emptied).await?;
    let sql = format!(
        "SELECT {id} FROM seeker WHERE office = '{office}' AND status = 'registered' ORDER BY seeker.id LIMIT {count}"
    );
    let mut lines = String::new();
    for person in store.texts(&sql).await?.concat() {
        let person: Uuid = person.parse()?;
        writeln!(
            lines,
            r#"0 /v1/queue-tickets {{"office":"{office}","service":"{service}","date":"{date}","job_seeker_id":"{person}"}}"#
        )?;
    }
    store
        .execute(match store {
            Store::Postgres(_) => "ANALYZE queue_ticket; ANALYZE queue_day; CHECKPOINT",
            Store::Sqlite(_) => "PRAGMA wal_checkpoint(truncate)",
        })
        .await?;
    Ok(fs::write(file, lines)?)
}

/// Prints what the queue holds, and what was told of it last, without what differs from one booking to the next.
pub async fn queue(url: &str) -> anyhow::Result<()> {
    let store = Store::open(url).await?;
    let last = "(SELECT max(seq) FROM movement)";
    for sql in [
        "SELECT 'day', service, CAST(date AS TEXT), coalesce(CAST(capacity AS TEXT), 'NULL'), CAST(booked AS TEXT), CAST(walked_in AS TEXT), CAST(last_number AS TEXT) FROM queue_day".to_owned(),
        "SELECT 'ticket', service, CAST(date AS TEXT), CAST(number AS TEXT), CAST(slot AS TEXT), kind, status, CAST(seeker_id IS NOT NULL AS TEXT), CAST(school_id IS NULL AS TEXT), CAST(version AS TEXT) FROM queue_ticket ORDER BY number".to_owned(),
        format!("SELECT 'movement', kind, CAST(effective_on AS TEXT), CAST(quantity AS TEXT), CAST(coalesce(company_id IS NULL AND sex IS NULL AND birth_year IS NULL AND education IS NULL AND region IS NULL, FALSE) AS TEXT) FROM movement WHERE seq = {last}"),
        "SELECT 'journal', event, subject_kind, CAST(j.version AS TEXT), CAST(company_id IS NULL AS TEXT), body, CAST(length(actor) AS TEXT), CAST(length(p.hash) AS TEXT) FROM journal j JOIN journal_position p ON p.seq = j.seq WHERE j.seq = (SELECT max(seq) FROM journal)".to_owned(),
    ] {
        for row in store.texts(&sql).await? {
            println!("{}", row.join(" | "));
        }
    }
    Ok(())
}
