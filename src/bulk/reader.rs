//! From a file to rows: JSON, NDJSON, CSV and XLSX become the same [`Input`], with every fault of every cell.
//!
//! A file is read twice: once to survey it (is it what it says, which columns, how many rows), and once to decide on its
//! rows, some hundreds at a time. Never are more of its rows in memory than those.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::Sex;
use disnaker_entity::batch::BatchFormat;
use disnaker_entity::file::MediaType;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::columns::{self, Column, Kind, Layout, Table, VERSION};
use super::template;
use super::told::Told;
use super::words::{self, Named, Regions};
use crate::check::{A_VALUE, Checks, NOT_ALLOWED, NOT_ONE_OF, REQUIRED, TWICE, UNKNOWN_FIELD, WRONG_TYPE};
use crate::problem::{self, Fault, FaultCode, Problem, Text};
use crate::reference::Codes;
use crate::sheet::typed::{self, Typed};
use crate::sheet::{self, Cell, Format, MOST_ROWS, Reading, Row, Unreadable, cell_name};
use crate::wire::{self, Raw, SentFile};

/// Rows before the headers of a sheet: titles and logos.
const ROWS_BEFORE_HEADERS: usize = 20;
/// Notes on columns that are not read.
const MOST_NOTES: usize = 50;
/// Characters of a cell that are told back.
const TOLD: usize = 80;

const ONCE: Text = Text::of("setiap nomor referensi satu kali dalam satu berkas", "each reference once in a file");
const OBJECT: Text = Text::of("sebuah objek", "an object");
const A_LIST: Text = Text::of("sebuah daftar", "a list");
const A_UUID: Text = Text::of("sebuah UUID", "a UUID");
const NO_ID: Text = Text::of("tanpa id: nomor referensi menamai barisnya", "no id: the reference names the row");

const NO_HEADERS: FaultCode = FaultCode::new("no-headers", "Baris judul kolom tidak ditemukan", "No row of headers");
const MISSING_COLUMN: FaultCode =
    FaultCode::new("missing-column", "Kolom wajib tidak ada", "A required column is missing");
const NO_ROWS: FaultCode = FaultCode::new("no-rows", "Tidak ada baris isi", "There are no rows");
const BROKEN_LINE: FaultCode =
    FaultCode::new("malformed-json", "Baris bukan JSON yang sah", "The line is not valid JSON");
const AMBIGUOUS_REGION: FaultCode =
    FaultCode::new("ambiguous-region", "Nama wilayah dipakai beberapa wilayah", "Several regions have this name");
const BEYOND: FaultCode = FaultCode::new(
    "cells-beyond-headers",
    "Ada isi di luar kolom yang berjudul",
    "Something stands beyond the last header",
);
const NOT_READ: FaultCode = FaultCode::new(
    "column-not-read",
    "Kolom ini berisi, tetapi judulnya tidak dikenal dan isinya tidak dibaca",
    "The column holds something, but its header is not known and it is not read",
);
const NO_HEADER: FaultCode = FaultCode::new(
    "column-without-header",
    "Kolom ini berisi, tetapi tidak berjudul dan isinya tidak dibaca",
    "The column holds something, but has no header and is not read",
);
const NOT_A_SEX: FaultCode = FaultCode::new("not-a-sex", "Bukan L atau P", "Neither L nor P");
const OLD_TEMPLATE: FaultCode = FaultCode::new(
    "old-template",
    "Templat versi lama; kolomnya dipetakan ke versi sekarang",
    "An old version of the template; its columns are read as those of today",
);
const OTHER_ENCODING: FaultCode =
    FaultCode::new("other-encoding", "Teks bukan UTF-8 dan telah diubah", "The text is no UTF-8 and was converted");
