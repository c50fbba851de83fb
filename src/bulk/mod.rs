//! Rows in bulk: what people send as JSON, NDJSON, CSV or XLSX, hundreds of rows at once.
//!
//! A [`Table`] says what a file of some kind of rows looks like: its columns, where each stands in the JSON form, what it takes,
//! and what people call it. From it come the template, the reading of a file, and the annotated file that is sent back. The
//! four forms are one contract: the same fields, the same faults, each with its pointer, and its cell where there is one.
//! What was typed is understood or refused, never altered.
//!
//! Beside the code lists of `reference` this room knows nothing of what rows mean. Whoever takes them in says so
//! ([`Fields`]), decides on them, and writes them.

mod annotated;
mod bodies;
mod columns;
mod reader;
mod template;
mod told;
mod words;

pub use annotated::{Verdict, workbook as annotated};
pub use bodies::{BatchColumns, RowFaultView};
pub use columns::{Choice, Column, Extra, Kind, Layout, OWN, Table, at, layout, plain, within};
pub use reader::{Field, Fields, Form, Input, Survey, each, media_type, receive, sound_reference, survey};
pub use template::{published, workbook as template};
pub use told::Told;
