//! The classes of data.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use disnaker_entity::seeker::SeekerStatus;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition};

use crate::clock::Zone;
use crate::problem::Text;

/// Where a class is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Job seekers' records in a status.
    Seekers(SeekerStatus),
    /// Who read what.
    AccessRecords,
    /// What requests about data said.
    DataRequests,
    /// What enrolments in classes say of disabilities, membership numbers, and reasons.
    Enrollments,
    /// Whom to ask about proposals for classes.
    TrainingProposals,
    /// What agreements of apprenticeship said.
    Apprenticeships,
    /// What was written in disputes.
    Mediation,
    /// What was said in consultations.
    Consultations,
    /// What complaints said.
    Complaints,
    /// Invitations that nobody accepted.
    Invitations,
    /// In a room that forgets by itself.
    Elsewhere,
}

/// Until when what is in a class is to be forgotten: an instant, and other ones of the offices that keep it for another time.
pub struct Until {
    /// Wherever no office says otherwise.
    pub usual: DateTime<Utc>,
    /// Instants, with the offices of each.
    pub others: BTreeMap<DateTime<Utc>, Vec<String>>,
}

impl Until {
    /// The latest of the instants.
    #[must_use]
    pub fn latest(&self) -> DateTime<Utc> {
        self.others.keys().next_back().map_or(self.usual, |last| self.usual.max(*last))
    }

    /// Rows whose time is over, by their instant and office.
    pub fn over<C: ColumnTrait>(&self, at: C, office: C) -> Condition {
        self.before(|until| at.lt(until), office)
    }

    /// Rows whose time is over, by their day and office.
    pub fn days_over<C: ColumnTrait>(&self, on: C, office: C) -> Condition {
        self.before(|until| on.lt(Zone::WESTERN.date(until)), office)
    }

    fn before<C: ColumnTrait>(&self, before: impl Fn(DateTime<Utc>) -> SimpleExpr, office: C) -> Condition {
        let usual = Condition::all().add(before(self.usual));
        if self.others.is_empty() {
            return usual;
        }
        let apart = self.others.values().flatten().map(String::as_str);
        let any = Condition::any().add(usual.add(office.is_not_in(apart)));
        let any = self.others.iter().fold(any, |any, (until, offices)| {
            any.add(Condition::all().add(before(*until)).add(office.is_in(offices.iter().map(String::as_str))))
        });
        Condition::all().add(before(self.latest())).add(any)
    }
}

/// A class of data.
pub struct Class {
    /// Its name.
    pub name: &'static str,
    /// Where it is kept.
    pub kept: Kept,
    /// The policy row that says how long.
    pub rule: &'static str,
    /// What it is.
    pub what: Text,
    /// What its time is counted from.
    pub from: Text,
    /// What becomes of it.
    pub then: Text,
}

/// What a record says is erased.
const ERASED: Text = Text::of(
    "isi, foto, dan dokumen dihapus; baris dan hitungannya tetap",
    "what it says, photos and papers are erased; that it was and what was counted stays",
);
/// What waits does so no more.
const ENDED: Text = Text::of(
    "ditarik kembali; isi, foto, dan dokumen dihapus; baris dan hitungannya tetap",
    "taken back; what it says, photos and papers are erased; that it was and what was counted stays",
);
const DELETED: Text = Text::of("dihapus", "deleted");
const LAST_CHANGE: Text = Text::of("perubahan terakhir", "its last change");

