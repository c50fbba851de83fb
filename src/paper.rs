//! PDF: pages of A4 with a letterhead, wrapped text, label and value rows, tables, a QR code, and page numbers.
//!
//! A paper is put together from blocks, one below the other; where a block does not fit it goes on with the next page. The
//! measure of a line is the sum of its glyphs' widths, so that text never runs out of its column: a word longer than its
//! line is broken. The same blocks make the same bytes: nothing here asks the clock. What the font lacks shows as its
//! sign for a missing character. Making a paper takes milliseconds of the processor: [`Paper::print`] runs it beside the
//! event loop.

#[cfg(test)]
pub mod read;
pub mod sheet;

use std::collections::HashMap;
use std::sync::LazyLock;

use anyhow::{Context, ensure};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect, Size as PictureSize, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime as PdfTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Data, Document};
use qrcode::{Color, EcLevel, QrCode};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use unicode_normalization::UnicodeNormalization;

/// A4 in points, 72 to the inch.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// Margins: left and right, top, and bottom with the foot.
const SIDE: f32 = 62.0;
const TOP: f32 = 48.0;
const BOTTOM: f32 = 64.0;
/// What text has of the width.
const MEASURE: f32 = WIDTH - 2.0 * SIDE;
/// Where values begin, beside their labels.
const VALUES: f32 = 158.0;
/// Between two columns of a table.
const GUTTER: f32 = 8.0;
/// Above and below the lines of a table's row.
const PADDING: f32 = 4.0;
/// Least side of a QR code.
const CODE: f32 = 92.0;
/// Least side of one of its modules: 0.44 mm, which a telephone reads from paper.
const MODULE: f32 = 1.25;
/// What a signature has of the width, the free space above it, the height that a hand needs, and the most lines of each text.
const SIGNED: f32 = MEASURE * 0.45;
const APART: f32 = 14.0;
const HAND: f32 = 52.0;
const MOST_SIGNED: usize = 4;

/// Plain text.
pub const BODY: Style = Style { weight: Weight::Regular, size: 10.0, leading: 14.5 };
/// Text that stands out.
pub const STRONG: Style = Style { weight: Weight::Bold, ..BODY };
/// Small text.
pub const SMALL: Style = Style { weight: Weight::Regular, size: 8.5, leading: 11.5 };
/// Text of tables.
pub const CELL: Style = Style { weight: Weight::Regular, size: 9.0, leading: 12.0 };
/// Heads of tables.
pub const COLUMN: Style = Style { weight: Weight::Bold, ..CELL };
const TITLE: Style = Style { weight: Weight::Bold, size: 14.0, leading: 19.0 };
/// The name of an office, above its letters.
pub const OFFICE: Style = Style { weight: Weight::Bold, size: 13.0, leading: 17.0 };

/// Black, and the greys of lines, of the heads of tables, and of what is said beside.
const INK: u8 = 0;
const LINE: u8 = 150;
const SHADE: u8 = 236;
const FAINT: u8 = 90;

// Letters ----------------------------------------------------------------------------------------

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    Regular,
    Bold,
}

/// A weight and a size, and the distance of lines.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    weight: Weight,
    size: f32,
    leading: f32,
}

/// A font with the glyph and the width of each of its characters, in parts of the size.
struct Face {
    font: Font,
    glyphs: HashMap<char, (GlyphId, f32)>,
    /// The sign for what the font lacks.
    missing: (GlyphId, f32),
}

impl Face {
    fn read(bytes: &'static [u8]) -> anyhow::Result<Self> {
        let font = Font::new(Data::from(bytes), 0).context("an embedded font is broken")?;
        let read = FontRef::new(bytes)?;
        let metrics = read.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = font.units_per_em();
        let width = |glyph| (GlyphId::new(u32::from(glyph)), metrics.advance_width(glyph).unwrap_or_default() / em);
        let charmap = read.charmap();
        let glyphs = charmap.mappings().filter_map(|(code, glyph)| {
            let glyph = skrifa::GlyphId16::try_from(glyph).ok()?;
            Some((char::from_u32(code)?, width(glyph.into())))
        });
        Ok(Self { glyphs: glyphs.collect(), missing: width(skrifa::GlyphId::NOTDEF), font })
    }

    fn glyph(&self, character: char) -> (GlyphId, f32) {
        self.glyphs.get(&character).copied().unwrap_or(self.missing)
    }
}

/// Both weights, read once.
static FACES: LazyLock<Result<[Face; 2], String>> = LazyLock::new(|| {
    let read = |bytes: &'static [u8]| Face::read(bytes).map_err(|error| format!("{error:#}"));
    Ok([
        read(include_bytes!("../assets/fonts/Inter-Regular.otf"))?,
        read(include_bytes!("../assets/fonts/Inter-Bold.otf"))?,
    ])
});

