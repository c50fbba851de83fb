//! The operations of this room.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, post};
use disnaker_entity::vacancy::{Model, VacancyId};

use super::bodies::{
    DemandFilter, DemandGroup, DemandRow, DemandView, FacetName, VacancyFilter, VacancyPage, VacancyReason,
    VacancySort, VacancyView, Wanted,
};
use super::lifecycle::VacancyEvent;
use super::posting::{self, JobPosting};
use super::queries::{self, Group, Search, Sums};
use super::rules;
use super::search::{self, Dictionary};
use crate::access::permissions::{ManageVacancies, ReadLabourDemand, ReadVacancies};
use crate::app::State;
use crate::caller::{Caller, Sees};
use crate::change::Answer;
use crate::check::{Checks, NOT_ONE_OF, UNKNOWN_REFERENCE, code_of};
use crate::clock::Zone;
use crate::lifecycle::{self, By};
use crate::paging::Part;
use crate::problem::{Fault, Kind, Problem, Text};
use crate::reference::{self, Codes};
use crate::wire::{self, Cache, IfMatch, Json, Path, Query};

/// Seconds that public vacancies may be cached.
const FRESH: u32 = 30;
/// How long the synonyms serve before they are read anew.
const DICTIONARY_FRESH: Duration = Duration::from_mins(1);

fn view(row: Model, company_name: String, seer: &impl Sees) -> Result<VacancyView, Problem> {
    let scope = seer.scope_of::<ManageVacancies>();
    let own = scope.covers_company(row.company_id) || scope.covers_office(&row.office);
    Ok(VacancyView {
        id: row.id,
        status: row.status,
        company_id: row.company_id,
        company_name,
        office: row.office,
        title: row.title,
        description: row.description,
        occupation: row.occupation,
        sector: row.sector,
        work_country: row.country,
        work_region: Some(row.region).filter(|region| !region.is_empty()),
        antar_kerja: row.antar_kerja,
        education: row.education,
        experience_months: row.experience_months,
        age_min: row.age_min,
        age_max: row.age_max,
        skills: serde_json::from_str(&row.skills).map_err(Problem::internal)?,
        wanted: Wanted { men: row.wanted_men, women: row.wanted_women, any: row.wanted_any },
        persons_wanted: row.wanted,
        persons_filled: row.filled,
        wage_min: row.wage_min,
        wage_max: row.wage_max,
        disability_friendly: row.disability_friendly,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        published_at: row.published_at,
        status_reason: row.status_reason.filter(|_| own),
        version: row.version,
        allowed_actions: if own { lifecycle::allowed(row.status, By::Either) } else { Vec::new() },
    })
}

/// Search vacancies.
///
/// Open to everybody (Perpres 57/2023 art. 9). All words of `q` must be found. A word that no vacancy has is taken for the
/// nearest one that some have, which `corrections` says; where nothing is found, `wider` says which searches would
/// find something. By relevance, the newest 1,000 found are ranked and paging ends there, which `truncated` says.
#[utoipa::path(tag = "vacancies", params(VacancyFilter), responses((status = 200, body = VacancyPage)),
    security((), ("bearer" = [ReadVacancies::NAME])))]
#[get("/vacancies")]
pub async fn list_vacancies(
    request: HttpRequest,
    caller: Caller<ReadVacancies>,
    Query(filter): Query<VacancyFilter>,
) -> Result<HttpResponse, Problem> {
    let state = caller.state();
    let codes = reference::codes(state).await?;
    let facets = check(&filter, &codes)?;
    let q = filter.q.as_deref().map(search::readable).filter(|q| !q.is_empty());
    let (searched, filter) = (q.is_some(), VacancyFilter { q, ..filter });
    let sort = filter.sort.unwrap_or(if searched { VacancySort::Relevance } else { VacancySort::Newest });
    let sort = if searched || sort != VacancySort::Relevance { sort } else { VacancySort::Newest };
    let bound = VacancyFilter { facets: None, ..filter.clone() };
    let page = caller.paging("vacancies", &bound)?;
    let Part { after, limit } = page.part.clone();
    let dictionary = dictionary(state).await?;
    let (filter, facets, codes, dictionary) = (&filter, &facets, &codes, &dictionary);
    let search = Search { db: caller.reader(), seer: &caller, filter, facets, sort, after, limit, codes, dictionary };
    let found = search.run().await?;
    let next = found.next.map(|after| page.seal(&after));
    let page = VacancyPage {
        data: found.rows,
        next,
        truncated: found.truncated,
        corrections: found.corrections,
        wider: found.wider,
        facets: found.facets,
    };
    let cache = if caller.identity().is_some() { Cache::Private } else { Cache::Public(FRESH) };
    Ok(wire::listed(&request, &page, page.next.as_deref(), cache))
}

/// What means the same, at most a minute old.
async fn dictionary(state: &State) -> Result<Arc<Dictionary>, Problem> {
    let load = async || {
        let groups = reference::synonyms(state.db.reader()).await?;
        Ok(Dictionary::of(groups.iter().map(|terms| terms.split(", ").collect())))
    };
    Ok(state.dictionary.get(DICTIONARY_FRESH, load).await?)
}

