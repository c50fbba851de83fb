//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::report::vacancy_report::Model;
use disnaker_entity::report::{ReportStatus, VacancyReportId};
use disnaker_entity::vacancy::VacancyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::page;
use crate::problem::FaultView;
use crate::vacancies::bodies::Wanted;
use crate::wire::{Resource, nullable, present};

/// A line: one position, with what Perpres 57/2023 art. 5 asks for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VacancyLine {
    /// Id of the line; absent for a new one. A corrected line keeps it, and its vacancy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<VacancyId>,
    /// The sender's own reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 80, min_length = 1)]
    pub reference: Option<String>,
    /// Title of the position.
    #[schema(min_length = 1, max_length = 120)]
    pub title: String,
    /// What the work is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4000, min_length = 1)]
    pub description: Option<String>,
    /// Occupation (KBJI): a group, or a four- or six-digit code below a loaded one.
    #[schema(pattern = "^[0-9]{1,4}(\\.[0-9]{2})?$")]
    pub occupation: String,
    /// Persons wanted; together at least one.
    pub wanted: Wanted,
    /// Lowest education level; absent where none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[a-z0-9_]+$")]
    pub education: Option<String>,
    /// Experience, in months.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 600)]
    pub experience_months: i32,
    /// Lowest age; absent where none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 10, maximum = 99)]
    pub age_min: Option<i32>,
    /// Highest age; absent where none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 10, maximum = 99)]
    pub age_max: Option<i32>,
    /// Skills or competences.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub skills: Vec<String>,
    /// Lowest wage, rupiah a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub wage_min: Option<i64>,
    /// Highest wage, rupiah a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub wage_max: Option<i64>,
    /// Country of work (ISO 3166-1 alpha-2).
    #[serde(default = "indonesia")]
    #[schema(pattern = "^[A-Z]{2}$")]
    pub work_country: String,
    /// District or sub-district of work; absent abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{2}(\\.[0-9]{2}){1,2}$")]
    pub work_region: Option<String>,
    /// First day of validity.
    pub valid_from: NaiveDate,
    /// Last day of validity.
    pub valid_until: NaiveDate,
    /// Open to people with disabilities.
    #[serde(default)]
    pub disability_friendly: bool,
    /// Place in the report, from 0: the number in pointers. Shown, and ignored when it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only)]
    pub position: Option<i32>,
    /// Why the office returned the line. Shown, and ignored when it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only)]
    pub return_reason: Option<String>,
}

fn indonesia() -> String {
    "ID".to_owned()
}

impl VacancyLine {
    /// The example of the document.
    ///
    /// # Panics
    /// Never: the dates exist.
    #[must_use]
    pub fn sample() -> Self {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        Self {
            line_id: None,
            reference: Some("REQ-2026-017".into()),
            title: "Operator Forklift".into(),
            description: Some("Memindahkan gulungan baja di gudang, kerja bergilir.".into()),
            occupation: "83".into(),
            wanted: Wanted { men: 0, women: 0, any: 5 },
            education: Some("vocational_secondary".into()),
            experience_months: 12,
            age_min: None,
            age_max: None,
            skills: vec!["SIO forklift".into()],
            wage_min: Some(5_300_000),
            wage_max: Some(6_000_000),
            work_country: indonesia(),
            work_region: Some("36.72".into()),
            valid_from: day(2026, 11, 23),
            valid_until: day(2099, 12, 31),
            disability_friendly: true,
            position: None,
            return_reason: None,
        }
    }
}

/// A report to be written.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVacancyReport {
    /// The company that reports.
    pub company_id: CompanyId,
    /// The sender's own reference.
    #[serde(default)]
    #[schema(max_length = 80, min_length = 1)]
    pub reference: Option<String>,
    /// Lines, 1 to 500.
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<VacancyLine>,
}

impl NewVacancyReport {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            company_id: CompanyId(uuid::Uuid::nil()),
            reference: Some("HR-2026-11".into()),
            lines: vec![VacancyLine::sample()],
        }
    }
}

/// Changes of a draft or returned report, as a merge patch (RFC 7396): the lines are one value.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VacancyReportPatch {
    /// The sender's own reference; null clears it.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 80, min_length = 1)]
    pub reference: Option<Option<String>>,
    /// All lines, those that stay with their `line_id`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_items = 1, max_items = 500)]
    pub lines: Option<Vec<VacancyLine>>,
}

impl VacancyReportPatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reference: None, lines: Some(vec![VacancyLine::sample()]) }
    }
}

/// Why a line is returned.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineReason {
    /// The line.
    pub line_id: VacancyId,
    /// Reason, shown to the company.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// Why a report is returned: for the whole, for lines, or both.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VacancyReportReturn {
    /// For the whole.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: Option<String>,
    /// For lines.
    #[serde(default)]
    pub lines: Vec<LineReason>,
}

impl VacancyReportReturn {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { note: Some("Mohon lengkapi upah pada setiap posisi".into()), lines: Vec::new() }
    }
}

/// A report with its lines.
#[derive(Debug, Serialize, ToSchema)]
pub struct VacancyReportView {
    /// The report.
    #[serde(flatten)]
    pub report: VacancyReportRow,
    /// Why the office returned it.
    #[schema(required)]
    pub return_note: Option<String>,
    /// When the office decided.
    #[schema(required)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Lines in order.
    pub lines: Vec<VacancyLine>,
    /// What the officer should see; it refuses nothing.
    pub warnings: Vec<FaultView>,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for VacancyReportView {
    const VIEW: &'static str = "report";

    fn version(&self) -> i64 {
        self.report.version
    }
}

/// A report in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct VacancyReportRow {
    /// Id.
    pub id: VacancyReportId,
    /// Company.
    pub company_id: CompanyId,
    /// Receiving office.
    pub office: String,
    /// Status.
    pub status: ReportStatus,
    /// Receipt number, from the first filing on.
    #[schema(required)]
    pub number: Option<String>,
    /// Revision, from 1.
    pub revision: i32,
    /// The report that this one corrects.
    #[schema(required)]
    pub corrects: Option<VacancyReportId>,
    /// The sender's own reference.
    #[schema(required)]
    pub reference: Option<String>,
    /// The agent that filed it by a mandate; null where its company did, or nobody yet.
    #[schema(required)]
    pub filed_by_company: Option<CompanyId>,
    /// Lines.
    pub line_count: i32,
    /// Persons wanted in all lines.
    pub persons_wanted: i64,
    /// The lines lie in several provinces: the matter of the province and the ministry (Permenaker 18/2024).
    pub several_provinces: bool,
    /// When it was filed last.
    #[schema(required)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was filed first: what tells whether it came on time.
    #[schema(required)]
    pub first_submitted_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl From<&Model> for VacancyReportRow {
    fn from(row: &Model) -> Self {
        Self {
            id: row.id,
            company_id: row.company_id,
            office: row.office.clone(),
            status: row.status,
            number: row.number.clone(),
            revision: row.revision,
            corrects: row.corrects,
            reference: row.reference.clone(),
            filed_by_company: row.filed_by_company,
            line_count: row.line_count,
            persons_wanted: row.persons_wanted,
            several_provinces: row.several_provinces,
            submitted_at: row.submitted_at,
            first_submitted_at: row.first_submitted_at,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

page! {
    /// A page of vacancy reports.
    VacancyReportPage of VacancyReportRow
}
