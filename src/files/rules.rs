//! What a file is: told by its content, to its last byte.
//!
//! A format is walked from its first mark to its last, and nothing may come after: what is two formats at once (a picture that
//! is also an archive, or a page of script) is refused, and so is a picture that would fill a reader's memory.
//!
//! This is no scanner for malicious software. Of a PDF the names are looked at, decoded, in its plain structure and in its
//! compressed object streams; one whose object streams can't be read so is refused. The content of its other streams is
//! not looked at: pages, fonts and pictures are there, and nothing that runs by itself.

use std::borrow::Cow;
use std::io::Read;

use disnaker_entity::file::{AttachmentSubject, FileKind, MediaType};
use flate2::read::ZlibDecoder;

use super::picture::{self, LONGEST_SIDE, MOST_POINTS};
use super::{ATTACHMENTS, PICTURES};
use crate::check;
use crate::personal;
use crate::problem::{Fault, FaultCode, Kind, Problem, Text};

/// The content is none of the accepted kinds, or not whole.
pub const NOT_SUCH_A_FILE: FaultCode = FaultCode::new(
    "not-such-a-file",
    "Isi berkas bukan jenis yang diterima, atau tidak utuh",
    "The content of the file is no accepted kind, or not whole",
);
/// Longest name of a file, in characters.
const LONGEST_NAME: usize = 120;
/// Longest side of a person's photo, in points, and its most points together: it is printed on a card.
const LONGEST_PHOTO: u32 = 5_000;
const MOST_OF_PHOTO: u64 = 20_000_000;
/// Size of a PDF's object streams together, once unpacked.
const MOST_OBJECTS: u64 = 64 * 1024 * 1024;
/// An archive's directory ends within this many bytes of its end.
const ZIP_TAIL: usize = 65_557;

/// A kind of attachment, and how it is known.
type Known = (MediaType, fn(&[u8]) -> bool);
const KINDS: [Known; 3] = [
    (MediaType::Pdf, is_pdf),
    (MediaType::Jpeg, |bytes| picture::jpeg(bytes).is_some()),
    (MediaType::Png, |bytes| picture::png(bytes).is_some()),
];

/// Which kind of attachment bytes are.
///
/// # Errors
/// `invalid-content` where they are none, or an archive at once.
pub fn examine(bytes: &[u8]) -> Result<MediaType, Problem> {
    let is = |known: &&Known| known.1(bytes);
    let found = KINDS.iter().find(is).filter(|_| !ends_as_zip(bytes));
    found.map(|(kind, _)| *kind).ok_or_else(|| refused(None, ATTACHMENTS))
}

/// What a person's paper is, and its bytes as they are kept: a picture loses what is not needed to show it, above all the
/// place, the day and the device that a camera writes into it. A PDF stays as it is.
///
/// # Errors
/// Those of [`examine`]; `invalid-content` for a photo that is no picture, or too large for a card.
pub fn cleaned(kind: FileKind, bytes: &[u8]) -> Result<(MediaType, Option<Vec<u8>>), Problem> {
    let found = examine(bytes)?;
    let picture = match found {
        MediaType::Jpeg => picture::jpeg(bytes),
        MediaType::Png => picture::png(bytes),
        _ if kind == FileKind::Photo => return Err(refused(Some(found), PICTURES)),
        _ => None,
    };
    if let Some(picture) = picture.as_ref().filter(|_| kind == FileKind::Photo)
        && !picture.is_within(LONGEST_PHOTO, MOST_OF_PHOTO)
    {
        let expected = Text::made(
            format!("foto paling besar {LONGEST_PHOTO} titik per sisi dan {MOST_OF_PHOTO} seluruhnya"),
            format!("a photo of at most {LONGEST_PHOTO} points a side and {MOST_OF_PHOTO} together"),
        );
        let received = format!("{} x {}", picture.width, picture.height);
        return Err(Problem::new(Kind::InvalidContent).faults(vec![Fault::new(
            "",
            NOT_SUCH_A_FILE,
            received,
            expected,
        )]));
    }
    Ok((found, picture.map(|picture| picture.plain())))
}

