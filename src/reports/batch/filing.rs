//! A chunk of rows, decided on and written: a few statements for some hundreds of rows.
//!
//! [`decide`] looks up what is known under the rows' references and asks the rules; it writes nothing. [`apply`] writes what was
//! decided, as drafts and corrections; they are filed when every row of the batch has been decided on, so that rows of
//! one report may stand anywhere in a file.
//!
//! What a job with `atomicity=row` decides on in several chunks is one file all the same: who was met in a chunk before is
//! met twice, and a report that a label began goes on. One thing it can't know: a row that would refile a report of which
//! another line is not sound any more is refused, although a later chunk may mend that line. The same file once more, or
//! `atomicity=all`, decides on both together.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use disnaker_entity::batch::{BatchKind, report_batch};
use disnaker_entity::company::{self, CompanyId, CompanyStatus};
use disnaker_entity::placement::PlacementId;
use disnaker_entity::report::{PlacementReportId, ReportStatus, VacancyReportId};
use disnaker_entity::vacancy::VacancyId;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::columns;
use super::job::CHUNK;
use super::queries::{self, KnownLine, KnownRow};
use super::rules::{self, Act, Content, Input, Known, Measure, Outcome, Vacancies, VacancyName};
use crate::bulk;
use crate::change::Change;
use crate::check::Checks;
use crate::problem::Problem;
use crate::reference::Codes;
use crate::reports::MOST_LINES;
use crate::reports::placement::bodies::StoredRow;
use crate::reports::placement::{self, Checked, Met, Persons, check_row};
use crate::reports::vacancy::bodies::{NewVacancyReport, VacancyLine};
use crate::reports::vacancy::{self, Yardstick, check_line};

/// Reports that rows with a label go to: by label, the report and its lines so far.
pub type Labels = HashMap<String, (Uuid, usize)>;

/// What is the same for every chunk of a batch.
pub struct Run<'a> {
    /// The batch.
    pub batch: &'a report_batch::Model,
    /// Its company, locked.
    pub company: &'a company::Model,
    /// Code lists.
    pub codes: &'a Codes,
}

impl<'a> Run<'a> {
    fn measure(&self, change: &Change) -> Result<Measure<'a>, Problem> {
        let (office, moment) = (&self.company.office, change.moment(&self.company.office));
        Ok(Measure {
            columns: columns::of(self.batch.kind),
            yardstick: Yardstick::new(self.codes, &change.book(), office, &moment, false)?,
            codes: self.codes,
            moment,
            verified: self.company.status == CompanyStatus::Verified,
        })
    }
}

/// The references of rows that may be looked for.
fn references(inputs: &[Input]) -> Vec<String> {
    let references = inputs.iter().filter_map(|input| input.reference.as_deref());
    references.filter(|reference| bulk::sound_reference(reference)).map(str::to_owned).collect()
}

/// Decides on rows. Gives with them the persons that they met, beside those whom the rows before them had met.
///
/// # Errors
/// The database's own.
pub async fn decide(
    change: &Change,
    run: &Run<'_>,
    inputs: &[Input],
    before: &Met,
) -> Result<(Vec<Outcome>, Met), Problem> {
    let (mut outcomes, mut persons) = (Vec::with_capacity(inputs.len()), Persons::after(before));
    let measure = run.measure(change)?;
    for chunk in inputs.chunks(CHUNK) {
        outcomes.extend(match run.batch.kind {
            BatchKind::Vacancies => judge_lines(change, run, chunk, &measure).await?,
            BatchKind::Placements => judge_placements(change, run, chunk, &measure, &mut persons).await?,
        });
    }
    // Of all rows together: a report may be mended by rows that stand far from each other.
    match run.batch.kind {
        BatchKind::Vacancies => hold_against_reports(change, inputs, &mut outcomes, &measure).await?,
        BatchKind::Placements => hold_against_placement_reports(change, run, inputs, &mut outcomes, &measure).await?,
    }
    Ok((outcomes, persons.into_met()))
}

