//! What crosses the wire in this room.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::Sex;
use disnaker_entity::school::SchoolId;
use disnaker_entity::seeker::{MaritalStatus, Religion, RemovalReason, SeekerId, SeekerSource, SeekerStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::page;
use crate::problem::FaultView;
use crate::wire::{Resource, nullable, present};

/// Who a person is, as the identity card and the family card state it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeekerIdentity {
    /// National identity number (Nomor Induk Kependudukan, NIK): 16 digits.
    #[schema(pattern = "^[0-9]{16}$")]
    pub nik: String,
    /// Name, as on the identity card; one word is a whole name.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Number of the family card (Kartu Keluarga): 16 digits.
    #[serde(default)]
    #[schema(pattern = "^[0-9]{16}$")]
    pub family_card: Option<String>,
    /// Place of birth.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub birth_place: Option<String>,
    /// Day of birth.
    #[serde(default)]
    pub birth_on: Option<NaiveDate>,
    /// Sex.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Religion.
    #[serde(default)]
    pub religion: Option<Religion>,
    /// Marital status.
    #[serde(default)]
    pub marital_status: Option<MaritalStatus>,
}

impl std::fmt::Debug for SeekerIdentity {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SeekerIdentity(redacted)")
    }
}

/// Where a person lives, as the identity card states it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeekerAddress {
    /// District or sub-district.
    #[schema(pattern = "^[0-9]{2}(\\.[0-9]{2}){1,2}$")]
    pub region: String,
    /// Village (desa, kelurahan).
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub village: Option<String>,
    /// Street, number, neighbourhood (RT/RW).
    #[schema(min_length = 1, max_length = 200)]
    pub street: String,
}

/// How a person is reached.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeekerContact {
    /// Telephone.
    #[serde(default)]
    #[schema(max_length = 40, min_length = 1)]
    pub phone: Option<String>,
    /// E-mail.
    #[serde(default)]
    #[schema(max_length = 254, format = "email")]
    pub email: Option<String>,
}

/// A school that was finished.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Schooling {
    /// Education level, a code of `/v1/education-levels`.
    pub level: String,
    /// School.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub school: Option<String>,
    /// Major (jurusan).
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub major: Option<String>,
    /// Year of graduation.
    #[serde(default)]
    #[schema(minimum = 1930, maximum = 2199)]
    pub graduated_in: Option<i32>,
    /// The name as the diploma, or the letter of graduation (Surat Keterangan Lulus), states it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub name_on_diploma: Option<String>,
}

/// A course that was taken.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// What it taught.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Who gave it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub provider: Option<String>,
    /// Year.
    #[serde(default)]
    #[schema(minimum = 1930, maximum = 2199)]
    pub year: Option<i32>,
    /// Number of the certificate.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub certificate: Option<String>,
}

/// Work that was done.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Experience {
    /// Employer.
    #[schema(min_length = 1, max_length = 120)]
    pub employer: String,
    /// Position.
    #[schema(min_length = 1, max_length = 120)]
    pub position: String,
    /// First year.
    #[schema(minimum = 1930, maximum = 2199)]
    pub from_year: i32,
    /// Last year; absent for work that goes on.
    #[serde(default)]
    #[schema(minimum = 1930, maximum = 2199)]
    pub until_year: Option<i32>,
}

/// The work that a person looks for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedWork {
    /// Occupations, codes of `/v1/occupations`, the dearest first.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub occupations: Vec<String>,
    /// Regions, codes of `/v1/regions`.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub regions: Vec<String>,
    /// Least wage, rupiah a month.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    pub wage_min: Option<i64>,
    /// Would work in another province (Antar Kerja Antar Daerah, AKAD).
    #[serde(default)]
    pub other_provinces: bool,
    /// Would work abroad (Antar Kerja Antar Negara, AKAN).
    #[serde(default)]
    pub abroad: bool,
}

/// A person's record, as it is drafted. A draft may lack what `submit` asks for.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSeeker {
    /// Office that is to keep the record; the one of the address where it is absent.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 12)]
    pub office: Option<String>,
    /// School that drafts it for one of its own alumni.
    #[serde(default)]
    pub school_id: Option<SchoolId>,
    /// Who the person is.
    pub identity: SeekerIdentity,
    /// Where they live.
    #[serde(default)]
    pub address: Option<SeekerAddress>,
    /// How they are reached.
    #[serde(default)]
    pub contact: Option<SeekerContact>,
    /// Schools that were finished, the highest first.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub education: Vec<Schooling>,
    /// Courses that were taken.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub courses: Vec<Course>,
    /// Work that was done.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub experience: Vec<Experience>,
    /// Skills.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub skills: Vec<String>,
    /// Languages.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub languages: Vec<String>,
    /// Disabilities, codes of `/v1/disability-kinds`; never shown to an employer.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub disabilities: Vec<String>,
    /// The work that is looked for.
    #[serde(default)]
    pub wanted: Option<WantedWork>,
    /// What the person agrees to; nobody else can, and it is withdrawn by a list without it.
    #[serde(default)]
    #[schema(max_items = 2)]
    pub consents: Vec<SharingPurpose>,
}

