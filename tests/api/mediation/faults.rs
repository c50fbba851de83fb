//! What a dispute must say, and what a decree and a missing calendar do to its clocks.

use disnaker_entity::mediation::case;
use disnaker_entity::plumbing::{deadline, journal};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{ADMIN, CASES, EMPLOYER, Hall, MEDIATOR, WORKER, dispute, minutes, recommendation, settlement, summons};
use crate::harness::Reply;
use crate::world::with;

/// The faults of a reply, in the order of their pointers.
#[track_caller]
fn faults(reply: &Reply) -> Vec<(&str, &str)> {
    assert_eq!((reply.status, &reply["code"]), (422, &json!("invalid-content")), "{reply}");
    let mut faults = reply.faults();
    faults.sort_unstable();
    faults
}

#[tokio::test]
async fn every_fault_of_a_registration_is_told_at_once() {
    let hall = Hall::open().await;
    let register = |changes: Value| {
        let new = with(dispute(), changes);
        let hall = &hall;
        async move { hall.send(WORKER, CASES, &new).await }
    };
    let wrong = json!({"office": "99.99", "side": "first_union", "people": 0, "subject": "PHK\nkarena efisiensi", "chronology": "Diberhentikan\0",
        "demands": "x".repeat(4001), "company_id": uuid::Uuid::nil()});
    assert_eq!(
        faults(&register(wrong).await),
        [
            ("/chronology", "unprintable"),
            ("/company_id", "unknown-reference"),
            ("/demands", "too-long"),
            ("/office", "unknown-reference"),
            ("/people", "out-of-range"),
            ("/side", "wrong-side"),
            ("/subject", "unprintable"),
        ]
    );
    let sides = json!({
        "registrant": {"kind": "employer", "name": " ", "address": "x".repeat(401), "email": "x", "phone": "\0"},
        "other": {"kind": "person", "name": "x".repeat(161), "position": "", "address": "Jalan\nContoh"},
        "representative": {"name": "", "capacity": "x".repeat(161), "contact": "\u{202E}"},
        "regions": ["36.72", "36.72", "36.99", "36"],
    });
    assert_eq!(
        faults(&register(sides).await),
        [
            ("/other/address", "unprintable"),
            ("/other/kind", "not-allowed"),
            ("/other/name", "too-long"),
            ("/other/position", "blank"),
            ("/regions/1", "stands-twice"),
            ("/regions/2", "unknown-reference"),
            ("/regions/3", "unknown-reference"),
            ("/registrant/address", "too-long"),
            ("/registrant/email", "not-an-email"),
            ("/registrant/kind", "not-allowed"),
            ("/registrant/name", "blank"),
            ("/registrant/phone", "unprintable"),
            ("/representative/capacity", "too-long"),
            ("/representative/contact", "unprintable"),
            ("/representative/name", "blank"),
        ]
    );
    assert_eq!(faults(&register(json!({"regions": []})).await), [("/regions", "wrong-count")]);
    let many = (0..21).map(|at| format!("36.{at:02}")).collect::<Vec<_>>();
    assert!(faults(&register(json!({"regions": many})).await).contains(&("/regions", "wrong-count")));
    assert_eq!(faults(&register(json!({"regions": ["\0"]})).await).len(), 2, "unknown, and elsewhere");
    register(json!({"status": "closed"})).await.problem(422, "body-shape");
    assert_eq!(case::Entity::find().count(hall.service.state().db.reader()).await.unwrap(), 0, "nothing was stored");
    register(json!({"subject": "PHK"})).await.expect(201);
}

