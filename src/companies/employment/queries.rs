//! The only SeaORM of the employment reports.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use disnaker_entity::company::{self, CompanyId};
use disnaker_entity::employment::{Column, EmploymentReportId, EmploymentReportStatus, Entity, Model, Occasion};
use disnaker_entity::plumbing::deadline as clock;
use disnaker_entity::receipt::ReceiptKind;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, QueryFilter,
    QueryOrder, QuerySelect, Select, Value,
};
use serde_json::json;

use super::bodies::{Employment, EmploymentReportFilter, NewEmploymentReport};
use super::lifecycle::EmploymentReportEvent;
use super::rules::{self, ANNUAL, EmploymentRefusal, FIRST, Filing, MOVING};
use crate::access::permissions::FileEmploymentReports;
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::check::UNKNOWN_REFERENCE;
use crate::db::among;
use crate::deadline::{self, Start};
use crate::lifecycle;
use crate::paging::{Only, Part};
use crate::problem::{Fault, Kind, Language, OnUnique, Problem, Text};
use crate::receipts::{self, Filed};

crate::record!("employment_report", Model, Entity, EmploymentReportStatus, |row| Some(row.company_id.0));

/// How many companies one transaction of the sweep starts clocks for.
const BATCH: u64 = 200;

fn visible(seer: &impl Sees) -> Select<Entity> {
    Entity::find().filter(seer.scope().of_either(Column::Office, Column::CompanyId))
}

/// A report that the caller may see. Whoever writes locks its company first.
pub async fn find<C: ConnectionTrait>(db: &C, seer: &impl Sees, id: EmploymentReportId) -> Result<Model, Problem> {
    visible(seer).filter(Column::Id.eq(id)).one(db).await?.ok_or_else(Problem::not_found)
}

/// The legal form of a report's company.
pub async fn legal_form<C: ConnectionTrait>(db: &C, company: CompanyId) -> Result<String, Problem> {
    let select = company::Entity::find_by_id(company).select_only().column(company::Column::LegalForm);
    select.into_tuple().one(db).await?.ok_or_else(|| Problem::internal("a report without its company"))
}

/// Reports that the caller may see, newest first, after one of them; without what they say, which no list shows.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    seer: &impl Sees,
    filter: &EmploymentReportFilter,
    filed: Option<(NaiveDate, NaiveDate)>,
    part: &Part<EmploymentReportId>,
) -> Result<Vec<Model>, DbErr> {
    let shown = Column::iter().filter(|column| !matches!(column, Column::Content));
    let mut select = visible(seer).select_only().columns(shown).column_as(Expr::cust("''"), "content");
    if let Some((first, last)) = filed {
        select = select.filter(Column::FiledOn.between(first, last));
    }
    let select = select
        .only(Column::Office, filter.office.as_deref())
        .only(Column::CompanyId, filter.company_id)
        .only(Column::Status, filter.status)
        .only(Column::Occasion, filter.occasion);
    part.newest(select, Column::Id).all(db).await
}

/// What a stored report says.
pub fn content(row: &Model) -> Result<Employment, Problem> {
    serde_json::from_str(&row.content).map_err(Problem::internal)
}

fn facts(row: &Model) -> serde_json::Value {
    json!({
        "status": row.status, "number": row.number, "occasion": row.occasion, "occurred_on": row.occurred_on,
        "filed_on": row.filed_on, "due_on": row.due_on, "workers": row.workers, "with_disability": row.with_disability,
    })
}

fn filing(row: &Model) -> Filing {
    Filing { occasion: row.occasion, occurred_on: row.occurred_on, notice: row.notice, filed_on: row.filed_on }
}

