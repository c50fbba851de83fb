//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;

disnaker_entity::words! {
    /// What of apprenticeships waits.
    WaitingApprenticeshipKind {
        /// A programme, for its approval.
        Programme = "programme",
        /// An agreement, for its endorsement.
        Agreement = "agreement",
    }
}

/// Something that waits for an officer; nothing of it names a participant.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingApprenticeship {
    /// What it is.
    pub kind: WaitingApprenticeshipKind,
    /// Id of the programme or agreement.
    pub id: Uuid,
    /// Title of the programme.
    pub title: String,
    /// The company.
    pub company_id: CompanyId,
    /// Its name.
    pub company_name: String,
    /// The office that is waited for.
    pub office: String,
    /// The last day for its answer.
    pub due_on: NaiveDate,
    /// When it was filed, the last time.
    pub waiting_since: DateTime<Utc>,
    /// Places of a programme; an agreement is one.
    pub places: i32,
    /// Version of the record, for `If-Match`.
    pub version: i64,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

page! {
    /// A page of what waits.
    WaitingApprenticeshipPage of WaitingApprenticeship
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WaitingApprenticeshipFilter {
    /// What waits.
    #[param(inline)]
    pub kind: Option<WaitingApprenticeshipKind>,
    /// Only this office.
    pub office: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
