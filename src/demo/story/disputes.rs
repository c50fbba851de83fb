//! Disputes: what Cilegon published of 2023, and what lies on its mediators' desks today.
//!
//! Twenty-five cases of 2023. Sixteen were settled: three by the parties alone, ten in mediation, three once both had accepted the
//! recommendation. Six ended with a recommendation that a side rejected or let pass in silence. The three that are left, which the
//! article does not name, were open when the year ended and came out in the next. What each step needs is asked of the room for whoever
//! takes it, with the roles that they have; what was not chosen or answered in time, the room's sweep writes down at night.

use std::collections::BTreeSet;

use disnaker_entity::access::grant;
use disnaker_entity::mediation::{
    BipartiteResult, CasePartyKind, CaseSide, DisputeCourt, DisputeKind, DisputePath, HearingId, HearingKind,
    HearingMode, MediationCaseId, MediationOutcome, case, party,
};

use self::Step::{
    Agree, Answer, Choose, Clarified, Clarify, Close, Complete, Court, Hear, Offer, Receive, Recommend, Refer, ReferUp,
    Return, Settle, SettleAlone, Sue, Summon, Withdraw,
};
use self::Whose::{Other, Own};
use super::classes::Courses;
use super::*;
use crate::access::permissions::{Permission, RegisterCases};
use crate::mediation::cases::bodies::{
    BipartiteMinutes, CompletedFile, Lawsuit, NamedMediator, NewMediationCase, NewParty, NewRepresentative,
};
use crate::mediation::conclusions::bodies::{
    CourtRegistration, NewRecommendationAnswer, NewSettlement, RecommendationReceipt, RecommendationText,
    SettlementText,
};
use crate::mediation::hearings::bodies::{Attendance, HearingMinutes, HeldHearing, NewHearing};
use crate::mediation::lifecycle::CaseEvent;
use crate::mediation::{self, cases, conclusions, hearings};

/// The office whose year it is.
const CILEGON: &str = "36.72";
/// When hearings begin, and when what happened in a day is written down.
const MORNING: i64 = 9 * 3600;
const AFTERNOON: i64 = 13 * 3600;
/// Days of the calendar that a dispute of today reaches ahead at most.
const AHEAD: i64 = 150;
/// Which of today's is that of the party whose token the page shows.
const SHOWN: usize = 2;

/// Which side a step is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// That which registered the dispute.
    Own,
    Other,
}

/// What happens next in a dispute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Return,
    Complete,
    Offer,
    Choose(Whose, DisputePath),
    ReferUp,
    Refer,
    Clarify,
    /// To a hearing on the day of the next step.
    Summon,
    Clarified,
    Hear,
    Agree,
    Recommend,
    Receive(Whose),
    Answer(Whose, bool),
    Settle,
    SettleAlone,
    Court,
    Sue,
    Withdraw,
    Close,
}

/// Steps, each so many working days after the one before.
type Course = &'static [(u32, Step)];

use DisputePath::{Conciliation, Mediation};

const ALONE: Course = &[(2, Offer), (4, SettleAlone), (5, Court), (1, Close)];
const ALONE_BEFORE_THE_HEARING: Course = &[(2, Refer), (1, Summon), (3, SettleAlone), (8, Close)];
const ALONE_AFTER_RETURN: Course = &[(3, Return), (4, SettleAlone), (6, Court), (1, Close)];

const AGREED_AT_ONCE: Course = &[(1, Refer), (1, Summon), (4, Hear), (2, Agree), (7, Court), (1, Close)];
const AGREED_AFTER_TWO: Course =
    &[(2, Refer), (1, Summon), (5, Hear), (0, Summon), (5, Hear), (1, Agree), (6, Court), (2, Close)];
const AGREED: Course =
    &[(2, Offer), (9, Refer), (1, Summon), (5, Hear), (0, Summon), (6, Hear), (1, Agree), (8, Court), (1, Close)];
