//! The lifecycle of a report, of vacancies and of placements alike.

use disnaker_entity::report::ReportStatus;

crate::lifecycle! {
    ReportStatus,
    /// What happens to a report.
    ReportEvent, "report", first Draft, last [Withdrawn, Superseded];
    events {
        Submit = "submit", Return = "return", Accept = "accept", Withdraw = "withdraw", Correct = "correct", Supersede = "supersede",
    }
    Draft     Submit    Submitted  Company "Perpres 57/2023 art. 4 and 6: the employer reports";
    Submitted Return    Returned   Office  "Perpres 57/2023 art. 5: what is incomplete goes back with reasons";
    Submitted Accept    Accepted   Office  "Perpres 57/2023 art. 9: what is accepted is open to everybody";
    Submitted Withdraw  Withdrawn  Company "a filed report is taken back, never deleted";
    Returned  Submit    Submitted  Company "the corrected report is filed again";
    Returned  Withdraw  Withdrawn  Company "a filed report is taken back, never deleted";
    Draft     Withdraw  Withdrawn  Company "a draft that is not to be filed";
    Accepted  Correct   Accepted   Company "a new revision begins beside it";
    Accepted  Supersede Superseded System  "an accepted correction takes its place";
}
