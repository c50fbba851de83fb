//! Job seekers (pencari kerja, pencaker): a person's record, in the register or on its way there.

use sea_orm::entity::prelude::*;

use crate::school::SchoolId;
use crate::value::Sex;

crate::id! {
    /// Names a job seeker's record.
    SeekerId;
}

crate::words! {
    /// Where a record stands.
    SeekerStatus {
        /// Being written; only now may it be deleted.
        Draft = "draft",
        /// Sent to the office.
        Submitted = "submitted",
        /// Sent back by the office, with a reason for each field.
        Returned = "returned",
        /// In the register: looking for work.
        Registered = "registered",
        /// Found work; out of the register until they look again.
        Placed = "placed",
        /// Taken off the register, with a reason (penghapusan).
        Removed = "removed",
        /// The same person has another record, which this one names.
        Merged = "merged",
        /// Taken back by whoever sent it.
        Withdrawn = "withdrawn",
    }
}

crate::words! {
    /// Who wrote a record.
    SeekerSource {
        /// The person.
        Person = "person",
        /// A school, for its own alumni.
        School = "school",
        /// The office's counter.
        Counter = "counter",
    }
}

crate::words! {
    /// Religion as the identity card states it (Dukcapil).
    Religion {
        /// Islam.
        Islam = "islam",
        /// Protestant (Kristen).
        Protestant = "protestant",
        /// Catholic (Katolik).
        Catholic = "catholic",
        /// Hindu.
        Hindu = "hindu",
        /// Buddhist (Buddha).
        Buddhist = "buddhist",
        /// Confucian (Khonghucu).
        Confucian = "confucian",
        /// Belief in the One God (Kepercayaan terhadap Tuhan Yang Maha Esa).
        Belief = "belief",
    }
}

crate::words! {
    /// Marital status as the identity card states it (Dukcapil).
    MaritalStatus {
        /// Not married yet (belum kawin).
        Single = "single",
        /// Married (kawin).
        Married = "married",
        /// Divorced (cerai hidup).
        Divorced = "divorced",
        /// Widowed (cerai mati).
        Widowed = "widowed",
    }
}

crate::words! {
    /// Why somebody leaves the register.
    RemovalReason {
        /// Did not report for as long as the rules allow.
        NoReport = "no_report",
        /// The card ran out and was not extended.
        CardExpired = "card_expired",
        /// Moved away without asking for a transfer.
        Moved = "moved",
        /// Died.
        Died = "died",
        /// Works on their own account.
        OwnBusiness = "own_business",
        /// Does not look for work any more.
        Withdrew = "withdrew",
        /// Should never have been registered.
        Mistake = "mistake",
    }
}

/// One row a record. The register is the rows that are registered, placed or removed: a NIK stands there once.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seeker")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SeekerId,
    pub office: String,
    pub status: SeekerStatus,
    pub source: SeekerSource,
    /// The school that wrote it.
    pub school_id: Option<SchoolId>,
    /// The school's own reference of it.
    pub reference: Option<String>,
    pub name: String,
    pub nik_index: Vec<u8>,
    pub nik_masked: String,
    pub birth_on: Option<Date>,
    pub sex: Option<Sex>,
    /// District or sub-district of residence, as the identity card states it.
    pub region: Option<String>,
    /// Highest education level.
    pub education: Option<String>,
    /// First occupation that is wanted.
    pub occupation: Option<String>,
    /// What the person agrees to (JSON).
    pub consents: String,
    /// All that was said, the two numbers too (JSON, sealed). It is read and written whole; the columns are what lists
    /// show.
    pub content_sealed: Vec<u8>,
    /// Reasons of a return, by field (JSON).
    pub return_reasons: Option<String>,
    /// What an officer let pass, and why (JSON).
    pub overrides: String,
    pub removal_reason: Option<RemovalReason>,
    /// Why it is where it is, as the officer said it.
    pub status_reason: Option<String>,
    /// The record that took this one's place.
    pub merged_into: Option<SeekerId>,
    pub submitted_at: Option<DateTimeUtc>,
    /// When the record came into the register.
    pub registered_at: Option<DateTimeUtc>,
    pub decided_at: Option<DateTimeUtc>,
    pub decided_by: Option<String>,
    /// When what it said of the person was erased whole; that there was a record stays.
    pub erased_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub created_by: String,
    pub updated_at: DateTimeUtc,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "seeker({})", self.id)
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