/// The kind of a new attachment: a person's paper says which it is, and another record's has no kind.
///
/// # Errors
/// `invalid-content`.
pub fn kind_of(subject: AttachmentSubject, said: Option<FileKind>) -> Result<FileKind, Problem> {
    let of_person = |kind: &FileKind| !matches!(kind, FileKind::Attachment | FileKind::Upload);
    let (code, expected) = match (subject, said) {
        (AttachmentSubject::JobSeeker, Some(kind)) if of_person(&kind) => return Ok(kind),
        (AttachmentSubject::JobSeeker, said) => {
            let kinds = FileKind::ALL.iter().copied().filter(of_person).map(FileKind::as_str);
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            (if said.is_some() { check::NOT_ALLOWED } else { check::REQUIRED }, Text::made(kinds.clone(), kinds))
        }
        (_, None | Some(FileKind::Attachment)) => return Ok(FileKind::Attachment),
        (_, Some(_)) => (check::NOT_ALLOWED, Text::of("`attachment`, atau tidak disebut", "`attachment`, or nothing")),
    };
    let received = said.map_or(serde_json::Value::Null, |kind| kind.as_str().into());
    Err(Problem::new(Kind::InvalidContent).faults(vec![Fault::new("kind", code, received, expected)]))
}

/// A file that is not what it should be.
#[must_use]
pub fn refused(found: Option<MediaType>, accepted: &[MediaType]) -> Problem {
    let kinds = accepted.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    let expected = Text::made(
        format!(
            "{kinds}; utuh, tanpa apa pun sesudah akhirnya, tanpa kata sandi, skrip, atau berkas di dalamnya; gambar paling \
             besar {LONGEST_SIDE} titik per sisi dan {MOST_POINTS} seluruhnya"
        ),
        format!(
            "{kinds}; whole, nothing after its end, no password, no script, no embedded file; a picture of at most \
             {LONGEST_SIDE} points a side and {MOST_POINTS} together"
        ),
    );
    let received = found.map_or(serde_json::Value::Null, |found| found.as_str().into());
    Problem::new(Kind::InvalidContent).faults(vec![Fault::new("", NOT_SUCH_A_FILE, received, expected)])
}

/// A name that harms no file system, no header and nobody: its last part, printable, of a bounded length, without a person's
/// number; none where nothing stays.
#[must_use]
pub fn file_name(sent: &str) -> Option<String> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let printable = last.chars().filter(|character| !character.is_control() && !check::is_direction(*character));
    let name: String = printable.filter(|character| !"<>:\"|?*".contains(*character)).take(LONGEST_NAME).collect();
    let name = name.trim_matches([' ', '.']);
    (!name.is_empty()).then(|| personal::veiled(name).into_owned())
}

/// From the header to `%%EOF` (ISO 32000-2, 7.5), with nothing before or after, without a password, and without what would run
/// or is hidden.
fn is_pdf(bytes: &[u8]) -> bool {
    let end = bytes.trim_ascii_end();
    let tail = end.get(end.len().saturating_sub(1024)..).unwrap_or_default();
    (bytes.starts_with(b"%PDF-1.") || bytes.starts_with(b"%PDF-2."))
        && end.ends_with(b"%%EOF")
        && find(tail, b"startxref").is_some()
        && is_open(bytes)
        && are_objects_open(bytes)
}

/// Names of what locks a PDF, runs or hides a file, and all that begin so.
const CLOSED: &[&[u8]] = &[b"Encrypt", b"JavaScript", b"Launch", b"EmbeddedFile", b"Rendition", b"RichMedia"];
/// Names of scripts that are too short to look for in what is compressed, where they stand by chance.
const SCRIPTS: &[&[u8]] = &[b"JS", b"XFA"];
/// A stream that holds objects.
const OBJECTS: &[u8] = b"ObjStm";
/// As much of a name as is looked at.
const NAME: usize = 16;