/// Meets the persons of rows that another run has decided on already.
///
/// # Errors
/// The database's own.
pub async fn meet<C: ConnectionTrait>(
    db: &C,
    batch: &report_batch::Model,
    inputs: &[Input],
    met: &mut Met,
) -> Result<(), Problem> {
    let vacancies = vacancies_of(db, batch.company_id, inputs).await?;
    let mut persons = Persons::after(met);
    for input in inputs {
        if let Content::Placement(row, name) = &input.content {
            persons.meet(vacancies.named(name).unwrap_or(row.vacancy_id), &row.worker);
        }
    }
    let fresh = persons.into_met();
    met.extend(fresh);
    Ok(())
}

/// Writes what was decided for a chunk. Every outcome names its report and line then.
///
/// # Errors
/// The database's own.
pub async fn apply(
    change: &mut Change,
    run: &Run<'_>,
    labels: &mut Labels,
    inputs: &[Input],
    outcomes: &mut [Outcome],
) -> Result<(), Problem> {
    match run.batch.kind {
        BatchKind::Vacancies => apply_lines(change, run, labels, inputs, outcomes).await,
        BatchKind::Placements => apply_placements(change, run, labels, inputs, outcomes).await,
    }
}

/// Rows that become new lines, by label: some hundreds at most, since a chunk has no more.
fn new_rows<'a>(inputs: &'a [Input], outcomes: &[Outcome]) -> BTreeMap<Option<&'a str>, Vec<usize>> {
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, (input, outcome)) in inputs.iter().zip(outcomes).enumerate() {
        if outcome.act == Act::Create {
            groups.entry(input.label.as_deref()).or_default().push(at);
        }
    }
    groups
}

fn set_report(outcomes: &mut [Outcome], rows: &[usize], report: Uuid) {
    for at in rows {
        if let Some(outcome) = outcomes.get_mut(*at) {
            outcome.report = Some(report);
        }
    }
}

// Lines of vacancy reports -----------------------------------------------------------------------

fn line_of(input: &Input) -> Option<&VacancyLine> {
    if let Content::Vacancy(line) = &input.content { Some(line) } else { None }
}

async fn judge_lines(
    change: &Change,
    run: &Run<'_>,
    inputs: &[Input],
    measure: &Measure<'_>,
) -> Result<Vec<Outcome>, Problem> {
    let known = queries::known_lines(change.db(), run.company.id, references(inputs)).await?;
    let mut outcomes = Vec::with_capacity(inputs.len());
    for input in inputs {
        let Some(line) = line_of(input) else { continue };
        let found = input.reference.as_ref().and_then(|reference| known.get(reference));
        let found = found.into_iter().flatten().map(|known| known_line(known, line)).collect::<Result<Vec<_>, _>>()?;
        outcomes.push(rules::judge_line(input, line, &found, measure));
    }
    Ok(outcomes)
}

fn known_line(known: &KnownLine, line: &VacancyLine) -> Result<Known, Problem> {
    let stored = vacancy::stored(line)?;
    // What another release wrote may say the same in other words.
    let same = known.content == stored || {
        let before: VacancyLine = serde_json::from_str(&known.content).map_err(Problem::internal)?;
        vacancy::stored(&before)? == stored
    };
    Ok(Known {
        report: known.report.0,
        line: known.line.0,
        status: known.status,
        alive: known.alive,
        correction: known.correction || known.status == ReportStatus::Accepted,
        same,
    })
}

