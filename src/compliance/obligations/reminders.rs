//! The sweep that reminds.

use std::collections::BTreeMap;
use std::sync::Arc;

use disnaker_entity::plumbing::deadline::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::rules::{self, STAGES};
use crate::app::State;
use crate::caller::Scope;
use crate::change::Change;
use crate::clock::Zone;
use crate::db::among;
use crate::deadline;
use crate::problem::{Language, Problem};

/// How many clocks one transaction looks at.
const BATCH: u64 = 200;
/// The zone in which a day begins first.
const EASTERN: Zone = Zone::hours(9);

/// Reminds of every running clock whose next stage has come in its office's zone: one event `deadline.reminder` a stage.
/// Where several stages were missed, as when a clock starts late, only the newest is told. Clocks are locked while they
/// are looked at, so that several instances tell a stage once. Gives how many were told.
///
/// # Errors
/// The database's own; what earlier batches told stays told.
pub async fn remind(state: &Arc<State>) -> Result<u64, Problem> {
    let (mut told, mut from) = (0, None);
    loop {
        let latest = EASTERN.date(state.clock.now());
        let mut select = Entity::find().filter(Column::MetOn.is_null()).filter(Column::RemindOn.lte(latest));
        if let Some((day, id)) = from {
            let same_day = Condition::all().add(Column::RemindOn.eq(day)).add(Column::Id.gt(id));
            select = select.filter(Condition::any().add(Column::RemindOn.gt(day)).add(same_day));
        }
        let select = select.order_by_asc(Column::RemindOn).order_by_asc(Column::Id).limit(BATCH);
        // Nothing to do is what it nearly always is: no transaction for that.
        if select.clone().one(state.db.reader()).await?.is_none() {
            return Ok(told);
        }
        let mut change = Change::begin(state, Arc::new(Scope::default()), "system".to_owned()).await?;
        let rows = select.lock_exclusive().all(change.db()).await?;
        let Some(last) = rows.last() else { return change.commit().await.map(|()| told) };
        from = last.remind_on.map(|day| (day, last.id));
        let book = change.book();
        let mut written: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in &rows {
            let today = change.moment(&row.office).today;
            if row.remind_on.is_none_or(|day| day > today) {
                continue;
            }
            let stages = rules::stages(&book, &row.office, row.due_on, today)?;
            let (count, next) = rules::reached(&stages, today);
            let reached = i32::try_from(count).map_err(Problem::internal)?;
            if let Some(name) = count.checked_sub(1).and_then(|at| STAGES.get(at)).filter(|_| reached > row.stage) {
                let policy = book.policies.at(&row.rule, &row.office, row.started_on);
                let law = |language| policy.as_ref().map_or("", |policy| policy.law.in_language(language));
                let body = json!({
                    "stage": name, "rule": row.rule, "law": law(Language::Indonesian),
                    "law_en": law(Language::English), "due_on": row.due_on,
                    "days_left": (row.due_on - today).num_days(), "subject_kind": row.subject_kind,
                    "subject_id": row.subject_id, "company_id": row.company_id,
                });
                deadline::tell(&mut change, row, "reminder", body);
                told += 1;
            }
            written.entry((reached.max(row.stage), next)).or_default().push(row.id);
        }
        for ((stage, next), ids) in written {
            Entity::update_many()
                .col_expr(Column::Stage, Expr::value(stage))
                .col_expr(Column::RemindOn, Expr::value(next))
                .filter(among(change.db(), Column::Id, ids))
                .exec(change.db())
                .await?;
        }
        change.commit().await?;
    }
}
