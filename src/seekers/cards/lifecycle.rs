//! The lifecycle of a card.

use disnaker_entity::card::CardStatus;

crate::lifecycle! {
    CardStatus,
    /// What happens to a card.
    CardEvent, "ak1_card", first Prepared, last [Revoked];
    events {
        Sign = "sign", Print = "print", Extend = "extend", Revoke = "revoke", Expire = "expire", Close = "close",
        Reopen = "reopen",
    }
    Prepared Sign   Signed   Office "practice: a Pengantar Kerja (Permenaker 18/2024 art. 1) signs the card";
    Prepared Print  Printed  Office "practice: the card is printed in the office alone";
    Signed   Print  Active   Office "practice: signed and printed, both in the office, it holds";
    Printed  Sign   Active   Office "practice: signed and printed, both in the office, it holds";
    Active   Extend Active   Office "practice: a further period of the same number";
    Expired  Extend Active   Office "practice: a further period of the same number";
    Prepared Revoke Revoked  Office "the office's own rule: it was prepared in error";
    Signed   Revoke Revoked  Office "the office's own rule: it was prepared in error";
    Printed  Revoke Revoked  Office "the office's own rule: it was prepared in error";
    Active   Revoke Revoked  Office "the office's own rule: it should not have been given";
    Expired  Revoke Revoked  Office "the office's own rule: it should not have been given";
    Active   Expire Expired  System "Permenaker 39/2016: two years have passed";
    Prepared Close  Closed   System "the person found work or left the register";
    Signed   Close  Closed   System "the person found work or left the register";
    Printed  Close  Closed   System "the person found work or left the register";
    Active   Close  Closed   System "the person found work or left the register";
    Closed   Reopen Active   System "the placement that closed it was voided";
}
