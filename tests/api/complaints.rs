//! Complaints: on whose desk they come, how they are sent on, and what comes of them.

use disnaker::consultations::complaints::bodies::{
    ComplaintAnswer, ComplaintForwarding, ComplaintReason, ComplaintRouting, NewComplaint,
};
use disnaker_entity::access::Role;
use disnaker_entity::consultation::complaint;
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::consultations::Desk;
use crate::files::PDF;
use crate::harness::{Reply, unused};
use crate::world::{ids, register, with};

const COMPLAINTS: &str = "/v1/complaints";

impl Desk {
    /// The worker complains: the path of the complaint.
    async fn complained(&self, changes: Value) -> String {
        let new = with(json!(NewComplaint::sample()), changes);
        let made = self.send(&self.worker, COMPLAINTS, &new).await.expect(201);
        format!("{COMPLAINTS}/{}", made.text_of("id"))
    }

    /// Sends a document with a complaint.
    async fn enclosed(&self, token: &str, complaint: &str) -> Reply {
        let call = self.service.post(format!("{complaint}/documents")).token(token).body(PDF, "application/pdf");
        call.header("content-disposition", "attachment; filename=\"risalah bipartit.pdf\"").send().await
    }
}

#[tokio::test]
async fn a_complaint_has_a_number_a_clock_and_an_answer() {
    let mut desk = Desk::open().await;
    let made = desk.send(&desk.worker, COMPLAINTS, &json!(NewComplaint::sample())).await.expect(201);
    assert_eq!((made.text_of("number"), made.text_of("due_on")), ("ADU-36.72-2026-000001", "2026-12-07"));
    assert_eq!((&made["desk"], &made["allowed_actions"]), (&json!(["mediator"]), &json!(["withdraw"])));
    assert_eq!((&made["reporter"]["employee_number"], &made["service_months"]), (&json!("CBN-0042"), &json!(38)));
    let path = format!("{COMPLAINTS}/{}", made.text_of("id"));
    let answer = json!(ComplaintAnswer::sample());
    let early = desk.send(&desk.mediator, &format!("{path}/resolve"), &answer).await.problem(409, "illegal-transition");
    assert_eq!(early["allowed"], json!(["take", "route", "reject", "forward"]));
    let taken = desk.act(&desk.mediator, &format!("{path}/take")).await.expect(200);
    assert_eq!(taken["allowed_actions"], json!(["route", "resolve", "reject", "forward"]));
    assert!(taken["taken_by"].is_string() && taken.text_of("taken_at").starts_with("2026-11-23T"), "{taken}");
    desk.later("2026-12-01T02:00:00Z").await;
    let blank = json!({"answer": " "});
    desk.send(&desk.mediator, &format!("{path}/resolve"), &blank).await.problem(422, "invalid-content");
    let resolved = desk.send(&desk.mediator, &format!("{path}/resolve"), &answer).await.expect(200);
    assert_eq!((resolved.text_of("status"), &resolved["due_on"]), ("resolved", &Value::Null));
    let seen = desk.read(&desk.worker, &path).await.expect(200);
    assert_eq!(seen["outcome"]["answer"], answer["answer"]);
    desk.read(&desk.mediator, &path).await.expect(200);
    assert_eq!(desk.read_by("complaint").await, ["mediator"]);
    assert_eq!(seen["allowed_actions"], json!([]));
    assert_eq!(desk.clock(&path).await, ("2026-12-07".to_owned(), Some("2026-12-01".to_owned()), false));
    desk.act(&desk.worker, &format!("{path}/withdraw")).await.problem(409, "illegal-transition");
    assert_eq!(desk.told("complaint").await, ["receive", "take", "resolve"]);
    assert_eq!(
        desk.counted("complaint").await,
        ["complaint_received 36.72 +1 2026-11-23", "complaint_resolved 36.72 +1 2026-12-01"]
    );
    desk.nothing_is_readable().await;
    let row = complaint::Entity::find().one(desk.service.state().db.reader()).await.unwrap().unwrap();
    let sealed = [row.content_sealed.unwrap(), row.outcome_sealed.unwrap()].concat();
    assert!(!sealed.windows(6).any(|part| part == b"lembur" || part == b"Lembur"));
}

