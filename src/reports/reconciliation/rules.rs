//! Where a reference is, of all lines that have it.

use std::collections::BTreeMap;

use disnaker_entity::batch::BatchKind;
use disnaker_entity::report::ReportStatus;

use super::bodies::{ReferenceState, ReferenceSums, ReferenceView};

/// References of a page by kind and name, each once.
pub type Ledger = BTreeMap<(BatchKind, String), ReferenceView>;

/// The state that a report's status gives its lines.
#[must_use]
pub fn state(status: ReportStatus) -> ReferenceState {
    match status {
        ReportStatus::Draft => ReferenceState::Draft,
        ReportStatus::Submitted => ReferenceState::Submitted,
        ReportStatus::Returned => ReferenceState::Returned,
        ReportStatus::Accepted => ReferenceState::Accepted,
        ReportStatus::Withdrawn => ReferenceState::Withdrawn,
        ReportStatus::Superseded => ReferenceState::Superseded,
    }
}

/// What says more of a reference: what is under way, then what is accepted, then what has ended.
#[must_use]
pub fn rank(state: ReferenceState) -> u8 {
    match state {
        ReferenceState::Draft | ReferenceState::Submitted | ReferenceState::Returned => 3,
        ReferenceState::Accepted => 2,
        ReferenceState::Withdrawn | ReferenceState::Superseded => 1,
        ReferenceState::Rejected => 0,
    }
}

/// Enters what is known of a reference. Of several lines the one that says more counts, then the newest.
pub fn enter(ledger: &mut Ledger, found: ReferenceView) {
    let key = (found.kind, found.reference.clone());
    match ledger.get_mut(&key) {
        Some(known) if (rank(known.state), known.report_id) >= (rank(found.state), found.report_id) => {}
        Some(known) => *known = found,
        None => drop(ledger.insert(key, found)),
    }
}

/// The sums of what was counted by state.
#[must_use]
pub fn sums(counted: &[(ReferenceState, i64)]) -> ReferenceSums {
    let of = |wanted| counted.iter().filter(|(state, _)| *state == wanted).map(|(_, count)| count).sum();
    ReferenceSums {
        draft: of(ReferenceState::Draft),
        submitted: of(ReferenceState::Submitted),
        returned: of(ReferenceState::Returned),
        accepted: of(ReferenceState::Accepted),
        withdrawn: of(ReferenceState::Withdrawn),
        superseded: of(ReferenceState::Superseded),
        rejected: of(ReferenceState::Rejected),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn entry(reference: u8, state: ReferenceState, report: u8) -> ReferenceView {
        ReferenceView {
            kind: if reference.is_multiple_of(2) { BatchKind::Vacancies } else { BatchKind::Placements },
            reference: (reference / 2).to_string(),
            state,
            report_id: (state != ReferenceState::Rejected).then(|| Uuid::from_u128(report.into())),
            line_id: None,
            vacancy_status: None,
            received_at: None,
        }
    }

    proptest! {
        #[test]
        fn each_reference_counts_once_in_any_order(found in prop::collection::vec((0..12_u8, 0..7_usize, 0..9_u8), 0..60)) {
            let entries: Vec<_> =
                found.iter().map(|(reference, state, report)| entry(*reference, ReferenceState::ALL[*state], *report)).collect();
            let mut ledger = Ledger::new();
            for found in &entries {
                enter(&mut ledger, found.clone());
            }
            let distinct: std::collections::BTreeSet<_> = found.iter().map(|(reference, ..)| reference).collect();
            prop_assert_eq!(ledger.len(), distinct.len());
            let counted: Vec<_> = ledger.values().map(|entry| (entry.state, 1)).collect();
            let ReferenceSums { draft, submitted, returned, accepted, withdrawn, superseded, rejected } = sums(&counted);
            let all = draft + submitted + returned + accepted + withdrawn + superseded + rejected;
            prop_assert_eq!(usize::try_from(all).unwrap(), ledger.len());
            let mut backwards = Ledger::new();
            for found in entries.iter().rev() {
                enter(&mut backwards, found.clone());
            }
            let ranks = |ledger: &Ledger| ledger.values().map(|entry| rank(entry.state)).collect::<Vec<_>>();
            prop_assert_eq!(ranks(&ledger), ranks(&backwards));
        }
    }
}
