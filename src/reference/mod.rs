//! Reference data: regions, code lists, the calendar, minimum wages, and the numbers that a law, a ministry or an
//! office decides.
//!
//! Everything here is public to read and cacheable, since everybody computes with it: an applicant's app that shows
//! a due date must come to the office's own. The code lists change with a release or an import and are kept in memory;
//! holidays, minimum wages and policies are written by admins, each with its decree or law, inside their own
//! jurisdiction: a district's admin writes for the district, a province's admin for the province, its districts and the
//! whole country.
//!
//! What this room refuses: to guess a calendar (a year without loaded holidays is `calendar-missing`), to change a
//! policy row (a new number is a new row with a first day, so that the old one stays to be looked up), and to move a
//! clock that runs: a changed calendar flags the clocks it touches, and an officer decides.

pub mod bodies;
mod codes;
mod import;
mod queries;
mod routes;
mod rules;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::app::State;
use crate::problem::{Problem, Text};

pub use codes::{Codes, Country, EducationLevel, Region, Rows};
pub use import::import_codes;
pub use rules::counted_days;

/// How long the codes serve before they are read anew.
const FRESH: Duration = Duration::from_mins(1);

/// Where a company is, work is done or somebody lives.
pub const A_DISTRICT: Text =
    Text::of("kabupaten/kota atau kecamatan dari /v1/regions", "a district or sub-district of /v1/regions");
/// Where an office is, and what a row of one's own jurisdiction names.
pub const A_PLACE: Text = Text::of("kode provinsi atau kabupaten/kota", "the code of a province or district");

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_regions)
        .service(routes::get_region)
        .service(routes::list_occupations)
        .service(routes::list_sectors)
        .service(routes::list_education_levels)
        .service(routes::list_countries)
        .service(routes::list_disability_kinds)
        .service(routes::list_holidays)
        .service(routes::get_holiday)
        .service(routes::create_holiday)
        .service(routes::update_holiday)
        .service(routes::delete_holiday)
        .service(routes::list_minimum_wages)
        .service(routes::get_minimum_wage)
        .service(routes::create_minimum_wage)
        .service(routes::update_minimum_wage)
        .service(routes::list_policies)
        .service(routes::get_policy)
        .service(routes::create_policy)
        .service(routes::list_synonyms)
        .service(routes::get_synonym)
        .service(routes::create_synonym)
        .service(routes::delete_synonym)
        .service(routes::get_working_days)
        .service(routes::calculate_deadline);
}

/// Regions and code lists, at most a minute old.
///
/// # Errors
/// The database's own.
pub async fn codes(state: &State) -> Result<Arc<Codes>, Problem> {
    Ok(state.codes.get(FRESH, async || queries::codes(state.db.reader()).await).await?)
}

/// Groups of names that mean the same, for the search: each its names, with `, ` between them.
///
/// # Errors
/// The database's own.
pub async fn synonyms<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, DbErr> {
    queries::synonym_groups(db).await
}