const MERGED: FaultCode = FaultCode::new(
    "merged-cells",
    "Sel gabungan berlaku untuk setiap barisnya",
    "What stands in merged cells counts for each of their rows",
);
const HIDDEN: FaultCode =
    FaultCode::new("hidden-sheets", "Lembar tersembunyi tidak dibaca", "Hidden sheets are not read");

/// The media type of a form.
#[must_use]
pub fn media_type(format: BatchFormat) -> MediaType {
    match format {
        BatchFormat::Json => MediaType::Json,
        BatchFormat::Ndjson => MediaType::Ndjson,
        BatchFormat::Csv => MediaType::Csv,
        BatchFormat::Xlsx => MediaType::Xlsx,
    }
}

/// A file of rows as it was sent, and its form, which its media type says.
///
/// # Errors
/// `unsupported-media-type`, `body-too-large`, `request-timeout`.
pub async fn receive(raw: Raw) -> Result<(BatchFormat, SentFile), Problem> {
    let accepted: Vec<_> = BatchFormat::ALL.iter().map(|format| media_type(*format).as_str()).collect();
    let file = raw.read(&accepted).await?;
    let stated = BatchFormat::ALL.iter().find(|format| media_type(**format).as_str() == file.media_type);
    Ok((stated.copied().unwrap_or(BatchFormat::Json), file))
}

/// One row of a file, and what it says.
#[derive(Clone)]
pub struct Input<C> {
    /// Place among the rows, from 0.
    pub position: usize,
    /// Sheet of a workbook.
    pub sheet: Option<Arc<str>>,
    /// Line of the file, or row of the sheet, from 1; item of a JSON list, from 1.
    pub number: u32,
    /// The sender's reference.
    pub reference: Option<String>,
    /// What groups rows into a report.
    pub label: Option<String>,
    /// What it says. Where a cell is at fault, something that is sound stands in for it.
    pub content: C,
    /// Faults of its cells.
    pub faults: Vec<Fault>,
    /// Where its columns stand in the sheet; none for JSON.
    pub layout: Option<Arc<Layout>>,
    /// The first column of the sheet beyond the headers in which something stands, in a CSV file.
    pub beyond: Option<usize>,
}

impl<C> Input<C> {
    /// A fault or finding of the row as it is kept: with its column, and its cell where the row stands in a sheet.
    #[must_use]
    pub fn told(&self, columns: &[Column], fault: Fault, warning: bool) -> Told {
        let at = columns::at(columns, &fault.pointer);
        let cell = self.layout.as_ref().zip(at).and_then(|(layout, at)| {
            let place = layout.places.get(at).copied().flatten()?;
            Some(cell_name(place, self.number))
        });
        let cell = cell.or_else(|| self.beyond.filter(|_| at.is_none()).map(|place| cell_name(place, self.number)));
        Told::at(fault, at.and_then(|at| columns.get(at)).map(|column| column.name), cell, warning)
    }

    /// Whether a fault of the content is one of a cell's, which is told already.
    #[must_use]
    pub fn explains(&self, fault: &Fault) -> bool {
        let same = |own: &Fault| {
            columns::within(&fault.pointer, &own.pointer) || columns::within(&own.pointer, &fault.pointer)
        };
        self.faults.iter().any(same)
    }
}

/// A reference that may be looked for and kept: one printable line of at most 80 characters.
#[must_use]
pub fn sound_reference(reference: &str) -> bool {
    let mut checks = Checks::default();
    checks.line("", reference, 80);
    checks.into_faults().is_empty()
}

/// What a file looks like as a whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Form {
    /// Columns that were found.
    pub columns: Vec<String>,
    /// Columns that are not there.
    pub missing: Vec<String>,
    /// Headers that are no column's: they were not looked at.
    pub extra: Vec<String>,
    /// Sheets without a row of headers: they were not looked at.
    pub skipped_sheets: Vec<String>,
    /// Version of the template that the headers are of.
    pub template_version: Option<String>,
}

