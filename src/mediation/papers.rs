//! The papers of a case, in Indonesian as an office writes them: the summons, the minutes of the clarification and of the
//! mediation, the recommendation and the settlement.
//!
//! Each is a pure function of what stands on it. The room reads the records, says what the sides are called, and gives the
//! policies that were in force: a paper knows no number of the law. What people wrote stands as they wrote it, a paragraph a
//! line.

mod clarification;
mod filled;
mod minutes;
mod recommendation;
mod routes;
mod settlement;
mod summons;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use disnaker_entity::mediation::{DisputeKind, HearingKind, HearingMode};

use utoipa_actix_web::service_config::ServiceConfig;

use self::clarification::{Clarification, Conclusion, clarification};
use self::minutes::{Answer, Minutes, minutes};
use self::recommendation::{Recommendation, recommendation};
use self::settlement::{Settlement, Way, settlement};
use self::summons::{Summons, summons};
use crate::clock::Zone;
use crate::paper::{self, Letterhead, Paper, Signature};

/// The operations under `/v1`.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::get_summons)
        .service(routes::get_clarification_minutes)
        .service(routes::get_mediation_minutes)
        .service(routes::get_recommendation)
        .service(routes::get_settlement);
}

/// What every paper says of its case.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The office that writes.
    pub office: Letterhead<'a>,
    /// Where it signs: `Cilegon`.
    pub place: &'a str,
    /// Its zone.
    pub zone: Zone,
    /// Number of the case.
    pub number: &'a str,
    /// The day on which it was registered.
    pub registered_on: NaiveDate,
    /// What kind of dispute it is.
    pub kind: DisputeKind,
    /// What it is about, in a person's words.
    pub subject: &'a str,
    /// The two sides: the worker's and the employer's, or the first and the second union's.
    pub sides: [Party<'a>; 2],
    /// When the paper is made: it stands in the file, not on the paper.
    pub made_at: DateTime<Utc>,
}

/// A side.
#[derive(Clone, Copy, Debug)]
pub struct Party<'a> {
    /// What it is called in the papers: `Pekerja`, `Pengusaha`, `Serikat Pekerja I`.
    pub label: &'a str,
    /// Name of the person, the union or the employer.
    pub name: &'a str,
    /// Position of the person, or of who leads it.
    pub position: Option<&'a str>,
    /// Address.
    pub address: &'a str,
    /// Who speaks for it by a power of attorney.
    pub representatives: &'a [Representative<'a>],
    /// Who signs for it, where it is not the one who is named.
    pub signer: Option<Representative<'a>>,
}

/// Who speaks for a side.
#[derive(Clone, Copy, Debug)]
pub struct Representative<'a> {
    /// Name.
    pub name: &'a str,
    /// In what capacity: `Advokat`.
    pub capacity: Option<&'a str>,
}

/// Somebody of the office who signs.
#[derive(Clone, Copy, Debug)]
pub struct Officer<'a> {
    /// Name; a line to write on where there is none.
    pub name: Option<&'a str>,
    /// Civil-service number (NIP).
    pub number: Option<&'a str>,
}

/// A hearing.
#[derive(Clone, Copy, Debug)]
pub struct Hearing<'a> {
    /// Clarification or mediation.
    pub kind: HearingKind,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// In the office, or by a link.
    pub mode: HearingMode,
    /// The place, or the link.
    pub place: &'a str,
    /// Who came of each side; nobody where a side stayed away.
    pub came: [&'a [&'a str]; 2],
}

/// The recommendation that was issued.
#[derive(Clone, Copy, Debug)]
pub struct Issued<'a> {
    /// Its number.
    pub number: &'a str,
    /// Its day.
    pub on: NaiveDate,
}

/// What stands where a record says nothing.
const NOTHING: &str = "Tidak ada keterangan.";
/// In what function a mediator signs.
const MEDIATOR: &str = "Mediator Hubungan Industrial";

