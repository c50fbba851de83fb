//! Training: packages, who gets a seat, reserves, cover, and the funnel.

use chrono::{DateTime, Utc};
use disnaker::training::packages::bodies::NewPackage;
use disnaker::training::providers::bodies::{NewInstructor, NewProgramme, NewProvider};
use disnaker_entity::access::Role;
use disnaker_entity::training::{enrollment, tally};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::harness::{Reply, Service, unused};
use crate::world::{TODAY, ids, person, with};

/// An office that trains: its officer, a provider with somebody who works there, and a programme.
pub struct Centre {
    pub service: Service,
    /// A training officer.
    pub officer: String,
    /// Somebody at the counter.
    pub counter: String,
    /// Somebody who works at the provider.
    pub trainer: String,
    pub provider: String,
    pub programme: String,
}

impl Centre {
    pub async fn open() -> Self {
        let service = Service::at(TODAY).await;
        for office in ["36", "36.72", "33.06"] {
            service.office(office).await;
        }
        service.grant("pelatihan", Role::TrainingOfficer, Some("36.72"), None).await;
        service.grant("loket", Role::CounterOfficer, Some("36.72"), None).await;
        let (officer, counter) = (service.token("pelatihan"), service.token("loket"));
        let new = json!(NewProvider::sample());
        let provider = service.post("/v1/training-providers").token(&officer).json(&new).send().await.expect(201);
        let provider = provider.text_of("id").to_owned();
        let new = json!(NewProgramme::sample());
        let programme = service.post("/v1/training-programmes").token(&officer).json(&new).send().await.expect(201);
        let programme = programme.text_of("id").to_owned();
        let admin = service.staff(Role::OfficeAdmin, "36.72").await;
        let new = json!({"role": "provider_operator", "provider_id": provider});
        let invitation = service.post("/v1/invitations").token(&admin).json(&new).send().await.expect(201);
        let trainer = service.token("pelatih");
        let code = json!({"code": invitation.text_of("code")});
        service.post("/v1/invitations/accept").token(&trainer).json(&code).send().await.expect(200);
        Self { service, officer, counter, trainer, provider, programme }
    }

    /// Moves the clock, and lets the sweeps run.
    pub async fn later(&mut self, time: &str) {
        self.service.clock().set(time.parse().unwrap());
        self.officer = self.service.token("pelatihan");
        self.counter = self.service.token("loket");
        self.trainer = self.service.token("pelatih");
        disnaker::app::sweep(self.service.state()).await.unwrap();
    }

    pub async fn read(&self, token: &str, path: &str) -> Reply {
        self.service.get(path).token(token).send().await
    }

    pub async fn send(&self, token: &str, path: &str, body: &Value) -> Reply {
        self.service.post(path).token(token).json(body).send().await
    }

    pub async fn act(&self, token: &str, path: &str) -> Reply {
        self.service.post(path).token(token).send().await
    }

    /// A package that is planned, as the sample with some changes.
    pub async fn plan(&self, changes: Value) -> Reply {
        let own = json!({"programme_id": self.programme, "provider_id": self.provider});
        let new = with(with(json!(NewPackage::sample()), own), changes);
        self.send(&self.officer, "/v1/training-packages", &new).await
    }

    /// A package that takes applications.
    pub async fn package(&self, changes: Value) -> String {
        let id = self.plan(changes).await.expect(201).text_of("id").to_owned();
        self.move_on(&id, "open").await.expect(200);
        id
    }

    /// A move of a package.
    pub async fn move_on(&self, package: &str, event: &str) -> Reply {
        self.act(&self.officer, &format!("/v1/training-packages/{package}/{event}")).await
    }

    /// Another programme of the office.
    pub async fn another_programme(&self) -> String {
        let new = with(json!(NewProgramme::sample()), json!({"name": unused("Program")}));
        self.send(&self.officer, "/v1/training-programmes", &new).await.expect(201).text_of("id").to_owned()
    }

    /// Somebody in the register: subject of their token, and record.
    pub async fn registered(&self, number: u32) -> (String, String) {
        let subject = unused("warga");
        let token = self.service.token(&subject);
        let id = self.send(&token, "/v1/job-seekers", &person(number)).await.expect(201).text_of("id").to_owned();
        self.act(&token, &format!("/v1/job-seekers/{id}/submit")).await.expect(200);
        self.act(&self.counter, &format!("/v1/job-seekers/{id}/verify")).await.expect(200);
        (subject, id)
    }

    /// Somebody new who has applied: subject of their token, and enrolment.
    pub async fn applied(&self, package: &str, number: u32) -> (String, String) {
        let (subject, _) = self.registered(number).await;
        let (token, new) = (self.service.token(&subject), json!({"package_id": package}));
        let reply = self.send(&token, "/v1/training-enrollments", &new).await.expect(201);
        (subject, reply.text_of("id").to_owned())
    }

    /// A move of an enrolment by the officer.
    pub async fn step(&self, enrollment: &str, event: &str, body: Value) -> Reply {
        self.send(&self.officer, &format!("/v1/training-enrollments/{enrollment}/{event}"), &body).await
    }

    /// Somebody new who was tested and interviewed.
    pub async fn interviewed(&self, package: &str, number: u32, test: f64, interview: f64) -> (String, String) {
        let (subject, id) = self.applied(package, number).await;
        self.step(&id, "admit", json!({})).await.expect(200);
        self.step(&id, "test", json!({"score": test})).await.expect(200);
        self.step(&id, "interview", json!({"score": interview})).await.expect(200);
        (subject, id)
    }

    /// Somebody with a seat.
    pub async fn accepted(&self, package: &str, number: u32) -> (String, String) {
        let (subject, id) = self.interviewed(package, number, 80.0, 80.0).await;
        let open = self.read(&self.officer, &format!("/v1/training-packages/{package}")).await.expect(200);
        if open["status"] == "open" {
            self.move_on(package, "close-applications").await.expect(200);
        }
        self.step(&id, "accept", json!({})).await.expect(200);
        (subject, id)
    }

    pub async fn cover(&self, enrollment: &str) -> Reply {
        let cover = json!(disnaker::training::enrollments::bodies::NewCover::sample());
        self.send(&self.trainer, &format!("/v1/training-enrollments/{enrollment}/cover"), &cover).await
    }

    pub async fn status(&self, enrollment: &str) -> String {
        let reply = self.read(&self.officer, &format!("/v1/training-enrollments/{enrollment}")).await.expect(200);
        reply.text_of("status").to_owned()
    }

    pub async fn funnel(&self, query: &str) -> Reply {
        self.read(&self.officer, &format!("/v1/training-funnel?office=36.72&year=2026{query}")).await.expect(200)
    }
}

/// The counts of a funnel or a part of one.
fn counts(part: &Value) -> [i64; 8] {
    ["applicants", "admitted", "accepted", "running", "passed", "failed", "left", "not_finished"]
        .map(|name| part[name].as_i64().unwrap())
}

// Providers, programmes, instructors -------------------------------------------------------------

