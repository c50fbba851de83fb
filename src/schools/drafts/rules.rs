//! What becomes of a row. Pure; the same for a validation and a commit.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use disnaker_entity::batch::Disposition;
use disnaker_entity::seeker::{SeekerId, SeekerStatus};
use serde_json::Value;

use super::columns::TABLE;
use crate::book::Book;
use crate::bulk::{self, Told};
use crate::check::{Checks, TWICE};
use crate::problem::{Fault, FaultCode, Kind, Problem, Text};
use crate::reference::Codes;
use crate::seekers::bodies::{NewSeeker, WantedWork};
use crate::seekers::rules::{self, Sound};

/// A row of a file of alumni.
pub type Input = bulk::Input<NewSeeker>;

const WITH_OFFICE: FaultCode =
    FaultCode::new("with-the-office", "Data ini sudah di tangan dinas", "The office has the record already");
const ONE_PERSON: Text = Text::of("setiap orang satu kali dalam satu berkas", "each person once in a file");

/// What is known under a row's reference.
pub struct Known {
    /// The record.
    pub id: SeekerId,
    /// Where it stands.
    pub status: SeekerStatus,
    /// What it says.
    pub said: NewSeeker,
}

/// What rows are held against.
pub struct Measure<'a> {
    /// Code lists.
    pub codes: &'a Codes,
    /// Offices and policies.
    pub book: &'a Book,
    /// Now.
    pub now: DateTime<Utc>,
    /// Each record is to be sent to its office.
    pub submit: bool,
}

/// What becomes of a row.
pub struct Outcome {
    /// What the sender is told.
    pub disposition: Disposition,
    /// The record that is known under its reference.
    pub known: Option<SeekerId>,
    /// What is to be written: the record as it will be, unless it says that already.
    pub write: Option<(NewSeeker, Sound)>,
    /// It is to be sent to its office.
    pub submit: bool,
    /// Faults and findings.
    pub told: Vec<Told>,
}

/// Decides on a row. `niks` are those of the rows before.
///
/// # Errors
/// Only for a rule that no policy row has.
pub fn judge(
    input: &Input,
    known: Option<&Known>,
    measure: &Measure<'_>,
    niks: &mut HashSet<String>,
) -> Result<Outcome, Problem> {
    use SeekerStatus::{Draft, Returned, Submitted};
    let new = known.map_or_else(|| input.content.clone(), |known| over(&known.said, &input.content));
    let (faults, sound, findings) = checked(&new, measure)?;
    let mut checks = Checks::default();
    checks.optional_line("/reference", input.reference.as_deref(), 80);
    rules::of_school(&mut checks, &[], input.content.wanted.as_ref());
    let mut all = input.faults.clone();
    all.extend(checks.into_faults());
    all.extend(faults.into_iter().filter(|fault| !input.explains(fault)));
    if !new.identity.nik.is_empty() && !niks.insert(new.identity.nik.clone()) {
        all.push(Fault::new("/identity/nik", TWICE, Value::Null, ONE_PERSON));
    }
    // What the office has taken over is no longer shown to the school, nor held against its file.
    let taken = known.is_some_and(|known| !matches!(known.status, Draft | Returned | Submitted));
    let same = taken || known.is_some_and(|known| is_same(&known.said, &new));
    let open = known.is_none_or(|known| matches!(known.status, Draft | Returned));
    let with_office = || {
        let expected = Text::of("perubahannya melalui dinas", "the office changes it");
        Fault::new("/reference", WITH_OFFICE, Value::Null, expected)
    };
    if !open && !same {
        all.push(with_office());
    }
    // What the office has is not to fall by what was no rule when it was sent.
    if same && !open {
        all.clear();
    }
    let submit = measure.submit && open;
    let disposition = match known {
        _ if !all.is_empty() => Disposition::Rejected,
        None => Disposition::Created,
        Some(_) if !same || submit => Disposition::Updated,
        Some(_) => Disposition::Unchanged,
    };
    let blind = |fault: Fault| if is_personal(&fault) { Fault { received: Value::Null, ..fault } } else { fault };
    let rejected = disposition == Disposition::Rejected;
    let warned = findings.into_iter().filter(|_| open && !rejected).chain(taken.then(with_office));
    let told = all.into_iter().map(|fault| (fault, false)).chain(warned.map(|fault| (fault, true)));
    let mut told: Vec<_> = told.map(|(fault, warning)| (blind(fault), warning)).collect();
    told.sort_by_key(|(fault, warning)| (*warning, bulk::at(TABLE.columns, &fault.pointer)));
    Ok(Outcome {
        disposition,
        known: known.map(|known| known.id),
        write: sound.filter(|_| !rejected && !same).map(|sound| (new, sound)),
        submit: submit && !rejected,
        told: told.into_iter().map(|(fault, warning)| input.told(TABLE.columns, fault, warning)).collect(),
    })
}

