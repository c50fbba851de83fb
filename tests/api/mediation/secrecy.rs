//! Who finds a case and who does not, and that what people wrote is nowhere in the clear.

use disnaker_entity::access::Role;
use disnaker_entity::plumbing::{access_record, journal, movement};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{
    ADMIN, CASES, COLLEAGUE, COUNTER, Case, EMPLOYER, Hall, MEDIATOR, PROVINCE, WORKER, dispute, missing,
    recommendation,
};
use crate::world::{nik, register, with};

/// Every step that can be asked for.
pub const STEPS: [&str; 22] = [
    "return_file",
    "complete_file",
    "offer_paths",
    "choose_path",
    "refer_up",
    "refer_down",
    "refer",
    "reassign",
    "clarify",
    "conclude_clarification",
    "hold_hearing",
    "agree",
    "issue_recommendation",
    "record_receipt",
    "answer",
    "settle_after_recommendation",
    "settle_bipartite",
    "register_settlement",
    "record_lawsuit",
    "close",
    "withdraw",
    "back_to_bipartite",
];

impl Hall {
    /// Everything that can be asked of a case is refused: 404, or 403 where the role has no such permission.
    async fn shut(&self, who: &str, case: &Case, hearing: &str) {
        let reads = [
            case.path.clone(),
            format!("{}/deadlines", case.path),
            format!("{}/hearings", case.path),
            hearing.to_owned(),
        ];
        for path in &reads {
            let reply = self.read(who, path).await;
            assert!(matches!(reply.status, 403 | 404), "{who} reads {path}\n{reply}");
        }
        for event in STEPS {
            let reply = self.step(who, case, event, self.body(event, "worker").await).await;
            assert!(matches!(reply.status, 403 | 404), "{who}: {event}\n{reply}");
        }
        let cancelled = self.send(who, &format!("{hearing}/cancel"), &Value::Null).await;
        assert!(matches!(cancelled.status, 403 | 404), "{who}\n{cancelled}");
        let summoned = self.send(who, &format!("{}/hearings", case.path), &super::summons()).await;
        assert!(matches!(summoned.status, 403 | 404), "{who}\n{summoned}");
        let listed = self.read(who, CASES).await;
        let found = listed["data"].as_array().is_some_and(|rows| rows.iter().any(|row| row["id"] == case.id));
        assert!(!found, "{who} finds it in the list");
    }
}

#[tokio::test]
async fn a_case_is_found_by_its_people_and_by_nobody_else() {
    let hall = Hall::open().await;
    let case = hall.register(COUNTER, json!({"kind": "rights"})).await;
    hall.view(COUNTER, &case).await;
    hall.done(COUNTER, &case, "return_file", missing()).await;
    hall.done(COUNTER, &case, "complete_file", json!({})).await;
    hall.done(ADMIN, &case, "refer", hall.mediator(MEDIATOR).await).await;
    hall.summoned(&case, "mediation").await;
    let listed = hall.read(MEDIATOR, &format!("{}/hearings", case.path)).await.expect(200);
    let hearing = format!("/v1/mediation-hearings/{}", listed["data"][0]["id"].as_str().unwrap());

    let (_, company) = register(&hall.service, "9120001234568").await;
    hall.service.grant("hr-lain", Role::CompanyHr, None, Some(company)).await;
    let other = hall.register("pekerja-lain", json!({"kind": "rights"})).await;
    let strangers = [
        ("petugas-penempatan", Role::PlacementOfficer, "36.72"),
        ("loket-lain", Role::CounterOfficer, "36.72"),
        ("pembaca", Role::Viewer, "36.72"),
        ("instruktur", Role::TrainingOfficer, "36.72"),
        ("kepala-lain", Role::OfficeAdmin, "33.06"),
        ("kepala-tetangga", Role::OfficeAdmin, "36.04"),
        ("mediator-jauh", Role::Mediator, "33.06"),
        ("mediator-provinsi", Role::Mediator, "36"),
    ];
    for (who, role, office) in strangers {
        hall.service.grant(who, role, Some(office), None).await;
    }
    hall.read("pekerja-lain", &other.path).await.expect(200);
    let named = ["pekerja-lain", "hr-lain", PROVINCE, COLLEAGUE, COUNTER, "siapa-saja"];
    for who in strangers.iter().map(|(who, ..)| *who).chain(named) {
        hall.shut(who, &case, &hearing).await;
    }
    let version = hall.view(ADMIN, &case).await["version"].clone();
    assert_eq!(version, 4, "nobody moved it");

    // The mediator of before sees it no more.
    hall.done(ADMIN, &case, "reassign", hall.mediator(COLLEAGUE).await).await;
    hall.shut(MEDIATOR, &case, &hearing).await;
    hall.read(COLLEAGUE, &hearing).await.expect(200);
    for who in [WORKER, EMPLOYER, ADMIN, COLLEAGUE] {
        hall.view(who, &case).await;
    }

    // Who read it is on record; who found nothing did not.
    let state = hall.service.state();
    state.reads.flush(&state.db).await;
    let reads = access_record::Entity::find().all(state.db.reader()).await.unwrap();
    let read = |who: &str, kind: &str| {
        let of = |read: &&access_record::Model| read.actor.ends_with(&format!("|{who}")) && read.subject_kind == kind;
        reads.iter().filter(of).filter(|read| read.act == "detail").count()
    };
    for who in [WORKER, EMPLOYER, ADMIN, COLLEAGUE] {
        assert!(read(who, "mediation_case") > 0, "{who}");
    }
    assert_eq!(
        (read(COLLEAGUE, "mediation_hearing"), read(MEDIATOR, "mediation_case")),
        (1, 1),
        "the list of hearings"
    );
    for who in ["loket-lain", "kepala-lain", "hr-lain", PROVINCE] {
        assert_eq!(read(who, "mediation_case") + read(who, "mediation_hearing"), 0, "{who}");
    }
}

