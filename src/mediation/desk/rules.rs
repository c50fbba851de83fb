//! Counts out of movements, and lines of the register book out of cases. Pure.

use disnaker_entity::mediation::case::Model;
use disnaker_entity::mediation::{CaseSide, DisputeCourt, DisputeKind, MediationOutcome};

use super::bodies::MediationCounts;
use crate::mediation::book::Line;
use crate::mediation::cases::bodies::Lawsuit;
use crate::mediation::cases::rules::{REGISTERED, counted_as};

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
    if sum.movement == REGISTERED {
        counts.open_before += sum.before;
        counts.open_after += sum.before + sum.within;
        counts.registered += sum.within;
        return counts;
    }
    let outcome = MediationOutcome::ALL.iter().find(|outcome| counted_as(**outcome) == sum.movement);
    let field = match outcome {
        None => return counts,
        Some(MediationOutcome::SettledBipartite) => &mut counts.settled_bipartite,
        Some(MediationOutcome::SettledInMediation) => &mut counts.settled_in_mediation,
        Some(MediationOutcome::SettledAfterRecommendation) => &mut counts.settled_after_recommendation,
        Some(MediationOutcome::RecommendationRejected) => &mut counts.recommendation_rejected,
        Some(MediationOutcome::OtherPath) => &mut counts.other_path,
        Some(MediationOutcome::BackToBipartite) => &mut counts.back_to_bipartite,
        Some(MediationOutcome::Withdrawn) => &mut counts.withdrawn,
        Some(MediationOutcome::Other) => &mut counts.ended_otherwise,
    };
    *field += sum.within;
    counts.open_before -= sum.before;
    counts.open_after -= sum.before + sum.within;
    counts
}

/// What a book says where a name was forgotten.
const FORGOTTEN: &str = "(dihapus)";

/// The line of a case in the book: its sides by name, the worker's or the first union before the other.
#[must_use]
pub fn line(row: &Model, [worker, employer]: [Option<String>; 2], lawsuits: &[Lawsuit]) -> Line {
    let name = |name: Option<String>| name.unwrap_or_else(|| FORGOTTEN.to_owned());
    let (worker, employer) = (name(worker), name(employer));
    let first = matches!(row.registered_side, CaseSide::Worker | CaseSide::FirstUnion);
    let before = |court| lawsuits.iter().any(|lawsuit| lawsuit.court == court);
    Line {
        number: row.number.clone(),
        registered_on: row.registered_on,
        registrant: if first { worker.clone() } else { employer.clone() },
        worker,
        employer,
        kind: row.kind,
        bipartite: row.outcome == Some(MediationOutcome::SettledBipartite),
        clarification: row.clarified_on.is_some(),
        mediation: row.first_hearing_on.is_some(),
        settlement: row.settled_on.is_some(),
        recommendation: row.recommended_on.is_some(),
        minutes: row.first_hearing_on.is_some(),
        court: before(DisputeCourt::IndustrialRelations),
        supreme: before(DisputeCourt::Supreme),
        remarks: remarks(row, lawsuits),
    }
}

/// How it came out, and under which numbers it went on.
fn remarks(row: &Model, lawsuits: &[Lawsuit]) -> String {
    let outcome = match row.outcome {
        None => "Masih berjalan",
        Some(MediationOutcome::SettledBipartite) => "Perjanjian bersama bipartit",
        Some(MediationOutcome::SettledInMediation) => "Perjanjian bersama dalam mediasi",
        Some(MediationOutcome::SettledAfterRecommendation) => "Anjuran diterima, perjanjian bersama",
        Some(MediationOutcome::RecommendationRejected) => "Anjuran ditolak",
        Some(MediationOutcome::Withdrawn) => "Dicabut",
        Some(MediationOutcome::BackToBipartite) => "Kembali ke bipartit",
        Some(MediationOutcome::OtherPath) => "Konsiliasi atau arbitrase",
        Some(MediationOutcome::Other) => "Ditutup tanpa perjanjian bersama",
    };
    let court = row.court_number.as_ref().map(|number| format!("PB terdaftar nomor {number}"));
    let sued = lawsuits.iter().map(|lawsuit| format!("Perkara nomor {}", lawsuit.number));
    std::iter::once(outcome.to_owned()).chain(court).chain(sued).collect::<Vec<_>>().join("; ")
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
