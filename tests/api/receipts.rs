//! Receipts: who gets one, what it proves, and what takes its place.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use disnaker::app::State;
use disnaker::caller::Scope;
use disnaker::change::Change;
use disnaker::companies;
use disnaker::companies::employment::bodies::NewEmploymentReport;
use disnaker::keys::Keys;
use disnaker::reports::vacancy;
use disnaker_entity::access::Role;
use disnaker_entity::{receipt, report::vacancy_report};
use ed25519_dalek::{Signature, VerifyingKey};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::harness::{Document, Reply, Service};
use crate::world::{World, company, hired, line, nik, register, with};

async fn receipt(world: &World, number: &str) -> Reply {
    world.read(&world.hr, &format!("/v1/receipts/{number}")).await.expect(200)
}

/// What anybody sees of a receipt.
async fn check(service: &Service, number: &str) -> Reply {
    service.get(format!("/v1/verifications/receipts/{number}")).send().await.expect(200)
}

/// Verifies as somebody does who knows nothing but RFC 7515, RFC 8037, the statement and the published keys.
pub fn verifies(statement: &str, signature: &str, keys: &Value) -> bool {
    let parts: Vec<&str> = signature.split('.').collect();
    let [header, "", signature] = parts[..] else { return false };
    let protected: Value = serde_json::from_slice(&BASE64.decode(header).unwrap()).unwrap();
    assert_eq!((protected["alg"].as_str(), protected["typ"].as_str()), (Some("EdDSA"), Some("disnaker-receipt+jws")));
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == protected["kid"]);
    let Some(key) = key.filter(|key| key["use"] == "receipt" && key["crv"] == "Ed25519") else { return false };
    let key: [u8; 32] = BASE64.decode(key["x"].as_str().unwrap()).unwrap().try_into().unwrap();
    let signature = Signature::from_slice(&BASE64.decode(signature).unwrap()).unwrap();
    let signed = format!("{header}.{}", BASE64.encode(statement));
    VerifyingKey::from_bytes(&key).unwrap().verify_strict(signed.as_bytes(), &signature).is_ok()
}

/// JSON with sorted names and no spaces, as RFC 8785 has it.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.keys().collect();
            names.sort();
            let fields = names.iter().map(|name| format!("{}:{}", json!(name), canonical(&fields[*name])));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

fn hash(issue: &Value, content: &Value) -> String {
    let salt = BASE64.decode(issue["salt"].as_str().unwrap()).unwrap();
    assert_eq!(salt.len(), 16);
    BASE64.encode(Sha256::digest([salt, canonical(content).into_bytes()].concat()))
}

fn without(items: &Value, names: &[&str]) -> Vec<Value> {
    let mut items = items.as_array().unwrap().clone();
    for item in &mut items {
        item.as_object_mut().unwrap().retain(|name, _| !names.contains(&name.as_str()));
    }
    items
}

#[tokio::test]
async fn a_stranger_verifies_a_receipt_with_its_statement_and_the_published_keys() {
    let world = World::new().await;
    let report = world.file(&[line("Operator Forklift", 2), line("Satpam", 1)]).await;
    let number = report.text_of("number");
    let public = check(&world.service, number).await;
    assert_eq!(public.header("cache-control"), "public, max-age=60");
    let keys = world.service.get("/.well-known/jwks.json").send().await.expect(200).json;
    let (statement, signature) = (public.text_of("statement"), public.text_of("signature"));
    assert!(verifies(statement, signature, &keys));
    assert!(!verifies(&statement.replace("\"lines\":2", "\"lines\":3"), signature, &keys));
    assert!(!verifies(&statement.replace("Nusantara", "Lain"), signature, &keys));

    // What is shown are the very facts that are signed.
    let facts: Value = serde_json::from_str(statement).unwrap();
    for (name, fact) in facts.as_object().unwrap() {
        assert_eq!(&public[name.as_str()], fact, "{name}");
    }
    assert_eq!((facts["number"].as_str(), facts["issue"].as_i64()), (Some(number), Some(1)));
    assert_eq!((facts["kind"].as_str(), facts["lines"].as_i64()), (Some("vacancy_report"), Some(2)));
    assert_eq!((facts["office"].as_str(), facts["company"]["nib"].as_str()), (Some("36.72"), Some("9120001234567")));
    assert_eq!((public["status"].as_str(), &public["superseded_by"]), (Some("current"), &Value::Null));
    assert!(public["salt"].is_null() && public["issues"].is_null());
}

