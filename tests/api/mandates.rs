//! Mandates: who files for whom, until when, and who may not.

use disnaker::app;
use disnaker_entity::access::Role;
use disnaker_entity::company::CompanyId;
use disnaker_entity::plumbing::journal;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::files::PDF;
use crate::harness::{ISSUER, Reply, Service, unused};
use crate::world::{World, company, hired, line};

/// A company that acts for others, and its HR.
struct Agent {
    subject: String,
    token: String,
    company: CompanyId,
}

impl Agent {
    async fn new(service: &Service, nib: &str) -> Self {
        let subject = unused("agen");
        let token = service.token(&subject);
        let reply = service.post("/v1/companies").token(&token).json(&company(nib)).send().await.expect(201);
        Self { subject, token, company: reply.text_of("id").parse().unwrap() }
    }

    /// Writes a vacancy report for a company.
    async fn write_for(&self, world: &World, company: CompanyId) -> Reply {
        let body = json!({"company_id": company, "lines": [line("Satpam", 1)]});
        world.send(&self.token, "/v1/vacancy-reports", &body).await
    }
}

async fn given(world: &World, agent: &Agent, more: Value) -> Reply {
    let body = json!({"company_id": world.company, "agent_company_id": agent.company, "scopes": ["vacancy_reports"], "expires_on": "2026-11-30"});
    world.send(&world.hr, "/v1/mandates", &crate::world::with(body, more)).await
}

