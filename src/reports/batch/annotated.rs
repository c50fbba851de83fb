//! The sender's file, written anew with what became of each row: the same sheets, columns and rows in order, faulty cells
//! coloured with a note, and at the end of each row its disposition and its faults.
//!
//! Text stays text, so that nothing becomes a formula that was none; a formula stays as its value.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

use chrono::Datelike;
use disnaker_entity::batch::{BatchFormat, BatchKind, Disposition, report_batch_row};
use rust_xlsxwriter::{ExcelDateTime, Format, Note, Workbook, Worksheet, XlsxError};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::columns;
use super::rules::Told;
use crate::problem::{Fault, FaultCode, Kind, Language, Problem};
use crate::sheet::{self, Cell, MOST_CELLS, Row, cell_name};
use crate::wire;

/// Notes of a workbook: beyond them cells are coloured only.
const MOST_NOTES: usize = 5_000;
/// Characters of a cell.
const MOST_TEXT: usize = 32_767;
/// Characters of a sheet's name.
const MOST_NAME: usize = 31;

const TOO_MANY_CELLS: FaultCode =
    FaultCode::new("too-many-cells", "Sel terlalu banyak untuk ditulis ulang", "Too many cells to be written anew");

/// What became of a row, as it is written.
struct Verdict {
    disposition: Disposition,
    told: Vec<Told>,
}

/// Rows by sheet and number.
type Verdicts = HashMap<(String, u32), Verdict>;

fn verdicts(rows: Vec<report_batch_row::Model>) -> Result<Verdicts, Problem> {
    let mut verdicts = Verdicts::with_capacity(rows.len());
    for row in rows {
        let told = row.faults.map(|faults| serde_json::from_str(&faults)).transpose().map_err(Problem::internal)?;
        let place = (row.sheet.unwrap_or_default(), u32::try_from(row.number).unwrap_or_default());
        verdicts.insert(place, Verdict { disposition: row.disposition, told: told.unwrap_or_default() });
    }
    Ok(verdicts)
}

