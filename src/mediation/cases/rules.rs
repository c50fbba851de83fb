//! What a case must say, who stands where in it, and which office it belongs to. Pure.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use disnaker_entity::mediation::case::Model;
use disnaker_entity::mediation::{
    BipartiteResult, CasePartyKind, CaseSide, DisputeKind, DisputePath, MediationOutcome as Outcome, MediationStatus,
    RecommendationAnswer, party,
};

use super::bodies::{
    BipartiteMinutes, CaseContent, CompletedFile, NamedMediator, NewMediationCase, NewParty, NewRepresentative,
};
use crate::book::Office;
use crate::caller::province_of;
use crate::check::{self, Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, TWICE, UNKNOWN_REFERENCE};
use crate::lifecycle::{self, By};
use crate::problem::{FaultCode, Kind, Problem, Refusal, Text};

const SEVERAL_PROVINCES: FaultCode = FaultCode::new(
    "several-provinces",
    "Perselisihan meliputi lebih dari satu provinsi",
    "The dispute lies in more than one province",
);
const ELSEWHERE: FaultCode =
    FaultCode::new("elsewhere", "Di luar wilayah dinas ini", "Outside of this office's region");
const WRONG_SIDE: FaultCode =
    FaultCode::new("wrong-side", "Pihak tidak sesuai jenis perselisihan", "The side does not go with the dispute");

/// Most workers of a dispute.
const MOST_PEOPLE: i64 = 100_000;
/// Most districts of a dispute.
const MOST_REGIONS: usize = 20;
/// First year of the calendar.
const FIRST_YEAR: i32 = 2019;

/// Why a step is refused that is sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseRefusal {
    /// No proof of bipartite talks (UU 2/2004 art. 4(1), (2)).
    NoMinutes,
    /// A dispute on rights has no other way than mediation (UU 2/2004 art. 4(5), (6)).
    MediationOnly,
    /// Another way is offered first (UU 2/2004 art. 4(3)).
    PathsFirst,
    /// More than one district: the province's mediator (Permenakertrans 17/2014 art. 12).
    Province,
    /// More than one province: the Ministry's (Permenakertrans 17/2014 art. 12).
    Ministry,
    /// It is a province's case already, or none that can go down.
    NotThere,
    /// One district, and its office has a mediator (Permenakertrans 17/2014 art. 12).
    OwnMediator,
    /// Only the side that registered it.
    NotRegistrant,
    /// The side has done that.
    Done,
    /// Its day has passed: the sweep says what that means.
    TooLate,
    /// A side answers what it has received.
    NotReceived,
    /// Only a recommendation that came to nothing leads to a lawsuit.
    NoLawsuit,
    /// There is no settlement to register.
    NoSettlement,
    /// A clarification was held: on to the mediation.
    Clarified,
    /// The other side's days run on.
    StillAnswers,
    /// What it said was forgotten.
    Forgotten,
    /// It was registered at the court.
    Registered,
    /// Nobody's side: the caller has access to both.
    BothSides,
    /// Not the mediator of the case.
    NotMediator,
    /// The other side's.
    NotYourSide,
    /// Not of the office whose case it is, or on a side of it.
    NotOffice,
    /// Who speaks for a side does not say who else does.
    NotParty,
}

