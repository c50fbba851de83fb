use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use disnaker_entity::company::CompanyStatus;
use disnaker_entity::placement::{self, PlacementStatus};
use disnaker_entity::report::{ReportStatus, placement_report, vacancy_report};
use disnaker_entity::vacancy::VacancyStatus;
use disnaker_entity::{company, plumbing, vacancy};
use sea_orm::{EntityTrait, QueryOrder};
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
        let stage = Self::at(time).await;
        stage.state.migrate().await.unwrap();
        load(&stage.state).await.unwrap();
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
    let officer = token(state, "placement_officer", Some("33.75"), None).await.unwrap();
    let officer = state.issuers.verify(&officer, state.clock.now()).await.unwrap();
    assert_eq!(officer.subject, "demo-placement_officer-33.75");
    let said = |outcome: anyhow::Result<String>| outcome.unwrap_err().to_string();
    assert!(said(token(state, "officer", None, None).await).contains("province_admin"));
    assert!(said(token(state, "viewer", Some("99"), None).await).contains("in office 99"));
    let story = load(state).await.unwrap();
    let page = welcome(state, &story, SocketAddr::from(([0, 0, 0, 0], 8080))).await.unwrap();
    assert!(page.contains("http://127.0.0.1:8080/docs/") && page.contains("\nOFFICER=ey"), "{page}");

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
