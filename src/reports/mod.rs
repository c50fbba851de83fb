//! Mandatory reports: of vacancies (wajib lapor lowongan) and of placements (wajib lapor penempatan).
//!
//! An employer must report every vacancy (Perpres 57/2023 art. 4) with the contents of art. 5, and report again when it is
//! filled (art. 6). A report is written as a draft, filed, and then accepted by the office or returned with reasons; what was
//! filed once is withdrawn or superseded, never deleted. All faults of all lines are told at once, with pointers; what
//! an officer should merely see (a wage under the minimum, an age limit, a short validity) is a warning and refuses nothing,
//! since art. 5 asks for information and forbids no content.
//!
//! The office that receives is that of the company's district, else its province's. Filing gives a receipt number. Accepting
//! publishes the lines as vacancies, or fills the vacancies of the reported placements, in one transaction.

pub mod batch;
pub mod bodies;
mod lifecycle;
pub mod nil;
pub mod placement;
mod queries;
pub mod reconciliation;
pub mod review;
pub mod vacancy;

use utoipa_actix_web::service_config::ServiceConfig;

use disnaker_entity::company::CompanyId;
use disnaker_entity::report::ReportStatus;

use crate::access::permissions::{Permission, ReviewReports};
use crate::caller::Sees;
use crate::lifecycle::By;
use crate::problem::Text;

pub use lifecycle::ReportEvent;

/// Lines or rows of one report.
const MOST_LINES: usize = 500;

/// A company that the caller files for.
const A_COMPANY: Text = Text::of("perusahaan yang laporannya boleh Anda sampaikan", "a company that you may file for");
/// A month, as its year and number.
const A_MONTH: Text = Text::of("bulan dengan format TTTT-BB", "a month, YYYY-MM");
/// Work abroad has a country only.
const ABROAD: Text = Text::of("tanpa wilayah untuk pekerjaan di luar negeri", "no region for work abroad");

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    vacancy::routes(cfg);
    placement::routes(cfg);
    nil::routes(cfg);
    review::routes(cfg);
    batch::routes(cfg);
    reconciliation::routes(cfg);
}

/// What the caller may do with a report in a status: what its company may who files its kind (`Files`), what its office may who
/// reviews there, and nothing who merely reads.
fn allowed_actions<Files: Permission>(
    seer: &impl Sees,
    status: ReportStatus,
    company: CompanyId,
    office: &str,
) -> Vec<&'static str> {
    if seer.scope_of::<Files>().covers_company(company) {
        crate::lifecycle::allowed(status, By::Company)
    } else if seer.scope_of::<ReviewReports>().covers_office(office) {
        crate::lifecycle::allowed(status, By::Office)
    } else {
        Vec::new()
    }
}

/// A receipt number: `LWK-36.72-2026-000045`.
fn receipt_number(kind: &str, office: &str, year: i32, number: i64) -> String {
    format!("{kind}-{office}-{year}-{number:06}")
}
