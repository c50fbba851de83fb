//! The OpenAPI document: its frame, and what is added to every operation by rule, so that no handler can forget it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use utoipa::OpenApi as _;
use utoipa::openapi::extensions::{Extensions, ExtensionsBuilder};
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, OpenApi, PathItem, Ref, RefOr, Required, Response, ResponseBuilder, Schema,
};

use crate::access::permissions::{self, Open};
use crate::lifecycle::{self, Sheet};
use crate::problem::{FaultView, Kind, ProblemView};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "disnaker",
        description = "The service of an Indonesian manpower office (Disnaker): mandatory vacancy and placement reports, public vacancies, labour demand, a change feed.\n\nErrors are `application/problem+json` (RFC 9457) with a stable `code`. Lists page by cursor. Single resources carry a strong `ETag`; `PATCH` and `DELETE` need `If-Match`. Every POST that changes something takes an `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/")),
    components(schemas(ProblemView, FaultView)),
    tags(
        (name = "access", description = "Tokens, machine clients, grants, invitations"),
        (name = "reference", description = "Regions, code lists, calendar, minimum wages, policies"),
        (name = "offices", description = "Manpower offices"),
        (name = "queue", description = "The queue of an office's counter (antrean): places of a day, tickets, the board"),
        (name = "companies", description = "Companies (perusahaan) and their verification"),
        (name = "vacancy-reports", description = "Mandatory vacancy reports (wajib lapor lowongan, Perpres 57/2023 art. 4)"),
        (name = "placement-reports", description = "Mandatory placement reports (wajib lapor penempatan, Perpres 57/2023 art. 6)"),
        (name = "report-batches", description = "Bulk filing of vacancy and placement reports"),
        (name = "nil-reports", description = "Nil reports (laporan nihil): no vacancies in a month"),
        (name = "receipts", description = "Receipts (tanda terima) and their public check"),
        (name = "vacancies", description = "Public vacancies (lowongan) and labour demand"),
        (name = "placements", description = "Placements (penempatan)"),
        (name = "job-seekers", description = "Job seekers (pencari kerja): drafts, the register, verification"),
        (name = "ak1-cards", description = "AK-1 cards (kartu tanda bukti pendaftaran pencari kerja), and their public check"),
        (name = "schools", description = "Schools with a job office (Bursa Kerja Khusus), and what they draft for their alumni"),
        (name = "training", description = "Training (pelatihan berbasis kompetensi): providers, programmes, packages, enrolments, the funnel"),
        (name = "training-certificates", description = "Training certificates, their public check, and assessments of competence (BNSP)"),
        (name = "mediation", description = "Mediation of industrial disputes (UU 2/2004, Permenakertrans 17/2014): cases, hearings, recommendations, settlements"),
        (name = "apprenticeships", description = "Apprenticeships (pemagangan dalam negeri, Permenaker 6/2020): programmes and agreements"),
        (name = "consultations", description = "Consultations (konsultasi hubungan industrial, SIKHI): confidential threads of questions and answers"),
        (name = "complaints", description = "Complaints (pengaduan): tickets that come on a desk by their category"),
        (name = "privacy", description = "Rights of the person whose data it is: own view, requests, breaches, how long what is kept"),
        (name = "files", description = "Attachments (lampiran)"),
        (name = "obligations", description = "What companies owe, by when and by which law: clocks, requests for more time"),
        (name = "compliance", description = "What companies owed and did, and written warnings (peringatan tertulis)"),
        (name = "work-lists", description = "What waits for an officer"),
        (name = "exchange", description = "The change feed"),
        (name = "health", description = "Health of the service"),
    )
)]
struct Frame;

/// The document without its paths.
#[must_use]
pub fn frame() -> OpenApi {
    let mut document = Frame::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some(
                    "An access token (RFC 9068): from `POST /oauth/token` with client credentials, or from an outside \
                     issuer that the installation trusts. The list beside it names the permission that is needed.",
                ))
                .build(),
        ),
    );
    document
}

