//! What crosses the wire.

use chrono::{DateTime, NaiveDate, Utc};
use disnaker_entity::access::GrantId;
use disnaker_entity::company::CompanyId;
use disnaker_entity::mediation::case::Model;
use disnaker_entity::mediation::{
    BipartiteResult, CasePartyId, CasePartyKind, CaseSide, DisputeCourt, DisputeKind, DisputePath, MediationCaseId,
    MediationOutcome, MediationStatus, RecommendationAnswer, RepresentativeId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::compliance::obligations::bodies::DeadlineState;
use crate::mediation::conclusions::bodies::{RecommendationText, SettlementText};
use crate::page;
use crate::reference::bodies::CountedDayView;
use crate::wire::Resource;

/// Who stands on a side of a dispute.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewParty {
    /// What it is: on the worker side a person or a union, on the employer side an employer, in a dispute between unions a union.
    pub kind: CasePartyKind,
    /// Name of the person, the union or the employer.
    #[schema(min_length = 1, max_length = 160)]
    pub name: String,
    /// Who speaks for a union or an employer, and the position of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 160)]
    pub position: Option<String>,
    /// Address, as papers state it.
    #[schema(min_length = 1, max_length = 400)]
    pub address: String,
    /// Telephone; seen by the side itself and the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 40)]
    pub phone: Option<String>,
    /// Electronic mail; seen by the side itself and the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254)]
    pub email: Option<String>,
}

/// It names people.
impl std::fmt::Debug for NewParty {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "NewParty({})", self.kind)
    }
}

/// Minutes of the bipartite talks (risalah perundingan bipartit, UU 2/2004 art. 6(2)); names and addresses are those of the parties.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BipartiteMinutes {
    /// The day on which the talks began, or were asked for.
    pub started_on: NaiveDate,
    /// The day on which they ended, or were refused.
    pub ended_on: NaiveDate,
    /// Where they were held; required unless a side refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub place: Option<String>,
    /// What they were about, and why.
    #[schema(min_length = 5, max_length = 4000)]
    pub subject: String,
    /// What the side that registers the dispute said; required unless a side refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4000)]
    pub own_opinion: Option<String>,
    /// What the other side said; required unless a side refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4000)]
    pub other_opinion: Option<String>,
    /// How they ended.
    pub result: BipartiteResult,
    /// The conclusion in words.
    #[schema(min_length = 5, max_length = 4000)]
    pub conclusion: String,
    /// The day on which both sides signed; required unless a side refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_on: Option<NaiveDate>,
}

/// A dispute that is registered.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMediationCase {
    /// Office of the district in which the dispute lies; the province's where it lies in several.
    pub office: String,
    /// What it is about.
    pub kind: DisputeKind,
    /// The side that registers it: `worker` or `employer`; `first_union` in a dispute between unions.
    pub side: CaseSide,
    /// Who stands on that side.
    pub registrant: NewParty,
    /// Who stands on the other side.
    pub other: NewParty,
    /// Workers concerned.
    #[schema(minimum = 1, maximum = 100_000)]
    pub people: i32,
    /// Codes of the districts in which the dispute lies.
    #[schema(min_items = 1, max_items = 20)]
    pub regions: Vec<String>,
    /// The registered company, where the employer is one and its id is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_id: Option<CompanyId>,
    /// What the dispute is about, in a line.
    #[schema(min_length = 1, max_length = 200)]
    pub subject: String,
    /// What happened.
    #[schema(min_length = 5, max_length = 15_000)]
    pub chronology: String,
    /// What the side asks for.
    #[schema(min_length = 5, max_length = 4000)]
    pub demands: String,
    /// Minutes of the bipartite talks. Without them the office sends the file back (UU 2/2004 art. 4(2)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bipartite: Option<BipartiteMinutes>,
    /// Where somebody registers it for the side: who that is. The power of attorney (surat kuasa khusus) is sent as a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<NewRepresentative>,
}