impl Case<'_> {
    /// A paper of the case with its number.
    fn begin(&self, title: &str, number: &str) -> Paper {
        let mut paper = Paper::new(self.office, title, number, self.made_at);
        paper.number(&format!("Nomor: {number}"));
        paper
    }

    /// What the dispute is, as rows.
    fn dispute(&self, paper: &mut Paper) {
        let registered = format!("{}, dicatat tanggal {}", self.number, paper::long_date(self.registered_on));
        paper.rows([("Jenis", kind(self.kind)), ("Nomor perkara", &registered), ("Pokok", or_nothing(self.subject))]);
    }

    /// Who the sides are, as rows.
    fn parties(&self, paper: &mut Paper) {
        for side in &self.sides {
            let mut rows = vec![(side.label, side.name)];
            rows.extend(side.position.map(|position| ("Jabatan", position)));
            rows.push(("Alamat", or_nothing(side.address)));
            let representatives: Vec<_> = side.representatives.iter().map(Representative::named).collect();
            let representatives = representatives.join("\n");
            if !representatives.is_empty() {
                rows.push(("Kuasa", &representatives));
            }
            paper.rows(rows);
        }
    }

    /// What each side said, below a heading that ends in what the side is called.
    fn said(&self, paper: &mut Paper, headings: [&str; 2], texts: [&str; 2]) {
        for ((heading, side), text) in headings.iter().zip(&self.sides).zip(texts) {
            paper.heading(&format!("{heading} {}", side.label));
            self::said(paper, text);
        }
    }

    /// What says who came of each side.
    fn present(&self) -> [String; 2] {
        self.sides.each_ref().map(|side| format!("Hadir, {}", side.label))
    }

    /// Place and day of a signature.
    fn signed(&self, on: NaiveDate) -> String {
        format!("{}, {}", self.place, paper::long_date(on))
    }

    /// Both sides sign, and the mediator where there is one.
    fn sign(&self, paper: &mut Paper, words: &str, place: &str, mediator: Option<(&str, Officer<'_>)>) {
        let [left, right] = self.sides.each_ref().map(|side| format!("Pihak {}", side.label));
        let [one, other] = &self.sides;
        let sides = [one.signature("", &left), other.signature(place, &right)];
        let Some((function, mediator)) = mediator else { return paper.signatures(words, &[&sides]) };
        let number = mediator.number();
        paper.signatures(words, &[&sides, &[mediator.signature("", function, number.as_deref())]]);
    }
}

impl Party<'_> {
    fn signature<'a>(&'a self, place: &'a str, function: &'a str) -> Signature<'a> {
        let (name, below) = self.signer.map_or((self.name, self.position), |signer| (signer.name, signer.capacity));
        Signature { place, function, name: Some(name), below }
    }
}

impl Representative<'_> {
    fn named(&self) -> String {
        match self.capacity {
            Some(capacity) => format!("{} ({capacity})", self.name),
            None => self.name.to_owned(),
        }
    }
}

impl Officer<'_> {
    /// What stands below the name.
    fn number(&self) -> Option<String> {
        self.number.map(|number| format!("NIP {number}"))
    }

    fn signature<'a>(&'a self, place: &'a str, function: &'a str, number: Option<&'a str>) -> Signature<'a> {
        Signature { place, function, name: self.name, below: Some(number.unwrap_or("NIP")) }
    }
}

impl Hearing<'_> {
    /// `Senin, 23 November 2026`.
    fn day(&self, zone: Zone) -> String {
        day(zone.date(self.starts_at))
    }

    /// `09.00 WIB`.
    fn hour(&self, zone: Zone) -> String {
        format!("{} {}", zone.local(self.starts_at).format("%H.%M"), zone.name())
    }

    /// Where it was held: minutes name no link.
    fn held_at(&self) -> &str {
        match self.mode {
            HearingMode::InPerson => self.place,
            HearingMode::Online => "Daring",
        }
    }
}

/// What kind of dispute it is (UU 2/2004 art. 2).
const fn kind(kind: DisputeKind) -> &'static str {
    match kind {
        DisputeKind::Rights => "Perselisihan hak",
        DisputeKind::Interests => "Perselisihan kepentingan",
        DisputeKind::Termination => "Perselisihan pemutusan hubungan kerja",
        DisputeKind::InterUnion => "Perselisihan antarserikat pekerja/serikat buruh dalam satu perusahaan",
    }
}

/// A day with its name: `Senin, 23 November 2026`.
fn day(day: NaiveDate) -> String {
    const NAMES: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];
    let name = usize::try_from(day.weekday().num_days_from_monday()).ok().and_then(|at| NAMES.get(at));
    format!("{}, {}", name.copied().unwrap_or_default(), paper::long_date(day))
}

/// Who came, a name a line.
fn came(names: &[&str]) -> String {
    if names.is_empty() { "Tidak hadir".to_owned() } else { names.join("\n") }
}

fn or_nothing(text: &str) -> &str {
    if text.trim().is_empty() { NOTHING } else { text }
}

/// The lines of a text on which something stands.
fn written(text: &str) -> impl Iterator<Item = &str> {
    or_nothing(text).lines().filter(|line| !line.trim().is_empty())
}

/// What somebody wrote: each of its lines is a paragraph.
fn said(paper: &mut Paper, text: &str) {
    for line in written(text) {
        paper.paragraph(line);
    }
}

/// Texts as numbered points.
fn points(paper: &mut Paper, texts: &[&str]) {
    for (at, text) in (1..).zip(texts) {
        paper.item(&format!("{at}."), &written(text).collect::<Vec<_>>().join("\n"));
    }
}

#[cfg(test)]
mod tests;