/// The whole document.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = crate::app::paths();
    let components = document.components.get_or_insert_default();
    for (name, required, description) in HEADERS {
        components.headers.insert((*name).to_owned(), header(*required, description).into());
    }
    for kind in Kind::ALL {
        let of_status = Kind::ALL.iter().filter(|other| other.status() == kind.status());
        let described: Vec<_> =
            of_status.map(|kind| format!("`{}`: {}. {}", kind.slug(), kind.title().en, kind.help())).collect();
        let content = Content::new(Some(Ref::from_schema_name("Problem")));
        let response =
            ResponseBuilder::new().description(described.join("\n\n")).content("application/problem+json", content);
        components.responses.insert(name(*kind), response.build().into());
    }
    let (sheets, tagged) = (sheets(), tagged_views(&document));
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_of(item) {
            finish(operation, method, path, &sheets, &tagged);
        }
    }
    let operations = operations(&document);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_of(item) {
            link(operation, method, path, &operations);
        }
    }
    if let Some(components) = &mut document.components {
        let answered = |name: &String| {
            let reference = RefOr::Ref(Ref::from_response_name(name));
            operations.iter().any(|(.., operation)| operation.responses.responses.values().any(|one| *one == reference))
        };
        components.responses.retain(|name, _| answered(name));
        for (name, response) in &mut components.responses {
            if let RefOr::T(response) = response {
                head_problem(response, name.strip_prefix(PROBLEM).unwrap_or_default());
            }
        }
    }
    document
}

/// The document as JSON, the same in every run: extensions are kept in no order, so they are put last, by name.
///
/// # Errors
/// Only where the document can't be serialised.
pub fn value() -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(document())?;
    settle(&mut value);
    Ok(value)
}

fn settle(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(settle),
        Value::Object(fields) => {
            let (mut extensions, fixed): (Vec<_>, Vec<_>) =
                std::mem::take(fields).into_iter().partition(|(name, _)| name.starts_with("x-"));
            extensions.sort_by(|(one, _), (other, _)| one.cmp(other));
            fields.extend(fixed.into_iter().chain(extensions));
            fields.values_mut().for_each(settle);
        }
        _ => {}
    }
}

/// Every lifecycle of the service, with the nouns of the paths that it governs.
#[must_use]
pub fn sheets() -> Vec<(&'static [&'static str], Sheet)> {
    use disnaker_entity::{
        apprenticeship::{ApprenticeshipAgreementStatus, ApprenticeshipProgrammeStatus},
        batch::BatchStatus,
        card::CardStatus,
        company::CompanyStatus,
        consultation::{ComplaintStatus, ConsultationStatus},
        employment::EmploymentReportStatus,
        mandate::MandateStatus,
        mediation::{HearingStatus, MediationStatus},
        obligation::ExtensionStatus,
        placement::PlacementStatus,
        privacy::{DataBreachStatus, DataRequestStatus},
        queue::TicketStatus,
        report::{NilReportStatus, ReportStatus},
        school::SchoolStatus,
        seeker::SeekerStatus,
        training::{CertificateStatus, EnrollmentStatus, PackageStatus, ProviderStatus},
        training_need::{TrainingNeedStatus, TrainingProposalStatus},
        vacancy::VacancyStatus,
        warning::WarningStatus,
    };
    vec![
        (&["companies"], lifecycle::sheet::<CompanyStatus>()),
        (&["vacancy-reports", "placement-reports"], lifecycle::sheet::<ReportStatus>()),
        (&["nil-reports"], lifecycle::sheet::<NilReportStatus>()),
        (&["report-batches"], lifecycle::sheet::<BatchStatus>()),
        (&["vacancies"], lifecycle::sheet::<VacancyStatus>()),
        (&["placements"], lifecycle::sheet::<PlacementStatus>()),
        (&["job-seekers"], lifecycle::sheet::<SeekerStatus>()),
        (&["ak1-cards"], lifecycle::sheet::<CardStatus>()),
        (&["schools"], lifecycle::sheet::<SchoolStatus>()),
        (&["data-requests"], lifecycle::sheet::<DataRequestStatus>()),
        (&["data-breaches"], lifecycle::sheet::<DataBreachStatus>()),
        (&["queue-tickets"], lifecycle::sheet::<TicketStatus>()),
        (&["employment-reports"], lifecycle::sheet::<EmploymentReportStatus>()),
        (&["extension-requests"], lifecycle::sheet::<ExtensionStatus>()),
        (&["mandates"], lifecycle::sheet::<MandateStatus>()),
        (&["warnings"], lifecycle::sheet::<WarningStatus>()),
        (&["training-providers"], lifecycle::sheet::<ProviderStatus>()),
        (&["training-packages"], lifecycle::sheet::<PackageStatus>()),
        (&["training-enrollments"], lifecycle::sheet::<EnrollmentStatus>()),
        (&["training-certificates"], lifecycle::sheet::<CertificateStatus>()),
        (&["training-needs"], lifecycle::sheet::<TrainingNeedStatus>()),
        (&["training-proposals"], lifecycle::sheet::<TrainingProposalStatus>()),
        (&["apprenticeship-programmes"], lifecycle::sheet::<ApprenticeshipProgrammeStatus>()),
        (&["apprenticeship-agreements"], lifecycle::sheet::<ApprenticeshipAgreementStatus>()),
        (&["mediation-cases"], lifecycle::sheet::<MediationStatus>()),
        (&["mediation-hearings"], lifecycle::sheet::<HearingStatus>()),
        (&["consultations"], lifecycle::sheet::<ConsultationStatus>()),
        (&["complaints"], lifecycle::sheet::<ComplaintStatus>()),
    ]
}

