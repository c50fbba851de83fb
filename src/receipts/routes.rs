//! The operations.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get};

use super::bodies::{ReceiptCheck, ReceiptView};
use super::{page, queries};
use crate::access::permissions::{ReadReceipts, VerifyReceipts};
use crate::caller::Caller;
use crate::files::bodies::FileContent;
use crate::problem::Problem;
use crate::wire::{self, Cache, Path};

/// How long the public check may be kept, in seconds.
const KEPT: u32 = 60;

/// Read a receipt.
///
/// The newest issue of a number, and every issue with its salt. `Accept: application/pdf` gives it on paper, with the
/// letterhead of its office and a code that leads to the public check.
#[utoipa::path(tag = "receipts", params(("number" = String, Path, description = "Receipt number")),
    responses((status = 200, content((ReceiptView = "application/json"), (FileContent = "application/pdf"))),
        (status = 304, description = "Not changed")),
    security(("bearer" = [ReadReceipts::NAME])))]
#[get("/receipts/{number}")]
pub async fn get_receipt(
    request: HttpRequest,
    caller: Caller<ReadReceipts>,
    Path(number): Path<String>,
) -> Result<HttpResponse, Problem> {
    let issues = queries::issues(caller.reader(), &caller, &number).await?;
    let view = queries::view(caller.state(), &issues)?;
    let etag = format!("\"{}-{}\"", view.receipt.facts.issue, view.receipt.status);
    if !wire::prefers(&request, "application/pdf") {
        return Ok(wire::answer(&request, &etag, &view, Cache::Private));
    }
    let office = queries::office_of(caller.reader(), &view.receipt.facts.office).await?;
    let office = office.ok_or_else(|| Problem::internal("a receipt without its office"))?;
    let paper = page::paper(&view, &office, caller.state().clock.now())?;
    let bytes = paper.print().await.map_err(Problem::internal)?;
    let name = format!("attachment; filename=\"{}.pdf\"", view.receipt.facts.number);
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::ETAG, format!("\"{}-{}-pdf\"", view.receipt.facts.issue, view.receipt.status)))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(bytes))
}

/// Check a receipt.
///
/// Public, and without a person in it. `signature` is a detached JWS over the bytes of `statement`; its key stands in
/// `/.well-known/jwks.json` with the `use` `receipt`. A number that is malformed and one that is not there answer alike.
#[utoipa::path(tag = "receipts", params(("number" = String, Path, description = "Receipt number")),
    responses((status = 200, body = ReceiptCheck), (status = 304, description = "Not changed")),
    security((), ("bearer" = [VerifyReceipts::NAME])))]
#[get("/verifications/receipts/{number}")]
pub async fn verify_receipt(
    request: HttpRequest,
    caller: Caller<VerifyReceipts>,
    Path(number): Path<String>,
) -> Result<HttpResponse, Problem> {
    let newest = queries::newest(caller.reader(), &caller, &number).await?;
    wire::published(&request, &queries::check(&newest)?, None, KEPT)
}
