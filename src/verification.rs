//! What the code on a paper leads to: a token that nobody guesses, and the page that a telephone shows.
//!
//! Beside the address the code may hold a statement for who has no network: a JWT (RFC 7519) by the key for papers, behind the `#`,
//! which a browser sends to nobody. Its `jti` is the hash of the token, and so goes the list of papers that do not hold, which leads to
//! no token either.
//!
//! A token is the beginning of an HMAC over the paper's id: 128 bits that nobody finds without the installation's key, and that no row
//! holds. The database has its hash alone. The page loads nothing from anywhere, and runs no script.

use std::fmt::Write;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::NaiveDate;
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::State;
use crate::book::Cached;
use crate::clock::Zone;
use crate::keys::{Jws, Keys, Purpose};
use crate::personal::Vault;
use crate::problem::{Language, Problem};
use crate::wire::{self, Ready};

/// Bytes of a token, and of its hash.
const LENGTH: usize = 16;

/// Seconds for which a list of papers that do not hold is kept, here and by who fetches it.
const KEPT: u32 = 60;

/// What the page may load: nothing but its own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

const STYLE: &str = "body{font:17px/1.5 system-ui,sans-serif;margin:0;background:#f3f4f6;color:#111827}\
    main{max-width:28rem;margin:0 auto;padding:1rem}\
    .box{background:#fff;border-radius:14px;overflow:hidden;box-shadow:0 1px 4px rgba(0,0,0,.15)}\
    .sign{padding:1.6rem 1.2rem;color:#fff;text-align:center}.yes{background:#15803d}.no{background:#b91c1c}.wait{background:#b45309}\
    .sign b{display:block;font-size:2rem;line-height:1.2}\
    h1{font-size:1rem;font-weight:600;margin:0 0 .4rem;opacity:.9}\
    dl{margin:0;padding:.6rem 1.2rem 1rem}dt{color:#6b7280;font-size:.82rem;margin-top:.7rem}dd{margin:0;font-weight:600;overflow-wrap:anywhere}\
    p{color:#4b5563;font-size:.85rem;padding:0 .3rem}\
    @media(prefers-color-scheme:dark){body{background:#111827;color:#f9fafb}.box{background:#1f2937}dt,p{color:#9ca3af}}";

/// The token of a paper; `kind` tells papers of one id apart.
#[must_use]
pub fn token(vault: &Vault, kind: &str, id: Uuid) -> Vec<u8> {
    let mut token = vault.index(kind, &id.to_string());
    token.truncate(LENGTH);
    token
}

/// The hash of a token.
#[must_use]
pub fn hash(token: &[u8]) -> Vec<u8> {
    Sha256::digest(token).into_iter().take(LENGTH).collect()
}

/// The hash of a token as it stands in an address; none for what is no token.
#[must_use]
pub fn hash_of(text: &str) -> Option<Vec<u8>> {
    let token = BASE64.decode(text).ok().filter(|token| token.len() == LENGTH)?;
    Some(hash(&token))
}

/// Where anybody checks a paper: `of` is the last part of the path before the token.
#[must_use]
pub fn url(state: &State, of: &str, token: &[u8]) -> String {
    let base = state.config.http.public_url.trim_end_matches('/');
    format!("{base}/v1/verifications/{of}/{}", BASE64.encode(token))
}

/// Signs papers of one kind: what their codes state, and the list of those that do not hold. Each says what it is, so that none
/// passes for the other.
struct Signer {
    statements: Jws,
    lists: Jws,
}

/// Papers of one kind that anybody checks.
pub struct Papers {
    signer: Option<Arc<Signer>>,
    revoked: Cached<Ready>,
}

impl Papers {
    /// Papers whose statements are of the type `KIND+jwt`, and the list of those that do not hold `KIND-revoked+jws`.
    #[must_use]
    pub fn new(keys: &Keys, kind: &str) -> Self {
        let sign = |typ: &str| Jws::new(keys, Purpose::Cards, &format!("{kind}{typ}"));
        let signer = sign("+jwt").zip(sign("-revoked+jws")).map(|(statements, lists)| Signer { statements, lists });
        Self { signer: signer.map(Arc::new), revoked: Cached::default() }
    }

    /// The same with a list of its own.
    #[must_use]
    pub fn again(&self) -> Self {
        Self { signer: self.signer.clone(), revoked: Cached::default() }
    }

    /// What the code of a paper holds: the address, and behind it what is signed of it, where there is a key. It is the same each
    /// time, so that it is kept nowhere.
    ///
    /// # Errors
    /// Only where the claims can't be written.
    pub fn code(&self, url: String, claims: &impl Serialize) -> Result<String, Problem> {
        let Some(signer) = &self.signer else { return Ok(url) };
        let statement = signer.statements.sign(&serde_json::to_vec(claims).map_err(Problem::internal)?);
        Ok(format!("{url}#{statement}"))
    }

