//! Values that are parsed once, at the edge, and trusted afterwards.

use chrono::{Datelike, NaiveDate};

crate::words! {
    /// Sex as the identity card states it (L / P).
    Sex {
        /// Male (laki-laki).
        Male = "male",
        /// Female (perempuan).
        Female = "female",
    }
}

/// Why a text is not the value it should be: a stable code and what was expected instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable code of the fault.
    pub code: &'static str,
    /// What would have been accepted, in Indonesian.
    pub id: &'static str,
    /// What would have been accepted, in English.
    pub en: &'static str,
}

/// National identity number (Nomor Induk Kependudukan, NIK): 16 digits `PP KK CC DDMMYY SSSS`.
///
/// The number keeps the region of issue for life, so an unknown district is no fault. Women carry the day of
/// birth plus 40. There is no check digit: a well-formed number is no proof of existence (UU 23/2006 art. 13).
#[derive(Clone, PartialEq, Eq)]
pub struct Nik(String);

impl Nik {
    /// Parses sixteen ASCII digits with a region, a real calendar date and a serial.
    ///
    /// # Errors
    /// `nik-digits` for anything but 16 ASCII digits, `nik-region`, `nik-birth-date` or `nik-serial` for the part
    /// that can't be.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let digits = text.as_bytes();
        if digits.len() != 16 || !digits.iter().all(u8::is_ascii_digit) {
            return Err(Fault { code: "nik-digits", id: "16 angka 0-9", en: "16 digits 0-9" });
        }
        let nik = Self(text.to_owned());
        let (province, district, sub_district) = (nik.pair(0), nik.pair(2), nik.pair(4));
        if province < 11 || district == 0 || sub_district == 0 {
            return Err(Fault {
                code: "nik-region",
                id: "provinsi mulai 11, kabupaten/kota dan kecamatan bukan 00",
                en: "province from 11, district and sub-district not 00",
            });
        }
        if nik.birth_dates().next().is_none() {
            return Err(Fault {
                code: "nik-birth-date",
                id: "tanggal lahir HHBBTT; hari ditambah 40 bagi perempuan",
                en: "a calendar date DDMMYY; women add 40 to the day",
            });
        }
        if nik.0.ends_with("0000") {
            return Err(Fault { code: "nik-serial", id: "nomor urut mulai 0001", en: "a serial number from 0001" });
        }
        Ok(nik)
    }

    /// The sixteen digits. Only encryption, the blind index and a recorded full view may ask.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The form that staff sees by default: `3306••••••••0001`.
    #[must_use]
    pub fn masked(&self) -> String {
        let head = self.0.get(..4).unwrap_or_default();
        let tail = self.0.get(12..).unwrap_or_default();
        format!("{head}••••••••{tail}")
    }

    /// Sex, encoded by the day of birth (women: day + 40).
    #[must_use]
    pub fn sex(&self) -> Sex {
        if self.pair(6) > 40 { Sex::Female } else { Sex::Male }
    }

    /// The dates of birth that the six digits can mean: the century is not encoded.
    pub fn birth_dates(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let (day, month, year) = (self.pair(6), self.pair(8), self.pair(10));
        let day = if day > 40 { day - 40 } else { day };
        [1900, 2000].into_iter().filter_map(move |century| {
            NaiveDate::from_ymd_opt(century + i32::from(year), u32::from(month), u32::from(day))
        })
    }

    /// The year of birth of somebody who is between `youngest` and `oldest` years old.
    #[must_use]
    pub fn birth_year(&self, today: NaiveDate, youngest: i32, oldest: i32) -> Option<i32> {
        let plausible = |date: &NaiveDate| (youngest..=oldest).contains(&(today.year() - date.year()));
        self.birth_dates().filter(plausible).map(|date| date.year()).last()
    }

    fn pair(&self, at: usize) -> u8 {
        self.0.get(at..at + 2).and_then(|pair| pair.parse().ok()).unwrap_or_default()
    }
}

impl std::fmt::Debug for Nik {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Nik(redacted)")
    }
}

/// Business identification number (Nomor Induk Berusaha, NIB): 13 digits (PP 5/2021).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nib(String);

impl Nib {
    /// Parses thirteen ASCII digits.
    ///
    /// # Errors
    /// `nib-digits` for anything else.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault { code: "nib-digits", id: "13 angka 0-9", en: "13 digits 0-9" })
        }
    }

    /// The thirteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        Nik::parse(text).err().map_or("", |fault| fault.code)
    }

    #[test]
    fn a_nik_tells_sex_and_birth_date() {
        let man = Nik::parse("3306081708950001").unwrap();
        assert_eq!(man.sex(), Sex::Male);
        let woman = Nik::parse("3672045704900002").unwrap();
        assert_eq!(woman.sex(), Sex::Female);
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        assert_eq!(woman.birth_year(today, 10, 90), Some(1990));
        assert_eq!(man.masked(), "3306••••••••0001");
    }

    #[test]
    fn the_days_between_the_two_sexes_do_not_exist() {
        for day in ["00", "32", "40", "72", "99"] {
            assert_eq!(code(&format!("330608{day}08950001")), "nik-birth-date", "day {day}");
        }
        for day in ["01", "31", "41", "71"] {
            assert_eq!(code(&format!("330608{day}08950001")), "", "day {day}");
        }
    }

    #[test]
    fn a_leap_day_needs_a_leap_year() {
        assert_eq!(code("3306082902960001"), "");
        assert_eq!(code("3306082902950001"), "nik-birth-date");
    }

    #[test]
    fn digits_that_only_look_right_are_refused() {
        assert_eq!(code("３３０６０８１７０８９５０００１"), "nik-digits");
        assert_eq!(code("3.30612E+15"), "nik-digits");
        assert_eq!(code("3306081708950000"), "nik-serial");
        assert_eq!(code("3300081708950001"), "nik-region");
    }

    #[test]
    fn a_nik_does_not_print_itself() {
        let nik = Nik::parse("3306081708950001").unwrap();
        assert!(!format!("{nik:?}").contains("1708"));
    }
}
