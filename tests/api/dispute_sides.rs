//! What the sides of a dispute bring, and what the office takes out: documents, notes, access, papers, the work list, the counts and
//! the register book.

use std::borrow::Cow;
use std::sync::atomic::AtomicUsize;

use disnaker::caller::{Grant, Realm, Scope, Sees};
use disnaker::mediation::desk::bodies::MediationWorkFilter;
use disnaker::mediation::desk::waiting;
use disnaker::paging::Part;
use disnaker_entity::access::Role;
use disnaker_entity::mediation::case;
use disnaker_entity::plumbing::{access_record, journal};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use disnaker::mediation::cases::bodies::{NamedMediator, NewMediationCase};
use disnaker::mediation::conclusions::bodies::{NewSettlement, RecommendationText};
use disnaker::mediation::hearings::bodies::{HearingMinutes, NewHearing};

use crate::files::PDF;
use crate::harness::Reply;
use crate::work_lists::Counting;
use crate::world::{World, with};

const CASES: &str = "/v1/mediation-cases";

/// An office with its head and its mediator, and a worker who has registered a dispute on a right.
struct Bench {
    world: World,
    admin: String,
    mediator: String,
    worker: String,
    employer: String,
    case: String,
}

impl Bench {
    async fn open() -> Self {
        let world = World::new().await;
        for (subject, role) in [("kepala", Role::OfficeAdmin), ("mediator", Role::Mediator)] {
            world.service.grant(subject, role, Some("36.72"), None).await;
        }
        let token = |subject: &str| world.service.token(subject);
        let (admin, mediator, worker, employer) =
            (token("kepala"), token("mediator"), token("pekerja"), token("pengusaha"));
        let new = with(json!(NewMediationCase::sample()), json!({"kind": "rights"}));
        let made = world.send(&worker, CASES, &new).await.expect(201);
        let case = format!("{CASES}/{}", made.text_of("id"));
        Self { world, admin, mediator, worker, employer, case }
    }

    fn later(&mut self, time: &str) {
        self.world.later(time);
        let token = |subject: &str| self.world.service.token(subject);
        (self.admin, self.mediator) = (token("kepala"), token("mediator"));
        (self.worker, self.employer) = (token("pekerja"), token("pengusaha"));
    }

    async fn post(&self, token: &str, step: &str, body: &Value) -> Reply {
        self.world.send(token, &format!("{}/{step}", self.case), body).await
    }

    async fn get(&self, token: &str, part: &str) -> Reply {
        self.world.read(token, &format!("{}{part}", self.case)).await
    }

    /// The other side comes in by a code that the office hands it.
    async fn invite(&self) {
        let code = self.post(&self.admin, "invitations", &json!({"side": "employer"})).await.expect(201);
        let code = json!({"code": code.text_of("code")});
        self.world.send(&self.employer, "/v1/invitations/accept", &code).await.expect(200);
    }

    async fn refer(&self) {
        let mediators = self.world.read(&self.admin, "/v1/mediators?office=36.72").await.expect(200);
        assert_eq!(
            (&mediators["data"][0]["subject"], &mediators["data"][0]["open_cases"]),
            (&json!("mediator"), &json!(0))
        );
        let to = with(
            json!(NamedMediator::sample()),
            json!({"grant_id": mediators["data"][0]["grant_id"], "number": "196901011994031001"}),
        );
        self.post(&self.admin, "refer", &to).await.expect(200);
    }

    /// A hearing on a day, at ten in the morning; the clock stands after it then.
    async fn hear(&mut self, kind: &str, day: &str) -> (String, Value) {
        let new = with(json!(NewHearing::sample()), json!({"kind": kind, "starts_at": format!("{day}T03:00:00Z")}));
        let hearing = self.post(&self.mediator, "hearings", &new).await.expect(201).text_of("id").to_owned();
        self.later(&format!("{day}T05:00:00Z"));
        let minutes = json!(HearingMinutes::sample());
        (format!("/v1/mediation-hearings/{hearing}"), json!({"hearing_id": hearing, "minutes": minutes}))
    }

    async fn pdf(&self, token: &str, path: &str) -> Reply {
        let reply = self.world.read(token, path).await;
        assert!(reply.status != 200 || reply.text.starts_with("%PDF"), "{path}");
        reply
    }
}

