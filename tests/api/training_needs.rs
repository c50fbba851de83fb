//! What training is asked for: needs of industry, proposals for classes, and whether seats meet them.

use std::collections::BTreeMap;

use disnaker::training::needs::bodies::NewTrainingNeed;
use disnaker::training::proposals::bodies::NewTrainingProposal;
use disnaker::training::providers::bodies::{NewProgramme, NewProvider};
use disnaker_entity::access::Role;
use disnaker_entity::company::CompanyId;
use disnaker_entity::plumbing::{journal, movement};
use disnaker_entity::training::{Funding, Site, TargetGroup, tally};
use futures_util::future::join_all;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Reply, unused};
use crate::training::Centre;
use crate::world::{ids, line, register, with};

const NEEDS: &str = "/v1/training-needs";
const PROPOSALS: &str = "/v1/training-proposals";

/// A need that an office heard at a meeting, with some changes.
fn need(changes: Value) -> Value {
    let garment = json!({"occupation": "7233", "units": ["C.14MJG00.001.1", "C.14MJG00.002.1"]});
    with(with(json!(NewTrainingNeed::sample()), garment), changes)
}

fn proposal(changes: Value) -> Value {
    with(json!(NewTrainingProposal::sample()), changes)
}

impl Centre {
    /// A need that the office wrote down: its path.
    async fn heard(&self, changes: Value) -> String {
        let made = self.send(&self.officer, NEEDS, &need(changes)).await.expect(201);
        format!("{NEEDS}/{}", made.text_of("id"))
    }

    /// A need that the office found sound.
    async fn sound(&self, changes: Value) -> String {
        let path = self.heard(changes).await;
        self.act(&self.officer, &format!("{path}/review")).await.expect(200);
        path
    }

    /// A package that is planned, of a programme for an occupation.
    async fn class(&self, occupation: Option<&str>, changes: Value) -> String {
        let new = with(json!(NewProgramme::sample()), json!({"name": unused("Program"), "occupation": occupation}));
        let programme = self.send(&self.officer, "/v1/training-programmes", &new).await.expect(201);
        let of = with(json!({"programme_id": programme.text_of("id")}), changes);
        self.plan(of).await.expect(201).text_of("id").to_owned()
    }

    async fn answer(&self, need: &str, packages: Value) -> Reply {
        self.send(&self.officer, &format!("{need}/programme"), &json!({"packages": packages})).await
    }

    async fn cancel(&self, package: &str) {
        let why = json!({"kind": "no_instructor", "reason": "Instruktur berhalangan"});
        self.send(&self.officer, &format!("/v1/training-packages/{package}/cancel"), &why).await.expect(200);
    }

    /// The events of a kind of record in their order; none of them says anything in words.
    async fn told(&self, kind: &str) -> Vec<String> {
        let rows = journal::Entity::find().filter(journal::Column::SubjectKind.eq(kind));
        let rows = rows.order_by_asc(journal::Column::Seq).all(self.service.state().db.reader()).await.unwrap();
        for row in &rows {
            for word in ["garmen", "Asosiasi", "Sekretariat", "Pertuni", "contoh.example", "Braille"] {
                assert!(!row.body.contains(word), "{}", row.body);
            }
        }
        let event = |row: &journal::Model| row.event.split('.').nth(1).unwrap().to_owned();
        rows.iter().map(event).collect()
    }

    /// What was counted of a kind: quantity and occupation.
    async fn counted(&self, kind: &str) -> Vec<(i64, Option<String>)> {
        let rows = movement::Entity::find().filter(movement::Column::Kind.eq(kind));
        let rows = rows.order_by_asc(movement::Column::Seq).all(self.service.state().db.reader()).await.unwrap();
        rows.into_iter().map(|row| (row.quantity, row.occupation)).collect()
    }

    async fn coverage(&self, query: &str) -> Reply {
        self.read(&self.officer, &format!("/v1/training-coverage?year=2026{query}")).await.expect(200)
    }
}

// Needs ------------------------------------------------------------------------------------------

