//! Faults and findings of rows as they are kept: in both languages, since whoever reads them later may ask in either.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::{Fault, FaultView, Language};

/// A fault or finding of a row as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    pointer: String,
    code: String,
    id: String,
    en: String,
    received: Value,
    expected: String,
    /// In Indonesian, where it is a sentence in both languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expected_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// The cell in its sheet: `D17`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// It refuses nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub warning: bool,
}

impl Told {
    /// A finding about a file as a whole.
    #[must_use]
    pub fn of_file(fault: Fault) -> Self {
        Self::apart(fault, true)
    }

    /// A fault or finding that stands in no cell.
    #[must_use]
    pub fn apart(fault: Fault, warning: bool) -> Self {
        Self {
            pointer: fault.pointer,
            code: fault.code.code.to_owned(),
            id: fault.code.id.to_owned(),
            en: fault.code.en.to_owned(),
            received: fault.received,
            expected_id: (fault.expected.id != fault.expected.en).then(|| fault.expected.id.into_owned()),
            expected: fault.expected.en.into_owned(),
            column: None,
            cell: None,
            warning,
        }
    }

    /// A fault or finding in a column, and in a cell of its sheet.
    #[must_use]
    pub fn at(fault: Fault, column: Option<&str>, cell: Option<String>, warning: bool) -> Self {
        Self { column: column.map(str::to_owned), cell, ..Self::apart(fault, warning) }
    }

    /// The same without what was received.
    #[must_use]
    pub fn blind(&self) -> Self {
        Self { received: Value::Null, ..self.clone() }
    }

    /// Name of the column.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// In a language.
    #[must_use]
    pub fn view(&self, language: Language) -> FaultView {
        let (message, expected) = match language {
            Language::Indonesian => (&self.id, self.expected_id.as_ref().unwrap_or(&self.expected)),
            Language::English => (&self.en, &self.expected),
        };
        FaultView {
            pointer: self.pointer.clone(),
            code: self.code.clone(),
            message: message.clone(),
            received: self.received.clone(),
            expected: expected.clone(),
        }
    }
}
