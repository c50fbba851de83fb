//! What a cell means, as people in Indonesia type it: told exactly, or refused with the reason. Nothing is guessed, and nothing
//! that a spreadsheet program has spoilt is taken for what was meant.

use chrono::{Days, NaiveDate};

use super::Cell;
use crate::problem::{FaultCode, Text};

/// Why a cell has no meaning of the kind that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistyped {
    /// Stable code with its messages.
    pub code: FaultCode,
    /// What would have been understood.
    pub expected: Text,
}

/// What was typed; nothing for an empty cell.
pub type Typed<T> = Result<Option<T>, Mistyped>;

const CELL_ERROR: FaultCode =
    FaultCode::new("cell-error", "Sel berisi galat rumus", "The cell holds the error of a formula");
const UNCOMPUTED: FaultCode =
    FaultCode::new("formula-without-value", "Rumus belum dihitung", "The formula was never computed");
const NOT_A_NUMBER: FaultCode = FaultCode::new("not-a-number", "Bukan angka", "Not a number");
const AMBIGUOUS_NUMBER: FaultCode = FaultCode::new(
    "ambiguous-number",
    "Pemisah angka bermakna ganda",
    "The separator of the number can be read in two ways",
);
const NOT_WHOLE: FaultCode = FaultCode::new("not-whole", "Bukan bilangan bulat", "Not a whole number");
const NOT_A_DAY: FaultCode = FaultCode::new("not-a-day", "Bukan tanggal", "Not a day");
const SHORT_YEAR: FaultCode = FaultCode::new("short-year", "Tahun ditulis dua angka", "The year has two digits");
const NOT_YES_NO: FaultCode = FaultCode::new("not-yes-no", "Bukan ya atau tidak", "Neither yes nor no");
const SPOILT_DIGITS: FaultCode = FaultCode::new(
    "spoilt-by-spreadsheet",
    "Nomor rusak oleh aplikasi lembar kerja: hanya 15 angka pertama yang tersimpan",
    "The spreadsheet program has spoilt the number: it keeps 15 digits",
);

const WHOLE: Text =
    Text::of("bilangan bulat, misalnya 4.815.000 atau 4815000", "a whole number, such as 4.815.000 or 4815000");
const EITHER: Text = Text::of(
    "angka tanpa pemisah, atau titik di antara ribuan: 5500 atau 5.500",
    "digits without a separator, or points between thousands: 5500 or 5.500",
);
const DAY: Text = Text::of(
    "tanggal: 31/12/2026, 31-12-2026, 31 Desember 2026 atau 2026-12-31",
    "a day: 31/12/2026, 31-12-2026, 31 Desember 2026 or 2026-12-31",
);
const YES_NO: Text = Text::of("ya atau tidak", "ya (yes) or tidak (no)");
const COMPUTED: Text = Text::of(
    "nilai; buka berkas di aplikasi lembar kerja lalu simpan",
    "a value; open the file in a spreadsheet program and save it",
);
const AS_TEXT: Text = Text::of(
    "angkanya sebagai teks: ubah format kolom menjadi teks, lalu ketik ulang nomornya",
    "the digits as text: format the column as text, then type the number again",
);

/// The days that serial numbers of spreadsheet programs may mean here: 1954 to 2119.
const SERIALS: std::ops::RangeInclusive<i64> = 20_000..=80_000;
/// From here on a double may not hold what was typed.
const EXACT: f64 = 1e15;

const fn wrong<T>(code: FaultCode, expected: Text) -> Typed<T> {
    Err(Mistyped { code, expected })
}

/// The text of a cell without blanks around it.
///
/// # Errors
/// A formula without a value, or with an error.
pub fn text(cell: &Cell) -> Typed<String> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Truth(true) => "ya".to_owned(),
        Cell::Truth(false) => "tidak".to_owned(),
        Cell::Error(_) => return wrong(CELL_ERROR, COMPUTED),
        Cell::Uncomputed => return wrong(UNCOMPUTED, COMPUTED),
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// A whole number: `4.815.000`, `Rp 4.815.000,00`, `4,5 juta`, `4815000`, `(500)`, `2 orang`.
///
/// A single separator before three digits is a point between thousands where it is a point, as everybody here writes, and
/// ambiguous where it is a comma.
///
/// # Errors
/// What is no number, no whole one, or can be read in two ways.
pub fn whole(cell: &Cell) -> Typed<i64> {
    match cell {
        Cell::Number(number) if number.fract() != 0.0 || number.abs() >= EXACT => wrong(NOT_WHOLE, WHOLE),
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 15 digits")]
        Cell::Number(number) => Ok(Some(*number as i64)),
        Cell::Date(_) | Cell::Truth(_) => wrong(NOT_A_NUMBER, WHOLE),
        other => match text(other)? {
            Some(text) => whole_of(&text).map(Some),
            None => Ok(None),
        },
    }
}

