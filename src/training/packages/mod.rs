//! Packages (paket): one class of a programme.
mod lifecycle;
pub use lifecycle::PackageEvent;