/// The tables and diagrams of every lifecycle.
#[must_use]
pub fn lifecycles_markdown() -> String {
    let head = "# Lifecycles\n\nGenerated from the rooms' `lifecycle.rs`. `system` moves follow from others or from a sweep.\n\n".to_owned();
    let pages: Vec<String> = sheets().iter().map(|(_, sheet)| sheet.markdown()).collect();
    head + &pages.join("\n")
}

/// The document and every page that is generated from code, by file name under `openapi/`.
///
/// # Errors
/// Only where the document can't be serialised.
pub fn pages() -> anyhow::Result<Vec<(&'static str, String)>> {
    Ok(vec![
        ("openapi.json", serde_json::to_string_pretty(&value()?)? + "\n"),
        ("problems.md", crate::problem::markdown()),
        ("configuration.md", crate::config::Config::markdown()),
        ("lifecycles.md", lifecycles_markdown()),
    ])
}

/// Path, method and operation of everything in a document.
#[must_use]
pub fn operations(document: &OpenApi) -> Vec<(String, &'static str, Operation)> {
    let mut all = Vec::new();
    for (path, item) in &document.paths.paths {
        for (method, operation) in operations_of(&mut item.clone()) {
            all.push((path.clone(), method, operation.clone()));
        }
    }
    all
}

fn operations_of(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, patch, put, delete, .. } = item;
    [("GET", get), ("POST", post), ("PATCH", patch), ("PUT", put), ("DELETE", delete)]
        .into_iter()
        .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

/// The permission that an operation's attribute names.
#[must_use]
pub fn permission(operation: &Operation) -> Option<&'static permissions::Row> {
    let security = serde_json::to_value(operation.security.as_ref()?).ok()?;
    let name = security
        .as_array()?
        .iter()
        .find_map(|requirement| requirement.get("bearer")?.get(0)?.as_str().map(str::to_owned))?;
    permissions::row(&name)
}

/// The name of the reusable response with the problems of one status.
fn name(kind: Kind) -> String {
    format!("{PROBLEM}{}", kind.status())
}