#[tokio::test]
async fn mechanics_of_garment_machines_wait_for_an_instructor_until_a_package_answers() {
    let centre = Centre::open().await;
    let made = centre.send(&centre.officer, NEEDS, &need(json!({}))).await.expect(201);
    assert_eq!((made.text_of("status"), &made["meeting"]["forum"]), ("proposed", &json!("fkjppid")));
    assert_eq!(made["allowed_actions"], json!(["review", "decline", "withdraw"]));
    let path = format!("{NEEDS}/{}", made.text_of("id"));
    let package = centre.class(Some("7233"), json!({})).await;
    let answer = json!([{"package_id": package}]);
    centre.answer(&path, answer.clone()).await.problem(409, "illegal-transition");
    let reviewed = centre.act(&centre.officer, &format!("{path}/review")).await.expect(200);
    assert_eq!(reviewed["allowed_actions"], json!(["wait_for_instructor", "programme", "decline"]));
    let waiting = centre.act(&centre.officer, &format!("{path}/wait-for-instructor")).await.expect(200);
    assert_eq!(waiting["allowed_actions"], json!(["programme", "decline"]));
    let list = centre.read(&centre.officer, &format!("{NEEDS}?status=waiting_for_instructor&occupation=7233")).await;
    assert_eq!(ids(&list.expect(200)["data"], "id"), [made.text_of("id")]);

    let answered = centre.answer(&path, answer).await.expect(200);
    assert_eq!((answered.text_of("status"), &answered["allowed_actions"]), ("programmed", &json!(["reopen"])));
    let given = &answered["packages"][0];
    assert_eq!((&given["number"], &given["seats"]), (&json!("PKT-36.72-2026-000001"), &json!(16)), "20 are wanted");
    assert_eq!(centre.told("training_need").await, ["propose", "review", "wait_for_instructor", "programme"]);
    assert_eq!(centre.counted("training_need").await, [(20, Some("7233".to_owned()))]);
}

#[tokio::test]
async fn what_is_declined_after_its_review_is_counted_back_and_before_it_was_never_counted() {
    let centre = Centre::open().await;
    let (early, late) = (centre.heard(json!({})).await, centre.sound(json!({"persons": 7})).await);
    for path in [&early, &late] {
        let path = format!("{path}/decline");
        let reply = centre.send(&centre.officer, &path, &json!({"reason": "x"})).await.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [("/reason", "too-short")]);
        let why = json!({"reason": "Tidak ada mesin latihan"});
        let declined = centre.send(&centre.officer, &path, &why).await.expect(200);
        assert_eq!(declined.text_of("status_reason"), "Tidak ada mesin latihan");
        assert_eq!(declined["allowed_actions"], json!([]));
        centre.send(&centre.officer, &path, &why).await.problem(409, "illegal-transition");
    }
    let counted: Vec<_> = centre.counted("training_need").await.into_iter().map(|(quantity, _)| quantity).collect();
    assert_eq!(counted, [7, -7]);
}

#[tokio::test]
async fn a_company_tells_its_own_office_its_own_need_and_nobody_else_takes_it_back() {
    let centre = Centre::open().await;
    let (hr, company) = register(&centre.service, "9120001234567").await;
    let (other_hr, _) = register(&centre.service, "9120001234568").await;
    let own = json!({"office": null, "organisation": null, "meeting": null, "company_id": company});
    let made = centre.send(&hr, NEEDS, &need(own.clone())).await.expect(201);
    assert_eq!((made.text_of("office"), made.text_of("organisation")), ("36.72", "PT Contoh Baja Nusantara"));
    assert_eq!((&made["by_company"], &made["allowed_actions"]), (&json!(true), &json!(["withdraw"])));
    let path = format!("{NEEDS}/{}", made.text_of("id"));
    let seen = centre.read(&centre.officer, &path).await.expect(200);
    assert_eq!(seen["allowed_actions"], json!(["review", "decline"]));
    let refused = centre.act(&centre.officer, &format!("{path}/withdraw")).await.problem(409, "illegal-transition");
    assert!(refused.text_of("detail").contains("pengusul"), "{refused}");
    centre.act(&hr, &format!("{path}/review")).await.problem(403, "forbidden");
    centre.read(&other_hr, &path).await.problem(404, "not-found");
    centre.act(&other_hr, &format!("{path}/withdraw")).await.problem(404, "not-found");
    assert_eq!(centre.read(&other_hr, NEEDS).await.expect(200)["data"], json!([]));
    assert_eq!(centre.act(&hr, &format!("{path}/withdraw")).await.expect(200).text_of("status"), "withdrawn");
    centre.act(&centre.officer, &format!("{path}/review")).await.problem(409, "illegal-transition");

    // What the office heard of a company, that company reads; it is the office's to take back, as long as it is not reviewed.
    let named = centre.heard(json!({"organisation": null, "company_id": company})).await;
    let seen = centre.read(&hr, &named).await.expect(200);
    assert_eq!((seen.text_of("organisation"), &seen["allowed_actions"]), ("PT Contoh Baja Nusantara", &json!([])));
    centre.act(&hr, &format!("{named}/withdraw")).await.problem(409, "illegal-transition");
    centre.act(&centre.officer, &format!("{named}/withdraw")).await.expect(200);
    let sound = centre.sound(json!({})).await;
    centre.act(&centre.officer, &format!("{sound}/withdraw")).await.problem(409, "illegal-transition");
    assert_eq!(centre.counted("training_need").await.len(), 1, "what was withdrawn was never counted");
}

