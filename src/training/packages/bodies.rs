//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::training::{
    CancelReason, EnrollmentStatus, EvidenceKind, Funding, InstructorId, PackageId, PackageStatus, ProgrammeId,
    ProviderId, ProviderKind, Site, TargetGroup, package,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::problem::{FaultView, Problem};
use crate::training::enrollments::rules::Criteria;
use crate::wire::{Resource, nullable, present};

/// A package to be planned.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPackage {
    /// Office that holds it.
    pub office: String,
    /// Programme, of the same office.
    pub programme_id: ProgrammeId,
    /// Provider, of the same office.
    pub provider_id: ProviderId,
    /// Year of the budget: that in which the class begins.
    #[schema(minimum = 2019, maximum = 2199)]
    pub year: i32,
    /// Who pays.
    pub funding: Funding,
    /// Where it is held.
    pub site: Site,
    /// Sub-district, for a Mobile Training Unit only.
    #[serde(default)]
    #[schema(example = "36.72.01")]
    pub region: Option<String>,
    /// Village (desa/kelurahan), for a Mobile Training Unit only.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub village: Option<String>,
    /// Seats; as the policy row `training.class-size` has it where it is absent, or `training.disability-class-size`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    pub capacity: Option<i32>,
    /// Why there are other than those.
    #[serde(default)]
    #[schema(min_length = 5, max_length = 300)]
    pub capacity_reason: Option<String>,
    /// Reserves beside them; as the policy row `training.reserves` has it where it is absent.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 20)]
    pub reserves: Option<i32>,
    /// For whom it is.
    pub target_group: TargetGroup,
    /// Papers of which one is asked for; as usual for the target group where it is absent.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub evidence: Option<Vec<EvidenceKind>>,
    /// What the class provides for disabilities; a class for people with disabilities says it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1000)]
    pub accommodation: Option<String>,
    /// By what applicants are ranked; half test, half interview where it is absent.
    #[serde(default)]
    pub criteria: Option<Criteria>,
    /// First day of applications.
    pub opens_on: NaiveDate,
    /// Last day of applications.
    pub closes_on: NaiveDate,
    /// Last day on which a reserve moves up; the first day of the class where it is absent.
    #[serde(default)]
    pub promote_until: Option<NaiveDate>,
    /// First day of the class.
    pub starts_on: NaiveDate,
    /// Last day of the class.
    pub ends_on: NaiveDate,
    /// Instructors, of the provider.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub instructor_ids: Vec<InstructorId>,
}

impl NewPackage {
    /// What a package says.
    ///
    /// # Errors
    /// A row that is not what was written.
    pub fn of(row: &package::Model, instructor_ids: Vec<InstructorId>) -> Result<Self, Problem> {
        Ok(Self {
            office: row.office.clone(),
            programme_id: row.programme_id,
            provider_id: row.provider_id,
            year: row.year,
            funding: row.funding,
            site: row.site,
            region: Some(row.region.clone()).filter(|_| row.site == Site::MobileUnit),
            village: row.village.clone(),
            capacity: Some(row.capacity),
            capacity_reason: row.capacity_reason.clone(),
            reserves: Some(row.reserves),
            target_group: row.target_group,
            evidence: Some(serde_json::from_str(&row.evidence).map_err(Problem::internal)?),
            accommodation: row.accommodation.clone(),
            criteria: Some(serde_json::from_str(&row.criteria).map_err(Problem::internal)?),
            opens_on: row.opens_on,
            closes_on: row.closes_on,
            promote_until: Some(row.promote_until),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            instructor_ids,
        })
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default();
        Self {
            office: "36.72".into(),
            programme_id: ProgrammeId(uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0004)),
            provider_id: ProviderId(uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0003)),
            year: 2026,
            funding: Funding::ApbdDistrict,
            site: Site::Centre,
            region: None,
            village: None,
            capacity: None,
            capacity_reason: None,
            reserves: None,
            target_group: TargetGroup::Public,
            evidence: None,
            accommodation: None,
            criteria: None,
            opens_on: day(11, 20),
            closes_on: day(11, 27),
            promote_until: None,
            starts_on: day(12, 1),
            ends_on: day(12, 24),
            instructor_ids: Vec::new(),
        }
    }
}

