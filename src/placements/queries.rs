//! The only SeaORM of this room.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use disnaker_entity::Sex;
use disnaker_entity::company::CompanyId;
use disnaker_entity::placement::{self, Column, Entity, Model, PlacementId, PlacementSource, PlacementStatus};
use disnaker_entity::report::placement_report;
use disnaker_entity::vacancy::{self, VacancyId, VacancyStatus};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde_json::json;

use super::bodies::PlacementFilter;
use super::lifecycle::PlacementEvent;
use crate::caller::Sees;
use crate::change::Change;
use crate::db::among;
use crate::lifecycle;
use crate::movement::Movement;
use crate::paging::{Only, Part};
use crate::personal::Place;
use crate::problem::{Fault, FaultCode, Kind, OnUnique, Problem, Text};
use crate::seekers;
use crate::vacancies;
use crate::vacancies::rules::{antar_kerja, counted};

crate::record!("placement", placement::Model, placement::Entity, PlacementStatus, |row| Some(row.company_id.0));

const EXCEEDS: FaultCode =
    FaultCode::new("exceeds-persons-wanted", "Melebihi jumlah yang dibutuhkan", "Exceeds the persons wanted");
/// The vacancy was never published, or is closed.
pub const NOT_OPEN: FaultCode = FaultCode::new(
    "vacancy-not-open",
    "Lowongan belum tayang atau sudah ditutup",
    "The vacancy is not published yet, or closed",
);
/// What [`PLACED_ALREADY`] asks for.
pub const ONCE: Text = Text::of("setiap orang satu kali untuk satu lowongan", "each person once a vacancy");
const PLACED_ALREADY: FaultCode = FaultCode::new(
    "worker-placed-already",
    "Pekerja sudah tercatat pada lowongan ini",
    "The worker is placed on this vacancy already",
);

/// Whether a vacancy takes workers: it was published and is not closed. One that ended may still be reported on, since
/// Perpres 57/2023 art. 6 asks for who was hired, whenever it was.
#[must_use]
pub fn takes_workers(vacancy: &vacancy::Model) -> bool {
    counted(vacancy) && vacancy.status != VacancyStatus::Closed
}

fn visible(seer: &impl Sees) -> Select<Entity> {
    Entity::find().filter(seer.scope().of_either(Column::Office, Column::CompanyId))
}

/// Where a placement's NIK is kept: the same place for the report row that it came from, whose id it has.
#[must_use]
pub fn nik_place(id: PlacementId) -> Place {
    Place { table: "placement", column: "nik", row: id.0 }
}

/// A placement that the caller may see.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: PlacementId) -> Result<Option<Model>, DbErr> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await
}

/// A placement that the caller may see, locked.
pub async fn lock(change: &Change, id: PlacementId) -> Result<Model, Problem> {
    let select = visible(change).filter(Column::Id.eq(id)).lock_exclusive();
    select.one(change.db()).await?.ok_or_else(Problem::not_found)
}

pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &PlacementFilter,
    part: &Part<PlacementId>,
) -> Result<Vec<Model>, DbErr> {
    let mut select = visible(seer)
        .only(Column::Status, filter.status)
        .only(Column::Office, filter.office.as_deref())
        .only(Column::CompanyId, filter.company_id)
        .only(Column::VacancyId, filter.vacancy_id)
        .only(Column::AntarKerja, filter.antar_kerja);
    if let Some(from) = filter.started_from {
        select = select.filter(Column::StartOn.gte(from));
    }
    if let Some(until) = filter.started_until {
        select = select.filter(Column::StartOn.lte(until));
    }
    part.newest(select, Column::Id).all(db).await
}

/// A worker of an accepted report.
#[derive(Clone)]
pub struct Hired {
    /// Id of the row and of the placement.
    pub id: PlacementId,
    /// Vacancy.
    pub vacancy: VacancyId,
    /// Name.
    pub name: String,
    /// NIK, masked.
    pub nik_masked: Option<String>,
    /// NIK, encrypted.
    pub nik_sealed: Option<Vec<u8>>,
    /// NIK, indexed.
    pub nik_index: Option<Vec<u8>>,
    /// AK-1 number.
    pub ak1_number: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// Education level.
    pub education: Option<String>,
    /// District of residence.
    pub origin: String,
    /// Country of work.
    pub country: String,
    /// Region of work; empty abroad.
    pub region: String,
    /// Wage.
    pub wage: Option<i64>,
    /// First day.
    pub start_on: NaiveDate,
}

