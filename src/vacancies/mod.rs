//! Vacancies (lowongan kerja): what accepted reports publish, and what the office reads from them every morning.
//!
//! Vacancy information is open (Perpres 57/2023 art. 9): everybody may search it without a token. A vacancy is born from
//! a line of an accepted report and keeps the line's id over corrections; nobody writes one by hand. It counts
//! persons, not postings: `filled` never exceeds `wanted`, whoever asks at once, because a placement takes its
//! place under the vacancy's row lock and a check of the table stands behind it.
//!
//! Who searches finds by words, their roots and what means the same; a word that is found nowhere is taken for the nearest
//! one that is, and where nothing is found, the answer says what would be. All of that is decided in Rust (`search`), so
//! that both engines answer alike. When `search` makes other terms than before, the sweep indexes what is there anew.
//!
//! Labour demand is a sum of movements (persons wanted, filled, withdrawn), so that any past day can be asked again.
//! What is still wanted = wanted - filled - withdrawn holds for every vacancy at every moment.

pub mod bodies;
mod lifecycle;
mod posting;
mod queries;
mod routes;
pub mod rules;
mod search;

use utoipa_actix_web::service_config::ServiceConfig;

pub use lifecycle::VacancyEvent;
pub use queries::{
    Publisher, close_all, correct, end, expire, fill, give_back, lock, lock_of_company, of_company, outstanding,
    publish, reindex, release, titles,
};
pub use rules::Opening;
pub use search::Dictionary;

/// The room's operations under `/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(routes::list_vacancies)
        .service(routes::get_vacancy)
        .service(routes::close_vacancy)
        .service(routes::suspend_vacancy)
        .service(routes::resume_vacancy)
        .service(routes::get_labour_demand);
}
