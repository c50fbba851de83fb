//! What a placement report must say (Perpres 57/2023 art. 6; practice fields of domain.md 3.2).

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, Days};
use disnaker_entity::Nik;
use disnaker_entity::reference::RegionLevel;
use disnaker_entity::vacancy::{self, VacancyId};

use super::bodies::{PlacementRowBody, StoredRow, Worker, WorkerView};
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, TWICE, UNKNOWN_REFERENCE};
use crate::clock::Moment;
use crate::placements::{self, NOT_OPEN, takes_workers};
use crate::problem::{FaultCode, Problem, Text};
use crate::reference::{self, Codes};
use crate::reports::{ABROAD, MOST_LINES};

/// Rule of the clock that asks for the report (Permenaker 18/2024 arts. 31(3) and 50; the days are the office's own).
pub const REPORT_DUE: &str = "placement.report-due";

const NIK_OR_CARD: FaultCode =
    FaultCode::new("nik-or-card-required", "NIK atau nomor AK-1 wajib diisi", "NIK or AK-1 number is required");

const STARTS_BEFORE: FaultCode = FaultCode::new(
    "starts-before-vacancy",
    "Mulai kerja sebelum lowongannya berlaku: benarkah tahunnya?",
    "Work begins before the vacancy was valid: is the year right?",
);
const SEX_DIFFERS: FaultCode =
    FaultCode::new("sex-differs-from-nik", "Jenis kelamin tidak sama dengan NIK", "The sex is not the one in the NIK");

/// Youngest and oldest age that a two-digit year of birth is read as.
const YOUNGEST: i32 = 10;
const OLDEST: i32 = 90;

/// A row that passed: its content, and the identity apart from it.
#[derive(Clone)]
pub struct Checked {
    /// The row's id, where it has one already.
    pub row_id: Option<disnaker_entity::placement::PlacementId>,
    /// The sender's own reference.
    pub reference: Option<String>,
    /// The vacancy.
    pub vacancy_id: VacancyId,
    /// What is stored as it is.
    pub content: StoredRow,
    /// What is stored encrypted.
    pub nik: Option<Nik>,
}

/// Every fault of every row at once; the rows as they are to be stored where there is none.
///
/// # Errors
/// `invalid-content` with a pointer for each fault.
pub fn check(
    rows: &[PlacementRowBody],
    vacancies: &HashMap<VacancyId, vacancy::Model>,
    codes: &Codes,
    moment: &Moment,
) -> Result<Vec<Checked>, Problem> {
    let mut checks = Checks::default();
    checks.count("/rows", rows.len(), 1, MOST_LINES);
    let (mut ids, mut persons) = (BTreeSet::new(), Persons::default());
    let mut checked = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let pointer = |field: &str| format!("/rows/{at}/{field}");
        if row.row_id.is_some_and(|id| !ids.insert(id)) {
            let expected = Text::of("setiap baris satu kali", "each row once");
            checks.fault(pointer("row_id"), TWICE, row.row_id.map(|id| id.to_string()), expected);
        }
        checked.push(check_row(&mut checks, row, vacancies, codes, moment, &mut persons, &pointer));
    }
    checks.done()?;
    Ok(checked)
}

/// Persons by vacancy, and by the field that names them: NIK or card.
pub type Met = BTreeSet<(VacancyId, &'static str, String)>;

/// Who was met so far: each person once a vacancy, by NIK and by card.
#[derive(Default)]
pub struct Persons<'a> {
    before: Option<&'a Met>,
    met: Met,
}

impl<'a> Persons<'a> {
    /// Who is met after others were.
    #[must_use]
    pub fn after(before: &'a Met) -> Self {
        Self { before: Some(before), met: Met::new() }
    }

    /// Who was met, without those before.
    #[must_use]
    pub fn into_met(self) -> Met {
        self.met
    }

    /// Meets the worker of a row as it came.
    pub fn meet(&mut self, vacancy: VacancyId, worker: &Worker) {
        let nik = worker.nik.as_deref().and_then(|nik| Nik::parse(nik).ok());
        self.meet_by(vacancy, nik.as_ref(), worker.ak1_number.as_deref());
    }

