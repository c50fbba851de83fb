//! What is refused at each stage, what happens at the end of each, and that nothing else ever happens.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use disnaker::lifecycle::Lifecycle;
use disnaker_entity::mediation::MediationStatus;
use serde_json::{Value, json};

use super::secrecy::STEPS;
use super::{
    ADMIN, CASES, Case, EMPLOYER, Hall, MEDIATOR, WORKER, dispute, minutes, missing, reason, recommendation, settlement,
};
use crate::world::with;

const PEOPLE: [&str; 4] = [WORKER, EMPLOYER, MEDIATOR, ADMIN];

impl Hall {
    fn today(&self) -> NaiveDate {
        (self.now() + TimeDelta::hours(7)).date_naive()
    }

    /// What a step takes, whatever the stage.
    pub(super) async fn body(&self, event: &str, side: &str) -> Value {
        match event {
            "return_file" => missing(),
            "complete_file" => json!({"bipartite": dispute()["bipartite"]}),
            "choose_path" => json!({"path": "mediation", "side": side}),
            "refer_up" | "close" | "withdraw" => reason(),
            "refer_down" => with(reason(), json!({"office": "36.72"})),
            "refer" | "reassign" => self.mediator(MEDIATOR).await,
            "hold_hearing" | "conclude_clarification" | "back_to_bipartite" => {
                json!({"hearing_id": uuid::Uuid::nil(), "minutes": minutes()})
            }
            "agree" | "settle_after_recommendation" | "settle_bipartite" => settlement(),
            "issue_recommendation" => recommendation(),
            "record_receipt" => json!({"side": side}),
            "answer" => json!({"side": side, "accepts": true}),
            "register_settlement" => {
                json!({"court": "PHI Serang", "number": "1/Bip/2026", "registered_on": self.today()})
            }
            "record_lawsuit" => {
                json!({"court": "industrial_relations", "number": "2/Pdt.Sus-PHI/2026", "filed_on": self.today()})
            }
            _ => Value::Null,
        }
    }

    /// A case in a status, registered by the mediator at the desk: they see it from its first day.
    async fn reach(&self, status: &str) -> Case {
        let early = ["registered", "returned", "paths_offered", "awaiting_referral", "other_path", "withdrawn"];
        if early.contains(&status) {
            let case = self.register(MEDIATOR, json!({})).await;
            if status == "returned" {
                self.done(ADMIN, &case, "return_file", missing()).await;
            } else if status == "withdrawn" {
                self.done(WORKER, &case, "withdraw", reason()).await;
            } else if status != "registered" {
                self.done(ADMIN, &case, "offer_paths", Value::Null).await;
                let path = if status == "other_path" { "conciliation" } else { "mediation" };
                let sides = if status == "paths_offered" { &[][..] } else { &["worker", "employer"] };
                for side in sides {
                    self.done(ADMIN, &case, "choose_path", json!({"path": path, "side": side})).await;
                }
            }
            return case;
        }
        let case = self.register(MEDIATOR, json!({"kind": "rights"})).await;
        self.done(ADMIN, &case, "refer", self.mediator(MEDIATOR).await).await;
        match status {
            "referred" => {}
            "clarification" | "back_to_bipartite" => {
                self.done(MEDIATOR, &case, "clarify", Value::Null).await;
                if status == "back_to_bipartite" {
                    let held = self.summoned(&case, "clarification").await;
                    self.pass(TimeDelta::hours(2)).await;
                    self.done(MEDIATOR, &case, "back_to_bipartite", held).await;
                }
            }
            _ => {
                self.hear(&case).await;
                let answers: &[bool] = match status {
                    "accepted" => &[true, true],
                    "rejected" | "closed" => &[false],
                    _ => &[],
                };
                if status == "settled" {
                    self.done(MEDIATOR, &case, "agree", settlement()).await;
                } else if status != "in_mediation" {
                    self.done(MEDIATOR, &case, "issue_recommendation", recommendation()).await;
                }
                for (who, accepts) in [WORKER, EMPLOYER].into_iter().zip(answers) {
                    self.done(who, &case, "record_receipt", json!({})).await;
                    self.done(who, &case, "answer", json!({"accepts": accepts})).await;
                }
                if status == "closed" {
                    self.done(ADMIN, &case, "close", reason()).await;
                }
            }
        }
        case
    }
}