#[tokio::test]
async fn the_company_finds_its_own_content_in_the_hash() {
    let world = World::new().await;
    let report = world.file(&[line("Operator Forklift", 2), line("Satpam", 1)]).await;
    let mine = receipt(&world, report.text_of("number")).await;
    let lines = without(&report["lines"], &["line_id", "position", "return_reason"]);
    assert_eq!(hash(&mine["issues"][0], &json!({"lines": lines})), mine.text_of("content_hash"));
    assert_ne!(hash(&mine["issues"][0], &json!({"lines": lines[..1]})), mine.text_of("content_hash"));

    let vacancies = world.publish(&[line("Satpam", 3)]).await;
    let report = world.report_hired(&[hired(&vacancies[0], 7), hired(&vacancies[0], 8)]).await;
    let mine = receipt(&world, report.text_of("number")).await;
    let mut rows = without(&report["rows"], &["position", "row_id", "return_reason", "sex_differs_from_nik"]);
    for (row, number) in rows.iter_mut().zip([7, 8]) {
        row["worker"]["nik"] = nik(number).into();
    }
    assert_eq!(hash(&mine["issues"][0], &json!({"rows": rows})), mine.text_of("content_hash"));
    // Of the persons nobody learns anything.
    let public = check(&world.service, report.text_of("number")).await;
    for secret in ["Contoh Pekerja", nik(7).as_str(), "3672••••••••0007", "hrd@", "Bagian Personalia"] {
        assert!(!public.text.contains(secret) && !mine.text.contains(secret), "{secret}");
    }
}

/// What the document says of the hash, a stranger can follow: each kind but the vacancy and placement reports, which the test
/// above follows, and the example.
#[tokio::test]
async fn the_hash_is_made_as_the_document_says() {
    let operation = Document::get().operations().find(|operation| operation.id() == "get_receipt").unwrap();
    let said = operation.value["description"].as_str().unwrap();
    let example = json!({"month": "2026-11"});
    let salt = said.split("the salt `").nth(1).and_then(|rest| rest.split('`').next()).unwrap();
    assert!(said.contains(&format!("the nil report `{}`", canonical(&example))), "{said}");
    assert!(said.contains(&format!("`{}`", hash(&json!({"salt": salt}), &example))), "{said}");

    let world = World::new().await;
    let nil = json!({"company_id": world.company, "month": "2026-10"});
    let nil = world.send(&world.hr, "/v1/nil-reports", &nil).await.expect(201);
    let mine = receipt(&world, nil.text_of("number")).await;
    assert_eq!(hash(&mine["issues"][0], &json!({"month": "2026-10"})), mine.text_of("content_hash"));
    let sent = json!(NewEmploymentReport::sample());
    let path = format!("/v1/companies/{}/employment-reports", world.company);
    let employment = world.send(&world.hr, &path, &sent).await.expect(201);
    let mine = receipt(&world, employment.text_of("number")).await;
    assert_eq!(hash(&mine["issues"][0], &sent), mine.text_of("content_hash"));
}

#[tokio::test]
async fn what_was_filed_before_there_were_receipts_has_none() {
    let world = World::new().await;
    let report = world.file(&[line("Satpam", 1)]).await;
    let number = report.text_of("number");
    receipt::Entity::delete_many().exec(world.service.state().db.writer()).await.unwrap();
    world.read(&world.hr, &format!("/v1/receipts/{number}")).await.problem(404, "not-found");
    world.service.get(format!("/v1/verifications/receipts/{number}")).send().await.problem(404, "not-found");
    // What becomes of the report does not ask for one.
    let path = format!("/v1/vacancy-reports/{}", report.text_of("id"));
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    let correction = world.act(&world.hr, &format!("{path}/correct")).await.expect(201);
    let path = format!("/v1/vacancy-reports/{}", correction.text_of("id"));
    let correction = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    assert_eq!(receipt(&world, correction.text_of("number")).await["corrects"], number);
}

