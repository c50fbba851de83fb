//! Finding vacancies: pages, words, corrections, wider searches, facets.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::vacancy::{AntarKerja, Column, Entity, Relation, VacancyId, VacancyStatus};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    Select, SelectModel, Selector, Value,
};
use serde::{Deserialize, Serialize};

use super::index::known_words;
use super::visible;
use crate::caller::Sees;
use crate::db::{among, unseen};
use crate::reference::Codes;
use crate::vacancies::bodies::{
    Correction, Facet, FacetName, FacetValue, VacancyFilter, VacancyRow, VacancySort, WAGE_BANDS, WiderSearch,
};
use crate::vacancies::rules;
use crate::vacancies::search::{Candidate, Dictionary, Query, Ranking, Syntax, edits, nearest};

/// Rows that are ranked, or looked through for a phrase; more are not looked at.
const CANDIDATES: u64 = 1000;
/// Most that a wider search or a guess is counted up to.
const COUNTED: u64 = 100;
/// Most mistyped words that are looked up.
const DOUBTED: usize = 3;
/// Most wider searches that are tried.
const TRIED: usize = 10;
/// The name of all parameters but `q` together.
const FILTERS: &str = "filters";
/// Most values of a facet, those with the most vacancies.
const VALUES: usize = 100;

crate::picked! {
    struct ListRow {
        id: VacancyId = Column::Id,
        status: VacancyStatus = Column::Status,
        company_id: CompanyId = Column::CompanyId,
        company_name: String = company::Column::Name,
        title: String = Column::Title,
        occupation: String = Column::Occupation,
        country: String = Column::Country,
        region: String = Column::Region,
        antar_kerja: AntarKerja = Column::AntarKerja,
        education: Option<String> = Column::Education,
        wanted: i32 = Column::Wanted,
        filled: i32 = Column::Filled,
        wage_min: Option<i64> = Column::WageMin,
        wage_max: Option<i64> = Column::WageMax,
        wage_top: i64 = Column::WageTop,
        disability_friendly: bool = Column::DisabilityFriendly,
        valid_until: NaiveDate = Column::ValidUntil,
        published_at: Option<DateTime<Utc>> = Column::PublishedAt,
    }
}

impl From<ListRow> for VacancyRow {
    fn from(row: ListRow) -> Self {
        Self {
            id: row.id,
            status: row.status,
            company_id: row.company_id,
            company_name: row.company_name,
            title: row.title,
            occupation: row.occupation,
            work_country: row.country,
            work_region: Some(row.region).filter(|region| !region.is_empty()),
            antar_kerja: row.antar_kerja,
            education: row.education,
            persons_wanted: row.wanted,
            persons_filled: row.filled,
            wage_min: row.wage_min,
            wage_max: row.wage_max,
            disability_friendly: row.disability_friendly,
            valid_until: row.valid_until,
            published_at: row.published_at,
        }
    }
}

crate::picked! {
    struct RankedRow {
        id: VacancyId = Column::Id,
        title: String = Column::Title,
        occupation: String = Column::Occupation,
        skills: String = Column::Skills,
        published_at: Option<DateTime<Utc>> = Column::PublishedAt,
    }
}

crate::picked! {
    struct TextRow {
        id: VacancyId = Column::Id,
        description: Option<String> = Column::Description,
        company_name: String = company::Column::Name,
        region: String = Column::Region,
        education: Option<String> = Column::Education,
        wage_top: i64 = Column::WageTop,
        valid_until: NaiveDate = Column::ValidUntil,
    }
}

fn with_company(select: Select<Entity>) -> Select<Entity> {
    select.join(JoinType::InnerJoin, Relation::Company.def())
}

fn listed(select: Select<Entity>) -> Selector<SelectModel<ListRow>> {
    ListRow::pick(with_company(select))
}

/// Published and partly filled, in words that the planner can hold against the partial indexes.
fn live() -> Expr {
    Expr::cust("vacancy.status IN ('published', 'partly_filled')")
}

/// The status that is asked for, or those that one can apply for.
fn of_status(select: Select<Entity>, status: Option<VacancyStatus>) -> Select<Entity> {
    match status {
        None => select.filter(live()),
        Some(VacancyStatus::Published) => select.filter(Expr::cust("vacancy.status = 'published'")).filter(live()),
        Some(VacancyStatus::PartlyFilled) => {
            select.filter(Expr::cust("vacancy.status = 'partly_filled'")).filter(live())
        }
        Some(status) => select.filter(Column::Status.eq(status)),
    }
}

