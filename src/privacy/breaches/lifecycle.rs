//! The lifecycle of a breach.

use disnaker_entity::privacy::DataBreachStatus;

crate::lifecycle! {
    DataBreachStatus,
    /// What happens to a breach.
    DataBreachEvent, "data_breach", first Open, last [Closed, Dismissed];
    events {
        NotifyAuthority = "notify_authority", NotifySubjects = "notify_subjects", Close = "close", Dismiss = "dismiss",
    }
    Open NotifyAuthority Open      Office "UU 27/2022 art. 46: the authority is told within 3 x 24 hours";
    Open NotifySubjects  Open      Office "UU 27/2022 art. 46: the persons are told within 3 x 24 hours";
    Open Close           Closed    Office "UU 27/2022 art. 46: both were told, and it is handled";
    Open Dismiss         Dismissed Office "the office's own rule: nothing got out, with the reason";
}
