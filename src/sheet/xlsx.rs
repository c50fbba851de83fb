//! Workbooks (ECMA-376): an archive of XML files, which may hold anything.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::{Cell, MOST_CELLS, MOST_COLUMNS, Reading, Row, Unreadable, cell_name};

const EXPECTED: &str = "a workbook (.xlsx)";
/// First bytes of the container of old and of protected workbooks.
const OLD: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];
/// Most parts of an archive.
const MOST_PARTS: usize = 1000;
/// Most bytes that all sheets, the shared texts, and any other part unpack to.
const SHEETS: usize = 64 * 1024 * 1024;
const TEXTS: usize = 32 * 1024 * 1024;
const PART: usize = 2 * 1024 * 1024;
/// Most XML tags of all parts together: what is read makes memory of tags, not of bytes.
const MOST_TAGS: usize = 10 * MOST_CELLS;
/// Most sheets of a workbook: each is unpacked when it is read, also where several name one part.
const MOST_SHEETS: usize = 20;
/// Most merged ranges of a sheet that are looked at.
const MOST_MERGED: usize = 10_000;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

pub fn read(bytes: &[u8], each: impl FnMut(&str, Row) -> ControlFlow<()>) -> Result<Reading, Unreadable> {
    if bytes.starts_with(OLD) {
        return Err(Unreadable::Protected);
    }
    weigh(bytes)?;
    // The reader is a library that meets bytes of strangers: should they ever make it panic, the file is broken.
    catch_unwind(AssertUnwindSafe(|| read_sheets(bytes, each))).unwrap_or(Err(Unreadable::Broken))
}

/// Unpacks every part to nowhere, and refuses what would be too much: the sizes that an archive states may be lies.
#[expect(clippy::naive_bytecount, reason = "unpacking costs far more than counting")]
fn weigh(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::NotTheFormat(EXPECTED))?;
    if archive.len() > MOST_PARTS {
        return Err(Unreadable::Bomb(SHEETS));
    }
    let (mut sheets, mut tags) = (0, 0);
    let mut buffer = vec![0; 64 * 1024];
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|_| Unreadable::Broken)?;
        let name = part.name().map_err(|_| Unreadable::Broken)?.to_ascii_lowercase();
        let (sheet, texts) = (name.contains("worksheets/"), name.ends_with("sharedstrings.xml"));
        let most = if sheet {
            SHEETS
        } else if texts {
            TEXTS
        } else {
            PART
        };
        let mut size = 0;
        loop {
            let read = part.read(&mut buffer).map_err(|_| Unreadable::Broken)?;
            let chunk = buffer.get(..read).unwrap_or_default();
            if chunk.is_empty() {
                break;
            }
            size += read;
            sheets += if sheet { read } else { 0 };
            tags += chunk.iter().filter(|byte| **byte == b'<').count();
            if size > most || sheets > SHEETS || tags > MOST_TAGS {
                return Err(Unreadable::Bomb(most));
            }
        }
    }
    Ok(())
}

fn read_sheets(bytes: &[u8], mut each: impl FnMut(&str, Row) -> ControlFlow<()>) -> Result<Reading, Unreadable> {
    let mut workbook = Workbook::new(Cursor::new(bytes)).map_err(|_| Unreadable::Broken)?;
    if workbook.has_1904_epoch() {
        return Err(Unreadable::MacDates);
    }
    let (mut reading, mut cells) = (Reading::default(), 0);
    let sheets = workbook.sheets_metadata().to_vec();
    if sheets.len() > MOST_SHEETS {
        return Err(Unreadable::Bomb(SHEETS));
    }
    for sheet in sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        if sheet.visible != SheetVisible::Visible {
            reading.hidden.push(sheet.name.clone());
            continue;
        }
        let merged = workbook.merge_cells_by_sheet_name(&sheet.name).map_err(|_| Unreadable::Broken)?;
        let mut merged = Merged::new(&merged);
        if read_sheet(&mut workbook, &sheet.name, &mut merged, &mut cells, &mut each)?.is_break() {
            break;
        }
        reading.merged.extend(merged.told(&sheet.name));
    }
    reading.merged.truncate(100);
    Ok(reading)
}

fn read_sheet(
    workbook: &mut Workbook<'_>,
    name: &str,
    merged: &mut Merged,
    cells: &mut usize,
    each: &mut impl FnMut(&str, Row) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Unreadable> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|_| Unreadable::Broken)?;
    let mut row = Row { number: 0, cells: Vec::new() };
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(|_| Unreadable::Broken)? {
        let (at, column) = (record.pos.0, usize::try_from(record.pos.1).unwrap_or(usize::MAX));
        if at + 1 != row.number {
            if at + 1 < row.number {
                // Rows stand in order (ECMA-376 part 1, 18.3.1.73); a file where they don't could hide one behind another.
                return Err(Unreadable::Broken);
            }
            let whole = std::mem::replace(&mut row, Row { number: at + 1, cells: Vec::new() });
            if finish(name, whole, merged, each).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        let cell = match cell(record.value) {
            Cell::Empty if record.formula.is_some() => Cell::Uncomputed,
            Cell::Empty => continue,
            cell => cell,
        };
        *cells += 1;
        if *cells > MOST_CELLS {
            return Err(Unreadable::TooManyCells(MOST_CELLS));
        }
        if column < MOST_COLUMNS {
            if row.cells.len() <= column {
                row.cells.resize(column + 1, Cell::Empty);
            }
            if let Some(place) = row.cells.get_mut(column) {
                *place = cell;
            }
        }
    }
    Ok(finish(name, row, merged, each))
}