/// The filter, but for status, words, order and the place in the pages.
fn filtered(mut select: Select<Entity>, filter: &VacancyFilter, codes: &Codes) -> Select<Entity> {
    if let Some(region) = &filter.region {
        let column = match region.len() {
            2 => Column::Province,
            5 => Column::District,
            _ => Column::Region,
        };
        select = select.filter(Expr::col((Entity, column)).eq(unseen(region.as_str())));
    }
    if let Some(prefix) = &filter.occupation {
        select =
            select.filter(Column::Occupation.gte(prefix.as_str())).filter(Column::Occupation.lt(format!("{prefix}~")));
    }
    if let Some(sector) = &filter.sector {
        select = select.filter(Column::Sector.eq(sector.as_str()));
    }
    if let Some(rank) = filter.education.as_deref().and_then(|level| codes.education_rank(level)) {
        select = select.filter(Column::EducationRank.lte(rank));
    }
    if let Some(floor) = filter.wage_floor {
        select = select.filter(Column::WageTop.gte(floor));
    }
    if let Some(months) = filter.experience_months {
        select = select.filter(Column::ExperienceMonths.lte(months));
    }
    if let Some(friendly) = filter.disability_friendly {
        select = select.filter(Column::DisabilityFriendly.eq(friendly));
    }
    if let Some(kind) = filter.antar_kerja {
        select = select.filter(Column::AntarKerja.eq(kind));
    }
    if let Some(company) = filter.company_id {
        select = select.filter(Column::CompanyId.eq(company));
    }
    if let Some(office) = &filter.office {
        select = select.filter(Column::Office.eq(office.as_str()));
    }
    if let Some(day) = filter.valid_on {
        select = select.filter(Column::ValidFrom.lte(day)).filter(Column::ValidUntil.gte(day));
    }
    if let Some(after) = filter.published_after {
        select = select.filter(Column::PublishedAt.gt(after));
    }
    select
}

/// How the engine writes a search for terms.
fn syntax<C: ConnectionTrait>(db: &C) -> Syntax {
    if db.get_database_backend() == DbBackend::Postgres { Syntax::TSQUERY } else { Syntax::FTS5 }
}

/// The rows whose terms answer an expression, or do not.
fn matching<C: ConnectionTrait>(db: &C, select: Select<Entity>, expression: String, answer: bool) -> Select<Entity> {
    let sql = match (db.get_database_backend(), answer) {
        (DbBackend::Postgres, true) => "vacancy.terms @@ CAST($1 AS tsquery)",
        (DbBackend::Postgres, false) => "NOT (vacancy.terms @@ CAST($1 AS tsquery))",
        (_, true) => {
            "vacancy.id IN (SELECT vacancy_id FROM vacancy_search WHERE number IN (SELECT rowid FROM vacancy_fts WHERE vacancy_fts MATCH ?))"
        }
        (_, false) => {
            "vacancy.id NOT IN (SELECT vacancy_id FROM vacancy_search WHERE number IN (SELECT rowid FROM vacancy_fts WHERE vacancy_fts MATCH ?))"
        }
    };
    select.filter(Expr::cust_with_values(sql, [expression]))
}

/// The rows that hold the words of a query, and none that it does not want; its phrases are not looked at.
fn worded<C: ConnectionTrait>(db: &C, mut select: Select<Entity>, query: &Query) -> Select<Entity> {
    if let Some(wanted) = query.wanted(syntax(db)) {
        select = matching(db, select, wanted, true);
    }
    if let Some(unwanted) = query.unwanted(syntax(db)) {
        select = matching(db, select, unwanted, false);
    }
    select
}

/// Where a page begins: the sort key and id of the last row before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum After {
    Newest(DateTime<Utc>, VacancyId),
    Held(VacancyId),
    ClosingSoon(NaiveDate, VacancyId),
    Wage(i64, VacancyId),
    Ranked(i64, Option<DateTime<Utc>>, VacancyId),
}

