//! The clocks against an independent reading of the law, and against themselves.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use chrono::{Datelike, Days, NaiveDate};
use disnaker_entity::mediation::{DisputeKind, MediationStatus};
use disnaker_entity::reference::PolicyUnit;
use proptest::prelude::*;
use serde::Deserialize;

use super::super::lifecycle::CaseEvent;
use super::*;
use crate::book::{Policies, Policy};
use crate::calendar::{Calendar, DayOff};
use crate::lifecycle::{Lifecycle, step};
use crate::problem::Text;

const OFFICE: &str = "33.06";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A reference file of the project, row by row.
fn rows<T: for<'a> Deserialize<'a>>(name: &str) -> Vec<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/reference").join(name);
    csv::Reader::from_path(path).unwrap().deserialize().collect::<Result<_, _>>().unwrap()
}

#[derive(Deserialize)]
struct Holiday {
    date: NaiveDate,
    region: String,
    kind: String,
    name: String,
}

#[derive(Deserialize)]
struct Number {
    rule: String,
    valid_from: NaiveDate,
    amount: i64,
    unit: String,
}

/// The calendar and the rules of mediation as they are loaded, with the two flags as given.
fn book(joint_leave_is_work: bool, clarification_counts: bool) -> Book {
    let days_off = rows("holidays.csv").into_iter().map(|row: Holiday| {
        let (joint_leave, national) = (row.kind == "joint_leave", row.kind == "national");
        (row.date, DayOff { region: row.region, closure: false, joint_leave, national, name: row.name })
    });
    let rules = rows("policies.csv").into_iter().filter(|row: &Number| row.rule.starts_with("mediation."));
    let policies = rules.map(|row| Policy {
        amount: if row.rule == rule::CLARIFICATION_COUNTS { clarification_counts.into() } else { row.amount },
        rule: row.rule,
        scope: String::new(),
        valid_from: row.valid_from,
        unit: row.unit.parse().unwrap_or(PolicyUnit::Flag),
        law: Text::of("", ""),
    });
    Book {
        calendar: Calendar::new(days_off, 1, joint_leave_is_work),
        policies: Policies::new(policies),
        ..Book::default()
    }
}

#[test]
fn the_test_vectors_hold_by_rule() {
    // domain.md 6.6: start, last day where joint leave is a day off, last day where it is work.
    let vectors: [(&[&str], &[[&str; 3]]); 3] = [
        (&[rule::RETURN, rule::COMPLETION, rule::CHOICE, rule::HEARING], &[["2026-03-16", "2026-04-01", "2026-03-26"]]),
        (
            &[rule::RECOMMENDATION, rule::ANSWER],
            &[
                ["2026-03-16", "2026-04-07", "2026-03-31"],
                ["2026-05-11", "2026-05-29", "2026-05-26"],
                ["2026-12-21", "2027-01-08", "2027-01-07"],
            ],
        ),
        (
            &[rule::BIPARTITE, rule::TOTAL],
            &[["2026-03-16", "2026-05-06", "2026-04-29"], ["2026-11-02", "2026-12-14", "2026-12-14"]],
        ),
    ];
    for (joint_leave_is_work, at) in [(false, 1), (true, 2)] {
        let book = book(joint_leave_is_work, false);
        for (rules, vectors) in vectors {
            for (rule, vector) in rules.iter().flat_map(|rule| vectors.iter().map(move |vector| (rule, vector))) {
                let start = day(vector[0]);
                let policy = book.policies.at(rule, OFFICE, start).unwrap();
                assert_eq!(due(policy, start, &book.calendar, OFFICE).unwrap(), day(vector[at]), "{rule} {vector:?}");
            }
        }
    }
}

