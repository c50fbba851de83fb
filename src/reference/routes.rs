//! The operations of this room.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use disnaker_entity::reference::{HolidayId, MinimumWageId, PolicyId, SynonymId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bodies::{
    AppliedPolicyView, CountryPage, CountryView, DeadlineCalculation, DeadlineCalculationView, DisabilityKindPage,
    DisabilityKindView, EducationLevelPage, EducationLevelView, HolidayFilter, HolidayPage, HolidayPatch, HolidayView,
    MinimumWageFilter, MinimumWagePage, MinimumWagePatch, MinimumWageView, NewHoliday, NewMinimumWage, NewPolicy,
    NewSynonym, OccupationFilter, OccupationPage, OccupationView, PolicyFilter, PolicyPage, PolicyView, RegionFilter,
    RegionPage, RegionView, SectorFilter, SectorPage, SectorView, SynonymFilter, SynonymPage, SynonymView, Whole,
    WorkingDaysQuestion, WorkingDaysView,
};
use super::{codes, queries, rules};
use crate::access::permissions::{ManageReference, ReadReference};
use crate::caller::{Caller, Sees};
use crate::change::Answer;
use crate::clock::Zone;
use crate::deadline;
use crate::paging::{PAGE_LIMIT, Paging, Part};
use crate::problem::{Kind, Problem, ProblemView};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// Seconds that reference data may be kept by anybody.
const KEPT: u32 = 300;

/// Rows of a page: as many as there may be, since most of these lists are short.
fn paging<'a, K>(
    caller: &'a Caller<ReadReference>,
    list: &str,
    filter: &impl Serialize,
) -> Result<Paging<'a, K>, Problem>
where
    K: Serialize + DeserializeOwned,
{
    Paging::asked(&caller.state().cursors, list, filter, PAGE_LIMIT)
}

/// How many rows of an iterator fill a page, with the one that tells whether there are more.
fn first<'a, R: Clone + 'a, K>(rows: impl Iterator<Item = &'a R>, part: &Part<K>) -> Vec<R> {
    rows.take(usize::try_from(part.and_one()).unwrap_or(usize::MAX)).cloned().collect()
}

// Code lists -------------------------------------------------------------------------------------

/// List regions.
///
/// Provinces, districts and sub-districts by the codes of the Ministry of Home Affairs, in the order of the codes.
#[utoipa::path(tag = "reference", params(RegionFilter), responses((status = 200, body = RegionPage)),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/regions")]
pub async fn list_regions(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(filter): Query<RegionFilter>,
) -> Result<HttpResponse, Problem> {
    let page = paging(&caller, "regions", &filter)?;
    let codes = codes(caller.state()).await?;
    let found =
        codes.regions(page.part.after.as_deref(), filter.level, filter.parent.as_deref(), filter.name.as_deref());
    let (rows, next) = page.cut(first(found, &page.part), |row| row.code.clone());
    let page = RegionPage { data: rows.iter().map(RegionView::from).collect(), next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// Read a region.
#[utoipa::path(tag = "reference", params(("code" = String, Path, description = "Region code", example = "36.72")),
    responses((status = 200, body = RegionView)), security((), ("bearer" = [ReadReference::NAME])))]
#[get("/regions/{code}")]
pub async fn get_region(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Path(code): Path<String>,
) -> Result<HttpResponse, Problem> {
    let codes = codes(caller.state()).await?;
    let view = codes.region(&code).map(RegionView::from).ok_or_else(Problem::not_found)?;
    wire::published(&request, &view, None, KEPT)
}