impl NewSeeker {
    /// Takes from what another says of the same person what this one leaves open. Its number, name and consents are its own.
    pub fn complete_with(&mut self, other: Self) {
        let (identity, theirs) = (&mut self.identity, other.identity);
        fill(&mut identity.family_card, theirs.family_card);
        fill(&mut identity.birth_place, theirs.birth_place);
        fill(&mut identity.birth_on, theirs.birth_on);
        fill(&mut identity.sex, theirs.sex);
        fill(&mut identity.religion, theirs.religion);
        fill(&mut identity.marital_status, theirs.marital_status);
        fill(&mut self.address, other.address);
        match (&mut self.contact, other.contact) {
            (Some(contact), Some(theirs)) => {
                fill(&mut contact.phone, theirs.phone);
                fill(&mut contact.email, theirs.email);
            }
            (contact, theirs) => fill(contact, theirs),
        }
        fill(&mut self.wanted, other.wanted);
        fill_list(&mut self.education, other.education);
        fill_list(&mut self.courses, other.courses);
        fill_list(&mut self.experience, other.experience);
        fill_list(&mut self.skills, other.skills);
        fill_list(&mut self.languages, other.languages);
        fill_list(&mut self.disabilities, other.disabilities);
    }

    /// What a record says of whom nothing is kept any more.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            office: None,
            school_id: None,
            identity: SeekerIdentity {
                nik: String::new(),
                name: String::new(),
                family_card: None,
                birth_place: None,
                birth_on: None,
                sex: None,
                religion: None,
                marital_status: None,
            },
            address: None,
            contact: None,
            education: Vec::new(),
            courses: Vec::new(),
            experience: Vec::new(),
            skills: Vec::new(),
            languages: Vec::new(),
            disabilities: Vec::new(),
            wanted: None,
            consents: Vec::new(),
        }
    }

    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            office: None,
            school_id: None,
            identity: SeekerIdentity {
                nik: "3672014101990007".into(),
                name: "Siti Contoh".into(),
                family_card: Some("3672011503150021".into()),
                birth_place: Some("Cilegon".into()),
                birth_on: NaiveDate::from_ymd_opt(1999, 1, 1),
                sex: Some(Sex::Female),
                religion: Some(Religion::Islam),
                marital_status: Some(MaritalStatus::Single),
            },
            address: Some(SeekerAddress {
                region: "36.72.01".into(),
                village: Some("Contohsari".into()),
                street: "Jalan Contoh 12 RT 03/05".into(),
            }),
            contact: Some(SeekerContact { phone: Some("0812-0000-0000".into()), email: None }),
            education: vec![Schooling {
                level: "vocational_secondary".into(),
                school: Some("SMK Contoh 1".into()),
                major: Some("Teknik Mesin".into()),
                graduated_in: Some(2017),
                name_on_diploma: Some("SITI CONTOH".into()),
            }],
            courses: Vec::new(),
            experience: Vec::new(),
            skills: vec!["menjahit".into()],
            languages: vec!["Indonesia".into()],
            disabilities: Vec::new(),
            wanted: Some(WantedWork {
                occupations: vec!["75".into()],
                regions: vec!["36.72".into()],
                ..WantedWork::default()
            }),
            consents: vec![SharingPurpose::Employers],
        }
    }
}

/// Changes of an identity; what is absent stays.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityPatch {
    /// NIK: 16 digits.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9]{16}$")]
    pub nik: Option<String>,
    /// Name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 120)]
    pub name: Option<String>,
    /// Number of the family card; null clears it.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{16}$")]
    pub family_card: Option<Option<String>>,
    /// Place of birth.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    pub birth_place: Option<Option<String>>,
    /// Day of birth.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NaiveDate>)]
    pub birth_on: Option<Option<NaiveDate>>,
    /// Sex.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Sex>)]
    pub sex: Option<Option<Sex>>,
    /// Religion.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Religion>)]
    pub religion: Option<Option<Religion>>,
    /// Marital status.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MaritalStatus>)]
    pub marital_status: Option<Option<MaritalStatus>>,
}

