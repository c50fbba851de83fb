//! What a job seeker's record must say, and what an officer may let pass.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use disnaker_entity::Nik;
use disnaker_entity::reference::RegionLevel;
use disnaker_entity::school::{SchoolId, SchoolStatus};
use disnaker_entity::seeker::SeekerStatus;
use serde_json::Value;

use super::bodies::{
    FieldReason, NewSeeker, Override, SeekerAddress, SeekerFinding, SeekerPatch, SharingPurpose, WantedWork,
};
use super::names;
use crate::book::{Book, NO_OFFICE, OWN_OFFICE, Office};
use crate::caller::{Identity, Scope};
use crate::check::{Checks, NOT_ALLOWED, OUT_OF_RANGE, REQUIRED, UNKNOWN_REFERENCE, at_least, code_of};
use crate::clock::Moment;
use crate::lifecycle::{self, By};
use crate::problem::{Fault, FaultCode, Kind, Problem, Refusal, Text};
use crate::reference::{A_DISTRICT, Codes};

const CARD_DIGITS: FaultCode =
    FaultCode::new("family-card-digits", "Bukan nomor Kartu Keluarga", "Not the number of a family card");
const CARD_IS_NIK: FaultCode = FaultCode::new(
    "family-card-is-nik",
    "Nomor Kartu Keluarga sama dengan NIK",
    "The number of the family card is the NIK",
);
const TOO_YOUNG: FaultCode = FaultCode::new("too-young", "Belum cukup umur", "Too young");
const ELSEWHERE: FaultCode =
    FaultCode::new("residence", "Domisili di wilayah dinas lain", "The residence is another office's");
const BIRTH_DATE: FaultCode = FaultCode::new(
    "nik-birth-date",
    "Tanggal lahir tidak sama dengan NIK",
    "The day of birth is not the one in the NIK",
);
const SEX: FaultCode =
    FaultCode::new("nik-sex", "Jenis kelamin tidak sama dengan NIK", "The sex is not the one in the NIK");
const DIPLOMA: FaultCode = FaultCode::new(
    "diploma-name",
    "Nama pada ijazah tidak sama dengan KTP",
    "The name on the diploma is not the one on the identity card",
);
const OLD_REGION: FaultCode = FaultCode::new(
    "nik-region-unknown",
    "Kode wilayah NIK tidak ada dalam daftar sekarang",
    "The region in the NIK is not in today's list",
);
const KNOWN: FaultCode =
    FaultCode::new("known-person", "Orang ini sudah terdaftar", "The person is in the register already");
const NOT_THEIRS: FaultCode =
    FaultCode::new("consent-not-theirs", "Persetujuan hanya dari orangnya sendiri", "Only the person can agree to it");
const OVERRIDE: FaultCode =
    FaultCode::new("override-required", "Perlu alasan petugas", "An officer's reason is required");

/// What a school says of a person's consent.
const NOT_BY_A_SCHOOL: Text = Text::of("kosong bila dari sekolah", "nothing from a school");

/// The rule that says how old somebody must be (UU 20/1999).
const LEAST_AGE: &str = "worker.minimum-age";
/// The rule that says whether another district's residents need an officer's reason.
const RESIDENCE: &str = "ak1.residence-required";

/// Why a step is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeekerRefusal {
    /// The caller has a record of their own already.
    OwnRecord,
    /// Another office keeps the person's record; told to the officer who verifies, and to nobody else.
    KeptElsewhere(String),
    /// The register has the NIK that a record of the register is to get.
    KnownNik,
    /// What the office has is changed by the office.
    Verified,
    /// Somebody who waits in a queue is not forgotten.
    HasTicket,
    /// Nothing is left of what the record said.
    Erased,
    /// Nothing can come of the record any more.
    Over,
}

impl Refusal for SeekerRefusal {
    fn kind(&self) -> Kind {
        match self {
            Self::OwnRecord | Self::KnownNik => Kind::AlreadyExists,
            Self::KeptElsewhere(_) => Kind::KeptElsewhere,
            Self::Verified | Self::HasTicket | Self::Erased | Self::Over => Kind::IllegalTransition,
        }
    }