    /// Answers with the papers that do not hold, signed: `ended` reads the hashes of their tokens, and since when.
    ///
    /// # Errors
    /// Those of `ended`.
    pub async fn revoked(
        &self,
        request: &HttpRequest,
        today: NaiveDate,
        name: &'static str,
        ended: impl AsyncFnOnce() -> Result<Vec<(Vec<u8>, NaiveDate)>, DbErr>,
    ) -> Result<HttpResponse, Problem> {
        let list = async || {
            let papers: BTreeMap<_, _> =
                ended().await?.into_iter().map(|(hash, since)| (BASE64.encode(hash), since)).collect();
            let statement = json!({"as_of": today, name: papers}).to_string();
            let lists = self.signer.as_deref().map(|signer| &signer.lists);
            let list = RevocationList {
                kid: lists.map(|lists| lists.kid().to_owned()),
                signature: lists.map(|lists| lists.sign_detached(statement.as_bytes())),
                statement,
            };
            Ready::of("", &list).map_err(|error| DbErr::Custom(error.to_string()))
        };
        let list = self.revoked.get(Duration::from_secs(KEPT.into()), list).await?;
        Ok(list.published(request, KEPT))
    }

    /// Reads the list anew for the next who asks.
    pub fn forget(&self) {
        self.revoked.forget();
    }
}

/// The papers of one kind that may be out and do not hold, signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RevocationList {
    /// JSON, the text that is signed, byte for byte: `as_of`, the day of the list, and `cards` or `certificates`, which gives the day
    /// since which each does not hold by the `jti` of its statement.
    #[schema(example = r#"{"as_of":"2026-11-23","cards":{"47DEQpj8HBSa-_TImW-5JA":"2026-11-20"}}"#)]
    pub statement: String,
    /// Which key of `/.well-known/jwks.json` signed it, of those whose `use` is `card`.
    #[schema(required)]
    pub kid: Option<String>,
    /// Detached JWS (RFC 7515, appendix F) whose payload is `statement`; null where the office's service has no key.
    #[schema(required)]
    pub signature: Option<String>,
}

/// The `jti` of what is signed of a paper.
#[must_use]
pub fn jti(hash: &[u8]) -> String {
    BASE64.encode(hash)
}

/// The day of a list of all offices: the western zone's.
#[must_use]
pub fn today(state: &State) -> NaiveDate {
    Zone::WESTERN.date(state.clock.now())
}

/// The answer to who has scanned a code: JSON, or the page where `Accept: text/html` asks for it.
#[must_use]
pub fn checked<T: Serialize>(request: &HttpRequest, check: &T, page: impl FnOnce(&T) -> String) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::VARY, "Accept, Accept-Language, Accept-Encoding"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if !wire::prefers(request, "text/html") {
        return answer.json(check);
    }
    answer.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    answer.content_type("text/html; charset=utf-8").body(page(check))
}

/// How a status looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It holds.
    Yes,
    /// It does not hold yet.
    Wait,
    /// It holds no longer.
    No,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Wait => "wait",
            Self::No => "no",
        }
    }
}

/// What the page says.
pub struct Page<'a> {
    /// What was checked.
    pub title: &'a str,
    /// Where it stands, and how that looks.
    pub status: (&'a str, Look),
    /// Labels with their values.
    pub rows: &'a [(String, String)],
    /// What the answer is not.
    pub note: &'a str,
}

impl Page<'_> {
    /// The page as HTML.
    #[must_use]
    pub fn html(&self, language: Language) -> String {
        let mut list = String::new();
        for (label, value) in self.rows {
            let _ = write!(list, "<dt>{}</dt><dd>{}</dd>", escaped(label), escaped(value));
        }
        let (title, (status, look)) = (escaped(self.title), self.status);
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
             <style>{STYLE}</style></head><body><main><div class=\"box\"><div class=\"sign {}\"><h1>{title}</h1>\
             <b>{}</b></div><dl>{list}</dl></div><p>{}</p></main></body></html>",
            language.tag(),
            look.class(),
            escaped(status),
            escaped(self.note),
        )
    }
}

/// A text as HTML says it.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    #[test]
    fn a_token_is_its_paper_s_and_its_installation_s_and_its_hash_does_not_tell_it() {
        let (vault, other) = (Vault::new(&Keys::ephemeral()), Vault::new(&Keys::ephemeral()));
        let id = Uuid::from_u128;
        let one = token(&vault, "card", id(1));
        assert_eq!((one.len(), &one), (16, &token(&vault, "card", id(1))));
        assert_ne!(one, token(&vault, "card", id(2)));
        assert_ne!(one, token(&vault, "certificate", id(1)));
        assert_ne!(one, token(&other, "card", id(1)));
        let text = BASE64.encode(&one);
        assert_eq!((text.len(), hash_of(&text)), (22, Some(hash(&one))));
        assert_ne!(hash(&one), one);
        for wrong in ["", "x", &text[..21], &format!("{text}A"), &text.replace(&text[..1], "."), "revoked"] {
            assert_eq!(hash_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn nothing_that_is_shown_is_markup() {
        let rows = [("Nama".to_owned(), "<script>alert('1')</script> & \"Contoh\"".to_owned())];
        let page = Page { title: "<b>", status: ("<i>", Look::No), rows: &rows, note: "<u>" };
        let html = page.html(Language::English);
        for markup in ["<script", "<b><", "<i>", "<u>", "http"] {
            assert!(!html.contains(markup), "{markup}: {html}");
        }
        assert!(html.contains("class=\"sign no\"") && html.contains("lang=\"en\""), "{html}");
    }
}
