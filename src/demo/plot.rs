//! What will happen, and to whom: drawn from one seed before any clock runs, so that the same companies file the same
//! positions whatever the day of loading is. Days are counted back from that day.

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::cast::{
    ELSEWHERE, FAMILY, JOBS, Job, Lean, MEN, OFFICES, OfficeCast, STREETS, SUFFIXES, TRADES, Trade, WOMEN,
};
use crate::companies::bodies::LegalForm;

/// Days that the story goes back.
pub const LENGTH: i64 = 91;
/// Reports that are accepted in the course of things.
const ACCEPTED: i64 = 376;
/// Titles that a newcomer searches for: half of their vacancies stay open to the end.
const SOUGHT: [&str; 3] = ["Operator Forklift", "Satpam", "Sopir"];

/// A company.
#[derive(Clone, Debug)]
pub struct Firm {
    /// Trade.
    pub trade: &'static Trade,
    /// Its office.
    pub office: &'static str,
    /// Sub-district.
    pub region: &'static str,
    /// NIB.
    pub nib: String,
    /// Name.
    pub name: String,
    /// Legal form.
    pub form: LegalForm,
    /// Street and number.
    pub street: String,
    /// Who speaks for it.
    pub contact: String,
    /// Workers: men, women, of all with disabilities.
    pub workers: [i32; 3],
    /// The day on which it registers.
    pub registers: i64,
    /// What the office makes of it.
    pub fate: FirmFate,
}

/// What the office makes of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirmFate {
    /// Verified after so many days.
    Verified(i64),
    /// Still waiting.
    Waiting,
    /// Rejected.
    Rejected,
    /// Rejected, mended and verified.
    Mended,
}

/// A vacancy report.
#[derive(Clone, Debug)]
pub struct Filing {
    /// The company, by its place in the list.
    pub firm: usize,
    /// The day on which it is written.
    pub day: i64,
    /// Its positions.
    pub positions: Vec<Position>,
    /// What becomes of it.
    pub fate: Fate,
    /// The placement report that follows, if any.
    pub hiring: Option<Hiring>,
}

/// What becomes of a vacancy report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Stays a draft.
    Draft,
    /// Waits for the office.
    Submitted,
    /// Is sent back, and stays so.
    Returned,
    /// Is sent back, mended and accepted.
    Mended,
    /// Is taken back.
    Withdrawn,
    /// Is accepted.
    Accepted,
    /// Is accepted, and a correction is begun, filed or accepted.
    Corrected(Correction),
}

/// How far a correction comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// Begun.
    Begun,
    /// Filed.
    Filed,
    /// Accepted.
    Accepted,
}

/// A position.
#[derive(Clone, Debug)]
pub struct Position {
    /// The job.
    pub job: &'static Job,
    /// Men, women, either.
    pub wanted: [i32; 3],
    /// Lowest and highest wage, in the unit of the job's pay.
    pub pay: Option<(i64, Option<i64>)>,
    /// Lowest and highest age.
    pub ages: Option<(i32, i32)>,
    /// Open to people with disabilities.
    pub friendly: bool,
    /// Where the work is.
    pub place: Place,
    /// Days of validity.
    pub days: i64,
    /// Persons that the placement report names.
    pub hired: i32,
    /// What happens to its vacancy besides.
    pub turn: Option<Turn>,
}

/// Where work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the company's district.
    District,
    /// In the company's sub-district.
    SubDistrict,
    /// In another province.
    Elsewhere(&'static str),
    /// Abroad.
    Abroad(&'static str),
}

/// What happens to a vacancy besides being filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Out of sight.
    Suspended,
    /// Out of sight and back.
    Resumed,
    /// Ended before its time.
    Closed,
}

/// A placement report.
#[derive(Clone, Copy, Debug)]
pub struct Hiring {
    /// Days after the vacancies were published.
    pub after: i64,
    /// What becomes of it.
    pub fate: HiringFate,
    /// Whether one of its rows is voided later.
    pub void: bool,
}

/// What becomes of a placement report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiringFate {
    /// Stays a draft.
    Draft,
    /// Waits for the office.
    Submitted,
    /// Is sent back.
    Returned,
    /// Is taken back.
    Withdrawn,
    /// Is accepted.
    Accepted,
}