    fn detail(&self) -> Option<Text> {
        Some(match self {
            Self::OwnRecord => Text::of(
                "Anda sudah memiliki data pencari kerja; lihat /v1/me.",
                "You have a record of your own already; see /v1/me.",
            ),
            Self::KeptElsewhere(office) => Text::made(
                format!("Orang ini terdaftar di dinas {office}; mintalah pemindahan (transfer) dari dinas itu."),
                format!("Office {office} keeps this person's record; ask it for a transfer."),
            ),
            Self::KnownNik => Text::of(
                "NIK ini sudah ada dalam daftar; gabungkan kedua data dengan `merge`.",
                "The register has this NIK; make the two records one with `merge`.",
            ),
            Self::HasTicket => Text::of(
                "Batalkan dahulu antrean yang masih berjalan, lalu hapus.",
                "Cancel the ticket that still runs, then delete.",
            ),
            Self::Verified => Text::of(
                "Data ini sudah di tangan dinas; perubahannya melalui dinas.",
                "The office has the record; the office changes it.",
            ),
            Self::Erased => Text::of(
                "Isi data ini sudah dihapus; orangnya mendaftar kembali.",
                "What the record said is erased; the person registers anew.",
            ),
            Self::Over => Text::of(
                "Data ini sudah ditarik, digabungkan, atau dihapus isinya.",
                "The record is withdrawn, merged into another one, or erased.",
            ),
        })
    }
}

/// Who writes a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// The person, who gets the role in it.
    Person(Identity),
    /// A school, for one of its alumni, and its own reference of them.
    School(SchoolId, Option<String>),
    /// The office's counter.
    Counter,
}

/// Who writes a draft: a school where one is named or the caller has only one, the counter for a caller of that office,
/// else the person.
///
/// # Errors
/// `invalid-content` for a school or an office that is not the caller's, and for a consent that is not theirs to give.
pub fn author(new: &NewSeeker, office: &str, scope: &Scope, identity: &Identity) -> Result<Author, Problem> {
    let mut checks = Checks::default();
    let school = match (new.school_id, scope.schools.as_slice()) {
        (None, [only]) => Some(*only),
        (None, [_, _, ..]) => {
            checks.fault(
                "/school_id",
                REQUIRED,
                Value::Null,
                Text::of("salah satu sekolah tempat Anda bekerja", "one of the schools that you work for"),
            );
            None
        }
        (None, []) => None,
        (Some(id), schools) => {
            if !schools.contains(&id) {
                checks.fault(
                    "/school_id",
                    UNKNOWN_REFERENCE,
                    id.to_string(),
                    Text::of("sekolah tempat Anda bekerja", "a school that you work for"),
                );
            }
            Some(id)
        }
    };
    let staff = scope.is_staff();
    if school.is_some() {
        of_school(&mut checks, &new.consents, new.wanted.as_ref());
    }
    if school.is_none() && staff && !scope.covers_office(office) {
        checks.fault("/office", NOT_ALLOWED, office, OWN_OFFICE);
    }
    checks.done()?;
    Ok(match school {
        Some(id) => Author::School(id, None),
        None if staff => Author::Counter,
        None => Author::Person(identity.clone()),
    })
}

/// What a school does not say of its alumni: what they agree to, and that they would work abroad, for which it places nobody
/// (Permenaker 39/2016 arts. 31 to 36).
pub fn of_school(checks: &mut Checks, consents: &[SharingPurpose], wanted: Option<&WantedWork>) {
    if !consents.is_empty() {
        checks.fault("/consents", NOT_THEIRS, Value::Null, NOT_BY_A_SCHOOL);
    }
    if wanted.is_some_and(|wanted| wanted.abroad) {
        let expected = Text::of(
            "false: BKK tidak menempatkan ke luar negeri",
            "false: a school's job office places nobody abroad",
        );
        checks.fault("/wanted/abroad", NOT_ALLOWED, true, expected);
    }
}

/// A school that is not registered drafts nothing.
#[must_use]
pub fn not_registered(status: Option<SchoolStatus>) -> Problem {
    let expected = Text::of("sekolah yang BKK-nya terdaftar di dinas", "a school whose job office is registered");
    let received = status.map_or(Value::Null, |status| status.as_str().into());
    Problem::new(Kind::InvalidContent).faults(vec![Fault::new("/school_id", NOT_ALLOWED, received, expected)])
}

/// The hands in which a caller holds a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hands {
    /// The person's own, or the counter's that wrote it down for them.
    pub person: bool,
    /// Those of the school that wrote it.
    pub school: bool,
    /// Those of the office that keeps it.
    pub office: bool,
}

