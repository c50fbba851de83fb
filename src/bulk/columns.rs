//! The columns of rows: one table a kind. It says how a column is called in JSON and in a sheet, where it stands in the
//! row, and what it takes; template, reading and annotation all come from it.

use strsim::osa_distance;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::problem::Text;

/// Version of the template that is given out. Version 1 had the headers in [`Column::first`] and no drop-downs.
pub const VERSION: &str = "2";

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Line,
    /// A name or number of the sender's own: text, even where it looks like a number.
    Label,
    /// Some lines of text.
    Lines,
    /// Code of an occupation.
    Occupation,
    /// Code of an education level.
    Education,
    /// Code of a country.
    Country,
    /// Code of a district or sub-district, or its name where only one has it.
    Region,
    /// A whole number.
    Whole,
    /// Rupiah.
    Rupiah,
    /// A day.
    Day,
    /// Yes or no.
    Flag,
    /// Several texts.
    Texts,
    /// Sex.
    Sex,
    /// Digits that are no quantity.
    Digits,
    /// An id of this service.
    Id,
    /// One of several values.
    Choice(&'static [Choice]),
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// As in JSON.
    pub name: &'static str,
    /// Header in the template.
    pub header: &'static str,
    /// Header in version 1 of the template; empty where it is the same or there was none.
    pub first: &'static str,
    /// What else people call it.
    pub aliases: &'static [&'static str],
    /// Where it stands in a row.
    pub pointer: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Every row has it.
    pub required: bool,
    /// It is about a person: what was received is never told.
    pub personal: bool,
    /// What to write.
    pub note: Text,
}

/// A value of a column that takes one of several: as in JSON, as the template offers it, and what else people write,
/// without signs.
pub type Choice = (&'static str, &'static str, &'static [&'static str]);

/// What a file of some kind of rows looks like.
#[derive(Debug)]
pub struct Table {
    /// Its columns.
    pub columns: &'static [Column],
    /// Name of the template.
    pub file: &'static str,
    /// Title of the template.
    pub title: &'static str,
    /// Name of its sheet.
    pub sheet: &'static str,
    /// Its rows are about persons: a header that names no column may be a person's name or number.
    pub personal: bool,
    /// Fields that a row is shown with in JSON, and that are ignored when they are sent: pointers.
    pub shown: &'static [&'static str],
    /// Ids that a row is shown with, and must not have, since its reference names it: pointers.
    pub ids: &'static [&'static str],
}

/// Declares the columns of a table.
#[macro_export]
macro_rules! columns {
    ($(#[$doc:meta])* $table:ident: $($name:literal $header:literal $first:literal [$($alias:literal),*]
        $pointer:literal $kind:ident $(($choices:expr))? $need:ident $whose:ident $id:literal $en:literal;)+) => {
        $(#[$doc])*
        static $table: &[$crate::bulk::Column] = &[$($crate::bulk::Column {
            name: $name, header: $header, first: $first, aliases: &[$($alias),*], pointer: $pointer,
            kind: $crate::bulk::Kind::$kind $(($choices))?, required: $crate::columns!(@ $need),
            personal: $crate::columns!(@ $whose), note: $crate::problem::Text::of($id, $en),
        }),+];
    };
    (@ required) => { true };
    (@ optional) => { false };
    (@ personal) => { true };
    (@ open) => { false };
}

/// The column that a pointer into a row leads to, or into, or above: its place in the table; none for the whole row.
#[must_use]
pub fn at(columns: &[Column], pointer: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| within(pointer, column.pointer));
    let above = || columns.iter().position(|column| within(column.pointer, pointer));
    exact.or_else(above).filter(|_| !pointer.is_empty())
}