/// What the first look at a file tells.
pub struct Survey<C> {
    /// Rows.
    pub rows: usize,
    /// Its form.
    pub form: Form,
    /// What the sender should know of the file as a whole.
    pub notes: Vec<Fault>,
    /// The rows, where there are no more than were asked for.
    pub first: Vec<Input<C>>,
}

/// Looks at a file whole, and keeps its rows where there are at most `keep` of them. `say` makes of a row's fields what it
/// says; it gets the row's reference, too.
///
/// # Errors
/// `invalid-content` for a file that can't be read, or lacks a column that every row must have; the problems of JSON.
pub fn survey<C>(
    bytes: &[u8],
    format: BatchFormat,
    table: &'static Table,
    codes: &Codes,
    say: impl Fn(&mut Fields, Option<String>) -> C,
    keep: usize,
) -> Result<Survey<C>, Problem> {
    let (mut rows, mut first) = (0, Vec::new());
    let mut reader = Reader::new(table, codes, say);
    reader.read(bytes, format, |input| {
        rows += 1;
        if rows <= keep {
            first.push(input);
        }
        if rows > MOST_ROWS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if rows > MOST_ROWS {
        return Err(refused(Unreadable::TooManyRows(MOST_ROWS).fault()));
    }
    if rows > keep {
        first.clear();
    }
    let (form, notes) = reader.summed_up(format)?;
    if rows == 0 {
        return Err(refused(Fault::new("", NO_ROWS, 0, Text::of("paling sedikit satu baris", "at least one row"))));
    }
    Ok(Survey { rows, form, notes, first })
}

/// Gives the rows of a file in order.
///
/// # Errors
/// As of [`survey`].
pub fn each<C>(
    bytes: &[u8],
    format: BatchFormat,
    table: &'static Table,
    codes: &Codes,
    say: impl Fn(&mut Fields, Option<String>) -> C,
    take: impl FnMut(Input<C>) -> ControlFlow<()>,
) -> Result<(), Problem> {
    Reader::new(table, codes, say).read(bytes, format, take)
}

/// Reads one file.
struct Reader<'a, S> {
    table: &'static Table,
    columns: &'static [Column],
    codes: &'a Codes,
    say: S,
    seen: HashSet<String>,
    /// Made when the first of them is looked for.
    regions: OnceCell<Regions<'a>>,
    next: usize,
    layouts: Vec<Arc<Layout>>,
    /// Columns that are not read, and hold something: by layout and column of the sheet.
    unread: BTreeSet<(usize, usize)>,
    skipped: Vec<String>,
    reading: Reading,
}

/// The JSON form of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    rows: Vec<Box<RawValue>>,
}

impl<'a, C, S: Fn(&mut Fields, Option<String>) -> C> Reader<'a, S> {
    fn new(table: &'static Table, codes: &'a Codes, say: S) -> Self {
        Self {
            table,
            columns: table.columns,
            codes,
            say,
            seen: HashSet::new(),
            regions: OnceCell::new(),
            next: 0,
            layouts: Vec::new(),
            unread: BTreeSet::new(),
            skipped: Vec::new(),
            reading: Reading::default(),
        }
    }