impl Hands {
    /// What they may do with a record in a status, in the order of the table.
    #[must_use]
    pub fn allowed(self, status: SeekerStatus) -> Vec<&'static str> {
        match (self.person || self.school, self.office) {
            (true, true) => lifecycle::allowed(status, By::Either),
            (true, false) => lifecycle::allowed(status, By::Person),
            (false, true) => lifecycle::allowed(status, By::Office),
            (false, false) => Vec::new(),
        }
    }

    /// Whether they may do what is the person's to do: an office neither sends nor withdraws what is not its own.
    ///
    /// # Errors
    /// `illegal-transition` with what they may do instead.
    pub fn of_person(self, status: SeekerStatus) -> Result<(), Problem> {
        if self.person || self.school {
            return Ok(());
        }
        Err(Problem::new(Kind::IllegalTransition).allowed(self.allowed(status)))
    }
}

/// A record that is sound as far as it goes.
#[derive(Clone)]
pub struct Sound {
    /// NIK.
    pub nik: Nik,
    /// The office that keeps it.
    pub office: String,
}

/// Every fault of a draft at once. What is missing is no fault yet.
///
/// # Errors
/// `invalid-content`.
pub fn check(new: &NewSeeker, codes: &Codes, book: &Book, today: NaiveDate) -> Result<Sound, Problem> {
    let mut checks = Checks::default();
    let nik = identity(&mut checks, new, today);
    let home = new.address.as_ref().and_then(|address| home(&mut checks, address, codes, book));
    if let Some(contact) = &new.contact {
        checks.optional_line("/contact/phone", contact.phone.as_deref(), 40);
        if let Some(email) = &contact.email {
            checks.email("/contact/email", email);
        }
    }
    let office = match (&new.office, home) {
        (Some(office), _) if book.offices.contains_key(office) => Some(office.clone()),
        (Some(office), _) => {
            let received: String = office.chars().take(12).collect();
            checks.fault("/office", UNKNOWN_REFERENCE, received, code_of("/v1/offices"));
            None
        }
        (None, Some(home)) => Some(home.code.clone()),
        (None, None) if new.address.is_some() => {
            checks.fault(
                "/address/region",
                NO_OFFICE,
                Value::Null,
                Text::of(
                    "wilayah salah satu dinas di /v1/offices, atau `office`",
                    "a region of one of /v1/offices, or `office`",
                ),
            );
            None
        }
        (None, None) => {
            checks.fault("/office", REQUIRED, Value::Null, Text::of("`office` atau alamat", "`office`, or an address"));
            None
        }
    };
    history(&mut checks, new, codes, today);
    wanted(&mut checks, new, codes);
    let mut purposes = BTreeSet::new();
    checks.count("/consents", new.consents.len(), 0, SharingPurpose::ALL.len());
    for (at, purpose) in new.consents.iter().enumerate() {
        if !purposes.insert(purpose) {
            checks.fault(
                format!("/consents/{at}"),
                NOT_ALLOWED,
                purpose.as_str(),
                Text::of("setiap tujuan satu kali", "each purpose once"),
            );
        }
    }
    checks.done()?;
    let (Some(nik), Some(office)) = (nik, office) else {
        return Err(Problem::internal("a sound record without a NIK or an office"));
    };
    Ok(Sound { nik, office })
}

/// The office of an address.
fn home<'a>(checks: &mut Checks, address: &SeekerAddress, codes: &Codes, book: &'a Book) -> Option<&'a Office> {
    checks.line("/address/street", &address.street, 200);
    checks.optional_line("/address/village", address.village.as_deref(), 80);
    if codes.region(&address.region).is_some_and(|region| region.level != RegionLevel::Province) {
        return book.receiving_office(&address.region);
    }
    checks.fault("/address/region", UNKNOWN_REFERENCE, Value::Null, A_DISTRICT);
    None
}

/// What is odd in a record and no fault: a NIK keeps the region of its issue for life, and regions are split and
/// renamed.
#[must_use]
pub fn warnings(new: &NewSeeker, codes: &Codes) -> Vec<Fault> {
    let pair = |at: usize| new.identity.nik.get(at..at + 2).unwrap_or_default();
    let district = format!("{}.{}", pair(0), pair(2));
    // What lies in a district follows it in the order of codes.
    let listed = codes.regions(Some(&district), None, None, None).next().is_some_and(|next| next.parent == district);
    let sub_district = format!("{district}.{}", pair(4));
    // Of a district whose sub-districts are not loaded, none is unknown.
    let known = codes.region(&district).is_some() && (!listed || codes.region(&sub_district).is_some());
    let old = || {
        Fault::new(
            "/identity/nik",
            OLD_REGION,
            Value::Null,
            Text::of("wilayah pada saat NIK diterbitkan", "a region of the day of issue"),
        )
    };
    (!known).then(old).into_iter().collect()
}

