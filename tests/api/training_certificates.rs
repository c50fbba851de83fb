//! Training certificates, and assessments of competence apart from them.

use disnaker_entity::access::Role;
use disnaker_entity::plumbing::access_record;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::cards::{listed, stated};
use crate::harness::Reply;
use crate::training_classes::Class;
use crate::world::{ids, with};

/// The beginning of every NIK of a test.
const NIK: &str = "3672014101";

impl Class {
    async fn certify(&self, enrollment: &str) -> Reply {
        let path = format!("/v1/training-enrollments/{enrollment}/certificate");
        let signer = json!({"signer_name": "Kepala Contoh, S.T.", "signer_number": "19750101 200003 1 001"});
        self.centre.send(&self.centre.officer, &path, &signer).await
    }

    async fn checked(&self, certificate: &Reply) -> Reply {
        let url = certificate.text_of("verification_url");
        let path = &url[url.find("/v1/").unwrap()..];
        self.centre.service.get(path).send().await
    }

    async fn assess(&self, enrollment: &str, changes: Value) -> Reply {
        let assessed = json!({"body": "LSP Contoh Las", "scheme": "Las Busur Manual 3G", "result": "competent",
            "assessed_on": "2027-01-11", "number": "BNSP-CONTOH-0001", "issued_on": "2027-02-28"});
        let path = format!("/v1/training-enrollments/{enrollment}/competence-assessments");
        self.centre.send(&self.centre.officer, &path, &with(assessed, changes)).await
    }
}

#[tokio::test]
async fn a_certificate_is_issued_once_to_who_passed_and_keeps_what_it_says() {
    let mut class = Class::start(2).await;
    let id = class.people[0].1.clone();
    class.certify(&id).await.problem(409, "illegal-transition");
    class.passed().await;
    let wrong = json!({"signer_name": " ", "signer_number": "x".repeat(31)});
    let path = format!("/v1/training-enrollments/{id}/certificate");
    let reply = class.centre.send(&class.centre.officer, &path, &wrong).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/signer_name", "blank"), ("/signer_number", "too-long")]);
    class.centre.send(&class.centre.trainer, &path, &json!({})).await.problem(403, "forbidden");
    // However many officers issue it at once, there is one, with the first number.
    let replies = join_all((0..6).map(|_| class.certify(&id))).await;
    let (made, others): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!(made.len(), 1);
    for reply in others {
        reply.problem(409, "already-exists");
    }
    let made = &made[0];
    assert_eq!((made.text_of("number"), made.text_of("issued_on")), ("SPL-36.72-2026-000001", "2026-12-24"));
    assert_eq!(made["allowed_actions"], json!(["revoke"]));
    // What the programme says later changes no certificate.
    let programme = format!("/v1/training-programmes/{}", class.centre.programme);
    let call = class.centre.service.patch(&programme).token(&class.centre.officer).header("if-match", "*");
    call.json(&json!({"trade": "Kejuruan Lain"})).send().await.expect(200);
    let path = format!("/v1/training-certificates/{}", made.text_of("id"));
    let read = class.centre.read(&class.centre.officer, &path).await.expect(200);
    assert_eq!((&read["content"]["trade"], &read["content"]["hours"]), (&json!("Teknik Las"), &json!(240)));
    assert_eq!((&read["content"]["from"], &read["content"]["until"]), (&json!("2026-12-01"), &json!("2026-12-24")));

    // Who sees it: the office, the provider, the person; nobody else.
    let own = class.centre.service.token(&class.people[0].0);
    let stranger = class.centre.service.token(&class.people[1].0);
    let elsewhere = class.centre.service.staff(Role::TrainingOfficer, "33.06").await;
    let province = class.centre.service.staff(Role::ProvinceAdmin, "36").await;
    for (token, sees) in
        [(&class.centre.trainer, true), (&own, true), (&province, true), (&stranger, false), (&elsewhere, false)]
    {
        let reply = class.centre.read(token, &path).await;
        let list = format!("/v1/training-certificates?package_id={}", class.package);
        let list = class.centre.read(token, &list).await.expect(200);
        assert_eq!((reply.status, list["data"].as_array().unwrap().len()), if sees { (200, 1) } else { (404, 0) });
        assert!(!reply.text.contains(NIK) && !list.text.contains(NIK));
    }
    let none = class.centre.read(&class.centre.officer, "/v1/training-certificates?status=revoked").await.expect(200);
    assert_eq!(none["data"], json!([]));
    assert_eq!(class.counted("training_certificate").await.len(), 1);
    let export = class.centre.read(&own, "/v1/me/export").await.expect(200);
    assert_eq!(ids(&export["training_certificates"], "number"), ["SPL-36.72-2026-000001"]);
}