#[tokio::test]
async fn a_document_is_kept_with_its_versions_and_read_by_whom_it_is_for() {
    let bench = Bench::open().await;
    bench.invite().await;
    let send = async |token: &str, query: &str| {
        let path = format!("{}/documents?{query}", bench.case);
        let call = bench.world.service.post(path).token(token).body(PDF, "application/pdf");
        call.header("content-disposition", "attachment; filename=\"slip gaji.pdf\"").send().await
    };
    let first = send(&bench.worker, "kind=evidence").await.expect(201);
    assert_eq!(
        (first.text_of("side"), first["revision"].as_i64(), &first["newest"]),
        ("worker", Some(1), &json!(true))
    );
    assert_eq!(first.text_of("sha256").len(), 43);
    let second = send(&bench.worker, &format!("kind=evidence&replaces={}", first.text_of("id"))).await.expect(201);
    assert_eq!((second["revision"].as_i64(), &second["document_key"]), (Some(2), &first["id"]));
    let stale = send(&bench.worker, &format!("kind=evidence&replaces={}", first.text_of("id"))).await;
    assert_eq!(stale.problem(422, "invalid-content").faults(), [("replaces", "unknown-reference")]);
    let foreign = send(&bench.employer, &format!("kind=evidence&replaces={}", second.text_of("id"))).await;
    assert_eq!(foreign.problem(422, "invalid-content").faults(), [("replaces", "unknown-reference")]);
    let own = send(&bench.worker, "kind=statement&audience=office").await.expect(201);
    let offered = send(&bench.employer, "kind=agreement").await.expect(201);
    let desk = send(&bench.admin, "kind=other&side=employer").await.expect(201);
    assert_eq!(desk.text_of("side"), "employer");
    assert_eq!(
        send(&bench.worker, "kind=other&side=employer").await.problem(422, "invalid-content").faults(),
        [("/side", "not-allowed")]
    );

    let seen = async |token: &str, query: &str| {
        let list = bench.get(token, &format!("/documents{query}")).await.expect(200);
        list["data"].as_array().unwrap().len()
    };
    assert_eq!((seen(&bench.worker, "").await, seen(&bench.worker, "?all_versions=true").await), (4, 5));
    assert_eq!(seen(&bench.employer, "").await, 3, "not what is for the office alone");
    assert_eq!(seen(&bench.admin, "").await, 4);
    let content = |reply: &Reply| format!("/v1/mediation-documents/{}/content", reply.text_of("id"));
    bench.world.read(&bench.employer, &content(&own)).await.problem(404, "not-found");
    for token in [&bench.worker, &bench.admin] {
        bench.world.read(token, &content(&own)).await.expect(200);
    }
    bench.world.read(&bench.worker, &content(&offered)).await.expect(200);
    bench.world.read(&bench.world.officer, &content(&own)).await.problem(403, "forbidden");
    bench.world.read(&bench.mediator, &content(&own)).await.problem(404, "not-found");
    let reads = access_record::Entity::find().filter(access_record::Column::SubjectKind.eq("mediation_document"));
    let reads = reads.all(bench.world.service.state().db.reader()).await.unwrap();
    assert_eq!((reads.len(), reads[0].act.as_str()), (3, "download"), "on record before the answer");
    // An attachment of a case is no attachment of the house.
    let attachments = bench.world.read(&bench.admin, "/v1/attachments").await.expect(200);
    assert_eq!(attachments["data"], json!([]));
}

#[tokio::test]
async fn a_side_sees_who_of_the_office_read_its_case() {
    let bench = Bench::open().await;
    bench.invite().await;
    let send = async |token: &str, query: &str| {
        let path = format!("{}/documents?{query}", bench.case);
        let sent = bench.world.service.post(path).token(token).body(PDF, "application/pdf").send().await.expect(201);
        format!("/v1/mediation-documents/{}/content", sent.text_of("id"))
    };
    let own = send(&bench.worker, "kind=evidence&audience=office").await;
    bench.refer().await;
    // What sides read is nobody's business, also once their access was taken back.
    for token in [&bench.worker, &bench.employer] {
        bench.get(token, "").await.expect(200);
    }
    bench.get(&bench.mediator, "").await.expect(200);
    bench.world.read(&bench.mediator, &own).await.expect(200);
    bench.world.read(&bench.admin, &own).await.expect(200);
    let accesses = bench.get(&bench.admin, "/accesses").await.expect(200);
    let accesses = accesses["data"].as_array().unwrap();
    let employer = accesses.iter().find(|access| access["side"] == "employer").unwrap();
    let state = bench.world.service.state();
    let log = async |token: &str| {
        state.reads.flush(&state.db).await;
        let log = bench.get(token, "/access-log?limit=100").await.expect(200);
        assert!(!log.text.contains("mediator|") && !log.text.contains("kepala"), "by role and never by name: {log}");
        let said = |entry: &Value| {
            let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
            assert_eq!((text("kind"), text("office")), ("read".into(), "36.72".into()));
            format!("{} {} {}", text("role"), text("act"), text("of"))
        };
        log["data"].as_array().unwrap().iter().map(said).collect::<Vec<_>>()
    };
    let read = [
        "office_admin detail mediation_case",
        "office_admin download mediation_document",
        "office_admin detail mediation_case",
        "mediator download mediation_document",
        "mediator detail mediation_case",
        "mediator detail mediation_case",
    ];
    assert_eq!(log(&bench.worker).await, read);
    let others: Vec<_> = read.into_iter().filter(|entry| !entry.contains("document")).collect();
    assert_eq!(log(&bench.employer).await, others, "nothing of what is not for this side");
    bench.post(&bench.admin, "revoke-access", &json!({"grant_id": employer["grant_id"]})).await.expect(200);
    assert_eq!(log(&bench.worker).await, read);
    bench.get(&bench.employer, "/access-log").await.problem(403, "forbidden");
    bench.get(&bench.world.officer, "/access-log").await.problem(403, "forbidden");
    let first = bench.get(&bench.worker, "/access-log?limit=1").await.expect(200);
    let next =
        bench.get(&bench.worker, &format!("/access-log?limit=1&cursor={}", first.text_of("next"))).await.expect(200);
    assert_ne!(first["data"][0]["id"], next["data"][0]["id"]);
}

