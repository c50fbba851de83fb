//! What crosses the wire.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::card::{
    self, CardEnd, CardId, CardStatus, LegalisationId, ReportSituation, ReprintReason, legalisation, print, report,
};
use disnaker_entity::seeker::SeekerId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::wire::Resource;

disnaker_entity::words! {
    /// Where a report stands.
    ReportState {
        /// Filed.
        Filed = "filed",
        /// Its day has passed without it.
        Missed = "missed",
        /// The next one.
        Due = "due",
        /// Later.
        Later = "later",
    }
}

/// A six-monthly report of a card.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardReportView {
    /// The day by which it is due.
    pub due_on: NaiveDate,
    /// Where it stands.
    pub state: ReportState,
    /// The day on which it was filed.
    #[schema(required)]
    pub filed_on: Option<NaiveDate>,
    /// What the holder said.
    #[schema(required)]
    pub situation: Option<ReportSituation>,
}

/// A time that a card was printed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardPrintView {
    /// Which time: 1 is the first.
    pub number: i32,
    /// Why again.
    #[schema(required)]
    pub reason: Option<ReprintReason>,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, as the journal names them.
    pub by: String,
}

/// A time that copies of a card were legalised.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LegalisationView {
    /// Id.
    pub id: LegalisationId,
    /// How many copies.
    pub copies: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, as the journal names them.
    pub by: String,
}

/// An act of an officer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardAct {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, as the journal names them.
    pub by: String,
}

fn act(at: Option<DateTime<Utc>>, by: Option<String>) -> Option<CardAct> {
    Some(CardAct { at: at?, by: by? })
}

/// An AK-1 card in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardRow {
    /// Id.
    pub id: CardId,
    /// Number.
    #[schema(example = "AK1-36.72-2026-000045")]
    pub number: String,
    /// Whose it is.
    pub job_seeker_id: SeekerId,
    /// Office that keeps the record.
    pub office: String,
    /// Office that issued it.
    pub issued_by: String,
    /// Where it stands today.
    pub status: CardStatus,
    /// The day that stands on it: that of the first of the two acts.
    #[schema(required)]
    pub issued_on: Option<NaiveDate>,
    /// Last day.
    #[schema(required)]
    pub expires_on: Option<NaiveDate>,
    /// Which period it is: 1, and one more with each extension.
    pub period: i32,
    /// The day by which the next report is due.
    #[schema(required)]
    pub next_report_on: Option<NaiveDate>,
    /// Reports that were missed. They are a flag: the card holds all the same, unless the office's policy row
    /// `ak1.missed-report-ends-validity` says otherwise.
    pub missed_reports: i32,
    /// Signed in the office.
    #[schema(required)]
    pub signed: Option<CardAct>,
    /// Printed in the office.
    #[schema(required)]
    pub printed: Option<CardAct>,
    /// Since when it holds.
    #[schema(required)]
    pub active_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it was closed.
    #[schema(required)]
    pub end_reason: Option<CardEnd>,
    /// Why it was revoked.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// When it was prepared.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl CardRow {
    /// A row as it stands on a day.
    #[must_use]
    pub fn of(row: card::Model, today: NaiveDate) -> Self {
        Self {
            status: super::rules::standing(row.status, row.expires_on, today),
            id: row.id,
            number: row.number,
            job_seeker_id: row.seeker_id,
            office: row.office,
            issued_by: row.issued_by,
            issued_on: row.issued_on,
            expires_on: row.expires_on,
            period: row.period,
            next_report_on: row.next_report_on,
            missed_reports: row.missed_reports,
            signed: act(row.signed_at, row.signed_by),
            printed: act(row.printed_at, row.printed_by),
            active_at: row.active_at,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            status_reason: row.status_reason,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// An AK-1 card.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardView {
    /// The card.
    #[serde(flatten)]
    pub card: CardRow,
    /// Where anybody may check it; none before it is signed or printed.
    #[schema(required)]
    pub verification_url: Option<String>,
    /// What its QR code holds: that address, `#`, and a JWT for who has no network; none before it is signed or printed.
    #[schema(required)]
    pub code: Option<String>,
    /// Reports: those that were filed, and those of the period that runs.
    pub reports: Vec<CardReportView>,
    /// Every time that it was printed.
    pub prints: Vec<CardPrintView>,
    /// Every time that copies were legalised.
    pub legalisations: Vec<LegalisationView>,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for CardView {
    const VIEW: &'static str = "ak1_card";

    fn version(&self) -> i64 {
        self.card.version
    }
}

/// The reports of a card on a day: those that were filed, and those of the period that runs.
#[must_use]
pub fn reports(row: &card::Model, filed: Vec<report::Model>, today: NaiveDate) -> Vec<CardReportView> {
    let due = super::rules::Period::of(row).into_iter().flat_map(super::rules::Period::due).chain(row.next_report_on);
    let mut all: BTreeMap<NaiveDate, Option<report::Model>> = due.map(|due| (due, None)).collect();
    all.extend(filed.into_iter().map(|report| (report.due_on, Some(report))));
    let shown = |(due_on, filed): (NaiveDate, Option<report::Model>)| CardReportView {
        due_on,
        state: super::rules::report_state(due_on, filed.is_some(), row.next_report_on, today),
        filed_on: filed.as_ref().map(|report| report.filed_on),
        situation: filed.map(|report| report.situation),
    };
    all.into_iter().map(shown).collect()
}

impl From<print::Model> for CardPrintView {
    fn from(row: print::Model) -> Self {
        Self { number: row.number, reason: row.reason, at: row.printed_at, by: row.printed_by }
    }
}

impl From<legalisation::Model> for LegalisationView {
    fn from(row: legalisation::Model) -> Self {
        Self { id: row.id, copies: row.copies, at: row.done_at, by: row.done_by }
    }
}

page! {
    /// The cards of a person.
    CardPage of CardRow
}

/// Which cards of a person.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CardFilter {
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Who signs, as it is to stand on the paper.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardSignature {
    /// Name of the Pengantar Kerja; a line to write on where it is absent.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub name: Option<String>,
    /// Staff number (NIP).
    #[serde(default)]
    #[schema(min_length = 1, max_length = 30)]
    pub staff_number: Option<String>,
}

impl CardSignature {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { name: Some("Pengantar Contoh, S.Sos.".into()), staff_number: Some("19800101 200501 1 001".into()) }
    }
}

/// Why a card is printed again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reprint {
    /// Reason.
    pub reason: ReprintReason,
}