#[tokio::test]
async fn a_need_says_who_told_it_to_whom_and_every_fault_is_named() {
    let centre = Centre::open().await;
    let (hr, company) = register(&centre.service, "9120001234567").await;
    let there = json!({"region": "33.06", "nib": "9120001234569"});
    let there = with(crate::world::company("9120001234569"), there);
    let elsewhere = centre.send(&centre.service.token("hr-lain"), "/v1/companies", &there).await.expect(201);
    let refused = async |token: &str, changes: Value| {
        let reply = centre.send(token, NEEDS, &need(changes)).await.problem(422, "invalid-content");
        reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>()
    };
    let bare = json!({"office": null, "organisation": null, "meeting": null});
    assert_eq!(
        refused(&centre.officer, bare.clone()).await,
        ["/organisation required", "/office required", "/meeting required"]
    );
    assert_eq!(refused(&centre.officer, json!({"office": "33.06"})).await, ["/office unknown-reference"]);
    let strange = json!({"company_id": elsewhere["id"]});
    assert_eq!(refused(&centre.officer, strange.clone()).await, ["/company_id unknown-reference"]);
    assert_eq!(refused(&hr, strange).await, ["/company_id unknown-reference"]);
    assert_eq!(refused(&hr, bare).await, ["/company_id required"]);
    assert_eq!(refused(&hr, json!({"company_id": company, "office": "33.06"})).await, ["/office not-allowed"]);
    let wrong = json!({
        "occupation": "x\u{0}", "skill": " ", "units": ["A\u{7}", "B", "B "], "persons": 10_001, "wanted_by": "2026-11-18",
        "meeting": {"forum": "fklpid", "held_on": "2026-11-19", "place": "Aula"}, "note": "",
    });
    assert_eq!(
        refused(&centre.officer, wrong).await,
        [
            "/occupation unknown-reference",
            "/skill blank",
            "/units/0 unprintable",
            "/units/2 stands-twice",
            "/persons out-of-range",
            "/wanted_by out-of-range",
            "/note blank",
        ]
    );
    let soon = json!({"meeting": {"forum": "other", "held_on": "2026-11-24", "place": "Aula"}});
    assert_eq!(refused(&centre.officer, soon).await, ["/meeting/held_on out-of-range"]);
    assert_eq!(centre.told("training_need").await, Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_names_packages_of_the_office_that_are_held_once_each_and_no_more_seats_than_persons() {
    let centre = Centre::open().await;
    let path = centre.sound(json!({})).await;
    let (one, other) = (centre.class(None, json!({})).await, centre.class(None, json!({})).await);
    let cancelled = centre.class(None, json!({})).await;
    centre.cancel(&cancelled).await;
    let purworejo = centre.service.staff(Role::TrainingOfficer, "33.06").await;
    let place = json!({"office": "33.06", "region": "33.06"});
    let provider = centre.send(&purworejo, "/v1/training-providers", &with(json!(NewProvider::sample()), place)).await;
    let new = with(json!(NewProgramme::sample()), json!({"office": "33.06"}));
    let programme = centre.send(&purworejo, "/v1/training-programmes", &new).await.expect(201);
    let new = with(
        json!(disnaker::training::packages::bodies::NewPackage::sample()),
        json!({"office": "33.06", "provider_id": provider.expect(201)["id"], "programme_id": programme["id"]}),
    );
    let theirs = centre.send(&purworejo, "/v1/training-packages", &new).await.expect(201);
    let refused = async |packages: Value| {
        let reply = centre.answer(&path, packages).await.problem(422, "invalid-content");
        reply.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>()
    };
    assert_eq!(refused(json!([])).await, ["/packages wrong-count"]);
    let wrong = json!([
        {"package_id": one, "seats": 0}, {"package_id": one}, {"package_id": cancelled}, {"package_id": theirs["id"]},
        {"package_id": Uuid::nil()},
    ]);
    assert_eq!(
        refused(wrong).await,
        [
            "/packages/0/seats out-of-range",
            "/packages/1/package_id stands-twice",
            "/packages/2/package_id not-allowed",
            "/packages/3/package_id unknown-reference",
            "/packages/4/package_id unknown-reference",
        ]
    );
    let more = json!([{"package_id": one, "seats": 16}, {"package_id": other, "seats": 5}]);
    assert_eq!(refused(more).await, ["/packages not-within-need"]);
    let reply =
        centre.answer(&path, json!([{"package_id": one, "seats": 17}])).await.problem(409, "capacity-exhausted");
    assert!(reply.text_of("detail").contains("16"), "{reply}");
    let both = json!([{"package_id": one}, {"package_id": other, "seats": 10}]);
    let answered = centre.answer(&path, both).await.expect(200);
    let seats: Vec<_> = answered["packages"].as_array().unwrap().iter().map(|given| given["seats"].clone()).collect();
    assert_eq!(seats, [10, 10]);
}

#[tokio::test]
async fn a_need_whose_package_is_cancelled_is_open_again_by_itself_and_seats_that_are_for_needs_stay() {
    let centre = Centre::open().await;
    let (path, other) = (centre.sound(json!({})).await, centre.sound(json!({"persons": 6})).await);
    let (one, two) = (centre.class(None, json!({})).await, centre.class(None, json!({})).await);
    let both = json!([{"package_id": one, "seats": 10}, {"package_id": two, "seats": 10}]);
    centre.answer(&path, both).await.expect(200);
    centre.answer(&other, json!([{"package_id": one}])).await.expect(200);
    let third = centre.sound(json!({"persons": 3})).await;
    centre.answer(&third, json!([{"package_id": one}])).await.problem(409, "capacity-exhausted");
    let shrink = async |capacity: i32| {
        let smaller = json!({"capacity": capacity, "capacity_reason": "Ruang lebih kecil"});
        let call = centre.service.patch(format!("/v1/training-packages/{one}")).token(&centre.officer);
        call.header("if-match", "*").json(&smaller).send().await
    };
    assert_eq!(shrink(15).await.problem(422, "invalid-content").faults(), [("/capacity", "out-of-range")]);

    centre.cancel(&two).await;
    let open = centre.read(&centre.officer, &path).await.expect(200);
    assert_eq!(open.text_of("status"), "reviewed");
    assert_eq!(open.text_of("status_reason"), "Paket yang menjawabnya dibatalkan");
    assert_eq!((&open["packages"][1]["status"], &open["packages"][1]["seats"]), (&json!("cancelled"), &json!(10)));
    let untouched = centre.read(&centre.officer, &other).await.expect(200);
    assert_eq!(untouched.text_of("status"), "programmed");
    // Answered anew with one package only: the seats of the other one stay free.
    let three = centre.class(None, json!({})).await;
    centre.answer(&path, json!([{"package_id": three}])).await.expect(200);
    centre.answer(&third, json!([{"package_id": one}])).await.expect(200);
    let why = json!({"reason": "Peserta lebih memilih paket lain"});
    let reopened = centre.send(&centre.officer, &format!("{other}/reopen"), &why).await.expect(200);
    assert_eq!((reopened.text_of("status"), &reopened["packages"]), ("reviewed", &json!([])));
    shrink(3).await.expect(200);
    shrink(2).await.problem(422, "invalid-content");
    // Declined, nothing of it is left to be counted or planned.
    centre.cancel(&three).await;
    let why = json!({"reason": "Tidak ada instruktur"});
    let declined = centre.send(&centre.officer, &format!("{path}/decline"), &why).await.expect(200);
    assert_eq!(declined["packages"], json!([]));
    let counted: i64 = centre.counted("training_need").await.iter().map(|(quantity, _)| quantity).sum();
    assert_eq!(counted, 9);
    assert_eq!(centre.told("training_need").await.iter().filter(|event| *event == "reopen").count(), 3);
}

#[tokio::test]
async fn seats_of_one_package_are_promised_once_whoever_asks_at_once() {
    let centre = Centre::open().await;
    let package = centre.class(None, json!({})).await;
    let mut needs = Vec::new();
    for _ in 0..8 {
        needs.push(centre.sound(json!({"persons": 5})).await);
    }
    let answer = json!([{"package_id": package, "seats": 5}]);
    let replies = join_all(needs.iter().map(|need| centre.answer(need, answer.clone()))).await;
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 409, 409, 409, 409, 409], "16 seats are three times 5");
    // While the package is cancelled, it answers none that was not opened again.
    let late = centre.sound(json!({"persons": 1})).await;
    let (answered, ()) = tokio::join!(centre.answer(&late, json!([{"package_id": package}])), centre.cancel(&package));
    assert!(matches!(answered.status, 200 | 422), "{answered}");
    for path in needs.iter().chain([&late]) {
        let need = centre.read(&centre.officer, path).await.expect(200);
        assert_eq!(need.text_of("status"), "reviewed");
    }
}