fn face(weight: Weight) -> anyhow::Result<&'static Face> {
    let [regular, bold] = FACES.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(match weight {
        Weight::Regular => regular,
        Weight::Bold => bold,
    })
}

impl Style {
    /// The distance of its lines.
    #[must_use]
    pub fn leading(self) -> f32 {
        self.leading
    }

    /// How far a text runs. Without fonts nothing has a width; [`Paper::finish`] tells of that.
    fn width(self, text: &str) -> f32 {
        let Ok(face) = face(self.weight) else { return 0.0 };
        text.chars().map(|character| face.glyph(character).1).sum::<f32>() * self.size
    }

    /// A text as lines that fit a measure: at its own line feeds, at spaces, and within a word that is too long.
    fn lines(self, text: &str, measure: f32) -> Vec<String> {
        let composed: String = text.nfc().collect();
        composed.lines().flat_map(|line| self.wrap(line, measure)).collect()
    }

    /// As many lines as there may be; what is left out shows as `…`.
    fn cut(self, mut lines: Vec<String>, measure: f32, most: usize) -> Vec<String> {
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                while self.width(&format!("{last}…")) > measure && last.pop().is_some() {}
                last.push('…');
            }
        }
        lines
    }

    fn wrap(self, text: &str, measure: f32) -> Vec<String> {
        let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
        let space = self.width(" ");
        for word in text.split(|character: char| character.is_whitespace() || character.is_control()) {
            if word.is_empty() {
                continue;
            }
            let width = self.width(word);
            if !line.is_empty() {
                if used + space + width <= measure {
                    line.push(' ');
                    line.push_str(word);
                    used += space + width;
                    continue;
                }
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if width <= measure {
                line.push_str(word);
                used = width;
                continue;
            }
            for character in word.chars() {
                let width = self.width(character.encode_utf8(&mut [0; 4]));
                if used + width > measure && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(character);
                used += width;
            }
        }
        lines.push(line);
        lines
    }
}

// Blocks -----------------------------------------------------------------------------------------

/// Who writes: the head of the first page.
#[derive(Clone, Copy, Debug)]
pub struct Letterhead<'a> {
    /// Name of the office.
    pub office: &'a str,
    /// Address.
    pub address: &'a str,
    /// Telephone.
    pub phone: Option<&'a str>,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// Its head.
    pub title: &'a str,
    /// Its share of the width, against the shares of the others.
    pub share: u8,
    /// Whether it holds numbers, which stand to the right.
    pub number: bool,
}

/// Who signs.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    /// Place and day, `Cilegon, 23 November 2026`; empty where another signature has them.
    pub place: &'a str,
    /// In what function: `Kepala Dinas`.
    pub function: &'a str,
    /// Name; a line to write on where there is none.
    pub name: Option<&'a str>,
    /// What stands below the name, such as a staff number.
    pub below: Option<&'a str>,
}

/// Something at its place on a page.
enum Mark {
    Text { x: f32, y: f32, style: Style, grey: u8, text: String },
    Box { x: f32, y: f32, width: f32, height: f32, grey: u8 },
    Code { x: f32, y: f32, side: f32, code: QrCode },
    Picture { x: f32, y: f32, size: PictureSize, image: Image },
}

/// A paper that is being written.
pub struct Paper {
    title: String,
    /// What the foot of every page repeats; there is no foot where it is empty.
    foot: String,
    at: DateTime<Utc>,
    pages: Vec<Vec<Mark>>,
    /// Headings that wait for the block below them.
    headings: Vec<String>,
    /// How far the last page is written, from its top.
    y: f32,
}

impl Paper {
    /// A paper with the head of its office and a title: `at` is when it was made, `foot` what every page repeats (its
    /// number).
    #[must_use]
    pub fn new(head: Letterhead<'_>, title: &str, foot: &str, at: DateTime<Utc>) -> Self {
        let mut paper = Self::empty(title, foot, at, TOP);
        paper.centred(head.office, OFFICE, INK);
        let phone = head.phone.map(|phone| format!(" · Telepon {phone}")).unwrap_or_default();
        paper.centred(&format!("{}{phone}", head.address), SMALL, FAINT);
        paper.y += 6.0;
        paper.rule(1.4, INK);
        paper.y += 1.4;
        paper.rule(0.5, INK);
        paper.y += 22.0;
        paper.centred(title, TITLE, INK);
        paper
    }

    fn empty(title: &str, foot: &str, at: DateTime<Utc>, y: f32) -> Self {
        Self { title: title.to_owned(), foot: foot.to_owned(), at, pages: vec![Vec::new()], headings: Vec::new(), y }
    }

    /// The number of the paper, below its title.
    pub fn number(&mut self, number: &str) {
        self.centred(number, BODY, INK);
        self.y += 10.0;
    }

    /// A heading: it stands on the page on which the block below it begins.
    pub fn heading(&mut self, text: &str) {
        self.headings.push(text.to_owned());
    }