impl Refusal for CaseRefusal {
    fn kind(&self) -> Kind {
        Kind::IllegalTransition
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::NoMinutes => Text::of(
                "Risalah perundingan bipartit belum ada; kembalikan berkas untuk dilengkapi (UU 2/2004 Pasal 4 ayat (2)).",
                "The minutes of the bipartite talks are missing; send the file back to be completed (UU 2/2004 art. 4(2)).",
            ),
            Self::MediationOnly => Text::of(
                "Perselisihan hak hanya diselesaikan melalui mediasi (UU 2/2004 Pasal 4 ayat (5) dan (6)); limpahkan kepada mediator.",
                "A dispute on rights goes to mediation only (UU 2/2004 art. 4(5), (6)); refer it to a mediator.",
            ),
            Self::PathsFirst => Text::of(
                "Tawarkan konsiliasi atau arbitrase terlebih dahulu (UU 2/2004 Pasal 4 ayat (3)).",
                "Offer conciliation or arbitration first (UU 2/2004 art. 4(3)).",
            ),
            Self::Province => Text::of(
                "Perselisihan meliputi lebih dari satu kabupaten/kota: mediator provinsi (Permenakertrans 17/2014 Pasal 12).",
                "The dispute lies in more than one district: the province's mediator (Permenakertrans 17/2014 art. 12).",
            ),
            Self::Ministry => Text::of(
                "Perselisihan meliputi lebih dari satu provinsi: mediator Kementerian (Permenakertrans 17/2014 Pasal 12).",
                "The dispute lies in more than one province: the Ministry's mediator (Permenakertrans 17/2014 art. 12).",
            ),
            Self::NotThere => Text::of(
                "Tidak ada dinas tujuan untuk pelimpahan ini.",
                "There is no office to which it could go this way.",
            ),
            Self::OwnMediator => Text::of(
                "Perselisihan di satu kabupaten/kota, dan dinas ini memiliki mediator; limpahkan kepada mediatornya (Permenakertrans \
                 17/2014 Pasal 12).",
                "The dispute lies in one district, and this office has a mediator; refer it to them (Permenakertrans 17/2014 art. 12).",
            ),
            Self::NotRegistrant => {
                Text::of("Hanya pihak yang mencatatkan perselisihan.", "Only the side that registered the dispute.")
            }
            Self::Done => Text::of("Pihak ini sudah melakukannya.", "This side has done it already."),
            Self::TooLate => Text::of("Batas waktunya sudah lewat.", "Its last day has passed."),
            Self::NotReceived => Text::of(
                "Pihak ini belum menerima anjuran; catat penerimaannya terlebih dahulu (`record_receipt`).",
                "This side has not received the recommendation; record its receipt first (`record_receipt`).",
            ),
            Self::NoSettlement => Text::of("Belum ada perjanjian bersama.", "There is no settlement."),
            Self::Clarified => Text::of(
                "Klarifikasi sudah diselenggarakan; lanjutkan dengan sidang mediasi.",
                "A clarification was held; go on with a hearing of the mediation.",
            ),
            Self::StillAnswers => Text::of(
                "Pihak lain masih dapat menjawab anjuran (Permenakertrans 17/2014 Pasal 14 ayat (2)).",
                "The other side may still answer the recommendation (Permenakertrans 17/2014 art. 14(2)).",
            ),
            Self::Forgotten => Text::of(
                "Isi perkara ini sudah dihapus karena masa simpannya berakhir.",
                "What this case said has been forgotten.",
            ),
            Self::NoLawsuit => Text::of(
                "Gugatan dicatat setelah anjuran yang tidak menjadi perjanjian bersama (UU 2/2004 Pasal 5 dan 14).",
                "A lawsuit follows a recommendation that came to no settlement (UU 2/2004 arts. 5, 14).",
            ),
            Self::Registered => {
                Text::of("Perjanjian bersama sudah didaftarkan.", "The settlement is registered already.")
            }
            Self::BothSides => Text::of(
                "Akun ini memegang kedua pihak dan tidak dapat bertindak untuk salah satunya.",
                "This account stands on both sides, and can act for neither.",
            ),
            Self::NotMediator => Text::of("Hanya mediator perkara ini.", "Only the mediator of this case."),
            Self::NotYourSide => {
                Text::of("Hanya pihak itu sendiri atau dinas.", "Only that side itself, or the office.")
            }
            Self::NotParty => Text::of(
                "Hanya pihak itu sendiri atau dinas; akses Anda adalah akses kuasa.",
                "Only the party itself, or the office; yours is the access of a representative.",
            ),
            Self::NotOffice => Text::of(
                "Hanya dinas yang menangani perkara ini, dan bukan oleh salah satu pihaknya.",
                "Only the office whose case it is, and nobody who stands on a side of it.",
            ),
        })
    }
}

/// What a caller is in a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The side that they stand on.
    pub side: Option<CaseSide>,
    /// One of the office's people, for whom the desk writes.
    pub staff: bool,
    /// The mediator of this case.
    pub mediator: bool,
    /// Who runs the office whose case it is.
    pub admin: bool,
}

