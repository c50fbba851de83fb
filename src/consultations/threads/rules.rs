//! What a consultation must say, and who says what. Pure.

use chrono::NaiveDate;
use disnaker_entity::consultation::{ConsultationStatus, MessageKind, thread::Model};
use serde_json::Value;

use super::bodies::{Asker, NewConsultation, Rating};
use crate::book::{AN_OFFICE, Book};
use crate::check::{Checks, NOT_ALLOWED, REQUIRED, UNKNOWN_REFERENCE};
use crate::problem::{Kind, Problem, Refusal, Text};

/// From a question to its answer.
pub const ANSWER: &str = "consultation.answer";
/// From an answer to the end of a silent thread.
pub const SILENCE: &str = "consultation.silence-closes";
/// How long the asker may open it again.
pub const REOPEN: &str = "consultation.reopen";
/// How long the asker may rate it.
pub const RATING: &str = "consultation.rating";
/// Most open consultations of one account: nobody fills an office's list.
pub const MOST_OPEN: u64 = 10;
/// Longest question or answer.
pub const MOST_TEXT: usize = 8000;

/// Why something is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsultationRefusal {
    /// So many are open already.
    TooMany,
    /// A thread has so many messages at most.
    TooMuch(i32),
    /// Only who asked does that.
    NotAsker,
    /// It was answered: it is closed, not taken back.
    Answered,
    /// It was not answered yet.
    NotAnswered,
    /// The time for it is over.
    TooLate(NaiveDate),
    /// The asker has said it already.
    Rated,
}

impl Refusal for ConsultationRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::TooMany | Self::TooMuch(_) => Kind::CapacityExhausted,
            Self::Rated => Kind::AlreadyExists,
            _ => Kind::IllegalTransition,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::TooMany => Text::made(
                format!("Paling banyak {MOST_OPEN} konsultasi terbuka; tutuplah yang sudah terjawab."),
                format!("At most {MOST_OPEN} consultations are open; close those that are answered."),
            ),
            Self::TooMuch(most) => Text::made(
                format!("Paling banyak {most} pesan untuk satu konsultasi; ajukan konsultasi baru."),
                format!("At most {most} messages a consultation; begin another one."),
            ),
            Self::NotAsker => Text::of("Hanya penanya yang dapat melakukannya.", "Only who asked does that."),
            Self::Answered => Text::of(
                "Konsultasi ini sudah dijawab: tutuplah, jangan ditarik.",
                "This consultation was answered: close it instead of taking it back.",
            ),
            Self::NotAnswered => Text::of("Konsultasi ini belum dijawab.", "This consultation was not answered yet."),
            Self::TooLate(day) => {
                Text::made(format!("Waktunya berakhir pada {day}."), format!("The time for it ended on {day}."))
            }
            Self::Rated => Text::of("Penilaian sudah diberikan.", "It was rated already."),
        })
    }
}

/// Who acts on a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// The account that asked, or the desk that wrote it down for somebody.
    pub asker: bool,
    /// An officer of its office who may answer.
    pub office: bool,
}

/// Every fault of a consultation at once; `desk` where an officer of the office writes it down for somebody.
///
/// # Errors
/// `invalid-content`.
pub fn check(new: &NewConsultation, book: &Book, desk: bool) -> Result<(), Problem> {
    let mut checks = Checks::default();
    if !book.offices.contains_key(&new.office) {
        checks.fault("/office", UNKNOWN_REFERENCE, new.office.chars().take(20).collect::<String>(), AN_OFFICE);
    }
    checks.optional_line("/company_name", new.company_name.as_deref(), 160);
    checks.line("/subject", &new.subject, 160);
    checks.lines("/question", &new.question, MOST_TEXT);
    if let Some(asker) = &new.asker {
        check_asker(&mut checks, asker);
    } else if desk {
        let expected = Text::of("nama dan cara menghubungi penanya", "the asker's name and how to reach them");
        checks.fault("/asker", REQUIRED, Value::Null, expected);
    }
    checks.done()
}

fn check_asker(checks: &mut Checks, asker: &Asker) {
    checks.line("/asker/name", &asker.name, 120);
    if let Some(email) = &asker.email {
        checks.email("/asker/email", email);
    }
    checks.optional_line("/asker/phone", asker.phone.as_deref(), 40);
    if asker.email.is_none() && asker.phone.is_none() {
        let expected = Text::of("surel atau telepon", "an e-mail address or a telephone number");
        checks.fault("/asker/phone", REQUIRED, Value::Null, expected);
    }
}

