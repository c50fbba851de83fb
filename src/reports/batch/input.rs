//! From a file to rows: JSON, NDJSON, CSV and XLSX become the same [`Input`], with every fault of every cell.
//!
//! A file is read twice: once to survey it (is it what it says, which columns, how many rows), and once to decide on its
//! rows, some hundreds at a time. Never are more of its rows in memory than those.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::Sex;
use disnaker_entity::batch::{BatchFormat, BatchKind};
use disnaker_entity::reference::RegionLevel;
use disnaker_entity::vacancy::VacancyId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::columns::{self, Column, Kind, Layout};
use super::rules::{Content, VacancyName};
use crate::check::{NOT_ALLOWED, REQUIRED, UNKNOWN_FIELD, WRONG_TYPE};
use crate::problem::{self, Fault, FaultCode, Problem};
use crate::reference::Codes;
use crate::reports::TWICE;
use crate::reports::placement::bodies::{PlacementRowBody, Worker};
use crate::reports::vacancy::bodies::VacancyLine;
use crate::sheet::typed::{self, Typed};
use crate::sheet::{self, Cell, Format, Reading};
use crate::vacancies::bodies::Wanted;
use crate::wire;

/// Rows before the headers of a sheet: titles and logos.
const ROWS_BEFORE_HEADERS: usize = 20;
/// Characters of a cell that are told back.
const TOLD: usize = 80;

const NO_HEADERS: FaultCode = FaultCode::new("no-headers", "Baris judul kolom tidak ditemukan", "No row of headers");
const MISSING_COLUMN: FaultCode =
    FaultCode::new("missing-column", "Kolom wajib tidak ada", "A required column is missing");
const NO_ROWS: FaultCode = FaultCode::new("no-rows", "Tidak ada baris isi", "There are no rows");
const BROKEN_LINE: FaultCode =
    FaultCode::new("malformed-json", "Baris bukan JSON yang sah", "The line is not valid JSON");
const AMBIGUOUS_REGION: FaultCode =
    FaultCode::new("ambiguous-region", "Nama wilayah dipakai beberapa wilayah", "Several regions have this name");
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

/// One row of a file.
#[derive(Clone)]
pub struct Input {
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
    pub content: Content,
    /// Faults of its cells.
    pub faults: Vec<Fault>,
    /// Where its columns stand in the sheet; none for JSON.
    pub layout: Option<Arc<Layout>>,
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
pub struct Survey {
    /// Rows.
    pub rows: usize,
    /// Its form.
    pub form: Form,
    /// What the sender should know of the file as a whole.
    pub notes: Vec<Fault>,
    /// The rows, where there are no more than were asked for.
    pub first: Vec<Input>,
}

/// Looks at a file whole, and keeps its rows where there are at most `keep` of them.
///
/// # Errors
/// `invalid-content` for a file that can't be read, or lacks a column that every row must have; the problems of JSON.
pub fn survey(
    bytes: &[u8],
    format: BatchFormat,
    kind: BatchKind,
    codes: &Codes,
    today: NaiveDate,
    keep: usize,
) -> Result<Survey, Problem> {
    let (mut rows, mut first) = (0, Vec::new());
    let mut reader = Reader::new(kind, codes, today);
    reader.read(bytes, format, |input| {
        rows += 1;
        if rows <= keep {
            first.push(input);
        }
        ControlFlow::Continue(())
    })?;
    if rows > keep {
        first.clear();
    }
    let (form, notes) = reader.summed_up(format)?;
    if rows == 0 {
        return Err(refused(Fault::new("", NO_ROWS, 0, "at least one row")));
    }
    Ok(Survey { rows, form, notes, first })
}

/// Gives the rows of a file in order.
///
/// # Errors
/// As of [`survey`].
pub fn each(
    bytes: &[u8],
    format: BatchFormat,
    kind: BatchKind,
    codes: &Codes,
    today: NaiveDate,
    take: impl FnMut(Input) -> ControlFlow<()>,
) -> Result<(), Problem> {
    Reader::new(kind, codes, today).read(bytes, format, take)
}

/// Reads one file.
struct Reader<'a> {
    kind: BatchKind,
    columns: &'static [Column],
    codes: &'a Codes,
    today: NaiveDate,
    seen: HashSet<String>,
    /// Regions by the names that were looked for.
    regions: HashMap<String, Result<String, Mistake>>,
    next: usize,
    layouts: Vec<Arc<Layout>>,
    skipped: Vec<String>,
    reading: Reading,
}

