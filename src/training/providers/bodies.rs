//! What crosses the wire.

use chrono::{DateTime, Utc};
use disnaker_entity::training::{
    Delivery, InstructorId, ProgrammeId, ProviderId, ProviderKind, ProviderStatus, instructor, programme, provider,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::companies::bodies::Contact;
use crate::page;
use crate::problem::Problem;
use crate::wire::{Resource, nullable, present};

// Providers --------------------------------------------------------------------------------------

/// A training provider to be written down.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProvider {
    /// Office that looks after it.
    pub office: String,
    /// What it is.
    pub kind: ProviderKind,
    /// Name, once an office.
    #[schema(min_length = 1, max_length = 160)]
    pub name: String,
    /// Licence or register number.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub licence: Option<String>,
    /// District or sub-district where it trains.
    pub region: String,
    /// Address.
    #[schema(min_length = 1, max_length = 300)]
    pub address: String,
    /// Contact.
    pub contact: Contact,
}

impl NewProvider {
    /// What a provider says of itself.
    #[must_use]
    pub fn of(row: &provider::Model) -> Self {
        Self {
            office: row.office.clone(),
            kind: row.kind,
            name: row.name.clone(),
            licence: row.licence.clone(),
            region: row.region.clone(),
            address: row.address.clone(),
            contact: Contact {
                name: row.contact_name.clone(),
                email: row.contact_email.clone(),
                phone: row.contact_phone.clone(),
            },
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            office: "36.72".into(),
            kind: ProviderKind::Blk,
            name: "UPTD BLK Contoh".into(),
            licence: None,
            region: "36.72".into(),
            address: "Jalan Contoh Pelatihan 1".into(),
            contact: Contact { name: "Tata Usaha".into(), email: "blk@contoh.example".into(), phone: None },
        }
    }
}

/// What changes of a provider.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderPatch {
    /// Name, once an office.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 160)]
    pub name: Option<String>,
    /// Licence or register number.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120)]
    pub licence: Option<Option<String>>,
    /// District or sub-district where it trains.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub region: Option<String>,
    /// Address.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 300)]
    pub address: Option<String>,
    /// Contact.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact: Option<Contact>,
}

impl ProviderPatch {
    /// A provider with what changes.
    #[must_use]
    pub fn onto(self, before: NewProvider) -> NewProvider {
        NewProvider {
            name: self.name.unwrap_or(before.name),
            licence: self.licence.unwrap_or(before.licence),
            region: self.region.unwrap_or(before.region),
            address: self.address.unwrap_or(before.address),
            contact: self.contact.unwrap_or(before.contact),
            ..before
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { address: Some("Jalan Contoh Pelatihan 2".into()), ..Self::default() }
    }
}

/// A training provider.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProviderView {
    /// Id.
    pub id: ProviderId,
    /// Office that looks after it.
    pub office: String,
    /// What it is.
    pub kind: ProviderKind,
    /// Name.
    pub name: String,
    /// Licence or register number.
    #[schema(required)]
    pub licence: Option<String>,
    /// District or sub-district where it trains.
    pub region: String,
    /// Address.
    pub address: String,
    /// Contact.
    pub contact: Contact,
    /// Where it stands.
    pub status: ProviderStatus,
    /// Version.
    pub version: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

impl ProviderView {
    /// A provider with what the caller may do.
    #[must_use]
    pub fn of(row: &provider::Model, allowed_actions: Vec<&'static str>) -> Self {
        let said = NewProvider::of(row);
        Self {
            id: row.id,
            office: said.office,
            kind: said.kind,
            name: said.name,
            licence: said.licence,
            region: said.region,
            address: said.address,
            contact: said.contact,
            status: row.status,
            version: row.version,
            allowed_actions,
        }
    }
}

impl Resource for ProviderView {
    const VIEW: &'static str = "training-provider";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of providers.
    ProviderPage of ProviderView
}

/// Filter of the list of providers.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProviderFilter {
    /// Office.
    pub office: Option<String>,
    /// What they are.
    #[param(inline)]
    pub kind: Option<ProviderKind>,
    /// Where they stand.
    #[param(inline)]
    pub status: Option<ProviderStatus>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

// Programmes -------------------------------------------------------------------------------------

/// A unit of competence (SKKNI) of a programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeUnit {
    /// Code of the unit.
    #[schema(example = "C.25LAS01.001.1", min_length = 1, max_length = 40)]
    pub code: String,
    /// Title.
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// Hours of lessons (jam pelatihan).
    #[schema(minimum = 1, maximum = 2000)]
    pub hours: i32,
    /// How it is taught: theory may be online, practice is not.
    pub delivery: Delivery,
}