fn beyond(sort: Column, value: impl Into<Value>, id: VacancyId, ascending: bool) -> Expr {
    let row = Expr::tuple([Expr::col((Entity, sort)), Expr::col((Entity, Column::Id))]);
    let key = Expr::tuple([unseen(value), unseen(id)]);
    if ascending { row.gt(key) } else { row.lt(key) }
}

/// A question, and what it is answered with.
pub struct Search<'a, C, S> {
    /// The database.
    pub db: &'a C,
    /// Who asks.
    pub seer: &'a S,
    /// What is asked for.
    pub filter: &'a VacancyFilter,
    /// What is counted beside it.
    pub facets: &'a [FacetName],
    /// In which order.
    pub sort: VacancySort,
    /// Where the page begins.
    pub after: Option<After>,
    /// Rows of the page.
    pub limit: u64,
    /// Code lists.
    pub codes: &'a Codes,
    /// What means the same.
    pub dictionary: &'a Dictionary,
}

/// What was found.
#[derive(Default)]
pub struct Found {
    /// The page.
    pub rows: Vec<VacancyRow>,
    /// Where the next begins.
    pub next: Option<After>,
    /// Whether more were found than looked at.
    pub truncated: bool,
    /// Words that were taken for others.
    pub corrections: Vec<Correction>,
    /// What would find something, where nothing was found.
    pub wider: Vec<WiderSearch>,
    /// What was counted.
    pub facets: Vec<Facet>,
}

