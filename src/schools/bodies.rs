//! What crosses the wire in this room.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::school::report::SchoolReportId;
use disnaker_entity::school::{SchoolId, SchoolLevel, SchoolStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::companies::bodies::Contact;
use crate::page;
use crate::wire::{Resource, nullable, present};

/// A school that applies.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSchool {
    /// National school number (Nomor Pokok Sekolah Nasional, NPSN): 8 digits.
    #[schema(pattern = "^[0-9]{8}$")]
    pub npsn: String,
    /// Name.
    #[schema(min_length = 1, max_length = 160)]
    pub name: String,
    /// What kind of school it is.
    pub level: SchoolLevel,
    /// District or sub-district of the address.
    #[schema(pattern = "^[0-9]{2}(\\.[0-9]{2}){1,2}$")]
    pub region: String,
    /// Address.
    #[schema(min_length = 1, max_length = 300)]
    pub address: String,
    /// Who speaks for the job office.
    pub contact: Contact,
    /// Number and date of the head's decree that founded the job office.
    #[schema(min_length = 1, max_length = 120)]
    pub decree: String,
    /// Number and date of the school's licence.
    #[schema(min_length = 1, max_length = 120)]
    pub licence: String,
}

impl NewSchool {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            npsn: "20600001".into(),
            name: "SMK Contoh 1 Cilegon".into(),
            level: SchoolLevel::Secondary,
            region: "36.72".into(),
            address: "Jalan Contoh 2, Cilegon".into(),
            contact: Contact { name: "Guru BKK".into(), email: "bkk@smk-contoh.example".into(), phone: None },
            decree: "SK Kepala Sekolah 421/12 tanggal 5 Januari 2026".into(),
            licence: "Izin operasional 800/4 tanggal 1 Juli 2019".into(),
        }
    }
}

/// Changes of a school, as a merge patch (RFC 7396).
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolPatch {
    /// Name. Under another one it is looked at again.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 160)]
    pub name: Option<String>,
    /// District or sub-district. Another district is another office, which looks at it again.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9]{2}(\\.[0-9]{2}){1,2}$")]
    pub region: Option<String>,
    /// Address.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 300)]
    pub address: Option<String>,
    /// Contact, whole.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact: Option<Contact>,
    /// Decree.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 120)]
    pub decree: Option<String>,
    /// Licence.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 120)]
    pub licence: Option<String>,
}

impl SchoolPatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { address: Some("Jalan Contoh 3, Cilegon".into()), ..Self::default() }
    }

    /// The school as it would be after the patch.
    #[must_use]
    pub fn onto(self, school: NewSchool) -> NewSchool {
        NewSchool {
            name: self.name.unwrap_or(school.name),
            region: self.region.unwrap_or(school.region),
            address: self.address.unwrap_or(school.address),
            contact: self.contact.unwrap_or(school.contact),
            decree: self.decree.unwrap_or(school.decree),
            licence: self.licence.unwrap_or(school.licence),
            npsn: school.npsn,
            level: school.level,
        }
    }
}

disnaker_entity::words! {
    /// What the months without a report mean.
    Silence {
        /// It reports.
        None = "none",
        /// It has been silent for so long that the office should look at it.
        Evaluate = "evaluate",
        /// It has been silent for so long that it counts as inactive.
        Inactive = "inactive",
    }
}

/// A school.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SchoolView {
    /// Id.
    pub id: SchoolId,
    /// National school number.
    pub npsn: String,
    /// Name.
    pub name: String,
    /// What kind of school it is.
    pub level: SchoolLevel,
    /// District or sub-district.
    pub region: String,
    /// Address.
    pub address: String,
    /// Who speaks for the job office.
    pub contact: Contact,
    /// Decree.
    pub decree: String,
    /// Licence.
    pub licence: String,
    /// The office that registers it.
    pub office: String,
    /// Status.
    pub status: SchoolStatus,
    /// Number of the registration.
    #[schema(required, example = "BKK-36.72-2026-000004")]
    pub number: Option<String>,
    /// What the office said to its decision.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// When the office decided.
    #[schema(required)]
    pub decided_at: Option<DateTime<Utc>>,
    /// When it last reported; before the first report, when it was registered.
    #[schema(required)]
    pub heard_on: Option<NaiveDate>,
    /// What the months since then mean.
    pub silence: Silence,
    /// When it applied.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for SchoolView {
    const VIEW: &'static str = "school";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of schools.
    SchoolPage of SchoolView
}

