//! The only SeaORM of the receipts.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::{DateTime, Utc};
use disnaker_entity::company;
use disnaker_entity::office;
use disnaker_entity::receipt::{ActiveModel, Column, Entity, Model, ReceiptKind};
use rand::{RngCore, rngs::OsRng};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde_json::Value;
use uuid::Uuid;

use super::bodies::{ReceiptCheck, ReceiptCompany, ReceiptIssue, ReceiptView, Statement};
use super::rules::{self, SALT};
use crate::access::permissions::{ReadEmploymentReports, ReadPlacementReports, ReadVacancyReports};
use crate::app::State;
use crate::caller::{Scope, Sees};
use crate::change::Change;
use crate::personal::Place;
use crate::problem::Problem;

/// What was filed.
#[derive(Clone, Copy, Debug)]
pub struct Filed<'a> {
    /// What it is.
    pub kind: ReceiptKind,
    /// Code of the office that receives it.
    pub office: &'a str,
    /// The company that files.
    pub company: &'a company::Model,
    /// The report.
    pub subject: Uuid,
    /// Its number.
    pub number: &'a str,
    /// Whether it had none before: this is the first issue then, and no other is looked for.
    pub unnumbered: bool,
    /// When it is filed.
    pub filed_at: DateTime<Utc>,
    /// Lines or rows.
    pub lines: i32,
    /// What is filed, whole: it is hashed and not kept here.
    pub content: &'a Value,
    /// Number of the report that it corrects.
    pub corrects: Option<&'a str>,
}

/// Receipts of what the caller may read, each kind by its own permission; for the public all, of which it is shown what names
/// no person.
fn visible(seer: &impl Sees) -> Select<Entity> {
    if seer.scope().public {
        return Entity::find();
    }
    let of = |kinds: &[ReceiptKind], scope: Scope| {
        let kinds = Column::Kind.is_in(kinds.iter().copied());
        Condition::all().add(kinds).add(scope.of_either(Column::Office, Column::CompanyId))
    };
    let vacancies = of(&[ReceiptKind::VacancyReport, ReceiptKind::NilReport], seer.scope_of::<ReadVacancyReports>());
    let placements = of(&[ReceiptKind::PlacementReport], seer.scope_of::<ReadPlacementReports>());
    let employment = of(&[ReceiptKind::EmploymentReport], seer.scope_of::<ReadEmploymentReports>());
    Entity::find().filter(Condition::any().add(vacancies).add(placements).add(employment))
}

/// Every issue of a number, newest first; none where there is no such number.
pub async fn issues<C: ConnectionTrait>(db: &C, seer: &impl Sees, number: &str) -> Result<Vec<Model>, DbErr> {
    visible(seer).filter(Column::Number.eq(number)).order_by_desc(Column::Issue).all(db).await
}

/// The newest issue of a number.
pub async fn newest<C: ConnectionTrait>(db: &C, seer: &impl Sees, number: &str) -> Result<Model, Problem> {
    let select = visible(seer).filter(Column::Number.eq(number)).order_by_desc(Column::Issue).limit(1);
    select.one(db).await?.ok_or_else(Problem::not_found)
}

/// The office of a receipt, for its letterhead.
pub async fn office_of<C: ConnectionTrait>(db: &C, code: &str) -> Result<Option<office::Model>, DbErr> {
    office::Entity::find_by_id(code).one(db).await
}