    /// Meets the worker of a row that passed.
    pub fn meet_checked(&mut self, row: &Checked) {
        self.meet_by(row.vacancy_id, row.nik.as_ref(), row.content.worker.ak1_number.as_deref());
    }

    /// Gives the fields by which the person was met before.
    fn meet_by(&mut self, vacancy: VacancyId, nik: Option<&Nik>, card: Option<&str>) -> Vec<&'static str> {
        let named = [("worker/nik", nik.map(Nik::reveal)), ("worker/ak1_number", card.map(str::trim))];
        let named = named.into_iter().filter_map(|(field, number)| Some((vacancy, field, number?.to_owned())));
        let twice = named.filter(|person| {
            self.before.is_some_and(|before| before.contains(person)) || !self.met.insert(person.clone())
        });
        twice.map(|(_, field, _)| field).collect()
    }
}

/// Every fault of one row, at the pointers that `pointer` makes of its fields; and the row as it is to be stored, where
/// there was none.
pub fn check_row(
    checks: &mut Checks,
    row: &PlacementRowBody,
    vacancies: &HashMap<VacancyId, vacancy::Model>,
    codes: &Codes,
    moment: &Moment,
    persons: &mut Persons<'_>,
    pointer: &impl Fn(&str) -> String,
) -> Checked {
    checks.optional_line(pointer("reference"), row.reference.as_deref(), 80);
    let vacancy = check_vacancy(checks, row, vacancies, pointer);
    let nik = check_worker(checks, row, codes, pointer);
    for field in persons.meet_by(row.vacancy_id, nik.as_ref(), row.worker.ak1_number.as_deref()) {
        checks.fault(pointer(field), TWICE, serde_json::Value::Null, placements::ONCE);
    }
    let sex_differs_from_nik = nik.as_ref().is_some_and(|nik| nik.sex() != row.worker.sex);
    if sex_differs_from_nik {
        let expected = Text::of("jenis kelamin menurut NIK", "the sex in the NIK");
        checks.warning(pointer("worker/sex"), SEX_DIFFERS, serde_json::Value::Null, expected);
    }
    let (country, region) = check_destination(checks, row, vacancy, codes, pointer);
    let latest = moment.today.checked_add_days(Days::new(366)).unwrap_or(moment.today);
    if row.start_on.year() < 2000 || row.start_on > latest {
        checks.fault(pointer("start_on"), OUT_OF_RANGE, row.start_on.to_string(), check::from_to("2000-01-01", latest));
    }
    if let Some(first) = vacancy.map(|vacancy| vacancy.valid_from).filter(|first| row.start_on < *first) {
        checks.warning(pointer("start_on"), STARTS_BEFORE, row.start_on.to_string(), check::or_later(first));
    }
    if let Some(wage) = row.wage {
        checks.range(pointer("wage"), wage, 0, 1_000_000_000_000);
    }
    let worker = WorkerView {
        name: row.worker.name.trim().to_owned(),
        nik: nik.as_ref().map(Nik::masked),
        ak1_number: row.worker.ak1_number.as_deref().map(|number| number.trim().to_owned()),
        sex: row.worker.sex,
        education: row.worker.education.clone(),
        residence: row.worker.residence.clone(),
    };
    let content = StoredRow {
        worker,
        birth_year: nik.as_ref().and_then(|nik| nik.birth_year(moment.today, YOUNGEST, OLDEST)),
        sex_differs_from_nik,
        start_on: row.start_on,
        wage: row.wage,
        destination_country: country,
        destination_region: region,
    };
    Checked { row_id: row.row_id, reference: row.reference.clone(), vacancy_id: row.vacancy_id, content, nik }
}

