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
///
/// `content_hash` is SHA-256 over the 16 bytes of the `salt`, followed by the canonical JSON of what was filed (RFC 8785: names
/// sorted, no spaces, UTF-8), in base64url without padding. What was filed is, by `kind`:
///
/// - `vacancy_report`: `{"lines": […]}` with the lines as `GET /v1/vacancy-reports/{id}` showed them on that day, without
///   `line_id`, `position` and `return_reason`;
/// - `placement_report`: `{"rows": […]}` with the rows as `GET /v1/placement-reports/{id}` shows them, without `row_id`,
///   `position`, `return_reason` and `sex_differs_from_nik`, and with the whole NIK in place of the masked one;
/// - `nil_report`: `{"month": "2026-11"}`;
/// - `employment_report`: the body that was sent, without a `corrects` that is null.
///
/// For example the salt `AAECAwQFBgcICQoLDA0ODw` and the nil report `{"month":"2026-11"}` make the hash
/// `c9QJrSdm1gCMD3210NA6DxnnGm4qjw7o_qIvVvvKd6w`.
///
/// A report that was filed with a release that made no receipts has none: its number is 404 here and at the public check.
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
/// Public, and without a person in it; JSON only, since the paper is the company's. `signature` is a detached JWS over the bytes of `statement`; its key stands in
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
