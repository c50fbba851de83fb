//! The page that a newcomer sees: links, a token a role, and lines that work when pasted.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use super::{ANYONE, Story, token};
use crate::app::State;

/// The office that examples are about.
const OFFICE: &str = "36.72";

/// What each token is called in the shell, its role, and where it holds: in an office, in the first company, nowhere.
const TOKENS: &[(&str, &str, Option<&str>)] = &[
    ("OFFICER", "placement_officer", Some(OFFICE)),
    ("OFFICE_ADMIN", "office_admin", Some(OFFICE)),
    ("PROVINCE_ADMIN", "province_admin", Some("36")),
    ("COUNTER", "counter_officer", Some(OFFICE)),
    ("TRAINING", "training_officer", Some(OFFICE)),
    ("MEDIATOR", "mediator", Some(OFFICE)),
    ("VIEWER", "viewer", Some(OFFICE)),
    ("BACKEND", "app_backend", Some(OFFICE)),
    ("COMPANY_ADMIN", "company_admin", None),
    ("HR", "company_hr", None),
    ("SCHOOL", "school_operator", None),
    ("PROVIDER", "provider_operator", None),
    ("SEEKER", "job_seeker", None),
    ("PARTY", "case_party", None),
    ("VACANCY_AGENT", "vacancy_agent", None),
    ("PLACEMENT_AGENT", "placement_agent", None),
    ("EMPLOYMENT_AGENT", "employment_agent", None),
    ("ANYONE", ANYONE, None),
];

/// The page that a newcomer sees.
///
/// # Errors
/// A role without an identity, or the database's own.
pub async fn welcome(state: &Arc<State>, story: &Story, listen: SocketAddr) -> anyhow::Result<String> {
    let host = if listen.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], listen.port())) } else { listen };
    let base = format!("http://{host}");
    let mut page = String::new();
    writeln!(
        page,
        "\ndisnaker demo: {} offices, {} companies, {} vacancies ({} open), {} reports ({} waiting), {} placements.",
        story.offices, story.companies, story.vacancies, story.open, story.reports, story.waiting, story.placements
    )?;
    writeln!(page, "{} people look for work or did; {} AK-1 cards were made out.", story.job_seekers, story.cards)?;
    writeln!(
        page,
        "Everything is invented, as of {}. Ctrl-C stops it; the next start finds it again.\n",
        story.loaded_on
    )?;
    writeln!(
        page,
        "  API reference   {base}/docs/\n  OpenAPI         {base}/openapi.json\n  Readiness       {base}/readyz\n"
    )?;
    writeln!(page, "Tokens, good for an hour. Paste the ones you need into another shell:\n")?;
    for (name, role, office) in TOKENS {
        let nib = (role.starts_with("company_") || role.ends_with("_agent")).then_some(story.nib.as_str());
        let place = office.map_or_else(|| nib.unwrap_or("no office").to_owned(), str::to_owned);
        let token = token(state, role, *office, nib).await?;
        writeln!(page, "# {role}, {place}\n{name}={token}")?;
    }
    let (company, batch, receipt) = (&story.company, &story.batch, &story.receipt);
    let itself = std::env::args().next().unwrap_or_else(|| "disnaker".to_owned());
    writeln!(
        page,
        "\nTry, in that shell:\n
# the search that everybody has
curl -s '{base}/v1/vacancies?q=Operator+Forklift&region={OFFICE}&limit=3'\n
# what the office looks at every morning: which company needs how many people
curl -s -H \"Authorization: Bearer $OFFICER\" '{base}/v1/labour-demand?group_by=company&office={OFFICE}'\n
# the reports that wait for the officer
curl -s -H \"Authorization: Bearer $OFFICER\" '{base}/v1/vacancy-reports?status=submitted&office={OFFICE}'\n
# the company's own reports, drafts among them
curl -s -H \"Authorization: Bearer $HR\" '{base}/v1/vacancy-reports?limit=5'\n
# what the company owes, by when and by which law
curl -s -H \"Authorization: Bearer $HR\" '{base}/v1/companies/{company}/obligations?limit=5'\n
# why rows of a file that the company sent were not filed
curl -s -H \"Authorization: Bearer $HR\" '{base}/v1/report-batches/{batch}/rows?disposition=rejected'\n
# the check of a receipt, for anybody who holds one
curl -s '{base}/v1/verifications/receipts/{receipt}'\n
# what was due from companies, and what came of it; the companies that the office warned
curl -s -H \"Authorization: Bearer $OFFICER\" '{base}/v1/compliance?group_by=sector&office={OFFICE}'
curl -s -H \"Authorization: Bearer $OFFICER\" '{base}/v1/warnings?office={OFFICE}'\n
# for whom an agent files
curl -s -H \"Authorization: Bearer $VACANCY_AGENT\" '{base}/v1/mandates?status=active'\n
# one's own record, cards and places in the queue; what waits at the counter
curl -s -H \"Authorization: Bearer $SEEKER\" '{base}/v1/job-seekers'
curl -s -H \"Authorization: Bearer $COUNTER\" '{base}/v1/work-lists/seeker-review?office={OFFICE}'
curl -s -H \"Authorization: Bearer $COUNTER\" '{base}/v1/work-lists/ak1-pickup?office={OFFICE}'\n
# the records that a school drafted for its class
curl -s -H \"Authorization: Bearer $SCHOOL\" '{base}/v1/job-seekers?limit=5'\n
# how far those came who applied for Serang's classes of 2020; a provider's participants
curl -s -H \"Authorization: Bearer $TRAINING\" '{base}/v1/training-funnel?office=36.04&year=2020&group_by=site'
curl -s -H \"Authorization: Bearer $PROVIDER\" '{base}/v1/training-enrollments?limit=5'\n
# a mediator's disputes; a party's own
curl -s -H \"Authorization: Bearer $MEDIATOR\" '{base}/v1/mediation-cases?limit=5'
curl -s -H \"Authorization: Bearer $PARTY\" '{base}/v1/mediation-cases'\n
# what somebody without a role asked Jawa Barat, and was answered
curl -s -H \"Authorization: Bearer $ANYONE\" '{base}/v1/consultations'\n
# everything that happened, in order; `next` goes on
curl -s -H \"Authorization: Bearer $OFFICER\" '{base}/v1/events?limit=5'\n
# another token, here with the same settings as this service
OFFICER=$({itself} token --role placement_officer --office {OFFICE})"
    )?;
    Ok(page)
}