/// The JSON form of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    rows: Vec<Box<RawValue>>,
}

impl<'a> Reader<'a> {
    fn new(kind: BatchKind, codes: &'a Codes, today: NaiveDate) -> Self {
        Self {
            kind,
            columns: columns::of(kind),
            codes,
            today,
            seen: HashSet::new(),
            regions: HashMap::new(),
            next: 0,
            layouts: Vec::new(),
            skipped: Vec::new(),
            reading: Reading::default(),
        }
    }

    fn read(
        &mut self,
        bytes: &[u8],
        format: BatchFormat,
        mut take: impl FnMut(Input) -> ControlFlow<()>,
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

    fn json(&mut self, bytes: &[u8], number: usize) -> Input {
        let mut faults = Vec::new();
        let fields = match serde_json::from_slice::<Value>(bytes) {
            Ok(row @ Value::Object(_)) => {
                unknown_fields(self.columns, &row, "", &mut faults);
                let field = |column: &Column| json_field(column, &row, &mut faults);
                self.columns.iter().map(field).collect()
            }
            other => {
                let code = if other.is_ok() { WRONG_TYPE } else { BROKEN_LINE };
                faults.push(Fault::new("", code, Value::Null, "an object"));
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
        mut take: impl FnMut(Input) -> ControlFlow<()>,
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
                    layout = columns::layout(self.columns, texts.into_iter()).map(Arc::new);
                    self.layouts.extend(layout.clone());
                }
                return ControlFlow::Continue(());
            };
            let mut faults = Vec::new();
            let fields = self.columns.iter().zip(&layout.places).map(|(column, place)| match place {
                Some(place) => cell_field(column, row.cell(*place), self.codes, &mut self.regions, &mut faults),
                None => Field::Absent,
            });
            let fields = fields.collect::<Vec<_>>();
            // A row in which only columns that are not ours hold something is no row of ours.
            if faults.is_empty() && fields.iter().all(|field| matches!(field, Field::Absent)) {
                return ControlFlow::Continue(());
            }
            let sheet = (!name.is_empty()).then(|| Arc::clone(&name));
            take(self.input(sheet, row.number, fields, faults, Some(Arc::clone(layout))))
        });
        self.reading = reading.map_err(|unreadable| refused(unreadable.fault()))?;
        if begun && layout.is_none() {
            self.skipped.push(name.to_string());
        }
        Ok(())
    }

    // Both ---------------------------------------------------------------------------------------

    fn input(
        &mut self,
        sheet: Option<Arc<str>>,
        number: u32,
        fields: Vec<Field>,
        mut faults: Vec<Fault>,
        layout: Option<Arc<Layout>>,
    ) -> Input {
        let whole = faults.iter().any(|fault| fault.pointer.is_empty());
        for (column, field) in self.columns.iter().zip(&fields) {
            if column.required && matches!(field, Field::Absent) && !whole {
                faults.push(Fault::new(column.pointer, REQUIRED, Value::Null, "a value"));
            }
        }
        let mut fields = Fields { columns: self.columns, fields };
        let (reference, label) = (fields.text("reference"), fields.text("report"));
        if let Some(reference) = &reference
            && !self.seen.insert(reference.clone())
        {
            faults.push(Fault::new("/reference", TWICE, told(reference), "each reference once in a file"));
        }
        let content = match self.kind {
            BatchKind::Vacancies => Content::Vacancy(Box::new(fields.line(reference.clone(), self.today))),
            BatchKind::Placements => {
                let (row, vacancy) = fields.placement(reference.clone(), self.today);
                Content::Placement(Box::new(row), vacancy)
            }
        };
        let position = self.next;
        self.next += 1;
        Input { position, sheet, number, reference, label, content, faults, layout }
    }

    /// The form of the file, and what the sender should know of it.
    fn summed_up(self, format: BatchFormat) -> Result<(Form, Vec<Fault>), Problem> {
        let mut form = Form::default();
        if matches!(format, BatchFormat::Json | BatchFormat::Ndjson) {
            return Ok((form, Vec::new()));
        }
        let expected = |column: &Column| format!("{} ({})", column.header, column.name);
        if self.layouts.is_empty() {
            let wanted: Vec<_> = self.columns.iter().filter(|column| column.required).map(expected).collect();
            return Err(refused(Fault::new("", NO_HEADERS, Value::Null, wanted.join(", "))));
        }
        let mut faults = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let has = |layout: &Arc<Layout>| layout.places.get(at).copied().flatten().is_some();
            let everywhere = self.layouts.iter().all(has);
            if everywhere { &mut form.columns } else { &mut form.missing }.push(column.name.to_owned());
            if !everywhere && column.required {
                faults.push(Fault::new(column.name, MISSING_COLUMN, Value::Null, expected(column)));
            }
        }
        if !faults.is_empty() {
            return Err(Problem::new(problem::Kind::InvalidContent).faults(faults));
        }
        form.extra = self.layouts.iter().flat_map(|layout| layout.extra.clone()).collect();
        form.extra.dedup();
        form.skipped_sheets = self.skipped;
        let old = self.layouts.iter().any(|layout| layout.old);
        form.template_version = Some(if old { "1" } else { columns::VERSION }.to_owned());
        let mut notes = Vec::new();
        if old {
            notes.push(Fault::new("", OLD_TEMPLATE, "1", format!("version {} of the template", columns::VERSION)));
        }
        if let Some(encoding) = self.reading.encoding {
            notes.push(Fault::new("", OTHER_ENCODING, encoding, "UTF-8"));
        }
        if !self.reading.merged.is_empty() {
            notes.push(Fault::new("", MERGED, self.reading.merged, "one cell a row"));
        }
        if !self.reading.hidden.is_empty() {
            notes.push(Fault::new("", HIDDEN, self.reading.hidden, "rows in visible sheets"));
        }
        Ok((form, notes))
    }
}

