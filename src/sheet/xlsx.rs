//! Workbooks (ECMA-376): an archive of XML files, which may hold anything.
//!
//! The library that reads them trusts what stands in them: it makes room for as many texts as a file says it has, and counts
//! with references to cells of any length. So every part is unpacked and parsed once before it ([`weigh`]), and what such
//! a number would do harm with is refused; then the library may unpack each part twice, and no more ([`Metered`]).

use std::collections::BTreeMap;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx};
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::{Cell, MOST_CELLS, MOST_COLUMNS, Reading, Row, Unreadable, cell_name};
use crate::problem::Text;

const EXPECTED: Text = Text::of("buku kerja (.xlsx)", "a workbook (.xlsx)");
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
/// Most sheets of a workbook.
const MOST_SHEETS: usize = 20;
/// Most characters of a cell (ECMA-376 leaves it open; every program stops here).
const MOST_TEXT: usize = 32_767;
/// Most merged ranges of a sheet that are looked at.
const MOST_MERGED: usize = 10_000;

/// Most letters and digits of a reference to a cell: `XFD1048576` is the last one of a sheet.
const MOST_LETTERS: usize = 3;
const MOST_DIGITS: usize = 7;

type Workbook<'a> = Xlsx<Metered<'a>>;

pub fn read(bytes: &[u8], each: impl FnMut(&str, Row) -> ControlFlow<()>) -> Result<Reading, Unreadable> {
    // The reader is a library that meets bytes of strangers: should they ever make it panic, the file is broken.
    catch_unwind(AssertUnwindSafe(|| read_bare(bytes, each))).unwrap_or(Err(Unreadable::Broken))
}

pub(super) fn read_bare(bytes: &[u8], each: impl FnMut(&str, Row) -> ControlFlow<()>) -> Result<Reading, Unreadable> {
    if bytes.starts_with(OLD) {
        return Err(Unreadable::Protected);
    }
    read_sheets(weigh(bytes)?, each)
}

// Before the library -----------------------------------------------------------------------------

/// Unpacks every part to nowhere, and refuses what would be too much or would be misread: the sizes that an archive
/// states may be lies.
fn weigh(bytes: &[u8]) -> Result<Metered<'_>, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::NotTheFormat(EXPECTED))?;
    if archive.len() > MOST_PARTS {
        return Err(Unreadable::Bomb(SHEETS));
    }
    let (mut tally, mut parts) = (Tally::default(), BTreeMap::new());
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| Unreadable::Broken)?;
        let name = part.name().map_err(|_| Unreadable::Broken)?.to_ascii_lowercase();
        let start = part.data_start().ok_or(Unreadable::Broken)?;
        tally.sheet = name.contains("worksheets/");
        tally.most = match name.ends_with("sharedstrings.xml") {
            _ if tally.sheet => SHEETS,
            true => TEXTS,
            false => PART,
        };
        tally.size = 0;
        let sound = parsed(Counted { part, tally: &mut tally });
        if tally.over {
            return Err(Unreadable::Bomb(tally.most));
        }
        if !sound.map_err(|_| Unreadable::Broken)? {
            return Err(Unreadable::Broken);
        }
        let size = parts.entry(start).or_default();
        *size = tally.size.max(*size);
    }
    let left = 2 * parts.values().sum::<usize>();
    Ok(Metered { bytes: Cursor::new(bytes), parts, left })
}

/// Whether a part holds nothing that the library would stumble over. What is no XML is only unpacked.
fn parsed(part: impl Read) -> io::Result<bool> {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(part));
    // As the library sets it, so that both see the same.
    reader.config_mut().check_end_names = false;
    let (mut event, mut sound) = (Vec::new(), true);
    loop {
        event.clear();
        match reader.read_event_into(&mut event) {
            Ok(Event::Start(tag) | Event::Empty(tag)) => sound &= is_sound(&tag),
            Ok(Event::Eof) => return Ok(sound),
            Err(quick_xml::Error::Io(_)) => return Err(io::ErrorKind::InvalidData.into()),
            // The library comes no further, either.
            Err(_) => return io::copy(&mut reader.into_inner(), &mut io::sink()).map(|_| sound),
            Ok(_) => {}
        }
    }
}

