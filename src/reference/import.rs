//! Full code lists from a file: the lists that come with a release hold groups only, since the books of KBJI and KBLI
//! are their publishers' to give.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail, ensure};
use disnaker_entity::reference::{OccupationLevel, occupation, sector};

use super::queries;
use crate::app::State;
use crate::caller::Scope;
use crate::change::Change;
use crate::problem::Problem;

/// Most faults that are told at once.
const TOLD: usize = 50;
/// Longest name.
const LONGEST: usize = 300;

/// A code with its name, and the line where it stands.
type Row = (String, String);

/// Loads a full list of `occupations` (KBJI) or `sectors` (KBLI, of an edition) from a CSV file with the header
/// `code,name`: new codes are added, known ones take the new name. Nothing is stored where a line is at fault. Gives the
/// number of rows.
///
/// # Errors
/// An unknown kind, a missing or needless edition, a file with faults (each with its line), or the database's own.
pub async fn import_codes(state: &Arc<State>, kind: &str, edition: Option<&str>, csv: &[u8]) -> anyhow::Result<usize> {
    let actor = "command-line|import-codes".to_owned();
    let count = match kind {
        "occupations" => {
            ensure!(edition.is_none(), "occupations have no edition");
            let rows =
                parse(csv, |code| OccupationLevel::of(code).is_some(), "1 to 4 digits, or 4 digits, a dot and 2")?;
            let of_level =
                |(code, name): Row| OccupationLevel::of(&code).map(|level| occupation::Model { code, name, level });
            let rows: Vec<_> = rows.into_iter().filter_map(of_level).collect();
            let count = rows.len();
            let mut change =
                Change::begin(state, Arc::<Scope>::default(), actor).await.map_err(|problem| told(&problem))?;
            queries::upsert_occupations(&mut change, rows).await.map_err(|problem| told(&problem))?;
            change.commit().await.map_err(|problem| told(&problem))?;
            count
        }
        "sectors" => {
            let edition = edition.context("sectors need an edition, such as 2025")?;
            ensure!(edition.len() == 4 && digits(edition), "an edition is a year, such as 2025");
            let rows = parse(csv, is_sector, "a letter, or 2 to 5 digits")?;
            let of_edition = |(code, name): Row| sector::Model { code, edition: edition.to_owned(), name };
            let rows: Vec<_> = rows.into_iter().map(of_edition).collect();
            let count = rows.len();
            let mut change =
                Change::begin(state, Arc::<Scope>::default(), actor).await.map_err(|problem| told(&problem))?;
            queries::upsert_sectors(&mut change, edition, rows).await.map_err(|problem| told(&problem))?;
            change.commit().await.map_err(|problem| told(&problem))?;
            count
        }
        other => bail!("{other}: expected occupations or sectors"),
    };
    Ok(count)
}

/// A problem for the command line: with what the log would say.
fn told(problem: &Problem) -> anyhow::Error {
    match &problem.cause {
        Some(cause) => anyhow!("{}: {cause}", problem.kind.slug()),
        None => anyhow!("{}", problem.kind.slug()),
    }
}

fn is_sector(code: &str) -> bool {
    matches!(code.as_bytes(), [b'A'..=b'Z']) || (2..=5).contains(&code.len()) && digits(code)
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The rows of a file, or every fault with its line.
fn parse(csv: &[u8], is_code: impl Fn(&str) -> bool, expected: &str) -> anyhow::Result<Vec<Row>> {
    let csv = csv.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv);
    let header = reader.headers().context("line 1")?;
    ensure!(header.iter().eq(["code", "name"]), "line 1: expected the header code,name");
    let (mut rows, mut faults, mut lines) = (Vec::new(), Vec::new(), BTreeMap::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map(csv::Position::line).unwrap_or_default();
                faults.push(format!("line {line}: not UTF-8 text"));
                continue;
            }
        };
        let line = record.position().map(csv::Position::line).unwrap_or_default();
        let fields: Vec<&str> = record.iter().map(str::trim).collect();
        match fields.as_slice() {
            [code, _] if !is_code(code) => faults.push(format!("line {line}: code `{code}`: expected {expected}")),
            [code, name] if name.is_empty() || name.chars().count() > LONGEST || name.contains(char::is_control) => {
                faults.push(format!("line {line}: name of {code}: expected 1 to {LONGEST} printable characters"));
            }
            [code, name] => match lines.insert((*code).to_owned(), line) {
                Some(first) => faults.push(format!("line {line}: code `{code}` stands in line {first} already")),
                None => rows.push(((*code).to_owned(), (*name).to_owned())),
            },
            other => faults.push(format!("line {line}: {} fields: expected code,name", other.len())),
        }
    }
    if !faults.is_empty() {
        let more = faults.len().saturating_sub(TOLD);
        faults.truncate(TOLD);
        if more > 0 {
            faults.push(format!("and {more} more"));
        }
        bail!("nothing was imported\n{}", faults.join("\n"));
    }
    ensure!(!rows.is_empty(), "the file has no rows");
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn occupations(csv: &str) -> Result<Vec<Row>, Vec<String>> {
        parse(csv.as_bytes(), |code| OccupationLevel::of(code).is_some(), "digits")
            .map_err(|error| error.to_string().lines().map(str::to_owned).collect())
    }

    #[test]
    fn a_list_is_read_as_it_stands() {
        let rows =
            occupations("\u{FEFF}code,name\r\n2512,\"Pengembang, Perangkat Lunak\"\r\n 2512.01 , Analis \r\n").unwrap();
        let rows: Vec<_> = rows.iter().map(|(code, name)| (code.as_str(), name.as_str())).collect();
        assert_eq!(rows, [("2512", "Pengembang, Perangkat Lunak"), ("2512.01", "Analis")]);
    }

    #[test]
    fn every_fault_of_a_list_has_its_line() {
        let faults =
            occupations("code,name\n2512,Pengembang\n25x2,Salah\n2513,\n2512,Lagi\n2514\n2515,a,b\n").unwrap_err();
        assert_eq!(
            faults,
            [
                "nothing was imported",
                "line 3: code `25x2`: expected digits",
                "line 4: name of 2513: expected 1 to 300 printable characters",
                "line 5: code `2512` stands in line 2 already",
                "line 6: 1 fields: expected code,name",
                "line 7: 3 fields: expected code,name",
            ]
        );
        assert_eq!(occupations("kode,nama\n1,a\n").unwrap_err(), ["line 1: expected the header code,name"]);
        assert_eq!(occupations("code,name\n").unwrap_err(), ["the file has no rows"]);
    }

    #[test]
    fn a_code_has_its_list_s_shape() {
        for sector in ["A", "V", "10", "101", "1010", "10101"] {
            assert!(is_sector(sector), "{sector}");
        }
        for other in ["", "a", "AB", "1", "101011", "1O"] {
            assert!(!is_sector(other), "{other}");
        }
    }
}
