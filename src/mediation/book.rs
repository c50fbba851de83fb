//! The register of disputes (buku register perselisihan), as the office keeps it for the year: what was registered, of which kind,
//! and how far it came. It has the columns of the book on paper (Permenakertrans 17/2014), for a spreadsheet program.
//!
//! What people are called stands in it: a text that a program would take for a formula stays text in both forms.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use disnaker_entity::mediation::DisputeKind;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};

use crate::paper;
use crate::sheet::column_name;

/// A case in the book.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the book has a column for each")]
pub struct Line {
    /// Number of the case.
    pub number: String,
    /// The day on which it was registered.
    pub registered_on: NaiveDate,
    /// Who registered it.
    pub registrant: String,
    /// The worker's side; in a dispute between unions the first one.
    pub worker: String,
    /// The employer's side; in a dispute between unions the second one.
    pub employer: String,
    /// What kind of dispute it is.
    pub kind: DisputeKind,
    /// Whether the parties settled by themselves.
    pub bipartite: bool,
    /// Whether there was a clarification.
    pub clarification: bool,
    /// Whether there was a mediation.
    pub mediation: bool,
    /// Whether there is a settlement (PB).
    pub settlement: bool,
    /// Whether there is a recommendation (anjuran).
    pub recommendation: bool,
    /// Whether there are minutes (risalah).
    pub minutes: bool,
    /// Whether it went on to the Industrial Relations Court (PHI).
    pub court: bool,
    /// Whether it went on to the Supreme Court (MA).
    pub supreme: bool,
    /// Remarks.
    pub remarks: String,
}

/// What stands above the lines.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The office whose book it is.
    pub office: &'a str,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub until: NaiveDate,
    /// When it is made: it stands in the file.
    pub made_at: DateTime<Utc>,
}

/// What a line says in a column.
enum Entry<'a> {
    Text(&'a str),
    Day(NaiveDate),
    Flag(bool),
}

struct Column {
    /// What spans it with its neighbours, where it is a flag; else empty.
    group: &'static str,
    title: &'static str,
    width: u16,
    entry: fn(&Line) -> Entry<'_>,
}

const fn column(group: &'static str, title: &'static str, width: u16, entry: fn(&Line) -> Entry<'_>) -> Column {
    Column { group, title, width, entry }
}

const KIND: &str = "Jenis perselisihan";
const WAY: &str = "Penyelesaian";
const AFTER: &str = "Tindak lanjut";

/// The columns of the book, in its order.
const COLUMNS: &[Column] = &[
    column("", "Nomor", 24, |line| Entry::Text(&line.number)),
    column("", "Tanggal pencatatan", 13, |line| Entry::Day(line.registered_on)),
    column("", "Yang mencatatkan", 26, |line| Entry::Text(&line.registrant)),
    column("", "Pihak pekerja", 30, |line| Entry::Text(&line.worker)),
    column("", "Pihak pengusaha", 30, |line| Entry::Text(&line.employer)),
    column(KIND, "Hak", 8, |line| Entry::Flag(line.kind == DisputeKind::Rights)),
    column(KIND, "Kepentingan", 13, |line| Entry::Flag(line.kind == DisputeKind::Interests)),
    column(KIND, "PHK", 8, |line| Entry::Flag(line.kind == DisputeKind::Termination)),
    column(KIND, "SP/SB", 8, |line| Entry::Flag(line.kind == DisputeKind::InterUnion)),
    column(WAY, "Bipartit", 9, |line| Entry::Flag(line.bipartite)),
    column(WAY, "Klarifikasi", 11, |line| Entry::Flag(line.clarification)),
    column(WAY, "Mediasi", 9, |line| Entry::Flag(line.mediation)),
    column(WAY, "PB", 8, |line| Entry::Flag(line.settlement)),
    column(WAY, "Anjuran", 9, |line| Entry::Flag(line.recommendation)),
    column(WAY, "Risalah", 9, |line| Entry::Flag(line.minutes)),
    column(AFTER, "PHI", 8, |line| Entry::Flag(line.court)),
    column(AFTER, "MA", 8, |line| Entry::Flag(line.supreme)),
    column("", "Keterangan", 40, |line| Entry::Text(&line.remarks)),
];

/// Rows above the lines: title, office, period, one that is free, and two of heads.
const ABOVE: u32 = 6;
/// Columns that stay in sight: the number and the day.
const KEPT: u16 = 2;
/// What a cell of a workbook holds at most.
const MOST_TEXT: usize = 32_767;
const TICK: &str = "✓";

/// Whether a spreadsheet program would take a text for a formula.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

/// The book as text with semicolons, which programs in Indonesia open as columns; flags are 1 and 0.
#[must_use]
pub fn csv(lines: &[Line]) -> Vec<u8> {
    let heads = COLUMNS.iter().map(|column| column.title.to_owned()).collect();
    let rows = lines.iter().map(|line| COLUMNS.iter().map(|column| field(&(column.entry)(line))).collect());
    let rows = std::iter::once(heads).chain(rows).map(|row: Vec<_>| row.join(";") + "\r\n");
    // Begins with the mark by which programs know UTF-8.
    std::iter::once("\u{feff}".to_owned()).chain(rows).collect::<String>().into_bytes()
}

