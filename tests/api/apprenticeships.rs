//! Apprenticeships: from a company's draft to a participant's certificate, and what is refused on the way.

use disnaker_entity::access::Role;
use disnaker_entity::apprenticeship::agreement;
use disnaker_entity::company::CompanyId;
use disnaker_entity::plumbing::{access_record, deadline, journal, movement};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::harness::{Reply, unused};
use crate::world::{World, company, ids, person, with};

const PROGRAMMES: &str = "/v1/apprenticeship-programmes";
const AGREEMENTS: &str = "/v1/apprenticeship-agreements";
const LIST: &str = "/v1/work-lists/apprenticeships";

/// A company with 220 workers, and an office that approves.
struct Guild {
    world: World,
    officer: String,
    counter: String,
}

/// Somebody in the register whose card holds.
struct Holder {
    subject: String,
    id: String,
    number: String,
    name: String,
}

impl Guild {
    async fn open() -> Self {
        let guild = Self::unreported().await;
        report(&guild.world, &guild.world.hr, guild.world.company, 220).await;
        guild
    }

    /// One whose company has not filed its employment report.
    async fn unreported() -> Self {
        let world = World::new().await;
        let officer = world.service.staff(Role::TrainingOfficer, "36.72").await;
        let counter = world.service.staff(Role::CounterOfficer, "36.72").await;
        Self { world, officer, counter }
    }

    async fn later(&mut self, time: &str) {
        self.world.later(time);
        self.officer = self.world.service.staff(Role::TrainingOfficer, "36.72").await;
        self.counter = self.world.service.staff(Role::CounterOfficer, "36.72").await;
        disnaker::app::sweep(self.world.service.state()).await.unwrap();
    }

    fn new_programme(&self, changes: Value) -> Value {
        let sample = json!(disnaker::apprenticeships::programmes::bodies::NewApprenticeshipProgramme::sample());
        with(with(sample, json!({"company_id": self.world.company})), changes)
    }

    async fn draft(&self, changes: Value) -> Reply {
        self.world.send(&self.world.hr, PROGRAMMES, &self.new_programme(changes)).await
    }

    /// A programme that waits for the office: its path.
    async fn submitted(&self, changes: Value) -> String {
        let path = format!("{PROGRAMMES}/{}", self.draft(changes).await.expect(201).text_of("id"));
        self.world.act(&self.world.hr, &format!("{path}/submit")).await.expect(200);
        path
    }

    async fn approved(&self, changes: Value) -> String {
        let path = self.submitted(changes).await;
        self.world.act(&self.officer, &format!("{path}/approve")).await.expect(200);
        path
    }

    /// Somebody who has just been registered and was given a card.
    async fn holder(&self, said: &Value) -> Holder {
        let subject = unused("warga");
        let (world, token) = (&self.world, self.world.service.token(&subject));
        let id = world.send(&token, "/v1/job-seekers", said).await.expect(201).text_of("id").to_owned();
        world.act(&token, &format!("/v1/job-seekers/{id}/submit")).await.expect(200);
        world.act(&self.counter, &format!("/v1/job-seekers/{id}/verify")).await.expect(200);
        let (number, name) = (self.card(&id).await, said["identity"]["name"].as_str().unwrap().to_owned());
        Holder { subject, id, number, name }
    }

    /// A card that holds, of a record. Its number.
    async fn card(&self, id: &str) -> String {
        let card = self.world.act(&self.counter, &format!("/v1/job-seekers/{id}/ak1-cards")).await.expect(201);
        let path = format!("/v1/ak1-cards/{}", card.text_of("id"));
        self.world.act(&self.counter, &format!("{path}/print")).await.expect(200);
        self.world.act(&self.world.officer, &format!("{path}/sign")).await.expect(200);
        card.text_of("number").to_owned()
    }

    /// Files an agreement for a programme.
    async fn file(&self, programme: &str, of: &Holder, changes: Value) -> Reply {
        self.file_by(&self.world.hr, programme, of, changes).await
    }

    async fn file_by(&self, hr: &str, programme: &str, of: &Holder, changes: Value) -> Reply {
        let new = with(agreement(), json!({"ak1_number": of.number, "name": of.name}));
        self.world.send(hr, &format!("{programme}/agreements"), &with(new, changes)).await
    }

    /// An agreement that runs: its path.
    async fn endorsed(&self, programme: &str, of: &Holder) -> String {
        let filed = self.file(programme, of, json!({})).await.expect(201);
        let path = format!("{AGREEMENTS}/{}", filed.text_of("id"));
        self.world.act(&self.officer, &format!("{path}/endorse")).await.expect(200);
        path
    }

    async fn read(&self, path: &str) -> Reply {
        self.world.read(&self.officer, path).await.expect(200)
    }

    /// The events of a kind of record in their order; none of them says anything of a person.
    async fn journaled(&self, kind: &str) -> Vec<String> {
        let select = journal::Entity::find().filter(journal::Column::SubjectKind.eq(kind));
        let rows = select.order_by_asc(journal::Column::Seq).all(self.world.service.state().db.reader()).await.unwrap();
        for row in &rows {
            for word in ["Contoh", "367201", "AK1-", "26000000001", "job_seeker"] {
                assert!(!row.body.contains(word), "{word}: {}", row.body);
            }
        }
        rows.into_iter().map(|row| row.event.split_once('.').unwrap().1.to_owned()).collect()
    }

    /// Kind, quantity and dimensions of what was counted of apprenticeships.
    async fn counted(&self) -> Vec<movement::Model> {
        let select = movement::Entity::find().filter(movement::Column::Kind.starts_with("apprentice"));
        select.order_by_asc(movement::Column::Seq).all(self.world.service.state().db.reader()).await.unwrap()
    }

