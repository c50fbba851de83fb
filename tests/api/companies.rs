//! Companies register themselves, and their office verifies or rejects them.

use disnaker_entity::access::Role;
use futures_util::future::join_all;
use serde_json::json;

use crate::world::{World, company, line, register, with};

#[tokio::test]
async fn whoever_registers_a_company_becomes_its_admin() {
    let world = World::unverified().await;
    let me = world.read(&world.hr, "/v1/me").await.expect(200);
    assert_eq!(me["roles"][0]["role"], "company_admin");
    assert_eq!(me["roles"][0]["company_id"], json!(world.company));
    let own = world.read(&world.hr, &format!("/v1/companies/{}", world.company)).await.expect(200);
    assert_eq!((own["status"].as_str(), own["office"].as_str()), (Some("registered"), Some("36.72")));
}

#[tokio::test]
async fn every_fault_of_a_registration_is_told_at_once() {
    let world = World::unverified().await;
    let faulty = with(
        company("91200012345"),
        json!({"name": " ", "sector": "Z", "region": "36", "contact": {"name": "x", "email": "nobody"},
            "workforce": {"men": 1, "women": 0, "with_disability": 2}}),
    );
    let reply = world.send(&world.hr, "/v1/companies", &faulty).await.problem(422, "invalid-content");
    let pointers: Vec<_> = reply.faults().into_iter().map(|(pointer, _)| pointer.to_owned()).collect();
    assert_eq!(pointers, ["/nib", "/name", "/contact/email", "/sector", "/workforce/with_disability", "/region"]);
}

#[tokio::test]
async fn a_region_without_an_office_of_its_own_is_served_by_the_province() {
    let world = World::unverified().await;
    let serang = with(company("9120001234568"), json!({"region": "36.04.07"}));
    let reply = world.send(&world.hr, "/v1/companies", &serang).await.expect(201);
    assert_eq!(reply["office"], "36");
    let nowhere = with(company("9120001234569"), json!({"region": "11.71"}));
    let reply = world.send(&world.hr, "/v1/companies", &nowhere).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/region", "no-receiving-office")]);
}

#[tokio::test]
async fn sixty_four_callers_who_register_one_nib_make_one_company() {
    let world = World::unverified().await;
    let body = company("9120009999999");
    let calls = (0..64).map(|number| {
        let token = world.service.token(&format!("caller-{number}"));
        world.service.post("/v1/companies").token(&token).json(&body).send()
    });
    let replies = join_all(calls).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 201) {
        let reply = reply.problem(409, "company-exists");
        assert!(reply.text_of("detail").contains("/v1/invitations/accept"));
    }
}

#[tokio::test]
async fn only_staff_of_its_own_office_decides_on_a_company() {
    let world = World::unverified().await;
    let path = format!("/v1/companies/{}/verify", world.company);
    let stranger = world.service.staff(Role::PlacementOfficer, "33.06").await;
    world.act(&stranger, &path).await.problem(404, "not-found");
    world.act(&world.hr, &path).await.problem(403, "forbidden");
    let province = world.service.staff(Role::PlacementOfficer, "36").await;
    world.read(&province, &format!("/v1/companies/{}", world.company)).await.expect(200);
    world.act(&province, &path).await.problem(404, "not-found");
    let verified = world.act(&world.officer, &path).await.expect(200);
    assert_eq!(verified["status"], "verified");
    let again = world.act(&world.officer, &path).await.problem(409, "illegal-transition");
    assert_eq!(again["allowed"], json!(["reject"]));
}

#[tokio::test]
async fn a_rejected_company_knows_why_and_may_ask_again() {
    let world = World::unverified().await;
    let path = |event: &str| format!("/v1/companies/{}/{event}", world.company);
    world.send(&world.officer, &path("reject"), &json!({"reason": ""})).await.problem(422, "invalid-content");
    world.send(&world.officer, &path("reject"), &json!({"reason": "NIB tidak cocok"})).await.expect(200);
    let own = world.read(&world.hr, &format!("/v1/companies/{}", world.company)).await.expect(200);
    assert_eq!(
        (own["status_reason"].as_str(), &own["allowed_actions"]),
        (Some("NIB tidak cocok"), &json!(["resubmit"]))
    );
    world.act(&world.hr, &path("resubmit")).await.expect(200);
    world.verify().await;
}

