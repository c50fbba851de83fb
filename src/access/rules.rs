//! Who may give which role where.

use disnaker_entity::access::Role;
use disnaker_entity::company::CompanyId;
use disnaker_entity::mandate::MandateScope;

use crate::book::{AN_OFFICE, Book, OWN_OFFICE};
use crate::caller::{Grant, Scope, province_of};
use crate::check::{Checks, NOT_ALLOWED, REQUIRED, UNKNOWN_REFERENCE};
use crate::problem::{FaultCode, Kind, Problem, Refusal, Text};

const NOT_YOURS_TO_GIVE: FaultCode =
    FaultCode::new("role-not-yours-to-give", "Peran ini tidak dapat Anda berikan", "This role is not yours to give");

/// Why an invitation is refused. An unknown code and a used one answer alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationRefusal {
    /// Unknown, used, or past its days (policy `invitation.expiry`).
    Spent,
}

impl Refusal for InvitationRefusal {
    fn kind(&self) -> Kind {
        Kind::InvitationUsed
    }
}

/// Where a role is to be given.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Role.
    pub role: Role,
    /// Office.
    pub office: Option<&'a str>,
    /// Company, with its office, where it exists.
    pub company: Option<(CompanyId, Option<&'a str>)>,
}

/// A role in an office is given by those who run that office, a role in a company by those who run the company
/// or its office; a province's admin only by a province's admin.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn may_give(target: Target<'_>, giver: &[Grant], scope: &Scope, book: &Book) -> Result<(), Problem> {
    let mut checks = Checks::default();
    match target.role {
        Role::CompanyAdmin | Role::CompanyHr => {
            if target.office.is_some() {
                let expected = Text::of("tanpa dinas untuk peran di perusahaan", "no office for a role in a company");
                checks.fault("/office", NOT_ALLOWED, target.office, expected);
            }
            match target.company {
                None => {
                    let expected = Text::of("id perusahaan", "the id of a company");
                    checks.fault("/company_id", REQUIRED, serde_json::Value::Null, expected);
                }
                Some((id, office)) => {
                    let seen = scope.covers_company(id) || office.is_some_and(|office| scope.covers_office(office));
                    if !seen {
                        let expected = Text::of("perusahaan Anda", "a company of yours");
                        checks.fault("/company_id", UNKNOWN_REFERENCE, id.to_string(), expected);
                    }
                }
            }
        }
        Role::ProvinceAdmin
        | Role::OfficeAdmin
        | Role::PlacementOfficer
        | Role::CounterOfficer
        | Role::TrainingOfficer
        | Role::Mediator
        | Role::Viewer
        | Role::AppBackend => {
            if let Some((id, _)) = target.company {
                let expected = Text::of("tanpa perusahaan untuk peran di dinas", "no company for a role in an office");
                checks.fault("/company_id", NOT_ALLOWED, id.to_string(), expected);
            }
            match target.office {
                None => checks.fault("/office", REQUIRED, serde_json::Value::Null, AN_OFFICE),
                Some(office) if !book.offices.contains_key(office) || !scope.covers_office(office) => {
                    checks.fault("/office", UNKNOWN_REFERENCE, office, OWN_OFFICE);
                }
                Some(office) if target.role == Role::ProvinceAdmin => {
                    let province = province_of(office);
                    let of_province = giver.iter().any(|grant| {
                        grant.role == Role::ProvinceAdmin && grant.office.as_deref().and_then(province_of) == province
                    });
                    if province.is_none() || !of_province {
                        let expected =
                            Text::of("dinas provinsi, oleh adminnya sendiri", "a province's office, by its own admin");
                        checks.fault("/role", NOT_YOURS_TO_GIVE, "province_admin", expected);
                    }
                }
                Some(_) => {}
            }
        }
        Role::SchoolOperator
        | Role::ProviderOperator
        | Role::JobSeeker
        | Role::CaseParty
        | Role::VacancyAgent
        | Role::PlacementAgent
        | Role::EmploymentAgent => {
            let expected = Text::of("peran di dinas atau perusahaan", "a role in an office or a company");
            checks.fault("/role", NOT_YOURS_TO_GIVE, target.role.as_str(), expected);
        }
    }
    checks.done()
}

/// The role that a mandate's scope gives whoever files for the agent.
#[must_use]
pub fn role_of(scope: MandateScope) -> Role {
    match scope {
        MandateScope::VacancyReports => Role::VacancyAgent,
        MandateScope::PlacementReports => Role::PlacementAgent,
        MandateScope::EmploymentReports => Role::EmploymentAgent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Office;
    use crate::clock::Zone;

    fn book() -> Book {
        let offices = ["36", "36.72", "33.06"].map(|code| {
            let office = Office { code: code.into(), name: code.into(), region: code.into(), zone: Zone::WESTERN };
            (code.to_owned(), office)
        });
        Book { offices: offices.into(), ..Book::default() }
    }

    fn fault(role: Role, office: Option<&str>, giver: Role, in_office: &str) -> Option<&'static str> {
        let giver = [Grant { role: giver, office: Some(in_office.into()), company: None, agent: None }];
        let scope = Scope { offices: vec![in_office.into()], ..Scope::default() };
        let target = Target { role, office, company: None };
        may_give(target, &giver, &scope, &book())
            .err()
            .and_then(|problem| problem.faults.first().map(|fault| fault.code.code))
    }

    #[test]
    fn a_role_is_given_inside_the_giver_s_office_only() {
        assert_eq!(fault(Role::Viewer, Some("36.72"), Role::OfficeAdmin, "36.72"), None);
        assert_eq!(fault(Role::Viewer, Some("33.06"), Role::OfficeAdmin, "36.72"), Some("unknown-reference"));
        assert_eq!(fault(Role::Viewer, None, Role::OfficeAdmin, "36.72"), Some("required"));
        assert_eq!(fault(Role::CompanyHr, None, Role::OfficeAdmin, "36.72"), Some("required"));
        assert_eq!(fault(Role::JobSeeker, None, Role::OfficeAdmin, "36.72"), Some("role-not-yours-to-give"));
        for role in Role::ALL.iter().copied().filter(|role| role.is_of_mandate()) {
            assert_eq!(fault(role, None, Role::OfficeAdmin, "36.72"), Some("role-not-yours-to-give"), "{role}");
        }
    }

    #[test]
    fn a_province_s_admin_is_made_by_one_only() {
        assert_eq!(fault(Role::ProvinceAdmin, Some("36"), Role::OfficeAdmin, "36"), Some("role-not-yours-to-give"));
        assert_eq!(fault(Role::ProvinceAdmin, Some("36"), Role::ProvinceAdmin, "36"), None);
        assert_eq!(
            fault(Role::ProvinceAdmin, Some("36.72"), Role::ProvinceAdmin, "36.72"),
            Some("role-not-yours-to-give")
        );
    }
}