#[tokio::test]
async fn each_category_comes_on_its_desk_and_nobody_else_sees_it() {
    let desk = Desk::open().await;
    let roles = [
        Role::Mediator,
        Role::PlacementOfficer,
        Role::TrainingOfficer,
        Role::CounterOfficer,
        Role::OfficeAdmin,
        Role::Viewer,
    ];
    let mut here = Vec::new();
    for role in roles {
        here.push((role, desk.service.staff(role, "36.72").await));
    }
    let (hr, _) = register(&desk.service, "9120001234567").await;
    let above =
        [desk.service.staff(Role::ProvinceAdmin, "36").await, desk.service.staff(Role::OfficeAdmin, "36").await];
    let strangers = [hr, desk.service.token(&unused("orang")), desk.service.staff(Role::OfficeAdmin, "33.06").await];
    let desks: [(&str, &[Role]); 7] = [
        ("industrial_relations", &[Role::Mediator]),
        ("working_conditions", &[]),
        ("placement", &[Role::PlacementOfficer]),
        ("overseas", &[Role::PlacementOfficer]),
        ("training", &[Role::TrainingOfficer]),
        ("service", &[]),
        ("other", &[Role::CounterOfficer]),
    ];
    for (category, seers) in desks {
        let path = desk.complained(json!({"category": category})).await;
        let inspection = category == "working_conditions";
        let seen = desk.read(&desk.worker, &path).await.expect(200);
        assert_eq!(seen.text_of("office"), if inspection { "36" } else { "36.72" });
        assert_eq!(seen["desk"], json!(seers));
        for (role, token) in &here {
            let theirs = !inspection && (*role == Role::OfficeAdmin || seers.contains(role));
            let reply = desk.read(token, &path).await;
            assert_eq!(reply.status, if theirs { 200 } else { 404 }, "{category} by {role}");
            let listed = desk.read(token, &format!("{COMPLAINTS}?category={category}")).await.expect(200);
            assert_eq!(ids(&listed["data"], "id").len(), usize::from(theirs), "{category} by {role}");
            let reply = desk.act(token, &format!("{path}/take")).await;
            let may = if *role == Role::Viewer { 403 } else { 404 };
            assert!(if theirs { matches!(reply.status, 200 | 409) } else { reply.status == may }, "{reply}");
        }
        for token in &above {
            assert_eq!(desk.read(token, &path).await.status, if inspection { 200 } else { 404 });
        }
        for (role, token) in here.iter().filter(|(role, _)| matches!(role, Role::PlacementOfficer | Role::Viewer)) {
            let clocks = desk.read(token, "/v1/deadlines?limit=100").await.expect(200);
            let theirs = !inspection && seers.contains(role);
            assert_eq!(clocks.text.contains("complaint.answer"), theirs, "{category} by {role}");
        }
        for token in &strangers {
            desk.read(token, &path).await.problem(404, "not-found");
            desk.act(token, &format!("{path}/withdraw")).await.problem(404, "not-found");
            assert_eq!(desk.read(token, COMPLAINTS).await.expect(200)["data"], json!([]));
        }
        desk.act(&desk.worker, &format!("{path}/take")).await.problem(403, "forbidden");
        desk.act(&desk.worker, &format!("{path}/withdraw")).await.expect(200);
        assert!(desk.counted("complaint_withdrawn").await.last().is_some_and(|said| said.contains(" +1 ")));
    }
}