    async fn clock(&self, path: &str, rule: &str) -> deadline::Model {
        let id: uuid::Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
        let select = deadline::Entity::find().filter(deadline::Column::SubjectId.eq(id));
        let select = select.filter(deadline::Column::Rule.eq(rule));
        select.one(self.world.service.state().db.reader()).await.unwrap().unwrap()
    }
}

/// What is agreed on in the document's example, covered from the first day.
fn agreement() -> Value {
    json!(disnaker::apprenticeships::agreements::bodies::NewApprenticeshipAgreement::sample())
}

/// A company reports its workers.
async fn report(world: &World, hr: &str, company: CompanyId, workers: i32) -> Reply {
    let mut new = json!(disnaker::companies::employment::bodies::NewEmploymentReport::sample());
    let all = json!({"men": workers, "women": 0, "under_18": 0, "adults": workers, "permanent": workers, "fixed_term": 0,
        "foreign": 0, "with_disability": 0, "with_social_security": 0});
    new["employment"]["workers"] = all;
    world.send(hr, &format!("/v1/companies/{company}/employment-reports"), &new).await.expect(201)
}

fn missing() -> Value {
    json!({"missing": ["Surat penunjukan pembimbing", "Rancangan perjanjian"]})
}

fn reason() -> Value {
    json!({"reason": "Lini produksi dihentikan"})
}

