//! What a provider, a programme and an instructor must say of themselves. Pure.

use disnaker_entity::reference::RegionLevel;
use disnaker_entity::training::Delivery;

use super::bodies::{NewInstructor, NewProgramme, NewProvider};
use crate::check::{self, Checks, NOT_ALLOWED, TWICE, UNKNOWN_REFERENCE};
use crate::problem::{Kind, Problem, Refusal, Text};
use crate::reference::{A_DISTRICT, Codes};

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderRefusal {
    /// The office has one of that name.
    Named,
    /// A class of the programme takes applications or runs: what it teaches was announced.
    Taught,
}

impl Refusal for ProviderRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Named => Kind::AlreadyExists,
            Self::Taught => Kind::IllegalTransition,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::Named => Text::of("Dinas ini sudah memiliki yang bernama sama.", "The office has one of that name."),
            Self::Taught => Text::of(
                "Kelas program ini sedang dibuka, diseleksi atau berjalan: unitnya tetap. Buat program baru untuk kelas berikutnya.",
                "A class of the programme takes applications, selects or runs: its units stay. Write down another programme for the next one.",
            ),
        })
    }
}

/// Every fault of a provider at once.
///
/// # Errors
/// `invalid-content`.
pub fn check(new: &NewProvider, codes: &Codes) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.line("/name", &new.name, 160);
    checks.optional_line("/licence", new.licence.as_deref(), 120);
    checks.line("/address", &new.address, 300);
    checks.line("/contact/name", &new.contact.name, 120);
    checks.email("/contact/email", &new.contact.email);
    checks.optional_line("/contact/phone", new.contact.phone.as_deref(), 40);
    if codes.region(&new.region).is_none_or(|region| region.level == RegionLevel::Province) {
        checks.fault("/region", UNKNOWN_REFERENCE, cut(&new.region), A_DISTRICT);
    }
    checks.done()
}

/// Every fault of a programme at once; the hours of its units together.
///
/// # Errors
/// `invalid-content`.
pub fn check_programme(new: &NewProgramme, codes: &Codes) -> Result<i32, Problem> {
    let mut checks = Checks::default();
    checks.line("/name", &new.name, 160);
    checks.line("/trade", &new.trade, 80);
    if let Some(occupation) = new.occupation.as_deref().filter(|code| !codes.occupation_known(code)) {
        checks.fault("/occupation", UNKNOWN_REFERENCE, cut(occupation), check::code_of("/v1/occupations"));
    }
    if let Some(education) = new.education.as_deref().filter(|code| codes.education_rank(code).is_none()) {
        checks.fault("/education", UNKNOWN_REFERENCE, cut(education), check::code_of("/v1/education-levels"));
    }
    checks.count("/units", new.units.len(), 1, 60);
    for (at, unit) in new.units.iter().enumerate() {
        checks.line(format!("/units/{at}/code"), &unit.code, 40);
        checks.line(format!("/units/{at}/title"), &unit.title, 200);
        checks.range(format!("/units/{at}/hours"), unit.hours.into(), 1, 2_000);
        if new.units.iter().take(at).any(|other| other.code.trim() == unit.code.trim()) {
            let expected = Text::of("setiap unit satu kali", "each unit once");
            checks.fault(format!("/units/{at}/code"), TWICE, cut(&unit.code), expected);
        }
    }
    if !new.units.is_empty() && new.units.iter().all(|unit| unit.delivery == Delivery::Online) {
        let expected = Text::of("paling sedikit satu unit tatap muka", "at least one unit in person");
        checks.fault("/units", NOT_ALLOWED, Delivery::Online.as_str(), expected);
    }
    checks.done()?;
    Ok(new.units.iter().map(|unit| unit.hours).sum())
}

/// Every fault of an instructor at once.
///
/// # Errors
/// `invalid-content`.
pub fn check_instructor(new: &NewInstructor) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.line("/name", &new.name, 120);
    checks.optional_line("/registration", new.registration.as_deref(), 60);
    checks.optional_line("/certificate", new.certificate.as_deref(), 120);
    checks.count("/trades", new.trades.len(), 1, 10);
    for (at, trade) in new.trades.iter().enumerate() {
        checks.line(format!("/trades/{at}"), trade, 80);
    }
    checks.done()
}

/// As much of a code as an error shows.
fn cut(code: &str) -> String {
    code.chars().take(20).collect()
}