/// Whether a reference to cells leads into a sheet, and a number of texts is one that a file can have.
fn is_sound(tag: &BytesStart<'_>) -> bool {
    let name = match tag.local_name().as_ref() {
        "row" | "c" => "r",
        "dimension" | "f" | "mergeCell" => "ref",
        "sst" => "uniqueCount",
        _ => return true,
    };
    attributes(tag.attributes_raw()).filter(|(key, _)| *key == name).all(|(_, value)| match name {
        "uniqueCount" => value.parse::<usize>().is_ok_and(|count| count <= MOST_TAGS),
        _ => match value.split_once(':') {
            None => place(value).is_some(),
            Some((first, last)) => {
                place(first).zip(place(last)).is_some_and(|(first, last)| first.0 <= last.0 && first.1 <= last.1)
            }
        },
    })
}

/// The attributes of a tag, cut exactly as the library cuts them.
fn attributes(mut rest: &str) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        let (key, value) = rest.split_once('=')?;
        let value = value.trim_ascii_start();
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        let (value, behind) = value.get(1..)?.split_once(quote)?;
        rest = behind;
        Some((key.trim_ascii(), value))
    })
}

/// Column and row of a reference such as `D17`, both from 1; column 0 for a whole row.
fn place(reference: &str) -> Option<(u32, u32)> {
    let digits = reference.trim_start_matches(|character: char| character.is_ascii_alphabetic());
    let letters = reference.get(..reference.len() - digits.len())?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    if letters.len() > MOST_LETTERS || digits.len() > MOST_DIGITS || !plain {
        return None;
    }
    let column = letters.bytes().fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'@'));
    Some((column, digits.parse().ok()?))
}

/// What the parts of an archive unpack to.
#[derive(Default)]
struct Tally {
    /// Bytes of all sheets, and tags of all parts.
    sheets: usize,
    tags: usize,
    /// Bytes of the part at hand, and the most that it may have.
    size: usize,
    most: usize,
    /// It is a sheet.
    sheet: bool,
    /// It is more than it may be.
    over: bool,
}

/// A part that is counted while it is unpacked.
struct Counted<'a, R> {
    part: R,
    tally: &'a mut Tally,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        let tally = &mut *self.tally;
        tally.size += read;
        tally.sheets += if tally.sheet { read } else { 0 };
        tally.tags += buffer.iter().take(read).filter(|byte| **byte == b'<').count();
        tally.over |= tally.size > tally.most || tally.sheets > SHEETS || tally.tags > MOST_TAGS;
        if tally.over { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(read) }
    }
}

/// A weighed archive. The library unpacks a sheet twice, for its merged ranges and for its cells, and every other part once;
/// where several sheets name one part, it comes to an end here.
struct Metered<'a> {
    bytes: Cursor<&'a [u8]>,
    /// What the parts unpack to, by the place at which they begin.
    parts: BTreeMap<u64, usize>,
    /// Bytes that may still be unpacked.
    left: usize,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.parts.get(&self.bytes.position()).copied().unwrap_or_default();
        self.left = self.left.checked_sub(size).ok_or(io::ErrorKind::FileTooLarge)?;
        self.bytes.read(buffer)
    }
}

impl Seek for Metered<'_> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(place)
    }
}

// With the library -------------------------------------------------------------------------------