/// Refuses rows whose report can't be filed with them: its correction lies with the office, or another of its lines is
/// not sound any more.
async fn hold_against_reports(
    change: &Change,
    inputs: &[Input],
    outcomes: &mut [Outcome],
    measure: &Measure<'_>,
) -> Result<(), Problem> {
    let touched = |outcome: &Outcome| match outcome.act {
        Act::Update { report, .. } => Some((VacancyReportId(report), false)),
        Act::Correct { report, .. } => Some((VacancyReportId(report), true)),
        _ => None,
    };
    let mut reports: BTreeMap<VacancyReportId, bool> = outcomes.iter().filter_map(touched).collect();
    if reports.is_empty() {
        return Ok(());
    }
    let accepted: Vec<_> = reports.iter().filter(|(_, accepted)| **accepted).map(|(report, _)| *report).collect();
    let corrections = queries::open_corrections(change.db(), accepted).await?;
    for (input, outcome) in inputs.iter().zip(outcomes.iter_mut()) {
        if let Act::Correct { report, .. } = outcome.act
            && let Some((correction, ReportStatus::Submitted)) = corrections.get(&VacancyReportId(report))
        {
            rules::refuse_under_review(outcome, input, measure.columns, correction.0);
            reports.remove(&VacancyReportId(report));
        }
    }
    // The lines that will be filed beside those of the rows: of the report, or of the correction that is open.
    let files_with = |report: &VacancyReportId| corrections.get(report).map_or(*report, |(correction, _)| *correction);
    let filed: Vec<_> = reports.keys().map(files_with).collect();
    let changed: HashSet<Uuid> = outcomes.iter().filter_map(Outcome::rewrites).collect();
    let correcting = measure.yardstick.for_correction(true);
    let mut unsound: HashMap<VacancyReportId, usize> = HashMap::new();
    for (row, corrects) in queries::lines_of_reports(change.db(), filed).await? {
        if changed.contains(&row.line_id.0) {
            continue;
        }
        let of_correction = corrects || reports.get(&row.report_id).copied().unwrap_or(true);
        let yardstick = if of_correction { &correcting } else { &measure.yardstick };
        let mut checks = Checks::default();
        check_line(&mut checks, &vacancy::content(&row)?, yardstick, &str::to_owned);
        if !checks.into_faults().is_empty() {
            *unsound.entry(row.report_id).or_default() += 1;
        }
    }
    for (input, outcome) in inputs.iter().zip(outcomes.iter_mut()) {
        if let Some((report, _)) = touched(outcome)
            && let Some(others) = unsound.get(&files_with(&report))
        {
            rules::refuse_for_others(outcome, input, measure.columns, *others);
        }
    }
    Ok(())
}

async fn apply_lines(
    change: &mut Change,
    run: &Run<'_>,
    labels: &mut Labels,
    inputs: &[Input],
    outcomes: &mut [Outcome],
) -> Result<(), Problem> {
    for (label, rows) in new_rows(inputs, outcomes) {
        let mut lines = Vec::with_capacity(rows.len());
        for at in &rows {
            let id = VacancyId(change.id());
            let line = inputs.get(*at).and_then(line_of);
            lines.extend(line.map(|line| VacancyLine { line_id: Some(id), ..line.clone() }));
            if let Some(outcome) = outcomes.get_mut(*at) {
                outcome.line = Some(id.0);
            }
        }
        let begun = label.and_then(|label| labels.get(label)).copied();
        let begun = begun.filter(|(_, count)| count + lines.len() <= MOST_LINES);
        let (report, count) = if let Some((report, count)) = begun {
            let row = vacancy::lock(change, VacancyReportId(report)).await?;
            vacancy::append(change, &row, &lines).await?;
            (report, count + lines.len())
        } else {
            let (company_id, reference) = (run.company.id, label.map(str::to_owned));
            let new = NewVacancyReport { company_id, reference, lines };
            let report = vacancy::insert(change, &new, &run.company.office).await?;
            (report.id.0, new.lines.len())
        };
        if let Some(label) = label {
            labels.insert(label.to_owned(), (report, count));
        }
        set_report(outcomes, &rows, report);
    }
    // By report, so that each is written once.
    let mut changed: BTreeMap<(bool, Uuid), Vec<usize>> = BTreeMap::new();
    for (at, outcome) in outcomes.iter().enumerate() {
        match outcome.act {
            Act::Update { report, .. } => changed.entry((false, report)).or_default().push(at),
            Act::Correct { report, .. } => changed.entry((true, report)).or_default().push(at),
            _ => {}
        }
    }
    for ((accepted, report), rows) in changed {
        let line = |at: &usize| {
            let (input, outcome) = (inputs.get(*at)?, outcomes.get(*at)?);
            Some(VacancyLine { line_id: outcome.line.map(VacancyId), ..line_of(input)?.clone() })
        };
        let lines = rows.iter().filter_map(line).collect();
        let report = VacancyReportId(report);
        let report = if accepted { correction_of(change, report).await? } else { report };
        change_lines(change, report, lines).await?;
        set_report(outcomes, &rows, report.0);
    }
    Ok(())
}