fn identity(checks: &mut Checks, new: &NewSeeker, today: NaiveDate) -> Option<Nik> {
    let identity = &new.identity;
    let length = |text: &str| Value::from(format!("{} characters", text.chars().count()));
    let nik = checks.parsed("/identity/nik", Nik::parse(&identity.nik), length(&identity.nik));
    checks.line("/identity/name", &identity.name, 120);
    if !identity.name.trim().is_empty() && !identity.name.chars().any(char::is_alphabetic) {
        let expected = Text::of("nama seperti pada KTP", "a name as on the identity card");
        checks.fault("/identity/name", NOT_ALLOWED, Value::Null, expected);
    }
    checks.optional_line("/identity/birth_place", identity.birth_place.as_deref(), 80);
    if let Some(card) = &identity.family_card {
        let digits = card.len() == 16 && card.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            checks.fault("/identity/family_card", CARD_DIGITS, length(card), Text::of("16 angka 0-9", "16 digits 0-9"));
        } else if *card == identity.nik {
            checks.fault(
                "/identity/family_card",
                CARD_IS_NIK,
                Value::Null,
                Text::of("nomor di kepala Kartu Keluarga", "the number at the head of the family card"),
            );
        }
    }
    if let Some(day) = identity.birth_on
        && !(1900..=today.year()).contains(&day.year())
    {
        checks.fault(
            "/identity/birth_on",
            OUT_OF_RANGE,
            Value::Null,
            Text::of("hari sejak 1900 sampai hari ini", "a day from 1900 until today"),
        );
    }
    nik
}

fn history(checks: &mut Checks, new: &NewSeeker, codes: &Codes, today: NaiveDate) {
    let year = |checks: &mut Checks, pointer: String, year: Option<i32>| {
        if let Some(year) = year {
            checks.range(pointer, year.into(), 1930, today.year().into());
        }
    };
    checks.count("/education", new.education.len(), 0, 10);
    for (at, item) in new.education.iter().enumerate() {
        let pointer = |field: &str| format!("/education/{at}/{field}");
        if codes.education_rank(&item.level).is_none() {
            let received: String = item.level.chars().take(40).collect();
            checks.fault(pointer("level"), UNKNOWN_REFERENCE, received, code_of("/v1/education-levels"));
        }
        checks.optional_line(pointer("school"), item.school.as_deref(), 120);
        checks.optional_line(pointer("major"), item.major.as_deref(), 120);
        checks.optional_line(pointer("name_on_diploma"), item.name_on_diploma.as_deref(), 120);
        year(checks, pointer("graduated_in"), item.graduated_in);
    }
    checks.count("/courses", new.courses.len(), 0, 30);
    for (at, item) in new.courses.iter().enumerate() {
        let pointer = |field: &str| format!("/courses/{at}/{field}");
        checks.line(pointer("name"), &item.name, 120);
        checks.optional_line(pointer("provider"), item.provider.as_deref(), 120);
        checks.optional_line(pointer("certificate"), item.certificate.as_deref(), 80);
        year(checks, pointer("year"), item.year);
    }
    checks.count("/experience", new.experience.len(), 0, 30);
    for (at, item) in new.experience.iter().enumerate() {
        let pointer = |field: &str| format!("/experience/{at}/{field}");
        checks.line(pointer("employer"), &item.employer, 120);
        checks.line(pointer("position"), &item.position, 120);
        year(checks, pointer("from_year"), Some(item.from_year));
        year(checks, pointer("until_year"), item.until_year);
        if item.until_year.is_some_and(|until| until < item.from_year) {
            checks.fault(pointer("until_year"), OUT_OF_RANGE, item.until_year, at_least(item.from_year));
        }
    }
    for (pointer, words, most) in [("/skills", &new.skills, 30), ("/languages", &new.languages, 10)] {
        checks.count(pointer, words.len(), 0, most);
        for (at, word) in words.iter().enumerate() {
            checks.line(format!("{pointer}/{at}"), word, 80);
        }
    }
}

