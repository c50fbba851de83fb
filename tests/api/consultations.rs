//! Consultations: a question, its answers and its end, and that nobody else sees them.

use disnaker::consultations::threads::bodies::{
    ConsultationAssignment, NewConsultation, NewConsultationMessage, Rating, ReopenedConsultation,
};
use disnaker::mediation::cases::bodies::NewMediationCase;
use disnaker_entity::access::{Role, grant};
use disnaker_entity::consultation::message;
use disnaker_entity::plumbing::{access_record, deadline, journal, movement};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Reply, Service, unused};
use crate::world::{TODAY, ids, register, with};

const THREADS: &str = "/v1/consultations";
const WAITING: &str = "/v1/work-lists/consultations";

/// Words of the examples that nobody may read who may not read the thread.
pub const SECRETS: [&str; 7] =
    ["pesangon", "Siti Contoh", "0812-0000", "Baja Nusantara", "separuhnya", "jelas dan cepat", "sebelumnya cuti"];

/// An office that is asked: a mediator, its admin, and somebody who asks.
pub struct Desk {
    pub service: Service,
    pub mediator: String,
    pub admin: String,
    pub worker: String,
}

impl Desk {
    pub async fn open() -> Self {
        let service = Service::at(TODAY).await;
        for office in ["36", "36.72", "33.06"] {
            service.office(office).await;
        }
        service.grant("mediator", Role::Mediator, Some("36.72"), None).await;
        service.grant("kepala", Role::OfficeAdmin, Some("36.72"), None).await;
        let (mediator, admin, worker) = (service.token("mediator"), service.token("kepala"), service.token("pekerja"));
        Self { service, mediator, admin, worker }
    }

    /// Moves the clock, and lets the sweeps run.
    pub async fn later(&mut self, time: &str) {
        self.service.clock().set(time.parse().unwrap());
        self.mediator = self.service.token("mediator");
        self.admin = self.service.token("kepala");
        self.worker = self.service.token("pekerja");
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

    /// The worker asks: the path of the thread.
    async fn asked(&self) -> String {
        let made = self.send(&self.worker, THREADS, &json!(NewConsultation::sample())).await.expect(201);
        format!("{THREADS}/{}", made.text_of("id"))
    }

    async fn say(&self, token: &str, thread: &str, kind: &str, text: &str) -> Reply {
        self.send(token, &format!("{thread}/messages"), &json!({"kind": kind, "text": text})).await
    }

    /// The mediator answers.
    async fn answer(&self, thread: &str) {
        let answer = json!(NewConsultationMessage::sample());
        self.send(&self.mediator, &format!("{thread}/messages"), &answer).await.expect(201);
    }

    async fn rate(&self, token: &str, thread: &str) -> Reply {
        self.send(token, &format!("{thread}/rating"), &json!(Rating::sample())).await
    }

    /// The grant of somebody in an office.
    async fn grant_of(&self, subject: &str) -> String {
        let select = grant::Entity::find().filter(grant::Column::Subject.eq(subject));
        select.one(self.service.state().db.reader()).await.unwrap().unwrap().id.to_string()
    }

    /// The events of a kind of record in their order; none of them says anything in words.
    pub async fn told(&self, kind: &str) -> Vec<String> {
        let rows = journal::Entity::find().order_by_asc(journal::Column::Seq);
        let rows = rows.all(self.service.state().db.reader()).await.unwrap();
        for row in &rows {
            assert!(SECRETS.iter().all(|word| !row.body.contains(word)), "{}", row.body);
        }
        let of_kind = rows.iter().filter(|row| row.subject_kind == kind);
        of_kind.map(|row| row.event.split('.').nth(1).unwrap().to_owned()).collect()
    }

    /// What was counted: kind, office, quantity and day.
    pub async fn counted(&self, prefix: &str) -> Vec<String> {
        let rows = movement::Entity::find().filter(movement::Column::Kind.starts_with(prefix));
        let rows = rows.order_by_asc(movement::Column::Seq).all(self.service.state().db.reader()).await.unwrap();
        let told = |row: movement::Model| {
            assert!(row.sex.is_none() && row.birth_year.is_none() && row.company_id.is_none());
            format!("{} {} {:+} {}", row.kind, row.office, row.quantity, row.effective_on)
        };
        rows.into_iter().map(told).collect()
    }

    /// The clock of a record: due, met, cancelled.
    pub async fn clock(&self, path: &str) -> (String, Option<String>, bool) {
        let id: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
        let select = deadline::Entity::find().filter(deadline::Column::SubjectId.eq(id));
        let row = select.one(self.service.state().db.reader()).await.unwrap().unwrap();
        assert_eq!((row.party.as_str(), row.company_id), ("office", None));
        (row.due_on.to_string(), row.met_on.map(|day| day.to_string()), row.cancelled)
    }

    /// Who is on record as a reader of a kind of record, in the order of the reads.
    pub async fn read_by(&self, kind: &str) -> Vec<String> {
        let state = self.service.state();
        state.reads.flush(&state.db).await;
        let reads = access_record::Entity::find().filter(access_record::Column::SubjectKind.eq(kind));
        let reads = reads.order_by_asc(access_record::Column::Id).all(state.db.reader()).await.unwrap();
        reads.into_iter().map(|read| read.actor.rsplit('|').next().unwrap().to_owned()).collect()
    }

    /// Text and blobs of the database, as far as they hold the words of the examples.
    pub async fn nothing_is_readable(&self) {
        let db = self.service.state().db.reader();
        for row in message::Entity::find().all(db).await.unwrap() {
            let sealed = row.text_sealed.unwrap_or_default();
            assert!(SECRETS.iter().all(|word| !sealed.windows(word.len()).any(|part| part == word.as_bytes())));
        }
        // The file itself, where there is one, with what waits to be written to it.
        let Ok(files) = std::fs::read_dir(self.service.directory()) else { return };
        for file in files.flatten().filter(|file| file.file_name().to_string_lossy().contains(".db")) {
            let bytes = std::fs::read(file.path()).unwrap();
            for word in SECRETS {
                assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word} in {file:?}");
            }
        }
    }
}

