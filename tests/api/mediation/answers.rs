//! What both sides choose and answer, and what their silence means.

use futures_util::future::join;
use serde_json::{Value, json};

use super::{ADMIN, EMPLOYER, Hall, MEDIATOR, WORKER, recommendation};

#[tokio::test]
async fn silence_until_the_end_of_the_last_day_is_a_rejection_and_is_written_down_once() {
    let hall = Hall::open().await;
    let case = hall.recommended().await;
    let accepts = || json!({"accepts": true});
    let early = hall.step(WORKER, &case, "answer", accepts()).await.problem(409, "illegal-transition");
    assert_eq!(early["allowed"], json!(["record_receipt", "withdraw"]));
    let before = json!({"received_on": "2026-11-20"});
    let refused = hall.step(WORKER, &case, "record_receipt", before.clone()).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/received_on", "not-allowed")]);
    let refused =
        hall.step(ADMIN, &case, "record_receipt", json!({"side": "employer", "received_on": "2026-11-20"})).await;
    assert_eq!(refused.faults(), [("/received_on", "out-of-range")], "before it was issued");
    hall.done(WORKER, &case, "record_receipt", json!({})).await;
    hall.step(WORKER, &case, "record_receipt", json!({})).await.problem(409, "illegal-transition");
    for event in ["record_receipt", "answer"] {
        let body =
            if event == "answer" { json!({"side": "employer", "accepts": true}) } else { json!({"side": "employer"}) };
        let refused = hall.step(WORKER, &case, event, body).await.problem(422, "invalid-content");
        assert_eq!(refused.faults(), [("/side", "not-allowed")], "{event} for the other side");
    }
    hall.done(WORKER, &case, "answer", accepts()).await;
    hall.step(WORKER, &case, "answer", json!({"accepts": false})).await.problem(409, "illegal-transition");
    hall.done(EMPLOYER, &case, "record_receipt", json!({})).await;
    hall.counts(EMPLOYER, &case, ("answer", "employer"), ("2026-11-23", "2026-12-07", "due")).await;

    // The day ends at midnight in Cilegon.
    hall.later("2026-12-07T16:59:59Z").await;
    assert_eq!(hall.view(WORKER, &case).await.text_of("status"), "recommended");
    hall.service.clock().set("2026-12-07T17:00:00Z".parse().unwrap());
    hall.step(EMPLOYER, &case, "answer", accepts()).await.problem(409, "illegal-transition");
    hall.later("2026-12-07T17:00:01Z").await;
    let over = hall.view(WORKER, &case).await;
    assert_eq!((over.text_of("status"), over.text_of("outcome")), ("rejected", "recommendation_rejected"));
    assert_eq!((&over["parties"][1]["answer"], &over["ended_on"]), (&json!("silent"), &json!("2026-12-08")));
    assert_eq!(over["parties"][0]["answer"], "accepted");
    hall.later("2026-12-09T02:00:00Z").await;
    hall.step(EMPLOYER, &case, "answer", accepts()).await.problem(409, "illegal-transition");
    let events = hall.events(&case).await;
    assert_eq!(events[4..], ["record_receipt", "answer", "record_receipt", "lapse_answer"]);
    let counted = ["dispute_registered 36.72 1 2026-11-23", "dispute_recommendation_rejected 36.72 1 2026-12-08"];
    assert_eq!(hall.counted(&case).await, counted);
    let lapsed = hall.clocks(&case).await.into_iter().filter(|clock| clock.lapsed);
    assert_eq!(
        lapsed.map(|clock| (clock.party, clock.met_on.unwrap().to_string())).collect::<Vec<_>>(),
        [("employer".to_owned(), "2026-12-08".to_owned())]
    );
}

