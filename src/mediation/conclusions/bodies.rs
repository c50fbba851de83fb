//! What crosses the wire.

use chrono::NaiveDate;
use disnaker_entity::mediation::CaseSide;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who signs a paper beside the mediator.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledger {
    /// Name, as papers state it.
    #[schema(min_length = 1, max_length = 160)]
    pub name: String,
    /// Function.
    #[schema(min_length = 1, max_length = 160)]
    pub function: String,
    /// Civil-service number (NIP).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 5, max_length = 30)]
    pub number: Option<String>,
}

/// What a recommendation says (anjuran, Permenakertrans 17/2014).
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationText {
    /// What the side that registered the dispute states.
    #[schema(min_length = 5, max_length = 10_000)]
    pub own_statement: String,
    /// What the other side states.
    #[schema(min_length = 5, max_length = 10_000)]
    pub other_statement: String,
    /// Legal considerations (pertimbangan hukum).
    #[schema(min_length = 5, max_length = 15_000)]
    pub considerations: String,
    /// What is recommended, point by point.
    #[schema(min_items = 1, max_items = 30)]
    pub points: Vec<String>,
    /// Who signs it beside the mediator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<Acknowledger>,
}

impl RecommendationText {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            own_statement: "Pekerja diberhentikan tanpa kesalahan dan meminta pesangon penuh.".into(),
            other_statement: "Pengusaha menyatakan efisiensi dan menawarkan setengah pesangon.".into(),
            considerations: "Efisiensi tidak didukung laporan keuangan yang diaudit.".into(),
            points: vec![
                "Pengusaha membayar uang pesangon sesuai ketentuan.".into(),
                "Pekerja menyerahkan surat pengunduran dari jabatan.".into(),
            ],
            acknowledged_by: None,
        }
    }
}

/// That a side received the recommendation.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationReceipt {
    /// The side; a party receives for its own, the desk says for which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<CaseSide>,
    /// The day on which the desk handed it over; today where it is absent, and for a party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
}

impl RecommendationReceipt {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { side: Some(CaseSide::Worker), received_on: None }
    }
}

/// What a side answers to the recommendation.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecommendationAnswer {
    /// The side; a party answers for its own, the desk says for which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<CaseSide>,
    /// Whether it accepts the recommendation; else it rejects it.
    pub accepts: bool,
    /// What it says to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4000)]
    pub note: Option<String>,
    /// The day on which the desk got the written answer; today where it is absent, and for a party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_on: Option<NaiveDate>,
}

impl NewRecommendationAnswer {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { side: Some(CaseSide::Worker), accepts: true, note: None, answered_on: None }
    }
}

/// What the parties agreed on.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettlementText {
    /// Terms, one by one.
    #[schema(min_items = 1, max_items = 50)]
    pub terms: Vec<String>,
    /// Where it was signed: its court is that of the place (UU 2/2004 arts. 7(3), 13(1)).
    #[schema(min_length = 1, max_length = 120)]
    pub place: String,
}

/// A settlement (perjanjian bersama, PB).
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSettlement {
    /// What was agreed on.
    pub text: SettlementText,
    /// The day on which both sides signed; today where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_on: Option<NaiveDate>,
}

impl NewSettlement {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let terms = vec![
            "Pengusaha membayar uang pesangon sebesar Rp36.000.000 paling lambat 14 hari kalender.".into(),
            "Para pihak tidak saling menuntut di kemudian hari.".into(),
        ];
        Self { text: SettlementText { terms, place: "Cilegon".into() }, signed_on: None }
    }
}

/// The registration of a settlement at the Industrial Relations Court.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CourtRegistration {
    /// The court: that of the place where it was signed.
    #[schema(min_length = 1, max_length = 160)]
    pub court: String,
    /// Number of the deed (akta bukti pendaftaran).
    #[schema(min_length = 1, max_length = 80)]
    pub number: String,
    /// Day.
    pub registered_on: NaiveDate,
}

impl CourtRegistration {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            court: "Pengadilan Hubungan Industrial pada Pengadilan Negeri Serang".into(),
            number: "45/Bip/2026/PHI.Srg".into(),
            registered_on: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default(),
        }
    }
}