#[tokio::test]
async fn an_agent_files_for_the_company_inside_the_scope_and_for_nobody_else() {
    let world = World::new().await;
    let agent = Agent::new(&world.service, "9120009999991").await;
    agent.write_for(&world, world.company).await.problem(422, "invalid-content");
    let made = given(&world, &agent, json!({})).await.expect(201);
    assert_eq!(made.header("location"), format!("/v1/mandates/{}", made.text_of("id")));
    assert_eq!((made.text_of("valid_from"), made.text_of("status")), ("2026-11-23", "active"));

    let me = world.read(&agent.token, "/v1/me").await.expect(200);
    let acts = json!({"role": "vacancy_agent", "company_id": world.company, "agent_company_id": agent.company});
    assert_eq!(me["roles"][1], acts);
    let name = world.read(&agent.token, &format!("/v1/companies/{}", world.company)).await.expect(200);
    assert_eq!(name["allowed_actions"], json!([]), "it files, and runs nothing");

    // What is attached to the company is not what it was mandated for.
    let licence = format!("/v1/attachments?subject_kind=company&subject_id={}", world.company);
    let licence = world.service.post(&licence).token(&world.hr).body(PDF, "application/pdf").send().await.expect(201);
    let licence = format!("/v1/attachments/{}", licence.text_of("id"));
    world.read(&world.hr, &licence).await.expect(200);
    world.read(&agent.token, &licence).await.problem(404, "not-found");

    let draft = agent.write_for(&world, world.company).await.expect(201);
    let path = format!("/v1/vacancy-reports/{}", draft.text_of("id"));
    assert_eq!(draft["filed_by_company"], Value::Null);
    let filed = world.act(&agent.token, &format!("{path}/submit")).await.expect(200);
    assert_eq!(filed["filed_by_company"], json!(agent.company));
    assert_eq!(filed["company_id"], json!(world.company));
    assert_eq!(world.read(&world.officer, &path).await.expect(200)["filed_by_company"], json!(agent.company));
    let submitted = journal::Entity::find().filter(journal::Column::Event.eq("vacancy_report.submit"));
    let submitted = submitted.one(world.service.state().db.reader()).await.unwrap().unwrap();
    assert_eq!(submitted.actor, format!("{ISSUER}|{}", agent.subject), "who files is in the journal as themselves");
    let own = world.file(&[line("Sopir", 1)]).await;
    assert_eq!(own["filed_by_company"], Value::Null);

    let vacancies = world.publish(&[line("Kasir", 2)]).await;
    let outside = json!({"company_id": world.company, "rows": [hired(&vacancies[0], 1)]});
    let reply = world.send(&agent.token, "/v1/placement-reports", &outside).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/company_id", "unknown-reference")], "outside of the scope");
    let third = Agent::new(&world.service, "9120009999992").await;
    let reply = agent.write_for(&world, third.company).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/company_id", "unknown-reference")]);
    let vacancy = format!("/v1/vacancies/{}/close", vacancies[0]);
    world.send(&agent.token, &vacancy, &json!({"reason": "x"})).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_placement_report_of_an_agent_names_it_and_the_company_s_own_filing_again_does_not() {
    let world = World::new().await;
    let agent = Agent::new(&world.service, "9120009999991").await;
    given(&world, &agent, json!({"scopes": ["placement_reports"]})).await.expect(201);
    let vacancies = world.publish(&[line("Kasir", 2)]).await;
    let body = json!({"company_id": world.company, "rows": [hired(&vacancies[0], 1)]});
    let draft = world.send(&agent.token, "/v1/placement-reports", &body).await.expect(201);
    let path = format!("/v1/placement-reports/{}", draft.text_of("id"));
    let filed = world.act(&agent.token, &format!("{path}/submit")).await.expect(200);
    assert_eq!(filed["filed_by_company"], json!(agent.company));
    world.send(&world.officer, &format!("{path}/return"), &json!({"note": "Periksa"})).await.expect(200);
    let again = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!(again["filed_by_company"], Value::Null);
    agent.write_for(&world, world.company).await.problem(422, "invalid-content");
}

#[tokio::test]
async fn a_revoked_mandate_gives_nothing_any_more() {
    let world = World::new().await;
    let agent = Agent::new(&world.service, "9120009999991").await;
    let made = given(&world, &agent, json!({})).await.expect(201);
    let report = agent.write_for(&world, world.company).await.expect(201);
    let report = format!("/v1/vacancy-reports/{}", report.text_of("id"));
    let path = format!("/v1/mandates/{}", made.text_of("id"));
    let revoke = world.service.post(format!("{path}/revoke")).token(&world.hr);
    revoke.header("if-match", "\"7-mandate\"").send().await.problem(412, "version-mismatch");
    let revoked = world.act(&world.hr, &format!("{path}/revoke")).await.expect(200);
    assert_eq!((revoked.text_of("status"), revoked["allowed_actions"].clone()), ("revoked", json!([])));
    agent.write_for(&world, world.company).await.problem(422, "invalid-content");
    world.act(&agent.token, &format!("{report}/submit")).await.problem(404, "not-found");
    let me = world.read(&agent.token, "/v1/me").await.expect(200);
    assert_eq!(me["roles"].as_array().unwrap().len(), 1);
    world.act(&world.hr, &format!("{path}/revoke")).await.problem(409, "illegal-transition");
    given(&world, &agent, json!({})).await.expect(201);
}

#[tokio::test]
async fn a_mandate_begins_and_ends_at_midnight_where_the_company_is_whether_or_not_the_sweep_came() {
    let mut world = World::new().await;
    let mut agent = Agent::new(&world.service, "9120009999991").await;
    let made = given(&world, &agent, json!({"valid_from": "2026-11-25"})).await.expect(201);
    let path = format!("/v1/mandates/{}", made.text_of("id"));
    for (time, status) in [
        ("2026-11-24T16:59:59Z", 422),
        ("2026-11-24T17:00:00Z", 201),
        ("2026-11-30T16:59:59Z", 201),
        ("2026-11-30T17:00:00Z", 422),
    ] {
        world.later(time);
        agent.token = world.service.token(&agent.subject);
        agent.write_for(&world, world.company).await.expect(status);
    }
    assert_eq!(world.read(&world.hr, &path).await.expect(200)["status"], "active", "nobody has swept");
    app::sweep(world.service.state()).await.unwrap();
    app::sweep(world.service.state()).await.unwrap();
    let ended = world.read(&world.hr, &path).await.expect(200);
    assert_eq!((ended.text_of("status"), ended["version"].clone()), ("expired", json!(2)));
    let told = journal::Entity::find().filter(journal::Column::Event.eq("mandate.expire"));
    let told = told.all(world.service.state().db.reader()).await.unwrap();
    let companies: Vec<_> = told.iter().map(|row| row.company_id.unwrap()).collect();
    assert_eq!(companies, [world.company.0, agent.company.0], "both are told, once");
}

#[tokio::test]
async fn one_whose_time_is_over_stands_in_nobody_s_way() {
    let mut world = World::new().await;
    let agent = Agent::new(&world.service, "9120009999991").await;
    let first = given(&world, &agent, json!({})).await.expect(201);
    given(&world, &agent, json!({})).await.problem(409, "already-exists");
    world.later("2026-12-01T02:00:00Z");
    given(&world, &agent, json!({"expires_on": "2026-12-31"})).await.expect(201);
    let first = world.read(&world.hr, &format!("/v1/mandates/{}", first.text_of("id"))).await.expect(200);
    assert_eq!(first["status"], "expired");
}

#[tokio::test]
async fn of_many_mandates_at_once_one_is_given() {
    let world = World::new().await;
    let agent = Agent::new(&world.service, "9120009999991").await;
    let replies = join_all((0..16).map(|_| given(&world, &agent, json!({})))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert!(replies.iter().all(|reply| matches!(reply.status, 201 | 409)));
}

#[tokio::test]
async fn the_agent_of_an_agent_has_nothing() {
    let world = World::new().await;
    let (agent, other) =
        (Agent::new(&world.service, "9120009999991").await, Agent::new(&world.service, "9120009999992").await);
    given(&world, &agent, json!({})).await.expect(201);
    let chained = json!({"company_id": agent.company, "agent_company_id": other.company, "scopes": ["vacancy_reports"], "expires_on": "2026-11-30"});
    world.send(&agent.token, "/v1/mandates", &chained).await.expect(201);
    other.write_for(&world, agent.company).await.expect(201);
    other.write_for(&world, world.company).await.problem(422, "invalid-content");
    let passed_on = crate::world::with(chained, json!({"company_id": world.company}));
    let reply = world.send(&agent.token, "/v1/mandates", &passed_on).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/company_id", "unknown-reference")], "an agent passes nothing on");
}

#[tokio::test]
async fn each_side_ends_it_in_its_own_way_and_strangers_see_nothing() {
    let world = World::new().await;
    let agent = Agent::new(&world.service, "9120009999991").await;
    let made = given(&world, &agent, json!({})).await.expect(201);
    let path = format!("/v1/mandates/{}", made.text_of("id"));
    assert_eq!(made["allowed_actions"], json!(["revoke"]));
    let seen = world.read(&agent.token, &path).await.expect(200);
    assert_eq!(seen["allowed_actions"], json!(["relinquish"]));
    assert_eq!(world.read(&world.officer, &path).await.expect(200)["allowed_actions"], json!([]));
    let stranger = Agent::new(&world.service, "9120009999992").await;
    let elsewhere = world.service.staff(Role::OfficeAdmin, "33.06").await;
    for token in [&stranger.token, &elsewhere] {
        world.read(token, &path).await.problem(404, "not-found");
        assert_eq!(world.read(token, "/v1/mandates").await.expect(200)["data"], json!([]));
    }
    world.act(&stranger.token, &format!("{path}/revoke")).await.problem(404, "not-found");
    let reply = world.act(&agent.token, &format!("{path}/revoke")).await.problem(409, "illegal-transition");
    assert_eq!(reply["allowed"], json!(["relinquish"]));
    world.act(&world.hr, &format!("{path}/relinquish")).await.problem(409, "illegal-transition");
    let down = world.act(&agent.token, &format!("{path}/relinquish")).await.expect(200);
    assert_eq!(down["status"], "relinquished");
    let listed = world.read(&world.hr, "/v1/mandates?status=relinquished").await.expect(200);
    assert_eq!(listed["data"][0]["agent_company_name"], "PT Contoh Baja Nusantara");
}

#[tokio::test]
async fn an_agent_is_found_by_nib_and_every_fault_is_told() {
    let world = World::new().await;
    let agent = Agent::new(&world.service, "9120009999991").await;
    let by_nib = json!({"agent_company_id": null, "agent_nib": "9120009999991"});
    let made = given(&world, &agent, by_nib).await.expect(201);
    assert_eq!(made["agent_company_id"], json!(agent.company));
    let wrong = json!({
        "agent_company_id": null, "agent_nib": "9120009999999", "scopes": [], "valid_from": "2026-11-01",
        "expires_on": "2028-01-01",
    });
    let reply = given(&world, &agent, wrong).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [
            ("/agent_nib", "unknown-reference"),
            ("/scopes", "wrong-count"),
            ("/valid_from", "out-of-range"),
            ("/expires_on", "out-of-range"),
        ]
    );
    let own = given(&world, &agent, json!({"agent_company_id": world.company})).await.problem(422, "invalid-content");
    assert_eq!(own.faults(), [("/agent_company_id", "not-allowed")]);
}

#[tokio::test]
async fn nobody_gives_an_agent_s_role_by_hand_and_an_agent_s_clients_stay_its_own() {
    let world = World::new().await;
    let agent = Agent::new(&world.service, "9120009999991").await;
    let new = json!({"name": "HRIS", "role": "company_hr", "company_id": agent.company});
    let client = world.send(&agent.token, "/v1/clients", &new).await.expect(201);
    given(&world, &agent, json!({})).await.expect(201);
    for role in Role::ALL.iter().filter(|role| role.is_of_mandate()) {
        let (named, place) =
            (json!({"name": "HRIS", "subject": "x"}), json!({"role": role, "company_id": world.company}));
        for path in ["clients", "grants", "invitations"] {
            let mut body = crate::world::with(named.clone(), place.clone());
            let unknown = match path {
                "clients" => vec!["subject"],
                "grants" => vec!["name"],
                _ => vec!["name", "subject"],
            };
            for field in unknown {
                body.as_object_mut().unwrap().remove(field);
            }
            let reply = world.send(&world.hr, &format!("/v1/{path}"), &body).await.problem(422, "invalid-content");
            assert_eq!(reply.faults(), [("/role", "role-not-yours-to-give")], "{path}");
        }
    }
    let secret = format!("/v1/clients/{}/rotate-secret", client.text_of("id"));
    world.act(&agent.token, &secret).await.expect(200);
}