/// List occupations.
///
/// Groups of KBJI 2014 in the order of their codes, and the full list where it was imported.
#[utoipa::path(tag = "reference", params(OccupationFilter), responses((status = 200, body = OccupationPage)),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/occupations")]
pub async fn list_occupations(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(filter): Query<OccupationFilter>,
) -> Result<HttpResponse, Problem> {
    let page = paging(&caller, "occupations", &filter)?;
    let codes = codes(caller.state()).await?;
    let found =
        codes.occupations(page.part.after.as_deref(), filter.level, filter.prefix.as_deref(), filter.q.as_deref());
    let (rows, next) = page.cut(first(found, &page.part), |row| row.code.clone());
    let page = OccupationPage { data: rows.iter().map(OccupationView::from).collect(), next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// List sectors.
///
/// Sections of KBLI in the order of edition and code, and the full list of an edition where it was imported.
#[utoipa::path(tag = "reference", params(SectorFilter), responses((status = 200, body = SectorPage)),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/sectors")]
pub async fn list_sectors(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(filter): Query<SectorFilter>,
) -> Result<HttpResponse, Problem> {
    let page = paging(&caller, "sectors", &filter)?;
    let codes = codes(caller.state()).await?;
    let found = codes.sectors(page.part.after.as_ref(), filter.edition.as_deref());
    let key = |row: &disnaker_entity::reference::sector::Model| (row.edition.clone(), row.code.clone());
    let (rows, next) = page.cut(first(found, &page.part), key);
    let page = SectorPage { data: rows.iter().map(SectorView::from).collect(), next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// List education levels.
///
/// The levels asked for on a job seeker's card, lowest first, each with its level in the statistics.
#[utoipa::path(tag = "reference", responses((status = 200, body = EducationLevelPage),
        (status = 400, body = ProblemView, content_type = "application/problem+json", description = "`invalid-query`: it takes no parameters")),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/education-levels")]
pub async fn list_education_levels(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(Whole {}): Query<Whole>,
) -> Result<HttpResponse, Problem> {
    let codes = codes(caller.state()).await?;
    let mut data: Vec<_> = codes.education_levels().map(EducationLevelView::from).collect();
    data.sort_by_key(|level| level.rank);
    wire::published(&request, &EducationLevelPage { data, next: None }, None, KEPT)
}

/// List countries and territories.
#[utoipa::path(tag = "reference", responses((status = 200, body = CountryPage),
        (status = 400, body = ProblemView, content_type = "application/problem+json", description = "`invalid-query`: it takes no parameters")),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/countries")]
pub async fn list_countries(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(Whole {}): Query<Whole>,
) -> Result<HttpResponse, Problem> {
    let codes = codes(caller.state()).await?;
    let data = codes.countries().map(CountryView::from).collect();
    wire::published(&request, &CountryPage { data, next: None }, None, KEPT)
}

/// List kinds of disability.
///
/// A person may have several (UU 8/2016 art. 4).
#[utoipa::path(tag = "reference", responses((status = 200, body = DisabilityKindPage),
        (status = 400, body = ProblemView, content_type = "application/problem+json", description = "`invalid-query`: it takes no parameters")),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/disability-kinds")]
pub async fn list_disability_kinds(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(Whole {}): Query<Whole>,
) -> Result<HttpResponse, Problem> {
    let codes = codes(caller.state()).await?;
    let data = codes.disability_kinds().map(DisabilityKindView::from).collect();
    wire::published(&request, &DisabilityKindPage { data, next: None }, None, KEPT)
}

// Holidays ---------------------------------------------------------------------------------------

/// List days off.
///
/// National holidays, joint leave (cuti bersama), local holidays and closures of an office, each with its decree, in the
/// order of their dates. A year without national holidays is not loaded, and nothing is computed into it.
#[utoipa::path(tag = "reference", params(HolidayFilter), responses((status = 200, body = HolidayPage)),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/holidays")]
pub async fn list_holidays(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(filter): Query<HolidayFilter>,
) -> Result<HttpResponse, Problem> {
    let page = paging(&caller, "holidays", &filter)?;
    let (codes, book) = (codes(caller.state()).await?, caller.state().book().await?);
    rules::plausible(filter.year)?;
    rules::known_place(filter.region.as_deref(), &book, &codes)?;
    let rows = queries::holidays(caller.reader(), &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.date, row.id));
    let page = HolidayPage { data: rows.into_iter().map(HolidayView::from).collect(), next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// Read a day off.
#[utoipa::path(tag = "reference", params(("id" = HolidayId, Path, description = "Holiday id")),
    responses((status = 200, body = HolidayView)), security((), ("bearer" = [ReadReference::NAME])))]
