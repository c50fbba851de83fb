//! The operations of this room.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, get};
use serde_json::value::RawValue;

use super::bodies::{CheckpointFilter, CheckpointPage, EventFilter, EventPage, EventView, SubjectView};
use super::queries::{self, Event};
use crate::access::permissions::{ReadCheckpoints, ReadEvents};
use crate::caller::Caller;
use crate::check::{self, TOO_LONG};
use crate::problem::{Fault, Kind, Problem, Text};
use crate::wire::{self, Cache, Query};

/// How often a waiting reader looks for what other instances sealed.
const ROUND: Duration = Duration::from_millis(200);
/// Longest list of types, in characters.
const LONGEST_TYPES: usize = 500;
/// Longest wait, in seconds.
const LONGEST: u64 = 30;
/// Seconds that a page of checkpoints may be kept by anybody.
const KEPT: u32 = 10;

fn view(event: Event) -> Result<EventView, Problem> {
    Ok(EventView {
        id: event.id,
        position: event.position,
        kind: event.event,
        time: event.recorded_at,
        office: Some(event.office).filter(|office| !office.is_empty()),
        company_id: event.company_id,
        subject: SubjectView { kind: event.subject_kind, id: event.subject_id },
        version: event.version,
        data: RawValue::from_string(event.body).map_err(Problem::internal)?,
    })
}

/// Read the change feed.
///
/// In order, without gaps or repeats: go on with `next`. Staff see their jurisdiction, companies their own records. With
/// `wait`, the answer comes as soon as there is something, else after that many seconds.
#[utoipa::path(tag = "exchange", params(EventFilter), responses((status = 200, body = EventPage)),
    security(("bearer" = [ReadEvents::NAME])))]
#[get("/events")]
pub async fn list_events(
    request: HttpRequest,
    caller: Caller<ReadEvents>,
    Query(filter): Query<EventFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("events", &filter)?;
    if let Some(types) = filter.types.as_deref().filter(|types| types.chars().count() > LONGEST_TYPES) {
        let fault = Fault::new("types", TOO_LONG, types.chars().count(), check::at_most_characters(LONGEST_TYPES));
        return Err(Problem::new(Kind::InvalidQuery).faults(vec![fault]));
    }
    let wait = filter.wait.unwrap_or_default();
    if wait > LONGEST {
        return Err(wire::invalid_parameter(
            "wait",
            wait,
            Text::made(format!("0 sampai {LONGEST} detik"), format!("0 to {LONGEST} seconds")),
        ));
    }
    let mut after: i64 = page.part.after.unwrap_or_default();
    let mut sealed = caller.state().bell.follow();
    let until = tokio::time::Instant::now() + Duration::from_secs(wait);
    let data = loop {
        sealed.mark_unchanged();
        let head = queries::head(caller.reader()).await?;
        let events = if head > after {
            queries::events(caller.reader(), &caller, &filter, after, head, page.part.limit).await?
        } else {
            Vec::new()
        };
        let full = events.len() as u64 == page.part.limit;
        after = if full { events.last().map_or(head, |last| last.position) } else { head.max(after) };
        if !events.is_empty() || tokio::time::Instant::now() >= until {
            break events;
        }
        let pause = ROUND.min(until.saturating_duration_since(tokio::time::Instant::now()));
        let _ = tokio::time::timeout(pause, sealed.changed()).await;
    };
    let page = EventPage { data: data.into_iter().map(view).collect::<Result<_, _>>()?, next: page.seal(&after) };
    Ok(wire::listed(&request, &page, None, Cache::Private))
}

/// List checkpoints of the journal.
///
/// Newest first. A checkpoint is a position of the journal with the hash of everything up to it, signed; one is made as soon as
/// 1,000 positions have come since the newest, or after 5 minutes where anything has come. Keep them where the operator of this
/// service can't reach them: with them `disnaker journal verify --checkpoints` proves on any copy of the database that nothing
/// before them was changed, taken out, put in or cut off.
///
/// The signature is Ed25519 (RFC 8032) by the key `kid` of `/.well-known/jwks.json` whose `use` is `checkpoint`, over four lines
/// of ASCII, each ended by one line feed: the words `disnaker checkpoint 1`, then `position`, `hash` and `time` exactly as they
/// stand here.
#[utoipa::path(tag = "exchange", params(CheckpointFilter), responses((status = 200, body = CheckpointPage)),
    security((), ("bearer" = [ReadCheckpoints::NAME])))]
#[get("/journal/checkpoints")]
pub async fn list_checkpoints(
    request: HttpRequest,
    caller: Caller<ReadCheckpoints>,
    Query(filter): Query<CheckpointFilter>,
) -> Result<HttpResponse, Problem> {
    let page = caller.paging("checkpoints", &filter)?;
    let rows = queries::checkpoints(caller.reader(), &page.part).await?;
    let (rows, next) = page.cut(rows, |row| row.position);
    let page = CheckpointPage { data: rows.into_iter().map(Into::into).collect(), next };
    wire::published(&request, &page, page.next.as_deref(), KEPT)
}