#[tokio::test]
async fn a_programme_is_approved_and_an_agreement_is_endorsed_and_completed() {
    let mut guild = Guild::open().await;
    let drafted = guild.draft(json!({"places": 1})).await.expect(201);
    let path = format!("{PROGRAMMES}/{}", drafted.text_of("id"));
    assert_eq!(
        (drafted.text_of("status"), &drafted["office"], &drafted["due_on"]),
        ("draft", &json!(null), &json!(null))
    );
    assert_eq!(drafted["allowed_actions"], json!(["submit", "withdraw"]));
    assert!(drafted.text_of("note").contains("menjadi pekerja"), "{drafted}");
    guild.world.read(&guild.officer, &path).await.problem(404, "not-found");
    let call = guild.world.service.patch(&path).token(&guild.world.hr).header("if-match", drafted.header("etag"));
    let patched = call.body(r#"{"places": 2}"#, "application/merge-patch+json").send().await.expect(200);
    assert_eq!((patched["places"].as_i64(), patched["mentors"].as_array().unwrap().len()), (Some(2), 1));

    let submitted = guild.world.act(&guild.world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!((submitted.text_of("office"), submitted.text_of("due_on")), ("36.72", "2026-11-26"));
    assert_eq!(submitted["allowed_actions"], json!(["withdraw"]));
    let waiting = guild.read(LIST).await;
    assert_eq!(waiting["data"][0]["kind"], "programme");
    assert_eq!(waiting["data"][0]["allowed_actions"], json!(["return", "approve", "reject"]));

    // What is sent back has been answered; the days begin anew once it is filed again.
    let returned = guild.world.send(&guild.officer, &format!("{path}/return"), &missing()).await.expect(200);
    assert_eq!((returned.text_of("status"), &returned["due_on"]), ("returned", &json!(null)));
    let seen = guild.world.read(&guild.world.hr, &path).await.expect(200);
    assert_eq!(seen["missing"], json!(["Surat penunjukan pembimbing", "Rancangan perjanjian"]));
    assert_eq!(guild.read(LIST).await["data"], json!([]));
    guild.later("2026-11-25T02:00:00Z").await;
    let again = guild.world.act(&guild.world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!((again.text_of("due_on"), &again["missing"]), ("2026-11-30", &json!([])), "over a weekend");
    guild.later("2026-11-26T02:00:00Z").await;
    let approved = guild.world.act(&guild.officer, &format!("{path}/approve")).await.expect(200);
    assert_eq!((approved.text_of("number"), approved.text_of("approved_on")), ("MGA-36.72-2026-000001", "2026-11-26"));
    assert_eq!(guild.clock(&path, "apprenticeship.approval").await.met_on, "2026-11-26".parse().ok());
    assert_eq!(approved["allowed_actions"], json!(["cancel"]));
    guild.world.act(&guild.officer, &format!("{path}/approve")).await.problem(409, "illegal-transition");

    let holder = guild.holder(&person(1)).await;
    let terms = with(agreement()["terms"].clone(), json!({"signed_on": "2026-11-26"}));
    let filed = guild.file(&path, &holder, json!({"terms": terms, "cover": null})).await.expect(201);
    let own = format!("{AGREEMENTS}/{}", filed.text_of("id"));
    assert_eq!((filed.text_of("status"), filed.text_of("due_on")), ("filed", "2026-12-01"));
    assert_eq!((&filed["name"], &filed["ak1_number"]), (&json!(holder.name), &json!(holder.number)));
    assert_eq!((&filed["cover"], &filed["covered"]), (&json!(null), &json!(false)));
    assert_eq!(guild.read(&path).await["taken"], 1);
    let waiting = guild.read(LIST).await;
    assert_eq!(
        (&waiting["data"][0]["kind"], &waiting["data"][0]["due_on"]),
        (&json!("agreement"), &json!("2026-12-01"))
    );
    assert!(!waiting.text.contains(&holder.name) && !waiting.text.contains(&holder.number), "{waiting}");

    guild.world.send(&guild.officer, &format!("{own}/return"), &missing()).await.expect(200);
    guild.later("2026-11-27T02:00:00Z").await;
    let mended = json!({"terms": with(terms, json!({"ends_on": "2027-05-31"}))});
    let again = guild.world.send(&guild.world.hr, &format!("{own}/file"), &mended).await.expect(200);
    assert_eq!(
        (again.text_of("due_on"), &again["missing"]),
        ("2026-12-02", &json!([])),
        "from the day it is filed again"
    );
    let refused = guild.world.act(&guild.officer, &format!("{own}/endorse")).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/cover", "not-covered")]);
    let short = with(agreement()["cover"].clone(), json!({"until": "2027-05-30"}));
    let covered = guild.world.send(&guild.world.hr, &format!("{own}/cover"), &short).await.expect(200);
    assert_eq!(covered["covered"], false, "a day too short");
    let whole = agreement()["cover"].clone();
    guild.world.send(&guild.world.hr, &format!("{own}/cover"), &whole).await.expect(200);
    let endorsed = guild.world.act(&guild.officer, &format!("{own}/endorse")).await.expect(200);
    assert_eq!((endorsed.text_of("status"), endorsed.text_of("endorsed_on")), ("endorsed", "2026-11-27"));
    assert_eq!((&endorsed["cover"], &endorsed["due_on"]), (&whole, &json!(null)));
    let clock = guild.clock(&own, "apprenticeship.agreement-endorsement").await;
    assert_eq!((clock.started_on, clock.met_on), ("2026-11-27".parse().unwrap(), "2026-11-27".parse().ok()));

    let certificate = json!({"certificate": "SERT/2027/001"});
    let early = guild.world.send(&guild.world.hr, &format!("{own}/complete"), &certificate).await;
    assert_eq!(early.problem(409, "illegal-transition")["allowed"], json!(["end"]));
    guild.later("2027-07-01T02:00:00Z").await;
    guild.later("2027-07-02T02:00:00Z").await;
    assert_eq!(guild.read(&path).await["status"], "closed");
    let done = guild.world.send(&guild.world.hr, &format!("{own}/complete"), &certificate).await.expect(200);
    assert_eq!((done.text_of("status"), done.text_of("certificate")), ("completed", "SERT/2027/001"));
    assert_eq!(done["allowed_actions"], json!([]));
    let events = guild.journaled("apprenticeship_agreement").await;
    assert_eq!(
        events,
        ["file", "return", "file", "update", "update", "endorse", "over", "complete"],
        "over is told once"
    );
    let events = guild.journaled("apprenticeship_programme").await;
    assert_eq!(events, ["create", "update", "submit", "return", "submit", "approve", "expire"]);
    let counted = guild.counted().await;
    let kinds: Vec<_> = counted.iter().map(|row| (row.kind.as_str(), row.quantity)).collect();
    assert_eq!(kinds, [("apprenticeship_approved", 2), ("apprentice_started", 1), ("apprentice_completed", 1)]);
    let started = &counted[1];
    assert_eq!(
        (started.sex.as_deref(), started.birth_year, started.occupation.as_deref()),
        (Some("female"), Some(1999), Some("72"))
    );
    assert_eq!(
        (started.education.as_deref(), started.region.as_deref()),
        (Some("vocational_secondary"), Some("36.72"))
    );
    let status = guild.world.read(&guild.counter, &format!("/v1/job-seekers/{}", holder.id)).await.expect(200);
    assert_eq!(status["status"], "registered", "an apprentice is no worker");
}

#[tokio::test]
async fn every_fault_of_a_programme_is_told_at_once() {
    let guild = Guild::open().await;
    let wrong = json!({
        "title": " ", "occupation": "9x", "skkni_code": "C 25", "starts_on": "2026-11-22", "places": 0, "mentors": [],
        "pocket_money": {"transport": 0, "meals": 0, "incentive": 0}, "regions": ["36.72", "36.72", "36", "99.99"],
    });
    let reply = guild.draft(wrong).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [
            ("/title", "blank"),
            ("/occupation", "unknown-reference"),
            ("/skkni_code", "skkni-code"),
            ("/regions/1", "stands-twice"),
            ("/regions/2", "not-a-district"),
            ("/regions/3", "unknown-reference"),
            ("/starts_on", "out-of-range"),
            ("/places", "out-of-range"),
            ("/mentors", "wrong-count"),
            ("/pocket_money", "no-pocket-money"),
        ]
    );
    // A year is twelve calendar months.
    guild.draft(json!({"starts_on": "2027-01-04", "ends_on": "2028-01-03"})).await.expect(201);
    let reply = guild.draft(json!({"starts_on": "2027-01-04", "ends_on": "2028-01-04"})).await;
    assert_eq!(reply.problem(422, "invalid-content").faults(), [("/ends_on", "apprenticeship-too-long")]);
    let reply = guild.draft(json!({"company_id": uuid::Uuid::from_u128(7)})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/company_id", "unknown-reference")]);
}

#[tokio::test]
async fn where_it_runs_says_which_office_approves_it() {
    let guild = Guild::open().await;
    for (regions, office) in [(json!(["36.72"]), "36.72"), (json!(["36.04"]), "36"), (json!(["36.04", "36.72"]), "36")]
    {
        let path = guild.submitted(json!({"regions": regions})).await;
        let seen = guild.world.read(&guild.world.hr, &path).await.expect(200);
        assert_eq!(seen["office"], office, "{regions}");
        let there = guild.world.service.staff(Role::TrainingOfficer, office).await;
        guild.world.act(&there, &format!("{path}/approve")).await.expect(200);
    }
    for (regions, code) in [
        (json!(["36.72", "33.06"]), "several-provinces"),
        (json!(["33.05", "33.06"]), "no-province-office"),
        (json!(["33.05"]), "no-receiving-office"),
    ] {
        let reply = guild.draft(json!({"regions": regions})).await.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [("/regions", code)]);
    }
}

#[tokio::test]
async fn both_clocks_count_working_days_over_a_weekend_and_holidays() {
    let mut guild = Guild::open().await;
    guild.later("2026-12-22T02:00:00Z").await;
    // Thursday is joint leave and Friday is Christmas.
    let path = guild.submitted(json!({})).await;
    assert_eq!(guild.read(&path).await["due_on"], "2026-12-29");
    guild.world.act(&guild.officer, &format!("{path}/approve")).await.expect(200);
    let holder = guild.holder(&person(1)).await;
    let terms = with(agreement()["terms"].clone(), json!({"signed_on": "2026-12-22"}));
    guild.later("2026-12-23T02:00:00Z").await;
    let filed = guild.file(&path, &holder, json!({"terms": terms})).await.expect(201);
    assert_eq!(filed["due_on"], "2026-12-29", "from the signing, not from the filing");
    let clock =
        guild.clock(&format!("{AGREEMENTS}/{}", filed.text_of("id")), "apprenticeship.agreement-endorsement").await;
    assert_eq!((clock.party.as_str(), clock.company_id), ("office", None), "the company owes nothing");
    let owed = format!("/v1/companies/{}/obligations", guild.world.company);
    let owed = guild.world.read(&guild.world.hr, &owed).await.expect(200);
    assert!(!owed.text.contains("apprenticeship"), "{owed}");
}

#[tokio::test]
async fn nothing_is_approved_without_an_employment_report_or_beyond_its_share() {
    let guild = Guild::unreported().await;
    let path = format!("{PROGRAMMES}/{}", guild.draft(json!({})).await.expect(201).text_of("id"));
    let submit = format!("{path}/submit");
    let refused = guild.world.act(&guild.world.hr, &submit).await.problem(409, "employment-report-missing");
    assert!(refused.text_of("detail").contains(&format!("/v1/companies/{}/employment-reports", guild.world.company)));
    // A fifth of nine is one.
    let filed = report(&guild.world, &guild.world.hr, guild.world.company, 9).await;
    let refused = guild.world.act(&guild.world.hr, &submit).await.problem(409, "apprentice-cap");
    assert_eq!(refused["detail"], "Paling banyak 1 peserta; 0 tempat sudah dipakai dan 2 diminta.");
    let withdraw = format!("/v1/employment-reports/{}/withdraw", filed.text_of("id"));
    guild.world.act(&guild.world.hr, &withdraw).await.expect(200);
    guild.world.act(&guild.world.hr, &submit).await.problem(409, "employment-report-missing");
    // What was enough when it was filed may not be when it is approved.
    let filed = report(&guild.world, &guild.world.hr, guild.world.company, 10).await;
    guild.world.act(&guild.world.hr, &submit).await.expect(200);
    guild
        .world
        .act(&guild.world.hr, &format!("/v1/employment-reports/{}/withdraw", filed.text_of("id")))
        .await
        .expect(200);
    let approve = format!("{path}/approve");
    guild.world.act(&guild.officer, &approve).await.problem(409, "employment-report-missing");
    report(&guild.world, &guild.world.hr, guild.world.company, 10).await;
    guild.world.act(&guild.officer, &approve).await.expect(200);
}

#[tokio::test]
async fn the_share_is_never_exceeded_however_many_programmes_are_approved_at_once() {
    let guild = Guild::open().await;
    let mut paths = Vec::new();
    for _ in 0..8 {
        paths.push(guild.submitted(json!({"places": 10})).await);
    }
    let approvals = paths.iter().map(|path| format!("{path}/approve")).collect::<Vec<_>>();
    let replies = join_all(approvals.iter().map(|path| guild.world.act(&guild.officer, path))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 4, "44 of 220");
    for reply in replies.into_iter().filter(|reply| reply.status != 200) {
        reply.problem(409, "apprentice-cap");
    }
    // A programme that is closed holds none of its places but those of agreements that run.
    let list = guild.world.read(&guild.world.hr, &format!("{PROGRAMMES}?status=approved")).await.expect(200);
    let first = format!("{PROGRAMMES}/{}", ids(&list["data"], "id")[0]);
    let holder = guild.holder(&person(1)).await;
    guild.endorsed(&first, &holder).await;
    guild.world.act(&guild.world.hr, &format!("{first}/close")).await.expect(200);
    let path = guild.submitted(json!({"places": 13})).await;
    guild.world.act(&guild.officer, &format!("{path}/approve")).await.expect(200);
    let refused = guild.draft(json!({"places": 1})).await.expect(201);
    let submit = format!("{PROGRAMMES}/{}/submit", refused.text_of("id"));
    let refused = guild.world.act(&guild.world.hr, &submit).await.problem(409, "apprentice-cap");
    assert_eq!(refused["detail"], "Paling banyak 44 peserta; 44 tempat sudah dipakai dan 1 diminta.");
}

#[tokio::test]
async fn the_last_place_is_given_once_and_a_person_is_an_apprentice_once() {
    let guild = Guild::open().await;
    let path = guild.approved(json!({"places": 1})).await;
    let mut holders = Vec::new();
    for number in 1..=6 {
        holders.push(guild.holder(&person(number)).await);
    }
    let replies = join_all(holders.iter().map(|of| guild.file(&path, of, json!({})))).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!((won.len(), lost.len()), (1, 5));
    for reply in lost {
        reply.problem(409, "capacity-exhausted");
    }
    let own = format!("{AGREEMENTS}/{}", won[0].text_of("id"));
    guild.world.act(&guild.world.hr, &format!("{own}/withdraw")).await.expect(200);
    assert_eq!(guild.read(&path).await["taken"], 0, "the place is free again");

    // One person, several programmes, at once.
    let mut paths = Vec::new();
    for number in 0..5 {
        let qualification = json!({"skkni_code": null, "qualification": format!("Juru las {number}")});
        paths.push(guild.approved(qualification).await);
    }
    let replies = join_all(paths.iter().map(|path| guild.file(path, &holders[0], json!({})))).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!(won.len(), 1);
    for reply in lost {
        reply.problem(409, "already-exists");
    }
    let db = guild.world.service.state().db.reader();
    let running = agreement::Entity::find().filter(agreement::Column::Status.eq("filed")).all(db).await.unwrap();
    assert_eq!(running.len(), 1);
    let mut taken = 0;
    for path in &paths {
        taken += guild.read(path).await["taken"].as_i64().unwrap();
    }
    assert_eq!(taken, 1, "who was refused holds no place");
}

#[tokio::test]
async fn of_two_companies_that_name_one_person_at_once_one_has_them() {
    let guild = Guild::open().await;
    let rival = guild.world.service.token(&unused("hr"));
    let other = guild.world.send(&rival, "/v1/companies", &company("9120009999991")).await.expect(201);
    report(&guild.world, &rival, other.text_of("id").parse().unwrap(), 220).await;
    for number in 1..=4 {
        // By turns the same qualification and another one: each index says no for itself.
        let code =
            json!({"skkni_code": if number % 2 == 0 { "C.25LAS01.001.1" } else { "C.25LAS01.002.1" }, "places": 1});
        let ours = guild.approved(json!({"places": 1})).await;
        let new = with(guild.new_programme(code), json!({"company_id": other["id"]}));
        let theirs = guild.world.send(&rival, PROGRAMMES, &new).await.expect(201);
        let theirs = format!("{PROGRAMMES}/{}", theirs.text_of("id"));
        guild.world.act(&rival, &format!("{theirs}/submit")).await.expect(200);
        guild.world.act(&guild.officer, &format!("{theirs}/approve")).await.expect(200);
        let holder = guild.holder(&person(number)).await;
        let (one, two) = futures_util::future::join(
            guild.file(&ours, &holder, json!({})),
            guild.file_by(&rival, &theirs, &holder, json!({})),
        )
        .await;
        let (won, lost) = if one.status == 201 { (one, two) } else { (two, one) };
        won.expect(201);
        lost.problem(409, "already-exists");
        let taken =
            guild.read(&ours).await["taken"].as_i64().unwrap() + guild.read(&theirs).await["taken"].as_i64().unwrap();
        assert_eq!(taken, 1, "who was refused holds no place");
    }
}

#[tokio::test]
async fn a_company_has_no_more_apprentices_than_its_workers_allow_now() {
    let guild = Guild::open().await;
    let path = guild.approved(json!({"places": 9})).await;
    let mut holders = Vec::new();
    for number in 1..=6 {
        holders.push(guild.holder(&person(number)).await);
    }
    guild.file(&path, &holders[0], json!({})).await.expect(201);
    // The next report says that there are fewer workers.
    let mut fewer = json!(disnaker::companies::employment::bodies::NewEmploymentReport::sample());
    fewer["occurred_on"] = json!("2026-10-01");
    let workers = json!({"men": 10, "women": 0, "under_18": 0, "adults": 10, "permanent": 10, "fixed_term": 0, "foreign": 0,
        "with_disability": 0, "with_social_security": 0});
    fewer["employment"]["workers"] = workers;
    let reports = format!("/v1/companies/{}/employment-reports", guild.world.company);
    guild.world.send(&guild.world.hr, &reports, &fewer).await.expect(201);
    // Two of ten, however many are filed at once.
    let replies = join_all(holders[1..].iter().map(|of| guild.file(&path, of, json!({})))).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!(won.len(), 1);
    for reply in lost {
        reply.problem(409, "apprentice-cap");
    }
    assert_eq!(guild.read(&path).await["taken"], 2);
}

#[tokio::test]
async fn nobody_goes_through_the_same_qualification_twice() {
    let mut guild = Guild::open().await;
    let first = guild.approved(json!({"ends_on": "2027-01-29"})).await;
    let holder = guild.holder(&person(1)).await;
    let mut terms = agreement()["terms"].clone();
    terms["ends_on"] = json!("2027-01-29");
    let filed = guild.file(&first, &holder, json!({"terms": terms})).await.expect(201);
    let own = format!("{AGREEMENTS}/{}", filed.text_of("id"));
    guild.world.act(&guild.officer, &format!("{own}/endorse")).await.expect(200);
    guild.later("2027-01-29T02:00:00Z").await;
    let certificate = json!({"certificate": "SERT/2027/001"});
    guild.world.send(&guild.world.hr, &format!("{own}/complete"), &certificate).await.expect(200);

    let terms = json!({"signed_on": "2027-01-29", "starts_on": "2027-02-01", "ends_on": "2027-06-30",
        "pocket_money": agreement()["terms"]["pocket_money"]});
    let dates = json!({"starts_on": "2027-02-01"});
    // The same by its code, whatever it is called.
    let same = guild.approved(with(dates.clone(), json!({"qualification": "Welder"}))).await;
    let refused = guild.file(&same, &holder, json!({"terms": terms})).await.problem(409, "already-exists");
    assert!(refused.text_of("detail").contains("kualifikasi yang sama"), "{refused}");
    let other = guild.approved(with(dates, json!({"skkni_code": "C.25LAS01.002.1"}))).await;
    let filed = guild.file(&other, &holder, json!({"terms": terms})).await.expect(201);
    let own = format!("{AGREEMENTS}/{}", filed.text_of("id"));
    guild.world.act(&guild.officer, &format!("{own}/endorse")).await.expect(200);
    // What was ended before its time was not gone through.
    let ended = guild.world.send(&guild.officer, &format!("{own}/end"), &reason()).await.expect(200);
    assert_eq!((ended.text_of("status"), ended.text_of("status_reason")), ("ended", "Lini produksi dihentikan"));
    assert_eq!(guild.read(&other).await["taken"], 0);
    guild.file(&other, &holder, json!({"terms": terms})).await.expect(201);
    let kinds: Vec<_> = guild.counted().await.into_iter().map(|row| row.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "apprentice_ended").count(), 1);
}

#[tokio::test]
async fn a_company_learns_nothing_of_a_person_that_it_does_not_know() {
    let guild = Guild::open().await;
    let path = guild.approved(json!({"places": 5})).await;
    let holder = guild.holder(&person(1)).await;
    let nobody = Holder { number: "AK1-36.72-2026-999999".into(), ..guild.holder(&person(2)).await };
    let unknown = guild.file(&path, &nobody, json!({})).await.problem(422, "invalid-content");
    assert_eq!(unknown.faults(), [("/ak1_number", "unknown-reference")]);
    let wrong_name = guild.file(&path, &holder, json!({"name": "Siti Contoh 2"})).await.problem(422, "invalid-content");
    assert_eq!(wrong_name.anonymous(), unknown.anonymous());
    // A card that is not given out yet, or was taken back, is none.
    let draft = guild.world.send(&guild.counter, "/v1/job-seekers", &person(3)).await.expect(201);
    let record = format!("/v1/job-seekers/{}", draft.text_of("id"));
    guild.world.act(&guild.counter, &format!("{record}/submit")).await.expect(200);
    guild.world.act(&guild.counter, &format!("{record}/verify")).await.expect(200);
    let card = guild.world.act(&guild.counter, &format!("{record}/ak1-cards")).await.expect(201);
    let prepared = json!({"ak1_number": card["number"], "name": "Siti Contoh 3"});
    let reply = guild.file(&path, &holder, prepared).await.problem(422, "invalid-content");
    assert_eq!(reply.anonymous(), unknown.anonymous());
    let removal = json!({"reason": "withdrew"});
    guild.world.send(&guild.counter, &format!("/v1/job-seekers/{}/remove", holder.id), &removal).await.expect(200);
    let reply = guild.file(&path, &holder, json!({})).await.problem(422, "invalid-content");
    assert_eq!(reply.anonymous(), unknown.anonymous());
    assert_eq!(guild.read(&path).await["taken"], 0);
    // However it is written, it is the same number and name.
    let other = guild.holder(&person(4)).await;
    let written = json!({"ak1_number": other.number.to_lowercase(), "name": "SITI  CONTOH 4"});
    let filed = guild.file(&path, &other, written).await.expect(201);
    assert_eq!((&filed["ak1_number"], &filed["name"]), (&json!(other.number), &json!("SITI  CONTOH 4")));
    assert!(!filed.text.contains("36720141") && !filed.text.contains(&other.id), "{filed}");
}

#[tokio::test]
async fn every_fault_of_an_agreement_is_told_and_a_participant_is_old_enough() {
    let guild = Guild::open().await;
    let path = guild.approved(json!({})).await;
    let holder = guild.holder(&person(1)).await;
    let wrong = json!({
        "terms": {"signed_on": "2026-11-24", "starts_on": "2027-07-01", "ends_on": "2027-07-02",
            "pocket_money": {"transport": -1, "meals": 900_000, "incentive": 500_000}},
        "cover": {"member_number": "26-1", "from": "2027-01-01", "until": "2026-12-31", "payer": "company"},
    });
    assert_eq!(
        guild.file(&path, &holder, wrong).await.problem(422, "invalid-content").faults(),
        [
            ("/terms/signed_on", "out-of-range"),
            ("/terms/starts_on", "out-of-range"),
            ("/terms/pocket_money/transport", "out-of-range"),
            ("/terms/pocket_money", "less-than-approved"),
            ("/cover/member_number", "member-number"),
            ("/cover/until", "out-of-range"),
        ]
    );
    let mut young = person(2);
    young["identity"]["nik"] = json!("3672014501100002");
    young["identity"]["birth_on"] = json!("2010-01-05");
    let young = guild.holder(&young).await;
    let reply = guild.file(&path, &young, json!({})).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/terms/starts_on", "too-young")]);
    let terms = with(agreement()["terms"].clone(), json!({"starts_on": "2027-01-05"}));
    guild.file(&path, &young, json!({"terms": terms})).await.expect(201);
    // Agreements are for a programme that is approved.
    let waits = guild.submitted(json!({})).await;
    guild.file(&waits, &holder, json!({})).await.problem(409, "illegal-transition");
}

#[tokio::test]
async fn an_office_may_endorse_without_cover_where_its_rule_says_so() {
    let mut guild = Guild::open().await;
    let admin = guild.world.service.staff(Role::OfficeAdmin, "36.72").await;
    let rule = json!({"rule": "apprenticeship.cover", "scope": "36.72", "valid_from": "2026-11-25", "amount": 0,
        "unit": "flag", "law": "Surat Kepala Dinas 1", "law_en": "Letter 1 of the head of the office"});
    guild.world.send(&admin, "/v1/policies", &rule).await.expect(201);
    let path = guild.approved(json!({})).await;
    let holder = guild.holder(&person(1)).await;
    let filed = guild.file(&path, &holder, json!({"cover": null})).await.expect(201);
    let endorse = format!("{AGREEMENTS}/{}/endorse", filed.text_of("id"));
    let refused = guild.world.act(&guild.officer, &endorse).await.problem(422, "invalid-content");
    assert_eq!(refused["errors"][0]["expected"], "Permenaker 6/2020 Pasal 13; Permenaker 5/2021 Pasal 35");
    guild.later("2026-11-25T02:00:00Z").await;
    let endorsed = guild.world.act(&guild.officer, &endorse).await.expect(200);
    assert_eq!((endorsed.text_of("status"), &endorsed["covered"]), ("endorsed", &json!(false)));
}

#[tokio::test]
async fn programmes_are_seen_by_both_sides_and_people_by_those_who_must() {
    let guild = Guild::open().await;
    let path = guild.approved(json!({})).await;
    let holder = guild.holder(&person(1)).await;
    let own = guild.endorsed(&path, &holder).await;
    let service = &guild.world.service;
    let viewer = service.staff(Role::Viewer, "36.72").await;
    guild.world.read(&viewer, &path).await.expect(200);
    guild.world.read(&viewer, &own).await.problem(403, "forbidden");
    guild.world.read(&guild.counter, &path).await.problem(403, "forbidden");
    let above = service.staff(Role::ProvinceAdmin, "36").await;
    let seen = guild.world.read(&above, &own).await.expect(200);
    assert_eq!(seen["allowed_actions"], json!([]), "it reads, and the district acts");
    assert_eq!((&seen["cover"], &seen["covered"]), (&json!(null), &json!(true)), "no number of who is covered");
    guild.world.send(&above, &format!("{own}/end"), &reason()).await.problem(404, "not-found");
    let elsewhere = service.staff(Role::TrainingOfficer, "33.06").await;
    let other = service.token(&unused("hr"));
    guild.world.send(&other, "/v1/companies", &company("9120009999991")).await.expect(201);
    for stranger in [&elsewhere, &other] {
        guild.world.read(stranger, &path).await.problem(404, "not-found");
        guild.world.read(stranger, &own).await.problem(404, "not-found");
        assert_eq!(guild.world.read(stranger, AGREEMENTS).await.expect(200)["data"], json!([]));
    }

    // The participant reads their own, and who read it.
    let token = service.token(&holder.subject);
    let read = guild.world.read(&token, &own).await.expect(200);
    assert_eq!((&read["company_name"], &read["allowed_actions"]), (&json!("PT Contoh Baja Nusantara"), &json!([])));
    assert!(read["cover"]["member_number"].is_string(), "{read}");
    let links = guild.world.read(&token, "/v1/me").await.expect(200)["links"].clone();
    assert!(links.as_array().unwrap().contains(&json!(AGREEMENTS)), "{links}");
    let list = guild.world.read(&token, AGREEMENTS).await.expect(200);
    assert_eq!(ids(&list["data"], "id"), [own.rsplit('/').next().unwrap()]);
    guild.world.act(&token, &format!("{own}/endorse")).await.problem(403, "forbidden");
    let export = guild.world.read(&token, "/v1/me/export").await.expect(200);
    assert_eq!(export["apprenticeships"][0]["id"], read["id"]);
    guild.world.read(&guild.officer, AGREEMENTS).await.expect(200);
    let state = service.state();
    state.reads.flush(&state.db).await;
    let id: uuid::Uuid = holder.id.parse().unwrap();
    let reads = access_record::Entity::find().filter(access_record::Column::SubjectId.eq(id));
    let reads = reads.all(state.db.reader()).await.unwrap();
    let by = |role: &str| reads.iter().filter(|read| read.actor.contains(role)).count();
    assert_eq!((by("province_admin"), by("training_officer")), (1, 1), "{reads:?}");
    let log = guild.world.read(&token, "/v1/me/access-log?limit=100").await.expect(200);
    let entries = log["data"].as_array().unwrap().iter().filter(|entry| entry["of"] == "apprenticeship_agreement");
    let mut acts: Vec<_> = entries.map(|entry| entry["act"].as_str().unwrap()).collect();
    acts.sort_unstable();
    assert_eq!(acts, ["endorse", "file"]);
}

#[tokio::test]
async fn an_approval_is_cancelled_with_all_that_rests_on_it() {
    let guild = Guild::open().await;
    let (first, second) = (guild.holder(&person(1)).await, guild.holder(&person(2)).await);
    for canceller in [&guild.world.hr, &guild.officer] {
        let path = guild.approved(json!({})).await;
        let running = guild.endorsed(&path, &first).await;
        let waiting = guild.file(&path, &second, json!({})).await.expect(201);
        let waiting = format!("{AGREEMENTS}/{}", waiting.text_of("id"));
        let cancelled = guild.world.send(canceller, &format!("{path}/cancel"), &reason()).await.expect(200);
        assert_eq!((cancelled.text_of("status"), &cancelled["allowed_actions"]), ("cancelled", &json!([])));
        let running = guild.read(&running).await;
        assert_eq!(
            (running.text_of("status"), running.text_of("status_reason")),
            ("ended", "Lini produksi dihentikan")
        );
        let withdrawn = guild.read(&waiting).await;
        assert_eq!((withdrawn.text_of("status"), &withdrawn["due_on"]), ("withdrawn", &json!(null)));
        assert!(guild.clock(&waiting, "apprenticeship.agreement-endorsement").await.cancelled);
    }
    assert_eq!(guild.read(LIST).await["data"], json!([]));
    let counted: Vec<_> = guild.counted().await.into_iter().map(|row| (row.kind, row.quantity)).collect();
    let approved: i64 = counted.iter().filter(|(kind, _)| kind == "apprenticeship_approved").map(|(_, one)| one).sum();
    assert_eq!((approved, counted.len()), (0, 8));
}

#[tokio::test]
async fn a_programme_is_refused_taken_back_and_closed() {
    let guild = Guild::open().await;
    let path = guild.submitted(json!({})).await;
    guild
        .world
        .send(&guild.officer, &format!("{path}/reject"), &json!({"reason": "x"}))
        .await
        .problem(422, "invalid-content");
    let rejected = guild.world.send(&guild.officer, &format!("{path}/reject"), &reason()).await.expect(200);
    assert_eq!(
        (rejected.text_of("status"), rejected.text_of("status_reason")),
        ("rejected", "Lini produksi dihentikan")
    );
    assert!(guild.clock(&path, "apprenticeship.approval").await.met_on.is_some(), "the office has answered");
    let path = guild.submitted(json!({})).await;
    guild.world.act(&guild.world.hr, &format!("{path}/withdraw")).await.expect(200);
    assert!(guild.clock(&path, "apprenticeship.approval").await.cancelled, "nobody awaits an answer");
    guild.world.act(&guild.world.hr, &format!("{path}/submit")).await.problem(409, "illegal-transition");

    let path = guild.approved(json!({})).await;
    let (first, second) = (guild.holder(&person(1)).await, guild.holder(&person(2)).await);
    let running = guild.endorsed(&path, &first).await;
    let waiting = guild.file(&path, &second, json!({})).await.expect(201);
    guild.world.act(&guild.world.hr, &format!("{path}/close")).await.expect(200);
    assert_eq!(guild.read(&running).await["status"], "endorsed", "it goes on");
    let waiting = guild.read(&format!("{AGREEMENTS}/{}", waiting.text_of("id"))).await;
    assert_eq!(waiting["status"], "withdrawn");
    guild.file(&path, &second, json!({})).await.problem(409, "illegal-transition");
}

#[tokio::test]
async fn the_work_list_is_by_due_date_and_by_the_page() {
    let mut guild = Guild::open().await;
    let path = guild.approved(json!({})).await;
    let mut expected = vec![guild.submitted(json!({"places": 3})).await];
    let holder = guild.holder(&person(1)).await;
    guild.later("2026-11-24T02:00:00Z").await;
    let terms = with(agreement()["terms"].clone(), json!({"signed_on": "2026-11-24"}));
    let filed = guild.file(&path, &holder, json!({"terms": terms})).await.expect(201);
    expected.push(format!("{AGREEMENTS}/{}", filed.text_of("id")));
    guild.later("2026-11-25T02:00:00Z").await;
    expected.push(guild.submitted(json!({})).await);
    let expected: Vec<_> = expected.iter().map(|path| path.rsplit('/').next().unwrap()).collect();
    let all = guild.read(LIST).await;
    assert_eq!(ids(&all["data"], "id"), expected);
    assert_eq!(ids(&all["data"], "due_on"), ["2026-11-26", "2026-11-27", "2026-11-30"]);
    let (mut seen, mut next) = (Vec::new(), format!("{LIST}?limit=1"));
    for _ in 0..3 {
        let page = guild.read(&next).await;
        seen.extend(ids(&page["data"], "id"));
        next = format!("{LIST}?limit=1&cursor={}", page["next"].as_str().unwrap_or_default());
    }
    assert_eq!(seen, expected);
    let only = guild.read(&format!("{LIST}?kind=agreement&office=36.72")).await;
    assert_eq!(ids(&only["data"], "id"), [expected[1]]);
    let elsewhere = guild.world.service.staff(Role::TrainingOfficer, "33.06").await;
    assert_eq!(guild.world.read(&elsewhere, LIST).await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn agreements_follow_the_person_whose_records_become_one() {
    let guild = Guild::open().await;
    let (path, other) = (guild.approved(json!({})).await, guild.approved(json!({"skkni_code": null})).await);
    let (right, wrong) = (guild.holder(&person(1)).await, guild.holder(&person(2)).await);
    let own = guild.endorsed(&path, &wrong).await;
    let merge = async |from: &Holder| {
        let body = json!({"into": right.id, "reason": "Orang yang sama"});
        let path = format!("/v1/job-seekers/{}/merge", from.id);
        guild.world.send(&guild.counter, &path, &body).await.expect(200);
    };
    merge(&wrong).await;
    let token = guild.world.service.token(&right.subject);
    guild.world.read(&token, &own).await.expect(200);
    guild.file(&other, &right, json!({})).await.problem(409, "already-exists");
    // Of two that run, the other record keeps its own; the office is told, and the person still takes it away.
    let third = guild.holder(&person(3)).await;
    let twice = guild.endorsed(&other, &third).await;
    merge(&third).await;
    guild.world.read(&token, &twice).await.problem(404, "not-found");
    assert_eq!(guild.journaled("apprenticeship_agreement").await.last().map(String::as_str), Some("repeat"));
    let export = guild.world.read(&token, "/v1/me/export").await.expect(200);
    assert_eq!(export["apprenticeships"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn who_took_part_is_forgotten_when_its_time_is_over() {
    let guild = Guild::open().await;
    let path = guild.approved(json!({})).await;
    let (holder, other) = (guild.holder(&person(1)).await, guild.holder(&person(2)).await);
    let own = guild.endorsed(&path, &holder).await;
    let runs = guild.endorsed(&path, &other).await;
    guild.world.send(&guild.world.hr, &format!("{own}/end"), &reason()).await.expect(200);
    let state = guild.world.service.state();
    let after = async |time: &str| {
        state.clock.set(time.parse().unwrap());
        disnaker::privacy::retention::sweep(state).await.unwrap();
        let officer = guild.world.service.staff(Role::TrainingOfficer, "36.72").await;
        guild.world.read(&officer, &own).await.expect(200)
    };
    assert_eq!(after("2031-11-23T02:00:00Z").await["name"], json!(holder.name));
    let forgotten = after("2031-11-25T02:00:00Z").await;
    assert_eq!((&forgotten["name"], &forgotten["ak1_number"]), (&json!(null), &json!("")));
    assert_eq!((&forgotten["status_reason"], &forgotten["cover"]), (&json!(null), &json!(null)));
    let officer = guild.world.service.staff(Role::TrainingOfficer, "36.72").await;
    assert_eq!(guild.world.read(&officer, &runs).await.expect(200)["name"], json!(other.name), "it runs");
}
