//! The lifecycle of a written warning.

use disnaker_entity::warning::WarningStatus;

crate::lifecycle! {
    WarningStatus,
    /// What happens to a written warning.
    WarningEvent, "warning", first Drafted, last [Answered, Lapsed, Settled, Withdrawn];
    events { Issue = "issue", Answer = "answer", Withdraw = "withdraw", Lapse = "lapse", Settle = "settle" }
    Drafted Issue    Issued    Office  "Perpres 57/2023 art. 17: the office warns in writing";
    Drafted Withdraw Withdrawn Office  "a draft that is not to be sent";
    Issued  Answer   Answered  Company "the company says what it did or will do";
    Issued  Withdraw Withdrawn Office  "the office takes it back, and says why";
    Issued  Settle   Settled   System  "every duty in it has been met";
    Issued  Lapse    Lapsed    System  "Permenaker 18/2024 art. 75: a warning runs at most one month";
}