#[tokio::test]
async fn anybody_checks_a_certificate_and_learns_no_name_of_a_revoked_one() {
    let mut class = Class::start(1).await;
    let id = class.passed().await;
    let made = class.certify(&id).await.expect(201);
    let check = class.checked(&made).await.expect(200);
    assert_eq!(
        (&check["status"], &check["valid"], &check["name"], &check["number"]),
        (&json!("issued"), &json!(true), &json!("S*** C*** 1***"), &made["number"])
    );
    assert!(check.text_of("note").contains("bukan sertifikat kompetensi"), "{check}");
    assert_eq!((check.header("cache-control"), check.header("referrer-policy")), ("private, no-store", "no-referrer"));
    let url = made.text_of("verification_url");
    let page = class.centre.service.get(&url[url.find("/v1/").unwrap()..]).header("accept", "text/html").send().await;
    assert!(page.text.contains("BERLAKU") && page.text.contains("S***") && !page.text.contains("Siti"), "{page}");
    assert!(!page.text.contains("://") && page.header("content-security-policy").starts_with("default-src 'none'"));
    let base = "/v1/verifications/training-certificates";
    let unknown = class.centre.service.get(format!("{base}/AAAAAAAAAAAAAAAAAAAAAA")).send().await;
    let malformed = class.centre.service.get(format!("{base}/x")).send().await;
    assert_eq!(unknown.problem(404, "not-found").anonymous(), malformed.problem(404, "not-found").anonymous());
    // The token of a certificate opens no card.
    let token = url.rsplit('/').next().unwrap();
    class.centre.service.get(format!("/v1/verifications/ak1/{token}")).send().await.problem(404, "not-found");

    let path = format!("/v1/training-certificates/{}", made.text_of("id"));
    let revoke = async |reason: &str| {
        class.centre.send(&class.centre.officer, &format!("{path}/revoke"), &json!({"reason": reason})).await
    };
    assert_eq!(revoke("x").await.problem(422, "invalid-content").faults(), [("/reason", "too-short")]);
    let revoked = revoke("Kehadiran dicatat keliru").await.expect(200);
    assert_eq!((revoked.text_of("status"), &revoked["allowed_actions"]), ("revoked", &json!([])));
    revoke("Sekali lagi dicabut").await.problem(409, "illegal-transition");
    let check = class.checked(&made).await.expect(200);
    assert_eq!(
        (&check["status"], &check["valid"], &check["name"], &check["ended_on"]),
        (&json!("revoked"), &json!(false), &json!(null), &json!("2026-12-24"))
    );
    assert!(!check.text.contains("keliru"), "the reason is not for everybody");
    let paper = format!("{path}/certificate.pdf");
    class.centre.read(&class.centre.officer, &paper).await.problem(409, "illegal-transition");
    // Another one may be issued, with a number of its own.
    let again = class.certify(&id).await.expect(201);
    assert_eq!(again.text_of("number"), "SPL-36.72-2026-000002");
    let counted = class.counted("training_certificate").await;
    assert_eq!(counted.iter().map(|row| row.1).collect::<Vec<_>>(), [1, -1, 1]);
}

