//! disnaker: the service that an Indonesian manpower office (Disnaker) runs.
//!
//! A directory here is a room: one business area, its whole vertical. A file is plumbing, and plumbing knows no word
//! of labour law. A request passes extractors (`Caller<Permission>`, `Path`, `Json`), a handler, and one
//! `caller.change(…)` that loads, decides, saves and shows.

/// State, middleware, every room's routes.
pub mod app;
/// Copies of an installation.
pub mod backup;
/// What the rules stand on, in memory: offices, calendar, policies.
pub mod book;
/// Working-day arithmetic.
pub mod calendar;
/// Who calls, and what they may see.
pub mod caller;
/// One write, one transaction.
pub mod change;
/// Content checks with pointers.
pub mod check;
/// Signed heads of the journal.
pub mod checkpoint;
/// Time and ids, injected.
pub mod clock;
/// Configuration.
pub mod config;
/// How a connection is had.
pub mod db;
/// The deadline engine.
pub mod deadline;
/// Whether an installation is well.
pub mod doctor;
/// The OpenAPI document.
pub mod document;
/// What is served around the API: health, the reference page, problem pages.
pub mod front;
/// Order, hash chain and sealing of what happened.
pub mod journal;
/// The installation's secret keys.
pub mod keys;
/// State machines as tables.
pub mod lifecycle;
/// Rate limits.
pub mod limits;
pub mod mediation;
/// What statistics count.
pub mod movement;
/// Lists, by the page.
pub mod paging;
/// PDF.
pub mod paper;
/// Encryption and blind index of personal data.
pub mod personal;
/// The error table and the only error answer.
pub mod problem;
/// Who read a person's data.
pub mod reads;
/// Listening, metrics, logging, and an end in good order.
pub mod serve;
/// What people keep in spreadsheets, read in bounded memory.
pub mod sheet;
/// What the code on a paper leads to.
pub mod verification;
/// Extractors, entity tags, the boundary.
pub mod wire;

/// Clients, tokens, grants, invitations.
pub mod access;
/// Apprenticeships: programmes, agreements, what waits for the office.
pub mod apprenticeships;
/// Rows that are sent in bulk.
pub mod bulk;
/// Companies and their verification.
pub mod companies;
/// What companies owe, and what happens where it is not done.
pub mod compliance;
/// What people ask an office, and what they complain of.
pub mod consultations;
/// Invented data, told as a story through the rooms' own rules.
pub mod demo;
/// The change feed.
pub mod exchange;
/// What is sent in bytes: attachments and uploads.
pub mod files;
/// Offices.
pub mod offices;
/// Who was hired where.
pub mod placements;
/// Rights of the person whose data it is.
pub mod privacy;
/// Proof of what was filed.
pub mod receipts;
/// Regions, code lists, calendar, minimum wages, policies.
pub mod reference;
/// Mandatory reports of vacancies and placements.
pub mod reports;
/// Schools with a job office, and what they draft for their alumni.
pub mod schools;
/// Job seekers: drafts, the register, verification.
pub mod seekers;
/// Training: providers, programmes, classes, and who is in them.
pub mod training;
/// Vacancies, their search, and labour demand.
pub mod vacancies;
