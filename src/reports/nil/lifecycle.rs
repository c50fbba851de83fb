//! The lifecycle of a nil report: it is filed in the call that makes it.

use disnaker_entity::report::NilReportStatus;

crate::lifecycle! {
    NilReportStatus,
    /// What happens to a nil report.
    NilReportEvent, "nil_report", first Submitted, last [Withdrawn, Superseded];
    events { Withdraw = "withdraw", Supersede = "supersede" }
    Submitted Withdraw  Withdrawn  Company "what was filed is taken back, never deleted";
    Submitted Supersede Superseded System  "Perpres 57/2023 art. 4: a vacancy of the month was reported after all";
}
