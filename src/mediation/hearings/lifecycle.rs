//! The lifecycle of a hearing.

use disnaker_entity::mediation::HearingStatus;

crate::lifecycle! {
    HearingStatus,
    /// What happens to a hearing.
    HearingEvent, "mediation_hearing", first Summoned, last [Held, Cancelled];
    events { Hold = "hold", Cancel = "cancel" }
    Summoned Hold   Held      Office "Permenakertrans 17/2014 arts. 10, 13: the mediator held it";
    Summoned Cancel Cancelled Office "the mediator calls it off";
}
