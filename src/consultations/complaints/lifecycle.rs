//! The lifecycle of a complaint.

use disnaker_entity::consultation::ComplaintStatus;

crate::lifecycle! {
    ComplaintStatus,
    /// What happens to a complaint.
    ComplaintEvent, "complaint", first Received, last [Resolved, Rejected, Forwarded, Withdrawn];
    events {
        Take = "take", Route = "route", Resolve = "resolve", Reject = "reject", Forward = "forward", Withdraw = "withdraw",
    }
    Received   Take     InProgress Office "an officer takes it up";
    Received   Route    Received   Office "it belongs on another desk";
    InProgress Route    Received   Office "it belongs on another desk";
    InProgress Resolve  Resolved   Office "the office answers";
    Received   Reject   Rejected   Office "the office does not take it up, and says why";
    InProgress Reject   Rejected   Office "the office does not take it up, and says why";
    Received   Forward  Forwarded  Office "an authority outside is to act";
    InProgress Forward  Forwarded  Office "an authority outside is to act";
    Received   Withdraw Withdrawn  Person "who reported it takes it back";
    InProgress Withdraw Withdrawn  Person "who reported it takes it back";
}
