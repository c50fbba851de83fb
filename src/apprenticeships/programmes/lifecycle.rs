//! The lifecycle of a programme.

use disnaker_entity::apprenticeship::ApprenticeshipProgrammeStatus;

crate::lifecycle! {
    ApprenticeshipProgrammeStatus,
    /// What happens to a programme.
    ProgrammeEvent, "apprenticeship_programme", first Draft, last [Rejected, Withdrawn, Closed, Cancelled];
    events {
        Submit = "submit", Return = "return", Approve = "approve", Reject = "reject", Withdraw = "withdraw",
        Close = "close", Expire = "expire", Cancel = "cancel",
    }
    Draft     Submit   Submitted Company "Permenaker 6/2020 art. 17: the company applies with its programme";
    Returned  Submit   Submitted Company "Permenaker 6/2020 art. 17: the company applies with its programme";
    Submitted Return   Returned  Office  "Permenaker 6/2020 art. 17: the days are counted from a complete file";
    Submitted Approve  Approved  Office  "Permenaker 6/2020 art. 17: the office approves by letter";
    Submitted Reject   Rejected  Office  "Permenaker 6/2020 art. 17: the office does not approve, and says why";
    Draft     Withdraw Withdrawn Company "the company does not go on with it";
    Submitted Withdraw Withdrawn Company "the company does not go on with it";
    Returned  Withdraw Withdrawn Company "the company does not go on with it";
    Approved  Close    Closed    Company "the company makes no more agreements; those that run go on";
    Approved  Expire   Closed    System  "its last day has passed";
    Approved  Cancel   Cancelled Either  "the approval ends with all that rests on it, and why";
}