#[tokio::test]
async fn a_company_is_changed_by_its_admin_with_the_version_that_was_read() {
    let world = World::new().await;
    let path = format!("/v1/companies/{}", world.company);
    let tag = world.read(&world.hr, &path).await.expect(200).header("etag").to_owned();
    let change = |body, tag: Option<&str>| {
        let call = world.service.patch(&path).token(&world.hr).body(body, "application/merge-patch+json");
        match tag {
            Some(tag) => call.header("if-match", tag),
            None => call,
        }
    };
    change(r#"{"address": "Jalan Baru 2"}"#, None).send().await.problem(428, "precondition-required");
    let (one, other) = tokio::join!(
        change(r#"{"address": "Jalan Baru 2"}"#, Some(&tag)).send(),
        change(r#"{"address": "Jalan Baru 3"}"#, Some(&tag)).send()
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "two changes of one version");
    let now = world.read(&world.hr, &path).await.expect(200);
    change(r#"{"name": null}"#, Some(now.header("etag"))).send().await.problem(422, "body-shape");
    let moved = change(r#"{"region": "33.06", "kbli_code": null}"#, Some(now.header("etag"))).send().await.expect(200);
    assert_eq!(moved["office"], "33.06");
    assert_eq!(moved["status"], "registered", "the new office looks at it again");
    let fresh = world.service.get(&path).token(&world.hr).header("if-none-match", moved.header("etag")).send().await;
    assert_eq!((fresh.status, fresh.text.as_str()), (304, ""));
}

#[tokio::test]
async fn a_colleague_comes_in_by_invitation_and_files_for_the_company() {
    let world = World::new().await;
    let invitation = json!({"role": "company_hr", "company_id": world.company});
    let invitation = world.send(&world.hr, "/v1/invitations", &invitation).await.expect(201);
    let colleague = world.service.token("colleague");
    let body = json!({"company_id": world.company, "lines": [line("Operator Forklift", 1)]});
    world.send(&colleague, "/v1/vacancy-reports", &body).await.problem(403, "forbidden");
    world.send(&colleague, "/v1/invitations/accept", &json!({"code": invitation["code"]})).await.expect(200);
    world.send(&colleague, "/v1/vacancy-reports", &body).await.expect(201);
    let (_, stranger) = register(&world.service, "9120001111111").await;
    let body = json!({"company_id": stranger, "lines": [line("Operator Forklift", 1)]});
    let reply = world.send(&colleague, "/v1/vacancy-reports", &body).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/company_id", "unknown-reference")]);
}

#[tokio::test]
async fn an_office_ends_the_role_of_somebody_who_took_a_company_that_is_not_theirs() {
    let world = World::unverified().await;
    let admin = world.service.staff(Role::OfficeAdmin, "36.72").await;
    let grants = world.read(&admin, &format!("/v1/grants?company_id={}", world.company)).await.expect(200);
    let path = format!("/v1/grants/{}/revoke", grants["data"][0]["id"].as_str().unwrap());
    let elsewhere = world.service.staff(Role::OfficeAdmin, "33.06").await;
    world.act(&elsewhere, &path).await.problem(404, "not-found");
    world.act(&admin, &path).await.expect(200);
    world.read(&world.hr, &format!("/v1/companies/{}", world.company)).await.problem(403, "forbidden");
}

#[tokio::test]
async fn what_a_verified_company_published_is_closed_when_it_is_rejected() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 3)]).await;
    let path = format!("/v1/companies/{}/reject", world.company);
    world.send(&world.officer, &path, &json!({"reason": "Data palsu"})).await.expect(200);
    assert_eq!(world.vacancy(&lines[0]).await["status"], "closed");
    assert_eq!(world.demand("").await, [3, 0, 3, 0]);
}