#[get("/holidays/{id}")]
pub async fn get_holiday(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Path(id): Path<HolidayId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find_holiday(caller.reader(), id).await?;
    Ok(wire::found(&request, &HolidayView::from(row), Cache::Public(KEPT)))
}

/// Add a day off.
///
/// A district's admin adds local holidays of the district and closures of the office; a province's admin also those of the
/// province, national holidays and joint leave. Clocks in working days that run over the day are flagged; none is moved.
#[utoipa::path(tag = "reference", request_body(content = NewHoliday, example = json!(NewHoliday::sample())),
    responses((status = 201, body = HolidayView)), security(("bearer" = [ManageReference::NAME])))]
#[post("/holidays")]
pub async fn create_holiday(
    caller: Caller<ManageReference>,
    Json(new): Json<NewHoliday>,
) -> Result<HttpResponse, Problem> {
    let codes = codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let id = HolidayId(change.id());
            let row = rules::holiday(new.clone(), id, &codes, &change.book(), change.scope())?;
            queries::insert_holiday(change, &row).await?;
            Ok(Answer::created(format!("/v1/holidays/{id}"), HolidayView::from(row)).tagged())
        })
        .await
}

/// Change a day off.
///
/// Islamic dates may move by decision of the ministry (sidang isbat). Clocks in working days that run over the old or the
/// new day are flagged; none is moved.
#[utoipa::path(tag = "reference", params(("id" = HolidayId, Path, description = "Holiday id")),
    request_body(content = HolidayPatch, content_type = "application/merge-patch+json", example = json!(HolidayPatch::sample())),
    responses((status = 200, body = HolidayView)), security(("bearer" = [ManageReference::NAME])))]
#[patch("/holidays/{id}")]
pub async fn update_holiday(
    caller: Caller<ManageReference>,
    Path(id): Path<HolidayId>,
    if_match: IfMatch,
    Json(patch): Json<HolidayPatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let before = queries::lock_holiday(change, id).await?;
            if_match.holds(before.version)?;
            let row = rules::changed_holiday(&before, &patch)?;
            queries::update_holiday(change, &before, &row).await?;
            Ok(Answer::ok(HolidayView::from(row)).tagged())
        })
        .await
}

/// Remove a day off.
///
/// Clocks in working days that run over the day are flagged; none is moved.
#[utoipa::path(tag = "reference", params(("id" = HolidayId, Path, description = "Holiday id")),
    responses((status = 204, description = "It is gone")), security(("bearer" = [ManageReference::NAME])))]
#[delete("/holidays/{id}")]
pub async fn delete_holiday(
    caller: Caller<ManageReference>,
    Path(id): Path<HolidayId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock_holiday(change, id).await?;
            if_match.holds(row.version)?;
            queries::delete_holiday(change, &row).await?;
            Ok(Answer::none())
        })
        .await
}

// Minimum wages ----------------------------------------------------------------------------------

/// List minimum wages.
///
/// Of districts (UMK) and, where an admin added them, provinces (UMP), by region and year, with what the three sides of
/// the wage council proposed. Amounts carry sen.
#[utoipa::path(tag = "reference", params(MinimumWageFilter), responses((status = 200, body = MinimumWagePage)),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/minimum-wages")]
pub async fn list_minimum_wages(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(filter): Query<MinimumWageFilter>,
) -> Result<HttpResponse, Problem> {
    let page = paging(&caller, "minimum-wages", &filter)?;
    rules::plausible(filter.year)?;
    let rows = queries::minimum_wages(caller.reader(), &filter, &page.part).await?;
    let (rows, next) = page.cut(rows, |row| (row.region.clone(), row.year));
    let page = MinimumWagePage { data: rows.into_iter().map(MinimumWageView::from).collect(), next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// Read a minimum wage.
#[utoipa::path(tag = "reference", params(("id" = MinimumWageId, Path, description = "Minimum wage id")),
    responses((status = 200, body = MinimumWageView)), security((), ("bearer" = [ReadReference::NAME])))]