fn whole_of(text: &str) -> Result<i64, Mistyped> {
    let not = |code| Mistyped { code, expected: WHOLE };
    let text = text.to_lowercase().replace(['\u{a0}', '\u{202f}'], " ");
    let text = ["rp.", "rp", "idr"].iter().find_map(|unit| text.strip_prefix(unit)).unwrap_or(&text).trim();
    let text = [",-", ".-"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let (text, unit) = [("juta", 1_000_000), ("jt", 1_000_000), ("ribu", 1000), ("rb", 1000)]
        .into_iter()
        .find_map(|(word, unit)| Some((text.strip_suffix(word)?.trim_end(), unit)))
        .unwrap_or((text, 1_i128));
    let text = text.strip_suffix("orang").map_or(text, str::trim_end);
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let (text, sign) = match (inner, text.strip_prefix(['-', '−'])) {
        (Some(inner), _) => (inner.trim(), -1),
        (None, Some(rest)) => (rest.trim_start(), -1),
        (None, None) => (text, 1),
    };
    let (digits, fraction) = split(text, unit > 1)?;
    let places = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
    let scale = 10_i128.checked_pow(places).ok_or_else(|| not(NOT_A_NUMBER))?;
    let all = format!("{digits}{fraction}").parse::<i128>().map_err(|_| not(NOT_A_NUMBER))?;
    let scaled = all.checked_mul(unit * sign).ok_or_else(|| not(NOT_A_NUMBER))?;
    if scaled % scale != 0 {
        return Err(not(NOT_WHOLE));
    }
    i64::try_from(scaled / scale).map_err(|_| not(NOT_A_NUMBER))
}

/// The digits before and after the decimal sign. In a number of thousands or millions (`short`, as in `4,5 juta`) a single
/// point before three digits is ambiguous, too: `1.500 juta` is one and a half for one and fifteen hundred for another.
fn split(text: &str, short: bool) -> Result<(String, String), Mistyped> {
    let not = || Mistyped { code: NOT_A_NUMBER, expected: WHOLE };
    let ambiguous = Err(Mistyped { code: AMBIGUOUS_NUMBER, expected: EITHER });
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    let last = text.rfind(['.', ',']);
    let three = last.is_some_and(|at| text.len() - at == 4) && !text.starts_with('0');
    let decimal = match (points, commas) {
        (1.., 1..) => last.and_then(|at| text.get(at..=at)),
        (1, 0) if three && short => return ambiguous,
        (0, 1) if three => return ambiguous,
        (1, 0) => (!three).then_some("."),
        (0, 1) => Some(","),
        _ => None,
    };
    let (whole, fraction) = match decimal {
        None => (text, ""),
        Some(sign) => text.rsplit_once(sign).ok_or_else(not)?,
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // Thousands are cut by one kind of sign, and not by the decimal one.
    let thousands = whole.chars().find(|character| !character.is_ascii_digit());
    let groups: Vec<&str> = thousands.map_or(vec![whole], |sign| whole.split(sign).collect());
    let sound = match (thousands, groups.as_slice()) {
        (None, _) => true,
        (Some('.' | ',' | ' '), [first, rest @ ..]) if thousands.map(String::from).as_deref() != decimal => {
            (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3)
        }
        _ => false,
    };
    if whole.is_empty() || !sound || !groups.iter().all(|group| digits(group)) || !digits(fraction) {
        return Err(not());
    }
    Ok((groups.concat(), fraction.to_owned()))
}

/// A day: `31/12/2026`, `31 Desember 2026`, `2026-12-31`, a date of the program, or its serial number.
///
/// # Errors
/// What is no day, has a month before its day, or a year of two digits.
pub fn day(cell: &Cell) -> Typed<NaiveDate> {
    match cell {
        Cell::Date(day) => Ok(Some(*day)),
        Cell::Number(number) => day_of_serial(*number).map_or_else(|| wrong(NOT_A_DAY, DAY), |day| Ok(Some(day))),
        Cell::Truth(_) => wrong(NOT_A_DAY, DAY),
        other => match text(other)? {
            Some(text) => day_of(&text).map(Some),
            None => Ok(None),
        },
    }
}

/// The day of a serial number of a spreadsheet program, which counts from the end of 1899; its time of day is left out.
#[must_use]
pub fn day_of_serial(serial: f64) -> Option<NaiveDate> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked behind it")]
    let days = serial.floor() as i64;
    let days = u64::try_from(days).ok().filter(|_| SERIALS.contains(&days))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

fn day_of(text: &str) -> Result<NaiveDate, Mistyped> {
    let not = || Mistyped { code: NOT_A_DAY, expected: DAY };
    // A time behind the day, as exports write it, says nothing about the day.
    let text = text.to_lowercase();
    let text = text.split_once('t').filter(|(day, _)| day.len() == 10).map_or(text.as_str(), |(day, _)| day);
    let text = text.strip_suffix(" 00:00:00").unwrap_or(text);
    if let Ok(serial) = text.parse::<u32>() {
        return day_of_serial(f64::from(serial)).ok_or_else(not);
    }
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ', ',']).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*year, number(month), number(day)),
        [day, month, year] => (*year, number(month).or_else(|| month_of(month)), number(day)),
        _ => return Err(not()),
    };
    if year.len() == 2 && number(year).is_some() {
        return Err(Mistyped { code: SHORT_YEAR, expected: DAY });
    }
    let year = number(year).filter(|_| year.len() == 4).and_then(|year| i32::try_from(year).ok());
    let date = year.zip(month).zip(day).and_then(|((year, month), day)| NaiveDate::from_ymd_opt(year, month, day));
    date.ok_or_else(not)
}

/// The month of an Indonesian or English name, or of its first three letters.
fn month_of(name: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &["januari", "january"],
        &["februari", "february", "pebruari"],
        &["maret", "march"],
        &["april"],
        &["mei", "may"],
        &["juni", "june"],
        &["juli", "july"],
        &["agustus", "august", "agt"],
        &["september"],
        &["oktober", "october"],
        &["november", "nopember"],
        &["desember", "december"],
    ];
    let is =
        |full: &&str| *full == name || (name.len() >= 3 && full.get(..3) == name.get(..3) && full.starts_with(name));
    let at = NAMES.iter().position(|names| names.iter().any(is))?;
    u32::try_from(at + 1).ok()
}

