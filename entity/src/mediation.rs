//! Mediation of industrial disputes (perselisihan hubungan industrial, UU 2/2004): the case, who stands on which side, hearings,
//! documents, notes, the recommendation and the settlement.
//!
//! What people write in a dispute is sealed, row by row; what stands in the clear says where a case is and when, and nothing of whom
//! it is about.

use sea_orm::entity::prelude::*;

use crate::company::CompanyId;
use crate::file::FileId;

crate::id! {
    /// Names a mediation case.
    MediationCaseId;
    /// Names a party to a case.
    CasePartyId;
    /// Names a representative of a party.
    RepresentativeId;
    /// Names a hearing.
    HearingId;
    /// Names a document of a case.
    CaseDocumentId;
    /// Names a note to a case.
    CaseNoteId;
}

crate::words! {
    /// What a dispute is about (UU 2/2004 art. 2).
    DisputeKind {
        /// A right that was not kept (perselisihan hak).
        Rights = "rights",
        /// Conditions of work that are still to be agreed on (perselisihan kepentingan).
        Interests = "interests",
        /// The end of employment (perselisihan PHK).
        Termination = "termination",
        /// Between unions within one company (perselisihan antar serikat pekerja).
        InterUnion = "inter_union",
    }
}

crate::words! {
    /// Where a case stands.
    MediationStatus {
        /// Registered; the office looks at the file.
        Registered = "registered",
        /// Sent back to be completed, with what is missing.
        Returned = "returned",
        /// The parties may choose conciliation or arbitration.
        PathsOffered = "paths_offered",
        /// Waits for a mediator of the right level.
        AwaitingReferral = "awaiting_referral",
        /// With its mediator, before the first hearing.
        Referred = "referred",
        /// The mediator clarifies before the mediation; these days do not count.
        Clarification = "clarification",
        /// The first hearing was held.
        InMediation = "in_mediation",
        /// The written recommendation (anjuran) is out; each party answers.
        Recommended = "recommended",
        /// Both accepted the recommendation; the settlement is to be made.
        Accepted = "accepted",
        /// A party rejected the recommendation, or was silent; either may sue.
        Rejected = "rejected",
        /// Settled by agreement (perjanjian bersama).
        Settled = "settled",
        /// Over.
        Closed = "closed",
        /// The parties chose conciliation or arbitration.
        OtherPath = "other_path",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// The parties talk again by themselves.
        BackToBipartite = "back_to_bipartite",
    }
}

crate::words! {
    /// How a case came out. Each case has one at most.
    MediationOutcome {
        /// The parties settled by themselves.
        SettledBipartite = "settled_bipartite",
        /// Settled in mediation.
        SettledInMediation = "settled_in_mediation",
        /// Settled after both had accepted the recommendation.
        SettledAfterRecommendation = "settled_after_recommendation",
        /// The recommendation was rejected.
        RecommendationRejected = "recommendation_rejected",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// The parties talk again by themselves.
        BackToBipartite = "back_to_bipartite",
        /// Went to conciliation or arbitration.
        OtherPath = "other_path",
        /// Ended otherwise, with a reason.
        Other = "other",
    }
}

impl MediationOutcome {
    /// Whether the parties agreed in the end (perjanjian bersama).
    #[must_use]
    pub const fn is_settlement(self) -> bool {
        matches!(self, Self::SettledBipartite | Self::SettledInMediation | Self::SettledAfterRecommendation)
    }
}

crate::words! {
    /// A side of a case. A dispute between unions has two unions, every other one workers and their employer.
    CaseSide {
        /// The worker, the workers, or their union.
        Worker = "worker",
        /// The employer.
        Employer = "employer",
        /// The union that registered the dispute.
        FirstUnion = "first_union",
        /// The other union.
        SecondUnion = "second_union",
    }
}

crate::words! {
    /// What a party is.
    CasePartyKind {
        /// A person, alone or for others.
        Person = "person",
        /// A union (serikat pekerja).
        Union = "union",
        /// A company, or another employer.
        Employer = "employer",
    }
}

crate::words! {
    /// A way to settle a dispute (UU 2/2004 art. 4).
    DisputePath {
        /// Mediation by the office.
        Mediation = "mediation",
        /// Conciliation (konsiliasi).
        Conciliation = "conciliation",
        /// Arbitration (arbitrase).
        Arbitration = "arbitration",
    }
}