fn texts(messages: &Value) -> Vec<String> {
    ids(messages, "text")
}

#[tokio::test]
async fn a_worker_asks_is_answered_asks_on_and_says_how_content_they_are() {
    let mut desk = Desk::open().await;
    let made = desk.send(&desk.worker, THREADS, &json!(NewConsultation::sample())).await.expect(201);
    assert_eq!((made.text_of("status"), made.text_of("due_on")), ("open", "2026-11-26"), "3 working days");
    assert_eq!(made["allowed_actions"], json!(["ask", "withdraw"]));
    assert_eq!(
        (made.text_of("subject"), made.text_of("company_name")),
        ("Hak pesangon setelah perusahaan tutup", "PT Contoh Baja Nusantara")
    );
    let path = format!("{THREADS}/{}", made.text_of("id"));
    let own = json!({});
    let assigned = desk.send(&desk.mediator, &format!("{path}/assign"), &own).await.expect(200);
    assert_eq!(assigned.text_of("status"), "assigned");
    assert_eq!(assigned.text_of("assigned_to"), desk.grant_of("mediator").await);
    assert_eq!(assigned["allowed_actions"], json!(["assign", "answer", "convert"]));
    let waiting = desk.read(&desk.mediator, &format!("{WAITING}?mine=true&topic=severance")).await.expect(200);
    assert_eq!(ids(&waiting["data"], "id"), [made.text_of("id")]);
    assert_eq!(
        (&waiting["data"][0]["due_on"], &waiting["data"][0]["status"]),
        (&json!("2026-11-26"), &json!("assigned"))
    );
    assert_eq!(desk.read(&desk.admin, &format!("{WAITING}?mine=true")).await.expect(200)["data"], json!([]));

    desk.say(&desk.mediator, &path, "note", "Tanyakan ke pengawas").await.expect(201);
    desk.say(&desk.worker, &path, "question", "Masa kerja saya lima tahun dua bulan.").await.expect(201);
    desk.later("2026-11-25T02:00:00Z").await;
    let answered =
        desk.send(&desk.mediator, &format!("{path}/messages"), &json!(NewConsultationMessage::sample())).await;
    assert_eq!((answered.expect(201).text_of("side")), "office");
    let seen = desk.read(&desk.worker, &path).await.expect(200);
    assert_eq!((seen.text_of("status"), seen.text_of("closes_on")), ("answered", "2026-12-09"));
    assert_eq!((&seen["due_on"], &seen["allowed_actions"]), (&Value::Null, &json!(["ask", "close", "rate"])));
    assert_eq!(desk.clock(&path).await, ("2026-11-26".to_owned(), Some("2026-11-25".to_owned()), false));
    assert_eq!(desk.read(&desk.mediator, WAITING).await.expect(200)["data"], json!([]));

    // What is asked on has a clock of its own.
    desk.later("2026-11-27T02:00:00Z").await;
    desk.say(&desk.worker, &path, "question", "Dan uang penghargaan?").await.expect(201);
    let seen = desk.read(&desk.mediator, &path).await.expect(200);
    assert_eq!(
        (seen.text_of("status"), seen.text_of("due_on"), &seen["closes_on"]),
        ("open", "2026-12-02", &Value::Null)
    );
    desk.answer(&path).await;
    let messages = desk.read(&desk.worker, &format!("{path}/messages?limit=2")).await.expect(200);
    let next = messages.text_of("next");
    let others = desk.read(&desk.worker, &format!("{path}/messages?limit=100")).await.expect(200);
    let kinds = ids(&others["data"], "kind");
    assert_eq!(kinds, ["question", "question", "answer", "question", "answer"], "no note of the office");
    let rest = desk.read(&desk.worker, &format!("{path}/messages?limit=2&cursor={next}")).await.expect(200);
    assert_eq!(texts(&rest["data"]), texts(&others["data"])[2..4]);
    let staff = desk.read(&desk.admin, &format!("{path}/messages")).await.expect(200);
    assert_eq!(ids(&staff["data"], "kind").iter().filter(|kind| *kind == "note").count(), 1);

    let rated = desk.rate(&desk.worker, &path).await.expect(200);
    assert_eq!((&rated["rating"], rated.text_of("rating_comment")), (&json!(5), "Jawabannya jelas dan cepat"));
    desk.rate(&desk.worker, &path).await.problem(409, "already-exists");
    desk.rate(&desk.mediator, &path).await.problem(409, "illegal-transition");
    let closed = desk.act(&desk.worker, &format!("{path}/close")).await.expect(200);
    assert_eq!((closed.text_of("status"), closed.text_of("reopen_until")), ("closed", "2026-12-27"));
    assert_eq!(closed["allowed_actions"], json!(["reopen"]));
    let late = desk.say(&desk.mediator, &path, "answer", "Terlambat").await.problem(409, "illegal-transition");
    assert_eq!(late["allowed"], json!([]));
    assert_eq!(
        desk.told("consultation").await,
        ["ask", "assign", "note", "ask", "answer", "ask", "answer", "rate", "close"]
    );
    assert_eq!(
        desk.counted("consultation").await,
        [
            "consultation_asked 36.72 +1 2026-11-23",
            "consultation_answered 36.72 +1 2026-11-25",
            "consultation_closed 36.72 +1 2026-11-27",
        ]
    );
    desk.nothing_is_readable().await;
}

