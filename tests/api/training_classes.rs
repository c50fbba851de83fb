//! Training: sessions, attendance, who passes, and what became of them.

use disnaker_entity::plumbing::{journal, movement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::harness::Reply;
use crate::training::Centre;
use crate::world::{ids, with};

/// A class that runs.
pub struct Class {
    pub centre: Centre,
    pub package: String,
    /// Subjects and enrolments of its participants.
    pub people: Vec<(String, String)>,
}

impl Class {
    /// A class of some participants on its first day.
    pub async fn start(participants: u32) -> Self {
        Self::start_with(participants, json!({})).await
    }

    async fn start_with(participants: u32, changes: Value) -> Self {
        let mut centre = Centre::open().await;
        let package = centre.package(changes).await;
        let mut people = Vec::new();
        for number in 1..=participants {
            people.push(centre.interviewed(&package, number, 80.0, 80.0).await);
        }
        centre.move_on(&package, "close-applications").await.expect(200);
        centre.act(&centre.officer, &format!("/v1/training-packages/{package}/select")).await.expect(200);
        for (_, id) in &people {
            if centre.status(id).await == "accepted" {
                centre.cover(id).await.expect(200);
            }
        }
        centre.later("2026-12-01T02:00:00Z").await;
        centre.move_on(&package, "start").await.expect(200);
        Self { centre, package, people }
    }

    /// Adds a session of four hours on a day of December.
    pub async fn session(&self, day: u32, begins_at: &str) -> Reply {
        let session = json!({"date": format!("2026-12-{day:02}"), "begins_at": begins_at, "minutes": 240,
            "delivery": "in_person", "unit": "C.25LAS01.008.1", "topic": "Praktik"});
        self.add(json!([session])).await
    }

    async fn add(&self, sessions: Value) -> Reply {
        let path = format!("/v1/training-packages/{}/sessions", self.package);
        self.centre.send(&self.centre.trainer, &path, &json!({"sessions": sessions})).await
    }

    /// Notes marks of participants by their place.
    pub async fn note(&self, session: &str, marks: &[(usize, &str)]) -> Reply {
        let mark = |(at, mark): &(usize, &str)| json!({"enrollment_id": self.people[*at].1, "mark": mark});
        let marks: Vec<_> = marks.iter().map(mark).collect();
        let path = format!("/v1/training-sessions/{session}/attendance");
        self.centre.send(&self.centre.trainer, &path, &json!({"marks": marks})).await
    }

    /// Lets a participant pass who was there at everything.
    pub async fn passed(&mut self) -> String {
        let session = self.session(1, "08:00").await.expect(201)["data"][0]["id"].as_str().unwrap().to_owned();
        let everybody: Vec<_> = (0..self.people.len()).map(|at| (at, "present")).collect();
        self.note(&session, &everybody).await.expect(200);
        self.centre.later("2026-12-24T02:00:00Z").await;
        let id = self.people[0].1.clone();
        self.by_trainer(&id, "pass", json!({"score": 82.5})).await.expect(200);
        id
    }

    async fn by_trainer(&self, enrollment: &str, event: &str, body: Value) -> Reply {
        self.centre.send(&self.centre.trainer, &format!("/v1/training-enrollments/{enrollment}/{event}"), &body).await
    }

    async fn sheet(&self) -> Reply {
        let path = format!("/v1/training-packages/{}/attendance", self.package);
        self.centre.read(&self.centre.trainer, &path).await.expect(200)
    }

    /// What is counted of an act: kind, quantity and occupation, in order.
    pub async fn counted(&self, kind: &str) -> Vec<(String, i64, Option<String>)> {
        let select = movement::Entity::find().filter(movement::Column::Kind.starts_with(kind));
        let db = self.centre.service.state().db.reader();
        let rows = select.order_by_asc(movement::Column::Seq).all(db).await.unwrap();
        rows.into_iter().map(|row| (row.kind, row.quantity, row.occupation)).collect()
    }
}

#[tokio::test]
async fn sessions_are_on_days_of_the_class_and_none_lies_over_another() {
    let mut class = Class::start(1).await;
    let added = class.session(2, "08:00").await.expect(201);
    let id = added["data"][0]["id"].as_str().unwrap();
    // It ends at noon: the next may begin then, and not before.
    class.session(2, "12:00").await.expect(201);
    for over in ["08:00", "11:59", "04:01", "13:00"] {
        assert_eq!(
            class.session(2, over).await.problem(422, "invalid-content").faults(),
            [("/sessions/0/begins_at", "overlaps")],
            "{over}"
        );
    }
    let sound =
        json!({"date": "2026-12-03", "begins_at": "08:00", "minutes": 60, "delivery": "online", "topic": "Teori"});
    let wrong = json!([
        sound,
        with(sound.clone(), json!({"begins_at": "08:30"})),
        with(sound.clone(), json!({"date": "2026-12-25", "minutes": 10, "unit": "X", "topic": " "})),
        with(sound.clone(), json!({"begins_at": "8.00"})),
        with(sound.clone(), json!({"begins_at": "23:30"})),
        with(sound.clone(), json!({"begins_at": "10:00", "unit": "C.25LAS01.008.1"})),
    ]);
    assert_eq!(
        class.add(wrong).await.problem(422, "invalid-content").faults(),
        [
            ("/sessions/1/begins_at", "overlaps"),
            ("/sessions/2/date", "out-of-range"),
            ("/sessions/2/minutes", "out-of-range"),
            ("/sessions/2/topic", "blank"),
            ("/sessions/2/unit", "unknown-reference"),
            ("/sessions/3/begins_at", "wrong-type"),
            ("/sessions/4/minutes", "out-of-range"),
            ("/sessions/5/delivery", "not-allowed"),
        ]
    );
    let list = format!("/v1/training-packages/{}/sessions", class.package);
    let listed = class.centre.read(&class.centre.trainer, &list).await.expect(200);
    assert_eq!(ids(&listed["data"], "begins_at"), ["08:00", "12:00"], "all or none were written");
    assert_eq!(class.add(json!([])).await.problem(422, "invalid-content").faults(), [("/sessions", "wrong-count")]);

    let path = format!("/v1/training-sessions/{id}");
    let change = async |body: Value, tag: &str| {
        class.centre.service.patch(&path).token(&class.centre.trainer).header("if-match", tag).json(&body).send().await
    };
    let reply = change(json!({"begins_at": "10:00"}), "*").await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/begins_at", "overlaps")]);
    let moved = change(json!({"begins_at": "07:30", "unit": null}), "*").await.expect(200);
    assert_eq!((moved.text_of("begins_at"), &moved["unit"], &moved["version"]), ("07:30", &json!(null), &json!(2)));
    change(json!({"topic": "Lain"}), "\"1-training-session\"").await.problem(412, "version-mismatch");
    class.centre.later("2026-12-02T05:00:00Z").await;
    class.note(id, &[(0, "present")]).await.expect(200);
    let call = class.centre.service.patch(&path).token(&class.centre.trainer).header("if-match", "*");
    call.json(&json!({"topic": "Lain"})).send().await.problem(409, "illegal-transition");
    let delete = async |id: &str| {
        let call = class.centre.service.delete(format!("/v1/training-sessions/{id}")).token(&class.centre.trainer);
        call.header("if-match", "*").send().await
    };
    delete(id).await.problem(409, "illegal-transition");
    delete(listed["data"][1]["id"].as_str().unwrap()).await.expect(204);
    assert_eq!(class.centre.read(&class.centre.trainer, &list).await.expect(200)["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn many_marks_are_noted_at_once_and_put_right_and_the_event_names_nobody() {
    let class = Class::start(3).await;
    let today = class.session(1, "08:00").await.expect(201)["data"][0]["id"].as_str().unwrap().to_owned();
    let tomorrow = class.session(2, "08:00").await.expect(201)["data"][0]["id"].as_str().unwrap().to_owned();
    class.note(&tomorrow, &[(0, "present")]).await.problem(409, "illegal-transition");
    let noted = class.note(&today, &[(0, "present"), (1, "excused"), (2, "absent")]).await.expect(200);
    assert_eq!(noted.text_of("noted_at"), "2026-12-01T02:00:00Z");
    class.note(&today, &[(2, "present")]).await.expect(200);
    let twice = class.note(&today, &[(0, "present"), (0, "absent")]).await.problem(422, "invalid-content");
    assert_eq!(twice.faults(), [("/marks/1/enrollment_id", "stands-twice")]);
    let path = format!("/v1/training-sessions/{today}/attendance");
    let unknown = json!({"marks": [{"enrollment_id": uuid::Uuid::nil(), "mark": "present"}]});
    let unknown = class.centre.send(&class.centre.officer, &path, &unknown).await.problem(422, "invalid-content");
    assert_eq!(unknown.faults(), [("/marks/0/enrollment_id", "unknown-reference")]);
    class.by_trainer(&class.people[1].1, "fail", json!({"reason": "Tidak hadir lagi"})).await.expect(200);
    let gone = class.note(&today, &[(1, "present")]).await.problem(422, "invalid-content");
    assert_eq!(gone.faults(), [("/marks/0/enrollment_id", "not-allowed")]);

    let sheet = class.sheet().await;
    let of = |at: usize| {
        let rows = sheet["data"].as_array().unwrap();
        rows.iter().find(|row| row["enrollment_id"] == class.people[at].1.as_str()).unwrap().clone()
    };
    let counts = |row: &Value| ["present", "excused", "held", "share"].map(|name| row[name].clone());
    assert_eq!(counts(&of(0)), [json!(240), json!(0), json!(240), json!(100.0)]);
    assert_eq!(counts(&of(1)), [json!(0), json!(240), json!(240), json!(0.0)], "leave is no presence");
    assert_eq!(counts(&of(2)), [json!(240), json!(0), json!(240), json!(100.0)], "put right");
    assert_eq!(sheet["threshold"], 80);

    let select = journal::Entity::find().filter(journal::Column::Event.eq("training_session.attend"));
    let db = class.centre.service.state().db.reader();
    let events = select.order_by_asc(journal::Column::Seq).all(db).await.unwrap();
    assert_eq!(events.len(), 2);
    let body: Value = serde_json::from_str(&events[0].body).unwrap();
    assert_eq!((&body["present"], &body["excused"], &body["absent"]), (&json!(1), &json!(1), &json!(1)));
    assert!(events.iter().all(|event| !event.body.contains("Siti") && !event.body.contains(&class.people[0].1)));
    // Neither the person nor another office runs the class.
    let own = class.centre.service.token(&class.people[0].0);
    class.centre.send(&own, &path, &json!({"marks": []})).await.problem(403, "forbidden");
    let elsewhere = class.centre.service.staff(disnaker_entity::access::Role::TrainingOfficer, "33.06").await;
    class.centre.send(&elsewhere, &path, &json!({"marks": []})).await.problem(404, "not-found");
    let sheet = format!("/v1/training-packages/{}/attendance", class.package);
    class.centre.read(&elsewhere, &sheet).await.problem(404, "not-found");
}

#[tokio::test]
async fn passing_needs_attendance_by_minutes_and_a_score_or_a_reason() {
    let mut class = Class::start(3).await;
    let first = class.people[0].1.clone();
    let reply = class.by_trainer(&first, "pass", json!({"score": 69.99})).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [("/override_reason", "required"), ("/score", "below-threshold"), ("/attendance", "below-threshold")],
        "the class has just begun, nothing was noted, and nobody was there"
    );
    // Four sessions of four hours and one of 30 minutes: who misses one long one has 750 of 990 minutes, who misses the short one 960.
    let mut sessions = Vec::new();
    for day in 1..=4 {
        let added = class.session(day, "08:00").await.expect(201);
        sessions.push(added["data"][0]["id"].as_str().unwrap().to_owned());
    }
    let short =
        json!([{"date": "2026-12-04", "begins_at": "13:00", "minutes": 30, "delivery": "online", "topic": "Tes"}]);
    sessions.push(class.add(short).await.expect(201)["data"][0]["id"].as_str().unwrap().to_owned());
    let open = class.session(5, "08:00").await.expect(201)["data"][0]["id"].as_str().unwrap().to_owned();
    class.centre.later("2026-12-24T02:00:00Z").await;
    for (at, session) in sessions.iter().enumerate() {
        let long = if at == 3 { "excused" } else { "present" };
        let short = if at == 4 { "absent" } else { "present" };
        class.note(session, &[(0, "present"), (1, long), (2, short)]).await.expect(200);
    }
    let reply = class.by_trainer(&first, "pass", json!({"score": 70})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/attendance", "attendance-open")], "a session of which nobody knows who was there");
    let delete = class.centre.service.delete(format!("/v1/training-sessions/{open}")).token(&class.centre.trainer);
    delete.header("if-match", "*").send().await.expect(204);
    let passed = class.by_trainer(&first, "pass", json!({"score": 70})).await.expect(200);
    assert_eq!(
        (passed.text_of("status"), &passed["final_score"], &passed["attendance"], passed.text_of("ended_on")),
        ("passed", &json!(70.0), &json!(100.0), "2026-12-24")
    );
    assert_eq!(passed["status_reason"], json!(null));
    let second = class.people[1].1.clone();
    let reply = class.by_trainer(&second, "pass", json!({"score": 90})).await.problem(422, "invalid-content");
    assert_eq!(
        (reply.faults(), &reply["errors"][0]["received"]),
        (vec![("/attendance", "below-threshold")], &json!(75.75))
    );
    let reason = json!({"score": 90, "override_reason": "Sakit, tugas pengganti selesai"});
    let reply = class.by_trainer(&second, "pass", reason.clone()).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/override_reason", "not-allowed")], "the office decides that, not who teaches");
    let reply = class.centre.step(&second, "pass", json!({"score": 90, "override_reason": "ya"})).await;
    assert_eq!(reply.problem(422, "invalid-content").faults(), [("/override_reason", "too-short")]);
    let passed = class.centre.step(&second, "pass", reason).await.expect(200);
    assert_eq!(
        (&passed["attendance"], passed.text_of("status_reason")),
        (&json!(75.75), "Sakit, tugas pengganti selesai")
    );
    let third = class.people[2].1.clone();
    class.by_trainer(&third, "fail", json!({"score": 50, "reason": "x"})).await.problem(422, "invalid-content");
    let failed =
        class.by_trainer(&third, "fail", json!({"score": 50, "reason": "Nilai di bawah batas"})).await.expect(200);
    assert_eq!((failed.text_of("status"), &failed["attendance"]), ("failed", &json!(96.96)), "never rounded up");
    class.by_trainer(&third, "pass", json!({"score": 90})).await.problem(409, "illegal-transition");
    // A slip is put right by the office alone, and counted back.
    let slip = json!({"reason": "Nilai peserta lain"});
    class.by_trainer(&third, "reopen", slip.clone()).await.problem(403, "forbidden");
    let again = class.centre.step(&third, "reopen", slip).await.expect(200);
    assert_eq!(
        (again.text_of("status"), &again["ended_on"], &again["final_score"]),
        ("attending", &json!(null), &json!(null))
    );
    let total = class.centre.funnel("").await["total"].clone();
    assert_eq!((&total["running"], &total["failed"], &total["not_finished"]), (&json!(1), &json!(0), &json!(1)));
    class.by_trainer(&third, "fail", json!({"score": 50, "reason": "Nilai di bawah batas"})).await.expect(200);
    assert_eq!(class.centre.move_on(&class.package, "finish").await.expect(200).text_of("status"), "finished");
    class.note(&sessions[0], &[(0, "absent")]).await.problem(409, "illegal-transition");
    class.session(6, "08:00").await.problem(409, "illegal-transition");
    assert_eq!(class.counted("training_passed").await.len(), 2);
}

#[tokio::test]
async fn a_reserve_who_comes_late_is_covered_first_and_measured_since_then() {
    let seats = json!({"capacity": 1, "capacity_reason": "Kelas kecil", "reserves": 1, "promote_until": "2026-12-08"});
    let mut class = Class::start_with(2, seats).await;
    let early = class.session(1, "08:00").await.expect(201)["data"][0]["id"].as_str().unwrap().to_owned();
    let later = class.session(3, "08:00").await.expect(201)["data"][0]["id"].as_str().unwrap().to_owned();
    let statuses = [class.centre.status(&class.people[0].1).await, class.centre.status(&class.people[1].1).await];
    let at = usize::from(statuses[0] == "reserve");
    assert_eq!((statuses[at].as_str(), statuses[1 - at].as_str()), ("attending", "reserve"));
    class.note(&early, &[(at, "present")]).await.expect(200);
    let reserve = class.people[1 - at].1.clone();
    // The provider does not know the reserves; the office does.
    class.by_trainer(&reserve, "attend", json!({})).await.problem(404, "not-found");
    class.centre.step(&reserve, "attend", json!({})).await.problem(409, "illegal-transition");
    class.centre.later("2026-12-02T02:00:00Z").await;
    let token = class.centre.service.token(&class.people[at].0);
    let path = |enrollment: &str, event: &str| format!("/v1/training-enrollments/{enrollment}/{event}");
    class.centre.act(&token, &path(&class.people[at].1, "withdraw")).await.expect(200);
    let (subject, late) = class.people[1 - at].clone();
    class.centre.act(&class.centre.service.token(&subject), &path(&late, "take-up")).await.expect(200);
    let refused = class.centre.act(&class.centre.trainer, &path(&late, "attend")).await.problem(409, "not-covered");
    assert_eq!(ids(&refused["errors"], "pointer"), ["/cover/work_accident", "/cover/death"]);
    class.centre.cover(&late).await.expect(200);
    let seated = class.centre.act(&class.centre.trainer, &path(&late, "attend")).await.expect(200);
    assert_eq!(seated.text_of("status"), "attending");
    class.centre.later("2026-12-03T02:00:00Z").await;
    class.note(&later, &[(1 - at, "present")]).await.expect(200);
    // Even marked at a session before their seat, they have no more than what was held since.
    class.note(&early, &[(1 - at, "present")]).await.expect(200);
    let sheet = class.sheet().await;
    let row = sheet["data"].as_array().unwrap().iter().find(|row| row["enrollment_id"] == late.as_str()).unwrap();
    assert_eq!((&row["present"], &row["held"], &row["share"]), (&json!(240), &json!(240), &json!(100.0)));
}

#[tokio::test]
async fn while_a_class_runs_its_last_day_may_be_put_off_and_a_session_keeps_its_days() {
    let class = Class::start(1).await;
    let path = format!("/v1/training-packages/{}", class.package);
    let change = async |body: Value| {
        let call = class.centre.service.patch(&path).token(&class.centre.officer).header("if-match", "*");
        call.json(&body).send().await
    };
    let reply = change(json!({"ends_on": "2026-12-23", "capacity": 3})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/capacity", "announced"), ("/ends_on", "out-of-range")]);
    assert_eq!(change(json!({"ends_on": "2026-12-31"})).await.expect(200).text_of("ends_on"), "2026-12-31");
    class.session(30, "08:00").await.expect(201);
    // A provider that has closed since ends what it began.
    let close = format!("/v1/training-providers/{}/close", class.centre.provider);
    class.centre.act(&class.centre.officer, &close).await.expect(200);
    change(json!({"accommodation": "Ruang pindah ke lantai dasar"})).await.expect(200);

    class.centre.act(&class.centre.officer, &close.replace("/close", "/reopen")).await.expect(200);
    let planned = class.centre.plan(json!({})).await.expect(201).text_of("id").to_owned();
    let session =
        json!({"date": "2026-12-24", "begins_at": "08:00", "minutes": 60, "delivery": "online", "topic": "Tes"});
    let sessions = format!("/v1/training-packages/{planned}/sessions");
    class.centre.send(&class.centre.trainer, &sessions, &json!({"sessions": [session]})).await.expect(201);
    let call = class.centre.service.patch(format!("/v1/training-packages/{planned}")).token(&class.centre.officer);
    let reply = call.header("if-match", "*").json(&json!({"ends_on": "2026-12-23"})).send().await;
    assert_eq!(reply.problem(422, "invalid-content").faults(), [("/ends_on", "out-of-range")], "a session is later");
}

#[tokio::test]
async fn who_passed_is_asked_after_thirty_ninety_and_a_hundred_and_eighty_days() {
    let mut class = Class::start(1).await;
    let running = class.people[0].1.clone();
    let path = format!("/v1/training-enrollments/{running}/follow-ups");
    let looking = json!({"outcome": "looking"});
    class.centre.send(&class.centre.officer, &path, &looking).await.problem(409, "illegal-transition");
    let id = class.passed().await;
    let work = "/v1/work-lists/training-follow-ups?office=36.72";
    class.centre.later("2027-01-22T16:59:59Z").await;
    class.centre.send(&class.centre.officer, &path, &looking).await.problem(409, "illegal-transition");
    assert_eq!(class.centre.read(&class.centre.trainer, work).await.expect(200)["data"], json!([]));
    // The day begins at midnight in Cilegon.
    class.centre.later("2027-01-22T17:00:00Z").await;
    let due = class.centre.read(&class.centre.trainer, work).await.expect(200);
    assert_eq!(
        (&due["data"][0]["enrollment_id"], &due["data"][0]["due_on"], &due["data"][0]["allowed_actions"]),
        (&json!(id), &json!("2027-01-23"), &json!(["follow_up"]))
    );
    let answer = async |body: Value| class.centre.send(&class.centre.trainer, &path, &body).await;
    let reply = answer(json!({"outcome": "looking", "occupation": "72"})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/occupation", "not-allowed")]);
    let reply = answer(json!({"outcome": "working", "occupation": "0000"})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/occupation", "unknown-reference")]);
    answer(json!({"outcome": "unreached"})).await.expect(201);
    // Who was not reached may answer after all; what somebody said stays.
    let first = answer(looking.clone()).await.expect(201);
    assert_eq!((&first["next_on"], &first["data"][0]["step"]), (&json!("2027-03-24"), &json!(1)));
    answer(looking.clone()).await.problem(409, "already-exists");
    assert_eq!(class.centre.read(&class.centre.trainer, work).await.expect(200)["data"], json!([]));

    class.centre.later("2027-03-24T02:00:00Z").await;
    let own = class.centre.service.token(&class.people[0].0);
    let working = json!({"outcome": "working", "occupation": "72"});
    let second = class.centre.send(&own, &path, &working).await.expect(201);
    assert_eq!(second["next_on"], "2027-06-22");
    class.centre.later("2027-06-22T02:00:00Z").await;
    let last = class.centre.send(&class.centre.officer, &path, &working).await.expect(201);
    assert_eq!((&last["next_on"], last["data"].as_array().unwrap().len()), (&json!(null), 3));
    // Each answer takes the place of the one before: one person works.
    let counted = class.counted("training_outcome_").await;
    let sum = |kind: &str| counted.iter().filter(|row| row.0 == kind).map(|row| row.1).sum::<i64>();
    assert_eq!((counted.len(), sum("training_outcome_looking"), sum("training_outcome_working")), (7, 0, 1));
    assert_eq!(counted[4].2.as_deref(), Some("72"));
    let own = class.centre.service.token(&class.people[0].0);
    let export = class.centre.read(&own, "/v1/me/export").await.expect(200);
    assert_eq!(export["training_follow_ups"].as_array().unwrap().len(), 3);
    let elsewhere = class.centre.service.staff(disnaker_entity::access::Role::TrainingOfficer, "33.06").await;
    class.centre.send(&elsewhere, &path, &working).await.problem(404, "not-found");
}
