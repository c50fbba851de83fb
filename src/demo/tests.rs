use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, Utc};
use disnaker_entity::batch::{
    BatchFormat, BatchKind, BatchMode, BatchStatus, Disposition, report_batch, report_batch_row,
};
use disnaker_entity::card::CardStatus;
use disnaker_entity::company::CompanyStatus;
use disnaker_entity::employment::EmploymentReportStatus;
use disnaker_entity::file::{AttachmentSubject, FileKind};
use disnaker_entity::mandate::MandateStatus;
use disnaker_entity::obligation::{ExtensionStatus, extension_request};
use disnaker_entity::placement::{self, PlacementStatus};
use disnaker_entity::queue::{TicketStatus, ticket};
use disnaker_entity::receipt::ReceiptKind;
use disnaker_entity::report::{NilReportStatus, ReportStatus, nil_report, placement_report, vacancy_report};
use disnaker_entity::seeker::SeekerStatus;
use disnaker_entity::vacancy::VacancyStatus;
use disnaker_entity::warning::WarningStatus;
use disnaker_entity::{card, company, employment, file, mandate, plumbing, receipt, seeker, vacancy, warning};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};

use super::*;
use crate::clock::Clock;
use crate::config::{Access, Config, Database, Http, Log};
use crate::journal;
use crate::keys::Keys;

/// A service on a database of its own, which is gone at the end.
struct Stage {
    state: Arc<State>,
    directory: PathBuf,
}

