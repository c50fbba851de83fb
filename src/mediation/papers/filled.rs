//! What stands on the papers, out of the records.

use disnaker_entity::mediation::case::Model as Row;
use disnaker_entity::mediation::hearing::Model as HearingRow;
use disnaker_entity::mediation::{
    CaseSide, HearingId, HearingKind, HearingStatus, MediationOutcome, MediationStatus, RecommendationAnswer, party,
};
use disnaker_entity::office;

use super::{
    Answer, Case, Clarification, Conclusion, Hearing, Issued, Minutes, Officer, Party, Recommendation, Representative,
    Settlement, Summons, Way,
};
use crate::app::State;
use crate::book::Book;
use crate::clock::Zone;
use crate::db::Session;
use crate::mediation::cases::bodies::{CaseContent, NewParty, NewRepresentative};
use crate::mediation::cases::queries as cases;
use crate::mediation::clocks::rule;
use crate::mediation::conclusions::bodies::{RecommendationText, SettlementText};
use crate::mediation::conclusions::queries as conclusions;
use crate::mediation::hearings::bodies::HearingMinutes;
use crate::mediation::hearings::queries as hearings;
use crate::paper::{Letterhead, Paper};
use crate::problem::{Kind, Problem, Text};
use crate::reference;

/// What to bring to a hearing.
const BRING: [&str; 3] = [
    "Identitas diri, dan surat kuasa khusus bila diwakili",
    "Risalah perundingan bipartit",
    "Dokumen dan bukti yang berkaitan dengan perselisihan",
];

/// A hearing with what was opened of it.
struct Sitting {
    row: HearingRow,
    place: String,
    minutes: Option<HearingMinutes>,
}

/// A case with all that its papers say.
pub struct Filled {
    row: Row,
    office: office::Model,
    place: String,
    zone: Zone,
    content: CaseContent,
    sides: Vec<(party::Model, NewParty, Vec<NewRepresentative>)>,
    sittings: Vec<Sitting>,
}

/// What is called off, forgotten or not there yet has no paper.
fn absent(id: &'static str, en: &'static str) -> Problem {
    Problem::new(Kind::IllegalTransition).detail(Text::of(id, en)).allowed(Vec::new())
}

fn forgotten() -> Problem {
    absent("Isi perkara ini sudah dihapus karena masa simpannya berakhir.", "What this case said has been forgotten.")
}

/// What a side is called on paper.
const fn label(side: CaseSide) -> &'static str {
    match side {
        CaseSide::Worker => "Pekerja",
        CaseSide::Employer => "Pengusaha",
        CaseSide::FirstUnion => "Serikat Pekerja I",
        CaseSide::SecondUnion => "Serikat Pekerja II",
    }
}

impl Filled {
    /// Reads a case that the caller has found.
    ///
    /// # Errors
    /// `illegal-transition` for one that was forgotten, or the database's own.
    pub async fn read(state: &State, db: &Session, row: Row) -> Result<Self, Problem> {
        let (vault, book, codes) = (&state.vault, state.book().await?, reference::codes(state).await?);
        let office = cases::office(db, &row.office).await?;
        let place = codes.region(&office.region).map_or(office.region.as_str(), |region| &region.name).to_owned();
        let content = cases::content(vault, &row)?.ok_or_else(forgotten)?;
        let speakers = cases::representatives(db, row.id).await?;
        let mut sides = Vec::new();
        for side in cases::sides(db, &row).await? {
            let who = cases::who(vault, &side)?.ok_or_else(forgotten)?;
            let own = speakers.iter().filter(|speaker| speaker.party_id == side.id);
            let own = own.filter_map(|speaker| cases::speaker(vault, speaker).transpose()).collect::<Result<_, _>>()?;
            sides.push((side, who, own));
        }
        // As books and papers name them: the worker's side, or the first union, before the other.
        sides.sort_by_key(|(side, ..)| side.side);
        let mut sittings = Vec::new();
        for hearing in hearings::of_case(db, row.id).await? {
            let place = hearings::place(vault, &hearing)?.unwrap_or_default();
            let minutes = hearings::minutes(vault, &hearing)?;
            sittings.push(Sitting { row: hearing, place, minutes });
        }
        let zone = book.zone(&row.office);
        Ok(Self { row, office, place, zone, content, sides, sittings })
    }

