//! The template: a workbook with the columns of a kind, drop-downs from the codes of today, and notes in both languages.
//!
//! Version 2 has Indonesian headers, drop-downs and text columns for numbers that are none. Version 1 was a list of headers; it
//! is still read ([`super::columns`]), with a warning.

use std::time::Duration;

use disnaker_entity::file::MediaType;
use disnaker_entity::reference::RegionLevel;
use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Note, Workbook, Worksheet, XlsxError,
};

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use sea_orm::DbErr;

use super::columns::{Column, Kind, Table, VERSION};
use crate::app::State;
use crate::book::Cached;
use crate::problem::Problem;
use crate::reference::{self, Codes};
use crate::wire;

/// Rows below the headers that have drop-downs.
const ROWS: u32 = 5_000;
/// The hidden sheet with the codes.
pub const CODES: &str = "Kode";

/// How long a template serves before it is made anew.
const FRESH: Duration = Duration::from_mins(1);
/// How long anybody may keep it.
const PUBLIC_SECONDS: u32 = 300;

/// Answers with the template of a kind, made at most once a minute.
///
/// # Errors
/// The database's own.
pub async fn published(
    request: &HttpRequest,
    state: &State,
    kept: &Cached<Bytes>,
    table: &'static Table,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(state).await?;
    let make = async || {
        let write = move || workbook(table, &codes);
        let made = tokio::task::spawn_blocking(write).await.map_err(|error| DbErr::Custom(error.to_string()))?;
        made.map(Bytes::from).map_err(|error| DbErr::Custom(error.to_string()))
    };
    let book = kept.get(FRESH, make).await?;
    Ok(wire::published_file(request, Bytes::clone(&book), MediaType::Xlsx.as_str(), table.file, PUBLIC_SECONDS))
}

/// Writes the template of a kind.
///
/// # Errors
/// None that content could cause.
pub fn workbook(table: &Table, codes: &Codes) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same codes make the same bytes.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    let properties = DocProperties::new().set_title(table.title).set_comment(format!("Template version {VERSION}"));
    book.set_properties(&properties.set_custom_property("template_version", VERSION).set_creation_datetime(&made));
    let mut lists = Lists::new(codes)?;
    entry(book.add_worksheet().set_name(table.sheet)?, table, &mut lists)?;
    notes(book.add_worksheet().set_name("Petunjuk")?, table)?;
    book.push_worksheet(lists.sheet);
    book.define_name("_template_version", &format!("={CODES}!$A$1"))?;
    book.save_to_buffer()
}

fn entry(sheet: &mut Worksheet, table: &Table, lists: &mut Lists<'_>) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_background_color(0xDD_EB_F7);
    let required = head.clone().set_background_color(0xFF_E6_99);
    sheet.set_freeze_panes(1, 1)?;
    for (at, column) in (0_u16..).zip(table.columns) {
        help(sheet, column, at, 0, lists)?;
        sheet.write_with_format(0, at, column.header, if column.required { &required } else { &head })?;
        let note = format!("{}\n{} ({})", column.note.id, column.note.en, column.name);
        sheet.insert_note(0, at, &Note::new(note).set_author("").add_author_prefix(false))?;
    }
    Ok(())
}

/// Gives a column of a sheet what helps to fill it below its header: its format, so that the program keeps a number that is
/// none as it was typed, and its drop-down.
///
/// # Errors
/// None that content could cause.
pub fn help(
    sheet: &mut Worksheet,
    column: &Column,
    at: u16,
    header: u32,
    lists: &mut Lists<'_>,
) -> Result<(), XlsxError> {
    let form = match column.kind {
        Kind::Day => Format::new().set_num_format("dd/mm/yyyy"),
        Kind::Whole | Kind::Rupiah => Format::new().set_num_format("#,##0"),
        _ => Format::new().set_num_format("@"),
    };
    sheet.set_column_format(at, &form)?.set_column_width(at, 22)?;
    if let Some(range) = lists.range(column.kind)? {
        // What is not in the list is not refused here: a code may be deeper than the list, and the service says why.
        let list = DataValidation::new().allow_list_formula(Formula::new(range)).show_error_message(false);
        sheet.add_data_validation(header + 1, at, header + ROWS, at, &list)?;
    }
    Ok(())
}

fn notes(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let (bold, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    for (at, (title, width)) in
        (0_u16..).zip([("Kolom", 30), ("Column", 22), ("Wajib / required", 12), ("Petunjuk", 60), ("Notes", 60)])
    {
        sheet.write_with_format(0, at, title, &bold)?.set_column_width(at, width)?;
    }
    for (row, column) in (1_u32..).zip(table.columns) {
        let must = if column.required { "ya / yes" } else { "" };
        let texts = [column.header, column.name, must, column.note.id.as_ref(), column.note.en.as_ref()];
        for (at, text) in (0_u16..).zip(texts) {
            sheet.write_with_format(row, at, text, &wrapped)?;
        }
    }
    Ok(())
}

/// The hidden sheet with the codes: a column a list, written when it is first asked for.
pub struct Lists<'a> {
    codes: &'a Codes,
    /// The sheet, to be pushed when every list is asked for.
    pub sheet: Worksheet,
    ranges: Vec<(Kind, String)>,
}

impl<'a> Lists<'a> {
    /// The sheet without a list.
    ///
    /// # Errors
    /// None that content could cause.
    pub fn new(codes: &'a Codes) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(CODES)?.set_hidden(true).write(0, 0, VERSION)?;
        Ok(Self { codes, sheet, ranges: Vec::new() })
    }

