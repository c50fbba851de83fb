//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::mandate::{MandateId, MandateScope, MandateStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::wire::Resource;

/// A mandate to be given. The agent is named by its id, or by its NIB and branch.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMandate {
    /// The company that is acted for.
    pub company_id: CompanyId,
    /// The company that acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_company_id: Option<CompanyId>,
    /// NIB of the company that acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{13}$")]
    pub agent_nib: Option<String>,
    /// Its branch; the head office where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 20)]
    pub agent_branch: Option<String>,
    /// What the agent may file.
    #[schema(min_items = 1, max_items = 3)]
    pub scopes: Vec<MandateScope>,
    /// First day; today where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// Last day, at most the length of the policy `mandate.maximum-duration` after the first.
    pub expires_on: NaiveDate,
}

impl NewMandate {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            company_id: CompanyId(uuid::Uuid::nil()),
            agent_company_id: Some(CompanyId(uuid::Uuid::nil())),
            agent_nib: None,
            agent_branch: None,
            scopes: vec![MandateScope::VacancyReports, MandateScope::PlacementReports],
            valid_from: None,
            expires_on: NaiveDate::from_ymd_opt(2027, 6, 30).unwrap_or_default(),
        }
    }
}

/// A mandate.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateView {
    /// Id.
    pub id: MandateId,
    /// The company that is acted for.
    pub company_id: CompanyId,
    /// Its name.
    pub company_name: String,
    /// The company that acts.
    pub agent_company_id: CompanyId,
    /// Its name.
    pub agent_company_name: String,
    /// What the agent may file.
    pub scopes: Vec<MandateScope>,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day; it ends at midnight in the zone of the company's office.
    pub expires_on: NaiveDate,
    /// Status.
    pub status: MandateStatus,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Version.
    pub version: i64,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for MandateView {
    const VIEW: &'static str = "mandate";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of mandates.
    MandatePage of MandateView
}

/// Filter of the list of mandates.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MandateFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<MandateStatus>,
    /// The company that is acted for.
    pub company_id: Option<CompanyId>,
    /// The company that acts.
    pub agent_company_id: Option<CompanyId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
