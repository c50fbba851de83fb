//! Training (pelatihan berbasis kompetensi): who trains, in what, the classes, and who is in them.

use crate::seeker::SeekerId;
use sea_orm::entity::prelude::*;

crate::id! {
    /// Names a training provider.
    ProviderId;
    /// Names a training programme.
    ProgrammeId;
    /// Names an instructor.
    InstructorId;
    /// Names a training package.
    PackageId;
    /// Names an enrolment.
    EnrollmentId;
    /// Names a session of a class.
    SessionId;
    /// Names a training certificate.
    CertificateId;
    /// Names a competence assessment.
    AssessmentId;
}

crate::words! {
    /// What a training provider is.
    ProviderKind {
        /// Training centre of a district or province (Balai Latihan Kerja, BLK; UPTD BLK).
        Blk = "blk",
        /// Training centre of the ministry (Balai Besar, BBLKI or BBPVP).
        Bblki = "bblki",
        /// Private training body (Lembaga Pelatihan Kerja Swasta, LPKS).
        Lpks = "lpks",
    }
}

crate::words! {
    /// Where a training provider stands.
    ProviderStatus {
        /// Trains.
        Active = "active",
        /// Trains no longer.
        Closed = "closed",
    }
}

crate::words! {
    /// How a unit is taught.
    Delivery {
        /// At a distance (daring).
        Online = "online",
        /// In one room (luring).
        InPerson = "in_person",
    }
}

crate::words! {
    /// Who pays for a package.
    Funding {
        /// State budget (APBN).
        Apbn = "apbn",
        /// Budget of the province (APBD provinsi).
        ApbdProvince = "apbd_province",
        /// Budget of the district (APBD kabupaten/kota).
        ApbdDistrict = "apbd_district",
        /// A company's social responsibility (CSR).
        Csr = "csr",
        /// Anybody else.
        Other = "other",
    }
}

crate::words! {
    /// Where a class is held.
    Site {
        /// At the training centre.
        Centre = "centre",
        /// In a village, by a Mobile Training Unit (MTU).
        MobileUnit = "mobile_unit",
    }
}

crate::words! {
    /// For whom a class is.
    TargetGroup {
        /// Everybody.
        Public = "public",
        /// Workers who lost their work (korban PHK) or were sent home without it (dirumahkan).
        LaidOff = "laid_off",
        /// People with disabilities (penyandang disabilitas, UU 8/2016).
        Disability = "disability",
        /// People of one village.
        Villagers = "villagers",
    }
}

crate::words! {
    /// What proves that somebody belongs to a target group.
    EvidenceKind {
        /// Letter of dismissal (surat PHK).
        DismissalLetter = "dismissal_letter",
        /// Letter that somebody was sent home without work (surat keterangan dirumahkan).
        FurloughLetter = "furlough_letter",
        /// Statement of a disability by medical staff (UU 8/2016 art. 4).
        DisabilityStatement = "disability_statement",
        /// Statement of a village's office (surat keterangan desa/kelurahan).
        VillageStatement = "village_statement",
        /// Another paper.
        Other = "other",
    }
}

crate::words! {
    /// Where a package stands.
    PackageStatus {
        /// Planned; everything of it may still change.
        Planned = "planned",
        /// Takes applications.
        Open = "open",
        /// Takes none any more; its participants are being selected.
        Selecting = "selecting",
        /// The class runs.
        Running = "running",
        /// The class is over.
        Finished = "finished",
        /// Will not be held, with a reason.
        Cancelled = "cancelled",
    }
}

crate::words! {
    /// Why a package is cancelled.
    CancelReason {
        /// Its money is needed elsewhere (refocusing).
        Refocusing = "refocusing",
        /// There is no instructor.
        NoInstructor = "no_instructor",
        /// Too few applied.
        TooFew = "too_few",
        /// Something else, as the text says.
        Other = "other",
    }
}

crate::words! {
    /// Where an enrolment stands.
    EnrollmentStatus {
        /// Applied (daftar).
        Applied = "applied",
        /// The papers are in order (lolos administrasi).
        Admitted = "admitted",
        /// Sat the written test.
        Tested = "tested",
        /// Was interviewed; has a score and a place in the ranking.
        Interviewed = "interviewed",
        /// Has a seat.
        Accepted = "accepted",
        /// Waits for a seat, in the order of the ranking (cadangan).
        Reserve = "reserve",
        /// A seat became free and is kept until an hour.
        Offered = "offered",
        /// Has no seat in this class.
        Rejected = "rejected",
        /// Did not come to the test, the interview or the class, or did not answer an offer (gugur).
        Dropped = "dropped",
        /// In the class.
        Attending = "attending",
        /// Passed (lulus).
        Passed = "passed",
        /// Finished without passing (tidak lulus).
        Failed = "failed",
        /// Gave up of their own will (mengundurkan diri).
        Withdrawn = "withdrawn",
    }
}