    /// What the paper proclaims, in the middle.
    pub fn proclaim(&mut self, text: &str) {
        self.room(STRONG.leading + 3.0 * BODY.leading);
        self.y += 4.0;
        self.centred(text, STRONG, INK);
        self.y += 6.0;
    }

    /// Wrapped text; a line feed begins a new line.
    pub fn paragraph(&mut self, text: &str) {
        self.flow(text, BODY, SIDE, MEASURE);
        self.y += 6.0;
    }

    /// Wrapped text in small letters.
    pub fn note(&mut self, text: &str) {
        self.flow(text, SMALL, SIDE, MEASURE);
        self.y += 6.0;
    }

    /// Wrapped text that hangs on a mark, such as `1.`.
    pub fn item(&mut self, mark: &str, text: &str) {
        let indent = BODY.width(mark).max(12.0) + 6.0;
        // The mark stays with the lines that the text begins with.
        self.room(2.0 * BODY.leading);
        self.text(SIDE, mark, BODY, INK);
        self.flow(text, BODY, SIDE + indent, MEASURE - indent);
        self.y += 3.0;
    }

    /// Labels with their values.
    pub fn rows<'a>(&mut self, rows: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (label, value) in rows {
            let labels = BODY.lines(label, VALUES - 16.0);
            let values = BODY.lines(value, MEASURE - VALUES);
            for at in 0..labels.len().max(values.len()) {
                self.room(BODY.leading);
                if let Some(label) = labels.get(at) {
                    self.text(SIDE, label, BODY, FAINT);
                }
                if at == 0 {
                    self.text(SIDE + VALUES - 10.0, ":", BODY, FAINT);
                }
                if let Some(value) = values.get(at) {
                    self.text(SIDE + VALUES, value, BODY, INK);
                }
                self.y += BODY.leading;
            }
        }
        self.y += 8.0;
    }

    /// A table: its head stands again on every page that it reaches. A row has a cell a column; what it lacks is empty.
    pub fn table(&mut self, columns: &[Column<'_>], rows: &[Vec<String>]) {
        let shares: f32 = columns.iter().map(|column| f32::from(column.share)).sum();
        let gutters = columns.iter().skip(1).map(|_| GUTTER).sum::<f32>();
        let mut x = SIDE;
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            let width = (MEASURE - gutters) * f32::from(column.share) / shares.max(1.0);
            places.push(Place { x, width, number: column.number });
            x += width + GUTTER;
        }
        let head: Vec<_> =
            columns.iter().zip(&places).map(|(column, place)| COLUMN.lines(column.title, place.width - 8.0)).collect();
        let head_height = height(&head, COLUMN);
        let whole = HEIGHT - BOTTOM - TOP - head_height - 2.0;
        let wrapped = |row: &Vec<String>| -> Vec<_> {
            places.iter().zip(row).map(|(place, cell)| CELL.lines(cell, place.width - 8.0)).collect()
        };
        // The head does not stand alone at the end of a page.
        let first = height(&rows.first().map(wrapped).unwrap_or_default(), CELL);
        self.room(2.0 + head_height + if first <= whole { first } else { 4.0 * CELL.leading });
        self.y += 2.0;
        self.head(&head, &places);
        for row in rows {
            let cells = wrapped(row);
            let mut cells = cells.as_slice();
            let mut rest;
            // A row stays together, unless it is longer than a page.
            if height(cells, CELL) <= whole && self.y + height(cells, CELL) > HEIGHT - BOTTOM {
                self.turn();
                self.head(&head, &places);
            }
            while height(cells, CELL) > whole.min(HEIGHT - BOTTOM - self.y) {
                let fit = lines_in(HEIGHT - BOTTOM - self.y - 2.0 * PADDING);
                let (now, later) = split(cells, fit);
                self.cells(&now, &places, CELL);
                self.turn();
                self.head(&head, &places);
                rest = later;
                cells = rest.as_slice();
            }
            self.cells(cells, &places, CELL);
            self.rule(0.5, LINE);
        }
        self.y += 10.0;
    }

    fn head(&mut self, head: &[Vec<String>], places: &[Place]) {
        let height = height(head, COLUMN);
        self.mark(Mark::Box { x: SIDE, y: self.y, width: MEASURE, height, grey: SHADE });
        self.cells(head, places, COLUMN);
        self.rule(0.8, INK);
    }

    fn cells(&mut self, cells: &[Vec<String>], places: &[Place], style: Style) {
        let top = self.y;
        for (cell, place) in cells.iter().zip(places) {
            self.y = top + PADDING;
            for line in cell {
                let indent = if place.number { place.width - 4.0 - style.width(line) } else { 4.0 };
                self.text(place.x + indent.max(0.0), line, style, INK);
                self.y += style.leading;
            }
        }
        self.y = top + height(cells, style);
    }

    /// A QR code with what it is for beside it, and its address in letters: what stands behind a `#` is for machines.
    ///
    /// # Errors
    /// Content that no QR code holds.
    pub fn code(&mut self, content: &str, caption: &str) -> anyhow::Result<()> {
        let code = QrCode::with_error_correction_level(content, EcLevel::M).context("too long for a QR code")?;
        let side = CODE.max(MODULE * f32::from(u16::try_from(code.width())?));
        let indent = side + 16.0;
        let content = content.split_once('#').map_or(content, |(address, _)| address);
        let (caption, content) = (BODY.lines(caption, MEASURE - indent), SMALL.lines(content, MEASURE - indent));
        self.y += 6.0;
        self.room(side.max(tall(&caption, BODY) + tall(&content, SMALL) + 16.0));
        let top = self.y;
        self.mark(Mark::Code { x: SIDE, y: top, side, code });
        self.y += 8.0;
        for (lines, style, grey) in [(&caption, BODY, INK), (&content, SMALL, FAINT)] {
            for line in lines {
                self.text(SIDE + indent, line, style, grey);
                self.y += style.leading;
            }
            self.y += 4.0;
        }
        self.y = self.y.max(top + side) + 10.0;
        Ok(())
    }

    /// Place, function and name of who signs, to the right.
    pub fn signature(&mut self, signature: Signature<'_>) {
        self.signatures("", &[&[signature]]);
    }

    /// The last words, and who signs below them on the same page: two of a row left and right, one below others in the
    /// middle, one alone to the right.
    pub fn signatures(&mut self, words: &str, rows: &[&[Signature<'_>]]) {
        const RIGHT: f32 = SIDE + MEASURE - SIGNED;
        let columns = |row: &[Signature<'_>]| match (rows.len(), row.len()) {
            (1, 1) => [RIGHT, RIGHT],
            (_, 1) => [f32::midpoint(SIDE, RIGHT); 2],
            _ => [SIDE, RIGHT],
        };
        let rows: Vec<Vec<_>> = rows
            .iter()
            .map(|row| columns(row).iter().zip(*row).map(|(x, signature)| Signed::new(*signature, *x)).collect())
            .collect();
        let heights = rows.iter().map(|row| APART + signed_height(row));
        self.room(tall(&BODY.lines(words, MEASURE), BODY) + heights.sum::<f32>());
        self.flow(words, BODY, SIDE, MEASURE);
        for row in &rows {
            self.y += APART;
            self.room(signed_height(row));
            self.sign(row);
        }
    }

    /// Signatures side by side.
    fn sign(&mut self, row: &[Signed]) {
        // The hands are at one height, and so are the lines below the names.
        let hand = self.y + most(row, |one| &one.above);
        let line = hand + HAND + most(row, |one| &one.name);
        let end = self.y + signed_height(row);
        for signed in row {
            self.y = hand - tall(&signed.above, BODY);
            self.column(signed.x, &signed.above, BODY);
            self.y = line - tall(&signed.name, STRONG);
            self.column(signed.x, &signed.name, STRONG);
            self.mark(Mark::Box { x: signed.x, y: self.y, width: SIGNED, height: 0.6, grey: INK });
            self.y += 1.0;
            self.column(signed.x, &signed.below, BODY);
        }
        self.y = end;
    }

    /// Free space.
    pub fn space(&mut self) {
        self.y += BODY.leading;
    }

    // Placing ------------------------------------------------------------------------------------

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// A new page.
    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Turns the page where there is no room for a height with the headings above it, and writes these.
    fn room(&mut self, height: f32) {
        let headings: Vec<_> =
            std::mem::take(&mut self.headings).iter().map(|text| STRONG.lines(text, MEASURE)).collect();
        let above: f32 = headings.iter().map(|lines| 10.0 + tall(lines, STRONG)).sum();
        if self.y + above + height > HEIGHT - BOTTOM && self.y > TOP {
            self.turn();
        }
        for lines in headings {
            if self.y > TOP {
                self.y += 8.0;
            }
            self.column(SIDE, &lines, STRONG);
            self.y += 2.0;
        }
    }

    /// A line of text whose top is here; the pen stays.
    fn text(&mut self, x: f32, text: &str, style: Style, grey: u8) {
        if !text.is_empty() {
            let y = self.y + f32::midpoint(style.leading, style.size * 0.72);
            self.mark(Mark::Text { x, y, style, grey, text: text.to_owned() });
        }
    }

    /// Lines below each other, whatever room there is.
    fn column(&mut self, x: f32, lines: &[String], style: Style) {
        for line in lines {
            self.text(x, line, style, INK);
            self.y += style.leading;
        }
    }

    /// Wrapped text over as many pages as it needs: neither its first nor its last line stands alone on one.
    fn flow(&mut self, text: &str, style: Style, x: f32, measure: f32) {
        let lines = style.lines(text, measure);
        for (at, line) in lines.iter().enumerate() {
            let pair = lines.len() > 1 && (at == 0 || at + 2 == lines.len());
            self.room(if pair { 2.0 * style.leading } else { style.leading });
            self.text(x, line, style, INK);
            self.y += style.leading;
        }
    }

    fn centred(&mut self, text: &str, style: Style, grey: u8) {
        for line in style.lines(text, MEASURE) {
            self.room(style.leading);
            self.text(SIDE + (MEASURE - style.width(&line)) / 2.0, &line, style, grey);
            self.y += style.leading;
        }
    }

    fn rule(&mut self, height: f32, grey: u8) {
        self.mark(Mark::Box { x: SIDE, y: self.y, width: MEASURE, height, grey });
        self.y += height;
    }

    // Printing -----------------------------------------------------------------------------------

    /// Prints it beside the event loop.
    ///
    /// # Errors
    /// Those of [`Self::finish`].
    pub async fn print(self) -> anyhow::Result<Vec<u8>> {
        tokio::task::spawn_blocking(|| self.finish()).await?
    }

    /// The PDF.
    ///
    /// # Errors
    /// Only those of the library: fonts and page sizes are sound.
    pub fn finish(mut self) -> anyhow::Result<Vec<u8>> {
        if !self.headings.is_empty() {
            self.room(STRONG.leading);
        }
        let count = self.pages.len();
        let mut document = Document::new();
        let (title, foot) = (std::mem::take(&mut self.title), std::mem::take(&mut self.foot));
        document.set_metadata(
            Metadata::new()
                .title(title)
                .language("id".to_owned())
                .creator("disnaker".to_owned())
                .creation_date(pdf_time(self.at)),
        );
        for (at, mut marks) in std::mem::take(&mut self.pages).into_iter().enumerate() {
            if !foot.is_empty() {
                let (number, y) = (format!("{}/{count}", at + 1), HEIGHT - BOTTOM + 30.0);
                let left = SMALL.lines(&foot, MEASURE - 60.0).into_iter().next().unwrap_or_default();
                let x = SIDE + MEASURE - SMALL.width(&number);
                marks.push(Mark::Box { x: SIDE, y: y - 14.0, width: MEASURE, height: 0.4, grey: LINE });
                marks.push(Mark::Text { x: SIDE, y, style: SMALL, grey: FAINT, text: left });
                marks.push(Mark::Text { x, y, style: SMALL, grey: FAINT, text: number });
            }
            let settings = PageSettings::from_wh(WIDTH, HEIGHT).context("A4 is no size")?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for mark in &marks {
                mark.draw(&mut surface)?;
            }
            surface.finish();
            page.finish();
        }
        let bytes = document.finish().map_err(|error| anyhow::anyhow!("{error:?}"))?;
        ensure!(bytes.starts_with(b"%PDF"), "the library made no PDF");
        Ok(bytes)
    }
}

/// A signature as lines in its column.
struct Signed {
    x: f32,
    above: Vec<String>,
    name: Vec<String>,
    below: Vec<String>,
}

impl Signed {
    fn new(signature: Signature<'_>, x: f32) -> Self {
        let lines = |style: Style, text: &str| style.cut(style.lines(text, SIGNED), SIGNED, MOST_SIGNED);
        Self {
            x,
            above: [signature.place, signature.function].map(|text| lines(BODY, text)).concat(),
            name: lines(STRONG, signature.name.unwrap_or_default()),
            below: lines(BODY, signature.below.unwrap_or_default()),
        }
    }
}

/// The most of a part of signatures side by side.
fn most(row: &[Signed], part: impl Fn(&Signed) -> &[String]) -> f32 {
    row.iter().map(|signed| tall(part(signed), BODY)).fold(0.0, f32::max)
}

/// What signatures side by side need.
fn signed_height(row: &[Signed]) -> f32 {
    most(row, |one| &one.above) + HAND + most(row, |one| &one.name) + most(row, |one| &one.below) + 7.0
}

/// The height of lines.
fn tall(lines: &[String], style: Style) -> f32 {
    lines.iter().map(|_| style.leading).sum()
}

/// A column's place on the page.
#[derive(Clone, Copy)]
struct Place {
    x: f32,
    width: f32,
    number: bool,
}

/// The height of a row of wrapped cells.
fn height(cells: &[Vec<String>], style: Style) -> f32 {
    cells.iter().map(|cell| tall(cell, style)).fold(style.leading, f32::max) + 2.0 * PADDING
}

/// How many lines of a cell a height has room for, at least one.
fn lines_in(height: f32) -> usize {
    let mut lines = 1;
    let mut left = height - 2.0 * CELL.leading;
    while left >= 0.0 {
        lines += 1;
        left -= CELL.leading;
    }
    lines
}

/// The first lines of each cell, and the rest.
fn split(cells: &[Vec<String>], lines: usize) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    cells
        .iter()
        .map(|cell| {
            let (now, later) = cell.split_at(lines.min(cell.len()));
            (now.to_vec(), later.to_vec())
        })
        .unzip()
}