#[tokio::test]
async fn what_somebody_read_for_the_office_stays_in_the_log_by_their_role_there() {
    let mut bench = Bench::open().await;
    for (role, office) in [(Role::PlacementOfficer, "33.06"), (Role::OfficeAdmin, "36.72")] {
        bench.world.service.grant("dua", role, Some(office), None).await;
    }
    bench.get(&bench.world.service.token("dua"), "").await.expect(200);
    bench.later("2026-11-24T02:00:00Z");
    let party = bench.get(&bench.worker, "").await["parties"][0]["id"].as_str().unwrap().parse().unwrap();
    bench.world.service.grant_in("dua", Role::CaseParty, &disnaker::caller::Realm::Party(party)).await;
    bench.later("2026-11-25T02:00:00Z");
    bench.get(&bench.world.service.token("dua"), "").await.expect(200);
    let state = bench.world.service.state();
    state.reads.flush(&state.db).await;
    let log = bench.get(&bench.worker, "/access-log").await.expect(200);
    let read = log["data"].as_array().unwrap();
    assert_eq!(read.len(), 1, "what they read for a side is left out, what they read before is not: {log}");
    assert_eq!(read[0]["role"], "office_admin", "and not the role that they had first, elsewhere");
}

#[tokio::test]
async fn a_note_stays_with_its_side() {
    let bench = Bench::open().await;
    bench.invite().await;
    bench.post(&bench.worker, "notes", &json!({"text": "Batas bawah: tiga kali upah"})).await.expect(201);
    bench.post(&bench.admin, "notes", &json!({"text": "Dicoba dengan cicilan"})).await.expect(201);
    let texts = async |token: &str| {
        let list = bench.get(token, "/notes").await.expect(200);
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|note| note["text"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&bench.worker).await, ["Batas bawah: tiga kali upah"]);
    assert_eq!(texts(&bench.employer).await, Vec::<String>::new());
    assert_eq!(texts(&bench.admin).await, ["Dicoba dengan cicilan"], "nor does the office read a side's");
    bench.refer().await;
    assert_eq!(texts(&bench.mediator).await, ["Dicoba dengan cicilan"]);
}

