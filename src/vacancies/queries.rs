//! The only SeaORM of this room.

mod find;
mod index;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;
use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::plumbing::{deadline as clock, movement};
use disnaker_entity::report::VacancyReportId;
use disnaker_entity::vacancy::{Column, Entity, Model, Relation, VacancyId, VacancyStatus};
use disnaker_entity::{Sex, vacancy};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select, Value,
};
use serde_json::json;
use uuid::Uuid;

use super::bodies::{DemandFilter, DemandGroup};
use super::lifecycle::VacancyEvent;
use super::rules::{self, FEWER_THAN_FILLED, OUTCOME_DUE, Opening, VACANCY_CLOSED};
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::check;
use crate::db::among;
use crate::deadline::{self, Start};
use crate::lifecycle;
use crate::movement::Movement;
use crate::problem::{Fault, Kind, Problem, Text};

pub use find::Search;
pub use index::{index, reindex};

crate::record!("vacancy", vacancy::Model, vacancy::Entity, VacancyStatus, |row| Some(row.company_id.0));

/// What was published and is not suspended is open; the rest is seen by its office and company.
fn visible(seer: &impl Sees) -> Select<Entity> {
    let open = Expr::cust("vacancy.published_at IS NOT NULL AND vacancy.status NOT IN ('held', 'suspended')");
    let own = seer.scope().of_either(Column::Office, Column::CompanyId);
    Entity::find().filter(Condition::any().add(open).add(own))
}

// Reading ----------------------------------------------------------------------------------------

/// A vacancy with its company's name.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    id: VacancyId,
) -> Result<Option<(Model, String)>, DbErr> {
    let select = visible(seer).filter(Column::Id.eq(id)).join(JoinType::InnerJoin, Relation::Company.def());
    let row = select.column_as(company::Column::Name, "company_name").into_model::<Named>().one(db).await?;
    Ok(row.map(|named| (named.row, named.company_name)))
}

#[derive(FromQueryResult)]
struct Named {
    #[sea_orm(nested)]
    row: Model,
    company_name: String,
}

// Writing ----------------------------------------------------------------------------------------

/// Who opens positions.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// The accepted report.
    pub report: VacancyReportId,
    /// Company.
    pub company: CompanyId,
    /// Its name.
    pub company_name: String,
    /// Its sector.
    pub sector: String,
    /// Edition of the sector's classification.
    pub sector_edition: String,
    /// The office that accepted.
    pub office: String,
    /// Whether the company is verified; else the vacancies are held.
    pub verified: bool,
}

fn columns_of(opening: &Opening) -> Vec<(Column, Value)> {
    let wage_top = opening.wage_max.or(opening.wage_min).unwrap_or(-1);
    vec![
        (Column::Title, opening.title.clone().into()),
        (Column::Description, opening.description.clone().into()),
        (Column::Occupation, opening.occupation.clone().into()),
        (Column::Country, opening.country.clone().into()),
        (Column::Region, opening.region.clone().into()),
        (Column::Province, opening.region.get(..2).unwrap_or_default().into()),
        (Column::District, opening.region.get(..5).unwrap_or_default().into()),
        (Column::AntarKerja, opening.antar_kerja.into()),
        (Column::Education, opening.education.clone().into()),
        (Column::EducationRank, opening.education_rank.into()),
        (Column::ExperienceMonths, opening.experience_months.into()),
        (Column::AgeMin, opening.age_min.into()),
        (Column::AgeMax, opening.age_max.into()),
        (Column::Skills, json!(opening.skills).to_string().into()),
        (Column::WantedMen, opening.wanted.men.into()),
        (Column::WantedWomen, opening.wanted.women.into()),
        (Column::WantedAny, opening.wanted.any.into()),
        (Column::Wanted, opening.wanted.total().into()),
        (Column::WageMin, opening.wage_min.into()),
        (Column::WageMax, opening.wage_max.into()),
        (Column::WageTop, wage_top.into()),
        (Column::DisabilityFriendly, opening.disability_friendly.into()),
        (Column::ValidFrom, opening.valid_from.into()),
        (Column::ValidUntil, opening.valid_until.into()),
    ]
}