/// The companies, the first of them the one that examples show.
pub fn firms(random: &mut StdRng) -> Vec<Firm> {
    let mut of_trade: BTreeMap<char, usize> = BTreeMap::new();
    let mut firms = Vec::new();
    for office in OFFICES {
        let trades = office.firms.iter().flat_map(|(letter, count)| std::iter::repeat_n(*letter, *count));
        for (serial, letter) in trades.enumerate() {
            let Some(trade) = TRADES.iter().find(|trade| trade.letter == letter) else { continue };
            let nth = of_trade.entry(letter).or_default();
            firms.push(firm(random, office, trade, serial, *nth));
            *nth += 1;
        }
    }
    let mut others: Vec<&mut Firm> = firms.iter_mut().skip(1).collect();
    others.shuffle(random);
    for (at, firm) in others.into_iter().enumerate() {
        (firm.registers, firm.fate) = match at {
            0..12 => (random.gen_range(2..=20), FirmFate::Waiting),
            12..18 => (random.gen_range(20..=70), FirmFate::Rejected),
            18..20 => (random.gen_range(40..=70), FirmFate::Mended),
            20..28 => (random.gen_range(20..=60), FirmFate::Verified(8)),
            28..40 => (random.gen_range(12..=60), FirmFate::Verified(2)),
            _ => (random.gen_range(87..LENGTH), FirmFate::Verified(random.gen_range(1..=2))),
        };
    }
    firms
}

fn firm(random: &mut StdRng, office: &OfficeCast, trade: &'static Trade, serial: usize, nth: usize) -> Firm {
    let region = office.places.get(serial % office.places.len().max(1)).copied().unwrap_or(office.code);
    let form = trade.forms.get(nth % trade.forms.len()).copied().unwrap_or(LegalForm::Pt);
    let called = match form {
        LegalForm::Cv => "CV",
        LegalForm::SoleProprietor => "UD",
        LegalForm::Cooperative => "Koperasi",
        LegalForm::Foundation => "Yayasan",
        _ => "PT",
    };
    // Six nouns and twenty suffixes in steps of seven meet again after sixty companies of a trade.
    let noun = trade.nouns.get(nth % trade.nouns.len()).copied().unwrap_or_default();
    let suffix = SUFFIXES.get(nth * 7 % SUFFIXES.len()).copied().unwrap_or_default();
    let digits: String = region.chars().filter(char::is_ascii_digit).take(4).collect();
    let workers = trade.workers * random.gen_range(40..=220) / 100;
    let women = workers * if trade.letter == 't' { random.gen_range(55..=85) } else { random.gen_range(8..=45) } / 100;
    let disabled = if random.gen_bool(0.4) { workers / 100 } else { 0 };
    Firm {
        trade,
        office: office.code,
        region,
        nib: format!("99{digits}{:07}", serial + 1),
        name: format!("{called} Contoh {noun} {suffix}"),
        form,
        street: format!("Jalan Contoh {} {}", chosen(random, &STREETS), random.gen_range(1..=180)),
        contact: person(random, serial.is_multiple_of(2)),
        workers: [workers - women, women, disabled],
        registers: LENGTH,
        fate: FirmFate::Verified(1),
    }
}

/// An invented name.
pub fn person(random: &mut StdRng, man: bool) -> String {
    let given = chosen(random, if man { &MEN } else { &WOMEN });
    format!("Contoh {given} {}", chosen(random, &FAMILY))
}

