//! Placements: who was hired where, as accepted placement reports say.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;
use crate::report::PlacementReportId;
use crate::vacancy::{AntarKerja, VacancyId};
use crate::value::Sex;

crate::id! {
    /// Names a placement, and the report row that it came from.
    PlacementId;
}

crate::words! {
    /// Where a placement stands.
    PlacementStatus {
        /// Counts.
        Active = "active",
        /// Taken back with a reason; the place is free again.
        Voided = "voided",
    }
}

crate::words! {
    /// How the placement came about.
    PlacementSource {
        /// Reported by the employer (Perpres 57/2023 art. 6).
        Report = "report",
    }
}

/// One row a placed worker.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "placement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlacementId,
    pub report_id: PlacementReportId,
    pub vacancy_id: VacancyId,
    pub company_id: CompanyId,
    pub office: String,
    pub status: PlacementStatus,
    pub source: PlacementSource,
    pub worker_name: String,
    pub nik_sealed: Option<Vec<u8>>,
    pub nik_index: Option<Vec<u8>>,
    /// The masked NIK, made when the row was written, so that a list opens no envelope.
    pub nik_masked: Option<String>,
    pub ak1_number: Option<String>,
    pub sex: Sex,
    pub birth_year: Option<i32>,
    pub education: Option<String>,
    pub occupation: String,
    pub sector: String,
    /// District of residence.
    pub origin: String,
    pub destination_country: String,
    pub destination_region: String,
    pub antar_kerja: AntarKerja,
    pub wage: Option<i64>,
    pub start_on: Date,
    pub void_reason: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "placement({})", self.id)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
