//! Content checks that every room uses: all faults are kept, each with a pointer, what was received and what was
//! expected.

use std::fmt::Display;

use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use crate::problem::{Fault, FaultCode, Kind, Problem, Text};

/// The field must be there.
pub const REQUIRED: FaultCode = FaultCode::new("required", "Wajib diisi", "Required");
/// The field is not one of the declared ones.
pub const UNKNOWN_FIELD: FaultCode = FaultCode::new("unknown-field", "Isian tidak dikenal", "Unknown field");
/// The parameter is not one of the declared ones.
pub const UNKNOWN_PARAMETER: FaultCode =
    FaultCode::new("unknown-parameter", "Parameter tidak dikenal", "Unknown parameter");
/// The field stands twice.
pub const DUPLICATE_FIELD: FaultCode =
    FaultCode::new("duplicate-field", "Isian ditulis dua kali", "The field stands twice");
/// What may be there once is there again.
pub const TWICE: FaultCode = FaultCode::new("stands-twice", "Tercantum dua kali", "Stands twice");
/// The value is of another type.
pub const WRONG_TYPE: FaultCode = FaultCode::new("wrong-type", "Jenis nilai tidak sesuai", "Wrong type of value");
/// The value is not one of the words allowed.
pub const NOT_ONE_OF: FaultCode = FaultCode::new("not-one-of", "Bukan salah satu pilihan", "Not one of the choices");
/// The value is not allowed here.
pub const NOT_ALLOWED: FaultCode = FaultCode::new("not-allowed", "Nilai tidak diperbolehkan", "Value not allowed");
/// The text is too long.
pub const TOO_LONG: FaultCode = FaultCode::new("too-long", "Terlalu panjang", "Too long");
/// The text says too little.
pub const TOO_SHORT: FaultCode = FaultCode::new("too-short", "Terlalu pendek", "Too short");
/// The text is empty or blank.
pub const BLANK: FaultCode = FaultCode::new("blank", "Tidak boleh kosong", "Must not be blank");
/// The text holds control or direction characters.
pub const UNPRINTABLE: FaultCode =
    FaultCode::new("unprintable", "Memuat karakter kendali atau arah tulisan", "Holds control or direction characters");
/// The number is outside its range.
pub const OUT_OF_RANGE: FaultCode = FaultCode::new("out-of-range", "Di luar rentang", "Out of range");
/// The list has too few or too many items.
pub const WRONG_COUNT: FaultCode = FaultCode::new("wrong-count", "Jumlah butir tidak sesuai", "Wrong number of items");
/// The code or id names nothing that exists or may be seen.
pub const UNKNOWN_REFERENCE: FaultCode = FaultCode::new(
    "unknown-reference",
    "Rujukan tidak ditemukan",
    "The reference names nothing that exists or that you may see",
);
/// The value is not an address of electronic mail.
pub const NOT_AN_EMAIL: FaultCode = FaultCode::new("not-an-email", "Bukan alamat surel", "Not an e-mail address");

/// What [`REQUIRED`] asks for, where there is no more to say.
pub const A_VALUE: Text = Text::of("isi", "a value");
/// Characters that a reason or a purpose needs to say anything.
const LEAST_SAID: usize = 5;

/// What [`UNPRINTABLE`] asks for.
pub const PRINTABLE: Text = Text::of("karakter yang dapat dicetak", "printable characters");

/// From the least to the most: numbers or days.
#[must_use]
pub fn from_to(least: impl Display, most: impl Display) -> Text {
    Text::made(format!("{least} sampai {most}"), format!("{least} to {most}"))
}

/// The least that may be.
#[must_use]
pub fn at_least(least: impl Display) -> Text {
    Text::made(format!("paling sedikit {least}"), format!("at least {least}"))
}

/// The first day that may be.
#[must_use]
pub fn or_later(first: NaiveDate) -> Text {
    Text::made(format!("{first} atau sesudahnya"), format!("{first} or later"))
}