impl Mark {
    fn draw(&self, surface: &mut Surface<'_>) -> anyhow::Result<()> {
        match self {
            Self::Text { x, y, style, grey, text } => {
                let face = face(style.weight)?;
                let glyphs: Vec<_> = text
                    .char_indices()
                    .map(|(at, character)| {
                        let (glyph, width) = face.glyph(character);
                        KrillaGlyph::new(glyph, width, 0.0, 0.0, 0.0, at..at + character.len_utf8(), None)
                    })
                    .collect();
                surface.set_fill(Some(ink(*grey)));
                surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, face.font.clone(), text, style.size, false);
            }
            Self::Box { x, y, width, height, grey } => {
                let mut path = PathBuilder::new();
                path.push_rect(Rect::from_xywh(*x, *y, *width, *height).context("a box without a size")?);
                fill(surface, path, *grey)?;
            }
            Self::Picture { x, y, size, image } => {
                surface.push_transform(&Transform::from_translate(*x, *y));
                surface.draw_image(image.clone(), *size);
                surface.pop();
            }
            Self::Code { x, y, side, code } => {
                let modules = u16::try_from(code.width())?;
                let side = side / f32::from(modules);
                let mut path = PathBuilder::new();
                let colours = code.to_colors();
                for (row, line) in (0_u16..).zip(colours.chunks(code.width())) {
                    // One rectangle for dark modules that touch: no seams between them.
                    let mut column = 0_u16;
                    for run in line.chunk_by(|one, other| one == other) {
                        let length = u16::try_from(run.len())?;
                        if run.first() == Some(&Color::Dark) {
                            let (left, top) = (f32::from(column) * side, f32::from(row) * side);
                            let width = f32::from(length) * side;
                            let module = Rect::from_xywh(x + left, y + top, width, side + 0.05);
                            path.push_rect(module.context("a module without a size")?);
                        }
                        column += length;
                    }
                }
                fill(surface, path, INK)?;
            }
        }
        Ok(())
    }
}

