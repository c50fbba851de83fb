//! The settlement (perjanjian bersama, PB; UU 2/2004 arts. 7 and 13).

use chrono::NaiveDate;

use super::{Case, Issued, Officer, day, points};
use crate::paper::{self, Paper};

/// In what function the mediator signs.
const WITNESS: &str = "Menyaksikan,\nMediator Hubungan Industrial";

/// How the parties came to agree.
#[derive(Clone, Copy, Debug)]
pub enum Way<'a> {
    /// By themselves: nobody witnesses it.
    Bipartite,
    /// In mediation, before the mediator.
    Mediation(Officer<'a>),
    /// After both had accepted the recommendation, before the mediator.
    Recommendation(Issued<'a>, Officer<'a>),
}

/// What stands on the settlement beside its case.
#[derive(Clone, Copy, Debug)]
pub struct Settlement<'a> {
    /// Its number, or that of the case where it has none of its own.
    pub number: &'a str,
    /// The day on which it is signed.
    pub on: NaiveDate,
    /// Where it is signed: in the district of the court that registers it.
    pub place: &'a str,
    /// How they came to it.
    pub way: Way<'a>,
    /// What was agreed on, point by point.
    pub terms: &'a [&'a str],
}

/// The settlement.
pub fn settlement(case: &Case<'_>, settlement: &Settlement<'_>) -> Paper {
    let mut paper = case.begin("PERJANJIAN BERSAMA", settlement.number);
    let (ground, how, registration, execution) = match &settlement.way {
        Way::Bipartite => {
            ("Pasal 7 ayat (1)", "perundingan bipartit".to_owned(), "Pasal 7 ayat (3)", "Pasal 7 ayat (5)")
        }
        Way::Mediation(_) => {
            ("Pasal 13 ayat (1)", "mediasi".to_owned(), "Pasal 13 ayat (1)", "Pasal 13 ayat (3) huruf b")
        }
        Way::Recommendation(issued, _) => (
            "Pasal 13 ayat (2) huruf e",
            format!("anjuran mediator nomor {} tanggal {}", issued.number, paper::long_date(issued.on)),
            "Pasal 13 ayat (2) huruf e",
            "Pasal 13 ayat (3) huruf b",
        ),
    };
    paper.paragraph(&format!(
        "Pada hari ini, {}, bertempat di {}, kami para pihak yang bertanda tangan di bawah ini:",
        day(settlement.on),
        settlement.place
    ));
    case.parties(&mut paper);
    paper.paragraph(&format!(
        "berdasarkan {ground} Undang-Undang Nomor 2 Tahun 2004 tentang Penyelesaian Perselisihan Hubungan Industrial, telah \
         mencapai kesepakatan melalui {how} atas perselisihan berikut:"
    ));
    case.dispute(&mut paper);
    paper.heading("Yang disepakati");
    points(&mut paper, settlement.terms);
    paper.heading("Pendaftaran dan pelaksanaan");
    paper.paragraph(&format!(
        "Perjanjian bersama ini mengikat, menjadi hukum bagi para pihak dan wajib dilaksanakan. Perjanjian bersama ini wajib \
         didaftarkan oleh para pihak pada Pengadilan Hubungan Industrial pada Pengadilan Negeri di wilayah tempat perjanjian \
         bersama ini diadakan, untuk mendapatkan akta bukti pendaftaran ({registration} Undang-Undang Nomor 2 Tahun 2004)."
    ));
    paper.paragraph(&format!(
        "Apabila perjanjian bersama ini tidak dilaksanakan oleh salah satu pihak, pihak yang dirugikan dapat mengajukan \
         permohonan eksekusi kepada Pengadilan Hubungan Industrial pada Pengadilan Negeri di wilayah perjanjian bersama ini \
         didaftarkan untuk mendapat penetapan eksekusi ({execution} Undang-Undang Nomor 2 Tahun 2004)."
    ));
    let place = format!("{}, {}", settlement.place, paper::long_date(settlement.on));
    let witness = match settlement.way {
        Way::Bipartite => None,
        Way::Mediation(mediator) | Way::Recommendation(_, mediator) => Some((WITNESS, mediator)),
    };
    case.sign(
        &mut paper,
        "Demikian perjanjian bersama ini dibuat dalam keadaan sadar dan tanpa paksaan dari pihak mana pun, dan ditandatangani \
         di atas meterai cukup.",
        &place,
        witness,
    );
    paper
}