/// Publishes the positions of an accepted report as vacancies, or holds them for an unverified company.
///
/// # Errors
/// The database's own.
pub async fn publish(change: &mut Change, publisher: &Publisher, openings: &[Opening]) -> Result<(), Problem> {
    let now = change.now();
    let status = if publisher.verified { VacancyStatus::Published } else { VacancyStatus::Held };
    let mut rows = Vec::with_capacity(openings.len());
    for opening in openings {
        let mut row = vacancy::ActiveModel {
            id: Set(opening.id),
            report_id: Set(publisher.report),
            company_id: Set(publisher.company),
            office: Set(publisher.office.clone()),
            status: Set(status),
            sector: Set(publisher.sector.clone()),
            sector_edition: Set(publisher.sector_edition.clone()),
            filled: Set(0),
            filled_men: Set(0),
            filled_women: Set(0),
            status_reason: Set(None),
            published_at: Set(publisher.verified.then_some(now)),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        for (column, value) in columns_of(opening) {
            sea_orm::ActiveModelTrait::set(&mut row, column, value);
        }
        rows.push(row);
    }
    for chunk in rows.chunks(200) {
        Entity::insert_many(chunk.to_vec()).exec_without_returning(change.db()).await?;
    }
    index(change, openings, &publisher.company_name).await?;
    let ids = openings.iter().map(|opening| opening.id).collect::<Vec<_>>();
    let rows = Entity::find()
        .filter(Column::ReportId.eq(publisher.report))
        .filter(among(change.db(), Column::Id, ids))
        .order_by_asc(Column::Id)
        .all(change.db())
        .await?;
    for row in &rows {
        let event = if publisher.verified { "publish" } else { "hold" };
        change.note(row, event, facts(row));
        recount(change, None, row);
    }
    start_clocks(change, &rows).await
}

/// What the feed says of a vacancy: it is open data (Perpres 57/2023 art. 9).
fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "title": row.title, "occupation": row.occupation, "region": row.region, "wanted": row.wanted,
        "filled": row.filled, "valid_until": row.valid_until,
    })
}

/// Starts the clocks that ask for the outcome, of those that wait for one.
async fn start_clocks(change: &Change, rows: &[Model]) -> Result<(), Problem> {
    let starts: Vec<Start<'_>> = rows
        .iter()
        .filter(|row| rules::awaits_outcome(row))
        .map(|row| Start {
            rule: OUTCOME_DUE,
            subject_kind: "vacancy",
            subject: row.id.0,
            party: "company",
            office: &row.office,
            company: Some(row.company_id.0),
            on: row.valid_until,
        })
        .collect();
    if starts.is_empty() { Ok(()) } else { deadline::start(change, &starts).await }
}

/// Brings statistics and clock to what a vacancy has become today.
async fn settle(change: &mut Change, before: &Model, after: &Model) -> Result<(), Problem> {
    let today = change.moment(&after.office).today;
    settle_on(change, before, after, today).await
}

/// Brings statistics and clock to what a vacancy has become by what was reported on a day.
async fn settle_on(change: &mut Change, before: &Model, after: &Model, on: NaiveDate) -> Result<(), Problem> {
    recount(change, Some(before), after);
    match (rules::awaits_outcome(before), rules::awaits_outcome(after)) {
        (true, true) if before.valid_until == after.valid_until => Ok(()),
        (_, true) => start_clocks(change, std::slice::from_ref(after)).await,
        (true, false) => deadline::meet(change, OUTCOME_DUE, &[after.id.0], on).await,
        (false, false) => Ok(()),
    }
}

