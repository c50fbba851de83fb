//! Every error of the service: one table says how it looks, one `impl` makes it an answer (RFC 9457).
//!
//! Rooms say *why* (a [`Refusal`]); [`Kind`] says *how it looks*. The boundary of the service
//! ([`crate::wire::boundary`]) writes the body, since only it knows the caller's language and trace id.

use std::borrow::Cow;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use chrono::NaiveDate;
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::db::{self, Trouble};
use crate::personal;

/// A language that texts are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// Indonesian, the default.
    #[default]
    Indonesian,
    /// English.
    English,
}

impl Language {
    /// The best of the two for an `Accept-Language` header (RFC 9110 section 12.5.4).
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let weight = |wanted: &str| {
            header
                .split(',')
                .filter_map(|range| {
                    let mut parts = range.trim().split(';');
                    let tag = parts.next()?.trim().to_ascii_lowercase();
                    let quality =
                        parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
                    (tag == wanted || tag.starts_with(&format!("{wanted}-"))).then_some(quality)
                })
                .fold(0.0_f32, f32::max)
        };
        if weight("en") > weight("id") { Self::English } else { Self::Indonesian }
    }

    /// The tag for `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::English => "en",
        }
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Indonesian.
    pub id: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// A fixed text.
    #[must_use]
    pub const fn of(id: &'static str, en: &'static str) -> Self {
        Self { id: Cow::Borrowed(id), en: Cow::Borrowed(en) }
    }

    /// A text that was put together.
    #[must_use]
    pub fn made(id: String, en: String) -> Self {
        Self { id: Cow::Owned(id), en: Cow::Owned(en) }
    }

    /// What is kept in both languages; a release that knew English alone left the other one empty.
    #[must_use]
    pub fn kept(id: String, en: String) -> Self {
        if id.is_empty() { Self::plain(en) } else { Self::made(id, en) }
    }

    /// What is the same in any language: a number, a code, a list of codes, a form such as `YYYY-MM-DD`.
    #[must_use]
    pub fn plain(text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        Self { id: text.clone(), en: text }
    }

    /// The text in one language, alone.
    #[must_use]
    pub fn into_language(self, language: Language) -> String {
        match language {
            Language::Indonesian => self.id.into_owned(),
            Language::English => self.en.into_owned(),
        }
    }

    /// The text in one language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Indonesian => &self.id,
            Language::English => &self.en,
        }
    }
}

/// Declares the closed table of problems.
macro_rules! kinds {
    ($($kind:ident = $status:literal $slug:literal, $id:literal, $en:literal, $help:literal;)*) => {
        /// A kind of problem: what a client may rely on. The slug is the `code` and the end of the `type` URI.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $(#[doc = $en] $kind,)* }

        impl Kind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 { match self { $(Self::$kind => $status,)* } }

            /// Stable code.
            #[must_use]
            pub const fn slug(self) -> &'static str { match self { $(Self::$kind => $slug,)* } }

            /// Title in both languages.
            #[must_use]
            pub const fn title(self) -> Text { match self { $(Self::$kind => Text::of($id, $en),)* } }

            /// What the reader of the problem's page should do.
            #[must_use]
            pub const fn help(self) -> &'static str { match self { $(Self::$kind => $help,)* } }
        }
    };
}