#[tokio::test]
async fn the_other_sides_silence_after_a_rejection_is_noted_and_counts_nothing() {
    let hall = Hall::open().await;
    let case = hall.recommended().await;
    hall.done(WORKER, &case, "record_receipt", json!({})).await;
    let rejected = hall.done(WORKER, &case, "answer", json!({"accepts": false, "note": "Tidak cukup"})).await;
    assert_eq!((rejected.text_of("status"), rejected.text_of("ended_on")), ("rejected", "2026-11-23"));
    hall.counts(ADMIN, &case, ("total", "mediator"), ("2026-11-23", "2027-01-08", "met")).await;
    hall.all_may(
        &case,
        ["", "record_receipt", "record_receipt record_lawsuit close", "record_receipt record_lawsuit close"],
    )
    .await;
    hall.later("2026-11-24T02:00:00Z").await;
    hall.done(ADMIN, &case, "record_receipt", json!({"side": "employer", "received_on": "2026-11-23"})).await;
    hall.later("2026-12-08T02:00:00Z").await;
    let after = hall.view(ADMIN, &case).await;
    assert_eq!((after.text_of("status"), &after["parties"][1]["answer"]), ("rejected", &json!("silent")));
    assert_eq!(after["parties"][0]["answer_note"], "Tidak cukup");
    assert_eq!(hall.events(&case).await[5..], ["answer", "rejection", "record_receipt", "lapse_answer"]);
    assert_eq!(hall.counted(&case).await.len(), 2, "registered and rejected, once each");

    // Whom it never reached reads it once nobody's days depend on that any more.
    let case = hall.recommended().await;
    hall.done(WORKER, &case, "record_receipt", json!({})).await;
    let note = json!({"accepts": false, "note": "Tidak cukup"});
    hall.done(WORKER, &case, "answer", note).await;
    let printed = format!("{}/recommendation.pdf", case.path);
    assert_eq!(hall.view(EMPLOYER, &case).await["recommendation"]["text"], Value::Null);
    hall.read(EMPLOYER, &printed).await.problem(409, "illegal-transition");
    hall.done(ADMIN, &case, "close", super::reason()).await;
    assert!(hall.view(EMPLOYER, &case).await["recommendation"]["text"]["points"].is_array());
    assert_eq!(hall.read(EMPLOYER, &printed).await.status, 200);
}

#[tokio::test]
async fn an_answer_on_paper_that_came_in_time_is_no_silence_though_it_is_written_down_later() {
    let hall = Hall::open().await;
    let case = hall.recommended().await;
    hall.done(WORKER, &case, "record_receipt", json!({})).await;
    hall.done(EMPLOYER, &case, "record_receipt", json!({})).await;
    hall.done(WORKER, &case, "answer", json!({"accepts": true, "note": "Kami terima"})).await;
    let note = hall.view(EMPLOYER, &case).await["parties"][0]["answer_note"].clone();
    assert_eq!(note, Value::Null, "not before its own answer");
    assert_eq!(hall.view(ADMIN, &case).await["parties"][0]["answer_note"], "Kami terima");
    hall.later("2026-12-08T02:00:00Z").await;
    assert_eq!(hall.view(EMPLOYER, &case).await["parties"][0]["answer_note"], "Kami terima");
    assert_eq!(hall.view(WORKER, &case).await.text_of("status"), "rejected");
    let on_paper = |day: Option<&str>| json!({"side": "employer", "accepts": true, "answered_on": day});
    hall.step(EMPLOYER, &case, "answer", json!({"accepts": true})).await.problem(409, "illegal-transition");
    for late in [None, Some("2026-12-08")] {
        let refused = hall.step(ADMIN, &case, "answer", on_paper(late)).await.problem(409, "illegal-transition");
        assert_eq!(refused["detail"], "Batas waktunya sudah lewat.");
    }
    assert!(hall.may(ADMIN, &case).await.contains(&"answer".to_owned()));
    let back = hall.done(ADMIN, &case, "answer", on_paper(Some("2026-12-07"))).await;
    assert_eq!((back.text_of("status"), &back["ended_on"], &back["outcome"]), ("accepted", &Value::Null, &Value::Null));
    assert_eq!(back["parties"][1]["answered_on"], "2026-12-07");
    hall.counts(EMPLOYER, &case, ("answer", "employer"), ("2026-11-23", "2026-12-07", "met")).await;
    hall.counts(ADMIN, &case, ("total", "mediator"), ("2026-11-23", "2027-01-08", "due")).await;
    hall.counts(ADMIN, &case, ("settlement-after-recommendation", "mediator"), ("2026-12-07", "2026-12-10", "due"))
        .await;
    let counted = [
        "dispute_registered 36.72 1 2026-11-23",
        "dispute_recommendation_rejected 36.72 1 2026-12-08",
        "dispute_recommendation_rejected 36.72 -1 2026-12-08",
    ];
    assert_eq!(hall.counted(&case).await, counted);
    assert_eq!(hall.events(&case).await[7..], ["lapse_answer", "reopen", "answer", "all_accepted"]);
    hall.done(MEDIATOR, &case, "settle_after_recommendation", super::settlement()).await;
    assert_eq!(hall.counted(&case).await.len(), 4, "and out once, as it came out");
}