/// What a message says, and that this side may say it: the asker asks, the office answers and takes notes.
///
/// # Errors
/// `invalid-content`.
pub fn check_message(kind: MessageKind, text: &str, side: Side) -> Result<(), Problem> {
    let mut checks = Checks::default();
    let may = if kind == MessageKind::Question { side.asker } else { side.office };
    if !may {
        let expected =
            if side.office { Text::of("answer atau note", "answer or note") } else { Text::of("question", "question") };
        checks.fault("/kind", NOT_ALLOWED, kind.as_str(), expected);
    }
    checks.lines("/text", text, MOST_TEXT);
    checks.done()
}

/// How content the asker is.
///
/// # Errors
/// `invalid-content`.
pub fn check_rating(rating: &Rating) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.range("/rating", rating.rating.into(), 1, 5);
    if let Some(comment) = &rating.comment {
        checks.lines("/comment", comment, 1000);
    }
    checks.done()
}

/// Whether the asker may still say how content they are.
///
/// # Errors
/// Why not.
pub fn ratable(row: &Model, today: NaiveDate) -> Result<(), ConsultationRefusal> {
    match row.rate_until {
        _ if row.answered_at.is_none() => Err(ConsultationRefusal::NotAnswered),
        _ if row.rating.is_some() => Err(ConsultationRefusal::Rated),
        Some(last) if last < today => Err(ConsultationRefusal::TooLate(last)),
        _ => Ok(()),
    }
}

/// Whether an event is one that this side may do now, beyond what the table says.
#[must_use]
pub fn possible(row: &Model, event: &str, side: Side, today: NaiveDate) -> bool {
    match event {
        "withdraw" => side.asker && row.answered_at.is_none(),
        "close" if row.status != ConsultationStatus::Answered => side.asker && row.answered_at.is_some(),
        "ask" => side.asker,
        "reopen" => side.asker && row.reopen_until.is_some_and(|last| today <= last),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;

    const ASKER: Side = Side { asker: true, office: false };
    const OFFICER: Side = Side { asker: false, office: true };
    const DESK: Side = Side { asker: true, office: true };

    fn codes(outcome: Result<(), Problem>) -> Vec<String> {
        outcome.err().map_or_else(Vec::new, |problem| {
            problem.into_faults().iter().map(|fault| format!("{} {}", fault.pointer, fault.code.code)).collect()
        })
    }

    #[test]
    fn the_desk_says_who_came_in_and_how_to_reach_them() {
        let office = crate::book::Office {
            code: "36.72".into(),
            name: "Disnaker".into(),
            region: "36.72".into(),
            zone: Zone::WESTERN,
        };
        let book = Book { offices: [("36.72".to_owned(), office)].into(), ..Book::default() };
        let sample = NewConsultation::sample();
        assert_eq!(codes(check(&sample, &book, false)), Vec::<String>::new());
        let nobody = NewConsultation { asker: None, ..sample.clone() };
        assert_eq!(codes(check(&nobody, &book, false)), Vec::<String>::new());
        assert_eq!(codes(check(&nobody, &book, true)), ["/asker required"]);
        let silent = Asker { name: "Siti Contoh".into(), email: None, phone: None };
        let wrong = NewConsultation {
            office: "99\0".into(),
            subject: " ".into(),
            question: "a\0".into(),
            company_name: Some("x".repeat(161)),
            asker: Some(silent),
            ..sample
        };
        let faults = [
            "/office unknown-reference",
            "/company_name too-long",
            "/subject blank",
            "/question unprintable",
            "/asker/phone required",
        ];
        assert_eq!(codes(check(&wrong, &book, true)), faults);
    }

    #[test]
    fn the_asker_asks_and_the_office_answers() {
        use MessageKind::{Answer, Note, Question};
        for (kind, side, may) in [
            (Question, ASKER, true),
            (Answer, ASKER, false),
            (Note, ASKER, false),
            (Question, OFFICER, false),
            (Answer, OFFICER, true),
            (Note, OFFICER, true),
            (Question, DESK, true),
        ] {
            assert_eq!(check_message(kind, "Kapan?", side).is_ok(), may, "{kind} {side:?}");
        }
        assert_eq!(codes(check_message(Answer, "", ASKER)), ["/kind not-allowed", "/text blank"]);
        let rating = Rating { rating: 6, comment: Some(String::new()) };
        assert_eq!(codes(check_rating(&rating)), ["/rating out-of-range", "/comment blank"]);
    }
}