#[tokio::test]
async fn at_each_stage_every_step_that_is_not_offered_is_refused_with_what_is() {
    let hall = Hall::open().await;
    for status in MediationStatus::ALL {
        let case = hall.reach(status.as_str()).await;
        let before = hall.view(ADMIN, &case).await;
        assert_eq!(before.text_of("status"), status.as_str());
        for who in PEOPLE {
            let may = hall.may(who, &case).await;
            let side = if who == EMPLOYER { "employer" } else { "worker" };
            for event in STEPS.iter().filter(|event| may.iter().all(|may| may != *event)) {
                let reply = hall.step(who, &case, event, hall.body(event, side).await).await;
                if reply.status == 403 {
                    continue;
                }
                let reply = reply.problem(409, "illegal-transition");
                assert_eq!(reply["allowed"], json!(may), "{who} {event} in {status}");
            }
        }
        assert_eq!(hall.view(ADMIN, &case).await["version"], before["version"], "{status}: nothing was stored");
    }
}

/// Numbers that look random, and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }
}

/// The events on whose day the clock of a rule starts.
fn starts(rule: &str) -> &'static [&'static str] {
    match rule {
        "mediation.registration-return" => &["register", "complete_file"],
        "mediation.registration-completion" => &["return_file"],
        "mediation.path-choice" => &["offer_paths"],
        "mediation.first-hearing" | "mediation.total" => &["refer"],
        "mediation.recommendation" => &["hold_hearing"],
        _ => panic!("a clock of no event: {rule}"),
    }
}

impl Hall {
    /// Whatever people try, what is stored is a way through the table, and its clocks began with its events.
    async fn walk(&self, seed: u64) -> BTreeSet<String> {
        let mut dice = Dice(seed);
        let kind = ["rights", "termination", "interests"][dice.roll(3)];
        // Half of them set out where few would come by chance.
        let case = if seed.is_multiple_of(2) {
            self.register(MEDIATOR, json!({"kind": kind})).await
        } else {
            self.reach("recommended").await
        };
        for _ in 0..80 {
            let who = PEOPLE[dice.roll(4)];
            let view = self.read(who, &case.path).await;
            if view.status != 200 {
                continue;
            }
            let may: Vec<String> = serde_json::from_value(view["allowed_actions"].clone()).unwrap();
            let any = may.is_empty() || dice.roll(4) == 0;
            let event = if any { STEPS[dice.roll(STEPS.len())].to_owned() } else { may[dice.roll(may.len())].clone() };
            let ends = ["withdraw", "close", "settle_bipartite", "agree", "back_to_bipartite"].contains(&&*event);
            if ends && dice.roll(20) > 0 || event == "answer" && view["status"] == "recommended" && dice.roll(8) > 0 {
                self.pass(TimeDelta::days(1)).await;
                continue;
            }
            let side = if who == EMPLOYER || (who != WORKER && dice.roll(2) == 0) { "employer" } else { "worker" };
            let mut body = self.body(&event, side).await;
            if event == "answer" {
                body["accepts"] = json!(dice.roll(4) > 0);
            }
            // Paper that came some days ago.
            if matches!(who, ADMIN | MEDIATOR) && dice.roll(2) == 0 {
                let day = json!(self.today() - TimeDelta::days(i64::try_from(dice.roll(16)).unwrap()));
                match &*event {
                    "record_receipt" => body["received_on"] = day,
                    "answer" => body["answered_on"] = day,
                    _ => {}
                }
            }
            if matches!(&*event, "hold_hearing" | "conclude_clarification" | "back_to_bipartite") && who == MEDIATOR {
                let kind = if event == "hold_hearing" { "mediation" } else { "clarification" };
                let new = with(super::summons(), json!({"kind": kind, "starts_at": self.now() + TimeDelta::hours(1)}));
                let hearing = self.send(MEDIATOR, &format!("{}/hearings", case.path), &new).await;
                if hearing.status == 201 {
                    body["hearing_id"] = hearing["id"].clone();
                    self.pass(TimeDelta::hours(2)).await;
                }
            }
            let reply = self.step(who, &case, &event, body).await;
            let listed = may.contains(&event);
            assert!(listed || reply.status >= 400, "{event} by {who} was not offered\n{reply}");
            assert!(!listed || !matches!(reply.status, 403 | 404), "{event} was offered to {who}\n{reply}");
            if dice.roll(3) == 0 {
                self.pass(TimeDelta::days(i64::try_from(1 + dice.roll(4)).unwrap())).await;
            }
        }
        self.sound(&case).await
    }