#[tokio::test]
async fn a_programme_says_its_units_with_hours_and_how_each_is_taught() {
    let centre = Centre::open().await;
    let programme =
        centre.service.get(format!("/v1/training-programmes/{}", centre.programme)).send().await.expect(200);
    assert_eq!((&programme["hours"], &programme["online_hours"]), (&json!(240), &json!(24)));
    assert_eq!(programme["units"][0]["code"], "C.25LAS01.001.1");
    let again = centre.send(&centre.officer, "/v1/training-programmes", &json!(NewProgramme::sample())).await;
    again.problem(409, "already-exists");
    let unit = json!({"code": "X", "title": "Teori", "hours": 0, "delivery": "online"});
    let wrong = with(json!(NewProgramme::sample()), json!({"name": "B", "occupation": "0000", "units": [unit, unit]}));
    let reply = centre.send(&centre.officer, "/v1/training-programmes", &wrong).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [
            ("/occupation", "unknown-reference"),
            ("/units/0/hours", "out-of-range"),
            ("/units/1/hours", "out-of-range"),
            ("/units/1/code", "stands-twice"),
            ("/units", "not-allowed"),
        ]
    );
    let path = format!("/v1/training-programmes/{}", centre.programme);
    let call = centre.service.patch(&path).token(&centre.officer).header("if-match", programme.header("etag"));
    let after = call.json(&json!({"trade": "Las"})).send().await.expect(200);
    assert_eq!((after.text_of("trade"), &after["version"]), ("Las", &json!(2)));
    // What a class teaches was announced: its units stay as long as it is not over.
    let units =
        json!({"units": [{"code": "C.25LAS01.008.1", "title": "Mengelas", "hours": 200, "delivery": "in_person"}]});
    let change = async |body: &Value| {
        let call = centre.service.patch(&path).token(&centre.officer).header("if-match", "*");
        call.json(body).send().await
    };
    let package = centre.package(json!({})).await;
    change(&units).await.problem(409, "illegal-transition");
    change(&json!({"trade": "Pengelasan"})).await.expect(200);
    let cut = json!({"kind": "refocusing", "reason": "Anggaran dialihkan"});
    centre.send(&centre.officer, &format!("/v1/training-packages/{package}/cancel"), &cut).await.expect(200);
    assert_eq!(change(&units).await.expect(200)["hours"], 200);
}

#[tokio::test]
async fn a_provider_writes_its_own_instructors_and_no_other_s_and_nobody_else_reads_them() {
    let centre = Centre::open().await;
    let new = with(json!(NewInstructor::sample()), json!({"provider_id": centre.provider}));
    let instructor = centre.send(&centre.trainer, "/v1/instructors", &new).await.expect(201);
    let path = format!("/v1/instructors/{}", instructor.text_of("id"));
    let other = with(json!(NewProvider::sample()), json!({"name": "LPKS Contoh", "kind": "lpks"}));
    let other = centre.send(&centre.officer, "/v1/training-providers", &other).await.expect(201);
    let theirs = with(json!(NewInstructor::sample()), json!({"provider_id": other.text_of("id")}));
    let reply = centre.send(&centre.trainer, "/v1/instructors", &theirs).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/provider_id", "unknown-reference")]);
    let theirs = centre.send(&centre.officer, "/v1/instructors", &theirs).await.expect(201);
    let theirs = format!("/v1/instructors/{}", theirs.text_of("id"));
    centre.read(&centre.trainer, &theirs).await.problem(404, "not-found");
    centre.read(&centre.trainer, &path).await.expect(200);
    centre.service.get(&path).send().await.problem(401, "unauthenticated");
    let reply = centre.plan(json!({"instructor_ids": [theirs.rsplit('/').next().unwrap()]})).await;
    assert_eq!(reply.problem(422, "invalid-content").faults(), [("/instructor_ids/0", "unknown-reference")]);
}

