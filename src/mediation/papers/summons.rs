//! The summons (surat panggilan) of one side to a hearing.

use chrono::NaiveDate;
use disnaker_entity::mediation::{HearingKind, HearingMode};

use super::{Case, Hearing, MEDIATOR, Officer, Party, kind, or_nothing, points};
use crate::paper::{self, Paper};

/// What stands on a summons beside its case and its hearing.
#[derive(Clone, Copy, Debug)]
pub struct Summons<'a> {
    /// Its number.
    pub number: &'a str,
    /// Its day.
    pub on: NaiveDate,
    /// Which one it is to this side: from the second on it says so.
    pub turn: u8,
    /// What to bring; no list where it is empty.
    pub bring: &'a [&'a str],
    /// Who summons.
    pub mediator: Officer<'a>,
}

/// Who may speak for a side (Permenakertrans 17/2014 art. 10(1)e).
const ATTORNEY: &str = "Pihak yang tidak hadir sendiri dapat diwakili kuasanya dengan surat kuasa khusus, yang asli atau salinannya \
     diserahkan sebelum sidang dimulai. Mediator berwenang menolak kuasa yang tidak memiliki surat kuasa khusus (Pasal 10 ayat (1) \
     huruf e Peraturan Menteri Tenaga Kerja dan Transmigrasi Nomor 17 Tahun 2014).";

/// The summons of `to`, one of the sides of the case.
pub fn summons(case: &Case<'_>, to: &Party<'_>, hearing: &Hearing<'_>, summons: &Summons<'_>) -> Paper {
    let (what, ground) = match hearing.kind {
        HearingKind::Clarification => ("klarifikasi", "Pasal 10 ayat (3)"),
        HearingKind::Mediation => ("sidang mediasi", "Pasal 13 ayat (1) huruf b"),
    };
    let turn = (summons.turn > 1).then(|| format!("ke{}", paper::number_in_words(summons.turn.into())));
    let title = turn.as_ref().map_or_else(String::new, |turn| format!(" {}", turn.to_uppercase()));
    let mut letter = case.begin(&format!("SURAT PANGGILAN{title}"), summons.number);
    let about = format!("Panggilan {}{what}", turn.as_ref().map_or_else(String::new, |turn| format!("{turn} untuk ")));
    let to_whom = [("Perihal", about.as_str()), ("Kepada Yth.", to.name)].into_iter();
    let position = to.position.map(|position| ("Jabatan", position));
    letter.rows(to_whom.chain(position).chain([("Alamat", or_nothing(to.address))]));
    let [one, other] = &case.sides;
    letter.paragraph(&format!(
        "Sehubungan dengan {} antara {} ({}) dan {} ({}), yang dicatat dengan nomor {} tanggal {}, dan berdasarkan {ground} \
         Peraturan Menteri Tenaga Kerja dan Transmigrasi Nomor 17 Tahun 2014, Saudara selaku pihak {} dipanggil untuk hadir \
         dalam {what} pada:",
        kind(case.kind).to_lowercase(),
        one.name,
        one.label,
        other.name,
        other.label,
        case.number,
        paper::long_date(case.registered_on),
        to.label,
    ));
    let (day, hour) = (hearing.day(case.zone), hearing.hour(case.zone));
    let place = match hearing.mode {
        HearingMode::InPerson => "Tempat",
        HearingMode::Online => "Tautan (daring)",
    };
    letter.rows([
        ("Hari, tanggal", day.as_str()),
        ("Pukul", &hour),
        (place, or_nothing(hearing.place)),
        ("Pokok", or_nothing(case.subject)),
        ("Mediator", summons.mediator.name.unwrap_or("yang bertanda tangan di bawah ini")),
    ]);
    if let Some(turn) = turn {
        letter.paragraph(&format!("Surat ini adalah panggilan {turn}."));
    }
    if !summons.bring.is_empty() {
        letter.heading("Yang perlu dibawa");
        points(&mut letter, summons.bring);
    }
    letter.heading("Kuasa");
    letter.paragraph(ATTORNEY);
    let (place, number) = (case.signed(summons.on), summons.mediator.number());
    let mediator = summons.mediator.signature(&place, MEDIATOR, number.as_deref());
    letter.signatures("Demikian panggilan ini disampaikan untuk dipenuhi.", &[&[mediator]]);
    letter
}
