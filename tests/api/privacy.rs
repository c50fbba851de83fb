//! Rights of the person whose data it is: who read, what is agreed to, what is taken away, corrected and erased.

use disnaker::caller::Realm;
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::{access_record, journal};
use disnaker_entity::seeker;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::files::PDF;
use crate::harness::{Reply, unused};
use crate::world::{World, hired, ids, line, person};

/// Somebody in the register of an office, and those who look after it.
struct Registered {
    world: World,
    /// The person's name in tokens.
    subject: String,
    token: String,
    counter: String,
    admin: String,
    id: String,
}

impl Registered {
    async fn new() -> Self {
        let world = World::new().await;
        let counter = world.service.staff(Role::CounterOfficer, "36.72").await;
        let admin = world.service.staff(Role::OfficeAdmin, "36.72").await;
        let subject = unused("warga");
        let token = world.service.token(&subject);
        let mut said = person(1);
        said["consents"] = json!(["employers"]);
        said["skills"] = json!(["menjahit"]);
        let draft = world.send(&token, "/v1/job-seekers", &said).await.expect(201);
        let id = draft.text_of("id").to_owned();
        world.act(&token, &format!("/v1/job-seekers/{id}/submit")).await.expect(200);
        world.act(&counter, &format!("/v1/job-seekers/{id}/verify")).await.expect(200);
        Self { world, subject, token, counter, admin, id }
    }

    fn path(&self) -> String {
        format!("/v1/job-seekers/{}", self.id)
    }

    /// Reads, once what was read is written down.
    async fn read(&self, token: &str, path: &str) -> Reply {
        self.world.service.state().reads.flush(&self.world.service.state().db).await;
        self.world.read(token, path).await
    }

    async fn ask(&self, kind: &str, wanted: Value) -> Reply {
        let mut new = json!({"job_seeker_id": self.id, "kind": kind, "reason": "Data pada KTP lain"});
        if !wanted.is_null() {
            new["wanted"] = wanted;
        }
        self.world.send(&self.token, "/v1/data-requests", &new).await
    }

    async fn attach(&self) {
        let path = format!("/v1/attachments?subject_kind=job_seeker&subject_id={}&kind=diploma", self.id);
        self.world.service.post(path).token(&self.token).body(PDF, "application/pdf").send().await.expect(201);
    }

    /// Later than everybody's tokens last.
    fn later(&mut self, time: &str) {
        self.world.later(time);
        self.token = self.world.service.token(&self.subject);
    }
}

/// What was done, and by which role.
fn acts(log: &Reply) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    log["data"].as_array().unwrap().iter().map(|entry| (text(&entry["act"]), text(&entry["role"]))).collect()
}

#[tokio::test]
async fn a_person_sees_who_read_and_changed_the_record_by_role_and_office() {
    let mut of = Registered::new().await;
    of.world.read(&of.counter, &of.path()).await.expect(200);
    let reveal = json!({"purpose": "Mencocokkan KTP"});
    of.world.send(&of.counter, &format!("{}/reveal", of.path()), &reveal).await.expect(200);
    of.world.read(&of.token, &of.path()).await.expect(200);
    let log = of.read(&of.token, "/v1/me/access-log").await.expect(200);
    let mut told = acts(&log);
    told.sort();
    let by = |act: &str, role: &str| (act.to_owned(), role.to_owned());
    let (person, counter) = ("job_seeker", "counter_officer");
    let all = [
        by("create", person),
        by("detail", counter),
        by("detail", person),
        by("reveal", counter),
        by("submit", person),
        by("verify", counter),
    ];
    assert_eq!(told, all);
    let revealed = log["data"].as_array().unwrap().iter().find(|entry| entry["act"] == "reveal").unwrap();
    assert_eq!((&revealed["purpose"], &revealed["office"]), (&json!("Mencocokkan KTP"), &json!("36.72")));
    // Nobody is named, and no account.
    assert!(!log.text.contains("counter_officer-") && !log.text.contains("disnaker.test"));

    // The same page by page, and for the office, whose reading is on record, too.
    let mut paged = Vec::new();
    let mut path = "/v1/me/access-log?limit=2".to_owned();
    loop {
        let page = of.read(&of.token, &path).await.expect(200);
        paged.extend(ids(&page["data"], "id"));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/me/access-log?limit=2&cursor={next}");
    }
    assert_eq!(paged, ids(&log["data"], "id"));
    of.later("2026-11-23T02:00:01Z");
    let staff = of.read(&of.admin, &format!("{}/access-log", of.path())).await.expect(200);
    assert_eq!(staff["data"], log["data"]);
    let log = of.read(&of.token, "/v1/me/access-log?limit=1").await.expect(200);
    assert_eq!(acts(&log), [by("access_log", "office_admin")]);
    let elsewhere = of.world.service.staff(Role::OfficeAdmin, "33.06").await;
    of.world.read(&elsewhere, &format!("{}/access-log", of.path())).await.problem(404, "not-found");
    of.world.read(&of.counter, &format!("{}/access-log", of.path())).await.problem(403, "forbidden");
    of.world.read(&of.counter, "/v1/me/access-log").await.problem(403, "forbidden");
}