impl NewMediationCase {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default();
        Self {
            office: "36.72".into(),
            kind: DisputeKind::Termination,
            side: CaseSide::Worker,
            registrant: NewParty {
                kind: CasePartyKind::Person,
                name: "Budi Contoh".into(),
                position: Some("Operator produksi".into()),
                address: "Jalan Contoh 12, Cilegon".into(),
                phone: Some("0254-000001".into()),
                email: None,
            },
            other: NewParty {
                kind: CasePartyKind::Employer,
                name: "PT Contoh Baja".into(),
                position: Some("Manajer HRD".into()),
                address: "Kawasan Industri Contoh Blok A, Cilegon".into(),
                phone: None,
                email: None,
            },
            people: 1,
            regions: vec!["36.72".into()],
            company_id: None,
            subject: "Pemutusan hubungan kerja tanpa uang pesangon".into(),
            chronology: "Pekerja diberhentikan pada 1 Oktober 2026 setelah bekerja enam tahun.".into(),
            demands: "Uang pesangon, uang penghargaan masa kerja, dan uang penggantian hak.".into(),
            bipartite: Some(BipartiteMinutes {
                started_on: day(10, 5),
                ended_on: day(10, 26),
                place: Some("Ruang rapat PT Contoh Baja".into()),
                subject: "Hak pekerja setelah pemutusan hubungan kerja".into(),
                own_opinion: Some("Pekerja meminta pesangon penuh.".into()),
                other_opinion: Some("Pengusaha menawarkan setengahnya.".into()),
                result: BipartiteResult::NoAgreement,
                conclusion: "Tidak tercapai kesepakatan.".into(),
                signed_on: Some(day(10, 26)),
            }),
            representative: None,
        }
    }
}

/// Who speaks for a side.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRepresentative {
    /// Name.
    #[schema(min_length = 1, max_length = 160)]
    pub name: String,
    /// As what: advocate, officer of the union, staff of the company.
    #[schema(min_length = 1, max_length = 160)]
    pub capacity: String,
    /// Telephone or electronic mail; seen by the side itself and the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 254)]
    pub contact: Option<String>,
}

impl NewRepresentative {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { name: "Kuasa Contoh".into(), capacity: "Pengurus serikat pekerja".into(), contact: None }
    }
}

/// What is kept sealed of a case.
#[derive(Clone, Serialize, Deserialize)]
pub struct CaseContent {
    pub subject: String,
    pub chronology: String,
    pub demands: String,
    pub bipartite: Option<BipartiteMinutes>,
}

/// A returned file that is complete now: what is absent stays as it was.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletedFile {
    /// What the dispute is about, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub subject: Option<String>,
    /// What happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 5, max_length = 15_000)]
    pub chronology: Option<String>,
    /// What the side asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 5, max_length = 4000)]
    pub demands: Option<String>,
    /// Minutes of the bipartite talks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bipartite: Option<BipartiteMinutes>,
}

impl CompletedFile {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { bipartite: NewMediationCase::sample().bipartite, ..Self::default() }
    }
}

/// What is missing of a file.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MissingPapers {
    /// Each thing that is missing.
    #[schema(min_items = 1, max_items = 20)]
    pub missing: Vec<String>,
}

impl MissingPapers {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { missing: vec!["Risalah perundingan bipartit".into(), "Surat kuasa khusus".into()] }
    }
}

/// The way that a side chooses.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenPath {
    /// The way. Which ones there are depends on the kind of the dispute (UU 2/2004 art. 4(5) and (6)).
    pub path: DisputePath,
    /// Whose choice it is; a party chooses for its own side, the desk says for which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<CaseSide>,
}

impl ChosenPath {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { path: DisputePath::Mediation, side: Some(CaseSide::Worker) }
    }
}

/// The mediator of a case.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedMediator {
    /// The grant of the role `mediator` in the office whose case it is (`GET /v1/mediators`).
    pub grant_id: GrantId,
    /// Name, as papers state it.
    #[schema(min_length = 1, max_length = 160)]
    pub name: String,
    /// Civil-service number (NIP).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 5, max_length = 30)]
    pub number: Option<String>,
}

impl NamedMediator {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            grant_id: GrantId(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0009)),
            name: "Mediator Contoh, S.H.".into(),
            number: None,
        }
    }
}

/// Why a case goes to another office, ends, or goes back.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseReason {
    /// Reason, shown to the parties.
    #[schema(min_length = 5, max_length = 1000)]
    pub reason: String,
}

impl CaseReason {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { reason: "Kabupaten/kota ini belum memiliki mediator".into() }
    }
}

/// The office of the district that a case is handed down to.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandedDown {
    /// Office.
    pub office: String,
    /// Reason, shown to the parties.
    #[schema(min_length = 5, max_length = 1000)]
    pub reason: String,
}

impl HandedDown {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self { office: "36.72".into(), reason: "Mediator kabupaten/kota sudah tersedia".into() }
    }
}

/// Who speaks for a side, as the case shows it.
#[derive(Clone, Serialize, ToSchema)]
pub struct RepresentativeView {
    /// Id.
    pub id: RepresentativeId,
    /// Name.
    pub name: String,
    /// As what.
    pub capacity: String,
    /// How to reach them; for their own side and the office.
    #[schema(required)]
    pub contact: Option<String>,
    /// Whether a power of attorney was sent.
    pub has_power_of_attorney: bool,
}

