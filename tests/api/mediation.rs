//! Mediation: a dispute from its registration to how it comes out, with its clocks.
//!
//! Due dates are counted by hand in the calendar of 2026 and 2027 (domain: joint leave on 24 December, holidays on 25 December, 1 and
//! 5 January).

mod answers;
mod faults;
mod moves;
mod secrecy;
mod venue;

use chrono::{DateTime, TimeDelta, Utc};
use disnaker::caller::Realm;
use disnaker_entity::access::{Role, grant};
use disnaker_entity::plumbing::{deadline, journal, movement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Reply, Service};
use crate::world::{TODAY, with};

const CASES: &str = "/v1/mediation-cases";

const WORKER: &str = "pekerja";
const EMPLOYER: &str = "pengusaha";
const MEDIATOR: &str = "mediator";
const COLLEAGUE: &str = "mediator-lain";
const ADMIN: &str = "kepala";
const COUNTER: &str = "loket";
const PROVINCE: &str = "provinsi";

/// The offices of Cilegon, of its neighbour and of Banten, with their people, and a worker and an employer who do not agree.
struct Hall {
    service: Service,
}

/// A case with its sides.
#[derive(Clone)]
struct Case {
    id: String,
    path: String,
    parties: [String; 2],
}

impl Hall {
    async fn open() -> Self {
        Self::at(TODAY).await
    }

    async fn at(time: &str) -> Self {
        let service = Service::at(time).await;
        for office in ["36", "36.72", "36.04", "33.06"] {
            service.office(office).await;
        }
        let people = [
            (MEDIATOR, Role::Mediator, "36.72"),
            (COLLEAGUE, Role::Mediator, "36.72"),
            (ADMIN, Role::OfficeAdmin, "36.72"),
            (COUNTER, Role::CounterOfficer, "36.72"),
            (PROVINCE, Role::ProvinceAdmin, "36"),
        ];
        for (subject, role, office) in people {
            service.grant(subject, role, Some(office), None).await;
        }
        Self { service }
    }

    fn now(&self) -> DateTime<Utc> {
        self.service.clock().now()
    }

    /// Moves the clock; the sweep runs as it does every minute.
    async fn later(&self, time: &str) {
        self.service.clock().set(time.parse().unwrap());
        disnaker::app::sweep(self.service.state()).await.unwrap();
    }

    async fn pass(&self, time: TimeDelta) {
        self.later(&(self.now() + time).to_rfc3339()).await;
    }

    async fn read(&self, who: &str, path: &str) -> Reply {
        self.service.get(path).token(&self.service.token(who)).send().await
    }

    async fn send(&self, who: &str, path: &str, body: &Value) -> Reply {
        let call = self.service.post(path).token(&self.service.token(who));
        if body.is_null() { call.send().await } else { call.json(body).send().await }
    }

    /// A step of a case.
    async fn step(&self, who: &str, case: &Case, event: &str, body: Value) -> Reply {
        self.send(who, &format!("{}/{}", case.path, event.replace('_', "-")), &body).await
    }

    /// A step that is taken: where the case stands after it.
    async fn done(&self, who: &str, case: &Case, event: &str, body: Value) -> Reply {
        self.step(who, case, event, body).await.expect(200)
    }

    async fn view(&self, who: &str, case: &Case) -> Reply {
        self.read(who, &case.path).await.expect(200)
    }

    /// What somebody may do with a case now.
    async fn may(&self, who: &str, case: &Case) -> Vec<String> {
        let view = self.view(who, case).await;
        view["allowed_actions"].as_array().unwrap().iter().map(|event| event.as_str().unwrap().to_owned()).collect()
    }

