//! The written recommendation (anjuran tertulis, UU 2/2004 art. 13(2)).

use chrono::NaiveDate;
use disnaker_entity::reference::PolicyUnit;

use super::{Case, MEDIATOR, Officer, points, said};
use crate::book::Policy;
use crate::paper::{self, Paper};

/// What stands on the recommendation beside its case.
#[derive(Clone, Copy, Debug)]
pub struct Recommendation<'a> {
    /// Its number.
    pub number: &'a str,
    /// Its day.
    pub on: NaiveDate,
    /// What each side stated.
    pub statements: [&'a str; 2],
    /// What the mediator considers in law (pertimbangan hukum).
    pub considerations: &'a str,
    /// What is recommended, point by point.
    pub points: &'a [&'a str],
    /// The policy on the days in which each party answers.
    pub answer: &'a Policy,
    /// The policy by which silence is a rejection.
    pub silence: &'a Policy,
    /// Who recommends.
    pub mediator: Officer<'a>,
    /// The head of the office, who takes note, with the function: `Kepala Dinas`.
    pub head: Option<(&'a str, Officer<'a>)>,
}

/// How long a policy runs: `10 (sepuluh) hari kerja`.
fn span(policy: &Policy) -> String {
    let unit = match policy.unit {
        PolicyUnit::WorkingDays => "hari kerja",
        PolicyUnit::Months => "bulan",
        PolicyUnit::Years => "tahun",
        // No other unit gives a last day ([`crate::deadline::due`]).
        _ => "hari kalender",
    };
    format!("{} ({}) {unit}", policy.amount, paper::number_in_words(policy.amount.unsigned_abs()))
}

/// The recommendation.
pub fn recommendation(case: &Case<'_>, issued: &Recommendation<'_>) -> Paper {
    let mut paper = case.begin("ANJURAN", issued.number);
    paper.paragraph(
        "Penyelesaian perselisihan hubungan industrial di bawah ini melalui mediasi tidak mencapai kesepakatan. Sesuai dengan \
         Pasal 13 ayat (2) huruf a Undang-Undang Nomor 2 Tahun 2004 tentang Penyelesaian Perselisihan Hubungan Industrial, \
         mediator mengeluarkan anjuran tertulis kepada para pihak.",
    );
    paper.heading("Perselisihan");
    case.dispute(&mut paper);
    paper.heading("Para pihak");
    case.parties(&mut paper);
    case.said(&mut paper, ["A. Keterangan pihak", "B. Keterangan pihak"], issued.statements);
    paper.heading("C. Pertimbangan hukum");
    said(&mut paper, issued.considerations);
    paper.paragraph("Berdasarkan hal-hal tersebut di atas, guna menyelesaikan perselisihan ini, mediator");
    paper.proclaim("MENGANJURKAN:");
    points(&mut paper, issued.points);
    paper.heading("Jawaban para pihak");
    paper.paragraph(&format!(
        "Para pihak masing-masing memberikan jawaban tertulis kepada mediator, yang menyetujui atau menolak anjuran ini, dalam \
         waktu paling lama {} setelah menerimanya ({}). Pihak yang tidak memberikan jawaban tertulis dalam waktu itu dianggap \
         menolak anjuran ({}).",
        span(issued.answer),
        issued.answer.law.id,
        issued.silence.law.id,
    ));
    let place = case.signed(issued.on);
    let words = "Demikian anjuran ini disampaikan untuk menjadi perhatian para pihak.";
    let number = issued.mediator.number();
    let mediator = issued.mediator.signature(&place, MEDIATOR, number.as_deref());
    match issued.head {
        None => paper.signatures(words, &[&[mediator]]),
        Some((function, head)) => {
            let (function, number) = (format!("Mengetahui,\n{function}"), head.number());
            paper.signatures(words, &[&[head.signature("", &function, number.as_deref()), mediator]]);
        }
    }
    paper
}
