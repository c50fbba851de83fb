//! The page that a telephone shows of a card whose code was scanned: no outside asset, no script.

use chrono::NaiveDate;
use disnaker_entity::card::CardStatus;

use super::bodies::CardCheck;
use crate::paper;
use crate::problem::{Language, Text};
use crate::verification::{Look, Page};

/// What an answer is not.
pub const NOTE: Text = Text::of(
    "Jawaban ini, foto atau salinan kartu bukan kartu AK-1. Cocokkan nomor dan nama dengan kartu asli dan KTP pemegangnya.",
    "This answer, a picture or a copy of a card is no AK-1 card. Compare number and name with the card itself and its holder's identity card.",
);

/// How a status is told, and how it looks.
fn told(status: CardStatus) -> (Text, Look) {
    match status {
        CardStatus::Active => (Text::of("BERLAKU", "VALID"), Look::Yes),
        CardStatus::Prepared | CardStatus::Signed | CardStatus::Printed => {
            (Text::of("BELUM BERLAKU", "NOT VALID YET"), Look::Wait)
        }
        CardStatus::Expired => (Text::of("KEDALUWARSA", "EXPIRED"), Look::No),
        CardStatus::Closed => (Text::of("DITUTUP", "CLOSED"), Look::No),
        CardStatus::Revoked => (Text::of("DICABUT", "REVOKED"), Look::No),
    }
}

/// The page.
#[must_use]
pub fn page(check: &CardCheck, language: Language) -> String {
    let say = |id: &'static str, en: &'static str| Text::of(id, en).into_language(language);
    let (status, look) = told(check.status);
    let day = |day: NaiveDate| match language {
        Language::Indonesian => paper::long_date(day),
        Language::English => day.format("%-d %B %Y").to_string(),
    };
    let rows = [
        (say("Nomor", "Number"), Some(check.number.clone())),
        (say("Nama (disamarkan)", "Name (masked)"), check.name.clone()),
        (say("Diterbitkan oleh", "Issued by"), Some(check.office_name.clone())),
        (say("Tanggal terbit", "Issued on"), check.issued_on.map(day)),
        (say("Berlaku sampai", "Valid until"), check.expires_on.map(day)),
        (say("Berakhir pada", "Ended on"), check.ended_on.map(day)),
    ];
    let rows: Vec<_> = rows.into_iter().filter_map(|(label, value)| Some((label, value?))).collect();
    let title = say("Pemeriksaan kartu AK-1", "AK-1 card check");
    let status = (status.in_language(language), look);
    Page { title: &title, status, rows: &rows, note: &check.note }.html(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_shown_is_markup() {
        let check = CardCheck {
            status: CardStatus::Active,
            valid: true,
            number: "AK1-36.72-2026-000045".into(),
            name: Some("<***".into()),
            office: "36.72".into(),
            office_name: "Dinas <script>alert('1')</script> & \"Contoh\"".into(),
            issued_on: NaiveDate::from_ymd_opt(2026, 11, 23),
            expires_on: NaiveDate::from_ymd_opt(2028, 11, 23),
            ended_on: None,
            note: NOTE.into_language(Language::Indonesian),
        };
        let html = page(&check, Language::English);
        assert!(html.contains("VALID") && html.contains("23 November 2028") && !html.contains("<script"), "{html}");
        assert!(html.contains("&lt;***") && !html.contains("http"), "{html}");
        assert!(page(&check, Language::Indonesian).contains("BERLAKU"));
    }
}
