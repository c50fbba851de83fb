//! What crosses the wire in this room.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::vacancy::{AntarKerja, VacancyId, VacancyStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::wire::Resource;

/// Persons wanted, as the employer states them. Sex is information of the report, no filter that refuses
/// (Perpres 57/2023 art. 5).
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Men.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10000)]
    pub men: i32,
    /// Women.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10000)]
    pub women: i32,
    /// Of either sex.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10000)]
    pub any: i32,
}

impl Wanted {
    /// All of them.
    #[must_use]
    pub fn total(self) -> i32 {
        self.men.saturating_add(self.women).saturating_add(self.any)
    }
}

/// A vacancy, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct VacancyView {
    /// Id: the id of the report line that it came from.
    pub id: VacancyId,
    /// Status.
    pub status: VacancyStatus,
    /// Company.
    pub company_id: CompanyId,
    /// Its name.
    pub company_name: String,
    /// Office that accepted the report.
    pub office: String,
    /// Title.
    pub title: String,
    /// What the work is.
    #[schema(required)]
    pub description: Option<String>,
    /// Occupation (KBJI).
    pub occupation: String,
    /// Sector of the company (KBLI section).
    pub sector: String,
    /// Country of work.
    pub work_country: String,
    /// Region of work; null abroad.
    #[schema(required)]
    pub work_region: Option<String>,
    /// Kind of placement by distance: akl, akad, akan.
    pub antar_kerja: AntarKerja,
    /// Lowest education level asked for.
    #[schema(required)]
    pub education: Option<String>,
    /// Experience asked for, in months.
    pub experience_months: i32,
    /// Lowest age stated.
    #[schema(required)]
    pub age_min: Option<i32>,
    /// Highest age stated.
    #[schema(required)]
    pub age_max: Option<i32>,
    /// Skills asked for.
    pub skills: Vec<String>,
    /// Persons wanted.
    pub wanted: Wanted,
    /// Persons wanted, together.
    pub persons_wanted: i32,
    /// Persons placed so far.
    pub persons_filled: i32,
    /// Lowest wage, rupiah a month.
    #[schema(required)]
    pub wage_min: Option<i64>,
    /// Highest wage, rupiah a month.
    #[schema(required)]
    pub wage_max: Option<i64>,
    /// Open to people with disabilities.
    pub disability_friendly: bool,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_until: NaiveDate,
    /// When it was published; null while it is held.
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// Why it was closed or suspended; shown to its company and office.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// Version.
    pub version: i64,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for VacancyView {
    const VIEW: &'static str = "vacancy";

    fn version(&self) -> i64 {
        self.version
    }

    /// The steps depend on the caller, so the tag does, too.
    fn etag(&self) -> String {
        format!("\"{}-vacancy{}\"", self.version, if self.allowed_actions.is_empty() { "" } else { "-own" })
    }
}

/// A vacancy in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct VacancyRow {
    /// Id.
    pub id: VacancyId,
    /// Status.
    pub status: VacancyStatus,
    /// Company.
    pub company_id: CompanyId,
    /// Its name.
    pub company_name: String,
    /// Title.
    pub title: String,
    /// Occupation (KBJI).
    pub occupation: String,
    /// Country of work.
    pub work_country: String,
    /// Region of work; null abroad.
    #[schema(required)]
    pub work_region: Option<String>,
    /// Kind of placement by distance.
    pub antar_kerja: AntarKerja,
    /// Lowest education level asked for.
    #[schema(required)]
    pub education: Option<String>,
    /// Persons wanted, together.
    pub persons_wanted: i32,
    /// Persons placed so far.
    pub persons_filled: i32,
    /// Lowest wage, rupiah a month.
    #[schema(required)]
    pub wage_min: Option<i64>,
    /// Highest wage, rupiah a month.
    #[schema(required)]
    pub wage_max: Option<i64>,
    /// Open to people with disabilities.
    pub disability_friendly: bool,
    /// Last day of validity.
    pub valid_until: NaiveDate,
    /// When it was published.
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
}