impl Standing {
    /// Lets the mediator of a case pass. One who stands on a side of it is none.
    ///
    /// # Errors
    /// [`CaseRefusal::NotMediator`].
    pub fn mediates(self) -> Result<(), CaseRefusal> {
        if self.mediator { Ok(()) } else { Err(CaseRefusal::NotMediator) }
    }

    /// Lets the side pass that registered a case, and the desk for it.
    ///
    /// # Errors
    /// [`CaseRefusal::NotRegistrant`].
    pub fn registered(self, row: &Model) -> Result<(), CaseRefusal> {
        if self.staff || self.side == Some(row.registered_side) { Ok(()) } else { Err(CaseRefusal::NotRegistrant) }
    }

    /// The same for taking a case back: who is to be impartial takes none back for a side.
    ///
    /// # Errors
    /// [`CaseRefusal::NotRegistrant`].
    pub fn withdraws(self, row: &Model) -> Result<(), CaseRefusal> {
        self.registered(row)?;
        if self.mediator && !self.admin { Err(CaseRefusal::NotRegistrant) } else { Ok(()) }
    }
}

/// How high a dispute belongs (Permenakertrans 17/2014 art. 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Venue {
    /// One district.
    District,
    /// Several districts of a province.
    Province,
    /// Several provinces.
    Ministry,
}

/// How high a dispute belongs that lies in these districts.
#[must_use]
pub fn venue(regions: &[String]) -> Venue {
    let province = |code: &String| code.get(..2).map(str::to_owned);
    let provinces: BTreeSet<_> = regions.iter().filter_map(province).collect();
    let districts: BTreeSet<_> = regions.iter().collect();
    match (provinces.len(), districts.len()) {
        (0 | 1, 0 | 1) => Venue::District,
        (0 | 1, _) => Venue::Province,
        _ => Venue::Ministry,
    }
}

/// Whether an office may give a case to a mediator of its own.
///
/// # Errors
/// [`CaseRefusal::Province`], [`CaseRefusal::Ministry`].
pub fn may_mediate(regions: &[String], office: &str) -> Result<(), CaseRefusal> {
    match venue(regions) {
        Venue::Ministry => Err(CaseRefusal::Ministry),
        Venue::Province if province_of(office).is_none() => Err(CaseRefusal::Province),
        _ => Ok(()),
    }
}

/// The ways that the law allows for a kind of dispute (UU 2/2004 art. 4(5), (6)).
#[must_use]
pub fn paths(kind: DisputeKind) -> Vec<DisputePath> {
    let mut paths = vec![DisputePath::Mediation];
    if kind != DisputeKind::Rights {
        paths.push(DisputePath::Conciliation);
    }
    if matches!(kind, DisputeKind::Interests | DisputeKind::InterUnion) {
        paths.push(DisputePath::Arbitration);
    }
    paths
}

/// The other side.
#[must_use]
pub fn other(side: CaseSide) -> CaseSide {
    match side {
        CaseSide::Worker => CaseSide::Employer,
        CaseSide::Employer => CaseSide::Worker,
        CaseSide::FirstUnion => CaseSide::SecondUnion,
        CaseSide::SecondUnion => CaseSide::FirstUnion,
    }
}

/// What one reads on a side.
fn fits(side: CaseSide, kind: CasePartyKind) -> bool {
    match side {
        CaseSide::Worker => matches!(kind, CasePartyKind::Person | CasePartyKind::Union),
        CaseSide::Employer => kind == CasePartyKind::Employer,
        CaseSide::FirstUnion | CaseSide::SecondUnion => kind == CasePartyKind::Union,
    }
}

/// Every fault of a registration, but those of codes.
pub fn check(checks: &mut Checks, new: &NewMediationCase, today: NaiveDate) {
    let sides: &[CaseSide] = match new.kind {
        DisputeKind::InterUnion => &[CaseSide::FirstUnion],
        _ => &[CaseSide::Worker, CaseSide::Employer],
    };
    if sides.contains(&new.side) {
        check_party(checks, "/registrant", &new.registrant, new.side);
        check_party(checks, "/other", &new.other, other(new.side));
    } else {
        let words = sides.iter().map(|side| side.as_str()).collect::<Vec<_>>().join(", ");
        checks.fault("/side", WRONG_SIDE, new.side.as_str(), Text::plain(words));
    }
    checks.range("/people", new.people.into(), 1, MOST_PEOPLE);
    check_matter(checks, [Some(&new.subject), Some(&new.chronology), Some(&new.demands)]);
    if let Some(minutes) = &new.bipartite {
        check_minutes(checks, minutes, today);
    }
    if let Some(representative) = &new.representative {
        check_representative(checks, "/representative", representative);
    }
}

