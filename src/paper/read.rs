//! The text of a paper, read back out of its PDF, so that tests see what a reader sees.

use std::collections::HashMap;
use std::io::Read;

/// The pages of a paper; each text that was set is a line.
///
/// # Panics
/// Where the PDF is not of the form that [`super::Paper`] makes.
#[must_use]
pub fn pages(pdf: &[u8]) -> Vec<String> {
    let objects = objects(pdf);
    let object = |id: &str| &objects[id.trim()];
    let streams = |id: &str| String::from_utf8(object(id).1.clone()).unwrap();
    let (_, kids) = object("1").0.split_once("/Kids[").unwrap();
    let (kids, _) = kids.split_once(']').unwrap();
    let page = |id: &str| {
        let page = &object(id).0;
        let fonts = &object(reference(page, "/Resources")).0;
        let font = |name: &str| {
            let font = &object(reference(fonts, name)).0;
            letters(&streams(reference(font, "/ToUnicode")))
        };
        let fonts: HashMap<_, _> =
            ["/f0 ", "/f1 "].into_iter().filter(|name| fonts.contains(name)).map(|name| (name, font(name))).collect();
        shown(&object(reference(page, "/Contents")).1, &fonts)
    };
    kids.split(" 0 R").map(str::trim).filter(|id| !id.is_empty()).map(page).collect()
}

/// The whole text, its spaces and line ends left out: a line may break anywhere.
#[must_use]
pub fn run(pdf: &[u8]) -> String {
    pages(pdf).concat().split_whitespace().collect()
}

/// The objects by number: their dictionaries, and their streams unpacked.
fn objects(pdf: &[u8]) -> HashMap<String, (String, Vec<u8>)> {
    let mut objects = HashMap::new();
    let mut rest = pdf;
    while let Some(at) = find(rest, b" 0 obj\n") {
        let id = rest[..at].rsplit(|byte| *byte == b'\n').next().unwrap();
        let id = String::from_utf8(id.to_vec()).unwrap();
        let body = &rest[at + 7..];
        let end = find(body, b"endobj").unwrap();
        let stream = find(&body[..end], b"stream\n");
        let head = String::from_utf8_lossy(&body[..stream.unwrap_or(end)]).into_owned();
        let mut content = Vec::new();
        let mut end = end;
        if let Some(begin) = stream {
            let length = head.split_once("/Length ").unwrap().1;
            let length = length[..length.find(|one: char| !one.is_ascii_digit()).unwrap()].parse::<usize>().unwrap();
            let packed = &body[begin + 7..begin + 7 + length];
            end = begin + 7 + length;
            if head.contains("/FlateDecode") {
                flate2::read::ZlibDecoder::new(packed).read_to_end(&mut content).unwrap();
            }
        }
        objects.insert(id, (head, content));
        rest = &body[end..];
    }
    objects
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The number of the object that a key of a dictionary refers to.
fn reference<'a>(dictionary: &'a str, key: &str) -> &'a str {
    let (_, rest) = dictionary.split_once(key).unwrap();
    rest.split_once(" 0 R").unwrap().0
}

/// What the glyphs of a font stand for.
fn letters(map: &str) -> HashMap<u16, String> {
    let code = |hex: &str| u16::from_str_radix(hex, 16).unwrap();
    let pairs = map.lines().filter_map(|line| line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <"));
    let text = |hex: &str| {
        let units: Vec<_> = (0..hex.len() / 4).map(|at| code(&hex[at * 4..at * 4 + 4])).collect();
        String::from_utf16(&units).unwrap()
    };
    pairs.filter(|(glyph, _)| *glyph != "0000").map(|(glyph, hex)| (code(glyph), text(hex))).collect()
}

/// The texts that a page shows.
fn shown(content: &[u8], fonts: &HashMap<&str, HashMap<u16, String>>) -> String {
    let (mut text, mut rest, none) = (String::new(), content, HashMap::new());
    while let Some(at) = find(rest, b"BT ") {
        let end = find(&rest[at..], b"\nET").unwrap() + at;
        // Parentheses that match stand in a string as they are.
        let (mut bytes, mut depth) = (Vec::new(), 0);
        let set = &rest[at..end];
        let font = ["/f0 ", "/f1 "].into_iter().find(|name| find(set, name.as_bytes()).is_some());
        let mut characters = set.iter().copied().peekable();
        while let Some(byte) = characters.next() {
            match byte {
                b'(' if depth == 0 => depth = 1,
                b')' if depth == 1 => depth = 0,
                b'\\' => bytes.push(match characters.next().unwrap() {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    digit @ b'0'..=b'7' => {
                        let mut value = digit - b'0';
                        for _ in 0..2 {
                            let Some(digit) = characters.next_if(u8::is_ascii_digit) else { break };
                            value = value.wrapping_mul(8) + (digit - b'0');
                        }
                        value
                    }
                    other => other,
                }),
                other if depth > 0 => {
                    depth = depth + u8::from(other == b'(') - u8::from(other == b')');
                    bytes.push(other);
                }
                _ => {}
            }
        }
        let letters = font.map_or(&none, |font| &fonts[font]);
        text.extend(
            bytes
                .chunks_exact(2)
                .filter_map(|pair| letters.get(&u16::from_be_bytes([pair[0], pair[1]])))
                .map(String::as_str),
        );
        text.push('\n');
        rest = &rest[end..];
    }
    text
}