/// The open correction of an accepted report; a new one where there is none.
async fn correction_of(change: &mut Change, accepted: VacancyReportId) -> Result<VacancyReportId, Problem> {
    let open = queries::open_corrections(change.db(), vec![accepted]).await?;
    if let Some((correction, _)) = open.get(&accepted) {
        return Ok(*correction);
    }
    let row = vacancy::lock(change, accepted).await?;
    Ok(vacancy::correct(change, &row).await?.id)
}

/// Writes lines of a report over those with the same ids.
async fn change_lines(change: &mut Change, report: VacancyReportId, lines: Vec<VacancyLine>) -> Result<(), Problem> {
    let row = vacancy::lock(change, report).await?;
    let rows = vacancy::lines_of(change.db(), report).await?;
    let mut whole = rows.iter().map(vacancy::content).collect::<Result<Vec<_>, _>>()?;
    let places: HashMap<_, _> = whole.iter().enumerate().filter_map(|(at, line)| Some((line.line_id?, at))).collect();
    for line in lines {
        if let Some(place) = line.line_id.and_then(|id| places.get(&id)).and_then(|at| whole.get_mut(*at)) {
            *place = line;
        }
    }
    vacancy::update(change, &row, row.reference.clone(), Some(&whole)).await.map(drop)
}

// Rows of placement reports ----------------------------------------------------------------------

async fn judge_placements(
    change: &Change,
    run: &Run<'_>,
    inputs: &[Input],
    measure: &Measure<'_>,
    persons: &mut Persons<'_>,
) -> Result<Vec<Outcome>, Problem> {
    let known = queries::known_rows(change.db(), run.company.id, references(inputs)).await?;
    let vacancies = vacancies_of(change.db(), run.company.id, inputs).await?;
    let vault = &change.state().vault;
    let mut outcomes = Vec::with_capacity(inputs.len());
    for input in inputs {
        let Content::Placement(row, name) = &input.content else { continue };
        let found = input.reference.as_ref().and_then(|reference| known.get(reference));
        let stated = row.destination_country.is_some() || row.destination_region.is_some();
        let same = |known: &KnownRow, checked: &Checked| {
            let index = checked.nik.as_ref().map(|nik| vault.index("nik", nik.reveal()));
            known.vacancy == checked.vacancy_id
                && known.nik_index == index
                && says_the_same(&known.content, &checked.content, stated)
        };
        let known = |checked: &Checked| {
            let each = found.into_iter().flatten();
            each.map(|known| Known {
                report: known.report.0,
                line: known.row.0,
                status: known.status,
                alive: known.alive,
                correction: false,
                same: same(known, checked),
            })
            .collect()
        };
        outcomes.push(rules::judge_placement(input, row, name, &vacancies, persons, measure, known));
    }
    Ok(outcomes)
}

/// Whether a row says what is stored. What the service works out itself may be another today, and is not the sender's: the year
/// of birth, and the place of the vacancy where the row states none.
fn says_the_same(stored: &str, row: &StoredRow, stated: bool) -> bool {
    if serde_json::to_string(row).is_ok_and(|row| row == stored) {
        return true;
    }
    let Ok(before) = serde_json::from_str::<StoredRow>(stored) else { return false };
    let mut row = StoredRow { birth_year: before.birth_year, ..row.clone() };
    if !stated {
        row.destination_country.clone_from(&before.destination_country);
        row.destination_region.clone_from(&before.destination_region);
    }
    serde_json::to_string(&row).ok() == serde_json::to_string(&before).ok()
}

