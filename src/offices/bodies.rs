//! What crosses the wire in this room.

use disnaker_entity::office;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::reference::Codes;
use crate::wire::{Resource, nullable, present};

/// A manpower office (dinas tenaga kerja).
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficeView {
    /// Code: the region's, with a suffix for a second office in it.
    pub code: String,
    /// Name.
    pub name: String,
    /// Region: a province or a district.
    pub region: String,
    /// Name of the region.
    pub region_name: String,
    /// Hours east of UTC: 7, 8 or 9.
    pub utc_offset: i32,
    /// Time zone: `Asia/Jakarta` (WIB), `Asia/Makassar` (WITA) or `Asia/Jayapura` (WIT).
    pub time_zone: &'static str,
    /// Address; empty where it is not given yet.
    pub address: String,
    /// Telephone.
    #[schema(required)]
    pub phone: Option<String>,
    /// Opening hours, as people read them; empty where they are not given yet.
    pub opening_hours: String,
    /// Version.
    pub version: i64,
}

impl OfficeView {
    /// The view of a row.
    #[must_use]
    pub fn of(row: office::Model, codes: &Codes) -> Self {
        let region_name = codes.region(&row.region).map(|region| region.name.clone()).unwrap_or_default();
        Self {
            code: row.code,
            name: row.name,
            region: row.region,
            region_name,
            utc_offset: row.utc_offset,
            time_zone: time_zone(row.utc_offset),
            address: row.address,
            phone: row.phone,
            opening_hours: row.opening_hours,
            version: row.version,
        }
    }
}

/// The IANA name of a zone of the country.
const fn time_zone(utc_offset: i32) -> &'static str {
    match utc_offset {
        9 => "Asia/Jayapura",
        8 => "Asia/Makassar",
        _ => "Asia/Jakarta",
    }
}

impl Resource for OfficeView {
    const VIEW: &'static str = "office";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of offices.
    OfficePage of OfficeView
}

/// Filter of the list of offices.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OfficeFilter {
    /// Only in this region and those below it.
    pub region: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// What may change about an office.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficePatch {
    /// Name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 120)]
    pub name: Option<String>,
    /// Address.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 300)]
    pub address: Option<String>,
    /// Telephone; null takes it away.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 40)]
    pub phone: Option<Option<String>>,
    /// Opening hours, as people read them.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 200)]
    pub opening_hours: Option<String>,
}

impl OfficePatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            name: None,
            address: Some("Jalan Jenderal Sudirman 1, Cilegon".into()),
            phone: Some(Some("(0254) 000000".into())),
            opening_hours: Some("Senin-Kamis 08.00-15.00, Jumat 08.00-14.30".into()),
        }
    }
}
