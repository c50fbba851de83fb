//! Mandatory vacancy reports: drafts, filing, return, acceptance, correction.

use disnaker_entity::access::Role;
use futures_util::future::join_all;
use serde_json::json;

use crate::world::{World, ids, line, with};

#[tokio::test]
async fn a_filed_report_gets_a_number_and_an_accepted_one_publishes_its_lines() {
    let world = World::new().await;
    let draft = world.draft(&[line("Operator Forklift", 5), line("Satpam", 2)]).await;
    assert_eq!((draft["status"].as_str(), draft["number"].as_str()), (Some("draft"), None));
    let path = format!("/v1/vacancy-reports/{}", draft.text_of("id"));
    world.read(&world.officer, &path).await.problem(404, "not-found");
    let filed = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!(filed["number"], "LWK-36.72-2026-000001");
    assert_eq!(filed["persons_wanted"], 7);
    let waiting = world.read(&world.officer, "/v1/vacancy-reports?status=submitted").await.expect(200);
    assert_eq!(waiting["data"][0]["id"], draft["id"]);
    let accepted = world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    let lines = ids(&accepted["lines"], "line_id");
    let vacancy = world.vacancy(&lines[0]).await;
    assert_eq!((vacancy["title"].as_str(), vacancy["status"].as_str()), (Some("Operator Forklift"), Some("published")));
    assert_eq!((vacancy["persons_wanted"].as_i64(), vacancy["antar_kerja"].as_str()), (Some(5), Some("akl")));
    let next = world.file(&[line("Juru Las", 1)]).await;
    assert_eq!(next["number"], "LWK-36.72-2026-000002");
}

#[tokio::test]
async fn every_fault_of_every_line_is_told_at_once() {
    let world = World::new().await;
    let lines = [
        line("Operator Forklift", 1),
        with(line("", 0), json!({"occupation": "00X", "education": "phd", "work_region": "36"})),
        with(line("Sopir", 1), json!({"valid_until": "2026-11-01", "wage_max": 1, "age_min": 40, "age_max": 30})),
        with(line("Perawat", 1), json!({"work_country": "SG"})),
        with(line("Kasir", 1), json!({"work_region": null, "valid_from": "2026-10-01", "valid_until": "2026-10-31"})),
    ];
    let body = json!({"company_id": world.company, "lines": lines});
    let reply = world.send(&world.hr, "/v1/vacancy-reports", &body).await.problem(422, "invalid-content");
    assert_eq!(
        reply.faults(),
        [
            ("/lines/1/title", "blank"),
            ("/lines/1/wanted", "nobody-wanted"),
            ("/lines/1/occupation", "unknown-reference"),
            ("/lines/1/education", "unknown-reference"),
            ("/lines/1/work_region", "unknown-reference"),
            ("/lines/2/valid_until", "ends-before-it-begins"),
            ("/lines/2/wage_max", "out-of-range"),
            ("/lines/2/age_max", "out-of-range"),
            ("/lines/3/work_region", "not-allowed"),
            ("/lines/4/work_region", "required"),
            ("/lines/4/valid_until", "ended-already"),
        ]
    );
    let none = json!({"company_id": world.company, "lines": []});
    let reply = world.send(&world.hr, "/v1/vacancy-reports", &none).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/lines", "wrong-count")]);
}

