//! What a mandate must say.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use disnaker_entity::mandate::MandateScope;
use disnaker_entity::{Nib, company::CompanyId};
use serde_json::Value;

use super::bodies::NewMandate;
use crate::book::Book;
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, UNKNOWN_REFERENCE};
use crate::clock::Moment;
use crate::deadline;
use crate::problem::{Problem, Text};

/// The rule that says how long a mandate may last.
const MAXIMUM_DURATION: &str = "mandate.maximum-duration";

/// What is given: for what, and from which to which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The company that acts.
    pub agent: CompanyId,
    /// What it may file, each once.
    pub scopes: BTreeSet<MandateScope>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

/// Every fault at once: the agent that was found, the scopes and the days.
///
/// # Errors
/// `invalid-content`.
pub fn check(
    new: &NewMandate,
    agent: Option<CompanyId>,
    book: &Book,
    office: &str,
    moment: &Moment,
) -> Result<Given, Problem> {
    let mut checks = Checks::default();
    check_agent(&mut checks, new, agent);
    checks.count("/scopes", new.scopes.len(), 1, MandateScope::ALL.len());
    let from = new.valid_from.unwrap_or(moment.today);
    let within = |day: NaiveDate| (1900..=2199).contains(&day.year());
    checks.day("/valid_from", new.valid_from);
    checks.day("/expires_on", Some(new.expires_on));
    if within(from) && from < moment.today {
        checks.fault("/valid_from", OUT_OF_RANGE, from.to_string(), check::or_later(moment.today));
    }
    if within(from) && within(new.expires_on) {
        let longest = book.policies.at(MAXIMUM_DURATION, office, moment.today)?;
        let last = deadline::due(longest, from, &book.calendar, office)?;
        if !(from..=last).contains(&new.expires_on) {
            checks.fault("/expires_on", OUT_OF_RANGE, new.expires_on.to_string(), check::from_to(from, last));
        }
    }
    checks.done()?;
    let agent = agent.ok_or_else(|| Problem::internal("a sound mandate without an agent"))?;
    Ok(Given { agent, scopes: new.scopes.iter().copied().collect(), from, until: new.expires_on })
}

fn check_agent(checks: &mut Checks, new: &NewMandate, agent: Option<CompanyId>) {
    let pointer = match (&new.agent_company_id, &new.agent_nib) {
        (Some(_), None) => "/agent_company_id",
        (None, Some(nib)) => {
            if checks.parsed("/agent_nib", Nib::parse(nib), nib.chars().count().into()).is_none() {
                return;
            }
            "/agent_nib"
        }
        (None, None) => {
            let expected = Text::of("id penerima kuasa, atau agent_nib", "the id of the agent, or its agent_nib");
            checks.fault("/agent_company_id", REQUIRED, Value::Null, expected);
            return;
        }
        (Some(_), Some(_)) => {
            let expected = Text::of("id atau NIB, salah satu", "either an id or a NIB");
            checks.fault("/agent_nib", NOT_ALLOWED, Value::Null, expected);
            return;
        }
    };
    match (agent, &new.agent_branch) {
        (_, Some(branch)) if new.agent_nib.is_none() => {
            let expected = Text::of("cabang hanya bersama NIB", "a branch with a NIB only");
            checks.fault("/agent_branch", NOT_ALLOWED, branch.chars().count(), expected);
        }
        (None, _) => {
            let expected = Text::of("perusahaan terdaftar", "a registered company");
            checks.fault(pointer, UNKNOWN_REFERENCE, Value::Null, expected);
        }
        (Some(agent), _) if agent == new.company_id => {
            let expected =
                Text::of("perusahaan lain daripada pemberi kuasa", "another company than the one that is acted for");
            checks.fault(pointer, NOT_ALLOWED, Value::Null, expected);
        }
        (Some(_), _) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Policies, Policy};
    use disnaker_entity::reference::PolicyUnit;

    fn checked(change: impl FnOnce(&mut NewMandate), agent: Option<CompanyId>) -> Result<Given, Vec<(String, String)>> {
        let year = Policy {
            rule: MAXIMUM_DURATION.into(),
            scope: String::new(),
            valid_from: NaiveDate::MIN,
            amount: 1,
            unit: PolicyUnit::Years,
            law: Text::of("", ""),
        };
        let book = Book { policies: Policies::new([year]), ..Book::default() };
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let mut new = NewMandate { expires_on: "2027-11-23".parse().unwrap(), ..NewMandate::sample() };
        change(&mut new);
        check(&new, agent, &book, "36.72", &Moment { now: chrono::DateTime::UNIX_EPOCH, today }).map_err(|problem| {
            let faults = problem.into_faults().into_iter();
            faults.map(|fault| (fault.pointer, fault.code.code.to_owned())).collect()
        })
    }

    #[test]
    fn a_mandate_lasts_a_year_at_most_and_goes_to_another_company() {
        let other = Some(CompanyId(uuid::Uuid::from_u128(7)));
        let day = |day: &str| day.parse::<NaiveDate>().unwrap();
        let fault = |pointer: &str, code: &str| Err(vec![(pointer.to_owned(), code.to_owned())]);
        let given = checked(|new| new.scopes.push(MandateScope::VacancyReports), other).unwrap();
        assert_eq!((given.scopes.len(), given.from, given.until), (2, day("2026-11-23"), day("2027-11-23")));
        let late = |new: &mut NewMandate| new.expires_on = day("2027-11-24");
        assert_eq!(checked(late, other), fault("/expires_on", "out-of-range"));
        let over = |new: &mut NewMandate| new.expires_on = day("2026-11-22");
        assert_eq!(checked(over, other), fault("/expires_on", "out-of-range"));
        let back = |new: &mut NewMandate| new.valid_from = Some(day("2026-11-22"));
        assert!(checked(back, other).unwrap_err().contains(&("/valid_from".to_owned(), "out-of-range".to_owned())));
        assert_eq!(checked(|new| new.scopes.clear(), other), fault("/scopes", "wrong-count"));
        assert_eq!(checked(|_| {}, None), fault("/agent_company_id", "unknown-reference"));
        assert_eq!(checked(|_| {}, Some(CompanyId(uuid::Uuid::nil()))), fault("/agent_company_id", "not-allowed"));
        assert_eq!(checked(|new| new.agent_company_id = None, None), fault("/agent_company_id", "required"));
        assert_eq!(checked(|new| new.agent_nib = Some("1".into()), other), fault("/agent_nib", "not-allowed"));
        assert_eq!(checked(|new| new.agent_branch = Some("a".into()), other), fault("/agent_branch", "not-allowed"));
    }
}
