//! What a complaint must say, on whose desk it comes, and who sees it there. Pure.

use chrono::NaiveDate;
use disnaker_entity::access::Role;
use disnaker_entity::consultation::ComplaintCategory as Category;
use serde_json::Value;

use super::bodies::{ComplaintForwarding, ComplaintRouting, NewComplaint};
use crate::book::{AN_OFFICE, Book};
use crate::caller::province_of;
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, UNKNOWN_REFERENCE};
use crate::problem::{Kind, Problem, Refusal, Text};

/// From the day of a complaint to the office's answer.
pub const ANSWER: &str = "complaint.answer";
/// Most complaints of one account that are not over: nobody fills an office's list.
pub const MOST_OPEN: u64 = 10;
/// Most documents of a complaint.
pub const MOST_DOCUMENTS: u64 = 20;
/// Longest narrative or answer.
const MOST_TEXT: usize = 8000;
/// Longest service of anybody, in months.
const MOST_MONTHS: i64 = 720;

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComplaintRefusal {
    /// So many are not over already.
    TooMany,
    /// Only who reported it does that.
    NotReporter,
    /// It has ended, and what belongs to it stays as it is.
    Over,
}

impl Refusal for ComplaintRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::TooMany => Kind::CapacityExhausted,
            Self::NotReporter | Self::Over => Kind::IllegalTransition,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::TooMany => Text::made(
                format!("Paling banyak {MOST_OPEN} pengaduan menunggu penyelesaian."),
                format!("At most {MOST_OPEN} complaints wait for their end."),
            ),
            Self::NotReporter => Text::of("Hanya pelapor yang dapat melakukannya.", "Only who reported it does that."),
            Self::Over => Text::of(
                "Pengaduan ini sudah berakhir; ajukan yang baru bila ada yang perlu ditambahkan.",
                "This complaint has ended; complain anew where there is more to say.",
            ),
        })
    }
}

/// The roles on whose desk a category comes, beside the admin of the office who sees all of it.
#[must_use]
pub const fn desk(category: Category) -> &'static [Role] {
    match category {
        Category::IndustrialRelations => &[Role::Mediator],
        // The service of the office is its admin's to answer for; a labour inspector has no role of their own here.
        Category::WorkingConditions | Category::Service => &[],
        Category::Placement | Category::Overseas => &[Role::PlacementOfficer],
        Category::Training => &[Role::TrainingOfficer],
        Category::Other => &[Role::CounterOfficer],
    }
}

/// The categories that a role sees in its office.
pub fn seen_by(role: Role) -> impl Iterator<Item = Category> {
    let admin = matches!(role, Role::OfficeAdmin | Role::ProvinceAdmin);
    Category::ALL.iter().copied().filter(move |category| admin || desk(*category).contains(&role))
}

/// The office to which a category comes of those that people asked, and that use the service: inspection is the province's
/// (UU 23/2014, annex G).
#[must_use]
pub fn route(category: Category, office: &str, known: impl Fn(&str) -> bool) -> &str {
    match above(office).filter(|above| category == Category::WorkingConditions && known(above)) {
        Some(above) => above,
        None => office,
    }
}

/// The code of the province's office above one; none for a province's own.
fn above(office: &str) -> Option<&str> {
    if province_of(office).is_some() { None } else { office.get(..2) }
}

/// Where a complaint goes that is sent on: to another category, or to the province's office above.
///
/// # Errors
/// `invalid-content`.
pub fn send_on(
    routing: &ComplaintRouting,
    (category, office): (Category, &str),
    known: impl Fn(&str) -> bool,
) -> Result<(Category, String), Problem> {
    let mut checks = Checks::default();
    checks.reason("/reason", &routing.reason, 500);
    let above = above(office).filter(|above| known(above));
    let to = routing.category.unwrap_or(category);
    let asked = match routing.office.as_deref() {
        Some(asked) if asked != office && Some(asked) != above => {
            let expected = above.map_or_else(
                || Text::of("tanpa dinas lain", "no other office"),
                |above| Text::made(format!("{above}, dinas provinsi"), format!("{above}, the province's office")),
            );
            checks.fault("/office", NOT_ALLOWED, asked.chars().take(20).collect::<String>(), expected);
            office
        }
        Some(asked) => asked,
        None => office,
    };
    let office_then = route(to, asked, known);
    if (to, office_then) == (category, office) && routing.office.as_deref().is_none_or(|asked| asked == office) {
        let expected = Text::of("kategori lain, atau dinas provinsi", "another category, or the province's office");
        checks.fault("/category", NOT_ALLOWED, to.as_str(), expected);
    }
    checks.done()?;
    Ok((to, office_then.to_owned()))
}