/// Every fault of the filter at once; the facets asked for, each once.
fn check(filter: &VacancyFilter, codes: &Codes) -> Result<Vec<FacetName>, Problem> {
    let mut faults = Vec::new();
    let mut unknown = |name: &str, value: &Option<String>, known: &dyn Fn(&str) -> bool, list: &str| {
        if let Some(value) = value.as_deref().filter(|value| !known(value)) {
            faults.push(Fault::new(name, UNKNOWN_REFERENCE, value, code_of(list)));
        }
    };
    unknown("region", &filter.region, &|code| codes.region(code).is_some(), "/v1/regions");
    unknown("occupation", &filter.occupation, &|code| codes.occupation_known(code), "/v1/occupations");
    unknown("education", &filter.education, &|code| codes.education_rank(code).is_some(), "/v1/education-levels");
    let mut checks = Checks::default();
    checks.day("valid_on", filter.valid_on);
    checks.day("published_after", filter.published_after.map(|time| time.date_naive()));
    checks.range("wage_floor", filter.wage_floor.unwrap_or_default(), 0, i64::MAX);
    checks.range("experience_months", filter.experience_months.unwrap_or_default().into(), 0, i32::MAX.into());
    faults.extend(checks.into_faults());
    let mut facets = Vec::new();
    let asked = filter.facets.as_deref().unwrap_or_default().split(',').filter(|facet| !facet.is_empty());
    for facet in asked {
        match facet.parse() {
            Ok(facet) if facets.contains(&facet) => {}
            Ok(facet) => facets.push(facet),
            Err(known) => faults.push(Fault::new("facets", NOT_ONE_OF, facet, Text::plain(known))),
        }
    }
    if faults.is_empty() { Ok(facets) } else { Err(Problem::new(Kind::InvalidQuery).faults(faults)) }
}

/// Read a vacancy.
///
/// With `Accept: application/ld+json` as a `JobPosting` of schema.org, for search engines and job boards.
#[utoipa::path(tag = "vacancies", params(("id" = VacancyId, Path, description = "Vacancy id")),
    responses((status = 200, content((VacancyView = "application/json"), (JobPosting = "application/ld+json"))),
        (status = 304, description = "Not changed")),
    security((), ("bearer" = [ReadVacancies::NAME])))]
#[get("/vacancies/{id}")]
pub async fn get_vacancy(
    request: HttpRequest,
    caller: Caller<ReadVacancies>,
    Path(id): Path<VacancyId>,
) -> Result<HttpResponse, Problem> {
    let (row, name) = queries::find(caller.reader(), &caller, id).await?.ok_or_else(Problem::not_found)?;
    let cache = if caller.identity().is_some() { Cache::Private } else { Cache::Public(FRESH) };
    let mut response = if wire::prefers(&request, posting::MEDIA_TYPE) {
        let codes = reference::codes(caller.state()).await?;
        let posting = JobPosting::of(&row, &name, &codes, &caller.state().config.http.public_url)?;
        let mut response = wire::found(&request, &posting, cache);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(posting::MEDIA_TYPE));
        response
    } else {
        wire::found(&request, &view(row, name, &caller)?, cache)
    };
    // One header: the layer of cross-origin requests keeps the first.
    let vary = HeaderValue::from_static("Accept, Authorization, Accept-Language, Accept-Encoding");
    response.headers_mut().insert(header::VARY, vary);
    Ok(response)
}

/// Close a vacancy before everybody was found.
#[utoipa::path(tag = "vacancies", params(("id" = VacancyId, Path, description = "Vacancy id")),
    request_body(content = VacancyReason, example = json!(VacancyReason::sample())),
    responses((status = 200, body = VacancyView)),
    security(("bearer" = [ManageVacancies::NAME])))]
#[post("/vacancies/{id}/close")]
pub async fn close_vacancy(
    caller: Caller<ManageVacancies>,
    Path(id): Path<VacancyId>,
    if_match: IfMatch,
    Json(body): Json<VacancyReason>,
) -> Result<HttpResponse, Problem> {
    move_vacancy(&caller, id, if_match, Some(body), VacancyEvent::Close).await
}

/// Take a vacancy out of sight for a while.
#[utoipa::path(tag = "vacancies", params(("id" = VacancyId, Path, description = "Vacancy id")),
    request_body(content = VacancyReason, example = json!(VacancyReason::sample())),
    responses((status = 200, body = VacancyView)),
    security(("bearer" = [ManageVacancies::NAME])))]
#[post("/vacancies/{id}/suspend")]
pub async fn suspend_vacancy(
    caller: Caller<ManageVacancies>,
    Path(id): Path<VacancyId>,
    if_match: IfMatch,
    Json(body): Json<VacancyReason>,
) -> Result<HttpResponse, Problem> {
    move_vacancy(&caller, id, if_match, Some(body), VacancyEvent::Suspend).await
}