/// One of some words.
pub fn chosen(random: &mut StdRng, words: &[&'static str]) -> &'static str {
    words.choose(random).copied().unwrap_or_default()
}

/// The vacancy reports of the companies.
pub fn filings(random: &mut StdRng, firms: &[Firm]) -> Vec<Filing> {
    let mut plot = Plot { random, firms, filings: Vec::new(), hirings: 0 };
    plot.course();
    plot.unverified();
    plot.unfinished();
    plot.filings
}

struct Plot<'a> {
    random: &'a mut StdRng,
    firms: &'a [Firm],
    filings: Vec<Filing>,
    hirings: usize,
}

impl Plot<'_> {
    /// What is accepted, from the oldest on; the companies take turns.
    fn course(&mut self) {
        let mut turns: Vec<usize> = self.verified(|_| true);
        turns.shuffle(self.random);
        let mut turns = turns.into_iter().cycle();
        for nth in 0..ACCEPTED {
            let day = 85 - nth * 83 / ACCEPTED;
            let registered = |at: &usize| self.firms.get(*at).is_some_and(|firm| firm.registers > day + 3);
            let Some(firm) = turns.find(registered) else { return };
            let fate = match nth {
                _ if nth % 27 == 13 => Fate::Corrected(Correction::Accepted),
                _ if nth % 19 == 7 => Fate::Mended,
                _ => Fate::Accepted,
            };
            let hires = fate == Fate::Accepted && day >= 12 && nth % 2 == 0;
            self.file(firm, day, fate, hires);
        }
        for (day, hires) in [(70, true), (41, true), (12, false)] {
            self.file(0, day, Fate::Accepted, hires);
        }
    }

    /// What is accepted before the office has looked at the company: its vacancies are held.
    fn unverified(&mut self) {
        let mut rejected = 0;
        for at in 0..self.firms.len() {
            let Some(firm) = self.firms.get(at) else { return };
            let early = match firm.fate {
                FirmFate::Waiting => firm.registers > 3,
                FirmFate::Verified(days) => days > 7,
                FirmFate::Rejected => {
                    rejected += 1;
                    rejected <= 3
                }
                FirmFate::Mended => false,
            };
            if early {
                self.file(at, firm.registers - 1, Fate::Accepted, false);
            }
        }
    }

    /// What is under way or came to nothing, in every office, and some of it at the first company.
    fn unfinished(&mut self) {
        let corrections = [(19, Correction::Begun), (17, Correction::Filed), (14, Correction::Filed)];
        for (firm, (day, correction)) in
            self.verified(|firm| firm.office == "36.72" && firm.registers > 24).into_iter().skip(2).zip(corrections)
        {
            self.file(firm, day, Fate::Corrected(correction), false);
        }
        for office in OFFICES.iter().filter(|office| !office.firms.is_empty()) {
            let mut firms = self.verified(|firm| firm.office == office.code && firm.registers > 24);
            let rest = firms.get_mut(1..).unwrap_or_default();
            rest.shuffle(self.random);
            let mut firms = firms.into_iter().cycle();
            let unfinished = [
                (Fate::Submitted, 9, 1, 6),
                (Fate::Draft, 5, 1, 12),
                (Fate::Returned, 4, 3, 20),
                (Fate::Withdrawn, 2, 5, 19),
            ];
            for (fate, count, latest, earliest) in unfinished {
                for nth in 0..count {
                    let firm = if office.code == "36.72" && nth == 0 { Some(0) } else { firms.next() };
                    let day = earliest - (earliest - latest) * nth / count;
                    if let Some(firm) = firm {
                        self.file(firm, day, fate, false);
                    }
                }
            }
        }
    }

    /// The companies that are verified in the end and fit.
    fn verified(&self, fits: impl Fn(&Firm) -> bool) -> Vec<usize> {
        let verified = |firm: &Firm| matches!(firm.fate, FirmFate::Verified(_) | FirmFate::Mended) && fits(firm);
        self.firms.iter().enumerate().filter(|(_, firm)| verified(firm)).map(|(at, _)| at).collect()
    }

    fn file(&mut self, at: usize, day: i64, fate: Fate, hires: bool) {
        let Some(firm) = self.firms.get(at) else { return };
        let hiring = hires.then(|| self.hiring(day));
        let count = [5, 4, 6, 5, 3, 7, 5].get(self.filings.len() % 7).copied().unwrap_or(5);
        let quiet = hires || fate != Fate::Accepted;
        let positions = (0..count).filter_map(|_| position(self.random, firm, hires, quiet)).collect();
        self.filings.push(Filing { firm: at, day, positions, fate, hiring });
    }

    fn hiring(&mut self, day: i64) -> Hiring {
        self.hirings += 1;
        let after = self.random.gen_range(8..=22).min(day - 4);
        let fate = match self.hirings % 20 {
            _ if day - after <= 6 => HiringFate::Submitted,
            4 => HiringFate::Returned,
            9 => HiringFate::Withdrawn,
            14 => HiringFate::Draft,
            _ => HiringFate::Accepted,
        };
        Hiring { after, fate, void: self.hirings % 9 == 5 }
    }
}

