//! Faults: processes that are killed, servers that go away, networks that swallow, disks that fill, callers who hang up.
//!
//! Each test asks the same after it: is everything there that was acknowledged, and nothing by halves? How often a fault
//! happens is a variable (`DISNAKER_TEST_KILLS`, `DISNAKER_TEST_HANGUPS`, …), so that a night can do more of it.

mod crowd;
mod disk;
mod hangup;
mod kill;
mod load;
mod network;
mod restart;

/// A number that a variable of the environment may raise.
fn times(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{variable}: {value}")))
}
