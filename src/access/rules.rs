//! Who may give which role where.

use disnaker_entity::access::Role;
use disnaker_entity::company::CompanyId;
use disnaker_entity::mandate::MandateScope;
use disnaker_entity::school::SchoolId;
use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::ProviderId;

use crate::book::{Book, OWN_OFFICE};
use crate::caller::{Grant, Realm, Scope, province_of};
use crate::check::{Checks, NOT_ALLOWED, REQUIRED, UNKNOWN_REFERENCE};
use crate::problem::{Fault, FaultCode, Kind, Problem, Refusal, Text};

const NOT_YOURS_TO_GIVE: FaultCode =
    FaultCode::new("role-not-yours-to-give", "Peran ini tidak dapat Anda berikan", "This role is not yours to give");

/// Why an invitation is refused. An unknown code and a used one answer alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationRefusal {
    /// Unknown, used, or past its days (policy `invitation.expiry`).
    Spent,
    /// To a side of a dispute, by whoever wrote it, an officer of the case's office, or somebody of the other side.
    NotOfSide,
}

impl Refusal for InvitationRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::Spent => Kind::InvitationUsed,
            Self::NotOfSide => Kind::Forbidden,
        }
    }

    fn detail(&self) -> Option<Text> {
        match self {
            Self::Spent => None,
            Self::NotOfSide => Some(Text::of(
                "Undangan ke suatu pihak perselisihan tidak dapat diterima oleh pembuatnya, petugas dinas perkara itu, atau pihak lain.",
                "An invitation to a side of a dispute is not for who wrote it, an officer of the case's office, or the other side.",
            )),
        }
    }
}

/// A role that is to be given.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Role.
    pub role: Role,
    /// Where.
    pub realm: &'a Realm,
    /// The office that looks after it, where it exists.
    pub keeper: Option<&'a str>,
}

/// The realm of a role, from the fields of a request.
///
/// # Errors
/// `invalid-content` for fields that do not go with the role, or one that is missing.
pub fn realm(role: Role, named: &Named<'_>) -> Result<Realm, Problem> {
    let wanted = match role {
        Role::CompanyAdmin | Role::CompanyHr => "/company_id",
        Role::SchoolOperator => "/school_id",
        Role::JobSeeker => "/job_seeker_id",
        Role::ProviderOperator => "/provider_id",
        Role::ProvinceAdmin
        | Role::OfficeAdmin
        | Role::PlacementOfficer
        | Role::CounterOfficer
        | Role::TrainingOfficer
        | Role::Mediator
        | Role::Viewer
        | Role::AppBackend => "/office",
        Role::CaseParty | Role::VacancyAgent | Role::PlacementAgent | Role::EmploymentAgent => {
            let expected = Text::of(
                "peran di dinas, perusahaan, sekolah, lembaga pelatihan, atau data seseorang",
                "a role in an office, a company, a school, a training provider or a person's record",
            );
            let fault = Fault::new("/role", NOT_YOURS_TO_GIVE, role.as_str(), expected);
            return Err(Problem::new(Kind::InvalidContent).faults(vec![fault]));
        }
    };
    let realms = [
        ("/office", named.office.map(|office| Realm::Office(office.to_owned()))),
        ("/company_id", named.company.map(Realm::Company)),
        ("/school_id", named.school.map(Realm::School)),
        ("/job_seeker_id", named.seeker.map(Realm::Seeker)),
        ("/provider_id", named.provider.map(Realm::Provider)),
    ];
    let (mut checks, mut found) = (Checks::default(), None);
    for (pointer, realm) in realms {
        match realm {
            Some(realm) if pointer == wanted => found = Some(realm),
            Some(realm) => {
                let expected = Text::made(
                    format!("kosong: `{role}` berlaku di tempat lain"),
                    format!("nothing: `{role}` holds elsewhere"),
                );
                checks.fault(pointer, NOT_ALLOWED, realm.to_string(), expected);
            }
            None if pointer == wanted => {
                checks.fault(
                    pointer,
                    REQUIRED,
                    serde_json::Value::Null,
                    Text::of("tempat peran berlaku", "where the role holds"),
                );
            }
            None => {}
        }
    }
    checks.done()?;
    found.ok_or_else(|| Problem::internal("a role without a realm"))
}

