//! Stages of the funnel and bands of ages. Pure.

use disnaker_entity::training::EnrollmentStatus::{self, Accepted, Admitted, Attending, Failed, Offered, Passed};

disnaker_entity::words! {
    /// How far somebody came.
    Stage {
        /// Applied.
        Applicants = "applicants",
        /// Whose papers were in order.
        Admitted = "admitted",
        /// Had a seat when the class began, or has one.
        Accepted = "accepted",
        /// In the class now.
        Running = "running",
        /// Passed.
        Passed = "passed",
        /// Finished without passing.
        Failed = "failed",
        /// Gave up after the last day on which a reserve moves up.
        Left = "left",
    }
}

impl Stage {
    /// What the movements call it.
    #[must_use]
    pub const fn movement(self) -> &'static str {
        match self {
            Self::Applicants => "training_applicant",
            Self::Admitted => "training_admitted",
            Self::Accepted => "training_accepted",
            Self::Running => "training_running",
            Self::Passed => "training_passed",
            Self::Failed => "training_failed",
            Self::Left => "training_left",
        }
    }
}

/// What a move changes in the counts. Whoever leaves a seat before the class, or until the last day on which a reserve moves up, was
/// never counted as accepted: the seat is another's. Later the seat stays empty, and who had it is counted as having left.
#[must_use]
pub fn counted(from: Option<EnrollmentStatus>, to: EnrollmentStatus, replaced: bool) -> Vec<(Stage, i64)> {
    let seated = |status| matches!(status, Accepted | Attending | Passed | Failed);
    let leaves = from == Some(Attending) && !seated(to);
    let mut counts = Vec::new();
    let mut add = |stage, before: bool, after: bool| match (before, after) {
        (false, true) => counts.push((stage, 1)),
        (true, false) => counts.push((stage, -1)),
        _ => {}
    };
    add(Stage::Applicants, from.is_some(), true);
    add(Stage::Admitted, false, to == Admitted);
    add(Stage::Accepted, from.is_some_and(seated), seated(to) || leaves && !replaced);
    add(Stage::Running, from == Some(Attending), to == Attending);
    add(Stage::Passed, from == Some(Passed), to == Passed);
    add(Stage::Failed, from == Some(Failed), to == Failed);
    add(Stage::Left, false, leaves && !replaced);
    counts
}

/// Whether a seat is taken, or kept for an offer.
#[must_use]
pub fn holds_seat(status: EnrollmentStatus) -> bool {
    matches!(status, Offered | Accepted | Attending | Passed | Failed)
}

/// The band of an age at the end of a year, as the tables of market information have them (III/1); who is younger than their first
/// is in it.
#[must_use]
pub fn band(birth_year: i32, year: i32) -> &'static str {
    match year.saturating_sub(birth_year) {
        ..=19 => "15-19",
        20..=29 => "20-29",
        30..=44 => "30-44",
        45..=54 => "45-54",
        _ => "55+",
    }
}

#[cfg(test)]
mod tests {
    use disnaker_entity::training::EnrollmentStatus::{Applied, Dropped, Interviewed, Rejected, Tested, Withdrawn};
    use proptest::prelude::*;

    use super::*;
    use crate::lifecycle::Lifecycle;

    #[test]
    fn a_seat_that_is_given_up_in_time_was_never_counted_and_later_it_is_counted_as_left() {
        assert_eq!(counted(Some(Accepted), Withdrawn, true), [(Stage::Accepted, -1)]);
        assert_eq!(counted(Some(Attending), Withdrawn, true), [(Stage::Accepted, -1), (Stage::Running, -1)]);
        assert_eq!(counted(Some(Attending), Withdrawn, false), [(Stage::Running, -1), (Stage::Left, 1)]);
        assert_eq!(counted(Some(Tested), Tested, true), []);
        assert_eq!(counted(Some(Interviewed), Rejected, true), []);
        assert_eq!(counted(Some(Applied), Dropped, false), []);
    }

    #[test]
    fn ages_are_those_at_the_end_of_the_year() {
        assert_eq!(
            [2002, 2001, 1992, 1991, 1977, 1976, 1967, 1966].map(|born| band(born, 2021)),
            ["15-19", "20-29", "20-29", "30-44", "30-44", "45-54", "45-54", "55+"]
        );
    }

    proptest! {
        /// Whatever happens to enrolments, who was accepted has passed, failed or left, or has not finished yet.
        #[test]
        fn every_walk_of_the_table_keeps_the_sums(picks in proptest::collection::vec((0_usize..20, any::<bool>()), 1..40)) {
            use std::collections::HashMap;
            let mut sums: HashMap<Stage, i64> = HashMap::new();
            let mut add = |counts: Vec<(Stage, i64)>| {
                for (stage, quantity) in counts {
                    *sums.entry(stage).or_default() += quantity;
                }
            };
            let mut status = Applied;
            add(counted(None, Applied, true));
            for (pick, replaced) in picks {
                let rows: Vec<_> = EnrollmentStatus::TABLE.iter().filter(|row| row.from == status).collect();
                if rows.is_empty() {
                    break;
                }
                let to = rows[pick % rows.len()].to;
                add(counted(Some(status), to, replaced));
                status = to;
            }
            let of = |stage| sums.get(&stage).copied().unwrap_or_default();
            let ended = of(Stage::Passed) + of(Stage::Failed) + of(Stage::Left);
            let waits = i64::from(matches!(status, Accepted | Attending));
            prop_assert_eq!(of(Stage::Accepted), ended + waits);
            prop_assert_eq!(of(Stage::Running), i64::from(status == Attending));
            prop_assert_eq!(of(Stage::Applicants), 1);
            prop_assert!((0..=1).contains(&of(Stage::Admitted)));
        }
    }
}
