//! Classes of seven years with who applied for them, the kept sums, and this year's classes that take applications.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::people::{OFFICERS, offices};
use super::{Cell, Dice, ISSUER, REQUESTS, SECRET, Store, id_at};
use crate::classes::{band, day, open_year};

/// Programmes of an office; those of the open classes are others, so that nobody repeats one.
const PROGRAMMES: usize = 20;
/// Who applies for a class.
const APPLICANTS: usize = 64;
/// Classes of an office that are open, as many as Purworejo had in 2021.
const OPEN: usize = 60;
/// Years with classes before this one.
const YEARS: i32 = 7;
/// Rows that are written at once.
const CHUNK: usize = 20_000;

const ENROLLMENT: &str = "id, package_id, programme_id, provider_id, office, seeker_id, status, place, evidence, cover_jkk, cover_jkm, sex, birth_year, district, accepted_at, final_score, attendance, ended_on, version, created_at, created_by, updated_at";
const PACKAGE: &str = "id, office, number, programme_id, provider_id, year, funding, site, region, capacity, reserves, target_group, evidence, criteria, opens_on, closes_on, promote_until, starts_on, ends_on, status, taken, reserved, version, created_at, created_by, updated_at";
const TALLY: &str = "office, year, stage, programme_id, funding, site, target_group, sex, age, district, quantity";