fn finish(operation: &mut Operation, method: &str, path: &str, sheets: &[(&[&str], Sheet)], tagged: &BTreeSet<String>) {
    let row = permission(operation);
    if let Some(row) = row {
        let roles: serde_json::Map<_, _> =
            row.roles.iter().map(|(role, sight)| (role.to_string(), sight.as_str().into())).collect();
        let open = match row.open {
            Open::Public => "public",
            Open::Authenticated => "anyone",
            Open::Granted => "granted",
        };
        let extensions =
            ExtensionsBuilder::new().add("x-permission", row.name).add("x-open-to", open).add("x-roles", roles);
        operation.extensions.get_or_insert_default().merge(extensions.build());
    }
    if let Some(moves) = transitions(path, sheets) {
        operation
            .extensions
            .get_or_insert_default()
            .merge(ExtensionsBuilder::new().add("x-transitions", moves).build());
    }
    let under_v1 = path.starts_with("/v1/");
    if method == "POST" && under_v1 && !calculates(operation) {
        parameter(
            operation,
            "Idempotency-Key",
            false,
            "Makes a repeated request safe: the same key and body give the first answer again, for 24 hours.",
            text().pattern(Some("^[!-~]([ -~]{0,253}[!-~])?$")),
        );
    }
    if matches!(method, "PATCH" | "DELETE") {
        parameter(operation, "If-Match", true, "The `ETag` of the version that you read.", text());
    } else if operation.extensions.as_ref().is_some_and(|extensions| extensions.contains_key("x-transitions")) {
        parameter(
            operation,
            "If-Match",
            false,
            "The `ETag` of the version that you read; 412 where it is no longer that.",
            text(),
        );
    }
    // What everybody sees alike is tagged by its bytes.
    let alike = row.is_some_and(|row| row.open == Open::Public && row.roles.is_empty());
    let tagged = method == "GET" && alike || answers(operation).any(|(_, view)| tagged.contains(view));
    if method == "GET" && tagged {
        parameter(
            operation,
            "If-None-Match",
            false,
            "The `ETag` of what you have; 304 where it is still that.",
            text(),
        );
        let unchanged = ResponseBuilder::new().description("Not changed since the `ETag` of `If-None-Match`").build();
        operation.responses.responses.entry("304".to_owned()).or_insert_with(|| unchanged.into());
    }
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && parameter.name == "cursor"
        {
            parameter.schema = Some(text().pattern(Some("^[A-Za-z0-9_-]+$")).into());
        }
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let described = match status.as_str() {
                "200" => "Done",
                "201" => "Created",
                _ => "The answer",
            };
            described.clone_into(&mut response.description);
        }
    }
    for kind in kinds(operation, method, under_v1, row) {
        let status = kind.status().to_string();
        let responses = &mut operation.responses.responses;
        responses.entry(status).or_insert_with(|| RefOr::Ref(Ref::from_response_name(name(kind))));
    }
    head(operation, method, row.is_some() || !under_v1 && operation.request_body.is_some(), tagged);
}

/// A text, as a schema.
fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// Whether an operation takes a parameter.
fn takes(operation: &Operation, name: &str) -> bool {
    operation.parameters.iter().flatten().any(|known| matches!(known, RefOr::T(known) if known.name == name))
}

fn parameter(operation: &mut Operation, name: &str, required: bool, description: &str, schema: ObjectBuilder) {
    if !takes(operation, name) {
        let made = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(if required { Required::True } else { Required::False })
            .description(Some(description))
            .schema(Some(schema));
        operation.parameters.get_or_insert_default().push(RefOr::T(made.build()));
    }
}

// Views ------------------------------------------------------------------------------------------

/// The statuses of an operation that answer with a view, and the view's name.
fn answers(operation: &Operation) -> impl Iterator<Item = (&str, &str)> {
    operation.responses.responses.iter().filter_map(|(status, response)| {
        let RefOr::T(response) = response else { return None };
        let RefOr::T(content) = response.content.get("application/json")? else { return None };
        let Some(RefOr::Ref(schema)) = &content.schema else { return None };
        Some((status.as_str(), schema.ref_location.rsplit('/').next()?))
    })
}

/// The views that carry an `ETag` wherever they are answered: those with a version, and those that are read one by one.
fn tagged_views(document: &OpenApi) -> BTreeSet<String> {
    let read = operations(document)
        .into_iter()
        .filter(|(path, method, _)| *method == "GET" && path.ends_with('}'))
        .flat_map(|(.., operation)| answers(&operation).map(|(_, view)| view.to_owned()).collect::<Vec<_>>());
    let versioned = document.components.iter().flat_map(|components| {
        let of = |schema: &RefOr<Schema>| has_version(schema, components);
        components.schemas.iter().filter(move |(_, schema)| of(schema)).map(|(name, _)| name.clone())
    });
    read.chain(versioned).collect()
}

