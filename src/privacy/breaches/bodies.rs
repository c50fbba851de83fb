//! What crosses the wire.

use chrono::{DateTime, Utc};
use disnaker_entity::privacy::{DataBreachId, DataBreachStatus};
use disnaker_entity::seeker::SeekerId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::wire::{Resource, nullable, present};

/// Whose data it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Affected {
    /// Records, where they are known.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub job_seeker_ids: Vec<SeekerId>,
    /// A description, where they are not.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 2000)]
    pub description: Option<String>,
}

/// A breach that was found.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDataBreach {
    /// Office.
    #[schema(min_length = 2, max_length = 12)]
    pub office: String,
    /// When the office found it: the clock runs from then.
    pub found_at: DateTime<Utc>,
    /// Which data.
    #[schema(min_length = 1, max_length = 2000)]
    pub data: String,
    /// Of how many persons, as far as it is known.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub persons: Option<i64>,
    /// When and how it happened.
    #[schema(min_length = 1, max_length = 4000)]
    pub happened: String,
    /// What is done about it.
    #[schema(min_length = 1, max_length = 4000)]
    pub handling: String,
    /// Whose data it is.
    #[serde(default)]
    pub affected: Affected,
}

impl NewDataBreach {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            office: "36.72".into(),
            found_at: DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default(),
            data: "Nama dan nomor telepon".into(),
            persons: Some(12),
            happened: "Daftar cetak tertinggal di ruang tunggu".into(),
            handling: "Daftar diambil kembali; daftar tidak dicetak lagi".into(),
            affected: Affected { job_seeker_ids: Vec::new(), description: Some("Peserta antrean hari itu".into()) },
        }
    }
}

/// What is known by now; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataBreachPatch {
    /// Which data.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 2000)]
    pub data: Option<String>,
    /// Of how many persons; null where it is not known.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1_000_000_000)]
    pub persons: Option<Option<i64>>,
    /// When and how it happened.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 4000)]
    pub happened: Option<String>,
    /// What is done about it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 4000)]
    pub handling: Option<String>,
    /// Whose data it is.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub affected: Option<Affected>,
}

impl DataBreachPatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { persons: Some(Some(14)), ..Self::default() }
    }

    /// The breach as it would be after the patch.
    #[must_use]
    pub fn onto(self, before: NewDataBreach) -> NewDataBreach {
        NewDataBreach {
            data: self.data.unwrap_or(before.data),
            persons: self.persons.unwrap_or(before.persons),
            happened: self.happened.unwrap_or(before.happened),
            handling: self.handling.unwrap_or(before.handling),
            affected: self.affected.unwrap_or(before.affected),
            ..before
        }
    }
}

/// That somebody was told in writing.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// When; now where it is absent.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
}

impl Notice {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self::default()
    }
}

/// How it ended.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// How, and what keeps it from happening again; or why it was none.
    #[schema(min_length = 5, max_length = 2000)]
    pub reason: String,
}

impl Ending {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Daftar lengkap kembali; petugas diingatkan".into() }
    }
}

/// A breach.
#[derive(Debug, Serialize, ToSchema)]
pub struct DataBreachView {
    /// Id.
    pub id: DataBreachId,
    /// Status.
    pub status: DataBreachStatus,
    /// Office.
    pub office: String,
    /// When the office found it.
    pub found_at: DateTime<Utc>,
    /// Which data.
    pub data: String,
    /// Of how many persons, as far as it is known.
    #[schema(required)]
    pub persons: Option<i64>,
    /// When and how it happened.
    pub happened: String,
    /// What is done about it.
    pub handling: String,
    /// Whose data it is.
    pub affected: Affected,
    /// Until when the persons and the authority are told: 72 hours of clock time, nights and days off counted.
    pub due_at: DateTime<Utc>,
    /// When the authority was told.
    #[schema(required)]
    pub authority_notified_at: Option<DateTime<Utc>>,
    /// When the persons were told.
    #[schema(required)]
    pub subjects_notified_at: Option<DateTime<Utc>>,
    /// Whether somebody was told too late, or still is not when it was due.
    pub late: bool,
    /// How it ended.
    #[schema(required)]
    pub closing: Option<String>,
    /// When it ended.
    #[schema(required)]
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for DataBreachView {
    const VIEW: &'static str = "data-breach";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of the register.
    DataBreachPage of DataBreachView
}

/// Filter of the register.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DataBreachFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<DataBreachStatus>,
    /// Office.
    pub office: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