#[test]
fn a_history_starts_stops_and_moves_its_clocks() {
    let history = [
        ("2026-10-26", Happened::Registered),
        ("2026-10-28", Happened::Offered),
        ("2026-11-09", Happened::ChoiceLapsed),
        ("2026-11-10", Happened::Referred),
        ("2026-11-11", Happened::ClarificationBegun),
        ("2026-11-13", Happened::ClarificationEnded),
        ("2026-11-16", Happened::FirstHearing),
        ("2026-11-20", Happened::Recommended),
        ("2026-11-23", Happened::Received(CaseSide::Worker)),
        ("2026-11-25", Happened::Received(CaseSide::Employer)),
        ("2026-11-26", Happened::Answered(CaseSide::Worker)),
    ];
    let history: Vec<_> = history.iter().map(|(on, happened)| (day(on), *happened)).collect();
    let clocks = |counts| {
        let clocks = replay(&history, CaseSide::Worker, &book(false, counts), OFFICE).unwrap();
        let shown = |clock: &Clock| format!("{} {} {}", clock.rule, clock.party, clock.due_on);
        (clocks.iter().map(shown).collect::<Vec<_>>(), clocks)
    };
    let (shown, kept) = clocks(false);
    assert_eq!(
        shown,
        [
            "mediation.registration-return office 2026-11-04",
            "mediation.path-choice parties 2026-11-06",
            "mediation.first-hearing mediator 2026-11-19",
            "mediation.total mediator 2026-12-28",
            "mediation.recommendation mediator 2026-11-30",
            "mediation.answer worker 2026-12-07",
            "mediation.answer employer 2026-12-09",
        ]
    );
    assert_eq!(kept[1].met_on.filter(|_| kept[1].lapsed), Some(day("2026-11-09")));
    assert_eq!(kept[3].pauses, [Pause { from: day("2026-11-11"), to: day("2026-11-12") }]);
    assert_eq!((kept[5].met_on, kept[6].met_on), (Some(day("2026-11-26")), None), "each side for itself");
    assert_eq!(clocks(true).0[3], "mediation.total mediator 2026-12-22", "where the clarification counts");
}

#[test]
fn a_settlement_in_the_clarification_gets_the_days_back() {
    let history = [
        ("2026-11-02", Happened::Registered),
        ("2026-11-02", Happened::Referred),
        ("2026-11-03", Happened::ClarificationBegun),
        ("2026-12-21", Happened::Settled),
    ];
    let history: Vec<_> = history.iter().map(|(on, happened)| (day(on), *happened)).collect();
    let clocks = replay(&history, CaseSide::Worker, &book(false, false), OFFICE).unwrap();
    let total = clocks.iter().find(|clock| clock.rule == rule::TOTAL).unwrap();
    assert_eq!((total.met_on, total.paused_on), (Some(day("2026-12-21")), None));
    assert!(total.met_on.unwrap() < total.due_on, "it is in time");
}

// The table of an independent implementation --------------------------------------------------------

/// A case of `tests/tables/mediation_clocks.jsonl.gz`, made by the script beside it. Days count from the registration.
#[derive(Deserialize)]
struct Case {
    on: NaiveDate,
    kind: String,
    by: String,
    joint_leave_is_work: bool,
    clarification_counts: bool,
    events: Vec<(u64, String)>,
    clocks: Vec<Expected>,
}

/// Rule, party, start, last day, day of the stop and how it stopped, since when it stands still, pauses.
#[derive(Deserialize)]
struct Expected(String, String, u64, u64, Option<u64>, String, Option<u64>, Vec<[u64; 2]>);

fn happened(word: &str) -> Option<Happened> {
    let (word, side) = word.split_once(' ').unwrap_or((word, "worker"));
    let side = side.parse().unwrap();
    Some(match word {
        "registered" => Happened::Registered,
        "returned" => Happened::Returned,
        "completed" => Happened::Completed,
        "offered" => Happened::Offered,
        "chosen" => Happened::Chosen,
        "choice-lapsed" => Happened::ChoiceLapsed,
        "handed" => Happened::Handed,
        "referred" => Happened::Referred,
        "clarification-begun" => Happened::ClarificationBegun,
        "clarification-ended" => Happened::ClarificationEnded,
        "first-hearing" => Happened::FirstHearing,
        "further-hearing" => return None,
        "recommended" => Happened::Recommended,
        "received" => Happened::Received(side),
        "answered" => Happened::Answered(side),
        "silent" => Happened::AnswerLapsed(side),
        "found" => Happened::SilenceUndone(side),
        "reopened" => Happened::Reopened,
        "both-accepted" => Happened::AllAccepted,
        "rejected" => Happened::Rejected,
        "settled" => Happened::Settled,
        "ended" => Happened::Ended,
        other => panic!("{other}"),
    })
}