#[tokio::test]
async fn minutes_of_the_talks_hold_what_the_law_asks_for_unless_a_side_refused() {
    let hall = Hall::open().await;
    let short = json!({"started_on": "2026-10-05", "ended_on": "2026-10-04", "subject": "\0\0\0\0\0", "result": "no_agreement",
        "conclusion": ""});
    let parts = [
        ("/bipartite/conclusion", "blank"),
        ("/bipartite/ended_on", "out-of-range"),
        ("/bipartite/other_opinion", "required"),
        ("/bipartite/own_opinion", "required"),
        ("/bipartite/place", "required"),
        ("/bipartite/signed_on", "required"),
        ("/bipartite/subject", "unprintable"),
    ];
    let refused = hall.send(WORKER, CASES, &with(dispute(), json!({"bipartite": short}))).await;
    assert_eq!(faults(&refused), parts);
    for (day, part) in [("2026-11-24", "started_on"), ("2018-12-31", "started_on"), ("2026-11-24", "signed_on")] {
        let mut talks = dispute()["bipartite"].clone();
        talks[part] = json!(day);
        let refused = hall.send(WORKER, CASES, &with(dispute(), json!({"bipartite": talks}))).await;
        assert!(faults(&refused).contains(&(&*format!("/bipartite/{part}"), "out-of-range")), "{day}");
    }
    // A file that is completed is looked at in the same way.
    let case = hall.register(WORKER, json!({"bipartite": null})).await;
    hall.done(ADMIN, &case, "return_file", super::missing()).await;
    let refused = hall.step(WORKER, &case, "complete_file", json!({"bipartite": short, "demands": "\0\0\0\0\0"})).await;
    assert_eq!(faults(&refused)[7..], [("/demands", "unprintable")]);
    let gone = json!({"started_on": "2026-11-02", "ended_on": "2026-11-20", "subject": "Pemutusan hubungan kerja",
        "result": "refused", "conclusion": "Pengusaha tidak hadir."});
    let completed = hall.done(WORKER, &case, "complete_file", json!({"bipartite": gone})).await;
    assert_eq!((&completed["bipartite"], completed.text_of("status")), (&gone, "registered"));
}

