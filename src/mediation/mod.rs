//! Mediation of industrial disputes.

pub mod book;
pub mod clocks;
pub mod lifecycle;
pub mod papers;