/// A side of a case.
#[derive(Clone, Serialize, ToSchema)]
pub struct PartyView {
    /// Id.
    pub id: CasePartyId,
    /// Side.
    pub side: CaseSide,
    /// What it is.
    pub kind: CasePartyKind,
    /// Name; null once it was forgotten.
    #[schema(required)]
    pub name: Option<String>,
    /// Who speaks for it, or their position.
    #[schema(required)]
    pub position: Option<String>,
    /// Address.
    #[schema(required)]
    pub address: Option<String>,
    /// Telephone; for the side itself and the office.
    #[schema(required)]
    pub phone: Option<String>,
    /// Electronic mail; for the side itself and the office.
    #[schema(required)]
    pub email: Option<String>,
    /// The way that it chose.
    #[schema(required)]
    pub path: Option<DisputePath>,
    /// The day on which it received the recommendation: its own days of answering run from then.
    #[schema(required)]
    pub received_on: Option<NaiveDate>,
    /// When that was recorded.
    #[schema(required)]
    pub received_at: Option<DateTime<Utc>>,
    /// What it answered; silence is a rejection.
    #[schema(required)]
    pub answer: Option<RecommendationAnswer>,
    /// When it answered, or its last day had passed.
    #[schema(required)]
    pub answered_on: Option<NaiveDate>,
    /// What it said to it.
    #[schema(required)]
    pub answer_note: Option<String>,
    /// Who speaks for it.
    pub representatives: Vec<RepresentativeView>,
}

/// The mediator, as a case shows them.
#[derive(Clone, Serialize, ToSchema)]
pub struct MediatorView {
    /// Name.
    pub name: String,
    /// Civil-service number (NIP).
    #[schema(required)]
    pub number: Option<String>,
}

/// The recommendation (anjuran), as a case shows it.
#[derive(Clone, Serialize, ToSchema)]
pub struct RecommendationView {
    /// Number.
    pub number: String,
    /// Day.
    pub issued_on: NaiveDate,
    /// What it says. A party sees it from its receipt on (`record-receipt`).
    #[schema(required)]
    pub text: Option<RecommendationText>,
}

/// The registration of a settlement at the Industrial Relations Court (Pengadilan Hubungan Industrial).
#[derive(Clone, Serialize, ToSchema)]
pub struct CourtRegistrationView {
    /// The court.
    pub court: String,
    /// Number of the deed (akta bukti pendaftaran).
    pub number: String,
    /// Day.
    pub registered_on: NaiveDate,
}

/// The settlement (perjanjian bersama), as a case shows it.
#[derive(Clone, Serialize, ToSchema)]
pub struct SettlementView {
    /// Day.
    pub settled_on: NaiveDate,
    /// What was agreed on; null once it was forgotten.
    #[schema(required)]
    pub text: Option<SettlementText>,
    /// Where it was registered.
    #[schema(required)]
    pub court: Option<CourtRegistrationView>,
}

/// A lawsuit after a mediation that failed.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lawsuit {
    /// Court.
    pub court: DisputeCourt,
    /// Number.
    #[schema(min_length = 1, max_length = 80)]
    pub number: String,
    /// The day on which it was filed.
    pub filed_on: NaiveDate,
}

impl Lawsuit {
    /// The example of the document.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            court: DisputeCourt::IndustrialRelations,
            number: "12/Pdt.Sus-PHI/2026/PN Srg".into(),
            filed_on: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap_or_default(),
        }
    }
}

/// A case, as lists show it.
#[derive(Clone, Serialize, ToSchema)]
pub struct MediationCaseRow {
    /// Id.
    pub id: MediationCaseId,
    /// Number.
    pub number: String,
    /// The office whose case it is.
    pub office: String,
    /// What it is about.
    pub kind: DisputeKind,
    /// In a line; null once it was forgotten.
    #[schema(required)]
    pub subject: Option<String>,
    /// Where it stands.
    pub status: MediationStatus,
    /// How it came out.
    #[schema(required)]
    pub outcome: Option<MediationOutcome>,
    /// The day on which it was registered.
    pub registered_on: NaiveDate,
    /// The day on which it came out.
    #[schema(required)]
    pub ended_on: Option<NaiveDate>,
    /// Version.
    pub version: i64,
}

impl MediationCaseRow {
    /// The row of a case, with what was opened of it.
    #[must_use]
    pub fn of(row: &Model, content: Option<&CaseContent>) -> Self {
        Self {
            id: row.id,
            number: row.number.clone(),
            office: row.office.clone(),
            kind: row.kind,
            subject: content.map(|content| content.subject.clone()),
            status: row.status,
            outcome: row.outcome,
            registered_on: row.registered_on,
            ended_on: row.ended_on,
            version: row.version,
        }
    }
}

