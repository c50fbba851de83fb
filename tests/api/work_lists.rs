//! What waits for an officer: in order, by the page, and at the same cost for one row and for a hundred.

use std::sync::atomic::{AtomicUsize, Ordering};

use disnaker::apprenticeships::{self, review::bodies::WaitingApprenticeshipFilter};
use disnaker::caller::{Grant, Scope, Sees};
use disnaker::db::Session;
use disnaker::paging::Part;
use disnaker::reports::review;
use disnaker_entity::access::Role;
use disnaker_entity::plumbing::deadline;
use disnaker_entity::report::{VacancyReportId, vacancy_report};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExecResult,
    IntoActiveModel, QueryFilter, QueryResult, Statement,
};
use serde_json::json;
use uuid::Uuid;

use crate::harness::Reply;
use crate::world::{World, company, duty, hired, ids, line, with};

const LIST: &str = "/v1/work-lists/vacancy-review";

fn kinds(reply: &Reply) -> Vec<String> {
    ids(&reply["data"], "kind")
}

#[tokio::test]
async fn reports_and_held_companies_wait_oldest_first_with_what_may_be_done() {
    let mut world = World::new().await;
    let hr = world.service.token("hr-baru");
    let held = world.send(&hr, "/v1/companies", &company("9120009999991")).await.expect(201);
    world.later("2026-11-24T02:00:00Z");
    let vacancies = world.publish(&[line("Operator", 3)]).await;
    world.report_hired(&[hired(&vacancies[0], 1), hired(&vacancies[0], 2)]).await;
    world.later("2026-11-25T02:00:00Z");
    world.file(&[line("Satpam", 2), line("Sopir", 4)]).await;
    world.draft(&[line("Kasir", 1)]).await;

    let waiting = world.read(&world.officer, LIST).await.expect(200);
    assert_eq!(
        kinds(&waiting),
        ["placement_report", "vacancy_report"],
        "a company without held vacancies waits for nobody"
    );
    let (first, second) = (&waiting["data"][0], &waiting["data"][1]);
    assert_eq!((first["items"].as_i64(), first["persons"].as_i64()), (Some(2), Some(2)));
    assert_eq!((second["items"].as_i64(), second["persons"].as_i64()), (Some(2), Some(6)));
    assert_eq!((first["waiting_days"].as_i64(), second["waiting_days"].as_i64()), (Some(1), Some(0)));
    assert_eq!(first["number"], "PNT-36.72-2026-000001");
    assert_eq!(second["allowed_actions"], json!(["return", "accept"]));
    assert_eq!(first["company_name"], "PT Contoh Baja Nusantara");

    assert_eq!(second["next_deadline"], json!(null));

    // A clock that runs on a report, if there is one.
    let clock = duty(&world.service, world.company, "36.72", "2026-11-20").await;
    let change = world.service.change().await;
    let report: Uuid = second["id"].as_str().unwrap().parse().unwrap();
    let moved = deadline::Entity::update_many().col_expr(deadline::Column::SubjectId, Expr::value(report));
    moved.filter(deadline::Column::Id.eq(clock)).exec(change.db()).await.unwrap();
    change.commit().await.unwrap();
    let waiting = world.read(&world.officer, LIST).await.expect(200);
    assert_eq!(waiting["data"][1]["next_deadline"], "2026-12-20");

    // The other company's report is accepted; its vacancy is held, and the company waits since it registered.
    let hr = world.service.token("hr-baru");
    let body = json!({"company_id": held["id"], "lines": [line("Montir", 5)]});
    let draft = world.send(&hr, "/v1/vacancy-reports", &body).await.expect(201);
    let report = format!("/v1/vacancy-reports/{}", draft.text_of("id"));
    world.act(&hr, &format!("{report}/submit")).await.expect(200);
    world.act(&world.officer, &format!("{report}/accept")).await.expect(200);
    let waiting = world.read(&world.officer, LIST).await.expect(200);
    assert_eq!(kinds(&waiting), ["company", "placement_report", "vacancy_report"]);
    let company = &waiting["data"][0];
    assert_eq!((company["id"].clone(), company["company_id"].clone()), (held["id"].clone(), held["id"].clone()));
    assert_eq!((company["items"].as_i64(), company["persons"].as_i64()), (Some(1), Some(5)));
    assert_eq!(company["allowed_actions"], json!(["verify", "reject"]));
    world.act(&world.officer, &format!("/v1/companies/{}/verify", held.text_of("id"))).await.expect(200);
    assert_eq!(kinds(&world.read(&world.officer, LIST).await.expect(200)).len(), 2);
}