/// A file that is refused for one fault.
fn refused(fault: Fault) -> Problem {
    Problem::new(problem::Kind::InvalidContent).faults(vec![fault])
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq)]
enum Field {
    Absent,
    /// At fault; the fault is told already.
    Wrong,
    Text(String),
    Whole(i64),
    Day(NaiveDate),
    Flag(bool),
    Texts(Vec<String>),
    Sex(Sex),
    Id(VacancyId),
}

/// What is wrong with a field, and what would have been right.
type Mistake = (FaultCode, String);

/// What was received, short enough to be told.
fn told(text: &str) -> String {
    text.chars().take(TOLD).collect()
}

fn unknown_fields(columns: &[Column], value: &Value, above: &str, faults: &mut Vec<Fault>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        let pointer = format!("{above}/{}", name.replace('~', "~0").replace('/', "~1"));
        if columns.iter().any(|column| column.pointer == pointer) {
            continue;
        }
        match pointer.as_str() {
            // Shown with a line, and ignored when it is sent.
            "/position" | "/return_reason" => {}
            "/line_id" | "/row_id" => {
                faults.push(Fault::new(pointer, NOT_ALLOWED, Value::Null, "no id: the reference names the row"));
            }
            _ if columns.iter().any(|column| columns::within(column.pointer, &pointer)) => match inner {
                Value::Object(_) => unknown_fields(columns, inner, &pointer, faults),
                _ => faults.push(Fault::new(pointer, WRONG_TYPE, Value::Null, "an object")),
            },
            _ => {
                let known: Vec<_> = columns.iter().map(|column| column.pointer).collect();
                faults.push(Fault::new(pointer, UNKNOWN_FIELD, Value::Null, known.join(", ")));
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
        Kind::Whole | Kind::Rupiah => (json_whole(value).map(Field::Whole), "a whole number"),
        Kind::Flag => (value.as_bool().map(Field::Flag), "true or false"),
        Kind::Day => (text.and_then(|text| text.parse().ok()).map(Field::Day), "a day, YYYY-MM-DD"),
        Kind::Sex => (text.and_then(|text| text.parse().ok()).map(Field::Sex), "male or female"),
        Kind::Id => (text.and_then(|text| text.parse().ok()).map(Field::Id), "a UUID"),
        Kind::Texts => {
            let texts = value.as_array().map(|items| items.iter().map(|item| item.as_str().map(str::to_owned)));
            (texts.and_then(Iterator::collect).map(Field::Texts), "a list of texts")
        }
        _ => (text.map(|text| Field::Text(text.to_owned())), "a text"),
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

fn cell_field(
    column: &Column,
    cell: &Cell,
    codes: &Codes,
    regions: &mut HashMap<String, Result<String, Mistake>>,
    faults: &mut Vec<Fault>,
) -> Field {
    fn of<T>(typed: Typed<T>, field: impl FnOnce(T) -> Field) -> Result<Field, Mistake> {
        match typed {
            Ok(value) => Ok(value.map_or(Field::Absent, field)),
            Err(wrong) => Err((wrong.code, wrong.expected.to_owned())),
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
        Kind::Occupation | Kind::Country => of(text(), |text| Field::Text(code_part(&text).to_owned())),
        Kind::Education => of(text(), |text| Field::Text(education(&text, codes))),
        Kind::Region => match text() {
            Ok(Some(text)) => region(&text, codes, regions).map(Field::Text),
            other => of(other, Field::Text),
        },
        Kind::Sex => match text() {
            Ok(Some(text)) => sex(&text).map(Field::Sex).ok_or_else(|| (NOT_A_SEX, "L or P".to_owned())),
            other => of(other, |_| Field::Absent),
        },
        Kind::Id => match text() {
            Ok(Some(text)) => text.parse().map(Field::Id).map_err(|_| (WRONG_TYPE, "a UUID".to_owned())),
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

/// The code of a choice of the drop-downs: `83` of `83 - Operator …`.
fn code_part(text: &str) -> &str {
    text.split_once(" - ").map_or(text, |(code, _)| code).trim()
}

/// An education level by code, by choice or by name; what is none of them stays as it is, and is refused as unknown.
fn education(text: &str, codes: &Codes) -> String {
    let code = code_part(text);
    if codes.education_rank(code).is_some() {
        return code.to_owned();
    }
    let named = codes.education_levels().find(|level| level.name.eq_ignore_ascii_case(text));
    named.map_or(text, |level| &level.code).to_owned()
}

/// A region by code, by choice or by its name, where only one has it.
fn region(text: &str, codes: &Codes, known: &mut HashMap<String, Result<String, Mistake>>) -> Result<String, Mistake> {
    let code = code_part(text);
    if codes.region(code).is_some() || code.starts_with(|character: char| character.is_ascii_digit()) {
        return Ok(code.to_owned());
    }
    let wanted = text.to_lowercase();
    let look = || {
        let same = |row: &&crate::reference::Region| row.name.to_lowercase() == wanted;
        let found: Vec<_> = codes.regions(None, None, None, Some(&wanted)).filter(same).collect();
        let districts: Vec<_> = found.iter().filter(|row| row.level == RegionLevel::District).collect();
        let choices = |rows: &[&&crate::reference::Region]| {
            rows.iter().take(5).map(|row| format!("{} - {}", row.code, row.name)).collect::<Vec<_>>().join(", ")
        };
        match (districts.as_slice(), found.as_slice()) {
            ([one], _) => Ok(one.code.clone()),
            ([], [one]) => Ok(one.code.clone()),
            ([], []) => Ok(told(text)),
            _ => Err((AMBIGUOUS_REGION, choices(&found.iter().collect::<Vec<_>>()))),
        }
    };
    known.entry(wanted.clone()).or_insert_with(look).clone()
}

fn sex(text: &str) -> Option<Sex> {
    match code_part(&text.to_lowercase()) {
        "l" | "laki-laki" | "laki laki" | "lk" | "pria" | "male" | "m" => Some(Sex::Male),
        "p" | "perempuan" | "pr" | "wanita" | "female" | "f" => Some(Sex::Female),
        _ => None,
    }
}

/// The fields of a row by name.
struct Fields {
    columns: &'static [Column],
    fields: Vec<Field>,
}

impl Fields {
    fn take(&mut self, name: &str) -> Field {
        let at = self.columns.iter().position(|column| column.name == name);
        let field = at.and_then(|at| self.fields.get_mut(at));
        field.map_or(Field::Absent, |field| std::mem::replace(field, Field::Absent))
    }

    fn text(&mut self, name: &str) -> Option<String> {
        if let Field::Text(text) = self.take(name) { Some(text) } else { None }
    }

    fn whole(&mut self, name: &str) -> Option<i64> {
        if let Field::Whole(number) = self.take(name) { Some(number) } else { None }
    }

    /// A number of persons, months or years; one that is far too large stays so.
    fn small(&mut self, name: &str) -> Option<i32> {
        let clamped = |number: i64| number.clamp(i32::MIN.into(), i32::MAX.into());
        self.whole(name).map(|number| i32::try_from(clamped(number)).unwrap_or(i32::MAX))
    }

    fn day(&mut self, name: &str) -> Option<NaiveDate> {
        if let Field::Day(day) = self.take(name) { Some(day) } else { None }
    }

    fn line(&mut self, reference: Option<String>, today: NaiveDate) -> VacancyLine {
        let (from, until) = (self.day("valid_from"), self.day("valid_until"));
        let skills = if let Field::Texts(texts) = self.take("skills") { texts } else { Vec::new() };
        VacancyLine {
            line_id: None,
            reference,
            title: self.text("title").unwrap_or_default(),
            description: self.text("description"),
            occupation: self.text("occupation").unwrap_or_default(),
            wanted: Wanted {
                men: self.small("men").unwrap_or_default(),
                women: self.small("women").unwrap_or_default(),
                any: self.small("any").unwrap_or_default(),
            },
            education: self.text("education"),
            experience_months: self.small("experience_months").unwrap_or_default(),
            age_min: self.small("age_min"),
            age_max: self.small("age_max"),
            skills,
            wage_min: self.whole("wage_min"),
            wage_max: self.whole("wage_max"),
            work_country: self.text("work_country").unwrap_or_else(|| "ID".to_owned()),
            work_region: self.text("work_region"),
            valid_from: from.or(until).unwrap_or(today),
            valid_until: until.or(from).unwrap_or(today),
            disability_friendly: self.take("disability_friendly") == Field::Flag(true),
            position: None,
            return_reason: None,
        }
    }

    fn placement(&mut self, reference: Option<String>, today: NaiveDate) -> (PlacementRowBody, VacancyName) {
        let id = self.take("vacancy_id");
        let vacancy = match (id, self.text("vacancy_reference")) {
            (Field::Id(id), None) => VacancyName::Id(id),
            (Field::Absent, Some(reference)) => VacancyName::Reference(reference),
            (Field::Id(_), Some(_)) => VacancyName::Both,
            (Field::Absent, None) => VacancyName::None,
            _ => VacancyName::Wrong,
        };
        let nik = self.take("nik");
        let worker = Worker {
            name: self.text("name").unwrap_or_default(),
            // A number that was spoilt is told already; the row is not to be blamed for having none.
            nik: if let Field::Text(nik) = nik { Some(nik) } else { None },
            ak1_number: self.text("ak1_number"),
            sex: if let Field::Sex(sex) = self.take("sex") { sex } else { Sex::Male },
            education: self.text("education"),
            residence: self.text("residence").unwrap_or_default(),
        };
        let row = PlacementRowBody {
            row_id: None,
            reference,
            vacancy_id: VacancyId(uuid::Uuid::nil()),
            worker,
            start_on: self.day("start_on").unwrap_or(today),
            wage: self.whole("wage"),
            destination_country: self.text("destination_country"),
            destination_region: self.text("destination_region"),
        };
        (row, vacancy)
    }
}
