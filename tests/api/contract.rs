//! The document is a promise: it says everything that a client needs, and the service is what it says.

use std::collections::BTreeSet;
use std::path::Path;

use disnaker::document;
use disnaker::problem::Kind;
use serde_json::Value;
use uuid::Uuid;

use crate::harness::{Document, Operation, Service};

/// Every operation, each fault with its name; all of them at once.
#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn all() -> impl Iterator<Item = Operation<'static>> {
    Document::get().operations()
}

/// `DISNAKER_BLESS=1` writes the files instead.
#[test]
fn the_document_and_the_pages_from_code_are_the_reviewed_ones() {
    let shelf = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let mut faults = Vec::new();
    for (name, made) in document::pages().unwrap() {
        let file = shelf.join(name);
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        if kept == made {
            continue;
        }
        if std::env::var_os("DISNAKER_BLESS").is_some() {
            std::fs::write(file, made).unwrap();
            continue;
        }
        let (kept, made): (Vec<_>, Vec<_>) = (kept.lines().collect(), made.lines().collect());
        let at = kept.iter().zip(&made).take_while(|(kept, made)| kept == made).count();
        let line = |lines: &[&str]| lines.get(at).map_or("(its end)", |line| *line).to_owned();
        faults.push(format!("openapi/{name} from line {}:\n- {}\n+ {}", at + 1, line(&kept), line(&made)));
    }
    let bless = "DISNAKER_BLESS=1 cargo test --test api contract";
    assert!(
        faults.is_empty(),
        "what was reviewed is not what the code makes; look at it and run {bless}\n{}",
        faults.join("\n")
    );
}

#[test]
fn the_document_is_the_same_bytes_each_time() {
    assert!(document::pages().unwrap() == document::pages().unwrap(), "something in it has no order");
}

#[test]
fn every_lifecycle_is_sound() {
    let faults: Vec<_> = document::sheets().into_iter().flat_map(|(_, sheet)| sheet.faults).collect();
    none(&faults);
}

#[test]
fn every_operation_says_what_it_does_and_who_may_call_it() {
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    let tags: BTreeSet<_> = document::frame().tags.into_iter().flatten().map(|tag| tag.name).collect();
    for operation in all() {
        let (id, value) = (operation.id(), operation.value);
        let mut fault = |what: &str| faults.push(format!("{} {} ({id}): {what}", operation.method, operation.path));
        if !ids.insert(id) {
            fault("its operationId is another's, too");
        }
        let snake = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if id.is_empty() || !id.chars().all(snake) {
            fault("its operationId is not in snake case");
        }
        if !value["summary"]
            .as_str()
            .is_some_and(|summary| summary.ends_with('.') && summary.starts_with(char::is_uppercase))
        {
            fault("its summary is not a sentence");
        }
        if !value["security"].is_array() {
            fault("it does not say who may call it");
        } else if operation.path.starts_with("/v1/") && value["x-permission"].is_null() {
            fault("it names no permission");
        }
        let declared: Vec<_> = value["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if declared.len() != 1 || !declared.iter().all(|tag| tags.contains(*tag)) {
            fault("it is under no tag of the document, or under several");
        }
        for parameter in operation.parameters() {
            if parameter["description"].as_str().is_none_or(str::is_empty) {
                fault(&format!("its parameter {} is not described", parameter["name"]));
            }
        }
        let in_path = operation.parameters().filter(|parameter| parameter["in"] == "path");
        let named: BTreeSet<_> = in_path.filter_map(|parameter| parameter["name"].as_str()).collect();
        let used: BTreeSet<_> = operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        if named != used {
            fault(&format!("it describes the path parameters {named:?} and has {used:?}"));
        }
    }
    none(&faults);
}

#[test]
fn every_operation_lists_the_problems_it_may_answer_with() {
    let mut faults = Vec::new();
    for operation in all().filter(|operation| operation.path.starts_with("/v1/")) {
        let value = operation.value;
        let open = value["x-open-to"].as_str().unwrap_or_default();
        let has = |place: &str| operation.parameters().any(|parameter| parameter["in"] == place);
        let write = operation.method != "get";
        let mut wanted = vec!["401", "429", "500", "503"];
        wanted.extend((open == "granted").then_some("403"));
        wanted.extend(has("path").then_some("404"));
        wanted.extend(has("query").then_some("400"));
        let calculates = ["calculate_", "reveal_", "look_up_"].iter().any(|verb| operation.id().starts_with(verb));
        wanted.extend((write && !calculates).then_some("409"));
        if operation.body().is_some() {
            wanted.extend(["400", "413", "415", "422"]);
        }
        if matches!(operation.method, "patch" | "delete") {
            wanted.extend(["412", "428"]);
        }
        let responses = value["responses"].as_object().unwrap();
        for status in wanted.iter().filter(|status| !responses.contains_key(**status)) {
            faults.push(format!("{}: {status} is not listed", operation.id()));
        }
        if !responses.keys().any(|status| status.starts_with('2')) {
            faults.push(format!("{}: it never succeeds", operation.id()));
        }
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            if !Kind::ALL.iter().any(|kind| kind.status().to_string() == *status) {
                faults.push(format!("{}: no problem has the status {status}", operation.id()));
            }
            let content = &Document::get().resolve(response)["content"]["application/problem+json"];
            if content["schema"]["$ref"] != "#/components/schemas/Problem" {
                faults.push(format!("{}: {status} is no problem", operation.id()));
            }
        }
    }
    none(&faults);
}

