//! Stories over HTTP: every test starts the whole service on a database of its own and talks to it as a client does.
//!
//! `DISNAKER_TEST_ENGINE` chooses the engine (`sqlite`, the default, or `postgres` with
//! `DISNAKER_TEST_DATABASE_URL`), `DISNAKER_TEST_LOG` a log filter; `DISNAKER_BLESS=1` rewrites the generated files
//! in `openapi/` instead of comparing them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that can't go on fails, and says where"
)]

mod harness;
mod program;
mod world;

mod access;
mod apprenticeships;
mod batches;
mod cards;
mod checkpoints;
mod companies;
mod complaints;
mod compliance;
mod consultations;
mod contract;
mod dispute_sides;
mod employment;
mod exchange;
mod faults;
mod files;
mod fuzz;
mod hostile;
mod idempotency;
mod issuers;
mod journal;
mod judged;
mod mandates;
mod matrix;
mod mediation;
mod migrate;
mod nil;
mod obligations;
mod placements;
mod planted;
mod privacy;
mod problems;
mod queue;
mod receipts;
mod reconciliation;
mod reference;
mod reports;
mod schools;
mod search;
mod seekers;
mod sheets;
mod surface;
mod tokens;
mod training;
mod training_certificates;
mod training_classes;
mod training_needs;
mod upkeep;
mod vacancies;
mod warnings;
mod work_lists;
