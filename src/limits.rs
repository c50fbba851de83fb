//! Rate limits, per instance: reads and writes of a caller, everything of an anonymous address, token requests.

use std::cell::Cell;
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock, QuantaInstant};
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{NotUntil, Quota, RateLimiter};

use crate::caller::Identity;
use crate::problem::{Kind, Problem};
use crate::wire::Facts;

type Limiter = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// One limit: so many requests a minute.
struct Limit {
    name: &'static str,
    a_minute: u32,
    limiter: Limiter,
}

impl Limit {
    fn new(name: &'static str, a_minute: u32) -> Self {
        let quota = Quota::per_minute(NonZeroU32::new(a_minute).unwrap_or(NonZeroU32::MIN));
        Self { name, a_minute, limiter: RateLimiter::keyed(quota).with_middleware() }
    }

    /// Counts a request, and keeps what is left for its answer, a refusal too.
    fn take(&self, who: &str, facts: &Facts) -> Result<(), Problem> {
        self.counted(self.limiter.check_key(&who.to_owned()), facts)
    }

    /// Counts what one request asks beyond itself: no more than a full bucket has left then.
    fn take_more(&self, who: &str, more: u32, facts: &Facts) -> Result<(), Problem> {
        let Some(more) = NonZeroU32::new(more.min(self.a_minute - 1)) else { return Ok(()) };
        let counted = self.limiter.check_key_n(&who.to_owned(), more);
        self.counted(counted.map_err(Problem::internal)?, facts)
    }

    fn counted(&self, counted: Result<StateSnapshot, NotUntil<QuantaInstant>>, facts: &Facts) -> Result<(), Problem> {
        let left = counted.as_ref().map_or(0, StateSnapshot::remaining_burst_capacity);
        facts.left.set(Some(Left { name: self.name, a_minute: self.a_minute, left }));
        counted.map(drop).map_err(|not_yet| {
            let wait = not_yet.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            Problem::new(Kind::RateLimited).retry_after(wait)
        })
    }
}

/// What a caller has left of a limit, for the `RateLimit` headers.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    name: &'static str,
    a_minute: u32,
    left: u32,
}

impl Left {
    /// `RateLimit-Policy`.
    #[must_use]
    pub fn policy(&self) -> String {
        format!("\"{}\";q={};w=60", self.name, self.a_minute)
    }

    /// `RateLimit`.
    #[must_use]
    pub fn state(&self) -> String {
        let seconds = u64::from(self.a_minute - self.left.min(self.a_minute)) * 60 / u64::from(self.a_minute.max(1));
        format!("\"{}\";r={};t={seconds}", self.name, self.left)
    }
}

/// Slot of the facts in which the boundary finds what is left.
pub type LeftCell = Cell<Option<Left>>;

/// Every limit of this instance.
pub struct Limits {
    on: bool,
    reads: Limit,
    writes: Limit,
    anonymous: Limit,
    tokens: Limit,
}

impl Limits {
    /// The limits (design.md 4), or none.
    #[must_use]
    pub fn new(on: bool) -> Self {
        Self {
            on,
            reads: Limit::new("reads", 600),
            writes: Limit::new("writes", 120),
            anonymous: Limit::new("anonymous", 60),
            tokens: Limit::new("tokens", 60),
        }
    }

    /// Lets a request in, or says when to come back.
    ///
    /// # Errors
    /// `rate-limited`.
    pub fn admit(
        &self,
        who: Option<&Identity>,
        from: Option<IpAddr>,
        write: bool,
        facts: &Facts,
    ) -> Result<(), Problem> {
        if !self.on {
            return Ok(());
        }
        match who {
            Some(identity) if write => self.writes.take(&identity.actor(), facts),
            Some(identity) => self.reads.take(&identity.actor(), facts),
            None => self.anonymous.take(&from.map(|address| address.to_string()).unwrap_or_default(), facts),
        }
    }

    /// Counts what a write asks beyond the one request as which it was admitted, or says when to come back. However much it is,
    /// a caller who has written nothing for a minute is let in.
    ///
    /// # Errors
    /// `rate-limited`.
    pub fn admit_more(&self, who: Option<&Identity>, more: u32, facts: &Facts) -> Result<(), Problem> {
        match who {
            Some(identity) if self.on => self.writes.take_more(&identity.actor(), more, facts),
            _ => Ok(()),
        }
    }

    /// Lets a token request in, or says when to come back.
    ///
    /// # Errors
    /// `rate-limited`.
    pub fn admit_token(&self, from: Option<IpAddr>, facts: &Facts) -> Result<(), Problem> {
        if !self.on {
            return Ok(());
        }
        self.tokens.take(&from.map(|address| address.to_string()).unwrap_or_default(), facts)
    }

    /// Forgets callers that have been away long enough.
    pub fn tidy(&self) {
        for limit in [&self.reads, &self.writes, &self.anonymous, &self.tokens] {
            limit.limiter.retain_recent();
        }
    }
}