/// Whether an office may register a dispute in these districts: its own among them, and all in one province. What lies in one
/// district is for its office, where there is one, and not for the province's (Permenakertrans 17/2014 art. 12).
pub fn check_regions(
    checks: &mut Checks,
    regions: &[String],
    office: &Office,
    known: impl Fn(&str) -> bool,
    has_office: impl Fn(&str) -> bool,
) {
    let office_region = office.region.as_str();
    checks.count("/regions", regions.len(), 1, MOST_REGIONS);
    for (at, code) in regions.iter().enumerate().take(MOST_REGIONS) {
        if !known(code) {
            checks.fault(format!("/regions/{at}"), UNKNOWN_REFERENCE, code.as_str(), crate::reference::A_DISTRICT);
        } else if regions.iter().take(at).any(|before| before == code) {
            checks.fault(
                format!("/regions/{at}"),
                TWICE,
                code.as_str(),
                Text::of("setiap kode sekali", "each code once"),
            );
        }
    }
    if venue(regions) == Venue::Ministry {
        let expected = Text::of(
            "kabupaten/kota dalam satu provinsi; yang meliputi lebih dari satu provinsi ditangani mediator Kementerian \
             (Permenakertrans 17/2014 Pasal 12)",
            "districts of one province; what lies in several is for the Ministry's mediator (Permenakertrans 17/2014 art. 12)",
        );
        checks.fault("/regions", SEVERAL_PROVINCES, regions.len(), expected);
    } else if !regions.is_empty() && !regions.iter().any(|code| code.starts_with(office_region)) {
        let expected = Text::made(
            format!("kabupaten/kota di wilayah {office_region}"),
            format!("a district of the region {office_region}"),
        );
        checks.fault("/regions", ELSEWHERE, regions.len(), expected);
    } else if let ([district], true) = (regions, province_of(&office.code).is_some())
        && has_office(district)
    {
        let expected = Text::made(
            format!("dinas {district} (Permenakertrans 17/2014 Pasal 12)"),
            format!("the office of {district} (Permenakertrans 17/2014 art. 12)"),
        );
        checks.fault("/office", ELSEWHERE, office.code.as_str(), expected);
    }
}

fn check_party(checks: &mut Checks, pointer: &str, party: &NewParty, side: CaseSide) {
    if !fits(side, party.kind) {
        let fitting = CasePartyKind::ALL.iter().filter(|kind| fits(side, **kind)).map(|kind| kind.as_str());
        let expected = Text::plain(fitting.collect::<Vec<_>>().join(", "));
        checks.fault(format!("{pointer}/kind"), NOT_ALLOWED, party.kind.as_str(), expected);
    }
    checks.line(format!("{pointer}/name"), &party.name, 160);
    checks.optional_line(format!("{pointer}/position"), party.position.as_deref(), 160);
    checks.line(format!("{pointer}/address"), &party.address, 400);
    checks.optional_line(format!("{pointer}/phone"), party.phone.as_deref(), 40);
    if let Some(email) = &party.email {
        checks.email(format!("{pointer}/email"), email);
    }
}

/// Every fault of somebody who speaks for a side.
pub fn check_representative(checks: &mut Checks, pointer: &str, new: &NewRepresentative) {
    checks.line(format!("{pointer}/name"), &new.name, 160);
    checks.line(format!("{pointer}/capacity"), &new.capacity, 160);
    checks.optional_line(format!("{pointer}/contact"), new.contact.as_deref(), 254);
}