impl IdentityPatch {
    /// Changes an identity.
    fn onto(self, identity: &mut SeekerIdentity) {
        put(&mut identity.nik, self.nik);
        put(&mut identity.name, self.name);
        put(&mut identity.family_card, self.family_card);
        put(&mut identity.birth_place, self.birth_place);
        put(&mut identity.birth_on, self.birth_on);
        put(&mut identity.sex, self.sex);
        put(&mut identity.religion, self.religion);
        put(&mut identity.marital_status, self.marital_status);
    }
}

fn fill<T>(field: &mut Option<T>, other: Option<T>) {
    if field.is_none() {
        *field = other;
    }
}

fn fill_list<T>(list: &mut Vec<T>, other: Vec<T>) {
    if list.is_empty() {
        *list = other;
    }
}

/// Puts what a patch says in the place of what was there, where it says anything.
fn put<T>(field: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *field = new;
    }
}

/// Changes of a record, as a merge patch (RFC 7396): an identity is merged, every other part replaced whole.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeekerPatch {
    /// Office that is to keep the record; until it is sent, and again after a return.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 2, max_length = 12)]
    pub office: Option<String>,
    /// Who the person is; by the office only, once it is verified.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub identity: Option<IdentityPatch>,
    /// Where they live; null clears it.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SeekerAddress>)]
    pub address: Option<Option<SeekerAddress>>,
    /// How they are reached; null clears it.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SeekerContact>)]
    pub contact: Option<Option<SeekerContact>>,
    /// Schools that were finished.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 10)]
    pub education: Option<Vec<Schooling>>,
    /// Courses that were taken.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 30)]
    pub courses: Option<Vec<Course>>,
    /// Work that was done.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 30)]
    pub experience: Option<Vec<Experience>>,
    /// Skills.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 30)]
    pub skills: Option<Vec<String>>,
    /// Languages.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 10)]
    pub languages: Option<Vec<String>>,
    /// Disabilities.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 4)]
    pub disabilities: Option<Vec<String>>,
    /// The work that is looked for; null clears it.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WantedWork>)]
    pub wanted: Option<Option<WantedWork>>,
    /// What the person agrees to.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 2)]
    pub consents: Option<Vec<SharingPurpose>>,
    /// Why the office lets findings pass, where it changes a record of the register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 5)]
    pub overrides: Vec<Override>,
}

impl SeekerPatch {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let contact = SeekerContact { phone: Some("0812-0000-0001".into()), email: None };
        Self { contact: Some(Some(contact)), ..Self::default() }
    }

    /// The record as it would be after the patch.
    #[must_use]
    pub fn onto(self, mut seeker: NewSeeker) -> NewSeeker {
        if self.office.is_some() {
            seeker.office = self.office;
        }
        if let Some(identity) = self.identity {
            identity.onto(&mut seeker.identity);
        }
        put(&mut seeker.address, self.address);
        put(&mut seeker.contact, self.contact);
        put(&mut seeker.education, self.education);
        put(&mut seeker.courses, self.courses);
        put(&mut seeker.experience, self.experience);
        put(&mut seeker.skills, self.skills);
        put(&mut seeker.languages, self.languages);
        put(&mut seeker.disabilities, self.disabilities);
        put(&mut seeker.wanted, self.wanted);
        put(&mut seeker.consents, self.consents);
        seeker
    }
}

disnaker_entity::words! {
    /// To whom a person may agree to be shown (UU 27/2022 art. 20).
    SharingPurpose {
        /// To employers whose vacancies ask for what the person can do.
        Employers = "employers",
        /// To other government systems for job seekers.
        OtherSystems = "other_systems",
    }
}

disnaker_entity::words! {
    /// What an officer may let pass with a reason.
    SeekerFinding {
        /// The NIK says another day of birth than the person.
        NikBirthDate = "nik-birth-date",
        /// The NIK says another sex than the person.
        NikSex = "nik-sex",
        /// The district of residence is another office's.
        Residence = "residence",
        /// The name on a diploma is not the name on the identity card.
        DiplomaName = "diploma-name",
        /// The person has a record in the register, which a verification joins. Only the office sees it.
        KnownPerson = "known-person",
    }
}

/// What an officer lets pass, and why.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The finding.
    pub finding: SeekerFinding,
    /// Why it may pass; the person can read it.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

/// An override as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OverrideView {
    /// The finding.
    pub finding: SeekerFinding,
    /// Why it passed.
    pub reason: String,
    /// Who let it pass.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A verification.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// A reason for each finding of the record.
    #[serde(default)]
    #[schema(max_items = 5)]
    pub overrides: Vec<Override>,
}