fn has_version(schema: &RefOr<Schema>, components: &Components) -> bool {
    match schema {
        RefOr::Ref(schema) => {
            let name = schema.ref_location.rsplit('/').next().unwrap_or_default();
            components.schemas.get(name).is_some_and(|schema| has_version(schema, components))
        }
        RefOr::T(Schema::Object(object)) => object.properties.contains_key("version"),
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter().any(|part| has_version(part, components)),
        RefOr::T(_) => false,
    }
}

// Headers ----------------------------------------------------------------------------------------

/// What the reusable responses with problems are called, before their status.
const PROBLEM: &str = "Problem";

/// Every header of an answer: its name, whether it always stands where it is declared, and what it says.
const HEADERS: &[(&str, bool, &str)] = &[
    ("ETag", true, "Names this version in this view (RFC 9110 section 8.8.3): for `If-Match` and `If-None-Match`."),
    ("Idempotency-Replayed", false, "`true` where this is the first answer again, for a repeated `Idempotency-Key`."),
    ("Link", false, "The next page, with `rel=\"next\"` (RFC 8288); absent on the last one."),
    ("Location", true, "Where the new record is."),
    ("RateLimit", false, "What is left of the limit, where limits are on (draft-ietf-httpapi-ratelimit-headers)."),
    ("RateLimit-Policy", false, "The limit, where limits are on (draft-ietf-httpapi-ratelimit-headers)."),
    ("Retry-After", false, "Seconds after which the request may be repeated."),
    ("WWW-Authenticate", true, "How to authenticate (RFC 9110 section 11.6.1)."),
    ("X-Request-Id", true, "The trace id of this request, the same as in `instance` and the log."),
];

/// A header. Whether it is required is no field of the library's, so it joins what else is written.
fn header(required: bool, description: &str) -> Header {
    let schema = text().build();
    let required = required.then(|| Extensions::from_iter([("required", true)]));
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).extensions(required).build()
}

fn declare(response: &mut Response, name: &str) {
    response.headers.insert(name.to_owned(), RefOr::Ref(Ref::new(format!("#/components/headers/{name}"))));
}

/// Declares the headers of an operation's own answers.
fn head(operation: &mut Operation, method: &str, limited: bool, tagged: bool) {
    let (keyed, paged) = (takes(operation, "Idempotency-Key"), takes(operation, "cursor"));
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if status.as_str() >= "400" {
            head_problem(response, status);
            continue;
        }
        let mut add = |when: bool, name: &str| {
            if when {
                declare(response, name);
            }
        };
        add(true, "X-Request-Id");
        add(limited, "RateLimit");
        add(limited, "RateLimit-Policy");
        add(tagged && status != "204", "ETag");
        add(matches!(status.as_str(), "201" | "202"), "Location");
        add(keyed, "Idempotency-Replayed");
        add(paged && method == "GET" && status == "200", "Link");
    }
}

/// Declares the headers of a problem.
fn head_problem(response: &mut Response, status: &str) {
    declare(response, "X-Request-Id");
    if matches!(status, "409" | "429" | "503") {
        declare(response, "Retry-After");
    }
    if status == "429" {
        declare(response, "RateLimit");
        declare(response, "RateLimit-Policy");
    }
    if status == "401" {
        declare(response, "WWW-Authenticate");
    }
}

// Links ------------------------------------------------------------------------------------------

/// Whether an operation requires a parameter of its query, which no record names.
fn asks_more(operation: &Operation) -> bool {
    let required = |parameter: &Parameter| {
        matches!(parameter.parameter_in, ParameterIn::Query) && matches!(parameter.required, Required::True)
    };
    operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter, RefOr::T(parameter) if required(parameter)))
}

