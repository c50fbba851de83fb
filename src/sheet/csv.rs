//! Text with separators, in the forms that spreadsheet programs save.

use std::borrow::Cow;
use std::ops::ControlFlow;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Cell, MOST_COLUMNS, Reading, Row, Unreadable};
use crate::problem::Text;

const EXPECTED: Text = Text::of("teks dengan pemisah (CSV)", "text with separators (CSV)");
/// Separators, the likelier first.
const SEPARATORS: [char; 4] = [';', ',', '\t', '|'];

pub fn read(bytes: &[u8], mut each: impl FnMut(&str, Row) -> ControlFlow<()>) -> Result<Reading, Unreadable> {
    let (text, encoding) = decode(bytes)?;
    let (separator, skipped) = separator_of(&text);
    let body = text.get(skipped..).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .from_reader(body.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut last = 0;
    // Lines inside of fields make a line of the file differ from the row that the program shows.
    let mut inner_lines = 0;
    loop {
        let begin = reader.position().clone();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => return Err(Unreadable::Broken),
        }
        let line = begin.line() + empty_lines(body, begin.byte()) - inner_lines + u64::from(skipped > 0);
        last = line.max(last + 1);
        inner_lines += record.iter().map(|field| field.matches('\n').count() as u64).sum::<u64>();
        // A quotation mark that nothing closes swallows the rest of the file.
        let rest = usize::try_from(begin.byte()).ok().and_then(|from| body.as_bytes().get(from..)).unwrap_or_default();
        let at_end = reader.position().byte() >= body.len() as u64;
        if at_end && record.iter().any(|field| field.contains('\n')) && pieces(rest).is_multiple_of(2) {
            return Err(Unreadable::OpenQuote(last));
        }
        let cells = record.iter().take(MOST_COLUMNS).map(cell).collect();
        let row = Row { number: u32::try_from(last).unwrap_or(u32::MAX), cells };
        if each("", row).is_break() {
            break;
        }
    }
    Ok(Reading { encoding, separator: Some(separator), ..Reading::default() })
}

/// Pieces between quotation marks: one more than there are marks.
fn pieces(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'"').count()
}

/// The lines from a place on in which nothing stands: the reader passes over them.
fn empty_lines(body: &str, from: u64) -> u64 {
    let rest = usize::try_from(from).ok().and_then(|from| body.as_bytes().get(from..)).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    ends.filter(|byte| **byte == b'\n').count() as u64
}

fn cell(field: &str) -> Cell {
    if field.is_empty() { Cell::Empty } else { Cell::Text(field.to_owned()) }
}

/// The text of a file, and its encoding where it is no UTF-8. What is no UTF-8 is taken for Windows-1252, in which
/// spreadsheet programs in Indonesia save; a zero byte in it means that it is no text.
fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<&'static str>), Unreadable> {
    let (text, encoding) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (UTF_8.decode_without_bom_handling(rest).0, UTF_8),
        [0xFF, 0xFE, rest @ ..] => (UTF_16LE.decode_without_bom_handling(rest).0, UTF_16LE),
        [0xFE, 0xFF, rest @ ..] => (UTF_16BE.decode_without_bom_handling(rest).0, UTF_16BE),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), UTF_8),
            Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, WINDOWS_1252),
        },
    };
    if text.contains('\0') {
        return Err(Unreadable::NotTheFormat(EXPECTED));
    }
    Ok((text, (encoding != UTF_8).then(|| encoding.name())))
}

/// The separator of a file, and how many bytes of it say so (a first line `sep=;`). It is the one that stands most often in
/// the first line that holds something, outside of quotes.
fn separator_of(text: &str) -> (char, usize) {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if let Some(rest) = text.strip_prefix("sep=")
        && let Some(stated) = rest.chars().next().filter(char::is_ascii)
        && !matches!(stated, '\r' | '\n' | '"')
    {
        return (stated, text.find('\n').map_or(text.len(), |end| end + 1));
    }
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for character in first.chars() {
        if character == '"' {
            quoted = !quoted;
        } else if !quoted {
            for (count, separator) in counts.iter_mut().zip(SEPARATORS) {
                *count += usize::from(separator == character);
            }
        }
    }
    let best = counts.iter().zip(SEPARATORS).rev().max_by_key(|(count, _)| **count).filter(|(count, _)| **count > 0);
    (best.map_or(',', |(_, separator)| separator), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> (Vec<(u32, Vec<String>)>, Reading) {
        let mut rows = Vec::new();
        let reading = super::super::read(bytes, super::super::Format::Csv, |sheet, row| {
            assert_eq!(sheet, "");
            let texts = row.cells.iter().map(|cell| match cell {
                Cell::Text(text) => text.clone(),
                _ => String::new(),
            });
            rows.push((row.number, texts.collect()));
            ControlFlow::Continue(())
        });
        (rows, reading.unwrap())
    }

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_quotation_mark_that_nothing_closes_is_told_with_its_line() {
        let open = |text: &str| {
            let read = super::super::read(text.as_bytes(), super::super::Format::Csv, |_, _| ControlFlow::Continue(()));
            matches!(read, Err(Unreadable::OpenQuote(2)))
        };
        assert!(open("a;b\n1;\"dua\n3;empat\n"));
        assert!(!open("a;b\n1;\"dua\"\n3;pipa 5\"\n") && !open("a;b\n1;\"dua\ntiga\"\n"));
    }

    #[test]
    fn every_separator_and_encoding_reads_alike() {
        let expected = vec![(1, texts(&["posisi", "jumlah"])), (2, texts(&["Juru Ukir é", "2"]))];
        let plain = "posisi;jumlah\r\nJuru Ukir é;2\r\n";
        assert_eq!(rows(plain.as_bytes()).0, expected);
        assert_eq!(rows(&[b"\xEF\xBB\xBF", plain.as_bytes()].concat()).0, expected, "UTF-8 with a mark");
        let (read, reading) = rows(b"posisi,jumlah\nJuru Ukir \xE9,2\n");
        assert_eq!((read, reading.encoding, reading.separator), (expected.clone(), Some("windows-1252"), Some(',')));
        let wide: Vec<u8> = plain.replace(';', "\t").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (read, reading) = rows(&[b"\xFF\xFE".as_slice(), &wide].concat());
        assert_eq!((read, reading.encoding, reading.separator), (expected, Some("UTF-16LE"), Some('\t')));
    }

    #[test]
    fn a_row_has_the_number_that_the_program_shows() {
        let text = "a;b\n\n\"dua\nbaris\";\"x;y\"\n;\nakhir;1\n";
        let expected = vec![(1, texts(&["a", "b"])), (3, texts(&["dua\nbaris", "x;y"])), (5, texts(&["akhir", "1"]))];
        assert_eq!(rows(text.as_bytes()).0, expected);
        let stated = rows(b"sep=|\na|b;c\n1|2\n");
        assert_eq!(stated.0, vec![(2, texts(&["a", "b;c"])), (3, texts(&["1", "2"]))]);
    }

    #[test]
    fn a_comma_in_quotes_separates_nothing() {
        assert_eq!(rows(b"\"a,b,c\";d\n1;2\n").1.separator, Some(';'));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let read = super::read(b"PK\x03\x04\0\0", |_, _| ControlFlow::Continue(()));
        assert_eq!(read, Err(Unreadable::NotTheFormat(EXPECTED)));
    }
}