/// Whether minutes hold what the law asks for (UU 2/2004 art. 6(2)). Where a side refused to talk there is nothing that both could
/// have said or signed (art. 3(3)).
fn check_minutes(checks: &mut Checks, minutes: &BipartiteMinutes, today: NaiveDate) {
    let since = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or(today);
    if !(since..=today).contains(&minutes.started_on) {
        let expected = check::from_to(since, today);
        checks.fault("/bipartite/started_on", OUT_OF_RANGE, minutes.started_on.to_string(), expected);
    } else if !(minutes.started_on..=today).contains(&minutes.ended_on) {
        let expected = check::from_to(minutes.started_on, today);
        checks.fault("/bipartite/ended_on", OUT_OF_RANGE, minutes.ended_on.to_string(), expected);
    }
    checks.reason("/bipartite/subject", &minutes.subject, 4000);
    checks.reason("/bipartite/conclusion", &minutes.conclusion, 4000);
    let required = minutes.result == BipartiteResult::NoAgreement;
    let texts = [
        ("/bipartite/place", &minutes.place, 200),
        ("/bipartite/own_opinion", &minutes.own_opinion, 4000),
        ("/bipartite/other_opinion", &minutes.other_opinion, 4000),
    ];
    for (pointer, text, most) in texts {
        match text {
            Some(text) => checks.lines(pointer, text, most),
            None if required => lacks(checks, pointer),
            None => {}
        }
    }
    match minutes.signed_on {
        Some(day) if !(minutes.started_on..=today).contains(&day) => {
            let expected = check::from_to(minutes.started_on, today);
            checks.fault("/bipartite/signed_on", OUT_OF_RANGE, day.to_string(), expected);
        }
        None if required => lacks(checks, "/bipartite/signed_on"),
        _ => {}
    }
}

/// What minutes must hold, or the minutes themselves.
pub fn lacks(checks: &mut Checks, pointer: &str) {
    let expected =
        Text::of("isi risalah menurut UU 2/2004 Pasal 6 ayat (2)", "what minutes hold by UU 2/2004 art. 6(2)");
    checks.fault(pointer, REQUIRED, serde_json::Value::Null, expected);
}

/// Every fault of what a dispute is about, how it came about and what the side asks for, as far as it is said.
fn check_matter(checks: &mut Checks, [subject, chronology, demands]: [Option<&str>; 3]) {
    checks.optional_line("/subject", subject, 200);
    for (pointer, text, most) in [("/chronology", chronology, 15_000), ("/demands", demands, 4000)] {
        if let Some(text) = text {
            checks.reason(pointer, text, most);
        }
    }
}

/// Every fault of a mediator who is named.
///
/// # Errors
/// `invalid-content`.
pub fn check_mediator(named: &NamedMediator) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.line("/name", &named.name, 160);
    checks.optional_line("/number", named.number.as_deref(), 30);
    checks.done()
}

/// Every fault of a reason.
///
/// # Errors
/// `invalid-content`.
pub fn check_reason(reason: &str) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.reason("/reason", reason, 1000);
    checks.done()
}

/// Every fault of a file that is complete now.
pub fn check_completed(checks: &mut Checks, file: &CompletedFile, today: NaiveDate) {
    check_matter(checks, [file.subject.as_deref(), file.chronology.as_deref(), file.demands.as_deref()]);
    if let Some(minutes) = &file.bipartite {
        check_minutes(checks, minutes, today);
    }
}

/// The side for which somebody acts: a party for its own, the desk for the one that it names.
///
/// # Errors
/// `invalid-content` where the desk names none, or one that is none of this case, or a party another's.
pub fn acting(standing: Standing, named: Option<CaseSide>, sides: &[party::Model]) -> Result<CaseSide, Problem> {
    let of_case = || Text::plain(sides.iter().map(|party| party.side.as_str()).collect::<Vec<_>>().join(", "));
    let mut checks = Checks::default();
    match (standing.side, named) {
        (Some(own), None) => return Ok(own),
        (Some(own), Some(side)) if own == side => return Ok(own),
        (Some(own), Some(side)) => {
            checks.fault("/side", NOT_ALLOWED, side.as_str(), Text::plain(own.as_str().to_owned()));
        }
        (None, Some(side)) if sides.iter().any(|party| party.side == side) => return Ok(side),
        (None, Some(side)) => checks.fault("/side", NOT_ALLOWED, side.as_str(), of_case()),
        (None, None) => checks.fault("/side", REQUIRED, serde_json::Value::Null, of_case()),
    }
    checks.done()?;
    Err(Problem::internal("a side that is refused without a fault"))
}

