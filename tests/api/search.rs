//! Search that finds: roots, synonyms, corrections, the language of `q`, facets, wider searches, re-indexing.

use std::sync::Arc;

use disnaker_entity::access::Role;
use disnaker_entity::plumbing::setting;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};

use crate::harness::Reply;
use crate::world::{World, ids, line, with};

/// A query that is put together from its parts.
fn url(pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/v1/vacancies?{query}")
}

async fn ask(world: &World, pairs: &[(&str, &str)]) -> Reply {
    world.service.get(url(pairs)).send().await.expect(200)
}

async fn find(world: &World, q: &str) -> Vec<String> {
    ids(&ask(world, &[("q", q)]).await["data"], "title")
}

async fn market() -> World {
    let world = World::new().await;
    let line = |title: &str, any: i32, changes: Value| with(line(title, any), changes);
    world
        .publish(&[
            line(
                "Penjahit Garmen",
                20,
                json!({"occupation": "75", "description": "Menjahit kemeja dengan mesin jahit"}),
            ),
            line("Satpam", 4, json!({"occupation": "54", "work_region": "36.04.07", "wage_min": 3_000_000})),
            line("Security Mall", 2, json!({"occupation": "54", "description": "Menjaga keamanan shift malam"})),
            line("Pengemudi Truk", 3, json!({"occupation": "83", "skills": ["SIM B1 umum"], "wage_min": 8_000_000})),
            line("Kepala Gudang", 1, json!({"occupation": "43", "education": "bachelor", "experience_months": 24})),
            line("Staf Gudang", 6, json!({"occupation": "43", "description": "Melapor kepada kepala bagian gudang"})),
            line(
                "Perawat Lansia",
                2,
                json!({"occupation": "53", "work_country": "SG", "work_region": null, "wage_min": null}),
            ),
        ])
        .await;
    world
}

#[tokio::test]
async fn a_word_finds_its_root_and_what_means_the_same_and_what_is_written_comes_first() {
    let world = market().await;
    assert_eq!(find(&world, "jahit").await, ["Penjahit Garmen"]);
    assert_eq!(find(&world, "MENJAHIT").await, ["Penjahit Garmen"]);
    // The education that is asked for is a word of a vacancy, too.
    assert_eq!(find(&world, "sarjana gudang").await, ["Kepala Gudang"]);
    assert_eq!(find(&world, "smk gudang").await, ["Staf Gudang"]);
    assert_eq!(find(&world, "satpam").await, ["Satpam", "Security Mall"]);
    assert_eq!(find(&world, "security").await, ["Security Mall", "Satpam"]);
    assert_eq!(find(&world, "petugas keamanan").await.len(), 2, "a name may have several words");
    assert_eq!(find(&world, "sopir truk").await, ["Pengemudi Truk"]);
    assert_eq!(find(&world, "lowongan kerja supir di cilegon").await, ["Pengemudi Truk"]);
    assert!(find(&world, "satpam truk").await.is_empty(), "every word must be found");
}

