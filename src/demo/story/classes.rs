//! Classes: what three offices published of their years, told as it happened.
//!
//! Purworejo trained sixteen people in each of sixty packages of 2021 (forty-five by APBN and fifteen by APBD; twenty-one in villages and
//! thirty-nine at the centre); 3,691 had applied. 912 of the 960 had passed when it was written down: three classes had not finished yet,
//! and stay so here. Serang held two batches in villages in 2020, lost six programmes to refocusing, and had a class of laid-off workers
//! taught at the BBLKI. Cilegon taught sixteen kinds in 2023, the last of them to twenty people with disabilities in ten days. Whoever
//! applies is in the register, scores are drawn, and seats go by them.

use std::collections::BTreeMap;

use disnaker_entity::seeker::SeekerId;
use disnaker_entity::training::EnrollmentStatus::{Accepted, Attending};
use disnaker_entity::training::{
    CancelReason, Delivery, EvidenceKind, Funding, Mark, PackageStatus, ProgrammeId, ProviderId, ProviderKind, Site,
    TargetGroup, TrainingCoverPayer, enrollment, package,
};
use disnaker_entity::training_need::{NeedForum, NeedPriority};

use super::people::{draft, somebody};
use super::*;
use crate::clock::minutes;
use crate::demo::queries;
use crate::seekers;
use crate::seekers::rules::Author;
use crate::training::classes::bodies::{NewMark, NewSession, Pass};
use crate::training::classes::queries as classes;
use crate::training::enrollments::EnrollmentEvent;
use crate::training::enrollments::bodies::NewCover;
use crate::training::enrollments::queries::{self as enrollments, Moves};
use crate::training::enrollments::rules::Points;
use crate::training::needs::bodies::{NeedMeeting, NewTrainingNeed};
use crate::training::packages::bodies::{NewPackage, PackageCancellation};
use crate::training::packages::{self, PackageEvent, queries as plans};
use crate::training::proposals::bodies::{NewTrainingProposal, ProposalAnswer};
use crate::training::providers::bodies::{NewProgramme, NewProvider, ProgrammeUnit};
use crate::training::{needs, proposals, providers};

/// Packages of Purworejo in 2021, and those of them that had not finished.
const PACKAGES: usize = 60;
const UNFINISHED: usize = 3;
/// Applicants of Purworejo, of those with a card.
const APPLICANTS: (usize, usize) = (3_691, 3_725);
/// Of the applicants of a package: whose papers are in order, and who comes to the interview.
const ADMITTED: usize = 32;
const INTERVIEWED: usize = 24;

/// Programmes of Purworejo: name and trade.
const TAUGHT: [(&str, &str); 10] = [
    ("Menjahit Pakaian", "Garmen"),
    ("Las Listrik SMAW", "Teknik Las"),
    ("Servis Sepeda Motor", "Otomotif"),
    ("Instalasi Penerangan", "Listrik"),
    ("Tata Rias Pengantin", "Tata Rias"),
    ("Pengolahan Hasil Pertanian", "Processing"),
    ("Operator Komputer", "Teknologi Informasi"),
    ("Servis AC", "Refrigerasi"),
    ("Bordir", "Garmen"),
    ("Barista", "Pariwisata"),
];
/// What Serang had planned for 2020 and could not hold.
const REFOCUSED: [(&str, &str); 6] = [
    ("Las Industri", "Teknik Las"),
    ("Servis Komputer", "Teknologi Informasi"),
    ("Tata Boga", "Pariwisata"),
    ("Instalasi Listrik", "Listrik"),
    ("Operator Alat Berat", "Alat Berat"),
    ("Kecantikan Rambut", "Tata Rias"),
];
/// The kinds of Cilegon in 2023; the last one is the class for people with disabilities.
const KINDS: [(&str, &str); 16] = [
    ("Operator Forklift", "Alat Angkat"),
    ("Instalasi Listrik", "Listrik"),
    ("Las Listrik", "Teknik Las"),
    ("Menjahit", "Garmen"),
    ("Tata Rias", "Tata Rias"),
    ("Barista", "Pariwisata"),
    ("Servis AC", "Refrigerasi"),
    ("Servis Sepeda Motor", "Otomotif"),
    ("Operator Crane", "Alat Angkat"),
    ("Perancah", "Konstruksi"),
    ("Ahli K3 Umum", "Keselamatan Kerja"),
    ("Desain Grafis", "Teknologi Informasi"),
    ("Tata Boga", "Pariwisata"),
    ("Satpam Gada Pratama", "Pengamanan"),
    ("Administrasi Perkantoran", "Bisnis"),
    ("Berbicara di Depan Umum", "Komunikasi"),
];