/// Writes a batch's file anew.
///
/// # Errors
/// `invalid-content` for a file with more cells than a workbook should have.
pub fn workbook(
    bytes: &[u8],
    format: BatchFormat,
    kind: BatchKind,
    rows: Vec<report_batch_row::Model>,
    language: Language,
) -> Result<Vec<u8>, Problem> {
    let verdicts = verdicts(rows)?;
    let mut sheets: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut cells = 0;
    // How wide each sheet is, and where it stands among them.
    each(bytes, format, kind, |sheet, row| {
        let at = sheets.len();
        let (_, width) = sheets.entry(sheet.to_owned()).or_insert((at, 0));
        *width = (*width).max(row.cells.len());
        cells += row.cells.len();
        if cells > MOST_CELLS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if cells > MOST_CELLS {
        let fault = Fault::new("", TOO_MANY_CELLS, cells, format!("at most {MOST_CELLS} cells"));
        return Err(Problem::new(Kind::InvalidContent).faults(vec![fault]));
    }
    let mut order: Vec<_> = sheets.iter().map(|(name, (at, width))| (*at, name.as_str(), *width)).collect();
    order.sort_unstable();
    let mut pens: HashMap<&str, Pen> = HashMap::new();
    let first = u32::from(matches!(format, BatchFormat::Csv | BatchFormat::Xlsx));
    let mut taken = BTreeSet::new();
    for (_, name, width) in &order {
        pens.insert(name, Pen::new(&sheet_name(name, &mut taken), *width, first, language));
    }
    let mut failed = None;
    each(bytes, format, kind, |sheet, row| {
        let Some(pen) = pens.get_mut(sheet) else { return ControlFlow::Continue(()) };
        let verdict = verdicts.get(&(sheet.to_owned(), row.number));
        match pen.write(kind, &row, verdict) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(error) = failed {
        return Err(Problem::internal(error));
    }
    let mut book = Workbook::new();
    for (_, name, _) in &order {
        if let Some(pen) = pens.remove(name) {
            book.push_worksheet(pen.sheet);
        }
    }
    book.save_to_buffer().map_err(Problem::internal)
}

/// Gives the rows of a file; those of JSON as a sheet with the columns of the kind.
fn each(
    bytes: &[u8],
    format: BatchFormat,
    kind: BatchKind,
    mut take: impl FnMut(&str, Row) -> ControlFlow<()>,
) -> Result<(), Problem> {
    #[derive(Deserialize)]
    struct Rows {
        rows: Vec<Box<RawValue>>,
    }
    let unreadable = |why: sheet::Unreadable| Problem::new(Kind::InvalidContent).faults(vec![why.fault()]);
    match format {
        BatchFormat::Csv => sheet::read(bytes, sheet::Format::Csv, take).map(drop).map_err(unreadable),
        BatchFormat::Xlsx => sheet::read(bytes, sheet::Format::Xlsx, take).map(drop).map_err(unreadable),
        BatchFormat::Json | BatchFormat::Ndjson => {
            let heads = columns::of(kind).iter().map(|column| Cell::Text(column.name.to_owned())).collect();
            // The row of headers has no number among those of a list.
            let mut next = take("", Row { number: 0, cells: heads });
            let mut one = |at: usize, row: &[u8]| {
                if next.is_continue() {
                    let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
                    next = take("", Row { number, cells: json_cells(kind, row) });
                }
            };
            if format == BatchFormat::Json {
                wire::parse::<Rows>(bytes)?.rows.iter().enumerate().for_each(|(at, row)| one(at, row.get().as_bytes()));
            } else {
                let lines = bytes.split(|byte| *byte == b'\n').enumerate();
                lines.filter(|(_, line)| !line.trim_ascii().is_empty()).for_each(|(at, line)| one(at, line));
            }
            Ok(())
        }
    }
}

fn json_cells(kind: BatchKind, row: &[u8]) -> Vec<Cell> {
    let row: Value = serde_json::from_slice(row).unwrap_or_default();
    let cell = |column: &columns::Column| match row.pointer(column.pointer) {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(Value::Bool(truth)) => Cell::Truth(*truth),
        Some(Value::Number(number)) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        Some(other) => Cell::Text(other.to_string()),
    };
    columns::of(kind).iter().map(cell).collect()
}

/// Writes one sheet.
struct Pen {
    sheet: Worksheet,
    /// Columns of the sender's.
    width: usize,
    /// Number of the row that is written first.
    first: u32,
    headed: bool,
    notes: usize,
    language: Language,
    faulty: Format,
    doubtful: Format,
    day: Format,
}

/// A name that a sheet may have and that none of the others has, whatever its case: other programs allow longer ones, and
/// signs that the format has no room for.
fn sheet_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = name.chars().filter(|character| !"[]:*?/\\'".contains(*character)).collect();
    let plain = if plain.trim().is_empty() { "Data" } else { plain.trim() };
    let numbered = |number: usize| {
        let end = if number == 1 { String::new() } else { format!(" ({number})") };
        let room = MOST_NAME - end.len();
        format!("{}{end}", plain.chars().take(room).collect::<String>())
    };
    (1..1000).map(numbered).find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

impl Pen {
    fn new(name: &str, width: usize, first: u32, language: Language) -> Self {
        let mut sheet = Worksheet::new();
        // A name that can't be written even so stays what the library calls a sheet.
        let _ = sheet.set_name(name);
        Self {
            sheet,
            width,
            first,
            headed: false,
            notes: 0,
            language,
            faulty: Format::new().set_background_color(0xFF_C7_CE),
            doubtful: Format::new().set_background_color(0xFF_EB_9C),
            day: Format::new().set_num_format("dd/mm/yyyy"),
        }
    }

    fn write(&mut self, kind: BatchKind, row: &Row, verdict: Option<&Verdict>) -> Result<(), XlsxError> {
        let at = row.number.saturating_sub(self.first);
        let mut told: HashMap<usize, Vec<&Told>> = HashMap::new();
        for one in verdict.iter().flat_map(|verdict| &verdict.told) {
            let place = match &one.cell {
                Some(name) => (0..self.width).find(|column| cell_name(*column, row.number) == *name),
                None => columns::of(kind).iter().position(|column| one.column() == Some(column.name)),
            };
            told.entry(place.unwrap_or(self.width)).or_default().push(one);
        }
        for (column, cell) in row.cells.iter().enumerate() {
            self.cell(at, column, cell, told.get(&column).map_or(&[], Vec::as_slice))?;
        }
        for (column, told) in &told {
            if *column >= row.cells.len() && *column < self.width {
                self.cell(at, *column, &Cell::Empty, told)?;
            }
        }
        let last =
            [u16::try_from(self.width).unwrap_or(u16::MAX - 2), u16::try_from(self.width + 1).unwrap_or(u16::MAX - 1)];
        let texts = match verdict {
            Some(verdict) => {
                let faults: Vec<_> = verdict.told.iter().map(|told| self.sentence(told, true)).collect();
                [verdict.disposition.as_str().to_owned(), faults.join("\n")]
            }
            None if !self.headed && is_head(kind, row) => {
                self.headed = true;
                let titles = match self.language {
                    Language::Indonesian => ["Disposisi", "Kesalahan"],
                    Language::English => ["Disposition", "Faults"],
                };
                titles.map(str::to_owned)
            }
            None => return Ok(()),
        };
        for (column, text) in last.into_iter().zip(texts) {
            if !text.is_empty() {
                self.sheet.write_string(at, column, cut(&text))?;
            }
        }
        Ok(())
    }

    fn cell(&mut self, row: u32, column: usize, cell: &Cell, told: &[&Told]) -> Result<(), XlsxError> {
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        let format = if told.iter().any(|told| !told.warning) {
            self.faulty.clone()
        } else if told.is_empty() {
            Format::new()
        } else {
            self.doubtful.clone()
        };
        match cell {
            Cell::Empty | Cell::Uncomputed if told.is_empty() => {}
            Cell::Empty | Cell::Uncomputed => drop(self.sheet.write_blank(row, column, &format)?),
            Cell::Text(text) | Cell::Error(text) => {
                self.sheet.write_string_with_format(row, column, cut(text), &format)?;
            }
            Cell::Number(number) => drop(self.sheet.write_number_with_format(row, column, *number, &format)?),
            Cell::Truth(truth) => drop(self.sheet.write_boolean_with_format(row, column, *truth, &format)?),
            Cell::Date(day) => {
                let (month, of_month) = (u8::try_from(day.month()), u8::try_from(day.day()));
                let year = u16::try_from(day.year()).unwrap_or(1900);
                let date = ExcelDateTime::from_ymd(year, month.unwrap_or(1), of_month.unwrap_or(1));
                let format = if told.is_empty() { &self.day } else { &format.set_num_format("dd/mm/yyyy") };
                match date {
                    Ok(date) => drop(self.sheet.write_datetime_with_format(row, column, &date, format)?),
                    Err(_) => drop(self.sheet.write_string_with_format(row, column, day.to_string(), format)?),
                }
            }
        }
        if !told.is_empty() && self.notes < MOST_NOTES {
            self.notes += 1;
            let sentences: Vec<_> = told.iter().map(|told| self.sentence(told, false)).collect();
            let note = Note::new(sentences.join("\n")).set_author("").add_author_prefix(false);
            self.sheet.insert_note(row, column, &note)?;
        }
        Ok(())
    }

    /// A fault in words, with the cell that it is in where it does not stand there.
    fn sentence(&self, told: &Told, apart: bool) -> String {
        let fault = told.view(self.language);
        let place = told.cell.as_deref().or(told.column()).filter(|_| apart);
        let place = place.map(|place| format!("{place} ")).unwrap_or_default();
        format!("{place}{}: {} ({})", fault.code, fault.message, fault.expected)
    }
}

/// Whether a row is that of the headers.
fn is_head(kind: BatchKind, row: &Row) -> bool {
    let texts = row.cells.iter().map(|cell| if let Cell::Text(text) = cell { text.as_str() } else { "" });
    columns::layout(columns::of(kind), texts).is_some()
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_stays_text() {
        let file = "nomor referensi;nama jabatan\n=1+1;@SUM(A1)\n+62;-3\n";
        let written = workbook(file.as_bytes(), BatchFormat::Csv, BatchKind::Vacancies, Vec::new(), Language::English);
        let mut cells = Vec::new();
        sheet::read(&written.unwrap(), sheet::Format::Xlsx, |_, row| {
            cells.extend(row.cells);
            ControlFlow::Continue(())
        })
        .unwrap();
        for text in ["=1+1", "@SUM(A1)", "+62", "-3", "Faults"] {
            assert!(cells.contains(&Cell::Text(text.into())), "{text} in {cells:?}");
        }
    }
}