/// Filter of the list of schools.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SchoolFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<SchoolStatus>,
    /// Office.
    pub office: Option<String>,
    /// National school number.
    pub npsn: Option<String>,
    /// What the months without a report mean: `evaluate` and `inactive` are registered schools that should be looked at.
    #[param(inline)]
    pub silence: Option<Silence>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Why a school is refused or ended.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolReason {
    /// Reason, which the school can read.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl SchoolReason {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "SK pendirian BKK belum ditandatangani kepala sekolah".into() }
    }
}

/// Men and women.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MenAndWomen {
    /// Men.
    #[schema(minimum = 0, maximum = 100_000)]
    pub men: i32,
    /// Women.
    #[schema(minimum = 0, maximum = 100_000)]
    pub women: i32,
}

/// What a job office did over some months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSchoolReport {
    /// First month.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}$", example = "2026-07")]
    pub from_month: String,
    /// Last month, at most eleven after the first; it is over.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}$", example = "2026-10")]
    pub until_month: String,
    /// Alumni who asked for work.
    pub registered: MenAndWomen,
    /// Those who were placed in the school's own province (Antar Kerja Lokal, AKL).
    pub placed_local: MenAndWomen,
    /// Those who were placed in another province (Antar Kerja Antar Daerah, AKAD). A school places nobody abroad.
    pub placed_other_provinces: MenAndWomen,
    /// Vacancies that employers gave it, in persons.
    #[schema(minimum = 0, maximum = 100_000)]
    pub vacancies: i32,
    /// What there is to say to it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1000)]
    pub note: Option<String>,
}

impl NewSchoolReport {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            from_month: "2026-07".into(),
            until_month: "2026-10".into(),
            registered: MenAndWomen { men: 64, women: 71 },
            placed_local: MenAndWomen { men: 22, women: 19 },
            placed_other_provinces: MenAndWomen { men: 6, women: 2 },
            vacancies: 58,
            note: None,
        }
    }
}

/// Changes of a report, as a merge patch (RFC 7396): its months stay.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolReportPatch {
    /// Alumni who asked for work.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered: Option<MenAndWomen>,
    /// Placed in the school's own province.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub placed_local: Option<MenAndWomen>,
    /// Placed in another province.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub placed_other_provinces: Option<MenAndWomen>,
    /// Vacancies, in persons.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 100_000)]
    pub vacancies: Option<i32>,
    /// What there is to say to it; null clears it.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Option<String>>,
}

impl SchoolReportPatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { vacancies: Some(61), ..Self::default() }
    }

    /// The report as it would be after the patch.
    #[must_use]
    pub fn onto(self, report: NewSchoolReport) -> NewSchoolReport {
        NewSchoolReport {
            registered: self.registered.unwrap_or(report.registered),
            placed_local: self.placed_local.unwrap_or(report.placed_local),
            placed_other_provinces: self.placed_other_provinces.unwrap_or(report.placed_other_provinces),
            vacancies: self.vacancies.unwrap_or(report.vacancies),
            note: self.note.unwrap_or(report.note),
            ..report
        }
    }
}

/// A report of a school.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SchoolReportView {
    /// Id.
    pub id: SchoolReportId,
    /// School.
    pub school_id: SchoolId,
    /// First month.
    pub from_month: String,
    /// Last month.
    pub until_month: String,
    /// Alumni who asked for work.
    pub registered: MenAndWomen,
    /// Those who were placed in the school's own province.
    pub placed_local: MenAndWomen,
    /// Those who were placed in another province.
    pub placed_other_provinces: MenAndWomen,
    /// Vacancies that employers gave it, in persons.
    pub vacancies: i32,
    /// What there is to say to it.
    #[schema(required)]
    pub note: Option<String>,
    /// When it was filed.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl Resource for SchoolReportView {
    const VIEW: &'static str = "school-report";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of reports.
    SchoolReportPage of SchoolReportView
}

/// Filter of the list of reports.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SchoolReportFilter {
    /// School.
    pub school_id: Option<SchoolId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