/// How often at least each thing is in the table.
const LEAST: &[(&str, usize)] = &[
    (rule::RETURN, 10_000),
    (rule::COMPLETION, 2000),
    (rule::CHOICE, 3000),
    (rule::HEARING, 4000),
    (rule::RECOMMENDATION, 3000),
    (rule::ANSWER, 3000),
    (rule::SETTLEMENT, 300),
    (rule::TOTAL, 4000),
    ("mediation.path-choice lapsed", 500),
    ("mediation.answer lapsed", 500),
    ("mediation.first-hearing lapsed", 50),
    ("mediation.total lapsed", 20),
    ("reopened", 50),
    ("met", 10_000),
    ("cancelled", 1000),
    ("running", 2000),
    ("late", 500),
    ("stands still", 100),
    ("one pause", 500),
    ("two pauses", 50),
    ("joint leave is work", 2000),
    ("clarification counts", 500),
    ("crosses a year's end", 500),
    ("rights", 1500),
    ("interests", 1500),
    ("termination", 1500),
    ("inter_union", 1500),
];

#[test]
fn an_independent_implementation_agrees_on_every_clock_of_ten_thousand_cases() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables/mediation_clocks.jsonl.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let books = [false, true].map(|joint| [false, true].map(|counts| book(joint, counts)));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut cases = 0;
    for line in text.lines() {
        cases += 1;
        let case: Case = serde_json::from_str(line).unwrap();
        let on = |days: u64| case.on + Days::new(days);
        let history: Vec<_> =
            case.events.iter().filter_map(|(days, word)| Some((on(*days), happened(word)?))).collect();
        let book = &books[usize::from(case.joint_leave_is_work)][usize::from(case.clarification_counts)];
        let mut clocks = replay(&history, case.by.parse().unwrap(), book, OFFICE).unwrap();
        clocks.sort_by_key(|clock| (clock.rule, clock.party));
        let told: Vec<_> = clocks.iter().map(|clock| (clock.rule, clock.party)).collect();
        let expected: Vec<_> = case.clocks.iter().map(|clock| (clock.0.as_str(), clock.1.as_str())).collect();
        assert_eq!(told, expected, "case {cases}: {line}");

        let mut count = |what: &str| *seen.entry(what.to_owned()).or_default() += 1;
        case.kind.parse::<DisputeKind>().unwrap();
        count(&case.kind);
        count(&case.on.year().to_string());
        let crosses = case.events.last().is_some_and(|(days, _)| on(*days).year() > case.on.year());
        for (is, what) in [
            (case.joint_leave_is_work, "joint leave is work"),
            (case.clarification_counts, "clarification counts"),
            (crosses, "crosses a year's end"),
        ] {
            if is {
                count(what);
            }
        }
        for (clock, expected) in clocks.iter().zip(&case.clocks) {
            let Expected(_, _, started, due, met, how, stands, pauses) = expected;
            let expected = Clock {
                started_on: on(*started),
                due_on: on(*due),
                met_on: met.map(on),
                lapsed: how == "lapsed",
                cancelled: how == "cancelled",
                paused_on: stands.map(on),
                pauses: pauses.iter().map(|[from, to]| Pause { from: on(*from), to: on(*to) }).collect(),
                ..*clock
            };
            assert_eq!(*clock, expected, "case {cases}: {line}");
            for what in [clock.rule, how] {
                count(what);
            }
            if clock.paused_on.is_some() {
                count("stands still");
            }
            match clock.pauses.len() {
                0 => {}
                1 => count("one pause"),
                _ => count("two pauses"),
            }
            if clock.lapsed {
                count(&format!("{} lapsed", clock.rule));
            }
            if case.events.iter().any(|(_, word)| word == "reopened") && clock.rule == rule::TOTAL {
                count("reopened");
            }
            if clock.met_on.is_some_and(|met| met > clock.due_on) {
                count("late");
            }
        }
    }
    assert_eq!(cases, 10_000);
    for (what, least) in LEAST {
        let found = seen.get(*what).copied().unwrap_or_default();
        assert!(found >= *least, "{what}: {found} of at least {least}");
    }
    for year in 2019..=2027 {
        assert!(seen.get(&year.to_string()).is_some_and(|count| *count >= 300), "{year}");
    }
}

// Random histories that the lifecycle allows ---------------------------------------------------------

/// A case that goes where the table lets it.
struct Walk {
    status: MediationStatus,
    sides: [CaseSide; 2],
    received: [bool; 2],
    /// Whether the answer was an acceptance; silence is none.
    accepted: [Option<bool>; 2],
    silent: [bool; 2],
    history: Vec<(NaiveDate, Happened)>,
}

