//! The operation.

use actix_web::{HttpRequest, HttpResponse, get};

use super::bodies::{RetentionClassPage, RetentionClassView};
use super::rules::{CLASSES, Class};
use crate::access::permissions::ReadReference;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::wire;

/// Seconds that the classes may be kept by anybody.
const KEPT: u32 = 300;

/// List how long what is kept of a person.
///
/// Each class with its time, what it is counted from, what becomes of it then, and the ground: a law, or the office's own rule.
#[utoipa::path(tag = "privacy", responses((status = 200, body = RetentionClassPage)),
    security((), ("bearer" = [ReadReference::NAME])))]
#[get("/retention-classes")]
pub async fn list_retention_classes(
    request: HttpRequest,
    caller: Caller<ReadReference>,
) -> Result<HttpResponse, Problem> {
    let (state, language) = (caller.state(), caller.language());
    let book = state.book().await?;
    let today = book.moment(state.clock.now(), "").today;
    let view = |class: &'static Class| {
        let policy = book.policies.at(class.rule, "", today)?;
        Ok(RetentionClassView {
            class: class.name,
            what: class.what.in_language(language).to_owned(),
            from: class.from.in_language(language).to_owned(),
            then: class.then.in_language(language).to_owned(),
            amount: policy.amount,
            unit: policy.unit,
            basis: policy.law.in_language(language).to_owned(),
            rule: class.rule,
        })
    };
    let data = CLASSES.iter().map(view).collect::<Result<_, Problem>>()?;
    wire::published(&request, &RetentionClassPage { data, next: None }, None, KEPT)
}