crate::words! {
    /// Who pays for a participant's social security.
    TrainingCoverPayer {
        /// The office.
        Office = "office",
        /// The provider.
        Provider = "provider",
        /// A company.
        Company = "company",
        /// The participant.
        Participant = "participant",
    }
}

crate::words! {
    /// Whether somebody was at a session.
    Mark {
        /// There.
        Present = "present",
        /// Not there, with leave.
        Excused = "excused",
        /// Not there.
        Absent = "absent",
    }
}

crate::words! {
    /// Where a training certificate stands.
    CertificateStatus {
        /// In force.
        Issued = "issued",
        /// Taken back, with a reason.
        Revoked = "revoked",
    }
}

crate::words! {
    /// What an assessment of competence found (BNSP).
    Competence {
        /// Competent (kompeten).
        Competent = "competent",
        /// Not yet competent (belum kompeten).
        NotYet = "not_yet",
    }
}

crate::words! {
    /// What became of somebody who passed.
    Outcome {
        /// Works for somebody.
        Working = "working",
        /// Works on their own account (wirausaha).
        SelfEmployed = "self_employed",
        /// Looks for work.
        Looking = "looking",
        /// Learns on.
        Studying = "studying",
        /// Was not reached.
        Unreached = "unreached",
    }
}

/// Training providers.
pub mod provider {
    use super::*;

    /// One row a provider.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_provider")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ProviderId,
        pub office: String,
        pub kind: ProviderKind,
        pub name: String,
        /// Its licence or register number.
        pub licence: Option<String>,
        pub region: String,
        pub address: String,
        pub contact_name: String,
        pub contact_email: String,
        pub contact_phone: Option<String>,
        pub status: ProviderStatus,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Training programmes.
pub mod programme {
    use super::*;

    /// One row a programme of an office.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_programme")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ProgrammeId,
        pub office: String,
        pub name: String,
        /// Trade (kejuruan).
        pub trade: String,
        pub occupation: Option<String>,
        /// Least education level.
        pub education: Option<String>,
        /// Hours of all units together.
        pub hours: i32,
        /// SKKNI units with hours and delivery (JSON).
        pub units: String,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Instructors of providers.
pub mod instructor {
    use super::*;

    /// One row an instructor.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_instructor")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: InstructorId,
        pub provider_id: ProviderId,
        pub office: String,
        pub name: String,
        /// Number in the register of instructors.
        pub registration: Option<String>,
        /// Trades (JSON).
        pub trades: String,
        /// Number of the certificate of methodology or competence.
        pub certificate: Option<String>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "training_instructor({})", self.id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Packages: one class of a programme, with its seats.
pub mod package {
    use super::*;

    /// One row a package.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_package")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PackageId,
        pub office: String,
        pub number: String,
        pub programme_id: ProgrammeId,
        pub provider_id: ProviderId,
        pub year: i32,
        pub funding: Funding,
        pub site: Site,
        /// Where the class is held: the sub-district of a Mobile Training Unit, else the provider's region.
        pub region: String,
        pub village: Option<String>,
        pub capacity: i32,
        pub capacity_reason: Option<String>,
        pub reserves: i32,
        pub target_group: TargetGroup,
        /// Kinds of evidence that are asked for (JSON).
        pub evidence: String,
        pub accommodation: Option<String>,
        /// By what applicants are ranked (JSON).
        pub criteria: String,
        pub opens_on: Date,
        pub closes_on: Date,
        /// The last day on which a reserve moves up.
        pub promote_until: Date,
        pub starts_on: Date,
        pub ends_on: Date,
        pub status: PackageStatus,
        pub cancel_reason: Option<CancelReason>,
        pub status_reason: Option<String>,
        /// Seats that are taken or kept for an offer.
        pub taken: i32,
        /// Reserves that were named.
        pub reserved: i32,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Which instructors teach which package.
pub mod teacher {
    use super::*;

    /// One row an instructor of a package.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_teacher")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub package_id: PackageId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub instructor_id: InstructorId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Enrolments: one person in one package.
pub mod enrollment {
    use super::*;