#[tokio::test]
async fn a_provider_that_is_closed_gets_no_new_package() {
    let centre = Centre::open().await;
    let path = format!("/v1/training-providers/{}", centre.provider);
    let closed = centre.act(&centre.officer, &format!("{path}/close")).await.expect(200);
    assert_eq!((closed.text_of("status"), &closed["allowed_actions"]), ("closed", &json!(["reopen"])));
    let reply = centre.plan(json!({})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/provider_id", "not-allowed")]);
    centre.act(&centre.officer, &format!("{path}/reopen")).await.expect(200);
    centre.plan(json!({})).await.expect(201);
}

// Packages ---------------------------------------------------------------------------------------

#[tokio::test]
async fn a_class_has_sixteen_seats_and_two_reserves_or_others_with_a_reason() {
    let centre = Centre::open().await;
    let package = centre.plan(json!({})).await.expect(201);
    assert_eq!(
        (&package["capacity"], &package["reserves"], &package["number"]),
        (&json!(16), &json!(2), &json!("PKT-36.72-2026-000001"))
    );
    let reply = centre.plan(json!({"capacity": 20})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/capacity_reason", "required")]);
    let larger = json!({"capacity": 20, "capacity_reason": "Ruang praktik cukup"});
    assert_eq!(centre.plan(larger).await.expect(201)["capacity"], 20);
    let reply = centre.plan(json!({"target_group": "disability"})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/accommodation", "required")]);
    let class = json!({"target_group": "disability", "accommodation": "Juru bahasa isyarat"});
    let class = centre.plan(class).await.expect(201);
    assert_eq!((&class["capacity"], &class["evidence"]), (&json!(20), &json!(["disability_statement"])));
}

#[tokio::test]
async fn a_class_of_a_mobile_unit_says_in_which_village_and_days_follow_one_another() {
    let centre = Centre::open().await;
    let reply = centre.plan(json!({"site": "mobile_unit"})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/region", "required"), ("/village", "required")]);
    let reply = centre.plan(json!({"region": "36.72.01", "village": "Contoh"})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/region", "not-allowed"), ("/village", "not-allowed")]);
    let mobile = json!({"site": "mobile_unit", "region": "36.72.01", "village": "Desa Contoh"});
    assert_eq!(centre.plan(mobile).await.expect(201)["region"], "36.72.01");
    let days = json!({"year": 2025, "closes_on": "2026-11-19", "starts_on": "2026-11-19", "ends_on": "2026-11-18", "promote_until": "2027-01-01"});
    let reply = centre.plan(days).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [
            ("/closes_on", "out-of-range"),
            ("/starts_on", "out-of-range"),
            ("/ends_on", "out-of-range"),
            ("/promote_until", "out-of-range"),
            ("/starts_on", "out-of-range"),
        ]
    );
    let unfair = json!({"criteria": {"test_weight": 70, "interview_weight": 40, "tie_breaks": ["test", "test"]}});
    let reply = centre.plan(unfair).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [("/criteria/interview_weight", "out-of-range"), ("/criteria/tie_breaks/1", "stands-twice")]
    );
}

#[tokio::test]
async fn what_was_announced_stays_and_seats_may_still_grow() {
    let centre = Centre::open().await;
    let id = centre.package(json!({})).await;
    let path = format!("/v1/training-packages/{id}");
    let change = async |patch: Value| {
        centre.service.patch(&path).token(&centre.officer).header("if-match", "*").json(&patch).send().await
    };
    let criteria = json!({"test_weight": 100, "interview_weight": 0, "tie_breaks": []});
    let reply = change(json!({"criteria": criteria, "closes_on": "2026-11-28"})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/criteria", "announced"), ("/closes_on", "announced")]);
    let more = change(json!({"capacity": 18, "capacity_reason": "Alat praktik bertambah"})).await.expect(200);
    assert_eq!(more["capacity"], 18);
    let cancelled = json!({"kind": "refocusing", "reason": "Anggaran dialihkan"});
    let cancelled = centre.send(&centre.officer, &format!("{path}/cancel"), &cancelled).await.expect(200);
    assert_eq!((cancelled.text_of("status"), cancelled.text_of("cancel_reason")), ("cancelled", "refocusing"));
    change(json!({"reserves": 3})).await.problem(409, "illegal-transition");
    let public = centre.service.get(&path).send().await.expect(200);
    assert_eq!((public.text_of("status_reason"), &public["allowed_actions"]), ("Anggaran dialihkan", &json!([])));
}

#[tokio::test]
async fn who_was_in_a_class_that_is_cancelled_drops_out_with_its_reason_and_is_counted_as_an_applicant() {
    let centre = Centre::open().await;
    let id = centre.package(json!({})).await;
    let (_, seated) = centre.accepted(&id, 1).await;
    let why = json!({"kind": "refocusing", "reason": "Anggaran dialihkan"});
    let package = centre.send(&centre.officer, &format!("/v1/training-packages/{id}/cancel"), &why).await.expect(200);
    assert_eq!((&package["taken"], &package["standing"]), (&json!(0), &json!([{"status": "dropped", "persons": 1}])));
    let row = centre.read(&centre.officer, &format!("/v1/training-enrollments/{seated}")).await.expect(200);
    assert_eq!(row.text_of("status_reason"), "Anggaran dialihkan");
    assert_eq!(counts(&centre.funnel("").await["total"]), [1, 1, 0, 0, 0, 0, 0, 0]);
}

// Who gets a seat --------------------------------------------------------------------------------

#[tokio::test]
async fn applications_are_taken_on_their_days_from_who_is_in_the_register_once_each() {
    let mut centre = Centre::open().await;
    let later = centre.package(json!({"opens_on": "2026-11-24"})).await;
    let (subject, record) = centre.registered(1).await;
    let token = centre.service.token(&subject);
    let new = json!({"package_id": later});
    centre.send(&token, "/v1/training-enrollments", &new).await.problem(409, "illegal-transition");
    let id = centre.package(json!({})).await;
    let new = json!({"package_id": id});
    let made = centre.send(&token, "/v1/training-enrollments", &new).await.expect(201);
    assert_eq!((made.text_of("status"), made.text_of("job_seeker_id")), ("applied", record.as_str()));
    assert_eq!(made["allowed_actions"], json!(["withdraw"]));
    centre.send(&token, "/v1/training-enrollments", &new).await.problem(409, "already-exists");
    // Who has withdrawn may apply again.
    centre.act(&token, &format!("/v1/training-enrollments/{}/withdraw", made.text_of("id"))).await.expect(200);
    let again = centre.send(&token, "/v1/training-enrollments", &new).await.expect(201);
    let days = ["", "&as_of=2026-11-23"];
    for query in days {
        assert_eq!(counts(&centre.funnel(query).await["total"])[0], 1, "who applies again is one person");
    }
    centre.step(again.text_of("id"), "admit", json!({})).await.expect(200);
    centre.act(&token, &format!("/v1/training-enrollments/{}/withdraw", again.text_of("id"))).await.expect(200);
    centre.send(&token, "/v1/training-enrollments", &new).await.expect(201);
    for query in days {
        assert_eq!(counts(&centre.funnel(query).await["total"])[..2], [1, 0], "and waits to be admitted anew");
    }

    let draft = centre.service.token(&unused("warga"));
    centre.send(&draft, "/v1/job-seekers", &person(2)).await.expect(201);
    centre.send(&draft, "/v1/training-enrollments", &new).await.problem(409, "illegal-transition");
    let theirs = json!({"package_id": id, "job_seeker_id": record});
    let reply = centre.send(&draft, "/v1/training-enrollments", &theirs).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/job_seeker_id", "unknown-reference")]);

    centre.later("2026-11-27T17:00:00Z").await;
    let package = centre.service.get(format!("/v1/training-packages/{id}")).send().await.expect(200);
    assert_eq!(package.text_of("status"), "selecting", "the last day has passed in the office's zone");
    let (subject, _) = centre.registered(3).await;
    let late = centre.send(&centre.service.token(&subject), "/v1/training-enrollments", &new).await;
    late.problem(409, "illegal-transition");
}

#[tokio::test]
async fn papers_that_the_target_group_asks_for_are_seen_before_somebody_is_admitted() {
    let centre = Centre::open().await;
    let id = centre.package(json!({"target_group": "laid_off"})).await;
    let (_, enrollment) = centre.applied(&id, 1).await;
    let reply = centre.step(&enrollment, "admit", json!({})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/evidence", "required")]);
    let reply = centre.step(&enrollment, "admit", json!({"evidence": ["village_statement"]})).await;
    reply.problem(422, "invalid-content");
    let admitted = centre.step(&enrollment, "admit", json!({"evidence": ["furlough_letter"]})).await.expect(200);
    assert_eq!((admitted.text_of("status"), &admitted["evidence"]), ("admitted", &json!(["furlough_letter"])));
}

#[tokio::test]
async fn a_ranking_says_why_each_has_their_place_and_seats_go_by_it() {
    let centre = Centre::open().await;
    let criteria = json!({"test_weight": 60, "interview_weight": 40, "tie_breaks": ["interview", "applied_at"]});
    let seats = json!({"capacity": 2, "capacity_reason": "Kelas kecil", "reserves": 1, "criteria": criteria});
    let id = centre.package(seats).await;
    // 0.6 x 70 + 0.4 x 90 = 78 = 0.6 x 80 + 0.4 x 75: the interview decides; then who applied first.
    let (_, third) = centre.interviewed(&id, 1, 80.0, 75.0).await;
    let (_, second) = centre.interviewed(&id, 2, 70.0, 90.0).await;
    let (_, first) = centre.interviewed(&id, 3, 90.0, 80.0).await;
    centre.service.clock().set("2026-11-23T02:00:01Z".parse().unwrap());
    let (_, fourth) = centre.interviewed(&id, 4, 80.0, 75.0).await;
    let path = format!("/v1/training-packages/{id}/ranking");
    let ranking = centre.read(&centre.officer, &path).await.expect(200);
    assert_eq!(ids(&ranking["data"], "enrollment_id"), [&first, &second, &third, &fourth].map(String::clone));
    let ranks: Vec<_> = ranking["data"].as_array().unwrap().iter().map(|row| row["rank"].clone()).collect();
    assert_eq!(
        ranks,
        [
            json!({"place": 1, "of": 4, "score": 86.0, "tie_break": null}),
            json!({"place": 2, "of": 4, "score": 78.0, "tie_break": null}),
            json!({"place": 3, "of": 4, "score": 78.0, "tie_break": "interview"}),
            json!({"place": 4, "of": 4, "score": 78.0, "tie_break": "applied_at"}),
        ]
    );
    centre.step(&second, "accept", json!({})).await.problem(409, "illegal-transition");
    centre.move_on(&id, "close-applications").await.expect(200);
    // The second has a seat even if the first gets one; the third has not.
    centre.step(&second, "accept", json!({})).await.expect(200);
    let reply = centre.step(&third, "accept", json!({})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/override_reason", "required")]);
    let taken = centre.step(&third, "accept", json!({"override_reason": "Putusan panitia nomor 1"})).await.expect(200);
    assert_eq!((&taken["rank"]["place"], taken.text_of("override_reason")), (&json!(3), "Putusan panitia nomor 1"));
    let full = centre.step(&first, "accept", json!({})).await.problem(409, "capacity-exhausted");
    assert!(full["detail"].as_str().unwrap().contains("kursi"), "{full}");
    centre.step(&first, "reserve", json!({})).await.expect(200);
    centre.step(&fourth, "reserve", json!({})).await.problem(409, "capacity-exhausted");
    centre.step(&fourth, "reject", json!({"reason": "Semua kursi terisi"})).await.expect(200);
    let package = centre.service.get(format!("/v1/training-packages/{id}")).send().await.expect(200);
    assert_eq!((&package["taken"], &package["reserved"]), (&json!(2), &json!(1)));
    assert_eq!(counts(&centre.funnel("").await["total"]), [4, 4, 2, 0, 0, 0, 0, 2], "a reserve is not accepted");
}

#[tokio::test]
async fn a_whole_ranking_is_decided_at_once_and_who_has_a_seat_elsewhere_is_passed_over() {
    let centre = Centre::open().await;
    let seats = json!({"capacity": 2, "capacity_reason": "Kelas kecil", "reserves": 1});
    let elsewhere =
        centre.package(with(seats.clone(), json!({"programme_id": centre.another_programme().await}))).await;
    let id = centre.package(seats).await;
    let mut enrolled = Vec::new();
    for (number, score) in [(1, 90.0), (2, 80.0), (3, 70.0), (4, 60.0), (5, 50.0)] {
        enrolled.push(centre.interviewed(&id, number, score, score).await);
    }
    let select = format!("/v1/training-packages/{id}/select");
    centre.act(&centre.officer, &select).await.problem(409, "illegal-transition");
    let (late, waiting) = centre.applied(&id, 6).await;
    centre.move_on(&id, "close-applications").await.expect(200);
    centre.act(&centre.officer, &select).await.problem(409, "illegal-transition");
    centre.act(&centre.service.token(&late), &format!("/v1/training-enrollments/{waiting}/withdraw")).await.expect(200);
    // The best has a seat elsewhere.
    let token = centre.service.token(&enrolled[0].0);
    let other = centre.send(&token, "/v1/training-enrollments", &json!({"package_id": elsewhere})).await.expect(201);
    let other = other.text_of("id");
    for (event, body) in [("admit", json!({})), ("test", json!({"score": 50})), ("interview", json!({"score": 50}))] {
        centre.step(other, event, body).await.expect(200);
    }
    centre.move_on(&elsewhere, "close-applications").await.expect(200);
    centre.step(other, "accept", json!({})).await.expect(200);

    let selection = centre.act(&centre.officer, &select).await.expect(200);
    let id_of = |at: usize| json!(enrolled[at].1);
    assert_eq!(selection["accepted"], json!([id_of(1), id_of(2)]));
    assert_eq!(selection["reserve"], json!([id_of(3)]));
    assert_eq!(selection["rejected"], json!([id_of(0), id_of(4)]));
    assert_eq!(selection["passed_over"], json!([id_of(0)]));
    assert_eq!(centre.status(&enrolled[4].1).await, "rejected");
}

#[tokio::test]
async fn a_person_has_one_class_that_is_not_over_and_repeats_a_programme_only_after_years() {
    let mut centre = Centre::open().await;
    let id = centre.package(json!({})).await;
    let (subject, seated) = centre.accepted(&id, 1).await;
    let again = centre.package(json!({})).await;
    let apply = json!({"package_id": again});
    let token = centre.service.token(&subject);
    centre.send(&token, "/v1/training-enrollments", &apply).await.problem(409, "already-exists");
    centre.cover(&seated).await.expect(200);
    centre.later("2026-12-01T02:00:00Z").await;
    centre.move_on(&id, "start").await.expect(200);
    finish(&centre, &seated, "2026-12-24").await;
    // Two years after the class ended: the policy row.
    let day = |year: i32, day: &str| {
        json!({"year": year, "opens_on": format!("{year}-11-20"), "closes_on": format!("{year}-11-27"),
            "starts_on": format!("{year}-12-{day}"), "ends_on": format!("{year}-12-30")})
    };
    centre.later("2028-11-23T02:00:00Z").await;
    let token = centre.service.token(&subject);
    let early = centre.package(day(2028, "23")).await;
    let reply = centre.send(&token, "/v1/training-enrollments", &json!({"package_id": early})).await;
    let reply = reply.problem(409, "already-exists");
    assert!(reply["detail"].as_str().unwrap().contains("2028-12-24"), "{reply}");
    let late = centre.package(day(2028, "24")).await;
    centre.send(&token, "/v1/training-enrollments", &json!({"package_id": late})).await.expect(201);
}

/// Writes down that a class ended for somebody, as the class itself would.
async fn finish(centre: &Centre, enrollment: &str, day: &str) {
    use sea_orm::sea_query::Expr;
    let change = centre.service.change().await;
    let id: disnaker_entity::training::EnrollmentId = enrollment.parse().unwrap();
    enrollment::Entity::update_many()
        .col_expr(enrollment::Column::Status, Expr::value("passed"))
        .col_expr(enrollment::Column::EndedOn, Expr::value(day.parse::<chrono::NaiveDate>().unwrap()))
        .filter(enrollment::Column::Id.eq(id))
        .exec(change.db())
        .await
        .unwrap();
    change.commit().await.unwrap();
}

#[tokio::test]
async fn a_seat_that_becomes_free_is_offered_to_the_next_reserve_for_some_hours_until_the_cut_off() {
    let mut centre = Centre::open().await;
    let seats = json!({"capacity": 1, "capacity_reason": "Kelas kecil", "reserves": 2, "promote_until": "2026-12-01"});
    let id = centre.package(seats).await;
    let (first, best) = centre.interviewed(&id, 1, 90.0, 90.0).await;
    let (second, next) = centre.interviewed(&id, 2, 80.0, 80.0).await;
    let (third, last) = centre.interviewed(&id, 3, 70.0, 70.0).await;
    centre.move_on(&id, "close-applications").await.expect(200);
    centre.act(&centre.officer, &format!("/v1/training-packages/{id}/select")).await.expect(200);
    let withdraw = |enrollment: &str| format!("/v1/training-enrollments/{enrollment}/withdraw");
    centre.later("2026-11-28T02:00:00Z").await;
    centre.act(&centre.service.token(&first), &withdraw(&best)).await.expect(200);
    let offered = centre.read(&centre.officer, &format!("/v1/training-enrollments/{next}")).await.expect(200);
    assert_eq!((offered.text_of("status"), offered.text_of("offer_until")), ("offered", "2026-11-30T02:00:00Z"));
    assert_eq!(centre.status(&last).await, "reserve", "in the order of the ranking");
    // The seat is kept meanwhile, and the first one does not count as accepted.
    assert_eq!(counts(&centre.funnel("").await["total"]), [3, 3, 0, 0, 0, 0, 0, 0]);
    let stranger = centre.service.token(&third);
    let take_up = format!("/v1/training-enrollments/{next}/take-up");
    centre.act(&stranger, &take_up).await.problem(404, "not-found");

    centre.later("2026-11-30T02:00:00Z").await;
    assert_eq!(centre.status(&next).await, "dropped", "the time of the offer is over");
    let token = centre.service.token(&second);
    centre.act(&token, &take_up).await.problem(409, "illegal-transition");
    let offered = centre.read(&centre.officer, &format!("/v1/training-enrollments/{last}")).await.expect(200);
    // Forty-eight hours would go beyond the last day on which a reserve moves up, which ends at midnight in Cilegon.
    let until: DateTime<Utc> = offered.text_of("offer_until").parse().unwrap();
    assert_eq!(until, "2026-12-01T17:00:00Z".parse::<DateTime<Utc>>().unwrap());
    let token = centre.service.token(&third);
    let seated = centre.act(&token, &format!("/v1/training-enrollments/{last}/take-up")).await.expect(200);
    assert_eq!((seated.text_of("status"), &seated["offer_until"]), ("accepted", &json!(null)));
    assert_eq!(counts(&centre.funnel("").await["total"]), [3, 3, 1, 0, 0, 0, 0, 1]);
}

#[tokio::test]
async fn who_is_named_a_reserve_while_seats_are_free_is_asked_before_who_ranks_behind() {
    let centre = Centre::open().await;
    let id = centre.package(json!({"capacity": 2, "capacity_reason": "Kelas kecil", "reserves": 2})).await;
    let mut enrolled = Vec::new();
    for (number, score) in [(1, 90.0), (2, 80.0), (3, 70.0)] {
        enrolled.push(centre.interviewed(&id, number, score, score).await.1);
    }
    centre.move_on(&id, "close-applications").await.expect(200);
    centre.step(&enrolled[0], "reserve", json!({})).await.problem(409, "illegal-transition");
    let reason = json!({"override_reason": "Meminta giliran berikutnya"});
    centre.step(&enrolled[0], "reserve", reason).await.expect(200);
    let refused = centre.step(&enrolled[2], "accept", json!({})).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/override_reason", "required")], "two rank before");
    let package = centre.read(&centre.officer, &format!("/v1/training-packages/{id}")).await.expect(200);
    assert_eq!(package["allowed_actions"], json!(["cancel", "select"]), "it starts on its first day");
    let selection = centre.act(&centre.officer, &format!("/v1/training-packages/{id}/select")).await.expect(200);
    assert_eq!((&selection["accepted"], &selection["reserve"]), (&json!([enrolled[1]]), &json!([enrolled[2]])));
    assert_eq!(centre.status(&enrolled[0]).await, "offered");
}

#[tokio::test]
async fn whoever_is_left_in_the_selection_ends_with_the_class_and_what_was_said_is_forgotten_in_time() {
    let mut centre = Centre::open().await;
    let id = centre.package(json!({"capacity": 2, "capacity_reason": "Kelas kecil", "reserves": 1})).await;
    let (_, seated) = centre.interviewed(&id, 1, 90.0, 90.0).await;
    let (subject, _) = centre.registered(2).await;
    let new = json!({"package_id": id, "needs": {"disabilities": ["sensory"]}});
    let left = centre.send(&centre.service.token(&subject), "/v1/training-enrollments", &new).await.expect(201);
    let left = left.text_of("id").to_owned();
    let open = centre.read(&centre.officer, &format!("/v1/training-enrollments/{seated}")).await.expect(200);
    assert_eq!(open["allowed_actions"], json!(["interview", "reject", "drop", "withdraw"]), "no seat before the end");
    centre.applied(&id, 3).await;
    centre.move_on(&id, "close-applications").await.expect(200);
    let refused = centre.step(&seated, "accept", json!({})).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/override_reason", "required")], "two may still rank before");
    centre.step(&seated, "accept", json!({"override_reason": "Yang lain belum hadir"})).await.expect(200);
    centre.cover(&seated).await.expect(200);
    centre.later("2026-12-01T02:00:00Z").await;
    centre.move_on(&id, "start").await.expect(200);
    let seen = centre.read(&centre.trainer, &format!("/v1/training-enrollments/{seated}")).await.expect(200);
    assert_eq!(seen["allowed_actions"], json!(["pass", "fail", "cover"]));
    assert_eq!(seen["cover"]["member_number"], "12345678901", "who records it sees it");
    // The last day on which a reserve moves up has passed: nobody gets a seat any more.
    centre.later("2026-12-02T02:00:00Z").await;
    for (event, body) in [("admit", json!({})), ("test", json!({"score": 80})), ("interview", json!({"score": 80}))] {
        centre.step(&left, event, body).await.expect(200);
    }
    centre.step(&left, "accept", json!({})).await.problem(409, "illegal-transition");
    centre.later("2026-12-24T02:00:00Z").await;
    centre.step(&seated, "pass", json!({"score": 80, "override_reason": "Kehadiran di kertas"})).await.expect(200);
    centre.move_on(&id, "finish").await.expect(200);
    assert_eq!(centre.status(&left).await, "rejected");
    let total = [3, 2, 1, 0, 1, 0, 0, 0];
    for group in ["funding", "sex", "age", "district"] {
        let (kept, moved) = (format!("&group_by={group}"), format!("&group_by={group}&as_of=2026-12-24"));
        let (kept, moved) = (centre.funnel(&kept).await, centre.funnel(&moved).await);
        assert_eq!((counts(&kept["total"]), &kept["data"]), (total, &moved["data"]), "{group}");
    }
    let ahead = centre.read(&centre.officer, "/v1/training-funnel?office=36.72&as_of=2026-12-25").await;
    assert_eq!(ahead.problem(400, "invalid-query").faults(), [("as_of", "out-of-range")], "nobody knows tomorrow");

    let state = std::sync::Arc::clone(centre.service.state());
    let kept = async |time: &str| {
        state.clock.set(time.parse().unwrap());
        disnaker::privacy::retention::sweep(&state).await.unwrap();
        let rows = enrollment::Entity::find().all(state.db.reader()).await.unwrap();
        let said = |row: &enrollment::Model| {
            [
                row.needs_sealed.is_some(),
                row.cover_sealed.is_some(),
                row.status_reason.is_some(),
                row.override_reason.is_some(),
            ]
        };
        rows.iter().map(said).fold([0; 4], |sum, said| std::array::from_fn(|at| sum[at] + i32::from(said[at])))
    };
    assert_eq!(kept("2028-12-24T02:00:00Z").await, [1, 1, 3, 1]);
    assert_eq!(kept("2028-12-25T02:00:00Z").await, [0, 0, 0, 0]);
}

#[tokio::test]
async fn scores_of_a_whole_class_are_recorded_at_once_or_not_at_all() {
    let centre = Centre::open().await;
    let (id, other) = (centre.package(json!({})).await, centre.package(json!({})).await);
    let (_, first) = centre.applied(&id, 1).await;
    let (_, second) = centre.applied(&id, 2).await;
    let (_, early) = centre.applied(&id, 3).await;
    let (_, stranger) = centre.applied(&other, 4).await;
    for admitted in [&first, &second, &stranger] {
        centre.step(admitted, "admit", json!({})).await.expect(200);
    }
    let path = format!("/v1/training-packages/{id}/scores");
    let wrong = json!({"scores": [
        {"enrollment_id": first, "test": 80.5, "interview": 70},
        {"enrollment_id": early, "test": 60},
        {"enrollment_id": stranger, "test": 60},
        {"enrollment_id": first, "test": 60},
        {"enrollment_id": second, "interview": 60},
        {"enrollment_id": second},
    ]});
    let refused = centre.send(&centre.officer, &path, &wrong).await.problem(422, "invalid-content");
    let faults: Vec<_> =
        refused["errors"].as_array().unwrap().iter().map(|fault| (&fault["pointer"], &fault["code"])).collect();
    assert_eq!(
        json!(faults),
        json!([
            ["/scores/1/test", "not-allowed"],
            ["/scores/2/enrollment_id", "unknown-reference"],
            ["/scores/3/enrollment_id", "stands-twice"],
            ["/scores/4/interview", "not-allowed"],
            ["/scores/5/enrollment_id", "stands-twice"],
            ["/scores/5", "required"],
        ])
    );
    assert_eq!(centre.status(&first).await, "admitted", "nothing is recorded of a request that is refused");
    centre.send(&centre.officer, &path, &json!({"scores": []})).await.problem(422, "invalid-content");
    centre.send(&centre.trainer, &path, &wrong).await.problem(403, "forbidden");
    let right = json!({"scores": [
        {"enrollment_id": second, "test": 90},
        {"enrollment_id": first, "test": 80.5, "interview": 70},
    ]});
    let reply = centre.send(&centre.officer, &path, &right).await.expect(200);
    let row = |at: usize| {
        [&reply["data"][at]["status"], &reply["data"][at]["test_score"], &reply["data"][at]["interview_score"]]
    };
    assert_eq!(json!(row(0)), json!(["tested", 90.0, null]));
    assert_eq!(json!(row(1)), json!(["interviewed", 80.5, 70.0]));
    let ranking = centre.read(&centre.officer, &format!("/v1/training-packages/{id}/ranking")).await.expect(200);
    assert_eq!(ranking["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn who_left_the_register_gets_no_seat_until_the_record_is_restored() {
    let centre = Centre::open().await;
    let seats = json!({"capacity": 2, "capacity_reason": "Kelas kecil", "reserves": 2});
    let id = centre.package(seats).await;
    let mut enrollments = Vec::new();
    for (number, score) in [(1, 90.0), (2, 80.0), (3, 70.0), (4, 60.0)] {
        enrollments.push(centre.interviewed(&id, number, score, score).await.1);
    }
    centre.move_on(&id, "close-applications").await.expect(200);
    let record = async |enrollment: &str, event: &str, body: Value| {
        let row = centre.read(&centre.officer, &format!("/v1/training-enrollments/{enrollment}")).await.expect(200);
        let path = format!("/v1/job-seekers/{}/{event}", row.text_of("job_seeker_id"));
        centre.send(&centre.counter, &path, &body).await.expect(200);
    };
    let removal = json!({"reason": "withdrew"});
    record(&enrollments[0], "remove", removal.clone()).await;
    let refused = centre.step(&enrollments[0], "accept", json!({})).await.problem(409, "illegal-transition");
    assert!(refused.text_of("detail").contains("restore"), "{refused:?}");
    // The whole ranking at once passes them over, and the next one has the seat.
    let selection = centre.act(&centre.officer, &format!("/v1/training-packages/{id}/select")).await.expect(200);
    assert_eq!(selection["passed_over"], json!([enrollments[0]]));
    assert_eq!(selection["accepted"], json!([enrollments[1], enrollments[2]]));
    assert_eq!(selection["reserve"], json!([enrollments[3]]));
    // A seat that becomes free is not offered to a reserve who left meanwhile; who comes back is asked.
    record(&enrollments[3], "remove", removal).await;
    centre.act(&centre.counter, &format!("/v1/training-enrollments/{}/withdraw", enrollments[1])).await.expect(200);
    assert_eq!(centre.status(&enrollments[3]).await, "reserve");
    record(&enrollments[3], "restore", json!({"reason": "Kembali mencari kerja"})).await;
    centre.act(&centre.counter, &format!("/v1/training-enrollments/{}/withdraw", enrollments[2])).await.expect(200);
    assert_eq!(centre.status(&enrollments[3]).await, "offered");
}

#[tokio::test]
async fn a_reserve_who_is_never_asked_ends_after_the_cut_off() {
    let mut centre = Centre::open().await;
    let id = centre.package(json!({"capacity": 1, "capacity_reason": "Kelas kecil", "reserves": 1})).await;
    let (first, best) = centre.interviewed(&id, 1, 90.0, 90.0).await;
    let (_, next) = centre.interviewed(&id, 2, 80.0, 80.0).await;
    centre.move_on(&id, "close-applications").await.expect(200);
    centre.act(&centre.officer, &format!("/v1/training-packages/{id}/select")).await.expect(200);
    centre.cover(&best).await.expect(200);
    centre.later("2026-12-01T02:00:00Z").await;
    centre.move_on(&id, "start").await.expect(200);
    centre.later("2026-12-01T17:00:00Z").await;
    assert_eq!(centre.status(&next).await, "rejected");
    // A seat that is left now stays empty, and is counted as left.
    centre.act(&centre.service.token(&first), &format!("/v1/training-enrollments/{best}/withdraw")).await.expect(200);
    assert_eq!(counts(&centre.funnel("").await["total"]), [2, 2, 1, 0, 0, 0, 1, 0]);
    let package = centre.service.get(format!("/v1/training-packages/{id}")).send().await.expect(200);
    assert_eq!((&package["taken"], &package["reserved"]), (&json!(1), &json!(0)));
    let finished = centre.move_on(&id, "finish").await.expect(200);
    assert_eq!(finished.text_of("status"), "finished");
}

// Races ------------------------------------------------------------------------------------------

#[tokio::test]
async fn the_last_seat_goes_to_one_however_many_officers_decide_at_once() {
    let centre = Centre::open().await;
    let id = centre.package(json!({"capacity": 3, "capacity_reason": "Kelas kecil", "reserves": 0})).await;
    let mut enrolled = Vec::new();
    for number in 1..=8 {
        enrolled.push(centre.interviewed(&id, number, 80.0, 80.0).await.1);
    }
    centre.move_on(&id, "close-applications").await.expect(200);
    let reason = json!({"override_reason": "Putusan panitia nomor 1"});
    let replies = join_all(enrolled.iter().map(|id| centre.step(id, "accept", reason.clone()))).await;
    let accepted = replies.iter().filter(|reply| reply.status == 200).count();
    let full = replies.iter().filter(|reply| reply["code"] == "capacity-exhausted").count();
    assert_eq!((accepted, full), (3, 5));
    let package = centre.service.get(format!("/v1/training-packages/{id}")).send().await.expect(200);
    assert_eq!(package["taken"], 3);
    assert_eq!(counts(&centre.funnel("").await["total"])[2], 3);
}

#[tokio::test]
async fn a_seat_in_two_classes_at_once_is_given_once() {
    let centre = Centre::open().await;
    let (one, other) = (centre.package(json!({})).await, {
        let programme = centre.another_programme().await;
        centre.package(json!({"programme_id": programme})).await
    });
    let (subject, _) = centre.registered(1).await;
    let token = centre.service.token(&subject);
    let mut enrolled = Vec::new();
    for package in [&one, &other] {
        let reply = centre.send(&token, "/v1/training-enrollments", &json!({"package_id": package})).await.expect(201);
        let id = reply.text_of("id").to_owned();
        for (event, body) in [("admit", json!({})), ("test", json!({"score": 80})), ("interview", json!({"score": 80}))]
        {
            centre.step(&id, event, body).await.expect(200);
        }
        centre.move_on(package, "close-applications").await.expect(200);
        enrolled.push(id);
    }
    let replies = join_all(enrolled.iter().map(|id| centre.step(id, "accept", json!({})))).await;
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(counts(&centre.funnel("").await["total"])[2], 1);
}

#[tokio::test]
async fn reserves_who_withdraw_while_seats_become_free_leave_no_seat_behind() {
    let centre = Centre::open().await;
    let id = centre.package(json!({"capacity": 3, "capacity_reason": "Kelas kecil", "reserves": 4})).await;
    let mut enrolled = Vec::new();
    for number in 1..=7 {
        enrolled.push(centre.interviewed(&id, number, f64::from(100 - number), 80.0).await);
    }
    centre.move_on(&id, "close-applications").await.expect(200);
    centre.act(&centre.officer, &format!("/v1/training-packages/{id}/select")).await.expect(200);
    // Three seats are given up while two of the four reserves withdraw.
    let leave = |(subject, id): &(String, String)| {
        let (token, path) = (centre.service.token(subject), format!("/v1/training-enrollments/{id}/withdraw"));
        let centre = &centre;
        async move { centre.act(&token, &path).await.expect(200) }
    };
    join_all(enrolled[..3].iter().chain(&enrolled[4..6]).map(leave)).await;
    let mut standing = Vec::new();
    for (_, id) in &enrolled {
        standing.push(centre.status(id).await);
    }
    assert_eq!(standing[..3], ["withdrawn", "withdrawn", "withdrawn"].map(str::to_owned));
    assert_eq!((standing[3].as_str(), standing[6].as_str()), ("offered", "offered"), "{standing:?}");
    let package = centre.service.get(format!("/v1/training-packages/{id}")).send().await.expect(200);
    assert_eq!((&package["taken"], &package["reserved"]), (&json!(2), &json!(0)), "two offers, no more");
}

// Cover ------------------------------------------------------------------------------------------

#[tokio::test]
async fn a_class_does_not_start_while_a_participant_lacks_cover_and_the_report_says_who() {
    let mut centre = Centre::open().await;
    let id = centre.package(json!({})).await;
    let (_, one) = centre.accepted(&id, 1).await;
    let (_, other) = centre.interviewed_late(&id, 2).await;
    centre.cover(&one).await.expect(200);
    let half = json!({"member_number": "12345678901", "work_accident": true, "death": false, "from": "2026-12-02",
        "until": "2026-12-31", "payer": "provider"});
    centre.send(&centre.trainer, &format!("/v1/training-enrollments/{other}/cover"), &half).await.expect(200);
    let wrong = with(half, json!({"member_number": "1", "until": "2026-12-01", "work_accident": false}));
    let reply = centre.send(&centre.officer, &format!("/v1/training-enrollments/{other}/cover"), &wrong).await;
    assert_eq!(
        reply.problem(422, "invalid-content").faults(),
        [("/member_number", "wrong-type"), ("/until", "out-of-range"), ("/work_accident", "not-allowed"),]
    );
    centre.move_on(&id, "start").await.problem(409, "illegal-transition");
    centre.later("2026-12-01T02:00:00Z").await;
    let refused = centre.move_on(&id, "start").await.problem(409, "not-covered");
    let (death, from) = (format!("/{other}/cover/death"), format!("/{other}/cover/from"));
    assert_eq!(refused.faults(), [(death.as_str(), "not-covered"), (from.as_str(), "not-covered")]);

    let gaps = centre.read(&centre.officer, "/v1/training-cover-gaps?office=36.72").await.expect(200);
    assert_eq!(ids(&gaps["data"], "enrollment_id"), std::slice::from_ref(&other));
    assert_eq!(ids(&gaps["data"][0]["missing"], "pointer"), ["/cover/death", "/cover/from"]);
    let work = centre.read(&centre.officer, "/v1/work-lists/training").await.expect(200);
    assert_eq!((&work["data"][0]["uncovered"], &work["data"][0]["next_on"]), (&json!(1), &json!("2026-12-01")));

    centre.cover(&other).await.expect(200);
    let started = centre.move_on(&id, "start").await.expect(200);
    assert_eq!((started.text_of("status"), &started["warnings"]), ("running", &json!([])));
    assert_eq!(started["standing"], json!([{"status": "attending", "persons": 2}]));
    assert_eq!(counts(&centre.funnel("").await["total"]), [2, 2, 2, 2, 0, 0, 0, 2]);
    centre.move_on(&id, "finish").await.problem(409, "illegal-transition");
    assert!(!started.text.contains("12345678901") && !gaps.text.contains("12345678901"), "the number is sealed");
}

#[tokio::test]
async fn where_the_policy_says_so_a_class_starts_uncovered_with_a_warning() {
    let mut centre = Centre::open().await;
    let id = centre.package(json!({})).await;
    let (_, one) = centre.accepted(&id, 1).await;
    let admin = centre.service.staff(Role::OfficeAdmin, "36.72").await;
    let policy = json!({"rule": "training.cover-blocks-start", "scope": "36.72", "valid_from": "2026-11-01", "amount": 0,
        "unit": "flag", "law": "Keputusan Kepala Dinas 1/2026"});
    centre.send(&admin, "/v1/policies", &policy).await.expect(201);
    centre.later("2026-12-01T02:00:00Z").await;
    let started = centre.move_on(&id, "start").await.expect(200);
    let pointers = ids(&started["warnings"], "pointer");
    assert_eq!(pointers, [format!("/{one}/cover/work_accident"), format!("/{one}/cover/death")]);
}

impl Centre {
    /// Somebody with a seat in a class whose applications are over: they applied in time.
    async fn interviewed_late(&self, package: &str, number: u32) -> (String, String) {
        use sea_orm::sea_query::Expr;
        let id: disnaker_entity::training::PackageId = package.parse().unwrap();
        let set = async |status: &str| {
            let change = self.service.change().await;
            disnaker_entity::training::package::Entity::update_many()
                .col_expr(disnaker_entity::training::package::Column::Status, Expr::value(status))
                .filter(disnaker_entity::training::package::Column::Id.eq(id))
                .exec(change.db())
                .await
                .unwrap();
            change.commit().await.unwrap();
        };
        set("open").await;
        let (subject, id) = self.interviewed(package, number, 80.0, 80.0).await;
        set("selecting").await;
        self.step(&id, "accept", json!({})).await.expect(200);
        (subject, id)
    }
}

// Who sees what ----------------------------------------------------------------------------------

#[tokio::test]
async fn what_a_disability_needs_is_seen_by_those_who_decide_and_by_the_provider_what_to_provide() {
    let centre = Centre::open().await;
    let class = json!({"target_group": "disability", "accommodation": "Juru bahasa isyarat"});
    let id = centre.package(class).await;
    let (subject, record) = centre.registered(1).await;
    let token = centre.service.token(&subject);
    let needs = json!({"disabilities": ["sensory"], "accommodation": "Duduk di depan"});
    let new = json!({"package_id": id, "needs": needs});
    let wrong = with(new.clone(), json!({"needs": {"disabilities": ["x"]}}));
    let reply = centre.send(&token, "/v1/training-enrollments", &wrong).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/needs/disabilities/0", "unknown-reference")]);
    let made = centre.send(&token, "/v1/training-enrollments", &new).await.expect(201);
    let (made, path) = (made.text_of("id"), format!("/v1/training-enrollments/{}", made.text_of("id")));
    centre.read(&centre.trainer, &path).await.problem(404, "not-found");
    centre.step(made, "admit", json!({"evidence": ["disability_statement"]})).await.expect(200);
    for event in ["test", "interview"] {
        centre.step(made, event, json!({"score": 70.25})).await.expect(200);
    }
    centre.move_on(&id, "close-applications").await.expect(200);
    centre.step(made, "accept", json!({})).await.expect(200);

    let seen = async |token: &str| centre.read(token, &path).await.expect(200);
    for token in [&token, &centre.officer] {
        let view = seen(token).await;
        assert_eq!((&view["needs"], &view["evidence"]), (&needs, &json!(["disability_statement"])));
        assert_eq!(view["interview_score"], 70.25);
    }
    let view = seen(&centre.trainer).await;
    assert_eq!(view["needs"], json!({"disabilities": null, "accommodation": "Duduk di depan"}));
    let chosen = ["evidence", "test_score", "interview_score", "rank"].map(|name| &view[name]);
    assert_eq!(chosen, [&json!(null); 4], "how somebody was chosen is no matter of who teaches");
    let province = centre.service.staff(Role::ProvinceAdmin, "36").await;
    for token in [&centre.counter, &province] {
        let view = seen(token).await;
        assert_eq!((&view["needs"], &view["evidence"]), (&json!(null), &json!(null)));
    }
    let list = centre.read(&centre.counter, &format!("/v1/training-enrollments?package_id={id}")).await.expect(200);
    assert!(!list.text.contains("sensory") && !list.text.contains("Duduk"), "{list}");
    assert_eq!(list["data"][0]["test_score"], 70.25);

    // The person takes it away, and learns who read it.
    let export = centre.read(&token, "/v1/me/export").await.expect(200);
    assert_eq!(export["training_enrollments"][0]["needs"], needs);
    centre.service.state().reads.flush(&centre.service.state().db).await;
    let log = centre.read(&token, "/v1/me/access-log?limit=100").await.expect(200);
    let acts: Vec<_> =
        log["data"].as_array().unwrap().iter().map(|row| (row["of"].clone(), row["act"].clone())).collect();
    assert!(acts.contains(&(json!("training_enrollment"), json!("accept"))), "{acts:?}");
    assert!(log["data"].as_array().unwrap().iter().any(|row| row["role"] == "provider_operator"), "{log}");
    let stored = enrollment::Entity::find().one(centre.service.state().db.reader()).await.unwrap().unwrap();
    assert_eq!(stored.seeker_id.to_string(), record);
    let sealed = String::from_utf8_lossy(stored.needs_sealed.as_deref().unwrap()).into_owned();
    assert!(!sealed.contains("sensory"), "sealed");
}

// The funnel -------------------------------------------------------------------------------------

#[tokio::test]
async fn each_breakdown_of_the_funnel_sums_to_the_same_total_and_the_past_stays_as_it_was() {
    let mut centre = Centre::open().await;
    let mobile = json!({"site": "mobile_unit", "region": "36.72.01", "village": "Desa Contoh", "funding": "apbn"});
    let packages = [centre.package(json!({})).await, centre.package(mobile).await];
    let mut number = 0;
    for package in &packages {
        for score in [90.0, 60.0] {
            number += 1;
            centre.interviewed(package, number, score, score).await;
        }
        centre.applied(package, 10 + number).await;
    }
    centre.later("2026-11-24T02:00:00Z").await;
    let (_, seated) = centre.accepted(&packages[0], 30).await;
    let total = [7, 5, 1, 0, 0, 0, 0, 1];
    assert_eq!(counts(&centre.funnel("").await["total"]), total);
    for group in ["funding", "site", "programme", "sex", "age", "target_group", "district", "office"] {
        let kept = centre.funnel(&format!("&group_by={group}")).await;
        let moved = centre.funnel(&format!("&group_by={group}&as_of=2026-11-24")).await;
        assert_eq!(kept["data"], moved["data"], "{group}: the kept sums are what the movements say");
        let mut sum = [0; 8];
        for part in kept["data"].as_array().unwrap() {
            sum.iter_mut().zip(counts(part)).for_each(|(sum, count)| *sum += count);
        }
        assert_eq!((sum, counts(&kept["total"])), (total, total), "{group}");
    }
    let by_site = centre.funnel("&group_by=site").await;
    let parts: Vec<_> =
        by_site["data"].as_array().unwrap().iter().map(|part| (part["key"].clone(), counts(part))).collect();
    assert_eq!(parts, [(json!("centre"), [4, 3, 1, 0, 0, 0, 0, 1]), (json!("mobile_unit"), [3, 2, 0, 0, 0, 0, 0, 0])]);
    assert_eq!(centre.funnel("&group_by=programme").await["data"][0]["name"], "Las Busur Manual SMAW 3G");
    assert_eq!(centre.funnel("&group_by=age").await["data"][0]["key"], "20-29");
    assert_eq!(counts(&centre.funnel("&as_of=2026-11-23").await["total"]), [6, 4, 0, 0, 0, 0, 0, 0]);
    centre.step(&seated, "drop", json!({"reason": "Tidak datang"})).await.expect(200);
    assert_eq!(counts(&centre.funnel("").await["total"]), [7, 5, 0, 0, 0, 0, 0, 0]);
    // What is kept is not below nothing anywhere.
    let cells = tally::Entity::find().all(centre.service.state().db.reader()).await.unwrap();
    assert!(cells.iter().all(|cell| cell.quantity >= 0), "{cells:?}");
    let stranger = centre.service.staff(Role::TrainingOfficer, "33.06").await;
    let theirs = centre.read(&stranger, "/v1/training-funnel?office=36.72&year=2026").await.expect(200);
    assert_eq!(counts(&theirs["total"]), [0; 8]);
    centre.read(&centre.officer, "/v1/training-funnel?group_by=village").await.problem(400, "invalid-query");
}

#[tokio::test]
async fn the_work_list_says_what_waits_where_and_what_may_be_done() {
    let centre = Centre::open().await;
    let later = centre.plan(json!({"opens_on": "2026-11-26"})).await.expect(201).text_of("id").to_owned();
    let id = centre.package(json!({"closes_on": "2026-11-25"})).await;
    centre.applied(&id, 1).await;
    centre.interviewed(&id, 2, 80.0, 80.0).await;
    let work = centre.read(&centre.officer, "/v1/work-lists/training").await.expect(200);
    assert_eq!(ids(&work["data"], "id"), [id.clone(), later.clone()]);
    assert_eq!(ids(&work["data"], "next_on"), ["2026-11-25", "2026-11-26"]);
    let waiting = json!([{"status": "applied", "persons": 1}, {"status": "interviewed", "persons": 1}]);
    assert_eq!(
        (&work["data"][0]["waiting"], &work["data"][0]["allowed_actions"]),
        (&waiting, &json!(["close_applications", "cancel"]))
    );
    let first = centre.read(&centre.officer, "/v1/work-lists/training?limit=1").await.expect(200);
    let path = format!("/v1/work-lists/training?limit=1&cursor={}", first.text_of("next"));
    let second = centre.read(&centre.officer, &path).await.expect(200);
    assert_eq!((ids(&second["data"], "id"), &second["next"]), (vec![later], &json!(null)));
}
