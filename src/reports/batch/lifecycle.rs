//! The lifecycle of a batch.

use disnaker_entity::batch::BatchStatus;

crate::lifecycle! {
    BatchStatus,
    /// What happens to a batch.
    BatchEvent, "report_batch", first Received, last [Committed, Refused, Cancelled, Failed];
    events {
        Start = "start", Validate = "validate", Commit = "commit", File = "file", Refuse = "refuse", Cancel = "cancel",
        Fail = "fail",
    }
    Received  Start    Running   System  "an instance takes it up";
    Received  Cancel   Cancelled Company "nothing has been decided";
    Running   Validate Validated System  "every row is decided on, nothing is filed";
    Running   File     Committed System  "what is sound is filed";
    Running   Refuse   Refused   System  "a row was rejected, and all or none was asked for";
    Running   Cancel   Cancelled Company "between two chunks; what is filed stays filed";
    Running   Fail     Failed    System  "the file can't be read once more";
    Validated Commit   Running   Company "its rows are decided on anew, and filed";
    Validated Cancel   Cancelled Company "nothing was filed";
}
