//! What may be asked, and what of it the law lets the office do.

use disnaker_entity::privacy::DataRequestKind;
use disnaker_entity::seeker::SeekerStatus;
use serde_json::{Value, json};

use super::bodies::{DataRequestGrant, NewDataRequest};
use crate::check::{Checks, NOT_ALLOWED, REQUIRED};
use crate::problem::{Kind, Problem, Refusal, Text};
use crate::seekers::bodies::SeekerPatch;
use crate::seekers::rules::registered;

/// The rule of the hours in which a correction is answered (UU 27/2022 art. 30).
const CORRECTION: &str = "privacy.correction-answer";
/// The rule of the hours in which an erasure is answered.
const ERASURE: &str = "privacy.erasure-answer";

/// The rule whose hours a request is answered in.
#[must_use]
pub const fn rule(kind: DataRequestKind) -> &'static str {
    match kind {
        DataRequestKind::Correction => CORRECTION,
        DataRequestKind::Erasure => ERASURE,
    }
}

/// Why a request is refused before anybody looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataRequestRefused {
    /// The person can do it alone.
    Alone,
    /// The record has come to its end, or waits for the office.
    NotNow,
    /// A request of that kind is open.
    Open,
    /// Nobody decides what they ask for themselves.
    Own,
}

impl Refusal for DataRequestRefused {
    fn kind(&self) -> Kind {
        match self {
            Self::Alone | Self::NotNow | Self::Own => Kind::IllegalTransition,
            Self::Open => Kind::AlreadyExists,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::Alone => Text::of(
                "Data ini masih di tangan Anda: ubah atau hapus sendiri.",
                "The record is in your own hands: change or delete it yourself.",
            ),
            Self::NotNow => Text::of(
                "Pada status ini data tidak diperbaiki atau dihapus: tarik dahulu data yang menunggu dinas; data yang sudah dihapus dari daftar dipulihkan dahulu oleh dinas.",
                "In this status a record is not corrected or erased: one that waits for the office is withdrawn first, and one that was removed is restored first, by the office.",
            ),
            Self::Open => Text::of(
                "Permintaan Anda yang terdahulu masih menunggu jawaban.",
                "Your earlier request still waits for its answer.",
            ),
            Self::Own => Text::of(
                "Permintaan tentang data Anda sendiri diputus oleh petugas lain.",
                "Another officer decides a request about your own data.",
            ),
        })
    }
}

/// Whether something can be asked of a record in a status.
///
/// # Errors
/// Says why not.
pub fn askable(kind: DataRequestKind, status: SeekerStatus) -> Result<(), DataRequestRefused> {
    use SeekerStatus::{Draft, Merged, Placed, Registered, Removed, Returned, Submitted, Withdrawn};
    match (kind, status) {
        (_, Draft | Returned) => Err(DataRequestRefused::Alone),
        (DataRequestKind::Correction, Submitted | Registered | Placed)
        | (DataRequestKind::Erasure, Registered | Placed | Removed | Withdrawn) => Ok(()),
        (DataRequestKind::Correction, Removed | Withdrawn) | (DataRequestKind::Erasure, Submitted) | (_, Merged) => {
            Err(DataRequestRefused::NotNow)
        }
    }
}

/// What a request must and must not say. What the record would be is checked by its own rules.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn check(new: &NewDataRequest) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.reason("/reason", &new.reason, 1000);
    match (new.kind, &new.wanted) {
        (DataRequestKind::Correction, None) => {
            let expected = Text::of("isi yang seharusnya", "what is to stand there");
            checks.fault("/wanted", REQUIRED, Value::Null, expected);
        }
        (DataRequestKind::Erasure, Some(_)) => {
            let expected = Text::of("kosong untuk penghapusan", "nothing for an erasure");
            checks.fault("/wanted", NOT_ALLOWED, Value::Null, expected);
        }
        (_, Some(wanted)) => patch(&mut checks, wanted),
        (_, None) => {}
    }
    checks.done()
}