    /// Texts of the side that registered the case and of the other one, in the order of the papers.
    fn ordered<'a>(&self, own: &'a str, other: &'a str) -> [&'a str; 2] {
        let first = self.sides.first().map(|(side, ..)| side.side);
        if first == Some(self.row.registered_side) { [own, other] } else { [other, own] }
    }

    fn mediator(&self) -> Officer<'_> {
        Officer { name: self.row.mediator_name.as_deref(), number: self.row.mediator_number.as_deref() }
    }

    /// Makes a paper of the case. The same record makes the same bytes.
    fn paper(&self, made: impl FnOnce(&Case<'_>) -> Paper) -> Result<Paper, Problem> {
        let speakers: Vec<Vec<Representative<'_>>> = self
            .sides
            .iter()
            .map(|(_, _, own)| {
                let own = own.iter();
                own.map(|said| Representative { name: &said.name, capacity: Some(&said.capacity) }).collect()
            })
            .collect();
        let parties: Vec<Party<'_>> = self
            .sides
            .iter()
            .zip(&speakers)
            .map(|((side, who, _), representatives)| Party {
                label: label(side.side),
                name: &who.name,
                position: who.position.as_deref(),
                address: &who.address,
                representatives,
                signer: None,
            })
            .collect();
        let sides: [Party<'_>; 2] =
            parties.try_into().map_err(|_| Problem::internal("a case without its two sides"))?;
        let office = Letterhead {
            office: &self.office.name,
            address: &self.office.address,
            phone: self.office.phone.as_deref(),
        };
        let case = Case {
            office,
            place: &self.place,
            zone: self.zone,
            number: &self.row.number,
            registered_on: self.row.registered_on,
            kind: self.row.kind,
            subject: &self.content.subject,
            sides,
            made_at: self.row.updated_at,
        };
        Ok(made(&case))
    }

    fn at(&self, side: CaseSide) -> usize {
        self.sides.iter().position(|(row, ..)| row.side == side).unwrap_or_default()
    }

    fn sitting(&self, id: HearingId) -> Result<&Sitting, Problem> {
        self.sittings.iter().find(|sitting| sitting.row.id == id).ok_or_else(Problem::not_found)
    }

    /// Who came of each side to a hearing.
    fn came<'a>(&'a self, sitting: &'a Sitting) -> [Vec<&'a str>; 2] {
        let of = |at: usize| {
            let side = self.sides.get(at).map(|(side, ..)| side.side);
            let attendance = sitting.minutes.iter().flat_map(|minutes| &minutes.attendance);
            let own = attendance.filter(|attendance| Some(attendance.side) == side && attendance.present);
            own.filter_map(|attendance| attendance.by.as_deref()).collect()
        };
        [of(0), of(1)]
    }

    fn hearing<'a>(sitting: &'a Sitting, came: [&'a [&'a str]; 2]) -> Hearing<'a> {
        let row = &sitting.row;
        Hearing { kind: row.kind, starts_at: row.starts_at, mode: row.mode, place: &sitting.place, came }
    }

    /// The summons of a side to a hearing. It is the second where the side did not come the first time.
    ///
    /// # Errors
    /// `illegal-transition` for a hearing that was called off.
    pub fn summons(&self, id: HearingId, side: CaseSide) -> Result<Paper, Problem> {
        let sitting = self.sitting(id)?;
        if sitting.row.status == HearingStatus::Cancelled {
            return Err(absent("Sidang ini dibatalkan.", "This hearing was called off."));
        }
        let missed = |other: &&Sitting| {
            let attendance = other.minutes.iter().flat_map(|minutes| &minutes.attendance);
            other.row.position < sitting.row.position
                && other.row.kind == sitting.row.kind
                && attendance.into_iter().any(|attendance| attendance.side == side && !attendance.present)
        };
        let turn = 1 + u8::try_from(self.sittings.iter().filter(missed).count()).unwrap_or(u8::MAX - 1);
        let summons = Summons {
            number: &sitting.row.number,
            on: sitting.row.summoned_on,
            turn,
            bring: &BRING,
            mediator: self.mediator(),
        };
        let at = self.at(side);
        self.paper(|case| {
            let to = {
                let [one, other] = &case.sides;
                if at == 0 { one } else { other }
            };
            super::summons(case, to, &Self::hearing(sitting, [&[], &[]]), &summons)
        })
    }

    /// The minutes of a clarification.
    ///
    /// # Errors
    /// `illegal-transition` for one that was not held.
    pub fn clarification(&self, id: HearingId) -> Result<Paper, Problem> {
        let sitting = self.sitting(id)?;
        let held = sitting.minutes.as_ref().zip(sitting.row.held_on);
        let Some((minutes, on)) = held.filter(|_| sitting.row.kind == HearingKind::Clarification) else {
            return Err(absent("Klarifikasi ini belum diselenggarakan.", "No clarification was held here."));
        };
        let came = self.came(sitting);
        let [one, other] = &came;
        let own = minutes.own_statement.as_deref().unwrap_or_default();
        let back = self.row.outcome == Some(MediationOutcome::BackToBipartite);
        let said = Clarification {
            number: &self.row.number,
            hearing: Self::hearing(sitting, [one, other]),
            said: self.ordered(own, minutes.other_statement.as_deref().unwrap_or_default()),
            notes: &minutes.conclusion,
            conclusion: if back { Conclusion::BackToBipartite } else { Conclusion::OnToMediation },
            on,
            mediator: self.mediator(),
        };
        self.paper(|case| super::clarification(case, &said))
    }

    /// The minutes of the mediation, which a claim must attach (UU 2/2004 art. 83).
    ///
    /// # Errors
    /// `illegal-transition` before the first hearing was held.
    pub fn minutes(&self, state: &State, book: &Book) -> Result<Paper, Problem> {
        let held = |sitting: &&Sitting| sitting.row.kind == HearingKind::Mediation && sitting.minutes.is_some();
        let held: Vec<_> = self.sittings.iter().filter(held).collect();
        let Some(last) = held.last() else {
            return Err(absent("Belum ada sidang mediasi.", "No hearing of the mediation was held."));
        };
        let came: Vec<_> = held.iter().map(|sitting| self.came(sitting)).collect();
        let sittings: Vec<_> =
            held.iter().zip(&came).map(|(sitting, [one, other])| Self::hearing(sitting, [one, other])).collect();
        let newest = |of: fn(&HearingMinutes) -> Option<&str>| {
            held.iter().rev().filter_map(|sitting| sitting.minutes.as_ref()).find_map(of).unwrap_or_default()
        };
        let mut own = newest(|minutes| minutes.own_statement.as_deref());
        let mut other = newest(|minutes| minutes.other_statement.as_deref());
        // Where no hearing wrote them down: what the recommendation says that they hold, once it is no secret of a receipt any more.
        let recommended = match self.row.ended_on {
            Some(_) => conclusions::recommendation(&state.vault, &self.row)?,
            None => None,
        };
        if let Some(text) = &recommended {
            own = if own.is_empty() { &text.own_statement } else { own };
            other = if other.is_empty() { &text.other_statement } else { other };
        }
        let course: Vec<_> = held
            .iter()
            .filter_map(|sitting| Some((sitting, sitting.minutes.as_ref()?)))
            .map(|(sitting, minutes)| format!("Sidang {}: {}", sitting.row.position, minutes.conclusion))
            .collect();
        let course = course.join("\n");
        // While a side may still answer it does not read what the other one said.
        let answered = self.row.status != MediationStatus::Recommended;
        let sides = self.sides.iter().filter(|_| answered);
        let notes = sides.map(|(side, ..)| conclusions::answer_note(&state.vault, side));
        let notes: Vec<Option<String>> = notes.collect::<Result<_, _>>()?;
        let answer = |at: usize| -> Answer<'_> {
            let side = self.sides.get(at).map(|(side, ..)| side);
            Answer {
                received_on: side.and_then(|side| side.received_on),
                answer: side.and_then(|side| side.answer),
                on: side.and_then(|side| side.answered_on),
                said: notes.get(at).and_then(Option::as_deref).unwrap_or_default(),
            }
        };
        let on = self.row.ended_on.or(self.row.recommended_on).or(last.row.held_on).unwrap_or(self.row.registered_on);
        let silence = book.policies.at(rule::SILENCE, &self.row.office, on)?;
        let minutes = Minutes {
            number: &self.row.number,
            hearings: &sittings,
            opinions: self.ordered(own, other),
            course: &course,
            recommendation: self.issued(),
            answers: [answer(0), answer(1)],
            silence: &silence.law.id,
            goes_on: self.row.ended_on.is_none(),
            conclusion: self.conclusion(),
            on,
            mediator: self.mediator(),
        };
        self.paper(|case| super::minutes(case, &minutes))
    }

    fn issued(&self) -> Option<Issued<'_>> {
        let number = self.row.recommendation_number.as_deref()?;
        Some(Issued { number, on: self.row.recommended_on? })
    }

    /// How the mediation came out, in a sentence.
    fn conclusion(&self) -> &'static str {
        let silent = self.sides.iter().any(|(side, ..)| side.answer == Some(RecommendationAnswer::Silent));
        match self.row.outcome {
            None => "Mediasi masih berlangsung.",
            Some(MediationOutcome::SettledInMediation) => {
                "Para pihak mencapai kesepakatan dalam mediasi dan membuat perjanjian bersama."
            }
            Some(MediationOutcome::SettledAfterRecommendation) => {
                "Para pihak menyetujui anjuran dan membuat perjanjian bersama."
            }
            Some(MediationOutcome::SettledBipartite) => {
                "Para pihak menyelesaikan perselisihan sendiri dengan perjanjian bersama."
            }
            Some(MediationOutcome::RecommendationRejected) if silent => {
                "Anjuran tidak disetujui oleh kedua pihak; pihak yang tidak menjawab dianggap menolak. Salah satu pihak dapat mengajukan \
                 gugatan ke Pengadilan Hubungan Industrial."
            }
            Some(MediationOutcome::RecommendationRejected) => {
                "Anjuran ditolak. Salah satu pihak dapat mengajukan gugatan ke Pengadilan Hubungan Industrial."
            }
            Some(MediationOutcome::Withdrawn) => "Pihak yang mencatatkan perselisihan mencabutnya.",
            Some(MediationOutcome::BackToBipartite) => "Para pihak kembali berunding secara bipartit.",
            Some(MediationOutcome::OtherPath) => "Para pihak memilih konsiliasi atau arbitrase.",
            Some(MediationOutcome::Other) => "Perkara ditutup tanpa perjanjian bersama.",
        }
    }

    /// The recommendation.
    ///
    /// # Errors
    /// `illegal-transition` where none was issued.
    pub fn recommendation(&self, text: Option<&RecommendationText>, book: &Book) -> Result<Paper, Problem> {
        let (Some(issued), Some(text)) = (self.issued(), text) else {
            return Err(absent("Anjuran belum dikeluarkan.", "No recommendation was issued."));
        };
        let points: Vec<_> = text.points.iter().map(String::as_str).collect();
        let head = text.acknowledged_by.as_ref();
        let said = Recommendation {
            number: issued.number,
            on: issued.on,
            statements: self.ordered(&text.own_statement, &text.other_statement),
            considerations: &text.considerations,
            points: &points,
            answer: book.policies.at(rule::ANSWER, &self.row.office, issued.on)?,
            silence: book.policies.at(rule::SILENCE, &self.row.office, issued.on)?,
            mediator: self.mediator(),
            head: head.map(|by| (by.function.as_str(), Officer { name: Some(&by.name), number: by.number.as_deref() })),
        };
        self.paper(|case| super::recommendation(case, &said))
    }

    /// The settlement.
    ///
    /// # Errors
    /// `illegal-transition` where none was made.
    pub fn settlement(&self, text: Option<&SettlementText>) -> Result<Paper, Problem> {
        let (Some(on), Some(text)) = (self.row.settled_on, text) else {
            return Err(absent("Perjanjian bersama belum dibuat.", "No settlement was made."));
        };
        let way = match (self.row.outcome, self.issued()) {
            (Some(MediationOutcome::SettledAfterRecommendation), Some(issued)) => {
                Way::Recommendation(issued, self.mediator())
            }
            (Some(MediationOutcome::SettledInMediation), _) => Way::Mediation(self.mediator()),
            _ => Way::Bipartite,
        };
        let terms: Vec<_> = text.terms.iter().map(String::as_str).collect();
        let said = Settlement { number: &self.row.number, on, place: &text.place, way, terms: &terms };
        self.paper(|case| super::settlement(case, &said))
    }
}
