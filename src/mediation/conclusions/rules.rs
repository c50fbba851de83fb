//! What a recommendation, an answer and a settlement must say. Pure.

use chrono::NaiveDate;

use super::bodies::{CourtRegistration, RecommendationText, SettlementText};
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE};
use crate::mediation::cases::bodies::Lawsuit;
use crate::problem::Text;

/// Most points of a recommendation.
const MOST_POINTS: usize = 30;
/// Most terms of a settlement.
const MOST_TERMS: usize = 50;
/// Most characters of a point or a term.
const LONGEST: usize = 2000;

/// Every fault of a recommendation.
pub fn check_recommendation(checks: &mut Checks, text: &RecommendationText) {
    checks.reason("/own_statement", &text.own_statement, 10_000);
    checks.reason("/other_statement", &text.other_statement, 10_000);
    checks.reason("/considerations", &text.considerations, 15_000);
    check_points(checks, "/points", &text.points, MOST_POINTS);
    if let Some(by) = &text.acknowledged_by {
        checks.line("/acknowledged_by/name", &by.name, 160);
        checks.line("/acknowledged_by/function", &by.function, 160);
        checks.optional_line("/acknowledged_by/number", by.number.as_deref(), 30);
    }
}

/// Every fault of a settlement's text.
pub fn check_settlement(checks: &mut Checks, text: &SettlementText) {
    check_points(checks, "/text/terms", &text.terms, MOST_TERMS);
    checks.line("/text/place", &text.place, 120);
}

fn check_points(checks: &mut Checks, pointer: &str, points: &[String], most: usize) {
    checks.count(pointer, points.len(), 1, most);
    for (at, point) in points.iter().enumerate().take(most) {
        checks.lines(format!("{pointer}/{at}"), point, LONGEST);
    }
}

/// Every fault of a registration at the court.
pub fn check_registration(checks: &mut Checks, new: &CourtRegistration, settled_on: NaiveDate, today: NaiveDate) {
    checks.line("/court", &new.court, 160);
    checks.line("/number", &new.number, 80);
    within(checks, "/registered_on", new.registered_on, settled_on, today);
}

/// Every fault of a lawsuit.
pub fn check_lawsuit(checks: &mut Checks, new: &Lawsuit, ended_on: NaiveDate, today: NaiveDate) {
    checks.line("/number", &new.number, 80);
    within(checks, "/filed_on", new.filed_on, ended_on, today);
}

/// A day from one to another.
pub fn within(checks: &mut Checks, pointer: &str, day: NaiveDate, least: NaiveDate, most: NaiveDate) {
    if !(least..=most).contains(&day) {
        checks.fault(pointer, OUT_OF_RANGE, day.to_string(), check::from_to(least, most));
    }
}

/// The day of something: a party does it now, the desk may write down what happened before.
pub fn day(
    checks: &mut Checks,
    pointer: &str,
    said: Option<NaiveDate>,
    desk: bool,
    least: NaiveDate,
    today: NaiveDate,
) -> NaiveDate {
    match said {
        Some(day) if desk => within(checks, pointer, day, least, today),
        Some(day) if day != today => {
            checks.fault(pointer, NOT_ALLOWED, day.to_string(), Text::of("kosong: hari ini", "nothing: it is today"));
        }
        _ => {}
    }
    said.unwrap_or(today)
}
