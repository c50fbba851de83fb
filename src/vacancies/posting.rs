//! A vacancy as search engines and job boards read it: `JobPosting` of schema.org, in JSON-LD. What the report does not
//! state is left out, not guessed: no kind of employment, no place where applicants must come from.

use chrono::{DateTime, FixedOffset, NaiveDate, Offset, TimeZone, Utc};
use disnaker_entity::vacancy::{Model, VacancyId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::reference::Codes;
use crate::wire::Resource;

/// Media type.
pub const MEDIA_TYPE: &str = "application/ld+json";

/// A vacancy in the words of schema.org.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobPosting {
    /// `https://schema.org`.
    #[serde(rename = "@context")]
    context: &'static str,
    /// `JobPosting`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// Address of the vacancy.
    url: String,
    /// Name of this service and the vacancy's id.
    identifier: Identifier,
    /// Title.
    title: String,
    /// What the work is; the title where nothing more is said.
    description: String,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    date_posted: Option<DateTime<Utc>>,
    /// The last moment of its last day, where the work is.
    valid_through: DateTime<FixedOffset>,
    /// The company.
    hiring_organization: Named,
    /// Where the work is.
    job_location: Place,
    /// What is paid a month; absent where no wage is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    base_salary: Option<MonetaryAmount>,
    /// Experience asked for; absent where none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    experience_requirements: Option<Experience>,
    /// Name of the lowest education level asked for; absent where none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    education_requirements: Option<String>,
    /// Skills asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    skills: Vec<String>,
    /// Code and name of the occupation (KBJI).
    occupational_category: String,
    /// Persons still wanted.
    total_job_openings: i32,
    #[serde(skip)]
    version: i64,
}

/// A name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    /// `Organization`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// Name.
    name: String,
}

/// An id in a system.
#[derive(Debug, Serialize, ToSchema)]
pub struct Identifier {
    /// `PropertyValue`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// The system.
    name: String,
    /// The id.
    value: VacancyId,
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub struct Place {
    /// `Place`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// Address.
    address: Address,
}

/// An address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// `PostalAddress`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// District or sub-district; absent abroad and where only the province is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    address_locality: Option<String>,
    /// Province; absent abroad.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    address_region: Option<String>,
    /// Country (ISO 3166-1 alpha-2).
    address_country: String,
}

/// What is paid.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonetaryAmount {
    /// `MonetaryAmount`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// `IDR`.
    currency: &'static str,
    /// How much.
    value: Amount,
}

/// How much.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Amount {
    /// `QuantitativeValue`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// Lowest wage; absent where none is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    min_value: Option<i64>,
    /// Highest wage; absent where none is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    max_value: Option<i64>,
    /// `MONTH`.
    unit_text: &'static str,
}

/// Experience.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Experience {
    /// `OccupationalExperienceRequirements`.
    #[serde(rename = "@type")]
    kind: &'static str,
    /// Months.
    months_of_experience: i32,
}

impl JobPosting {
    /// A vacancy, its company's name, and the public address of the service.
    ///
    /// # Errors
    /// Skills that are none.
    pub fn of(row: &Model, company_name: &str, codes: &Codes, public_url: &str) -> Result<Self, Problem> {
        let region = |code: Option<&str>| codes.region(code?).map(|region| region.name.clone());
        let offset = codes.region(&row.region).map_or(7, |region| region.utc_offset);
        let names = [codes.occupation_name(&row.occupation).unwrap_or_default(), &row.occupation];
        Ok(Self {
            context: "https://schema.org",
            kind: "JobPosting",
            url: format!("{public_url}/v1/vacancies/{}", row.id),
            identifier: Identifier { kind: "PropertyValue", name: "disnaker".to_owned(), value: row.id },
            title: row.title.clone(),
            description: row.description.clone().unwrap_or_else(|| row.title.clone()),
            date_posted: row.published_at,
            valid_through: last_moment(row.valid_until, offset),
            hiring_organization: Named { kind: "Organization", name: company_name.to_owned() },
            job_location: Place {
                kind: "Place",
                address: Address {
                    kind: "PostalAddress",
                    address_locality: region(Some(&row.region).filter(|code| code.len() > 2).map(String::as_str)),
                    address_region: region(row.region.get(..2)),
                    address_country: row.country.clone(),
                },
            },
            base_salary: row.wage_min.or(row.wage_max).map(|_| MonetaryAmount {
                kind: "MonetaryAmount",
                currency: "IDR",
                value: Amount {
                    kind: "QuantitativeValue",
                    min_value: row.wage_min,
                    max_value: row.wage_max,
                    unit_text: "MONTH",
                },
            }),
            experience_requirements: (row.experience_months > 0).then_some(Experience {
                kind: "OccupationalExperienceRequirements",
                months_of_experience: row.experience_months,
            }),
            education_requirements: row
                .education
                .as_deref()
                .and_then(|code| codes.education_name(code))
                .map(str::to_owned),
            skills: serde_json::from_str(&row.skills).map_err(Problem::internal)?,
            occupational_category: names.map(str::trim).join(" ").trim().to_owned(),
            total_job_openings: row.wanted - row.filled,
            version: row.version,
        })
    }
}

impl Resource for JobPosting {
    const VIEW: &'static str = "posting";

    fn version(&self) -> i64 {
        self.version
    }
}

/// The last second of a day, hours east of UTC.
fn last_moment(day: NaiveDate, hours: i32) -> DateTime<FixedOffset> {
    let midnight = day.succ_opt().unwrap_or(day).and_time(chrono::NaiveTime::MIN) - chrono::TimeDelta::seconds(1);
    let utc = midnight - chrono::TimeDelta::hours(hours.into());
    FixedOffset::east_opt(hours * 3600).unwrap_or_else(|| Utc.fix()).from_utc_datetime(&utc)
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn a_day_ends_where_the_work_is() {
        let day: NaiveDate = "2026-12-31".parse().unwrap();
        assert_eq!(last_moment(day, 9).to_rfc3339(), "2026-12-31T23:59:59+09:00");
    }
}
