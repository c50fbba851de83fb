//! The lifecycle of a mandate.

use disnaker_entity::mandate::MandateStatus;

crate::lifecycle! {
    MandateStatus,
    /// What happens to a mandate.
    MandateEvent, "mandate", first Active, last [Revoked, Relinquished, Expired];
    events { Revoke = "revoke", Relinquish = "relinquish", Expire = "expire" }
    Active Revoke     Revoked      Company "the company takes it back";
    Active Relinquish Relinquished Company "the agent lays it down";
    Active Expire     Expired      System  "its last day has passed";
}
