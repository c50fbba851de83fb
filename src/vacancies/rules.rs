//! What a vacancy is, and what may become of it.

use chrono::NaiveDate;
use disnaker_entity::vacancy::{self, AntarKerja, VacancyId, VacancyStatus};

use super::bodies::Wanted;
use super::lifecycle::VacancyEvent;
use crate::problem::FaultCode;

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
    /// Names of occupation and region, for the search.
    pub names: String,
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

/// Persons still wanted of a vacancy that counts: none once it has ended, since they were withdrawn then.
#[must_use]
pub fn outstanding(row: &vacancy::Model) -> i32 {
    match row.status {
        VacancyStatus::Published | VacancyStatus::PartlyFilled | VacancyStatus::Suspended => row.wanted - row.filled,
        VacancyStatus::Held | VacancyStatus::Filled | VacancyStatus::Closed | VacancyStatus::Expired => 0,
    }
}

/// Whether its persons were counted as wanted: from publication on.
#[must_use]
pub fn counted(row: &vacancy::Model) -> bool {
    row.published_at.is_some()
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