impl Verification {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { overrides: Vec::new() }
    }
}

/// Why a field is sent back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldReason {
    /// Pointer of the field (RFC 6901), as in the record.
    #[schema(min_length = 1, max_length = 80)]
    pub pointer: String,
    /// What is to be mended.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// A return of a record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeekerReturn {
    /// Reasons, by field.
    #[schema(min_items = 1, max_items = 30)]
    pub fields: Vec<FieldReason>,
}

impl SeekerReturn {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let reason = "Nama pada ijazah berbeda dengan KTP".to_owned();
        Self { fields: vec![FieldReason { pointer: "/education/0/name_on_diploma".into(), reason }] }
    }
}

/// A removal from the register.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    /// Why.
    pub reason: RemovalReason,
    /// What there is to say to it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    pub note: Option<String>,
}

impl Removal {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: RemovalReason::OwnBusiness, note: None }
    }
}

/// A return into the register.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restoration {
    /// Why.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl Restoration {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Kontrak kerja berakhir; mencari kerja lagi".into() }
    }
}

/// A transfer to another office.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The office that keeps the record from now on.
    #[schema(min_length = 2, max_length = 12)]
    pub to_office: String,
    /// Why.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl Transfer {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { to_office: "33.06".into(), reason: "Pindah domisili ke Purworejo".into() }
    }
}

/// A merge of two records of one person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The record that stays.
    pub into: SeekerId,
    /// Why they are one person.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

impl Merge {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { into: SeekerId(uuid::Uuid::nil()), reason: "NIK lama keliru; orang yang sama".into() }
    }
}

/// A look-up by identity number.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeekerLookup {
    /// NIK: 16 digits.
    #[schema(pattern = "^[0-9]{16}$")]
    pub nik: String,
    /// Purpose, kept on record for the person.
    #[schema(min_length = 5, max_length = 200)]
    pub purpose: String,
}

impl SeekerLookup {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { nik: "3672014101990007".into(), purpose: "Permohonan cetak ulang kartu di loket".into() }
    }
}

/// What a look-up found: the register's record, where it is one of the caller's office.
#[derive(Serialize, ToSchema)]
pub struct SeekerLookupView {
    /// The record; null where there is none that the caller may see.
    #[schema(required)]
    pub job_seeker: Option<SeekerRow>,
}

/// Why a full identity is read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeekerReveal {
    /// Purpose, kept on record for the person.
    #[schema(min_length = 5, max_length = 200)]
    pub purpose: String,
}

impl SeekerReveal {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { purpose: "Mencocokkan dengan KTP di loket".into() }
    }
}

/// A full identity.
#[derive(Serialize, ToSchema)]
pub struct RevealedSeekerView {
    /// Record.
    pub id: SeekerId,
    /// Name.
    pub name: String,
    /// NIK, whole.
    pub nik: String,
    /// Number of the family card, whole.
    #[schema(required)]
    pub family_card: Option<String>,
}