/// Refuses rows whose report can't be filed with them, since another of its rows is not sound any more: its vacancy was closed
/// meanwhile, or the row names the same person.
async fn hold_against_placement_reports(
    change: &Change,
    run: &Run<'_>,
    inputs: &[Input],
    outcomes: &mut [Outcome],
    measure: &Measure<'_>,
) -> Result<(), Problem> {
    let mut met: BTreeMap<PlacementReportId, Persons<'_>> = BTreeMap::new();
    for outcome in outcomes.iter() {
        if let (Act::Update { report, .. }, Some(checked)) = (outcome.act, &outcome.checked) {
            met.entry(PlacementReportId(report)).or_default().meet_checked(checked);
        }
    }
    if met.is_empty() {
        return Ok(());
    }
    let changed: HashSet<Uuid> = outcomes.iter().filter_map(Outcome::rewrites).collect();
    let mut rows = queries::rows_of_reports(change.db(), met.keys().copied().collect()).await?;
    rows.retain(|row| !changed.contains(&row.row_id.0));
    let ids: Vec<_> = rows.iter().map(|row| row.vacancy_id).collect();
    let vacancies = crate::vacancies::of_company(change.db(), run.company.id, &ids).await?;
    let mut unsound: HashMap<Uuid, usize> = HashMap::new();
    for row in rows {
        let Some(persons) = met.get_mut(&row.report_id) else { continue };
        let body = placement::body(&change.state().vault, &row)?;
        let mut checks = Checks::default();
        check_row(&mut checks, &body, &vacancies, measure.codes, &measure.moment, persons, &str::to_owned);
        if !checks.into_faults().is_empty() {
            *unsound.entry(row.report_id.0).or_default() += 1;
        }
    }
    for (input, outcome) in inputs.iter().zip(outcomes.iter_mut()) {
        if let Act::Update { report, .. } = outcome.act
            && let Some(others) = unsound.get(&report)
        {
            rules::refuse_for_others(outcome, input, measure.columns, *others);
        }
    }
    Ok(())
}

/// The vacancies that rows name, by id or by the sender's reference.
async fn vacancies_of<C: ConnectionTrait>(db: &C, company: CompanyId, inputs: &[Input]) -> Result<Vacancies, Problem> {
    let (mut ids, mut wanted) = (BTreeSet::new(), BTreeSet::new());
    for input in inputs {
        match &input.content {
            Content::Placement(_, VacancyName::Id(id)) => drop(ids.insert(*id)),
            Content::Placement(_, VacancyName::Reference(reference)) if bulk::sound_reference(reference) => {
                wanted.insert(reference.clone());
            }
            _ => {}
        }
    }
    let wanted = wanted.into_iter().collect();
    let by_reference = queries::vacancies_by_reference(db, company, wanted).await?;
    ids.extend(by_reference.values().copied());
    let ids: Vec<_> = ids.into_iter().collect();
    let rows = crate::vacancies::of_company(db, company, &ids).await?;
    Ok(Vacancies { rows, by_reference })
}

async fn apply_placements(
    change: &mut Change,
    run: &Run<'_>,
    labels: &mut Labels,
    inputs: &[Input],
    outcomes: &mut [Outcome],
) -> Result<(), Problem> {
    for (label, rows) in new_rows(inputs, outcomes) {
        let mut checked = Vec::with_capacity(rows.len());
        for at in &rows {
            let Some(outcome) = outcomes.get_mut(*at) else { continue };
            let id = PlacementId(change.id());
            outcome.line = Some(id.0);
            checked.extend(outcome.checked.take().map(|row| Checked { row_id: Some(id), ..*row }));
        }
        let begun = label.and_then(|label| labels.get(label)).copied();
        let begun = begun.filter(|(_, count)| count + checked.len() <= MOST_LINES);
        let (report, count) = if let Some((report, count)) = begun {
            let row = placement::lock(change, PlacementReportId(report)).await?;
            placement::append(change, &row, &checked).await?;
            (report, count + checked.len())
        } else {
            let (company, reference) = (run.company, label.map(str::to_owned));
            let row = placement::insert(change, company.id, &company.office, reference, &checked).await?;
            (row.id.0, checked.len())
        };
        if let Some(label) = label {
            labels.insert(label.to_owned(), (report, count));
        }
        set_report(outcomes, &rows, report);
    }
    let mut changed: BTreeMap<Uuid, Vec<Checked>> = BTreeMap::new();
    for outcome in outcomes.iter_mut() {
        if let Act::Update { report, line } = outcome.act {
            let row = outcome.checked.take().map(|row| Checked { row_id: Some(PlacementId(line)), ..*row });
            changed.entry(report).or_default().extend(row);
        }
    }
    for (report, rows) in changed {
        let row = placement::lock(change, PlacementReportId(report)).await?;
        placement::replace(change, &row, &rows).await?;
    }
    Ok(())
}