kinds! {
    MalformedJson        = 400 "malformed-json", "Isi bukan JSON yang sah", "The body is not valid JSON", "Send one JSON document in UTF-8, nested at most 128 levels.";
    InvalidQuery         = 400 "invalid-query", "Parameter kueri tidak sah", "Invalid query parameter", "`errors` names each parameter, what it received and what it takes. Unknown parameters are refused so that a misspelt filter never passes silently.";
    InvalidCursor        = 400 "invalid-cursor", "Kursor tidak sah", "Invalid cursor", "Use `next` exactly as it was given, with the same filters and the same sort; or start again without a cursor.";
    InvalidHeader        = 400 "invalid-header", "Header tidak sah", "Invalid header", "`errors` names the header, what it received and what it takes.";
    Unauthenticated      = 401 "unauthenticated", "Token tidak ada atau tidak sah", "Missing or invalid token", "Send `Authorization: Bearer …` with a token of this service (`POST /oauth/token`) or of a configured issuer. The answer is the same for every fault of a token.";
    Forbidden            = 403 "forbidden", "Tidak berwenang", "Not permitted", "None of your roles gives the permission that the operation names in `x-permission`. `GET /v1/me` shows your roles; an admin of the office or company can invite you.";
    NotFound             = 404 "not-found", "Tidak ditemukan", "Not found", "Nothing is there, or it is not yours to see: the answer is the same.";
    MethodNotAllowed     = 405 "method-not-allowed", "Metode tidak didukung", "Method not allowed", "The `Allow` header lists the methods of this path.";
    RequestTimeout       = 408 "request-timeout", "Isi datang terlalu lambat", "The body came too slowly", "Send the whole body within ten seconds, or at 4 KiB a second and more. Nothing was stored.";
    RequestInFlight      = 409 "request-in-flight", "Permintaan yang sama masih diproses", "The same request is still being worked on", "Repeat it with the same `Idempotency-Key` after `Retry-After` seconds; you will get the first request's answer.";
    IllegalTransition    = 409 "illegal-transition", "Langkah tidak dapat dilakukan pada status ini", "The step is not possible in this status", "`allowed` lists the steps that are possible now. Read the record again: somebody may have moved it.";
    CompanyExists        = 409 "company-exists", "Perusahaan sudah terdaftar", "The company is registered already", "Ask a `company_admin` of that company, or its office, for an invitation (`POST /v1/invitations`) and accept it with `POST /v1/invitations/accept`.";
    KeptElsewhere        = 409 "kept-elsewhere", "Terdaftar di dinas lain", "Another office keeps it", "Ask the office that `detail` names for a transfer, then try again.";
    AlreadyExists        = 409 "already-exists", "Sudah ada", "It exists already", "`errors` names the fields whose values together must be unique.";
    VacancyFull          = 409 "vacancy-full", "Kebutuhan lowongan sudah terpenuhi", "The vacancy is full", "`errors` lists the rows that exceed the persons wanted. Return the report with reasons, or void a wrong placement first.";
    CapacityExhausted    = 409 "capacity-exhausted", "Tempat sudah habis", "No place is left", "`next_dates` lists the next dates that have places. A slot that is wished for may be full while others have room: leave `slot` out.";
    ApprenticeCap        = 409 "apprentice-cap", "Melampaui batas peserta pemagangan", "More apprentices than the company may have", "Apprentices are at most a share of the workers of the company's newest yearly employment report; `detail` says how many may be and how many places are held. Ask for fewer places, close a programme, or report the workers that there are now.";
    EmploymentReportMissing = 409 "employment-report-missing", "Belum ada wajib lapor ketenagakerjaan", "The employment report is missing", "The share of apprentices is counted from the workers of the employment report: file it first, at the address that `detail` names.";
    VacanciesReported    = 409 "vacancies-reported", "Lowongan sudah dilaporkan pada bulan itu", "Vacancies were reported in that month", "A nil report says that there were none. A vacancy report that was filed by mistake is withdrawn first, as long as it is not accepted.";
    RowsRefused          = 409 "rows-refused", "Ada baris yang tidak dapat diterima", "Some rows can't be accepted", "`errors` lists each row and why. Return the report with reasons per row.";
    InvitationUsed       = 409 "invitation-used", "Undangan sudah dipakai atau kedaluwarsa", "The invitation is used or expired", "Ask for a new invitation.";
    NotCovered           = 409 "not-covered", "Ada peserta tanpa jaminan sosial", "Some participants have no social security", "`errors` names each enrolment and what it lacks. Record the cover (`POST /v1/training-enrollments/{id}/cover`), then start the class.";
    DeadlineMet          = 409 "deadline-met", "Kewajiban sudah dipenuhi", "The obligation is met", "What was due has been done, so there is nothing to extend.";
    VersionMismatch      = 412 "version-mismatch", "Data sudah berubah", "The record has changed", "Read it again, apply your change to what you find, and send its new `ETag` in `If-Match`.";
    BodyTooLarge         = 413 "body-too-large", "Isi terlalu besar", "The body is too large", "Split the request; `detail` names the limit.";
    UnsupportedMediaType = 415 "unsupported-media-type", "Jenis isi tidak didukung", "Unsupported media type", "Send one of the media types that `detail` names in `Content-Type`, in the form that it names.";
    BodyShape            = 422 "body-shape", "Bentuk isi tidak sesuai", "The body does not have the declared shape", "`errors` points at the first place that differs from the schema in `/openapi.json`.";
    InvalidContent       = 422 "invalid-content", "Isi tidak dapat diterima", "The content can't be accepted", "`errors` lists every fault at once: pointer, code, what was received and what was expected. Nothing was stored.";
    KeyReused            = 422 "idempotency-key-reused", "Kunci idempotensi dipakai untuk permintaan lain", "The idempotency key was used for another request", "Use a new key for a new request; repeat a request with the same key only byte for byte.";
    CalendarMissing      = 422 "calendar-missing", "Kalender tahun itu belum dimuat", "The calendar of that year is not loaded", "An admin adds the year's holidays with their decree (`POST /v1/holidays`). No date is ever guessed.";
    PreconditionRequired = 428 "precondition-required", "If-Match wajib ada", "If-Match is required", "Read the record and send its `ETag` in `If-Match`.";
    RateLimited          = 429 "rate-limited", "Terlalu banyak permintaan", "Too many requests", "Wait `Retry-After` seconds. `RateLimit-Policy` states the limit.";
    Internal             = 500 "internal-error", "Kesalahan di pihak kami", "An error on our side", "Report the `trace_id`; the log holds the cause.";
    Unavailable          = 503 "unavailable", "Sedang tidak tersedia", "Unavailable for the moment", "Repeat the request after `Retry-After` seconds; with an `Idempotency-Key` a repeated POST is safe.";
    StorageFull          = 507 "storage-full", "Penyimpanan penuh", "Storage is full", "Nothing was written; reading goes on. Repeat the request after `Retry-After` seconds, when the office has made room.";
}