fn wanted(checks: &mut Checks, new: &NewSeeker, codes: &Codes) {
    let mut kinds = BTreeSet::new();
    for (at, kind) in new.disabilities.iter().enumerate() {
        if codes.disability_kind(kind).is_none() || !kinds.insert(kind) {
            checks.fault(
                format!("/disabilities/{at}"),
                UNKNOWN_REFERENCE,
                Value::Null,
                Text::of("kode dari /v1/disability-kinds, satu kali", "a code of /v1/disability-kinds, once"),
            );
        }
    }
    let Some(wanted) = &new.wanted else { return };
    checks.count("/wanted/occupations", wanted.occupations.len(), 0, 10);
    for (at, code) in wanted.occupations.iter().enumerate().filter(|(_, code)| !codes.occupation_known(code)) {
        let received: String = code.chars().take(20).collect();
        checks.fault(format!("/wanted/occupations/{at}"), UNKNOWN_REFERENCE, received, code_of("/v1/occupations"));
    }
    checks.count("/wanted/regions", wanted.regions.len(), 0, 20);
    for (at, code) in wanted.regions.iter().enumerate().filter(|(_, code)| codes.region(code).is_none()) {
        let received: String = code.chars().take(20).collect();
        checks.fault(format!("/wanted/regions/{at}"), UNKNOWN_REFERENCE, received, code_of("/v1/regions"));
    }
    if let Some(wage) = wanted.wage_min {
        checks.range("/wanted/wage_min", wage, 0, 1_000_000_000);
    }
}

/// What a record must say before it is sent to the office; and that the person is old enough.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn complete(new: &NewSeeker, office: &str, book: &Book, moment: &Moment) -> Result<(), Problem> {
    let mut checks = Checks::default();
    let identity = &new.identity;
    let required = [
        ("/identity/birth_place", identity.birth_place.is_some()),
        ("/identity/birth_on", identity.birth_on.is_some()),
        ("/identity/sex", identity.sex.is_some()),
        ("/identity/religion", identity.religion.is_some()),
        ("/identity/marital_status", identity.marital_status.is_some()),
        ("/address", new.address.is_some()),
        ("/education", !new.education.is_empty()),
        ("/wanted/occupations", new.wanted.as_ref().is_some_and(|wanted| !wanted.occupations.is_empty())),
    ];
    for (pointer, _) in required.into_iter().filter(|(_, there)| !there) {
        checks.fault(
            pointer,
            REQUIRED,
            Value::Null,
            Text::of("sebelum dikirim ke dinas", "before it is sent to the office"),
        );
    }
    if let Some(born) = identity.birth_on {
        let policy = book.policies.at(LEAST_AGE, office, moment.today)?;
        let years = i64::from(moment.today.years_since(born).unwrap_or_default());
        if years < policy.amount {
            let (least, law) = (policy.amount, &policy.law);
            let expected = Text::made(format!("{least} tahun ({})", law.id), format!("{least} years ({})", law.en));
            checks.fault("/identity/birth_on", TOO_YOUNG, years, expected);
        }
    }
    checks.done()
}

/// What does not agree in a record, and an officer may let pass with a reason. An identity card may state a wrong
/// number for life; names on diplomas are misspelt; who has moved may still be served.
///
/// # Errors
/// An internal error for a rule that no policy row has.
pub fn findings(new: &NewSeeker, office: &str, book: &Book, today: NaiveDate) -> Result<Findings, Problem> {
    let identity = &new.identity;
    let nik = Nik::parse(&identity.nik).map_err(|_| Problem::internal("a NIK that is none"))?;
    let mut found = Vec::new();
    let mut find = |finding, pointer: String, code, expected| {
        found.push((finding, Fault::new(pointer, code, Value::Null, expected)));
    };
    if identity.birth_on.is_some_and(|born| nik.birth_dates().all(|day| day != born)) {
        find(
            SeekerFinding::NikBirthDate,
            "/identity/birth_on".into(),
            BIRTH_DATE,
            Text::of("tanggal dalam NIK", "the day in the NIK"),
        );
    }
    if identity.sex.is_some_and(|sex| sex != nik.sex()) {
        find(
            SeekerFinding::NikSex,
            "/identity/sex".into(),
            SEX,
            Text::of("jenis kelamin dalam NIK", "the sex in the NIK"),
        );
    }
    let home = new.address.as_ref().and_then(|address| book.receiving_office(&address.region));
    let asked = book.policies.at(RESIDENCE, office, today)?.amount != 0;
    if asked && new.address.is_some() && home.is_none_or(|home| home.code != office) {
        find(
            SeekerFinding::Residence,
            "/address/region".into(),
            ELSEWHERE,
            Text::of("wilayah dinas ini", "a region of this office"),
        );
    }
    for (at, item) in new.education.iter().enumerate() {
        if item.name_on_diploma.as_ref().is_some_and(|diploma| !names::same(diploma, &identity.name)) {
            let pointer = format!("/education/{at}/name_on_diploma");
            find(
                SeekerFinding::DiplomaName,
                pointer,
                DIPLOMA,
                Text::of("nama pada KTP", "the name on the identity card"),
            );
        }
    }
    Ok(found)
}