    /// The range of a column's choices.
    fn range(&mut self, kind: Kind) -> Result<Option<String>, XlsxError> {
        if let Some((_, range)) = self.ranges.iter().find(|(known, _)| *known == kind) {
            return Ok(Some(range.clone()));
        }
        let choice = |code: &str, name: &str| format!("{code} - {name}");
        let choices: Vec<String> = match kind {
            Kind::Occupation => {
                self.codes.occupations(None, None, None, None).map(|row| choice(&row.code, &row.name)).collect()
            }
            Kind::Education => {
                let mut levels: Vec<_> = self.codes.education_levels().collect();
                levels.sort_by_key(|level| level.rank);
                levels.iter().map(|level| choice(&level.code, &level.name)).collect()
            }
            Kind::Country => self.codes.countries().map(|row| choice(&row.code, &row.name)).collect(),
            Kind::Region => {
                let districts = self.codes.regions(None, Some(RegionLevel::District), None, None);
                districts.map(|row| choice(&row.code, &row.name)).collect()
            }
            Kind::Flag => vec!["ya".to_owned(), "tidak".to_owned()],
            Kind::Sex => vec!["L".to_owned(), "P".to_owned()],
            Kind::Choice(choices) => choices.iter().map(|(_, word, _)| (*word).to_owned()).collect(),
            _ => return Ok(None),
        };
        // Column A has the version.
        let at = u16::try_from(self.ranges.len() + 1).unwrap_or(u16::MAX);
        for (row, choice) in (0_u32..).zip(&choices) {
            self.sheet.write(row, at, choice)?;
        }
        let column = crate::sheet::cell_name(at.into(), 1).replace('1', "");
        let range = format!("={CODES}!${column}$1:${column}${}", choices.len().max(1));
        self.ranges.push((kind, range.clone()));
        Ok(Some(range))
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use disnaker_entity::batch::BatchKind;

    use super::*;
    use crate::bulk::columns::layout;
    use crate::reports::batch::table;
    use crate::sheet::{self, Cell};

    #[test]
    fn the_template_is_one_that_is_read_as_of_today() {
        for table in [BatchKind::Vacancies, BatchKind::Placements].map(table) {
            let bytes = workbook(table, &Codes::sample()).unwrap();
            assert_eq!(bytes, workbook(table, &Codes::sample()).unwrap(), "the same codes make the same bytes");
            let mut heads = Vec::new();
            let reading = sheet::read(&bytes, sheet::Format::Xlsx, |_, row| {
                let text = |cell: &Cell| if let Cell::Text(text) = cell { text.clone() } else { String::new() };
                heads.push(row.cells.iter().map(text).collect::<Vec<_>>());
                ControlFlow::Continue(())
            });
            assert_eq!(reading.unwrap().hidden, [CODES]);
            let found = layout(table.columns, heads[0].iter().map(String::as_str)).unwrap();
            assert!(!found.old && found.extra.is_empty() && found.places.iter().all(Option::is_some));
            let others = heads[1..].iter().filter_map(|head| layout(table.columns, head.iter().map(String::as_str)));
            assert_eq!(others.count(), 0, "the notes are not taken for headers");
        }
    }
    /// A part of a workbook.
    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
        text
    }

    /// The value of an attribute of a tag.
    fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
        let (_, value) = tag.split_once(&format!(" {name}=\"")).unwrap();
        value.split_once('"').unwrap().0
    }

    #[test]
    fn empty_cells_below_the_headers_are_text_and_days_where_a_program_would_spoil_what_is_typed() {
        for table in [BatchKind::Vacancies, BatchKind::Placements].map(table) {
            let bytes = workbook(table, &Codes::sample()).unwrap();
            let (sheet, styles) = (part(&bytes, "xl/worksheets/sheet1.xml"), part(&bytes, "xl/styles.xml"));
            let (_, forms) = styles.split_once("<cellXfs").unwrap();
            let forms: Vec<&str> = forms.split_once("</cellXfs>").unwrap().0.split("<xf ").skip(1).collect();
            let own = |id: &str| {
                let own = styles.split("<numFmt ").find(|format| format.starts_with(&format!("numFmtId=\"{id}\"")));
                own.map(|format| attribute(format, "formatCode").to_owned())
            };
            let (_, cols) = sheet.split_once("<cols>").unwrap();
            let mut formats = Vec::new();
            for col in cols.split_once("</cols>").unwrap().0.split("<col").skip(1) {
                let form = forms[attribute(col, "style").parse::<usize>().unwrap()];
                let id = attribute(&format!(" {form}"), "numFmtId").to_owned();
                let [first, last] = ["min", "max"].map(|name| attribute(col, name).parse::<usize>().unwrap());
                // Some have a number that every program knows.
                let known = [("3", "#,##0"), ("49", "@")].into_iter().find(|(number, _)| *number == id);
                let form = own(&id).or(known.map(|(_, form)| form.to_owned())).unwrap_or(id);
                formats.extend((first..=last).map(|_| form.clone()));
            }
            assert_eq!(formats.len(), table.columns.len());
            for (column, format) in table.columns.iter().zip(formats) {
                let expected = match column.kind {
                    Kind::Day => "dd/mm/yyyy",
                    Kind::Whole | Kind::Rupiah => "#,##0",
                    _ => "@",
                };
                assert_eq!(format, expected, "{}", column.name);
            }
            // What the rows below the headers have comes from the columns: there is no cell among them.
            assert_eq!(sheet.matches("<row ").count(), 1);
        }
    }
}