/// A page of vacancies.
#[derive(Debug, Serialize, ToSchema)]
pub struct VacancyPage {
    /// Rows of this page.
    pub data: Vec<VacancyRow>,
    /// Cursor of the next page; null on the last one.
    #[schema(required)]
    pub next: Option<String>,
    /// Present and true where a search found more than the newest 1,000: only those were ranked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub truncated: bool,
    /// Words of `q` that no vacancy has, and what was looked for instead; empty where every word was taken as it is.
    pub corrections: Vec<Correction>,
    /// Where nothing was found: searches that ask for a little less and find something. Empty otherwise.
    pub wider: Vec<WiderSearch>,
    /// What `facets` asked for, in its order; empty where it asked for nothing.
    pub facets: Vec<Facet>,
}

/// A word that was taken for another.
#[derive(Debug, Serialize, ToSchema)]
pub struct Correction {
    /// The word of `q`: found nowhere, neither itself nor one of its root nor one that means the same.
    pub from: String,
    /// What was looked for: one edit away, two from nine letters on, with the same first letter.
    pub to: String,
}

/// A search that asks for less.
#[derive(Debug, Serialize, ToSchema)]
pub struct WiderSearch {
    /// The parameter that differs; `filters` for all but `q`.
    pub parameter: &'static str,
    /// What it was, the part of `q` that differs, or the names of the filters.
    pub from: String,
    /// What becomes of it; null where it is left out.
    #[schema(required)]
    pub to: Option<String>,
    /// The query to send, ready to stand after `?`.
    pub query: String,
    /// Vacancies that it finds, counted up to 100.
    pub vacancies: u64,
}

disnaker_entity::words! {
    /// What vacancies are counted by.
    FacetName {
        /// Province of work; under every filter but `region`.
        Province = "province",
        /// District of work; under every filter but `region`.
        District = "district",
        /// Sub-major group of the occupation: two digits.
        Occupation = "occupation",
        /// Sector of the company.
        Sector = "sector",
        /// Lowest education level asked for.
        Education = "education",
        /// Kind of placement by distance.
        AntarKerja = "antar_kerja",
        /// Highest wage, by the greatest of these rupiah a month that it reaches: 0, 2,500,000, 5,000,000, 7,500,000, 10,000,000,
        /// 15,000,000; under every filter but `wage_floor`.
        Wage = "wage",
        /// Status; of all that were published.
        Status = "status",
    }
}

/// Where bands of wages begin, in rupiah a month: steps to choose from, no numbers of a law.
pub const WAGE_BANDS: [i64; 6] = [0, 2_500_000, 5_000_000, 7_500_000, 10_000_000, 15_000_000];

/// Vacancies by the values of one of their properties, under every filter but the one for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facet {
    /// The property.
    pub facet: FacetName,
    /// Its values, most vacancies first, 100 at most.
    pub values: Vec<FacetValue>,
}

/// What has one value.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetValue {
    /// The value; null where vacancies state none.
    #[schema(required)]
    pub value: Option<String>,
    /// Vacancies.
    pub vacancies: i64,
    /// Persons wanted in them, together.
    pub persons_wanted: i64,
}

disnaker_entity::words! {
    /// Order of a list of vacancies.
    VacancySort {
        /// Best answer to `q` first; among the newest 1,000 found.
        Relevance = "relevance",
        /// Newest first.
        Newest = "newest",
        /// Ending soonest first.
        ClosingSoon = "closing_soon",
        /// Highest wage first, those without one last.
        Wage = "wage",
    }
}