fn finish(
    sheet: &str,
    mut row: Row,
    merged: &mut Merged,
    each: &mut impl FnMut(&str, Row) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if row.number == 0 {
        return ControlFlow::Continue(());
    }
    merged.fill(&mut row);
    each(sheet, row)
}

fn cell(value: DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::Text(text),
        DataRef::SharedString(text) => Cell::Text(text.to_owned()),
        #[expect(clippy::cast_precision_loss, reason = "the format keeps every number as a double")]
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::Bool(truth) => Cell::Truth(truth),
        DataRef::DateTime(time) if time.is_datetime() => {
            let days = time.as_f64();
            super::typed::day_of_serial(days).map_or(Cell::Number(days), Cell::Date)
        }
        DataRef::DateTime(duration) => Cell::Number(duration.as_f64()),
        DataRef::DateTimeIso(text) => {
            let day = text.get(..10).and_then(|day| day.parse().ok());
            day.map_or(Cell::Text(text), Cell::Date)
        }
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// Merged ranges of more than one row: what stands in the first row counts for the others, as everybody reads it.
struct Merged {
    /// Ranges by their first row and column, both from 0.
    ranges: BTreeMap<(u32, u32), Dimensions>,
    /// The ranges that the rows at hand lie in: by column, the last row and the value.
    open: BTreeMap<usize, (u32, Cell)>,
    used: Vec<Dimensions>,
}

impl Merged {
    fn new(ranges: &[Dimensions]) -> Self {
        let tall = ranges.iter().take(MOST_MERGED).filter(|range| range.end.0 > range.start.0);
        Self { ranges: tall.map(|range| (range.start, *range)).collect(), open: BTreeMap::new(), used: Vec::new() }
    }

    fn fill(&mut self, row: &mut Row) {
        let at = row.number - 1;
        self.open.retain(|_, (last, _)| *last >= at);
        for (column, (_, value)) in &self.open {
            if row.cells.len() <= *column {
                row.cells.resize(column + 1, Cell::Empty);
            }
            if let Some(place) = row.cells.get_mut(*column).filter(|place| place.is_blank()) {
                *place = value.clone();
            }
        }
        for (_, range) in self.ranges.range((at, 0)..=(at, u32::MAX)) {
            let column = usize::try_from(range.start.1).unwrap_or(usize::MAX);
            let value = row.cell(column);
            if column < MOST_COLUMNS && !value.is_blank() {
                self.open.insert(column, (range.end.0, value.clone()));
                self.used.push(*range);
            }
        }
    }

    fn told(&self, sheet: &str) -> Vec<String> {
        let name = |(row, column): (u32, u32)| cell_name(usize::try_from(column).unwrap_or_default(), row + 1);
        self.used.iter().take(100).map(|range| format!("{sheet}!{}:{}", name(range.start), name(range.end))).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use chrono::NaiveDate;
    use rust_xlsxwriter::{Format, Formula, Workbook as Writer};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn rows(bytes: &[u8]) -> Result<(Vec<(String, Row)>, Reading), Unreadable> {
        let mut rows = Vec::new();
        let reading = super::super::read(bytes, super::super::Format::Xlsx, |sheet, row| {
            rows.push((sheet.to_owned(), row));
            ControlFlow::Continue(())
        })?;
        Ok((rows, reading))
    }

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn cells_of_every_kind_are_read_where_they_stand() {
        let mut book = Writer::new();
        let sheet = book.add_worksheet().set_name("Lowongan").unwrap();
        sheet.write(0, 0, "posisi").unwrap();
        sheet.write(2, 0, "Satpam").unwrap();
        sheet.write(2, 1, 4_815_000.0).unwrap();
        sheet.write(2, 3, true).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
        let time = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 12, 31).unwrap();
        sheet.write_with_format(2, 4, &time, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
        sheet.write_formula(2, 5, Formula::new("=1+1").set_result("2")).unwrap();
        book.add_worksheet().set_name("Kode").unwrap().set_hidden(true).write(0, 0, "x").unwrap();
        let (read, reading) = rows(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(read.len(), 2);
        let (sheet, row) = &read[1];
        assert_eq!((sheet.as_str(), row.number), ("Lowongan", 3));
        assert_eq!(row.cell(0), &Cell::Text("Satpam".into()));
        assert_eq!(row.cell(1), &Cell::Number(4_815_000.0));
        assert_eq!((row.cell(2), row.cell(3)), (&Cell::Empty, &Cell::Truth(true)));
        assert_eq!(row.cell(4), &Cell::Date(day));
        assert_eq!(row.cell(5), &Cell::Number(2.0));
        assert_eq!(reading.hidden, ["Kode"]);
    }

    /// A workbook of one sheet with these rows, and these properties.
    fn workbook(rows: &str, properties: &str) -> Vec<u8> {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "http://schemas.openxmlformats.org/package/2006/relationships";
        let relation = |kind: &str, target: &str| {
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/{kind}" Target="{target}"/></Relationships>"#
            )
        };
        let book = format!(
            r#"<workbook xmlns="{main}" xmlns:r="{office}">{properties}<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#
        );
        archive(&[
            ("_rels/.rels", relation("officeDocument", "xl/workbook.xml").as_bytes()),
            ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml").as_bytes()),
            ("xl/workbook.xml", book.as_bytes()),
            (
                "xl/worksheets/sheet1.xml",
                format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#).as_bytes(),
            ),
        ])
    }

    #[test]
    fn a_formula_counts_by_its_value_and_not_without_one() {
        let cells =
            r#"<c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c>"#;
        let (read, _) = rows(&workbook(&format!(r#"<row r="1">{cells}</row>"#), "")).unwrap();
        assert_eq!(read[0].1.cells, [Cell::Number(2.0), Cell::Uncomputed, Cell::Error("#DIV/0!".into())]);
    }

    #[test]
    fn what_would_be_misread_is_refused() {
        let row = |number: u32| format!(r#"<row r="{number}"><c r="A{number}"><v>1</v></c></row>"#);
        assert_eq!(rows(&workbook(&format!("{}{}", row(2), row(1)), "")).unwrap_err(), Unreadable::Broken);
        let mac = r#"<workbookPr date1904="1"/>"#;
        assert_eq!(rows(&workbook(&row(1), mac)).unwrap_err(), Unreadable::MacDates);
        assert_eq!(rows(&workbook(&row(1), "")).unwrap().0.len(), 1);
    }

    #[test]
    fn a_merged_cell_counts_for_each_of_its_rows() {
        let mut book = Writer::new();
        let sheet = book.add_worksheet().set_name("S").unwrap();
        sheet.merge_range(0, 0, 0, 3, "Judul", &Format::new()).unwrap();
        sheet.merge_range(1, 0, 3, 0, "Gudang", &Format::new()).unwrap();
        for row in 1..5 {
            sheet.write(row, 1, row).unwrap();
        }
        let (read, reading) = rows(&book.save_to_buffer().unwrap()).unwrap();
        let first: Vec<_> = read.iter().map(|(_, row)| row.cell(0).clone()).collect();
        let store = Cell::Text("Gudang".into());
        assert_eq!(first, [Cell::Text("Judul".into()), store.clone(), store.clone(), store, Cell::Empty]);
        assert_eq!(reading.merged, ["S!A2:A4"]);
    }

    #[test]
    fn bombs_are_refused_before_they_go_off() {
        let zeros = vec![b' '; SHEETS + 1];
        assert_eq!(rows(&archive(&[("xl/worksheets/sheet1.xml", &zeros)])).unwrap_err(), Unreadable::Bomb(SHEETS));
        assert_eq!(rows(&archive(&[("xl/styles.xml", &zeros)])).unwrap_err(), Unreadable::Bomb(PART));
        let tags = "<si/>".repeat(MOST_TAGS + 1);
        assert_eq!(rows(&archive(&[("xl/sharedStrings.xml", tags.as_bytes())])).unwrap_err(), Unreadable::Bomb(TEXTS));
        let names: Vec<String> = (0..=MOST_PARTS).map(|number| format!("p{number}")).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        assert_eq!(rows(&archive(&parts)).unwrap_err(), Unreadable::Bomb(SHEETS));
    }

    #[test]
    fn a_sheet_of_a_million_cells_is_refused() {
        let mut book = Writer::new();
        let sheet = book.add_worksheet();
        for row in 0..=u32::try_from(MOST_CELLS / 100).unwrap() {
            for column in 0..100 {
                sheet.write(row, column, 1).unwrap();
            }
        }
        assert_eq!(rows(&book.save_to_buffer().unwrap()).unwrap_err(), Unreadable::TooManyCells(MOST_CELLS));
        let mut book = Writer::new();
        book.add_worksheet().write(1_048_575, 16_383, "far").unwrap();
        assert_eq!(
            rows(&book.save_to_buffer().unwrap()).unwrap().0.len(),
            0,
            "what stands beyond the columns is not seen"
        );
    }

    #[test]
    fn what_is_no_workbook_says_so() {
        assert_eq!(rows(b"a;b\n").unwrap_err(), Unreadable::NotTheFormat(EXPECTED));
        assert_eq!(rows(&[OLD, &[0; 600]].concat()).unwrap_err(), Unreadable::Protected);
        assert_eq!(rows(&archive(&[("a.txt", b"x")])).unwrap_err(), Unreadable::Broken);
    }
}