#[tokio::test]
async fn another_office_s_work_is_not_shown_and_pages_leave_nothing_out() {
    let world = World::new().await;
    for (title, _) in [("Satpam", 1), ("Sopir", 2), ("Kasir", 3)] {
        world.file(&[line(title, 1)]).await;
    }
    let all = ids(&world.read(&world.officer, LIST).await.expect(200)["data"], "id");
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = world.read(&world.officer, &format!("{LIST}?limit=1{next}")).await.expect(200);
        seen.extend(ids(&page["data"], "id"));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(seen, all);
    assert_eq!(seen.len(), 3);
    let elsewhere = world.service.staff(Role::PlacementOfficer, "33.06").await;
    for query in ["", "?office=36.72"] {
        assert_eq!(world.read(&elsewhere, &format!("{LIST}{query}")).await.expect(200)["data"], json!([]));
    }
    world.read(&world.hr, LIST).await.problem(403, "forbidden");
    // A province's officer accepts what is filed with the province, and nothing of a district.
    let above = world.service.staff(Role::PlacementOfficer, "36").await;
    assert_eq!(world.read(&above, LIST).await.expect(200)["data"], json!([]));
    let hr = world.service.token("hr-banten");
    let new = with(company("9120009999992"), json!({"region": "36.04.07"}));
    let new = world.send(&hr, "/v1/companies", &new).await.expect(201);
    let body = json!({"company_id": new["id"], "lines": [line("Montir", 5)]});
    let draft = world.send(&hr, "/v1/vacancy-reports", &body).await.expect(201);
    world.act(&hr, &format!("/v1/vacancy-reports/{}/submit", draft.text_of("id"))).await.expect(200);
    assert_eq!(kinds(&world.read(&above, LIST).await.expect(200)), ["vacancy_report"]);
}

/// A connection that counts what is asked of it.
pub struct Counting<'a>(pub &'a Session, pub AtomicUsize);

#[async_trait::async_trait]
impl ConnectionTrait for Counting<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.query_all_raw(statement).await
    }
}

/// An officer of Cilegon.
struct Officer(Scope);

impl Sees for Officer {
    fn scope(&self) -> &Scope {
        &self.0
    }

    fn grants(&self) -> &[Grant] {
        &[]
    }

    fn name(&self) -> std::borrow::Cow<'_, str> {
        "test".into()
    }
}

