//! The minutes of the mediation (risalah penyelesaian melalui mediasi), which a claim must attach (UU 2/2004 art. 83).

use chrono::NaiveDate;
use disnaker_entity::mediation::{HearingKind, RecommendationAnswer};

use super::{Case, Hearing, Issued, MEDIATOR, Officer, came, said};
use crate::paper::{self, Column, Paper};

/// What a side answered to the recommendation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer<'a> {
    /// The day on which it received the recommendation.
    pub received_on: Option<NaiveDate>,
    /// What it answered, or that it was silent; none while its days run.
    pub answer: Option<RecommendationAnswer>,
    /// The day of its answer.
    pub on: Option<NaiveDate>,
    /// What it said to it.
    pub said: &'a str,
}

/// What stands on the minutes beside their case.
#[derive(Clone, Copy, Debug)]
pub struct Minutes<'a> {
    /// Their number.
    pub number: &'a str,
    /// The hearings in order, with who came.
    pub hearings: &'a [Hearing<'a>],
    /// What each side holds.
    pub opinions: [&'a str; 2],
    /// How the mediation went.
    pub course: &'a str,
    /// The recommendation, where there was one.
    pub recommendation: Option<Issued<'a>>,
    /// What each side answered to it.
    pub answers: [Answer<'a>; 2],
    /// The law by which silence is a rejection: that of the policy.
    pub silence: &'a str,
    /// Whether the mediation goes on, so that they are not the last word.
    pub goes_on: bool,
    /// What it came to.
    pub conclusion: &'a str,
    /// The day of the signature.
    pub on: NaiveDate,
    /// Who mediated.
    pub mediator: Officer<'a>,
}

/// The minutes.
pub fn minutes(case: &Case<'_>, minutes: &Minutes<'_>) -> Paper {
    let title = "RISALAH PENYELESAIAN PERSELISIHAN HUBUNGAN INDUSTRIAL MELALUI MEDIASI";
    let title = if minutes.goes_on { format!("{title} (SEMENTARA)") } else { title.to_owned() };
    let mut paper = case.begin(&title, minutes.number);
    paper.heading("I. Para pihak");
    case.parties(&mut paper);
    paper.heading("II. Pokok perselisihan");
    case.dispute(&mut paper);
    paper.heading("III. Waktu dan tempat perundingan");
    hearings(&mut paper, case, minutes.hearings);
    paper.heading("IV. Pendapat para pihak");
    case.said(&mut paper, ["A. Pendapat pihak", "B. Pendapat pihak"], minutes.opinions);
    paper.heading("V. Jalannya mediasi");
    said(&mut paper, minutes.course);
    paper.heading("VI. Anjuran dan jawaban para pihak");
    match &minutes.recommendation {
        None => paper.paragraph("Tidak dikeluarkan anjuran tertulis."),
        Some(issued) => answers(&mut paper, case, minutes, issued),
    }
    paper.heading("VII. Kesimpulan");
    said(&mut paper, minutes.conclusion);
    paper.note(
        "Gugatan kepada Pengadilan Hubungan Industrial wajib dilampiri risalah penyelesaian melalui mediasi (Pasal 83 ayat (1) \
         Undang-Undang Nomor 2 Tahun 2004).",
    );
    let (place, number) = (case.signed(minutes.on), minutes.mediator.number());
    paper.signatures(
        "Demikian risalah ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya.",
        &[&[minutes.mediator.signature(&place, MEDIATOR, number.as_deref())]],
    );
    paper
}

fn hearings(paper: &mut Paper, case: &Case<'_>, hearings: &[Hearing<'_>]) {
    if hearings.is_empty() {
        return paper.paragraph("Tidak ada sidang yang dilaksanakan.");
    }
    let [one, other] = case.present();
    let columns = [
        Column { title: "No.", share: 2, number: true },
        Column { title: "Hari, tanggal, pukul", share: 8, number: false },
        Column { title: "Acara dan tempat", share: 9, number: false },
        Column { title: &one, share: 8, number: false },
        Column { title: &other, share: 8, number: false },
    ];
    let rows = (1..).zip(hearings).map(|(at, hearing): (usize, _)| {
        let what = match hearing.kind {
            HearingKind::Clarification => "Klarifikasi",
            HearingKind::Mediation => "Sidang mediasi",
        };
        let [first, second] = hearing.came.map(came);
        let when = format!("{}\npukul {}", hearing.day(case.zone).replace(", ", ",\n"), hearing.hour(case.zone));
        vec![at.to_string(), when, format!("{what}\n{}", hearing.held_at()), first, second]
    });
    paper.table(&columns, &rows.collect::<Vec<_>>());
}

fn answers(paper: &mut Paper, case: &Case<'_>, minutes: &Minutes<'_>, issued: &Issued<'_>) {
    paper.paragraph(&format!(
        "Karena tidak tercapai kesepakatan, mediator mengeluarkan anjuran tertulis nomor {} tanggal {}. Jawaban para pihak:",
        issued.number,
        paper::long_date(issued.on)
    ));
    let columns = [
        Column { title: "Pihak", share: 4, number: false },
        Column { title: "Tanggal terima", share: 5, number: false },
        Column { title: "Jawaban", share: 8, number: false },
        Column { title: "Tanggal jawaban", share: 5, number: false },
    ];
    let date = |day: Option<NaiveDate>| day.map_or_else(|| "-".to_owned(), paper::long_date);
    let rows = case.sides.iter().zip(minutes.answers).map(|(side, answer)| {
        let what = match answer.answer {
            None => "Belum ada jawaban".to_owned(),
            Some(RecommendationAnswer::Accepted) => "Menyetujui anjuran".to_owned(),
            Some(RecommendationAnswer::Rejected) => "Menolak anjuran".to_owned(),
            Some(RecommendationAnswer::Silent) => {
                format!("Tidak menjawab, dianggap menolak anjuran ({})", minutes.silence)
            }
        };
        vec![side.label.to_owned(), date(answer.received_on), what, date(answer.on)]
    });
    paper.table(&columns, &rows.collect::<Vec<_>>());
    for (side, answer) in case.sides.iter().zip(minutes.answers) {
        if !answer.said.trim().is_empty() {
            paper.heading(&format!("Jawaban pihak {}", side.label));
            said(paper, answer.said);
        }
    }
}