/// What changes of a package: all of it while it is planned. Once it is open, what was announced stays: seats, reserves, days of the
/// class, accommodation and instructors may still change.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackagePatch {
    /// Who pays.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub funding: Option<Funding>,
    /// Seats: no fewer than are taken.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 100)]
    pub capacity: Option<i32>,
    /// Why there are other than the policy row says.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 300)]
    pub capacity_reason: Option<Option<String>>,
    /// Reserves.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 20)]
    pub reserves: Option<i32>,
    /// Papers of which one is asked for.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 5)]
    pub evidence: Option<Vec<EvidenceKind>>,
    /// What the class provides for disabilities.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub accommodation: Option<Option<String>>,
    /// By what applicants are ranked.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub criteria: Option<Criteria>,
    /// First day of applications.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub opens_on: Option<NaiveDate>,
    /// Last day of applications.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closes_on: Option<NaiveDate>,
    /// Last day on which a reserve moves up.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub promote_until: Option<NaiveDate>,
    /// First day of the class.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub starts_on: Option<NaiveDate>,
    /// Last day of the class.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ends_on: Option<NaiveDate>,
    /// All instructors.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 10)]
    pub instructor_ids: Option<Vec<InstructorId>>,
}

impl PackagePatch {
    /// A package with what changes.
    #[must_use]
    pub fn onto(self, before: NewPackage) -> NewPackage {
        NewPackage {
            funding: self.funding.unwrap_or(before.funding),
            capacity: self.capacity.or(before.capacity),
            capacity_reason: self.capacity_reason.unwrap_or(before.capacity_reason),
            reserves: self.reserves.or(before.reserves),
            evidence: self.evidence.or(before.evidence),
            accommodation: self.accommodation.unwrap_or(before.accommodation),
            criteria: self.criteria.or(before.criteria),
            opens_on: self.opens_on.unwrap_or(before.opens_on),
            closes_on: self.closes_on.unwrap_or(before.closes_on),
            promote_until: self.promote_until.or(before.promote_until),
            starts_on: self.starts_on.unwrap_or(before.starts_on),
            ends_on: self.ends_on.unwrap_or(before.ends_on),
            instructor_ids: self.instructor_ids.unwrap_or(before.instructor_ids),
            ..before
        }
    }

    /// What of it was announced, by its pointers.
    #[must_use]
    pub fn announced(&self) -> Vec<&'static str> {
        let fields = [
            ("/funding", self.funding.is_some()),
            ("/evidence", self.evidence.is_some()),
            ("/criteria", self.criteria.is_some()),
            ("/opens_on", self.opens_on.is_some()),
            ("/closes_on", self.closes_on.is_some()),
        ];
        fields.into_iter().filter(|(_, said)| *said).map(|(pointer, _)| pointer).collect()
    }

    /// What of it is settled once the class runs, by its pointers.
    #[must_use]
    pub fn settled(&self) -> Vec<&'static str> {
        let fields = [
            ("/capacity", self.capacity.is_some()),
            ("/capacity_reason", self.capacity_reason.is_some()),
            ("/reserves", self.reserves.is_some()),
            ("/promote_until", self.promote_until.is_some()),
            ("/starts_on", self.starts_on.is_some()),
        ];
        let settled = fields.into_iter().filter(|(_, said)| *said).map(|(pointer, _)| pointer);
        self.announced().into_iter().chain(settled).collect()
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            capacity: Some(20),
            capacity_reason: Some(Some("Ruang praktik cukup untuk 20 peserta".into())),
            ..Self::default()
        }
    }
}

/// Why a package is cancelled.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageCancellation {
    /// Kind of reason.
    pub kind: CancelReason,
    /// Reason, shown to everybody.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl PackageCancellation {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { kind: CancelReason::Refocusing, reason: "Anggaran dialihkan (refocusing)".into() }
    }
}

