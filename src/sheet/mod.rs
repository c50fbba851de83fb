//! Sheets: what people keep in a spreadsheet program, read row by row in bounded memory.
//!
//! A file is refused whole only where it can't be read at all ([`Unreadable`]); what stands in a cell is never refused here
//! and never altered: [`typed`] says what a cell means, or precisely why it can't be told. CSV is taken in any of the
//! forms that spreadsheet programs save (semicolon, comma, tab; UTF-8, UTF-16, Windows-1252). An XLSX file is an archive,
//! so it is unpacked to nowhere and counted before anything else looks at it.
//!
//! Reading is work for the processor: call it where it may block.

mod csv;
pub mod typed;
mod xlsx;

use std::ops::ControlFlow;

use chrono::NaiveDate;

use crate::problem::{Fault, FaultCode, Text};

/// Most rows of a file.
pub const MOST_ROWS: usize = 200_000;
/// Most cells of an XLSX file that hold something.
pub const MOST_CELLS: usize = 500_000;
/// Most columns of a row: what stands further right is not looked at.
pub const MOST_COLUMNS: usize = 256;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, as it was typed.
    Text(String),
    /// A number that the program keeps as one: at most 15 digits are what was typed.
    Number(f64),
    /// A day.
    Date(NaiveDate),
    /// Yes or no.
    Truth(bool),
    /// An error, such as `#N/A`.
    Error(String),
    /// A formula that was never computed.
    Uncomputed,
}

impl Cell {
    /// Whether nothing stands in it, or only blanks.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// A row in which something stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number as the spreadsheet program shows it, from 1.
    pub number: u32,
    /// Its cells from column A on; those behind the last one are empty.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column, from 0.
    #[must_use]
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }
}

/// The letters of a column, from 0, as spreadsheet programs write them: `D` for column 3.
#[must_use]
pub fn column_name(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// The name of a cell as spreadsheet programs write it: `D17` for column 3 of row 17.
#[must_use]
pub fn cell_name(column: usize, row: u32) -> String {
    format!("{}{row}", column_name(column))
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with separators (RFC 4180, and as programs save it).
    Csv,
    /// Office Open XML workbook (ECMA-376).
    Xlsx,
}

/// What was made of a file beside its rows: worth telling the sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Encoding of the text, where it is no UTF-8.
    pub encoding: Option<&'static str>,
    /// Separator of a CSV file.
    pub separator: Option<char>,
    /// Merged ranges whose value counts for each of their rows, as `Sheet!A2:A5`; the first hundred.
    pub merged: Vec<String>,
    /// Sheets that are hidden, and were not read.
    pub hidden: Vec<String>,
}

/// Why a file can't be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not the format that was announced.
    NotTheFormat(Text),
    /// Protected by a password, or of a program before 2007.
    Protected,
    /// Broken inside.
    Broken,
    /// Unpacks to more than this many bytes, or to too many parts.
    Bomb(usize),
    /// More rows than this.
    TooManyRows(usize),
    /// More cells than this.
    TooManyCells(usize),
    /// Days are counted from 1904.
    MacDates,
    /// A quotation mark in this line is never closed.
    OpenQuote(u64),
}

const NOT_THE_FORMAT: FaultCode =
    FaultCode::new("not-the-format", "Isi berkas bukan format yang disebut", "The file is not of the format stated");
const PROTECTED: FaultCode = FaultCode::new(
    "protected-file",
    "Berkas dilindungi kata sandi atau berformat lama (.xls)",
    "The file is protected by a password or of the old format (.xls)",
);
const BROKEN: FaultCode = FaultCode::new("broken-file", "Berkas rusak", "The file is broken");
const TOO_LARGE: FaultCode =
    FaultCode::new("unpacks-too-large", "Isi berkas terlalu besar setelah dibuka", "The file unpacks to too much");
const TOO_MANY_ROWS: FaultCode = FaultCode::new("too-many-rows", "Baris terlalu banyak", "Too many rows");
const TOO_MANY_CELLS: FaultCode = FaultCode::new("too-many-cells", "Sel terlalu banyak", "Too many cells");
const MAC_DATES: FaultCode =
    FaultCode::new("dates-from-1904", "Tanggal dihitung dari tahun 1904", "Days are counted from 1904");

const OPEN_QUOTE: FaultCode = FaultCode::new(
    "quote-not-closed",
    "Tanda kutip tidak ditutup, sehingga baris sesudahnya ikut terbaca sebagai satu isi",
    "A quotation mark is never closed, so that the lines after it are read as one value",
);

const OPENS: Text = Text::of(
    "berkas yang dapat dibuka aplikasi lembar kerja; simpan ulang di sana",
    "a file that a spreadsheet program opens; save it there once more",
);
const FROM_1900: Text = Text::of(
    "buku kerja yang menghitung hari sejak 1900 (opsi aplikasi, bagian perhitungan)",
    "a workbook that counts days from 1900 (program options, when calculating)",
);

