//! Receipts (tanda terima): proof that something was filed, when, and with what content.
//!
//! Whoever files gets one in the same transaction; a draft, a check and a validation run never make one. A receipt is a
//! statement of facts, JSON as a text that is signed exactly as it stands: number, time, company, office, and the hash of what
//! was filed. The signature is a detached JWS (RFC 7515, appendix F; `EdDSA`), so that anybody verifies it with the statement
//! and `/.well-known/jwks.json` alone, years later and without this service. No person is named in a statement: the hash of the
//! content is salted, and only the company and its office see the salt, so that nobody finds a NIK in it by trying
//! ([`rules::content_hash`]).
//!
//! A report keeps its number over its life. Filed again after a return, it gets a further issue of its receipt, which takes the
//! place of the one before. An accepted correction has a number of its own, and the receipt of the report that it
//! corrects names it. What was taken back says so. No receipt is ever changed beyond that, or deleted.
//!
//! A room of its own, since every room in which something is filed calls it, and it calls none of them.
//!
//! Where the key file has no key for receipts, filing works all the same, and the signature is null.

pub mod bodies;
mod page;
mod queries;
mod routes;
mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

pub use queries::{Filed, issue, supersede, withdraw};

/// The operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::get_receipt).service(routes::verify_receipt);
}