#[tokio::test]
async fn staff_of_the_office_and_of_its_province_read_needs_and_others_do_not() {
    let centre = Centre::open().await;
    let path = centre.heard(json!({})).await;
    for (role, office) in [(Role::Viewer, "36.72"), (Role::Viewer, "36"), (Role::TrainingOfficer, "36")] {
        let token = centre.service.staff(role, office).await;
        let seen = centre.read(&token, &path).await.expect(200);
        assert_eq!(seen["allowed_actions"], json!([]), "{role}");
        assert_eq!(ids(&centre.read(&token, NEEDS).await.expect(200)["data"], "id"), [seen.text_of("id")]);
    }
    // A province's office acts for itself alone.
    let above = centre.service.staff(Role::TrainingOfficer, "36").await;
    centre.act(&above, &format!("{path}/review")).await.problem(404, "not-found");
    let elsewhere = centre.service.staff(Role::TrainingOfficer, "33.06").await;
    centre.read(&elsewhere, &path).await.problem(404, "not-found");
    centre.act(&elsewhere, &format!("{path}/review")).await.problem(404, "not-found");
    centre.answer_by(&elsewhere, &path).await.problem(404, "not-found");
    assert_eq!(centre.read(&elsewhere, &format!("{NEEDS}?office=36.72")).await.expect(200)["data"], json!([]));
    let (hr, _) = register(&centre.service, "9120001234567").await;
    centre.read(&centre.counter, &path).await.problem(403, "forbidden");
    for path in ["/v1/training-coverage", "/v1/work-lists/training-needs"] {
        centre.read(&hr, path).await.problem(403, "forbidden");
        centre.service.get(path).send().await.problem(401, "unauthenticated");
    }
    let stale =
        centre.service.post(format!("{path}/review")).token(&centre.officer).header("if-match", "\"7-training-need\"");
    stale.send().await.problem(412, "version-mismatch");
}