/// A kind of fault in what was received: a stable code with its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultCode {
    /// Stable code.
    pub code: &'static str,
    /// Message in Indonesian.
    pub id: &'static str,
    /// Message in English.
    pub en: &'static str,
}

impl FaultCode {
    /// Declares a code with its messages.
    #[must_use]
    pub const fn new(code: &'static str, id: &'static str, en: &'static str) -> Self {
        Self { code, id, en }
    }
}

/// One fault, or one soft finding, of what was received.
#[derive(Clone, Debug)]
pub struct Fault {
    /// JSON pointer into the body (RFC 6901), or the name of a parameter or header.
    pub pointer: String,
    /// What is wrong.
    pub code: FaultCode,
    /// What was received; never a person's data.
    pub received: Value,
    /// What would have been accepted.
    pub expected: Text,
}

impl Fault {
    /// A fault at a pointer.
    pub fn new(pointer: impl Into<String>, code: FaultCode, received: impl Into<Value>, expected: Text) -> Self {
        Self { pointer: pointer.into(), code, received: received.into(), expected }
    }

    /// The fault as it crosses the wire.
    #[must_use]
    pub fn view(&self, language: Language) -> FaultView {
        let message = match language {
            Language::Indonesian => self.code.id,
            Language::English => self.code.en,
        };
        let mut received = self.received.clone();
        personal::veil(&mut received);
        FaultView {
            pointer: personal::veiled(&self.pointer).into_owned(),
            code: self.code.code.to_owned(),
            message: message.to_owned(),
            received,
            expected: personal::veiled(self.expected.in_language(language)).into_owned(),
        }
    }
}

/// One fault of a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultView {
    /// JSON pointer into the body, or the name of a parameter or header.
    pub pointer: String,
    /// Stable code.
    pub code: String,
    /// What is wrong, in the language asked for.
    pub message: String,
    /// What was received; null where it is a person's data or nothing at all.
    #[schema(value_type = Value)]
    pub received: Value,
    /// What would have been accepted.
    pub expected: String,
}