/// Faults, the record where it has none, and findings.
type Checked = (Vec<Fault>, Option<Sound>, Vec<Fault>);

fn checked(new: &NewSeeker, measure: &Measure<'_>) -> Result<Checked, Problem> {
    let faults = |problem: Problem| {
        if problem.kind == Kind::InvalidContent { Ok(problem.into_faults()) } else { Err(problem) }
    };
    let today = measure.book.moment(measure.now, "").today;
    let sound = match rules::check(new, measure.codes, measure.book, today) {
        Ok(sound) => sound,
        Err(problem) => return Ok((faults(problem)?, None, Vec::new())),
    };
    let moment = measure.book.moment(measure.now, &sound.office);
    let mut all = Vec::new();
    if measure.submit
        && let Err(problem) = rules::complete(new, &sound.office, measure.book, &moment)
    {
        all = faults(problem)?;
    }
    let findings = rules::findings(new, &sound.office, measure.book, moment.today)?;
    let mut odd: Vec<_> = findings.into_iter().map(|(_, fault)| fault).collect();
    odd.extend(rules::warnings(new, measure.codes));
    Ok((all, Some(sound), odd))
}

/// The record as it will be: what the row says, and what is known where its cells are empty.
fn over(known: &NewSeeker, row: &NewSeeker) -> NewSeeker {
    let mut new = known.clone();
    let (identity, said) = (&mut new.identity, &row.identity);
    identity.nik.clone_from(&said.nik);
    identity.name.clone_from(&said.name);
    keep(&mut identity.family_card, said.family_card.as_ref());
    keep(&mut identity.birth_place, said.birth_place.as_ref());
    keep(&mut identity.birth_on, said.birth_on.as_ref());
    keep(&mut identity.sex, said.sex.as_ref());
    keep(&mut identity.religion, said.religion.as_ref());
    keep(&mut identity.marital_status, said.marital_status.as_ref());
    keep(&mut new.address, row.address.as_ref());
    match (&mut new.contact, &row.contact) {
        (Some(contact), Some(said)) => {
            keep(&mut contact.phone, said.phone.as_ref());
            keep(&mut contact.email, said.email.as_ref());
        }
        (contact, said) => keep(contact, said.as_ref()),
    }
    if let Some(said) = row.education.first() {
        match new.education.first_mut() {
            Some(first) => {
                first.level.clone_from(&said.level);
                keep(&mut first.major, said.major.as_ref());
                keep(&mut first.graduated_in, said.graduated_in.as_ref());
                keep(&mut first.name_on_diploma, said.name_on_diploma.as_ref());
            }
            None => new.education.push(said.clone()),
        }
    }
    if !row.skills.is_empty() {
        new.skills.clone_from(&row.skills);
    }
    if let Some(said) = &row.wanted {
        let wanted = new.wanted.get_or_insert_with(WantedWork::default);
        wanted.other_provinces |= said.other_provinces;
        if let Some(dearest) = said.occupations.first() {
            wanted.occupations.retain(|code| code != dearest);
            wanted.occupations.insert(0, dearest.clone());
        }
    }
    new
}

fn keep<T: Clone>(field: &mut Option<T>, said: Option<&T>) {
    if let Some(said) = said {
        *field = Some(said.clone());
    }
}

/// Whether two records say the same.
fn is_same(one: &NewSeeker, other: &NewSeeker) -> bool {
    let plain = |new: &NewSeeker| serde_json::to_value(NewSeeker { office: None, school_id: None, ..new.clone() }).ok();
    plain(one) == plain(other)
}

/// Whether a fault is about what only the person's papers say.
fn is_personal(fault: &Fault) -> bool {
    bulk::at(TABLE.columns, &fault.pointer).and_then(|at| TABLE.columns.get(at)).is_some_and(|column| column.personal)
}
