//! The lifecycle of a placement.

use disnaker_entity::placement::PlacementStatus;

crate::lifecycle! {
    PlacementStatus,
    /// What happens to a placement.
    PlacementEvent, "placement", first Active, last [Voided];
    events { Void = "void" }
    Active Void Voided Office "a wrong row of an accepted report is taken back with a reason";
}