/// Yes or no: `ya`, `tidak`, `y`, `t`, `yes`, `no`, `true`, `false`, `1`, `0`, `v`, `-`.
///
/// A lone `t` is `tidak`: forms here offer Y/T.
///
/// # Errors
/// Anything else.
pub fn yes_no(cell: &Cell) -> Typed<bool> {
    match cell {
        Cell::Truth(truth) => Ok(Some(*truth)),
        other => match text(other)?.map(|text| text.to_lowercase()).as_deref() {
            None => Ok(None),
            Some("ya" | "iya" | "y" | "yes" | "true" | "benar" | "1" | "v" | "x" | "✓" | "✔") => Ok(Some(true)),
            Some("tidak" | "tdk" | "tak" | "t" | "no" | "n" | "false" | "salah" | "0" | "-") => Ok(Some(false)),
            Some(_) => wrong(NOT_YES_NO, YES_NO),
        },
    }
}

/// A number of digits that is no quantity, such as a NIK: blanks, points, dashes and a leading apostrophe are left out. A program
/// that kept it as a number kept its first 15 digits, so that what stands there is not what was typed.
///
/// # Errors
/// A number of more than 15 digits that is kept as one, or the scientific notation of it (`3,67201E+15`).
pub fn digits(cell: &Cell) -> Typed<String> {
    match cell {
        Cell::Number(number) if number.abs() >= EXACT || number.fract() != 0.0 => wrong(SPOILT_DIGITS, AS_TEXT),
        other => match text(other)? {
            Some(text) if is_scientific(&text) => wrong(SPOILT_DIGITS, AS_TEXT),
            Some(text) => Ok(Some(text.trim_start_matches('\'').replace([' ', '\u{a0}', '.', '-'], ""))),
            None => Ok(None),
        },
    }
}