#[tokio::test]
async fn a_hundred_rows_cost_the_three_statements_of_one() {
    let world = World::new().await;
    let filed = world.file(&[line("Satpam", 1)]).await;
    let officer = Officer(Scope { offices: vec!["36.72".to_owned()], ..Scope::default() });
    let cost = async || {
        let counting = Counting(world.service.state().db.reader(), AtomicUsize::new(0));
        let rows = review::waiting(&counting, &officer, None, &Part { after: None, limit: 100 }).await.unwrap();
        (rows.len(), counting.1.into_inner())
    };
    assert_eq!(cost().await, (1, 3));
    let change = world.service.change().await;
    let id: Uuid = filed.text_of("id").parse().unwrap();
    let first = vacancy_report::Entity::find_by_id(VacancyReportId(id)).one(change.db()).await.unwrap().unwrap();
    for number in 2..=100 {
        let mut copy = first.clone().into_active_model();
        copy.id = Set(VacancyReportId(change.id()));
        copy.number = Set(Some(format!("LWK-36.72-2026-{number:06}")));
        copy.insert(change.db()).await.unwrap();
    }
    change.commit().await.unwrap();
    assert_eq!(cost().await, (100, 3));
    let listed = world.read(&world.officer, &format!("{LIST}?limit=100")).await.expect(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn what_waits_of_apprenticeships_costs_two_statements_however_much_it_is() {
    let world = World::new().await;
    let report = json!(disnaker::companies::employment::bodies::NewEmploymentReport::sample());
    let reports = format!("/v1/companies/{}/employment-reports", world.company);
    world.send(&world.hr, &reports, &report).await.expect(201);
    let officer = Officer(Scope { offices: vec!["36.72".to_owned()], ..Scope::default() });
    let filter = WaitingApprenticeshipFilter { kind: None, office: None, limit: None, cursor: None };
    let mut new = json!(disnaker::apprenticeships::programmes::bodies::NewApprenticeshipProgramme::sample());
    new["company_id"] = json!(world.company);
    for count in 1..=3 {
        let draft = world.send(&world.hr, "/v1/apprenticeship-programmes", &new).await.expect(201);
        world
            .act(&world.hr, &format!("/v1/apprenticeship-programmes/{}/submit", draft.text_of("id")))
            .await
            .expect(200);
        let counting = Counting(world.service.state().db.reader(), AtomicUsize::new(0));
        let part = Part { after: None, limit: 100 };
        let rows = apprenticeships::review::waiting(&counting, &officer, &filter, &part).await.unwrap();
        assert_eq!((rows.len(), counting.1.into_inner()), (count, 2));
    }
}

#[tokio::test]
async fn what_training_is_asked_for_costs_two_statements_and_its_coverage_four_however_much_it_is() {
    use disnaker::training::coverage::{bodies::CoverageFilter, queries as coverage};
    use disnaker::training::{intake, intake::bodies::WaitingTrainingFilter};
    let world = World::new().await;
    let trainer = world.service.staff(Role::TrainingOfficer, "36.72").await;
    let officer = Officer(Scope { offices: vec!["36.72".to_owned()], ..Scope::default() });
    let (waiting, covered) = (
        WaitingTrainingFilter { kind: None, office: None, limit: None, cursor: None },
        CoverageFilter { office: Some("36.72".to_owned()), year: None, occupation: None },
    );
    let need = json!(disnaker::training::needs::bodies::NewTrainingNeed::sample());
    let proposal = json!(disnaker::training::proposals::bodies::NewTrainingProposal::sample());
    for count in 1..=3 {
        let occupation = json!({"occupation": format!("723{count}")});
        world.send(&trainer, "/v1/training-needs", &with(need.clone(), occupation)).await.expect(201);
        world.send(&world.hr, "/v1/training-proposals", &proposal).await.expect(201);
        let counting = Counting(world.service.state().db.reader(), AtomicUsize::new(0));
        let rows = intake::waiting(&counting, &officer, &waiting, &Part { after: None, limit: 100 }).await.unwrap();
        assert_eq!((rows.len(), counting.1.into_inner()), (2 * count, 2));
        let counting = Counting(world.service.state().db.reader(), AtomicUsize::new(0));
        let needs = coverage::needs(&counting, &officer, &covered, 2026).await.unwrap();
        coverage::others(&counting, &officer, &covered, 2026, "2026-11-23".parse().unwrap()).await.unwrap();
        assert_eq!((needs.len(), counting.1.into_inner()), (count, 4));
    }
}

#[tokio::test]
async fn what_waits_of_consultations_costs_one_statement_however_much_it_is() {
    use disnaker::consultations::threads::{self, bodies::WaitingConsultationFilter};
    let world = World::new().await;
    let officer = Officer(Scope { offices: vec!["36.72".to_owned()], ..Scope::default() });
    let filter = WaitingConsultationFilter { office: None, topic: None, mine: None, limit: None, cursor: None };
    let question = json!(disnaker::consultations::threads::bodies::NewConsultation::sample());
    for count in 1..=3 {
        world.send(&world.hr, "/v1/consultations", &question).await.expect(201);
        let counting = Counting(world.service.state().db.reader(), AtomicUsize::new(0));
        let part = Part { after: None, limit: 100 };
        let rows = threads::waiting(&counting, &officer, "nobody", &filter, &part).await.unwrap();
        assert_eq!((rows.len(), counting.1.into_inner()), (count, 1));
    }
}