impl<C: ConnectionTrait, S: Sees> Search<'_, C, S> {
    /// Answers. A word is only doubted where nothing was found, so that what is found costs nothing more.
    ///
    /// # Errors
    /// The database's own.
    pub async fn run(&self) -> Result<Found, DbErr> {
        let asked = self.filter.q.as_deref().unwrap_or_default();
        let mut query = Query::read(asked, self.dictionary);
        if query.is_empty() && !asked.is_empty() {
            // Words were asked for, and none of them is one.
            let facets = self.facets.iter().map(|facet| Facet { facet: *facet, values: Vec::new() }).collect();
            return Ok(Found { facets, ..Found::default() });
        }
        let mut found = self.page(&query).await?;
        if found.rows.is_empty() {
            let (corrected, corrections) = self.correct(&query).await?;
            if !corrections.is_empty() {
                query = corrected;
                found = Found { corrections, ..self.page(&query).await? };
            }
        }
        if found.rows.is_empty() && self.after.is_none() {
            found.wider = self.wider(&query, !found.corrections.is_empty()).await?;
        }
        for facet in self.facets {
            found.facets.push(self.facet(*facet, &query).await?);
        }
        Ok(found)
    }

    fn select(&self, filter: &VacancyFilter, query: &Query) -> Select<Entity> {
        let select = of_status(visible(self.seer), filter.status);
        worded(self.db, filtered(select, filter, self.codes), query)
    }

    /// One page, and where the next begins.
    async fn page(&self, query: &Query) -> Result<Found, DbErr> {
        let mut select = self.select(self.filter, query);
        let sort = self.sort;
        if sort == VacancySort::Relevance || query.has_phrases() {
            return self.ranked(select, query).await;
        }
        let unpublished =
            matches!(self.filter.status, Some(VacancyStatus::Held | VacancyStatus::Closed | VacancyStatus::Expired));
        select = match (sort, &self.after) {
            (_, Some(After::Held(id))) => select.filter(Column::Id.lt(*id)),
            (_, Some(After::Newest(time, id))) => select.filter(beyond(Column::PublishedAt, *time, *id, false)),
            (_, Some(After::ClosingSoon(day, id))) => select.filter(beyond(Column::ValidUntil, *day, *id, true)),
            (_, Some(After::Wage(wage, id))) => select.filter(beyond(Column::WageTop, *wage, *id, false)),
            _ => select,
        };
        select = match sort {
            VacancySort::ClosingSoon => select.order_by_asc(Column::ValidUntil).order_by_asc(Column::Id),
            VacancySort::Wage => select.order_by_desc(Column::WageTop).order_by_desc(Column::Id),
            _ if unpublished => select.order_by_desc(Column::Id),
            _ => select.order_by_desc(Column::PublishedAt).order_by_desc(Column::Id),
        };
        let mut rows = listed(select.limit(self.limit + 1)).all(self.db).await?;
        let size = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|row| match (sort, row.published_at) {
            (VacancySort::ClosingSoon, _) => After::ClosingSoon(row.valid_until, row.id),
            (VacancySort::Wage, _) => After::Wage(row.wage_top, row.id),
            (_, Some(time)) if !unpublished => After::Newest(time, row.id),
            _ => After::Held(row.id),
        });
        Ok(Found { rows: rows.into_iter().map(VacancyRow::from).collect(), next, ..Found::default() })
    }

    /// The newest that a select finds, at most so many, as far as they hold the query's phrases; of these also what only
    /// then was read. And whether there are more.
    async fn newest(
        &self,
        select: Select<Entity>,
        query: &Query,
        most: u64,
    ) -> Result<(Vec<RankedRow>, HashMap<VacancyId, TextRow>, bool), DbErr> {
        let select = select.order_by_desc(Column::PublishedAt).order_by_desc(Column::Id);
        let mut rows = RankedRow::pick(select.limit(most + 1)).all(self.db).await?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        let mut texts = HashMap::new();
        if query.has_phrases() && !rows.is_empty() {
            let among = among(self.db, Column::Id, rows.iter().map(|row| row.id));
            let read = TextRow::pick(with_company(visible(self.seer)).filter(among)).all(self.db).await?;
            texts.extend(read.into_iter().map(|text| (text.id, text)));
            rows.retain(|row| texts.get(&row.id).is_some_and(|text| self.suits(query, row, text)));
        }
        Ok((rows, texts, more))
    }

    fn suits(&self, query: &Query, row: &RankedRow, text: &TextRow) -> bool {
        let skills: Vec<String> = serde_json::from_str(&row.skills).unwrap_or_default();
        let names = rules::names(&row.occupation, &text.region, text.education.as_deref(), self.codes);
        let description = text.description.as_deref().unwrap_or_default();
        let mut texts = vec![row.title.as_str(), description, text.company_name.as_str(), names.as_str()];
        texts.extend(skills.iter().map(String::as_str));
        query.suits(&texts)
    }

    /// A page of the newest 1,000 that match, in the order that is asked for: made in Rust, the same on both engines.
    async fn ranked(&self, select: Select<Entity>, query: &Query) -> Result<Found, DbErr> {
        let (rows, texts, truncated) = self.newest(select, query, CANDIDATES).await?;
        let mut ranking = Ranking::new(query, |code| self.codes.occupation_name(code).unwrap_or_default());
        let mut rank = |row: &RankedRow| {
            let text = texts.get(&row.id);
            match self.sort {
                VacancySort::Relevance => {
                    let (title, occupation, skills) = (&row.title, &row.occupation, &row.skills);
                    ranking.score(Candidate { title, occupation, skills }).into()
                }
                VacancySort::Newest => 0,
                VacancySort::ClosingSoon => {
                    text.map_or(i64::MIN, |text| -i64::from(text.valid_until.num_days_from_ce()))
                }
                VacancySort::Wage => text.map_or(-1, |text| text.wage_top),
            }
        };
        let mut keys: Vec<_> = rows.iter().map(|row| (rank(row), row.published_at, row.id)).collect();
        keys.sort_unstable_by(|one, other| other.cmp(one));
        if let Some(After::Ranked(rank, published_at, id)) = &self.after {
            keys.retain(|key| *key < (*rank, *published_at, *id));
        }
        let size = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = keys.len() > size;
        keys.truncate(size);
        if keys.is_empty() {
            return Ok(Found { truncated, ..Found::default() });
        }
        let among = among(self.db, Column::Id, keys.iter().map(|(_, _, id)| *id));
        let rows = listed(visible(self.seer).filter(among)).all(self.db).await?;
        let mut by_id: HashMap<VacancyId, ListRow> = rows.into_iter().map(|row| (row.id, row)).collect();
        let rows = keys.iter().filter_map(|(_, _, id)| by_id.remove(id)).map(VacancyRow::from).collect();
        let next = keys.last().filter(|_| more).map(|(rank, time, id)| After::Ranked(*rank, *time, *id));
        Ok(Found { rows, next, truncated, ..Found::default() })
    }

    /// Takes words that are found nowhere for the nearest ones that are.
    async fn correct(&self, query: &Query) -> Result<(Query, Vec<Correction>), DbErr> {
        let (mut query, mut corrections) = (query.clone(), Vec::new());
        for (word, expression) in query.doubtful(syntax(self.db)).into_iter().take(DOUBTED) {
            if self.hits(Some(expression), 1).await? > 0 {
                continue;
            }
            let (initial, edits) = (word.get(..1).unwrap_or_default(), edits(&word));
            let words = known_words(self.db, initial, word.len() - edits..=word.len() + edits).await?;
            let known = words.iter().map(String::as_str).chain(self.dictionary.spellings());
            let mut best: Option<(u64, &str)> = None;
            for guess in nearest(&word, known) {
                let expression = Query::read(guess, self.dictionary).wanted(syntax(self.db));
                let hits = self.hits(expression, COUNTED).await?;
                if hits > best.map_or(0, |(most, _)| most) {
                    best = Some((hits, guess));
                }
            }
            if let Some((_, guess)) = best {
                query = query.corrected(&word, guess, self.dictionary);
                corrections.push(Correction { from: word.clone(), to: guess.to_owned() });
            }
        }
        Ok((query, corrections))
    }

    /// How many hold an expression, whatever else is asked for; counted up to so many.
    async fn hits(&self, expression: Option<String>, most: u64) -> Result<u64, DbErr> {
        let select = of_status(visible(self.seer), self.filter.status);
        let Some(expression) = expression else { return Ok(0) };
        let select = matching(self.db, select, expression, true).select_only().column(Column::Id);
        let ids: Vec<VacancyId> = select.limit(most).into_tuple().all(self.db).await?;
        Ok(ids.len() as u64)
    }

    /// Searches that ask for a little less and find something.
    async fn wider(&self, query: &Query, corrected: bool) -> Result<Vec<WiderSearch>, DbErr> {
        let asked = VacancyFilter { cursor: None, facets: None, ..self.filter.clone() };
        let asked = if corrected { VacancyFilter { q: Some(query.text()), ..asked } } else { asked };
        let wider = self.tried(loosened(&asked, query)).await?;
        if !wider.is_empty() {
            return Ok(wider);
        }
        // Several of the words have no vacancy together: each by itself, then.
        let alone = query.alone().into_iter();
        let alone = alone.map(|(rest, word)| ("q", rest, None, VacancyFilter { q: Some(word), ..asked.clone() }));
        let wider = self.tried(alone.collect()).await?;
        if wider.is_empty() { self.tried(halves(&asked)).await } else { Ok(wider) }
    }

    /// Those of some searches that find something, and how much.
    async fn tried(&self, searches: Vec<Looser>) -> Result<Vec<WiderSearch>, DbErr> {
        let mut wider = Vec::new();
        for (parameter, from, to, filter) in searches.into_iter().take(TRIED) {
            let query = Query::read(filter.q.as_deref().unwrap_or_default(), self.dictionary);
            let select = self.select(&filter, &query);
            let vacancies = if query.has_phrases() {
                self.newest(select, &query, COUNTED).await?.0.len()
            } else {
                let select = select.select_only().column(Column::Id).limit(COUNTED);
                select.into_tuple::<VacancyId>().all(self.db).await?.len()
            };
            if vacancies > 0 {
                let query = serde_urlencoded::to_string(&filter).unwrap_or_default();
                wider.push(WiderSearch { parameter, from, to, query, vacancies: vacancies as u64 });
            }
        }
        Ok(wider)
    }

    /// Counts by the values of a facet, under every other filter.
    async fn facet(&self, facet: FacetName, query: &Query) -> Result<Facet, DbErr> {
        let others = without(facet, self.filter);
        let mut select = if facet == FacetName::Status {
            worded(self.db, filtered(visible(self.seer), &others, self.codes), query)
        } else {
            self.select(&others, query)
        };
        if query.has_phrases() {
            let (rows, ..) = self.newest(select, query, CANDIDATES).await?;
            let ids: HashSet<VacancyId> = rows.iter().map(|row| row.id).collect();
            if ids.is_empty() {
                return Ok(Facet { facet, values: Vec::new() });
            }
            select = visible(self.seer).filter(among(self.db, Column::Id, ids));
        }
        let value = value_of(facet);
        let persons = Expr::col((Entity, Column::Wanted)).sum().cast_as(Alias::new("bigint"));
        let select = select.select_only().column_as(value.clone(), "value").column_as(Column::Id.count(), "vacancies");
        let select = select.column_as(persons, "persons").group_by(value);
        let rows: Vec<(Option<String>, i64, i64)> = select.into_tuple().all(self.db).await?;
        let mut values: Vec<FacetValue> = rows
            .into_iter()
            .map(|(value, vacancies, persons_wanted)| FacetValue {
                value: value.filter(|value| !value.is_empty()),
                vacancies,
                persons_wanted,
            })
            .collect();
        values.sort_by(|one, other| (other.vacancies, &one.value).cmp(&(one.vacancies, &other.value)));
        values.truncate(VALUES);
        Ok(Facet { facet, values })
    }
}