#[tokio::test]
async fn a_rejection_that_came_in_time_takes_the_place_of_the_silence_and_opens_nothing() {
    let hall = Hall::open().await;
    let case = hall.recommended().await;
    hall.later("2026-12-16T02:00:00Z").await;
    // A receipt of weeks ago, written down today: what came with it has this day to be written down, too.
    let receipt = json!({"side": "employer", "received_on": "2026-11-23"});
    hall.done(ADMIN, &case, "record_receipt", receipt).await;
    hall.later("2026-12-16T16:59:59Z").await;
    assert_eq!(hall.view(ADMIN, &case).await.text_of("status"), "recommended");
    hall.later("2026-12-16T17:00:00Z").await;
    let silent = hall.view(ADMIN, &case).await;
    assert_eq!((silent.text_of("status"), silent.text_of("ended_on")), ("rejected", "2026-12-08"));
    let paper = json!({"side": "employer", "accepts": false, "answered_on": "2026-12-01"});
    let after = hall.done(ADMIN, &case, "answer", paper).await;
    assert_eq!((after.text_of("status"), &after["parties"][1]["answer"]), ("rejected", &json!("rejected")));
    hall.counts(ADMIN, &case, ("answer", "employer"), ("2026-11-23", "2026-12-07", "met")).await;
    assert_eq!(hall.counted(&case).await.len(), 2);
}

#[tokio::test]
async fn what_was_overdue_when_a_case_ended_stays_overdue() {
    let hall = Hall::open().await;
    let case = hall.referred().await;
    hall.later("2026-12-09T02:00:00Z").await;
    hall.done(WORKER, &case, "withdraw", json!({"reason": "Sudah diselesaikan sendiri"})).await;
    hall.counts(ADMIN, &case, ("first-hearing", "mediator"), ("2026-11-23", "2026-12-02", "lapsed")).await;
    let shown = hall.read(ADMIN, &format!("{}/deadlines", case.path)).await;
    let rules: Vec<_> = shown["data"].as_array().unwrap().iter().map(|clock| clock["rule"].as_str().unwrap()).collect();
    assert!(!rules.contains(&"mediation.total"), "it had not passed: {rules:?}");
}

#[tokio::test]
async fn a_dispute_on_rights_goes_to_a_mediator_at_once() {
    let hall = Hall::open().await;
    let case = hall.register(WORKER, json!({"kind": "rights"})).await;
    assert_eq!(hall.view(WORKER, &case).await["paths"], json!(["mediation"]));
    let may = ["return_file", "refer_up", "refer", "settle_bipartite", "close", "withdraw"];
    assert_eq!(hall.may(ADMIN, &case).await, may);
    let refused = hall.step(ADMIN, &case, "offer_paths", Value::Null).await.problem(409, "illegal-transition");
    assert_eq!(refused["allowed"], json!(may));
    let referred = hall.done(ADMIN, &case, "refer", hall.mediator(MEDIATOR).await).await;
    assert_eq!(referred.text_of("status"), "referred");
}

#[tokio::test]
async fn interests_and_unions_are_offered_arbitration_and_the_choice_of_both_ends_the_case_here() {
    let hall = Hall::open().await;
    let union = |name: &str| json!({"kind": "union", "name": name, "address": "Jalan Contoh 3, Cilegon"});
    let unions = json!({"kind": "inter_union", "side": "first_union", "registrant": union("Serikat A"), "other": union("Serikat B")});
    for (changes, path) in [(json!({"kind": "interests"}), "conciliation"), (unions, "arbitration")] {
        let case = hall.register(WORKER, changes).await;
        let offered = hall.done(ADMIN, &case, "offer_paths", Value::Null).await;
        assert_eq!(offered["paths"], json!(["mediation", "conciliation", "arbitration"]));
        hall.done(WORKER, &case, "choose_path", json!({"path": "mediation"})).await;
        hall.done(EMPLOYER, &case, "choose_path", json!({"path": path})).await;
        let changed = hall.done(WORKER, &case, "choose_path", json!({"path": path})).await;
        assert_eq!((changed.text_of("status"), changed.text_of("outcome")), ("other_path", "other_path"));
        hall.counts(WORKER, &case, ("path-choice", "parties"), ("2026-11-23", "2026-12-02", "met")).await;
        assert_eq!(hall.counted(&case).await[1], "dispute_other_path 36.72 1 2026-11-23");
        hall.all_may(&case, ["", "", "", ""]).await;
    }
}

