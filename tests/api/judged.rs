//! The judged searches (`tests/judged`): how good the answers are, and that both engines give them in one order.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use chrono::TimeDelta;
use disnaker_entity::vacancy;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use serde_json::json;

use crate::world::{World, ids, line, with};

/// Mean nDCG@10 that is promised.
const PROMISED: f64 = 0.85;

#[derive(Deserialize)]
struct Vacancy {
    family: String,
    tags: String,
    title: String,
    occupation: String,
    region: String,
    education: String,
    skills: String,
    description: String,
}

#[derive(Deserialize)]
struct Judged {
    query: String,
    wanted: String,
}

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judged").join(name);
    csv::Reader::from_path(path).unwrap().deserialize().collect::<Result<_, _>>().unwrap()
}

impl Judged {
    /// How much a vacancy is what the query is meant for: by the first rule that fits it.
    fn grade(&self, vacancy: &Vacancy) -> i32 {
        let fits = |rule: &str| {
            let (rule, region) = rule.split_once('@').map_or((rule, None), |(rule, region)| (rule, Some(region)));
            let (family, tag) = rule.split_once('/').map_or((rule, None), |(family, tag)| (family, Some(tag)));
            family == vacancy.family
                && tag.is_none_or(|tag| tag == vacancy.tags)
                && region.is_none_or(|region| region == vacancy.region)
        };
        let rules = self.wanted.split_whitespace().map(|rule| rule.split_once('=').unwrap());
        rules.filter(|(rule, _)| fits(rule)).map(|(_, grade)| grade.parse().unwrap()).next().unwrap_or_default()
    }
}

/// Discounted cumulative gain of the first ten grades.
fn gain(grades: &[i32]) -> f64 {
    let places = grades.iter().zip(2..).take(10);
    places.map(|(grade, place)| (2_f64.powi(*grade) - 1.0) / f64::from(place).log2()).sum()
}

/// Loads the vacancies as reports that are filed and accepted, one a minute older than the other; by id.
async fn load(world: &World, rows: Vec<Vacancy>) -> HashMap<String, Vacancy> {
    let lines: Vec<_> = rows
        .iter()
        .map(|row| {
            let skills: Vec<&str> = row.skills.split("; ").filter(|skill| !skill.is_empty()).collect();
            let changes = json!({
                "occupation": row.occupation, "work_region": row.region, "education": row.education, "skills": skills,
                "description": row.description, "wage_min": null,
            });
            with(line(&row.title, 1), changes)
        })
        .collect();
    let mut made = Vec::new();
    for chunk in lines.chunks(100) {
        made.extend(world.publish(chunk).await);
    }
    // Which of two equal answers comes first is decided by their age, not by their ids, which chance makes.
    let change = world.service.change().await;
    for (id, minutes) in made.iter().zip(0..) {
        let time = change.now() - TimeDelta::minutes(minutes);
        let update = vacancy::Entity::update_many().col_expr(vacancy::Column::PublishedAt, Expr::value(time));
        let id: vacancy::VacancyId = id.parse().unwrap();
        update.filter(vacancy::Column::Id.eq(id)).exec(change.db()).await.unwrap();
    }
    change.commit().await.unwrap();
    made.into_iter().zip(rows).collect()
}

#[tokio::test]
async fn answers_are_good_and_in_one_order_on_both_engines() {
    let world = World::new().await;
    let vacancies = load(&world, read("vacancies.csv")).await;
    let queries: Vec<Judged> = read("queries.csv");
    assert!(queries.len() >= 100 && vacancies.len() >= 300);
    let (mut order, mut scores) = (String::new(), Vec::new());
    for judged in &queries {
        let pairs = [("q", judged.query.as_str()), ("limit", "10")];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let reply = world.service.get(format!("/v1/vacancies?{query}")).send().await.expect(200);
        let found: Vec<&Vacancy> = ids(&reply["data"], "id").iter().map(|id| &vacancies[id]).collect();
        writeln!(order, "{}", judged.query).unwrap();
        for row in &found {
            writeln!(order, "  {} {}: {} ({})", judged.grade(row), row.family, row.title, row.region).unwrap();
        }
        let grades: Vec<i32> = found.iter().map(|row| judged.grade(row)).collect();
        let mut best: Vec<i32> = vacancies.values().map(|row| judged.grade(row)).collect();
        best.sort_unstable_by(|one, other| other.cmp(one));
        assert!(gain(&best) > 0.0, "nothing is what `{}` is meant for", judged.query);
        scores.push((gain(&grades) / gain(&best), judged.query.as_str()));
    }
    let count = u32::try_from(scores.len()).unwrap();
    let mean = scores.iter().map(|(score, _)| score).sum::<f64>() / f64::from(count);
    scores.sort_by(|one, other| one.partial_cmp(other).unwrap());
    println!("nDCG@10 of {count} queries: {mean:.4}; the worst:");
    scores.iter().take(20).for_each(|(score, query)| println!("  {score:.3} {query}"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judged/order.txt");
    if std::env::var_os("DISNAKER_BLESS").is_some() {
        std::fs::write(&path, &order).unwrap();
    }
    assert!(mean >= PROMISED, "nDCG@10 is {mean:.4}");
    let kept = std::fs::read_to_string(&path).unwrap();
    let other = kept.lines().zip(order.lines()).position(|(kept, now)| kept != now);
    let other = other.and_then(|at| Some((at + 1, kept.lines().nth(at)?, order.lines().nth(at)?)));
    assert!(kept == order, "tests/judged/order.txt says otherwise, from (line, it, now) {other:?}");
}
