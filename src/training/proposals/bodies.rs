//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::training::{PackageId, TargetGroup};
use disnaker_entity::training_need::proposal::Model;
use disnaker_entity::training_need::{OrganisationKind, TrainingProposalId, TrainingProposalStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::companies::bodies::Contact;
use crate::page;
use crate::wire::Resource;

/// A class that an organisation proposes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrainingProposal {
    /// Name of the organisation.
    #[schema(min_length = 1, max_length = 160)]
    pub organisation: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Whom to ask.
    pub contact: Contact,
    /// Trade or topic.
    #[schema(min_length = 1, max_length = 300)]
    pub topic: String,
    /// For whom the class is to be.
    pub target_group: TargetGroup,
    /// Persons who would come.
    #[schema(minimum = 1, maximum = 1000)]
    pub persons: i32,
    /// District or sub-district where it is wished for; its office decides.
    pub region: String,
    /// Village (desa/kelurahan) where it is wished for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 80)]
    pub village: Option<String>,
    /// What the class should provide for disabilities; a class for people with disabilities says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    pub accommodation: Option<String>,
    /// The first day that would do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wished_from: Option<NaiveDate>,
    /// The last day that would do: none that has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wished_until: Option<NaiveDate>,
}

impl NewTrainingProposal {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            organisation: "Pertuni Contoh".into(),
            kind: OrganisationKind::DisabilityOrganisation,
            contact: Contact { name: "Sekretariat".into(), email: "pertuni@contoh.example".into(), phone: None },
            topic: "Berbicara di depan umum".into(),
            target_group: TargetGroup::Disability,
            persons: 20,
            region: "36.72".into(),
            village: None,
            accommodation: Some("Bahan dalam huruf Braille dan pembaca layar".into()),
            wished_from: NaiveDate::from_ymd_opt(2027, 1, 11),
            wished_until: NaiveDate::from_ymd_opt(2027, 1, 22),
        }
    }
}

/// A proposal, as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrainingProposalRow {
    /// Id.
    pub id: TrainingProposalId,
    /// Office that decides.
    pub office: String,
    /// Name of the organisation.
    pub organisation: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Trade or topic.
    pub topic: String,
    /// For whom the class is to be.
    pub target_group: TargetGroup,
    /// Persons who would come.
    pub persons: i32,
    /// Where it is wished for.
    pub region: String,
    /// Village where it is wished for.
    #[schema(required)]
    pub village: Option<String>,
    /// The first day that would do.
    #[schema(required)]
    pub wished_from: Option<NaiveDate>,
    /// The last day that would do.
    #[schema(required)]
    pub wished_until: Option<NaiveDate>,
    /// Where it stands.
    pub status: TrainingProposalStatus,
    /// The package that answers it.
    #[schema(required)]
    pub package_id: Option<PackageId>,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl From<&Model> for TrainingProposalRow {
    fn from(row: &Model) -> Self {
        Self {
            id: row.id,
            office: row.office.clone(),
            organisation: row.organisation.clone(),
            kind: row.kind,
            topic: row.topic.clone(),
            target_group: row.target_group,
            persons: row.persons,
            region: row.region.clone(),
            village: row.village.clone(),
            wished_from: row.wished_from,
            wished_until: row.wished_until,
            status: row.status,
            package_id: row.package_id,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// A proposal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrainingProposalView {
    /// The proposal.
    #[serde(flatten)]
    pub proposal: TrainingProposalRow,
    /// Whom to ask; null where that was kept long enough.
    #[schema(required)]
    pub contact: Option<Contact>,
    /// What the class should provide for disabilities.
    #[schema(required)]
    pub accommodation: Option<String>,
    /// Why it was declined.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl TrainingProposalView {
    /// The view of a row.
    #[must_use]
    pub fn of(row: Model, allowed_actions: Vec<&'static str>) -> Self {
        let proposal = TrainingProposalRow::from(&row);
        let contact = row.contact_name.zip(row.contact_email);
        Self {
            proposal,
            contact: contact.map(|(name, email)| Contact { name, email, phone: row.contact_phone }),
            accommodation: row.accommodation,
            status_reason: row.status_reason,
            allowed_actions,
        }
    }
}

impl Resource for TrainingProposalView {
    const VIEW: &'static str = "training-proposal";

    fn version(&self) -> i64 {
        self.proposal.version
    }
}

page! {
    /// A page of proposals.
    TrainingProposalPage of TrainingProposalRow
}

/// Filter of the list of proposals.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TrainingProposalFilter {
    /// Office.
    pub office: Option<String>,
    /// Where they stand.
    #[param(inline)]
    pub status: Option<TrainingProposalStatus>,
    /// What the organisation is.
    #[param(inline)]
    pub kind: Option<OrganisationKind>,
    /// For whom the class is to be.
    #[param(inline)]
    pub target_group: Option<TargetGroup>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The package that answers a proposal.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalAnswer {
    /// The package, of the same office and not cancelled.
    pub package_id: PackageId,
}

impl ProposalAnswer {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { package_id: PackageId(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0005)) }
    }
}

/// Why a proposal is declined.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingProposalReason {
    /// Reason, shown to who proposed it.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl TrainingProposalReason {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Belum ada instruktur untuk topik ini".into() }
    }
}