/// The steps that a caller may take with a case now.
#[must_use]
pub fn allowed(
    row: &Model,
    sides: &[party::Model],
    standing: Standing,
    content: Option<&CaseContent>,
) -> Vec<&'static str> {
    let Some(content) = content else { return Vec::new() };
    let by = if standing.staff { By::Office } else { By::Person };
    let mut events = lifecycle::allowed(row.status, by);
    // A side of one's own, or for the desk any side.
    let some = |wanted: &dyn Fn(&party::Model) -> bool| {
        sides.iter().any(|party| standing.side.is_none_or(|own| own == party.side) && wanted(party))
    };
    let regions: Vec<String> = serde_json::from_str(&row.regions).unwrap_or_default();
    // Without the minutes of the talks it goes nowhere but back.
    let complete = content.bipartite.is_some();
    // No other way comes first, or it was offered.
    let on = complete && (row.status != MediationStatus::Registered || row.kind == DisputeKind::Rights);
    events.retain(|event| match *event {
        "complete_file" => standing.registered(row).is_ok(),
        "withdraw" => standing.withdraws(row).is_ok(),
        "offer_paths" => complete && row.kind != DisputeKind::Rights,
        "refer" => standing.admin && on && may_mediate(&regions, &row.office).is_ok(),
        "refer_up" => standing.admin && on && province_of(&row.office).is_none(),
        "refer_down" => standing.admin && province_of(&row.office).is_some() && venue(&regions) == Venue::District,
        "record_lawsuit" => may_sue(row),
        "reassign" => standing.admin,
        "clarify" => standing.mediator && row.clarified_on.is_none(),
        "conclude_clarification"
        | "back_to_bipartite"
        | "hold_hearing"
        | "agree"
        | "issue_recommendation"
        | "settle_after_recommendation" => standing.mediator,
        "choose_path" => some(&|_| true),
        "record_receipt" => some(&|party| party.received_on.is_none()),
        "answer" => some(&|party| {
            let late = standing.staff && party.answer == Some(RecommendationAnswer::Silent);
            party.received_on.is_some() && (party.answer.is_none() || late)
        }),
        "register_settlement" => row.settled_on.is_some() && row.court_registered_on.is_none(),
        "close" => !answers_on(row, sides),
        _ => true,
    });
    events
}

/// Whether a caller reads the recommendation: a side once it has received it, or the case is closed and nobody's days depend on that.
#[must_use]
pub fn reads_recommendation(row: &Model, sides: &[party::Model], standing: Standing) -> bool {
    row.status == MediationStatus::Closed
        || standing.side.is_none_or(|own| sides.iter().any(|party| party.side == own && party.received_on.is_some()))
}

/// Whether a rejected recommendation is still one side's to answer (Permenakertrans 17/2014 art. 14(2)).
#[must_use]
pub fn answers_on(row: &Model, sides: &[party::Model]) -> bool {
    row.status == MediationStatus::Rejected
        && sides.iter().any(|party| party.received_on.is_some() && party.answer.is_none())
}

/// Whether a lawsuit may follow: a recommendation came to nothing (UU 2/2004 arts. 5, 14).
#[must_use]
pub fn may_sue(row: &Model) -> bool {
    row.recommended_on.is_some() && row.outcome.is_some_and(|outcome| !outcome.is_settlement())
}

/// What the statistics call a case that is registered.
pub const REGISTERED: &str = "dispute_registered";

/// What the statistics call a way to come out. A case has one outcome, so that a recommendation which both accept is a settlement and
/// nothing beside it.
#[must_use]
pub fn counted_as(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SettledBipartite => "dispute_settled_bipartite",
        Outcome::SettledInMediation => "dispute_settled_in_mediation",
        Outcome::SettledAfterRecommendation => "dispute_settled_after_recommendation",
        Outcome::RecommendationRejected => "dispute_recommendation_rejected",
        Outcome::Withdrawn => "dispute_withdrawn",
        Outcome::BackToBipartite => "dispute_back_to_bipartite",
        Outcome::OtherPath => "dispute_other_path",
        Outcome::Other => "dispute_ended_otherwise",
    }
}

