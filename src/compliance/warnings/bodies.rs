//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::warning::{Model, WarningId, WarningStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;
use crate::problem::FaultView;
use crate::wire::Resource;

/// A warning to be drafted.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWarning {
    /// The company.
    pub company_id: CompanyId,
    /// Clocks of the company whose day has passed unmet, 1 to 100; each in one running warning at most.
    #[schema(min_items = 1, max_items = 100)]
    pub deadline_ids: Vec<Uuid>,
    /// What the officer adds to the letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    pub text: Option<String>,
}

impl NewWarning {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            company_id: CompanyId(Uuid::nil()),
            deadline_ids: vec![Uuid::nil()],
            text: Some("Laporan dapat disampaikan melalui layanan ini tanpa biaya.".into()),
        }
    }
}

/// How a warning is issued.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WarningIssue {
    /// Last day for an answer: from tomorrow to the length of the policy `warning.answer`, which is also what counts where it is
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<NaiveDate>,
}

impl WarningIssue {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { answer_by: None }
    }
}

/// The company's answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WarningAnswer {
    /// What the company did, or will do and when.
    #[schema(min_length = 1, max_length = 4000)]
    pub text: String,
}

impl WarningAnswer {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { text: "Laporan hasil lowongan kami sampaikan minggu ini.".into() }
    }
}

/// Why a warning is taken back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WarningWithdrawal {
    /// Reason, shown to the company where the warning was issued.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

impl WarningWithdrawal {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Laporan ternyata sudah diterima secara tertulis".into() }
    }
}

/// A warning in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningRow {
    /// Id.
    pub id: WarningId,
    /// The company.
    pub company_id: CompanyId,
    /// Its name.
    pub company_name: String,
    /// The office that warns.
    pub office: String,
    /// Status.
    pub status: WarningStatus,
    /// Number of the letter, from the issue on.
    #[schema(required)]
    pub number: Option<String>,
    /// Day of the letter.
    #[schema(required)]
    pub issued_on: Option<NaiveDate>,
    /// Last day for an answer.
    #[schema(required)]
    pub answer_by: Option<NaiveDate>,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Version.
    pub version: i64,
}

impl WarningRow {
    /// A row with the name of its company.
    #[must_use]
    pub fn new(row: &Model, company_name: String) -> Self {
        Self {
            id: row.id,
            company_id: row.company_id,
            company_name,
            office: row.office.clone(),
            status: row.status,
            number: row.number.clone(),
            issued_on: row.issued_on,
            answer_by: row.due_on,
            created_at: row.created_at,
            ended_at: row.ended_at,
            version: row.version,
        }
    }
}

/// A duty that a warning is about, as it stood when the warning was drafted.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyView {
    /// The clock.
    pub deadline_id: Uuid,
    /// Its rule.
    pub rule: String,
    /// What was due, in words.
    pub name: String,
    /// What kind of record it is about.
    pub subject_kind: String,
    /// The record.
    pub subject_id: Uuid,
    /// What people call the record, where it has a name.
    #[schema(required)]
    pub subject_name: Option<String>,
    /// The day it was due.
    pub due_on: NaiveDate,
    /// Law and article, in the language asked for.
    pub law: String,
    /// The day it was met, if it was.
    #[schema(required)]
    pub met_on: Option<NaiveDate>,
}

/// A written warning (peringatan tertulis) with its duties.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningView {
    /// The warning.
    #[serde(flatten)]
    pub warning: WarningRow,
    /// What the officer adds.
    #[schema(required)]
    pub text: Option<String>,
    /// The duties, oldest first.
    pub duties: Vec<DutyView>,
    /// What the company answered.
    #[schema(required)]
    pub answer: Option<String>,
    /// Why it was taken back.
    #[schema(required)]
    pub withdrawal_reason: Option<String>,
    /// What the officer should see; the company sees none.
    pub warnings: Vec<FaultView>,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

/// The letter of a warning.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct WarningLetter(#[expect(dead_code, reason = "it is there for the document")] Vec<u8>);

impl Resource for WarningView {
    const VIEW: &'static str = "warning";

    fn version(&self) -> i64 {
        self.warning.version
    }
}

page! {
    /// A page of written warnings.
    WarningPage of WarningRow
}

/// Filter of the list of warnings.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WarningFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<WarningStatus>,
    /// Office.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Number of the letter.
    pub number: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