/// An entry between two semicolons: a text always in quotation marks.
fn field(entry: &Entry<'_>) -> String {
    match entry {
        Entry::Text(text) => {
            let mark = if is_formula(text) { "'" } else { "" };
            format!("\"{mark}{}\"", text.replace('"', "\"\""))
        }
        Entry::Day(day) => day.to_string(),
        Entry::Flag(flag) => u8::from(*flag).to_string(),
    }
}

/// The book as a workbook, with its head and the sums of its flags.
///
/// # Errors
/// None that content could cause.
pub fn xlsx(lines: &[Line], head: Head<'_>) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_timestamp(head.made_at.timestamp())?;
    book.set_properties(&DocProperties::new().set_title(TITLE).set_creation_datetime(&made));
    let sheet = book.add_worksheet().set_name("Register")?;
    heads(sheet, head)?;
    let text = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top).set_text_wrap();
    // The program's own mark of a text that stays one when it is edited.
    let quoted = text.clone().set_quote_prefix();
    let date = text.clone().set_num_format("dd/mm/yyyy");
    let flag = text.clone().set_align(FormatAlign::Center);
    for (row, line) in (ABOVE..).zip(lines) {
        for (at, column) in (0..).zip(COLUMNS) {
            match (column.entry)(line) {
                Entry::Text(content) => {
                    let cell: String = content.chars().take(MOST_TEXT).collect();
                    let format = if is_formula(content) { &quoted } else { &text };
                    sheet.write_string_with_format(row, at, cell, format)?
                }
                Entry::Day(day) => {
                    let day = ExcelDateTime::from_timestamp(day.and_time(NaiveTime::MIN).and_utc().timestamp())?;
                    sheet.write_datetime_with_format(row, at, day, &date)?
                }
                Entry::Flag(true) => sheet.write_string_with_format(row, at, TICK, &flag)?,
                Entry::Flag(false) => sheet.write_blank(row, at, &flag)?,
            };
        }
    }
    sums(sheet, lines, &flag.set_bold())?;
    Ok(book.save_to_buffer()?)
}

const TITLE: &str = "BUKU REGISTER PERSELISIHAN HUBUNGAN INDUSTRIAL";

fn heads(sheet: &mut Worksheet, head: Head<'_>) -> Result<(), XlsxError> {
    let period = format!("Periode {} sampai {}", paper::long_date(head.from), paper::long_date(head.until));
    sheet.write_with_format(0, 0, TITLE, &Format::new().set_bold().set_font_size(14))?;
    sheet.write_string(1, 0, head.office)?.write_string(2, 0, period)?;
    let style = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(0xDD_EB_F7);
    let (upper, lower) = (ABOVE - 2, ABOVE - 1);
    let mut at = 0;
    for group in COLUMNS.chunk_by(|one, other| !one.group.is_empty() && one.group == other.group) {
        let first = at;
        for column in group {
            sheet.set_column_width(at, column.width)?;
            if column.group.is_empty() {
                sheet.merge_range(upper, at, lower, at, column.title, &style)?;
            } else {
                sheet.write_with_format(lower, at, column.title, &style)?;
            }
            at += 1;
        }
        if let [column, _, ..] = group {
            sheet.merge_range(upper, first, upper, at - 1, column.group, &style)?;
        }
    }
    sheet.set_freeze_panes(ABOVE, KEPT)?;
    // On paper: A4 across, as wide as a page, the heads on each.
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(upper, lower)?;
    sheet.set_footer("&P/&N");
    Ok(())
}

