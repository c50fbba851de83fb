//! What was written in a dispute is forgotten once its time is over: texts, names, minutes, notes and documents. The case stays with
//! its number, its days and its outcome, and so does what was counted.

use disnaker_entity::file;
use disnaker_entity::mediation::case::{Column, Entity};
use disnaker_entity::mediation::{MediationCaseId, document, hearing, note, party, representative};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::change::Change;
use crate::db::among;
use crate::files;
use crate::privacy::retention::Until;
use crate::problem::Problem;

/// Cases that one transaction forgets: each may have hundreds of documents.
const BATCH: u64 = 2;

/// Cases that have come out, closed or not, of which it is still known what they said and whose time is over. In words, so that both
/// engines take the index.
fn ended(until: &Until) -> Select<Entity> {
    let over = Expr::cust("mediation_case.ended_on IS NOT NULL AND mediation_case.content_sealed IS NOT NULL");
    Entity::find().filter(over).filter(until.over(Column::UpdatedAt, Column::Office))
}

/// How many cases are to be forgotten.
///
/// # Errors
/// The database's own.
pub async fn due_to_forget<C: ConnectionTrait>(db: &C, until: &Until) -> Result<u64, DbErr> {
    ended(until).select_only().column(Column::Id).count(db).await
}

/// Forgets what the oldest of them said. Gives how many it were.
///
/// # Errors
/// The database's own.
pub async fn forget(change: &mut Change, until: &Until, most: u64) -> Result<u64, Problem> {
    let select = ended(until).select_only().column(Column::Id).order_by_asc(Column::UpdatedAt).limit(most.min(BATCH));
    let ids: Vec<MediationCaseId> = select.lock_exclusive().into_tuple().all(change.db()).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let (db, nothing) = (change.db(), || Expr::value(None::<Vec<u8>>));
    macro_rules! empty {
        ($table:ident by $of:ident: $($column:ident),+) => {
            $table::Entity::update_many()
                $(.col_expr($table::Column::$column, nothing()))+
                .filter(among(db, $table::Column::$of, ids.iter().copied()))
                .exec(db)
                .await?
        };
    }
    empty!(party by CaseId: ContentSealed, AnswerSealed);
    empty!(representative by CaseId: ContentSealed);
    empty!(hearing by CaseId: PlaceSealed, MinutesSealed);
    empty!(note by CaseId: ContentSealed);
    let papers = document::Entity::find().filter(among(db, document::Column::CaseId, ids.iter().copied()));
    let papers = papers.select_only().column(document::Column::FileId);
    let papers: Vec<file::FileId> = papers.into_tuple().all(db).await?;
    let kept =
        file::Entity::find().filter(among(db, file::Column::Id, papers)).filter(file::Column::DeletedAt.is_null());
    let kept = kept.order_by_asc(file::Column::Id).lock_exclusive().all(db).await?;
    let forgotten = Entity::update_many()
        .col_expr(Column::ContentSealed, nothing())
        .col_expr(Column::RecommendationSealed, nothing())
        .col_expr(Column::SettlementSealed, nothing())
        .col_expr(Column::ReasonSealed, nothing())
        .col_expr(Column::Missing, Expr::value(None::<String>))
        .filter(among(db, Column::Id, ids))
        .exec(db)
        .await?;
    files::erase(change, &kept, "expire").await?;
    Ok(forgotten.rows_affected)
}