const AGREED_AS_BOTH_CHOSE: Course = &[
    (1, Offer),
    (2, Choose(Own, Conciliation)),
    (2, Choose(Other, Mediation)),
    (1, Choose(Own, Mediation)),
    (1, Refer),
    (1, Summon),
    (4, Hear),
    (3, Agree),
    (5, Court),
    (1, Close),
];
const AGREED_AFTER_RETURN: Course = &[
    (3, Return),
    (5, Complete),
    (2, Offer),
    (9, Refer),
    (1, Summon),
    (4, Hear),
    (0, Summon),
    (5, Hear),
    (2, Agree),
    (6, Court),
    (1, Close),
];
const AGREED_AFTER_CLARIFICATION: Course = &[
    (2, Refer),
    (0, Clarify),
    (0, Summon),
    (3, Clarified),
    (0, Summon),
    (3, Hear),
    (5, Agree),
    (4, Court),
    (1, Close),
];
/// The first hearing is three days late.
const AGREED_LATE: Course = &[(2, Refer), (4, Summon), (6, Hear), (0, Summon), (7, Hear), (1, Agree), (9, Close)];

const ACCEPTED: Course = &[
    (2, Offer),
    (9, Refer),
    (1, Summon),
    (5, Hear),
    (0, Summon),
    (5, Hear),
    (2, Recommend),
    (1, Receive(Own)),
    (1, Receive(Other)),
    (4, Answer(Own, true)),
    (3, Answer(Other, true)),
    (2, Settle),
    (6, Court),
    (1, Close),
];
const REJECTED_BY_OTHER: Course = &[
    (2, Offer),
    (9, Refer),
    (1, Summon),
    (5, Hear),
    (8, Recommend),
    (1, Receive(Own)),
    (1, Receive(Other)),
    (3, Answer(Own, true)),
    (4, Answer(Other, false)),
    (9, Close),
];
const REJECTED_AND_SUED: Course = &[
    (2, Offer),
    (9, Refer),
    (1, Summon),
    (4, Hear),
    (9, Recommend),
    (1, Receive(Own)),
    (0, Receive(Other)),
    (5, Answer(Other, false)),
    (2, Answer(Own, false)),
    (12, Sue),
    (5, Close),
];
/// The recommendation is three days late.
const REJECTED_LATE: Course = &[
    (1, Refer),
    (1, Summon),
    (5, Hear),
    (0, Summon),
    (9, Hear),
    (4, Recommend),
    (1, Receive(Own)),
    (0, Receive(Other)),
    (6, Answer(Own, false)),
    (12, Close),
];
const ONE_SILENT: Course = &[
    (2, Refer),
    (1, Summon),
    (4, Hear),
    (7, Recommend),
    (1, Receive(Own)),
    (1, Receive(Other)),
    (3, Answer(Own, true)),
    (12, Close),
];
const BOTH_SILENT: Course = &[
    (1, Offer),
    (9, Refer),
    (1, Summon),
    (4, Hear),
    (8, Recommend),
    (1, Receive(Own)),
    (2, Receive(Other)),
    (15, Close),
];
const WITHDRAWN: Course = &[(2, Refer), (1, Clarify), (0, Summon), (4, Clarified), (0, Summon), (5, Withdraw)];

// Of today alone.
const WITH_CLARIFICATION: Course = &[(2, Refer), (1, Clarify), (0, Summon), (5, Clarified), (0, Summon), (3, Hear)];
const RECOMMENDATION_OVERDUE: Course = &[(2, Refer), (2, Summon), (3, Hear), (0, Summon), (30, Hear)];
const IN_TWO_DISTRICTS: Course = &[(1, Offer), (9, ReferUp), (2, Refer), (1, Summon), (5, Hear)];
const CONCILIATION: Course = &[(1, Offer), (2, Choose(Own, Conciliation)), (2, Choose(Other, Conciliation))];

/// Who registers a dispute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Worker,
    Union,
    Employer,
    /// The counter, for a worker who came.
    Desk,
}

use By::{Desk, Employer, Union, Worker};
use DisputeKind::{InterUnion, Interests, Rights, Termination};

/// When it is registered, what it is about, who registers it, workers concerned, and what happens.
type Plan<When> = (When, DisputeKind, By, i32, Course);