/// Files a report of a company, which is locked: what it corrects is superseded, the clocks that ask for it are met and the
/// next yearly one starts, and the company has the workers that the newest report says.
///
/// # Errors
/// `invalid-content` for a correction of nothing, `illegal-transition`, `already-exists`, or the database's own.
pub async fn file(change: &mut Change, company: &company::Model, new: &NewEmploymentReport) -> Result<Model, Problem> {
    let today = change.moment(&company.office).today;
    let corrected = match new.corrects {
        Some(id) => Some(corrected(change, company.id, id).await?),
        None => None,
    };
    let filed_on = corrected.as_ref().map_or(today, |row| row.filed_on);
    rules::check_filed(new, filed_on)?;
    let year = change.moment(&company.office).year();
    let number = change.next_number("WLKP", &company.office, year).await?;
    let book = change.book();
    let workers = &new.employment.workers;
    let row = disnaker_entity::employment::ActiveModel {
        id: Set(EmploymentReportId(change.id())),
        company_id: Set(company.id),
        office: Set(company.office.clone()),
        status: Set(EmploymentReportStatus::Filed),
        number: Set(format!("WLKP-{}-{year}-{number:06}", company.office)),
        corrects: Set(new.corrects),
        occasion: Set(new.occasion),
        occurred_on: Set(new.occurred_on),
        notice: Set(rules::is_notice(new.occasion, new.occurred_on, filed_on)),
        filed_on: Set(filed_on),
        due_on: Set(rules::due_on(new.occasion, new.occurred_on, filed_on, &book, &company.office)?),
        workers: Set(rules::total(workers)),
        with_disability: Set(workers.with_disability),
        apprentices: Set(new.employment.apprentices),
        content: Set(serde_json::to_string(&new.employment).map_err(Problem::internal)?),
        filed_by_company: Set(change.agent_for::<FileEmploymentReports>(company.id)),
        version: Set(1),
        created_at: Set(change.now()),
        created_by: Set(change.actor().to_owned()),
        updated_at: Set(change.now()),
    };
    let mut row = row.insert(change.db()).await.on_unique(EmploymentRefusal::Exists)?;
    let told = |row: &Model| (row.occasion, row.occurred_on, row.notice);
    let due_on = match &corrected {
        Some(old) if told(old) == told(&row) => {
            deadline::hand_over(change, old.id.0, row.id.0).await?;
            old.due_on
        }
        other => {
            if let Some(old) = other {
                deadline::undo(change, old.id.0, today).await?;
            }
            if row.notice && row.occasion == Occasion::Moving {
                deadline::start(change, &[of_report(MOVING, &row, row.occurred_on)]).await?;
            }
            settle(change, &row).await?
        }
    };
    if row.due_on.is_none() && due_on.is_some() {
        let update = Entity::update_many().col_expr(Column::DueOn, Expr::value(due_on));
        update.filter(Column::Id.eq(row.id)).exec(change.db()).await?;
        row.due_on = due_on;
    }
    change.note(&row, "file", facts(&row));
    let filed = Filed {
        kind: ReceiptKind::EmploymentReport,
        office: &row.office,
        company,
        subject: row.id.0,
        number: &row.number,
        unnumbered: true,
        filed_at: change.now(),
        lines: 1,
        content: &serde_json::to_value(new).map_err(Problem::internal)?,
        corrects: corrected.as_ref().map(|old| old.number.as_str()),
    };
    receipts::issue(change, &filed).await?;
    if let Some(old) = &corrected {
        receipts::supersede(change, &old.number, &row.number).await?;
    }
    recount(change, company).await?;
    Ok(row)
}

/// The report that a new one corrects, superseded.
async fn corrected(change: &mut Change, company: CompanyId, id: EmploymentReportId) -> Result<Model, Problem> {
    let found = Entity::find_by_id(id).filter(Column::CompanyId.eq(company)).one(change.db()).await?;
    let Some(old) = found else {
        let expected = Text::of("laporan perusahaan itu", "a report of the company");
        let fault = Fault::new("/corrects", UNKNOWN_REFERENCE, id.to_string(), expected);
        return Err(Problem::new(Kind::InvalidContent).faults(vec![fault]));
    };
    let step = lifecycle::step(old.status, EmploymentReportEvent::Supersede)?;
    change.advance(&old, &step, [], facts).await
}