impl Centre {
    async fn answer_by(&self, token: &str, need: &str) -> Reply {
        let answer = json!({"packages": [{"package_id": Uuid::nil()}]});
        self.send(token, &format!("{need}/programme"), &answer).await
    }
}

// Coverage ---------------------------------------------------------------------------------------

#[tokio::test]
async fn the_coverage_is_what_a_plain_count_says_and_its_rows_sum_to_the_total() {
    let centre = Centre::open().await;
    // Needs: two of one occupation, one above it, one of another year, one declined.
    let garment = centre.sound(json!({"persons": 20})).await;
    let more = centre.sound(json!({"persons": 4, "occupation": "7233"})).await;
    let metal = centre.sound(json!({"persons": 12, "occupation": "72"})).await;
    centre.heard(json!({"persons": 30, "wanted_by": "2027-01-31"})).await;
    let declined = centre.sound(json!({"persons": 50, "occupation": "72"})).await;
    centre
        .send(&centre.officer, &format!("{declined}/decline"), &json!({"reason": "Tidak ada alat"}))
        .await
        .expect(200);
    // Packages: of the occupation below, of the one above, of another, of none, cancelled with and without a need.
    let small = |capacity: i32| json!({"capacity": capacity, "capacity_reason": "Ruang praktik kecil"});
    let below = centre.class(Some("7233"), json!({})).await;
    let above = centre.class(Some("7212"), small(10)).await;
    centre.class(Some("83"), small(9)).await;
    let without = centre.class(None, small(8)).await;
    let cut = centre.class(Some("72"), small(7)).await;
    centre
        .answer(&garment, json!([{"package_id": below, "seats": 12}, {"package_id": cut, "seats": 5}]))
        .await
        .expect(200);
    centre.answer(&more, json!([{"package_id": below}])).await.expect(200);
    centre
        .answer(&metal, json!([{"package_id": above, "seats": 3}, {"package_id": without, "seats": 2}]))
        .await
        .expect(200);
    centre.cancel(&cut).await;
    // Vacancies of the office.
    let (hr, company) = register(&centre.service, "9120001234567").await;
    let officer = centre.service.staff(Role::PlacementOfficer, "36.72").await;
    centre.act(&officer, &format!("/v1/companies/{company}/verify")).await.expect(200);
    let wanted = [("7233", 6), ("7231", 5), ("83", 4)];
    let lines: Vec<_> = wanted.map(|(code, any)| with(line("Mekanik", any), json!({"occupation": code}))).into();
    centre.publish(&hr, &officer, company, &lines).await;
    // Who has passed, this year and the year before.
    centre.passed(&below, 2026, 2).await;
    centre.passed(&without, 2026, 1).await;
    centre.passed(&below, 2025, 4).await;

    let coverage = centre.coverage("").await;
    // needs, persons, seats planned, gap, other seats, cancelled seats, passed, vacancies
    let mut count = BTreeMap::new();
    count.insert(Some("7233".to_owned()), [2, 24, 12 + 4, 8, 0, 5, 2, 6]);
    count.insert(Some("72".to_owned()), [1, 12, 3 + 2, 7, 10 - 3, 7 - 5, 0, 5]);
    count.insert(None, [0, 0, 0, 0, 9 + (8 - 2), 0, 1, 4]);
    assert_eq!(rows(&coverage), count);
    let sum = count.values().fold([0; 8], |sum, row| std::array::from_fn(|at| sum[at] + row[at]));
    assert_eq!(figures(&coverage["total"]), sum);
    assert_eq!((&coverage["data"][0]["occupation"], coverage["data"][2]["occupation"].is_null()), (&json!("72"), true));
    assert!(coverage["data"][0]["name"].is_string());

    // One occupation with what is below it, another year, another office.
    let part = centre.coverage("&office=36.72&occupation=7233").await;
    assert_eq!(rows(&part), BTreeMap::from([(Some("7233".to_owned()), count[&Some("7233".to_owned())])]));
    let next = centre.read(&centre.officer, "/v1/training-coverage?year=2027").await.expect(200);
    assert_eq!(rows(&next)[&Some("7233".to_owned())][..4], [1, 30, 0, 30]);
    let elsewhere = centre.coverage("&office=33.06").await;
    assert_eq!((&elsewhere["data"], figures(&elsewhere["total"])), (&json!([]), [0; 8]));
    let province = centre.service.staff(Role::Viewer, "36").await;
    let seen = centre.read(&province, "/v1/training-coverage?year=2026").await.expect(200);
    assert_eq!(rows(&seen), count);
    for wrong in ["year=2018", "occupation=9x", "occupation=99"] {
        let path = format!("/v1/training-coverage?{wrong}");
        centre.read(&centre.officer, &path).await.problem(400, "invalid-query");
    }
}