/// Records the placements of an accepted report that was filed on a day: all of them, or none.
///
/// # Errors
/// `vacancy-full` with the rows that exceed the persons wanted; `rows-refused` with those whose vacancy is closed or whose
/// worker is placed on it already.
pub async fn record(
    change: &mut Change,
    report: &placement_report::Model,
    filed_on: NaiveDate,
    hired: Vec<Hired>,
) -> Result<(), Problem> {
    let ids: Vec<VacancyId> = hired.iter().map(|row| row.vacancy).collect();
    let vacancies = lock_vacancies(change, report.company_id, &ids).await?;
    refuse_closed_and_placed(change, &hired, &vacancies).await?;
    let mut by_vacancy: BTreeMap<VacancyId, Vec<usize>> = BTreeMap::new();
    for (at, row) in hired.iter().enumerate() {
        by_vacancy.entry(row.vacancy).or_default().push(at);
    }
    refuse_exceeding(&by_vacancy, &vacancies)?;
    for (id, rows) in &by_vacancy {
        let sexes: Vec<Sex> = rows.iter().filter_map(|at| hired.get(*at)).map(|row| row.sex).collect();
        if let Some(vacancy) = vacancies.get(id) {
            vacancies::fill(change, vacancy, &sexes, filed_on).await?;
        }
    }
    let rows: Vec<placement::ActiveModel> = hired
        .into_iter()
        .filter_map(|row| vacancies.get(&row.vacancy).map(|vacancy| active(change, report, row, vacancy)))
        .collect();
    let ids: Vec<PlacementId> = rows.iter().filter_map(|row| row.id.try_as_ref().copied()).collect();
    for chunk in rows.chunks(200) {
        let refused = || {
            Problem::new(Kind::RowsRefused).faults(vec![Fault::new(
                "/rows",
                PLACED_ALREADY,
                serde_json::Value::Null,
                ONCE,
            )])
        };
        Entity::insert_many(chunk.to_vec()).exec_without_returning(change.db()).await.on_unique(refused())?;
    }
    let rows = Entity::find().filter(among(change.db(), Column::Id, ids)).order_by_asc(Column::Id);
    let rows = rows.all(change.db()).await?;
    for row in &rows {
        change.note(row, "record", facts(row));
        count(change, row, 1);
    }
    seekers::place(change, &rows).await
}

