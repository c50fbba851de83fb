//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::Sex;
use disnaker_entity::company::CompanyId;
use disnaker_entity::placement::PlacementId;
use disnaker_entity::report::placement_report::Model;
use disnaker_entity::report::{PlacementReportId, ReportStatus};
use disnaker_entity::vacancy::VacancyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::page;
use crate::wire::{Resource, nullable, present};

/// A hired worker. NIK or AK-1 number, or both.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    /// Name as on the identity card.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// NIK: 16 digits. Kept encrypted, shown masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{16}$")]
    pub nik: Option<String>,
    /// Number of the AK-1 card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, min_length = 1)]
    pub ak1_number: Option<String>,
    /// Sex. Where the NIK encodes the other one, the officer is shown it.
    pub sex: Sex,
    /// Education level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[a-z0-9_]+$")]
    pub education: Option<String>,
    /// District of residence: where the placement comes from.
    #[schema(pattern = "^[0-9]{2}(\\.[0-9]{2}){1,2}$")]
    pub residence: String,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Worker(redacted)")
    }
}

/// A row: one hired worker.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementRowBody {
    /// Id of the row; absent for a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_id: Option<PlacementId>,
    /// The sender's own reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 80, min_length = 1)]
    pub reference: Option<String>,
    /// The vacancy that is filled.
    pub vacancy_id: VacancyId,
    /// The worker.
    pub worker: Worker,
    /// First day of work.
    pub start_on: NaiveDate,
    /// Wage, rupiah a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub wage: Option<i64>,
    /// Country of work; the vacancy's where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[A-Z]{2}$")]
    pub destination_country: Option<String>,
    /// District of work; the vacancy's where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{2}(\\.[0-9]{2}){1,2}$")]
    pub destination_region: Option<String>,
}

impl PlacementRowBody {
    /// The example of the document; the person is invented.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            row_id: None,
            reference: Some("TKB-2026-031".into()),
            vacancy_id: VacancyId(uuid::Uuid::nil()),
            worker: Worker {
                name: "Contoh Pekerja Satu".into(),
                nik: Some("3672010101990001".into()),
                ak1_number: None,
                sex: Sex::Male,
                education: Some("vocational_secondary".into()),
                residence: "36.72".into(),
            },
            start_on: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap_or_default(),
            wage: Some(5_400_000),
            destination_country: None,
            destination_region: None,
        }
    }
}

/// A report to be written.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlacementReport {
    /// The company that reports.
    pub company_id: CompanyId,
    /// The sender's own reference.
    #[serde(default)]
    #[schema(max_length = 80, min_length = 1)]
    pub reference: Option<String>,
    /// Rows, 1 to 500.
    #[schema(min_items = 1, max_items = 500)]
    pub rows: Vec<PlacementRowBody>,
}

impl NewPlacementReport {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { company_id: CompanyId(uuid::Uuid::nil()), reference: None, rows: vec![PlacementRowBody::sample()] }
    }
}

/// Changes of a draft or returned report, as a merge patch (RFC 7396): the rows are one value.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementReportPatch {
    /// The sender's own reference; null clears it.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 80, min_length = 1)]
    pub reference: Option<Option<String>>,
    /// All rows, with their full NIK: a masked one can't be sent back.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_items = 1, max_items = 500)]
    pub rows: Option<Vec<PlacementRowBody>>,
}

impl PlacementReportPatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reference: None, rows: Some(vec![PlacementRowBody::sample()]) }
    }
}

/// Why a row is returned.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowReason {
    /// The row.
    pub row_id: PlacementId,
    /// Reason, shown to the company.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// Why a report is returned: for the whole, for rows, or both.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementReportReturn {
    /// For the whole.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: Option<String>,
    /// For rows.
    #[serde(default)]
    pub rows: Vec<RowReason>,
}

impl PlacementReportReturn {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { note: Some("Jumlah melebihi kebutuhan lowongan".into()), rows: Vec::new() }
    }
}

/// A worker as the views show one.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct WorkerView {
    /// Name.
    pub name: String,
    /// NIK, masked: `3306••••••••0001`.
    #[schema(required)]
    pub nik: Option<String>,
    /// Number of the AK-1 card.
    #[schema(required)]
    pub ak1_number: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Education level.
    #[schema(required)]
    pub education: Option<String>,
    /// District of residence.
    pub residence: String,
}

/// A row as it is stored: without the NIK, which is encrypted beside it.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredRow {
    /// The worker, NIK masked.
    pub worker: WorkerView,
    /// Year of birth, as far as the NIK tells.
    pub birth_year: Option<i32>,
    /// The NIK encodes the other sex: clerical errors keep their number, so the officer decides.
    pub sex_differs_from_nik: bool,
    /// First day of work.
    pub start_on: NaiveDate,
    /// Wage.
    pub wage: Option<i64>,
    /// Country of work.
    pub destination_country: String,
    /// Region of work; empty abroad.
    pub destination_region: String,
}

/// A row of a report.
#[derive(Serialize, ToSchema)]
pub struct PlacementRowView {
    /// Place in the report, from 0: the number in pointers.
    pub position: i32,
    /// Id of the row, and of the placement that it becomes.
    pub row_id: PlacementId,
    /// The sender's own reference.
    #[schema(required)]
    pub reference: Option<String>,
    /// The vacancy.
    pub vacancy_id: VacancyId,
    /// The worker.
    pub worker: WorkerView,
    /// First day of work.
    pub start_on: NaiveDate,
    /// Wage, rupiah a month.
    #[schema(required)]
    pub wage: Option<i64>,
    /// Country of work.
    pub destination_country: String,
    /// Region of work; null abroad.
    #[schema(required)]
    pub destination_region: Option<String>,
    /// The NIK encodes the other sex: a clerical error, or a wrong number. The officer decides.
    pub sex_differs_from_nik: bool,
    /// Why the office returned it.
    #[schema(required)]
    pub return_reason: Option<String>,
}

/// A report in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacementReportRow {
    /// Id.
    pub id: PlacementReportId,
    /// Company.
    pub company_id: CompanyId,
    /// Receiving office.
    pub office: String,
    /// Status.
    pub status: ReportStatus,
    /// Receipt number, from the first filing on.
    #[schema(required)]
    pub number: Option<String>,
    /// The sender's own reference.
    #[schema(required)]
    pub reference: Option<String>,
    /// The agent that filed it by a mandate; null where its company did, or nobody yet.
    #[schema(required)]
    pub filed_by_company: Option<CompanyId>,
    /// Rows.
    pub row_count: i32,
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

impl From<&Model> for PlacementReportRow {
    fn from(row: &Model) -> Self {
        Self {
            id: row.id,
            company_id: row.company_id,
            office: row.office.clone(),
            status: row.status,
            number: row.number.clone(),
            reference: row.reference.clone(),
            filed_by_company: row.filed_by_company,
            row_count: row.row_count,
            submitted_at: row.submitted_at,
            first_submitted_at: row.first_submitted_at,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// A report with its rows, identities masked.
#[derive(Serialize, ToSchema)]
pub struct PlacementReportView {
    /// The report.
    #[serde(flatten)]
    pub report: PlacementReportRow,
    /// Why the office returned it.
    #[schema(required)]
    pub return_note: Option<String>,
    /// When the office decided.
    #[schema(required)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Rows in order.
    pub rows: Vec<PlacementRowView>,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for PlacementReportView {
    const VIEW: &'static str = "report";

    fn version(&self) -> i64 {
        self.report.version
    }
}

page! {
    /// A page of placement reports.
    PlacementReportPage of PlacementReportRow
}
