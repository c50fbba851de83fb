//! What crosses the wire.

use std::ops::AddAssign;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which coverage.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CoverageFilter {
    /// Office; all that the caller sees where it is absent.
    pub office: Option<String>,
    /// Year by whose end people are wanted, and of the packages' budget; this one where it is absent.
    #[param(minimum = 2019, maximum = 2199)]
    pub year: Option<i32>,
    /// Only this occupation (KBJI) and what is below it.
    pub occupation: Option<String>,
}

/// What is needed, and what there is for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CoverageFigures {
    /// Needs that are not declined or withdrawn, and wanted in the year.
    pub needs: i64,
    /// Their persons.
    pub persons: i64,
    /// Seats of packages that answer them.
    pub seats_planned: i64,
    /// Persons for whom no seat is planned: persons less seats planned.
    pub gap: i64,
    /// Seats of the year's packages that answer no need.
    pub seats_other: i64,
    /// Seats of packages that were cancelled: those that answered these needs, and those of the year that answered none.
    pub seats_cancelled: i64,
    /// Persons who have passed in the year's packages.
    pub persons_passed: i64,
    /// Persons still wanted by vacancies, as labour demand has it now.
    pub vacancies: i64,
}

impl AddAssign for CoverageFigures {
    fn add_assign(&mut self, more: Self) {
        self.needs += more.needs;
        self.persons += more.persons;
        self.seats_planned += more.seats_planned;
        self.gap += more.gap;
        self.seats_other += more.seats_other;
        self.seats_cancelled += more.seats_cancelled;
        self.persons_passed += more.persons_passed;
        self.vacancies += more.vacancies;
    }
}

/// An occupation that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CoverageRow {
    /// KBJI code, as deep as the needs name it; null for what no need names.
    #[schema(required)]
    pub occupation: Option<String>,
    /// Its name.
    #[schema(required)]
    pub name: Option<String>,
    /// What is needed, and what there is for it.
    #[serde(flatten)]
    pub figures: CoverageFigures,
}

/// What industry needs against seats and vacancies.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Coverage {
    /// Office; null for all that the caller sees.
    #[schema(required)]
    pub office: Option<String>,
    /// Year.
    pub year: i32,
    /// Occupation with what is below it; null for all.
    #[schema(required)]
    pub occupation: Option<String>,
    /// The day of the vacancies.
    pub vacancies_as_of: NaiveDate,
    /// All of it.
    pub total: CoverageFigures,
    /// Its parts, which sum to it, in the order of their codes; what no need names comes last.
    pub data: Vec<CoverageRow>,
}