fn read_sheets(
    archive: Metered<'_>,
    mut each: impl FnMut(&str, Row) -> ControlFlow<()>,
) -> Result<Reading, Unreadable> {
    let mut workbook = Workbook::new(archive).map_err(|_| Unreadable::Broken)?;
    if workbook.has_1904_epoch() {
        return Err(Unreadable::MacDates);
    }
    let (mut reading, mut budget) = (Reading::default(), Budget::default());
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
        if read_sheet(&mut workbook, &sheet.name, &mut merged, &mut budget, &mut each)?.is_break() {
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
    budget: &mut Budget,
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
            if finish(name, whole, merged, budget, each)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        let uncomputed = record.formula.is_some();
        if matches!(record.value, DataRef::Empty) && !uncomputed {
            continue;
        }
        // A text that many cells share stands in the file once: what it would come to is asked before it is copied.
        budget.spend(text_of(&record.value).map_or(0, str::len))?;
        if column >= MOST_COLUMNS {
            continue;
        }
        let cell = match cell(record.value) {
            Cell::Empty if uncomputed => Cell::Uncomputed,
            cell => cell,
        };
        if row.cells.len() <= column {
            row.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = row.cells.get_mut(column) {
            *place = cell;
        }
    }
    finish(name, row, merged, budget, each)
}

/// What the cells of a file come to, those included for which the value of merged ones counts.
#[derive(Default)]
struct Budget {
    cells: usize,
    /// Bytes of texts.
    texts: usize,
}

impl Budget {
    fn spend(&mut self, text: usize) -> Result<(), Unreadable> {
        (self.cells, self.texts) = (self.cells + 1, self.texts + text);
        if text > 4 * MOST_TEXT {
            return Err(Unreadable::Broken);
        }
        if self.cells > MOST_CELLS {
            return Err(Unreadable::TooManyCells(MOST_CELLS));
        }
        if self.texts > SHEETS { Err(Unreadable::Bomb(SHEETS)) } else { Ok(()) }
    }
}

fn text_of<'a>(value: &'a DataRef<'_>) -> Option<&'a str> {
    match value {
        DataRef::SharedString(text) => Some(text),
        DataRef::String(text) | DataRef::DurationIso(text) | DataRef::DateTimeIso(text) => Some(text),
        _ => None,
    }
}

fn finish(
    sheet: &str,
    mut row: Row,
    merged: &mut Merged,
    budget: &mut Budget,
    each: &mut impl FnMut(&str, Row) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Unreadable> {
    if row.number == 0 {
        return Ok(ControlFlow::Continue(()));
    }
    merged.fill(&mut row, budget)?;
    Ok(each(sheet, row))
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

    fn fill(&mut self, row: &mut Row, budget: &mut Budget) -> Result<(), Unreadable> {
        let at = row.number - 1;
        self.open.retain(|_, (last, _)| *last >= at);
        for (column, (_, value)) in &self.open {
            if row.cells.len() <= *column {
                row.cells.resize(column + 1, Cell::Empty);
            }
            if let Some(place) = row.cells.get_mut(*column).filter(|place| place.is_blank()) {
                budget.spend(if let Cell::Text(text) = value { text.len() } else { 0 })?;
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
        Ok(())
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
        raw(&format!("<sheetData>{rows}</sheetData>"), properties, 1, "")
    }

    /// A workbook of sheets that all name one part with this content, and of these shared texts.
    fn raw(sheet: &str, properties: &str, sheets: usize, texts: &str) -> Vec<u8> {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        raw_with(sheet, properties, sheets, &format!(r#"<sst xmlns="{main}" {texts}></sst>"#))
    }

    /// The same, with this part of shared texts.
    fn raw_with(sheet: &str, properties: &str, sheets: usize, texts: &str) -> Vec<u8> {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "http://schemas.openxmlformats.org/package/2006/relationships";
        let relation = |kind: &str, target: &str| {
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/{kind}" Target="{target}"/></Relationships>"#
            )
        };
        let sheet_of = |at| format!(r#"<sheet name="S{at}" sheetId="{at}" r:id="r1"/>"#);
        let names = (1..=sheets).map(sheet_of).collect::<Vec<_>>().concat();
        let book =
            format!(r#"<workbook xmlns="{main}" xmlns:r="{office}">{properties}<sheets>{names}</sheets></workbook>"#);
        archive(&[
            ("_rels/.rels", relation("officeDocument", "xl/workbook.xml").as_bytes()),
            ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml").as_bytes()),
            ("xl/workbook.xml", book.as_bytes()),
            ("xl/worksheets/sheet1.xml", format!(r#"<worksheet xmlns="{main}">{sheet}</worksheet>"#).as_bytes()),
            ("xl/sharedStrings.xml", texts.as_bytes()),
        ])
    }

    #[test]
    fn a_number_that_the_library_would_stumble_over_is_refused_before_it() {
        let bare = |bytes: &[u8]| read_bare(bytes, |_, _| ControlFlow::Continue(())).map(drop);
        let data = "<sheetData/>";
        for sheet in [
            r#"<sheetData><row r="99999999999"><c><v>1</v></c></row></sheetData>"#.to_owned(),
            r#"<sheetData><row r="1"><c r="A99999999999"><v>1</v></c></row></sheetData>"#.to_owned(),
            r#"<sheetData><row r="1"><c x="1"r = 'AAAAAAAAAAAA1'><v>1</v></c></row></sheetData>"#.to_owned(),
            r#"<sheetData><row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A99999999999">1</f></c></row></sheetData>"#
                .to_owned(),
            format!(r#"<dimension ref="A1:ZZZZZZZZZZ1"/>{data}"#),
            format!(r#"{data}<mergeCells><mergeCell ref="A1:A99999999999"/></mergeCells>"#),
            format!(r#"{data}<mergeCells><mergeCell ref="B5:A1"/></mergeCells>"#),
            format!(r#"{data}<mergeCells><mergeCell ref="A1:B2:C3"/></mergeCells>"#),
        ] {
            assert_eq!(bare(&raw(&sheet, "", 1, "")), Err(Unreadable::Broken), "{sheet}");
        }
        for count in ["99999999999", "18446744073709551615", "5000001", "-1"] {
            let texts = format!(r#"uniqueCount="{count}""#);
            assert_eq!(bare(&raw(data, "", 1, &texts)), Err(Unreadable::Broken), "{count} texts");
        }
        assert_eq!(bare(&raw(data, "", 1, r#"uniqueCount="5""#)), Ok(()));
        let last = r#"<dimension ref="A1:XFD1048576"/><sheetData/><mergeCells><mergeCell ref="A1:A5"/></mergeCells>"#;
        assert_eq!(bare(&raw(last, "", 1, "")), Ok(()));
    }

    #[test]
    fn a_part_that_many_sheets_name_is_not_read_for_each_and_a_workbook_has_twenty() {
        let empty = format!("<sheetData>{}</sheetData>", r#"<row r="1"/>"#.repeat(2_000));
        assert_eq!(rows_of(&raw(&empty, "", 1, "")), Ok(0));
        assert_eq!(rows_of(&raw(&empty, "", 20, "")), Err(Unreadable::Broken));
        let sheets = |count: usize| {
            let mut book = Writer::new();
            for _ in 0..count {
                book.add_worksheet().write(0, 0, "x").unwrap();
            }
            book.save_to_buffer().unwrap()
        };
        assert_eq!(rows_of(&sheets(MOST_SHEETS)), Ok(MOST_SHEETS));
        assert_eq!(rows_of(&sheets(MOST_SHEETS + 1)), Err(Unreadable::Bomb(SHEETS)));
    }

    fn rows_of(bytes: &[u8]) -> Result<usize, Unreadable> {
        rows(bytes).map(|(rows, _)| rows.len())
    }

    #[test]
    fn a_text_that_many_cells_share_is_not_copied_without_end() {
        let shared = |length: usize, cells: String| {
            let text = format!("<si><t>{}</t></si>", "x".repeat(length));
            let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
            let sheet = format!(r#"<sheetData><row r="1">{cells}</row></sheetData>"#);
            raw_with(&sheet, "", 1, &format!(r#"<sst xmlns="{main}">{text}</sst>"#))
        };
        let cells = |columns: std::ops::Range<usize>| {
            let cell = |column| format!(r#"<c r="{}" t="s"><v>0</v></c>"#, cell_name(column, 1));
            columns.map(cell).collect::<Vec<_>>().concat()
        };
        assert_eq!(rows_of(&shared(MOST_TEXT, cells(0..256))), Ok(1));
        // Longer than any program lets a text be, wherever it stands; and too many of the longest.
        assert_eq!(rows_of(&shared(20_000_000, cells(0..1))), Err(Unreadable::Broken));
        assert_eq!(rows_of(&shared(20_000_000, cells(300..301))), Err(Unreadable::Broken));
        assert_eq!(rows_of(&shared(MOST_TEXT, cells(0..2_200))), Err(Unreadable::Bomb(SHEETS)));
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