#[tokio::test]
async fn each_consent_is_given_and_taken_back_apart_and_told() {
    let of = Registered::new().await;
    let read = of.world.read(&of.token, "/v1/me/consents").await.expect(200);
    assert_eq!((&read["employers"], &read["other_systems"]), (&json!(true), &json!(false)));
    let change = async |body: Value, tag: &str| {
        let call = of.world.service.patch("/v1/me/consents").token(&of.token).header("if-match", tag);
        call.json(&body).send().await
    };
    let changed = change(json!({"employers": false}), read.header("etag")).await.expect(200);
    assert_eq!((&changed["employers"], &changed["other_systems"]), (&json!(false), &json!(false)));
    change(json!({"other_systems": true}), read.header("etag")).await.problem(412, "version-mismatch");
    change(json!({"other_systems": true}), changed.header("etag")).await.expect(200);
    // Nothing new is no news.
    change(json!({"other_systems": true}), "*").await.expect(200);
    let record = of.world.read(&of.counter, &of.path()).await.expect(200);
    assert_eq!(record["consents"], json!(["other_systems"]), "it holds at once, and in what is sealed");
    let select = journal::Entity::find().filter(journal::Column::Event.eq("job_seeker.consent"));
    let rows = select.all(of.world.service.state().db.reader()).await.unwrap();
    let told: Vec<Value> = rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect();
    let news: Vec<_> = told.iter().map(|body| (body["given"].clone(), body["withdrawn"].clone())).collect();
    assert_eq!(news, [(json!([]), json!(["employers"])), (json!(["other_systems"]), json!([]))]);
    // Who has no record of their own agrees to nothing.
    of.world.read(&of.counter, "/v1/me/consents").await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_person_takes_everything_away_and_that_is_on_record_first() {
    let mut of = Registered::new().await;
    of.attach().await;
    let admin = of.world.service.staff(Role::OfficeAdmin, "36.72").await;
    let service = json!({"service": "ak1", "capacity": 10});
    of.world.send(&admin, "/v1/offices/36.72/services", &service).await.expect(201);
    let ticket = json!({"office": "36.72", "service": "ak1", "date": "2026-11-30", "job_seeker_id": of.id});
    of.world.send(&of.token, "/v1/queue-tickets", &ticket).await.expect(201);
    of.world.send(&of.counter, &format!("{}/ak1-cards", of.path()), &Value::Null).await.expect(201);
    of.ask("correction", json!({"identity": {"birth_place": "Serang"}})).await.expect(201);
    of.later("2026-11-23T02:00:01Z");
    let export = of.world.read(&of.token, "/v1/me/export").await.expect(200);
    assert_eq!(export["job_seekers"][0]["said"]["identity"]["nik"], person(1)["identity"]["nik"]);
    assert_eq!(export["attachments"][0]["kind"], "diploma");
    assert_eq!(export["ak1_cards"][0]["number"], "AK1-36.72-2026-000001");
    assert_eq!(export["queue_tickets"][0]["job_seeker_id"], json!(of.id));
    assert_eq!(export["data_requests"][0]["wanted"]["identity"]["birth_place"], "Serang");
    assert_eq!(export["access_log"][0]["act"], "export");
    assert_eq!(export["access_log_next"], Value::Null);
    assert_eq!(export.header("cache-control"), "private, no-store");
    let content = export["attachments"][0]["content"].as_str().unwrap();
    of.world.read(&of.token, content).await.expect(200);
    let select = access_record::Entity::find().filter(access_record::Column::Act.eq("export"));
    let rows = select.all(of.world.service.state().db.reader()).await.unwrap();
    assert_eq!(rows.len(), 1);
    // Everything is one hop from who one is.
    let me = of.world.read(&of.token, "/v1/me").await.expect(200);
    for link in me["links"].as_array().unwrap() {
        of.world.read(&of.token, link.as_str().unwrap()).await.expect(200);
    }
    assert_eq!(of.world.read(&of.counter, "/v1/me").await.expect(200)["links"], json!([]));
}

#[tokio::test]
async fn an_export_has_what_one_asked_complained_of_and_disputes_and_nothing_of_others() {
    let of = Registered::new().await;
    let asked = async |token: &str| {
        let question = json!(disnaker::consultations::threads::bodies::NewConsultation::sample());
        let thread = of.world.send(token, "/v1/consultations", &question).await.expect(201);
        let complaint = json!(disnaker::consultations::complaints::bodies::NewComplaint::sample());
        let complaint = of.world.send(token, "/v1/complaints", &complaint).await.expect(201);
        let case = json!(disnaker::mediation::cases::bodies::NewMediationCase::sample());
        let case = of.world.send(token, "/v1/mediation-cases", &case).await.expect(201);
        [thread, complaint, case].map(|made| made.text_of("id").to_owned())
    };
    let own = asked(&of.token).await;
    asked(&of.world.service.token(&unused("orang"))).await;
    let message = |kind: &str, text: &str| json!({"kind": kind, "text": text});
    let thread = format!("/v1/consultations/{}/messages", own[0]);
    of.world.send(&of.admin, &thread, &message("note", "Catatan dinas")).await.expect(201);
    of.world.send(&of.admin, &thread, &message("answer", "Datanglah ke loket")).await.expect(201);
    let export = of.world.read(&of.token, "/v1/me/export").await.expect(200);
    for (part, id) in ["consultations", "complaints", "mediation_cases"].into_iter().zip(&own) {
        assert_eq!(ids(&export[part], "id"), std::slice::from_ref(id), "{part}");
    }
    let kinds = ids(&export["consultations"][0]["messages"], "kind");
    assert_eq!(kinds, ["question", "answer"], "and not the office's notes");
    assert!(export["complaints"][0]["narrative"].is_string() && export["mediation_cases"][0]["chronology"].is_string());
}

#[tokio::test]
async fn an_export_is_no_way_to_ask_often() {
    let world = World::new().await;
    let limited = world.service.sibling_with(|config| config.http.rate_limits = true).await;
    let subject = unused("warga");
    let token = world.service.token(&subject);
    world.send(&token, "/v1/job-seekers", &person(1)).await.expect(201);
    for _ in 0..200 {
        let reply = limited.get("/v1/me/export").token(&token).send().await;
        if reply.status == 429 {
            return;
        }
        reply.expect(200);
    }
    panic!("two hundred exports in a moment");
}

#[tokio::test]
async fn a_correction_that_is_granted_is_written_by_the_office() {
    let mut of = Registered::new().await;
    // It is held against the record's own rules at once.
    let wrong = of.ask("correction", json!({"identity": {"nik": "12"}, "education": []})).await;
    let wrong = wrong.problem(422, "invalid-content");
    assert_eq!(wrong.faults()[0].0, "/wanted/identity/nik");
    assert_eq!(
        of.ask("correction", Value::Null).await.problem(422, "invalid-content").faults(),
        [("/wanted", "required")]
    );
    let others = of.ask("correction", json!({"office": "33.06", "consents": []})).await.problem(422, "invalid-content");
    assert_eq!(others.faults(), [("/wanted/office", "not-allowed"), ("/wanted/consents", "not-allowed")]);

    let wanted = json!({"identity": {"birth_place": "Serang", "name": "Siti Contoh Satu"}});
    let request = of.ask("correction", wanted.clone()).await.expect(201);
    // 72 hours of the clock, over a Saturday and a Sunday, too.
    assert_eq!((&request["due_at"], &request["overdue"]), (&json!("2026-11-26T02:00:00Z"), &json!(false)));
    of.ask("correction", wanted).await.problem(409, "already-exists");
    let id = request.text_of("id").to_owned();
    let path = format!("/v1/data-requests/{id}");
    let list = of.world.read(&of.world.officer, "/v1/work-lists/data-requests").await.expect(200);
    assert_eq!(ids(&list["data"], "id"), std::slice::from_ref(&id));
    assert!(!list.text.contains("Serang") && !list.text.contains("KTP"));
    let elsewhere = of.world.service.staff(Role::PlacementOfficer, "33.06").await;
    of.world.read(&elsewhere, &path).await.problem(404, "not-found");
    of.world.act(&elsewhere, &format!("{path}/grant")).await.problem(404, "not-found");

    // The diploma says another name: a finding that needs the officer's reason, as in any change.
    of.world.act(&of.world.officer, &format!("{path}/grant")).await.problem(422, "invalid-content");
    let overrides = json!([{"finding": "diploma-name", "reason": "Ijazah dilihat di loket"}]);
    let grant = json!({"note": "Sesuai KTP", "overrides": overrides});
    let granted = of.world.send(&of.world.officer, &format!("{path}/grant"), &grant).await.expect(200);
    assert_eq!((&granted["status"], &granted["decision"]), (&json!("granted"), &json!("Sesuai KTP")));
    let record = of.world.read(&of.token, &of.path()).await.expect(200);
    assert_eq!(record["identity"]["birth_place"], "Serang");
    of.world.act(&of.token, &format!("{path}/withdraw")).await.problem(409, "illegal-transition");

    // One that nobody answers is overdue, and may be taken back.
    let request = of.ask("correction", json!({"identity": {"nik": "3672014101990009"}})).await.expect(201);
    assert!(!request.text.contains("3672014101990009"), "a wanted number is masked");
    of.later("2026-11-26T02:00:01Z");
    let path = format!("/v1/data-requests/{}", request.text_of("id"));
    assert_eq!(of.world.read(&of.token, &path).await.expect(200)["overdue"], true);
    let withdrawn = of.world.act(&of.token, &format!("{path}/withdraw")).await.expect(200);
    assert_eq!((&withdrawn["status"], &withdrawn["overdue"]), (&json!("withdrawn"), &json!(false)));
    let select = journal::Entity::find().filter(journal::Column::SubjectKind.eq("data_request"));
    let rows = select.all(of.world.service.state().db.reader()).await.unwrap();
    assert!(rows.len() >= 4 && rows.iter().all(|row| !row.body.contains("Serang") && !row.body.contains("KTP")));
}

#[tokio::test]
async fn an_erasure_takes_what_no_law_keeps_and_names_the_rest() {
    let of = Registered::new().await;
    of.attach().await;
    let request = of.ask("erasure", Value::Null).await.expect(201);
    let path = format!("/v1/data-requests/{}", request.text_of("id"));
    let erased = of.world.act(&of.world.officer, &format!("{path}/grant")).await.expect(200);
    assert_eq!(erased["erased"], json!(["contact", "profile", "training_needs", "consents", "papers"]));
    assert_eq!(
        ids(&erased["kept"], "class"),
        ["register", "cards", "placements", "training", "apprenticeships", "trail", "requests", "tickets"]
    );
    assert!(erased["kept"].as_array().unwrap().iter().all(|kept| kept["basis"] != ""));
    let record = of.world.read(&of.counter, &of.path()).await.expect(200);
    assert_eq!((&record["status"], &record["identity"]["name"]), (&json!("registered"), &json!("Siti Contoh 1")));
    assert_eq!((&record["contact"], &record["skills"], &record["consents"]), (&Value::Null, &json!([]), &json!([])));
    let files = of.world.read(&of.token, "/v1/attachments").await.expect(200);
    assert_eq!(files["data"], json!([]));
    // The trail stays, and tells of it.
    let log = of.read(&of.token, "/v1/me/access-log").await.expect(200);
    assert!(acts(&log).iter().any(|(act, role)| act == "erase" && role == "placement_officer"));

    // A refusal names what is kept, too.
    let again = of.ask("erasure", Value::Null).await.expect(201);
    let refusal = json!({"reason": "Sedang dipakai dalam perkara"});
    let path = format!("/v1/data-requests/{}/refuse", again.text_of("id"));
    let refused = of.world.send(&of.world.officer, &path, &refusal).await.expect(200);
    assert_eq!((&refused["status"], refused["kept"].as_array().unwrap().len()), (&json!("refused"), 8));
}

#[tokio::test]
async fn what_never_came_into_the_register_is_erased_whole() {
    let world = World::new().await;
    let token = world.service.token("warga");
    let draft = world.send(&token, "/v1/job-seekers", &person(1)).await.expect(201);
    let id = draft.text_of("id").to_owned();
    let ask = json!({"job_seeker_id": id, "kind": "erasure", "reason": "Tidak jadi mendaftar"});
    // What is in one's own hands needs no request.
    world.send(&token, "/v1/data-requests", &ask).await.problem(409, "illegal-transition");
    for act in ["submit", "withdraw"] {
        world.act(&token, &format!("/v1/job-seekers/{id}/{act}")).await.expect(200);
    }
    let request = world.send(&token, "/v1/data-requests", &ask).await.expect(201);
    let path = format!("/v1/data-requests/{}/grant", request.text_of("id"));
    let erased = world.act(&world.officer, &path).await.expect(200);
    assert_eq!(ids(&erased["kept"], "class"), ["trail", "requests", "tickets"]);
    let row = seeker::Entity::find_by_id(id.parse::<disnaker_entity::seeker::SeekerId>().unwrap());
    let row = row.one(world.service.state().db.reader()).await.unwrap().unwrap();
    assert!(row.erased_at.is_some() && row.name.is_empty() && row.nik_masked.is_empty() && row.birth_on.is_none());
    let export = world.read(&token, "/v1/me/export").await.expect(200);
    assert_eq!(export["job_seekers"][0]["said"]["identity"]["nik"], "");
    // Who was forgotten may begin again.
    world.send(&token, "/v1/job-seekers", &person(1)).await.expect(201);
    let other = json!({"job_seeker_id": uuid::Uuid::nil(), "kind": "erasure", "reason": "Bukan data saya"});
    let reply = world.send(&token, "/v1/data-requests", &other).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/job_seeker_id", "unknown-reference")]);
}

#[tokio::test]
async fn a_breach_is_told_within_seventy_two_hours_of_the_clock() {
    let mut of = Registered::new().await;
    let wrong = json!({
        "office": "36.72", "found_at": "2026-11-24T00:00:00Z", "data": " ", "happened": "x", "handling": "y", "persons": -1,
        "affected": {"job_seeker_ids": [uuid::Uuid::nil()]},
    });
    let wrong = of.world.send(&of.admin, "/v1/data-breaches", &wrong).await.problem(422, "invalid-content");
    let faults: Vec<_> = wrong.faults().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(faults, ["/data", "/persons", "/found_at", "/affected/job_seeker_ids/0"]);
    let new = json!({
        "office": "36.72", "found_at": "2026-11-20T10:00:00Z", "data": "Nama dan telepon", "happened": "Daftar Siti Contoh tertinggal",
        "handling": "Diambil kembali", "affected": {"job_seeker_ids": [of.id]},
    });
    let breach = of.world.send(&of.admin, "/v1/data-breaches", &new).await.expect(201);
    // Friday evening to Monday evening: the weekend counts.
    assert_eq!((&breach["due_at"], &breach["late"]), (&json!("2026-11-23T10:00:00Z"), &json!(false)));
    assert_eq!(breach["allowed_actions"], json!(["notify_authority", "notify_subjects", "dismiss"]));
    let path = format!("/v1/data-breaches/{}", breach.text_of("id"));
    let ending = json!({"reason": "Daftar lengkap kembali"});
    let early = of.world.send(&of.admin, &format!("{path}/close"), &ending).await.problem(409, "illegal-transition");
    assert_eq!(early["allowed"], breach["allowed_actions"]);
    of.world.act(&of.admin, &format!("{path}/notify-authority")).await.expect(200);
    of.world.act(&of.admin, &format!("{path}/notify-authority")).await.problem(409, "illegal-transition");
    let before = json!({"at": "2026-11-20T09:00:00Z"});
    of.world.send(&of.admin, &format!("{path}/notify-subjects"), &before).await.problem(422, "invalid-content");
    of.later("2026-11-23T10:00:01Z");
    of.admin = of.world.service.staff(Role::OfficeAdmin, "36.72").await;
    let change = of.world.service.patch(&path).token(&of.admin).header("if-match", "*").json(&json!({"persons": 1}));
    assert_eq!(change.send().await.expect(200)["late"], true);
    of.world.act(&of.admin, &format!("{path}/notify-subjects")).await.expect(200);
    let closed = of.world.send(&of.admin, &format!("{path}/close"), &ending).await.expect(200);
    assert_eq!((&closed["status"], &closed["late"]), (&json!("closed"), &json!(true)));
    // Its province sees it and no other office, no officer and no event says whose data it is.
    let province = of.world.service.staff(Role::ProvinceAdmin, "36").await;
    let elsewhere = of.world.service.staff(Role::OfficeAdmin, "33.06").await;
    of.world.read(&province, &path).await.expect(200);
    of.world.read(&elsewhere, &path).await.problem(404, "not-found");
    of.world.read(&of.world.officer, &path).await.problem(403, "forbidden");
    let select = journal::Entity::find().filter(journal::Column::SubjectKind.eq("data_breach"));
    let rows = select.all(of.world.service.state().db.reader()).await.unwrap();
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| !row.body.contains("Contoh") && !row.body.contains(&of.id)));
    // What was none is said to be none.
    let other = of.world.send(&of.admin, "/v1/data-breaches", &new).await.expect(201);
    let path = format!("/v1/data-breaches/{}/dismiss", other.text_of("id"));
    assert_eq!(of.world.send(&of.admin, &path, &ending).await.expect(200)["late"], false);
}