/// The sums of the flags, which count anew where somebody changes one.
fn sums(sheet: &mut Worksheet, lines: &[Line], style: &Format) -> Result<(), XlsxError> {
    let below = ABOVE.saturating_add(u32::try_from(lines.len()).unwrap_or(u32::MAX));
    for (at, column) in (0..).zip(COLUMNS) {
        sheet.write_blank(below, at, style)?;
        if !column.group.is_empty() {
            // From the head on, so that the range is one without any line, too.
            let name = column_name(at.into());
            let count = Formula::new(format!("=COUNTIF({name}{ABOVE}:{name}{below},\"{TICK}\")"));
            let sum = lines.iter().filter(|line| matches!((column.entry)(line), Entry::Flag(true))).count();
            sheet.write_formula_with_format(below, at, count.set_result(sum.to_string()), style)?;
        }
    }
    sheet.write_with_format(below, 0, "Jumlah", style)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::sheet::{self, Cell};

    fn line(number: &str, kind: DisputeKind) -> Line {
        Line {
            number: number.into(),
            registered_on: "2026-11-02".parse().unwrap(),
            registrant: "Pekerja Contoh".into(),
            worker: "Pekerja Contoh".into(),
            employer: "PT Contoh; \"Baja\" Nusantara".into(),
            kind,
            bipartite: false,
            clarification: true,
            mediation: true,
            settlement: false,
            recommendation: true,
            minutes: true,
            court: true,
            supreme: false,
            remarks: "Ditolak pengusaha.\nGugatan diajukan.".into(),
        }
    }

    fn lines() -> Vec<Line> {
        let mut risky = line("PHI-36.72-2026-000002", DisputeKind::Rights);
        risky.registrant = "=HYPERLINK(\"http://contoh.example\")".into();
        (risky.worker, risky.employer) = ("+62 Contoh".into(), "@SUM(A1)".into());
        risky.remarks = "-".repeat(40_000);
        vec![line("PHI-36.72-2026-000001", DisputeKind::Termination), risky]
    }

    fn head() -> Head<'static> {
        let day = |text: &str| text.parse().unwrap();
        let made_at = "2026-12-31T02:00:00Z".parse().unwrap();
        Head { office: "Dinas Tenaga Kerja Kota Cilegon", from: day("2026-01-01"), until: day("2026-12-31"), made_at }
    }

    fn rows(bytes: &[u8], format: sheet::Format) -> Vec<sheet::Row> {
        let mut rows = Vec::new();
        let each = |_: &str, row| {
            rows.push(row);
            ControlFlow::Continue(())
        };
        sheet::read(bytes, format, each).unwrap();
        rows
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.into())
    }

    #[test]
    fn a_text_that_a_program_would_compute_is_known() {
        for risky in ["=1", "+62", "-3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"] {
            assert!(is_formula(risky), "{risky:?}");
        }
        assert!(!is_formula("PT Contoh = Baja") && !is_formula(""));
    }

    #[test]
    fn the_book_as_text_is_read_back_and_holds_no_formula() {
        let bytes = csv(&lines());
        assert!(bytes.starts_with(b"\xEF\xBB\xBFNomor;Tanggal pencatatan;"));
        let rows = rows(&bytes, sheet::Format::Csv);
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row.cells.len() == COLUMNS.len()));
        let flags = ["0", "0", "1", "0", "0", "1", "1", "0", "1", "1", "1", "0"].map(text);
        assert_eq!(rows[1].cells[..2], [text("PHI-36.72-2026-000001"), text("2026-11-02")]);
        assert_eq!(rows[1].cells[5..17], flags);
        assert_eq!(
            (rows[1].cell(4), rows[1].cell(17)),
            (&text("PT Contoh; \"Baja\" Nusantara"), &text("Ditolak pengusaha.\nGugatan diajukan."))
        );
        let risky = ["'=HYPERLINK(\"http://contoh.example\")", "'+62 Contoh", "'@SUM(A1)"].map(text);
        assert_eq!(rows[2].cells[2..5], risky);
    }

    /// `DISNAKER_BOOK=FILE` keeps it, to be looked at.
    #[test]
    fn the_book_as_a_workbook_has_its_head_its_ticks_and_their_sums() {
        let bytes = xlsx(&lines(), head()).unwrap();
        assert_eq!(bytes, xlsx(&lines(), head()).unwrap());
        if let Some(file) = std::env::var_os("DISNAKER_BOOK") {
            std::fs::write(file, &bytes).unwrap();
        }
        let rows = rows(&bytes, sheet::Format::Xlsx);
        let first = |at: usize| rows[at].cell(0).clone();
        assert_eq!([first(0), first(1)], [text(TITLE), text("Dinas Tenaga Kerja Kota Cilegon")]);
        assert_eq!(first(2), text("Periode 1 Januari 2026 sampai 31 Desember 2026"));
        let [case, risky, sums] = &rows[rows.len() - 3..] else { panic!("{rows:?}") };
        assert_eq!(case.cell(1), &Cell::Date("2026-11-02".parse().unwrap()));
        let ticks: Vec<_> = (5..17).map(|at| *case.cell(at) == text(TICK)).collect();
        assert_eq!(ticks, [false, false, true, false, false, true, true, false, true, true, true, false]);
        // A formula stays as it was written, as text.
        assert_eq!(risky.cell(2), &text("=HYPERLINK(\"http://contoh.example\")"));
        assert_eq!(risky.cell(17), &text(&"-".repeat(MOST_TEXT)));
        assert_eq!(sums.cell(0), &text("Jumlah"));
        let counts: Vec<_> = (5..17).map(|at| sums.cell(at).clone()).collect();
        assert_eq!(counts, [1., 0., 1., 0., 0., 2., 2., 0., 2., 2., 2., 0.].map(Cell::Number));
    }

    #[test]
    fn a_book_without_a_case_has_its_heads() {
        let rows = rows(&xlsx(&[], head()).unwrap(), sheet::Format::Xlsx);
        assert_eq!(rows.last().unwrap().cell(5), &Cell::Number(0.0));
        assert_eq!(self::rows(&csv(&[]), sheet::Format::Csv).len(), 1);
    }
}
