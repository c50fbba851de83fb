//! What crosses the wire in this room.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::Sex;
use disnaker_entity::company::CompanyId;
use disnaker_entity::placement::{Model, PlacementId, PlacementSource, PlacementStatus};
use disnaker_entity::report::PlacementReportId;
use disnaker_entity::vacancy::{AntarKerja, VacancyId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::wire::Resource;

/// A placement, identity masked.
#[derive(Serialize, ToSchema)]
pub struct PlacementView {
    /// Id: the id of the report row that it came from.
    pub id: PlacementId,
    /// Status.
    pub status: PlacementStatus,
    /// How it came about.
    pub source: PlacementSource,
    /// The report.
    pub report_id: PlacementReportId,
    /// The vacancy that it fills.
    pub vacancy_id: VacancyId,
    /// Company.
    pub company_id: CompanyId,
    /// Office that accepted it.
    pub office: String,
    /// Name of the worker.
    pub worker_name: String,
    /// NIK, masked.
    #[schema(required)]
    pub nik: Option<String>,
    /// Number of the AK-1 card, as reported.
    #[schema(required)]
    pub ak1_number: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Year of birth.
    #[schema(required)]
    pub birth_year: Option<i32>,
    /// Education level.
    #[schema(required)]
    pub education: Option<String>,
    /// Occupation of the vacancy.
    pub occupation: String,
    /// Sector of the company.
    pub sector: String,
    /// District of residence.
    pub origin: String,
    /// Country of work.
    pub destination_country: String,
    /// Region of work; null abroad.
    #[schema(required)]
    pub destination_region: Option<String>,
    /// Kind by distance: akl, akad, akan.
    pub antar_kerja: AntarKerja,
    /// Wage, rupiah a month.
    #[schema(required)]
    pub wage: Option<i64>,
    /// First day of work.
    pub start_on: NaiveDate,
    /// Why it was voided.
    #[schema(required)]
    pub void_reason: Option<String>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl From<Model> for PlacementView {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            status: row.status,
            source: row.source,
            report_id: row.report_id,
            vacancy_id: row.vacancy_id,
            company_id: row.company_id,
            office: row.office,
            worker_name: row.worker_name,
            nik: row.nik_masked,
            ak1_number: row.ak1_number,
            sex: row.sex,
            birth_year: row.birth_year,
            education: row.education,
            occupation: row.occupation,
            sector: row.sector,
            origin: row.origin,
            destination_country: row.destination_country,
            destination_region: Some(row.destination_region).filter(|region| !region.is_empty()),
            antar_kerja: row.antar_kerja,
            wage: row.wage,
            start_on: row.start_on,
            void_reason: row.void_reason,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

impl Resource for PlacementView {
    const VIEW: &'static str = "placement";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of placements.
    PlacementPage of PlacementView
}

/// Filter of the list of placements.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PlacementFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<PlacementStatus>,
    /// Office.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Vacancy.
    pub vacancy_id: Option<VacancyId>,
    /// Kind by distance.
    #[param(inline)]
    pub antar_kerja: Option<AntarKerja>,
    /// First day of work on or after this day.
    pub started_from: Option<NaiveDate>,
    /// First day of work on or before this day.
    pub started_until: Option<NaiveDate>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Why a placement is voided.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidReason {
    /// Reason.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

impl VoidReason {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Pekerja tidak jadi mulai bekerja".into() }
    }
}

/// Why a full identity is read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealPurpose {
    /// Purpose, kept on record for the person.
    #[schema(min_length = 5, max_length = 200)]
    pub purpose: String,
}

impl RevealPurpose {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { purpose: "Mencocokkan laporan dengan kartu AK-1".into() }
    }
}

/// A full identity.
#[derive(Serialize, ToSchema)]
pub struct RevealedView {
    /// Placement.
    pub id: PlacementId,
    /// Name.
    pub worker_name: String,
    /// NIK, whole; null where only an AK-1 number was reported.
    #[schema(required)]
    pub nik: Option<String>,
}