/// Filter of the list of vacancies.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct VacancyFilter {
    /// Words: all must be found in title, description, skills, company, occupation or region, themselves, in another form of
    /// their root or by what means the same. `"a phrase"` as it stands, `+word` as it is written, `-word` and `-"a phrase"`
    /// not at all, `begin*` by its beginning. With a phrase, the newest 1,000 that hold its words are looked at. Whatever is
    /// typed is a query: its first 200 characters count, control characters as spaces, marks of direction or of no width not
    /// at all. One without a letter or a digit finds nothing.
    pub q: Option<String>,
    /// Region of work, with everything below it.
    pub region: Option<String>,
    /// Occupation: everything that begins with this code.
    pub occupation: Option<String>,
    /// Sector of the company.
    pub sector: Option<String>,
    /// Education level that the reader has: vacancies that ask for no more.
    pub education: Option<String>,
    /// Rupiah a month that the vacancy must be able to pay; those without a wage are left out.
    #[param(minimum = 0)]
    pub wage_floor: Option<i64>,
    /// Months of experience that the reader has: vacancies that ask for no more.
    #[param(minimum = 0)]
    pub experience_months: Option<i32>,
    /// Only those open to people with disabilities.
    pub disability_friendly: Option<bool>,
    /// Kind of placement by distance.
    #[param(inline)]
    pub antar_kerja: Option<AntarKerja>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Office that accepted the report.
    pub office: Option<String>,
    /// Valid on this day.
    pub valid_on: Option<NaiveDate>,
    /// Status; published and partly filled where it is absent. `held` only for its office and company.
    #[param(inline)]
    pub status: Option<VacancyStatus>,
    /// Published after this time.
    pub published_after: Option<DateTime<Utc>>,
    /// What to count beside the page, with commas between: `province`, `district`, `occupation`, `sector`, `education`,
    /// `antar_kerja`, `wage`, `status`. Each is counted under every other filter; ask for it on the first page only, since
    /// it looks at all that is found.
    #[param(
        example = "province,wage",
        pattern = "^((province|district|occupation|sector|education|antar_kerja|wage|status)(,(province|district|occupation|sector|education|antar_kerja|wage|status))*)?$"
    )]
    pub facets: Option<String>,
    /// Order: relevance where there is a `q`, else newest.
    #[param(inline)]
    pub sort: Option<VacancySort>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Why a vacancy is closed or suspended.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VacancyReason {
    /// Reason, shown to company and office.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

impl VacancyReason {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Posisi tidak jadi dibuka".into() }
    }
}

disnaker_entity::words! {
    /// What labour demand is grouped by.
    DemandGroup {
        /// Company.
        Company = "company",
        /// Occupation (KBJI).
        Occupation = "occupation",
        /// Region of work.
        Region = "region",
        /// Sector (KBLI section).
        Sector = "sector",
        /// Education level asked for.
        Education = "education",
    }
}

/// Filter of labour demand.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DemandFilter {
    /// What to group by.
    #[param(inline)]
    pub group_by: DemandGroup,
    /// Only this office.
    pub office: Option<String>,
    /// Only this region of work, with everything below it.
    pub region: Option<String>,
    /// As it was at the end of this day; today where it is absent.
    pub as_of: Option<NaiveDate>,
}

/// Demand of one group.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemandRow {
    /// Company id, or code of the group; null where the vacancies state none.
    #[schema(required)]
    pub key: Option<String>,
    /// Edition of the classification, for sectors.
    #[schema(required)]
    pub edition: Option<String>,
    /// Its name.
    #[schema(required)]
    pub name: Option<String>,
    /// Persons wanted since the beginning.
    pub persons_wanted: i64,
    /// Persons placed.
    pub persons_filled: i64,
    /// Persons no longer wanted: closed or expired before they were found.
    pub persons_withdrawn: i64,
    /// Persons still wanted: wanted less filled less withdrawn.
    pub persons_outstanding: i64,
}

/// Labour demand: which company needs how many people of what kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemandView {
    /// What it is grouped by.
    pub group_by: DemandGroup,
    /// The day it is as of.
    pub as_of: NaiveDate,
    /// Groups, most persons outstanding first.
    pub data: Vec<DemandRow>,
    /// The sum of the groups.
    pub total: DemandRow,
}
