//! Mediation of industrial disputes.

pub mod clocks;
pub mod lifecycle;
