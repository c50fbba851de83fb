//! What an office must be.

use chrono::{DateTime, Utc};
use disnaker_entity::office;
use disnaker_entity::reference::RegionLevel;
use serde_json::Value;

use super::bodies::OfficePatch;
use crate::check::{Checks, UNKNOWN_REFERENCE};
use crate::problem::{Fault, FaultCode, Kind, Problem, Refusal, Text};
use crate::reference::{self, Codes};

const NOT_A_CODE: FaultCode = FaultCode::new("not-an-office-code", "Bukan kode kantor", "Not an office's code");
const TAKEN: FaultCode = FaultCode::new("taken", "Kode sudah dipakai", "The code is taken");

/// An office to be founded.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewOffice<'a> {
    /// The code of a province or district, with `-2` … `-99` for a further office in it.
    pub code: &'a str,
    /// Name.
    pub name: &'a str,
    /// Address; may be empty and be given later.
    pub address: &'a str,
    /// Telephone.
    pub phone: Option<&'a str>,
    /// Opening hours; may be empty and be given later.
    pub opening_hours: &'a str,
}

/// The code is another office's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeTaken;

impl Refusal for CodeTaken {
    fn kind(&self) -> Kind {
        Kind::AlreadyExists
    }

    fn faults(self) -> Vec<Fault> {
        vec![Fault::new(
            "/code",
            TAKEN,
            Value::Null,
            Text::of(
                "kode yang belum dipakai dinas lain, misalnya dengan akhiran berikutnya",
                "a code without an office, such as one with the next suffix",
            ),
        )]
    }
}

/// The region that an office's code names; none where it is not shaped like one.
fn region_of(code: &str) -> Option<&str> {
    let Some((region, suffix)) = code.split_once('-') else {
        return Some(code);
    };
    let number = suffix.parse::<u8>().ok().filter(|number| (2..=99).contains(number))?;
    (number.to_string() == suffix).then_some(region)
}

/// The row of a new office.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn found(new: NewOffice<'_>, now: DateTime<Utc>, codes: &Codes) -> Result<office::Model, Problem> {
    let mut checks = Checks::default();
    let region = region_of(new.code);
    let found = region.and_then(|region| codes.region(region));
    match (region, found.map(|region| region.level)) {
        (_, Some(RegionLevel::Province | RegionLevel::District)) => {}
        (None, _) => {
            let expected = Text::of(
                "kode provinsi atau kabupaten/kota, boleh dengan -2 sampai -99",
                "the code of a province or district, or with -2 to -99",
            );
            checks.fault("/code", NOT_A_CODE, new.code, expected);
        }
        (Some(_), _) => checks.fault("/code", UNKNOWN_REFERENCE, new.code, reference::A_PLACE),
    }
    let row = office::Model {
        code: new.code.to_owned(),
        name: new.name.to_owned(),
        region: region.unwrap_or_default().to_owned(),
        utc_offset: found.map(|region| region.utc_offset).unwrap_or_default(),
        address: new.address.to_owned(),
        phone: new.phone.map(str::to_owned),
        opening_hours: new.opening_hours.to_owned(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    check(&mut checks, &row, !new.address.is_empty(), !new.opening_hours.is_empty());
    checks.done().map(|()| row)
}

/// An office with its changes.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn changed(row: &office::Model, patch: OfficePatch, now: DateTime<Utc>) -> Result<office::Model, Problem> {
    let (address, hours) = (patch.address.is_some(), patch.opening_hours.is_some());
    let row = office::Model {
        name: patch.name.unwrap_or_else(|| row.name.clone()),
        address: patch.address.unwrap_or_else(|| row.address.clone()),
        phone: patch.phone.unwrap_or_else(|| row.phone.clone()),
        opening_hours: patch.opening_hours.unwrap_or_else(|| row.opening_hours.clone()),
        version: row.version + 1,
        updated_at: now,
        ..row.clone()
    };
    let mut checks = Checks::default();
    check(&mut checks, &row, address, hours);
    checks.done().map(|()| row)
}

/// What is given must be sound; address and hours may be missing until somebody gives them.
fn check(checks: &mut Checks, row: &office::Model, address: bool, hours: bool) {
    checks.line("/name", &row.name, 120);
    checks.optional_line("/address", address.then_some(&row.address), 300);
    checks.optional_line("/phone", row.phone.as_deref(), 40);
    checks.optional_line("/opening_hours", hours.then_some(&row.opening_hours), 200);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-01-05T01:00:00Z".parse().unwrap()
    }

    fn founded(code: &str) -> Result<office::Model, Vec<(String, &'static str)>> {
        found(NewOffice { code, name: "Disnaker", ..NewOffice::default() }, now(), &Codes::sample()).map_err(
            |problem| problem.into_faults().into_iter().map(|fault| (fault.pointer, fault.code.code)).collect(),
        )
    }

    #[test]
    fn an_office_stands_in_a_province_or_district_and_keeps_its_zone() {
        let place = |code| founded(code).map(|row| (row.region, row.utc_offset));
        assert_eq!(place("36"), Ok(("36".into(), 7)));
        assert_eq!(place("36.72"), Ok(("36.72".into(), 7)));
        assert_eq!(place("73.71"), Ok(("73.71".into(), 8)));
        assert_eq!(place("91.71-2"), Ok(("91.71".into(), 9)));
        for unknown in ["", "99", "36.99", "36.72.01", "36.72.01-2", "ID"] {
            assert_eq!(place(unknown), Err(vec![("/code".into(), "unknown-reference")]), "{unknown}");
        }
        for wrong in ["36-", "36-1", "36-02", "36-+2", "36-100", "36-2-2"] {
            assert_eq!(place(wrong), Err(vec![("/code".into(), "not-an-office-code")]), "{wrong}");
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let new = NewOffice { code: "x", name: "", address: "a\nb", phone: Some(""), opening_hours: "" };
        let problem = found(new, now(), &Codes::sample()).unwrap_err();
        let pointers: Vec<_> = problem.faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/code", "/name", "/address", "/phone"]);
    }

    #[test]
    fn a_merge_patch_clears_what_is_null_and_keeps_what_is_absent() {
        let row = founded("36.72").unwrap();
        let patch = |json: &str| serde_json::from_str::<OfficePatch>(json);
        let row = changed(&row, OfficePatch::sample(), now()).unwrap();
        assert_eq!((row.name.as_str(), row.phone.as_deref(), row.version), ("Disnaker", Some("(0254) 000000"), 2));
        let row = changed(&row, patch(r#"{"phone": null, "name": "Disnaker Kota Cilegon"}"#).unwrap(), now()).unwrap();
        assert_eq!((row.name.as_str(), row.phone.as_deref(), row.version), ("Disnaker Kota Cilegon", None, 3));
        assert!(row.address.contains("Cilegon"));
        assert!(changed(&row, patch(r#"{"address": ""}"#).unwrap(), now()).is_err());
        assert!(patch(r#"{"name": null}"#).is_err());
        assert!(patch(r#"{"code": "36.73"}"#).is_err());
    }
}
