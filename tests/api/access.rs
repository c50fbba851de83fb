//! Clients, tokens, grants and invitations.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use disnaker_entity::access::Role;
use disnaker_entity::company::CompanyId;
use serde_json::json;
use uuid::Uuid;

use crate::harness::{ISSUER, Reply, Service, unused};

async fn office_and_admin() -> (Service, String) {
    let service = Service::start().await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    (service, admin)
}

async fn client(service: &Service, admin: &str, role: Role) -> (String, String) {
    let new = json!({"name": unused("Aplikasi"), "role": role, "office": "36.72"});
    let made = service.post("/v1/clients").token(admin).json(&new).send().await.expect(201);
    (made.text_of("id").to_owned(), made.text_of("client_secret").to_owned())
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

async fn log_in(service: &Service, id: &str, secret: &str) -> Reply {
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    service.post("/oauth/token").form(&form).send().await
}

async fn act_for(service: &Service, (id, secret): (&str, &str), user: &str) -> Reply {
    let form = [("grant_type", "client_credentials"), ("on_behalf_of", user)];
    service.post("/oauth/token").header("authorization", basic(id, secret)).form(&form).send().await
}

async fn roles(service: &Service, token: &str) -> serde_json::Value {
    service.get("/v1/me").token(token).send().await.expect(200)["roles"].clone()
}

// Clients ----------------------------------------------------------------------------------------

#[tokio::test]
async fn a_client_gets_a_token_by_basic_and_by_form_and_is_who_it_was_made_to_be() {
    let (service, admin) = office_and_admin().await;
    let new = json!({"name": "Aplikasi Lowongan Cilegon", "role": "viewer", "office": "36.72"});
    let made = service.post("/v1/clients").token(&admin).json(&new).send().await.expect(201);
    assert_eq!(made.header("location"), format!("/v1/clients/{}", made.text_of("id")));
    assert_eq!(made.header("cache-control"), "private, no-store");
    assert_eq!(made.text_of("client_secret").len(), 43, "256 bits, base64url");

    let (id, secret) = (made.text_of("id"), made.text_of("client_secret"));
    let by_form = log_in(&service, id, secret).await.expect(200);
    let form = [("grant_type", "client_credentials")];
    let by_basic =
        service.post("/oauth/token").header("authorization", basic(id, secret)).form(&form).send().await.expect(200);
    for reply in [by_form, by_basic] {
        assert_eq!((&reply["token_type"], &reply["expires_in"]), (&json!("Bearer"), &json!(3600)));
        assert_eq!(reply.header("cache-control"), "no-store");
        let me = service.get("/v1/me").token(reply.text_of("access_token")).send().await.expect(200);
        assert_eq!((me.text_of("issuer"), me.text_of("subject")), (ISSUER, id));
        assert_eq!(me["roles"], json!([{"role": "viewer", "office": "36.72"}]));
    }
}

#[tokio::test]
async fn the_scheme_of_basic_authentication_is_read_in_any_case() {
    let (service, admin) = office_and_admin().await;
    let (id, secret) = client(&service, &admin, Role::Viewer).await;
    let header = basic(&id, &secret).replace("Basic", "basic");
    let form = [("grant_type", "client_credentials")];
    service.post("/oauth/token").header("authorization", header).form(&form).send().await.expect(200);
}

#[tokio::test]
async fn a_token_request_is_refused_in_the_words_of_its_rfc() {
    let (service, admin) = office_and_admin().await;
    let (id, secret) = client(&service, &admin, Role::Viewer).await;
    let error = async |fields: &[(&str, &str)], status: u16| {
        let reply = service.post("/oauth/token").form(fields).send().await.expect(status);
        assert_eq!(reply.header("cache-control"), "no-store");
        if status == 401 {
            assert!(reply.header("www-authenticate").starts_with("Basic"));
        }
        reply.text_of("error").to_owned()
    };
    let (id, secret) = (("client_id", id.as_str()), ("client_secret", secret.as_str()));
    let grant = ("grant_type", "client_credentials");
    assert_eq!(error(&[grant, id, ("client_secret", "wrong")], 401).await, "invalid_client");
    assert_eq!(error(&[grant, ("client_id", "nobody"), secret], 401).await, "invalid_client");
    assert_eq!(error(&[grant], 401).await, "invalid_client");
    assert_eq!(error(&[("grant_type", "password"), id, secret], 400).await, "unsupported_grant_type");
    assert_eq!(error(&[grant, grant, id, secret], 400).await, "invalid_request");
    let json = service.post("/oauth/token").json(&json!({"grant_type": "client_credentials"})).send().await.expect(400);
    assert_eq!(json["error"], "invalid_request");
}

#[tokio::test]
async fn an_unknown_client_and_a_wrong_secret_answer_alike() {
    let (service, admin) = office_and_admin().await;
    let (id, secret) = client(&service, &admin, Role::Viewer).await;
    let wrong = log_in(&service, &id, "wrong").await.expect(401);
    assert_eq!(wrong.text, log_in(&service, "nobody", &secret).await.expect(401).text);
}

#[tokio::test]
async fn a_new_secret_ends_the_old_one_at_once() {
    let (service, admin) = office_and_admin().await;
    let (id, old) = client(&service, &admin, Role::Viewer).await;
    let rotated = service.post(format!("/v1/clients/{id}/rotate-secret")).token(&admin).send().await.expect(200);
    assert_eq!((&rotated["version"], rotated.header("etag")), (&json!(2), "\"2-client\""));
    assert_ne!(rotated.text_of("client_secret"), old);
    log_in(&service, &id, &old).await.expect(401);
    log_in(&service, &id, rotated.text_of("client_secret")).await.expect(200);
}

#[tokio::test]
async fn a_revoked_client_gets_no_token_and_its_tokens_lose_their_roles() {
    let (service, admin) = office_and_admin().await;
    let (id, secret) = client(&service, &admin, Role::OfficeAdmin).await;
    let token = log_in(&service, &id, &secret).await.expect(200).text_of("access_token").to_owned();
    service.get("/v1/clients").token(&token).send().await.expect(200);
    let revoked = service.post(format!("/v1/clients/{id}/revoke")).token(&admin).send().await.expect(200);
    assert!(revoked["revoked_at"].is_string());
    log_in(&service, &id, &secret).await.expect(401);
    assert_eq!(roles(&service, &token).await, json!([]));
    service.get("/v1/clients").token(&token).send().await.problem(403, "forbidden");
    service.post(format!("/v1/clients/{id}/revoke")).token(&admin).send().await.problem(404, "not-found");
    service.post(format!("/v1/clients/{id}/rotate-secret")).token(&admin).send().await.problem(404, "not-found");
}

#[tokio::test]
async fn clients_are_listed_page_by_page_and_only_one_s_own() {
    let (service, admin) = office_and_admin().await;
    service.office("33.06").await;
    let stranger = service.staff(Role::OfficeAdmin, "33.06").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(client(&service, &admin, Role::Viewer).await.0);
    }
    let mut seen = Vec::new();
    let mut path = "/v1/clients?limit=2".to_owned();
    loop {
        let page = service.get(&path).token(&admin).send().await.expect(200);
        seen.extend(page["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        assert!(!page.text.contains("secret"), "a list shows no secret");
        if page["next"].is_null() {
            assert_eq!(page.header("link"), "");
            break;
        }
        let link = page.header("link").strip_prefix('<').unwrap();
        path = link.strip_suffix(">; rel=\"next\"").unwrap().to_owned();
        assert!(path.contains(page.text_of("next")));
    }
    assert_eq!(seen, made);
    assert_eq!(service.get("/v1/clients").token(&stranger).send().await.expect(200)["data"], json!([]));
    let asked = service.get("/v1/clients?office=36.72").token(&stranger).send().await.expect(200);
    assert_eq!(asked["data"], json!([]));
}

#[tokio::test]
async fn a_stranger_s_client_answers_like_one_that_is_not_there() {
    let (service, admin) = office_and_admin().await;
    service.office("33.06").await;
    let stranger = service.staff(Role::OfficeAdmin, "33.06").await;
    let (id, secret) = client(&service, &admin, Role::Viewer).await;
    for event in ["rotate-secret", "revoke"] {
        let theirs =
            service.post(format!("/v1/clients/{id}/{event}")).token(&stranger).send().await.problem(404, "not-found");
        let nobody = service.clock().id();
        let nothing = service.post(format!("/v1/clients/{nobody}/{event}")).token(&stranger).send().await.expect(404);
        assert_eq!(theirs.anonymous(), nothing.anonymous());
    }
    log_in(&service, &id, &secret).await.expect(200);
}

// Grants -----------------------------------------------------------------------------------------

#[tokio::test]
async fn a_grant_is_listed_and_its_end_ends_the_access_at_once() {
    let (service, admin) = office_and_admin().await;
    let officer = service.token("petugas-1");
    service.get("/v1/grants").token(&officer).send().await.problem(403, "forbidden");
    let new = json!({"subject": "petugas-1", "role": "office_admin", "office": "36.72"});
    let given = service.post("/v1/grants").token(&admin).json(&new).send().await.expect(201);
    assert_eq!((given.text_of("issuer"), given.text_of("subject")), (ISSUER, "petugas-1"));
    let again = service.post("/v1/grants").token(&admin).json(&new).send().await.expect(201);
    assert_eq!(again["id"], given["id"], "a role is given once");

    let list = service.get("/v1/grants").token(&officer).send().await.expect(200);
    assert!(list["data"].as_array().unwrap().iter().any(|row| row["id"] == given["id"]));
    let end = format!("/v1/grants/{}/revoke", given.text_of("id"));
    let ended = service.post(&end).token(&admin).send().await.expect(200);
    assert!(ended["revoked_at"].is_string());
    service.get("/v1/grants").token(&officer).send().await.problem(403, "forbidden");
    assert_eq!(roles(&service, &officer).await, json!([]));
    assert_eq!(service.post(&end).token(&admin).send().await.expect(200)["revoked_at"], ended["revoked_at"]);
    let anew = service.post("/v1/grants").token(&admin).json(&new).send().await.expect(201);
    assert_ne!(anew["id"], given["id"], "a role that was taken back may be given again");
}

#[tokio::test]
async fn a_grant_that_ends_while_it_is_read_still_ends_at_once() {
    let (service, admin) = office_and_admin().await;
    let officer = service.staff(Role::OfficeAdmin, "36.72").await;
    let me = service.get("/v1/me").token(&officer).send().await.expect(200);
    let identity = disnaker::caller::Identity { issuer: ISSUER.to_owned(), subject: me.text_of("subject").to_owned() };
    // A change that gives a role is not committed yet; in between, the roles are read and kept in memory.
    let mut change = service.change().await;
    disnaker::access::give(&mut change, &identity, Role::Viewer, &disnaker::caller::Realm::Office("36.72".to_owned()))
        .await
        .unwrap();
    assert_eq!(roles(&service, &officer).await.as_array().unwrap().len(), 1);
    change.commit().await.unwrap();
    assert_eq!(roles(&service, &officer).await.as_array().unwrap().len(), 2);
    drop(admin);
}

#[tokio::test]
async fn a_district_gives_no_role_outside_of_it_and_none_of_a_province() {
    let (service, admin) = office_and_admin().await;
    service.office("33.06").await;
    service.office("36").await;
    let subject = "petugas-2";
    let refused = async |path: &str, role: &str, office: Option<&str>, pointer: &str, code: &str| {
        let mut new = json!({"role": role, "office": office});
        match path {
            "/v1/grants" => new["subject"] = json!(subject),
            "/v1/clients" => new["name"] = json!("Aplikasi"),
            _ => {}
        }
        let reply = service.post(path).token(&admin).json(&new).send().await.problem(422, "invalid-content");
        assert_eq!(reply.faults(), [(pointer, code)], "{path} {role} {office:?}");
    };
    for path in ["/v1/grants", "/v1/clients", "/v1/invitations"] {
        refused(path, "viewer", Some("33.06"), "/office", "unknown-reference").await;
        refused(path, "viewer", Some("36"), "/office", "unknown-reference").await;
        refused(path, "viewer", Some("99.99"), "/office", "unknown-reference").await;
        refused(path, "viewer", None, "/office", "required").await;
        refused(path, "province_admin", Some("36.72"), "/role", "role-not-yours-to-give").await;
        refused(path, "company_hr", None, "/company_id", "required").await;
        refused(path, "school_operator", None, "/school_id", "required").await;
        refused(path, "job_seeker", None, "/job_seeker_id", "required").await;
        refused(path, "case_party", None, "/role", "role-not-yours-to-give").await;
    }
    assert_eq!(roles(&service, &service.token(subject)).await, json!([]));
}

#[tokio::test]
async fn a_province_gives_roles_in_its_districts_and_in_no_other_province() {
    let service = Service::start().await;
    for office in ["36", "36.72", "33.06"] {
        service.office(office).await;
    }
    let province = service.staff(Role::ProvinceAdmin, "36").await;
    let give = async |office: &str, role: &str| {
        let new = json!({"subject": "petugas-3", "role": role, "office": office});
        service.post("/v1/grants").token(&province).json(&new).send().await
    };
    give("36.72", "office_admin").await.expect(201);
    give("36", "province_admin").await.expect(201);
    give("33.06", "viewer").await.problem(422, "invalid-content");
}

#[tokio::test]
async fn a_stranger_sees_and_ends_no_grant_of_another_office() {
    let (service, admin) = office_and_admin().await;
    service.office("33.06").await;
    let stranger = service.staff(Role::OfficeAdmin, "33.06").await;
    let list = service.get("/v1/grants").token(&admin).send().await.expect(200);
    let theirs = list["data"][0]["id"].as_str().unwrap();
    let seen = service.get("/v1/grants").token(&stranger).send().await.expect(200);
    assert_eq!(seen["data"].as_array().unwrap().len(), 1, "only one's own");
    service.post(format!("/v1/grants/{theirs}/revoke")).token(&stranger).send().await.problem(404, "not-found");
    service.get("/v1/grants").token(&admin).send().await.expect(200);
}

#[tokio::test]
async fn another_instance_sees_a_new_grant_without_a_restart() {
    let (service, admin) = office_and_admin().await;
    let other = service.sibling().await;
    let new = json!({"subject": "petugas-4", "role": "office_admin", "office": "36.72"});
    service.post("/v1/grants").token(&admin).json(&new).send().await.expect(201);
    other.get("/v1/grants").token(&service.token("petugas-4")).send().await.expect(200);
}

#[tokio::test]
async fn a_company_s_admin_gives_roles_in_that_company_only() {
    let (service, _) = office_and_admin().await;
    let [own, other] = [1, 2].map(|number| CompanyId(Uuid::from_u128(number)));
    let admin = service.member(Role::CompanyAdmin, own).await;
    let colleague = service.member(Role::CompanyHr, own).await;
    let give = async |token: &str, role: &str, office: Option<&str>, company: Option<CompanyId>| {
        let new = json!({"subject": "kolega", "role": role, "office": office, "company_id": company});
        service.post("/v1/grants").token(token).json(&new).send().await
    };
    give(&admin, "company_hr", None, Some(own)).await.expect(201);
    assert_eq!(roles(&service, &service.token("kolega")).await, json!([{"role": "company_hr", "company_id": own}]));
    for (role, office, company, pointer) in [
        ("company_hr", None, Some(other), "/company_id"),
        ("company_admin", None, None, "/company_id"),
        ("company_hr", Some("36.72"), Some(own), "/office"),
        ("viewer", Some("36.72"), None, "/office"),
        ("viewer", Some("36.72"), Some(own), "/company_id"),
    ] {
        let refused = give(&admin, role, office, company).await.problem(422, "invalid-content");
        assert_eq!(refused.faults()[0].0, pointer, "{role} {office:?} {company:?}");
    }
    give(&colleague, "company_hr", None, Some(own)).await.problem(403, "forbidden");
    let new = json!({"name": "Aplikasi SDM", "role": "company_hr", "company_id": own});
    let made = service.post("/v1/clients").token(&admin).json(&new).send().await.expect(201);
    let token = log_in(&service, made.text_of("id"), made.text_of("client_secret")).await.expect(200);
    let held = roles(&service, token.text_of("access_token")).await;
    assert_eq!(held, json!([{"role": "company_hr", "company_id": own}]));
}

// Invitations ------------------------------------------------------------------------------------

async fn invite(service: &Service, admin: &str) -> Reply {
    let new = json!({"role": "placement_officer", "office": "36.72"});
    service.post("/v1/invitations").token(admin).json(&new).send().await.expect(201)
}

async fn accept(service: &Service, subject: &str, code: &str) -> Reply {
    service.post("/v1/invitations/accept").token(&service.token(subject)).json(&json!({"code": code})).send().await
}

#[tokio::test]
async fn an_invitation_gives_its_role_once() {
    let (service, admin) = office_and_admin().await;
    let invitation = invite(&service, &admin).await;
    let code = invitation.text_of("code");
    let granted = accept(&service, "pegawai-1", code).await.expect(200);
    assert_eq!((granted.text_of("subject"), granted.text_of("role")), ("pegawai-1", "placement_officer"));
    assert_eq!(
        roles(&service, &service.token("pegawai-1")).await,
        json!([{"role": "placement_officer", "office": "36.72"}])
    );
    let second = accept(&service, "pegawai-2", code).await.problem(409, "invitation-used");
    let unknown = accept(&service, "pegawai-2", "no-such-code").await.problem(409, "invitation-used");
    assert_eq!(second.anonymous(), unknown.anonymous(), "a used code and an unknown one answer alike");
    assert_eq!(roles(&service, &service.token("pegawai-2")).await, json!([]));
}

#[tokio::test]
async fn an_invitation_ends_with_its_days() {
    let service = Service::at("2026-03-02T03:00:00Z").await;
    service.office("36.72").await;
    let admin = service.staff(Role::OfficeAdmin, "36.72").await;
    let (early, late) = (invite(&service, &admin).await, invite(&service, &admin).await);
    assert_eq!(early.text_of("expires_at"), "2026-03-16T03:00:00Z");
    service.clock().set("2026-03-16T02:59:59Z".parse().unwrap());
    accept(&service, "pegawai-1", early.text_of("code")).await.expect(200);
    service.clock().set("2026-03-16T03:00:00Z".parse().unwrap());
    accept(&service, "pegawai-2", late.text_of("code")).await.problem(409, "invitation-used");
}

#[tokio::test]
async fn of_many_who_accept_one_code_at_once_one_gets_the_role() {
    let (service, admin) = office_and_admin().await;
    let invitation = invite(&service, &admin).await;
    let code = invitation.text_of("code");
    let subjects: Vec<_> = (0..20).map(|at| format!("pelomba-{at}")).collect();
    let replies = futures_util::future::join_all(subjects.iter().map(|subject| accept(&service, subject, code))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert!(replies.iter().all(|reply| reply.status == 200 || reply["code"] == "invitation-used"));
}

// Acting for users -------------------------------------------------------------------------------

#[tokio::test]
async fn a_back_end_acts_for_its_users_and_each_has_their_own_roles() {
    let (service, admin) = office_and_admin().await;
    let (id, secret) = client(&service, &admin, Role::AppBackend).await;
    let own = log_in(&service, &id, &secret).await.expect(200);
    let user = act_for(&service, (&id, &secret), "siti@contoh").await.expect(200);
    let me = service.get("/v1/me").token(user.text_of("access_token")).send().await.expect(200);
    assert_eq!(me.text_of("subject"), format!("{id}:siti@contoh"));
    assert_eq!(me["roles"], json!([]), "a user has not the roles of the client");
    assert_eq!(roles(&service, own.text_of("access_token")).await, json!([{"role": "app_backend", "office": "36.72"}]));

    let invitation = invite(&service, &admin).await;
    let body = json!({"code": invitation.text_of("code")});
    service.post("/v1/invitations/accept").token(user.text_of("access_token")).json(&body).send().await.expect(200);
    let other = act_for(&service, (&id, &secret), "budi").await.expect(200);
    assert_eq!(roles(&service, other.text_of("access_token")).await, json!([]));
    assert_ne!(roles(&service, user.text_of("access_token")).await, json!([]));
}

#[tokio::test]
async fn only_a_back_end_acts_for_users_and_only_for_plain_ids() {
    let (service, admin) = office_and_admin().await;
    let (id, secret) = client(&service, &admin, Role::OfficeAdmin).await;
    assert_eq!(act_for(&service, (&id, &secret), "siti").await.expect(400)["error"], "unauthorized_client");
    let (id, secret) = client(&service, &admin, Role::AppBackend).await;
    for user in ["3672014101990007", "warga-3672.014101.990007", "", "a:b", "a b", "a\0b", "é", &"a".repeat(129)] {
        assert_eq!(act_for(&service, (&id, &secret), user).await.expect(400)["error"], "invalid_request", "{user:?}");
    }
    act_for(&service, (&id, &secret), &"a".repeat(128)).await.expect(200);
}

#[tokio::test]
async fn the_end_of_a_back_end_ends_the_roles_of_its_users() {
    let (service, admin) = office_and_admin().await;
    let (id, secret) = client(&service, &admin, Role::AppBackend).await;
    let user = act_for(&service, (&id, &secret), "siti").await.expect(200).text_of("access_token").to_owned();
    service.grant(&format!("{id}:siti"), Role::OfficeAdmin, Some("36.72"), None).await;
    service.get("/v1/clients").token(&user).send().await.expect(200);
    service.post(format!("/v1/clients/{id}/revoke")).token(&admin).send().await.expect(200);
    act_for(&service, (&id, &secret), "siti").await.expect(401);
    service.get("/v1/clients").token(&user).send().await.problem(403, "forbidden");
}

#[tokio::test]
async fn an_office_s_admin_takes_over_and_ends_nothing_of_a_province_s_admin() {
    let service = Service::start().await;
    service.office("36").await;
    let (province, office) =
        (service.staff(Role::ProvinceAdmin, "36").await, service.staff(Role::OfficeAdmin, "36").await);
    let new = json!({"name": "Aplikasi Provinsi", "role": "province_admin", "office": "36"});
    let made = service.post("/v1/clients").token(&province).json(&new).send().await.expect(201);
    let (id, secret) = (made.text_of("id"), made.text_of("client_secret"));
    let grants = service.get("/v1/grants").token(&office).send().await.expect(200);
    let grants = grants["data"].as_array().unwrap();
    let grant = grants.iter().find(|row| row["subject"] == id).unwrap()["id"].as_str().unwrap();
    let paths = ["rotate-secret", "revoke"].map(|event| format!("/v1/clients/{id}/{event}"));
    for path in [&*paths[0], &*paths[1], &format!("/v1/grants/{grant}/revoke")] {
        service.post(path).token(&office).send().await.problem(403, "forbidden");
    }
    log_in(&service, id, secret).await.expect(200);
    service.post(&paths[0]).token(&province).send().await.expect(200);
    service.post(&paths[1]).token(&province).send().await.expect(200);
}