/// That the headers are sent where they are declared, is what `tests/generated.sh` finds out.
#[test]
fn every_answer_declares_its_headers_and_every_link_leads_somewhere() {
    let mut faults = Vec::new();
    for operation in all() {
        let takes = |name: &str| operation.parameters().any(|parameter| parameter["name"] == name);
        let responses = operation.value["responses"].as_object().unwrap();
        let mut together = |what: &str, one: bool, other: bool| {
            if one != other {
                faults.push(format!("{}: {what}", operation.id()));
            }
        };
        together("If-Match without 412, or the other way round", takes("If-Match"), responses.contains_key("412"));
        let remembers = responses.contains_key("304");
        together("If-None-Match without 304, or the other way round", takes("If-None-Match"), remembers);
        for (status, response) in responses {
            let response = Document::get().resolve(response);
            let has = |name: &str| !response["headers"][name].is_null();
            together(&format!("{status} without X-Request-Id"), has("X-Request-Id"), true);
            together(&format!("{status} and Location"), has("Location"), ["201", "202"].contains(&&**status));
            together(&format!("{status} and WWW-Authenticate"), has("WWW-Authenticate"), status == "401");
            together(
                &format!("{status} and Retry-After"),
                has("Retry-After"),
                ["409", "429", "503"].contains(&&**status),
            );
            let remembered = remembers && ["200", "304"].contains(&&**status);
            together(&format!("{status} without ETag"), remembered && !has("ETag"), false);
            for (name, link) in response["links"].as_object().into_iter().flatten() {
                let target = all().find(|other| other.id() == link["operationId"]);
                let named: BTreeSet<_> =
                    link["parameters"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
                let known = target.is_some_and(|target| {
                    let required = target.parameters().filter(|parameter| parameter["required"] == true);
                    required
                        .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
                        .collect::<BTreeSet<_>>()
                        == named.into_iter().cloned().collect()
                });
                together(&format!("the link {name} gives not all that is required"), known, true);
            }
        }
    }
    none(&faults);
}

#[test]
fn every_json_body_has_an_example_of_its_own_shape() {
    let mut faults = Vec::new();
    for operation in all() {
        let Some(body) = operation.body() else { continue };
        match operation.example() {
            None => faults.push(format!("{}: no example", operation.id())),
            Some(example) => {
                let found = Document::get().faults(&body["schema"], example);
                faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", operation.id())));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_write_takes_the_header_that_makes_it_safe() {
    let mut faults = Vec::new();
    for operation in all().filter(|operation| operation.path.starts_with("/v1/")) {
        let header = |name: &str| operation.parameters().find(|parameter| parameter["name"] == name);
        let calculates = ["calculate_", "reveal_", "look_up_"].iter().any(|verb| operation.id().starts_with(verb));
        if (operation.method == "post" && !calculates) != header("Idempotency-Key").is_some() {
            faults.push(format!("{}: Idempotency-Key", operation.id()));
        }
        let demands = header("If-Match").is_some_and(|parameter| parameter["required"] == true);
        if matches!(operation.method, "patch" | "delete") != demands {
            faults.push(format!("{}: If-Match", operation.id()));
        }
    }
    none(&faults);
}

/// An operation with its parameters filled must be reached: not another one that was registered earlier.
#[tokio::test]
async fn no_operation_is_shadowed_by_an_earlier_one() {
    let service = Service::start().await;
    let mut faults = Vec::new();
    for operation in all() {
        let method = operation.method.to_uppercase().parse::<reqwest::Method>().unwrap();
        for value in [Uuid::from_u128(7).to_string(), "36.72".to_owned(), "2026".to_owned()] {
            let reply = service.call(method.clone(), operation.with_parameters(|_| value.clone())).send().await;
            if reply.route() != operation.path || reply.status == 405 {
                faults.push(format!(
                    "{} {} with {value} reached `{}`: {}",
                    operation.method,
                    operation.path,
                    reply.route(),
                    reply.status
                ));
            }
        }
    }
    none(&faults);
}

/// What the service gives out is what was reviewed.
#[tokio::test]
async fn the_service_gives_out_this_document() {
    let service = Service::start().await;
    let served = service.get("/openapi.json").send().await.expect(200);
    assert_eq!(served.json, serde_json::to_value(document::document()).unwrap());
    for word in ["ProvinceAdmin", "utoipa", "SeaORM", "actix"] {
        assert!(!served.text.contains(word), "`{word}` is a word of the code");
    }
}