#[tokio::test]
async fn a_side_comes_in_by_a_code_and_goes_where_its_access_is_taken_back() {
    let bench = Bench::open().await;
    bench.get(&bench.employer, "").await.problem(403, "forbidden");
    let foreign = bench.post(&bench.worker, "invitations", &json!({"side": "employer"})).await;
    assert_eq!(foreign.problem(422, "invalid-content").faults(), [("/side", "not-allowed")]);
    // Not for the office, nor for the other side: what a side notes for itself is nobody else's.
    let code = bench.post(&bench.admin, "invitations", &json!({"side": "employer"})).await.expect(201);
    let code = json!({"code": code.text_of("code")});
    for token in [&bench.admin, &bench.mediator, &bench.worker] {
        bench.world.send(token, "/v1/invitations/accept", &code).await.problem(403, "forbidden");
    }
    bench.invite().await;
    let seen = bench.get(&bench.employer, "").await.expect(200);
    assert_eq!(seen.text_of("own_side"), "employer");
    assert_eq!(seen["parties"][0]["phone"], json!(null), "how to reach the other side is the office's to know");
    assert_eq!(bench.get(&bench.worker, "").await["parties"][0]["phone"], "0254-000001");
    let me = bench.world.read(&bench.employer, "/v1/me").await.expect(200);
    assert!(me["links"].as_array().unwrap().contains(&json!("/v1/mediation-cases")), "{me}");

    // Whoever speaks for a side comes in by that side; without a power of attorney the office may refuse them.
    let named = json!({"representative": {"name": "Kuasa Contoh", "capacity": "Advokat", "contact": "0812"}});
    let case = bench.post(&bench.worker, "representatives", &named).await.expect(200);
    let speaker = case["parties"][0]["representatives"][0].clone();
    assert_eq!((&speaker["has_power_of_attorney"], &speaker["contact"]), (&json!(false), &json!("0812")));
    let seen = bench.get(&bench.employer, "").await.expect(200);
    assert_eq!(seen["parties"][0]["representatives"][0]["contact"], json!(null));
    let path = format!(
        "{}/documents?kind=power_of_attorney&representative_id={}",
        bench.case,
        speaker["id"].as_str().unwrap()
    );
    let other = path.replace("power_of_attorney", "evidence");
    let other = bench.world.service.post(other).token(&bench.worker).body(PDF, "application/pdf").send().await;
    assert_eq!(other.problem(422, "invalid-content").faults(), [("kind", "not-allowed")]);
    bench.world.service.post(path).token(&bench.worker).body(PDF, "application/pdf").send().await.expect(201);
    let seen = bench.get(&bench.worker, "").await.expect(200);
    assert_eq!(seen["parties"][0]["representatives"][0]["has_power_of_attorney"], true);
    let end = format!("/v1/mediation-representatives/{}/end", speaker["id"].as_str().unwrap());
    bench.world.act(&bench.employer, &end).await.problem(409, "illegal-transition");
    bench.world.act(&bench.admin, &end).await.expect(200);
    bench.world.act(&bench.admin, &end).await.problem(404, "not-found");

    let own = bench.get(&bench.worker, "/accesses").await.expect(200);
    assert_eq!(own["data"].as_array().unwrap().len(), 1, "those of its own side");
    let all = bench.get(&bench.admin, "/accesses").await.expect(200);
    let theirs = all["data"].as_array().unwrap().iter().find(|row| row["side"] == "employer").unwrap().clone();
    let revoked = json!({"grant_id": theirs["grant_id"]});
    let foreign = bench.post(&bench.worker, "revoke-access", &revoked).await;
    assert_eq!(foreign.problem(422, "invalid-content").faults(), [("/grant_id", "unknown-reference")]);
    bench.post(&bench.admin, "revoke-access", &revoked).await.expect(200);
    bench.get(&bench.employer, "").await.problem(403, "forbidden");
    // No office gives or sees these roles by hand.
    let grants = bench.world.read(&bench.admin, "/v1/grants").await.expect(200);
    assert!(!grants.text.contains("case_party"), "{grants}");
}