impl Walk {
    fn new(on: NaiveDate, unions: bool) -> Self {
        let sides =
            if unions { [CaseSide::FirstUnion, CaseSide::SecondUnion] } else { [CaseSide::Worker, CaseSide::Employer] };
        Self {
            status: MediationStatus::FIRST,
            sides,
            received: [false; 2],
            accepted: [None; 2],
            silent: [false; 2],
            history: vec![(on, Happened::Registered)],
        }
    }

    /// Takes the `choice`th of the moves that are possible, if any is.
    fn go(&mut self, on: NaiveDate, choice: usize) {
        let moves = MediationStatus::TABLE.iter().filter(|row| row.from == self.status).map(|row| row.event);
        let moves: Vec<_> = moves
            .flat_map(|event| [(event, 0, true), (event, 0, false), (event, 1, true), (event, 1, false)])
            .filter(|(event, side, yes)| match event {
                CaseEvent::RecordReceipt => !self.received[*side] && *yes,
                CaseEvent::Answer => self.received[*side] && self.accepted[*side].is_none(),
                CaseEvent::LapseAnswer => self.received[*side] && self.accepted[*side].is_none() && *yes,
                CaseEvent::Reopen => self.silent[*side] && self.accepted[1 - *side] != Some(false) && *yes,
                // They follow from answers.
                CaseEvent::AllAccepted | CaseEvent::Rejection => false,
                _ => (*side, *yes) == (0, true),
            })
            .collect();
        // What ends a case is rare, or few would come to their answers.
        let goes_on = |event| {
            let to = step(self.status, event).unwrap().to();
            to != MediationStatus::Settled && !MediationStatus::LAST.contains(&to) && event != CaseEvent::Reassign
        };
        let onward: Vec<_> = moves.iter().copied().filter(|(event, ..)| goes_on(*event)).collect();
        let moves = if onward.is_empty() || choice >= 950 { moves } else { onward };
        if moves.is_empty() {
            return;
        }
        let (event, at, yes) = moves[choice % moves.len()];
        let (from, side) = (self.status, self.sides[at]);
        self.take(event);
        match event {
            CaseEvent::RecordReceipt => self.received[at] = true,
            CaseEvent::Answer => self.accepted[at] = Some(yes),
            CaseEvent::LapseAnswer => (self.accepted[at], self.silent[at]) = (Some(false), true),
            CaseEvent::Reopen => (self.accepted[at], self.silent[at]) = (Some(true), false),
            _ => {}
        }
        let mut happened = match event {
            CaseEvent::ReturnFile => vec![Happened::Returned],
            CaseEvent::CompleteFile => vec![Happened::Completed],
            CaseEvent::OfferPaths => vec![Happened::Offered],
            CaseEvent::ChoosePath => vec![Happened::Chosen, Happened::Ended],
            CaseEvent::ChooseMediation => vec![Happened::Chosen],
            CaseEvent::LapseChoice => vec![Happened::ChoiceLapsed],
            CaseEvent::ReferUp | CaseEvent::ReferDown => vec![Happened::Handed],
            CaseEvent::Refer => vec![Happened::Referred],
            CaseEvent::Clarify => vec![Happened::ClarificationBegun],
            CaseEvent::ConcludeClarification => vec![Happened::ClarificationEnded],
            CaseEvent::HoldHearing if from == MediationStatus::Referred => vec![Happened::FirstHearing],
            CaseEvent::IssueRecommendation => vec![Happened::Recommended],
            CaseEvent::RecordReceipt => vec![Happened::Received(side)],
            CaseEvent::Answer => vec![Happened::Answered(side)],
            CaseEvent::LapseAnswer => vec![Happened::AnswerLapsed(side)],
            CaseEvent::Reopen => {
                self.take(CaseEvent::Answer);
                vec![Happened::SilenceUndone(side), Happened::Reopened, Happened::Answered(side)]
            }
            CaseEvent::Agree | CaseEvent::SettleBipartite | CaseEvent::SettleAfterRecommendation => {
                vec![Happened::Settled]
            }
            CaseEvent::Close | CaseEvent::Withdraw | CaseEvent::BackToBipartite => vec![Happened::Ended],
            _ => vec![],
        };
        if from == MediationStatus::Recommended && self.accepted.contains(&Some(false)) {
            if self.status == MediationStatus::Recommended {
                self.take(CaseEvent::Rejection);
            }
            happened.extend((self.status == MediationStatus::Rejected).then_some(Happened::Rejected));
        } else if self.status == MediationStatus::Recommended && self.accepted == [Some(true); 2] {
            self.take(CaseEvent::AllAccepted);
            happened.push(Happened::AllAccepted);
        }
        self.history.extend(happened.into_iter().map(|happened| (on, happened)));
    }

