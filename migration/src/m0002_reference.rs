//! Reference data: regions, code lists, calendar, minimum wages, policies.

use std::io::Read;

use chrono::NaiveDate;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;
use uuid::Uuid;

use Kind::{Amount, Day, Flag, Id, Number, Text};

#[derive(DeriveMigrationName)]
pub struct Migration;

macro_rules! asset {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/reference/", $name)).as_slice()
    };
}
pub(crate) use asset;

/// What a column of a file becomes. An empty field of a number, flag or `Maybe` is NULL.
#[derive(Clone, Copy)]
enum Kind {
    /// Made from the row's other key columns, so that it is the same in every installation.
    Id,
    Text,
    /// A region's code, or `national` for the whole country, which is stored empty.
    Scope,
    MaybeText,
    Number,
    Amount,
    Flag,
    Day,
    /// Not in the file: the number that every row gets.
    First,
    /// Not in the file: false.
    Unset,
}

type Columns = &'static [(&'static str, Kind)];

const REGION: Columns = &[("code", Text), ("name", Text), ("level", Text), ("parent", Text), ("utc_offset", Number)];
const OCCUPATION: Columns = &[("code", Text), ("name", Text), ("level", Text)];
const SECTOR: Columns = &[("code", Text), ("edition", Text), ("name", Text)];
const EDUCATION_LEVEL: Columns =
    &[("code", Text), ("name", Text), ("rank", Number), ("bps_level", Text), ("ipk_code", Text)];
const COUNTRY: Columns = &[("code", Text), ("name", Text), ("name_en", Text), ("territory", Flag)];
const DISABILITY_KIND: Columns = &[("code", Text), ("name", Text)];
const HOLIDAY: Columns = &[
    ("id", Id),
    ("date", Day),
    ("region", Text),
    ("kind", Text),
    ("name", Text),
    ("source", Text),
    ("version", Kind::First),
];
const MINIMUM_WAGE: Columns = &[
    ("id", Id),
    ("region", Text),
    ("year", Number),
    ("amount_sen", Amount),
    ("proposal_government_sen", Amount),
    ("proposal_employers_sen", Amount),
    ("proposal_workers_sen", Amount),
    ("agreed", Flag),
    ("decree", Kind::MaybeText),
    ("source", Text),
    ("version", Kind::First),
];
const POLICY: Columns = &[
    ("id", Id),
    ("rule", Text),
    ("scope", Kind::Scope),
    ("valid_from", Day),
    ("amount", Amount),
    ("unit", Text),
    ("law", Text),
    ("note", Text),
    ("edited", Kind::Unset),
];

const POLICY_KEY: &[&str] = &["rule", "scope", "valid_from"];

const SYNONYM: Columns = &[("id", Id), ("terms", Text), ("office", Text), ("version", Kind::First)];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut regions = Vec::new();
        flate2::read::GzDecoder::new(asset!("regions.csv.gz")).read_to_end(&mut regions).map_err(broken)?;
        let db = manager.get_connection();
        load(db, "region", &regions, REGION, &["code"]).await?;
        load(db, "occupation", asset!("occupations.csv"), OCCUPATION, &["code"]).await?;
        load(db, "sector", asset!("sectors.csv"), SECTOR, &["code", "edition"]).await?;
        load(db, "education_level", asset!("education_levels.csv"), EDUCATION_LEVEL, &["code"]).await?;
        load(db, "country", asset!("countries.csv"), COUNTRY, &["code"]).await?;
        load(db, "disability_kind", asset!("disability_kinds.csv"), DISABILITY_KIND, &["code"]).await?;
        load(db, "holiday", asset!("holidays.csv"), HOLIDAY, &["date", "region", "kind"]).await?;
        load_minimum_wages(db, asset!("minimum_wages.csv")).await?;
        load_policies(db).await
    }
}

/// Inserts the policy rows that are not there yet, in the columns that there were until `m0010_laws`. What an admin wrote
/// stays.
pub async fn load_policies<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    load(db, "policy", asset!("policies.csv"), POLICY, POLICY_KEY).await
}