/// By month and day.
const OF_2023: [Plan<(u32, u32)>; 25] = [
    ((1, 9), Termination, Worker, 1, AGREED),
    ((1, 16), Rights, Union, 34, AGREED_AFTER_TWO),
    ((1, 30), Termination, Desk, 1, AGREED_AFTER_RETURN),
    ((2, 6), Termination, Worker, 1, REJECTED_AND_SUED),
    ((2, 15), Interests, Union, 210, AGREED_AS_BOTH_CHOSE),
    ((2, 27), Rights, Desk, 3, AGREED_AT_ONCE),
    ((3, 6), Termination, Employer, 12, ACCEPTED),
    ((3, 14), Termination, Worker, 1, ALONE),
    ((3, 27), Rights, Worker, 1, ONE_SILENT),
    ((4, 5), Interests, Union, 96, AGREED),
    ((5, 3), Termination, Desk, 2, REJECTED_BY_OTHER),
    ((5, 10), InterUnion, Union, 180, AGREED_AS_BOTH_CHOSE),
    ((5, 22), Rights, Union, 58, AGREED_AFTER_CLARIFICATION),
    ((6, 6), Termination, Worker, 1, ACCEPTED),
    ((6, 14), Termination, Employer, 5, ALONE_AFTER_RETURN),
    ((6, 26), Rights, Worker, 1, AGREED_LATE),
    ((7, 5), Interests, Employer, 140, BOTH_SILENT),
    ((7, 12), Termination, Union, 22, AGREED),
    ((7, 25), Rights, Desk, 1, REJECTED_LATE),
    ((8, 8), InterUnion, Union, 75, REJECTED_BY_OTHER),
    ((8, 23), Termination, Worker, 1, ACCEPTED),
    ((9, 5), Rights, Worker, 1, ALONE_BEFORE_THE_HEARING),
    ((11, 20), Termination, Worker, 1, ACCEPTED),
    ((12, 11), Interests, Union, 64, AGREED),
    ((12, 18), Rights, Desk, 1, WITHDRAWN),
];

/// Those of today: registered so many working days ago. By turns they are the first mediator's and the second's.
const OF_TODAY: [Plan<usize>; 11] = [
    (14, Termination, Worker, 1, ACCEPTED),
    (2, Termination, Desk, 1, AGREED),
    (28, Termination, Worker, 1, ACCEPTED),
    (5, Interests, Union, 88, AGREED),
    (24, Rights, Desk, 4, RECOMMENDATION_OVERDUE),
    (15, Interests, Union, 120, IN_TWO_DISTRICTS),
    (6, Rights, Union, 17, WITH_CLARIFICATION),
    (20, Interests, Employer, 45, CONCILIATION),
    (35, Termination, Employer, 3, ACCEPTED),
    (4, Termination, Desk, 1, AGREED_AFTER_RETURN),
    (24, Termination, Worker, 1, ACCEPTED),
];

const EMPLOYERS: [&str; 8] = [
    "PT Contoh Baja Cilegon",
    "PT Contoh Kimia Merak",
    "PT Contoh Polimer Cilegon",
    "PT Contoh Galangan Cilegon",
    "PT Contoh Pipa Cilegon",
    "CV Contoh Logistik Cilegon",
    "PT Contoh Rekayasa Cilegon",
    "PT Contoh Gas Cilegon",
];

/// A dispute that is told.
pub struct Dispute {
    nth: usize,
    kind: DisputeKind,
    by: By,
    people: i32,
    steps: Course,
    /// Whose account registers it, where it is no desk.
    subject: String,
    id: Option<MediationCaseId>,
    /// The office whose case it is.
    office: String,
    mediator: Option<Identity>,
    hearing: Option<HearingId>,
}

/// Goes on in the name of somebody, with the roles that they have.
pub(super) async fn act_as<P: Permission>(
    state: &Arc<State>,
    change: &mut Change,
    who: &Identity,
) -> Result<(), Problem> {
    change.turn_to(who.actor());
    let grants = access::grants_of(state, who).await?;
    change.hold(Arc::new(Scope::given::<P>(&grants)), grants);
    Ok(())
}

impl Dispute {
    fn new(nth: usize, kind: DisputeKind, by: By, people: i32, steps: Course, subject: String) -> Self {
        let office = CILEGON.to_owned();
        Self { nth, kind, by, people, steps, subject, id: None, office, mediator: None, hearing: None }
    }

    /// The day of its next step, if there is one within the calendar.
    fn next(&self, book: &Book, date: NaiveDate) -> Option<NaiveDate> {
        let (days, _) = self.steps.first()?;
        book.calendar.add_working_days(date, *days, &self.office).ok()
    }

    /// The second of a day at which its step is written down.
    fn second(&self) -> i64 {
        AFTERNOON + i64::try_from(self.nth).unwrap_or_default() * 60
    }