    fn take(&mut self, event: CaseEvent) {
        self.status = step(self.status, event).unwrap().to();
    }
}

/// The last day by counting one day after the other.
fn counted(clock: &Clock, amount: i64, book: &Book) -> NaiveDate {
    let (mut date, mut left) = (clock.started_on, amount);
    while left > 0 {
        date = date.succ_opt().unwrap();
        let works = book.calendar.day_off(date, OFFICE).unwrap().is_none();
        left -= i64::from(works && !clock.pauses.iter().any(|pause| pause.covers(date)));
    }
    date
}

proptest! {
    #[test]
    fn every_clock_of_an_allowed_history_follows_from_it(
        start in 0_u64..2900, by in 0_usize..2, unions: bool, joint: bool, counts: bool,
        steps in proptest::collection::vec((0_usize..1000, 0_u64..7), 1..40),
    ) {
        let book = book(joint, counts);
        let mut on = day("2019-01-01") + Days::new(start);
        let mut walk = Walk::new(on, unions);
        let registrant = walk.sides[by];
        for (choice, wait) in steps {
            on = on + Days::new(wait);
            let before = walk.status;
            walk.go(on, choice);
            prop_assert!(before == walk.status || !MediationStatus::LAST.contains(&before));
            let clocks = replay(&walk.history, registrant, &book, OFFICE).unwrap();
            for (at, clock) in clocks.iter().enumerate() {
                let name = (clock.rule, clock.party);
                prop_assert!(clocks.iter().skip(at + 1).all(|other| (other.rule, other.party) != name), "one a party");
                // The last event that starts it says the day.
                let starts = |happened: Happened| effects(happened).into_iter().any(|effect| {
                    matches!(effect, Effect::Start(rule, whose) if (rule, whose.as_str(registrant)) == name)
                });
                let last = walk.history.iter().rev().find(|(_, happened)| starts(*happened));
                prop_assert_eq!(last.map(|(on, _)| *on), Some(clock.started_on));
                let amount = book.policies.at(clock.rule, OFFICE, clock.started_on).unwrap().amount;
                prop_assert_eq!(clock.due_on, counted(clock, amount, &book), "{:?}", clock);
                prop_assert!(clock.met_on.is_none_or(|met| clock.started_on <= met && met <= on), "{:?}", clock);
                prop_assert!(clock.met_on.is_some() || !(clock.lapsed || clock.cancelled));
                prop_assert!(!(clock.lapsed && clock.cancelled));
                prop_assert!(clock.rule == rule::TOTAL || clock.pauses.is_empty() && clock.paused_on.is_none());
                prop_assert!(!counts || clock.pauses.is_empty() && clock.paused_on.is_none(), "these days count");
            }
            for (side, received) in walk.sides.iter().zip(walk.received) {
                let clock = clocks.iter().find(|clock| clock.rule == rule::ANSWER && clock.party == side.as_str());
                let receipt = walk.history.iter().find(|(_, happened)| *happened == Happened::Received(*side));
                prop_assert_eq!(receipt.is_some(), received);
                prop_assert_eq!(clock.map(|clock| clock.started_on), receipt.map(|(on, _)| *on), "its own receipt");
            }
            if MediationStatus::LAST.contains(&walk.status) || walk.status == MediationStatus::Settled {
                prop_assert!(clocks.iter().all(|clock| clock.met_on.is_some()), "{:?}", clocks);
            }
            if walk.accepted.contains(&Some(false)) {
                prop_assert!(!walk.history.iter().any(|(_, happened)| *happened == Happened::AllAccepted));
                let total = clocks.iter().find(|clock| clock.rule == rule::TOTAL).unwrap();
                prop_assert!(total.met_on.is_some() && !total.cancelled, "a rejection is the end of the mediation");
            }
        }
    }
}