/// Whether a change touches what a finding is about.
#[must_use]
pub fn is_touched(finding: SeekerFinding, before: &NewSeeker, after: &NewSeeker) -> bool {
    let (was, is) = (&before.identity, &after.identity);
    let region = |said: &NewSeeker| said.address.as_ref().map(|address| address.region.clone());
    let diplomas =
        |said: &NewSeeker| said.education.iter().map(|item| item.name_on_diploma.clone()).collect::<Vec<_>>();
    match finding {
        SeekerFinding::NikBirthDate => was.nik != is.nik || was.birth_on != is.birth_on,
        SeekerFinding::NikSex => was.nik != is.nik || was.sex != is.sex,
        SeekerFinding::Residence => region(before) != region(after),
        SeekerFinding::DiplomaName => was.name != is.name || diplomas(before) != diplomas(after),
        SeekerFinding::KnownPerson => false,
    }
}

/// What does not agree in a record, each with the fault that shows where.
pub type Findings = Vec<(SeekerFinding, Fault)>;

/// The finding that the person of a draft has a record: for the office's eyes only.
#[must_use]
pub fn known_person() -> (SeekerFinding, Fault) {
    let expected = Text::of(
        "orang yang belum terdaftar, atau alasan menggabungkan keduanya",
        "a person without a record, or a reason to join the two",
    );
    (SeekerFinding::KnownPerson, Fault::new("/identity/nik", KNOWN, Value::Null, expected))
}

/// Holds an officer's reasons against the findings: each needs one, and none is given for what is not there.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn overridden(findings: &[(SeekerFinding, Fault)], overrides: &[Override]) -> Result<(), Problem> {
    let mut checks = Checks::default();
    for (at, given) in overrides.iter().enumerate() {
        let pointer = |field: &str| format!("/overrides/{at}/{field}");
        checks.reason(pointer("reason"), &given.reason, 500);
        let twice = overrides.iter().take(at).any(|other| other.finding == given.finding);
        if twice || findings.iter().all(|(finding, _)| *finding != given.finding) {
            checks.fault(
                pointer("finding"),
                NOT_ALLOWED,
                given.finding.as_str(),
                Text::of("temuan pada data ini, satu kali", "a finding of the record, once"),
            );
        }
    }
    let kinds: BTreeSet<SeekerFinding> = findings.iter().map(|(finding, _)| *finding).collect();
    for finding in kinds {
        if overrides.iter().all(|given| given.finding != finding) {
            checks.fault(
                "/overrides",
                OVERRIDE,
                finding.as_str(),
                Text::of("alasan, atau pengembalian data", "a reason, or a return of the record"),
            );
        }
    }
    checks.done()
}

/// The reasons of a return: pointers into the record, each with something to mend.
///
/// # Errors
/// `invalid-content` with every fault.
pub fn reasons(fields: &[FieldReason]) -> Result<(), Problem> {
    let mut checks = Checks::default();
    checks.count("/fields", fields.len(), 1, 30);
    for (at, field) in fields.iter().enumerate() {
        checks.line(format!("/fields/{at}/pointer"), &field.pointer, 80);
        checks.lines(format!("/fields/{at}/reason"), &field.reason, 500);
        if !field.pointer.starts_with('/') {
            let received: String = field.pointer.chars().take(80).collect();
            checks.fault(
                format!("/fields/{at}/pointer"),
                NOT_ALLOWED,
                received,
                Text::of("penunjuk seperti /identity/name", "a pointer such as /identity/name"),
            );
        }
    }
    checks.done()
}

/// Whether a record is or was in the register.
#[must_use]
pub fn registered(status: SeekerStatus) -> bool {
    matches!(status, SeekerStatus::Registered | SeekerStatus::Placed | SeekerStatus::Removed)
}

/// Whether nothing can come of a record any more.
#[must_use]
pub fn is_over(status: SeekerStatus, erased_at: Option<DateTime<Utc>>) -> bool {
    erased_at.is_some() || matches!(status, SeekerStatus::Merged | SeekerStatus::Withdrawn)
}

