//! What people ask an office, and what they complain of.

use sea_orm::entity::prelude::*;

use crate::access::GrantId;

crate::id! {
    /// Names a consultation.
    ConsultationId;
    /// Names a message of a consultation.
    ConsultationMessageId;
    /// Names a complaint.
    ComplaintId;
    /// Names a step of a complaint's way.
    ComplaintRouteId;
}

crate::words! {
    /// What a consultation is about.
    ConsultationTopic {
        /// Company regulation or collective agreement (PP/PKB).
        CompanyRegulation = "company_regulation",
        /// Bipartite cooperation forum (LKS bipartit).
        BipartiteForum = "bipartite_forum",
        /// Social security (BPJS).
        SocialSecurity = "social_security",
        /// Union (SP/SB).
        Union = "union",
        /// Wage.
        Wage = "wage",
        /// Termination (PHK).
        Termination = "termination",
        /// Severance (pesangon).
        Severance = "severance",
        /// Employment contract (PKWT/PKWTT).
        Contract = "contract",
        /// Something else.
        Other = "other",
    }
}

crate::words! {
    /// Who asks.
    AskerKind {
        /// A worker.
        Worker = "worker",
        /// An employer.
        Employer = "employer",
        /// A union (SP/SB).
        Union = "union",
        /// Somebody else.
        Other = "other",
    }
}

crate::words! {
    /// Where a consultation stands.
    ConsultationStatus {
        /// Waits for an answer.
        Open = "open",
        /// An officer was named who is to answer.
        Assigned = "assigned",
        /// Answered; the asker may ask on.
        Answered = "answered",
        /// Over; for a while the asker may open it again.
        Closed = "closed",
        /// Taken back by the asker before it was answered.
        Withdrawn = "withdrawn",
        /// Goes on as a case of mediation.
        Converted = "converted",
    }
}

crate::words! {
    /// What a message of a consultation is.
    MessageKind {
        /// Of the asker: the question, or what they ask on.
        Question = "question",
        /// Of the office, to the asker.
        Answer = "answer",
        /// Of the office, to itself: the asker does not see it.
        Note = "note",
    }
}

crate::words! {
    /// What a complaint is about; it decides on whose desk it comes.
    ComplaintCategory {
        /// Industrial relations (hubungan industrial).
        IndustrialRelations = "industrial_relations",
        /// Working conditions and safety (norma kerja, K3): inspection is the province's.
        WorkingConditions = "working_conditions",
        /// Placement inside the country.
        Placement = "placement",
        /// Training.
        Training = "training",
        /// Work overseas (PMI).
        Overseas = "overseas",
        /// The office's own service.
        Service = "service",
        /// Something else.
        Other = "other",
    }
}

crate::words! {
    /// Where a complaint stands.
    ComplaintStatus {
        /// Has come to a desk.
        Received = "received",
        /// Somebody works on it.
        InProgress = "in_progress",
        /// Answered.
        Resolved = "resolved",
        /// Not taken up, with a reason.
        Rejected = "rejected",
        /// Given to an authority outside.
        Forwarded = "forwarded",
        /// Taken back by who reported it.
        Withdrawn = "withdrawn",
    }
}

/// Hides what a row holds from logs.
macro_rules! redacted {
    ($name:literal) => {
        impl std::fmt::Debug for Model {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(out, concat!($name, "({})"), self.id)
            }
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}
        impl ActiveModelBehavior for ActiveModel {}
    };
}

/// Consultations.
pub mod thread {
    use super::*;

    /// One row a consultation.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consultation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ConsultationId,
        pub office: String,
        /// Who asked (`issuer|subject`); none where the office wrote it down.
        pub owner: Option<String>,
        pub topic: ConsultationTopic,
        pub asks_as: AskerKind,
        pub status: ConsultationStatus,
        /// Subject, company and asker, sealed; none once it was forgotten.
        pub content_sealed: Option<Vec<u8>>,
        /// The grant of the officer who is to answer.
        pub assigned_to: Option<GrantId>,
        /// Who that is (`issuer|subject`).
        pub assignee: Option<String>,
        /// When it was answered first.
        pub answered_at: Option<DateTimeUtc>,
        /// The day from which it closes without a word from the asker, while it is answered.
        pub closes_on: Option<Date>,
        pub closed_at: Option<DateTimeUtc>,
        /// The last day on which the asker may open it again.
        pub reopen_until: Option<Date>,
        /// The last day on which the asker may say how content they are, once it is over.
        pub rate_until: Option<Date>,
        pub rating: Option<i32>,
        /// What the asker said beside the rating, sealed.
        pub rating_sealed: Option<Vec<u8>>,
        /// The case of mediation that it became.
        pub case_id: Option<Uuid>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    redacted!("consultation");
}

/// Messages of consultations.
pub mod message {
    use super::*;

    /// One row a message; never changed, and emptied when its consultation is forgotten.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consultation_message")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ConsultationMessageId,
        pub consultation_id: ConsultationId,
        /// Its place in the thread, from 1: ids of one instant have no order.
        pub position: i32,
        pub kind: MessageKind,
        pub text_sealed: Option<Vec<u8>>,
        pub created_at: DateTimeUtc,
        pub created_by: String,
    }

    redacted!("consultation_message");
}

/// Accounts that asked, complained or registered a dispute.
pub mod asker {
    use super::*;

    /// One row an account: whoever holds it may count what is open of that account.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "consultation_asker")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub owner: String,
        pub turns: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Complaints.
pub mod complaint {
    use super::*;

    /// One row a complaint.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "complaint")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ComplaintId,
        pub number: String,
        /// The office where it is now.
        pub office: String,
        pub category: ComplaintCategory,
        /// Who reported it (`issuer|subject`); none where the office wrote it down.
        pub owner: Option<String>,
        pub status: ComplaintStatus,
        /// What was reported, sealed; none once it was forgotten.
        pub content_sealed: Option<Vec<u8>>,
        /// What came of it in words, sealed.
        pub outcome_sealed: Option<Vec<u8>>,
        /// The day on which it was received: its clock runs from there, wherever it is sent.
        pub received_on: Date,
        /// The grant of the officer who took it up, at the desk where it is.
        pub taken_by: Option<GrantId>,
        pub taken_at: Option<DateTimeUtc>,
        pub ended_at: Option<DateTimeUtc>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    redacted!("complaint");
}

/// The way of complaints from desk to desk.
pub mod route {
    use super::*;

    /// One row a desk to which a complaint was sent.
    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "complaint_route")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ComplaintRouteId,
        pub complaint_id: ComplaintId,
        /// Its place on the way, from 1.
        pub position: i32,
        pub office: String,
        pub category: ComplaintCategory,
        /// Why it was sent on, sealed; none for the first desk.
        pub reason_sealed: Option<Vec<u8>>,
        pub created_at: DateTimeUtc,
        pub created_by: String,
    }

    redacted!("complaint_route");
}