crate::words! {
    /// How the talks between the parties ended (UU 2/2004 art. 3).
    BipartiteResult {
        /// They talked, and did not agree.
        NoAgreement = "no_agreement",
        /// One side refused to talk.
        Refused = "refused",
    }
}

crate::words! {
    /// What a party answers to the recommendation.
    RecommendationAnswer {
        /// Accepts it.
        Accepted = "accepted",
        /// Rejects it.
        Rejected = "rejected",
        /// Was silent until its last day, which is a rejection.
        Silent = "silent",
    }
}

crate::words! {
    /// What a hearing is for.
    HearingKind {
        /// Clarification before the mediation (klarifikasi).
        Clarification = "clarification",
        /// Mediation (sidang mediasi).
        Mediation = "mediation",
    }
}

crate::words! {
    /// How people attend a hearing.
    HearingMode {
        /// In the office (luring).
        InPerson = "in_person",
        /// By a link (daring).
        Online = "online",
    }
}

crate::words! {
    /// Where a hearing stands.
    HearingStatus {
        /// The parties are summoned.
        Summoned = "summoned",
        /// It was held.
        Held = "held",
        /// It does not take place.
        Cancelled = "cancelled",
    }
}

crate::words! {
    /// What a document of a case is.
    CaseDocumentKind {
        /// Minutes of the bipartite talks, or proof that they were asked for.
        BipartiteMinutes = "bipartite_minutes",
        /// Power of attorney of a representative.
        PowerOfAttorney = "power_of_attorney",
        /// Contract, company regulation or collective agreement.
        Agreement = "agreement",
        /// Letter of termination.
        TerminationLetter = "termination_letter",
        /// What a party says in writing.
        Statement = "statement",
        /// Other evidence.
        Evidence = "evidence",
        /// The settlement with its signatures.
        SignedSettlement = "signed_settlement",
        /// Deed of the court on the registration of the settlement.
        CourtDeed = "court_deed",
        /// Signed minutes, or the signed recommendation.
        SignedPaper = "signed_paper",
        /// Something else.
        Other = "other",
    }
}

crate::words! {
    /// Who reads a document beside the side that sent it and the mediator.
    DocumentAudience {
        /// Both sides.
        Parties = "parties",
        /// Nobody else.
        Office = "office",
    }
}

crate::words! {
    /// A court before which a dispute went on.
    DisputeCourt {
        /// Industrial Relations Court (Pengadilan Hubungan Industrial).
        IndustrialRelations = "industrial_relations",
        /// Supreme Court (Mahkamah Agung).
        Supreme = "supreme",
    }
}

/// Declares that what a row says of itself in a log is its table and id: it holds what people wrote in a dispute.
macro_rules! discreet {
    ($table:literal) => {
        impl std::fmt::Debug for Model {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(out, concat!($table, "({})"), self.id)
            }
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}
        impl ActiveModelBehavior for ActiveModel {}
    };
}

/// A case.
pub mod case {
    use super::*;

    /// One row a case.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mediation_case")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: MediationCaseId,
        /// The office whose case it is now.
        pub office: String,
        /// The office that registered it.
        pub registered_office: String,
        pub number: String,
        pub kind: DisputeKind,
        pub status: MediationStatus,
        pub outcome: Option<MediationOutcome>,
        pub registered_on: Date,
        /// Who wrote it down, as the journal names them.
        pub registered_by: String,
        /// The side that registered it.
        pub registered_side: CaseSide,
        /// The districts in which the dispute lies (JSON).
        pub regions: String,
        /// The registered company, where the employer is one.
        pub company_id: Option<CompanyId>,
        /// Workers concerned.
        pub people: i32,
        /// What the dispute is about, and the bipartite minutes (JSON, sealed).
        pub content_sealed: Option<Vec<u8>>,
        /// What is missing, as the office said it the last time (JSON).
        pub missing: Option<String>,
        /// The way that the parties chose.
        pub path: Option<DisputePath>,
        /// The mediator, as the journal names them.
        pub mediator: Option<String>,
        pub mediator_name: Option<String>,
        /// The mediator's civil-service number (NIP).
        pub mediator_number: Option<String>,
        pub referred_on: Option<Date>,
        pub first_hearing_on: Option<Date>,
        /// The day on which a clarification ended.
        pub clarified_on: Option<Date>,
        /// The recommendation: its number, its day, its text (JSON, sealed).
        pub recommendation_number: Option<String>,
        pub recommended_on: Option<Date>,
        pub recommendation_sealed: Option<Vec<u8>>,
        /// The settlement: its day, its text (JSON, sealed), and where it was registered.
        pub settled_on: Option<Date>,
        pub settlement_sealed: Option<Vec<u8>>,
        pub court: Option<String>,
        pub court_number: Option<String>,
        pub court_registered_on: Option<Date>,
        /// Lawsuits after a rejected recommendation (JSON).
        pub lawsuits: String,
        /// The day on which it came out.
        pub ended_on: Option<Date>,
        /// Why it was returned, referred up or ended (JSON, sealed).
        pub reason_sealed: Option<Vec<u8>>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    discreet!("mediation_case");
}