#[tokio::test]
async fn a_silent_thread_closes_by_itself_and_is_opened_again_within_its_days() {
    let mut desk = Desk::open().await;
    let (path, other) = (desk.asked().await, desk.asked().await);
    desk.answer(&path).await;
    desk.answer(&other).await;
    desk.later("2026-12-06T16:59:00Z").await;
    assert_eq!(desk.read(&desk.worker, &path).await.expect(200).text_of("status"), "answered");
    desk.later("2026-12-06T17:00:00Z").await;
    let seen = desk.read(&desk.worker, &path).await.expect(200);
    assert_eq!((seen.text_of("status"), seen.text_of("reopen_until")), ("closed", "2027-01-06"));
    desk.later("2026-12-07T02:00:00Z").await;
    assert_eq!(desk.told("consultation").await.iter().filter(|event| *event == "lapse").count(), 2, "once each");

    let again = json!(ReopenedConsultation::sample());
    let refused = desk.send(&desk.mediator, &format!("{path}/reopen"), &again).await.problem(409, "illegal-transition");
    assert_eq!(refused["allowed"], json!([]));
    let opened = desk.send(&desk.worker, &format!("{path}/reopen"), &again).await.expect(200);
    assert_eq!((opened.text_of("status"), opened.text_of("due_on")), ("open", "2026-12-10"));
    assert_eq!(opened["allowed_actions"], json!(["ask", "close", "rate"]), "it was answered once");
    desk.act(&desk.mediator, &format!("{path}/close")).await.problem(409, "illegal-transition");
    let taken = desk.act(&desk.worker, &format!("{path}/withdraw")).await.problem(409, "illegal-transition");
    assert_eq!(taken["allowed"], json!(["ask", "close", "rate"]));
    desk.act(&desk.worker, &format!("{path}/close")).await.expect(200);
    assert!(desk.clock(&path).await.2, "nobody waits for an answer any more");
    assert_eq!(desk.counted("consultation_closed").await.len(), 4, "twice, counted back, and again");

    // 30 days, then no more, neither to open it nor to rate it.
    desk.later("2027-01-06T02:00:00Z").await;
    desk.rate(&desk.worker, &other).await.expect(200);
    desk.later("2027-01-07T02:00:00Z").await;
    desk.send(&desk.worker, &format!("{other}/reopen"), &again).await.problem(409, "illegal-transition");
    desk.rate(&desk.worker, &path).await.problem(409, "illegal-transition");
    assert_eq!(desk.read(&desk.worker, &other).await.expect(200)["allowed_actions"], json!([]));
}

