//! What a certificate and an assessment must say, and until when competence holds. Pure.

use chrono::NaiveDate;
use disnaker_entity::training::Competence;
use serde_json::Value;

use super::bodies::{NewAssessment, NewCertificate};
use crate::book::Book;
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED};
use crate::deadline;
use crate::problem::{Kind, Problem, Refusal, Text};

/// How long a certificate of competence holds (BNSP practice).
const VALIDITY: &str = "training.competence-validity";

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateRefusal {
    /// Only who passed.
    NotPassed,
    /// The enrolment has a certificate in force.
    Issued,
    /// The holder's name was erased from the record.
    Nameless,
    /// The holder's name is another than when it was issued.
    Renamed,
    /// Another assessment has that number.
    NumberTaken,
}

impl Refusal for CertificateRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::NotPassed | Self::Nameless | Self::Renamed => Kind::IllegalTransition,
            Self::Issued | Self::NumberTaken => Kind::AlreadyExists,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::NotPassed => Text::of("Hanya bagi yang lulus.", "Only for who passed."),
            Self::Issued => Text::of(
                "Sertifikat untuk keikutsertaan ini sudah terbit; cabut dulu yang lama.",
                "The enrolment has a certificate in force; revoke that first.",
            ),
            Self::Nameless => Text::of(
                "Nama pemegang sudah dihapus dari data pencari kerja.",
                "The holder's name was erased from the record.",
            ),
            Self::Renamed => Text::of(
                "Nama pemegang berubah sejak sertifikat ini terbit; cabut (`revoke`) lalu terbitkan yang baru.",
                "The holder's name has changed since it was issued; `revoke` it, and issue another one.",
            ),
            Self::NumberTaken => Text::of(
                "Nomor sertifikat kompetensi itu sudah tercatat.",
                "The number of that certificate is on record.",
            ),
        })
    }
}

/// The number of a certificate: `SPL-36.72-2026-000001`.
#[must_use]
pub fn number(office: &str, year: i32, number: i64) -> String {
    format!("SPL-{office}-{year}-{number:06}")
}

/// Every fault of who signs.
///
/// # Errors
/// `invalid-content`.
pub fn check_signer(new: &NewCertificate) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.optional_line("/signer_name", new.signer_name.as_deref(), 80);
    checks.optional_line("/signer_number", new.signer_number.as_deref(), 30);
    checks.done()
}

/// Every fault of an assessment at once; the last day of a certificate of competence, where there is one.
///
/// # Errors
/// `invalid-content`; an internal error where a policy row is missing.
pub fn check_assessment(
    new: &NewAssessment,
    book: &Book,
    office: &str,
    today: NaiveDate,
) -> Result<Option<NaiveDate>, Problem> {
    let mut checks = Checks::default();
    checks.line("/body", &new.body, 160);
    checks.line("/scheme", &new.scheme, 160);
    checks.day("/assessed_on", Some(new.assessed_on));
    if new.assessed_on > today {
        let expected = Text::made(format!("{today} atau sebelumnya"), format!("{today} or earlier"));
        checks.fault("/assessed_on", OUT_OF_RANGE, new.assessed_on.to_string(), expected);
    }
    match (new.result, &new.number) {
        (Competence::Competent, Some(number)) => checks.line("/number", number, 80),
        (Competence::Competent, None) => {
            let expected = Text::of("nomor sertifikat kompetensi", "the number of the certificate of competence");
            checks.fault("/number", REQUIRED, Value::Null, expected);
        }
        (Competence::NotYet, Some(_)) => {
            let expected = Text::of("kosong: belum kompeten", "nothing: not yet competent");
            checks.fault("/number", NOT_ALLOWED, Value::Null, expected);
        }
        (Competence::NotYet, None) => {}
    }
    match (new.result, new.issued_on) {
        (Competence::Competent, Some(day)) if day >= new.assessed_on && day <= today => {}
        (Competence::Competent, Some(day)) => {
            checks.fault("/issued_on", OUT_OF_RANGE, day.to_string(), check::from_to(new.assessed_on, today));
        }
        (Competence::Competent, None) => {
            let expected = Text::of("tanggal sertifikat", "the day of the certificate");
            checks.fault("/issued_on", REQUIRED, Value::Null, expected);
        }
        (Competence::NotYet, Some(day)) => {
            let expected = Text::of("kosong: belum kompeten", "nothing: not yet competent");
            checks.fault("/issued_on", NOT_ALLOWED, day.to_string(), expected);
        }
        (Competence::NotYet, None) => {}
    }
    checks.done()?;
    let Some(issued_on) = new.issued_on else { return Ok(None) };
    let first = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap_or(issued_on);
    let validity = book.policies.at(VALIDITY, office, issued_on.max(first))?;
    Ok(Some(deadline::due(validity, issued_on, &book.calendar, office)?))
}