#[get("/minimum-wages/{id}")]
pub async fn get_minimum_wage(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Path(id): Path<MinimumWageId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find_minimum_wage(caller.reader(), id).await?;
    Ok(wire::found(&request, &MinimumWageView::from(row), Cache::Public(KEPT)))
}

/// Add a minimum wage.
#[utoipa::path(tag = "reference", request_body(content = NewMinimumWage, example = json!(NewMinimumWage::sample())),
    responses((status = 201, body = MinimumWageView)), security(("bearer" = [ManageReference::NAME])))]
#[post("/minimum-wages")]
pub async fn create_minimum_wage(
    caller: Caller<ManageReference>,
    Json(new): Json<NewMinimumWage>,
) -> Result<HttpResponse, Problem> {
    let codes = codes(caller.state()).await?;
    caller
        .change(async move |change| {
            let id = MinimumWageId(change.id());
            let row = rules::minimum_wage(new.clone(), id, &codes, change.scope())?;
            queries::insert_minimum_wage(change, &row).await?;
            Ok(Answer::created(format!("/v1/minimum-wages/{id}"), MinimumWageView::from(row)).tagged())
        })
        .await
}

/// Change a minimum wage.
///
/// Its region and year stay.
#[utoipa::path(tag = "reference", params(("id" = MinimumWageId, Path, description = "Minimum wage id")),
    request_body(content = MinimumWagePatch, content_type = "application/merge-patch+json", example = json!(MinimumWagePatch::sample())),
    responses((status = 200, body = MinimumWageView)), security(("bearer" = [ManageReference::NAME])))]
#[patch("/minimum-wages/{id}")]
pub async fn update_minimum_wage(
    caller: Caller<ManageReference>,
    Path(id): Path<MinimumWageId>,
    if_match: IfMatch,
    Json(patch): Json<MinimumWagePatch>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let before = queries::lock_minimum_wage(change, id).await?;
            if_match.holds(before.version)?;
            let row = rules::changed_minimum_wage(&before, patch.clone())?;
            queries::update_minimum_wage(change, &row).await?;
            Ok(Answer::ok(MinimumWageView::from(row)).tagged())
        })
        .await
}

// Policies ---------------------------------------------------------------------------------------

/// List policies.
///
/// Every number that a law, a ministry or an office decides, with the law and the first day, by rule, scope and day. With
/// `region` or `on`: only the rows in force there and then, one a rule, the nearest scope first.
#[utoipa::path(tag = "reference", params(PolicyFilter), responses((status = 200, body = PolicyPage)),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/policies")]
pub async fn list_policies(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(filter): Query<PolicyFilter>,
) -> Result<HttpResponse, Problem> {
    let page = paging(&caller, "policies", &filter)?;
    let (codes, book) = (codes(caller.state()).await?, caller.state().book().await?);
    rules::known_place(filter.region.as_deref(), &book, &codes)?;
    let mut rows = queries::policies(caller.reader(), filter.rule.as_deref()).await?;
    if filter.region.is_some() || filter.on.is_some() {
        let place = filter.region.as_deref().unwrap_or_default();
        let today = || {
            let region = codes.region(place.split('-').next().unwrap_or_default());
            let zone = region.map_or(Zone::WESTERN, |region| Zone::hours(region.utc_offset));
            zone.date(caller.state().clock.now())
        };
        let day = filter.on.unwrap_or_else(today);
        rows = rules::in_force(rows, place, day);
    }
    let key = |row: &disnaker_entity::reference::policy::Model| (row.rule.clone(), row.scope.clone(), row.valid_from);
    rows.sort_by_cached_key(key);
    let rows =
        first(rows.iter().filter(|row| page.part.after.as_ref().is_none_or(|after| key(row) > *after)), &page.part);
    let (rows, next) = page.cut(rows, key);
    let page = PolicyPage { data: rows.into_iter().map(|row| PolicyView::of(row, caller.language())).collect(), next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// Read a policy.
#[utoipa::path(tag = "reference", params(("id" = PolicyId, Path, description = "Policy id")),
    responses((status = 200, body = PolicyView)), security((), ("bearer" = [ReadReference::NAME])))]
