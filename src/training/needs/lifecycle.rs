//! The lifecycle of a need.

use disnaker_entity::training_need::TrainingNeedStatus;

crate::lifecycle! {
    TrainingNeedStatus,
    /// What happens to a need.
    NeedEvent, "training_need", first Proposed, last [Declined, Withdrawn];
    events {
        Review = "review", WaitForInstructor = "wait_for_instructor", Programme = "programme", Reopen = "reopen",
        Decline = "decline", Withdraw = "withdraw",
    }
    Proposed             Review            Reviewed             Office "practice (FKJPPID): the office looks at what industry told it";
    Reviewed             WaitForInstructor WaitingForInstructor Office "practice (FKJPPID): nobody can teach it yet";
    Reviewed             Programme         Programmed           Office "practice (FKJPPID): packages answer it";
    WaitingForInstructor Programme         Programmed           Office "practice (FKJPPID): an instructor was found, and packages answer it";
    Programmed           Reopen            Reviewed             Office "a package that answered it was cancelled, or is named no more";
    Proposed             Decline           Declined             Office "the office does not answer it, and says why";
    Reviewed             Decline           Declined             Office "the office does not answer it, and says why";
    WaitingForInstructor Decline           Declined             Office "the office does not answer it, and says why";
    Proposed             Withdraw          Withdrawn            Either "who proposed it does not want it any more";
}
