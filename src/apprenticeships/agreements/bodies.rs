//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::apprenticeship::agreement::Model;
use disnaker_entity::apprenticeship::{
    ApprenticeshipAgreementId, ApprenticeshipAgreementStatus, ApprenticeshipProgrammeId, CoverPayer,
};
use disnaker_entity::company::CompanyId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::apprenticeships::programmes::bodies::PocketMoney;
use crate::page;
use crate::wire::Resource;

/// What both sides agree on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprenticeshipTerms {
    /// The day of signing: from the approval of the programme to today.
    pub signed_on: NaiveDate,
    /// First day, within the programme and not before the signing.
    pub starts_on: NaiveDate,
    /// Last day, within the programme.
    pub ends_on: NaiveDate,
    /// Pocket money: together no less than the programme says.
    pub pocket_money: PocketMoney,
}

/// The cover of a participant by social security: work accidents (JKK) and death (JKM), both.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprenticeshipCover {
    /// The participant's number at BPJS Ketenagakerjaan.
    #[schema(min_length = 6, max_length = 20, pattern = "^[0-9A-Za-z]{6,20}$")]
    pub member_number: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// Who pays.
    pub payer: CoverPayer,
}

impl ApprenticeshipCover {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let (from, until) = (day(2027, 1, 1), day(2027, 6, 30));
        Self { member_number: "26000000001".into(), from, until, payer: CoverPayer::Company }
    }
}

/// An agreement to be filed.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApprenticeshipAgreement {
    /// Number of the participant's AK-1 card, which holds.
    #[schema(min_length = 1, max_length = 40)]
    pub ak1_number: String,
    /// Their name as on the identity card.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// What was agreed on.
    pub terms: ApprenticeshipTerms,
    /// The cover, where it is known already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<ApprenticeshipCover>,
}

impl ApprenticeshipTerms {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        Self {
            signed_on: day(2026, 11, 23),
            starts_on: day(2027, 1, 4),
            ends_on: day(2027, 6, 30),
            pocket_money: PocketMoney { transport: 600_000, meals: 900_000, incentive: 500_000 },
        }
    }
}

impl NewApprenticeshipAgreement {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            ak1_number: "AK1-36.72-2026-000001".into(),
            name: "Siti Contoh".into(),
            terms: ApprenticeshipTerms::sample(),
            cover: Some(ApprenticeshipCover::sample()),
        }
    }
}

/// An agreement that was sent back, to be filed again.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MendedApprenticeshipAgreement {
    /// What is agreed on now.
    pub terms: ApprenticeshipTerms,
    /// The cover; where it is absent, the one that is known stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<ApprenticeshipCover>,
}

impl MendedApprenticeshipAgreement {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { terms: ApprenticeshipTerms::sample(), cover: None }
    }
}

/// That a participant has gone through the whole of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprenticeshipCompletion {
    /// Number of the certificate that the participant was given.
    #[schema(min_length = 1, max_length = 60)]
    pub certificate: String,
}

impl ApprenticeshipCompletion {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { certificate: "SERT/2027/LAS/001".into() }
    }
}

/// What of an agreement is sealed: what the company wrote of the participant.
#[derive(Serialize, Deserialize)]
pub struct Said {
    /// Name.
    pub name: String,
    /// Cover.
    pub cover: Option<ApprenticeshipCover>,
}

/// An agreement in a list.
#[derive(Serialize, ToSchema)]
pub struct ApprenticeshipAgreementRow {
    /// Id.
    pub id: ApprenticeshipAgreementId,
    /// Programme.
    pub programme_id: ApprenticeshipProgrammeId,
    /// Company.
    pub company_id: CompanyId,
    /// The office that endorses.
    pub office: String,
    /// Status.
    pub status: ApprenticeshipAgreementStatus,
    /// Number of the participant's AK-1 card; empty once it was forgotten.
    pub ak1_number: String,
    /// The participant's name, as the company wrote it; null once it was forgotten.
    #[schema(required)]
    pub name: Option<String>,
    /// The day of signing.
    pub signed_on: NaiveDate,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Whether the participant is covered by JKK and JKM from the first day to the last one.
    pub covered: bool,
    /// When it was filed, the last time.
    pub filed_at: DateTime<Utc>,
    /// The day of the endorsement.
    #[schema(required)]
    pub endorsed_on: Option<NaiveDate>,
    /// The day on which it was completed, ended or taken back.
    #[schema(required)]
    pub ended_on: Option<NaiveDate>,
    /// Version.
    pub version: i64,
}

impl ApprenticeshipAgreementRow {
    /// A row with the participant's name.
    #[must_use]
    pub fn new(row: &Model, name: Option<String>) -> Self {
        Self {
            id: row.id,
            programme_id: row.programme_id,
            company_id: row.company_id,
            office: row.office.clone(),
            status: row.status,
            ak1_number: row.ak1_number.clone(),
            name,
            signed_on: row.signed_on,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            covered: row.covered,
            filed_at: row.filed_at,
            endorsed_on: row.endorsed_on,
            ended_on: row.ended_on,
            version: row.version,
        }
    }
}

/// An agreement of apprenticeship.
#[derive(Serialize, ToSchema)]
pub struct ApprenticeshipAgreementView {
    /// The agreement.
    #[serde(flatten)]
    pub agreement: ApprenticeshipAgreementRow,
    /// Name of the company.
    pub company_name: String,
    /// Title of the programme.
    pub programme_title: String,
    /// KBJI code of the occupation.
    pub occupation: String,
    /// What the participant qualifies for.
    pub qualification: String,
    /// Pocket money a month.
    pub pocket_money: PocketMoney,
    /// The cover, where it is known: for the office that decides, the company and the participant; null for everybody else.
    #[schema(required)]
    pub cover: Option<ApprenticeshipCover>,
    /// The last day for the office's answer, while it is awaited.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// What the office found missing, the last time.
    pub missing: Vec<String>,
    /// Number of the certificate.
    #[schema(required)]
    pub certificate: Option<String>,
    /// Why it ended before its time.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// What the law says of who takes part without an endorsed agreement.
    pub note: String,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for ApprenticeshipAgreementView {
    const VIEW: &'static str = "agreement";

    fn version(&self) -> i64 {
        self.agreement.version
    }
}

page! {
    /// A page of agreements of apprenticeship.
    ApprenticeshipAgreementPage of ApprenticeshipAgreementRow
}

/// Filter of the list of agreements.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ApprenticeshipAgreementFilter {
    /// Programme.
    pub programme_id: Option<ApprenticeshipProgrammeId>,
    /// Status.
    #[param(inline)]
    pub status: Option<ApprenticeshipAgreementStatus>,
    /// The office that endorses.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