/// Who applies.
enum Crowd {
    /// These, who are in the register.
    Registered(std::ops::Range<usize>),
    /// So many new ones, who register on the day; their serial begins with a number.
    New(usize, u32),
    /// Nobody: the class is cut before.
    Nobody,
}

/// What becomes of a class.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Finished,
    Running,
    Refocused,
}

/// A class that is told.
struct Course {
    office: &'static str,
    provider: (&'static str, ProviderKind),
    programme: (&'static str, &'static str),
    opens: NaiveDate,
    days: i64,
    funding: Funding,
    /// Sub-district and village of a Mobile Training Unit.
    place: Option<(&'static str, String)>,
    group: TargetGroup,
    crowd: Crowd,
    fate: Fate,
}

/// A step of a class.
#[derive(Clone, Copy)]
enum Turn {
    Announce,
    Cut,
    Select,
    Begin,
    End,
    /// Industry says what it needs.
    Meet,
}

/// The classes of the past, in the order of time.
pub struct Courses {
    courses: Vec<Course>,
    told: BTreeMap<usize, package::Model>,
    agenda: BTreeMap<(NaiveDate, usize), Turn>,
    /// Those of Purworejo who apply, once they are in the register.
    people: Vec<SeekerId>,
    providers: BTreeMap<(&'static str, &'static str), ProviderId>,
    programmes: BTreeMap<(&'static str, &'static str), ProgrammeId>,
    random: StdRng,
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

impl Courses {
    /// The classes of a past with so many cards; of a short one those of Purworejo alone, and few.
    pub fn new(cards: usize, whole: bool, until: NaiveDate) -> Self {
        let count = if whole { PACKAGES } else { 1 };
        let mut courses = purworejo(count, cards * APPLICANTS.0 / APPLICANTS.1);
        if whole {
            courses.extend(serang());
            courses.extend(cilegon());
            courses.push(pekalongan(until));
        }
        let mut agenda = BTreeMap::new();
        for (at, course) in courses.iter().enumerate() {
            let on = |days| course.opens + Duration::days(days);
            agenda.insert((on(0), at), Turn::Announce);
            if course.fate == Fate::Refocused {
                agenda.insert((on(12), at), Turn::Cut);
                continue;
            }
            agenda.insert((on(8), at), Turn::Select);
            agenda.insert((on(14), at), Turn::Begin);
            if course.fate == Fate::Finished {
                agenda.insert((on(14 + course.days), at), Turn::End);
            }
        }
        if whole {
            agenda.insert((until - Duration::days(20), courses.len() - 1), Turn::Meet);
        }
        let random = StdRng::seed_from_u64(SEED + 3);
        let (told, people) = (BTreeMap::new(), Vec::new());
        Self { courses, told, agenda, people, providers: BTreeMap::new(), programmes: BTreeMap::new(), random }
    }

    /// Tells what happened before a day.
    ///
    /// # Errors
    /// What a room refuses, or the database's own.
    pub async fn tell(&mut self, past: &Past<'_>, until: NaiveDate) -> Result<(), Problem> {
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 < until) {
            let ((date, at), turn) = entry.remove_entry();
            let mut change = past.begin(date).await?;
            self.turn(past, &mut change, date, at, turn).await?;
            change.commit().await?;
        }
        Ok(())
    }

    async fn turn(
        &mut self,
        past: &Past<'_>,
        change: &mut Change,
        date: NaiveDate,
        at: usize,
        turn: Turn,
    ) -> Result<(), Problem> {
        let course = self.courses.get(at).ok_or_else(lost)?;
        let (office, disability) = (course.office, course.group == TargetGroup::Disability);
        past.turn(change, Role::TrainingOfficer, office);
        if let Turn::Meet = turn {
            return meet(past, change, office, date).await;
        }
        let mut of = if let Turn::Announce = turn {
            self.announce(past, change, at).await?
        } else {
            enrollments::lock_package(change, self.told.get(&at).ok_or_else(lost)?.id).await?
        };
        match turn {
            Turn::Announce => {
                if disability {
                    ask(change, &of).await?;
                }
                self.apply(past, change, date, at, &of).await?;
            }
            Turn::Cut => {
                let reason = "Anggaran dialihkan untuk penanganan Covid-19 (refocusing)".to_owned();
                of =
                    plans::cancel(change, &of, &PackageCancellation { kind: CancelReason::Refocusing, reason }).await?;
            }
            Turn::Select => self.select(change, &mut of).await?,
            Turn::Begin => of = begin(change, &of).await?,
            Turn::End => of = end(change, &of, &mut self.random).await?,
            Turn::Meet => {}
        }
        self.told.insert(at, of);
        Ok(())
    }

    /// Plans a package and opens it.
    async fn announce(&mut self, past: &Past<'_>, change: &mut Change, at: usize) -> Result<package::Model, Problem> {
        let course = self.courses.get(at).ok_or_else(lost)?;
        let office = course.office;
        let provider = if let Some(id) = self.providers.get(&(office, course.provider.0)) {
            *id
        } else {
            let new = NewProvider {
                office: office.to_owned(),
                kind: course.provider.1,
                name: course.provider.0.to_owned(),
                region: office.to_owned(),
                ..NewProvider::sample()
            };
            providers::check(&new, past.codes)?;
            let id = providers::insert(change, &new).await?.id;
            if OFFICES.first().is_some_and(|first| first.code == office) {
                // Whose token the page shows.
                let role = Role::ProviderOperator;
                access::give(change, &identity(past.state, role, ""), role, &Realm::Provider(id)).await?;
            }
            self.providers.insert((office, course.provider.0), id);
            id
        };
        let programme = if let Some(id) = self.programmes.get(&(office, course.programme.0)) {
            *id
        } else {
            let unit = |code: &str, title: &str, hours, delivery| ProgrammeUnit {
                code: code.to_owned(),
                title: title.to_owned(),
                hours,
                delivery,
            };
            let new = NewProgramme {
                office: office.to_owned(),
                name: course.programme.0.to_owned(),
                trade: course.programme.1.to_owned(),
                occupation: None,
                education: None,
                units: vec![
                    unit("CONTOH.001.1", "Keselamatan dan kesehatan kerja", 24, Delivery::Online),
                    unit("CONTOH.002.1", course.programme.0, 216, Delivery::InPerson),
                ],
            };
            let hours = providers::check_programme(&new, past.codes)?;
            let id = providers::insert_programme(change, &new, hours).await?.id;
            self.programmes.insert((office, course.programme.0), id);
            id
        };
        let disability = course.group == TargetGroup::Disability;
        let starts_on = course.opens + Duration::days(14);
        let new = NewPackage {
            office: office.to_owned(),
            programme_id: programme,
            provider_id: provider,
            year: starts_on.year(),
            funding: course.funding,
            site: if course.place.is_some() { Site::MobileUnit } else { Site::Centre },
            region: course.place.as_ref().map(|(region, _)| (*region).to_owned()),
            village: course.place.as_ref().map(|(_, village)| village.clone()),
            target_group: course.group,
            accommodation: disability.then(|| "Pendamping, dokumen braille, dan ruang yang mudah dijangkau".to_owned()),
            opens_on: course.opens,
            closes_on: course.opens + Duration::days(8),
            starts_on,
            ends_on: starts_on + Duration::days(course.days - 1),
            ..NewPackage::sample()
        };
        let sound = packages::check(&new, past.codes, &change.book())?;
        let region = plans::ground(change, &new, None).await?;
        let row = plans::plan(change, &new, &sound, region).await?;
        if course.fate == Fate::Refocused { Ok(row) } else { plans::advance(change, &row, PackageEvent::Open).await }
    }

    /// Everybody applies on one day: papers of some are in order.
    async fn apply(
        &mut self,
        past: &Past<'_>,
        change: &mut Change,
        date: NaiveDate,
        at: usize,
        of: &package::Model,
    ) -> Result<(), Problem> {
        let course = self.courses.get(at).ok_or_else(lost)?;
        let (office, group) = (course.office, course.group);
        let people = match &course.crowd {
            Crowd::Nobody => return Ok(()),
            Crowd::Registered(range) => {
                if self.people.is_empty() {
                    self.people = queries::registered(change.db(), office).await?;
                }
                self.people.get(range.clone()).unwrap_or_default().to_vec()
            }
            Crowd::New(count, serial) => {
                past.turn(change, Role::CounterOfficer, office);
                let places = OFFICES.iter().find(|cast| cast.code == office).map_or(&[][..], |cast| cast.places);
                let mut people = Vec::new();
                for nth in 0..u32::try_from(*count).unwrap_or_default() {
                    let new = somebody(&mut self.random, places, date.year(), serial + nth);
                    let row = draft(change, &Author::Counter, &new, past.codes).await?;
                    let row = seekers::submit(change, &row).await?;
                    people.push(seekers::verify(change, &row, &[]).await?.id);
                }
                past.turn(change, Role::TrainingOfficer, office);
                people
            }
        };
        let evidence = match group {
            TargetGroup::Public => "[]".to_owned(),
            TargetGroup::LaidOff => {
                serde_json::to_string(&[EvidenceKind::FurloughLetter]).map_err(Problem::internal)?
            }
            _ => serde_json::to_string(&[EvidenceKind::DisabilityStatement]).map_err(Problem::internal)?,
        };
        let mut of = of.clone();
        let mut moves = Moves::default();
        for (nth, person) in people.iter().enumerate() {
            past.at(date, 9 * 3600 + i64::try_from(nth * 60).unwrap_or_default());
            let applicant = seekers::applicant(change, *person).await?.ok_or_else(lost)?;
            let row = enrollments::apply(change, &of, &applicant, None, &[]).await?;
            if nth < ADMITTED {
                let set = [(enrollment::Column::Evidence, evidence.clone().into())];
                moves.make(change, &row, EnrollmentEvent::Admit, set).await?;
            } else {
                let set = [(enrollment::Column::StatusReason, Some("Berkas tidak lengkap".to_owned()).into())];
                moves.make(change, &row, EnrollmentEvent::Reject, set).await?;
            }
        }
        moves.settle(change, &mut of).await
    }

    /// Test and interview; who misses them drops out, and seats go by the ranking.
    async fn select(&mut self, change: &mut Change, of: &mut package::Model) -> Result<(), Problem> {
        use disnaker_entity::training::EnrollmentStatus::Admitted;
        *of = plans::advance(change, of, PackageEvent::CloseApplications).await?;
        let mut moves = Moves::default();
        for (nth, row) in enrollments::of_package(change, of.id, [Admitted]).await?.iter().enumerate() {
            if nth >= INTERVIEWED {
                let set = [(enrollment::Column::StatusReason, Some("Tidak hadir pada tes".to_owned()).into())];
                moves.make(change, row, EnrollmentEvent::Drop, set).await?;
                continue;
            }
            let mut score = || Some(self.random.gen_range(120..=196) * 50);
            let set = [(enrollment::Column::TestScore, score().into())];
            let row = moves.make(change, row, EnrollmentEvent::Test, set).await?;
            let set = [(enrollment::Column::InterviewScore, score().into())];
            moves.make(change, &row, EnrollmentEvent::Interview, set).await?;
        }
        moves.settle(change, of).await?;
        enrollments::select(change, of).await.map(drop)
    }
}

/// An association of blind people asks for a class, and gets one.
async fn ask(change: &mut Change, of: &package::Model) -> Result<(), Problem> {
    let new = NewTrainingProposal {
        organisation: "Persatuan Tunanetra Contoh Cilegon".to_owned(),
        topic: "Berbicara di depan umum".to_owned(),
        target_group: TargetGroup::Disability,
        persons: 20,
        region: of.office.clone(),
        village: None,
        accommodation: Some("Pendamping dan dokumen braille".to_owned()),
        wished_from: None,
        wished_until: None,
        ..NewTrainingProposal::sample()
    };
    let row = proposals::propose(change, &new, of.office.clone()).await?;
    proposals::accept(change, &row, &ProposalAnswer { package_id: of.id }).await.map(drop)
}

/// The forum of industry meets: mechanics of garment machines are wanted, and nobody teaches that yet.
async fn meet(past: &Past<'_>, change: &mut Change, office: &str, date: NaiveDate) -> Result<(), Problem> {
    let new = NewTrainingNeed {
        office: Some(office.to_owned()),
        company_id: None,
        organisation: Some("Asosiasi HRD Contoh Pekalongan".to_owned()),
        meeting: Some(NeedMeeting {
            forum: NeedForum::Fkjppid,
            held_on: date,
            place: "Aula BLK Contoh Pekalongan".to_owned(),
        }),
        occupation: "72".to_owned(),
        skill: "Mekanik mesin garmen".to_owned(),
        units: Vec::new(),
        persons: 20,
        priority: NeedPriority::High,
        wanted_by: date + Duration::days(300),
        note: Some("Peserta pelatihan dan pemagangan diikutkan jaminan sosial ketenagakerjaan.".to_owned()),
    };
    let row = needs::propose(change, &new, past.codes).await?;
    let row = needs::review(change, &row).await?;
    needs::wait_for_instructor(change, &row).await.map(drop)
}

/// A class begins with everybody covered.
async fn begin(change: &mut Change, of: &package::Model) -> Result<package::Model, Problem> {
    let cover =
        NewCover { from: of.starts_on, until: of.ends_on, payer: TrainingCoverPayer::Office, ..NewCover::sample() };
    for row in enrollments::of_package(change, of.id, [Accepted]).await? {
        enrollments::cover(change, &row, &cover).await?;
    }
    let (of, _) = plans::start(change, of).await?;
    let session = NewSession {
        date: of.starts_on,
        begins_at: "08:00".to_owned(),
        minutes: 480,
        delivery: Delivery::InPerson,
        unit: Some("CONTOH.002.1".to_owned()),
        topic: "Praktik".to_owned(),
    };
    let sessions = classes::add_sessions(change, &of, &[session], &[minutes("08:00").unwrap_or_default()]).await?;
    let marks: Vec<_> = enrollments::of_package(change, of.id, [Attending]).await?;
    let marks: Vec<_> = marks.iter().map(|row| NewMark { enrollment_id: row.id, mark: Mark::Present }).collect();
    for session in sessions {
        classes::attend(change, &of, &session, &marks).await?;
    }
    Ok(of)
}

/// Everybody passes who was there.
async fn end(change: &mut Change, of: &package::Model, random: &mut StdRng) -> Result<package::Model, Problem> {
    let mut of = of.clone();
    for row in enrollments::of_package(change, of.id, [Attending]).await? {
        let pass = Pass { score: Points(random.gen_range(150..=195) * 50), override_reason: None };
        classes::pass(change, &mut of, &row, &pass).await?;
    }
    debug_assert!(of.status == PackageStatus::Running);
    plans::finish(change, &of).await
}

fn purworejo(count: usize, applicants: usize) -> Vec<Course> {
    let places = OFFICES.iter().find(|office| office.code == "33.06").map_or(&[][..], |office| office.places);
    let course = |nth: usize| {
        // Three waves; twenty-one of sixty in villages, spread over both budgets.
        let month = 8 + u32::try_from(nth * 3 / count).unwrap_or_default();
        let mobile = nth * 21 % PACKAGES < 21;
        let place = places.get(nth % places.len().max(1)).filter(|_| mobile);
        Course {
            office: "33.06",
            provider: ("UPTD BLK Contoh Purworejo", ProviderKind::Blk),
            programme: TAUGHT.get(nth % TAUGHT.len()).copied().unwrap_or(("Menjahit", "Garmen")),
            opens: day(2021, month, 2),
            days: 33,
            funding: if nth * 4 < count * 3 { Funding::Apbn } else { Funding::ApbdDistrict },
            place: place.map(|place| (*place, format!("Desa Contoh {}", nth + 1))),
            group: TargetGroup::Public,
            crowd: Crowd::Registered(applicants * nth / count..applicants * (nth + 1) / count),
            fate: if nth + UNFINISHED < count || count < UNFINISHED { Fate::Finished } else { Fate::Running },
        }
    };
    (0..count).map(course).collect()
}

fn serang() -> Vec<Course> {
    let course = |programme, opens, place: Option<(&'static str, String)>, crowd, fate| Course {
        office: "36.04",
        provider: ("UPTD BLK Contoh Serang", ProviderKind::Blk),
        programme,
        opens,
        days: 30,
        funding: Funding::ApbdDistrict,
        place,
        group: TargetGroup::Public,
        crowd,
        fate,
    };
    let village = |region, name: &str| Some((region, name.to_owned()));
    let mut courses = vec![
        course(
            ("Menjahit", "Garmen"),
            day(2020, 1, 13),
            village("36.04.07", "Bojonegara"),
            Crowd::New(20, 8_000),
            Fate::Finished,
        ),
        course(
            ("Otomotif", "Otomotif"),
            day(2020, 1, 14),
            village("36.04.08", "Pulo Ampel"),
            Crowd::New(20, 8_100),
            Fate::Finished,
        ),
    ];
    courses.extend(REFOCUSED.map(|programme| course(programme, day(2020, 4, 1), None, Crowd::Nobody, Fate::Refocused)));
    courses.push(Course {
        provider: ("BBLKI Contoh Serang", ProviderKind::Bblki),
        group: TargetGroup::LaidOff,
        funding: Funding::Apbn,
        ..course(("Pembuatan Masker", "Garmen"), day(2020, 6, 2), None, Crowd::New(20, 8_200), Fate::Finished)
    });
    courses
}

/// A class of this year, whose participants have social security as the forum asked.
fn pekalongan(until: NaiveDate) -> Course {
    Course {
        office: "33.75",
        provider: ("UPTD BLK Contoh Pekalongan", ProviderKind::Blk),
        programme: ("Operator Mesin Garmen", "Garmen"),
        opens: until - Duration::days(80),
        days: 30,
        funding: Funding::Csr,
        place: None,
        group: TargetGroup::Public,
        crowd: Crowd::New(18, 4_000),
        fate: Fate::Finished,
    }
}

fn cilegon() -> Vec<Course> {
    let course = |(nth, programme): (usize, (&'static str, &'static str))| {
        let disability = nth + 1 == KINDS.len();
        Course {
            office: "36.72",
            provider: ("UPTD BLK Contoh Cilegon", ProviderKind::Blk),
            programme,
            opens: day(2023, 3, 1) + Duration::days(i64::try_from(nth).unwrap_or_default() * 7),
            days: if disability { 10 } else { 30 },
            funding: Funding::ApbdDistrict,
            place: None,
            group: if disability { TargetGroup::Disability } else { TargetGroup::Public },
            crowd: Crowd::New(if disability { 22 } else { 18 }, 3_000 + u32::try_from(nth).unwrap_or_default() * 30),
            fate: Fate::Finished,
        }
    };
    KINDS.into_iter().enumerate().map(course).collect()
}