    /// Takes the steps of a day.
    async fn go_on(&mut self, state: &Arc<State>, change: &mut Change, codes: &Codes) -> Result<(), Problem> {
        if self.id.is_none() {
            return self.register(state, change, codes).await;
        }
        while let Some(((_, step), rest)) = self.steps.split_first() {
            self.steps = rest;
            self.take(state, change, *step).await?;
            if rest.first().is_none_or(|(days, _)| *days > 0) {
                break;
            }
            state.clock.set(state.clock.now() + Duration::seconds(20));
        }
        Ok(())
    }

    fn identity(&self, state: &State) -> Identity {
        Identity { issuer: state.issuers.own().to_owned(), subject: self.subject.clone() }
    }

    /// Who takes a step: a side that has access for itself; else the mediator, or before there is one whoever runs the office.
    fn actor(&self, state: &State, step: Step) -> Identity {
        let own = matches!(step, Complete | Withdraw | Choose(Own, _) | Receive(Own) | Answer(Own, _));
        if own && self.by != Desk {
            return self.identity(state);
        }
        let runs = if province_of(&self.office).is_some() { Role::ProvinceAdmin } else { Role::OfficeAdmin };
        match (step, &self.mediator) {
            (Refer | ReferUp | Withdraw, _) | (_, None) => identity(state, runs, &self.office),
            (_, Some(mediator)) => mediator.clone(),
        }
    }

    async fn register(&mut self, state: &Arc<State>, change: &mut Change, codes: &Codes) -> Result<(), Problem> {
        let who = match self.by {
            Desk => identity(state, Role::CounterOfficer, CILEGON),
            _ => self.identity(state),
        };
        act_as::<RegisterCases>(state, change, &who).await?;
        let new = self.registration(change.moment(CILEGON).today);
        self.id = Some(cases::register(change, &new, Some(&who), codes).await?.id);
        Ok(())
    }

    fn registration(&self, today: NaiveDate) -> NewMediationCase {
        let mut random = StdRng::seed_from_u64(SEED + 4 + u64::try_from(self.nth).unwrap_or_default());
        let worker = plot::person(&mut random, self.nth % 3 != 1);
        let employer = EMPLOYERS.get(self.nth % EMPLOYERS.len()).copied().unwrap_or_default();
        let party = |kind, name: String, position: &str| NewParty {
            kind,
            name,
            position: Some(position.to_owned()),
            address: format!("Jalan Contoh {}, Cilegon", self.nth + 1),
            phone: None,
            email: None,
        };
        let union = |name: &str| party(CasePartyKind::Union, format!("{name} {employer}"), "Ketua");
        let workers = match self.by {
            Union => union("Serikat Pekerja Contoh"),
            _ => party(CasePartyKind::Person, worker.clone(), "Operator produksi"),
        };
        let company = party(CasePartyKind::Employer, employer.to_owned(), "Manajer HRD");
        let (side, registrant, other) = match (self.kind, self.by) {
            (InterUnion, _) => (CaseSide::FirstUnion, workers, union("Federasi Serikat Contoh")),
            (_, Employer) => (CaseSide::Employer, company, workers),
            _ => (CaseSide::Worker, workers, company),
        };
        let (subject, chronology, demands) = matter(self.kind);
        let spoken_for = self.by == Worker && self.nth.is_multiple_of(2);
        let without_minutes = self.steps.first().is_some_and(|(_, step)| *step == Return);
        NewMediationCase {
            office: CILEGON.to_owned(),
            kind: self.kind,
            side,
            registrant,
            other,
            people: self.people,
            regions: if self.steps == IN_TWO_DISTRICTS { vec![CILEGON, "36.04"] } else { vec![CILEGON] }
                .into_iter()
                .map(str::to_owned)
                .collect(),
            company_id: None,
            subject: subject.to_owned(),
            chronology: chronology.to_owned(),
            demands: demands.to_owned(),
            bipartite: (!without_minutes).then(|| self.minutes(today)),
            representative: spoken_for.then(|| NewRepresentative {
                name: format!("Kuasa {worker}"),
                capacity: "Advokat".to_owned(),
                contact: None,
            }),
        }
    }