/// Why a room refuses: it names the law's reason, never HTTP.
pub trait Refusal {
    /// How it looks.
    fn kind(&self) -> Kind;

    /// What a client may read about this very case.
    fn detail(&self) -> Option<Text> {
        None
    }

    /// Every fault of the content, with pointers.
    fn faults(self) -> Vec<Fault>
    where
        Self: Sized,
    {
        Vec::new()
    }
}

/// A problem on its way out.
#[derive(Debug)]
pub struct Problem {
    /// Kind.
    pub kind: Kind,
    /// Kept apart, so that a `Result` stays small on the way where nothing is wrong.
    more: Box<More>,
}

/// What a problem says beside its kind.
#[derive(Debug, Default)]
pub struct More {
    /// About this very case.
    pub detail: Option<Text>,
    /// Faults of the content.
    pub faults: Vec<Fault>,
    /// The steps that are possible, for an illegal one.
    pub allowed: Option<Vec<&'static str>>,
    /// The next dates that have places, where one had none.
    pub next_dates: Option<Vec<NaiveDate>>,
    /// Seconds to wait.
    pub retry_after: Option<u64>,
    /// Methods of the path, for a wrong one.
    pub methods: Option<String>,
    /// The transaction may run again.
    pub again: bool,
    /// A unique index refused it.
    pub collided: bool,
    /// For the log only.
    pub cause: Option<String>,
}

impl Problem {
    /// A problem of a kind, with nothing to add.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, more: Box::default() }
    }

    /// Adds what a client may read about this very case.
    #[must_use]
    pub fn detail(mut self, detail: Text) -> Self {
        self.more.detail = Some(detail);
        self
    }

    /// Adds faults.
    #[must_use]
    pub fn faults(mut self, faults: Vec<Fault>) -> Self {
        self.more.faults = faults;
        self
    }

    /// Adds a time to wait, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.more.retry_after = Some(seconds);
        self
    }

    /// Adds the steps that are possible instead.
    #[must_use]
    pub fn allowed(mut self, steps: Vec<&'static str>) -> Self {
        self.more.allowed = Some(steps);
        self
    }

    /// Adds the next dates that have places.
    #[must_use]
    pub fn next_dates(mut self, dates: Vec<NaiveDate>) -> Self {
        self.more.next_dates = Some(dates);
        self
    }

    /// Adds the methods that the path has.
    #[must_use]
    pub fn methods(mut self, methods: &str) -> Self {
        self.more.methods = Some(methods.to_owned());
        self
    }

    /// Adds what went wrong on our side, for the log only.
    #[must_use]
    pub fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.more.cause = Some(cause.to_string());
        self
    }

    /// Marks that the transaction may run again.
    #[must_use]
    fn again(mut self) -> Self {
        self.more.again = true;
        self
    }

    /// Nothing is there, or nothing that the caller may see.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound)
    }

    /// A fault of our own; the cause goes to the log only.
    #[must_use]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(Kind::Internal).because(cause)
    }

    /// The faults alone.
    #[must_use]
    pub fn into_faults(self) -> Vec<Fault> {
        self.more.faults
    }

    /// The body as RFC 9457 has it.
    #[must_use]
    pub fn view(&self, language: Language, trace_id: &str) -> ProblemView {
        ProblemView {
            type_: format!("/problems/{}", self.kind.slug()),
            title: self.kind.title().in_language(language).to_owned(),
            status: self.kind.status(),
            detail: self.detail.as_ref().map(|detail| personal::veiled(detail.in_language(language)).into_owned()),
            instance: format!("urn:uuid:{trace_id}"),
            code: self.kind.slug().to_owned(),
            trace_id: trace_id.to_owned(),
            errors: self.faults.iter().map(|fault| fault.view(language)).collect(),
            allowed: self.allowed.as_ref().map(|steps| steps.iter().map(|step| (*step).to_owned()).collect()),
            next_dates: self.next_dates.clone(),
        }
    }
}