/// The vacancies of a company, locked in the order of their ids.
async fn lock_vacancies(
    change: &Change,
    company: CompanyId,
    ids: &[VacancyId],
) -> Result<HashMap<VacancyId, vacancy::Model>, Problem> {
    let rows = vacancies::lock_of_company(change, company, ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

async fn refuse_closed_and_placed(
    change: &Change,
    hired: &[Hired],
    vacancies: &HashMap<VacancyId, vacancy::Model>,
) -> Result<(), Problem> {
    let niks = hired.iter().filter_map(|row| row.nik_index.clone()).collect::<Vec<_>>();
    let cards = hired.iter().filter_map(|row| row.ak1_number.clone()).collect::<Vec<_>>();
    let placed: Vec<(VacancyId, Option<Vec<u8>>, Option<String>)> = Entity::find()
        .select_only()
        .columns([Column::VacancyId, Column::NikIndex, Column::Ak1Number])
        .filter(Column::Status.eq(PlacementStatus::Active))
        .filter(among(change.db(), Column::NikIndex, niks).or(among(change.db(), Column::Ak1Number, cards)))
        .into_tuple()
        .all(change.db())
        .await?;
    let mut faults = Vec::new();
    for (at, row) in hired.iter().enumerate() {
        let vacancy = vacancies.get(&row.vacancy);
        let same = |(vacancy, nik, card): &(VacancyId, Option<Vec<u8>>, Option<String>)| {
            *vacancy == row.vacancy
                && (nik.is_some() && *nik == row.nik_index || card.is_some() && *card == row.ak1_number)
        };
        if !vacancy.is_some_and(takes_workers) {
            let received = vacancy.map(|vacancy| vacancy.status.as_str());
            faults.push(Fault::new(
                format!("/rows/{at}/vacancy_id"),
                NOT_OPEN,
                received,
                Text::of("lowongan yang menerima pekerja", "a vacancy that takes workers"),
            ));
        } else if placed.iter().any(same) {
            let (pointer, expected) = (format!("/rows/{at}/worker"), ONCE);
            faults.push(Fault::new(pointer, PLACED_ALREADY, serde_json::Value::Null, expected));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::new(Kind::RowsRefused).faults(faults)) }
}

/// The rows beyond the persons still wanted, in the order of the report.
fn refuse_exceeding(
    by_vacancy: &BTreeMap<VacancyId, Vec<usize>>,
    vacancies: &HashMap<VacancyId, vacancy::Model>,
) -> Result<(), Problem> {
    let mut faults = Vec::new();
    for (id, rows) in by_vacancy {
        let left = vacancies.get(id).map_or(0, |vacancy| vacancy.wanted - vacancy.filled);
        let left = usize::try_from(left).unwrap_or_default();
        for at in rows.iter().skip(left) {
            faults.push(Fault::new(
                format!("/rows/{at}/vacancy_id"),
                EXCEEDS,
                rows.len(),
                Text::made(
                    format!("paling banyak {left} untuk lowongan ini"),
                    format!("at most {left} on this vacancy"),
                ),
            ));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::new(Kind::VacancyFull).faults(faults)) }
}

fn active(
    change: &Change,
    report: &placement_report::Model,
    row: Hired,
    vacancy: &vacancy::Model,
) -> placement::ActiveModel {
    placement::ActiveModel {
        id: Set(row.id),
        report_id: Set(report.id),
        vacancy_id: Set(row.vacancy),
        company_id: Set(vacancy.company_id),
        office: Set(report.office.clone()),
        status: Set(PlacementStatus::Active),
        source: Set(PlacementSource::Report),
        worker_name: Set(row.name),
        nik_sealed: Set(row.nik_sealed),
        nik_index: Set(row.nik_index),
        nik_masked: Set(row.nik_masked),
        ak1_number: Set(row.ak1_number),
        sex: Set(row.sex),
        birth_year: Set(row.birth_year),
        education: Set(row.education),
        occupation: Set(vacancy.occupation.clone()),
        sector: Set(vacancy.sector.clone()),
        antar_kerja: Set(antar_kerja(&row.origin, &row.country, &row.region)),
        origin: Set(row.origin),
        destination_country: Set(row.country),
        destination_region: Set(row.region),
        wage: Set(row.wage),
        start_on: Set(row.start_on),
        void_reason: Set(None),
        version: Set(1),
        created_at: Set(change.now()),
        updated_at: Set(change.now()),
    }
}

/// What the feed says of a placement: nothing of the person.
fn facts(row: &Model) -> serde_json::Value {
    json!({"status": row.status, "vacancy_id": row.vacancy_id, "antar_kerja": row.antar_kerja, "start_on": row.start_on})
}

/// Counts a placement, or takes it back, with the worker's codes.
fn count(change: &mut Change, row: &Model, sign: i64) {
    let movement = Movement {
        kind: "placed",
        office: row.office.clone(),
        effective_on: change.moment(&row.office).today,
        quantity: sign,
        subject: row.id.0,
        company: Some(row.company_id.0),
        sex: Some(row.sex.as_str()),
        birth_year: row.birth_year,
        education: row.education.clone(),
        occupation: Some(row.occupation.clone()),
        sector: Some(row.sector.clone()),
        sector_edition: None,
        region: Some(row.destination_region.clone()),
        antar_kerja: Some(row.antar_kerja.as_str()),
        ..Movement::default()
    };
    change.count(movement);
}

/// Voids a wrong placement: its place is free again.
///
/// # Errors
/// `illegal-transition` for one that is voided already.
pub async fn void(change: &mut Change, row: &Model, reason: &str) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, PlacementEvent::Void)?;
    let locked = vacancies::lock_of_company(change, row.company_id, &[row.vacancy_id]).await?;
    let vacancy = locked.first().ok_or_else(|| Problem::internal("a placement without its vacancy"))?;
    let after = change.advance(row, &step, [(Column::VoidReason, reason.into())], facts).await?;
    vacancies::give_back(change, vacancy, row.sex).await?;
    count(change, row, -1);
    seekers::unplace(change, row.id).await?;
    Ok(after)
}
