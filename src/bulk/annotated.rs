//! The sender's file, written anew with what became of each row: the same sheets, columns and rows in order, faulty cells
//! coloured with a note, and at the end of each row its disposition and its faults.
//!
//! Columns that are known have the formats and drop-downs of the template, so that a file is mended with the same help. Text
//! stays text, so that nothing becomes a formula that was none; a formula stays as its value.
//!
//! The workbook is in memory until it is sent, since the library's other way writes its cells to the disk, workers' numbers
//! among them: [`MOST_CELLS`] bounds it, at some 190 MiB. What became of the rows comes some hundreds at a time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter::Peekable;
use std::ops::ControlFlow;

use chrono::Datelike;
use disnaker_entity::batch::{BatchFormat, Disposition};
use rust_xlsxwriter::{ExcelDateTime, Format, Note, Workbook, Worksheet, XlsxError};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::columns::{self, Layout, OWN, Table};
use super::template::{self, Lists};
use super::told::Told;
use crate::problem::{Fault, FaultCode, Kind, Language, Problem, Text};
use crate::reference::Codes;
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
pub struct Verdict {
    /// Sheet of a workbook; empty where there is none.
    pub sheet: String,
    /// Line of the file or row of the sheet, from 1.
    pub number: u32,
    /// What became of it.
    pub disposition: Disposition,
    /// Its faults and findings.
    pub told: Vec<Told>,
}

/// What became of the rows, in the order of the file.
struct Verdicts<I: Iterator<Item = Result<Verdict, Problem>>>(Peekable<I>);

impl<I: Iterator<Item = Result<Verdict, Problem>>> Verdicts<I> {
    /// That of a row; none for a row of headers, or one above them.
    fn next(&mut self, sheet: &str, number: u32) -> Result<Option<Verdict>, Problem> {
        let here = |verdict: &Result<Verdict, Problem>| {
            verdict.as_ref().map_or(true, |verdict| verdict.sheet == sheet && verdict.number == number)
        };
        self.0.next_if(here).transpose()
    }
}

/// A sheet of the sender's as it is found.
#[derive(Default)]
struct Found {
    /// Its place among the sheets.
    at: usize,
    /// Its columns.
    width: usize,
    /// Its row of headers: the number, and what they mean.
    head: Option<(u32, Layout)>,
    /// Where what became of the rows stands already, in an annotated file that was sent again.
    own: Option<usize>,
}

impl Found {
    /// The sender's own columns: what was written at their end is written anew.
    fn width(&self) -> usize {
        self.own.filter(|own| own + 2 >= self.width).unwrap_or(self.width)
    }
}