/// A case.
#[derive(Clone, Serialize, ToSchema)]
pub struct MediationCaseView {
    /// The case.
    #[serde(flatten)]
    pub case: MediationCaseRow,
    /// The office that registered it.
    pub registered_office: String,
    /// The side that registered it.
    pub registered_side: CaseSide,
    /// The caller's own side; null for the office's people.
    #[schema(required)]
    pub own_side: Option<CaseSide>,
    /// Codes of the districts in which the dispute lies.
    pub regions: Vec<String>,
    /// The registered company.
    #[schema(required)]
    pub company_id: Option<CompanyId>,
    /// Workers concerned.
    pub people: i32,
    /// What happened; null once it was forgotten.
    #[schema(required)]
    pub chronology: Option<String>,
    /// What the side that registered it asks for.
    #[schema(required)]
    pub demands: Option<String>,
    /// Minutes of the bipartite talks.
    #[schema(required)]
    pub bipartite: Option<BipartiteMinutes>,
    /// What is missing, as the office said it the last time.
    pub missing: Vec<String>,
    /// Ways that the kind of the dispute allows.
    pub paths: Vec<DisputePath>,
    /// The way that the parties chose.
    #[schema(required)]
    pub path: Option<DisputePath>,
    /// Both sides, the one that registered it first.
    pub parties: Vec<PartyView>,
    /// The mediator.
    #[schema(required)]
    pub mediator: Option<MediatorView>,
    /// The day on which the mediator received it.
    #[schema(required)]
    pub referred_on: Option<NaiveDate>,
    /// The day of the first hearing.
    #[schema(required)]
    pub first_hearing_on: Option<NaiveDate>,
    /// The recommendation.
    #[schema(required)]
    pub recommendation: Option<RecommendationView>,
    /// The settlement.
    #[schema(required)]
    pub settlement: Option<SettlementView>,
    /// Lawsuits after it.
    pub lawsuits: Vec<Lawsuit>,
    /// Why it went to another office, went back or ended.
    #[schema(required)]
    pub reason: Option<String>,
    /// Steps that the caller may take now.
    pub allowed_actions: Vec<&'static str>,
}

impl Resource for MediationCaseView {
    const VIEW: &'static str = "mediation-case";

    fn version(&self) -> i64 {
        self.case.version
    }
}

page! {
    /// A page of cases.
    MediationCasePage of MediationCaseRow
}

/// Filter of the list of cases.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MediationCaseFilter {
    /// Office whose case it is.
    pub office: Option<String>,
    /// What it is about.
    #[param(inline)]
    pub kind: Option<DisputeKind>,
    /// Where it stands.
    #[param(inline)]
    pub status: Option<MediationStatus>,
    /// Its number, whole.
    pub number: Option<String>,
    /// Rows of a page, 1 to 100; 20 where it is absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Days that did not count.
#[derive(Clone, Serialize, ToSchema)]
pub struct PauseView {
    /// First day.
    pub from: NaiveDate,
    /// Last day; null while it stands still.
    #[schema(required)]
    pub to: Option<NaiveDate>,
}

/// A clock of a case, with its law and its sum.
#[derive(Serialize, ToSchema)]
pub struct CaseClockView {
    /// Rule of the policy.
    pub rule: String,
    /// Law and article, in the language asked for.
    pub law: String,
    /// Whose clock it is: `office`, `mediator`, `parties`, or a side.
    pub party: String,
    /// How it stands.
    pub state: DeadlineState,
    /// The day of the trigger, which is not counted.
    pub started_on: NaiveDate,
    /// The last day.
    pub due_on: NaiveDate,
    /// Calendar days until then; negative after it. Null for one that does not run.
    #[schema(required)]
    pub days_left: Option<i64>,
    /// When it was met, or lapsed.
    #[schema(required)]
    pub met_on: Option<NaiveDate>,
    /// Days that did not count.
    pub pauses: Vec<PauseView>,
    /// Revision of the calendar with which it was counted.
    pub calendar_revision: i64,
    /// The revision that touched it while it ran: an officer decides what that means; nothing moves by itself.
    #[schema(required)]
    pub affected_by_revision: Option<i64>,
    /// The sum, day by day, from the day after the trigger.
    pub days: Vec<CountedDayView>,
}

/// The clocks of a case, in the order of their beginning.
#[derive(Serialize, ToSchema)]
pub struct CaseClocksView {
    /// Clocks.
    pub data: Vec<CaseClockView>,
}