    fn read(
        &mut self,
        bytes: &[u8],
        format: BatchFormat,
        mut take: impl FnMut(Input<C>) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        match format {
            BatchFormat::Json => {
                for (at, row) in wire::parse::<Rows>(bytes)?.rows.iter().enumerate() {
                    if take(self.json(row.get().as_bytes(), at + 1)).is_break() {
                        break;
                    }
                }
                Ok(())
            }
            BatchFormat::Ndjson => {
                for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
                    if !line.trim_ascii().is_empty() && take(self.json(line, at + 1)).is_break() {
                        break;
                    }
                }
                Ok(())
            }
            BatchFormat::Csv => self.sheets(bytes, Format::Csv, take),
            BatchFormat::Xlsx => self.sheets(bytes, Format::Xlsx, take),
        }
    }

    // JSON ---------------------------------------------------------------------------------------

    fn json(&mut self, bytes: &[u8], number: usize) -> Input<C> {
        let mut faults = Vec::new();
        let fields = match serde_json::from_slice::<Value>(bytes) {
            Ok(row @ Value::Object(_)) => {
                unknown_fields(self.table, &row, "", &mut faults);
                let field = |column: &Column| json_field(column, &row, &mut faults);
                self.columns.iter().map(field).collect()
            }
            other => {
                let code = if other.is_ok() { WRONG_TYPE } else { BROKEN_LINE };
                faults.push(Fault::new("", code, Value::Null, OBJECT));
                vec![Field::Wrong; self.columns.len()]
            }
        };
        self.input(None, u32::try_from(number).unwrap_or(u32::MAX), fields, faults, None)
    }

    // Sheets -------------------------------------------------------------------------------------

    fn sheets(
        &mut self,
        bytes: &[u8],
        format: Format,
        mut take: impl FnMut(Input<C>) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        let mut name: Arc<str> = Arc::from("");
        let (mut layout, mut before, mut begun) = (None, 0, false);
        let reading = sheet::read(bytes, format, |sheet, row| {
            if !begun || *sheet != *name {
                if begun && layout.is_none() {
                    self.skipped.push(name.to_string());
                }
                (name, layout, before, begun) = (Arc::from(sheet), None, 0, true);
            }
            let Some(layout) = &layout else {
                before += 1;
                if before <= ROWS_BEFORE_HEADERS {
                    let texts: Vec<_> =
                        row.cells.iter().map(|cell| if let Cell::Text(text) = cell { text } else { "" }).collect();
                    layout = columns::layout(self.columns, texts.into_iter()).map(|layout| self.told(layout));
                    self.layouts.extend(layout.clone());
                }
                return ControlFlow::Continue(());
            };
            let mut faults = Vec::new();
            let (codes, regions) = (self.codes, &self.regions);
            let fields = self.columns.iter().zip(&layout.places).map(|(column, place)| match place {
                Some(place) => cell_field(column, row.cell(*place), codes, regions, &mut faults),
                None => Field::Absent,
            });
            let fields = fields.collect::<Vec<_>>();
            let empty = faults.is_empty() && fields.iter().all(|field| matches!(field, Field::Absent));
            let beyond = self.look_beside(&row, layout, format == Format::Csv && !empty);
            // A row in which only columns that are not ours hold something is no row of ours.
            if empty {
                return ControlFlow::Continue(());
            }
            faults.extend(beyond.map(beyond_headers));
            let sheet = (!name.is_empty()).then(|| Arc::clone(&name));
            let mut input = self.input(sheet, row.number, fields, faults, Some(Arc::clone(layout)));
            input.beyond = beyond;
            take(input)
        });
        self.reading = reading.map_err(|unreadable| refused(unreadable.fault()))?;
        if begun && layout.is_none() {
            self.skipped.push(name.to_string());
        }
        Ok(())
    }

    /// A layout as it may be told. Above persons a header that is nearly none of ours may be a name or a number: such a column
    /// is named by its letters.
    fn told(&self, mut layout: Layout) -> Arc<Layout> {
        if self.table.personal {
            for extra in layout.extra.iter_mut().filter(|extra| extra.like.is_none()) {
                extra.header = sheet::column_name(extra.at);
            }
        }
        Arc::new(layout)
    }

    /// Notes the columns that are not read and hold something in a row. The first of those beyond the headers is given back
    /// instead where it is the row's fault: in a CSV file a separator inside of a value has moved the others.
    fn look_beside(&mut self, row: &Row, layout: &Layout, at_fault: bool) -> Option<usize> {
        let filled = |at: &usize| !row.cell(*at).is_blank();
        let beyond = (layout.width..row.cells.len()).find(filled);
        let noted = layout.unread.iter().copied().filter(filled).chain(beyond.filter(|_| !at_fault));
        let sheet = self.layouts.len();
        self.unread.extend(noted.map(|at| (sheet, at)));
        beyond.filter(|_| at_fault)
    }

    // Both ---------------------------------------------------------------------------------------

    fn input(
        &mut self,
        sheet: Option<Arc<str>>,
        number: u32,
        fields: Vec<Field>,
        mut faults: Vec<Fault>,
        layout: Option<Arc<Layout>>,
    ) -> Input<C> {
        let whole = faults.iter().any(|fault| fault.pointer.is_empty());
        for (column, field) in self.columns.iter().zip(&fields) {
            if column.required && matches!(field, Field::Absent) && !whole {
                faults.push(Fault::new(column.pointer, REQUIRED, Value::Null, A_VALUE));
            }
        }
        let mut fields = Fields { columns: self.columns, fields };
        let (reference, label) = (fields.text("reference"), fields.text("report"));
        if let Some(reference) = &reference
            && !self.seen.insert(reference.clone())
        {
            faults.push(Fault::new("/reference", TWICE, told(reference), ONCE));
        }
        let content = (self.say)(&mut fields, reference.clone());
        let position = self.next;
        self.next += 1;
        Input { position, sheet, number, reference, label, content, faults, layout, beyond: None }
    }

    /// A note for each column that holds something and is not read: one of the wages would be a loss.
    fn unread(&self) -> Vec<Fault> {
        let mut notes = Vec::new();
        for (layout, at) in &self.unread {
            let Some(layout) = layout.checked_sub(1).and_then(|layout| self.layouts.get(layout)) else { continue };
            let letters = sheet::column_name(*at);
            let Some(extra) = layout.extra.iter().find(|extra| extra.at == *at) else {
                notes.push(Fault::new(
                    "",
                    NO_HEADER,
                    letters,
                    Text::of("judul di atas kolom itu", "a header above it"),
                ));
                continue;
            };
            let like = extra.like.and_then(|like| Some((self.columns.get(like)?, layout.places.get(like)?)));
            let expected = match like {
                None => Text::of("salah satu judul kolom pada templat", "one of the headers of the template"),
                Some((column, None)) => Text::made(
                    format!("maksudnya \u{201c}{}\u{201d}?", column.header),
                    format!("did you mean \u{201c}{}\u{201d} ({})?", column.header, column.name),
                ),
                Some((column, Some(place))) => {
                    let first = sheet::column_name(*place);
                    Text::made(
                        format!("satu kolom saja: \u{201c}{}\u{201d} dibaca dari kolom {first}", column.header),
                        format!(
                            "one column: \u{201c}{}\u{201d} ({}) is read from column {first}",
                            column.header, column.name
                        ),
                    )
                }
            };
            notes.push(Fault::new("", NOT_READ, extra.header.clone(), expected));
        }
        // Sheets that are made alike have the same to be told.
        let mut told = HashSet::new();
        notes.retain(|note| told.insert((note.received.to_string(), note.expected.en.clone())));
        notes.truncate(MOST_NOTES);
        notes
    }

    /// The form of the file, and what the sender should know of it.
    fn summed_up(mut self, format: BatchFormat) -> Result<(Form, Vec<Fault>), Problem> {
        let mut form = Form::default();
        if matches!(format, BatchFormat::Json | BatchFormat::Ndjson) {
            return Ok((form, Vec::new()));
        }
        let expected = |column: &Column| format!("{} ({})", column.header, column.name);
        if self.layouts.is_empty() {
            let wanted: Vec<_> = self.columns.iter().filter(|column| column.required).map(expected).collect();
            return Err(refused(Fault::new("", NO_HEADERS, Value::Null, Text::plain(wanted.join(", ")))));
        }
        let mut faults = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let has = |layout: &Arc<Layout>| layout.places.get(at).copied().flatten().is_some();
            let everywhere = self.layouts.iter().all(has);
            if everywhere { &mut form.columns } else { &mut form.missing }.push(column.name.to_owned());
            if !everywhere && column.required {
                faults.push(Fault::new(column.name, MISSING_COLUMN, Value::Null, Text::plain(expected(column))));
            }
        }
        if !faults.is_empty() {
            return Err(Problem::new(problem::Kind::InvalidContent).faults(faults));
        }
        let extra = self.layouts.iter().flat_map(|layout| &layout.extra);
        form.extra = extra.map(|extra| extra.header.clone()).collect();
        form.extra.dedup();
        let unread = self.unread();
        form.skipped_sheets = self.skipped;
        let old = self.layouts.iter().any(|layout| layout.old);
        form.template_version = Some(if old { "1" } else { VERSION }.to_owned());
        let mut notes = Vec::new();
        if old {
            let expected = Text::made(format!("templat versi {VERSION}"), format!("version {VERSION} of the template"));
            notes.push(Fault::new("", OLD_TEMPLATE, "1", expected));
        }
        if let Some(encoding) = self.reading.encoding {
            notes.push(Fault::new("", OTHER_ENCODING, encoding, Text::plain("UTF-8")));
        }
        if !self.reading.merged.is_empty() {
            notes.push(Fault::new(
                "",
                MERGED,
                self.reading.merged,
                Text::of("satu sel untuk setiap baris", "one cell a row"),
            ));
        }
        // That of the codes is the template's own.
        self.reading.hidden.retain(|name| name != template::CODES);
        if !self.reading.hidden.is_empty() {
            notes.push(Fault::new(
                "",
                HIDDEN,
                self.reading.hidden,
                Text::of("baris di lembar yang terlihat", "rows in visible sheets"),
            ));
        }
        notes.extend(unread);
        Ok((form, notes))
    }
}