/// Writes the movements that lead from what counted before to what counts now. Where the codes have changed, all of the old
/// is taken back and all of the new given, so that each cell stays right.
fn recount(change: &mut Change, before: Option<&Model>, after: &Model) {
    let codes = |row: &Model| (row.occupation.clone(), row.region.clone(), row.education.clone(), row.antar_kerja);
    let same = before.is_some_and(|before| codes(before) == codes(after));
    let mut counts: BTreeMap<_, i32> = BTreeMap::new();
    for (kind, sex, persons) in rules::tally(after) {
        *counts.entry((true, kind, sex)).or_default() += persons;
    }
    for (kind, sex, persons) in before.map(rules::tally).unwrap_or_default() {
        *counts.entry((same, kind, sex)).or_default() -= persons;
    }
    for ((new, kind, sex), persons) in counts.into_iter().filter(|(_, persons)| *persons != 0) {
        let row = before.filter(|_| !new).unwrap_or(after);
        let movement = Movement {
            kind,
            office: row.office.clone(),
            effective_on: change.moment(&row.office).today,
            quantity: persons.into(),
            subject: row.id.0,
            company: Some(row.company_id.0),
            sex: sex.map(Sex::as_str),
            birth_year: None,
            education: row.education.clone(),
            occupation: Some(row.occupation.clone()),
            sector: Some(row.sector.clone()),
            sector_edition: Some(row.sector_edition.clone()),
            region: Some(row.region.clone()),
            antar_kerja: Some(row.antar_kerja.as_str()),
            ..Movement::default()
        };
        change.count(movement);
    }
}

/// One move of a vacancy, with what it edits; the vacancy after it.
async fn step(
    change: &mut Change,
    row: &Model,
    event: VacancyEvent,
    edit: impl FnOnce(&mut Model),
) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, event)?;
    let mut after = row.clone();
    edit(&mut after);
    let set: [(Column, Value); 5] = [
        (Column::Filled, after.filled.into()),
        (Column::FilledMen, after.filled_men.into()),
        (Column::FilledWomen, after.filled_women.into()),
        (Column::PublishedAt, after.published_at.into()),
        (Column::StatusReason, after.status_reason.clone().into()),
    ];
    change.advance(row, &step, set, facts).await
}

/// One move of a vacancy, with the statistics and the clock that follow from it.
async fn advance(
    change: &mut Change,
    row: &Model,
    event: VacancyEvent,
    edit: impl FnOnce(&mut Model),
) -> Result<Model, Problem> {
    let after = step(change, row, event, edit).await?;
    settle(change, row, &after).await?;
    Ok(after)
}

/// Locks vacancies that the caller's scope covers, in order of their ids.
///
/// # Errors
/// The database's own.
pub async fn lock(change: &Change, ids: &[VacancyId]) -> Result<Vec<Model>, Problem> {
    let scope = change.scope().of_either(Column::Office, Column::CompanyId);
    let select = Entity::find().filter(scope).filter(among(change.db(), Column::Id, ids.iter().copied()));
    Ok(select.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await?)
}

/// Locks vacancies of a company, in order of their ids.
///
/// # Errors
/// The database's own.
pub async fn lock_of_company(change: &Change, company: CompanyId, ids: &[VacancyId]) -> Result<Vec<Model>, Problem> {
    let select = Entity::find().filter(Column::CompanyId.eq(company)).filter(among(
        change.db(),
        Column::Id,
        ids.iter().copied(),
    ));
    Ok(select.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await?)
}

/// Vacancies of a company by id, for checking what a report refers to.
///
/// # Errors
/// The database's own.
pub async fn of_company<C: ConnectionTrait>(
    db: &C,
    company: CompanyId,
    ids: &[VacancyId],
) -> Result<HashMap<VacancyId, Model>, DbErr> {
    let select =
        Entity::find().filter(Column::CompanyId.eq(company)).filter(among(db, Column::Id, ids.iter().copied()));
    Ok(select.all(db).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// The titles of the vacancies of a company that clocks are about.
///
/// # Errors
/// The database's own.
pub async fn titles<'a, C: ConnectionTrait>(
    db: &C,
    company: CompanyId,
    clocks: impl IntoIterator<Item = &'a clock::Model>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let about = clocks.into_iter().filter(|clock| clock.subject_kind == "vacancy");
    let ids: Vec<Uuid> = about.map(|clock| clock.subject_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let select = Entity::find().select_only().columns([Column::Id, Column::Title]);
    let select = select.filter(Column::CompanyId.eq(company)).filter(among(db, Column::Id, ids));
    let rows: Vec<(VacancyId, String)> = select.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(id, title)| (id.0, title)).collect())
}

