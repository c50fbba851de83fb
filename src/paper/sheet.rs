//! A sheet on which everything has its place: for forms and cards, whose parts do not flow.

use anyhow::Context;
use chrono::{DateTime, Utc};
use krilla::geom::Size;
use krilla::image::Image;
use qrcode::{EcLevel, QrCode};

use super::{FAINT, HEIGHT, INK, LINE, Mark, Paper, SHADE, Style, WIDTH};

/// A place on a sheet, in points from its upper left corner.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Area {
    /// The whole sheet, A4.
    pub const SHEET: Self = Self { x: 0.0, y: 0.0, width: WIDTH, height: HEIGHT };

    /// The place within this one that keeps a distance from its edges.
    #[must_use]
    pub fn inside(self, distance: f32) -> Self {
        Self {
            x: self.x + distance,
            y: self.y + distance,
            width: self.width - 2.0 * distance,
            height: self.height - 2.0 * distance,
        }
    }
}

/// What a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

/// Which side of its place a text keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// To the left.
    Left,
    /// In the middle.
    Middle,
}

/// A sheet that is being written.
pub struct Sheet(Paper);

impl Sheet {
    /// An empty sheet.
    #[must_use]
    pub fn new(title: &str, at: DateTime<Utc>) -> Self {
        Self(Paper::empty(title, "", at, 0.0))
    }

    /// Wrapped text in a place, as many lines as fit; what does not fit ends in `…`. Gives where the text ends.
    pub fn text(&mut self, area: Area, style: Style, side: Side, text: &str) -> f32 {
        let lines = style.lines(text, area.width);
        let mut fit = 1;
        while fit < lines.len()
            && style.leading * (f32::from(u16::try_from(fit).unwrap_or(u16::MAX)) + 1.0) <= area.height
        {
            fit += 1;
        }
        self.0.y = area.y;
        for line in style.cut(lines, area.width, fit) {
            let free = area.width - style.width(&line);
            let x = if side == Side::Middle { area.x + free / 2.0 } else { area.x };
            self.0.text(x, &line, style, INK);
            self.0.y += style.leading;
        }
        self.0.y
    }

    /// The lines around a place.
    pub fn frame(&mut self, area: Area, strength: f32) {
        let Area { x, y, width, height } = area;
        self.fill(Area { height: strength, ..area }, INK);
        self.fill(Area { y: y + height - strength, height: strength, ..area }, INK);
        self.fill(Area { width: strength, ..area }, INK);
        self.fill(Area { x: x + width - strength, width: strength, ..area }, INK);
    }

    /// A line from the left to the right of a place, at its top.
    pub fn rule(&mut self, area: Area, strength: f32) {
        self.fill(Area { height: strength, ..area }, INK);
    }

    /// A shaded place.
    pub fn shade(&mut self, area: Area) {
        self.fill(area, SHADE);
    }

    /// A line at which to fold, at the top of a place.
    pub fn fold(&mut self, area: Area) {
        let mut x = area.x;
        while x < area.x + area.width {
            self.fill(Area { x, width: 4.0, height: 0.5, ..area }, FAINT);
            x += 8.0;
        }
    }

    /// Marks outside of the corners of a place, at which to cut.
    pub fn cuts(&mut self, area: Area) {
        const LONG: f32 = 14.0;
        const AWAY: f32 = 4.0;
        let (left, right) = (area.x, area.x + area.width);
        let (top, bottom) = (area.y, area.y + area.height);
        for y in [top, bottom] {
            self.fill(Area { x: left - AWAY - LONG, y, width: LONG, height: 0.4 }, LINE);
            self.fill(Area { x: right + AWAY, y, width: LONG, height: 0.4 }, LINE);
        }
        for x in [left, right] {
            self.fill(Area { x, y: top - AWAY - LONG, width: 0.4, height: LONG }, LINE);
            self.fill(Area { x, y: bottom + AWAY, width: 0.4, height: LONG }, LINE);
        }
    }

    /// A QR code that fills the width of a place.
    ///
    /// # Errors
    /// Content that no QR code holds.
    pub fn code(&mut self, area: Area, content: &str) -> anyhow::Result<()> {
        let code = QrCode::with_error_correction_level(content, EcLevel::M).context("too long for a QR code")?;
        self.0.mark(Mark::Code { x: area.x, y: area.y, side: area.width, code });
        Ok(())
    }

    /// A picture, as large as it is whole within a place, in the middle of it.
    ///
    /// # Errors
    /// What is no JPEG or PNG.
    pub fn picture(&mut self, area: Area, kind: Picture, bytes: Vec<u8>) -> anyhow::Result<()> {
        let made = match kind {
            Picture::Jpeg => Image::from_jpeg(bytes.into(), true),
            Picture::Png => Image::from_png(bytes.into(), true),
        };
        let image = made.map_err(anyhow::Error::msg)?;
        let (wide, tall) = image.size();
        let (wide, tall) = (f32::from(u16::try_from(wide)?), f32::from(u16::try_from(tall)?));
        let scale = (area.width / wide).min(area.height / tall);
        let (width, height) = (wide * scale, tall * scale);
        let size = Size::from_wh(width, height).context("a picture without a size")?;
        let (x, y) = (area.x + (area.width - width) / 2.0, area.y + (area.height - height) / 2.0);
        self.0.mark(Mark::Picture { x, y, size, image });
        Ok(())
    }

    fn fill(&mut self, area: Area, grey: u8) {
        let Area { x, y, width, height } = area;
        self.0.mark(Mark::Box { x, y, width, height, grey });
    }

    /// Prints it beside the event loop.
    ///
    /// # Errors
    /// Those of the library.
    pub async fn print(self) -> anyhow::Result<Vec<u8>> {
        self.0.print().await
    }

    /// The PDF.
    ///
    /// # Errors
    /// Those of the library.
    pub fn finish(self) -> anyhow::Result<Vec<u8>> {
        self.0.finish()
    }
}
