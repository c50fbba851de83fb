//! What is written for the search: the terms of vacancies, and the words that they are made of.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use disnaker_entity::company::CompanyId;
use disnaker_entity::plumbing::setting;
use disnaker_entity::vacancy::{Column, Entity, VacancyId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, Value,
};

use super::company_names;
use crate::app::State;
use crate::caller::Scope;
use crate::change::Change;
use crate::problem::Problem;
use crate::reference;
use crate::vacancies::rules::{self, Opening};
use crate::vacancies::search;

/// Fewest letters of a word that another may be mistaken for.
const SHORTEST: usize = 4;
/// Vacancies that are indexed anew in one transaction.
const BATCH: u64 = 200;
/// The setting that says which version of the terms every vacancy has: `2`, or `2:<id>` on the way there, after that id.
const VERSION: &str = "search_version";

/// Writes the search terms of opened positions.
pub async fn index(change: &Change, openings: &[Opening], company_name: &str) -> Result<(), DbErr> {
    let words = |opening: &Opening| {
        let mut texts = vec![
            opening.title.as_str(),
            opening.description.as_deref().unwrap_or_default(),
            company_name,
            &opening.names,
        ];
        texts.extend(opening.skills.iter().map(String::as_str));
        (opening.id, search::vocabulary(&texts))
    };
    write(change, openings.iter().map(words).collect()).await
}

/// Writes terms and words, many a statement.
async fn write(change: &Change, rows: Vec<(VacancyId, BTreeSet<String>)>) -> Result<(), DbErr> {
    let db = change.db();
    let backend = db.get_database_backend();
    for chunk in rows.chunks(200) {
        let places: Vec<String> = (0..chunk.len())
            .map(|at| match backend {
                DbBackend::Postgres => format!("(${}::uuid, ${}::text)", at * 2 + 1, at * 2 + 2),
                _ => format!("(${}, ${})", at * 2 + 1, at * 2 + 2),
            })
            .collect();
        let places = places.join(", ");
        let sql = match backend {
            DbBackend::Postgres => format!(
                "UPDATE vacancy SET terms = array_to_tsvector(string_to_array(made.terms, ' ')) FROM (VALUES {places}) AS made (id, terms) WHERE vacancy.id = made.id"
            ),
            _ => format!(
                "INSERT INTO vacancy_search (vacancy_id, terms) VALUES {places} ON CONFLICT (vacancy_id) DO UPDATE SET terms = excluded.terms"
            ),
        };
        let values = chunk.iter().flat_map(|(id, words)| {
            let terms = search::indexed(words).into_iter().collect::<Vec<_>>().join(" ");
            [Value::from(*id), Value::from(terms)]
        });
        db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    let words = rows.into_iter().flat_map(|(_, words)| words);
    learn(change, words.filter(|word| word.len() >= SHORTEST && word.bytes().all(|byte| byte.is_ascii_lowercase())))
        .await
}

/// Adds words that are not known yet. There is nothing to count in them, so that who writes a frequent word waits for
/// nobody; and they come in order, so that nobody waits in a circle for new ones.
async fn learn(change: &Change, words: impl Iterator<Item = String>) -> Result<(), DbErr> {
    let words: Vec<String> = words.collect::<BTreeSet<_>>().into_iter().collect();
    if words.is_empty() {
        return Ok(());
    }
    let backend = change.db().get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            "INSERT INTO lexicon (term, initial, length) SELECT word, left(word, 1), length(word) FROM json_array_elements_text(CAST($1 AS json)) AS word ON CONFLICT DO NOTHING"
        }
        _ => {
            "INSERT INTO lexicon (term, initial, length) SELECT value, substr(value, 1, 1), length(value) FROM json_each($1) WHERE true ON CONFLICT DO NOTHING"
        }
    };
    let words = serde_json::json!(words).to_string();
    change.db().execute_raw(Statement::from_sql_and_values(backend, sql, [words.into()])).await.map(drop)
}

/// Words that begin with a letter, of some lengths: what one may be mistaken for.
pub async fn known_words<C: ConnectionTrait>(
    db: &C,
    initial: &str,
    lengths: std::ops::RangeInclusive<usize>,
) -> Result<Vec<String>, DbErr> {
    let length = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
    let sql = "SELECT term FROM lexicon WHERE initial = $1 AND length BETWEEN $2 AND $3 ORDER BY term LIMIT 20000";
    let values = [initial.into(), length(*lengths.start()).into(), length(*lengths.end()).into()];
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Indexes vacancies anew whose terms an older version of the search made, many a transaction; instances take turns.
/// Gives how many.
///
/// # Errors
/// The database's own.
pub async fn reindex(state: &Arc<State>) -> Result<u64, Problem> {
    let current = search::VERSION.to_string();
    let reached = setting::Entity::find_by_id(VERSION).one(state.db.reader()).await?;
    // What a newer release made is left to it.
    if reached.and_then(|row| row.value.parse::<i64>().ok()).is_some_and(|version| version >= search::VERSION) {
        return Ok(0);
    }
    let codes = reference::codes(state).await?;
    let mut count = 0;
    loop {
        let change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let row = setting::ActiveModel { name: Set(VERSION.to_owned()), value: Set(String::new()) };
        let once = OnConflict::column(setting::Column::Name).do_nothing().to_owned();
        setting::Entity::insert(row).on_conflict(once).exec_without_returning(change.db()).await?;
        let locked = setting::Entity::find_by_id(VERSION).lock_exclusive().one(change.db()).await?;
        let reached = locked.map(|row| row.value).unwrap_or_default();
        if reached == current {
            return change.commit().await.map(|()| count);
        }
        let after = reached.strip_prefix(&format!("{current}:")).and_then(|id| id.parse::<VacancyId>().ok());
        let mut select = Entity::find().select_only().columns([
            Column::Id,
            Column::CompanyId,
            Column::Title,
            Column::Description,
            Column::Skills,
            Column::Occupation,
            Column::Region,
            Column::Education,
        ]);
        if let Some(after) = after {
            select = select.filter(Column::Id.gt(after));
        }
        let rows: Vec<Row> =
            select.order_by_asc(Column::Id).limit(BATCH).lock_exclusive().into_tuple().all(change.db()).await?;
        let companies = company_names(change.db(), rows.iter().map(|row| row.1).collect()).await?;
        let next = rows.last().map_or_else(|| current.clone(), |row| format!("{current}:{}", row.0));
        count += rows.len() as u64;
        write(&change, rows.into_iter().map(|row| words_of(row, &companies, &codes)).collect()).await?;
        let update = setting::ActiveModel { name: Set(VERSION.to_owned()), value: Set(next) };
        setting::Entity::update(update).exec(change.db()).await?;
        change.commit().await?;
    }
}

type Row = (VacancyId, CompanyId, String, Option<String>, String, String, String, Option<String>);

fn words_of(
    (id, company, title, description, skills, occupation, region, education): Row,
    companies: &HashMap<String, String>,
    codes: &reference::Codes,
) -> (VacancyId, BTreeSet<String>) {
    let skills: Vec<String> = serde_json::from_str(&skills).unwrap_or_default();
    let (names, none) = (rules::names(&occupation, &region, education.as_deref(), codes), String::new());
    let company = companies.get(&company.to_string()).unwrap_or(&none);
    let mut texts = vec![title.as_str(), description.as_deref().unwrap_or_default(), company, &names];
    texts.extend(skills.iter().map(String::as_str));
    (id, search::vocabulary(&texts))
}