/// What the answers of both sides come to: all accepted, one rejected, or still open (UU 2/2004 arts. 13(2), 14(1)).
#[must_use]
pub fn verdict(answers: [Option<RecommendationAnswer>; 2]) -> Option<bool> {
    match answers {
        [Some(RecommendationAnswer::Accepted), Some(RecommendationAnswer::Accepted)] => Some(true),
        [one, two] if [one, two].iter().flatten().any(|answer| *answer != RecommendationAnswer::Accepted) => {
            Some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_dispute_has_its_ways() {
        use DisputePath::{Arbitration, Conciliation, Mediation};
        assert_eq!(paths(DisputeKind::Rights), [Mediation]);
        assert_eq!(paths(DisputeKind::Termination), [Mediation, Conciliation]);
        assert_eq!(paths(DisputeKind::Interests), [Mediation, Conciliation, Arbitration]);
        assert_eq!(paths(DisputeKind::InterUnion), [Mediation, Conciliation, Arbitration]);
    }

    #[test]
    fn a_dispute_goes_as_high_as_its_districts_lie_apart() {
        let of = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        assert_eq!(venue(&of(&["36.72"])), Venue::District);
        assert_eq!(venue(&of(&["36.72", "36.72"])), Venue::District);
        assert_eq!(venue(&of(&["36.72", "36.04"])), Venue::Province);
        assert_eq!(venue(&of(&["36.72", "33.06"])), Venue::Ministry);
        assert_eq!(may_mediate(&of(&["36.72"]), "36.72"), Ok(()));
        assert_eq!(may_mediate(&of(&["36.72"]), "36"), Ok(()), "referred up for want of a mediator");
        assert_eq!(may_mediate(&of(&["36.72", "36.04"]), "36.72"), Err(CaseRefusal::Province));
        assert_eq!(may_mediate(&of(&["36.72", "36.04"]), "36"), Ok(()));
        assert_eq!(may_mediate(&of(&["36.72", "33.06"]), "36"), Err(CaseRefusal::Ministry));
    }

    #[test]
    fn only_both_accepting_is_an_agreement_and_silence_is_none() {
        use RecommendationAnswer::{Accepted, Rejected, Silent};
        assert_eq!(verdict([Some(Accepted), Some(Accepted)]), Some(true));
        for other in [Rejected, Silent] {
            assert_eq!(verdict([Some(Accepted), Some(other)]), Some(false));
            assert_eq!(verdict([Some(other), None]), Some(false), "one is enough");
        }
        assert_eq!(verdict([Some(Accepted), None]), None);
        assert_eq!(verdict([None, None]), None);
    }

    #[test]
    fn minutes_hold_what_the_law_asks_for() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let faults = |change: &dyn Fn(&mut BipartiteMinutes)| {
            let mut minutes = NewMediationCase::sample().bipartite.unwrap();
            change(&mut minutes);
            let mut checks = Checks::default();
            check_minutes(&mut checks, &minutes, today);
            checks.into_faults().into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        assert!(faults(&|_| {}).is_empty());
        assert_eq!(faults(&|minutes| minutes.place = None), ["/bipartite/place"]);
        assert_eq!(faults(&|minutes| minutes.own_opinion = None), ["/bipartite/own_opinion"]);
        assert_eq!(faults(&|minutes| minutes.other_opinion = None), ["/bipartite/other_opinion"]);
        assert_eq!(faults(&|minutes| minutes.signed_on = None), ["/bipartite/signed_on"]);
        assert_eq!(faults(&|minutes| minutes.ended_on = "2026-10-04".parse().unwrap()), ["/bipartite/ended_on"]);
        let late = faults(&|minutes| minutes.started_on = "2026-11-24".parse().unwrap());
        assert_eq!(late, ["/bipartite/started_on", "/bipartite/signed_on"]);
        let refused = |minutes: &mut BipartiteMinutes| {
            minutes.result = BipartiteResult::Refused;
            (minutes.place, minutes.own_opinion, minutes.other_opinion) = (None, None, None);
            minutes.signed_on = None;
        };
        assert!(faults(&refused).is_empty(), "a side that does not come says and signs nothing");
    }
}
