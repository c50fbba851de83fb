//! Who may do what: the one table of permissions.
//!
//! A handler names a permission in its signature; the table gives the roles that have it and how far they see.
//! `Office` sees the rows of the office of the grant; `Province` also those of every office below it, where the
//! office is a province's; `Company` sees the rows of the company of the grant, `School` those of its school, `Provider`
//! those of its training provider, `Party` the case of the party, and `Own` those of the person themselves.

use disnaker_entity::access::Role::{
    self, AppBackend, CaseParty, CompanyAdmin, CompanyHr, CounterOfficer, EmploymentAgent, JobSeeker, Mediator,
    OfficeAdmin, PlacementAgent, PlacementOfficer, ProviderOperator, ProvinceAdmin, SchoolOperator, TrainingOfficer,
    VacancyAgent, Viewer,
};

use Sight::{Company, Office, Own, Party, Provider, Province, School};

/// How far a role sees with a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The person's own rows.
    Own,
    /// Rows of the school.
    School,
    /// Rows of the training provider.
    Provider,
    /// The case of the party to a dispute.
    Party,
    /// Rows of the company.
    Company,
    /// Rows of the office.
    Office,
    /// Rows of the office, and of every office below a province's.
    Province,
}

impl Sight {
    /// As the document says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Own => "own",
            School => "school",
            Provider => "provider",
            Party => "party",
            Company => "company",
            Office => "office",
            Province => "province",
        }
    }
}

/// Who needs no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Everybody, without a token.
    Public,
    /// Everybody with a valid token (`anyone`).
    Authenticated,
    /// Nobody: a role is needed.
    Granted,
}

/// A permission, as a type that handlers name.
pub trait Permission: 'static {
    /// Its name in the document.
    const NAME: &'static str;
    /// Who needs no role.
    const OPEN: Open;
    /// The roles that have it, and how far each sees.
    const ROLES: &'static [(Role, Sight)];
}

/// A row of the table, for the document.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Name.
    pub name: &'static str,
    /// Who needs no role.
    pub open: Open,
    /// Roles and sights.
    pub roles: &'static [(Role, Sight)],
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $permission:ident = $name:literal $open:ident [$($role:ident: $sight:ident),*];)*) => {
        $($(#[$doc])* pub struct $permission;

        impl $permission {
            /// The permission's name, for the operation's attribute.
            pub const NAME: &'static str = $name;
        }

        impl Permission for $permission {
            const NAME: &'static str = $name;
            const OPEN: Open = Open::$open;
            const ROLES: &'static [(Role, Sight)] = &[$(($role, $sight)),*];
        })*

        /// The whole table.
        pub const TABLE: &[Row] = &[$(Row {
            name: $name, open: Open::$open, roles: <$permission as Permission>::ROLES,
        }),*];
    };
}