    /// Minutes of the talks before: now and then a side refused to talk, and once they took too long.
    fn minutes(&self, today: NaiveDate) -> BipartiteMinutes {
        let refused = self.nth % 6 == 5;
        let started_on = today - Duration::days(if self.nth == 9 { 80 } else { 48 });
        let ended_on = today - Duration::days(10);
        let said = |text: &str| (!refused).then(|| text.to_owned());
        BipartiteMinutes {
            started_on,
            ended_on,
            place: said("Ruang rapat perusahaan"),
            subject: matter(self.kind).0.to_owned(),
            own_opinion: said("Tuntutan disampaikan menurut perjanjian kerja bersama."),
            other_opinion: said("Tuntutan belum dapat dipenuhi seluruhnya."),
            result: if refused { BipartiteResult::Refused } else { BipartiteResult::NoAgreement },
            conclusion: if refused { "Pihak lain menolak berunding." } else { "Tidak tercapai kesepakatan." }
                .to_owned(),
            signed_on: (!refused).then_some(ended_on),
        }
    }

    /// Takes a step in the name of whoever may.
    async fn take(&mut self, state: &Arc<State>, change: &mut Change, step: Step) -> Result<(), Problem> {
        let who = self.actor(state, step);
        act_as::<RegisterCases>(state, change, &who).await?;
        let row = cases::lock(change, self.id.ok_or_else(lost)?).await?;
        let sides = cases::sides(change.db(), &row).await?;
        let today = change.moment(&row.office).today;
        let of = |whose| sides.get(usize::from(whose == Other)).ok_or_else(lost);
        let row = match step {
            Return => cases::send_back(change, &row, &["Risalah perundingan bipartit".to_owned()]).await?,
            Complete => {
                let bipartite = Some(self.minutes(row.registered_on));
                cases::complete(change, &row, &CompletedFile { bipartite, ..CompletedFile::default() }).await?
            }
            Offer => cases::offer(change, &row).await?,
            Choose(whose, path) => cases::choose(change, &row, &sides, of(whose)?.side, path).await?,
            ReferUp => cases::refer_up(change, &row, "Perselisihan meliputi dua kabupaten/kota").await?,
            Refer => self.refer(change, &row).await?,
            Clarify => hearings::clarify(change, &row).await?,
            Summon => return self.summon(change, &row).await,
            Clarified => hearings::conclude_clarification(change, &row, &self.held(&sides, CONTINUED)?).await?,
            Hear => hearings::mediate(change, &row, &self.held(&sides, CONTINUED)?).await?,
            Agree | Settle | SettleAlone => {
                let (event, outcome) = match step {
                    Agree => (CaseEvent::Agree, MediationOutcome::SettledInMediation),
                    Settle => (CaseEvent::SettleAfterRecommendation, MediationOutcome::SettledAfterRecommendation),
                    _ => (CaseEvent::SettleBipartite, MediationOutcome::SettledBipartite),
                };
                conclusions::settle(change, &row, event, outcome, &self.settlement()).await?
            }
            Recommend => conclusions::recommend(change, &row, &self.recommendation()).await?,
            Receive(whose) => {
                let standing = cases::standing(&row, &sides, change)?;
                let said = RecommendationReceipt { side: Some(of(whose)?.side), received_on: None };
                conclusions::receive(change, &row, of(whose)?, &said, standing.staff).await?
            }
            Answer(whose, accepts) => {
                let (standing, side) = (cases::standing(&row, &sides, change)?, of(whose)?.side);
                let said = NewRecommendationAnswer { side: Some(side), accepts, note: None, answered_on: None };
                conclusions::answer(change, &row, &sides, side, &said, standing.staff).await?
            }
            Court => {
                let deed = CourtRegistration {
                    court: "Pengadilan Hubungan Industrial pada Pengadilan Negeri Serang".to_owned(),
                    number: format!("{}/Bip/{}/PHI.Contoh", self.nth + 1, today.year()),
                    registered_on: today,
                };
                conclusions::register(change, &row, &deed).await?
            }
            Sue => {
                let number = format!("{}/Pdt.Sus-PHI/{}/PN.Contoh", self.nth + 1, today.year());
                let suit = Lawsuit { court: DisputeCourt::IndustrialRelations, number, filed_on: today };
                conclusions::sue(change, &row, &suit).await?
            }
            Withdraw => cases::withdraw(change, &row, "Pekerja diterima bekerja kembali").await?,
            Close => cases::close(change, &row, "Perkara selesai").await?,
        };
        self.office = row.office;
        Ok(())
    }