/// Problem details (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemView {
    /// Page that explains the kind of problem.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference")]
    pub type_: String,
    /// The kind in words.
    pub title: String,
    /// HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// About this very case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// URN of this occurrence: the trace id.
    #[schema(format = "uri-reference")]
    pub instance: String,
    /// Stable code, also the end of `type`.
    pub code: String,
    /// The same id as in the `X-Request-Id` header and in the log.
    pub trace_id: String,
    /// Every fault found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FaultView>,
    /// Steps that are possible now, where one was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
    /// The next dates that have places, where one had none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_dates: Option<Vec<NaiveDate>>,
}

impl std::ops::Deref for Problem {
    type Target = More;

    fn deref(&self) -> &More {
        &self.more
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.kind.slug())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Status and headers; the boundary adds the body.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if self.kind == Kind::Unauthenticated {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(methods) = &self.methods {
            response.insert_header((header::ALLOW, methods.as_str()));
        }
        response.finish()
    }
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        match db::trouble(&error) {
            Trouble::Unavailable | Trouble::LockTimeout => Self::new(Kind::Unavailable).retry_after(2).because(error),
            Trouble::ReadOnly => Self::new(Kind::Unavailable).retry_after(60).because(format!(
                "the database can't be written until the operator acts (the rights and the disk of SQLite's file and its \
                 directory, or a PostgreSQL server that is a standby): {error}"
            )),
            Trouble::Full => Self::new(Kind::StorageFull).retry_after(60).because(error),
            Trouble::Lost => Self::new(Kind::Unavailable).retry_after(1).again(),
            // What was looked for and not there is there now: whoever looks again finds it.
            Trouble::Unique => {
                let mut problem = Self::internal(format!("unclaimed unique collision: {error}")).again();
                problem.more.collided = true;
                problem
            }
            Trouble::Other => Self::internal(error),
        }
    }
}

impl<R: Refusal> From<R> for Problem {
    fn from(refusal: R) -> Self {
        let (kind, detail) = (refusal.kind(), refusal.detail());
        let mut problem = Self::new(kind).faults(refusal.faults());
        problem.more.detail = detail;
        problem
    }
}

/// Gives a unique collision its meaning, where it happens.
pub trait OnUnique<T> {
    /// Turns a unique collision into the problem that it means; every other error stays what it is.
    ///
    /// # Errors
    /// The meaning, or the error.
    fn on_unique(self, meaning: impl Into<Problem>) -> Result<T, Problem>;
}

impl<T> OnUnique<T> for Result<T, DbErr> {
    fn on_unique(self, meaning: impl Into<Problem>) -> Result<T, Problem> {
        self.map_err(|error| if db::trouble(&error) == Trouble::Unique { meaning.into() } else { error.into() })
    }
}

impl<T> OnUnique<T> for Result<T, Problem> {
    fn on_unique(self, meaning: impl Into<Problem>) -> Result<T, Problem> {
        self.map_err(|problem| if problem.collided { meaning.into() } else { problem })
    }
}

/// The table of problems for the documentation.
#[must_use]
pub fn markdown() -> String {
    let head = "# Problems\n\nGenerated from `src/problem.rs`. Every error is `application/problem+json` (RFC 9457); `code` is stable, texts follow `Accept-Language` (`id`, `en`).\n\n| status | code | title | what to do |\n| --- | --- | --- | --- |\n";
    let rows = Kind::ALL.iter().map(|kind| {
        format!(
            "| {} | `{}` | {} / {} | {} |\n",
            kind.status(),
            kind.slug(),
            kind.title().en,
            kind.title().id,
            kind.help()
        )
    });
    std::iter::once(head.to_owned()).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_greater_weight_wins() {
        assert_eq!(Language::accepted(""), Language::Indonesian);
        assert_eq!(Language::accepted("en-GB,en;q=0.9"), Language::English);
        assert_eq!(Language::accepted("id;q=0.9, en;q=0.8"), Language::Indonesian);
        assert_eq!(Language::accepted("fr"), Language::Indonesian);
    }

    #[test]
    fn every_code_is_its_own() {
        let mut slugs: Vec<_> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), Kind::ALL.len());
    }
}