#[get("/policies/{id}")]
pub async fn get_policy(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Path(id): Path<PolicyId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find_policy(caller.reader(), id).await?;
    let view = PolicyView::of(row, caller.language());
    Ok(wire::found_for(&request, &view, Cache::Public(KEPT), caller.language().tag()))
}

/// Add a policy.
///
/// A row is never changed: a new number is a new row with its first day. Clocks that run keep the due date that they
/// started with.
#[utoipa::path(tag = "reference", request_body(content = NewPolicy, example = json!(NewPolicy::sample())),
    responses((status = 201, body = PolicyView)), security(("bearer" = [ManageReference::NAME])))]
#[post("/policies")]
pub async fn create_policy(
    caller: Caller<ManageReference>,
    Json(new): Json<NewPolicy>,
) -> Result<HttpResponse, Problem> {
    let (codes, language) = (codes(caller.state()).await?, caller.language());
    caller
        .change(async move |change| {
            let id = PolicyId(change.id());
            let row = rules::policy(new.clone(), id, &codes, &change.book(), change.scope())?;
            queries::insert_policy(change, &row).await?;
            Ok(Answer::created(format!("/v1/policies/{id}"), PolicyView::of(row, language)).tagged())
        })
        .await
}

// Synonyms ---------------------------------------------------------------------------------------

/// List synonyms.
///
/// Groups of names that mean the same when vacancies are searched, in the order of their first name. Who asks for one of them
/// finds what is called by the others, too.
#[utoipa::path(tag = "reference", params(SynonymFilter), responses((status = 200, body = SynonymPage)),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/synonyms")]
pub async fn list_synonyms(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(filter): Query<SynonymFilter>,
) -> Result<HttpResponse, Problem> {
    let page = paging(&caller, "synonyms", &filter)?;
    let rows = queries::synonyms(caller.reader(), &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.terms.clone());
    let page = SynonymPage { data: rows.into_iter().map(SynonymView::from).collect(), next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}

/// Read a group of synonyms.
#[utoipa::path(tag = "reference", params(("id" = SynonymId, Path, description = "Synonym id")),
    responses((status = 200, body = SynonymView)), security((), ("bearer" = [ReadReference::NAME])))]
#[get("/synonyms/{id}")]
pub async fn get_synonym(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Path(id): Path<SynonymId>,
) -> Result<HttpResponse, Problem> {
    let row = queries::find_synonym(caller.reader(), id).await?;
    Ok(wire::found(&request, &SynonymView::from(row), Cache::Public(KEPT)))
}

/// Add a group of synonyms.
///
/// It serves every search from then on; nothing is indexed anew.
#[utoipa::path(tag = "reference", request_body(content = NewSynonym, example = json!(NewSynonym::sample())),
    responses((status = 201, body = SynonymView)), security(("bearer" = [ManageReference::NAME])))]
#[post("/synonyms")]
pub async fn create_synonym(
    caller: Caller<ManageReference>,
    Json(new): Json<NewSynonym>,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let id = SynonymId(change.id());
            let row = rules::synonym(&new, id, change.scope())?;
            queries::insert_synonym(change, &row).await?;
            Ok(Answer::created(format!("/v1/synonyms/{id}"), SynonymView::from(row)).tagged())
        })
        .await
}