#[tokio::test]
async fn the_access_of_a_representative_ends_with_the_representation() {
    let bench = Bench::open().await;
    bench.invite().await;
    let named = |name: &str| json!({"representative": {"name": name, "capacity": "Advokat"}});
    bench.post(&bench.worker, "representatives", &named("Kuasa Satu")).await.expect(200);
    let case = bench.post(&bench.worker, "representatives", &named("Kuasa Dua")).await.expect(200);
    let speakers = case["parties"][0]["representatives"].as_array().unwrap().clone();
    let code = async |token: &str, id: &Value| {
        bench.post(token, "invitations", &json!({"side": "worker", "representative_id": id})).await
    };
    let foreign = bench.post(&bench.employer, "invitations", &json!({"representative_id": speakers[0]["id"]})).await;
    assert_eq!(foreign.problem(422, "invalid-content").faults(), [("/representative_id", "unknown-reference")]);
    let counsel = bench.world.service.token("kuasa");
    let given = json!({"code": code(&bench.worker, &speakers[0]["id"]).await.expect(201).text_of("code")});
    let unused = json!({"code": code(&bench.worker, &speakers[0]["id"]).await.expect(201).text_of("code")});
    bench.world.send(&counsel, "/v1/invitations/accept", &given).await.expect(200);

    // They speak for the side, and say nothing of who else does.
    let note = json!({"text": "Siapkan daftar lembur"});
    bench.post(&counsel, "notes", &note).await.expect(201);
    let accesses = bench.get(&bench.worker, "/accesses").await.expect(200);
    let whose: Vec<_> = accesses["data"].as_array().unwrap().iter().map(|row| &row["representative_id"]).collect();
    assert_eq!(whose, [&Value::Null, &speakers[0]["id"]]);
    let principal = json!({"grant_id": accesses["data"][0]["grant_id"]});
    bench.post(&counsel, "revoke-access", &principal).await.problem(409, "illegal-transition");
    code(&counsel, &Value::Null).await.problem(409, "illegal-transition");
    bench.post(&counsel, "representatives", &named("Kuasa Tiga")).await.problem(409, "illegal-transition");
    let end = |speaker: &Value| format!("/v1/mediation-representatives/{}/end", speaker["id"].as_str().unwrap());
    bench.world.act(&counsel, &end(&speakers[1])).await.problem(409, "illegal-transition");

    bench.world.act(&bench.worker, &end(&speakers[0])).await.expect(200);
    bench.get(&counsel, "").await.problem(403, "forbidden");
    bench.world.send(&counsel, "/v1/invitations/accept", &unused).await.problem(409, "invitation-used");
    bench.get(&bench.worker, "").await.expect(200);
    bench.get(&bench.employer, "").await.expect(200);

    // And whoever goes by themselves leaves the others as they are.
    let given = json!({"code": code(&bench.admin, &speakers[1]["id"]).await.expect(201).text_of("code")});
    bench.world.send(&counsel, "/v1/invitations/accept", &given).await.expect(200);
    bench.world.act(&counsel, &end(&speakers[1])).await.expect(200);
    bench.get(&counsel, "").await.problem(403, "forbidden");
    assert_eq!(bench.get(&bench.worker, "/accesses").await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn papers_come_from_the_record_when_there_is_something_to_print() {
    let mut bench = Bench::open().await;
    bench.invite().await;
    bench.refer().await;
    let case = bench.case.clone();
    for part in ["minutes.pdf", "recommendation.pdf", "settlement.pdf"] {
        bench.pdf(&bench.admin, &format!("{case}/{part}")).await.problem(409, "illegal-transition");
    }
    bench.post(&bench.mediator, "clarify", &json!({})).await.expect(200);
    let (hearing, held) = bench.hear("clarification", "2026-11-24").await;
    bench.pdf(&bench.worker, &format!("{hearing}/clarification.pdf")).await.problem(409, "illegal-transition");
    bench.post(&bench.mediator, "conclude-clarification", &held).await.expect(200);
    bench.pdf(&bench.worker, &format!("{hearing}/clarification.pdf")).await.expect(200);
    let (hearing, held) = bench.hear("mediation", "2026-11-25").await;
    let summons = bench.pdf(&bench.employer, &format!("{hearing}/summons.pdf")).await.expect(200);
    assert!(summons.header("content-disposition").contains("-employer.pdf"), "its own");
    let other = bench.pdf(&bench.employer, &format!("{hearing}/summons.pdf?side=worker")).await;
    other.problem(400, "invalid-query");
    bench.pdf(&bench.mediator, &format!("{hearing}/summons.pdf?side=worker")).await.expect(200);
    bench.post(&bench.mediator, "hold-hearing", &held).await.expect(200);
    bench.pdf(&bench.worker, &format!("{case}/minutes.pdf")).await.expect(200);
    bench.post(&bench.mediator, "issue-recommendation", &json!(RecommendationText::sample())).await.expect(200);
    let hidden =
        bench.pdf(&bench.worker, &format!("{case}/recommendation.pdf")).await.problem(409, "illegal-transition");
    assert_eq!(hidden["allowed"], json!(["record_receipt"]));
    let again = bench.pdf(&bench.mediator, &format!("{case}/recommendation.pdf")).await.expect(200);
    let received = bench.post(&bench.worker, "record-receipt", &json!({})).await.expect(200);
    assert_eq!(received["recommendation"]["text"], json!(RecommendationText::sample()));
    let theirs = bench.get(&bench.employer, "").await.expect(200);
    assert_eq!(theirs["recommendation"]["text"], json!(null), "each side from its own receipt on");
    bench.pdf(&bench.worker, &format!("{case}/recommendation.pdf")).await.expect(200);
    assert!(again.header("content-disposition").contains("ANJ-36.72-2026-000001"), "{again}");
    bench.post(&bench.employer, "record-receipt", &json!({})).await.expect(200);
    for token in [&bench.worker, &bench.employer] {
        bench.post(token, "answer", &json!({"accepts": true})).await.expect(200);
    }
    bench.post(&bench.mediator, "settle-after-recommendation", &json!(NewSettlement::sample())).await.expect(200);
    bench.pdf(&bench.employer, &format!("{case}/settlement.pdf")).await.expect(200);
    bench.pdf(&bench.world.officer, &format!("{case}/settlement.pdf")).await.problem(403, "forbidden");
}

#[tokio::test]
async fn the_work_list_shows_what_is_due_next_and_the_clocks_are_nobody_else_s() {
    let mut bench = Bench::open().await;
    let list = bench.world.read(&bench.admin, "/v1/work-lists/mediation").await.expect(200);
    let first = &list["data"][0];
    assert_eq!(
        (&first["next_deadline"]["rule"], &first["next_deadline"]["due_on"]),
        (&json!("mediation.registration-return"), &json!("2026-12-02"))
    );
    assert!(first["allowed_actions"].as_array().unwrap().contains(&json!("refer")), "{list}");
    bench.refer().await;
    let mine = "/v1/work-lists/mediation?mine=true";
    let list = bench.world.read(&bench.mediator, mine).await.expect(200);
    assert_eq!(
        (&list["data"][0]["next_deadline"]["rule"], &list["data"][0]["next_deadline"]["days_left"]),
        (&json!("mediation.first-hearing"), &json!(9))
    );
    assert_eq!(list["data"][0]["allowed_actions"], json!(["clarify", "hold_hearing", "settle_bipartite"]));
    assert_eq!(bench.world.read(&bench.admin, mine).await["data"], json!([]));
    let other = bench.world.service.staff(Role::Mediator, "36.72").await;
    assert_eq!(bench.world.read(&other, "/v1/work-lists/mediation").await["data"], json!([]));
    // The day after: overdue, first, and told in the feed.
    bench.later("2026-12-03T02:00:00Z");
    disnaker::app::sweep(bench.world.service.state()).await.unwrap();
    let list = bench.world.read(&bench.mediator, mine).await.expect(200);
    assert_eq!(
        (&list["data"][0]["next_deadline"]["state"], &list["data"][0]["next_deadline"]["days_left"]),
        (&json!("overdue"), &json!(-1))
    );
    let told = journal::Entity::find().filter(journal::Column::Event.eq("deadline.reminder"));
    let told = told.all(bench.world.service.state().db.reader()).await.unwrap();
    assert!(told.iter().any(|row| row.body.contains("mediation.first-hearing") && row.body.contains("\"overdue\"")));

    let deadlines = "/v1/deadlines?rule=mediation.first-hearing";
    let seen = bench.world.read(&bench.mediator, deadlines).await.expect(200);
    let id = seen["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.world.read(&bench.admin, deadlines).await["data"].as_array().unwrap().len(), 1);
    let other = bench.world.service.staff(Role::Mediator, "36.72").await;
    let viewer = bench.world.service.staff(Role::Viewer, "36.72").await;
    let province = bench.world.service.staff(Role::ProvinceAdmin, "36").await;
    for token in [&viewer, &bench.world.officer, &province, &other] {
        assert_eq!(bench.world.read(token, deadlines).await.expect(200)["data"], json!([]));
        bench.world.read(token, &format!("/v1/deadlines/{id}")).await.problem(404, "not-found");
    }
    // Nor do they hear of it; who works on disputes does.
    crate::exchange::sealed(&bench.world).await;
    for (token, heard) in [(&viewer, false), (&bench.world.officer, false), (&province, false), (&bench.mediator, true)]
    {
        let feed = bench.world.read(token, "/v1/events?limit=100").await.expect(200);
        for word in ["mediation_case.", "mediation.first-hearing"] {
            assert_eq!(feed.text.contains(word), heard, "{word} {feed}");
        }
    }
}

#[tokio::test]
async fn the_office_counts_each_case_once_and_has_its_book() {
    let mut bench = Bench::open().await;
    bench.refer().await;
    let (_, held) = bench.hear("mediation", "2026-11-25").await;
    bench.post(&bench.mediator, "hold-hearing", &held).await.expect(200);
    bench.post(&bench.mediator, "agree", &json!(NewSettlement::sample())).await.expect(200);
    let formula = with(json!(NewMediationCase::sample()), json!({"kind": "rights"}));
    let mut formula = formula;
    formula["registrant"]["name"] = json!("=HYPERLINK(\"https://contoh.go.id\")");
    bench.world.send(&bench.admin, CASES, &formula).await.expect(201);
    let overview = bench.world.read(&bench.admin, "/v1/mediation-overview?office=36.72&year=2026").await.expect(200);
    let total = &overview["total"];
    assert_eq!(
        (&total["registered"], &total["settled_in_mediation"], &total["open_after"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(overview["kinds"].as_array().unwrap().len(), 4);
    let before = bench.world.read(&bench.admin, "/v1/mediation-overview?office=36.72&year=2025").await.expect(200);
    assert_eq!((&before["total"]["registered"], &before["total"]["open_after"]), (&json!(0), &json!(0)));
    assert_eq!((&before["overdue_clocks"], &before["approaching_clocks"]), (&Value::Null, &Value::Null));
    let viewer = bench.world.service.staff(Role::Viewer, "36.72").await;
    let counted = bench.world.read(&viewer, "/v1/mediation-overview?office=36.72").await.expect(200);
    assert!(!counted.text.contains("Contoh"), "{counted}");
    let elsewhere = bench.world.service.staff(Role::Viewer, "33.06").await;
    let nothing = bench.world.read(&elsewhere, "/v1/mediation-overview?office=36.72").await.expect(200);
    assert_eq!(nothing["total"]["registered"], 0);

    let book = "/v1/mediation-book.csv?office=36.72&from=2026-01-01&to=2026-12-31";
    let csv = bench.world.read(&bench.admin, book).await.expect(200);
    let lines: Vec<_> = csv.text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 3, "{csv}");
    assert!(lines[1].contains("\"Budi Contoh\";\"PT Contoh Baja\";1;0;0;0;0;0;1;1;0;1;0;0;"), "{}", lines[1]);
    assert!(lines[2].contains("\"'=HYPERLINK"), "{}", lines[2]);
    let sheet = bench.world.read(&bench.admin, "/v1/mediation-book.xlsx?office=36.72").await.expect(200);
    assert!(sheet.text.starts_with("PK"));
    for token in [&bench.mediator, &viewer, &bench.worker] {
        bench.world.read(token, book).await.problem(403, "forbidden");
    }
    bench
        .world
        .read(&bench.admin, "/v1/mediation-book.csv?office=36.72&from=2025-01-01&to=2026-06-30")
        .await
        .problem(400, "invalid-query");
    let reads = access_record::Entity::find().filter(access_record::Column::Act.eq("export"));
    assert_eq!(reads.all(bench.world.service.state().db.reader()).await.unwrap().len(), 2);

    // The office's days for the file of 25 November end on 4 December.
    for (time, overdue, approaching) in [
        ("2026-11-26T02:00:00Z", 0, 0),
        ("2026-11-27T02:00:00Z", 0, 1),
        ("2026-12-04T02:00:00Z", 0, 1),
        ("2026-12-05T02:00:00Z", 1, 0),
    ] {
        bench.later(time);
        let now = bench.world.read(&bench.admin, "/v1/mediation-overview?office=36.72").await.expect(200);
        assert_eq!(
            (&now["overdue_clocks"], &now["approaching_clocks"]),
            (&json!(overdue), &json!(approaching)),
            "{time}"
        );
    }
}

#[tokio::test]
async fn what_was_written_is_forgotten_after_its_years_and_the_case_stays() {
    let mut bench = Bench::open().await;
    let path = format!("{}/documents?kind=evidence", bench.case);
    bench.world.service.post(path).token(&bench.worker).body(PDF, "application/pdf").send().await.expect(201);
    bench.post(&bench.worker, "notes", &json!({"text": "Catatan"})).await.expect(201);
    bench.post(&bench.worker, "withdraw", &json!({"reason": "Sudah dibayar penuh"})).await.expect(200);
    bench.later("2036-11-22T02:00:00Z");
    disnaker::privacy::retention::sweep(bench.world.service.state()).await.unwrap();
    assert_eq!(bench.get(&bench.worker, "").await["reason"], "Sudah dibayar penuh");
    bench.later("2036-11-25T02:00:00Z");
    disnaker::privacy::retention::sweep(bench.world.service.state()).await.unwrap();
    let case = bench.get(&bench.worker, "").await.expect(200);
    for field in ["subject", "chronology", "demands", "reason", "bipartite"] {
        assert_eq!(case[field], json!(null), "{field}");
    }
    assert_eq!((&case["parties"][0]["name"], case.text_of("outcome")), (&json!(null), "withdrawn"));
    assert_eq!(bench.get(&bench.worker, "/notes").await["data"][0]["text"], json!(null));
    let document = bench.get(&bench.worker, "/documents").await["data"][0]["id"].as_str().unwrap().to_owned();
    bench
        .world
        .read(&bench.worker, &format!("/v1/mediation-documents/{document}/content"))
        .await
        .problem(404, "not-found");
    let row = case::Entity::find().one(bench.world.service.state().db.reader()).await.unwrap().unwrap();
    assert!(row.content_sealed.is_none() && row.reason_sealed.is_none());
    let book = bench.world.read(&bench.admin, "/v1/mediation-book.csv?office=36.72&from=2026-01-01").await.expect(200);
    assert!(book.text.contains("(dihapus)"), "{book}");
}

#[tokio::test]
async fn a_settled_case_is_forgotten_also_where_nobody_closed_it() {
    let mut bench = Bench::open().await;
    let settled = json!(NewSettlement::sample());
    let case = bench.post(&bench.admin, "settle-bipartite", &settled).await.expect(200);
    assert!(case["settlement"]["text"].is_object());
    bench.later("2036-11-25T02:00:00Z");
    disnaker::privacy::retention::sweep(bench.world.service.state()).await.unwrap();
    let case = bench.get(&bench.worker, "").await.expect(200);
    assert_eq!((&case["subject"], &case["settlement"]["text"]), (&json!(null), &json!(null)));
    assert_eq!((case.text_of("status"), case.text_of("outcome")), ("settled", "settled_bipartite"));
}

/// Who runs the office of Cilegon.
struct Head(Scope, [Grant; 1]);

impl Sees for Head {
    fn scope(&self) -> &Scope {
        &self.0
    }

    fn grants(&self) -> &[Grant] {
        &self.1
    }

    fn name(&self) -> Cow<'_, str> {
        "kepala".into()
    }
}

#[tokio::test]
async fn a_work_list_costs_three_statements_however_many_cases_there_are() {
    let bench = Bench::open().await;
    let realm = Realm::Office("36.72".to_owned());
    let head = Head(Scope::default(), [Grant { role: Role::OfficeAdmin, realm, agent: None }]);
    let filter = MediationWorkFilter { office: None, mine: None, limit: None, cursor: None };
    for count in 1..=3 {
        let counting = Counting(bench.world.service.state().db.reader(), AtomicUsize::new(0));
        let part = Part { after: None, limit: 100 };
        let (rows, sides, clocks) = waiting(&counting, &head, &filter, &part).await.unwrap();
        assert_eq!((rows.len(), sides.len(), clocks.len()), (count, 2 * count, count));
        assert_eq!(counting.1.into_inner(), 3);
        bench.world.send(&bench.admin, CASES, &json!(NewMediationCase::sample())).await.expect(201);
    }
}

#[tokio::test]
async fn a_consultation_becomes_a_case_and_takes_its_history_with_it() {
    let bench = Bench::open().await;
    let question = json!(disnaker::consultations::threads::bodies::NewConsultation::sample());
    let thread = bench.world.send(&bench.employer, "/v1/consultations", &question).await.expect(201);
    let path = format!("/v1/consultations/{}", thread.text_of("id"));
    let answer = json!({"kind": "answer", "text": "Silakan mencatatkan perselisihan"});
    bench.world.send(&bench.admin, &format!("{path}/messages"), &answer).await.expect(201);
    let dispute = json!(NewMediationCase::sample());
    bench.world.send(&bench.employer, &format!("{path}/convert"), &dispute).await.problem(403, "forbidden");
    let elsewhere = with(dispute.clone(), json!({"office": "33.06", "regions": ["33.06"]}));
    let refused = bench.world.send(&bench.admin, &format!("{path}/convert"), &elsewhere).await;
    assert_eq!(refused.problem(422, "invalid-content").faults(), [("/office", "not-allowed")]);
    let case = bench.world.send(&bench.admin, &format!("{path}/convert"), &dispute).await.expect(201);
    assert_eq!((case.text_of("status"), case.text_of("registered_side")), ("registered", "worker"));
    let case = format!("{CASES}/{}", case.text_of("id"));
    let ended = bench.world.read(&bench.employer, &path).await.expect(200);
    assert_eq!((ended.text_of("status"), &ended["allowed_actions"]), ("converted", &json!(["rate"])));
    assert!(case.ends_with(ended.text_of("case_id")));
    let own = bench.world.read(&bench.employer, &case).await.expect(200);
    assert_eq!(own.text_of("own_side"), "worker", "who asked stands on the side that registers it");
    let notes = bench.world.read(&bench.admin, &format!("{case}/notes")).await.expect(200);
    assert_eq!(notes["data"].as_array().unwrap().len(), 2);
    assert!(notes["data"][0]["text"].as_str().unwrap().ends_with("Dinas: Silakan mencatatkan perselisihan"));
    assert_eq!(bench.world.read(&bench.employer, &format!("{case}/notes")).await["data"], json!([]));
    bench.world.send(&bench.admin, &format!("{path}/convert"), &dispute).await.problem(409, "illegal-transition");
}
