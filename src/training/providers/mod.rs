//! Providers.
mod lifecycle;