#[tokio::test]
async fn choices_that_differ_lapse_after_the_days_of_the_rule() {
    let hall = Hall::open().await;
    let case = hall.register(WORKER, json!({})).await;
    hall.done(ADMIN, &case, "offer_paths", Value::Null).await;
    hall.done(WORKER, &case, "choose_path", json!({"path": "mediation"})).await;
    hall.done(EMPLOYER, &case, "choose_path", json!({"path": "conciliation"})).await;
    hall.later("2026-12-02T16:59:59Z").await;
    assert_eq!(hall.view(WORKER, &case).await.text_of("status"), "paths_offered");
    hall.later("2026-12-02T17:00:00Z").await;
    let lapsed = hall.view(WORKER, &case).await;
    assert_eq!((lapsed.text_of("status"), &lapsed["path"]), ("awaiting_referral", &json!(null)));
    hall.step(EMPLOYER, &case, "choose_path", json!({"path": "mediation"})).await.problem(409, "illegal-transition");
    assert_eq!(hall.events(&case).await, ["register", "offer_paths", "update", "update", "lapse_choice"]);
    let clocks = hall.clocks(&case).await;
    let choice = clocks.iter().find(|clock| clock.rule == "mediation.path-choice").unwrap();
    assert_eq!((choice.lapsed, choice.met_on.unwrap().to_string().as_str()), (true, "2026-12-03"));
}

#[tokio::test]
async fn both_sides_answer_at_one_instant_and_the_verdict_is_right() {
    let hall = Hall::open().await;
    let (mut cases, mut held) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let case = hall.referred().await;
        held.push(hall.summoned(&case, "mediation").await);
        cases.push(case);
    }
    hall.pass(chrono::TimeDelta::hours(2)).await;
    for (case, held) in cases.iter().zip(held) {
        hall.done(MEDIATOR, case, "hold_hearing", held).await;
        hall.done(MEDIATOR, case, "issue_recommendation", recommendation()).await;
        hall.done(WORKER, case, "record_receipt", json!({})).await;
        hall.done(EMPLOYER, case, "record_receipt", json!({})).await;
    }
    for (round, case) in cases.iter().enumerate() {
        let accept = [round % 2 == 0, round % 4 < 3];
        let answer = |who, at: usize| hall.done(who, case, "answer", json!({"accepts": accept[at]}));
        join(answer(WORKER, 0), answer(EMPLOYER, 1)).await;
        let (verdict, event) =
            if accept == [true, true] { ("accepted", "all_accepted") } else { ("rejected", "rejection") };
        assert_eq!(hall.view(WORKER, case).await.text_of("status"), verdict, "{accept:?}");
        let events = hall.events(case).await;
        let count = |name: &str| events.iter().filter(|event| *event == name).count();
        assert_eq!(
            (count("answer"), count("all_accepted") + count("rejection"), count(event)),
            (2, 1, 1),
            "{events:?}"
        );
    }
}

#[tokio::test]
async fn of_two_referrals_at_once_one_wins() {
    let hall = Hall::open().await;
    for _ in 0..5 {
        let case = hall.register(ADMIN, json!({"kind": "rights"})).await;
        let (one, other) = (hall.mediator(MEDIATOR).await, hall.mediator(super::COLLEAGUE).await);
        let (one, other) = join(hall.step(ADMIN, &case, "refer", one), hall.step(ADMIN, &case, "refer", other)).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let mut seen = 0;
        for who in [MEDIATOR, super::COLLEAGUE] {
            seen += usize::from(hall.read(who, &case.path).await.status == 200);
        }
        assert_eq!(seen, 1, "one mediator");
    }
}
