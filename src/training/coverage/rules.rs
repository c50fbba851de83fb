//! How figures come together by occupation. Pure.

use std::collections::BTreeMap;

use super::bodies::{CoverageFigures, CoverageRow};

/// Figures of an occupation, as they were read.
pub type Part = (Option<String>, CoverageFigures);

/// The rows, in the order of their codes: one an occupation that the needs name, and one for what none of them names. `others` go to
/// the deepest of those occupations that their own code begins with.
pub fn rows(
    needs: impl IntoIterator<Item = (String, CoverageFigures)>,
    others: impl IntoIterator<Item = Part>,
    name: impl Fn(&str) -> Option<String>,
) -> Vec<CoverageRow> {
    let mut named = BTreeMap::<String, CoverageFigures>::new();
    for (occupation, figures) in needs {
        *named.entry(occupation).or_default() += figures;
    }
    let mut rest = CoverageFigures::default();
    for (occupation, figures) in others {
        let occupation = occupation.unwrap_or_default();
        let deepest = (1..=occupation.len()).rev().filter_map(|end| occupation.get(..end));
        match deepest.into_iter().find(|code| named.contains_key(*code)).and_then(|code| named.get_mut(code)) {
            Some(figure) => *figure += figures,
            None => rest += figures,
        }
    }
    let row = |(occupation, figures): (String, CoverageFigures)| CoverageRow {
        name: name(&occupation),
        occupation: Some(occupation),
        figures: CoverageFigures { gap: figures.persons - figures.seats_planned, ..figures },
    };
    let mut rows: Vec<_> = named.into_iter().map(row).collect();
    if rest != CoverageFigures::default() {
        rows.push(CoverageRow { occupation: None, name: None, figures: rest });
    }
    rows
}

/// The sum of rows.
pub fn total(rows: &[CoverageRow]) -> CoverageFigures {
    let mut total = CoverageFigures::default();
    for row in rows {
        total += row.figures;
    }
    total
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vacancies(vacancies: i64) -> CoverageFigures {
        CoverageFigures { vacancies, ..CoverageFigures::default() }
    }

    fn need(persons: i64, seats_planned: i64) -> CoverageFigures {
        CoverageFigures { needs: 1, persons, seats_planned, ..CoverageFigures::default() }
    }

    #[test]
    fn a_figure_goes_to_the_deepest_occupation_that_is_needed_and_its_code_begins_with() {
        let needs = [("72".to_owned(), need(20, 16)), ("7233".to_owned(), need(5, 0)), ("72".to_owned(), need(4, 4))];
        let others = ["7233.01", "7212", "72", "7", "83"].map(|code| (Some(code.to_owned()), vacancies(1)));
        let rows = rows(needs, others.into_iter().chain([(None, vacancies(10))]), |code| Some(code.to_owned()));
        let of =
            |row: &CoverageRow| (row.occupation.clone(), row.figures.persons, row.figures.gap, row.figures.vacancies);
        let rows: Vec<_> = rows.iter().map(of).collect();
        assert_eq!(rows, [(Some("72".into()), 24, 4, 2), (Some("7233".into()), 5, 5, 1), (None, 0, 0, 12)]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_counted_twice(
            needs in proptest::collection::vec(("[1-3]{1,4}", 1_i64..50), 0..20),
            others in proptest::collection::vec((proptest::option::of("[1-4]{0,5}"), 0_i64..50), 0..40),
        ) {
            let persons: i64 = needs.iter().map(|(_, persons)| persons).sum();
            let wanted: i64 = others.iter().map(|(_, wanted)| wanted).sum();
            let needs = needs.into_iter().map(|(code, persons)| (code, need(persons, 0)));
            let others = others.into_iter().map(|(code, wanted)| (code, vacancies(wanted)));
            let rows = rows(needs, others, |_| None);
            let total = total(&rows);
            prop_assert_eq!((total.persons, total.gap, total.vacancies), (persons, persons, wanted));
            prop_assert!(rows.is_sorted_by_key(|row| row.occupation.clone().unwrap_or("~".into())));
        }
    }
}