    /// What the worker, the employer, the mediator and the admin may do now; who does not see the case, nothing.
    async fn all_may(&self, case: &Case, expected: [&str; 4]) {
        for (who, expected) in [WORKER, EMPLOYER, MEDIATOR, ADMIN].into_iter().zip(expected) {
            let reply = self.read(who, &case.path).await;
            let may: Vec<_> =
                reply["allowed_actions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            assert_eq!(may.join(" "), expected, "{who} in {}", reply["status"]);
        }
    }

    /// A case that somebody has registered; the other side has access to it.
    async fn register(&self, who: &str, changes: Value) -> Case {
        let reply = self.send(who, CASES, &with(dispute(), changes)).await.expect(201);
        let parties = [0, 1].map(|at| reply["parties"][at]["id"].as_str().unwrap().to_owned());
        let [own, other] = &parties;
        if who != WORKER {
            self.stand(WORKER, own).await;
        }
        self.stand(EMPLOYER, other).await;
        let id = reply.text_of("id").to_owned();
        Case { path: format!("{CASES}/{id}"), id, parties }
    }

    /// Gives somebody access to a side.
    async fn stand(&self, who: &str, party: &str) {
        self.service.grant_in(who, Role::CaseParty, &Realm::Party(party.parse().unwrap())).await;
    }

    /// The grant by which a mediator is named.
    async fn mediator(&self, who: &str) -> Value {
        let select = grant::Entity::find().filter(grant::Column::Subject.eq(who));
        let select = select.filter(grant::Column::Role.eq(Role::Mediator)).filter(grant::Column::RevokedAt.is_null());
        let row = select.one(self.service.state().db.reader()).await.unwrap().unwrap();
        json!({"grant_id": row.id, "name": "Mediator Contoh, S.H.", "number": "197001012000031001"})
    }

    /// A case that its mediator has received.
    async fn referred(&self) -> Case {
        let case = self.register(ADMIN, json!({"kind": "rights"})).await;
        self.done(ADMIN, &case, "refer", self.mediator(MEDIATOR).await).await;
        case
    }

    /// Summons both sides for the next hour: what the mediator sends once it has begun.
    async fn summoned(&self, case: &Case, kind: &str) -> Value {
        let starts_at = self.now() + TimeDelta::hours(1);
        let new = with(summons(), json!({"kind": kind, "starts_at": starts_at}));
        let hearing = self.send(MEDIATOR, &format!("{}/hearings", case.path), &new).await.expect(201);
        json!({"hearing_id": hearing.text_of("id"), "minutes": minutes()})
    }

    /// Holds a hearing of the mediation.
    async fn hear(&self, case: &Case) -> Reply {
        let held = self.summoned(case, "mediation").await;
        self.pass(TimeDelta::hours(2)).await;
        self.done(MEDIATOR, case, "hold_hearing", held).await
    }

    /// A case whose recommendation is out.
    async fn recommended(&self) -> Case {
        let case = self.referred().await;
        self.hear(&case).await;
        self.done(MEDIATOR, &case, "issue_recommendation", recommendation()).await;
        case
    }

    /// The clock of a rule that runs for somebody, as the mediator or the admin reads it.
    async fn clock(&self, who: &str, case: &Case, rule: &str, party: &str) -> Value {
        let clocks = self.read(who, &format!("{}/deadlines", case.path)).await.expect(200);
        let all = clocks["data"].as_array().unwrap().iter();
        let mut found = all.filter(|clock| clock["rule"] == format!("mediation.{rule}") && clock["party"] == party);
        let first = found.next().unwrap_or_else(|| panic!("no clock {rule} of {party}\n{clocks}"));
        assert!(found.next().is_none(), "two clocks {rule} of {party}\n{clocks}");
        first.clone()
    }

    /// Its start, its last day, and how it stands.
    async fn counts(&self, who: &str, case: &Case, clock: (&str, &str), expected: (&str, &str, &str)) {
        let found = self.clock(who, case, clock.0, clock.1).await;
        let said = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
        let said = (said("started_on"), said("due_on"), said("state"));
        let expected = (expected.0.to_owned(), expected.1.to_owned(), expected.2.to_owned());
        assert_eq!(said, expected, "{clock:?}: start, due date, state");
    }

    /// The rows of the clocks of a case.
    async fn clocks(&self, case: &Case) -> Vec<deadline::Model> {
        let id: Uuid = case.id.parse().unwrap();
        let select = deadline::Entity::find().filter(deadline::Column::SubjectId.eq(id));
        select.order_by_asc(deadline::Column::Id).all(self.service.state().db.reader()).await.unwrap()
    }

    /// What the journal says of a case, in its order.
    async fn journal(&self, case: &Case) -> Vec<journal::Model> {
        let select = journal::Entity::find().filter(journal::Column::SubjectId.eq(&case.id));
        select.order_by_asc(journal::Column::Seq).all(self.service.state().db.reader()).await.unwrap()
    }

    async fn events(&self, case: &Case) -> Vec<String> {
        let rows = self.journal(case).await;
        rows.into_iter().map(|row| row.event.split_once('.').unwrap().1.to_owned()).collect()
    }

    /// What was counted of a case: kind, office, quantity and day.
    async fn counted(&self, case: &Case) -> Vec<String> {
        let id: Uuid = case.id.parse().unwrap();
        let select = movement::Entity::find().filter(movement::Column::SubjectId.eq(id));
        let rows = select.order_by_asc(movement::Column::Seq).all(self.service.state().db.reader()).await.unwrap();
        let said = |row: movement::Model| format!("{} {} {} {}", row.kind, row.office, row.quantity, row.effective_on);
        rows.into_iter().map(said).collect()
    }
}

/// The dispute of the document's example, registered on the story's first day.
fn dispute() -> Value {
    json!(disnaker::mediation::cases::bodies::NewMediationCase::sample())
}

fn summons() -> Value {
    json!(disnaker::mediation::hearings::bodies::NewHearing::sample())
}

fn minutes() -> Value {
    json!(disnaker::mediation::hearings::bodies::HearingMinutes::sample())
}

fn recommendation() -> Value {
    json!(disnaker::mediation::conclusions::bodies::RecommendationText::sample())
}

fn settlement() -> Value {
    json!(disnaker::mediation::conclusions::bodies::NewSettlement::sample())
}

fn missing() -> Value {
    json!(disnaker::mediation::cases::bodies::MissingPapers::sample())
}

fn reason() -> Value {
    json!({"reason": "Para pihak memilih jalan lain"})
}

/// Registered, completed, and the way chosen.
async fn awaits_a_mediator(hall: &Hall) -> Case {
    let case = hall.register(WORKER, json!({"bipartite": null})).await;
    let seen = hall.view(WORKER, &case).await;
    assert!(seen.text_of("number").starts_with("PHI-36.72-2026-"), "{seen}");
    assert_eq!((&seen["own_side"], &seen["paths"]), (&json!("worker"), &json!(["mediation", "conciliation"])));
    hall.counts(ADMIN, &case, ("registration-return", "office"), ("2026-11-23", "2026-12-02", "due")).await;
    hall.all_may(&case, ["withdraw", "", "", "return_file settle_bipartite close withdraw"]).await;
    let refused = hall.step(ADMIN, &case, "offer_paths", Value::Null).await.problem(409, "illegal-transition");
    let instead = json!(["return_file", "settle_bipartite", "close", "withdraw"]);
    assert_eq!(refused["allowed"], instead, "no proof of bipartite talks");

    // Sent back, and completed by the side that registered it: two clocks.
    hall.later("2026-11-24T02:00:00Z").await;
    hall.done(ADMIN, &case, "return_file", missing()).await;
    let returned = hall.view(WORKER, &case).await;
    assert_eq!((returned.text_of("status"), &returned["missing"]), ("returned", &missing()["missing"]));
    hall.counts(ADMIN, &case, ("registration-return", "office"), ("2026-11-23", "2026-12-02", "met")).await;
    hall.counts(WORKER, &case, ("registration-completion", "worker"), ("2026-11-24", "2026-12-03", "due")).await;
    hall.all_may(&case, ["complete_file withdraw", "", "", "complete_file settle_bipartite close withdraw"]).await;
    hall.step(EMPLOYER, &case, "complete_file", json!({})).await.problem(409, "illegal-transition");
    hall.later("2026-11-25T02:00:00Z").await;
    let file = json!({"bipartite": dispute()["bipartite"]});
    let completed = hall.done(WORKER, &case, "complete_file", file).await;
    assert_eq!((completed.text_of("status"), &completed["missing"]), ("registered", &json!([])));
    assert_eq!(completed["bipartite"]["place"], dispute()["bipartite"]["place"]);
    hall.counts(WORKER, &case, ("registration-completion", "worker"), ("2026-11-24", "2026-12-03", "met")).await;
    hall.counts(WORKER, &case, ("registration-return", "office"), ("2026-11-25", "2026-12-04", "due")).await;
    hall.counts(WORKER, &case, ("bipartite", "parties"), ("2026-10-05", "2026-11-16", "met")).await;

    // A termination goes to conciliation or mediation, not to arbitration.
    hall.later("2026-11-26T02:00:00Z").await;
    hall.done(ADMIN, &case, "offer_paths", Value::Null).await;
    hall.counts(EMPLOYER, &case, ("path-choice", "parties"), ("2026-11-26", "2026-12-07", "due")).await;
    let party = "choose_path withdraw";
    hall.all_may(&case, [party, "choose_path", "", "choose_path settle_bipartite withdraw"]).await;
    let refused = hall.step(EMPLOYER, &case, "choose_path", json!({"path": "arbitration"})).await;
    let refused = refused.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/path", "not-allowed")]);
    assert_eq!(refused["errors"][0]["expected"], "mediation, conciliation");
    hall.later("2026-11-27T02:00:00Z").await;
    let one = hall.done(WORKER, &case, "choose_path", json!({"path": "mediation"})).await;
    assert_eq!((one.text_of("status"), &one["parties"][0]["path"]), ("paths_offered", &json!("mediation")));
    let both = hall.done(EMPLOYER, &case, "choose_path", json!({"path": "mediation"})).await;
    assert_eq!((both.text_of("status"), &both["path"]), ("awaiting_referral", &json!("mediation")));
    hall.counts(WORKER, &case, ("path-choice", "parties"), ("2026-11-26", "2026-12-07", "met")).await;
    hall.all_may(&case, ["withdraw", "", "", "refer refer_up settle_bipartite close withdraw"]).await;
    case
}

/// Received by its mediator, clarified, and heard once.
async fn is_clarified_and_heard(hall: &Hall, case: &Case) {
    // The mediator receives it: the first hearing is due, and the whole.
    hall.later("2026-11-30T02:00:00Z").await;
    let referred = hall.done(ADMIN, case, "refer", hall.mediator(MEDIATOR).await).await;
    assert_eq!((referred.text_of("status"), referred.text_of("referred_on")), ("referred", "2026-11-30"));
    hall.counts(WORKER, case, ("first-hearing", "mediator"), ("2026-11-30", "2026-12-09", "due")).await;
    hall.counts(WORKER, case, ("total", "mediator"), ("2026-11-30", "2027-01-15", "due")).await;
    let office = "settle_bipartite withdraw";
    let mediator = "clarify hold_hearing settle_bipartite";
    hall.all_may(case, ["withdraw", "", mediator, &format!("reassign {office}")]).await;

    // Thursday to Monday: two working days that do not count.
    hall.later("2026-12-03T02:00:00Z").await;
    hall.done(MEDIATOR, case, "clarify", Value::Null).await;
    hall.counts(WORKER, case, ("total", "mediator"), ("2026-11-30", "2027-01-15", "paused")).await;
    hall.counts(WORKER, case, ("first-hearing", "mediator"), ("2026-11-30", "2026-12-09", "due")).await;
    let mediator = "conclude_clarification back_to_bipartite settle_bipartite";
    hall.all_may(case, ["withdraw", "", mediator, &format!("reassign {office}")]).await;
    let held = hall.summoned(case, "clarification").await;
    hall.later("2026-12-04T02:00:00Z").await;
    let standing = hall.clock(WORKER, case, "total", "mediator").await;
    let stood = standing["days"].as_array().unwrap().iter().filter(|day| day["reason"] == "Jeda");
    let stood: Vec<_> = stood.map(|day| day["date"].as_str().unwrap()).collect();
    assert_eq!(stood, ["2026-12-03", "2026-12-04"], "they count for nothing while it stands still, too");
    hall.later("2026-12-07T02:00:00Z").await;
    hall.done(MEDIATOR, case, "conclude_clarification", held).await;
    let total = hall.clock(WORKER, case, "total", "mediator").await;
    assert_eq!((&total["due_on"], &total["state"]), (&json!("2027-01-19"), &json!("due")));
    assert_eq!(total["pauses"], json!([{"from": "2026-12-03", "to": "2026-12-06"}]));
    let days = total["days"].as_array().unwrap();
    let on = |date: &str| days.iter().find(|day| day["date"] == date).unwrap();
    assert_eq!((&on("2026-12-02")["number"], &on("2026-12-07")["number"]), (&json!(2), &json!(3)));
    for paused in ["2026-12-03", "2026-12-04"] {
        assert!(on(paused)["number"].is_null() && on(paused)["reason"].is_string(), "{}", on(paused));
    }
    assert_eq!(days.last().map(|day| (&day["date"], &day["number"])), Some((&json!("2027-01-19"), &json!(30))));

    // A summons to a link; the days of the recommendation run from the hearing and not from the referral.
    let link = json!({"kind": "mediation", "mode": "online", "starts_at": "2026-12-09T02:00:00Z"});
    let hearing = hall.send(MEDIATOR, &format!("{}/hearings", case.path), &with(summons(), link)).await.expect(201);
    assert!(hearing.text_of("number").starts_with("PGL-36.72-2026-"), "{hearing}");
    let listed = hall.read(EMPLOYER, &format!("{}/hearings", case.path)).await.expect(200);
    assert_eq!(listed["data"][1]["place"], summons()["place"]);
    let held = json!({"hearing_id": hearing.text_of("id"), "minutes": minutes()});
    let early = hall.step(MEDIATOR, case, "hold_hearing", held.clone()).await;
    early.problem(409, "illegal-transition");
    hall.later("2026-12-09T05:00:00Z").await;
    let heard = hall.done(MEDIATOR, case, "hold_hearing", held).await;
    assert_eq!((heard.text_of("status"), heard.text_of("first_hearing_on")), ("in_mediation", "2026-12-09"));
    hall.counts(WORKER, case, ("first-hearing", "mediator"), ("2026-11-30", "2026-12-09", "met")).await;
    hall.counts(WORKER, case, ("recommendation", "mediator"), ("2026-12-09", "2026-12-23", "due")).await;
    let mediator = "hold_hearing agree issue_recommendation";
    hall.all_may(case, ["withdraw", "", mediator, "reassign withdraw"]).await;
}

#[tokio::test]
async fn a_case_goes_from_its_registration_by_the_worker_to_a_settlement_after_the_recommendation() {
    let hall = Hall::open().await;
    let case = awaits_a_mediator(&hall).await;
    is_clarified_and_heard(&hall, &case).await;

    // Each side sees the recommendation from its own receipt on.
    hall.later("2026-12-21T02:00:00Z").await;
    hall.done(MEDIATOR, &case, "issue_recommendation", recommendation()).await;
    hall.counts(WORKER, &case, ("recommendation", "mediator"), ("2026-12-09", "2026-12-23", "met")).await;
    hall.all_may(
        &case,
        ["record_receipt withdraw", "record_receipt", "record_receipt", "record_receipt reassign withdraw"],
    )
    .await;
    for who in [WORKER, EMPLOYER] {
        let seen = hall.view(who, &case).await;
        assert!(seen["recommendation"]["text"].is_null(), "{who}");
        assert!(!seen.text.contains("Efisiensi tidak didukung"), "{who}");
    }
    let received = hall.done(WORKER, &case, "record_receipt", json!({})).await;
    assert_eq!(received["recommendation"]["text"], recommendation());
    assert!(hall.view(EMPLOYER, &case).await["recommendation"]["text"].is_null());
    hall.counts(WORKER, &case, ("answer", "worker"), ("2026-12-21", "2027-01-08", "due")).await;
    let mediator = "record_receipt answer";
    let admin = "record_receipt answer reassign withdraw";
    hall.all_may(&case, ["answer withdraw", "record_receipt", mediator, admin]).await;
    hall.later("2026-12-23T02:00:00Z").await;
    hall.done(EMPLOYER, &case, "record_receipt", json!({})).await;
    hall.counts(WORKER, &case, ("answer", "employer"), ("2026-12-23", "2027-01-12", "due")).await;
    hall.counts(WORKER, &case, ("answer", "worker"), ("2026-12-21", "2027-01-08", "due")).await;

    // Only when both accept is a settlement due, from the later one.
    hall.later("2026-12-28T02:00:00Z").await;
    let one = hall.done(WORKER, &case, "answer", json!({"accepts": true, "note": "Kami setuju"})).await;
    assert_eq!((one.text_of("status"), &one["outcome"]), ("recommended", &json!(null)));
    hall.all_may(&case, ["withdraw", "answer", "answer", "answer reassign withdraw"]).await;
    hall.later("2027-01-06T02:00:00Z").await;
    let both = hall.done(EMPLOYER, &case, "answer", json!({"accepts": true})).await;
    assert_eq!((both.text_of("status"), &both["outcome"]), ("accepted", &json!(null)));
    hall.counts(WORKER, &case, ("settlement-after-recommendation", "mediator"), ("2027-01-06", "2027-01-11", "due"))
        .await;
    hall.all_may(&case, ["", "", "settle_after_recommendation close", "reassign close"]).await;
    hall.later("2027-01-08T02:00:00Z").await;
    let settled = hall.done(MEDIATOR, &case, "settle_after_recommendation", settlement()).await;
    assert_eq!((settled.text_of("status"), settled.text_of("outcome")), ("settled", "settled_after_recommendation"));
    assert_eq!(settled["settlement"]["text"], settlement()["text"]);
    hall.counts(WORKER, &case, ("total", "mediator"), ("2026-11-30", "2027-01-19", "met")).await;
    hall.all_may(
        &case,
        ["register_settlement", "register_settlement", "register_settlement close", "register_settlement close"],
    )
    .await;
    hall.later("2027-01-11T02:00:00Z").await;
    let court = json!({"court": "PHI pada PN Serang", "number": "1/Bip/2027/PHI.Srg", "registered_on": "2027-01-11"});
    let deed = hall.done(WORKER, &case, "register_settlement", court.clone()).await;
    assert_eq!(deed["settlement"]["court"], court);
    hall.all_may(&case, ["", "", "close", "close"]).await;
    let closed = hall.done(ADMIN, &case, "close", reason()).await;
    assert_eq!((closed.text_of("status"), closed.text_of("outcome")), ("closed", "settled_after_recommendation"));
    hall.all_may(&case, ["", "", "", ""]).await;

    let events = [
        "register",
        "return_file",
        "complete_file",
        "offer_paths",
        "update",
        "choose_mediation",
        "refer",
        "clarify",
        "conclude_clarification",
        "hold_hearing",
        "issue_recommendation",
        "record_receipt",
        "record_receipt",
        "answer",
        "answer",
        "all_accepted",
        "settle_after_recommendation",
        "register_settlement",
        "close",
    ];
    assert_eq!(hall.events(&case).await, events);
    let counted = ["dispute_registered 36.72 1 2026-11-23", "dispute_settled_after_recommendation 36.72 1 2027-01-08"];
    assert_eq!(hall.counted(&case).await, counted, "once, and no recommendation beside it");
    assert!(hall.clocks(&case).await.iter().all(|clock| clock.met_on.is_some()), "nothing is due any more");
}