/// Remove a group of synonyms.
///
/// An office's admin removes what the office wrote; what came with the service is a province's admin's to remove.
#[utoipa::path(tag = "reference", params(("id" = SynonymId, Path, description = "Synonym id")),
    responses((status = 204, description = "It is gone")), security(("bearer" = [ManageReference::NAME])))]
#[delete("/synonyms/{id}")]
pub async fn delete_synonym(
    caller: Caller<ManageReference>,
    Path(id): Path<SynonymId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock_synonym(change, id).await?;
            if_match.holds(row.version)?;
            queries::delete_synonym(change, &row).await?;
            Ok(Answer::none())
        })
        .await
}

// Days -------------------------------------------------------------------------------------------

/// List working days.
///
/// The days after `from`, up to and including the day that is `days` working days later, or `to`: each with whether the
/// office works and why not. The first day is not counted.
#[utoipa::path(tag = "reference", params(WorkingDaysQuestion), responses((status = 200, body = WorkingDaysView),
    (status = 422, body = ProblemView, content_type = "application/problem+json", description = "`calendar-missing`: a year is not loaded")),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/working-days")]
pub async fn get_working_days(
    request: HttpRequest,
    caller: Caller<ReadReference>,
    Query(question): Query<WorkingDaysQuestion>,
) -> Result<HttpResponse, Problem> {
    let (codes, book) = (codes(caller.state()).await?, caller.state().book().await?);
    let (office, region) = (question.office.as_deref(), question.region.as_deref());
    let place = rules::place(office, region, &book, &codes, Kind::InvalidQuery)?;
    let to = rules::last_day(&question, &book.calendar, place)?;
    let days = rules::working_days(&book.calendar, question.from, to, place)?;
    let working_days = days.iter().filter(|day| day.working).count();
    let view = WorkingDaysView { from: question.from, to, working_days, days };
    wire::published(&request, &view, None, KEPT)
}

/// Calculate a due date.
///
/// The rule's policy in force on the day of the trigger, the day on which it makes something due, and the sum day by day.
/// A paused day is not counted. A notice (`wlkp.closing-notice`, `wlkp.moving-notice`) is due so long before the day, and knows no
/// pause. Nothing is stored.
#[utoipa::path(tag = "reference", request_body(content = DeadlineCalculation, example = json!(DeadlineCalculation::sample())),
    responses((status = 200, body = DeadlineCalculationView)), security((), ("bearer" = [ReadReference::NAME])))]
#[post("/deadline-calculations")]
pub async fn calculate_deadline(
    caller: Caller<ReadReference>,
    Json(asked): Json<DeadlineCalculation>,
) -> Result<HttpResponse, Problem> {
    let (codes, book) = (codes(caller.state()).await?, caller.state().book().await?);
    let (office, region) = (asked.office.as_deref(), asked.region.as_deref());
    let place = rules::place(office, region, &book, &codes, Kind::InvalidContent)?;
    let policy = rules::day_policy(&book, &asked.rule, place, asked.started_on)?;
    rules::pauses(&asked.pauses)?;
    let (start, pauses) = (asked.started_on, &asked.pauses);
    let due_on = if deadline::is_notice(&asked.rule) {
        rules::no_pause(pauses)?;
        deadline::before(policy, start).ok_or_else(|| Problem::internal("a notice that counts no days"))?
    } else {
        deadline::due_paused(policy, start, pauses, &book.calendar, place)?
    };
    let (first, last) = (start.min(due_on), start.max(due_on));
    let days = rules::counted_days(policy, first, last, pauses, &book.calendar, place)?;
    let policy = AppliedPolicyView::of(policy, caller.language());
    let view = DeadlineCalculationView { policy, rule: asked.rule, started_on: start, due_on, days };
    Ok(HttpResponse::Ok().json(view))
}
