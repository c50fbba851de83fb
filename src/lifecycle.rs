//! State machines: a table of legal moves, and the only way to make one.
//!
//! A room declares its table with [`lifecycle!`](crate::lifecycle); a [`Step`] can be minted by [`step`] alone,
//! and only `Change::advance` takes one. The same table feeds `allowed_actions`, `x-transitions` and the diagrams.

use std::fmt::Debug;

use crate::problem::{Kind, Problem, Text};

/// Who makes a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The person, or the school that writes for its alumni.
    Person,
    /// The company.
    Company,
    /// The office.
    Office,
    /// Either of them.
    Either,
    /// The service itself, as a consequence or by a sweep.
    System,
}

/// One legal move.
pub struct Row<S: 'static, E: 'static> {
    /// Status before.
    pub from: S,
    /// Event.
    pub event: E,
    /// Status after.
    pub to: S,
    /// Who makes it.
    pub by: By,
    /// The law it rests on, or what it follows from.
    pub law: &'static str,
}

/// A status with a table of moves.
pub trait Lifecycle: Copy + Eq + Debug + Send + Sync + 'static {
    /// Events of the table.
    type Event: Copy + Eq + Debug + 'static;
    /// What moves, as in URLs and the journal: `vacancy_report`.
    const SUBJECT: &'static str;
    /// Where every subject begins.
    const FIRST: Self;
    /// Statuses that can't be left.
    const LAST: &'static [Self];
    /// The legal moves.
    const TABLE: &'static [Row<Self, Self::Event>];

    /// The status in snake case.
    fn status_name(self) -> &'static str;
    /// The event in snake case.
    fn event_name(event: Self::Event) -> &'static str;
    /// Every status.
    fn all() -> &'static [Self];
}

/// A legal move, made by [`step`] only.
#[derive(Debug)]
pub struct Step<S: Lifecycle> {
    from: S,
    to: S,
    event: S::Event,
}

impl<S: Lifecycle> Step<S> {
    /// Status before.
    #[must_use]
    pub fn from(&self) -> S {
        self.from
    }

    /// Status after.
    #[must_use]
    pub fn to(&self) -> S {
        self.to
    }

    /// Name of the event.
    #[must_use]
    pub fn event(&self) -> &'static str {
        S::event_name(self.event)
    }
}

/// The move that an event makes from a status.
///
/// # Errors
/// `illegal-transition` with the status, the event and what is allowed instead.
pub fn step<S: Lifecycle>(from: S, event: S::Event) -> Result<Step<S>, Problem> {
    match S::TABLE.iter().find(|row| row.from == from && row.event == event) {
        Some(row) => Ok(Step { from, to: row.to, event }),
        None => Err(refused(from, event)),
    }
}

/// What somebody may do from a status, in the order of the table.
#[must_use]
pub fn allowed<S: Lifecycle>(from: S, who: By) -> Vec<&'static str> {
    let mut events: Vec<_> = S::TABLE
        .iter()
        .filter(|row| {
            row.from == from && row.by != By::System && (row.by == who || row.by == By::Either || who == By::Either)
        })
        .map(|row| S::event_name(row.event))
        .collect();
    // An event that may end in two statuses is offered once.
    events.dedup();
    events
}

fn refused<S: Lifecycle>(from: S, event: S::Event) -> Problem {
    let (status, event) = (from.status_name(), S::event_name(event));
    let detail = Text::made(
        format!("Langkah `{event}` tidak dapat dilakukan pada status `{status}`."),
        format!("The step `{event}` is not possible in status `{status}`."),
    );
    Problem::new(Kind::IllegalTransition).detail(detail).allowed(allowed(from, By::Either))
}

/// Declares a room's table: one aligned line a legal move.
#[macro_export]
macro_rules! lifecycle {
    (
        $status:ty, $(#[$doc:meta])* $event:ident, $subject:literal, first $first:ident, last [$($last:ident),*];
        events { $($name:ident = $text:literal),+ $(,)? }
        $($from:ident $on:ident $to:ident $by:ident $law:literal;)+
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $event { $(#[doc = concat!("`", $text, "`")] $name,)+ }

        impl $crate::lifecycle::Lifecycle for $status {
            type Event = $event;
            const SUBJECT: &'static str = $subject;
            const FIRST: Self = Self::$first;
            const LAST: &'static [Self] = &[$(Self::$last),*];
            const TABLE: &'static [$crate::lifecycle::Row<Self, $event>] = &[$(
                $crate::lifecycle::Row {
                    from: Self::$from, event: $event::$on, to: Self::$to, by: $crate::lifecycle::By::$by, law: $law,
                },
            )+];

            fn status_name(self) -> &'static str { self.as_str() }
            fn event_name(event: $event) -> &'static str { match event { $($event::$name => $text,)+ } }
            fn all() -> &'static [Self] { Self::ALL }
        }
    };
}

/// A table as data, for the document and the diagrams.
pub struct Sheet {
    /// What moves.
    pub subject: &'static str,
    /// Where it begins.
    pub first: &'static str,
    /// (from, event, to, by, law)
    pub moves: Vec<(&'static str, &'static str, &'static str, By, &'static str)>,
    /// What is wrong with the table; empty when it is sound.
    pub faults: Vec<String>,
}

/// Reads a table, and checks it: no two rows share (status, event), every status can be reached, and exactly the
/// declared last statuses have no exit.
#[must_use]
pub fn sheet<S: Lifecycle>() -> Sheet {
    let moves: Vec<_> = S::TABLE
        .iter()
        .map(|row| (row.from.status_name(), S::event_name(row.event), row.to.status_name(), row.by, row.law))
        .collect();
    let mut faults = Vec::new();
    for (at, row) in S::TABLE.iter().enumerate() {
        if S::TABLE.iter().take(at).any(|other| other.from == row.from && other.event == row.event) {
            faults.push(format!("{}: two rows for ({:?}, {:?})", S::SUBJECT, row.from, row.event));
        }
    }
    for status in S::all() {
        let name = status.status_name();
        if *status != S::FIRST && !moves.iter().any(|(from, _, to, ..)| *to == name && *from != name) {
            faults.push(format!("{}: {name} can't be reached", S::SUBJECT));
        }
        let leaves = moves.iter().any(|(from, _, to, ..)| *from == name && *to != name);
        if leaves == S::LAST.contains(status) {
            faults.push(format!("{}: {name} should {}have an exit", S::SUBJECT, if leaves { "not " } else { "" }));
        }
    }
    Sheet { subject: S::SUBJECT, first: S::FIRST.status_name(), moves, faults }
}

impl Sheet {
    /// The table with its diagram (Mermaid), for `openapi/lifecycles.md`.
    #[must_use]
    pub fn markdown(&self) -> String {
        use std::fmt::Write;
        let mut page = format!("## {}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {}\n", self.subject, self.first);
        for (from, event, to, ..) in &self.moves {
            let _ = writeln!(page, "    {from} --> {to} : {event}");
        }
        page.push_str("```\n\n| from | event | to | by | because |\n| --- | --- | --- | --- | --- |\n");
        for (from, event, to, by, law) in &self.moves {
            let _ = writeln!(page, "| {from} | {event} | {to} | {} | {law} |", format!("{by:?}").to_lowercase());
        }
        page
    }
}