/// A day in words, as papers write it: `23 November 2026`.
#[must_use]
pub fn long_date(day: NaiveDate) -> String {
    const MONTHS: [&str; 12] = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    let month = usize::try_from(day.month0()).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    format!("{} {month} {}", day.day(), day.year())
}

/// A number in words, as Indonesian papers write it behind the digits: `1 (satu)`.
#[must_use]
pub fn number_in_words(number: u64) -> String {
    const SMALL: [&str; 12] =
        ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"];
    const STEPS: [(u64, &str); 5] = [
        (1_000_000_000_000, "triliun"),
        (1_000_000_000, "miliar"),
        (1_000_000, "juta"),
        (1_000, "ribu"),
        (100, "ratus"),
    ];
    if let Some(word) = usize::try_from(number).ok().and_then(|at| SMALL.get(at)) {
        return (*word).to_owned();
    }
    if number < 20 {
        return format!("{} belas", number_in_words(number - 10));
    }
    let (step, name) = STEPS.into_iter().find(|(step, _)| number >= *step).unwrap_or((10, "puluh"));
    let head = match number / step {
        1 if step <= 1_000 => format!("se{name}"),
        many => format!("{} {name}", number_in_words(many)),
    };
    match number % step {
        0 => head,
        rest => format!("{head} {}", number_in_words(rest)),
    }
}