/// Takes a place for each worker, never above the persons wanted: the row is locked, and its table checks again. The day is the one
/// on which they were reported; when the office accepts that is not the company's doing.
///
/// # Errors
/// `vacancy-full`, or `illegal-transition` from a status that takes nobody.
pub async fn fill(change: &mut Change, row: &Model, workers: &[Sex], reported_on: NaiveDate) -> Result<(), Problem> {
    let men = workers.iter().filter(|sex| **sex == Sex::Male).count();
    let men = i32::try_from(men).map_err(Problem::internal)?;
    let hired = i32::try_from(workers.len()).map_err(Problem::internal)?;
    let filled = row.filled + hired;
    if filled > row.wanted {
        return Err(Problem::new(Kind::VacancyFull));
    }
    let edit = |after: &mut Model| {
        after.filled = filled;
        after.filled_men += men;
        after.filled_women += hired - men;
    };
    let after = step(change, row, rules::filling(filled, row.wanted), edit).await?;
    settle_on(change, row, &after, reported_on).await
}

/// Gives the place of one worker back.
///
/// # Errors
/// `illegal-transition` from a status that gives nothing back.
pub async fn give_back(change: &mut Change, row: &Model, worker: Sex) -> Result<(), Problem> {
    let edit = |after: &mut Model| {
        after.filled -= 1;
        match worker {
            Sex::Male => after.filled_men -= 1,
            Sex::Female => after.filled_women -= 1,
        }
    };
    advance(change, row, rules::giving_back(row.filled - 1), edit).await.map(drop)
}

/// Closes, suspends or expires a vacancy, or brings it back in sight.
///
/// # Errors
/// `illegal-transition`.
pub async fn end(
    change: &mut Change,
    row: &Model,
    event: VacancyEvent,
    reason: Option<String>,
) -> Result<Model, Problem> {
    advance(change, row, event, |after| after.status_reason = reason).await
}

/// Publishes the held vacancies of a company that was verified.
///
/// # Errors
/// The database's own.
pub async fn release(change: &mut Change, company: CompanyId) -> Result<(), Problem> {
    let now = change.now();
    for row in held(change, company).await? {
        advance(change, &row, VacancyEvent::Publish, |after| after.published_at = Some(now)).await?;
    }
    Ok(())
}

/// Closes what is held, public or suspended of a company that was rejected.
///
/// # Errors
/// The database's own.
pub async fn close_all(change: &mut Change, company: CompanyId) -> Result<(), Problem> {
    let select = Entity::find()
        .filter(Column::CompanyId.eq(company))
        .filter(Expr::cust("vacancy.status IN ('held', 'published', 'partly_filled', 'suspended')"));
    for row in select.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await? {
        advance(change, &row, VacancyEvent::Close, |_| {}).await?;
    }
    Ok(())
}

async fn held(change: &Change, company: CompanyId) -> Result<Vec<Model>, DbErr> {
    let select = Entity::find().filter(Column::CompanyId.eq(company)).filter(Column::Status.eq(VacancyStatus::Held));
    select.order_by_asc(Column::Id).lock_exclusive().all(change.db()).await
}