#[tokio::test]
async fn soft_findings_are_warnings_and_refuse_nothing() {
    let world = World::new().await;
    let lines = [
        with(line("Buruh", 1), json!({"wage_min": 1_000_000, "valid_from": "2024-11-23"})),
        with(line("Kasir", 1), json!({"wage_min": null, "age_max": 25, "age_min": 13, "valid_until": "2026-11-24"})),
        with(line("Perawat", 1), json!({"work_country": "SG", "work_region": null})),
        with(line("Montir", 1), json!({"work_region": "11.71"})),
    ];
    let draft = world.draft(&lines).await;
    let warnings = draft["warnings"].as_array().unwrap();
    let found: Vec<_> = warnings
        .iter()
        .map(|warning| (warning["pointer"].as_str().unwrap(), warning["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ("/lines/0/valid_from", "long-validity"),
            ("/lines/0/wage_min", "below-minimum-wage"),
            ("/lines/1/valid_until", "short-validity"),
            ("/lines/1/wage_min", "no-wage"),
            ("/lines/1/age_max", "age-limit"),
            ("/lines/1/age_min", "under-working-age"),
            ("/lines/2/work_country", "overseas-vacancy"),
            ("/lines/3/work_region", "minimum-wage-unknown"),
        ]
    );
    assert_eq!(warnings[1]["expected"], "paling sedikit Rp4.815.102,80 (2024)", "the minimum wage of Cilegon in 2024");
    assert_eq!(draft["several_provinces"], true, "Banda Aceh is in another province");
    let path = format!("/v1/vacancy-reports/{}", draft.text_of("id"));
    world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    let seen = world.read(&world.officer, &path).await.expect(200);
    assert_eq!(seen["warnings"].as_array().unwrap().len(), 8, "the officer sees them, too");
    let accepted = world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    let kinds: Vec<_> = ids(&accepted["lines"], "line_id");
    assert_eq!(world.vacancy(&kinds[2]).await["antar_kerja"], "akan");
    assert_eq!(world.vacancy(&kinds[3]).await["antar_kerja"], "akad");
}

#[tokio::test]
async fn a_returned_report_is_mended_and_filed_again_under_its_number() {
    let world = World::new().await;
    let filed = world.file(&[line("Operator Forklift", 5), line("Satpam", 2)]).await;
    let path = format!("/v1/vacancy-reports/{}", filed.text_of("id"));
    let lines = ids(&filed["lines"], "line_id");
    world.send(&world.officer, &format!("{path}/return"), &json!({})).await.problem(422, "invalid-content");
    let stray = json!({"lines": [{"line_id": world.company, "reason": "x"}]});
    let reply = world.send(&world.officer, &format!("{path}/return"), &stray).await.problem(422, "invalid-content");
    assert_eq!(reply.faults(), [("/lines/0/line_id", "unknown-reference")]);
    let reasons = json!({"note": "Mohon diperiksa", "lines": [{"line_id": lines[1], "reason": "Upah belum wajar"}]});
    world.send(&world.officer, &format!("{path}/return"), &reasons).await.expect(200);
    let seen = world.read(&world.hr, &path).await.expect(200);
    assert_eq!(seen["lines"][1]["return_reason"], "Upah belum wajar");
    assert_eq!(seen["allowed_actions"], json!(["submit", "withdraw"]));
    let mended = json!({"lines": [
        with(line("Operator Forklift", 6), json!({"line_id": lines[0]})),
        with(line("Satpam", 2), json!({"line_id": lines[1], "wage_min": 5_500_000})),
        line("Sopir", 1),
    ]});
    let patched = world
        .service
        .patch(&path)
        .token(&world.hr)
        .header("if-match", seen.header("etag"))
        .json(&mended)
        .send()
        .await
        .expect(200);
    assert_eq!(ids(&patched["lines"], "line_id")[..2], lines[..], "lines that stay keep their id");
    let again = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!(again["number"], filed["number"]);
    assert_eq!(again["return_note"], json!(null));
    let reason = json!({"lines": [{"line_id": lines[1], "reason": "Upah belum wajar"}]});
    world.send(&world.officer, &format!("{path}/return"), &reason).await.expect(200);
    let again = world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!(again["lines"][1]["return_reason"], json!(null), "what was filed again is not what was returned");
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
}

#[tokio::test]
async fn what_was_filed_is_withdrawn_and_only_a_draft_is_deleted() {
    let world = World::new().await;
    let draft = world.draft(&[line("Satpam", 1)]).await;
    let path = format!("/v1/vacancy-reports/{}", draft.text_of("id"));
    let delete = |path: &str, tag: &str| world.service.delete(path).token(&world.hr).header("if-match", tag);
    delete(&path, draft.header("etag")).send().await.expect(204);
    world.read(&world.hr, &path).await.problem(404, "not-found");
    let filed = world.file(&[line("Satpam", 1)]).await;
    let path = format!("/v1/vacancy-reports/{}", filed.text_of("id"));
    let reply = delete(&path, filed.header("etag")).send().await.problem(409, "illegal-transition");
    assert_eq!(reply["allowed"], json!(["withdraw"]));
    world.act(&world.hr, &format!("{path}/withdraw")).await.expect(200);
    world.act(&world.officer, &format!("{path}/accept")).await.problem(409, "illegal-transition");
}

#[tokio::test]
async fn vacancies_of_an_unverified_company_are_held_until_it_is_verified() {
    let world = World::unverified().await;
    let lines = world.publish(&[line("Operator Forklift", 3)]).await;
    let path = format!("/v1/vacancies/{}", lines[0]);
    world.service.get(&path).send().await.problem(404, "not-found");
    assert_eq!(world.read(&world.hr, &path).await.expect(200)["status"], "held");
    assert_eq!(
        world.read(&world.officer, "/v1/vacancies?status=held").await.expect(200)["data"][0]["id"],
        lines[0].as_str()
    );
    assert_eq!(world.service.get("/v1/vacancies?status=held").send().await.expect(200)["data"], json!([]));
    assert_eq!(world.demand("").await, [0, 0, 0, 0], "what is held is not wanted yet");
    world.verify().await;
    assert_eq!(world.vacancy(&lines[0]).await["status"], "published");
    assert_eq!(world.demand("").await, [3, 0, 0, 3]);
}

#[tokio::test]
async fn rejecting_a_company_closes_what_was_held() {
    let world = World::unverified().await;
    let lines = world.publish(&[line("Operator Forklift", 3)]).await;
    let path = format!("/v1/companies/{}/reject", world.company);
    world.send(&world.officer, &path, &json!({"reason": "NIB palsu"})).await.expect(200);
    let path = format!("/v1/vacancies/{}", lines[0]);
    assert_eq!(world.read(&world.hr, &path).await.expect(200)["status"], "closed");
    world.service.get(&path).send().await.problem(404, "not-found");
    assert_eq!(world.demand("").await, [0, 0, 0, 0]);
}

#[tokio::test]
async fn an_accepted_correction_changes_the_same_vacancies_line_by_line() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 5), line("Satpam", 2)]).await;
    let vacancy = world.read(&world.hr, "/v1/vacancy-reports?status=accepted").await.expect(200);
    let first = format!("/v1/vacancy-reports/{}", vacancy["data"][0]["id"].as_str().unwrap());
    let correction = world.act(&world.hr, &format!("{first}/correct")).await.expect(201);
    assert_eq!((correction["revision"].as_i64(), correction["status"].as_str()), (Some(2), Some("draft")));
    world.act(&world.hr, &format!("{first}/correct")).await.problem(409, "already-exists");
    let path = format!("/v1/vacancy-reports/{}", correction.text_of("id"));
    let changed = json!({"lines": [
        with(line("Operator Forklift Senior", 8), json!({"line_id": lines[0]})),
        line("Juru Las", 4),
    ]});
    world
        .service
        .patch(&path)
        .token(&world.hr)
        .header("if-match", correction.header("etag"))
        .json(&changed)
        .send()
        .await
        .expect(200);
    world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    assert_eq!(world.demand("").await, [7, 0, 0, 7], "nothing changes before the office accepts");
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    let vacancy = world.vacancy(&lines[0]).await;
    assert_eq!(
        (vacancy["title"].as_str(), vacancy["persons_wanted"].as_i64()),
        (Some("Operator Forklift Senior"), Some(8))
    );
    assert_eq!(world.vacancy(&lines[1]).await["status"], "closed");
    assert_eq!(world.read(&world.hr, &first).await.expect(200)["status"], "superseded");
    assert_eq!(world.demand("").await, [14, 0, 2, 12], "two withdrawn with the closed line, four new");
    let found = world.service.get("/v1/vacancies?q=senior").send().await.expect(200);
    assert_eq!(found["data"][0]["id"], lines[0].as_str(), "the search follows the correction");
}

