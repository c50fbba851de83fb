//! Training (pelatihan berbasis kompetensi): classes that an office holds for who looks for work, from the plan to what became
//! of those who passed (Permenaker 8/2014, the guideline of competence-based training).
//!
//! Providers train, programmes say in what ([`providers`]); a package is one class of a programme with its money, its place and its
//! seats ([`packages`]). Who applies is ranked by what was announced, and seats go by the ranking ([`enrollments`]).
//! The class has sessions and attendance; who passes gets the training certificate of the provider, which says
//! nothing of competence: that is what an assessment of the BNSP says, apart. How far applicants came is
//! kept as sums beside the movements that they follow from ([`funnel`]).
//!
//! What to train for is told by industry ([`needs`]) and asked for by organisations ([`proposals`]); both wait on one list
//! ([`intake`]). Whether the seats meet the needs, and what the vacancies say, is one report ([`coverage`]).
//!
//! Training costs nothing: there is no field for a fee.

pub mod certificates;
pub mod classes;
pub mod coverage;
pub mod enrollments;
pub mod funnel;
pub mod intake;
pub mod needs;
pub mod packages;
pub mod proposals;
pub mod providers;

use disnaker_entity::seeker::SeekerId;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::change::Change;
use crate::problem::Problem;

/// Gives what a record has in this room to the one that takes its place.
///
/// # Errors
/// The database's own.
pub async fn follow(change: &Change, from: SeekerId, to: SeekerId) -> Result<(), Problem> {
    enrollments::follow(change, from, to).await?;
    Ok(certificates::follow(change, from, to).await?)
}

/// Erases what no class needs any more of what somebody said in this room; that they were in it stays.
///
/// # Errors
/// The database's own.
pub async fn erase(change: &Change, of: SeekerId) -> Result<(), Problem> {
    Ok(enrollments::erase(change, of).await?)
}

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    providers::routes(cfg);
    packages::routes(cfg);
    enrollments::routes(cfg);
    classes::routes(cfg);
    certificates::routes(cfg);
    funnel::routes(cfg);
    needs::routes(cfg);
    proposals::routes(cfg);
    intake::routes(cfg);
    coverage::routes(cfg);
}
