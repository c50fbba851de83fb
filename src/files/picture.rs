//! Pictures, walked from their first mark to their last, and written again without what is not needed to show them.
//!
//! A camera writes into a picture where, when and with what it was taken, who owns it, and often a small copy from before
//! it was cut (Exif, XMP, IPTC, comments, a second image behind the first). [`Picture::plain`] leaves all of that out and
//! copies the rest byte for byte, so no point changes. What stays beside the points: the size of a point, the colour
//! space, and which way up it is, as the only field of an Exif part of its own.

use flate2::Crc;

/// Longest side of a picture, in points, and its most points together.
pub const LONGEST_SIDE: u32 = 20_000;
pub const MOST_POINTS: u64 = 100_000_000;

/// What begins an Exif segment of a JPEG (CIPA DC-008, 4.5.4).
const EXIF: &[u8] = b"Exif\0\0";
/// What begins a PNG.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Chunks of a PNG that show it: those without which there is no picture, its transparency, colour space and size.
const SHOWN: [&[u8; 4]; 11] =
    [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"pHYs"];

/// A picture and what it is made of.
pub struct Picture<'a> {
    /// Points from left to right.
    pub width: u32,
    /// Points from top to bottom.
    pub height: u32,
    parts: Parts<'a>,
}

enum Parts<'a> {
    /// The segments of the first image: marker, and what follows it up to the next.
    Jpeg(Vec<(u8, &'a [u8])>),
    /// Name, content, and the chunk whole.
    Png(Vec<([u8; 4], &'a [u8], &'a [u8])>),
}

impl Picture<'_> {
    /// Whether a picture has points, and no more than a side and a whole may have.
    pub fn is_within(&self, side: u32, points: u64) -> bool {
        let side = 1..=side;
        side.contains(&self.width)
            && side.contains(&self.height)
            && u64::from(self.width) * u64::from(self.height) <= points
    }

    /// The picture without what is not needed to show it.
    pub fn plain(&self) -> Vec<u8> {
        match &self.parts {
            Parts::Jpeg(segments) => {
                let mut out = vec![0xFF, 0xD8];
                for (marker, segment) in segments {
                    shown(*marker, segment, &mut out);
                }
                out.extend([0xFF, 0xD9]);
                out
            }
            Parts::Png(chunks) => {
                let mut out = PNG.to_vec();
                for (name, content, whole) in chunks {
                    if SHOWN.contains(&name) {
                        out.extend(*whole);
                    } else if name == b"eXIf"
                        && let Some(turned) = orientation(content)
                    {
                        out.extend(chunk(*name, &exif(turned)));
                    }
                }
                out
            }
        }
    }
}

/// A JPEG: one image, or several one after the other, as cameras write them (CIPA DC-007), filled up with zeros. The
/// first is the picture.
pub fn jpeg(bytes: &[u8]) -> Option<Picture<'_>> {
    let (first, mut rest) = image(bytes)?;
    loop {
        let zeros = rest.iter().take_while(|byte| **byte == 0).count();
        rest = rest.get(zeros..).unwrap_or_default();
        if rest.is_empty() {
            return Some(first);
        }
        rest = image(rest)?.1;
    }
}

/// An image and what follows it: walks its segments (ITU-T T.81, B.1) to its end.
fn image(bytes: &[u8]) -> Option<(Picture<'_>, &[u8])> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    let (mut size, mut scanned, mut segments) = (None, false, Vec::new());
    loop {
        let fill = rest.iter().take_while(|byte| **byte == 0xFF).count();
        let (marker, after) = rest.get(fill..)?.split_first()?;
        rest = after;
        match marker {
            _ if fill == 0 => return None,
            0xD9 => {
                let (width, height) = size.filter(|_| scanned)?;
                return Some((Picture { width, height, parts: Parts::Jpeg(segments) }, rest));
            }
            0x01 => continue,
            0x00 | 0xD0..=0xD8 => return None,
            _ => {}
        }
        let (length, _) = rest.split_first_chunk::<2>()?;
        let mut length = usize::from(u16::from_be_bytes(*length));
        let content = rest.get(2..length)?;
        match marker {
            0xC4 | 0xC8 | 0xCC => {}
            0xC0..=0xCF => {
                let [_, height, height_low, width, width_low, ..] = content else { return None };
                let points = |high: &u8, low: &u8| u16::from_be_bytes([*high, *low]).into();
                let (width, height) = (points(width, width_low), points(height, height_low));
                let framed = Picture { width, height, parts: Parts::Jpeg(Vec::new()) };
                size = framed.is_within(LONGEST_SIDE, MOST_POINTS).then_some((width, height));
                size?;
            }
            0xDA => {
                scanned = true;
                length += scan(rest.get(length..)?);
            }
            _ => {}
        }
        let (segment, after) = rest.split_at_checked(length)?;
        segments.push((*marker, segment));
        rest = after;
    }
}