#[tokio::test]
async fn every_fault_of_a_step_is_told_at_once() {
    let hall = Hall::open().await;
    let case = hall.register(ADMIN, json!({})).await;
    let refused = hall.step(ADMIN, &case, "return_file", json!({"missing": ["", "x".repeat(301), "\0"]})).await;
    assert_eq!(faults(&refused), [("/missing/0", "blank"), ("/missing/1", "too-long"), ("/missing/2", "unprintable")]);
    hall.done(ADMIN, &case, "offer_paths", Value::Null).await;
    for (side, code) in [(json!(null), "required"), (json!("first_union"), "not-allowed")] {
        let refused = hall.step(ADMIN, &case, "choose_path", json!({"path": "mediation", "side": side})).await;
        assert_eq!(faults(&refused), [("/side", code)]);
    }
    let refused = hall.step(EMPLOYER, &case, "choose_path", json!({"path": "mediation", "side": "worker"})).await;
    assert_eq!(faults(&refused), [("/side", "not-allowed")], "the other side's choice");

    let case = hall.register(ADMIN, json!({"kind": "rights"})).await;
    let to = json!({"grant_id": uuid::Uuid::nil(), "name": "\0", "number": "x".repeat(31)});
    assert_eq!(
        faults(&hall.step(ADMIN, &case, "refer", to).await),
        [("/name", "unprintable"), ("/number", "too-long")]
    );
    let to = json!({"grant_id": uuid::Uuid::nil(), "name": "Mediator"});
    assert_eq!(faults(&hall.step(ADMIN, &case, "refer", to).await), [("/grant_id", "unknown-reference")]);
    for event in ["withdraw", "close", "refer_up"] {
        for (reason, code) in [("ab", "too-short"), (" ", "blank"), ("Alasan\0", "unprintable")] {
            let refused = hall.step(ADMIN, &case, event, json!({"reason": reason})).await;
            assert_eq!(faults(&refused), [("/reason", code)], "{event}");
        }
    }
    hall.done(ADMIN, &case, "refer", hall.mediator(MEDIATOR).await).await;
    let hearings = format!("{}/hearings", case.path);
    for place in ["ruang 3", "http://contoh.go.id", "javascript:alert(1)"] {
        let new = with(summons(), json!({"place": place, "starts_at": hall.now()}));
        let refused = hall.send(MEDIATOR, &hearings, &new).await;
        assert_eq!(faults(&refused), [("/place", "not-a-link"), ("/starts_at", "out-of-range")]);
    }
    let early = hall.send(MEDIATOR, &hearings, &with(summons(), json!({"kind": "clarification"}))).await;
    early.problem(409, "illegal-transition");
    let held = hall.summoned(&case, "mediation").await;
    hall.send(MEDIATOR, &hearings, &summons()).await.problem(409, "illegal-transition");
    hall.step(MEDIATOR, &case, "clarify", Value::Null).await.problem(409, "illegal-transition");
    hall.pass(chrono::TimeDelta::hours(2)).await;
    let attendance = json!([{"side": "worker", "present": true}, {"side": "worker", "present": false, "by": "\0"}]);
    let bad =
        with(minutes(), json!({"attendance": attendance, "own_statement": " ", "conclusion": "x".repeat(10_001)}));
    let refused = hall.step(MEDIATOR, &case, "hold_hearing", with(held.clone(), json!({"minutes": bad}))).await;
    assert_eq!(
        faults(&refused),
        [
            ("/minutes/attendance/0/by", "required"),
            ("/minutes/attendance/1/by", "unprintable"),
            ("/minutes/attendance/1/side", "not-allowed"),
            ("/minutes/conclusion", "too-long"),
            ("/minutes/own_statement", "blank"),
        ]
    );
    let other = with(held.clone(), json!({"hearing_id": uuid::Uuid::nil()}));
    assert_eq!(
        faults(&hall.step(MEDIATOR, &case, "hold_hearing", other).await),
        [("/hearing_id", "unknown-reference")]
    );
    hall.done(MEDIATOR, &case, "hold_hearing", held).await;
    let bad = with(
        recommendation(),
        json!({"points": [], "considerations": "ab", "acknowledged_by": {"name": "", "function": "\0"}}),
    );
    assert_eq!(
        faults(&hall.step(MEDIATOR, &case, "issue_recommendation", bad).await),
        [
            ("/acknowledged_by/function", "unprintable"),
            ("/acknowledged_by/name", "blank"),
            ("/considerations", "too-short"),
            ("/points", "wrong-count"),
        ]
    );
    let bad = with(settlement(), json!({"text": {"terms": ["", "\0"], "place": " "}, "signed_on": "2026-11-22"}));
    assert_eq!(
        faults(&hall.step(MEDIATOR, &case, "agree", bad).await),
        [
            ("/signed_on", "out-of-range"),
            ("/text/place", "blank"),
            ("/text/terms/0", "blank"),
            ("/text/terms/1", "unprintable"),
        ]
    );
    for query in ["number=%00", "office=%00", "number=PHI%00", "limit=0", "kind=x", "x=1"] {
        let reply = hall.read(ADMIN, &format!("{CASES}?{query}")).await;
        assert!(reply["data"] == json!([]) || reply.status == 400, "{reply}");
    }
}

#[tokio::test]
async fn an_account_has_so_many_open_disputes_at_most_and_a_desk_any_number() {
    let hall = Hall::open().await;
    let near = with(dispute(), json!({"office": "36.04", "regions": ["36.04"]}));
    let both = [dispute(), near];
    let all = futures_util::future::join_all((0..24).map(|at| hall.send(WORKER, CASES, &both[at % 2]))).await;
    assert_eq!(all.iter().filter(|reply| reply.status == 201).count(), 20, "of those at once in two offices, too");
    hall.send(WORKER, CASES, &dispute()).await.problem(409, "capacity-exhausted");
    let all = hall.read(WORKER, &format!("{CASES}?limit=100")).await.expect(200);
    let first = all["data"][0]["id"].as_str().unwrap();
    hall.send(WORKER, &format!("{CASES}/{first}/withdraw"), &super::reason()).await.expect(200);
    hall.send(WORKER, CASES, &dispute()).await.expect(201);
}

