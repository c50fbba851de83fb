//! The lifecycle of a request about one's own data.

use disnaker_entity::privacy::DataRequestStatus;

crate::lifecycle! {
    DataRequestStatus,
    /// What happens to a request about one's own data.
    DataRequestEvent, "data_request", first Requested, last [Granted, Refused, Withdrawn];
    events { Grant = "grant", Refuse = "refuse", Withdraw = "withdraw" }
    Requested Grant    Granted   Office "UU 27/2022 art. 30: what is wrong is corrected; what no law keeps is erased";
    Requested Refuse   Refused   Office "UU 27/2022: the office says why not";
    Requested Withdraw Withdrawn Person "the person's own will";
}