    /// Holds what is stored of a case against the table; gives its events.
    async fn sound(&self, case: &Case) -> BTreeSet<String> {
        let journal = self.journal(case).await;
        let (mut status, mut days) = (MediationStatus::Registered, Vec::new());
        for row in &journal {
            let event = row.event.strip_prefix("mediation_case.").unwrap();
            days.push((event.to_owned(), (row.recorded_at + TimeDelta::hours(7)).date_naive()));
            if !matches!(event, "register" | "update") {
                let listed = |row: &&disnaker::lifecycle::Row<MediationStatus, _>| {
                    row.from == status && MediationStatus::event_name(row.event) == event
                };
                let listed = MediationStatus::TABLE.iter().find(listed);
                status = listed.unwrap_or_else(|| panic!("{event} from {status}")).to;
            }
            let body: Value = serde_json::from_str(&row.body).unwrap();
            assert_eq!(body["status"], status.as_str(), "{event}");
        }
        let view = self.view(ADMIN, case).await;
        assert_eq!(view.text_of("status"), status.as_str());
        let parties = view["parties"].as_array().unwrap();
        for clock in self.clocks(case).await.iter().filter(|clock| clock.rule != "mediation.bipartite") {
            let on = |(event, day): &(String, NaiveDate)| {
                starts(&clock.rule).contains(&&**event) && *day == clock.started_on
            };
            // What the desk writes down later counts from the day that it says: a side's receipt, and the last answer.
            let started = json!(clock.started_on);
            match &*clock.rule {
                "mediation.answer" => {
                    let own = parties.iter().find(|party| party["side"] == clock.party).unwrap();
                    assert_eq!(own["received_on"], started);
                    let silent = own["answer"] == "silent";
                    assert!(!clock.lapsed || silent || own["answer"].is_null(), "{own}");
                    assert!(!silent || clock.lapsed && clock.met_on == clock.due_on.succ_opt(), "{own}");
                    let in_time = clock.met_on.is_some_and(|met| met <= clock.due_on);
                    assert!(own["answer"].is_null() || silent || in_time && json!(clock.met_on) == own["answered_on"]);
                }
                "mediation.settlement-after-recommendation" => {
                    let last = parties.iter().filter_map(|party| party["answered_on"].as_str()).max();
                    assert_eq!(last, started.as_str());
                }
                _ => assert!(days.iter().any(on), "{} from {}: {days:?}", clock.rule, clock.started_on),
            }
            assert!(clock.met_on.is_none_or(|met| met >= clock.started_on), "{}", clock.rule);
        }
        let counted = self.counted(case).await;
        let outcomes = counted.iter().filter(|said| !said.contains("registered"));
        let outcomes = outcomes.map(|said| said.split(' ').nth(2).unwrap().parse::<i64>().unwrap()).sum::<i64>();
        assert_eq!(outcomes, i64::from(view["outcome"].is_string()), "{counted:?}");
        if MediationStatus::LAST.contains(&status) || view["status"] == "settled" {
            assert!(self.clocks(case).await.iter().all(|clock| clock.met_on.is_some()), "nothing is due in {status}");
        }
        days.into_iter().map(|(event, _)| event).collect()
    }
}

#[tokio::test]
async fn whatever_people_try_a_case_goes_a_way_of_the_table_and_its_clocks_with_it() {
    let hall = Hall::open().await;
    let mut seen = BTreeSet::new();
    for seed in 1..=16_u64 {
        hall.service.clock().set(crate::world::TODAY.parse().unwrap());
        seen.append(&mut hall.walk(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)).await);
    }
    assert!(seen.len() > 12, "the walks are long enough: {seen:?}");
    for rare in ["lapse_answer", "reopen", "rejection", "all_accepted"] {
        assert!(seen.contains(rare), "no walk comes to {rare}: {seen:?}");
    }
}

#[tokio::test]
async fn a_case_is_taken_back_at_each_stage_by_the_side_that_registered_it() {
    let hall = Hall::open().await;
    for status in [
        "registered",
        "returned",
        "paths_offered",
        "awaiting_referral",
        "referred",
        "clarification",
        "in_mediation",
        "recommended",
    ] {
        let case = hall.reach(status).await;
        let hearing = match status {
            "referred" | "in_mediation" => Some("mediation"),
            "clarification" => Some("clarification"),
            _ => None,
        };
        if let Some(kind) = hearing {
            hall.summoned(&case, kind).await;
        }
        let ran = hall.clocks(&case).await.into_iter().filter(|clock| clock.met_on.is_none()).count();
        hall.step(EMPLOYER, &case, "withdraw", reason()).await.problem(409, "illegal-transition");
        if hall.view(ADMIN, &case).await["mediator"].is_object() {
            hall.step(MEDIATOR, &case, "withdraw", reason()).await.problem(409, "illegal-transition");
        }
        let over = hall.done(WORKER, &case, "withdraw", reason()).await;
        assert_eq!((over.text_of("status"), over.text_of("outcome")), ("withdrawn", "withdrawn"), "{status}");
        assert_eq!((&over["reason"], over.text_of("ended_on")), (&reason()["reason"], &*hall.today().to_string()));
        let clocks = hall.clocks(&case).await;
        assert!(clocks.iter().all(|clock| clock.met_on.is_some()), "{status}");
        assert_eq!(clocks.iter().filter(|clock| clock.cancelled).count(), ran, "{status}");
        let counted = hall.counted(&case).await;
        assert_eq!(counted[1..], [format!("dispute_withdrawn 36.72 1 {}", hall.today())], "{status}");
        let hearings = hall.read(WORKER, &format!("{}/hearings", case.path)).await.expect(200);
        let mut open = hearings["data"].as_array().unwrap().iter().filter(|hearing| hearing["status"] == "summoned");
        assert!(open.next().is_none(), "{status}: {hearings}");
        hall.all_may(&case, ["", "", "", ""]).await;
    }
}

