//! What the fields of a row say: a line of a vacancy report, or a row of a placement report.

use std::ops::ControlFlow;

use chrono::NaiveDate;
use disnaker_entity::Sex;
use disnaker_entity::batch::{BatchFormat, BatchKind};
use disnaker_entity::vacancy::VacancyId;
use uuid::Uuid;

use super::columns;
use super::rules::{Content, Input, VacancyName};
use crate::bulk::{self, Field, Fields, Survey};
use crate::problem::Problem;
use crate::reference::Codes;
use crate::reports::placement::bodies::{PlacementRowBody, Worker};
use crate::reports::vacancy::bodies::VacancyLine;
use crate::vacancies::bodies::Wanted;

/// Looks at a file whole, and keeps its rows where there are at most `keep` of them.
///
/// # Errors
/// As of [`bulk::survey`].
pub fn survey(
    bytes: &[u8],
    format: BatchFormat,
    kind: BatchKind,
    codes: &Codes,
    today: NaiveDate,
    keep: usize,
) -> Result<Survey<Content>, Problem> {
    bulk::survey(
        bytes,
        format,
        columns::table(kind),
        codes,
        |fields, reference| said(kind, today, fields, reference),
        keep,
    )
}

/// Gives the rows of a file in order.
///
/// # Errors
/// As of [`bulk::survey`].
pub fn each(
    bytes: &[u8],
    format: BatchFormat,
    kind: BatchKind,
    codes: &Codes,
    today: NaiveDate,
    take: impl FnMut(Input) -> ControlFlow<()>,
) -> Result<(), Problem> {
    bulk::each(
        bytes,
        format,
        columns::table(kind),
        codes,
        |fields, reference| said(kind, today, fields, reference),
        take,
    )
}

fn said(kind: BatchKind, today: NaiveDate, fields: &mut Fields, reference: Option<String>) -> Content {
    match kind {
        BatchKind::Vacancies => Content::Vacancy(Box::new(line(fields, reference, today))),
        BatchKind::Placements => {
            let (row, vacancy) = placement(fields, reference, today);
            Content::Placement(Box::new(row), vacancy)
        }
    }
}

fn line(fields: &mut Fields, reference: Option<String>, today: NaiveDate) -> VacancyLine {
    let (from, until) = (fields.day("valid_from"), fields.day("valid_until"));
    let skills = fields.texts("skills");
    VacancyLine {
        line_id: None,
        reference,
        title: fields.text("title").unwrap_or_default(),
        description: fields.text("description"),
        occupation: fields.text("occupation").unwrap_or_default(),
        wanted: Wanted {
            men: fields.small("men").unwrap_or_default(),
            women: fields.small("women").unwrap_or_default(),
            any: fields.small("any").unwrap_or_default(),
        },
        education: fields.text("education"),
        experience_months: fields.small("experience_months").unwrap_or_default(),
        age_min: fields.small("age_min"),
        age_max: fields.small("age_max"),
        skills,
        wage_min: fields.whole("wage_min"),
        wage_max: fields.whole("wage_max"),
        work_country: fields.text("work_country").unwrap_or_else(|| "ID".to_owned()),
        work_region: fields.text("work_region"),
        valid_from: from.or(until).unwrap_or(today),
        valid_until: until.or(from).unwrap_or(today),
        disability_friendly: fields.take("disability_friendly") == Field::Flag(true),
        position: None,
        return_reason: None,
    }
}

fn placement(fields: &mut Fields, reference: Option<String>, today: NaiveDate) -> (PlacementRowBody, VacancyName) {
    let id = fields.take("vacancy_id");
    let vacancy = match (id, fields.text("vacancy_reference")) {
        (Field::Id(id), None) => VacancyName::Id(VacancyId(id)),
        (Field::Absent, Some(reference)) => VacancyName::Reference(reference),
        (Field::Id(_), Some(_)) => VacancyName::Both,
        (Field::Absent, None) => VacancyName::None,
        _ => VacancyName::Wrong,
    };
    let nik = fields.take("nik");
    let worker = Worker {
        name: fields.text("name").unwrap_or_default(),
        // A number that was spoilt is told already; the row is not to be blamed for having none.
        nik: if let Field::Text(nik) = nik { Some(nik) } else { None },
        ak1_number: fields.text("ak1_number"),
        sex: if let Field::Sex(sex) = fields.take("sex") { sex } else { Sex::Male },
        education: fields.text("education"),
        residence: fields.text("residence").unwrap_or_default(),
    };
    let row = PlacementRowBody {
        row_id: None,
        reference,
        vacancy_id: VacancyId(Uuid::nil()),
        worker,
        start_on: fields.day("start_on").unwrap_or(today),
        wage: fields.whole("wage"),
        destination_country: fields.text("destination_country"),
        destination_region: fields.text("destination_region"),
    };
    (row, vacancy)
}
