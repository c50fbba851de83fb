//! Obligations as a calendar (iCalendar, RFC 5545): a day for each due date, with alarms at the stages of the reminders.

use std::fmt::Write;

use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

use crate::problem::Language;

/// Octets of a line, without its end (RFC 5545 section 3.1).
const LINE: usize = 75;

/// A due date of the calendar.
pub struct Entry {
    /// The clock: the same event each time.
    pub id: Uuid,
    /// The last day.
    pub due_on: NaiveDate,
    /// What is to be done.
    pub what: String,
    /// Law and article.
    pub law: String,
    /// When the calendar is to remind.
    pub alarms: Vec<NaiveDate>,
}

/// The calendar as text.
#[must_use]
pub fn calendar(entries: &[Entry], language: Language, now: DateTime<Utc>) -> String {
    let (name, law) = match language {
        Language::Indonesian => ("Kewajiban", "Dasar hukum"),
        Language::English => ("Obligations", "Law"),
    };
    let mut text = String::new();
    for fixed in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//disnaker//obligations//ID", "CALSCALE:GREGORIAN"] {
        line(&mut text, fixed);
    }
    line(&mut text, &format!("X-WR-CALNAME:{name}"));
    for entry in entries {
        let day = |day: NaiveDate| day.format("%Y%m%d");
        let what = escaped(&entry.what);
        line(&mut text, "BEGIN:VEVENT");
        line(&mut text, &format!("UID:{}@disnaker", entry.id));
        line(&mut text, &format!("DTSTAMP:{}", now.format("%Y%m%dT%H%M%SZ")));
        line(&mut text, &format!("DTSTART;VALUE=DATE:{}", day(entry.due_on)));
        let after = entry.due_on.checked_add_days(Days::new(1)).unwrap_or(entry.due_on);
        line(&mut text, &format!("DTEND;VALUE=DATE:{}", day(after)));
        line(&mut text, &format!("SUMMARY:{what}"));
        line(&mut text, &format!("DESCRIPTION:{}", escaped(&format!("{law}: {}", entry.law))));
        line(&mut text, "TRANSP:TRANSPARENT");
        for alarm in &entry.alarms {
            line(&mut text, "BEGIN:VALARM");
            line(&mut text, "ACTION:DISPLAY");
            line(&mut text, &format!("DESCRIPTION:{what}"));
            let days = (*alarm - entry.due_on).num_days();
            line(&mut text, &format!("TRIGGER:{}P{}D", if days < 0 { "-" } else { "" }, days.abs()));
            line(&mut text, "END:VALARM");
        }
        line(&mut text, "END:VEVENT");
    }
    line(&mut text, "END:VCALENDAR");
    text
}

/// A text value (RFC 5545 section 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars().filter(|character| *character != '\r') {
        match character {
            '\n' => out.push_str("\\n"),
            '\\' | ';' | ',' => out.extend(['\\', character]),
            other => out.push(other),
        }
    }
    out
}

/// Writes a line, folded where it is longer than it may be, never inside a character.
fn line(out: &mut String, text: &str) {
    let mut used = 0;
    for character in text.chars() {
        if used + character.len_utf8() > LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        let _ = out.write_char(character);
        used += character.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn a_calendar_is_what_the_standard_asks_for() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let entry = Entry {
            id: Uuid::nil(),
            due_on: day("2026-12-31"),
            what: "Lapor; pertama, \\ segera".into(),
            law: "UU 7/1981 art. 6\nPermenaker".into(),
            alarms: vec![day("2026-12-17"), day("2027-01-01")],
        };
        let text = calendar(&[entry], Language::English, "2026-11-23T02:00:00Z".parse().unwrap());
        for expected in [
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
            "UID:00000000-0000-0000-0000-000000000000@disnaker\r\nDTSTAMP:20261123T020000Z\r\n",
            "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n",
            "SUMMARY:Lapor\\; pertama\\, \\\\ segera\r\n",
            "DESCRIPTION:Law: UU 7/1981 art. 6\\nPermenaker\r\n",
            "TRIGGER:-P14D\r\n",
            "TRIGGER:P1D\r\n",
            "END:VEVENT\r\nEND:VCALENDAR\r\n",
        ] {
            assert!(unfolded(&text).contains(expected), "{expected:?} in\n{text}");
        }
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "every line ends with CRLF");
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_longer_than_75_octets_and_nothing_is_lost(text in "[ -~\u{e9}\u{4e2d}\u{1f600}]{0,300}") {
            let mut out = String::new();
            line(&mut out, &text);
            proptest::prop_assert!(out.split("\r\n").all(|line| line.len() <= 75));
            proptest::prop_assert_eq!(unfolded(&out), format!("{text}\r\n"));
        }
    }
}