/// The length of a scan's data: up to a marker that is neither a stuffed byte nor a restart.
fn scan(data: &[u8]) -> usize {
    let ends = |pair: &[u8]| matches!(pair, [0xFF, 0x01..=0xCF | 0xD8..=0xFE]);
    data.windows(2).position(ends).unwrap_or(data.len())
}

/// Writes a segment as far as it shows the picture: the tables, frames and scans; of JFIF the size of a point, without its
/// small copy; the colour profile; Adobe's word for the colour space; of Exif which way up it is.
fn shown(marker: u8, segment: &[u8], out: &mut Vec<u8>) {
    let mut write = |content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
        out.extend([0xFF, marker]);
        out.extend(length.to_be_bytes());
        out.extend(content);
    };
    let content = segment.get(2..).unwrap_or_default();
    match marker {
        0xC0..=0xDF => {
            out.extend([0xFF, marker]);
            out.extend(segment);
        }
        0xE0 if content.starts_with(b"JFIF\0") => {
            if let Some(head) = content.get(..12) {
                write(&[head, &[0, 0]].concat());
            }
        }
        0xE2 if content.starts_with(b"ICC_PROFILE\0") => write(content),
        0xEE if content.starts_with(b"Adobe") => write(content.get(..12).unwrap_or(content)),
        0xE1 => {
            if let Some(turned) = content.strip_prefix(EXIF).and_then(orientation) {
                write(&[EXIF, &exif(turned)].concat());
            }
        }
        _ => {}
    }
}

/// Which way up a picture is, where it is not the plain way: the field 0x0112 of the first directory (TIFF 6.0).
fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = tiff.starts_with(b"II");
    let short = |at: usize| {
        let pair = tiff.get(at..)?.first_chunk::<2>()?;
        Some(if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) })
    };
    let long = |at: usize| {
        let four = tiff.get(at..)?.first_chunk::<4>()?;
        usize::try_from(if little { u32::from_le_bytes(*four) } else { u32::from_be_bytes(*four) }).ok()
    };
    if !(little || tiff.starts_with(b"MM")) || short(2)? != 42 {
        return None;
    }
    let directory = long(4)?;
    let fields = usize::from(short(directory)?);
    let field = (0..fields).map(|at| directory.saturating_add(2 + 12 * at)).find(|at| short(*at) == Some(0x0112))?;
    u8::try_from(short(field.saturating_add(8))?).ok().filter(|turned| (2..=8).contains(turned))
}

/// Exif that says which way up, and nothing else: one directory of one short.
fn exif(turned: u8) -> [u8; 26] {
    [b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0]
}

/// A PNG: every chunk with its checksum, from `IHDR` to `IEND` (PNG third edition, 5).
pub fn png(bytes: &[u8]) -> Option<Picture<'_>> {
    let mut rest = bytes.strip_prefix(PNG)?;
    let (mut size, mut pictured, mut chunks) = (None, false, Vec::new());
    loop {
        let (length, _) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (whole, after) = rest.split_at_checked(length.checked_add(12)?)?;
        let (checked, checksum) = whole.get(4..)?.split_last_chunk::<4>()?;
        let (name, content) = checked.split_first_chunk::<4>()?;
        let mut crc = Crc::new();
        crc.update(checked);
        if crc.sum() != u32::from_be_bytes(*checksum) || size.is_none() != (name == b"IHDR") {
            return None;
        }
        chunks.push((*name, content, whole));
        match name {
            b"IHDR" => {
                let (width, header) = content.split_first_chunk::<4>()?;
                let (height, header) = header.split_first_chunk::<4>()?;
                size = Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height))).filter(|_| header.len() == 5);
                size?;
            }
            b"IDAT" => pictured = true,
            b"IEND" => {
                let (width, height) = size.filter(|_| pictured && content.is_empty() && after.is_empty())?;
                let picture = Picture { width, height, parts: Parts::Png(chunks) };
                return Some(picture).filter(|picture| picture.is_within(LONGEST_SIDE, MOST_POINTS));
            }
            _ => {}
        }
        rest = after;
    }
}