/// A training programme to be written down.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProgramme {
    /// Office whose programme it is.
    pub office: String,
    /// Name, once an office.
    #[schema(min_length = 1, max_length = 160)]
    pub name: String,
    /// Trade (kejuruan).
    #[schema(min_length = 1, max_length = 80)]
    pub trade: String,
    /// The occupation that it trains for (KBJI).
    #[serde(default)]
    #[schema(example = "72")]
    pub occupation: Option<String>,
    /// Least education level of who applies.
    #[serde(default)]
    pub education: Option<String>,
    /// Units; their hours are the programme's.
    #[schema(min_items = 1, max_items = 60)]
    pub units: Vec<ProgrammeUnit>,
}

impl NewProgramme {
    /// What a programme says.
    ///
    /// # Errors
    /// A row that is not what was written.
    pub fn of(row: &programme::Model) -> Result<Self, Problem> {
        Ok(Self {
            office: row.office.clone(),
            name: row.name.clone(),
            trade: row.trade.clone(),
            occupation: row.occupation.clone(),
            education: row.education.clone(),
            units: serde_json::from_str(&row.units).map_err(Problem::internal)?,
        })
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let unit = |code: &str, title: &str, hours, delivery| ProgrammeUnit {
            code: code.into(),
            title: title.into(),
            hours,
            delivery,
        };
        Self {
            office: "36.72".into(),
            name: "Las Busur Manual SMAW 3G".into(),
            trade: "Teknik Las".into(),
            occupation: Some("72".into()),
            education: Some("junior_secondary".into()),
            units: vec![
                unit("C.25LAS01.001.1", "Menerapkan keselamatan dan kesehatan kerja", 24, Delivery::Online),
                unit("C.25LAS01.008.1", "Mengelas pelat posisi 3G", 216, Delivery::InPerson),
            ],
        }
    }
}

/// What changes of a programme. Classes and certificates that were begun keep what they said.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammePatch {
    /// Name, once an office.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 160)]
    pub name: Option<String>,
    /// Trade (kejuruan).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 80)]
    pub trade: Option<String>,
    /// The occupation that it trains for (KBJI).
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub occupation: Option<Option<String>>,
    /// Least education level of who applies.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub education: Option<Option<String>>,
    /// All units.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_items = 1, max_items = 60)]
    pub units: Option<Vec<ProgrammeUnit>>,
}