#[tokio::test]
async fn a_decree_flags_the_clocks_that_it_touches_and_moves_none() {
    let hall = Hall::open().await;
    let touched = hall.register(WORKER, json!({})).await;
    hall.later("2026-11-30T02:00:00Z").await;
    let later = hall.register(WORKER, json!({})).await;
    hall.counts(WORKER, &later, ("registration-return", "office"), ("2026-11-30", "2026-12-09", "due")).await;
    let day =
        json!({"date": "2026-12-02", "kind": "local", "region": "36.72", "name": "Hari Jadi", "source": "SK 3/2026"});
    hall.send(ADMIN, "/v1/holidays", &day).await.expect(201);
    for (case, due_on) in [(&touched, "2026-12-02"), (&later, "2026-12-09")] {
        let clock = hall.clock(WORKER, case, "registration-return", "office").await;
        assert!(clock["affected_by_revision"].is_i64(), "{clock}");
        assert_eq!(clock["due_on"], due_on, "nothing moves by itself");
    }
    let talks = hall.clock(WORKER, &touched, "bipartite", "parties").await;
    assert!(talks["affected_by_revision"].is_null(), "it was over before: {talks}");
    let new = hall.register(WORKER, json!({})).await;
    let clock = hall.clock(WORKER, &new, "registration-return", "office").await;
    assert_eq!((&clock["due_on"], &clock["affected_by_revision"]), (&json!("2026-12-10"), &json!(null)));
    let before =
        json!({"date": "2026-12-10", "kind": "local", "region": "36.04", "name": "Hari Jadi", "source": "SK 4/2026"});
    hall.send(ADMIN, "/v1/holidays", &before).await.problem(422, "invalid-content");
}

#[tokio::test]
async fn a_clock_into_a_year_without_a_calendar_is_refused_and_nothing_is_stored() {
    let hall = Hall::at("2027-12-20T02:00:00Z").await;
    let case = hall.register(ADMIN, json!({"kind": "rights"})).await;
    hall.counts(WORKER, &case, ("registration-return", "office"), ("2027-12-20", "2027-12-30", "due")).await;
    let before = hall.view(ADMIN, &case).await;
    let reader = hall.service.state().db.reader();
    let stored = async || {
        let events = journal::Entity::find().count(reader).await.unwrap();
        (
            events,
            deadline::Entity::find().count(reader).await.unwrap(),
            case::Entity::find().count(reader).await.unwrap(),
        )
    };
    let earlier = stored().await;
    let to = hall.mediator(MEDIATOR).await;
    hall.step(ADMIN, &case, "refer", to).await.problem(422, "calendar-missing");
    hall.service.clock().set("2027-12-27T02:00:00Z".parse().unwrap());
    hall.send(WORKER, CASES, &dispute()).await.problem(422, "calendar-missing");
    assert_eq!(stored().await, earlier);
    assert_eq!(hall.view(ADMIN, &case).await["version"], before["version"]);
}

#[tokio::test]
async fn a_pause_moves_a_clock_by_its_days_and_not_by_a_decree() {
    let hall = Hall::at("2026-11-30T02:00:00Z").await;
    let case = hall.register(WORKER, json!({"kind": "rights"})).await;
    hall.done(ADMIN, &case, "refer", hall.mediator(MEDIATOR).await).await;
    hall.counts(WORKER, &case, ("total", "mediator"), ("2026-11-30", "2027-01-15", "due")).await;
    hall.later("2026-12-03T02:00:00Z").await;
    hall.done(MEDIATOR, &case, "clarify", Value::Null).await;
    let day =
        json!({"date": "2026-12-21", "kind": "local", "region": "36.72", "name": "Hari Jadi", "source": "SK 3/2026"});
    hall.send(ADMIN, "/v1/holidays", &day).await.expect(201);
    let held = hall.summoned(&case, "clarification").await;
    hall.later("2026-12-07T02:00:00Z").await;
    hall.done(MEDIATOR, &case, "conclude_clarification", held).await;
    let clock = hall.clock(WORKER, &case, "total", "mediator").await;
    assert_eq!(clock["due_on"], "2027-01-19", "two working days later, as without the decree");
    assert!(clock["affected_by_revision"].is_i64(), "{clock}");
}
