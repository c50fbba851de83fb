//! Apprenticeships inside the country (pemagangan dalam negeri, Permenaker 6/2020): learning a trade at work, by a programme that an
//! office approves and an agreement that it endorses.
//!
//! A company drafts a [`programmes`] and applies with it. Where it runs says who approves: of one district its office, of several
//! of a province the province's; what runs in more provinces is the Director General's, and is refused here. For each participant
//! there is a written agreement ([`agreements`]), which names somebody in the register by the number of their AK-1 card. What waits
//! for the office is one list ([`review`]).
//!
//! Both answers of the office have three working days: from a complete file to the approval (art. 17), from the signing to
//! the endorsement (art. 12). Art. 12 says days; they are counted as working days, and the policy row says so. These clocks are the
//! office's: no company owes them, so they stand in no list of what companies owe.
//!
//! Apprentices are at most a share of the workers of the newest yearly employment report, which is counted with the company's row
//! locked, so that many callers at once don't exceed it: approved programmes hold all their places, and of those that are
//! closed each agreement that still runs holds one. A person has one agreement that runs, and none twice for one
//! qualification, which two unique indexes say. Nobody begins without cover by JKK and JKM where the policy asks for it.
//!
//! What this room refuses: to tell a company anything of a person that it does not know already. An unknown number and a name that
//! does not fit answer alike, and no view has the NIK. An apprentice is no worker: nobody leaves the register by an agreement.

pub mod agreements;
pub mod programmes;
pub mod review;

use std::sync::Arc;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::app::State;
use crate::problem::Problem;

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    programmes::routes(cfg);
    agreements::routes(cfg);
    review::routes(cfg);
}

/// Closes programmes whose last day has passed, and tells of agreements whose has.
///
/// # Errors
/// The database's own.
pub async fn sweep(state: &Arc<State>) -> Result<(), Problem> {
    programmes::expire(state).await?;
    agreements::tell_over(state).await
}