/// A value beyond the headers of a CSV file: it may be a person's, so it is not told back.
fn beyond_headers(at: usize) -> Fault {
    let letters = sheet::column_name(at);
    let expected = Text::of(
        "judul di atas kolom itu, atau tanda kutip di sekitar isi yang memuat pemisah kolom",
        "a header above that column, or quotes around a value that holds the separator",
    );
    Fault::new(format!("/{letters}"), BEYOND, letters, expected)
}

/// A file that is refused for one fault.
fn refused(fault: Fault) -> Problem {
    Problem::new(problem::Kind::InvalidContent).faults(vec![fault])
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// Nothing.
    Absent,
    /// At fault; the fault is told already.
    Wrong,
    /// Text, or a code.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A day.
    Day(NaiveDate),
    /// Yes or no.
    Flag(bool),
    /// Several texts.
    Texts(Vec<String>),
    /// Sex.
    Sex(Sex),
    /// An id of this service.
    Id(Uuid),
}

/// What is wrong with a field, and what would have been right.
type Mistake = (FaultCode, Text);

/// What was received, short enough to be told.
fn told(text: &str) -> String {
    text.chars().take(TOLD).collect()
}

fn unknown_fields(table: &Table, value: &Value, above: &str, faults: &mut Vec<Fault>) {
    let columns = table.columns;
    let items: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, inner)| (name.clone(), inner)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, inner)| (at.to_string(), inner)).collect(),
        _ => Vec::new(),
    };
    for (name, inner) in items {
        let pointer = format!("{above}/{}", name.replace('~', "~0").replace('/', "~1"));
        if columns.iter().any(|column| column.pointer == pointer) || table.shown.contains(&pointer.as_str()) {
            continue;
        }
        if table.ids.contains(&pointer.as_str()) {
            faults.push(Fault::new(pointer, NOT_ALLOWED, Value::Null, NO_ID));
            continue;
        }
        let mut inside = columns.iter().filter(|column| columns::within(column.pointer, &pointer)).peekable();
        let listed = inside.peek().is_some_and(|column| column.pointer.starts_with(&format!("{pointer}/0")));
        match inner {
            _ if inside.peek().is_none() => {
                let known: Vec<_> = columns.iter().map(|column| column.pointer).collect();
                faults.push(Fault::new(pointer, UNKNOWN_FIELD, Value::Null, Text::plain(known.join(", "))));
            }
            Value::Array(_) if listed => unknown_fields(table, inner, &pointer, faults),
            Value::Object(_) if !listed => unknown_fields(table, inner, &pointer, faults),
            _ => {
                let expected = if listed { A_LIST } else { OBJECT };
                faults.push(Fault::new(pointer, WRONG_TYPE, Value::Null, expected));
            }
        }
    }
}

