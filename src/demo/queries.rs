//! The only SeaORM of the demo: the marks that say what kind of database this is, and what it holds.

use disnaker_entity::batch::{ReportBatchId, report_batch};
use disnaker_entity::company::CompanyId;
use disnaker_entity::plumbing::setting;
use disnaker_entity::receipt;
use disnaker_entity::report::{ReportStatus, placement_report, vacancy_report};
use disnaker_entity::seeker::{SeekerId, SeekerStatus};
use disnaker_entity::vacancy::VacancyStatus;
use disnaker_entity::{card, company, office, placement, seeker, vacancy};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::Story;
use crate::db::{self, Trouble};

/// Where it stands what kind of database this is.
const KIND: &str = "database";
/// Where it stands when the demo was loaded.
const LOADED_ON: &str = "demo_loaded_on";

/// What kind of database this is, where it is a special one.
pub async fn kind<C: ConnectionTrait>(db: &C) -> Result<Option<String>, DbErr> {
    fact(db, KIND).await
}

async fn fact<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<String>, DbErr> {
    Ok(setting::Entity::find_by_id(name).one(db).await?.map(|row| row.value))
}

/// Whether somebody works with this database.
pub async fn in_use<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    Ok(office::Entity::find().one(db).await?.is_some() || company::Entity::find().one(db).await?.is_some())
}

/// Marks the database as one into which the demo is being loaded; `false` where another process was first.
pub async fn claim<C: ConnectionTrait>(db: &C, kind: &str) -> Result<bool, DbErr> {
    let row = setting::ActiveModel { name: Set(KIND.to_owned()), value: Set(kind.to_owned()) };
    match setting::Entity::insert(row).exec_without_returning(db).await {
        Ok(_) => Ok(true),
        Err(error) if db::trouble(&error) == Trouble::Unique => Ok(false),
        Err(error) => Err(error),
    }
}

/// Marks the database as a demo that is loaded.
pub async fn finish<C: ConnectionTrait>(db: &C, kind: &str, loaded_on: chrono::NaiveDate) -> Result<(), DbErr> {
    let row = setting::ActiveModel { name: Set(LOADED_ON.to_owned()), value: Set(loaded_on.to_string()) };
    setting::Entity::insert(row).exec_without_returning(db).await?;
    let mark = setting::Entity::update_many().col_expr(setting::Column::Value, Expr::value(kind));
    mark.filter(setting::Column::Name.eq(KIND)).exec(db).await.map(drop)
}

/// What a loaded demo holds.
pub async fn facts<C: ConnectionTrait>(db: &C) -> Result<Story, DbErr> {
    let open = [VacancyStatus::Published, VacancyStatus::PartlyFilled];
    let first = company::Entity::find().order_by_asc(company::Column::Id).one(db).await?;
    let (batch, receipt) = match &first {
        Some(first) => (rejected(db, first.id).await?, receipt_of(db, first.id).await?),
        None => (None, None),
    };
    let reports = vacancy_report::Entity::find();
    let hires = placement_report::Entity::find();
    Ok(Story {
        loaded_on: fact(db, LOADED_ON).await?.unwrap_or_default(),
        offices: office::Entity::find().count(db).await?,
        companies: company::Entity::find().count(db).await?,
        vacancies: vacancy::Entity::find().count(db).await?,
        open: vacancy::Entity::find().filter(vacancy::Column::Status.is_in(open)).count(db).await?,
        placements: placement::Entity::find().count(db).await?,
        reports: reports.clone().count(db).await? + hires.clone().count(db).await?,
        waiting: reports.filter(vacancy_report::Column::Status.eq(ReportStatus::Submitted)).count(db).await?
            + hires.filter(placement_report::Column::Status.eq(ReportStatus::Submitted)).count(db).await?,
        job_seekers: seeker::Entity::find().count(db).await?,
        cards: card::Entity::find().count(db).await?,
        company: first.as_ref().map(|row| row.id.to_string()).unwrap_or_default(),
        nib: first.map(|row| row.nib).unwrap_or_default(),
        batch: batch.map(|id| id.to_string()).unwrap_or_default(),
        receipt: receipt.unwrap_or_default(),
    })
}

/// The newest batch of a company with rows that were rejected.
async fn rejected<C: ConnectionTrait>(db: &C, company: CompanyId) -> Result<Option<ReportBatchId>, DbErr> {
    use report_batch::Column as B;
    let select = report_batch::Entity::find().select_only().column(B::Id).filter(B::CompanyId.eq(company));
    select.filter(B::Rejected.gt(0)).order_by_desc(B::Id).limit(1).into_tuple().one(db).await
}

/// The number of a company's newest receipt.
async fn receipt_of<C: ConnectionTrait>(db: &C, company: CompanyId) -> Result<Option<String>, DbErr> {
    use receipt::Column as R;
    let select = receipt::Entity::find().select_only().column(R::Number).filter(R::CompanyId.eq(company));
    select.order_by_desc(R::IssuedAt).order_by_desc(R::Number).limit(1).into_tuple().one(db).await
}

/// The people of an office who look for work, in the order in which they came.
pub async fn registered<C: ConnectionTrait>(db: &C, office: &str) -> Result<Vec<SeekerId>, DbErr> {
    use seeker::Column as S;
    let select = seeker::Entity::find().select_only().column(S::Id).filter(S::Office.eq(office));
    select.filter(S::Status.eq(SeekerStatus::Registered)).order_by_asc(S::Id).into_tuple().all(db).await
}