/// The names in bytes (ISO 32000-2, 7.3.5) with what follows them; `#` and two digits are the byte that they stand for.
fn names(bytes: &[u8]) -> impl Iterator<Item = (Vec<u8>, &[u8])> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let is_regular = |byte: u8| !byte.is_ascii_whitespace() && byte != 0 && !b"()<>[]{}/%".contains(&byte);
    bytes.split(|byte| *byte == b'/').skip(1).map(move |mut rest| {
        let mut name = Vec::with_capacity(NAME);
        while let (true, Some((first, mut after))) = (name.len() < NAME, rest.split_first()) {
            let mut byte = *first;
            if let (b'#', [high, low, behind @ ..]) = (byte, after)
                && let (Some(high), Some(low)) = (digit(*high), digit(*low))
            {
                (byte, after) = (high * 16 + low, behind);
            } else if !is_regular(byte) {
                break;
            }
            name.push(byte);
            rest = after;
        }
        (name, rest)
    })
}

/// Whether nothing in bytes is named like what locks, runs or hides.
fn is_open(bytes: &[u8]) -> bool {
    names(bytes).all(|(name, _)| !CLOSED.iter().any(|closed| name.starts_with(closed)))
}

/// Whether no script stands in bytes that are not compressed: its name, and a text, a list or a reference.
fn is_without_script(bytes: &[u8]) -> bool {
    let begins = |rest: &[u8]| rest.trim_ascii_start().first().is_some_and(|byte| b"(<[0123456789".contains(byte));
    names(bytes).all(|(name, rest)| !SCRIPTS.contains(&name.as_slice()) || !begins(rest))
}

/// Whether every object stream (ISO 32000-2, 7.5.7) can be looked into, and neither there nor between the streams stands a script
/// or what is closed.
fn are_objects_open(bytes: &[u8]) -> bool {
    let hold_objects = |bytes| names(bytes).filter(|(name, _)| name == OBJECTS).count();
    let (mut rest, mut left, mut seen) = (bytes, MOST_OBJECTS, 0);
    while !rest.is_empty() {
        let begin =
            rest.windows(7).position(|word| matches!(word, [b's', b't', b'r', b'e', b'a', b'm', b'\r' | b'\n']));
        let (plain, stream) = rest.split_at(begin.unwrap_or(rest.len()));
        let stream = stream.strip_prefix(b"stream").unwrap_or_default();
        let (content, after) = stream.split_at(find(stream, b"endstream").unwrap_or(stream.len()));
        rest = after.strip_prefix(b"endstream").unwrap_or_default();
        if !is_without_script(plain) {
            return false;
        }
        let object = plain.windows(3).rposition(|word| word == b"obj").and_then(|at| plain.get(at..)).unwrap_or(plain);
        let holds = hold_objects(object);
        if holds > 0 {
            let Some(objects) = unpacked(object, content.trim_ascii_start(), &mut left) else { return false };
            if !is_open(&objects) || !is_without_script(&objects) {
                return false;
            }
            seen += holds;
        }
    }
    // One that stands elsewhere, a reader may find and this walk did not.
    seen == hold_objects(bytes)
}

/// The content of an object stream; none where it is packed in another way than by deflate alone, or is too large.
fn unpacked<'a>(object: &[u8], content: &'a [u8], left: &mut u64) -> Option<Cow<'a, [u8]>> {
    let filters: Vec<_> = names(object).map(|(name, _)| name).filter(|name| find(name, b"Decode").is_some()).collect();
    match filters.as_slice() {
        [] => Some(Cow::Borrowed(content)),
        [filter] if filter == b"FlateDecode" => {
            let mut objects = Vec::new();
            ZlibDecoder::new(content).take(*left).read_to_end(&mut objects).ok()?;
            *left = left.checked_sub(u64::try_from(objects.len()).ok()?).filter(|left| *left > 0)?;
            Some(Cow::Owned(objects))
        }
        _ => None,
    }
}

/// Where a word stands first.
fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window.first() == word.first() && window == word)
}