/// A record whole, as the person takes it away: the numbers are theirs.
#[derive(Serialize, ToSchema)]
pub struct ExportedSeeker {
    /// Id.
    pub id: SeekerId,
    /// Office that keeps it.
    pub office: String,
    /// Status.
    pub status: SeekerStatus,
    /// Who wrote it.
    pub source: SeekerSource,
    /// The school that wrote it.
    #[schema(required)]
    pub school_id: Option<SchoolId>,
    /// What that school calls it.
    #[schema(required)]
    pub reference: Option<String>,
    /// All that was said; empty numbers and names where it was erased.
    #[schema(value_type = Object)]
    pub said: NewSeeker,
    /// What an officer let pass, and why.
    pub overrides: Vec<OverrideView>,
    /// Reasons of the last return.
    pub return_reasons: Vec<FieldReason>,
    /// Why the person left the register.
    #[schema(required)]
    pub removal_reason: Option<RemovalReason>,
    /// Why it is where it is.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// The record that took its place.
    #[schema(required)]
    pub merged_into: Option<SeekerId>,
    /// When it was sent.
    #[schema(required)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it came into the register.
    #[schema(required)]
    pub registered_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

/// Who a person is; the numbers are masked.
#[derive(Serialize, ToSchema)]
pub struct SeekerIdentityView {
    /// NIK, masked.
    pub nik: String,
    /// Name.
    pub name: String,
    /// Whether the number of the family card is known.
    pub family_card_known: bool,
    /// Place of birth.
    #[schema(required)]
    pub birth_place: Option<String>,
    /// Day of birth.
    #[schema(required)]
    pub birth_on: Option<NaiveDate>,
    /// Sex.
    #[schema(required)]
    pub sex: Option<Sex>,
    /// Religion.
    #[schema(required)]
    pub religion: Option<Religion>,
    /// Marital status.
    #[schema(required)]
    pub marital_status: Option<MaritalStatus>,
}

/// A person's record, the numbers masked.
#[derive(Serialize, ToSchema)]
pub struct SeekerView {
    /// Id.
    pub id: SeekerId,
    /// Office that keeps it.
    pub office: String,
    /// Status.
    pub status: SeekerStatus,
    /// Who wrote it.
    pub source: SeekerSource,
    /// The school that wrote it.
    #[schema(required)]
    pub school_id: Option<SchoolId>,
    /// What that school calls it.
    #[schema(required)]
    pub reference: Option<String>,
    /// Who the person is.
    pub identity: SeekerIdentityView,
    /// Where they live.
    #[schema(required)]
    pub address: Option<SeekerAddress>,
    /// How they are reached.
    #[schema(required)]
    pub contact: Option<SeekerContact>,
    /// Schools that were finished.
    pub education: Vec<Schooling>,
    /// Courses that were taken.
    pub courses: Vec<Course>,
    /// Work that was done.
    pub experience: Vec<Experience>,
    /// Skills.
    pub skills: Vec<String>,
    /// Languages.
    pub languages: Vec<String>,
    /// Disabilities.
    pub disabilities: Vec<String>,
    /// The work that is looked for.
    #[schema(required)]
    pub wanted: Option<WantedWork>,
    /// What the person agrees to.
    pub consents: Vec<SharingPurpose>,
    /// What does not agree, and no officer has let pass yet.
    pub findings: Vec<FaultView>,
    /// What is odd, and no fault: a NIK keeps the district of its issue for life.
    pub warnings: Vec<FaultView>,
    /// What an officer let pass.
    pub overrides: Vec<OverrideView>,
    /// What the office sent it back for.
    pub return_reasons: Vec<FieldReason>,
    /// Why it was removed.
    #[schema(required)]
    pub removal_reason: Option<RemovalReason>,
    /// What the officer said to the last step.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// The record that took its place.
    #[schema(required)]
    pub merged_into: Option<SeekerId>,
    /// When it was sent to the office.
    #[schema(required)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it came into the register.
    #[schema(required)]
    pub registered_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Version.
    pub version: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for SeekerView {
    const VIEW: &'static str = "job_seeker";

    fn version(&self) -> i64 {
        self.version
    }
}

/// A record in a list, the number masked.
#[derive(Serialize, ToSchema)]
pub struct SeekerRow {
    /// Id.
    pub id: SeekerId,
    /// Office.
    pub office: String,
    /// Status.
    pub status: SeekerStatus,
    /// Who wrote it.
    pub source: SeekerSource,
    /// Name.
    pub name: String,
    /// NIK, masked.
    pub nik: String,
    /// Sex.
    #[schema(required)]
    pub sex: Option<Sex>,
    /// Region of residence.
    #[schema(required)]
    pub region: Option<String>,
    /// Education level.
    #[schema(required)]
    pub education: Option<String>,
    /// First occupation that is wanted.
    #[schema(required)]
    pub occupation: Option<String>,
    /// When it was sent to the office.
    #[schema(required)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it came into the register.
    #[schema(required)]
    pub registered_at: Option<DateTime<Utc>>,
    /// Version.
    pub version: i64,
}

page! {
    /// A page of records.
    SeekerPage of SeekerRow
}

/// Filter of the list of records.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SeekerFilter {
    /// Status.
    #[param(inline)]
    pub status: Option<SeekerStatus>,
    /// Who wrote it.
    #[param(inline)]
    pub source: Option<SeekerSource>,
    /// Office.
    pub office: Option<String>,
    /// School.
    pub school_id: Option<SchoolId>,
    /// Education level.
    pub education: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// What waits for an officer.
#[derive(Serialize, ToSchema)]
pub struct SeekerReviewRow {
    /// Id.
    pub id: SeekerId,
    /// Office.
    pub office: String,
    /// Name.
    pub name: String,
    /// Who wrote it.
    pub source: SeekerSource,
    /// Since when it waits.
    pub since: DateTime<Utc>,
    /// The person has a record already: `verify` joins them.
    pub identity_review: bool,
    /// Version.
    pub version: i64,
    /// Steps that are possible now.
    pub allowed_actions: Vec<&'static str>,
}

page! {
    /// A page of what waits.
    SeekerReviewPage of SeekerReviewRow
}

/// Filter of the work list.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SeekerReviewFilter {
    /// Office.
    pub office: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}
