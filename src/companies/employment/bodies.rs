//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::company::CompanyId;
use disnaker_entity::employment::{EmploymentReportId, EmploymentReportStatus, Model, Occasion};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::wire::Resource;

disnaker_entity::words! {
    /// What rules the work beside the contracts.
    WorkRules {
        /// Neither.
        None = "none",
        /// Company regulation (peraturan perusahaan, PP).
        CompanyRegulation = "company_regulation",
        /// Collective agreement (perjanjian kerja bersama, PKB).
        CollectiveAgreement = "collective_agreement",
    }
}

/// The workers of a company on the day of the report, apprentices apart. Sex, age and contract each count everybody once.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Workers {
    /// Men.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub men: i32,
    /// Women.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub women: i32,
    /// Under 18 years.
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub under_18: i32,
    /// 18 years and over.
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub adults: i32,
    /// Without an end of contract (PKWTT).
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub permanent: i32,
    /// With a fixed term (PKWT).
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub fixed_term: i32,
    /// Of all, foreigners (TKA).
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub foreign: i32,
    /// Of all, those with disabilities.
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub with_disability: i32,
    /// Of all, those whom social security (BPJS Ketenagakerjaan) covers.
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub with_social_security: i32,
}

/// Coming and going.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Turnover {
    /// Hired in the last twelve months.
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub hired: i32,
    /// Left in the last twelve months.
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub left: i32,
    /// Persons that the company means to hire in the next twelve months.
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub planned_vacancies: i32,
}

/// Wages, rupiah a month.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wages {
    /// The lowest.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub lowest: i64,
    /// The highest.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub highest: i64,
}

/// What a report says of the company beside its number and day.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Employment {
    /// Workers.
    pub workers: Workers,
    /// Apprentices (peserta pemagangan), who are no workers.
    #[schema(minimum = 0, maximum = 2_000_000)]
    pub apprentices: i32,
    /// Coming and going.
    pub turnover: Turnover,
    /// Wages.
    pub wages: Wages,
    /// Company regulation or collective agreement.
    pub work_rules: WorkRules,
    /// Whether there is a union (serikat pekerja).
    pub union: bool,
    /// Whether there is a bipartite body (LKS Bipartit).
    pub bipartite_body: bool,
    /// Hours of a full week.
    #[schema(minimum = 1, maximum = 168)]
    pub weekly_hours: i32,
}

/// A report that is filed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEmploymentReport {
    /// Why it is filed.
    pub occasion: Occasion,
    /// The day of founding, re-starting, moving or closing; for a yearly report the first day of the month that it is about. A day
    /// to come makes a report of moving or closing the notice that is due before it.
    pub occurred_on: NaiveDate,
    /// The filed report that this one corrects and supersedes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<EmploymentReportId>,
    /// What it says.
    pub employment: Employment,
}

impl NewEmploymentReport {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            occasion: Occasion::Yearly,
            occurred_on: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap_or_default(),
            corrects: None,
            employment: Employment {
                workers: Workers {
                    men: 180,
                    women: 40,
                    under_18: 0,
                    adults: 220,
                    permanent: 150,
                    fixed_term: 70,
                    foreign: 2,
                    with_disability: 2,
                    with_social_security: 220,
                },
                apprentices: 12,
                turnover: Turnover { hired: 25, left: 11, planned_vacancies: 15 },
                wages: Wages { lowest: 5_200_000, highest: 48_000_000 },
                work_rules: WorkRules::CompanyRegulation,
                union: true,
                bipartite_body: true,
                weekly_hours: 40,
            },
        }
    }
}

/// The share of workers with disabilities (UU 8/2016 art. 53).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DisabilityShare {
    /// Workers.
    pub workers: i32,
    /// Of them, those with disabilities.
    pub with_disability: i32,
    /// Least share, in percent: the policy `disability.public-quota` for companies of the state or of a region, else
    /// `disability.private-quota`.
    pub required_percent: i64,
    /// Persons that the share asks for; null where it is less than one person, since the law does not say how to round.
    #[schema(required)]
    pub required: Option<i64>,
    /// Whether they are there; null where no person is asked for.
    #[schema(required)]
    pub met: Option<bool>,
    /// Law and article, in the language asked for.
    pub law: String,
}

/// The cap on apprentices (Permenaker 6/2020).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApprenticeCap {
    /// Largest share of the workers, in percent: the policy `apprenticeship.cap`.
    pub percent: i64,
    /// Most apprentices.
    pub most: i64,
    /// Apprentices.
    pub apprentices: i32,
    /// Whether they are no more than that.
    pub kept: bool,
    /// Law and article, in the language asked for.
    pub law: String,
}

/// A report in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmploymentReportRow {
    /// Id.
    pub id: EmploymentReportId,
    /// Company.
    pub company_id: CompanyId,
    /// Receiving office.
    pub office: String,
    /// Status.
    pub status: EmploymentReportStatus,
    /// Receipt number.
    pub number: String,
    /// The agent that filed it by a mandate; null where the company did itself.
    #[schema(required)]
    pub filed_by_company: Option<CompanyId>,
    /// The report that it corrects.
    #[schema(required)]
    pub corrects: Option<EmploymentReportId>,
    /// Why it was filed.
    pub occasion: Occasion,
    /// The day, or month, that it is about.
    pub occurred_on: NaiveDate,
    /// Whether it is a notice: filed before that day.
    pub notice: bool,
    /// The day of filing; a correction keeps that of what it corrects.
    pub filed_on: NaiveDate,
    /// The last day for it; null where it had none.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// Whether it was filed after that day.
    pub late: bool,
    /// Workers.
    pub workers: i32,
    /// Of them, those with disabilities.
    pub with_disability: i32,
    /// Apprentices.
    pub apprentices: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl From<&Model> for EmploymentReportRow {
    fn from(row: &Model) -> Self {
        Self {
            id: row.id,
            company_id: row.company_id,
            office: row.office.clone(),
            status: row.status,
            number: row.number.clone(),
            filed_by_company: row.filed_by_company,
            corrects: row.corrects,
            occasion: row.occasion,
            occurred_on: row.occurred_on,
            notice: row.notice,
            filed_on: row.filed_on,
            due_on: row.due_on,
            late: row.due_on.is_some_and(|due| row.filed_on > due),
            workers: row.workers,
            with_disability: row.with_disability,
            apprentices: row.apprentices,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// A report with what follows from it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmploymentReportView {
    /// The report.
    #[serde(flatten)]
    pub report: EmploymentReportRow,
    /// What it says.
    pub employment: Employment,
    /// The share of workers with disabilities.
    pub disability: DisabilityShare,
    /// The cap on apprentices.
    pub apprentice_cap: ApprenticeCap,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for EmploymentReportView {
    const VIEW: &'static str = "report";

    fn version(&self) -> i64 {
        self.report.version
    }
}

page! {
    /// A page of employment reports.
    EmploymentReportPage of EmploymentReportRow
}

/// Filter of the list of employment reports.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EmploymentReportFilter {
    /// Year of the day of filing.
    #[param(minimum = 2000, maximum = 2199, example = 2026)]
    pub year: Option<i32>,
    /// Receiving office.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// Status.
    #[param(inline)]
    pub status: Option<EmploymentReportStatus>,
    /// Why it was filed.
    #[param(inline)]
    pub occasion: Option<Occasion>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Filter of the list of a company's employment reports.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CompanyEmploymentReportFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<EmploymentReportStatus>,
    /// Why it was filed.
    #[param(inline)]
    pub occasion: Option<Occasion>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