/// Inserts the policy rows that are not there yet, and gives those that are the texts of today: a later migration that brings
/// new rules or mends a citation calls it. No amount changes, and what an admin wrote stays as it is.
pub async fn refresh_policies<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    let columns: Vec<_> = POLICY.iter().copied().chain([("law_id", Text), ("note_id", Text)]).collect();
    let conflict = OnConflict::columns(POLICY_KEY.iter().copied())
        .update_columns(["law", "law_id", "note", "note_id"])
        .action_and_where(Expr::col(("policy", "edited")).eq(false))
        .to_owned();
    insert(db, "policy", asset!("policies.csv"), &columns, POLICY_KEY, &conflict).await
}

/// Upserts minimum wages from a file in the columns of `minimum_wages.csv`.
///
/// # Errors
/// A row that does not parse, or the database's own error.
pub async fn load_minimum_wages<C: ConnectionTrait>(db: &C, file: &[u8]) -> Result<(), DbErr> {
    load(db, "minimum_wage", file, MINIMUM_WAGE, &["region", "year"]).await
}

/// Inserts the synonyms of a file whose group is not there yet; nobody's office wrote them.
pub(crate) async fn load_synonyms<C: ConnectionTrait>(db: &C, file: &[u8]) -> Result<(), DbErr> {
    load(db, "synonym", file, SYNONYM, &["terms"]).await
}

/// Inserts the rows of a CSV file whose key is not there yet.
async fn load<C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    file: &[u8],
    columns: Columns,
    key: &[&'static str],
) -> Result<(), DbErr> {
    let conflict = OnConflict::columns(key.iter().copied()).do_nothing().to_owned();
    insert(db, table, file, columns, key, &conflict).await
}

/// Inserts the rows of a CSV file, 500 rows a statement; `conflict` says what becomes of those whose key is there.
async fn insert<C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    file: &[u8],
    columns: &[(&'static str, Kind)],
    key: &[&'static str],
    conflict: &OnConflict,
) -> Result<(), DbErr> {
    let mut reader = csv::Reader::from_reader(file);
    let headers = reader.headers().map_err(broken)?.clone();
    let rows = reader.records().collect::<Result<Vec<_>, _>>().map_err(broken)?;
    for chunk in rows.chunks(500) {
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns.iter().map(|(name, _)| *name));
        for row in chunk {
            let field = |name: &str| {
                headers.iter().position(|header| header == name).and_then(|at| row.get(at)).unwrap_or_default()
            };
            let values = columns
                .iter()
                .map(|(name, kind)| match kind {
                    Id => {
                        let natural = key.iter().map(|column| field(column)).collect::<Vec<_>>().join("|");
                        Ok(Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{table}:{natural}").as_bytes()).into())
                    }
                    kind => value(*kind, field(name)),
                })
                .collect::<Result<Vec<Value>, _>>()?;
            insert.values(values.into_iter().map(Expr::value)).map_err(broken)?;
        }
        insert.on_conflict(conflict.clone());
        db.execute(&insert).await?;
    }
    Ok(())
}

fn value(kind: Kind, field: &str) -> Result<Value, DbErr> {
    let absent = field.is_empty();
    Ok(match kind {
        Id | Text => field.into(),
        Kind::Scope => (if field == "national" { "" } else { field }).into(),
        Kind::MaybeText => (!absent).then(|| field.to_owned()).into(),
        Number => field.parse::<i32>().map_err(broken)?.into(),
        Amount if absent => None::<i64>.into(),
        Amount => Some(field.parse::<i64>().map_err(broken)?).into(),
        Flag if absent => None::<bool>.into(),
        Flag => Some(field == "true").into(),
        Day => field.parse::<NaiveDate>().map_err(broken)?.into(),
        Kind::First => 1_i64.into(),
        Kind::Unset => false.into(),
    })
}

fn broken(error: impl std::fmt::Display) -> DbErr {
    DbErr::Migration(format!("reference data: {error}"))
}
