//! Who may do what, proven for every operation of the document with every role: who is denied gets 403 (401 without
//! a token), who is allowed passes the gate, and what belongs to somebody else is not there.

use std::collections::{BTreeMap, BTreeSet};

use disnaker::access::permissions::{self, Open, Row, Sight};
use disnaker::caller::Identity;
use disnaker_entity::access::{Role, grant};
use disnaker_entity::company::CompanyId;
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::harness::{Document, ISSUER, Operation, Reply, Service, unused};

/// Operations outside of the permissions: whoever knows a secret gets a token, and the rest is for everybody.
const WITHOUT_PERMISSION: &[&str] = &["token", "jwks", "get_liveness", "get_readiness"];

/// Permissions that no operation names. The first is asked by the token endpoint itself; the others wait for their room,
/// and this list only shrinks.
const WITHOUT_OPERATION: &[&str] = &[
    "act_for_users",
    "read_reference",
    "manage_reference",
    "read_offices",
    "manage_office",
    "register_company",
    "read_companies",
    "update_company",
    "review_companies",
    "file_reports",
    "read_reports",
    "review_reports",
    "read_vacancies",
    "manage_vacancies",
    "read_placements",
    "reveal_identity",
    "read_labour_demand",
    "read_events",
];

/// One side of the fence: an office of a province, and a company of that office.
#[derive(Clone, Copy)]
struct Side {
    province: &'static str,
    office: &'static str,
    company: CompanyId,
}

const OWN: Side = Side { province: "36", office: "36.72", company: CompanyId(Uuid::from_u128(0x3672)) };
const STRANGER: Side = Side { province: "33", office: "33.06", company: CompanyId(Uuid::from_u128(0x3306)) };

/// Where an object belongs.
#[derive(Clone, Copy, Debug)]
enum Place {
    Office(&'static str),
    Company(CompanyId),
}

impl Side {
    /// Where a role with a sight would find its own.
    fn place(&self, role: Role, sight: Sight) -> Place {
        match (sight, role) {
            (Sight::Company, _) => Place::Company(self.company),
            (Sight::Office, Role::ProvinceAdmin) => Place::Office(self.province),
            (Sight::Office | Sight::Province, _) => Place::Office(self.office),
        }
    }
}

/// A service with both sides, and a token of every role on our own.
struct Matrix {
    service: Service,
    tokens: BTreeMap<Role, String>,
    anyone: String,
}

impl Matrix {
    async fn prepare() -> Self {
        let service = Service::start().await;
        for side in [OWN, STRANGER] {
            service.office(side.province).await;
            service.office(side.office).await;
        }
        let mut tokens = BTreeMap::new();
        for role in Role::ALL.iter().copied() {
            let subject = unused(role.as_str());
            let (office, company) = match role {
                Role::ProvinceAdmin => (Some(OWN.province), None),
                Role::CompanyAdmin | Role::CompanyHr => (None, Some(OWN.company)),
                Role::SchoolOperator | Role::ProviderOperator | Role::JobSeeker | Role::CaseParty => (None, None),
                _ => (Some(OWN.office), None),
            };
            service.grant(&subject, role, office, company).await;
            tokens.insert(role, service.token(&subject));
        }
        let anyone = service.token("anyone");
        Self { service, tokens, anyone }
    }

    /// A fresh object of a noun in its place. A room that has objects adds a line here, and its operations are then held to
    /// 404 for strangers and to anything but 404 for their own.
    async fn object(&self, noun: &str, place: Place) -> Option<String> {
        let (office, company) = match place {
            Place::Office(office) => (Some(office), None),
            Place::Company(company) => (None, Some(company)),
        };
        let role = if company.is_some() { Role::CompanyHr } else { Role::Viewer };
        match noun {
            "clients" => {
                let mut change = self.service.change().await;
                let new = disnaker::access::NewClient { name: "Aplikasi", role, office, company };
                let made = disnaker::access::create_client(&mut change, new).await.unwrap();
                change.commit().await.unwrap();
                Some(made.client.id)
            }
            "grants" => {
                let identity = Identity { issuer: ISSUER.to_owned(), subject: unused("matriks") };
                self.service.grant(&identity.subject, role, office, company).await;
                let select = grant::Entity::find().filter(grant::Column::Subject.eq(identity.subject));
                let row = select.one(self.service.state().db.reader()).await.unwrap().unwrap();
                Some(row.id.to_string())
            }
            _ => None,
        }
    }