/// A chunk of a PNG.
pub fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(&name);
    crc.update(content);
    let length = u32::try_from(content.len()).unwrap_or_default().to_be_bytes();
    [length.as_slice(), &name, content, &crc.sum().to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Exif as a telephone writes it: a maker's name before the orientation, and a place after it.
    fn phone(turned: u8) -> Vec<u8> {
        let head =
            [0, 3, 0x01, 0x0F, 0, 2, 0, 0, 0, 4, b'K', b'A', b'M', 0, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0];
        let place = [0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 50, 0, 0, 0, 0];
        [&b"MM\0\x2a\0\0\0\x08"[..], &head, &place, b"GPS-RAHASIA"].concat()
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], length.as_slice(), content].concat()
    }

    /// The parts of a picture that show it.
    fn frame() -> Vec<u8> {
        let scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0, 0xFF, 0xD0, 0x34];
        [segment(0xDB, &[1; 65]), segment(0xC0, &[8, 0, 40, 0, 30, 1, 1, 0x11, 0]), scan.to_vec()].concat()
    }

    fn photo(turned: u8) -> Vec<u8> {
        let jfif = [&b"JFIF\0\x01\x01\x01\0\x48\0\x48\x01\x01"[..], b"\x01\x02\x03"].concat();
        let parts = [
            vec![0xFF, 0xD8],
            segment(0xE0, &jfif),
            segment(0xE1, &[EXIF, &phone(turned)].concat()),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>RAHASIA</x>"),
            segment(0xE2, b"ICC_PROFILE\0\x01\x01warna"),
            segment(0xED, b"Photoshop 3.0\0RAHASIA"),
            segment(0xFE, b"RAHASIA"),
            frame(),
            vec![0xFF, 0xD9],
        ];
        let second = [vec![0xFF, 0xD8], segment(0xFE, b"RAHASIA"), frame(), vec![0xFF, 0xD9]].concat();
        [parts.concat(), vec![0; 5], second].concat()
    }

    fn has(bytes: &[u8], word: &[u8]) -> bool {
        bytes.windows(word.len()).any(|window| window == word)
    }

    #[test]
    fn a_jpeg_keeps_its_points_its_colours_and_which_way_up_it_is() {
        let sent = photo(6);
        let read = jpeg(&sent).unwrap();
        assert_eq!((read.width, read.height), (30, 40));
        let plain = read.plain();
        let kept = [
            vec![0xFF, 0xD8],
            segment(0xE0, b"JFIF\0\x01\x01\x01\0\x48\0\x48\0\0"),
            segment(0xE1, &[EXIF, &exif(6)].concat()),
            segment(0xE2, b"ICC_PROFILE\0\x01\x01warna"),
            frame(),
            vec![0xFF, 0xD9],
        ];
        assert_eq!(plain, kept.concat());
        assert!(has(&sent, b"RAHASIA") && !has(&plain, b"RAHASIA") && !has(&plain, b"KAM"));
        assert_eq!(jpeg(&plain).unwrap().plain(), plain, "once more changes nothing");
        assert!(!has(&jpeg(&photo(1)).unwrap().plain(), b"Exif"), "the plain way up needs no word");
    }

    #[test]
    fn a_png_keeps_its_points_and_which_way_up_it_is() {
        let header = [&[0, 0, 0, 30, 0, 0, 0, 40][..], &[8, 0, 0, 0, 0]].concat();
        let kept = |exif: Option<Vec<u8>>| {
            let exif = exif.map(|exif| chunk(*b"eXIf", &exif)).unwrap_or_default();
            [PNG.to_vec(), chunk(*b"IHDR", &header), chunk(*b"gAMA", &[0, 0, 1, 1]), exif, chunk(*b"IDAT", b"titik")]
                .concat()
        };
        let said = [
            chunk(*b"tEXt", b"Author\0RAHASIA"),
            chunk(*b"iTXt", b"RAHASIA"),
            chunk(*b"tIME", &[0; 7]),
            chunk(*b"prVt", b"RAHASIA"),
        ];
        let end = chunk(*b"IEND", b"");
        for (turned, exif) in [(8, Some(exif(8).to_vec())), (1, None)] {
            let sent = [kept(Some(phone(turned))), said.concat(), end.clone()].concat();
            let read = png(&sent).unwrap();
            assert_eq!((read.width, read.height), (30, 40));
            let plain = read.plain();
            assert_eq!(plain, [kept(exif), end.clone()].concat());
            assert_eq!(png(&plain).unwrap().plain(), plain);
        }
    }

    proptest! {
        #[test]
        fn no_exif_breaks_the_walk(bytes in prop::collection::vec(any::<u8>(), 0..80), at in any::<prop::sample::Index>()) {
            let mut tiff = phone(6);
            let at = at.index(tiff.len());
            tiff.splice(at.., bytes);
            let _ = orientation(&tiff);
            let sent = [vec![0xFF, 0xD8], segment(0xE1, &[EXIF, &tiff].concat()), frame(), vec![0xFF, 0xD9]].concat();
            let plain = jpeg(&sent).unwrap().plain();
            prop_assert!(jpeg(&plain).is_some() && plain.len() <= sent.len() + 26);
        }
    }
}
