//! What a company must say of itself.

use disnaker_entity::Nib;
use disnaker_entity::reference::RegionLevel;

use super::bodies::NewCompany;
use crate::book::{Book, NO_OFFICE, Office, SERVED};
use crate::check::{self, Checks, OUT_OF_RANGE, UNKNOWN_REFERENCE};
use crate::problem::{FaultCode, Kind, Problem, Refusal, Text};
use crate::reference::{self, Codes};

const NOT_A_DISTRICT: FaultCode =
    FaultCode::new("not-a-district", "Bukan kabupaten, kota, atau kecamatan", "Not a district or sub-district");
const KBLI_DIGITS: FaultCode = FaultCode::new("kbli-digits", "Kode KBLI tidak sah", "Not a KBLI code");

/// Why a registration is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompanyRefusal {
    /// Somebody registered this NIB and branch before (unique by NIB and branch; PP 5/2021: one NIB a business).
    Exists,
}

impl Refusal for CompanyRefusal {
    fn kind(&self) -> Kind {
        Kind::CompanyExists
    }

    fn detail(&self) -> Option<Text> {
        Some(Text::of(
            "Mintalah undangan kepada admin perusahaan atau dinas, lalu terima melalui /v1/invitations/accept.",
            "Ask the company's admin or its office for an invitation and accept it at /v1/invitations/accept.",
        ))
    }
}

/// Every fault of a company's data at once; the office that receives what it files.
///
/// # Errors
/// `invalid-content`.
pub fn check<'a>(company: &NewCompany, codes: &Codes, book: &'a Book) -> Result<&'a Office, Problem> {
    let mut checks = Checks::default();
    checks.parsed("/nib", Nib::parse(&company.nib), company.nib.chars().count().into());
    checks.line("/branch", &company.branch, 20);
    checks.line("/name", &company.name, 160);
    checks.line("/address", &company.address, 300);
    checks.line("/contact/name", &company.contact.name, 120);
    checks.email("/contact/email", &company.contact.email);
    checks.optional_line("/contact/phone", company.contact.phone.as_deref(), 40);
    if codes.sector(&company.sector, &company.sector_edition).is_none() {
        let received = format!("{} ({})", company.sector, company.sector_edition);
        let expected = Text::of("kode dan edisi dari /v1/sectors", "a code and edition of /v1/sectors");
        checks.fault("/sector", UNKNOWN_REFERENCE, received, expected);
    }
    if let Some(code) = &company.kbli_code
        && (!(2..=5).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_digit()))
    {
        checks.fault("/kbli_code", KBLI_DIGITS, code.as_str(), Text::of("2 sampai 5 angka", "2 to 5 digits"));
    }
    let workforce = company.workforce;
    for (pointer, number) in
        [("men", workforce.men), ("women", workforce.women), ("with_disability", workforce.with_disability)]
    {
        checks.range(format!("/workforce/{pointer}"), number.into(), 0, 1_000_000);
    }
    if workforce.with_disability > workforce.men.saturating_add(workforce.women) {
        let expected = Text::of("paling banyak men + women", "at most men + women");
        checks.fault("/workforce/with_disability", OUT_OF_RANGE, workforce.with_disability, expected);
    }
    let office = book.receiving_office(&company.region);
    match codes.region(&company.region) {
        None => checks.fault("/region", UNKNOWN_REFERENCE, company.region.as_str(), check::code_of("/v1/regions")),
        Some(region) if region.level == RegionLevel::Province => {
            checks.fault("/region", NOT_A_DISTRICT, company.region.as_str(), reference::A_DISTRICT);
        }
        Some(_) if office.is_none() => {
            checks.fault("/region", NO_OFFICE, company.region.as_str(), SERVED);
        }
        Some(_) => {}
    }
    checks.done()?;
    office.ok_or_else(|| Problem::internal("a sound company without an office"))
}