#[tokio::test]
async fn what_nobody_answered_is_taken_back_and_cannot_be_rated_or_closed() {
    let desk = Desk::open().await;
    let path = desk.asked().await;
    for (token, allowed) in
        [(&desk.worker, json!(["ask", "withdraw"])), (&desk.mediator, json!(["assign", "answer", "convert"]))]
    {
        let refused = desk.act(token, &format!("{path}/close")).await.problem(409, "illegal-transition");
        assert_eq!(refused["allowed"], allowed);
    }
    desk.rate(&desk.worker, &path).await.problem(409, "illegal-transition");
    desk.act(&desk.mediator, &format!("{path}/withdraw")).await.problem(409, "illegal-transition");
    let stale =
        desk.service.post(format!("{path}/withdraw")).token(&desk.worker).header("if-match", "\"7-consultation\"");
    stale.send().await.problem(412, "version-mismatch");
    assert_eq!(desk.act(&desk.worker, &format!("{path}/withdraw")).await.expect(200).text_of("status"), "withdrawn");
    assert_eq!(desk.counted("consultation_withdrawn").await.len(), 1);
    assert!(desk.clock(&path).await.2);
    desk.say(&desk.worker, &path, "question", "Masih?").await.problem(409, "illegal-transition");
    desk.say(&desk.worker, &path, "answer", " ").await.problem(422, "invalid-content");
    let wrong = json!({"rating": 0, "comment": ""});
    let refused = desk.send(&desk.worker, &format!("{path}/rating"), &wrong).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/rating", "out-of-range"), ("/comment", "blank")]);
}