/// Bring a suspended vacancy back in sight.
#[utoipa::path(tag = "vacancies", params(("id" = VacancyId, Path, description = "Vacancy id")),
    responses((status = 200, body = VacancyView)),
    security(("bearer" = [ManageVacancies::NAME])))]
#[post("/vacancies/{id}/resume")]
pub async fn resume_vacancy(
    caller: Caller<ManageVacancies>,
    Path(id): Path<VacancyId>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    move_vacancy(&caller, id, if_match, None, VacancyEvent::Resume).await
}

async fn move_vacancy(
    caller: &Caller<ManageVacancies>,
    id: VacancyId,
    if_match: IfMatch,
    reason: Option<VacancyReason>,
    event: VacancyEvent,
) -> Result<HttpResponse, Problem> {
    caller
        .change(async move |change| {
            let row = queries::lock(change, &[id]).await?.pop().ok_or_else(Problem::not_found)?;
            if_match.holds(row.version)?;
            let mut checks = Checks::default();
            if let Some(body) = &reason {
                checks.lines("/reason", &body.reason, 500);
            }
            checks.done()?;
            let event = if event == VacancyEvent::Resume { rules::resuming(row.filled) } else { event };
            let row = queries::end(change, &row, event, reason.as_ref().map(|body| body.reason.clone())).await?;
            let names = queries::company_names(change.db(), vec![row.company_id]).await?;
            let name = names.into_values().next().unwrap_or_default();
            Ok(Answer::ok(view(row, name, change)?).tagged())
        })
        .await
}

/// Read labour demand.
///
/// Persons wanted, filled and still outstanding, by company, occupation, region, sector or education: which company
/// needs how many people of what kind, on any day. Sums of movements, so a past day answers the same for ever.
#[utoipa::path(tag = "vacancies", params(DemandFilter), responses((status = 200, body = DemandView)),
    security(("bearer" = [ReadLabourDemand::NAME])))]
#[get("/labour-demand")]
pub async fn get_labour_demand(
    request: HttpRequest,
    caller: Caller<ReadLabourDemand>,
    Query(filter): Query<DemandFilter>,
) -> Result<HttpResponse, Problem> {
    let codes = reference::codes(caller.state()).await?;
    let book = caller.state().book().await?;
    let now = caller.state().clock.now();
    let today =
        filter.office.as_deref().map_or_else(|| Zone::WESTERN.date(now), |office| book.moment(now, office).today);
    let as_of = filter.as_of.unwrap_or(today);
    let mut checks = Checks::default();
    checks.day("as_of", Some(as_of));
    if let Some(region) = filter.region.as_deref().filter(|code| codes.region(code).is_none()) {
        checks.fault("region", UNKNOWN_REFERENCE, region, code_of("/v1/regions"));
    }
    let faults = checks.into_faults();
    if !faults.is_empty() {
        return Err(Problem::new(Kind::InvalidQuery).faults(faults));
    }
    let sums = queries::demand(caller.reader(), &caller, &filter, as_of).await?;
    let names = match filter.group_by {
        DemandGroup::Company => {
            let ids = sums.keys().filter_map(|(key, _)| key.as_ref()?.parse().ok()).collect();
            queries::company_names(caller.reader(), ids).await?
        }
        _ => HashMap::new(),
    };
    let view = demand_view(filter.group_by, as_of, sums, |group| match filter.group_by {
        DemandGroup::Company => names.get(group.0.as_ref()?).cloned(),
        _ => name_of(filter.group_by, group, &codes),
    });
    Ok(wire::listed(&request, &view, None, Cache::Private))
}

fn name_of(by: DemandGroup, (key, edition): &Group, codes: &Codes) -> Option<String> {
    let key = key.as_deref()?;
    let name = match by {
        DemandGroup::Company => None,
        DemandGroup::Occupation => codes.occupation_name(key),
        DemandGroup::Region => codes.region(key).map(|region| region.name.as_str()),
        DemandGroup::Sector => codes.sector(key, edition.as_deref()?),
        DemandGroup::Education => codes.education_name(key),
    };
    name.map(str::to_owned)
}

fn demand_view(
    group_by: DemandGroup,
    as_of: chrono::NaiveDate,
    sums: Sums,
    name: impl Fn(&Group) -> Option<String>,
) -> DemandView {
    let row = |name: Option<String>, (key, edition): Group, [wanted, filled, withdrawn]: [i64; 3]| DemandRow {
        key,
        edition,
        name,
        persons_wanted: wanted,
        persons_filled: filled,
        persons_withdrawn: withdrawn,
        persons_outstanding: wanted - filled - withdrawn,
    };
    let total =
        sums.values().fold([0; 3], |[wanted, filled, withdrawn], [w, f, d]| [wanted + w, filled + f, withdrawn + d]);
    let mut data: Vec<DemandRow> = sums.into_iter().map(|(group, sums)| row(name(&group), group, sums)).collect();
    data.sort_by(|one, other| {
        (other.persons_outstanding, &one.key, &one.edition).cmp(&(one.persons_outstanding, &other.key, &other.edition))
    });
    DemandView { group_by, as_of, data, total: row(None, (None, None), total) }
}