fn json_field(column: &Column, row: &Value, faults: &mut Vec<Fault>) -> Field {
    let value = match row.pointer(column.pointer) {
        None | Some(Value::Null) => return Field::Absent,
        Some(value) => value,
    };
    let text = value.as_str();
    let (field, expected) = match column.kind {
        Kind::Whole | Kind::Rupiah => {
            (json_whole(value).map(Field::Whole), Text::of("bilangan bulat", "a whole number"))
        }
        Kind::Flag => (value.as_bool().map(Field::Flag), Text::of("true atau false", "true or false")),
        Kind::Day => (
            text.and_then(|text| text.parse().ok()).map(Field::Day),
            Text::of("tanggal, YYYY-MM-DD", "a day, YYYY-MM-DD"),
        ),
        Kind::Sex => {
            (text.and_then(|text| text.parse().ok()).map(Field::Sex), Text::of("male atau female", "male or female"))
        }
        Kind::Id => (text.and_then(|text| text.parse().ok()).map(Field::Id), A_UUID),
        Kind::Texts => {
            let texts = value.as_array().map(|items| items.iter().map(|item| item.as_str().map(str::to_owned)));
            (texts.and_then(Iterator::collect).map(Field::Texts), Text::of("daftar teks", "a list of texts"))
        }
        Kind::Choice(choices) => {
            let known = |text: &&str| choices.iter().any(|(value, ..)| value == text);
            let expected = Text::plain(choices.iter().map(|(value, ..)| *value).collect::<Vec<_>>().join(", "));
            (text.filter(known).map(|text| Field::Text(text.to_owned())), expected)
        }
        _ => (text.map(|text| Field::Text(text.to_owned())), Text::of("teks", "a text")),
    };
    field.unwrap_or_else(|| {
        faults.push(Fault::new(column.pointer, WRONG_TYPE, Value::Null, expected));
        Field::Wrong
    })
}