#[tokio::test]
async fn how_to_reach_a_side_is_for_itself_and_the_office() {
    let hall = Hall::open().await;
    let contact = json!({"name": "Kuasa Contoh", "capacity": "Advokat", "contact": "kuasa@contoh.id"});
    let case = hall.register(WORKER, json!({"representative": contact})).await;
    for (who, sees) in [(WORKER, true), (EMPLOYER, false), (ADMIN, true)] {
        let view = hall.view(who, &case).await;
        let party = &view["parties"][0];
        let shown = [&party["phone"], &party["representatives"][0]["contact"]].map(Value::is_string);
        assert_eq!(shown, [sees; 2], "{who}");
        assert_eq!(party["representatives"][0]["name"], "Kuasa Contoh");
    }
}

#[tokio::test]
async fn who_stands_on_both_sides_or_is_of_another_office_takes_no_step_of_this_one() {
    let hall = Hall::open().await;
    let case = hall.register(ADMIN, json!({"kind": "rights"})).await;
    for party in &case.parties {
        hall.stand("dua-pihak", party).await;
    }
    // Roles elsewhere, and a side of this case.
    for role in [Role::OfficeAdmin, Role::Mediator] {
        hall.service.grant("kepala-lain", role, Some("33.06"), None).await;
    }
    hall.stand("kepala-lain", &case.parties[1]).await;
    // The office's own mediator, on a side: never named, and none of the case who was named before.
    hall.done(ADMIN, &case, "refer", hall.mediator(COLLEAGUE).await).await;
    hall.stand(COLLEAGUE, &case.parties[1]).await;
    let again = hall.step(ADMIN, &case, "reassign", hall.mediator(COLLEAGUE).await).await;
    assert_eq!(again.problem(422, "invalid-content").faults(), [("/grant_id", "unknown-reference")]);
    let version = hall.view(ADMIN, &case).await["version"].clone();
    assert_eq!(hall.may("dua-pihak", &case).await, Vec::<String>::new());
    for who in ["dua-pihak", "kepala-lain", COLLEAGUE] {
        for event in STEPS {
            let reply = hall.step(who, &case, event, hall.body(event, "employer").await).await;
            assert!(matches!(reply.status, 403 | 409), "{who}: {event}\n{reply}");
        }
    }
    assert_eq!(hall.view(ADMIN, &case).await["version"], version);
}

#[tokio::test]
async fn what_people_wrote_is_in_no_event_count_log_or_page_of_the_database() {
    let hall = Hall::open().await;
    let words = [
        "Budi Contoh",
        "PT Contoh Baja",
        "pesangon",
        "Kawasan Industri",
        "Efisiensi",
        "rapat.contoh",
        "Rahasia",
        "0254-000001",
    ];
    let told = format!("Rahasia: pekerja dengan NIK {} diberhentikan tanpa pesangon.", nik(7));
    let case = hall.register(WORKER, json!({"kind": "rights", "chronology": told})).await;
    hall.done(ADMIN, &case, "refer", hall.mediator(MEDIATOR).await).await;
    hall.hear(&case).await;
    hall.done(MEDIATOR, &case, "issue_recommendation", recommendation()).await;
    hall.done(WORKER, &case, "record_receipt", json!({})).await;
    let note = format!("Rahasia, NIK {}", nik(7));
    hall.done(WORKER, &case, "answer", json!({"accepts": false, "note": note})).await;
    hall.done(ADMIN, &case, "close", json!({"reason": "Rahasia: para pihak ke pengadilan"})).await;
    // Refused, with the same in it.
    hall.step(WORKER, &case, "answer", json!({"accepts": true, "note": note})).await.expect(409);
    let bad = with(dispute(), json!({"office": "99.99", "chronology": told, "subject": nik(7)}));
    hall.send(WORKER, CASES, &bad).await.problem(422, "invalid-content");

    let reader = hall.service.state().db.reader();
    let events = journal::Entity::find().all(reader).await.unwrap();
    let counted = movement::Entity::find().all(reader).await.unwrap();
    let mut said: Vec<String> = events.into_iter().map(|row| row.body).collect();
    said.extend(counted.iter().map(|row| format!("{row:?}")));
    crate::exchange::sealed_in(&hall.service).await;
    let feed = hall.read(ADMIN, "/v1/events?limit=100").await.expect(200);
    assert!(feed.text.contains("mediation_case.register"), "{feed}");
    said.push(feed.text);
    for text in &said {
        for word in words.iter().copied().chain([nik(7).as_str()]) {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
    if crate::harness::not_on(disnaker::db::Engine::Postgres, "its files are its own") {
        return;
    }
    let mut pages = 0;
    for entry in std::fs::read_dir(hall.service.directory()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        pages += bytes.windows(16).filter(|window| window.starts_with(b"mediation_case.")).count();
        for word in words {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word} in {}", path.file_name().unwrap().display());
        }
    }
    assert!(pages > 0, "the database is among the files");
}