impl Stage {
    async fn at(time: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("disnaker-demo-{}", Clock::system().id().simple()));
        std::fs::create_dir_all(&directory).unwrap();
        let config = Config {
            database: Database {
                url: format!("sqlite://{}", directory.join("disnaker.db").display()),
                engine: Engine::Sqlite,
                data_dir: directory.clone(),
                key_file: directory.join("keys.json"),
                connections: 2,
                wait: Duration::from_secs(10),
                workers: 1,
                relaxed: true,
                max_pages: None,
            },
            http: Http {
                listen: SocketAddr::from(([127, 0, 0, 1], 0)),
                ops_listen: None,
                public_url: "https://disnaker.test".to_owned(),
                workers: 1,
                rate_limits: false,
                trusted_proxy: None,
                cors_origins: Vec::new(),
                drain: Duration::ZERO,
            },
            access: Access { audience: "disnaker".to_owned(), issuers: None },
            log: Log { filter: "off".to_owned(), json: false },
        };
        let state = State::open(config, &Keys::ephemeral(), Clock::story(time.parse().unwrap(), 5)).await.unwrap();
        Self { state, directory }
    }

    async fn told(time: &str) -> Self {
        Self::told_with(time, 0).await
    }

    async fn told_with(time: &str, disputes: usize) -> Self {
        let stage = Self::at(time).await;
        stage.state.migrate().await.unwrap();
        let short = story::Extent { cards: 60, crowds: [9, 8], classes: false, disputes };
        load_past(&stage.state, short).await.unwrap();
        stage
    }

    async fn vacancies(&self) -> Vec<vacancy::Model> {
        vacancy::Entity::find().order_by_asc(vacancy::Column::Id).all(self.state.db.reader()).await.unwrap()
    }

    /// What the story says, in short: ids, titles and states of vacancies, and every event of the journal.
    async fn summary(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        for row in self.vacancies().await {
            hash.update(format!("{} {} {} {} {:?};", row.id, row.title, row.status, row.filled, row.published_at));
        }
        let journal = plumbing::journal::Entity::find().order_by_asc(plumbing::journal::Column::Seq);
        for row in journal.all(self.state.db.reader()).await.unwrap() {
            hash.update(format!("{} {} {} {};", row.id, row.recorded_at, row.event, row.actor));
        }
        hash.finalize().to_vec()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

const TODAY: &str = "2026-11-22T03:00:00Z";

#[actix_web::test]
async fn the_story_holds_everything_that_a_newcomer_looks_for() {
    let stage = Stage::at(TODAY).await;
    stage.state.migrate().await.unwrap();
    let begun = Instant::now();
    let story = load(&stage.state).await.unwrap();
    println!("told in {:.1} s: {story:?}", begun.elapsed().as_secs_f32());
    let db = stage.state.db.reader();

    assert_eq!((story.offices, story.companies), (7, 200));
    assert!((1_900..2_300).contains(&story.vacancies), "{} vacancies", story.vacancies);
    let vacancies = stage.vacancies().await;
    let open = |status| matches!(status, VacancyStatus::Published | VacancyStatus::PartlyFilled);
    for (title, least) in
        [("Operator Forklift", 20), ("Satpam", 10), ("Sopir", 10), ("Operator Jahit", 10), ("Tukang Las", 10)]
    {
        let found = vacancies.iter().filter(|row| row.title == title && open(row.status)).count();
        assert!(found >= least, "{found} open vacancies for {title}");
    }
    for status in VacancyStatus::ALL {
        let found = vacancies.iter().filter(|row| row.status == *status).count();
        println!("{found} vacancies {status}");
        assert!(found >= 5, "{found} vacancies {status}");
    }
    for status in CompanyStatus::ALL {
        let found = company::Entity::find().all(db).await.unwrap().iter().filter(|row| row.status == *status).count();
        println!("{found} companies {status}");
        assert!(found >= 4, "{found} companies {status}");
    }
    let reports = vacancy_report::Entity::find().all(db).await.unwrap();
    let hires = placement_report::Entity::find().all(db).await.unwrap();
    for status in ReportStatus::ALL {
        let found = reports.iter().filter(|row| row.status == *status).count();
        let placed = hires.iter().filter(|row| row.status == *status).count();
        println!("{found} vacancy reports and {placed} placement reports {status}");
        assert!(found >= 5, "{found} vacancy reports {status}");
        assert!(placed >= 3 || *status == ReportStatus::Superseded, "{placed} placement reports {status}");
    }
    for office in ["36.72", "36.04", "33.06", "33.75", "32"] {
        let waiting =
            reports.iter().filter(|row| row.office == office && row.status == ReportStatus::Submitted).count();
        assert!(waiting >= 5, "{waiting} reports wait in {office}");
    }
    let placements = placement::Entity::find().all(db).await.unwrap();
    for status in PlacementStatus::ALL {
        let found = placements.iter().filter(|row| row.status == *status).count();
        println!("{found} placements {status}");
        assert!(found >= 3, "{found} placements {status}");
    }
    let verdict = journal::verify(&stage.state.db).await.unwrap();
    assert_eq!((verdict.broken, verdict.unsealed), (None, 0));
    println!("{} journal rows", verdict.checked);
    everybody_who_looks_for_work(&stage).await;
    every_class_of_the_years(&stage).await;
}

/// The funnels that offices published: of Purworejo 2021, Serang 2020 and Cilegon 2023.
async fn every_class_of_the_years(stage: &Stage) {
    use disnaker_entity::training::tally::{self, Column};
    use disnaker_entity::training::{Funding, PackageStatus, Site, package};
    let db = stage.state.db.reader();
    let sum = async |office: &str, year: i32, of: Option<Condition>| {
        let select = tally::Entity::find().filter(Column::Office.eq(office)).filter(Column::Year.eq(year));
        let rows = select.filter(of.unwrap_or_else(Condition::all)).all(db).await.unwrap();
        ["applicants", "accepted", "running", "passed", "failed", "left"]
            .map(|stage| rows.iter().filter(|row| row.stage == stage).map(|row| row.quantity).sum::<i64>())
    };
    assert_eq!(sum("33.06", 2021, None).await, [3_691, 960, 48, 912, 0, 0]);
    let apbn = || Condition::all().add(Column::Funding.eq(Funding::Apbn));
    let mobile = || Condition::all().add(Column::Site.eq(Site::MobileUnit));
    assert_eq!(sum("33.06", 2021, Some(apbn())).await[1], 45 * 16);
    assert_eq!(sum("33.06", 2021, Some(mobile())).await[1], 21 * 16);
    let packages = package::Entity::find().all(db).await.unwrap();
    let of = |office: &str, year: i32| {
        packages.iter().filter(move |row| row.office == office && row.year == year).collect::<Vec<_>>()
    };
    let purworejo = of("33.06", 2021);
    let count = |test: &dyn Fn(&package::Model) -> bool| purworejo.iter().filter(|row| test(row)).count();
    assert_eq!((purworejo.len(), count(&|row| row.funding == Funding::Apbn)), (60, 45));
    assert_eq!(count(&|row| row.site == Site::MobileUnit), 21);
    assert_eq!(count(&|row| row.status == PackageStatus::Running), 3, "not finished yet, and never failed");
    let serang = of("36.04", 2020);
    assert_eq!(serang.iter().filter(|row| row.status == PackageStatus::Cancelled).count(), 6);
    let villages: Vec<_> = serang.iter().filter_map(|row| row.village.as_deref()).collect();
    assert_eq!((villages, sum("36.04", 2020, None).await), (vec!["Bojonegara", "Pulo Ampel"], [60, 48, 0, 48, 0, 0]));
    let needs = disnaker_entity::training_need::need::Entity::find().all(db).await.unwrap();
    assert!(needs.iter().any(|row| row.office == "33.75" && row.status.as_str() == "waiting_for_instructor"));
    let covered = disnaker_entity::training::enrollment::Entity::find().all(db).await.unwrap();
    let covered = covered.iter().filter(|row| row.office == "33.75" && row.cover_jkk && row.cover_jkm);
    assert_eq!(covered.count(), 16, "everybody with a seat has social security");
    let kinds: std::collections::BTreeSet<_> = of("36.72", 2023).into_iter().map(|row| row.programme_id).collect();
    assert_eq!((kinds.len(), sum("36.72", 2023, None).await[3]), (16, 15 * 16 + 20));
}

/// People in every state in each office, the register of Purworejo, and the counter of Serang before and with its limit.
async fn everybody_who_looks_for_work(stage: &Stage) {
    let db = stage.state.db.reader();
    let people = seeker::Entity::find().all(db).await.unwrap();
    for office in ["36.72", "36.04", "33.06", "33.75", "32"] {
        for status in SeekerStatus::ALL {
            let found = people.iter().filter(|row| row.office == office && row.status == *status).count();
            assert!(found >= 2, "{found} job seekers {status} in {office}");
        }
    }
    let cards = card::Entity::find().all(db).await.unwrap();
    for status in CardStatus::ALL {
        let found = cards.iter().filter(|row| row.status == *status).count();
        assert!(found >= 10, "{found} cards {status}");
    }
    let middle = "2021-06-30".parse().unwrap();
    let early = cards.iter().filter(|row| row.office == "33.06" && row.issued_on.is_some_and(|day| day <= middle));
    assert_eq!(early.count(), 3_725);
    let faithful = cards.iter().filter(|row| row.period == 3 && row.status == CardStatus::Active);
    assert_eq!(faithful.count(), 12, "who reported for five years");
    let tickets = ticket::Entity::find().all(db).await.unwrap();
    let mut days: BTreeMap<_, usize> = BTreeMap::new();
    for row in tickets.iter().filter(|row| row.office == "36.04" && row.date < middle + chrono::Days::new(31)) {
        *days.entry(row.date).or_default() += 1;
    }
    assert_eq!(days.into_values().collect::<Vec<_>>(), [700, 688, 100, 100, 100]);
    assert!(tickets.iter().filter(|row| row.status == TicketStatus::Booked).count() >= 20);
}

#[actix_web::test]
async fn the_books_balance_and_time_runs_forward() {
    let stage = Stage::told(TODAY).await;
    let db = stage.state.db.reader();
    let mut sums: BTreeMap<uuid::Uuid, [i64; 3]> = BTreeMap::new();
    for row in plumbing::movement::Entity::find().all(db).await.unwrap() {
        let at = match row.kind.as_str() {
            "persons_wanted" => 0,
            "persons_filled" => 1,
            "persons_withdrawn" => 2,
            _ => continue,
        };
        sums.entry(row.company_id.unwrap()).or_default()[at] += row.quantity;
    }
    let mut outstanding: BTreeMap<uuid::Uuid, i64> = BTreeMap::new();
    for row in stage.vacancies().await {
        let open =
            matches!(row.status, VacancyStatus::Published | VacancyStatus::PartlyFilled | VacancyStatus::Suspended);
        if open {
            *outstanding.entry(row.company_id.0).or_default() += i64::from(row.wanted - row.filled);
        }
    }
    for (company, [wanted, filled, withdrawn]) in sums {
        assert!(wanted >= 0 && filled >= 0 && withdrawn >= 0, "{company}");
        assert_eq!(wanted - filled - withdrawn, outstanding.get(&company).copied().unwrap_or_default(), "{company}");
    }
    let rows = plumbing::journal::Entity::find().order_by_asc(plumbing::journal::Column::Seq).all(db).await.unwrap();
    let now: DateTime<Utc> = TODAY.parse().unwrap();
    assert!(rows.iter().all(|row| row.recorded_at <= now));
    for pair in rows.windows(2) {
        assert!(pair[0].recorded_at <= pair[1].recorded_at, "{:?}", pair[1]);
    }
}

#[actix_web::test]
async fn every_way_of_reporting_is_told() {
    let stage = Stage::told(TODAY).await;
    let db = stage.state.db.reader();
    let mandates = mandate::Entity::find().all(db).await.unwrap();
    for status in MandateStatus::ALL {
        assert!(mandates.iter().any(|row| row.status == *status), "no mandate {status}");
    }
    let warnings = warning::Entity::find().all(db).await.unwrap();
    for status in WarningStatus::ALL {
        assert!(warnings.iter().any(|row| row.status == *status), "no warning {status}");
    }
    let asked = extension_request::Entity::find().all(db).await.unwrap();
    for status in ExtensionStatus::ALL {
        assert!(asked.iter().any(|row| row.status == *status), "no more time {status}");
    }
    let nil = nil_report::Entity::find().all(db).await.unwrap();
    for status in NilReportStatus::ALL {
        let found = nil.iter().filter(|row| row.status == *status).count();
        println!("{found} nil reports {status}");
        assert!(found >= 1, "no nil report {status}");
    }
    let employment = employment::Entity::find().all(db).await.unwrap();
    for status in EmploymentReportStatus::ALL {
        let found = employment.iter().filter(|row| row.status == *status).count();
        println!("{found} employment reports {status}");
        assert!(found >= 1, "no employment report {status}");
    }
    assert!(employment.len() >= 160, "{} employment reports", employment.len());
    assert!(employment.iter().any(|row| row.due_on.is_some_and(|due| row.filed_on > due)), "none is late");
    assert!(employment.iter().any(|row| row.filed_by_company.is_some()), "no agent filed one");
    let clocks = plumbing::deadline::Entity::find().all(db).await.unwrap();
    let today = "2026-11-22".parse().unwrap();
    let missing = |clock: &&plumbing::deadline::Model| clock.met_on.is_none() && clock.due_on < today;
    assert!(clocks.iter().filter(|clock| clock.rule == "wlkp.first-report").any(|clock| missing(&clock)));
    assert!(clocks.iter().any(|clock| clock.extensions > 0 && clock.met_on.is_some_and(|met| met <= clock.due_on)));
    let files = file::Entity::find().filter(file::Column::Kind.eq(FileKind::Attachment)).all(db).await.unwrap();
    for subject in AttachmentSubject::ALL.iter().filter(|subject| **subject != AttachmentSubject::JobSeeker) {
        assert!(files.iter().any(|row| row.subject_kind == subject.as_str()), "no attachment of a {subject}");
    }
    let reminders = plumbing::journal::Entity::find().filter(plumbing::journal::Column::Event.eq("deadline.reminder"));
    let reminders = reminders.count(db).await.unwrap();
    println!("{reminders} reminders");
    assert!(reminders >= 100, "{reminders} reminders");
}

#[actix_web::test]
async fn the_rows_of_every_file_sum_to_what_became_of_them() {
    let stage = Stage::told(TODAY).await;
    let db = stage.state.db.reader();
    let batches = report_batch::Entity::find().all(db).await.unwrap();
    let rows = report_batch_row::Entity::find().all(db).await.unwrap();
    for disposition in Disposition::ALL {
        assert!(rows.iter().any(|row| row.disposition == *disposition), "no row {disposition}");
    }
    let is = |kind, mode, status| {
        let same = |batch: &report_batch::Model| (batch.kind, batch.mode, batch.status) == (kind, mode, status);
        assert!(batches.iter().any(same), "no batch of {kind}: {mode}, {status}");
    };
    is(BatchKind::Vacancies, BatchMode::Validate, BatchStatus::Validated);
    is(BatchKind::Vacancies, BatchMode::Validate, BatchStatus::Cancelled);
    is(BatchKind::Vacancies, BatchMode::Commit, BatchStatus::Committed);
    is(BatchKind::Vacancies, BatchMode::Commit, BatchStatus::Refused);
    is(BatchKind::Placements, BatchMode::Commit, BatchStatus::Committed);
    for format in [BatchFormat::Json, BatchFormat::Ndjson, BatchFormat::Csv] {
        assert!(batches.iter().any(|batch| batch.format == format), "no {format}");
    }
    for batch in &batches {
        let found = |disposition| {
            let of = |row: &&report_batch_row::Model| row.batch_id == batch.id && row.disposition == disposition;
            i32::try_from(rows.iter().filter(of).count()).unwrap()
        };
        let sums = [batch.created, batch.updated, batch.unchanged, batch.held, batch.rejected];
        println!("{} {} {} {}: {sums:?}", batch.kind, batch.mode, batch.format, batch.status);
        let of_rows = [
            Disposition::Created,
            Disposition::Updated,
            Disposition::Unchanged,
            Disposition::Held,
            Disposition::Rejected,
        ];
        assert_eq!(sums, of_rows.map(found), "{}", batch.id);
        assert_eq!((sums.iter().sum::<i32>(), batch.done), (batch.row_count, batch.row_count), "{}", batch.id);
    }
}

#[actix_web::test]
async fn whatever_was_filed_has_a_receipt_that_verifies() {
    let stage = Stage::told(TODAY).await;
    let db = stage.state.db.reader();
    let receipts = receipt::Entity::find().all(db).await.unwrap();
    let signer = stage.state.receipts.as_ref().unwrap();
    for row in &receipts {
        assert_eq!(row.signature.as_deref(), Some(&*signer.sign_detached(row.statement.as_bytes())), "{}", row.number);
    }
    let has = |number: Option<&str>, subject: uuid::Uuid| {
        assert!(receipts.iter().any(|row| Some(&*row.number) == number && row.subject_id == subject), "{number:?}");
    };
    for row in vacancy_report::Entity::find().all(db).await.unwrap().iter().filter(|row| row.submitted_at.is_some()) {
        has(row.number.as_deref(), row.id.0);
    }
    for row in placement_report::Entity::find().all(db).await.unwrap().iter().filter(|row| row.submitted_at.is_some()) {
        has(row.number.as_deref(), row.id.0);
    }
    for row in nil_report::Entity::find().all(db).await.unwrap() {
        has(Some(&row.number), row.id.0);
    }
    for row in employment::Entity::find().all(db).await.unwrap() {
        has(Some(&row.number), row.id.0);
    }
    for kind in [ReceiptKind::VacancyReport, ReceiptKind::NilReport, ReceiptKind::EmploymentReport] {
        let superseded = |row: &receipt::Model| row.kind == kind && row.superseded_by.is_some();
        assert!(receipts.iter().any(superseded), "no receipt of a {kind} names another");
    }
    println!("{} receipts", receipts.len());
}

/// Cilegon published 25 disputes of 2023, of which 16 were settled and 6 ended with a recommendation.
#[actix_web::test]
async fn the_disputes_of_the_year_come_out_as_they_were_published() {
    use disnaker_entity::mediation::{DisputeKind, MediationOutcome, case};
    let stage = Stage::told_with(TODAY, 25).await;
    let db = stage.state.db.reader();
    let movements = plumbing::movement::Entity::find().all(db).await.unwrap();
    let counted = |kind: &str, year: i32| -> i64 {
        let of = |row: &&plumbing::movement::Model| {
            row.office == "36.72" && row.effective_on.year() == year && row.kind.strip_prefix("dispute_") == Some(kind)
        };
        movements.iter().filter(of).map(|row| row.quantity).sum()
    };
    let settled = ["settled_bipartite", "settled_in_mediation", "settled_after_recommendation"];
    assert_eq!(counted("registered", 2023), 25);
    assert_eq!(settled.map(|kind| counted(kind, 2023)), [3, 10, 3]);
    assert_eq!(counted("recommendation_rejected", 2023), 6);
    let of_2023 = |row: &&plumbing::movement::Model| {
        row.office == "36.72" && row.kind.starts_with("dispute_") && row.effective_on.year() == 2023
    };
    assert_eq!(movements.iter().filter(of_2023).map(|row| row.quantity).sum::<i64>(), 25 + 16 + 6, "and nothing else");
    assert_eq!(
        settled.map(|kind| counted(kind, 2024)),
        [0, 1, 1],
        "of the three that were open at the end of the year"
    );
    assert_eq!(counted("withdrawn", 2024), 1);

    let rows = case::Entity::find().order_by_asc(case::Column::Number).all(db).await.unwrap();
    let rows: Vec<_> = rows.iter().filter(|row| row.office == "36.72" && row.registered_on.year() == 2023).collect();
    let end = "2023-12-31".parse().unwrap();
    let count = |test: &dyn Fn(&case::Model) -> bool| rows.iter().filter(|row| test(row)).count();
    let ended = |row: &case::Model| row.ended_on.is_some_and(|day| day <= end);
    assert_eq!(rows.len(), 25);
    assert_eq!(count(&|row| ended(row) && row.outcome.is_some_and(MediationOutcome::is_settlement)), 16);
    let rejected = |row: &case::Model| row.outcome == Some(MediationOutcome::RecommendationRejected);
    assert_eq!(count(&|row| ended(row) && rejected(row) && row.recommended_on.is_some()), 6);
    assert_eq!((count(&|row| !ended(row)), count(&|row| row.ended_on.is_none())), (3, 0));
    assert!(count(&|row| row.court_registered_on.is_some()) >= 14, "settlements are registered at the court");
    assert_eq!(count(&|row| row.lawsuits != "[]"), 1);
    for kind in DisputeKind::ALL {
        assert!(count(&|row| row.kind == *kind) >= 2, "no dispute {kind}");
    }
    for row in rows {
        let days = [Some(row.registered_on), row.referred_on, row.first_hearing_on, row.recommended_on, row.ended_on];
        assert!(days.into_iter().flatten().is_sorted(), "{}: {days:?}", row.number);
    }
}

/// Every move of every dispute is one of the table, and no clock runs backwards or longer than its dispute.
#[actix_web::test]
async fn disputes_move_along_their_table_and_their_clocks_are_in_order() {
    use crate::lifecycle::Lifecycle;
    use disnaker_entity::mediation::{MediationStatus, case, hearing};
    let stage = Stage::told_with(TODAY, 25).await;
    let db = stage.state.db.reader();
    let journal = plumbing::journal::Entity::find().order_by_asc(plumbing::journal::Column::Seq).all(db).await.unwrap();
    assert!(journal.is_sorted_by_key(|row| row.recorded_at), "time runs forward beside the classes, too");
    let clocks = plumbing::deadline::Entity::find().all(db).await.unwrap();
    let mut late = BTreeMap::new();
    for row in case::Entity::find().all(db).await.unwrap() {
        let mut status = MediationStatus::FIRST;
        let id = row.id.to_string();
        for fact in journal.iter().filter(|fact| fact.subject_kind == "mediation_case" && fact.subject_id == id) {
            let body: serde_json::Value = serde_json::from_str(&fact.body).unwrap();
            let event = fact.event.rsplit('.').next().unwrap();
            if !["register", "update"].contains(&event) {
                let moves = MediationStatus::TABLE.iter().filter(|row| row.from == status);
                let made = moves.into_iter().find(|row| MediationStatus::event_name(row.event) == event);
                status = made.unwrap_or_else(|| panic!("{event} of {status}")).to;
            }
            assert_eq!(body["status"], status.as_str(), "{}", fact.event);
        }
        assert_eq!(status, row.status);
        let clocks: Vec<_> = clocks.iter().filter(|clock| clock.subject_id == row.id.0).collect();
        assert!(clocks.len() >= 2, "{} clocks", clocks.len());
        for clock in clocks {
            assert!(clock.started_on <= clock.due_on && clock.met_on.is_none_or(|met| clock.started_on <= met));
            assert!(clock.met_on.is_some() || row.status != MediationStatus::Closed, "{} runs on", clock.rule);
            let by_law = ["mediation.path-choice", "mediation.answer"].contains(&clock.rule.as_str());
            let lapses_on = clock.due_on.succ_opt().filter(|_| by_law);
            assert!(!clock.lapsed || lapses_on.is_none() || clock.met_on == lapses_on, "{}: the day after", clock.rule);
            if !clock.lapsed && !clock.cancelled && clock.met_on.is_some_and(|met| met > clock.due_on) {
                *late.entry(clock.rule.clone()).or_insert(0) += 1;
            }
        }
    }
    let late: Vec<_> = late.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
    assert_eq!(late, [("mediation.bipartite", 1), ("mediation.first-hearing", 1), ("mediation.recommendation", 1)]);
    let held = hearing::Entity::find().all(db).await.unwrap();
    assert!(held.iter().filter(|row| row.held_on.is_some() && row.minutes_sealed.is_some()).count() >= 30);
    let rest = plumbing::deadline::Entity::find().filter(plumbing::deadline::Column::Pauses.ne("[]"));
    assert!(rest.all(db).await.unwrap().iter().any(|clock| clock.rule == "mediation.total"), "clarified with a pause");
}

/// The mediator whose token the page shows has something to do in every stage; so has the party.
#[actix_web::test]
async fn a_mediator_has_disputes_of_today() {
    use disnaker_entity::mediation::{MediationStatus as Status, case, party};
    let stage = Stage::told(TODAY).await;
    let db = stage.state.db.reader();
    let rows = case::Entity::find().all(db).await.unwrap();
    let is = |mediator: &Option<String>| mediator.as_deref().is_some_and(|who| who.ends_with("demo-mediator-36.72"));
    let open: Vec<_> = rows.iter().filter(|row| is(&row.mediator) && row.ended_on.is_none()).collect();
    for status in [Status::Referred, Status::Clarification, Status::InMediation, Status::Recommended, Status::Accepted]
    {
        assert!(open.iter().any(|row| row.status == status), "no dispute {status}");
    }
    for status in [Status::Registered, Status::Returned, Status::PathsOffered, Status::OtherPath] {
        assert!(rows.iter().any(|row| row.status == status), "no dispute {status}");
    }
    let today: chrono::NaiveDate = "2026-11-22".parse().unwrap();
    let clocks = plumbing::deadline::Entity::find().filter(plumbing::deadline::Column::MetOn.is_null());
    let clocks = clocks.all(db).await.unwrap();
    let clocks = clocks.iter().filter(|clock| open.iter().any(|row| row.id.0 == clock.subject_id));
    let (overdue, to_come): (Vec<_>, Vec<_>) = clocks.partition(|clock| clock.due_on < today);
    assert_eq!(overdue.iter().map(|clock| clock.rule.as_str()).collect::<Vec<_>>(), ["mediation.recommendation"]);
    assert!(to_come.iter().filter(|clock| clock.due_on < today + chrono::Days::new(7)).count() >= 3);
    let up = rows.iter().filter(|row| row.office == "36" && row.registered_office == "36.72").count();
    assert_eq!(up, 1, "referred up");

    let token = token(&stage.state, "case_party", None, None).await.unwrap();
    let identity = stage.state.issuers.verify(&token, stage.state.clock.now()).await.unwrap();
    let grants = access::grants_of(&stage.state, &identity).await.unwrap();
    let own = grants.iter().find_map(|grant| grant.realm.party()).unwrap();
    let own = party::Entity::find_by_id(own).one(db).await.unwrap().unwrap();
    let own = rows.iter().find(|row| row.id == own.case_id).unwrap();
    assert_eq!(own.status, Status::Recommended, "it is for the party to answer");
}

/// Jawa Barat was asked online: one consultation has gone its whole way, others wait for the office or for who asked.
#[actix_web::test]
async fn jawa_barat_answers_who_asks() {
    use disnaker_entity::consultation::{ComplaintStatus, ConsultationStatus as Status, complaint, message, thread};
    let stage = Stage::told(TODAY).await;
    let db = stage.state.db.reader();
    let rows = thread::Entity::find().order_by_asc(thread::Column::Id).all(db).await.unwrap();
    assert!(rows.iter().all(|row| row.office == "32"));
    let statuses: Vec<_> = rows.iter().map(|row| row.status).collect();
    assert_eq!(statuses, [Status::Closed, Status::Answered, Status::Assigned, Status::Open]);
    let first = &rows[0];
    assert!(first.owner.as_deref().is_some_and(|owner| owner.ends_with("|demo-anyone")), "the page's own account");
    assert_eq!((first.rating, first.answered_at.is_some()), (Some(5), true));
    let said = message::Entity::find().filter(message::Column::ConsultationId.eq(first.id));
    assert_eq!(said.count(db).await.unwrap(), 4, "asked and answered twice");
    let clocks = plumbing::deadline::Entity::find().filter(plumbing::deadline::Column::SubjectKind.eq("consultation"));
    let clocks = clocks.all(db).await.unwrap();
    assert_eq!(clocks.len(), rows.len());
    assert_eq!(clocks.iter().filter(|clock| clock.met_on.is_none()).count(), 2, "two wait for the office");
    let complaints = complaint::Entity::find().order_by_asc(complaint::Column::Id).all(db).await.unwrap();
    let told: Vec<_> = complaints.iter().map(|row| (row.office.as_str(), row.status)).collect();
    assert_eq!(told, [("32", ComplaintStatus::Resolved), ("36.72", ComplaintStatus::InProgress)]);
}

#[actix_web::test]
async fn the_same_day_tells_the_same_story() {
    let (one, other) = (Stage::told(TODAY).await, Stage::told("2026-11-22T16:59:00Z").await);
    assert_eq!(one.summary().await, other.summary().await);
    let (story, again) = (load(&one.state).await.unwrap(), load(&other.state).await.unwrap());
    assert_eq!(story, again);
}

/// Days after Eid and at the turn of a year, on which offices were closed before; and one in a year without a calendar.
#[actix_web::test]
async fn it_can_be_told_on_any_day() {
    for day in ["2026-03-26T01:00:00Z", "2027-01-01T01:00:00Z", "2028-06-01T01:00:00Z"] {
        let stage = Stage::told(day).await;
        let story = load(&stage.state).await.unwrap();
        assert!(story.vacancies >= 1_900 && story.waiting >= 40, "{day}: {story:?}");
    }
}

#[actix_web::test]
async fn every_role_has_a_token_and_no_other_database_gives_one() {
    let stage = Stage::told(TODAY).await;
    let state = &stage.state;
    let given = Role::ALL.iter().filter(|role| !role.is_of_mandate());
    for role in given.map(|role| role.as_str()).chain([ANYONE]) {
        let token = token(state, role, None, None).await.unwrap();
        let identity = state.issuers.verify(&token, state.clock.now()).await.unwrap();
        assert!(identity.subject.starts_with(&format!("demo-{role}")), "{identity:?}");
    }
    let story = load(state).await.unwrap();
    for role in Role::ALL.iter().filter(|role| role.is_of_mandate()) {
        let token = token(state, role.as_str(), None, Some(&story.nib)).await.unwrap();
        let identity = state.issuers.verify(&token, state.clock.now()).await.unwrap();
        let grants = access::grants_of(state, &identity).await.unwrap();
        let agent = |grant: &crate::caller::Grant| {
            grant.role == *role && grant.realm.company().is_some_and(|id| id.to_string() == story.company)
        };
        assert!(grants.iter().any(agent), "{role}: {grants:?}");
    }
    let officer = token(state, "placement_officer", Some("33.75"), None).await.unwrap();
    let officer = state.issuers.verify(&officer, state.clock.now()).await.unwrap();
    assert_eq!(officer.subject, "demo-placement_officer-33.75");
    let said = |outcome: anyhow::Result<String>| outcome.unwrap_err().to_string();
    assert!(said(token(state, "officer", None, None).await).contains("province_admin"));
    assert!(said(token(state, "viewer", Some("99"), None).await).contains("in office 99"));
    assert!(said(token(state, "vacancy_agent", None, Some("9999999999999")).await).contains("nobody has the role"));
    let page = welcome(state, &story, SocketAddr::from(([0, 0, 0, 0], 8080))).await.unwrap();
    assert!(page.contains("http://127.0.0.1:8080/docs/") && page.contains("\nOFFICER=ey"), "{page}");
    assert!(![&story.company, &story.batch, &story.receipt].iter().any(|shown| shown.is_empty()), "{story:?}");

    let empty = Stage::at(TODAY).await;
    empty.state.migrate().await.unwrap();
    assert!(said(token(&empty.state, ANYONE, None, None).await).contains("demo and test"));
}

#[actix_web::test]
async fn other_data_and_half_a_demo_are_refused() {
    let stage = Stage::at(TODAY).await;
    refuse_other_data(&stage.state.db).await.unwrap();
    stage.state.migrate().await.unwrap();
    refuse_other_data(&stage.state.db).await.unwrap();
    assert!(queries::claim(stage.state.db.writer(), LOADING).await.unwrap());
    assert!(!queries::claim(stage.state.db.writer(), LOADING).await.unwrap());
    assert!(load(&stage.state).await.unwrap_err().to_string().contains("delete the data directory"));

    let stage = Stage::at(TODAY).await;
    stage.state.migrate().await.unwrap();
    let codes = crate::reference::codes(&stage.state).await.unwrap();
    let mut change = crate::change::Change::begin(&stage.state, Arc::default(), "test".to_owned()).await.unwrap();
    let new = crate::offices::NewOffice { code: "36.72", name: "Disnaker", ..Default::default() };
    crate::offices::add(&mut change, new, &codes).await.unwrap();
    change.commit().await.unwrap();
    assert!(load(&stage.state).await.unwrap_err().to_string().contains("holds offices"));
}
