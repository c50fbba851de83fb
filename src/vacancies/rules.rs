//! What a vacancy is, and what may become of it.

use chrono::NaiveDate;
use disnaker_entity::Sex;
use disnaker_entity::vacancy::{self, AntarKerja, VacancyId, VacancyStatus};

use super::bodies::Wanted;
use super::lifecycle::VacancyEvent;
use crate::problem::FaultCode;
use crate::reference::Codes;

/// Rule of the clock that asks for the outcome of a vacancy (Perpres 57/2023 art. 6; the days are the office's own).
pub const OUTCOME_DUE: &str = "vacancy.outcome-report-due";

/// A correction wants fewer persons than are placed.
pub const FEWER_THAN_FILLED: FaultCode =
    FaultCode::new("fewer-than-filled", "Kurang dari yang sudah ditempatkan", "Fewer than are placed already");
/// A correction changes a vacancy that is closed.
pub const VACANCY_CLOSED: FaultCode =
    FaultCode::new("vacancy-closed", "Lowongan sudah ditutup", "The vacancy is closed");

/// A position that an accepted report opens.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The line's id, which becomes the vacancy's.
    pub id: VacancyId,
    /// Title.
    pub title: String,
    /// What the work is.
    pub description: Option<String>,
    /// Occupation.
    pub occupation: String,
    /// Country.
    pub country: String,
    /// Region of work; empty abroad.
    pub region: String,
    /// By distance.
    pub antar_kerja: AntarKerja,
    /// Lowest education level.
    pub education: Option<String>,
    /// Its rank; 0 for none.
    pub education_rank: i32,
    /// Experience in months.
    pub experience_months: i32,
    /// Lowest age.
    pub age_min: Option<i32>,
    /// Highest age.
    pub age_max: Option<i32>,
    /// Skills.
    pub skills: Vec<String>,
    /// Persons wanted.
    pub wanted: Wanted,
    /// Lowest wage.
    pub wage_min: Option<i64>,
    /// Highest wage.
    pub wage_max: Option<i64>,
    /// Open to people with disabilities.
    pub disability_friendly: bool,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_until: NaiveDate,
    /// Names of occupation, region and education, for the search.
    pub names: String,
}

/// Names of occupation, region and the education that is asked for, by which a vacancy is found, too.
#[must_use]
pub fn names(occupation: &str, region: &str, education: Option<&str>, codes: &Codes) -> String {
    let place = codes.region(region).map_or("", |region| region.name.as_str());
    // Who asks for no school is not looked for by the word.
    let level = education.filter(|level| codes.education_rank(level).is_some_and(|rank| rank > 0));
    let level = level.and_then(|level| codes.education_name(level)).unwrap_or_default();
    format!("{} {place} {level}", codes.occupation_name(occupation).unwrap_or_default())
}

/// Kind of placement by distance: abroad is AKAN, another province is AKAD, else AKL (domain.md 4.1). Derived from
/// where somebody comes from and goes to, never typed by hand.
#[must_use]
pub fn antar_kerja(origin: &str, country: &str, region: &str) -> AntarKerja {
    if country != "ID" {
        AntarKerja::Overseas
    } else if origin.get(..2) == region.get(..2) {
        AntarKerja::Local
    } else {
        AntarKerja::Interregional
    }
}

/// Whether its persons count as wanted: from publication on.
#[must_use]
pub fn counted(row: &vacancy::Model) -> bool {
    row.published_at.is_some()
}

/// Whether the outcome is still to be reported (Perpres 57/2023 art. 6): until everybody is hired, or it is closed.
#[must_use]
pub fn awaits_outcome(row: &vacancy::Model) -> bool {
    counted(row) && !matches!(row.status, VacancyStatus::Filled | VacancyStatus::Closed)
}

/// What a vacancy adds to the statistics as it stands: persons wanted, filled and withdrawn, by sex where it is known.
/// Wanted = filled + withdrawn + outstanding holds by construction; who is not found by the end is withdrawn.
#[must_use]
pub fn tally(row: &vacancy::Model) -> Vec<(&'static str, Option<Sex>, i32)> {
    if !counted(row) {
        return Vec::new();
    }
    let sexes = [Some(Sex::Male), Some(Sex::Female), None];
    let wanted = [row.wanted_men, row.wanted_women, row.wanted_any];
    let filled = [row.filled_men, row.filled_women, 0];
    let mut left = match row.status {
        VacancyStatus::Closed | VacancyStatus::Expired => row.wanted - row.filled,
        _ => 0,
    };
    let mut rows = Vec::new();
    for ((sex, wanted), filled) in sexes.into_iter().zip(wanted).zip(filled) {
        let withdrawn = if sex.is_some() { left.min((wanted - filled).max(0)) } else { left };
        left -= withdrawn;
        rows.extend([
            ("persons_wanted", sex, wanted),
            ("persons_filled", sex, filled),
            ("persons_withdrawn", sex, withdrawn),
        ]);
    }
    rows
}

/// What hiring some makes of a vacancy.
#[must_use]
pub fn filling(filled: i32, wanted: i32) -> VacancyEvent {
    if filled == wanted { VacancyEvent::FillUp } else { VacancyEvent::Fill }
}

/// What giving places back makes of a vacancy.
#[must_use]
pub fn giving_back(filled: i32) -> VacancyEvent {
    if filled == 0 { VacancyEvent::Empty } else { VacancyEvent::GiveBack }
}

/// What bringing it back in sight makes of a suspended vacancy.
#[must_use]
pub fn resuming(filled: i32) -> VacancyEvent {
    if filled == 0 { VacancyEvent::Resume } else { VacancyEvent::ResumePartly }
}

/// What follows for a vacancy from its corrected line, if anything: it is full now, open again, or valid again.
#[must_use]
pub fn correction(row: &vacancy::Model, verified: bool, today: NaiveDate) -> Option<VacancyEvent> {
    let (full, empty) = (row.filled == row.wanted, row.filled == 0);
    match row.status {
        VacancyStatus::PartlyFilled | VacancyStatus::Suspended | VacancyStatus::Expired if full => {
            Some(VacancyEvent::FillUp)
        }
        VacancyStatus::Filled if !full => Some(giving_back(row.filled)),
        VacancyStatus::Expired if row.valid_until < today => None,
        VacancyStatus::Expired if !verified => Some(VacancyEvent::ReviveHeld),
        VacancyStatus::Expired if empty => Some(VacancyEvent::Revive),
        VacancyStatus::Expired => Some(VacancyEvent::RevivePartly),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_by_province_and_country() {
        assert_eq!(antar_kerja("33.06", "ID", "33.75"), AntarKerja::Local);
        assert_eq!(antar_kerja("33.06", "ID", "34.71"), AntarKerja::Interregional);
        assert_eq!(antar_kerja("33.06.08", "ID", "32.16"), AntarKerja::Interregional);
        assert_eq!(antar_kerja("33.06", "HK", ""), AntarKerja::Overseas);
    }
}