impl Reprint {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: ReprintReason::Lost }
    }
}

/// Why a card is taken back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardRevocation {
    /// Reason.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl CardRevocation {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Data yang disampaikan tidak benar".into() }
    }
}

/// A six-monthly report of a holder.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCardReport {
    /// What the holder says.
    pub situation: ReportSituation,
}

impl NewCardReport {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { situation: ReportSituation::Looking }
    }
}

/// Copies that are legalised.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLegalisation {
    /// How many.
    #[schema(minimum = 1, maximum = 20)]
    pub copies: i32,
}

impl NewLegalisation {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { copies: 3 }
    }
}

/// A card that waits to be signed or printed.
#[derive(Serialize, ToSchema)]
pub struct PickupRow {
    /// Card.
    pub id: CardId,
    /// Number.
    pub number: String,
    /// Whose it is.
    pub job_seeker_id: SeekerId,
    /// Their name.
    pub name: String,
    /// Office.
    pub office: String,
    /// Where it stands.
    pub status: CardStatus,
    /// Since when it waits.
    pub since: DateTime<Utc>,
    /// Version.
    pub version: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

page! {
    /// A page of cards that wait.
    PickupPage of PickupRow
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PickupFilter {
    /// Office.
    pub office: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// What anybody learns of a card by its token.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CardCheck {
    /// Where it stands today; only `active` holds.
    pub status: CardStatus,
    /// Whether it holds today.
    pub valid: bool,
    /// Number.
    pub number: String,
    /// Initials of the holder's name; null for a card that does not hold.
    #[schema(required, example = "S*** C***")]
    pub name: Option<String>,
    /// Office that issued it.
    pub office: String,
    /// Name of that office.
    pub office_name: String,
    /// The day that stands on it.
    #[schema(required)]
    pub issued_on: Option<NaiveDate>,
    /// Last day.
    #[schema(required)]
    pub expires_on: Option<NaiveDate>,
    /// The day on which it ended.
    #[schema(required)]
    pub ended_on: Option<NaiveDate>,
    /// What this answer is not.
    pub note: String,
}