    async fn refer(&mut self, change: &mut Change, row: &case::Model) -> Result<case::Model, Problem> {
        let mediators: Vec<grant::Model> = access::officers(change.db(), &row.office, Role::Mediator).await?;
        let turn = self.nth % mediators.len().max(1);
        let grant = mediators.get(turn).ok_or_else(lost)?;
        self.mediator = Some(Identity { issuer: grant.issuer.clone(), subject: grant.subject.clone() });
        let named = NamedMediator {
            grant_id: grant.id,
            name: format!("Contoh Mediator {} {}", turn + 1, row.office),
            number: Some(format!("CONTOH-{}", turn + 1)),
        };
        cases::refer(change, row, &named).await
    }

    /// Summons both sides to the day of the next step.
    async fn summon(&mut self, change: &mut Change, row: &case::Model) -> Result<(), Problem> {
        let today = change.moment(&row.office).today;
        let date = self.next(&change.book(), today).ok_or_else(lost)?;
        let online = self.nth % 4 == 3;
        let clarifies = self.steps.first().is_some_and(|(_, step)| *step == Clarified);
        let new = NewHearing {
            kind: if clarifies { HearingKind::Clarification } else { HearingKind::Mediation },
            mode: if online { HearingMode::Online } else { HearingMode::InPerson },
            starts_at: instant(date, MORNING),
            place: if online { "https://rapat.contoh.example/ruang-mediasi" } else { "Ruang mediasi dinas" }.to_owned(),
        };
        self.hearing = Some(hearings::summon(change, row, &new).await?.id);
        Ok(())
    }

    fn held(&self, sides: &[party::Model], conclusion: &str) -> Result<HeldHearing, Problem> {
        let came = |party: &party::Model| Attendance {
            side: party.side,
            present: true,
            by: Some(if party.side == CaseSide::Employer { "Manajer HRD" } else { "Hadir sendiri" }.to_owned()),
        };
        let minutes = HearingMinutes {
            attendance: sides.iter().map(came).collect(),
            own_statement: Some(matter(self.kind).2.to_owned()),
            other_statement: Some("Pihak lain menawarkan sebagian.".to_owned()),
            conclusion: conclusion.to_owned(),
        };
        Ok(HeldHearing { hearing_id: self.hearing.ok_or_else(lost)?, minutes })
    }

    fn settlement(&self) -> NewSettlement {
        let terms = vec![agreed(self.kind).to_owned(), "Para pihak tidak saling menuntut di kemudian hari.".to_owned()];
        NewSettlement { text: SettlementText { terms, place: "Cilegon".to_owned() }, signed_on: None }
    }

    fn recommendation(&self) -> RecommendationText {
        let (subject, chronology, _) = matter(self.kind);
        RecommendationText {
            own_statement: chronology.to_owned(),
            other_statement: "Pihak lain menyatakan keadaan perusahaan belum memungkinkan.".to_owned(),
            considerations: format!("{subject} diperiksa menurut keterangan dan bukti kedua pihak."),
            points: vec![agreed(self.kind).to_owned()],
            acknowledged_by: None,
        }
    }
}

const CONTINUED: &str = "Keterangan kedua pihak didengar; proses dilanjutkan.";

/// What a dispute is about, what happened, and what the side asks for.
fn matter(kind: DisputeKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        Rights => (
            "Kekurangan upah lembur",
            "Upah lembur enam bulan terakhir tidak dibayar menurut jam yang tercatat.",
            "Pembayaran kekurangan upah lembur.",
        ),
        Interests => (
            "Kenaikan upah dalam perjanjian kerja bersama",
            "Perundingan kenaikan upah tahun berikutnya tidak mencapai kesepakatan.",
            "Kenaikan upah menurut masa kerja.",
        ),
        Termination => (
            "Pemutusan hubungan kerja karena efisiensi",
            "Surat pemutusan hubungan kerja karena efisiensi diberikan dan ditolak.",
            "Uang pesangon, uang penghargaan masa kerja, dan uang penggantian hak.",
        ),
        InterUnion => (
            "Keanggotaan dalam tim perunding",
            "Dua serikat menyatakan diri mewakili pekerja dalam perundingan.",
            "Verifikasi keanggotaan kedua serikat.",
        ),
    }
}

fn agreed(kind: DisputeKind) -> &'static str {
    match kind {
        Rights => "Pengusaha membayar kekurangan upah lembur dalam satu bulan.",
        Interests => "Upah naik lima persen sejak awal tahun, dan menurut masa kerja.",
        Termination => "Pengusaha membayar uang pesangon dan hak lainnya dalam dua tahap.",
        InterUnion => "Keanggotaan diverifikasi bersama, dan tim perunding dibentuk menurut hasilnya.",
    }
}