/// The vacancy must be the company's own and have been published; one that ended may still be reported on, since art. 6
/// asks for who was hired, whenever it was.
fn check_vacancy<'a>(
    checks: &mut Checks,
    row: &PlacementRowBody,
    vacancies: &'a HashMap<VacancyId, vacancy::Model>,
    pointer: &impl Fn(&str) -> String,
) -> Option<&'a vacancy::Model> {
    let vacancy = vacancies.get(&row.vacancy_id);
    match vacancy {
        None => {
            let expected = Text::of("lowongan perusahaan itu", "a vacancy of the company");
            checks.fault(pointer("vacancy_id"), UNKNOWN_REFERENCE, row.vacancy_id.to_string(), expected);
        }
        Some(vacancy) if !takes_workers(vacancy) => {
            let expected = Text::of(
                "lowongan yang sudah terbit dan belum ditutup",
                "a vacancy that was published and is not closed",
            );
            checks.fault(pointer("vacancy_id"), NOT_OPEN, vacancy.status.as_str(), expected);
        }
        Some(_) => {}
    }
    vacancy
}

/// Name, identity, education, residence. What was received of a person is never sent back.
fn check_worker(
    checks: &mut Checks,
    row: &PlacementRowBody,
    codes: &Codes,
    pointer: &impl Fn(&str) -> String,
) -> Option<Nik> {
    let worker = &row.worker;
    checks.line(pointer("worker/name"), &worker.name, 120);
    checks.optional_line(pointer("worker/ak1_number"), worker.ak1_number.as_deref(), 40);
    let nik = match &worker.nik {
        Some(text) => checks.parsed(
            pointer("worker/nik"),
            Nik::parse(text),
            format!("{} characters", text.chars().count()).into(),
        ),
        None => None,
    };
    if worker.nik.is_none() && worker.ak1_number.is_none() {
        let expected = Text::of("nik atau ak1_number", "nik or ak1_number");
        checks.fault(pointer("worker/nik"), NIK_OR_CARD, serde_json::Value::Null, expected);
    }
    if let Some(level) = worker.education.as_deref().filter(|level| codes.education_rank(level).is_none()) {
        checks.fault(pointer("worker/education"), UNKNOWN_REFERENCE, level, check::code_of("/v1/education-levels"));
    }
    if codes.region(&worker.residence).is_none_or(|region| region.level == RegionLevel::Province) {
        checks.fault(pointer("worker/residence"), UNKNOWN_REFERENCE, serde_json::Value::Null, reference::A_DISTRICT);
    }
    nik
}

/// Where the work is: as stated, else where the vacancy is.
fn check_destination(
    checks: &mut Checks,
    row: &PlacementRowBody,
    vacancy: Option<&vacancy::Model>,
    codes: &Codes,
    pointer: &impl Fn(&str) -> String,
) -> (String, String) {
    let stated = row.destination_country.is_some() || row.destination_region.is_some();
    let (country, region) = match (stated, vacancy) {
        (false, Some(vacancy)) => return (vacancy.country.clone(), vacancy.region.clone()),
        _ => (
            row.destination_country.clone().unwrap_or_else(|| "ID".to_owned()),
            row.destination_region.clone().unwrap_or_default(),
        ),
    };
    if codes.country(&country).is_none() {
        checks.fault(
            pointer("destination_country"),
            UNKNOWN_REFERENCE,
            country.as_str(),
            check::code_of("/v1/countries"),
        );
        // Whether there is a region can't be told of no country.
        return (country, region);
    }
    let in_indonesia = country == "ID";
    if in_indonesia && region.is_empty() && stated {
        checks.fault(pointer("destination_region"), REQUIRED, serde_json::Value::Null, reference::A_DISTRICT);
    } else if !in_indonesia && !region.is_empty() {
        checks.fault(pointer("destination_region"), NOT_ALLOWED, region.as_str(), ABROAD);
    } else if in_indonesia && stated && codes.region(&region).is_none_or(|region| region.level == RegionLevel::Province)
    {
        checks.fault(pointer("destination_region"), UNKNOWN_REFERENCE, region.as_str(), reference::A_DISTRICT);
    }
    (country, region)
}