/// Every class, in the order of the sweep.
pub static CLASSES: [Class; 16] = [
    Class {
        name: "job_seeker_draft",
        kept: Kept::Seekers(SeekerStatus::Draft),
        rule: "retention.seeker-draft",
        what: Text::of("data pencari kerja yang tidak pernah dikirim", "job seekers' records that were never sent"),
        from: LAST_CHANGE,
        then: ERASED,
    },
    Class {
        name: "job_seeker_returned",
        kept: Kept::Seekers(SeekerStatus::Returned),
        rule: "retention.seeker-returned",
        what: Text::of(
            "data pencari kerja yang dikembalikan dan tidak dikirim lagi",
            "job seekers' records that were sent back and never sent again",
        ),
        from: LAST_CHANGE,
        then: ENDED,
    },
    Class {
        name: "job_seeker_submitted",
        kept: Kept::Seekers(SeekerStatus::Submitted),
        rule: "retention.seeker-submitted",
        what: Text::of(
            "data pencari kerja yang menunggu dinas dan tidak disentuh",
            "job seekers' records that wait for the office and that nobody touched",
        ),
        from: LAST_CHANGE,
        then: ENDED,
    },
    Class {
        name: "job_seeker_withdrawn",
        kept: Kept::Seekers(SeekerStatus::Withdrawn),
        rule: "retention.seeker-withdrawn",
        what: Text::of("data pencari kerja yang ditarik kembali", "job seekers' records that were taken back"),
        from: LAST_CHANGE,
        then: ERASED,
    },
    Class {
        name: "job_seeker_merged",
        kept: Kept::Seekers(SeekerStatus::Merged),
        rule: "retention.seeker-merged",
        what: Text::of("data pencari kerja yang digabungkan", "job seekers' records that another one replaced"),
        from: LAST_CHANGE,
        then: ERASED,
    },
    Class {
        name: "job_seeker_removed",
        kept: Kept::Seekers(SeekerStatus::Removed),
        rule: "retention.seeker-removed",
        what: Text::of("data pencari kerja yang keluar dari daftar", "job seekers' records that left the register"),
        from: LAST_CHANGE,
        then: ERASED,
    },
    Class {
        name: "access_record",
        kept: Kept::AccessRecords,
        rule: "retention.access-record",
        what: Text::of("catatan siapa membaca data", "who read a person's data"),
        from: Text::of("pembacaan", "the read"),
        then: DELETED,
    },
    Class {
        name: "data_request",
        kept: Kept::DataRequests,
        rule: "retention.data-request",
        what: Text::of("isi permintaan tentang data sendiri", "what requests about one's own data said"),
        from: Text::of("keputusan", "the decision"),
        then: Text::of("isi dihapus; permintaannya tetap", "what it said is erased; that it was stays"),
    },
    Class {
        name: "training_enrollment",
        kept: Kept::Enrollments,
        rule: "retention.training-enrollment",
        what: Text::of(
            "kebutuhan disabilitas dan nomor jaminan sosial peserta pelatihan",
            "what disabilities need, and numbers of social security, of those who applied for training",
        ),
        from: Text::of("akhir keikutsertaan", "the end of the enrolment"),
        then: Text::of("isi dihapus; keikutsertaan tetap", "what it said is erased; that it was stays"),
    },
    Class {
        name: "training_proposal",
        kept: Kept::TrainingProposals,
        rule: "retention.training-proposal",
        what: Text::of(
            "narahubung usulan pelatihan yang sudah diputuskan atau ditarik",
            "whom to ask about proposals for classes that were decided or taken back",
        ),
        from: LAST_CHANGE,
        then: Text::of("narahubung dihapus; usulannya tetap", "whom to ask is erased; that it was proposed stays"),
    },
    Class {
        name: "invitation",
        kept: Kept::Invitations,
        rule: "retention.invitation",
        what: Text::of("undangan yang tidak diterima", "invitations that nobody accepted"),
        from: Text::of("akhir masa berlakunya", "the day on which it ran out"),
        then: DELETED,
    },
    Class {
        name: "apprenticeship_agreement",
        kept: Kept::Apprenticeships,
        rule: "retention.apprenticeship",
        what: Text::of(
            "nama dan perlindungan peserta dalam perjanjian pemagangan yang sudah berakhir",
            "who took part by agreements of apprenticeship that have ended, and their cover",
        ),
        from: LAST_CHANGE,
        then: Text::of("isi dihapus; perjanjiannya tetap", "what it said is erased; that it was stays"),
    },
    Class {
        name: "mediation_case",
        kept: Kept::Mediation,
        rule: "retention.mediation-case",
        what: Text::of(
            "isi, nama pihak, risalah, dan dokumen perselisihan yang sudah berakhir",
            "what was written in disputes that are over, their parties, minutes and documents",
        ),
        from: LAST_CHANGE,
        then: Text::of(
            "isi dan dokumen dihapus; perkara, tanggal, dan hasilnya tetap",
            "what it said and its documents are erased; the case, its days and its outcome stay",
        ),
    },
    Class {
        name: "consultation",
        kept: Kept::Consultations,
        rule: "retention.consultation",
        what: Text::of("isi konsultasi yang sudah berakhir", "what was said in consultations that have ended"),
        from: LAST_CHANGE,
        then: Text::of("isi dihapus; konsultasinya tetap", "what was said is erased; that it was stays"),
    },
    Class {
        name: "complaint",
        kept: Kept::Complaints,
        rule: "retention.complaint",
        what: Text::of("isi pengaduan yang sudah berakhir", "what complaints said that have ended"),
        from: LAST_CHANGE,
        then: Text::of("isi dihapus; pengaduannya tetap", "what it said is erased; that it was stays"),
    },
    Class {
        name: "upload",
        kept: Kept::Elsewhere,
        rule: "batch.upload-kept",
        what: Text::of("berkas pelaporan massal", "files of bulk filing"),
        from: Text::of("akhir kiriman", "the end of the batch"),
        then: DELETED,
    },
];