/// Brings the vacancies of a report to what its accepted correction says: lines that stay change their vacancy, new
/// ones open one, missing ones close theirs.
///
/// # Errors
/// `rows-refused` naming the lines that want fewer persons than are placed, or whose vacancy is closed.
pub async fn correct(
    change: &mut Change,
    publisher: &Publisher,
    before: VacancyReportId,
    openings: &[Opening],
) -> Result<(), Problem> {
    let select = Entity::find().filter(Column::ReportId.eq(before)).order_by_asc(Column::Id).lock_exclusive();
    let mut rows: HashMap<VacancyId, Model> =
        select.all(change.db()).await?.into_iter().map(|row| (row.id, row)).collect();
    let mut faults = Vec::new();
    for (at, opening) in openings.iter().enumerate() {
        let Some(row) = rows.get(&opening.id) else { continue };
        let total = opening.wanted.total();
        if total < row.filled {
            faults.push(Fault::new(
                format!("/lines/{at}/wanted"),
                FEWER_THAN_FILLED,
                total,
                check::at_least(row.filled),
            ));
        } else if row.status == VacancyStatus::Closed {
            faults.push(Fault::new(
                format!("/lines/{at}"),
                VACANCY_CLOSED,
                row.status.as_str(),
                Text::of("baris baru, tanpa `line_id`", "a new line, without `line_id`"),
            ));
        }
    }
    if !faults.is_empty() {
        return Err(Problem::new(Kind::RowsRefused).faults(faults));
    }
    let mut new = Vec::new();
    for opening in openings {
        match rows.remove(&opening.id) {
            Some(row) => change_to(change, publisher, row, opening).await?,
            None => new.push(opening.clone()),
        }
    }
    let mut gone: Vec<Model> = rows.into_values().filter(|row| row.status != VacancyStatus::Closed).collect();
    gone.sort_by_key(|row| row.id);
    for row in gone {
        end(change, &row, VacancyEvent::Close, None).await?;
    }
    if new.is_empty() { Ok(()) } else { publish(change, publisher, &new).await }
}

/// Brings a vacancy to what its corrected line says, and to the status that follows from it.
async fn change_to(
    change: &mut Change,
    publisher: &Publisher,
    before: Model,
    opening: &Opening,
) -> Result<(), Problem> {
    let mut set = columns_of(opening);
    set.push((Column::ReportId, publisher.report.into()));
    let mut after = change.edit(&before, set, |row| json!({"report_id": row.report_id})).await?;
    index(change, std::slice::from_ref(opening), &publisher.company_name).await?;
    let (now, today) = (change.now(), change.moment(&after.office).today);
    if let Some(event) = rules::correction(&after, publisher.verified, today) {
        let revived = matches!(event, VacancyEvent::Revive | VacancyEvent::RevivePartly);
        after = step(change, &after, event, |after| {
            if revived {
                after.published_at = Some(now);
            }
        })
        .await?;
    }
    settle(change, &before, &after).await
}

/// Expires vacancies whose last day has passed in their office's zone, many a transaction. Gives how many.
///
/// # Errors
/// The database's own.
pub async fn expire(state: &Arc<State>) -> Result<u64, Problem> {
    let mut expired = 0;
    let mut from = None;
    loop {
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let latest = crate::clock::Zone::hours(9).date(change.now());
        let over = Expr::cust("status IN ('published', 'partly_filled', 'suspended', 'held')");
        let mut select = Entity::find().filter(over).filter(Column::ValidUntil.lt(latest));
        if let Some(from) = from {
            select = select.filter(Column::Id.gt(from));
        }
        let rows = select.order_by_asc(Column::Id).limit(200).lock_exclusive().all(change.db()).await?;
        let Some(last) = rows.last() else { return change.commit().await.map(|()| expired) };
        from = Some(last.id);
        for row in &rows {
            if row.valid_until < change.moment(&row.office).today {
                end(&mut change, row, VacancyEvent::Expire, None).await?;
                expired += 1;
            }
        }
        change.commit().await?;
    }
}

// Labour demand ----------------------------------------------------------------------------------

/// Sums of one group: wanted, filled, withdrawn.
pub type Sums = HashMap<Group, [i64; 3]>;