/// Whether a pointer is another one or leads into it.
#[must_use]
pub fn within(pointer: &str, outer: &str) -> bool {
    pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Headers that an annotated file has at its end, in both languages: they are the service's own, and nobody misses them.
pub const OWN: [[&str; 2]; 2] = [["Hasil", "Kesalahan"], ["Disposition", "Faults"]];

/// Whether a header is one of those, or what the first of them was called before.
fn is_own(header: &str) -> bool {
    OWN.as_flattened().contains(&header) || header == "Disposisi"
}

/// Which sheet column holds which column of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// By place in the table: the column of the sheet, from 0.
    pub places: Vec<Option<usize>>,
    /// Headers that no column has.
    pub extra: Vec<Extra>,
    /// Columns of the sheet, from 0, among the headers that are not read: those of `extra`, and those without a header.
    pub unread: Vec<usize>,
    /// Columns of the sheet up to the last header.
    pub width: usize,
    /// Headers of version 1 of the template stand in it.
    pub old: bool,
}

/// A header that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// The column of the sheet, from 0.
    pub at: usize,
    /// What it says, in at most 80 characters.
    pub header: String,
    /// The column of the table that it may mean.
    pub like: Option<usize>,
}

/// Holds a row of headers against the table: in any order, case and spacing. Nothing where it is no row of headers, which
/// has at least two of those that every row must have.
#[must_use]
pub fn layout<'a>(columns: &[Column], headers: impl Iterator<Item = &'a str>) -> Option<Layout> {
    let mut layout = Layout { places: vec![None; columns.len()], ..Layout::default() };
    let mut old = 0;
    for (at, header) in headers.enumerate() {
        let wanted = plain(header);
        if wanted.is_empty() {
            continue;
        }
        layout.unread.extend(layout.width..at);
        layout.width = at + 1;
        let named = columns.iter().position(|column| plain(column.name) == wanted || plain(column.header) == wanted);
        let first = || columns.iter().position(|column| !column.first.is_empty() && plain(column.first) == wanted);
        let alias = || columns.iter().position(|column| column.aliases.iter().any(|alias| plain(alias) == wanted));
        let of_old = named.is_none().then(first).flatten();
        let found = named.or(of_old).or_else(alias);
        match found.and_then(|found| layout.places.get_mut(found)) {
            Some(place @ None) => {
                *place = Some(at);
                old += usize::from(of_old.and_then(|at| columns.get(at)).is_some_and(|column| column.required));
            }
            _ if is_own(header.trim()) => {}
            _ => {
                layout.unread.push(at);
                layout.extra.push(Extra { at, header: header.trim().chars().take(80).collect(), like: found });
            }
        }
    }
    let found = columns.iter().zip(&layout.places).filter(|(column, place)| column.required && place.is_some());
    if found.count() < 2 {
        return None;
    }
    // People use some of the old words themselves.
    layout.old = old >= 2;
    let Layout { places, extra, .. } = &mut layout;
    for extra in extra.iter_mut().filter(|extra| extra.like.is_none()) {
        extra.like = near(columns, places, &plain(&extra.header));
    }
    Some(layout)
}

/// The column without a place whose name is nearest to a header: a quarter of its letters wrong, or part of it.
fn near(columns: &[Column], places: &[Option<usize>], wanted: &str) -> Option<usize> {
    let free = columns.iter().enumerate().zip(places).filter(|(_, place)| place.is_none());
    let names = free.flat_map(|((at, column), _)| {
        [column.name, column.header, column.first]
            .into_iter()
            .chain(column.aliases.iter().copied())
            .map(move |name| (at, name))
    });
    let distances = names.filter_map(|(at, name)| {
        let name = plain(name);
        let most = name.len() / 4;
        let part = name.len() >= 4 && wanted.contains(&name);
        let wrong = if name.len().abs_diff(wanted.len()) > most { usize::MAX } else { osa_distance(&name, wanted) };
        if wrong <= most { Some((wrong, 0, at)) } else { part.then_some((usize::MAX, usize::MAX - name.len(), at)) }
    });
    distances.min().map(|(_, _, at)| at)
}

/// A header or word without what people write differently: case, accents, spaces and signs.
pub fn plain(header: &str) -> String {
    let letters = header.nfd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase);
    letters.filter(|character| character.is_alphanumeric()).collect()
}