/// What is not asked for in this way: another office, a consent, an officer's reason.
fn patch(checks: &mut Checks, wanted: &SeekerPatch) {
    let others = [
        ("/wanted/office", wanted.office.is_some()),
        ("/wanted/consents", wanted.consents.is_some()),
        ("/wanted/overrides", !wanted.overrides.is_empty()),
    ];
    for (pointer, _) in others.into_iter().filter(|(_, there)| *there) {
        let expected = Text::of(
            "kosong: dinas berubah dengan pemindahan, persetujuan di /v1/me/consents",
            "nothing: a transfer changes the office, /v1/me/consents what one agrees to",
        );
        checks.fault(pointer, NOT_ALLOWED, Value::Null, expected);
    }
}

/// What a grant must not say.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn grant(kind: DataRequestKind, grant: &DataRequestGrant) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if let Some(note) = &grant.note {
        checks.lines("/note", note, 1000);
    }
    if kind == DataRequestKind::Erasure && !grant.overrides.is_empty() {
        let expected = Text::of("kosong untuk penghapusan", "nothing for an erasure");
        checks.fault("/overrides", NOT_ALLOWED, grant.overrides.len(), expected);
    }
    checks.done()
}

/// Whether an erasure keeps a class, and on what ground.
pub enum Kept {
    /// It is there for the person's own use, and goes.
    No,
    /// It is kept of whoever is or was in the register; of anybody else it goes.
    InRegister(Text),
    /// It is kept, and nobody but who is or was in the register has it.
    OfRegister(Text),
    /// It is kept of everybody.
    Always(Text),
}

/// A class of a person's data, and whether an erasure keeps it.
pub struct Class {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub what: Text,
    /// Whether it is kept.
    pub kept: Kept,
}

impl Class {
    /// Why it is kept.
    #[must_use]
    pub fn basis(&self) -> Option<&Text> {
        match &self.kept {
            Kept::No => None,
            Kept::InRegister(basis) | Kept::OfRegister(basis) | Kept::Always(basis) => Some(basis),
        }
    }
}

/// What the office's register is.
const REGISTER: Text = Text::of(
    "Permenaker 39/2016: dinas mendaftar pencari kerja; daftarnya diarsipkan, tidak dihapus",
    "Permenaker 39/2016: the office registers job seekers; its register is archived, not erased",
);

/// Every class, and the ground on which it is kept.
pub static CLASSES: [Class; 11] = [
    Class {
        name: "register",
        what: Text::of(
            "identitas, alamat, pendidikan, pekerjaan yang dicari, dan riwayat status",
            "identity, address, education, wanted work, and what became of the record",
        ),
        kept: Kept::InRegister(REGISTER),
    },
    Class {
        name: "cards",
        what: Text::of(
            "kartu AK-1 dengan laporan, cetakan, dan legalisasinya",
            "AK-1 cards with their reports, prints and legalised copies",
        ),
        kept: Kept::OfRegister(Text::of(
            "Permenaker 39/2016: kartu yang diterbitkan bagian dari daftar pencari kerja",
            "Permenaker 39/2016: a card that was issued is part of the register",
        )),
    },
    Class {
        name: "placements",
        what: Text::of("penempatan yang dilaporkan pemberi kerja", "placements that employers reported"),
        kept: Kept::OfRegister(Text::of(
            "Perpres 57/2023 Pasal 6: pemberi kerja melaporkan penempatan",
            "Perpres 57/2023 art. 6: employers report placements",
        )),
    },
    Class {
        name: "apprenticeships",
        what: Text::of("perjanjian pemagangan", "agreements of apprenticeship"),
        kept: Kept::OfRegister(Text::of(
            "Permenaker 6/2020: tanpa perjanjian yang disahkan peserta menjadi pekerja, dan kualifikasi yang sama tidak diulang",
            "Permenaker 6/2020: without an endorsed agreement a participant is an employee, and none repeats a qualification",
        )),
    },
    Class {
        name: "trail",
        what: Text::of("siapa membaca dan mengubah data", "who read and changed the record"),
        kept: Kept::Always(Text::of(
            "UU 27/2022 Pasal 31: semua pemrosesan dicatat",
            "UU 27/2022 art. 31: all processing is on record",
        )),
    },
    Class {
        name: "requests",
        what: Text::of(
            "permintaan tentang data sendiri dan jawabannya",
            "requests about one's own data, and what was answered",
        ),
        kept: Kept::Always(Text::of(
            "UU 27/2022 Pasal 31: semua pemrosesan dicatat; isinya dihapus pada akhir masa simpannya",
            "UU 27/2022 art. 31: all processing is on record; what they say is erased when its time of keeping is over",
        )),
    },
    Class {
        name: "tickets",
        what: Text::of("nomor antrean", "tickets of the queue"),
        kept: Kept::Always(Text::of(
            "ketetapan kantor sendiri: hanya menyebut data ini, tanpa isinya",
            "the office's own rule: they name the record and say nothing of the person",
        )),
    },
    Class { name: "contact", what: Text::of("telepon dan surel", "telephone and e-mail"), kept: Kept::No },
    Class {
        name: "profile",
        what: Text::of(
            "kursus, pengalaman, keterampilan, bahasa, dan disabilitas",
            "courses, experience, skills, languages, and disabilities",
        ),
        kept: Kept::No,
    },
    Class { name: "consents", what: Text::of("persetujuan", "what was agreed to"), kept: Kept::No },
    Class { name: "papers", what: Text::of("foto dan dokumen", "photos and papers"), kept: Kept::No },
];