#[tokio::test]
async fn a_draft_has_none_and_a_number_that_is_not_there_answers_like_one_that_is_none() {
    let world = World::new().await;
    let draft = world.draft(&[line("Satpam", 1)]).await;
    assert_eq!(draft["number"], Value::Null);
    world.act(&world.hr, &format!("/v1/vacancy-reports/{}/withdraw", draft.text_of("id"))).await.expect(200);
    let refused = world.draft(&[with(line("Satpam", 1), json!({"valid_until": "2026-11-24"}))]).await;
    let body = json!({"company_id": world.company, "lines": [{"title": ""}]});
    world.send(&world.hr, "/v1/vacancy-reports", &body).await.expect(422);
    let mut later = world;
    later.later("2026-12-01T02:00:00Z");
    later.act(&later.hr, &format!("/v1/vacancy-reports/{}/submit", refused.text_of("id"))).await.expect(422);
    let db = later.service.state().db.clone();
    assert_eq!(receipt::Entity::find().count(db.reader()).await.unwrap(), 0);
    let mut answers = Vec::new();
    for number in ["LWK-36.72-2026-000001", "x", "%27%20OR%201%3D1", refused.text_of("id")] {
        let reply = later.service.get(format!("/v1/verifications/receipts/{number}")).send().await;
        answers.push(reply.problem(404, "not-found").anonymous());
        later.read(&later.hr, &format!("/v1/receipts/{number}")).await.problem(404, "not-found");
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn filed_again_after_a_return_it_is_a_further_issue() {
    let mut world = World::new().await;
    let report = world.file(&[line("Satpam", 1)]).await;
    let (path, number) = (format!("/v1/vacancy-reports/{}", report.text_of("id")), report.text_of("number"));
    let first = check(&world.service, number).await;
    let reason = json!({"note": "Mohon lengkapi"});
    let returned = world.send(&world.officer, &format!("{path}/return"), &reason).await.expect(200);
    world.later("2026-11-24T02:00:00Z");
    let call = world.service.patch(&path).token(&world.hr).header("if-match", returned.header("etag"));
    call.json(&json!({"lines": [line("Satpam", 4)]})).send().await.expect(200);
    let again = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!(again["number"], number);
    let mine = receipt(&world, number).await;
    assert_eq!((mine["issue"].as_i64(), mine["status"].as_str()), (Some(2), Some("current")));
    let issues = mine["issues"].as_array().unwrap();
    assert_eq!(issues.iter().map(|issue| issue["issue"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(issues[1]["statement"], first["statement"], "what was signed stays as it is");
    assert_ne!(issues[0]["content_hash"], issues[1]["content_hash"]);
    let keys = world.service.get("/.well-known/jwks.json").send().await.expect(200).json;
    for issue in issues {
        assert!(verifies(issue["statement"].as_str().unwrap(), issue["signature"].as_str().unwrap(), &keys));
    }
    assert_eq!(check(&world.service, number).await["issue"], 2);
}

#[tokio::test]
async fn an_accepted_correction_takes_the_place_of_what_it_corrects() {
    let world = World::new().await;
    let report = world.file(&[line("Satpam", 1)]).await;
    let (path, number) = (format!("/v1/vacancy-reports/{}", report.text_of("id")), report.text_of("number"));
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    let correction = world.act(&world.hr, &format!("{path}/correct")).await.expect(201);
    let path = format!("/v1/vacancy-reports/{}", correction.text_of("id"));
    let correction = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    let by = correction.text_of("number");
    assert_eq!(check(&world.service, by).await["corrects"], number);
    assert_eq!(check(&world.service, number).await["status"], "current", "what is only filed changes nothing yet");
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    let old = check(&world.service, number).await;
    assert_eq!((old["status"].as_str(), old["superseded_by"].as_str()), (Some("superseded"), Some(by)));
    assert_eq!(check(&world.service, by).await["status"], "current");
}

#[tokio::test]
async fn what_was_taken_back_says_so() {
    let world = World::new().await;
    let report = world.file(&[line("Satpam", 1)]).await;
    world.act(&world.hr, &format!("/v1/vacancy-reports/{}/withdraw", report.text_of("id"))).await.expect(200);
    assert_eq!(check(&world.service, report.text_of("number")).await["status"], "withdrawn");
    let vacancies = world.publish(&[line("Satpam", 3)]).await;
    let report = world.report_hired(&[hired(&vacancies[0], 7)]).await;
    world.act(&world.hr, &format!("/v1/placement-reports/{}/withdraw", report.text_of("id"))).await.expect(200);
    assert_eq!(check(&world.service, report.text_of("number")).await["status"], "withdrawn");
}

#[tokio::test]
async fn a_receipt_is_a_paper_for_its_company_and_office_and_for_nobody_else() {
    let world = World::new().await;
    let (stranger, _) = register(&world.service, "9120001234568").await;
    let elsewhere = world.service.staff(Role::OfficeAdmin, "33.06").await;
    let report = world.file(&[line("Satpam", 1)]).await;
    let path = format!("/v1/receipts/{}", report.text_of("number"));
    for token in [&world.hr, &world.officer] {
        let call = world.service.get(&path).token(token).header("accept", "application/pdf");
        let paper = call.send().await.expect(200);
        assert_eq!(paper.header("content-type"), "application/pdf");
        assert!(paper.header("content-disposition").contains("LWK-36.72-2026-000001.pdf"));
        assert!(paper.text.starts_with("%PDF-"));
        assert_eq!(world.read(token, &path).await.expect(200)["number"], report["number"]);
    }
    for token in [&stranger, &elsewhere] {
        world.read(token, &path).await.problem(404, "not-found");
        let call = world.service.get(&path).token(token).header("accept", "application/pdf");
        call.send().await.problem(404, "not-found");
    }
    world.service.get(&path).send().await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn without_a_key_for_receipts_filing_works_and_the_signature_is_null() {
    let service = Service::lasting().await;
    service.office("36.72").await;
    let hr = service.token("hrd");
    let made = service.post("/v1/companies").token(&hr).json(&company("9120001234567")).send().await.expect(201);
    let lines = [with(line("Satpam", 1), json!({"valid_until": "2099-12-31"}))];
    let body = json!({"company_id": made["id"], "lines": lines});
    service.post("/v1/vacancy-reports").token(&hr).json(&body).send().await.expect(201);

    // Another instance, whose file has lost the key.
    let mut config = service.state().config.clone();
    let mut keys: Value = serde_json::from_slice(&std::fs::read(&config.database.key_file).unwrap()).unwrap();
    keys["signing"].as_array_mut().unwrap().retain(|key| key["purpose"] != "receipts");
    config.database.key_file = service.directory().join("fewer.json");
    Keys::create(&config.database.key_file).unwrap();
    std::fs::write(&config.database.key_file, keys.to_string()).unwrap();
    let keys = Keys::load(&config.database.key_file, false).unwrap();
    let state = State::open(config, &keys, service.clock().clone()).await.unwrap();
    let mut change = Change::begin(&state, Arc::new(Scope::default()), "uji".to_owned()).await.unwrap();
    let draft = vacancy_report::Entity::find().one(change.db()).await.unwrap().unwrap();
    let company = companies::share(&change, draft.company_id).await.unwrap();
    let filed = vacancy::submit(&mut change, &company, &draft).await.unwrap();
    change.commit().await.unwrap();
    let reply = check(&service, &filed.number.unwrap()).await;
    assert_eq!((&reply["signature"], &reply["kid"]), (&Value::Null, &Value::Null));
    assert_eq!(reply["status"], "current");
}

#[tokio::test]
async fn an_employment_report_has_one_that_its_correction_takes_the_place_of() {
    let world = World::new().await;
    let path = format!("/v1/companies/{}/employment-reports", world.company);
    let body = serde_json::to_value(NewEmploymentReport::sample()).unwrap();
    let first = world.send(&world.hr, &path, &body).await.expect(201);
    let mine = receipt(&world, first.text_of("number")).await;
    assert_eq!((mine.text_of("kind"), mine.text_of("status")), ("employment_report", "current"));
    assert_eq!(hash(&mine["issues"][0], &body), mine.text_of("content_hash"), "the content is what was sent");
    let mended = with(body, json!({"corrects": first.text_of("id")}));
    let second = world.send(&world.hr, &path, &mended).await.expect(201);
    let public = check(&world.service, first.text_of("number")).await;
    assert_eq!((public.text_of("status"), &public["superseded_by"]), ("superseded", &second["number"]));
    let withdraw = format!("/v1/employment-reports/{}/withdraw", second.text_of("id"));
    world.act(&world.hr, &withdraw).await.expect(200);
    assert_eq!(check(&world.service, second.text_of("number")).await.text_of("status"), "withdrawn");
}