impl ProgrammePatch {
    /// A programme with what changes.
    #[must_use]
    pub fn onto(self, before: NewProgramme) -> NewProgramme {
        NewProgramme {
            name: self.name.unwrap_or(before.name),
            trade: self.trade.unwrap_or(before.trade),
            occupation: self.occupation.unwrap_or(before.occupation),
            education: self.education.unwrap_or(before.education),
            units: self.units.unwrap_or(before.units),
            ..before
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { trade: Some("Las".into()), ..Self::default() }
    }
}

/// A training programme.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProgrammeView {
    /// Id.
    pub id: ProgrammeId,
    /// Office whose programme it is.
    pub office: String,
    /// Name.
    pub name: String,
    /// Trade (kejuruan).
    pub trade: String,
    /// The occupation that it trains for (KBJI).
    #[schema(required)]
    pub occupation: Option<String>,
    /// Least education level of who applies.
    #[schema(required)]
    pub education: Option<String>,
    /// Hours of all units together.
    pub hours: i32,
    /// Of them those that are taught online.
    pub online_hours: i32,
    /// Units.
    pub units: Vec<ProgrammeUnit>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl ProgrammeView {
    /// A programme.
    ///
    /// # Errors
    /// A row that is not what was written.
    pub fn of(row: &programme::Model) -> Result<Self, Problem> {
        let said = NewProgramme::of(row)?;
        let online = said.units.iter().filter(|unit| unit.delivery == Delivery::Online);
        Ok(Self {
            id: row.id,
            office: said.office,
            name: said.name,
            trade: said.trade,
            occupation: said.occupation,
            education: said.education,
            hours: row.hours,
            online_hours: online.map(|unit| unit.hours).sum(),
            units: said.units,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

impl Resource for ProgrammeView {
    const VIEW: &'static str = "training-programme";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of programmes.
    ProgrammePage of ProgrammeView
}

/// Filter of the list of programmes.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeFilter {
    /// Office.
    pub office: Option<String>,
    /// The occupation that they train for (KBJI).
    pub occupation: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

// Instructors ------------------------------------------------------------------------------------

/// An instructor to be written down.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInstructor {
    /// Provider where they teach.
    pub provider_id: ProviderId,
    /// Name.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Number in the register of instructors.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 60)]
    pub registration: Option<String>,
    /// Trades.
    #[schema(min_items = 1, max_items = 10)]
    pub trades: Vec<String>,
    /// Number of the certificate of methodology or competence.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub certificate: Option<String>,
}

impl NewInstructor {
    /// What is known of an instructor.
    ///
    /// # Errors
    /// A row that is not what was written.
    pub fn of(row: &instructor::Model) -> Result<Self, Problem> {
        Ok(Self {
            provider_id: row.provider_id,
            name: row.name.clone(),
            registration: row.registration.clone(),
            trades: serde_json::from_str(&row.trades).map_err(Problem::internal)?,
            certificate: row.certificate.clone(),
        })
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            provider_id: ProviderId(uuid::Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0003)),
            name: "Instruktur Contoh".into(),
            registration: Some("INS-CONTOH-001".into()),
            trades: vec!["Teknik Las".into()],
            certificate: None,
        }
    }
}

/// What changes of an instructor.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstructorPatch {
    /// Name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 120)]
    pub name: Option<String>,
    /// Number in the register of instructors.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 60)]
    pub registration: Option<Option<String>>,
    /// Trades.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_items = 1, max_items = 10)]
    pub trades: Option<Vec<String>>,
    /// Number of the certificate of methodology or competence.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120)]
    pub certificate: Option<Option<String>>,
}

impl InstructorPatch {
    /// An instructor with what changes.
    #[must_use]
    pub fn onto(self, before: NewInstructor) -> NewInstructor {
        NewInstructor {
            name: self.name.unwrap_or(before.name),
            registration: self.registration.unwrap_or(before.registration),
            trades: self.trades.unwrap_or(before.trades),
            certificate: self.certificate.unwrap_or(before.certificate),
            ..before
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { certificate: Some(Some("SERT-CONTOH-001".into())), ..Self::default() }
    }
}

/// An instructor.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InstructorView {
    /// Id.
    pub id: InstructorId,
    /// Office of the provider.
    pub office: String,
    /// Provider where they teach.
    pub provider_id: ProviderId,
    /// Name.
    pub name: String,
    /// Number in the register of instructors.
    #[schema(required)]
    pub registration: Option<String>,
    /// Trades.
    pub trades: Vec<String>,
    /// Number of the certificate of methodology or competence.
    #[schema(required)]
    pub certificate: Option<String>,
    /// Version.
    pub version: i64,
}

impl InstructorView {
    /// An instructor.
    ///
    /// # Errors
    /// A row that is not what was written.
    pub fn of(row: &instructor::Model) -> Result<Self, Problem> {
        let said = NewInstructor::of(row)?;
        Ok(Self {
            id: row.id,
            office: row.office.clone(),
            provider_id: said.provider_id,
            name: said.name,
            registration: said.registration,
            trades: said.trades,
            certificate: said.certificate,
            version: row.version,
        })
    }
}

impl Resource for InstructorView {
    const VIEW: &'static str = "instructor";

    fn version(&self) -> i64 {
        self.version
    }
}

page! {
    /// A page of instructors.
    InstructorPage of InstructorView
}

/// Filter of the list of instructors.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InstructorFilter {
    /// Office.
    pub office: Option<String>,
    /// Provider.
    pub provider_id: Option<ProviderId>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