const FIGURES: [&str; 8] =
    ["needs", "persons", "seats_planned", "gap", "seats_other", "seats_cancelled", "persons_passed", "vacancies"];

fn figures(part: &Value) -> [i64; 8] {
    FIGURES.map(|name| part[name].as_i64().unwrap())
}

fn rows(coverage: &Reply) -> BTreeMap<Option<String>, [i64; 8]> {
    let data = coverage["data"].as_array().unwrap();
    data.iter().map(|row| (row["occupation"].as_str().map(str::to_owned), figures(row))).collect()
}

impl Centre {
    /// Persons who have passed in a package's programme, as the kept sums have them.
    async fn passed(&self, package: &str, year: i32, persons: i64) {
        let package = self.read(&self.officer, &format!("/v1/training-packages/{package}")).await.expect(200);
        let row = tally::ActiveModel {
            office: Set("36.72".to_owned()),
            year: Set(year),
            stage: Set("passed".to_owned()),
            programme_id: Set(package.text_of("programme_id").parse().unwrap()),
            funding: Set(Funding::ApbdDistrict),
            site: Set(Site::Centre),
            target_group: Set(TargetGroup::Public),
            sex: Set(String::new()),
            age: Set(String::new()),
            district: Set(String::new()),
            quantity: Set(persons),
        };
        let change = self.service.change().await;
        tally::Entity::insert(row).exec_without_returning(change.db()).await.unwrap();
        change.commit().await.unwrap();
    }

    /// A company's vacancies, published.
    async fn publish(&self, hr: &str, officer: &str, company: CompanyId, lines: &[Value]) {
        let new = json!({"company_id": company, "lines": lines});
        let draft = self.send(hr, "/v1/vacancy-reports", &new).await.expect(201);
        let report = format!("/v1/vacancy-reports/{}", draft.text_of("id"));
        self.act(hr, &format!("{report}/submit")).await.expect(200);
        self.act(officer, &format!("{report}/accept")).await.expect(200);
    }
}

// Proposals --------------------------------------------------------------------------------------

#[tokio::test]
async fn an_association_of_the_blind_proposes_a_class_and_reads_what_becomes_of_it() {
    let centre = Centre::open().await;
    let owner = centre.service.token("pertuni");
    let made = centre.send(&owner, PROPOSALS, &proposal(json!({}))).await.expect(201);
    assert_eq!((made.text_of("office"), made.text_of("status")), ("36.72", "proposed"));
    assert_eq!((&made["allowed_actions"], &made["contact"]["name"]), (&json!(["withdraw"]), &json!("Sekretariat")));
    let path = format!("{PROPOSALS}/{}", made.text_of("id"));
    let seen = centre.read(&centre.officer, &path).await.expect(200);
    assert_eq!(seen["allowed_actions"], json!(["review", "accept", "decline"]));
    assert_eq!(seen["contact"]["email"], "pertuni@contoh.example");
    for token in [&owner, &centre.officer] {
        let list = centre.read(token, &format!("{PROPOSALS}?target_group=disability")).await.expect(200);
        assert_eq!(ids(&list["data"], "id"), [made.text_of("id")]);
        assert!(!list.text.contains("contact"), "whom to ask is in no list");
    }
    let review = centre.act(&centre.officer, &format!("{path}/review")).await.expect(200);
    assert_eq!((review.text_of("status"), &review["allowed_actions"]), ("under_review", &json!(["accept", "decline"])));
    centre.act(&centre.officer, &format!("{path}/withdraw")).await.problem(409, "illegal-transition");
    let class = json!({"target_group": "disability", "accommodation": "Bahan Braille"});
    let (package, cut) = (centre.class(None, class.clone()).await, centre.class(None, class).await);
    centre.cancel(&cut).await;
    let accept = async |package: &str| {
        centre.send(&centre.officer, &format!("{path}/accept"), &json!({"package_id": package})).await
    };
    let reply = accept(&cut).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/package_id", "not-allowed")]);
    let reply = accept(&Uuid::nil().to_string()).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/package_id", "unknown-reference")]);
    accept(&package).await.expect(200);
    accept(&package).await.problem(409, "illegal-transition");
    let accepted = centre.read(&owner, &path).await.expect(200);
    assert_eq!((accepted.text_of("status"), accepted.text_of("package_id")), ("accepted", package.as_str()));
    centre.act(&owner, &format!("{path}/withdraw")).await.problem(409, "illegal-transition");
    assert_eq!(centre.told("training_proposal").await, ["propose", "review", "accept"]);
    // The class is cut: the office looks into it again.
    centre.cancel(&package).await;
    let again = centre.read(&owner, &path).await.expect(200);
    assert_eq!((again.text_of("status"), &again["package_id"]), ("under_review", &json!(null)));
    assert_eq!(again.text_of("status_reason"), "Paket yang menjawabnya dibatalkan");
    assert_eq!(centre.told("training_proposal").await, ["propose", "review", "accept", "reopen"]);
    assert_eq!(centre.counted("training_proposal").await, [(1, None)]);
}