/// Says where to go on from a record: to every operation on what was made or read.
fn link(operation: &mut Operation, method: &str, path: &str, operations: &[(String, &'static str, Operation)]) {
    let (collection, status) = match (method, path.rsplit_once("/{")) {
        ("GET", Some((collection, _))) if path.ends_with('}') => (collection, "200"),
        ("POST", None) => (path, "201"),
        _ => return,
    };
    let Some(RefOr::T(response)) = operation.responses.responses.get_mut(status) else { return };
    let tagged = response.headers.contains_key("ETag");
    // What the request names already, above the record itself.
    let above = || collection.split("/{").skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    for (other, other_method, target) in operations {
        let Some((name, beyond)) = other
            .strip_prefix(collection)
            .and_then(|rest| rest.strip_prefix("/{"))
            .and_then(|rest| rest.split_once('}'))
        else {
            continue;
        };
        // Something would have to be named that the record doesn't name.
        if beyond.contains('{') || asks_more(target) {
            continue;
        }
        let source = if method == "POST" { format!("$response.body#/{name}") } else { format!("$request.path.{name}") };
        let mut parameters: BTreeMap<_, _> =
            above().map(|name| (name.to_owned(), format!("$request.path.{name}"))).collect();
        parameters.insert(name.to_owned(), source);
        if matches!(*other_method, "PATCH" | "DELETE") {
            if !tagged {
                continue;
            }
            parameters.insert("If-Match".to_owned(), "$response.header.ETag".to_owned());
        }
        let Some(id) = target.operation_id.clone().filter(|id| Some(id) != operation.operation_id.as_ref()) else {
            continue;
        };
        let mut link = LinkBuilder::new().operation_id(&id);
        for (name, value) in parameters {
            link = link.parameter(name, value);
        }
        response.links.insert(id, link.build().into());
    }
}

// Moves and problems -----------------------------------------------------------------------------

/// The legal moves behind a transition's operation: `/v1/vacancy-reports/{id}/submit`.
fn transitions(path: &str, sheets: &[(&[&str], Sheet)]) -> Option<Value> {
    let noun = path.strip_prefix("/v1/")?.split('/').next()?;
    let event = path.rsplit('/').next()?.replace('-', "_");
    let (_, sheet) = sheets.iter().find(|(nouns, _)| nouns.contains(&noun))?;
    let moves: Vec<_> = sheet
        .moves
        .iter()
        .filter(|(_, name, ..)| *name == event)
        .map(|(from, _, to, _, law)| json!({"from": from, "to": to, "law": law}))
        .collect();
    (!moves.is_empty()).then(|| moves.into())
}

/// Whether an operation writes nothing though it is a POST.
fn calculates(operation: &Operation) -> bool {
    let verbs = ["calculate_", "reveal_", "look_up_"];
    operation.operation_id.as_deref().is_some_and(|id| verbs.iter().any(|verb| id.starts_with(verb)))
}

/// The problems that an operation may answer with, by what it takes.
fn kinds(operation: &Operation, method: &str, under_v1: bool, row: Option<&permissions::Row>) -> Vec<Kind> {
    let has = |place: &ParameterIn| {
        operation
            .parameters
            .iter()
            .flatten()
            .any(|known| matches!(known, RefOr::T(known) if known.parameter_in == *place))
    };
    let body = operation.request_body.is_some();
    let mut kinds = vec![Kind::Internal];
    let mut add = |when: bool, kind: Kind| {
        if when {
            kinds.push(kind);
        }
    };
    let (write, keyed) = (method != "GET", takes(operation, "Idempotency-Key"));
    // Whoever has a caller or a client to look up asks the database.
    add(row.is_some() || body, Kind::Unavailable);
    add(body && under_v1, Kind::MalformedJson);
    add(has(&ParameterIn::Query), Kind::InvalidQuery);
    add(keyed, Kind::InvalidHeader);
    add(row.is_some(), Kind::Unauthenticated);
    add(row.is_some_and(|row| row.open == Open::Granted), Kind::Forbidden);
    // What somebody agrees to stands in a record of their own, which may not be there.
    let own = operation.operation_id.as_deref().is_some_and(|id| id.ends_with("_consents"));
    add(has(&ParameterIn::Path) || own, Kind::NotFound);
    add(write && under_v1 && !calculates(operation), Kind::RequestInFlight);
    add(write && under_v1 && !calculates(operation), Kind::StorageFull);
    add(takes(operation, "If-Match"), Kind::VersionMismatch);
    add(matches!(method, "PATCH" | "DELETE"), Kind::PreconditionRequired);
    add(body, Kind::BodyTooLarge);
    add(body, Kind::RequestTimeout);
    add(body && under_v1, Kind::UnsupportedMediaType);
    add(keyed || body && under_v1, Kind::BodyShape);
    add(row.is_some() || !under_v1 && body, Kind::RateLimited);
    kinds
}
