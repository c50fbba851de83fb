//! Vacancies: what accepted reports publish.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;
use crate::report::VacancyReportId;

crate::id! {
    /// Names a vacancy, and the report line that it came from.
    VacancyId;
}

crate::words! {
    /// Where a vacancy stands.
    VacancyStatus {
        /// Accepted, waiting for the company's verification.
        Held = "held",
        /// Public, nobody placed yet.
        Published = "published",
        /// Public, some of the persons wanted are placed.
        PartlyFilled = "partly_filled",
        /// Everybody wanted is placed.
        Filled = "filled",
        /// Taken out of sight for a while.
        Suspended = "suspended",
        /// Ended before everybody was found.
        Closed = "closed",
        /// The period of validity has passed.
        Expired = "expired",
    }
}

crate::words! {
    /// Kind of placement by distance (antar kerja), derived and never typed by hand.
    AntarKerja {
        /// Inside one province (antar kerja lokal, AKL).
        Local = "akl",
        /// Between provinces (antar kerja antar daerah, AKAD).
        Interregional = "akad",
        /// Abroad (antar kerja antar negara, AKAN).
        Overseas = "akan",
    }
}

/// One row a vacancy; its id is the id of the report line.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vacancy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VacancyId,
    pub report_id: VacancyReportId,
    pub company_id: CompanyId,
    pub office: String,
    pub status: VacancyStatus,
    pub title: String,
    pub description: Option<String>,
    pub occupation: String,
    pub sector: String,
    pub sector_edition: String,
    pub country: String,
    /// Work region: district or sub-district; empty abroad.
    pub region: String,
    pub province: String,
    pub district: String,
    pub antar_kerja: AntarKerja,
    pub education: Option<String>,
    pub education_rank: i32,
    pub experience_months: i32,
    pub age_min: Option<i32>,
    pub age_max: Option<i32>,
    /// JSON array of texts.
    pub skills: String,
    pub wanted_men: i32,
    pub wanted_women: i32,
    pub wanted_any: i32,
    pub wanted: i32,
    pub filled: i32,
    pub filled_men: i32,
    pub filled_women: i32,
    /// Why it was closed or suspended; for its company and office.
    pub status_reason: Option<String>,
    pub wage_min: Option<i64>,
    pub wage_max: Option<i64>,
    /// `wage_max`, or `wage_min` where there is no maximum, or -1 for neither: what the wage filter and sort compare.
    pub wage_top: i64,
    pub disability_friendly: bool,
    pub valid_from: Date,
    pub valid_until: Date,
    pub published_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "crate::company::Entity", from = "Column::CompanyId", to = "crate::company::Column::Id")]
    Company,
}

impl Related<crate::company::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Company.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
