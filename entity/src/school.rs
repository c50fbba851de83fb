//! Schools with a job office (Bursa Kerja Khusus, BKK), registered with an office.

use sea_orm::entity::prelude::*;

crate::id! {
    /// Names a school.
    SchoolId;
}

crate::words! {
    /// Where a school's job office stands.
    SchoolStatus {
        /// Asked to be registered; the office has not decided.
        Applied = "applied",
        /// Registered with the office (tanda daftar); valid as long as it is active.
        Registered = "registered",
        /// Refused by the office, with a reason.
        Refused = "refused",
        /// Taken off by the office, with a reason.
        Ended = "ended",
    }
}

/// One row a school.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "school")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SchoolId,
    /// National school number (Nomor Pokok Sekolah Nasional, NPSN): 8 digits.
    pub npsn: String,
    pub name: String,
    /// `secondary`, `higher` or `training`.
    pub level: String,
    pub region: String,
    pub address: String,
    pub contact_name: String,
    pub contact_email: String,
    pub contact_phone: Option<String>,
    /// The head's decree that founded the job office.
    pub decree: String,
    /// Licence of the school.
    pub licence: String,
    pub office: String,
    pub status: SchoolStatus,
    /// Number of the registration, from the day on which the office gave it.
    pub number: Option<String>,
    pub status_reason: Option<String>,
    pub decided_at: Option<DateTimeUtc>,
    pub decided_by: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub created_by: String,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
