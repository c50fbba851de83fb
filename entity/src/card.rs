//! The AK-1 card (kartu tanda bukti pendaftaran pencari kerja), and what is done with one.

use sea_orm::entity::prelude::*;

use crate::placement::PlacementId;
use crate::seeker::SeekerId;

crate::id! {
    /// Names a card.
    CardId;
    /// Names a legalisation.
    LegalisationId;
}

crate::words! {
    /// Where a card stands.
    CardStatus {
        /// It has its number, and waits to be signed and printed.
        Prepared = "prepared",
        /// Signed, and not printed yet.
        Signed = "signed",
        /// Printed, and not signed yet.
        Printed = "printed",
        /// Signed and printed: it holds.
        Active = "active",
        /// Its last day has passed.
        Expired = "expired",
        /// Ended with the record: the person found work, or left the register.
        Closed = "closed",
        /// Taken back by the office, with a reason (dicabut).
        Revoked = "revoked",
    }
}

crate::words! {
    /// Why a card was closed.
    CardEnd {
        /// The person found work.
        Placed = "placed",
        /// The person was taken off the register.
        Removed = "removed",
        /// The record was joined to another one of the same person.
        Merged = "merged",
    }
}

crate::words! {
    /// Why a card is printed again.
    ReprintReason {
        /// The holder lost it.
        Lost = "lost",
        /// It can't be read any more.
        Damaged = "damaged",
        /// What stands on it has changed.
        Changed = "changed",
        /// It was extended.
        Extended = "extended",
    }
}

crate::words! {
    /// What a holder says when they report.
    ReportSituation {
        /// Still looks for work.
        Looking = "looking",
        /// Works.
        Working = "working",
    }
}

/// One row a card.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ak1_card")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CardId,
    pub seeker_id: SeekerId,
    /// The office that keeps the person's record.
    pub office: String,
    /// The office that issued it, which its number names.
    pub issued_by: String,
    pub number: String,
    /// Initials of the holder's name, as they were when the card was last made.
    pub holder: String,
    pub status: CardStatus,
    /// Hash of the token that its code leads to.
    pub token_hash: Vec<u8>,
    /// The day of the first of the two acts: what the paper says.
    pub issued_on: Option<Date>,
    /// First day of the period that runs, from which its reports are counted.
    pub period_from: Option<Date>,
    /// Last day.
    pub expires_on: Option<Date>,
    /// Which period it is: 1, and one more with each extension.
    pub period: i32,
    /// Months between two reports, as the rule was when the period began.
    pub report_months: i32,
    /// The day by which the next report is due.
    pub next_report_on: Option<Date>,
    /// The next day on which the sweep has something to say of it.
    pub look_on: Option<Date>,
    /// Reports that were missed, in all periods.
    pub missed_reports: i32,
    pub signed_at: Option<DateTimeUtc>,
    pub signed_by: Option<String>,
    /// Who signs, as it stands on the paper.
    pub signer_name: Option<String>,
    /// Their staff number (NIP).
    pub signer_number: Option<String>,
    pub printed_at: Option<DateTimeUtc>,
    pub printed_by: Option<String>,
    /// When it first held.
    pub active_at: Option<DateTimeUtc>,
    /// When it was closed or revoked.
    pub ended_at: Option<DateTimeUtc>,
    pub end_reason: Option<CardEnd>,
    /// Why it was revoked, as the officer said it.
    pub status_reason: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub created_by: String,
    pub updated_at: DateTimeUtc,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "ak1_card({})", self.id)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// Reports of holders.
pub mod report {
    use sea_orm::entity::prelude::*;

    use super::{CardId, ReportSituation};

    /// One row a report that was filed.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ak1_report")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub card_id: CardId,
        /// The day by which it was due.
        #[sea_orm(primary_key, auto_increment = false)]
        pub due_on: Date,
        pub filed_on: Date,
        pub situation: ReportSituation,
        pub filed_at: DateTimeUtc,
        pub filed_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The log of prints.
pub mod print {
    use sea_orm::entity::prelude::*;

    use super::{CardId, ReprintReason};

    /// One row a time that a card was printed.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ak1_print")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub card_id: CardId,
        /// Which time: 1 is the first.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// Why again; none the first time.
        pub reason: Option<ReprintReason>,
        pub printed_at: DateTimeUtc,
        pub printed_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Legalised copies (legalisir).
pub mod legalisation {
    use sea_orm::entity::prelude::*;

    use super::{CardId, LegalisationId};

    /// One row a time that copies of a card were legalised.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ak1_legalisation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LegalisationId,
        pub card_id: CardId,
        /// How many copies.
        pub copies: i32,
        pub done_at: DateTimeUtc,
        pub done_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Placements of people who have a record.
pub mod link {
    use sea_orm::entity::prelude::*;

    use super::{PlacementId, SeekerId};

    /// One row a placement whose worker is known.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "seeker_placement")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub placement_id: PlacementId,
        pub seeker_id: SeekerId,
        /// Whether it ends the search: the person was in the register, or was placed already. What was accepted before the
        /// person registered is history alone.
        pub places: bool,
        pub linked_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