/// Takes a report back, its company being locked: what it met is owed again, unless another report does it.
///
/// # Errors
/// `illegal-transition`, or the database's own.
pub async fn withdraw(change: &mut Change, company: &company::Model, row: &Model) -> Result<Model, Problem> {
    let step = lifecycle::step(row.status, EmploymentReportEvent::Withdraw)?;
    let after = change.advance(row, &step, [], facts).await?;
    receipts::withdraw(change, &row.number).await?;
    deadline::undo(change, row.id.0, change.moment(&row.office).today).await?;
    if let Some(newest) = newest(change, company.id).await? {
        settle(change, &newest).await?;
    }
    recount(change, company).await?;
    Ok(after)
}

/// Brings the clocks of a company to what a filed report says. Gives the due date of the clock that it met.
async fn settle(change: &Change, row: &Model) -> Result<Option<NaiveDate>, Problem> {
    let (filing, book) = (filing(row), change.book());
    let running = clock::Entity::find()
        .filter(clock::Column::CompanyId.eq(row.company_id.0))
        .filter(clock::Column::MetOn.is_null())
        .filter(clock::Column::SubjectKind.is_in(CLOCKS))
        .order_by_asc(clock::Column::DueOn)
        .all(change.db())
        .await?;
    let (met, left): (Vec<_>, Vec<_>) =
        running.into_iter().partition(|clock| rules::meets(&filing, &clock.rule, clock.due_on));
    let ids: Vec<_> = met.iter().map(|clock| clock.id).collect();
    deadline::meet_by(change, &ids, row.id.0, row.filed_on).await?;
    let closes = filing.occasion == Occasion::Closing;
    if !closes && !left.iter().any(|clock| clock.rule == ANNUAL) {
        let (first, year) = match met.iter().find(|clock| clock.rule == ANNUAL) {
            Some(clock) => {
                let due_on = clock.original_due_on.unwrap_or(clock.due_on);
                (due_on, due_on.year())
            }
            None => (first_filed(change, row.company_id).await?.unwrap_or(row.filed_on), row.filed_on.year()),
        };
        let due_on = rules::next_annual(first, year, row.filed_on, &book, &row.office)?;
        deadline::start_until(change, &of_report(ANNUAL, row, row.filed_on), due_on).await?;
    }
    let yearly = met.iter().find(|clock| clock.rule == ANNUAL);
    Ok(yearly.or_else(|| met.first()).map(|clock| clock.due_on))
}

/// What the clocks of this law are about.
const CLOCKS: [&str; 2] = ["company", "employment_report"];

/// The day of the company's first report that was not taken back.
async fn first_filed(change: &Change, company: CompanyId) -> Result<Option<NaiveDate>, DbErr> {
    let select = Entity::find()
        .select_only()
        .column(Column::FiledOn)
        .filter(Column::CompanyId.eq(company))
        .filter(Column::Status.ne(EmploymentReportStatus::Withdrawn));
    select.order_by_asc(Column::FiledOn).limit(1).into_tuple().one(change.db()).await
}

/// The newest report of a company that counts.
async fn newest(change: &Change, company: CompanyId) -> Result<Option<Model>, DbErr> {
    let select =
        Entity::find().filter(Column::CompanyId.eq(company)).filter(Column::Status.eq(EmploymentReportStatus::Filed));
    select.order_by_desc(Column::FiledOn).order_by_desc(Column::Id).limit(1).one(change.db()).await
}

/// The most apprentices that a company may have on a day: the cap of its newest yearly report, else of its newest of any
/// occasion; none where no report counts.
///
/// # Errors
/// The database's own.
pub async fn most_apprentices(change: &Change, company: CompanyId, on: NaiveDate) -> Result<Option<i64>, Problem> {
    let yearly = Expr::cust("CASE WHEN employment_report.occasion = 'yearly' THEN 0 ELSE 1 END");
    let report: Option<(i32, String)> = Entity::find()
        .select_only()
        .columns([Column::Workers, Column::Office])
        .filter(Column::CompanyId.eq(company))
        .filter(Column::Status.eq(EmploymentReportStatus::Filed))
        .order_by_asc(yearly)
        .order_by_desc(Column::FiledOn)
        .order_by_desc(Column::Id)
        .limit(1)
        .into_tuple()
        .one(change.db())
        .await?;
    let Some((workers, office)) = report else { return Ok(None) };
    Ok(Some(rules::apprentice_cap(workers, 0, &change.book(), &office, on, Language::default())?.most))
}