/// Where an applicant of a class ended, by their place in it, and the stages in which the funnel counts them: of 64 who apply, 40 are
/// admitted and 16 accepted, of whom 14 pass, one fails and one leaves.
fn outcome(place: usize) -> (&'static str, &'static [&'static str]) {
    match place {
        0..14 => ("passed", &["applicants", "admitted", "accepted", "passed"]),
        14 => ("failed", &["applicants", "admitted", "accepted", "failed"]),
        15 => ("withdrawn", &["applicants", "admitted", "accepted", "left"]),
        16..40 => ("rejected", &["applicants", "admitted"]),
        _ => ("dropped", &["applicants"]),
    }
}

/// A class that is written, and what its applicants take from it.
struct Class {
    id: Uuid,
    programme: Uuid,
    year: i32,
    funding: &'static str,
    site: &'static str,
    target_group: &'static str,
}

/// What an office has.
struct Centre {
    office: String,
    provider: Uuid,
    programmes: Vec<Uuid>,
    /// Classes so far, and who applied for the last one.
    classes: usize,
    class: Option<Class>,
    applied: usize,
}

/// A sum of the funnel: office, year, stage, programme, funding, site, target group, sex, age, district.
type Key = (usize, i32, &'static str, Uuid, &'static str, &'static str, &'static str, String, &'static str, String);

/// Gives everybody in the register one application for a class of the years before.
pub async fn classes(url: &str, directory: &Path) -> anyhow::Result<()> {
    let mut store = Store::open(url).await?;
    let mut dice = Dice(2021);
    let offices = offices(&store).await?;
    officers(&mut store, &offices, directory).await?;
    let mut centres = Vec::new();
    for office in &offices {
        centres.push(found(&mut store, &office[0]).await?);
    }
    let at: BTreeMap<&str, usize> = offices.iter().enumerate().map(|(at, office)| (office[0].as_str(), at)).collect();
    let id = if matches!(store, Store::Postgres(_)) { "CAST(id AS TEXT)" } else { "lower(hex(id))" };
    let people = store
        .texts(&format!(
            "SELECT {id}, office, coalesce(sex, ''), substr(CAST(birth_on AS TEXT), 1, 4) FROM seeker WHERE status <> 'draft' ORDER BY seeker.id"
        ))
        .await?;
    let indexes = store.indexes("training_enrollment").await?;
    for index in &indexes {
        store.execute(&format!("DROP INDEX {}", index[0])).await?;
    }
    let mut sums: BTreeMap<Key, i64> = BTreeMap::new();
    let (mut packages, mut rows) = (Vec::new(), Vec::with_capacity(CHUNK));
    for person in &people {
        let person = Drawn::of(person)?;
        let centre_at = at[person.office];
        let centre = &mut centres[centre_at];
        if centre.applied % APPLICANTS == 0 {
            let year = open_year() - 1 - i32::try_from(centre.classes)? % YEARS;
            packages.push(centre.begin(&mut dice, year, "finished")?);
        }
        let class = centre.class.as_ref().context("a class")?;
        let place = centre.applied % APPLICANTS;
        centre.applied += 1;
        let (status, stages) = outcome(place);
        for stage in stages {
            let key = (
                centre_at,
                class.year,
                *stage,
                class.programme,
                class.funding,
                class.site,
                class.target_group,
                person.sex.to_owned(),
                band(person.born, class.year),
                person.office.to_owned(),
            );
            *sums.entry(key).or_default() += 1;
        }
        rows.push(applicant(&mut dice, centre.provider, class, place, &person, status)?);
        if rows.len() == CHUNK {
            store.fill("training_package", PACKAGE, std::mem::take(&mut packages)).await?;
            store.fill("training_enrollment", ENROLLMENT, std::mem::take(&mut rows)).await?;
        }
    }
    store.fill("training_package", PACKAGE, packages).await?;
    store.fill("training_enrollment", ENROLLMENT, rows).await?;
    for index in &indexes {
        store.execute(&index[1]).await?;
    }
    let sums = sums.into_iter().map(|(key, persons)| {
        let (office, year, stage, programme, funding, site, target_group, sex, age, district) = key;
        let office = offices[office][0].as_str();
        cells![office, year, stage, programme, funding, site, target_group, sex, age, district, persons]
    });
    store.fill("training_tally", TALLY, sums.collect()).await?;
    let open: Vec<_> = (0..OPEN).map(|_| centres[0].begin(&mut dice, open_year(), "open")).collect::<Result<_, _>>()?;
    store.fill("training_package", PACKAGE, open).await?;
    let mut lines = String::new();
    for _ in 0..REQUESTS {
        let office = if dice.chance(20) { 0 } else { 1 + dice.below(OFFICERS - 1) };
        let year = open_year() - 1 - i32::try_from(dice.below(7))?;
        let by = dice.of(&["", "&group_by=funding", "&group_by=sex", "&group_by=age"]);
        writeln!(lines, "{office} /v1/training-funnel?office={}&year={year}{by}", offices[office][0])?;
    }
    fs::write(directory.join("funnel.txt"), lines)?;
    store.settle().await
}

/// Somebody in the register.
struct Drawn<'a> {
    id: Uuid,
    office: &'a str,
    sex: &'a str,
    born: i32,
}

impl<'a> Drawn<'a> {
    fn of(row: &'a [String]) -> anyhow::Result<Self> {
        let [id, office, sex, born] = row else { bail!("a person of {} columns", row.len()) };
        Ok(Self { id: id.parse()?, office, sex, born: born.parse()? })
    }
}

/// The row of somebody's application for a class that is over.
fn applicant(
    dice: &mut Dice,
    provider: Uuid,
    class: &Class,
    place: usize,
    person: &Drawn<'_>,
    status: &str,
) -> anyhow::Result<Vec<Cell>> {
    let (begins, seated, ended) = (date(class.year, 3, 1)?, place < 16, place < 15);
    let midnight = begins.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros();
    let time = DateTime::from_timestamp_micros(midnight + 1 + dice.int(86_400_000_000)).context("an instant")?;
    Ok(cells![
        id_at(time),
        class.id,
        class.programme,
        provider,
        person.office,
        person.id,
        status,
        (place < 40).then(|| i64::try_from(place + 1)).transpose()?,
        "[]",
        seated,
        seated,
        Some(person.sex).filter(|sex| !sex.is_empty()),
        person.born,
        person.office,
        seated.then_some(time),
        ended.then_some(if place < 14 { 8000 } else { 4000 }),
        ended.then_some(9500),
        begins + Days::new(60),
        4,
        time,
        "seed",
        time,
    ])
}

/// The provider of an office and its programmes; twice as many as those of past classes, for the open ones.
async fn found(store: &mut Store, office: &str) -> anyhow::Result<Centre> {
    let (now, provider) = (Utc::now(), Uuid::now_v7());
    let row = cells![
        provider,
        office,
        "blk",
        "BLK Contoh",
        office,
        "Jalan Contoh 1",
        "Contoh",
        "blk@example.id",
        "active",
        1,
        now,
        "seed",
        now,
    ];
    let columns = "id, office, kind, name, region, address, contact_name, contact_email, status, version, created_at, created_by, updated_at";
    store.fill("training_provider", columns, vec![row]).await?;
    let programmes: Vec<Uuid> = (0..2 * PROGRAMMES).map(|_| Uuid::now_v7()).collect();
    let row = |(at, id): (usize, &Uuid)| {
        cells![*id, office, format!("Program {at}"), "Contoh", 240, "[]", 1, now, "seed", now]
    };
    let columns = "id, office, name, trade, hours, units, version, created_at, created_by, updated_at";
    store.fill("training_programme", columns, programmes.iter().enumerate().map(row).collect()).await?;
    Ok(Centre { office: office.to_owned(), provider, programmes, classes: 0, class: None, applied: 0 })
}

impl Centre {
    /// Begins the next class, and gives its row.
    fn begin(&mut self, dice: &mut Dice, year: i32, status: &'static str) -> anyhow::Result<Vec<Cell>> {
        let (now, open) = (Utc::now(), status == "open");
        let programme = self.programmes[dice.below(PROGRAMMES) + if open { PROGRAMMES } else { 0 }];
        let class = Class {
            id: Uuid::now_v7(),
            programme,
            year,
            funding: if dice.chance(75) { "apbn" } else { "apbd_district" },
            site: if dice.chance(35) { "mobile_unit" } else { "centre" },
            target_group: if dice.chance(90) { "public" } else { "laid_off" },
        };
        self.classes += 1;
        let begins = if open { day(now) + Days::new(30) } else { date(year, 4, 1)? };
        let row = cells![
            class.id,
            self.office.as_str(),
            format!("PP/{}/{year}/{:05}", self.office, self.classes),
            programme,
            self.provider,
            year,
            class.funding,
            class.site,
            self.office.as_str(),
            16,
            2,
            class.target_group,
            "[]",
            r#"{"test_weight":40,"interview_weight":60,"ties":["interview","test","applied_first"]}"#,
            begins - TimeDelta::days(60),
            begins - TimeDelta::days(10),
            begins + Days::new(7),
            begins,
            begins + Days::new(30),
            status,
            if open { 0 } else { 15 },
            0,
            1,
            now,
            "seed",
            now,
        ];
        self.class = Some(class);
        Ok(row)
    }
}

/// Officers for training at the offices that ask, with the funnel of their province.
async fn officers(store: &mut Store, offices: &[Vec<String>], directory: &Path) -> anyhow::Result<()> {
    let now = Utc::now();
    let (mut clients, mut grants, mut names) = (Vec::new(), Vec::new(), String::new());
    for office in offices.iter().take(OFFICERS).map(|office| office[0].as_str()) {
        let id = Uuid::now_v7();
        writeln!(names, "{id} {SECRET}")?;
        clients.push(cells![id.to_string(), "Pelatihan", office, Sha256::digest(SECRET).to_vec(), 1, now, "seed"]);
        grants.push(cells![Uuid::now_v7(), ISSUER, id.to_string(), "training_officer", office, office, now, "seed"]);
    }
    store.fill("client", "id, name, office, secret_hash, version, created_at, created_by", clients).await?;
    store.fill("access_grant", "id, issuer, subject, role, target, office, created_at, created_by", grants).await?;
    Ok(fs::write(directory.join("trainers.txt"), names)?)
}

/// Takes back what was applied for in open classes, and writes applications: each line the first officer's, for another person of the
/// first office.
pub async fn applications(url: &str, office: &str, count: usize, file: &Path) -> anyhow::Result<()> {
    let store = Store::open(url).await?;
    store
        .execute(&format!(
            "DELETE FROM training_enrollment WHERE status = 'applied'; DELETE FROM training_tally WHERE year = {}",
            open_year()
        ))
        .await?;
    let id = if matches!(store, Store::Postgres(_)) { "CAST(id AS TEXT)" } else { "lower(hex(id))" };
    let open = format!("SELECT {id} FROM training_package WHERE office = '{office}' AND status = 'open' ORDER BY 1");
    let open = store.texts(&open).await?.concat();
    let people = format!(
        "SELECT {id} FROM seeker WHERE office = '{office}' AND status = 'registered' ORDER BY seeker.id LIMIT {count}"
    );
    let mut lines = String::new();
    for (at, person) in store.texts(&people).await?.concat().iter().enumerate() {
        let (package, person): (Uuid, Uuid) = (open[at % open.len()].parse()?, person.parse()?);
        writeln!(lines, r#"0 /v1/training-enrollments {{"package_id":"{package}","job_seeker_id":"{person}"}}"#)?;
    }
    store
        .execute(match store {
            Store::Postgres(_) => "ANALYZE training_enrollment; ANALYZE training_tally; CHECKPOINT",
            Store::Sqlite(_) => "PRAGMA wal_checkpoint(truncate)",
        })
        .await?;
    Ok(fs::write(file, lines)?)
}

/// Prints the application that was written last and what it counts, without what differs from one to the next.
pub async fn enrolled(url: &str) -> anyhow::Result<()> {
    let store = Store::open(url).await?;
    let last = "(SELECT max(seq) FROM movement)";
    for sql in [
        "SELECT 'enrollment', status, office, coalesce(CAST(test_score AS TEXT), 'NULL'), evidence, coalesce(sex, 'NULL'), CAST(birth_year AS TEXT), district, coalesce(CAST(ended_on AS TEXT), 'NULL'), CAST(version AS TEXT), CAST(length(created_by) AS TEXT) FROM training_enrollment WHERE status = 'applied'".to_owned(),
        format!("SELECT 'tally', office, CAST(year AS TEXT), stage, funding, site, target_group, sex, age, district, CAST(quantity AS TEXT) FROM training_tally WHERE year = {}", open_year()),
        format!("SELECT 'movement', kind, office, CAST(effective_on AS TEXT), CAST(quantity AS TEXT), sex, CAST(birth_year AS TEXT), region, CAST(year AS TEXT), funding, site, target_group, CAST(coalesce(company_id IS NULL AND education IS NULL AND programme_id IS NOT NULL, FALSE) AS TEXT) FROM movement WHERE seq = {last}"),
        "SELECT 'journal', event, subject_kind, CAST(j.version AS TEXT), body, CAST(length(actor) AS TEXT), CAST(length(p.hash) AS TEXT) FROM journal j JOIN journal_position p ON p.seq = j.seq WHERE j.seq = (SELECT max(seq) FROM journal)".to_owned(),
    ] {
        for row in store.texts(&sql).await? {
            println!("{}", row.join(" | "));
        }
    }
    Ok(())
}

fn date(year: i32, month: u32, day: u32) -> anyhow::Result<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).context("a day")
}
