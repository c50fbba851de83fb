//! A NIK where none belongs: in every input of every operation, and then in no error, no event, no record of a read, no
//! metric and no line of the log. What a story sends is watched in the same way ([`crate::harness`]).

use disnaker_entity::access::Role;
use disnaker_entity::plumbing::{access_record, journal};
use futures_util::{StreamExt, stream};
use metrics_exporter_prometheus::PrometheusBuilder;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::fuzz::leaves;
use crate::harness::{Call, Document, Operation, free_address, niks, spilled};
use crate::matrix::Matrix;

/// The number of nobody, as a text and as a number.
const TEXT: &str = "3672015708950042";
const NUMBER: u64 = 3_672_015_708_950_042;
/// Headers that somebody fills as they like.
const HEADERS: [&str; 9] = [
    "authorization",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "accept-language",
    "accept",
    "user-agent",
    "x-forwarded-for",
    "x-request-id",
];

/// Requests of an operation with the number in its address and its headers.
fn around(matrix: &Matrix, operation: &Operation<'_>, token: &str, object: &str) -> Vec<Call> {
    let call = |object: &str, query: &str| matrix.call(operation, token, object, query);
    let named = operation.parameters().filter(|parameter| parameter["in"] == "query");
    let mut calls: Vec<_> =
        named.map(|parameter| call(object, &format!("?{}={TEXT}", parameter["name"].as_str().unwrap()))).collect();
    calls.push(call(TEXT, ""));
    calls.push(call(object, &format!("?{TEXT}={TEXT}")));
    calls.push(call(object, &format!("/{TEXT}")));
    calls.extend(HEADERS.map(|header| call(object, "").header(header, TEXT)));
    calls
}

/// Requests of an operation with the number in its body: in the place of each value, beside them, and as the whole.
fn within(matrix: &Matrix, operation: &Operation<'_>, token: &str, object: &str, example: &Value) -> Vec<Call> {
    let call = || matrix.call(operation, token, object, "");
    let mut pointers = Vec::new();
    leaves(example, "", &mut pointers);
    let mut calls = Vec::new();
    for pointer in pointers {
        for planted in [json!(TEXT), json!(NUMBER), json!({TEXT: TEXT}), json!([TEXT])] {
            let mut body = example.clone();
            *body.pointer_mut(&pointer).unwrap() = planted;
            calls.push(call().json(&body));
        }
        let mut body = example.clone();
        if let Some(fields) = body.pointer_mut(&pointer).and_then(Value::as_object_mut) {
            fields.insert(TEXT.to_owned(), json!(TEXT));
            calls.push(call().json(&body));
        }
    }
    calls.push(call().body(TEXT, "application/json"));
    calls.push(call().body(format!("{{\"{TEXT}"), "application/json"));
    calls.push(call().body(TEXT, "text/csv"));
    calls.push(call().form(&[("grant_type", "client_credentials"), ("client_id", TEXT), (TEXT, TEXT)]));
    calls
}

#[tokio::test]
async fn a_nik_in_every_input_is_in_no_error_event_read_metric_or_log() {
    let metrics = PrometheusBuilder::new().install_recorder().unwrap();
    let mut matrix = Matrix::prepare().await;
    let measured = matrix.service.sibling_with(|config| config.http.ops_listen = Some(free_address())).await;
    let _plain = std::mem::replace(&mut matrix.service, measured);
    let mut calls = Vec::new();
    for operation in Document::get().operations() {
        let (token, object, example) = match matrix.caller(&operation).await {
            Some((token, object, example)) => (token, object, Some(example)),
            None => (String::new(), TEXT.to_owned(), operation.example().cloned()),
        };
        for token in ["", &token, &matrix.tokens[&Role::JobSeeker]] {
            calls.extend(around(&matrix, &operation, token, &object));
        }
        let example = example.filter(|_| operation.body().is_some()).unwrap_or_default();
        calls.extend(within(&matrix, &operation, &token, &object, &example));
    }
    let count = calls.len();
    let outcomes: Vec<_> = stream::iter(calls).map(Call::attempt).buffer_unordered(4).collect().await;
    let faults: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).map(String::as_str).collect();
    assert!(faults.is_empty(), "{} faults of {count}:\n{}", faults.len(), faults.join("\n\n"));
    let refused = outcomes.iter().flatten().filter(|reply| reply.status >= 400).count();
    assert!(count > 3_000 && refused > 1_000, "{refused} of {count} refused");

    let state = matrix.service.state();
    state.reads.flush(&state.db).await;
    let events = journal::Entity::find().all(state.db.reader()).await.unwrap();
    let reads = access_record::Entity::find().all(state.db.reader()).await.unwrap();
    assert!(events.len() > 200 && reads.len() > 20, "{} events, {} reads", events.len(), reads.len());
    let holds = |what: String| niks(&what).next().map(|_| what.clone());
    let event = |row: journal::Model| holds(format!("{} {} {} {}", row.event, row.subject_id, row.actor, row.body));
    let read =
        |row: access_record::Model| holds(format!("{} {} {:?} {:?}", row.act, row.actor, row.filter, row.purpose));
    let metrics = metrics.render();
    assert!(metrics.contains("http_requests_total"));
    let told: Vec<String> = events
        .into_iter()
        .filter_map(event)
        .chain(reads.into_iter().filter_map(read))
        // The sums of seconds have as many digits as a NIK.
        .chain(Some(metrics).filter(|metrics| metrics.contains(TEXT)))
        .chain(spilled())
        .collect();
    assert!(told.is_empty(), "{} times:\n{}", told.len(), told.join("\n"));
}