/// A group: its key, and the edition of the classification where that says what the key means.
pub type Group = (Option<String>, Option<String>);

/// Persons wanted, filled and withdrawn by group, up to a day.
pub async fn demand<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &DemandFilter,
    as_of: NaiveDate,
) -> Result<Sums, DbErr> {
    use movement::Column as M;
    let mut select = movement::Entity::find()
        .filter(seer.scope().of_offices(M::Office))
        .filter(M::Kind.is_in(["persons_wanted", "persons_filled", "persons_withdrawn"]))
        .filter(M::EffectiveOn.lte(as_of));
    if let Some(office) = &filter.office {
        select = select.filter(M::Office.eq(office.as_str()));
    }
    if let Some(region) = &filter.region {
        select = select.filter(M::Region.gte(region.as_str())).filter(M::Region.lt(format!("{region}~")));
    }
    let group = match filter.group_by {
        DemandGroup::Company => M::CompanyId,
        DemandGroup::Occupation => M::Occupation,
        DemandGroup::Region => M::Region,
        DemandGroup::Sector => M::Sector,
        DemandGroup::Education => M::Education,
    };
    let mut select = select.select_only().column(group).column(M::Kind).group_by(group).group_by(M::Kind);
    if filter.group_by == DemandGroup::Sector {
        select = select.column(M::SectorEdition).group_by(M::SectorEdition);
    }
    let sum = Expr::col(M::Quantity).sum().cast_as(sea_orm::sea_query::Alias::new("bigint"));
    let select = select.column_as(sum, "persons");
    let mut sums = Sums::new();
    let mut add = |key: Option<String>, edition: Option<String>, kind: &str, persons: i64| {
        let group = (key.filter(|key| !key.is_empty()), edition);
        let [wanted, filled, withdrawn] = sums.entry(group).or_default();
        match kind {
            "persons_wanted" => *wanted += persons,
            "persons_filled" => *filled += persons,
            _ => *withdrawn += persons,
        }
    };
    match filter.group_by {
        DemandGroup::Company => {
            let rows: Vec<(Option<CompanyId>, String, i64)> = select.into_tuple().all(db).await?;
            for (key, kind, persons) in rows {
                add(key.map(|id| id.to_string()), None, &kind, persons);
            }
        }
        DemandGroup::Sector => {
            let rows: Vec<(Option<String>, String, Option<String>, i64)> = select.into_tuple().all(db).await?;
            for (key, kind, edition, persons) in rows {
                add(key, edition, &kind, persons);
            }
        }
        DemandGroup::Occupation | DemandGroup::Region | DemandGroup::Education => {
            let rows: Vec<(Option<String>, String, i64)> = select.into_tuple().all(db).await?;
            for (key, kind, persons) in rows {
                add(key, None, &kind, persons);
            }
        }
    }
    sums.retain(|_, sums| *sums != [0; 3]);
    Ok(sums)
}

/// Persons that are still wanted on a day by occupation, as labour demand has it: one statement.
///
/// # Errors
/// The database's own.
pub async fn outstanding<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    office: Option<&str>,
    on: NaiveDate,
) -> Result<Vec<(Option<String>, i64)>, DbErr> {
    let office = office.map(str::to_owned);
    let filter = DemandFilter { group_by: DemandGroup::Occupation, office, region: None, as_of: Some(on) };
    let sums = demand(db, seer, &filter, on).await?;
    Ok(sums.into_iter().map(|((code, _), [wanted, filled, withdrawn])| (code, wanted - filled - withdrawn)).collect())
}

/// Names of companies.
pub async fn company_names<C: ConnectionTrait>(db: &C, ids: Vec<CompanyId>) -> Result<HashMap<String, String>, DbErr> {
    let select = company::Entity::find().select_only().columns([company::Column::Id, company::Column::Name]);
    let rows: Vec<(CompanyId, String)> =
        select.filter(among(db, company::Column::Id, ids)).into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}