#[tokio::test]
async fn signs_say_how_a_word_is_wanted_and_odd_input_is_no_error() {
    let world = market().await;
    assert_eq!(find(&world, "+satpam").await, ["Satpam"], "no synonyms");
    assert_eq!(find(&world, "+jahit garmen").await, ["Penjahit Garmen"]);
    assert_eq!(find(&world, "satpam -mall").await, ["Satpam"]);
    assert_eq!(find(&world, "gudang -kepala").await, Vec::<String>::new(), "its description names one");
    assert_eq!(find(&world, "gudang -\"kepala gudang\"").await, ["Staf Gudang"]);
    assert_eq!(find(&world, "\"kepala gudang\"").await, ["Kepala Gudang"]);
    assert_eq!(find(&world, "\"sim b1\"").await, ["Pengemudi Truk"], "in the skills");
    assert_eq!(find(&world, "\"contoh baja\"").await.len(), 7, "in the company's name");
    assert_eq!(find(&world, "peng*").await, ["Pengemudi Truk", "Penjahit Garmen"], "the latter by its occupation");
    assert_eq!(find(&world, "-gudang").await.len(), 5, "only what is not wanted: everything else");
    assert_eq!(find(&world, "-gudang -penjahit").await.len(), 4);
    let long = "jahit ".repeat(33);
    for odd in [
        "\"",
        "- + *",
        "😀",
        "'; DROP TABLE vacancy; --",
        "a* | b & !c",
        "((((",
        "NEAR(a b)",
        "terms:x",
        "\\",
        "%",
        &long,
        "-\"",
    ] {
        find(&world, odd).await;
    }
    assert!(find(&world, "😀 \"").await.is_empty(), "marks are no words");
    assert_eq!(
        find(&world, "\0pen\u{200b}jahit\u{202e}\n").await,
        ["Penjahit Garmen"],
        "what can't be seen is nothing"
    );
    assert_eq!(find(&world, "\u{200b}\0").await.len(), 7, "and nothing is asked for by it");
    let endless = format!("\"kepala gudang\" {}", "x".repeat(20_000));
    assert_eq!(find(&world, &endless).await, ["Kepala Gudang"], "no word is so long");
    assert_eq!(find(&world, &format!("penjahit{}{long}zzz", " ".repeat(192))).await, ["Penjahit Garmen"]);
    assert_eq!(find(&world, &format!("{}+garmen*", " ".repeat(500))).await, ["Penjahit Garmen"]);
    for sort in ["newest", "wage", "closing_soon"] {
        let page = ask(&world, &[("q", "gudang -\"kepala gudang\""), ("sort", sort)]).await;
        assert_eq!(ids(&page["data"], "title"), ["Staf Gudang"], "{sort}");
    }
}

/// Whatever is typed is answered: beside filters, in every order, and with what it is counted by.
#[tokio::test]
async fn no_text_is_too_odd_to_search_for() {
    let world = market().await;
    let mut runner = TestRunner::deterministic();
    let typed = "(?s:.{0,40})|\\PC{0,300}|[a-z \\x00\"*+'&|!():<>\\\\%_\u{202e}\u{200b}-]{0,60}";
    let typed = proptest::string::string_regex(typed).unwrap();
    for at in 0..96 {
        let q = typed.new_tree(&mut runner).unwrap().current();
        let sort = ["relevance", "newest", "wage", "closing_soon"][at % 4];
        let facets = ["", "province,wage", "status,education"][at % 3];
        let mut pairs = vec![("q", q.as_str()), ("sort", sort), ("facets", facets), ("limit", "1")];
        pairs.extend([("region", "36"), ("wage_floor", "1")].into_iter().take(at % 3));
        let page = ask(&world, &pairs).await;
        let counted = facets.split(',').filter(|facet| !facet.is_empty()).count();
        assert_eq!(page["facets"].as_array().unwrap().len(), counted, "{q:?}");
        if let Some(next) = page["next"].as_str() {
            pairs.push(("cursor", next));
            ask(&world, &pairs).await;
        }
        for wider in page["wider"].as_array().unwrap() {
            let query = wider["query"].as_str().unwrap();
            world.service.get(format!("/v1/vacancies?{query}")).send().await.expect(200);
        }
    }
}