#[tokio::test]
async fn a_case_goes_back_to_the_parties_is_settled_by_them_or_closed_and_is_counted_once() {
    let hall = Hall::open().await;
    let back = hall.reach("back_to_bipartite").await;
    let seen = hall.view(WORKER, &back).await;
    assert_eq!((seen.text_of("outcome"), &seen["reason"]), ("back_to_bipartite", &minutes()["conclusion"]));
    assert_eq!(hall.counted(&back).await[1..], ["dispute_back_to_bipartite 36.72 1 2026-11-23"]);

    for status in ["registered", "returned", "paths_offered", "awaiting_referral", "referred", "clarification"] {
        let case = hall.reach(status).await;
        let settled = hall.done(ADMIN, &case, "settle_bipartite", settlement()).await;
        assert_eq!(
            (settled.text_of("status"), settled.text_of("outcome")),
            ("settled", "settled_bipartite"),
            "{status}"
        );
        assert!(hall.clocks(&case).await.iter().all(|clock| clock.met_on.is_some()), "{status}");
        let closed = hall.done(ADMIN, &case, "close", reason()).await;
        assert_eq!((closed.text_of("status"), closed.text_of("outcome")), ("closed", "settled_bipartite"), "{status}");
        assert_eq!(closed["allowed_actions"], json!(["register_settlement"]), "no lawsuit after a settlement");
        let deed = json!({"court": "PHI Serang", "number": "1/Bip/2026", "registered_on": hall.today()});
        let registered = hall.done(WORKER, &case, "register_settlement", deed).await;
        assert_eq!((registered.text_of("status"), &registered["allowed_actions"]), ("closed", &json!([])));
        let counted = hall.counted(&case).await;
        assert_eq!(counted.len(), 2, "{counted:?}");
        assert!(counted[1].starts_with("dispute_settled_bipartite 36.72 1"), "{counted:?}");
    }

    let case = hall.reach("returned").await;
    let closed = hall.done(ADMIN, &case, "close", reason()).await;
    assert_eq!((closed.text_of("status"), closed.text_of("outcome")), ("closed", "other"), "never completed");
    assert_eq!(hall.counted(&case).await.len(), 2);
    hall.all_may(&case, ["", "", "", ""]).await;

    let case = hall.reach("rejected").await;
    let lawsuit = |court: &str| json!({"court": court, "number": "2/Pdt.Sus-PHI/2026", "filed_on": hall.today()});
    hall.done(ADMIN, &case, "record_lawsuit", lawsuit("industrial_relations")).await;
    let closed = hall.done(ADMIN, &case, "close", reason()).await;
    assert_eq!(closed.text_of("outcome"), "recommendation_rejected");
    let sued = hall.done(ADMIN, &case, "record_lawsuit", lawsuit("supreme")).await;
    assert_eq!(sued["lawsuits"].as_array().unwrap().len(), 2);
    assert_eq!(hall.counted(&case).await.len(), 2, "registered and rejected");
    assert_eq!(hall.read(WORKER, &format!("{CASES}?status=closed")).await.expect(200)["next"], Value::Null);
}

#[tokio::test]
async fn a_case_is_clarified_once_and_not_closed_while_a_side_may_answer() {
    let hall = Hall::open().await;
    let case = hall.reach("clarification").await;
    let held = hall.summoned(&case, "clarification").await;
    hall.pass(TimeDelta::hours(2)).await;
    hall.done(MEDIATOR, &case, "conclude_clarification", held).await;
    let again = hall.step(MEDIATOR, &case, "clarify", Value::Null).await.problem(409, "illegal-transition");
    assert_eq!(again["allowed"], json!(["hold_hearing", "settle_bipartite"]));

    let case = hall.reach("recommended").await;
    for who in [WORKER, EMPLOYER] {
        hall.done(who, &case, "record_receipt", json!({})).await;
    }
    let rejected = hall.done(WORKER, &case, "answer", json!({"accepts": false})).await;
    assert_eq!(rejected.text_of("status"), "rejected");
    let early = hall.step(ADMIN, &case, "close", reason()).await.problem(409, "illegal-transition");
    assert!(!early["allowed"].as_array().unwrap().contains(&json!("close")), "{early}");
    hall.done(EMPLOYER, &case, "answer", json!({"accepts": true})).await;
    hall.done(ADMIN, &case, "close", reason()).await;
}
