//! What people ask and complain of: consultations of Jawa Barat, which answers online (SIKHI), and a complaint there and in Cilegon.
//!
//! One consultation has gone its whole way, from the account whose token the page shows without a role; others wait for an answer, or
//! for a word of who asked. Each step is the room's own, for whoever takes it.

use disnaker_entity::consultation::{
    AskerKind, ComplaintCategory, ComplaintId, ConsultationId, ConsultationTopic, MessageKind,
};

use self::Step::{Answer, AskOn, Assign, Close, Rate, Resolve, Take};
use super::disputes::act_as;
use super::*;
use crate::access::permissions::{HandleComplaints, ReadConsultations};
use crate::consultations::complaints::bodies::{NewComplaint, Reporter, Respondent};
use crate::consultations::threads::bodies::{
    Asker, ConsultationAssignment, NewConsultation, NewConsultationMessage, Rating,
};
use crate::consultations::{complaints, threads};
use crate::demo::ANYONE;

/// The office that answers online.
const JAWA_BARAT: &str = "32";
/// The second of a day at which a step is written down: before those of disputes.
const NOON: i64 = 12 * 3600 + 900;
/// Days of the calendar that a clock reaches ahead at most.
const AHEAD: i64 = 60;

/// What happens next.
#[derive(Clone, Copy)]
enum Step {
    Assign,
    Answer(&'static str),
    AskOn(&'static str),
    Close,
    Rate(i32, &'static str),
    Take,
    Resolve(&'static str),
}

/// Steps, each so many working days after the one before.
type Course = &'static [(u32, Step)];

/// What is asked: its topic, as what, in a few words and in full.
type Question = (ConsultationTopic, AskerKind, &'static str, &'static str);

/// Working days ago, what is asked of Jawa Barat, and what comes of it. The first is asked by the account without a role.
const QUESTIONS: [(usize, Question, Course); 4] = [
    (
        22,
        (
            ConsultationTopic::Severance,
            AskerKind::Worker,
            "Pesangon setelah pabrik ditutup",
            "Pabrik ditutup karena merugi. Berapa pesangon untuk masa kerja tujuh tahun?",
        ),
        &[
            (1, Assign),
            (
                1,
                Answer(
                    "Untuk perusahaan tutup karena rugi: setengah dari ketentuan uang pesangon, ditambah uang penghargaan masa kerja dan \
                     uang penggantian hak (PP 35/2021 Pasal 44).",
                ),
            ),
            (2, AskOn("Apakah kerugian itu harus dibuktikan?")),
            (1, Answer("Ya, dengan hasil audit internal atau eksternal (PP 35/2021 Pasal 44).")),
            (1, Close),
            (0, Rate(5, "Jawabannya jelas dan cepat.")),
        ],
    ),
    (
        9,
        (
            ConsultationTopic::CompanyRegulation,
            AskerKind::Employer,
            "Pembaruan peraturan perusahaan",
            "Peraturan perusahaan kami berakhir tiga bulan lagi. Kapan pembaruannya diajukan?",
        ),
        &[(1, Assign), (1, Answer("Paling lambat tiga puluh hari kerja sebelum masa berlakunya berakhir."))],
    ),
    (
        2,
        (
            ConsultationTopic::Contract,
            AskerKind::Worker,
            "Kompensasi PKWT",
            "Kontrak saya berakhir setelah dua tahun. Apakah ada uang kompensasi?",
        ),
        &[(1, Assign)],
    ),
    (
        1,
        (
            ConsultationTopic::BipartiteForum,
            AskerKind::Union,
            "Pembentukan LKS bipartit",
            "Perusahaan dengan 60 pekerja belum memiliki LKS bipartit. Bagaimana memintanya?",
        ),
        &[],
    ),
];

/// Working days ago, the office, what is complained of, and what comes of it.
const COMPLAINTS: [(usize, &str, &str, &str, Course); 2] = [
    (
        12,
        JAWA_BARAT,
        "Upah lembur tidak dibayar",
        "Upah lembur dua bulan belum dibayar, dan bagian personalia tidak menjawab.",
        &[(1, Take), (4, Resolve("Perusahaan dipanggil dan membayar upah lembur pada tanggal gajian berikutnya."))],
    ),
    (
        3,
        "36.72",
        "Iuran jaminan sosial tidak disetor",
        "Iuran dipotong dari upah, tetapi menurut aplikasi jaminan sosial belum disetor.",
        &[(1, Take)],
    ),
];

/// What is asked or complained of, before and after it was.
#[derive(Clone, Copy)]
enum Subject {
    Question(Question),
    Consultation(ConsultationId),
    Grievance(&'static str, &'static str),
    Complaint(ComplaintId),
}

/// A consultation or a complaint that is told.
pub struct Inquiry {
    subject: Subject,
    office: &'static str,
    /// Whose account it is of.
    account: String,
    steps: Course,
}

impl Inquiry {
    fn asker(&self, state: &State) -> Identity {
        Identity { issuer: state.issuers.own().to_owned(), subject: self.account.clone() }
    }

    /// Takes the steps of a day in the name of whoever may.
    async fn go_on(&mut self, state: &Arc<State>, change: &mut Change) -> Result<(), Problem> {
        if let Subject::Question(_) | Subject::Grievance(..) = self.subject {
            return self.begin(state, change).await;
        }
        while let Some(((_, step), rest)) = self.steps.split_first() {
            self.steps = rest;
            let of_asker = matches!(step, AskOn(_) | Close | Rate(..));
            let who = if of_asker { self.asker(state) } else { identity(state, Role::Mediator, self.office) };
            match self.subject {
                Subject::Consultation(id) => {
                    act_as::<ReadConsultations>(state, change, &who).await?;
                    talk(change, id, *step).await?;
                }
                Subject::Complaint(id) => {
                    act_as::<HandleComplaints>(state, change, &who).await?;
                    handle(change, id, *step).await?;
                }
                Subject::Question(_) | Subject::Grievance(..) => return Err(lost()),
            }
            if rest.first().is_none_or(|(days, _)| *days > 0) {
                break;
            }
            state.clock.set(state.clock.now() + Duration::seconds(40));
        }
        Ok(())
    }

    async fn begin(&mut self, state: &Arc<State>, change: &mut Change) -> Result<(), Problem> {
        let who = self.asker(state);
        act_as::<ReadConsultations>(state, change, &who).await?;
        let (owner, office) = (Some(who.actor()), self.office.to_owned());
        let (name, email) = ("Contoh Penanya".to_owned(), Some("penanya@contoh.example".to_owned()));
        match self.subject {
            Subject::Question((topic, asks_as, subject, question)) => {
                let asker = Some(Asker { name, email, phone: None });
                let (subject, question) = (subject.to_owned(), question.to_owned());
                let new = NewConsultation { office, topic, asks_as, company_name: None, subject, question, asker };
                threads::check(&new, &change.book(), false)?;
                self.subject = Subject::Consultation(threads::ask(change, &new, owner).await?.id);
            }
            Subject::Grievance(subject, narrative) => {
                let new = grievance(office, subject, narrative, (name, email));
                complaints::check(&new, &change.book(), change.now())?;
                self.subject = Subject::Complaint(complaints::receive(change, new, owner).await?.id);
            }
            Subject::Consultation(_) | Subject::Complaint(_) => return Err(lost()),
        }
        Ok(())
    }
}

fn grievance(office: String, subject: &str, narrative: &str, (name, email): (String, Option<String>)) -> NewComplaint {
    let (address, phone, birth_on, sex) = (None, None, None, None);
    let company = Some("PT Contoh Rajut".to_owned());
    let employee_number = Some("CONTOH-17".to_owned());
    NewComplaint {
        office,
        category: ComplaintCategory::IndustrialRelations,
        reporter: Reporter { name, birth_on, sex, address, phone, email, company: company.clone(), employee_number },
        respondent: company.map(|name| Respondent { name, address: None, phone: None, email: None }),
        occurred_on: None,
        service_months: Some(29),
        subject: subject.to_owned(),
        narrative: narrative.to_owned(),
    }
}

async fn talk(change: &mut Change, id: ConsultationId, step: Step) -> Result<(), Problem> {
    let row = threads::lock(change, id).await?;
    let say = |kind, text: &str| NewConsultationMessage { kind, text: text.to_owned() };
    match step {
        Assign => {
            threads::assign(change, &row, &ConsultationAssignment { grant_id: None, reason: None }).await.map(drop)
        }
        Answer(text) => threads::say(change, &row, &say(MessageKind::Answer, text)).await.map(drop),
        AskOn(text) => threads::say(change, &row, &say(MessageKind::Question, text)).await.map(drop),
        Close => threads::close(change, &row).await.map(drop),
        Rate(rating, comment) => {
            let new = Rating { rating, comment: Some(comment.to_owned()) };
            threads::rate(change, &row, &new).await.map(drop)
        }
        Take | Resolve(_) => Err(lost()),
    }
}

async fn handle(change: &mut Change, id: ComplaintId, step: Step) -> Result<(), Problem> {
    let row = complaints::lock_for_desk(change, id).await?;
    match step {
        Take => complaints::take(change, &row).await.map(drop),
        Resolve(answer) => complaints::resolve(change, &row, answer).await.map(drop),
        Assign | Answer(_) | AskOn(_) | Close | Rate(..) => Err(lost()),
    }
}

impl Teller {
    /// Puts what people ask and complain of into the queue; where the calendar does not reach so far nobody could answer in time.
    pub(super) fn plan_inquiries(&mut self, book: &Book) {
        if book.calendar.day_off(self.today + Duration::days(AHEAD), JAWA_BARAT).is_err() {
            return;
        }
        let questions =
            QUESTIONS.iter().map(|(age, question, steps)| (*age, JAWA_BARAT, Subject::Question(*question), *steps));
        let grievances = COMPLAINTS.iter().map(|(age, office, subject, narrative, steps)| {
            (*age, *office, Subject::Grievance(subject, narrative), *steps)
        });
        for (nth, (age, office, subject, steps)) in questions.chain(grievances).enumerate() {
            let days = (1..).map(|days| self.today - Duration::days(days)).filter(|day| works(book, *day, office));
            let Some(date) = days.take(age).last() else { continue };
            let account = if nth == 0 { format!("demo-{ANYONE}") } else { format!("demo-asker-{nth}") };
            let inquiry = Inquiry { subject, office, account, steps };
            self.call(
                instant(date, NOON + i64::try_from(nth).unwrap_or_default() * 60),
                Scene::Inquiry(Box::new(inquiry)),
            );
        }
    }

    /// A consultation or a complaint goes on.
    pub(super) async fn inquire(&mut self, change: &mut Change, mut inquiry: Inquiry) -> Result<(), Problem> {
        let begun = self.now();
        inquiry.go_on(&self.state, change).await?;
        change.hold(Arc::new(self.scope.clone()), Arc::from([]));
        let Some((days, _)) = inquiry.steps.first() else { return Ok(()) };
        let date = Zone::WESTERN.date(begun);
        let next = change.book().calendar.add_working_days(date, *days, inquiry.office).ok();
        if let Some(next) = next.filter(|next| *next < self.today) {
            self.call(begun + (next - date), Scene::Inquiry(Box::new(inquiry)));
        }
        Ok(())
    }
}