/// A whole number, also where it is written with a fraction of zero.
fn json_whole(value: &Value) -> Option<i64> {
    let exact = |number: f64| number.fract() == 0.0 && number.abs() < 1e15;
    #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 15 digits")]
    value.as_i64().or_else(|| value.as_f64().filter(|number| exact(*number)).map(|number| number as i64))
}

fn cell_field<'a>(
    column: &Column,
    cell: &Cell,
    codes: &'a Codes,
    regions: &OnceCell<Regions<'a>>,
    faults: &mut Vec<Fault>,
) -> Field {
    fn of<T>(typed: Typed<T>, field: impl FnOnce(T) -> Field) -> Result<Field, Mistake> {
        match typed {
            Ok(value) => Ok(value.map_or(Field::Absent, field)),
            Err(wrong) => Err((wrong.code, wrong.expected)),
        }
    }
    let text = || typed::text(cell);
    let field = match column.kind {
        Kind::Line | Kind::Lines => of(text(), Field::Text),
        // A long number that the program has kept as one is not what was typed.
        Kind::Label => match cell {
            Cell::Number(number) if number.abs() >= 1e15 => of(typed::digits(cell), Field::Text),
            _ => of(text(), Field::Text),
        },
        Kind::Digits => of(typed::digits(cell), Field::Text),
        Kind::Whole | Kind::Rupiah => of(typed::whole(cell), Field::Whole),
        Kind::Day => of(typed::day(cell), Field::Day),
        Kind::Flag => of(typed::yes_no(cell), Field::Flag),
        Kind::Texts => of(text(), |text| {
            let items = text.split([';', '\n']).map(str::trim).filter(|item| !item.is_empty());
            Field::Texts(items.map(str::to_owned).collect())
        }),
        Kind::Occupation => of(text(), |text| Field::Text(words::code_part(&text).to_owned())),
        Kind::Country => of(text(), |text| Field::Text(words::country(&text, codes))),
        Kind::Education => of(text(), |text| Field::Text(words::education(&text, codes))),
        Kind::Region => match text() {
            Ok(Some(text)) => match regions.get_or_init(|| Regions::new(codes)).named(&text) {
                Named::Code(code) => Ok(Field::Text(told(&code))),
                Named::Several(choices) => Err((AMBIGUOUS_REGION, Text::plain(choices.join(", ")))),
            },
            other => of(other, Field::Text),
        },
        Kind::Sex => match text() {
            Ok(Some(text)) => words::sex(&text)
                .map(Field::Sex)
                .ok_or_else(|| (NOT_A_SEX, Text::of("L (laki-laki) atau P (perempuan)", "L (man) or P (woman)"))),
            other => of(other, |_| Field::Absent),
        },
        Kind::Choice(choices) => match text() {
            Ok(Some(text)) => {
                words::choice(&text, choices).map(|value| Field::Text(value.to_owned())).ok_or_else(|| {
                    let words: Vec<_> = choices.iter().map(|(_, word, _)| *word).collect();
                    (NOT_ONE_OF, Text::plain(words.join(", ")))
                })
            }
            other => of(other, |_| Field::Absent),
        },
        Kind::Id => match text() {
            Ok(Some(text)) => text.parse().map(Field::Id).map_err(|_| (WRONG_TYPE, A_UUID)),
            other => of(other, |_| Field::Absent),
        },
    };
    field.unwrap_or_else(|(code, expected)| {
        let received = match cell {
            _ if column.personal => Value::Null,
            Cell::Number(number) => (*number).into(),
            Cell::Error(error) => told(error).into(),
            cell => typed::text(cell).ok().flatten().map(|text| told(&text)).into(),
        };
        faults.push(Fault::new(column.pointer, code, received, expected));
        Field::Wrong
    })
}