#[tokio::test]
async fn what_is_kept_long_enough_is_forgotten_and_a_dry_run_changes_nothing() {
    let mut of = Registered::new().await;
    // A draft, one taken back, one that left the register, and one that stays in it.
    let mut people = Vec::new();
    for (number, acts) in
        [(2, &[][..]), (3, &["submit", "withdraw"]), (4, &["submit", "verify"]), (5, &["submit"]), (6, &["submit"])]
    {
        let draft = of.world.send(&of.counter, "/v1/job-seekers", &person(number)).await.expect(201);
        let path = format!("/v1/job-seekers/{}", draft.text_of("id"));
        for act in acts {
            of.world.act(&of.counter, &format!("{path}/{act}")).await.expect(200);
        }
        people.push(draft.text_of("id").to_owned());
    }
    let fields = json!({"fields": [{"pointer": "/identity/name", "reason": "Tidak terbaca"}]});
    of.world.send(&of.counter, &format!("/v1/job-seekers/{}/return", people[4]), &fields).await.expect(200);
    let left = format!("/v1/job-seekers/{}/remove", people[2]);
    of.world.send(&of.counter, &left, &json!({"reason": "moved"})).await.expect(200);
    of.world.read(&of.counter, &of.path()).await.expect(200);
    let request = of.ask("erasure", Value::Null).await.expect(201);
    of.world.act(&of.token, &format!("/v1/data-requests/{}/withdraw", request.text_of("id"))).await.expect(200);
    let invitation = json!({"role": "counter_officer", "office": "36.72"});
    of.world.send(&of.admin, "/v1/invitations", &invitation).await.expect(201);

    let state = std::sync::Arc::clone(of.world.service.state());
    state.reads.flush(&state.db).await;
    let due = async || disnaker::privacy::retention::due(&state).await.unwrap().into_iter().map(|(_, rows)| rows);
    let forgotten = async || -> Vec<String> {
        let rows = seeker::Entity::find().all(state.db.reader()).await.unwrap();
        rows.iter().filter(|row| row.erased_at.is_some()).map(|row| row.id.to_string()).collect()
    };
    assert!(due().await.all(|rows| rows == 0));
    of.later("2028-01-10T02:00:00Z");
    // Draft, returned, waiting, taken back, merged, left; reads; requests; classes; proposals; invitations; apprenticeships;
    // disputes; consultations; complaints.
    assert_eq!(due().await.collect::<Vec<_>>(), [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    assert!(forgotten().await.is_empty(), "a dry run changes nothing");
    of.later("2037-01-10T02:00:00Z");
    assert_eq!(due().await.collect::<Vec<_>>(), [1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0]);
    disnaker::privacy::retention::sweep(&state).await.unwrap();
    assert!(due().await.all(|rows| rows == 0), "a second run finds nothing");
    let mut gone = forgotten().await;
    gone.sort();
    people.sort();
    assert_eq!(gone, people);

    // What waited does so no more.
    let list = of.world.read(&of.world.officer, "/v1/work-lists/seeker-review").await.expect(200);
    assert_eq!(list["data"], json!([]));
    // That they were stays, and nobody is shown; who is in the register is not touched.
    let counter = of.world.service.staff(Role::CounterOfficer, "36.72").await;
    let removed = seeker::Entity::find().filter(seeker::Column::Status.eq("removed"));
    let removed = removed.one(state.db.reader()).await.unwrap().unwrap();
    let path = format!("/v1/job-seekers/{}", removed.id);
    let shown = of.world.read(&counter, &path).await.expect(200);
    assert_eq!((&shown["status"], &shown["identity"]["name"]), (&json!("removed"), &json!("")));
    let restore = json!({"reason": "Mencari kerja lagi"});
    of.world.send(&counter, &format!("{path}/restore"), &restore).await.problem(409, "illegal-transition");
    for id in &people {
        of.world.read(&counter, &format!("/v1/job-seekers/{id}")).await;
    }
    assert_eq!(of.world.read(&counter, &of.path()).await.expect(200)["identity"]["name"], "Siti Contoh 1");
}

#[tokio::test]
async fn anybody_reads_how_long_what_is_kept_and_on_what_ground() {
    let world = World::new().await;
    let list = world.service.get("/v1/retention-classes").send().await.expect(200);
    let classes = list["data"].as_array().unwrap();
    assert_eq!(classes.len(), 16);
    for class in classes {
        assert!(class["amount"].as_i64().unwrap() > 0 && class["basis"] == "ketetapan kantor sendiri", "{class}");
    }
}

/// Somebody with two records of their own sees both, and nobody else's.
#[tokio::test]
async fn all_records_of_a_person_are_theirs_to_see() {
    let of = Registered::new().await;
    let other = of.world.send(&of.counter, "/v1/job-seekers", &person(2)).await.expect(201);
    let realm = Realm::Seeker(other.text_of("id").parse().unwrap());
    of.world.service.grant_in(&of.subject, Role::JobSeeker, &realm).await;
    let export = of.world.read(&of.token, "/v1/me/export").await.expect(200);
    assert_eq!(ids(&export["job_seekers"], "id"), [other.text_of("id").to_owned(), of.id.clone()]);
    let stranger = of.world.service.token(&unused("warga"));
    of.world.send(&stranger, "/v1/job-seekers", &person(3)).await.expect(201);
    let export = of.world.read(&stranger, "/v1/me/export").await.expect(200);
    assert_eq!(export["job_seekers"].as_array().unwrap().len(), 1);
    assert!(!export.text.contains(&of.id));
}

/// What was kept under a record that became part of another one is the person's still, and what runs goes on.
#[tokio::test]
async fn who_has_two_records_made_one_keeps_what_was_of_both() {
    let mut of = Registered::new().await;
    let service = json!({"service": "ak1", "capacity": 10});
    of.world.send(&of.admin, "/v1/offices/36.72/services", &service).await.expect(201);
    let register = async |number| {
        let draft = of.world.send(&of.counter, "/v1/job-seekers", &person(number)).await.expect(201);
        for act in ["submit", "verify"] {
            let path = format!("/v1/job-seekers/{}/{act}", draft.text_of("id"));
            of.world.act(&of.counter, &path).await.expect(200);
        }
        draft.text_of("id").to_owned()
    };
    let (second, third) = (register(2).await, register(3).await);
    let book = async |token: &str, id: &str| {
        let new = json!({"office": "36.72", "service": "ak1", "date": "2026-11-30", "job_seeker_id": id});
        of.world.send(token, "/v1/queue-tickets", &new).await.expect(201)
    };
    let ticket = book(&of.token, &of.id).await;
    of.world.send(&of.counter, &format!("{}/ak1-cards", of.path()), &Value::Null).await.expect(201);
    let asked = of.ask("correction", json!({"identity": {"birth_place": "Serang"}})).await.expect(201);
    let merge = async |from: &str, into: &str| {
        let body = json!({"into": into, "reason": "Orang yang sama"});
        of.world.send(&of.counter, &format!("/v1/job-seekers/{from}/merge"), &body).await.expect(200)
    };
    merge(&of.id, &second).await;
    // The ticket waits under the other record; a third one has its own, so that this one is taken back.
    let path = format!("/v1/queue-tickets/{}", ticket.text_of("id"));
    assert_eq!(of.world.read(&of.token, &path).await.expect(200)["job_seeker_id"], json!(second));
    book(&of.counter, &third).await;
    let request = of.world.read(&of.token, &format!("/v1/data-requests/{}", asked.text_of("id"))).await.expect(200);
    assert_eq!(request["job_seeker_id"], json!(second));
    merge(&second, &third).await;
    assert_eq!(of.world.read(&of.counter, &path).await.expect(200)["status"], "cancelled");
    let day = of.world.service.get("/v1/offices/36.72/services/ak1/days/2026-11-30").send().await.expect(200);
    assert_eq!(day["taken"], 1);

    of.later("2026-11-23T02:00:01Z");
    let export = of.read(&of.token, "/v1/me/export").await.expect(200);
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    let records = vec![third.clone(), second.clone(), of.id.clone()];
    assert_eq!(sorted(ids(&export["job_seekers"], "id")), sorted(records));
    assert_eq!(export["ak1_cards"][0]["end_reason"], "merged");
    assert_eq!(sorted(ids(&export["queue_tickets"], "status")), ["booked", "cancelled"]);
    assert_eq!(ids(&export["data_requests"], "job_seeker_id"), std::slice::from_ref(&third));
    let log = of.read(&of.token, "/v1/me/access-log?limit=100").await.expect(200);
    let count = |act: &str| acts(&log).iter().filter(|(name, _)| name == act).count();
    assert_eq!((count("verify"), count("merge"), count("export")), (3, 2, 3));
    // What ran is theirs to end.
    of.world.act(&of.token, &format!("/v1/data-requests/{}/withdraw", asked.text_of("id"))).await.expect(200);
}

#[tokio::test]
async fn only_another_officer_of_the_office_that_keeps_the_record_decides() {
    let of = Registered::new().await;
    let request = of.ask("erasure", Value::Null).await.expect(201);
    let path = format!("/v1/data-requests/{}", request.text_of("id"));
    let refusal = json!({"reason": "Tidak dapat dihapus"});
    // Its province reads it.
    let province = of.world.service.staff(Role::ProvinceAdmin, "36").await;
    assert_eq!(of.world.read(&province, &path).await.expect(200)["allowed_actions"], json!([]));
    of.world.send(&province, &format!("{path}/refuse"), &refusal).await.problem(404, "not-found");
    let offered = of.world.read(&of.world.officer, &path).await.expect(200);
    assert_eq!(offered["allowed_actions"], json!(["grant", "refuse"]));
    // The person becomes an officer.
    of.world.service.grant(&of.subject, Role::PlacementOfficer, Some("36.72"), None).await;
    assert_eq!(of.world.read(&of.token, &path).await.expect(200)["allowed_actions"], json!(["withdraw"]));
    of.world.act(&of.token, &format!("{path}/grant")).await.problem(409, "illegal-transition");
    let refused = of.world.send(&of.token, &format!("{path}/refuse"), &refusal).await;
    assert_eq!(refused.problem(409, "illegal-transition")["allowed"], json!(["withdraw"]));
    of.world.act(&of.world.officer, &format!("{path}/grant")).await.expect(200);
}

#[tokio::test]
async fn a_wanted_number_is_read_for_a_purpose_that_is_on_record_first() {
    let of = Registered::new().await;
    let wanted = json!({"identity": {"nik": "3672014101990009", "family_card": "3672011503150021"}});
    let request = of.ask("correction", wanted).await.expect(201);
    let path = format!("/v1/data-requests/{}/reveal", request.text_of("id"));
    of.world.send(&of.counter, &path, &json!({"purpose": " "})).await.problem(422, "invalid-content");
    let purpose = json!({"purpose": "Mencocokkan dengan KTP di loket"});
    let elsewhere = of.world.service.staff(Role::OfficeAdmin, "33.06").await;
    of.world.send(&elsewhere, &path, &purpose).await.problem(404, "not-found");
    of.world.send(&of.world.hr, &path, &purpose).await.problem(403, "forbidden");
    let shown = of.world.send(&of.counter, &path, &purpose).await.expect(200);
    assert_eq!((shown.text_of("nik"), shown.text_of("family_card")), ("3672014101990009", "3672011503150021"));
    assert_eq!(shown.header("cache-control"), "private, no-store");
    let reveals = access_record::Entity::find().filter(access_record::Column::Act.eq("reveal"));
    let rows = reveals.all(of.world.service.state().db.reader()).await.unwrap();
    let purposes: Vec<_> = rows.iter().map(|row| row.purpose.as_deref()).collect();
    assert_eq!(purposes, [Some("Mencocokkan dengan KTP di loket")], "one, before anything was flushed");
    let log = of.read(&of.token, "/v1/me/access-log").await.expect(200);
    assert!(acts(&log).contains(&("reveal".to_owned(), "counter_officer".to_owned())));
}

#[tokio::test]
async fn an_export_has_placements_and_the_log_what_was_done_with_cards_and_files() {
    let of = Registered::new().await;
    of.attach().await;
    of.world.send(&of.counter, &format!("{}/ak1-cards", of.path()), &Value::Null).await.expect(201);
    let list = of.world.read(&of.counter, "/v1/attachments?subject_kind=job_seeker").await.expect(200);
    let content = format!("/v1/attachments/{}/content", list["data"][0]["id"].as_str().unwrap());
    of.world.read(&of.counter, &content).await.expect(200);
    let downloads = access_record::Entity::find().filter(access_record::Column::Act.eq("download"));
    let rows = downloads.all(of.world.service.state().db.reader()).await.unwrap();
    assert_eq!(rows.len(), 1, "of a paper it is on record before the answer");

    let vacancies = of.world.publish(&[line("Penjahit", 1)]).await;
    let mut worker = hired(&vacancies[0], 1);
    worker["worker"]["nik"] = person(1)["identity"]["nik"].clone();
    worker["worker"]["name"] = json!("Siti Contoh 1");
    worker["worker"]["sex"] = json!("female");
    let report = of.world.report_hired(&[worker]).await;
    of.world.accept_hired(&report).await.expect(200);
    let export = of.read(&of.token, "/v1/me/export").await.expect(200);
    let placement = &export["placements"][0];
    assert_eq!(
        (&placement["employer"], &placement["position"]),
        (&json!("PT Contoh Baja Nusantara"), &json!("Penjahit"))
    );
    assert_eq!((&placement["start_on"], &placement["status"]), (&json!("2026-12-01"), &json!("active")));
    assert_eq!(placement["job_seeker_id"], json!(of.id));

    let log = of.read(&of.token, "/v1/me/access-log?limit=100").await.expect(200);
    let seen = |of: &str, act: &str| {
        log["data"].as_array().unwrap().iter().any(|entry| entry["of"] == of && entry["act"] == act)
    };
    for (of, act) in [("ak1_card", "prepare"), ("file", "store"), ("job_seeker", "download"), ("job_seeker", "place")] {
        assert!(seen(of, act), "{of} {act}: {log}");
    }
}

#[tokio::test]
async fn an_office_keeps_for_a_time_of_its_own() {
    let mut of = Registered::new().await;
    of.world.send(&of.counter, "/v1/job-seekers", &person(2)).await.expect(201);
    let policy = json!({
        "rule": "retention.seeker-draft", "scope": "36.72", "valid_from": "2027-01-01", "amount": 3, "unit": "months",
        "law": "Keputusan Kepala Dinas 1/2026",
    });
    of.world.send(&of.admin, "/v1/policies", &policy).await.expect(201);
    let state = std::sync::Arc::clone(of.world.service.state());
    let drafts = async || disnaker::privacy::retention::due(&state).await.unwrap()[0];
    of.later("2027-02-20T02:00:00Z");
    assert_eq!(drafts().await, ("job_seeker_draft", 0));
    of.later("2027-02-25T02:00:00Z");
    assert_eq!(drafts().await, ("job_seeker_draft", 1), "three months, and not the twelve of others");
    disnaker::privacy::retention::sweep(&state).await.unwrap();
    assert_eq!(drafts().await, ("job_seeker_draft", 0));
}

#[tokio::test]
async fn a_breach_is_written_on_when_a_record_of_it_has_left() {
    let of = Registered::new().await;
    let new = json!({
        "office": "36.72", "found_at": "2026-11-20T10:00:00Z", "data": "Nama", "happened": "Daftar tertinggal",
        "handling": "Diambil kembali", "affected": {"job_seeker_ids": [of.id]},
    });
    let breach = of.world.send(&of.admin, "/v1/data-breaches", &new).await.expect(201);
    let transfer = json!({"to_office": "33.06", "reason": "Pindah alamat"});
    of.world.send(&of.counter, &format!("{}/transfer", of.path()), &transfer).await.expect(200);
    let path = format!("/v1/data-breaches/{}", breach.text_of("id"));
    let change = async |patch: Value| {
        of.world.service.patch(&path).token(&of.admin).header("if-match", "*").json(&patch).send().await
    };
    assert_eq!(change(json!({"persons": 1})).await.expect(200)["persons"], 1);
    let added = json!({"affected": {"job_seeker_ids": [of.id, uuid::Uuid::nil()]}});
    let reply = change(added).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/affected/job_seeker_ids/1", "unknown-reference")]);
}