#[tokio::test]
async fn a_complaint_is_sent_on_and_its_way_is_shown_and_its_clock_runs_on() {
    let mut desk = Desk::open().await;
    let path = desk.complained(json!({"category": "other"})).await;
    let due = desk.clock(&path).await;
    desk.later("2026-11-25T02:00:00Z").await;
    let counter = desk.service.staff(Role::CounterOfficer, "36.72").await;
    let route = format!("{path}/route");
    for (wrong, fault) in [
        (json!({"reason": "Salah meja"}), ("/category", "not-allowed")),
        (json!({"office": "33.06", "reason": "Salah meja"}), ("/office", "not-allowed")),
        (json!({"category": "training", "reason": "x"}), ("/reason", "too-short")),
    ] {
        assert_eq!(desk.send(&counter, &route, &wrong).await.problem(422, "invalid-content").faults(), [fault]);
    }
    let training = json!({"category": "training", "reason": "Tentang pelatihan"});
    desk.send(&counter, &route, &training).await.expect(200);
    desk.read(&counter, &path).await.problem(404, "not-found");
    let trainer = desk.service.staff(Role::TrainingOfficer, "36.72").await;
    desk.act(&trainer, &format!("{path}/take")).await.expect(200);
    desk.send(&trainer, &route, &json!(ComplaintRouting::sample())).await.expect(200);
    desk.read(&desk.admin, &path).await.problem(404, "not-found");
    let above = desk.service.staff(Role::ProvinceAdmin, "36").await;
    let seen = desk.read(&above, &path).await.expect(200);
    assert_eq!((seen.text_of("status"), seen.text_of("office")), ("received", "36"));
    assert_eq!(ids(&seen["way"], "office"), ["36.72", "36.72", "36"]);
    assert_eq!(ids(&seen["way"], "category"), ["other", "training", "working_conditions"]);
    assert_eq!(
        (&seen["way"][0]["reason"], &seen["way"][2]["reason"]),
        (&Value::Null, &json!("Menyangkut keselamatan kerja"))
    );
    assert_eq!(desk.clock(&path).await, due, "no new time");
    assert_eq!(desk.read(&desk.worker, &path).await.expect(200)["way"], seen["way"]);

    let forwarded = desk.send(&above, &format!("{path}/forward"), &json!(ComplaintForwarding::sample())).await;
    assert_eq!(forwarded.expect(200)["outcome"]["authority"], "BP3MI Banten");
    let other = desk.complained(json!({"category": "training"})).await;
    let up = json!({"office": "36", "reason": "Balai provinsi"});
    let sent = desk.send(&trainer, &format!("{other}/route"), &up).await.expect(200);
    assert_eq!((sent.text_of("office"), &sent["allowed_actions"]), ("36", &json!([])));
    let rejected = desk.send(&above, &format!("{other}/reject"), &json!(ComplaintReason::sample())).await.expect(200);
    assert_eq!(
        (rejected.text_of("status"), &rejected["outcome"]["reason"]),
        ("rejected", &json!("Sudah diputus oleh pengadilan hubungan industrial"))
    );
    assert_eq!(
        desk.told("complaint").await,
        ["receive", "route", "take", "route", "forward", "receive", "route", "reject"]
    );
    assert_eq!((&seen["taken_by"], &seen["taken_at"]), (&Value::Null, &Value::Null), "at this desk nobody yet");
    let movements = desk.counted("complaint").await;
    let told: Vec<_> = movements.iter().filter_map(|said| said.split(" +1").next()).collect();
    let both =
        ["complaint_received 36.72", "complaint_forwarded 36", "complaint_received 36.72", "complaint_rejected 36"];
    assert_eq!(told, both);
}

#[tokio::test]
async fn the_counter_writes_a_complaint_down_and_every_fault_is_named() {
    let desk = Desk::open().await;
    let counter = desk.service.staff(Role::CounterOfficer, "36.72").await;
    let new = with(json!(NewComplaint::sample()), json!({"category": "other"}));
    let made = desk.send(&counter, COMPLAINTS, &new).await.expect(201);
    assert_eq!(made["allowed_actions"], json!(["take", "route", "reject", "forward", "withdraw"]));
    let path = format!("{COMPLAINTS}/{}", made.text_of("id"));
    desk.read(&desk.worker, &path).await.problem(404, "not-found");
    desk.act(&counter, &format!("{path}/withdraw")).await.expect(200);
    assert!(desk.clock(&path).await.2);
    // What a worker reported, the desk does not take back.
    let theirs = desk.complained(json!({"category": "other"})).await;
    let refused = desk.act(&counter, &format!("{theirs}/withdraw")).await.problem(409, "illegal-transition");
    assert_eq!(refused["allowed"], json!(["take", "route", "reject", "forward"]));
    let wrong = json!({
        "office": "99", "reporter": {"name": "\u{7}", "birth_on": "2030-01-01"}, "respondent": {"name": "", "email": "x"},
        "occurred_on": "2026-11-24", "service_months": 721, "subject": "", "narrative": "a\u{0}",
    });
    let refused = desk.send(&desk.worker, COMPLAINTS, &with(new, wrong)).await.problem(422, "invalid-content");
    assert_eq!(
        refused.faults(),
        [
            ("/office", "unknown-reference"),
            ("/reporter/name", "unprintable"),
            ("/reporter/birth_on", "out-of-range"),
            ("/reporter/phone", "required"),
            ("/respondent/name", "blank"),
            ("/respondent/email", "not-an-email"),
            ("/occurred_on", "out-of-range"),
            ("/service_months", "out-of-range"),
            ("/subject", "blank"),
            ("/narrative", "unprintable"),
        ]
    );
    assert!(!refused.text.contains("2030-01-01"));
}

#[tokio::test]
async fn of_one_account_ten_wait_whoever_complains_at_once() {
    let desk = Desk::open().await;
    let new = json!(NewComplaint::sample());
    let replies = join_all((0..13).map(|_| desk.send(&desk.worker, COMPLAINTS, &new))).await;
    let numbers = replies.iter().filter(|reply| reply.status == 201).map(|reply| reply.text_of("number"));
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_unstable();
    assert_eq!((numbers.len(), numbers[9]), (10, "ADU-36.72-2026-000010"), "without gaps");
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        assert_eq!((reply.status, &reply["code"]), (409, &json!("capacity-exhausted")));
    }
}