#[tokio::test]
async fn a_phrase_pages_in_every_order() {
    let world = market().await;
    for sort in ["relevance", "newest", "wage", "closing_soon"] {
        let pairs = [("q", "\"contoh baja\""), ("sort", sort)];
        let whole = ids(&ask(&world, &pairs).await["data"], "title");
        assert_eq!(whole.len(), 7);
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let mut pairs = [&pairs[..], &[("limit", "3")]].concat();
            pairs.extend((!cursor.is_empty()).then_some(("cursor", cursor.as_str())));
            let page = ask(&world, &pairs).await;
            paged.extend(ids(&page["data"], "title"));
            let Some(next) = page["next"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!(paged, whole, "{sort}");
    }
    let by_wage = ids(&ask(&world, &[("q", "\"contoh baja\""), ("sort", "wage")]).await["data"], "title");
    assert_eq!((by_wage[0].as_str(), by_wage[6].as_str()), ("Pengemudi Truk", "Perawat Lansia"));
}

#[tokio::test]
async fn a_mistyped_word_is_corrected_where_it_is_found_nowhere() {
    let world = market().await;
    let corrections = async |q: &str| {
        let reply = ask(&world, &[("q", q)]).await;
        let list = |name| ids(&reply["corrections"], name);
        (ids(&reply["data"], "title"), list("from").into_iter().zip(list("to")).collect::<Vec<_>>())
    };
    let one = |from: &str, to: &str| vec![(from.to_owned(), to.to_owned())];
    assert_eq!(corrections("stapam").await.1, one("stapam", "satpam"));
    assert_eq!(corrections("stapam").await.0.len(), 2, "and what means the same");
    assert_eq!(
        corrections("penghemudy truk").await,
        (vec!["Pengemudi Truk".to_owned()], one("penghemudy", "pengemudi"))
    );
    assert_eq!(corrections("drivre").await.1, one("drivre", "driver"), "a synonym is a word, too");
    assert_eq!(corrections("satpam truk").await, (vec![], vec![]), "each word is found somewhere");
    assert_eq!(corrections("+stapam").await, (vec![], vec![]), "what is to be taken as it is written");
    assert_eq!(corrections("\"stapam mall\"").await.1, []);
    assert_eq!(corrections("gudag").await.1, one("gudag", "gudang"));
    assert_eq!(corrections("gdng").await.1, [], "too short");
    assert_eq!(corrections("xatpam").await.1, [], "another first letter");
    let page = ask(&world, &[("q", "stapam"), ("limit", "1")]).await;
    let rest = ask(&world, &[("q", "stapam"), ("limit", "1"), ("cursor", page.text_of("next"))]).await;
    assert_eq!(ids(&rest["data"], "title"), ["Security Mall"], "pages go on");
    let sorted = ask(&world, &[("q", "stapam"), ("sort", "wage"), ("limit", "1")]).await;
    let rest =
        ask(&world, &[("q", "stapam"), ("sort", "wage"), ("limit", "1"), ("cursor", sorted.text_of("next"))]).await;
    assert_eq!(ids(&rest["data"], "title"), ["Satpam"]);
}

#[tokio::test]
async fn nobody_is_led_to_words_of_what_they_may_not_see() {
    let world = World::unverified().await;
    world.publish(&[line("Perancang Kapal", 1)]).await;
    let reply = ask(&world, &[("q", "perancng")]).await;
    assert_eq!((&reply["corrections"], &reply["wider"]), (&json!([]), &json!([])), "it is held");
    let own = world.read(&world.hr, &format!("{}&status=held", url(&[("q", "perancng")]))).await.expect(200);
    assert_eq!(ids(&own["corrections"], "to"), ["perancang"]);
    assert_eq!(ids(&own["data"], "title"), ["Perancang Kapal"]);
}

#[tokio::test]
async fn where_nothing_is_found_the_answer_says_what_would_be() {
    let world = market().await;
    let pairs = [("q", "satpam malam"), ("region", "36.04.07"), ("wage_floor", "9000000")];
    let reply = ask(&world, &pairs).await;
    assert_eq!(reply["data"], json!([]));
    assert_eq!(ids(&reply["wider"], "query"), ["q=satpam+malam"], "one change alone finds nothing");
    assert_eq!(
        (&reply["wider"][0]["parameter"], &reply["wider"][0]["from"]),
        (&json!("filters"), &json!("region,wage_floor"))
    );
    let reply = ask(&world, &[("q", "zzzzz"), ("region", "36.04.07")]).await;
    assert_eq!(ids(&reply["wider"], "query"), ["region=36.04.07"], "the filters without a word that nobody has");
    assert_eq!((&reply["wider"][0]["parameter"], &reply["wider"][0]["from"]), (&json!("q"), &json!("zzzzz")));
    let reply = ask(&world, &[("q", "satpam malam"), ("region", "36.04.07"), ("limit", "5")]).await;
    let found: Vec<_> = reply["wider"]
        .as_array()
        .unwrap()
        .iter()
        .map(|wider| {
            (
                wider["parameter"].as_str().unwrap(),
                wider["from"].as_str().unwrap(),
                wider["to"].as_str(),
                wider["vacancies"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [("region", "36.04.07", Some("36"), 1), ("region", "36.04.07", None, 1), ("q", "malam", None, 1),]
    );
    for wider in reply["wider"].as_array().unwrap() {
        let query = wider["query"].as_str().unwrap();
        let page = world.service.get(format!("/v1/vacancies?{query}")).send().await.expect(200);
        assert_eq!(page["data"].as_array().unwrap().len() as u64, wider["vacancies"].as_u64().unwrap(), "{query}");
    }
    let reply = ask(&world, &[("q", "satpam zzzzz qqqqq")]).await;
    assert_eq!(ids(&reply["wider"], "query"), ["q=satpam"], "what is left of three words that nobody has together");
    let reply = ask(&world, &[("q", "\"gudang kepala\"")]).await;
    assert_eq!(ids(&reply["wider"], "query"), ["q=gudang+kepala"]);
    let reply = ask(&world, &[("q", "stapam"), ("occupation", "75")]).await;
    assert_eq!(ids(&reply["corrections"], "to"), ["satpam"]);
    assert_eq!(ids(&reply["wider"], "query"), ["q=satpam"], "with the corrected word");
    assert_eq!(ask(&world, &[("q", "satpam")]).await["wider"], json!([]), "only where nothing was found");
}

#[tokio::test]
async fn facets_are_counted_without_their_own_filter() {
    let world = market().await;
    let facets = async |pairs: &[(&str, &str)]| {
        let reply = ask(&world, pairs).await;
        let facet = |facet: &Value| {
            let value = |value: &Value| {
                let number = |name: &str| value[name].as_i64().unwrap();
                (value["value"].as_str().unwrap_or("-").to_owned(), number("vacancies"), number("persons_wanted"))
            };
            facet["values"].as_array().unwrap().iter().map(value).collect::<Vec<_>>()
        };
        reply["facets"].as_array().unwrap().iter().map(facet).collect::<Vec<_>>()
    };
    let row = |value: &str, vacancies, persons| (value.to_owned(), vacancies, persons);
    assert_eq!(
        facets(&[("facets", "province,district")]).await,
        [vec![row("36", 6, 36), row("-", 1, 2)], vec![row("36.72", 5, 32), row("-", 1, 2), row("36.04", 1, 4)]]
    );
    assert_eq!(
        facets(&[("facets", "occupation,wage"), ("occupation", "54"), ("wage_floor", "4000000")]).await,
        [
            vec![row("43", 2, 7), row("54", 1, 2), row("75", 1, 20), row("83", 1, 3)],
            vec![row("2500000", 1, 4), row("5000000", 1, 2)],
        ],
        "each without its own"
    );
    assert_eq!(
        facets(&[("facets", "education,status"), ("q", "gudang")]).await,
        [vec![row("bachelor", 1, 1), row("vocational_secondary", 1, 6)], vec![row("published", 2, 7)],]
    );
    assert_eq!(
        facets(&[("facets", "sector,antar_kerja"), ("q", "\"kepala gudang\"")]).await,
        [vec![row("C", 1, 1)], vec![row("akl", 1, 1)],]
    );
    assert_eq!(facets(&[("facets", "wage"), ("q", "lansia")]).await, [vec![row("-", 1, 2)]]);
    assert_eq!(facets(&[("facets", "wage"), ("q", "\"tidak ada\"")]).await, [vec![]]);
    assert_eq!(facets(&[]).await, Vec::<Vec<_>>::new());
    let page = ask(&world, &[("facets", "wage"), ("limit", "2")]).await;
    let next = ask(&world, &[("limit", "2"), ("cursor", page.text_of("next"))]).await;
    assert_eq!(next["facets"], json!([]), "the next page needs none");
    let refused = world.service.get("/v1/vacancies?facets=wage,religion").send().await.problem(400, "invalid-query");
    assert_eq!(refused.faults(), [("facets", "not-one-of")]);
}

#[tokio::test]
async fn synonyms_are_rows_that_admins_write_and_they_take_effect_at_once() {
    let world = market().await;
    let admin = world.service.staff(Role::OfficeAdmin, "36.72").await;
    let stranger = world.service.staff(Role::OfficeAdmin, "33.06").await;
    let province = world.service.staff(Role::ProvinceAdmin, "36").await;
    let synonyms = world.service.get("/v1/synonyms").send().await.expect(200);
    assert!(synonyms["data"].as_array().unwrap().len() > 60);
    assert!(find(&world, "wakar").await.is_empty());
    let new = json!({"terms": ["Wakar", "satpam"]});
    let made = world.send(&admin, "/v1/synonyms", &new).await.expect(201);
    assert_eq!((&made["terms"], &made["office"]), (&json!(["satpam", "wakar"]), &json!("36.72")));
    assert_eq!(find(&world, "wakar").await, ["Satpam"]);
    world.send(&admin, "/v1/synonyms", &new).await.problem(409, "already-exists");
    let refused = world.send(&admin, "/v1/synonyms", &json!({"terms": ["!", "satpam", "Satpam"]})).await;
    assert_eq!(refused.problem(422, "invalid-content").faults(), [("/terms/0", "not-a-name"), ("/terms/2", "taken")]);
    let path = format!("/v1/synonyms/{}", made.text_of("id"));
    assert_eq!(world.service.get(&path).send().await.expect(200)["terms"], made["terms"]);
    let delete = |token: &str, path: &str| world.service.delete(path).token(token).header("if-match", "*").send();
    delete(&stranger, &path).await.problem(404, "not-found");
    delete(&admin, &path).await.expect(204);
    delete(&admin, &path).await.problem(404, "not-found");
    assert!(find(&world, "wakar").await.is_empty());
    let rest = format!("/v1/synonyms?cursor={}", synonyms.text_of("next"));
    let rest = world.service.get(&rest).send().await.expect(200);
    let mut shipped = [&synonyms, &rest].into_iter().flat_map(|page| page["data"].as_array().unwrap());
    let guards = shipped.find(|group| group["terms"].as_array().unwrap().contains(&json!("satpam"))).unwrap();
    assert_eq!(guards["office"], Value::Null);
    let path = format!("/v1/synonyms/{}", guards["id"].as_str().unwrap());
    delete(&admin, &path).await.problem(404, "not-found");
    delete(&province, &path).await.expect(204);
    assert_eq!(find(&world, "satpam").await, ["Satpam"]);
}

#[tokio::test]
async fn what_an_older_version_indexed_is_indexed_anew_once() {
    let world = market().await;
    let state = Arc::clone(world.service.state());
    let reindex = || disnaker::vacancies::reindex(&state);
    reindex().await.unwrap();
    assert_eq!(reindex().await.unwrap(), 0);
    let forget = async |version: &str| {
        let change = world.service.change().await;
        // As it was: words only, and no lexicon.
        let terms = match change.db().get_database_backend() {
            sea_orm::DbBackend::Postgres => "UPDATE vacancy SET terms = to_tsvector('simple', title)",
            _ => "UPDATE vacancy_search SET terms = (SELECT lower(title) FROM vacancy WHERE id = vacancy_id)",
        };
        change.db().execute_unprepared(terms).await.unwrap();
        change.db().execute_unprepared("DELETE FROM lexicon").await.unwrap();
        let row = setting::ActiveModel {
            name: sea_orm::ActiveValue::Set("search_version".to_owned()),
            value: sea_orm::ActiveValue::Set(version.to_owned()),
        };
        setting::Entity::update(row).exec(change.db()).await.unwrap();
        change.commit().await.unwrap();
    };
    forget("1").await;
    assert!(find(&world, "jahit").await.is_empty());
    assert_eq!(reindex().await.unwrap(), 7);
    assert_eq!(reindex().await.unwrap(), 0);
    assert_eq!(find(&world, "jahit").await, ["Penjahit Garmen"]);
    assert_eq!(find(&world, "contoh").await.len(), 7, "the company's name");
    assert_eq!(find(&world, "bojonegara").await, ["Satpam"], "and the region's");
    assert_eq!(find(&world, "penjahti").await, ["Penjahit Garmen"]);
    forget("3:ffffffff-ffff-ffff-ffff-ffffffffffff").await;
    assert_eq!(reindex().await.unwrap(), 0, "it goes on where it stopped");
    forget("4").await;
    assert_eq!(reindex().await.unwrap(), 0, "what a newer release made stays");
}

#[tokio::test]
async fn a_correction_of_the_report_is_found_by_its_new_words() {
    let world = market().await;
    let report = world.read(&world.hr, "/v1/vacancy-reports?status=accepted").await.expect(200);
    let path = format!("/v1/vacancy-reports/{}", report["data"][0]["id"].as_str().unwrap());
    let correction = world.act(&world.hr, &format!("{path}/correct")).await.expect(201);
    let path = format!("/v1/vacancy-reports/{}", correction.text_of("id"));
    let mut lines = correction["lines"].as_array().unwrap().clone();
    lines.truncate(1);
    let lines: Vec<Value> = lines
        .into_iter()
        .map(|kept| with(line("Pembordir Batik", 20), json!({"line_id": kept["line_id"], "valid_until": "2026-12-31"})))
        .collect();
    let mended = world.service.patch(&path).token(&world.hr).header("if-match", correction.header("etag"));
    mended.json(&json!({"lines": lines})).send().await.expect(200);
    world.act(&world.hr, &format!("{path}/submit")).await.expect(200);
    world.act(&world.officer, &format!("{path}/accept")).await.expect(200);
    assert_eq!(find(&world, "bordir").await, ["Pembordir Batik"]);
    assert_eq!(find(&world, "pembordr").await, ["Pembordir Batik"]);
    assert!(find(&world, "garmen").await.is_empty());
}

/// Two offices accept at once what has the same new words: neither fails, and each word is kept once.
#[tokio::test]
async fn acceptances_at_once_learn_the_same_words_without_harm() {
    let world = World::new().await;
    let mut paths = Vec::new();
    for number in 0..8 {
        let titles = [format!("Pewarna Kain {number}"), format!("Kain Pewarna {number}")];
        let report = world.file(&titles.map(|title| line(&title, 1))).await;
        paths.push(format!("/v1/vacancy-reports/{}/accept", report.text_of("id")));
    }
    let accepted = futures_util::future::join_all(paths.iter().map(|path| world.act(&world.officer, path))).await;
    assert!(accepted.iter().all(|reply| reply.status == 200));
    assert_eq!(find(&world, "pewrna").await.len(), 16);
}

#[tokio::test]
async fn a_vacancy_is_a_job_posting_for_who_asks_for_one() {
    let world = market().await;
    let id = ask(&world, &[("q", "satpam")]).await["data"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/vacancies/{id}");
    let plain = world.vacancy(&id).await;
    assert!(plain.header("vary").contains("Accept,"));
    let posting = world.service.get(&path).header("accept", "application/ld+json").send().await.expect(200);
    assert_eq!(posting.header("content-type"), "application/ld+json");
    assert!(posting.header("vary").contains("Accept,"));
    assert_ne!(posting.header("etag"), plain.header("etag"));
    assert_eq!(posting["@type"], "JobPosting");
    assert_eq!(posting["title"], "Satpam");
    assert_eq!(posting["hiringOrganization"]["name"], "PT Contoh Baja Nusantara");
    assert_eq!(posting["validThrough"], "2026-12-31T23:59:59+07:00");
    assert_eq!(posting["totalJobOpenings"], 4);
    assert_eq!(
        posting["jobLocation"]["address"],
        json!({"@type": "PostalAddress", "addressLocality": "Bojonegara", "addressRegion": "Banten", "addressCountry": "ID"})
    );
    let salary = json!({"@type": "QuantitativeValue", "minValue": 3_000_000, "unitText": "MONTH"});
    assert_eq!((&posting["baseSalary"]["currency"], &posting["baseSalary"]["value"]), (&json!("IDR"), &salary));
    assert_eq!(posting["educationRequirements"], "SMK / MAK");
    for absent in ["employmentType", "applicantLocationRequirements", "experienceRequirements"] {
        assert_eq!(posting[absent], Value::Null, "{absent} is not in the report");
    }
    let again = world.service.get(&path).header("accept", "application/ld+json");
    again.header("if-none-match", posting.header("etag")).send().await.expect(304);
    let abroad = ask(&world, &[("q", "lansia")]).await["data"][0]["id"].as_str().unwrap().to_owned();
    let posting = world.service.get(format!("/v1/vacancies/{abroad}")).header("accept", "application/ld+json");
    let posting = posting.send().await.expect(200);
    assert_eq!(posting["jobLocation"]["address"], json!({"@type": "PostalAddress", "addressCountry": "SG"}));
    assert_eq!(posting["baseSalary"], Value::Null);
}
