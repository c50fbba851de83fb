//! Counts out of movements. Pure.

use disnaker_entity::mediation::DisputeKind;

use super::bodies::MediationCounts;

/// Movements of one kind of dispute: what was counted, before the year and in it.
pub struct Sum {
    /// Kind of movement.
    pub movement: String,
    /// Kind of dispute.
    pub kind: Option<DisputeKind>,
    /// Before the year.
    pub before: i64,
    /// In the year.
    pub within: i64,
}

/// What a case that is registered is counted as.
pub const REGISTERED: &str = "dispute_registered";

/// The counts of each kind of dispute, and of all.
#[must_use]
pub fn counts(sums: &[Sum]) -> (MediationCounts, Vec<MediationCounts>) {
    let of_kind = |kind: DisputeKind| {
        let own = sums.iter().filter(|sum| sum.kind == Some(kind));
        MediationCounts { kind: Some(kind), ..own.fold(MediationCounts::default(), added) }
    };
    let total = sums.iter().fold(MediationCounts::default(), added);
    (total, DisputeKind::ALL.iter().copied().map(of_kind).collect())
}

fn added(mut counts: MediationCounts, sum: &Sum) -> MediationCounts {
    let field = match sum.movement.as_str() {
        REGISTERED => {
            counts.open_before += sum.before;
            counts.open_after += sum.before + sum.within;
            counts.registered += sum.within;
            return counts;
        }
        "dispute_settled_bipartite" => &mut counts.settled_bipartite,
        "dispute_settled_in_mediation" => &mut counts.settled_in_mediation,
        "dispute_settled_after_recommendation" => &mut counts.settled_after_recommendation,
        "dispute_recommendation_rejected" => &mut counts.recommendation_rejected,
        "dispute_other_path" => &mut counts.other_path,
        "dispute_back_to_bipartite" => &mut counts.back_to_bipartite,
        "dispute_withdrawn" => &mut counts.withdrawn,
        "dispute_ended_otherwise" => &mut counts.ended_otherwise,
        _ => return counts,
    };
    *field += sum.within;
    counts.open_before -= sum.before;
    counts.open_after -= sum.before + sum.within;
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_open_and_came_less_what_ended_is_open() {
        let sum = |movement: &str, before, within| Sum {
            movement: movement.to_owned(),
            kind: Some(DisputeKind::Rights),
            before,
            within,
        };
        let sums = [
            sum(REGISTERED, 5, 25),
            sum("dispute_settled_in_mediation", 2, 12),
            sum("dispute_settled_after_recommendation", 0, 4),
            sum("dispute_recommendation_rejected", 1, 6),
            sum("dispute_withdrawn", 1, 2),
        ];
        let (total, kinds) = counts(&sums);
        assert_eq!((total.open_before, total.registered, total.open_after), (1, 25, 2));
        assert_eq!((total.settled_in_mediation, total.settled_after_recommendation), (12, 4));
        assert_eq!(total.recommendation_rejected, 6);
        assert_eq!(kinds.len(), DisputeKind::ALL.len());
        assert_eq!(kinds.iter().map(|kind| kind.open_after).sum::<i64>(), total.open_after);
    }
}