#[tokio::test]
async fn a_correction_can_t_want_fewer_than_are_placed() {
    let world = World::new().await;
    let lines = world.publish(&[line("Operator Forklift", 3)]).await;
    let report = world.report_hired(&[crate::world::hired(&lines[0], 1), crate::world::hired(&lines[0], 2)]).await;
    world.accept_hired(&report).await.expect(200);
    let first = world.read(&world.hr, "/v1/vacancy-reports?status=accepted").await.expect(200)["data"][0]["id"].clone();
    let correction =
        world.act(&world.hr, &format!("/v1/vacancy-reports/{}/correct", first.as_str().unwrap())).await.expect(201);
    let path = format!("/v1/vacancy-reports/{}", correction.text_of("id"));
    let change = |persons, tag: String| {
        let body = json!({"lines": [with(line("Operator Forklift", persons), json!({"line_id": lines[0]}))]});
        world.service.patch(&path).token(&world.hr).header("if-match", tag).json(&body).send()
    };
    change(1, correction.header("etag").to_owned()).await.expect(200);
    world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    let reply = world.act(&world.officer, &format!("{path}/accept")).await.problem(409, "rows-refused");
    assert_eq!(reply.faults(), [("/lines/0/wanted", "fewer-than-filled")]);
    assert_eq!(world.demand("").await, [3, 2, 0, 1], "a refused correction changes nothing");
    world.send(&world.officer, &format!("{path}/return"), &json!({"note": "Sudah terisi dua"})).await.expect(200);
    let tag = world.read(&world.hr, &path).await.expect(200).header("etag").to_owned();
    change(2, tag).await.expect(200);
    world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    assert_eq!(world.vacancy(&lines[0]).await["status"], "filled");
    assert_eq!(world.demand("").await[3], 0);
}