/// A position that a company needs: `hiring` where its placement report follows, `quiet` where nothing else happens to it.
pub fn position(random: &mut StdRng, firm: &Firm, hiring: bool, quiet: bool) -> Option<Position> {
    let offered: Vec<&'static Job> = JOBS.iter().filter(|job| job.trades.contains(['*', firm.trade.letter])).collect();
    let job = *offered.choose_weighted(random, |job| job.weight).ok()?;
    let count = random.gen_range(1..=job.most).min(random.gen_range(1..=job.most));
    let open = SOUGHT.contains(&job.title) && random.gen_bool(0.5);
    let hired = match random.gen_range(0..10) {
        _ if !hiring => 0,
        0..4 if count <= 6 && !open => count,
        0..7 => random.gen_range(0..count),
        _ => 0,
    };
    let turn = match random.gen_range(0..1000) {
        _ if quiet || open => None,
        0..22 => Some(Turn::Suspended),
        22..30 => Some(Turn::Resumed),
        30..65 => Some(Turn::Closed),
        _ => None,
    };
    Some(Position {
        job,
        wanted: wanted(random, job.lean, count),
        pay: pay(random, job),
        ages: random.gen_bool(0.3).then(|| (18, *[25, 27, 30, 35, 40, 45].choose(random).unwrap_or(&35))),
        friendly: random.gen_bool(0.12),
        place: place(random, firm, job),
        days: match random.gen_range(0..100) {
            _ if open => 150,
            0..3 => 5,
            _ => *[14, 21, 30, 45, 60, 90, 120].choose(random).unwrap_or(&30),
        },
        hired,
        turn,
    })
}

fn wanted(random: &mut StdRng, lean: Lean, count: i32) -> [i32; 3] {
    match (lean, random.gen_range(0..10)) {
        (Lean::Men, 0..7) => [count, 0, 0],
        (Lean::Women, 0..6) => [0, count, 0],
        (_, 9) if count > 1 => [count / 2, count - count / 2, 0],
        _ => [0, 0, count],
    }
}

fn pay(random: &mut StdRng, job: &Job) -> Option<(i64, Option<i64>)> {
    if !job.countries.is_empty() {
        return Some((job.pay, random.gen_bool(0.5).then_some(job.pay * 115 / 100)));
    }
    let least = match random.gen_range(0..100) {
        0..5 => return None,
        5..13 => random.gen_range(86..=96),
        _ => job.pay + random.gen_range(0..=12),
    };
    Some((least, random.gen_bool(0.7).then(|| least + random.gen_range(5..=25))))
}

fn place(random: &mut StdRng, firm: &Firm, job: &Job) -> Place {
    if !job.countries.is_empty() {
        return Place::Abroad(chosen(random, job.countries));
    }
    let elsewhere: Vec<&'static str> =
        ELSEWHERE.iter().copied().filter(|region| region.get(..2) != firm.region.get(..2)).collect();
    match random.gen_range(0..100) {
        0..8 => Place::Elsewhere(chosen(random, &elsewhere)),
        8..28 => Place::SubDistrict,
        _ => Place::District,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand::SeedableRng;

    use super::*;

    #[test]
    fn companies_are_many_and_each_its_own() {
        let firms = firms(&mut StdRng::seed_from_u64(1));
        assert_eq!(firms.len(), 200);
        let names: BTreeSet<&str> = firms.iter().map(|firm| firm.name.as_str()).collect();
        assert_eq!(names.len(), firms.len());
        assert!(names.iter().all(|name| name.contains("Contoh")));
        let numbers: BTreeSet<&str> = firms.iter().map(|firm| firm.nib.as_str()).collect();
        assert_eq!(numbers.len(), firms.len());
        assert!(numbers.iter().all(|number| disnaker_entity::Nib::parse(number).is_ok()));
    }

    #[test]
    fn every_letter_of_a_job_or_office_is_a_trade() {
        let known = |letter: char| TRADES.iter().any(|trade| trade.letter == letter);
        assert!(JOBS.iter().flat_map(|job| job.trades.chars()).all(|letter| letter == '*' || known(letter)));
        assert!(OFFICES.iter().flat_map(|office| office.firms).all(|(letter, _)| known(*letter)));
    }
}