    async fn send(&self, operation: &Operation<'_>, token: Option<&str>, object: Option<&str>) -> Reply {
        let method: Method = operation.method.to_uppercase().parse().unwrap();
        let path = operation.with_parameters(|name| object.map_or_else(|| dummy(name), str::to_owned));
        let mut call = self.service.call(method, path);
        if let Some(token) = token {
            call = call.token(token);
        }
        if matches!(operation.method, "patch" | "delete") {
            call = call.header("if-match", "*");
        }
        match operation.example() {
            Some(example) => call.json(example).send().await,
            None => call.send().await,
        }
    }
}

/// A value for a parameter of a path, by its name.
fn dummy(name: &str) -> String {
    match name {
        "code" | "office" | "region" => OWN.office.to_owned(),
        "year" => "2026".to_owned(),
        "date" => "2026-03-02".to_owned(),
        _ => Uuid::from_u128(0xdead).to_string(),
    }
}

/// The noun that the last parameter of a path names: `clients` of `/v1/clients/{id}/revoke`.
fn noun(path: &str) -> Option<&str> {
    path.rsplit_once("/{")?.0.rsplit('/').next()
}

fn row(operation: &Operation<'_>) -> Option<&'static Row> {
    permissions::row(operation.value["x-permission"].as_str()?)
}

#[test]
fn every_operation_names_a_permission_of_the_table_and_shows_its_roles() {
    let mut used = BTreeSet::new();
    for operation in Document::get().operations() {
        let id = operation.id();
        let Some(row) = row(&operation) else {
            assert!(WITHOUT_PERMISSION.contains(&id), "{id} names no permission of the table");
            continue;
        };
        used.insert(row.name);
        let shown = operation.value["x-roles"].as_object().unwrap();
        let shown: BTreeMap<_, _> =
            shown.iter().map(|(role, sight)| (role.as_str(), sight.as_str().unwrap())).collect();
        let meant: BTreeMap<_, _> = row.roles.iter().map(|(role, sight)| (role.as_str(), sight.as_str())).collect();
        assert_eq!(shown, meant, "{id}");
        let open = match row.open {
            Open::Public => "public",
            Open::Authenticated => "anyone",
            Open::Granted => "granted",
        };
        assert_eq!(operation.value["x-open-to"], open, "{id}");
        assert_eq!(operation.value["security"][0]["bearer"][0], row.name, "{id}");
    }
    let unused: Vec<_> = permissions::TABLE.iter().map(|row| row.name).filter(|name| !used.contains(name)).collect();
    let stray: Vec<_> = unused.iter().filter(|name| !WITHOUT_OPERATION.contains(name)).collect();
    assert!(stray.is_empty(), "no operation names {stray:?}");
}

#[tokio::test]
async fn each_role_passes_the_gates_that_are_its_own_and_no_other() {
    let matrix = Matrix::prepare().await;
    let mut faults = Vec::new();
    for operation in Document::get().operations() {
        let Some(row) = row(&operation) else { continue };
        let anonymous = (None, "anonymous", None);
        let anyone = (None, "anyone", Some(matrix.anyone.as_str()));
        let roles = matrix.tokens.iter().map(|(role, token)| (Some(*role), role.as_str(), Some(token.as_str())));
        for (role, name, token) in [anonymous, anyone].into_iter().chain(roles) {
            let has = role.is_some_and(|role| row.roles.iter().any(|(given, _)| *given == role));
            let allowed = match row.open {
                Open::Public => true,
                Open::Authenticated => token.is_some(),
                Open::Granted => has,
            };
            let reply = matrix.send(&operation, token, None).await;
            let right = match (allowed, token) {
                (true, _) => {
                    !matches!(reply.status, 401 | 403 | 405 | 415)
                        && reply["code"] != "body-shape"
                        && reply["code"] != "malformed-json"
                }
                (false, None) => reply.status == 401,
                (false, Some(_)) => reply.status == 403,
            };
            if !right {
                let should = if allowed { "allowed" } else { "denied" };
                faults.push(format!("{} by {name} ({should}): {} {}", operation.id(), reply.status, reply["code"]));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test]
async fn what_belongs_to_somebody_else_is_not_there() {
    let matrix = Matrix::prepare().await;
    let mut faults = Vec::new();
    let mut tried = 0;
    for operation in Document::get().operations() {
        let (Some(row), Some(noun)) = (row(&operation), noun(operation.path)) else { continue };
        if row.open == Open::Public {
            continue;
        }
        for (role, sight) in row.roles {
            let token = Some(matrix.tokens[role].as_str());
            let Some(theirs) = matrix.object(noun, STRANGER.place(*role, *sight)).await else { break };
            let own = matrix.object(noun, OWN.place(*role, *sight)).await.unwrap();
            let reply = matrix.send(&operation, token, Some(&theirs)).await;
            if reply.status != 404 {
                faults.push(format!(
                    "{} by {role} with a stranger's: {} {}",
                    operation.id(),
                    reply.status,
                    reply["code"]
                ));
            }
            let nothing = matrix.send(&operation, token, Some(&Uuid::from_u128(0xdead).to_string())).await;
            if reply.anonymous() != nothing.anonymous() {
                faults.push(format!("{} by {role}: a stranger's and nothing at all differ", operation.id()));
            }
            let reply = matrix.send(&operation, token, Some(&own)).await;
            if matches!(reply.status, 401 | 403 | 404) {
                faults.push(format!("{} by {role} with its own: {} {}", operation.id(), reply.status, reply["code"]));
            }
            tried += 1;
        }
    }
    assert!(tried > 0 && faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