/// Whether a record may be changed: by whoever wrote it before it is sent and after it came back; by the office once it
/// has it; and in the register by the person, too, in what is not their identity. The office that keeps a record
/// changes by a transfer.
///
/// # Errors
/// Says who changes it.
pub fn changeable(status: SeekerStatus, hands: Hands, patch: &SeekerPatch) -> Result<(), Problem> {
    use SeekerStatus::{Draft, Merged, Placed, Registered, Removed, Returned, Submitted, Withdrawn};
    let mut checks = Checks::default();
    let mends = matches!(status, Draft | Returned) && !hands.office;
    if !mends && let Some(office) = &patch.office {
        let received: String = office.chars().take(12).collect();
        checks.fault(
            "/office",
            NOT_ALLOWED,
            received,
            Text::of("kosong: dinas berubah dengan pemindahan (transfer)", "nothing: a transfer changes the office"),
        );
    }
    if !hands.person && !hands.office {
        let wanted = patch.wanted.as_ref().and_then(Option::as_ref);
        of_school(&mut checks, patch.consents.as_deref().unwrap_or_default(), wanted);
    }
    checks.done()?;
    let may = match status {
        Draft | Returned => hands.person || hands.school,
        Submitted => hands.office,
        Registered | Placed => hands.office || hands.person && patch.identity.is_none(),
        Removed | Merged | Withdrawn => false,
    };
    if may { Ok(()) } else { Err(SeekerRefusal::Verified.into()) }
}

#[cfg(test)]
mod tests {
    use disnaker_entity::Sex;
    use disnaker_entity::reference::PolicyUnit;

    use super::super::bodies::IdentityPatch;
    use super::*;
    use crate::book::{Policies, Policy};
    use crate::clock::Zone;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn book() -> Book {
        let rule = |rule: &str, amount, unit| Policy {
            rule: rule.into(),
            scope: String::new(),
            valid_from: day("2019-01-01"),
            amount,
            unit,
            law: Text::of("UU 20/1999", "UU 20/1999"),
        };
        let rules = [rule(LEAST_AGE, 15, PolicyUnit::Years), rule(RESIDENCE, 1, PolicyUnit::Flag)];
        let offices = ["36.72", "33.06"].map(|code| {
            let office = Office { code: code.into(), name: code.into(), region: code.into(), zone: Zone::WESTERN };
            (code.to_owned(), office)
        });
        Book { offices: offices.into(), policies: Policies::new(rules), ..Book::default() }
    }

    fn faults(new: &NewSeeker) -> Vec<(String, &'static str)> {
        let refused = check(new, &Codes::sample(), &book(), day("2026-11-23")).err();
        let faults = refused.map(Problem::into_faults).unwrap_or_default();
        faults.into_iter().map(|fault| (fault.pointer, fault.code.code)).collect()
    }

    fn found(change: impl Fn(&mut NewSeeker)) -> Vec<SeekerFinding> {
        let mut new = NewSeeker::sample();
        change(&mut new);
        let found = findings(&new, "36.72", &book(), day("2026-11-23")).unwrap();
        found.into_iter().map(|(finding, _)| finding).collect()
    }

    #[test]
    fn the_two_numbers_are_not_mixed_up() {
        let mut new = NewSeeker::sample();
        new.identity.family_card = Some(new.identity.nik.clone());
        assert!(faults(&new).contains(&("/identity/family_card".into(), "family-card-is-nik")));
        new.identity.family_card = Some("367201150315002".into());
        assert!(faults(&new).contains(&("/identity/family_card".into(), "family-card-digits")));
    }

    #[test]
    fn a_nik_of_a_region_that_is_not_listed_is_odd_and_no_fault() {
        let odd = |nik: &str| {
            let mut new = NewSeeker::sample();
            new.identity.nik = nik.into();
            assert!(faults(&new).iter().all(|(pointer, _)| pointer != "/identity/nik"), "{nik}");
            warnings(&new, &Codes::sample()).len()
        };
        assert_eq!(odd("3672014101990007"), 0);
        // A sub-district that is not among those of its district; one of a district whose own are not loaded; no
        // district.
        assert_eq!(odd("3672514101990007"), 1);
        assert_eq!(odd("3673014101990007"), 0);
        assert_eq!(odd("9101014101990007"), 1);
    }