#[tokio::test]
async fn a_hundred_officers_who_accept_one_report_publish_it_once() {
    let world = World::new().await;
    let report = world.file(&[line("Operator Forklift", 5), line("Satpam", 2)]).await;
    let path = format!("/v1/vacancy-reports/{}/accept", report.text_of("id"));
    let replies = join_all((0..100).map(|_| world.act(&world.officer, &path))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 200) {
        reply.problem(409, "illegal-transition");
    }
    assert_eq!(world.service.get("/v1/vacancies").send().await.expect(200)["data"].as_array().unwrap().len(), 2);
    assert_eq!(world.demand("").await, [7, 0, 0, 7]);
}

#[tokio::test]
async fn numbers_of_an_office_have_no_gaps_however_many_file_at_once() {
    let world = World::new().await;
    let drafts =
        join_all((0..40).map(|_| async { world.draft(&[line("Satpam", 1)]).await.text_of("id").to_owned() })).await;
    let mut numbers = join_all(drafts.iter().map(|id| world_submit(&world, id))).await;
    numbers.sort_unstable();
    let expected: Vec<_> = (1..=40).map(|number| format!("LWK-36.72-2026-{number:06}")).collect();
    assert_eq!(numbers, expected);
}

async fn world_submit(world: &World, id: &str) -> String {
    world.act(&world.hr, &format!("/v1/vacancy-reports/{id}/submit")).await.expect(200).text_of("number").to_owned()
}

#[tokio::test]
async fn a_report_is_a_secret_to_strangers() {
    let world = World::new().await;
    let report = world.file(&[line("Satpam", 1)]).await;
    let path = format!("/v1/vacancy-reports/{}", report.text_of("id"));
    let (other, _) = crate::world::register(&world.service, "9120007777777").await;
    world.read(&other, &path).await.problem(404, "not-found");
    world.act(&other, &format!("{path}/withdraw")).await.problem(404, "not-found");
    let purworejo = world.service.staff(Role::PlacementOfficer, "33.06").await;
    world.read(&purworejo, &path).await.problem(404, "not-found");
    let viewer = world.service.staff(Role::Viewer, "36").await;
    world.read(&viewer, &path).await.expect(200);
    world.act(&viewer, &format!("{path}/accept")).await.problem(403, "forbidden");
}
