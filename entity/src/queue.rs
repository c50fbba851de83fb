//! The queue of an office's counter (antrean): services, the capacity of a day, tickets.

use crate::school::SchoolId;
use crate::seeker::SeekerId;

crate::id! {
    /// Names a ticket.
    TicketId;
}

crate::words! {
    /// What people come to an office's counter for.
    QueueService {
        /// The AK-1 card (kartu pencari kerja).
        Ak1 = "ak1",
        /// Legalised copies of a card (legalisir).
        Legalisation = "legalisation",
        /// Advice on work and industrial relations (konsultasi).
        Consultation = "consultation",
        /// Job loss benefit (Jaminan Kehilangan Pekerjaan, JKP).
        JobLossBenefit = "job_loss_benefit",
        /// Reports about foreign workers (TKA).
        ForeignWorkers = "foreign_workers",
        /// Complaints and disputes (pengaduan).
        Complaint = "complaint",
        /// Anything else.
        Other = "other",
    }
}

impl QueueService {
    /// The letter of its numbers: `A` of `A-001`.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Ak1 => 'A',
            Self::Legalisation => 'B',
            Self::Consultation => 'C',
            Self::JobLossBenefit => 'D',
            Self::ForeignWorkers => 'E',
            Self::Complaint => 'F',
            Self::Other => 'G',
        }
    }
}

crate::words! {
    /// How a place was taken.
    TicketKind {
        /// Booked ahead, by the person or for them.
        Booked = "booked",
        /// Given at the counter, out of the share that is kept for who comes without a booking.
        WalkIn = "walk_in",
        /// Booked by a school for its alumni.
        Group = "group",
    }
}

crate::words! {
    /// Where a ticket stands.
    TicketStatus {
        /// A place is taken (dipesan).
        Booked = "booked",
        /// The person is there (hadir).
        CheckedIn = "checked_in",
        /// The number is called (dipanggil).
        Called = "called",
        /// The person is at the counter (dilayani).
        Serving = "serving",
        /// Done (selesai).
        Finished = "finished",
        /// The person did not come, or had gone (tidak hadir).
        NoShow = "no_show",
        /// Taken back; the place is free again (batal).
        Cancelled = "cancelled",
    }
}

/// Services of an office.
pub mod service {
    use sea_orm::entity::prelude::*;

    use super::QueueService;

    /// One row a service of an office.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "queue_service")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub office: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub service: QueueService,
        /// Places of a day.
        pub capacity: i32,
        /// Share of the places that is kept for who comes without a booking, percent.
        pub walk_in_percent: i32,
        /// Length of a slot, minutes.
        pub slot_minutes: i32,
        /// When the counter opens, minutes from midnight in the office's zone.
        pub opens_at: i32,
        /// When it closes.
        pub closes_at: i32,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Days of a service: what is taken, and where the capacity of one differs.
pub mod day {
    use sea_orm::entity::prelude::*;

    use super::QueueService;

    /// One row a day on which somebody booked, or whose capacity was set.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "queue_day")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub office: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub service: QueueService,
        #[sea_orm(primary_key, auto_increment = false)]
        pub date: Date,
        /// Places of this day; the service's where there is none.
        pub capacity: Option<i32>,
        /// Why they differ.
        pub reason: Option<String>,
        /// Places that bookings have.
        pub booked: i32,
        /// Places that were given at the counter.
        pub walked_in: i32,
        /// The last number that was given.
        pub last_number: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Tickets.
pub mod ticket {
    use sea_orm::entity::prelude::*;

    use super::{QueueService, SchoolId, SeekerId, TicketId, TicketKind, TicketStatus};

    /// One row a ticket.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "queue_ticket")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TicketId,
        pub office: String,
        pub service: QueueService,
        pub date: Date,
        /// The number of the service and day.
        pub number: i32,
        /// When the slot begins, minutes from midnight; none for who came without a booking.
        pub slot: Option<i32>,
        pub kind: TicketKind,
        pub status: TicketStatus,
        /// Whose it is; none where somebody without a record came.
        pub seeker_id: Option<SeekerId>,
        /// The school that booked it.
        pub school_id: Option<SchoolId>,
        /// Which desk called it.
        pub desk: Option<String>,
        pub called_at: Option<DateTimeUtc>,
        pub ended_at: Option<DateTimeUtc>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