/// Writes a batch's file anew; `rows` are those of the batch in order, and `filed` says whether what is sound of them was.
///
/// # Errors
/// `invalid-content` for a file with more cells than a workbook should have.
pub fn workbook(
    bytes: &[u8],
    format: BatchFormat,
    table: &Table,
    codes: &Codes,
    rows: impl Iterator<Item = Result<Verdict, Problem>>,
    language: Language,
    filed: bool,
) -> Result<Vec<u8>, Problem> {
    let found = survey(bytes, format, table)?;
    let mut order: Vec<_> = found.iter().map(|(name, found)| (found.at, name.as_str(), found)).collect();
    order.sort_unstable_by_key(|(at, ..)| *at);
    let mut pens: HashMap<&str, Pen> = HashMap::new();
    let first = u32::from(matches!(format, BatchFormat::Csv | BatchFormat::Xlsx));
    let mut taken = BTreeSet::from([template::CODES.to_lowercase()]);
    let mut lists = Lists::new(codes).map_err(Problem::internal)?;
    for (_, name, found) in &order {
        let mut pen = Pen::new(&sheet_name(name, &mut taken), found.width(), first, language, filed);
        if let Some((number, layout)) = &found.head {
            pen.help(table, number.saturating_sub(first), layout, &mut lists).map_err(Problem::internal)?;
        }
        pens.insert(name, pen);
    }
    let (mut verdicts, mut trouble) = (Verdicts(rows.peekable()), None);
    each(bytes, format, table, |sheet, row| {
        let Some(pen) = pens.get_mut(sheet) else { return ControlFlow::Continue(()) };
        let written = verdicts.next(sheet, row.number).and_then(|verdict| {
            let head = found.get(sheet).and_then(|found| found.head.as_ref());
            let is_head = head.is_some_and(|(number, _)| *number == row.number);
            pen.write(table, &row, is_head, verdict.as_ref()).map_err(Problem::internal)
        });
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(problem) => {
                trouble = Some(problem);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(problem) = trouble {
        return Err(problem);
    }
    let mut book = Workbook::new();
    for (_, name, _) in &order {
        if let Some(pen) = pens.remove(name) {
            book.push_worksheet(pen.sheet);
        }
    }
    book.push_worksheet(lists.sheet);
    book.save_to_buffer().map_err(Problem::internal)
}

/// The sheets of a file by name.
fn survey(bytes: &[u8], format: BatchFormat, table: &Table) -> Result<BTreeMap<String, Found>, Problem> {
    let mut sheets: BTreeMap<String, Found> = BTreeMap::new();
    let mut cells = 0;
    each(bytes, format, table, |sheet, row| {
        let at = sheets.len();
        let found = sheets.entry(sheet.to_owned()).or_insert(Found { at, ..Found::default() });
        found.width = found.width.max(row.cells.len());
        if found.head.is_none() {
            let texts = row.cells.iter().map(|cell| if let Cell::Text(text) = cell { text.as_str() } else { "" });
            found.head = columns::layout(table.columns, texts.clone()).map(|layout| (row.number, layout));
            let own = texts.enumerate().find(|(_, text)| OWN.iter().any(|[disposition, _]| disposition == text));
            found.own = own.map(|(at, _)| at).filter(|_| found.head.is_some());
        }
        cells += row.cells.len();
        if cells > MOST_CELLS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if cells > MOST_CELLS {
        let expected = Text::made(format!("paling banyak {MOST_CELLS} sel"), format!("at most {MOST_CELLS} cells"));
        let fault = Fault::new("", TOO_MANY_CELLS, cells, expected);
        return Err(Problem::new(Kind::InvalidContent).faults(vec![fault]));
    }
    Ok(sheets)
}

/// Gives the rows of a file; those of JSON as a sheet with the columns of the kind.
fn each(
    bytes: &[u8],
    format: BatchFormat,
    table: &Table,
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
            let heads = table.columns.iter().map(|column| Cell::Text(column.name.to_owned())).collect();
            // The row of headers has no number among those of a list.
            let mut next = take("", Row { number: 0, cells: heads });
            let mut one = |at: usize, row: &[u8]| {
                if next.is_continue() {
                    let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
                    next = take("", Row { number, cells: json_cells(table, row) });
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

fn json_cells(table: &Table, row: &[u8]) -> Vec<Cell> {
    let row: Value = serde_json::from_slice(row).unwrap_or_default();
    let cell = |column: &columns::Column| match row.pointer(column.pointer) {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(Value::Bool(truth)) => Cell::Truth(*truth),
        Some(Value::Number(number)) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        Some(other) => Cell::Text(other.to_string()),
    };
    table.columns.iter().map(cell).collect()
}

/// Writes one sheet.
struct Pen {
    sheet: Worksheet,
    /// Columns of the sender's.
    width: usize,
    /// Number of the row that is written first.
    first: u32,
    notes: usize,
    language: Language,
    /// Whether what is sound was filed.
    filed: bool,
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
    fn new(name: &str, width: usize, first: u32, language: Language, filed: bool) -> Self {
        let mut sheet = Worksheet::new();
        // A name that can't be written even so stays what the library calls a sheet.
        let _ = sheet.set_name(name);
        Self {
            sheet,
            width,
            first,
            notes: 0,
            language,
            filed,
            faulty: Format::new().set_background_color(0xFF_C7_CE),
            doubtful: Format::new().set_background_color(0xFF_EB_9C),
            day: Format::new().set_num_format("dd/mm/yyyy"),
        }
    }

    /// Gives the columns that are known the help of the template, below the row of headers.
    fn help(&mut self, table: &Table, head: u32, layout: &Layout, lists: &mut Lists<'_>) -> Result<(), XlsxError> {
        for (column, place) in table.columns.iter().zip(&layout.places) {
            if let Some(at) = place.and_then(|place| u16::try_from(place).ok()) {
                template::help(&mut self.sheet, column, at, head, lists)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, table: &Table, row: &Row, is_head: bool, verdict: Option<&Verdict>) -> Result<(), XlsxError> {
        let at = row.number.saturating_sub(self.first);
        let mut told: HashMap<usize, Vec<&Told>> = HashMap::new();
        for one in verdict.iter().flat_map(|verdict| &verdict.told) {
            let place = match &one.cell {
                Some(name) => (0..self.width).find(|column| cell_name(*column, row.number) == *name),
                None => table.columns.iter().position(|column| one.column() == Some(column.name)),
            };
            told.entry(place.unwrap_or(self.width)).or_default().push(one);
        }
        for (column, cell) in row.cells.iter().enumerate().take(self.width) {
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
                [became(verdict.disposition, self.filed).in_language(self.language).to_owned(), faults.join("\n")]
            }
            None if is_head => {
                let [indonesian, english] = OWN;
                let titles = if self.language == Language::English { english } else { indonesian };
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

/// What became of a row, for who sent it; or what would, where nothing of its batch is filed.
const fn became(disposition: Disposition, filed: bool) -> Text {
    match (disposition, filed) {
        (Disposition::Created, true) => Text::of("dibuat", "created"),
        (Disposition::Created, false) => Text::of("akan dibuat", "would be created"),
        (Disposition::Updated, true) => Text::of("diperbarui", "updated"),
        (Disposition::Updated, false) => Text::of("akan diperbarui", "would be updated"),
        (Disposition::Held, true) => Text::of("ditahan", "held"),
        (Disposition::Held, false) => Text::of("akan ditahan", "would be held"),
        (Disposition::Unchanged, _) => Text::of("tidak berubah", "unchanged"),
        (Disposition::Rejected, _) => Text::of("ditolak", "rejected"),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use disnaker_entity::batch::BatchKind;

    use super::*;
    use crate::reports::batch::table;

    const VACANCIES: BatchKind = BatchKind::Vacancies;

    fn write(file: &[u8], format: BatchFormat, kind: BatchKind) -> Vec<u8> {
        workbook(file, format, table(kind), &Codes::sample(), std::iter::empty(), Language::English, true).unwrap()
    }

    /// Sheets, numbers and cells of the rows of a workbook.
    fn rows(bytes: &[u8]) -> Vec<(String, Row)> {
        let mut rows = Vec::new();
        sheet::read(bytes, sheet::Format::Xlsx, |sheet, row| {
            rows.push((sheet.to_owned(), row));
            ControlFlow::Continue(())
        })
        .unwrap();
        rows
    }

    /// The parts of a workbook whose names begin so, one after another.
    fn parts(bytes: &[u8], beginning: &str) -> String {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).unwrap();
            if part.name().unwrap().starts_with(beginning) {
                std::io::Read::read_to_string(&mut part, &mut text).unwrap();
            }
        }
        text
    }

    #[test]
    fn what_looks_like_a_formula_stays_text() {
        let file = "nomor referensi;nama jabatan\n=1+1;@SUM(A1)\n+62;-3\n";
        let written = rows(&write(file.as_bytes(), BatchFormat::Csv, VACANCIES));
        let cells: Vec<_> = written.iter().flat_map(|(_, row)| &row.cells).collect();
        for text in ["=1+1", "@SUM(A1)", "+62", "-3", "Faults"] {
            assert!(cells.contains(&&Cell::Text(text.into())), "{text} in {cells:?}");
        }
    }

    #[test]
    fn a_file_is_mended_with_the_help_of_the_template() {
        for kind in [BatchKind::Vacancies, BatchKind::Placements] {
            let lists = |bytes: &[u8]| parts(bytes, "xl/worksheets/").matches("<dataValidation ").count();
            let template = template::workbook(table(kind), &Codes::sample()).unwrap();
            let once = write(&template, BatchFormat::Xlsx, kind);
            assert!(lists(&template) > 3);
            assert_eq!(lists(&once), lists(&template));
            let book = parts(&once, "xl/workbook.xml");
            let hidden = format!("<sheet name=\"{}\" sheetId=\"3\" state=\"hidden\"", template::CODES);
            assert!(book.contains(&hidden), "{book}");
            // Sent once more it has the columns that it had.
            let twice = write(&once, BatchFormat::Xlsx, kind);
            assert_eq!((rows(&twice), lists(&twice)), (rows(&once), lists(&once)));
            assert_eq!(rows(&once)[0].1.cells.len(), table(kind).columns.len() + 2);
        }
        // Where the columns stand elsewhere, so does the help.
        let csv = "x;y\n\nberlaku mulai;nama jabatan;wilayah;nomor referensi\n1/12/2026;Satpam;36.72;A-1\n";
        let written = parts(&write(csv.as_bytes(), BatchFormat::Csv, VACANCIES), "xl/worksheets/sheet1");
        assert!(written.contains("sqref=\"C4:C5003\""), "{written}");
    }

    #[test]
    fn each_sheet_has_a_name_of_its_own() {
        let mut taken = BTreeSet::from(["kode".to_owned()]);
        let long = "Lowongan kerja bulan November 2026 di Cilegon";
        for (name, expected) in [
            ("Lowongan", "Lowongan"),
            ("LOWONGAN", "LOWONGAN (2)"),
            ("Lowon[gan]", "Lowongan (3)"),
            ("Kode", "Kode (2)"),
            (" ?* ", "Data"),
            ("", "Data (2)"),
            (long, "Lowongan kerja bulan November 2"),
            (long, "Lowongan kerja bulan Novemb (2)"),
        ] {
            assert_eq!(sheet_name(name, &mut taken), expected);
        }
        // The names of another program's sheets differ by what a name here may not hold.
        let mut book = Workbook::new();
        for name in ["Data", "Data (2)"] {
            book.add_worksheet().set_name(name).unwrap().write(0, 0, name).unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        let written = rows(&write(&bytes, BatchFormat::Xlsx, VACANCIES));
        assert_eq!(written.iter().map(|(sheet, _)| sheet.as_str()).collect::<Vec<_>>(), ["Data", "Data (2)"]);
    }
}
