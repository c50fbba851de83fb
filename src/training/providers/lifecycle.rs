//! The lifecycle of a provider.

use disnaker_entity::training::ProviderStatus;

crate::lifecycle! {
    ProviderStatus,
    /// What happens to a provider.
    ProviderEvent, "training_provider", first Active, last [];
    events { Close = "close", Reopen = "reopen" }
    Active Close  Closed Office "the provider trains no longer";
    Closed Reopen Active Office "the provider trains again";
}
