//! The lifecycle of a request for more time.

use disnaker_entity::obligation::ExtensionStatus;

crate::lifecycle! {
    ExtensionStatus,
    /// What happens to a request for more time.
    ExtensionEvent, "extension_request", first Requested, last [Granted, Refused, Withdrawn];
    events { Grant = "grant", Refuse = "refuse", Withdraw = "withdraw" }
    Requested Grant    Granted   Office  "the office's own rule: the due date moves, within what a policy bounds";
    Requested Refuse   Refused   Office  "the office's own rule: the due date stays, and the office says why";
    Requested Withdraw Withdrawn Company "the company needs no more time";
}