// The year 2023 -----------------------------------------------------------------------------------

/// The disputes of 2023, night by night.
pub struct Disputes {
    disputes: Vec<Dispute>,
    agenda: BTreeSet<(NaiveDate, usize)>,
    night: NaiveDate,
}

impl Disputes {
    /// The first so many of them.
    pub fn new(count: usize, book: &Book) -> Self {
        let (mut disputes, mut agenda) = (Vec::new(), BTreeSet::new());
        for (nth, ((month, day), kind, by, people, steps)) in OF_2023.into_iter().enumerate().take(count) {
            let mut date = NaiveDate::from_ymd_opt(2023, month, day).unwrap_or_default();
            while !works(book, date, CILEGON) {
                date = date + Days::new(1);
            }
            agenda.insert((date, nth));
            disputes.push(Dispute::new(nth, kind, by, people, steps, format!("demo-case_party-2023-{}", nth + 1)));
        }
        let night = agenda.first().map_or(NaiveDate::MIN, |(date, _)| *date);
        Self { disputes, agenda, night }
    }

    /// Tells what happened before a day, and the classes beside it in the order of time.
    ///
    /// # Errors
    /// What a room refuses, or the database's own.
    pub async fn tell(&mut self, past: &Past<'_>, courses: &mut Courses, until: NaiveDate) -> Result<(), Problem> {
        while self.night < until && !self.agenda.is_empty() {
            let tomorrow = self.night + Days::new(1);
            courses.tell(past, self.night).await?;
            past.at(self.night, 1);
            mediation::sweep(past.state).await?;
            while let Some((date, nth)) = self.agenda.first().copied().filter(|(date, _)| *date == self.night) {
                self.agenda.pop_first();
                courses.tell(past, tomorrow).await?;
                let dispute = self.disputes.get_mut(nth).ok_or_else(lost)?;
                let mut change = past.begin(date).await?;
                past.at(date, dispute.second());
                if nth == 0 && dispute.id.is_none() {
                    second_mediator(&mut change).await?;
                }
                dispute.go_on(past.state, &mut change, past.codes).await?;
                self.agenda.extend(dispute.next(&change.book(), date).map(|next| (next, nth)));
                change.commit().await?;
            }
            self.night = tomorrow;
        }
        courses.tell(past, until).await
    }
}

/// Cilegon has two mediators.
async fn second_mediator(change: &mut Change) -> Result<(), Problem> {
    change.turn_to("demo".to_owned());
    let second = identity(change.state(), Role::Mediator, "36.72-2");
    access::give(change, &second, Role::Mediator, &Realm::Office(CILEGON.to_owned())).await
}

// Today -------------------------------------------------------------------------------------------

impl Teller {
    /// Puts the disputes of today into the queue; where the calendar does not reach so far nobody could register one.
    pub(super) fn plan_disputes(&mut self, book: &Book) {
        if book.calendar.day_off(self.today + Duration::days(AHEAD), CILEGON).is_err() {
            return;
        }
        for (nth, (age, kind, by, people, steps)) in OF_TODAY.into_iter().enumerate() {
            let days = (1..).map(|days| self.today - Duration::days(days)).filter(|day| works(book, *day, CILEGON));
            let Some(date) = days.take(age).last() else { continue };
            let subject = if nth == SHOWN { "demo-case_party".to_owned() } else { format!("demo-case_party-{nth}") };
            let dispute = Dispute::new(nth, kind, by, people, steps, subject);
            self.call(instant(date, dispute.second()), Scene::Dispute(Box::new(dispute)));
        }
    }

    /// A dispute goes on.
    pub(super) async fn dispute(&mut self, change: &mut Change, mut dispute: Dispute) -> Result<(), Problem> {
        dispute.go_on(&self.state, change, &self.codes).await?;
        change.hold(Arc::new(self.scope.clone()), Arc::from([]));
        let next = dispute.next(&change.book(), Zone::WESTERN.date(self.now()));
        if let Some(date) = next.filter(|date| *date < self.today) {
            self.call(instant(date, dispute.second()), Scene::Dispute(Box::new(dispute)));
        }
        Ok(())
    }
}
