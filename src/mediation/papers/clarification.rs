//! The minutes of the clarification (risalah klarifikasi, Permenakertrans 17/2014 art. 10(4)).

use chrono::NaiveDate;

use super::{Case, Hearing, MEDIATOR, Officer, came, said};
use crate::paper::Paper;

/// What the clarification came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// The parties talk again by themselves.
    BackToBipartite,
    /// On to the mediation.
    OnToMediation,
}

/// What stands on the minutes beside their case.
#[derive(Clone, Copy, Debug)]
pub struct Clarification<'a> {
    /// Their number.
    pub number: &'a str,
    /// The hearing, with who came.
    pub hearing: Hearing<'a>,
    /// What each side said.
    pub said: [&'a str; 2],
    /// What the mediator noted; no heading where it is empty.
    pub notes: &'a str,
    /// What it came to.
    pub conclusion: Conclusion,
    /// The day of the signatures.
    pub on: NaiveDate,
    /// Who clarified.
    pub mediator: Officer<'a>,
}

/// The minutes.
pub fn clarification(case: &Case<'_>, minutes: &Clarification<'_>) -> Paper {
    let mut paper = case.begin("RISALAH KLARIFIKASI", minutes.number);
    paper.paragraph(
        "Klarifikasi dilakukan sebelum mediasi untuk mendapatkan keterangan dan melengkapi data perselisihan (Pasal 10 ayat (3) \
         dan ayat (4) Peraturan Menteri Tenaga Kerja dan Transmigrasi Nomor 17 Tahun 2014).",
    );
    paper.heading("Perselisihan");
    case.dispute(&mut paper);
    paper.heading("Para pihak");
    case.parties(&mut paper);
    paper.heading("Pelaksanaan");
    let hearing = &minutes.hearing;
    let (day, hour, place) = (hearing.day(case.zone), hearing.hour(case.zone), hearing.held_at());
    let [one, other] = case.present();
    let [first, second] = hearing.came.map(came);
    paper.rows([
        ("Hari, tanggal", day.as_str()),
        ("Pukul", &hour),
        ("Tempat", place),
        (&one, &first),
        (&other, &second),
    ]);
    case.said(&mut paper, ["Keterangan pihak"; 2], minutes.said);
    if !minutes.notes.trim().is_empty() {
        paper.heading("Catatan mediator");
        said(&mut paper, minutes.notes);
    }
    paper.heading("Kesimpulan");
    paper.paragraph(match minutes.conclusion {
        Conclusion::BackToBipartite => "Para pihak kembali berunding secara bipartit.",
        Conclusion::OnToMediation => "Penyelesaian perselisihan dilanjutkan ke tahap mediasi.",
    });
    let place = case.signed(minutes.on);
    let words =
        "Demikian risalah klarifikasi ini dibuat dengan sebenarnya dan ditandatangani oleh para pihak dan mediator.";
    case.sign(&mut paper, words, &place, Some((MEDIATOR, minutes.mediator)));
    paper
}
