//! Every value of every body, and every parameter of every operation, exchanged for something hostile, sent by somebody
//! who may send it: the service refuses or takes it, and neither breaks nor answers what the document does not have.

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::harness::{Call, Document};
use crate::matrix::Matrix;

/// Texts that no field takes: nobody can read them, and PostgreSQL can't hold the first.
const UNREADABLE: [&str; 3] = ["a\0b", "abc\u{202e}cba", "\u{feff}"];

/// The places of a body that hold something.
pub fn leaves(value: &Value, pointer: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| leaves(inner, &format!("{pointer}/{name}"), into));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, inner)| leaves(inner, &format!("{pointer}/{at}"), into));
        }
        _ => {}
    }
    into.push(pointer.to_owned());
}

/// What stands for a value, and whether it must be refused.
fn hostile(value: &Value) -> Vec<(Value, bool)> {
    let mut others = vec![
        (json!(9_223_372_036_854_775_808_u64), true),
        (json!(-1), false),
        (json!(i64::MAX), false),
        (json!(i64::MIN), false),
        (json!(1.5), false),
        (json!(""), false),
        (json!("'; DROP TABLE client; --"), false),
        (json!("9999-12-31"), false),
        (json!("-262143-01-01"), false),
        (json!("+262142-12-31"), false),
        (json!("x".repeat(20_000)), true),
        (Value::Null, false),
        (json!([]), false),
        (json!({}), false),
        (json!([[["a"]]]), true),
        (json!({"\0": "\0"}), true),
    ];
    if value.is_string() {
        others.extend(UNREADABLE.map(|text| (json!(text), true)));
    }
    if let Some(items) = value.as_array().filter(|items| !items.is_empty()) {
        others.push((json!(vec![&items[0]; 3_000]), true));
    }
    others
}

/// Sends them all, a few at a time, and tells what went wrong.
async fn send_all(calls: Vec<(String, bool, Call)>) {
    assert!(calls.len() > 100, "only {} requests", calls.len());
    let outcomes = stream::iter(calls).map(async |(name, refuse, call)| (name, refuse, call.attempt().await));
    let outcomes: Vec<_> = outcomes.buffer_unordered(4).collect().await;
    let faults: Vec<_> = outcomes
        .into_iter()
        .filter_map(|(name, refuse, outcome)| match outcome {
            Err(fault) => Some(format!("{name}: {fault}")),
            // A batch tells of each row whether it is refused, and of many rows later; a workbook tells it in its cells.
            Ok(reply) if reply.status == 200 && reply.header("content-type").ends_with("spreadsheetml.sheet") => None,
            Ok(reply) if reply.status == 202 || reply["dispositions"]["rejected"].as_i64() > Some(0) => None,
            Ok(reply) if refuse && reply.status < 400 => Some(format!("{name}: taken with {}", reply.status)),
            Ok(_) => None,
        })
        .collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n\n"));
}

/// The example is what a newcomer pastes: with ids of their own it must be taken.
#[tokio::test]
async fn the_example_of_every_body_is_taken() {
    let matrix = Matrix::prepare().await;
    let mut faults = Vec::new();
    for operation in Document::get().operations().filter(|operation| operation.example().is_some()) {
        let Some((token, object, example)) = matrix.caller(&operation).await else { continue };
        let reply = matrix.call(&operation, &token, &object, "").json(&example).send().await;
        // An object may have moved on; that is not the example's fault.
        let moved_on = reply["code"] == "illegal-transition" || reply["code"] == "invitation-used";
        if reply.status >= 400 && !moved_on {
            faults.push(format!("{}: {reply}", operation.id()));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n\n"));
}

#[tokio::test]
async fn no_value_of_a_body_breaks_an_operation() {
    let matrix = Matrix::prepare().await;
    let mut calls = Vec::new();
    for operation in Document::get().operations().filter(|operation| operation.example().is_some()) {
        let Some((token, object, example)) = matrix.caller(&operation).await else { continue };
        let mut pointers = Vec::new();
        leaves(&example, "", &mut pointers);
        for pointer in pointers {
            for (other, refuse) in hostile(example.pointer(&pointer).unwrap()) {
                let mut body = example.clone();
                let shown: String = other.to_string().chars().take(40).collect();
                *body.pointer_mut(&pointer).unwrap() = other;
                let name = format!("{} {pointer} {shown}", operation.id());
                calls.push((name, refuse, matrix.call(&operation, &token, &object, "").json(&body)));
            }
        }
    }
    send_all(calls).await;
}

#[tokio::test]
async fn no_value_of_a_parameter_breaks_an_operation() {
    let matrix = Matrix::prepare().await;
    let long = "x".repeat(20_000);
    let values = [
        "",
        "%00",
        "a%00b",
        "%FF",
        "%E2%80%AE",
        "%27%20OR%201%3D1--",
        "%25",
        "0",
        "-1",
        "1",
        "101",
        "1.5",
        "true",
        "x",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551616",
        "2147483648",
        "0000",
        "9999-12-31",
        "-262143-01-01",
        "%2B262142-12-31",
        "2026-02-30",
        "0000-00-00",
        "36.72",
        "36.72-2",
        "99.99",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "AAAA",
        ",",
        ",,,",
        "a,b",
        "*",
        "(",
        "\"",
        &long,
    ];
    let mut calls = Vec::new();
    for operation in Document::get().operations() {
        let Some((token, object, _)) = matrix.caller(&operation).await else { continue };
        let names: Vec<_> = operation
            .parameters()
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        for name in names {
            // One that waits for news is asked not to.
            for value in values.iter().filter(|value| name != "wait" || !matches!(**value, "1" | "101")) {
                let shown: String = value.chars().take(40).collect();
                // Whatever is typed is a search.
                let refuse = name != "q" && value.contains("%00");
                let query = format!("?{name}={value}");
                calls.push((
                    format!("{} {name}={shown}", operation.id()),
                    refuse,
                    matrix.call(&operation, &token, &object, &query),
                ));
            }
        }
        if operation.path.contains('{') && operation.method == "get" {
            for value in values.iter().filter(|value| !value.is_empty()) {
                let shown: String = value.chars().take(40).collect();
                calls.push((
                    format!("{} {shown}", operation.id()),
                    value.contains("%00"),
                    matrix.call(&operation, &token, value, ""),
                ));
            }
        }
    }
    send_all(calls).await;
}
