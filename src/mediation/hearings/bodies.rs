//! What crosses the wire.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use disnaker_entity::mediation::hearing::Model;
use disnaker_entity::mediation::{CaseSide, HearingId, HearingKind, HearingMode, HearingStatus, MediationCaseId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Resource;

/// A hearing to which both sides are summoned.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHearing {
    /// Clarification before the mediation, or mediation.
    pub kind: HearingKind,
    /// In the office or by a link.
    pub mode: HearingMode,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// The place; for one by a link its address (`https://…`). Both sides read it, nobody else.
    #[schema(min_length = 3, max_length = 500)]
    pub place: String,
}

impl NewHearing {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            kind: HearingKind::Mediation,
            mode: HearingMode::Online,
            starts_at: Utc.with_ymd_and_hms(2026, 11, 27, 2, 0, 0).single().unwrap_or_default(),
            place: "https://rapat.contoh.go.id/ruang-mediasi-1".into(),
        }
    }
}

/// Who of a side came.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// Side.
    pub side: CaseSide,
    /// Whether somebody came.
    pub present: bool,
    /// Who came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    pub by: Option<String>,
}

/// Minutes of a hearing (risalah).
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HearingMinutes {
    /// Who came, each side once.
    #[schema(min_items = 2, max_items = 2)]
    pub attendance: Vec<Attendance>,
    /// What the side that registered the dispute said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 10_000)]
    pub own_statement: Option<String>,
    /// What the other side said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 10_000)]
    pub other_statement: Option<String>,
    /// How it went and how it ended.
    #[schema(min_length = 5, max_length = 10_000)]
    pub conclusion: String,
}

impl HearingMinutes {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let came = |side, by: &str| Attendance { side, present: true, by: Some(by.to_owned()) };
        Self {
            attendance: vec![came(CaseSide::Worker, "Budi Contoh"), came(CaseSide::Employer, "Manajer HRD")],
            own_statement: Some("Pekerja meminta pesangon penuh.".into()),
            other_statement: Some("Pengusaha menawarkan setengah pesangon.".into()),
            conclusion: "Belum tercapai kesepakatan; sidang dilanjutkan.".into(),
        }
    }
}

/// A hearing that was held.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldHearing {
    /// The hearing to which the sides were summoned.
    pub hearing_id: HearingId,
    /// Its minutes.
    pub minutes: HearingMinutes,
}

impl HeldHearing {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let hearing_id = HearingId(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_000a));
        Self { hearing_id, minutes: HearingMinutes::sample() }
    }
}

/// A hearing.
#[derive(Clone, Serialize, ToSchema)]
pub struct HearingView {
    /// Id.
    pub id: HearingId,
    /// The case.
    pub case_id: MediationCaseId,
    /// Its number among the hearings of the case.
    pub position: i32,
    /// What it is for.
    pub kind: HearingKind,
    /// How people attend.
    pub mode: HearingMode,
    /// Where it stands.
    pub status: HearingStatus,
    /// Number of the summons.
    pub number: String,
    /// The day of the summons.
    pub summoned_on: NaiveDate,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// Place, or link; null once it was forgotten.
    #[schema(required)]
    pub place: Option<String>,
    /// The day on which it was held.
    #[schema(required)]
    pub held_on: Option<NaiveDate>,
    /// Its minutes.
    #[schema(required)]
    pub minutes: Option<HearingMinutes>,
    /// Version.
    pub version: i64,
}

impl HearingView {
    /// The view of a row, with what was opened of it.
    #[must_use]
    pub fn of(row: &Model, place: Option<String>, minutes: Option<HearingMinutes>) -> Self {
        Self {
            id: row.id,
            case_id: row.case_id,
            position: row.position,
            kind: row.kind,
            mode: row.mode,
            status: row.status,
            number: row.number.clone(),
            summoned_on: row.summoned_on,
            starts_at: row.starts_at,
            place,
            held_on: row.held_on,
            minutes,
            version: row.version,
        }
    }
}

impl Resource for HearingView {
    const VIEW: &'static str = "mediation-hearing";

    fn version(&self) -> i64 {
        self.version
    }
}

/// The hearings of a case in their order.
#[derive(Serialize, ToSchema)]
pub struct HearingsView {
    /// Hearings.
    pub data: Vec<HearingView>,
}
