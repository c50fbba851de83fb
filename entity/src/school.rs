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

crate::words! {
    /// What kind of school it is.
    SchoolLevel {
        /// Secondary school (SMA, SMK, MA).
        Secondary = "secondary",
        /// University, institute, polytechnic, academy.
        Higher = "higher",
        /// Training centre (LPK, BLK).
        Training = "training",
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
    pub level: SchoolLevel,
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
    /// When it was last heard of: registered, or reported.
    pub heard_on: Option<Date>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub created_by: String,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// What a school's job office reports.
pub mod report {
    use super::*;

    crate::id! {
        /// Names a report of a school.
        SchoolReportId;
    }

    /// One row a report: what its job office did over some months.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "school_report")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SchoolReportId,
        pub school_id: SchoolId,
        /// First month, as `2026-07`.
        pub from_month: String,
        /// Last month.
        pub until_month: String,
        /// Alumni who asked it for work.
        pub registered_men: i32,
        pub registered_women: i32,
        /// Of them, those it placed in its own province.
        pub placed_local_men: i32,
        pub placed_local_women: i32,
        /// Those it placed in another one.
        pub placed_away_men: i32,
        pub placed_away_women: i32,
        /// Vacancies that employers gave it, in persons.
        pub vacancies: i32,
        pub note: Option<String>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