/// The longest text that may be.
#[must_use]
pub fn at_most_characters(most: usize) -> Text {
    Text::made(format!("paling banyak {most} karakter"), format!("at most {most} characters"))
}

/// A code of a list of reference data, by its path.
#[must_use]
pub fn code_of(list: &str) -> Text {
    Text::made(format!("kode dari {list}"), format!("a code of {list}"))
}

/// Collects faults and soft findings.
#[derive(Debug, Default)]
pub struct Checks {
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

impl Checks {
    /// Adds a fault.
    pub fn fault(&mut self, pointer: impl Into<String>, code: FaultCode, received: impl Into<Value>, expected: Text) {
        self.faults.push(Fault::new(pointer, code, received, expected));
    }

    /// Adds a soft finding: something that the office should see, and that refuses nothing.
    pub fn warning(&mut self, pointer: impl Into<String>, code: FaultCode, received: impl Into<Value>, expected: Text) {
        self.warnings.push(Fault::new(pointer, code, received, expected));
    }

    /// One printable line of 1 to `most` characters.
    pub fn line(&mut self, pointer: impl Into<String>, text: &str, most: usize) {
        self.text(pointer.into(), text, most, char::is_control);
    }

    /// One printable line, where there is one.
    pub fn optional_line(&mut self, pointer: impl Into<String>, text: Option<&str>, most: usize) {
        if let Some(text) = text {
            self.line(pointer, text, most);
        }
    }

    /// Printable lines of together 1 to `most` characters.
    pub fn lines(&mut self, pointer: impl Into<String>, text: &str, most: usize) {
        self.text(pointer.into(), text, most, |character| {
            character.is_control() && !matches!(character, '\n' | '\r' | '\t')
        });
    }

    /// Lines that say why: together [`LEAST_SAID`] to `most` characters.
    pub fn reason(&mut self, pointer: impl Into<String>, text: &str, most: usize) {
        let (pointer, said) = (pointer.into(), text.trim().chars().count());
        if !(1..LEAST_SAID).contains(&said) {
            return self.lines(pointer, text, most);
        }
        let expected =
            Text::made(format!("{LEAST_SAID} sampai {most} karakter"), format!("{LEAST_SAID} to {most} characters"));
        self.fault(pointer, TOO_SHORT, said, expected);
    }

    /// What whole numbers are read for, which the record of reads keeps.
    pub fn purpose(&mut self, pointer: &str, text: &str) {
        self.reason(pointer, text, 200);
    }

    fn text(&mut self, pointer: String, text: &str, most: usize, control: impl Fn(char) -> bool) {
        let length = text.chars().count();
        if text.trim().is_empty() {
            self.fault(
                pointer,
                BLANK,
                length,
                Text::made(format!("1 sampai {most} karakter"), format!("1 to {most} characters")),
            );
        } else if length > most {
            self.fault(pointer, TOO_LONG, length, at_most_characters(most));
        } else if text.chars().any(|character| control(character) || is_direction(character)) {
            self.fault(pointer, UNPRINTABLE, Value::Null, PRINTABLE);
        }
    }

    /// A number from `least` to `most`.
    pub fn range(&mut self, pointer: impl Into<String>, number: i64, least: i64, most: i64) {
        if !(least..=most).contains(&number) {
            self.fault(pointer, OUT_OF_RANGE, number, from_to(least, most));
        }
    }

    /// A day that both engines can hold and somebody can mean.
    pub fn day(&mut self, pointer: impl Into<String>, day: Option<NaiveDate>) {
        if let Some(day) = day.filter(|day| !(1900..=2199).contains(&day.year())) {
            self.fault(
                pointer,
                OUT_OF_RANGE,
                day.to_string(),
                Text::of("tanggal dari tahun 1900 sampai 2199", "a day from 1900 to 2199"),
            );
        }
    }

