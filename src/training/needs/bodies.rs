//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::training::{PackageId, PackageStatus};
use disnaker_entity::training_need::need::Model;
use disnaker_entity::training_need::{NeedForum, NeedPriority, TrainingNeedId, TrainingNeedStatus};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;
use crate::problem::Problem;
use crate::wire::Resource;

/// Where and when industry told its need.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedMeeting {
    /// Which meeting.
    pub forum: NeedForum,
    /// Its day: none to come.
    pub held_on: NaiveDate,
    /// Its place.
    #[schema(min_length = 1, max_length = 160)]
    pub place: String,
}

/// A need that industry tells an office.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrainingNeed {
    /// Office that hears it; that of the company where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// The registered company whose need it is; a company names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_id: Option<CompanyId>,
    /// Who needs it; the company's name where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 160)]
    pub organisation: Option<String>,
    /// Where it was told; an office says it, a company may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<NeedMeeting>,
    /// KBJI code of the occupation.
    pub occupation: String,
    /// What people are to learn, in words.
    #[schema(min_length = 1, max_length = 300)]
    pub skill: String,
    /// Codes of competence units (SKKNI), where they are known.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub units: Vec<String>,
    /// Persons.
    #[schema(minimum = 1, maximum = 10_000)]
    pub persons: i32,
    /// How urgent it is.
    pub priority: NeedPriority,
    /// The day by which they are wanted: not before the meeting, nor before today where there was none.
    pub wanted_by: NaiveDate,
    /// What else there is to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    pub note: Option<String>,
}

impl NewTrainingNeed {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default();
        let meeting =
            NeedMeeting { forum: NeedForum::Fkjppid, held_on: day(11, 19), place: "Aula UPTD BLK Contoh".into() };
        Self {
            office: Some("36.72".into()),
            company_id: None,
            organisation: Some("Asosiasi HRD Contoh".into()),
            meeting: Some(meeting),
            occupation: "72".into(),
            skill: "Mekanik mesin garmen".into(),
            units: vec!["C.14MJG00.001.1".into()],
            persons: 20,
            priority: NeedPriority::High,
            wanted_by: day(12, 31),
            note: None,
        }
    }
}

/// A need, as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrainingNeedRow {
    /// Id.
    pub id: TrainingNeedId,
    /// Office that heard it.
    pub office: String,
    /// The registered company whose need it is.
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    /// Who needs it.
    pub organisation: String,
    /// Whether the company proposed it itself; else the office wrote it down.
    pub by_company: bool,
    /// KBJI code of the occupation.
    pub occupation: String,
    /// What people are to learn.
    pub skill: String,
    /// Persons.
    pub persons: i32,
    /// How urgent it is.
    pub priority: NeedPriority,
    /// The day by which they are wanted.
    pub wanted_by: NaiveDate,
    /// Where it stands.
    pub status: TrainingNeedStatus,
    /// When it was told.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl From<&Model> for TrainingNeedRow {
    fn from(row: &Model) -> Self {
        Self {
            id: row.id,
            office: row.office.clone(),
            company_id: row.company_id,
            organisation: row.organisation.clone(),
            by_company: row.by_company,
            occupation: row.occupation.clone(),
            skill: row.skill.clone(),
            persons: row.persons,
            priority: row.priority,
            wanted_by: row.wanted_by,
            status: row.status,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// A package that answers a need.
#[derive(Clone, Debug, Serialize, ToSchema, FromQueryResult)]
pub struct NeedPackageView {
    /// The package.
    pub package_id: PackageId,
    /// Its number.
    pub number: String,
    /// Where it stands; the seats of a cancelled one are none.
    pub status: PackageStatus,
    /// First day of the class.
    pub starts_on: NaiveDate,
    /// Seats of it that are for this need.
    pub seats: i32,
}

/// A need.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrainingNeedView {
    /// The need.
    #[serde(flatten)]
    pub need: TrainingNeedRow,
    /// Where it was told.
    #[schema(required)]
    pub meeting: Option<NeedMeeting>,
    /// Codes of competence units.
    pub units: Vec<String>,
    /// What else there is to say.
    #[schema(required)]
    pub note: Option<String>,
    /// Packages that answer it, in the order of their numbers.
    pub packages: Vec<NeedPackageView>,
    /// Why it was declined or opened again.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl TrainingNeedView {
    /// The view of a row.
    ///
    /// # Errors
    /// A row that is not what was written.
    pub fn of(
        row: &Model,
        packages: Vec<NeedPackageView>,
        allowed_actions: Vec<&'static str>,
    ) -> Result<Self, Problem> {
        let meeting = row.forum.zip(row.held_on).zip(row.place.clone());
        Ok(Self {
            need: TrainingNeedRow::from(row),
            meeting: meeting.map(|((forum, held_on), place)| NeedMeeting { forum, held_on, place }),
            units: serde_json::from_str(&row.units).map_err(Problem::internal)?,
            note: row.note.clone(),
            packages,
            status_reason: row.status_reason.clone(),
            allowed_actions,
        })
    }
}

impl Resource for TrainingNeedView {
    const VIEW: &'static str = "training-need";

    fn version(&self) -> i64 {
        self.need.version
    }
}

page! {
    /// A page of needs.
    TrainingNeedPage of TrainingNeedRow
}

/// Filter of the list of needs.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TrainingNeedFilter {
    /// Office.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Where they stand.
    #[param(inline)]
    pub status: Option<TrainingNeedStatus>,
    /// How urgent they are.
    #[param(inline)]
    pub priority: Option<NeedPriority>,
    /// KBJI code of the occupation.
    pub occupation: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A package that is to answer a need.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedPackage {
    /// The package, of the same office and not cancelled.
    pub package_id: PackageId,
    /// Seats of it that are for this need; where it is absent, as many as the need lacks and no other need has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    pub seats: Option<i32>,
}

/// The packages that answer a need: all of them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedAnswer {
    /// Packages.
    #[schema(min_items = 1, max_items = 10)]
    pub packages: Vec<NeedPackage>,
}

impl NeedAnswer {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let package_id = PackageId(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0005));
        Self { packages: vec![NeedPackage { package_id, seats: Some(16) }] }
    }
}

/// Why a need is declined or opened again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingNeedReason {
    /// Reason, shown to who proposed it.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl TrainingNeedReason {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Kebutuhan serupa sudah dijawab paket lain".into() }
    }
}