impl Unreadable {
    /// The fault of the whole file.
    #[must_use]
    pub fn fault(&self) -> Fault {
        let at_most = |most: &usize, id: &str, en: &str| {
            Text::made(format!("paling banyak {most} {id}"), format!("at most {most} {en}"))
        };
        let (code, expected) = match self {
            Self::NotTheFormat(expected) => (NOT_THE_FORMAT, expected.clone()),
            Self::Protected => {
                (PROTECTED, Text::of("berkas .xlsx tanpa kata sandi", "an .xlsx file without a password"))
            }
            Self::Broken => (BROKEN, OPENS),
            Self::Bomb(most) => (TOO_LARGE, at_most(most, "byte setelah dibuka", "bytes unpacked")),
            Self::TooManyRows(most) => (TOO_MANY_ROWS, at_most(most, "baris", "rows")),
            Self::TooManyCells(most) => (TOO_MANY_CELLS, at_most(most, "sel yang berisi", "cells with content")),
            Self::MacDates => (MAC_DATES, FROM_1900),
            Self::OpenQuote(line) => {
                let expected = Text::made(
                    format!("tanda kutip yang ditutup di baris {line}"),
                    format!("a closing quotation mark in line {line}"),
                );
                (OPEN_QUOTE, expected)
            }
        };
        Fault::new("", code, serde_json::Value::Null, expected)
    }
}

/// Reads the rows of a file in order, sheet by sheet, those in which nothing stands left out. `each` gets the name of the
/// sheet (empty for CSV) and the row, and may end the reading.
///
/// # Errors
/// A file that can't be read, which may be found out after some rows were given.
pub fn read(
    bytes: &[u8],
    format: Format,
    mut each: impl FnMut(&str, Row) -> ControlFlow<()>,
) -> Result<Reading, Unreadable> {
    let mut rows = 0;
    let mut over = false;
    let counted = |sheet: &str, row: Row| {
        if row.is_blank() {
            return ControlFlow::Continue(());
        }
        rows += 1;
        over = rows > MOST_ROWS;
        if over { ControlFlow::Break(()) } else { each(sheet, row) }
    };
    let reading = match format {
        Format::Csv => csv::read(bytes, counted),
        Format::Xlsx => xlsx::read(bytes, counted),
    }?;
    if over { Err(Unreadable::TooManyRows(MOST_ROWS)) } else { Ok(reading) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_have_the_names_that_programs_give_them() {
        for (column, row, name) in [(0, 1, "A1"), (3, 17, "D17"), (25, 2, "Z2"), (26, 3, "AA3"), (16_383, 9, "XFD9")] {
            assert_eq!(cell_name(column, row), name);
        }
    }

    /// A workbook with every kind of cell.
    fn workbook() -> Vec<u8> {
        use rust_xlsxwriter::{Format as Style, Formula, Workbook};
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Nomor referensi", "Nama jabatan", "Berlaku mulai"]).unwrap();
        sheet.merge_range(1, 0, 3, 0, "A-1", &Style::new()).unwrap();
        sheet.write(1, 1, 4_815_000).unwrap().write(2, 1, true).unwrap();
        sheet.write_with_format(1, 2, 46_387, &Style::new().set_num_format("dd/mm/yyyy")).unwrap();
        sheet.write_formula(3, 1, Formula::new("=1+1").set_result("2")).unwrap();
        book.add_worksheet().set_hidden(true).write(0, 0, "x").unwrap();
        book.save_to_buffer().unwrap()
    }

    /// The workbook with bytes of one of its parts exchanged for others.
    fn spoilt(part: usize, changes: &[(usize, String)]) -> Vec<u8> {
        use std::io::{Cursor, Read, Write};
        let mut whole = zip::ZipArchive::new(Cursor::new(workbook())).unwrap();
        let mut spoilt = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let count = whole.len();
        for at in 0..count {
            let mut old = whole.by_index(at).unwrap();
            let mut content = Vec::new();
            old.read_to_end(&mut content).unwrap();
            let changes = if at == part % count { changes } else { &[] };
            for (place, text) in changes {
                let place = place % content.len();
                let end = content.len().min(place + text.len() / 2);
                content.splice(place..end, text.bytes());
            }
            spoilt.start_file(&*old.name().unwrap(), zip::write::SimpleFileOptions::default()).unwrap();
            spoilt.write_all(&content).unwrap();
        }
        spoilt.finish().unwrap().into_inner()
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let _ = read(&bytes, Format::Csv, |_, _| ControlFlow::Continue(()));
            let zip = [b"PK\x03\x04".as_slice(), &bytes].concat();
            for bytes in [bytes, zip] {
                let _ = xlsx::read_bare(&bytes, |_, _| ControlFlow::Continue(()));
            }
        }

        #[test]
        fn no_text_with_separators_makes_it_panic(text in "[\"a;,\t\n\r=]{0,200}") {
            let _ = read(text.as_bytes(), Format::Csv, |_, _| ControlFlow::Continue(()));
        }

        #[test]
        fn no_spoilt_workbook_makes_it_panic(
            part: usize,
            changes in proptest::collection::vec(
                (any::<usize>(), r#"[<>/"= ]|[0-9]{1,20}|[A-Z]{1,9}[0-9]{0,12}|\PC{1,4}|ref="B9:A1"|<c r="A9">|</?row>"#),
                1..6,
            ),
            cut in 0_usize..4000,
        ) {
            let spoilt = spoilt(part, &changes);
            let begun = std::time::Instant::now();
            let _ = xlsx::read_bare(&spoilt, |_, _| ControlFlow::Continue(()));
            let _ = xlsx::read_bare(spoilt.get(..cut).unwrap_or_default(), |_, _| ControlFlow::Continue(()));
            prop_assert!(begun.elapsed().as_secs() < 5);
        }
    }
}
