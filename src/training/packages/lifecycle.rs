//! The lifecycle of a package.

use disnaker_entity::training::PackageStatus;

crate::lifecycle! {
    PackageStatus,
    /// What happens to a package.
    PackageEvent, "training_package", first Planned, last [Finished, Cancelled];
    events { Open = "open", CloseApplications = "close_applications", Start = "start", Finish = "finish", Cancel = "cancel" }
    Planned   Open              Open      Office "the office's own rule: the class is announced, with what it ranks by";
    Open      CloseApplications Selecting Office "the office's own rule: the last day of applications has passed";
    Selecting Start             Running   Office "Permenaker 8/2014: the class begins with those who were accepted";
    Running   Finish            Finished  Office "Permenaker 8/2014: the class is over";
    Planned   Cancel            Cancelled Office "practice: a class may be cut after it was planned (refocusing)";
    Open      Cancel            Cancelled Office "practice: a class may be cut after it was planned (refocusing)";
    Selecting Cancel            Cancelled Office "practice: a class may be cut after it was planned (refocusing)";
}