    #[test]
    fn a_two_digit_year_is_of_either_century() {
        for (nik, born) in [("3672014101350007", "1935-01-01"), ("3672014101100007", "2010-01-01")] {
            let born_on = |new: &mut NewSeeker| {
                (new.identity.nik, new.identity.birth_on) = (nik.into(), Some(day(born)));
            };
            assert_eq!(found(born_on), [], "{born}");
        }
    }

    #[test]
    fn whoever_holds_a_record_changes_what_is_theirs() {
        use SeekerStatus::{Draft, Merged, Registered, Removed, Returned, Submitted, Withdrawn};
        let own = Hands { person: true, ..Hands::default() };
        let school = Hands { school: true, ..Hands::default() };
        let office = Hands { office: true, ..Hands::default() };
        let identity = SeekerPatch { identity: Some(IdentityPatch::default()), ..SeekerPatch::default() };
        let may = |hands, patch: &SeekerPatch| {
            let statuses = [Draft, Returned, Submitted, Registered, Removed, Merged, Withdrawn];
            statuses.map(|status| changeable(status, hands, patch).is_ok())
        };
        assert_eq!(may(own, &SeekerPatch::sample()), [true, true, false, true, false, false, false]);
        assert_eq!(may(own, &identity), [true, true, false, false, false, false, false]);
        assert_eq!(may(school, &identity), [true, true, false, false, false, false, false]);
        assert_eq!(may(school, &SeekerPatch::sample()), [true, true, false, false, false, false, false]);
        assert_eq!(may(office, &identity), [false, false, true, true, false, false, false]);
    }

    #[test]
    fn what_an_identity_card_states_wrongly_is_a_finding_and_no_fault() {
        assert_eq!(found(|_| {}), []);
        assert_eq!(found(|new| new.identity.birth_on = Some(day("1999-01-02"))), [SeekerFinding::NikBirthDate]);
        assert_eq!(found(|new| new.identity.sex = Some(Sex::Male)), [SeekerFinding::NikSex]);
        // A two-digit year is of either century.
        assert_eq!(found(|new| new.identity.birth_on = Some(day("1899-01-01"))), [SeekerFinding::NikBirthDate]);
        let moved = |new: &mut NewSeeker| new.address.iter_mut().for_each(|address| address.region = "33.06".into());
        assert_eq!(found(moved), [SeekerFinding::Residence]);
        let misspelt = |new: &mut NewSeeker| {
            new.education.iter_mut().for_each(|item| item.name_on_diploma = Some("Siti Contohh".into()));
        };
        assert_eq!(found(misspelt), [SeekerFinding::DiplomaName]);
        let titled = |new: &mut NewSeeker| {
            new.education.iter_mut().for_each(|item| item.name_on_diploma = Some("Hj.  SITI CONTOH, S.Pd.".into()));
        };
        assert_eq!(found(titled), []);
    }

    #[test]
    fn each_finding_needs_one_reason_and_none_is_given_for_what_is_not_there() {
        let fault = Fault::new("/identity/sex", SEX, Value::Null, Text::of("", ""));
        let findings = [(SeekerFinding::NikSex, fault)];
        let given = |finding| Override { finding, reason: "KTP diperiksa di loket".into() };
        assert!(overridden(&findings, &[given(SeekerFinding::NikSex)]).is_ok());
        assert!(overridden(&[], &[]).is_ok());
        let code = |overrides: &[Override]| {
            let faults = overridden(&findings, overrides).unwrap_err().into_faults();
            faults.into_iter().map(|fault| fault.code.code).collect::<Vec<_>>()
        };
        assert_eq!(code(&[]), ["override-required"]);
        assert_eq!(code(&[given(SeekerFinding::Residence)]), ["not-allowed", "override-required"]);
        assert_eq!(code(&[given(SeekerFinding::NikSex), given(SeekerFinding::NikSex)]), ["not-allowed"]);
    }

    #[test]
    fn nobody_younger_than_the_law_says_is_sent_to_the_office() {
        let moment = |today: &str| Moment { today: day(today), ..book().moment(chrono::DateTime::UNIX_EPOCH, "36.72") };
        let mut new = NewSeeker::sample();
        new.identity.birth_on = Some(day("2011-11-24"));
        let code = |today: &str| {
            let refused = complete(&new, "36.72", &book(), &moment(today)).err().map(Problem::into_faults);
            refused.unwrap_or_default().into_iter().map(|fault| fault.code.code).collect::<Vec<_>>()
        };
        assert_eq!(code("2026-11-23"), ["too-young"]);
        assert_eq!(code("2026-11-24"), Vec::<&str>::new());
    }
}