#[tokio::test]
async fn what_is_sent_with_a_complaint_is_read_by_who_reported_it_and_by_its_desk() {
    let desk = Desk::open().await;
    let path = desk.complained(json!({})).await;
    let first = desk.enclosed(&desk.worker, &path).await.expect(201);
    assert_eq!((first.text_of("name"), first.text_of("sha256").len()), ("risalah bipartit.pdf", 43));
    let content = format!("/v1/complaint-documents/{}/content", first.text_of("id"));
    assert_eq!(first.header("location"), content);
    desk.enclosed(&desk.mediator, &path).await.expect(201);
    let (hr, _) = register(&desk.service, "9120001234567").await;
    let counter = desk.service.staff(Role::CounterOfficer, "36.72").await;
    let elsewhere = desk.service.staff(Role::OfficeAdmin, "33.06").await;
    for token in [&hr, &counter, &elsewhere] {
        desk.enclosed(token, &path).await.problem(404, "not-found");
        desk.read(token, &content).await.problem(404, "not-found");
    }
    let attachment = content.replace("complaint-documents", "attachments");
    desk.read(&desk.admin, &attachment).await.problem(404, "not-found");
    for token in [&desk.worker, &desk.mediator, &desk.admin] {
        assert!(desk.read(token, &content).await.expect(200).text.starts_with("%PDF"));
        let seen = desk.read(token, &path).await.expect(200);
        assert_eq!(ids(&seen["documents"], "id").len(), 2);
    }
    let readers = desk.read_by("complaint").await;
    assert_eq!(
        readers,
        ["mediator", "mediator", "kepala", "kepala"],
        "the download and the complaint, and of the desk alone"
    );
    let log = desk.read(&desk.worker, &format!("{path}/access-log")).await.expect(200);
    let said = |entry: &Value| format!("{} {}", entry["role"].as_str().unwrap(), entry["act"].as_str().unwrap());
    let read: Vec<_> = log["data"].as_array().unwrap().iter().map(said).collect();
    assert_eq!(read, ["office_admin detail", "office_admin download", "mediator detail", "mediator download"]);
    desk.read(&counter, &format!("{path}/access-log")).await.problem(404, "not-found");
    // Sent on, it is another desk's with all that came with it.
    let route = json!({"category": "other", "reason": "Salah meja"});
    desk.send(&desk.mediator, &format!("{path}/route"), &route).await.expect(200);
    desk.read(&desk.mediator, &content).await.problem(404, "not-found");
    desk.read(&counter, &content).await.expect(200);
    let text =
        desk.service.post(format!("{path}/documents")).token(&desk.worker).body(b"halo", "text/plain").send().await;
    text.problem(415, "unsupported-media-type");
    for _ in 2..20 {
        desk.enclosed(&desk.worker, &path).await.expect(201);
    }
    let full = desk.enclosed(&desk.worker, &path).await.problem(422, "invalid-content");
    assert_eq!(full.faults(), [("", "wrong-count")]);
    desk.act(&desk.worker, &format!("{path}/withdraw")).await.expect(200);
    let over = desk.enclosed(&desk.worker, &path).await.problem(409, "illegal-transition");
    assert_eq!(over["allowed"], json!([]));
    desk.read(&desk.worker, &content).await.expect(200);
}

#[tokio::test]
async fn what_a_complaint_said_is_forgotten_when_its_time_is_over() {
    let mut desk = Desk::open().await;
    let path = desk.complained(json!({})).await;
    let sent = desk.enclosed(&desk.worker, &path).await.expect(201);
    let content = format!("/v1/complaint-documents/{}/content", sent.text_of("id"));
    let route = json!({"category": "service", "reason": "Tentang loket"});
    desk.send(&desk.mediator, &format!("{path}/route"), &route).await.expect(200);
    desk.send(&desk.admin, &format!("{path}/reject"), &json!(ComplaintReason::sample())).await.expect(200);
    desk.later("2031-11-23T02:00:00Z").await;
    assert!(desk.read(&desk.worker, &path).await.expect(200)["narrative"].is_string());
    desk.read(&desk.worker, &content).await.expect(200);
    desk.later("2031-11-25T02:00:00Z").await;
    let seen = desk.read(&desk.worker, &path).await.expect(200);
    for field in ["subject", "reporter", "respondent", "occurred_on", "service_months", "narrative", "outcome"] {
        assert!(seen[field].is_null(), "{field}");
    }
    assert_eq!(seen["documents"], json!([]));
    desk.read(&desk.worker, &content).await.problem(404, "not-found");
    assert!(seen["way"].as_array().unwrap().iter().all(|desk| desk["reason"].is_null()));
    assert_eq!((seen.text_of("number"), seen.text_of("status")), ("ADU-36.72-2026-000001", "rejected"));
}
