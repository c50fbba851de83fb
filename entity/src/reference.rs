//! Reference data: regions, code lists, the calendar, minimum wages, policies, synonyms.

use sea_orm::entity::prelude::*;

crate::id! {
    /// Names a holiday.
    HolidayId;
    /// Names a minimum wage.
    MinimumWageId;
    /// Names a policy row.
    PolicyId;
    /// Names a group of synonyms.
    SynonymId;
}

crate::words! {
    /// Level of a region.
    RegionLevel {
        /// Province (provinsi).
        Province = "province",
        /// District: regency or city (kabupaten, kota).
        District = "district",
        /// Sub-district (kecamatan).
        SubDistrict = "sub_district",
    }
}

crate::words! {
    /// Level of an occupation in KBJI.
    OccupationLevel {
        /// Major group (golongan pokok): one digit.
        Major = "major",
        /// Sub-major group (subgolongan pokok): two digits.
        SubMajor = "sub_major",
        /// Minor group (golongan): three digits.
        Minor = "minor",
        /// Unit group (subgolongan): four digits.
        Unit = "unit",
        /// Occupation (jabatan): a unit group's code, a dot and two digits.
        Occupation = "occupation",
    }
}

impl OccupationLevel {
    /// The level that the shape of a code tells, where it is the shape of one.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let (group, rest) = code.split_once('.').map_or((code, None), |(group, rest)| (group, Some(rest)));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match (group.len(), rest) {
            _ if !digits(group) => None,
            (1, None) => Some(Self::Major),
            (2, None) => Some(Self::SubMajor),
            (3, None) => Some(Self::Minor),
            (4, None) => Some(Self::Unit),
            (4, Some(rest)) if rest.len() == 2 && digits(rest) => Some(Self::Occupation),
            _ => None,
        }
    }
}

crate::words! {
    /// Kind of a day off.
    HolidayKind {
        /// National holiday (libur nasional).
        National = "national",
        /// Joint leave (cuti bersama).
        JointLeave = "joint_leave",
        /// Local holiday of a region.
        Local = "local",
        /// Day on which one office is closed.
        OfficeClosure = "office_closure",
    }
}

crate::words! {
    /// What an amount counts.
    PolicyUnit {
        /// Days on which the office works (hari kerja).
        WorkingDays = "working_days",
        /// Days of the calendar.
        CalendarDays = "calendar_days",
        /// Calendar months, clamped to the end of a month.
        Months = "months",
        /// Calendar years.
        Years = "years",
        /// Hours, weekends included.
        Hours = "hours",
        /// Minutes.
        Minutes = "minutes",
        /// Persons.
        Persons = "persons",
        /// Hundredths of a total.
        Percent = "percent",
        /// 0 or 1.
        Flag = "flag",
        /// Whole rupiah.
        Rupiah = "rupiah",
    }
}

/// Regions by the code of the Ministry of Home Affairs (Kemendagri).
pub mod region {
    use super::*;

    /// One row a region.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "region")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
        pub level: RegionLevel,
        pub parent: String,
        pub utc_offset: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Occupations (Klasifikasi Baku Jabatan Indonesia, KBJI 2014).
pub mod occupation {
    use super::*;

    /// One row a group or code.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "occupation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
        pub level: OccupationLevel,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Sectors (Klasifikasi Baku Lapangan Usaha Indonesia, KBLI) with their edition.
pub mod sector {
    use super::*;

    /// One row a section or code.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sector")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub edition: String,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Education levels: a fine list, mapped to BPS levels and codes of the market-information tables.
pub mod education_level {
    use super::*;

    /// One row a level.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "education_level")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
        pub rank: i32,
        pub bps_level: String,
        pub ipk_code: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Countries and territories (ISO 3166-1 alpha-2).
pub mod country {
    use super::*;

    /// One row a country or territory.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "country")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
        pub name_en: String,
        pub territory: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Kinds of disability (UU 8/2016 art. 4).
pub mod disability_kind {
    use super::*;

    /// One row a kind.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "disability_kind")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Holidays, joint leave, local holidays and closures, each with its decree.
pub mod holiday {
    use super::*;

    /// One row a day off, nationwide (empty region), in a region, or of one office.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "holiday")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: HolidayId,
        pub date: Date,
        pub region: String,
        pub kind: HolidayKind,
        pub name: String,
        pub source: String,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// District minimum wages (upah minimum kabupaten/kota, UMK) by year.
pub mod minimum_wage {
    use super::*;

    /// One row a district and year; amounts in sen (1/100 rupiah).
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "minimum_wage")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: MinimumWageId,
        pub region: String,
        pub year: i32,
        pub amount_sen: i64,
        pub proposal_government_sen: Option<i64>,
        pub proposal_employers_sen: Option<i64>,
        pub proposal_workers_sen: Option<i64>,
        pub agreed: Option<bool>,
        pub decree: Option<String>,
        pub source: String,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Numbers that a law, a ministry or an office decides.
pub mod policy {
    use super::*;

    /// One row a rule, scope and first day of validity.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "policy")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PolicyId,
        pub rule: String,
        /// Empty: the whole country; else a province or district.
        pub scope: String,
        pub valid_from: Date,
        pub amount: i64,
        pub unit: PolicyUnit,
        /// Law and article, in English.
        pub law: String,
        /// Law and article, in Indonesian.
        pub law_id: String,
        /// What it means, in English.
        pub note: String,
        /// What it means, in Indonesian.
        pub note_id: String,
        pub edited: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Names that mean the same, for the search.
pub mod synonym {
    use super::*;

    /// One row a group.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "synonym")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SynonymId,
        /// The names, folded, in the order of the alphabet, with `, ` between them.
        pub terms: String,
        /// The office that wrote it; empty for what came with the service.
        pub office: String,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