    /// A list of `least` to `most` items.
    pub fn count(&mut self, pointer: impl Into<String>, items: usize, least: usize, most: usize) {
        if !(least..=most).contains(&items) {
            self.fault(
                pointer,
                WRONG_COUNT,
                items,
                Text::made(format!("{least} sampai {most} butir"), format!("{least} to {most} items")),
            );
        }
    }

    /// An address of electronic mail, as far as one can tell by looking.
    pub fn email(&mut self, pointer: impl Into<String>, text: &str) {
        let sound = text.len() <= 254
            && text.split_once('@').is_some_and(|(user, host)| {
                !user.is_empty()
                    && !host.contains('@')
                    && host.contains('.')
                    && !host.starts_with('.')
                    && !host.ends_with('.')
            })
            && text.chars().all(|character| character.is_ascii_graphic());
        if !sound {
            self.fault(pointer, NOT_AN_EMAIL, Value::Null, Text::of("NAMA@HOST", "NAME@HOST"));
        }
    }

    /// A value that parses; its fault otherwise. The received text is kept only when it is no person's data.
    pub fn parsed<T>(
        &mut self,
        pointer: impl Into<String>,
        parsed: Result<T, disnaker_entity::Fault>,
        received: Value,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(fault) => {
                let code = FaultCode::new(fault.code, "Nilai tidak sah", "Not a valid value");
                self.fault(pointer, code, received, Text::of(fault.id, fault.en));
                None
            }
        }
    }

    /// The soft findings, where there are no faults.
    ///
    /// # Errors
    /// `invalid-content` with every fault.
    pub fn warnings(self) -> Result<Vec<Fault>, Problem> {
        if self.faults.is_empty() {
            Ok(self.warnings)
        } else {
            Err(Problem::new(Kind::InvalidContent).faults(self.faults))
        }
    }

    /// Takes in what others found, as far as it is `wanted`.
    pub fn absorb(&mut self, other: Self, wanted: impl Fn(&Fault) -> bool) {
        self.faults.extend(other.faults.into_iter().filter(&wanted));
        self.warnings.extend(other.warnings.into_iter().filter(wanted));
    }

    /// Faults and soft findings, for those who tell both.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Fault>, Vec<Fault>) {
        (self.faults, self.warnings)
    }

    /// The faults alone, for those who answer with another kind of problem.
    #[must_use]
    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Nothing, where there are no faults.
    ///
    /// # Errors
    /// `invalid-content` with every fault.
    pub fn done(self) -> Result<(), Problem> {
        self.warnings().map(drop)
    }
}

/// Characters that change the direction of the text around them, or that nobody sees.
#[must_use]
pub fn is_direction(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(check: impl Fn(&mut Checks)) -> Vec<&'static str> {
        let mut checks = Checks::default();
        check(&mut checks);
        checks.faults.iter().map(|fault| fault.code.code).collect()
    }

    #[test]
    fn hostile_text_is_refused() {
        assert_eq!(codes(|checks| checks.line("/a", "Operator\0", 50)), ["unprintable"]);
        assert_eq!(codes(|checks| checks.line("/a", "abc\u{202E}cba", 50)), ["unprintable"]);
        assert_eq!(codes(|checks| checks.line("/a", "  ", 50)), ["blank"]);
        assert_eq!(codes(|checks| checks.line("/a", "abc", 2)), ["too-long"]);
        assert_eq!(codes(|checks| checks.line("/a", "Ñandú 'Abdul", 50)), Vec::<&str>::new());
        assert_eq!(codes(|checks| checks.lines("/a", "a\nb", 50)), Vec::<&str>::new());
    }

    #[test]
    fn an_email_has_a_name_and_a_host() {
        assert_eq!(codes(|checks| checks.email("/a", "hrd@contoh.co.id")), Vec::<&str>::new());
        for wrong in ["", "hrd", "@contoh.id", "a@b@c.id", "a@localhost", "a b@c.id"] {
            assert_eq!(codes(|checks| checks.email("/a", wrong)), ["not-an-email"], "{wrong}");
        }
    }
}