fn is_scientific(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let Some((mantissa, exponent)) = text.split_once('e') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(exponent.trim_start_matches(['+', '-'])) && digits(&mantissa.replace([',', '.'], ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn code<T>(typed: &Typed<T>) -> &'static str {
        typed.as_ref().err().map_or("", |wrong| wrong.code.code)
    }

    #[test]
    fn numbers_are_read_as_they_are_written_here() {
        for (text, number) in [
            ("4815000", 4_815_000),
            ("4.815.000", 4_815_000),
            ("Rp 4.815.000", 4_815_000),
            ("Rp. 4.815.000,-", 4_815_000),
            ("Rp4.815.000,00", 4_815_000),
            ("IDR 4,815,000.00", 4_815_000),
            ("4,815,000", 4_815_000),
            ("4 815 000", 4_815_000),
            ("5.500", 5500),
            ("5,0", 5),
            ("5.00", 5),
            ("4,5 juta", 4_500_000),
            ("4,81 jt", 4_810_000),
            ("750 ribu", 750_000),
            ("-3", -3),
            ("(1.200)", -1200),
            ("2 orang", 2),
            ("0", 0),
        ] {
            assert_eq!(whole(&typed(text)), Ok(Some(number)), "{text}");
        }
        assert_eq!(whole(&typed("  ")), Ok(None));
        assert_eq!(whole(&Cell::Number(12.0)), Ok(Some(12)));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_guessed() {
        for text in ["5,500", "1.500 juta", "1,500 jt"] {
            assert_eq!(code(&whole(&typed(text))), "ambiguous-number", "{text}");
        }
        for text in ["4.815.102,80", "1,5", "0.500", "0,5"] {
            assert_eq!(code(&whole(&typed(text))), "not-whole", "{text}");
        }
        for text in
            ["4.8155.000", "4.000.000 - 5.000.000", "empat juta", "1.2.3", "1,2,3", "4.815,000.00", "1e6", "--5", "٣"]
        {
            assert_eq!(code(&whole(&typed(text))), "not-a-number", "{text}");
        }
        assert_eq!(code(&whole(&typed(&"9".repeat(60)))), "not-a-number");
        assert_eq!(code(&whole(&Cell::Number(1.5))), "not-whole");
        assert_eq!(code(&whole(&Cell::Error("#N/A".into()))), "cell-error");
        assert_eq!(code(&whole(&Cell::Uncomputed)), "formula-without-value");
    }

    #[test]
    fn days_are_read_day_before_month() {
        let day_31 = NaiveDate::from_ymd_opt(2026, 12, 31);
        for text in [
            "31/12/2026",
            "31-12-2026",
            "31.12.2026",
            "31 Desember 2026",
            "31 Des 2026",
            "31-Dec-2026",
            "2026-12-31",
            "2026/12/31",
            "2026-12-31T00:00:00Z",
            "31/12/2026 00:00:00",
            "46387",
        ] {
            assert_eq!(day(&typed(text)), Ok(day_31), "{text}");
        }
        assert_eq!(day(&Cell::Number(46_387.0)), Ok(day_31));
        assert_eq!(day(&typed("1 Agt 2026")), Ok(NaiveDate::from_ymd_opt(2026, 8, 1)));
        assert_eq!(code(&day(&typed("31/12/26"))), "short-year");
        for text in ["12/31/2026", "31/2/2026", "besok", "31 Foo 2026", "1", "+1/2/2026", "31 J 2026", "ju 1 2026"] {
            assert_eq!(code(&day(&typed(text))), "not-a-day", "{text}");
        }
    }

    #[test]
    fn yes_and_no_have_many_words() {
        assert_eq!(yes_no(&typed("Ya")), Ok(Some(true)));
        assert_eq!(yes_no(&typed("TIDAK")), Ok(Some(false)));
        assert_eq!(yes_no(&Cell::Number(1.0)), Ok(Some(true)));
        for (text, meant) in [("Y", true), ("t", false), ("Iya", true), ("TRUE", true), ("false", false), ("-", false)]
        {
            assert_eq!(yes_no(&typed(text)), Ok(Some(meant)), "{text}");
        }
        assert_eq!(code(&yes_no(&typed("mungkin"))), "not-yes-no");
    }

    #[test]
    fn spoilt_digits_are_refused_and_typed_ones_kept() {
        let kept = Ok(Some("3672010101990001".to_owned()));
        for text in ["3672010101990001", "'3672010101990001", "367201 010199 0001", "36.72.01.010199.0001"] {
            assert_eq!(digits(&typed(text)), kept, "{text}");
        }
        for text in ["3.67201E+15", "3,67201E+15", "3.6e15"] {
            assert_eq!(code(&digits(&typed(text))), "spoilt-by-spreadsheet", "{text}");
        }
        assert_eq!(code(&digits(&Cell::Number(3_672_010_101_990_000.0))), "spoilt-by-spreadsheet");
        assert_eq!(digits(&Cell::Number(9_120_001_234_567.0)), Ok(Some("9120001234567".into())));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let cell = Cell::Text(text);
            let _ = (whole(&cell), day(&cell), yes_no(&cell), digits(&cell), super::text(&cell));
        }

        #[test]
        fn a_number_written_with_points_is_itself(number in -1_000_000_000_000_i64..1_000_000_000_000) {
            let plain = number.abs().to_string();
            let mut pointed = String::new();
            for (at, digit) in plain.chars().enumerate() {
                if at > 0 && (plain.len() - at) % 3 == 0 {
                    pointed.push('.');
                }
                pointed.push(digit);
            }
            let sign = if number < 0 { "-" } else { "" };
            prop_assert_eq!(whole(&typed(&format!("{sign}{pointed}"))), Ok(Some(number)));
        }

        #[test]
        fn every_day_reads_alike_in_each_form(days in 0_u64..60_000) {
            let date = NaiveDate::from_ymd_opt(1955, 1, 1).unwrap() + Days::new(days);
            for form in ["%d/%m/%Y", "%-d-%-m-%Y", "%Y-%m-%d", "%d %B %Y"] {
                prop_assert_eq!(day(&typed(&date.format(form).to_string())), Ok(Some(date)));
            }
        }
    }
}
