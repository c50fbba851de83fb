//! The page that a telephone shows of a card whose code was scanned: no outside asset, no script.

use std::fmt::Write;

use chrono::NaiveDate;
use disnaker_entity::card::CardStatus;

use super::bodies::CardCheck;
use crate::paper;
use crate::problem::{Language, Text};

/// What the page may load: nothing but its own style.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// What an answer is not.
pub const NOTE: Text = Text::of(
    "Jawaban ini, foto atau salinan kartu bukan kartu AK-1. Cocokkan nomor dan nama dengan kartu asli dan KTP pemegangnya.",
    "This answer, a picture or a copy of a card is no AK-1 card. Compare number and name with the card itself and its holder's identity card.",
);

const STYLE: &str = "body{font:17px/1.5 system-ui,sans-serif;margin:0;background:#f3f4f6;color:#111827}\
    main{max-width:28rem;margin:0 auto;padding:1rem}\
    .box{background:#fff;border-radius:14px;overflow:hidden;box-shadow:0 1px 4px rgba(0,0,0,.15)}\
    .sign{padding:1.6rem 1.2rem;color:#fff;text-align:center}.yes{background:#15803d}.no{background:#b91c1c}.wait{background:#b45309}\
    .sign b{display:block;font-size:2rem;line-height:1.2}\
    h1{font-size:1rem;font-weight:600;margin:0 0 .4rem;opacity:.9}\
    dl{margin:0;padding:.6rem 1.2rem 1rem}dt{color:#6b7280;font-size:.82rem;margin-top:.7rem}dd{margin:0;font-weight:600;overflow-wrap:anywhere}\
    p{color:#4b5563;font-size:.85rem;padding:0 .3rem}\
    @media(prefers-color-scheme:dark){body{background:#111827;color:#f9fafb}.box{background:#1f2937}dt,p{color:#9ca3af}}";

/// How a status is told, and in which colour.
fn told(status: CardStatus) -> (Text, &'static str) {
    match status {
        CardStatus::Active => (Text::of("BERLAKU", "VALID"), "yes"),
        CardStatus::Prepared | CardStatus::Signed | CardStatus::Printed => {
            (Text::of("BELUM BERLAKU", "NOT VALID YET"), "wait")
        }
        CardStatus::Expired => (Text::of("KEDALUWARSA", "EXPIRED"), "no"),
        CardStatus::Closed => (Text::of("DITUTUP", "CLOSED"), "no"),
        CardStatus::Revoked => (Text::of("DICABUT", "REVOKED"), "no"),
    }
}

/// The page.
#[must_use]
pub fn page(check: &CardCheck, language: Language) -> String {
    let say = |id: &'static str, en: &'static str| Text::of(id, en).into_language(language);
    let (status, class) = told(check.status);
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
    let rows = rows.into_iter().filter_map(|(label, value)| Some((label, value?)));
    let mut list = String::new();
    for (label, value) in rows {
        let _ = write!(list, "<dt>{label}</dt><dd>{}</dd>", escaped(&value));
    }
    let title = say("Pemeriksaan kartu AK-1", "AK-1 card check");
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><div class=\"box\"><div class=\"sign {class}\"><h1>{title}</h1>\
         <b>{}</b></div><dl>{list}</dl></div><p>{}</p></main></body></html>",
        language.tag(),
        status.in_language(language),
        escaped(&check.note),
    )
}

/// A text as HTML says it.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
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