permissions! {
    /// Read regions, code lists, calendar, minimum wages, policies and synonyms.
    ReadReference     = "read_reference"      Public [];
    /// Write holidays, minimum wages, policies and synonyms.
    ManageReference   = "manage_reference"    Granted [OfficeAdmin: Office, ProvinceAdmin: Province];
    /// Read the offices.
    ReadOffices       = "read_offices"        Public [];
    /// Change an office's address and hours.
    ManageOffice      = "manage_office"       Granted [OfficeAdmin: Office, ProvinceAdmin: Office];
    /// Read who one is.
    ReadMe            = "read_me"             Authenticated [];
    /// Turn an invitation into a grant.
    AcceptInvitation  = "accept_invitation"   Authenticated [];
    /// Invite, grant and revoke.
    ManageGrants      = "manage_grants"       Granted [OfficeAdmin: Office, ProvinceAdmin: Province, CompanyAdmin: Company];
    /// Create, rotate and revoke machine clients.
    ManageClients     = "manage_clients"      Granted [OfficeAdmin: Office, ProvinceAdmin: Province, CompanyAdmin: Company];
    /// Send `on_behalf_of` to the token endpoint.
    ActForUsers       = "act_for_users"       Granted [AppBackend: Office];
    /// Register a company.
    RegisterCompany   = "register_company"    Authenticated [];
    /// Read companies.
    ReadCompanies     = "read_companies"      Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, TrainingOfficer: Province, Mediator: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company, VacancyAgent: Company, PlacementAgent: Company, EmploymentAgent: Company];
    /// Change a company's own data.
    UpdateCompany     = "update_company"      Granted [CompanyAdmin: Company];
    /// Verify or reject companies.
    ReviewCompanies   = "review_companies"    Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office];
    /// Let an agent file for a company, take that back, or lay it down.
    ManageMandates    = "manage_mandates"     Granted [CompanyAdmin: Company];
    /// Read who files for whom.
    ReadMandates      = "read_mandates"       Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company];
    /// Write, file, correct and withdraw a company's vacancy reports.
    FileVacancyReports = "file_vacancy_reports" Granted [CompanyAdmin: Company, CompanyHr: Company, VacancyAgent: Company];
    /// Write, file and withdraw a company's placement reports.
    FilePlacementReports = "file_placement_reports" Granted [CompanyAdmin: Company, CompanyHr: Company, PlacementAgent: Company];
    /// Read vacancy reports.
    ReadVacancyReports = "read_vacancy_reports" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company, VacancyAgent: Company];
    /// Read placement reports, identities masked.
    ReadPlacementReports = "read_placement_reports" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company, PlacementAgent: Company];
    /// Read receipts with their salts.
    ReadReceipts      = "read_receipts"       Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company, VacancyAgent: Company, PlacementAgent: Company, EmploymentAgent: Company];
    /// Check a receipt.
    VerifyReceipts    = "verify_receipts"     Public [];
    /// Read attachments: each as far as the permission to read its subject goes.
    ReadAttachments   = "read_attachments"    Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, TrainingOfficer: Province, Mediator: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company, SchoolOperator: School, JobSeeker: Own];
    /// Attach files, and delete those of drafts: an office to what it reviews, whoever writes a job seeker's record to that.
    WriteAttachments  = "write_attachments"   Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office, CompanyAdmin: Company, CompanyHr: Company, SchoolOperator: School, JobSeeker: Own];
    /// File many lines of reports at once; the permission of their kind is needed, too.
    FileBatches       = "file_batches"        Granted [CompanyAdmin: Company, CompanyHr: Company, VacancyAgent: Company, PlacementAgent: Company];
    /// Read batches and what became of their rows.
    ReadBatches       = "read_batches"        Granted [CompanyAdmin: Company, CompanyHr: Company, VacancyAgent: Company, PlacementAgent: Company];
    /// Read which references a company sent, and where they are.
    ReadReconciliation = "read_reconciliation" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company];
    /// Return and accept reports, void placements.
    ReviewReports     = "review_reports"      Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office];
    /// File, correct and withdraw a company's employment reports.
    FileEmploymentReports = "file_employment_reports" Granted [CompanyAdmin: Company, CompanyHr: Company, EmploymentAgent: Company];
    /// Read employment reports.
    ReadEmploymentReports = "read_employment_reports" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, TrainingOfficer: Province, Mediator: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company, EmploymentAgent: Company];
    /// Read clocks, what companies owe, and requests for more time.
    ReadDeadlines     = "read_deadlines"      Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, Mediator: Office, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company];
    /// Ask for more time, and take that back.
    RequestExtensions = "request_extensions"  Granted [CompanyAdmin: Company, CompanyHr: Company];
    /// Grant or refuse more time.
    DecideExtensions  = "decide_extensions"   Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office];
    /// Read what was due from companies and what came of it.
    ReadCompliance    = "read_compliance"     Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, Viewer: Province];
    /// Draft, issue and withdraw written warnings.
    ManageWarnings    = "manage_warnings"     Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office];
    /// Read written warnings; a company those that were issued to it.
    ReadWarnings      = "read_warnings"       Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company];
    /// Answer a written warning.
    AnswerWarnings    = "answer_warnings"     Granted [CompanyAdmin: Company, CompanyHr: Company];
    /// Read vacancies: the public ones by everybody, held ones by their office and company.
    ReadVacancies     = "read_vacancies"      Public [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, TrainingOfficer: Province, Mediator: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company];
    /// Close, suspend and resume vacancies.
    ManageVacancies   = "manage_vacancies"    Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office, CompanyAdmin: Company, CompanyHr: Company];
    /// Read placements, identities masked.
    ReadPlacements    = "read_placements"     Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company];
    /// Read a worker's full NIK, for a stated purpose, on record.
    RevealIdentity    = "reveal_identity"     Granted [OfficeAdmin: Office, PlacementOfficer: Office];
    /// Read persons wanted, filled and outstanding.
    ReadLabourDemand  = "read_labour_demand"  Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, TrainingOfficer: Province, Viewer: Province];
    /// Apply for the registration of a school's job office.
    ApplySchool       = "apply_school"        Authenticated [OfficeAdmin: Office, PlacementOfficer: Office];
    /// Read schools and what they report.
    ReadSchools       = "read_schools"        Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, Viewer: Province, SchoolOperator: School];
    /// Change a school's own data, and report.
    UpdateSchool      = "update_school"       Granted [SchoolOperator: School];
    /// Register, refuse and end schools.
    ReviewSchools     = "review_schools"      Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office];
    /// Draft records for a school's alumni, many at once.
    DraftAlumni       = "draft_alumni"        Granted [SchoolOperator: School];
    /// Draft a job seeker's record: one's own, a school's alumnus', or at the counter.
    StartSeekers      = "start_job_seekers"   Authenticated [OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office, SchoolOperator: School];
    /// Read job seekers' records, numbers masked.
    ReadSeekers       = "read_job_seekers"    Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, SchoolOperator: School, JobSeeker: Own];
    /// Change, send and take back job seekers' records.
    WriteSeekers      = "write_job_seekers"   Granted [OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office, SchoolOperator: School, JobSeeker: Own];
    /// Return, verify, remove, restore, transfer and merge job seekers' records.
    ReviewSeekers     = "review_job_seekers"  Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office];
    /// Hand a person the code that makes their record their own.
    InviteSeekers     = "invite_job_seekers"  Granted [OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office];
    /// Find a job seeker by NIK, for a stated purpose, on record.
    LookUpSeekers     = "look_up_job_seekers" Granted [OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office];
    /// Read a job seeker's full numbers, for a stated purpose, on record.
    RevealSeekers     = "reveal_job_seekers"  Granted [OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office, JobSeeker: Own];
    /// Read AK-1 cards.
    ReadCards         = "read_ak1_cards"      Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, JobSeeker: Own];
    /// Prepare, print and legalise AK-1 cards.
    PrintCards        = "print_ak1_cards"     Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office];
    /// Sign, extend and revoke AK-1 cards, as a Pengantar Kerja does.
    SignCards         = "sign_ak1_cards"      Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office];
    /// File the six-monthly report of an AK-1 card.
    ReportCards       = "report_ak1_cards"    Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office, JobSeeker: Own];
    /// Check an AK-1 card.
    VerifyCards       = "verify_ak1_cards"    Public [];
    /// Read and take away all that is kept of oneself, and say what one agrees to.
    ManageOwnData     = "manage_own_data"     Granted [JobSeeker: Own];
    /// Read who read and changed a job seeker's record.
    ReadAccessLogs    = "read_access_logs"    Granted [ProvinceAdmin: Province, OfficeAdmin: Province, JobSeeker: Own];
    /// Ask that one's data is corrected or erased, and take that back.
    RequestDataChanges = "request_data_changes" Granted [JobSeeker: Own];
    /// Read requests to correct and erase.
    ReadDataRequests  = "read_data_requests"  Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, JobSeeker: Own];
    /// Grant or refuse requests to correct and erase.
    DecideDataRequests = "decide_data_requests" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, PlacementOfficer: Office];
    /// Record breaches of personal data and what is done about them.
    ManageDataBreaches = "manage_data_breaches" Granted [ProvinceAdmin: Office, OfficeAdmin: Office];
    /// Read the register of breaches.
    ReadDataBreaches  = "read_data_breaches"  Granted [ProvinceAdmin: Province, OfficeAdmin: Province];
    /// Read the services of an office's counter, their days and the board.
    ReadQueue         = "read_queue"          Public [];
    /// Set the services of an office's counter and the capacity of their days.
    ManageQueue       = "manage_queue"        Granted [OfficeAdmin: Office, ProvinceAdmin: Office];
    /// Book places in the queue, and take tickets back.
    BookTickets       = "book_queue_tickets"  Granted [OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office, SchoolOperator: School, JobSeeker: Own];
    /// Read tickets of the queue.
    ReadTickets       = "read_queue_tickets"  Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, SchoolOperator: School, JobSeeker: Own];
    /// Check in, call and serve who comes.
    ServeTickets      = "serve_queue_tickets" Granted [OfficeAdmin: Office, PlacementOfficer: Office, CounterOfficer: Office];
    /// Read training providers, programmes and packages.
    ReadTraining      = "read_training"       Public [];
    /// Write training providers, programmes and packages, and move packages on.
    ManageTraining    = "manage_training"     Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office];
    /// Read instructors.
    ReadInstructors   = "read_instructors"    Granted [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, ProviderOperator: Provider];
    /// Write instructors.
    ManageInstructors = "manage_instructors"  Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office, ProviderOperator: Provider];
    /// Apply for a seat in a class, take up an offer, and withdraw: oneself, or an office for somebody.
    ApplyTraining     = "apply_training"      Granted [OfficeAdmin: Office, TrainingOfficer: Office, PlacementOfficer: Office, CounterOfficer: Office, JobSeeker: Own];
    /// Read enrolments; a provider those of its participants.
    ReadEnrollments   = "read_training_enrollments" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, PlacementOfficer: Province, CounterOfficer: Province, ProviderOperator: Provider, JobSeeker: Own];
    /// Admit, test, interview, rank and decide on applicants, and read what their disabilities need.
    SelectEnrollments = "select_training_enrollments" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office];
    /// Record cover, sessions, attendance and results of a class.
    RunClasses        = "run_training_classes" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office, ProviderOperator: Provider];
    /// Record what became of those who passed a class.
    FollowUpTraining  = "follow_up_training"  Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office, ProviderOperator: Provider, JobSeeker: Own];
    /// Issue and revoke training certificates, and write down assessments of competence.
    IssueCertificates = "issue_training_certificates" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office];
    /// Read training certificates.
    ReadCertificates  = "read_training_certificates" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, PlacementOfficer: Province, ProviderOperator: Provider, JobSeeker: Own];
    /// Read assessments of competence.
    ReadCompetence    = "read_competence_assessments" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, PlacementOfficer: Province, JobSeeker: Own];
    /// Check a training certificate.
    VerifyCertificates = "verify_training_certificates" Public [];
    /// Read and count how far applicants of an office's classes came.
    ReadTrainingFunnel = "read_training_funnel" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, PlacementOfficer: Province, Viewer: Province];
    /// Tell an office what training industry needs, and take that back: a company its own, an office what it heard.
    WriteTrainingNeeds = "write_training_needs" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office, CompanyAdmin: Company, CompanyHr: Company];
    /// Read what training industry needs; a company its own.
    ReadTrainingNeeds = "read_training_needs" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, PlacementOfficer: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company];
    /// Review needs of industry, and answer them with packages.
    ReviewTrainingNeeds = "review_training_needs" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office];
    /// Read needs against seats and vacancies.
    ReadTrainingCoverage = "read_training_coverage" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, PlacementOfficer: Province, Viewer: Province];
    /// Propose a class, and take that back; an office writes down what an organisation proposes.
    ProposeTraining   = "propose_training"    Authenticated [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office];
    /// Read proposals for classes: everybody their own, an office those for its region.
    ReadTrainingProposals = "read_training_proposals" Authenticated [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, PlacementOfficer: Province, Viewer: Province];
    /// Review, accept and decline proposals for classes.
    ReviewTrainingProposals = "review_training_proposals" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office];
    /// Write, file and take back a company's programmes and agreements of apprenticeship.
    FileApprenticeships = "file_apprenticeships" Granted [CompanyAdmin: Company, CompanyHr: Company];
    /// Read programmes of apprenticeship.
    ReadApprenticeships = "read_apprenticeships" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, PlacementOfficer: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company];
    /// Read agreements of apprenticeship, which name people.
    ReadApprentices   = "read_apprentices"    Granted [ProvinceAdmin: Province, OfficeAdmin: Province, TrainingOfficer: Province, CompanyAdmin: Company, CompanyHr: Company, JobSeeker: Own];
    /// Approve programmes and endorse agreements of apprenticeship, or send them back.
    ReviewApprenticeships = "review_apprenticeships" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office];
    /// End programmes and agreements of apprenticeship before their time, with a reason.
    EndApprenticeships = "end_apprenticeships" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, TrainingOfficer: Office, CompanyAdmin: Company, CompanyHr: Company];
    /// Register disputes: one's own, or an office what somebody brings to its desk.
    RegisterCases     = "register_mediation_cases" Authenticated [OfficeAdmin: Office, ProvinceAdmin: Office, Mediator: Office, CounterOfficer: Office];
    /// Read cases of mediation: the parties, who registered it until a mediator is named, the mediator, and who runs the office.
    ReadCases         = "read_mediation_cases" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, Mediator: Office, CounterOfficer: Office, CaseParty: Party];
    /// Read hearings of cases, which there are only once a mediator is named.
    ReadHearings      = "read_mediation_hearings" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, Mediator: Office, CaseParty: Party];
    /// Act in a case for a side of it, or at the desk for somebody who came.
    ActInCases        = "act_in_mediation_cases" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, Mediator: Office, CounterOfficer: Office, CaseParty: Party];
    /// Look at the file of a case, send it back, and offer ways to settle it.
    ExamineCases      = "examine_mediation_cases" Granted [ProvinceAdmin: Office, OfficeAdmin: Office, Mediator: Office, CounterOfficer: Office];
    /// Give cases to mediators and to other offices.
    AssignCases       = "assign_mediation_cases" Granted [ProvinceAdmin: Office, OfficeAdmin: Office];
    /// Mediate: clarify, summon, hear, recommend, witness settlements.
    MediateCases      = "mediate_cases"       Granted [Mediator: Office];
    /// Count cases of mediation; nobody is named.
    CountCases        = "count_mediation_cases" Granted [ProvinceAdmin: Province, OfficeAdmin: Province, Mediator: Province, Viewer: Province];
    /// Read the register book of disputes, which names the parties.
    ReadCaseBook      = "read_mediation_book" Granted [ProvinceAdmin: Office, OfficeAdmin: Office];
    /// Ask an office, ask on, and close or take that back; an officer who may answer does so for somebody, and answers.
    AskConsultations  = "ask_consultations"   Authenticated [OfficeAdmin: Office, Mediator: Office, CounterOfficer: Office];
    /// Read consultations: everybody their own, an officer who may answer those of the office.
    ReadConsultations = "read_consultations"  Authenticated [OfficeAdmin: Office, Mediator: Office, CounterOfficer: Office];
    /// Name who answers, and read what waits.
    AnswerConsultations = "answer_consultations" Granted [OfficeAdmin: Office, Mediator: Office, CounterOfficer: Office];
    /// Complain, and take that back; an officer writes down what somebody complained of.
    FileComplaints    = "file_complaints"     Authenticated [OfficeAdmin: Office, ProvinceAdmin: Office, Mediator: Office, PlacementOfficer: Office, TrainingOfficer: Office, CounterOfficer: Office];
    /// Read complaints: everybody their own, an officer those on their desk.
    ReadComplaints    = "read_complaints"     Authenticated [OfficeAdmin: Office, ProvinceAdmin: Office, Mediator: Office, PlacementOfficer: Office, TrainingOfficer: Office, CounterOfficer: Office];
    /// Take up, send on and end the complaints on one's desk.
    HandleComplaints  = "handle_complaints"   Granted [OfficeAdmin: Office, ProvinceAdmin: Office, Mediator: Office, PlacementOfficer: Office, TrainingOfficer: Office, CounterOfficer: Office];
    /// Read the signed checkpoints of the journal.
    ReadCheckpoints   = "read_checkpoints"    Public [];
    /// Follow the change feed.
    ReadEvents        = "read_events"         Granted [ProvinceAdmin: Province, OfficeAdmin: Province, PlacementOfficer: Province, CounterOfficer: Province, TrainingOfficer: Province, Mediator: Province, Viewer: Province, CompanyAdmin: Company, CompanyHr: Company];
}

/// The row of a permission.
#[must_use]
pub fn row(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_once_and_each_role_sees_as_far_as_its_place() {
        for (at, row) in TABLE.iter().enumerate() {
            assert!(TABLE.iter().take(at).all(|other| other.name != row.name), "{}", row.name);
            for (role, sight) in row.roles {
                let of_company = matches!(role, CompanyAdmin | CompanyHr) || role.is_of_mandate();
                assert_eq!(of_company, *sight == Company, "{}: {role}", row.name);
                assert_eq!(*role == SchoolOperator, *sight == School, "{}: {role}", row.name);
                assert_eq!(*role == ProviderOperator, *sight == Provider, "{}: {role}", row.name);
                assert_eq!(*role == JobSeeker, *sight == Own, "{}: {role}", row.name);
                assert_eq!(*role == CaseParty, *sight == Party, "{}: {role}", row.name);
            }
        }
    }
}