/// The fields of a row by name.
pub struct Fields {
    columns: &'static [Column],
    fields: Vec<Field>,
}

impl Fields {
    /// What stands in a column; nothing once it was taken.
    pub fn take(&mut self, name: &str) -> Field {
        let at = self.columns.iter().position(|column| column.name == name);
        let field = at.and_then(|at| self.fields.get_mut(at));
        field.map_or(Field::Absent, |field| std::mem::replace(field, Field::Absent))
    }

    /// A text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        if let Field::Text(text) = self.take(name) { Some(text) } else { None }
    }

    /// A whole number.
    pub fn whole(&mut self, name: &str) -> Option<i64> {
        if let Field::Whole(number) = self.take(name) { Some(number) } else { None }
    }

    /// A number of persons, months or years; one that is far too large stays so.
    pub fn small(&mut self, name: &str) -> Option<i32> {
        let clamped = |number: i64| number.clamp(i32::MIN.into(), i32::MAX.into());
        self.whole(name).map(|number| i32::try_from(clamped(number)).unwrap_or(i32::MAX))
    }

    /// A day.
    pub fn day(&mut self, name: &str) -> Option<NaiveDate> {
        if let Field::Day(day) = self.take(name) { Some(day) } else { None }
    }

    /// Several texts.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        if let Field::Texts(texts) = self.take(name) { texts } else { Vec::new() }
    }
}