/// Every fault of a complaint at once.
///
/// # Errors
/// `invalid-content`.
pub fn check(new: &NewComplaint, book: &Book, now: chrono::DateTime<chrono::Utc>) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if !book.offices.contains_key(&new.office) {
        checks.fault("/office", UNKNOWN_REFERENCE, new.office.chars().take(20).collect::<String>(), AN_OFFICE);
    }
    let today = book.moment(now, &new.office).today;
    let reporter = &new.reporter;
    checks.line("/reporter/name", &reporter.name, 120);
    past(&mut checks, "/reporter/birth_on", reporter.birth_on, today, false);
    checks.optional_line("/reporter/address", reporter.address.as_deref(), 300);
    checks.optional_line("/reporter/phone", reporter.phone.as_deref(), 40);
    if let Some(email) = &reporter.email {
        checks.email("/reporter/email", email);
    }
    if reporter.phone.is_none() && reporter.email.is_none() {
        let expected = Text::of("telepon atau surel", "a telephone number or an e-mail address");
        checks.fault("/reporter/phone", REQUIRED, Value::Null, expected);
    }
    checks.optional_line("/reporter/company", reporter.company.as_deref(), 160);
    checks.optional_line("/reporter/employee_number", reporter.employee_number.as_deref(), 40);
    if let Some(company) = &new.respondent {
        checks.line("/respondent/name", &company.name, 160);
        checks.optional_line("/respondent/address", company.address.as_deref(), 300);
        checks.optional_line("/respondent/phone", company.phone.as_deref(), 40);
        if let Some(email) = &company.email {
            checks.email("/respondent/email", email);
        }
    }
    past(&mut checks, "/occurred_on", new.occurred_on, today, true);
    if let Some(months) = new.service_months {
        checks.range("/service_months", months.into(), 0, MOST_MONTHS);
    }
    checks.line("/subject", &new.subject, 160);
    checks.lines("/narrative", &new.narrative, MOST_TEXT);
    checks.done()
}

/// A day that has come; one of a person's is not told back.
fn past(checks: &mut Checks, pointer: &str, day: Option<NaiveDate>, today: NaiveDate, told: bool) {
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
    if let Some(day) = day.filter(|day| *day > today || *day < first) {
        let received = if told { Value::from(day.to_string()) } else { Value::Null };
        checks.fault(pointer, OUT_OF_RANGE, received, check::from_to(first, today));
    }
}

/// What is said at the end.
///
/// # Errors
/// `invalid-content`.
pub fn check_answer(answer: &str) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.lines("/answer", answer, MOST_TEXT);
    checks.done()
}

/// Why it is not taken up.
///
/// # Errors
/// `invalid-content`.
pub fn check_reason(reason: &str) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.reason("/reason", reason, 1000);
    checks.done()
}