/// Whether the last bytes are the end of an archive's directory: then the whole is one, whatever stands before.
fn ends_as_zip(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(ZIP_TAIL)..).unwrap_or_default();
    let ends = |end: &[u8]| {
        let comment = end.get(20..).and_then(|end| end.split_first_chunk::<2>());
        end.starts_with(b"PK\x05\x06")
            && comment.is_some_and(|(length, comment)| usize::from(u16::from_le_bytes(*length)) == comment.len())
    };
    (0..tail.len()).any(|at| tail.get(at..).is_some_and(ends))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use flate2::{Compression, write::ZlibEncoder};
    use proptest::prelude::*;
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::picture::chunk;
    use super::*;

    /// One grey point.
    fn png() -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&[0, 128]).unwrap();
        let header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
        let chunks = [chunk(*b"IHDR", &header), chunk(*b"IDAT", &packed.finish().unwrap()), chunk(*b"IEND", b"")];
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
    }

    fn jpeg() -> Vec<u8> {
        let frame = [0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0];
        let scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0, 0xFF, 0xD0, 0x34];
        [&[0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1], frame.as_slice(), &scan, &[0xFF, 0xD9]].concat()
    }

    fn pdf(inside: &str) -> Vec<u8> {
        format!("%PDF-1.7\n1 0 obj << /Type /Catalog {inside} >> endobj\nstartxref\n9\n%%EOF\n").into_bytes()
    }

    fn archive(names: &[&str]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"<x/>").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn found(bytes: &[u8]) -> Option<MediaType> {
        examine(bytes).ok()
    }

    #[test]
    fn each_kind_is_known_by_its_content() {
        assert_eq!(found(&png()), Some(MediaType::Png));
        assert_eq!(found(&jpeg()), Some(MediaType::Jpeg));
        assert_eq!(found(&[jpeg(), vec![0; 3], jpeg()].concat()), Some(MediaType::Jpeg));
        assert_eq!(found(&pdf("")), Some(MediaType::Pdf));
        for other in [archive(&["[Content_Types].xml", "xl/workbook.xml"]), b"{\"a\": 1}".to_vec(), b"a;b\n".to_vec()] {
            assert_eq!(found(&other), None);
        }
    }

    #[test]
    fn what_is_cut_or_goes_on_is_no_file() {
        for whole in [png(), jpeg()] {
            assert_eq!(found(&whole[..whole.len() - 1]), None);
        }
        for whole in [png(), jpeg(), pdf("")] {
            let zip = archive(&["a"]);
            assert!(examine(&[whole.as_slice(), b"<script>"].concat()).is_err());
            assert!(examine(&[whole.as_slice(), &zip].concat()).is_err());
            assert!(examine(&[zip.as_slice(), &whole].concat()).is_err());
        }
        let mut changed = png();
        changed[45] ^= 1;
        assert!(examine(&changed).is_err());
    }

    #[test]
    fn an_archive_that_hides_in_a_picture_is_refused() {
        // The directory's comment swallows the rest of the picture.
        let rest = &jpeg()[8..];
        let mut hidden = b"PK\x05\x06".to_vec();
        hidden.extend([0; 16]);
        hidden.extend(u16::try_from(rest.len()).unwrap().to_le_bytes());
        let length = u16::try_from(hidden.len() + 2).unwrap().to_be_bytes();
        let both = [&[0xFF, 0xD8, 0xFF, 0xFE], length.as_slice(), &hidden, rest].concat();
        assert!(picture::jpeg(&both).is_some());
        assert!(examine(&both).is_err());
    }

    /// An object stream of a PDF.
    fn objects(filter: &str, packed: &[u8]) -> Vec<u8> {
        let head = format!("%PDF-1.7\n4 0 obj << /Type /ObjStm {filter} /N 1 /First 4 >>\nstream\r\n");
        [head.as_bytes(), packed, b"\nendstream endobj\nstartxref\n9\n%%EOF"].concat()
    }

    fn deflated(text: &[u8]) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn a_pdf_that_runs_or_is_locked_is_refused() {
        for inside in [
            "/Encrypt 5 0 R",
            "/OpenAction << /S /JavaScript >>",
            "/OpenAction << /S /J#61va#53cript /JS (x) >>",
            "/A << /S /Launch >>",
            "/A << /S /#4cAUNCH /S /#4Caunch >>",
            "/EmbeddedFiles 7 0 R",
            "/AA << /O << /S /Other /JS 7 0 R >> >>",
            "/AA << /O << /S /Other /J#53\n<6170> >> >>",
            "/AcroForm << /XFA [(template) 8 0 R] >>",
        ] {
            assert!(examine(&pdf(inside)).is_err(), "{inside}");
            let hidden = objects("/Filter /FlateDecode", &deflated(inside.as_bytes()));
            assert!(examine(&hidden).is_err(), "packed: {inside}");
        }
        for harmless in ["/OpenAction [3 0 R /Fit]", "/Title (HTML/JS)", "/JSON 5", "/Launcher"] {
            assert_eq!(examine(&pdf(harmless)).is_ok(), harmless != "/Launcher", "{harmless}");
        }
        assert!(examine(b"%PDF-1.4 and no end").is_err());
    }

    #[test]
    fn an_object_stream_is_looked_into_or_refused() {
        let (flate, catalog) = ("/Filter /FlateDecode", b"1 0 << /Type /Catalog >>");
        let whole = objects(flate, &deflated(catalog));
        assert_eq!(found(&whole), Some(MediaType::Pdf));
        assert_eq!(found(&objects("", catalog)), Some(MediaType::Pdf), "one that is not packed");
        // What stands in the other streams is no object: a picture may have any bytes.
        let picture = [b"%PDF-1.7\n5 0 obj << /Length 9 >>\nstream\n/JS (x)\0\nendstream\n", &whole[9..]].concat();
        assert_eq!(found(&picture), Some(MediaType::Pdf));
        let bomb = deflated(&vec![b' '; usize::try_from(MOST_OBJECTS).unwrap()]);
        for hidden in [
            objects("/Filter /LZWDecode", &deflated(catalog)),
            objects("/Filter [/ASCIIHexDecode /FlateDecode]", &deflated(catalog)),
            objects("/Filter /FlateDecode /DecodeParms << /Predictor 12 >>", &deflated(catalog)),
            objects(flate, b"no deflate"),
            objects(flate, &bomb),
            [b"%PDF-1.7\n% stream\n", &whole[9..]].concat(),
        ] {
            assert_eq!(found(&hidden), None, "{:?}", String::from_utf8_lossy(&hidden[..80]));
        }
    }

    #[test]
    fn a_picture_that_would_fill_a_reader_is_refused() {
        let sized = |width: u16, height: u16| {
            let mut png = png();
            png.splice(16..24, [u32::from(width).to_be_bytes(), u32::from(height).to_be_bytes()].concat());
            let header = chunk(*b"IHDR", &png[16..29]);
            png.splice(8..33, header);
            let mut jpeg = jpeg();
            let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
            jpeg.splice(frame + 5..frame + 9, [height.to_be_bytes(), width.to_be_bytes()].concat());
            (found(&png), found(&jpeg))
        };
        let taken = (Some(MediaType::Png), Some(MediaType::Jpeg));
        for (width, height) in [(1, 1), (20_000, 5_000), (10_000, 10_000)] {
            assert_eq!(sized(width, height), taken, "{width} by {height}");
        }
        for (width, height) in [(0, 1), (1, 0), (20_001, 1), (1, 65_535), (10_001, 10_000)] {
            assert_eq!(sized(width, height), (None, None), "{width} by {height}");
        }
    }

    #[test]
    fn a_name_keeps_what_is_harmless() {
        assert_eq!(file_name("..\\..\\KTP \u{202e}contoh.pdf").as_deref(), Some("KTP contoh.pdf"));
        assert_eq!(file_name("/etc/../..").as_deref(), None);
        assert_eq!(file_name("KTP 3672014101990007.jpg").as_deref(), Some("KTP 3672••••••••0007.jpg"));
        assert_eq!(file_name("a\r\nb\"c.png").as_deref(), Some("abc.png"));
        assert_eq!(file_name(&"x".repeat(500)).map(|name| name.len()), Some(LONGEST_NAME));
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_examination(
            start in 0..6_usize, cut in any::<prop::sample::Index>(), noise in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let whole = vec![png(), jpeg(), pdf(""), archive(&["xl/workbook.xml"]), b"{\"a\":[".to_vec(), Vec::new()].swap_remove(start);
            let at = cut.index(whole.len() + 1);
            let mut bytes = whole[..at].to_vec();
            bytes.extend(noise);
            bytes.extend(&whole[at..]);
            let _ = found(&bytes);
        }
    }
}