/// As an employer's app does that has the published keys and a list of yesterday, and no network.
#[tokio::test]
async fn a_statement_is_verified_without_a_network_and_passes_for_no_card() {
    let mut class = Class::start(1).await;
    let id = class.passed().await;
    let made = class.certify(&id).await.expect(201);
    let (service, code) = (&class.centre.service, made.text_of("code"));
    assert!(code.starts_with(&format!("{}#", made.text_of("verification_url"))));
    let (typ, claims) = stated(service, code).await;
    assert_eq!(typ, "training-certificate+jwt");
    assert_eq!(
        (&claims["number"], &claims["name"], &claims["programme"]),
        (&json!("SPL-36.72-2026-000001"), &json!("S*** C*** 1***"), &made["content"]["programme"])
    );
    let midnight = disnaker::clock::Zone::WESTERN.midnight(made.text_of("issued_on").parse().unwrap());
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(midnight.timestamp()), &json!(null)));
    let path = format!("/v1/training-certificates/{}", made.text_of("id"));
    assert_eq!(class.centre.read(&class.centre.officer, &path).await.expect(200).text_of("code"), code);
    let list = class.centre.read(&class.centre.officer, "/v1/training-certificates").await.expect(200);
    assert_eq!(list["data"][0]["code"], json!(null), "a list signs nothing");

    let kind = "training-certificate";
    assert_eq!(listed(service, "training-certificates", kind).await["certificates"], json!({}));
    let revoke = format!("{path}/revoke");
    let reason = json!({"reason": "Nilai praktik keliru dicatat"});
    let revoked = class.centre.send(&class.centre.officer, &revoke, &reason).await.expect(200);
    assert_eq!(revoked["code"], json!(null));
    service.state().certificates.forget();
    let list = listed(service, "training-certificates", kind).await;
    assert_eq!(list["certificates"][claims["jti"].as_str().unwrap()], list["as_of"]);
    assert_eq!(listed(service, "ak1", "ak1").await["cards"], json!({}), "cards have a list of their own");
}

#[tokio::test]
async fn a_paper_is_made_for_who_may_read_it_and_is_a_read_on_record() {
    let mut class = Class::start(1).await;
    let id = class.passed().await;
    let made = class.certify(&id).await.expect(201);
    let path = format!("/v1/training-certificates/{}/certificate.pdf", made.text_of("id"));
    let own = class.centre.service.token(&class.people[0].0);
    for token in [&class.centre.officer, &class.centre.trainer, &own] {
        let paper = class.centre.read(token, &path).await.expect(200);
        assert!(paper.text.starts_with("%PDF") && paper.text.len() < 200_000, "{} bytes", paper.text.len());
        assert_eq!(
            (paper.header("content-type"), paper.header("cache-control")),
            ("application/pdf", "private, no-store")
        );
        assert!(paper.header("content-disposition").contains("SPL-36.72-2026-000001.pdf"));
    }
    let elsewhere = class.centre.service.staff(Role::TrainingOfficer, "33.06").await;
    class.centre.read(&elsewhere, &path).await.problem(404, "not-found");
    let person: uuid::Uuid = made.text_of("job_seeker_id").parse().unwrap();
    let reads = access_record::Entity::find().filter(access_record::Column::SubjectId.eq(person));
    let reads = reads.filter(access_record::Column::Act.eq("download"));
    assert_eq!(reads.all(class.centre.service.state().db.reader()).await.unwrap().len(), 3);
}

#[tokio::test]
async fn what_a_class_gave_follows_the_person_whose_records_become_one() {
    let mut class = Class::start(1).await;
    let id = class.passed().await;
    let made = class.certify(&id).await.expect(201);
    let test = class.assess(&id, json!({"assessed_on": "2026-12-24", "issued_on": "2026-12-24"})).await.expect(201);
    let (subject, into) = class.centre.registered(2).await;
    let merge = format!("/v1/job-seekers/{}/merge", made.text_of("job_seeker_id"));
    let body = json!({"into": into, "reason": "Orang yang sama"});
    class.centre.send(&class.centre.counter, &merge, &body).await.expect(200);
    let own = class.centre.service.token(&subject);
    let paper = format!("/v1/training-certificates/{}", made.text_of("id"));
    for path in [
        paper.clone(),
        format!("/v1/training-enrollments/{id}"),
        format!("/v1/competence-assessments/{}", test.text_of("id")),
    ] {
        assert_eq!(class.centre.read(&own, &path).await.expect(200).text_of("job_seeker_id"), into);
    }
    // The name is another than on the day of issue, which the code still states: it is issued anew.
    class.centre.read(&own, &format!("{paper}/certificate.pdf")).await.problem(409, "illegal-transition");
    let reason = json!({"reason": "Nama pemegang berubah"});
    class.centre.send(&class.centre.officer, &format!("{paper}/revoke"), &reason).await.expect(200);
    class.centre.step(&id, "reopen", json!({"reason": "Nilai keliru"})).await.expect(200);
    class.centre.step(&id, "pass", json!({"score": 90})).await.expect(200);
    let again = class.certify(&id).await.expect(201);
    class.centre.step(&id, "reopen", json!({"reason": "Nilai keliru"})).await.problem(409, "illegal-transition");
    let paper = format!("/v1/training-certificates/{}/certificate.pdf", again.text_of("id"));
    class.centre.read(&own, &paper).await.expect(200);
    let log = class.centre.read(&own, "/v1/me/access-log?limit=100").await.expect(200);
    assert!(log["data"].as_array().unwrap().iter().any(|row| row["of"] == "competence_assessment"), "{log}");
}