/// To whom it goes.
///
/// # Errors
/// `invalid-content`.
pub fn check_forwarding(forwarding: &ComplaintForwarding) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.line("/authority", &forwarding.authority, 160);
    if let Some(answer) = &forwarding.answer {
        checks.lines("/answer", answer, MOST_TEXT);
    }
    checks.done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Office;
    use crate::clock::Zone;

    fn codes<T>(outcome: Result<T, Problem>) -> Vec<String> {
        outcome.err().map_or_else(Vec::new, |problem| {
            problem.into_faults().iter().map(|fault| format!("{} {}", fault.pointer, fault.code.code)).collect()
        })
    }

    #[test]
    fn inspection_is_the_province_s_where_it_has_an_office_here() {
        let both = |office: &str| ["36", "36.72", "36.04-2"].contains(&office);
        let alone = |office: &str| office == "36.72";
        for category in Category::ALL.iter().copied() {
            let inspection = category == Category::WorkingConditions;
            assert_eq!(route(category, "36.72", both), if inspection { "36" } else { "36.72" });
            assert_eq!(route(category, "36.04-2", both), if inspection { "36" } else { "36.04-2" });
            assert_eq!(route(category, "36.72", alone), "36.72");
            assert_eq!(route(category, "36", both), "36");
        }
    }

    #[test]
    fn a_desk_has_its_categories_and_the_admin_all() {
        let seen = |role| seen_by(role).collect::<Vec<_>>();
        assert_eq!(seen(Role::OfficeAdmin), Category::ALL);
        assert_eq!(seen(Role::Mediator), [Category::IndustrialRelations]);
        assert_eq!(seen(Role::PlacementOfficer), [Category::Placement, Category::Overseas]);
        assert_eq!(seen(Role::CounterOfficer), [Category::Other]);
        assert_eq!(seen(Role::Viewer), []);
    }

    #[test]
    fn a_complaint_is_sent_on_to_another_desk_only() {
        let known = |office: &str| ["36", "36.72", "33.06"].contains(&office);
        let send = |category: Option<Category>, office: Option<&str>, from: (Category, &str)| {
            let reason = "Bukan kewenangan kami".to_owned();
            send_on(&ComplaintRouting { category, office: office.map(str::to_owned), reason }, from, known)
        };
        let here = (Category::Other, "36.72");
        let to = |category, office: &str| (category, office.to_owned());
        assert_eq!(send(Some(Category::Training), None, here).unwrap(), to(Category::Training, "36.72"));
        assert_eq!(send(None, Some("36"), here).unwrap(), to(Category::Other, "36"));
        assert_eq!(send(Some(Category::WorkingConditions), None, here).unwrap(), to(Category::WorkingConditions, "36"));
        assert_eq!(codes(send(None, None, here)), ["/category not-allowed"]);
        assert_eq!(codes(send(Some(Category::Other), Some("36.72"), here)), ["/category not-allowed"]);
        assert_eq!(codes(send(None, Some("33.06"), here)), ["/office not-allowed"]);
        assert_eq!(codes(send(None, Some("36.72"), (Category::Other, "36"))), ["/office not-allowed"]);
        let unsaid = ComplaintRouting { category: None, office: Some("36".into()), reason: "x".into() };
        assert_eq!(codes(send_on(&unsaid, here, known)), ["/reason too-short"]);
    }

    #[test]
    fn every_fault_is_named_and_no_day_of_birth_is_told_back() {
        let office = Office { code: "36.72".into(), name: String::new(), region: "36.72".into(), zone: Zone::WESTERN };
        let book = Book { offices: [("36.72".to_owned(), office)].into(), ..Book::default() };
        let now = "2026-11-23T02:00:00Z".parse().unwrap();
        let mut new = NewComplaint::sample();
        assert_eq!(codes(check(&new, &book, now)), Vec::<String>::new());
        new.office = "99".into();
        new.reporter.birth_on = "2030-01-01".parse().ok();
        (new.reporter.phone, new.reporter.email) = (None, None);
        new.occurred_on = "2026-11-24".parse().ok();
        new.service_months = Some(-1);
        new.narrative = "\u{0}".into();
        let faults = check(&new, &book, now).unwrap_err().into_faults();
        assert!(faults[1].received.is_null(), "a person's day of birth");
        let faults: Vec<_> = faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code.code)).collect();
        assert_eq!(
            faults,
            [
                "/office unknown-reference",
                "/reporter/birth_on out-of-range",
                "/reporter/phone required",
                "/occurred_on out-of-range",
                "/service_months out-of-range",
                "/narrative unprintable",
            ]
        );
    }
}