    /// One row an enrolment.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_enrollment")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: EnrollmentId,
        pub package_id: PackageId,
        pub programme_id: ProgrammeId,
        pub provider_id: ProviderId,
        pub office: String,
        pub seeker_id: SeekerId,
        pub status: EnrollmentStatus,
        /// Score of the written test, hundredths of a point.
        pub test_score: Option<i32>,
        /// Score of the interview, hundredths of a point.
        pub interview_score: Option<i32>,
        /// Place in the ranking when it was decided.
        pub place: Option<i32>,
        /// Why there, as it was decided (JSON).
        pub ranking: Option<String>,
        /// What an officer let pass, and why.
        pub override_reason: Option<String>,
        /// Evidence that an officer has seen (JSON).
        pub evidence: String,
        /// Disabilities and what is needed for them (JSON, sealed).
        pub needs_sealed: Option<Vec<u8>>,
        /// Until when a seat is kept.
        pub offer_until: Option<DateTimeUtc>,
        pub cover_from: Option<Date>,
        pub cover_until: Option<Date>,
        /// Work accidents (jaminan kecelakaan kerja).
        pub cover_jkk: bool,
        /// Death (jaminan kematian).
        pub cover_jkm: bool,
        pub cover_payer: Option<TrainingCoverPayer>,
        /// Membership number (sealed).
        pub cover_sealed: Option<Vec<u8>>,
        /// Why it ended so.
        pub status_reason: Option<String>,
        /// Sex, year of birth and district as they were, for the statistics.
        pub sex: Option<crate::Sex>,
        pub birth_year: Option<i32>,
        pub district: Option<String>,
        pub accepted_at: Option<DateTimeUtc>,
        /// Score at the end of the class, hundredths of a point.
        pub final_score: Option<i32>,
        /// Share of the hours at which the person was there, hundredths of a percent, when it was decided.
        pub attendance: Option<i32>,
        /// The day on which it came to its end.
        pub ended_on: Option<Date>,
        /// When the person is to be asked next what became of them.
        pub follow_up_on: Option<Date>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "training_enrollment({})", self.id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Kept sums of the funnel.
pub mod tally {
    use super::*;

    /// One row a cell: how many of an office's year stand at a stage, by every dimension that is asked for.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_tally")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub office: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub year: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub stage: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub programme_id: ProgrammeId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub funding: Funding,
        #[sea_orm(primary_key, auto_increment = false)]
        pub site: Site,
        #[sea_orm(primary_key, auto_increment = false)]
        pub target_group: TargetGroup,
        /// Empty where it is not known.
        #[sea_orm(primary_key, auto_increment = false)]
        pub sex: String,
        /// Band of ages at the end of the year; empty where it is not known.
        #[sea_orm(primary_key, auto_increment = false)]
        pub age: String,
        /// District of residence; empty where it is not known.
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        pub quantity: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Sessions of a class.
pub mod session {
    use super::*;

    /// One row a session.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SessionId,
        pub package_id: PackageId,
        pub date: Date,
        /// When it begins, minutes of the office's day.
        pub begins_at: i32,
        /// Length, minutes.
        pub minutes: i32,
        pub delivery: Delivery,
        /// SKKNI unit.
        pub unit: Option<String>,
        pub topic: String,
        /// When attendance was first noted.
        pub noted_at: Option<DateTimeUtc>,
        pub noted_by: Option<String>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Who was at a session.
pub mod attendance {
    use super::*;

    /// One row a person and session.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_attendance")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub session_id: SessionId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub enrollment_id: EnrollmentId,
        pub mark: Mark,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Training certificates.
pub mod certificate {
    use super::*;

    /// One row a certificate.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_certificate")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CertificateId,
        pub enrollment_id: EnrollmentId,
        pub office: String,
        pub provider_id: ProviderId,
        pub seeker_id: SeekerId,
        pub number: String,
        /// Initials of the holder, for the public check.
        pub holder: String,
        pub status: CertificateStatus,
        pub token_hash: Vec<u8>,
        /// Programme, provider, units, hours and days as they were (JSON).
        pub content: String,
        pub issued_on: Date,
        pub signer_name: Option<String>,
        pub signer_number: Option<String>,
        pub status_reason: Option<String>,
        pub ended_at: Option<DateTimeUtc>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "training_certificate({})", self.id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Assessments of competence (uji kompetensi), by a body of the BNSP.
pub mod assessment {
    use super::*;

    /// One row an assessment.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "competence_assessment")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AssessmentId,
        pub enrollment_id: EnrollmentId,
        pub office: String,
        pub seeker_id: SeekerId,
        /// The body that assessed (Lembaga Sertifikasi Profesi, LSP).
        pub body: String,
        pub scheme: String,
        pub result: Competence,
        /// Number of the certificate of competence.
        pub number: Option<String>,
        pub assessed_on: Date,
        pub issued_on: Option<Date>,
        pub expires_on: Option<Date>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "competence_assessment({})", self.id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What became of those who passed.
pub mod follow_up {
    use super::*;

    /// One row a time that somebody was asked.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "training_follow_up")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub enrollment_id: EnrollmentId,
        /// Which time: 1, 2 or 3.
        #[sea_orm(primary_key, auto_increment = false)]
        pub step: i32,
        pub due_on: Date,
        pub outcome: Outcome,
        /// The occupation, for who works.
        pub occupation: Option<String>,
        pub said_on: Date,
        pub recorded_at: DateTimeUtc,
        pub recorded_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