fn ink(grey: u8) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn fill(surface: &mut Surface<'_>, path: PathBuilder, grey: u8) -> anyhow::Result<()> {
    surface.set_fill(Some(ink(grey)));
    surface.draw_path(&path.finish().context("an empty path")?);
    Ok(())
}

fn pdf_time(at: DateTime<Utc>) -> PdfTime {
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    PdfTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paper() -> Paper {
        let head = Letterhead {
            office: "Dinas Tenaga Kerja Kota Contoh",
            address: "Jalan Contoh Raya Nomor 1, Kota Contoh",
            phone: Some("0254 000000"),
        };
        Paper::new(head, "Tanda Terima", "LWK-36.72-2026-000045", "2026-11-23T02:00:00Z".parse().unwrap())
    }

    const COLUMNS: [Column<'_>; 3] = [
        Column { title: "No.", share: 1, number: true },
        Column { title: "Jabatan", share: 6, number: false },
        Column { title: "Jumlah", share: 2, number: true },
    ];

    fn row(text: &str) -> Vec<String> {
        vec!["1".to_owned(), text.to_owned(), "25".to_owned()]
    }

    fn texts(paper: &Paper, page: usize) -> Vec<&str> {
        let marks = paper.pages[page].iter();
        marks.filter_map(|mark| if let Mark::Text { text, .. } = mark { Some(text.as_str()) } else { None }).collect()
    }

    /// Every block that there is, twice over several pages; `DISNAKER_PAPER=FILE` keeps it, to be looked at.
    #[test]
    fn a_paper_is_a_pdf_of_numbered_pages_and_always_the_same_bytes() {
        let made = || {
            let mut paper = paper();
            paper.number("Nomor: LWK-36.72-2026-000045");
            paper.paragraph(
                "Yang bertanda tangan di bawah ini menerangkan bahwa laporan lowongan pekerjaan telah diterima. \
                Ini adalah contoh paragraf yang panjangnya lebih dari satu baris, untuk melihat pemenggalan barisnya.",
            );
            paper.rows([
                ("Perusahaan", "PT Contoh Baja Nusantara"),
                (
                    "Alamat",
                    "Jalan Industri Contoh Raya Nomor 17, \
                Kelurahan Contoh, Kecamatan Contoh, Kota Contoh, Provinsi Contoh",
                ),
            ]);
            paper.heading("Dasar");
            paper.item(
                "1.",
                "Peraturan Presiden Nomor 57 Tahun 2023 tentang Wajib Lapor Lowongan Pekerjaan, Pasal 4, \
                sebagaimana dikutip di sini lebih dari satu baris.",
            );
            paper.item("2.", "Butir kedua.");
            let rows: Vec<_> = (0..40)
                .map(|at| {
                    row(if at % 7 == 0 {
                        "Operator Forklift yang bertugas memindahkan gulungan \
                baja di gudang dan di dermaga pelabuhan secara bergilir"
                    } else {
                        "Satpam"
                    })
                })
                .collect();
            paper.table(&COLUMNS, &rows);
            paper.note("Catatan kecil.");
            paper
                .code(
                    "https://disnaker.example/v1/verifications/receipts/LWK-36.72-2026-000045",
                    "Pindai untuk memeriksa.",
                )
                .unwrap();
            paper.signature(Signature {
                place: "Kota Contoh, 23 November 2026",
                function: "Kepala Dinas",
                name: Some("Pejabat Contoh"),
                below: Some("NIP 000"),
            });
            assert!(paper.pages.len() >= 2);
            assert!(texts(&paper, 1).contains(&"Jabatan"), "the head stands again");
            paper.finish().unwrap()
        };
        let pdf = made();
        assert!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
        assert!(pdf.len() < 60_000, "{} bytes", pdf.len());
        assert_eq!(pdf, made());
        if let Some(file) = std::env::var_os("DISNAKER_PAPER") {
            std::fs::write(file, pdf).unwrap();
        }
    }

    #[test]
    fn what_is_written_is_read_back_out_of_the_pdf() {
        let mut paper = paper();
        let strange = "(kurung) \\ garis (dalam (dalam)) é “petik” 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz";
        paper.paragraph(strange);
        paper.turn();
        paper.heading("Halaman kedua");
        let pages = read::pages(&paper.finish().unwrap());
        assert!(pages[0].contains("Tanda Terima\n") && pages[1].starts_with("Halaman kedua\n"), "{pages:?}");
        assert_eq!(pages.len(), 2);
        assert!(pages[0].replace('\n', " ").contains(strange), "{pages:?}");
    }

    #[test]
    fn a_day_has_its_month_in_words() {
        let day = |text: &str| long_date(text.parse().unwrap());
        assert_eq!((day("2026-01-05").as_str(), day("2026-12-31").as_str()), ("5 Januari 2026", "31 Desember 2026"));
    }

    #[test]
    fn a_number_is_written_in_words() {
        for (number, words) in [
            (0, "nol"),
            (1, "satu"),
            (10, "sepuluh"),
            (11, "sebelas"),
            (12, "dua belas"),
            (19, "sembilan belas"),
            (20, "dua puluh"),
            (30, "tiga puluh"),
            (99, "sembilan puluh sembilan"),
            (100, "seratus"),
            (111, "seratus sebelas"),
            (366, "tiga ratus enam puluh enam"),
            (1_000, "seribu"),
            (1_200, "seribu dua ratus"),
            (10_019, "sepuluh ribu sembilan belas"),
            (101_000, "seratus satu ribu"),
            (1_000_000, "satu juta"),
            (150_000_000, "seratus lima puluh juta"),
            (1_000_000_000_000, "satu triliun"),
        ] {
            assert_eq!(number_in_words(number), words, "{number}");
        }
    }

    #[test]
    fn text_is_wrapped_by_its_width() {
        let lines = BODY.lines("satu dua  tiga\nempat", BODY.width("satu dua") + 0.1);
        assert_eq!(lines, ["satu dua", "tiga", "empat"]);
        // A combining accent becomes one letter, and a control character is a space.
        assert_eq!(BODY.lines("e\u{301}\u{7}\tb", 100.0), ["\u{e9} b"]);
        let broken = BODY.lines("Donaudampfschifffahrt", BODY.width("Donaud"));
        assert_eq!(broken.concat(), "Donaudampfschifffahrt");
        assert!(broken.len() > 3);
    }

    #[test]
    fn a_row_longer_than_a_page_goes_on_under_a_new_head() {
        let mut paper = paper();
        paper.table(&COLUMNS, &[row(&"kata ".repeat(4000)), row("akhir")]);
        assert!(paper.pages.len() > 2);
        assert!((1..paper.pages.len()).all(|page| texts(&paper, page).first() == Some(&"No.")));
        assert!(texts(&paper, paper.pages.len() - 1).contains(&"akhir"));
    }

    #[test]
    fn headings_stand_with_what_is_below_them_and_lines_of_text_not_alone() {
        for lines in 0..60 {
            let mut paper = paper();
            (0..lines).for_each(|_| paper.paragraph("Baris"));
            paper.heading("Judul");
            paper.heading("Anak judul");
            paper.table(&COLUMNS, &[row(&"kata ".repeat(60))]);
            paper.heading("Akhir");
            paper.paragraph(&format!("awal {} ekor", "kata ".repeat(100)));
            paper.item("7.", &format!("butir {}", "kata ".repeat(30)));
            let pages: Vec<_> = (0..paper.pages.len()).map(|page| texts(&paper, page)).collect();
            let page =
                |text: &str| pages.iter().position(|page| page.iter().any(|line| line.starts_with(text))).unwrap();
            assert!(page("Judul") == page("Jabatan") && page("Jabatan") == page("25") && page("Akhir") == page("awal"));
            assert_eq!(page("7."), page("butir"));
            assert!(pages.iter().all(|page| page.len() != 1), "{lines}");
        }
    }

    #[test]
    fn signatures_and_the_words_above_them_stand_on_one_page() {
        let signs = |function: &'static str, name: &'static str| Signature {
            place: "",
            function,
            name: Some(name),
            below: Some("NIP"),
        };
        for lines in 0..60 {
            let mut paper = paper();
            (0..lines).for_each(|_| paper.paragraph("Baris"));
            let sides = [Signature { place: "Kota Contoh", ..signs("Pihak I", "Satu") }, signs("Pihak II", "Dua Tiga")];
            paper.signatures("Demikian.", &[&sides, &[signs("Menyaksikan,\nMediator", "Empat")]]);
            let last = texts(&paper, paper.pages.len() - 1);
            let words =
                ["Demikian.", "Kota Contoh", "Pihak I", "Satu", "NIP", "Pihak II", "Dua Tiga", "Mediator", "Empat"];
            assert!(words.iter().all(|word| last.contains(word)), "{lines}: {last:?}");
            let at = |word: &str| {
                let marks = paper.pages.iter().flatten();
                let mut places = marks.filter_map(|mark| match mark {
                    Mark::Text { x, y, text, .. } if text == word => Some((*x, *y)),
                    _ => None,
                });
                places.next().unwrap()
            };
            assert_eq!((at("Pihak I").1, at("Satu").1), (at("Pihak II").1, at("Dua Tiga").1), "at one height");
            assert!(at("Satu").0 < at("Empat").0 && at("Empat").0 < at("Dua Tiga").0 && at("Satu").1 < at("Empat").1);
        }
    }

    #[test]
    fn nothing_stands_below_the_foot() {
        let mut paper = paper();
        for at in 0..300 {
            paper.paragraph(&format!("Baris {at}"));
            paper.rows([("Label", "Nilai")]);
        }
        for mark in paper.pages.iter().flatten() {
            let (Mark::Text { y, .. } | Mark::Box { y, .. } | Mark::Code { y, .. } | Mark::Picture { y, .. }) = mark;
            assert!(*y < HEIGHT - BOTTOM + 1.0);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_text_breaks_a_paper(text in any::<String>(), measure in 0.0_f32..500.0) {
            for line in BODY.lines(&text, measure) {
                prop_assert!(line.chars().count() <= 1 || BODY.width(&line) <= measure + 0.01, "{line:?}");
            }
            let mut paper = paper();
            paper.number(&text);
            paper.paragraph(&text);
            paper.item(&text, &text);
            paper.rows([(text.as_str(), text.as_str())]);
            paper.table(&COLUMNS, &[vec![text.clone(); 4], vec![]]);
            paper.table(&[], &[vec![text.clone()]]);
            let _ = paper.code(&text, &text);
            let signature = Signature { place: &text, function: &text, name: Some(&text), below: Some(&text) };
            paper.heading(&text);
            paper.proclaim(&text);
            paper.signature(signature);
            paper.signatures(&text, &[&[signature; 2], &[signature]]);
            prop_assert!(paper.finish().unwrap().starts_with(b"%PDF"));
        }
    }
}