#[tokio::test]
async fn who_proposes_sees_their_own_and_nothing_else_and_decides_on_none_of_it() {
    let centre = Centre::open().await;
    let (owner, stranger) = (centre.service.token("pertuni"), centre.service.token("desa"));
    let made = centre.send(&owner, PROPOSALS, &proposal(json!({}))).await.expect(201);
    let path = format!("{PROPOSALS}/{}", made.text_of("id"));
    centre.read(&stranger, &path).await.problem(404, "not-found");
    centre.act(&stranger, &format!("{path}/withdraw")).await.problem(404, "not-found");
    assert_eq!(centre.read(&stranger, PROPOSALS).await.expect(200)["data"], json!([]));
    centre.service.get(&path).send().await.problem(401, "unauthenticated");
    centre.act(&owner, &format!("{path}/review")).await.problem(403, "forbidden");
    let elsewhere = centre.service.staff(Role::TrainingOfficer, "33.06").await;
    centre.read(&elsewhere, &path).await.problem(404, "not-found");
    centre.act(&elsewhere, &format!("{path}/review")).await.problem(404, "not-found");
    let viewer = centre.service.staff(Role::Viewer, "36").await;
    assert_eq!(centre.read(&viewer, &path).await.expect(200)["allowed_actions"], json!([]));

    // An officer who proposes something to another office owns it there, and does not decide on it.
    let theirs = centre.send(&elsewhere, PROPOSALS, &proposal(json!({}))).await.expect(201);
    assert_eq!(theirs["allowed_actions"], json!(["withdraw"]));
    let theirs = format!("{PROPOSALS}/{}", theirs.text_of("id"));
    centre.read(&elsewhere, &theirs).await.expect(200);
    centre.act(&elsewhere, &format!("{theirs}/review")).await.problem(404, "not-found");
    centre.act(&elsewhere, &format!("{theirs}/withdraw")).await.expect(200);

    // What the office wrote down on paper is the office's to take back, by any of its officers.
    let written = centre.send(&centre.officer, PROPOSALS, &proposal(json!({"kind": "village"}))).await.expect(201);
    assert_eq!(written["allowed_actions"], json!(["review", "accept", "decline", "withdraw"]));
    let written = format!("{PROPOSALS}/{}", written.text_of("id"));
    let colleague = centre.service.staff(Role::OfficeAdmin, "36.72").await;
    centre.act(&colleague, &format!("{written}/withdraw")).await.expect(200);
    let why = json!({"reason": "Belum ada instruktur"});
    let declined = centre.send(&colleague, &format!("{path}/decline"), &why).await.expect(200);
    assert_eq!(declined["allowed_actions"], json!([]));
    assert_eq!(centre.read(&owner, &path).await.expect(200).text_of("status_reason"), "Belum ada instruktur");
    let counted: Vec<_> = centre.counted("training_proposal").await.into_iter().map(|(quantity, _)| quantity).collect();
    assert_eq!(counted, [1, 1, -1, 1, -1]);
}

#[tokio::test]
async fn whom_to_ask_is_forgotten_some_years_after_the_decision_and_no_earlier() {
    let mut centre = Centre::open().await;
    let propose = async |words: &str| {
        let token = centre.service.token(words);
        let made = centre.send(&token, PROPOSALS, &proposal(json!({}))).await.expect(201);
        format!("{PROPOSALS}/{}", made.text_of("id"))
    };
    let (declined, open) = (propose("satu").await, propose("dua").await);
    let why = json!({"reason": "Belum ada instruktur"});
    centre.send(&centre.officer, &format!("{declined}/decline"), &why).await.expect(200);
    let state = std::sync::Arc::clone(centre.service.state());
    let due = async || {
        let due = disnaker::privacy::retention::due(&state).await.unwrap();
        due.into_iter().find(|(class, _)| *class == "training_proposal").unwrap().1
    };
    centre.later("2028-11-22T02:00:00Z").await;
    assert_eq!(due().await, 0);
    centre.later("2028-11-24T18:00:00Z").await;
    let forgotten = centre.read(&centre.officer, &declined).await.expect(200);
    assert_eq!((&forgotten["contact"], forgotten.text_of("organisation")), (&json!(null), "Pertuni Contoh"));
    let waits = centre.read(&centre.officer, &open).await.expect(200);
    assert_eq!(waits["contact"]["name"], "Sekretariat", "who waits is still asked");
    assert_eq!(due().await, 0);
}

