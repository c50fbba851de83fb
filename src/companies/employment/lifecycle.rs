//! The lifecycle of an employment report.

use disnaker_entity::employment::EmploymentReportStatus;

crate::lifecycle! {
    EmploymentReportStatus,
    /// What happens to an employment report.
    EmploymentReportEvent, "employment_report", first Filed, last [Superseded, Withdrawn];
    events { Supersede = "supersede", Withdraw = "withdraw" }
    Filed Supersede Superseded System  "a correction takes its place";
    Filed Withdraw  Withdrawn  Company "a filed report is taken back, never deleted";
}