#[tokio::test]
async fn competence_is_assessed_apart_and_holds_three_years() {
    let mut class = Class::start(2).await;
    let id = class.passed().await;
    class.centre.later("2027-03-01T02:00:00Z").await;
    class.assess(&class.people[1].1, json!({})).await.problem(409, "illegal-transition");
    let wrong = json!({"body": " ", "assessed_on": "2027-03-02", "number": null, "issued_on": "2027-03-01"});
    assert_eq!(
        class.assess(&id, wrong).await.problem(422, "invalid-content").faults(),
        [("/body", "blank"), ("/assessed_on", "out-of-range"), ("/number", "required"), ("/issued_on", "out-of-range")]
    );
    let not_yet = class.assess(&id, json!({"result": "not_yet"})).await.problem(422, "invalid-content");
    assert_eq!(not_yet.faults(), [("/number", "not-allowed"), ("/issued_on", "not-allowed")]);
    let failed = json!({"result": "not_yet", "number": null, "issued_on": null});
    assert_eq!(class.assess(&id, failed).await.expect(201)["expires_on"], json!(null));
    let made = class.assess(&id, json!({})).await.expect(201);
    assert_eq!(made.text_of("expires_on"), "2030-02-28");
    class.assess(&id, json!({})).await.problem(409, "already-exists");
    assert_eq!(class.counted("training_competent").await.len(), 1);

    let path = format!("/v1/competence-assessments/{}", made.text_of("id"));
    let change = async |body: Value, tag: &str| {
        class.centre.service.patch(&path).token(&class.centre.officer).header("if-match", tag).json(&body).send().await
    };
    let leap = change(json!({"issued_on": "2027-02-26"}), "*").await.expect(200);
    assert_eq!((leap.text_of("expires_on"), &leap["version"]), ("2030-02-26", &json!(2)));
    change(json!({"body": "LSP Lain"}), made.header("etag")).await.problem(412, "version-mismatch");
    let reply = change(json!({"result": "not_yet"}), "*").await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/number", "not-allowed"), ("/issued_on", "not-allowed")]);
    let corrected = json!({"result": "not_yet", "number": null, "issued_on": null});
    assert_eq!(change(corrected, "*").await.expect(200)["expires_on"], json!(null));
    let counted = class.counted("training_competent").await;
    assert_eq!(counted.iter().map(|row| row.1).collect::<Vec<_>>(), [1, -1]);

    let own = class.centre.service.token(&class.people[0].0);
    let stranger = class.centre.service.token(&class.people[1].0);
    class.centre.read(&own, &path).await.expect(200);
    class.centre.read(&stranger, &path).await.problem(404, "not-found");
    let list = format!("/v1/competence-assessments?package_id={}", class.package);
    let listed = class.centre.read(&class.centre.officer, &list).await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    assert!(!listed.text.contains(NIK));
    assert_eq!(class.centre.read(&stranger, &list).await.expect(200)["data"], json!([]));
    let export = class.centre.read(&own, "/v1/me/export").await.expect(200);
    assert_eq!(export["competence_assessments"].as_array().unwrap().len(), 2);
}