/// A package.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PackageRow {
    /// Id.
    pub id: PackageId,
    /// Number.
    #[schema(example = "PKT-36.72-2026-000001")]
    pub number: String,
    /// Office that holds it.
    pub office: String,
    /// Programme.
    pub programme_id: ProgrammeId,
    /// Its name.
    pub programme: String,
    /// Its trade (kejuruan).
    pub trade: String,
    /// Provider.
    pub provider_id: ProviderId,
    /// Its name.
    pub provider: String,
    /// What it is.
    pub provider_kind: ProviderKind,
    /// Year of the budget.
    pub year: i32,
    /// Who pays.
    pub funding: Funding,
    /// Where it is held.
    pub site: Site,
    /// Region: the sub-district of a Mobile Training Unit, else the provider's.
    pub region: String,
    /// Village, for a Mobile Training Unit.
    #[schema(required)]
    pub village: Option<String>,
    /// Seats.
    pub capacity: i32,
    /// Why there are other than the policy row says.
    #[schema(required)]
    pub capacity_reason: Option<String>,
    /// Seats that are taken, or kept for an offer.
    pub taken: i32,
    /// Reserves that may be named. They have no seat, and are never counted as accepted.
    pub reserves: i32,
    /// Reserves that are named.
    pub reserved: i32,
    /// For whom it is.
    pub target_group: TargetGroup,
    /// First day of applications.
    pub opens_on: NaiveDate,
    /// Last day of applications.
    pub closes_on: NaiveDate,
    /// Last day on which a reserve moves up.
    pub promote_until: NaiveDate,
    /// First day of the class.
    pub starts_on: NaiveDate,
    /// Last day of the class.
    pub ends_on: NaiveDate,
    /// Where it stands.
    pub status: PackageStatus,
    /// Kind of reason for which it was cancelled.
    #[schema(required)]
    pub cancel_reason: Option<CancelReason>,
    /// Why it was cancelled.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

/// Where people stand in a package.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Standing {
    /// Where.
    pub status: EnrollmentStatus,
    /// How many.
    pub persons: i64,
}

/// A package with all that it announces.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PackageView {
    /// The package.
    #[serde(flatten)]
    pub package: PackageRow,
    /// Papers of which one is asked for.
    pub evidence: Vec<EvidenceKind>,
    /// What the class provides for disabilities.
    #[schema(required)]
    pub accommodation: Option<String>,
    /// By what applicants are ranked.
    pub criteria: Criteria,
    /// Instructors.
    pub instructor_ids: Vec<InstructorId>,
    /// How many stand where.
    pub standing: Vec<Standing>,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for PackageView {
    const VIEW: &'static str = "training-package";

    fn version(&self) -> i64 {
        self.package.version
    }
}

/// A class that has begun.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StartedPackage {
    /// The package.
    #[serde(flatten)]
    pub package: PackageView,
    /// Participants whose social security lacks something, where the office lets a class begin all the same.
    pub warnings: Vec<FaultView>,
}

impl Resource for StartedPackage {
    const VIEW: &'static str = PackageView::VIEW;

    fn version(&self) -> i64 {
        self.package.version()
    }
}

page! {
    /// A page of packages.
    PackagePage of PackageRow
}

/// Filter of the list of packages.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PackageFilter {
    /// Office.
    pub office: Option<String>,
    /// Year of the budget.
    pub year: Option<i32>,
    /// Where they stand.
    #[param(inline)]
    pub status: Option<PackageStatus>,
    /// Who pays.
    #[param(inline)]
    pub funding: Option<Funding>,
    /// Where they are held.
    #[param(inline)]
    pub site: Option<Site>,
    /// For whom they are.
    #[param(inline)]
    pub target_group: Option<TargetGroup>,
    /// Programme.
    pub programme_id: Option<ProgrammeId>,
    /// Provider.
    pub provider_id: Option<ProviderId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A package for which there is something to do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrainingWork {
    /// The package.
    #[serde(flatten)]
    pub package: PackageRow,
    /// The day of its next step: the last one of applications, the first or the last one of the class.
    pub next_on: NaiveDate,
    /// How many wait where.
    pub waiting: Vec<Standing>,
    /// Participants whose social security lacks something.
    pub uncovered: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

page! {
    /// A page of packages for which there is something to do.
    TrainingWorkPage of TrainingWork
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TrainingWorkFilter {
    /// Office.
    pub office: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