/// Makes the receipt of a filing, in its transaction: the next issue of its number, signed.
///
/// # Errors
/// The database's own.
pub async fn issue(change: &Change, filed: &Filed<'_>) -> Result<(), Problem> {
    let issue = if filed.unnumbered { 1 } else { issued(change.db(), filed.number).await? + 1 };
    let mut salt = [0; SALT];
    OsRng.fill_bytes(&mut salt);
    let book = change.book();
    let statement = Statement {
        number: filed.number.to_owned(),
        issue,
        kind: filed.kind,
        office: filed.office.to_owned(),
        office_name: book.offices.get(filed.office).map(|office| office.name.clone()).unwrap_or_default(),
        company: ReceiptCompany {
            nib: filed.company.nib.clone(),
            branch: filed.company.branch.clone(),
            name: filed.company.name.clone(),
        },
        filed_at: filed.filed_at,
        lines: filed.lines,
        content_hash: rules::content_hash(&salt, filed.content),
        hash: "sha-256".to_owned(),
        corrects: filed.corrects.map(str::to_owned),
    };
    let statement = serde_json::to_string(&statement).map_err(Problem::internal)?;
    let signer = change.state().receipts.as_deref();
    let row = ActiveModel {
        number: Set(filed.number.to_owned()),
        issue: Set(issue),
        kind: Set(filed.kind),
        office: Set(filed.office.to_owned()),
        company_id: Set(filed.company.id),
        subject_id: Set(filed.subject),
        issued_at: Set(filed.filed_at),
        salt: Set(change.state().vault.seal(place(filed.number, issue), &salt).map_err(Problem::internal)?),
        kid: Set(signer.map(|signer| signer.kid().to_owned())),
        signature: Set(signer.map(|signer| signer.sign_detached(statement.as_bytes()))),
        statement: Set(statement),
        superseded_by: Set(None),
        withdrawn_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(change.db()).await?;
    Ok(())
}

/// How often a number was issued.
async fn issued<C: ConnectionTrait>(db: &C, number: &str) -> Result<i32, DbErr> {
    let newest = Entity::find().select_only().column_as(Column::Issue.max(), "issue");
    let newest: Option<Option<i32>> = newest.filter(Column::Number.eq(number)).into_tuple().one(db).await?;
    Ok(newest.flatten().unwrap_or_default())
}

/// A salt's place in the vault.
fn place(number: &str, issue: i32) -> Place {
    let row = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{number}\n{issue}").as_bytes());
    Place { table: "receipt", column: "salt", row }
}

/// Says which receipt takes the place of another.
///
/// # Errors
/// The database's own.
pub async fn supersede(change: &Change, number: &str, by: &str) -> Result<(), Problem> {
    let update = Entity::update_many().col_expr(Column::SupersededBy, Expr::value(by));
    update.filter(Column::Number.eq(number)).exec(change.db()).await?;
    Ok(())
}

/// Says that what was filed is taken back.
///
/// # Errors
/// The database's own.
pub async fn withdraw(change: &Change, number: &str) -> Result<(), Problem> {
    let update = Entity::update_many().col_expr(Column::WithdrawnAt, Expr::value(change.now()));
    update.filter(Column::Number.eq(number)).exec(change.db()).await?;
    Ok(())
}

/// What anybody may see of a receipt: the facts are read from the very text that is signed.
pub fn check(newest: &Model) -> Result<ReceiptCheck, Problem> {
    Ok(ReceiptCheck {
        facts: serde_json::from_str(&newest.statement).map_err(Problem::internal)?,
        status: rules::status(newest),
        superseded_by: newest.superseded_by.clone(),
        statement: newest.statement.clone(),
        kid: newest.kid.clone(),
        signature: newest.signature.clone(),
    })
}

/// What the company and its office see.
pub fn view(state: &State, issues: &[Model]) -> Result<ReceiptView, Problem> {
    let newest = issues.first().ok_or_else(Problem::not_found)?;
    let shown = issues.iter().map(|row| {
        let facts: Statement = serde_json::from_str(&row.statement).map_err(Problem::internal)?;
        let salt = state.vault.open(place(&row.number, row.issue), &row.salt).map_err(Problem::internal)?;
        Ok(ReceiptIssue {
            issue: row.issue,
            filed_at: facts.filed_at,
            content_hash: facts.content_hash,
            salt: BASE64.encode(salt),
            statement: row.statement.clone(),
            kid: row.kid.clone(),
            signature: row.signature.clone(),
        })
    });
    Ok(ReceiptView {
        receipt: check(newest)?,
        company_id: newest.company_id,
        subject_id: newest.subject_id,
        verification_url: format!(
            "{}/v1/verifications/receipts/{}",
            state.config.http.public_url.trim_end_matches('/'),
            newest.number
        ),
        issues: shown.collect::<Result<_, Problem>>()?,
    })
}