/// What a facet groups by.
fn value_of(facet: FacetName) -> Expr {
    let column = |column: Column| Expr::col((Entity, column));
    match facet {
        FacetName::Province => column(Column::Province),
        FacetName::District => column(Column::District),
        FacetName::Occupation => Expr::cust("substr(vacancy.occupation, 1, 2)"),
        FacetName::Sector => column(Column::Sector),
        FacetName::Education => column(Column::Education),
        FacetName::AntarKerja => column(Column::AntarKerja),
        FacetName::Status => column(Column::Status),
        FacetName::Wage => {
            let band = |band: &i64| format!(" WHEN vacancy.wage_top >= {band} THEN '{band}'");
            Expr::cust(format!("CASE{} END", WAGE_BANDS.iter().rev().map(band).collect::<String>()))
        }
    }
}

/// A filter without the one that a facet shows the choices of.
fn without(facet: FacetName, filter: &VacancyFilter) -> VacancyFilter {
    let filter = filter.clone();
    match facet {
        FacetName::Province | FacetName::District => VacancyFilter { region: None, ..filter },
        FacetName::Occupation => VacancyFilter { occupation: None, ..filter },
        FacetName::Sector => VacancyFilter { sector: None, ..filter },
        FacetName::Education => VacancyFilter { education: None, ..filter },
        FacetName::AntarKerja => VacancyFilter { antar_kerja: None, ..filter },
        FacetName::Wage => VacancyFilter { wage_floor: None, ..filter },
        FacetName::Status => VacancyFilter { status: None, ..filter },
    }
}