#[tokio::test]
async fn nobody_else_sees_a_thread() {
    let desk = Desk::open().await;
    let path = desk.asked().await;
    desk.answer(&path).await;
    let (hr, company) = register(&desk.service, "9120001234567").await;
    let strangers = [
        desk.service.token(&unused("orang")),
        hr,
        desk.service.member(Role::CompanyAdmin, company).await,
        desk.service.staff(Role::Viewer, "36.72").await,
        desk.service.staff(Role::PlacementOfficer, "36.72").await,
        desk.service.staff(Role::Mediator, "33.06").await,
        desk.service.staff(Role::OfficeAdmin, "36").await,
        desk.service.staff(Role::Mediator, "36").await,
        desk.service.staff(Role::ProvinceAdmin, "36").await,
    ];
    for token in &strangers {
        desk.read(token, &path).await.problem(404, "not-found");
        desk.read(token, &format!("{path}/messages")).await.problem(404, "not-found");
        desk.say(token, &path, "question", "Siapa?").await.problem(404, "not-found");
        for step in ["close", "withdraw"] {
            desk.act(token, &format!("{path}/{step}")).await.problem(404, "not-found");
        }
        desk.rate(token, &path).await.problem(404, "not-found");
        assert_eq!(desk.read(token, &format!("{THREADS}?office=36.72")).await.expect(200)["data"], json!([]));
    }
    // Its clock is seen by who answers, and by nobody else who reads clocks.
    for (token, seen) in [(&strangers[3], false), (&strangers[4], false), (&desk.mediator, true), (&desk.admin, true)] {
        let clocks = desk.read(token, "/v1/deadlines?state=met&limit=100").await.expect(200);
        assert_eq!(clocks.text.contains("consultation.answer"), seen, "{clocks}");
    }
    desk.read(&strangers[0], WAITING).await.problem(403, "forbidden");
    desk.read(&strangers[3], WAITING).await.problem(403, "forbidden");
    desk.send(&desk.worker, &format!("{path}/assign"), &json!({})).await.problem(403, "forbidden");
    desk.send(&strangers[5], &format!("{path}/assign"), &json!({})).await.problem(404, "not-found");
    desk.service.get(&path).send().await.problem(401, "unauthenticated");
    // Whose work it is, sees it: the mediator, the admin, and the counter.
    let counter = desk.service.staff(Role::CounterOfficer, "36.72").await;
    for token in [&desk.mediator, &desk.admin, &counter, &desk.worker] {
        let list = desk.read(token, &format!("{THREADS}?status=answered&topic=severance")).await.expect(200);
        assert_eq!(list["data"][0]["subject"], "Hak pesangon setelah perusahaan tutup");
    }
    // Who of the office reads it is on record, list or detail; the worker reads what is theirs.
    let listed = desk.read_by("consultation").await;
    for token in [&desk.mediator, &desk.worker] {
        desk.read(token, &path).await.expect(200);
    }
    desk.read(&desk.admin, &format!("{path}/messages")).await.expect(200);
    assert_eq!(desk.read_by("consultation").await[listed.len()..], ["mediator", "kepala"]);
    let log = desk.read(&desk.worker, &format!("{path}/access-log")).await.expect(200);
    let roles: Vec<_> = log["data"].as_array().unwrap().iter().map(|entry| entry["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["office_admin", "mediator"], "who read it, newest first; a list names nobody");
    assert!(listed.contains(&"kepala".to_owned()) && !listed.contains(&"pekerja".to_owned()), "{listed:?}");
    assert_eq!(desk.read(&desk.admin, &format!("{THREADS}?mine=true")).await.expect(200)["data"], json!([]));
    assert_eq!(
        ids(&desk.read(&desk.worker, &format!("{THREADS}?mine=true")).await.expect(200)["data"], "topic"),
        ["severance"]
    );
}

#[tokio::test]
async fn an_officer_of_the_office_answers_and_another_one_is_named_with_a_reason() {
    let desk = Desk::open().await;
    let path = desk.asked().await;
    let assign = async |body: Value| desk.send(&desk.admin, &format!("{path}/assign"), &body).await;
    let (own, there) = (unused("loket"), unused("mediator"));
    desk.service.grant(&own, Role::CounterOfficer, Some("36.72"), None).await;
    desk.service.grant(&there, Role::Mediator, Some("33.06"), None).await;
    let reader = unused("pembaca");
    desk.service.grant(&reader, Role::Viewer, Some("36.72"), None).await;
    for stranger in [desk.grant_of(&there).await, desk.grant_of(&reader).await, Uuid::nil().to_string()] {
        let refused = assign(json!({"grant_id": stranger})).await.problem(422, "invalid-content");
        assert_eq!(refused.faults(), [("/grant_id", "unknown-reference")]);
    }
    assign(json!({"grant_id": desk.grant_of(&own).await})).await.expect(200);
    let refused = assign(json!({})).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/reason", "required")]);
    let again = assign(json!(ConsultationAssignment::sample())).await.expect(200);
    assert_eq!(again.text_of("assigned_to"), desk.grant_of("kepala").await);
    let notes = desk.read(&desk.admin, &format!("{path}/messages")).await.expect(200);
    assert_eq!(texts(&notes["data"])[1], "Petugas sebelumnya cuti");
    assert_eq!(
        desk.read(&desk.worker, &format!("{path}/messages")).await.expect(200)["data"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn the_counter_writes_down_what_somebody_asked_who_came_in() {
    let desk = Desk::open().await;
    let counter = desk.service.staff(Role::CounterOfficer, "36.72").await;
    let anonymous = with(json!(NewConsultation::sample()), json!({"asker": null}));
    let refused = desk.send(&counter, THREADS, &anonymous).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/asker", "required")]);
    let wrong = with(anonymous.clone(), json!({"office": "99.99", "subject": "a\u{0}", "question": " "}));
    let refused = desk.send(&desk.worker, THREADS, &wrong).await.problem(422, "invalid-content");
    assert_eq!(
        refused.faults(),
        [("/office", "unknown-reference"), ("/subject", "unprintable"), ("/question", "blank")]
    );
    let made = desk.send(&counter, THREADS, &json!(NewConsultation::sample())).await.expect(201);
    assert_eq!(
        (&made["asker"]["name"], &made["allowed_actions"]),
        (&json!("Siti Contoh"), &json!(["assign", "answer", "ask", "withdraw", "convert"]))
    );
    let path = format!("{THREADS}/{}", made.text_of("id"));
    desk.answer(&path).await;
    desk.say(&counter, &path, "question", "Penanya datang lagi").await.expect(201);
    desk.rate(&counter, &path).await.problem(409, "illegal-transition");
    desk.read(&desk.worker, &path).await.problem(404, "not-found");
    // Nobody has to say who they are to ask by themselves.
    desk.send(&desk.worker, THREADS, &anonymous).await.expect(201);
}

#[tokio::test]
async fn of_one_account_ten_are_open_whoever_asks_at_once() {
    let desk = Desk::open().await;
    let question = json!(NewConsultation::sample());
    let replies = join_all((0..14).map(|_| desk.send(&desk.worker, THREADS, &question))).await;
    let made: Vec<_> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert_eq!(made.len(), 10);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        assert_eq!((reply.status, &reply["code"]), (409, &json!("capacity-exhausted")));
    }
    // One that is over makes room; one that is opened again takes it.
    let path = format!("{THREADS}/{}", made[0].text_of("id"));
    desk.answer(&path).await;
    desk.act(&desk.mediator, &format!("{path}/close")).await.expect(200);
    let again = json!(ReopenedConsultation::sample());
    let reopen = format!("{path}/reopen");
    let (opened, asked) =
        tokio::join!(desk.send(&desk.worker, &reopen, &again), desk.send(&desk.worker, THREADS, &question));
    let mut statuses = [opened.status, asked.status];
    statuses.sort_unstable();
    assert!(matches!(statuses, [200 | 201, 409]), "{opened} {asked}");
    desk.send(&desk.service.token("lain"), THREADS, &question).await.expect(201);
}

#[tokio::test]
async fn a_thread_becomes_a_case_and_ends_there() {
    let desk = Desk::open().await;
    let path = desk.asked().await;
    let dispute = json!(NewMediationCase::sample());
    let elsewhere = desk.service.staff(Role::Mediator, "33.06").await;
    desk.send(&elsewhere, &format!("{path}/convert"), &dispute).await.problem(404, "not-found");
    let case = desk.send(&desk.mediator, &format!("{path}/convert"), &dispute).await.expect(201);
    let seen = desk.read(&desk.worker, &path).await.expect(200);
    assert_eq!((seen.text_of("status"), seen.text_of("case_id")), ("converted", case.text_of("id")));
    assert_eq!((&seen["allowed_actions"], desk.clock(&path).await.2), (&json!([]), true));
    assert_eq!(desk.told("consultation").await, ["ask", "convert"]);
    assert_eq!(desk.counted("consultation_converted").await.len(), 1);
    desk.say(&desk.worker, &path, "question", "Bagaimana?").await.problem(409, "illegal-transition");
    desk.send(&desk.mediator, &format!("{path}/convert"), &dispute).await.problem(409, "illegal-transition");
}

#[tokio::test]
async fn what_was_said_is_forgotten_when_its_time_is_over() {
    let mut desk = Desk::open().await;
    let (path, running) = (desk.asked().await, desk.asked().await);
    desk.answer(&path).await;
    desk.rate(&desk.worker, &path).await.expect(200);
    desk.act(&desk.worker, &format!("{path}/close")).await.expect(200);
    desk.later("2031-11-23T02:00:00Z").await;
    assert!(desk.read(&desk.worker, &path).await.expect(200)["subject"].is_string());
    desk.later("2031-11-25T02:00:00Z").await;
    let seen = desk.read(&desk.worker, &path).await.expect(200);
    for field in ["subject", "company_name", "asker", "rating_comment"] {
        assert!(seen[field].is_null(), "{field}");
    }
    assert_eq!(seen["rating"], 5);
    let messages = desk.read(&desk.worker, &format!("{path}/messages")).await.expect(200);
    assert!(messages["data"].as_array().unwrap().iter().all(|message| message["text"].is_null()));
    assert!(desk.read(&desk.worker, &running).await.expect(200)["subject"].is_string(), "it is not over");
}
