//! What a summons and minutes must say. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use disnaker_entity::mediation::{HearingKind, HearingMode, MediationStatus, party};

use super::bodies::{HearingMinutes, NewHearing};
use crate::check::{Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED};
use crate::problem::{FaultCode, Kind, Refusal, Text};

const NOT_A_LINK: FaultCode = FaultCode::new("not-a-link", "Bukan tautan https", "Not an https link");

/// How far ahead a hearing may lie.
const FURTHEST: TimeDelta = TimeDelta::days(180);
/// Most hearings of a case.
pub const MOST_HEARINGS: i32 = 50;

/// Why a hearing is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HearingRefusal {
    /// Another one is open.
    Open,
    /// Its hour has not come.
    Early,
    /// It is of the other kind.
    OtherKind,
    /// A case has so many at most.
    TooMany,
}

impl Refusal for HearingRefusal {
    fn kind(&self) -> Kind {
        Kind::IllegalTransition
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::Open => Text::of(
                "Sidang sebelumnya belum diselenggarakan atau dibatalkan.",
                "The hearing before is neither held nor called off.",
            ),
            Self::Early => Text::of("Sidang belum dimulai.", "The hearing has not begun."),
            Self::OtherKind => Text::of(
                "Jenis sidang tidak sesuai tahap perkara: klarifikasi hanya pada tahap klarifikasi.",
                "This kind of hearing is not of this stage: a clarification only while the dispute is clarified.",
            ),
            Self::TooMany => Text::made(
                format!("Paling banyak {MOST_HEARINGS} sidang untuk satu perkara."),
                format!("At most {MOST_HEARINGS} hearings a case."),
            ),
        })
    }
}

/// Whether a case in a status has hearings of a kind.
#[must_use]
pub fn is_of(kind: HearingKind, status: MediationStatus) -> bool {
    match kind {
        HearingKind::Clarification => status == MediationStatus::Clarification,
        HearingKind::Mediation => matches!(status, MediationStatus::Referred | MediationStatus::InMediation),
    }
}

/// Every fault of a summons.
pub fn check_summons(checks: &mut Checks, new: &NewHearing, now: DateTime<Utc>) {
    checks.line("/place", &new.place, 500);
    if new.mode == HearingMode::Online && !is_link(&new.place) {
        checks.fault("/place", NOT_A_LINK, serde_json::Value::Null, Text::plain("https://…"));
    }
    if new.starts_at <= now || new.starts_at > now + FURTHEST {
        let days = FURTHEST.num_days();
        let expected = Text::made(
            format!("waktu mendatang, paling jauh {days} hari lagi"),
            format!("an instant to come, at most {days} days ahead"),
        );
        checks.fault("/starts_at", OUT_OF_RANGE, new.starts_at.to_rfc3339(), expected);
    }
}

fn is_link(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host() && url.password().is_none())
}

/// Every fault of minutes.
pub fn check_minutes(checks: &mut Checks, minutes: &HearingMinutes, sides: &[party::Model]) {
    checks.count("/minutes/attendance", minutes.attendance.len(), 2, 2);
    for (at, attendance) in minutes.attendance.iter().enumerate().take(2) {
        let pointer = format!("/minutes/attendance/{at}");
        let twice = minutes.attendance.iter().take(at).any(|before| before.side == attendance.side);
        if twice || !sides.iter().any(|party| party.side == attendance.side) {
            let words = sides.iter().map(|party| party.side.as_str()).collect::<Vec<_>>().join(", ");
            checks.fault(format!("{pointer}/side"), NOT_ALLOWED, attendance.side.as_str(), Text::plain(words));
        }
        match &attendance.by {
            Some(by) => checks.line(format!("{pointer}/by"), by, 300),
            None if attendance.present => {
                let expected = Text::of("nama yang hadir", "the name of who came");
                checks.fault(format!("{pointer}/by"), REQUIRED, serde_json::Value::Null, expected);
            }
            None => {}
        }
    }
    let statements =
        [("/minutes/own_statement", &minutes.own_statement), ("/minutes/other_statement", &minutes.other_statement)];
    for (pointer, text) in statements {
        if let Some(text) = text {
            checks.lines(pointer, text, 10_000);
        }
    }
    checks.reason("/minutes/conclusion", &minutes.conclusion, 10_000);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_one_that_a_browser_opens_safely() {
        assert!(is_link("https://rapat.contoh.go.id/ruang"));
        for bad in ["http://rapat.contoh.go.id", "javascript:alert(1)", "https:", "ruang 3", "https://u:p@contoh.go.id"]
        {
            assert!(!is_link(bad), "{bad}");
        }
    }

    #[test]
    fn each_stage_has_its_hearings() {
        use MediationStatus::{Clarification, InMediation, Recommended, Referred};
        assert!(is_of(HearingKind::Clarification, Clarification));
        assert!(is_of(HearingKind::Mediation, Referred) && is_of(HearingKind::Mediation, InMediation));
        assert!(!is_of(HearingKind::Mediation, Clarification) && !is_of(HearingKind::Mediation, Recommended));
        assert!(!is_of(HearingKind::Clarification, Referred));
    }
}
