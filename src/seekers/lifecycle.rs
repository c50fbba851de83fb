//! The lifecycle of a job seeker's record.

use disnaker_entity::seeker::SeekerStatus;

crate::lifecycle! {
    SeekerStatus,
    /// What happens to a job seeker's record.
    SeekerEvent, "job_seeker", first Draft, last [Merged, Withdrawn];
    events {
        Submit = "submit", Return = "return", Verify = "verify", Join = "join", Withdraw = "withdraw", Remove = "remove",
        Place = "place", Restore = "restore", Reopen = "reopen", Transfer = "transfer", Merge = "merge",
    }
    Draft      Submit   Submitted  Person "Permenaker 18/2024 art. 1: a job seeker registers";
    Returned   Submit   Submitted  Person "the person mends what the office named";
    Submitted  Return   Returned   Office "the office's own rule: it says what is missing or wrong, field by field";
    Submitted  Verify   Registered Office "Permenaker 39/2016: the office registers who is looking for work";
    Submitted  Join     Merged     System "the office verified a draft of somebody who has a record";
    Submitted  Withdraw Withdrawn  Person "the person's own will";
    Returned   Withdraw Withdrawn  Person "the person's own will";
    Registered Remove   Removed    Office "market information, table III/1: a removal (penghapusan) is counted";
    Placed     Remove   Removed    Office "market information, table III/1: a removal (penghapusan) is counted";
    Registered Place    Placed     System "an accepted placement report names the person";
    Placed     Reopen   Registered System "the placement was voided";
    Placed     Restore  Registered Office "the person looks for work again";
    Removed    Restore  Registered Office "the person looks for work again";
    Registered Transfer Registered Office "the person has moved: another district's office keeps the record";
    Placed     Transfer Placed     Office "the person has moved: another district's office keeps the record";
    Removed    Transfer Removed    Office "the person looks for work where they live now";
    Registered Merge    Merged     Office "two records of one person become one";
    Placed     Merge    Merged     Office "two records of one person become one";
    Removed    Merge    Merged     Office "two records of one person become one";
}