#[tokio::test]
async fn a_proposal_says_what_it_needs_and_nobody_fills_an_office_s_list() {
    let centre = Centre::open().await;
    let owner = centre.service.token("komunitas");
    let wrong = json!({
        "organisation": "\u{202e}", "contact": {"name": "", "email": "x", "phone": "\u{0}"}, "topic": " ", "persons": 0,
        "region": "36", "village": "", "accommodation": null, "wished_from": "2027-01-11", "wished_until": "2027-01-10",
    });
    let reply = centre.send(&owner, PROPOSALS, &proposal(wrong)).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [
            ("/organisation", "unprintable"),
            ("/contact/name", "blank"),
            ("/contact/email", "not-an-email"),
            ("/contact/phone", "unprintable"),
            ("/topic", "blank"),
            ("/persons", "out-of-range"),
            ("/region", "unknown-reference"),
            ("/village", "blank"),
            ("/accommodation", "required"),
            ("/wished_until", "out-of-range"),
        ]
    );
    let reply = centre.send(&owner, PROPOSALS, &proposal(json!({"region": "31.71"}))).await;
    assert_eq!(reply.problem(422, "invalid-content").faults(), [("/region", "no-receiving-office")]);
    let mut made = Vec::new();
    for _ in 0..20 {
        made.push(centre.send(&owner, PROPOSALS, &proposal(json!({}))).await.expect(201).text_of("id").to_owned());
    }
    centre.send(&owner, PROPOSALS, &proposal(json!({}))).await.problem(409, "capacity-exhausted");
    centre.send(&centre.service.token("lain"), PROPOSALS, &proposal(json!({}))).await.expect(201);
    centre.act(&owner, &format!("{PROPOSALS}/{}/withdraw", made[0])).await.expect(200);
    centre.send(&owner, PROPOSALS, &proposal(json!({}))).await.expect(201);
}

// The work list ----------------------------------------------------------------------------------

#[tokio::test]
async fn what_waits_for_the_office_is_one_list_the_urgent_and_the_oldest_first() {
    const LIST: &str = "/v1/work-lists/training-needs";
    let centre = Centre::open().await;
    let (hr, company) = register(&centre.service, "9120001234567").await;
    // A minute between them: what is told in one millisecond has no order.
    let tick = |minute: u32| centre.service.clock().set(format!("2026-11-23T02:0{minute}:00Z").parse().unwrap());
    let low = centre.heard(json!({"priority": "low"})).await;
    tick(1);
    let normal = centre.sound(json!({"priority": "normal"})).await;
    tick(2);
    let owner = centre.service.token("pertuni");
    let made = centre.send(&owner, PROPOSALS, &proposal(json!({}))).await.expect(201);
    tick(3);
    let own = json!({"office": null, "meeting": null, "company_id": company, "priority": "urgent"});
    let urgent = centre.send(&hr, NEEDS, &need(own)).await.expect(201);
    let late = centre.heard(json!({"priority": "normal"})).await;
    let answered = centre.sound(json!({"priority": "urgent"})).await;
    let package = centre.class(None, json!({})).await;
    centre.answer(&answered, json!([{"package_id": package}])).await.expect(200);
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let order = [urgent.text_of("id").to_owned(), id(&normal), made.text_of("id").to_owned(), id(&late), id(&low)];

    let whole = centre.read(&centre.officer, LIST).await.expect(200);
    assert_eq!(ids(&whole["data"], "id"), order);
    assert_eq!(ids(&whole["data"], "kind"), ["need", "need", "proposal", "need", "need"]);
    let actions = |at: usize| whole["data"][at]["allowed_actions"].clone();
    assert_eq!(actions(0), json!(["review", "decline"]), "a company takes its own back");
    assert_eq!(actions(2), json!(["review", "accept", "decline"]));
    assert_eq!(actions(3), json!(["review", "decline", "withdraw"]));
    let first = &whole["data"][0];
    assert_eq!((&first["organisation"], &first["wanted_by"]), (&json!("Asosiasi HRD Contoh"), &json!("2026-12-31")));
    assert!(!whole.text.contains("contoh.example"), "whom to ask is in no list");

    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = centre.read(&centre.officer, &format!("{LIST}?limit=2{cursor}")).await.expect(200);
        seen.extend(ids(&page["data"], "id"));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, order);
    let proposals = centre.read(&centre.officer, &format!("{LIST}?kind=proposal&office=36.72")).await.expect(200);
    assert_eq!(ids(&proposals["data"], "id"), [made.text_of("id")]);
    let elsewhere = centre.service.staff(Role::TrainingOfficer, "33.06").await;
    assert_eq!(centre.read(&elsewhere, LIST).await.expect(200)["data"], json!([]));
}