/// Gives the company the workers that its newest report says.
async fn recount(change: &mut Change, company: &company::Model) -> Result<(), Problem> {
    let Some(newest) = newest(change, company.id).await? else { return Ok(()) };
    let workers = content(&newest)?.workers;
    let set: [(company::Column, Value); 3] = [
        (company::Column::WorkersMen, workers.men.into()),
        (company::Column::WorkersWomen, workers.women.into()),
        (company::Column::WorkersWithDisability, workers.with_disability.into()),
    ];
    if (company.workers_men, company.workers_women, company.workers_with_disability)
        != (workers.men, workers.women, workers.with_disability)
    {
        change.edit(company, set, |row| json!({"name": row.name, "workers": newest.workers})).await?;
    }
    Ok(())
}

/// Starts the clock of a company's first report.
///
/// # Errors
/// The database's own.
pub async fn begin(change: &Change, companies: &[(CompanyId, String)]) -> Result<(), Problem> {
    let starts: Vec<Start<'_>> =
        companies.iter().map(|(id, office)| of_company(FIRST, *id, office, change.moment(office).today)).collect();
    deadline::start(change, &starts).await
}

/// A company's data changed: what it owes it owes to its office of now, and where it has moved the report of that is due.
///
/// # Errors
/// The database's own.
pub async fn relocate(change: &Change, before: &company::Model, after: &company::Model) -> Result<(), Problem> {
    if after.office != before.office {
        deadline::transfer(change, &CLOCKS, after.id.0, &after.office).await?;
    }
    if rules::has_moved(before.status, &before.region, &after.region) {
        let today = change.moment(&after.office).today;
        deadline::start(change, &[of_company(MOVING, after.id, &after.office, today)]).await?;
    }
    Ok(())
}

fn of_report<'a>(rule: &'a str, row: &'a Model, on: NaiveDate) -> Start<'a> {
    let (subject, company) = (row.id.0, Some(row.company_id.0));
    Start { rule, subject_kind: "employment_report", subject, party: "company", office: &row.office, company, on }
}

fn of_company<'a>(rule: &'a str, company: CompanyId, office: &'a str, on: NaiveDate) -> Start<'a> {
    let (subject, company) = (company.0, Some(company.0));
    Start { rule, subject_kind: "company", subject, party: "company", office, company, on }
}

/// Starts the clocks of companies that registered before there were any, or with an instance of an older release. Gives how many.
///
/// # Errors
/// The database's own.
pub async fn begin_missing(state: &Arc<State>) -> Result<u64, Problem> {
    let mut begun = 0;
    loop {
        let unclocked = company::Entity::find()
            .select_only()
            .columns([company::Column::Id, company::Column::Office])
            .filter(Expr::cust("clocked = FALSE"))
            .order_by_asc(company::Column::Id)
            .limit(BATCH);
        // Nothing to do is what it nearly always is: no transaction for that.
        if unclocked.clone().into_tuple::<(CompanyId, String)>().all(state.db.reader()).await?.is_empty() {
            return Ok(begun);
        }
        let change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let rows: Vec<(CompanyId, String)> = unclocked.lock_exclusive().into_tuple().all(change.db()).await?;
        begin(&change, &rows).await?;
        company::Entity::update_many()
            .col_expr(company::Column::Clocked, Expr::value(true))
            .filter(among(change.db(), company::Column::Id, rows.iter().map(|(id, _)| *id)))
            .exec(change.db())
            .await?;
        change.commit().await?;
        begun += rows.len() as u64;
    }
}