/// A filter that asks for less: which parameter, what it was, what becomes of it, and the whole then.
type Looser = (&'static str, String, Option<String>, VacancyFilter);

/// The words without the filters, and the filters without the words.
fn halves(asked: &VacancyFilter) -> Vec<Looser> {
    let mut names: Vec<_> = loosened(asked, &Query::default()).into_iter().map(|(name, ..)| name).collect();
    names.dedup();
    let Some(q) = asked.q.as_ref().filter(|q| !q.is_empty() && !names.is_empty()) else { return Vec::new() };
    let words = VacancyFilter { q: Some(q.clone()), limit: asked.limit, ..VacancyFilter::default() };
    let filters = VacancyFilter { q: None, ..asked.clone() };
    vec![(FILTERS, names.join(","), None, words), ("q", q.clone(), None, filters)]
}

fn loosened(filter: &VacancyFilter, query: &Query) -> Vec<Looser> {
    let mut found: Vec<Looser> = Vec::new();
    if let Some(region) = &filter.region {
        let above = [region.get(..5), region.get(..2)].into_iter().flatten().filter(|above| *above != region);
        for region in above.map(|above| Some(above.to_owned())).chain([None]) {
            let looser = VacancyFilter { region: region.clone(), ..filter.clone() };
            found.push(("region", filter.region.clone().unwrap_or_default(), region, looser));
        }
    }
    macro_rules! leave_out {
        ($($field:ident),*) => {$(
            if let Some(value) = &filter.$field {
                let value = serde_json::to_value(value).unwrap_or_default();
                let from = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                found.push((stringify!($field), from, None, VacancyFilter { $field: None, ..filter.clone() }));
            }
        )*};
    }
    leave_out!(
        occupation,
        wage_floor,
        education,
        experience_months,
        antar_kerja,
        sector,
        disability_friendly,
        valid_on,
        published_after,
        company_id,
        office,
        status
    );
    for (from, to, whole) in query.looser() {
        found.push(("q", from, to, VacancyFilter { q: Some(whole), ..filter.clone() }));
    }
    found
}