/// The classes that an erasure erases of a record in a status, and those that it keeps.
#[must_use]
pub fn extent(status: SeekerStatus) -> (Vec<&'static str>, Vec<&'static str>) {
    let there = |class: &&Class| registered(status) || !matches!(class.kept, Kept::OfRegister(_));
    let keeps = |class: &&Class| match class.kept {
        Kept::No => false,
        Kept::InRegister(_) => registered(status),
        Kept::OfRegister(_) | Kept::Always(_) => true,
    };
    let (kept, erased): (Vec<_>, Vec<_>) = CLASSES.iter().filter(there).partition(keeps);
    let names = |classes: Vec<&Class>| classes.into_iter().map(|class| class.name).collect();
    (names(erased), names(kept))
}

/// A patch as it is shown: numbers masked.
#[must_use]
pub fn masked(wanted: &SeekerPatch) -> Value {
    let mut shown = json!(wanted);
    for number in ["nik", "family_card"] {
        if let Some(Value::String(text)) = shown.pointer_mut(&format!("/identity/{number}")) {
            let (first, last) = (text.get(..4).unwrap_or_default(), text.get(12..).unwrap_or_default());
            *text = format!("{first}••••••••{last}");
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erasure_keeps_what_a_law_keeps_and_nothing_else() {
        let (erased, kept) = extent(SeekerStatus::Registered);
        assert_eq!(kept, ["register", "cards", "placements", "apprenticeships", "trail", "requests", "tickets"]);
        assert_eq!(erased, ["contact", "profile", "consents", "papers"]);
        // What never came into the register is no part of it.
        let (erased, kept) = extent(SeekerStatus::Withdrawn);
        assert_eq!(kept, ["trail", "requests", "tickets"]);
        assert_eq!(erased, ["register", "contact", "profile", "consents", "papers"]);
    }

    #[test]
    fn what_the_person_can_do_alone_needs_no_request() {
        for kind in DataRequestKind::ALL {
            assert_eq!(askable(*kind, SeekerStatus::Draft), Err(DataRequestRefused::Alone));
            assert_eq!(askable(*kind, SeekerStatus::Registered), Ok(()));
            assert_eq!(askable(*kind, SeekerStatus::Merged), Err(DataRequestRefused::NotNow));
        }
        assert_eq!(askable(DataRequestKind::Erasure, SeekerStatus::Submitted), Err(DataRequestRefused::NotNow));
    }

    #[test]
    fn a_wanted_number_is_shown_masked() {
        let mut patch = SeekerPatch::sample();
        patch.identity = NewDataRequest::sample().wanted.and_then(|wanted| wanted.identity);
        if let Some(identity) = &mut patch.identity {
            identity.nik = Some("3672014101990007".into());
            identity.family_card = Some(Some("3672011503150021".into()));
        }
        let shown = masked(&patch).to_string();
        assert!(shown.contains("3672••••••••0007") && shown.contains("3672••••••••0021"));
        assert!(!shown.contains("3672014101990007") && !shown.contains("3672011503150021"));
    }
}