/// A side of a case with who stands on it.
pub mod party {
    use super::*;

    /// One row a side.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mediation_party")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CasePartyId,
        pub case_id: MediationCaseId,
        pub side: CaseSide,
        pub kind: CasePartyKind,
        /// Name, position, address and how to reach them (JSON, sealed).
        pub content_sealed: Option<Vec<u8>>,
        /// The way that this side chose.
        pub path: Option<DisputePath>,
        /// The day on which it received the recommendation, in the office's zone, and when that was recorded.
        pub received_on: Option<Date>,
        pub received_at: Option<DateTimeUtc>,
        pub answer: Option<RecommendationAnswer>,
        pub answered_on: Option<Date>,
        /// What it said to it (sealed).
        pub answer_sealed: Option<Vec<u8>>,
    }

    discreet!("mediation_party");
}

/// Who speaks for a party by a power of attorney (surat kuasa).
pub mod representative {
    use super::*;

    /// One row a representative.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mediation_representative")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RepresentativeId,
        pub case_id: MediationCaseId,
        pub party_id: CasePartyId,
        /// Name, capacity and how to reach them (JSON, sealed).
        pub content_sealed: Option<Vec<u8>>,
        /// The power of attorney, once it was sent.
        pub document_id: Option<CaseDocumentId>,
        pub created_at: DateTimeUtc,
        /// When it ended: taken back, or refused by the mediator.
        pub ended_at: Option<DateTimeUtc>,
    }

    discreet!("mediation_representative");
}

/// A hearing.
pub mod hearing {
    use super::*;

    /// One row a hearing.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mediation_hearing")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: HearingId,
        pub case_id: MediationCaseId,
        /// The office whose case it was then.
        pub office: String,
        /// Its number among the hearings of the case, from 1.
        pub position: i32,
        pub kind: HearingKind,
        pub mode: HearingMode,
        pub status: HearingStatus,
        /// Number of the summons.
        pub number: String,
        pub summoned_on: Date,
        pub starts_at: DateTimeUtc,
        /// Place, or link (sealed).
        pub place_sealed: Option<Vec<u8>>,
        /// The day on which it was held.
        pub held_on: Option<Date>,
        /// Who came, what was said, how it ended (JSON, sealed).
        pub minutes_sealed: Option<Vec<u8>>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    discreet!("mediation_hearing");
}

/// A document of a case.
pub mod document {
    use super::*;

    /// One row a version of a document.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mediation_document")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CaseDocumentId,
        pub case_id: MediationCaseId,
        /// The side that sent it; none for the office's.
        pub side: Option<CaseSide>,
        pub kind: CaseDocumentKind,
        pub audience: DocumentAudience,
        /// What all versions of one document share: the id of the first.
        pub document_key: CaseDocumentId,
        /// From 1.
        pub revision: i32,
        /// Whether it is the newest.
        pub newest: bool,
        pub file_id: FileId,
        pub created_at: DateTimeUtc,
        /// Who sent it, as the journal names them.
        pub created_by: String,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "mediation_document({})", self.id)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "crate::file::Entity", from = "Column::FileId", to = "crate::file::Column::Id")]
        File,
    }
    impl Related<crate::file::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::File.def()
        }
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A note to a case, which stays with whoever wrote it and their side.
pub mod note {
    use super::*;

    /// One row a note.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mediation_note")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CaseNoteId,
        pub case_id: MediationCaseId,
        /// The side whose note it is; none for the office's.
        pub side: Option<CaseSide>,
        /// What it says (sealed).
        pub content_sealed: Option<Vec<u8>>,
        pub created_at: DateTimeUtc,
    }

    discreet!("mediation_note");
}
