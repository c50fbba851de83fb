//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::apprenticeship::programme::Model;
use disnaker_entity::apprenticeship::{ApprenticeshipProgrammeId, ApprenticeshipProgrammeStatus, CoverPayer};
use disnaker_entity::company::CompanyId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::page;
use crate::wire::{Resource, nullable, present};

/// Who guides apprentices: staff of the company.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprenticeshipMentor {
    /// Name.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Position.
    #[schema(min_length = 1, max_length = 120)]
    pub position: String,
}

/// Pocket money (uang saku) of a participant, rupiah a month: transport, meals and incentive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PocketMoney {
    /// Transport.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub transport: i64,
    /// Meals.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub meals: i64,
    /// Incentive.
    #[schema(minimum = 0, maximum = 100_000_000)]
    pub incentive: i64,
}

/// A programme to be drafted: what a company applies with (Permenaker 6/2020).
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApprenticeshipProgramme {
    /// The company.
    pub company_id: CompanyId,
    /// Title.
    #[schema(min_length = 1, max_length = 160)]
    pub title: String,
    /// KBJI code of the occupation.
    pub occupation: String,
    /// What participants qualify for.
    #[schema(min_length = 1, max_length = 160)]
    pub qualification: String,
    /// Code of its competence standard (SKKNI or a unit of it); it is what makes a qualification the same, else its name is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9A-Za-z][0-9A-Za-z./-]{0,39}$", max_length = 40)]
    pub skkni_code: Option<String>,
    /// Districts where it runs, each once. They say which office approves it.
    #[schema(min_items = 1, max_items = 50)]
    pub regions: Vec<String>,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day: at most the time of the policy `apprenticeship.maximum-duration` after it.
    pub ends_on: NaiveDate,
    /// Places.
    #[schema(minimum = 1, maximum = 10_000)]
    pub places: i32,
    /// Rooms, tools and all else that participants learn with.
    #[schema(min_length = 1, max_length = 2000)]
    pub facilities: String,
    /// Who guides them.
    #[schema(min_items = 1, max_items = 20)]
    pub mentors: Vec<ApprenticeshipMentor>,
    /// The plan of the training: what is learnt, when and how.
    #[schema(min_length = 1, max_length = 8000)]
    pub plan: String,
    /// Pocket money; an agreement may give more.
    pub pocket_money: PocketMoney,
    /// Who pays for the participants' cover (JKK and JKM).
    pub cover_payer: CoverPayer,
}

impl NewApprenticeshipProgramme {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            company_id: CompanyId(Uuid::nil()),
            title: "Pemagangan operator las".into(),
            occupation: "72".into(),
            qualification: "Juru las SMAW 3G".into(),
            skkni_code: Some("C.25LAS01.001.1".into()),
            regions: vec!["36.72".into()],
            starts_on: NaiveDate::from_ymd_opt(2027, 1, 4).unwrap_or_default(),
            ends_on: NaiveDate::from_ymd_opt(2027, 6, 30).unwrap_or_default(),
            places: 2,
            facilities: "Bengkel las dengan sepuluh bilik, alat pelindung diri, ruang kelas".into(),
            mentors: vec![ApprenticeshipMentor { name: "Mentor Contoh".into(), position: "Kepala bengkel las".into() }],
            plan: "Bulan 1: teori dan keselamatan kerja. Bulan 2 sampai 6: praktik di lini produksi.".into(),
            pocket_money: PocketMoney { transport: 600_000, meals: 900_000, incentive: 500_000 },
            cover_payer: CoverPayer::Company,
        }
    }
}

/// Changes of a draft or of a returned programme, as a merge patch (RFC 7396). Lists are put in the place of the old ones.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprenticeshipProgrammePatch {
    /// Title.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 160)]
    pub title: Option<String>,
    /// KBJI code of the occupation.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub occupation: Option<String>,
    /// What participants qualify for.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 160)]
    pub qualification: Option<String>,
    /// Code of its competence standard; null clears it.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 40)]
    pub skkni_code: Option<Option<String>>,
    /// Districts where it runs.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_items = 1, max_items = 50)]
    pub regions: Option<Vec<String>>,
    /// First day.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ends_on: Option<NaiveDate>,
    /// Places.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 10_000)]
    pub places: Option<i32>,
    /// What participants learn with.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 2000)]
    pub facilities: Option<String>,
    /// Who guides them.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_items = 1, max_items = 20)]
    pub mentors: Option<Vec<ApprenticeshipMentor>>,
    /// The plan of the training.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 8000)]
    pub plan: Option<String>,
    /// Pocket money, whole.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pocket_money: Option<PocketMoney>,
    /// Who pays for the cover.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub cover_payer: Option<CoverPayer>,
}

impl ApprenticeshipProgrammePatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { places: Some(3), ..Self::default() }
    }

    /// The programme as it would be after the patch.
    #[must_use]
    pub fn onto(self, mut said: NewApprenticeshipProgramme) -> NewApprenticeshipProgramme {
        fn put<T>(field: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *field = new;
            }
        }
        put(&mut said.title, self.title);
        put(&mut said.occupation, self.occupation);
        put(&mut said.qualification, self.qualification);
        put(&mut said.skkni_code, self.skkni_code);
        put(&mut said.regions, self.regions);
        put(&mut said.starts_on, self.starts_on);
        put(&mut said.ends_on, self.ends_on);
        put(&mut said.places, self.places);
        put(&mut said.facilities, self.facilities);
        put(&mut said.mentors, self.mentors);
        put(&mut said.plan, self.plan);
        put(&mut said.pocket_money, self.pocket_money);
        put(&mut said.cover_payer, self.cover_payer);
        said
    }
}

/// What the office finds missing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprenticeshipReturn {
    /// One item a line; the company sees them.
    #[schema(min_items = 1, max_items = 20)]
    pub missing: Vec<String>,
}

impl ApprenticeshipReturn {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { missing: vec!["Surat penunjukan pembimbing".into()] }
    }
}

/// Why something is refused or ended.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprenticeshipReason {
    /// Reason, shown to the other side.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl ApprenticeshipReason {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Lini produksi yang dipakai untuk praktik dihentikan".into() }
    }
}

/// A programme in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprenticeshipProgrammeRow {
    /// Id.
    pub id: ApprenticeshipProgrammeId,
    /// Company.
    pub company_id: CompanyId,
    /// The office that approves; null for a draft.
    #[schema(required)]
    pub office: Option<String>,
    /// Status.
    pub status: ApprenticeshipProgrammeStatus,
    /// Number of the letter of approval.
    #[schema(required)]
    pub number: Option<String>,
    /// Title.
    pub title: String,
    /// KBJI code of the occupation.
    pub occupation: String,
    /// What participants qualify for.
    pub qualification: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: NaiveDate,
    /// Places.
    pub places: i32,
    /// Of them, those that agreements have.
    pub taken: i32,
    /// When it was filed, the last time.
    #[schema(required)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// The day of the letter of approval.
    #[schema(required)]
    pub approved_on: Option<NaiveDate>,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
}

impl From<&Model> for ApprenticeshipProgrammeRow {
    fn from(row: &Model) -> Self {
        Self {
            id: row.id,
            company_id: row.company_id,
            office: row.office.clone(),
            status: row.status,
            number: row.number.clone(),
            title: row.title.clone(),
            occupation: row.occupation.clone(),
            qualification: row.qualification.clone(),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            places: row.places,
            taken: row.taken,
            submitted_at: row.submitted_at,
            approved_on: row.approved_on,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// A programme of apprenticeship.
#[derive(Serialize, ToSchema)]
pub struct ApprenticeshipProgrammeView {
    /// The programme.
    #[serde(flatten)]
    pub programme: ApprenticeshipProgrammeRow,
    /// Name of the company.
    pub company_name: String,
    /// Code of the competence standard.
    #[schema(required)]
    pub skkni_code: Option<String>,
    /// Districts where it runs.
    pub regions: Vec<String>,
    /// What participants learn with.
    pub facilities: String,
    /// Who guides them.
    pub mentors: Vec<ApprenticeshipMentor>,
    /// The plan of the training.
    pub plan: String,
    /// Pocket money a month.
    pub pocket_money: PocketMoney,
    /// Who pays for the cover.
    pub cover_payer: CoverPayer,
    /// The last day for the office's answer, while it is awaited.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// What the office found missing, the last time.
    pub missing: Vec<String>,
    /// Why it was refused or cancelled.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// What the law says of who takes part without an endorsed agreement.
    pub note: String,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for ApprenticeshipProgrammeView {
    const VIEW: &'static str = "programme";

    fn version(&self) -> i64 {
        self.programme.version
    }
}

page! {
    /// A page of programmes of apprenticeship.
    ApprenticeshipProgrammePage of ApprenticeshipProgrammeRow
}

/// Filter of the list of programmes.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ApprenticeshipProgrammeFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<ApprenticeshipProgrammeStatus>,
    /// The office that approves.
    pub office: Option<String>,
    /// Company.
    pub company_id: Option<CompanyId>,
    /// KBJI code of the occupation.
    pub occupation: Option<String>,
    /// Number of the letter of approval.
    pub number: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