/// The places that a request may name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'a> {
    /// Office.
    pub office: Option<&'a str>,
    /// Company.
    pub company: Option<CompanyId>,
    /// School.
    pub school: Option<SchoolId>,
    /// A person's record.
    pub seeker: Option<SeekerId>,
    /// Training provider.
    pub provider: Option<ProviderId>,
}

/// A role in an office is given by those who run that office; a role in a company by those who run the company or its
/// office; one in a school or a training provider by its office; a person's role in their own record by the office that keeps it; a province's
/// admin only by a province's admin.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn may_give(target: Target<'_>, giver: &[Grant], scope: &Scope, book: &Book) -> Result<(), Problem> {
    let mut checks = Checks::default();
    let kept = target.keeper.is_some_and(|office| scope.covers_office(office));
    let (pointer, seen, expected) = match target.realm {
        Realm::Nowhere => {
            ("/role", false, Text::of("peran yang berlaku di suatu tempat", "a role that holds somewhere"))
        }
        Realm::Office(office) => ("/office", kept && book.offices.contains_key(office), OWN_OFFICE),
        Realm::Company(id) => {
            ("/company_id", kept || scope.covers_company(*id), Text::of("perusahaan Anda", "a company of yours"))
        }
        Realm::School(_) => ("/school_id", kept, Text::of("sekolah di dinas Anda", "a school of your office")),
        Realm::Seeker(_) => ("/job_seeker_id", kept, Text::of("data di dinas Anda", "a record of your office")),
        // Only the room of the case invites its parties.
        Realm::Party(_) => ("/role", false, Text::of("peran di luar perkara", "a role outside of a case")),
        Realm::Provider(_) => {
            ("/provider_id", kept, Text::of("lembaga pelatihan di dinas Anda", "a training provider of your office"))
        }
    };
    if !seen {
        checks.fault(pointer, UNKNOWN_REFERENCE, target.realm.to_string(), expected);
    }
    if target.role == Role::ProvinceAdmin && seen {
        let province = target.realm.office().and_then(province_of);
        let of_province = giver
            .iter()
            .any(|grant| grant.role == Role::ProvinceAdmin && grant.realm.office().and_then(province_of) == province);
        if province.is_none() || !of_province {
            let expected = Text::of("dinas provinsi, oleh adminnya sendiri", "a province's office, by its own admin");
            checks.fault("/role", NOT_YOURS_TO_GIVE, "province_admin", expected);
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
        let giver = [Grant { role: giver, realm: Realm::Office(in_office.into()), agent: None }];
        let scope = Scope { offices: vec![in_office.into()], ..Scope::default() };
        let outcome = realm(role, &Named { office, ..Named::default() }).and_then(|realm| {
            may_give(Target { role, realm: &realm, keeper: realm.office() }, &giver, &scope, &book())
        });
        outcome.err().and_then(|problem| problem.faults.first().map(|fault| fault.code.code))
    }

    #[test]
    fn a_role_is_given_inside_the_giver_s_office_only() {
        assert_eq!(fault(Role::Viewer, Some("36.72"), Role::OfficeAdmin, "36.72"), None);
        assert_eq!(fault(Role::Viewer, Some("33.06"), Role::OfficeAdmin, "36.72"), Some("unknown-reference"));
        assert_eq!(fault(Role::Viewer, None, Role::OfficeAdmin, "36.72"), Some("required"));
        assert_eq!(fault(Role::CompanyHr, None, Role::OfficeAdmin, "36.72"), Some("required"));
        assert_eq!(fault(Role::JobSeeker, None, Role::OfficeAdmin, "36.72"), Some("required"));
        assert_eq!(fault(Role::CaseParty, None, Role::OfficeAdmin, "36.72"), Some("role-not-yours-to-give"));
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
