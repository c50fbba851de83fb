//! Which office's mediator a case belongs to (Permenakertrans 17/2014 art. 12).

use disnaker_entity::access::Role;
use serde_json::json;

use super::{ADMIN, CASES, COLLEAGUE, Hall, MEDIATOR, PROVINCE, WORKER, dispute, reason};
use crate::world::{ids, with};

#[tokio::test]
async fn a_case_of_several_districts_is_the_provinces_from_its_referral_on() {
    let hall = Hall::open().await;
    hall.service.grant("mediator-provinsi", Role::Mediator, Some("36"), None).await;
    let other = hall.register(ADMIN, json!({"kind": "rights"})).await;
    let case = hall.register(WORKER, json!({"kind": "rights", "regions": ["36.72", "36.04"]})).await;
    let may = ["return_file", "refer_up", "settle_bipartite", "close", "withdraw"];
    assert_eq!(hall.may(ADMIN, &case).await, may);
    let refused = hall.step(ADMIN, &case, "refer", hall.mediator(MEDIATOR).await).await;
    assert_eq!(refused.problem(409, "illegal-transition")["allowed"], json!(may));
    hall.read(PROVINCE, &case.path).await.problem(404, "not-found");

    let up = hall.done(ADMIN, &case, "refer_up", reason()).await;
    assert_eq!((up.text_of("status"), up.text_of("office")), ("awaiting_referral", "36"));
    assert_eq!((up.text_of("registered_office"), &up["allowed_actions"]), ("36.72", &json!([])));
    hall.read(ADMIN, &case.path).await.problem(404, "not-found");
    hall.step(ADMIN, &case, "close", reason()).await.problem(404, "not-found");
    assert_eq!(hall.view(WORKER, &case).await["reason"], reason()["reason"]);
    assert_eq!(hall.may(PROVINCE, &case).await, ["refer", "settle_bipartite", "close", "withdraw"]);
    let down = json!({"office": "36.72", "reason": "Mediator sudah ada"});
    hall.step(PROVINCE, &case, "refer_down", down).await.problem(409, "illegal-transition");
    let wrong = hall.step(PROVINCE, &case, "refer", hall.mediator(MEDIATOR).await).await;
    assert_eq!(wrong.problem(422, "invalid-content").faults(), [("/grant_id", "unknown-reference")]);
    hall.done(PROVINCE, &case, "refer", hall.mediator("mediator-provinsi").await).await;
    hall.view("mediator-provinsi", &case).await;
    hall.counts(PROVINCE, &case, ("total", "mediator"), ("2026-11-23", "2027-01-08", "due")).await;

    // Nothing else of the district.
    let seen = hall.read(PROVINCE, CASES).await.expect(200);
    assert_eq!(ids(&seen["data"], "id"), [case.id.as_str()]);
    hall.read(PROVINCE, &other.path).await.problem(404, "not-found");
    let counted = [
        "dispute_registered 36.72 1 2026-11-23",
        "dispute_registered 36.72 -1 2026-11-23",
        "dispute_registered 36 1 2026-11-23",
    ];
    assert_eq!(hall.counted(&case).await, counted, "one dispute, in the office whose case it is");
}

#[tokio::test]
async fn a_case_of_one_district_goes_up_for_want_of_a_mediator_and_down_again() {
    let hall = Hall::open().await;
    let case = hall.register(WORKER, json!({"kind": "rights"})).await;
    // Not as long as one of its own is apart from the case; who stands on a side of it is none.
    for mediator in [MEDIATOR, COLLEAGUE] {
        let refused = hall.step(ADMIN, &case, "refer_up", reason()).await.problem(409, "illegal-transition");
        assert!(refused.text_of("detail").contains("memiliki mediator"), "{}", refused.text);
        let grant = hall.mediator(mediator).await["grant_id"].as_str().unwrap().to_owned();
        hall.send(ADMIN, &format!("/v1/grants/{grant}/revoke"), &json!({})).await.expect(200);
    }
    hall.done(ADMIN, &case, "refer_up", reason()).await;
    hall.service.grant(MEDIATOR, Role::Mediator, Some("36.72"), None).await;
    assert_eq!(hall.may(PROVINCE, &case).await, ["refer", "refer_down", "settle_bipartite", "close", "withdraw"]);
    hall.step(PROVINCE, &case, "refer_up", reason()).await.problem(409, "illegal-transition");
    for (office, status, code) in [
        ("36.04", 409, "illegal-transition"),
        ("36", 409, "illegal-transition"),
        ("99.99", 422, "invalid-content"),
        ("\0", 422, "invalid-content"),
    ] {
        let to = json!({"office": office, "reason": "Mediator sudah ada"});
        hall.step(PROVINCE, &case, "refer_down", to).await.problem(status, code);
    }
    let to = json!({"office": "36.72", "reason": "Mediator sudah ada"});
    assert_eq!(hall.done(PROVINCE, &case, "refer_down", to).await.text_of("office"), "36.72");
    hall.read(PROVINCE, &case.path).await.problem(404, "not-found");
    hall.done(ADMIN, &case, "refer", hall.mediator(MEDIATOR).await).await;
    hall.view(MEDIATOR, &case).await;
    assert_eq!(hall.events(&case).await, ["register", "refer_up", "refer_down", "refer"]);
}

#[tokio::test]
async fn a_dispute_over_several_provinces_is_the_ministrys_and_one_elsewhere_another_offices() {
    let hall = Hall::open().await;
    for (office, regions, code) in [
        ("36.72", json!(["36.72", "33.06"]), "several-provinces"),
        ("36", json!(["36.72", "33.06"]), "several-provinces"),
        ("36.72", json!(["36.04"]), "elsewhere"),
        ("33.06", json!(["36.72"]), "elsewhere"),
    ] {
        let new = with(dispute(), json!({"office": office, "regions": regions}));
        let refused = hall.send(WORKER, CASES, &new).await.problem(422, "invalid-content");
        assert_eq!(refused.faults(), [("/regions", code)], "{office} {regions}");
    }
    let one = with(dispute(), json!({"office": "36", "regions": ["36.72"]}));
    let refused = hall.send(WORKER, CASES, &one).await.problem(422, "invalid-content");
    assert_eq!(refused.faults(), [("/office", "elsewhere")], "a district's own");
    let direct = with(dispute(), json!({"office": "36", "regions": ["36.72", "36.04"]}));
    assert_eq!(hall.send(WORKER, CASES, &direct).await.expect(201).text_of("office"), "36");
}
